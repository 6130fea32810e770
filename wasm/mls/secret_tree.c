#include "mls/secret_tree.h"

#include "base/ct.h"

enum err mls_secret_tree_children(const struct crypto_suite *suite, struct mls_secret *left,
                                  struct mls_secret *right, const struct mls_secret *node)
{
    struct slice secret = slice_make(node->b, suite->nh);
    TRY(mls_label_expand(suite, left->b, suite->nh, secret, SLICE_LITERAL("tree"),
                         SLICE_LITERAL("left")));
    return mls_label_expand(suite, right->b, suite->nh, secret, SLICE_LITERAL("tree"),
                            SLICE_LITERAL("right"));
}

enum err mls_secret_tree_leaf(const struct crypto_suite *suite, struct mls_ratchet *handshake,
                              struct mls_ratchet *application, const struct mls_secret *leaf)
{
    struct slice secret = slice_make(leaf->b, suite->nh);
    *handshake = (struct mls_ratchet){.generation = 0};
    *application = (struct mls_ratchet){.generation = 0};
    TRY(mls_label_derive(suite, handshake->secret.b, secret, "handshake"));
    return mls_label_derive(suite, application->secret.b, secret, "application");
}

enum err mls_secret_tree_step(const struct crypto_suite *suite, struct mls_ratchet *ratchet,
                              struct mls_message_key *key)
{
    struct slice secret = slice_make(ratchet->secret.b, suite->nh);
    if (ratchet->generation == UINT32_MAX) {
        return ERR_LIMIT;
    }
    if (key != NULL) {
        key->key.alg = suite->aead;
        TRY(mls_label_derive_tree(suite, key->nonce, suite->nn, secret, SLICE_LITERAL("nonce"),
                                  ratchet->generation));
        TRY(mls_label_derive_tree(suite, key->key.k, suite->nk, secret, SLICE_LITERAL("key"),
                                  ratchet->generation));
    }
    TRY(mls_label_derive_tree(suite, ratchet->secret.b, suite->nh, secret, SLICE_LITERAL("secret"),
                              ratchet->generation));
    ratchet->generation++;
    return OK;
}

enum err mls_secret_tree_sender_data(const struct crypto_suite *suite, struct mls_message_key *key,
                                     const struct mls_secret *sender_data_secret,
                                     struct slice ciphertext)
{
    struct slice secret = slice_make(sender_data_secret->b, suite->nh);
    struct slice sample = ciphertext;
    if (sample.n > suite->nh) {
        sample.n = suite->nh;
    }
    key->key.alg = suite->aead;
    TRY(mls_label_expand(suite, key->key.k, suite->nk, secret, SLICE_LITERAL("key"), sample));
    return mls_label_expand(suite, key->nonce, suite->nn, secret, SLICE_LITERAL("nonce"), sample);
}
