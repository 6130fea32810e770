/* A device that was stolen, and revoked. */
#include "trust.h"

/* Ana with two devices, Ben, their chat; Ben has compared. */
struct stolen {
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba, a2b, person;
};

static bool stolen_make(struct stolen *w)
{
    w->a = trust_person("ana", "Ana");
    w->b = trust_person("ben", "Ben");
    if (w->a == NULL || w->b == NULL) {
        return false;
    }
    w->a2 = sim_device(world, "ana2");
    sim_run(world, 5000);
    if (!sim_meet(w->a, w->b, &w->ab, &w->ba) || !sim_second_device(w->a, w->a2)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    w->a2b = sim_chat_of_type(w->a2, 1);
    (void)sim_evil(w->a2);
    return w->a2b != 0 && sim_verify(w->b, "Ana") == OK;
}

/* Ana revokes it; what she says then it does not read, being honest so far. */
static bool revoke(struct stolen *w)
{
    if (sim_revoke(w->a, w->a2) != OK) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool said = sim_send(w->a, w->ab, "after the revocation", NULL) == OK;
    sim_pass(world, 10000);
    return said && sim_heard(w->a2, "after the revocation") == 0 &&
           sim_heard(w->b, "after the revocation") == 1;
}

TEST(row_4a_it_changes_its_key_in_a_path_before)
{
    struct stolen w;
    struct abi_op op;
    uint8_t id[32];
    static const char *const people[] = {"Ben"};
    struct sim *s = trust_world(7011);
    SETUP(stolen_make(&w));
    uint64_t ga = sim_group(w.a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    SETUP(ga != 0);
    memcpy(id, w.a2->core->own.device, 32);
    w.a2->evil->lawless = w.a2->evil->path_key = true;
    SETUP(sim_evil_new_key(w.a2) == OK && sim_evil_heal(w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DEVICE_REVOKE;
    op.op_device_revoke.device = SLICE_ARRAY(id);
    SETUP(sim_op(w.a, &op) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_send(w.a, w.ab, "after it, Ana", NULL) == OK);
    SETUP(sim_send(w.b, w.ba, "after it, Ben", NULL) == OK);
    SETUP(sim_send(w.a, ga, "after it, group", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_leaves(w.a, w.ab, w.a2->core->own.device) == 0);
    CHECK(sim_leaves(w.a, ga, w.a2->core->own.device) == 0);
    CHECK(sim_heard(w.a2, "after it, Ana") == 0 && sim_heard(w.a2, "after it, Ben") == 0);
    CHECK(sim_heard(w.a2, "after it, group") == 0);
    CHECK(sim_heard(w.b, "after it, Ana") == 1 && sim_heard(w.a, "after it, Ben") == 1);
    CHECK(sim_heard(w.b, "after it, group") == 1);
}

TEST(row_4b_it_speaks_with_a_key_of_no_chain)
{
    static const uint8_t lowest[16] = {[15] = 2};
    struct stolen w;
    struct sim *s = trust_world(7006);
    SETUP(stolen_make(&w) && revoke(&w));
    SETUP(sim_evil_new_key(w.a2) == OK);
    w.a2->evil->lawless = w.a2->evil->together = true;
    uint64_t chat =
        sim_evil_make_room(w.a2, STORE_CHAT_PAIR, "", sim_person(w.a2, "Ben"), 0, lowest);
    SETUP(chat != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_send(w.b, sim_chat_with(w.b, "Ana"), "secret of Ben to Ana", NULL) == OK);
    (void)sim_send(w.a2, chat, "it is me, Ana", NULL);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.b, "it is me, Ana") == 0);
    CHECK(sim_heard(w.a2, "secret of Ben to Ana") == 0);
    CHECK(sim_heard(w.a, "secret of Ben to Ana") == 1);
}

TEST(row_4c_it_reads_the_recovery_code_off)
{
    struct stolen w;
    struct abi_op op;
    char code[128];
    struct sim *s = trust_world(7005);
    SETUP(stolen_make(&w) && revoke(&w));
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_SHOW;
    if (sim_op(w.a2, &op) != OK || w.a2->reply.result.recovery.code.n == 0) {
        return; /* no device has it: so it should be */
    }
    struct slice v = w.a2->reply.result.recovery.code;
    SETUP(v.n < sizeof code);
    memcpy(code, v.p, v.n);
    struct sim_device *thief = sim_device(s, "thief");
    (void)sim_recover(thief, slice_make(code, v.n));
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_send(w.a, w.ab, "secret of Ana", NULL) == OK);
    SETUP(sim_send(w.b, w.ba, "secret of Ben", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(thief, "secret of Ana") == 0 && sim_heard(thief, "secret of Ben") == 0);
    CHECK(sim_heard(w.b, "secret of Ana") == 1 && sim_heard(w.a, "secret of Ben") == 1);
}

TEST(row_5_it_goes_on_speaking_as_ana)
{
    struct stolen w;
    struct sim *s = trust_world(7014);
    SETUP(stolen_make(&w));
    SETUP(sim_send(w.a2, w.a2b, "before", NULL) == OK); /* its healing is done */
    sim_pass(s, 20000);
    SETUP(sim_heard(w.b, "before") == 1);
    s->hostile->mute = w.a2; /* its client reads nothing; the gateway is honest */
    SETUP(sim_revoke(w.a, w.a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_send(w.a, w.ab, "my phone was stolen", NULL) == OK);
    sim_pass(s, 50 * TRUST_MINUTE);
    (void)sim_send(w.a2, w.a2b, "all well, send the money here", NULL);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(w.b, "my phone was stolen") == 1);
    CHECK(sim_heard(w.b, "all well, send the money here") == 0);
}

TEST_MAIN(TEST_ROW(row_4a_it_changes_its_key_in_a_path_before),
          TEST_ROW(row_4b_it_speaks_with_a_key_of_no_chain),
          TEST_ROW(row_4c_it_reads_the_recovery_code_off),
          TEST_ROW(row_5_it_goes_on_speaking_as_ana))
