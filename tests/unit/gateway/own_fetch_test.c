/* The reader: what was missed, in order and with its holes, and the files of attachments; in a
 * thread of its own with a connection of its own, or by turns. */
#include "gateway/own/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/db.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gw_db_job *back; /* the last job that came back */

static void forget(void)
{
    if (back != NULL) {
        gw_db_job_free(back);
        back = NULL;
    }
}

static void done(struct gw_loop *loop, struct gw_db_job *job)
{
    CHECK(loop == job->loop);
    forget();
    back = job;
}

static struct gw_db_job *job_of(uint8_t type, struct slice body)
{
    struct gw_db_job *job = gw_db_job_new(body);
    if (job == NULL) {
        abort();
    }
    job->loop = &w.loop;
    job->type = type;
    job->request = 9;
    job->done = done;
    return job;
}

static unsigned ask(struct gw_db_job *job)
{
    gw_own_fetch_ask(w.gw.fetch, job);
    gateway_line_settle(&w, NULL);
    CHECK(back == job);
    return back == job ? back->code : UINT32_MAX;
}

static struct gw_db_job *from(int64_t group, uint64_t after, uint64_t bytes, uint64_t head)
{
    struct gw_db_job *job = job_of(FRAME_DELIVER, SLICE_EMPTY);
    job->handle = 3;
    job->group.id = group;
    job->number = after;
    job->fetch.bytes = bytes;
    job->fetch.head = head;
    return job;
}

/* The deliveries of the answer: their seq, a gap's with a minus; how many. */
static size_t delivered(int64_t *seq, size_t cap, uint32_t handle)
{
    struct slice in = back->answer == NULL ? SLICE_EMPTY : gw_bytes_slice(back->answer), body;
    size_t n = 0;
    while (in.n > 0 && n < cap) {
        struct frame_deliver d;
        uint32_t request;
        uint8_t type;
        CHECK_ERR(frame_next(&in, &type, &request, &body), OK);
        CHECK_ERR(frame_deliver_get(body, &d), OK);
        CHECK(type == FRAME_DELIVER && request == 0 && d.handle == handle);
        CHECK((d.body.n == 0) == (d.kind == WIRE_KIND_GAP));
        seq[n++] = d.kind == WIRE_KIND_GAP ? -(int64_t)d.seq : (int64_t)d.seq;
    }
    return n;
}

static bool is(uint32_t handle, const int64_t *want, size_t n)
{
    int64_t seq[300];
    return delivered(seq, 300, handle) == n && memcmp(seq, want, n * sizeof *want) == 0;
}

/* What the tests put there is old. */
static void never_sweep(void)
{
    w.db->sweep_ms = UINT64_MAX;
}

TEST(what_was_missed_comes_in_order_and_a_hole_is_a_gap)
{
    static const int64_t all[] = {-2, 3, 4, -6, 7}, rest[] = {-6, 7}, gone[] = {-12},
                         queue[] = {5, -7, 8};
    REQUIRE(gateway_line_gateway(&w));
    never_sweep();
    gateway_world_sql(&w, "INSERT INTO gbody (id, grp, seq, ms, b) VALUES (1, 1, 3, 1, x'61'), "
                          "(2, 1, 4, 1, x'62'), (3, 1, 7, 1, x'63'), (4, 2, 1, 1, x'64')");
    gateway_world_sql(&w, "INSERT INTO glog (grp, seq, body, ms, kind, epoch, mid, branch) SELECT "
                          "grp, seq, id, 1, 0, 1, 0, 0 FROM gbody");
    CHECK(!gw_own_fetch_turn(w.gw.fetch)); /* nothing waits */
    CHECK(ask(from(1, 0, 1 << 20, 7)) == 0 && is(3, all, 5));
    CHECK(ask(from(1, 4, 1 << 20, 7)) == 0 && is(3, rest, 2));
    CHECK(ask(from(1, 7, 1 << 20, 7)) == 0 && is(3, all, 0));
    CHECK(ask(from(1, 7, 1 << 20, 12)) == 0 && is(3, gone, 1)); /* all behind it has expired */
    CHECK(ask(from(9, 0, 1 << 20, 0)) == 0 && is(3, all, 0));
    /* a queue has no handle */
    gateway_world_sql(&w, "INSERT INTO body VALUES (1, 1, x'61'); INSERT INTO q VALUES (6, 5, 1), "
                          "(6, 8, 1), (7, 6, 1)");
    struct gw_db_job *job = from(0, 4, 1 << 20, 8);
    job->handle = 0;
    job->box = 6;
    CHECK(ask(job) == 0 && is(0, queue, 3));
    forget();
    gateway_line_gateway_end(&w);
}

TEST(an_answer_is_bounded_and_one_entry_always_goes)
{
    int64_t seq[300];
    REQUIRE(gateway_line_gateway(&w));
    never_sweep();
    gateway_world_sql(&w, "INSERT INTO gbody (grp, seq, ms, b) WITH RECURSIVE n(i) AS (SELECT 1 "
                          "UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT 1, i, 1, "
                          "zeroblob(100) FROM n");
    gateway_world_sql(&w, "INSERT INTO glog (grp, seq, body, ms, kind, epoch, mid, branch) SELECT "
                          "grp, seq, id, 1, 0, 1, 0, 0 FROM gbody");
    CHECK(ask(from(1, 0, 1 << 20, 400)) == 0);
    CHECK(delivered(seq, 300, 3) == GW_OWN_FETCH_ITEMS && seq[255] == 256);
    CHECK(ask(from(1, 0, 0, 400)) == 0 && delivered(seq, 300, 3) == 1);
    CHECK(ask(from(1, 0, 1000, 400)) == 0 && back->answer->n <= 1000);
    CHECK(delivered(seq, 300, 3) > 1);
    forget();
    gateway_line_gateway_end(&w);
}

/* ---- attachments ----------------------------------------------------------------------------- */

static struct gw_db_job *piece(uint8_t type, uint8_t id, uint32_t index, struct slice bytes)
{
    struct buf b = buf_arena(&w.arena, 64);
    struct slice body;
    struct frame_blob v = {.index = index, .bytes = bytes};
    memset(v.blob, id, sizeof v.blob);
    frame_blob_put(&b, &v);
    CHECK_ERR(buf_finish(&b, &body), OK);
    return job_of(type, body);
}

TEST(a_chunk_is_on_disk_before_it_is_counted_and_comes_back)
{
    char dir[GATEWAY_HOUSE_PATH];
    struct wire_blob_state state = {0};
    struct slice in, body;
    struct frame_blob v;
    uint32_t request = 0;
    uint8_t type = 0;
    REQUIRE(gateway_house_folder(dir) && gateway_line_gateway(&w));
    (void)strcpy(w.gw.config.dir, dir);
    w.gw.config.reserve_bytes = 0;
    gateway_house_put(dir, "blobs/x", "");
    gateway_world_sql(&w, "INSERT INTO blob VALUES (CAST('aaaaaaaaaaaaaaaa' AS BLOB), 6, 4, 0, "
                          "unixepoch() / 86400, zeroblob(32), NULL)");
    CHECK(ask(piece(FRAME_BLOB_GET, 'a', 0, SLICE_EMPTY)) != 0); /* not there yet */
    CHECK(ask(piece(FRAME_BLOB_PUT, 'b', 0, SLICE_LITERAL("abcd"))) == WIRE_CODE_UNKNOWN);
    CHECK(ask(piece(FRAME_BLOB_PUT, 'a', 0, SLICE_LITERAL("abcd"))) == 0);
    CHECK(gateway_world_int(&w, "SELECT have FROM blob") == 1);
    in = gw_bytes_slice(back->answer); /* the writer's, since it counts */
    CHECK_ERR(frame_next(&in, &type, &request, &body), OK);
    CHECK(type == FRAME_BLOB_STATE && request == 9);
    CHECK_ERR(wire_blob_state_decode(&w.arena, body, &state), OK);
    CHECK(state.have == 1);
    CHECK(ask(piece(FRAME_BLOB_PUT, 'a', 1, SLICE_LITERAL("ef"))) == 0);
    CHECK(ask(piece(FRAME_BLOB_GET, 'a', 1, SLICE_EMPTY)) == 0);
    in = gw_bytes_slice(back->answer);
    CHECK_ERR(frame_next(&in, &type, &request, &body), OK);
    CHECK_ERR(frame_blob_get(body, &v), OK);
    CHECK(type == FRAME_BLOB_DATA && request == 9 && v.index == 1 && v.blob[15] == 'a' &&
          in.n == 0);
    CHECK_BYTES(v.bytes, SLICE_LITERAL("ef"));
    CHECK(ask(piece(FRAME_BLOB_GET, 'b', 0, SLICE_EMPTY)) == WIRE_CODE_UNKNOWN);
    CHECK(ask(piece(FRAME_BLOB_GET, 'a', 0, SLICE_LITERAL("x"))) == WIRE_CODE_MALFORMED);
    CHECK(ask(job_of(FRAME_BLOB_PUT, SLICE_LITERAL("x"))) == WIRE_CODE_MALFORMED);
    CHECK(ask(job_of(FRAME_BLOB_GET, SLICE_EMPTY)) == WIRE_CODE_MALFORMED);
    atomic_store(&w.db->full, true);
    never_sweep(); /* it stays so */
    CHECK(ask(piece(FRAME_BLOB_PUT, 'a', 1, SLICE_LITERAL("ef"))) == WIRE_CODE_FULL);
    CHECK(back->retry_ms == 30000);
    forget();
    gateway_line_gateway_end(&w);
    gateway_house_folder_end(dir);
}

/* ---- life ------------------------------------------------------------------------------------ */

TEST(what_cannot_be_opened_is_told_in_a_sentence)
{
    char dir[GATEWAY_HOUSE_PATH], why[200] = "";
    REQUIRE(gateway_house_folder(dir));
    struct gateway_house *h = gateway_house_begin();
    REQUIRE(gateway_house_run(h, why, sizeof why));
    struct gw_gateway other = {.db = h->gw.db};
    why[0] = 0;
    (void)snprintf(other.config.dir, sizeof other.config.dir, "%s", dir); /* no database there */
    CHECK(gw_own_fetch_open(&other, why, sizeof why) == NULL && strncmp(why, "reader: ", 8) == 0);
    (void)snprintf(other.config.dir, sizeof other.config.dir, "/dev/null");
    CHECK(gw_own_fetch_open(&other, why, sizeof why) == NULL && strncmp(why, "reader: ", 8) == 0);
    gw_own_fetch_close(NULL);
    gateway_house_end(h);
    gateway_house_folder_end(dir);
}

static pthread_t by;
static _Atomic bool came;
static unsigned came_code;

static void done_on_loop(struct gw_loop *loop, struct gw_db_job *job)
{
    (void)loop;
    by = pthread_self();
    came_code = job->code;
    gw_db_job_free(job);
    atomic_store(&came, true);
}

/* Its own thread works, the answer comes on the loop's, and closing does what waits. */
TEST(its_thread_hands_each_job_back_to_its_loop)
{
    char why[200] = "";
    struct gateway_house *h = gateway_house_begin();
    arena_init(&w.arena, 0);
    REQUIRE(gateway_house_run(h, why, sizeof why)); /* gw_own_fetch_open, gw_own_fetch_start */
    for (int last = 0; last < 2; last++) {
        struct gw_db_job *job = piece(FRAME_BLOB_GET, 'a', 0, SLICE_EMPTY);
        job->loop = &h->gw.loops[0];
        job->done = done_on_loop;
        atomic_store(&came, false);
        gw_own_fetch_ask(h->gw.fetch, job);
        if (last) {
            gateway_house_end(h);
            CHECK(atomic_load(&came));
        } else {
            for (int i = 0; i < 5000 && !atomic_load(&came); i++) {
                CHECK(nanosleep(&(struct timespec){0, 1000000}, NULL) == 0);
            }
            REQUIRE(atomic_load(&came));
            CHECK(pthread_equal(by, h->gw.loops[0].thread) && came_code == WIRE_CODE_UNKNOWN);
        }
    }
    arena_wipe(&w.arena);
}

TEST_MAIN(TEST_ROW(what_was_missed_comes_in_order_and_a_hole_is_a_gap),
          TEST_ROW(an_answer_is_bounded_and_one_entry_always_goes),
          TEST_ROW(a_chunk_is_on_disk_before_it_is_counted_and_comes_back),
          TEST_ROW(what_cannot_be_opened_is_told_in_a_sentence),
          TEST_ROW(its_thread_hands_each_job_back_to_its_loop))
