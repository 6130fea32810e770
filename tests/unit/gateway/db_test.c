/* The writer, in one thread and in memory: what comes back, in which order, and what is left of
 * what failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/db.h"
#include "gateway/db_core.h"
#include "gateway/db_open.h"
#include "gateway/db_out.h"
#include "gateway/own/db_tables.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"

#define LOOPS 2

static struct gw_gateway gw;
static struct gw_loop loops[LOOPS];
static struct gw_loop_item waiting[LOOPS]; /* so that a loop counts as woken already */
static char heard[LOOPS][64];              /* what came back to it, a letter each */
static unsigned codes[64];                 /* of jobs, by request */
static uint64_t retry_ms[64];
static unsigned runs[64];

static void hear(struct gw_loop *loop, char what)
{
    char *at = heard[loop - loops];
    size_t n = strlen(at);
    if (n < sizeof heard[0] - 1) {
        at[n] = what;
    }
}

static void on_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    hear(loop, (char)('0' + n->id));
}

static void nothing(struct gw_loop *loop, struct gw_loop_item *item)
{
    (void)loop;
    (void)item;
}

static void listen_again(void)
{
    for (unsigned i = 0; i < LOOPS; i++) {
        waiting[i].run = nothing;
        waiting[i].next = NULL;
        loops[i].head = &waiting[i];
        loops[i].tail = &waiting[i].next;
    }
}

static bool start(void)
{
    char why[200];
    memset(&gw, 0, sizeof gw);
    memset(loops, 0, sizeof loops);
    memset(heard, 0, sizeof heard);
    memset(codes, 0, sizeof codes);
    memset(runs, 0, sizeof runs);
    gw_config_default(&gw.config);
    (void)strcpy(gw.config.dir, GW_DB_MEMORY);
    gw.loops = loops;
    gw.loop_n = LOOPS;
    for (unsigned i = 0; i < LOOPS; i++) {
        loops[i].gw = &gw;
        loops[i].log = &gw.log;
        pthread_mutex_init(&loops[i].mutex, NULL);
    }
    listen_again();
    gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
    return gw.db != NULL;
}

static void turn(void)
{
    while (gw_db_turn(gw.db)) {
    }
    for (unsigned i = 0; i < LOOPS; i++) {
        gw_loop_take_mail(&loops[i]);
    }
    listen_again();
}

static void done(struct gw_loop *loop, struct gw_db_job *job)
{
    codes[job->request] = job->code;
    retry_ms[job->request] = job->retry_ms;
    hear(loop, (char)('a' + job->request));
    gw_db_job_free(job);
}

static struct gw_db_job *ask(unsigned loop, uint32_t request,
                             unsigned (*run)(struct gw_db *db, struct gw_db_job *job))
{
    struct gw_db_job *job = gw_db_job_new(SLICE_LITERAL("body"));
    if (job == NULL) {
        abort();
    }
    job->loop = &loops[loop];
    job->request = request;
    job->run = run;
    job->done = done;
    gw_db_ask(gw.db, job);
    return job;
}

static void set(struct gw_db *db, const char *name)
{
    gw_db_exec(
        db, gw_db_bind(db, GW_DB_SQL_META_SET, "ti", slice_make(name, strlen(name)), (int64_t)7));
}

static int64_t get(const char *name)
{
    return gw_db_number(
        gw.db, gw_db_bind(gw.db, GW_DB_SQL_META_GET, "t", slice_make(name, strlen(name))), -1);
}

static unsigned run_fine(struct gw_db *db, struct gw_db_job *job)
{
    runs[job->request]++;
    struct gw_db_notice *n = gw_db_notice(db, GW_DB_NOTICE_QUEUED);
    if (n != NULL) {
        n->id = job->request;
    }
    set(db, "fine");
    return 0;
}

static unsigned run_refused(struct gw_db *db, struct gw_db_job *job)
{
    (void)run_fine(db, job);
    set(db, "refused");
    return WIRE_CODE_QUOTA;
}

static unsigned run_broken(struct gw_db *db, struct gw_db_job *job)
{
    (void)run_fine(db, job);
    set(db, "broken");
    gw_db_fail(db, SQLITE_CORRUPT);
    return 0;
}

static unsigned run_full(struct gw_db *db, struct gw_db_job *job)
{
    runs[job->request]++;
    gw_db_fail(db, SQLITE_FULL);
    return 0;
}

TEST(a_job_has_a_copy_of_its_body_and_nothing_else)
{
    uint8_t body[3] = {1, 2, 3};
    struct gw_db_job *job = gw_db_job_new(SLICE_ARRAY(body));
    REQUIRE(job != NULL);
    body[0] = 9;
    CHECK(job->body.n == 3 && job->body.p[0] == 1 && job->body.p[2] == 3);
    CHECK(job->answer == NULL && job->shared == NULL && job->peer == NULL && !job->whole);
    gw_db_job_free(job);
}

TEST(jobs_and_notices_come_back_in_the_order_of_execution)
{
    REQUIRE(start());
    (void)ask(0, 1, run_fine);
    (void)ask(1, 2, run_fine);
    (void)ask(0, 3, run_fine);
    CHECK(heard[0][0] == 0 && heard[1][0] == 0); /* nothing before its transaction */
    turn();
    CHECK(strcmp(heard[0], "1b23d") == 0); /* its own jobs, and every notice */
    CHECK(strcmp(heard[1], "12c3") == 0);
    CHECK(codes[1] == 0 && codes[2] == 0 && codes[3] == 0 && get("fine") == 7);
    gw_db_close(gw.db);
}

TEST(what_a_refused_whole_job_did_is_gone_and_the_others_stand)
{
    REQUIRE(start());
    (void)ask(0, 1, run_fine);
    ask(0, 2, run_refused)->whole = true;
    (void)ask(0, 3, run_fine);
    turn();
    CHECK(strcmp(heard[0], "1bc3d") == 0); /* no notice of the second */
    CHECK(codes[2] == WIRE_CODE_QUOTA && codes[1] == 0 && codes[3] == 0);
    CHECK(get("refused") == -1 && get("fine") == 7);
    CHECK(runs[1] == 1 && runs[2] == 1 && runs[3] == 1);
    gw_db_close(gw.db);
}

TEST(a_broken_batch_runs_again_one_by_one_and_the_guilty_fails_alone)
{
    REQUIRE(start());
    (void)ask(0, 1, run_fine);
    (void)ask(1, 2, run_broken);
    (void)ask(0, 3, run_fine);
    turn();
    CHECK(codes[1] == 0 && codes[2] == WIRE_CODE_INTERNAL && codes[3] == 0);
    CHECK(retry_ms[2] == 30000);
    CHECK(runs[1] == 2 && runs[2] == 2 && runs[3] == 1); /* the third only alone */
    CHECK(strcmp(heard[0], "1b3d") == 0 && strcmp(heard[1], "1c3") == 0);
    CHECK(get("broken") == -1 && get("fine") == 7);
    CHECK(gw_db_ready(gw.db));
    gw_db_close(gw.db);
}

TEST(a_full_disk_has_its_own_code_and_is_full_until_it_is_looked_at)
{
    REQUIRE(start());
    (void)ask(0, 1, run_full);
    CHECK(gw_db_turn(gw.db));
    CHECK(!gw_db_ready(gw.db) && gw_db_is_full(gw.db));
    turn();
    CHECK(codes[1] == WIRE_CODE_FULL && retry_ms[1] == 30000);
    CHECK(gw_db_ready(gw.db) && !gw_db_is_full(gw.db));
    gw_db_close(gw.db);
}

TEST(what_cannot_be_opened_is_told_in_a_sentence)
{
    char why[200] = "";
    memset(&gw, 0, sizeof gw);
    gw_config_default(&gw.config);
    (void)strcpy(gw.config.dir, "/dev/null/nowhere");
    CHECK(gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why) == NULL);
    CHECK(strstr(why, "/dev/null/nowhere") != NULL);
    gw_db_close(NULL);
}

TEST(only_a_database_in_memory_lends_its_connection)
{
    char dir[GATEWAY_HOUSE_PATH], why[200];
    REQUIRE(start());
    CHECK(gw_db_connection(gw.db) != NULL && gw_db_connection(gw.db) == gw.db->sql);
    gw_db_close(gw.db);
    REQUIRE(gateway_house_folder(dir));
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "%s", dir);
    gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
    REQUIRE(gw.db != NULL);
    CHECK(gw_db_connection(gw.db) == NULL);
    gw_db_close(gw.db);
    gateway_house_folder_end(dir);
}

/* Its thread does what is asked, and closing does what waits: on the disk it is found again. */
TEST(a_writer_with_a_thread_leaves_nothing_undone)
{
    char dir[GATEWAY_HOUSE_PATH], why[200];
    REQUIRE(start() && gateway_house_folder(dir));
    gw_db_close(gw.db);
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "%s", dir);
    gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
    REQUIRE(gw.db != NULL && gw_db_start(gw.db));
    for (uint32_t i = 1; i < 60; i++) {
        (void)ask(i % LOOPS, i, run_fine);
    }
    gw_db_close(gw.db);
    for (unsigned i = 0; i < LOOPS; i++) { /* what came back is read while there is a writer */
        gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
        REQUIRE(gw.db != NULL);
        gw_loop_take_mail(&loops[i]);
        CHECK(get("fine") == 7);
        gw_db_close(gw.db);
    }
    for (uint32_t i = 1; i < 60; i++) {
        CHECK(runs[i] == 1 && codes[i] == 0);
    }
    listen_again();
    gateway_house_folder_end(dir);
}

TEST_MAIN(TEST_ROW(a_job_has_a_copy_of_its_body_and_nothing_else),
          TEST_ROW(jobs_and_notices_come_back_in_the_order_of_execution),
          TEST_ROW(what_a_refused_whole_job_did_is_gone_and_the_others_stand),
          TEST_ROW(a_broken_batch_runs_again_one_by_one_and_the_guilty_fails_alone),
          TEST_ROW(a_full_disk_has_its_own_code_and_is_full_until_it_is_looked_at),
          TEST_ROW(what_cannot_be_opened_is_told_in_a_sentence),
          TEST_ROW(only_a_database_in_memory_lends_its_connection),
          TEST_ROW(a_writer_with_a_thread_leaves_nothing_undone))
