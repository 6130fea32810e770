/* SQLite's file layer over host.h, with every page sealed.
 *
 * Database: page k lies at k times the size of a page, sealed as a whole; the reserved bytes at its
 *   end hold tag and nonce. The file has no clear header.
 * Log: SQLite's 32-byte header in clear, then frames; the 24-byte frame header and its page are
 *   sealed as one unit.
 * Nothing else: no rollback journal, no temporary files, no shared memory.
 *
 * Rules, each from a defect met or an attack:
 *  1 A page beyond the end is never a hole: the gap is filled with sealed zero pages.
 *  2 Deleting a file is truncating and flushing it.
 *  3 The 100-byte look at page 1 before the log is replayed may meet a page torn by a checkpoint:
 *    it reads as empty. Every other page that does not open is an error.
 *  4 While the log is recovered (nothing written to it yet), a frame that does not open ends it.
 *    Later it is an error.
 *  5 SQLite's checksums of the log cover the reserved bytes: they read as zero and must be zero
 *    when written.
 *  6 A frame header is held back until its page follows (one seal).
 *  7 Sealed units that follow each other go to the host as one write. None waits beyond the flush
 *    of its file, soft or not, and none is read before it is there. */
#ifndef SOTTO_STORE_VFS_H
#define SOTTO_STORE_VFS_H

#include <sqlite3.h>

#include "store/page_size.h"
#include "store/run.h"
#include "store/seal.h"
#include "store/size.h"

#define STORE_FRAME_HEADER_SIZE 24
#define STORE_FRAME_SIZE (STORE_FRAME_HEADER_SIZE + STORE_PAGE_SIZE)

/* The context of one store; SQLite finds it through pAppData. Long-lived, embedded in its owner
 * and not moved while registered. */
struct store_vfs {
    sqlite3_vfs base;
    struct store_seal seal;
    uint64_t now_ms;                          /* the time we tell SQLite */
    char name[STORE_NAME_BYTES_MAX + 1];      /* of the database file */
    char log_name[STORE_NAME_BYTES_MAX + 5];  /* name-wal */
    char vfs_name[STORE_NAME_BYTES_MAX + 20]; /* sotto-FILE-name */
    int file, log;                            /* host files */
    struct store_run *run;                    /* owned: sealed units on their way there */
    uint32_t page_size;                       /* of the files there, else of a new store */
    bool registered;
    bool soft; /* the commit under way need not be flushed */
    /* scratch: a page or frame, clear or sealed */
    uint8_t unit[STORE_FRAME_HEADER_SIZE + STORE_PAGE_SIZE_FIRST];
};

/* Opens the host files, finds the size of their pages, and registers. `page_size`: for a new store,
 * one of the two. On failure nothing is registered.
 * ERR_INPUT (name), ERR_STATE (a store of this name is open), ERR_HOST, ERR_HOST_MEMORY. */
MUST_CHECK enum err store_vfs_init(struct store_vfs *v, const uint8_t key[STORE_KEY_SIZE],
                                   const char *name, uint64_t now_ms, uint32_t page_size);
/* Unregisters, wipes. Accepts the zero state. */
void store_vfs_wipe(struct store_vfs *v);
/* Sizes in bytes; ERR_HOST. */
MUST_CHECK enum err store_vfs_sizes(const struct store_vfs *v, uint64_t *file, uint64_t *log);

/* Opens name and name-wal as host files; shared with store_exists and store_erase. */
MUST_CHECK enum err store_vfs_names(struct store_vfs *v, const char *name);
/* Truncates to nothing and flushes (rule 2). */
MUST_CHECK enum err store_vfs_empty(int file);

#endif
