/* The seven functions that a host calls (core/sotto.h). */
#include "core/sotto.h"

#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "lib/check.h"
#include "lib/scratch.h"
#include "schema/gen/abi.h"

#define REQUEST 41

/* An encoded input that asks for the status. */
static struct slice question(struct arena *a)
{
    struct abi_input in;
    struct slice bytes = SLICE_EMPTY;
    memset(&in, 0, sizeof in);
    in.now_ms = 1700000000000;
    in.event.kind = ABI_COMMAND;
    in.event.command.request = REQUEST;
    in.event.command.op.kind = ABI_OP_STATUS;
    struct buf b = buf_arena(a, 256);
    abi_input_put(&b, &in);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    return bytes;
}

TEST(the_version_is_that_of_the_schema)
{
    CHECK(sotto_abi_version() == SOTTO_ABI_VERSION);
}

TEST(without_a_core_there_is_neither_step_nor_output)
{
    CHECK(sotto_core_step(0) == (int32_t)ERR_STATE);
    CHECK(sotto_core_output() == NULL && sotto_core_output_size() == 0);
    sotto_core_destroy(); /* of nothing */
}

TEST(there_is_one_core_and_after_its_end_another)
{
    scratch_begin();
    for (int times = 0; times < 2; times++) {
        CHECK(sotto_core_create() == (int32_t)OK);
        CHECK(sotto_core_create() == (int32_t)ERR_STATE);
        sotto_core_destroy();
    }
    scratch_end();
}

TEST(room_for_input_is_given_up_to_one_event)
{
    CHECK(sotto_core_input(LIMIT_EVENT_BYTES + 1) == NULL);
    CHECK(sotto_core_input(UINT32_MAX) == NULL);
    uint8_t *small = sotto_core_input(1);
    REQUIRE(small != NULL);
    CHECK(sotto_core_input(2) == small);
    uint8_t *large = sotto_core_input(LIMIT_EVENT_BYTES);
    REQUIRE(large != NULL);
    memset(large, 0xa5, LIMIT_EVENT_BYTES); /* all of it is ours */
    CHECK(sotto_core_input(1) == large);
    sotto_core_destroy();
}

TEST(an_event_goes_in_and_its_effects_come_out)
{
    struct arena a;
    struct abi_effects out;
    static const uint8_t gone[16];
    scratch_begin();
    arena_init(&a, 0);
    struct slice in = question(&a);
    CHECK(sotto_core_create() == (int32_t)OK);
    CHECK(sotto_core_step(1) == (int32_t)ERR_STATE); /* no room was asked for */
    uint8_t *room = sotto_core_input((uint32_t)in.n);
    REQUIRE(room != NULL);
    memcpy(room, in.p, in.n);
    CHECK(sotto_core_step((uint32_t)in.n) == (int32_t)OK);
    CHECK_ERR(
        abi_effects_decode(&a, slice_make(sotto_core_output(), sotto_core_output_size()), &out),
        OK);
    CHECK(out.list_n == 1 && out.list[0].kind == ABI_REPLY &&
          out.list[0].reply.request == REQUEST && out.list[0].reply.error == OK &&
          out.list[0].reply.result.kind == ABI_STATUS);
    /* it may have held a secret */
    REQUIRE(in.n >= sizeof gone);
    CHECK_BYTES(slice_make(room, sizeof gone), SLICE_ARRAY(gone));
    sotto_core_destroy();
    arena_wipe(&a);
    scratch_end();
}

TEST(what_is_no_input_is_refused_and_leaves_no_output)
{
    struct arena a;
    scratch_begin();
    arena_init(&a, 0);
    struct slice in = question(&a);
    CHECK(sotto_core_create() == (int32_t)OK);
    uint8_t *room = sotto_core_input((uint32_t)in.n);
    REQUIRE(room != NULL);
    for (uint32_t n = 0; n < in.n; n++) { /* cut off anywhere */
        memcpy(room, in.p, in.n);
        CHECK(sotto_core_step(n) == (int32_t)ERR_INPUT);
        CHECK(sotto_core_output_size() == 0);
    }
    CHECK(sotto_core_step(LIMIT_EVENT_BYTES) == (int32_t)ERR_STATE); /* more than the room */
    memcpy(room, in.p, in.n);
    CHECK(sotto_core_step((uint32_t)in.n) == (int32_t)OK);
    CHECK(sotto_core_output_size() > 0);
    sotto_core_destroy();
    arena_wipe(&a);
    scratch_end();
}

TEST_MAIN(TEST_ROW(the_version_is_that_of_the_schema),
          TEST_ROW(without_a_core_there_is_neither_step_nor_output),
          TEST_ROW(there_is_one_core_and_after_its_end_another),
          TEST_ROW(room_for_input_is_given_up_to_one_event),
          TEST_ROW(an_event_goes_in_and_its_effects_come_out),
          TEST_ROW(what_is_no_input_is_refused_and_leaves_no_output))
