#include "engine/own/admit.h"

#include <string.h>

#include "base/ct.h"
#include "base/limits.h"
#include "engine/own/due.h"
#include "mls/codec.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/people.h"

/* ---- accounts of a room --------------------------------------------------------------------- */

/* One account, as the room has it before a commit and after. */
struct seat {
    uint8_t account[32];
    bool leaf_before, seat_before;
    struct own_entries_line line; /* what the room knows; with what the commit brings, once taken */
    size_t leaves;                /* after the commit                                           */
    bool has_named;
    uint64_t named; /* highest number these leaves name                                          */
    bool put_out;   /* a leaf went that is still listed, or we are told so                       */
};
struct hall {
    struct step *s;
    const struct mls_group *g;
    struct own_room room;
    struct seat *v;
    size_t n, cap;
};

static struct seat *find(struct hall *h, const uint8_t account[32])
{
    for (size_t i = 0; i < h->n; i++) {
        if (slice_equal(slice_make(h->v[i].account, 32), slice_make(account, 32))) {
            return &h->v[i];
        }
    }
    return NULL;
}

static enum err seat_of(struct hall *h, const uint8_t account[32], struct seat **out)
{
    *out = find(h, account);
    if (*out != NULL) {
        return OK;
    }
    if (h->n == h->cap) {
        return ERR_LIMIT;
    }
    *out = &h->v[h->n++];
    memset(*out, 0, sizeof **out);
    memcpy((*out)->account, account, 32);
    return OK;
}

static void raise_line(struct own_entries_line *line, const struct own_identity_name *name)
{
    if (!line->known || name->n > line->name.n) {
        line->known = true;
        line->name = *name;
    }
}

/* Its form: an account, a key, an entry. */
static enum err leaf_form(const struct mls_leaf_view *leaf, struct own_identity_name *name)
{
    return leaf->credential_type == 1 && leaf->credential.n == 32 && leaf->signature_key.n == 32 &&
                   own_identity_name_of(leaf, name) == OK
               ? OK
               : ERR_AUTH_POLICY;
}

/* The accounts of the epoch g is in, and what the room knows of each. more: accounts that a commit
 * may add. */
static enum err hall_begin(struct hall *h, struct step *s, const struct mls_group *g, size_t more)
{
    struct mls_leaf_view leaf;
    struct own_identity_name name;
    struct seat *seat = NULL;
    uint32_t next = 0;
    memset(h, 0, sizeof *h);
    h->s = s;
    h->g = g;
    TRY(own_room_of(s->arena, g, &h->room));
    h->cap = mls_group_member_count(g) + h->room.seat_n + more;
    h->v = arena_array(s->arena, h->cap + 1, sizeof *h->v);
    if (h->v == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(leaf_form(&leaf, &name));
        TRY(seat_of(h, leaf.credential.p, &seat));
        seat->leaf_before = true;
        raise_line(&seat->line, &name);
    }
    for (size_t i = 0; i < h->room.seat_n; i++) {
        const struct own_room_seat *r = &h->room.seats[i];
        name.n = r->n;
        memcpy(name.hash, r->hash, 32);
        TRY(seat_of(h, r->account, &seat));
        seat->seat_before = true;
        raise_line(&seat->line, &name);
    }
    return OK;
}

/* What a commit brings must continue what the room knows. */
static enum err hall_bring(struct hall *h, const struct own_entries *brought)
{
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        struct seat *seat = NULL;
        TRY(seat_of(h, g->account, &seat));
        TRY(own_entries_extend(h->s, g->account, &seat->line, g->entries, g->n));
    }
    return OK;
}

/* Is the key in the newest entry the room knows? */
static enum err newest_lists(struct hall *h, const struct seat *seat, const uint8_t key[32],
                             bool *out)
{
    *out = false;
    if (!seat->line.known) {
        return OK;
    }
    enum err e = own_entries_lists(h->s, &seat->line.name, key, out);
    return e == ERR_GONE ? ERR_STORE_CORRUPT : e;
}

/* ---- after a commit ------------------------------------------------------------------------- */

/* A commit as the judge sees it: one of others, or what we are about to do. */
struct deed {
    const struct mls_proposal_view *proposals;
    size_t proposal_n;
    enum mls_sender_type sender_type;
    const struct mls_leaf_view *path; /* the committer's leaf as it will be, NULL no path      */
    uint32_t committer;               /* its leaf before; UINT32_MAX from outside              */
};

static bool goes(const struct deed *d, uint32_t leaf)
{
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_REMOVE && d->proposals[i].removed == leaf) {
            return true;
        }
    }
    return false;
}

static enum err sits(struct hall *h, const struct mls_leaf_view *leaf)
{
    struct own_identity_name name;
    struct seat *seat = NULL;
    TRY(leaf_form(leaf, &name));
    TRY(seat_of(h, leaf->credential.p, &seat));
    seat->leaves++;
    if (!seat->has_named || name.n > seat->named) {
        seat->has_named = true;
        seat->named = name.n;
    }
    return OK;
}

/* Who sits in the tree once it is done. */
static enum err hall_after(struct hall *h, const struct deed *d)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(h->g, &next, &leaf)) {
        struct seat *seat = NULL;
        bool listed = false;
        if (!goes(d, leaf.index)) {
            TRY(sits(h, leaf.index == d->committer && d->path != NULL ? d->path : &leaf));
            continue;
        }
        TRY(seat_of(h, leaf.credential.p, &seat));
        TRY(newest_lists(h, seat, leaf.signature_key.p, &listed));
        seat->put_out = seat->put_out || listed;
    }
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_ADD) {
            TRY(sits(h, &d->proposals[i].leaf));
        }
    }
    return d->committer == UINT32_MAX && d->path != NULL ? sits(h, d->path) : OK;
}

/* An account whose last leaf went because its device was dropped keeps its seat. */
static bool stays(const struct seat *seat)
{
    return seat->leaves > 0 || (seat->leaf_before ? !seat->put_out : seat->seat_before);
}

/* Does the room have to say what it knows of this account, since no leaf does? */
static bool is_said(const struct seat *seat)
{
    return stays(seat) && seat->line.known &&
           (seat->leaves == 0 || seat->line.name.n > seat->named);
}

static bool same_name(const struct own_room_seat *r, const struct own_identity_name *name)
{
    return r->n == name->n && slice_equal(slice_make(r->hash, 32), slice_make(name->hash, 32));
}

static const struct own_room_seat *seat_in(const struct own_room *r, const uint8_t account[32])
{
    for (size_t i = 0; i < r->seat_n; i++) {
        if (slice_equal(slice_make(r->seats[i].account, 32), slice_make(account, 32))) {
            return &r->seats[i];
        }
    }
    return NULL;
}

/* Are these the seats of the room after the commit? strict: none but those, as whoever rewrites
 * the room leaves them. Who runs the group may leave out an account without a leaf. */
static bool seats_right(struct hall *h, const struct own_room *after, bool strict, bool admin)
{
    size_t said = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct seat *seat = &h->v[i];
        const struct own_room_seat *r = seat_in(after, seat->account);
        if (is_said(seat)) {
            bool dropped = r == NULL && seat->leaves == 0 && admin && strict;
            if (!dropped && (r == NULL || !same_name(r, &seat->line.name))) {
                return false;
            }
            said += r != NULL;
        } else if (r != NULL && (strict || !stays(seat))) {
            return false;
        }
    }
    return !strict || said == after->seat_n;
}

/* ---- rights --------------------------------------------------------------------------------- */

/* Who proposes: nobody, when the newest entry the room knows does not list its key any more. */
struct voice {
    const uint8_t *account; /* NULL: no rights */
    bool admin;
};

static enum err voice_of(struct hall *h, const struct mls_leaf_view *leaf, struct voice *out)
{
    struct seat *seat = NULL;
    bool listed = false;
    memset(out, 0, sizeof *out);
    if (leaf->credential.n != 32 || leaf->signature_key.n != 32) {
        return OK;
    }
    TRY(seat_of(h, leaf->credential.p, &seat));
    TRY(newest_lists(h, seat, leaf->signature_key.p, &listed));
    if (listed && (seat->leaf_before || seat->seat_before)) {
        out->account = seat->account;
        out->admin = own_room_is_admin(&h->room, seat->account);
    }
    return OK;
}

/* A leaf that a commit brings in, or that a path makes anew. */
static enum err judge_leaf(struct hall *h, const struct mls_leaf_view *leaf, bool brought_in)
{
    struct own_identity_name name;
    struct seat *seat = NULL;
    bool on = false, listed = false, newest = true;
    TRY(leaf_form(leaf, &name));
    TRY(seat_of(h, leaf->credential.p, &seat));
    TRY(own_entries_on(h->s, &seat->line, &name, &on));
    if (!on) {
        return ERR_AUTH_POLICY; /* less is brought than it names, or another branch */
    }
    TRY(own_entries_lists(h->s, &name, leaf->signature_key.p, &listed));
    if (brought_in) {
        TRY(newest_lists(h, seat, leaf->signature_key.p, &newest));
    }
    return listed && newest ? OK : ERR_AUTH_POLICY;
}

static enum err judge_add(struct hall *h, const struct mls_proposal_view *p,
                          const struct voice *who)
{
    struct seat *seat = NULL;
    TRY(judge_leaf(h, &p->leaf, true));
    TRY(seat_of(h, p->leaf.credential.p, &seat));
    if (who->account == NULL) {
        return ERR_AUTH_POLICY;
    }
    if (seat->leaf_before || seat->seat_before) {
        return OK; /* a device of somebody who has a place here: any member may */
    }
    return h->room.type == STORE_CHAT_PAIR || (h->room.type == STORE_CHAT_GROUP && who->admin)
               ? OK
               : ERR_AUTH_POLICY;
}

static enum err judge_remove(struct hall *h, const struct mls_proposal_view *p,
                             const struct voice *who)
{
    struct seat *seat = NULL;
    bool listed = false;
    const struct mls_leaf_view *leaf = &p->removed_leaf;
    if (who->account == NULL || leaf->credential.n != 32 || leaf->signature_key.n != 32) {
        return ERR_AUTH_POLICY;
    }
    if (who->admin ||
        slice_equal(slice_make(who->account, 32), slice_make(leaf->credential.p, 32))) {
        return OK;
    }
    TRY(seat_of(h, leaf->credential.p, &seat));
    TRY(newest_lists(h, seat, leaf->signature_key.p, &listed));
    return listed ? ERR_AUTH_POLICY : OK; /* dropped, as the room knows or is shown: any member */
}

static bool removes(const struct deed *d)
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

/* What a member who does not run the group leaves as it is. */
static enum err only_secrets(struct hall *h, const struct deed *d, struct own_room after, bool *out)
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

static enum err judge_room(struct hall *h, const struct deed *d, const struct mls_proposal_view *p,
                           const struct voice *who)
{
    struct own_room after;
    bool only = false;
    if (who->account == NULL || own_room_in(h->s->arena, p->extensions, &after) != OK ||
        !same_place(&h->room, &after)) {
        return ERR_AUTH_POLICY;
    }
    if (!who->admin && h->room.type == STORE_CHAT_GROUP) {
        TRY(only_secrets(h, d, after, &only));
        if (!only) {
            return ERR_AUTH_POLICY;
        }
    }
    return seats_right(h, &after, true, who->admin) ? OK : ERR_AUTH_POLICY;
}

/* What stands for itself, by value; a proposal that rides along was judged when it came, by the
 * epoch alone, and is judged by the same again. */
static enum err judge_proposal(struct hall *h, const struct deed *d,
                               const struct mls_proposal_view *p, const struct voice *committer)
{
    struct voice who = *committer;
    struct mls_leaf_view by;
    if (d->sender_type == MLS_SENDER_MEMBER && p->sender_type != MLS_SENDER_MEMBER) {
        return ERR_AUTH_POLICY;
    }
    if (d->sender_type == MLS_SENDER_MEMBER && p->sender != d->committer) {
        if (p->type != MLS_PROPOSAL_REMOVE) {
            return ERR_AUTH_POLICY;
        }
        TRY(mls_group_member(h->g, p->sender, &by));
        TRY(voice_of(h, &by, &who));
    }
    switch (p->type) {
    case MLS_PROPOSAL_ADD:
        return judge_add(h, p, &who);
    case MLS_PROPOSAL_REMOVE:
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
static bool too_many(const struct hall *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct seat *seat = &h->v[i];
        if (!stays(seat)) {
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

static bool rewrites_room(const struct deed *d)
{
    for (size_t i = 0; i < d->proposal_n; i++) {
        if (d->proposals[i].type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS) {
            return true;
        }
    }
    return false;
}

/* Nothing is brought of somebody who has nothing to do with this room. */
static bool all_have_business(const struct hall *h)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct seat *seat = &h->v[i];
        if (!seat->leaf_before && !seat->seat_before && seat->leaves == 0) {
            return false;
        }
    }
    return true;
}

static enum err judge(struct hall *h, const struct deed *d, const struct own_entries *brought,
                      const struct mls_leaf_view *committer)
{
    struct voice who;
    TRY(hall_bring(h, brought));
    TRY(hall_after(h, d));
    TRY(voice_of(h, committer, &who));
    if (d->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT && who.account == NULL) {
        return ERR_AUTH_POLICY; /* nobody comes in by himself who has no place here */
    }
    if (d->path != NULL) {
        TRY(judge_leaf(h, d->path, d->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT));
    }
    for (size_t i = 0; i < d->proposal_n; i++) {
        TRY(judge_proposal(h, d, &d->proposals[i], &who));
    }
    if (!all_have_business(h) || too_many(h)) {
        return ERR_AUTH_POLICY;
    }
    return rewrites_room(d) || seats_right(h, &h->room, false, false) ? OK : ERR_AUTH_POLICY;
}

static size_t adds(const struct mls_proposal_view *v, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        k += v[i].type == MLS_PROPOSAL_ADD;
    }
    return k;
}

/* ---- policy --------------------------------------------------------------------------------- */

static enum err policy_leaf(void *user, const struct mls_leaf_view *leaf)
{
    struct own_identity_name name;
    (void)user;
    return leaf_form(leaf, &name);
}

/* The same account with the same key; a new key comes in as a new leaf. */
static enum err policy_replace(void *user, const struct mls_leaf_view *before,
                               const struct mls_leaf_view *after)
{
    (void)user;
    return slice_equal(before->credential, after->credential) &&
                   slice_equal(before->signature_key, after->signature_key)
               ? OK
               : ERR_AUTH_POLICY;
}

/* Only removals are proposed, of a device of one's own or by who runs the group. */
static enum err policy_proposal(void *user, const struct mls_group *g,
                                const struct mls_proposal_view *p)
{
    struct own_admit *a = user;
    struct mls_leaf_view by;
    struct hall h;
    struct voice who;
    if (p->sender_type != MLS_SENDER_MEMBER || p->type != MLS_PROPOSAL_REMOVE) {
        return ERR_AUTH_POLICY;
    }
    TRY(hall_begin(&h, a->s, g, a->brought.n));
    TRY(hall_bring(&h, &a->brought));
    TRY(mls_group_member(g, p->sender, &by));
    TRY(voice_of(&h, &by, &who));
    return judge_remove(&h, p, &who);
}

static enum err policy_commit(void *user, const struct mls_group *g,
                              const struct mls_commit_view *c)
{
    struct own_admit *a = user;
    struct hall h;
    struct deed d = {c->proposals, c->proposal_count, c->sender_type, NULL, c->committer};
    struct mls_leaf_view committer = c->committer_leaf;
    if (c->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        d.committer = UINT32_MAX;
    } else {
        TRY(mls_group_member(g, c->committer, &committer));
    }
    d.path = c->has_path ? &c->committer_leaf : NULL;
    TRY(hall_begin(&h, a->s, g, adds(d.proposals, d.proposal_n) + a->brought.n + 1));
    enum err e = judge(&h, &d, &a->brought, &committer);
    if (e == ERR_AUTH_POLICY && committer.credential.n == 32) {
        a->refused = true;
        memcpy(a->refused_by, committer.credential.p, 32);
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
    /* judged when we add someone (commit.c), not when others did: clocks differ, and members
     * who never committed keep the lifetime of their key package (RFC 9420 7.2) */
    p->check_lifetime = false;
    p->now_s = s->now_ms / 1000;
    return p;
}

/* ---- a commit of ours ----------------------------------------------------------------------- */

static enum err plan_hall(struct hall *h, struct step *s, const struct mls_group *g,
                          const struct own_entries *brought, const struct own_admit_plan *plan)
{
    struct deed d = {plan->proposals, plan->proposal_n, MLS_SENDER_MEMBER, plan->path,
                     mls_group_own_leaf(g)};
    TRY(hall_begin(h, s, g, adds(plan->proposals, plan->proposal_n) + brought->n + 1));
    TRY(hall_bring(h, brought));
    TRY(hall_after(h, &d));
    for (size_t i = 0; i < plan->out_n; i++) {
        struct seat *seat = find(h, plan->out[i]);
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
    struct hall h;
    TRY(plan_hall(&h, s, g, brought, plan));
    struct own_room_seat *v = arena_array(s->arena, h.n + 1, sizeof *v);
    if (v == NULL) {
        return ERR_HOST_MEMORY;
    }
    *n = 0;
    for (size_t i = 0; i < h.n; i++) {
        if (is_said(&h.v[i])) {
            struct own_room_seat *r = &v[(*n)++];
            memcpy(r->account, h.v[i].account, 32);
            r->n = h.v[i].line.name.n;
            memcpy(r->hash, h.v[i].line.name.hash, 32);
        }
    }
    *seats = v;
    *changes = !seats_right(&h, &h.room, false, false);
    return OK;
}

enum err own_admit_line(struct step *s, const struct mls_group *g, const uint8_t account[32],
                        struct own_entries_line *out)
{
    struct hall h;
    memset(out, 0, sizeof *out);
    TRY(hall_begin(&h, s, g, 0));
    const struct seat *seat = find(&h, account);
    if (seat != NULL) {
        *out = seat->line;
    }
    return OK;
}

enum err own_admit_lines(struct step *s, const struct mls_group *g,
                         const struct own_entries *brought, const struct own_admit_plan *plan,
                         struct own_entries *out)
{
    struct hall h;
    TRY(plan_hall(&h, s, g, brought, plan));
    out->n = 0;
    out->v = arena_array(s->arena, h.n + 1, sizeof *out->v);
    if (out->v == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < h.n; i++) {
        if (!stays(&h.v[i])) {
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
    *yes = own_identity_is_theirs(&l) &&
           (account == NULL || slice_equal(slice_make(l.account, 32), slice_make(account, 32)));
    return OK;
}

/* ---- entering ------------------------------------------------------------------------------- */

static enum err take_chains(struct step *s, const struct own_entries *brought)
{
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        struct own_identity_change change;
        TRY(own_identity_take(s, g->account, g->entries, g->n, &change));
    }
    return OK;
}

/* The line of one account from entry 0 to the highest that the room names: from what came along,
 * else from what we know. False: not all of it is here. */
static enum err whole_line(struct hall *h, struct seat *seat, const struct own_entries *brought,
                           bool *here)
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

static enum err whole_lines(struct hall *h, const struct own_entries *brought,
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

/* A chat of two holds me and one other; who that is. */
static enum err pair_of(const struct hall *h, const uint8_t me[32], struct own_admit_tree *out)
{
    if (h->room.type != STORE_CHAT_PAIR) {
        return h->room.type == STORE_CHAT_SELF &&
                       (h->n > 1 ||
                        !slice_equal(slice_make(h->v[0].account, 32), slice_make(me, 32)))
                   ? ERR_AUTH_POLICY
                   : OK;
    }
    if (h->room.has_pair) {
        bool first = slice_equal(slice_make(h->room.pair[0], 32), slice_make(me, 32));
        if (!first && !slice_equal(slice_make(h->room.pair[1], 32), slice_make(me, 32))) {
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
            !slice_equal(slice_make(h->v[i].account, 32), slice_make(out->other, 32))) {
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
    struct hall h;
    struct mls_leaf_view leaf;
    struct own_identity_leaf who;
    uint32_t next = 0;
    memset(out, 0, sizeof *out);
    TRY(take_chains(s, brought));
    TRY(hall_begin(&h, s, g, 0));
    out->room = h.room;
    TRY(pair_of(&h, me, out));
    TRY(mls_group_member(g, signer, &leaf));
    memcpy(out->signer, leaf.credential.p, 32);
    out->signer_admin = own_room_is_admin(&h.room, out->signer);
    TRY(whole_lines(&h, brought, out));
    if (!out->complete) {
        return OK; /* judged when they are */
    }
    TRY(own_identity_leaf(s, &leaf, &who));
    if (!own_identity_is_theirs(&who)) {
        return ERR_AUTH_POLICY;
    }
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(judge_leaf(&h, &leaf, false));
    }
    return OK;
}

/* ---- speaking ------------------------------------------------------------------------------- */

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
        out->forked = out->forked || forked;
        if (own_identity_is_theirs(&l)) {
            continue;
        }
        out->clear = false;
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
        struct mls_leaf_view leaf;
        uint32_t next = 0;
        bool sits_here = false;
        while (!sits_here && mls_group_next_member(g, &next, &leaf)) {
            sits_here = slice_equal(leaf.credential, SLICE_ARRAY(room.seats[i].account));
        }
        out->empty = !sits_here;
        memcpy(out->account, room.seats[i].account, 32);
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
