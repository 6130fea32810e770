/* Commits (own/commit.h): built of wishes, sent, won or lost. */
#include "engine/own/commit.h"

#include <stdio.h>
#include <string.h>

#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/own.h"
#include "engine/own/room_wish.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/people.h"
#include "base/cbor.h"
#include "crypto/sign.h"
#include "engine/own/leaf.h"
#include "engine/own/room.h"
#include "store/protocol.h"

#define HANDLE 7
#define SOON_MS 500
#define LONGEST_MS (40 * 60 * 1000)

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static int64_t chat;

/* A group of ours, without any wish. */
static void begin(void)
{
    struct store_chat c;
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    chat = c.id;
    own_world_sql(&w, "DELETE FROM wish");
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    own_world_end(&w);
}

static uint64_t epoch(void)
{
    struct mls_group *g = NULL;
    CHECK_ERR(own_group(w.o, &w.s, chat, &g), OK);
    return mls_group_epoch(g);
}

/* Of all that is wished for. */
static bool build(void)
{
    struct store_chat c = own_world_row(&w, chat);
    struct store_wish *list = NULL;
    size_t n = 0;
    bool built = true;
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    CHECK_ERR(own_commit_build(w.o, &w.s, &c, list, n, &built), OK);
    return built;
}

static int64_t wishes(void)
{
    return own_world_int(&w, "SELECT count(*) FROM wish");
}

/* How often the person was told that somebody is still in. */
static int64_t told(void)
{
    char sql[80];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM message WHERE notice=%d",
                   (int)ABI_NOTICE_NOT_REMOVED);
    return own_world_int(&w, sql);
}

static bool pends(struct store_pending *p)
{
    enum err e = store_pending_get(w.store, &w.arena, chat, p);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

static void wish(enum own_wish kind)
{
    CHECK_ERR(own_wish(w.o, &w.s, chat, kind, SLICE_EMPTY), OK);
}

TEST(a_wish_becomes_a_commit_that_waits)
{
    struct store_pending p;
    begin();
    uint64_t before = epoch();
    wish(OWN_WISH_HEAL);
    w.s.durable = false;
    CHECK(build() && w.s.durable);
    CHECK(pends(&p) && p.epoch == before && wishes() == 1);
    CHECK(epoch() == before); /* until it has won */
    CHECK(!build());          /* one at a time */
    end();
}

TEST(what_is_not_ready_is_not_built)
{
    struct store_pending p;
    begin();
    CHECK(!build());            /* nothing is wished for */
    wish(OWN_WISH_ADD_DEVICES); /* needs key packages */
    wish(OWN_WISH_LEAVE);       /* somebody else has to commit that */
    wish(OWN_WISH_HEAL);
    own_world_sql(&w, "UPDATE wish SET not_before=1700000000001 WHERE kind=6"); /* later */
    CHECK(!build() && !pends(&p) && wishes() == 3);
    w.s.now_ms++;
    CHECK(build() && pends(&p));
    CHECK_ERR(own_group_won(w.o, &w.s, chat), OK);
    CHECK(wishes() == 2); /* only what it did is done */
    end();
}

TEST(a_commit_is_sent_with_the_handle_of_this_connection)
{
    struct store_pending p;
    struct wire_commit c;
    struct slice body;
    struct own_box box = {.chat = 0, .handle = HANDLE, .opened = true};
    begin();
    wish(OWN_WISH_HEAL);
    CHECK(build());
    REQUIRE(pends(&p));
    CHECK_ERR(own_commit_send(w.o, &w.s, chat, &p, &box), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_COMMIT, &body));
    CHECK_ERR(wire_commit_decode(&w.arena, body, &c), OK);
    CHECK(c.handle == HANDLE && c.epoch == epoch() && c.welcomes_n == 0);
    CHECK(own_asked(w.o, FRAME_COMMIT, chat));
    box.handle = HANDLE + 1; /* after a cut line */
    CHECK_ERR(own_commit_send(w.o, &w.s, chat, &p, &box), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_COMMIT, &body));
    CHECK_ERR(wire_commit_decode(&w.arena, body, &c), OK);
    CHECK(c.handle == HANDLE + 1);
    p.frame = SLICE_LITERAL("no frame");
    CHECK(own_commit_send(w.o, &w.s, chat, &p, &box) != OK);
    end();
}

TEST(a_commit_that_won_is_the_next_epoch_and_its_wishes_are_done)
{
    struct store_pending p;
    begin();
    uint64_t before = epoch();
    wish(OWN_WISH_HEAL);
    CHECK(build());
    CHECK_ERR(own_group_won(w.o, &w.s, chat), OK);
    CHECK(epoch() == before + 1 && wishes() == 0 && !pends(&p));
    CHECK(own_world_row(&w, chat).heal_ms == (int64_t)w.s.now_ms);
    CHECK_ERR(own_group_won(w.o, &w.s, chat), OK); /* said twice */
    CHECK(epoch() == before + 1);
    end();
}

TEST(what_was_wished_of_the_room_is_so_when_it_won)
{
    struct slice name = SLICE_LITERAL("Ship");
    begin();
    CHECK_ERR(own_room_change(w.o, &w.s, chat, &name, 60), OK);
    CHECK(build());
    CHECK_BYTES(own_world_row(&w, chat).title, SLICE_LITERAL("Crew"));
    CHECK_ERR(own_group_won(w.o, &w.s, chat), OK);
    CHECK_BYTES(own_world_row(&w, chat).title, SLICE_LITERAL("Ship"));
    CHECK(own_world_row(&w, chat).timer_s == 60);
    end();
}

/* Somebody else's took the epoch: what was wished is wished still, a moment later. */
TEST(a_commit_that_lost_leaves_its_wishes)
{
    struct store_pending p;
    begin();
    uint64_t before = epoch();
    wish(OWN_WISH_HEAL);
    CHECK(build());
    CHECK_ERR(own_group_lost(w.o, &w.s, chat), OK);
    CHECK(epoch() == before && wishes() == 1 && !pends(&p));
    CHECK_ERR(own_group_lost(w.o, &w.s, chat), OK); /* there is none */
    CHECK(wishes() == 1);
    w.s.now_ms += SOON_MS;
    CHECK(build()); /* and is built anew */
    CHECK_ERR(own_group_won(w.o, &w.s, chat), OK);
    CHECK(epoch() == before + 1 && wishes() == 0);
    end();
}

TEST(who_loses_again_and_again_waits_longer_and_longer)
{
    begin();
    wish(OWN_WISH_HEAL);
    int64_t longest = 0;
    for (int times = 0; times < 20; times++) {
        CHECK(build());
        CHECK_ERR(own_group_lost(w.o, &w.s, chat), OK);
        int64_t after = own_world_int(&w, "SELECT not_before FROM wish") - (int64_t)w.s.now_ms;
        CHECK(after > 0 && after <= (times < 5 ? SOON_MS : LONGEST_MS));
        longest = after > longest ? after : longest;
        CHECK(!build()); /* not before */
        w.s.now_ms += (uint64_t)after;
    }
    CHECK(longest > 20 * SOON_MS);
    CHECK(wishes() == 1);
    end();
}

/* The next build comes when the wish says so; how long that is. */
static int64_t build_fails(void)
{
    CHECK(!build());
    int64_t after = own_world_int(&w, "SELECT not_before FROM wish") - (int64_t)w.s.now_ms;
    CHECK(!build()); /* not before */
    w.s.now_ms += after > 0 ? (uint64_t)after : 0;
    return after;
}

TEST(what_can_never_be_built_is_forgotten_in_the_end)
{
    begin();
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_ROOM, SLICE_LITERAL("no room")), OK);
    for (int times = 0; times < OWN_BUILDS_MAX; times++) {
        CHECK(build_fails() == 1000ll << times);
        CHECK(wishes() == 1);
    }
    CHECK(!build());
    CHECK(wishes() == 0 && w.s.durable);
    end();
}

TEST(a_removal_that_cannot_be_built_stays_and_is_told_once)
{
    const int64_t nobody = 99;
    begin();
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_REMOVE_PERSON, slice_make(&nobody, sizeof nobody)),
              OK);
    int64_t longest = 0;
    for (int times = 0; times < 2 * OWN_BUILDS_MAX; times++) {
        CHECK(told() == (times > OWN_BUILDS_MAX));
        int64_t after = build_fails();
        CHECK(after >= longest);
        longest = after;
        CHECK(wishes() == 1);
    }
    CHECK(longest == 1000ll << 12);
    end();
}

/* Into a room by ourselves: with the keys of the epoch that its bundle gave us. */
TEST(an_external_commit_goes_by_the_keys_of_the_bundle)
{
    static const uint8_t outer_key[32] = {1}, write_seed[32] = {2}, branch[FRAME_BRANCH_SIZE] = {3};
    const struct own_entries none = {NULL, 0};
    struct own_world_account ben;
    struct own_world_member b2;
    struct own_world_room theirs;
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    struct mls_external_params params;
    struct mls_storage storage;
    struct mls_group *g = NULL;
    struct store_pending p;
    struct wire_commit v;
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub;
    struct slice tree, commit, tbs, body, message;
    uint64_t version = 0;
    size_t items = 0;
    begin();
    own_world_account(&ben, 2, 102);
    own_world_sit(&b2, &ben, 2, 0);
    own_world_open(&theirs, &b2, &context);
    memset(&params, 0, sizeof params);
    CHECK_ERR(mls_group_info(b2.m.g, &w.arena, true, true, (struct mls_extensions){NULL, 0},
                             &params.group_info, &tree),
              OK);
    CHECK_ERR(own_leaf_identity(w.o, &w.s, &params.identity), OK);
    CHECK_ERR(store_protocol_drop(w.store, chat), OK);
    struct mls_group **slot = own_group_cache_slot(w.o, &w.s, chat, &storage);
    CHECK_ERR(mls_group_join_external(slot, &storage, &params, &w.arena, &commit), OK);
    g = *slot;
    struct store_chat c = own_world_row(&w, chat);
    CHECK_ERR(own_group_external_frame(w.o, &w.s, &c, g, commit, 4, outer_key, write_seed,
                                       SLICE_ARRAY(branch), &none),
              OK);
    REQUIRE(pends(&p) && p.epoch == 4 && p.wishes.n == 0);
    CHECK(own_world_row(&w, chat).first_epoch == 5); /* nothing before it is for us */
    CHECK_ERR(wire_commit_decode(&w.arena, p.frame, &v), OK);
    CHECK(v.epoch == 4 && v.welcomes_n == 0 && !v.has_info);
    CHECK_BYTES(v.branch, SLICE_ARRAY(branch));
    memcpy(secret.seed, write_seed, sizeof secret.seed);
    crypto_sign_public_of(&pub, &secret);
    struct buf b = buf_arena(&w.arena, 512);
    frame_commit_tbs(&b, SLICE_ARRAY(c.mailbox), &v);
    CHECK_ERR(buf_finish(&b, &tbs), OK);
    CHECK_ERR(crypto_sign_verify(v.signature, tbs, &pub), OK);
    CHECK_ERR(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"),
                                       SLICE_ARRAY(c.mailbox), secret.seed, sizeof secret.seed),
              OK);
    crypto_sign_public_of(&pub, &secret);
    CHECK_BYTES(v.next_key, SLICE_ARRAY(pub.b)); /* who writes in the epoch to come */
    CHECK_ERR(
        own_outer_open(&w.arena, outer_key, c.mailbox, 4, WIRE_KIND_COMMIT, branch, v.body, &body),
        OK);
    CHECK_ERR(cbor_get_array(&body, &items), OK);
    CHECK_ERR(cbor_get_uint(&body, &version), OK);
    CHECK_ERR(cbor_get_bytes(&body, &message), OK);
    CHECK(items == 3);
    CHECK_BYTES(message, commit);
    own_world_close(&theirs);
    end();
}

TEST_MAIN(TEST_ROW(a_wish_becomes_a_commit_that_waits), TEST_ROW(what_is_not_ready_is_not_built),
          TEST_ROW(a_commit_is_sent_with_the_handle_of_this_connection),
          TEST_ROW(a_commit_that_won_is_the_next_epoch_and_its_wishes_are_done),
          TEST_ROW(what_was_wished_of_the_room_is_so_when_it_won),
          TEST_ROW(a_commit_that_lost_leaves_its_wishes),
          TEST_ROW(who_loses_again_and_again_waits_longer_and_longer),
          TEST_ROW(what_can_never_be_built_is_forgotten_in_the_end),
          TEST_ROW(a_removal_that_cannot_be_built_stays_and_is_told_once),
          TEST_ROW(an_external_commit_goes_by_the_keys_of_the_bundle))
