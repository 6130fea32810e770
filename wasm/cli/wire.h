/* The client's sockets: WebSocket connections as the core asks for them (libwebsockets, its own
 * poll loop), and one alarm. Single-threaded. */
#ifndef SOTTO_CLI_WIRE_H
#define SOTTO_CLI_WIRE_H
#include "base/slice.h"

struct wire_events {
    void *user;
    void (*opened)(void *user, uint64_t conn);
    void (*message)(void *user, uint64_t conn, struct slice data);
    void (*closed)(void *user, uint64_t conn);
    void (*alarm)(void *user);
};
struct wire;

/* NULL when the library cannot start. `events` is kept. */
struct wire *wire_create(const struct wire_events *events);
void wire_destroy(struct wire *w);
/* url: ws://host[:port]/path or wss://...; a failure is told by `closed`. protocol: sub-protocol.
 */
void wire_dial(struct wire *w, uint64_t conn, const char *url, const char *protocol);
/* Copies the data. */
void wire_send(struct wire *w, uint64_t conn, struct slice data);
void wire_hang_up(struct wire *w, uint64_t conn);
/* at_ms: Unix time; 0 none. */
void wire_alarm(struct wire *w, uint64_t at_ms);
/* Serves events for about ms. */
void wire_run(struct wire *w, uint64_t ms);
uint64_t wire_now_ms(void);

#endif
