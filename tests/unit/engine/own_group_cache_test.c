/* Open groups (own/group_cache.h). */
#include "engine/own/group_cache.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/protocol.h"

#define FIRST_CHAT 100 /* the rows of its group are all that a chat needs here */

struct table {
    struct own_world w;
    struct own_world_account me;
    int64_t chats[OWN_GROUPS_CACHED + 1];
};

/* One chat more than fit, each with a group of its own. */
static void begin(struct table *t)
{
    own_world_begin(&t->w);
    own_world_account(&t->me, 1, 2);
    own_world_be(&t->w, &t->me, 1);
    for (size_t i = 0; i <= OWN_GROUPS_CACHED; i++) {
        t->chats[i] = FIRST_CHAT + (int64_t)i;
        own_world_group(&t->w, t->chats[i]);
    }
    own_groups_close(t->w.o);
}

static void end(struct table *t)
{
    own_groups_close(t->w.o);
    own_world_end(&t->w);
}

TEST(a_group_is_loaded_once)
{
    struct table t;
    struct mls_group *g = NULL, *again = NULL;
    begin(&t);
    CHECK(!own_group_is_open(t.w.o, t.chats[0]));
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[0], &g) == OK && g != NULL);
    CHECK(own_group_is_open(t.w.o, t.chats[0]) && !own_group_is_open(t.w.o, t.chats[1]));
    CHECK(own_group(t.w.o, &t.w.s, t.chats[0], &again) == OK && again == g);
    end(&t);
}

TEST(the_one_that_was_not_used_for_longest_makes_room)
{
    struct table t;
    struct mls_group *g = NULL;
    begin(&t);
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        REQUIRE(own_group(t.w.o, &t.w.s, t.chats[i], &g) == OK);
    }
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[0], &g) == OK);
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[OWN_GROUPS_CACHED], &g) == OK);
    for (size_t i = 0; i <= OWN_GROUPS_CACHED; i++) {
        CHECK(own_group_is_open(t.w.o, t.chats[i]) == (i != 1));
    }
    CHECK(own_group(t.w.o, &t.w.s, t.chats[1], &g) == OK); /* and is loaded anew */
    CHECK(own_group_is_open(t.w.o, t.chats[1]) && !own_group_is_open(t.w.o, t.chats[2]));
    end(&t);
}

TEST(what_is_closed_is_loaded_from_its_rows)
{
    struct table t;
    struct mls_group *g = NULL;
    struct slice one = SLICE_EMPTY, other = SLICE_EMPTY;
    begin(&t);
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[0], &g) == OK);
    REQUIRE(arena_copy(&t.w.arena, mls_group_epoch_authenticator(g), &one) == OK);
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[1], &g) == OK);
    REQUIRE(arena_copy(&t.w.arena, mls_group_epoch_authenticator(g), &other) == OK);
    own_group_close(t.w.o, t.chats[0]);
    CHECK(!own_group_is_open(t.w.o, t.chats[0]) && own_group_is_open(t.w.o, t.chats[1]));
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[0], &g) == OK);
    CHECK(slice_equal(mls_group_epoch_authenticator(g), one));
    own_groups_close(t.w.o);
    CHECK(!own_group_is_open(t.w.o, t.chats[0]) && !own_group_is_open(t.w.o, t.chats[1]));
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[1], &g) == OK);
    CHECK(slice_equal(mls_group_epoch_authenticator(g), other));
    own_group_close(t.w.o, 1 + t.chats[OWN_GROUPS_CACHED]); /* none of ours: nothing happens */
    CHECK(own_group_is_open(t.w.o, t.chats[1]));
    end(&t);
}

TEST(a_chat_without_a_group_is_gone_and_holds_no_place)
{
    struct table t;
    struct mls_group *g = NULL;
    begin(&t);
    int64_t none = 1 + t.chats[OWN_GROUPS_CACHED];
    CHECK(own_group(t.w.o, &t.w.s, none, &g) == ERR_GONE && g == NULL);
    CHECK(!own_group_is_open(t.w.o, none));
    end(&t);
}

TEST(a_place_is_emptied_and_bound_to_the_rows_of_its_chat)
{
    struct table t;
    struct mls_group *g = NULL;
    struct mls_storage storage;
    struct slice value = SLICE_EMPTY;
    begin(&t);
    REQUIRE(own_group(t.w.o, &t.w.s, t.chats[0], &g) == OK);
    struct mls_group **slot = own_group_cache_slot(t.w.o, &t.w.s, t.chats[0], &storage);
    REQUIRE(slot != NULL);
    CHECK(*slot == NULL && !own_group_is_open(t.w.o, t.chats[0]));
    CHECK(storage.put(storage.user, SLICE_LITERAL("a key"), SLICE_LITERAL("a value")) == OK);
    CHECK(store_protocol_get(t.w.store, t.chats[0], SLICE_LITERAL("a key"), &t.w.arena, &value) ==
              OK &&
          slice_equal(value, SLICE_LITERAL("a value")));
    CHECK(store_protocol_get(t.w.store, t.chats[1], SLICE_LITERAL("a key"), &t.w.arena, &value) ==
          ERR_GONE);
    end(&t);
}

TEST(rows_are_read_written_and_dropped_by_key_and_by_prefix)
{
    struct table t;
    struct mls_storage storage;
    struct slice value = SLICE_EMPTY;
    begin(&t);
    struct own_rows rows = {t.w.store, OWN_GROUP_NO_CHAT};
    own_group_storage(&storage, &rows);
    CHECK(storage.get(storage.user, SLICE_LITERAL("ab"), &t.w.arena, &value) == ERR_GONE);
    CHECK(storage.put(storage.user, SLICE_LITERAL("ab"), SLICE_LITERAL("1")) == OK);
    CHECK(storage.put(storage.user, SLICE_LITERAL("ac"), SLICE_LITERAL("2")) == OK);
    CHECK(storage.put(storage.user, SLICE_LITERAL("b"), SLICE_LITERAL("3")) == OK);
    CHECK(storage.get(storage.user, SLICE_LITERAL("ac"), &t.w.arena, &value) == OK &&
          slice_equal(value, SLICE_LITERAL("2")));
    CHECK(storage.del(storage.user, SLICE_LITERAL("ab")) == OK);
    CHECK(storage.get(storage.user, SLICE_LITERAL("ab"), &t.w.arena, &value) == ERR_GONE);
    CHECK(storage.del_prefix(storage.user, SLICE_LITERAL("a")) == OK);
    CHECK(storage.get(storage.user, SLICE_LITERAL("ac"), &t.w.arena, &value) == ERR_GONE);
    CHECK(storage.get(storage.user, SLICE_LITERAL("b"), &t.w.arena, &value) == OK);
    end(&t);
}

TEST_MAIN(TEST_ROW(a_group_is_loaded_once),
          TEST_ROW(the_one_that_was_not_used_for_longest_makes_room),
          TEST_ROW(what_is_closed_is_loaded_from_its_rows),
          TEST_ROW(a_chat_without_a_group_is_gone_and_holds_no_place),
          TEST_ROW(a_place_is_emptied_and_bound_to_the_rows_of_its_chat),
          TEST_ROW(rows_are_read_written_and_dropped_by_key_and_by_prefix))
