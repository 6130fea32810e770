/* Who we are on the own network (own/account.h): keys, registering, key packages. */
#include "engine/own/account.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/sign.h"
#include "engine/own/due.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/own_device.h"
#include "store/own_package.h"
#include "store/own_setting.h"
#include "store/people.h"

#define DAY_S 86400ull
#define BATCH 12 /* key packages in one frame */

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;

static void begin(void)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static enum err create(struct slice name, struct slice gateway)
{
    static struct recovery_code code;
    CHECK_ERR(recovery_code_derive(code_of_now, &code), OK);
    w.o->suite = CRYPTO_SUITE_X25519_CHACHA;
    return own_account_create(w.o, &w.s, name, gateway, SLICE_LITERAL("laptop"), SLICE_EMPTY,
                              &code);
}

/* ---- making and loading ---------------------------------------------------------------------- */

TEST(an_account_is_made_with_keys_a_chain_and_notes)
{
    struct store_person me;
    struct crypto_sign_public pub;
    int64_t notes = 0;
    struct slice name;
    own_world_begin(&w);
    CHECK_ERR(create(SLICE_LITERAL("Ana"), SLICE_LITERAL("http://gw.test")), OK);
    CHECK(w.o->base.ready == true && w.s.durable && w.s.dirty);
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &me), OK);
    CHECK_BYTES(me.name, SLICE_LITERAL("Ana"));
    CHECK_BYTES(SLICE_ARRAY(me.account), SLICE_ARRAY(w.o->account));
    crypto_sign_public_of(&pub, &w.o->device_secret);
    CHECK_BYTES(SLICE_ARRAY(pub.b), SLICE_ARRAY(w.o->device));
    CHECK_ERR(store_own_device_name(w.store, &w.arena, w.o->device, &name), OK);
    CHECK_BYTES(name, SLICE_LITERAL("laptop"));
    CHECK_ERR(store_chat_self(w.store, &notes), OK);
    CHECK_ERR(create(SLICE_LITERAL("Ana"), SLICE_LITERAL("http://gw.test")), ERR_STATE);
    end();
}

TEST(a_name_and_a_gateway_have_a_length)
{
    static char name[LIMIT_NAME_BYTES + 1], gateway[sizeof w.o->gateway];
    memset(name, 'x', sizeof name);
    memset(gateway, 'x', sizeof gateway);
    own_world_begin(&w);
    struct slice here = SLICE_LITERAL("http://gw.test");
    CHECK_ERR(create(SLICE_EMPTY, here), ERR_INPUT);
    CHECK_ERR(create(slice_make(name, sizeof name), here), ERR_INPUT);
    CHECK_ERR(create(SLICE_LITERAL("Ana"), slice_make(gateway, sizeof gateway)), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM person") == 0);
    CHECK_ERR(create(slice_make(name, LIMIT_NAME_BYTES), slice_make(gateway, sizeof gateway - 1)),
              OK);
    end();
}

TEST(the_key_of_this_device_comes_out_of_the_store)
{
    struct crypto_sign_secret key = own_world_secret(7);
    own_world_begin(&w);
    CHECK_ERR(own_account_device(w.o, &w.s), ERR_GONE);
    CHECK_ERR(store_own_setting_put(w.store, "device-secret", SLICE_LITERAL("short")), OK);
    CHECK_ERR(own_account_device(w.o, &w.s), ERR_STORE_CORRUPT);
    CHECK_ERR(store_own_setting_put(w.store, "device-secret", SLICE_ARRAY(key.seed)), OK);
    CHECK_ERR(own_account_device(w.o, &w.s), OK);
    CHECK(memcmp(w.o->device, own_world_key(7), sizeof w.o->device) == 0);
    end();
}

/* ---- the device line ------------------------------------------------------------------------- */

static void ready(bool known)
{
    struct wire_ready r;
    memset(&r, 0, sizeof r);
    r.server_ms = OWN_WORLD_NOW_MS;
    r.known = known;
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_account_ready(w.o, &w.s, &r), OK);
}

static void answer(struct own_ask q, uint8_t type, struct slice body, uint64_t failure)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_account_answer(w.o, &w.s, &q, type, body, failure), OK);
}

TEST(who_is_not_registered_registers)
{
    struct wire_register v;
    struct slice body;
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 0), OK);
    CHECK_ERR(store_own_setting_put(w.store, "invitation", SLICE_LITERAL("please")), OK);
    ready(false);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_REGISTER, &body));
    CHECK_ERR(wire_register_decode(&w.arena, body, &v), OK);
    CHECK_BYTES(v.inbox, SLICE_ARRAY(w.o->inbox));
    CHECK_BYTES(v.invitation, SLICE_LITERAL("please"));
    CHECK(v.entry.n > 0 && v.hpke.n > 0);
    ready(false); /* once */
    CHECK(w.out.n == 0);
    struct own_ask q = own_world_asked(&w, FRAME_REGISTER);
    answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_AUTH);
    CHECK(own_world_setting(&w, "registered") == 0 &&
          own_world_setting(&w, "register-failure") == WIRE_CODE_AUTH);
    w.s.durable = false;
    answer(q, FRAME_DONE, SLICE_EMPTY, 0);
    CHECK(own_world_setting(&w, "registered") == 1 && w.s.durable);
    CHECK(own_world_asks(&w, FRAME_KP_COUNT) == 1); /* and goes on */
    end();
}

/* The answer to an earlier try was lost. */
TEST(whom_the_gateway_knows_is_registered)
{
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 0), OK);
    ready(true);
    CHECK(own_world_setting(&w, "registered") == 1 && own_world_asks(&w, FRAME_REGISTER) == 0);
    CHECK(own_world_asks(&w, FRAME_KP_COUNT) == 1);
    ready(true);
    CHECK(own_world_asks(&w, FRAME_KP_COUNT) == 1);
    end();
}

/* ---- key packages ---------------------------------------------------------------------------- */

static int64_t packages(bool last_resort)
{
    return own_world_int(&w, last_resort ? "SELECT count(*) FROM key_package WHERE last_resort=1"
                                         : "SELECT count(*) FROM key_package WHERE last_resort=0");
}

/* The gateway has so many, and one of last resort until then. */
static void refill(uint64_t left, uint64_t last_resort_s)
{
    const struct wire_kp_level level = {w.o->suite, left, last_resort_s};
    const struct wire_kp_counts counts = {&level, 1};
    own_world_sql(&w, "DELETE FROM key_package");
    memset(w.o->asks, 0, sizeof w.o->asks);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_account_refill(w.o, &w.s, &counts), OK);
}

TEST(packages_are_made_when_few_are_left)
{
    begin();
    w.o->kp_full = OWN_KP_LOW + 4;
    uint64_t later = OWN_WORLD_NOW_MS / 1000 + 80 * DAY_S;
    refill(OWN_KP_LOW, later);
    CHECK(packages(false) == 0 && packages(true) == 0 && own_world_asks(&w, FRAME_KP_PUT) == 0);
    refill(OWN_KP_LOW - 1, later);
    CHECK(packages(false) == 5 && packages(true) == 0 && own_world_asks(&w, FRAME_KP_PUT) == 1);
    end();
}

TEST(one_of_last_resort_is_there_for_two_months_and_not_for_ever)
{
    uint64_t now = OWN_WORLD_NOW_MS / 1000;
    begin();
    refill(OWN_KP_LOW, now + 60 * DAY_S);
    CHECK(packages(true) == 0);
    refill(OWN_KP_LOW, now + 60 * DAY_S - 1);
    CHECK(packages(true) == 1);
    refill(OWN_KP_LOW, now + (OWN_LAST_RESORT_DAYS + 1) * DAY_S);
    CHECK(packages(true) == 0);
    refill(OWN_KP_LOW, now + (OWN_LAST_RESORT_DAYS + 1) * DAY_S + 1); /* by a clock ahead */
    CHECK(packages(true) == 1);
    end();
}

TEST(they_go_out_in_batches_and_are_published_when_taken)
{
    struct wire_kp_put v;
    struct slice body;
    int64_t all = 0, unpublished = 0;
    begin();
    w.o->kp_full = BATCH + 3;
    refill(0, OWN_WORLD_NOW_MS / 1000 + 80 * DAY_S);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_KP_PUT, &body));
    CHECK_ERR(wire_kp_put_decode(&w.arena, body, &v), OK);
    CHECK(v.packages_n == BATCH && v.packages[0].suite == w.o->suite && !v.packages[0].last_resort);
    struct own_ask q = own_world_asked(&w, FRAME_KP_PUT);
    answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_BUSY);
    CHECK_ERR(store_own_package_count(w.store, &all, &unpublished), OK);
    CHECK(all == BATCH + 3 && unpublished == all && own_world_asks(&w, FRAME_KP_PUT) == 0);
    refill(0, OWN_WORLD_NOW_MS / 1000 + 80 * DAY_S);
    answer(own_world_asked(&w, FRAME_KP_PUT), FRAME_DONE, SLICE_EMPTY, 0);
    CHECK_ERR(store_own_package_count(w.store, &all, &unpublished), OK);
    CHECK(unpublished == 3 && own_world_asks(&w, FRAME_KP_PUT) == 1); /* the rest follows */
    answer(own_world_asked(&w, FRAME_KP_PUT), FRAME_DONE, SLICE_EMPTY, 0);
    CHECK_ERR(store_own_package_count(w.store, &all, &unpublished), OK);
    CHECK(unpublished == 0 && own_world_asks(&w, FRAME_KP_PUT) == 0);
    end();
}

/* A gateway that was put back to a copy: what lies there goes first. */
TEST(packages_that_lie_there_are_taken_away_first)
{
    struct wire_kp_put v;
    struct slice body;
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "packages-anew", 1), OK);
    w.o->kp_full = 3;
    refill(0, OWN_WORLD_NOW_MS / 1000 + 80 * DAY_S);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_KP_PUT, &body));
    CHECK_ERR(wire_kp_put_decode(&w.arena, body, &v), OK);
    CHECK(v.packages_n == 0);
    answer(own_world_asked(&w, FRAME_KP_PUT), FRAME_DONE, SLICE_EMPTY, 0);
    CHECK(own_world_setting(&w, "packages-anew") == 0);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_KP_PUT, &body));
    CHECK_ERR(wire_kp_put_decode(&w.arena, body, &v), OK);
    CHECK(v.packages_n == 3);
    end();
}

/* ---- tokens ---------------------------------------------------------------------------------- */

TEST(a_token_that_the_gateway_has_lets_wishes_go_on)
{
    struct own_ask q = {.request = 1, .type = FRAME_TOKEN_SET};
    begin();
    own_world_sql(&w, "INSERT INTO link(id,token,kind,made_ms,synced) VALUES(5,x'01',0,0,0)");
    q.b = 5;
    answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_BUSY);
    CHECK(own_world_int(&w, "SELECT synced FROM link WHERE id=5") == 0 && !w.o->due.all);
    answer(q, FRAME_DONE, SLICE_EMPTY, 0);
    CHECK(own_world_int(&w, "SELECT synced FROM link WHERE id=5") == 1 && w.o->due.all);
    end();
}

TEST_MAIN(TEST_ROW(an_account_is_made_with_keys_a_chain_and_notes),
          TEST_ROW(a_name_and_a_gateway_have_a_length),
          TEST_ROW(the_key_of_this_device_comes_out_of_the_store),
          TEST_ROW(who_is_not_registered_registers), TEST_ROW(whom_the_gateway_knows_is_registered),
          TEST_ROW(packages_are_made_when_few_are_left),
          TEST_ROW(one_of_last_resort_is_there_for_two_months_and_not_for_ever),
          TEST_ROW(they_go_out_in_batches_and_are_published_when_taken),
          TEST_ROW(packages_that_lie_there_are_taken_away_first),
          TEST_ROW(a_token_that_the_gateway_has_lets_wishes_go_on))
