#include "crypto/stream.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

static uint8_t plain[CRYPTO_STREAM_CHUNK * 2 + 100];
static uint8_t sealed[3 * (CRYPTO_STREAM_CHUNK + CRYPTO_STREAM_OVERHEAD)];
static uint8_t opened[CRYPTO_STREAM_CHUNK + 100];
static uint8_t header[CRYPTO_STREAM_HEADER_SIZE];
static struct crypto_stream_key key;

#define SEALED_CHUNK (CRYPTO_STREAM_CHUNK + CRYPTO_STREAM_OVERHEAD)

static void seal_all(size_t n)
{
    struct crypto_stream s;
    size_t at = 0;
    size_t to = 0;
    CHECK_ERR(crypto_init(), OK);
    crypto_stream_key_generate(&key);
    crypto_stream_seal_begin(&s, header, &key);
    do {
        size_t part = n - at < CRYPTO_STREAM_CHUNK ? n - at : CRYPTO_STREAM_CHUNK;
        bool final = at + part == n;
        CHECK_ERR(crypto_stream_seal(&s, sealed + to, slice_make(plain + at, part), final), OK);
        at += part;
        to += part + CRYPTO_STREAM_OVERHEAD;
    } while (at < n);
    CHECK(crypto_stream_sealed_size(n) == CRYPTO_STREAM_HEADER_SIZE + to);
}

TEST(goes_both_ways)
{
    static const size_t sizes[] = {0,
                                   1,
                                   CRYPTO_STREAM_CHUNK - 1,
                                   CRYPTO_STREAM_CHUNK,
                                   CRYPTO_STREAM_CHUNK + 1,
                                   2 * CRYPTO_STREAM_CHUNK,
                                   2 * CRYPTO_STREAM_CHUNK + 100};
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 31 >> 3);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct crypto_stream s;
        bool final = false;
        size_t at = 0;
        size_t left = 0;
        seal_all(sizes[i]);
        left = (size_t)crypto_stream_sealed_size(sizes[i]) - CRYPTO_STREAM_HEADER_SIZE;
        CHECK_ERR(crypto_stream_open_begin(&s, header, &key), OK);
        for (uint8_t *from = sealed; left > 0;) {
            size_t part = left < SEALED_CHUNK ? left : SEALED_CHUNK;
            CHECK(!final);
            REQUIRE(crypto_stream_open(&s, opened, &final, slice_make(from, part)) == OK);
            CHECK_BYTES(slice_make(opened, part - 17), slice_make(plain + at, part - 17));
            at += part - 17;
            from += part;
            left -= part;
        }
        CHECK(final && at == sizes[i]);
    }
}

TEST(a_chunk_can_be_replayed_from_a_saved_state)
{
    struct crypto_stream s;
    struct crypto_stream saved;
    bool final;
    seal_all(2 * CRYPTO_STREAM_CHUNK);
    CHECK_ERR(crypto_stream_open_begin(&s, header, &key), OK);
    CHECK_ERR(crypto_stream_open(&s, opened, &final, slice_make(sealed, SEALED_CHUNK)), OK);
    saved = s;
    struct slice second = slice_make(sealed + SEALED_CHUNK, SEALED_CHUNK);
    CHECK_ERR(crypto_stream_open(&s, opened, &final, second), OK);
    CHECK_ERR(crypto_stream_open(&s, opened, &final, second), ERR_AUTH);
    s = saved;
    CHECK_ERR(crypto_stream_open(&s, opened, &final, second), OK);
    CHECK(final);
}

TEST(rejects_changes_order_and_truncation)
{
    struct crypto_stream s;
    static const uint8_t zero[64] = {0};
    bool final = true;
    seal_all(2 * CRYPTO_STREAM_CHUNK);
    CHECK_ERR(crypto_stream_open_begin(&s, header, &key), OK);
    struct slice first = slice_make(sealed, SEALED_CHUNK);
    struct slice second = slice_make(sealed + SEALED_CHUNK, SEALED_CHUNK);
    memset(opened, 0x5a, sizeof opened);
    CHECK_ERR(crypto_stream_open(&s, opened, &final, second), ERR_AUTH);
    CHECK_BYTES(slice_make(opened, 64), SLICE_ARRAY(zero));
    CHECK(!final);
    for (size_t at = 0; at < SEALED_CHUNK; at += 997) {
        sealed[at] ^= 1;
        CHECK_ERR(crypto_stream_open(&s, opened, &final, first), ERR_AUTH);
        sealed[at] ^= 1;
    }
    for (size_t n = 0; n < SEALED_CHUNK; n += n < 40 ? 1 : 1009) {
        struct slice part = check_copy(slice_make(sealed, n));
        CHECK_ERR(crypto_stream_open(&s, opened, &final, part), n < 17 ? ERR_INPUT : ERR_AUTH);
        check_release(part);
    }
    /* None of these moved the state. */
    CHECK_ERR(crypto_stream_open(&s, opened, &final, first), OK);
    CHECK(!final); /* the file cannot end here unnoticed */
    CHECK_ERR(crypto_stream_open(&s, opened, &final, second), OK);
    CHECK(final);
    header[0] ^= 1;
    CHECK_ERR(crypto_stream_open_begin(&s, header, &key), OK);
    CHECK_ERR(crypto_stream_open(&s, opened, &final, first), ERR_AUTH);
}

TEST(keeps_to_the_chunk_size)
{
    struct crypto_stream s;
    crypto_stream_seal_begin(&s, header, &key);
    CHECK_ERR(crypto_stream_seal(&s, sealed, slice_make(plain, 100), false), ERR_LIMIT);
    CHECK_ERR(crypto_stream_seal(&s, sealed, slice_make(plain, CRYPTO_STREAM_CHUNK + 1), true),
              ERR_LIMIT);
    bool final;
    static uint8_t longer[SEALED_CHUNK + 1];
    CHECK_ERR(crypto_stream_open(&s, opened, &final, SLICE_ARRAY(longer)), ERR_INPUT);
}

TEST(sealed_size_at_the_edges)
{
    CHECK(crypto_stream_sealed_size(0) == 24 + 17);
    CHECK(crypto_stream_sealed_size(1) == 24 + 17 + 1);
    CHECK(crypto_stream_sealed_size(CRYPTO_STREAM_CHUNK) == 24 + SEALED_CHUNK);
    CHECK(crypto_stream_sealed_size(CRYPTO_STREAM_CHUNK + 1) == 24 + SEALED_CHUNK + 18);
    CHECK(crypto_stream_sealed_size(1ull << 40) ==
          24 + (1ull << 40) + 17 * ((1ull << 40) / CRYPTO_STREAM_CHUNK));
}

TEST_MAIN(TEST_ROW(goes_both_ways), TEST_ROW(a_chunk_can_be_replayed_from_a_saved_state),
          TEST_ROW(rejects_changes_order_and_truncation), TEST_ROW(keeps_to_the_chunk_size),
          TEST_ROW(sealed_size_at_the_edges))
