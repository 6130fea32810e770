/* What is known of attachments: sizes, quotas, who may drop one, what is swept. */
#include "gateway/own/db_blob.h"

#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"

#define CHUNK_MAX (FRAME_BODY_MAX - 20)
#define CHUNKS_MAX (1u << 20)

static struct gateway_world w;
static const uint8_t secret[16] = "who may drop it";

static struct wire_blob_new blob(uint8_t id, uint64_t bytes, uint64_t chunk)
{
    static uint8_t ids[256][FRAME_BLOB_SIZE], hash[32];
    memset(ids[id], id, sizeof ids[id]);
    crypto_sha256(hash, SLICE_ARRAY(secret));
    return (struct wire_blob_new){.blob = SLICE_ARRAY(ids[id]),
                                  .bytes = bytes,
                                  .chunk = chunk,
                                  .drop_hash = SLICE_ARRAY(hash)};
}

static struct wire_blob_state state;

static unsigned answered(unsigned code)
{
    memset(&state, 0, sizeof state);
    if (code == 0) {
        CHECK_ERR(
            wire_blob_state_decode(&w.arena, gateway_world_answer(&w, FRAME_BLOB_STATE), &state),
            OK);
    }
    return code;
}

static unsigned new_blob(struct wire_blob_new v)
{
    w.whole = true;
    wire_blob_new_put(gateway_world_body(&w), &v);
    return answered(gateway_world_do(&w, gw_own_db_blob_new));
}

static unsigned have(uint8_t id, uint64_t n)
{
    (void)gateway_world_body(&w);
    struct gw_db_job *job = gateway_world_job(&w);
    memset(job->blob.id, id, sizeof job->blob.id);
    job->blob.have = n;
    return answered(gateway_world_do(&w, gw_own_db_blob_have));
}

static unsigned stat_of(uint8_t id)
{
    wire_blob_stat_put(gateway_world_body(&w), &(struct wire_blob_stat){blob(id, 1, 1).blob});
    return answered(gateway_world_do(&w, gw_own_db_blob_stat));
}

static unsigned drop(uint8_t id, struct slice by)
{
    w.whole = false;
    wire_blob_drop_put(gateway_world_body(&w), &(struct wire_blob_drop){blob(id, 1, 1).blob, by});
    return gateway_world_do(&w, gw_own_db_blob_drop);
}

TEST(a_blob_is_named_by_a_whole_name)
{
    static const uint8_t name[FRAME_BLOB_SIZE], by[32];
    struct slice cut = slice_make(name, sizeof name - 1);
    REQUIRE(gateway_world_begin(&w));
    wire_blob_stat_put(gateway_world_body(&w), &(struct wire_blob_stat){cut});
    CHECK(gateway_world_do(&w, gw_own_db_blob_stat) == WIRE_CODE_MALFORMED);
    wire_blob_drop_put(gateway_world_body(&w), &(struct wire_blob_drop){cut, SLICE_ARRAY(by)});
    CHECK(gateway_world_do(&w, gw_own_db_blob_drop) == WIRE_CODE_MALFORMED);
    gateway_world_end(&w);
}

TEST(sizes_are_bounded_before_anything_is_promised)
{
    REQUIRE(gateway_world_begin(&w));
    w.gw.config.blob_bytes = w.gw.config.blob_total_bytes = UINT64_MAX / 64;
    CHECK(new_blob(blob(1, 0, 1)) == WIRE_CODE_MALFORMED);
    CHECK(new_blob(blob(1, 1, 0)) == WIRE_CODE_MALFORMED);
    CHECK(new_blob(blob(1, 10, CHUNK_MAX + 1)) == WIRE_CODE_LIMIT);
    CHECK(new_blob(blob(1, CHUNKS_MAX, 1)) == WIRE_CODE_LIMIT);
    CHECK(new_blob(blob(1, CHUNKS_MAX - 1, 1)) == 0);
    CHECK(new_blob(blob(2, 10, CHUNK_MAX)) == 0);
    CHECK(new_blob(blob(3, UINT64_MAX, CHUNK_MAX)) == WIRE_CODE_LIMIT);
    struct wire_blob_new v = blob(3, 1, 1);
    v.blob.n--;
    CHECK(new_blob(v) == WIRE_CODE_MALFORMED);
    v = blob(3, 1, 1);
    v.drop_hash.n--;
    CHECK(new_blob(v) == WIRE_CODE_MALFORMED);
    v = blob(3, 1, 1);
    v.has_mailbox = true;
    v.mailbox = SLICE_LITERAL("short");
    CHECK(new_blob(v) == WIRE_CODE_MALFORMED);
    w.gw.config.blob_bytes = 9;
    CHECK(new_blob(blob(3, 10, 1)) == WIRE_CODE_LIMIT);
    CHECK(new_blob(blob(3, 9, 1)) == 0);
    gateway_world_end(&w);
}

TEST(the_same_again_goes_on_where_it_stopped)
{
    struct wire_blob_new other;
    REQUIRE(gateway_world_begin(&w));
    CHECK(new_blob(blob(1, 10, 4)) == 0 && state.have == 0 && state.bytes == 10 &&
          state.chunk == 4);
    uint64_t day = GATEWAY_WORLD_NOW_MS / GW_CLOCK_DAY_MS;
    CHECK(state.expires_s == (day + w.gw.config.blob_days) * (GW_CLOCK_DAY_MS / 1000));
    CHECK(have(1, 2) == 0 && state.have == 2);
    CHECK(have(1, 1) == 0 && state.have == 2); /* never back */
    CHECK(new_blob(blob(1, 10, 4)) == 0 && state.have == 2);
    CHECK(stat_of(1) == 0 && state.have == 2);
    CHECK(new_blob(blob(1, 11, 4)) == WIRE_CODE_EXISTS);
    CHECK(new_blob(blob(1, 10, 5)) == WIRE_CODE_EXISTS);
    other = blob(1, 10, 4);
    other.drop_hash = slice_make(secret, 16);
    CHECK(new_blob(other) == WIRE_CODE_MALFORMED);
    static const uint8_t hash[32] = {1};
    other.drop_hash = SLICE_ARRAY(hash);
    CHECK(new_blob(other) == WIRE_CODE_EXISTS);
    CHECK(stat_of(2) == WIRE_CODE_UNKNOWN && have(2, 1) == WIRE_CODE_UNKNOWN);
    CHECK(w.db->own->blob_change == 10);
    gateway_world_end(&w);
}

TEST(all_together_and_those_of_a_mailbox_have_a_quota)
{
    REQUIRE(gateway_world_begin(&w));
    w.gw.config.blob_bytes = 10;
    w.gw.config.blob_total_bytes = 25;
    CHECK(new_blob(blob(1, 10, 4)) == 0);
    w.db->own->blob_bytes = 10; /* committed */
    w.db->own->blob_change = 5;
    CHECK(new_blob(blob(2, 10, 4)) == 0);
    CHECK(new_blob(blob(3, 1, 1)) == WIRE_CODE_FULL);
    CHECK(w.db->own->blob_change == 15);
    w.gw.config.blob_total_bytes = 1000;
    struct wire_blob_new v = blob(3, 1, 1);
    v.has_mailbox = true;
    v.mailbox = SLICE_LITERAL("sixteen bytes...");
    CHECK(new_blob(v) == WIRE_CODE_UNKNOWN);
    gateway_world_sql(&w, "INSERT INTO grp (mailbox, read_hash, epoch, next, bytes, day) "
                          "VALUES (CAST('sixteen bytes...' AS BLOB), zeroblob(32), 1, 1, 0, 1)");
    gateway_world_sql(&w, "INSERT INTO blob VALUES (x'00', 199, 1, 0, 1, zeroblob(32), 1)");
    CHECK(new_blob(v) == 0); /* twenty of the largest */
    v = blob(4, 1, 1);
    v.has_mailbox = true;
    v.mailbox = SLICE_LITERAL("sixteen bytes...");
    CHECK(new_blob(v) == WIRE_CODE_QUOTA);
    w.gw.config.require_grants = true;
    CHECK(new_blob(blob(4, 1, 1)) == WIRE_CODE_QUOTA);
    w.gw.config.require_grants = false;
    atomic_store(&w.db->full, true);
    CHECK(new_blob(blob(4, 1, 1)) == WIRE_CODE_FULL);
    CHECK(new_blob(blob(1, 10, 4)) == 0); /* it has its room */
    gateway_world_end(&w);
}

TEST(only_the_secret_drops_a_blob)
{
    REQUIRE(gateway_world_begin(&w));
    CHECK(new_blob(blob(1, 10, 4)) == 0);
    CHECK(drop(2, SLICE_ARRAY(secret)) == WIRE_CODE_UNKNOWN);
    CHECK(drop(1, SLICE_LITERAL("who may drop iT")) == WIRE_CODE_AUTH);
    CHECK(drop(1, SLICE_EMPTY) == WIRE_CODE_AUTH);
    CHECK(stat_of(1) == 0);
    CHECK(drop(1, SLICE_ARRAY(secret)) == 0);
    (void)gateway_world_answer(&w, FRAME_DONE);
    CHECK(stat_of(1) == WIRE_CODE_UNKNOWN && w.db->own->blob_change == 0);
    gateway_world_end(&w);
}

TEST(a_row_is_read_and_a_hash_of_another_length_is_none)
{
    static const uint8_t none[32];
    struct gw_own_blob_row r;
    sqlite3_stmt *s = NULL;
    REQUIRE(gateway_world_begin(&w));
    gateway_world_sql(&w, "INSERT INTO blob VALUES (x'01', 10, 4, 2, 77, CAST('the hash of a "
                          "secret, 32 bytes..' AS BLOB), NULL), (x'02', 1, 1, 0, 1, x'05', NULL)");
    CHECK(sqlite3_prepare_v2(w.db->sql,
                             "SELECT bytes, chunk, have, day, drop_hash FROM blob ORDER BY id", -1,
                             &s, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(s) == SQLITE_ROW);
    memset(&r, 0xee, sizeof r);
    gw_own_db_blob_row(&r, s);
    CHECK(r.bytes == 10 && r.chunk == 4 && r.have == 2 && r.day == 77);
    CHECK_BYTES(SLICE_ARRAY(r.drop_hash), SLICE_LITERAL("the hash of a secret, 32 bytes.."));
    REQUIRE(sqlite3_step(s) == SQLITE_ROW);
    gw_own_db_blob_row(&r, s);
    CHECK(r.bytes == 1 && r.day == 1 && memcmp(r.drop_hash, none, sizeof none) == 0);
    sqlite3_finalize(s);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(a_blob_is_named_by_a_whole_name),
          TEST_ROW(sizes_are_bounded_before_anything_is_promised),
          TEST_ROW(the_same_again_goes_on_where_it_stopped),
          TEST_ROW(all_together_and_those_of_a_mailbox_have_a_quota),
          TEST_ROW(only_the_secret_drops_a_blob),
          TEST_ROW(a_row_is_read_and_a_hash_of_another_length_is_none))
