/* Rooms that wait for chains: whom they wait for, how many there are, which one goes. */
#include "engine/own/checking.h"

#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account me;

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
}

static void end(void)
{
    own_world_end(&w);
}

/* A Welcome, number n, of this signer, in whose room two chains are missing. */
static struct store_checking put(uint8_t n, uint8_t signer)
{
    static uint8_t welcome[256];
    struct own_admit_tree t = {.missing_n = 2};
    struct store_checking c = {.server_ms = 5, .token = SLICE_LITERAL("token")};
    welcome[n] = n;
    c.welcome = slice_make(&welcome[n], 1);
    c.ref = SLICE_LITERAL("ref");
    memset(t.signer, signer, sizeof t.signer);
    memset(t.missing[0], 0xe0, 32);
    memset(t.missing[1], 0xe1, 32);
    CHECK_ERR(own_checking_put(w.o, &w.s, &c, &t), OK);
    return c;
}

static int64_t rooms(void)
{
    int64_t n = 0;
    CHECK_ERR(store_checking_count(w.store, &n), OK);
    return n;
}

TEST(a_room_waits_for_the_chains_that_are_missing)
{
    uint8_t account[32], hash[32];
    struct store_person p;
    bool yes = false;
    begin();
    w.s.durable = false;
    struct store_checking c = put(1, 0xb0);
    crypto_sha256(hash, c.welcome);
    CHECK_BYTES(SLICE_ARRAY(c.hash), SLICE_ARRAY(hash));
    CHECK(c.at_ms == (int64_t)OWN_WORLD_NOW_MS && w.s.durable && w.o->due.rest);
    CHECK(rooms() == 1);
    for (unsigned i = 0; i < 3; i++) {
        memset(account, i < 2 ? 0xe0 + (int)i : 0xb0, sizeof account);
        CHECK_ERR(store_person_find(w.store, &w.arena, account, &p), OK);
        CHECK_ERR(store_checking_awaits(w.store, p.id, &yes), OK);
        CHECK(yes == (i < 2));
        CHECK(i < 2 || c.signer == p.id);
    }
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    (void)put(1, 0xb0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM own_person WHERE chain_due=1") == 2);
    CHECK(rooms() == 1); /* the same once more */
    end();
}

TEST(this_welcome_waits_no_more_and_the_others_do)
{
    begin();
    struct store_checking one = put(1, 0xb0);
    (void)put(2, 0xb0);
    CHECK_ERR(own_checking_done(&w.s, SLICE_LITERAL("another")), OK);
    CHECK(rooms() == 2);
    CHECK_ERR(own_checking_done(&w.s, one.welcome), OK);
    CHECK(rooms() == 1);
    CHECK_ERR(own_checking_done(&w.s, one.welcome), OK);
    CHECK(rooms() == 1 && own_world_int(&w, "SELECT count(*) FROM checking_for") == 2);
    end();
}

TEST(whom_we_blocked_brings_us_nowhere_and_nothing_is_asked_for)
{
    begin();
    (void)put(1, 0xb0);
    own_world_sql(&w, "UPDATE person SET blocked=1 WHERE id<>1");
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    (void)put(1, 0xb0); /* blocked meanwhile: it waits no more */
    CHECK(rooms() == 0);
    (void)put(2, 0xb0);
    CHECK(rooms() == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM own_person WHERE chain_due=1") == 0);
    end();
}

TEST(of_too_many_the_oldest_of_a_stranger_goes_first)
{
    struct store_checking first;
    int64_t signer = 0;
    bool has = false;
    begin();
    first = put(1, 0xb0);
    own_world_sql(&w, "UPDATE person SET contact=1 WHERE id<>1"); /* whom I know */
    w.s.now_ms++;
    struct store_checking second = put(2, 0xb1);
    for (unsigned i = 3; i <= OWN_CHECKING_MAX; i++) {
        w.s.now_ms++;
        (void)put((uint8_t)i, 0xb2);
    }
    CHECK(rooms() == OWN_CHECKING_MAX);
    CHECK_ERR(store_checking_said(w.store, &signer), ERR_GONE);
    w.s.now_ms++;
    struct store_checking last = put(200, 0xb2);
    CHECK(rooms() == OWN_CHECKING_MAX);
    CHECK_ERR(store_checking_has(w.store, first.hash, &has), OK);
    CHECK(has);
    CHECK_ERR(store_checking_has(w.store, last.hash, &has), OK);
    CHECK(has);
    CHECK_ERR(store_checking_said(w.store, &signer), OK); /* and that is said */
    CHECK(signer == second.signer);
    CHECK_ERR(store_checking_said(w.store, &signer), ERR_GONE);
    end();
}

TEST(chains_that_a_tree_names_are_asked_for_once_each)
{
    struct own_admit_tree t = {.missing_n = 2};
    int64_t awaited[OWN_ADMIT_MISSING] = {0};
    size_t n = 99;
    begin();
    memset(t.missing[0], 0xe0, 32);
    memset(t.missing[1], 0xe1, 32);
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    w.s.durable = false;
    CHECK_ERR(own_checking_ask(w.o, &w.s, &t, awaited, &n), OK);
    CHECK(n == 2 && awaited[0] != awaited[1] && awaited[0] > STORE_PERSON_ME);
    CHECK(own_world_int(&w, "SELECT count(*) FROM own_person WHERE chain_due=1") == 2);
    CHECK(w.s.durable && w.o->due.rest);
    t.missing_n = 0;
    CHECK_ERR(own_checking_ask(w.o, &w.s, &t, awaited, &n), OK);
    CHECK(n == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_room_waits_for_the_chains_that_are_missing),
          TEST_ROW(this_welcome_waits_no_more_and_the_others_do),
          TEST_ROW(whom_we_blocked_brings_us_nowhere_and_nothing_is_asked_for),
          TEST_ROW(of_too_many_the_oldest_of_a_stranger_goes_first),
          TEST_ROW(chains_that_a_tree_names_are_asked_for_once_each))
