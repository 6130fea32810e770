/* Names of the rows a group writes, and short forms of the storage calls.
 *
 *   G                          the group: context, secrets, own leaf, past epochs kept
 *   N node                     a node of the ratchet tree that is not blank
 *   P                          private keys of our direct path
 *   T epoch node               a node of the secret tree whose children were not derived yet
 *   R epoch type leaf          a ratchet
 *   S epoch type leaf gen      a skipped message key
 *   Q, q n                     when skipped keys expire: head and tail, one entry per jump
 *   M epoch                    what opens late messages of a past epoch
 *   L epoch leaf               a leaf as it was in that epoch, when the next one changed it
 *   O n                        a proposal received or sent in this epoch
 *   C                          the pending commit and the secrets to apply it again
 *   U                          resumption PSKs of the last epochs */
#ifndef SOTTO_MLS_ROWS_H
#define SOTTO_MLS_ROWS_H
#include "mls/types.h"
#include "mls/key_schedule.h"

struct mls_rows_key {
    uint8_t b[20];
    size_t n;
};

struct mls_rows_key mls_rows_group(void);
struct mls_rows_key mls_rows_node(uint32_t node);
struct mls_rows_key mls_rows_private(void);
struct mls_rows_key mls_rows_secret_node(uint64_t epoch, uint32_t node);
struct mls_rows_key mls_rows_ratchet(uint64_t epoch, uint8_t type, uint32_t leaf);
struct mls_rows_key mls_rows_skipped(uint64_t epoch, uint8_t type, uint32_t leaf, uint32_t gen);
struct mls_rows_key mls_rows_queue(void);
struct mls_rows_key mls_rows_queue_entry(uint32_t n);
struct mls_rows_key mls_rows_past(uint64_t epoch);
struct mls_rows_key mls_rows_old_leaf(uint64_t epoch, uint32_t leaf);
struct mls_rows_key mls_rows_proposal(uint32_t n);
struct mls_rows_key mls_rows_pending(void);
struct mls_rows_key mls_rows_resumption(void);

MUST_CHECK enum err mls_rows_get(const struct mls_storage *s, struct mls_rows_key key,
                                 struct arena *arena, struct slice *value);
MUST_CHECK enum err mls_rows_put(const struct mls_storage *s, struct mls_rows_key key,
                                 struct slice value);
/* Puts what was built, or returns the buf's error. */
MUST_CHECK enum err mls_rows_put_buf(const struct mls_storage *s, struct mls_rows_key key,
                                     const struct buf *b);
MUST_CHECK enum err mls_rows_del(const struct mls_storage *s, struct mls_rows_key key);
/* All proposals; everything of an epoch whose messages are no longer read; every row. */
MUST_CHECK enum err mls_rows_del_proposals(const struct mls_storage *s);
MUST_CHECK enum err mls_rows_del_epoch(const struct mls_storage *s, uint64_t epoch);
MUST_CHECK enum err mls_rows_del_ratchets(const struct mls_storage *s, uint64_t epoch,
                                          uint8_t type);
MUST_CHECK enum err mls_rows_del_all(const struct mls_storage *s);

#endif
