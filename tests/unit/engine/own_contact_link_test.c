#include "engine/own/contact_link.h"

#include <string.h>

#include "base/cbor.h"
#include "base/text.h"
#include "check.h"

static struct own own;

static struct slice link_of(struct arena *a, struct slice secret)
{
    static const uint8_t token[16] = {5};
    struct step s;
    struct slice out = SLICE_EMPTY;
    memset(&s, 0, sizeof s);
    s.arena = a;
    memset(&own, 0, sizeof own);
    memcpy(own.gateway, "https://gw.example.org", sizeof "https://gw.example.org");
    memset(own.account, 3, sizeof own.account);
    memset(own.inbox, 4, sizeof own.inbox);
    CHECK_ERR(own_link_text(&own, &s, token, secret, &out), OK);
    return out;
}

TEST(a_link_names_gateway_account_inbox_and_token)
{
    static const uint8_t secret[OWN_LINK_SECRET_SIZE] = {6};
    struct own_link_parts p;
    struct arena a;
    arena_init(&a, 0);
    CHECK_ERR(own_link_parse(&a, link_of(&a, SLICE_EMPTY), &p), OK);
    CHECK_BYTES(p.gateway, SLICE_LITERAL("https://gw.example.org"));
    CHECK(p.what == ABI_LINK_WHAT_PERSON && p.account[31] == 3 && p.inbox[15] == 4 &&
          p.token[0] == 5);
    CHECK(p.secret[0] == 0);
    CHECK_ERR(own_link_parse(&a, link_of(&a, SLICE_ARRAY(secret)), &p), OK);
    CHECK(p.what == ABI_LINK_WHAT_GROUP && p.secret[0] == 6);
    arena_wipe(&a);
}

TEST(a_link_is_found_behind_any_address_and_before_white_space)
{
    struct own_link_parts p;
    struct arena a;
    arena_init(&a, 0);
    struct slice link = link_of(&a, SLICE_EMPTY);
    struct buf b = buf_arena(&a, link.n + 64);
    struct slice text;
    buf_slice(&b, SLICE_LITERAL("https://app.example.org/"));
    buf_put(&b, link.p + sizeof "web+sotto:" - 1, link.n - (sizeof "web+sotto:" - 1));
    buf_slice(&b, SLICE_LITERAL(" \n"));
    CHECK_ERR(buf_finish(&b, &text), OK);
    CHECK_ERR(own_link_parse(&a, text, &p), OK);
    CHECK(p.token[0] == 5);
    arena_wipe(&a);
}

TEST(what_is_no_link_is_refused)
{
    static uint8_t longer[2049];
    static const char *const bad[] = {
        "", "hello", "#/add/", "web+sotto:#/add/!!!", "#/add/gA", "#/add/hQNgQEBA", "#/adds/gwEC"};
    struct own_link_parts p;
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(own_link_parse(&a, slice_of_string(bad[i]), &p) != OK);
    }
    memset(longer, 'A', sizeof longer);
    memcpy(longer, "#/add/", 6);
    CHECK_ERR(own_link_parse(&a, SLICE_ARRAY(longer), &p), ERR_INPUT);
    struct slice link = link_of(&a, SLICE_EMPTY);
    for (size_t n = 0; n < link.n; n++) {
        struct slice cut = check_copy(slice_make(link.p, n));
        CHECK(own_link_parse(&a, cut, &p) != OK);
        check_release(cut);
    }
    arena_wipe(&a);
}

/* Of the kinds: 1 and 2, which named keys, and what is to come. */
TEST(links_of_other_kinds_are_refused)
{
    struct own_link_parts p;
    struct arena a;
    arena_init(&a, 0);
    for (uint64_t kind = 0; kind < 8; kind++) {
        struct buf c = buf_arena(&a, 256), b = buf_arena(&a, 400);
        struct slice cbor, text;
        uint8_t bytes[32] = {0};
        cbor_put_array(&c, 5);
        cbor_put_uint(&c, kind);
        cbor_put_text(&c, SLICE_LITERAL("https://gw.example.org"));
        cbor_put_bytes(&c, SLICE_ARRAY(bytes));
        cbor_put_bytes(&c, slice_make(bytes, 16));
        cbor_put_bytes(&c, slice_make(bytes, 16));
        CHECK_ERR(buf_finish(&c, &cbor), OK);
        buf_slice(&b, SLICE_LITERAL("#/add/"));
        text_put_base64url(&b, cbor);
        CHECK_ERR(buf_finish(&b, &text), OK);
        CHECK((own_link_parse(&a, text, &p) == OK) == (kind == OWN_LINK_FIRST));
    }
    arena_wipe(&a);
}

TEST(a_proof_is_of_one_account_room_and_secret)
{
    static const uint8_t secret[16] = {1}, ana[32] = {2}, ben[32] = {3};
    uint8_t one[32], again[32], other[32];
    struct arena a;
    arena_init(&a, 0);
    struct slice room = SLICE_LITERAL("room");
    CHECK_ERR(own_link_proof(&a, SLICE_ARRAY(secret), room, ana, one), OK);
    CHECK_ERR(own_link_proof(&a, SLICE_ARRAY(secret), room, ana, again), OK);
    CHECK_BYTES(SLICE_ARRAY(again), SLICE_ARRAY(one));
    CHECK_ERR(own_link_proof(&a, SLICE_ARRAY(secret), room, ben, other), OK);
    CHECK(!slice_equal(SLICE_ARRAY(other), SLICE_ARRAY(one)));
    CHECK_ERR(own_link_proof(&a, SLICE_ARRAY(secret), SLICE_LITERAL("rooms"), ana, other), OK);
    CHECK(!slice_equal(SLICE_ARRAY(other), SLICE_ARRAY(one)));
    CHECK_ERR(own_link_proof(&a, SLICE_LITERAL("another"), room, ana, other), OK);
    CHECK(!slice_equal(SLICE_ARRAY(other), SLICE_ARRAY(one)));
    arena_wipe(&a);
}

TEST_MAIN(TEST_ROW(a_link_names_gateway_account_inbox_and_token),
          TEST_ROW(a_link_is_found_behind_any_address_and_before_white_space),
          TEST_ROW(what_is_no_link_is_refused), TEST_ROW(links_of_other_kinds_are_refused),
          TEST_ROW(a_proof_is_of_one_account_room_and_secret))
