/* The revoked phone writes an entry of its own beside the one that revokes it, and by that takes
 * the owner's other device out of a room before its own removal comes there. No device is in both
 * heads: no entry ends that fork. Ben looks, each does every tap that is asked for, and they talk
 * again; nothing that Ben says from then on is for the phone. */
#include "account.h"
#include "store/people.h"

#define HEARS_FIRST 1 /* Ben knows of the revocation before the phone's entry comes */
#define SCANS 2       /* he scans her code, else he keeps what he has               */
#define GROUP 4       /* in a group that he runs, too                               */
#define LONGER 8      /* the phone's branch is longer than hers                     */

/* All that is asked of this person now. */
static void taps(struct sim_device *d)
{
    static const char *const names[] = {"Ana", "Ben"};
    const struct abi_chats *l = sim_chats(d);
    uint64_t asks[8];
    size_t n = 0;
    for (size_t i = 0; l != NULL && i < l->list_n && n < sizeof asks / sizeof asks[0]; i++) {
        if (l->list[i].note == ABI_CHAT_NOTE_STOPPED || l->list[i].note == ABI_CHAT_NOTE_LOST) {
            asks[n++] = l->list[i].id;
        }
    }
    for (size_t i = 0; i < n; i++) {
        (void)sim_settle_room(d, asks[i], ABI_SETTLE_ANEW);
    }
    for (int i = 0; i < 2; i++) {
        if (sim_verified(d, names[i]) == ABI_VERIFIED_CHANGED) {
            SETUP(sim_verify(d, names[i]) == OK); /* compared */
        }
    }
    (void)sim_settle_all(d);
}

/* Ana's revocation is there, and her removals wait; the phone's entry says that she is no device of
 * the account, and it takes her out of its rooms. */
static bool takes_her_out(struct account_pair *p, unsigned how, struct sim_forge *drops)
{
    static struct sim_forge own, more;
    struct chain_entry last;
    struct sim *s = world;
    const uint8_t *account = p->a->core->account.own.account,
                  *hers = p->a->core->account.own.device;
    const uint8_t *phone = p->a2->core->account.own.device;
    if (!sim_forge_at(p->a2, account, 1, &last)) {
        return false;
    }
    s->hostile->no_commits = p->a;
    sim_offline(p->a2, true);
    bool fine = sim_revoke(p->a, p->a2) == OK;
    sim_pass(s, 10000);
    fine = fine && sim_forge_copy(p->a, account, 2, drops) && sim_leaves(p->b, p->ba, hers) == 1 &&
           ((how & HEARS_FIRST) == 0 || sim_forge_hear(p->b, drops));
    chain_begin(&own.e, &last);
    fine = fine && chain_drop(&own.e, hers) == OK &&
           sim_forge_sign(&own, &last, phone, false, &p->a2->core->account.own.device_secret, NULL);
    s->hostile->no_chains = true;
    fine = fine && sim_forge_hear(p->a2, &own) &&
           ((how & LONGER) == 0 ||
            (account_entry_behind(&own.e, p->a2, 1, &more) && sim_forge_hear(p->a2, &more)));
    sim_offline(p->a2, false);
    sim_pass(s, 2 * TRUST_MINUTE);
    s->hostile->no_chains = false;
    s->hostile->no_commits = NULL;
    sim_evil(p->a2)->lawless = true;
    p->a2->core->account.own.dropped = false;
    return fine && sim_leaves(p->b, p->ba, hers) == 0 && sim_leaves(p->b, p->ba, phone) == 1;
}

/* Ben looks: her own branch is the one that is hers. */
static bool looks(struct account_pair *p, unsigned how)
{
    struct abi_op op;
    struct chain_entry e;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_FORK_SETTLE;
    op.op_fork_settle.person = (uint64_t)sim_person(p->b, "Ana");
    return sim_note(p->b, p->ba) == ABI_CHAT_NOTE_FORK &&
           ((how & SCANS) != 0 ? sim_scan(p->b, "Ana", p->a, "Ben") : sim_op(p->b, &op)) == OK &&
           sim_forge_at(p->b, p->a->core->account.own.account, 2, &e) &&
           !chain_has_device(&e, p->a2->core->account.own.device);
}

static void sibling(uint64_t seed, unsigned how)
{
    static const char *const ana[] = {"Ana"};
    static struct sim_forge drops;
    struct account_pair p;
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p));
    uint64_t gb = (how & GROUP) != 0 ? sim_group(p.b, "the group", ana, 1) : 0;
    sim_pass(s, TRUST_MINUTE);
    SETUP(gb == 0 || (sim_leaves(p.b, gb, p.a2->core->account.own.device) == 1 &&
                      sim_leaves(p.b, gb, p.a->core->account.own.device) == 1));
    SETUP(takes_her_out(&p, how, &drops));
    SETUP(gb == 0 || sim_leaves(p.b, gb, p.a->core->account.own.device) == 0);
    SETUP((how & HEARS_FIRST) != 0 || sim_forge_hear(p.b, &drops));
    SETUP(looks(&p, how));
    SETUP(sim_send(p.b, sim_chat_with(p.b, "Ana"), "from Ben", NULL) == OK);
    SETUP(gb == 0 || sim_send(p.b, gb, "to the group", NULL) == OK);
    for (int day = 0; day < 3; day++) {
        sim_tick(s, TRUST_DAY);
        sim_hang_up(p.a, 1);
        sim_hang_up(p.b, 1);
        sim_pass(s, 30 * TRUST_MINUTE);
        taps(p.a);
        taps(p.b);
    }
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "from Ben") == 1 && sim_heard(p.a2, "from Ben") == 0);
    CHECK(account_heard(p.a, sim_chat_with(p.a, "Ben"), "again, Ana", p.b));
    CHECK(account_heard(p.b, sim_chat_with(p.b, "Ana"), "again, Ben", p.a));
    CHECK(sim_heard(p.a2, "again, Ana") == 0 && sim_heard(p.a2, "again, Ben") == 0);
    if (gb != 0) {
        CHECK(sim_heard(p.a, "to the group") == 1 && sim_heard(p.a2, "to the group") == 0);
        CHECK(account_heard(p.a, sim_chat_of_type(p.a, ABI_CHAT_TYPE_GROUP), "all of you", p.b));
    }
}

TEST(variant_sibling_before_ben_hears_of_the_revocation)
{
    sibling(9101, SCANS);
}

TEST(variant_sibling_when_ben_knows_of_the_revocation)
{
    sibling(9102, HEARS_FIRST);
}

TEST(variant_sibling_of_a_branch_that_is_longer)
{
    sibling(9104, HEARS_FIRST | LONGER);
}

TEST(variant_sibling_in_a_group_that_ben_runs)
{
    sibling(9103, SCANS | GROUP);
}

TEST_MAIN(TEST_ROW(variant_sibling_before_ben_hears_of_the_revocation),
          TEST_ROW(variant_sibling_when_ben_knows_of_the_revocation),
          TEST_ROW(variant_sibling_of_a_branch_that_is_longer),
          TEST_ROW(variant_sibling_in_a_group_that_ben_runs))
