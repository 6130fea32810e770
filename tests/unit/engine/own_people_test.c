/* Adding people by link, the link of a group, revoking devices (own/people.h). */
#include "engine/own/people.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/contact_link.h"
#include "engine/own/make.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/own_person.h"
#include "store/people.h"

#define JOIN_VERSION 2

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account bela, cyd;

static void begin(void)
{
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
        own_world_account(&cyd, 3, 103);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static enum err add(struct slice link, int64_t *chat)
{
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
    *chat = 0;
    return own_add(w.o, &w.s, link, chat);
}

static struct store_person person(const struct own_world_account *a)
{
    struct store_person p;
    CHECK_ERR(store_person_find(w.store, &w.arena, a->id, &p), OK);
    return p;
}

static struct store_own_person_door door(const struct own_world_account *a)
{
    struct store_own_person_door d;
    CHECK_ERR(store_own_person_door(w.store, person(a).id, &d), OK);
    return d;
}

static int64_t group(void)
{
    struct store_chat c;
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    return c.id;
}

static int64_t wishes(int64_t chat, enum own_wish kind)
{
    struct store_wish *list = NULL;
    size_t n = 0;
    int64_t k = 0;
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    for (size_t i = 0; i < n; i++) {
        k += list[i].kind == (int)kind;
    }
    return k;
}

/* ---- by link --------------------------------------------------------------------------------- */

TEST(a_link_makes_a_chat_that_waits_for_their_answer)
{
    struct store_chat c;
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    struct store_person p = person(&bela);
    struct store_own_person_door at = door(&bela);
    CHECK(p.contact == 1 && at.has_inbox && at.has_token && p.chat == chat && w.s.durable);
    CHECK(at.inbox[0] == bela.id[0] && at.token[15] == bela.id[0]);
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK(c.type == STORE_CHAT_PAIR && c.state == STORE_CHAT_WAITING && c.person == p.id);
    CHECK(wishes(chat, OWN_WISH_ADD_PERSON) == 1 && w.out.people.n == 1);
    end();
}

TEST(whom_we_have_a_chat_with_is_not_added_twice)
{
    int64_t chat = 0, again = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    own_world_sql(&w, "UPDATE person SET blocked=1,contact=0 WHERE id>1");
    own_world_sql(&w, "UPDATE chat SET hidden=1 WHERE type=1");
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &again), OK);
    CHECK(again == chat && own_world_int(&w, "SELECT count(*) FROM chat WHERE type=1") == 1);
    struct store_person p = person(&bela); /* wanted again, so shown again */
    CHECK(p.blocked == 0 && p.contact == 1);
    CHECK(own_world_int(&w, "SELECT hidden FROM chat WHERE type=1") == 0);
    own_world_sql(&w, "UPDATE chat SET state=2 WHERE type=1"); /* that one is over */
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &again), OK);
    CHECK(again != chat && person(&bela).chat == again);
    end();
}

TEST(a_link_that_leads_nowhere_adds_nobody)
{
    static const uint8_t token[16] = {1};
    int64_t chat = 0;
    struct slice mine = SLICE_EMPTY;
    begin();
    CHECK_ERR(add(SLICE_LITERAL("no link"), &chat), ERR_INPUT);
    CHECK_ERR(own_link_text(w.o, &w.s, token, SLICE_EMPTY, &mine), OK);
    CHECK_ERR(add(mine, &chat), ERR_STATE_OWN);
    struct slice theirs = own_world_link(&w, &bela, SLICE_EMPTY);
    memcpy(w.o->gateway, "http://elsewhere.test", sizeof "http://elsewhere.test");
    CHECK_ERR(add(theirs, &chat), ERR_INPUT_VERSION);
    CHECK(own_world_int(&w, "SELECT count(*) FROM person") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE type=1") == 0);
    end();
}

/* Who made the group is asked in our chat, with the proof that we hold the link. */
TEST(the_link_of_a_group_asks_whoever_made_it)
{
    static const uint8_t secret[OWN_LINK_SECRET_SIZE] = {9};
    int64_t chat = 0, again = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_ARRAY(secret)), &chat), OK);
    CHECK(own_world_int(&w, "SELECT length(door_secret) FROM chat WHERE type=1") ==
          OWN_LINK_SECRET_SIZE);
    own_world_sql(&w, "DELETE FROM outbox");
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_ARRAY(secret)), &again), OK);
    CHECK(again == chat && own_world_int(&w, "SELECT count(*) FROM outbox") == 1);
    /* such a link may be turned off: the token that is here stays */
    own_world_sql(&w, "UPDATE own_person SET token=zeroblob(16) WHERE person>1");
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_ARRAY(secret)), &again), OK);
    CHECK(door(&bela).token[0] == 0);
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &again), OK);
    CHECK(door(&bela).token[0] == bela.id[0]);
    end();
}

/* ---- the link of a group --------------------------------------------------------------------- */

TEST(only_who_runs_a_group_has_its_link)
{
    struct slice link;
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    CHECK_ERR(own_group_link(w.o, &w.s, chat, true, &link), ERR_STATE); /* no group */
    CHECK_ERR(own_group_link(w.o, &w.s, 999, true, &link), ERR_GONE);
    int64_t crew = group();
    own_world_sql(&w, "UPDATE chat SET role=0 WHERE type=2");
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &link), ERR_AUTH_POLICY);
    CHECK_ERR(own_group_link(w.o, &w.s, crew, false, &link), ERR_AUTH_POLICY);
    own_world_sql(&w, "UPDATE chat SET role=1,state=2 WHERE type=2");
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &link), ERR_STATE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM link WHERE kind=2") == 0);
    end();
}

TEST(the_link_of_a_group_is_shown_again_until_it_is_ended)
{
    struct slice link, same, other;
    struct own_link_parts p;
    begin();
    int64_t crew = group();
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &link), OK);
    CHECK_ERR(own_link_parse(&w.arena, link, &p), OK);
    CHECK(p.what == ABI_LINK_WHAT_GROUP);
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &same), OK);
    CHECK_BYTES(same, link);
    CHECK_ERR(own_group_link(w.o, &w.s, crew, false, &other), OK);
    CHECK(other.n == 0 && w.s.durable);
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &other), OK);
    CHECK(other.n > 0 && !slice_equal(other, link));
    end();
}

static struct slice join(uint64_t version, struct slice token, const uint8_t proof[32])
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 96);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, version);
    cbor_put_bytes(&b, token);
    cbor_put_bytes(&b, slice_make(proof, 32));
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(who_proves_that_they_hold_the_link_is_let_in)
{
    struct slice link;
    struct own_link_parts p;
    struct store_chat pair;
    uint8_t proof[32], wrong[32];
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &pair), OK);
    int64_t crew = group(), who = person(&bela).id;
    CHECK_ERR(own_group_link(w.o, &w.s, crew, true, &link), OK);
    CHECK_ERR(own_link_parse(&w.arena, link, &p), OK);
    CHECK_ERR(
        own_link_proof(&w.arena, SLICE_ARRAY(p.secret), SLICE_ARRAY(pair.room), bela.id, proof),
        OK);
    struct slice token = SLICE_ARRAY(p.token);
    CHECK_ERR(own_join_take(w.o, &w.s, &pair, who, join(1, token, proof)), ERR_INPUT);
    CHECK_ERR(
        own_join_take(w.o, &w.s, &pair, who, join(JOIN_VERSION, slice_make(token.p, 15), proof)),
        ERR_INPUT);
    CHECK(own_join_take(w.o, &w.s, &pair, who, SLICE_LITERAL("x")) != OK);
    memcpy(wrong, proof, sizeof wrong);
    wrong[31] ^= 1;
    CHECK_ERR(own_join_take(w.o, &w.s, &pair, who, join(JOIN_VERSION, token, wrong)), OK);
    /* in the name of another */
    CHECK_ERR(own_join_take(w.o, &w.s, &pair, STORE_PERSON_ME, join(JOIN_VERSION, token, proof)),
              OK);
    CHECK(wishes(crew, OWN_WISH_ADD_PERSON) == 0);
    CHECK_ERR(own_join_take(w.o, &w.s, &pair, who, join(JOIN_VERSION, token, proof)), OK);
    CHECK(wishes(crew, OWN_WISH_ADD_PERSON) == 1);
    /* ended: nobody comes in by it any more */
    own_world_sql(&w, "DELETE FROM wish");
    CHECK_ERR(own_group_link(w.o, &w.s, crew, false, &link), OK);
    CHECK_ERR(own_join_take(w.o, &w.s, &pair, who, join(JOIN_VERSION, token, proof)), OK);
    CHECK(wishes(crew, OWN_WISH_ADD_PERSON) == 0);
    end();
}

/* ---- comparing ------------------------------------------------------------------------------- */

TEST(comparing_is_of_the_newest_entry_and_by_this_device)
{
    struct slice head, by;
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    int64_t who = person(&bela).id;
    CHECK_ERR(own_person_verify(w.o, &w.s, who, true), ERR_GONE); /* no entry is known */
    (void)own_world_know(&w, &bela, 1);
    CHECK_ERR(own_person_verify(w.o, &w.s, who, true), OK);
    CHECK_ERR(store_person_compared(w.store, &w.arena, who, &head, &by), OK);
    CHECK_BYTES(head, SLICE_ARRAY(bela.e[0].hash));
    CHECK_BYTES(by, SLICE_ARRAY(w.o->device));
    CHECK(person(&bela).verified == ABI_VERIFIED_NOW);
    CHECK_ERR(own_person_verify(w.o, &w.s, who, false), OK);
    CHECK(person(&bela).verified == ABI_VERIFIED_KNOWN);
    end();
}

TEST(a_fork_that_was_looked_at_is_to_be_compared_again)
{
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    own_world_sql(&w, "UPDATE person SET fork=1,verified=2 WHERE id>1");
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_person_keep_ours(&w.s, person(&bela).id), OK);
    CHECK(!person(&bela).fork && person(&bela).verified == ABI_VERIFIED_CHANGED);
    CHECK(w.out.people.n == 1 && w.out.chats.n == 1);
    CHECK_ERR(own_person_keep_ours(&w.s, 999), ERR_GONE);
    end();
}

/* ---- devices --------------------------------------------------------------------------------- */

TEST(every_chat_takes_my_devices_in)
{
    int64_t chat = 0;
    begin();
    CHECK_ERR(add(own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    own_world_sql(&w, "DELETE FROM wish");
    CHECK_ERR(own_devices_everywhere(w.o, &w.s), OK);
    CHECK(wishes(chat, OWN_WISH_ADD_DEVICES) == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM wish WHERE kind=2") ==
          own_world_int(&w, "SELECT count(*) FROM chat"));
    end();
}

TEST(a_device_is_revoked_when_it_is_another_of_mine)
{
    struct own_world_account me;
    begin();
    own_world_end(&w);
    own_world_account(&me, 1, 101);
    own_world_added(&me, 3, 1);
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    struct slice own_key = SLICE_ARRAY(w.o->device);
    struct slice phone = slice_make(own_world_key(3), CHAIN_KEY_SIZE);
    struct slice foreign = slice_make(own_world_key(4), CHAIN_KEY_SIZE);
    CHECK_ERR(own_device_revoke(w.o, &w.s, own_key, NULL, NULL), ERR_INPUT);
    CHECK_ERR(own_device_revoke(w.o, &w.s, slice_make(phone.p, 31), NULL, NULL), ERR_INPUT);
    CHECK_ERR(own_device_revoke(w.o, &w.s, foreign, NULL, NULL), ERR_GONE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chain_wish") == 0);
    CHECK_ERR(own_device_revoke(w.o, &w.s, phone, NULL, NULL), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chain_wish") == 1);
    end();
}

TEST_MAIN(TEST_ROW(a_link_makes_a_chat_that_waits_for_their_answer),
          TEST_ROW(whom_we_have_a_chat_with_is_not_added_twice),
          TEST_ROW(a_link_that_leads_nowhere_adds_nobody),
          TEST_ROW(the_link_of_a_group_asks_whoever_made_it),
          TEST_ROW(only_who_runs_a_group_has_its_link),
          TEST_ROW(the_link_of_a_group_is_shown_again_until_it_is_ended),
          TEST_ROW(who_proves_that_they_hold_the_link_is_let_in),
          TEST_ROW(comparing_is_of_the_newest_entry_and_by_this_device),
          TEST_ROW(a_fork_that_was_looked_at_is_to_be_compared_again),
          TEST_ROW(every_chat_takes_my_devices_in),
          TEST_ROW(a_device_is_revoked_when_it_is_another_of_mine))
