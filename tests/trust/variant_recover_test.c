/* Coming back by the code from a gateway that has lied, and does so no more: it has only delayed.
 */
#include "account.h"

/* None of her devices is left; she is back, and Ben and she talk. */
static void she_is_back(struct account_pair *p, struct sim_device *n)
{
    sim_pass(world, 10 * TRUST_MINUTE);
    CHECK(n->core->account.own.base.ready && !n->core->account.own.dropped);
    CHECK(slice_equal(SLICE_ARRAY(n->core->account.own.account),
                      SLICE_ARRAY(p->a->core->account.own.account)));
    uint64_t nb = sim_chat_with(n, "Ben");
    SETUP(nb != 0);
    CHECK(account_heard(n, nb, "I am back", p->b) && account_heard(p->b, p->ba, "welcome", n));
    CHECK(sim_heard(p->a, "welcome") == 0 && sim_heard(p->a2, "welcome") == 0);
}

TEST(variant_recovery_where_another_account_was_named_once)
{
    struct account_pair p;
    struct recovery_code code;
    struct chain_entry zero;
    struct sim_forge f;
    struct sim *s = trust_world(7851);
    SETUP(account_pair(&p) && account_code(p.a->code, &code));
    struct sim_device *m = trust_person("gateway", "Mal"), *n = sim_device(s, "new");
    sim_run(s, 5000);
    SETUP(m != NULL && sim_forge_at(m, m->core->account.own.account, 0, &zero));
    SETUP(sim_forge_head(s, m->core->account.own.account) == 0);
    sim_gateway_backup(s);
    chain_begin(&f.e, &zero); /* an account of its own, which says that the code is its */
    memcpy(f.e.recovery, code.sign.b, sizeof f.e.recovery);
    memcpy(f.e.recovery_hpke, code.hpke_hash, sizeof f.e.recovery_hpke);
    SETUP(sim_forge_sign(&f, &zero, m->core->account.own.device, false,
                         &m->core->account.own.device_secret, NULL));
    sim_forge_hide(s, p.a->core->account.own.account);
    sim_forge_store(s, &f, recovery_code_hpke(&code));
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    SETUP(n->link_phase == ABI_LINK_PHASE_FAILED);
    SETUP(sim_gateway_restore(s));
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(n->link_phase == ABI_LINK_PHASE_CHOOSE);
    CHECK(sim_recover_choose(n, false) == OK);
    she_is_back(&p, n);
}

/* The revoked device has signed another branch, which the gateway gave until she chose. */
TEST(variant_recovery_where_another_branch_was_given_once)
{
    struct account_pair p;
    struct chain_entry last;
    struct sim_forge f;
    struct sim *s = trust_world(7852);
    SETUP(account_pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_gateway_backup(s);
    SETUP(sim_forge_head(s, p.a->core->account.own.account) == 2);
    SETUP(sim_forge_at(p.b, p.a->core->account.own.account, 1, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_DROPPED;
    SETUP(chain_drop(&f.e, p.a->core->account.own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, p.a2->core->account.own.device, false,
                         &p.a2->core->account.own.device_secret, NULL));
    struct recovery_code code;
    SETUP(account_code(p.a->code, &code));
    sim_forge_store(s, &f, recovery_code_hpke(&code));
    struct sim_device *n = sim_device(s, "new");
    SETUP(sim_recover(n, p.a->code) == OK);
    sim_run(s, 20000);
    SETUP(n->link_phase == ABI_LINK_PHASE_CHOOSE &&
          sim_forge_at(n, p.a->core->account.own.account, 2, &last));
    SETUP(chain_has_device(&last, p.a2->core->account.own.device));
    SETUP(sim_gateway_restore(s));
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_recover_choose(n, false) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    if (!n->core->account.own.base.ready) { /* asked once more, by the list that is true */
        CHECK(n->link_phase == ABI_LINK_PHASE_CHOOSE && sim_recover_choose(n, false) == OK);
    }
    she_is_back(&p, n);
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
}

/* ---- the slot of the store --------------------------------------------------------------------
 */

/* Locks it and tries the code. */
static enum err open_by_code(struct sim_device *d, const char *code)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LOCK;
    TRY(sim_op(d, &op));
    op.kind = ABI_OP_UNLOCK;
    op.op_unlock.kind = 3;
    op.op_unlock.secret = slice_of_string(code);
    return sim_op(d, &op);
}

static bool code_opens(struct sim_device *d)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_STATE;
    return sim_op(d, &op) == OK && d->reply.result.state.code_opens;
}

/* The old one is no way in any more, also while the gateway keeps the key of the new one back. */
TEST(variant_slot_of_the_old_code_while_the_new_key_is_withheld)
{
    struct account_pair p;
    struct abi_op op;
    char code[64];
    struct sim *s = trust_world(7853);
    SETUP(account_pair(&p) && code_opens(p.a2));
    SETUP(sim_new_code(p.a, code) == OK);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_SET;
    op.op_recovery_set.code = slice_of_string(code);
    op.op_recovery_set.old = slice_of_string(p.a->code);
    s->hostile->no_hpke = true;
    SETUP(sim_op(p.a, &op) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(p.a2, 1); /* it hears of it with its next connection */
    sim_pass(s, TRUST_MINUTE);
    struct chain_entry e;
    SETUP(sim_forge_at(p.a2, p.a->core->account.own.account, 2, &e));
    CHECK(code_opens(p.a) && !code_opens(p.a2)); /* she is told */
    CHECK(open_by_code(p.a2, p.a->code) == ERR_GONE);
    CHECK(sim_unlock(p.a2) == OK);
    s->hostile->no_hpke = false;
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(p.a2, 1);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(code_opens(p.a2));
    CHECK(open_by_code(p.a2, p.a->code) == ERR_AUTH_PASSPHRASE);
    sim_pass(s, TRUST_MINUTE);
    CHECK(open_by_code(p.a2, code) == OK);
}

TEST_MAIN(TEST_ROW(variant_slot_of_the_old_code_while_the_new_key_is_withheld),
          TEST_ROW(variant_recovery_where_another_account_was_named_once),
          TEST_ROW(variant_recovery_where_another_branch_was_given_once))
