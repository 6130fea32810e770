/* What follows from a new epoch: its keys, the members, the notices about it. */
#include "engine/own/group.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/admit.h"
#include "engine/own/alive.h"
#include "engine/own/box.h"
#include "engine/own/content.h"
#include "engine/own/group_cache.h"
#include "engine/own/hello.h"
#include "engine/own/identity.h"
#include "engine/own/leave.h"
#include "engine/own/record_due.h"
#include "engine/own/room.h"
#include "engine/own/roster.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/order.h"
#include "store/own_chat.h"
#include "store/people.h"
#include "store/protocol.h"
#include "engine/own/order.h"

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

/* Makes the member rows match the tree. */
static enum err sync_members(struct step *s, int64_t chat, struct mls_group *g,
                             const struct own_room *room)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    TRY(roster_begin(s, chat));
    while (mls_group_next_member(g, &next, &leaf)) {
        bool admin = leaf.credential.n == 32 && own_room_is_admin(room, leaf.credential.p);
        TRY(own_identity_person(s, &leaf, &person));
        TRY(roster_member(s, chat, person, admin));
        if (person == STORE_PERSON_ME) {
            TRY(chats_role(s, chat, admin));
        }
    }
    return roster_end(s, chat);
}

enum err own_was_member(struct step *s, int64_t chat, const uint8_t account[32], bool admin,
                        bool *out)
{
    return store_member_has_account(s->store, chat, account, admin, out);
}

/* Did one of our devices take itself out, rather than being dropped by us? */
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
    struct timeline_by by = {0, ABI_BY_HOW_UNSAID, false};
    TRY(ours ? OK : own_roster_by(s, &view->committer_leaf, false, &by));
    enum err e = own_notice_by(s, chat, ours ? ABI_NOTICE_LEFT : ABI_NOTICE_REMOVED,
                               STORE_PERSON_ME, SLICE_EMPTY, &by);
    return e == ERR_GONE ? OK : e; /* deleted */
}

/* Somebody who heard nothing from us for days took this device out and in again. The Welcome
 * continues what we had; if it does not come, the bundle does. */
static enum err taken_again(struct step *s, int64_t chat)
{
    s->durable = true;
    effects_chat(s->out, chat);
    return store_own_chat_taken_again(s->store, chat, (int64_t)s->now_ms);
}

/* Somebody left, so new secrets came. Opens the mailbox again: the old tag reads no further. */
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
    TRY(store_own_chat_set_secrets(s->store, c->id, room->join_secret, room->read_tag));
    own_record_due(s);
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
    struct timeline_by by = {0, ABI_BY_HOW_UNSAID, false};
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
        TRY(store_own_chat_brought_by(s->store, chat, &by.person));
        by.how = ABI_BY_HOW_SAYS;
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
    if (view == NULL || ours) { /* else a large group would seem away after each repair */
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
             picture = c.picture.n > 0 && c.role == ABI_ROLE_ADMIN && by.person == STORE_PERSON_ME;
        TRY(own_hello_owe(o, s, &c, picture, &at_once));
        TRY(at_once ? own_content_hello(o, s, chat, picture) : OK);
    }
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
