/* The store: one SQLite database on sealed pages (vfs.h), one connection, one transaction per step.
 *
 * Life: store_open -> { store_begin -> sql.h, search.h, typed tables -> store_commit or
 * store_rollback } ... -> store_idle now and then -> store_close.
 * Two host files belong to a store: NAME and NAME-wal. The key comes from vault.h.
 * Sources: wasm/store/README.md "Formats", vfs.h (pages, log, crash rules);
 * sqlite.org/fileformat2 (both files).
 *
 * Errors of every call that touches the database:
 *   ERR_STORE_CORRUPT  a page does not verify or the database contradicts itself
 *   ERR_STORE_FULL     no room; nothing committed is lost; works again once there is room
 *   ERR_HOST           the host failed to read, write or flush
 *   ERR_HOST_MEMORY    out of memory
 *   ERR_STORE          any other error of the database */
#ifndef SOTTO_STORE_STORE_H
#define SOTTO_STORE_STORE_H

#include "store/size.h"
#include "store/transaction.h"

struct store;

/* Opens the store, making it if there is none, and brings its tables to the newest layout.
 *   out     destroy with store_close; NULL on failure
 *   key     borrowed, secret
 *   name    a plain literal, 1 to STORE_NAME_BYTES_MAX bytes: "main"
 * Nothing has been written after ERR_STORE_CORRUPT (wrong key, or damaged), ERR_STORE_NEWER (made
 * by a newer version) and ERR_STORE_OLDER (a layout no longer read). */
MUST_CHECK enum err store_open(struct store **out, const uint8_t key[STORE_KEY_SIZE],
                               const char *name, uint64_t now_ms);
/* The same with the layout and, for a new store, the page size (vfs.h) of an earlier version, for
 * the tests of migrations. */
MUST_CHECK enum err store_open_at(struct store **out, const uint8_t key[STORE_KEY_SIZE],
                                  const char *name, uint64_t now_ms, unsigned layout,
                                  uint32_t page_size);
/* Rolls back an open transaction, writes the log back, wipes the key and every page in memory. Rows
 * must have been closed (panics otherwise). Accepts NULL. */
void store_close(struct store *s);

/* Writes the log back and empties it. Call when idle and before the page closes: it makes deletion
 * final (wasm/store/README.md "Rules", 3) and the next opening quick. ERR_STATE inside a
 * transaction or while rows are open. */
MUST_CHECK enum err store_idle(struct store *s);

/* Are there any pages of this name on disk? */
MUST_CHECK enum err store_exists(bool *out, const char *name);
/* Empties both files for good. The store must not be open. */
MUST_CHECK enum err store_erase(const char *name);

#endif
