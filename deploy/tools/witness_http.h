/* The witness's server: HTTP/1.1 on 127.0.0.1, one thread, one request at a time. TLS and rate
 * limits are left to the server in front of it. */
#ifndef SOTTO_TOOLS_WITNESS_HTTP_H
#define SOTTO_TOOLS_WITNESS_HTTP_H
#include "witness_state.h"

/* Serves until SIGTERM or SIGINT. Says `listening on 127.0.0.1:PORT` on stdout; port 0 takes any.
 * ERR_HOST when it cannot listen. */
MUST_CHECK enum err witness_http_run(struct witness *w, uint16_t port);
#endif
