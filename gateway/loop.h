/* A loop thread: h2o's event loop, a timing wheel of one-second slots, and a mailbox through which
 * other threads hand it work. A socket never changes its loop. Source: gateway/README.md "Rooms".
 *
 * Life: gw_loop_init -> gw_loop_start (own thread; ends when `done` is set) -> gw_loop_join. A loop
 * is not taken apart: it ends with the process. */
#ifndef SOTTO_GATEWAY_LOOP_H
#define SOTTO_GATEWAY_LOOP_H
#include <pthread.h>

#include "base/arena.h"
#include "gateway/clock.h"
#include "gateway/foreign.h"
#include "gateway/log.h"

struct gw_loop;
struct gw_gateway;
struct gw_socket;
struct gw_peer;
struct gw_own;

/* Work for a loop; embedded in what it is about. run owns it from then on. */
struct gw_loop_item {
    struct gw_loop_item *next;
    void (*run)(struct gw_loop *loop, struct gw_loop_item *item);
};

struct gw_loop_timer {
    struct gw_loop_timer *prev, *next; /* NULL: not set */
    void (*fire)(struct gw_loop *loop, struct gw_loop_timer *t);
    uint32_t due_s;
};

/* Hooks of the layers above a loop; set once, so that the loop knows none of them. */
struct gw_loop_hooks {
    /* Once, at the end of gw_loop_init; false when out of memory. */
    bool (*begin)(struct gw_loop *loop);
    /* Every second. */
    void (*tick)(struct gw_loop *loop);
    /* At the end of every event: what was gathered leaves. */
    void (*flush)(struct gw_loop *loop);
};

#define GW_LOOP_SLOTS 64 /* seconds; longer waits are set again when they fire */
#define GW_LOOP_LISTENERS 6

struct gw_loop {
    struct gw_gateway *gw;
    const struct gw_loop_hooks *hooks;
    struct gw_log *log;
    unsigned index;
    pthread_t thread;
    h2o_context_t http;
    h2o_accept_ctx_t accept[3];
    unsigned tls_n; /* which certificate they have: http.c */
    h2o_socket_t *listeners[GW_LOOP_LISTENERS];
    unsigned listener_n;
    h2o_multithread_queue_t *queue;
    h2o_multithread_receiver_t receiver;
    h2o_multithread_message_t wake; /* on its way while head is not NULL */
    pthread_mutex_t mutex;          /* guards head, tail */
    struct gw_loop_item *head, **tail;
    h2o_timeout_t second, soon;
    h2o_timeout_entry_t tick;
    uint32_t now_s;
    _Atomic uint32_t beat_s; /* now_s, for the watchdog */
    struct gw_loop_timer slots[GW_LOOP_SLOTS];
    struct gw_socket *dirty;
    struct arena arena;    /* scratch of one frame */
    struct gw_peer *peers; /* all, in one ring */
    struct gw_peer *held;  /* over their rate, not read */
    size_t peer_n;
    struct gw_own *own;
    bool stopping, done;
    uint32_t stop_s; /* when to stop waiting */
};

/* `hooks` must outlive the loop. */
MUST_CHECK bool gw_loop_init(struct gw_loop *l, struct gw_gateway *gw, unsigned index,
                             const struct gw_loop_hooks *hooks);
MUST_CHECK bool gw_loop_start(struct gw_loop *l);
void gw_loop_join(struct gw_loop *l);
/* Runs what was posted; outside its thread only after gw_loop_join. */
void gw_loop_take_mail(struct gw_loop *l);
/* From any thread: hands over a chain of items (first ... last, linked by next). */
void gw_loop_post(struct gw_loop *l, struct gw_loop_item *first, struct gw_loop_item *last);
/* Sets or moves a timer: it fires in `seconds` (1 .. GW_LOOP_SLOTS - 1) ticks. */
void gw_loop_timer_set(struct gw_loop *l, struct gw_loop_timer *t, uint32_t seconds);
void gw_loop_timer_clear(struct gw_loop_timer *t);

#endif
