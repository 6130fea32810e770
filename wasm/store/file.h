/* Attachments as they are shown, and their sealed chunks (engine/file.h; the tables file and
 * file_chunk). A file belongs to a message and is named by its row. Slices returned are in the
 * arena. */
#ifndef SOTTO_STORE_FILE_H
#define SOTTO_STORE_FILE_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

#define STORE_FILE_HASH 32

/* What the page shows is stored under its number in the schema. */
enum store_file_state {
    STORE_FILE_AWAY = ABI_FILE_STATE_AWAY,
    STORE_FILE_COMING = ABI_FILE_STATE_COMING,
    STORE_FILE_HERE = ABI_FILE_STATE_HERE,
    STORE_FILE_FAILED = ABI_FILE_STATE_FAILED,
    STORE_FILE_GOING = ABI_FILE_STATE_GOING
};
struct store_file {
    int64_t message, chat;
    int64_t bytes, width, height; /* of the plaintext, in bytes; of the picture, in pixels */
    int64_t state;                /* enum store_file_state */
    int64_t done;                 /* plaintext bytes taken in or received */
    int64_t sealed;               /* chunks kept here */
    int64_t sent;                 /* chunks the server has; -1: not announced to it */
    struct slice name, type, preview;
};

/* Read of f: message, name, type, bytes, width, height, preview, state. ERR_STATE: the message has
 * one. */
MUST_CHECK enum err store_file_add(struct store *s, const struct store_file *f);
/* ERR_GONE: the message has none. */
MUST_CHECK enum err store_file_get(struct store *s, struct arena *a, int64_t message,
                                   struct store_file *out);
MUST_CHECK enum err store_file_has(struct store *s, int64_t message, bool *has);
/* ERR_GONE; the name is empty then. */
MUST_CHECK enum err store_file_name(struct store *s, struct arena *a, int64_t message,
                                    struct slice *name);
/* Those going or coming, in order, at most `max`. */
MUST_CHECK enum err store_file_due(struct store *s, int64_t *messages, size_t max, size_t *n);

/* One more chunk is sealed, of that many plaintext bytes. */
MUST_CHECK enum err store_file_took(struct store *s, int64_t message, int64_t bytes);
MUST_CHECK enum err store_file_set_state(struct store *s, int64_t message,
                                         enum store_file_state state);
MUST_CHECK enum err store_file_set_done(struct store *s, int64_t message, int64_t done,
                                        int64_t sealed);
/* Sets state, done and sealed at once. */
MUST_CHECK enum err store_file_settle(struct store *s, int64_t message, enum store_file_state state,
                                      int64_t done, int64_t sealed);
/* Marks it as failed, if it is still going or coming. */
MUST_CHECK enum err store_file_fail(struct store *s, int64_t message);
/* The server knows the file, with no chunk yet unless we know of more. */
MUST_CHECK enum err store_file_announced(struct store *s, int64_t message);
/* The server has that many chunks, or more if we know of them; only while it is going. */
MUST_CHECK enum err store_file_raise_sent(struct store *s, int64_t message, int64_t sent);

/* Chunk n, from 0. ERR_STATE: it is there already. */
MUST_CHECK enum err store_file_chunk_put(struct store *s, int64_t message, int64_t n,
                                         struct slice bytes);
/* The same, but an existing chunk stays. *here: how many there are now. */
MUST_CHECK enum err store_file_chunk_take(struct store *s, int64_t message, int64_t n,
                                          struct slice bytes, int64_t *here);
/* ERR_GONE: not there. */
MUST_CHECK enum err store_file_chunk_get(struct store *s, struct arena *a, int64_t message,
                                         int64_t n, struct slice *out);
MUST_CHECK enum err store_file_chunk_here(struct store *s, int64_t message, int64_t n, bool *here);
/* SHA-256 over all chunks that are here, in order. */
MUST_CHECK enum err store_file_chunks_hash(struct store *s, int64_t message,
                                           uint8_t hash[STORE_FILE_HASH]);
MUST_CHECK enum err store_file_chunks_drop(struct store *s, int64_t message);

#endif
