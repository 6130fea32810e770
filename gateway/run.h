/* The command `run`: puts the parts together, waits for signals, stops in order. */
#ifndef SOTTO_GATEWAY_RUN_H
#define SOTTO_GATEWAY_RUN_H
#include "gateway/config.h"
#include "gateway/loop.h"

/* What a loop does for connections and readers. */
extern const struct gw_loop_hooks gw_run_hooks;

/* Does not return when it has started: `leave` ends the process. Otherwise the exit code. `say`
 * prints one line for the person who started it. */
int gw_run_forever(const struct gw_config *config, void (*say)(const char *line),
                   void (*leave)(int code));
/* Creates or moves forward the state in config->dir. */
MUST_CHECK bool gw_run_init(const struct gw_config *config, char *why, size_t n);

#endif
