/* Rows A: attacks on the rules themselves, as far as they can be played. */
#include "trust.h"

TEST(row_a6_what_one_member_knows_alone_parts_nobody)
{
    static const char *const people[] = {"Ben", "Cem"}, *const other[] = {"Ana"};
    uint64_t x, y;
    struct sim *s = trust_world(71061);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem"), *a2 = sim_device(s, "ana2");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y) && sim_second_device(a, a2));
    uint64_t ga = sim_group(a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP),
             gc = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && gc != 0 && sim_send(a, ga, "warm", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    s->hostile->no_commits = a;
    SETUP(sim_revoke(a, a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    uint64_t epoch = sim_epoch(b, gb);
    SETUP(sim_group(b, "another group", other, 1) != 0); /* Ben knows the entry, Cem does not */
    sim_run(s, 2000);
    SETUP(sim_epoch(b, gb) == epoch && sim_leaves(b, gb, a2->core->account.own.device) == 1);
    (void)sim_evil(a2);
    a2->core->account.own.dropped = false; /* it does not stop by itself */
    SETUP(sim_evil_heal(a2) == OK);        /* still a leaf: it commits first */
    sim_pass(s, TRUST_MINUTE);
    s->hostile->no_commits = NULL;
    sim_pass(s, 10 * TRUST_MINUTE);
    SETUP(sim_send(b, gb, "from Ben", NULL) == OK && sim_send(c, gc, "from Cem", NULL) == OK);
    SETUP(sim_send(a, ga, "from Ana", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(c, "from Ben") == 1 && sim_heard(a, "from Ben") == 1);
    CHECK(sim_heard(b, "from Cem") == 1 && sim_heard(a, "from Cem") == 1);
    CHECK(sim_heard(b, "from Ana") == 1 && sim_heard(c, "from Ana") == 1);
    CHECK(sim_epoch(a, ga) == sim_epoch(b, gb) && sim_epoch(b, gb) == sim_epoch(c, gc));
    CHECK(sim_leaves(a, ga, a2->core->account.own.device) == 0);
    CHECK(sim_leaves(c, gc, a2->core->account.own.device) == 0);
}

TEST(row_a11_the_token_of_a_groups_link_lets_the_gateway_in)
{
    static const char *const people[] = {"Ben"};
    struct abi_op op;
    char link[600];
    uint64_t x, y;
    struct sim *s = trust_world(7111);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *m = trust_person("gateway", "Mal");
    SETUP(a != NULL && b != NULL && m != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LINK;
    op.op_group_link.chat = ga;
    op.op_group_link.on = true;
    SETUP(ga != 0 && sim_op(a, &op) == OK && a->reply.result.text.value.n < sizeof link);
    memcpy(link, a->reply.result.text.value.p, a->reply.result.text.value.n);
    link[a->reply.result.text.value.n] = 0;
    sim_pass(s, 5000);
    /* of the link the gateway has what travels in clear: inbox, token, account */
    int64_t ana = sim_evil_person(m, link, "L-Ana");
    (void)sim_evil(m);
    SETUP(ana != 0 && sim_evil_make_room(m, 1, "", ana, 0, NULL) != 0);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_leaves_of(a, ga, m->core->account.own.account) == 0);
    CHECK(sim_number(a, "SELECT count(*) FROM request") == 1); /* asked, nothing sent */
    CHECK(sim_number(m, "SELECT count(*) FROM chat WHERE type=2") == 0);
    CHECK(sim_count(m, "SELECT count(*) FROM person WHERE name=?", "Ana") == 0);
}

TEST(row_a12_a_room_one_has_left_comes_back_as_a_new_one)
{
    static const char *const people[] = {"Ben", "Cem"};
    struct abi_op op;
    char link[600];
    uint8_t room[16], mailbox[16];
    uint64_t x, y;
    struct sim *s = trust_world(7112);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP),
             gc = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && gc != 0 && sim_room(c, gc, room, mailbox));
    SETUP(sim_send(a, ga, "before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LEAVE;
    op.op_group_leave.chat = gb;
    SETUP(sim_op(b, &op) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT state FROM chat WHERE type=2") == 2);
    SETUP(sim_link_text(b, link, sizeof link));
    sim_pass(s, 5000);
    int64_t ben = sim_evil_person(c, link, "L-Ben");
    sim_evil(c)->lawless = sim_evil(c)->together = true;
    SETUP(ben != 0 && sim_evil_make_room(c, 2, "the group", ben, 0, room) != 0);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_number(b, "SELECT count(*) FROM request") == 1);
    CHECK(sim_count(b, "SELECT count(*) FROM chat WHERE state=0 AND title=?", "the group") == 0);
    /* what he left stays as he left it */
    CHECK(sim_count(b,
                    "SELECT count(*) FROM chat c JOIN message m ON m.chat=c.id WHERE c.state=2 AND "
                    "m.text=?",
                    "before") == 1);
}

TEST(row_a13_a_welcome_again_after_leaving)
{
    static const char *const people[] = {"Ben"};
    struct abi_op op;
    uint64_t x, y;
    struct sim *s = trust_world(7113);
    s->hostile->last_resort_only = true;
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && sim_send(a, ga, "before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LEAVE;
    op.op_group_leave.chat = gb;
    SETUP(sim_op(b, &op) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_number(b, "SELECT count(*) FROM chat WHERE type=2 AND state=2") == 1);
    sim_hostile_replay_inbox(b);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_number(b, "SELECT count(*) FROM chat WHERE type=2 AND state<>2") == 0);
}

TEST(row_a15_a_chain_is_asked_for_beside_an_open_mailbox)
{
    static const char *const people[] = {"Ben", "Cem"};
    uint64_t x, y;
    struct sim *s = trust_world(7115);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *c = trust_person("cem", "Cem"), *a2 = sim_device(s, "ana2");
    SETUP(a != NULL && b != NULL && c != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 2);
    sim_pass(s, TRUST_MINUTE);
    SETUP(ga != 0 && sim_second_device(a, a2));
    sim_pass(s, 2 * TRUST_DAY);
    s->hostile->chain_gets = 0;
    SETUP(sim_send(a, ga, "another day", NULL) == OK);
    sim_pass(s, TRUST_DAY / 2);
    /* chains travel in the rooms; once a day those of whom we write to are asked for besides */
    CHECK(s->hostile->chain_gets >= 2 && s->hostile->chain_gets <= 6); /* and who answers her */
    CHECK(s->hostile->chain_gets_beside == 0);
}

TEST(row_a16_the_link_code_is_seen_in_time)
{
    struct abi_op op;
    struct slice code;
    char text[64] = "";
    struct sim *s = trust_world(7116);
    struct sim_device *a = trust_person("ana", "Ana"), *t = trust_person("thief", "Thief"),
                      *n = sim_device(s, "new");
    SETUP(a != NULL && t != NULL);
    sim_run(s, 5000);
    SETUP(sim_link_device(n, &code) == OK && code.n < sizeof text);
    memcpy(text, code.p, code.n);
    sim_run(s, 1000);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = slice_of_string(text);
    SETUP(sim_op(t, &op) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(n->link_phase !=
          ABI_LINK_PHASE_DONE); /* it asks whose account it enters, and nobody has said yes */
}

TEST(row_a19_verified_by_a_stolen_device_stays)
{
    uint64_t ab, ba;
    struct sim *s = trust_world(7119);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *a2 = sim_device(s, "ana2");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &ab, &ba) && sim_second_device(a, a2));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_verify(a2, "Ben") == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_revoke(a, a2) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_verified(a, "Ben") == ABI_VERIFIED_KNOWN);
}

TEST(row_a20_another_branch_tag_and_garbage)
{
    static const char *const people[] = {"Ben"};
    uint64_t ab, ba;
    struct sim *s = trust_world(7120);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &ab, &ba));
    uint64_t ga = sim_group(a, "the group", people, 1);
    sim_pass(s, TRUST_MINUTE);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && sim_send(a, ga, "warm", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    uint64_t epoch = sim_epoch(b, gb);
    s->hostile->garble_for = b;
    s->hostile->garble = 1;
    SETUP(sim_send(a, ga, "garbled", NULL) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_epoch(b, gb) == epoch && sim_epoch(a, ga) == epoch); /* it starts nothing */
    CHECK(sim_number(b, "SELECT count(*) FROM chat WHERE note=1") == 0);
    SETUP(sim_send(a, ga, "fine", NULL) == OK);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_heard(b, "fine") == 1);
    SETUP(sim_ask_again(b) == OK); /* a row says that it is missing, and has one action */
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(b, "garbled") == 1);
}

TEST_MAIN(TEST_ROW(row_a6_what_one_member_knows_alone_parts_nobody),
          TEST_ROW(row_a11_the_token_of_a_groups_link_lets_the_gateway_in),
          TEST_ROW(row_a12_a_room_one_has_left_comes_back_as_a_new_one),
          TEST_ROW(row_a13_a_welcome_again_after_leaving),
          TEST_ROW(row_a15_a_chain_is_asked_for_beside_an_open_mailbox),
          TEST_ROW(row_a16_the_link_code_is_seen_in_time),
          TEST_ROW(row_a19_verified_by_a_stolen_device_stays),
          TEST_ROW(row_a20_another_branch_tag_and_garbage))
