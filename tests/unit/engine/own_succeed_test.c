/* A room in the place of another one: what was said, what waits to be sent, and the ids by which
 * that speaks of each other. */
#include "engine/own/succeed.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account me, ben;
static struct store_chat old, now;
static int64_t ben_is;

static void reload(void)
{
    CHECK_ERR(store_chat_get(w.store, &w.arena, old.id, &old), OK);
    CHECK_ERR(store_chat_get(w.store, &w.arena, now.id, &now), OK);
}

/* Two rooms with Ben. */
static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    ben_is = own_world_know(&w, &ben, 1);
    old.id = own_world_chat(&w, STORE_CHAT_PAIR, ben_is);
    own_world_sql(&w, "UPDATE chat SET room=randomblob(16),mailbox=randomblob(16),pinned=7,"
                      "muted_until=8,draft='half a word'");
    CHECK_ERR(store_person_set_chat(w.store, ben_is, old.id), OK);
    now.id = own_world_chat(&w, STORE_CHAT_PAIR, ben_is);
    reload();
}

static void end(void)
{
    own_world_end(&w);
}

struct waiting {
    int64_t out, message;
    uint8_t mid[32];
    struct slice content;
};

/* A word of mine that waits in the old room; replaces, answers: ids that it names, or NULL. */
static struct waiting say(const char *text, const uint8_t *replaces, const uint8_t *answers)
{
    struct waiting v = {0};
    struct store_message m = {.chat = old.id,
                              .sender = STORE_PERSON_ME,
                              .mine = true,
                              .at_ms = 1,
                              .type = STORE_MESSAGE_TEXT,
                              .state = STORE_STATE_QUEUED,
                              .text = slice_of_string(text)};
    struct content c = {.part = content_text(slice_of_string(text))};
    memset(c.salt, text[0], sizeof c.salt);
    if (replaces != NULL) {
        content_set_replaces(&c, replaces);
    }
    if (answers != NULL) {
        content_set_in_reply_to(&c, answers);
    }
    CHECK_ERR(content_encode(&w.arena, &c, &v.content), OK);
    CHECK_ERR(content_message_id(v.mid, SLICE_ARRAY(me.id), SLICE_ARRAY(old.room), v.content), OK);
    memcpy(m.mid, v.mid, sizeof m.mid);
    CHECK_ERR(store_message_add(w.store, &m), OK);
    v.message = m.id;
    CHECK_ERR(store_outbox_put(w.store, old.id, m.id, v.content, v.mid, false, m.id, 1, &v.out),
              OK);
    return v;
}

static void succeed(void)
{
    reload();
    CHECK_ERR(own_chat_succeed(w.o, &w.s, &old, &now), OK);
}

/* What waits in a room, in order. */
static size_t waits(int64_t chat, struct store_out **list)
{
    size_t n = 0;
    CHECK_ERR(store_outbox_list(w.store, &w.arena, chat, 0, 9, list, &n), OK);
    return n;
}

TEST(what_was_said_and_how_the_chat_looks_goes_over)
{
    struct store_message m = {.sender = 2, .at_ms = 5, .type = STORE_MESSAGE_TEXT};
    begin();
    m.chat = old.id;
    m.sender = ben_is;
    m.text = SLICE_LITERAL("from Ben");
    CHECK_ERR(store_message_add(w.store, &m), OK);
    w.s.durable = w.s.dirty = false;
    succeed();
    CHECK_ERR(store_message_get(w.store, &w.arena, m.id, &m), OK);
    CHECK(m.chat == now.id && m.sender == ben_is);
    reload();
    CHECK(now.pinned == 7 && now.muted_until == 8 && old.alias_of == now.id && now.alias_of == 0);
    CHECK_BYTES(now.draft, SLICE_LITERAL("half a word"));
    CHECK(own_world_int(&w, "SELECT chat FROM person WHERE id<>1") == now.id);
    CHECK(w.s.durable && w.s.dirty);
    end();
}

TEST(a_word_that_waits_is_another_one_there_and_what_names_it_follows)
{
    struct store_out *list = NULL;
    struct store_message m;
    struct content c;
    uint8_t mid[32];
    begin();
    struct waiting word = say("a word", NULL, NULL);
    struct waiting edit = say("better", word.mid, NULL);
    struct waiting reply = say("reply", NULL, word.mid);
    succeed();
    CHECK(waits(old.id, &list) == 0);
    REQUIRE(waits(now.id, &list) == 3);
    CHECK_ERR(content_message_id(mid, SLICE_ARRAY(me.id), SLICE_ARRAY(now.room), word.content), OK);
    CHECK_BYTES(SLICE_ARRAY(list[0].mid), SLICE_ARRAY(mid));
    CHECK(memcmp(mid, word.mid, 32) != 0 && list[0].counter == -1 && !list[0].is_sealed);
    CHECK_ERR(store_message_get(w.store, &w.arena, word.message, &m), OK);
    CHECK_BYTES(SLICE_ARRAY(m.mid), SLICE_ARRAY(mid));
    CHECK(m.chat == now.id && m.leaf == 0);
    CHECK_ERR(content_decode(&w.arena, list[1].content, &c), OK);
    CHECK(list[1].id == edit.out && c.has_replaces && !c.has_in_reply_to);
    CHECK_BYTES(SLICE_ARRAY(c.replaces), SLICE_ARRAY(mid));
    CHECK_ERR(content_message_id(mid, SLICE_ARRAY(me.id), SLICE_ARRAY(now.room), list[1].content),
              OK);
    CHECK_BYTES(SLICE_ARRAY(list[1].mid), SLICE_ARRAY(mid)); /* of what it says now */
    CHECK_ERR(content_decode(&w.arena, list[2].content, &c), OK);
    CHECK(list[2].id == reply.out && c.has_in_reply_to && !c.has_replaces);
    CHECK_BYTES(SLICE_ARRAY(c.in_reply_to), SLICE_ARRAY(list[0].mid));
    end();
}

static void number(int64_t out)
{
    struct store_out o = {.id = out, .counter = 4};
    CHECK_ERR(store_outbox_number(w.store, &o), OK);
}

TEST(what_has_its_number_there_and_can_go_goes_there)
{
    struct store_out *list = NULL;
    begin();
    struct waiting one = say("numbered", NULL, NULL), two = say("not yet", NULL, NULL);
    number(one.out);
    succeed();
    REQUIRE(waits(old.id, &list) == 1);
    CHECK(list[0].id == one.out && list[0].counter == 4);
    CHECK_BYTES(SLICE_ARRAY(list[0].mid), SLICE_ARRAY(one.mid));
    REQUIRE(waits(now.id, &list) == 1);
    CHECK(list[0].id == two.out);
    end();
}

TEST(where_nothing_can_go_any_more_all_goes_over)
{
    static const char *const dead[] = {
        "UPDATE chat SET state=2 WHERE alias_of IS NULL AND pinned=7",
        "UPDATE chat SET note=1 WHERE alias_of IS NULL AND pinned=7",
    };
    for (size_t i = 0; i < sizeof dead / sizeof dead[0]; i++) {
        struct store_out *list = NULL;
        begin();
        struct waiting one = say("numbered", NULL, NULL);
        number(one.out);
        own_world_sql(&w, dead[i]);
        succeed();
        CHECK(waits(old.id, &list) == 0);
        REQUIRE(waits(now.id, &list) == 1);
        CHECK(list[0].id == one.out && list[0].counter == -1);
        CHECK(memcmp(list[0].mid, one.mid, 32) != 0);
        end();
    }
}

TEST(what_was_given_up_or_has_arrived_is_not_said_twice)
{
    struct store_out *list = NULL;
    begin();
    struct waiting given = say("given up", NULL, NULL), there = say("there", NULL, NULL);
    struct waiting sent = say("sent", NULL, NULL);
    own_world_sql(&w, "UPDATE outbox SET content=x'00' WHERE id=(SELECT min(id) FROM outbox)");
    CHECK_ERR(store_message_set_state(w.store, there.message, STORE_STATE_DELIVERED, 0), OK);
    CHECK_ERR(store_message_set_state(w.store, sent.message, STORE_STATE_SENT, 0), OK);
    succeed();
    CHECK(waits(old.id, &list) == 0);
    REQUIRE(waits(now.id, &list) == 1);
    CHECK(list[0].id == sent.out && list[0].id != given.out); /* with the gateway is not arrived */
    end();
}

TEST_MAIN(TEST_ROW(what_was_said_and_how_the_chat_looks_goes_over),
          TEST_ROW(a_word_that_waits_is_another_one_there_and_what_names_it_follows),
          TEST_ROW(what_has_its_number_there_and_can_go_goes_there),
          TEST_ROW(where_nothing_can_go_any_more_all_goes_over),
          TEST_ROW(what_was_given_up_or_has_arrived_is_not_said_twice))
