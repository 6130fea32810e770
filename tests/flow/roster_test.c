/* Lines about who sits in a room: the same whether a commit, a Welcome or a bundle brought it, and
 * by whom. */
#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/sim.h"
#include "lib/sim_hostile.h"
#include "lib/sim_play.h"

/* Ana runs a group with Ben and Cem; Dora is nobody's but Ana's. */
struct world {
    struct sim *s;
    struct sim_device *a, *b, *c, *d;
    uint64_t ga, gb;
};

static struct sim_device *person(struct world *w, const char *device, const char *name)
{
    struct sim_device *d = sim_device(w->s, device);
    uint64_t x = 0, y = 0;
    bool made = sim_make(d, name) == OK;
    sim_run(w->s, 3000);
    return made && (w->a == NULL || sim_meet(w->a, d, &x, &y)) ? d : NULL;
}

static bool build(struct world *w, uint64_t seed)
{
    static const char *const people[] = {"Ben", "Cem"};
    memset(w, 0, sizeof *w);
    w->s = sim_create(seed);
    w->s->cheap = true;
    w->a = person(w, "ana", "Ana");
    w->b = person(w, "ben", "Ben");
    w->c = person(w, "cem", "Cem");
    w->d = person(w, "dora", "Dora");
    if (w->a == NULL || w->b == NULL || w->c == NULL || w->d == NULL) {
        return false;
    }
    w->ga = sim_group(w->a, "the group", people, 2);
    sim_pass(w->s, 30000);
    w->gb = sim_chat_of_type(w->b, ABI_CHAT_TYPE_GROUP);
    bool said = w->ga != 0 && w->gb != 0 && sim_send(w->a, w->ga, "before", NULL) == OK &&
                sim_send(w->c, sim_chat_of_type(w->c, ABI_CHAT_TYPE_GROUP), "from Cem", NULL) == OK;
    sim_pass(w->s, 30000);
    return said && sim_heard(w->b, "before") == 1;
}

/* Lines of this kind in Ben's group about somebody ("": whoever), by Ana. */
static int64_t lines(const struct world *w, int notice, int how, const char *name)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM message m LEFT JOIN person p ON p.id=m.sender LEFT JOIN person "
             "q ON q.id=m.by_person WHERE m.chat=%llu AND m.type=2 AND m.notice=%d AND "
             "m.by_how=%d AND (q.name='Ana') AND ('%s'='' OR p.name='%s')",
             (unsigned long long)w->gb, notice, how, name, name);
    return sim_number(w->b, sql);
}

static int64_t all_lines(const struct world *w)
{
    return sim_number(w->b, "SELECT count(*) FROM message m JOIN chat c ON c.id=m.chat WHERE "
                            "m.type=2 AND c.type=2");
}

static enum err rename_group(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_SET;
    op.op_group_set.chat = chat;
    op.op_group_set.name = slice_of_string(name);
    return sim_op(d, &op);
}

static enum err make_admin(struct sim_device *d, uint64_t chat, const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_GROUP_ROLE;
    op.op_group_role.chat = chat;
    op.op_group_role.person = (uint64_t)sim_person(d, name);
    op.op_group_role.role = ABI_ROLE_ADMIN;
    return sim_op(d, &op);
}

/* Ana does it, while Ben is there or not. */
static void change(struct world *w, bool removes)
{
    CHECK_ERR(sim_group_add(w->a, w->ga, "Dora"), OK);
    sim_pass(w->s, 20000);
    if (removes) {
        CHECK_ERR(sim_group_remove(w->a, w->ga, "Cem"), OK);
        sim_pass(w->s, 20000);
    }
    CHECK_ERR(make_admin(w->a, w->ga, "Ben"), OK);
    sim_pass(w->s, 20000);
    CHECK_ERR(rename_group(w->a, w->ga, "another name"), OK);
    sim_pass(w->s, 20000);
}

TEST(a_commit_leaves_a_line_by_whom)
{
    struct world w;
    REQUIRE(build(&w, 9501));
    int64_t before = all_lines(&w);
    change(&w, true);
    CHECK(lines(&w, ABI_NOTICE_JOINED, ABI_BY_HOW_DID, "Dora") == 1);
    CHECK(lines(&w, ABI_NOTICE_REMOVED, ABI_BY_HOW_DID, "Cem") == 1);
    CHECK(lines(&w, ABI_NOTICE_ADMIN, ABI_BY_HOW_DID, "Ben") == 1);
    CHECK(sim_said_of(w.b, ABI_NOTICE_RENAMED, "Ana") == 1);
    CHECK(all_lines(&w) == before + 4);
    CHECK(sim_number(w.a, "SELECT count(*) FROM message WHERE notice=4 AND by_person=1") == 1);
    sim_destroy(w.s);
}

TEST(a_bundle_leaves_the_lines_of_what_passed_by)
{
    struct world w;
    REQUIRE(build(&w, 9502));
    sim_offline(w.b, true);
    change(&w, false);
    CHECK_ERR(sim_lose_group(w.b, w.gb), OK);
    int64_t before = all_lines(&w);
    sim_offline(w.b, false);
    sim_pass(w.s, 120000);
    CHECK(sim_note(w.b, w.gb) == ABI_CHAT_NOTE_NONE);
    CHECK(lines(&w, ABI_NOTICE_JOINED, ABI_BY_HOW_SAYS, "") == 1); /* her name passed by */
    CHECK(lines(&w, ABI_NOTICE_ADMIN, ABI_BY_HOW_SAYS, "Ben") == 1);
    CHECK(lines(&w, ABI_NOTICE_RENAMED, ABI_BY_HOW_SAYS, "Ana") == 1);
    int64_t gap = sim_said(w.b, ABI_NOTICE_MISSED); /* and that something passed by */
    CHECK(all_lines(&w) == before + 3 + gap);
    /* and nobody is told of it twice */
    CHECK_ERR(sim_lose_group(w.b, w.gb), OK);
    sim_cut(w.b, 2);
    sim_pass(w.s, 120000);
    gap = sim_said(w.b, ABI_NOTICE_MISSED);
    CHECK(sim_note(w.b, w.gb) == ABI_CHAT_NOTE_NONE && all_lines(&w) == before + 3 + gap);
    sim_destroy(w.s);
}

TEST(a_welcome_leaves_the_lines_of_what_passed_by)
{
    struct world w;
    REQUIRE(build(&w, 9503));
    sim_offline(w.b, true);
    change(&w, true); /* with Cem's going the bundle is closed to Ben */
    CHECK_ERR(sim_lose_group(w.b, w.gb), OK);
    int64_t before = all_lines(&w);
    sim_offline(w.b, false);
    sim_pass(w.s, 300000);
    CHECK(sim_note(w.b, w.gb) == ABI_CHAT_NOTE_NONE);
    CHECK(lines(&w, ABI_NOTICE_JOINED, ABI_BY_HOW_SAYS, "") == 1); /* her name passed by */
    CHECK(lines(&w, ABI_NOTICE_GONE, ABI_BY_HOW_SAYS, "Cem") == 1);
    CHECK(lines(&w, ABI_NOTICE_ADMIN, ABI_BY_HOW_SAYS, "Ben") == 1);
    CHECK(lines(&w, ABI_NOTICE_RENAMED, ABI_BY_HOW_SAYS, "Ana") == 1);
    CHECK(all_lines(&w) == before + 4 + sim_said(w.b, ABI_NOTICE_MISSED));
    sim_destroy(w.s);
}

TEST(a_new_device_of_somebody_leaves_its_line_by_a_bundle)
{
    struct world w;
    REQUIRE(build(&w, 9504));
    struct sim_device *c2 = sim_device(w.s, "cem2");
    sim_offline(w.b, true);
    REQUIRE(sim_second_device(w.c, c2));
    sim_pass(w.s, 60000);
    CHECK_ERR(sim_lose_group(w.b, w.gb), OK);
    int64_t before = all_lines(&w);
    sim_offline(w.b, false);
    sim_pass(w.s, 120000);
    CHECK(sim_note(w.b, w.gb) == ABI_CHAT_NOTE_NONE &&
          sim_said_of(w.b, ABI_NOTICE_DEVICE, "Cem") >= 1);
    CHECK(all_lines(&w) == before + 1 + sim_said(w.b, ABI_NOTICE_MISSED));
    sim_destroy(w.s);
}

TEST(many_changes_are_one_line)
{
    struct world w;
    char device[24], name[24];
    REQUIRE(build(&w, 9505));
    sim_offline(w.b, true);
    for (int i = 0; i < 9; i++) {
        snprintf(device, sizeof device, "guest%d", i);
        snprintf(name, sizeof name, "Guest %d", i);
        REQUIRE(person(&w, device, name) != NULL);
        CHECK_ERR(sim_group_add(w.a, w.ga, name), OK);
        sim_pass(w.s, 10000);
    }
    CHECK_ERR(make_admin(w.a, w.ga, "Cem"), OK);
    sim_pass(w.s, 20000);
    CHECK_ERR(sim_lose_group(w.b, w.gb), OK);
    int64_t before = all_lines(&w);
    sim_offline(w.b, false);
    sim_pass(w.s, 120000);
    CHECK(sim_note(w.b, w.gb) == ABI_CHAT_NOTE_NONE);
    CHECK(sim_number(w.b, "SELECT count(*) FROM message WHERE notice=36 AND by_how=2 AND "
                          "text='9 0 0 0 1'") == 1);
    CHECK(all_lines(&w) == before + 1 + sim_said(w.b, ABI_NOTICE_MISSED));
    sim_destroy(w.s);
}

TEST_MAIN(TEST_ROW(a_commit_leaves_a_line_by_whom),
          TEST_ROW(a_bundle_leaves_the_lines_of_what_passed_by),
          TEST_ROW(a_welcome_leaves_the_lines_of_what_passed_by),
          TEST_ROW(a_new_device_of_somebody_leaves_its_line_by_a_bundle),
          TEST_ROW(many_changes_are_one_line))
