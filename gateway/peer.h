/* One connection, whatever is spoken on it: its socket, how much it may ask for, and its requests
 * on their way. What its messages mean is for its backend, whose own struct begins with this one.
 *
 *   gw_peer_init (by backend->accept) -> gw_peer_upgraded -> messages -> closed -> free
 *
 * Source: wasm/schema/PROTOCOL.md 5.3, 5.7; gateway/README.md "Sockets". */
#ifndef SOTTO_GATEWAY_PEER_H
#define SOTTO_GATEWAY_PEER_H
#include "gateway/db_job.h"
#include "gateway/socket.h"

struct gw_backend;

#define GW_PEER_JOBS_MAX 256 /* requests under way before reading stops */
#define GW_PEER_JOB_BYTES_MAX (512u << 10)

struct gw_peer {
    struct gw_socket socket; /* first */
    const struct gw_backend *backend;
    struct gw_peer *prev, *next; /* all of the loop */
    struct gw_peer *held_next;
    int64_t frames_left, bytes_left, new_left;
    uint32_t filled_s, jobs, job_bytes;
    bool held;
};

/* Makes zeroed memory a connection of this loop that has not been upgraded yet. */
void gw_peer_init(struct gw_peer *p, const struct gw_backend *backend, struct gw_loop *loop);
/* The upgrade is done (sock; request_bytes of its input were the request) or failed (NULL: p is
 * freed). */
void gw_peer_upgraded(struct gw_peer *p, h2o_socket_t *sock, size_t request_bytes);
/* Every second, and when the gateway stops. */
void gw_peer_tick(struct gw_loop *loop);
void gw_peer_stop_all(struct gw_loop *loop);

/* Sends whole frames, all in one message. When out of memory the connection ends. */
void gw_peer_answer(struct gw_peer *p, struct slice frames);
/* May it create one more thing? False: it is over its rate for those. */
bool gw_peer_spend_new(struct gw_peer *p);

/* A request in the connection's name, with a copy of the body and a reference to the connection;
 * what it asks for, and from whom, is up to the backend. NULL when out of memory. */
struct gw_db_job *gw_peer_job(struct gw_peer *p, struct slice body);
/* The end of a request, after its answer: counts, lets go of the connection, frees the job. */
void gw_peer_job_done(struct gw_db_job *job);

#endif
