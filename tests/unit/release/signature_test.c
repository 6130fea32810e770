#include <string.h>

#include "base/text.h"
#include "lib/check.h"
#include "release/checkpoint.h"
#include "release/line.h"

struct signer {
    struct crypto_sign_secret secret;
    struct release_key key;
};

static void make(struct signer *s, enum release_key_kind kind, uint8_t seed)
{
    struct crypto_sign_public public_key;
    memset(s, 0, sizeof *s);
    s->secret.seed[0] = seed;
    crypto_sign_public_of(&public_key, &s->secret);
    release_key_make(&s->key, kind, SLICE_LITERAL("w.example"), &public_key);
}

static const char checkpoint[] = "log.example\n8\nXcjafaeWWamdxVm3AdntoqurgC2tL0lg/jb88PuQQyg=\n";

static struct slice sign(uint8_t *to, size_t cap, const struct signer *s, uint64_t time)
{
    struct buf b = buf_fixed(to, cap);
    release_signature_sign(&b, slice_of_string(checkpoint), &s->key, &s->secret, time);
    return buf_view(&b);
}

/* C2SP tlog-cosignature: 76 bytes with the key id, 104 letters; what is signed begins with
 * cosignature/v1 and the time, and ends with the whole checkpoint. */
TEST(a_cosignature_has_its_format)
{
    struct signer s;
    uint8_t line[512], raw[76], message[512];
    struct release_signature got;
    struct buf r = buf_fixed(raw, sizeof raw), m = buf_fixed(message, sizeof message);
    make(&s, RELEASE_KEY_COSIGNATURE, 1);
    struct slice rest = sign(line, sizeof line, &s, 1700000000);
    REQUIRE(release_note_next(&rest, &got));
    CHECK(rest.n == 0);
    CHECK(got.base64.n == 104);
    CHECK_BYTES(got.name, SLICE_LITERAL("w.example"));
    CHECK(release_signature_is_of(&got, &s.key));
    CHECK_ERR(release_line_base64_get(&r, got.base64), OK);
    CHECK(r.n == 76);
    CHECK_BYTES(slice_make(raw, 4), SLICE_ARRAY(s.key.id));
    CHECK_BYTES(slice_make(raw + 4, 8), check_hex("000000006553f100"));
    buf_slice(&m, SLICE_LITERAL("cosignature/v1\ntime 1700000000\n"));
    buf_slice(&m, slice_of_string(checkpoint));
    CHECK_ERR(crypto_sign_verify(slice_make(raw + 12, 64), buf_view(&m), &s.key.public_key), OK);
}

TEST(a_cosignature_tells_its_time)
{
    static const uint64_t times[] = {0, 1, 1700000000, ((uint64_t)1 << 53) - 1};
    struct signer s;
    make(&s, RELEASE_KEY_COSIGNATURE, 1);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        uint8_t line[512];
        struct release_signature got;
        uint64_t time = 77;
        struct slice rest = sign(line, sizeof line, &s, times[i]);
        REQUIRE(release_note_next(&rest, &got));
        CHECK_ERR(release_signature_verify(&got, &s.key, slice_of_string(checkpoint), &time), OK);
        CHECK(time == times[i]);
        CHECK_ERR(release_signature_verify(&got, &s.key, SLICE_LITERAL("other\n"), &time),
                  ERR_AUTH);
        CHECK(time == 0);
    }
}

TEST(a_time_that_javascript_cannot_hold_is_not_signed)
{
    struct signer s;
    uint8_t line[512];
    struct buf b = buf_fixed(line, sizeof line);
    make(&s, RELEASE_KEY_COSIGNATURE, 1);
    release_signature_sign(&b, slice_of_string(checkpoint), &s.key, &s.secret, (uint64_t)1 << 53);
    CHECK(b.err == ERR_LIMIT);
}

static enum err verify(const struct signer *s, struct slice raw, uint64_t *time)
{
    uint8_t text[256];
    struct buf b = buf_fixed(text, sizeof text);
    release_line_base64_put(&b, raw);
    struct slice copy = check_copy(buf_view(&b));
    struct release_signature got = {.name = s->key.name, .base64 = copy};
    memcpy(got.id, s->key.id, sizeof got.id);
    enum err e = release_signature_verify(&got, &s->key, slice_of_string(checkpoint), time);
    check_release(copy);
    return e;
}

/* Of both kinds, every other length is refused, and so is a cosignature at an impossible time. */
TEST(other_sizes_and_times_are_refused)
{
    for (size_t kind = 0; kind < 2; kind++) {
        struct signer s;
        uint8_t line[512], raw[160] = {0};
        struct release_signature got;
        uint64_t time;
        make(&s, kind == 0 ? RELEASE_KEY_ED25519 : RELEASE_KEY_COSIGNATURE, 3);
        struct slice rest = sign(line, sizeof line, &s, 5);
        REQUIRE(release_note_next(&rest, &got));
        struct buf r = buf_fixed(raw, sizeof raw);
        CHECK_ERR(release_line_base64_get(&r, got.base64), OK);
        size_t right = kind == 0 ? 68 : 76;
        CHECK(r.n == right);
        for (size_t n = 0; n <= 90; n++) {
            time = 77;
            enum err e = verify(&s, slice_make(raw, n), &time);
            CHECK(n == right ? e == OK : e == ERR_INPUT);
            CHECK(time == (n == right && kind == 1 ? 5 : 0));
        }
        for (size_t bit = 0; kind == 1 && bit < 64; bit++) {
            raw[4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
            enum err e = verify(&s, slice_make(raw, right), &time);
            /* Above 2^53 - 1 there is no such time. */
            CHECK(e == (bit < 8 || (bit < 16 && bit >= 13) ? ERR_INPUT : ERR_AUTH));
            CHECK(time == 0);
            raw[4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* Nothing but a checkpoint is cosigned, and a checkpoint has a bound. */
TEST(a_text_larger_than_any_checkpoint_is_not_cosigned)
{
    static uint8_t large[RELEASE_CHECKPOINT_BYTES_MAX + 64 + 1];
    struct signer s;
    uint8_t line[512];
    struct release_signature got;
    uint64_t time = 77;
    make(&s, RELEASE_KEY_COSIGNATURE, 1);
    memset(large, 'a', sizeof large);
    struct buf b = buf_fixed(line, sizeof line);
    release_signature_sign(&b, SLICE_ARRAY(large), &s.key, &s.secret, 5);
    CHECK(b.err == ERR_LIMIT);
    b = buf_fixed(line, sizeof line);
    release_signature_sign(&b, slice_make(large, RELEASE_CHECKPOINT_BYTES_MAX), &s.key, &s.secret,
                           5);
    struct slice rest = buf_view(&b);
    REQUIRE(release_note_next(&rest, &got));
    CHECK_ERR(release_signature_verify(&got, &s.key,
                                       slice_make(large, RELEASE_CHECKPOINT_BYTES_MAX), &time),
              OK);
    CHECK(time == 5);
    CHECK_ERR(release_signature_verify(&got, &s.key, SLICE_ARRAY(large), &time), ERR_INPUT);
    CHECK(time == 0);
}

TEST(a_line_is_of_a_key_by_name_and_id)
{
    struct signer s;
    struct release_signature got = {.base64 = SLICE_EMPTY};
    make(&s, RELEASE_KEY_ED25519, 1);
    got.name = s.key.name;
    memcpy(got.id, s.key.id, sizeof got.id);
    CHECK(release_signature_is_of(&got, &s.key));
    got.id[3] ^= 1;
    CHECK(!release_signature_is_of(&got, &s.key));
    got.id[3] ^= 1;
    got.name = SLICE_LITERAL("w.examplf");
    CHECK(!release_signature_is_of(&got, &s.key));
}

TEST_MAIN(TEST_ROW(a_cosignature_has_its_format), TEST_ROW(a_cosignature_tells_its_time),
          TEST_ROW(a_time_that_javascript_cannot_hold_is_not_signed),
          TEST_ROW(other_sizes_and_times_are_refused),
          TEST_ROW(a_text_larger_than_any_checkpoint_is_not_cosigned),
          TEST_ROW(a_line_is_of_a_key_by_name_and_id))
