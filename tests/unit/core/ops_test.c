/* Who does an op, and what has to be so before (core/ops.h). */
#include "core/ops.h"

#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"

#define OPS_END (ABI_OP_LINK_CONFIRM + 1)

static bool is_one_of(uint64_t op, const enum abi_op_kind *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (v[i] == op) {
            return true;
        }
    }
    return false;
}
#define IS_ONE_OF(op, list) is_one_of(op, list, sizeof(list) / sizeof *(list))

/* abi.cddl, op_confirm */
static const enum abi_op_kind hands_over[] = {
    ABI_OP_SLOT_PUT,      ABI_OP_SLOT_DROP,   ABI_OP_RECOVERY_SET, ABI_OP_RECOVERY_FINISH,
    ABI_OP_DEVICE_REVOKE, ABI_OP_LINK_ACCEPT, ABI_OP_EXPORT};
static const enum abi_op_kind while_locked[] = {ABI_OP_STATUS,      ABI_OP_CREATE, ABI_OP_RECOVER,
                                                ABI_OP_LINK_DEVICE, ABI_OP_UNLOCK, ABI_OP_LOCK,
                                                ABI_OP_WIPE};

/* An op of this number as the page could send it, all fields zero: is there one? */
static bool is_an_op(uint64_t kind)
{
    struct arena a;
    struct abi_op op;
    struct slice bytes;
    arena_init(&a, 0);
    memset(&op, 0, sizeof op);
    op.kind = (enum abi_op_kind)kind;
    struct buf b = buf_arena(&a, 256);
    abi_op_put(&b, &op);
    bool is = buf_finish(&b, &bytes) == OK && bytes.n > 0 && abi_op_decode(&a, bytes, &op) == OK;
    arena_wipe(&a);
    return is;
}

TEST(what_hands_over_the_account_needs_the_secret_again)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    for (uint64_t op = 0; op < OPS_END + 2; op++) {
        CHECK(core_hands_over(op) == IS_ONE_OF(op, hands_over));
        if (core_hands_over(op)) {
            CHECK_ERR(core_world_ask(&w, (enum abi_op_kind)op), ERR_AUTH);
        }
    }
    CHECK(!core_hands_over(UINT64_MAX));
    core_world_end(&w);
}

TEST(a_locked_core_does_what_needs_no_store_and_nothing_else)
{
    struct core_world w;
    size_t asked = 0;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_ask(&w, ABI_OP_LOCK), OK);
    for (uint64_t op = 0; op < OPS_END; op++) {
        if (is_an_op(op) && !IS_ONE_OF(op, while_locked)) {
            CHECK_ERR(core_world_ask(&w, (enum abi_op_kind)op), ERR_STATE_LOCKED);
            asked++;
        }
    }
    CHECK(asked > 60);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATUS), OK);
    core_world_end(&w);
}

/* Before there is an account. */
TEST(while_linking_one_may_look_but_not_act)
{
    static const enum abi_op_kind looks[] = {ABI_OP_STATE,    ABI_OP_SETTINGS, ABI_OP_CHATS,
                                             ABI_OP_PEOPLE,   ABI_OP_STARRED,  ABI_OP_LINK_LIST,
                                             ABI_OP_REQUESTS, ABI_OP_DEVICES};
    static const enum abi_op_kind acts[] = {ABI_OP_PROFILE_SET, ABI_OP_SETTING_SET, ABI_OP_BLOCK,
                                            ABI_OP_CHAT_SET,    ABI_OP_DRAFT,       ABI_OP_STAR,
                                            ABI_OP_LINK_MAKE,   ABI_OP_SEND,        ABI_OP_ADD,
                                            ABI_OP_GROUP_MAKE,  ABI_OP_FILE_BEGIN,  ABI_OP_READ};
    struct core_world w;
    struct abi_op op;
    core_world_begin(&w);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_DEVICE;
    op.op_link_device.gateway = SLICE_LITERAL("http://gw.test");
    op.op_link_device.slot = core_world_slot(ABI_SLOT_KIND_PASSPHRASE, SLICE_EMPTY);
    op.op_link_device.secret = core_world_secret(1);
    op.op_link_device.device = SLICE_LITERAL("phone");
    CHECK_ERR(core_world_op(&w, &op), OK);
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        CHECK_ERR(core_world_ask(&w, looks[i]), OK);
    }
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        CHECK_ERR(core_world_ask(&w, acts[i]), ERR_STATE);
    }
    CHECK_ERR(core_world_ask(&w, ABI_OP_LINK_CANCEL), OK); /* that one leads out of it */
    core_world_end(&w);
}

/* What was confirmed is used up by the op, whatever else is wrong with it. */
TEST(a_code_that_was_not_shown_is_refused_before_anybody_sees_it)
{
    static const enum abi_op_kind bring[] = {ABI_OP_DEVICE_REVOKE, ABI_OP_RECOVERY_SET,
                                             ABI_OP_RECOVERY_FINISH};
    struct core_world w;
    struct abi_op op;
    core_world_begin(&w);
    core_world_create(&w);
    for (size_t i = 0; i < sizeof bring / sizeof bring[0]; i++) {
        memset(&op, 0, sizeof op);
        op.kind = bring[i];
        struct slice *code = bring[i] == ABI_OP_DEVICE_REVOKE  ? &op.op_device_revoke.code
                             : bring[i] == ABI_OP_RECOVERY_SET ? &op.op_recovery_set.code
                                                               : &op.op_recovery_finish.code;
        *code = slice_of_string(w.code); /* a code, but shown long ago */
        CHECK_ERR(core_world_op_confirmed(&w, &op), ERR_AUTH);
        *code = SLICE_LITERAL("no code");
        CHECK_ERR(core_world_op_confirmed(&w, &op), ERR_INPUT);
        CHECK_ERR(core_world_op(&w, &op), ERR_AUTH);
    }
    core_world_end(&w);
}

TEST(a_number_that_is_no_op_is_refused)
{
    struct core_world w;
    struct abi_result r;
    struct abi_op op;
    struct step s;
    uint64_t detail = 0;
    core_world_begin(&w);
    core_world_create(&w);
    memset(&s, 0, sizeof s);
    memset(&op, 0, sizeof op);
    s.store = w.core->store;
    static const uint64_t none[] = {0, 31, OPS_END, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        op.kind = (enum abi_op_kind)none[i];
        CHECK_ERR(core_op(w.core, &s, &op, &r, &detail), ERR_INPUT);
    }
    s.store = NULL;
    CHECK_ERR(core_op(w.core, &s, &op, &r, &detail), ERR_STATE_LOCKED);
    core_world_end(&w);
}

TEST_MAIN(TEST_ROW(what_hands_over_the_account_needs_the_secret_again),
          TEST_ROW(a_locked_core_does_what_needs_no_store_and_nothing_else),
          TEST_ROW(while_linking_one_may_look_but_not_act),
          TEST_ROW(a_code_that_was_not_shown_is_refused_before_anybody_sees_it),
          TEST_ROW(a_number_that_is_no_op_is_refused))
