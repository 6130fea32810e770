#include "engine/own/request.h"

#include <string.h>

#include "base/rule.h"
#include "engine/own/admit.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "engine/own/hello.h"
#include "engine/own/room.h"
#include "engine/own/succeed.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/request.h"
#include "store/own_succeed.h"
#include "store/people.h"

#define PAIR_ROOMS_MAX 16 /* per person; further ones are ignored */

/* Chats that were left are finished; all others may still be written to. */
static bool in_use(const struct store_chat *c)
{
    return c->state == STORE_CHAT_OPEN || c->state == STORE_CHAT_WAITING ||
           c->state == STORE_CHAT_BLOCKED || c->state == STORE_CHAT_JOINING;
}

/* Did a device of theirs and one of ours say anything in this room, according to its log? */
static enum err both_signed(struct step *s, int64_t chat, int64_t person, bool *yes)
{
    return store_own_succeed_both_said(s->store, chat, person, yes);
}

/* The pair's room that words go to: the lowest id among those where both gave a sign. ERR_GONE:
 * none. */
static enum err chosen(struct step *s, int64_t person, struct store_chat *out)
{
    struct store_chat c;
    int64_t ids[PAIR_ROOMS_MAX];
    size_t n = 0;
    bool found = false, both = false;
    enum err e = store_own_succeed_pairs(s->store, person, ids, PAIR_ROOMS_MAX, &n);
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
    TRY(chats_alias(s, best.id, 0));
    best.alias_of = 0;
    own_due_chat(o, best.id);
    return own_chat_succeed(o, s, &now, &best);
}

enum err own_pair_heard(struct own *o, struct step *s, const struct store_chat *c)
{
    bool others = false;
    if (c->type != STORE_CHAT_PAIR || c->person == 0) {
        return OK;
    }
    TRY(store_own_succeed_has_other(s->store, c->person, c->id, &others));
    return others ? own_pair_choose(o, s, c->person) : OK;
}

enum err own_pair_settle(struct own *o, struct step *s, const struct store_chat *c, int64_t person)
{
    struct store_person who;
    struct store_chat old;
    TRY(chats_person(s, c->id, person));
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(roster_contact(s, person));
    enum err e = who.chat == 0 || who.chat == c->id
                     ? ERR_GONE
                     : store_chat_get(s->store, s->arena, who.chat, &old);
    if (e == ERR_GONE) {
        return roster_chat(s, person, c->id);
    }
    TRY(e);
    TRY(store_own_succeed_open(s->store, old.id, c->id));
    if (!in_use(&old)) {
        return own_chat_succeed(o, s, &old, c);
    }
    /* next to the one that words go to, which stays so until both gave a sign in this one */
    TRY(chats_alias(s, c->id, old.id));
    TRY(chats_move(s, c->id, old.id));
    return own_pair_choose(o, s, person);
}

enum err own_request_come_in(struct own *o, struct step *s, struct store_chat *c, int64_t person)
{
    TRY(chats_state(s, c->id, STORE_CHAT_OPEN));
    if (c->type == STORE_CHAT_PAIR && person != 0) {
        TRY(own_pair_settle(o, s, c, person));
    }
    if (c->type == STORE_CHAT_GROUP) {
        TRY(own_notice(s, c->id, ABI_NOTICE_JOINED, STORE_PERSON_ME, SLICE_EMPTY, 0));
    }
    effects_chat(s->out, c->id);
    if (c->type == STORE_CHAT_GROUP) {
        bool at_once = false;
        TRY(own_hello_owe(o, s, c, false, &at_once));
        TRY(at_once ? own_content_hello(o, s, c->id, false) : OK);
    } else if (c->type == STORE_CHAT_PAIR) {
        TRY(own_content_profile(o, s, c->id));
    }
    TRY(own_wish(o, s, c->id, OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    own_due_chat(o, c->id);
    return OK;
}

enum err own_request_ask(struct step *s, const struct store_chat *c, const uint8_t other[32],
                         struct slice label, uint64_t server_ms)
{
    struct store_request r;
    memset(&r, 0, sizeof r);
    r.account = c->account;
    r.at_ms = (int64_t)server_ms;
    memcpy(r.address, other, sizeof r.address);
    memcpy(r.room, c->room, sizeof r.room);
    r.label = label;
    return roster_request(s, &r);
}

enum err own_request_decline(struct own *o, struct step *s, const struct store_chat *c,
                             const uint8_t other[32])
{
    int64_t person = 0, old = 0;
    s->dirty = true;
    own_group_close(o, c->id);
    if (c->type == STORE_CHAT_GROUP) {
        return chats_drop(s, c->id);
    }
    TRY(roster_person(s, other, &person));
    enum err e = store_own_succeed_declined(s->store, person, c->id, &old);
    if (e == OK) {
        own_group_close(o, old);
        e = chats_drop(s, old);
    }
    TRY(e == ERR_GONE ? OK : e);
    TRY(chats_person(s, c->id, person));
    return chats_state(s, c->id, STORE_CHAT_DECLINED);
}

/* ---- answers -------------------------------------------------------------------------------- */

enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                            int64_t *chat)
{
    struct store_request r;
    struct store_chat c;
    int64_t person = 0;
    *chat = 0;
    TRY(store_request_get(s->store, s->arena, id, &r));
    TRY(roster_answered(s, id));
    s->durable = true;
    TRY(store_chat_find(s->store, s->arena, r.room, &c));
    TRY(roster_person(s, r.address, &person));
    if (answer != ABI_REQUEST_ANSWER_ACCEPT) {
        if (answer == ABI_REQUEST_ANSWER_BLOCK) {
            TRY(roster_block(s, person, true));
        }
        return own_request_decline(o, s, &c, r.address);
    }
    *chat = c.id;
    if (c.type == STORE_CHAT_PAIR) {
        TRY(roster_contact(s, person));
    }
    return own_request_come_in(o, s, &c, person);
}

enum err own_request_is_by(struct step *s, const struct store_chat *c, const uint8_t account[32],
                           bool *yes)
{
    struct store_request r;
    memcpy(r.room, c->room, sizeof r.room);
    memcpy(r.address, account, sizeof r.address);
    return store_request_has(s->store, &r, yes);
}

enum err own_request_wanted(struct own *o, struct step *s, int64_t person, int64_t *chat)
{
    struct store_chat c;
    struct store_person who;
    int64_t id = 0;
    *chat = 0;
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = store_request_of(s->store, person, who.account, chat);
    if (e != OK) {
        *chat = 0;
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_get(s->store, s->arena, *chat, &c));
    e = store_request_find(s->store, c.room, &id);
    TRY(e == OK ? roster_answered(s, id) : e == ERR_GONE ? OK : e); /* or it was declined before */
    s->durable = true;
    TRY(roster_contact(s, person));
    return own_request_come_in(o, s, &c, person);
}

/* ---- rooms beside a chat, until the person says what becomes of them --------------------------
 */

#define BESIDE_MAX 4 /* rooms that wait to succeed one */

bool own_request_in_it(const struct store_chat *c)
{
    return c->state == STORE_CHAT_OPEN || c->state == STORE_CHAT_WAITING ||
           c->state == STORE_CHAT_BLOCKED || c->state == STORE_CHAT_JOINING ||
           c->state == STORE_CHAT_REQUEST || c->state == STORE_CHAT_LEAVING;
}

/* The room that the new one says it replaces, if rightly so: we are in it, and whoever brought us
 * here may add people there. ERR_GONE: none. */
static enum err predecessor(struct own *o, struct step *s, const struct store_chat *c,
                            const struct own_admit_tree *t, int64_t person, struct store_chat *old)
{
    bool may = false;
    if (!t->room.has_replaces) {
        return ERR_GONE;
    }
    TRY(store_chat_find(s->store, s->arena, t->room.replaces, old));
    if (old->id == c->id || old->type != c->type || old->alias_of != 0 || !own_request_in_it(old) ||
        (c->type == STORE_CHAT_PAIR && old->person != person)) {
        return ERR_GONE;
    }
    may = slice_equal(SLICE_ARRAY(t->signer), SLICE_ARRAY(o->account));
    if (!may) {
        TRY(own_was_member(s, old->id, t->signer, c->type == STORE_CHAT_GROUP, &may));
    }
    return may || !RULE(REPLACED_BY_WHO_MAY) ? OK : ERR_GONE;
}

/* Does the old room name the new one? It does, as long as it can be written to. */
static enum err is_next(struct own *o, struct step *s, int64_t old, const uint8_t room[16],
                        bool *yes)
{
    struct mls_group *g = NULL;
    struct own_room r;
    *yes = false;
    enum err e = own_group(o, s, old, &g);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(own_room_of(s->arena, g, &r));
    *yes = r.has_next && slice_equal(SLICE_ARRAY(r.next), slice_make(room, sizeof r.next));
    return OK;
}

/* Keeps another room aside next to `old`, the last that came; both, if both sides of a chat of two
 * made a new one. */
enum err own_request_beside(struct own *o, struct step *s, const struct store_chat *old,
                            int64_t chat, int64_t by, bool successor)
{
    struct store_aside was;
    const struct store_aside a = {chat, by, successor};
    int64_t n = 0;
    TRY(store_aside_get(s->store, old->id, &was));
    TRY(store_own_succeed_count(s->store, old->id, &n));
    bool both = was.successor && successor && old->type == STORE_CHAT_PAIR && n < BESIDE_MAX;
    if (was.chat != 0 && !both) {
        own_group_close(o, was.chat);
        TRY(chats_drop(s, was.chat));
    }
    TRY(chats_state(s, chat, STORE_CHAT_DECLINED));
    effects_chat(s->out, old->id);
    return store_aside_put(s->store, old->id, &a);
}

enum err own_request_beside_told(struct step *s, const struct store_chat *c, enum abi_notice notice,
                                 int64_t person)
{
    bool said = false;
    TRY(store_own_succeed_told(s->store, own_shown_in(c), (int)notice, person,
                               (int64_t)s->now_ms - OWN_OTHER_ROOM_MS, &said));
    return said ? OK : own_notice(s, c->id, notice, person, SLICE_EMPTY, 0);
}

/* Follows into the other rooms made to succeed this chat of two: also theirs, if both sides made
 * one. */
static enum err follow_rest(struct own *o, struct step *s, const struct store_chat *old)
{
    struct store_chat c;
    int64_t id = 0;
    enum err e = OK;
    while (RULE(PAIR_FOLLOWS_BOTH) &&
           (e = store_own_succeed_waiting(s->store, old->id, &id)) == OK) {
        TRY(store_chat_get(s->store, s->arena, id, &c));
        TRY(own_request_come_in(o, s, &c, old->person));
    }
    return e == ERR_GONE ? OK : e;
}

/* The new room succeeds the old one: what was said moves there, and what waits is sent there. */
static enum err follow(struct own *o, struct step *s, const struct store_chat *old,
                       struct store_chat *c)
{
    bool pair = c->type == STORE_CHAT_PAIR;
    if (pair) {
        TRY(chats_person(s, c->id, old->person));
    }
    TRY(chats_state(s, c->id, STORE_CHAT_OPEN));
    TRY(store_own_succeed_set(s->store, c->id, old->id));
    TRY(own_chat_succeed(o, s, old, c));
    TRY(own_request_come_in(o, s, c, 0));
    return pair ? follow_rest(o, s, old) : OK;
}

/* It was made to succeed a room we are in. If that room names it, all its members have agreed;
 * otherwise the person decides, on each side: until then nothing in it is read or sent. *done: that
 * is decided. */
enum err own_request_succeed(struct own *o, struct step *s, struct store_chat *c,
                             const struct own_admit_tree *t, int64_t person, bool *done)
{
    struct store_chat old;
    int64_t by = 0;
    bool named = false;
    *done = false;
    enum err e = predecessor(o, s, c, t, person, &old);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    *done = true;
    TRY(is_next(o, s, old.id, c->room, &named));
    if (named || !RULE(REPLACED_BY_A_TAP)) {
        return follow(o, s, &old, c);
    }
    TRY(roster_person(s, t->signer, &by));
    TRY(own_request_beside(o, s, &old, c->id, by, true));
    return own_request_beside_told(s, &old, ABI_NOTICE_NEW_ROOM, by);
}

/* The old room says where it continues, if it can be written to: its members follow. */
static enum err name_next(struct own *o, struct step *s, const struct store_chat *old,
                          const uint8_t room[16])
{
    struct own_room r;
    struct mls_group *g = NULL;
    struct slice data;
    enum store_hold hold = STORE_HOLD_NOT;
    TRY(store_hold_get(s->store, old->id, &hold));
    if (!RULE(OLD_ROOM_NAMES_NEW) || old->note != ABI_CHAT_NOTE_NONE ||
        old->state != STORE_CHAT_OPEN || store_hold_is_over(hold) ||
        (old->type == STORE_CHAT_GROUP && old->role != ABI_ROLE_ADMIN)) {
        return OK;
    }
    TRY(own_group(o, s, old->id, &g));
    TRY(own_room_of(s->arena, g, &r));
    r.has_next = true;
    memcpy(r.next, room, sizeof r.next);
    TRY(own_room_encode(s->arena, &r, &data));
    TRY(own_wish(o, s, old->id, OWN_WISH_ROOM, data));
    own_due_chat(o, old->id);
    return OK;
}

/* The person follows into the room that succeeds this one. */
static enum err follow_aside(struct own *o, struct step *s, const struct store_chat *old,
                             int64_t chat, bool tapped)
{
    struct store_chat c;
    const struct store_aside none = {0, 0, false};
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_aside_put(s->store, old->id, &none));
    s->durable = true;
    if (tapped) {
        TRY(name_next(o, s, old, c.room));
    }
    return follow(o, s, old, &c);
}

enum err own_request_follow(struct own *o, struct step *s, const struct store_chat *old, bool *went)
{
    struct store_chat c;
    struct store_aside a;
    *went = false;
    if (old->aside == 0) {
        return OK;
    }
    TRY(store_aside_get(s->store, old->id, &a));
    if (!a.successor) {
        return OK;
    }
    TRY(store_chat_get(s->store, s->arena, a.chat, &c));
    TRY(is_next(o, s, old->id, c.room, went));
    return *went ? follow_aside(o, s, old, a.chat, false) : OK;
}

/* The other person of a chat of two, as its room says. */
static enum err other_of(struct own *o, struct step *s, const struct mls_group *g, int64_t *person)
{
    struct own_room r;
    TRY(own_room_of(s->arena, g, &r));
    bool first = slice_equal(SLICE_ARRAY(r.pair[0]), SLICE_ARRAY(o->account));
    return roster_person(s, r.pair[first ? 1 : 0], person);
}

/* What was set aside is older than what we have been in meanwhile: drops it, and the chat says
 * so. */
static enum err too_old(struct own *o, struct step *s, const struct store_chat *c,
                        const struct store_aside *a)
{
    const struct store_aside none = {0, 0, false};
    own_group_close(o, a->chat);
    s->dirty = true;
    s->durable = true;
    TRY(store_aside_put(s->store, c->id, &none));
    TRY(chats_drop(s, a->chat));
    effects_chat(s->out, c->id);
    return own_notice(s, c->id, ABI_NOTICE_OLD_ROOM, a->by, SLICE_EMPTY, 0);
}

enum err own_request_aside(struct own *o, struct step *s, int64_t chat, int64_t *taken)
{
    struct store_chat old, c;
    struct store_aside a;
    struct mls_group *g = NULL;
    int64_t person = 0;
    TRY(store_chat_get(s->store, s->arena, chat, &old));
    TRY(store_aside_get(s->store, chat, &a));
    if (a.chat == 0) {
        return ERR_GONE;
    }
    int64_t id = a.chat;
    *taken = id;
    if (a.successor) {
        return follow_aside(o, s, &old, id, true);
    }
    TRY(own_group(o, s, id, &g));
    enum err e = own_admit_above_floor(s, mls_group_id(g), mls_group_epoch(g));
    if (e == ERR_STATE_REPLAY) {
        *taken = 0;
        return too_old(o, s, &old, &a);
    }
    TRY(e);
    own_group_close(o, chat);
    s->dirty = true;
    s->durable = true;
    TRY(store_own_succeed_retire(s->store, chat));
    TRY(store_own_succeed_name(s->store, id, old.room));
    TRY(store_chat_get(s->store, s->arena, id, &c));
    TRY(own_group(o, s, id, &g));
    TRY(store_own_succeed_enter(s->store, id, mls_group_epoch(g)));
    TRY(own_group_entered(o, s, id, NULL));
    effects_chat(s->out, chat);
    TRY(c.type == STORE_CHAT_PAIR ? other_of(o, s, g, &person) : OK);
    return own_request_come_in(o, s, &c, person);
}
