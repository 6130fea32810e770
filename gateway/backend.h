/* A sub-protocol that clients may choose when they connect. http.c picks the one a client asks for,
 * peer.c carries its messages; neither knows what they mean. A backend is constant: its state per
 * loop hangs off the loop, its state per connection is a struct around that connection's gw_peer.
 * Every function runs on the connection's loop. */
#ifndef SOTTO_GATEWAY_BACKEND_H
#define SOTTO_GATEWAY_BACKEND_H
#include "base/slice.h"

struct gw_db_notice;
struct gw_loop;
struct gw_peer;

struct gw_backend {
    const char *protocol; /* the name, as in Sec-WebSocket-Protocol */
    /* Once for each loop, before it runs; false when out of memory. */
    bool (*start)(struct gw_loop *loop);
    /* An upgrade is about to happen: returns a connection after gw_peer_init. host: what the client
     * dialled, up to 255 bytes. NULL when out of memory. */
    struct gw_peer *(*accept)(struct gw_loop *loop, struct slice host);
    /* One message, valid during the call; the connection may be closed inside it. Returns how many
     * requests it held: they count against the connection's rate. */
    int64_t (*message)(struct gw_peer *p, struct slice message);
    /* There is room again for what could not be sent (socket.h). */
    void (*drained)(struct gw_peer *p);
    /* Once, when the socket is gone; requests may still be under way. */
    void (*closed)(struct gw_peer *p);
    /* The last reference is gone, or the upgrade has failed: frees. */
    void (*free)(struct gw_peer *p);
    /* The gateway is stopping: says goodbye and closes. */
    void (*stop)(struct gw_peer *p);
    /* What the writer has committed, in order. */
    void (*notice)(struct gw_loop *loop, const struct gw_db_notice *n);
};

#endif
