/* The command `doctor`: clock, disk, file rights, database, listeners, headers, WebSocket,
 * certificate, backup. Each finding has one sentence and one thing to do. */
#ifndef SOTTO_GATEWAY_DOCTOR_H
#define SOTTO_GATEWAY_DOCTOR_H
#include "gateway/admin.h"

/* 0 nothing found, 3 something. */
int gw_doctor_run(const struct gw_config *c, const struct gw_admin_options *o);

#endif
