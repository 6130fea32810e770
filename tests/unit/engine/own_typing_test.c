/* Typing notices of others (own/typing.h): who may say so, and that nothing else is an error. */
#include "engine/own/typing.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/box.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/people.h"
#include "store/protocol.h"

#define HANDLE 7
#define EPOCH 3
#define TYPING_KIND 3 /* PROTOCOL.md: the outer layer of an ephemeral */

static struct own_world w;
static struct own_world_account ana, ben;
static int64_t chat, ben_id;
static struct store_epoch epoch;

static void begin(void)
{
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_account(&ben, 11, 111);
    own_world_be(&w, &ana, 1);
    ben_id = own_world_know(&w, &ben, 1);
    CHECK_ERR(store_person_set_profile(w.store, ben_id, SLICE_LITERAL("Ben"), SLICE_EMPTY, 1), OK);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(store_member_put(w.store, chat, ben_id, 0), OK);
    CHECK_ERR(store_member_put(w.store, chat, STORE_PERSON_ME, 0), OK);
    memset(&epoch, 0, sizeof epoch);
    epoch.n = EPOCH;
    epoch.typing_key[0] = 5;
    epoch.branch[0] = 6;
    CHECK_ERR(store_epoch_put(w.store, chat, &epoch), OK);
    struct own_box *box = own_box(w.o, chat, true);
    if (box != NULL) {
        box->opened = true;
        box->handle = HANDLE;
    }
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct slice said(struct slice account, bool on)
{
    struct slice out;
    struct buf b = buf_arena(&w.arena, 64);
    cbor_put_array(&b, 2);
    cbor_put_bytes(&b, account);
    cbor_put_bool(&b, on);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static struct frame_ephemeral frame(struct slice plain)
{
    struct frame_ephemeral f = {HANDLE, EPOCH, SLICE_EMPTY};
    const struct own_room room = own_world_context(STORE_CHAT_GROUP);
    CHECK_ERR(own_outer_seal(&w.arena, epoch.typing_key, room.mailbox, EPOCH, TYPING_KIND,
                             epoch.branch, plain, &f.body),
              OK);
    return f;
}

/* Is it shown? An ephemeral is never an error: it is of a moment. */
static const struct abi_typing_changed *taken(const struct frame_ephemeral *f)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_ephemeral(w.o, &w.s, f), OK);
    CHECK(w.out.n <= 1 && !w.s.durable);
    return w.out.n == 1 && w.out.v[0].kind == ABI_PATCH &&
                   w.out.v[0].patch.change.kind == ABI_TYPING_CHANGED
               ? &w.out.v[0].patch.change.typing_changed
               : NULL;
}

static bool shows(struct slice plain)
{
    struct frame_ephemeral f = frame(plain);
    return taken(&f) != NULL;
}

TEST(who_sits_here_is_shown_by_their_name)
{
    for (int on = 0; on < 2; on++) {
        begin();
        struct frame_ephemeral f = frame(said(SLICE_ARRAY(ben.id), on == 1));
        const struct abi_typing_changed *t = taken(&f);
        REQUIRE(t != NULL);
        CHECK(t->chat == (uint64_t)chat && t->on == (on == 1));
        CHECK_BYTES(t->name, SLICE_LITERAL("Ben"));
        end();
    }
}

TEST(in_the_chat_that_shows_this_room)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET alias_of=77");
    struct frame_ephemeral f = frame(said(SLICE_ARRAY(ben.id), true));
    const struct abi_typing_changed *t = taken(&f);
    CHECK(t != NULL && t->chat == 77);
    end();
}

TEST(who_may_not_say_so_is_not_shown)
{
    struct own_world_account eve;
    begin();
    own_world_account(&eve, 21, 121);
    CHECK(!shows(said(SLICE_ARRAY(eve.id), true))); /* nobody that we know */
    (void)own_world_know(&w, &eve, 1);
    CHECK(!shows(said(SLICE_ARRAY(eve.id), true))); /* who sits elsewhere   */
    CHECK(!shows(said(SLICE_ARRAY(ana.id), true))); /* I know what I type   */
    CHECK_ERR(store_person_set_blocked(w.store, ben_id, true), OK);
    CHECK(!shows(said(SLICE_ARRAY(ben.id), true)));
    CHECK_ERR(store_person_set_blocked(w.store, ben_id, false), OK);
    CHECK(shows(said(SLICE_ARRAY(ben.id), true)));
    CHECK_ERR(store_member_begin(w.store, chat), OK);
    CHECK_ERR(store_member_end(w.store, chat), OK);
    CHECK(!shows(said(SLICE_ARRAY(ben.id), true))); /* has gone */
    end();
}

/* Whoever was removed with the next epoch has the key of this one, too. */
TEST(an_epoch_that_is_over_says_nothing)
{
    begin();
    CHECK(shows(said(SLICE_ARRAY(ben.id), true)));
    epoch.n = EPOCH + 1;
    CHECK_ERR(store_epoch_put(w.store, chat, &epoch), OK);
    CHECK(!shows(said(SLICE_ARRAY(ben.id), true)));
    end();
}

TEST(what_is_no_notice_is_no_error)
{
    static const uint8_t three[] = {0x83, 0x40, 0xf5, 0xf5}, key_only[] = {0x81, 0x40};
    begin();
    CHECK(!shows(SLICE_EMPTY));
    CHECK(!shows(SLICE_LITERAL("x")));
    CHECK(!shows(SLICE_ARRAY(three)));
    CHECK(!shows(SLICE_ARRAY(key_only)));
    CHECK(!shows(said(slice_make(ben.id, sizeof ben.id - 1), true)));
    struct slice good = said(SLICE_ARRAY(ben.id), true);
    CHECK(!shows(slice_make(good.p, good.n - 1)));
    CHECK(shows(good));
    end();
}

TEST(what_is_sealed_for_another_place_is_not_opened)
{
    begin();
    struct slice plain = said(SLICE_ARRAY(ben.id), true);
    struct frame_ephemeral f = frame(plain);
    f.handle = HANDLE + 1;
    CHECK(taken(&f) == NULL);
    f = frame(plain);
    f.epoch = EPOCH - 1;
    CHECK(taken(&f) == NULL);
    f = frame(plain);
    f.body = SLICE_LITERAL("not sealed by anybody who knows the key");
    CHECK(taken(&f) == NULL);
    f = frame(plain);
    CHECK_ERR(own_outer_seal(&w.arena, epoch.typing_key, ben.id, EPOCH, TYPING_KIND, epoch.branch,
                             plain, &f.body),
              OK);
    CHECK(taken(&f) == NULL);
    f = frame(plain);
    CHECK(taken(&f) != NULL);
    own_box(w.o, chat, true)->opened = false; /* nothing comes from there */
    CHECK(taken(&f) == NULL);
    end();
}

TEST_MAIN(TEST_ROW(who_sits_here_is_shown_by_their_name),
          TEST_ROW(in_the_chat_that_shows_this_room), TEST_ROW(who_may_not_say_so_is_not_shown),
          TEST_ROW(an_epoch_that_is_over_says_nothing), TEST_ROW(what_is_no_notice_is_no_error),
          TEST_ROW(what_is_sealed_for_another_place_is_not_opened))
