/* The room extension, the policy of groups, and the outer layer. */
#include "engine/own/room.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/aead.h"
#include "crypto/rand.h"
#include "engine/own/identity.h"
#include "mls/codec.h"
#include "store/chat.h"

/* ---- room ----------------------------------------------------------------------------------- */

enum err own_room_encode(struct arena *a, const struct own_room *r, struct slice *out)
{
    struct buf b = buf_arena(a, 512);
    cbor_put_array(&b, 11);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, SLICE_ARRAY(r->room));
    cbor_put_uint(&b, (uint64_t)r->type);
    cbor_put_text(&b, r->name);
    cbor_put_bytes(&b, SLICE_ARRAY(r->mailbox));
    cbor_put_bytes(&b, SLICE_ARRAY(r->read_tag));
    cbor_put_bytes(&b, SLICE_ARRAY(r->join_secret));
    cbor_put_array(&b, r->admin_n);
    for (size_t i = 0; i < r->admin_n; i++) {
        cbor_put_bytes(&b, slice_make(r->admins[i], 32));
    }
    cbor_put_bool(&b, r->link_on);
    cbor_put_uint(&b, r->timer_s);
    cbor_put_bytes(&b, r->has_replaces ? SLICE_ARRAY(r->replaces) : SLICE_LITERAL(""));
    return buf_finish(&b, out);
}

static enum err get_fixed(struct slice *s, uint8_t *out, size_t n)
{
    struct slice v;
    TRY(cbor_get_bytes(s, &v));
    if (v.n != n) {
        return ERR_INPUT;
    }
    memcpy(out, v.p, n);
    return OK;
}

enum err own_room_decode(struct arena *a, struct slice in, struct own_room *r)
{
    uint64_t v = 0;
    struct slice replaces;
    size_t n = 0;
    memset(r, 0, sizeof *r);
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    if (v != 1 || n != 11) {
        return ERR_INPUT_VERSION;
    }
    TRY(get_fixed(&in, r->room, 16));
    TRY(cbor_get_uint(&in, &v));
    if (v > STORE_CHAT_GROUP) {
        return ERR_INPUT;
    }
    r->type = (int)v;
    TRY(cbor_get_text(&in, &r->name));
    TRY(get_fixed(&in, r->mailbox, 16));
    TRY(get_fixed(&in, r->read_tag, 32));
    TRY(get_fixed(&in, r->join_secret, 32));
    TRY(cbor_get_array(&in, &n));
    if (n > OWN_ADMINS_MAX || r->name.n > LIMIT_NAME_BYTES) {
        return ERR_LIMIT;
    }
    uint8_t(*admins)[32] = arena_array(a, n + 1, 32);
    if (admins == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(get_fixed(&in, admins[i], 32));
    }
    r->admins = (const uint8_t(*)[32])admins;
    r->admin_n = n;
    TRY(cbor_get_bool(&in, &r->link_on));
    TRY(cbor_get_uint(&in, &r->timer_s));
    TRY(cbor_get_bytes(&in, &replaces));
    r->has_replaces = replaces.n == 16;
    if (r->has_replaces) {
        memcpy(r->replaces, replaces.p, 16);
    }
    return replaces.n == 0 || r->has_replaces ? OK : ERR_INPUT;
}

static enum err room_in(struct arena *a, struct mls_extensions ext, struct own_room *out)
{
    for (size_t i = 0; i < ext.n; i++) {
        if (ext.v[i].type == OWN_EXT_ROOM) {
            return own_room_decode(a, ext.v[i].data, out);
        }
    }
    return ERR_INPUT;
}

enum err own_room_of(struct arena *a, const struct mls_group *g, struct own_room *out)
{
    return room_in(a, mls_group_extensions(g), out);
}

bool own_room_is_admin(const struct own_room *r, const uint8_t account[32])
{
    for (size_t i = 0; i < r->admin_n; i++) {
        if (slice_equal(slice_make(r->admins[i], 32), slice_make(account, 32))) {
            return true;
        }
    }
    return false;
}

/* ---- policy --------------------------------------------------------------------------------- */

/* Refused: what names no entry, and a key that the chain we have cannot have listed. One that names
 * an entry we do not have yet is let in; its chain is asked for (own/group.c). */
static enum err policy_leaf(void *user, const struct mls_leaf_view *leaf)
{
    struct own_identity_leaf l;
    TRY(own_identity_leaf(user, leaf, &l));
    if (!l.well_formed || l.place == OWN_IDENTITY_ELSEWHERE ||
        (l.place == OWN_IDENTITY_ON && !l.listed)) {
        return ERR_AUTH_POLICY;
    }
    return OK;
}

static enum err policy_replace(void *user, const struct mls_leaf_view *before,
                               const struct mls_leaf_view *after)
{
    (void)user;
    return slice_equal(before->credential, after->credential) &&
                   slice_equal(before->signature_key, after->signature_key)
               ? OK
               : ERR_AUTH_POLICY;
}

struct judge {
    struct arena *arena;
    const struct mls_group *g;
    struct own_room room;
};

static bool in_group(const struct mls_group *g, struct slice account)
{
    uint32_t next = 0;
    struct mls_leaf_view leaf;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            return true;
        }
    }
    return false;
}

/* Accounts in a pair never exceed two. */
static bool pair_full(const struct judge *j, const struct mls_commit_view *c, struct slice account)
{
    struct slice seen[2] = {SLICE_EMPTY, SLICE_EMPTY};
    size_t n = 0;
    uint32_t next = 0;
    struct mls_leaf_view leaf;
    while (mls_group_next_member(j->g, &next, &leaf)) {
        if ((n > 0 && slice_equal(seen[0], leaf.credential)) ||
            (n > 1 && slice_equal(seen[1], leaf.credential))) {
            continue;
        }
        if (n < 2) {
            seen[n++] = leaf.credential;
        }
    }
    for (size_t i = 0; i < c->proposal_count && n < 2; i++) {
        const struct mls_proposal_view *p = &c->proposals[i];
        if (p->type == MLS_PROPOSAL_ADD && !slice_equal(seen[0], p->leaf.credential)) {
            seen[n++] = p->leaf.credential;
        }
    }
    return !slice_equal(seen[0], account) && !(n > 1 && slice_equal(seen[1], account));
}

/* Nothing but the join secret and the read tag is new. */
static bool only_secret(const struct judge *j, struct own_room after)
{
    struct slice a, b;
    memcpy(after.join_secret, j->room.join_secret, 32);
    memcpy(after.read_tag, j->room.read_tag, 32);
    return own_room_encode(j->arena, &after, &a) == OK &&
           own_room_encode(j->arena, &j->room, &b) == OK && ct_slice_equal(a, b);
}

static bool removes(const struct mls_commit_view *c)
{
    for (size_t i = 0; i < c->proposal_count; i++) {
        if (c->proposals[i].type == MLS_PROPOSAL_REMOVE) {
            return true;
        }
    }
    return false;
}

static enum err judge_room(const struct judge *j, const struct mls_commit_view *c,
                           const struct mls_proposal_view *p, bool admin)
{
    struct own_room after;
    TRY(room_in(j->arena, p->extensions, &after));
    if (after.type != j->room.type ||
        !slice_equal(SLICE_ARRAY(after.room), SLICE_ARRAY(j->room.room)) ||
        !slice_equal(SLICE_ARRAY(after.mailbox), SLICE_ARRAY(j->room.mailbox))) {
        return ERR_AUTH_POLICY;
    }
    return admin || j->room.type != STORE_CHAT_GROUP || (removes(c) && only_secret(j, after))
               ? OK
               : ERR_AUTH_POLICY;
}

static enum err judge_proposal(const struct judge *j, const struct mls_commit_view *c,
                               const struct mls_proposal_view *p)
{
    struct mls_leaf_view by;
    struct slice who = c->committer_leaf.credential;
    if (p->sender_type == MLS_SENDER_MEMBER && c->sender_type == MLS_SENDER_MEMBER) {
        TRY(mls_group_member(j->g, p->sender, &by));
        who = by.credential;
    } else if (p->sender_type == MLS_SENDER_EXTERNAL ||
               p->sender_type == MLS_SENDER_NEW_MEMBER_PROPOSAL) {
        return ERR_AUTH_POLICY;
    }
    bool admin = who.n == 32 && own_room_is_admin(&j->room, who.p);
    switch (p->type) {
    case MLS_PROPOSAL_ADD:
        if (slice_equal(p->leaf.credential, who)) {
            return OK;
        }
        if (j->room.type == STORE_CHAT_PAIR) {
            return pair_full(j, c, p->leaf.credential) ? ERR_AUTH_POLICY : OK;
        }
        return j->room.type == STORE_CHAT_GROUP && admin ? OK : ERR_AUTH_POLICY;
    case MLS_PROPOSAL_REMOVE:
        return admin || slice_equal(p->removed_leaf.credential, who) ? OK : ERR_AUTH_POLICY;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return judge_room(j, c, p, admin);
    case MLS_PROPOSAL_REINIT:
        return ERR_AUTH_POLICY;
    default:
        return OK;
    }
}

static enum err policy_commit(void *user, const struct mls_group *g,
                              const struct mls_commit_view *c)
{
    struct step *s = user;
    struct judge j = {.arena = s->arena, .g = g};
    TRY(own_room_of(s->arena, g, &j.room));
    if (c->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT &&
        !in_group(g, c->committer_leaf.credential) && !j.room.link_on) {
        return ERR_AUTH_POLICY;
    }
    for (size_t i = 0; i < c->proposal_count; i++) {
        TRY(judge_proposal(&j, c, &c->proposals[i]));
    }
    return OK;
}

const struct mls_policy *own_policy(struct own *o, struct step *s)
{
    struct mls_policy *p = arena_array(s->arena, 1, sizeof *p);
    (void)o;
    if (p == NULL) {
        return NULL;
    }
    p->user = s;
    p->leaf = policy_leaf;
    p->replace = policy_replace;
    p->commit = policy_commit;
    /* judged when we add someone (own_commit.c), not when others did: clocks differ, and members
     * who never committed keep the lifetime of their key package (RFC 9420 7.2) */
    p->check_lifetime = false;
    p->now_s = s->now_ms / 1000;
    return p;
}

/* ---- outer layer ---------------------------------------------------------------------------- */

#define OUTER_LABEL "sotto outer 2"
#define OUTER_AD_MAX (sizeof OUTER_LABEL - 1 + FRAME_MAILBOX_SIZE + 8 + 1 + FRAME_BRANCH_SIZE)

/* All that stands beside the sealed bytes: whoever carries them cannot move them, nor change the
 * tag that says in which state of the epoch they were sealed. */
static size_t outer_ad(uint8_t ad[OUTER_AD_MAX], const uint8_t mailbox[16], uint64_t epoch,
                       uint8_t kind, const uint8_t *branch)
{
    struct buf b = buf_fixed(ad, OUTER_AD_MAX);
    buf_slice(&b, SLICE_LITERAL(OUTER_LABEL));
    buf_put(&b, mailbox, FRAME_MAILBOX_SIZE);
    buf_u64(&b, epoch);
    buf_u8(&b, kind);
    if (branch != NULL) {
        buf_put(&b, branch, FRAME_BRANCH_SIZE);
    }
    return b.n;
}

enum err own_outer_seal(struct arena *a, const uint8_t key[32], const uint8_t mailbox[16],
                        uint64_t epoch, uint8_t kind, const uint8_t *branch, struct slice in,
                        struct slice *out)
{
    struct crypto_aead_key k;
    uint8_t ad[OUTER_AD_MAX];
    size_t ad_n = outer_ad(ad, mailbox, epoch, kind, branch);
    uint8_t *p = arena_alloc(a, in.n + 12 + CRYPTO_AEAD_TAG_SIZE);
    *out = SLICE_EMPTY;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_aead_key_set(&k, CRYPTO_CHACHA20_POLY1305, slice_make(key, 32)));
    crypto_rand(p, 12); /* random: the key is shared by the group and changes with the epoch */
    crypto_aead_seal(p + 12, &k, p, slice_make(ad, ad_n), in);
    wipe(&k, sizeof k);
    *out = slice_make(p, in.n + 12 + CRYPTO_AEAD_TAG_SIZE);
    return OK;
}

enum err own_outer_open(struct arena *a, const uint8_t key[32], const uint8_t mailbox[16],
                        uint64_t epoch, uint8_t kind, const uint8_t *branch, struct slice in,
                        struct slice *out)
{
    struct crypto_aead_key k;
    uint8_t ad[OUTER_AD_MAX];
    size_t ad_n = outer_ad(ad, mailbox, epoch, kind, branch);
    *out = SLICE_EMPTY;
    if (in.n < 12 + CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    uint8_t *p = arena_alloc(a, in.n);
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_aead_key_set(&k, CRYPTO_CHACHA20_POLY1305, slice_make(key, 32)));
    enum err e =
        crypto_aead_open(p, &k, in.p, slice_make(ad, ad_n), slice_make(in.p + 12, in.n - 12));
    wipe(&k, sizeof k);
    if (e == OK) {
        *out = slice_make(p, in.n - 12 - CRYPTO_AEAD_TAG_SIZE);
    }
    return e;
}
