/* The whole process: run.c puts it together, and its parts find each other through it. */
#ifndef SOTTO_GATEWAY_GATEWAY_H
#define SOTTO_GATEWAY_GATEWAY_H
#include "gateway/config.h"
#include "gateway/log.h"

struct gw_backend;
struct gw_db;
struct gw_own_fetch;
struct gw_loop;
struct gw_http;

#define GW_GATEWAY_VERSION "0.1.0"

struct gw_gateway {
    struct gw_config config;
    struct gw_log log;
    const struct gw_backend *const *backends; /* what is spoken; NULL at the end */
    struct gw_db *db;                         /* the writer thread              */
    struct gw_own_fetch *fetch;               /* the reader thread, attachments */
    struct gw_http *http;
    struct gw_loop *loops;
    unsigned loop_n;
    _Atomic bool stopping;
};

#endif
