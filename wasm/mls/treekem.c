#include "mls/treekem.h"

#include <string.h>

#include "base/ct.h"
#include "base/limits.h"
#include "crypto/rand.h"

#define UPDATE_PATH_NODE SLICE_LITERAL("UpdatePathNode")

/* HPKECiphertext. */
static enum err read_ciphertext(struct slice *s, struct slice *kem_output, struct slice *ciphertext)
{
    TRY(mls_codec_vector(s, kem_output));
    return mls_codec_vector(s, ciphertext);
}

/* UpdatePathNode: its key and the content of the vector of ciphertexts. */
static enum err read_node(struct slice *s, struct slice *key, struct slice *ciphertexts)
{
    TRY(mls_codec_vector(s, key));
    return mls_codec_vector(s, ciphertexts);
}

static enum err count_ciphertexts(struct slice list, size_t *n)
{
    struct slice skipped;
    *n = 0;
    while (list.n > 0) {
        TRY(read_ciphertext(&list, &skipped, &skipped));
        (*n)++;
    }
    return *n > LIMIT_MEMBERS ? ERR_LIMIT : OK;
}

enum err mls_treekem_read(struct slice *s, struct mls_update_path *out)
{
    *out = (struct mls_update_path){0};
    TRY(mls_leaf_read(s, &out->leaf));
    TRY(mls_codec_vector(s, &out->nodes));
    struct slice rest = out->nodes;
    while (rest.n > 0) {
        struct slice key;
        struct slice ciphertexts;
        size_t n = 0;
        TRY(read_node(&rest, &key, &ciphertexts));
        TRY(count_ciphertexts(ciphertexts, &n));
        out->count++;
    }
    return OK;
}

/* Takes one step: the key pair of a node, then the path secret of the next one in place. */
static enum err step(const struct crypto_suite *suite, struct crypto_hpke_secret *secret,
                     struct crypto_hpke_public *public_key, struct mls_secret *path_secret)
{
    struct mls_secret node = {{0}};
    struct slice current = slice_make(path_secret->b, suite->nh);
    enum err e = mls_label_derive(suite, node.b, current, "node");
    if (e == OK) {
        e = crypto_hpke_derive(suite, secret, public_key, slice_make(node.b, suite->nh));
    }
    if (e == OK) {
        e = mls_label_derive(suite, path_secret->b, current, "path");
    }
    wipe(&node, sizeof node);
    return e;
}

static enum err create_nodes(struct mls_tree *tree, struct mls_private *priv,
                             struct mls_path_secrets *secrets)
{
    const struct crypto_suite *suite = tree->suite;
    struct crypto_hpke_public public_key;
    secrets->first = 0;
    crypto_rand(secrets->commit.b, suite->nh);
    for (size_t i = 0; i < secrets->path.n; i++) {
        uint32_t node = secrets->path.node[i];
        uint32_t level = mls_tree_math_level(node);
        secrets->secret[i] = secrets->commit;
        TRY(step(suite, &priv->key[level], &public_key, &secrets->commit));
        priv->have[level] = true;
        TRY(mls_tree_set_parent(tree, node, slice_make(public_key.b, suite->npk)));
    }
    return OK;
}

enum err mls_treekem_create(struct mls_tree *tree, struct mls_private *priv,
                            struct mls_path_secrets *secrets, const struct mls_leaf_new *leaf_new)
{
    struct mls_leaf leaf;
    struct mls_leaf_new in = *leaf_new;
    struct crypto_hpke_public public_key;
    struct mls_secret parent_hash;
    size_t parent_hash_n = 0;
    memset(priv->have, 0, sizeof priv->have);
    priv->leaf = in.index;
    mls_tree_filtered_path(tree, in.index, &secrets->path);
    mls_tree_blank_path(tree, in.index);
    TRY(create_nodes(tree, priv, secrets));
    TRY(mls_tree_hash_path(tree, &secrets->path, &parent_hash, &parent_hash_n));
    TRY(crypto_hpke_generate(tree->suite, &priv->key[0], &public_key));
    priv->have[0] = true;
    in.encryption_key = slice_make(public_key.b, tree->suite->npk);
    in.source = MLS_LEAF_COMMIT;
    in.parent_hash = slice_make(parent_hash.b, parent_hash_n);
    TRY(mls_leaf_create(tree->arena, &leaf, &in));
    return mls_tree_set_leaf(tree, in.index, &leaf);
}

static bool is_added(uint32_t node, const bool *added)
{
    return node % 2 == 0 && added != NULL && added[node / 2];
}

static enum err seal_node(const struct mls_tree *tree, uint32_t copath, struct slice info,
                          struct slice path_secret, const bool *added, struct arena *scratch,
                          struct buf *out)
{
    size_t n = 0;
    uint32_t *resolution = arena_array(scratch, 2 * (size_t)tree->width, sizeof *resolution);
    if (resolution == NULL) {
        return ERR_HOST_MEMORY;
    }
    mls_tree_resolution(tree, copath, resolution, &n);
    for (size_t i = 0; i < n; i++) {
        uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
        uint8_t sealed[MLS_SECRET_SIZE_MAX + CRYPTO_AEAD_TAG_SIZE];
        if (is_added(resolution[i], added)) {
            continue;
        }
        TRY(crypto_hpke_seal(tree->suite, enc, sealed, tree->nodes[resolution[i]].encryption_key,
                             info, SLICE_EMPTY, path_secret));
        mls_codec_put_vector(out, slice_make(enc, tree->suite->nenc));
        mls_codec_put_vector(out, slice_make(sealed, path_secret.n + CRYPTO_AEAD_TAG_SIZE));
    }
    return OK;
}

enum err mls_treekem_seal(const struct mls_tree *tree, const struct mls_path_secrets *secrets,
                          uint32_t sender, struct slice context, const bool *added,
                          struct arena *scratch, struct buf *out)
{
    struct slice info;
    TRY(mls_label_info(scratch, &info, UPDATE_PATH_NODE, context));
    buf_slice(out, tree->nodes[2 * sender].leaf->raw);
    size_t nodes = mls_codec_open(out);
    for (size_t i = 0; i < secrets->path.n; i++) {
        mls_codec_put_vector(out, tree->nodes[secrets->path.node[i]].encryption_key);
        size_t ciphertexts = mls_codec_open(out);
        TRY(seal_node(tree, secrets->path.copath[i], info,
                      slice_make(secrets->secret[i].b, tree->suite->nh), added, scratch, out));
        mls_codec_close(out, ciphertexts);
    }
    mls_codec_close(out, nodes);
    return out->err;
}

/* V71: as many ciphertexts as old nodes in the resolution. */
static enum err check_count(const struct mls_tree *tree, uint32_t copath, struct slice ciphertexts,
                            const bool *added, uint32_t *resolution)
{
    size_t n = 0;
    size_t old = 0;
    size_t sent = 0;
    mls_tree_resolution(tree, copath, resolution, &n);
    for (size_t i = 0; i < n; i++) {
        old += !is_added(resolution[i], added);
    }
    TRY(count_ciphertexts(ciphertexts, &sent));
    return sent == old ? OK : ERR_INPUT;
}

enum err mls_treekem_merge(struct mls_tree *tree, const struct mls_update_path *path,
                           uint32_t sender, const bool *added, struct arena *scratch)
{
    struct mls_tree_path filtered;
    struct mls_secret parent_hash;
    size_t parent_hash_n = 0;
    struct slice rest = path->nodes;
    uint32_t *resolution = arena_array(scratch, 2 * (size_t)tree->width, sizeof *resolution);
    if (resolution == NULL) {
        return ERR_HOST_MEMORY;
    }
    mls_tree_filtered_path(tree, sender, &filtered);
    if (path->count != filtered.n) {
        return ERR_INPUT;
    }
    mls_tree_blank_path(tree, sender);
    for (size_t i = 0; i < filtered.n; i++) {
        struct slice key;
        struct slice ciphertexts;
        TRY(read_node(&rest, &key, &ciphertexts));
        TRY(check_count(tree, filtered.copath[i], ciphertexts, added, resolution));
        TRY(crypto_hpke_public_check(tree->suite, key));
        TRY(mls_tree_set_parent(tree, filtered.node[i], key));
    }
    TRY(mls_tree_hash_path(tree, &filtered, &parent_hash, &parent_hash_n));
    if (!ct_slice_equal(path->leaf.parent_hash, slice_make(parent_hash.b, parent_hash_n))) {
        return ERR_AUTH;
    }
    return mls_tree_set_leaf(tree, sender, &path->leaf);
}

/* Which of the ciphertexts to this copath is ours, and with which level's key? */
static enum err find_ours(const struct mls_tree *tree, const struct mls_private *priv,
                          uint32_t copath, const bool *added, struct arena *scratch, size_t *at,
                          uint32_t *level)
{
    size_t n = 0;
    uint32_t *resolution = arena_array(scratch, 2 * (size_t)tree->width, sizeof *resolution);
    if (resolution == NULL) {
        return ERR_HOST_MEMORY;
    }
    mls_tree_resolution(tree, copath, resolution, &n);
    *at = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_added(resolution[i], added)) {
            continue;
        }
        *level = mls_tree_math_level(resolution[i]);
        if (mls_tree_math_below(2 * priv->leaf, resolution[i]) && priv->have[*level]) {
            return OK;
        }
        (*at)++;
    }
    return ERR_AUTH;
}

enum err mls_treekem_derive(const struct mls_tree *tree, struct mls_private *priv,
                            struct mls_path_secrets *secrets)
{
    const struct crypto_suite *suite = tree->suite;
    if (secrets->first < secrets->path.n) {
        secrets->commit = secrets->secret[secrets->first];
    }
    for (size_t i = secrets->first; i < secrets->path.n; i++) {
        struct crypto_hpke_public public_key;
        const struct mls_tree_node *node = &tree->nodes[secrets->path.node[i]];
        uint32_t level = mls_tree_math_level(secrets->path.node[i]);
        secrets->secret[i] = secrets->commit;
        TRY(step(suite, &priv->key[level], &public_key, &secrets->commit));
        priv->have[level] = true;
        if (!slice_equal(node->encryption_key, slice_make(public_key.b, suite->npk))) {
            return ERR_AUTH;
        }
    }
    return OK;
}

enum err mls_treekem_open(const struct mls_tree *tree, struct mls_private *priv,
                          struct mls_path_secrets *secrets, const struct mls_update_path *path,
                          uint32_t sender, struct slice context, const bool *added,
                          struct arena *scratch)
{
    struct slice rest = path->nodes;
    struct slice key, ciphertexts, kem_output, ciphertext, info, opened;
    size_t at = 0;
    uint32_t level = 0;
    uint32_t common = mls_tree_math_common(2 * priv->leaf, 2 * sender);
    mls_tree_filtered_path(tree, sender, &secrets->path);
    size_t i = 0;
    while (i < secrets->path.n && secrets->path.node[i] != common) {
        TRY(read_node(&rest, &key, &ciphertexts));
        i++;
    }
    if (i == secrets->path.n) {
        return ERR_AUTH;
    }
    TRY(find_ours(tree, priv, secrets->path.copath[i], added, scratch, &at, &level));
    TRY(read_node(&rest, &key, &ciphertexts));
    for (size_t k = 0; k <= at; k++) {
        TRY(read_ciphertext(&ciphertexts, &kem_output, &ciphertext));
    }
    TRY(mls_label_info(scratch, &info, UPDATE_PATH_NODE, context));
    TRY(mls_label_open(tree->suite, scratch, &opened, &priv->key[level], info, kem_output,
                       ciphertext));
    if (opened.n != tree->suite->nh) {
        return ERR_AUTH;
    }
    secrets->first = i;
    memcpy(secrets->secret[i].b, opened.p, opened.n);
    return mls_treekem_derive(tree, priv, secrets);
}

void mls_treekem_prune(const struct mls_tree *tree, struct mls_private *priv)
{
    uint32_t root_level = mls_tree_math_level(mls_tree_math_root(tree->width));
    if (priv->leaf >= tree->width) {
        return; /* not a member (yet) */
    }
    for (uint32_t level = 1; level < MLS_TREE_MATH_LEVELS; level++) {
        uint32_t node = mls_tree_math_ancestor(2 * priv->leaf, level);
        if (level > root_level || tree->nodes[node].kind == MLS_TREE_BLANK) {
            wipe(&priv->key[level], sizeof priv->key[level]);
            priv->have[level] = false;
        }
    }
}
