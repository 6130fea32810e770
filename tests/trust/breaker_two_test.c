/* More attacks that were found by reading the engine against the rules of trust: whose word is it?
 */
#include "account.h"
#include "schema/chain.h"

/* Behind `last`, an entry that says nothing of devices and is signed by `by`. */
static bool entry_behind(const struct chain_entry *last, struct sim_device *by, uint8_t mark,
                         struct sim_forge *f)
{
    chain_begin(&f->e, last);
    f->e.why = CHAIN_WHY_HOME;
    f->e.home[0] ^= mark;
    return sim_forge_sign(f, last, by->core->own.device, false, &by->core->own.device_secret, NULL);
}

/* Behind `last`, an entry that names another head too. */
static bool entry_of_both(const struct chain_entry *last, const uint8_t other[CHAIN_HASH_SIZE],
                          struct sim_device *by, struct sim_forge *f)
{
    chain_begin(&f->e, last);
    f->e.why = CHAIN_WHY_FORK;
    f->e.has_other = true;
    memcpy(f->e.other, other, sizeof f->e.other);
    return sim_forge_sign(f, last, by->core->own.device, false, &by->core->own.device_secret, NULL);
}

TEST(breaker_a_device_of_a_branch_that_was_given_up_speaks)
{
    struct account_pair p;
    struct chain_entry first, second;
    struct sim_forge f, end;
    struct sim *s = trust_world(8201);
    SETUP(account_pair(&p));
    uint64_t a2b = sim_chat_of_type(p.a2, 1);
    const uint8_t *account = p.a->core->own.account;
    SETUP(sim_forge_at(p.b, account, 0, &first) && sim_forge_at(p.b, account, 1, &second));
    SETUP(account_heard(p.a2, a2b, "listed", p.b));
    /* Ana never let that device in, says her own one: Ben goes by its entries */
    SETUP(entry_behind(&first, p.a, 1, &f) && sim_forge_hear(p.b, &f));
    SETUP(entry_of_both(&f.e, second.hash, p.a, &end) && sim_forge_hear(p.b, &end));
    SETUP(sim_number(p.b, "SELECT count(*) FROM person WHERE fork<>0") == 0);
    SETUP(sim_forge_at(p.b, account, 2, &second) && second.device_n == 1);
    SETUP(sim_leaves(p.b, p.ba, p.a2->core->own.device) == 1);
    SETUP(sim_send(p.a2, a2b, "it is me, Ana", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(p.a, "it is me, Ana") == 1); /* she does not know what Ben knows */
    CHECK(sim_heard(p.b, "it is me, Ana") == 0);
    SETUP(sim_send(p.a, p.ab, "no, it is me", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "no, it is me") == 1);
}

TEST_MAIN(TEST_ROW(breaker_a_device_of_a_branch_that_was_given_up_speaks))
