/* What is said: text, edits, deletions, reactions, profiles (own/content.h), as it stands in the
 * outbox and is shown here. */
#include "engine/own/content.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/content_types.h"
#include "engine/own/make.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/message.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/people.h"
#include "store/reaction.h"

#define MENTIONS_MAX 64
#define EMOJI_BYTES_MAX 64
#define TIMER_S 60

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account ben;
static int64_t chat, ben_is;

static void begin(void)
{
    struct store_chat c;
    if (ben.n == 0) {
        own_world_account(&ben, 2, 102);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    ben_is = own_world_know(&w, &ben, 1);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    chat = c.id;
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t queued(void)
{
    return own_world_int(&w, "SELECT count(*) FROM outbox");
}

/* What was said last, as the others will get it. */
static struct content last(void)
{
    struct content c;
    struct slice bytes = SLICE_EMPTY;
    void *outs[] = {&bytes};
    CHECK_ERR(store_sql_get(w.store, &w.arena,
                            "SELECT content FROM outbox ORDER BY id DESC LIMIT 1", "b", outs, ""),
              OK);
    CHECK_ERR(content_decode(&w.arena, bytes, &c), OK);
    return c;
}

static int64_t last_about(void)
{
    return own_world_int(&w, "SELECT about FROM outbox ORDER BY id DESC LIMIT 1");
}

static enum err try_text(struct slice text, int64_t reply_to, int64_t *message)
{
    return own_content_text(w.o, &w.s, chat, text, reply_to, NULL, 0, message);
}

static int64_t say(const char *text)
{
    int64_t id = 0;
    CHECK_ERR(try_text(slice_of_string(text), 0, &id), OK);
    return id;
}

static struct store_message message(int64_t id)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), OK);
    return m;
}

/* A message of ben's in this chat. */
static int64_t heard(int type)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = chat;
    m.mid[0] = 77;
    m.sender = ben_is;
    m.type = type;
    m.text = SLICE_LITERAL("of ben");
    CHECK_ERR(store_message_add(w.store, &m), OK);
    return m.id;
}

static void state(enum store_chat_state st)
{
    CHECK_ERR(store_chat_set_state(w.store, chat, st), OK);
}

TEST(a_type_is_the_whole_name)
{
    CHECK(own_type_is(SLICE_LITERAL(OWN_TYPE_SYNC), OWN_TYPE_SYNC));
    CHECK(!own_type_is(SLICE_LITERAL(OWN_TYPE_SYNC "x"), OWN_TYPE_SYNC));
    CHECK(!own_type_is(SLICE_LITERAL("application/"), OWN_TYPE_SYNC));
    CHECK(!own_type_is(SLICE_EMPTY, OWN_TYPE_SYNC));
    CHECK(own_type_is(SLICE_EMPTY, ""));
}

/* ---- text ------------------------------------------------------------------------------------ */

TEST(a_text_is_shown_here_and_waits_to_be_sent)
{
    begin();
    int64_t id = say("a word");
    struct store_message m = message(id);
    CHECK(m.mine && m.chat == chat && m.state == STORE_STATE_QUEUED &&
          m.type == STORE_MESSAGE_TEXT);
    CHECK_BYTES(m.text, SLICE_LITERAL("a word"));
    struct content c = last();
    CHECK(c.part.kind == CONTENT_SINGLE && own_type_is(c.part.type, OWN_TYPE_TEXT));
    CHECK_BYTES(c.part.body, SLICE_LITERAL("a word"));
    CHECK(!c.has_replaces && !c.has_in_reply_to && !c.has_expires && last_about() == id);
    CHECK(own_world_int(&w, "SELECT o.mid=m.mid FROM outbox o JOIN message m ON m.id=o.message") ==
          1);
    end();
}

TEST(a_text_has_a_length)
{
    static char text[LIMIT_TEXT_BYTES + 1];
    int64_t id = 0;
    memset(text, 'x', sizeof text);
    begin();
    CHECK_ERR(try_text(SLICE_EMPTY, 0, &id), ERR_INPUT);
    CHECK_ERR(try_text(slice_make(text, sizeof text), 0, &id), ERR_LIMIT);
    CHECK(queued() == 0 && own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK_ERR(try_text(slice_make(text, LIMIT_TEXT_BYTES), 0, &id), OK);
    CHECK(queued() == 1 && last().part.body.n == LIMIT_TEXT_BYTES);
    end();
}

TEST(it_is_said_in_a_chat_that_is_open_or_waits_for_the_other)
{
    static const enum store_chat_state states[] = {
        STORE_CHAT_OPEN,    STORE_CHAT_WAITING, STORE_CHAT_LEFT,     STORE_CHAT_BLOCKED,
        STORE_CHAT_JOINING, STORE_CHAT_REQUEST, STORE_CHAT_DECLINED, STORE_CHAT_LEAVING};
    int64_t id = 0;
    begin();
    int64_t mine = say("a word");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        state(states[i]);
        enum err want = i < 2 ? OK : ERR_STATE;
        int64_t before = queued();
        CHECK_ERR(try_text(SLICE_LITERAL("a word"), 0, &id), want);
        CHECK_ERR(own_content_edit(w.o, &w.s, mine, SLICE_LITERAL("another")), want);
        CHECK_ERR(own_content_react(w.o, &w.s, mine, SLICE_LITERAL("+")), want);
        CHECK(queued() == before + (i < 2 ? 3 : 0));
    }
    CHECK_ERR(own_content_delete(w.o, &w.s, mine, true), ERR_STATE);
    CHECK_ERR(own_content_text(w.o, &w.s, 999, SLICE_LITERAL("x"), 0, NULL, 0, &id), ERR_GONE);
    end();
}

TEST(an_answer_names_what_it_answers)
{
    int64_t id = 0;
    begin();
    int64_t of = heard(STORE_MESSAGE_TEXT);
    CHECK_ERR(try_text(SLICE_LITERAL("yes"), of, &id), OK);
    struct content c = last();
    CHECK(c.has_in_reply_to && c.in_reply_to[0] == 77);
    CHECK(message(id).has_reply && message(id).reply[0] == 77);
    CHECK_ERR(try_text(SLICE_LITERAL("yes"), 999, &id), ERR_GONE);
    end();
}

TEST(who_is_mentioned_is_named_by_their_account)
{
    uint64_t who[MENTIONS_MAX + 1];
    int64_t id = 0;
    struct slice v, account;
    size_t n = 0;
    begin();
    for (size_t i = 0; i <= MENTIONS_MAX; i++) {
        who[i] = (uint64_t)ben_is;
    }
    struct slice text = SLICE_LITERAL("@ben");
    CHECK_ERR(own_content_text(w.o, &w.s, chat, text, 0, who, 2, &id), OK);
    CHECK_ERR(content_extension(last().extensions, -1, &v), OK);
    CHECK_ERR(cbor_get_array(&v, &n), OK);
    CHECK_ERR(cbor_get_bytes(&v, &account), OK);
    CHECK(n == 2);
    CHECK_BYTES(account, SLICE_ARRAY(ben.id));
    CHECK_ERR(own_content_text(w.o, &w.s, chat, text, 0, who, MENTIONS_MAX, &id), OK);
    int64_t before = queued();
    CHECK_ERR(own_content_text(w.o, &w.s, chat, text, 0, who, MENTIONS_MAX + 1, &id), ERR_LIMIT);
    who[0] = 999;
    CHECK_ERR(own_content_text(w.o, &w.s, chat, text, 0, who, 1, &id), ERR_GONE);
    CHECK(queued() == before);
    end();
}

TEST(in_a_chat_with_a_timer_it_vanishes)
{
    begin();
    CHECK_ERR(store_chat_set_timer(w.store, chat, TIMER_S), OK);
    struct store_message m = message(say("soon gone"));
    struct content c = last();
    CHECK(c.has_expires && c.expires_relative && c.expires_s == TIMER_S);
    CHECK(m.timer_s == TIMER_S && m.expires_ms == (int64_t)w.s.now_ms + TIMER_S * 1000);
    end();
}

TEST(what_was_said_is_no_draft_any_more)
{
    struct store_chat c;
    begin();
    CHECK_ERR(store_chat_set_draft(w.store, chat, SLICE_LITERAL("a wo"), 0), OK);
    CHECK_ERR(store_chat_set_hidden(w.store, chat, true), OK);
    (void)say("a word");
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK(c.draft.n == 0 && !c.hidden);
    end();
}

/* ---- edits ----------------------------------------------------------------------------------- */

TEST(an_edit_has_the_next_number)
{
    begin();
    int64_t id = say("a word");
    struct store_message was = message(id);
    for (uint64_t n = 1; n <= 3; n++) {
        struct slice v;
        uint64_t number = 0;
        CHECK_ERR(own_content_edit(w.o, &w.s, id, SLICE_LITERAL("another")), OK);
        struct content c = last();
        CHECK(c.has_replaces && memcmp(c.replaces, was.mid, sizeof was.mid) == 0);
        CHECK_BYTES(c.part.body, SLICE_LITERAL("another"));
        CHECK_ERR(content_extension(c.extensions, OWN_EXT_EDIT, &v), OK);
        CHECK_ERR(cbor_get_uint(&v, &number), OK);
        CHECK(number == n && message(id).edit_n == (int64_t)n && last_about() == id);
    }
    CHECK_BYTES(message(id).text, SLICE_LITERAL("another"));
    CHECK(memcmp(message(id).mid, was.mid, sizeof was.mid) == 0); /* it stays that one */
    end();
}

TEST(only_a_text_of_mine_is_edited)
{
    static char text[LIMIT_TEXT_BYTES + 1];
    memset(text, 'x', sizeof text);
    begin();
    int64_t id = say("a word"), of = heard(STORE_MESSAGE_TEXT);
    int64_t before = queued();
    CHECK_ERR(own_content_edit(w.o, &w.s, of, SLICE_LITERAL("x")), ERR_STATE);
    CHECK_ERR(own_content_edit(w.o, &w.s, id, SLICE_EMPTY), ERR_STATE);
    CHECK_ERR(own_content_edit(w.o, &w.s, id, slice_make(text, sizeof text)), ERR_LIMIT);
    CHECK_ERR(own_content_edit(w.o, &w.s, 999, SLICE_LITERAL("x")), ERR_GONE);
    CHECK_ERR(store_sql_run(w.store, "UPDATE message SET type=? WHERE id=?", "ii",
                            (int64_t)STORE_MESSAGE_FILE, id),
              OK);
    CHECK_ERR(own_content_edit(w.o, &w.s, id, SLICE_LITERAL("x")), ERR_STATE);
    CHECK(queued() == before);
    CHECK_BYTES(message(id).text, SLICE_LITERAL("a word"));
    CHECK_ERR(store_sql_run(w.store, "UPDATE message SET type=? WHERE id=?", "ii",
                            (int64_t)STORE_MESSAGE_TEXT, id),
              OK);
    CHECK_ERR(own_content_edit(w.o, &w.s, id, slice_make(text, LIMIT_TEXT_BYTES)), OK);
    end();
}

/* ---- deletions ------------------------------------------------------------------------------- */

TEST(what_is_deleted_here_is_gone_and_nobody_is_told)
{
    struct store_message m;
    begin();
    int64_t id = say("a word"), of = heard(STORE_MESSAGE_TEXT);
    int64_t before = queued();
    w.s.durable = false;
    CHECK_ERR(own_content_delete(w.o, &w.s, of, false), OK);
    CHECK(w.s.durable);
    CHECK_ERR(own_content_delete(w.o, &w.s, id, false), OK);
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), ERR_GONE);
    CHECK_ERR(store_message_get(w.store, &w.arena, of, &m), ERR_GONE);
    CHECK(queued() == before);
    CHECK_ERR(own_content_delete(w.o, &w.s, id, false), ERR_GONE);
    end();
}

TEST(what_is_deleted_everywhere_says_so)
{
    begin();
    int64_t id = say("a word");
    struct store_message was = message(id);
    CHECK_ERR(own_content_delete(w.o, &w.s, id, true), OK);
    struct content c = last();
    CHECK(c.part.kind == CONTENT_NULL && c.part.disposition == CONTENT_RENDER && c.has_replaces &&
          memcmp(c.replaces, was.mid, sizeof was.mid) == 0 && last_about() == id);
    CHECK(message(id).type == STORE_MESSAGE_DELETED && message(id).text.n == 0);
    CHECK_ERR(own_content_delete(w.o, &w.s, id, true), ERR_STATE); /* once */
    end();
}

TEST(only_what_i_said_is_deleted_everywhere)
{
    begin();
    int64_t of = heard(STORE_MESSAGE_TEXT), mine = say("a word");
    int64_t before = queued();
    CHECK_ERR(own_content_delete(w.o, &w.s, of, true), ERR_STATE);
    CHECK(message(of).type == STORE_MESSAGE_TEXT);
    CHECK_ERR(store_sql_run(w.store, "UPDATE message SET type=? WHERE id=?", "ii",
                            (int64_t)STORE_MESSAGE_NOTICE, mine),
              OK);
    CHECK_ERR(own_content_delete(w.o, &w.s, mine, true), ERR_STATE);
    CHECK(queued() == before);
    end();
}

/* ---- reactions ------------------------------------------------------------------------------- */

static bool i_reacted(int64_t id)
{
    struct slice own;
    struct store_message m = message(id);
    enum err e = store_reaction_of(w.store, &w.arena, chat, m.mid, STORE_PERSON_ME, &own);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

TEST(a_reaction_is_given_and_taken_back)
{
    struct slice own;
    begin();
    int64_t id = heard(STORE_MESSAGE_TEXT);
    struct store_message m = message(id);
    CHECK_ERR(own_content_react(w.o, &w.s, id, SLICE_LITERAL("+")), OK);
    struct content c = last();
    CHECK(c.part.disposition == CONTENT_REACTION && c.part.kind == CONTENT_SINGLE &&
          c.has_in_reply_to && !c.has_replaces && c.in_reply_to[0] == 77 && last_about() == id);
    CHECK_BYTES(c.part.body, SLICE_LITERAL("+"));
    CHECK_ERR(store_reaction_of(w.store, &w.arena, chat, m.mid, STORE_PERSON_ME, &own), OK);
    CHECK(own_world_int(&w, "SELECT r.own_mid=o.mid FROM reaction r JOIN outbox o") == 1);
    CHECK_ERR(own_content_react(w.o, &w.s, id, SLICE_EMPTY), OK);
    c = last();
    CHECK(c.part.kind == CONTENT_NULL && c.part.disposition == CONTENT_REACTION &&
          c.has_in_reply_to && c.has_replaces);
    CHECK_BYTES(SLICE_ARRAY(c.replaces), own);
    CHECK(!i_reacted(id));
    end();
}

TEST(who_has_given_none_takes_none_back)
{
    begin();
    CHECK_ERR(own_content_react(w.o, &w.s, heard(STORE_MESSAGE_TEXT), SLICE_EMPTY), OK);
    CHECK(queued() == 0);
    end();
}

TEST(a_reaction_is_short_and_on_something)
{
    static const char long_one[EMOJI_BYTES_MAX + 2] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    begin();
    int64_t id = heard(STORE_MESSAGE_TEXT);
    CHECK_ERR(own_content_react(w.o, &w.s, id, slice_make(long_one, EMOJI_BYTES_MAX + 1)),
              ERR_INPUT);
    CHECK_ERR(own_content_react(w.o, &w.s, 999, SLICE_LITERAL("+")), ERR_GONE);
    CHECK(queued() == 0 && !i_reacted(id));
    CHECK_ERR(own_content_react(w.o, &w.s, id, slice_make(long_one, EMOJI_BYTES_MAX)), OK);
    CHECK(queued() == 1 && i_reacted(id));
    end();
}

/* ---- what is not shown ----------------------------------------------------------------------- */

TEST(silent_content_has_our_type_and_shows_nothing)
{
    begin();
    CHECK_ERR(own_send_private(w.o, &w.s, chat, OWN_TYPE_JOIN, SLICE_LITERAL("body")), OK);
    struct content c = last();
    CHECK(c.part.kind == CONTENT_SINGLE && c.part.disposition == CONTENT_PROFILE);
    CHECK(own_type_is(c.part.type, OWN_TYPE_JOIN));
    CHECK_BYTES(c.part.body, SLICE_LITERAL("body"));
    CHECK(own_world_int(&w, "SELECT message+about FROM outbox") == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK_ERR(own_send_private(w.o, &w.s, 999, OWN_TYPE_JOIN, SLICE_LITERAL("body")), ERR_GONE);
    end();
}

struct profile {
    uint64_t version, ms;
    struct slice name, picture, inbox, token; /* empty: null */
};
static struct slice optional(struct slice *in)
{
    struct slice v = SLICE_EMPTY;
    if (!cbor_take_null(in)) {
        CHECK_ERR(cbor_get_bytes(in, &v), OK);
    }
    return v;
}
static struct profile profile(void)
{
    struct profile p;
    struct content c = last();
    struct slice in = c.part.body;
    size_t n = 0;
    memset(&p, 0, sizeof p);
    CHECK(own_type_is(c.part.type, OWN_TYPE_PROFILE));
    CHECK_ERR(cbor_get_array(&in, &n), OK);
    CHECK_ERR(cbor_get_uint(&in, &p.version), OK);
    CHECK_ERR(cbor_get_uint(&in, &p.ms), OK);
    CHECK_ERR(cbor_get_text(&in, &p.name), OK);
    p.picture = optional(&in);
    p.inbox = optional(&in);
    p.token = optional(&in);
    CHECK(n == 6 && p.version == 1 && in.n == 0);
    return p;
}

TEST(a_group_hears_name_and_picture_and_no_door)
{
    begin();
    CHECK_ERR(own_content_profile(w.o, &w.s, chat), OK);
    struct profile p = profile();
    CHECK_BYTES(p.name, SLICE_LITERAL("Ana"));
    CHECK(p.picture.n == 0 && p.inbox.n == 0 && p.token.n == 0);
    CHECK_ERR(store_person_set_profile(w.store, STORE_PERSON_ME, SLICE_LITERAL("Anna"),
                                       SLICE_LITERAL("face"), 99),
              OK);
    CHECK_ERR(own_content_profile(w.o, &w.s, chat), OK);
    p = profile();
    CHECK_BYTES(p.name, SLICE_LITERAL("Anna"));
    CHECK_BYTES(p.picture, SLICE_LITERAL("face"));
    CHECK(p.ms == 99);
    end();
}

TEST(only_the_other_one_of_a_pair_gets_the_door)
{
    struct store_chat c;
    begin();
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_PAIR, SLICE_EMPTY, ben_is, NULL, &c), OK);
    CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET person=? WHERE id=?", "ii", ben_is, c.id),
              OK);
    CHECK_ERR(own_content_profile(w.o, &w.s, c.id), OK);
    struct profile p = profile();
    CHECK_BYTES(p.inbox, SLICE_ARRAY(w.o->inbox));
    CHECK(p.token.n == STORE_OWN_PERSON_DOOR);
    uint8_t first[STORE_OWN_PERSON_DOOR];
    memcpy(first, p.token.p, sizeof first);
    CHECK_ERR(own_content_profile(w.o, &w.s, c.id), OK);
    CHECK_BYTES(profile().token, SLICE_ARRAY(first)); /* one key for one person */
    CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET person=0 WHERE id=?", "i", c.id), OK);
    CHECK_ERR(own_content_profile(w.o, &w.s, c.id), OK); /* nobody yet */
    CHECK(profile().inbox.n == 0 && profile().token.n == 0);
    end();
}

TEST(my_notes_are_not_told_who_i_am)
{
    int64_t self = 0;
    begin();
    CHECK_ERR(store_chat_self(w.store, &self), OK);
    int64_t before = queued();
    CHECK_ERR(own_content_profile(w.o, &w.s, self), OK);
    CHECK(queued() == before);
    CHECK_ERR(own_content_profile(w.o, &w.s, 999), ERR_GONE);
    CHECK_ERR(own_content_picture(w.o, &w.s, 999), ERR_GONE);
    end();
}

static struct slice picture(void)
{
    struct content c = last();
    struct slice in = c.part.body, v = SLICE_EMPTY;
    uint64_t version = 0;
    size_t n = 0;
    CHECK(own_type_is(c.part.type, OWN_TYPE_PICTURE));
    CHECK_ERR(cbor_get_array(&in, &n), OK);
    CHECK_ERR(cbor_get_uint(&in, &version), OK);
    CHECK_ERR(cbor_get_bytes(&in, &v), OK);
    CHECK(n == 2 && version == 1 && in.n == 0);
    return v;
}

TEST(the_picture_of_a_group_may_be_none)
{
    begin();
    CHECK_ERR(own_content_picture(w.o, &w.s, chat), OK);
    CHECK(picture().n == 0);
    CHECK_ERR(store_chat_set_picture(w.store, chat, SLICE_LITERAL("crew")), OK);
    CHECK_ERR(own_content_picture(w.o, &w.s, chat), OK);
    CHECK_BYTES(picture(), SLICE_LITERAL("crew"));
    end();
}

TEST(a_hello_is_the_name_and_the_picture_if_asked_for)
{
    begin();
    CHECK_ERR(own_content_hello(w.o, &w.s, chat, false), OK);
    CHECK(queued() == 1);
    CHECK_BYTES(profile().name, SLICE_LITERAL("Ana"));
    CHECK_ERR(own_content_hello(w.o, &w.s, chat, true), OK);
    CHECK(queued() == 3);
    (void)picture();
    end();
}

TEST_MAIN(
    TEST_ROW(a_type_is_the_whole_name), TEST_ROW(a_text_is_shown_here_and_waits_to_be_sent),
    TEST_ROW(a_text_has_a_length),
    TEST_ROW(it_is_said_in_a_chat_that_is_open_or_waits_for_the_other),
    TEST_ROW(an_answer_names_what_it_answers), TEST_ROW(who_is_mentioned_is_named_by_their_account),
    TEST_ROW(in_a_chat_with_a_timer_it_vanishes), TEST_ROW(what_was_said_is_no_draft_any_more),
    TEST_ROW(an_edit_has_the_next_number), TEST_ROW(only_a_text_of_mine_is_edited),
    TEST_ROW(what_is_deleted_here_is_gone_and_nobody_is_told),
    TEST_ROW(what_is_deleted_everywhere_says_so), TEST_ROW(only_what_i_said_is_deleted_everywhere),
    TEST_ROW(a_reaction_is_given_and_taken_back), TEST_ROW(who_has_given_none_takes_none_back),
    TEST_ROW(a_reaction_is_short_and_on_something),
    TEST_ROW(silent_content_has_our_type_and_shows_nothing),
    TEST_ROW(a_group_hears_name_and_picture_and_no_door),
    TEST_ROW(only_the_other_one_of_a_pair_gets_the_door), TEST_ROW(my_notes_are_not_told_who_i_am),
    TEST_ROW(the_picture_of_a_group_may_be_none),
    TEST_ROW(a_hello_is_the_name_and_the_picture_if_asked_for))
