/* Opaque rows of protocol state, as mls/group.h writes them, one group per chat; and the outer
 * layer's keys, derived from each epoch. */
#ifndef SOTTO_STORE_PROTOCOL_H
#define SOTTO_STORE_PROTOCOL_H
#include "store/sql.h"

#define STORE_EPOCHS_KEPT 8

MUST_CHECK enum err store_protocol_get(struct store *s, int64_t group, struct slice key,
                                       struct arena *a, struct slice *value);
MUST_CHECK enum err store_protocol_put(struct store *s, int64_t group, struct slice key,
                                       struct slice value);
MUST_CHECK enum err store_protocol_del(struct store *s, int64_t group, struct slice key);
MUST_CHECK enum err store_protocol_del_prefix(struct store *s, int64_t group, struct slice prefix);
/* Drops everything of a group. */
MUST_CHECK enum err store_protocol_drop(struct store *s, int64_t group);
/* Moves the rows of `from` to `to`, which must have none (ERR_STATE). */
MUST_CHECK enum err store_protocol_move(struct store *s, int64_t from, int64_t to);

struct store_epoch {
    uint64_t n;
    uint8_t outer_key[32], write_seed[32], typing_key[32], branch[8];
    int64_t at_ms;
};
/* Also drops epochs more than STORE_EPOCHS_KEPT behind. */
MUST_CHECK enum err store_epoch_put(struct store *s, int64_t chat, const struct store_epoch *e);
MUST_CHECK enum err store_epoch_get(struct store *s, int64_t chat, uint64_t n,
                                    struct store_epoch *out);
/* Drops all epochs of a chat. */
MUST_CHECK enum err store_epoch_drop(struct store *s, int64_t chat);

#endif
