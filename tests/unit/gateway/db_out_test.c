/* What leaves the writer: each job to its loop, each notice to all of them, in order, once, and
 * nothing of what was taken back. */
#include "gateway/db_out.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/db.h"
#include "gateway/db_core.h"
#include "gateway/db_open.h"
#include "gateway/own/db_tables.h"
#include "lib/check.h"

#define LOOPS 3
#define MANY 700 /* more than the list has room for at first */

static struct gw_gateway gw;
static struct gw_loop loops[LOOPS];
static struct gw_loop_item waiting[LOOPS]; /* so that a loop counts as woken already */
static int64_t heard[LOOPS][2 * MANY];     /* requests; notices below zero */
static size_t heard_n[LOOPS];

static void hear(const struct gw_loop *loop, int64_t what)
{
    size_t *n = &heard_n[loop - loops];
    CHECK(*n < sizeof heard[0] / sizeof heard[0][0]);
    if (*n < sizeof heard[0] / sizeof heard[0][0]) {
        heard[loop - loops][(*n)++] = what;
    }
}

static void on_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    CHECK(n->kind == GW_DB_NOTICE_ENTRY || n->kind == GW_DB_NOTICE_GONE);
    if (n->body != NULL) {
        CHECK_BYTES(gw_bytes_slice(n->body), SLICE_LITERAL("sealed"));
    }
    hear(loop, -n->id);
}

static void on_job(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct gw_db_job *job = H2O_STRUCT_FROM_MEMBER(struct gw_db_job, item, item);
    CHECK(job->loop == loop);
    hear(loop, job->request);
    gw_db_job_free(job);
}

static void nothing(struct gw_loop *loop, struct gw_loop_item *item)
{
    (void)loop;
    (void)item;
}

static void listen_again(void)
{
    for (unsigned i = 0; i < LOOPS; i++) {
        waiting[i] = (struct gw_loop_item){NULL, nothing};
        loops[i].head = &waiting[i];
        loops[i].tail = &waiting[i].next;
    }
}

static bool begin(unsigned n)
{
    char why[200];
    memset(&gw, 0, sizeof gw);
    memset(loops, 0, sizeof loops);
    memset(heard_n, 0, sizeof heard_n);
    gw_config_default(&gw.config);
    (void)strcpy(gw.config.dir, GW_DB_MEMORY);
    gw.loops = loops;
    gw.loop_n = n;
    for (unsigned i = 0; i < LOOPS; i++) {
        loops[i].gw = &gw;
        pthread_mutex_init(&loops[i].mutex, NULL);
    }
    listen_again();
    gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
    CHECK(gw.db != NULL);
    return gw.db != NULL;
}

static void take_mail(void)
{
    for (unsigned i = 0; i < LOOPS; i++) {
        gw_loop_take_mail(&loops[i]);
    }
    listen_again();
}

static struct gw_db_job *put(unsigned loop, uint32_t request)
{
    struct gw_db_job *job = gw_db_job_new(SLICE_EMPTY);
    if (job == NULL) {
        abort();
    }
    job->loop = &loops[loop];
    job->request = request;
    job->item.run = on_job;
    CHECK(gw_db_out_put(gw.db, &job->item));
    return job;
}

static struct gw_bytes *tell(int64_t id, struct gw_bytes *body)
{
    struct gw_db_notice *n = gw_db_notice(gw.db, GW_DB_NOTICE_ENTRY);
    if (n == NULL) {
        abort();
    }
    n->id = id;
    n->body = body == NULL ? NULL : gw_bytes_ref(body);
    return body;
}

static bool heard_is(unsigned loop, const int64_t *want, size_t n)
{
    return heard_n[loop] == n && memcmp(heard[loop], want, n * sizeof *want) == 0;
}

TEST(a_notice_is_all_zero_but_its_kind)
{
    static const struct gw_db_notice zero;
    REQUIRE(begin(1));
    struct gw_db_notice *n = gw_db_notice(gw.db, GW_DB_NOTICE_GONE);
    REQUIRE(n != NULL);
    CHECK(n->kind == GW_DB_NOTICE_GONE && gw.db->out_n == 1 && gw.db->failed == 0);
    CHECK(n->id == 0 && n->seq == 0 && n->ms == 0 && n->epoch == 0 && n->entry_kind == 0);
    CHECK(!n->ends_tag && !n->has_key && n->body == NULL);
    CHECK(memcmp(&n->key, &zero.key, sizeof n->key) == 0);
    CHECK(memcmp(n->mid, zero.mid, sizeof n->mid) == 0);
    gw_db_out_send(gw.db);
    take_mail();
    CHECK(heard_n[0] == 1);
    gw_db_close(gw.db);
}

TEST(each_loop_has_its_jobs_and_every_notice_in_order)
{
    static const int64_t first[] = {1, -7, 3, -8}, second[] = {2, -7, -8, 4}, third[] = {-7, -8};
    REQUIRE(begin(LOOPS));
    (void)put(0, 1);
    (void)put(1, 2);
    (void)tell(7, NULL);
    (void)put(0, 3);
    (void)tell(8, NULL);
    (void)put(1, 4);
    for (unsigned i = 0; i < LOOPS; i++) {
        CHECK(heard_n[i] == 0); /* nothing before the commit */
    }
    gw_db_out_send(gw.db);
    CHECK(gw.db->out_n == 0);
    take_mail();
    CHECK(heard_is(0, first, 4) && heard_is(1, second, 4) && heard_is(2, third, 2));
    gw_db_out_send(gw.db); /* and it has left once */
    take_mail();
    CHECK(heard_n[0] == 4 && heard_n[1] == 4 && heard_n[2] == 2);
    gw_db_close(gw.db);
}

TEST(a_body_lives_until_the_last_loop_has_heard_of_it)
{
    REQUIRE(begin(LOOPS));
    struct gw_bytes *body = gw_bytes_copy(SLICE_LITERAL("sealed"));
    REQUIRE(body != NULL);
    (void)tell(1, body);
    (void)tell(2, body);
    CHECK(atomic_load(&body->refs) == 3);
    gw_db_out_send(gw.db);
    CHECK(atomic_load(&body->refs) == 1 + 2 * LOOPS);
    for (unsigned i = 0; i < LOOPS; i++) {
        gw_loop_take_mail(&loops[i]);
        CHECK(atomic_load(&body->refs) == 1 + 2 * (LOOPS - 1 - i));
    }
    listen_again();
    gw_bytes_unref(body);
    gw_db_close(gw.db);
}

TEST(what_is_taken_back_was_never_said)
{
    static const int64_t want[] = {1, -7, 5};
    REQUIRE(begin(1));
    struct gw_bytes *body = gw_bytes_copy(SLICE_LITERAL("sealed"));
    REQUIRE(body != NULL);
    (void)put(0, 1);
    (void)tell(7, body);
    size_t mark = gw.db->out_n;
    struct gw_db_job *job = put(0, 2);
    (void)tell(8, body);
    CHECK(atomic_load(&body->refs) == 3);
    gw_db_out_drop(gw.db, mark);
    CHECK(gw.db->out_n == mark && atomic_load(&body->refs) == 2);
    CHECK(job->request == 2); /* still ours */
    gw_db_job_free(job);
    gw_db_out_drop(gw.db, mark); /* there is nothing more */
    CHECK(gw.db->out_n == mark);
    (void)put(0, 5);
    gw_db_out_send(gw.db);
    take_mail();
    CHECK(heard_is(0, want, 3) && atomic_load(&body->refs) == 1);
    (void)tell(9, body);
    gw_db_out_drop(gw.db, 0);
    gw_db_out_send(gw.db);
    take_mail();
    CHECK(heard_n[0] == 3 && atomic_load(&body->refs) == 1);
    gw_bytes_unref(body);
    gw_db_close(gw.db);
}

TEST(however_many_there_are)
{
    REQUIRE(begin(2));
    for (uint32_t i = 0; i < MANY; i++) {
        (void)put(i % 2, i + 1);
        (void)tell((int64_t)i + 1, NULL);
    }
    CHECK(gw.db->out_n == (size_t)2 * MANY && gw.db->failed == 0);
    gw_db_out_send(gw.db);
    take_mail();
    for (unsigned loop = 0; loop < 2; loop++) {
        size_t at = 0;
        REQUIRE(heard_n[loop] == MANY + MANY / 2);
        for (int64_t i = 0; i < MANY; i++) {
            if (i % 2 == loop) {
                CHECK(heard[loop][at++] == i + 1);
            }
            CHECK(heard[loop][at++] == -(i + 1));
        }
    }
    gw_db_close(gw.db);
}

TEST_MAIN(TEST_ROW(a_notice_is_all_zero_but_its_kind),
          TEST_ROW(each_loop_has_its_jobs_and_every_notice_in_order),
          TEST_ROW(a_body_lives_until_the_last_loop_has_heard_of_it),
          TEST_ROW(what_is_taken_back_was_never_said), TEST_ROW(however_many_there_are))
