/* Groups of the own network: making, committing, winning and losing an epoch, members. */

#include "engine/own/group.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/suite.h"
#include "engine/own/admit.h"
#include "engine/own/alive.h"
#include "engine/own/box.h"
#include "engine/own/content.h"
#include "engine/own/entries.h"
#include "engine/own/hello.h"
#include "engine/own/identity.h"
#include "engine/own/leaf.h"
#include "engine/own/leave.h"
#include "engine/own/recover.h"
#include "engine/own/room.h"
#include "engine/own/roster.h"
#include "mls/codec.h"
#include "store/admit.h"
#include "store/order.h"
#include "store/people.h"
#include "store/protocol.h"
#include "store/sql.h"
#include "engine/own/order.h"

/* ---- open groups ---------------------------------------------------------------------------- */

static enum err row_get(void *user, struct slice key, struct arena *arena, struct slice *value)
{
    struct own_rows *r = user;
    return store_protocol_get(r->store, r->chat, key, arena, value);
}

static enum err row_put(void *user, struct slice key, struct slice value)
{
    struct own_rows *r = user;
    return store_protocol_put(r->store, r->chat, key, value);
}

static enum err row_del(void *user, struct slice key)
{
    struct own_rows *r = user;
    return store_protocol_del(r->store, r->chat, key);
}

static enum err row_del_prefix(void *user, struct slice prefix)
{
    struct own_rows *r = user;
    return store_protocol_del_prefix(r->store, r->chat, prefix);
}

void own_group_storage(struct mls_storage *out, struct own_rows *rows)
{
    *out = (struct mls_storage){rows, row_get, row_put, row_del, row_del_prefix};
}

/* A slot of the cache for this chat, emptied; its rows are bound. */
static size_t take_slot(struct own *o, struct step *s, int64_t chat, struct mls_storage *storage)
{
    size_t best = 0;
    own_group_close(o, chat);
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g == NULL) {
            best = i;
            break;
        }
        if (o->groups[i].used < o->groups[best].used) {
            best = i;
        }
    }
    mls_group_destroy(o->groups[best].g);
    o->groups[best] = (struct own_group_slot){chat, NULL, ++o->turn};
    o->rows[best] = (struct own_rows){s->store, chat};
    own_group_storage(storage, &o->rows[best]);
    s->dirty = true;
    return best;
}

bool own_group_is_open(const struct own *o, int64_t chat)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            return true;
        }
    }
    return false;
}

void own_group_close(struct own *o, int64_t chat)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            mls_group_destroy(o->groups[i].g);
            o->groups[i].g = NULL;
        }
    }
}

void own_groups_close(struct own *o)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        mls_group_destroy(o->groups[i].g);
        o->groups[i].g = NULL;
    }
}

enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out)
{
    struct mls_storage storage;
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            o->groups[i].used = ++o->turn;
            *out = o->groups[i].g;
            s->dirty = true;
            return OK;
        }
    }
    size_t i = take_slot(o, s, chat, &storage);
    TRY(mls_group_load(&o->groups[i].g, &storage));
    *out = o->groups[i].g;
    return OK;
}

/* ---- epochs --------------------------------------------------------------------------------- */

void own_branch_tag(uint8_t out[8], struct slice authenticator)
{
    uint8_t h[32];
    struct slice parts[2] = {SLICE_LITERAL("sotto branch"), authenticator};
    crypto_hash_parts(CRYPTO_SHA256, h, parts, 2);
    memcpy(out, h, 8);
}

static enum err epoch_keys(const struct mls_group *g, const uint8_t mailbox[16], uint64_t now_ms,
                           struct store_epoch *e)
{
    struct slice box = slice_make(mailbox, 16);
    memset(e, 0, sizeof *e);
    e->n = mls_group_epoch(g);
    e->at_ms = (int64_t)now_ms;
    own_branch_tag(e->branch, mls_group_epoch_authenticator(g));
    TRY(mls_group_export(g, SLICE_LITERAL("sotto outer"), box, e->outer_key, 32));
    TRY(mls_group_export(g, SLICE_LITERAL("sotto mailbox write"), box, e->write_seed, 32));
    return mls_group_export(g, SLICE_LITERAL("sotto typing"), box, e->typing_key, 32);
}

/* Member rows as the tree has them. */
static enum err sync_members(struct step *s, int64_t chat, struct mls_group *g,
                             const struct own_room *room)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    TRY(store_sql_run(s->store, "UPDATE member SET gone=2 WHERE chat=? AND gone=0", "i", chat));
    while (mls_group_next_member(g, &next, &leaf)) {
        bool admin = leaf.credential.n == 32 && own_room_is_admin(room, leaf.credential.p);
        TRY(own_identity_person(s, &leaf, &person));
        TRY(store_member_put(s->store, chat, person, admin));
        if (person == STORE_PERSON_ME) {
            TRY(store_chat_set(s->store, "UPDATE chat SET role=? WHERE id=?", admin, chat));
        }
    }
    return store_sql_run(s->store, "UPDATE member SET gone=1 WHERE chat=? AND gone=2", "i", chat);
}

enum err own_was_member(struct step *s, int64_t chat, const uint8_t account[32], bool admin,
                        bool *out)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n,
                          "SELECT count(*) FROM member m JOIN person p ON p.id=m.person WHERE "
                          "m.chat=? AND p.account=? AND m.gone=0 AND m.role>=?",
                          "ibi", chat, slice_make(account, 32), (int64_t)admin));
    *out = n > 0;
    return OK;
}

/* Did we say ourselves that we go? One of our devices took itself out; not one that we dropped. */
static enum err we_left(const struct own *o, struct step *s, const struct mls_commit_view *v,
                        bool *yes)
{
    *yes = false;
    for (size_t i = 0; !*yes && i < v->proposal_count; i++) {
        const struct mls_proposal_view *p = &v->proposals[i];
        if (p->type == MLS_PROPOSAL_REMOVE && p->sender_type == MLS_SENDER_MEMBER &&
            p->sender == p->removed &&
            slice_equal(p->removed_leaf.credential, SLICE_ARRAY(o->account))) {
            bool dropped = false;
            TRY(own_admit_dropped(s, &p->removed_leaf, &dropped));
            *yes = !dropped || !RULE(DROPPED_HAS_NO_VOICE);
        }
    }
    return OK;
}

static enum err removed_from(struct own *o, struct step *s, int64_t chat,
                             const struct mls_commit_view *view)
{
    bool ours = false;
    TRY(we_left(o, s, view, &ours));
    TRY(own_group_left(o, s, chat));
    struct own_by by = {0, STORE_BY_NOBODY, false};
    TRY(ours ? OK : own_roster_by(s, &view->committer_leaf, false, &by));
    enum err e = own_notice_by(s, chat, ours ? 3 : 4, STORE_PERSON_ME, SLICE_EMPTY, &by);
    return e == ERR_GONE ? OK : e; /* deleted */
}

/* Somebody who heard nothing of us for days took this device out and in again. What we had goes on
 * with the Welcome; should that not come, by the bundle. */
static enum err taken_again(struct step *s, int64_t chat)
{
    s->durable = true;
    effects_chat(s->out, chat);
    return store_sql_run(s->store, "UPDATE chat SET note=1,stuck=1,stuck_ms=? WHERE id=?", "ii",
                         (int64_t)s->now_ms, chat);
}

/* New ones came with somebody's going. The mailbox is opened anew: the old tag reads no further. */
static enum err take_secrets(struct own *o, struct step *s, const struct store_chat *c,
                             const struct own_room *room)
{
    bool tag = ct_equal(room->read_tag, c->read_tag, sizeof c->read_tag);
    if (tag && ct_equal(room->join_secret, c->join_secret, sizeof c->join_secret)) {
        return OK;
    }
    if (!tag) {
        TRY(store_old_tag_keep(s->store, c->id, (int64_t)s->now_ms));
    }
    TRY(store_sql_run(s->store, "UPDATE chat SET join_secret=?,read_tag=? WHERE id=?", "bbi",
                      SLICE_ARRAY(room->join_secret), SLICE_ARRAY(room->read_tag), c->id));
    own_recover_touch(s);
    struct own_box *box = own_box(o, c->id, false);
    if (tag || box == NULL || !box->opened) {
        return OK;
    }
    box->older = 0;
    return own_box_reopen(o, s, box);
}

enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                           const struct mls_commit_view *view)
{
    struct mls_group *g = NULL;
    struct store_epoch e;
    struct store_chat c;
    struct own_room room;
    bool newcomer = false, ours = false;
    struct own_by by = {0, STORE_BY_NOBODY, false};
    if (view != NULL && own_alive_takes_us_again(o, view)) {
        return taken_again(s, chat);
    }
    if (view != NULL && view->removes_us) {
        return removed_from(o, s, chat, view);
    }
    TRY(own_group(o, s, chat, &g));
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_room_of(s->arena, g, &room));
    TRY(take_secrets(o, s, &c, &room));
    TRY(store_floor_raise(s->store, mls_group_id(g), mls_group_epoch(g)));
    TRY(epoch_keys(g, room.mailbox, s->now_ms, &e));
    enum err err = store_epoch_put(s->store, chat, &e);
    wipe(&e, sizeof e);
    TRY(err);
    if (view != NULL) {
        bool outside = view->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT;
        ours = outside && slice_equal(view->committer_leaf.signature_key, SLICE_ARRAY(o->device));
        TRY(own_roster_by(s, &view->committer_leaf, outside, &by));
        TRY(own_roster_commit(s, &c, g, &room, view, &by, &newcomer));
    }
    if (view == NULL || ours) {
        TRY(store_sql_get_int(s->store, &by.person, "SELECT brought_by FROM chat WHERE id=?", "i",
                              chat));
        by.how = STORE_BY_SAYS;
        TRY(own_roster_again(o, s, &c, g, &room, &by, &newcomer));
    }
    bool left = false;
    if (view != NULL) {
        TRY(we_left(o, s, view, &left));
    }
    if (left) {
        TRY(own_leave_too(o, s, &c, 0));
    }
    TRY(sync_members(s, chat, g, &room));
    TRY(store_seat_sync(s->store, chat, mls_group_epoch(g)));
    if (view == NULL || ours) { /* in a group of many all would seem to be away after each repair */
        TRY(own_alive_sync(o, s, &c, g, ours && c.type == STORE_CHAT_GROUP));
    } else {
        TRY(own_alive_commit(o, s, &c, view));
    }
    TRY(own_order_entered(s, chat, mls_group_epoch(g)));
    TRY(own_roster_room(s, &c, &room, &by));
    effects_chat(s->out, chat);
    s->durable = true;
    if (newcomer && c.type == STORE_CHAT_GROUP && c.state == STORE_CHAT_OPEN) {
        bool at_once = false,
             picture = c.picture.n > 0 && c.role == 1 && by.person == STORE_PERSON_ME;
        TRY(own_hello_owe(o, s, &c, picture, &at_once));
        TRY(at_once ? own_content_hello(o, s, chat, picture) : OK);
    }
    return OK;
}

/* ---- making --------------------------------------------------------------------------------- */

static enum err suite_of(const struct own *o, const struct crypto_suite **suite)
{
    *suite = crypto_suite_find(o->suite != 0 ? o->suite : CRYPTO_SUITE_DEFAULT);
    return *suite == NULL ? ERR_INPUT_SUITE : OK;
}

/* The two who a chat of two is for, the lower first: no third ever sits there. */
static enum err name_pair(struct own *o, struct step *s, int64_t person, struct own_room *room)
{
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    bool first = slice_compare(SLICE_ARRAY(o->account), SLICE_ARRAY(who.account)) < 0;
    room->has_pair = true;
    memcpy(room->pair[first ? 0 : 1], o->account, sizeof room->pair[0]);
    memcpy(room->pair[first ? 1 : 0], who.account, sizeof room->pair[0]);
    return OK;
}

enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name, int64_t person,
                       const uint8_t *replaces, struct store_chat *c)
{
    struct mls_group_params p;
    struct mls_storage storage;
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct own_entries_line line;
    struct own_room room;
    uint8_t gid[16];
    memset(&room, 0, sizeof room);
    memset(&p, 0, sizeof p);
    memset(c, 0, sizeof *c);
    crypto_rand(room.room, 16);
    crypto_rand(room.mailbox, 16);
    crypto_rand(room.read_tag, 32);
    crypto_rand(room.join_secret, 32);
    crypto_rand(gid, 16);
    room.has_replaces = replaces != NULL;
    if (replaces != NULL) {
        memcpy(room.replaces, replaces, 16);
    }
    room.type = type;
    room.name = name;
    if (type == STORE_CHAT_PAIR && person != 0) {
        TRY(name_pair(o, s, person, &room));
    }
    room.admins = (const uint8_t(*)[32])o->account;
    room.admin_n = type == STORE_CHAT_GROUP;
    memcpy(c->room, room.room, 16);
    memcpy(c->mailbox, room.mailbox, 16);
    memcpy(c->read_tag, room.read_tag, 32);
    memcpy(c->join_secret, room.join_secret, 32);
    c->has_mailbox = true;
    c->type = type;
    c->state = type == STORE_CHAT_PAIR ? STORE_CHAT_WAITING : STORE_CHAT_OPEN;
    c->title = name;
    c->person = person;
    c->role = type == STORE_CHAT_GROUP;
    c->last_ms = (int64_t)s->now_ms;
    TRY(store_chat_add(s->store, c));
    TRY(own_room_encode(s->arena, &room, &ext.data));
    TRY(suite_of(o, &p.suite));
    p.group_id = SLICE_ARRAY(gid);
    TRY(own_leaf_identity(o, s, &p.identity));
    p.extensions.v = &ext;
    p.extensions.n = 1;
    p.encrypt_handshake = true;
    p.padding_block = 1;
    TRY(own_entries_pinned(s, o->account, &line));
    size_t i = take_slot(o, s, c->id, &storage);
    TRY(mls_group_create(&o->groups[i].g, &storage, &p));
    TRY(own_group_entered(o, s, c->id, NULL));
    TRY(own_wish(o, s, c->id, OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    effects_chat(s->out, c->id);
    return OK;
}

bool own_group_seats(const struct mls_group *g, struct slice account, struct slice key)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.signature_key, key) &&
            (account.n == 0 || slice_equal(leaf.credential, account))) {
            return true;
        }
    }
    return false;
}
