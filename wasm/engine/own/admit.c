#include "engine/own/admit.h"

#include <string.h>

#include "base/rule.h"
#include "engine/own/due.h"
#include "engine/own/hall.h"
#include "engine/own/judge.h"
#include "engine/own/leaf.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/people.h"

/* ---- policy --------------------------------------------------------------------------------- */

static enum err policy_leaf(void *user, const struct mls_leaf_view *leaf)
{
    struct own_identity_name name;
    (void)user;
    return own_hall_leaf(leaf, &name);
}

/* Only the same account with the same key; a new key comes in as a new leaf. Other replacements are
 * judged with the commit (policy_commit), where its author is known. */
static enum err policy_replace(void *user, const struct mls_leaf_view *before,
                               const struct mls_leaf_view *after)
{
    struct own_admit *a = user;
    if (!slice_equal(before->credential, after->credential) && RULE(PATH_KEEPS_ACCOUNT)) {
        a->rekeyed = true;
    }
    if (!slice_equal(before->signature_key, after->signature_key) && RULE(PATH_KEEPS_KEY)) {
        a->rekeyed = true;
    }
    return OK;
}

enum err own_admit_dropped(struct step *s, const struct mls_leaf_view *leaf, bool *dropped)
{
    struct own_identity_leaf l;
    TRY(own_identity_leaf(s, leaf, &l));
    *dropped = l.stands == OWN_IDENTITY_DROPPED ||
               (l.stands == OWN_IDENTITY_FOREIGN && RULE(FOREIGN_SAYS_NOTHING));
    return OK;
}

/* Only removals may be proposed: of one's own device, or by an admin. */
static enum err policy_proposal(void *user, const struct mls_group *g,
                                const struct mls_proposal_view *p)
{
    struct own_admit *a = user;
    struct mls_leaf_view by;
    struct own_hall h;
    if ((p->sender_type != MLS_SENDER_MEMBER || p->type != MLS_PROPOSAL_REMOVE) &&
        RULE(PROPOSE_REMOVALS_ONLY)) {
        return ERR_AUTH_POLICY;
    }
    TRY(own_hall_begin(&h, a->s, g, a->brought.n));
    TRY(own_hall_bring(&h, &a->brought));
    TRY(mls_group_member(g, p->sender, &by));
    if (a->building || !RULE(PROPOSAL_BY_THE_EPOCH)) {
        bool dropped = false;
        TRY(own_admit_dropped(a->s, &by, &dropped));
        if (dropped && RULE(DROPPED_HAS_NO_VOICE)) {
            return ERR_AUTH_POLICY;
        }
    }
    enum err e = own_judge_removal(&h, &by, p);
    return e == ERR_AUTH_POLICY && !RULE(PROPOSAL_JUDGED_ON_ARRIVAL) ? OK : e;
}

/* Names whose commit was refused. A member's leaf was judged when it came in; the leaf of somebody
 * coming in by themselves may claim any account: only a key that the room lists proves one. */
static enum err name_signer(struct own_hall *h, struct own_admit *a, enum mls_sender_type type,
                            const struct mls_leaf_view *leaf)
{
    bool listed = type == MLS_SENDER_MEMBER || !RULE(EXTERNAL_HAS_PLACE);
    if (leaf->credential.n != 32 || leaf->signature_key.n != 32) {
        return OK;
    }
    const struct own_hall_seat *seat = own_hall_find(h, leaf->credential.p);
    if (!listed && seat != NULL) {
        TRY(own_hall_lists(h, seat, leaf->signature_key.p, &listed));
    }
    a->named = listed;
    memcpy(a->refused_by, leaf->credential.p, 32);
    return OK;
}

static enum err policy_commit(void *user, const struct mls_group *g,
                              const struct mls_commit_view *c)
{
    struct own_admit *a = user;
    struct own_hall h;
    struct own_hall_deed d = {c->proposals, c->proposal_count, c->sender_type, NULL, c->committer};
    struct mls_leaf_view committer = c->committer_leaf;
    if (c->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        d.committer = UINT32_MAX;
    } else {
        TRY(mls_group_member(g, c->committer, &committer));
    }
    d.path = c->has_path ? &c->committer_leaf : NULL;
    TRY(own_hall_begin(&h, a->s, g, own_hall_adds(d.proposals, d.proposal_n) + a->brought.n + 1));
    enum err e = a->rekeyed ? ERR_AUTH_POLICY : own_judge_commit(&h, &d, &a->brought, &committer);
    if (e == ERR_AUTH_POLICY) {
        a->refused = true;
        TRY(name_signer(&h, a, c->sender_type, &committer));
    }
    return e;
}

const struct mls_policy *own_admit_policy(struct step *s, struct own_admit *a)
{
    struct mls_policy *p = arena_array(s->arena, 1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    a->s = s;
    p->user = a;
    p->leaf = policy_leaf;
    p->replace = policy_replace;
    p->proposal = policy_proposal;
    p->commit = policy_commit;
    /* judged when we add someone (plan.c), not when others do: clocks differ, and members who never
     * committed keep the lifetime of their key package (RFC 9420 7.2) */
    p->check_lifetime = false;
    p->now_s = s->now_ms / 1000;
    return p;
}

/* ---- a commit of ours ----------------------------------------------------------------------- */

static enum err plan_hall(struct own_hall *h, struct step *s, const struct mls_group *g,
                          const struct own_entries *brought, const struct own_admit_plan *plan)
{
    struct own_hall_deed d = {plan->proposals, plan->proposal_n, MLS_SENDER_MEMBER, plan->path,
                              mls_group_own_leaf(g)};
    TRY(own_hall_begin(h, s, g, own_hall_adds(plan->proposals, plan->proposal_n) + brought->n + 1));
    TRY(own_hall_bring(h, brought));
    TRY(own_hall_after(h, &d));
    for (size_t i = 0; i < plan->out_n; i++) {
        struct own_hall_seat *seat = own_hall_find(h, plan->out[i]);
        if (seat != NULL && seat->leaves == 0) {
            seat->put_out = true;
            seat->seat_before = false;
        }
    }
    return OK;
}

enum err own_admit_seats(struct step *s, const struct mls_group *g,
                         const struct own_entries *brought, const struct own_admit_plan *plan,
                         const struct own_room_seat **seats, size_t *n, bool *changes)
{
    struct own_hall h;
    TRY(plan_hall(&h, s, g, brought, plan));
    struct own_room_seat *v = arena_array(s->arena, h.n + 1, sizeof *v);
    if (v == NULL) {
        return ERR_HOST_MEMORY;
    }
    *n = 0;
    for (size_t i = 0; i < h.n; i++) {
        if (own_hall_is_said(&h.v[i])) {
            struct own_room_seat *r = &v[(*n)++];
            memcpy(r->account, h.v[i].account, 32);
            r->n = h.v[i].line.name.n;
            memcpy(r->hash, h.v[i].line.name.hash, 32);
        }
    }
    *seats = v;
    *changes = !own_hall_seats_right(&h, &h.room, false, false);
    return OK;
}

enum err own_admit_line(struct step *s, const struct mls_group *g, const uint8_t account[32],
                        struct own_entries_line *out)
{
    struct own_hall h;
    memset(out, 0, sizeof *out);
    TRY(own_hall_begin(&h, s, g, 0));
    const struct own_hall_seat *seat = own_hall_find(&h, account);
    if (seat != NULL) {
        *out = seat->line;
    }
    return OK;
}

enum err own_admit_lines(struct step *s, const struct mls_group *g,
                         const struct own_entries *brought, const struct own_admit_plan *plan,
                         struct own_entries *out)
{
    struct own_hall h;
    TRY(plan_hall(&h, s, g, brought, plan));
    out->n = 0;
    out->v = arena_array(s->arena, h.n + 1, sizeof *out->v);
    if (out->v == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < h.n; i++) {
        if (!own_hall_stays(&h.v[i])) {
            continue;
        }
        struct own_entries_group *o = &out->v[out->n++];
        memcpy(o->account, h.v[i].account, 32);
        TRY(own_entries_behind(s, &h.v[i].line, -1, &o->entries, &o->n));
    }
    return OK;
}

/* ---- key packages --------------------------------------------------------------------------- */

enum err own_admit_package(struct step *s, const struct mls_leaf_view *leaf, const uint8_t *account,
                           bool *yes)
{
    struct own_identity_leaf l;
    TRY(own_identity_leaf(s, leaf, &l));
    *yes = (own_identity_is_theirs(&l) || !RULE(PACKAGE_THEIRS)) &&
           (account == NULL || slice_equal(slice_make(l.account, 32), slice_make(account, 32)) ||
            !RULE(PACKAGE_OF_ACCOUNT));
    return OK;
}

/* ---- entering ------------------------------------------------------------------------------- */

/* The line of one account from entry 0 to the highest that the room names: from what came along, or
 * else from what we know. False: not all of it is here. */
static enum err whole_line(struct own_hall *h, struct own_hall_seat *seat,
                           const struct own_entries *brought, bool *here)
{
    struct own_entries_line line = {false, {0, {0}}};
    const struct own_entries_group *g = own_entries_of(brought, seat->account);
    const uint64_t top = seat->line.name.n;
    struct slice *entries = NULL;
    size_t n = 0;
    *here = false;
    if (top >= CHAIN_ENTRIES_MAX) {
        return ERR_AUTH_POLICY;
    }
    if (g != NULL && g->n > top) {
        entries = g->entries;
        n = (size_t)top + 1;
    } else {
        enum own_identity_place place = OWN_IDENTITY_BEYOND;
        TRY(own_identity_place(h->s, seat->account, &seat->line.name, &place));
        if (place != OWN_IDENTITY_ON) {
            return OK;
        }
        entries = arena_array(h->s->arena, (size_t)top + 1, sizeof *entries);
        if (entries == NULL) {
            return ERR_HOST_MEMORY;
        }
        TRY(own_identity_entries(h->s, seat->account, 0, top, entries, (size_t)top + 1, &n));
    }
    TRY(own_entries_extend(h->s, seat->account, &line, entries, n));
    if (!line.known ||
        !slice_equal(slice_make(line.name.hash, 32), slice_make(seat->line.name.hash, 32))) {
        return ERR_AUTH_POLICY;
    }
    *here = true;
    return OK;
}

static enum err whole_lines(struct own_hall *h, const struct own_entries *brought,
                            struct own_admit_tree *out)
{
    enum { MISSING = sizeof out->missing / sizeof out->missing[0] };
    out->complete = true;
    for (size_t i = 0; i < h->n; i++) {
        bool here = false;
        TRY(whole_line(h, &h->v[i], brought, &here));
        out->complete = out->complete && here;
        if (!here && out->missing_n < MISSING) {
            memcpy(out->missing[out->missing_n++], h->v[i].account, 32);
        }
    }
    return OK;
}

/* A chat of two holds me and one other: finds who that is. */
static enum err pair_of(const struct own_hall *h, const uint8_t me[32], struct own_admit_tree *out)
{
    if (h->room.type != STORE_CHAT_PAIR) {
        return h->room.type == STORE_CHAT_SELF &&
                       (h->n > 1 ||
                        !slice_equal(slice_make(h->v[0].account, 32), slice_make(me, 32)))
                   ? ERR_AUTH_POLICY
                   : OK;
    }
    if (!h->room.has_pair && RULE(PAIR_NAMES_BOTH)) {
        return ERR_AUTH_POLICY; /* otherwise a later joiner would determine who the other one is */
    }
    if (h->room.has_pair) {
        bool first = slice_equal(slice_make(h->room.pair[0], 32), slice_make(me, 32));
        if (!first && !slice_equal(slice_make(h->room.pair[1], 32), slice_make(me, 32)) &&
            RULE(PAIR_OF_TWO)) {
            return ERR_AUTH_POLICY;
        }
        out->other_known = true;
        memcpy(out->other, h->room.pair[first ? 1 : 0], 32);
    }
    for (size_t i = 0; i < h->n; i++) {
        if (slice_equal(slice_make(h->v[i].account, 32), slice_make(me, 32))) {
            continue;
        }
        if (out->other_known &&
            !slice_equal(slice_make(h->v[i].account, 32), slice_make(out->other, 32)) &&
            RULE(PAIR_OF_TWO)) {
            return ERR_AUTH_POLICY; /* a third */
        }
        out->other_known = true;
        memcpy(out->other, h->v[i].account, 32);
    }
    return OK;
}

enum err own_admit_enter(struct step *s, const struct mls_group *g, uint32_t signer,
                         const uint8_t me[32], const struct own_entries *brought,
                         struct own_admit_tree *out)
{
    struct own_hall h;
    struct mls_leaf_view leaf;
    struct own_identity_leaf who;
    uint32_t next = 0;
    memset(out, 0, sizeof *out);
    TRY(own_hall_begin(&h, s, g, 0));
    out->room = h.room;
    TRY(pair_of(&h, me, out));
    TRY(mls_group_member(g, signer, &leaf));
    memcpy(out->signer, leaf.credential.p, 32);
    memcpy(out->signer_device, leaf.signature_key.p, 32);
    out->signer_admin = own_room_is_admin(&h.room, out->signer);
    TRY(whole_lines(&h, brought, out));
    if (!out->complete) {
        return OK; /* judged when they are */
    }
    TRY(own_identity_leaf(s, &leaf, &who));
    out->signer_dropped = who.stands == OWN_IDENTITY_DROPPED && who.listed;
    if (!own_identity_is_theirs(&who) && !out->signer_dropped && RULE(SIGNER_THEIRS)) {
        return ERR_AUTH_POLICY;
    }
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(own_judge_leaf(&h, &leaf, false));
    }
    return OK;
}

enum err own_admit_above_floor(struct step *s, struct slice group_id, uint64_t epoch)
{
    uint64_t floor = 0;
    enum err e = store_floor_get(s->store, group_id, &floor);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    return epoch > floor || !RULE(FLOOR) ? OK : ERR_STATE_REPLAY;
}

/* ---- speaking ------------------------------------------------------------------------------- */

/* Is the entry that the room names on another branch than ours, so that neither comes before the
 * other? */
static enum err apart(struct step *s, const uint8_t account[32],
                      const struct own_identity_name *name, bool *out)
{
    const struct own_entries_line line = {true, *name};
    enum own_identity_place place = OWN_IDENTITY_BEYOND;
    struct own_identity_name head;
    struct slice bytes;
    bool before = false;
    TRY(own_identity_place(s, account, name, &place));
    *out = place == OWN_IDENTITY_ELSEWHERE;
    if (place != OWN_IDENTITY_BEYOND) {
        return OK;
    }
    enum err e = own_identity_head(s, account, &head);
    e = e == OK ? store_entry_get(s->store, s->arena, name->hash, &bytes) : e;
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* its chain is yet to come */
    }
    TRY(own_entries_on(s, &line, &head, &before));
    *out = !before;
    return OK;
}

static enum err look(struct step *s, const struct mls_group *g, struct own_admit_hall *out)
{
    struct mls_leaf_view leaf, me;
    uint32_t next = 0;
    TRY(mls_group_member(g, mls_group_own_leaf(g), &me));
    while (mls_group_next_member(g, &next, &leaf)) {
        struct own_identity_leaf l;
        bool forked = false;
        TRY(own_identity_leaf(s, &leaf, &l));
        if (!l.well_formed) {
            return ERR_AUTH_POLICY;
        }
        out->alone = out->alone && slice_equal(leaf.credential, me.credential);
        TRY(own_identity_forked(s, l.account, &forked));
        out->forked = out->forked || (forked && RULE(FORK_SILENCES));
        if (own_identity_is_theirs(&l) || !RULE(SPEAK_TO_THEIRS)) {
            continue;
        }
        out->clear = false;
        bool other = false;
        TRY(apart(s, l.account, &l.name, &other));
        out->elsewhere = out->elsewhere || other;
        if (l.stands == OWN_IDENTITY_DROPPED && out->dropped == UINT32_MAX &&
            leaf.index != mls_group_own_leaf(g)) {
            out->dropped = leaf.index;
            memcpy(out->device, l.key, 32);
        }
    }
    return OK;
}

static enum err empty_seat(struct step *s, const struct mls_group *g, struct own_admit_hall *out)
{
    struct own_room room;
    TRY(own_room_of(s->arena, g, &room));
    for (size_t i = 0; i < room.seat_n && !out->empty; i++) {
        out->empty = !own_leaf_sits(g, SLICE_ARRAY(room.seats[i].account));
        memcpy(out->account, room.seats[i].account, 32);
        struct own_identity_name name = {room.seats[i].n, {0}};
        bool other = false;
        memcpy(name.hash, room.seats[i].hash, sizeof name.hash);
        TRY(out->empty ? apart(s, out->account, &name, &other) : OK);
        out->elsewhere = out->elsewhere || other;
    }
    return OK;
}

enum err own_admit_hall(struct step *s, const struct mls_group *g, struct own_admit_hall *out)
{
    memset(out, 0, sizeof *out);
    out->dropped = UINT32_MAX;
    out->clear = true;
    out->alone = true;
    TRY(look(s, g, out));
    TRY(empty_seat(s, g, out));
    out->clear = out->clear && !out->forked;
    out->elsewhere = out->elsewhere && !out->forked;
    return OK;
}

enum err own_admit_grown(struct own *o, struct step *s, const uint8_t account[32])
{
    struct store_person who;
    int64_t *chats = NULL;
    size_t n = 0;
    enum err e = store_person_find(s->store, s->arena, account, &who);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_clear_drop(s->store, s->arena, who.id, &chats, &n));
    for (size_t i = 0; i < n; i++) {
        own_due_chat(o, chats[i]);
    }
    effects_person(s->out, who.id);
    return OK;
}
