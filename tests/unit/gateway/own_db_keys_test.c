/* Key packages, contact tokens, push subscriptions: what is kept, for how long, who may take it. */
#include "gateway/own/db_keys.h"

#include <string.h>

#include "crypto/hash.h"
#include "gateway/own/db_account.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"

#define LIFE_S (400ull * 86400)
#define PACKAGE_MAX (16u << 10)
#define NOW_S (GATEWAY_WORLD_NOW_MS / 1000)

static struct gateway_world w;
static struct own_world_account a;
static const uint8_t token[FRAME_TOKEN_SIZE] = "a contact token";

static bool begin(void)
{
    if (!gateway_world_begin(&w)) {
        return false;
    }
    gateway_world_account(&a, 1, 2);
    gateway_world_register(&w, &a, 1, 5);
    return true;
}

static struct wire_kp_item item(uint8_t ref, uint64_t suite, bool last)
{
    static uint8_t refs[256];
    refs[ref] = ref;
    return (struct wire_kp_item){slice_make(&refs[ref], 1), suite, NOW_S + 100, last,
                                 slice_make(&refs[ref], 1)};
}

static unsigned put(const struct wire_kp_item *v, size_t n)
{
    w.whole = true;
    wire_kp_put_put(gateway_world_body(&w), &(struct wire_kp_put){v, n});
    unsigned code = gateway_world_do(&w, gw_own_db_keys_kp_put);
    w.whole = false;
    return code;
}

static unsigned put_one(struct wire_kp_item v)
{
    return put(&v, 1);
}

static unsigned set_token(const uint8_t *t, uint64_t uses, uint64_t expires_s)
{
    uint8_t hash[32];
    crypto_sha256(hash, slice_make(t, FRAME_TOKEN_SIZE));
    wire_token_set_put(gateway_world_body(&w),
                       &(struct wire_token_set){SLICE_ARRAY(hash), uses, expires_s});
    return gateway_world_do(&w, gw_own_db_keys_token_set);
}

static unsigned take_of(const uint64_t *suites, size_t n, struct wire_kp_taken *out)
{
    uint8_t inbox[FRAME_INBOX_SIZE];
    memset(inbox, 5, sizeof inbox);
    w.whole = true;
    wire_kp_take_put(gateway_world_body(&w),
                     &(struct wire_kp_take){SLICE_ARRAY(inbox), SLICE_ARRAY(token), suites, n});
    unsigned code = gateway_world_do(&w, gw_own_db_keys_kp_take);
    w.whole = false;
    if (code == 0) {
        CHECK_ERR(wire_kp_taken_decode(&w.arena, gateway_world_answer(&w, FRAME_KP_TAKEN), out),
                  OK);
    }
    return code;
}

static unsigned take(uint64_t suite, struct wire_kp_taken *out)
{
    return take_of(&suite, 1, out);
}

static int64_t packages(void)
{
    return gateway_world_int(&w, "SELECT count(*) FROM kp");
}

TEST(packages_outside_of_their_bounds_are_refused_all_together)
{
    static uint8_t large[PACKAGE_MAX + 1];
    static const uint8_t ref[65];
    struct wire_kp_item two[2] = {item(1, 1, false), item(2, 1, false)};
    REQUIRE(begin());
    two[1].expires_s = NOW_S;
    CHECK(put(two, 2) == WIRE_CODE_LIMIT && packages() == 0); /* the good one went back, too */
    two[1].expires_s = NOW_S + LIFE_S + 1;
    CHECK(put(two, 2) == WIRE_CODE_LIMIT);
    two[1].expires_s = NOW_S + LIFE_S;
    CHECK(put(two, 2) == 0 && packages() == 2);
    CHECK(put(two, 2) == 0 && packages() == 2); /* the same ones */
    struct wire_kp_item v = item(3, 1, false);
    v.package = slice_make(large, PACKAGE_MAX + 1);
    CHECK(put_one(v) == WIRE_CODE_LIMIT);
    v.package.n = PACKAGE_MAX;
    CHECK(put_one(v) == 0);
    v.package.n = 0;
    CHECK(put_one(v) == WIRE_CODE_MALFORMED);
    v = item(4, 1, false);
    v.ref = slice_make(ref, 65);
    CHECK(put_one(v) == WIRE_CODE_MALFORMED);
    v.ref.n = 64;
    CHECK(put_one(v) == 0);
    v.ref.n = 0;
    CHECK(put_one(v) == WIRE_CODE_MALFORMED);
    CHECK(put_one(item(5, (uint64_t)UINT16_MAX + 1, false)) == WIRE_CODE_MALFORMED);
    CHECK(packages() == 4);
    atomic_store(&w.db->full, true);
    CHECK(put_one(item(6, 1, false)) == WIRE_CODE_FULL);
    atomic_store(&w.db->full, false);
    CHECK(put(NULL, 0) == 0 && packages() == 0); /* none: those of this device go */
    gateway_world_end(&w);
}

TEST(a_device_has_200_packages_a_suite_one_last_resort_and_8_suites)
{
    REQUIRE(begin());
    for (unsigned i = 0; i < 200; i++) {
        CHECK(put_one(item((uint8_t)i, 1, false)) == 0);
    }
    CHECK(put_one(item(200, 1, false)) == WIRE_CODE_LIMIT);
    CHECK(put_one(item(201, 1, true)) == 0 && packages() == 201);
    CHECK(put_one(item(202, 1, true)) == 0 && packages() == 201); /* in the other's place */
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM kp WHERE last = 1 AND ref = x'ca'") == 1);
    for (unsigned i = 2; i <= 8; i++) {
        CHECK(put_one(item((uint8_t)(210 + i), i, false)) == 0);
    }
    CHECK(put_one(item(220, 9, false)) == WIRE_CODE_LIMIT);
    CHECK(put_one(item(221, 8, false)) == 0);
    gateway_world_end(&w);
}

TEST(levels_are_of_what_has_not_expired)
{
    struct wire_kp_counts c;
    struct wire_kp_item soon = item(1, 1, false), last = item(2, 1, true);
    REQUIRE(begin());
    soon.expires_s = NOW_S + 1;
    last.expires_s = NOW_S + 50;
    CHECK(put_one(soon) == 0 && put_one(last) == 0 && put_one(item(3, 1, false)) == 0);
    CHECK(put_one(item(4, 7, false)) == 0);
    w.db->now_ms += 1000;
    wire_kp_count_put(gateway_world_body(&w), &(struct wire_kp_count){0});
    CHECK(gateway_world_do(&w, gw_own_db_keys_kp_count) == 0);
    CHECK_ERR(wire_kp_counts_decode(&w.arena, gateway_world_answer(&w, FRAME_KP_COUNTS), &c), OK);
    REQUIRE(c.items_n == 2);
    CHECK(c.items[0].suite == 1 && c.items[0].left == 1);
    CHECK(c.items[0].last_resort_s == NOW_S + 50);
    CHECK(c.items[1].suite == 7 && c.items[1].left == 1 && c.items[1].last_resort_s == 0);
    gateway_world_sql(&w,
                      "WITH RECURSIVE n(i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE "
                      "i < 130) INSERT INTO kp (box, ref, suite, expires, last, package) "
                      "SELECT box, CAST(i AS BLOB), i, expires, last, package FROM n, kp "
                      "WHERE suite = 7"); /* more than a device can put */
    wire_kp_count_put(gateway_world_body(&w), &(struct wire_kp_count){0});
    CHECK(gateway_world_do(&w, gw_own_db_keys_kp_count) == 0);
    CHECK_ERR(wire_kp_counts_decode(&w.arena, gateway_world_answer(&w, FRAME_KP_COUNTS), &c), OK);
    CHECK(c.items_n == 16);
    gateway_world_end(&w);
}

TEST(a_one_time_package_is_given_once_and_the_last_resort_stays)
{
    struct wire_kp_taken t;
    REQUIRE(begin());
    CHECK(put_one(item(9, 1, true)) == 0 && put_one(item(1, 1, false)) == 0);
    CHECK(put_one(item(2, 1, false)) == 0);
    CHECK(take(1, &t) == WIRE_CODE_TOKEN);
    CHECK(set_token(token, 0, 0) == 0);
    CHECK(take(1, &t) == 0 && t.packages_n == 1 && t.packages[0].package.p[0] == 1);
    CHECK_BYTES(t.packages[0].device, slice_make(own_world_key(1), 32));
    CHECK_BYTES(t.account, SLICE_ARRAY(a.id));
    REQUIRE(t.chain_n == 1);
    CHECK_BYTES(t.chain[0], a.bytes[0]);
    CHECK(take(1, &t) == 0 && t.packages[0].package.p[0] == 2);
    CHECK(take(1, &t) == 0 && t.packages[0].package.p[0] == 9);
    CHECK(take(1, &t) == 0 && t.packages[0].package.p[0] == 9);
    CHECK(take(2, &t) == WIRE_CODE_EMPTY);
    w.db->now_ms += 100000; /* all have expired */
    CHECK(take(1, &t) == WIRE_CODE_EMPTY);
    gateway_world_end(&w);
}

TEST(taking_uses_no_token_up_and_is_braked_by_the_hour)
{
    struct wire_kp_taken t;
    REQUIRE(begin());
    CHECK(put_one(item(9, 1, true)) == 0 && set_token(token, 1, 0) == 0);
    for (int i = 0; i < 20; i++) {
        CHECK(take(1, &t) == 0);
    }
    CHECK(take(1, &t) == WIRE_CODE_RATE);
    CHECK(w.job->retry_ms == 3600000 - w.db->now_ms % 3600000);
    gateway_world_sql(&w, "UPDATE kp SET expires = expires + 100000");
    w.db->now_ms += w.job->retry_ms;
    CHECK(take(1, &t) == 0);
    gateway_world_end(&w);
}

/* Two devices; both have suite 2, one has suite 1. */
TEST(the_suite_that_most_devices_have_is_given_the_first_of_equal_ones)
{
    static const uint64_t both[] = {1, 2}, one[] = {1}, equal[] = {3, 2}, half[] = {1, 4};
    struct wire_kp_taken t;
    REQUIRE(begin());
    CHECK(put_one(item(1, 1, true)) == 0 && put_one(item(2, 2, true)) == 0);
    CHECK(put_one(item(3, 3, true)) == 0 && set_token(token, 0, 0) == 0);
    own_world_added(&a, 3, 1);
    w.whole = true;
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[1]});
    memcpy(w.device, own_world_key(3), sizeof w.device);
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    w.box = w.job->box;
    CHECK(put_one(item(4, 2, true)) == 0 && put_one(item(5, 3, true)) == 0);
    CHECK(take_of(both, 2, &t) == 0 && t.packages_n == 2 && t.chain_n == 2);
    CHECK(t.packages[0].suite == 2 && t.packages[1].suite == 2);
    CHECK(take_of(one, 1, &t) == 0 && t.packages_n == 1);
    CHECK(take_of(equal, 2, &t) == 0 && t.packages[0].suite == 3);
    CHECK(put_one(item(6, 4, true)) == 0);
    CHECK(take_of(half, 2, &t) == 0 && t.packages_n == 1 && t.packages[0].suite == 1);
    gateway_world_end(&w);
}

TEST(who_asks_for_packages_says_at_most_16_suites)
{
    static const uint64_t suites[17] = {1};
    static const uint8_t inbox[FRAME_INBOX_SIZE];
    struct wire_kp_taken t;
    REQUIRE(begin());
    for (size_t i = 0; i < 2; i++) {
        struct slice from = slice_make(inbox, FRAME_INBOX_SIZE - i);
        struct slice by = slice_make(token, FRAME_TOKEN_SIZE - 1 + i);
        wire_kp_take_put(gateway_world_body(&w), &(struct wire_kp_take){from, by, suites, 1});
        CHECK(gateway_world_do(&w, gw_own_db_keys_kp_take) == WIRE_CODE_MALFORMED);
    }
    CHECK(put_one(item(9, 1, true)) == 0 && set_token(token, 0, 0) == 0);
    CHECK(take_of(suites, 17, &t) == WIRE_CODE_MALFORMED);
    CHECK(take_of(suites, 16, &t) == 0);
    CHECK(take_of(suites, 0, &t) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

TEST(an_account_has_2000_tokens_and_those_that_expired_do_not_count)
{
    uint8_t t[FRAME_TOKEN_SIZE] = {0};
    char sql[300];
    REQUIRE(begin());
    (void)snprintf(sql, sizeof sql,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                   "INSERT INTO token SELECT 1, randomblob(32), NULL, CASE WHEN i = 1 THEN %llu "
                   "ELSE 0 END FROM n",
                   (unsigned long long)NOW_S + 1);
    gateway_world_sql(&w, sql);
    CHECK(set_token(t, 0, 0) == WIRE_CODE_LIMIT);
    w.db->now_ms += 1000;
    CHECK(set_token(t, 0, 0) == 0);
    t[0] = 1;
    CHECK(set_token(t, 0, 0) == WIRE_CODE_LIMIT);
    t[0] = 0;
    CHECK(set_token(t, 3, 0) == 0); /* one that is there may be changed */
    gateway_world_sql(&w, "INSERT INTO token VALUES (1, x'01', NULL, 1)");
    t[0] = 1;
    CHECK(set_token(t, 0, 0) == WIRE_CODE_LIMIT); /* and nothing was written */
    gateway_world_end(&w);
}

TEST(a_token_is_set_again_and_dropped_by_its_account)
{
    uint8_t hash[32];
    REQUIRE(begin());
    CHECK(set_token(token, 5, 9) == 0 && set_token(token, 0, NOW_S + 7) == 0);
    CHECK(gateway_world_int(&w, "SELECT expires FROM token WHERE uses IS NULL") ==
          (int64_t)NOW_S + 7);
    CHECK(set_token(token, (uint64_t)INT32_MAX + 1, 0) == WIRE_CODE_MALFORMED);
    CHECK(set_token(token, 1, (uint64_t)INT64_MAX + 1) == WIRE_CODE_MALFORMED);
    crypto_sha256(hash, SLICE_ARRAY(token));
    w.account++;
    wire_token_drop_put(gateway_world_body(&w), &(struct wire_token_drop){SLICE_ARRAY(hash)});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_drop) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM token") == 1);
    w.account--;
    wire_token_drop_put(gateway_world_body(&w), &(struct wire_token_drop){SLICE_ARRAY(hash)});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_drop) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM token") == 0);
    wire_token_set_put(gateway_world_body(&w),
                       &(struct wire_token_set){slice_make(hash, 31), 1, NOW_S + 7});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_set) == WIRE_CODE_MALFORMED);
    wire_token_drop_put(gateway_world_body(&w), &(struct wire_token_drop){slice_make(hash, 31)});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_drop) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

static unsigned push(const char *endpoint, size_t key, size_t secret)
{
    static const uint8_t bytes[66];
    wire_push_set_put(gateway_world_body(&w),
                      &(struct wire_push_set){slice_of_string(endpoint), slice_make(bytes, key),
                                              slice_make(bytes, secret)});
    return gateway_world_do(&w, gw_own_db_keys_push_set);
}

TEST(a_push_subscription_is_https_and_one_a_device)
{
    char longest[1026];
    REQUIRE(begin());
    CHECK(push("http://push.example/1", 65, 16) == WIRE_CODE_LIMIT);
    CHECK(push("https://", 65, 16) == WIRE_CODE_LIMIT);
    CHECK(push("https://push.example/1", 64, 16) == WIRE_CODE_LIMIT);
    CHECK(push("https://push.example/1", 65, 15) == WIRE_CODE_LIMIT);
    CHECK(push("https://push.example/1", 65, 16) == 0);
    CHECK(push("https://push.example/2", 65, 16) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM push WHERE endpoint LIKE '%/2'") == 1);
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "https://", 8);
    longest[1025] = 0;
    CHECK(push(longest, 65, 16) == WIRE_CODE_LIMIT);
    longest[1024] = 0;
    CHECK(push(longest, 65, 16) == 0);
    CHECK(push("", 0, 0) == 0 && gateway_world_int(&w, "SELECT count(*) FROM push") == 0);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(packages_outside_of_their_bounds_are_refused_all_together),
          TEST_ROW(a_device_has_200_packages_a_suite_one_last_resort_and_8_suites),
          TEST_ROW(levels_are_of_what_has_not_expired),
          TEST_ROW(a_one_time_package_is_given_once_and_the_last_resort_stays),
          TEST_ROW(taking_uses_no_token_up_and_is_braked_by_the_hour),
          TEST_ROW(the_suite_that_most_devices_have_is_given_the_first_of_equal_ones),
          TEST_ROW(who_asks_for_packages_says_at_most_16_suites),
          TEST_ROW(an_account_has_2000_tokens_and_those_that_expired_do_not_count),
          TEST_ROW(a_token_is_set_again_and_dropped_by_its_account),
          TEST_ROW(a_push_subscription_is_https_and_one_a_device))
