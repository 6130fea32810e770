/* Commits of the own network: what the next one does, its frame, winning and losing an epoch. */
#include "engine/own/commit.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "engine/own/restore.h"
#include "engine/own/account.h"
#include "engine/own/due.h"
#include "engine/own/admit.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/entries.h"
#include "engine/own/clock.h"
#include "engine/own/group.h"
#include "engine/own/identity.h"
#include "engine/own/line.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/room.h"
#include "mls/codec.h"
#include "schema/frame.h"
#include "store/admit.h"
#include "store/people.h"
#include "store/protocol.h"
#include "store/sql.h"
#include "engine/own/order.h"

/* ---- committing ----------------------------------------------------------------------------- */

struct plan {
    struct mls_proposal proposals[OWN_ADDS_PER_COMMIT + LIMIT_MEMBERS + 1];
    size_t n;
    struct slice refs[OWN_ADDS_PER_COMMIT];
    int64_t persons[OWN_ADDS_PER_COMMIT];
    uint64_t until_s[OWN_ADDS_PER_COMMIT];
    size_t add_n;
    struct mls_proposal_view *views; /* what the proposals do, by the same index; behind them
                                        those of others that ride along                   */
    size_t view_n;
    uint8_t out[1][32]; /* the account that is put out */
    size_t out_n;
    struct mls_extension ext;
    bool path;
    bool refused;            /* packages were there, and none of them may be used */
    struct mls_leaf_view me; /* our leaf as it will be, when it names a newer entry */
    struct mls_identity identity;
    bool renews;
    struct own_entries_group groups[OWN_ADDS_PER_COMMIT + 2];
    struct own_entries brought;
    struct slice chains;  /* of all who will sit */
    struct own_room room; /* as it will be, when it changes */
    bool room_changes, new_tag;
    uint8_t read_hash[32];
    struct slice tree_ref; /* where the tree will be; empty: inside the GroupInfo */
    struct buf wishes;     /* ids it fulfils */
};

int64_t own_wish_person(const struct store_wish *w)
{
    int64_t v = 0;
    if (w->data.n == sizeof v || (w->kind == OWN_WISH_READD && w->data.n == sizeof v + 32)) {
        memcpy(&v, w->data.p, sizeof v);
    }
    return v;
}

/* ---- what a commit brings ------------------------------------------------------------------- */

/* The entries of an account behind those the room knows, up to number `upto`. *fits: the room's
 * line is on the chain we know, and there is room for it. */
static enum err bring(struct step *s, const struct mls_group *g, struct plan *p,
                      const uint8_t account[32], uint64_t upto, bool *fits)
{
    struct own_entries_line line;
    enum own_identity_place place = OWN_IDENTITY_ON;
    struct own_entries_group *o = NULL;
    *fits = true;
    TRY(own_admit_line(s, g, account, &line));
    if (line.known) {
        TRY(own_identity_place(s, account, &line.name, &place));
    }
    *fits = place == OWN_IDENTITY_ON;
    if (!*fits || (line.known && line.name.n >= upto)) {
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
    uint64_t from = line.known ? line.name.n + 1 : 0;
    size_t cap = (size_t)(upto - from + 1);
    if (o != NULL && o->n >= cap) {
        return OK; /* so far already */
    }
    struct slice *entries = arena_array(s->arena, cap, sizeof *entries);
    if (entries == NULL) {
        return ERR_HOST_MEMORY;
    }
    o = o != NULL ? o : &p->groups[p->brought.n++];
    p->brought.v = p->groups;
    memcpy(o->account, account, 32);
    o->entries = entries;
    return own_identity_entries(s, account, from, upto, entries, cap, &o->n);
}

/* The newest we know: the proof that a device was dropped. */
static enum err bring_newest(struct step *s, const struct mls_group *g, struct plan *p,
                             const uint8_t account[32], bool *fits)
{
    struct own_identity_name head;
    TRY(own_identity_head(s, account, &head));
    return bring(s, g, p, account, head.n, fits);
}

/* A leaf of ours that names an older entry than our newest names the newest from now on. */
static enum err renew(struct own *o, struct step *s, struct mls_group *g, struct plan *p)
{
    struct own_identity_name now, then;
    struct mls_leaf_view leaf;
    bool fits = false;
    TRY(own_identity(o, s, &p->identity));
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

static enum err add_proposal(struct step *s, struct plan *p, const struct mls_proposal_view *view,
                             struct slice package)
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

static enum err add_removal(struct step *s, const struct mls_group *g, struct plan *p,
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

/* A package that may be used: its leaf is theirs, and the entry it names can be brought. */
static enum err add_package(struct step *s, const struct mls_group *g, struct plan *p,
                            const struct mls_key_package_view *k, int64_t person,
                            struct slice package, bool *yes)
{
    struct store_person who;
    struct own_identity_name name;
    struct mls_proposal_view v;
    bool used = false, fits = false;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(own_admit_package(s, &k->leaf, who.account, yes));
    TRY(store_package_used(s->store, k->ref, &used));
    *yes = *yes && (!used || k->last_resort);
    if (!*yes) {
        return OK;
    }
    TRY(own_identity_name_of(&k->leaf, &name));
    TRY(bring(s, g, p, who.account, name.n, &fits));
    *yes = fits;
    if (!fits) {
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

int64_t own_ask_after(const struct store_wish *w)
{
    static const int64_t wait_s[] = {3, 15, 60, 300, 1800, 3600};
    return wait_s[w->tries < 5 ? w->tries : 5] * 1000;
}

static bool has_account(const struct mls_group *g, struct slice account)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            return true;
        }
    }
    return false;
}

/* A package that is over by our clock and by the gateway's. When it begins is nobody's business. */
static bool is_over(const struct own *o, const struct step *s, const struct mls_key_package_view *v)
{
    return v->not_after_s < own_clock_both(o, s) / 1000;
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

/* Key packages of a wish, as they were taken: [* bstr]. Bad ones are left out. */
static enum err plan_adds(const struct own *o, struct step *s, struct mls_group *g, struct plan *p,
                          const struct store_wish *w, int64_t person, bool *fits)
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
        if (own_group_seats(g, v.leaf.signature_key)) {
            continue;
        }
        TRY(add_package(s, g, p, &v, person, package, &good));
        refused = refused || !good;
    }
    /* somebody whom we want here is here, or is asked for again */
    if (p->add_n == before && w->kind == OWN_WISH_ADD_PERSON) {
        struct store_person who;
        TRY(store_person_get(s->store, s->arena, person, &who));
        refused = !has_account(g, SLICE_ARRAY(who.account));
    }
    p->refused = refused && p->add_n == before;
    return OK;
}

/* A device that lost the group: out and in again in one commit. */
static enum err plan_readd(const struct own *o, struct step *s, const struct mls_group *g,
                           struct plan *p, const struct store_wish *w)
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

static enum err plan_remove(struct own *o, struct step *s, struct mls_group *g, struct plan *p,
                            const struct store_wish *w)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    bool whole = w->kind == OWN_WISH_REMOVE_PERSON, fits = false;
    if (whole) {
        struct store_person who;
        TRY(store_person_get(s->store, s->arena, own_wish_person(w), &who));
        memcpy(p->out[0], who.account, 32);
        p->out_n = 1;
    }
    while (mls_group_next_member(g, &next, &leaf) && p->n < LIMIT_MEMBERS) {
        TRY(own_leaf_person(o, s, &leaf, &person));
        bool hit = whole ? person == own_wish_person(w) : slice_equal(leaf.signature_key, w->data);
        if (hit && leaf.index != mls_group_own_leaf(g)) {
            TRY(add_removal(s, g, p, &leaf));
            TRY(bring_newest(s, g, p, leaf.credential.p, &fits));
        }
    }
    p->path = true;
    return OK;
}

/* The room as wished; what is secret stays as it is now. */
static enum err plan_room(struct step *s, const struct mls_group *g, struct plan *p,
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

/* The whole lines of all who will sit. */
static enum err plan_chains(struct step *s, const struct mls_group *g, struct plan *p,
                            const struct own_admit_plan *what)
{
    struct own_entries all;
    TRY(own_admit_lines(s, g, &p->brought, what, &all));
    struct buf b = buf_arena(s->arena, 4096);
    own_entries_put(&b, &all);
    return buf_finish(&b, &p->chains);
}

/* Who goes out keeps nothing that leads in again, and reads no further, not even what is sealed:
 * the others agree on a new join secret and a new read tag. */
static enum err plan_secret(struct step *s, const struct mls_group *g, struct plan *p)
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
    if (goes) {
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

/* Packages are asked for again, after a while. */
static enum err ask_again(struct step *s, const struct store_wish *w)
{
    TRY(store_wish_set(s->store, w->id, 0, SLICE_LITERAL("")));
    s->durable = true;
    return store_wish_delay(s->store, w->id, w->tries + 1, (int64_t)s->now_ms + own_ask_after(w));
}

/* Chooses what the next commit does: the first wish that is ready, and adds behind adds. */
static enum err make_plan(struct own *o, struct step *s, struct mls_group *g, struct plan *p,
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
            if (p->refused) { /* none of them is good: others are asked for */
                p->refused = false;
                TRY(ask_again(s, w));
                continue;
            }
            adding = true;
            buf_le64(&p->wishes, (uint64_t)w->id);
            continue;
        }
        buf_le64(&p->wishes, (uint64_t)w->id);
        if (w->kind == OWN_WISH_ROOM) {
            TRY(plan_room(s, g, p, w->data));
        } else if (w->kind == OWN_WISH_READD) {
            TRY(plan_readd(o, s, g, p, w));
        } else if (w->kind == OWN_WISH_HEAL || w->kind == OWN_WISH_CLEANUP) {
            p->path = true;
        } else {
            TRY(plan_remove(o, s, g, p, w));
        }
        break;
    }
    return p->wishes.err;
}

/* The proposals of others that ride along. */
static enum err plan_riders(struct step *s, const struct mls_group *g, struct plan *p,
                            const struct mls_policy *policy)
{
    p->view_n = p->n;
    if (p->views == NULL) {
        p->views = arena_array(s->arena, 2 * (size_t)LIMIT_MEMBERS, sizeof *p->views);
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

/* Drops the wishes a commit fulfilled (or that had nothing to do). */
static enum err drop_wishes(struct step *s, struct slice ids)
{
    uint64_t id = 0;
    while (ids.n >= 8) {
        TRY(slice_le64(&ids, &id));
        TRY(store_wish_drop(s->store, (int64_t)id));
    }
    return OK;
}

/* [1, 1, welcome, token]: the token tells the other side which of their links was used; the
 * gateway knows it anyway. */
static enum err welcome_body(struct step *s, struct slice welcome, const uint8_t token[16],
                             struct slice *out)
{
    struct buf b = buf_arena(s->arena, welcome.n + 48);
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, 1);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, welcome);
    cbor_put_bytes(&b, slice_make(token, 16));
    return buf_finish(&b, out);
}

/* One Welcome a person, with the secrets of their devices only. *bytes: of all of them. */
static enum err plan_welcomes(struct own *o, struct step *s, const struct plan *p,
                              struct slice welcome, struct wire_welcome *out, size_t *n,
                              size_t *bytes)
{
    bool done[OWN_ADDS_PER_COMMIT] = {false};
    *n = 0;
    for (size_t i = 0; i < p->add_n; i++) {
        struct slice refs[OWN_ADDS_PER_COMMIT], one;
        struct store_person who;
        size_t k = 0;
        if (done[i]) {
            continue;
        }
        for (size_t j = i; j < p->add_n; j++) {
            if (p->persons[j] == p->persons[i]) {
                refs[k++] = p->refs[j];
                done[j] = true;
            }
        }
        struct wire_welcome *w = &out[*n];
        uint8_t *token = arena_alloc(s->arena, 32);
        if (token == NULL) {
            return ERR_HOST_MEMORY;
        }
        TRY(store_person_get(s->store, s->arena, p->persons[i], &who));
        if (p->persons[i] == STORE_PERSON_ME) {
            TRY(own_token_for(o, s, STORE_PERSON_ME, token));
        } else {
            memcpy(token, who.token, 16);
        }
        memcpy(token + 16, who.inbox, 16);
        TRY(mls_welcome_split(s->arena, welcome, refs, k, &one));
        TRY(welcome_body(s, one, token, &w->body));
        w->token = slice_make(token, 16);
        w->inbox = slice_make(token + 16, 16);
        *bytes += w->body.n;
        (*n)++;
    }
    return OK;
}

static void bundle_key(uint8_t out[32], const uint8_t join_secret[32])
{
    crypto_hmac(CRYPTO_SHA256, out, slice_make(join_secret, 32), SLICE_LITERAL("sotto bundle"));
}

/* What an external joiner needs, sealed under the join secret: [group_info, parcel of the tree and
 * the chains or empty, outer key, write seed, branch, epoch, chains or empty] of the new epoch. */
static enum err make_info(struct step *s, const struct store_chat *c, struct mls_group *g,
                          const struct mls_commit *m, const struct plan *p, struct slice *out)
{
    uint8_t key[32], outer[32], seed[32], branch[8];
    struct slice box = SLICE_ARRAY(c->mailbox), plain;
    uint64_t epoch = mls_group_epoch(g) + 1;
    struct buf b = buf_arena(s->arena, m->group_info.n + 256);
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto outer"), box, outer, 32));
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), box, seed, 32));
    own_branch_tag(branch, m->epoch_authenticator);
    cbor_put_array(&b, 7);
    cbor_put_bytes(&b, m->group_info);
    cbor_put_bytes(&b, p->tree_ref);
    cbor_put_bytes(&b, SLICE_ARRAY(outer));
    cbor_put_bytes(&b, SLICE_ARRAY(seed));
    cbor_put_bytes(&b, SLICE_ARRAY(branch));
    cbor_put_uint(&b, epoch);
    cbor_put_bytes(&b, p->tree_ref.n > 0 ? SLICE_LITERAL("") : p->chains);
    TRY(buf_finish(&b, &plain));
    bundle_key(key, p->room_changes ? p->room.join_secret : c->join_secret);
    enum err e = own_outer_seal(s->arena, key, c->mailbox, 0, 2, NULL, plain, out);
    wipe(key, sizeof key);
    wipe(outer, sizeof outer);
    wipe(seed, sizeof seed);
    return e;
}

/* Signs and stores the frame; it is sent from there. */
static enum err store_frame(struct step *s, const struct store_chat *c, struct wire_commit *w,
                            const uint8_t write_seed[32], struct slice wishes)
{
    struct crypto_sign_secret secret;
    struct store_pending p;
    struct slice tbs;
    struct buf t = buf_arena(s->arena, 512), f = buf_arena(s->arena, 4096);
    uint8_t *mid = arena_alloc(s->arena, 8 + CRYPTO_SIGN_SIZE);
    if (mid == NULL) {
        return ERR_HOST_MEMORY;
    }
    uint8_t *sig = mid + 8;
    crypto_rand(mid, 8);
    w->mid = slice_make(mid, 8);
    frame_commit_tbs(&t, SLICE_ARRAY(c->mailbox), w);
    TRY(buf_finish(&t, &tbs));
    memcpy(secret.seed, write_seed, 32);
    crypto_sign(sig, &secret, tbs);
    wipe(&secret, sizeof secret);
    w->signature = slice_make(sig, CRYPTO_SIGN_SIZE);
    wire_commit_put(&f, w);
    memset(&p, 0, sizeof p);
    TRY(buf_finish(&f, &p.frame));
    p.epoch = w->epoch;
    p.wishes = wishes;
    crypto_sha256(p.body_hash, w->body);
    TRY(store_pending_put(s->store, c->id, &p));
    return store_echo_put(s->store, c->id, p.body_hash, NULL);
}

/* The body of the log's entry: [2, commit, what it brings], or the reference of a parcel with it.
 * `beside`: bytes of the frame that are taken already. */
static enum err commit_body(struct step *s, const struct store_chat *c, uint64_t epoch,
                            const uint8_t outer_key[32], const uint8_t *branch,
                            struct slice message, const struct own_entries *brought, size_t beside,
                            struct slice *out)
{
    struct slice commit;
    struct buf b = buf_arena(s->arena, message.n + 512);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, OWN_COMMIT_VERSION);
    cbor_put_bytes(&b, message);
    own_entries_put(&b, brought);
    TRY(buf_finish(&b, &commit));
    if (commit.n > OWN_INLINE_BYTES / 16 && commit.n + beside > OWN_INLINE_BYTES) {
        struct slice ref;
        TRY(own_parcel_ref(s->arena, &ref));
        TRY(own_parcel_put(s, c->id, OWN_PARCEL_COMMIT, ref, commit));
        commit = ref;
    }
    return own_outer_seal(s->arena, outer_key, c->mailbox, epoch, FRAME_KIND_COMMIT, branch, commit,
                          out);
}

static enum err commit_frame(struct own *o, struct step *s, const struct store_chat *c,
                             struct mls_group *g, const struct plan *p, const struct mls_commit *m,
                             struct slice wishes)
{
    struct store_epoch e;
    struct wire_commit w;
    struct wire_welcome welcomes[OWN_ADDS_PER_COMMIT];
    struct crypto_sign_secret next;
    struct crypto_sign_public next_key;
    memset(&w, 0, sizeof w);
    TRY(store_epoch_get(s->store, c->id, mls_group_epoch(g), &e));
    w.epoch = e.n;
    w.branch = SLICE_ARRAY(e.branch);
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), SLICE_ARRAY(c->mailbox),
                                 next.seed, 32));
    crypto_sign_public_of(&next_key, &next);
    wipe(&next, sizeof next);
    w.next_key = SLICE_ARRAY(next_key.b);
    w.has_read_hash = p->new_tag;
    w.read_hash = SLICE_ARRAY(p->read_hash);
    TRY(make_info(s, c, g, m, p, &w.info));
    w.has_info = true;
    w.welcomes = welcomes;
    size_t beside = w.info.n;
    if (p->add_n > 0) {
        TRY(plan_welcomes(o, s, p, m->welcome, welcomes, &w.welcomes_n, &beside));
    }
    TRY(commit_body(s, c, e.n, e.outer_key, e.branch, m->commit, &p->brought, beside, &w.body));
    if (p->tree_ref.n > 0) {
        struct slice both;
        struct buf b = buf_arena(s->arena, m->ratchet_tree.n + p->chains.n + 32);
        cbor_put_array(&b, 2);
        cbor_put_bytes(&b, m->ratchet_tree);
        cbor_put_bytes(&b, p->chains);
        TRY(buf_finish(&b, &both));
        TRY(own_parcel_put(s, c->id, p->add_n > 0 ? OWN_PARCEL_WELCOME : OWN_PARCEL_BUNDLE,
                           p->tree_ref, both));
    }
    for (size_t i = 0; i < p->add_n; i++) {
        TRY(store_package_use(s->store, p->refs[i], p->until_s[i], s->now_ms / 1000));
    }
    enum err err = store_frame(s, c, &w, e.write_seed, wishes);
    wipe(&e, sizeof e);
    return err;
}

/* What cannot be built is tried again later, ever more rarely; a wish that was never possible is
 * forgotten in the end. A removal is not: the person is told that it waits. */
static enum err back_off(struct step *s, const struct store_chat *c,
                         const struct store_wish *wishes, size_t n, struct slice ids)
{
    uint64_t id = 0;
    while (ids.n >= 8) {
        TRY(slice_le64(&ids, &id));
        for (size_t i = 0; i < n; i++) {
            const struct store_wish *w = &wishes[i];
            if (w->id != (int64_t)id) {
                continue;
            }
            bool removal = w->kind == OWN_WISH_REMOVE_PERSON || w->kind == OWN_WISH_REMOVE_DEVICE;
            if (!removal && w->tries >= OWN_BUILDS_MAX) {
                TRY(store_wish_drop(s->store, w->id));
                continue;
            }
            if (removal && w->tries == OWN_BUILDS_MAX) {
                TRY(own_notice(s, c->id, OWN_NOTICE_NOT_REMOVED,
                               w->kind == OWN_WISH_REMOVE_PERSON ? own_wish_person(w) : 0,
                               SLICE_EMPTY, 0));
            }
            int64_t wait = 1000ll << (w->tries < 12 ? w->tries : 12);
            TRY(store_wish_delay(s->store, w->id, w->tries + 1, (int64_t)s->now_ms + wait));
        }
    }
    s->durable = true;
    return OK;
}

/* Everything a commit with this plan is, up to building it. *todo: it does something. */
static enum err prepare(struct own *o, struct step *s, const struct store_chat *c,
                        struct mls_group *g, const struct store_wish *wishes, size_t n, bool riders,
                        struct own_admit *admit, struct plan *p, struct slice *ids, bool *todo)
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
    memset(admit, 0, sizeof *admit);
    admit->brought = p->brought;
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

/* We came by the link of a group: the proof goes inside what the gateway cannot open. */
static enum err door_proof(const struct own *o, struct step *s, const struct store_chat *c,
                           const struct mls_group *g, struct slice *out)
{
    struct slice secret;
    uint8_t proof[32];
    void *outs[] = {&secret};
    *out = SLICE_EMPTY;
    TRY(store_sql_get(s->store, s->arena, "SELECT door_secret FROM chat WHERE id=?", "b", outs, "i",
                      c->id));
    if (secret.n != OWN_LINK_SECRET_SIZE) {
        return OK;
    }
    TRY(own_link_proof(s->arena, secret, mls_group_id(g), o->account, proof));
    return arena_copy(s->arena, SLICE_ARRAY(proof), out);
}

static enum err build(struct own *o, struct step *s, const struct store_chat *c,
                      struct mls_group *g, struct plan *p, struct own_admit *admit, bool riders,
                      struct mls_commit *m)
{
    struct mls_commit_params cp;
    struct mls_extension ext[2] = {{OWN_EXT_CHAINS, p->chains}, {OWN_EXT_DOOR, SLICE_EMPTY}};
    memset(&cp, 0, sizeof cp);
    memset(m, 0, sizeof *m);
    cp.proposals = p->proposals;
    cp.proposal_count = p->n;
    cp.no_references = !riders;
    cp.force_path = p->path;
    cp.identity = p->renews ? &p->identity : NULL;
    size_t leaves = mls_group_member_count(g) + p->add_n;
    cp.tree_in_welcome = leaves <= (o->tree_inline != 0 ? o->tree_inline : OWN_TREE_INLINE) &&
                         p->chains.n <= OWN_CHAINS_INLINE_BYTES;
    if (!cp.tree_in_welcome) {
        TRY(own_parcel_ref(s->arena, &p->tree_ref));
        ext[0].type = OWN_EXT_TREE;
        ext[0].data = p->tree_ref;
    }
    TRY(door_proof(o, s, c, g, &ext[1].data));
    cp.group_info_extensions.v = ext;
    cp.group_info_extensions.n = ext[1].data.n > 0 ? 2 : 1;
    cp.external_pub = true;
    cp.policy = own_admit_policy(s, admit);
    cp.now_ms = own_clock_now(o, s);
    TRY(own_order_commit(s, c->id, &cp.authenticated_data));
    return cp.policy == NULL ? ERR_HOST_MEMORY : mls_group_commit(g, s->arena, &cp, m);
}

enum err own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                          const struct store_wish *wishes, size_t n, bool *built)
{
    struct mls_group *g = NULL;
    struct mls_commit m;
    struct own_admit admit;
    struct plan *p = arena_array(s->arena, 1, sizeof *p);
    struct slice ids;
    bool todo = false;
    enum err e = OK;
    *built = false;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(own_group(o, s, c->id, &g));
    if (mls_group_state(g) != MLS_IDLE) {
        return OK;
    }
    /* what others proposed rides along, unless it is what makes the commit impossible */
    for (int riders = 1; riders >= 0; riders--) {
        TRY(prepare(o, s, c, g, wishes, n, riders == 1, &admit, p, &ids, &todo));
        if (!todo) {
            return drop_wishes(s, ids); /* nothing left to do */
        }
        e = build(o, s, c, g, p, &admit, riders == 1, &m);
        if (e == OK || own_grave(e)) {
            break;
        }
    }
    if (own_grave(e)) {
        return e;
    }
    if (e != OK) {
        return back_off(s, c, wishes, n, ids);
    }
    s->durable = true;
    *built = true;
    return commit_frame(o, s, c, g, p, &m, ids);
}

/* Sends the stored frame with the handle of this connection. */
enum err own_commit_send(struct own *o, struct step *s, int64_t chat, const struct store_pending *p,
                         const struct own_box *box)
{
    struct wire_commit w;
    struct slice body;
    struct buf b = buf_arena(s->arena, p->frame.n + 16);
    TRY(wire_commit_decode(s->arena, p->frame, &w));
    w.handle = box->handle;
    wire_commit_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_COMMIT, chat, (int64_t)p->epoch);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_COMMIT, ask->request, body);
}

enum err own_group_won(struct own *o, struct step *s, int64_t chat)
{
    struct mls_group *g = NULL;
    struct mls_commit_view view;
    struct store_pending p;
    struct store_chat c;
    enum err e = store_pending_get(s->store, s->arena, chat, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(own_group(o, s, chat, &g));
    TRY(mls_group_merge(g, s->arena, &view));
    TRY(drop_wishes(s, p.wishes));
    TRY(store_pending_drop(s->store, chat));
    TRY(own_parcel_superseded(o, s, chat));
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_restore_keep_commit(o, s, &c, &p));
    if (view.has_path) {
        TRY(store_sql_run(s->store, "UPDATE chat SET heal_ms=?,heal_sent=0 WHERE id=?", "ii",
                          (int64_t)s->now_ms, chat));
    }
    if (c.state == STORE_CHAT_JOINING || c.note == 1) {
        TRY(store_sql_run(s->store,
                          "UPDATE chat SET state=CASE state WHEN 4 THEN 0 ELSE state END,"
                          "note=0,stuck=0 WHERE id=?",
                          "i", chat));
        /* an external commit carries no join bundle: the next one of ours does */
        TRY(own_wish(o, s, chat, OWN_WISH_HEAL, SLICE_EMPTY));
    }
    TRY(own_group_entered(o, s, chat, &view));
    own_due_chat(o, chat);
    return OK;
}

/* The packages that a commit of ours would have used: it went to nobody. */
static enum err give_back(struct step *s, int64_t wish)
{
    struct slice in, package;
    size_t n = 0;
    void *outs[] = {&in};
    enum err e = store_sql_get(s->store, s->arena, "SELECT extra FROM wish WHERE id=? AND stage=1",
                               "b", outs, "i", wish);
    if (e != OK || in.n == 0) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(cbor_get_array(&in, &n));
    for (size_t i = 0; i < n; i++) {
        struct mls_key_package_view v;
        TRY(cbor_get_bytes(&in, &package));
        if (mls_key_package_read(s->arena, &v, package, NULL) == OK) {
            TRY(store_package_unuse(s->store, v.ref));
        }
    }
    return OK;
}

enum err own_group_lost(struct own *o, struct step *s, int64_t chat)
{
    struct mls_group *g = NULL;
    struct store_pending p;
    struct store_chat c;
    uint64_t id = 0;
    struct store_echo known;
    enum err e = store_pending_get(s->store, s->arena, chat, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_group(o, s, chat, &g));
    if (c.state == STORE_CHAT_JOINING || c.note == 1) { /* an external commit: begin anew */
        own_group_close(o, chat);
        TRY(store_sql_run(s->store, "DELETE FROM protocol WHERE grp=?", "i", chat));
    } else if (mls_group_state(g) == MLS_PENDING) {
        TRY(mls_group_discard(g));
    }
    TRY(store_echo_take(s->store, chat, p.body_hash, &known));
    TRY(store_pending_drop(s->store, chat));
    TRY(own_parcel_drop(s, chat));
    struct slice ids = p.wishes;
    while (ids.n >= 8) {
        TRY(slice_le64(&ids, &id));
        TRY(give_back(s, (int64_t)id));
        TRY(store_sql_run(s->store, "UPDATE wish SET tries=tries+1,not_before=? WHERE id=?", "ii",
                          (int64_t)s->now_ms + 50 + crypto_rand_below(450), (int64_t)id));
    }
    s->durable = true;
    return OK;
}

/* ---- external commits ----------------------------------------------------------------------- */

enum err own_group_external_frame(struct own *o, struct step *s, const struct store_chat *c,
                                  struct mls_group *g, struct slice commit, uint64_t epoch,
                                  const uint8_t outer_key[32], const uint8_t write_seed[32],
                                  struct slice branch, const struct own_entries *brought)
{
    struct wire_commit w;
    struct crypto_sign_secret next;
    struct crypto_sign_public next_key;
    (void)o;
    memset(&w, 0, sizeof w);
    w.epoch = epoch;
    w.branch = branch;
    TRY(commit_body(s, c, epoch, outer_key, branch.p, commit, brought, 0, &w.body));
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), SLICE_ARRAY(c->mailbox),
                                 next.seed, 32));
    crypto_sign_public_of(&next_key, &next);
    wipe(&next, sizeof next);
    w.next_key = SLICE_ARRAY(next_key.b);
    TRY(store_sql_run(s->store, "UPDATE chat SET first_epoch=? WHERE id=?", "ii",
                      (int64_t)epoch + 1, c->id));
    return store_frame(s, c, &w, write_seed, SLICE_EMPTY);
}
