/* The stolen phone, still listed, takes Ana's own device out of the chat and in again by a leaf
 * that names an entry of its branch of her chain. That branch is given up, and the device never
 * sits by that leaf. Each does every tap that is asked for: they talk again, and nothing is said to
 * the phone. */
#include "account.h"
#include "engine/own/wish.h"
#include "store/people.h"

struct readd {
    int64_t chat;
    enum own_wish kind;
    uint8_t data[8 + 32];
};

static enum err wish_readd(struct own *o, struct step *s, void *user)
{
    const struct readd *r = user;
    struct slice data = SLICE_ARRAY(r->data);
    return own_wish(o, s, r->chat, r->kind,
                    r->kind == OWN_WISH_READD         ? data
                    : r->kind == OWN_WISH_ADD_DEVICES ? SLICE_EMPTY
                                                      : slice_make(data.p + 8, 32));
}

static bool wishes(struct sim_device *by, const struct sim_device *device, enum own_wish kind)
{
    struct readd r = {(int64_t)sim_chat_of_type(by, ABI_CHAT_TYPE_PAIR), kind, {0}};
    int64_t me = STORE_PERSON_ME;
    memcpy(r.data, &me, sizeof me);
    memcpy(r.data + sizeof me, device->core->account.own.device, 32);
    bool fine = sim_keep(by, wish_readd, &r) == OK;
    sim_cut(by, 2);
    sim_pass(by->sim, TRUST_MINUTE);
    return fine;
}

static bool takes_out(struct sim_device *by, const struct sim_device *device)
{
    return wishes(by, device, OWN_WISH_REMOVE_DEVICE);
}

/* `by` takes `device`, another of its account, out of its chat with Ben and in again. */
static bool takes_again(struct sim_device *by, const struct sim_device *device, bool is_out)
{
    return wishes(by, device, is_out ? OWN_WISH_ADD_DEVICES : OWN_WISH_READD);
}

/* All that is asked of this person now. */
static void taps(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    if (sim_number(d, "SELECT count(*) FROM person WHERE fork<>0") > 0) {
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_FORK_SETTLE;
        op.op_fork_settle.person = (uint64_t)sim_number(d, "SELECT id FROM person WHERE fork<>0");
        SETUP(sim_op(d, &op) == OK);
    }
    static const char *const names[] = {"Ana", "Ben"};
    for (int i = 0; i < 2; i++) {
        if (sim_verified(d, names[i]) == ABI_VERIFIED_CHANGED) {
            SETUP(sim_verify(d, names[i]) == OK); /* compared */
        }
    }
    uint64_t note = sim_note(d, chat);
    if (note == 10) {
        SETUP(sim_settle_room(d, chat, ABI_SETTLE_AGAIN) == OK);
    } else if (note == 9 || note == 6) {
        (void)sim_settle_room(d, chat, ABI_SETTLE_ANEW);
    }
    (void)sim_settle_all(d);
}

/* What Ben, or she, hears of the branches, and when. */
#define BEN_BEFORE 1 /* he hears of both before the phone is revoked, else with what comes then */
#define LONGER 2     /* the phone's branch goes on behind what was given up                  */
#define LONGER_FOR_ANA 4 /* ... and she hears of that, too */
#define NEVER_REVOKED 8  /* nobody knows that it was stolen */
#define HEAD_BEHIND 32   /* what she gives up has gone on behind what the leaf names */
#define SCANS 64         /* he scans her code, as the alarm asks for */
#define TWO_COMMITS 16   /* she hears that she is out, and not that she is in again */

/* He hears of her entries `from` to `to`. */
static bool told(struct sim_device *b, struct sim_device *a, uint64_t from, uint64_t to)
{
    static struct sim_forge f;
    bool fine = true;
    for (uint64_t n = from; n <= to; n++) {
        fine =
            fine && sim_forge_copy(a, a->core->account.own.account, n, &f) && sim_forge_hear(b, &f);
    }
    return fine;
}

static void lost_branch(uint64_t seed, unsigned how)
{
    static struct sim_forge x, y, more;
    struct account_pair p;
    struct chain_entry last, e;
    struct sim *s = trust_world(seed);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account;
    (void)sim_evil(p.a2);
    (void)sim_evil(p.a);
    SETUP(sim_forge_at(p.a2, account, 1, &last));
    /* its branch: everybody has it for Ana's */
    SETUP(account_entry_behind(&last, p.a2, 1, &x) && sim_forge_put(p.a2, &x));
    sim_hang_up(p.a, 1);
    sim_hang_up(p.a2, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_forge_hear(p.b, &x) && sim_forge_at(p.a, account, 2, &e));
    SETUP(sim_evil_package(p.a) == OK);                    /* it names that entry */
    s->hostile->swap[0].of = s->hostile->swap[0].by = p.a; /* her Welcome does not come */
    s->hostile->swap[0].asked_by = p.a2;
    SETUP((how & TWO_COMMITS) == 0 || takes_out(p.a2, p.a));
    SETUP((how & TWO_COMMITS) == 0 || sim_leaves(p.b, p.ba, p.a->core->account.own.device) == 0);
    SETUP(takes_again(p.a2, p.a, (how & TWO_COMMITS) != 0) && s->hostile->swaps > 0);
    SETUP(sim_leaves(p.b, p.ba, p.a->core->account.own.device) == 1);
    SETUP(account_entry_behind(&x.e, p.a2, 3, &more));
    if ((how & HEAD_BEHIND) != 0) {
        SETUP(sim_forge_put(p.a2, &more));
        sim_hang_up(p.a, 1);
        sim_pass(s, TRUST_MINUTE);
        SETUP(sim_forge_at(p.a, account, 3, &e) && sim_forge_hear(p.b, &more));
    }
    if ((how & (LONGER | BEN_BEFORE)) == LONGER) {
        SETUP(sim_forge_hear(p.b, &more) && sim_forge_at(p.b, account, 3, &e));
    }
    /* the other branch, where the gateway stands: she says which is hers */
    SETUP(account_entry_behind(&last, p.a2, 2, &y));
    sim_forge_store(s, &y, SLICE_EMPTY);
    if ((how & HEAD_BEHIND) != 0) {
        last = y.e;
        SETUP(account_entry_behind(&last, p.a2, 4, &y));
        sim_forge_store(s, &y, SLICE_EMPTY);
    }
    const uint64_t end = y.e.n + 1; /* her entry that names both heads */
    for (int i = 0; i < 2; i++) {
        sim_hang_up(p.a, 1);
        sim_pass(s, TRUST_HOUR);
    }
    SETUP(sim_forge_at(p.a, account, end, &e) && e.why == CHAIN_WHY_FORK && e.has_other &&
          slice_equal(
              SLICE_ARRAY(e.other),
              slice_make((how & HEAD_BEHIND) != 0 ? more.e.hash : x.e.hash, CHAIN_HASH_SIZE)));
    if ((how & BEN_BEFORE) != 0) {
        SETUP(told(p.b, p.a, 2, end));
    }
    if ((how & (LONGER | BEN_BEFORE)) == (LONGER | BEN_BEFORE)) {
        SETUP(sim_forge_hear(p.b, &more));
    }
    if ((how & LONGER_FOR_ANA) != 0) {
        SETUP(sim_forge_hear(p.a, &more));
    }
    if ((how & NEVER_REVOKED) == 0) {
        SETUP(sim_revoke(p.a, p.a2) == OK);
        sim_pass(s, TRUST_MINUTE);
        SETUP(told(p.b, p.a, 2, end + 1));
        p.a2->core->account.own.dropped = false;
        p.a2->evil->lawless = true;
    }
    /* of two branches he keeps the one that her code names; else his, by his tap */
    enum err scanned = (how & SCANS) != 0 ? sim_scan(p.b, "Ana", p.a, "Ben") : OK;
    SETUP(scanned == OK || scanned == ERR_STATE);
    /* she may be out of the chat, and know it */
    bool said = sim_send(p.a, sim_chat_with(p.a, "Ben"), "from Ana", NULL) == OK;
    SETUP(sim_send(p.b, sim_chat_with(p.b, "Ana"), "from Ben", NULL) == OK);
    for (int day = 0; day < 9; day++) {
        sim_tick(s, TRUST_DAY);
        sim_hang_up(p.a, 1);
        sim_hang_up(p.b, 1);
        sim_pass(s, 30 * TRUST_MINUTE);
        taps(p.a, sim_chat_with(p.a, "Ben"));
        taps(p.b, sim_chat_with(p.b, "Ana"));
    }
    CHECK(sim_heard(p.a, "from Ben") == 1 || (how & NEVER_REVOKED) != 0);
    CHECK(sim_heard(p.b, "from Ana") == 1 || !said);
    CHECK((how & NEVER_REVOKED) != 0 || sim_heard(p.a2, "from Ben") == 0);
    CHECK(account_heard(p.a, sim_chat_with(p.a, "Ben"), "again, Ana", p.b));
    CHECK(account_heard(p.b, sim_chat_with(p.b, "Ana"), "again, Ben", p.a));
}

TEST(variant_branch_named_by_a_leaf_that_waits)
{
    lost_branch(9001, BEN_BEFORE);
}

TEST(variant_branch_told_to_ben_with_the_revocation)
{
    lost_branch(9002, 0);
}

TEST(variant_branch_that_goes_on_afterwards)
{
    lost_branch(9003, BEN_BEFORE | LONGER);
}

TEST(variant_branch_that_goes_on_as_she_knows)
{
    lost_branch(9004, BEN_BEFORE | LONGER | LONGER_FOR_ANA);
}

TEST(variant_branch_of_a_phone_that_nobody_revokes)
{
    lost_branch(9007, BEN_BEFORE | LONGER | NEVER_REVOKED);
}

TEST(variant_branch_of_who_was_taken_out)
{
    lost_branch(9009, BEN_BEFORE | TWO_COMMITS);
}

TEST(variant_branch_of_who_was_taken_out_and_goes_on)
{
    lost_branch(9008, BEN_BEFORE | LONGER | TWO_COMMITS);
}

TEST(variant_branch_of_who_was_taken_out_and_goes_on_as_she_knows)
{
    lost_branch(9013, BEN_BEFORE | LONGER | LONGER_FOR_ANA | TWO_COMMITS);
}

TEST(variant_branch_of_who_was_taken_out_and_had_gone_on)
{
    lost_branch(9010, LONGER | TWO_COMMITS | SCANS);
}

TEST(variant_branch_that_she_gives_up_behind_what_the_leaf_names)
{
    lost_branch(9014, BEN_BEFORE | HEAD_BEHIND);
}

TEST(variant_branch_of_who_was_taken_out_behind_what_the_leaf_names)
{
    lost_branch(9015, BEN_BEFORE | HEAD_BEHIND | TWO_COMMITS);
}

/* Ben has for Ana's what the stolen phone wrote, and then hears of her own branch, which drops it:
 * the numbers are the same for both, so reading them says nothing of which is hers. */
TEST(variant_branch_is_not_chosen_by_numbers_that_both_have)
{
    static struct sim_forge x, drops;
    struct account_pair p;
    struct chain_entry last, e;
    char hers[61], his[61];
    struct sim *s = trust_world(9021);
    SETUP(account_pair(&p));
    const uint8_t *account = p.a->core->account.own.account,
                  *phone = p.a2->core->account.own.device;
    SETUP(sim_forge_at(p.a2, account, 1, &last));
    SETUP(account_entry_behind(&last, p.a2, 1, &x) && sim_forge_hear(p.b, &x));
    sim_offline(p.b, true); /* he hears of the entry first, and then what comes of it in the room */
    SETUP(sim_revoke(p.a, p.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_forge_copy(p.a, account, 2, &drops));
    SETUP(sim_forge_hear(p.b, &drops) && sim_note(p.b, p.ba) == ABI_CHAT_NOTE_FORK);
    sim_safety(p.a, "Ben", hers);
    sim_safety(p.b, "Ana", his);
    SETUP(hers[0] != 0 && strcmp(hers, his) == 0);
    SETUP(sim_send(p.b, p.ba, "which is yours?", NULL) == OK);
    CHECK(sim_verify(p.b, "Ana") == ERR_STATE);
    sim_offline(p.b, false);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_verified(p.b, "Ana") == ABI_VERIFIED_CHANGED &&
          sim_note(p.b, p.ba) == ABI_CHAT_NOTE_FORK);
    CHECK(sim_said(p.b, ABI_NOTICE_VERIFIED) == 1); /* of when they met */
    CHECK(sim_state(p.b, "which is yours?") == ABI_MESSAGE_STATE_QUEUED &&
          sim_heard(p.a2, "which is yours?") == 0);
    /* that he has not compared may be said at any time, and ends no alarm */
    SETUP(sim_unverify(p.b, "Ana") == OK);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_FORK && sim_verify(p.b, "Ana") == ERR_STATE);
    /* her code says which */
    SETUP(sim_forge_at(p.b, account, 2, &e) && chain_has_device(&e, phone));
    CHECK(sim_scan(p.b, "Ana", p.a, "Ben") == OK && sim_verified(p.b, "Ana") == ABI_VERIFIED_NOW);
    CHECK(sim_forge_at(p.b, account, 2, &e) && !chain_has_device(&e, phone));
    sim_hang_up(p.b, 1);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(p.a, "which is yours?") == 1 && sim_heard(p.a2, "which is yours?") == 0);
}

TEST_MAIN(TEST_ROW(variant_branch_is_not_chosen_by_numbers_that_both_have),
          TEST_ROW(variant_branch_that_she_gives_up_behind_what_the_leaf_names),
          TEST_ROW(variant_branch_of_who_was_taken_out_behind_what_the_leaf_names),
          TEST_ROW(variant_branch_named_by_a_leaf_that_waits),
          TEST_ROW(variant_branch_told_to_ben_with_the_revocation),
          TEST_ROW(variant_branch_that_goes_on_afterwards),
          TEST_ROW(variant_branch_that_goes_on_as_she_knows),
          TEST_ROW(variant_branch_of_a_phone_that_nobody_revokes),
          TEST_ROW(variant_branch_of_who_was_taken_out),
          TEST_ROW(variant_branch_of_who_was_taken_out_and_goes_on),
          TEST_ROW(variant_branch_of_who_was_taken_out_and_goes_on_as_she_knows),
          TEST_ROW(variant_branch_of_who_was_taken_out_and_had_gone_on))
