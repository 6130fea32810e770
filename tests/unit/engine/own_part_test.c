/* Parts of a step that may fail alone (own/part.h). */
#include "engine/own/part.h"

#include <string.h>

#include "engine/own/ask.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_setting.h"

static struct own_world w;

static void begin(void)
{
    static struct own_world_account ana;
    memset(&w, 0, sizeof w);
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_be(&w, &ana, 1);
}

/* Writes, says and asks something, and ends with `e`. */
static enum err part(enum err e)
{
    struct own_part p;
    CHECK_ERR(own_part_begin(w.o, &w.s, &p), OK);
    CHECK_ERR(store_own_setting_put_int(w.store, "tried", 1), OK);
    effects_send(w.s.out, OWN_CONN_DEVICE, SLICE_LITERAL("said"));
    CHECK(own_ask(w.o, OWN_CONN_DEVICE, FRAME_TOKEN_SET, 0, 1) != NULL);
    return own_part_end(w.o, &w.s, &p, e);
}

static int64_t tried(void)
{
    int64_t v = 0;
    CHECK_ERR(store_own_setting_int(w.store, "tried", 0, &v), OK);
    return v;
}

TEST(a_part_that_ends_well_stays)
{
    begin();
    CHECK_ERR(part(OK), OK);
    CHECK(tried() == 1 && w.s.out->n == 1 && own_asked(w.o, FRAME_TOKEN_SET, 0));
    own_world_end(&w);
}

TEST(of_a_part_that_fails_nothing_is_left)
{
    begin();
    CHECK(own_ask(w.o, OWN_CONN_DEVICE, FRAME_KP_COUNT, 0, 0) != NULL);
    effects_send(w.s.out, OWN_CONN_DEVICE, SLICE_LITERAL("before"));
    CHECK_ERR(part(ERR_AUTH), ERR_AUTH);
    CHECK(tried() == 0 && w.s.out->n == 1);
    CHECK(!own_asked(w.o, FRAME_TOKEN_SET, 0)); /* else it would wait for an answer for ever */
    CHECK(own_asked(w.o, FRAME_KP_COUNT, 0));
    own_world_end(&w);
}

TEST(an_error_of_our_own_machine_is_the_steps)
{
    begin();
    CHECK_ERR(part(ERR_STORE_FULL), ERR_STORE_FULL); /* all of it is rolled back, by the core */
    own_world_end(&w);
}

TEST(a_part_within_a_part_fails_alone)
{
    struct own_part outer;
    begin();
    CHECK_ERR(own_part_begin(w.o, &w.s, &outer), OK);
    CHECK_ERR(store_own_setting_put_int(w.store, "outer", 1), OK);
    CHECK_ERR(part(ERR_INPUT), ERR_INPUT);
    CHECK_ERR(own_part_end(w.o, &w.s, &outer, OK), OK);
    int64_t v = 0;
    CHECK_ERR(store_own_setting_int(w.store, "outer", 0, &v), OK);
    CHECK(v == 1 && tried() == 0);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(a_part_that_ends_well_stays), TEST_ROW(of_a_part_that_fails_nothing_is_left),
          TEST_ROW(an_error_of_our_own_machine_is_the_steps),
          TEST_ROW(a_part_within_a_part_fails_alone))
