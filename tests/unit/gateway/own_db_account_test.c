/* Accounts at the gateway: who may register and log in, which entries it takes, who is put out. */
#include "gateway/own/db_account.h"

#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"

static struct gateway_world w;
static struct own_world_account a;

static void as(uint8_t device)
{
    memcpy(w.device, own_world_key(device), sizeof w.device);
    w.known = w.recovery = false;
    w.account = w.box = 0;
}

static unsigned reg(const struct own_world_account *of, struct slice hpke, uint8_t inbox,
                    const char *invitation)
{
    uint8_t address[FRAME_INBOX_SIZE];
    memset(address, inbox, sizeof address);
    wire_register_put(gateway_world_body(&w),
                      &(struct wire_register){
                          .entry = of->bytes[0],
                          .hpke = hpke,
                          .inbox = SLICE_ARRAY(address),
                          .has_invitation = invitation != NULL,
                          .invitation = slice_of_string(invitation == NULL ? "" : invitation)});
    return gateway_world_do(&w, gw_own_db_account_register);
}

static unsigned put(const struct own_world_account *of, size_t n)
{
    wire_chain_put_put(
        gateway_world_body(&w),
        &(struct wire_chain_put){.account = SLICE_ARRAY(of->id), .entry = of->bytes[n]});
    return gateway_world_do(&w, gw_own_db_account_chain_put);
}

static unsigned log_in(struct wire_ready *ready)
{
    (void)gateway_world_body(&w);
    unsigned code = gateway_world_do(&w, gw_own_db_account_login);
    if (code == 0) {
        CHECK_ERR(wire_ready_decode(&w.arena, gateway_world_answer(&w, FRAME_READY), ready), OK);
    }
    return code;
}

static bool begin(void)
{
    bool fine = gateway_world_begin(&w);
    w.whole = true; /* REGISTER and CHAIN_PUT */
    gateway_world_account(&a, 1, 2);
    return fine;
}

TEST(registering_makes_the_device_known_and_the_same_again_is_told_the_same)
{
    REQUIRE(begin());
    as(1);
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == 0);
    (void)gateway_world_answer(&w, FRAME_DONE);
    CHECK(w.job->known && w.job->account != 0 && w.job->box != 0);
    CHECK(w.job->queue.first == 1 && w.job->queue.next == 1);
    int64_t account = w.job->account, box = w.job->box;
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == 0);
    CHECK(w.job->account == account && w.job->box == box);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM account") == 1);
    uint8_t inbox[FRAME_INBOX_SIZE];
    memset(inbox, 5, sizeof inbox);
    CHECK(gw_own_db_account_of_inbox(w.db, SLICE_ARRAY(inbox)) == account);
    inbox[0] = 6;
    CHECK(gw_own_db_account_of_inbox(w.db, SLICE_ARRAY(inbox)) == 0);
    gateway_world_end(&w);
}

TEST(an_entry_registers_its_own_device_with_its_own_key_and_nobody_else)
{
    static const uint8_t other_hpke[32] = {8};
    struct own_world_account b;
    REQUIRE(begin());
    as(3);
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == WIRE_CODE_CHAIN);
    as(1);
    CHECK(reg(&a, SLICE_ARRAY(other_hpke), 5, NULL) == WIRE_CODE_CHAIN);
    CHECK(reg(&a, SLICE_EMPTY, 5, NULL) == WIRE_CODE_CHAIN);
    own_world_branch(&b, &a, 1);
    b.room[0][b.bytes[0].n - 1] ^= 1; /* a signature */
    CHECK(reg(&b, gateway_world_hpke(), 5, NULL) == WIRE_CODE_CHAIN);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM account") == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM listed") == 0);
    wire_register_put(gateway_world_body(&w),
                      &(struct wire_register){.entry = a.bytes[0],
                                              .hpke = gateway_world_hpke(),
                                              .inbox = SLICE_LITERAL("fifteen bytes..")});
    CHECK(gateway_world_do(&w, gw_own_db_account_register) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

TEST(an_account_an_inbox_and_a_key_are_taken_once)
{
    struct own_world_account b;
    REQUIRE(begin());
    as(1);
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == 0);
    gateway_world_account(&b, 1, 4); /* the device's key once more */
    CHECK(reg(&b, gateway_world_hpke(), 6, NULL) == WIRE_CODE_EXISTS);
    gateway_world_account(&b, 3, 2); /* the recovery key once more */
    as(3);
    CHECK(reg(&b, gateway_world_hpke(), 6, NULL) == WIRE_CODE_EXISTS);
    gateway_world_account(&b, 3, 4);
    CHECK(reg(&b, gateway_world_hpke(), 5, NULL) == WIRE_CODE_EXISTS); /* the inbox */
    w.known = true;                                                    /* of another account */
    CHECK(reg(&b, gateway_world_hpke(), 6, NULL) == WIRE_CODE_EXISTS);
    w.known = false;
    CHECK(reg(&b, gateway_world_hpke(), 6, NULL) == 0);
    gateway_world_end(&w);
}

TEST(an_invitation_is_good_as_often_and_as_long_as_it_says)
{
    struct own_world_account b;
    uint8_t hash[32];
    char sql[200];
    REQUIRE(begin());
    as(1);
    w.gw.config.registration = WIRE_REGISTRATION_CLOSED;
    CHECK(reg(&a, gateway_world_hpke(), 5, "come") == WIRE_CODE_CLOSED);
    w.gw.config.registration = WIRE_REGISTRATION_INVITATION;
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == WIRE_CODE_CLOSED);
    CHECK(reg(&a, gateway_world_hpke(), 5, "come") == WIRE_CODE_CLOSED);
    crypto_sha256(hash, SLICE_LITERAL("come"));
    char hex[65];
    for (size_t i = 0; i < sizeof hash; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
    (void)snprintf(sql, sizeof sql, "INSERT INTO invite VALUES (x'%s', 1, %llu)", hex,
                   (unsigned long long)(w.db->now_ms / 1000));
    gateway_world_sql(&w, sql); /* it expires this second */
    CHECK(reg(&a, gateway_world_hpke(), 5, "come") == WIRE_CODE_CLOSED);
    gateway_world_sql(&w, "UPDATE invite SET expires = expires + 1");
    CHECK(reg(&a, gateway_world_hpke(), 5, "come on") == WIRE_CODE_CLOSED);
    CHECK(reg(&a, gateway_world_hpke(), 5, "come") == 0);
    gateway_world_account(&b, 3, 4);
    as(3);
    CHECK(reg(&b, gateway_world_hpke(), 6, "come") == WIRE_CODE_CLOSED); /* used up */
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM invite") == 0);
    gateway_world_end(&w);
}

TEST(ready_says_who_is_known_and_what_waits)
{
    struct wire_ready r;
    uint8_t tip[32];
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    as(1);
    CHECK(log_in(&r) == 0 && r.known && w.job->known && w.job->account == 1);
    CHECK_BYTES(r.account, SLICE_ARRAY(a.id));
    CHECK_BYTES(r.head_hash, SLICE_ARRAY(a.e[0].hash));
    CHECK(r.has_inbox && r.inbox.n == FRAME_INBOX_SIZE && r.inbox.p[0] == 5 && r.head == 0);
    CHECK(r.queue_first == 0 && r.queue_last == 0 && !r.has_queue_hash);
    CHECK(r.server_ms == GATEWAY_WORLD_NOW_MS && r.blob_bytes == w.gw.config.blob_bytes);
    CHECK(r.registration == WIRE_REGISTRATION_OPEN && !r.has_nonce);
    crypto_sha256(tip, SLICE_LITERAL("third"));
    gateway_world_sql(&w, "UPDATE box SET next = 4");
    sqlite3_stmt *s = NULL;
    CHECK(sqlite3_prepare_v2(w.db->sql, "UPDATE box SET tip = ?", -1, &s, NULL) == SQLITE_OK);
    CHECK(sqlite3_bind_blob(s, 1, tip, sizeof tip, SQLITE_STATIC) == SQLITE_OK);
    CHECK(sqlite3_step(s) == SQLITE_DONE && sqlite3_finalize(s) == SQLITE_OK);
    gateway_world_sql(&w, "INSERT INTO q SELECT id, 2, 1 FROM box");
    gateway_world_sql(&w, "INSERT INTO q SELECT id, 3, 2 FROM box");
    CHECK(log_in(&r) == 0 && r.queue_first == 2 && r.queue_last == 3);
    CHECK(w.job->queue.first == 2 && w.job->queue.next == 4);
    CHECK_BYTES(r.queue_hash, SLICE_ARRAY(tip));
    gateway_world_sql(&w, "UPDATE box SET gap = 1"); /* the hole is to be seen */
    CHECK(log_in(&r) == 0 && w.job->queue.first == 1);
    as(9);
    CHECK(log_in(&r) == 0 && !r.known && !w.job->known && !r.has_account && !r.has_inbox);
    gateway_world_end(&w);
}

TEST(a_recovery_key_is_of_its_account_and_has_no_queue)
{
    struct wire_ready r;
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    as(2);
    w.recovery = true;
    CHECK(log_in(&r) == 0 && r.known && w.job->account == 1 && w.job->box == 0);
    CHECK(!r.has_queue_hash && r.queue_last == 0);
    as(1); /* a device's key is none */
    w.recovery = true;
    CHECK(log_in(&r) == 0 && !r.known && w.job->account == 0);
    /* and the code that was replaced is none any more */
    own_world_recovered(&a, 3, 2, 4);
    CHECK(put(&a, 1) == 0);
    as(2);
    w.recovery = true;
    CHECK(log_in(&r) == 0 && !r.known);
    as(4);
    w.recovery = true;
    CHECK(log_in(&r) == 0 && r.known && r.head == 1);
    gateway_world_end(&w);
}

TEST(a_dropped_device_is_put_out_at_once_and_told_so)
{
    struct wire_ready r;
    const struct gw_db_notice *gone = NULL;
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    own_world_dropped(&a, 1, 3);
    int64_t first = w.box;
    as(3);
    CHECK(put(&a, 1) == 0 && w.job->known && w.job->box != first && w.job->box != 0);
    gateway_world_sql(&w, "INSERT INTO q VALUES (1, 1, 1)");
    gateway_world_sql(&w, "INSERT INTO kp VALUES (1, 1, x'01', 1, 1, 0, x'01')");
    gateway_world_sql(&w, "INSERT INTO push VALUES (1, 'https://x', x'', x'')");
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_GONE, &gone) == 0);
    CHECK(put(&a, 2) == 0);
    CHECK(gateway_world_notices(&w, GW_DB_NOTICE_GONE, &gone) == 1 && gone->id == first);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box") == 1);
    CHECK(gateway_world_int(&w, "SELECT (SELECT count(*) FROM q) + (SELECT count(*) FROM kp) + "
                                "(SELECT count(*) FROM push)") == 0);
    CHECK(w.db->own->queued == -1);
    as(1);
    CHECK(log_in(&r) == WIRE_CODE_REVOKED);
    as(3);
    CHECK(log_in(&r) == 0 && r.known && r.head == 2);
    gateway_world_end(&w);
}

/* A row that no entry can have made is not looked into. */
TEST(of_a_queue_whose_device_is_no_key_nothing_is_dropped)
{
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    gateway_world_sql(&w, "INSERT INTO box (account, device, next, day) "
                          "SELECT account, x'010203', 1, 1 FROM box");
    CHECK(put(&a, 1) == 0);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box") == 3);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box WHERE device = x'010203'") == 1);
    gateway_world_sql(&w, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE "
                          "i < 90) INSERT INTO box (account, device, next, day) "
                          "SELECT account, CAST(printf('%032d', i) AS BLOB), 1, 1 FROM n, box "
                          "WHERE device = x'010203'");
    own_world_dropped(&a, 1, 3);
    CHECK(put(&a, 2) == 0); /* as many as an account can have had, and no more */
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box WHERE device = x'010203'") == 1);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM box") > 2);
    gateway_world_end(&w);
}

TEST(an_entry_is_put_under_the_whole_name_of_an_account)
{
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    wire_chain_put_put(gateway_world_body(&w),
                       &(struct wire_chain_put){.account = slice_make(a.id, sizeof a.id - 1),
                                                .entry = a.bytes[1]});
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

TEST(an_entry_that_does_not_continue_the_chain_is_not_taken)
{
    static struct own_world_account b, c;
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_branch(&b, &a, 1);
    own_world_branch(&c, &a, 1);
    own_world_added(&a, 3, 1);
    own_world_added(&a, 4, 3);
    CHECK(put(&a, 2) == WIRE_CODE_CHAIN); /* one is missing */
    CHECK(put(&a, 1) == 0);
    CHECK(put(&a, 1) == 0); /* the same once more */
    own_world_added(&b, 5, 1);
    CHECK(put(&b, 1) == WIRE_CODE_EXISTS); /* another of this number */
    own_world_added(&c, 3, 1);
    own_world_dropped(&c, 3, 1);
    a.room[2][a.bytes[2].n - 1] ^= 1;
    CHECK(put(&a, 2) == WIRE_CODE_CHAIN);
    a.room[2][a.bytes[2].n - 1] ^= 1;
    CHECK(put(&a, 2) == 0);
    CHECK(gateway_world_int(&w, "SELECT head FROM account") == 2);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM chain") == 3);
    /* under another account's name */
    gateway_world_account(&b, 7, 8);
    memcpy(b.id, a.id, sizeof b.id);
    CHECK(put(&b, 0) == WIRE_CODE_CHAIN);
    b.id[0] ^= 1;
    CHECK(put(&b, 0) == WIRE_CODE_UNKNOWN);
    gateway_world_end(&w);
}

TEST(a_key_that_an_entry_has_listed_never_comes_back)
{
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    own_world_dropped(&a, 3, 1);
    own_world_added(&a, 4, 1);
    own_world_added(&a, 3, 1); /* validly signed, but it was listed by entry 1 */
    for (size_t i = 1; i < 4; i++) {
        CHECK(put(&a, i) == 0);
    }
    CHECK(put(&a, 4) == WIRE_CODE_CHAIN);
    gateway_world_end(&w);
}

TEST(devices_write_twenty_entries_a_day_and_the_code_is_not_held_up)
{
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    own_world_recovered(&a, 4, 2, 6);
    uint64_t today = GATEWAY_WORLD_NOW_MS / GW_CLOCK_DAY_MS;
    char sql[100];
    (void)snprintf(sql, sizeof sql, "UPDATE account SET chain_n = %d, chain_day = %llu",
                   CHAIN_DEVICE_ENTRIES_A_DAY, (unsigned long long)today);
    gateway_world_sql(&w, sql);
    CHECK(put(&a, 1) == WIRE_CODE_RATE);
    CHECK(w.job->retry_ms == (today + 1) * GW_CLOCK_DAY_MS - GATEWAY_WORLD_NOW_MS);
    gateway_world_sql(&w, "UPDATE account SET chain_n = chain_n - 1");
    CHECK(put(&a, 1) == 0);
    CHECK(gateway_world_int(&w, "SELECT chain_n FROM account") == CHAIN_DEVICE_ENTRIES_A_DAY);
    CHECK(put(&a, 2) == 0); /* by the code */
    own_world_added(&a, 7, 4);
    CHECK(put(&a, 3) == WIRE_CODE_RATE);
    w.db->now_ms += GW_CLOCK_DAY_MS;
    CHECK(put(&a, 3) == 0);
    gateway_world_end(&w);
}

TEST(the_key_that_a_restored_gateway_lacks_comes_back_with_the_newest_entry)
{
    struct wire_chain_put v = {.account = SLICE_ARRAY(a.id), .has_hpke = true};
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    gateway_world_sql(&w, "UPDATE account SET hpke = NULL");
    v.entry = a.bytes[0];
    v.hpke = SLICE_LITERAL("another");
    wire_chain_put_put(gateway_world_body(&w), &v);
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    CHECK(gateway_world_int(&w, "SELECT hpke IS NULL FROM account") == 1);
    v.hpke = gateway_world_hpke();
    wire_chain_put_put(gateway_world_body(&w), &v);
    CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    CHECK(gateway_world_int(&w, "SELECT length(hpke) FROM account") ==
          (int64_t)gateway_world_hpke().n);
    gateway_world_end(&w);
}

static unsigned get(struct slice account, uint64_t from, bool key, struct wire_chain *out)
{
    wire_chain_get_put(gateway_world_body(&w), &(struct wire_chain_get){account, from, key});
    unsigned code = gateway_world_do(&w, gw_own_db_account_chain_get);
    if (code == 0) {
        CHECK_ERR(wire_chain_decode(&w.arena, gateway_world_answer(&w, FRAME_CHAIN), out), OK);
    }
    return code;
}

TEST(a_chain_is_given_from_any_entry_on_and_its_key_when_asked_for)
{
    struct wire_chain c;
    REQUIRE(begin());
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    CHECK(put(&a, 1) == 0);
    CHECK(get(SLICE_ARRAY(a.id), 0, false, &c) == 0 && c.entries_n == 2 && !c.has_hpke);
    CHECK_BYTES(c.entries[1], a.bytes[1]);
    CHECK_BYTES(c.account, SLICE_ARRAY(a.id));
    CHECK(get(SLICE_ARRAY(a.id), 1, true, &c) == 0 && c.entries_n == 1 && c.has_hpke);
    CHECK_BYTES(c.hpke, gateway_world_hpke());
    CHECK_BYTES(c.entries[0], a.bytes[1]);
    CHECK(get(SLICE_ARRAY(a.id), 2, false, &c) == 0 && c.entries_n == 0);
    CHECK(get(SLICE_ARRAY(a.id), CHAIN_ENTRIES_MAX, false, &c) == 0);
    CHECK(get(SLICE_ARRAY(a.id), CHAIN_ENTRIES_MAX + 1, false, &c) == WIRE_CODE_MALFORMED);
    CHECK(get(SLICE_LITERAL("short"), 0, false, &c) == WIRE_CODE_MALFORMED);
    CHECK(get(SLICE_ARRAY(a.e[1].hash), 0, false, &c) == WIRE_CODE_UNKNOWN);
    gateway_world_end(&w);
}

TEST(a_full_disk_takes_nobody_in_and_no_entry)
{
    REQUIRE(begin());
    atomic_store(&w.db->full, true);
    as(1);
    CHECK(reg(&a, gateway_world_hpke(), 5, NULL) == WIRE_CODE_FULL);
    atomic_store(&w.db->full, false);
    gateway_world_register(&w, &a, 1, 5);
    own_world_added(&a, 3, 1);
    atomic_store(&w.db->full, true);
    CHECK(put(&a, 1) == WIRE_CODE_FULL);
    CHECK(put(&a, 0) == 0); /* what is there takes no room */
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(registering_makes_the_device_known_and_the_same_again_is_told_the_same),
          TEST_ROW(an_entry_registers_its_own_device_with_its_own_key_and_nobody_else),
          TEST_ROW(an_account_an_inbox_and_a_key_are_taken_once),
          TEST_ROW(an_invitation_is_good_as_often_and_as_long_as_it_says),
          TEST_ROW(ready_says_who_is_known_and_what_waits),
          TEST_ROW(a_recovery_key_is_of_its_account_and_has_no_queue),
          TEST_ROW(a_dropped_device_is_put_out_at_once_and_told_so),
          TEST_ROW(of_a_queue_whose_device_is_no_key_nothing_is_dropped),
          TEST_ROW(an_entry_is_put_under_the_whole_name_of_an_account),
          TEST_ROW(an_entry_that_does_not_continue_the_chain_is_not_taken),
          TEST_ROW(a_key_that_an_entry_has_listed_never_comes_back),
          TEST_ROW(devices_write_twenty_entries_a_day_and_the_code_is_not_held_up),
          TEST_ROW(the_key_that_a_restored_gateway_lacks_comes_back_with_the_newest_entry),
          TEST_ROW(a_chain_is_given_from_any_entry_on_and_its_key_when_asked_for),
          TEST_ROW(a_full_disk_takes_nobody_in_and_no_entry))
