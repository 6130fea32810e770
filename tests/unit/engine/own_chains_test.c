/* The chains of other people (own/chains.h): asked for when they are due, taken whoever brings
 * them, told of, and given back to a gateway that lost them. */
#include "engine/own/chains.h"

#include <string.h>

#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/member.h"
#include "store/own_person.h"

#define MINUTE_MS 60000ull
#define DAY_MS (24 * 60 * MINUTE_MS)

static struct own_world w;
static struct own_world_account me, bela, branch;
static int64_t her, chat;

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&bela, 2, 102);
        own_world_added(&bela, 5, 2);
        own_world_added(&bela, 6, 2);
        own_world_branch(&branch, &bela, 1);
        own_world_added(&branch, 7, 2);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    her = own_world_know(&w, &bela, 1);
    chat = own_world_chat(&w, STORE_CHAT_PAIR, her);
    CHECK_ERR(store_person_set_chat(w.store, her, chat), OK);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct own_ask asked(enum frame_type type)
{
    struct own_ask q = own_world_asked(&w, type);
    CHECK(q.conn == OWN_CONN_CHAINS);
    return q;
}

static struct store_person person(void)
{
    struct store_person p;
    CHECK_ERR(store_person_get(w.store, &w.arena, her, &p), OK);
    return p;
}

static uint64_t known(void)
{
    struct chain_entry e;
    CHECK_ERR(store_chain_head(w.store, her, &e), OK);
    return e.n;
}

static int64_t notices(void)
{
    return own_world_int(&w, "SELECT count(*) FROM message WHERE type=2");
}

/* Her chain is due, and is asked for; from this number on. */
static struct own_ask ask_for_her(uint64_t *from)
{
    struct wire_chain_get g;
    struct slice body;
    memset(&g, 0, sizeof g);
    own_world_sql(&w, "UPDATE own_person SET chain_due=1,chain_ask_ms=0 WHERE person=2");
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    if (own_world_sent(&w, OWN_CONN_CHAINS, FRAME_CHAIN_GET, &body)) {
        CHECK_ERR(wire_chain_get_decode(&w.arena, body, &g), OK);
        CHECK_BYTES(g.account, SLICE_ARRAY(bela.id));
    }
    *from = g.from;
    return asked(FRAME_CHAIN_GET);
}

static enum err tell(struct own_ask q, const struct slice *entries, size_t n)
{
    struct wire_chain c = {SLICE_ARRAY(bela.id), entries, n, false, SLICE_EMPTY};
    struct buf b = buf_arena(&w.arena, 8192);
    wire_chain_put(&b, &c);
    return own_chains_answer(w.o, &w.s, &q, buf_view(&b), 0);
}

/* ---- asking --------------------------------------------------------------------------------- */

TEST(a_chain_that_is_due_is_asked_for_on_a_line_of_its_own)
{
    uint64_t from = 99;
    begin();
    w.o->conn[OWN_CONN_CHAINS].line = OWN_CLOSED;
    memcpy(w.o->gateway, "http://gw.test", sizeof "http://gw.test");
    CHECK_ERR(store_own_person_set_chain_due(w.store, her, true), OK);
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK(w.o->chains_wanted && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    CHECK(w.o->conn[OWN_CONN_CHAINS].line == OWN_DIALLING);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    struct own_ask q = ask_for_her(&from);
    /* with the newest that is known: when nothing comes, the gateway has lost it */
    CHECK(from == 0 && q.a == her && q.b == OWN_ASK_CHAIN);
    CHECK_ERR(tell(q, bela.bytes, 3), OK);
    (void)ask_for_her(&from);
    CHECK(from == 2);
    end();
}

TEST(the_line_ends_when_nothing_is_left_to_ask)
{
    begin();
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    w.o->chains_wanted = true;
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK(!w.o->chains_wanted && w.o->conn[OWN_CONN_CHAINS].line == OWN_CLOSED);
    CHECK(w.o->conn[OWN_CONN_CHAINS].failures == 0);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    w.o->time_wanted = true; /* somebody else needs it still */
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK(w.o->conn[OWN_CONN_CHAINS].line == OWN_READY);
    end();
}

TEST(who_has_no_account_yet_asks_for_nobody)
{
    begin();
    CHECK_ERR(store_own_person_set_chain_due(w.store, her, true), OK);
    w.o->base.ready = false;
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    end();
}

TEST(a_question_is_asked_once_until_it_is_answered)
{
    uint64_t from = 0;
    begin();
    (void)ask_for_her(&from);
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK_ERR(own_chains_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 1);
    end();
}

TEST(what_is_said_in_a_chat_makes_a_chain_due_once_a_day)
{
    struct store_chat c;
    begin();
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    CHECK_ERR(store_member_put(w.store, chat, her, 0), OK);
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK_ERR(own_chains_daily(w.o, &w.s, &c), OK);
    CHECK(own_world_int(&w, "SELECT chain_due FROM own_person WHERE person=2") == 1);
    uint64_t from = 0;
    CHECK_ERR(tell(ask_for_her(&from), NULL, 0), OK);
    CHECK(own_world_int(&w, "SELECT chain_due FROM own_person WHERE person=2") == 0);
    w.s.now_ms += DAY_MS - MINUTE_MS;
    CHECK_ERR(own_chains_daily(w.o, &w.s, &c), OK);
    CHECK(own_world_int(&w, "SELECT chain_due FROM own_person WHERE person=2") == 0);
    w.s.now_ms += 2 * MINUTE_MS;
    CHECK_ERR(own_chains_daily(w.o, &w.s, &c), OK);
    CHECK(own_world_int(&w, "SELECT chain_due FROM own_person WHERE person=2") == 1);
    end();
}

/* ---- answers -------------------------------------------------------------------------------- */

TEST(entries_that_follow_are_known_from_then_on)
{
    uint64_t from = 0;
    begin();
    struct own_ask q = ask_for_her(&from);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(tell(q, bela.bytes + 1, 2), OK);
    CHECK(known() == 2 && w.out.chats.n == 1 && notices() == 0);
    CHECK(own_due_any(w.o) && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    end();
}

TEST(a_gateway_that_says_later_is_asked_later)
{
    static const uint64_t later[] = {WIRE_CODE_RATE, WIRE_CODE_BUSY};
    uint64_t from = 0;
    for (size_t i = 0; i < 2; i++) {
        begin();
        struct own_ask q = ask_for_her(&from);
        CHECK_ERR(own_chains_answer(w.o, &w.s, &q, SLICE_EMPTY, later[i]), OK);
        CHECK_ERR(own_chains_work(w.o, &w.s), OK);
        CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0);
        w.s.now_ms += MINUTE_MS;
        CHECK_ERR(own_chains_work(w.o, &w.s), OK);
        w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
        CHECK_ERR(own_chains_work(w.o, &w.s), OK);
        CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 1);
        end();
    }
}

TEST(an_answer_about_nobody_or_without_a_chain_changes_nothing)
{
    uint64_t from = 0;
    begin();
    struct own_ask q = ask_for_her(&from);
    CHECK_ERR(own_chains_answer(w.o, &w.s, &q, SLICE_EMPTY, WIRE_CODE_UNKNOWN), OK);
    CHECK(known() == 0 &&
          own_world_int(&w, "SELECT chain_due FROM own_person WHERE person=2") == 0);
    CHECK(own_chains_answer(w.o, &w.s, &q, SLICE_LITERAL("x"), 0) != OK);
    q.a = 999;
    CHECK_ERR(own_chains_answer(w.o, &w.s, &q, SLICE_EMPTY, 0), OK);
    end();
}

/* A branch may have begun below what was asked for: it is asked for from there, once. */
TEST(what_does_not_follow_is_asked_for_from_below_once)
{
    uint64_t from = 0;
    begin();
    struct own_ask q = ask_for_her(&from);
    CHECK_ERR(tell(q, bela.bytes + 2, 1), OK); /* one is missing between */
    q = asked(FRAME_CHAIN_GET);
    CHECK(q.b == OWN_ASK_CHAIN_LOW);
    CHECK_ERR(tell(q, bela.bytes + 2, 1), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0 && known() == 0);
    end();
}

TEST(two_branches_are_told_and_kept)
{
    uint64_t from = 0;
    begin();
    CHECK_ERR(tell(ask_for_her(&from), bela.bytes + 1, 2), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(tell(ask_for_her(&from), branch.bytes + 1, 1), OK);
    CHECK(person().fork && notices() == 1 && known() == 2);
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_FORK);
    CHECK(w.out.chats.n >= 1);
    CHECK_ERR(tell(ask_for_her(&from), branch.bytes + 1, 1), OK); /* the same again */
    CHECK(notices() == 1);
    end();
}

/* The gateway was put back to a copy: anybody brings it what it lost. */
TEST(a_gateway_that_lost_a_chain_gets_it_back)
{
    struct wire_chain_put p;
    struct slice body;
    struct chain_entry e;
    uint64_t from = 0;
    begin();
    CHECK_ERR(tell(ask_for_her(&from), bela.bytes + 1, 2), OK);
    CHECK_ERR(tell(ask_for_her(&from), NULL, 0), OK); /* it has none from here on */
    static const struct {
        uint64_t n, failure;
    } rows[] = {{2, WIRE_CODE_CHAIN}, {1, WIRE_CODE_CHAIN}, {0, 0}, {1, 0}, {2, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        REQUIRE(own_world_sent(&w, OWN_CONN_CHAINS, FRAME_CHAIN_PUT, &body));
        CHECK_ERR(wire_chain_put_decode(&w.arena, body, &p), OK);
        CHECK_ERR(chain_read(p.entry, &e), OK);
        CHECK(e.n == rows[i].n && !p.has_hpke);
        CHECK_BYTES(p.account, SLICE_ARRAY(bela.id));
        struct own_ask q = asked(FRAME_CHAIN_PUT);
        CHECK_ERR(own_chains_given(w.o, &w.s, &q, rows[i].failure), OK);
    }
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0); /* that was all */
    struct own_ask q = {.a = her, .b = 0};
    CHECK_ERR(own_chains_given(w.o, &w.s, &q, WIRE_CODE_CHAIN), OK); /* below the first is none */
    CHECK_ERR(own_chains_given(w.o, &w.s, &q, WIRE_CODE_EXISTS), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    end();
}

TEST(entries_that_came_in_a_room_are_known)
{
    begin();
    struct own_entries_group g = own_world_bring(&bela, 1, 2);
    struct own_entries brought = {&g, 1};
    CHECK_ERR(own_chains_heard(w.o, &w.s, &brought), OK);
    CHECK(known() == 2);
    end();
}

/* Whoever brings it: the gateway, a package, a commit. */
TEST(a_chain_that_grew_is_looked_at_where_it_matters)
{
    struct own_identity_change c;
    begin();
    struct store_person who = person();
    w.o->checking_due = false;
    CHECK_ERR(own_chains_take(w.o, &w.s, &who, &bela.bytes[1], 1, &c), OK);
    CHECK(c.news == OWN_IDENTITY_GREW && known() == 1 && w.o->due.rest && !w.o->checking_due);
    CHECK_ERR(own_chains_take(w.o, &w.s, &who, &bela.bytes[1], 1, &c), OK);
    CHECK(c.news == OWN_IDENTITY_NOTHING && known() == 1);
    own_world_sql(&w, "INSERT INTO checking(hash,welcome,token,ref,server_ms,at_ms,signer) "
                      "VALUES(zeroblob(32),x'',x'',x'',1,1,1)");
    CHECK_ERR(
        store_sql_run(w.store, "INSERT INTO checking_for(checking,person) VALUES(1,?)", "i", her),
        OK);
    CHECK_ERR(own_chains_take(w.o, &w.s, &who, &bela.bytes[2], 1, &c), OK);
    CHECK(c.news == OWN_IDENTITY_GREW && w.o->checking_due); /* a room waits for it */
    CHECK_ERR(own_chains_take(w.o, &w.s, &who, &me.bytes[0], 1, &c), OK);
    CHECK(c.news != OWN_IDENTITY_GREW && known() == 2); /* of somebody else */
    end();
}

TEST_MAIN(TEST_ROW(a_chain_that_is_due_is_asked_for_on_a_line_of_its_own),
          TEST_ROW(the_line_ends_when_nothing_is_left_to_ask),
          TEST_ROW(who_has_no_account_yet_asks_for_nobody),
          TEST_ROW(a_question_is_asked_once_until_it_is_answered),
          TEST_ROW(what_is_said_in_a_chat_makes_a_chain_due_once_a_day),
          TEST_ROW(entries_that_follow_are_known_from_then_on),
          TEST_ROW(a_gateway_that_says_later_is_asked_later),
          TEST_ROW(an_answer_about_nobody_or_without_a_chain_changes_nothing),
          TEST_ROW(what_does_not_follow_is_asked_for_from_below_once),
          TEST_ROW(two_branches_are_told_and_kept),
          TEST_ROW(a_gateway_that_lost_a_chain_gets_it_back),
          TEST_ROW(entries_that_came_in_a_room_are_known),
          TEST_ROW(a_chain_that_grew_is_looked_at_where_it_matters))
