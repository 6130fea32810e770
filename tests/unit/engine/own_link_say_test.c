/* What is said over a device link until the history moves (own/link_say.h). */
#include "engine/own/link_say.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/chain.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "store/own_setting.h"

#define HANDLE 7

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t secret[OWN_PAIRING_KEY_SIZE] = {4, 5, 6};

static struct own_world w;
static struct own_link l;

/* The side that has the account, or one that makes as if it were new; its mailbox is open. */
static void begin(enum own_link_role role, enum own_link_phase phase)
{
    int64_t ignored = 0;
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(store_own_setting_put(w.store, "link-secret", SLICE_ARRAY(secret)), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-words", SLICE_LITERAL("1 2 3")), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-name", SLICE_LITERAL("phone")), OK);
    CHECK_ERR(own_link_set(&w.s, "link-role", &ignored, role), OK);
    CHECK_ERR(own_link_set(&w.s, "link-phase", &ignored, phase), OK);
    CHECK_ERR(own_link_load(&w.s, &l), OK);
    w.o->link.opened = true;
    w.o->link.handle = HANDLE;
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static size_t frames(enum frame_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < w.out.n; i++) {
        struct slice in = w.out.v[i].send.data, body;
        uint32_t request = 0;
        uint8_t got = 0;
        n += w.out.v[i].kind == ABI_SEND && frame_next(&in, &got, &request, &body) == OK &&
             got == type;
    }
    return n;
}

/* What was said last: its number and what; the rest. */
static struct slice said(uint64_t number, uint64_t what, size_t items)
{
    struct slice body = SLICE_EMPTY, in = SLICE_EMPTY;
    struct frame_post p;
    uint64_t role = 0, n = 0, is = 0;
    size_t all = 0;
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_POST, &body));
    CHECK_ERR(frame_post_get(body, &p), OK);
    CHECK(p.handle == HANDLE && p.epoch == 0);
    CHECK_ERR(
        own_outer_open(&w.arena, l.key, l.mailbox, number, (uint8_t)l.role, NULL, p.body, &in), OK);
    CHECK_ERR(cbor_get_array(&in, &all), OK);
    CHECK_ERR(cbor_get_uint(&in, &role), OK);
    CHECK_ERR(cbor_get_uint(&in, &n), OK);
    CHECK_ERR(cbor_get_uint(&in, &is), OK);
    CHECK(all == items + 3 && role == (uint64_t)l.role && n == number && is == what);
    return in;
}

static struct slice bytes(struct slice *in)
{
    struct slice v = SLICE_EMPTY;
    CHECK_ERR(cbor_get_bytes(in, &v), OK);
    return v;
}

static struct slice text(struct slice *in)
{
    struct slice v = SLICE_EMPTY;
    CHECK_ERR(cbor_get_text(in, &v), OK);
    return v;
}

/* ---- saying ---------------------------------------------------------------------------------- */

TEST(numbers_go_on_over_what_is_under_way)
{
    static const uint8_t one[] = {0x01};
    begin(ROLE_OLD, PHASE_PEOPLE);
    l.sent = 4;
    for (uint64_t i = 0; i < 3; i++) {
        CHECK_ERR(own_link_say(w.o, &w.s, &l, SAY_RECORDS, SLICE_ARRAY(one), 1), OK);
        struct slice rest = said(5 + i, SAY_RECORDS, 1);
        CHECK_BYTES(rest, SLICE_ARRAY(one));
        CHECK(w.o->link.flying == i + 1);
    }
    CHECK(own_world_asks(&w, FRAME_POST) == 3);
    CHECK(frames(FRAME_WRITE) == 1); /* the right is signed for once */
    CHECK(l.sent == 4);              /* it counts when it is answered */
    end();
}

TEST(without_a_free_question_nothing_is_said)
{
    begin(ROLE_OLD, PHASE_PEOPLE);
    for (int i = 0; i < OWN_ASKS_MAX; i++) {
        CHECK(own_ask(w.o, OWN_CONN_ANON, FRAME_OPEN, i, 0) != NULL);
    }
    CHECK_ERR(own_link_say(w.o, &w.s, &l, SAY_END, SLICE_EMPTY, 0), OK);
    CHECK(w.out.n == 0 && w.o->link.flying == 0);
    end();
}

/* ---- pairing --------------------------------------------------------------------------------- */

TEST(the_pairing_is_said_again_as_it_was)
{
    uint8_t first[OWN_PAIRING_MESSAGE_MAX], code[OWN_PAIRING_CODE_SIZE];
    begin(ROLE_NEW, PHASE_PAIRING);
    CHECK_ERR(own_pairing_show(&w.o->pair.p, code), OK);
    CHECK_ERR(own_link_say_pairing(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_PAIRING, 1), message = bytes(&rest);
    size_t n = message.n;
    REQUIRE(n > 0 && n <= sizeof first && w.o->pair.said_n == n);
    memcpy(first, message.p, n);
    w.o->link.flying = 0; /* the line was cut, and nobody answered */
    CHECK_ERR(own_link_say_pairing(w.o, &w.s, &l), OK);
    rest = said(1, SAY_PAIRING, 1);
    CHECK_BYTES(bytes(&rest), slice_make(first, n));
    end();
}

TEST(who_has_heard_nothing_does_not_answer)
{
    static const uint8_t code[OWN_PAIRING_CODE_SIZE] = {1};
    begin(ROLE_OLD, PHASE_PAIRING);
    CHECK_ERR(own_pairing_given(&w.o->pair.p, code), OK);
    CHECK_ERR(own_link_say_pairing(w.o, &w.s, &l), OK);
    CHECK(w.out.n == 0 && w.o->pair.said_n == 0);
    end();
}

TEST(a_pairing_that_is_not_in_memory_is_over)
{
    begin(ROLE_OLD, PHASE_PAIRING);
    CHECK_ERR(own_link_say_pairing(w.o, &w.s, &l), OK);
    CHECK(own_world_setting(&w, "link-role") == ROLE_NONE && frames(FRAME_POST) == 0);
    CHECK(w.out.n == 1 && w.out.v[0].patch.change.link_progress.phase == ABI_LINK_PHASE_OVER);
    end();
}

/* ---- no, hello ------------------------------------------------------------------------------- */

TEST(a_no_says_why)
{
    static const enum abi_link_phase why[] = {ABI_LINK_PHASE_NO, ABI_LINK_PHASE_OVER};
    for (size_t i = 0; i < 2; i++) {
        uint64_t v = 0;
        int64_t ignored = 0;
        begin(ROLE_OLD, PHASE_NO);
        if (i == 1) { /* else: as is meant when nobody said */
            CHECK_ERR(own_link_set(&w.s, "link-why", &ignored, why[i]), OK);
        }
        CHECK_ERR(own_link_say_no(w.o, &w.s, &l), OK);
        struct slice rest = said(1, SAY_NO, 1);
        CHECK_ERR(cbor_get_uint(&rest, &v), OK);
        CHECK(v == why[i] && rest.n == 0);
        end();
    }
}

TEST(a_hello_is_the_key_and_the_name)
{
    begin(ROLE_NEW, PHASE_HELLO);
    CHECK_ERR(own_link_say_hello(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_HELLO, 2);
    CHECK_BYTES(bytes(&rest), SLICE_ARRAY(w.o->device));
    CHECK_BYTES(text(&rest), SLICE_LITERAL("phone"));
    CHECK(rest.n == 0);
    end();
}

/* ---- the entry ------------------------------------------------------------------------------- */

static struct slice device(uint8_t k)
{
    return slice_make(own_world_key(k), CHAIN_KEY_SIZE);
}

TEST(a_draft_is_kept_so_that_what_is_signed_is_what_was_said)
{
    begin(ROLE_OLD, PHASE_DRAFT);
    CHECK_ERR(own_link_say_draft(w.o, &w.s, &l), ERR_GONE); /* of no device */
    CHECK_ERR(store_own_setting_put(w.store, "link-device", SLICE_LITERAL("short")), OK);
    CHECK_ERR(own_link_say_draft(w.o, &w.s, &l), ERR_STORE_CORRUPT);
    CHECK_ERR(store_own_setting_put(w.store, "link-device", device(9)), OK);
    CHECK_ERR(own_link_say_draft(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_DRAFT, 3), draft = bytes(&rest), kept;
    CHECK_BYTES(bytes(&rest), SLICE_ARRAY(w.o->account));
    CHECK_BYTES(text(&rest), SLICE_LITERAL("Ana"));
    struct chain_entry e;
    CHECK_ERR(chain_read(draft, &e), OK);
    CHECK(chain_device(&e, own_world_key(9)) != NULL && e.n == 1);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-draft", &kept), OK);
    CHECK_BYTES(kept, draft);
    CHECK_ERR(store_own_setting_put(w.store, "link-draft", SLICE_LITERAL("as it was")), OK);
    CHECK_ERR(own_link_say_draft(w.o, &w.s, &l), OK);
    rest = said(2, SAY_DRAFT, 3);
    CHECK_BYTES(bytes(&rest), SLICE_LITERAL("as it was"));
    end();
}

TEST(a_device_that_is_listed_needs_no_draft)
{
    begin(ROLE_OLD, PHASE_DRAFT);
    CHECK_ERR(store_own_setting_put(w.store, "link-device", SLICE_ARRAY(w.o->device)), OK);
    CHECK_ERR(own_link_say_draft(w.o, &w.s, &l), OK);
    CHECK(w.out.n == 0 && l.phase == PHASE_ACCOUNT &&
          own_world_setting(&w, "link-phase") == PHASE_ACCOUNT);
    end();
}

TEST(the_new_device_signs_what_adds_it_and_nothing_else)
{
    struct slice draft, tbs;
    struct chain_entry e;
    struct crypto_sign_public pub;
    uint8_t room[CHAIN_TBS_BYTES_MAX];
    begin(ROLE_NEW, PHASE_SIGNED);
    CHECK_ERR(own_link_say_signed(w.o, &w.s, &l), ERR_GONE); /* nothing was heard */
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(9), &draft), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-draft", draft), OK);
    CHECK_ERR(own_link_say_signed(w.o, &w.s, &l), ERR_AUTH); /* it is not this one */
    CHECK(w.out.n == 0);
    memcpy(w.o->device, own_world_key(9), sizeof w.o->device);
    w.o->device_secret = own_world_secret(9);
    CHECK_ERR(own_link_say_signed(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_SIGNED, 1), sig = bytes(&rest);
    CHECK_ERR(chain_read(draft, &e), OK);
    CHECK_ERR(chain_tbs(&e, room, &tbs), OK);
    memcpy(pub.b, own_world_key(9), sizeof pub.b);
    CHECK_ERR(crypto_sign_verify(sig, tbs, &pub), OK);
    end();
}

TEST(the_account_is_said_once_the_entry_is_acknowledged)
{
    struct own_identity_name head;
    uint64_t n = 99;
    begin(ROLE_OLD, PHASE_ACCOUNT);
    CHECK_ERR(store_own_setting_put(w.store, "link-device", SLICE_ARRAY(w.o->device)), OK);
    CHECK_ERR(own_link_say_entry(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_ACCOUNT, 3);
    CHECK_BYTES(bytes(&rest), SLICE_ARRAY(w.o->inbox));
    CHECK_ERR(cbor_get_uint(&rest, &n), OK);
    CHECK_ERR(own_identity_head(&w.s, w.o->account, &head), OK);
    CHECK(n == head.n);
    CHECK_BYTES(bytes(&rest), SLICE_ARRAY(head.hash));
    end();
}

TEST(an_entry_that_lost_its_number_needs_another_signature)
{
    struct slice kept;
    begin(ROLE_OLD, PHASE_ACCOUNT);
    CHECK_ERR(store_own_setting_put(w.store, "link-device", device(9)), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-draft", SLICE_LITERAL("of before")), OK);
    w.o->chain_stuck = true; /* the gateway refuses it: nothing is said anew */
    CHECK_ERR(own_link_say_entry(w.o, &w.s, &l), OK);
    CHECK(w.out.n == 0 && l.phase == PHASE_ACCOUNT);
    w.o->chain_stuck = false;
    CHECK_ERR(own_link_say_entry(w.o, &w.s, &l), OK);
    struct slice rest = said(1, SAY_DRAFT, 3), draft = bytes(&rest);
    CHECK(l.phase == PHASE_DRAFT && own_world_setting(&w, "link-phase") == PHASE_DRAFT);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-draft", &kept), OK);
    CHECK_BYTES(kept, draft);
    end();
}

/* Signed by both, and on its way to the gateway. */
TEST(while_the_entry_is_on_its_way_nothing_is_said)
{
    struct slice draft;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    bool stale = true;
    begin(ROLE_OLD, PHASE_ACCOUNT);
    CHECK_ERR(store_own_setting_put(w.store, "link-device", device(9)), OK);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(9), &draft), OK);
    struct own fresh = {.device_secret = own_world_secret(9)};
    memcpy(fresh.device, own_world_key(9), sizeof fresh.device);
    CHECK_ERR(own_chain_draft_sign(&fresh, draft, sig), OK);
    CHECK_ERR(own_chain_draft_signed(w.o, &w.s, draft, own_world_key(9), sig, &stale), OK);
    CHECK(!stale);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_link_say_entry(w.o, &w.s, &l), OK);
    CHECK(w.out.n == 0 && l.phase == PHASE_ACCOUNT);
    end();
}

TEST_MAIN(TEST_ROW(numbers_go_on_over_what_is_under_way),
          TEST_ROW(without_a_free_question_nothing_is_said),
          TEST_ROW(the_pairing_is_said_again_as_it_was),
          TEST_ROW(who_has_heard_nothing_does_not_answer),
          TEST_ROW(a_pairing_that_is_not_in_memory_is_over), TEST_ROW(a_no_says_why),
          TEST_ROW(a_hello_is_the_key_and_the_name),
          TEST_ROW(a_draft_is_kept_so_that_what_is_signed_is_what_was_said),
          TEST_ROW(a_device_that_is_listed_needs_no_draft),
          TEST_ROW(the_new_device_signs_what_adds_it_and_nothing_else),
          TEST_ROW(the_account_is_said_once_the_entry_is_acknowledged),
          TEST_ROW(an_entry_that_lost_its_number_needs_another_signature),
          TEST_ROW(while_the_entry_is_on_its_way_nothing_is_said))
