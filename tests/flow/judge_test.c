/* What the judge of the hostile world excuses (lib/sim_judge.h), and what not: an excuse that
 * reaches too far hides a fault in every world. */
#include <string.h>

#include "lib/check.h"
#include "lib/sim_evil.h"
#include "lib/sim_judge.h"
#include "lib/sim_play.h"
#include "store/chat.h"

#define MINUTE 60000

struct table {
    struct sim_judge j;
    struct sim *s;
    struct sim_device *a, *b, *c; /* c is hostile; all three in a group */
    uint8_t room[16], mailbox[16];
    unsigned found[SIM_JUDGE_CLAIMS];
};
static struct table t;

static void violated(void *user, enum sim_judge_claim claim, const char *what)
{
    (void)user;
    (void)what;
    t.found[claim]++;
}

static bool says(struct sim_device *d, const char *text)
{
    bool fine = sim_judge_says(&t.j, d, STORE_CHAT_GROUP, t.room, text) != NULL &&
                sim_send(d, sim_chat_of_type(d, STORE_CHAT_GROUP), text, NULL) == OK;
    sim_run(t.s, MINUTE);
    return fine && sim_heard(t.a, text) == 1 && sim_heard(t.b, text) == 1;
}

static bool begin(void)
{
    static const char *const people[] = {"Ben", "Cem"};
    static const char *const names[] = {"Ana", "Ben", "Cem"};
    struct sim_device **d[] = {&t.a, &t.b, &t.c};
    uint64_t x, y;
    memset(&t, 0, sizeof t);
    t.s = sim_create(17);
    for (int i = 0; i < 3; i++) {
        *d[i] = sim_device(t.s, names[i]);
        if (sim_make(*d[i], names[i]) != OK) {
            return false;
        }
    }
    sim_run(t.s, MINUTE);
    if (!sim_meet(t.a, t.b, &x, &y) || !sim_meet(t.a, t.c, &x, &y)) {
        return false;
    }
    uint64_t group = sim_group(t.a, "the group", people, 2);
    sim_run(t.s, MINUTE);
    t.j.violated = violated;
    sim_judge_begin(&t.j, t.s, 1u << t.a->index | 1u << t.b->index);
    return group != 0 && sim_room(t.a, group, t.room, t.mailbox) && says(t.a, "first") &&
           says(t.b, "second") && says(t.c, "third");
}

static void end(void)
{
    sim_judge_end(&t.j);
    sim_destroy(t.s);
}

/* How often this is found now. */
static unsigned finds(enum sim_judge_claim claim)
{
    memset(t.found, 0, sizeof t.found);
    sim_judge_order(&t.j, t.a, t.b);
    sim_judge_shown(&t.j, t.a);
    sim_judge_shown(&t.j, t.b);
    return t.found[claim];
}

/* At Ben's, this word stands where it should not. */
static void moves(const char *sql)
{
    CHECK_ERR(sim_evil_sql(t.b, sql), OK);
}

static void other_room_stops(void)
{
    uint8_t other[16];
    memcpy(other, t.room, sizeof other);
    other[0] ^= 1;
    sim_judge_stops(&t.j, other);
}

TEST(nothing_is_found_where_all_is_well)
{
    CHECK(begin());
    CHECK(finds(SIM_JUDGE_ORDER) == 0 && finds(SIM_JUDGE_FORGED) == 0);
    end();
}

TEST(another_edit_is_excused_in_the_room_that_was_stopped)
{
    CHECK(begin());
    struct sim_judge_word *w = sim_judge_says(&t.j, t.a, STORE_CHAT_GROUP, t.room, "first, again");
    CHECK(w != NULL);
    w->of = 0;
    moves("UPDATE message SET text='first, again' WHERE text='first'");
    CHECK(finds(SIM_JUDGE_ORDER) == 1);
    other_room_stops();
    CHECK(finds(SIM_JUDGE_ORDER) == 1);
    sim_judge_stops(&t.j, t.room);
    CHECK(finds(SIM_JUDGE_ORDER) == 0);
    end();
}

/* An edit that was said in another room, of a word that was said in the stopped one. */
TEST(an_edit_is_excused_with_what_it_is_an_edit_of)
{
    uint8_t later[16] = {9};
    CHECK(begin());
    sim_judge_stops(&t.j, t.room);
    struct sim_judge_word *w = sim_judge_says(&t.j, t.a, STORE_CHAT_GROUP, later, "first, later");
    CHECK(w != NULL && !w->excused);
    CHECK_ERR(sim_evil_sql(t.a, "UPDATE message SET text='first, later' WHERE text='first'"), OK);
    CHECK(finds(SIM_JUDGE_ORDER) == 1); /* a word of its own */
    w->of = 0;
    CHECK(finds(SIM_JUDGE_ORDER) == 0);
    end();
}

TEST(the_place_of_a_word_is_excused_only_of_who_is_hostile)
{
    CHECK(begin());
    moves("UPDATE message SET place=(SELECT min(place)-1 FROM message) WHERE text='third'");
    CHECK(finds(SIM_JUDGE_ORDER) == 1);
    other_room_stops();
    CHECK(finds(SIM_JUDGE_ORDER) == 1);
    sim_judge_stops(&t.j, t.room);
    CHECK(finds(SIM_JUDGE_ORDER) == 0);
    moves("UPDATE message SET place=(SELECT min(place)-1 FROM message) WHERE text='second'");
    CHECK(finds(SIM_JUDGE_ORDER) == 1); /* Ben is not */
    end();
}

TEST(a_forged_word_is_excused_nowhere)
{
    CHECK(begin());
    sim_judge_stops(&t.j, t.room);
    moves("UPDATE message SET text='nobody said this' WHERE text='first'");
    CHECK(finds(SIM_JUDGE_FORGED) == 1);
    moves("UPDATE message SET text='first' WHERE text='nobody said this'");
    moves("UPDATE message SET sender=(SELECT sender FROM message WHERE text='third') WHERE "
          "text='first'");
    CHECK(finds(SIM_JUDGE_FORGED) == 1);
    end();
}

TEST_MAIN(TEST_ROW(nothing_is_found_where_all_is_well),
          TEST_ROW(another_edit_is_excused_in_the_room_that_was_stopped),
          TEST_ROW(an_edit_is_excused_with_what_it_is_an_edit_of),
          TEST_ROW(the_place_of_a_word_is_excused_only_of_who_is_hostile),
          TEST_ROW(a_forged_word_is_excused_nowhere))
