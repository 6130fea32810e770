/* How many connections an address has, and how many it began this minute. In memory only, never
 * logged; IPv6 counts by its /64. Shared by all loops. */
#ifndef SOTTO_GATEWAY_ADDRESS_H
#define SOTTO_GATEWAY_ADDRESS_H
#include <sys/socket.h>

#include "base/base.h"

struct gw_address;
struct gw_address_entry;

/* Zero: no limit. loopback: whether loopback addresses count too. */
struct gw_address *gw_address_create(uint64_t connections, uint64_t handshakes, bool loopback);
void gw_address_destroy(struct gw_address *a);
/* False: refuse. *out: for gw_address_leave; NULL when the address does not count. */
bool gw_address_enter(struct gw_address *a, const struct sockaddr *from, uint64_t steady_ms,
                      struct gw_address_entry **out);
void gw_address_leave(struct gw_address_entry *e);

#endif
