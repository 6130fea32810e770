/* Saying our name to those who came into a group (own/hello_due.h). */
#include "engine/own/hello_due.h"

#include <string.h>

#include "engine/own/content_types.h"
#include "engine/own/hello.h"
#include "engine/own/make.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/own_hello.h"

#define IN_ONE_STEP 16

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;

static void begin(void)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    w.o->hello_at_ms = w.s.now_ms; /* has come */
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t group(void)
{
    struct store_chat c;
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    return c.id;
}

static void owe(int64_t chat, int64_t what)
{
    CHECK_ERR(store_own_hello_owe(w.store, chat, what), OK);
}

static void due(void)
{
    CHECK_ERR(own_hello_due(w.o, &w.s), OK);
}

/* How much of this type waits to be sent there. */
static size_t waits(int64_t chat, const char *type)
{
    struct store_rows r;
    size_t n = 0;
    bool has = false;
    CHECK_ERR(store_rows_open(w.store, &r, "SELECT content FROM outbox WHERE chat=?", "i", chat),
              OK);
    while (store_rows_next(&r, &has) == OK && has) {
        struct content c;
        struct slice bytes;
        CHECK_ERR(store_rows_copy(&r, 0, &w.arena, &bytes), OK);
        CHECK_ERR(content_decode(&w.arena, bytes, &c), OK);
        n += slice_equal(c.part.type, slice_of_string(type));
    }
    store_rows_close(&r);
    return n;
}

TEST(the_name_and_the_picture_only_where_it_is_owed)
{
    begin();
    int64_t named = group(), pictured = group(), nobody = group();
    owe(named, OWN_HELLO_NAME);
    owe(pictured, OWN_HELLO_PICTURE);
    due();
    CHECK(waits(named, OWN_TYPE_PROFILE) == 1 && waits(named, OWN_TYPE_PICTURE) == 0);
    CHECK(waits(pictured, OWN_TYPE_PROFILE) == 1 && waits(pictured, OWN_TYPE_PICTURE) == 1);
    CHECK(waits(nobody, OWN_TYPE_PROFILE) == 0);
    CHECK(w.o->hello_at_ms == 0 && w.s.durable);
    end();
}

TEST(it_is_said_once)
{
    begin();
    int64_t chat = group();
    owe(chat, OWN_HELLO_NAME);
    due();
    due();
    CHECK(waits(chat, OWN_TYPE_PROFILE) == 1);
    end();
}

TEST(who_owes_nothing_says_nothing_and_waits_no_more)
{
    begin();
    w.s.durable = false;
    due();
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    CHECK(w.o->hello_at_ms == 0 && !w.s.durable);
    end();
}

TEST(a_room_that_we_are_not_in_waits)
{
    begin();
    int64_t chat = group();
    owe(chat, OWN_HELLO_NAME);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_LEFT), OK);
    due();
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_OPEN), OK);
    due();
    CHECK(waits(chat, OWN_TYPE_PROFILE) == 1);
    end();
}

/* More of them take more steps, one right after the other. */
TEST(so_many_in_one_step_and_the_rest_with_the_next)
{
    begin();
    for (int i = 0; i < IN_ONE_STEP + 1; i++) {
        owe(group(), OWN_HELLO_NAME);
    }
    due();
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == IN_ONE_STEP);
    CHECK(w.o->hello_at_ms == w.s.now_ms + 1);
    due();
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == IN_ONE_STEP + 1);
    CHECK(w.o->hello_at_ms == 0);
    end();
}

TEST_MAIN(TEST_ROW(the_name_and_the_picture_only_where_it_is_owed), TEST_ROW(it_is_said_once),
          TEST_ROW(who_owes_nothing_says_nothing_and_waits_no_more),
          TEST_ROW(a_room_that_we_are_not_in_waits),
          TEST_ROW(so_many_in_one_step_and_the_rest_with_the_next))
