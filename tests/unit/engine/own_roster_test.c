/* Lines about who sits in a room, who runs it, and what it is (own/roster.h). */
#include "engine/own/roster.h"

#include <string.h>

#include "engine/own/identity_take.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/people.h"

#define PHONE 5 /* Bela's second device */

static struct own_world w;
static struct own_world_account ana, bela, cyd;
static struct own_world_member ana1, bela2, bela5, cyd3;
static struct own_world_room room;
static struct own_room context;
static int64_t chat, her;
static const struct timeline_by somebody = {STORE_PERSON_ME, ABI_BY_HOW_SAYS, false};

/* Ana's store, who knows Bela; in the tree sits Ana alone. */
static void begin(int type)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
        own_world_account(&bela, 2, 102);
        own_world_added(&bela, PHONE, 2);
        own_world_account(&cyd, 3, 103);
    }
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
    her = own_world_know(&w, &bela, 2);
    (void)own_world_know(&w, &cyd, 1);
    chat = own_world_chat(&w, type, type == STORE_CHAT_PAIR ? her : 0);
    context = own_world_context(type);
    own_world_sit(&ana1, &ana, 1, 0);
    own_world_sit(&bela2, &bela, 2, 1);
    own_world_sit(&bela5, &bela, PHONE, 1);
    own_world_sit(&cyd3, &cyd, 3, 0);
    own_world_open(&room, &ana1, &context);
}

static void end(void)
{
    own_world_close(&room);
    own_world_end(&w);
}

/* So it was when we left it. */
static void was_in(const struct own_world_account *a, int role)
{
    int64_t person = 0;
    CHECK_ERR(store_person_ensure(w.store, a->id, &person), OK);
    CHECK_ERR(store_member_put(w.store, chat, person, role), OK);
}

static void had_device(const struct own_world_account *a, uint8_t device)
{
    int64_t person = 0;
    CHECK_ERR(store_person_ensure(w.store, a->id, &person), OK);
    CHECK_ERR(store_sql_run(w.store, "INSERT INTO sign(chat,device,person,heard) VALUES(?,?,?,1)",
                            "ibi", chat, slice_make(own_world_key(device), CHAIN_KEY_SIZE), person),
              OK);
}

/* We come in again: was somebody new? */
static bool again(void)
{
    struct store_chat c = own_world_row(&w, chat);
    bool newcomer = false;
    CHECK_ERR(own_roster_again(w.o, &w.s, &c, ana1.m.g, &context, &somebody, &newcomer), OK);
    return newcomer;
}

static int64_t said(enum abi_notice notice)
{
    int64_t n = 0;
    CHECK_ERR(store_sql_get_int(w.store, &n, "SELECT count(*) FROM message WHERE notice=?", "i",
                                (int64_t)notice),
              OK);
    return n;
}

static int64_t lines(void)
{
    return own_world_int(&w, "SELECT count(*) FROM message");
}

/* ---- coming in again ------------------------------------------------------------------------- */

TEST(a_room_that_is_new_to_us_has_no_news)
{
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    CHECK(!again() && lines() == 0);
    end();
}

TEST(a_room_that_is_as_we_left_it_has_no_news)
{
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    was_in(&ana, 0);
    was_in(&bela, 0);
    had_device(&bela, 2);
    CHECK(!again() && lines() == 0);
    end();
}

TEST(who_came_and_who_is_gone_is_said_once_a_person)
{
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    own_world_take_in(&room, &ana1, &bela5); /* with two devices */
    was_in(&ana, 0);
    was_in(&cyd, 0);
    had_device(&cyd, 3);
    CHECK(again());
    CHECK(said(ABI_NOTICE_JOINED) == 1 && said(ABI_NOTICE_GONE) == 1 && lines() == 2);
    CHECK(own_world_int(&w, "SELECT by_how FROM message WHERE notice=2") == ABI_BY_HOW_SAYS);
    end();
}

TEST(devices_that_came_and_went_are_said_of_who_stayed)
{
    static const int types[] = {STORE_CHAT_GROUP, STORE_CHAT_PAIR};
    for (size_t i = 0; i < 2; i++) {
        begin(types[i]);
        own_world_take_in(&room, &ana1, &bela5);
        was_in(&ana, 0);
        was_in(&bela, 0);
        had_device(&bela, 2);
        CHECK(!again());
        CHECK(said(ABI_NOTICE_DEVICE) == 1 && said(ABI_NOTICE_DEVICE_GONE) == 1 && lines() == 2);
        end();
    }
}

/* Of whom no device is known from before, only that they are here is. */
TEST(devices_of_whom_none_was_known_are_no_news)
{
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    own_world_take_in(&room, &ana1, &bela5);
    was_in(&ana, 0);
    was_in(&bela, 0);
    CHECK(!again() && lines() == 0);
    end();
}

TEST(in_a_chat_of_two_nobody_comes_or_goes)
{
    begin(STORE_CHAT_PAIR);
    own_world_take_in(&room, &ana1, &bela2);
    was_in(&ana, 0);
    was_in(&cyd, 0);
    CHECK(again()); /* but somebody is new to us */
    CHECK(lines() == 0);
    end();
}

TEST(notes_have_no_roster)
{
    begin(STORE_CHAT_SELF);
    was_in(&ana, 0);
    was_in(&bela, 0);
    CHECK(!again() && lines() == 0);
    end();
}

TEST(who_runs_it_now_is_said)
{
    static uint8_t admins[1][32];
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    memcpy(admins[0], bela.id, sizeof admins[0]);
    context.admins = (const uint8_t(*)[32])admins;
    context.admin_n = 1;
    was_in(&ana, ABI_ROLE_ADMIN);
    was_in(&bela, ABI_ROLE_MEMBER);
    CHECK(!again());
    CHECK(said(ABI_NOTICE_ADMIN) == 1 && said(ABI_NOTICE_NO_ADMIN) == 1 && lines() == 2);
    int role = 0;
    CHECK_ERR(store_member_role(w.store, chat, her, &role), OK);
    CHECK(role == ABI_ROLE_ADMIN);
    end();
}

/* Five numbers: who came, who went, devices in, devices out, roles. */
TEST(more_than_a_few_changes_have_one_line)
{
    struct own_world_account many;
    begin(STORE_CHAT_GROUP);
    own_world_take_in(&room, &ana1, &bela2);
    was_in(&ana, 0);
    for (uint8_t k = 0; k < OWN_ROSTER_LINES; k++) {
        memset(&many, 0, sizeof many);
        memset(many.id, 0x50 + k, sizeof many.id);
        was_in(&many, 0);
    }
    CHECK(again());
    CHECK(said(ABI_NOTICE_ROSTER) == 1 && lines() == 1);
    CHECK(own_world_int(&w, "SELECT text='1 8 0 0 0' FROM message") == 1);
    end();
}

TEST(a_few_changes_have_a_line_each)
{
    struct own_world_account many;
    begin(STORE_CHAT_GROUP);
    was_in(&ana, 0);
    for (uint8_t k = 0; k < OWN_ROSTER_LINES; k++) {
        memset(&many, 0, sizeof many);
        memset(many.id, 0x50 + k, sizeof many.id);
        was_in(&many, 0);
    }
    CHECK(!again());
    CHECK(said(ABI_NOTICE_GONE) == OWN_ROSTER_LINES && lines() == OWN_ROSTER_LINES);
    end();
}

/* ---- whose doing ----------------------------------------------------------------------------- */

TEST(what_a_leaf_did_is_of_its_account_or_in_its_name)
{
    struct timeline_by by;
    begin(STORE_CHAT_GROUP);
    struct mls_leaf_view leaf = own_world_leaf(&bela2);
    CHECK_ERR(own_roster_by(&w.s, &leaf, false, &by), OK);
    CHECK(by.person == her && by.how == ABI_BY_HOW_DID && !by.removed);
    leaf.signature_key = slice_make(own_world_key(9), CHAIN_KEY_SIZE); /* none of hers */
    CHECK_ERR(own_roster_by(&w.s, &leaf, false, &by), OK);
    CHECK(by.person == her && by.how == ABI_BY_HOW_FOREIGN);
    CHECK_ERR(own_roster_by(&w.s, &leaf, true, &by), OK); /* its entry may come with it */
    CHECK(by.how == ABI_BY_HOW_DID);
    end();
}

TEST(what_a_device_did_that_was_dropped_since_is_marked)
{
    struct own_world_account later;
    struct own_identity_change change;
    struct timeline_by by;
    begin(STORE_CHAT_GROUP);
    own_world_branch(&later, &bela, bela.n);
    own_world_dropped(&later, PHONE, 2);
    CHECK_ERR(own_identity_take(&w.s, later.id, later.bytes + 2, 1, &change), OK);
    struct mls_leaf_view leaf = own_world_leaf(&bela5);
    CHECK_ERR(own_roster_by(&w.s, &leaf, false, &by), OK);
    CHECK(by.person == her && by.how == ABI_BY_HOW_DID && by.removed);
    end();
}

/* ---- the room ------------------------------------------------------------------------------- */

static void becomes(const char *name, uint64_t timer_s)
{
    struct store_chat c = own_world_row(&w, chat);
    struct timeline_by by = {her, ABI_BY_HOW_DID, false};
    context.name = slice_of_string(name);
    context.timer_s = timer_s;
    CHECK_ERR(own_roster_room(&w.s, &c, &context, &by), OK);
}

TEST(a_new_name_and_a_new_timer_are_kept_and_said)
{
    begin(STORE_CHAT_GROUP);
    becomes("room", 0);
    CHECK(lines() == 0); /* as it was */
    becomes("Ship", 60);
    CHECK(said(ABI_NOTICE_RENAMED) == 1 && said(ABI_NOTICE_TIMER) == 1);
    CHECK_BYTES(own_world_row(&w, chat).title, SLICE_LITERAL("Ship"));
    CHECK(own_world_row(&w, chat).timer_s == 60);
    CHECK(own_world_int(&w, "SELECT min(sender) FROM message") == her);
    becomes("Ship", 60);
    CHECK(lines() == 2);
    end();
}

TEST(a_first_name_and_the_name_of_a_chat_of_two_are_no_news)
{
    begin(STORE_CHAT_GROUP);
    own_world_sql(&w, "UPDATE chat SET title=''");
    becomes("Ship", 0);
    CHECK(lines() == 0);
    CHECK_BYTES(own_world_row(&w, chat).title, SLICE_LITERAL("Ship"));
    end();
    begin(STORE_CHAT_PAIR);
    becomes("Ship", 60);
    CHECK(said(ABI_NOTICE_RENAMED) == 0 && said(ABI_NOTICE_TIMER) == 1);
    end();
}

/* ---- what a commit did ------------------------------------------------------------------------
 */

static bool did(const struct mls_proposal_view *v, size_t n)
{
    struct store_chat c = own_world_row(&w, chat);
    struct mls_commit_view view = {.proposals = v, .proposal_count = n};
    const struct timeline_by by = {STORE_PERSON_ME, ABI_BY_HOW_DID, false};
    bool newcomer = false;
    CHECK_ERR(own_roster_commit(&w.s, &c, ana1.m.g, &context, &view, &by, &newcomer), OK);
    return newcomer;
}

static struct mls_proposal_view came(const struct own_world_member *m)
{
    return (struct mls_proposal_view){.type = MLS_PROPOSAL_ADD, .leaf = own_world_leaf(m)};
}

static struct mls_proposal_view went(const struct own_world_member *m)
{
    return (struct mls_proposal_view){.type = MLS_PROPOSAL_REMOVE,
                                      .removed_leaf = own_world_leaf(m)};
}

TEST(who_came_is_said_once_however_many_devices_come)
{
    begin(STORE_CHAT_GROUP);
    was_in(&ana, 0);
    struct mls_proposal_view v[] = {came(&bela2), came(&bela5), came(&cyd3)};
    CHECK(did(v, 3));
    CHECK(said(ABI_NOTICE_JOINED) == 2 && lines() == 2);
    end();
    begin(STORE_CHAT_PAIR); /* there it is no news that the other one sits */
    was_in(&ana, 0);
    CHECK(did(v, 2) && lines() == 0);
    end();
}

TEST(another_device_of_somebody_here_is_said_and_is_nobody_new)
{
    begin(STORE_CHAT_PAIR);
    was_in(&bela, 0);
    struct mls_proposal_view v[] = {came(&bela5)};
    CHECK(!did(v, 1) && said(ABI_NOTICE_DEVICE) == 1 && lines() == 1);
    end();
    begin(STORE_CHAT_SELF); /* mine are said where devices are shown */
    was_in(&bela, 0);
    CHECK(!did(v, 1) && lines() == 0);
    end();
}

TEST(who_went_was_taken_out_or_only_a_device_of_theirs)
{
    begin(STORE_CHAT_GROUP);
    was_in(&bela, 0);
    struct mls_proposal_view v[] = {went(&bela2), went(&bela5)};
    CHECK(!did(v, 2) && said(ABI_NOTICE_REMOVED) == 1 && lines() == 1);
    end();
    begin(STORE_CHAT_GROUP);
    was_in(&bela, 0);
    own_world_take_in(&room, &ana1, &bela2);
    CHECK(!did(&v[1], 1) && said(ABI_NOTICE_DEVICE_GONE) == 1 && lines() == 1);
    end();
    begin(STORE_CHAT_GROUP); /* who proposed it sits no more: they left */
    was_in(&bela, 0);
    v[0].sender_type = MLS_SENDER_MEMBER;
    v[0].sender = 9;
    CHECK(!did(v, 1) && said(ABI_NOTICE_LEFT) == 1 && lines() == 1);
    end();
}

/* A device came or went of which the chain, as we know it, says otherwise. */
TEST(a_chain_that_says_otherwise_is_asked_for)
{
    begin(STORE_CHAT_GROUP);
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
    struct mls_proposal_view as_known[] = {came(&bela5)}, other[] = {went(&bela5)};
    (void)did(as_known, 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM own_person WHERE chain_due=1") == 0);
    (void)did(other, 1);
    CHECK(own_world_int(&w, "SELECT person FROM own_person WHERE chain_due=1") == her);
    end();
}

TEST_MAIN(TEST_ROW(a_room_that_is_new_to_us_has_no_news),
          TEST_ROW(a_room_that_is_as_we_left_it_has_no_news),
          TEST_ROW(who_came_and_who_is_gone_is_said_once_a_person),
          TEST_ROW(devices_that_came_and_went_are_said_of_who_stayed),
          TEST_ROW(devices_of_whom_none_was_known_are_no_news),
          TEST_ROW(in_a_chat_of_two_nobody_comes_or_goes), TEST_ROW(notes_have_no_roster),
          TEST_ROW(who_runs_it_now_is_said), TEST_ROW(more_than_a_few_changes_have_one_line),
          TEST_ROW(a_few_changes_have_a_line_each),
          TEST_ROW(what_a_leaf_did_is_of_its_account_or_in_its_name),
          TEST_ROW(what_a_device_did_that_was_dropped_since_is_marked),
          TEST_ROW(a_new_name_and_a_new_timer_are_kept_and_said),
          TEST_ROW(a_first_name_and_the_name_of_a_chat_of_two_are_no_news),
          TEST_ROW(who_came_is_said_once_however_many_devices_come),
          TEST_ROW(another_device_of_somebody_here_is_said_and_is_nobody_new),
          TEST_ROW(who_went_was_taken_out_or_only_a_device_of_theirs),
          TEST_ROW(a_chain_that_says_otherwise_is_asked_for))
