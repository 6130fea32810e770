/* The gate (own/admit.h): own adds, entering, speaking. What is followed: own_judge_test.c. */
#include "engine/own/admit.h"

#include <string.h>

#include "engine/own/due.h"
#include "engine/own/identity_take.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/people.h"

/* Devices by number: Ana 1, 2; Ben 11, 12, 13; Cat 21. */
struct table {
    struct own_world w;
    struct own_world_account ana, ben, cat;
    struct own_world_member a1, a2, b1, b2, c1;
    struct own_world_room room;
    struct own_room context;
    struct own_room_seat seat;
    uint8_t admins[1][32];
};
static struct table t;

static void begin(int type)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_account(&t.ben, 11, 111);
    own_world_account(&t.cat, 21, 121);
    own_world_sit(&t.a1, &t.ana, 1, 0);
    own_world_sit(&t.b1, &t.ben, 11, 0);
    own_world_sit(&t.c1, &t.cat, 21, 0);
    t.context = own_world_context(type);
    memcpy(t.admins[0], t.ana.id, 32);
    t.context.admins = (const uint8_t(*)[32])t.admins;
    t.context.admin_n = 1;
}

static void end(void)
{
    struct own_world_member *all[] = {&t.a1, &t.a2, &t.b1, &t.b2, &t.c1};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->m.suite != NULL) {
            mls_world_end(&all[i]->m);
        }
    }
    own_world_end(&t.w);
}

static bool is(const uint8_t account[32], const struct own_world_account *a)
{
    return memcmp(account, a->id, 32) == 0;
}

/* ---- key packages --------------------------------------------------------------------------- */

TEST(a_package_is_theirs_or_it_is_not_used)
{
    struct mls_leaf_view leaf;
    bool yes = true;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    leaf = own_world_leaf(&t.b1);
    CHECK(own_admit_package(&t.w.s, &leaf, NULL, &yes) == OK && !yes); /* no chain here */
    CHECK(own_world_know(&t.w, &t.ben, 2) > 0);
    CHECK(own_admit_package(&t.w.s, &leaf, NULL, &yes) == OK && yes);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && yes);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ana.id, &yes) == OK && !yes); /* of another */
    leaf.credential = SLICE_ARRAY(t.ana.id);                               /* under another name */
    CHECK(own_admit_package(&t.w.s, &leaf, NULL, &yes) == OK && !yes);
    own_world_sit(&t.b2, &t.ben, 99, 1); /* no key of his */
    leaf = own_world_leaf(&t.b2);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && !yes);
    mls_world_end(&t.b2.m);
    own_world_sit(&t.b2, &t.ben, 12, 0); /* its entry does not list it */
    leaf = own_world_leaf(&t.b2);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && !yes);
    own_world_renew(&t.b2, &t.ben, 1);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && yes);
    own_world_renew(&t.b2, &t.ben, 2); /* an entry that we do not know */
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && !yes);
    own_world_renew(&t.b2, &t.ben, 1);
    t.b2.name[39] ^= 1; /* no entry at all */
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && !yes);
    struct own_identity_change change; /* dropped: any entry we know decides */
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, t.ben.bytes + 2, 1, &change), OK);
    leaf = own_world_leaf(&t.b1);
    CHECK(own_admit_package(&t.w.s, &leaf, t.ben.id, &yes) == OK && !yes);
    end();
}

/* ---- a commit of ours ----------------------------------------------------------------------- */

static struct mls_proposal_view removal(const struct mls_group *g, uint32_t leaf)
{
    struct mls_proposal_view v;
    memset(&v, 0, sizeof v);
    v.type = MLS_PROPOSAL_REMOVE;
    v.sender_type = MLS_SENDER_MEMBER;
    v.removed = leaf;
    CHECK_ERR(mls_group_member(g, leaf, &v.removed_leaf), OK);
    return v;
}

TEST(what_the_room_knows_is_the_highest_that_it_names)
{
    struct own_entries_line line;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    memcpy(t.seat.account, t.ben.id, 32);
    t.seat.n = 1;
    memcpy(t.seat.hash, t.ben.e[1].hash, 32);
    t.context.seats = &t.seat;
    t.context.seat_n = 1;
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    CHECK_ERR(own_admit_line(&t.w.s, t.a1.m.g, t.ben.id, &line), OK);
    CHECK(line.known && line.name.n == 1);
    CHECK_ERR(own_admit_line(&t.w.s, t.a1.m.g, t.ana.id, &line), OK);
    CHECK(line.known && line.name.n == 0);
    CHECK_ERR(own_admit_line(&t.w.s, t.a1.m.g, t.cat.id, &line), OK);
    CHECK(!line.known);
    end();
}

TEST(the_seats_of_the_next_epoch_follow_from_what_goes)
{
    const struct own_room_seat *seats = NULL;
    size_t n = 9;
    bool changes = true;
    struct own_entries none = {NULL, 0};
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.ben, 1);
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    struct own_admit_plan idle = {NULL, 0, NULL, NULL, 0};
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &none, &idle, &seats, &n, &changes), OK);
    CHECK(n == 0 && !changes);
    /* dropped, the proof goes along: the place is kept and said */
    struct mls_proposal_view out = removal(t.a1.m.g, 1);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 2);
    struct own_entries brought = {&more, 1};
    struct own_admit_plan drop = {&out, 1, NULL, NULL, 0};
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &brought, &drop, &seats, &n, &changes), OK);
    REQUIRE(n == 1 && changes);
    CHECK(is(seats[0].account, &t.ben) && seats[0].n == 2 &&
          memcmp(seats[0].hash, t.ben.e[2].hash, 32) == 0);
    /* listed, or the whole account is put out: no place is kept */
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &none, &drop, &seats, &n, &changes), OK);
    CHECK(n == 0 && !changes);
    const uint8_t(*who)[32] = (const uint8_t(*)[32]) & t.ben.id;
    struct own_admit_plan put_out = {&out, 1, NULL, who, 1};
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &brought, &put_out, &seats, &n, &changes), OK);
    CHECK(n == 0 && !changes);
    end();
}

TEST(a_seat_without_a_leaf_is_given_up_with_its_account)
{
    const struct own_room_seat *seats = NULL;
    size_t n = 9;
    bool changes = true;
    struct own_entries none = {NULL, 0};
    begin(STORE_CHAT_GROUP);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.ben, 1);
    memcpy(t.seat.account, t.ben.id, 32);
    memcpy(t.seat.hash, t.ben.e[0].hash, 32);
    t.context.seats = &t.seat;
    t.context.seat_n = 1;
    own_world_open(&t.room, &t.a1, &t.context);
    struct own_admit_plan plan = {NULL, 0, NULL, NULL, 0};
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &none, &plan, &seats, &n, &changes), OK);
    REQUIRE(n == 1 && !changes);
    CHECK(is(seats[0].account, &t.ben));
    /* who does not sit here has nothing to give up */
    plan.out = (const uint8_t(*)[32]) & t.cat.id;
    plan.out_n = 1;
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &none, &plan, &seats, &n, &changes), OK);
    CHECK(n == 1 && !changes);
    plan.out = (const uint8_t(*)[32]) & t.ben.id;
    CHECK_ERR(own_admit_seats(&t.w.s, t.a1.m.g, &none, &plan, &seats, &n, &changes), OK);
    CHECK(n == 0 && changes);
    end();
}

TEST(a_welcome_brings_the_whole_lines_of_all_who_will_sit)
{
    struct own_entries all, none = {NULL, 0};
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.ben, 1);
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    struct mls_proposal_view add;
    memset(&add, 0, sizeof add);
    add.type = MLS_PROPOSAL_ADD;
    own_world_sit(&t.b2, &t.ben, 12, 1);
    add.leaf = own_world_leaf(&t.b2);
    struct own_entries_group more = own_world_bring(&t.ben, 1, 1);
    struct own_entries brought = {&more, 1};
    struct own_admit_plan plan = {&add, 1, NULL, NULL, 0};
    CHECK_ERR(own_admit_lines(&t.w.s, t.a1.m.g, &brought, &plan, &all), OK);
    REQUIRE(all.n == 2);
    const struct own_entries_group *ben = own_entries_of(&all, t.ben.id);
    REQUIRE(ben != NULL && ben->n == 2);
    CHECK_BYTES(ben->entries[0], t.ben.bytes[0]);
    CHECK_BYTES(ben->entries[1], t.ben.bytes[1]);
    CHECK(own_entries_of(&all, t.ana.id)->n == 1);
    /* who goes is not in it */
    struct mls_proposal_view out = removal(t.a1.m.g, 1);
    struct own_admit_plan less = {&out, 1, NULL, NULL, 0};
    CHECK_ERR(own_admit_lines(&t.w.s, t.a1.m.g, &none, &less, &all), OK);
    CHECK(all.n == 1 && own_entries_of(&all, t.ben.id) == NULL);
    end();
}

/* ---- entering ------------------------------------------------------------------------------- */

/* Ana's room with Ben and Cat, that Cat is to enter. */
static void room_of_three(void)
{
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    own_world_take_in(&t.room, &t.a1, &t.c1);
}

static enum err enter(const struct own_world_member *m, uint32_t signer,
                      const struct own_entries_group *v, size_t n, struct own_admit_tree *out)
{
    union {
        const struct own_entries_group *in;
        struct own_entries_group *out;
    } p = {v};
    struct own_entries brought = {p.out, n};
    for (size_t i = 0; i < n; i++) { /* as own_chains_heard does it */
        struct own_identity_change change;
        TRY(own_identity_take(&t.w.s, v[i].account, v[i].entries, v[i].n, &change));
    }
    return own_admit_enter(&t.w.s, m->m.g, signer, t.cat.id, &brought, out);
}

TEST(a_room_is_entered_when_all_chains_are_here)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_GROUP);
    room_of_three();
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.ben, 0, 0),
                                    own_world_bring(&t.cat, 0, 0)};
    CHECK_ERR(enter(&t.c1, 0, v, 1, &tree), OK);
    CHECK(!tree.complete && tree.missing_n == 2);
    CHECK(is(tree.missing[0], &t.ben) && is(tree.missing[1], &t.cat));
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), OK);
    CHECK(tree.complete && tree.missing_n == 0);
    CHECK(is(tree.signer, &t.ana) && tree.signer_admin && !tree.other_known);
    CHECK(tree.room.type == STORE_CHAT_GROUP);
    CHECK_ERR(enter(&t.c1, 0, NULL, 0, &tree), OK); /* they are known from now on */
    CHECK(tree.complete);
    CHECK_ERR(enter(&t.c1, 1, NULL, 0, &tree), OK);
    CHECK(is(tree.signer, &t.ben) && !tree.signer_admin);
    CHECK_ERR(enter(&t.c1, 7, NULL, 0, &tree), ERR_GONE); /* no such leaf */
    end();
}

/* What the gateway would put between: a chain that does not lead to the key that sits there. */
TEST(a_room_with_a_foreign_leaf_is_never_entered)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_GROUP);
    mls_world_end(&t.b1.m);
    own_world_sit(&t.b1, &t.ben, 99, 0);
    room_of_three();
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.ben, 0, 0),
                                    own_world_bring(&t.cat, 0, 0)};
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), ERR_AUTH_POLICY);
    CHECK_ERR(enter(&t.c1, 1, v, 3, &tree), ERR_AUTH_POLICY);
    end();
}

TEST(a_chain_that_does_not_lead_to_what_the_tree_names_is_refused)
{
    struct own_admit_tree tree;
    static struct own_world_account beside;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_renew(&t.b1, &t.ben, 1);
    own_world_branch(&beside, &t.ben, 1);
    own_world_added(&beside, 13, 11);
    room_of_three();
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&beside, 0, 1),
                                    own_world_bring(&t.cat, 0, 0)};
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), ERR_AUTH_POLICY);
    end();
}

/* A dropped leaf does not block entering (members take it out before they speak); a dropped signer
 * is said to be one: who recovered may find nothing but what the lost device left. */
TEST(a_dropped_leaf_may_sit_and_a_dropped_signer_is_said_to_be_one)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    CHECK(own_world_know(&t.w, &t.ben, 3) > 0);
    room_of_three();
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.cat, 0, 0)};
    CHECK_ERR(enter(&t.c1, 0, v, 2, &tree), OK);
    CHECK(tree.complete && !tree.signer_dropped);
    CHECK_ERR(enter(&t.c1, 1, v, 2, &tree), OK);
    CHECK(tree.complete && tree.signer_dropped);
    CHECK(memcmp(tree.signer_device, own_world_key(11), 32) == 0);
    end();
}

/* The lower id first, or the room is malformed. */
static void name_pair(const struct own_world_account *one, const struct own_world_account *two)
{
    bool low = slice_compare(SLICE_ARRAY(one->id), SLICE_ARRAY(two->id)) < 0;
    t.context.has_pair = true;
    memcpy(t.context.pair[0], (low ? one : two)->id, 32);
    memcpy(t.context.pair[1], (low ? two : one)->id, 32);
}

TEST(a_chat_of_two_is_entered_with_one_other)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_PAIR);
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.ben, 0, 0),
                                    own_world_bring(&t.cat, 0, 0)};
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.c1);
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), ERR_AUTH_POLICY); /* it names nobody */
    name_pair(&t.ana, &t.cat);
    mls_world_end(&t.a1.m);
    mls_world_end(&t.c1.m);
    own_world_sit(&t.a1, &t.ana, 1, 0);
    own_world_sit(&t.c1, &t.cat, 21, 0);
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.c1);
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), OK);
    CHECK(tree.complete && tree.other_known && is(tree.other, &t.ana));
    own_world_take_in(&t.room, &t.a1, &t.b1); /* a third */
    CHECK_ERR(enter(&t.c1, 0, v, 3, &tree), ERR_AUTH_POLICY);
    end();
}

TEST(a_chat_of_two_is_entered_by_those_it_names)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_PAIR);
    const struct own_world_account *pairs[][2] = {
        {&t.ana, &t.cat}, {&t.cat, &t.ana}, {&t.ben, &t.cat}, {&t.ana, &t.ben}};
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.cat, 0, 0)};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        name_pair(pairs[i][0], pairs[i][1]);
        mls_world_end(&t.a1.m);
        mls_world_end(&t.c1.m);
        own_world_sit(&t.a1, &t.ana, 1, 0);
        own_world_sit(&t.c1, &t.cat, 21, 0);
        own_world_open(&t.room, &t.a1, &t.context);
        own_world_take_in(&t.room, &t.a1, &t.c1);
        CHECK_ERR(enter(&t.c1, 0, v, 2, &tree), i < 2 ? OK : ERR_AUTH_POLICY);
        CHECK(i >= 2 || is(tree.other, &t.ana));
    }
    end();
}

TEST(the_self_chat_holds_nobody_else)
{
    struct own_admit_tree tree;
    begin(STORE_CHAT_SELF);
    struct own_entries_group v[] = {own_world_bring(&t.ana, 0, 0), own_world_bring(&t.cat, 0, 0)};
    own_world_open(&t.room, &t.c1, &t.context);
    CHECK_ERR(enter(&t.c1, 0, v, 2, &tree), OK);
    CHECK(tree.complete);
    own_world_take_in(&t.room, &t.c1, &t.a1);
    CHECK_ERR(enter(&t.c1, 0, v, 2, &tree), ERR_AUTH_POLICY);
    struct own_world_room other;
    own_world_sit(&t.b2, &t.ben, 11, 0);
    own_world_open(&other, &t.b2, &t.context); /* somebody else's */
    CHECK_ERR(enter(&t.b2, 0, v, 2, &tree), ERR_AUTH_POLICY);
    end();
}

/* ---- speaking ------------------------------------------------------------------------------- */

/* Ana speaks; we are she, and know Ben. */
static void ana_with_ben(size_t ben_entries)
{
    own_world_be(&t.w, &t.ana, 1);
    CHECK(own_world_know(&t.w, &t.ben, ben_entries) > 0);
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
}

TEST(a_room_of_theirs_alone_is_clear)
{
    struct own_admit_hall hall;
    begin(STORE_CHAT_GROUP);
    own_world_be(&t.w, &t.ana, 1);
    CHECK(own_world_know(&t.w, &t.ben, 1) > 0);
    own_world_open(&t.room, &t.a1, &t.context);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(hall.clear && hall.alone && !hall.empty && !hall.forked && hall.dropped == UINT32_MAX);
    own_world_take_in(&t.room, &t.a1, &t.b1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(hall.clear && !hall.alone && !hall.empty && !hall.forked && hall.dropped == UINT32_MAX);
    own_world_take_in(&t.room, &t.a1, &t.c1); /* whose chain is not here */
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.dropped == UINT32_MAX);
    end();
}

TEST(a_foreign_leaf_is_not_spoken_to)
{
    struct own_admit_hall hall;
    begin(STORE_CHAT_GROUP);
    mls_world_end(&t.b1.m);
    own_world_sit(&t.b1, &t.ben, 99, 0);
    ana_with_ben(1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.dropped == UINT32_MAX);
    end();
}

TEST(a_dropped_leaf_is_named_and_nothing_is_said_before_it_goes)
{
    struct own_admit_hall hall;
    struct own_identity_change change;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    ana_with_ben(2);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(hall.clear);
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, t.ben.bytes + 2, 1, &change), OK);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.dropped == 1);
    CHECK(memcmp(hall.device, own_world_key(11), 32) == 0);
    end();
}

/* Our own device cannot take itself out. */
TEST(our_own_dropped_leaf_is_not_named)
{
    struct own_admit_hall hall;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    ana_with_ben(1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.dropped == UINT32_MAX);
    end();
}

TEST(an_open_fork_stops_speaking)
{
    struct own_admit_hall hall;
    static struct own_world_account beside;
    struct own_identity_change change;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_branch(&beside, &t.ben, 1);
    own_world_added(&beside, 13, 11);
    ana_with_ben(2);
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, beside.bytes + 1, 1, &change), OK);
    CHECK(change.news == OWN_IDENTITY_FORK);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.forked && hall.dropped == UINT32_MAX);
    end();
}

TEST(a_leaf_of_another_branch_is_elsewhere_and_one_that_is_ahead_is_not)
{
    struct own_admit_hall hall;
    static struct own_world_account beside;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    mls_world_end(&t.b1.m);
    own_world_sit(&t.b1, &t.ben, 11, 1); /* its entry is yet to come */
    ana_with_ben(1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && !hall.elsewhere && !hall.forked);
    end();
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_branch(&beside, &t.ben, 1);
    own_world_added(&beside, 13, 11);
    mls_world_end(&t.b1.m);
    own_world_sit(&t.b1, &beside, 11, 1);
    ana_with_ben(2);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.clear && hall.elsewhere && !hall.forked);
    end();
}

TEST(an_empty_seat_is_named)
{
    struct own_admit_hall hall;
    begin(STORE_CHAT_GROUP);
    memcpy(t.seat.account, t.cat.id, 32);
    memcpy(t.seat.hash, t.cat.e[0].hash, 32);
    t.context.seats = &t.seat;
    t.context.seat_n = 1;
    ana_with_ben(1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(hall.empty && is(hall.account, &t.cat) && hall.clear);
    own_world_take_in(&t.room, &t.a1, &t.c1);
    CHECK_ERR(own_admit_hall(&t.w.s, t.a1.m.g, &hall), OK);
    CHECK(!hall.empty);
    end();
}

TEST(a_chain_that_grows_makes_its_rooms_due)
{
    struct own_due due;
    bool clear = true;
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(own_admit_grown(t.w.o, &t.w.s, t.ben.id), OK); /* nobody we know */
    CHECK(!own_due_any(t.w.o));
    int64_t ben = own_world_know(&t.w, &t.ben, 1), cat = own_world_know(&t.w, &t.cat, 1);
    CHECK_ERR(store_member_put(t.w.store, 7, ben, 0), OK);
    CHECK_ERR(store_member_put(t.w.store, 8, cat, 0), OK);
    CHECK_ERR(store_member_put(t.w.store, 9, ben, 0), OK);
    own_world_sql(&t.w,
                  "INSERT INTO chat(id,room,type,state,title) VALUES(7,x'07',2,0,''),(8,x'08',"
                  "2,0,''),(9,x'09',2,0,'')");
    own_world_sql(&t.w, "INSERT INTO epoch(chat,n,outer_key,write_seed,typing_key,branch,at_ms) "
                        "SELECT id,4,x'',x'',x'',x'',0 FROM chat");
    for (int64_t chat = 7; chat <= 9; chat++) {
        CHECK_ERR(store_clear_put(t.w.store, chat, 4), OK);
        CHECK(store_clear_get(t.w.store, chat, &clear) == OK && clear);
    }
    CHECK_ERR(own_admit_grown(t.w.o, &t.w.s, t.ben.id), OK);
    own_due_take(t.w.o, &due);
    CHECK(due.n == 2 && due.chats[0] == 7 && due.chats[1] == 9 && !due.all);
    for (int64_t chat = 7; chat <= 9; chat++) {
        CHECK(store_clear_get(t.w.store, chat, &clear) == OK && clear == (chat == 8));
    }
    end();
}

/* ---- facts about a leaf and an epoch -----------------------------------------------------------
 */

TEST(a_leaf_that_the_newest_entry_does_not_list_is_dropped)
{
    struct mls_leaf_view first, second;
    bool dropped = true;
    begin(STORE_CHAT_GROUP);
    own_world_added(&t.ben, 12, 11);
    own_world_dropped(&t.ben, 11, 12);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    first = own_world_leaf(&t.b1);
    second = own_world_leaf(&t.b2);
    (void)own_world_know(&t.w, &t.ben, 2);
    CHECK_ERR(own_admit_dropped(&t.w.s, &first, &dropped), OK);
    CHECK(!dropped);
    CHECK_ERR(own_admit_dropped(&t.w.s, &second, &dropped), OK);
    CHECK(!dropped);
    struct own_identity_change change;
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, &t.ben.bytes[2], 1, &change), OK);
    CHECK_ERR(own_admit_dropped(&t.w.s, &first, &dropped), OK);
    CHECK(dropped);
    CHECK_ERR(own_admit_dropped(&t.w.s, &second, &dropped), OK);
    CHECK(!dropped);
    struct mls_leaf_view cat = own_world_leaf(&t.c1); /* nobody has shown that it is hers */
    CHECK_ERR(own_admit_dropped(&t.w.s, &cat, &dropped), OK);
    CHECK(dropped);
    end();
}

TEST(an_epoch_that_we_were_in_is_never_entered_again)
{
    struct slice id = SLICE_LITERAL("group"), other = SLICE_LITERAL("other");
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(own_admit_above_floor(&t.w.s, id, 0), OK); /* a group we know nothing of */
    CHECK_ERR(store_floor_raise(t.w.store, id, 5), OK);
    CHECK_ERR(own_admit_above_floor(&t.w.s, id, 4), ERR_STATE_REPLAY);
    CHECK_ERR(own_admit_above_floor(&t.w.s, id, 5), ERR_STATE_REPLAY);
    CHECK_ERR(own_admit_above_floor(&t.w.s, id, 6), OK);
    CHECK_ERR(own_admit_above_floor(&t.w.s, other, 0), OK);
    CHECK_ERR(store_floor_raise(t.w.store, id, 3), OK); /* it only rises */
    CHECK_ERR(own_admit_above_floor(&t.w.s, id, 5), ERR_STATE_REPLAY);
    end();
}

TEST_MAIN(TEST_ROW(a_package_is_theirs_or_it_is_not_used),
          TEST_ROW(what_the_room_knows_is_the_highest_that_it_names),
          TEST_ROW(the_seats_of_the_next_epoch_follow_from_what_goes),
          TEST_ROW(a_seat_without_a_leaf_is_given_up_with_its_account),
          TEST_ROW(a_welcome_brings_the_whole_lines_of_all_who_will_sit),
          TEST_ROW(a_room_is_entered_when_all_chains_are_here),
          TEST_ROW(a_room_with_a_foreign_leaf_is_never_entered),
          TEST_ROW(a_chain_that_does_not_lead_to_what_the_tree_names_is_refused),
          TEST_ROW(a_dropped_leaf_may_sit_and_a_dropped_signer_is_said_to_be_one),
          TEST_ROW(a_chat_of_two_is_entered_with_one_other),
          TEST_ROW(a_chat_of_two_is_entered_by_those_it_names),
          TEST_ROW(the_self_chat_holds_nobody_else), TEST_ROW(a_room_of_theirs_alone_is_clear),
          TEST_ROW(a_foreign_leaf_is_not_spoken_to),
          TEST_ROW(a_dropped_leaf_is_named_and_nothing_is_said_before_it_goes),
          TEST_ROW(our_own_dropped_leaf_is_not_named), TEST_ROW(an_open_fork_stops_speaking),
          TEST_ROW(a_leaf_of_another_branch_is_elsewhere_and_one_that_is_ahead_is_not),
          TEST_ROW(an_empty_seat_is_named), TEST_ROW(a_chain_that_grows_makes_its_rooms_due),
          TEST_ROW(a_leaf_that_the_newest_entry_does_not_list_is_dropped),
          TEST_ROW(an_epoch_that_we_were_in_is_never_entered_again))
