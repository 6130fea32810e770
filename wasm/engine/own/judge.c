#include "engine/own/judge.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "store/chat.h"

/* ---- rights --------------------------------------------------------------------------------- */

/* Who proposes: nobody, if the newest entry the room knows no longer lists the key. */
struct voice {
    const uint8_t *account; /* NULL: no rights */
    bool admin;
};

static enum err voice_of(struct own_hall *h, const struct mls_leaf_view *leaf, struct voice *out)
{
    struct own_hall_seat *seat = NULL;
    bool listed = false;
    memset(out, 0, sizeof *out);
    if (leaf->credential.n != 32 || leaf->signature_key.n != 32) {
        return OK;
    }
    TRY(own_hall_seat(h, leaf->credential.p, &seat));
    TRY(own_hall_lists(h, seat, leaf->signature_key.p, &listed));
    if ((listed || !RULE(DROPPED_HAS_NO_VOICE)) && (seat->leaf_before || seat->seat_before)) {
        out->account = seat->account;
        out->admin = own_room_is_admin(&h->room, seat->account);
    }
    return OK;
}

enum err own_judge_leaf(struct own_hall *h, const struct mls_leaf_view *leaf, bool brought_in)
{
    struct own_identity_name name;
    struct own_hall_seat *seat = NULL;
    bool on = false, listed = false, newest = true;
    TRY(own_hall_leaf(leaf, &name));
    TRY(own_hall_seat(h, leaf->credential.p, &seat));
    TRY(own_entries_on(h->s, &seat->line, &name, &on));
    if (!on && RULE(LEAF_BRINGS_ENTRIES)) {
        return ERR_AUTH_POLICY; /* it brings less than it names, or another branch */
    }
    TRY(own_entries_lists(h->s, &name, leaf->signature_key.p, &listed));
    if (listed && !RULE(FOLLOWED_BY_THE_EPOCH)) {
        TRY(own_identity_lists_now(h->s, leaf->credential.p, leaf->signature_key.p, &listed));
    }
    if (brought_in) {
        TRY(own_hall_lists(h, seat, leaf->signature_key.p, &newest));
    }
    if (!listed && RULE(LEAF_LISTED)) {
        return ERR_AUTH_POLICY; /* foreign */
    }
    return newest || !RULE(LEAF_NOT_DROPPED) ? OK : ERR_AUTH_POLICY;
}

static enum err judge_add(struct own_hall *h, const struct mls_proposal_view *p,
                          const struct voice *who)
{
    struct own_hall_seat *seat = NULL;
    TRY(own_judge_leaf(h, &p->leaf, true));
    TRY(own_hall_seat(h, p->leaf.credential.p, &seat));
    if (who->account == NULL) {
        return ERR_AUTH_POLICY;
    }
    if (seat->leaf_before || seat->seat_before) {
        return OK; /* a device of somebody with a place here: any member may */
    }
    return h->room.type == STORE_CHAT_PAIR || (h->room.type == STORE_CHAT_GROUP && who->admin) ||
                   !RULE(ADD_BY_ADMIN)
               ? OK
               : ERR_AUTH_POLICY;
}

static enum err judge_remove(struct own_hall *h, const struct mls_proposal_view *p,
                             const struct voice *who)
{
    struct own_hall_seat *seat = NULL;
    bool listed = false;
    const struct mls_leaf_view *leaf = &p->removed_leaf;
    if (who->account == NULL || leaf->credential.n != 32 || leaf->signature_key.n != 32) {
        return ERR_AUTH_POLICY;
    }
    if (who->admin ||
        slice_equal(slice_make(who->account, 32), slice_make(leaf->credential.p, 32))) {
        return OK;
    }
    TRY(own_hall_seat(h, leaf->credential.p, &seat));
    TRY(own_hall_lists(h, seat, leaf->signature_key.p, &listed));
    return listed && RULE(REMOVE_BY_ADMIN)
               ? ERR_AUTH_POLICY
               : OK; /* dropped, as the room knows or is shown: any member may */
}

enum err own_judge_removal(struct own_hall *h, const struct mls_leaf_view *by,
                           const struct mls_proposal_view *p)
{
    struct voice who;
    TRY(voice_of(h, by, &who));
    return judge_remove(h, p, &who);
}

static bool removes(const struct own_hall_deed *d)
{
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_REMOVE) {
            return true;
        }
    }
    return false;
}

/* What no commit changes. */
static bool same_place(const struct own_room *a, const struct own_room *b)
{
    return a->type == b->type && slice_equal(SLICE_ARRAY(a->room), SLICE_ARRAY(b->room)) &&
           slice_equal(SLICE_ARRAY(a->mailbox), SLICE_ARRAY(b->mailbox)) &&
           a->has_replaces == b->has_replaces &&
           slice_equal(SLICE_ARRAY(a->replaces), SLICE_ARRAY(b->replaces)) &&
           a->has_pair == b->has_pair && slice_equal(SLICE_ARRAY(a->pair), SLICE_ARRAY(b->pair));
}

/* What a member who is no admin must leave unchanged. */
static enum err only_secrets(struct own_hall *h, const struct own_hall_deed *d,
                             struct own_room after, bool *out)
{
    struct slice a, b;
    bool secrets = ct_equal(after.join_secret, h->room.join_secret, 32) &&
                   ct_equal(after.read_tag, h->room.read_tag, 32);
    *out = false;
    if (!secrets && !removes(d)) {
        return OK;
    }
    memcpy(after.join_secret, h->room.join_secret, 32);
    memcpy(after.read_tag, h->room.read_tag, 32);
    after.seats = h->room.seats;
    after.seat_n = h->room.seat_n;
    TRY(own_room_encode(h->s->arena, &after, &a));
    TRY(own_room_encode(h->s->arena, &h->room, &b));
    *out = ct_slice_equal(a, b);
    return OK;
}

static enum err judge_room(struct own_hall *h, const struct own_hall_deed *d,
                           const struct mls_proposal_view *p, const struct voice *who)
{
    struct own_room after;
    bool only = false;
    if (who->account == NULL || own_room_in(h->s->arena, p->extensions, &after) != OK ||
        (!same_place(&h->room, &after) && RULE(ROOM_SAME_PLACE))) {
        return ERR_AUTH_POLICY;
    }
    if (!who->admin && h->room.type == STORE_CHAT_GROUP) {
        TRY(only_secrets(h, d, after, &only));
        if (!only && RULE(ROOM_BY_ADMIN)) {
            return ERR_AUTH_POLICY;
        }
    }
    return own_hall_seats_right(h, &after, true, who->admin) || !RULE(SEAT_STAYS) ? OK
                                                                                  : ERR_AUTH_POLICY;
}

/* A chat of two, which has no admin: whoever gave no sign of life is taken out and in again with
 * another package of the same device. */
static bool comes_in_again(const struct own_hall *h, const struct own_hall_deed *d,
                           const struct mls_proposal_view *removal)
{
    const struct mls_leaf_view *out = &removal->removed_leaf;
    for (size_t i = 0; h->room.type == STORE_CHAT_PAIR && i < d->proposal_n; i++) {
        const struct mls_proposal_view *p = &d->proposals[i];
        if (p->type == MLS_PROPOSAL_ADD && slice_equal(p->leaf.credential, out->credential) &&
            slice_equal(p->leaf.signature_key, out->signature_key)) {
            return true;
        }
    }
    return false;
}

/* Judges what the commit says by value. A proposal that rides along was judged by the epoch alone
 * when it came, and would be judged the same again. */
static enum err judge_proposal(struct own_hall *h, const struct own_hall_deed *d,
                               const struct mls_proposal_view *p, const struct voice *committer)
{
    struct voice who = *committer;
    struct mls_leaf_view by;
    if (d->sender_type == MLS_SENDER_MEMBER && p->sender_type != MLS_SENDER_MEMBER) {
        return ERR_AUTH_POLICY;
    }
    if (d->sender_type == MLS_SENDER_MEMBER && p->sender != d->committer) {
        if (p->type != MLS_PROPOSAL_REMOVE && RULE(PROPOSE_REMOVALS_ONLY)) {
            return ERR_AUTH_POLICY;
        }
        TRY(mls_group_member(h->g, p->sender, &by));
        TRY(voice_of(h, &by, &who));
    }
    switch (p->type) {
    case MLS_PROPOSAL_ADD:
        return judge_add(h, p, &who);
    case MLS_PROPOSAL_REMOVE:
        if (who.account != NULL && p->sender == d->committer && comes_in_again(h, d, p)) {
            return OK;
        }
        return judge_remove(h, p, &who);
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return judge_room(h, d, p, &who);
    case MLS_PROPOSAL_EXTERNAL_INIT:
    case MLS_PROPOSAL_PSK:
        return OK;
    default:
        return ERR_AUTH_POLICY;
    }
}

/* ---- the whole commit ----------------------------------------------------------------------- */

/* A chat of two never holds a third account, the self chat no second. */
static bool too_many(const struct own_hall *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct own_hall_seat *seat = &h->v[i];
        if (!own_hall_stays(seat)) {
            continue;
        }
        n++;
        if (h->room.has_pair &&
            !slice_equal(slice_make(seat->account, 32), slice_make(h->room.pair[0], 32)) &&
            !slice_equal(slice_make(seat->account, 32), slice_make(h->room.pair[1], 32))) {
            return true;
        }
    }
    return (h->room.type == STORE_CHAT_PAIR && n > OWN_PAIR) ||
           (h->room.type == STORE_CHAT_SELF && n > 1);
}

static bool rewrites_room(const struct own_hall_deed *d)
{
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS) {
            return true;
        }
    }
    return false;
}

/* Nothing may be brought of somebody who has nothing to do with this room. */
static bool all_have_business(const struct own_hall *h)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct own_hall_seat *seat = &h->v[i];
        if (!seat->leaf_before && !seat->seat_before && seat->leaves == 0) {
            return false;
        }
    }
    return true;
}

enum err own_judge_commit(struct own_hall *h, const struct own_hall_deed *d,
                          const struct own_entries *brought, const struct mls_leaf_view *committer)
{
    struct voice who;
    TRY(own_hall_bring(h, brought));
    TRY(own_hall_after(h, d));
    TRY(voice_of(h, committer, &who));
    if (d->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT && who.account == NULL &&
        RULE(EXTERNAL_HAS_PLACE)) {
        return ERR_AUTH_POLICY; /* nobody without a place here comes in by themselves */
    }
    if (d->path != NULL) {
        TRY(own_judge_leaf(h, d->path, d->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT));
    }
    for (size_t i = 0; i < d->proposal_n; i++) {
        TRY(judge_proposal(h, d, &d->proposals[i], &who));
    }
    if ((!all_have_business(h) && RULE(BROUGHT_OF_THOSE_HERE)) ||
        (too_many(h) && RULE(PAIR_OF_TWO))) {
        return ERR_AUTH_POLICY;
    }
    return rewrites_room(d) || own_hall_seats_right(h, &h->room, false, false) || !RULE(SEAT_STAYS)
               ? OK
               : ERR_AUTH_POLICY;
}
