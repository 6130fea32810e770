/* Contacts, strangers, members and those who were members. */
#include "trust.h"

static const uint8_t lowest_room[16] = {[15] = 1};

static bool three(struct sim_device *d[3], const char *third)
{
    static const char *const device[] = {"ana", "ben", "third"};
    const char *name[] = {"Ana", "Ben", third};
    for (int i = 0; i < 3; i++) {
        d[i] = trust_person(device[i], name[i]);
        if (d[i] == NULL) {
            return false;
        }
    }
    sim_run(world, 5000);
    return true;
}

/* Ana and Ben say a secret each, wherever their chat with the other is shown. */
static void say_secrets(struct sim_device *a, struct sim_device *b)
{
    (void)sim_send(a, sim_chat_with(a, "Ben"), "secret of Ana to Ben", NULL);
    (void)sim_send(b, sim_chat_with(b, "Ana"), "secret of Ben to Ana", NULL);
    sim_pass(world, TRUST_MINUTE);
}

static void the_pair_is_as_it_was(struct sim_device *a, struct sim_device *b, struct sim_device *m)
{
    CHECK(sim_heard(m, "secret of Ana to Ben") == 0);
    CHECK(sim_heard(m, "secret of Ben to Ana") == 0);
    CHECK(sim_heard(b, "secret of Ana to Ben") == 1 && sim_heard(a, "secret of Ben to Ana") == 1);
    CHECK(sim_leaves_of(a, sim_chat_with(a, "Ben"), m->core->account.own.account) == 0);
    CHECK(sim_leaves_of(b, sim_chat_with(b, "Ana"), m->core->account.own.account) == 0);
}

TEST(row_2_a_common_contact_sits_in_the_chat_of_two_others)
{
    struct sim_device *d[3];
    uint64_t x, y;
    struct sim *s = trust_world(7003);
    SETUP(three(d, "Mal"));
    struct sim_device *a = d[0], *b = d[1], *m = d[2];
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(m, a, &x, &y) && sim_meet(m, b, &x, &y));
    sim_pass(s, 20000);
    sim_evil(m)->lawless = sim_evil(m)->together = true;
    SETUP(sim_evil_make_room(m, STORE_CHAT_PAIR, "", sim_person(m, "Ana"), sim_person(m, "Ben"),
                             lowest_room) != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    say_secrets(a, b);
    the_pair_is_as_it_was(a, b, m);
}

TEST(row_2_a_common_contact_one_add_after_the_other)
{
    struct sim_device *d[3];
    uint64_t x, y;
    struct sim *s = trust_world(7023);
    SETUP(three(d, "Mal"));
    struct sim_device *a = d[0], *b = d[1], *m = d[2];
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(m, a, &x, &y) && sim_meet(m, b, &x, &y));
    sim_pass(s, 20000);
    sim_evil(m)->lawless = true;
    uint64_t chat =
        sim_evil_make_room(m, STORE_CHAT_PAIR, "", sim_person(m, "Ana"), 0, lowest_room);
    SETUP(chat != 0);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_evil_add(m, chat, sim_person(m, "Ben")) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    say_secrets(a, b);
    the_pair_is_as_it_was(a, b, m);
}

TEST(row_2_a_stranger_with_two_links_sits_in_the_chat_of_two_others)
{
    struct sim_device *d[3];
    char link_a[600], link_b[600];
    uint64_t x, y;
    struct sim *s = trust_world(7008);
    SETUP(three(d, "Mal"));
    struct sim_device *a = d[0], *b = d[1], *m = d[2];
    SETUP(sim_meet(a, b, &x, &y) && sim_verify(a, "Ben") == OK && sim_verify(b, "Ana") == OK);
    SETUP(sim_link_text(a, link_a, sizeof link_a) && sim_link_text(b, link_b, sizeof link_b));
    sim_pass(s, 20000);
    int64_t one = sim_evil_person(m, link_a, "L-Ana"), two = sim_evil_person(m, link_b, "L-Ben");
    SETUP(one != 0 && two != 0);
    sim_evil(m)->lawless = sim_evil(m)->together = true;
    SETUP(sim_evil_make_room(m, STORE_CHAT_PAIR, "", one, two, lowest_room) != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    say_secrets(a, b);
    the_pair_is_as_it_was(a, b, m);
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Ana's group with Ben and the third, warm. */
static bool group(struct sim_device *d[3], const char *third, uint64_t g[3])
{
    const char *people[] = {"Ben", third};
    uint64_t x, y;
    if (!sim_meet(d[0], d[1], &x, &y) || !sim_meet(d[0], d[2], &x, &y) ||
        !sim_meet(d[1], d[2], &x, &y)) {
        return false;
    }
    g[0] = sim_group(d[0], "the group", people, 2);
    sim_pass(world, 30000);
    g[1] = sim_chat_of_type(d[1], ABI_CHAT_TYPE_GROUP);
    g[2] = sim_chat_of_type(d[2], ABI_CHAT_TYPE_GROUP);
    if (g[0] == 0 || g[1] == 0 || g[2] == 0) {
        return false;
    }
    bool said = sim_send(d[0], g[0], "from Ana, before", NULL) == OK &&
                sim_send(d[1], g[1], "from Ben, before", NULL) == OK;
    sim_pass(world, TRUST_MINUTE);
    return said && sim_heard(d[2], "from Ana, before") == 1 &&
           sim_heard(d[2], "from Ben, before") == 1;
}

TEST(row_3_a_removed_member_takes_the_group_over)
{
    struct sim_device *d[3];
    uint64_t g[3];
    uint8_t room[16], mailbox[16];
    struct sim *s = trust_world(7004);
    SETUP(three(d, "Cem") && group(d, "Cem", g));
    struct sim_device *a = d[0], *b = d[1], *c = d[2];
    SETUP(sim_group_remove(a, g[0], "Cem") == OK);
    sim_pass(s, 20000);
    SETUP(sim_send(a, g[0], "without Cem", NULL) == OK);
    sim_pass(s, 10000);
    SETUP(sim_heard(c, "without Cem") == 0 && sim_heard(b, "without Cem") == 1);
    SETUP(sim_room(c, g[2], room, mailbox));
    sim_evil(c)->lawless = sim_evil(c)->together = true;
    SETUP(sim_evil_make_room(c, STORE_CHAT_GROUP, "the group", sim_person(c, "Ana"),
                             sim_person(c, "Ben"), room) != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    SETUP(sim_send(a, g[0], "secret of Ana", NULL) == OK);
    SETUP(sim_send(b, g[1], "secret of Ben", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_heard(c, "secret of Ana") == 0 && sim_heard(c, "secret of Ben") == 0);
    CHECK(sim_heard(b, "secret of Ana") == 1 && sim_heard(a, "secret of Ben") == 1);
    CHECK(sim_count(a, "SELECT role FROM chat WHERE title=?", "the group") == 1);
    /* "somebody tried to put another room in the place of this one" */
    CHECK(sim_said_of(a, ABI_NOTICE_OTHER_ROOM, "Cem") == 1 &&
          sim_said_of(b, ABI_NOTICE_OTHER_ROOM, "Cem") == 1);
}

TEST(row_6_two_proposals_of_a_plain_member_stop_the_group)
{
    static const char *const people[] = {"Ben", "Cem", "Dan"};
    struct sim_device *d[3];
    uint64_t x, y;
    struct sim *s = trust_world(7016);
    SETUP(three(d, "Cem"));
    struct sim_device *a = d[0], *b = d[1], *c = d[2], *e = trust_person("dan", "Dan");
    SETUP(e != NULL);
    sim_run(s, 5000);
    SETUP(sim_meet(a, b, &x, &y) && sim_meet(a, c, &x, &y) && sim_meet(a, e, &x, &y));
    uint64_t ga = sim_group(a, "the group", people, 3);
    sim_pass(s, 30000);
    uint64_t gb = sim_chat_of_type(b, ABI_CHAT_TYPE_GROUP),
             gc = sim_chat_of_type(c, ABI_CHAT_TYPE_GROUP),
             ge = sim_chat_of_type(e, ABI_CHAT_TYPE_GROUP);
    SETUP(ga != 0 && gb != 0 && gc != 0 && ge != 0);
    SETUP(sim_send(a, ga, "from Ana, before", NULL) == OK);
    SETUP(sim_send(e, ge, "from Dan, before", NULL) == OK);
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_heard(e, "from Ana, before") == 1 && sim_heard(b, "from Dan, before") == 1);
    SETUP(sim_evil_propose_removal(c, gc, a->core->account.own.account) == OK);
    SETUP(sim_evil_propose_removal(c, gc, e->core->account.own.account) == OK);
    sim_cut(c, 2);
    sim_pass(s, TRUST_MINUTE);
    CHECK(sim_leaves_of(b, gb, a->core->account.own.account) == 1); /* nobody went */
    CHECK(sim_leaves_of(b, gb, e->core->account.own.account) == 1);
    (void)sim_send(a, ga, "Ana: anybody?", NULL);
    (void)sim_send(b, gb, "Ben: anybody?", NULL);
    sim_pass(s, 30000);
    SETUP(sim_group_remove(a, ga, "Cem") == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    (void)sim_send(e, ge, "Dan: anybody?", NULL);
    sim_pass(s, TRUST_HOUR);
    CHECK(sim_heard(b, "Ana: anybody?") == 1 && sim_heard(e, "Ana: anybody?") == 1);
    CHECK(sim_heard(a, "Ben: anybody?") == 1 && sim_heard(e, "Ben: anybody?") == 1);
    CHECK(sim_heard(a, "Dan: anybody?") == 1 && sim_heard(b, "Dan: anybody?") == 1);
    CHECK(sim_leaves_of(a, ga, c->core->account.own.account) == 0); /* the wish is fulfilled */
    CHECK(sim_leaves_of(b, gb, c->core->account.own.account) == 0);
}

TEST(by_reading_a_plain_member_takes_the_group_over_by_a_bundle)
{
    static struct sim_evil_bundle bundle;
    struct sim_device *d[3];
    uint64_t g[3];
    struct sim *s = trust_world(7020);
    SETUP(three(d, "Cem") && group(d, "Cem", g));
    struct sim_device *a = d[0], *b = d[1], *c = d[2];
    memset(&bundle, 0, sizeof bundle);
    bundle.chat = g[2];
    (void)sim_evil(c);
    SETUP(sim_evil_bundle_make(c, &bundle) == OK);
    s->hostile->mute = c;
    SETUP(sim_lose_group(b, g[1]) == OK); /* the entry alone sends nobody to it */
    sim_pass(s, 200000);
    SETUP(sim_send(b, g[1], "secret of Ben", NULL) == OK);
    SETUP(sim_send(a, g[0], "secret of Ana", NULL) == OK);
    sim_pass(s, 200000);
    CHECK(sim_evil_bundle_read(c, &bundle) == 0);
    CHECK(sim_number(a, "SELECT role FROM chat WHERE type=2") == 1);
    CHECK(sim_count(b,
                    "SELECT max(role) FROM member m JOIN person p ON p.id=m.person WHERE p.name=? "
                    "AND m.gone=0 AND m.chat=(SELECT id FROM chat WHERE type=2)",
                    "Cem") == 0);
    /* not stuck either: what was said arrives, and what is said later */
    sim_pass(s, TRUST_HOUR);
    SETUP(sim_send(a, g[0], "an hour later", NULL) == OK);
    sim_pass(s, 10 * TRUST_MINUTE);
    CHECK(sim_heard(a, "secret of Ben") == 1 && sim_heard(b, "secret of Ana") == 1);
    CHECK(sim_heard(b, "an hour later") == 1);
}

/* ---- 8: bounds ------------------------------------------------------------------------------- */

static void long_chain(uint64_t seed, int entries)
{
    struct sim_device *d[3];
    uint64_t x, y;
    struct sim *s = trust_world(seed);
    SETUP(three(d, "Cem"));
    struct sim_device *a = d[0];
    SETUP(sim_meet(a, d[1], &x, &y) && sim_meet(a, d[2], &x, &y));
    sim_pass(s, TRUST_MINUTE);
    SETUP(sim_evil_long_chain(a, d[1], entries) == OK);
    sim_pass(s, 2 * TRUST_MINUTE);
    struct sim_device *a2 = sim_device(s, "ana2");
    CHECK(sim_second_device(a, a2));
    CHECK(sim_person(a2, "Ben") != 0 && sim_person(a2, "Cem") != 0);
    sim_pass(s, TRUST_MINUTE);
    struct sim_device *n = sim_device(s, "new");
    CHECK(sim_recovered(n, a->code));
    sim_pass(s, 5 * TRUST_MINUTE);
    CHECK(sim_person(n, "Ben") != 0);
    CHECK(sim_person(n, "Cem") != 0);
}

TEST(row_8_a_contact_with_70_entries)
{
    long_chain(7015, 70);
}

TEST(by_reading_a_contact_with_200_entries_pushes_others_out_of_the_record)
{
    long_chain(7025, 200);
}

TEST(by_reading_a_strangers_group_that_lists_a_contact_as_admin)
{
    struct sim_device *d[3];
    char link_a[600], link_b[600];
    uint64_t x, y;
    struct sim *s = trust_world(7031);
    SETUP(three(d, "Mal"));
    struct sim_device *a = d[0], *b = d[1], *m = d[2];
    SETUP(sim_meet(a, b, &x, &y));
    SETUP(sim_link_text(a, link_a, sizeof link_a) && sim_link_text(b, link_b, sizeof link_b));
    sim_pass(s, 20000);
    int64_t one = sim_evil_person(m, link_a, "L-Ana"), two = sim_evil_person(m, link_b, "L-Ben");
    SETUP(one != 0 && two != 0);
    sim_evil(m)->lawless = sim_evil(m)->together = true;
    memcpy(sim_evil(m)->admin, b->core->account.own.account, 32);
    sim_evil(m)->has_admin = true;
    SETUP(sim_evil_make_room(m, STORE_CHAT_GROUP, "come in", one, two, NULL) != 0);
    sim_pass(s, 2 * TRUST_MINUTE);
    CHECK(sim_number(a, "SELECT count(*) FROM request") == 1); /* asked, and nothing sent */
    CHECK(sim_count(a, "SELECT count(*) FROM chat WHERE state=0 AND title=?", "come in") == 0);
    CHECK(sim_count(m, "SELECT count(*) FROM person WHERE name=?", "Ana") == 0);
}

TEST_MAIN(TEST_ROW(row_2_a_common_contact_sits_in_the_chat_of_two_others),
          TEST_ROW(row_2_a_common_contact_one_add_after_the_other),
          TEST_ROW(row_2_a_stranger_with_two_links_sits_in_the_chat_of_two_others),
          TEST_ROW(row_3_a_removed_member_takes_the_group_over),
          TEST_ROW(row_6_two_proposals_of_a_plain_member_stop_the_group),
          TEST_ROW(by_reading_a_plain_member_takes_the_group_over_by_a_bundle),
          TEST_ROW(row_8_a_contact_with_70_entries),
          TEST_ROW(by_reading_a_contact_with_200_entries_pushes_others_out_of_the_record),
          TEST_ROW(by_reading_a_strangers_group_that_lists_a_contact_as_admin))
