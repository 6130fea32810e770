/* Frames that write to a mailbox: POST, COMMIT, EPHEMERAL. Source: frame.h, PROTOCOL.md 5.5. */
#ifndef SOTTO_GATEWAY_OWN_POST_H
#define SOTTO_GATEWAY_OWN_POST_H
#include "base/slice.h"

struct gw_own_peer;

void gw_own_post_write(struct gw_own_peer *peer, uint32_t request, struct slice body);
void gw_own_post_post(struct gw_own_peer *p, uint32_t request, struct slice body);
void gw_own_post_commit(struct gw_own_peer *p, uint32_t request, struct slice body);
void gw_own_post_ephemeral(struct gw_own_peer *p, uint32_t request, struct slice body);

#endif
