/* When this device's part of the record is to be written anew (own/record_due.h). */
#include "engine/own/record_due.h"

#include "engine/own/own.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_setting.h"

#define UNDER_WAY 2 /* it was sent, and not answered */

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;

TEST(it_is_due_from_then_on)
{
    own_world_begin(&w);
    CHECK(own_world_setting(&w, "record-due") == 0);
    own_record_due(&w.s);
    CHECK(own_world_setting(&w, "record-due") == 1 && w.out.err == OK);
    own_record_due(&w.s);
    CHECK(own_world_setting(&w, "record-due") == 1);
    own_world_end(&w);
}

/* What is on its way does not hold what came meanwhile. */
TEST(what_is_under_way_is_written_again)
{
    own_world_begin(&w);
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", UNDER_WAY), OK);
    own_record_due(&w.s);
    CHECK(own_world_setting(&w, "record-due") == 1);
    own_world_end(&w);
}

TEST(it_is_written_with_the_next_work)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 0), OK);
    CHECK_ERR(own_alarm(w.o, &w.s), OK);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 0);
    own_record_due(&w.s);
    CHECK_ERR(own_alarm(w.o, &w.s), OK);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 1);
    CHECK(own_world_setting(&w, "record-due") == UNDER_WAY);
    own_world_end(&w);
}

TEST(an_error_of_the_store_ends_the_step)
{
    own_world_begin(&w);
    own_world_sql(&w, "ALTER TABLE setting RENAME TO elsewhere");
    own_record_due(&w.s);
    CHECK(w.out.err == ERR_STORE);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(it_is_due_from_then_on), TEST_ROW(what_is_under_way_is_written_again),
          TEST_ROW(it_is_written_with_the_next_work), TEST_ROW(an_error_of_the_store_ends_the_step))
