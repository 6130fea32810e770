/* The secret tree and the ratchets at its leaves: pure derivations.
 *
 * encryption_secret -> "tree" left/right down to a leaf -> handshake and application ratchet -> one
 * key and nonce per generation, after which the secret has moved on.
 * Source: RFC 9420, 9, 9.1, 9.2, 6.3.1, 6.3.2. */
#ifndef SOTTO_MLS_SECRET_TREE_H
#define SOTTO_MLS_SECRET_TREE_H
#include "base/limits.h"
#include "mls/key_schedule.h"
#include "mls/tree_math.h"

enum mls_ratchet_type { MLS_RATCHET_HANDSHAKE = 0, MLS_RATCHET_APPLICATION = 1 };

#define MLS_RATCHET_WINDOW_BYTES (LIMIT_MLS_SKIPPED_SENDER / 8)

/* secret is that of `generation`, the next one to be used. Bit i of the window: the key of
 * generation - 1 - i was skipped and is kept. */
struct mls_ratchet {
    struct mls_secret secret;
    uint32_t generation;
    uint8_t window[MLS_RATCHET_WINDOW_BYTES];
};

struct mls_message_key {
    struct crypto_aead_key key;
    uint8_t nonce[12];
};

MUST_CHECK enum err mls_secret_tree_children(const struct crypto_suite *suite,
                                             struct mls_secret *left, struct mls_secret *right,
                                             const struct mls_secret *node);
/* The fresh ratchets of a leaf. */
MUST_CHECK enum err mls_secret_tree_leaf(const struct crypto_suite *suite,
                                         struct mls_ratchet *handshake,
                                         struct mls_ratchet *application,
                                         const struct mls_secret *leaf);
/* Key and nonce of the ratchet's generation; moves it on by one. key may be NULL (skip). The
 * window is left alone. */
MUST_CHECK enum err mls_secret_tree_step(const struct crypto_suite *suite,
                                         struct mls_ratchet *ratchet, struct mls_message_key *key);
/* Key and nonce of sender data, from a sample of the ciphertext. */
MUST_CHECK enum err mls_secret_tree_sender_data(const struct crypto_suite *suite,
                                                struct mls_message_key *key,
                                                const struct mls_secret *sender_data_secret,
                                                struct slice ciphertext);

#endif
