/* Delivery: who on this loop reads which mailbox or queue, and how far.
 *
 * Each reader (struct gw_own_handle) has a cursor, the last seq handed to its socket. A new entry
 * goes straight out when it is the next one and the socket has room; otherwise the reader lags:
 * nothing is kept for it, and what it lacks is fetched from the store when its socket drains, one
 * fetch a peer at a time. Source: gateway/README.md "Rules of delivery". */
#ifndef SOTTO_GATEWAY_OWN_READER_H
#define SOTTO_GATEWAY_OWN_READER_H
#include "gateway/db_notice.h"

struct gw_own_peer;
struct gw_own_box;
struct gw_own_readers;

#define GW_OWN_READER_HANDLES_MAX 4096 /* open mailboxes of one connection             */
#define GW_OWN_READER_WINDOW 256       /* queue messages delivered and not acknowledged */

struct gw_own_handle {
    struct gw_own_peer *peer;
    struct gw_own_box *box;            /* NULL until OPEN has been answered */
    struct gw_own_handle *prev, *next; /* readers of the same box           */
    struct gw_own_handle *lag_next;
    uint64_t cursor, head, acked;
    uint64_t until;         /* the last seq its read tag is good for */
    struct gw_db_key right; /* what it may write: posts of this epoch, by this key */
    bool may_write;
    uint32_t number; /* 0: the device's own queue */
    bool lagging;
};

/* What a loop knows of its readers; NULL when out of memory. */
struct gw_own *gw_own_reader_create(struct gw_loop *loop);
/* For a new connection: no readers. */
void gw_own_reader_init(struct gw_own_readers *r);
/* The peer is gone: all its readers go. */
void gw_own_reader_leave(struct gw_own_peer *peer);
/* The socket has room again. */
void gw_own_reader_drained(struct gw_own_peer *peer);
/* A commit of the writer concerns this loop. */
void gw_own_reader_notice(struct gw_loop *loop, const struct gw_db_notice *n);
/* The device's queue is read from now on. */
void gw_own_reader_start_inbox(struct gw_own_peer *peer, int64_t box, uint64_t first,
                               uint64_t next);

/* An opened mailbox of the peer: its address and write keys; NULL when there is no such handle. */
const struct gw_db_group *gw_own_reader_group(struct gw_own_peer *peer, uint64_t handle);
/* What a WRITE of this connection opened on this handle: one epoch, and the key that signed for it;
 * NULL: nothing. It ends with the handle. Whether the key still counts is for the writer to say. */
const struct gw_db_key *gw_own_reader_right(struct gw_own_peer *peer, uint64_t handle);
void gw_own_reader_give_right(struct gw_own_peer *peer, uint64_t handle,
                              const struct gw_db_key *key);
/* Hands an ephemeral body to all of this loop's readers of a mailbox but one (peer NULL: all);
 * whoever has no room does without. */
void gw_own_reader_spread(struct gw_loop *loop, int64_t id, const struct gw_own_peer *but,
                          uint32_t number, uint64_t epoch, struct slice body);

/* Frames. */
void gw_own_reader_open(struct gw_own_peer *peer, uint32_t request, struct slice body);
void gw_own_reader_close(struct gw_own_peer *peer, uint32_t request, struct slice body);
void gw_own_reader_ack(struct gw_own_peer *peer, uint32_t request, struct slice body);

#endif
