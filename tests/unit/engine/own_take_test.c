/* What is inside an opened word (own/take.h): what it shows or changes, who may, and what cannot be
 * understood. */
#include "engine/own/take.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/content_types.h"
#include "engine/own/order.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/member.h"
#include "store/message.h"
#include "store/own_person.h"
#include "store/people.h"
#include "store/reaction.h"

#define SAID_MS (OWN_WORLD_NOW_MS - 5000)
#define SERVER_MS (OWN_WORLD_NOW_MS - 4000)
#define PICTURE_BYTES_MAX 32768
#define EMOJI_BYTES_MAX 64
#define PLACE STORE_PLACE_STEPS

static struct own_world w;
static struct own_world_account ana, ben, eve;
static int64_t chat, ben_is, eve_is;

static void begin(int type)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
        own_world_account(&ben, 2, 102);
        own_world_account(&eve, 3, 103);
    }
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
    ben_is = own_world_know(&w, &ben, 1);
    eve_is = own_world_know(&w, &eve, 1);
    chat = own_world_chat(&w, type, type == STORE_CHAT_PAIR ? ben_is : 0);
    CHECK_ERR(store_member_put(w.store, chat, ben_is, ABI_ROLE_ADMIN), OK);
    CHECK_ERR(store_member_put(w.store, chat, eve_is, 0), OK);
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

/* A word as own_order_take leaves it, the n-th of its author. */
static struct own_word word(struct slice bytes)
{
    static uint64_t n;
    struct own_word v;
    struct store_leaf leaf;
    memset(&v, 0, sizeof v);
    CHECK_ERR(store_leaf_ensure(w.store, chat, own_world_key(2), 0, ben_is, &leaf), OK);
    v.leaf = leaf.id;
    v.counter = n++;
    v.place = PLACE;
    v.ms = SAID_MS;
    v.server_ms = SERVER_MS;
    v.content = bytes;
    return v;
}

static struct slice encoded(const struct content *c)
{
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(content_encode(&w.arena, c, &out), OK);
    return out;
}

/* The id that a content of this account has in the room. */
static void id_of(uint8_t mid[32], const uint8_t account[32], struct slice bytes)
{
    CHECK_ERR(content_message_id(mid, slice_make(account, 32),
                                 SLICE_ARRAY(own_world_row(&w, chat).room), bytes),
              OK);
}

static enum err take_word(int64_t from, struct own_word *v)
{
    struct store_chat c = own_world_row(&w, chat);
    return own_content_take(w.o, &w.s, &c, from, v);
}

/* What it is about then. */
static int64_t take(int64_t from, const struct content *c)
{
    struct own_word v = word(encoded(c));
    CHECK_ERR(take_word(from, &v), OK);
    return v.about;
}

static struct store_message message(int64_t id)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    CHECK_ERR(store_message_get(w.store, &w.arena, id, &m), OK);
    return m;
}

static int64_t messages(void)
{
    return own_world_int(&w, "SELECT count(*) FROM message");
}

static struct content text(const char *s)
{
    struct content c;
    content_init(&c);
    c.part = content_text(slice_of_string(s));
    return c;
}

/* The one row that there is says that something cannot be understood, and why. */
static bool is_unreadable(enum err why)
{
    return messages() == 1 &&
           own_world_int(&w, "SELECT type FROM message") == STORE_MESSAGE_UNREADABLE &&
           own_world_int(&w, "SELECT reason FROM message") == (int64_t)why;
}

/* ---- words ----------------------------------------------------------------------------------- */

TEST(a_text_is_shown_with_its_author_its_time_and_its_place)
{
    uint8_t mid[32];
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    struct own_word v = word(encoded(&c));
    id_of(mid, ben.id, v.content);
    CHECK_ERR(take_word(ben_is, &v), OK);
    struct store_message m = message(v.about);
    CHECK_BYTES(m.text, SLICE_LITERAL("a word"));
    CHECK_BYTES(SLICE_ARRAY(m.mid), SLICE_ARRAY(mid));
    CHECK(m.chat == chat && m.sender == ben_is && !m.mine && m.type == STORE_MESSAGE_TEXT &&
          m.state == STORE_STATE_SENT && !m.removed && !m.twice && !m.has_reply);
    CHECK(m.at_ms == (int64_t)SAID_MS && m.server_ms == (int64_t)SERVER_MS && m.place == PLACE &&
          m.leaf == v.leaf && m.counter == (int64_t)v.counter);
    CHECK(own_world_row(&w, chat).unread == 1);
    struct content other = text("another");
    v = word(encoded(&other));
    v.ms = SERVER_MS + 1; /* a clock that is ahead shows the gateway's time */
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(message(v.about).at_ms == (int64_t)SERVER_MS);
    end();
}

TEST(what_i_said_on_another_device_is_mine_and_can_be_told_again)
{
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    struct own_word v = word(encoded(&c));
    CHECK_ERR(take_word(STORE_PERSON_ME, &v), OK);
    CHECK(message(v.about).mine && own_world_row(&w, chat).unread == 0);
    struct store_said said;
    CHECK_ERR(store_said_get(w.store, &w.arena, v.leaf, (int64_t)v.counter, &said), OK);
    CHECK(said.message == v.about && said.ms == (int64_t)SAID_MS);
    CHECK_BYTES(said.content, v.content);
    v = word(encoded(&c)); /* of others it is not kept */
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK_ERR(store_said_get(w.store, &w.arena, v.leaf, (int64_t)v.counter, &said), ERR_GONE);
    end();
}

TEST(nothing_is_taken_of_who_is_blocked_or_where_we_are_leaving)
{
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    CHECK_ERR(store_person_set_blocked(w.store, ben_is, true), OK);
    CHECK(take(ben_is, &c) == 0 && messages() == 0);
    CHECK_ERR(store_person_set_blocked(w.store, ben_is, false), OK);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_LEAVING), OK);
    CHECK(take(ben_is, &c) == 0 && messages() == 0);
    struct own_word v = word(SLICE_LITERAL("no content"));
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(messages() == 0);
    struct own_word nobody = word(encoded(&c));
    CHECK_ERR(take_word(999, &nobody), ERR_GONE);
    end();
}

TEST(a_word_of_theirs_answers_a_chat_that_waits)
{
    begin(STORE_CHAT_PAIR);
    struct content c = text("a word");
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_WAITING), OK);
    (void)take(STORE_PERSON_ME, &c);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_WAITING);
    struct own_word v = word(encoded(&c));
    v.removed = true; /* whoever has it speaks for nobody */
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_WAITING && message(v.about).removed);
    struct content other = text("another");
    (void)take(ben_is, &other);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_OPEN);
    end();
}

TEST(an_answer_a_mention_and_a_timer_go_along)
{
    begin(STORE_CHAT_GROUP);
    struct slice ext;
    struct buf b = buf_arena(&w.arena, 128);
    cbor_put_map(&b, 1);
    cbor_put_int(&b, -1);
    cbor_put_array(&b, 2);
    cbor_put_bytes(&b, SLICE_ARRAY(ben.id));
    cbor_put_bytes(&b, SLICE_ARRAY(ana.id));
    CHECK_ERR(buf_finish(&b, &ext), OK);
    struct content c = text("@ana");
    c.extensions = ext;
    c.has_expires = c.expires_relative = true;
    c.expires_s = 30;
    content_set_in_reply_to(&c, eve.id);
    struct store_message m = message(take(eve_is, &c));
    CHECK(m.mentions_me && m.has_reply && memcmp(m.reply, eve.id, sizeof m.reply) == 0);
    CHECK(m.timer_s == 30 && m.expires_ms == 0); /* from when it is read */
    CHECK(own_world_row(&w, chat).mentioned != 0);
    content_init(&c);
    c.part = content_text(SLICE_LITERAL("@ana"));
    c.extensions = ext;
    c.has_expires = c.expires_relative = true;
    c.expires_s = 30;
    m = message(take(STORE_PERSON_ME, &c));
    CHECK(!m.mentions_me && m.expires_ms == (int64_t)SERVER_MS + 30000); /* I have read it */
    end();
}

/* ---- what is not understood ------------------------------------------------------------------ */

TEST(what_is_no_content_is_shown_as_such_and_nothing_is_lost)
{
    static const uint8_t junk[] = {0x01, 0x02};
    begin(STORE_CHAT_GROUP);
    struct own_word v = word(SLICE_ARRAY(junk));
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(is_unreadable(ERR_INPUT) && own_world_row(&w, chat).unread == 1);
    CHECK(own_world_int(&w, "SELECT sender FROM message") == ben_is);
    end();
}

static bool refuses(struct content *c, enum err why)
{
    begin(STORE_CHAT_GROUP);
    struct own_word v = word(encoded(c));
    enum err e = take_word(ben_is, &v);
    bool is = e == OK && is_unreadable(why);
    end();
    return is;
}

TEST(what_no_version_of_ours_says_is_unreadable)
{
    static char long_text[LIMIT_TEXT_BYTES + 1];
    struct content c;
    memset(long_text, 'x', sizeof long_text);
    begin(STORE_CHAT_GROUP); /* an arena to encode in */
    end();
    content_init(&c);
    c.part = content_single(CONTENT_RENDER, SLICE_LITERAL("application/later"), SLICE_LITERAL("x"));
    CHECK(refuses(&c, ERR_INPUT_VERSION));
    c.part = content_text(SLICE_LITERAL("\xff"));
    CHECK(refuses(&c, ERR_INPUT_VERSION));
    c.part = content_text(slice_make(long_text, sizeof long_text));
    CHECK(refuses(&c, ERR_INPUT_VERSION));
    c.part = content_null(CONTENT_RENDER); /* nothing, and in place of nothing */
    CHECK(refuses(&c, ERR_INPUT_VERSION));
    struct content_part parts[] = {content_text(SLICE_LITERAL("a")),
                                   content_text(SLICE_LITERAL("b"))};
    c.part = content_multi(CONTENT_PROCESS_ALL, parts, 2);
    CHECK(refuses(&c, ERR_INPUT_VERSION));
    begin(STORE_CHAT_GROUP); /* and what is just as long as it may be */
    c.part = content_text(slice_make(long_text, LIMIT_TEXT_BYTES));
    CHECK(message(take(ben_is, &c)).text.n == LIMIT_TEXT_BYTES);
    end();
}

/* ---- edits and deletions --------------------------------------------------------------------- */

static struct content replaces(const uint8_t mid[32], const char *s)
{
    struct content c;
    content_init(&c);
    content_set_replaces(&c, mid);
    c.part = s == NULL ? content_null(CONTENT_RENDER) : content_text(slice_of_string(s));
    return c;
}

TEST(an_edit_or_a_deletion_is_its_authors)
{
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    int64_t id = take(ben_is, &c);
    struct store_message was = message(id);
    struct content edit = replaces(was.mid, "another"), gone = replaces(was.mid, NULL);
    CHECK(take(eve_is, &edit) == 0 && take(eve_is, &gone) == 0);
    CHECK_BYTES(message(id).text, SLICE_LITERAL("a word"));
    CHECK(take(ben_is, &edit) == id);
    struct store_message m = message(id);
    CHECK_BYTES(m.text, SLICE_LITERAL("another"));
    CHECK(m.edit_n == 1 && m.edited_ms == (int64_t)SAID_MS);
    CHECK(take(ben_is, &gone) == id);
    CHECK(message(id).type == STORE_MESSAGE_DELETED);
    CHECK(take(ben_is, &edit) == 0); /* it stays deleted */
    CHECK(message(id).type == STORE_MESSAGE_DELETED && messages() == 1);
    end();
}

TEST(what_comes_before_its_message_waits_for_it)
{
    uint8_t mid[32];
    for (int deleted = 0; deleted < 2; deleted++) {
        begin(STORE_CHAT_GROUP);
        struct content c = text("a word");
        struct own_word v = word(encoded(&c));
        id_of(mid, ben.id, v.content);
        struct content early = replaces(mid, deleted == 1 ? NULL : "another");
        (void)take(ben_is, &early);
        (void)take(eve_is, &early); /* not hers */
        CHECK(messages() == 0);
        CHECK_ERR(take_word(ben_is, &v), OK);
        struct store_message m = message(v.about);
        CHECK((m.type == STORE_MESSAGE_DELETED) == (deleted == 1));
        CHECK(deleted == 1 || slice_equal(m.text, SLICE_LITERAL("another")));
        end();
    }
}

TEST(an_edit_is_text)
{
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    struct store_message was = message(take(ben_is, &c));
    c = replaces(was.mid, "\xff");
    struct own_word v = word(encoded(&c));
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK_BYTES(message(was.id).text, SLICE_LITERAL("a word"));
    own_world_sql(&w, "DELETE FROM message WHERE text<>''");
    CHECK(is_unreadable(ERR_INPUT_VERSION));
    end();
}

/* ---- reactions ------------------------------------------------------------------------------- */

static struct content reaction(const uint8_t mid[32], struct slice emoji)
{
    struct content c;
    content_init(&c);
    content_set_in_reply_to(&c, mid);
    c.part = content_reaction(emoji);
    return c;
}

static bool reacted(const uint8_t mid[32], int64_t person)
{
    struct slice own;
    enum err e = store_reaction_of(w.store, &w.arena, chat, mid, person, &own);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

TEST(a_reaction_is_given_and_taken_back_by_who_gave_it)
{
    uint8_t own[32];
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    struct store_message m = message(take(ben_is, &c));
    c = reaction(m.mid, SLICE_LITERAL("+"));
    id_of(own, eve.id, encoded(&c));
    CHECK(take(eve_is, &c) == m.id && reacted(m.mid, eve_is));
    struct content back = replaces(own, NULL);
    back.part = content_null(CONTENT_REACTION);
    content_set_in_reply_to(&back, m.mid);
    (void)take(ben_is, &back);
    CHECK(reacted(m.mid, eve_is));
    CHECK(take(eve_is, &back) == m.id && !reacted(m.mid, eve_is));
    CHECK(messages() == 1);
    end();
}

TEST(a_reaction_that_was_taken_back_before_it_came_does_not_come)
{
    uint8_t own[32];
    begin(STORE_CHAT_GROUP);
    struct content c = text("a word");
    struct store_message m = message(take(ben_is, &c));
    c = reaction(m.mid, SLICE_LITERAL("+"));
    id_of(own, eve.id, encoded(&c));
    struct content back = replaces(own, NULL);
    back.part = content_null(CONTENT_REACTION);
    (void)take(eve_is, &back);
    (void)take(eve_is, &c);
    CHECK(!reacted(m.mid, eve_is));
    end();
}

TEST(a_reaction_is_short_and_on_something)
{
    static char long_one[EMOJI_BYTES_MAX + 1];
    static const uint8_t mid[32] = {9};
    struct content c;
    memset(long_one, 'x', sizeof long_one);
    c = reaction(mid, SLICE_EMPTY);
    CHECK(refuses(&c, ERR_INPUT));
    c = reaction(mid, slice_make(long_one, sizeof long_one));
    CHECK(refuses(&c, ERR_INPUT));
    c = reaction(mid, SLICE_LITERAL("\xff"));
    CHECK(refuses(&c, ERR_INPUT));
    c = reaction(mid, SLICE_LITERAL("+"));
    c.has_in_reply_to = false;
    CHECK(refuses(&c, ERR_INPUT));
    begin(STORE_CHAT_GROUP);
    c = reaction(mid, slice_make(long_one, EMOJI_BYTES_MAX)); /* on what is not here yet */
    CHECK(take(ben_is, &c) == 0 && reacted(mid, ben_is) && messages() == 0);
    end();
}

/* ---- people ---------------------------------------------------------------------------------- */

struct profile {
    uint64_t version, ms;
    struct slice name, picture, inbox, token; /* empty: null */
    size_t items;
};
static void put_optional(struct buf *b, struct slice v)
{
    if (v.n > 0) {
        cbor_put_bytes(b, v);
    } else {
        cbor_put_null(b);
    }
}
static struct content profile(const struct profile *p)
{
    struct content c;
    struct slice body = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 256);
    cbor_put_array(&b, p->items);
    cbor_put_uint(&b, p->version);
    cbor_put_uint(&b, p->ms);
    cbor_put_text(&b, p->name);
    put_optional(&b, p->picture);
    put_optional(&b, p->inbox);
    if (p->items > 5) {
        put_optional(&b, p->token);
    }
    CHECK_ERR(buf_finish(&b, &body), OK);
    content_init(&c);
    c.part = content_single(CONTENT_PROFILE, SLICE_LITERAL(OWN_TYPE_PROFILE), body);
    return c;
}

static const uint8_t seventeen[STORE_OWN_PERSON_DOOR + 1] = {4, 2};

static struct profile of_ben(void)
{
    struct profile p = {.version = 1, .ms = 50, .name = SLICE_LITERAL("Ben"), .items = 6};
    p.picture = SLICE_LITERAL("face");
    p.inbox = p.token = slice_make(seventeen, STORE_OWN_PERSON_DOOR);
    return p;
}

static struct store_person person(int64_t id)
{
    struct store_person p;
    memset(&p, 0, sizeof p);
    CHECK_ERR(store_person_get(w.store, &w.arena, id, &p), OK);
    return p;
}

TEST(a_profile_says_name_picture_and_door)
{
    struct store_own_person_door door;
    begin(STORE_CHAT_PAIR);
    struct profile p = of_ben();
    struct content c = profile(&p);
    (void)take(ben_is, &c);
    CHECK_BYTES(person(ben_is).name, SLICE_LITERAL("Ben"));
    CHECK_BYTES(person(ben_is).picture, SLICE_LITERAL("face"));
    CHECK_ERR(store_own_person_door(w.store, ben_is, &door), OK);
    CHECK(door.has_inbox && door.has_token && door.token[1] == 2);
    CHECK(own_world_setting(&w, "record-due") == 1); /* the way to them is worth to be kept */
    own_world_sql(&w, "DELETE FROM setting");
    p.ms--; /* an older name, by another way */
    p.name = SLICE_LITERAL("Benjamin");
    p.picture = SLICE_EMPTY;
    c = profile(&p);
    (void)take(ben_is, &c);
    CHECK_BYTES(person(ben_is).name, SLICE_LITERAL("Ben"));
    CHECK(own_world_setting(&w, "record-due") == 0); /* the same way */
    p.ms += 2;
    c = profile(&p);
    (void)take(ben_is, &c);
    CHECK_BYTES(person(ben_is).name, SLICE_LITERAL("Benjamin"));
    CHECK(person(ben_is).picture.n == 0 && messages() == 0);
    end();
}

TEST(a_profile_is_whole_or_nothing_of_it_is_taken)
{
    static uint8_t bytes[PICTURE_BYTES_MAX + 1];
    static char name[LIMIT_NAME_BYTES + 1];
    memset(name, 'x', sizeof name);
    for (int i = 0; i < 8; i++) {
        struct store_own_person_door door;
        begin(STORE_CHAT_PAIR);
        struct profile p = of_ben();
        p.version += i == 0;
        p.items -= i == 1;
        p.name = i == 2 ? slice_make(name, sizeof name) : p.name;
        p.picture = i == 3 ? SLICE_ARRAY(bytes) : p.picture;
        p.ms = i == 4 ? 253402300800000u : p.ms;
        p.inbox = i == 5 ? SLICE_ARRAY(seventeen) : p.inbox;
        p.token = i == 6 ? SLICE_ARRAY(seventeen) : p.token;
        p.token = i == 7 ? SLICE_EMPTY : p.token;
        struct content c = profile(&p);
        (void)take(ben_is, &c);
        CHECK(is_unreadable(ERR_INPUT));
        CHECK(person(ben_is).name.n == 0 && person(ben_is).picture.n == 0);
        CHECK_ERR(store_own_person_door(w.store, ben_is, &door), OK);
        CHECK(!door.has_inbox && !door.has_token);
        end();
    }
    begin(STORE_CHAT_PAIR);
    struct profile p = of_ben();
    p.name = slice_make(name, LIMIT_NAME_BYTES);
    p.picture = slice_make(bytes, PICTURE_BYTES_MAX);
    struct content c = profile(&p);
    (void)take(ben_is, &c);
    CHECK(person(ben_is).name.n == LIMIT_NAME_BYTES && messages() == 0);
    end();
}

TEST(their_name_accepts_a_chat_that_waits_and_mine_says_nothing)
{
    begin(STORE_CHAT_PAIR);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_WAITING), OK);
    struct profile p = of_ben();
    struct content c = profile(&p);
    (void)take(STORE_PERSON_ME, &c);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_WAITING &&
          person(STORE_PERSON_ME).name.n == 0);
    (void)take(ben_is, &c);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_OPEN);
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_ACCEPTED);
    CHECK(own_world_int(&w, "SELECT sender FROM message") == ben_is);
    end();
}

static struct content picture(struct slice bytes, uint64_t version)
{
    struct content c;
    struct slice body = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 256);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, version);
    cbor_put_bytes(&b, bytes);
    CHECK_ERR(buf_finish(&b, &body), OK);
    content_init(&c);
    c.part = content_single(CONTENT_PROFILE, SLICE_LITERAL(OWN_TYPE_PICTURE), body);
    return c;
}

TEST(the_picture_of_a_group_comes_from_who_runs_it)
{
    static uint8_t bytes[PICTURE_BYTES_MAX + 1];
    begin(STORE_CHAT_GROUP);
    struct content c = picture(slice_make(bytes, PICTURE_BYTES_MAX), 1);
    (void)take(ben_is, &c);
    CHECK(own_world_row(&w, chat).picture.n == PICTURE_BYTES_MAX && messages() == 0);
    c = picture(SLICE_LITERAL("hers"), 1);
    (void)take(eve_is, &c);
    CHECK(is_unreadable(ERR_AUTH_POLICY) && own_world_row(&w, chat).picture.n == PICTURE_BYTES_MAX);
    own_world_sql(&w, "DELETE FROM message");
    c = picture(SLICE_ARRAY(bytes), 1);
    (void)take(ben_is, &c);
    CHECK(is_unreadable(ERR_AUTH_POLICY) && own_world_row(&w, chat).picture.n == PICTURE_BYTES_MAX);
    own_world_sql(&w, "DELETE FROM message");
    c = picture(SLICE_EMPTY, 2);
    (void)take(ben_is, &c);
    CHECK(is_unreadable(ERR_AUTH_POLICY) && own_world_row(&w, chat).picture.n == PICTURE_BYTES_MAX);
    end();
}

/* ---- a device that its account has dropped --------------------------------------------------- */

TEST(a_dropped_device_only_talks)
{
    begin(STORE_CHAT_PAIR);
    struct profile p = of_ben();
    struct content said = text("a word"), name = profile(&p);
    struct own_word v = word(encoded(&name));
    v.removed = true;
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(person(ben_is).name.n == 0 && messages() == 0);
    v = word(encoded(&said));
    v.removed = true;
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK(message(v.about).removed && message(v.about).type == STORE_MESSAGE_TEXT);
    end();
}

/* ---- for other files ------------------------------------------------------------------------- */

/* missing.h answers; here they are only handed over. */
TEST(a_question_and_an_answer_are_handed_over)
{
    struct content c;
    begin(STORE_CHAT_GROUP);
    content_init(&c);
    c.part = content_single(CONTENT_PROFILE, SLICE_LITERAL(OWN_TYPE_AGAIN), SLICE_LITERAL("which"));
    struct own_word v = word(encoded(&c));
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK_BYTES(v.question, SLICE_LITERAL("which"));
    CHECK(v.answer.n == 0);
    c.part = content_single(CONTENT_PROFILE, SLICE_LITERAL(OWN_TYPE_ANSWER), SLICE_LITERAL("this"));
    v = word(encoded(&c));
    CHECK_ERR(take_word(ben_is, &v), OK);
    CHECK_BYTES(v.answer, SLICE_LITERAL("this"));
    CHECK(v.question.n == 0 && messages() == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_text_is_shown_with_its_author_its_time_and_its_place),
          TEST_ROW(what_i_said_on_another_device_is_mine_and_can_be_told_again),
          TEST_ROW(nothing_is_taken_of_who_is_blocked_or_where_we_are_leaving),
          TEST_ROW(a_word_of_theirs_answers_a_chat_that_waits),
          TEST_ROW(an_answer_a_mention_and_a_timer_go_along),
          TEST_ROW(what_is_no_content_is_shown_as_such_and_nothing_is_lost),
          TEST_ROW(what_no_version_of_ours_says_is_unreadable),
          TEST_ROW(an_edit_or_a_deletion_is_its_authors),
          TEST_ROW(what_comes_before_its_message_waits_for_it), TEST_ROW(an_edit_is_text),
          TEST_ROW(a_reaction_is_given_and_taken_back_by_who_gave_it),
          TEST_ROW(a_reaction_that_was_taken_back_before_it_came_does_not_come),
          TEST_ROW(a_reaction_is_short_and_on_something),
          TEST_ROW(a_profile_says_name_picture_and_door),
          TEST_ROW(a_profile_is_whole_or_nothing_of_it_is_taken),
          TEST_ROW(their_name_accepts_a_chat_that_waits_and_mine_says_nothing),
          TEST_ROW(the_picture_of_a_group_comes_from_who_runs_it),
          TEST_ROW(a_dropped_device_only_talks), TEST_ROW(a_question_and_an_answer_are_handed_over))
