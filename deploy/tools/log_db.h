/* The database of a log: entries, tiles, one checkpoint per size, cosignatures, and whose log it
 * is. The right edge is in the tiles that are not full. Source: C2SP tlog-tiles, tlog-checkpoint.
 *
 * Life: log_db_create or log_db_open -> log_db_begin -> changes -> log_db_commit -> log_db_close.
 * Closing without a commit leaves everything as it was. */
#ifndef SOTTO_TOOLS_LOG_DB_H
#define SOTTO_TOOLS_LOG_DB_H
#include "log_tree.h"
#include "release/proof.h"
#include "tool_sql.h"
#include "tool_key.h"

struct log_db {
    struct tool_sql sql;
    struct tool_bytes vkey;
    struct release_key key;                     /* of the log; its name is the origin */
    struct log_tree_tile tile[LOG_TREE_LEVELS]; /* read last; width 0: none           */
};

/* A new log of this key, with the signed checkpoint of size 0. ERR_STATE when there is one. */
MUST_CHECK enum err log_db_create(const char *path, const struct tool_key *key);
/* ERR_GONE, ERR_INPUT or ERR_STORE. */
MUST_CHECK enum err log_db_open(struct log_db *out, const char *path);
void log_db_close(struct log_db *db);
/* A transaction: to change something, or to read one state. */
MUST_CHECK enum err log_db_begin(struct log_db *db, bool change);
MUST_CHECK enum err log_db_commit(struct log_db *db);

/* Number of entries. */
MUST_CHECK enum err log_db_size(struct log_db *db, uint64_t *out);
/* The index of an entry. ERR_GONE when it is not there. */
MUST_CHECK enum err log_db_find(struct log_db *db, uint64_t *index,
                                const struct release_hash *leaf);
MUST_CHECK enum err log_db_entry_put(struct log_db *db, uint64_t index, struct slice note,
                                     const struct release_hash *leaf);
/* The right edge. ERR_STORE_CORRUPT when it does not lead to the root of the last checkpoint: then
 * nothing may be signed on top of it. */
MUST_CHECK enum err log_db_edge_get(struct log_db *db, struct log_tree_edge *out);
/* Stores its tiles in place of the narrower ones of the same numbers. */
MUST_CHECK enum err log_db_edge_put(struct log_db *db, const struct log_tree_edge *edge);
/* A tile; the put of a struct log_tree_keeper whose user is the database. */
enum err log_db_tile_put(void *db, size_t level, const struct log_tree_tile *tile);
/* Finished hashes, for roots and proofs. */
struct log_tree_reader log_db_reader(struct log_db *db);

/* Signs and stores the checkpoint of a size. An existing one stays; ERR_STATE when its root is
 * another: a log never signs two. */
MUST_CHECK enum err log_db_sign(struct log_db *db, const struct tool_key *key, uint64_t size,
                                const struct release_hash *root);
/* The signed checkpoint of a size, without cosignatures; `c` borrows from `out`. ERR_GONE, or
 * ERR_STORE_CORRUPT when it is not one of this log. */
MUST_CHECK enum err log_db_checkpoint(struct log_db *db, struct tool_bytes *out,
                                      struct release_checkpoint *c, uint64_t size);
/* The greatest size that has a checkpoint; below `limit`. ERR_GONE. */
MUST_CHECK enum err log_db_latest(struct log_db *db, uint64_t *size, uint64_t limit);

/* A verified line of a witness for the checkpoint of a size; ignored when a newer line of that
 * witness is there. */
MUST_CHECK enum err log_db_cosig_put(struct log_db *db, uint64_t size,
                                     const struct release_key *witness, uint64_t time,
                                     struct slice line);
/* The greatest size that this witness signed; 0 when none. */
MUST_CHECK enum err log_db_cosig_size(struct log_db *db, uint64_t *out,
                                      const struct release_key *witness);
/* The checkpoint of a size with all its cosignatures, as it is published. */
MUST_CHECK enum err log_db_cosigned(struct log_db *db, struct buf *out, uint64_t size);
#endif
