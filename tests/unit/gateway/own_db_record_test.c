/* Recovery records: a part a device, to the newest recovery key alone, and not behind the devices'
 * backs; grants. */
#include "gateway/own/db_record.h"

#include <string.h>

#include "lib/check.h"
#include "lib/gateway_world_native.h"
#include "gateway/own/db_account.h"

#define BODY_MAX (48u << 10)
#define TOLD_MS (10 * 60000ull)

static struct gateway_world w;
static struct own_world_account a;

static bool begin(void)
{
    bool fine = gateway_world_begin(&w);
    gateway_world_account(&a, 1, 2);
    if (fine) {
        gateway_world_register(&w, &a, 1, 5);
    }
    return fine;
}

static unsigned put(uint64_t number, struct slice body)
{
    w.whole = false;
    wire_record_put_put(gateway_world_body(&w),
                        &(struct wire_record_put){number, SLICE_ARRAY(a.e[0].hash), body});
    return gateway_world_do(&w, gw_own_db_record_put);
}

static unsigned get(uint8_t key, uint64_t from, struct wire_record *out)
{
    w.whole = true;
    uint8_t device[32];
    memcpy(device, w.device, sizeof device);
    memcpy(w.device, own_world_key(key), sizeof w.device);
    wire_record_get_put(gateway_world_body(&w), &(struct wire_record_get){from});
    unsigned code = gateway_world_do(&w, gw_own_db_record_get);
    memcpy(w.device, device, sizeof device);
    if (code == 0) {
        CHECK_ERR(wire_record_decode(&w.arena, gateway_world_answer(&w, FRAME_RECORD), out), OK);
    }
    return code;
}

static size_t told(void)
{
    const struct gw_db_notice *n = NULL;
    size_t k = gateway_world_notices(&w, GW_DB_NOTICE_QUEUED, &n);
    CHECK(k == 0 || n->entry_kind == WIRE_KIND_RECORD);
    gateway_world_sent(&w);
    return k;
}

/* A second device, as chain_put would have made it. */
static void second_device(void)
{
    own_world_added(&a, 3, 1);
    w.whole = true;
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[1]});
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
}

TEST(the_number_of_a_part_grows)
{
    REQUIRE(begin());
    CHECK(put(5, SLICE_LITERAL("five")) == 0);
    (void)gateway_world_answer(&w, FRAME_DONE);
    CHECK(put(5, SLICE_LITERAL("five")) == 0); /* the same once more */
    CHECK(put(5, SLICE_LITERAL("FIVE")) == WIRE_CODE_STALE);
    CHECK(put(4, SLICE_LITERAL("four")) == WIRE_CODE_STALE);
    CHECK(put(6, SLICE_LITERAL("six")) == 0);
    CHECK(gateway_world_int(&w, "SELECT number FROM record") == 6);
    CHECK(put((uint64_t)INT64_MAX + 1, SLICE_LITERAL("x")) == WIRE_CODE_MALFORMED);
    CHECK(put(7, SLICE_EMPTY) == WIRE_CODE_MALFORMED);
    wire_record_put_put(gateway_world_body(&w),
                        &(struct wire_record_put){7, SLICE_LITERAL("no hash"), SLICE_LITERAL("x")});
    CHECK(gateway_world_do(&w, gw_own_db_record_put) == WIRE_CODE_MALFORMED);
    atomic_store(&w.db->full, true);
    CHECK(put(7, SLICE_LITERAL("x")) == WIRE_CODE_FULL);
    CHECK(put(6, SLICE_LITERAL("six")) == 0);
    atomic_store(&w.db->full, false);
    CHECK(put(INT64_MAX, SLICE_LITERAL("the last")) == 0);
    gateway_world_end(&w);
}

TEST(a_part_has_48_kibibytes_and_goes_out_again_whole)
{
    static uint8_t body[BODY_MAX + 1];
    struct wire_record r;
    REQUIRE(begin());
    memset(body, 7, sizeof body);
    CHECK(put(1, slice_make(body, BODY_MAX + 1)) == WIRE_CODE_LIMIT);
    CHECK(put(1, slice_make(body, BODY_MAX)) == 0);
    CHECK(get(2, 0, &r) == 0);
    CHECK_BYTES(r.body, slice_make(body, BODY_MAX));
    CHECK_BYTES(r.device, slice_make(own_world_key(1), 32));
    CHECK_BYTES(r.head, SLICE_ARRAY(a.e[0].hash));
    CHECK(r.number == 1 && r.left == 0);
    gateway_world_end(&w);
}

TEST(the_record_is_for_the_recovery_key_of_now)
{
    struct wire_record r;
    REQUIRE(begin());
    CHECK(put(1, SLICE_LITERAL("mine")) == 0);
    CHECK(get(1, 0, &r) == WIRE_CODE_AUTH); /* a device of the account */
    CHECK(get(9, 0, &r) == WIRE_CODE_AUTH);
    CHECK(told() == 0 && gateway_world_int(&w, "SELECT count(*) FROM q") == 0);
    CHECK(get(2, 0, &r) == 0);
    own_world_recovered(&a, 3, 2, 4);
    w.whole = true;
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[1]});
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    CHECK(get(2, 0, &r) == WIRE_CODE_AUTH); /* the code is over */
    CHECK(get(4, 0, &r) == 0);
    CHECK_BYTES(r.body, SLICE_LITERAL("mine")); /* all there is, though its writer was dropped */
    gateway_world_end(&w);
}

TEST(a_dropped_device_s_part_goes_when_a_listed_one_has_written)
{
    struct wire_record r;
    REQUIRE(begin());
    CHECK(put(1, SLICE_LITERAL("mine")) == 0);
    second_device();
    own_world_dropped(&a, 1, 3);
    w.whole = true;
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[2]});
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM record") == 1);
    memcpy(w.device, own_world_key(3), sizeof w.device);
    CHECK(put(1, SLICE_LITERAL("hers")) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM record") == 1);
    CHECK(get(2, 0, &r) == 0 && r.left == 0);
    CHECK_BYTES(r.body, SLICE_LITERAL("hers"));
    gateway_world_end(&w);
}

TEST(every_device_is_told_that_the_record_is_read_once_a_recovery)
{
    struct wire_record r;
    REQUIRE(begin());
    second_device();
    CHECK(put(1, SLICE_LITERAL("first")) == 0);
    memcpy(w.device, own_world_key(3), sizeof w.device);
    CHECK(put(1, SLICE_LITERAL("second")) == 0);
    CHECK(told() == 0);
    /* whoever begins in the middle has it told, too */
    CHECK(get(2, 1, &r) == 0 && r.left == 0 && told() == 2);
    CHECK(get(2, 0, &r) == 0 && r.left == 1 && told() == 2);
    CHECK(get(2, 1, &r) == 0 && told() == 0); /* the part behind the one just read */
    w.db->now_ms += TOLD_MS - 1;
    CHECK(get(2, 1, &r) == 0 && told() == 0);
    w.db->now_ms += 1;
    CHECK(get(2, 1, &r) == 0 && told() == 2);
    CHECK(get(2, 2, &r) == WIRE_CODE_UNKNOWN);
    CHECK(get(2, (uint64_t)INT32_MAX + 1, &r) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

TEST(what_is_not_given_tells_nobody_and_counts_as_not_told)
{
    struct wire_record r;
    REQUIRE(begin());
    CHECK(get(2, 0, &r) == WIRE_CODE_UNKNOWN && told() == 0); /* no part is there */
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM q") == 0);
    CHECK(put(1, SLICE_LITERAL("first")) == 0);
    CHECK(put(2, SLICE_LITERAL("again")) == 0);
    CHECK(get(2, 0, &r) == 0 && told() == 1);
    gateway_world_end(&w);
}

TEST(where_the_devices_cannot_be_told_the_record_is_not_given)
{
    struct wire_record r;
    REQUIRE(begin());
    CHECK(put(1, SLICE_LITERAL("first")) == 0);
    w.gw.config.inbox_items = 1;
    CHECK(get(2, 0, &r) == 0);
    CHECK(get(2, 0, &r) == WIRE_CODE_QUOTA && w.job->answer == NULL); /* the queue is full */
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM q") == 1);
    gateway_world_end(&w);
}

/* ---- grants --------------------------------------------------------------------------------- */

static unsigned grants(struct wire_grant *out)
{
    w.whole = false;
    wire_quota_get_put(gateway_world_body(&w), &(struct wire_quota_get){0});
    unsigned code = gateway_world_do(&w, gw_own_db_record_quota_get);
    if (code == 0) {
        CHECK_ERR(wire_grant_decode(&w.arena, gateway_world_answer(&w, FRAME_GRANT), out), OK);
    }
    return code;
}

TEST(fifty_grants_a_day_and_account)
{
    struct wire_grant g;
    REQUIRE(begin());
    for (int i = 0; i < 5; i++) {
        CHECK(grants(&g) == 0 && g.grants_n == 10 && g.grants[9].n == 16);
        CHECK(g.bytes == w.gw.config.blob_bytes);
        CHECK(!slice_equal(g.grants[0], g.grants[1]));
    }
    CHECK(grants(&g) == WIRE_CODE_QUOTA);
    CHECK(w.job->retry_ms == GW_CLOCK_DAY_MS - GATEWAY_WORLD_NOW_MS % GW_CLOCK_DAY_MS);
    w.db->now_ms += w.job->retry_ms;
    atomic_store(&w.db->full, true);
    CHECK(grants(&g) == WIRE_CODE_FULL);
    atomic_store(&w.db->full, false);
    CHECK(grants(&g) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM allowed") == 60);
    gateway_world_end(&w);
}

TEST(a_grant_is_good_once_and_for_as_much_as_it_says)
{
    struct wire_grant g;
    REQUIRE(begin());
    CHECK(gw_own_db_record_grant(w.db, false, SLICE_EMPTY, 1) == 0); /* none is needed */
    w.gw.config.require_grants = true;
    CHECK(grants(&g) == 0);
    CHECK(gw_own_db_record_grant(w.db, false, SLICE_EMPTY, 1) == WIRE_CODE_QUOTA);
    CHECK(gw_own_db_record_grant(w.db, true, SLICE_LITERAL("too short"), 1) == WIRE_CODE_MALFORMED);
    CHECK(gw_own_db_record_grant(w.db, true, SLICE_LITERAL("sixteen bytes..."), 1) ==
          WIRE_CODE_QUOTA);
    CHECK(gw_own_db_record_grant(w.db, true, g.grants[0], g.bytes + 1) == WIRE_CODE_QUOTA);
    CHECK(gw_own_db_record_grant(w.db, true, g.grants[0], g.bytes) == 0);
    CHECK(gw_own_db_record_grant(w.db, true, g.grants[0], 1) == WIRE_CODE_QUOTA);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM allowed") == 9);
    /* who brings one where none is needed uses it up, and is not refused without */
    w.gw.config.require_grants = false;
    CHECK(gw_own_db_record_grant(w.db, true, g.grants[1], 0) == 0);
    CHECK(gw_own_db_record_grant(w.db, true, g.grants[1], 0) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM allowed") == 8);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(the_number_of_a_part_grows),
          TEST_ROW(a_part_has_48_kibibytes_and_goes_out_again_whole),
          TEST_ROW(the_record_is_for_the_recovery_key_of_now),
          TEST_ROW(a_dropped_device_s_part_goes_when_a_listed_one_has_written),
          TEST_ROW(every_device_is_told_that_the_record_is_read_once_a_recovery),
          TEST_ROW(what_is_not_given_tells_nobody_and_counts_as_not_told),
          TEST_ROW(where_the_devices_cannot_be_told_the_record_is_not_given),
          TEST_ROW(fifty_grants_a_day_and_account),
          TEST_ROW(a_grant_is_good_once_and_for_as_much_as_it_says))
