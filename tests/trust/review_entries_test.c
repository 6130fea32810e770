/* Rows of the review about the entries of a chain: what somebody forges, branches that end, and how
 * many there are. */
#include "account.h"
#include "schema/chain.h"

/* ---- entries that somebody forges ------------------------------------------------------------ */

/* An entry n of Ana's chain, beside the one that everybody has: her second device alone is listed,
 * and signs. */
static bool sibling(const struct account_pair *p, uint64_t n, uint8_t mark, struct sim_forge *f)
{
    struct chain_entry last;
    if (!sim_forge_at(p->b, p->a->core->account.own.account, n - 1, &last)) {
        return false;
    }
    chain_begin(&f->e, &last);
    f->e.home[0] = mark; /* whatever it likes */
    return chain_drop(&f->e, p->a->core->account.own.device) == OK &&
           sim_forge_sign(f, &last, p->a2->core->account.own.device, false,
                          &p->a2->core->account.own.device_secret, NULL);
}

TEST(row_a8_a_revoked_device_raises_a_fork_once)
{
    struct account_pair p;
    struct sim_forge f;
    struct abi_op op;
    struct sim *s = trust_world(7408);
    SETUP(account_pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_tick(s, 365 * TRUST_DAY);
    sim_pass(s, TRUST_HOUR);
    SETUP(account_heard(p.a, p.ab, "a year later", p.b) &&
          sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW);
    SETUP(sibling(&p, 2, 1, &f) && sim_forge_hear(p.b, &f));
    CHECK(sim_said(p.b, ABI_NOTICE_FORK) == 1 && sim_verified(p.b, "Ana") == ABI_VERIFIED_CHANGED);
    SETUP(sim_send(p.b, p.ba, "waits", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "waits") == 0 && sim_state(p.b, "waits") == ABI_MESSAGE_STATE_QUEUED);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FORK_SETTLE;
    op.op_fork_settle.person = (uint64_t)sim_person(p.b, "Ana");
    SETUP(sim_op(p.b, &op) == OK); /* looked: what he has is kept */
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "waits") == 1 && sim_heard(p.a2, "waits") == 0);
    SETUP(sim_verify(p.b, "Ana") == OK);
    /* again, and more of them than he keeps: only told */
    for (uint8_t i = 0; i < 20; i++) {
        SETUP(sibling(&p, 2, (uint8_t)(i + 2), &f) && sim_forge_hear(p.b, &f));
    }
    CHECK(sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW && sim_said(p.b, ABI_NOTICE_FORK) == 1);
    CHECK(sim_said(p.b, ABI_NOTICE_FORGED) >= 1 && sim_said(p.b, ABI_NOTICE_FORGED) <= 16);
    CHECK(account_heard(p.b, p.ba, "does not wait", p.a));
}

TEST(row_a8_who_has_filled_the_store_hides_no_fork_of_others)
{
    struct account_pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(7418);
    SETUP(account_pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    for (uint8_t i = 0; i < 20; i++) {
        SETUP(sibling(&p, 2, (uint8_t)(i + 1), &f) && sim_forge_hear(p.b, &f));
    }
    SETUP(sim_said(p.b, ABI_NOTICE_FORK) == 1);
    SETUP(sim_forge_at(p.b, p.a->core->account.own.account, 1, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_HOME;
    f.e.home[0]++;
    SETUP(sim_forge_sign(&f, &last, p.a->core->account.own.device, false,
                         &p.a->core->account.own.device_secret, NULL));
    SETUP(sim_forge_hear(p.b, &f)); /* another signer */
    CHECK(sim_said(p.b, ABI_NOTICE_FORK) == 2);
}

TEST(row_a8_a_bare_hash_raises_nothing)
{
    struct account_pair p;
    struct sim *s = trust_world(7428);
    SETUP(account_pair(&p));
    sim_evil(p.a2)->lawless = sim_evil(p.a2)->false_name = true; /* its leaf names an entry 1 that
                                                                    is none */
    SETUP(sim_evil_heal(p.a2) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    SETUP(sim_evil(p.a2)->false_names > 0);
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
    CHECK(sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW && sim_said(p.b, ABI_NOTICE_FORK) == 0);
}

/* ---- branches of honest devices -------------------------------------------------------------- */

static enum err new_code(struct sim_device *d, const char *old)
{
    struct abi_op op;
    char code[64];
    TRY(sim_new_code(d, code));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_SET;
    op.op_recovery_set.code = slice_of_string(code);
    op.op_recovery_set.old = slice_of_string(old);
    enum err e = sim_op(d, &op);
    memcpy(d->code, code, sizeof code);
    return e;
}

/* A gateway that was put back between them has taken entry 2 from each of her two devices; in_room:
 * the first was used in the chat, before. Which device comes back first follows. */
static void two_branches(uint64_t seed, bool in_room)
{
    struct account_pair p;
    struct chain_entry e;
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account;
    sim_offline(p.a2, true);
    sim_gateway_backup(s);
    char old[64];
    memcpy(old, p.a->code, sizeof old);
    SETUP(new_code(p.a, old) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_forge_head(s, account) == 2);
    if (in_room) {
        (void)sim_evil(p.a);
        SETUP(sim_evil_heal(p.a) == OK);
        sim_pass(s, TRUST_MINUTE);
        SETUP(sim_forge_at(p.b, account, 2, &e)); /* Ben knows it */
    }
    sim_offline(p.a, true);
    SETUP(sim_gateway_restore(s));
    sim_offline(p.a2, false);
    sim_pass(s, TRUST_MINUTE);
    SETUP(new_code(p.a2, old) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_forge_head(s, account) == 2);
    sim_offline(p.a, false);
    sim_pass(s, TRUST_MINUTE);
    sim_hang_up(p.a2, 1); /* it hears of it with its next connection */
    sim_pass(s, TRUST_HOUR);
    /* one entry names both heads; everybody goes on behind it */
    CHECK(sim_forge_head(s, account) == 3);
    struct sim_device *all[] = {p.a, p.a2};
    for (int i = 0; i < 2; i++) {
        CHECK(sim_forge_at(all[i], account, 3, &e) && e.why == CHAIN_WHY_FORK && e.has_other);
        CHECK(e.device_n == 2 && !all[i]->core->account.own.dropped);
        CHECK(sim_number(all[i], "SELECT count(*) FROM chain_wish") == 0);
    }
    CHECK(sim_said(p.a, ABI_NOTICE_FORK) == 1);
    CHECK(account_heard(p.a, p.ab, "from the one", p.b));
    CHECK(account_heard(p.a2, sim_chat_of_type(p.a2, ABI_CHAT_TYPE_PAIR), "from the other", p.b));
    sim_pass(s, TRUST_DAY);
    SETUP(sim_send(p.b, p.ba, "to both", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(p.a, "to both") == 1 && sim_heard(p.a2, "to both") == 1);
    (void)sim_evil(p.a);
    (void)sim_evil(p.a2);
    SETUP(sim_evil_heal(p.a) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    SETUP(sim_evil_heal(p.a2) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(account_heard(p.a, p.ab, "healed, the one", p.b));
    CHECK(
        account_heard(p.a2, sim_chat_of_type(p.a2, ABI_CHAT_TYPE_PAIR), "healed, the other", p.b));
    CHECK(account_heard(p.b, p.ba, "healed, Ben", p.a) && sim_heard(p.a2, "healed, Ben") == 1);
    for (int i = 0; i < 2; i++) { /* nothing is left to be done that cannot be */
        CHECK(sim_number(all[i], "SELECT count(*) FROM wish") == 0);
    }
    struct sim_device *c = trust_person("cem", "Cem");
    static const char *const people[] = {"Cem"};
    uint64_t x, y;
    SETUP(c != NULL && sim_meet(p.a, c, &x, &y));
    CHECK(sim_group(p.a, "behind it", people, 1) != 0); /* and who comes new follows it, too */
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP) != 0 &&
          account_heard(c, sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP), "from Cem", p.a2));
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0); /* over by itself */
    /* the code that was made on the branch that is given up is said to be none */
    CHECK(sim_number(p.a, "SELECT count(*) FROM setting WHERE key='chain-undone'") == 1);
    /* and what was given up raises nothing when it is heard again */
    struct sim_forge f;
    SETUP(sim_forge_copy(p.a, account, 2, &f) && sim_forge_hear(p.b, &f));
    SETUP(sim_forge_copy(p.a, account, 3, &f) && sim_forge_hear(p.b, &f));
    int64_t said = sim_said(p.b, ABI_NOTICE_FORK);
    SETUP(sim_forge_kept(p.a, account, &f) && sim_forge_hear(p.b, &f));
    CHECK(sim_said(p.b, ABI_NOTICE_FORGED) == 0 && sim_said(p.b, ABI_NOTICE_FORK) == said);
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
}

TEST(row_a9_forks_end_by_an_entry_that_names_both)
{
    two_branches(7409, false);
}

TEST(row_a9_also_where_a_room_names_the_branch_that_is_given_up)
{
    two_branches(7419, true);
}

TEST(row_a9_who_is_in_one_branch_alone_ends_nothing)
{
    struct account_pair p;
    struct sim_forge f, end;
    struct chain_entry last;
    struct sim *s = trust_world(7429);
    SETUP(account_pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sibling(&p, 2, 1, &f) && sim_forge_hear(p.b, &f));
    SETUP(sim_forge_at(p.b, p.a->core->account.own.account, 2, &last));
    chain_begin(&end.e, &f.e); /* behind its own, and names hers */
    end.e.why = CHAIN_WHY_FORK;
    end.e.has_other = true;
    memcpy(end.e.other, last.hash, sizeof end.e.other);
    SETUP(sim_forge_sign(&end, &f.e, p.a2->core->account.own.device, false,
                         &p.a2->core->account.own.device_secret, NULL));
    SETUP(sim_forge_hear(p.b, &end));
    CHECK(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 1);
    CHECK(!sim_forge_at(p.b, p.a->core->account.own.account, 3, &last));
    /* to her own devices it is only said: they go by their own list */
    SETUP(sim_forge_hear(p.a, &f));
    CHECK(sim_said(p.a, ABI_NOTICE_FORK) == 1 && !p.a->core->account.own.dropped);
    CHECK(account_heard(p.a, p.ab, "from Ana", p.b));
}

/* ---- a gateway that was put back ------------------------------------------------------------- */

TEST(by_reading_anybody_brings_entries_back)
{
    struct account_pair p;
    struct sim_forge f;
    struct sim *s = trust_world(7439);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account;
    SETUP(sim_forge_head(s, account) == 1);
    SETUP(sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_forge_head(s, account) == 2);
    SETUP(account_heard(p.a, p.ab, "without the phone", p.b));
    sim_offline(p.a, true); /* none of hers is there to do it */
    sim_offline(p.a2, true);
    SETUP(sim_forge_copy(p.b, account, 1, &f));
    sim_forge_store(s, &f, SLICE_EMPTY);
    SETUP(sim_forge_head(s, account) == 1); /* it would admit the phone again */
    sim_pass(s, TRUST_DAY + TRUST_HOUR);
    SETUP(sim_send(p.b, p.ba, "to Ana", NULL) == OK); /* he asks for her chain once a day */
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_forge_head(s, account) == 2);
}

/* ---- the chain as a resource ----------------------------------------------------------------- */

/* Entries that change nothing, by the stolen device, from the newest at the gateway to number
 * `upto`: as if it had taken its time. */
static bool fill(const struct account_pair *p, uint64_t upto, struct sim_forge *f,
                 struct slice hpke)
{
    const uint8_t *account = p->a->core->account.own.account;
    if (!sim_forge_at(p->a2, account, (uint64_t)sim_forge_head(world, account), &f->e)) {
        return false;
    }
    while (f->e.n < upto) {
        struct chain_entry last = f->e;
        chain_begin(&f->e, &last);
        f->e.why = CHAIN_WHY_HOME;
        f->e.home[0]++;
        if (!sim_forge_sign(f, &last, p->a2->core->account.own.device, false,
                            &p->a2->core->account.own.device_secret, NULL)) {
            return false;
        }
        sim_forge_store(world, f, hpke);
    }
    return true;
}

TEST(row_a10_a_stolen_device_writes_twenty_a_day)
{
    struct account_pair p;
    struct sim_forge f;
    const struct sim *s = trust_world(7410);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account;
    int64_t first = sim_forge_head(world, account);
    SETUP(sim_forge_at(p.a2, account, (uint64_t)first, &f.e));
    (void)s;
    for (int i = 0; i < 30; i++) {
        struct chain_entry last = f.e;
        chain_begin(&f.e, &last);
        f.e.why = CHAIN_WHY_HOME;
        f.e.home[0]++;
        SETUP(sim_forge_sign(&f, &last, p.a2->core->account.own.device, false,
                             &p.a2->core->account.own.device_secret, NULL));
        (void)sim_forge_put(p.a2, &f);
    }
    CHECK(sim_forge_head(world, account) <= CHAIN_DEVICE_ENTRIES_A_DAY);
    SETUP(sim_forge_head(world, account) > first);
    /* with the code at hand nobody need wait for tomorrow */
    struct abi_op op;
    uint8_t id[32];
    char code[64];
    memset(&op, 0, sizeof op);
    memcpy(id, p.a2->core->account.own.device, sizeof id);
    SETUP(sim_new_code(p.a, code) == OK);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(id);
    op.op_device_revoke.code = slice_of_string(code);
    op.op_device_revoke.old = slice_of_string(p.a->code);
    CHECK(sim_op(p.a, &op) == OK);
    sim_pass(world, TRUST_MINUTE);
    CHECK(p.a2->core->account.own.dropped && !p.a->core->account.own.dropped);
}

TEST(row_a10_a_full_chain_is_the_recovery_keys)
{
    struct account_pair p;
    struct recovery_code code;
    struct sim_forge f;
    struct sim *s = trust_world(7420);
    SETUP(account_pair(&p) && account_code(p.a->code, &code));
    const uint8_t *account = p.a->core->account.own.account;
    SETUP(fill(&p, CHAIN_DEVICE_ENTRIES - 1, &f, recovery_code_hpke(&code)));
    sim_tick(s, TRUST_DAY);
    sim_pass(s, TRUST_MINUTE);
    struct chain_entry last = f.e;
    chain_begin(&f.e, &last);
    f.e.home[0]++;
    SETUP(sim_forge_sign(&f, &last, p.a2->core->account.own.device, false,
                         &p.a2->core->account.own.device_secret, NULL));
    CHECK(!sim_forge_put(p.a2, &f)); /* no more by a device */
    struct sim_device *n = sim_device(s, "new");
    CHECK(sim_recovered(n, p.a->code));
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_forge_head(s, account) == CHAIN_DEVICE_ENTRIES);
    CHECK(n->core->account.own.base.ready && !n->core->account.own.dropped);
    CHECK(p.a2->core->account.own.dropped);
    uint64_t nb = sim_chat_with(n, "Ben");
    SETUP(nb != 0);
    sim_pass(s, TRUST_HOUR);
    CHECK(account_heard(n, nb, "I am back", p.b) && sim_heard(p.a2, "I am back") == 0);
}

TEST(row_a18_a_dropped_key_is_never_listed_again)
{
    struct account_pair p;
    struct sim_forge f;
    struct chain_entry last;
    struct sim *s = trust_world(7418);
    SETUP(account_pair(&p) && sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    const uint8_t *account = p.a->core->account.own.account;
    SETUP(sim_forge_at(p.b, account, 2, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_ADDED;
    SETUP(chain_add(&f.e, p.a2->core->account.own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, p.a->core->account.own.device, false,
                         &p.a->core->account.own.device_secret,
                         &p.a2->core->account.own.device_secret));
    CHECK(!sim_forge_put(p.a, &f));
    SETUP(sim_forge_hear(p.b, &f));
    CHECK(!sim_forge_at(p.b, account, 3, &last)); /* he has not taken it either */
    CHECK(sim_leaves(p.b, p.ba, p.a2->core->account.own.device) == 0);
    CHECK(account_heard(p.b, p.ba, "to Ana", p.a) && sim_heard(p.a2, "to Ana") == 0);
}

TEST_MAIN(TEST_ROW(row_a8_a_revoked_device_raises_a_fork_once),
          TEST_ROW(row_a8_who_has_filled_the_store_hides_no_fork_of_others),
          TEST_ROW(row_a8_a_bare_hash_raises_nothing),
          TEST_ROW(row_a9_forks_end_by_an_entry_that_names_both),
          TEST_ROW(row_a9_also_where_a_room_names_the_branch_that_is_given_up),
          TEST_ROW(row_a9_who_is_in_one_branch_alone_ends_nothing),
          TEST_ROW(by_reading_anybody_brings_entries_back),
          TEST_ROW(row_a10_a_stolen_device_writes_twenty_a_day),
          TEST_ROW(row_a10_a_full_chain_is_the_recovery_keys),
          TEST_ROW(row_a18_a_dropped_key_is_never_listed_again))
