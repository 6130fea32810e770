/* What wants work (own/due.h). */
#include "engine/own/due.h"

#include <stdlib.h>
#include <string.h>

#include "lib/check.h"

static struct own *begin(void)
{
    struct own *o = calloc(1, sizeof *o);
    if (o == NULL) {
        abort();
    }
    return o;
}

TEST(nothing_is_due_at_first_and_taking_clears)
{
    struct own *o = begin();
    struct own_due d;
    CHECK(!own_due_any(o));
    own_due_take(o, &d);
    CHECK(d.n == 0 && !d.all && !d.rest);
    own_due_chat(o, 7);
    CHECK(own_due_any(o));
    own_due_take(o, &d);
    CHECK(d.n == 1 && d.chats[0] == 7 && !d.all && !d.rest && !own_due_any(o));
    own_due_rest(o);
    CHECK(own_due_any(o));
    own_due_take(o, &d);
    CHECK(d.n == 0 && !d.all && d.rest && !own_due_any(o));
    own_due_all(o);
    CHECK(own_due_any(o));
    own_due_take(o, &d);
    CHECK(d.all && d.rest && !own_due_any(o));
    free(o);
}

TEST(chats_come_in_order_of_their_id_and_once)
{
    static const int64_t marks[] = {5, 9, 1, 5, 7, 1, 9, 3, INT64_MAX, 2};
    static const int64_t want[] = {1, 2, 3, 5, 7, 9, INT64_MAX};
    struct own *o = begin();
    struct own_due d;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        own_due_chat(o, marks[i]);
    }
    own_due_take(o, &d);
    REQUIRE(d.n == sizeof want / sizeof want[0]);
    CHECK(memcmp(d.chats, want, sizeof want) == 0);
    free(o);
}

TEST(more_than_fit_are_all)
{
    struct own *o = begin();
    struct own_due d;
    for (int64_t i = 0; i < OWN_DUE_MAX; i++) {
        own_due_chat(o, 2 * (OWN_DUE_MAX - i));
    }
    CHECK(!o->due.all);
    own_due_chat(o, 2); /* one that is marked is no more */
    CHECK(!o->due.all && o->due.n == OWN_DUE_MAX);
    own_due_chat(o, 3);
    CHECK(o->due.all && !o->due.rest);
    own_due_take(o, &d);
    CHECK(d.all && !own_due_any(o));
    for (size_t i = 1; i < d.n; i++) {
        CHECK(d.chats[i - 1] < d.chats[i]);
    }
    free(o);
}

TEST_MAIN(TEST_ROW(nothing_is_due_at_first_and_taking_clears),
          TEST_ROW(chats_come_in_order_of_their_id_and_once), TEST_ROW(more_than_fit_are_all))
