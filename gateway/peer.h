/* One connection: what it may ask for, how much of it, and its requests on their way.
 *
 *   HELLO --hello anon--> ANON
 *   HELLO --hello device--> AUTH --auth--> CHECKING --known--> DEVICE
 *                                                  \--else--> STRANGER --register, chain_put-->
 * DEVICE
 *   HELLO --hello recovery--> AUTH --auth--> CHECKING --> RECOVERY
 *
 * Frames outside their state are answered with FRAME_CODE_MODE. Source: gateway.md 9, wire.cddl. */
#ifndef SOTTO_GATEWAY_PEER_H
#define SOTTO_GATEWAY_PEER_H
#include "gateway/own/reader.h"
#include "gateway/socket.h"

enum gw_peer_state {
    GW_PEER_HELLO = 1,
    GW_PEER_AUTH = 2,
    GW_PEER_CHECKING = 4,
    GW_PEER_ANON = 8,
    GW_PEER_STRANGER = 16,
    GW_PEER_DEVICE = 32,
    GW_PEER_RECOVERY = 64
};

#define GW_PEER_JOBS_MAX 256 /* requests under way before reading stops */
#define GW_PEER_JOB_BYTES_MAX (512u << 10)

struct gw_own_auth;

struct gw_peer {
    struct gw_socket socket;     /* first */
    struct gw_peer *prev, *next; /* all of the loop */
    struct gw_peer *held_next;
    struct gw_own_auth *auth; /* of a device: until AUTH */
    struct gw_own_readers readers;
    int64_t account, box;
    uint8_t device[32]; /* or the recovery key */
    int64_t frames_left, bytes_left, new_left;
    uint32_t filled_s, jobs, job_bytes;
    uint8_t state;
    bool held, counted, recovery;
};

/* For an upgrade that is about to happen; host: what the client dialled. NULL without memory. */
struct gw_peer *gw_peer_new(struct gw_loop *loop, struct slice host);
/* The upgrade is done (sock) or failed (NULL). */
void gw_peer_upgraded(struct gw_peer *p, h2o_socket_t *sock, size_t request_bytes);
/* Every second, and when the gateway stops. */
void gw_peer_tick(struct gw_loop *loop);
void gw_peer_stop_all(struct gw_loop *loop);

/* Answers. Nothing is sent when request is 0. */
void gw_peer_answer(struct gw_peer *p, struct slice frames);
void gw_peer_fail(struct gw_peer *p, uint32_t request, unsigned code, uint64_t retry_ms,
                  const uint8_t *detail);
void gw_peer_done(struct gw_peer *p, uint32_t request);
/* The frame does not decode: says so and closes. */
void gw_peer_malformed(struct gw_peer *p, uint32_t request);
/* BYE and a close frame. */
void gw_peer_bye(struct gw_peer *p, unsigned code, uint64_t after_ms, enum gw_ws_code close);

/* A job in the peer's name, with a copy of the body; NULL without memory (the peer is told). The
 * default `done` sends the answer or the failure. */
struct gw_db_job *gw_peer_job(struct gw_peer *p, uint8_t type, uint32_t request, struct slice body);
/* The common part of every `done`: counts, answers, frees. */
void gw_peer_job_done(struct gw_loop *loop, struct gw_db_job *job);

#endif
