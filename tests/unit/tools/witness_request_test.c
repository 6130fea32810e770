#include "witness_request.h"

#include <string.h>

#include "lib/check.h"

#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define CHECKPOINT                                                                                 \
    "test/log\n3\n" HASH "\n\xe2\x80\x94 test/log AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static enum err parse(struct witness_request *out, const char *body)
{
    struct slice copy = check_copy(slice_of_string(body));
    enum err e = witness_request_parse(out, copy);
    check_release(copy); /* what is asked below was copied out */
    return e;
}

TEST(reads_old_proof_and_checkpoint)
{
    struct witness_request r;
    CHECK_ERR(parse(&r, "old 2\n" HASH HASH "\n" CHECKPOINT), OK);
    CHECK(r.old_size == 2 && r.n == 2 && r.checkpoint.size == 3);
    CHECK_ERR(parse(&r, "old 0\n\n" CHECKPOINT), OK);
    CHECK(r.old_size == 0 && r.n == 0);
    /* Too great is for the caller to say: it is another answer. */
    CHECK_ERR(parse(&r, "old 9007199254740991\n\n" CHECKPOINT), OK);
}

TEST(every_truncation_is_refused)
{
    static const char body[] = "old 2\n" HASH "\n" CHECKPOINT;
    for (size_t n = 0; n < sizeof body - 1; n++) {
        struct witness_request r;
        struct slice copy = check_copy(slice_make(body, n));
        CHECK(witness_request_parse(&r, copy) != OK);
        CHECK(r.old_size == 0 && r.n == 0 && r.checkpoint.size == 0 && r.checkpoint.origin.n == 0);
        check_release(copy);
    }
}

TEST(other_forms_are_refused)
{
    static const char *const bodies[] = {
        "",
        "\n",
        "old\n\n" CHECKPOINT,
        "old \n\n" CHECKPOINT,
        "old  2\n\n" CHECKPOINT,
        "old 02\n\n" CHECKPOINT,
        "old -1\n\n" CHECKPOINT,
        "old 2 \n\n" CHECKPOINT,
        "Old 2\n\n" CHECKPOINT,
        "old 9007199254740992\n\n" CHECKPOINT,
        "old 2\r\n\r\n" CHECKPOINT,
        "old 2\n" CHECKPOINT,
        "old 2\n\n",
        "old 2\n\n\n" CHECKPOINT,
        "old 2\nAAAA\n\n" CHECKPOINT,
        "old 2\n " HASH "\n" CHECKPOINT,
        "old 2\n\n" CHECKPOINT "\n",
        "old 2\n\n" CHECKPOINT "more\n",
        "old 2\n\ntest/log\n3\n" HASH "extension\n\n"
        "\xe2\x80\x94 test/log AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "old 2\n\ntest/log\n3\n" HASH "\n"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct witness_request r;
        enum err e = parse(&r, bodies[i]);
        if (e != ERR_INPUT) {
            check_printf("  case %zu: %s\n", i, err_name(e));
        }
        CHECK(e == ERR_INPUT);
    }
}

TEST(sixty_three_hashes_are_the_most)
{
    static char body[8192];
    struct witness_request r;
    for (size_t n = 63; n <= 64; n++) {
        struct buf b = buf_fixed(body, sizeof body);
        buf_slice(&b, SLICE_LITERAL("old 2\n"));
        for (size_t i = 0; i < n; i++) {
            buf_slice(&b, SLICE_LITERAL(HASH));
        }
        buf_slice(&b, SLICE_LITERAL("\n" CHECKPOINT));
        CHECK_ERR(witness_request_parse(&r, buf_view(&b)), n == 63 ? OK : ERR_LIMIT);
        CHECK(r.n == (n == 63 ? 63 : 0));
    }
}

TEST(a_body_has_a_greatest_length)
{
    static uint8_t body[WITNESS_REQUEST_BYTES_MAX + 1];
    struct witness_request r;
    memset(body, '\n', sizeof body);
    CHECK_ERR(witness_request_parse(&r, SLICE_ARRAY(body)), ERR_LIMIT);
    CHECK_ERR(witness_request_parse(&r, slice_make(body, sizeof body - 1)), ERR_INPUT);
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(paths_of_checkpoints_have_one_form)
{
    static const char *const bad[] = {
        "",
        "/",
        HEX,
        "/" HEX,
        "/" HEX "/",
        "/" HEX "/checkpoint/",
        "/" HEX "/checkpoint?x",
        "/" HEX "0/checkpoint",
        "//" HEX "/checkpoint",
        "/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789ab"
        "cdef/checkpoint",
        "/g123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
        "cdef/checkpoint"};
    struct slice hex;
    CHECK(witness_request_origin(&hex, SLICE_LITERAL("/" HEX "/checkpoint")));
    CHECK_BYTES(hex, SLICE_LITERAL(HEX));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice copy = check_copy(slice_of_string(bad[i]));
        CHECK(!witness_request_origin(&hex, copy) && hex.n == 0);
        check_release(copy);
    }
}

TEST_MAIN(TEST_ROW(reads_old_proof_and_checkpoint), TEST_ROW(every_truncation_is_refused),
          TEST_ROW(other_forms_are_refused), TEST_ROW(sixty_three_hashes_are_the_most),
          TEST_ROW(a_body_has_a_greatest_length), TEST_ROW(paths_of_checkpoints_have_one_form))
