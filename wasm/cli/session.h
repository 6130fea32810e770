/* One unlocked (or new) core with its sockets: what every subcommand works on. */
#ifndef SOTTO_CLI_SESSION_H
#define SOTTO_CLI_SESSION_H
#include <stdio.h>

#include "cli/wire.h"
#include "core/core.h"

struct session {
    struct core *core;
    struct wire *wire;
    struct arena arena; /* of the last op: its reply */
    struct abi_reply reply;
    uint64_t next_request;
    bool tell;              /* print changes as they come (watch) */
    uint64_t line, waiting; /* last state told by the core */
    uint64_t link_phase;
    uint64_t link_asks; /* of link_progress, until it is answered */
    char link_words[32], link_name[320];
    FILE *chunks; /* where op_file_read goes */
    uint64_t chunk_end;
};

/* home: the folder of the files, made when missing. ERR_HOST. */
MUST_CHECK enum err session_open(struct session *s, const char *home);
void session_close(struct session *s);
/* Runs one op; the reply stays until the next. */
MUST_CHECK enum err session_op(struct session *s, const struct abi_op *op);
/* Lets the network work: until nothing waits and nothing came for a while, at most ms. */
void session_settle(struct session *s, uint64_t ms);
void session_run(struct session *s, uint64_t ms);

#endif
