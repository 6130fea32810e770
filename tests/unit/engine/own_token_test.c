/* Contact tokens: made, told to the gateway, given to people (own/token.h). */
#include "engine/own/token.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "engine/own/ask.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"
#include "store/sql.h"

#define DAY_S 86400

static struct own_world w;
static struct own_world_account ana, ben;
static int64_t person;

static void begin(void)
{
    memset(&w, 0, sizeof w);
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_account(&ben, 2, 102);
    own_world_be(&w, &ana, 1);
    person = own_world_know(&w, &ben, 1);
}

static void end(void)
{
    own_world_end(&w);
}

/* The gateway has answered: what was asked is done. */
static void answered(void)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        memset(&w.o->asks[i], 0, sizeof w.o->asks[i]);
    }
}

TEST(a_token_is_told_to_the_gateway_by_its_hash_alone)
{
    struct wire_token_set set;
    struct slice body, token = SLICE_EMPTY;
    uint8_t hash[32];
    int64_t id = 0;
    void *outs[] = {&token};
    begin();
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_LITERAL("door"), 3, 2, 0, &id), OK);
    CHECK(w.s.durable && own_asked(w.o, FRAME_TOKEN_SET, 0));
    CHECK_ERR(
        store_sql_get(w.store, &w.arena, "SELECT token FROM link WHERE id=?", "b", outs, "i", id),
        OK);
    CHECK(token.n == 16);
    crypto_sha256(hash, token);
    REQUIRE(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_TOKEN_SET, &body));
    CHECK_ERR(wire_token_set_get(&w.arena, &body, &set), OK);
    CHECK_BYTES(set.hash, SLICE_ARRAY(hash));
    CHECK(set.uses == 3 && set.expires_s == OWN_WORLD_NOW_MS / 1000 + 2 * DAY_S);
    end();
}

TEST(one_token_is_told_at_a_time)
{
    int64_t id = 0;
    begin();
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 0, 0, 0, &id), OK);
    size_t sent = w.out.n;
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 0, 0, 0, &id), OK);
    CHECK(w.out.n == sent);
    own_world_sql(&w, "UPDATE link SET synced=1 WHERE id=1");
    answered();
    CHECK_ERR(own_token_sync(w.o, &w.s), OK);
    CHECK(w.out.n == sent + 1);
    own_world_sql(&w, "UPDATE link SET synced=1");
    answered();
    CHECK_ERR(own_token_sync(w.o, &w.s), OK);
    CHECK(w.out.n == sent + 1 && !own_asked(w.o, FRAME_TOKEN_SET, 0)); /* nothing is left to say */
    end();
}

TEST(a_token_that_is_gone_is_taken_back)
{
    struct slice body;
    int64_t id = 0;
    begin();
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 0, 0, 0, &id), OK);
    answered();
    own_world_sql(&w, "UPDATE link SET gone=1,synced=0");
    CHECK_ERR(own_token_sync(w.o, &w.s), OK);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_TOKEN_DROP, &body));
    end();
}

TEST(without_a_line_it_is_kept_for_later)
{
    int64_t id = 0;
    begin();
    w.o->conn[OWN_CONN_DEVICE].line = OWN_CLOSED;
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 0, 0, 0, &id), OK);
    CHECK(w.out.n == 0 && own_world_int(&w, "SELECT count(*) FROM link WHERE synced=0") == 1);
    end();
}

TEST(bounds_of_a_token_hold)
{
    static uint8_t name[LIMIT_NAME_BYTES + 1];
    int64_t id = 0;
    begin();
    memset(name, 'n', sizeof name);
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_ARRAY(name), 0, 0, 0, &id), ERR_INPUT);
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 10001, 0, 0, &id), ERR_INPUT);
    CHECK_ERR(own_token_make(w.o, &w.s, SLICE_EMPTY, 0, 3651, 0, &id), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM link") == 0);
    CHECK_ERR(own_token_make(w.o, &w.s, slice_make(name, LIMIT_NAME_BYTES), 10000, 3650, 0, &id),
              OK);
    end();
}

TEST(a_person_gets_one_token_and_a_new_one_when_it_is_gone)
{
    uint8_t one[16], again[16], other[16];
    begin();
    CHECK_ERR(own_token_for(w.o, &w.s, person, one), OK);
    CHECK_ERR(own_token_for(w.o, &w.s, person, again), OK);
    CHECK_BYTES(SLICE_ARRAY(again), SLICE_ARRAY(one));
    CHECK(own_world_int(&w, "SELECT count(*) FROM link WHERE person>0 AND kind=1") == 1);
    own_world_sql(&w, "UPDATE link SET gone=1");
    CHECK_ERR(own_token_for(w.o, &w.s, person, other), OK);
    CHECK(!slice_equal(SLICE_ARRAY(other), SLICE_ARRAY(one)));
    end();
}

TEST_MAIN(TEST_ROW(a_token_is_told_to_the_gateway_by_its_hash_alone),
          TEST_ROW(one_token_is_told_at_a_time), TEST_ROW(a_token_that_is_gone_is_taken_back),
          TEST_ROW(without_a_line_it_is_kept_for_later), TEST_ROW(bounds_of_a_token_hold),
          TEST_ROW(a_person_gets_one_token_and_a_new_one_when_it_is_gone))
