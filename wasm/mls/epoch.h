/* The state of one epoch, in one arena: context, tree, our private keys, secrets.
 *
 * mls_epoch_create -> filled by create, join or load; mls_epoch_clone starts the next one, which
 * becomes the group's only when everything has been verified; mls_epoch_destroy wipes all of it.
 * Source: RFC 9420, 8, 8.1, 12.4. */
#ifndef SOTTO_MLS_EPOCH_H
#define SOTTO_MLS_EPOCH_H
#include "mls/message_keys.h"
#include "mls/treekem.h"

struct mls_epoch {
    struct arena arena; /* everything below, this struct included */
    const struct crypto_suite *suite;
    struct slice group_id;
    uint64_t epoch;
    struct slice extension_list;      /* of the group context, content */
    struct mls_extensions extensions; /* the same as an array */
    struct slice context;             /* GroupContext, encoded */
    struct mls_tree tree;
    bool member; /* false: the state an external joiner found */
    struct mls_private priv;
    struct crypto_sign_pair signature;
    struct mls_epoch_secrets secrets; /* encryption is wiped once it is in rows */
    struct mls_secret confirmed;      /* transcript hash */
    size_t confirmed_n;               /* nh, or 0 in epoch 0 */
    struct mls_secret interim;
    struct mls_secret confirmation_tag;
    struct mls_ratchet **cache; /* ratchets used so far */
};

/* NULL when out of memory. */
struct mls_epoch *mls_epoch_create(const struct crypto_suite *suite);
/* Accepts NULL. */
void mls_epoch_destroy(struct mls_epoch *e);
/* The start of the next epoch: number, context fields, tree, private and signature keys and
 * confirmed hash of `from`; no secrets. */
MUST_CHECK enum err mls_epoch_clone(struct mls_epoch **out, const struct mls_epoch *from);
/* Copies list into the arena as the extensions of the context. */
MUST_CHECK enum err mls_epoch_set_extensions(struct mls_epoch *e, struct slice list);
/* Encodes the context with the tree hash as it is now (computes hashes). */
MUST_CHECK enum err mls_epoch_encode_context(struct mls_epoch *e);
/* Secrets, confirmation tag and interim hash from joiner and psk; the context is encoded. */
MUST_CHECK enum err mls_epoch_derive(struct mls_epoch *e, const struct mls_secret *joiner,
                                     const struct mls_secret *psk);
/* Confirmation tag and interim transcript hash from secrets and confirmed hash. */
void mls_epoch_confirm(struct mls_epoch *e);
/* The ratchets of this epoch. */
struct mls_message_keys mls_epoch_keys(struct mls_epoch *e, const struct mls_storage *storage);
const struct mls_leaf *mls_epoch_own_leaf(const struct mls_epoch *e);
/* An nh-byte value as a slice. */
struct slice mls_epoch_slice(const struct mls_epoch *e, const struct mls_secret *s);

/* Rows G (the part of the epoch), N (changed nodes, `before` the epoch in rows or NULL), P. */
void mls_epoch_put(const struct mls_epoch *e, struct buf *b);
MUST_CHECK enum err mls_epoch_get(struct mls_epoch **out, struct slice *row,
                                  const struct mls_storage *storage, struct arena *scratch);
MUST_CHECK enum err mls_epoch_save_tree(const struct mls_epoch *e, const struct mls_epoch *before,
                                        const struct mls_storage *storage, struct arena *scratch);
MUST_CHECK enum err mls_epoch_save_private(const struct mls_epoch *e,
                                           const struct mls_storage *storage,
                                           struct arena *scratch);

#endif
