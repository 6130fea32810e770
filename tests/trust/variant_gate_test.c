/* The ways into a room and into a chain of commits, times the false leaves: foreign (a key that the
 * account it claims never listed), dropped, of an older entry, a third account in a chat of two.
 * One gate refuses all of them; whoever tried is named where a room had to be stopped. */
#include "variant.h"

/* ---- own adds ------------------------------------------------------------------------------- */

TEST(variant_own_add_a_foreign_key_under_bens_account)
{
    static const char *const people[] = {"Ben", "Cem"};
    struct variant v;
    SETUP(variant_make(&v, 7801, VARIANT_MAL));
    SETUP(sim_meet(v.m, v.b, &v.ga, &v.gb)); /* so it has his chain */
    SETUP(sim_evil_claim(v.m, v.b->core->account.own.account, UINT64_MAX) == OK);
    SETUP(sim_evil_package(v.m) == OK);
    variant_swap(&v, v.b, v.m, v.a);
    uint64_t g = sim_group(v.a, "new", people, 2);
    sim_pass(v.s, 30000);
    SETUP(g != 0 && v.s->hostile->swaps > 0 && sim_send(v.a, g, "to the new group", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_leaves(v.a, g, v.m->core->account.own.device) == 0);
    CHECK(sim_heard(v.m, "to the new group") == 0 && sim_heard(v.c, "to the new group") == 1);
    memset(v.s->hostile->swap, 0, sizeof v.s->hostile->swap);
    sim_pass(v.s, 2 * TRUST_HOUR); /* only delayed */
    SETUP(sim_send(v.a, g, "and with Ben", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.b, "and with Ben") == 1);
}

static void dropped_package(uint64_t seed, uint64_t entry)
{
    static const char *const people[] = {"Ana"};
    struct variant v;
    SETUP(variant_make(&v, seed, VARIANT_STOLEN) && variant_revoke(&v));
    SETUP(sim_evil_claim(v.a2, v.a->core->account.own.account, entry) == OK);
    SETUP(sim_evil_package(v.a2) == OK);
    variant_swap(&v, v.a, v.a2, v.b);
    uint64_t g = sim_group(v.b, "new", people, 1);
    sim_pass(v.s, TRUST_MINUTE);
    SETUP(g != 0 && v.s->hostile->swaps > 0);
    CHECK(sim_leaves(v.b, g, v.a2->core->account.own.device) == 0);
    memset(v.s->hostile->swap, 0, sizeof v.s->hostile->swap);
    sim_pass(v.s, 2 * TRUST_HOUR);
    SETUP(sim_send(v.b, g, "to Ana alone", NULL) == OK);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.a, "to Ana alone") == 1 && sim_heard(v.a2, "to Ana alone") == 0);
}

TEST(variant_own_add_a_dropped_key_that_names_the_newest_entry)
{
    dropped_package(7802, UINT64_MAX);
}

TEST(variant_own_add_a_dropped_key_that_names_its_older_entry)
{
    dropped_package(7803, 1);
}

/* ---- Welcomes ------------------------------------------------------------------------------- */

TEST(variant_welcome_by_a_foreign_key_under_bens_account)
{
    static const uint8_t lowest[16] = {[15] = 3};
    struct variant v;
    char link[600];
    SETUP(variant_make(&v, 7804, VARIANT_MAL) && sim_meet(v.m, v.b, &v.ga, &v.gb));
    SETUP(sim_link_text(v.a, link, sizeof link));
    sim_pass(v.s, 5000);
    int64_t ana = sim_evil_person(v.m, link, "L-Ana");
    SETUP(ana != 0 && sim_evil_claim(v.m, v.b->core->account.own.account, UINT64_MAX) == OK);
    v.m->evil->lawless = v.m->evil->together = true;
    uint64_t chat = sim_evil_make_room(v.m, STORE_CHAT_PAIR, "", ana, 0, lowest);
    SETUP(chat != 0);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.m, chat, "it is me, Ben", NULL);
    variant_say(&v);
    CHECK(sim_heard(v.a, "it is me, Ben") == 0);
    CHECK(sim_heard(v.m, "secret of Ana") == 0 && sim_heard(v.b, "secret of Ana") == 1);
}

TEST(variant_welcome_by_a_dropped_key_that_names_its_older_entry)
{
    static const uint8_t lowest[16] = {[15] = 4};
    struct variant v;
    SETUP(variant_make(&v, 7805, VARIANT_STOLEN) && variant_revoke(&v));
    SETUP(sim_evil_claim(v.a2, v.a->core->account.own.account, 1) == OK);
    v.a2->evil->lawless = v.a2->evil->together = true;
    uint64_t chat =
        sim_evil_make_room(v.a2, STORE_CHAT_PAIR, "", sim_person(v.a2, "Ben"), 0, lowest);
    SETUP(chat != 0);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.a2, chat, "it is me, Ana", NULL);
    variant_say(&v);
    CHECK(sim_heard(v.b, "it is me, Ana") == 0);
    CHECK(sim_heard(v.a2, "secret of Ben") == 0 && sim_heard(v.a, "secret of Ben") == 1);
}

TEST(variant_welcome_into_a_group_where_a_foreign_key_sits_as_ben)
{
    struct variant v;
    SETUP(variant_make(&v, 7806, VARIANT_MAL) && sim_meet(v.m, v.b, &v.ga, &v.gb));
    SETUP(sim_evil_claim(v.m, v.b->core->account.own.account, UINT64_MAX) == OK);
    SETUP(sim_evil_package(v.m) == OK);
    variant_swap(&v, v.b, v.m, v.c);
    sim_evil(v.c)->lawless = sim_evil(v.c)->together = true;
    uint64_t g = sim_evil_make_room(v.c, STORE_CHAT_GROUP, "we three", sim_person(v.c, "Ben"),
                                    sim_person(v.c, "Ana"), NULL);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    SETUP(g != 0 && v.s->hostile->swaps > 0 &&
          sim_leaves(v.c, g, v.m->core->account.own.device) == 1);
    uint64_t ag = sim_chat_of_type(v.a, ABI_CHAT_TYPE_GROUP);
    if (ag != 0) {
        (void)sim_send(v.a, ag, "to us three", NULL);
    }
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(ag == 0 || sim_leaves(v.a, ag, v.m->core->account.own.device) == 0);
    CHECK(sim_heard(v.m, "to us three") == 0);
}

/* ---- commits of others ---------------------------------------------------------------------- */

/* Cem adds `by` as a device of `name`; the room goes on without it, or stops and Cem is named. */
static void member_adds(struct variant *v, const char *name, struct sim_device *of,
                        struct sim_device *by)
{
    variant_swap(v, of, by, v->c);
    sim_evil(v->c)->lawless = true;
    SETUP(sim_evil_package(by) == OK);
    SETUP(sim_evil_add(v->c, v->gc, sim_person(v->c, name)) == OK);
    sim_pass(v->s, 2 * TRUST_MINUTE);
    SETUP(v->s->hostile->swaps > 0);
    memset(v->s->hostile->swap, 0, sizeof v->s->hostile->swap);
    (void)sim_send(v->b, v->gb, "said in the group", NULL);
    sim_pass(v->s, 10 * TRUST_MINUTE);
    CHECK(sim_leaves(v->a, v->ga, by->core->account.own.device) == 0);
    CHECK(sim_leaves(v->b, v->gb, by->core->account.own.device) == 0);
    CHECK(sim_heard(by, "said in the group") == 0);
    CHECK(variant_named(v->a, "Cem") && variant_named(v->b, "Cem"));
}

TEST(variant_commit_adds_a_foreign_key_as_a_device_of_ben)
{
    struct variant v;
    uint64_t x, y;
    SETUP(variant_make(&v, 7807, VARIANT_GROUP | VARIANT_MAL) && sim_meet(v.m, v.b, &x, &y));
    SETUP(sim_evil_claim(v.m, v.b->core->account.own.account, UINT64_MAX) == OK);
    member_adds(&v, "Ben", v.b, v.m);
}

/* The commit brings an entry behind Ben's newest, which lists the key and has no signature of his.
 */
TEST(variant_commit_brings_an_entry_of_ben_that_he_did_not_sign)
{
    static struct sim_forge f;
    struct variant v;
    struct chain_entry last;
    uint64_t x, y;
    SETUP(variant_make(&v, 7847, VARIANT_GROUP | VARIANT_MAL) && sim_meet(v.m, v.b, &x, &y));
    SETUP(sim_forge_at(v.c, v.b->core->account.own.account, 0, &last));
    chain_begin(&f.e, &last);
    f.e.why = CHAIN_WHY_ADDED;
    SETUP(chain_add(&f.e, v.m->core->account.own.device) == OK);
    SETUP(sim_forge_sign(&f, &last, v.b->core->account.own.device, false,
                         &v.m->core->account.own.device_secret, NULL));
    SETUP(sim_evil_claim(v.m, v.b->core->account.own.account, UINT64_MAX) == OK);
    v.m->evil->entry.n = f.e.n;
    memcpy(v.m->evil->entry.hash, f.e.hash, sizeof v.m->evil->entry.hash);
    sim_evil(v.c)->brings = &f;
    member_adds(&v, "Ben", v.b, v.m);
}

TEST(variant_commit_adds_a_dropped_key_by_its_older_entry)
{
    struct variant v;
    SETUP(variant_make(&v, 7808, VARIANT_GROUP | VARIANT_STOLEN) && variant_revoke(&v));
    SETUP(sim_evil_claim(v.a2, v.a->core->account.own.account, 1) == OK);
    member_adds(&v, "Ana", v.a, v.a2);
}

TEST(variant_commit_of_a_plain_member_adds_a_stranger)
{
    struct variant v;
    uint64_t x, y;
    SETUP(variant_make(&v, 7809, VARIANT_GROUP | VARIANT_MAL) && sim_meet(v.c, v.m, &x, &y));
    sim_evil(v.c)->lawless = true;
    SETUP(sim_evil_add(v.c, v.gc, sim_person(v.c, "Mal")) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.b, v.gb, "said in the group", NULL);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_leaves(v.a, v.ga, v.m->core->account.own.device) == 0);
    CHECK(sim_heard(v.m, "said in the group") == 0);
    CHECK(variant_named(v.a, "Cem") && variant_named(v.b, "Cem"));
}

TEST(variant_commit_puts_a_third_into_a_chat_of_two)
{
    struct variant v;
    SETUP(variant_make(&v, 7810, 0));
    sim_evil(v.c)->lawless = true;
    SETUP(sim_evil_add(v.c, v.ca, sim_person(v.c, "Ben")) == OK); /* into Ana's chat with Cem */
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.a, v.ac, "for Cem", NULL);
    sim_pass(v.s, 10 * TRUST_MINUTE);
    CHECK(sim_leaves(v.a, v.ac, v.b->core->account.own.device) == 0);
    CHECK(sim_heard(v.b, "for Cem") == 0);
    CHECK(variant_named(v.a, "Cem"));
}

TEST(variant_commit_whose_path_takes_the_name_of_ben)
{
    struct variant v;
    SETUP(variant_make(&v, 7811, VARIANT_GROUP));
    sim_evil(v.c)->lawless = sim_evil(v.c)->path_key = true;
    SETUP(sim_evil_claim(v.c, v.b->core->account.own.account, UINT64_MAX) == OK);
    SETUP(sim_evil_heal(v.c) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    (void)sim_send(v.c, v.gc, "it is me, Ben", NULL);
    sim_pass(v.s, TRUST_MINUTE);
    CHECK(sim_heard(v.a, "it is me, Ben") == 0);
    CHECK(sim_leaves_of(v.a, v.ga, v.b->core->account.own.account) == 1);
    CHECK(variant_named(v.a, "Cem"));
}

TEST(variant_commit_whose_path_names_an_entry_nobody_has)
{
    struct variant v;
    SETUP(variant_make(&v, 7812, VARIANT_GROUP));
    sim_evil(v.c)->lawless = sim_evil(v.c)->path_key = true;
    SETUP(sim_evil_claim(v.c, v.c->core->account.own.account, UINT64_MAX) == OK);
    memset(v.c->evil->entry.hash, 9, sizeof v.c->evil->entry.hash);
    SETUP(sim_evil_heal(v.c) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(variant_named(v.a, "Cem") && variant_named(v.b, "Cem"));
    /* it is not frozen: she who may add makes a room without him */
    SETUP(sim_settle_room(v.a, v.ga, ABI_SETTLE_ANEW) == OK);
    sim_pass(v.s, TRUST_HOUR);
    (void)sim_settle_all(v.b);
    sim_pass(v.s, TRUST_HOUR);
    SETUP(sim_send(v.a, sim_chat_of_type(v.a, ABI_CHAT_TYPE_GROUP), "without him", NULL) == OK);
    sim_pass(v.s, TRUST_HOUR);
    CHECK(sim_heard(v.b, "without him") == 1 && sim_heard(v.c, "without him") == 0);
}

TEST(variant_commit_of_a_plain_member_takes_the_group_over)
{
    struct variant v;
    struct abi_op op;
    SETUP(variant_make(&v, 7813, VARIANT_GROUP));
    sim_evil(v.c)->lawless = true;
    memcpy(sim_evil(v.c)->admin, v.c->core->account.own.account, 32);
    sim_evil(v.c)->has_admin = true;
    SETUP(sim_evil_sql(v.c, "UPDATE chat SET role=1 WHERE type=2") == OK);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = v.gc;
    op.op_group_set.name = SLICE_LITERAL("mine");
    SETUP(sim_op(v.c, &op) == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_number(v.a, "SELECT role FROM chat WHERE type=2") == 1);
    CHECK(sim_count(v.b, "SELECT count(*) FROM chat WHERE title=?", "mine") == 0);
    CHECK(variant_named(v.a, "Cem") && variant_named(v.b, "Cem"));
}

TEST(variant_commit_of_a_plain_member_removes_another)
{
    struct variant v;
    SETUP(variant_make(&v, 7814, VARIANT_GROUP));
    sim_evil(v.c)->lawless = true;
    SETUP(sim_evil_sql(v.c, "UPDATE chat SET role=1 WHERE type=2") == OK);
    SETUP(sim_group_remove(v.c, v.gc, "Ben") == OK);
    sim_pass(v.s, 2 * TRUST_MINUTE);
    CHECK(sim_leaves_of(v.a, v.ga, v.b->core->account.own.account) == 1);
    CHECK(sim_leaves_of(v.b, v.gb, v.b->core->account.own.account) == 1);
    CHECK(variant_named(v.a, "Cem") && variant_named(v.b, "Cem"));
}

TEST_MAIN(TEST_ROW(variant_own_add_a_foreign_key_under_bens_account),
          TEST_ROW(variant_own_add_a_dropped_key_that_names_the_newest_entry),
          TEST_ROW(variant_own_add_a_dropped_key_that_names_its_older_entry),
          TEST_ROW(variant_welcome_by_a_foreign_key_under_bens_account),
          TEST_ROW(variant_welcome_by_a_dropped_key_that_names_its_older_entry),
          TEST_ROW(variant_welcome_into_a_group_where_a_foreign_key_sits_as_ben),
          TEST_ROW(variant_commit_adds_a_foreign_key_as_a_device_of_ben),
          TEST_ROW(variant_commit_brings_an_entry_of_ben_that_he_did_not_sign),
          TEST_ROW(variant_commit_adds_a_dropped_key_by_its_older_entry),
          TEST_ROW(variant_commit_of_a_plain_member_adds_a_stranger),
          TEST_ROW(variant_commit_puts_a_third_into_a_chat_of_two),
          TEST_ROW(variant_commit_whose_path_takes_the_name_of_ben),
          TEST_ROW(variant_commit_whose_path_names_an_entry_nobody_has),
          TEST_ROW(variant_commit_of_a_plain_member_takes_the_group_over),
          TEST_ROW(variant_commit_of_a_plain_member_removes_another))
