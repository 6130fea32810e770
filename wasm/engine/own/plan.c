#include "engine/own/plan.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/clock.h"
#include "engine/own/group.h"
#include "engine/own/identity.h"
#include "engine/own/leaf.h"
#include "engine/own/wish.h"
#include "store/admit.h"
#include "store/chain.h"
#include "store/people.h"
#include "mls/key_package.h"

int64_t own_wish_person(const struct store_wish *w)
{
    int64_t v = 0;
    if (w->data.n == sizeof v || (w->kind == OWN_WISH_READD && w->data.n == sizeof v + 32)) {
        memcpy(&v, w->data.p, sizeof v);
    }
    return v;
}

int64_t own_ask_after(const struct store_wish *w)
{
    static const int64_t wait_s[] = {3, 15, 60, 300, 1800, 3600};
    return wait_s[w->tries < 5 ? w->tries : 5] * 1000;
}

/* ---- what a commit brings ------------------------------------------------------------------- */

/* Brings the entries of an account after those the room knows, up to number `upto`. *fits: the
 * room's line is on the chain we know, and there is space for it. */
static enum err bring(struct step *s, const struct mls_group *g, struct own_plan *p,
                      const uint8_t account[32], uint64_t upto, bool *fits)
{
    struct own_entries_line line;
    struct own_entries_group *o = NULL;
    uint64_t common = 0;
    TRY(own_admit_line(s, g, account, &line));
    enum err e = line.known ? own_identity_common(s, account, &line.name, &common) : OK;
    TRY(e == ERR_GONE ? OK : e);
    *fits = e == OK;
    if (!*fits || (line.known && common >= upto)) {
        return OK;
    }
    for (size_t i = 0; i < p->brought.n; i++) {
        if (slice_equal(slice_make(p->groups[i].account, 32), slice_make(account, 32))) {
            o = &p->groups[i];
        }
    }
    if (o == NULL && p->brought.n == sizeof p->groups / sizeof p->groups[0]) {
        *fits = false;
        return OK;
    }
    uint64_t from = line.known ? common + 1 : 0; /* where the room's branch forked off, if so */
    /* a branch is joined at its head: first the room must hear the rest of it */
    struct slice rest[STORE_CHAIN_FORK_ENTRIES_MAX];
    size_t rest_n = 0;
    TRY(line.known
            ? own_identity_rest(s, account, &line.name, rest, sizeof rest / sizeof rest[0], &rest_n)
            : OK);
    size_t cap = rest_n + (size_t)(upto - from + 1);
    if (o != NULL && o->n >= cap) {
        return OK; /* already that far */
    }
    struct slice *entries = arena_array(s->arena, cap, sizeof *entries);
    if (entries == NULL) {
        return ERR_HOST_MEMORY;
    }
    o = o != NULL ? o : &p->groups[p->brought.n++];
    p->brought.v = p->groups;
    memcpy(o->account, account, 32);
    o->entries = entries;
    for (size_t i = 0; i < rest_n; i++) {
        entries[i] = rest[i];
    }
    TRY(own_identity_entries(s, account, from, upto, entries + rest_n, cap - rest_n, &o->n));
    o->n += rest_n;
    return OK;
}

/* Brings the newest entries we know: they prove that a device was dropped. */
static enum err bring_newest(struct step *s, const struct mls_group *g, struct own_plan *p,
                             const uint8_t account[32], bool *fits)
{
    struct own_identity_name head;
    TRY(own_identity_head(s, account, &head));
    return bring(s, g, p, account, head.n, fits);
}

/* Makes our leaf name our newest entry, if it names an older one. */
static enum err renew(struct own *o, struct step *s, struct mls_group *g, struct own_plan *p)
{
    struct own_identity_name now, then;
    struct mls_leaf_view leaf;
    bool fits = false;
    TRY(own_leaf_identity(o, s, &p->identity));
    TRY(mls_group_member(g, mls_group_own_leaf(g), &leaf));
    p->me = leaf;
    p->me.extensions = p->identity.leaf_extensions;
    TRY(own_identity_name_of(&leaf, &then));
    TRY(own_identity_name_of(&p->me, &now));
    if (now.n > then.n) {
        TRY(bring(s, g, p, o->account, now.n, &fits));
        p->renews = fits;
        p->path = p->path || fits;
    }
    return OK;
}

/* Does the newest entry we know list all devices of this account that are here? An entry that drops
 * one goes along with its removal, never before: nobody could follow what the device commits in
 * between. */
static enum err all_listed(struct step *s, const struct mls_group *g, struct slice account,
                           bool *yes)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    *yes = true;
    while (*yes && mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            TRY(own_identity_lists_now(s, account.p, leaf.signature_key.p, yes));
        }
    }
    return OK;
}

/* What we know about others beyond their leaves goes along, a few accounts per commit: so news the
 * gateway withholds, even a fork, arrives with anybody's words. */
static enum err plan_heads(const struct own *o, struct step *s, const struct mls_group *g,
                           struct own_plan *p)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    size_t n = 0;
    while (n < OWN_HEADS_MAX && RULE(HEADS_GO_ALONG) && mls_group_next_member(g, &next, &leaf)) {
        struct own_identity_name named, head;
        bool fits = false;
        size_t before = p->brought.n;
        if (slice_equal(leaf.credential, SLICE_ARRAY(o->account)) ||
            own_identity_name_of(&leaf, &named) != OK) {
            continue;
        }
        enum err e = own_identity_head(s, leaf.credential.p, &head);
        if (e == ERR_GONE || (e == OK && head.n <= named.n)) {
            continue;
        }
        TRY(e);
        bool listed = false;
        TRY(all_listed(s, g, leaf.credential, &listed));
        if (!listed) {
            continue;
        }
        uint64_t upto = named.n + OWN_HEAD_ENTRIES_MAX;
        TRY(bring(s, g, p, leaf.credential.p, head.n < upto ? head.n : upto, &fits));
        n += p->brought.n > before;
    }
    return OK;
}

static enum err add_proposal(struct step *s, struct own_plan *p,
                             const struct mls_proposal_view *view, struct slice package)
{
    if (p->views == NULL) {
        p->views = arena_array(s->arena, 2 * (size_t)LIMIT_MEMBERS, sizeof *p->views);
    }
    if (p->views == NULL) {
        return ERR_HOST_MEMORY;
    }
    p->views[p->n] = *view;
    p->proposals[p->n].type = view->type;
    p->proposals[p->n].key_package = package;
    p->proposals[p->n++].removed = view->removed;
    return OK;
}

static enum err add_removal(struct step *s, const struct mls_group *g, struct own_plan *p,
                            const struct mls_leaf_view *leaf)
{
    struct mls_proposal_view v;
    memset(&v, 0, sizeof v);
    v.type = MLS_PROPOSAL_REMOVE;
    v.sender_type = MLS_SENDER_MEMBER;
    v.sender = mls_group_own_leaf(g);
    v.removed = leaf->index;
    v.removed_leaf = *leaf;
    return add_proposal(s, p, &v, SLICE_EMPTY);
}

/* Checks a package: its leaf is theirs, and the entry it names can be brought along. */
static enum err add_package(struct step *s, const struct mls_group *g, struct own_plan *p,
                            const struct mls_key_package_view *k, int64_t person,
                            struct slice package, bool *yes)
{
    struct store_person who;
    struct own_identity_name name;
    struct mls_proposal_view v;
    bool used = false, fits = false;
    uint64_t common = 0;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(own_admit_package(s, &k->leaf, who.account, yes));
    TRY(store_package_used(s->store, k->ref, &used));
    *yes = *yes && (!used || k->last_resort || !RULE(PACKAGE_ONCE));
    if (!*yes) {
        return OK;
    }
    TRY(own_identity_name_of(&k->leaf, &name));
    TRY(bring(s, g, p, who.account, name.n, &fits));
    /* a newcomer knows nothing of an abandoned branch */
    enum err e = own_identity_common(s, who.account, &name, &common);
    TRY(e == ERR_GONE ? OK : e);
    bool lost = e == OK && common != name.n && RULE(PACKAGE_ON_THE_CHAIN);
    *yes = fits && !lost;
    if (!*yes) {
        return OK;
    }
    memset(&v, 0, sizeof v);
    v.type = MLS_PROPOSAL_ADD;
    v.sender_type = MLS_SENDER_MEMBER;
    v.sender = mls_group_own_leaf(g);
    v.leaf = k->leaf;
    p->refs[p->add_n] = k->ref;
    p->until_s[p->add_n] = k->not_after_s;
    p->persons[p->add_n++] = person;
    return add_proposal(s, p, &v, package);
}

/* ---- what it does --------------------------------------------------------------------------- */

/* A package expired by our clock and the gateway's. When it begins does not matter. */
static bool is_over(const struct own *o, const struct step *s, const struct mls_key_package_view *v)
{
    return v->not_after_s < (RULE(ENDS_BY_BOTH_CLOCKS) ? own_clock_both(o, s) : s->now_ms) / 1000;
}

static enum err adding_policy(struct step *s, struct own_admit *a, struct mls_policy *out)
{
    memset(a, 0, sizeof *a);
    const struct mls_policy *base = own_admit_policy(s, a);
    if (base == NULL) {
        return ERR_HOST_MEMORY;
    }
    *out = *base;
    return OK;
}

/* Plans the key packages of a wish, as received: [* bstr]. Bad ones are skipped. */
static enum err plan_adds(const struct own *o, struct step *s, struct mls_group *g,
                          struct own_plan *p, const struct store_wish *w, int64_t person,
                          bool *fits)
{
    struct slice in = w->extra, package;
    struct mls_policy policy;
    struct own_admit admit;
    size_t n = 0, before = p->add_n;
    bool refused = false;
    *fits = true;
    TRY(adding_policy(s, &admit, &policy));
    TRY(cbor_get_array(&in, &n));
    if (p->add_n + n > OWN_ADDS_PER_COMMIT && p->add_n > 0) {
        *fits = false;
        return OK;
    }
    for (size_t i = 0; i < n && p->add_n < OWN_ADDS_PER_COMMIT; i++) {
        struct mls_key_package_view v;
        bool good = false;
        TRY(cbor_get_bytes(&in, &package));
        if (mls_key_package_read(s->arena, &v, package, &policy) != OK || is_over(o, s, &v) ||
            v.suite != mls_group_suite(g)->code) {
            refused = true;
            continue;
        }
        if (own_group_seats(g, SLICE_EMPTY, v.leaf.signature_key)) {
            continue;
        }
        TRY(add_package(s, g, p, &v, person, package, &good));
        refused = refused || !good;
    }
    /* if nobody of those we want is here, others are asked for */
    if (p->add_n == before && w->kind == OWN_WISH_ADD_PERSON) {
        struct store_person who;
        TRY(store_person_get(s->store, s->arena, person, &who));
        refused = !own_leaf_sits(g, SLICE_ARRAY(who.account));
    }
    p->refused = refused && p->add_n == before;
    return OK;
}

/* For a device that lost the group: out and in again in one commit. */
static enum err plan_readd(const struct own *o, struct step *s, const struct mls_group *g,
                           struct own_plan *p, const struct store_wish *w)
{
    struct slice in = w->extra, package, device = slice_make(w->data.p + 8, 32);
    struct mls_policy policy;
    struct own_admit admit;
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    size_t n = 0;
    TRY(adding_policy(s, &admit, &policy));
    TRY(cbor_get_array(&in, &n));
    for (size_t i = 0; i < n && p->add_n == 0; i++) {
        struct mls_key_package_view v;
        bool good = false;
        TRY(cbor_get_bytes(&in, &package));
        if (mls_key_package_read(s->arena, &v, package, &policy) != OK || is_over(o, s, &v) ||
            v.suite != mls_group_suite(g)->code || !slice_equal(v.leaf.signature_key, device)) {
            continue;
        }
        TRY(add_package(s, g, p, &v, own_wish_person(w), package, &good));
    }
    while (p->add_n > 0 && mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.signature_key, device)) {
            TRY(add_removal(s, g, p, &leaf));
        }
    }
    return OK;
}

/* Has the account a place in the room, which a device of theirs could take, without any leaf? */
static enum err has_seat(struct step *s, const struct mls_group *g, const uint8_t account[32],
                         bool *yes)
{
    struct own_room room;
    TRY(own_room_of(s->arena, g, &room));
    *yes = own_room_is_admin(&room, account);
    for (size_t i = 0; !*yes && i < room.seat_n; i++) {
        *yes = slice_equal(SLICE_ARRAY(room.seats[i].account), slice_make(account, 32));
    }
    return OK;
}

/* A person who has neither leaf nor seat is out, and nothing is left to do. */
static enum err plan_remove(struct step *s, struct mls_group *g, struct own_plan *p,
                            const struct store_wish *w)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    bool whole = w->kind == OWN_WISH_REMOVE_PERSON, sits = !whole, fits = false;
    if (whole) {
        struct store_person who;
        TRY(store_person_get(s->store, s->arena, own_wish_person(w), &who));
        TRY(has_seat(s, g, who.account, &sits));
        memcpy(p->out[0], who.account, 32);
    }
    while (mls_group_next_member(g, &next, &leaf) && p->n < LIMIT_MEMBERS) {
        TRY(own_identity_person(s, &leaf, &person));
        bool hit = whole ? person == own_wish_person(w) : slice_equal(leaf.signature_key, w->data);
        if (hit && leaf.index != mls_group_own_leaf(g)) {
            TRY(add_removal(s, g, p, &leaf));
            TRY(bring_newest(s, g, p, leaf.credential.p, &fits));
        }
    }
    p->path = sits || p->n > 0;
    p->out_n = whole && p->path;
    return OK;
}

/* The room as wished; its secrets stay as they are. */
static enum err plan_room(struct step *s, const struct mls_group *g, struct own_plan *p,
                          struct slice wished)
{
    struct own_room now;
    TRY(own_room_of(s->arena, g, &now));
    TRY(own_room_decode(s->arena, wished, &p->room));
    memcpy(p->room.join_secret, now.join_secret, 32);
    memcpy(p->room.read_tag, now.read_tag, 32);
    p->room_changes = true;
    return OK;
}

/* The complete line of every future member account. */
static enum err plan_chains(struct step *s, const struct mls_group *g, struct own_plan *p,
                            const struct own_admit_plan *what)
{
    struct own_entries all;
    TRY(own_admit_lines(s, g, &p->brought, what, &all));
    struct buf b = buf_arena(s->arena, 4096);
    own_entries_put(&b, &all);
    return buf_finish(&b, &p->chains);
}

/* Whoever leaves keeps nothing that would let them back in, and can read no further, not even
 * sealed bytes: the others agree on a new join secret and a new read tag. */
static enum err plan_secret(struct step *s, const struct mls_group *g, struct own_plan *p)
{
    bool goes = false, seats = false;
    struct own_admit_plan what = {p->views, p->view_n, p->renews ? &p->me : NULL,
                                  (const uint8_t(*)[32])p->out, p->out_n};
    for (size_t i = 0; !goes && i < p->view_n; i++) {
        goes = p->views[i].type == MLS_PROPOSAL_REMOVE;
    }
    if (!p->room_changes) {
        TRY(own_room_of(s->arena, g, &p->room));
    }
    TRY(own_admit_seats(s, g, &p->brought, &what, &p->room.seats, &p->room.seat_n, &seats));
    if (goes && RULE(REMOVAL_NEW_SECRETS)) {
        crypto_rand(p->room.join_secret, 32);
        crypto_rand(p->room.read_tag, 32);
        crypto_sha256(p->read_hash, SLICE_ARRAY(p->room.read_tag));
        p->new_tag = true;
    }
    p->room_changes = p->room_changes || goes || seats;
    TRY(plan_chains(s, g, p, &what));
    if (!p->room_changes) {
        return OK;
    }
    p->ext.type = OWN_EXT_ROOM;
    TRY(own_room_encode(s->arena, &p->room, &p->ext.data));
    p->proposals[p->n].type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
    p->proposals[p->n].extensions.v = &p->ext;
    p->proposals[p->n++].extensions.n = 1;
    return OK;
}

/* Asks for packages again, after a while. */
static enum err ask_again(struct step *s, const struct store_wish *w)
{
    TRY(store_wish_set(s->store, w->id, 0, SLICE_LITERAL("")));
    s->durable = true;
    return RULE(PACKAGE_ASKED_AGAIN) ? store_wish_delay(s->store, w->id, w->tries + 1,
                                                        (int64_t)s->now_ms + own_ask_after(w))
                                     : store_wish_drop(s->store, w->id);
}

/* Chooses what the next commit does: the first wish that is ready; further adds join an add. */
static enum err make_plan(struct own *o, struct step *s, struct mls_group *g, struct own_plan *p,
                          const struct store_wish *wishes, size_t n)
{
    bool adding = false, fits = true;
    for (size_t i = 0; i < n; i++) {
        const struct store_wish *w = &wishes[i];
        bool add = w->kind == OWN_WISH_ADD_PERSON || w->kind == OWN_WISH_ADD_DEVICES;
        if (w->kind == OWN_WISH_READD && (w->stage != 1 || w->data.n != 40)) {
            continue;
        }
        if (w->not_before > (int64_t)s->now_ms || (add && w->stage != 1) || (adding && !add) ||
            w->kind == OWN_WISH_LEAVE) {
            continue;
        }
        if (add) {
            int64_t who = w->kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : own_wish_person(w);
            TRY(plan_adds(o, s, g, p, w, who, &fits));
            if (!fits) {
                break;
            }
            if (p->refused) { /* none of them is good: ask for others */
                p->refused = false;
                TRY(ask_again(s, w));
                continue;
            }
            adding = true;
            buf_le64(&p->wishes, (uint64_t)w->id);
            continue;
        }
        if (w->kind == OWN_WISH_READD) {
            TRY(plan_readd(o, s, g, p, w));
            if (p->add_n == 0 && own_group_seats(g, SLICE_EMPTY, slice_make(w->data.p + 8, 32)) &&
                w->tries < OWN_ASKS_READD_MAX) {
                TRY(ask_again(s, w)); /* used before, or not good: ask for another */
                continue;
            }
        }
        buf_le64(&p->wishes, (uint64_t)w->id);
        if (w->kind == OWN_WISH_ROOM) {
            TRY(plan_room(s, g, p, w->data));
        } else if (w->kind == OWN_WISH_READD) {
            /* planned above */
        } else if (w->kind == OWN_WISH_HEAL || w->kind == OWN_WISH_CLEANUP) {
            p->path = true;
        } else {
            TRY(plan_remove(s, g, p, w));
        }
        break;
    }
    return p->wishes.err;
}

/* Other people's proposals that ride along. */
static enum err plan_riders(struct step *s, const struct mls_group *g, struct own_plan *p,
                            const struct mls_policy *policy)
{
    p->view_n = p->n;
    if (p->views == NULL) { /* most commits take nothing along: spare them half a megabyte */
        p->views = arena_array(s->arena, p->n + mls_group_proposal_count(g) + 1, sizeof *p->views);
    }
    if (p->views == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < mls_group_proposal_count(g) && p->view_n < LIMIT_MEMBERS; i++) {
        struct mls_proposal_view v;
        TRY(mls_group_proposal(g, i, s->arena, &v));
        enum err e = policy->proposal(policy->user, g, &v);
        if (e == OK && v.removed != mls_group_own_leaf(g)) {
            p->views[p->view_n++] = v;
        }
        TRY(e == ERR_AUTH_POLICY ? OK : e);
    }
    return OK;
}

enum err own_plan_prepare(struct own *o, struct step *s, const struct store_chat *c,
                          struct mls_group *g, const struct store_wish *wishes, size_t n,
                          bool riders, struct own_admit *admit, struct own_plan *p,
                          struct slice *ids, bool *todo)
{
    memset(p, 0, sizeof *p);
    p->wishes = buf_arena(s->arena, 64);
    TRY(make_plan(o, s, g, p, wishes, n));
    TRY(buf_finish(&p->wishes, ids));
    *todo =
        ids->n > 0 && (p->n > 0 || p->path || p->room_changes || mls_group_proposal_count(g) > 0);
    if (!*todo) {
        return OK;
    }
    p->path = p->path || c->type == STORE_CHAT_PAIR;
    TRY(renew(o, s, g, p));
    TRY(plan_heads(o, s, g, p));
    memset(admit, 0, sizeof *admit);
    admit->brought = p->brought;
    admit->building = true;
    const struct mls_policy *policy = own_admit_policy(s, admit);
    if (policy == NULL) {
        return ERR_HOST_MEMORY;
    }
    p->view_n = p->n;
    if (riders) {
        TRY(plan_riders(s, g, p, policy));
    }
    return plan_secret(s, g, p);
}
