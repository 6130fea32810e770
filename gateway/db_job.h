/* A request from a connection to the writer or the reader, and what both say about a mailbox. A job
 * is made on a loop, goes to one of them and comes back to its loop; whoever holds it owns it. */
#ifndef SOTTO_GATEWAY_DB_JOB_H
#define SOTTO_GATEWAY_DB_JOB_H
#include "gateway/bytes.h"
#include "gateway/loop.h"
#include "schema/frame.h"

struct gw_db;

/* The last seq of a reader whose read tag is still good. */
#define GW_DB_NO_END UINT64_MAX
#define GW_DB_KEYS 6 /* write keys of the head's epoch and the five before */

struct gw_db_key {
    uint64_t epoch;
    uint8_t key[32];
};

/* What a POST, COMMIT or OPEN knows and learns about its mailbox. */
struct gw_db_group {
    int64_t id;
    uint8_t mailbox[FRAME_MAILBOX_SIZE];
    uint64_t epoch, next, first;
    struct gw_db_key keys[GW_DB_KEYS];
    size_t key_n;
};

/* One request; run and done share its fields as they need. */
struct gw_db_job {
    struct gw_loop_item item; /* its way back */
    struct gw_db_job *next;   /* its way in   */
    /* In the writer: does the work. Returns 0 or a wire_code; with a code it must not have written
     * anything, unless `whole` is set, which gives it a savepoint. */
    unsigned (*run)(struct gw_db *db, struct gw_db_job *job);
    /* On the loop, after the commit; owns the job. */
    void (*done)(struct gw_loop *loop, struct gw_db_job *job);
    struct gw_loop *loop;
    struct gw_peer *peer; /* a reference */
    uint32_t request;
    uint8_t type;
    bool whole;
    unsigned code;
    uint64_t retry_ms;
    bool has_detail;
    uint8_t detail[8];
    struct gw_bytes *answer; /* frames for the peer                                     */
    struct gw_bytes *shared; /* sealed body of a POST                                   */
    struct slice body;       /* the frame's body, in the memory after the job           */
    int64_t account, box;    /* of the peer (DEVICE); set by login, REGISTER, CHAIN_PUT */
    uint8_t device[32];
    uint64_t handle, number; /* see the user                                            */
    uint64_t until;          /* OPEN: the last seq this reader may have, or GW_DB_NO_END */
    bool known, verified;
    bool recovery;        /* device holds a recovery key                              */
    uint8_t used_key[32]; /* write key of the right to write, or that checked a commit */
    struct gw_db_group group;
    union {
        struct frame_post post;
        struct {
            uint64_t first, next; /* inbox */
        } queue;
        uint64_t ack;
        struct {
            uint64_t bytes, head; /* room, and the last seq that the loop knows of */
        } fetch;
        struct {
            uint8_t id[FRAME_BLOB_SIZE];
            uint64_t have;
        } blob;
    };
    uint8_t memory[];
};

/* A job followed by a copy of `body`, all else zero; the caller owns it. NULL when out of
 * memory. */
struct gw_db_job *gw_db_job_new(struct slice body);
/* Frees the job and lets go of `answer` and `shared`. */
void gw_db_job_free(struct gw_db_job *job);

#endif
