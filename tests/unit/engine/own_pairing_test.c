#include "engine/own/pairing.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"
#include "lib/check.h"

struct table {
    struct own_pairing fresh, old; /* the new device and the old one */
    uint8_t code[OWN_PAIRING_CODE_SIZE];
    uint8_t room[OWN_PAIRING_MESSAGE_MAX];
    struct slice said; /* last message */
};

static void begin(struct table *t)
{
    memset(t, 0, sizeof *t);
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(own_pairing_show(&t->fresh, t->code), OK);
    CHECK_ERR(own_pairing_given(&t->old, t->code), OK);
}

static void say(struct table *t, struct own_pairing *from)
{
    struct buf b = buf_fixed(t->room, sizeof t->room);
    CHECK_ERR(own_pairing_say(from, &b), OK);
    CHECK_ERR(buf_finish(&b, &t->said), OK);
}

/* Messages 1 to `last`, as they should be. */
static void talk(struct table *t, int last)
{
    for (int i = 1; i <= last; i++) {
        struct own_pairing *from = i % 2 == 1 ? &t->fresh : &t->old;
        struct own_pairing *to = i % 2 == 1 ? &t->old : &t->fresh;
        CHECK(own_pairing_speaks(from) && !own_pairing_speaks(to));
        say(t, from);
        CHECK_ERR(own_pairing_hear(to, t->said), OK);
    }
}

TEST(both_have_the_same_words_and_the_same_key)
{
    struct table t;
    uint16_t a[OWN_PAIRING_WORDS], b[OWN_PAIRING_WORDS];
    uint8_t ka[OWN_PAIRING_KEY_SIZE], kb[OWN_PAIRING_KEY_SIZE];
    begin(&t);
    talk(&t, 3);
    CHECK_ERR(own_pairing_words(&t.old, a), ERR_STATE);
    say(&t, &t.old);
    CHECK_ERR(own_pairing_hear(&t.fresh, t.said), OK);
    CHECK_ERR(own_pairing_words(&t.old, a), OK);
    CHECK_ERR(own_pairing_words(&t.fresh, b), OK);
    CHECK(memcmp(a, b, sizeof a) == 0);
    for (size_t i = 0; i < OWN_PAIRING_WORDS; i++) {
        CHECK(a[i] < 1u << OWN_PAIRING_WORD_BITS);
    }
    CHECK_ERR(own_pairing_finish(&t.old, ka), ERR_STATE);
    say(&t, &t.fresh);
    CHECK_ERR(own_pairing_hear(&t.old, t.said), OK);
    CHECK_ERR(own_pairing_finish(&t.old, ka), OK);
    CHECK_ERR(own_pairing_finish(&t.fresh, kb), OK);
    CHECK_BYTES(SLICE_ARRAY(ka), SLICE_ARRAY(kb));
    CHECK(!ct_is_zero(ka, sizeof ka));
    CHECK(ct_is_zero(&t.fresh, sizeof t.fresh) && ct_is_zero(&t.old, sizeof t.old));
}

TEST(nobody_speaks_out_of_turn)
{
    struct table t;
    struct buf b;
    begin(&t);
    b = buf_fixed(t.room, sizeof t.room);
    CHECK_ERR(own_pairing_say(&t.old, &b), ERR_STATE);
    CHECK_ERR(own_pairing_hear(&t.fresh, SLICE_LITERAL("x")), ERR_STATE);
    CHECK(t.fresh.state == OWN_PAIRING_KEY);
    talk(&t, 5);
    CHECK_ERR(own_pairing_hear(&t.old, t.said), ERR_STATE);
    CHECK_ERR(own_pairing_say(&t.fresh, &b), ERR_STATE);
    CHECK(t.old.state == OWN_PAIRING_DONE);
}

TEST(a_key_that_is_not_the_codes_is_refused)
{
    struct table t, other;
    begin(&t);
    begin(&other);
    say(&other, &other.fresh);
    CHECK_ERR(own_pairing_hear(&t.old, other.said), ERR_AUTH);
    CHECK(t.old.state == OWN_PAIRING_NONE && ct_is_zero(&t.old, sizeof t.old));
}

/* Whoever answers in the old device's place chooses before it sees the nonce. */
TEST(what_is_revealed_is_what_was_committed_to)
{
    for (size_t at = 0;; at += 97) {
        struct table t;
        begin(&t);
        talk(&t, 3);
        say(&t, &t.old);
        if (at >= t.said.n) {
            break;
        }
        t.room[at] ^= 1;
        enum err e = own_pairing_hear(&t.fresh, t.said);
        CHECK(e == ERR_AUTH || e == ERR_INPUT);
        CHECK(t.fresh.state == OWN_PAIRING_NONE && ct_is_zero(&t.fresh, sizeof t.fresh));
    }
}

/* In the middle, with the code in hand: the two transcripts differ, and so do the words. */
TEST(in_the_middle_the_words_differ)
{
    unsigned equal = 0;
    for (int i = 0; i < 64; i++) {
        struct table t;
        struct own_pairing to_new, to_old;
        uint16_t a[OWN_PAIRING_WORDS], b[OWN_PAIRING_WORDS];
        begin(&t);
        CHECK_ERR(own_pairing_given(&to_new, t.code), OK);
        /* the new device's key is passed on: another one has another code */
        say(&t, &t.fresh);
        CHECK_ERR(own_pairing_hear(&t.old, t.said), OK);
        CHECK_ERR(own_pairing_hear(&to_new, t.said), OK);
        to_old = t.fresh; /* its public part is all that is used here */
        say(&t, &t.old);
        CHECK_ERR(own_pairing_hear(&to_old, t.said), OK);
        say(&t, &to_new);
        CHECK_ERR(own_pairing_hear(&t.fresh, t.said), OK);
        say(&t, &to_old);
        CHECK_ERR(own_pairing_hear(&t.old, t.said), OK);
        say(&t, &t.fresh);
        CHECK_ERR(own_pairing_hear(&to_new, t.said), OK);
        say(&t, &to_new);
        CHECK_ERR(own_pairing_hear(&t.fresh, t.said), OK);
        say(&t, &t.old);
        CHECK_ERR(own_pairing_words(&t.fresh, a), OK);
        CHECK_ERR(own_pairing_words(&t.old, b), OK);
        equal += memcmp(a, b, sizeof a) == 0;
    }
    CHECK(equal == 0);
}

/* The secret of message 5 is sealed to the old device: with another one there is no common key. */
TEST(another_last_message_leads_to_another_key)
{
    struct table t, other;
    uint8_t a[OWN_PAIRING_KEY_SIZE], b[OWN_PAIRING_KEY_SIZE];
    begin(&t);
    talk(&t, 4);
    other = t;
    say(&other, &other.fresh);
    say(&t, &t.fresh);
    CHECK_ERR(own_pairing_hear(&t.old, other.said), OK);
    CHECK_ERR(own_pairing_finish(&t.old, a), OK);
    CHECK_ERR(own_pairing_finish(&t.fresh, b), OK);
    CHECK(!slice_equal(SLICE_ARRAY(a), SLICE_ARRAY(b)));
}

TEST(messages_of_another_length_are_refused)
{
    for (int last = 0; last < 5; last++) {
        for (int change = -1; change <= 1; change += 2) {
            struct table t;
            uint8_t longer[OWN_PAIRING_MESSAGE_MAX + 1] = {0};
            begin(&t);
            talk(&t, last);
            say(&t, last % 2 == 0 ? &t.fresh : &t.old);
            memcpy(longer, t.said.p, t.said.n);
            struct own_pairing *to = last % 2 == 0 ? &t.old : &t.fresh;
            size_t n = change < 0 ? t.said.n - 1 : t.said.n + 1;
            CHECK_ERR(own_pairing_hear(to, slice_make(longer, n)), ERR_INPUT);
            CHECK(to->state == OWN_PAIRING_NONE);
        }
    }
}

TEST_MAIN(TEST_ROW(both_have_the_same_words_and_the_same_key), TEST_ROW(nobody_speaks_out_of_turn),
          TEST_ROW(a_key_that_is_not_the_codes_is_refused),
          TEST_ROW(what_is_revealed_is_what_was_committed_to),
          TEST_ROW(in_the_middle_the_words_differ),
          TEST_ROW(another_last_message_leads_to_another_key),
          TEST_ROW(messages_of_another_length_are_refused))
