#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "lib/check.h"
#include "release/note.h"
#include "release/line.h"

/* The example of C2SP signed-note v1.0.0. */
static const char known[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

TEST(known_answer)
{
    struct release_key key;
    uint8_t text[128];
    struct buf b = buf_fixed(text, sizeof text);
    struct slice copy = check_copy(slice_of_string(known));
    CHECK_ERR(release_key_parse(&key, copy), OK);
    CHECK_BYTES(key.name, SLICE_LITERAL("example.com/foo"));
    CHECK(key.kind == RELEASE_KEY_ED25519);
    CHECK_BYTES(SLICE_ARRAY(key.id), check_hex("530d903a"));
    CHECK_BYTES(SLICE_ARRAY(key.public_key.b),
                check_hex("e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4"));
    release_key_put(&b, &key);
    CHECK_BYTES(buf_view(&b), copy);
    check_release(copy);
}

/* The id is the hash of name, LF, kind and key, whatever the kind (C2SP signed-note,
 * tlog-cosignature). */
TEST(key_ids_follow_their_formula)
{
    static const enum release_key_kind kinds[] = {RELEASE_KEY_ED25519, RELEASE_KEY_COSIGNATURE};
    for (size_t i = 0; i < 2; i++) {
        struct release_key key, again;
        struct crypto_sign_public public_key = {{1, 2, 3}};
        uint8_t all[64] = "witness.example\n", hash[32], text[128];
        struct buf b = buf_fixed(text, sizeof text);
        all[16] = (uint8_t)kinds[i];
        memcpy(all + 17, public_key.b, 32);
        crypto_sha256(hash, slice_make(all, 49));
        release_key_make(&key, kinds[i], SLICE_LITERAL("witness.example"), &public_key);
        CHECK_BYTES(SLICE_ARRAY(key.id), slice_make(hash, 4));
        release_key_put(&b, &key);
        CHECK_ERR(release_key_parse(&again, buf_view(&b)), OK);
        CHECK(again.kind == kinds[i]);
        CHECK_BYTES(SLICE_ARRAY(again.id), SLICE_ARRAY(key.id));
        CHECK_BYTES(SLICE_ARRAY(again.public_key.b), SLICE_ARRAY(public_key.b));
    }
}

/* A vkey of this kind and size with the right id. */
static struct slice make(uint8_t kind, const char *name, size_t n)
{
    static uint8_t out[8192];
    static uint8_t raw[4096];
    uint8_t hash[32];
    static const uint8_t lf[] = {'\n'};
    memset(raw, 5, sizeof raw);
    raw[0] = kind;
    struct slice parts[] = {slice_of_string(name), SLICE_ARRAY(lf), slice_make(raw, n + 1)};
    struct buf b = buf_fixed(out, sizeof out);
    crypto_hash_parts(CRYPTO_SHA256, hash, parts, 3);
    buf_slice(&b, slice_of_string(name));
    buf_u8(&b, '+');
    text_put_hex(&b, slice_make(hash, 4));
    buf_u8(&b, '+');
    release_line_base64_put(&b, slice_make(raw, n + 1));
    return buf_view(&b);
}

static void refuse(struct slice vkey, enum err want)
{
    static const struct release_key none;
    struct release_key key;
    struct slice copy = check_copy(vkey);
    memset(&key, 7, sizeof key);
    CHECK_ERR(release_key_parse(&key, copy), want);
    CHECK(key.name.n == 0 && key.kind == 0);
    CHECK_BYTES(SLICE_ARRAY(key.public_key.b), SLICE_ARRAY(none.public_key.b));
    CHECK_BYTES(SLICE_ARRAY(key.id), SLICE_ARRAY(none.id));
    check_release(copy);
}

TEST(other_kinds_and_sizes_are_refused)
{
    struct release_key key;
    CHECK_ERR(release_key_parse(&key, make(1, "a", 32)), OK);
    CHECK_ERR(release_key_parse(&key, make(4, "a", 32)), OK);
    refuse(make(1, "a", 31), ERR_INPUT);
    refuse(make(1, "a", 33), ERR_INPUT);
    refuse(make(1, "a", 0), ERR_INPUT);
    refuse(make(4, "a", 64), ERR_INPUT);
    refuse(make(0, "a", 32), ERR_INPUT_VERSION);
    refuse(make(2, "a", 32), ERR_INPUT_VERSION);
    refuse(make(5, "a", 32), ERR_INPUT_VERSION);
    refuse(make(6, "a", 1312), ERR_INPUT_VERSION); /* ML-DSA-44 */
    refuse(make(6, "a", 1952), ERR_INPUT_VERSION); /* ML-DSA-65 */
    refuse(make(6, "a", 4095), ERR_INPUT_VERSION); /* the largest that is read */
    refuse(make(0xff, "a", 1), ERR_INPUT_VERSION);
}

TEST(malformed_keys_are_refused)
{
    static const char *const bad[] = {
        "",
        "a",
        "a+",
        "a+530d903a",
        "a+530d903a+",
        "+530d903a+",
        "a++AAAA",
        "a+530d903a+AAAA",
        "a+530d903+AA==",
        "a+530d903a0+AA==",
        "a+530D903A+AA==",
        "a+530d903g+AA==",
        "a+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+ ",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
        "example.com/foo +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "a\n+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct release_key key;
        struct slice copy = check_copy(slice_of_string(bad[i]));
        enum err e = release_key_parse(&key, copy);
        CHECK(e == ERR_INPUT || e == ERR_INPUT_VERSION);
        CHECK(key.name.n == 0);
        check_release(copy);
    }
    refuse(SLICE_LITERAL("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
           ERR_AUTH);
}

/* The id binds the name and the key, and everything has one form. */
TEST(every_truncation_and_every_changed_bit_is_refused)
{
    struct release_key key;
    uint8_t bytes[sizeof known];
    for (size_t n = 0; n < sizeof known - 1; n++) {
        struct slice copy = check_copy(slice_make(known, n));
        CHECK(release_key_parse(&key, copy) != OK);
        check_release(copy);
    }
    for (size_t bit = 0; bit < 8 * (sizeof known - 1); bit++) {
        memcpy(bytes, known, sizeof known);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct slice copy = check_copy(slice_make(bytes, sizeof known - 1));
        CHECK(release_key_parse(&key, copy) != OK);
        check_release(copy);
    }
}

TEST(names_have_no_space_and_no_plus)
{
    static const char *const good[] = {"a",
                                       "example.com/foo",
                                       "\xc3\xa9",
                                       "\xe2\x80\x94",
                                       "\xf0\x9f\x98\x80",
                                       "\x7f",
                                       "\xc2\x80",
                                       "\xc2\x86",
                                       "\xe2\x80\x8b",
                                       "\xe1\xa0\x8e",
                                       "\xf4\x8f\xbf\xbf",
                                       "-._~!*"};
    static const char *const bad[] = {"",
                                      " ",
                                      "a b",
                                      "a+b",
                                      "+",
                                      "a\nb",
                                      "\t",
                                      "\x01",
                                      "\x1f",
                                      "\xc2\x85",
                                      "\xc2\xa0",
                                      "\xe1\x9a\x80",
                                      "\xe2\x80\x80",
                                      "\xe2\x80\x8a",
                                      "\xe2\x80\xa8",
                                      "\xe2\x80\xa9",
                                      "\xe2\x80\xaf",
                                      "\xe2\x81\x9f",
                                      "\xe3\x80\x80",
                                      "\xef\xbb\xbf",
                                      "\xff",
                                      "\xc0\xab",
                                      "a\x80",
                                      "\xed\xa0\x80",
                                      "\xe2\x80",
                                      "\xf4\x90\x80\x80"};
    uint8_t long_name[RELEASE_NAME_BYTES_MAX + 1];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct slice copy = check_copy(slice_of_string(good[i]));
        CHECK(release_key_name_is_valid(copy));
        check_release(copy);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice copy = check_copy(slice_of_string(bad[i]));
        CHECK(!release_key_name_is_valid(copy));
        check_release(copy);
    }
    memset(long_name, 'n', sizeof long_name);
    CHECK(release_key_name_is_valid(slice_make(long_name, RELEASE_NAME_BYTES_MAX)));
    CHECK(!release_key_name_is_valid(SLICE_ARRAY(long_name)));
    long_name[5] = 0;
    CHECK(!release_key_name_is_valid(slice_make(long_name, 20)));
}

TEST_MAIN(TEST_ROW(known_answer), TEST_ROW(key_ids_follow_their_formula),
          TEST_ROW(other_kinds_and_sizes_are_refused), TEST_ROW(malformed_keys_are_refused),
          TEST_ROW(every_truncation_and_every_changed_bit_is_refused),
          TEST_ROW(names_have_no_space_and_no_plus))
