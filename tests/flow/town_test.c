/* A group of a whole town: made, spoken in, one removed, healed, and read by all. flow_town
 * [PEOPLE]: 24 in the gate, 250 in tests/long/town.sh. In the classic suite, since what is looked
 * at is whether everybody follows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/check.h"
#include "lib/sim_play.h"

#define PEOPLE_MAX 250
#define SETTLE_MS (10ull * 60 * 1000)

static unsigned town_people = 24;

struct town {
    struct sim *s;
    struct sim_device *d[PEOPLE_MAX];
    uint64_t group[PEOPLE_MAX];
};

/* Everybody knows the first one, who asks them all in. */
static bool build(struct town *w)
{
    struct abi_op op;
    uint64_t people[PEOPLE_MAX], ab, ba;
    char name[16];
    memset(w, 0, sizeof *w);
    w->s = sim_create(250);
    w->s->cheap = true;
    for (unsigned i = 0; i < town_people; i++) {
        (void)snprintf(name, sizeof name, "p%03u", i);
        w->d[i] = sim_device(w->s, name);
        if (sim_make(w->d[i], name) != OK) {
            return false;
        }
        sim_run(w->s, 1000);
        if (i > 0 && !sim_meet(w->d[0], w->d[i], &ab, &ba)) {
            return false;
        }
        if (i > 0) { /* who is not needed sleeps: pings of hundreds would take the time */
            sim_offline(w->d[i], true);
        }
    }
    for (unsigned i = 1; i < town_people; i++) {
        (void)snprintf(name, sizeof name, "p%03u", i);
        people[i - 1] = (uint64_t)sim_person(w->d[0], name);
        sim_offline(w->d[i], false);
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("town");
    op.op_group_make.people = people;
    op.op_group_make.people_n = town_people - 1;
    if (sim_op(w->d[0], &op) != OK) {
        return false;
    }
    sim_run(w->s, SETTLE_MS);
    for (unsigned i = 0; i < town_people; i++) {
        w->group[i] = sim_chat_of_type(w->d[i], 2);
    }
    return true;
}

static unsigned readers(struct town *w, const char *text)
{
    unsigned n = 0;
    for (unsigned i = 0; i < town_people; i++) {
        n += w->group[i] != 0 && sim_has_text(w->d[i], w->group[i], text);
    }
    return n;
}

static unsigned in_epoch(struct town *w, uint64_t epoch, unsigned without)
{
    unsigned n = 0;
    for (unsigned i = 0; i < town_people; i++) {
        n += i != without && sim_epoch(w->d[i], w->group[i]) == epoch;
    }
    return n;
}

static void spent(const char *what, struct timespec *from)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    check_printf("# %s: %d s\n", what, (int)(now.tv_sec - from->tv_sec));
    *from = now;
}

TEST(a_town_is_made_speaks_removes_heals_and_all_read)
{
    struct town *w = calloc(1, sizeof *w);
    struct timespec from;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    REQUIRE(w != NULL && build(w));
    for (unsigned i = 0; i < town_people; i++) {
        CHECK(w->group[i] != 0);
    }
    spent("made", &from);
    /* the one who made it, and one whose first word needs a path over a tree full of blanks */
    unsigned far = town_people - 2, out = town_people - 1;
    CHECK_ERR(sim_send(w->d[0], w->group[0], "welcome to the town", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "welcome to the town") == town_people);
    CHECK_ERR(sim_send(w->d[far], w->group[far], "a voice from afar", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "a voice from afar") == town_people);
    spent("said", &from);
    /* one goes; what is said afterwards is not for them */
    CHECK_ERR(sim_group_remove(w->d[0], w->group[0], w->d[out]->name), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK_ERR(sim_send(w->d[1], w->group[1], "now we are among us", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "now we are among us") == town_people - 1);
    CHECK(!sim_has_text(w->d[out], w->group[out], "now we are among us"));
    spent("removed", &from);
    /* a day later the next word is said behind a path of its own: everybody is in the new epoch */
    uint64_t before = sim_epoch(w->d[2], w->group[2]);
    for (unsigned i = 0; i < town_people; i++) {
        sim_offline(w->d[i], true);
    }
    sim_run(w->s, 25ull * 3600 * 1000);
    for (unsigned i = 0; i < town_people; i++) {
        sim_offline(w->d[i], false);
    }
    sim_run(w->s, 5000);
    CHECK_ERR(sim_send(w->d[2], w->group[2], "good morning", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "good morning") == town_people - 1);
    uint64_t after = sim_epoch(w->d[2], w->group[2]);
    CHECK(after > before);
    CHECK(in_epoch(w, after, out) == town_people - 1);
    spent("healed", &from);
    /* nothing is said to be missing, nobody fell out */
    for (unsigned i = 0; i < town_people; i++) {
        CHECK(sim_count(w->d[i], "SELECT count(*) FROM message WHERE type=3", NULL) == 0);
    }
    sim_destroy(w->s);
    free(w);
}

int main(int argc, char **argv)
{
    static const struct check_test rows[] = {
        TEST_ROW(a_town_is_made_speaks_removes_heals_and_all_read)};
    if (argc > 1) {
        town_people = (unsigned)strtoul(argv[1], NULL, 10);
        argc = 1;
    }
    return check_main(argc, argv, __FILE__, rows, sizeof rows / sizeof rows[0]);
}
