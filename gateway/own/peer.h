/* A connection of the own network: who is on it, its requests to the writer and the reader, and
 * what it is told, in frames.
 *
 *   HELLO --hello anon--> ANON
 *   HELLO --hello device--> AUTH --auth--> CHECKING --known--> DEVICE
 *                                                  \--else--> STRANGER
 *   STRANGER --register, chain_put--> DEVICE
 *   HELLO --hello recovery--> AUTH --auth--> CHECKING --> RECOVERY
 *
 * Frames outside their state are answered with WIRE_CODE_MODE. Source: PROTOCOL.md 5.2, 5.3. */
#ifndef SOTTO_GATEWAY_OWN_PEER_H
#define SOTTO_GATEWAY_OWN_PEER_H
#include "gateway/peer.h"

enum gw_own_peer_state {
    GW_OWN_PEER_HELLO = 1,
    GW_OWN_PEER_AUTH = 2,
    GW_OWN_PEER_CHECKING = 4,
    GW_OWN_PEER_ANON = 8,
    GW_OWN_PEER_STRANGER = 16,
    GW_OWN_PEER_DEVICE = 32,
    GW_OWN_PEER_RECOVERY = 64
};

struct gw_own_auth;
struct gw_own_handle;

/* What it reads: reader.h. */
struct gw_own_readers {
    struct gw_own_handle **handles; /* by number - 1 */
    struct gw_own_handle *inbox, *lag_head, **lag_tail;
    uint32_t handle_cap, handle_n;
    struct gw_own_handle *fetched; /* whom the fetch is for; NULL: none, or closed since */
    bool fetching;
};

struct gw_own_peer {
    struct gw_peer peer;      /* first */
    struct gw_own_auth *auth; /* of a device: until AUTH */
    struct gw_own_readers readers;
    int64_t account, box;
    uint8_t device[32]; /* or the recovery key */
    uint8_t state;
    bool counted, recovery;
};

/* The connection around one that this backend has accepted. */
struct gw_own_peer *gw_own_peer_of(struct gw_peer *p);

/* FAILURE, with 8 bytes of `detail` or NULL; retry_ms: when it is worth asking again, 0 never. When
 * request is 0, neither this nor DONE is sent. */
void gw_own_peer_fail(struct gw_own_peer *p, uint32_t request, unsigned code, uint64_t retry_ms,
                      const uint8_t *detail);
void gw_own_peer_done(struct gw_own_peer *p, uint32_t request);
/* The frame does not decode: says so and closes. */
void gw_own_peer_malformed(struct gw_own_peer *p, uint32_t request);
/* BYE and a close frame; after_ms: how long to stay away. */
void gw_own_peer_bye(struct gw_own_peer *p, unsigned code, uint64_t after_ms,
                     enum gw_ws_code close);

/* A job in the peer's name, with a copy of the body; NULL when out of memory (the peer is told).
 * The default `done` sends the answer or the failure. */
struct gw_db_job *gw_own_peer_job(struct gw_own_peer *p, uint8_t type, uint32_t request,
                                  struct slice body);
/* The common part of every `done`: answers, counts, frees. */
void gw_own_peer_job_done(struct gw_loop *loop, struct gw_db_job *job);

/* Reads nothing from the peer until it is known who it is. */
void gw_own_peer_check(struct gw_own_peer *p);
void gw_own_peer_checked(struct gw_own_peer *p);

#endif
