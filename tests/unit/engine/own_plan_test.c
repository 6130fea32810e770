/* What the next commit of ours does (own/plan.h). Every plan is also built and shown to another
 * member, who asks the gate whether to follow. */
#include "engine/own/identity_take.h"
#include "engine/own/plan.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/clock.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/people.h"
#include "mls/key_package.h"

#define MINUTE_MS (60ull * 1000)

/* Devices by number: Ana 1 (we), 2; Ben 11, 12, 13; Cat 21; Dan 31. */
struct table {
    struct own_world w;
    struct own_world_account ana, ben, cat, dan;
    struct own_world_member a1, a2, b1, b2, c1, d1;
    struct own_world_room room;
    struct own_room context;
    uint8_t admins[1][32];
    struct store_chat c;
    int64_t ben_id, cat_id, dan_id;
    struct own_plan p;
    struct own_admit admit;
    struct slice ids;
    bool todo;
};
static struct table t;

/* Ana runs a group with Cat, who judges. */
static void begin(int type)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_account(&t.ben, 11, 111);
    own_world_added(&t.ben, 12, 11);
    own_world_account(&t.cat, 21, 121);
    own_world_account(&t.dan, 31, 131);
    own_world_be(&t.w, &t.ana, 1);
    t.ben_id = own_world_know(&t.w, &t.ben, 2);
    t.cat_id = own_world_know(&t.w, &t.cat, 1);
    t.dan_id = own_world_know(&t.w, &t.dan, 1);
    own_world_sit(&t.a1, &t.ana, 1, 0);
    own_world_sit(&t.b1, &t.ben, 11, 0);
    own_world_sit(&t.b2, &t.ben, 12, 1);
    own_world_sit(&t.c1, &t.cat, 21, 0);
    own_world_sit(&t.d1, &t.dan, 31, 0);
    own_world_hold(&t.w, &t.ana, 1);
    own_world_hold(&t.w, &t.cat, 1);
    t.context = own_world_context(type);
    memcpy(t.admins[0], t.ana.id, 32);
    t.context.admins = (const uint8_t(*)[32])t.admins;
    t.context.admin_n = 1;
    own_world_open(&t.room, &t.a1, &t.context);
    own_world_take_in(&t.room, &t.a1, &t.c1);
    t.c.id = own_world_chat(&t.w, type, 0);
    t.c.type = type;
}

static void end(void)
{
    struct own_world_member *all[] = {&t.a1, &t.a2, &t.b1, &t.b2, &t.c1, &t.d1};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->m.suite != NULL) {
            mls_world_end(&all[i]->m);
        }
    }
    own_world_end(&t.w);
}

static int64_t wish(enum own_wish kind, struct slice data)
{
    int64_t id = 0;
    CHECK_ERR(store_wish_add(t.w.store, t.c.id, (int)kind, data, &id), OK);
    return id;
}

/* The packages of these members, as they were taken for a wish. */
static void has(int64_t id, struct own_world_member *const *m, size_t n)
{
    struct slice out;
    struct buf b = buf_arena(&t.w.arena, 8192);
    cbor_put_array(&b, n);
    for (size_t i = 0; i < n; i++) {
        CHECK_ERR(mls_world_package(&m[i]->m), OK);
        cbor_put_bytes(&b, m[i]->m.package.message);
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK_ERR(store_wish_set(t.w.store, id, 1, out), OK);
}

static int64_t add(int64_t person, struct own_world_member *m)
{
    int64_t id = wish(OWN_WISH_ADD_PERSON, slice_make((const uint8_t *)&person, sizeof person));
    has(id, &m, 1);
    return id;
}

static void plan(void)
{
    struct store_wish *v = NULL;
    size_t n = 0;
    CHECK_ERR(store_wish_list(t.w.store, &t.w.arena, t.c.id, &v, &n), OK);
    CHECK_ERR(own_plan_prepare(t.w.o, &t.w.s, &t.c, t.a1.m.g, v, n, true, &t.admit, &t.p, &t.ids,
                               &t.todo),
              OK);
}

/* Builds what was planned, as commit.c does; what Cat says to it. */
static enum err followed(void)
{
    struct mls_commit c;
    struct own_admit admit;
    const struct mls_policy *policy = own_admit_policy(&t.w.s, &t.admit);
    struct mls_commit_params params = {
        .proposals = t.p.proposals,
        .proposal_count = t.p.n,
        .force_path = t.p.path,
        .identity = t.p.renews ? &t.p.identity : NULL,
        .policy = policy,
    };
    TRY(policy == NULL ? ERR_HOST_MEMORY : OK);
    TRY(mls_group_commit(t.a1.m.g, &t.w.arena, &params, &c));
    TRY(own_world_follow(&t.w, &t.c1, c.commit, t.p.brought.v, t.p.brought.n, &admit));
    TRY(mls_world_merge(&t.a1.m));
    CHECK(mls_group_epoch(t.a1.m.g) == mls_group_epoch(t.c1.m.g));
    return OK;
}

static bool fulfils(int64_t id)
{
    struct slice in = t.ids;
    uint64_t v = 0;
    return in.n == 8 && slice_le64(&in, &v) == OK && (int64_t)v == id;
}

TEST(a_wish_about_a_person_names_it)
{
    int64_t person = 77, readd[5] = {77, 1, 2, 3, 4};
    struct store_wish w;
    memset(&w, 0, sizeof w);
    CHECK(own_wish_person(&w) == 0);
    w.kind = OWN_WISH_ADD_PERSON;
    w.data = slice_make((const uint8_t *)&person, 8);
    CHECK(own_wish_person(&w) == 77);
    w.data = slice_make((const uint8_t *)readd, 40);
    CHECK(own_wish_person(&w) == 0);
    w.kind = OWN_WISH_READD;
    CHECK(own_wish_person(&w) == 77);
    w.kind = OWN_WISH_REMOVE_DEVICE;
    w.data.n = 32;
    CHECK(own_wish_person(&w) == 0);
}

TEST(packages_are_asked_for_less_and_less_often)
{
    struct store_wish w;
    memset(&w, 0, sizeof w);
    int64_t last = 0;
    for (w.tries = 0; w.tries < 6; w.tries++) {
        CHECK(own_ask_after(&w) > last && own_ask_after(&w) <= 3600 * 1000);
        last = own_ask_after(&w);
    }
    w.tries = INT64_MAX;
    CHECK(own_ask_after(&w) == last);
}

TEST(an_add_brings_the_chain_and_the_welcome_that_of_all)
{
    struct own_entries all;
    begin(STORE_CHAT_GROUP);
    int64_t id = add(t.ben_id, &t.b2);
    plan();
    CHECK(t.todo && fulfils(id) && t.p.add_n == 1 && t.p.n == 1 && !t.p.path && !t.p.room_changes);
    CHECK(t.p.persons[0] == t.ben_id && t.p.until_s[0] == UINT64_MAX);
    CHECK_BYTES(t.p.refs[0], t.b2.m.package.ref);
    REQUIRE(t.p.brought.n == 1 && t.p.brought.v[0].n == 2);
    CHECK_BYTES(t.p.brought.v[0].entries[1], t.ben.bytes[1]);
    CHECK_ERR(own_entries_read(&t.w.arena, t.p.chains, &all), OK);
    REQUIRE(all.n == 3);
    CHECK(own_entries_of(&all, t.ben.id)->n == 2 && own_entries_of(&all, t.cat.id)->n == 1);
    CHECK_ERR(followed(), OK);
    end();
}

TEST(a_package_that_is_not_theirs_is_not_used_and_others_are_asked_for)
{
    for (int i = 0; i < 4; i++) {
        struct store_wish *v = NULL;
        size_t n = 0;
        begin(STORE_CHAT_GROUP);
        if (i == 0) { /* the gateway's key under his name */
            mls_world_end(&t.b1.m);
            own_world_sit(&t.b1, &t.ben, 99, 0);
        } else if (i == 1) { /* an entry that we do not know */
            own_world_added(&t.ben, 13, 11);
            own_world_renew(&t.b1, &t.ben, 2);
        }
        /* i == 2: of somebody else; i == 3: used before */
        int64_t id = add(i == 2 ? t.dan_id : t.ben_id, &t.b1);
        if (i == 3) {
            CHECK_ERR(store_package_use(t.w.store, t.b1.m.package.ref, UINT32_MAX, 0), OK);
        }
        plan();
        CHECK(!t.todo && t.ids.n == 0);
        CHECK_ERR(store_wish_list(t.w.store, &t.w.arena, t.c.id, &v, &n), OK);
        REQUIRE(n == 1 && v[0].id == id);
        CHECK(v[0].stage == 0 && v[0].tries == 1);
        CHECK(v[0].not_before == (int64_t)t.w.s.now_ms + 3000);
        end();
    }
}

TEST(a_package_is_over_when_both_clocks_say_so)
{
    begin(STORE_CHAT_GROUP);
    struct slice out;
    struct buf b = buf_arena(&t.w.arena, 8192);
    struct mls_key_package kp;
    const uint64_t until = t.w.s.now_ms / 1000 - 60;
    CHECK_ERR(mls_key_package_create(&t.w.arena, &kp, t.b1.m.suite, &t.b1.m.id, 0, until, false),
              OK);
    int64_t id = wish(OWN_WISH_ADD_PERSON, slice_make((const uint8_t *)&t.ben_id, 8));
    cbor_put_array(&b, 1);
    cbor_put_bytes(&b, kp.message);
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK_ERR(store_wish_set(t.w.store, id, 1, out), OK);
    CHECK_ERR(own_clock_heard(t.w.o, &t.w.s, t.w.s.now_ms - 10 * MINUTE_MS),
              OK); /* ours is ahead */
    plan();
    CHECK(t.todo && t.p.add_n == 1 && t.p.until_s[0] == until);
    CHECK_ERR(own_clock_heard(t.w.o, &t.w.s, t.w.s.now_ms), OK);
    plan();
    CHECK(!t.todo);
    end();
}

/* Who goes keeps nothing that leads in again or reads on. */
TEST(who_is_put_out_goes_with_all_devices_and_the_secrets_are_new)
{
    begin(STORE_CHAT_GROUP);
    (void)add(t.ben_id, &t.b1);
    plan();
    CHECK_ERR(followed(), OK);
    own_world_sql(&t.w, "DELETE FROM wish");
    int64_t id = wish(OWN_WISH_REMOVE_PERSON, slice_make((const uint8_t *)&t.ben_id, 8));
    plan();
    CHECK(t.todo && fulfils(id) && t.p.path && t.p.new_tag && t.p.room_changes && t.p.out_n == 1);
    CHECK(memcmp(t.p.out[0], t.ben.id, 32) == 0 && t.p.view_n == 1);
    CHECK(memcmp(t.p.room.join_secret, t.context.join_secret, 32) != 0);
    CHECK(memcmp(t.p.room.read_tag, t.context.read_tag, 32) != 0);
    CHECK(t.p.room.seat_n == 0);
    CHECK_ERR(followed(), OK);
    CHECK(mls_group_member_count(t.c1.m.g) == 2);
    end();
}

TEST(who_does_not_sit_there_is_not_put_out)
{
    begin(STORE_CHAT_GROUP);
    int64_t id = wish(OWN_WISH_REMOVE_PERSON, slice_make((const uint8_t *)&t.ben_id, 8));
    plan();
    CHECK(!t.todo && fulfils(id) && t.p.out_n == 0 && !t.p.path);
    end();
}

TEST(a_dropped_device_goes_with_the_proof_and_its_account_keeps_the_seat)
{
    struct own_identity_change change;
    begin(STORE_CHAT_GROUP);
    t.context.admin_n = 0;
    (void)add(t.ben_id, &t.b1);
    plan();
    CHECK_ERR(followed(), OK);
    own_world_sql(&t.w, "DELETE FROM wish");
    own_world_dropped(&t.ben, 11, 12);
    CHECK_ERR(own_identity_take(&t.w.s, t.ben.id, t.ben.bytes + 2, 1, &change), OK);
    int64_t id = wish(OWN_WISH_REMOVE_DEVICE, slice_make(own_world_key(11), 32));
    plan();
    CHECK(t.todo && fulfils(id) && t.p.path && t.p.new_tag && t.p.out_n == 0);
    REQUIRE(t.p.brought.n == 1 && t.p.brought.v[0].n == 2); /* the room knew entry 0 */
    CHECK_BYTES(t.p.brought.v[0].entries[1], t.ben.bytes[2]);
    REQUIRE(t.p.room.seat_n == 1);
    CHECK(memcmp(t.p.room.seats[0].account, t.ben.id, 32) == 0 && t.p.room.seats[0].n == 2);
    CHECK_ERR(followed(), OK);
    own_world_sql(&t.w, "DELETE FROM wish"); /* a seat without a leaf is one to be put out of */
    id = wish(OWN_WISH_REMOVE_PERSON, slice_make((const uint8_t *)&t.ben_id, 8));
    plan();
    CHECK(t.todo && fulfils(id) && t.p.path && t.p.out_n == 1 && t.p.room.seat_n == 0);
    CHECK_ERR(followed(), OK);
    end();
}

TEST(a_change_of_the_room_keeps_what_is_secret_as_it_is_now)
{
    struct own_room wished;
    struct slice data;
    begin(STORE_CHAT_GROUP);
    wished = t.context;
    wished.name = SLICE_LITERAL("another name");
    memset(wished.join_secret, 1, 32); /* as it was when the wish was made */
    memset(wished.read_tag, 2, 32);
    CHECK_ERR(own_room_encode(&t.w.arena, &wished, &data), OK);
    int64_t id = wish(OWN_WISH_ROOM, data);
    plan();
    CHECK(t.todo && fulfils(id) && t.p.room_changes && !t.p.new_tag);
    CHECK_BYTES(t.p.room.name, SLICE_LITERAL("another name"));
    CHECK(memcmp(t.p.room.join_secret, t.context.join_secret, 32) == 0);
    CHECK(memcmp(t.p.room.read_tag, t.context.read_tag, 32) == 0);
    CHECK_ERR(followed(), OK);
    end();
}

TEST(healing_is_a_path_and_names_our_newest_entry)
{
    struct own_identity_change change;
    struct mls_leaf_view leaf;
    struct own_identity_name name;
    begin(STORE_CHAT_GROUP);
    (void)wish(OWN_WISH_HEAL, SLICE_EMPTY);
    plan();
    CHECK(t.todo && t.p.path && t.p.n == 0 && !t.p.renews && t.p.brought.n == 0);
    CHECK_ERR(followed(), OK);
    own_world_added(&t.ana, 2, 1);
    CHECK_ERR(own_identity_take(&t.w.s, t.ana.id, t.ana.bytes + 1, 1, &change), OK);
    plan();
    CHECK(t.p.renews && t.p.brought.n == 1 && t.p.brought.v[0].n == 1);
    CHECK_ERR(followed(), OK);
    CHECK_ERR(mls_group_member(t.c1.m.g, 0, &leaf), OK);
    CHECK(own_identity_name_of(&leaf, &name) == OK && name.n == 1);
    end();
}

TEST(a_chat_of_two_always_has_a_path)
{
    begin(STORE_CHAT_PAIR);
    struct own_identity_change change;
    own_world_added(&t.cat, 22, 21);
    CHECK_ERR(own_identity_take(&t.w.s, t.cat.id, t.cat.bytes + 1, 1, &change), OK);
    mls_world_end(&t.b1.m);
    own_world_sit(&t.b1, &t.cat, 22, 1);
    (void)add(t.cat_id, &t.b1);
    plan();
    CHECK(t.todo && t.p.path && t.p.add_n == 1);
    CHECK_ERR(followed(), OK);
    end();
}

TEST(what_is_not_ready_waits)
{
    begin(STORE_CHAT_GROUP);
    int64_t later = wish(OWN_WISH_HEAL, SLICE_EMPTY);
    CHECK_ERR(store_wish_delay(t.w.store, later, 1, (int64_t)t.w.s.now_ms + 1), OK);
    (void)wish(OWN_WISH_ADD_PERSON, slice_make((const uint8_t *)&t.ben_id, 8)); /* no package yet */
    (void)wish(OWN_WISH_LEAVE, SLICE_EMPTY);
    (void)wish(OWN_WISH_READD, SLICE_EMPTY);
    plan();
    CHECK(!t.todo && t.ids.n == 0 && t.p.n == 0);
    t.w.s.now_ms++;
    plan();
    CHECK(t.todo && fulfils(later));
    end();
}

TEST(adds_go_together_and_nothing_else_with_them)
{
    begin(STORE_CHAT_GROUP);
    (void)add(t.ben_id, &t.b1);
    (void)wish(OWN_WISH_HEAL, SLICE_EMPTY);
    (void)add(t.dan_id, &t.d1);
    plan();
    CHECK(t.todo && t.ids.n == 16 && t.p.add_n == 2 && t.p.n == 2 && !t.p.path);
    CHECK(t.p.brought.n == 2);
    CHECK_ERR(followed(), OK);
    CHECK(mls_group_member_count(t.c1.m.g) == 4);
    end();
}

TEST(one_commit_adds_eight_devices_at_most)
{
    struct own_world_member *nine[OWN_ADDS_PER_COMMIT + 1];
    begin(STORE_CHAT_GROUP);
    for (size_t i = 0; i < OWN_ADDS_PER_COMMIT + 1; i++) {
        nine[i] = &t.b1;
    }
    int64_t id = wish(OWN_WISH_ADD_PERSON, slice_make((const uint8_t *)&t.ben_id, 8));
    has(id, nine, OWN_ADDS_PER_COMMIT + 1);
    (void)add(t.dan_id, &t.d1);
    plan();
    CHECK(t.todo && t.p.add_n == OWN_ADDS_PER_COMMIT && fulfils(id)); /* Dan is next */
    end();
}

TEST(who_sits_already_is_not_added_again)
{
    begin(STORE_CHAT_GROUP);
    int64_t id = add(t.cat_id, &t.c1);
    plan();
    CHECK(t.p.add_n == 0 && !t.todo && fulfils(id));
    end();
}

TEST(a_device_that_lost_the_room_goes_out_and_in_in_one_commit)
{
    uint8_t data[40];
    begin(STORE_CHAT_GROUP);
    (void)add(t.ben_id, &t.b1);
    plan();
    CHECK_ERR(followed(), OK);
    own_world_sql(&t.w, "DELETE FROM wish");
    memcpy(data, &t.ben_id, 8);
    memcpy(data + 8, own_world_key(11), 32);
    int64_t id = wish(OWN_WISH_READD, SLICE_ARRAY(data));
    struct own_world_member *wrong = &t.b2, *right = &t.b1;
    has(id, &wrong, 1); /* another device of his */
    plan();
    CHECK(t.p.add_n == 0 && t.p.n == 0 && !t.todo); /* another one is asked for */
    CHECK(own_world_int(&t.w, "SELECT stage FROM wish") == 0);
    t.w.s.now_ms += MINUTE_MS;
    has(id, &right, 1);
    plan();
    CHECK(t.todo && t.p.add_n == 1 && t.p.view_n == 2 && t.p.new_tag);
    CHECK_ERR(followed(), OK);
    CHECK(mls_group_member_count(t.c1.m.g) == 3);
    end();
}

/* What others proposed rides along when it may; what may not is left out. */
TEST(proposals_of_others_ride_along_as_far_as_they_may)
{
    begin(STORE_CHAT_GROUP);
    (void)add(t.ben_id, &t.b1);
    plan();
    struct mls_commit c;
    struct mls_commit_params params = {.proposals = t.p.proposals, .proposal_count = t.p.n};
    CHECK_ERR(mls_group_commit(t.a1.m.g, &t.a1.m.arena, &params, &c), OK);
    own_world_won(&t.room, &t.a1, &c, &t.b1);
    own_world_hold(&t.w, &t.ben, 2);
    own_world_sql(&t.w, "DELETE FROM wish");
    struct mls_process_params quiet = {.now_ms = 0};
    struct mls_proposal ben_goes = mls_world_remove(2), cat_goes = mls_world_remove(1);
    struct slice leaves, attack;
    CHECK_ERR(mls_group_propose(t.b1.m.g, &t.b1.m.arena, &quiet, &ben_goes, NULL, &leaves), OK);
    CHECK_ERR(mls_group_propose(t.b1.m.g, &t.b1.m.arena, &quiet, &cat_goes, NULL, &attack), OK);
    CHECK_ERR(mls_world_take(&t.a1.m, leaves, NULL), OK);
    CHECK_ERR(mls_world_take(&t.a1.m, attack, NULL), OK); /* without a question */
    (void)wish(OWN_WISH_CLEANUP, SLICE_EMPTY);
    plan();
    CHECK(t.todo && t.p.path && t.p.view_n == 1 && t.p.views[0].removed == 2);
    CHECK(t.p.new_tag); /* somebody goes */
    end();
}

TEST_MAIN(TEST_ROW(a_wish_about_a_person_names_it),
          TEST_ROW(packages_are_asked_for_less_and_less_often),
          TEST_ROW(an_add_brings_the_chain_and_the_welcome_that_of_all),
          TEST_ROW(a_package_that_is_not_theirs_is_not_used_and_others_are_asked_for),
          TEST_ROW(a_package_is_over_when_both_clocks_say_so),
          TEST_ROW(who_is_put_out_goes_with_all_devices_and_the_secrets_are_new),
          TEST_ROW(who_does_not_sit_there_is_not_put_out),
          TEST_ROW(a_dropped_device_goes_with_the_proof_and_its_account_keeps_the_seat),
          TEST_ROW(a_change_of_the_room_keeps_what_is_secret_as_it_is_now),
          TEST_ROW(healing_is_a_path_and_names_our_newest_entry),
          TEST_ROW(a_chat_of_two_always_has_a_path), TEST_ROW(what_is_not_ready_waits),
          TEST_ROW(adds_go_together_and_nothing_else_with_them),
          TEST_ROW(one_commit_adds_eight_devices_at_most),
          TEST_ROW(who_sits_already_is_not_added_again),
          TEST_ROW(a_device_that_lost_the_room_goes_out_and_in_in_one_commit),
          TEST_ROW(proposals_of_others_ride_along_as_far_as_they_may))
