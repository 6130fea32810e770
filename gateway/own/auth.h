/* Who is on the line: HELLO, CHALLENGE, AUTH. Every connection has a nonce of its own: a device
 * signs it at AUTH, a writer to a mailbox at WRITE, each together with the host it dialled, so that
 * another gateway cannot pass the signature on. Source: wire.cddl. */
#ifndef SOTTO_GATEWAY_OWN_AUTH_H
#define SOTTO_GATEWAY_OWN_AUTH_H
#include "base/slice.h"
#include "schema/frame.h"

struct gw_own_peer;

struct gw_own_auth {
    uint8_t nonce[FRAME_NONCE_SIZE];
    size_t host_n;
    uint8_t host[];
};

struct gw_own_auth *gw_own_auth_new(struct slice host);
void gw_own_auth_hello(struct gw_own_peer *p, uint32_t request, struct slice body);
void gw_own_auth_auth(struct gw_own_peer *p, uint32_t request, struct slice body);
/* After REGISTER or CHAIN_PUT made the device known. */
void gw_own_auth_known(struct gw_own_peer *p, int64_t account, int64_t box, uint64_t first,
                       uint64_t next);

#endif
