/* The database thread: one writer, group commit. It takes all that waits, runs one transaction,
 * hands all answers back after the commit, and repeats; no timer, so alone it commits at once and
 * under load batches form by themselves. This header is the seam behind which another store may
 * come (gateway.md 7.2, 10).
 *
 *   loop: gw_db_ask(job) -> writer: job->run (in the batch's transaction) -> COMMIT -> fsync
 *        -> loop: job->done, and notices to every loop, in the order of execution
 *
 * A failed batch is rolled back and its jobs run again one by one; the guilty fail alone. */
#ifndef SOTTO_GATEWAY_DB_H
#define SOTTO_GATEWAY_DB_H
#include <sqlite3.h>

#include "gateway/bytes.h"
#include "gateway/loop.h"
#include "schema/frame.h"

struct gw_db;

#define GW_DB_BATCH_JOBS 1024
#define GW_DB_BATCH_BYTES (4u << 20)
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

/* One request. What is not named here is free for its two functions. */
struct gw_db_job {
    struct gw_loop_item item; /* its way back */
    struct gw_db_job *next;   /* its way in   */
    /* In the writer: does it. 0 or a frame_code; must not have written when it returns a code,
     * unless `whole` is set, which gives it a savepoint. */
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
    struct slice body;       /* the frame's body, in the memory behind the job          */
    int64_t account, box;    /* of the peer (DEVICE); set by login, REGISTER, CHAIN_PUT */
    uint8_t device[32];
    uint64_t handle, number; /* see the user                                            */
    uint64_t until;          /* OPEN: the last seq this reader may have, or GW_DB_NO_END */
    bool known, verified;
    bool recovery; /* device holds a recovery key                              */
    uint8_t
        used_key[32]; /* the write key of the right to write, or that a commit was checked with */
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

enum gw_db_notice_kind {
    GW_DB_NOTICE_ENTRY,  /* a mailbox has a new entry                         */
    GW_DB_NOTICE_QUEUED, /* a device's queue has a new message                */
    GW_DB_NOTICE_GONE    /* a device was revoked                              */
};

/* What all loops learn after a commit. */
#define GW_DB_NO_END UINT64_MAX

struct gw_db_notice {
    struct gw_loop_item item;
    enum gw_db_notice_kind kind;
    int64_t id; /* mailbox or queue */
    uint64_t seq, ms, epoch;
    uint8_t entry_kind;
    uint8_t mid[FRAME_MID_SIZE], branch[FRAME_BRANCH_SIZE];
    bool ends_tag; /* somebody was removed: who reads by now reads no further than this, and
                      the write keys of earlier epochs have ended */
    bool has_key;
    struct gw_db_key key; /* of the epoch that a commit began */
    struct gw_bytes *body;
};

/* A job with a copy of `body` behind it; NULL without memory. */
struct gw_db_job *gw_db_job_new(struct slice body);
void gw_db_job_free(struct gw_db_job *job);

/* On every loop, for each notice, in the order of the commits. */
typedef void (*gw_db_on_notice)(struct gw_loop *loop, const struct gw_db_notice *n);

/* A `dir` that is none: the database lives in memory, for one thread. */
#define GW_DB_MEMORY ":memory:"

/* Opens (and creates, migrates) DIR/sotto.db; a sentence in `why` when it cannot. */
struct gw_db *gw_db_open(struct gw_gateway *gw, gw_db_on_notice on_notice, char *why, size_t n);
MUST_CHECK bool gw_db_start(struct gw_db *db);
/* Instead of gw_db_start, for a process of one thread: does what waits, sweeps when it is time,
 * and hands the answers to the loops. False when nothing waited. */
bool gw_db_turn(struct gw_db *db);
/* From a loop. Takes the job. */
void gw_db_ask(struct gw_db *db, struct gw_db_job *job);
/* Runs what waits, checkpoints, ends the thread, closes. Accepts NULL. */
void gw_db_close(struct gw_db *db);
/* The connection, when the database lives in memory and has only this one; else NULL. */
sqlite3 *gw_db_connection(struct gw_db *db);
/* The database can be written to right now. */
bool gw_db_ready(const struct gw_db *db);

#endif
