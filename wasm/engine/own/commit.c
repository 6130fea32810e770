/* Commits of the own network: their frame, winning and losing an epoch. */
#include "engine/own/commit.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/restore.h"
#include "engine/own/due.h"
#include "engine/own/admit.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/entries.h"
#include "engine/own/clock.h"
#include "engine/own/group.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/plan.h"
#include "engine/own/room.h"
#include "mls/codec.h"
#include "schema/frame.h"
#include "store/admit.h"
#include "store/own_person.h"
#include "store/own_stuck.h"
#include "store/own_wish.h"
#include "store/people.h"
#include "store/protocol.h"
#include "engine/own/order.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "mls/key_package.h"
#include "mls/welcome.h"

#define LOST_AT_ONCE 5      /* how often a commit may follow a lost one at once */
#define LOST_DOUBLED_MAX 12 /* then the wait doubles each time, up to half an hour */

/* ---- its frame ------------------------------------------------------------------------------- */

/* Drops the wishes a commit fulfilled (or that needed nothing). */
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

/* One Welcome per person, with the secrets of only their devices. *bytes: of all of them. */
static enum err plan_welcomes(struct own *o, struct step *s, const struct own_plan *p,
                              struct slice welcome, struct wire_welcome *out, size_t *n,
                              size_t *bytes)
{
    bool done[OWN_ADDS_PER_COMMIT] = {false};
    *n = 0;
    for (size_t i = 0; i < p->add_n; i++) {
        struct slice refs[OWN_ADDS_PER_COMMIT], one;
        struct store_own_person_door who;
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
        TRY(store_own_person_door(s->store, p->persons[i], &who));
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
                          const struct mls_commit *m, const struct own_plan *p, struct slice *out)
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

/* Signs and stores the frame, from where it is sent. */
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

/* The body of the log's entry: [2, commit, what it brings], or a reference to a parcel with that.
 * `beside`: bytes of the frame already used. */
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
    return own_outer_seal(s->arena, outer_key, c->mailbox, epoch, WIRE_KIND_COMMIT, branch, commit,
                          out);
}

static enum err commit_frame(struct own *o, struct step *s, const struct store_chat *c,
                             struct mls_group *g, const struct own_plan *p,
                             const struct mls_commit *m, struct slice wishes)
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

/* Did the commit that could not be built include this wish? ids empty: it failed before they were
 * chosen, so all ready ones wait. */
static bool is_among(struct slice ids, const struct store_wish *w, uint64_t now_ms)
{
    uint64_t id = 0;
    if (ids.n == 0) {
        return w->not_before <= (int64_t)now_ms && w->kind != OWN_WISH_LEAVE;
    }
    while (slice_le64(&ids, &id) == OK) {
        if (w->id == (int64_t)id) {
            return true;
        }
    }
    return false;
}

/* A wish that cannot be built is tried again later, ever more rarely, and in the end dropped. A
 * removal is not dropped: the person is told that it waits. */
static enum err back_off(struct step *s, const struct store_chat *c,
                         const struct store_wish *wishes, size_t n, struct slice ids)
{
    for (size_t i = 0; i < n; i++) {
        const struct store_wish *w = &wishes[i];
        bool removal = w->kind == OWN_WISH_REMOVE_PERSON || w->kind == OWN_WISH_REMOVE_DEVICE;
        if (!is_among(ids, w, s->now_ms)) {
            continue;
        }
        if (!removal && w->tries >= OWN_BUILDS_MAX) {
            TRY(store_wish_drop(s->store, w->id));
            continue;
        }
        if (removal && w->tries == OWN_BUILDS_MAX) {
            TRY(own_notice(s, c->id, ABI_NOTICE_NOT_REMOVED,
                           w->kind == OWN_WISH_REMOVE_PERSON ? own_wish_person(w) : 0, SLICE_EMPTY,
                           0));
        }
        int64_t wait = 1000ll << (w->tries < 12 ? w->tries : 12);
        TRY(store_wish_delay(s->store, w->id, w->tries + 1, (int64_t)s->now_ms + wait));
    }
    s->durable = true;
    return OK;
}

/* We came by a group's link: the proof goes inside what the gateway cannot open. */
static enum err door_proof(const struct own *o, struct step *s, const struct store_chat *c,
                           const struct mls_group *g, struct slice *out)
{
    struct slice secret;
    uint8_t proof[32];
    *out = SLICE_EMPTY;
    TRY(store_own_stuck_door(s->store, s->arena, c->id, &secret));
    if (secret.n != OWN_LINK_SECRET_SIZE) {
        return OK;
    }
    TRY(own_link_proof(s->arena, secret, mls_group_id(g), o->account, proof));
    return arena_copy(s->arena, SLICE_ARRAY(proof), out);
}

static enum err build(struct own *o, struct step *s, const struct store_chat *c,
                      struct mls_group *g, struct own_plan *p, struct own_admit *admit, bool riders,
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
    cp.now_ms = own_clock_begins(o, s);
    TRY(own_order_commit(o, s, c->id, &cp.authenticated_data));
    return cp.policy == NULL ? ERR_HOST_MEMORY : mls_group_commit(g, s->arena, &cp, m);
}

enum err own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                          const struct store_wish *wishes, size_t n, bool *built)
{
    struct mls_group *g = NULL;
    struct mls_commit m;
    struct own_admit admit;
    struct own_plan *p = arena_array(s->arena, 1, sizeof *p);
    struct slice ids = SLICE_EMPTY;
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
    /* other people's proposals ride along, unless they make the commit impossible */
    for (int riders = 1; riders >= (RULE(BUILT_WITHOUT_RIDERS) ? 0 : 1); riders--) {
        e = own_plan_prepare(o, s, c, g, wishes, n, riders == 1, &admit, p, &ids, &todo);
        if (e == OK && !todo) {
            return drop_wishes(s, ids); /* nothing left to do */
        }
        e = e == OK ? build(o, s, c, g, p, &admit, riders == 1, &m) : e;
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
        TRY(store_own_stuck_healed(s->store, chat, (int64_t)s->now_ms));
    }
    if (store_chat_reenters(&c)) {
        TRY(store_own_stuck_over(s->store, chat));
        /* an external commit carries no join bundle: our next one does */
        TRY(own_wish(o, s, chat, OWN_WISH_HEAL, SLICE_EMPTY));
    }
    TRY(own_group_entered(o, s, chat, &view));
    own_due_chat(o, chat);
    return OK;
}

/* Frees the packages that our commit would have used: it went to nobody. */
static enum err give_back(struct step *s, int64_t wish)
{
    struct slice in, package;
    size_t n = 0;
    enum err e = store_own_wish_packages(s->store, s->arena, wish, &in);
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
    if (store_chat_reenters(&c)) { /* an external commit: start over */
        own_group_close(o, chat);
        TRY(store_protocol_drop(s->store, chat));
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
        TRY(store_own_wish_lost(s->store, (int64_t)id, (int64_t)s->now_ms,
                                (int64_t)(50 + crypto_rand_below(450)), LOST_AT_ONCE,
                                LOST_DOUBLED_MAX));
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
    TRY(store_own_stuck_first_epoch(s->store, c->id, epoch + 1));
    return store_frame(s, c, &w, write_seed, SLICE_EMPTY);
}
