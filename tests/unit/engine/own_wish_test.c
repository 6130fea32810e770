/* What we want of a group (own/wish.h). */
#include "engine/own/wish.h"

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/outbox.h"

TEST(a_wish_is_kept_in_order_with_what_it_is_about)
{
    static const int64_t person = 7;
    static struct own_world w;
    struct store_wish *list = NULL;
    size_t n = 0;
    own_world_begin(&w);
    int64_t chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    w.s.durable = false;
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_ADD_PERSON, slice_make(&person, sizeof person)),
              OK);
    CHECK(w.s.durable); /* asked for, so not to be lost */
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_HEAL, SLICE_EMPTY), OK);
    CHECK_ERR(own_wish(w.o, &w.s, chat + 1, OWN_WISH_LEAVE, SLICE_EMPTY), OK);
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    REQUIRE(n == 2);
    CHECK(list[0].kind == OWN_WISH_ADD_PERSON && list[1].kind == OWN_WISH_HEAL);
    CHECK(list[0].stage == 0 && list[0].tries == 0 && list[0].id < list[1].id);
    CHECK_BYTES(list[0].data, slice_make(&person, sizeof person));
    CHECK(list[1].data.n == 0);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(a_wish_is_kept_in_order_with_what_it_is_about))
