#include "engine/own/room.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "check.h"
#include "crypto/rand.h"
#include "store/chat.h"

static const uint8_t admins[2][32] = {{1}, {2}};
static const struct own_room_seat seats[2] = {{{3}, 4, {5}}, {{6}, UINT64_MAX, {7}}};

static struct own_room full(void)
{
    struct own_room r;
    memset(&r, 0, sizeof r);
    memset(r.room, 1, sizeof r.room);
    r.type = STORE_CHAT_PAIR;
    r.name = SLICE_LITERAL("Käse");
    memset(r.mailbox, 2, sizeof r.mailbox);
    memset(r.read_tag, 3, sizeof r.read_tag);
    memset(r.join_secret, 4, sizeof r.join_secret);
    r.has_replaces = r.has_next = r.has_pair = true;
    memset(r.replaces, 5, sizeof r.replaces);
    memset(r.next, 6, sizeof r.next);
    r.admins = admins;
    r.admin_n = 2;
    r.timer_s = 3600;
    memset(r.pair[0], 7, 32);
    memset(r.pair[1], 8, 32);
    r.seats = seats;
    r.seat_n = 2;
    return r;
}

TEST(a_room_comes_back_as_it_was)
{
    struct arena a;
    struct own_room r = full(), got;
    struct slice bytes, again;
    arena_init(&a, 0);
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), OK);
    CHECK(got.type == STORE_CHAT_PAIR && got.timer_s == 3600 && got.admin_n == 2);
    CHECK_BYTES(got.name, r.name);
    CHECK(got.seat_n == 2 && got.seats[1].n == UINT64_MAX && got.seats[1].hash[0] == 7);
    CHECK(own_room_is_admin(&got, admins[1]) && !own_room_is_admin(&got, seats[0].account));
    CHECK_ERR(own_room_encode(&a, &got, &again), OK);
    CHECK_BYTES(again, bytes);
    r.has_replaces = r.has_next = r.has_pair = false;
    r.admin_n = r.seat_n = 0;
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), OK);
    CHECK(!got.has_replaces && !got.has_next && !got.has_pair && got.seat_n == 0);
    arena_wipe(&a);
}

TEST(every_beginning_of_a_room_is_refused_and_so_is_what_follows_it)
{
    struct arena a;
    struct own_room r = full(), got;
    struct slice bytes;
    arena_init(&a, 0);
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    for (size_t n = 0; n < bytes.n; n++) {
        struct slice cut = check_copy(slice_make(bytes.p, n));
        CHECK(own_room_decode(&a, cut, &got) != OK);
        check_release(cut);
    }
    uint8_t *more = (uint8_t *)arena_alloc(&a, bytes.n + 1);
    REQUIRE(more != NULL);
    memcpy(more, bytes.p, bytes.n);
    more[bytes.n] = 0;
    CHECK(own_room_decode(&a, slice_make(more, bytes.n + 1), &got) != OK);
    arena_wipe(&a);
}

TEST(bounds_and_forms_of_a_room_hold)
{
    static uint8_t many[OWN_ADMINS_MAX + 1][32], name[LIMIT_NAME_BYTES + 1];
    struct arena a;
    struct own_room r = full(), got;
    struct slice bytes;
    arena_init(&a, 0);
    memset(name, 'n', sizeof name);
    r.admins = (const uint8_t(*)[32])many;
    r.admin_n = OWN_ADMINS_MAX + 1;
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_LIMIT);
    r.admin_n = OWN_ADMINS_MAX;
    r.name = SLICE_ARRAY(name);
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_LIMIT);
    r.name.n--;
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), OK);
    r = full();
    r.timer_s = (uint64_t)UINT32_MAX + 1; /* a message could not say it */
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_LIMIT);
    r.timer_s--;
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), OK);
    r = full();
    memcpy(r.pair[0], r.pair[1], 32); /* the lower first, and two of them */
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_INPUT);
    r = full();
    r.type = STORE_CHAT_GROUP; /* a pair is named by a chat of two alone */
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_INPUT);
    r.has_pair = false;
    r.type = STORE_CHAT_GROUP + 1;
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    CHECK_ERR(own_room_decode(&a, bytes, &got), ERR_INPUT);
    arena_wipe(&a);
}

TEST(another_version_is_told_apart)
{
    struct arena a;
    struct own_room r = full(), got;
    struct slice bytes;
    arena_init(&a, 0);
    CHECK_ERR(own_room_encode(&a, &r, &bytes), OK);
    uint8_t *p = (uint8_t *)arena_alloc(&a, bytes.n);
    REQUIRE(p != NULL);
    memcpy(p, bytes.p, bytes.n);
    p[1]++; /* array of 13, then the version */
    CHECK_ERR(own_room_decode(&a, slice_make(p, bytes.n), &got), ERR_INPUT_VERSION);
    struct mls_extension ext = {OWN_EXT_ROOM + 1, bytes};
    CHECK_ERR(own_room_in(&a, (struct mls_extensions){&ext, 1}, &got), ERR_INPUT);
    ext.type = OWN_EXT_ROOM;
    CHECK_ERR(own_room_in(&a, (struct mls_extensions){&ext, 1}, &got), OK);
    arena_wipe(&a);
}

TEST(the_outer_layer_opens_only_where_it_lies)
{
    static const uint8_t key[32] = {1}, mailbox[16] = {2}, branch[8] = {3};
    uint8_t other_key[32] = {9}, other_box[16] = {9}, other_branch[8] = {9};
    struct arena a;
    struct slice sealed, out;
    CHECK_ERR(crypto_init(), OK);
    arena_init(&a, 0);
    CHECK_ERR(own_outer_seal(&a, key, mailbox, 5, 1, branch, SLICE_LITERAL("word"), &sealed), OK);
    CHECK(sealed.n == 4 + 12 + 16);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 5, 1, branch, sealed, &out), OK);
    CHECK_BYTES(out, SLICE_LITERAL("word"));
    CHECK_ERR(own_outer_open(&a, other_key, mailbox, 5, 1, branch, sealed, &out), ERR_AUTH);
    CHECK_ERR(own_outer_open(&a, key, other_box, 5, 1, branch, sealed, &out), ERR_AUTH);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 6, 1, branch, sealed, &out), ERR_AUTH);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 5, 2, branch, sealed, &out), ERR_AUTH);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 5, 1, other_branch, sealed, &out), ERR_AUTH);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 5, 1, NULL, sealed, &out), ERR_AUTH);
    CHECK(out.n == 0);
    CHECK_ERR(own_outer_open(&a, key, mailbox, 5, 1, branch, slice_make(sealed.p, 27), &out),
              ERR_INPUT);
    struct slice twice;
    CHECK_ERR(own_outer_seal(&a, key, mailbox, 5, 1, branch, SLICE_LITERAL("word"), &twice), OK);
    CHECK(!slice_equal(sealed, twice)); /* a nonce of its own */
    arena_wipe(&a);
}

TEST_MAIN(TEST_ROW(a_room_comes_back_as_it_was),
          TEST_ROW(every_beginning_of_a_room_is_refused_and_so_is_what_follows_it),
          TEST_ROW(bounds_and_forms_of_a_room_hold), TEST_ROW(another_version_is_told_apart),
          TEST_ROW(the_outer_layer_opens_only_where_it_lies))
