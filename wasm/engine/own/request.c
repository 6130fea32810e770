#include "engine/own/request.h"

#include "base/rule.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/repair.h"
#include "store/message.h"
#include "store/people.h"
#include "store/sql.h"

#define PAIR_ROOMS_MAX 16 /* of one person; the rest is looked at no more */

/* Left ones are over; all others may still be written. */
static bool in_use(const struct store_chat *c)
{
    return c->state == STORE_CHAT_OPEN || c->state == STORE_CHAT_WAITING ||
           c->state == STORE_CHAT_BLOCKED || c->state == STORE_CHAT_JOINING;
}

/* Did a device of theirs and one of ours say anything in this room, as its log has it? */
static enum err both_signed(struct step *s, int64_t chat, int64_t person, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n,
                          "SELECT count(DISTINCT person) FROM leaf WHERE chat=? AND person IN "
                          "(?,?) AND next>0",
                          "iii", chat, (int64_t)STORE_PERSON_ME, person));
    *yes = n == 2;
    return OK;
}

/* The room of a pair that words go to: the lowest id of those where both gave a sign. ERR_GONE:
 * there is none. */
static enum err chosen(struct step *s, int64_t person, struct store_chat *out)
{
    struct store_rows r;
    struct store_chat c;
    int64_t ids[PAIR_ROOMS_MAX];
    size_t n = 0;
    bool has = false, found = false, both = false;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id FROM chat c WHERE type=1 AND person=? AND state IN (0,1) AND "
                        "NOT EXISTS (SELECT 1 FROM chat n WHERE n.succeeds=c.id AND n.state IN "
                        "(0,1)) ORDER BY room",
                        "i", person));
    enum err e = OK;
    while (n < PAIR_ROOMS_MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && !found && i < n; i++) {
        TRY(store_chat_get(s->store, s->arena, ids[i], &c));
        TRY(both_signed(s, c.id, person, &both));
        if (both || !RULE(PAIR_ROOM_OF_BOTH)) {
            *out = c;
            found = true;
        }
    }
    return e != OK ? e : found ? OK : ERR_GONE;
}

enum err own_pair_choose(struct own *o, struct step *s, int64_t person)
{
    struct store_person who;
    struct store_chat best, now;
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = chosen(s, person, &best);
    if (e != OK || best.id == who.chat) {
        return e == ERR_GONE ? OK : e;
    }
    e = store_chat_get(s->store, s->arena, who.chat, &now);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_sql_run(s->store, "UPDATE chat SET alias_of=NULL WHERE id=?", "i", best.id));
    best.alias_of = 0;
    own_due_chat(o, best.id);
    return own_chat_succeed(o, s, &now, &best);
}

enum err own_pair_heard(struct own *o, struct step *s, const struct store_chat *c)
{
    int64_t others = 0;
    if (c->type != STORE_CHAT_PAIR || c->person == 0) {
        return OK;
    }
    TRY(store_sql_get_int(s->store, &others,
                          "SELECT count(*) FROM chat WHERE type=1 AND person=? AND id<>? AND state "
                          "IN (0,1)",
                          "ii", c->person, c->id));
    return others > 0 ? own_pair_choose(o, s, c->person) : OK;
}

enum err own_pair_settle(struct own *o, struct step *s, const struct store_chat *c, int64_t person)
{
    struct store_person who;
    struct store_chat old;
    TRY(store_chat_set(s->store, "UPDATE chat SET person=? WHERE id=?", person, c->id));
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1));
    enum err e = who.chat == 0 || who.chat == c->id
                     ? ERR_GONE
                     : store_chat_get(s->store, s->arena, who.chat, &old);
    if (e == ERR_GONE) {
        return store_person_set(s->store, person, "UPDATE person SET chat=? WHERE id=?", c->id);
    }
    TRY(e);
    TRY(store_sql_run(s->store, "UPDATE chat SET state=0 WHERE id IN (?,?) AND state=1", "ii",
                      old.id, c->id));
    if (!in_use(&old)) {
        return own_chat_succeed(o, s, &old, c);
    }
    /* beside the one that words go to, which stays until both gave a sign in this one */
    TRY(store_chat_set(s->store, "UPDATE chat SET alias_of=? WHERE id=?", old.id, c->id));
    TRY(store_chat_move(s->store, s->arena, c->id, old.id));
    TRY(store_message_touch_chat(s->store, old.id));
    effects_chat(s->out, c->id);
    effects_chat(s->out, old.id);
    return own_pair_choose(o, s, person);
}

enum err own_request_come_in(struct own *o, struct step *s, struct store_chat *c, int64_t person)
{
    TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", STORE_CHAT_OPEN, c->id));
    if (c->type == STORE_CHAT_PAIR && person != 0) {
        TRY(own_pair_settle(o, s, c, person));
    }
    if (c->type == STORE_CHAT_GROUP) {
        TRY(own_notice(s, c->id, 2, STORE_PERSON_ME, SLICE_EMPTY, 0));
    }
    effects_chat(s->out, c->id);
    if (c->type != STORE_CHAT_SELF) {
        TRY(own_content_profile(o, s, c->id));
    }
    TRY(own_wish(o, s, c->id, OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    own_due_chat(o, c->id);
    return OK;
}

enum err own_request_ask(struct step *s, const struct store_chat *c, const uint8_t other[32],
                         struct slice label, uint64_t server_ms)
{
    TRY(store_sql_run(s->store,
                      "INSERT INTO request(at_ms,account,welcome,ref,label,room) "
                      "VALUES(?,?,?,?,?,?)",
                      "ibbbtb", (int64_t)server_ms, slice_make(other, 32), SLICE_LITERAL(""),
                      SLICE_LITERAL(""), label, SLICE_ARRAY(c->room)));
    s->out->requests = true;
    return OK;
}

/* Nothing of it is read. A chat of two is kept (the last of each person), should we want it after
 * all: the other side holds on to this room. */
enum err own_request_decline(struct own *o, struct step *s, const struct store_chat *c,
                             const uint8_t other[32])
{
    int64_t person = 0, old = 0;
    s->dirty = true;
    own_group_close(o, c->id);
    if (c->type == STORE_CHAT_GROUP) {
        return store_chat_drop(s->store, c->id);
    }
    TRY(store_person_ensure(s->store, other, &person));
    enum err e = store_sql_get_int(s->store, &old,
                                   "SELECT id FROM chat WHERE state=? AND person=? AND id<>?",
                                   "iii", (int64_t)STORE_CHAT_DECLINED, person, c->id);
    if (e == OK) {
        own_group_close(o, old);
        e = store_chat_drop(s->store, old);
    }
    TRY(e == ERR_GONE ? OK : e);
    TRY(store_chat_set(s->store, "UPDATE chat SET person=? WHERE id=?", person, c->id));
    return store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", STORE_CHAT_DECLINED,
                          c->id);
}

/* ---- answers -------------------------------------------------------------------------------- */

enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                            int64_t *chat)
{
    struct slice account, room;
    struct store_chat c;
    int64_t person = 0;
    void *outs[] = {&account, &room};
    *chat = 0;
    TRY(store_sql_get(s->store, s->arena, "SELECT account,room FROM request WHERE id=?", "bb", outs,
                      "i", id));
    if (account.n != 32 || room.n != 16) {
        return ERR_STORE_CORRUPT;
    }
    TRY(store_sql_run(s->store, "DELETE FROM request WHERE id=?", "i", id));
    s->out->requests = true;
    s->durable = true;
    TRY(store_chat_find(s->store, s->arena, room.p, &c));
    TRY(store_person_ensure(s->store, account.p, &person));
    if (answer != 1) {
        if (answer == 2) {
            TRY(store_person_set(s->store, person, "UPDATE person SET blocked=? WHERE id=?", 1));
        }
        return own_request_decline(o, s, &c, account.p);
    }
    *chat = c.id;
    if (c.type == STORE_CHAT_PAIR) {
        TRY(store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1));
    }
    return own_request_come_in(o, s, &c, person);
}

enum err own_request_wanted(struct own *o, struct step *s, int64_t person, int64_t *chat)
{
    struct store_chat c;
    struct store_person who;
    *chat = 0;
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = store_sql_get_int(
        s->store, chat,
        "SELECT id FROM chat WHERE type=1 AND ((state=5 AND room IN (SELECT room FROM request "
        "WHERE account=?)) OR (state=6 AND person=?)) ORDER BY id DESC LIMIT 1",
        "bi", SLICE_ARRAY(who.account), person);
    if (e != OK) {
        *chat = 0;
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_get(s->store, s->arena, *chat, &c));
    TRY(store_sql_run(s->store, "DELETE FROM request WHERE room=?", "b", SLICE_ARRAY(c.room)));
    s->out->requests = true;
    s->durable = true;
    TRY(store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1));
    return own_request_come_in(o, s, &c, person);
}
