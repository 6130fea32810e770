/* Rows about who sits in a room, and variants of them: rules 1 to 9 of the one
 * gate. */
#include "trust.h"

/* Ana, who runs it, Ben and Cem in a group; Ben and Cem have never met. */
struct three {
    struct sim *s;
    struct sim_device *a, *b, *c;
    uint64_t ga, gb, gc;
};

static bool three_people(struct three *w, uint64_t seed)
{
    uint64_t x, y;
    memset(w, 0, sizeof *w);
    w->s = trust_world(seed);
    w->a = trust_person("ana", "Ana");
    w->b = trust_person("ben", "Ben");
    w->c = trust_person("cem", "Cem");
    if (w->a == NULL || w->b == NULL || w->c == NULL) {
        return false;
    }
    sim_run(w->s, 5000);
    return sim_meet(w->a, w->b, &x, &y) && sim_meet(w->a, w->c, &x, &y);
}

/* ---- B7: being checked ---------------------------------------------------------------------- */

/* A Welcome into a group with Ben, whom Cem does not know, without the chain of Ben. */
static bool brought_unchecked(struct three *w, uint64_t seed)
{
    static const char *const people[] = {"Ben"};
    if (!three_people(w, seed)) {
        return false;
    }
    w->ga = sim_group(w->a, "the group", people, 1);
    sim_pass(w->s, TRUST_MINUTE);
    w->s->hostile->no_chains = true;
    sim_evil(w->a)->few_chains = true;
    bool added = w->ga != 0 && sim_group_add(w->a, w->ga, "Cem") == OK;
    sim_pass(w->s, TRUST_MINUTE);
    return added && sim_leaves_of(w->a, w->ga, w->c->core->account.own.account) == 1 &&
           sim_send(w->a, w->ga, "said meanwhile", NULL) == OK;
}

static void nothing_of_it(struct three *w)
{
    CHECK(sim_number(w->c, "SELECT count(*) FROM chat WHERE type=2") == 0);
    CHECK(sim_number(w->c, "SELECT count(*) FROM request") == 0);
    CHECK(sim_heard(w->c, "said meanwhile") == 0);
    CHECK(sim_number(w->c, "SELECT count(*) FROM checking") == 1);
    /* nothing was sent there: the others have no word of a device of Cem */
    CHECK(sim_count(w->a,
                    "SELECT count(*) FROM leaf l JOIN person p ON p.id=l.person JOIN chat c ON "
                    "c.id=l.chat WHERE c.type=2 AND p.name=?",
                    "Cem") == 0);
}

TEST(row_b7_a_room_waits_for_the_chains_of_its_people)
{
    struct three w;
    SETUP(brought_unchecked(&w, 7307));
    nothing_of_it(&w);
    if (sim_number(w.c, "SELECT count(*) FROM checking") == 0) {
        return;
    }
    sim_pass(w.s, 3 * TRUST_DAY);
    nothing_of_it(&w);
    w.s->hostile->no_chains = false;
    sim_pass(w.s, 3 * TRUST_HOUR);
    uint64_t gc = sim_chat_of_type(w.c, ABI_CHAT_TYPE_GROUP);
    SETUP(gc != 0);
    CHECK(sim_heard(w.c, "said meanwhile") == 1);
    CHECK(sim_number(w.c, "SELECT count(*) FROM checking") == 0);
    SETUP(sim_send(w.c, gc, "here I am", NULL) == OK);
    sim_pass(w.s, TRUST_MINUTE);
    CHECK(sim_heard(w.a, "here I am") == 1 && sim_heard(w.b, "here I am") == 1);
}

TEST(row_b7_a_room_that_waits_too_long_is_said)
{
    struct three w;
    SETUP(brought_unchecked(&w, 7317));
    sim_tick(w.s, 29 * TRUST_DAY); /* at once: a month of pings takes its time */
    sim_pass(w.s, TRUST_MINUTE);
    nothing_of_it(&w);
    sim_tick(w.s, 2 * TRUST_DAY);
    sim_pass(w.s, TRUST_MINUTE);
    CHECK(sim_number(w.c, "SELECT count(*) FROM checking") == 0);
    CHECK(sim_number(w.c, "SELECT count(*) FROM message WHERE notice=34") == 1);
    CHECK(sim_number(w.c, "SELECT count(*) FROM chat WHERE type=2") == 0);
}

/* ---- rule 8: a commit that may not be followed ------------------------------------------------
 */

static bool three_in_a_group(struct three *w, uint64_t seed)
{
    static const char *const people[] = {"Ben", "Cem"};
    if (!three_people(w, seed)) {
        return false;
    }
    w->ga = sim_group(w->a, "the group", people, 2);
    sim_pass(w->s, TRUST_MINUTE);
    w->gb = sim_chat_of_type(w->b, ABI_CHAT_TYPE_GROUP);
    w->gc = sim_chat_of_type(w->c, ABI_CHAT_TYPE_GROUP);
    bool said = w->ga != 0 && w->gb != 0 && w->gc != 0 && sim_send(w->a, w->ga, "warm", NULL) == OK;
    sim_pass(w->s, TRUST_MINUTE);
    return said && sim_heard(w->b, "warm") == 1 && sim_heard(w->c, "warm") == 1;
}

/* The room is stopped, Cem is named; Ana, who may add, makes one in its place, without him; Ben
 * goes there when he says so. */
static void stopped_by_cem(struct three *w)
{
    struct sim_device *both[] = {w->a, w->b};
    for (size_t i = 0; i < 2; i++) {
        CHECK(sim_count(both[i],
                        "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender JOIN chat c "
                        "ON c.id=m.chat WHERE c.type=2 AND m.notice=32 AND p.name=?",
                        "Cem") == 1);
    }
    SETUP(sim_send(w->a, w->ga, "kept by Ana", NULL) == OK);
    SETUP(sim_send(w->b, w->gb, "kept by Ben", NULL) == OK);
    sim_pass(w->s, TRUST_MINUTE);
    CHECK(sim_state(w->a, "kept by Ana") == ABI_MESSAGE_STATE_QUEUED &&
          sim_state(w->b, "kept by Ben") == ABI_MESSAGE_STATE_QUEUED);
    CHECK(sim_settle_room(w->b, w->gb, ABI_SETTLE_ANEW) == ERR_AUTH_POLICY); /* he may not add */
    SETUP(sim_settle_room(w->a, w->ga, ABI_SETTLE_ANEW) == OK);
    sim_pass(w->s, 5 * TRUST_MINUTE);
    CHECK(sim_number(w->b, "SELECT count(*) FROM message WHERE notice=35") == 1);
    CHECK(sim_heard(w->b, "kept by Ana") == 0);
    SETUP(sim_settle_all(w->b) == 1);
    sim_pass(w->s, 5 * TRUST_MINUTE);
    CHECK(sim_heard(w->b, "kept by Ana") == 1 && sim_heard(w->a, "kept by Ben") == 1);
    CHECK(sim_heard(w->c, "kept by Ana") == 0 && sim_heard(w->c, "kept by Ben") == 0);
    CHECK(sim_number(w->b, "SELECT count(*) FROM chat WHERE type=2 AND alias_of IS NULL") == 1);
    CHECK(sim_heard(w->b, "warm") == 1); /* what was said moved along */
}

TEST(row_a7_a_path_that_names_no_entry)
{
    struct three w;
    SETUP(three_in_a_group(&w, 7407));
    sim_evil(w.c)->lawless = sim_evil(w.c)->bad_entry = true;
    SETUP(sim_evil_heal(w.c) == OK);
    sim_pass(w.s, TRUST_MINUTE);
    stopped_by_cem(&w);
}

TEST(row_b12_a_plain_member_adds_somebody)
{
    struct three w;
    char link[600];
    SETUP(three_in_a_group(&w, 7412));
    struct sim_device *m = trust_person("mal", "Mal");
    SETUP(m != NULL && sim_link_text(m, link, sizeof link));
    sim_pass(w.s, 5000);
    int64_t mal = sim_evil_person(w.c, link, "Mal");
    sim_evil(w.c)->lawless = true;
    SETUP(mal != 0 && sim_evil_add(w.c, w.gc, mal) == OK);
    sim_pass(w.s, TRUST_MINUTE);
    stopped_by_cem(&w);
}

/* ---- rule 6: a room in the place of another ---------------------------------------------------
 */

/* Ana with two devices, Ben with one. */
struct pair {
    struct sim *s;
    struct sim_device *a, *a2, *b;
    uint64_t ab, ba;
};

static bool two_people(struct pair *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->s = trust_world(seed);
    w->a = trust_person("ana", "Ana");
    w->b = trust_person("ben", "Ben");
    w->a2 = sim_device(w->s, "ana2");
    if (w->a == NULL || w->b == NULL) {
        return false;
    }
    sim_run(w->s, 5000);
    if (!sim_meet(w->a, w->b, &w->ab, &w->ba) || !sim_second_device(w->a, w->a2)) {
        return false;
    }
    sim_pass(w->s, TRUST_MINUTE);
    bool said =
        sim_send(w->a, w->ab, "warm", NULL) == OK && sim_send(w->b, w->ba, "too", NULL) == OK;
    sim_pass(w->s, TRUST_MINUTE);
    return said && sim_heard(w->b, "warm") == 1 && sim_heard(w->a, "too") == 1;
}

/* The group of this chat cannot be followed any more, and no bundle leads in again. */
static bool lost_for_good(struct sim_device *d, uint64_t chat)
{
    d->sim->hostile->no_info = true;
    bool lost = sim_lose_group(d, chat) == OK;
    sim_pass(d->sim, 10 * TRUST_MINUTE);
    return lost && sim_number(d, "SELECT max(stuck) FROM chat") >= 3;
}

static size_t chats_with(struct sim_device *d)
{
    return (size_t)sim_number(d, "SELECT count(*) FROM chat WHERE type=1 AND alias_of IS NULL AND "
                                 "state NOT IN (5,6)");
}

static void both_talk(struct pair *w, const char *one, const char *two)
{
    SETUP(sim_send(w->a, sim_chat_with(w->a, "Ben"), one, NULL) == OK);
    SETUP(sim_send(w->b, sim_chat_with(w->b, "Ana"), two, NULL) == OK);
    sim_pass(w->s, TRUST_MINUTE);
    CHECK(sim_heard(w->b, one) == 1 && sim_heard(w->a, two) == 1);
    CHECK(sim_heard(w->a2, one) == 1 && sim_heard(w->a2, two) == 1);
    CHECK(chats_with(w->a) == 1 && chats_with(w->b) == 1 && chats_with(w->a2) == 1);
}

TEST(row_b8_the_old_room_names_the_new_one_while_it_can_be_written)
{
    struct pair w;
    SETUP(two_people(&w, 7508));
    SETUP(lost_for_good(w.b, w.ba));
    SETUP(sim_settle_room(w.b, w.ba, ABI_SETTLE_ANEW) == OK);
    sim_pass(w.s, 5 * TRUST_MINUTE);
    /* nothing goes there by itself, neither of her devices */
    CHECK(sim_chat_with(w.a, "Ben") == w.ab);
    CHECK(sim_number(w.a, "SELECT count(*) FROM message WHERE notice=35") == 1);
    CHECK(sim_number(w.a2, "SELECT count(*) FROM message WHERE notice=35") == 1);
    uint64_t before = sim_chat_with(w.a2, "Ben");
    /* she says so on one: the old room, which she can write, names the new one, and the other
     * follows */
    SETUP(sim_settle_all(w.a) == 1);
    sim_pass(w.s, 5 * TRUST_MINUTE);
    CHECK(sim_chat_with(w.a, "Ben") != w.ab && sim_chat_with(w.a2, "Ben") != before);
    CHECK(sim_number(w.a2, "SELECT count(*) FROM chat WHERE aside<>0") == 0);
    both_talk(&w, "Ana, there", "Ben, there");
}

/* Both made a room in the place of the old one, and each is in both. Her second device, which was
 * away, has them set aside: `last` is the one it was brought into last, `goes` where words go. */
static bool both_made_one(struct pair *w, uint64_t seed, uint8_t last[16], uint8_t goes[16])
{
    uint8_t mailbox[16];
    if (!two_people(w, seed)) {
        return false;
    }
    sim_offline(w->a2, true);
    bool fine = lost_for_good(w->b, w->ba) && lost_for_good(w->a, w->ab) &&
                sim_settle_room(w->b, w->ba, ABI_SETTLE_ANEW) == OK &&
                sim_settle_room(w->a, w->ab, ABI_SETTLE_ANEW) == OK;
    sim_pass(w->s, 10 * TRUST_MINUTE);
    w->s->hostile->no_info = false;
    sim_offline(w->a2, false);
    sim_pass(w->s, TRUST_HOUR);
    return fine &&
           sim_number(w->a2, "SELECT count(*) FROM chat WHERE type=1 AND succeeds>0") == 2 &&
           sim_room(w->a2, (uint64_t)sim_number(w->a2, "SELECT max(aside) FROM chat"), last,
                    mailbox) &&
           sim_room(w->a, sim_chat_with(w->a, "Ben"), goes, mailbox);
}

/* Two rooms, one chat, also where the room that the one tap is about is not the one that words go
 * to. Which of both is the lower depends on the seed: one world of each kind is played. */
TEST(row_b8_both_tap_at_once)
{
    enum { SEED = 7518, WORLDS_MAX = 24 };
    struct pair w;
    bool played[2] = {false, false};
    for (uint64_t i = 0; i < WORLDS_MAX && !(played[0] && played[1]); i++) {
        uint8_t last[16], goes[16];
        SETUP(both_made_one(&w, SEED + i, last, goes));
        bool same = slice_equal(SLICE_ARRAY(last), SLICE_ARRAY(goes));
        if (!played[same]) {
            played[same] = true;
            (void)sim_settle_all(w.a2);
            sim_pass(w.s, TRUST_MINUTE);
            both_talk(&w, "Ana, afterwards", "Ben, afterwards");
        }
    }
    SETUP(played[0] && played[1]);
}

TEST(row_b8_a_plain_member_replaces_nothing)
{
    struct three w;
    char link[600];
    uint8_t room[16], mailbox[16];
    SETUP(three_in_a_group(&w, 7528));
    SETUP(sim_room(w.c, w.gc, room, mailbox) && sim_link_text(w.b, link, sizeof link));
    sim_pass(w.s, 5000);
    int64_t ben = sim_evil_person(w.c, link, "L-Ben");
    sim_evil(w.c)->replaces = true;
    memcpy(sim_evil(w.c)->replaced, room, sizeof room);
    SETUP(ben != 0 && sim_evil_make_room(w.c, 2, "the group", ben, 0, NULL) != 0);
    sim_pass(w.s, 5 * TRUST_MINUTE);
    CHECK(sim_number(w.b, "SELECT count(*) FROM request") ==
          1); /* a stranger's room, and no more */
    CHECK(sim_number(w.b, "SELECT count(*) FROM chat WHERE aside<>0") == 0);
    SETUP(sim_send(w.a, w.ga, "still here", NULL) == OK);
    sim_pass(w.s, TRUST_MINUTE);
    CHECK(sim_heard(w.b, "still here") == 1 && sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP) == w.gb);
}

TEST(row_a21_an_admin_replaces_the_room_for_one)
{
    struct three w;
    uint8_t room[16], mailbox[16];
    SETUP(three_in_a_group(&w, 7521));
    SETUP(sim_room(w.a, w.ga, room, mailbox));
    int64_t ben = sim_person(w.a, "Ben"), cem = sim_person(w.a, "Cem");
    w.s->hostile->no_box = w.c; /* his Welcome never comes: Ben alone is there */
    sim_evil(w.a)->replaces = true;
    memcpy(sim_evil(w.a)->replaced, room, sizeof room);
    SETUP(sim_evil_make_room(w.a, 2, "the group", ben, cem, NULL) != 0);
    sim_pass(w.s, 5 * TRUST_MINUTE);
    /* it does not take the place by itself: Ben is told by whom, and goes on where all are */
    CHECK(sim_chat_of_type(w.b, ABI_CHAT_TYPE_GROUP) == w.gb);
    CHECK(sim_count(w.b,
                    "SELECT count(*) FROM message m JOIN person p ON p.id=m.sender WHERE "
                    "m.notice=35 AND p.name=?",
                    "Ana") == 1);
    SETUP(sim_send(w.b, w.gb, "to all of you", NULL) == OK);
    sim_pass(w.s, TRUST_MINUTE);
    CHECK(sim_heard(w.c, "to all of you") == 1 && sim_heard(w.a, "to all of you") == 1);
}

TEST_MAIN(TEST_ROW(row_b7_a_room_waits_for_the_chains_of_its_people),
          TEST_ROW(row_b7_a_room_that_waits_too_long_is_said),
          TEST_ROW(row_a7_a_path_that_names_no_entry),
          TEST_ROW(row_b12_a_plain_member_adds_somebody),
          TEST_ROW(row_b8_the_old_room_names_the_new_one_while_it_can_be_written),
          TEST_ROW(row_b8_both_tap_at_once), TEST_ROW(row_b8_a_plain_member_replaces_nothing),
          TEST_ROW(row_a21_an_admin_replaces_the_room_for_one))
