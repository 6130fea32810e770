/* Bodies too large for a frame, sealed and cut into the chunks of a blob (engine/own/parcel.h), on
 * their way out or in. An id is a row number; blob is 16 bytes, key 32. Slices returned are in the
 * arena. Deleting a parcel deletes its chunks (a trigger, migration 0003). */
#ifndef SOTTO_STORE_OWN_PARCEL_H
#define SOTTO_STORE_OWN_PARCEL_H
#include "base/buf.h"
#include "store/sql.h"

enum store_own_parcel_state {
    STORE_OWN_PARCEL_GOING = 0,
    STORE_OWN_PARCEL_COMING = 1,
    STORE_OWN_PARCEL_HERE = 2,
    STORE_OWN_PARCEL_LOST = 3,
    STORE_OWN_PARCEL_SENT = 4 /* drop it from the gateway once a newer one is there */
};
struct store_own_parcel {
    int64_t id, chat;   /* chat 0: not known yet */
    int64_t state, why; /* enum store_own_parcel_state; why is the engine's */
    int64_t bytes;      /* sealed size; 0 not known yet */
    int64_t chunk;      /* bytes of each chunk but the last; 0 not known yet */
    int64_t sent;       /* going: chunks the gateway has; -1: not announced to it */
    int64_t waiting_ms; /* when the gateway got the waiting Welcome */
    struct slice blob, key, waiting, token; /* waiting: a Welcome; token: what it came by */
};

/* ERR_GONE: none; ERR_STORE_CORRUPT: blob or key of another size. */
MUST_CHECK enum err store_own_parcel_get(struct store *s, struct arena *a, int64_t id,
                                         struct store_own_parcel *out);
MUST_CHECK enum err store_own_parcel_find(struct store *s, struct arena *a, struct slice blob,
                                          struct store_own_parcel *out);
/* One sent in this chat before the newest sent one. ERR_GONE: none. */
MUST_CHECK enum err store_own_parcel_superseded(struct store *s, struct arena *a, int64_t chat,
                                                struct store_own_parcel *out);
/* Adds one that is going, nothing sent yet; p->id is the new row. Read of p: chat, why, blob, key,
 * bytes, chunk. ERR_STATE: the blob has a row. */
MUST_CHECK enum err store_own_parcel_add_going(struct store *s, struct store_own_parcel *p,
                                               int64_t now_ms);
/* Adds one that is coming, of unknown size. ERR_STATE: the blob has a row. */
MUST_CHECK enum err store_own_parcel_add_coming(struct store *s, int64_t chat, int64_t why,
                                                struct slice blob, struct slice key,
                                                int64_t now_ms);
/* Is a parcel of the chat going? */
MUST_CHECK enum err store_own_parcel_is_going(struct store *s, int64_t chat, bool *yes);
/* Those to work on, in order, at most `max`: coming ones, and going ones whose mailbox is made. */
MUST_CHECK enum err store_own_parcel_due(struct store *s, int64_t *ids, size_t max, size_t *n);

MUST_CHECK enum err store_own_parcel_set_state(struct store *s, int64_t id,
                                               enum store_own_parcel_state state);
/* Here or lost, as of now; a lost one keeps no chunks. */
MUST_CHECK enum err store_own_parcel_settle(struct store *s, int64_t id,
                                            enum store_own_parcel_state state, int64_t now_ms);
MUST_CHECK enum err store_own_parcel_set_sent(struct store *s, int64_t id, int64_t sent);
MUST_CHECK enum err store_own_parcel_set_size(struct store *s, int64_t id, int64_t bytes,
                                              int64_t chunk);
/* The Welcome that needs this blob, and the contact token it came by. */
MUST_CHECK enum err store_own_parcel_wait(struct store *s, struct slice blob, struct slice welcome,
                                          struct slice token, int64_t server_ms);
/* Its content was used: drops it, or, if it was sent from here, keeps it as SENT without its
 * chunks. One that is still going is left alone. */
MUST_CHECK enum err store_own_parcel_used(struct store *s, struct slice blob);
MUST_CHECK enum err store_own_parcel_drop(struct store *s, int64_t id);
/* Drops those of a chat that are still going. */
MUST_CHECK enum err store_own_parcel_drop_going(struct store *s, int64_t chat);
/* Drops those lost before then. */
MUST_CHECK enum err store_own_parcel_drop_lost(struct store *s, int64_t before_ms);

/* Chunk n, from 0. ERR_STATE: it is there already. */
MUST_CHECK enum err store_own_parcel_chunk_put(struct store *s, int64_t id, int64_t n,
                                               struct slice bytes);
/* The same, but an existing chunk stays. *here: how many there are now. */
MUST_CHECK enum err store_own_parcel_chunk_take(struct store *s, int64_t id, int64_t n,
                                                struct slice bytes, int64_t *here);
/* ERR_GONE: not there. */
MUST_CHECK enum err store_own_parcel_chunk_get(struct store *s, struct arena *a, int64_t id,
                                               int64_t n, struct slice *out);
MUST_CHECK enum err store_own_parcel_chunk_here(struct store *s, int64_t id, int64_t n, bool *here);
/* Appends all chunks in order; buf_finish reports the buffer's errors. */
MUST_CHECK enum err store_own_parcel_chunks(struct store *s, int64_t id, struct buf *out);
MUST_CHECK enum err store_own_parcel_chunks_drop(struct store *s, int64_t id);

#endif
