/* Queues of devices: whose token puts what where, how full a queue may be, what is acknowledged. */
#include "gateway/own/db_inbox.h"

#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_keys.h"

static struct gateway_world w;
static struct own_world_account a;
static const uint8_t token[FRAME_TOKEN_SIZE] = "a contact token";

static void set_token(uint64_t uses, uint64_t expires_s)
{
    uint8_t hash[32];
    crypto_sha256(hash, SLICE_ARRAY(token));
    wire_token_set_put(gateway_world_body(&w),
                       &(struct wire_token_set){SLICE_ARRAY(hash), uses, expires_s});
    CHECK(gateway_world_do(&w, gw_own_db_keys_token_set) == 0);
}

/* One account with two devices. */
static bool begin(void)
{
    if (!gateway_world_begin(&w)) {
        return false;
    }
    gateway_world_account(&a, 1, 2);
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    w.whole = true;
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[1]});
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    w.whole = false;
    set_token(0, 0);
    return true;
}

static unsigned post(uint8_t mid, const char *body)
{
    uint8_t inbox[FRAME_INBOX_SIZE], m[FRAME_MID_SIZE];
    memset(inbox, 5, sizeof inbox);
    memset(m, mid, sizeof m);
    wire_inbox_post_put(gateway_world_body(&w),
                        &(struct wire_inbox_post){SLICE_ARRAY(inbox), SLICE_ARRAY(token),
                                                  SLICE_ARRAY(m), slice_of_string(body)});
    return gateway_world_do(&w, gw_own_db_inbox_post);
}

static int64_t waiting(void)
{
    return gateway_world_int(&w, "SELECT count(*) FROM q");
}

TEST(what_comes_goes_to_every_device_once)
{
    const struct gw_db_notice *n = NULL;
    uint8_t tip[32];
    REQUIRE(begin());
    CHECK(post(1, "hello") == 0 && waiting() == 2);
    (void)gateway_world_answer(&w, FRAME_DONE);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_QUEUED, &n) == 2);
    CHECK(n->seq == 1 && n->ms == GATEWAY_WORLD_NOW_MS && n->entry_kind == WIRE_KIND_APPLICATION);
    CHECK_BYTES(gw_bytes_slice(n->body), SLICE_LITERAL("hello"));
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM body") == 1);
    CHECK(gateway_world_int(&w, "SELECT min(next) FROM box") == 2);
    CHECK(w.db->own->queued == 2);
    crypto_sha256(tip, SLICE_LITERAL("hello"));
    sqlite3_stmt *s = gw_db_bind(w.db, GW_DB_SQL_BOX_TIP, "i", w.box);
    REQUIRE(gw_db_row(w.db, s));
    CHECK_BYTES(gw_db_blob(s, 0), SLICE_ARRAY(tip));
    gw_db_done(s);
    CHECK(post(1, "hello") == 0 && waiting() == 2); /* the same post again */
    CHECK(post(2, "hello") == 0 && waiting() == 4);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_POSTS) == 2);
    gateway_world_end(&w);
}

TEST(an_empty_body_says_that_the_record_was_read_and_nobody_else_can_say_it)
{
    const struct gw_db_notice *n = NULL;
    REQUIRE(begin());
    CHECK(post(1, "") == WIRE_CODE_MALFORMED && waiting() == 0);
    CHECK(gw_own_db_inbox_put(w.db, w.account, SLICE_EMPTY) == 0 && waiting() == 2);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_QUEUED, &n) == 2);
    CHECK(n->entry_kind == WIRE_KIND_RECORD);
    gateway_world_end(&w);
}

TEST(only_a_token_of_the_account_that_is_good_puts_something)
{
    uint8_t hash[32], want[32];
    REQUIRE(begin());
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_ARRAY(token), hash) == 0);
    crypto_sha256(want, SLICE_ARRAY(token));
    CHECK_BYTES(SLICE_ARRAY(hash), SLICE_ARRAY(want));
    memset(hash, 0, sizeof hash);
    CHECK(gw_own_db_inbox_token(w.db, w.account + 1, SLICE_ARRAY(token), hash) == WIRE_CODE_TOKEN);
    CHECK_BYTES(SLICE_ARRAY(hash), SLICE_ARRAY(want)); /* filled all the same */
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_LITERAL("a contact tokem"), hash) ==
          WIRE_CODE_TOKEN);
    uint64_t now_s = w.db->now_ms / 1000;
    set_token(0, now_s);
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_ARRAY(token), hash) == WIRE_CODE_TOKEN);
    CHECK(post(1, "late") == WIRE_CODE_TOKEN && waiting() == 0);
    set_token(0, now_s + 1);
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_ARRAY(token), hash) == 0);
    CHECK(post(1, "in time") == 0 && waiting() == 2);
    gateway_world_sql(&w, "DELETE FROM token");
    CHECK(post(2, "no token") == WIRE_CODE_TOKEN);
    CHECK(post(1, "in time") == 0); /* stored before: answered whatever the token is now */
    gateway_world_end(&w);
}

TEST(a_token_with_counted_uses_is_used_up)
{
    uint8_t hash[32];
    REQUIRE(begin());
    set_token(2, 0);
    CHECK(post(1, "one") == 0);
    CHECK(post(1, "one") == 0); /* the same post is not another use */
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_ARRAY(token), hash) == 0);
    CHECK(post(2, "two") == 0);
    CHECK(post(3, "three") == WIRE_CODE_TOKEN && waiting() == 4);
    CHECK(post(2, "two") == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM token") == 0);
    set_token(0, 0); /* 0: unlimited */
    gw_own_db_inbox_token_use(w.db, w.account, hash);
    CHECK(gw_own_db_inbox_token(w.db, w.account, SLICE_ARRAY(token), hash) == 0);
    gateway_world_end(&w);
}

TEST(a_full_queue_refuses_for_all_and_nothing_is_written)
{
    REQUIRE(begin());
    w.gw.config.inbox_items = 2;
    CHECK(post(1, "one") == 0 && post(2, "two") == 0);
    /* one device reads, the other does not */
    struct gw_db_job *job = gateway_world_job(&w);
    job->ack = 2;
    CHECK(gateway_world_do(&w, gw_own_db_inbox_ack) == 0);
    CHECK(waiting() == 2);
    CHECK(post(3, "three") == WIRE_CODE_QUOTA); /* gateway_world_do: nothing was written */
    CHECK(waiting() == 2);
    w.gw.config.inbox_items = 3;
    CHECK(post(3, "three") == 0 && waiting() == 4);
    gateway_world_end(&w);
}

TEST(a_device_that_is_long_quiet_does_not_hold_up_the_others)
{
    REQUIRE(begin());
    w.gw.config.inbox_items = 2;
    CHECK(post(1, "one") == 0 && post(2, "two") == 0);
    char sql[120];
    int64_t today = gw_clock_day(w.db->now_ms);
    (void)snprintf(sql, sizeof sql, "UPDATE box SET day = %lld", (long long)today - 6);
    gateway_world_sql(&w, sql);
    CHECK(post(3, "three") == WIRE_CODE_QUOTA);
    gateway_world_sql(&w, "UPDATE box SET day = day - 1");
    CHECK(post(3, "three") == 0 && waiting() == 4);
    CHECK(gateway_world_int(&w, "SELECT min(seq) FROM q") == 2);   /* the oldest went */
    CHECK(gateway_world_int(&w, "SELECT min(gap) FROM box") == 1); /* and will be missed */
    CHECK(w.db->own->queued == 4);
    gateway_world_end(&w);
}

TEST(an_acknowledgement_is_cumulative_and_of_one_device)
{
    REQUIRE(begin());
    CHECK(post(1, "one") == 0 && post(2, "two") == 0 && post(3, "three") == 0);
    gateway_world_sql(&w, "UPDATE box SET gap = 2");
    struct gw_db_job *job = gateway_world_job(&w);
    job->ack = 1;
    CHECK(gateway_world_do(&w, gw_own_db_inbox_ack) == 0 && waiting() == 5);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box WHERE gap = 2") == 2);
    (void)gateway_world_body(&w);
    job = gateway_world_job(&w);
    job->ack = 2;
    CHECK(gateway_world_do(&w, gw_own_db_inbox_ack) == 0 && waiting() == 4);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box WHERE gap = 2") == 1);
    CHECK(gateway_world_int(&w, "SELECT min(seq) FROM q WHERE box = 1") == 3);
    CHECK(gateway_world_int(&w, "SELECT min(seq) FROM q WHERE box = 2") == 1);
    CHECK(w.db->own->queued == 4);
    gateway_world_end(&w);
}

TEST(sizes_are_exact_and_the_address_is_known)
{
    static const uint8_t zero[32];
    struct wire_inbox_post good = {slice_make(zero, FRAME_INBOX_SIZE), SLICE_ARRAY(token),
                                   slice_make(zero, FRAME_MID_SIZE), SLICE_LITERAL("x")};
    REQUIRE(begin());
    wire_inbox_post_put(gateway_world_body(&w), &good);
    CHECK(gateway_world_do(&w, gw_own_db_inbox_post) == WIRE_CODE_UNKNOWN);
    for (int i = 0; i < 3; i++) {
        struct wire_inbox_post v = good;
        struct slice *s = i == 0 ? &v.inbox : i == 1 ? &v.token : &v.mid;
        s->n--;
        wire_inbox_post_put(gateway_world_body(&w), &v);
        CHECK(gateway_world_do(&w, gw_own_db_inbox_post) == WIRE_CODE_MALFORMED);
    }
    atomic_store(&w.db->full, true);
    CHECK(post(1, "x") == WIRE_CODE_FULL);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(what_comes_goes_to_every_device_once),
          TEST_ROW(an_empty_body_says_that_the_record_was_read_and_nobody_else_can_say_it),
          TEST_ROW(only_a_token_of_the_account_that_is_good_puts_something),
          TEST_ROW(a_token_with_counted_uses_is_used_up),
          TEST_ROW(a_full_queue_refuses_for_all_and_nothing_is_written),
          TEST_ROW(a_device_that_is_long_quiet_does_not_hold_up_the_others),
          TEST_ROW(an_acknowledgement_is_cumulative_and_of_one_device),
          TEST_ROW(sizes_are_exact_and_the_address_is_known))
