/* Where a device link stands (own/link_state.h): how it begins, what is shown of it, how it ends.
 */
#include "engine/own/link_state.h"

#include <string.h>

#include "engine/own/due.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_setting.h"

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t secret[OWN_PAIRING_KEY_SIZE] = {4, 5, 6};

static struct own_world w;

static void put(const char *key, int64_t value)
{
    CHECK_ERR(store_own_setting_put_int(w.store, key, value), OK);
}

static struct own_link load(void)
{
    struct own_link l;
    CHECK_ERR(own_link_load(&w.s, &l), OK);
    return l;
}

/* A link in this role and phase, of which the words were shown. */
static struct own_link begin(enum own_link_role role, enum own_link_phase phase)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(store_own_setting_put(w.store, "link-secret", SLICE_ARRAY(secret)), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-words", SLICE_LITERAL("1 2 3")), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-name", SLICE_LITERAL("phone")), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-owner", SLICE_LITERAL("Ana")), OK);
    put("link-role", role);
    put("link-phase", phase);
    effects_init(&w.out, &w.arena);
    w.s.durable = w.s.dirty = false;
    return load();
}

static void end(void)
{
    own_world_end(&w);
}

/* What the page is told, once. */
static struct abi_link_progress shown(void)
{
    struct abi_link_progress none;
    memset(&none, 0, sizeof none);
    CHECK(w.out.n == 1 && w.out.v[0].kind == ABI_PATCH &&
          w.out.v[0].patch.change.kind == ABI_LINK_PROGRESS);
    return w.out.n == 1 ? w.out.v[0].patch.change.link_progress : none;
}

static int64_t role(void)
{
    return own_world_setting(&w, "link-role");
}

TEST(without_a_role_there_is_no_link)
{
    struct own_link l;
    own_world_begin(&w);
    memset(&l, 0xa5, sizeof l);
    CHECK_ERR(own_link_load(&w.s, &l), OK);
    CHECK(l.role == ROLE_NONE && l.phase == 0 && l.sent == 0);
    put("link-role", ROLE_OLD); /* without a secret it is none that we wrote */
    CHECK_ERR(own_link_load(&w.s, &l), ERR_GONE);
    end();
}

/* The code's mailbox carries the pairing and nothing else. */
TEST(the_mailbox_of_the_pairing_is_another_one)
{
    struct own_link l = begin(ROLE_OLD, PHASE_HELLO);
    put("link-phase", PHASE_PAIRING);
    struct own_link p = load();
    CHECK(p.phase == PHASE_PAIRING && l.phase == PHASE_HELLO);
    CHECK(memcmp(p.mailbox, l.mailbox, sizeof l.mailbox) != 0 &&
          memcmp(p.read_tag, l.read_tag, sizeof l.read_tag) != 0 &&
          memcmp(p.write_seed, l.write_seed, sizeof l.write_seed) != 0 &&
          memcmp(p.key, l.key, sizeof l.key) != 0);
    CHECK_ERR(store_own_setting_drop(w.store, "link-phase"), OK);
    CHECK(load().phase == PHASE_PAIRING); /* how it begins */
    end();
}

TEST(what_is_set_is_loaded)
{
    struct own_link l = begin(ROLE_OLD, PHASE_HELLO);
    CHECK_ERR(own_link_set(&w.s, "link-sent", &l.sent, 5), OK);
    CHECK(l.sent == 5 && w.s.durable && load().sent == 5);
    end();
}

TEST(what_is_cleared_leaves_nothing)
{
    struct own_link l = begin(ROLE_OLD, PHASE_CONFIRM);
    CHECK_ERR(store_own_setting_put(w.store, "link-draft", SLICE_LITERAL("x")), OK);
    CHECK_ERR(store_own_setting_put(w.store, "link-account", SLICE_LITERAL("x")), OK);
    CHECK_ERR(own_link_set(&w.s, "link-why", &l.until, 1), OK);
    CHECK_ERR(own_link_set(&w.s, "link-cursor", &l.cursor, 1), OK);
    w.o->link.opened = true;
    w.o->pair.until_ms = 5;
    w.s.durable = w.s.dirty = false;
    CHECK_ERR(own_link_clear(w.o, &w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM setting WHERE key LIKE 'link-%'") == 0);
    CHECK(!w.o->link.opened && w.o->pair.until_ms == 0 && w.s.durable && w.s.dirty);
    CHECK(load().role == ROLE_NONE);
    end();
}

/* ---- what is shown --------------------------------------------------------------------------- */

TEST(progress_is_told_as_it_is)
{
    (void)begin(ROLE_OLD, PHASE_PEOPLE);
    own_link_progress(&w.s, ABI_LINK_PHASE_MOVING, 3, 9);
    struct abi_link_progress p = shown();
    CHECK(p.phase == ABI_LINK_PHASE_MOVING && p.done == 3 && p.total == 9 && p.words.n == 0 &&
          p.name.n == 0 && p.asks == ABI_LINK_ASKS_NOTHING);
    end();
}

/* The old side is asked about the device, the new one about the account. */
TEST(the_words_are_shown_and_what_is_asked)
{
    static const struct {
        enum own_link_role role;
        enum own_link_phase phase;
        enum abi_link_asks asks;
        const char *name;
    } rows[] = {{ROLE_OLD, PHASE_CONFIRM, ABI_LINK_ASKS_DEVICE, "phone"},
                {ROLE_NEW, PHASE_CONFIRM, ABI_LINK_ASKS_ACCOUNT, "Ana"},
                {ROLE_OLD, PHASE_HELLO, ABI_LINK_ASKS_NOTHING, ""},
                {ROLE_NEW, PHASE_ASK, ABI_LINK_ASKS_NOTHING, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct own_link l = begin(rows[i].role, rows[i].phase);
        CHECK_ERR(own_link_show(&w.s, &l), OK);
        struct abi_link_progress p = shown();
        CHECK(p.phase == ABI_LINK_PHASE_WORDS && p.asks == rows[i].asks);
        CHECK_BYTES(p.words, SLICE_LITERAL("1 2 3"));
        CHECK_BYTES(p.name, slice_of_string(rows[i].name));
        end();
    }
}

/* ---- how it goes on -------------------------------------------------------------------------- */

TEST(once_both_have_said_yes_there_is_no_limit)
{
    struct own_link l = begin(ROLE_OLD, PHASE_CONFIRM);
    w.o->pair.until_ms = 5;
    CHECK_ERR(own_link_set(&w.s, "link-until", &l.until, 5), OK);
    CHECK_ERR(own_link_settled(w.o, &w.s, &l), OK);
    CHECK(w.o->pair.until_ms == 0 && l.until == 0 && load().until == 0);
    end();
}

TEST(a_key_that_is_agreed_on_leads_to_another_mailbox)
{
    struct own_pairing fresh;
    uint8_t code[OWN_PAIRING_CODE_SIZE], room[OWN_PAIRING_MESSAGE_MAX], key[OWN_PAIRING_KEY_SIZE];
    struct slice kept;
    (void)begin(ROLE_OLD, PHASE_PAIRING);
    memset(&fresh, 0, sizeof fresh);
    CHECK_ERR(own_pairing_show(&fresh, code), OK);
    CHECK_ERR(own_pairing_given(&w.o->pair.p, code), OK);
    for (int i = 0; i < 5; i++) {
        struct buf b = buf_fixed(room, sizeof room);
        CHECK_ERR(own_pairing_say(i % 2 == 0 ? &fresh : &w.o->pair.p, &b), OK);
        CHECK_ERR(own_pairing_hear(i % 2 == 0 ? &w.o->pair.p : &fresh, buf_view(&b)), OK);
    }
    put("link-sent", 3);
    put("link-heard", 2);
    put("link-cursor", 7);
    put("link-made", 1);
    struct own_link l = load();
    w.o->link.opened = true;
    w.o->pair.said_n = 5;
    CHECK_ERR(own_link_enter(w.o, &w.s, &l), OK);
    CHECK(l.phase == PHASE_HELLO && l.sent == 0 && l.heard == 0 && l.cursor == 0 && l.made == 0);
    struct own_link now = load();
    CHECK(now.phase == PHASE_HELLO && now.sent == 0 && now.heard == 0 && now.cursor == 0 &&
          now.made == 0);
    CHECK(!w.o->link.opened && w.o->pair.said_n == 0 && w.o->pair.p.state == OWN_PAIRING_NONE);
    CHECK(w.o->due.rest && w.s.dirty);
    CHECK_ERR(own_pairing_finish(&fresh, key), OK);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-secret", &kept), OK);
    CHECK_BYTES(kept, SLICE_ARRAY(key));
    struct abi_link_progress p = shown(); /* three numbers, which the page has words for */
    CHECK(p.phase == ABI_LINK_PHASE_WORDS && p.words.n >= 5);
    end();
}

TEST(nobody_enters_before_a_key_is_agreed_on)
{
    struct own_link l = begin(ROLE_OLD, PHASE_PAIRING);
    CHECK_ERR(own_link_enter(w.o, &w.s, &l), ERR_STATE);
    CHECK(load().phase == PHASE_PAIRING);
    end();
}

/* ---- how it ends ----------------------------------------------------------------------------- */

TEST(an_end_is_told_to_the_other_side_when_a_key_is_agreed_on)
{
    static const enum own_link_phase here[] = {PHASE_PAIRING, PHASE_NO};
    struct own_link l;
    for (size_t i = 0; i < 2; i++) { /* nobody there to tell; or it was said already */
        l = begin(ROLE_OLD, here[i]);
        CHECK_ERR(own_link_end(w.o, &w.s, &l, ABI_LINK_PHASE_OVER), OK);
        CHECK(role() == ROLE_NONE && shown().phase == ABI_LINK_PHASE_OVER);
        end();
    }
    l = begin(ROLE_OLD, PHASE_CONFIRM);
    w.o->pair.until_ms = 5;
    CHECK_ERR(own_link_end(w.o, &w.s, &l, ABI_LINK_PHASE_NO), OK);
    CHECK(role() == ROLE_OLD && l.phase == PHASE_NO && load().phase == PHASE_NO);
    CHECK(own_world_setting(&w, "link-why") == ABI_LINK_PHASE_NO && w.o->pair.until_ms == 0 &&
          w.o->due.rest && shown().phase == ABI_LINK_PHASE_NO);
    end();
}

TEST(what_was_under_way_goes_on_after_unlocking)
{
    (void)begin(ROLE_OLD, PHASE_PEOPLE);
    put("link-until", 9);
    CHECK_ERR(own_link_start(w.o, &w.s), OK);
    CHECK(role() == ROLE_OLD && w.o->pair.until_ms == 9 && w.out.n == 0);
    end();
    (void)begin(ROLE_NEW, PHASE_CONFIRM); /* the person is asked again */
    CHECK_ERR(own_link_start(w.o, &w.s), OK);
    CHECK(shown().asks == ABI_LINK_ASKS_ACCOUNT);
    end();
}

TEST(a_pairing_that_was_in_memory_is_over_after_unlocking)
{
    static const uint8_t code[OWN_PAIRING_CODE_SIZE] = {1};
    (void)begin(ROLE_OLD, PHASE_PAIRING);
    CHECK_ERR(own_link_start(w.o, &w.s), OK);
    CHECK(role() == ROLE_NONE && shown().phase == ABI_LINK_PHASE_OVER);
    end();
    (void)begin(ROLE_OLD, PHASE_PAIRING); /* it was just begun */
    CHECK_ERR(own_pairing_given(&w.o->pair.p, code), OK);
    CHECK_ERR(own_link_start(w.o, &w.s), OK);
    CHECK(role() == ROLE_OLD && w.out.n == 0);
    end();
    own_world_begin(&w);
    CHECK_ERR(own_link_start(w.o, &w.s), OK);
    CHECK(w.out.n == 0);
    end();
}

TEST_MAIN(TEST_ROW(without_a_role_there_is_no_link),
          TEST_ROW(the_mailbox_of_the_pairing_is_another_one), TEST_ROW(what_is_set_is_loaded),
          TEST_ROW(what_is_cleared_leaves_nothing), TEST_ROW(progress_is_told_as_it_is),
          TEST_ROW(the_words_are_shown_and_what_is_asked),
          TEST_ROW(once_both_have_said_yes_there_is_no_limit),
          TEST_ROW(a_key_that_is_agreed_on_leads_to_another_mailbox),
          TEST_ROW(nobody_enters_before_a_key_is_agreed_on),
          TEST_ROW(an_end_is_told_to_the_other_side_when_a_key_is_agreed_on),
          TEST_ROW(what_was_under_way_goes_on_after_unlocking),
          TEST_ROW(a_pairing_that_was_in_memory_is_over_after_unlocking))
