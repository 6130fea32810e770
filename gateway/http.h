/* The listeners and what they answer: the page (app), the gateway's own paths and the upgrade to
 * a WebSocket (gw), the metrics. HTTP/1.1 only. Source: RFC 6455 4.2; gateway/README.md "Sockets";
 * web/README.md "What is served". */
#ifndef SOTTO_GATEWAY_HTTP_H
#define SOTTO_GATEWAY_HTTP_H
#include "gateway/loop.h"

struct gw_http;

/* Reads certificates and headers; a sentence in `why` when that fails. */
struct gw_http *gw_http_create(struct gw_gateway *gw, char *why, size_t n);
/* Only one that no loop has listened for: loops are not taken apart. Accepts NULL. */
void gw_http_destroy(struct gw_http *h);
/* Gives the loop its context and listeners, before it starts. */
MUST_CHECK bool gw_http_listen(struct gw_http *h, struct gw_loop *loop, char *why, size_t n);
/* On the loop's thread, when stopping. */
void gw_http_stop_listening(struct gw_loop *loop);
/* SIGHUP: reads the certificate and the page's headers again; new connections use them. The old
 * ones stay in force when that fails. */
MUST_CHECK bool gw_http_reload(struct gw_http *h, char *why, size_t n);
/* Whole days until the certificate ends, below zero once it has; INT64_MAX without TLS. */
int64_t gw_http_cert_days(struct gw_http *h);

#endif
