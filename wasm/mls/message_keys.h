/* Message keys over rows: the secret tree lazily derived from its frontier, ratchets, skipped
 * keys and their expiry.
 *
 * Nothing is written before a message has been authenticated: mls_message_keys_take computes the
 * key and everything that would change in a lease; mls_message_keys_commit writes it. A key is
 * given out once: a generation before the ratchet's that is not in its window is ERR_STATE_REPLAY.
 *
 * Kept and deleted (RFC 9420, 9.2): a tree node as soon as both children exist, a ratchet secret
 * when stepped, a key when used, skipped keys after LIMIT_MLS_SKIPPED_AGE_MS or when more than
 * LIMIT_MLS_SKIPPED_GROUP are kept, oldest first. */
#ifndef SOTTO_MLS_MESSAGE_KEYS_H
#define SOTTO_MLS_MESSAGE_KEYS_H
#include "mls/rows.h"
#include "mls/secret_tree.h"

/* Expiry queue of skipped keys: entries head..tail-1, total keys ever put in them. */
struct mls_message_keys_queue {
    uint32_t head, tail, total;
    uint64_t oldest_ms; /* time of entry head */
};

/* The ratchets of one epoch. cache: 2 * width pointers filled as ratchets are used, or NULL. */
struct mls_message_keys {
    const struct mls_storage *storage;
    const struct crypto_suite *suite;
    uint64_t epoch;
    uint32_t width;
    struct mls_ratchet **cache;
    struct arena *cache_arena;
};

struct mls_message_keys_lease {
    uint32_t leaf;
    enum mls_ratchet_type type;
    uint32_t generation; /* of key */
    struct mls_message_key key;
    bool was_skipped;          /* key came from a skipped row */
    struct mls_ratchet before; /* as stored */
    struct mls_ratchet after;  /* to be stored */
    uint32_t skipped_first;    /* keys to keep: this generation and on */
    size_t skipped_n;
    struct mls_message_key *skipped; /* in the scratch arena */
    bool derived;                    /* the leaf was derived just now */
    uint32_t frontier;               /* from this node, which goes away */
    size_t copath_n;                 /* and these nodes come */
    uint32_t copath[MLS_TREE_MATH_LEVELS];
    struct mls_secret copath_secret[MLS_TREE_MATH_LEVELS];
    struct mls_ratchet other; /* the leaf's ratchet of the other type */
};

/* A new epoch: its root row. */
MUST_CHECK enum err mls_message_keys_start(const struct mls_message_keys *keys,
                                           const struct mls_secret *encryption_secret);
/* The next key to send with. ERR_GONE: the epoch's rows are not there. */
MUST_CHECK enum err mls_message_keys_next(const struct mls_message_keys *keys,
                                          struct mls_message_keys_lease *lease, uint32_t leaf,
                                          enum mls_ratchet_type type, struct arena *scratch);
/* The key of a received generation. ERR_LIMIT more than LIMIT_MLS_FORWARD ahead,
 * ERR_STATE_REPLAY used or no longer kept, ERR_GONE. */
MUST_CHECK enum err mls_message_keys_take(const struct mls_message_keys *keys,
                                          struct mls_message_keys_lease *lease, uint32_t leaf,
                                          enum mls_ratchet_type type, uint32_t generation,
                                          struct arena *scratch);
/* Writes what the lease changes: at most one ratchet row in the usual case. */
MUST_CHECK enum err mls_message_keys_commit(const struct mls_message_keys *keys,
                                            struct mls_message_keys_queue *queue,
                                            const struct mls_message_keys_lease *lease,
                                            uint64_t now_ms, struct arena *scratch);
/* Deletes skipped keys that are too many, or too old at now_ms (0: no time). */
MUST_CHECK enum err mls_message_keys_expire(const struct mls_storage *storage,
                                            struct mls_message_keys_queue *queue, uint64_t now_ms,
                                            struct arena *scratch);
MUST_CHECK enum err mls_message_keys_load_queue(const struct mls_storage *storage,
                                                struct mls_message_keys_queue *queue,
                                                struct arena *scratch);

#endif
