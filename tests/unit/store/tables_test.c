/* Tables of what is said: bounds of lists, and what replaces what. */
#include <string.h>

#include "check.h"
#include "scratch.h"
#include "schema/gen/abi.h"
#include "store/account.h"
#include "store/chat.h"
#include "store/hole.h"
#include "store/member.h"
#include "store/message.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/own_setting.h"
#include "store/people.h"
#include "store/reaction.h"
#include "store/receipt.h"
#include "store/setting.h"
#include "store/store.h"
#include "store/unread.h"

static const uint8_t key[32] = {9};
static const uint8_t mid[32] = {1}, own[32] = {2}, later[32] = {3};

struct world {
    struct store *s;
    struct arena a;
    int64_t chat, other;
};

static struct world begin(void)
{
    struct world w;
    struct store_chat c;
    int64_t me = 0;
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    c.type = STORE_CHAT_GROUP;
    c.cursor = -1;
    scratch_begin();
    arena_init(&w.a, 0);
    CHECK_ERR(store_open(&w.s, key, "main", 0), OK);
    CHECK_ERR(store_person_ensure(w.s, key, &me), OK);
    CHECK_ERR(store_person_ensure(w.s, mid, &w.other), OK);
    CHECK_ERR(store_chat_add(w.s, &c), OK);
    w.chat = c.id;
    CHECK_ERR(store_member_put(w.s, w.chat, me, 1), OK);
    CHECK_ERR(store_member_put(w.s, w.chat, w.other, 0), OK);
    return w;
}

static void end(struct world *w)
{
    arena_wipe(&w->a);
    store_close(w->s);
    scratch_end();
}

static int64_t say(struct world *w, uint8_t mark, int64_t sender, int64_t place)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    memset(m.mid, mark, sizeof m.mid);
    m.chat = w->chat;
    m.sender = sender;
    m.mine = sender == STORE_PERSON_ME;
    m.place = place;
    m.at_ms = mark;
    m.text = SLICE_LITERAL("words");
    CHECK_ERR(store_message_add(w->s, &m), OK);
    return m.id;
}

TEST(a_reaction_stays_where_an_earlier_one_comes_late)
{
    struct world w = begin();
    struct store_reaction r;
    struct store_reaction_kind *kinds = NULL;
    struct slice had;
    size_t n = 0;
    bool taken = true;
    memset(&r, 0, sizeof r);
    r.chat = w.chat;
    r.person = w.other;
    r.place = 5;
    r.emoji = SLICE_LITERAL("!");
    memcpy(r.mid, mid, sizeof r.mid);
    memcpy(r.own, own, sizeof r.own);
    CHECK_ERR(store_reaction_list(w.s, &w.a, w.chat, mid, &kinds, &n), OK);
    CHECK(kinds == NULL && n == 0);
    CHECK_ERR(store_reaction_take(w.s, &r), OK);
    r.place = 4;
    r.emoji = SLICE_LITERAL("?");
    memcpy(r.own, later, sizeof r.own);
    CHECK_ERR(store_reaction_take(w.s, &r), OK);
    CHECK_ERR(store_reaction_of(w.s, &w.a, w.chat, mid, w.other, &had), OK);
    CHECK_BYTES(had, SLICE_ARRAY(own));
    CHECK_ERR(store_reaction_take_back(w.s, w.chat, w.other, later, &taken), OK);
    CHECK(!taken);
    r.place = 5;
    CHECK_ERR(store_reaction_take(w.s, &r), OK);
    CHECK_ERR(store_reaction_list(w.s, &w.a, w.chat, mid, &kinds, &n), OK);
    CHECK(n == 1 && kinds[0].count == 1 && !kinds[0].mine && kinds[0].who == w.other);
    CHECK_BYTES(kinds[0].emoji, SLICE_LITERAL("?"));
    CHECK_ERR(store_reaction_take_back(w.s, w.chat, w.other, later, &taken), OK);
    CHECK(taken);
    CHECK_ERR(store_reaction_of(w.s, &w.a, w.chat, mid, w.other, &had), ERR_GONE);
    end(&w);
}

static int64_t reactions(struct world *w, int64_t chat)
{
    int64_t n = 0;
    CHECK_ERR(store_sql_get_int(w->s, &n, "SELECT count(*) FROM reaction WHERE chat=?", "i", chat),
              OK);
    return n;
}

TEST(a_person_has_one_reaction_whatever_way_a_second_comes)
{
    struct world w = begin();
    struct store_reaction r;
    struct store_reaction moved;
    struct slice had;
    memset(&r, 0, sizeof r);
    r.chat = w.chat;
    r.person = w.other;
    r.place = 5;
    r.emoji = SLICE_LITERAL("!");
    memcpy(r.mid, mid, sizeof r.mid);
    memcpy(r.own, later, sizeof r.own);
    CHECK_ERR(store_reaction_set(w.s, &r), OK);
    r.place = 4;
    r.emoji = SLICE_LITERAL("?");
    memcpy(r.own, own, sizeof r.own);
    CHECK_ERR(store_reaction_set(w.s, &r), OK); /* said here: whatever its place */
    moved = r;
    moved.place = 9;
    moved.emoji = SLICE_LITERAL("#");
    memcpy(moved.own, later, sizeof moved.own);
    CHECK_ERR(store_reaction_bring(w.s, &moved), OK);
    CHECK(reactions(&w, w.chat) == 1); /* what is here stays before what an older device had */
    r.chat = w.chat + 1;
    r.emoji = SLICE_LITERAL("+");
    memcpy(r.own, later, sizeof r.own);
    CHECK_ERR(store_reaction_set(w.s, &r), OK);
    r.person = STORE_PERSON_ME;
    CHECK_ERR(store_reaction_set(w.s, &r), OK);
    CHECK_ERR(store_sql_run(w.s, "INSERT INTO chat(id,room,type,state) VALUES(?,x'02',1,0)", "i",
                            w.chat + 1),
              OK);
    CHECK_ERR(store_chat_move(w.s, &w.a, w.chat + 1, w.chat), OK);
    CHECK(reactions(&w, w.chat) == 2 && reactions(&w, w.chat + 1) == 1);
    CHECK_ERR(store_reaction_of(w.s, &w.a, w.chat, mid, w.other, &had), OK);
    CHECK_BYTES(had, SLICE_ARRAY(own));
    end(&w);
}

TEST(what_stands_behind_the_message_read_stays_unread)
{
    struct world w = begin();
    struct store_chat c;
    int64_t first = say(&w, 1, w.other, 10), second = say(&w, 2, w.other, 20);
    CHECK_ERR(store_unread_add(w.s, w.chat, first, true, 0), OK);
    CHECK_ERR(store_unread_add(w.s, w.chat, second, false, 0), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.unread == 2 && c.mentioned == 1 && c.first_unread == first);
    CHECK_ERR(store_unread_read(w.s, w.chat, 10, first, mid, true), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.unread == 1 && c.mentioned == 1 && c.first_unread == first);
    CHECK_ERR(store_unread_read_there(w.s, w.chat, 20, second), OK);
    CHECK_ERR(store_chat_get(w.s, &w.a, w.chat, &c), OK);
    CHECK(c.unread == 0 && c.mentioned == 0 && c.first_unread == 0);
    end(&w);
}

TEST(a_receipt_only_goes_on_and_too_many_members_are_said)
{
    struct world w = begin();
    struct store_receipt_member of[1];
    struct store_receipt r = {0, 7, SLICE_EMPTY};
    int64_t third = 0;
    size_t n = 0;
    CHECK_ERR(store_receipt_put(w.s, STORE_RECEIPT_GOT, 1, w.other, &r), OK);
    r.upto = 6;
    CHECK_ERR(store_receipt_put(w.s, STORE_RECEIPT_GOT, 1, w.other, &r), OK);
    CHECK_ERR(store_receipt_put(w.s, STORE_RECEIPT_READ, 1, w.other, &r), OK);
    CHECK_ERR(store_receipt_members(w.s, &w.a, w.chat, 1, of, 1, &n), OK);
    CHECK(n == 1 && of[0].said && of[0].got.upto == 7 && of[0].read.upto == 6);
    CHECK_ERR(store_receipt_members(w.s, &w.a, w.chat, 2, of, 1, &n), OK);
    CHECK(n == 1 && !of[0].said);
    CHECK_ERR(store_person_ensure(w.s, later, &third), OK);
    CHECK_ERR(store_member_put(w.s, w.chat, third, 0), OK);
    CHECK_ERR(store_receipt_members(w.s, &w.a, w.chat, 1, of, 1, &n), ERR_LIMIT);
    end(&w);
}

TEST(members_that_are_not_put_again_have_gone)
{
    struct world w = begin();
    int64_t n = 0;
    int role = 9;
    bool has = false;
    CHECK_ERR(store_member_begin(w.s, w.chat), OK);
    CHECK_ERR(store_member_put(w.s, w.chat, STORE_PERSON_ME, 1), OK);
    CHECK_ERR(store_member_end(w.s, w.chat), OK);
    CHECK_ERR(store_member_count(w.s, w.chat, &n), OK);
    CHECK(n == 1);
    CHECK_ERR(store_member_has(w.s, w.chat, w.other, &has), OK);
    CHECK(!has);
    CHECK_ERR(store_member_role(w.s, w.chat, w.other, &role), ERR_GONE);
    CHECK_ERR(store_member_last_role(w.s, w.chat, w.other, &role), OK);
    CHECK(role == 0);
    CHECK_ERR(store_member_has_account(w.s, w.chat, key, 1, &has), OK);
    CHECK(has);
    end(&w);
}

TEST(a_hole_is_due_in_its_time_unless_its_author_is_blocked)
{
    struct world w = begin();
    struct store_leaf leaf, none;
    struct store_hole h;
    int64_t ids[1], chat = 0;
    size_t n = 0;
    bool asked = true;
    memset(&h, 0, sizeof h);
    CHECK_ERR(store_leaf_ensure(w.s, w.chat, own, 1, w.other, &leaf), OK);
    CHECK_ERR(store_leaf_find(w.s, w.chat, own, 1, STORE_PERSON_ME, &none), ERR_GONE);
    h.leaf = leaf.id;
    h.last = 1;
    h.at_ms = 100;
    CHECK_ERR(store_hole_add(w.s, w.chat, &h), OK);
    h.first = h.last = 3;
    CHECK_ERR(store_hole_add(w.s, w.chat, &h), OK);
    CHECK_ERR(store_hole_due(w.s, w.chat, 99, ids, 1, &n), OK);
    CHECK(n == 0);
    CHECK_ERR(store_hole_due_chat(w.s, 100, &chat), OK);
    CHECK(chat == w.chat);
    CHECK_ERR(store_hole_due(w.s, w.chat, 100, ids, 1, &n), OK);
    CHECK(n == 1);
    CHECK_ERR(store_hole_get(w.s, &w.a, ids[0], &h), OK);
    CHECK(h.first == 0 && h.last == 1);
    CHECK_ERR(store_hole_set_message(w.s, ids[0], 77), OK);
    CHECK_ERR(store_hole_is_asked(w.s, 77, &asked), OK);
    CHECK(!asked);
    CHECK_ERR(store_hole_ask(w.s, ids[0], SLICE_ARRAY(key), 5), OK);
    CHECK_ERR(store_hole_is_asked(w.s, 77, &asked), OK);
    CHECK(asked);
    CHECK_ERR(store_person_set_blocked(w.s, w.other, true), OK);
    CHECK_ERR(store_hole_due(w.s, w.chat, 100, ids, 1, &n), OK);
    CHECK(n == 0);
    end(&w);
}

TEST(what_another_device_says_of_verified_clears_no_alarm)
{
    struct world w = begin();
    struct store_person p;
    CHECK_ERR(store_person_set_fork(w.s, w.other, true), OK);
    CHECK_ERR(store_person_verify_too(w.s, w.other, SLICE_ARRAY(mid), SLICE_ARRAY(own), 5), OK);
    CHECK_ERR(store_person_get(w.s, &w.a, w.other, &p), OK);
    CHECK(p.verified == ABI_VERIFIED_KNOWN && p.fork);
    CHECK_ERR(store_person_verify(w.s, w.other, SLICE_ARRAY(mid), SLICE_ARRAY(own), 5), OK);
    CHECK_ERR(store_person_get(w.s, &w.a, w.other, &p), OK);
    CHECK(p.verified == ABI_VERIFIED_NOW && !p.fork);
    CHECK_ERR(store_person_unverify_too(w.s, w.other), OK);
    CHECK_ERR(store_person_get(w.s, &w.a, w.other, &p), OK);
    CHECK(p.verified == ABI_VERIFIED_KNOWN);
    end(&w);
}

TEST(lists_end_at_their_bound)
{
    struct world w = begin();
    struct store_message m;
    struct store_message_place over[1];
    struct store_setting_choice choices[1];
    int64_t ids[1], place = 0;
    size_t n = 0;
    int64_t first = say(&w, 1, STORE_PERSON_ME, 10), second = say(&w, 2, STORE_PERSON_ME, 20);
    CHECK_ERR(store_message_set_starred(w.s, first, true), OK);
    CHECK_ERR(store_message_set_starred(w.s, second, true), OK);
    CHECK_ERR(store_message_starred(w.s, 0, ids, 1, &n), OK);
    CHECK(n == 1 && ids[0] == second);
    CHECK_ERR(store_message_starred(w.s, second, ids, 1, &n), OK);
    CHECK(n == 1 && ids[0] == first);
    say(&w, 3, STORE_PERSON_ME, STORE_PLACE_PENDING);
    CHECK_ERR(store_message_end(w.s, w.chat, &place), OK);
    CHECK(place == 20);
    CHECK_ERR(store_message_get(w.s, &w.a, second, &m), OK);
    CHECK_ERR(store_message_start_timers(w.s, &m, 1), OK);
    CHECK_ERR(store_message_expired(w.s, 1000, over, 1, &n), OK);
    CHECK(n == 0); /* they have none */
    CHECK_ERR(store_setting_put(w.s, STORE_SETTING_CHOICE "one", SLICE_LITERAL("1")), OK);
    CHECK_ERR(store_setting_put(w.s, STORE_SETTING_CHOICE "two", SLICE_LITERAL("2")), OK);
    CHECK_ERR(store_setting_put(w.s, "three", SLICE_LITERAL("3")), OK);
    CHECK_ERR(store_own_setting_put(w.s, STORE_SETTING_CHOICE "one", SLICE_LITERAL("4")), OK);
    CHECK_ERR(store_setting_choices(w.s, &w.a, choices, 1, &n), OK);
    CHECK(n == 1);
    CHECK_BYTES(choices[0].key, SLICE_LITERAL("one"));
    CHECK_BYTES(choices[0].value, SLICE_LITERAL("1")); /* not the account's */
    end(&w);
}

TEST_MAIN(TEST_ROW(a_reaction_stays_where_an_earlier_one_comes_late),
          TEST_ROW(a_person_has_one_reaction_whatever_way_a_second_comes),
          TEST_ROW(what_stands_behind_the_message_read_stays_unread),
          TEST_ROW(a_receipt_only_goes_on_and_too_many_members_are_said),
          TEST_ROW(members_that_are_not_put_again_have_gone),
          TEST_ROW(a_hole_is_due_in_its_time_unless_its_author_is_blocked),
          TEST_ROW(what_another_device_says_of_verified_clears_no_alarm),
          TEST_ROW(lists_end_at_their_bound))
