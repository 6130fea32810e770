/* Order, completeness and time, against a gateway that turns words round, keeps some back, lies
 * about the time or was put back to an old copy. */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"
#include "lib/sim_hostile.h"
#include "lib/sim_play.h"
#include "store/message.h"

struct pair {
    struct sim *s;
    struct sim_device *a, *b;
    uint64_t ab, ba;
};

static bool meet(struct pair *p, uint64_t seed)
{
    memset(p, 0, sizeof *p);
    p->s = sim_create(seed);
    p->s->cheap = true;
    p->a = sim_device(p->s, "ana");
    p->b = sim_device(p->s, "ben");
    if (sim_make(p->a, "Ana") != OK || sim_make(p->b, "Ben") != OK) {
        return false;
    }
    sim_run(p->s, 5000);
    bool met = sim_meet(p->a, p->b, &p->ab, &p->ba);
    sim_run(p->s, 60000);
    return met;
}

static void say(struct sim_device *d, uint64_t chat, const char *text)
{
    CHECK_ERR(sim_send(d, chat, text, NULL), OK);
    sim_run(d->sim, 5000);
}

static int64_t count(struct sim_device *d, const char *sql)
{
    return sim_count(d, sql, NULL);
}

static int64_t message_of(struct sim_device *d, const char *text)
{
    return sim_count(d, "SELECT id FROM message WHERE text=?", text);
}

/* The texts of a chat in order, each followed by a bar. */
static const char *shown(struct sim_device *d, uint64_t chat)
{
    static char out[2][2000];
    static int turn;
    char *p = out[turn ^= 1];
    size_t n = 0;
    const struct abi_messages *m = sim_messages(d, chat);
    p[0] = 0;
    for (size_t i = 0; m != NULL && i < m->list_n; i++) {
        if (m->list[i].type == STORE_MESSAGE_TEXT || m->list[i].type == STORE_MESSAGE_DELETED ||
            m->list[i].type == STORE_MESSAGE_MISSING) {
            n += (size_t)snprintf(p + n, sizeof out[0] - n, "%.*s%s|", (int)m->list[i].text.n,
                                  (const char *)m->list[i].text.p,
                                  m->list[i].type == STORE_MESSAGE_MISSING   ? "(missing)"
                                  : m->list[i].type == STORE_MESSAGE_DELETED ? "(deleted)"
                                                                             : "");
        }
    }
    return p;
}

#define CHECK_SHOWN(d, chat, text)                                                                 \
    do {                                                                                           \
        const char *got_ = shown((d), (chat));                                                     \
        if (strcmp(got_, (text)) != 0) {                                                           \
            check_printf("  %s shows %s\n", (d)->name, got_);                                      \
        }                                                                                          \
        CHECK(strcmp(got_, (text)) == 0);                                                          \
    } while (0)

static void read_all(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_READ;
    op.op_read.chat = chat;
    op.op_read.message =
        (uint64_t)count(d, "SELECT id FROM message WHERE sender>1 ORDER BY place DESC,id DESC");
    CHECK_ERR(sim_op(d, &op), OK);
    sim_run(d->sim, 30000);
}

static void edit(struct sim_device *d, int64_t message, const char *text)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_EDIT;
    op.op_edit.message = (uint64_t)message;
    op.op_edit.text = slice_of_string(text);
    CHECK_ERR(sim_op(d, &op), OK);
}

static void delete_for_all(struct sim_device *d, int64_t message)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_DELETE;
    op.op_delete.message = (uint64_t)message;
    op.op_delete.everyone = true;
    CHECK_ERR(sim_op(d, &op), OK);
}

/* The person taps the row that says what is missing. */
static void ask_again(struct sim_device *d)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RETRY;
    op.op_retry.message = (uint64_t)count(d, "SELECT id FROM message WHERE type=5");
    CHECK_ERR(sim_op(d, &op), OK);
    sim_run(d->sim, 10000);
}

/* ---- attack 7: order ------------------------------------------------------------------------- */

TEST(attack_7a_messages_turned_round_stand_as_they_were_said)
{
    struct pair p;
    REQUIRE(meet(&p, 7001));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->hold_posts = 1;
    say(p.a, p.ab, "shall I pay him?");
    say(p.a, p.ab, "shall I sue him?");
    say(p.b, p.ba, "no!");
    sim_hostile(p.s)->shift_ms = -15000; /* said to have come before the others */
    say(p.a, p.ab, "the last");
    sim_hostile(p.s)->shift_ms = 0;
    sim_run(p.s, 70000);
    CHECK_SHOWN(p.a, p.ab, "zero|shall I pay him?|shall I sue him?|no!|the last|");
    CHECK_SHOWN(p.b, p.ba, "zero|shall I pay him?|shall I sue him?|no!|the last|");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE type IN (3,5) OR notice=13") == 0);
    sim_destroy(p.s);
}

TEST(attack_7b_a_deletion_that_comes_first_is_kept)
{
    struct pair p;
    REQUIRE(meet(&p, 7002));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->hold_posts = 1; /* the message behind its deletion */
    CHECK_ERR(sim_send(p.a, p.ab, "my secret", NULL), OK);
    sim_run(p.s, 2000);
    delete_for_all(p.a, message_of(p.a, "my secret"));
    sim_run(p.s, 10000);
    CHECK_SHOWN(p.a, p.ab, "zero|(deleted)|");
    CHECK_SHOWN(p.b, p.ba, "zero|(deleted)|");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE text='my secret'") == 0);
    CHECK(count(p.b, "SELECT count(*) FROM early") == 0);
    sim_destroy(p.s);
}

TEST(attack_7c_the_highest_edit_is_shown_on_all_screens)
{
    struct pair p;
    REQUIRE(meet(&p, 7003));
    say(p.a, p.ab, "you owe me 10");
    int64_t m = message_of(p.a, "you owe me 10");
    sim_hostile(p.s)->hold_posts = 1; /* two edits change places */
    edit(p.a, m, "you owe me 1000");
    sim_run(p.s, 2000);
    edit(p.a, m, "you owe me 100");
    sim_run(p.s, 10000);
    CHECK_SHOWN(p.a, p.ab, "you owe me 100|");
    CHECK_SHOWN(p.b, p.ba, "you owe me 100|");
    /* and an edit before its message */
    sim_hostile(p.s)->hold_posts = 1;
    CHECK_ERR(sim_send(p.a, p.ab, "at six", NULL), OK);
    sim_run(p.s, 2000);
    edit(p.a, message_of(p.a, "at six"), "at seven");
    sim_run(p.s, 10000);
    CHECK_SHOWN(p.b, p.ba, "you owe me 100|at seven|");
    sim_destroy(p.s);
}

TEST(two_devices_edit_at_once_and_all_show_the_same)
{
    struct pair p;
    REQUIRE(meet(&p, 7004));
    struct sim_device *a2 = sim_device(p.s, "ana2");
    REQUIRE(sim_second_device(p.a, a2));
    sim_run(p.s, 20000);
    uint64_t a2b = sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR);
    say(p.a, p.ab, "first");
    for (int i = 0; i < 4; i++) {
        char text[2][24];
        const char *now = shown(p.b, p.ba);
        char old[40];
        snprintf(old, sizeof old, "%.*s", (int)strlen(now) - 1, now);
        snprintf(text[0], sizeof text[0], "one %d", i);
        snprintf(text[1], sizeof text[1], "two %d", i);
        sim_offline(p.a, i % 2 == 0);
        edit(p.a, message_of(p.a, old), text[0]);
        edit(a2, message_of(a2, old), text[1]);
        sim_run(p.s, 3000);
        sim_offline(p.a, false);
        sim_run(p.s, 90000);
        now = shown(p.b, p.ba);
        CHECK(strncmp(now, "one", 3) == 0 || strncmp(now, "two", 3) == 0);
        CHECK_SHOWN(p.a, p.ab, now);
        CHECK_SHOWN(a2, a2b, now);
    }
    sim_destroy(p.s);
}

/* ---- completeness ---------------------------------------------------------------------------- */

TEST(attack_7d_a_swallowed_message_is_missing_not_read_and_comes_when_asked_for)
{
    struct pair p;
    REQUIRE(meet(&p, 7005));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->swallow_posts = 1;
    say(p.a, p.ab, "swallowed");
    say(p.a, p.ab, "last");
    sim_run(p.s, 70000);
    CHECK_SHOWN(p.b, p.ba, "zero|(missing)|last|");
    read_all(p.b, p.ba);
    sim_run(p.s, 20000);
    CHECK(count(p.a, "SELECT state FROM message WHERE text='last'") == STORE_STATE_READ);
    CHECK(count(p.a, "SELECT state FROM message WHERE text='swallowed'") == STORE_STATE_SENT);
    CHECK_SHOWN(p.a, p.ab, "zero|swallowed|last|");
    ask_again(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|swallowed|last|");
    CHECK(count(p.b, "SELECT count(*) FROM hole") == 0);
    read_all(p.b, p.ba);
    say(p.a, p.ab, "and on");
    read_all(p.b, p.ba);
    CHECK(count(p.a, "SELECT state FROM message WHERE text='swallowed'") == STORE_STATE_READ);
    sim_destroy(p.s);
}

TEST(what_was_deleted_is_not_sent_again)
{
    struct pair p;
    REQUIRE(meet(&p, 7006));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->swallow_posts = 2; /* the message and its deletion */
    say(p.a, p.ab, "regretted");
    delete_for_all(p.a, message_of(p.a, "regretted"));
    sim_run(p.s, 5000);
    say(p.a, p.ab, "last");
    sim_run(p.s, 70000);
    CHECK_SHOWN(p.b, p.ba, "zero|(missing)|last|");
    ask_again(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|(deleted)|last|");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE text='regretted'") == 0);
    CHECK(count(p.b, "SELECT count(*) FROM hole") == 0);
    sim_destroy(p.s);
}

TEST(another_device_of_the_account_answers)
{
    struct pair p;
    REQUIRE(meet(&p, 7007));
    struct sim_device *a2 = sim_device(p.s, "ana2");
    REQUIRE(sim_second_device(p.a, a2));
    sim_run(p.s, 20000);
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->garble_for = p.b; /* Ben alone gets something else in its place */
    sim_hostile(p.s)->garble = 1;
    say(p.a, p.ab, "kept from Ben");
    CHECK(sim_has_text(a2, sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR), "kept from Ben"));
    say(p.a, p.ab, "last");
    sim_run(p.s, 70000);
    sim_offline(p.a, true);
    CHECK_SHOWN(p.b, p.ba, "zero|(missing)|last|");
    ask_again(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|kept from Ben|last|");
    sim_destroy(p.s);
}

TEST(an_entry_that_is_left_out_is_read_again)
{
    struct pair p;
    REQUIRE(meet(&p, 7017));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->mute = p.b;
    say(p.a, p.ab, "kept from Ben");
    sim_hostile(p.s)->mute = NULL;
    CHECK_SHOWN(p.b, p.ba, "zero|");
    say(p.a, p.ab, "next");
    CHECK_SHOWN(p.b, p.ba, "zero|kept from Ben|next|"); /* nobody was asked for it */
    sim_hostile_gap(p.b); /* and that something is lost is believed when it is */
    say(p.a, p.ab, "last");
    sim_run(p.s, 70000);
    CHECK_SHOWN(p.b, p.ba, "zero|kept from Ben|next|last|");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE type=2 AND notice=13") == 0);
    sim_destroy(p.s);
}

/* The device comes back: the gateway says what the log was up to where the device is. */
static void come_back(struct sim_device *d)
{
    sim_offline(d, true);
    sim_run(d->sim, 1000);
    sim_offline(d, false);
    sim_run(d->sim, 30000);
}

TEST(our_word_of_which_we_got_something_else_stands_where_the_others_have_it)
{
    struct pair p;
    REQUIRE(meet(&p, 7018));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->garble_for = p.a; /* Ana alone does not see it in the log */
    sim_hostile(p.s)->garble = 1;
    say(p.a, p.ab, "one");
    say(p.b, p.ba, "two");
    say(p.a, p.ab, "three");
    CHECK_SHOWN(p.b, p.ba, "zero|one|two|three|");
    CHECK_SHOWN(p.a, p.ab, "zero|two|one|three|"); /* as if it had been swallowed */
    come_back(p.a);
    CHECK_SHOWN(p.a, p.ab, "zero|one|two|three|");
    CHECK_SHOWN(p.b, p.ba, "zero|one|two|three|");
    come_back(p.a); /* and it is not read again and again */
    CHECK(count(p.a, "SELECT reading FROM chat WHERE type=1") == 1);
    sim_destroy(p.s);
}

TEST(what_was_sent_again_stands_where_the_others_have_it)
{
    struct pair p;
    REQUIRE(meet(&p, 7019));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->garble_for = p.b;
    sim_hostile(p.s)->garble = 1;
    say(p.a, p.ab, "one");
    say(p.b, p.ba, "two");
    say(p.a, p.ab, "three");
    sim_run(p.s, 70000);
    CHECK_SHOWN(p.b, p.ba, "zero|two|(missing)|three|");
    ask_again(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|two|one|three|");
    come_back(p.b);
    CHECK_SHOWN(p.a, p.ab, "zero|one|two|three|");
    CHECK_SHOWN(p.b, p.ba, "zero|one|two|three|");
    CHECK(count(p.b, "SELECT count(*) FROM hole") == 0);
    sim_destroy(p.s);
}

/* The gateway is honest again before anybody has asked: nobody has to. */
TEST(what_stood_in_the_place_of_an_entry_goes_when_the_entry_comes)
{
    struct pair p;
    REQUIRE(meet(&p, 7020));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->garble_for = p.b;
    sim_hostile(p.s)->garble = 1;
    sim_hostile(p.s)->garble_body = true;
    say(p.a, p.ab, "one");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE type=3") == 1);
    say(p.b, p.ba, "two");
    come_back(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|one|two|");
    CHECK(count(p.b, "SELECT count(*) FROM message WHERE type IN (3,5)") == 0);
    sim_destroy(p.s);
}

/* Each entry once and each can be opened, in another order than all others get them. */
TEST(a_log_that_was_turned_round_for_one_is_read_again)
{
    struct pair p;
    REQUIRE(meet(&p, 7021));
    say(p.a, p.ab, "zero");
    sim_hostile(p.s)->meddle_for = p.b;
    sim_hostile(p.s)->turn = 1;
    say(p.a, p.ab, "one");
    say(p.b, p.ba, "two");
    say(p.a, p.ab, "three");
    CHECK_SHOWN(p.a, p.ab, "zero|one|two|three|");
    CHECK_SHOWN(p.b, p.ba, "zero|two|one|three|");
    come_back(p.b);
    CHECK_SHOWN(p.b, p.ba, "zero|one|two|three|");
    sim_destroy(p.s);
}

/* A commit that the gateway has lost, of a device that is not there to bring it back, and behind it
 * one that changes the read tag: nobody comes back for them, all goes on. */
TEST(a_commit_that_its_device_does_not_bring_back_goes_up_again)
{
    struct pair p;
    struct abi_op op;
    REQUIRE(meet(&p, 7022));
    struct sim_device *a2 = sim_device(p.s, "ana2");
    REQUIRE(sim_second_device(p.a, a2));
    sim_run(p.s, 60000);
    say(p.a, p.ab, "zero");
    sim_gateway_backup(p.s);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR);
    op.op_chat_set.key = SLICE_LITERAL("timer");
    op.op_chat_set.value = 86400;
    CHECK_ERR(sim_op(a2, &op), OK);
    sim_run(p.s, 30000);
    sim_offline(a2, true);
    CHECK_ERR(sim_revoke(p.a, a2), OK);
    sim_run(p.s, 60000);
    say(p.a, p.ab, "one");
    say(p.b, p.ba, "two");
    int64_t epoch = count(p.a, "SELECT max(n) FROM epoch JOIN chat c ON c.id=chat AND c.type=1");
    REQUIRE(sim_gateway_restore(p.s));
    sim_run(p.s, 60000);
    say(p.a, p.ab, "three");
    CHECK(!sim_has_text(p.b, p.ba, "three")); /* the epoch of it is not there yet */
    sim_run(p.s, 20 * 60000);
    CHECK(sim_has_text(p.b, p.ba, "three"));
    say(p.b, p.ba, "four");
    say(p.a, p.ab, "five"); /* words went up again, too: others' may have been faster */
    CHECK_SHOWN(p.a, p.ab, shown(p.b, p.ba));
    CHECK(count(p.a, "SELECT count(*) FROM message WHERE type=0") == 6);
    CHECK(count(p.a, "SELECT max(n) FROM epoch JOIN chat c ON c.id=chat AND c.type=1") >= epoch);
    CHECK(count(p.a, "SELECT count(*) FROM chat WHERE restored=1 OR note<>0") == 0);
    CHECK(count(p.b, "SELECT count(*) FROM chat WHERE restored=1 OR note<>0") == 0);
    sim_destroy(p.s);
}

/* The gateway forgets a room, and once more before anything of it was read from its front. */
TEST(a_room_is_made_again_as_often_as_the_gateway_forgets_it)
{
    static const uint64_t between_ms[] = {50, 100, 200, 500, 1000, 3000, 10000, 30000, 60000};
    struct pair p;
    char text[16], all[200] = "";
    size_t n = 0;
    memset(&p, 0, sizeof p);
    p.s = sim_create(7023);
    p.s->cheap = true;
    p.a = sim_device(p.s, "ana");
    p.b = sim_device(p.s, "ben");
    REQUIRE(sim_make(p.a, "Ana") == OK && sim_make(p.b, "Ben") == OK);
    sim_run(p.s, 5000);
    sim_gateway_backup(p.s);
    REQUIRE(sim_meet(p.a, p.b, &p.ab, &p.ba));
    sim_run(p.s, 60000);
    for (size_t i = 0; i < sizeof between_ms / sizeof *between_ms; i++) {
        REQUIRE(sim_gateway_restore(p.s));
        sim_run(p.s, between_ms[i]);
        REQUIRE(sim_gateway_restore(p.s));
        sim_run(p.s, 20 * 60000);
        (void)snprintf(text, sizeof text, "word %zu", i);
        say(p.a, p.ab, text);
        n += (size_t)snprintf(all + n, sizeof all - n, "%s|", text);
        CHECK_SHOWN(p.b, p.ba, all);
        CHECK(count(p.a, "SELECT count(*) FROM chat WHERE restored=1 OR note<>0") == 0);
        CHECK(count(p.b, "SELECT count(*) FROM chat WHERE restored=1 OR note<>0") == 0);
    }
    sim_destroy(p.s);
}

/* ---- time ------------------------------------------------------------------------------------ */

#define DAY_MS 86400000ll

static enum err set_timer(struct sim_device *d, uint64_t chat, uint64_t seconds)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHAT_SET;
    op.op_chat_set.chat = chat;
    op.op_chat_set.key = SLICE_LITERAL("timer");
    op.op_chat_set.value = seconds;
    return sim_op(d, &op);
}

/* What ends by both clocks ends also on a line that was opened once and stays. */
TEST(a_line_that_stays_for_days_does_not_stop_the_clock)
{
    struct pair p;
    REQUIRE(meet(&p, 7030));
    CHECK_ERR(set_timer(p.a, p.ab, 2 * 86400), OK);
    sim_run(p.s, 10000);
    say(p.a, p.ab, "for two days");
    CHECK_SHOWN(p.b, p.ba, "for two days|");
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_READ;
    op.op_read.chat = p.ba;
    op.op_read.message = (uint64_t)message_of(p.b, "for two days");
    CHECK_ERR(sim_op(p.b, &op), OK);
    sim_run(p.s, 5000);
    sim_pass(p.s, 86400000ll * 3 / 2);
    CHECK_SHOWN(p.a, p.ab, "for two days|");
    CHECK_SHOWN(p.b, p.ba, "for two days|");
    sim_pass(p.s, 86400000ll);
    CHECK_SHOWN(p.a, p.ab, "");
    CHECK_SHOWN(p.b, p.ba, "");
    sim_destroy(p.s);
}

/* Ours is set back by a year in the middle of it: the gateway is asked what time it is. */
TEST(a_clock_that_is_set_back_on_a_line_that_stays)
{
    struct pair p;
    REQUIRE(meet(&p, 7031));
    p.b->clock_ms = -365 * 86400000ll;
    sim_pass(p.s, 5 * 60000);
    uint64_t now = (uint64_t)((int64_t)p.s->now_ms + p.b->clock_ms);
    CHECK(p.b->core->account.own.clock.heard_ms <= now); /* heard since */
    sim_destroy(p.s);
}

/* Two who meet, talk, add a device and a group while Ana's and Ben's clocks are wrong by so much.
 */
static void talk_apart(uint64_t seed, int64_t ana_ms, int64_t ben_ms)
{
    struct sim *s = sim_create(seed);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben"),
                      *a2 = sim_device(s, "ana2");
    uint64_t ab = 0, ba = 0;
    struct abi_op op;
    s->cheap = true;
    a->clock_ms = ana_ms;
    b->clock_ms = ben_ms;
    a2->clock_ms = ana_ms;
    REQUIRE(sim_make(a, "Ana") == OK && sim_make(b, "Ben") == OK);
    sim_run(s, 5000);
    REQUIRE(sim_meet(a, b, &ab, &ba));
    sim_run(s, 30000);
    say(a, ab, "one");
    say(b, ba, "two");
    REQUIRE(sim_second_device(a, a2));
    sim_run(s, 30000);
    say(a2, sim_chat_of_type(a2, ABI_CHAT_TYPE_PAIR), "three");
    CHECK_SHOWN(a, ab, "one|two|three|");
    CHECK_SHOWN(b, ba, "one|two|three|");
    for (int i = 0; i < 20; i++) { /* lifetimes end, by both clocks */
        sim_offline(a, i > 2 && i < 18);
        sim_offline(b, i > 2 && i < 18);
        sim_run(s, i > 2 && i < 18 ? 2 * DAY_MS : DAY_MS / 4);
        (void)sim_chats(a);
        (void)sim_chats(a2);
        (void)sim_chats(b);
    }
    say(b, ba, "four");
    say(a, ab, "five");
    CHECK_SHOWN(a, ab, "one|two|three|four|five|");
    CHECK_SHOWN(b, ba, "one|two|three|four|five|");
    a->clock_ms = b->clock_ms = 0; /* set right, both */
    sim_run(s, 60000);
    say(b, ba, "six");
    sim_run(s, 90000);
    say(a, ab, "seven");
    CHECK_SHOWN(a, ab, "one|two|three|four|five|six|seven|");
    CHECK_SHOWN(b, ba, "one|two|three|four|five|six|seven|");
    CHECK(count(b, "SELECT count(*) FROM message WHERE type IN (3,5) OR state=4") == 0);
    CHECK(count(a, "SELECT count(*) FROM wish") == 0);
    CHECK(count(b, "SELECT count(*) FROM key_package") < 100);
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_STATE;
    CHECK_ERR(sim_op(a, &op), OK);
    CHECK(a->reply.result.state.clock_off_ms == 0 || ana_ms != 0);
    sim_destroy(s);
}

TEST(attack_11_a_clock_three_days_behind)
{
    talk_apart(11001, -3 * DAY_MS, 0);
}

TEST(clocks_a_year_behind_and_a_year_ahead)
{
    talk_apart(11002, -365 * DAY_MS, 365 * DAY_MS);
    talk_apart(11003, 365 * DAY_MS, -365 * DAY_MS);
}

TEST(a_wrong_clock_is_said_in_words)
{
    static const int64_t ahead[] = {0, 4 * 60000, 6 * 60000, -6 * 60000};
    struct abi_op op;
    for (size_t i = 0; i < 4; i++) {
        struct sim *s = sim_create(11010 + i);
        struct sim_device *a = sim_device(s, "ana");
        s->cheap = true;
        a->clock_ms = ahead[i];
        REQUIRE(sim_make(a, "Ana") == OK);
        sim_run(s, 5000);
        memset(&op, 0, sizeof op);
        op.kind = ABI_OP_STATE;
        CHECK_ERR(sim_op(a, &op), OK);
        const struct abi_state *st = &a->reply.result.state;
        CHECK((st->clock_off_ms > 0) == (i >= 2));
        CHECK(i < 2 || (st->clock_off_ms > 359000 && st->clock_off_ms < 361000));
        CHECK(i < 2 || st->clock_fast == (i == 2));
        sim_destroy(s);
    }
}

TEST(attack_13_times_out_of_range)
{
    static const uint64_t times[] = {0,          1,
                                     INT64_MAX,  (uint64_t)INT64_MAX + 1,
                                     UINT64_MAX, UINT64_MAX - 1,
                                     1ull << 62, 253402300800000ull};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct pair p;
        REQUIRE(meet(&p, 13000 + i));
        struct sim_device *b2 = sim_device(p.s, "ben2");
        REQUIRE(sim_second_device(p.b, b2));
        sim_run(p.s, 20000);
        say(p.a, p.ab, "before");
        sim_hostile(p.s)->has_ms = true;
        sim_hostile(p.s)->ms = times[i];
        say(p.a, p.ab, "when?");
        say(p.b, p.ba, "then");
        sim_hostile(p.s)->has_ms = false;
        say(p.a, p.ab, "after");
        CHECK_SHOWN(p.a, p.ab, "before|when?|then|after|");
        CHECK_SHOWN(p.b, p.ba, "before|when?|then|after|");
        CHECK_SHOWN(b2, sim_chat_of_type(b2, ABI_CHAT_TYPE_PAIR), "before|when?|then|after|");
        CHECK(count(p.b, "SELECT count(*) FROM message WHERE at_ms>said_ms AND said_ms>0") == 0);
        sim_destroy(p.s);
    }
}

TEST(the_time_shown_is_the_senders_and_at_most_the_gateways)
{
    struct pair p;
    REQUIRE(meet(&p, 11020));
    int64_t now = (int64_t)p.s->now_ms;
    p.a->clock_ms = 3600000;
    say(p.a, p.ab, "from an hour ahead");
    p.a->clock_ms = -3600000;
    say(p.a, p.ab, "from an hour ago");
    p.a->clock_ms = 0;
    int64_t ahead = sim_count(p.b, "SELECT at_ms FROM message WHERE text=?", "from an hour ahead");
    int64_t ago = sim_count(p.b, "SELECT at_ms FROM message WHERE text=?", "from an hour ago");
    CHECK(ahead >= now && ahead < now + 10000);
    CHECK(ago >= now - 3600000 && ago < now - 3580000);
    CHECK(sim_count(p.b, "SELECT said_ms-server_ms FROM message WHERE text=?",
                    "from an hour ahead") > 3590000);
    CHECK_SHOWN(p.b, p.ba, "from an hour ahead|from an hour ago|");
    sim_destroy(p.s);
}

TEST_MAIN(TEST_ROW(attack_7a_messages_turned_round_stand_as_they_were_said),
          TEST_ROW(attack_7b_a_deletion_that_comes_first_is_kept),
          TEST_ROW(attack_7c_the_highest_edit_is_shown_on_all_screens),
          TEST_ROW(two_devices_edit_at_once_and_all_show_the_same),
          TEST_ROW(attack_7d_a_swallowed_message_is_missing_not_read_and_comes_when_asked_for),
          TEST_ROW(what_was_deleted_is_not_sent_again),
          TEST_ROW(another_device_of_the_account_answers),
          TEST_ROW(an_entry_that_is_left_out_is_read_again),
          TEST_ROW(our_word_of_which_we_got_something_else_stands_where_the_others_have_it),
          TEST_ROW(what_was_sent_again_stands_where_the_others_have_it),
          TEST_ROW(what_stood_in_the_place_of_an_entry_goes_when_the_entry_comes),
          TEST_ROW(a_log_that_was_turned_round_for_one_is_read_again),
          TEST_ROW(a_commit_that_its_device_does_not_bring_back_goes_up_again),
          TEST_ROW(a_room_is_made_again_as_often_as_the_gateway_forgets_it),
          TEST_ROW(attack_11_a_clock_three_days_behind),
          TEST_ROW(clocks_a_year_behind_and_a_year_ahead), TEST_ROW(a_wrong_clock_is_said_in_words),
          TEST_ROW(a_line_that_stays_for_days_does_not_stop_the_clock),
          TEST_ROW(a_clock_that_is_set_back_on_a_line_that_stays),
          TEST_ROW(attack_13_times_out_of_range),
          TEST_ROW(the_time_shown_is_the_senders_and_at_most_the_gateways))
