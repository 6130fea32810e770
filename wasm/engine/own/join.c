/* Coming into groups and going out of them: Welcomes, requests, external commits, leaving. */
#include "engine/own/join.h"

#include <string.h>

#include "engine/own/account.h"
#include "engine/own/box.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/identity.h"
#include "engine/own/parcel.h"
#include "engine/own/people.h"
#include "engine/own/repair.h"
#include "engine/own/room.h"
#include "mls/codec.h"
#include "mls/group.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/sql.h"

/* ---- key packages of ours ------------------------------------------------------------------- */

struct packages {
    struct slice *refs;
    size_t n;
};

static enum err list_refs(struct step *s, struct packages *p)
{
    struct store_rows r;
    bool has = false;
    int64_t count = 0;
    TRY(store_sql_get_int(s->store, &count, "SELECT count(*) FROM key_package", ""));
    p->refs = arena_array(s->arena, (size_t)count + 1, sizeof *p->refs);
    p->n = 0;
    if (p->refs == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s->store, &r, "SELECT ref FROM key_package", ""));
    enum err e = OK;
    while (p->n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        e = store_rows_copy(&r, 0, s->arena, &p->refs[p->n]);
        if (e != OK) {
            break;
        }
        p->n++;
    }
    store_rows_close(&r);
    return e;
}

static enum err get_package(struct step *s, struct slice ref, struct slice *package,
                            struct slice *secret, int64_t *last_resort)
{
    void *outs[] = {package, secret, last_resort};
    return store_sql_get(s->store, s->arena,
                         "SELECT package,secret,last_resort FROM key_package WHERE ref=?", "bbi",
                         outs, "b", ref);
}

/* ---- who is in it --------------------------------------------------------------------------- */

struct roster {
    bool mine;         /* only my own devices                    */
    bool i_invited;    /* a device of mine was in it before      */
    bool trusted;      /* a contact of mine runs it              */
    bool blocked;      /* someone I blocked runs it              */
    uint8_t other[32]; /* pair: the other side; group: an admin  */
    int64_t person;    /* row of other, 0 unknown                */
};

static enum err judge_person(struct step *s, const uint8_t account[32], struct roster *out)
{
    struct store_person who;
    enum err e = store_person_find(s->store, s->arena, account, &who);
    if (e == ERR_GONE) {
        return OK;
    }
    TRY(e);
    out->person = who.id;
    out->trusted = out->trusted || (who.contact != 0 && who.blocked == 0);
    out->blocked = out->blocked || who.blocked != 0;
    return OK;
}

static enum err read_roster(struct own *o, struct step *s, const struct mls_group *g,
                            const struct own_room *room, struct roster *out)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    size_t own_devices = 0;
    memset(out, 0, sizeof *out);
    out->mine = true;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (leaf.credential.n != 32) {
            return ERR_AUTH_POLICY;
        }
        if (slice_equal(leaf.credential, SLICE_ARRAY(o->account))) {
            own_devices++;
            continue;
        }
        out->mine = false;
        bool runs = room->type != STORE_CHAT_GROUP || own_room_is_admin(room, leaf.credential.p);
        if (runs) {
            memcpy(out->other, leaf.credential.p, 32);
            TRY(judge_person(s, out->other, out));
        }
    }
    out->i_invited = own_room_is_admin(room, o->account) && own_devices > 1;
    return OK;
}

/* ---- taking a Welcome ----------------------------------------------------------------------- */

/* The chat row this group belongs to: the one of the same room, emptied of its old protocol
 * state, or a new one. */
static enum err chat_for(struct own *o, struct step *s, const struct own_room *room,
                         struct store_chat *c, bool *fresh)
{
    enum err e = store_chat_find(s->store, s->arena, room->room, c);
    *fresh = e == ERR_GONE;
    if (e == OK) {
        struct own_box *box = own_box(o, c->id, false);
        if (box != NULL && box->opened) {
            TRY(own_box_reopen(o, s, box)); /* by the read tag of now */
        }
        own_group_close(o, c->id);
        TRY(store_sql_run(s->store, "DELETE FROM protocol WHERE grp=?", "i", c->id));
        TRY(store_pending_drop(s->store, c->id));
        TRY(store_sql_run(s->store, "UPDATE chat SET mailbox=?,read_tag=?,join_secret=? WHERE id=?",
                          "bbbi", SLICE_ARRAY(room->mailbox), SLICE_ARRAY(room->read_tag),
                          SLICE_ARRAY(room->join_secret), c->id));
        return store_sql_run(s->store, "DELETE FROM epoch WHERE chat=?", "i", c->id);
    }
    if (e != ERR_GONE) {
        return e;
    }
    memset(c, 0, sizeof *c);
    memcpy(c->room, room->room, 16);
    memcpy(c->mailbox, room->mailbox, 16);
    memcpy(c->read_tag, room->read_tag, 32);
    memcpy(c->join_secret, room->join_secret, 32);
    c->has_mailbox = true;
    c->made = true;
    c->type = room->type;
    c->title = room->name;
    c->cursor = -1;
    c->last_ms = (int64_t)s->now_ms;
    c->timer_s = (int64_t)room->timer_s;
    c->state = STORE_CHAT_REQUEST;
    return store_chat_add(s->store, c);
}

enum err own_pair_settle(struct step *s, const struct store_chat *c, int64_t person)
{
    struct store_person who;
    struct store_chat old;
    TRY(store_chat_set(s->store, "UPDATE chat SET person=? WHERE id=?", person, c->id));
    TRY(store_person_get(s->store, s->arena, person, &who));
    int64_t main_chat = c->id;
    if (who.chat != 0 && who.chat != c->id &&
        store_chat_get(s->store, s->arena, who.chat, &old) == OK) {
        bool old_wins = slice_compare(SLICE_ARRAY(old.room), SLICE_ARRAY(c->room)) < 0;
        main_chat = old_wins ? old.id : c->id;
        int64_t other = old_wins ? c->id : old.id;
        TRY(store_chat_set(s->store, "UPDATE chat SET alias_of=? WHERE id=?", main_chat, other));
        TRY(store_sql_run(s->store, "UPDATE chat SET alias_of=? WHERE alias_of=?", "ii", main_chat,
                          other));
        TRY(store_sql_run(s->store, "UPDATE chat SET state=0 WHERE id IN (?,?) AND state=1", "ii",
                          old.id, c->id));
        TRY(store_chat_move(s->store, s->arena, other, main_chat));
        TRY(store_message_touch_chat(s->store, main_chat));
        effects_chat(s->out, other);
        effects_chat(s->out, main_chat);
    }
    TRY(store_person_set(s->store, person, "UPDATE person SET chat=? WHERE id=?", main_chat));
    return store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1);
}

static enum err come_in(struct own *o, struct step *s, struct store_chat *c, int64_t person)
{
    TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", STORE_CHAT_OPEN, c->id));
    if (c->type == STORE_CHAT_PAIR && person != 0) {
        TRY(own_pair_settle(s, c, person));
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

/* The link of mine someone came by: its label, and the group it leads to (0: none). */
struct door {
    struct slice label;
    int64_t group;
};

static enum err find_door(struct step *s, struct slice token, struct door *out)
{
    void *outs[] = {&out->label, &out->group};
    memset(out, 0, sizeof *out);
    out->label = SLICE_LITERAL("");
    if (token.n != 16) {
        return OK;
    }
    enum err e = store_sql_get(s->store, s->arena,
                               "SELECT label,CASE kind WHEN 2 THEN chat ELSE 0 END FROM link WHERE "
                               "token=? AND gone=0",
                               "ti", outs, "b", token);
    return e == ERR_GONE ? OK : e;
}

static enum err ask_person(struct step *s, const struct store_chat *c, const uint8_t other[32],
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
static enum err decline(struct own *o, struct step *s, const struct store_chat *c,
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

/* Made instead of a room somebody could not come into again: it takes that one's place. */
static enum err succeed(struct own *o, struct step *s, const struct store_chat *c,
                        const struct own_room *room, int64_t person)
{
    struct store_chat old;
    if (!room->has_replaces || room->type == STORE_CHAT_GROUP) {
        return OK;
    }
    enum err e = store_chat_find(s->store, s->arena, room->replaces, &old);
    if (e != OK || old.id == c->id || old.type != c->type || old.person != person ||
        old.alias_of != 0) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_set(s->store, "UPDATE chat SET person=? WHERE id=?", person, c->id));
    return own_chat_succeed(o, s, &old, c);
}

static enum err settle(struct own *o, struct step *s, struct store_chat *c, struct mls_group *g,
                       bool fresh, const struct door *door, uint64_t server_ms)
{
    struct own_room room;
    struct roster r;
    TRY(own_room_of(s->arena, g, &room));
    TRY(read_roster(o, s, g, &room, &r));
    TRY(store_sql_run(s->store,
                      "UPDATE chat SET cursor=-1,first_epoch=?,note=0,stuck=0,made=1 WHERE id=?",
                      "ii", (int64_t)mls_group_epoch(g), c->id));
    TRY(own_group_entered(o, s, c->id, NULL));
    bool in_it = c->state == STORE_CHAT_OPEN || c->state == STORE_CHAT_WAITING ||
                 c->state == STORE_CHAT_BLOCKED || c->state == STORE_CHAT_JOINING;
    if (!fresh && in_it) {
        own_due_chat(o, c->id); /* added again after a repair */
        return OK;
    }
    if (r.blocked) {
        return decline(o, s, c, r.other);
    }
    if (r.mine || r.i_invited || r.trusted) {
        int64_t person = 0;
        if (!r.mine && room.type == STORE_CHAT_PAIR) {
            TRY(store_person_ensure(s->store, r.other, &person));
        }
        TRY(succeed(o, s, c, &room, person));
        return come_in(o, s, c, person);
    }
    if (door->group != 0 && room.type == STORE_CHAT_PAIR) {
        /* by the link of a group: whoever made it said yes to all who come by it */
        int64_t person = 0;
        TRY(store_person_ensure(s->store, r.other, &person));
        TRY(come_in(o, s, c, person));
        return own_wish(o, s, door->group, OWN_WISH_ADD_PERSON, slice_make(&person, sizeof person));
    }
    TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", STORE_CHAT_REQUEST, c->id));
    return ask_person(s, c, r.other, door->label, server_ms);
}

/* Rows of a group before its chat is known lie under this number. */
#define JOIN_CHAT (-1)

/* The tree of a larger group is a parcel. *here: it was not needed or is in p now; *ref names it.
 */
static enum err fetch_tree(struct own *o, struct step *s, struct mls_join_params *p, bool *here,
                           struct slice *ref)
{
    struct mls_extensions list;
    struct slice group_id;
    *here = true;
    *ref = SLICE_EMPTY;
    TRY(mls_welcome_peek(s->arena, p, &list, &group_id));
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].type == OWN_EXT_TREE) {
            *ref = list.v[i].data;
            return own_parcel_get(o, s, 0, OWN_PARCEL_WELCOME, *ref, here, &p->ratchet_tree);
        }
    }
    return OK;
}

/* A device that its account has dropped makes no rooms and asks nobody in. */
static enum err by_whom(struct step *s, const struct mls_group *g, const struct own_room *room,
                        uint32_t signer)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        struct own_identity_leaf l;
        if (leaf.index != signer && room->type == STORE_CHAT_GROUP) {
            continue; /* the others of a group may not have heard of it yet */
        }
        TRY(own_identity_leaf(s, &leaf, &l));
        if (!l.well_formed || l.stands == OWN_IDENTITY_DROPPED) {
            return ERR_AUTH_POLICY;
        }
    }
    return OK;
}

static enum err join(struct own *o, struct step *s, const struct mls_join_params *params,
                     struct store_chat *c, bool *fresh)
{
    struct mls_join_params p = *params;
    struct own_rows rows = {s->store, JOIN_CHAT};
    struct mls_storage storage;
    struct mls_group *g = NULL;
    struct own_room room;
    uint32_t signer = 0;
    own_group_storage(&storage, &rows);
    p.signer = &signer;
    TRY(mls_group_join(&g, &storage, &p));
    enum err e = own_room_of(s->arena, g, &room);
    e = e != OK ? e : by_whom(s, g, &room, signer);
    e = e != OK ? e : chat_for(o, s, &room, c, fresh); /* the room borrows from the group */
    mls_group_destroy(g);
    return e != OK ? e
                   : store_sql_run(s->store, "UPDATE protocol SET grp=? WHERE grp=?", "ii", c->id,
                                   (int64_t)JOIN_CHAT);
}

enum err own_group_welcome(struct own *o, struct step *s, struct slice welcome, struct slice token,
                           uint64_t server_ms)
{
    struct packages mine;
    struct mls_join_params p;
    struct store_chat c;
    struct mls_group *g = NULL;
    struct door door;
    struct slice tree_ref;
    size_t i = 0;
    int64_t last_resort = 0;
    bool fresh = false, here = false;
    TRY(list_refs(s, &mine));
    enum err e = mls_welcome_find(welcome, mine.refs, mine.n, &i);
    if (e != OK) {
        return e == ERR_GONE || e == ERR_INPUT ? OK : e; /* for another device of mine */
    }
    memset(&p, 0, sizeof p);
    p.welcome = welcome;
    TRY(get_package(s, mine.refs[i], &p.key_package, &p.key_package_secret, &last_resort));
    TRY(own_identity(o, s, &p.identity));
    p.policy = own_policy(o, s);
    p.encrypt_handshake = true;
    p.padding_block = 1;
    TRY(fetch_tree(o, s, &p, &here, &tree_ref));
    if (!here) {
        s->durable = true;
        return own_parcel_keep_welcome(s, tree_ref, welcome, token, server_ms);
    }
    TRY(store_sql_run(s->store, "DELETE FROM protocol WHERE grp=?", "i", (int64_t)JOIN_CHAT));
    e = join(o, s, &p, &c, &fresh);
    if (last_resort == 0) {
        TRY(store_sql_run(s->store, "DELETE FROM key_package WHERE ref=?", "b", mine.refs[i]));
    }
    s->durable = true;
    if (e != OK) {
        TRY(store_sql_run(s->store, "DELETE FROM protocol WHERE grp=?", "i", (int64_t)JOIN_CHAT));
        return e;
    }
    TRY(own_group(o, s, c.id, &g));
    TRY(find_door(s, token, &door));
    TRY(settle(o, s, &c, g, fresh, &door, server_ms));
    return last_resort != 0 ? own_wish(o, s, c.id, OWN_WISH_HEAL, SLICE_EMPTY) : OK;
}

/* ---- requests ------------------------------------------------------------------------------- */

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
        return decline(o, s, &c, account.p);
    }
    *chat = c.id;
    if (c.type == STORE_CHAT_PAIR) {
        TRY(store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1));
    }
    return come_in(o, s, &c, person);
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
    return come_in(o, s, &c, person);
}
