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
#define LATER_MAX 4 /* questions put off, for each */
/* Entries for each while the group is small, and those of the commits: twice as many with one seed
 * as with another. */
#define EARLY_MAX 60
#define SETTLE_MS (10ull * 60 * 1000)

static unsigned town_people = 24;

struct town {
    struct sim *s;
    struct sim_device *d[PEOPLE_MAX];
    uint64_t group[PEOPLE_MAX];
    bool crashed;
    uint64_t delivered, later; /* of the simulator, when the making began, and then of each part */
};

static void crash_one_who_owes_its_name(struct town *w)
{
    for (uint64_t s = 0; s < SETTLE_MS / 1000; s++) {
        sim_run(w->s, 1000);
        for (unsigned i = 1; i < town_people; i++) {
            if (w->d[i]->core->account.own.hello_at_ms != 0) {
                sim_crash(w->d[i]);
                CHECK_ERR(sim_unlock(w->d[i]), OK);
                w->crashed = true;
                return;
            }
        }
    }
}

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
    w->delivered = w->s->delivered;
    w->later = w->s->later;
    crash_one_who_owes_its_name(w);
    sim_run(w->s, SETTLE_MS);
    for (unsigned i = 0; i < town_people; i++) {
        w->group[i] = sim_chat_of_type(w->d[i], ABI_CHAT_TYPE_GROUP);
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

/* What a part cost: processor time, printed alone, and what went over the wire. */
static void spent(struct town *w, const char *what, struct timespec *from)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    w->delivered = w->s->delivered - w->delivered;
    w->later = w->s->later - w->later;
    check_printf("# %s: %d s, %llu entries delivered, %llu questions put off\n", what,
                 (int)(now.tv_sec - from->tv_sec), (unsigned long long)w->delivered,
                 (unsigned long long)w->later);
    *from = now;
}

static void begin(struct town *w)
{
    w->delivered = w->s->delivered;
    w->later = w->s->later;
}

TEST(a_town_is_made_speaks_removes_heals_and_all_read)
{
    struct town *w = calloc(1, sizeof *w);
    struct timespec from;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    REQUIRE(w != NULL && build(w));
    for (unsigned i = 0; i < town_people; i++) {
        CHECK(w->group[i] != 0);
        CHECK(sim_count(w->d[i],
                        "SELECT count(*) FROM member m JOIN person p ON p.id=m.person "
                        "WHERE p.name=''",
                        NULL) == 0); /* everybody knows all names */
    }
    CHECK(w->crashed);
    spent(w, "made", &from);
    /* Everybody hears everybody's name, and few of them twice: not once with each of the commits by
     * which they came in, nor behind a commit of each. Whoever is told "later" waits. */
    CHECK(2 * w->delivered <= (uint64_t)(3 * town_people + 2 * EARLY_MAX) * town_people);
    CHECK(w->later <= (uint64_t)LATER_MAX * town_people);
    begin(w);
    /* the one who made it, and one whose first word needs a path over a tree full of blanks */
    unsigned far = town_people - 2, out = town_people - 1;
    CHECK_ERR(sim_send(w->d[0], w->group[0], "welcome to the town", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "welcome to the town") == town_people);
    CHECK_ERR(sim_send(w->d[far], w->group[far], "a voice from afar", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "a voice from afar") == town_people);
    spent(w, "said", &from);
    begin(w);
    /* one goes; what is said afterwards is not for them */
    CHECK_ERR(sim_group_remove(w->d[0], w->group[0], w->d[out]->name), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK_ERR(sim_send(w->d[1], w->group[1], "now we are among us", NULL), OK);
    sim_run(w->s, SETTLE_MS);
    CHECK(readers(w, "now we are among us") == town_people - 1);
    CHECK(!sim_has_text(w->d[out], w->group[out], "now we are among us"));
    spent(w, "removed", &from);
    begin(w);
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
    spent(w, "healed", &from);
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
