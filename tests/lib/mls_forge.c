#include "lib/mls_forge.h"

#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"
#include "mls/epoch.h"
#include "mls/framing.h"
#include "mls/send.h"
#include "mls/welcome.h"
#include "mls/key_package.h"

/* Forging cannot fail for lack of anything: what does is a fault of the test. */
static void must(enum err e)
{
    if (e != OK) {
        abort();
    }
}

static struct slice done(const struct buf *b)
{
    struct slice out;
    must(buf_finish(b, &out));
    return out;
}

static struct crypto_sign_pair pair_of(const struct crypto_sign_secret *secret)
{
    struct crypto_sign_pair pair;
    crypto_sign_pair_of(&pair, secret);
    return pair;
}

static struct slice u16s(struct mls_world_member *m, const uint16_t *v, size_t n)
{
    struct buf b = buf_arena(&m->arena, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        buf_u16(&b, v[i]);
    }
    return done(&b);
}

static struct slice keep(struct mls_world_member *m, struct slice s)
{
    struct slice out;
    must(arena_copy(&m->arena, s, &out));
    return out;
}

static struct slice fresh_key(struct mls_world_member *m)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public public_key;
    must(crypto_hpke_generate(m->suite, &secret, &public_key));
    return keep(m, slice_make(public_key.b, m->suite->npk));
}

/* ---- leaves and packages --------------------------------------------------------------------- */

struct mls_forge_leaf mls_forge_leaf_of(struct mls_world_member *m)
{
    static const uint16_t versions[] = {1};
    static const uint16_t credentials[] = {1};
    struct crypto_sign_public public_key;
    crypto_sign_public_of(&public_key, &m->id.signature);
    return (struct mls_forge_leaf){
        .encryption_key = fresh_key(m),
        .signature_key = keep(m, SLICE_ARRAY(public_key.b)),
        .credential_type = 1,
        .credential = m->id.credential,
        .versions = u16s(m, versions, 1),
        .suites = u16s(m, &m->suite->code, 1),
        .credential_types = u16s(m, credentials, 1),
        .source = MLS_LEAF_KEY_PACKAGE,
        .not_after_s = UINT64_MAX,
        .group_id = m->g != NULL ? keep(m, mls_group_id(m->g)) : SLICE_EMPTY,
        .index = m->g != NULL ? mls_group_own_leaf(m->g) : 0,
        .signer = m->id.signature,
    };
}

struct slice mls_forge_put_leaf(struct mls_world_member *m, const struct mls_forge_leaf *l)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(&m->arena, 512);
    mls_codec_put_vector(&b, l->encryption_key);
    mls_codec_put_vector(&b, l->signature_key);
    buf_u16(&b, l->credential_type);
    mls_codec_put_vector(&b, l->credential);
    mls_codec_put_vector(&b, l->versions);
    mls_codec_put_vector(&b, l->suites);
    mls_codec_put_vector(&b, l->extension_types);
    mls_codec_put_vector(&b, l->proposal_types);
    mls_codec_put_vector(&b, l->credential_types);
    buf_u8(&b, l->source);
    if (l->source == MLS_LEAF_KEY_PACKAGE) {
        buf_u64(&b, l->not_before_s);
        buf_u64(&b, l->not_after_s);
    } else if (l->source == MLS_LEAF_COMMIT) {
        mls_codec_put_vector(&b, l->parent_hash);
    }
    mls_codec_put_vector(&b, l->extensions);
    struct buf tbs = buf_arena(&m->arena, b.n + 300);
    buf_slice(&tbs, done(&b));
    if (l->source != MLS_LEAF_KEY_PACKAGE) {
        mls_codec_put_vector(&tbs, l->group_id);
        buf_u32(&tbs, l->index);
    }
    struct crypto_sign_pair key = pair_of(&l->signer);
    must(mls_label_sign(&m->arena, signature, &key, "LeafNodeTBS", done(&tbs)));
    signature[7] ^= l->bad_signature;
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    return done(&b);
}

struct mls_forge_package mls_forge_package_of(struct mls_world_member *m)
{
    return (struct mls_forge_package){
        .version = 1,
        .suite = m->suite->code,
        .init_key = fresh_key(m),
        .leaf = mls_forge_leaf_of(m),
    };
}

struct slice mls_forge_put_package(struct mls_world_member *m, const struct mls_forge_package *p)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(&m->arena, 1024);
    buf_u16(&b, p->version);
    buf_u16(&b, p->suite);
    mls_codec_put_vector(&b, p->init_key);
    buf_slice(&b, mls_forge_put_leaf(m, &p->leaf));
    mls_codec_put_vector(&b, p->extensions);
    struct crypto_sign_pair key = pair_of(&p->leaf.signer);
    must(mls_label_sign(&m->arena, signature, &key, "KeyPackageTBS", done(&b)));
    signature[9] ^= p->bad_signature;
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    return done(&b);
}

/* ---- proposals ------------------------------------------------------------------------------- */

static struct slice proposal(struct mls_world_member *m, uint16_t type, struct slice body)
{
    struct buf b = buf_arena(&m->arena, body.n + 2);
    buf_u16(&b, type);
    buf_slice(&b, body);
    return done(&b);
}

struct slice mls_forge_add(struct mls_world_member *m, struct slice key_package)
{
    return proposal(m, MLS_PROPOSAL_ADD, key_package);
}

struct slice mls_forge_update(struct mls_world_member *m, struct slice leaf)
{
    return proposal(m, MLS_PROPOSAL_UPDATE, leaf);
}

struct slice mls_forge_remove(struct mls_world_member *m, uint32_t leaf)
{
    struct buf b = buf_arena(&m->arena, 4);
    buf_u32(&b, leaf);
    return proposal(m, MLS_PROPOSAL_REMOVE, done(&b));
}

struct slice mls_forge_psk(struct mls_world_member *m, struct slice psk_id, size_t nonce_n)
{
    uint8_t nonce[128] = {7};
    struct buf b = buf_arena(&m->arena, psk_id.n + nonce_n + 4);
    buf_slice(&b, psk_id);
    mls_codec_put_vector(&b, slice_make(nonce, nonce_n));
    return proposal(m, MLS_PROPOSAL_PSK, done(&b));
}

struct slice mls_forge_external_psk_id(struct mls_world_member *m, const char *id)
{
    struct buf b = buf_arena(&m->arena, 64);
    buf_u8(&b, MLS_PSK_EXTERNAL);
    mls_codec_put_vector(&b, slice_of_string(id));
    return done(&b);
}

struct slice mls_forge_reinit(struct mls_world_member *m, uint16_t version, uint16_t suite)
{
    struct buf b = buf_arena(&m->arena, 64);
    mls_codec_put_vector(&b, SLICE_LITERAL("successor"));
    buf_u16(&b, version);
    buf_u16(&b, suite);
    mls_codec_put_vector(&b, SLICE_EMPTY);
    return proposal(m, MLS_PROPOSAL_REINIT, done(&b));
}

struct slice mls_forge_context(struct mls_world_member *m, struct slice extensions)
{
    return proposal(m, MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, mls_forge_vector(m, extensions));
}

struct slice mls_forge_extension(struct mls_world_member *m, uint16_t type, struct slice data)
{
    struct buf b = buf_arena(&m->arena, data.n + 8);
    mls_codec_put_extension(&b, type, data);
    return done(&b);
}

struct slice mls_forge_join(struct mls_world_member *m, struct slice a, struct slice b)
{
    struct buf out = buf_arena(&m->arena, a.n + b.n + 1);
    buf_slice(&out, a);
    buf_slice(&out, b);
    return done(&out);
}

struct slice mls_forge_vector(struct mls_world_member *m, struct slice bytes)
{
    struct buf b = buf_arena(&m->arena, bytes.n + 4);
    mls_codec_put_vector(&b, bytes);
    return done(&b);
}

/* ---- messages -------------------------------------------------------------------------------- */

struct mls_forge_message mls_forge_message_of(struct mls_world_member *m,
                                              enum mls_content_type type, struct slice body)
{
    return (struct mls_forge_message){
        .content =
            {
                .group_id = keep(m, mls_group_id(m->g)),
                .epoch = mls_group_epoch(m->g),
                .sender_type = MLS_SENDER_MEMBER,
                .sender = mls_group_own_leaf(m->g),
                .type = type,
                .body = body,
            },
        .signer = m->id.signature,
        .leaf = mls_group_own_leaf(m->g),
    };
}

static struct slice spoil(struct mls_world_member *m, struct slice right, enum mls_forge_tag how)
{
    uint8_t bytes[CRYPTO_HASH_SIZE_MAX + 1] = {0};
    size_t n = right.n;
    memcpy(bytes, right.p, right.n);
    switch (how) {
    case MLS_FORGE_RIGHT:
        break;
    case MLS_FORGE_EMPTY:
        n = 0;
        break;
    case MLS_FORGE_SHORT:
        n--;
        break;
    case MLS_FORGE_LONG:
        n++;
        break;
    case MLS_FORGE_WRONG:
        bytes[n - 1] ^= 1;
        break;
    }
    return keep(m, slice_make(bytes, n));
}

/* Key of a generation of our ratchet, whatever was used before; rows stay as they are. */
static struct mls_message_key key_of(struct mls_world_member *m, enum mls_ratchet_type type,
                                     uint32_t generation)
{
    struct mls_message_keys keys = mls_epoch_keys(m->g->epoch, &m->g->storage);
    struct mls_message_keys_lease lease;
    struct mls_message_key key;
    keys.cache = NULL;
    must(mls_message_keys_next(&keys, &lease, mls_group_own_leaf(m->g), type, &m->arena));
    struct mls_ratchet r = lease.before;
    if (generation < r.generation) {
        abort();
    }
    do {
        must(mls_secret_tree_step(m->suite, &r, &key));
    } while (r.generation <= generation);
    return key;
}

/* Sender data over a ciphertext. */
static struct slice sealed_sender(struct mls_world_member *m, const struct mls_forge_message *in,
                                  const uint8_t guard[4], struct slice aad, struct slice ciphertext)
{
    struct mls_message_key key;
    uint8_t sender[12 + CRYPTO_AEAD_TAG_SIZE];
    struct buf b = buf_fixed(sender, sizeof sender);
    must(
        mls_secret_tree_sender_data(m->suite, &key, &m->g->epoch->secrets.sender_data, ciphertext));
    buf_u32(&b, in->leaf);
    buf_u32(&b, in->generation);
    buf_put(&b, guard, 4);
    crypto_aead_seal(sender, &key.key, key.nonce, aad, slice_make(sender, 12));
    return keep(m, SLICE_ARRAY(sender));
}

/* A PrivateMessage by hand, with a byte among its padding that is not zero. */
static struct slice put_dirty(struct mls_world_member *m, const struct mls_forge_message *in,
                              const struct mls_content_auth *auth,
                              const struct mls_message_key *key)
{
    static const uint8_t guard[4] = {1, 2, 3, 4};
    const struct mls_content *content = &in->content;
    uint8_t nonce[12];
    struct buf plain = buf_arena(&m->arena, 1024);
    struct buf aad = buf_arena(&m->arena, 256);
    mls_codec_put_vector(&plain, content->body);
    mls_framing_put_auth(&plain, content->type, auth);
    buf_zero(&plain, 5);
    buf_u8(&plain, 1);
    buf_zero(&plain, 5);
    mls_codec_put_vector(&aad, content->group_id);
    buf_u64(&aad, content->epoch);
    buf_u8(&aad, (uint8_t)content->type);
    struct slice sender_aad = keep(m, done(&aad));
    mls_codec_put_vector(&aad, content->authenticated_data);
    memcpy(nonce, key->nonce, sizeof nonce);
    for (size_t i = 0; i < sizeof guard; i++) {
        nonce[i] ^= guard[i];
    }
    uint8_t *sealed = arena_alloc(&m->arena, plain.n + CRYPTO_AEAD_TAG_SIZE);
    crypto_aead_seal(sealed, &key->key, nonce, done(&aad), done(&plain));
    struct slice ciphertext = slice_make(sealed, plain.n + CRYPTO_AEAD_TAG_SIZE);
    struct buf out = buf_arena(&m->arena, ciphertext.n + 256);
    mls_framing_put_header(&out, MLS_WIRE_PRIVATE);
    buf_slice(&out, done(&aad));
    mls_codec_put_vector(&out, sealed_sender(m, in, guard, sender_aad, ciphertext));
    mls_codec_put_vector(&out, ciphertext);
    return done(&out);
}

static struct slice put_private(struct mls_world_member *m, const struct mls_forge_message *in,
                                const struct mls_content_auth *auth)
{
    bool application = in->content.type == MLS_CONTENT_APPLICATION;
    struct mls_message_key key =
        key_of(m, application ? MLS_RATCHET_APPLICATION : MLS_RATCHET_HANDSHAKE, in->generation);
    struct slice message;
    struct mls_framing_seal seal = {
        .suite = m->suite,
        .sender_data_secret = &m->g->epoch->secrets.sender_data,
        .key = &key,
        .leaf = in->leaf,
        .generation = in->generation,
    };
    if (in->dirty_padding) {
        return put_dirty(m, in, auth, &key);
    }
    must(mls_framing_seal_private(&m->arena, &message, &seal, &in->content, auth));
    return message;
}

struct slice mls_forge_put_message(struct mls_world_member *m, const struct mls_forge_message *in)
{
    const struct mls_epoch *e = m->g->epoch;
    struct mls_content_auth auth;
    struct slice raw, tbs, auth_raw, message;
    struct mls_secret tag;
    struct slice context = in->other_context ? SLICE_LITERAL("other") : e->context;
    enum mls_wire_format format = in->is_private ? MLS_WIRE_PRIVATE : MLS_WIRE_PUBLIC;
    struct crypto_sign_pair key = pair_of(&in->signer);
    must(mls_send_sign(&m->arena, &auth, &raw, &tbs, &in->content, format, context, &key));
    if (in->bad_signature) {
        uint8_t bytes[CRYPTO_SIGN_SIZE];
        memcpy(bytes, auth.signature.p, sizeof bytes);
        bytes[3] ^= 0x40;
        auth.signature = keep(m, SLICE_ARRAY(bytes));
    }
    if (in->content.type == MLS_CONTENT_COMMIT) {
        auth.confirmation_tag = spoil(m, in->tag, in->confirmation);
    }
    if (in->is_private) {
        return put_private(m, in, &auth);
    }
    struct buf b = buf_arena(&m->arena, 256);
    mls_framing_put_auth(&b, in->content.type, &auth);
    auth_raw = done(&b);
    struct buf out = buf_arena(&m->arena, raw.n + 512);
    mls_framing_put_header(&out, MLS_WIRE_PUBLIC);
    buf_slice(&out, raw);
    buf_slice(&out, auth_raw);
    if (in->content.sender_type == MLS_SENDER_MEMBER) {
        struct slice right;
        must(mls_framing_tbs(&m->arena, &tbs, MLS_WIRE_PUBLIC, raw, in->content.sender_type,
                             e->context));
        mls_framing_membership_tag(m->suite, &tag, &e->secrets.membership, tbs, auth_raw);
        right = slice_make(tag.b, m->suite->nh);
        mls_codec_put_vector(&out, spoil(m, right, in->membership));
    }
    message = done(&out);
    return message;
}

struct slice mls_forge_proposal_ref(struct mls_world_member *m, struct slice message)
{
    struct mls_message read;
    uint8_t ref[CRYPTO_HASH_SIZE_MAX];
    struct buf b = buf_arena(&m->arena, message.n);
    must(mls_framing_read(message, &read));
    buf_u16(&b, MLS_WIRE_PUBLIC);
    buf_slice(&b, read.public_message.content_raw);
    buf_slice(&b, read.public_message.auth_raw);
    mls_label_ref(m->suite, ref, MLS_LABEL_PROPOSAL_REF, done(&b));
    return keep(m, slice_make(ref, m->suite->nh));
}

/* ---- commits --------------------------------------------------------------------------------- */

struct mls_forge_commit mls_forge_commit_of(struct mls_forge_item *items, size_t n, bool path)
{
    return (struct mls_forge_commit){
        .items = items, .n = n, .path = path, .force_index = UINT32_MAX};
}

struct forging {
    struct mls_world_member *m;
    const struct mls_forge_commit *in;
    const struct mls_epoch *old;
    struct mls_epoch *next;
    struct mls_proposal_list list;
    bool *added;
    struct slice external_init; /* encoded proposal */
    struct mls_secret init, psk, commit;
    struct mls_path_secrets secrets;
    uint32_t committer;
    struct crypto_sign_secret signer;
};

static void make_init(struct forging *f)
{
    const struct crypto_suite *suite = f->m->suite;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public public_key;
    struct crypto_hpke_context context;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    must(mls_key_schedule_external(suite, &secret, &public_key, &f->old->secrets.external));
    must(crypto_hpke_send(suite, enc, &context, slice_make(public_key.b, suite->npk), SLICE_EMPTY));
    must(crypto_hpke_export(&context, f->init.b, suite->nh,
                            SLICE_LITERAL("MLS 1.0 external init secret")));
    f->external_init = proposal(f->m, MLS_PROPOSAL_EXTERNAL_INIT,
                                mls_forge_vector(f->m, slice_make(enc, suite->nenc)));
}

static void read_items(struct forging *f)
{
    size_t extra = f->in->external ? 2 : 0;
    f->list.v = arena_array(&f->m->arena, f->in->n + extra + 1, sizeof *f->list.v);
    for (size_t i = 0; i < f->in->n; i++) {
        const struct mls_forge_item *item = &f->in->items[i];
        struct slice bytes = item->proposal;
        struct mls_proposal_item *to = &f->list.v[f->list.n++];
        must(mls_proposal_read(&bytes, &to->body));
        to->sender_type = item->sender_type != 0 ? item->sender_type : MLS_SENDER_MEMBER;
        to->sender = item->sender;
    }
    f->list.committer_type = f->in->external ? MLS_SENDER_NEW_MEMBER_COMMIT : MLS_SENDER_MEMBER;
    f->list.committer = f->committer;
}

static void chain_psks(struct forging *f)
{
    struct mls_psk_source source = {.group = f->m->g, .lookup = f->in->psk};
    struct mls_psk_id ids[16];
    size_t n = 0;
    for (size_t i = 0; i < f->list.n && n < 16; i++) {
        if (f->list.v[i].body.type == MLS_PROPOSAL_PSK) {
            ids[n++] = f->list.v[i].body.psk;
        }
    }
    if (mls_psk_chain(f->m->suite, &f->psk, &source, ids, n, &f->m->arena) != OK) {
        memset(&f->psk, 0, sizeof f->psk);
    }
}

/* Replaces the leaf treekem_create made by one the test wants. */
static void spoil_leaf(struct forging *f)
{
    const struct mls_forge_commit *in = f->in;
    struct mls_world_member *m = f->m;
    const struct mls_leaf *made = mls_tree_leaf(&f->next->tree, f->committer);
    struct mls_leaf read;
    if (!in->keep_encryption_key && !in->bad_parent_hash && !in->bad_leaf_signature &&
        in->leaf_source == 0) {
        return;
    }
    struct mls_forge_leaf leaf = {
        .encryption_key = made->encryption_key,
        .signature_key = made->signature_key,
        .credential_type = made->credential_type,
        .credential = made->credential,
        .versions = made->versions,
        .suites = made->suites,
        .extension_types = made->extension_types,
        .proposal_types = made->proposal_types,
        .credential_types = made->credential_types,
        .source = in->leaf_source != 0 ? in->leaf_source : MLS_LEAF_COMMIT,
        .not_after_s = UINT64_MAX,
        .parent_hash = made->parent_hash,
        .extensions = made->extension_list,
        .group_id = f->next->group_id,
        .index = f->committer,
        .signer = f->next->signature.secret,
        .bad_signature = in->bad_leaf_signature,
    };
    if (in->keep_encryption_key) {
        leaf.encryption_key = mls_tree_leaf(&f->old->tree, f->committer)->encryption_key;
        f->next->priv.key[0] = f->old->priv.key[0];
    }
    if (in->bad_parent_hash) {
        uint8_t bytes[CRYPTO_HASH_SIZE_MAX];
        memcpy(bytes, leaf.parent_hash.p, leaf.parent_hash.n);
        bytes[0] ^= 1;
        leaf.parent_hash = keep(m, slice_make(bytes, leaf.parent_hash.n));
    }
    struct slice bytes = mls_forge_put_leaf(m, &leaf);
    must(mls_leaf_read(&bytes, &read));
    must(mls_tree_set_leaf(&f->next->tree, f->committer, &read));
}

/* Another key at the top (or bottom) of the path; parent hashes and the leaf follow, the secrets do
 * not. */
static void spoil_key(struct forging *f)
{
    struct mls_world_member *m = f->m;
    struct slice key = fresh_key(m);
    struct mls_secret parent_hash = {{0}};
    size_t n = 0;
    struct mls_leaf leaf;
    size_t at = f->in->reuse_key ? 0 : f->secrets.path.n - 1;
    if (f->in->reuse_key) {
        for (uint32_t i = 0; i < f->next->tree.width; i++) {
            if (i != f->committer && mls_tree_leaf(&f->next->tree, i) != NULL) {
                key = mls_tree_leaf(&f->next->tree, i)->encryption_key;
            }
        }
    }
    must(mls_tree_set_parent(&f->next->tree, f->secrets.path.node[at], key));
    must(mls_tree_hash_path(&f->next->tree, &f->secrets.path, &parent_hash, &n));
    const struct mls_leaf *old = mls_tree_leaf(&f->next->tree, f->committer);
    struct mls_leaf_new leaf_new = {
        .suite = m->suite,
        .like = old,
        .key = &f->next->signature,
        .encryption_key = old->encryption_key,
        .source = MLS_LEAF_COMMIT,
        .parent_hash = slice_make(parent_hash.b, n),
        .group_id = f->next->group_id,
        .index = f->committer,
    };
    must(mls_leaf_create(&f->next->arena, &leaf, &leaf_new));
    must(mls_tree_set_leaf(&f->next->tree, f->committer, &leaf));
}

static void make_path(struct forging *f, struct buf *out)
{
    struct mls_epoch *next = f->next;
    const struct mls_forge_commit *in = f->in;
    bool fresh = in->external || in->new_identity;
    if (in->external) {
        must(mls_tree_reserve(&next->tree, &f->committer));
        if (in->force_index != UINT32_MAX) {
            f->committer = in->force_index;
        }
        next->signature = pair_of(&in->identity.signature);
        f->signer = in->identity.signature;
    } else if (in->new_identity) {
        next->signature = pair_of(&in->identity.signature);
    }
    struct mls_leaf_new leaf_new = {
        .suite = next->suite,
        .identity = fresh ? &in->identity : NULL,
        .like = fresh ? NULL : mls_tree_leaf(&next->tree, f->committer),
        .key = &next->signature,
        .context_extensions = next->extensions,
        .group_id = next->group_id,
        .index = f->committer,
    };
    must(mls_treekem_create(&next->tree, &next->priv, &f->secrets, &leaf_new));
    f->commit = f->secrets.commit;
    if (in->wrong_path_key || in->reuse_key) {
        spoil_key(f);
    }
    spoil_leaf(f);
    must(mls_epoch_encode_context(next));
    if (in->wrong_secret) {
        crypto_rand(&f->secrets.secret, sizeof f->secrets.secret);
    }
    struct buf path = buf_arena(&f->m->arena, 4096);
    must(mls_treekem_seal(&next->tree, &f->secrets, f->committer, next->context, f->added,
                          &f->m->arena, &path));
    if (in->path_nodes == 0 && in->ciphertexts == 0) {
        buf_slice(out, done(&path));
        return;
    }
    /* Take the path apart and put it together with too much or too little. */
    struct slice rest = done(&path);
    struct mls_leaf leaf;
    struct slice nodes;
    must(mls_leaf_read(&rest, &leaf));
    must(mls_codec_vector(&rest, &nodes));
    buf_slice(out, leaf.raw);
    size_t mark = mls_codec_open(out);
    while (nodes.n > 0) {
        struct slice key, ciphertexts, one;
        must(mls_codec_vector(&nodes, &key));
        must(mls_codec_vector(&nodes, &ciphertexts));
        if (nodes.n == 0 && in->path_nodes < 0) {
            break;
        }
        if (nodes.n == 0 && in->ciphertexts != 0) {
            struct slice list = ciphertexts;
            must(mls_codec_vector(&list, &one));
            must(mls_codec_vector(&list, &one));
            ciphertexts =
                in->ciphertexts < 0
                    ? list
                    : mls_forge_join(f->m, ciphertexts,
                                     slice_make(ciphertexts.p, (size_t)(list.p - ciphertexts.p)));
        }
        mls_codec_put_vector(out, key);
        mls_codec_put_vector(out, ciphertexts);
        if (nodes.n == 0 && in->path_nodes > 0) {
            mls_codec_put_vector(out, fresh_key(f->m));
            mls_codec_put_vector(out, ciphertexts);
        }
    }
    mls_codec_close(out, mark);
}

static struct slice make_body(struct forging *f)
{
    struct buf b = buf_arena(&f->m->arena, 4096);
    size_t mark = mls_codec_open(&b);
    for (int i = 0; f->in->external && i < (f->in->two_external_inits ? 2 : 1); i++) {
        if (!f->in->no_external_init) {
            mls_commit_put_value(&b, f->external_init);
        }
    }
    for (size_t i = 0; i < f->in->n; i++) {
        if (f->in->items[i].reference.n > 0) {
            mls_commit_put_reference(&b, f->in->items[i].reference);
        } else {
            mls_commit_put_value(&b, f->in->items[i].proposal);
        }
    }
    mls_codec_close(&b, mark);
    buf_u8(&b, f->in->path);
    if (f->in->path) {
        make_path(f, &b);
    }
    return done(&b);
}

/* The confirmation tag of the epoch this content leads to. */
static struct slice confirm(struct forging *f, enum mls_wire_format format,
                            const struct mls_content *content)
{
    const struct crypto_suite *suite = f->m->suite;
    struct mls_content_auth auth;
    struct slice raw, tbs;
    struct mls_secret joiner;
    struct crypto_sign_pair key = pair_of(&f->signer);
    must(mls_send_sign(&f->m->arena, &auth, &raw, &tbs, content, format, f->old->context, &key));
    chain_psks(f);
    mls_key_schedule_confirmed(suite, &f->next->confirmed,
                               mls_epoch_slice(f->old, &f->old->interim), (uint16_t)format, raw,
                               auth.signature);
    f->next->confirmed_n = suite->nh;
    must(mls_epoch_encode_context(f->next));
    must(mls_key_schedule_joiner(suite, &joiner, &f->init, &f->commit, f->next->context));
    must(mls_epoch_derive(f->next, &joiner, &f->psk));
    return keep(f->m, mls_epoch_slice(f->next, &f->next->confirmation_tag));
}

static void apply(struct forging *f)
{
    must(mls_epoch_clone(&f->next, f->old));
    f->next->epoch++;
    read_items(f);
    f->next->member = false; /* so that an Update of our own needs no stored key */
    must(mls_proposal_list_apply(f->next, &f->list, &f->added, &f->m->arena));
    f->next->member = true;
    if (f->in->external) {
        make_init(f);
        f->added = NULL;
    }
}

struct slice mls_forge_put_commit(struct mls_world_member *m, const struct mls_forge_commit *in)
{
    struct forging f = {.m = m, .in = in, .old = m->g->epoch, .signer = m->id.signature};
    f.committer = mls_group_own_leaf(m->g);
    f.init = f.old->secrets.init;
    apply(&f);
    struct mls_forge_message message = mls_forge_message_of(m, MLS_CONTENT_COMMIT, make_body(&f));
    message.is_private = in->is_private;
    message.signer = f.signer;
    message.bad_signature = in->bad_signature;
    message.membership = in->membership;
    message.confirmation = in->confirmation;
    if (in->external) {
        message.content.sender_type = MLS_SENDER_NEW_MEMBER_COMMIT;
    }
    message.tag =
        confirm(&f, in->is_private ? MLS_WIRE_PRIVATE : MLS_WIRE_PUBLIC, &message.content);
    struct slice out = mls_forge_put_message(m, &message);
    mls_epoch_destroy(f.next);
    return out;
}

/* ---- Welcome --------------------------------------------------------------------------------- */

struct mls_forge_welcome mls_forge_welcome_of(struct mls_world_member *m,
                                              const struct mls_world_member *joiner)
{
    return (struct mls_forge_welcome){
        .joiner = joiner,
        .signer = mls_group_own_leaf(m->g),
        .signature = m->id.signature,
    };
}

static struct slice forged_info(struct mls_world_member *m, const struct mls_forge_welcome *in,
                                const struct mls_epoch *e)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(&m->arena, 1024);
    struct slice context = keep(m, e->context);
    if (in->info_suite != 0) {
        union {
            const uint8_t *in;
            uint8_t *out;
        } p = {context.p};
        p.out[2] = (uint8_t)(in->info_suite >> 8);
        p.out[3] = (uint8_t)(in->info_suite & 0xff);
    }
    buf_slice(&b, context);
    mls_codec_put_vector(&b, in->info_extensions);
    mls_codec_put_vector(&b, spoil(m, mls_epoch_slice(e, &e->confirmation_tag), in->confirmation));
    buf_u32(&b, in->signer);
    struct crypto_sign_pair key = pair_of(&in->signature);
    must(mls_label_sign(&m->arena, signature, &key, "GroupInfoTBS", done(&b)));
    signature[1] ^= in->bad_signature;
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    buf_zero(&b, in->info_trailing);
    return done(&b);
}

static struct slice forged_secrets(struct mls_world_member *m, const struct mls_forge_welcome *in,
                                   const struct mls_secret *joiner)
{
    struct buf b = buf_arena(&m->arena, 512);
    mls_codec_put_vector(&b,
                         slice_make(joiner->b, m->suite->nh - (in->joiner_secret_short ? 1u : 0u)));
    buf_u8(&b, in->path_secret.n > 0);
    if (in->path_secret.n > 0) {
        mls_codec_put_vector(&b, in->path_secret);
    }
    mls_codec_put_vector(&b, in->psks);
    buf_zero(&b, in->secrets_trailing);
    return done(&b);
}

/* psk_secret of the ids the Welcome names. */
static struct mls_secret forged_psk(struct mls_world_member *m, const struct mls_forge_welcome *in)
{
    struct mls_secret out = {{0}};
    struct mls_psk_id ids[8];
    struct mls_psk_source source = {.lookup = in->psk};
    struct slice rest = in->psks;
    size_t n = 0;
    while (rest.n > 0 && n < 8) {
        must(mls_proposal_read_psk(&rest, &ids[n++], true));
    }
    if (mls_psk_chain(m->suite, &out, &source, ids, n, &m->arena) != OK) {
        memset(&out, 0, sizeof out);
    }
    return out;
}

struct slice mls_forge_put_welcome(struct mls_world_member *m, const struct mls_forge_welcome *in,
                                   struct slice *tree)
{
    const struct crypto_suite *suite = m->suite;
    struct mls_epoch *e;
    struct mls_secret joiner = {{0}}, welcome;
    struct mls_secret psk = forged_psk(m, in);
    struct crypto_aead_key key;
    struct mls_package package;
    uint8_t nonce[12];
    uint8_t ref[CRYPTO_HASH_SIZE_MAX];
    struct slice info, kem_output, ciphertext;
    must(mls_epoch_clone(&e, m->g->epoch));
    must(mls_epoch_encode_context(e));
    struct slice before = keep(m, e->context);
    if (in->change != NULL) {
        in->change(in->user, e);
    }
    must(mls_epoch_encode_context(e));
    if (in->keep_tree_hash) {
        must(arena_copy(&e->arena, before, &e->context));
    }
    crypto_rand(joiner.b, suite->nh);
    must(mls_epoch_derive(e, &joiner, &psk));
    struct slice group_info = forged_info(m, in, e);
    must(mls_key_schedule_welcome(suite, &welcome, &joiner, &psk));
    must(mls_key_schedule_welcome_key(suite, &key, nonce, &welcome));
    uint8_t *sealed = arena_alloc(&m->arena, group_info.n + 16);
    crypto_aead_seal(sealed, &key, nonce, SLICE_EMPTY, group_info);
    struct slice encrypted = slice_make(sealed, group_info.n + 16);
    must(mls_label_info(&m->arena, &info, SLICE_LITERAL("Welcome"), encrypted));
    must(mls_key_package_unwrap(in->joiner->package.message, &package));
    must(mls_label_seal(suite, &m->arena, &kem_output, &ciphertext, package.init_key, info,
                        forged_secrets(m, in, &joiner)));
    mls_key_package_ref(suite, ref, &package);
    struct buf b = buf_arena(&m->arena, 4096);
    mls_framing_put_header(&b, MLS_WIRE_WELCOME);
    buf_u16(&b, in->suite != 0 ? in->suite : suite->code);
    size_t mark = mls_codec_open(&b);
    mls_codec_put_vector(&b, in->other_ref.n > 0 ? in->other_ref : slice_make(ref, suite->nh));
    mls_codec_put_vector(&b, kem_output);
    mls_codec_put_vector(&b, ciphertext);
    mls_codec_close(&b, mark);
    mls_codec_put_vector(&b, encrypted);
    struct buf t = buf_arena(&m->arena, 4096);
    mls_tree_encode(&e->tree, &t);
    *tree = done(&t);
    mls_epoch_destroy(e);
    return done(&b);
}
