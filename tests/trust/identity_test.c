/* Codes and entries: rows of the review about who an account is. */
#include "trust.h"

static bool two_devices(struct sim_device **a, struct sim_device **a2, struct sim_device **b,
                        uint64_t *ab, uint64_t *ba)
{
    *a = trust_person("ana", "Ana");
    *b = trust_person("ben", "Ben");
    if (*a == NULL || *b == NULL) {
        return false;
    }
    struct sim *s = (*a)->sim;
    sim_run(s, 5000);
    *a2 = sim_device(s, "ana2");
    if (!sim_meet(*a, *b, ab, ba) || !sim_second_device(*a, *a2)) {
        return false;
    }
    sim_pass(s, TRUST_MINUTE);
    return sim_verify(*b, "Ana") == OK;
}

static enum err drop(struct sim_device *by, const struct sim_device *lost, const char *code,
                     const char *old)
{
    struct abi_op op;
    uint8_t id[32];
    memset(&op, 0, sizeof op);
    memcpy(id, lost->core->account.own.device, sizeof id);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(id);
    op.op_device_revoke.code = slice_of_string(code);
    op.op_device_revoke.old = slice_of_string(old);
    return sim_op(by, &op);
}

#define SAID(d, n) sim_number(d, "SELECT count(*) FROM message WHERE type=2 AND notice=" #n)

TEST(row_a3_a_stolen_device_takes_the_account_not_quietly)
{
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
    char code[64];
    struct sim *s = trust_world(7303);
    SETUP(two_devices(&a, &a2, &b, &ab, &ba));
    SETUP(sim_new_code(a2, code) == OK && drop(a2, a, code, "") == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_verified(b, "Ana") == ABI_VERIFIED_CHANGED); /* compare again */
    CHECK(SAID(b, 10) == 1);
    CHECK(a->core->account.own.dropped); /* by a signed entry; it keeps what it has */
    CHECK(sim_heard(a, "anything") == 0 && sim_person(a, "Ben") != 0);
}

TEST(row_a3_with_the_old_code_too_nobody_need_compare_again)
{
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
    char code[64];
    struct sim *s = trust_world(7304);
    SETUP(two_devices(&a, &a2, &b, &ab, &ba));
    SETUP(sim_new_code(a, code) == OK && drop(a, a2, code, a->code) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_verified(b, "Ana") == ABI_VERIFIED_NOW);
    CHECK(SAID(b, 10) == 0);
}

TEST(row_a4_a_code_finder_is_told_to_every_device)
{
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7305);
    SETUP(two_devices(&a, &a2, &b, &ab, &ba));
    struct sim_device *thief = sim_device(s, "thief");
    SETUP(sim_recover(thief, a->code) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(SAID(a, 16) == 1 && SAID(a2, 16) == 1);
}

TEST(row_a17_an_old_code_opens_no_store)
{
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
    char code[64];
    struct abi_op op, lock;
    struct sim *s = trust_world(7306);
    SETUP(two_devices(&a, &a2, &b, &ab, &ba));
    SETUP(sim_new_code(a, code) == OK);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_SET;
    op.op_recovery_set.code = slice_of_string(code);
    op.op_recovery_set.old = slice_of_string(a->code);
    SETUP(sim_op(a, &op) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(a2, 1); /* it hears of it with its next connection */
    sim_pass(s, 5 * TRUST_MINUTE);
    memset(&lock, 0, sizeof lock);
    lock.kind = ABI_OP_LOCK;
    SETUP(sim_op(a2, &lock) == OK);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_UNLOCK;
    op.op_unlock.kind = 3;
    op.op_unlock.secret = slice_of_string(a->code);
    CHECK(sim_op(a2, &op) == ERR_AUTH_PASSPHRASE);
    op.op_unlock.secret = slice_of_string(code);
    CHECK(sim_op(a2, &op) == OK);
}

TEST(row_b17_a_code_that_was_not_shown_is_not_taken)
{
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
    char code[64];
    struct sim *s = trust_world(7307);
    SETUP(two_devices(&a, &a2, &b, &ab, &ba));
    CHECK(drop(a, a2, b->code, "") == ERR_AUTH);
    SETUP(sim_new_code(a, code) == OK);
    CHECK(drop(a, a2, code, b->code) == ERR_AUTH); /* nor another one for the old */
    sim_pass(s, TRUST_MINUTE);
    CHECK(!a2->core->account.own.dropped);
    CHECK(drop(a, a2, "", "") == OK); /* not now */
    sim_pass(s, TRUST_MINUTE);
    CHECK(a2->core->account.own.dropped);
}

TEST_MAIN(TEST_ROW(row_a3_a_stolen_device_takes_the_account_not_quietly),
          TEST_ROW(row_a3_with_the_old_code_too_nobody_need_compare_again),
          TEST_ROW(row_a4_a_code_finder_is_told_to_every_device),
          TEST_ROW(row_a17_an_old_code_opens_no_store),
          TEST_ROW(row_b17_a_code_that_was_not_shown_is_not_taken))
