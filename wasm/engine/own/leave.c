/* Leaving groups, and deleting chats. */
#include "engine/own/leave.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/hash.h"
#include "engine/own/due.h"
#include "engine/own/admit.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity.h"
#include "engine/own/record_due.h"
#include "engine/own/room.h"
#include "engine/own/room_wish.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "engine/outbox.h"
#include "mls/group.h"
#include "schema/frame.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/own_token.h"
#include "store/own_wish.h"
#include "store/people.h"
#include "store/protocol.h"

/* ---- leaving -------------------------------------------------------------------------------- */

/* Somebody to administer the group when we are gone: the first other person in the tree. */
static enum err heir(struct step *s, struct mls_group *g, const struct own_room *room,
                     int64_t *person)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    *person = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        int64_t who = 0;
        TRY(own_identity_person(s, &leaf, &who));
        if (who == STORE_PERSON_ME) {
            continue;
        }
        if (own_room_is_admin(room, leaf.credential.p)) {
            *person = 0; /* somebody else is admin already */
            return OK;
        }
        *person = *person == 0 ? who : *person;
    }
    return OK;
}

enum err own_group_leave(struct own *o, struct step *s, int64_t chat)
{
    struct mls_group *g = NULL;
    struct store_chat c;
    struct own_room room;
    int64_t person = 0;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.type != STORE_CHAT_GROUP || c.state != STORE_CHAT_OPEN) {
        return ERR_STATE;
    }
    TRY(own_group(o, s, chat, &g));
    TRY(own_room_of(s->arena, g, &room));
    TRY(store_own_wish_clear(s->store, chat));
    if (c.role == ABI_ROLE_ADMIN) {
        TRY(heir(s, g, &room, &person));
    }
    if (person != 0) { /* before we leave */
        TRY(own_room_role(o, s, chat, person, true));
    }
    TRY(own_wish(o, s, chat, OWN_WISH_LEAVE, SLICE_EMPTY));
    TRY(chats_state(s, chat, STORE_CHAT_LEAVING));
    TRY(store_own_token_close_group(s->store, chat));
    TRY(own_token_sync(o, s));
    own_due_chat(o, chat);
    return OK;
}

/* A proposal to remove one leaf of ours, sealed for this epoch. Its content is a one-byte mark,
 * since it is never resealed. */
static enum err propose(struct step *s, const struct store_chat *c, struct mls_group *g,
                        const struct store_epoch *e, uint32_t leaf)
{
    struct mls_process_params pp;
    struct own_admit admit;
    struct mls_proposal p;
    struct slice message, sealed;
    uint8_t hash[32];
    int64_t out = 0;
    memset(&pp, 0, sizeof pp);
    memset(&p, 0, sizeof p);
    memset(&admit, 0, sizeof admit);
    pp.policy = own_admit_policy(s, &admit);
    pp.now_ms = s->now_ms;
    p.type = MLS_PROPOSAL_REMOVE;
    p.removed = leaf;
    TRY(mls_group_propose(g, s->arena, &pp, &p, NULL, &message));
    TRY(own_outer_seal(s->arena, e->outer_key, c->mailbox, e->n, WIRE_KIND_APPLICATION, e->branch,
                       message, &sealed));
    crypto_sha256(hash, sealed);
    TRY(store_echo_put(s->store, c->id, hash, NULL));
    const struct outbox_word mark = {.content = SLICE_LITERAL("-"), .key = hash};
    TRY(outbox_put(s, c->id, &mark, &out));
    return store_outbox_seal(s->store, out, e->n, sealed, e->branch, (int64_t)s->now_ms);
}

enum err own_leave_too(struct own *o, struct step *s, const struct store_chat *c, uint64_t said)
{
    int64_t id = 0;
    (void)o;
    if (c->type != STORE_CHAT_GROUP || c->state != STORE_CHAT_OPEN) {
        return OK;
    }
    TRY(store_own_wish_clear(s->store, c->id));
    TRY(store_wish_add(s->store, c->id, OWN_WISH_LEAVE, SLICE_EMPTY, &id));
    TRY(store_wish_set(s->store, id, (int)said, SLICE_LITERAL("")));
    return chats_state(s, c->id, STORE_CHAT_LEAVING);
}

/* Nobody is left to take us out. */
static bool alone(const struct own *o, const struct mls_group *g)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    bool mine = true;
    while (mine && mls_group_next_member(g, &next, &leaf)) {
        mine = slice_equal(leaf.credential, SLICE_ARRAY(o->account));
    }
    return mine;
}

enum err own_leave_work(struct own *o, struct step *s, const struct store_chat *c,
                        const struct store_wish *w)
{
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    struct store_epoch e;
    uint32_t next = 0;
    int64_t unsent = 0;
    enum err err = OK;
    TRY(store_outbox_contents(s->store, c->id, &unsent));
    if (unsent > 0) {
        return OK; /* what we said before goes first: nothing is sealed after a proposal */
    }
    TRY(own_group(o, s, c->id, &g));
    if (w->stage == (int)mls_group_epoch(g) + 1 || mls_group_state(g) != MLS_IDLE) {
        return OK; /* proposed in this epoch: somebody will commit it */
    }
    if (alone(o, g)) {
        return own_group_left(o, s, c->id);
    }
    TRY(store_epoch_get(s->store, c->id, mls_group_epoch(g), &e));
    while (err == OK && mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, SLICE_ARRAY(o->account))) {
            err = propose(s, c, g, &e, leaf.index);
        }
    }
    wipe(&e, sizeof e);
    TRY(err);
    s->durable = true;
    return store_wish_set(s->store, w->id, (int)mls_group_epoch(g) + 1, SLICE_LITERAL(""));
}

enum err own_group_left(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    own_group_close(o, chat);
    s->dirty = true;
    s->durable = true;
    effects_chat(s->out, chat);
    if (c.hidden && c.state == STORE_CHAT_LEAVING) { /* deleted */
        own_record_due(s);
        return chats_drop(s, chat);
    }
    TRY(store_own_wish_clear(s->store, chat));
    TRY(store_pending_drop(s->store, chat));
    TRY(outbox_close(s, chat, ERR_AUTH_POLICY));
    return chats_state(s, chat, STORE_CHAT_LEFT);
}

/* ---- deleting ------------------------------------------------------------------------------- */

enum err own_chat_delete(struct own *o, struct step *s, int64_t chat, int64_t upto)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.type == STORE_CHAT_SELF) {
        return ERR_STATE;
    }
    s->durable = true;
    own_record_due(s);
    effects_chat(s->out, chat);
    if (c.type == STORE_CHAT_GROUP && c.state == STORE_CHAT_OPEN) {
        TRY(own_group_leave(o, s, chat));
    }
    if (c.state == STORE_CHAT_LEFT || c.state == STORE_CHAT_JOINING) {
        own_group_close(o, chat);
        s->dirty = true;
        return chats_drop(s, chat);
    }
    enum err e = store_chat_get(s->store, s->arena, chat, &c);
    if (e != OK || c.state == STORE_CHAT_LEFT) { /* nobody else was in the group */
        return e == OK ? chats_drop(s, chat) : e == ERR_GONE ? OK : e;
    }
    TRY(chats_empty(s, chat, upto));
    return c.state == STORE_CHAT_LEAVING ? chats_hide(s, chat, true) : OK;
}
