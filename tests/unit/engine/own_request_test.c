/* Requests, what a yes or a no does, and rooms beside a chat (own/request.h). */
#include "engine/own/request.h"

#include <string.h>

#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/message.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/request.h"
#include "store/own_wish.h"
#include "store/people.h"

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account ben, eve;
static int64_t ben_is, eve_is;

static void begin(void)
{
    if (ben.n == 0) {
        own_world_account(&ben, 2, 102);
        own_world_account(&eve, 3, 103);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    ben_is = own_world_know(&w, &ben, 1);
    eve_is = own_world_know(&w, &eve, 1);
}

static void end(void)
{
    own_world_end(&w);
}

static struct store_chat row(int64_t chat)
{
    struct store_chat c;
    memset(&c, 0, sizeof c);
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    return c;
}

/* A room of this type, with ben, in this state. Of two that are made the first has the lower name.
 */
static struct store_chat room(int type, enum store_chat_state state)
{
    static uint8_t k;
    struct store_chat c;
    CHECK_ERR(own_chat_make(w.o, &w.s, type, SLICE_LITERAL("Crew"),
                            type == STORE_CHAT_PAIR ? ben_is : 0, NULL, &c),
              OK);
    CHECK_ERR(store_member_put(w.store, c.id, ben_is, ABI_ROLE_ADMIN), OK);
    CHECK_ERR(store_chat_set_state(w.store, c.id, state), OK);
    uint8_t name[16] = {++k};
    CHECK_ERR(
        store_sql_run(w.store, "UPDATE chat SET room=? WHERE id=?", "bi", SLICE_ARRAY(name), c.id),
        OK);
    own_world_sql(&w, "DELETE FROM wish");
    own_world_sql(&w, "DELETE FROM outbox");
    return row(c.id);
}

/* Ben asks by a room of this type; the number of the request. */
static int64_t request(int type, struct store_chat *c)
{
    int64_t id = 0;
    *c = room(type, STORE_CHAT_REQUEST);
    CHECK_ERR(own_request_ask(&w.s, c, ben.id, SLICE_LITERAL("label"), 77), OK);
    CHECK_ERR(store_request_find(w.store, c->room, &id), OK);
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
    return id;
}

static int64_t requests(void)
{
    int64_t n = 0;
    CHECK_ERR(store_request_count(w.store, &n), OK);
    return n;
}

static struct store_person person(int64_t id)
{
    struct store_person p;
    memset(&p, 0, sizeof p);
    CHECK_ERR(store_person_get(w.store, &w.arena, id, &p), OK);
    return p;
}

static bool is_gone(int64_t chat)
{
    struct store_chat c;
    return store_chat_get(w.store, &w.arena, chat, &c) == ERR_GONE;
}

static int64_t notices(enum abi_notice n)
{
    int64_t v = 0;
    CHECK_ERR(store_sql_get_int(w.store, &v, "SELECT count(*) FROM message WHERE notice=?", "i",
                                (int64_t)n),
              OK);
    return v;
}

/* ---- asking ---------------------------------------------------------------------------------- */

TEST(the_person_is_asked_by_whom_and_by_which_link)
{
    struct store_request rows[2];
    struct store_chat c;
    size_t n = 0;
    bool yes = false;
    begin();
    int64_t id = request(STORE_CHAT_PAIR, &c);
    CHECK_ERR(store_request_list(w.store, &w.arena, rows, 2, &n), OK);
    REQUIRE(n == 1 && rows[0].id == id && rows[0].at_ms == 77);
    CHECK_BYTES(rows[0].label, SLICE_LITERAL("label"));
    CHECK_BYTES(SLICE_ARRAY(rows[0].address), SLICE_ARRAY(ben.id));
    w.out.requests = false;
    CHECK_ERR(own_request_ask(&w.s, &c, ben.id, SLICE_LITERAL(""), 78), OK);
    CHECK(w.out.requests); /* the page is told */
    CHECK_ERR(own_request_is_by(&w.s, &c, ben.id, &yes), OK);
    CHECK(yes);
    CHECK_ERR(own_request_is_by(&w.s, &c, eve.id, &yes), OK);
    CHECK(!yes);
    struct store_chat other = room(STORE_CHAT_PAIR, STORE_CHAT_REQUEST);
    CHECK_ERR(own_request_is_by(&w.s, &other, ben.id, &yes), OK);
    CHECK(!yes);
    end();
}

/* ---- answers --------------------------------------------------------------------------------- */

TEST(a_yes_to_a_person_opens_the_chat_and_says_who_we_are)
{
    struct store_chat c;
    int64_t chat = 0;
    bool wished = false;
    begin();
    int64_t id = request(STORE_CHAT_PAIR, &c);
    CHECK_ERR(own_request_answer(w.o, &w.s, id, ABI_REQUEST_ANSWER_ACCEPT, &chat), OK);
    CHECK(chat == c.id && row(chat).state == STORE_CHAT_OPEN && row(chat).person == ben_is);
    CHECK(person(ben_is).contact == 1 && person(ben_is).chat == chat);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 1); /* our name, and the way to us */
    CHECK_ERR(store_own_wish_has(w.store, chat, OWN_WISH_ADD_DEVICES, &wished), OK);
    CHECK(wished && requests() == 0 && w.out.requests && w.s.durable && own_due_any(w.o));
    CHECK_ERR(own_request_answer(w.o, &w.s, id, ABI_REQUEST_ANSWER_ACCEPT, &chat), ERR_GONE);
    CHECK(chat == 0); /* answered already */
    end();
}

TEST(a_yes_to_a_group_opens_it_and_makes_nobody_a_contact)
{
    struct store_chat c;
    int64_t chat = 0;
    begin();
    int64_t id = request(STORE_CHAT_GROUP, &c);
    CHECK_ERR(own_request_answer(w.o, &w.s, id, ABI_REQUEST_ANSWER_ACCEPT, &chat), OK);
    CHECK(chat == c.id && row(chat).state == STORE_CHAT_OPEN && person(ben_is).contact == 0);
    CHECK(notices(ABI_NOTICE_JOINED) == 1);
    end();
}

TEST(a_no_keeps_a_chat_of_two_and_drops_a_group)
{
    struct store_chat c;
    int64_t chat = 99;
    begin();
    int64_t id = request(STORE_CHAT_PAIR, &c);
    CHECK_ERR(own_request_answer(w.o, &w.s, id, ABI_REQUEST_ANSWER_DECLINE, &chat), OK);
    CHECK(chat == 0 && row(c.id).state == STORE_CHAT_DECLINED && row(c.id).person == ben_is);
    CHECK(person(ben_is).contact == 0 && person(ben_is).blocked == 0 && requests() == 0);
    id = request(STORE_CHAT_GROUP, &c);
    CHECK_ERR(own_request_answer(w.o, &w.s, id, ABI_REQUEST_ANSWER_BLOCK, &chat), OK);
    CHECK(chat == 0 && is_gone(c.id) && person(ben_is).blocked == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0); /* they are told nothing */
    end();
}

TEST(of_declined_chats_the_last_one_of_each_person_is_kept)
{
    struct store_chat first, second, other;
    begin();
    (void)request(STORE_CHAT_PAIR, &first);
    (void)request(STORE_CHAT_PAIR, &second);
    other = room(STORE_CHAT_PAIR, STORE_CHAT_REQUEST);
    w.s.dirty = false;
    CHECK_ERR(own_request_decline(w.o, &w.s, &other, eve.id), OK);
    CHECK_ERR(own_request_decline(w.o, &w.s, &first, ben.id), OK);
    CHECK(row(first.id).state == STORE_CHAT_DECLINED && w.s.dirty);
    CHECK_ERR(own_request_decline(w.o, &w.s, &second, ben.id), OK);
    CHECK(is_gone(first.id) && row(second.id).state == STORE_CHAT_DECLINED);
    CHECK(row(other.id).state == STORE_CHAT_DECLINED && row(other.id).person == eve_is);
    end();
}

/* We want them after all: the room that they hold on to. */
TEST(whom_we_want_is_found_in_what_they_asked_or_we_declined)
{
    struct store_chat c;
    int64_t chat = 99;
    begin();
    CHECK_ERR(own_request_wanted(w.o, &w.s, ben_is, &chat), OK);
    CHECK(chat == 0);
    CHECK_ERR(own_request_wanted(w.o, &w.s, 999, &chat), ERR_GONE);
    (void)request(STORE_CHAT_PAIR, &c);
    CHECK_ERR(own_request_wanted(w.o, &w.s, eve_is, &chat), OK);
    CHECK(chat == 0);
    CHECK_ERR(own_request_wanted(w.o, &w.s, ben_is, &chat), OK);
    CHECK(chat == c.id && row(chat).state == STORE_CHAT_OPEN && person(ben_is).contact == 1);
    CHECK(requests() == 0 && w.out.requests && w.s.durable);
    end();
    begin();
    (void)request(STORE_CHAT_PAIR, &c);
    CHECK_ERR(own_request_decline(w.o, &w.s, &c, ben.id), OK);
    CHECK_ERR(own_request_wanted(w.o, &w.s, ben_is, &chat), OK);
    CHECK(chat == c.id && row(chat).state == STORE_CHAT_OPEN);
    end();
}

TEST(in_a_room_without_a_person_nobody_is_settled)
{
    begin();
    struct store_chat c = room(STORE_CHAT_PAIR, STORE_CHAT_REQUEST);
    CHECK_ERR(own_request_come_in(w.o, &w.s, &c, 0), OK);
    CHECK(row(c.id).state == STORE_CHAT_OPEN && person(ben_is).chat == 0 &&
          person(ben_is).contact == 0);
    end();
}

/* ---- rooms of one pair ----------------------------------------------------------------------- */

static void both_said(int64_t chat)
{
    struct store_leaf leaf;
    for (int i = 0; i < 2; i++) {
        CHECK_ERR(store_leaf_ensure(w.store, chat, own_world_key((uint8_t)(i + 1)), 0,
                                    i == 0 ? STORE_PERSON_ME : ben_is, &leaf),
                  OK);
        CHECK_ERR(store_leaf_set_next(w.store, leaf.id, 1), OK);
    }
}

static void settle(const struct store_chat *c)
{
    CHECK_ERR(own_pair_settle(w.o, &w.s, c, ben_is), OK);
}

TEST(two_rooms_of_a_pair_are_shown_as_one)
{
    begin();
    struct store_chat first = room(STORE_CHAT_PAIR, STORE_CHAT_WAITING),
                      second = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    settle(&first);
    CHECK(person(ben_is).chat == first.id && person(ben_is).contact == 1 &&
          row(first.id).alias_of == 0);
    settle(&first); /* the same once more */
    CHECK(person(ben_is).chat == first.id && row(first.id).alias_of == 0);
    settle(&second);
    CHECK(person(ben_is).chat == first.id && row(second.id).alias_of == first.id);
    CHECK(row(first.id).state == STORE_CHAT_OPEN); /* they have answered */
    end();
}

TEST(a_room_that_is_over_is_succeeded)
{
    begin();
    struct store_chat first = room(STORE_CHAT_PAIR, STORE_CHAT_LEFT),
                      second = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    settle(&first);
    settle(&second);
    CHECK(person(ben_is).chat == second.id && row(second.id).alias_of == 0 &&
          row(first.id).alias_of == second.id);
    end();
}

TEST(words_go_to_the_lowest_room_where_both_gave_a_sign)
{
    begin();
    struct store_chat low = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN),
                      mid = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN),
                      high = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    settle(&high);
    settle(&low);
    settle(&mid);
    CHECK(person(ben_is).chat == high.id); /* where they went, as long as there is none */
    both_said(mid.id);
    CHECK_ERR(own_pair_choose(w.o, &w.s, ben_is), OK);
    CHECK(person(ben_is).chat == mid.id && row(mid.id).alias_of == 0 &&
          row(high.id).alias_of == mid.id);
    both_said(high.id);
    CHECK_ERR(own_pair_choose(w.o, &w.s, ben_is), OK);
    CHECK(person(ben_is).chat == mid.id);
    both_said(low.id);
    struct store_chat c = row(low.id);
    CHECK_ERR(own_pair_heard(w.o, &w.s, &c), OK); /* as soon as something is said there */
    CHECK(person(ben_is).chat == low.id);
    CHECK_ERR(own_pair_choose(w.o, &w.s, 999), ERR_GONE);
    end();
}

TEST(only_a_pair_with_several_rooms_is_chosen_anew)
{
    begin();
    struct store_chat c = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN),
                      group = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
    settle(&c);
    both_said(c.id);
    w.s.dirty = false;
    CHECK_ERR(own_pair_heard(w.o, &w.s, &c), OK);
    group.person = ben_is;
    CHECK_ERR(own_pair_heard(w.o, &w.s, &group), OK);
    c.person = 999; /* nobody: would be an error if it were looked at */
    c.type = STORE_CHAT_GROUP;
    CHECK_ERR(own_pair_heard(w.o, &w.s, &c), OK);
    CHECK(person(ben_is).chat == c.id && !w.s.dirty);
    end();
}

/* ---- rooms beside a chat --------------------------------------------------------------------- */

TEST(where_we_are_or_were_asked_we_are_in)
{
    static const struct {
        enum store_chat_state state;
        bool in;
    } rows[] = {{STORE_CHAT_OPEN, true},    {STORE_CHAT_WAITING, true},  {STORE_CHAT_LEFT, false},
                {STORE_CHAT_BLOCKED, true}, {STORE_CHAT_JOINING, true},  {STORE_CHAT_REQUEST, true},
                {STORE_CHAT_LEAVING, true}, {STORE_CHAT_DECLINED, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store_chat c = {.state = (int)rows[i].state};
        CHECK(own_request_in_it(&c) == rows[i].in);
    }
}

static struct store_aside aside(int64_t chat)
{
    struct store_aside a;
    CHECK_ERR(store_aside_get(w.store, chat, &a), OK);
    return a;
}

static void beside(const struct store_chat *old, int64_t chat, bool successor)
{
    CHECK_ERR(own_request_beside(w.o, &w.s, old, chat, ben_is, successor), OK);
}

TEST(beside_a_chat_the_last_room_is_kept)
{
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      first = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      second = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
    effects_init(&w.out, &w.arena);
    beside(&old, first.id, false);
    CHECK(aside(old.id).chat == first.id && aside(old.id).by == ben_is &&
          !aside(old.id).successor && row(first.id).state == STORE_CHAT_DECLINED);
    CHECK(w.out.chats.n > 0);
    beside(&old, second.id, true);
    CHECK(is_gone(first.id) && aside(old.id).chat == second.id && aside(old.id).successor);
    end();
}

/* Both sides of a chat of two made one anew: both are kept, a few of them. */
TEST(beside_a_chat_of_two_both_successors_are_kept)
{
    struct store_chat made[5];
    begin();
    struct store_chat old = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    for (int i = 0; i < 5; i++) {
        made[i] = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
        beside(&old, made[i].id, true);
        CHECK(aside(old.id).chat == made[i].id);
    }
    CHECK(!is_gone(made[0].id) && !is_gone(made[2].id) && is_gone(made[3].id));
    end();
}

TEST(of_each_person_it_is_told_once_a_day)
{
    begin();
    struct store_chat c = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
    for (int i = 0; i < 2; i++) {
        CHECK_ERR(own_request_beside_told(&w.s, &c, ABI_NOTICE_OTHER_ROOM, ben_is), OK);
        CHECK(notices(ABI_NOTICE_OTHER_ROOM) == 1);
    }
    CHECK_ERR(own_request_beside_told(&w.s, &c, ABI_NOTICE_OTHER_ROOM, eve_is), OK);
    CHECK_ERR(own_request_beside_told(&w.s, &c, ABI_NOTICE_NEW_ROOM, ben_is), OK);
    CHECK(notices(ABI_NOTICE_OTHER_ROOM) == 2 && notices(ABI_NOTICE_NEW_ROOM) == 1);
    w.s.now_ms += (uint64_t)OWN_OTHER_ROOM_MS - 1;
    CHECK_ERR(own_request_beside_told(&w.s, &c, ABI_NOTICE_OTHER_ROOM, ben_is), OK);
    CHECK(notices(ABI_NOTICE_OTHER_ROOM) == 2);
    w.s.now_ms++;
    CHECK_ERR(own_request_beside_told(&w.s, &c, ABI_NOTICE_OTHER_ROOM, ben_is), OK);
    CHECK(notices(ABI_NOTICE_OTHER_ROOM) == 3);
    end();
}

/* ---- a room in the place of another ---------------------------------------------------------- */

/* The room of old says where it goes on. */
static void name_next(const struct store_chat *old, const uint8_t next[16])
{
    struct mls_group *g = NULL;
    struct own_room r;
    struct mls_commit c;
    CHECK_ERR(own_group(w.o, &w.s, old->id, &g), OK);
    CHECK_ERR(own_room_of(&w.arena, g, &r), OK);
    r.has_next = true;
    memcpy(r.next, next, sizeof r.next);
    struct mls_proposal p = own_world_rewrite(&w, &r);
    struct mls_commit_params params = {.proposals = &p, .proposal_count = 1};
    CHECK_ERR(mls_group_commit(g, &w.arena, &params, &c), OK);
    CHECK_ERR(mls_group_merge(g, &w.arena, NULL), OK);
}

/* c was made by this account in the place of old. */
static bool succeeds(struct store_chat *c, const struct store_chat *old,
                     const struct own_world_account *by)
{
    struct own_admit_tree t;
    bool done = false;
    memset(&t, 0, sizeof t);
    t.room.has_replaces = true;
    memcpy(t.room.replaces, old->room, sizeof t.room.replaces);
    memcpy(t.signer, by->id, sizeof t.signer);
    CHECK_ERR(own_request_succeed(w.o, &w.s, c, &t, ben_is, &done), OK);
    return done;
}

TEST(a_room_that_replaces_one_waits_for_the_person)
{
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_REQUEST);
    CHECK(succeeds(&c, &old, &ben));
    CHECK(aside(old.id).chat == c.id && aside(old.id).successor &&
          row(c.id).state == STORE_CHAT_DECLINED && row(old.id).alias_of == 0);
    CHECK(notices(ABI_NOTICE_NEW_ROOM) == 1);
    end();
}

TEST(where_the_old_room_names_it_nobody_is_asked)
{
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_REQUEST),
                      other = room(STORE_CHAT_GROUP, STORE_CHAT_REQUEST);
    name_next(&old, c.room);
    CHECK(succeeds(&other, &old, &ben));
    CHECK(row(other.id).state == STORE_CHAT_DECLINED && row(old.id).alias_of == 0);
    CHECK(succeeds(&c, &old, &ben));
    CHECK(row(c.id).state == STORE_CHAT_OPEN && row(old.id).alias_of == c.id);
    end();
}

TEST(what_replaces_nothing_of_ours_is_decided_as_any_other)
{
    struct own_admit_tree t;
    bool done = true;
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_REQUEST),
                      pair = room(STORE_CHAT_PAIR, STORE_CHAT_REQUEST);
    memset(&t, 0, sizeof t);
    memcpy(t.signer, ben.id, sizeof t.signer);
    CHECK_ERR(own_request_succeed(w.o, &w.s, &c, &t, 0, &done), OK);
    CHECK(!done);                     /* it says that it replaces none      */
    CHECK(!succeeds(&c, &old, &eve)); /* who never sat there                */
    CHECK(!succeeds(&c, &c, &ben));   /* itself                             */
    struct store_chat two = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    CHECK(!succeeds(&pair, &old, &ben)); /* of another type                    */
    CHECK(!succeeds(&c, &two, &ben));
    CHECK_ERR(store_member_put(w.store, old.id, ben_is, 0), OK);
    CHECK(!succeeds(&c, &old, &ben)); /* who may not add there              */
    CHECK_ERR(store_member_put(w.store, old.id, ben_is, ABI_ROLE_ADMIN), OK);
    CHECK_ERR(store_chat_set_state(w.store, old.id, STORE_CHAT_LEFT), OK);
    CHECK(!succeeds(&c, &old, &ben)); /* we are in it no more               */
    CHECK_ERR(store_chat_set_state(w.store, old.id, STORE_CHAT_OPEN), OK);
    struct store_chat elsewhere = old;
    elsewhere.room[5] ^= 1;
    CHECK(!succeeds(&c, &elsewhere, &ben)); /* a room that is not here            */
    struct store_chat with_eve = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    CHECK_ERR(
        store_sql_run(w.store, "UPDATE chat SET person=? WHERE id=?", "ii", eve_is, with_eve.id),
        OK);
    CHECK(!succeeds(&pair, &with_eve, &ben)); /* with somebody else                 */
    CHECK(aside(old.id).chat == 0 && succeeds(&c, &old, &ben));
    end();
}

TEST(who_waits_beside_follows_when_the_old_room_says_so)
{
    bool went = true;
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_REQUEST);
    CHECK_ERR(own_request_follow(w.o, &w.s, &old, &went), OK);
    CHECK(!went);
    beside(&old, c.id, false); /* it bore its name: the person is asked */
    name_next(&old, c.room);
    old = row(old.id);
    CHECK_ERR(own_request_follow(w.o, &w.s, &old, &went), OK);
    CHECK(!went);
    own_world_sql(&w, "UPDATE chat SET aside=0");
    beside(&old, c.id, true);
    old = row(old.id);
    CHECK_ERR(own_request_follow(w.o, &w.s, &old, &went), OK);
    CHECK(went && row(c.id).state == STORE_CHAT_OPEN && row(old.id).alias_of == c.id &&
          aside(old.id).chat == 0);
    end();
}

TEST(a_tap_follows_into_the_successor_and_the_old_room_says_so)
{
    int64_t taken = 0;
    bool wished = false;
    begin();
    struct store_chat old = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_PAIR, STORE_CHAT_OPEN);
    settle(&old);
    CHECK_ERR(own_request_aside(w.o, &w.s, old.id, &taken), ERR_GONE);
    CHECK_ERR(own_request_aside(w.o, &w.s, 999, &taken), ERR_GONE);
    beside(&old, c.id, true);
    CHECK_ERR(own_request_aside(w.o, &w.s, old.id, &taken), OK);
    CHECK(taken == c.id && row(c.id).state == STORE_CHAT_OPEN && row(c.id).person == ben_is &&
          row(old.id).alias_of == c.id && aside(old.id).chat == 0);
    CHECK(person(ben_is).chat == c.id);
    CHECK_ERR(store_own_wish_has(w.store, old.id, OWN_WISH_ROOM, &wished), OK);
    CHECK(wished);
    end();
}

/* Nothing is said in a room that is stopped, or where others decide. */
TEST(an_old_room_that_we_cannot_change_says_nothing)
{
    static const char *const why[] = {"UPDATE chat SET note=1", "UPDATE chat SET role=0",
                                      "UPDATE chat SET hold=4"};
    CHECK(STORE_HOLD_STOPPED == 4);
    for (size_t i = 0; i < 3; i++) {
        int64_t taken = 0;
        bool wished = true;
        begin();
        struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                          c = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
        beside(&old, c.id, true);
        own_world_sql(&w, why[i]);
        CHECK_ERR(own_request_aside(w.o, &w.s, old.id, &taken), OK);
        CHECK_ERR(store_own_wish_has(w.store, old.id, OWN_WISH_ROOM, &wished), OK);
        CHECK(taken == c.id && !wished);
        end();
    }
}

TEST(a_room_that_bore_the_name_becomes_a_new_one)
{
    int64_t taken = 0;
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
    beside(&old, c.id, false);
    own_world_sql(&w, "DELETE FROM floor"); /* we have not been in it yet */
    CHECK_ERR(own_request_aside(w.o, &w.s, old.id, &taken), OK);
    CHECK(taken == c.id && row(c.id).state == STORE_CHAT_OPEN);
    CHECK(memcmp(row(c.id).room, old.room, sizeof old.room) == 0);
    CHECK(row(old.id).state == STORE_CHAT_LEFT && row(old.id).aside == 0 &&
          memcmp(row(old.id).room, old.room, sizeof old.room) != 0);
    end();
}

TEST(what_is_not_above_what_we_were_in_goes_and_that_is_said)
{
    int64_t taken = 99;
    begin();
    struct store_chat old = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN),
                      c = room(STORE_CHAT_GROUP, STORE_CHAT_OPEN);
    beside(&old, c.id, false);
    CHECK_ERR(own_request_aside(w.o, &w.s, old.id, &taken), OK);
    CHECK(taken == 0 && is_gone(c.id) && aside(old.id).chat == 0 &&
          row(old.id).state == STORE_CHAT_OPEN);
    CHECK(notices(ABI_NOTICE_OLD_ROOM) == 1);
    end();
}

TEST_MAIN(TEST_ROW(the_person_is_asked_by_whom_and_by_which_link),
          TEST_ROW(a_yes_to_a_person_opens_the_chat_and_says_who_we_are),
          TEST_ROW(a_yes_to_a_group_opens_it_and_makes_nobody_a_contact),
          TEST_ROW(a_no_keeps_a_chat_of_two_and_drops_a_group),
          TEST_ROW(of_declined_chats_the_last_one_of_each_person_is_kept),
          TEST_ROW(whom_we_want_is_found_in_what_they_asked_or_we_declined),
          TEST_ROW(in_a_room_without_a_person_nobody_is_settled),
          TEST_ROW(two_rooms_of_a_pair_are_shown_as_one),
          TEST_ROW(a_room_that_is_over_is_succeeded),
          TEST_ROW(words_go_to_the_lowest_room_where_both_gave_a_sign),
          TEST_ROW(only_a_pair_with_several_rooms_is_chosen_anew),
          TEST_ROW(where_we_are_or_were_asked_we_are_in),
          TEST_ROW(beside_a_chat_the_last_room_is_kept),
          TEST_ROW(beside_a_chat_of_two_both_successors_are_kept),
          TEST_ROW(of_each_person_it_is_told_once_a_day),
          TEST_ROW(a_room_that_replaces_one_waits_for_the_person),
          TEST_ROW(where_the_old_room_names_it_nobody_is_asked),
          TEST_ROW(what_replaces_nothing_of_ours_is_decided_as_any_other),
          TEST_ROW(who_waits_beside_follows_when_the_old_room_says_so),
          TEST_ROW(a_tap_follows_into_the_successor_and_the_old_room_says_so),
          TEST_ROW(an_old_room_that_we_cannot_change_says_nothing),
          TEST_ROW(a_room_that_bore_the_name_becomes_a_new_one),
          TEST_ROW(what_is_not_above_what_we_were_in_goes_and_that_is_said))
