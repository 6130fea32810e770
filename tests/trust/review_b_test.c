/* Rows B: honest people in bad situations, as far as they can be played. */
#include "trust.h"

static void both_hear(struct sim_device *a, uint64_t ab, struct sim_device *b, uint64_t ba,
                      uint64_t wait_ms)
{
    SETUP(sim_send(a, ab, "Ana, afterwards", NULL) == OK);
    SETUP(sim_send(b, ba, "Ben, afterwards", NULL) == OK);
    sim_pass(world, wait_ms);
    CHECK(sim_heard(b, "Ana, afterwards") == 1);
    CHECK(sim_heard(a, "Ben, afterwards") == 1);
}

static bool link_accept(struct sim_device *d, struct sim_device *fresh)
{
    struct abi_op op;
    struct slice code;
    char text[64] = "";
    if (sim_link_device(fresh, &code) != OK || code.n >= sizeof text) {
        return false;
    }
    memcpy(text, code.p, code.n);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = slice_of_string(text);
    return sim_op(d, &op) == OK;
}

TEST(row_b1_two_devices_add_one_each_at_once)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7201);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2"), *a3 = sim_device(s, "ana3"),
                      *a4 = sim_device(s, "ana4");
    SETUP(sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_verify(b, "Ana") == OK);
    SETUP(link_accept(a, a3) && link_accept(a2, a4));
    sim_run(s, 20000);
    SETUP(sim_link_answer(a, true) == OK && sim_link_answer(a2, true) == OK);
    sim_run(s, 20000);
    SETUP(sim_link_answer(a3, true) == OK && sim_link_answer(a4, true) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(a3->link_phase == ABI_LINK_PHASE_DONE && a4->link_phase == ABI_LINK_PHASE_DONE);
    both_hear(a, ab, b, ba, TRUST_MINUTE);
    CHECK(sim_heard(a3, "Ben, afterwards") == 1 && sim_heard(a4, "Ben, afterwards") == 1);
    CHECK(sim_verified(b, "Ana") == ABI_VERIFIED_NOW); /* no alarm */
}

TEST(row_b2_a_revoked_leaf_and_no_admin_there)
{
    static const char *const people[] = {"Ben", "Cem"}, *const other[] = {"Ben"};
    uint64_t x, y;
    struct sim *s = trust_world(7202);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem"), *b2 = sim_device(s, "ben2");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y) && sim_meet(c, b, &x, &y));
    SETUP(sim_second_device(b, b2));
    uint64_t ga = sim_group(a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gc = sim_chat_with(c, "Ana") == 0 ? 0 : sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gc != 0 && sim_send(c, gc, "before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(b2, "before") == 1);
    sim_offline(a, true);
    s->hostile->no_commits = b;
    SETUP(sim_revoke(b, b2) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_offline(b, true); /* lost in the middle of it */
    SETUP(sim_group(c, "another group", other, 1) != 0);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_send(c, gc, "not for thieves", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(b2, "not for thieves") == 0);
    sim_offline(a, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(a, "not for thieves") == 1);
    CHECK(sim_heard(b2, "not for thieves") == 0);
}

TEST(row_b3_both_recover_at_once)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7203);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    sim_pass(s, TRUST_HOUR);
    sim_offline(a, true);
    sim_offline(b, true);
    struct sim_device *na = sim_device(s, "ana-new"), *nb = sim_device(s, "ben-new");
    SETUP(sim_recover(na, a->code) == OK && sim_recover(nb, b->code) == OK);
    sim_run(s, 20000);
    SETUP(sim_recover_choose(na, false) == OK && sim_recover_choose(nb, false) == OK);
    sim_pass(s, TRUST_HOUR);
    uint64_t nab = sim_chat_with(na, "Ben"), nba = sim_chat_with(nb, "Ana");
    SETUP(nab != 0 && nba != 0);
    both_hear(na, nab, nb, nba, 3 * TRUST_HOUR);
}

TEST(row_b4_a_restored_gateway_that_has_grown_again)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    char text[32] = "old 0";
    struct sim *s = trust_world(7204);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    sim_gateway_backup(s);
    for (int i = 0; i < 4; i++) {
        text[4] = (char)('0' + i);
        SETUP(sim_send(a, ab, text, NULL) == OK);
        sim_pass(s, 2000);
    }
    sim_pass(s, 20000);
    sim_offline(b, true);
    SETUP(sim_gateway_restore(s));
    memcpy(text, "new", 3);
    for (int i = 0; i < 8; i++) { /* more than was lost, before Ben looks */
        text[4] = (char)('0' + i);
        SETUP(sim_send(a, ab, text, NULL) == OK);
        sim_pass(s, 2000);
    }
    sim_pass(s, 20000);
    sim_offline(b, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE text LIKE 'new _'") == 8);
    both_hear(a, ab, b, ba, TRUST_HOUR);
}

TEST(row_b4_a_restored_gateway_and_a_welcome)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, x;
    char link[600];
    struct sim *s = trust_world(7214);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *c = trust_person("cem", "Cem"), *e = trust_person("dan", "Dan");
    SETUP(c != NULL && e != NULL && sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    sim_gateway_backup(s);
    SETUP(sim_add(c, slice_of_string(link), &x) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT count(*) FROM request") == 1 && sim_gateway_restore(s));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_add(e, slice_of_string(link), &x) == OK);
    sim_pass(s, 4 * TRUST_DAY); /* the package that Cem used had been used up before */
    if (sim_number(b, "SELECT count(*) FROM request") < 2) {
        CHECK(sim_note(e, x) == ABI_CHAT_NOTE_NO_LIFE &&
              sim_settle_room(e, x, ABI_SETTLE_AGAIN) == OK);
        sim_pass(s, TRUST_HOUR);
    }
    CHECK(sim_number(b, "SELECT count(*) FROM request") == 2);
}

/* The same, where nothing is left there after it: Ben knows by the word that his line begins with,
 * before anybody takes a package. */
TEST(row_b4_a_restored_gateway_is_known_by_the_head_of_the_inbox)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, x;
    char link[600];
    struct sim *s = trust_world(7254);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *c = trust_person("cem", "Cem"), *e = trust_person("dan", "Dan");
    SETUP(c != NULL && e != NULL && sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    sim_gateway_backup(s);
    SETUP(sim_add(c, slice_of_string(link), &x) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT count(*) FROM request") == 1 && sim_gateway_restore(s));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_add(e, slice_of_string(link), &x) == OK);
    sim_pass(s, TRUST_MINUTE); /* by a package that was not used before: at once */
    CHECK(sim_number(b, "SELECT count(*) FROM request") == 2);
}

/* The same, where Ben has seen by another log that the gateway was put back. */
TEST(row_b4_a_restored_gateway_gives_out_no_used_package_once_it_is_known)
{
    struct sim_device *a, *b;
    uint64_t ab, ba, x;
    char link[600];
    struct sim *s = trust_world(7234);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *c = trust_person("cem", "Cem"), *e = trust_person("dan", "Dan");
    SETUP(c != NULL && e != NULL && sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    sim_gateway_backup(s);
    SETUP(sim_add(c, slice_of_string(link), &x) == OK);
    SETUP(sim_send(a, ab, "since then", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT count(*) FROM request") == 1 && sim_gateway_restore(s));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_add(e, slice_of_string(link), &x) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_number(b, "SELECT count(*) FROM request") == 2);
}

TEST(row_b4_members_above_the_restored_epoch)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7224);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    sim_gateway_backup(s);
    uint64_t epoch = sim_epoch(a, ab);
    (void)sim_evil(a);
    SETUP(sim_evil_heal(a) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_epoch(a, ab) > epoch && sim_epoch(b, ba) > epoch && sim_gateway_restore(s));
    sim_pass(s, TRUST_MINUTE);
    both_hear(a, ab, b, ba, 3 * TRUST_HOUR);
}

TEST(row_b5_a_consumed_package_is_served_again)
{
    char link[600];
    uint64_t cb, ab;
    struct sim *s = trust_world(7205);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    sim_hostile_steal(b);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    /* Cem uses one after the other up */
    s->hostile->swap[0].of = s->hostile->swap[0].by = b;
    s->hostile->swap[0].asked_by = a;
    SETUP(sim_add(c, slice_of_string(link), &cb) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT count(*) FROM request") == 1);
    sim_hostile_spend(b);
    SETUP(sim_add(a, slice_of_string(link), &ab) == OK);
    SETUP(sim_send(a, ab, "do you read me?", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(s->hostile->swaps > 0);
    CHECK(sim_heard(b, "do you read me?") == 1 ||
          sim_state(a, "do you read me?") == ABI_MESSAGE_STATE_QUEUED);
    memset(s->hostile->swap, 0, sizeof s->hostile->swap);
    CHECK(sim_note(a, ab) == ABI_CHAT_NOTE_NONE &&
          sim_settle_room(a, ab, ABI_SETTLE_AGAIN) == ERR_STATE); /* not so soon */
    sim_pass(s, 4 * TRUST_DAY);
    CHECK(sim_note(a, ab) ==
          ABI_CHAT_NOTE_NO_LIFE); /* none in three days: one tap, and by another package */
    SETUP(sim_settle_room(a, ab, ABI_SETTLE_AGAIN) == OK);
    sim_pass(s, TRUST_HOUR);
    while (sim_accept_first(b) != 0) {
        sim_pass(s, TRUST_MINUTE);
    }
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "do you read me?") == 1);
}

TEST(row_b6_a_store_put_back)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7206);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_file *copy = sim_files_copy(b);
    for (int i = 0; i < 5; i++) {
        (void)sim_send(b, ba, "between", NULL);
        sim_pass(s, 2000);
    }
    sim_pass(s, 20000);
    SETUP(sim_heard(a, "between") == 5);
    sim_files_back(b, copy);
    sim_files_free(copy);
    SETUP(sim_unlock(b) == OK);
    SETUP(sim_send(b, ba, "at once", NULL) == OK); /* before it has heard of its own words */
    sim_pass(s, TRUST_MINUTE);
    both_hear(a, ab, b, ba, TRUST_HOUR);
    CHECK(sim_heard(a, "at once") == 1);
}

TEST(row_b10_the_words_of_a_phone_retired_today)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7210);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2");
    SETUP(sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    sim_offline(b, true);
    SETUP(sim_send(a2, sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR), "from the phone", NULL) == OK);
    sim_pass(s, TRUST_DAY);
    SETUP(sim_revoke(a, a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    sim_offline(b, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "from the phone") == 1);
    both_hear(a, ab, b, ba, TRUST_MINUTE);
}

/* hers: the last commit before it, and with it the bundle by which all try to come in again, was of
 * her who is to make another room. */
static void garbage_commit(uint64_t seed, bool hers)
{
    static const char *const people[] = {"Ben", "Cem"};
    uint64_t x, y;
    struct sim *s = trust_world(seed);
    s->tree_inline = hers ? 1 : 0; /* the tree beside it, as in large rooms */
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP),
             gc = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && gc != 0 && sim_send(a, ga, "before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    (void)sim_evil(c);
    if (hers) {
        struct abi_op op;
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_CHAT_SET;
        op.op_chat_set.chat = ga;
        op.op_chat_set.key = SLICE_LITERAL("timer");
        op.op_chat_set.value = 86400;
        SETUP(sim_op(a, &op) == OK);
        sim_pass(s, TRUST_MINUTE);
    }
    SETUP(sim_evil_garbage(c, gc) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_send(a, ga, "is anybody there?", NULL) == OK);
    sim_pass(s, hers ? TRUST_HOUR : 5000);
    CHECK(s->hostile->info_gets < 100); /* the room is stopped, and nobody runs in a circle */
    CHECK(sim_said(a, ABI_NOTICE_UNREAD_COMMIT) == 1 &&
          sim_said(b, ABI_NOTICE_UNREAD_COMMIT) == 1); /* whose it was cannot be seen */
    CHECK(sim_state(a, "is anybody there?") == ABI_MESSAGE_STATE_QUEUED ||
          sim_heard(b, "is anybody there?") == 1);
    unsigned before = s->hostile->info_gets;
    sim_pass(s, 6 * TRUST_HOUR);
    CHECK(s->hostile->info_gets - before < 50);
    CHECK(sim_number(b, "SELECT count(*) FROM message WHERE notice=33") == 1);
    /* nobody can see whose it was; she who may add makes a room in its place */
    SETUP(sim_settle_room(a, ga, ABI_SETTLE_ANEW) == OK);
    sim_pass(s, TRUST_HOUR);
    (void)sim_settle_all(b);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "is anybody there?") == 1);
    SETUP(sim_send(b, sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP), "yes, here", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(a, "yes, here") == 1);
}

TEST(row_b12_a_members_garbage_commit)
{
    garbage_commit(7212, false);
}

TEST(row_b12_garbage_after_a_commit_of_her_who_runs_the_room)
{
    garbage_commit(7223, true);
}

TEST(row_b13_a_word_is_not_given_up_because_of_an_epoch)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7213);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    s->hostile->refuse_posts = 10;
    SETUP(sim_send(a, ab, "too late again and again", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_state(a, "too late again and again") != ABI_MESSAGE_STATE_FAILED);
    s->hostile->refuse_posts = 0;
    sim_hang_up(a, 2); /* with the next connection at the latest */
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "too late again and again") == 1);
    CHECK(sim_state(a, "too late again and again") != ABI_MESSAGE_STATE_FAILED);
}

TEST(row_b18_the_gateway_says_that_a_device_was_revoked)
{
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7218);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    s->hostile->say_revoked = a;
    sim_cut(a, 1);
    sim_offline(a, true);
    sim_offline(a, false);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(a, "too") == 1); /* it keeps what it has */
    s->hostile->say_revoked = NULL;
    sim_pass(s, TRUST_HOUR);
    both_hear(a, ab, b, ba, TRUST_MINUTE);
}

TEST(row_b20_the_gateway_gives_less_of_a_chain_than_is_known)
{
    static const char *const people[] = {"Ana"};
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7220);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    struct sim_device *a2 = sim_device(s, "ana2");
    SETUP(sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_verify(b, "Ana") == OK);
    s->hostile->short_chains = true;
    uint64_t gb = sim_group(b, "the group", people, 1);
    sim_pass(s, 2 * TRUST_DAY);
    CHECK(gb != 0 && sim_verified(b, "Ana") == ABI_VERIFIED_NOW); /* no alarm, nothing forgotten */
    both_hear(a, ab, b, ba, TRUST_MINUTE);
    CHECK(sim_heard(a2, "Ben, afterwards") == 1);
}

TEST(row_b22_a_year_offline)
{
    static const char *const people[] = {"Ben"};
    struct sim_device *a, *b;
    uint64_t ab, ba;
    struct sim *s = trust_world(7222);
    SETUP(trust_pair(&a, &b, &ab, &ba));
    uint64_t ga = sim_group(a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0);
    sim_offline(b, true);
    for (int month = 0; month < 12; month++) {
        (void)sim_send(a, ga, "another month", NULL);
        (void)sim_send(a, ab, "another month", NULL);
        sim_pass(s, TRUST_MINUTE);
        sim_tick(s, 30 * TRUST_DAY); /* at once: a year of pings takes its time */
    }
    sim_offline(b, false);
    sim_pass(s, 3 * TRUST_HOUR);
    both_hear(a, ga, b, gb, TRUST_HOUR);
    SETUP(sim_send(a, ab, "are you back?", NULL) == OK);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "are you back?") == 1);
}

TEST_MAIN(TEST_ROW(row_b1_two_devices_add_one_each_at_once),
          TEST_ROW(row_b2_a_revoked_leaf_and_no_admin_there), TEST_ROW(row_b3_both_recover_at_once),
          TEST_ROW(row_b4_a_restored_gateway_that_has_grown_again),
          TEST_ROW(row_b4_a_restored_gateway_and_a_welcome),
          TEST_ROW(row_b4_a_restored_gateway_is_known_by_the_head_of_the_inbox),
          TEST_ROW(row_b4_a_restored_gateway_gives_out_no_used_package_once_it_is_known),
          TEST_ROW(row_b4_members_above_the_restored_epoch),
          TEST_ROW(row_b5_a_consumed_package_is_served_again), TEST_ROW(row_b6_a_store_put_back),
          TEST_ROW(row_b10_the_words_of_a_phone_retired_today),
          TEST_ROW(row_b12_a_members_garbage_commit),
          TEST_ROW(row_b12_garbage_after_a_commit_of_her_who_runs_the_room),
          TEST_ROW(row_b13_a_word_is_not_given_up_because_of_an_epoch),
          TEST_ROW(row_b18_the_gateway_says_that_a_device_was_revoked),
          TEST_ROW(row_b20_the_gateway_gives_less_of_a_chain_than_is_known),
          TEST_ROW(row_b22_a_year_offline))
