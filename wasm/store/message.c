#include "store/message.h"

#include <string.h>

#include "base/rule.h"
#include "store/order.h"
#include "store/search.h"

#define MESSAGE_COLUMNS                                                                            \
    "SELECT id,chat,mid,sender,at_ms,type,notice,text,reply,state,reason,edited_ms,starred,"       \
    "mentions_me,expires_ms,timer_s,place,server_ms,leaf,counter,edit_n,edit_mid,twice,"           \
    "said_ms,removed,by_person,by_how,mine FROM message m WHERE "

static bool searchable(const struct store_message *m)
{
    return m->type == STORE_MESSAGE_TEXT || m->type == STORE_MESSAGE_FILE;
}

/* What happens on this device, between entries of the log, stands before the next entry. */
static enum err place_now(struct store *s, struct store_message *m)
{
    int64_t base = 0, cursor = 0;
    if (m->place != 0) {
        return OK;
    }
    TRY(store_sql_get_int(s, &base, "SELECT place_base FROM chat WHERE id=?", "i", m->chat));
    TRY(store_sql_get_int(s, &cursor, "SELECT max(cursor,-1) FROM chat WHERE id=?", "i", m->chat));
    m->place = store_place_of(base, (uint64_t)(cursor + 1));
    return OK;
}

enum err store_message_add(struct store *s, struct store_message *m)
{
    int64_t n = 0;
    TRY(place_now(s, m));
    TRY(store_sql_run(
        s,
        "INSERT INTO message(chat,mid,sender,at_ms,type,notice,text,reply,state,"
        "reason,edited_ms,starred,mentions_me,expires_ms,timer_s,place,server_ms,leaf,"
        "counter,edit_n,edit_mid,twice,said_ms,removed,by_person,by_how,mine) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT(chat,mid) DO NOTHING",
        "ibiiiitbiiiiiiiiiiiibiiiiii", m->chat, SLICE_ARRAY(m->mid), m->sender, m->at_ms,
        (int64_t)m->type, (int64_t)m->notice, m->text,
        m->has_reply ? SLICE_ARRAY(m->reply) : SLICE_EMPTY, (int64_t)m->state, (int64_t)m->reason,
        m->edited_ms, (int64_t)m->starred, (int64_t)m->mentions_me, m->expires_ms, m->timer_s,
        m->place, m->server_ms, m->leaf, m->counter, m->edit_n,
        m->edit_n > 0 ? SLICE_ARRAY(m->edit_mid) : SLICE_EMPTY, (int64_t)m->twice, m->said_ms,
        (int64_t)m->removed, m->by, (int64_t)m->by_how, (int64_t)m->mine));
    TRY(store_sql_changes(s, &n));
    if (n == 0) {
        return ERR_STATE_REPLAY;
    }
    m->id = store_sql_last_id(s);
    if (searchable(m) && m->text.n > 0) {
        TRY(store_search_put(s, m->id, m->chat, m->text));
    }
    return OK;
}

static enum err read_message(struct store_rows *r, struct arena *a, struct store_message *m)
{
    bool has = false;
    memset(m, 0, sizeof *m);
    TRY(store_rows_next(r, &has));
    if (!has) {
        return ERR_GONE;
    }
    m->id = store_rows_int(r, 0);
    m->chat = store_rows_int(r, 1);
    struct slice v = store_rows_bytes(r, 2);
    if (v.n != 32) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(m->mid, v.p, 32);
    m->sender = store_rows_int(r, 3);
    m->at_ms = store_rows_int(r, 4);
    m->type = (int)store_rows_int(r, 5);
    m->notice = (int)store_rows_int(r, 6);
    TRY(store_rows_copy(r, 7, a, &m->text));
    v = store_rows_bytes(r, 8);
    m->has_reply = v.n == 32;
    if (m->has_reply) {
        memcpy(m->reply, v.p, 32);
    }
    m->state = (int)store_rows_int(r, 9);
    m->reason = (int)store_rows_int(r, 10);
    m->edited_ms = store_rows_int(r, 11);
    m->starred = store_rows_int(r, 12) != 0;
    m->mentions_me = store_rows_int(r, 13) != 0;
    m->expires_ms = store_rows_int(r, 14);
    m->timer_s = store_rows_int(r, 15);
    m->place = store_rows_int(r, 16);
    m->server_ms = store_rows_int(r, 17);
    m->leaf = store_rows_int(r, 18);
    m->counter = store_rows_int(r, 19);
    m->edit_n = store_rows_int(r, 20);
    v = store_rows_bytes(r, 21);
    if (v.n == sizeof m->edit_mid) {
        memcpy(m->edit_mid, v.p, sizeof m->edit_mid);
    }
    m->twice = store_rows_int(r, 22) != 0;
    m->said_ms = store_rows_int(r, 23);
    m->removed = store_rows_int(r, 24) != 0;
    m->by = store_rows_int(r, 25);
    m->by_how = (enum abi_by_how)store_rows_int(r, 26);
    m->mine = store_rows_int(r, 27) != 0;
    return OK;
}

enum err store_message_get(struct store *s, struct arena *a, int64_t id, struct store_message *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, MESSAGE_COLUMNS "id=?", "i", id));
    enum err e = read_message(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_message_find(struct store *s, struct arena *a, int64_t chat, const uint8_t mid[32],
                            struct store_message *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, MESSAGE_COLUMNS "chat=? AND mid=?", "ib", chat,
                        slice_make(mid, 32)));
    enum err e = read_message(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_message_set_text(struct store *s, int64_t id, struct slice text, int64_t edited_ms,
                                int64_t edit_n, const uint8_t edit_mid[32])
{
    TRY(store_sql_run(s, "UPDATE message SET text=?,edited_ms=?,edit_n=?,edit_mid=? WHERE id=?",
                      "tiibi", text, edited_ms, edit_n, slice_make(edit_mid, 32), id));
    int64_t chat = 0;
    TRY(store_sql_get_int(s, &chat, "SELECT chat FROM message WHERE id=?", "i", id));
    TRY(store_search_drop(s, id));
    return text.n > 0 ? store_search_put(s, id, chat, text) : OK;
}

enum err store_message_renamed(struct store *s, int64_t chat, const uint8_t old[32],
                               const uint8_t mid[32])
{
    static const char *const all[] = {
        "UPDATE message SET reply=? WHERE chat=? AND reply=?",
        "UPDATE message SET edit_mid=? WHERE chat=? AND edit_mid=?",
        "UPDATE reaction SET mid=? WHERE chat=? AND mid=?",
        "UPDATE reaction SET own_mid=? WHERE chat=? AND own_mid=?",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        TRY(store_sql_run(s, all[i], "bib", slice_make(mid, 32), chat, slice_make(old, 32)));
    }
    return OK;
}

static enum err drop_parts(struct store *s, int64_t id)
{
    TRY(store_search_drop(s, id));
    TRY(store_sql_run(s, "DELETE FROM file_chunk WHERE message=?", "i", id));
    TRY(store_sql_run(s, "DELETE FROM file WHERE message=?", "i", id));
    if (RULE(GONE_IS_NOT_SAID_AGAIN)) {
        TRY(store_sql_run(s, "DELETE FROM said WHERE message=?", "i", id)); /* with its edits */
    }
    TRY(store_sql_run(s, /* posted and kept: should it go out again, then empty */
                      "UPDATE outbox SET content=zeroblob(0) WHERE message=? AND kept>0", "i", id));
    return store_sql_run(s,
                         "DELETE FROM reaction WHERE (chat,mid) IN "
                         "(SELECT chat,mid FROM message WHERE id=?)",
                         "i", id);
}

enum err store_message_empty(struct store *s, int64_t id)
{
    TRY(drop_parts(s, id));
    return store_sql_run(s,
                         "UPDATE message SET type=4,text='',reply=NULL,starred=0,mentions_me=0 "
                         "WHERE id=?",
                         "i", id);
}

enum err store_message_set_removed(struct store *s, int64_t id, bool removed)
{
    return store_sql_run(s, "UPDATE message SET removed=? WHERE id=?", "ii", (int64_t)removed, id);
}

enum err store_message_drop(struct store *s, int64_t id)
{
    TRY(drop_parts(s, id));
    return store_sql_run(s, "DELETE FROM message WHERE id=?", "i", id);
}

enum err store_message_set_state(struct store *s, int64_t id, int state, int reason)
{
    return store_sql_run(s, "UPDATE message SET state=?,reason=? WHERE id=?", "iii", (int64_t)state,
                         (int64_t)reason, id);
}

/* Ids strictly before (or after) `id` in (place, id) order; for id 0 the newest. */
static enum err side(struct store *s, struct arena *a, int64_t chat, int64_t id, bool before,
                     size_t limit, int64_t *out, size_t *n, bool *more)
{
    static const char newest[] =
        "SELECT id FROM message WHERE chat=? ORDER BY place DESC,id DESC LIMIT ?";
    static const char older[] =
        "SELECT m.id FROM message m,message x WHERE x.id=? AND m.chat=? AND "
        "(m.place,m.id)<(x.place,x.id) ORDER BY m.place DESC,m.id DESC LIMIT ?";
    static const char newer[] =
        "SELECT m.id FROM message m,message x WHERE x.id=? AND m.chat=? AND "
        "(m.place,m.id)>(x.place,x.id) ORDER BY m.place,m.id LIMIT ?";
    struct store_rows r;
    bool has = false;
    (void)a;
    *n = 0;
    if (id == 0) {
        TRY(store_rows_open(s, &r, newest, "ii", chat, (int64_t)limit + 1));
    } else {
        TRY(store_rows_open(s, &r, before ? older : newer, "iii", id, chat, (int64_t)limit + 1));
    }
    enum err e = OK;
    *more = false;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        if (*n == limit) {
            *more = true;
            break;
        }
        out[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_message_page(struct store *s, struct arena *a, int64_t chat, int64_t before,
                            int64_t after, int64_t around, size_t limit, int64_t **out, size_t *n,
                            bool *more_before, bool *more_after)
{
    int64_t *old = arena_array(a, limit + 1, sizeof *old);
    int64_t *list = arena_array(a, 2 * limit + 2, sizeof *list);
    int64_t *young = arena_array(a, limit + 1, sizeof *young);
    size_t old_n = 0, young_n = 0;
    *more_before = *more_after = false;
    if (old == NULL || list == NULL || young == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (after != 0) {
        *more_before = true;
        TRY(side(s, a, chat, after, false, limit, young, &young_n, more_after));
    } else if (around != 0) {
        TRY(side(s, a, chat, around, true, limit / 2, old, &old_n, more_before));
        TRY(side(s, a, chat, around, false, limit / 2, young, &young_n, more_after));
    } else {
        *more_after = before != 0;
        TRY(side(s, a, chat, before, true, limit, old, &old_n, more_before));
    }
    *n = 0;
    for (size_t i = old_n; i > 0; i--) {
        list[(*n)++] = old[i - 1];
    }
    if (around != 0) {
        list[(*n)++] = around;
    }
    for (size_t i = 0; i < young_n; i++) {
        list[(*n)++] = young[i];
    }
    *out = list;
    return OK;
}

enum err store_message_touch_chat(struct store *s, int64_t chat)
{
    return store_sql_run(
        s,
        "UPDATE chat SET last_message=(SELECT id FROM message m WHERE m.chat=chat.id ORDER BY "
        "place DESC,id DESC LIMIT 1),last_ms=coalesce((SELECT max(at_ms,server_ms) FROM message m "
        "WHERE m.chat=chat.id ORDER BY place DESC,id DESC LIMIT 1),last_ms) WHERE id=?",
        "i", chat);
}

enum err store_message_set_starred(struct store *s, int64_t id, bool on)
{
    return store_sql_run(s, "UPDATE message SET starred=? WHERE id=?", "ii", (int64_t)on, id);
}

enum err store_message_sent(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE message SET state=1 WHERE id=? AND state=0", "i", id);
}

enum err store_message_refused(struct store *s, int64_t chat, enum err why)
{
    return store_sql_run(s,
                         "UPDATE message SET state=4,reason=? WHERE id IN (SELECT message "
                         "FROM outbox WHERE chat=?)",
                         "ii", (int64_t)why, chat);
}

enum err store_message_set_word(struct store *s, int64_t id, int64_t leaf, int64_t counter)
{
    return store_sql_run(s, "UPDATE message SET leaf=?,counter=? WHERE id=?", "iii", leaf, counter,
                         id);
}

enum err store_message_set_twice(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE message SET twice=1 WHERE id=?", "i", id);
}

enum err store_message_placed(struct store *s, const struct store_message *m)
{
    return store_sql_run(s,
                         "UPDATE message SET place=?,leaf=?,counter=?,server_ms=? WHERE chat=? "
                         "AND mid=? AND place=?",
                         "iiiiibi", m->place, m->leaf, m->counter, m->server_ms, m->chat,
                         SLICE_ARRAY(m->mid), STORE_PLACE_PENDING);
}

enum err store_message_logged(struct store *s, int64_t leaf, int64_t counter, int64_t server_ms)
{
    return store_sql_run(s,
                         "UPDATE message SET server_ms=?1,at_ms=min(at_ms,?1) WHERE leaf=?2 AND "
                         "leaf>0 AND counter=?3",
                         "iii", server_ms, leaf, counter);
}

/* ---- expiry --------------------------------------------------------------------------------- */

enum err store_message_start_timers(struct store *s, const struct store_message *m, int64_t now_ms)
{
    return store_sql_run(s,
                         "UPDATE message SET expires_ms=?+timer_s*1000 WHERE chat=? AND timer_s>0 "
                         "AND expires_ms=0 AND (place,id)<=(?,?)",
                         "iiii", now_ms, m->chat, m->place, m->id);
}

enum err store_message_next_expiry(struct store *s, int64_t *at_ms)
{
    return store_sql_get_int(
        s, at_ms, "SELECT coalesce(min(expires_ms),0) FROM message WHERE expires_ms>0", "");
}

enum err store_message_set_mid(struct store *s, int64_t message, const uint8_t mid[32])
{
    return store_sql_run(s, "UPDATE message SET mid=? WHERE id=?", "bi", slice_make(mid, 32),
                         message);
}

enum err store_message_expired(struct store *s, int64_t now_ms, struct store_message_place *out,
                               size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id,chat FROM message WHERE expires_ms>0 AND expires_ms<=? LIMIT ?",
                        "ii", now_ms, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        out[*n].id = store_rows_int(&r, 0);
        out[(*n)++].chat = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    return e;
}

/* ---- looking -------------------------------------------------------------------------------- */

enum err store_message_first(struct store *s, int64_t chat, int64_t *id)
{
    return store_sql_get_int(s, id, "SELECT id FROM message WHERE chat=? ORDER BY place,id LIMIT 1",
                             "i", chat);
}

enum err store_message_last_said(struct store *s, int64_t chat, int64_t *id)
{
    return store_sql_get_int(s, id,
                             "SELECT id FROM message WHERE chat=? AND type<>2 ORDER BY place "
                             "DESC,id DESC LIMIT 1",
                             "i", chat);
}

enum err store_message_last_notice(struct store *s, int64_t chat, int64_t *notice)
{
    return store_sql_get_int(s, notice,
                             "SELECT CASE type WHEN 2 THEN notice ELSE 0 END FROM message "
                             "WHERE chat=? ORDER BY id DESC LIMIT 1",
                             "i", chat);
}

enum err store_message_end(struct store *s, int64_t chat, int64_t *place)
{
    return store_sql_get_int(s, place,
                             "SELECT coalesce(max(place),0) FROM message WHERE chat=? AND place<?",
                             "ii", chat, STORE_PLACE_PENDING);
}

enum err store_message_time_at(struct store *s, int64_t chat, int64_t place, int64_t *at_ms)
{
    return store_sql_get_int(
        s, at_ms, "SELECT at_ms FROM message WHERE chat=? AND place>=? ORDER BY place,id LIMIT 1",
        "ii", chat, place);
}

enum err store_message_starred(struct store *s, int64_t before, int64_t *ids, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id FROM message WHERE starred=1 AND (?1=0 OR id<?1) ORDER BY id "
                        "DESC LIMIT ?2",
                        "ii", before, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_message_waiting(struct store *s, int64_t *n)
{
    return store_sql_get_int(s, n, /* not those kept, which the gateway has */
                             "SELECT (SELECT count(*) FROM message WHERE state=0)-(SELECT count(*) "
                             "FROM outbox o JOIN message m ON m.id=o.message AND m.state=0 WHERE "
                             "o.kept>0)",
                             "");
}
