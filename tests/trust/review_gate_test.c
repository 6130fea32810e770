/* Rows of trust-review.md about who sits in a room, and variants of them: rules 1 to 9 of the one
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
    return added && sim_leaves_of(w->a, w->ga, w->c->core->own.account) == 1 &&
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
    sim_pass(w.s, 3 * TRUST_DAY);
    nothing_of_it(&w);
    w.s->hostile->no_chains = false;
    sim_pass(w.s, 3 * TRUST_HOUR);
    uint64_t gc = sim_chat_of_type(w.c, 2);
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
    int64_t told = sim_told(w.c);
    sim_tick(w.s, 2 * TRUST_DAY);
    sim_pass(w.s, TRUST_MINUTE);
    CHECK(sim_number(w.c, "SELECT count(*) FROM checking") == 0);
    CHECK(sim_told(w.c) > told);
    CHECK(sim_number(w.c, "SELECT count(*) FROM message WHERE notice=34") == 1);
    CHECK(sim_number(w.c, "SELECT count(*) FROM chat WHERE type=2") == 0);
}

TEST_MAIN(TEST_ROW(row_b7_a_room_waits_for_the_chains_of_its_people),
          TEST_ROW(row_b7_a_room_that_waits_too_long_is_said))
