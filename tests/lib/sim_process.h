/* What the gateway's process has and a simulated one has not: a clock, sockets, a loop's mailbox,
 * files. sim_process_native.c stands in the place of gateway/clock.c, socket.c, loop.c and
 * own/blob.c, behind their headers; everything else of the gateway that a frame meets is the real
 * thing. */
#ifndef SOTTO_TESTS_SIM_PROCESS_H
#define SOTTO_TESTS_SIM_PROCESS_H
#include "gateway/socket.h"
#include "lib/sim.h"

struct sim_process {
    struct sim *sim;
    uint64_t rng;
    struct sim_blob_file *blobs; /* contents of attachments */
};

/* The process whose code runs from here on: its clock, its randomness, its files. */
void sim_process_enter(struct sim_process *p);
void sim_process_wipe(struct sim_process *p);
/* Bytes of a gateway's socket leave; frames, not cut. (A struct sim_line travels as the
 * h2o_socket_t that gw_peer_upgraded takes.) By sim_gateway_native.c. */
void sim_gateway_sent(struct sim_line *line, struct slice frames);
/* The gateway has ended this connection. */
void sim_gateway_ended(struct sim_line *line);

#endif
