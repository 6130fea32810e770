/* The single transaction of a store. Errors as in store.h. */
#ifndef SOTTO_STORE_TRANSACTION_H
#define SOTTO_STORE_TRANSACTION_H

#include "base/base.h"

struct store;

/* ERR_STATE when a transaction is open. */
MUST_CHECK enum err store_begin(struct store *s);
/* durable: on disk when this returns (anything that moves a ratchet, before its message leaves).
 * Otherwise the last commits may be missing after a power cut, but never torn and never out of
 * order. On failure the transaction is over and none of it remains visible; still call
 * store_rollback. */
MUST_CHECK enum err store_commit(struct store *s, bool durable);
/* Undoes the whole transaction. Does nothing when none is open. */
void store_rollback(struct store *s);
/* A part of the transaction that may be undone alone: begin, undo if it failed, end. Parts may
 * nest; undo and end concern the innermost. */
MUST_CHECK enum err store_part_begin(struct store *s);
MUST_CHECK enum err store_part_undo(struct store *s);
MUST_CHECK enum err store_part_end(struct store *s);
bool store_in_transaction(const struct store *s);

#endif
