/* The sub-protocol of the own network: the table of its frames, and what becomes of a connection.
 * Source: wire.cddl, frame.h. */
#ifndef SOTTO_GATEWAY_OWN_DISPATCH_H
#define SOTTO_GATEWAY_OWN_DISPATCH_H
#include "gateway/backend.h"

extern const struct gw_backend gw_own_dispatch;

#endif
