#include "engine/recovery_code.h"

#include <string.h>

#include "check.h"
#include "crypto/rand.h"

static const uint8_t code[RECOVERY_CODE_BYTES] = {1, 2, 3};

TEST(a_code_reads_as_it_was_written_and_as_people_write_it)
{
    struct arena a;
    struct slice text;
    uint8_t back[RECOVERY_CODE_BYTES];
    arena_init(&a, 0);
    CHECK_ERR(recovery_code_text(&a, code, &text), OK);
    CHECK(text.n == 39 && text.p[4] == '-' && text.p[34] == '-');
    CHECK_ERR(recovery_code_parse(back, text), OK);
    CHECK_BYTES(SLICE_ARRAY(back), SLICE_ARRAY(code));
    uint8_t loose[64];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) { /* small letters, spaces, o for 0, l for 1 */
        uint8_t c = text.p[i];
        loose[n++] = c == '-'   ? ' '
                     : c == '0' ? 'o'
                     : c == '1' ? 'l'
                     : c >= 'A' ? (uint8_t)(c + 32)
                                : c;
    }
    memset(back, 0, sizeof back);
    CHECK_ERR(recovery_code_parse(back, slice_make(loose, n)), OK);
    CHECK_BYTES(SLICE_ARRAY(back), SLICE_ARRAY(code));
    CHECK_ERR(recovery_code_parse(back, slice_make(text.p, text.n - 1)), ERR_INPUT);
    CHECK_ERR(recovery_code_parse(back, SLICE_LITERAL("UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU")),
              ERR_INPUT); /* no letter of the alphabet */
    CHECK_ERR(recovery_code_parse(back, SLICE_EMPTY), ERR_INPUT);
    arena_wipe(&a);
}

TEST(the_halves_of_a_code_are_the_same_each_time_and_of_no_other)
{
    static struct recovery_code one, again, other;
    uint8_t changed[RECOVERY_CODE_BYTES];
    memcpy(changed, code, sizeof changed);
    changed[RECOVERY_CODE_BYTES - 1] ^= 1;
    CHECK_ERR(recovery_code_derive(code, &one), OK);
    CHECK_ERR(recovery_code_derive(code, &again), OK);
    CHECK_ERR(recovery_code_derive(changed, &other), OK);
    CHECK_BYTES(SLICE_ARRAY(one.sign.b), SLICE_ARRAY(again.sign.b));
    CHECK_BYTES(SLICE_ARRAY(one.hpke_hash), SLICE_ARRAY(again.hpke_hash));
    CHECK(!slice_equal(SLICE_ARRAY(one.sign.b), SLICE_ARRAY(other.sign.b)));
    CHECK(!slice_equal(SLICE_ARRAY(one.hpke_hash), SLICE_ARRAY(other.hpke_hash)));
    CHECK(!slice_equal(SLICE_ARRAY(one.secret.seed), SLICE_ARRAY(code)));
}

TEST(what_is_sealed_to_a_code_opens_by_it_alone_and_for_its_use_alone)
{
    static struct recovery_code mine, other;
    static const uint8_t changed[RECOVERY_CODE_BYTES] = {9};
    struct arena a;
    struct slice sealed, out;
    CHECK_ERR(crypto_init(), OK);
    arena_init(&a, 0);
    CHECK_ERR(recovery_code_derive(code, &mine), OK);
    CHECK_ERR(recovery_code_derive(changed, &other), OK);
    CHECK_ERR(recovery_code_seal(&a, recovery_code_hpke(&mine), RECOVERY_CODE_RECORD,
                                 SLICE_LITERAL("record"), &sealed),
              OK);
    CHECK(sealed.n == 6 + recovery_code_overhead());
    CHECK_ERR(recovery_code_open(&a, &mine, RECOVERY_CODE_RECORD, sealed, &out), OK);
    CHECK_BYTES(out, SLICE_LITERAL("record"));
    CHECK_ERR(recovery_code_open(&a, &mine, RECOVERY_CODE_SLOT, sealed, &out), ERR_AUTH);
    CHECK_ERR(recovery_code_open(&a, &other, RECOVERY_CODE_RECORD, sealed, &out), ERR_AUTH);
    CHECK(out.n == 0);
    for (size_t i = 0; i < sealed.n; i += 97) {
        uint8_t *p = (uint8_t *)arena_alloc(&a, sealed.n);
        REQUIRE(p != NULL);
        memcpy(p, sealed.p, sealed.n);
        p[i] ^= 1;
        CHECK_ERR(
            recovery_code_open(&a, &mine, RECOVERY_CODE_RECORD, slice_make(p, sealed.n), &out),
            ERR_AUTH);
    }
    CHECK_ERR(recovery_code_open(&a, &mine, RECOVERY_CODE_RECORD,
                                 slice_make(sealed.p, recovery_code_overhead() - 1), &out),
              ERR_AUTH);
    CHECK_ERR(recovery_code_seal(&a, SLICE_LITERAL("no key"), RECOVERY_CODE_RECORD,
                                 SLICE_LITERAL("x"), &sealed),
              ERR_INPUT);
    arena_wipe(&a);
}

TEST(what_a_person_typed_becomes_the_halves_of_the_code)
{
    static struct recovery_code want, got;
    struct arena a;
    struct slice text;
    CHECK_ERR(crypto_init(), OK);
    arena_init(&a, 0);
    CHECK_ERR(recovery_code_derive(code, &want), OK);
    CHECK_ERR(recovery_code_text(&a, code, &text), OK);
    CHECK_ERR(recovery_code_read(text, &got), OK);
    CHECK_BYTES(SLICE_ARRAY(got.sign.b), SLICE_ARRAY(want.sign.b));
    CHECK_BYTES(SLICE_ARRAY(got.secret.seed), SLICE_ARRAY(want.secret.seed));
    CHECK_BYTES(recovery_code_hpke(&got), recovery_code_hpke(&want));
    CHECK_ERR(recovery_code_read(SLICE_EMPTY, &got), ERR_INPUT);
    CHECK_ERR(recovery_code_read(slice_make(text.p, text.n - 1), &got), ERR_INPUT);
    CHECK_ERR(recovery_code_read(SLICE_LITERAL("no code at all"), &got), ERR_INPUT);
    arena_wipe(&a);
}

TEST_MAIN(TEST_ROW(a_code_reads_as_it_was_written_and_as_people_write_it),
          TEST_ROW(the_halves_of_a_code_are_the_same_each_time_and_of_no_other),
          TEST_ROW(what_is_sealed_to_a_code_opens_by_it_alone_and_for_its_use_alone),
          TEST_ROW(what_a_person_typed_becomes_the_halves_of_the_code))
