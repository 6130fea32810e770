/* A log that is read again, and what goes up again to a gateway that lost it. Ids are rows; seq as
 * in the log (schema/wire.cddl); times milliseconds. A chat that is not there is no error. */
#ifndef SOTTO_STORE_OWN_RESTORE_H
#define SOTTO_STORE_OWN_RESTORE_H
#include "store/sql.h"

/* ---- how far a log is read ------------------------------------------------------------------ */

/* From the front again: nothing is known of what stands where. */
MUST_CHECK enum err store_own_restore_begin(struct store *s, int64_t chat, int64_t now_ms);
/* What it lost is up again. */
MUST_CHECK enum err store_own_restore_over(struct store *s, int64_t chat);
/* It begins with seq `first` for us. sum: 32 bytes, over the bodies before it; empty: not known. */
MUST_CHECK enum err store_own_restore_front(struct store *s, int64_t chat, uint64_t first,
                                            struct slice sum);
/* It begins behind `seq` for us; how far it is read stays. */
MUST_CHECK enum err store_own_restore_behind(struct store *s, int64_t chat, uint64_t seq);
/* The sum over all bodies up to the cursor: 32 bytes, or empty: not known. */
MUST_CHECK enum err store_own_restore_set_sum(struct store *s, int64_t chat, struct slice sum);
/* An entry was taken: its number, the SHA-256 of its body, the sum as above. */
MUST_CHECK enum err store_own_restore_add(struct store *s, int64_t chat, uint64_t seq,
                                          const uint8_t hash[32], struct slice sum, int64_t now_ms);
/* The row that says that something at this place could not be opened, another than `mid`. ERR_GONE:
 * there is none. */
MUST_CHECK enum err store_own_restore_unreadable_at(struct store *s, int64_t chat, int64_t place,
                                                    const uint8_t mid[32], int64_t *message);

/* ---- what went out -------------------------------------------------------------------------- */

/* The sealed bytes of a word that has its number, in the arena. ERR_GONE: it has none. */
MUST_CHECK enum err store_own_restore_sealed(struct store *s, struct arena *a, int64_t outbox,
                                             struct slice *out);
/* That word is kept as it went out, once. hash: of its sealed bytes. */
MUST_CHECK enum err store_own_restore_keep(struct store *s, int64_t outbox, const uint8_t hash[32],
                                           int64_t now_ms);
/* A word that was kept (a row of `sent`) goes into the outbox as it went out, with its content when
 * that is still there. */
MUST_CHECK enum err store_own_restore_again(struct store *s, int64_t sent, int64_t now_ms);

#endif
