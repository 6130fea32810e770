#include "store/chat.h"

#include <string.h>

#include "store/order.h"
#include "store/search.h"

#define CHAT_COLUMNS                                                                               \
    "SELECT id,room,type,state,role,note,title,picture,person,mailbox,read_tag,join_secret,made,"  \
    "cursor,first_epoch,heal_ms,heal_sent,last_message,last_ms,unread,mentioned,first_unread,"     \
    "pinned,archived,muted_until,timer_s,draft_reply,draft,alias_of,hidden,stuck,stuck_ms,"        \
    "place_base,run,reading,restored,cursor_hash,still,go_on,log_sum,log_first,log_read,"          \
    "restored_ms,hold,unread_commit,aside,read_ms,account FROM chat WHERE "

static enum err fixed(struct store_rows *r, int column, uint8_t *out, size_t n)
{
    struct slice v = store_rows_bytes(r, column);
    if (v.n != n) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out, v.p, n);
    return OK;
}

static enum err read_chat(struct store_rows *r, struct arena *a, struct store_chat *c)
{
    bool has = false;
    memset(c, 0, sizeof *c);
    TRY(store_rows_next(r, &has));
    if (!has) {
        return ERR_GONE;
    }
    c->id = store_rows_int(r, 0);
    TRY(fixed(r, 1, c->room, 16));
    c->type = (int)store_rows_int(r, 2);
    c->state = (int)store_rows_int(r, 3);
    c->role = (int)store_rows_int(r, 4);
    c->note = (int)store_rows_int(r, 5);
    TRY(store_rows_copy(r, 6, a, &c->title));
    TRY(store_rows_copy(r, 7, a, &c->picture));
    c->person = store_rows_int(r, 8);
    c->has_mailbox = !store_rows_is_null(r, 9);
    if (c->has_mailbox) {
        TRY(fixed(r, 9, c->mailbox, 16));
        TRY(fixed(r, 10, c->read_tag, 32));
        TRY(fixed(r, 11, c->join_secret, 32));
    }
    c->made = store_rows_int(r, 12) != 0;
    c->cursor = store_rows_int(r, 13);
    c->first_epoch = (uint64_t)store_rows_int(r, 14);
    c->heal_ms = store_rows_int(r, 15);
    c->heal_sent = store_rows_int(r, 16);
    c->last_message = store_rows_int(r, 17);
    c->last_ms = store_rows_int(r, 18);
    c->unread = store_rows_int(r, 19);
    c->mentioned = store_rows_int(r, 20);
    c->first_unread = store_rows_int(r, 21);
    c->pinned = store_rows_int(r, 22);
    c->archived = store_rows_int(r, 23);
    c->muted_until = store_rows_int(r, 24);
    c->timer_s = store_rows_int(r, 25);
    c->draft_reply = store_rows_int(r, 26);
    TRY(store_rows_copy(r, 27, a, &c->draft));
    c->alias_of = store_rows_int(r, 28);
    c->hidden = store_rows_int(r, 29) != 0;
    c->stuck = store_rows_int(r, 30);
    c->stuck_ms = store_rows_int(r, 31);
    c->place_base = store_rows_int(r, 32);
    c->run = store_rows_int(r, 33);
    c->reading = store_rows_int(r, 34);
    c->restored = store_rows_int(r, 35) != 0;
    c->has_cursor_hash = !store_rows_is_null(r, 36);
    if (c->has_cursor_hash) {
        TRY(fixed(r, 36, c->cursor_hash, sizeof c->cursor_hash));
    }
    c->still = store_rows_int(r, 37);
    c->go_on = store_rows_int(r, 38) != 0;
    c->has_log_sum = !store_rows_is_null(r, 39);
    if (c->has_log_sum) {
        TRY(fixed(r, 39, c->log_sum, sizeof c->log_sum));
    }
    c->log_first = store_rows_int(r, 40);
    c->log_read = store_rows_int(r, 41);
    c->restored_ms = store_rows_int(r, 42);
    c->hold = (int)store_rows_int(r, 43);
    c->unread_commit = store_rows_int(r, 44) != 0;
    c->aside = store_rows_int(r, 45);
    c->read_ms = store_rows_int(r, 46);
    c->account = store_rows_int(r, 47);
    return OK;
}

enum err store_chat_get(struct store *s, struct arena *a, int64_t id, struct store_chat *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, CHAT_COLUMNS "id=?", "i", id));
    enum err e = read_chat(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_chat_find(struct store *s, struct arena *a, const uint8_t room[16],
                         struct store_chat *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, CHAT_COLUMNS "room=?", "b", slice_make(room, 16)));
    enum err e = read_chat(&r, a, out);
    store_rows_close(&r);
    return e;
}

bool store_chat_reenters(const struct store_chat *c)
{
    return c->note == ABI_CHAT_NOTE_FORKED || c->state == STORE_CHAT_JOINING;
}

enum err store_chat_add(struct store *s, struct store_chat *c)
{
    struct slice none = SLICE_EMPTY;
    TRY(store_sql_run(
        s,
        "INSERT INTO "
        "chat(account,room,type,state,role,title,person,mailbox,read_tag,join_secret,made,"
        "cursor,first_epoch,last_ms,timer_s) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "ibiiitibbbiiiii", c->account, SLICE_ARRAY(c->room), (int64_t)c->type, (int64_t)c->state,
        (int64_t)c->role, c->title, c->person, c->has_mailbox ? SLICE_ARRAY(c->mailbox) : none,
        c->has_mailbox ? SLICE_ARRAY(c->read_tag) : none,
        c->has_mailbox ? SLICE_ARRAY(c->join_secret) : none, (int64_t)c->made, c->cursor,
        (int64_t)c->first_epoch, c->last_ms, c->timer_s));
    c->id = store_sql_last_id(s);
    return OK;
}

static enum err set(struct store *s, const char *sql, int64_t value, int64_t id)
{
    return store_sql_run(s, sql, "ii", value, id);
}

enum err store_chat_set_state(struct store *s, int64_t id, enum store_chat_state state)
{
    return set(s, "UPDATE chat SET state=? WHERE id=?", (int64_t)state, id);
}

enum err store_chat_set_title(struct store *s, int64_t id, struct slice title)
{
    return store_sql_run(s, "UPDATE chat SET title=? WHERE id=?", "ti", title, id);
}

enum err store_chat_set_picture(struct store *s, int64_t id, struct slice picture)
{
    return store_sql_run(s, "UPDATE chat SET picture=? WHERE id=?", "bi", picture, id);
}

enum err store_chat_set_role(struct store *s, int64_t id, bool admin)
{
    return set(s, "UPDATE chat SET role=? WHERE id=?", admin, id);
}

enum err store_chat_set_note(struct store *s, int64_t id, int note)
{
    return set(s, "UPDATE chat SET note=? WHERE id=?", note, id);
}

enum err store_chat_set_timer(struct store *s, int64_t id, int64_t timer_s)
{
    return set(s, "UPDATE chat SET timer_s=? WHERE id=?", timer_s, id);
}

enum err store_chat_set_hidden(struct store *s, int64_t id, bool hidden)
{
    return store_chat_choose(s, id, STORE_CHAT_HIDDEN, hidden);
}

enum err store_chat_set_draft(struct store *s, int64_t id, struct slice text, int64_t reply)
{
    return store_sql_run(s, "UPDATE chat SET draft=?,draft_reply=? WHERE id=?", "tii", text, reply,
                         id);
}

enum err store_chat_set_person(struct store *s, int64_t id, int64_t person)
{
    return set(s, "UPDATE chat SET person=? WHERE id=?", person, id);
}

enum err store_chat_set_alias(struct store *s, int64_t id, int64_t shown)
{
    return set(s, "UPDATE chat SET alias_of=nullif(?,0) WHERE id=?", shown, id);
}

enum err store_chat_look_as(struct store *s, int64_t from, int64_t to)
{
    return store_sql_run(s,
                         "UPDATE chat SET (picture,pinned,archived,muted_until,draft,hidden,unread,"
                         "mentioned,first_unread)=(SELECT picture,pinned,archived,muted_until,"
                         "draft,hidden,unread,mentioned,first_unread FROM chat WHERE id=?) WHERE "
                         "id=?",
                         "ii", from, to);
}

enum err store_chat_show_in(struct store *s, int64_t from, int64_t to)
{
    TRY(store_sql_run(s, "UPDATE chat SET alias_of=? WHERE id=? OR alias_of=?", "iii", to, from,
                      from));
    return store_sql_run(s, "UPDATE person SET chat=? WHERE chat=?", "ii", to, from);
}

enum err store_chat_bring(struct store *s, int64_t id, const struct store_chat_looks *l, bool draft)
{
    TRY(store_sql_run(
        s, "UPDATE chat SET pinned=?,archived=?,muted_until=?,picture=?,hidden=? WHERE id=?",
        "iiibii", l->pinned, l->archived, l->muted_until, l->picture, (int64_t)l->hidden, id));
    return draft ? store_sql_run(s, "UPDATE chat SET draft=? WHERE id=?", "ti", l->draft, id) : OK;
}

enum err store_chat_said(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chat SET draft='',draft_reply=0,hidden=0 WHERE id=?", "i", id);
}

bool store_chat_choice_named(struct slice name, enum store_chat_choice *out)
{
    static const struct {
        const char *name;
        enum store_chat_choice choice;
    } choices[] = {
        {"pinned", STORE_CHAT_PINNED},
        {"hidden", STORE_CHAT_HIDDEN},
        {"archived", STORE_CHAT_ARCHIVED},
        {"muted-until", STORE_CHAT_MUTED_UNTIL},
    };
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (slice_equal(name, slice_of_string(choices[i].name))) {
            *out = choices[i].choice;
            return true;
        }
    }
    return false;
}

enum err store_chat_choose(struct store *s, int64_t id, enum store_chat_choice choice,
                           int64_t value)
{
    static const char *const sql[] = {
        [STORE_CHAT_PINNED] = "UPDATE chat SET pinned=? WHERE id=?",
        [STORE_CHAT_HIDDEN] = "UPDATE chat SET hidden=? WHERE id=?",
        [STORE_CHAT_ARCHIVED] = "UPDATE chat SET archived=? WHERE id=?",
        [STORE_CHAT_MUTED_UNTIL] = "UPDATE chat SET muted_until=? WHERE id=?",
    };
    return set(s, sql[choice], value, id);
}

enum err store_chat_self(struct store *s, int64_t *id)
{
    return store_sql_get_int(s, id, "SELECT id FROM chat WHERE type=0 AND alias_of IS NULL LIMIT 1",
                             "");
}

enum err store_chat_has_self(struct store *s, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM chat WHERE type=0", ""));
    *yes = n > 0;
    return OK;
}

enum err store_chat_still_room(struct store *s, int64_t chat, int64_t times, int64_t *room)
{
    return store_sql_get_int(
        s, room, "SELECT id FROM chat WHERE (id=?1 OR alias_of=?1) AND still>=?2 LIMIT 1", "ii",
        chat, times);
}

enum err store_chat_drop(struct store *s, int64_t id)
{
    static const char *const by_chat[] = {
        "DELETE FROM search WHERE rowid IN (SELECT id FROM message WHERE chat=?)",
        "DELETE FROM file_chunk WHERE message IN (SELECT id FROM message WHERE chat=?)",
        "DELETE FROM file WHERE message IN (SELECT id FROM message WHERE chat=?)",
        "DELETE FROM message WHERE chat=?",
        "DELETE FROM reaction WHERE chat=?",
        "DELETE FROM member WHERE chat=?",
        "DELETE FROM protocol WHERE grp=?",
        "DELETE FROM epoch WHERE chat=?",
        "DELETE FROM wish WHERE chat=?",
        "DELETE FROM pending WHERE chat=?",
        "DELETE FROM outbox WHERE chat=?",
        "DELETE FROM echo WHERE chat=?",
        "DELETE FROM sign WHERE chat=?",
        "UPDATE person SET chat=NULL WHERE chat=?",
        "DELETE FROM chat WHERE id=?",
    };
    TRY(store_order_drop(s, id));
    for (size_t i = 0; i < sizeof by_chat / sizeof by_chat[0]; i++) {
        TRY(store_sql_run(s, by_chat[i], "i", id));
    }
    return OK;
}

enum err store_chat_empty(struct store *s, int64_t id, int64_t place)
{
#define SAID "(SELECT id FROM message WHERE chat=?1 AND place<=?2)"
    static const char *const said[] = {
        "DELETE FROM search WHERE rowid IN " SAID,
        "DELETE FROM file_chunk WHERE message IN " SAID,
        "DELETE FROM file WHERE message IN " SAID,
        "DELETE FROM outbox WHERE chat=?1 AND counter IS NULL AND message IN " SAID,
        "UPDATE outbox SET content=zeroblob(0),sealed=NULL,epoch=NULL,branch=NULL,message=NULL "
        "WHERE chat=?1 AND message IN " SAID,
        "DELETE FROM said WHERE message IN " SAID,
        "DELETE FROM hole WHERE message IN " SAID,
        "DELETE FROM reaction WHERE chat=?1 AND mid IN (SELECT mid FROM message WHERE chat=?1 AND "
        "place<=?2)",
        "DELETE FROM message WHERE chat=?1 AND place<=?2",
    };
#undef SAID
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        TRY(store_sql_run(s, said[i], "ii", id, place));
    }
    return store_sql_run(s,
                         "UPDATE chat SET hidden=1,pinned=0,archived=0,unread=0,mentioned=0,"
                         "first_unread=0,draft='',draft_reply=0,last_message=NULL WHERE id=? AND "
                         "NOT EXISTS (SELECT 1 FROM message m WHERE m.chat=chat.id)",
                         "i", id);
}

/* The search index holds the chat of each message, so they are indexed again in batches, after
 * *last. */
static enum err index_anew(struct store *s, struct arena *a, int64_t chat, int64_t *last, size_t *n)
{
    enum { BATCH = 64 };
    struct store_rows r;
    bool has = false;
    int64_t ids[BATCH];
    struct slice texts[BATCH];
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id,text FROM message WHERE chat=? AND id>? AND text<>'' AND id IN "
                        "(SELECT rowid FROM search) ORDER BY id LIMIT 64",
                        "ii", chat, *last));
    enum err e = OK;
    while (*n < BATCH && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[*n] = store_rows_int(&r, 0);
        e = store_rows_copy(&r, 1, a, &texts[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < *n; i++) {
        *last = ids[i];
        e = store_search_put(s, ids[i], chat, texts[i]);
    }
    return e;
}

enum err store_chat_move(struct store *s, struct arena *a, int64_t from, int64_t to)
{
    int64_t last = 0;
    size_t n = 1;
    TRY(store_order_lift(s, to, from));
    TRY(store_sql_run(s, "UPDATE OR IGNORE message SET chat=? WHERE chat=?", "ii", to, from));
    TRY(store_sql_run(s, "UPDATE OR IGNORE early SET chat=? WHERE chat=?", "ii", to, from));
    TRY(store_sql_run(s,
                      "UPDATE reaction SET chat=?1 WHERE chat=?2 AND NOT EXISTS (SELECT 1 FROM "
                      "reaction x WHERE x.chat=?1 AND x.mid=reaction.mid AND "
                      "x.person=reaction.person)",
                      "ii", to, from));
    while (n > 0) {
        TRY(index_anew(s, a, to, &last, &n));
    }
    return OK;
}

enum err store_chat_ids(struct store *s, struct arena *a, bool with_mailbox, int64_t **out,
                        size_t *n)
{
    struct store_rows r;
    bool has = false;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        with_mailbox ? "SELECT id FROM chat WHERE mailbox IS NOT NULL AND state IN "
                                       "(0,1,3,4,7) ORDER BY last_ms DESC"
                                     : "SELECT id FROM chat WHERE state NOT IN (5,6) AND "
                                       "hidden=0 AND alias_of IS NULL "
                                       "ORDER BY pinned DESC,last_ms DESC",
                        ""));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        if (*n == cap) {
            cap = cap == 0 ? 64 : cap * 2;
            int64_t *p = arena_array(a, cap, sizeof *p);
            if (p == NULL) {
                e = ERR_HOST_MEMORY;
                break;
            }
            if (*n > 0) {
                memcpy(p, *out, *n * sizeof *p);
            }
            *out = p;
        }
        (*out)[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}
