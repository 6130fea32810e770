/* Ratchet trees: proposals applied, hashes and resolutions, parent hashes, update paths. */
#include <string.h>

#include "base/ct.h"
#include "mls/proposal.h"
#include "mls/tree_check.h"
#include "mls/treekem.h"
#include "vectors_run/mls.h"

static bool read_tree(struct vector_result *r, const struct json *v, const char *key,
                      const struct crypto_suite *suite, struct mls_tree *tree)
{
    struct slice again;
    struct slice bytes = vector_hex(r, v, key);
    if (!VECTOR_CHECK(r, mls_tree_decode(tree, suite, &r->arena, bytes) == OK)) {
        return false;
    }
    struct buf b = buf_arena(&r->arena, bytes.n);
    mls_tree_encode(tree, &b);
    VECTOR_CHECK(r, buf_finish(&b, &again) == OK);
    return VECTOR_BYTES(r, again, bytes);
}

static void apply(struct vector_result *r, const struct json *v, struct mls_tree *tree)
{
    struct mls_proposal_body p;
    uint32_t index = 0;
    struct slice bytes = vector_hex(r, v, "proposal");
    if (!VECTOR_CHECK(r, mls_proposal_read(&bytes, &p) == OK && bytes.n == 0)) {
        return;
    }
    switch (p.type) {
    case MLS_PROPOSAL_ADD:
        VECTOR_CHECK(r, mls_tree_add(tree, &p.package.leaf, &index) == OK);
        break;
    case MLS_PROPOSAL_UPDATE:
        index = (uint32_t)vector_uint(r, v, "proposal_sender");
        VECTOR_CHECK(r, mls_tree_update(tree, index, &p.package.leaf) == OK);
        break;
    case MLS_PROPOSAL_REMOVE:
        if (VECTOR_CHECK(r, mls_tree_leaf(tree, p.removed) != NULL)) {
            mls_tree_remove(tree, p.removed);
        }
        break;
    default:
        vector_fail(r, "proposal type %u", p.type);
    }
}

void mls_tree_operation_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        struct mls_tree tree;
        struct slice after;
        if (suite != NULL && read_tree(r, v, "tree_before", suite, &tree)) {
            VECTOR_BYTES(r, mls_tree_hash_root(&tree), vector_hex(r, v, "tree_hash_before"));
            apply(r, v, &tree);
            VECTOR_BYTES(r, mls_tree_hash_root(&tree), vector_hex(r, v, "tree_hash_after"));
            struct buf b = buf_arena(&r->arena, 4096);
            mls_tree_encode(&tree, &b);
            VECTOR_CHECK(r, buf_finish(&b, &after) == OK);
            VECTOR_BYTES(r, after, vector_hex(r, v, "tree_after"));
        }
        vector_end(r);
    }
}

static void check_resolution(struct vector_result *r, const struct mls_tree *tree, uint32_t node,
                             const struct json *want)
{
    size_t n = 0;
    uint32_t *got = vector_alloc(r, 2 * (size_t)tree->width * sizeof *got);
    mls_tree_resolution(tree, node, got, &n);
    VECTOR_CHECK(r, want != NULL && want->count == n);
    VECTOR_CHECK(r, mls_tree_resolution_empty(tree, node) == (n == 0));
    for (size_t i = 0; i < n; i++) {
        uint64_t value = 0;
        VECTOR_CHECK(r, json_uint(json_at(want, i), &value) == OK && value == got[i]);
    }
}

void mls_tree_validation_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        const struct json *hashes = json_get(v, "tree_hashes");
        const struct json *resolutions = json_get(v, "resolutions");
        struct mls_tree tree;
        if (suite == NULL || !read_tree(r, v, "tree", suite, &tree)) {
            vector_end(r);
            continue;
        }
        uint32_t count = mls_tree_math_nodes(tree.width);
        (void)mls_tree_hash_root(&tree);
        VECTOR_CHECK(r, hashes != NULL && hashes->count == count);
        for (uint32_t i = 0; i < count; i++) {
            VECTOR_BYTES(r, slice_make(tree.nodes[i].hash, suite->nh),
                         vector_hex_of(r, json_at(hashes, i)));
            check_resolution(r, &tree, i, json_at(resolutions, i));
        }
        VECTOR_CHECK(r, mls_tree_check_parents(&tree, &r->arena) == OK);
        VECTOR_CHECK(
            r, mls_tree_check_leaves(&tree, vector_hex(r, v, "group_id"), NULL, &r->arena) == OK);
        vector_end(r);
    }
}

/* ---- TreeKEM --------------------------------------------------------------------------------- */

struct scene {
    struct vector_result *r;
    const struct json *v;
    const struct crypto_suite *suite;
    struct slice tree_bytes, group_id, confirmed;
    uint64_t epoch;
};

static struct slice context_of(const struct scene *s, struct slice tree_hash)
{
    struct slice out = SLICE_EMPTY;
    struct mls_group_context context = {
        .suite = s->suite,
        .group_id = s->group_id,
        .epoch = s->epoch,
        .tree_hash = tree_hash,
        .confirmed_transcript_hash = s->confirmed,
    };
    struct buf b = buf_arena(&s->r->arena, 256);
    mls_key_schedule_put_context(&b, &context);
    VECTOR_CHECK(s->r, buf_finish(&b, &out) == OK);
    return out;
}

/* What the leaf knows before: its own key and path secrets. Checked against the tree. */
static bool read_private(const struct scene *s, const struct mls_tree *tree, const struct json *l,
                         struct mls_private *priv, struct crypto_sign_secret *signature)
{
    struct vector_result *r = s->r;
    struct crypto_hpke_public public_key;
    struct slice key = vector_hex(r, l, "encryption_priv");
    struct slice seed = vector_hex(r, l, "signature_priv");
    memset(priv, 0, sizeof *priv);
    priv->leaf = (uint32_t)vector_uint(r, l, "index");
    if (!VECTOR_CHECK(r, key.n == CRYPTO_HPKE_SECRET_SIZE && seed.n == CRYPTO_SIGN_SEED_SIZE &&
                             mls_tree_leaf(tree, priv->leaf) != NULL)) {
        return false;
    }
    memcpy(signature->seed, seed.p, seed.n);
    memcpy(priv->key[0].b, key.p, key.n);
    priv->have[0] = true;
    VECTOR_CHECK(r, crypto_hpke_public_of(s->suite, &public_key, &priv->key[0]) == OK);
    VECTOR_BYTES(r, slice_make(public_key.b, s->suite->npk),
                 mls_tree_leaf(tree, priv->leaf)->encryption_key);
    const struct json *list = json_get(l, "path_secrets");
    for (const struct json *p = list == NULL ? NULL : list->first; p != NULL; p = p->next) {
        uint32_t node = (uint32_t)vector_uint(r, p, "node");
        uint32_t level = mls_tree_math_level(node);
        struct mls_secret secret = mls_vector_secret(r, p, "path_secret");
        VECTOR_CHECK(r, mls_tree_math_ancestor(2 * priv->leaf, level) == node);
        VECTOR_CHECK(r, mls_label_derive(s->suite, secret.b, slice_make(secret.b, s->suite->nh),
                                         "node") == OK);
        VECTOR_CHECK(r, crypto_hpke_derive(s->suite, &priv->key[level], &public_key,
                                           slice_make(secret.b, s->suite->nh)) == OK);
        VECTOR_BYTES(r, slice_make(public_key.b, s->suite->npk), tree->nodes[node].encryption_key);
        priv->have[level] = true;
    }
    return true;
}

static bool fresh_tree(const struct scene *s, struct mls_tree *tree)
{
    return VECTOR_CHECK(s->r, mls_tree_decode(tree, s->suite, &s->r->arena, s->tree_bytes) == OK);
}

/* One leaf follows one update path. */
static void follow(const struct scene *s, const struct json *l, const struct mls_update_path *path,
                   uint32_t sender, struct slice want_hash, struct slice want_secret,
                   struct slice want_commit)
{
    struct vector_result *r = s->r;
    struct mls_tree tree;
    struct mls_private priv;
    struct mls_path_secrets secrets = {0};
    struct crypto_sign_secret signature;
    if (!fresh_tree(s, &tree) || !read_private(s, &tree, l, &priv, &signature) ||
        priv.leaf == sender) {
        return;
    }
    VECTOR_CHECK(r, mls_leaf_verify(&r->arena, &path->leaf, s->group_id, sender) == OK);
    VECTOR_CHECK(r, mls_treekem_merge(&tree, path, sender, NULL, &r->arena) == OK);
    struct slice hash = mls_tree_hash_root(&tree);
    VECTOR_BYTES(r, hash, want_hash);
    VECTOR_CHECK(r, mls_tree_check_parents(&tree, &r->arena) == OK);
    VECTOR_CHECK(r, mls_treekem_open(&tree, &priv, &secrets, path, sender, context_of(s, hash),
                                     NULL, &r->arena) == OK);
    VECTOR_BYTES(r, slice_make(secrets.secret[secrets.first].b, s->suite->nh), want_secret);
    VECTOR_BYTES(r, slice_make(secrets.commit.b, s->suite->nh), want_commit);
}

static void follow_given(const struct scene *s, const struct json *u)
{
    struct vector_result *r = s->r;
    struct mls_update_path path;
    uint32_t sender = (uint32_t)vector_uint(r, u, "sender");
    struct slice bytes = vector_hex(r, u, "update_path");
    const struct json *leaves = json_get(s->v, "leaves_private");
    if (!VECTOR_CHECK(r, mls_treekem_read(&bytes, &path) == OK && bytes.n == 0)) {
        return;
    }
    for (const struct json *l = leaves->first; l != NULL; l = l->next) {
        size_t index = (size_t)vector_uint(r, l, "index");
        if (index != sender) {
            follow(s, l, &path, sender, vector_hex(r, u, "tree_hash_after"),
                   vector_hex_of(r, json_at(json_get(u, "path_secrets"), index)),
                   vector_hex(r, u, "commit_secret"));
        }
    }
}

/* The same leaf makes a path of its own; everyone must be able to follow it. */
static void follow_own(const struct scene *s, const struct json *l)
{
    struct vector_result *r = s->r;
    struct mls_tree tree;
    struct mls_private priv;
    struct mls_path_secrets secrets = {0};
    struct crypto_sign_secret signature;
    struct crypto_sign_pair key;
    struct mls_update_path path;
    struct slice bytes;
    if (!fresh_tree(s, &tree) || !read_private(s, &tree, l, &priv, &signature)) {
        return;
    }
    crypto_sign_pair_of(&key, &signature);
    struct mls_leaf_new leaf_new = {
        .suite = s->suite,
        .like = mls_tree_leaf(&tree, priv.leaf),
        .key = &key,
        .group_id = s->group_id,
        .index = priv.leaf,
    };
    VECTOR_CHECK(r, mls_treekem_create(&tree, &priv, &secrets, &leaf_new) == OK);
    struct slice hash = mls_tree_hash_root(&tree);
    struct buf b = buf_arena(&r->arena, 4096);
    VECTOR_CHECK(r, mls_treekem_seal(&tree, &secrets, priv.leaf, context_of(s, hash), NULL,
                                     &r->arena, &b) == OK);
    VECTOR_CHECK(r, buf_finish(&b, &bytes) == OK);
    if (!VECTOR_CHECK(r, mls_treekem_read(&bytes, &path) == OK && bytes.n == 0)) {
        return;
    }
    const struct json *leaves = json_get(s->v, "leaves_private");
    for (const struct json *o = leaves->first; o != NULL; o = o->next) {
        uint32_t index = (uint32_t)vector_uint(r, o, "index");
        uint32_t common = index == priv.leaf ? 0 : mls_tree_math_common(2 * index, 2 * priv.leaf);
        for (size_t i = 0; i < secrets.path.n && index != priv.leaf; i++) {
            if (secrets.path.node[i] == common) {
                follow(s, o, &path, priv.leaf, hash, slice_make(secrets.secret[i].b, s->suite->nh),
                       slice_make(secrets.commit.b, s->suite->nh));
            }
        }
    }
}

void mls_treekem_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        struct scene s = {.r = r, .v = v, .suite = mls_vector_suite(r, v)};
        const struct json *paths = json_get(v, "update_paths");
        const struct json *leaves = json_get(v, "leaves_private");
        if (s.suite == NULL ||
            !VECTOR_CHECK(r, json_is(paths, JSON_ARRAY) && json_is(leaves, JSON_ARRAY))) {
            vector_end(r);
            continue;
        }
        s.tree_bytes = vector_hex(r, v, "ratchet_tree");
        s.group_id = vector_hex(r, v, "group_id");
        s.confirmed = vector_hex(r, v, "confirmed_transcript_hash");
        s.epoch = vector_uint(r, v, "epoch");
        for (const struct json *u = paths->first; u != NULL; u = u->next) {
            follow_given(&s, u);
        }
        for (const struct json *l = leaves->first; l != NULL; l = l->next) {
            follow_own(&s, l);
        }
        vector_end(r);
    }
}
