/* Names for those who come into a group (own/hello.h, own/hello_due.h): when they are owed. */
#include "engine/own/hello.h"

#include <string.h>

#include "engine/own/hello_due.h"
#include "engine/own/make.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/own_hello.h"

#define QUIET_MS 8000
#define LATEST_MS 300000
#define SPREAD_MS (50 * (OWN_GROUP_SMALL + 2))
#define A_WHILE_MS 30000

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct store_chat chat;

/* A group of me and `others`. */
static void begin(size_t others)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &chat),
              OK);
    for (size_t i = 0; i < others; i++) {
        struct own_world_account a;
        own_world_account(&a, (uint8_t)(10 + i), (uint8_t)(100 + i));
        CHECK_ERR(store_member_put(w.store, chat.id, own_world_know(&w, &a, 1), 0), OK);
    }
}

static bool owed(int64_t *what)
{
    struct store_own_hello list[2];
    size_t n = 0;
    CHECK_ERR(store_own_hello_list(w.store, list, 2, &n), OK);
    *what = n == 1 ? list[0].what : OWN_HELLO_NOT;
    return n == 1 && list[0].chat == chat.id;
}

static bool owe(bool picture)
{
    bool at_once = false;
    CHECK_ERR(own_hello_owe(w.o, &w.s, &chat, picture, &at_once), OK);
    return at_once;
}

TEST(in_a_small_group_it_is_said_at_once)
{
    int64_t what = 0;
    begin(OWN_GROUP_SMALL - 1);
    CHECK(owe(true));
    CHECK(!owed(&what) && w.o->hello_at_ms == 0);
    own_world_end(&w);
}

TEST(in_a_larger_one_once_nobody_has_come_for_a_while)
{
    int64_t what = 0;
    begin(OWN_GROUP_SMALL);
    uint64_t start = w.s.now_ms;
    CHECK(!owe(false));
    CHECK(owed(&what) && what == OWN_HELLO_NAME);
    CHECK(w.o->hello_at_ms >= start + QUIET_MS && w.o->hello_at_ms < start + QUIET_MS + SPREAD_MS);
    /* the next who comes puts it off, and wants the picture too */
    w.s.now_ms += QUIET_MS / 2;
    CHECK(!owe(true));
    CHECK(owed(&what) && what == OWN_HELLO_PICTURE);
    CHECK(w.o->hello_at_ms >= w.s.now_ms + QUIET_MS);
    CHECK(!owe(false));
    CHECK(owed(&what) && what == OWN_HELLO_PICTURE);
    own_world_end(&w);
}

TEST(it_is_put_off_five_minutes_at_most)
{
    begin(OWN_GROUP_SMALL);
    uint64_t start = w.s.now_ms;
    for (uint64_t ms = 0; ms < 2 * LATEST_MS; ms += QUIET_MS / 2) {
        w.s.now_ms = start + ms;
        CHECK(!owe(false));
        CHECK(w.o->hello_at_ms <= start + LATEST_MS);
    }
    CHECK(w.o->hello_at_ms == start + LATEST_MS);
    own_world_end(&w);
}

TEST(what_was_owed_before_a_start_goes_out_with_the_next_alarm)
{
    begin(OWN_GROUP_SMALL);
    CHECK_ERR(own_hello_load(w.o, &w.s), OK);
    CHECK(w.o->hello_at_ms == 0);
    CHECK(!owe(false));
    w.s.now_ms += A_WHILE_MS;
    CHECK_ERR(own_hello_load(w.o, &w.s), OK);
    CHECK(w.o->hello_at_ms == w.s.now_ms + 1);
    own_world_end(&w);
}

TEST(what_is_owed_is_said_once)
{
    int64_t what = 0;
    begin(OWN_GROUP_SMALL);
    CHECK(!owe(false));
    w.s.durable = false;
    CHECK_ERR(own_hello_due(w.o, &w.s), OK);
    CHECK(w.s.durable && !owed(&what) && w.o->hello_at_ms == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1);
    CHECK_ERR(own_hello_due(w.o, &w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(in_a_small_group_it_is_said_at_once),
          TEST_ROW(in_a_larger_one_once_nobody_has_come_for_a_while),
          TEST_ROW(it_is_put_off_five_minutes_at_most),
          TEST_ROW(what_was_owed_before_a_start_goes_out_with_the_next_alarm),
          TEST_ROW(what_is_owed_is_said_once))
