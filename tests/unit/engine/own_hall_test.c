/* Who sits in a room before a commit and after (own/hall.h). */
#include "engine/own/hall.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"

/* Ana has devices 1 and 2 (entry 1), device 1 went (entry 2). Ben: 11, then 12 as well. */
struct table {
    struct own_world w;
    struct own_world_account ana, ben, dan;
    struct own_world_member a1, b1, d1;
    struct own_world_room room;
    struct own_room context;
    struct own_room_seat seat;
    struct own_hall h;
};
static struct table t;

static void begin(void)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_added(&t.ana, 2, 1);
    own_world_dropped(&t.ana, 1, 2);
    own_world_account(&t.ben, 11, 111);
    own_world_added(&t.ben, 12, 11);
    own_world_account(&t.dan, 31, 131);
    own_world_sit(&t.a1, &t.ana, 1, 0);
    own_world_sit(&t.b1, &t.ben, 11, 0);
    own_world_sit(&t.d1, &t.dan, 31, 0);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.ben, 1);
    t.context = own_world_context(STORE_CHAT_GROUP);
}

static void open_room(void)
{
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.b1);
}

static void end(void)
{
    mls_world_end(&t.a1.m);
    mls_world_end(&t.b1.m);
    mls_world_end(&t.d1.m);
    own_world_end(&t.w);
}

/* The room says of Dan, who has no leaf, that he is at entry 0. */
static void seat_dan(void)
{
    memcpy(t.seat.account, t.dan.id, 32);
    t.seat.n = 0;
    memcpy(t.seat.hash, t.dan.e[0].hash, 32);
    t.context.seats = &t.seat;
    t.context.seat_n = 1;
    own_world_hold(&t.w, &t.dan, 1);
}

static struct mls_proposal_view view_of_add(const struct own_world_member *m)
{
    struct mls_proposal_view v;
    memset(&v, 0, sizeof v);
    v.type = MLS_PROPOSAL_ADD;
    v.leaf = own_world_leaf(m);
    return v;
}

static struct mls_proposal_view view_of_removal(uint32_t leaf)
{
    struct mls_proposal_view v;
    memset(&v, 0, sizeof v);
    v.type = MLS_PROPOSAL_REMOVE;
    v.removed = leaf;
    return v;
}

TEST(a_leaf_has_an_account_a_key_and_an_entry)
{
    struct own_identity_name name;
    begin();
    struct mls_leaf_view v = own_world_leaf(&t.a1);
    CHECK(own_hall_leaf(&v, &name) == OK && name.n == 0);
    v.credential_type = 2;
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    v = own_world_leaf(&t.a1);
    v.credential.n = 31;
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    v = own_world_leaf(&t.a1);
    v.signature_key.n = 33;
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    v = own_world_leaf(&t.a1);
    v.extensions.n = 0;
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    struct mls_extension two[] = {t.a1.ext, t.a1.ext};
    v.extensions = (struct mls_extensions){two, 2};
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    two[0].data.n--;
    v.extensions.n = 1;
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    uint8_t high[OWN_IDENTITY_NAME_SIZE] = {0};
    high[6] = CHAIN_ENTRIES_MAX >> 8; /* no chain has so many */
    two[0].data = SLICE_ARRAY(high);
    CHECK_ERR(own_hall_leaf(&v, &name), ERR_AUTH_POLICY);
    end();
}

TEST(a_hall_has_leaves_and_seats_and_the_highest_name_of_each)
{
    begin();
    seat_dan();
    open_room();
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 0), OK);
    CHECK(t.h.n == 3);
    struct own_hall_seat *ana = own_hall_find(&t.h, t.ana.id), *dan = own_hall_find(&t.h, t.dan.id);
    REQUIRE(ana != NULL && dan != NULL);
    CHECK(ana->leaf_before && !ana->seat_before && ana->line.known && ana->line.name.n == 0);
    CHECK(!dan->leaf_before && dan->seat_before && dan->line.known);
    CHECK(own_hall_find(&t.h, own_world_key(99)) == NULL);
    end();
    begin(); /* a seat that says more than the leaf */
    memcpy(t.seat.account, t.ana.id, 32);
    t.seat.n = 2;
    memcpy(t.seat.hash, t.ana.e[2].hash, 32);
    t.context.seats = &t.seat;
    t.context.seat_n = 1;
    open_room();
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 0), OK);
    ana = own_hall_find(&t.h, t.ana.id);
    REQUIRE(ana != NULL);
    CHECK(ana->leaf_before && ana->seat_before && ana->line.name.n == 2);
    CHECK(memcmp(ana->line.name.hash, t.ana.e[2].hash, 32) == 0);
    end();
}

TEST(more_accounts_than_were_announced_do_not_fit)
{
    struct own_hall_seat *seat = NULL, *again = NULL;
    begin();
    open_room();
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 1), OK);
    CHECK_ERR(own_hall_seat(&t.h, t.dan.id, &seat), OK);
    CHECK_ERR(own_hall_seat(&t.h, t.dan.id, &again), OK);
    CHECK(seat == again && t.h.n == 3);
    CHECK_ERR(own_hall_seat(&t.h, own_world_key(99), &seat), ERR_LIMIT);
    CHECK_ERR(own_hall_seat(&t.h, t.ana.id, &seat), OK); /* one that is there */
    struct own_entries_group two[] = {own_world_bring(&t.dan, 0, 0), own_world_bring(&t.ben, 0, 0)};
    memcpy(two[1].account, own_world_key(98), 32);
    CHECK_ERR(own_hall_bring(&t.h, &(struct own_entries){two, 2}), ERR_LIMIT);
    end();
}

TEST(what_is_brought_continues_the_line_of_the_room)
{
    begin();
    open_room();
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 1), OK);
    bool yes = false;
    struct own_hall_seat *ana = own_hall_find(&t.h, t.ana.id);
    REQUIRE(ana != NULL);
    CHECK(own_hall_lists(&t.h, ana, own_world_key(1), &yes) == OK && yes);
    struct own_entries_group gap = own_world_bring(&t.ana, 2, 2),
                             more = own_world_bring(&t.ana, 1, 2);
    CHECK_ERR(own_hall_bring(&t.h, &(struct own_entries){&gap, 1}), ERR_AUTH_POLICY);
    CHECK(ana->line.name.n == 0);
    CHECK_ERR(own_hall_bring(&t.h, &(struct own_entries){&more, 1}), OK);
    CHECK(ana->line.name.n == 2);
    CHECK(own_hall_lists(&t.h, ana, own_world_key(1), &yes) == OK && !yes);
    CHECK(own_hall_lists(&t.h, ana, own_world_key(2), &yes) == OK && yes);
    struct own_hall_seat unknown;
    memset(&unknown, 0, sizeof unknown);
    CHECK(own_hall_lists(&t.h, &unknown, own_world_key(1), &yes) == OK && !yes);
    end();
}

/* The line of who sits was kept when the room was entered; if not, our own store is broken. */
TEST(a_line_that_is_not_kept_is_a_broken_store)
{
    bool yes = false;
    begin();
    open_room();
    own_world_sql(&t.w, "DELETE FROM room_entry");
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 0), OK);
    CHECK_ERR(own_hall_lists(&t.h, own_hall_find(&t.h, t.ana.id), own_world_key(1), &yes),
              ERR_STORE_CORRUPT);
    end();
}

TEST(a_dropped_device_that_goes_leaves_a_seat_and_a_listed_one_does_not)
{
    begin();
    open_room();
    struct mls_proposal_view out = view_of_removal(0); /* Ana's */
    struct own_hall_deed d = {&out, 1, MLS_SENDER_MEMBER, NULL, 1};
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 1), OK);
    CHECK_ERR(own_hall_after(&t.h, &d), OK);
    const struct own_hall_seat *ana = own_hall_find(&t.h, t.ana.id);
    CHECK(ana->put_out && ana->leaves == 0 && !own_hall_stays(ana) && !own_hall_is_said(ana));
    CHECK(own_hall_seats_right(&t.h, &t.h.room, true, false));
    struct own_entries_group more = own_world_bring(&t.ana, 1, 2);
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 1), OK);
    CHECK_ERR(own_hall_bring(&t.h, &(struct own_entries){&more, 1}), OK);
    CHECK_ERR(own_hall_after(&t.h, &d), OK);
    ana = own_hall_find(&t.h, t.ana.id);
    CHECK(!ana->put_out && ana->leaves == 0 && own_hall_stays(ana) && own_hall_is_said(ana));
    CHECK(!own_hall_seats_right(&t.h, &t.h.room, true, false));
    end();
}

TEST(who_comes_in_sits_and_names_what_he_names)
{
    begin();
    open_room();
    struct mls_proposal_view add = view_of_add(&t.d1);
    struct own_world_member b2;
    own_world_sit(&b2, &t.ben, 12, 1);
    struct mls_leaf_view path = own_world_leaf(&b2);
    struct own_hall_deed d = {&add, 1, MLS_SENDER_MEMBER, NULL, 0};
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 2), OK);
    CHECK_ERR(own_hall_after(&t.h, &d), OK);
    const struct own_hall_seat *dan = own_hall_find(&t.h, t.dan.id);
    REQUIRE(dan != NULL);
    CHECK(dan->leaves == 1 && dan->has_named && dan->named == 0 && own_hall_stays(dan));
    CHECK(!dan->leaf_before && !dan->seat_before);
    /* from outside */
    struct own_hall_deed in = {NULL, 0, MLS_SENDER_NEW_MEMBER_COMMIT, &path, UINT32_MAX};
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 2), OK);
    CHECK_ERR(own_hall_after(&t.h, &in), OK);
    const struct own_hall_seat *ben = own_hall_find(&t.h, t.ben.id);
    CHECK(ben->leaves == 2 && ben->named == 1);
    /* a path takes the place of the leaf */
    struct own_hall_deed renew = {NULL, 0, MLS_SENDER_MEMBER, &path, 1};
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 2), OK);
    CHECK_ERR(own_hall_after(&t.h, &renew), OK);
    ben = own_hall_find(&t.h, t.ben.id);
    CHECK(ben->leaves == 1 && ben->named == 1);
    mls_world_end(&b2.m);
    end();
}

TEST(the_room_says_what_no_leaf_says)
{
    static const struct {
        bool leaf_before, seat_before, put_out, known;
        size_t leaves;
        uint64_t named, knows;
        bool stays, said;
    } rows[] = {
        {true, false, false, true, 1, 3, 3, true, false},
        {true, false, false, true, 1, 2, 3, true, true},  /* the leaf says less            */
        {true, false, false, true, 0, 0, 3, true, true},  /* dropped: the place is kept    */
        {true, false, true, true, 0, 0, 3, false, false}, /* put out                       */
        {true, true, true, true, 0, 0, 3, false, false},  /* its seat goes along           */
        {false, true, false, true, 0, 0, 3, true, true},  /* it had a seat and keeps it    */
        {false, false, false, true, 0, 0, 3, false, false},
        {false, false, false, true, 1, 3, 3, true, false}, /* came in                       */
        {false, true, false, true, 1, 3, 3, true, false},  /* came back                     */
        {true, false, false, false, 1, 3, 0, true, false}, /* nothing known                 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct own_hall_seat s;
        memset(&s, 0, sizeof s);
        s.leaf_before = rows[i].leaf_before;
        s.seat_before = rows[i].seat_before;
        s.put_out = rows[i].put_out;
        s.leaves = rows[i].leaves;
        s.has_named = s.leaves > 0;
        s.named = rows[i].named;
        s.line.known = rows[i].known;
        s.line.name.n = rows[i].knows;
        CHECK(own_hall_stays(&s) == rows[i].stays);
        CHECK(own_hall_is_said(&s) == rows[i].said);
    }
}

TEST(seats_are_right_by_number_and_hash_and_who_runs_it_may_drop_an_empty_one)
{
    begin();
    seat_dan();
    open_room();
    struct own_hall_deed nothing = {NULL, 0, MLS_SENDER_MEMBER, NULL, 0};
    CHECK_ERR(own_hall_begin(&t.h, &t.w.s, t.b1.m.g, 1), OK);
    CHECK_ERR(own_hall_after(&t.h, &nothing), OK);
    struct own_room after = t.h.room;
    struct own_room_seat two[2] = {after.seats[0], after.seats[0]};
    CHECK(own_hall_seats_right(&t.h, &after, true, false));
    after.seats = two;
    two[0].hash[0] ^= 1;
    CHECK(!own_hall_seats_right(&t.h, &after, true, false));
    two[0].hash[0] ^= 1;
    two[0].n++;
    CHECK(!own_hall_seats_right(&t.h, &after, true, false));
    two[0].n--;
    after.seat_n = 2; /* twice the same */
    CHECK(!own_hall_seats_right(&t.h, &after, true, true));
    memcpy(two[1].account, t.ben.id, 32); /* his leaf says it */
    CHECK(!own_hall_seats_right(&t.h, &after, true, true));
    CHECK(own_hall_seats_right(&t.h, &after, false, false)); /* left behind until it is rewritten */
    memcpy(two[1].account, own_world_key(99), 32);           /* nobody */
    CHECK(!own_hall_seats_right(&t.h, &after, true, true));
    after.seat_n = 0;
    CHECK(!own_hall_seats_right(&t.h, &after, true, false));
    CHECK(own_hall_seats_right(&t.h, &after, true, true));
    CHECK(!own_hall_seats_right(&t.h, &after, false, true)); /* only by writing so */
    end();
}

TEST(adds_are_counted)
{
    begin();
    struct mls_proposal_view v[] = {view_of_add(&t.d1), view_of_removal(0), view_of_add(&t.a1)};
    CHECK(own_hall_adds(v, 3) == 2 && own_hall_adds(v, 0) == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_leaf_has_an_account_a_key_and_an_entry),
          TEST_ROW(a_hall_has_leaves_and_seats_and_the_highest_name_of_each),
          TEST_ROW(more_accounts_than_were_announced_do_not_fit),
          TEST_ROW(what_is_brought_continues_the_line_of_the_room),
          TEST_ROW(a_line_that_is_not_kept_is_a_broken_store),
          TEST_ROW(a_dropped_device_that_goes_leaves_a_seat_and_a_listed_one_does_not),
          TEST_ROW(who_comes_in_sits_and_names_what_he_names),
          TEST_ROW(the_room_says_what_no_leaf_says),
          TEST_ROW(seats_are_right_by_number_and_hash_and_who_runs_it_may_drop_an_empty_one),
          TEST_ROW(adds_are_counted))
