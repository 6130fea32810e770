/* Coming into rooms: what becomes of a Welcome, which tree may go on in the place of a room, who
 * holds the link of a group, and what a parcel beside a Welcome may be. */
#include "engine/own/join.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/contact_link.h"
#include "engine/own/group_cache.h"
#include "engine/own/own.h"
#include "engine/own/parcel.h"
#include "engine/own/sweep.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/checking.h"
#include "store/own_package.h"
#include "store/request.h"
#include "store/own_token.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account me, ben;
static const uint8_t token[16] = "a token of mine";
static const uint8_t secret[OWN_LINK_SECRET_SIZE] = "what it holds..";
static struct slice about = {(const uint8_t *)"the room", 8};

static void begin(void)
{
    int64_t id = 0;
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
        own_world_added(&ben, 3, 2);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    CHECK_ERR(store_own_token_add(w.store, token, SLICE_LITERAL("label"), 0, 0, 0, 1, &id), OK);
    CHECK_ERR(store_own_token_set_group(w.store, id, own_world_chat(&w, STORE_CHAT_GROUP, 0),
                                        SLICE_ARRAY(secret)),
              OK);
}

static void end(void)
{
    own_world_end(&w);
}

static bool proven(struct slice t, struct slice mac, struct slice of, const uint8_t *account)
{
    bool yes = true;
    CHECK_ERR(own_join_proven(&w.s, t, mac, of, account, &yes), OK);
    return yes;
}

TEST(a_proof_is_of_the_secret_the_room_and_the_account)
{
    uint8_t mac[32], other[OWN_LINK_SECRET_SIZE] = {1};
    begin();
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(secret), about, ben.id, mac), OK);
    CHECK(proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, me.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), SLICE_LITERAL("the rooM"), ben.id));
    CHECK(!proven(SLICE_ARRAY(token), slice_make(mac, 31), about, ben.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_EMPTY, about, ben.id));
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(other), about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    end();
}

TEST(a_token_alone_which_the_gateway_knows_too_proves_nothing)
{
    static const uint8_t plain[16] = "of a person....";
    uint8_t mac[32];
    int64_t id = 0;
    begin();
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(token), about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    /* of a link that is of no group there is no secret: not the empty one either */
    CHECK_ERR(store_own_token_add(w.store, plain, SLICE_LITERAL(""), 0, 0, 0, 1, &id), OK);
    CHECK_ERR(own_link_proof(&w.arena, SLICE_EMPTY, about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(plain), SLICE_ARRAY(mac), about, ben.id));
    CHECK_ERR(store_own_token_set_group(w.store, id, 1, SLICE_EMPTY), OK);
    CHECK(!proven(SLICE_ARRAY(plain), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_LITERAL("nobody's token.."), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_EMPTY, SLICE_ARRAY(mac), about, ben.id));
    /* nor of one that was ended */
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(secret), about, ben.id, mac), OK);
    own_world_sql(&w, "UPDATE link SET gone=1");
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    end();
}

static struct slice parcel(size_t items, struct slice tree, bool chains)
{
    struct buf b = buf_arena(&w.arena, 0), list = buf_arena(&w.arena, 0);
    struct own_entries_group g = own_world_bring(&ben, 0, 1);
    struct slice out;
    own_entries_put(&list, &(struct own_entries){&g, 1});
    cbor_put_array(&b, items);
    cbor_put_bytes(&b, tree);
    if (chains) {
        cbor_put_bytes(&b, buf_view(&list));
    }
    for (size_t i = 2; i < items; i++) {
        cbor_put_uint(&b, 1);
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(a_parcel_is_a_tree_and_the_chains_of_all_who_sit)
{
    struct slice tree;
    struct own_entries brought;
    begin();
    struct slice in = parcel(2, SLICE_LITERAL("tree"), true);
    CHECK_ERR(own_join_parcel(&w.arena, in, &tree, &brought), OK);
    CHECK_BYTES(tree, SLICE_LITERAL("tree"));
    REQUIRE(brought.n == 1 && brought.v[0].n == 2);
    CHECK_BYTES(SLICE_ARRAY(brought.v[0].account), SLICE_ARRAY(ben.id));
    CHECK_BYTES(brought.v[0].entries[1], ben.bytes[1]);
    for (size_t n = 0; n < in.n; n++) {
        struct slice cut = check_copy(slice_make(in.p, n));
        CHECK(own_join_parcel(&w.arena, cut, &tree, &brought) != OK);
        check_release(cut);
    }
    CHECK_ERR(own_join_parcel(&w.arena, parcel(3, SLICE_LITERAL("tree"), true), &tree, &brought),
              ERR_INPUT);
    CHECK_ERR(own_join_parcel(&w.arena, parcel(1, SLICE_LITERAL("tree"), false), &tree, &brought),
              ERR_INPUT);
    end();
}

/* ---- a Welcome ------------------------------------------------------------------------------- */

static struct own_world_member a1, b2;
static struct own_world_room room;
static int64_t ben_is; /* 0: nobody has shown his chain */

/* One of mine, that somebody has taken. */
static void package(bool last_resort)
{
    CHECK_ERR(mls_world_package(&a1.m), OK);
    struct store_own_package p = {.ref = a1.m.package.ref,
                                  .package = a1.m.package.message,
                                  .secret = a1.m.package.secret,
                                  .suite = a1.m.suite->code,
                                  .expires_s = INT32_MAX,
                                  .last_resort = last_resort};
    CHECK_ERR(store_own_package_add(w.store, &p), OK);
}

/* Ben has a room of this type, which he runs, and I have one key package. */
static void meet(int type, bool known, bool last_resort)
{
    struct own_room context = own_world_context(type);
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
        own_world_added(&ben, 3, 2);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    ben_is = known ? own_world_know(&w, &ben, ben.n) : 0;
    own_world_sit(&a1, &me, 1, 0);
    own_world_sit(&b2, &ben, 2, 1);
    context.admins = (const uint8_t(*)[32]) & ben.id;
    context.admin_n = type == STORE_CHAT_GROUP ? 1 : 0;
    if (type == STORE_CHAT_PAIR) {
        bool first = memcmp(me.id, ben.id, sizeof me.id) < 0;
        context.has_pair = true;
        memcpy(context.pair[0], first ? me.id : ben.id, sizeof me.id);
        memcpy(context.pair[1], first ? ben.id : me.id, sizeof me.id);
    }
    own_world_open(&room, &b2, &context);
    package(last_resort);
    effects_init(&w.out, &w.arena);
}

static void part(void)
{
    mls_world_end(&a1.m);
    mls_world_end(&b2.m);
    own_world_end(&w);
}

/* This member takes my device in, with the tree and ben's chain inside. */
static struct slice welcome_by(struct own_world_member *by)
{
    struct mls_commit c = {0};
    struct own_entries_group g = own_world_bring(&ben, 0, 1);
    struct buf b = buf_arena(&w.arena, 0);
    own_entries_put(&b, &(struct own_entries){&g, ben_is != 0 ? 1u : 0u});
    struct mls_extension ext = {OWN_EXT_CHAINS, buf_view(&b)};
    struct mls_proposal add = mls_world_add(&a1.m);
    struct mls_commit_params params = {.proposals = &add,
                                       .proposal_count = 1,
                                       .tree_in_welcome = true,
                                       .external_pub = true,
                                       .group_info_extensions = {&ext, 1}};
    CHECK_ERR(mls_group_commit(by->m.g, &by->m.arena, &params, &c), OK);
    CHECK_ERR(mls_world_merge(&by->m), OK);
    return c.welcome;
}

static struct slice welcome(void)
{
    return welcome_by(&b2);
}

static void come(struct slice message, struct slice by)
{
    CHECK_ERR(own_group_welcome(w.o, &w.s, message, by, 77), OK);
}

static int64_t chats(void)
{
    return own_world_int(&w, "SELECT count(*) FROM chat");
}

static int64_t packages(void)
{
    return own_world_int(&w, "SELECT count(*) FROM key_package");
}

static struct store_chat brought(void)
{
    struct store_chat c;
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    memset(&c, 0, sizeof c);
    CHECK_ERR(store_chat_find(w.store, &w.arena, context.room, &c), OK);
    return c;
}

TEST(a_stranger_asks)
{
    int64_t id = 0;
    meet(STORE_CHAT_GROUP, true, false);
    CHECK_ERR(store_own_token_add(w.store, token, SLICE_LITERAL("label"), 0, 0, 0, 1, &id), OK);
    come(welcome(), SLICE_ARRAY(token));
    CHECK(brought().state == STORE_CHAT_REQUEST && brought().type == STORE_CHAT_GROUP);
    CHECK(w.out.requests && w.s.durable && packages() == 0);
    struct store_request rows[2];
    size_t n = 0;
    CHECK_ERR(store_request_list(w.store, &w.arena, rows, 2, &n), OK);
    REQUIRE(n == 1);
    CHECK_BYTES(rows[0].label, SLICE_LITERAL("label"));
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0); /* nothing is said to them */
    part();
}

TEST(who_runs_the_group_and_is_known_brings_us_in)
{
    struct mls_group *g = NULL;
    meet(STORE_CHAT_GROUP, true, false);
    CHECK_ERR(store_person_set_contact(w.store, ben_is, true), OK);
    come(welcome(), SLICE_EMPTY);
    CHECK(brought().state == STORE_CHAT_OPEN && brought().cursor == -1);
    CHECK_ERR(own_group(w.o, &w.s, brought().id, &g), OK);
    CHECK(mls_group_epoch(g) == mls_group_epoch(b2.m.g));
    CHECK(slice_equal(mls_group_epoch_authenticator(g), mls_group_epoch_authenticator(b2.m.g)));
    CHECK(own_world_int(&w, "SELECT count(*) FROM member WHERE gone=0") == 2);
    part();
}

TEST(whom_we_blocked_brings_us_nowhere)
{
    meet(STORE_CHAT_GROUP, true, false);
    CHECK_ERR(store_person_set_blocked(w.store, ben_is, true), OK);
    come(welcome(), SLICE_EMPTY);
    CHECK(chats() == 0 && packages() == 0 && !w.out.requests);
    part();
}

TEST(what_is_no_welcome_of_ours_is_nothing)
{
    meet(STORE_CHAT_GROUP, true, false);
    struct slice message = welcome();
    for (size_t n = 0; n < message.n; n += n < 80 ? 1 : 97) {
        struct slice cut = check_copy(slice_make(message.p, n));
        come(cut, SLICE_EMPTY);
        check_release(cut);
    }
    CHECK(chats() == 0);
    own_world_sql(&w, "DELETE FROM key_package"); /* for another device of mine */
    come(message, SLICE_EMPTY);
    CHECK(chats() == 0 && !w.out.requests);
    part();
}

/* Another room under the name of one we are in: the person is asked, and that one stays. */
TEST(what_only_bears_the_name_of_a_room_is_set_aside)
{
    struct own_world_account eve;
    struct own_world_member e9;
    struct own_world_room hers;
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    struct mls_group *g = NULL;
    meet(STORE_CHAT_GROUP, true, false);
    CHECK_ERR(store_person_set_contact(w.store, ben_is, true), OK);
    come(welcome(), SLICE_EMPTY);
    int64_t chat = brought().id;
    own_world_account(&eve, 9, 109);
    int64_t eve_is = own_world_know(&w, &eve, 1);
    CHECK_ERR(store_person_set_contact(w.store, eve_is, true), OK);
    own_world_sit(&e9, &eve, 9, 0);
    own_world_open(&hers, &e9, &context);
    own_world_commit(&hers, &e9, NULL, 0, true, NULL); /* above where we are in his */
    package(false);
    come(welcome_by(&e9), SLICE_EMPTY);
    CHECK(brought().id == chat && brought().state == STORE_CHAT_OPEN && chats() == 2);
    CHECK(brought().aside != 0 && brought().aside != chat);
    CHECK_ERR(own_group(w.o, &w.s, chat, &g), OK);
    CHECK(slice_equal(mls_group_epoch_authenticator(g), mls_group_epoch_authenticator(b2.m.g)));
    CHECK(own_world_int(&w, "SELECT notice FROM message ORDER BY id DESC LIMIT 1") ==
          ABI_NOTICE_OTHER_ROOM);
    mls_world_end(&e9.m);
    part();
}

TEST(by_the_package_of_last_resort_a_welcome_is_taken_once)
{
    meet(STORE_CHAT_GROUP, true, true);
    struct slice message = welcome();
    come(message, SLICE_EMPTY);
    CHECK(chats() == 1 && packages() == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM wish WHERE kind=6") == 1); /* OWN_WISH_HEAL */
    own_world_sql(&w, "DELETE FROM chat");
    own_world_sql(&w, "DELETE FROM request");
    own_world_sql(&w, "DELETE FROM floor");
    come(message, SLICE_EMPTY);
    CHECK(chats() == 0);
    part();
}

TEST(without_the_chains_of_all_who_sit_it_waits_for_them)
{
    int64_t n = 0;
    meet(STORE_CHAT_GROUP, false, false);
    come(welcome(), SLICE_EMPTY);
    CHECK(chats() == 0 && packages() == 1);
    CHECK_ERR(store_checking_count(w.store, &n), OK);
    CHECK(n == 1);
    w.o->checking_due = true;
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK); /* of another chain */
    CHECK(chats() == 0 && !w.o->checking_due);
    (void)own_world_know(&w, &ben, ben.n);
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK); /* nobody said so */
    CHECK(chats() == 0);
    w.o->checking_due = true;
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK);
    CHECK(chats() == 1 && brought().state == STORE_CHAT_REQUEST && packages() == 0);
    CHECK_ERR(store_checking_count(w.store, &n), OK);
    CHECK(n == 0);
    part();
}

/* ---- in the place of a room ------------------------------------------------------------------ */

/* A tree as ben signs it, of the room that I am in by his Welcome; one epoch further. */
static bool continues(const struct own_admit_tree *t, uint64_t epochs)
{
    bool yes = false;
    struct store_chat c = brought();
    CHECK_ERR(own_join_continues(w.o, &w.s, &c, b2.m.g, mls_group_epoch(b2.m.g) + epochs, t, &yes),
              OK);
    return yes;
}

static struct own_admit_tree signed_by(const struct own_world_account *a, int type)
{
    struct own_admit_tree t;
    memset(&t, 0, sizeof t);
    t.room = own_world_context(type);
    memcpy(t.signer, a->id, sizeof t.signer);
    return t;
}

TEST(a_tree_goes_on_in_its_own_room_above_where_we_were)
{
    meet(STORE_CHAT_GROUP, true, false);
    come(welcome(), SLICE_EMPTY);
    struct own_admit_tree t = signed_by(&ben, STORE_CHAT_GROUP);
    CHECK(continues(&t, 1));
    CHECK(!continues(&t, 0)); /* we were there */
    t.room.room[0]++;
    CHECK(!continues(&t, 1));
    t.room.room[0]--;
    t.room.mailbox[0]++;
    CHECK(!continues(&t, 1));
    t.room.mailbox[0]--;
    t.room.type = STORE_CHAT_PAIR;
    CHECK(!continues(&t, 1));
    t.room.type = STORE_CHAT_GROUP;
    CHECK(continues(&t, 1));
    part();
}

/* By an account of mine, by whoever runs it, or by a member with whom nobody new comes. */
TEST(who_signs_it_must_have_been_there)
{
    struct own_world_account eve;
    meet(STORE_CHAT_GROUP, true, false);
    come(welcome(), SLICE_EMPTY);
    own_world_account(&eve, 9, 109);
    struct own_admit_tree of_eve = signed_by(&eve, STORE_CHAT_GROUP),
                          of_me = signed_by(&me, STORE_CHAT_GROUP),
                          of_ben = signed_by(&ben, STORE_CHAT_GROUP);
    CHECK(continues(&of_me, 1) && continues(&of_ben, 1) && !continues(&of_eve, 1));
    own_world_sql(&w, "UPDATE member SET role=0");
    CHECK(continues(&of_ben, 1)); /* a member, and all who sit were there */
    CHECK_ERR(
        store_sql_run(w.store, "DELETE FROM member WHERE person=?", "i", (int64_t)STORE_PERSON_ME),
        OK);
    CHECK(!continues(&of_ben, 1)); /* now he brings somebody new */
    of_me.signer_dropped = true;   /* and a device that is none any more vouches for nobody */
    CHECK(!continues(&of_me, 1));
    part();
}

TEST(a_chat_of_two_stays_with_the_one_it_is_with)
{
    struct own_world_account eve;
    meet(STORE_CHAT_PAIR, true, false);
    CHECK_ERR(store_person_set_contact(w.store, ben_is, true), OK);
    come(welcome(), SLICE_EMPTY);
    CHECK(brought().state == STORE_CHAT_OPEN && brought().person == ben_is);
    own_world_account(&eve, 9, 109);
    struct own_admit_tree of_ben = signed_by(&ben, STORE_CHAT_PAIR),
                          of_eve = signed_by(&eve, STORE_CHAT_PAIR),
                          of_me = signed_by(&me, STORE_CHAT_PAIR);
    CHECK(continues(&of_ben, 1) && continues(&of_me, 1) && !continues(&of_eve, 1));
    of_me.other_known = true; /* by a device of mine, but with another one */
    memcpy(of_me.other, eve.id, sizeof eve.id);
    CHECK(!continues(&of_me, 1));
    memcpy(of_me.other, ben.id, sizeof ben.id);
    CHECK(continues(&of_me, 1));
    part();
}

/* Brought again by whoever brought it. */
TEST(a_request_goes_on_by_who_asks)
{
    meet(STORE_CHAT_PAIR, true, false);
    come(welcome(), SLICE_EMPTY);
    CHECK(brought().state == STORE_CHAT_REQUEST);
    struct own_admit_tree of_ben = signed_by(&ben, STORE_CHAT_PAIR);
    CHECK(continues(&of_ben, 1));
    int64_t id = 0;
    CHECK_ERR(store_request_find(w.store, brought().room, &id), OK);
    CHECK_ERR(store_request_drop(w.store, id), OK);
    CHECK(!continues(&of_ben, 1));
    part();
}

TEST_MAIN(TEST_ROW(a_stranger_asks), TEST_ROW(who_runs_the_group_and_is_known_brings_us_in),
          TEST_ROW(whom_we_blocked_brings_us_nowhere),
          TEST_ROW(what_is_no_welcome_of_ours_is_nothing),
          TEST_ROW(what_only_bears_the_name_of_a_room_is_set_aside),
          TEST_ROW(by_the_package_of_last_resort_a_welcome_is_taken_once),
          TEST_ROW(without_the_chains_of_all_who_sit_it_waits_for_them),
          TEST_ROW(a_tree_goes_on_in_its_own_room_above_where_we_were),
          TEST_ROW(who_signs_it_must_have_been_there),
          TEST_ROW(a_chat_of_two_stays_with_the_one_it_is_with),
          TEST_ROW(a_request_goes_on_by_who_asks),
          TEST_ROW(a_proof_is_of_the_secret_the_room_and_the_account),
          TEST_ROW(a_token_alone_which_the_gateway_knows_too_proves_nothing),
          TEST_ROW(a_parcel_is_a_tree_and_the_chains_of_all_who_sit))
