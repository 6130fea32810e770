/* Coming in again by the sealed bundle (own/repair.h): what cannot be entered is counted as a try
 * that failed, whatever is wrong with it. */
#include "engine/own/repair.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "store/chat.h"

struct table {
    struct own_world w;
    struct own_world_account ana;
    struct own_world_member other; /* another device of hers, in a room of its own */
    struct own_world_room room;
    int64_t chat;
};
static struct table t;

static void begin(void)
{
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_added(&t.ana, 2, 1);
    own_world_be(&t.w, &t.ana, 1);
    t.chat = own_world_chat(&t.w, STORE_CHAT_GROUP, 0);
    own_world_sql(&t.w, "UPDATE chat SET note=1");
    own_world_sit(&t.other, &t.ana, 99, 1); /* no key of hers */
    own_world_open(&t.room, &t.other, &context);
}

static void end(void)
{
    own_world_close(&t.room);
    own_world_end(&t.w);
}

static struct slice group_info(void)
{
    struct slice info = SLICE_EMPTY, tree = SLICE_EMPTY;
    CHECK_ERR(mls_group_info(t.other.m.g, &t.w.arena, true, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    return info;
}

static struct slice bundle(struct slice info, struct slice chains, const uint8_t join_secret[32])
{
    static const uint8_t key[32] = {1};
    const struct own_room room = own_world_context(STORE_CHAT_GROUP);
    struct slice plain, sealed;
    uint8_t join[32];
    struct buf b = buf_arena(&t.w.arena, 2048);
    cbor_put_array(&b, 7);
    cbor_put_bytes(&b, info);
    cbor_put_bytes(&b, SLICE_LITERAL(""));
    cbor_put_bytes(&b, SLICE_ARRAY(key));
    cbor_put_bytes(&b, SLICE_ARRAY(key));
    cbor_put_bytes(&b, slice_make(key, FRAME_BRANCH_SIZE));
    cbor_put_uint(&b, 3);
    cbor_put_bytes(&b, chains);
    CHECK_ERR(buf_finish(&b, &plain), OK);
    crypto_hmac(CRYPTO_SHA256, join, slice_make(join_secret, 32), SLICE_LITERAL("sotto bundle"));
    CHECK_ERR(own_outer_seal(&t.w.arena, join, room.mailbox, 0, 2, NULL, plain, &sealed), OK);
    return sealed;
}

static int64_t tries(void)
{
    return own_world_int(&t.w, "SELECT stuck FROM chat");
}

TEST(a_bundle_that_cannot_be_entered_is_a_try_that_failed)
{
    const struct own_room room = own_world_context(STORE_CHAT_GROUP);
    static const uint8_t other[32] = {7};
    for (int i = 0; i < 5; i++) {
        begin();
        struct own_entries_group v = own_world_bring(&t.ana, 0, 1);
        struct own_entries all = {&v, 1};
        struct buf b = buf_arena(&t.w.arena, 2048);
        struct slice chains;
        own_entries_put(&b, &all);
        CHECK_ERR(buf_finish(&b, &chains), OK);
        struct slice sealed = i == 0   ? bundle(group_info(), chains, other)
                              : i == 1 ? SLICE_LITERAL("no bundle")
                              : i == 2 ? bundle(group_info(), SLICE_LITERAL("x"), room.join_secret)
                              : i == 3 ? bundle(SLICE_LITERAL("x"), chains, room.join_secret)
                                       : bundle(group_info(), chains, room.join_secret);
        CHECK_ERR(own_group_rejoin_info(t.w.o, &t.w.s, t.chat, sealed), OK);
        CHECK(tries() == 1);
        end();
    }
}

TEST(who_is_in_it_comes_in_by_no_bundle)
{
    begin();
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    CHECK_ERR(own_group_rejoin_info(t.w.o, &t.w.s, t.chat, SLICE_LITERAL("no bundle")), OK);
    CHECK(tries() == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_bundle_that_cannot_be_entered_is_a_try_that_failed),
          TEST_ROW(who_is_in_it_comes_in_by_no_bundle))
