/* The gateway's writer in one thread and in memory, asked one job at a time at a time that the test
 * chooses: what unit tests of gateway/own/db_*.h need. Nothing is sent: what would leave after the
 * commit stays and is counted. One test has one world. */
#ifndef SOTTO_TESTS_GATEWAY_WORLD_NATIVE_H
#define SOTTO_TESTS_GATEWAY_WORLD_NATIVE_H
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "own_world_chain.h"

#define GATEWAY_WORLD_NOW_MS 1700000000000ull
#define GATEWAY_WORLD_REQUEST 77 /* of every job */

struct gateway_world {
    struct gw_gateway gw;
    struct gw_loop loop;
    struct gw_db *db;
    struct arena arena; /* of bodies and answers */
    struct buf body;
    struct gw_db_job *job; /* the last one, with all that it learnt */
    bool whole;            /* the next jobs are, as dispatch.c says of them */
    /* Who asks. */
    int64_t account, box;
    uint8_t device[CHAIN_KEY_SIZE];
    bool known, recovery;
};

typedef unsigned (*gateway_world_run)(struct gw_db *db, struct gw_db_job *job);

/* False: it does not open (and that has been recorded as a failure). */
bool gateway_world_begin(struct gateway_world *w);
void gateway_world_end(struct gateway_world *w);
/* Write the body of the next job here. */
struct buf *gateway_world_body(struct gateway_world *w);
/* The next job, not run yet: for those that read more of it than its body. */
struct gw_db_job *gateway_world_job(struct gateway_world *w);
/* Runs the job of gateway_world_job as the writer does, or one of the body. What db_job.h promises
 * holds of each: a job that is refused has written nothing, unless it is `whole`; then its
 * savepoint takes back what it wrote. */
unsigned gateway_world_do(struct gateway_world *w, gateway_world_run run);
/* The body of the last job's answer, which must be of this type. */
struct slice gateway_world_answer(struct gateway_world *w, enum frame_type type);
/* Notices of a kind that leave with the next commit; *last: the newest of them. */
size_t gateway_world_notices(const struct gateway_world *w, enum gw_db_notice_kind kind,
                             const struct gw_db_notice **last);
/* They have left. */
void gateway_world_sent(struct gateway_world *w);
/* A number out of the database; -1: no row. */
int64_t gateway_world_int(struct gateway_world *w, const char *sql);
void gateway_world_sql(struct gateway_world *w, const char *sql);
/* Registers the account (entry 0, by this device), whose inbox is `inbox` 16 times; from then on
 * it is this device that asks. */
void gateway_world_register(struct gateway_world *w, const struct own_world_account *a,
                            uint8_t device, uint8_t inbox);
/* The HPKE key that every entry of gateway_world_account names. */
struct slice gateway_world_hpke(void);
/* own_world_account, of an HPKE key that the test has. */
void gateway_world_account(struct own_world_account *a, uint8_t device, uint8_t code);

#endif
