/* What follows from a new epoch (own/group.h): its keys, who sits, what is told. */
#include "engine/own/group.h"

#include <string.h>

#include "engine/own/box.h"
#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/order.h"
#include "store/people.h"
#include "store/protocol.h"

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account ben;
static struct own_world_member b2;
static int64_t chat, ben_is;

static void begin(void)
{
    struct store_chat c;
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    own_world_account(&ben, 2, 102);
    ben_is = own_world_know(&w, &ben, 1);
    own_world_sit(&b2, &ben, 2, 0);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    chat = c.id;
    own_world_sql(&w, "DELETE FROM message");
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    mls_world_end(&b2.m);
    own_world_end(&w);
}

static struct mls_group *group(void)
{
    struct mls_group *g = NULL;
    CHECK_ERR(own_group(w.o, &w.s, chat, &g), OK);
    return g;
}

/* A commit of ours that won; what it did. */
static struct mls_commit_view commit(const struct mls_proposal *v, size_t n)
{
    struct mls_commit c;
    struct mls_commit_view view;
    struct mls_commit_params params = {.proposals = v, .proposal_count = n, .force_path = n == 0};
    CHECK_ERR(mls_group_commit(group(), &w.arena, &params, &c), OK);
    CHECK_ERR(mls_group_merge(group(), &w.arena, &view), OK);
    return view;
}

static int64_t said(enum abi_notice notice)
{
    int64_t n = 0;
    CHECK_ERR(store_sql_get_int(w.store, &n, "SELECT count(*) FROM message WHERE notice=?", "i",
                                (int64_t)notice),
              OK);
    return n;
}

TEST(the_tag_of_an_epoch_is_of_its_authenticator)
{
    uint8_t a[8], b[8];
    own_branch_tag(a, SLICE_LITERAL("one"));
    own_branch_tag(b, SLICE_LITERAL("one"));
    CHECK(memcmp(a, b, sizeof a) == 0);
    own_branch_tag(b, SLICE_LITERAL("another"));
    CHECK(memcmp(a, b, sizeof a) != 0);
}

TEST(each_epoch_has_keys_of_its_own)
{
    struct store_epoch before, after;
    uint64_t floor = 0;
    begin();
    uint64_t n = mls_group_epoch(group());
    struct mls_commit_view view = commit(NULL, 0);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    CHECK_ERR(store_epoch_get(w.store, chat, n, &before), OK);
    CHECK_ERR(store_epoch_get(w.store, chat, n + 1, &after), OK);
    CHECK(memcmp(before.outer_key, after.outer_key, 32) != 0 &&
          memcmp(before.write_seed, after.write_seed, 32) != 0 &&
          memcmp(before.typing_key, after.typing_key, 32) != 0 &&
          memcmp(before.branch, after.branch, 8) != 0);
    CHECK(memcmp(after.outer_key, after.write_seed, 32) != 0 &&
          memcmp(after.outer_key, after.typing_key, 32) != 0);
    uint8_t tag[8];
    own_branch_tag(tag, mls_group_epoch_authenticator(group()));
    CHECK(memcmp(tag, after.branch, sizeof tag) == 0);
    CHECK_ERR(store_floor_get(w.store, mls_group_id(group()), &floor), OK);
    CHECK(floor == n + 1 && w.s.durable && w.out.chats.n == 1); /* never entered again */
    end();
}

TEST(who_came_sits_and_is_said)
{
    bool has = false, was = true;
    begin();
    CHECK_ERR(own_was_member(&w.s, chat, ben.id, false, &was), OK);
    CHECK(!was);
    struct mls_proposal add = own_world_add(&b2);
    struct mls_commit_view view = commit(&add, 1);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    CHECK_ERR(store_member_has(w.store, chat, ben_is, &has), OK);
    CHECK(has && said(ABI_NOTICE_JOINED) == 1);
    CHECK_ERR(own_was_member(&w.s, chat, ben.id, false, &was), OK);
    CHECK(was);
    CHECK_ERR(own_was_member(&w.s, chat, ben.id, true, &was), OK);
    CHECK(!was); /* he does not run it */
    CHECK_ERR(own_was_member(&w.s, chat, w.o->account, true, &was), OK);
    CHECK(was);
    end();
}

TEST(a_leaf_sits_by_its_key_and_its_account)
{
    begin();
    struct slice key = slice_make(own_world_key(2), CHAIN_KEY_SIZE);
    CHECK(!own_group_seats(group(), SLICE_ARRAY(ben.id), key));
    struct mls_proposal add = own_world_add(&b2);
    (void)commit(&add, 1);
    CHECK(own_group_seats(group(), SLICE_ARRAY(ben.id), key));
    CHECK(own_group_seats(group(), SLICE_EMPTY, key)); /* whoever it is of */
    CHECK(!own_group_seats(group(), SLICE_ARRAY(w.o->account), key));
    CHECK(!own_group_seats(group(), SLICE_ARRAY(ben.id), SLICE_ARRAY(w.o->device)));
    CHECK(own_group_seats(group(), SLICE_ARRAY(w.o->account), SLICE_ARRAY(w.o->device)));
    end();
}

/* Whoever went knows the old secrets: the mailbox is opened anew by the new tag. */
TEST(new_secrets_of_the_room_are_kept_and_the_mailbox_opened_anew)
{
    struct own_room r;
    uint8_t old[32], kept[32];
    begin();
    memcpy(old, own_world_row(&w, chat).read_tag, sizeof old);
    struct own_box *box = own_box(w.o, chat, true);
    box->opened = true;
    box->older = 2;
    CHECK_ERR(own_room_of(&w.arena, group(), &r), OK);
    memset(r.read_tag, 7, sizeof r.read_tag);
    memset(r.join_secret, 8, sizeof r.join_secret);
    struct mls_proposal rewrite = own_world_rewrite(&w, &r);
    struct mls_commit_view view = commit(&rewrite, 1);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    CHECK(own_world_row(&w, chat).read_tag[0] == 7 && own_world_row(&w, chat).join_secret[0] == 8);
    CHECK_ERR(store_old_tag_get(w.store, chat, 0, kept), OK);
    CHECK(memcmp(kept, old, sizeof old) == 0);
    CHECK(!box->opened && box->older == 0 && own_world_setting(&w, "record-due") == 1);
    end();
}

TEST(what_the_room_is_called_is_taken_from_it)
{
    struct own_room r;
    begin();
    CHECK_ERR(own_room_of(&w.arena, group(), &r), OK);
    r.name = SLICE_LITERAL("Ship");
    struct mls_proposal rewrite = own_world_rewrite(&w, &r);
    struct mls_commit_view view = commit(&rewrite, 1);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    CHECK_BYTES(own_world_row(&w, chat).title, SLICE_LITERAL("Ship"));
    CHECK(said(ABI_NOTICE_RENAMED) == 1);
    end();
}

static struct mls_commit_view takes_us_out(const struct mls_proposal_view *v, size_t n)
{
    struct mls_commit_view view;
    memset(&view, 0, sizeof view);
    view.removes_us = true;
    view.committer_leaf = own_world_leaf(&b2);
    view.proposals = v;
    view.proposal_count = n;
    return view;
}

TEST(who_is_taken_out_has_left_and_reads_by_whom)
{
    struct own_world_member me;
    struct own_world_account as_me;
    begin();
    own_world_account(&as_me, 5, 105);
    own_world_sit(&me, &as_me, 5, 0);
    struct mls_proposal_view gone = {.type = MLS_PROPOSAL_REMOVE,
                                     .removed_leaf = own_world_leaf(&me)};
    struct mls_commit_view view = takes_us_out(&gone, 1);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_LEFT && said(ABI_NOTICE_REMOVED) == 1 &&
          said(ABI_NOTICE_LEFT) == 0);
    mls_world_end(&me.m);
    end();
}

/* Somebody who heard nothing of us for days: the Welcome is waited for. */
TEST(who_is_taken_out_and_in_again_waits_for_the_welcome)
{
    begin();
    struct mls_proposal_view in = {.type = MLS_PROPOSAL_ADD, .leaf = own_world_leaf(&b2)};
    in.leaf.signature_key = SLICE_ARRAY(w.o->device);
    struct mls_commit_view view = takes_us_out(&in, 1);
    CHECK_ERR(own_group_entered(w.o, &w.s, chat, &view), OK);
    struct store_chat c = own_world_row(&w, chat);
    CHECK(c.state == STORE_CHAT_OPEN && store_chat_reenters(&c) && w.s.durable);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

TEST_MAIN(TEST_ROW(the_tag_of_an_epoch_is_of_its_authenticator),
          TEST_ROW(each_epoch_has_keys_of_its_own), TEST_ROW(who_came_sits_and_is_said),
          TEST_ROW(a_leaf_sits_by_its_key_and_its_account),
          TEST_ROW(new_secrets_of_the_room_are_kept_and_the_mailbox_opened_anew),
          TEST_ROW(what_the_room_is_called_is_taken_from_it),
          TEST_ROW(who_is_taken_out_has_left_and_reads_by_whom),
          TEST_ROW(who_is_taken_out_and_in_again_waits_for_the_welcome))
