/* The page: files of app-dir and nothing else, with the same security headers on every answer,
 * errors included. Source: web/README.md "What is served". */
#ifndef SOTTO_GATEWAY_STATIC_H
#define SOTTO_GATEWAY_STATIC_H
#include "gateway/config.h"
#include "gateway/foreign.h"

#define GW_STATIC_HEADERS_MAX 24
#define GW_STATIC_LOG "/log/" /* on the gateway's origin */
#define GW_STATIC_HSTS "max-age=63072000; includeSubDomains; preload"

struct gw_static_header {
    char name[64];
    char value[2048];
};

struct gw_static_headers {
    size_t n;
    struct gw_static_header list[GW_STATIC_HEADERS_MAX];
};

/* Defaults, then app-dir/headers.txt over them. False (and a sentence) when the file is bad or
 * cannot be read; that there is none is fine. */
MUST_CHECK bool gw_static_headers_read(struct gw_static_headers *h, const struct gw_config *c,
                                       char *why, size_t n);
/* Adds them to an answer, unless they are there. */
void gw_static_headers_add(const struct gw_static_headers *h, h2o_req_t *req);
/* Answers one request; config_json: what /config.json says. */
int gw_static_serve(h2o_req_t *req, const char *dir, const char *config_json);
/* One file of a release log (tlog-tiles), readable from any origin. */
int gw_static_log(h2o_req_t *req, const char *dir);
/* A short text answer. */
void gw_static_text(h2o_req_t *req, int status, const char *reason, const char *type,
                    const char *text);

#endif
