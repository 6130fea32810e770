/* Rows of a timeline: how they come, what becomes of them, what the page is told (timeline.h). */
#include "engine/timeline.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/order.h"
#include "store/people.h"

#define OTHER 7

static struct own_world w;
static int64_t chat;

static void begin(void)
{
    own_world_begin(&w);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
}

static void end(void)
{
    own_world_end(&w);
}

static struct store_message said(int64_t sender, uint8_t key)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = chat;
    m.sender = sender;
    m.mine = sender == STORE_PERSON_ME;
    m.at_ms = 5;
    m.state = STORE_STATE_SENT;
    m.text = SLICE_LITERAL("as it was said");
    memset(m.mid, key, sizeof m.mid);
    return m;
}

static int64_t add(int64_t sender, uint8_t key)
{
    struct store_message m = said(sender, key);
    CHECK_ERR(timeline_add(&w.s, &m), OK);
    return m.id;
}

static struct store_message got(int64_t id)
{
    struct store_message m;
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), OK);
    return m;
}

static void forget(void)
{
    effects_init(&w.out, &w.arena);
}

static bool told_chat(void)
{
    return w.out.chats.n == 1 && w.out.chats.v[0].id == chat;
}

static bool told_message(int64_t id, bool fresh, bool gone)
{
    const struct effect_marks *m = &w.out.messages;
    return m->n == 1 && m->v[0].id == id && m->v[0].fresh == fresh && m->v[0].gone == gone;
}

TEST(what_others_say_makes_the_chat_unread_and_lists_it_again)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET hidden=1,archived=1");
    struct store_message m = said(OTHER, 1);
    m.mentions_me = true;
    CHECK_ERR(timeline_add(&w.s, &m), OK);
    CHECK(told_chat() && told_message(m.id, true, false));
    CHECK(own_world_row(&w, chat).unread == 1 && own_world_row(&w, chat).mentioned == 1 &&
          own_world_row(&w, chat).first_unread == m.id);
    CHECK(!own_world_row(&w, chat).hidden && own_world_row(&w, chat).archived == 0 &&
          own_world_row(&w, chat).last_message == m.id);
    int64_t second = add(OTHER, 2);
    CHECK(own_world_row(&w, chat).unread == 2 && own_world_row(&w, chat).first_unread == m.id &&
          own_world_row(&w, chat).last_message == second);
    end();
}

TEST(what_i_say_on_another_device_lists_the_chat_and_is_not_unread)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET hidden=1,archived=1");
    int64_t id = add(STORE_PERSON_ME, 1);
    CHECK(own_world_row(&w, chat).unread == 0 && own_world_row(&w, chat).first_unread == 0 &&
          !own_world_row(&w, chat).hidden);
    CHECK(own_world_row(&w, chat).archived == 1 && own_world_row(&w, chat).last_message == id);
    end();
}

TEST(a_muted_chat_stays_archived)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET archived=1,muted_until=9000000000000");
    add(OTHER, 1);
    CHECK(own_world_row(&w, chat).archived == 1 && own_world_row(&w, chat).unread == 1);
    end();
}

TEST(a_row_that_came_with_the_history_gets_its_place_and_is_told_once)
{
    begin();
    struct store_message m = said(OTHER, 1);
    m.place = STORE_PLACE_PENDING;
    CHECK_ERR(timeline_bring(&w.s, &m), OK);
    CHECK(w.out.messages.n == 0 && w.out.chats.n == 0);
    CHECK_ERR(timeline_moved(&w.s, chat), OK);
    CHECK(told_chat() && own_world_row(&w, chat).last_message == m.id);
    forget();
    struct store_message again = said(OTHER, 1);
    again.place = 300;
    again.server_ms = 9;
    CHECK_ERR(timeline_add(&w.s, &again), OK);
    CHECK(again.id == 0 && got(m.id).place == 300 && got(m.id).server_ms == 9);
    CHECK(w.out.messages.n == 0 && own_world_row(&w, chat).unread == 0);
    CHECK_ERR(timeline_put(&w.s, &again), ERR_STATE_REPLAY);
    CHECK_ERR(timeline_bring(&w.s, &again), ERR_STATE_REPLAY);
    CHECK_ERR(timeline_gap(&w.s, &again), ERR_STATE_REPLAY);
    CHECK(w.out.messages.n == 0 && got(m.id).place == 300);
    end();
}

TEST(what_i_say_here_is_mine_stands_last_and_waits)
{
    begin();
    struct store_message m = said(OTHER, 1);
    m.at_ms = 0;
    CHECK_ERR(timeline_say(&w.s, &m), OK);
    CHECK(told_chat() && told_message(m.id, true, false));
    const struct store_message g = got(m.id);
    CHECK(g.sender == STORE_PERSON_ME && g.state == STORE_STATE_QUEUED);
    CHECK(g.at_ms == (int64_t)OWN_WORLD_NOW_MS && g.said_ms == g.at_ms);
    CHECK(g.place == STORE_PLACE_PENDING && own_world_row(&w, chat).last_message == m.id &&
          own_world_row(&w, chat).unread == 0);
    end();
}

TEST(what_is_answered_stands_in_the_same_chat)
{
    begin();
    int64_t first = add(OTHER, 1);
    struct store_message m = said(STORE_PERSON_ME, 2), f = got(first);
    CHECK_ERR(timeline_answers(&w.s, &m, 0), OK);
    CHECK(!m.has_reply);
    CHECK_ERR(timeline_answers(&w.s, &m, first + 1), ERR_GONE);
    CHECK_ERR(timeline_answers(&w.s, &m, first), OK);
    CHECK(m.has_reply);
    CHECK_BYTES(SLICE_ARRAY(m.reply), SLICE_ARRAY(f.mid));
    struct store_message other = said(STORE_PERSON_ME, 3);
    other.chat = chat + 1;
    CHECK_ERR(timeline_answers(&w.s, &other, first), ERR_GONE);
    CHECK(!other.has_reply);
    end();
}

TEST(a_gap_is_told_and_is_not_the_newest)
{
    begin();
    int64_t id = add(OTHER, 1);
    forget();
    struct store_message m = said(OTHER, 2);
    m.type = STORE_MESSAGE_MISSING;
    CHECK_ERR(timeline_gap(&w.s, &m), OK);
    CHECK(told_chat() && told_message(m.id, true, false) &&
          own_world_row(&w, chat).last_message == id);
    CHECK(own_world_row(&w, chat).unread == 1 && got(m.id).state == STORE_STATE_SENT);
    end();
}

TEST(a_notice_says_whose_doing_it_was_if_that_is_known)
{
    begin();
    struct timeline_notice n = {.notice = ABI_NOTICE_GONE,
                                .person = OTHER,
                                .text = SLICE_LITERAL("who"),
                                .by = {8, ABI_BY_HOW_SAYS, true}};
    CHECK_ERR(timeline_notice(&w.s, chat, &n), OK);
    struct store_message g = got(own_world_row(&w, chat).last_message);
    CHECK(g.type == STORE_MESSAGE_NOTICE && g.notice == ABI_NOTICE_GONE && g.sender == OTHER);
    CHECK(g.at_ms == (int64_t)OWN_WORLD_NOW_MS && slice_equal(g.text, n.text));
    CHECK(g.by == 8 && g.by_how == ABI_BY_HOW_SAYS && g.removed &&
          own_world_row(&w, chat).unread == 0);
    n.by.person = 0;
    n.at_ms = 6;
    CHECK_ERR(timeline_notice(&w.s, chat, &n), OK);
    g = got(w.out.messages.v[1].id);
    CHECK(g.at_ms == 6 && g.by == 0 && g.by_how == ABI_BY_HOW_UNSAID);
    end();
}

TEST(a_row_that_goes_leaves_the_one_before_as_the_newest)
{
    begin();
    int64_t first = add(OTHER, 1), second = add(OTHER, 2);
    forget();
    CHECK_ERR(timeline_drop(&w.s, chat, second), OK);
    CHECK(told_chat() && told_message(second, false, true) &&
          own_world_row(&w, chat).last_message == first);
    end();
}

TEST(what_has_run_out_goes_and_the_step_is_flushed)
{
    begin();
    int64_t stays = add(OTHER, 1), goes = add(OTHER, 2);
    own_world_sql(&w, "UPDATE message SET timer_s=1,expires_ms=100 WHERE id=(SELECT max(id) FROM "
                      "message)");
    forget();
    CHECK_ERR(timeline_expire(&w.s, 99), OK);
    CHECK(w.out.messages.n == 0 && !w.s.durable);
    CHECK_ERR(timeline_expire(&w.s, 100), OK);
    CHECK(told_message(goes, false, true) && w.s.durable &&
          own_world_row(&w, chat).last_message == stays);
    end();
}

TEST(the_highest_edit_is_shown_and_of_two_the_larger_key)
{
    uint8_t low[32] = {1}, high[32] = {2};
    begin();
    int64_t id = add(OTHER, 1);
    forget();
    struct timeline_edit e = {SLICE_LITERAL("second"), 60, 2, low, false};
    struct store_message m = got(id);
    CHECK_ERR(timeline_edit(&w.s, &m, &e), OK);
    CHECK(told_chat() && told_message(id, false, false));
    CHECK(slice_equal(got(id).text, e.text) && got(id).edited_ms == 60 && got(id).edit_n == 2);
    m = got(id);
    e = (struct timeline_edit){SLICE_LITERAL("first"), 50, 1, high, true};
    CHECK_ERR(timeline_edit(&w.s, &m, &e), OK);
    e.n = 2;
    e.key = low; /* the same once more */
    CHECK_ERR(timeline_edit(&w.s, &m, &e), OK);
    CHECK(slice_equal(got(id).text, SLICE_LITERAL("second")) && !got(id).removed);
    e.key = high;
    CHECK_ERR(timeline_edit(&w.s, &m, &e), OK);
    CHECK(slice_equal(got(id).text, e.text) && got(id).removed);
    end();
}

TEST(a_deleted_message_says_that_it_was_there_and_stays_deleted)
{
    uint8_t key[32] = {1};
    begin();
    int64_t id = add(OTHER, 1);
    forget();
    struct store_message m = got(id);
    CHECK_ERR(timeline_delete(&w.s, &m, true), OK);
    CHECK(told_chat() && told_message(id, false, false));
    CHECK(got(id).type == STORE_MESSAGE_DELETED && got(id).text.n == 0 && got(id).removed);
    m = got(id);
    const struct timeline_edit e = {SLICE_LITERAL("after all"), 60, 1, key, false};
    CHECK_ERR(timeline_edit(&w.s, &m, &e), OK);
    CHECK(got(id).type == STORE_MESSAGE_DELETED && got(id).text.n == 0 && got(id).removed);
    end();
}

TEST(a_star_a_state_and_a_key_change_that_alone)
{
    uint8_t key[32] = {5};
    begin();
    int64_t id = add(STORE_PERSON_ME, 1);
    own_world_sql(&w, "UPDATE message SET state=0");
    forget();
    CHECK_ERR(timeline_sent(&w.s, 0), OK);
    CHECK_ERR(timeline_state(&w.s, 0, STORE_STATE_FAILED, ERR_LIMIT), OK);
    CHECK(w.out.messages.n == 0 && got(id).state == STORE_STATE_QUEUED);
    CHECK_ERR(timeline_sent(&w.s, id), OK);
    CHECK(told_message(id, false, false) && got(id).state == STORE_STATE_SENT);
    CHECK_ERR(timeline_state(&w.s, id, STORE_STATE_READ, OK), OK);
    CHECK_ERR(timeline_sent(&w.s, id), OK); /* it is further than that */
    CHECK(got(id).state == STORE_STATE_READ && got(id).reason == 0);
    CHECK_ERR(timeline_state(&w.s, id, STORE_STATE_FAILED, ERR_LIMIT), OK);
    CHECK(got(id).state == STORE_STATE_FAILED && got(id).reason == (int)ERR_LIMIT);
    CHECK_ERR(timeline_star(&w.s, id, true), OK);
    CHECK(got(id).starred);
    CHECK_ERR(timeline_star(&w.s, id, false), OK);
    CHECK(!got(id).starred);
    CHECK_ERR(timeline_rekey(&w.s, id, key), OK);
    CHECK(slice_equal(SLICE_ARRAY(got(id).mid), SLICE_ARRAY(key)));
    CHECK(told_message(id, false, false));
    end();
}

TEST(what_answers_a_message_follows_it_to_its_new_key)
{
    uint8_t old[32], key[32] = {5};
    begin();
    memset(old, 1, sizeof old);
    add(STORE_PERSON_ME, 1);
    struct store_message m = said(OTHER, 2);
    m.has_reply = true;
    memcpy(m.reply, old, sizeof m.reply);
    CHECK_ERR(timeline_add(&w.s, &m), OK);
    CHECK_ERR(timeline_renamed(&w.s, chat, old, key), OK);
    CHECK(slice_equal(SLICE_ARRAY(got(m.id).reply), SLICE_ARRAY(key)));
    end();
}

static struct store_reaction reaction(int64_t person, int64_t place, const char *emoji)
{
    struct store_reaction r;
    memset(&r, 0, sizeof r);
    r.chat = chat;
    r.person = person;
    r.place = place;
    r.emoji = slice_of_string(emoji);
    memset(r.mid, 1, sizeof r.mid);
    memset(r.own, (int)place, sizeof r.own);
    return r;
}

TEST(a_reaction_takes_the_place_of_what_stands_before_it)
{
    int64_t on = -1;
    begin();
    struct store_reaction r = reaction(OTHER, 5, "a");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    CHECK(on == 0 && w.out.messages.n == 0); /* kept until its message is here */
    int64_t id = add(OTHER, 1);
    forget();
    r = reaction(OTHER, 4, "b");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    CHECK(on == id && told_message(id, false, false));
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction WHERE emoji='a'") == 1);
    r = reaction(OTHER, 6, "c");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction WHERE emoji='c'") == 1);
    r = reaction(STORE_PERSON_ME, STORE_PLACE_PENDING, "d");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    r.emoji = SLICE_LITERAL("e");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction") == 2);
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction WHERE emoji='e'") == 1);
    end();
}

TEST(a_reaction_from_the_history_takes_nobodys_place)
{
    begin();
    int64_t id = add(OTHER, 1);
    forget();
    struct store_reaction r = reaction(OTHER, 9, "old");
    CHECK_ERR(timeline_bring_reaction(&w.s, &r), OK);
    r = reaction(OTHER, 10, "older device");
    CHECK_ERR(timeline_bring_reaction(&w.s, &r), OK);
    r = reaction(STORE_PERSON_ME, 3, "mine");
    CHECK_ERR(timeline_bring_reaction(&w.s, &r), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction") == 2);
    CHECK(own_world_int(&w, "SELECT place FROM reaction WHERE emoji='old'") == 9);
    CHECK(id > 0 && w.out.messages.n == 0 && w.out.chats.n == 0);
    end();
}

TEST(reactions_are_taken_back_by_their_message_or_their_own_key)
{
    int64_t on = 0;
    bool had = true;
    begin();
    int64_t id = add(OTHER, 1);
    struct store_reaction r = reaction(STORE_PERSON_ME, STORE_PLACE_PENDING, "mine");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    r = reaction(OTHER, 5, "theirs");
    CHECK_ERR(timeline_react(&w.s, &r, &on), OK);
    struct store_message m = got(id);
    forget();
    CHECK_ERR(timeline_unreact(&w.s, &m), OK);
    CHECK(told_message(id, false, false));
    CHECK(own_world_int(&w, "SELECT count(*) FROM reaction WHERE person=1") == 0);
    CHECK_ERR(timeline_take_back(&w.s, chat, OTHER + 1, r.own, &had), OK);
    CHECK(!had && own_world_int(&w, "SELECT count(*) FROM reaction") == 1);
    CHECK_ERR(timeline_take_back(&w.s, chat, OTHER, r.own, &had), OK);
    CHECK(had && own_world_int(&w, "SELECT count(*) FROM reaction") == 0);
    end();
}

TEST(reading_counts_what_is_left_and_starts_what_vanishes)
{
    begin();
    int64_t first = add(OTHER, 1), second = add(OTHER, 2);
    own_world_sql(&w, "UPDATE message SET timer_s=2,expires_ms=0");
    forget();
    struct store_message m = got(first);
    CHECK_ERR(timeline_read(&w.s, &m, true, 1000), OK);
    CHECK(told_chat() && own_world_row(&w, chat).unread == 1);
    CHECK(got(first).expires_ms == 3000 && got(second).expires_ms == 0);
    CHECK(own_world_int(&w, "SELECT read_due FROM chat") == 1);
    m = got(second);
    CHECK_ERR(timeline_read_there(&w.s, &m), OK);
    CHECK(own_world_row(&w, chat).unread == 0 && own_world_row(&w, chat).first_unread == 0 &&
          got(second).expires_ms == 0);
    CHECK_ERR(timeline_read(&w.s, &m, false, 1000), OK);
    CHECK(own_world_int(&w, "SELECT read_due FROM chat") == 0);
    end();
}

TEST(typing_is_told_and_not_kept)
{
    begin();
    timeline_typing(&w.s, chat, SLICE_LITERAL("Ada"), true);
    REQUIRE(w.out.n == 1);
    const struct abi_change *c = &w.out.v[0].patch.change;
    CHECK(w.out.v[0].kind == ABI_PATCH && c->kind == ABI_TYPING_CHANGED);
    CHECK(c->typing_changed.chat == (uint64_t)chat && c->typing_changed.on);
    CHECK(slice_equal(c->typing_changed.name, SLICE_LITERAL("Ada")));
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

TEST_MAIN(TEST_ROW(what_others_say_makes_the_chat_unread_and_lists_it_again),
          TEST_ROW(what_i_say_on_another_device_lists_the_chat_and_is_not_unread),
          TEST_ROW(a_muted_chat_stays_archived),
          TEST_ROW(a_row_that_came_with_the_history_gets_its_place_and_is_told_once),
          TEST_ROW(what_i_say_here_is_mine_stands_last_and_waits),
          TEST_ROW(what_is_answered_stands_in_the_same_chat),
          TEST_ROW(a_gap_is_told_and_is_not_the_newest),
          TEST_ROW(a_notice_says_whose_doing_it_was_if_that_is_known),
          TEST_ROW(a_row_that_goes_leaves_the_one_before_as_the_newest),
          TEST_ROW(what_has_run_out_goes_and_the_step_is_flushed),
          TEST_ROW(the_highest_edit_is_shown_and_of_two_the_larger_key),
          TEST_ROW(a_deleted_message_says_that_it_was_there_and_stays_deleted),
          TEST_ROW(a_star_a_state_and_a_key_change_that_alone),
          TEST_ROW(what_answers_a_message_follows_it_to_its_new_key),
          TEST_ROW(a_reaction_takes_the_place_of_what_stands_before_it),
          TEST_ROW(a_reaction_from_the_history_takes_nobodys_place),
          TEST_ROW(reactions_are_taken_back_by_their_message_or_their_own_key),
          TEST_ROW(reading_counts_what_is_left_and_starts_what_vanishes),
          TEST_ROW(typing_is_told_and_not_kept))
