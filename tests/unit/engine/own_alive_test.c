/* Signs of life (own/alive.h): who has given one, what is kept until then, and what is offered when
 * nobody does. */
#include "engine/own/alive.h"

#include <string.h>

#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"

#define MANY 70      /* more kept words than are looked at in one go     */
#define AGAIN_MAX 16 /* devices taken in again by one tap                */
#define QUIET_MAX 16 /* chats looked at in one step                      */

static struct own_world w;
static struct own_world_account ana, ben, eve;
static struct own_world_member a1, a4, b2, b3, b5, e9;
static int64_t chat, ben_is;

/* A chat of Ana (devices 1, 4) with Ben (2, 3; 5 was dropped). Eve's chain is not known. */
static void begin(int type)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
        own_world_added(&ana, 4, 1);
        own_world_account(&ben, 2, 102);
        own_world_added(&ben, 5, 2);
        own_world_added(&ben, 3, 2);
        own_world_dropped(&ben, 5, 2);
        own_world_account(&eve, 9, 109);
    }
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
    ben_is = own_world_know(&w, &ben, ben.n);
    chat = own_world_chat(&w, type, type == STORE_CHAT_PAIR ? ben_is : 0);
    own_world_sit(&a1, &ana, 1, 0);
    own_world_sit(&a4, &ana, 4, 1);
    own_world_sit(&b2, &ben, 2, 0);
    own_world_sit(&b3, &ben, 3, 2);
    own_world_sit(&b5, &ben, 5, 1);
    own_world_sit(&e9, &eve, 9, 0);
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    struct own_world_member *all[] = {&a1, &a4, &b2, &b3, &b5, &e9};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        mls_world_end(&all[i]->m);
    }
    own_world_end(&w);
}

static struct slice key(uint8_t device)
{
    return slice_make(own_world_key(device), CHAIN_KEY_SIZE);
}

/* It has come in, without a sign. */
static void sits(uint8_t device, int64_t person)
{
    CHECK_ERR(store_sign_sit(w.store, chat, key(device), person), OK);
}

static enum sign { AWAY, SILENT, HEARD } sign(uint8_t device)
{
    bool heard = false;
    enum err e = store_sign_get(w.store, chat, key(device), &heard);
    CHECK(e == OK || e == ERR_GONE);
    return e == ERR_GONE ? AWAY : heard ? HEARD : SILENT;
}

static void heard(const struct own_world_member *m, int64_t person)
{
    struct store_chat c = own_world_row(&w, chat);
    struct mls_leaf_view leaf = own_world_leaf(m);
    CHECK_ERR(own_alive_heard(&w.s, &c, &leaf, person), OK);
}

/* A word of ours that is posted. Is it kept? */
static int64_t posted(bool *kept)
{
    static uint8_t k;
    struct store_message m;
    int64_t out = 0;
    memset(&m, 0, sizeof m);
    memset(m.mid, ++k, sizeof m.mid);
    m.chat = chat;
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.state = STORE_STATE_QUEUED;
    m.text = SLICE_LITERAL("a word");
    CHECK_ERR(store_message_add(w.store, &m), OK);
    CHECK_ERR(store_outbox_put(w.store, chat, m.id, m.text, m.mid, false, m.id, 1, &out), OK);
    CHECK_ERR(own_alive_posted(&w.s, out, kept), OK);
    return out;
}

static int64_t kept(void)
{
    return own_world_int(&w, "SELECT count(*) FROM outbox WHERE kept>0");
}

static int64_t sent(void)
{
    CHECK(STORE_STATE_SENT == 1);
    return own_world_int(&w, "SELECT count(*) FROM message WHERE state=1");
}

/* ---- what is kept ---------------------------------------------------------------------------- */

TEST(a_word_to_one_person_is_kept_until_a_device_of_theirs_was_heard)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(1, STORE_PERSON_ME);
    sits(4, STORE_PERSON_ME);
    sits(2, ben_is);
    heard(&a4, STORE_PERSON_ME); /* another device of mine is not them */
    posted(&is);
    CHECK(is && kept() == 1 && sent() == 0);
    heard(&b2, ben_is);
    CHECK(kept() == 0 && sent() == 1 && w.s.durable && w.out.state);
    own_world_sql(&w, "DELETE FROM outbox");
    posted(&is);
    CHECK(!is && kept() == 0);
    end();
}

TEST(nothing_is_kept_in_a_group_or_of_what_says_nothing)
{
    static const uint8_t mid[32] = {9};
    int64_t out = 0;
    bool is = true;
    begin(STORE_CHAT_GROUP);
    sits(2, ben_is);
    posted(&is);
    CHECK(!is);
    end();
    begin(STORE_CHAT_PAIR);
    sits(2, ben_is);
    CHECK_ERR(store_outbox_put(w.store, chat, 0, SLICE_LITERAL("x"), mid, false, 0, 1, &out), OK);
    CHECK_ERR(own_alive_posted(&w.s, out, &is), OK); /* a word that was given up */
    CHECK(!is);
    CHECK_ERR(own_alive_posted(&w.s, 999, &is), OK);
    CHECK(!is);
    end();
}

TEST(however_many_were_kept_all_are_sent)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(2, ben_is);
    for (int i = 0; i < MANY; i++) {
        posted(&is);
    }
    CHECK(kept() == MANY);
    heard(&b2, ben_is);
    CHECK(kept() == 0 && sent() == MANY && own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    end();
}

/* ---- signs ----------------------------------------------------------------------------------- */

TEST(a_sign_is_of_a_device_that_sits_there_and_is_theirs)
{
    begin(STORE_CHAT_GROUP);
    sits(2, ben_is);
    sits(5, ben_is);
    sits(9, ben_is);
    heard(&b3, ben_is); /* does not sit there */
    heard(&b5, ben_is); /* its account has dropped it */
    heard(&e9, ben_is); /* of a chain that nobody has shown */
    CHECK(sign(3) == AWAY && sign(5) == SILENT && sign(9) == SILENT && w.out.chats.n == 0);
    heard(&b2, ben_is);
    CHECK(sign(2) == HEARD && w.out.chats.n == 1);
    effects_init(&w.out, &w.arena);
    heard(&b2, ben_is); /* told once */
    CHECK(sign(2) == HEARD && w.out.chats.n == 0);
    end();
}

TEST(a_sign_of_a_dropped_device_lets_no_word_go)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(5, ben_is);
    posted(&is);
    heard(&b5, ben_is);
    CHECK(kept() == 1 && sent() == 0);
    end();
}

/* ---- commits --------------------------------------------------------------------------------- */

static void commit(enum mls_sender_type sender, const struct own_world_member *by,
                   const struct mls_proposal_view *v, size_t n)
{
    struct mls_commit_view c;
    struct store_chat r = own_world_row(&w, chat);
    memset(&c, 0, sizeof c);
    c.sender_type = sender;
    c.committer_leaf = own_world_leaf(by);
    c.proposals = v;
    c.proposal_count = n;
    CHECK_ERR(own_alive_commit(w.o, &w.s, &r, &c), OK);
}

static struct mls_proposal_view add(const struct own_world_member *m)
{
    struct mls_proposal_view v = {.type = MLS_PROPOSAL_ADD, .leaf = own_world_leaf(m)};
    return v;
}
static struct mls_proposal_view remove_of(const struct own_world_member *m)
{
    struct mls_proposal_view v = {.type = MLS_PROPOSAL_REMOVE, .removed_leaf = own_world_leaf(m)};
    return v;
}

TEST(who_came_is_silent_and_who_brought_them_is_heard)
{
    begin(STORE_CHAT_GROUP);
    sits(1, STORE_PERSON_ME);
    sits(2, ben_is);
    struct mls_proposal_view v[] = {add(&b3), add(&a1), remove_of(&b5)};
    sits(5, ben_is);
    commit(MLS_SENDER_MEMBER, &b2, v, 3);
    CHECK(sign(3) == SILENT && sign(2) == HEARD && sign(5) == AWAY);
    CHECK(sign(1) == HEARD); /* we know that we are here */
    end();
}

/* Out and in again by one commit: it may be another package that nobody uses. */
TEST(who_was_taken_in_again_is_silent_again)
{
    begin(STORE_CHAT_GROUP);
    sits(2, ben_is);
    sits(3, ben_is);
    heard(&b3, ben_is);
    struct mls_proposal_view v[] = {add(&b3), remove_of(&b3)};
    commit(MLS_SENDER_MEMBER, &b2, v, 2);
    CHECK(sign(3) == SILENT);
    end();
}

TEST(who_came_by_themselves_is_heard_by_that)
{
    begin(STORE_CHAT_GROUP);
    commit(MLS_SENDER_NEW_MEMBER_COMMIT, &b2, NULL, 0);
    CHECK(sign(2) == HEARD);
    commit(MLS_SENDER_NEW_MEMBER_COMMIT, &e9, NULL, 0); /* its entry may come with the commit */
    CHECK(sign(9) == HEARD);
    commit(MLS_SENDER_NEW_MEMBER_COMMIT, &b5, NULL, 0);
    CHECK(sign(5) == SILENT);
    commit(MLS_SENDER_MEMBER, &b3, NULL, 0); /* a member that we do not know of */
    CHECK(sign(3) == AWAY);
    end();
}

TEST(what_was_kept_goes_out_once_more_for_a_device_of_theirs)
{
    struct own_due due;
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(1, STORE_PERSON_ME);
    sits(2, ben_is);
    posted(&is);
    own_world_sql(&w, "UPDATE outbox SET sealed=x'01',epoch=1,tries=3");
    struct own_box *box = own_box(w.o, chat, true);
    box->last_out = 9;
    struct mls_proposal_view mine[] = {add(&a4)}, theirs[] = {add(&b3)};
    own_due_take(w.o, &due);
    commit(MLS_SENDER_MEMBER, &a1, mine, 1);
    CHECK(kept() == 1 && box->last_out == 9 && !own_due_any(w.o));
    commit(MLS_SENDER_MEMBER, &a1, theirs, 1);
    CHECK(kept() == 0 && sent() == 0 && box->last_out == 0);
    CHECK(own_world_int(&w, "SELECT sealed IS NULL FROM outbox") == 1);
    own_due_take(w.o, &due);
    CHECK(due.n == 1 && due.chats[0] == chat);
    end();
}

/* ---- the tree -------------------------------------------------------------------------------- */

TEST(who_sits_is_read_from_the_tree)
{
    struct own_world_room room;
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    for (int keep = 0; keep < 2; keep++) {
        begin(STORE_CHAT_GROUP);
        struct store_chat c = own_world_row(&w, chat);
        sits(2, ben_is);
        sits(5, ben_is); /* gone from the tree */
        heard(&b2, ben_is);
        own_world_open(&room, &a1, &context);
        own_world_take_in(&room, &a1, &b2);
        own_world_take_in(&room, &a1, &b3);
        CHECK_ERR(own_alive_sync(w.o, &w.s, &c, a1.m.g, keep == 1), OK);
        CHECK(sign(1) == HEARD && sign(3) == SILENT && sign(5) == AWAY);
        CHECK(sign(2) == (keep == 1 ? HEARD : SILENT));
        end();
    }
}

/* ---- a Welcome ------------------------------------------------------------------------------- */

TEST(a_welcome_is_a_sign_of_who_signed_it)
{
    begin(STORE_CHAT_PAIR);
    struct store_chat c = own_world_row(&w, chat);
    sits(2, ben_is);
    sits(3, ben_is);
    CHECK_ERR(own_alive_welcomed(&w.s, &c, own_world_key(2), false), OK);
    CHECK(sign(2) == HEARD && sign(3) == SILENT);
    end();
}

TEST(a_device_of_mine_knows_who_is_here)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    struct store_chat c = own_world_row(&w, chat);
    sits(4, STORE_PERSON_ME);
    sits(2, ben_is);
    CHECK_ERR(own_alive_welcomed(&w.s, &c, own_world_key(4), true), OK);
    CHECK(sign(4) == HEARD && sign(2) == HEARD); /* they accepted */
    end();
    begin(STORE_CHAT_PAIR);
    sits(4, STORE_PERSON_ME);
    sits(2, ben_is);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_WAITING), OK);
    c = own_world_row(&w, chat);
    CHECK_ERR(own_alive_welcomed(&w.s, &c, own_world_key(4), true), OK);
    CHECK(sign(4) == HEARD && sign(2) == SILENT); /* they did not */
    end();
    begin(STORE_CHAT_GROUP);
    c = own_world_row(&w, chat);
    sits(4, STORE_PERSON_ME);
    sits(2, ben_is);
    CHECK_ERR(own_alive_welcomed(&w.s, &c, own_world_key(4), true), OK);
    CHECK(sign(2) == SILENT);
    posted(&is);
    CHECK_ERR(store_sql_run(w.store, "UPDATE message SET sender=?", "i", ben_is), OK);
    CHECK_ERR(own_alive_welcomed(&w.s, &c, own_world_key(4), true), OK);
    CHECK(sign(2) == HEARD); /* their words came with the history */
    end();
}

/* ---- nobody answers -------------------------------------------------------------------------- */

static bool quiet(void)
{
    int64_t room = 0;
    enum err e = store_quiet_room(w.store, chat, &room);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

TEST(after_days_without_a_sign_the_person_is_told)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(2, ben_is);
    posted(&is);
    uint64_t at = w.s.now_ms;
    w.s.now_ms = at + OWN_ALIVE_QUIET_MS - 1;
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK(!quiet() && w.out.chats.n == 0 && !w.s.durable);
    w.s.now_ms++;
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK(quiet() && w.out.chats.n == 1 && w.s.durable);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_alive_due(&w.s), OK); /* once */
    CHECK(w.out.chats.n == 0);
    heard(&b2, ben_is);
    CHECK(!quiet());
    end();
}

TEST(so_many_chats_in_one_step)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    for (int i = 0; i <= QUIET_MAX; i++) {
        own_world_sql(&w, "UPDATE chat SET room=randomblob(16),mailbox=randomblob(16)");
        chat = own_world_chat(&w, STORE_CHAT_PAIR, ben_is);
        posted(&is);
    }
    w.s.now_ms += OWN_ALIVE_QUIET_MS;
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE quiet=1") == QUIET_MAX);
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE quiet=1") == QUIET_MAX + 1);
    end();
}

static int64_t wishes(void)
{
    CHECK(OWN_WISH_READD == 9);
    return own_world_int(&w, "SELECT count(*) FROM wish WHERE kind=9");
}

TEST(the_silent_devices_of_others_are_taken_in_again)
{
    struct store_wish *v = NULL;
    size_t n = 0;
    begin(STORE_CHAT_PAIR);
    sits(1, STORE_PERSON_ME);
    sits(4, STORE_PERSON_ME); /* silent, but mine */
    sits(2, ben_is);
    sits(3, ben_is);
    heard(&b3, ben_is);
    CHECK_ERR(store_quiet_put(w.store, chat, true), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), OK);
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &v, &n), OK);
    REQUIRE(n == 1 && v[0].kind == OWN_WISH_READD && v[0].data.n == 8 + CHAIN_KEY_SIZE);
    CHECK(memcmp(v[0].data.p, &ben_is, sizeof ben_is) == 0);
    CHECK_BYTES(slice_make(v[0].data.p + 8, CHAIN_KEY_SIZE), key(2));
    CHECK(!quiet() && w.s.durable && own_due_any(w.o) && w.out.chats.n > 0);
    CHECK_ERR(store_quiet_put(w.store, chat, true), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), OK);
    CHECK(wishes() == 1); /* the same is not wished twice */
    end();
}

TEST(it_is_offered_again_when_that_brings_nobody_in)
{
    bool is = false;
    begin(STORE_CHAT_PAIR);
    sits(2, ben_is);
    posted(&is);
    w.s.now_ms += OWN_ALIVE_QUIET_MS;
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), OK);
    CHECK_ERR(own_alive_due(&w.s), OK); /* from now on */
    CHECK(!quiet() && kept() == 1);
    w.s.now_ms += OWN_ALIVE_QUIET_MS;
    CHECK_ERR(own_alive_due(&w.s), OK);
    CHECK(quiet());
    end();
}

TEST(so_many_devices_with_one_tap)
{
    begin(STORE_CHAT_PAIR);
    for (uint8_t k = 0; k <= AGAIN_MAX; k++) {
        sits((uint8_t)(200 + k), ben_is);
    }
    CHECK_ERR(store_quiet_put(w.store, chat, true), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), OK);
    CHECK(wishes() == AGAIN_MAX);
    end();
}

TEST(where_nobody_is_missing_nobody_is_taken_in_again)
{
    begin(STORE_CHAT_PAIR);
    sits(2, ben_is);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), ERR_STATE);
    CHECK_ERR(own_alive_again(w.o, &w.s, 999), ERR_GONE);
    CHECK_ERR(store_quiet_put(w.store, chat, true), OK);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_LEFT), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), ERR_STATE);
    CHECK(wishes() == 0 && quiet());
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_WAITING), OK);
    CHECK_ERR(own_alive_again(w.o, &w.s, chat), OK);
    CHECK(wishes() == 1);
    end();
}

/* ---- ourselves ------------------------------------------------------------------------------- */

TEST(a_commit_may_take_us_out_and_in_again)
{
    struct mls_commit_view c;
    begin(STORE_CHAT_GROUP);
    struct mls_proposal_view ours[] = {remove_of(&a1), add(&b3), add(&a1)};
    struct mls_proposal_view others[] = {remove_of(&a1), add(&a4)};
    memset(&c, 0, sizeof c);
    c.proposals = ours;
    c.proposal_count = 3;
    CHECK(!own_alive_takes_us_again(w.o, &c)); /* we are not taken out */
    c.removes_us = true;
    CHECK(own_alive_takes_us_again(w.o, &c));
    c.proposal_count = 2;
    CHECK(!own_alive_takes_us_again(w.o, &c));
    c.proposals = others; /* another device of mine */
    CHECK(!own_alive_takes_us_again(w.o, &c));
    end();
}

TEST_MAIN(TEST_ROW(a_word_to_one_person_is_kept_until_a_device_of_theirs_was_heard),
          TEST_ROW(nothing_is_kept_in_a_group_or_of_what_says_nothing),
          TEST_ROW(however_many_were_kept_all_are_sent),
          TEST_ROW(a_sign_is_of_a_device_that_sits_there_and_is_theirs),
          TEST_ROW(a_sign_of_a_dropped_device_lets_no_word_go),
          TEST_ROW(who_came_is_silent_and_who_brought_them_is_heard),
          TEST_ROW(who_was_taken_in_again_is_silent_again),
          TEST_ROW(who_came_by_themselves_is_heard_by_that),
          TEST_ROW(what_was_kept_goes_out_once_more_for_a_device_of_theirs),
          TEST_ROW(who_sits_is_read_from_the_tree), TEST_ROW(a_welcome_is_a_sign_of_who_signed_it),
          TEST_ROW(a_device_of_mine_knows_who_is_here),
          TEST_ROW(after_days_without_a_sign_the_person_is_told),
          TEST_ROW(so_many_chats_in_one_step),
          TEST_ROW(the_silent_devices_of_others_are_taken_in_again),
          TEST_ROW(it_is_offered_again_when_that_brings_nobody_in),
          TEST_ROW(so_many_devices_with_one_tap),
          TEST_ROW(where_nobody_is_missing_nobody_is_taken_in_again),
          TEST_ROW(a_commit_may_take_us_out_and_in_again))
