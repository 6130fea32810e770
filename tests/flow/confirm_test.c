/* What would hand over the account needs the secret again, in the core; and the release that runs
 * is remembered in the sealed store. */
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"
#include "core/ops.h"

/* The new passphrase last: after it the one of the tests is wrong. */
static const enum abi_op_kind handing[] = {
    ABI_OP_SLOT_DROP,   ABI_OP_RECOVERY_SET, ABI_OP_DEVICE_REVOKE, ABI_OP_RECOVERY_FINISH,
    ABI_OP_LINK_ACCEPT, ABI_OP_EXPORT,       ABI_OP_SLOT_PUT};
enum { HANDING = sizeof handing / sizeof handing[0], CONFIRMED_MS = 120000 };

/* As complete as it must be to be encoded. */
static struct abi_op op_of(enum abi_op_kind kind)
{
    static const uint8_t zeros[32];
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    if (kind == ABI_OP_SLOT_PUT) {
        op.op_slot_put.slot.slot_kind = ABI_SLOT_KIND_PASSPHRASE;
        op.op_slot_put.slot.salt = slice_make(zeros, 16);
        op.op_slot_put.slot.ops = 1;
        op.op_slot_put.slot.memory = 8192;
        op.op_slot_put.slot.label = SLICE_LITERAL("");
        op.op_slot_put.secret = SLICE_ARRAY(zeros);
    } else if (kind == ABI_OP_SLOT_DROP) {
        op.op_slot_drop.slot_kind = ABI_SLOT_KIND_PASSKEY;
    } else if (kind == ABI_OP_DEVICE_REVOKE) {
        op.op_device_revoke.device = SLICE_ARRAY(zeros);
    } else if (kind == ABI_OP_LINK_ACCEPT) {
        op.op_link_accept.code = SLICE_LITERAL("nonsense");
    }
    return op;
}

static struct sim_device *person(struct sim **s)
{
    *s = sim_create(11);
    struct sim_device *d = sim_device(*s, "ana");
    CHECK_ERR(sim_make(d, "Ana"), OK);
    sim_run(*s, 3000);
    return d;
}

TEST(without_the_secret_nothing_hands_over_the_account)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    for (size_t i = 0; i < HANDING; i++) {
        struct abi_op op = op_of(handing[i]);
        CHECK(core_hands_over(op.kind));
        CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH);
        CHECK(d->reply.result.kind != ABI_RECOVERY);
    }
    sim_destroy(s);
}

TEST(the_secret_is_good_for_one_op_of_its_number_and_for_two_minutes)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    struct abi_op op = op_of(ABI_OP_EXPORT), other = op_of(ABI_OP_RECOVERY_SET);
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    CHECK_ERR(sim_op_bare(d, &op), OK);
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH); /* once */
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    CHECK_ERR(sim_op_bare(d, &other), ERR_AUTH); /* another one, which ends it */
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH);
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    s->now_ms += CONFIRMED_MS + 1;
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH); /* late */
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    s->now_ms -= 5000;
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH); /* a clock that was put back */
    s->now_ms += 5000;
    for (size_t i = 0; i < HANDING; i++) {
        char code[64];
        op = op_of(handing[i]);
        if (op.kind == ABI_OP_RECOVERY_SET) {
            CHECK_ERR(sim_new_code(d, code), OK);
            op.op_recovery_set.code = slice_of_string(code);
        }
        CHECK_ERR(sim_confirm(d, op.kind, true), OK);
        enum err e = sim_op_bare(d, &op);
        CHECK(e != ERR_AUTH && e != ERR_STATE_LOCKED);
    }
    sim_destroy(s);
}

TEST(a_wrong_secret_gives_nothing_and_is_answered_slower)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    struct abi_op op = op_of(ABI_OP_EXPORT);
    for (int i = 0; i < 3; i++) {
        CHECK_ERR(sim_confirm(d, op.kind, false), ERR_AUTH_PASSPHRASE);
        CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH);
    }
    CHECK_ERR(sim_confirm(d, op.kind, true), ERR_LIMIT_RATE);
    s->now_ms += 60000;
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    CHECK_ERR(sim_confirm(d, op.kind, false), ERR_AUTH_PASSPHRASE); /* takes the right one back */
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH);
    sim_destroy(s);
}

TEST(locking_forgets_that_the_secret_was_given)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    struct abi_op op = op_of(ABI_OP_EXPORT), lock = op_of(ABI_OP_LOCK);
    CHECK_ERR(sim_confirm(d, op.kind, true), OK);
    CHECK_ERR(sim_op_bare(d, &lock), OK);
    CHECK_ERR(sim_op_bare(d, &op), ERR_STATE_LOCKED);
    CHECK_ERR(sim_confirm(d, op.kind, true), ERR_STATE_LOCKED);
    CHECK_ERR(sim_unlock(d), OK);
    CHECK_ERR(sim_op_bare(d, &op), ERR_AUTH);
    sim_destroy(s);
}

static bool runs(struct sim_device *d, uint64_t seq, uint8_t first)
{
    uint8_t hash[32] = {first};
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RELEASE;
    op.op_release.seq = seq;
    op.op_release.hash = SLICE_ARRAY(hash);
    CHECK_ERR(sim_op(d, &op), OK);
    CHECK(d->reply.result.kind == ABI_FLAG);
    return d->reply.result.flag.on;
}

TEST(an_older_release_is_noticed_by_the_sealed_store)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    CHECK(runs(d, 5, 1));
    CHECK(runs(d, 5, 1));
    CHECK(!runs(d, 5, 2)); /* another one of that number */
    CHECK(!runs(d, 4, 1));
    CHECK(runs(d, 5, 1));
    CHECK(runs(d, 7, 3));
    sim_crash(d);
    CHECK_ERR(sim_unlock(d), OK);
    CHECK(!runs(d, 6, 3));
    CHECK(!runs(d, 5, 1));
    CHECK(runs(d, 7, 3));
    sim_destroy(s);
}

TEST(a_release_without_a_number_or_a_hash_is_none)
{
    struct sim *s;
    struct sim_device *d = person(&s);
    uint8_t hash[31] = {0};
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RELEASE;
    op.op_release.seq = 1;
    op.op_release.hash = SLICE_ARRAY(hash);
    CHECK_ERR(sim_op(d, &op), ERR_INPUT);
    uint8_t whole[32] = {0};
    op.op_release.hash = SLICE_ARRAY(whole);
    op.op_release.seq = 0;
    CHECK_ERR(sim_op(d, &op), ERR_INPUT);
    op.op_release.seq = UINT64_MAX;
    CHECK_ERR(sim_op(d, &op), ERR_INPUT);
    sim_destroy(s);
}

TEST_MAIN(TEST_ROW(without_the_secret_nothing_hands_over_the_account),
          TEST_ROW(the_secret_is_good_for_one_op_of_its_number_and_for_two_minutes),
          TEST_ROW(a_wrong_secret_gives_nothing_and_is_answered_slower),
          TEST_ROW(locking_forgets_that_the_secret_was_given),
          TEST_ROW(an_older_release_is_noticed_by_the_sealed_store),
          TEST_ROW(a_release_without_a_number_or_a_hash_is_none))
