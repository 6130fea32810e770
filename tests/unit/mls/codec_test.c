/* Lengths, optional values, lists: RFC 9420, 2.1.2; V2-V4, V7. */
#include "mls/codec.h"

#include <stdlib.h>
#include <string.h>

#include "lib/check.h"

static struct arena arena;

/* The bytes alone on the heap, so that reading past them is found. */
static enum err length_of(const char *hex, size_t *n)
{
    struct slice bytes = check_hex(hex);
    uint8_t *copy = malloc(bytes.n == 0 ? 1 : bytes.n);
    if (copy == NULL) {
        return ERR_HOST_MEMORY;
    }
    memcpy(copy, bytes.p, bytes.n);
    struct slice s = slice_make(copy, bytes.n);
    enum err e = mls_codec_length(&s, n);
    if (e != OK) {
        CHECK(s.n == bytes.n && *n == 0);
    }
    free(copy);
    return e;
}

TEST(lengths_around_each_boundary_survive_a_round_trip)
{
    static const size_t lengths[] = {0,     1,     62,    63,         64,        65,
                                     16382, 16383, 16384, 0x3ffffffe, 0x3fffffff};
    static const size_t sizes[] = {1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t header[4];
        size_t n = 0;
        size_t size = mls_codec_header(header, lengths[i]);
        struct slice s = slice_make(header, size);
        CHECK(size == sizes[i]);
        CHECK_ERR(mls_codec_length(&s, &n), OK);
        CHECK(n == lengths[i] && s.n == 0);
    }
}

TEST(a_length_above_the_largest_is_not_written)
{
    uint8_t bytes[8];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    mls_codec_put_length(&b, 0x40000000);
    CHECK(b.err == ERR_LIMIT);
}

TEST(longer_forms_than_needed_are_refused)
{
    size_t n = 0;
    CHECK_ERR(length_of("403f", &n), ERR_INPUT);
    CHECK_ERR(length_of("4000", &n), ERR_INPUT);
    CHECK_ERR(length_of("80003fff", &n), ERR_INPUT);
    CHECK_ERR(length_of("80000000", &n), ERR_INPUT);
    CHECK_ERR(length_of("4040", &n), OK);
    CHECK_ERR(length_of("80004000", &n), OK);
}

TEST(the_class_of_eight_bytes_is_refused)
{
    size_t n = 0;
    CHECK_ERR(length_of("c0", &n), ERR_INPUT);
    CHECK_ERR(length_of("ffffffffffffffff", &n), ERR_INPUT);
}

TEST(cut_lengths_and_vectors_are_refused)
{
    size_t n = 0;
    struct slice out;
    CHECK_ERR(length_of("", &n), ERR_INPUT);
    CHECK_ERR(length_of("40", &n), ERR_INPUT);
    CHECK_ERR(length_of("800040", &n), ERR_INPUT);
    struct slice s = check_hex("03aabb");
    CHECK_ERR(mls_codec_vector(&s, &out), ERR_INPUT);
    CHECK(s.n == 3 && out.n == 0);
}

TEST(an_optional_is_zero_or_one)
{
    bool present = false;
    for (unsigned v = 0; v < 256; v++) {
        uint8_t byte = (uint8_t)v;
        struct slice s = slice_make(&byte, 1);
        CHECK_ERR(mls_codec_optional(&s, &present), v < 2 ? OK : ERR_INPUT);
        CHECK(present == (v == 1));
    }
}

TEST(a_list_of_u16_has_whole_numbers)
{
    struct slice out;
    struct slice s = check_hex("03000100");
    CHECK_ERR(mls_codec_u16s(&s, &out), ERR_INPUT);
    s = check_hex("0400010a0a");
    CHECK_ERR(mls_codec_u16s(&s, &out), OK);
    CHECK(mls_codec_u16s_have(out, 1) && mls_codec_u16s_have(out, 0x0a0a));
    CHECK(!mls_codec_u16s_have(out, 0x010a));
}

TEST(an_extension_type_occurs_once)
{
    struct slice out;
    struct slice s = check_hex("060001000002"
                               "00");
    CHECK_ERR(mls_codec_extension_list(&s, &out), OK);
    s = check_hex("060001000001"
                  "00");
    CHECK_ERR(mls_codec_extension_list(&s, &out), ERR_INPUT);
    static const char *const thrice[] = {"09000100000200000100", "09000100000200000200",
                                         "09000200000200000100"};
    for (size_t i = 0; i < 3; i++) {
        s = check_hex(thrice[i]);
        CHECK_ERR(mls_codec_extension_list(&s, &out), ERR_INPUT);
    }
}

TEST(an_extension_list_ends_with_its_last_extension)
{
    struct slice out;
    struct slice s = check_hex("0400010000");
    CHECK_ERR(mls_codec_extension_list(&s, &out), ERR_INPUT);
    s = check_hex("0200"
                  "01");
    CHECK_ERR(mls_codec_extension_list(&s, &out), ERR_INPUT);
}

TEST(too_many_extensions_are_a_limit)
{
    arena_init(&arena, 0);
    for (unsigned n = MLS_CODEC_EXTENSIONS_MAX; n <= MLS_CODEC_EXTENSIONS_MAX + 1; n++) {
        struct slice list, out;
        struct buf b = buf_arena(&arena, 0);
        size_t mark = mls_codec_open(&b);
        for (unsigned i = 0; i < n; i++) {
            mls_codec_put_extension(&b, (uint16_t)(0xf000 + i), SLICE_EMPTY);
        }
        mls_codec_close(&b, mark);
        CHECK_ERR(buf_finish(&b, &list), OK);
        CHECK_ERR(mls_codec_extension_list(&list, &out),
                  n > MLS_CODEC_EXTENSIONS_MAX ? ERR_LIMIT : OK);
    }
    arena_wipe(&arena);
}

TEST(an_open_vector_closes_with_the_shortest_length)
{
    static const size_t sizes[] = {0, 63, 64, 16383, 16384, 70000};
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct slice whole, content;
        struct buf b = buf_arena(&arena, 0);
        buf_u8(&b, 0xee);
        size_t outer = mls_codec_open(&b);
        size_t inner = mls_codec_open(&b);
        for (size_t k = 0; k < sizes[i]; k++) {
            buf_u8(&b, (uint8_t)k);
        }
        mls_codec_close(&b, inner);
        mls_codec_close(&b, outer);
        CHECK_ERR(buf_finish(&b, &whole), OK);
        struct slice s = slice_make(whole.p + 1, whole.n - 1);
        CHECK_ERR(mls_codec_vector(&s, &content), OK);
        CHECK(s.n == 0);
        CHECK_ERR(mls_codec_vector(&content, &s), OK);
        CHECK(content.n == 0 && s.n == sizes[i]);
        for (size_t k = 0; k < s.n; k++) {
            CHECK(s.p[k] == (uint8_t)k);
        }
    }
    arena_wipe(&arena);
}

TEST(grease_values_are_the_fifteen_of_the_registry)
{
    unsigned n = 0;
    for (unsigned v = 0; v < 0x10000; v++) {
        n += mls_codec_is_grease((uint16_t)v);
    }
    CHECK(n == 15);
    for (int i = 0; i < 100; i++) {
        CHECK(mls_codec_is_grease(mls_codec_grease()));
    }
    CHECK(mls_codec_is_grease(0x0a0a) && mls_codec_is_grease(0xeaea));
    CHECK(!mls_codec_is_grease(0xfafa) && !mls_codec_is_grease(0x0a1a));
}

TEST(extensions_are_found_by_their_type)
{
    struct slice list = check_hex("f0a101aaf0a200f0a30bbbbbbbbbbbbbbbbbbbbbbb");
    struct mls_extensions all;
    struct slice data;
    arena_init(&arena, 0);
    CHECK_ERR(mls_codec_extensions(&arena, list, &all), OK);
    CHECK(all.n == 3 && all.v[0].type == 0xf0a1 && all.v[2].type == 0xf0a3);
    CHECK(all.v[0].data.n == 1 && all.v[1].data.n == 0 && all.v[2].data.n == 11);
    CHECK(mls_codec_extension_find(list, 0xf0a1, &data) && data.n == 1 && data.p[0] == 0xaa);
    CHECK(mls_codec_extension_find(list, 0xf0a2, &data) && data.n == 0);
    CHECK(mls_codec_extension_find(list, 0xf0a3, &data) && data.n == 11);
    CHECK(!mls_codec_extension_find(list, 0xf0a4, &data) && data.n == 0);
    CHECK(!mls_codec_extension_find(list, 0xf1a1, &data));
    CHECK(!mls_codec_extension_find(SLICE_EMPTY, 0xf0a1, &data));
    CHECK(!mls_codec_extension_find(check_hex("f0a1"), 0xf0a1, &data)); /* cut */
    CHECK_ERR(mls_codec_extensions(&arena, SLICE_EMPTY, &all), OK);
    CHECK(all.v == NULL && all.n == 0);
    CHECK_ERR(mls_codec_extensions(&arena, slice_make(list.p, list.n - 1), &all), ERR_INPUT);
    CHECK_ERR(mls_codec_extensions(&arena, slice_make(list.p, 5), &all), ERR_INPUT);
    CHECK(all.v == NULL && all.n == 0);
    arena_wipe(&arena);
}

TEST(extensions_are_put_as_they_are_read)
{
    static const struct mls_extension list[] = {{0xf0a1, {(const uint8_t *)"x", 1}},
                                                {0xf0a2, {NULL, 0}}};
    struct slice bytes, content;
    arena_init(&arena, 0);
    for (size_t n = 0; n <= 2; n++) {
        struct buf b = buf_arena(&arena, 0);
        mls_codec_put_extensions(&b, (struct mls_extensions){list, n});
        CHECK_ERR(buf_finish(&b, &bytes), OK);
        CHECK_BYTES(bytes, n == 0   ? check_hex("00")
                           : n == 1 ? check_hex("04f0a10178")
                                    : check_hex("07f0a10178f0a200"));
        CHECK_ERR(mls_codec_extension_list(&bytes, &content), OK);
    }
    arena_wipe(&arena);
}

TEST(grease_is_put_for_a_type_alone)
{
    bool some[5] = {false};
    CHECK(mls_codec_grease_in(check_hex("00010a0a1a1a")) == 0x0a0a);
    CHECK(mls_codec_grease_in(check_hex("0a1aeaea")) == 0xeaea);
    CHECK(mls_codec_grease_in(check_hex("0001fafa0a")) == 0);
    CHECK(mls_codec_grease_in(SLICE_EMPTY) == 0);
    for (int i = 0; i < 200; i++) {
        uint8_t bytes[16];
        struct mls_extension e;
        struct buf b = buf_fixed(bytes, sizeof bytes);
        mls_codec_put_grease(&b, 0);
        CHECK(b.n == 0);
        mls_codec_put_grease(&b, 0x2a2a);
        struct slice s = buf_view(&b);
        CHECK_ERR(mls_codec_extension(&s, &e), OK);
        CHECK(s.n == 0 && e.type == 0x2a2a && e.data.n < 4);
        some[e.data.n < 4 ? e.data.n : 4] = true;
    }
    CHECK(some[0] && some[1] && some[2] && some[3] && !some[4]);
}

TEST(each_u16_of_a_list_is_compared_whole)
{
    struct slice list = check_hex("0102030405");
    CHECK(mls_codec_u16s_have(list, 0x0102) && mls_codec_u16s_have(list, 0x0304));
    CHECK(!mls_codec_u16s_have(list, 0x0203) && !mls_codec_u16s_have(list, 0x0104));
    CHECK(!mls_codec_u16s_have(list, 0x0302) && !mls_codec_u16s_have(list, 0x0405));
    CHECK(!mls_codec_u16s_have(slice_make("\1\2\3\4\5\6", 5), 0x0506)); /* cut in the middle */
    CHECK(!mls_codec_u16s_have(SLICE_EMPTY, 0) && mls_codec_u16s_have(check_hex("ffff"), 0xffff));
}

TEST(an_error_of_the_buffer_sticks_to_its_vectors)
{
    uint8_t bytes[5];
    struct slice out;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    size_t mark = mls_codec_open(&b);
    buf_u16(&b, 1); /* one byte too many */
    mls_codec_close(&b, mark);
    CHECK(buf_finish(&b, &out) != OK);
    b = buf_fixed(bytes, 4);
    mark = mls_codec_open(&b);
    mls_codec_close(&b, mark);
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK_BYTES(out, check_hex("00"));
}

TEST(a_header_is_written_byte_by_byte)
{
    static const struct {
        size_t n;
        const char *bytes;
    } rows[] = {{0, "00"},
                {63, "3f"},
                {64, "4040"},
                {0x1234, "5234"},
                {16383, "7fff"},
                {16384, "80004000"},
                {0x123456, "80123456"},
                {0x2a3b4c5d, "aa3b4c5d"},
                {0x3fffffff, "bfffffff"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t header[4], bytes[4];
        struct buf b = buf_fixed(bytes, sizeof bytes);
        CHECK_BYTES(slice_make(header, mls_codec_header(header, rows[i].n)),
                    check_hex(rows[i].bytes));
        mls_codec_put_length(&b, rows[i].n);
        CHECK_BYTES(buf_view(&b), check_hex(rows[i].bytes));
    }
}

TEST_MAIN(TEST_ROW(lengths_around_each_boundary_survive_a_round_trip),
          TEST_ROW(a_length_above_the_largest_is_not_written),
          TEST_ROW(longer_forms_than_needed_are_refused),
          TEST_ROW(the_class_of_eight_bytes_is_refused),
          TEST_ROW(cut_lengths_and_vectors_are_refused), TEST_ROW(an_optional_is_zero_or_one),
          TEST_ROW(a_list_of_u16_has_whole_numbers), TEST_ROW(an_extension_type_occurs_once),
          TEST_ROW(an_extension_list_ends_with_its_last_extension),
          TEST_ROW(too_many_extensions_are_a_limit),
          TEST_ROW(an_open_vector_closes_with_the_shortest_length),
          TEST_ROW(grease_values_are_the_fifteen_of_the_registry),
          TEST_ROW(extensions_are_found_by_their_type),
          TEST_ROW(extensions_are_put_as_they_are_read), TEST_ROW(grease_is_put_for_a_type_alone),
          TEST_ROW(each_u16_of_a_list_is_compared_whole),
          TEST_ROW(an_error_of_the_buffer_sticks_to_its_vectors),
          TEST_ROW(a_header_is_written_byte_by_byte))
