/* The command `run`: puts the parts together, waits for signals, stops in order. */
#ifndef SOTTO_GATEWAY_RUN_H
#define SOTTO_GATEWAY_RUN_H
#include "gateway/backend.h"
#include "gateway/config.h"
#include "gateway/loop.h"

/* What is spoken here, and NULL at the end: gw_gateway.backends. */
extern const struct gw_backend *const gw_run_backends[];
/* What a loop does for connections and backends. */
extern const struct gw_loop_hooks gw_run_hooks;
/* What the writer has committed goes to every backend: for gw_db_open. */
void gw_run_notice(struct gw_loop *loop, const struct gw_db_notice *n);

/* Once started it does not return: `leave` ends the process. Otherwise returns the exit code. `say`
 * prints one line for the person who started it. */
int gw_run_forever(const struct gw_config *config, void (*say)(const char *line),
                   void (*leave)(int code));
/* Creates the state in config->dir, or migrates it. */
MUST_CHECK bool gw_run_init(const struct gw_config *config, char *why, size_t n);

#endif
