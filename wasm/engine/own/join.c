/* Coming into groups by a Welcome: who is in it, whether to enter, what becomes of it. */
#include "engine/own/join.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/alive.h"
#include "engine/own/box.h"
#include "engine/own/chains.h"
#include "engine/own/checking.h"
#include "engine/own/contact_link.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "engine/own/leaf.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/request.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "mls/codec.h"
#include "mls/group.h"
#include "store/account.h"
#include "store/admit.h"
#include "store/outbox.h"
#include "store/own_package.h"
#include "store/own_stuck.h"
#include "store/own_succeed.h"
#include "store/own_token.h"
#include "store/people.h"
#include "store/protocol.h"
#include "mls/welcome.h"

/* ---- who is in it --------------------------------------------------------------------------- */

/* Somebody who brought us into a room. */
struct usher {
    bool mine;    /* a device of mine */
    bool contact; /* somebody I know */
    bool blocked;
    int64_t person; /* 0 unknown */
};

static enum err judge_usher(struct own *o, struct step *s, const uint8_t account[32],
                            struct usher *out)
{
    struct store_person who;
    memset(out, 0, sizeof *out);
    out->mine = slice_equal(slice_make(account, 32), SLICE_ARRAY(o->account));
    enum err e = store_person_find(s->store, s->arena, account, &who);
    if (e == ERR_GONE) {
        return OK;
    }
    TRY(e);
    out->person = who.id;
    out->contact = who.contact != 0 && who.blocked == 0;
    out->blocked = who.blocked != 0;
    return OK;
}

/* ---- taking a Welcome ----------------------------------------------------------------------- */

/* Empties the chat's protocol state: the group that was judged takes it over. */
static enum err chat_again(struct own *o, struct step *s, const struct own_room *room,
                           struct store_chat *c)
{
    struct own_box *box = own_box(o, c->id, false);
    if (box != NULL && box->opened) {
        TRY(own_box_reopen(o, s, box)); /* with the current read tag */
    }
    own_group_close(o, c->id);
    TRY(store_protocol_drop(s->store, c->id));
    TRY(store_pending_drop(s->store, c->id));
    TRY(store_own_stuck_mailbox(s->store, c->id, room->mailbox, room->read_tag, room->join_secret));
    return store_epoch_drop(s->store, c->id);
}

static enum err chat_new(struct step *s, const struct own_room *room, struct store_chat *c)
{
    memset(c, 0, sizeof *c);
    c->account = STORE_ACCOUNT_OWN;
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
    return chats_make(s, c);
}

/* The link of mine someone came by: its label, and the group it leads to (0: none). */
struct door {
    struct slice label;
    int64_t group;
};

/* Does what came prove that its sender holds one of our groups' links? For a token alone, which
 * whoever carries it knows, only the label is taken. `about`: what the proof is tied to. */
enum err own_join_proven(struct step *s, struct slice token, struct slice mac, struct slice about,
                         const uint8_t account[32], bool *yes)
{
    struct slice secret;
    uint8_t want[32];
    *yes = false;
    if (token.n != 16) {
        return OK;
    }
    enum err e = store_own_token_secret(s->store, s->arena, token, &secret);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (secret.n == OWN_LINK_SECRET_SIZE) {
        TRY(own_link_proof(s->arena, secret, about, account, want));
        *yes = ct_slice_equal(SLICE_ARRAY(want), mac) || !RULE(DOOR_NEEDS_SECRET);
    }
    wipe(want, sizeof want);
    return OK;
}

/* What the token names. */
static enum err find_door(struct step *s, struct slice token, struct door *out)
{
    memset(out, 0, sizeof *out);
    out->label = SLICE_LITERAL("");
    if (token.n != 16) {
        return OK;
    }
    enum err e = store_own_token_find(s->store, s->arena, token, &out->label, &out->group);
    return e == ERR_GONE ? OK : e;
}

/* ---- a room we know ------------------------------------------------------------------------- */

/* Do we know everybody here from this room, and each admin as an admin? (Member rows are of our
 * last epoch, or from the record.) */
static enum err nobody_new(struct step *s, const struct store_chat *c, const struct mls_group *g,
                           const struct own_room *room, bool *out)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    *out = true;
    while (*out && mls_group_next_member(g, &next, &leaf)) {
        TRY(own_was_member(s, c->id, leaf.credential.p, false, out));
    }
    for (size_t i = 0; *out && i < room->admin_n; i++) {
        TRY(own_was_member(s, c->id, room->admins[i], true, out));
    }
    return OK;
}

enum err own_join_continues(struct own *o, struct step *s, const struct store_chat *c,
                            const struct mls_group *g, uint64_t epoch,
                            const struct own_admit_tree *t, bool *yes)
{
    struct mls_group *old = NULL;
    *yes = false;
    if (!slice_equal(SLICE_ARRAY(c->room), SLICE_ARRAY(t->room.room)) ||
        (c->has_mailbox && /* a chat that came with a device link has none yet */
         !slice_equal(SLICE_ARRAY(c->mailbox), SLICE_ARRAY(t->room.mailbox)) &&
         RULE(SAME_MAILBOX)) ||
        c->type != t->room.type) {
        return OK;
    }
    enum err e = own_group(o, s, c->id, &old);
    if (e == OK) {
        if (!slice_equal(mls_group_id(old), mls_group_id(g)) && RULE(SAME_GROUP)) {
            return OK;
        }
    } else if (e != ERR_GONE) {
        return e;
    }
    e = own_admit_above_floor(s, mls_group_id(g),
                              epoch); /* rooms we only tried to enter do not count */
    if (e != OK) {
        return e == ERR_STATE_REPLAY ? OK : e;
    }
    if (c->type == STORE_CHAT_PAIR && t->other_known && c->state != STORE_CHAT_REQUEST) {
        /* with the one it is about, whoever signs: a device of mine may be stolen */
        struct store_person who;
        e = store_person_get(s->store, s->arena, c->person, &who);
        if (e != OK || (!slice_equal(SLICE_ARRAY(who.account), SLICE_ARRAY(t->other)) &&
                        RULE(PAIR_KEEPS_ITS_OTHER))) {
            return e == ERR_GONE ? OK : e;
        }
    }
    if (t->signer_dropped) {
        return nobody_new(s, c, g, &t->room, yes);
    }
    if (slice_equal(SLICE_ARRAY(t->signer), SLICE_ARRAY(o->account))) {
        *yes = true;
        return OK;
    }
    if (c->type == STORE_CHAT_PAIR) {
        struct store_person who;
        if (c->state == STORE_CHAT_REQUEST) { /* brought again by whoever brought it */
            return own_request_is_by(s, c, t->signer, yes);
        }
        e = store_person_get(s->store, s->arena, c->person, &who);
        *yes = e == OK && (slice_equal(SLICE_ARRAY(who.account), SLICE_ARRAY(t->signer)) ||
                           !RULE(CONTINUED_BY_THE_OTHER));
        return e == ERR_GONE ? OK : e;
    }
    TRY(own_was_member(s, c->id, t->signer, true, yes));
    if (*yes) {
        return OK;
    }
    TRY(own_was_member(s, c->id, t->signer, false, yes));
    if (!*yes) {
        *yes = !RULE(CONTINUED_BY_A_MEMBER);
        return OK;
    }
    TRY(nobody_new(s, c, g, &t->room, yes));
    *yes = *yes || !RULE(NOBODY_NEW);
    return OK;
}

/* ---- a room we do not know ------------------------------------------------------------------ */

static enum err settle_new(struct own *o, struct step *s, struct store_chat *c,
                           const struct own_admit_tree *t, const struct door *door,
                           uint64_t server_ms)
{
    struct usher by;
    int64_t person = 0;
    bool done = false;
    TRY(judge_usher(o, s, t->signer, &by));
    if (by.blocked) {
        return own_request_decline(o, s, c, t->signer);
    }
    if (c->type == STORE_CHAT_PAIR && t->other_known) {
        TRY(roster_person(s, t->other, &person));
    }
    TRY(own_request_succeed(o, s, c, t, person, &done));
    if (done) {
        return OK;
    }
    if (by.mine || (by.contact && (c->type != STORE_CHAT_GROUP || t->signer_admin)) ||
        (c->type == STORE_CHAT_GROUP && !RULE(REQUEST_OF_STRANGERS))) {
        return own_request_come_in(o, s, c, person);
    }
    if (door->group != 0 && c->type == STORE_CHAT_PAIR) {
        /* by a group's link: its maker agreed to all who use it */
        TRY(own_request_come_in(o, s, c, person));
        return own_wish(o, s, door->group, OWN_WISH_ADD_PERSON, slice_make(&person, sizeof person));
    }
    TRY(chats_state(s, c->id, STORE_CHAT_REQUEST));
    return own_request_ask(s, c, t->signer, door->label, server_ms);
}

enum err own_join_parcel(struct arena *a, struct slice in, struct slice *tree,
                         struct own_entries *brought)
{
    struct slice chains;
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_bytes(&in, tree));
    TRY(cbor_get_bytes(&in, &chains));
    return n == 2 ? own_entries_read(a, chains, brought) : ERR_INPUT;
}

/* The tree of a larger group is a parcel, with the chains. *here: it was not needed, or is in p
 * now; *ref names it. */
static enum err fetch_tree(struct own *o, struct step *s, struct mls_join_params *p,
                           struct own_entries *brought, bool *here, struct slice *ref,
                           struct slice *proof)
{
    struct mls_extensions list;
    struct slice group_id, both;
    *here = true;
    *ref = SLICE_EMPTY;
    *proof = SLICE_EMPTY;
    memset(brought, 0, sizeof *brought);
    TRY(mls_welcome_peek(s->arena, p, &list, &group_id));
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].type == OWN_EXT_DOOR) {
            *proof = list.v[i].data;
        }
    }
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].type == OWN_EXT_TREE) {
            *ref = list.v[i].data;
            TRY(own_parcel_get(o, s, 0, OWN_PARCEL_WELCOME, *ref, here, &both));
            return *here ? own_join_parcel(s->arena, both, &p->ratchet_tree, brought) : OK;
        }
        if (list.v[i].type == OWN_EXT_CHAINS) {
            TRY(own_entries_read(s->arena, list.v[i].data, brought));
        }
    }
    return OK;
}

/* The chat that the group becomes. *again: one that we are in. ERR_STATE: another room uses the
 * name of one we are in, which stays unchanged. */
static enum err place(struct own *o, struct step *s, const struct mls_group *g,
                      const struct own_admit_tree *t, struct store_chat *c, bool *again,
                      bool *aside)
{
    bool yes = false;
    *again = *aside = false;
    enum err e = store_chat_find(s->store, s->arena, t->room.room, c);
    if (e == ERR_GONE) {
        return chat_new(s, &t->room, c);
    }
    TRY(e);
    if (!own_request_in_it(c) && RULE(LEFT_COMES_AS_NEW)) { /* left or declined: taken as new; what
                                                               was said there stays apart */
        TRY(store_own_succeed_unname(s->store, c->id));
        return chat_new(s, &t->room, c);
    }
    TRY(own_join_continues(o, s, c, g, mls_group_epoch(g), t, &yes));
    *again = yes;
    *aside = !yes;
    return yes ? chat_again(o, s, &t->room, c) : ERR_STATE;
}

/* Sets the group aside next to chat c, whose name it bears; only the last such group is kept. The
 * person sees that somebody tried, and may take it as a new room. */
static enum err set_aside(struct own *o, struct step *s, const struct store_chat *c,
                          const struct own_admit_tree *t)
{
    struct own_room room = t->room;
    struct store_chat spare;
    int64_t person = 0;
    TRY(roster_person(s, t->signer, &person));
    crypto_rand(room.room, sizeof room.room);
    TRY(chat_new(s, &room, &spare));
    TRY(store_protocol_move(s->store, OWN_GROUP_NO_CHAT, spare.id));
    TRY(own_request_beside(o, s, c, spare.id, person, false));
    return own_request_beside_told(s, c, ABI_NOTICE_OTHER_ROOM, person);
}

static enum err join(struct own *o, struct step *s, const struct mls_join_params *params,
                     const struct own_entries *brought, struct own_admit_tree *t,
                     struct store_chat *c, bool *again)
{
    struct mls_join_params p = *params;
    struct own_rows rows = {s->store, OWN_GROUP_NO_CHAT};
    struct mls_storage storage;
    struct mls_group *g = NULL;
    uint32_t signer = 0;
    own_group_storage(&storage, &rows);
    p.signer = &signer;
    TRY(mls_group_join(&g, &storage, &p));
    t->complete = true;
    enum err e = own_admit_above_floor(s, mls_group_id(g), mls_group_epoch(g));
    e = e != OK ? e : own_admit_enter(s, g, signer, o->account, brought, t);
    e = e == OK && t->signer_dropped && RULE(SIGNER_THEIRS) ? ERR_AUTH_POLICY
                                                            : e; /* it brings nobody in */
    bool aside = false;
    e = e != OK                                 ? e
        : t->complete || !RULE(ROOM_IS_CHECKED) ? place(o, s, g, t, c, again, &aside)
                                                : ERR_STATE_FUTURE;
    enum err kept = aside ? set_aside(o, s, c, t) : OK; /* the room borrows from the group */
    mls_group_destroy(g);
    TRY(kept);
    return e != OK ? e : store_protocol_move(s->store, OWN_GROUP_NO_CHAT, c->id);
}

/* The group is ours now. */
static enum err settle(struct own *o, struct step *s, struct store_chat *c,
                       const struct own_admit_tree *t, bool again, struct slice token,
                       struct slice proof, uint64_t server_ms)
{
    struct mls_group *g = NULL;
    struct door door;
    bool proven = false;
    TRY(own_group(o, s, c->id, &g));
    TRY(store_own_stuck_welcomed(s->store, c->id, mls_group_epoch(g)));
    int64_t signer = 0;
    TRY(roster_person(s, t->signer, &signer));
    TRY(store_own_stuck_brought_by(s->store, c->id, signer));
    TRY(own_group_entered(o, s, c->id, NULL));
    bool mine = slice_equal(SLICE_ARRAY(t->signer), SLICE_ARRAY(o->account));
    TRY(own_alive_welcomed(s, c, t->signer_device, mine));
    if (again) {
        own_due_chat(o, c->id);
        return OK;
    }
    TRY(find_door(s, token, &door));
    TRY(own_join_proven(s, token, proof, mls_group_id(g), t->signer, &proven));
    door.group = proven ? door.group : 0;
    return settle_new(o, s, c, t, &door, server_ms);
}

enum err own_group_welcome(struct own *o, struct step *s, struct slice welcome, struct slice token,
                           uint64_t server_ms)
{
    struct store_own_package mine;
    struct mls_join_params p;
    struct store_chat c;
    struct own_admit admit;
    struct own_admit_tree t;
    struct own_entries brought;
    struct slice tree_ref, proof;
    uint8_t hash[32];
    struct slice *refs = NULL;
    size_t i = 0, refs_n = 0;
    bool again = false, here = false, taken = false;
    TRY(store_own_package_refs(s->store, s->arena, &refs, &refs_n));
    enum err e = mls_welcome_find(welcome, refs, refs_n, &i);
    if (e != OK) {
        return e == ERR_GONE || e == ERR_INPUT ? OK : e; /* for another device of mine */
    }
    memset(&p, 0, sizeof p);
    p.welcome = welcome;
    TRY(store_own_package_get(s->store, s->arena, refs[i], &mine));
    p.key_package = mine.package;
    p.key_package_secret = mine.secret;
    TRY(own_leaf_identity(o, s, &p.identity));
    memset(&admit, 0, sizeof admit);
    p.policy = own_admit_policy(s, &admit);
    p.encrypt_handshake = true;
    p.padding_block = 1;
    TRY(fetch_tree(o, s, &p, &brought, &here, &tree_ref, &proof));
    if (!here) {
        s->durable = true;
        return own_parcel_keep_welcome(s, tree_ref, welcome, token, server_ms);
    }
    TRY(store_protocol_drop(s->store, OWN_GROUP_NO_CHAT));
    crypto_sha256(hash, welcome);
    if (mine.last_resort) {
        TRY(store_welcome_taken(s->store, hash, &taken));
    }
    s->durable = true;
    TRY(own_chains_heard(o, s, &brought)); /* signed by those they are about, whoever brings them */
    memset(&t, 0, sizeof t);
    e = taken && RULE(WELCOME_ONCE) ? ERR_STATE_REPLAY : join(o, s, &p, &brought, &t, &c, &again);
    if (e == ERR_STATE_FUTURE && !t.complete) {
        struct store_checking wait = {.welcome = welcome,
                                      .token = token.n > 0 ? token : SLICE_LITERAL(""),
                                      .ref = mine.ref,
                                      .server_ms = (int64_t)server_ms};
        TRY(store_protocol_drop(s->store, OWN_GROUP_NO_CHAT));
        return own_checking_put(o, s, &wait, &t);
    }
    TRY(own_checking_done(s, welcome));
    if (mine.last_resort) {
        TRY(store_welcome_take(s->store, hash, mine.ref, &taken));
    } else {
        TRY(store_own_package_drop(s->store, mine.ref));
    }
    if (e != OK) {
        TRY(own_grave(e) ? e : OK);
        return store_protocol_drop(s->store, OWN_GROUP_NO_CHAT);
    }
    TRY(settle(o, s, &c, &t, again, token, proof, server_ms));
    return mine.last_resort ? own_wish(o, s, c.id, OWN_WISH_HEAL, SLICE_EMPTY) : OK;
}
