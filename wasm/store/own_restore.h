/* Reading a log again, and uploading to a gateway what it lost. Ids are rows; seq as in the log
 * (schema/wire.cddl); times in milliseconds. A missing chat is no error. */
#ifndef SOTTO_STORE_OWN_RESTORE_H
#define SOTTO_STORE_OWN_RESTORE_H
#include "store/sql.h"

/* ---- how far a log is read ------------------------------------------------------------------ */

/* Starts over from the front: which entry stands where is unknown again. */
MUST_CHECK enum err store_own_restore_begin(struct store *s, int64_t chat, int64_t now_ms);
/* What the gateway lost is uploaded again. */
MUST_CHECK enum err store_own_restore_over(struct store *s, int64_t chat);
/* For us the log begins with seq `first`. sum: 32 bytes over the bodies before it; empty:
 * unknown. */
MUST_CHECK enum err store_own_restore_front(struct store *s, int64_t chat, uint64_t first,
                                            struct slice sum);
/* For us the log begins after `seq`; how far it is read stays unchanged. */
MUST_CHECK enum err store_own_restore_behind(struct store *s, int64_t chat, uint64_t seq);
/* The sum over all bodies up to the cursor: 32 bytes, or empty: unknown. */
MUST_CHECK enum err store_own_restore_set_sum(struct store *s, int64_t chat, struct slice sum);
/* An entry was taken: its number, the SHA-256 of its body, and the sum as above. */
MUST_CHECK enum err store_own_restore_add(struct store *s, int64_t chat, uint64_t seq,
                                          const uint8_t hash[32], struct slice sum, int64_t now_ms);
/* The "unreadable" row at this place, unless its id is `mid`. ERR_GONE: none. */
MUST_CHECK enum err store_own_restore_unreadable_at(struct store *s, int64_t chat, int64_t place,
                                                    const uint8_t mid[32], int64_t *message);

/* ---- what went out -------------------------------------------------------------------------- */

/* The sealed bytes of a numbered word, in the arena. ERR_GONE: it has no number. */
MUST_CHECK enum err store_own_restore_sealed(struct store *s, struct arena *a, int64_t outbox,
                                             struct slice *out);
/* Keeps that word as it went out, once. hash: of its sealed bytes. */
MUST_CHECK enum err store_own_restore_keep(struct store *s, int64_t outbox, const uint8_t hash[32],
                                           int64_t now_ms);
/* Puts a kept word (a row of `sent`) back into the outbox as it went out, with its content if that
 * is still here. */
MUST_CHECK enum err store_own_restore_again(struct store *s, int64_t sent, int64_t now_ms);

#endif
