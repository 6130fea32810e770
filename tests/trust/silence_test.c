/* A gateway that keeps something back for good. Nobody who waits for it waits without knowing: the
 * chat says what is wrong and offers one tap, which leads out. */
#include "trust.h"

struct pair {
    struct sim *s;
    struct sim_device *a, *b;
    uint64_t ab, ba;
};

static bool meet(struct pair *p, uint64_t seed)
{
    p->s = trust_world(seed);
    p->a = trust_person("ana", "Ana");
    p->b = trust_person("ben", "Ben");
    if (p->a == NULL || p->b == NULL) {
        return false;
    }
    sim_run(p->s, 5000);
    if (!sim_meet(p->a, p->b, &p->ab, &p->ba)) {
        return false;
    }
    bool said = sim_send(p->a, p->ab, "before", NULL) == OK;
    sim_pass(p->s, TRUST_MINUTE);
    return said && sim_heard(p->b, "before") == 1;
}

static bool say(struct pair *p, const char *text)
{
    bool said = sim_send(p->a, p->ab, text, NULL) == OK;
    sim_pass(p->s, 10000);
    return said;
}

TEST(silence_one_entry_of_a_log_is_left_out_for_ever)
{
    struct pair p;
    SETUP(meet(&p, 7901));
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 1;
    SETUP(say(&p, "left out") && say(&p, "next") && say(&p, "last"));
    SETUP(sim_send(p.b, p.ba, "are you there?", NULL) == OK);
    sim_pass(p.s, 10 * TRUST_MINUTE);
    SETUP(p.s->hostile->left_out_n == 1);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT);
    CHECK(sim_heard(p.b, "next") == 0); /* nothing of what comes behind it is shown out of order */
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE &&
          sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == ERR_STATE);
    CHECK(sim_heard(p.b, "next") == 1 && sim_heard(p.b, "last") == 1);
    CHECK(sim_heard(p.a, "are you there?") == 1);
    CHECK(sim_ask_again(p.b) == OK); /* "a message of Ana is missing" */
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "left out") == 1);
    CHECK(sim_place(p.b, p.ba, "left out") < sim_place(p.b, p.ba, "next"));
}

TEST(silence_one_commit_of_a_log_is_left_out_for_ever)
{
    struct pair p;
    SETUP(meet(&p, 7902));
    SETUP(sim_evil_heal(p.a) == OK);
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 1;
    SETUP(say(&p, "behind the commit"));
    sim_pass(p.s, 10 * TRUST_MINUTE);
    SETUP(p.s->hostile->left_out_n == 1 && sim_epoch(p.a, p.ab) > sim_epoch(p.b, p.ba));
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT);
    CHECK(sim_number(p.b, "SELECT count(*) FROM chat WHERE note=1") == 0); /* nothing by itself */
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE &&
          sim_epoch(p.a, p.ab) == sim_epoch(p.b, p.ba));
    SETUP(say(&p, "together again") && sim_send(p.b, p.ba, "so we are", NULL) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "together again") == 1 && sim_heard(p.a, "so we are") == 1);
    CHECK(sim_ask_again(p.b) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "behind the commit") == 1);
}

TEST(silence_the_newest_entry_is_named_and_never_given)
{
    struct pair p;
    SETUP(meet(&p, 7903));
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 8;
    SETUP(say(&p, "never given"));
    sim_hang_up(p.b, 2); /* how far the log goes is said when it is opened */
    SETUP(sim_send(p.b, p.ba, "are you there?", NULL) == OK);
    sim_pass(p.s, 10 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT && sim_heard(p.a, "are you there?") == 0);
    p.s->hostile->leave_out = 0; /* that one it keeps for itself */
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.a, "are you there?") == 1);
    SETUP(say(&p, "next"));
    CHECK(sim_heard(p.b, "next") == 1);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_ask_again(p.b) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "never given") == 1);
}

TEST(silence_a_gap_in_the_middle_of_a_log)
{
    static const char *const people[] = {"Ben"};
    struct pair p;
    SETUP(meet(&p, 7904));
    p.ab = sim_group(p.a, "the group", people, 1);
    sim_pass(p.s, TRUST_MINUTE);
    p.ba = sim_chat_of_type(p.b, ABI_CHAT_TYPE_GROUP);
    SETUP(p.ab != 0 && p.ba != 0 && say(&p, "in the group"));
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 1;
    p.s->hostile->gap_instead = true;
    SETUP(say(&p, "left out") && say(&p, "next"));
    uint64_t epoch = sim_epoch(p.b, p.ba);
    sim_pass(p.s, 10 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT && sim_heard(p.b, "next") == 0);
    CHECK(sim_epoch(p.b, p.ba) == epoch && sim_epoch(p.a, p.ab) == epoch); /* it starts nothing */
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.b, "next") == 1);
    CHECK(sim_epoch(p.b, p.ba) == epoch); /* no more than a word is missing */
    CHECK(sim_ask_again(p.b) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "left out") == 1);
}

TEST(silence_the_proposal_that_a_commit_takes_along_is_left_out)
{
    struct abi_op op;
    static const char *const people[] = {"Ben", "Cem"};
    struct pair p;
    uint64_t x, y;
    SETUP(meet(&p, 7905));
    struct sim_device *c = trust_person("cem", "Cem");
    SETUP(c != NULL);
    sim_run(p.s, 5000);
    SETUP(sim_meet(p.a, c, &x, &y));
    p.ab = sim_group(p.a, "the group", people, 2);
    sim_pass(p.s, TRUST_MINUTE);
    p.ba = sim_chat_of_type(p.b, ABI_CHAT_TYPE_GROUP);
    SETUP(p.ab != 0 && p.ba != 0 && say(&p, "in the group"));
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 1;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_LEAVE;
    op.op_group_leave.chat = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP);
    SETUP(sim_op(c, &op) == OK);
    sim_pass(p.s, 10 * TRUST_MINUTE);
    SETUP(sim_leaves_of(p.a, p.ab, c->core->account.own.account) == 0);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT);
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    CHECK(sim_said(p.b, ABI_NOTICE_STOPPED) ==
          0); /* nobody is accused of a commit that takes along the unknown */
    SETUP(say(&p, "the two of us"));
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.b, "the two of us") == 1);
    CHECK(sim_leaves_of(p.b, p.ba, c->core->account.own.account) == 0);
}

TEST(silence_who_is_added_is_asked_for_beside_no_mailbox)
{
    static const char *const people[] = {"Ben"};
    struct pair p;
    SETUP(meet(&p, 7906));
    CHECK(p.s->hostile->kp_takes > 0 && p.s->hostile->kp_takes_beside == 0);
    unsigned before = p.s->hostile->kp_takes;
    p.s->hostile->refuse_takes = 1;
    SETUP(sim_group(p.a, "the group", people, 1) != 0);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    CHECK(sim_chat_of_type(p.b, ABI_CHAT_TYPE_GROUP) != 0);
    CHECK(p.s->hostile->kp_takes > before && p.s->hostile->kp_takes_beside == 0);
    CHECK(!p.a->conn[3].open); /* and not kept for the next question */
}

/* Ana's phone never gets the Welcome, her stolen laptop does, and says something once it is known
 * that it was dropped, before anybody has taken it out. */
TEST(silence_a_dropped_device_gives_no_sign_of_life)
{
    char link[200];
    uint64_t chat = 0;
    struct sim *s = trust_world(7907);
    struct sim_device *a = trust_person("ana", "Ana"), *b = trust_person("ben", "Ben"),
                      *a2 = sim_device(s, "ana2");
    SETUP(a != NULL && b != NULL);
    sim_run(s, 5000);
    SETUP(sim_second_device(a, a2) && sim_link_text(a, link, sizeof link));
    sim_pass(s, TRUST_MINUTE);
    s->hostile->no_box = a;
    SETUP(sim_add(b, slice_of_string(link), &chat) == OK);
    SETUP(sim_send(b, chat, "hello Ana", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_leaves_of(b, chat, a->core->account.own.account) == 2 &&
          sim_state(b, "hello Ana") == ABI_MESSAGE_STATE_QUEUED);
    sim_offline(a2, true);
    sim_pass(s, TRUST_DAY + TRUST_HOUR);
    SETUP(sim_revoke(a, a2) == OK);
    sim_pass(s, 5000);
    SETUP(sim_send(b, chat, "are you there?", NULL) == OK); /* her chain is looked at */
    for (int i = 0; i < 100 && sim_number(b, "SELECT count(*) FROM wish WHERE kind=4") == 0; i++) {
        sim_tick(s, 100);
    }
    sim_offline(b, true);
    s->hostile->no_chains = true;
    sim_evil(a2)->lawless = true;
    a2->core->account.own.dropped = false;
    SETUP(sim_accept_first(a2) != 0);
    SETUP(sim_evil_sql(a2, "DELETE FROM wish") == OK); /* it says a word, and commits nothing */
    SETUP(sim_evil_sql(a2, "UPDATE chat SET heal_ms=9000000000000") == OK);
    sim_offline(a2, false);
    sim_pass(s, 20000);
    a2->core->account.own.dropped = false;
    SETUP(sim_send(a2, 2, "from the thief", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_number(a2, "SELECT count(*) FROM outbox WHERE chat=2") == 0);
    sim_offline(b, false);
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_leaves(b, chat, a2->core->account.own.device) == 0);
    CHECK(sim_state(b, "hello Ana") == ABI_MESSAGE_STATE_QUEUED &&
          sim_state(b, "are you there?") == ABI_MESSAGE_STATE_QUEUED);
    s->hostile->no_box = NULL;
    s->hostile->no_chains = false;
    sim_hang_up(a, 1);
    sim_pass(s, 5 * TRUST_MINUTE);
    SETUP(sim_accept_first(a) != 0);
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_heard(a, "are you there?") == 1 && sim_state(b, "hello Ana") > 0);
}

/* The gateway keeps the commit that brings Mal from Ben, and Ben comes in again by the bundle. */
TEST(silence_who_was_brought_in_by_a_commit_that_is_left_out)
{
    static const char *const people[] = {"Ben"};
    struct pair p;
    uint64_t x, y;
    SETUP(meet(&p, 7908));
    struct sim_device *m = trust_person("mal", "Mal");
    SETUP(m != NULL);
    sim_run(p.s, 5000);
    SETUP(sim_meet(p.a, m, &x, &y));
    p.ab = sim_group(p.a, "the group", people, 1);
    sim_pass(p.s, TRUST_MINUTE);
    p.ba = sim_chat_of_type(p.b, ABI_CHAT_TYPE_GROUP);
    SETUP(p.ab != 0 && p.ba != 0 && say(&p, "the two of us"));
    p.s->hostile->leave_out_for = p.b;
    p.s->hostile->leave_out = 1;
    SETUP(sim_group_add(p.a, p.ab, "Mal") == OK);
    sim_pass(p.s, TRUST_MINUTE);
    SETUP(say(&p, "with Mal"));
    sim_pass(p.s, 5 * TRUST_MINUTE);
    SETUP(sim_leaves_of(p.a, p.ab, m->core->account.own.account) == 1);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT);
    SETUP(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 5 * TRUST_MINUTE);
    SETUP(sim_leaves_of(p.b, p.ba, m->core->account.own.account) == 1);
    /* "... joined, says Ana" */
    CHECK(sim_number(p.b, "SELECT count(*) FROM message m JOIN person q ON q.id=m.by_person WHERE "
                          "m.notice=2 AND m.by_how=2 AND q.name='Ana'") == 1);
}

/* Ben knows that Ana has dropped her laptop, the room does not yet: what it does there is followed,
 * and shown as what it is. */
TEST(silence_a_dropped_device_changes_the_room_in_her_name)
{
    struct abi_op op;
    static const char *const people[] = {"Ben"};
    struct pair p;
    SETUP(meet(&p, 7909));
    struct sim_device *a2 = sim_device(p.s, "ana2");
    p.ab = sim_group(p.a, "the group", people, 1);
    SETUP(p.ab != 0 && sim_second_device(p.a, a2));
    sim_pass(p.s, TRUST_MINUTE);
    p.ba = sim_chat_of_type(p.b, ABI_CHAT_TYPE_GROUP);
    SETUP(p.ba != 0 && say(&p, "in the group"));
    sim_offline(a2, true);
    sim_pass(p.s, TRUST_DAY + TRUST_HOUR);
    p.s->hostile->no_commits = p.a;
    SETUP(sim_revoke(p.a, a2) == OK);
    sim_pass(p.s, 5000);
    sim_offline(p.a, true);
    SETUP(sim_send(p.b, sim_chat_of_type(p.b, ABI_CHAT_TYPE_PAIR), "another day", NULL) ==
          OK); /* her chain is looked at */
    for (int i = 0; i < 100 && sim_number(p.b, "SELECT count(*) FROM wish WHERE kind=4") == 0;
         i++) {
        sim_tick(p.s, 100);
    }
    SETUP(sim_number(p.b, "SELECT count(*) FROM wish WHERE kind=4") > 0);
    sim_offline(p.b, true);
    p.s->hostile->no_chains = true;
    sim_evil(a2)->lawless = true;
    sim_offline(a2, false);
    sim_pass(p.s, 20000);
    a2->core->account.own.dropped = false;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = sim_chat_of_type(a2, ABI_CHAT_TYPE_GROUP);
    op.op_group_set.name = SLICE_LITERAL("the thief's");
    SETUP(sim_op(a2, &op) == OK);
    sim_pass(p.s, 20000);
    sim_offline(p.b, false);
    sim_pass(p.s, 2 * TRUST_MINUTE);
    SETUP(sim_number(p.b, "SELECT count(*) FROM message WHERE notice=5") == 1);
    CHECK(sim_number(p.b, "SELECT count(*) FROM message WHERE notice=5 AND removed=1") == 1);
    CHECK(sim_leaves(p.b, p.ba, a2->core->account.own.device) == 0);
}

static bool comes_in_again(struct sim_device *d)
{
    return sim_number(d, "SELECT count(*) FROM chat WHERE note=1") > 0 ||
           sim_number(d, "SELECT count(*) FROM message WHERE notice=13") > 0;
}

static void lie_of_a_late_beginning(struct pair *p)
{
    p->s->hostile->begins_for = p->b;
    p->s->hostile->begins = 100;
    p->s->hostile->mute = p->b;
    sim_hang_up(p->b, 2); /* where the log begins is said when it is opened */
}

TEST(silence_a_log_is_said_to_begin_behind_where_one_is)
{
    struct pair p;
    SETUP(meet(&p, 7910));
    uint64_t epoch = sim_epoch(p.a, p.ab);
    lie_of_a_late_beginning(&p);
    SETUP(say(&p, "kept back") && say(&p, "and this"));
    SETUP(sim_send(p.b, p.ba, "are you there?", NULL) == OK);
    sim_pass(p.s, 10 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT && !comes_in_again(p.b));
    CHECK(sim_note(p.b, sim_chat_of_type(p.b, ABI_CHAT_TYPE_SELF)) ==
          ABI_CHAT_NOTE_LEFT_OUT); /* notes to oneself too */
    CHECK(sim_epoch(p.a, p.ab) == epoch && sim_epoch(p.b, p.ba) == epoch); /* it starts nothing */
    CHECK(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, 30000);
    p.s->hostile->mute = NULL;
    sim_pass(p.s, 2 * TRUST_MINUTE);
    CHECK(sim_epoch(p.a, p.ab) > epoch && sim_epoch(p.a, p.ab) == sim_epoch(p.b, p.ba));
    p.s->hostile->begins = 0;
    sim_hang_up(p.b, 2);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.a, "are you there?") == 1);
    SETUP(say(&p, "together again"));
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.b, "together again") == 1);
    CHECK(sim_ask_again(p.b) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "kept back") == 1 && sim_heard(p.b, "and this") == 1);
}

/* The clock of the gateway alone says that one was away for long. */
TEST(silence_a_log_that_begins_late_and_a_clock_that_was_set_ahead)
{
    struct pair p;
    SETUP(meet(&p, 7911));
    uint64_t epoch = sim_epoch(p.a, p.ab);
    p.s->hostile->ready_ms = p.s->now_ms + 40 * TRUST_DAY;
    lie_of_a_late_beginning(&p);
    SETUP(say(&p, "kept back"));
    sim_pass(p.s, 10 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT && !comes_in_again(p.b));
    CHECK(sim_epoch(p.a, p.ab) == epoch && sim_epoch(p.b, p.ba) == epoch);
    p.s->hostile->ready_ms = p.s->hostile->begins = 0; /* a lie that was ended leaves nothing */
    p.s->hostile->mute = NULL;
    sim_hang_up(p.b, 2);
    sim_pass(p.s, 2 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.b, "kept back") == 1 &&
          !comes_in_again(p.b));
}

TEST(silence_a_read_tag_is_said_to_be_forgotten)
{
    struct pair p;
    SETUP(meet(&p, 7912));
    uint64_t epoch = sim_epoch(p.a, p.ab);
    p.s->hostile->no_tag = p.b;
    sim_hang_up(p.b, 2);
    SETUP(say(&p, "kept back"));
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_LEFT_OUT && !comes_in_again(p.b));
    p.s->hostile->no_tag = NULL;
    sim_hang_up(p.b, 2);
    sim_pass(p.s, 2 * TRUST_MINUTE);
    CHECK(sim_epoch(p.a, p.ab) == epoch && sim_epoch(p.b, p.ba) == epoch); /* it starts nothing */
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && sim_heard(p.b, "kept back") == 1);
    p.s->hostile->no_tag = p.b;
    sim_hang_up(p.b, 2);
    sim_pass(p.s, TRUST_MINUTE);
    SETUP(sim_settle_room(p.b, p.ba, ABI_SETTLE_GO_ON) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    p.s->hostile->no_tag = NULL;
    sim_hang_up(p.b, 2);
    sim_pass(p.s, 2 * TRUST_MINUTE);
    CHECK(sim_epoch(p.a, p.ab) > epoch && sim_epoch(p.a, p.ab) == sim_epoch(p.b, p.ba));
    SETUP(say(&p, "together again") && sim_send(p.b, p.ba, "so we are", NULL) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "together again") == 1 && sim_heard(p.a, "so we are") == 1);
}

/* A device that was away for longer than logs are kept knows so itself: nobody has to tap. */
TEST(silence_a_log_that_went_while_one_was_away_needs_no_tap)
{
    struct pair p;
    SETUP(meet(&p, 7913));
    sim_offline(p.b, true);
    SETUP(say(&p, "while you were away") && say(&p, "this too"));
    sim_pass(p.s, 35 * TRUST_DAY);
    lie_of_a_late_beginning(&p); /* which here is none */
    p.s->hostile->begins = 2;
    sim_offline(p.b, false);
    sim_pass(p.s, 10000);
    p.s->hostile->begins = 0;
    p.s->hostile->mute = NULL;
    sim_pass(p.s, 2 * TRUST_MINUTE);
    CHECK(sim_note(p.b, p.ba) == ABI_CHAT_NOTE_NONE && comes_in_again(p.b));
    CHECK(sim_epoch(p.a, p.ab) == sim_epoch(p.b, p.ba));
    SETUP(say(&p, "welcome back") && sim_send(p.b, p.ba, "thanks", NULL) == OK);
    sim_pass(p.s, TRUST_MINUTE);
    CHECK(sim_heard(p.b, "welcome back") == 1 && sim_heard(p.a, "thanks") == 1);
}

TEST_MAIN(TEST_ROW(silence_a_log_is_said_to_begin_behind_where_one_is),
          TEST_ROW(silence_a_log_that_begins_late_and_a_clock_that_was_set_ahead),
          TEST_ROW(silence_a_read_tag_is_said_to_be_forgotten),
          TEST_ROW(silence_a_log_that_went_while_one_was_away_needs_no_tap),
          TEST_ROW(silence_one_entry_of_a_log_is_left_out_for_ever),
          TEST_ROW(silence_one_commit_of_a_log_is_left_out_for_ever),
          TEST_ROW(silence_the_newest_entry_is_named_and_never_given),
          TEST_ROW(silence_a_gap_in_the_middle_of_a_log),
          TEST_ROW(silence_the_proposal_that_a_commit_takes_along_is_left_out),
          TEST_ROW(silence_a_dropped_device_gives_no_sign_of_life),
          TEST_ROW(silence_who_was_brought_in_by_a_commit_that_is_left_out),
          TEST_ROW(silence_a_dropped_device_changes_the_room_in_her_name),
          TEST_ROW(silence_who_is_added_is_asked_for_beside_no_mailbox))
