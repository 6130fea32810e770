/* The framer: a WebSocket on the bare socket that h2o hands over after the upgrade.
 *
 *   OPEN --gw_socket_close--> CLOSING --2 s, or the peer's end--> DONE
 *   OPEN or CLOSING --error, gw_socket_finish--> DONE
 *
 * Answers go into one pending buffer and leave in one write; while it flies, a second buffer
 * fills. Both are freed when empty, so that an idle peer owns nothing but its struct. Reading
 * stops while more than GW_SOCKET_HIGH bytes wait. The socket closes at once, the struct stays
 * until its last reference goes. Source: gateway/README.md "Sockets". */
#ifndef SOTTO_GATEWAY_SOCKET_H
#define SOTTO_GATEWAY_SOCKET_H
#include "base/slice.h"
#include "gateway/loop.h"
#include "gateway/ws.h"

#define GW_SOCKET_HIGH (256u << 10) /* stop reading, stop delivering            */
#define GW_SOCKET_LOW (128u << 10)  /* go on                                    */
#define GW_SOCKET_HELLO_S 10        /* from the upgrade to an accepted HELLO    */
#define GW_SOCKET_PING_S 45         /* silence before we ask                    */
#define GW_SOCKET_SILENCE_S 20      /* and after                                */
#define GW_SOCKET_STUCK_S 30        /* one write may take                       */
#define GW_SOCKET_CLOSE_S 2         /* wait for the peer's end after our close  */

struct gw_socket_events {
    /* One whole message, valid during the call; the socket may be closed inside it. */
    void (*message)(struct gw_socket *s, struct slice message);
    /* What waited has fallen below GW_SOCKET_LOW. */
    void (*drained)(struct gw_socket *s);
    /* Once, when the socket is gone. */
    void (*closed)(struct gw_socket *s);
    /* The last reference is gone: frees. */
    void (*free)(struct gw_socket *s);
};

enum gw_socket_state { GW_SOCKET_OPEN, GW_SOCKET_CLOSING, GW_SOCKET_DONE };
/* Why reading is stopped; any bit stops it. */
enum gw_socket_hold {
    GW_SOCKET_HOLD_BACKLOG = 1,
    GW_SOCKET_HOLD_RATE = 2,
    GW_SOCKET_HOLD_JOBS = 4,
    GW_SOCKET_HOLD_CHECK = 8
};

struct gw_socket {
    struct gw_loop *loop;
    h2o_socket_t *sock; /* NULL once gone */
    const struct gw_socket_events *events;
    struct gw_socket *dirty_next;
    uint8_t *pending, *flying;
    uint32_t pending_n, pending_cap, flying_n, flying_cap;
    uint32_t message_at; /* where the open message begins in pending; UINT32_MAX: none open */
    uint32_t heard_s, flying_s, refs;
    struct gw_loop_timer timer;
    uint8_t message_head; /* bytes kept free for its header */
    uint8_t state, hold;
    bool ready; /* HELLO accepted: the long timers count */
    bool pinged, parsing, dirty, answered_close;
};

/* Takes the upgraded socket; the first reference is the caller's and goes with the socket. */
void gw_socket_init(struct gw_socket *s, struct gw_loop *loop, const struct gw_socket_events *ev);
void gw_socket_attach(struct gw_socket *s, h2o_socket_t *sock, size_t request_bytes);
void gw_socket_ref(struct gw_socket *s);
void gw_socket_unref(struct gw_socket *s);
/* Room for n bytes of frames (n up to 64 KiB), all in one message; NULL when it cannot be had or
 * the socket is not open. They leave with gw_socket_flush_all. */
uint8_t *gw_socket_reserve(struct gw_socket *s, size_t n);
/* Bytes that wait to be written. */
size_t gw_socket_backlog(const struct gw_socket *s);
/* Writes what all sockets of the loop have gathered; at the end of every event. */
void gw_socket_flush_all(struct gw_loop *loop);
void gw_socket_stop_reading(struct gw_socket *s, enum gw_socket_hold why);
void gw_socket_go_on_reading(struct gw_socket *s, enum gw_socket_hold why);
/* Sends what waits and a close frame, then waits shortly for the other side. */
void gw_socket_close(struct gw_socket *s, enum gw_ws_code code);
/* Ends it now. */
void gw_socket_finish(struct gw_socket *s);

#endif
