#include "store/order.h"

#include <string.h>

#include "base/rule.h"
#define SEEN_HASH 16 /* bytes kept of an entry's hash: enough against chance and search */

/* ---- places --------------------------------------------------------------------------------- */

int64_t store_place_of(int64_t base, uint64_t seq)
{
    uint64_t n = seq < STORE_PLACE_SEQ_MAX ? seq : STORE_PLACE_SEQ_MAX - 1;
    return base + ((int64_t)n + 1) * STORE_PLACE_STEPS - 1;
}

int64_t store_place_before(int64_t place, int64_t next, int64_t counter)
{
    int64_t room = place % STORE_PLACE_STEPS; /* steps left in front of it in its entry */
    int64_t steps = next - counter;
    return place - (steps < 0 ? 0 : steps < room ? steps : room);
}

int64_t store_place_after(int64_t place, int64_t steps)
{
    int64_t room = STORE_PLACE_STEPS - 2 - place % STORE_PLACE_STEPS;
    return place + (steps < 0 || room < 0 ? 0 : steps < room ? steps : room);
}

/* ---- leaves --------------------------------------------------------------------------------- */

static enum err read_leaf(struct store_rows *r, struct store_leaf *out)
{
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_next(r, &has));
    if (!has) {
        return ERR_GONE;
    }
    struct slice device = store_rows_bytes(r, 2);
    if (device.n != sizeof out->device) {
        return ERR_STORE_CORRUPT;
    }
    out->id = store_rows_int(r, 0);
    out->chat = store_rows_int(r, 1);
    memcpy(out->device, device.p, sizeof out->device);
    out->run = store_rows_int(r, 3);
    out->person = store_rows_int(r, 4);
    out->next = store_rows_int(r, 5);
    return OK;
}

enum err store_leaf_ensure(struct store *s, int64_t chat, const uint8_t device[32], int64_t run,
                           int64_t person, struct store_leaf *out)
{
    struct store_rows r;
    for (int round = 0; round < 2; round++) {
        TRY(store_rows_open(s, &r,
                            "SELECT id,chat,device,run,person,next FROM leaf WHERE chat=? AND "
                            "device=? AND run=?",
                            "ibi", chat, slice_make(device, 32), run));
        enum err e = read_leaf(&r, out);
        store_rows_close(&r);
        if (e != ERR_GONE || round == 1) {
            return e;
        }
        TRY(store_sql_run(s, "INSERT INTO leaf(chat,device,run,person) VALUES(?,?,?,?)", "ibii",
                          chat, slice_make(device, 32), run, person));
    }
    return ERR_BUG;
}

enum err store_leaf_get(struct store *s, struct arena *a, int64_t id, struct store_leaf *out)
{
    struct store_rows r;
    (void)a;
    TRY(store_rows_open(s, &r, "SELECT id,chat,device,run,person,next FROM leaf WHERE id=?", "i",
                        id));
    enum err e = read_leaf(&r, out);
    store_rows_close(&r);
    return e;
}

enum err store_leaf_find(struct store *s, int64_t chat, const uint8_t device[32], int64_t run,
                         int64_t person, struct store_leaf *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r,
                        "SELECT id,chat,device,run,person,next FROM leaf WHERE chat=? AND device=? "
                        "AND run=? AND person=?",
                        "ibii", chat, slice_make(device, 32), run, person));
    enum err e = read_leaf(&r, out);
    store_rows_close(&r);
    return e;
}

enum err store_leaf_set_next(struct store *s, int64_t leaf, int64_t next)
{
    return store_sql_run(s, "UPDATE leaf SET next=? WHERE id=?", "ii", next, leaf);
}

/* ---- words ---------------------------------------------------------------------------------- */

static void optional_hash(struct slice v, bool *has, uint8_t out[STORE_WORD_HASH])
{
    *has = v.n == STORE_WORD_HASH;
    if (*has) {
        memcpy(out, v.p, STORE_WORD_HASH);
    }
}

enum err store_word_get(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                        struct store_word *out)
{
    struct store_rows r;
    bool has = false;
    (void)a;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r,
                        "SELECT hash,prev,place,reading,message,epoch,here FROM word WHERE leaf=? "
                        "AND counter=?",
                        "ii", leaf, counter));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        out->leaf = leaf;
        out->counter = counter;
        optional_hash(store_rows_bytes(&r, 0), &out->has_hash, out->hash);
        optional_hash(store_rows_bytes(&r, 1), &out->has_prev, out->prev);
        out->place = store_rows_int(&r, 2);
        out->reading = store_rows_int(&r, 3);
        out->message = store_rows_int(&r, 4);
        out->epoch = (uint64_t)store_rows_int(&r, 5);
        out->here = store_rows_int(&r, 6);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_word_put(struct store *s, const struct store_word *w)
{
    return store_sql_run(
        s,
        "INSERT OR REPLACE INTO word(leaf,counter,hash,prev,place,reading,message,epoch,here) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        "iibbiiiii", w->leaf, w->counter, w->has_hash ? SLICE_ARRAY(w->hash) : SLICE_EMPTY,
        w->has_prev ? SLICE_ARRAY(w->prev) : SLICE_EMPTY, w->place, w->reading, w->message,
        (int64_t)w->epoch, w->here);
}

enum err store_word_set_message(struct store *s, int64_t leaf, int64_t counter, int64_t message)
{
    return store_sql_run(s, "UPDATE word SET message=? WHERE leaf=? AND counter=?", "iii", message,
                         leaf, counter);
}

enum err store_word_set_epoch(struct store *s, int64_t leaf, int64_t counter, uint64_t epoch)
{
    return store_sql_run(s, "UPDATE word SET epoch=? WHERE leaf=? AND counter=?", "iii",
                         (int64_t)epoch, leaf, counter);
}

enum err store_word_swallowed(struct store *s, int64_t chat, int64_t leaf, int64_t counter,
                              int64_t out[STORE_WORDS_BEFORE], size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT counter FROM word w WHERE leaf=?1 AND counter<?2 AND "
                        "counter>=?2-?5 AND place=?3 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE "
                        "o.chat=?4 AND o.counter=w.counter AND o.kept=0) LIMIT ?5",
                        "iiiii", leaf, counter, STORE_PLACE_PENDING, chat,
                        (int64_t)STORE_WORDS_BEFORE));
    enum err e = OK;
    while (*n < STORE_WORDS_BEFORE && (e = store_rows_next(&r, &has)) == OK && has) {
        out[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_word_move(struct store *s, const struct store_word *w)
{
    TRY(store_sql_run(s, "UPDATE word SET place=?,here=?,reading=? WHERE leaf=? AND counter=?",
                      "iiiii", w->place, w->here, w->reading, w->leaf, w->counter));
    return store_sql_run(s, "UPDATE message SET place=? WHERE leaf=? AND leaf>0 AND counter=?",
                         "iii", w->place, w->leaf, w->counter);
}

enum err store_word_place(struct store *s, int64_t leaf, int64_t counter, int64_t reading,
                          int64_t here, int64_t *place)
{
    struct store_rows r;
    bool has = false;
    if (here != 0) {
        *place = here;
    }
    TRY(store_rows_open(s, &r,
                        "SELECT counter,place FROM word WHERE leaf=? AND counter>? AND reading=? "
                        "AND place<? ORDER BY counter LIMIT 1",
                        "iiii", leaf, counter, reading, STORE_PLACE_PENDING));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        int64_t before = store_place_before(store_rows_int(&r, 1), store_rows_int(&r, 0), counter);
        *place = here == 0 || before < here ? before : here;
    }
    store_rows_close(&r);
    return e;
}

enum err store_word_below(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                          struct store_word *out)
{
    int64_t below = 0;
    TRY(store_sql_get_int(s, &below,
                          "SELECT counter FROM word WHERE leaf=? AND counter<? AND place<? ORDER "
                          "BY counter DESC LIMIT 1",
                          "iii", leaf, counter, STORE_PLACE_PENDING));
    return store_word_get(s, a, leaf, below, out);
}

enum err store_said_put(struct store *s, int64_t leaf, int64_t counter,
                        const struct store_said *said, int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT OR REPLACE INTO said(leaf,counter,ms,content,message,at_ms) "
                         "VALUES(?,?,?,?,?,?)",
                         "iiibii", leaf, counter, said->ms, said->content, said->message, now_ms);
}

enum err store_said_get(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                        struct store_said *out)
{
    void *outs[] = {&out->ms, &out->content, &out->message};
    return store_sql_get(s, a, "SELECT ms,content,message FROM said WHERE leaf=? AND counter=?",
                         "ibi", outs, "ii", leaf, counter);
}

/* ---- entries that were taken ---------------------------------------------------------------- */

enum err store_seen_get(struct store *s, int64_t chat, const uint8_t hash[32],
                        struct store_seen *out)
{
    struct store_rows r;
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r, "SELECT leaf,counter,reading FROM seen WHERE chat=? AND hash=?",
                        "ib", chat, slice_make(hash, SEEN_HASH)));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        out->leaf = store_rows_int(&r, 0);
        out->counter = store_rows_int(&r, 1);
        out->reading = store_rows_int(&r, 2);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_seen_put(struct store *s, int64_t chat, const uint8_t hash[32],
                        const struct store_seen *v, int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT OR REPLACE INTO seen(chat,hash,leaf,counter,reading,at_ms) "
                         "VALUES(?,?,?,?,?,?)",
                         "ibiiii", chat, slice_make(hash, SEEN_HASH), v->leaf, v->counter,
                         v->reading, now_ms);
}

/* ---- edits and deletions -------------------------------------------------------------------- */

static enum err read_early(struct store_rows *r, struct arena *a, struct store_early *v)
{
    bool has = false;
    TRY(store_rows_next(r, &has));
    if (!has) {
        return ERR_GONE;
    }
    struct slice mid = store_rows_bytes(r, 1);
    if (mid.n != sizeof v->edit_mid) {
        return ERR_STORE_CORRUPT;
    }
    v->n = store_rows_int(r, 0);
    memcpy(v->edit_mid, mid.p, sizeof v->edit_mid);
    v->at_ms = store_rows_int(r, 3);
    v->removed = store_rows_int(r, 4) != 0;
    return store_rows_copy(r, 2, a, &v->text);
}

static enum err get_early(struct store *s, struct arena *a, struct store_early *v)
{
    struct store_rows r;
    TRY(store_rows_open(
        s, &r,
        "SELECT n,edit_mid,text,at_ms,removed FROM early WHERE chat=? AND mid=? AND "
        "person=? AND kind=?",
        "ibii", v->chat, SLICE_ARRAY(v->mid), v->person, (int64_t)v->kind));
    enum err e = read_early(&r, a, v);
    store_rows_close(&r);
    return e;
}

enum err store_early_put(struct store *s, struct arena *a, const struct store_early *v)
{
    struct store_early old = *v;
    enum err e = get_early(s, a, &old);
    if (e == OK &&
        (old.n > v->n || (old.n == v->n && slice_compare(SLICE_ARRAY(old.edit_mid),
                                                         SLICE_ARRAY(v->edit_mid)) >= 0))) {
        return OK;
    }
    TRY(e == ERR_GONE ? OK : e);
    TRY(store_sql_run(s,
                      "INSERT OR REPLACE INTO early(chat,mid,person,kind,n,edit_mid,text,at_ms,"
                      "removed) VALUES(?,?,?,?,?,?,?,?,?)",
                      "ibiiibtii", v->chat, SLICE_ARRAY(v->mid), v->person, (int64_t)v->kind, v->n,
                      SLICE_ARRAY(v->edit_mid), v->text, v->at_ms, (int64_t)v->removed));
    return store_sql_run(s,
                         "DELETE FROM early WHERE id IN (SELECT id FROM early WHERE person=? ORDER "
                         "BY id DESC LIMIT -1 OFFSET ?)",
                         "ii", v->person,
                         RULE(EARLY_BOUNDED) ? (int64_t)STORE_EARLY_MAX : INT64_MAX);
}

enum err store_early_has(struct store *s, int64_t chat, const uint8_t mid[32], bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM early WHERE chat=? AND mid=?", "ib", chat,
                          slice_make(mid, 32)));
    *has = n > 0;
    return OK;
}

enum err store_early_take(struct store *s, struct arena *a, int64_t chat, const uint8_t mid[32],
                          int64_t person, int kind, struct store_early *out)
{
    memset(out, 0, sizeof *out);
    out->chat = chat;
    out->person = person;
    out->kind = kind;
    memcpy(out->mid, mid, sizeof out->mid);
    TRY(get_early(s, a, out));
    return store_sql_run(s, "DELETE FROM early WHERE chat=? AND mid=? AND person=? AND kind=?",
                         "ibii", chat, slice_make(mid, 32), person, (int64_t)kind);
}

/* ---- seats ---------------------------------------------------------------------------------- */

enum err store_seat_sync(struct store *s, int64_t chat, uint64_t epoch)
{
    TRY(store_sql_run(s,
                      "UPDATE seat SET past=?2 WHERE chat=?1 AND past IS NULL AND person NOT IN "
                      "(SELECT person FROM member WHERE chat=?1 AND gone=0)",
                      "ii", chat, (int64_t)epoch));
    return store_sql_run(s,
                         "INSERT OR IGNORE INTO seat(chat,person,first) SELECT ?1,person,?2 FROM "
                         "member WHERE chat=?1 AND gone=0 AND person NOT IN (SELECT person FROM "
                         "seat WHERE chat=?1 AND past IS NULL)",
                         "ii", chat, (int64_t)epoch);
}

enum err store_seat_had(struct store *s, int64_t chat, int64_t person, uint64_t epoch, bool *sat)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM seat WHERE chat=?1 AND person=?2 AND first<=?3 AND "
                          "(past IS NULL OR past>?3)",
                          "iii", chat, person, (int64_t)epoch));
    *sat = n > 0;
    return OK;
}

/* ---- what went out -------------------------------------------------------------------------- */

enum err store_sent_put(struct store *s, const struct store_sent *v, int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT OR IGNORE INTO sent(chat,kind,hash,epoch,mid,branch,body,counter,"
                         "reading,at_ms) VALUES(?,?,?,?,?,?,?,?,?,?)",
                         "iibibbbiii", v->chat, (int64_t)v->kind, SLICE_ARRAY(v->hash),
                         (int64_t)v->epoch, v->mid, v->branch, v->body, v->counter, v->reading,
                         now_ms);
}

#define SENT_COLUMNS                                                                               \
    "SELECT id,chat,kind,hash,epoch,mid,branch,body,counter,reading FROM sent WHERE "

static enum err read_sent(struct store_rows *r, struct arena *a, struct store_sent *v, bool *has)
{
    memset(v, 0, sizeof *v);
    TRY(store_rows_next(r, has));
    if (!*has) {
        return OK;
    }
    struct slice hash = store_rows_bytes(r, 3);
    if (hash.n != sizeof v->hash) {
        return ERR_STORE_CORRUPT;
    }
    v->id = store_rows_int(r, 0);
    v->chat = store_rows_int(r, 1);
    v->kind = (int)store_rows_int(r, 2);
    memcpy(v->hash, hash.p, sizeof v->hash);
    v->epoch = (uint64_t)store_rows_int(r, 4);
    v->counter = store_rows_int(r, 8);
    v->reading = store_rows_int(r, 9);
    TRY(store_rows_copy(r, 5, a, &v->mid));
    TRY(store_rows_copy(r, 6, a, &v->branch));
    return store_rows_copy(r, 7, a, &v->body);
}

enum err store_sent_due(struct store *s, struct arena *a, int64_t chat, int64_t reading,
                        int64_t after_id, struct store_sent *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, SENT_COLUMNS "chat=? AND reading<? AND id>? ORDER BY id LIMIT ?",
                        "iiii", chat, reading, after_id, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = read_sent(&r, a, &out[*n], &has)) == OK && has) {
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_sent_met(struct store *s, int64_t chat, const uint8_t hash[32], int64_t reading)
{
    return store_sql_run(s, "UPDATE sent SET reading=? WHERE chat=? AND hash=?", "iib", reading,
                         chat, slice_make(hash, 32));
}

enum err store_sent_get(struct store *s, struct arena *a, int64_t id, struct store_sent *out)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, SENT_COLUMNS "id=?", "i", id));
    enum err e = read_sent(&r, a, out, &has);
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

/* ---- going ---------------------------------------------------------------------------------- */

enum err store_order_forget(struct store *s, int64_t seen_before_ms, int64_t sent_before_ms)
{
    TRY(store_sql_run(s, "DELETE FROM seen WHERE at_ms<?", "i", seen_before_ms));
    TRY(store_sql_run(s, "DELETE FROM old_tag WHERE at_ms<?", "i", sent_before_ms));
    return store_sql_run(s, "DELETE FROM sent WHERE at_ms<?", "i", sent_before_ms);
}

enum err store_order_drop(struct store *s, int64_t chat)
{
    static const char *const by_chat[] = {
        "DELETE FROM old_tag WHERE chat=?",
        "DELETE FROM word WHERE leaf IN (SELECT id FROM leaf WHERE chat=?)",
        "DELETE FROM said WHERE leaf IN (SELECT id FROM leaf WHERE chat=?)",
        "DELETE FROM hole WHERE leaf IN (SELECT id FROM leaf WHERE chat=?)",
        "DELETE FROM receipt WHERE leaf IN (SELECT id FROM leaf WHERE chat=?)",
        "DELETE FROM leaf WHERE chat=?",
        "DELETE FROM seen WHERE chat=?",
        "DELETE FROM early WHERE chat=?",
        "DELETE FROM seat WHERE chat=?",
        "DELETE FROM sent WHERE chat=?",
    };
    for (size_t i = 0; i < sizeof by_chat / sizeof by_chat[0]; i++) {
        TRY(store_sql_run(s, by_chat[i], "i", chat));
    }
    return OK;
}

static enum err raise(struct store *s, int64_t chat, int64_t by)
{
    TRY(store_sql_run(s, "UPDATE chat SET place_base=place_base+? WHERE id=?", "ii", by, chat));
    TRY(store_sql_run(s, "UPDATE message SET place=place+? WHERE chat=? AND place<?", "iii", by,
                      chat, STORE_PLACE_PENDING));
    TRY(store_sql_run(
        s,
        "UPDATE word SET place=place+?1,here=CASE here WHEN 0 THEN 0 ELSE here+?1 END WHERE "
        "place<?2 AND leaf IN (SELECT id FROM leaf WHERE chat=?3)",
        "iii", by, STORE_PLACE_PENDING, chat));
    return store_sql_run(s,
                         "UPDATE hole SET place=place+? WHERE leaf IN (SELECT id FROM leaf WHERE "
                         "chat=?)",
                         "ii", by, chat);
}

enum err store_order_base(struct store *s, int64_t chat, int64_t base)
{
    int64_t mine = 0;
    TRY(store_sql_get_int(s, &mine, "SELECT place_base FROM chat WHERE id=?", "i", chat));
    bool sound = base % STORE_PLACE_ROOM == 0 && base < STORE_PLACE_ROOM * STORE_PLACE_ROOMS;
    return sound && base > mine ? raise(s, chat, base - mine) : OK;
}

enum err store_order_lift(struct store *s, int64_t chat, int64_t below)
{
    int64_t theirs = 0;
    TRY(store_sql_get_int(s, &theirs, "SELECT place_base FROM chat WHERE id=?", "i", below));
    return store_order_base(s, chat, theirs + STORE_PLACE_ROOM);
}

/* ---- read tags of before -------------------------------------------------------------------- */

enum err store_old_tag_keep(struct store *s, int64_t chat, int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT INTO old_tag(chat,tag,at_ms) SELECT id,read_tag,? FROM chat WHERE "
                         "id=? AND read_tag IS NOT NULL",
                         "ii", now_ms, chat);
}

enum err store_old_tag_get(struct store *s, int64_t chat, int64_t k, uint8_t out[32])
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r,
                        "SELECT tag FROM old_tag WHERE chat=? ORDER BY id DESC LIMIT 1 OFFSET ?",
                        "ii", chat, k));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice tag = store_rows_bytes(&r, 0);
        e = tag.n == 32 ? OK : ERR_STORE_CORRUPT;
        memcpy(out, tag.p, tag.n == 32 ? 32 : 0);
    } else if (e == OK) {
        e = ERR_GONE;
    }
    store_rows_close(&r);
    return e;
}
