#include "release/checkpoint.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "release/line.h"

#define TAIL "\n\xe2\x80\x94 x AAAAAAA=\n"
#define ROOT "Xcjafa6nEVnpaZ7QdQ5AMWmd8Z6uNbVXytvjmtqPQoo="
static const char good[] = "log.example\n8\n" ROOT "\n" TAIL;

static void refuse(struct slice in, enum err want)
{
    struct release_checkpoint c;
    struct slice copy = check_copy(in);
    memset(&c, 7, sizeof c);
    CHECK_ERR(release_checkpoint_parse(&c, copy), want);
    CHECK(c.origin.n == 0 && c.size == 0 && c.note.text.n == 0 && c.root.b[0] == 0);
    check_release(copy);
}

TEST(three_lines_are_read)
{
    struct release_checkpoint c;
    uint8_t text[128], root[32];
    struct buf b = buf_fixed(text, sizeof text), r = buf_fixed(root, sizeof root);
    struct slice copy = check_copy(slice_of_string(good));
    CHECK_ERR(release_checkpoint_parse(&c, copy), OK);
    CHECK_BYTES(c.origin, SLICE_LITERAL("log.example"));
    CHECK(c.size == 8);
    CHECK_ERR(release_line_base64_get(&r, SLICE_LITERAL(ROOT)), OK);
    CHECK_BYTES(SLICE_ARRAY(c.root.b), buf_view(&r));
    CHECK(c.note.signature_n == 1);
    release_checkpoint_put(&b, c.origin, c.size, &c.root);
    CHECK_BYTES(buf_view(&b), c.note.text);
    CHECK_BYTES(buf_view(&b), SLICE_LITERAL("log.example\n8\n" ROOT "\n"));
    check_release(copy);
}

TEST(every_truncation_is_refused)
{
    for (size_t n = 0; n < sizeof good - 1; n++) {
        refuse(slice_make(good, n), ERR_INPUT);
    }
}

TEST(anything_else_is_refused)
{
    static const char *const bad[] = {
        TAIL, "\n" TAIL, "log.example\n" TAIL, "log.example\n8\n" TAIL, "\n8\n" ROOT "\n" TAIL,
        "log.example\n\n" ROOT "\n" TAIL, "log.example\n08\n" ROOT "\n" TAIL,
        "log.example\n-8\n" ROOT "\n" TAIL, "log.example\n8 \n" ROOT "\n" TAIL,
        "log.example\n9007199254740992\n" ROOT "\n" TAIL, "log.example\n8\n\n" TAIL,
        "log.example\n8\nAAAA\n" TAIL, "log.example\n8\n" ROOT "=\n" TAIL,
        "log.example\n8\n" ROOT " \n" TAIL, "log.example\n8\n" ROOT "\nextension\n" TAIL,
        "log.example\n8\n" ROOT "\n\n" TAIL, "log.example\n8\n" ROOT "\n\xe2\x80\x94 x AAAAAAA=\n",
        "log.example\n8\n" ROOT "\n\n", "log.example\r\n8\r\n" ROOT "\r\n" TAIL,
        /* 31 and 33 bytes */
        "log.example\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n" TAIL,
        "log.example\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" TAIL};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse(slice_of_string(bad[i]), ERR_INPUT);
    }
}

TEST(bounded_in_bytes)
{
    static char all[RELEASE_CHECKPOINT_BYTES_MAX + 1];
    struct release_checkpoint c;
    memset(all, 'o', sizeof all);
    size_t n = sizeof good - sizeof "log.example";
    memcpy(all + RELEASE_CHECKPOINT_BYTES_MAX - n, good + sizeof "log.example" - 1, n);
    CHECK_ERR(release_checkpoint_parse(&c, slice_make(all, RELEASE_CHECKPOINT_BYTES_MAX)), OK);
    CHECK(c.origin.n == RELEASE_CHECKPOINT_BYTES_MAX - n);
    refuse(SLICE_ARRAY(all), ERR_LIMIT);
}

TEST(a_hash_has_32_bytes)
{
    struct release_hash h;
    CHECK_ERR(release_checkpoint_hash_get(&h, SLICE_LITERAL(ROOT)), OK);
    CHECK_ERR(release_checkpoint_hash_get(&h, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(release_checkpoint_hash_get(&h, SLICE_LITERAL("AAAA")), ERR_INPUT);
    CHECK_ERR(release_checkpoint_hash_get(&h, SLICE_LITERAL(ROOT "AAAA")), ERR_INPUT);
    CHECK_ERR(release_checkpoint_hash_get(&h, slice_make(ROOT, sizeof ROOT - 2)), ERR_INPUT);
}

TEST_MAIN(TEST_ROW(three_lines_are_read), TEST_ROW(every_truncation_is_refused),
          TEST_ROW(anything_else_is_refused), TEST_ROW(bounded_in_bytes),
          TEST_ROW(a_hash_has_32_bytes))
