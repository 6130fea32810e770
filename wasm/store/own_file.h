/* What the own network keeps of a file besides store/file.h: where it is, and what seals and opens
 * it (engine/own/file.h). Slices returned are in the arena. */
#ifndef SOTTO_STORE_OWN_FILE_H
#define SOTTO_STORE_OWN_FILE_H
#include "store/file.h"

struct store_own_file {
    struct store_file file;
    struct slice blob, key;      /* 16 bytes, 32 bytes */
    struct slice drop_secret;    /* 16 bytes; SLICE_EMPTY: it is not ours to drop */
    struct slice header;         /* of the stream (crypto/stream.h) */
    struct slice stream, digest; /* states of seal and hash, while it is being sealed */
    struct slice hash;           /* SHA-256 of the sealed bytes; SLICE_EMPTY: not known yet */
};

/* ERR_GONE: the message has none. ERR_STORE_CORRUPT: blob or key of another size. */
MUST_CHECK enum err store_own_file_get(struct store *s, struct arena *a, int64_t message,
                                       struct store_own_file *out);
/* Read of f: file.message, and everything outside file. ERR_STATE: the message has one. */
MUST_CHECK enum err store_own_file_put(struct store *s, const struct store_own_file *f);
/* One more chunk is sealed: the states to continue from. */
MUST_CHECK enum err store_own_file_set_stream(struct store *s, int64_t message, struct slice stream,
                                              struct slice digest);
/* All is sealed: the hash is known, and the states are dropped. */
MUST_CHECK enum err store_own_file_set_hash(struct store *s, int64_t message,
                                            const uint8_t hash[STORE_FILE_HASH]);

#endif
