/* Attachments on their way out or in, and their sealed chunks (engine/own/file.h). A file belongs
 * to a message and is named by its row. Slices that come out are in the arena. */
#ifndef SOTTO_STORE_OWN_FILE_H
#define SOTTO_STORE_OWN_FILE_H
#include "store/sql.h"

#define STORE_OWN_FILE_HASH 32

enum store_own_file_state { /* file_view.state of abi.cddl */
                            STORE_OWN_FILE_REMOTE = 0,
                            STORE_OWN_FILE_COMING = 1,
                            STORE_OWN_FILE_HERE = 2,
                            STORE_OWN_FILE_FAILED = 3,
                            STORE_OWN_FILE_GOING = 4
};
struct store_own_file {
    int64_t message, chat;
    int64_t bytes, width, height; /* of the plaintext, in bytes; of the picture, in pixels     */
    int64_t state;                /* enum store_own_file_state                                 */
    int64_t done;                 /* plaintext bytes taken or got                              */
    int64_t sealed;               /* chunks kept here                                          */
    int64_t sent;                 /* chunks the gateway has; -1: not announced yet             */
    struct slice name, type, preview;
    struct slice blob, key;      /* 16 bytes, 32 bytes                                        */
    struct slice drop_secret;    /* 16 bytes; SLICE_EMPTY: it is not ours to drop             */
    struct slice header;         /* of the stream (crypto/stream.h)                           */
    struct slice stream, digest; /* states of seal and hash, while it is being sealed         */
    struct slice hash;           /* SHA-256 of the sealed bytes; SLICE_EMPTY: not known yet   */
};

/* ERR_GONE: the message has none; ERR_STORE_CORRUPT: blob or key of another size. */
MUST_CHECK enum err store_own_file_get(struct store *s, struct arena *a, int64_t message,
                                       struct store_own_file *out);
/* One whose sealed bytes are known by their hash; done, sealed and sent are not read. ERR_GONE. */
MUST_CHECK enum err store_own_file_get_whole(struct store *s, struct arena *a, int64_t message,
                                             struct store_own_file *out);
/* A row in state REMOTE, if the message has none. Read of f: message, name, type, bytes, width,
 * height, preview, blob, key, header, hash. */
MUST_CHECK enum err store_own_file_ensure_remote(struct store *s, const struct store_own_file *f);
/* A row in state GOING, nothing sealed yet. Not read of f: chat, state, done, sealed, sent, hash.
 * ERR_STATE: the message has one. */
MUST_CHECK enum err store_own_file_add_going(struct store *s, const struct store_own_file *f);
/* A row in state REMOTE. Not read of f: chat, state, done, sealed, sent, drop_secret, stream,
 * digest. ERR_STATE: the message has one. */
MUST_CHECK enum err store_own_file_add_remote(struct store *s, const struct store_own_file *f);
/* What is shown of it, without any key: name, type, preview, bytes, width, height, state, done,
 * sent; the rest is 0. ERR_GONE. */
MUST_CHECK enum err store_own_file_shown(struct store *s, struct arena *a, int64_t message,
                                         struct store_own_file *out);
/* ERR_GONE; the name is empty then. */
MUST_CHECK enum err store_own_file_name(struct store *s, struct arena *a, int64_t message,
                                        struct slice *name);
/* Those going or coming, in order, at most `max`. */
MUST_CHECK enum err store_own_file_due(struct store *s, int64_t *messages, size_t max, size_t *n);

/* One chunk more is sealed, of that many plaintext bytes: the states that go on from there. */
MUST_CHECK enum err store_own_file_set_sealed(struct store *s, int64_t message, int64_t bytes,
                                              struct slice stream, struct slice digest);
/* All is sealed: the hash is known, the states go. */
MUST_CHECK enum err store_own_file_set_hash(struct store *s, int64_t message,
                                            const uint8_t hash[STORE_OWN_FILE_HASH]);
MUST_CHECK enum err store_own_file_set_state(struct store *s, int64_t message,
                                             enum store_own_file_state state);
MUST_CHECK enum err store_own_file_set_done(struct store *s, int64_t message, int64_t done,
                                            int64_t sealed);
/* State, done and sealed in one. */
MUST_CHECK enum err store_own_file_settle(struct store *s, int64_t message,
                                          enum store_own_file_state state, int64_t done,
                                          int64_t sealed);
/* Failed, if it is still going or coming. */
MUST_CHECK enum err store_own_file_fail(struct store *s, int64_t message);
/* The gateway knows the blob: none of it is there yet, as far as we did not know more. */
MUST_CHECK enum err store_own_file_announced(struct store *s, int64_t message);
/* The gateway has that many chunks, or more as we know; only while it is going. */
MUST_CHECK enum err store_own_file_raise_sent(struct store *s, int64_t message, int64_t sent);

/* Chunk n, from 0. ERR_STATE: it is there. */
MUST_CHECK enum err store_own_file_chunk_put(struct store *s, int64_t message, int64_t n,
                                             struct slice bytes);
/* The same, but one that is there stays; *here: how many there are now. */
MUST_CHECK enum err store_own_file_chunk_take(struct store *s, int64_t message, int64_t n,
                                              struct slice bytes, int64_t *here);
/* ERR_GONE: it is not there. */
MUST_CHECK enum err store_own_file_chunk_get(struct store *s, struct arena *a, int64_t message,
                                             int64_t n, struct slice *out);
MUST_CHECK enum err store_own_file_chunk_here(struct store *s, int64_t message, int64_t n,
                                              bool *here);
/* SHA-256 over all chunks that are here, in order. */
MUST_CHECK enum err store_own_file_chunks_hash(struct store *s, int64_t message,
                                               uint8_t hash[STORE_OWN_FILE_HASH]);
MUST_CHECK enum err store_own_file_chunks_drop(struct store *s, int64_t message);

#endif
