#include <string.h>

#include "lib/check.h"
#include "lib/release_forge.h"

#define NOTHING "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"

static struct release_forge forge;
static struct release_text text; /* large */

static struct slice good(void)
{
    struct release_note note;
    release_forge_init(&forge, "all");
    CHECK_ERR(release_note_split(&note, forge.note), OK);
    return note.text;
}

TEST(every_field_is_read)
{
    static const struct release_hash none;
    struct slice copy = check_copy(good());
    CHECK_ERR(release_text_parse(&text, copy), OK);
    CHECK_BYTES(text.line, SLICE_LITERAL("sotto.example/web"));
    CHECK_BYTES(text.version, SLICE_LITERAL("0.7.0"));
    CHECK(text.seq == 31 && text.has_previous);
    CHECK_BYTES(text.commit, SLICE_LITERAL("c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"));
    CHECK_BYTES(text.csp, SLICE_LITERAL("default-src 'none'; script-src 'sha256-x'"));
    struct slice nothing =
        check_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_BYTES(SLICE_ARRAY(text.previous.b), nothing);
    CHECK_BYTES(SLICE_ARRAY(text.loader.b), nothing);
    CHECK_BYTES(slice_make(text.toolchain.b, 4), check_hex("c0ffee00"));
    CHECK(text.wasm_n == 1 && text.file_n == 2);
    CHECK_BYTES(SLICE_ARRAY(text.wasm[0].b), nothing);
    CHECK_BYTES(SLICE_ARRAY(text.wasm[1].b), SLICE_ARRAY(none.b));
    CHECK_BYTES(text.file[0].path, SLICE_LITERAL("/"));
    CHECK_BYTES(text.file[1].path, SLICE_LITERAL("/app.js"));
    CHECK_BYTES(text.file[1].type, SLICE_LITERAL("text/javascript"));
    CHECK(text.file[1].size == 0);
    CHECK_BYTES(SLICE_ARRAY(text.file[1].hash.b), nothing);
    check_release(copy);
}

/* Harmless is the one that ends after a whole line of a file: a shorter list is a list. It is
 * signed whole. */
TEST(every_truncation_but_a_shorter_list_is_refused)
{
    static const struct release_text none;
    struct slice all = good();
    size_t shorter = 0;
    for (size_t n = 0; n < all.n; n++) {
        struct slice copy = check_copy(slice_make(all.p, n));
        memset(&text, 7, sizeof text);
        if (release_text_parse(&text, copy) == OK) {
            shorter++;
            CHECK(text.file_n == 1);
        } else {
            CHECK(memcmp(&text, &none, sizeof none) == 0);
        }
        check_release(copy);
    }
    CHECK(shorter == 1);
}

/* What is accepted after a change says something else: the change is in what was read. */
TEST(no_changed_byte_goes_unnoticed)
{
    static struct release_text before;
    static uint8_t bytes[sizeof forge.note_bytes];
    struct slice all = good();
    for (size_t i = 0; i < all.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, all.p, all.n);
            CHECK_ERR(release_text_parse(&before, all), OK);
            bytes[i] ^= (uint8_t)(1u << bit);
            if (release_text_parse(&text, slice_make(bytes, all.n)) != OK) {
                continue;
            }
            bool same = slice_equal(text.line, before.line) &&
                        slice_equal(text.version, before.version) && text.seq == before.seq &&
                        slice_equal(text.commit, before.commit) &&
                        slice_equal(text.csp, before.csp) &&
                        memcmp(&text.previous, &before.previous, 32) == 0 &&
                        memcmp(&text.toolchain, &before.toolchain, 32) == 0 &&
                        memcmp(&text.loader, &before.loader, 32) == 0 &&
                        memcmp(&text.wasm, &before.wasm, sizeof text.wasm) == 0;
            for (size_t k = 0; k < text.file_n; k++) {
                const struct release_file *a = &text.file[k], *b = &before.file[k];
                same = same && slice_equal(a->path, b->path) && slice_equal(a->type, b->type) &&
                       a->size == b->size && memcmp(&a->hash, &b->hash, 32) == 0;
            }
            CHECK(!same);
        }
    }
}

TEST(files_are_found_by_their_whole_path)
{
    CHECK_ERR(release_text_parse(&text, good()), OK);
    CHECK(release_text_file(&text, SLICE_LITERAL("/")) == &text.file[0]);
    CHECK(release_text_file(&text, SLICE_LITERAL("/app.js")) == &text.file[1]);
    CHECK(release_text_file(&text, SLICE_LITERAL("/app.j")) == NULL);
    CHECK(release_text_file(&text, SLICE_LITERAL("/app.jsx")) == NULL);
    CHECK(release_text_file(&text, SLICE_EMPTY) == NULL);
}

TEST(a_file_has_its_size_and_then_its_hash)
{
    struct release_file f;
    CHECK_ERR(release_text_parse(&text, good()), OK);
    f = text.file[0];
    CHECK(release_text_file_check(&f, SLICE_EMPTY) == RELEASE_OK);
    CHECK(release_text_file_check(&f, SLICE_LITERAL("x")) == RELEASE_FILE);
    f.size = 1;
    CHECK(release_text_file_check(&f, SLICE_LITERAL("x")) == RELEASE_FILE);
    CHECK(release_text_file_check(&f, SLICE_EMPTY) == RELEASE_FILE);
}

TEST(bounded_in_bytes)
{
    static uint8_t large[RELEASE_NOTE_BYTES_MAX + 1];
    memset(large, 'a', sizeof large);
    CHECK_ERR(release_text_parse(&text, SLICE_ARRAY(large)), ERR_LIMIT);
    CHECK_ERR(release_text_parse(&text, slice_make(large, RELEASE_NOTE_BYTES_MAX)), ERR_INPUT);
}

TEST(limits_have_an_error_of_their_own)
{
    static const struct {
        const char *from, *to;
        enum err want;
    } rows[] = {{" 0 " NOTHING " text/html", " 67108864 " NOTHING " text/html", OK},
                {" 0 " NOTHING " text/html", " 67108865 " NOTHING " text/html", ERR_LIMIT},
                {" 0 " NOTHING " text/html", " x " NOTHING " text/html", ERR_INPUT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static char changed[sizeof forge.note_bytes + 64];
        struct buf b = buf_fixed(changed, sizeof changed);
        struct slice all = good();
        size_t at = 0, n = strlen(rows[i].from);
        while (at + n < all.n &&
               !slice_equal(slice_make(all.p + at, n), slice_make(rows[i].from, n))) {
            at++;
        }
        buf_put(&b, all.p, at);
        buf_slice(&b, slice_of_string(rows[i].to));
        buf_put(&b, all.p + at + n, all.n - at - n);
        CHECK_ERR(release_text_parse(&text, buf_view(&b)), rows[i].want);
    }
}

TEST_MAIN(TEST_ROW(every_field_is_read), TEST_ROW(every_truncation_but_a_shorter_list_is_refused),
          TEST_ROW(no_changed_byte_goes_unnoticed), TEST_ROW(files_are_found_by_their_whole_path),
          TEST_ROW(a_file_has_its_size_and_then_its_hash), TEST_ROW(bounded_in_bytes),
          TEST_ROW(limits_have_an_error_of_their_own))
