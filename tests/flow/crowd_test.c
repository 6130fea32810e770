/* A group as large as a school class, in the post-quantum suite: its trees and its commits do not
 * fit a frame and travel as parcels (engine/own/parcel.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"

#define CROWD 36

struct crowd {
    struct sim *s;
    struct sim_device *d[CROWD];
    uint64_t group[CROWD];
};

static bool build(struct crowd *w)
{
    struct abi_op op;
    uint64_t people[CROWD], ab, ba;
    char name[16];
    memset(w, 0, sizeof *w);
    w->s = sim_create(77);
    for (int i = 0; i < CROWD; i++) {
        snprintf(name, sizeof name, "p%02d", i);
        w->d[i] = sim_device(w->s, name);
        w->d[i]->core->account.own.kp_full = 3;
        if (sim_make(w->d[i], name) != OK) {
            return false;
        }
        sim_run(w->s, 1000);
        if (i > 0 && !sim_meet(w->d[0], w->d[i], &ab, &ba)) {
            return false;
        }
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_PEOPLE;
    if (sim_op(w->d[0], &op) != OK || w->d[0]->reply.result.people.list_n != CROWD - 1) {
        return false;
    }
    for (int i = 0; i < CROWD - 1; i++) {
        people[i] = w->d[0]->reply.result.people.list[i].id;
    }
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_MAKE;
    op.op_group_make.name = SLICE_LITERAL("class");
    op.op_group_make.people = people;
    op.op_group_make.people_n = CROWD - 1;
    if (sim_op(w->d[0], &op) != OK) {
        return false;
    }
    sim_run(w->s, 60000);
    for (int i = 0; i < CROWD; i++) {
        w->group[i] = sim_chat_of_type(w->d[i], ABI_CHAT_TYPE_GROUP);
    }
    return true;
}

/* A day passes: nobody's last path is fresh any more. Asleep, since pings would take the time. */
static void night(struct crowd *w)
{
    for (int i = 0; i < CROWD; i++) {
        sim_offline(w->d[i], true);
    }
    sim_run(w->s, 25ull * 3600 * 1000);
    for (int i = 0; i < CROWD; i++) {
        sim_offline(w->d[i], false);
    }
    sim_run(w->s, 5000);
}

static size_t readers(struct crowd *w, const char *text)
{
    size_t n = 0;
    for (int i = 0; i < CROWD; i++) {
        n += w->group[i] != 0 && sim_has_text(w->d[i], w->group[i], text);
    }
    return n;
}

TEST(a_class_meets_talks_heals_and_repairs)
{
    struct crowd *w = calloc(1, sizeof *w);
    REQUIRE(w != NULL && build(w));
    for (int i = 0; i < CROWD; i++) {
        CHECK(w->group[i] != 0);
    }
    /* everyone speaks: each first message is preceded by a path over a tree full of blanks */
    for (int i = CROWD - 1; i >= 0; i -= 7) {
        char text[32];
        snprintf(text, sizeof text, "hello from %d", i);
        night(w);
        CHECK_ERR(sim_send(w->d[i], w->group[i], text, NULL), OK);
        sim_run(w->s, 30000);
        CHECK(readers(w, text) == CROWD);
    }
    /* one is away while two commits pass, crashes while it fetches, and still follows */
    night(w);
    sim_offline(w->d[5], true);
    CHECK_ERR(sim_send(w->d[1], w->group[1], "while five is away", NULL), OK);
    sim_run(w->s, 30000);
    sim_offline(w->d[5], false);
    sim_run(w->s, 300);
    sim_crash(w->d[5]);
    CHECK_ERR(sim_unlock(w->d[5]), OK);
    sim_run(w->s, 90000);
    CHECK(readers(w, "while five is away") == CROWD);
    /* one has lost the thread and comes back by the join bundle, whose tree is a parcel too */
    int64_t notices = sim_count(w->d[2], "SELECT count(*) FROM message WHERE type=2", NULL);
    CHECK_ERR(sim_lose_group(w->d[9], w->group[9]), OK);
    sim_run(w->s, 120000);
    CHECK_ERR(sim_send(w->d[2], w->group[2], "is nine back?", NULL), OK);
    sim_run(w->s, 30000);
    CHECK_ERR(sim_send(w->d[9], w->group[9], "nine is back", NULL), OK);
    sim_run(w->s, 30000);
    CHECK(sim_has_text(w->d[9], w->group[9], "is nine back?"));
    CHECK(readers(w, "nine is back") == CROWD);
    CHECK(sim_count(w->d[2], "SELECT count(*) FROM message WHERE type=2", NULL) == notices);
    /* whoever heals again drops the tree of the commit before from the gateway */
    struct sim_device *seven = w->d[7]; /* said hello above */
    night(w);
    size_t blobs = sim_gateway_blobs(w->s);
    int64_t tree = sim_count(seven, "SELECT max(id) FROM parcel WHERE state=4", NULL);
    CHECK_ERR(sim_send(seven, w->group[7], "good morning", NULL), OK);
    sim_run(w->s, 30000);
    CHECK(sim_count(seven, "SELECT max(id) FROM parcel WHERE state=4", NULL) > tree);
    CHECK(sim_count(seven, "SELECT count(*) FROM parcel", NULL) == 1);
    CHECK(sim_gateway_blobs(w->s) == blobs);
    for (int i = 0; i < CROWD; i++) {
        CHECK(sim_count(w->d[i], "SELECT count(*) FROM message WHERE type=3", NULL) == 0);
        CHECK(sim_count(w->d[i], "SELECT count(*) FROM parcel WHERE state IN (0,1)", NULL) == 0);
    }
    sim_destroy(w->s);
    free(w);
}

TEST_MAIN(TEST_ROW(a_class_meets_talks_heals_and_repairs))
