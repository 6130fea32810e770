/* Prometheus text for the second, local listener, and the same counts for `stats`. */
#ifndef SOTTO_GATEWAY_METRICS_H
#define SOTTO_GATEWAY_METRICS_H
#include "gateway/gateway.h"

#define GW_METRICS_BYTES 16384

void gw_metrics_write(struct gw_gateway *gw, int64_t cert_days, char *out, size_t n);

#endif
