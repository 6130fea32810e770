#include "release/proof.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"

#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define HEAD "c2sp.org/tlog-proof@v1\nindex 5\n"
static const char good[] = HEAD HASH "\n" HASH "\n\ncheckpoint\n";

static void refuse(struct slice in, enum err want)
{
    static struct release_proof p;
    static const struct release_proof none;
    struct slice copy = check_copy(in);
    memset(&p, 7, sizeof p);
    CHECK_ERR(release_proof_parse(&p, copy), want);
    CHECK(p.index == 0 && p.n == 0 && p.checkpoint.n == 0);
    CHECK_BYTES(SLICE_ARRAY(p.hashes), SLICE_ARRAY(none.hashes));
    check_release(copy);
}

TEST(index_hashes_and_checkpoint_are_read)
{
    struct release_proof p;
    uint8_t back[sizeof good];
    struct buf b = buf_fixed(back, sizeof back);
    struct slice copy = check_copy(slice_of_string(good));
    CHECK_ERR(release_proof_parse(&p, copy), OK);
    CHECK(p.index == 5 && p.n == 2);
    CHECK_BYTES(p.checkpoint, SLICE_LITERAL("checkpoint\n"));
    release_proof_put(&b, p.index, p.hashes, p.n, p.checkpoint);
    CHECK_BYTES(buf_view(&b), copy);
    check_release(copy);
}

/* After the empty line there is only a checkpoint, which has a parser of its own: cut there, the
 * proof is one without a whole checkpoint. */
TEST(every_truncation_before_the_checkpoint_is_refused)
{
    size_t head = sizeof good - sizeof "checkpoint\n";
    struct release_proof p;
    for (size_t n = 0; n < sizeof good - 1; n++) {
        if (n < head) {
            refuse(slice_make(good, n), ERR_INPUT);
            continue;
        }
        struct slice copy = check_copy(slice_make(good, n));
        CHECK_ERR(release_proof_parse(&p, copy), OK);
        CHECK(p.n == 2 && p.checkpoint.n == n - head);
        check_release(copy);
    }
}

TEST(anything_else_is_refused)
{
    static const char *const bad[] = {"\n",
                                      "index 5\n\n",
                                      "c2sp.org/tlog-proof@v2\nindex 5\n\n",
                                      "c2sp.org/tlog-proof@v1 \nindex 5\n\n",
                                      "c2sp.org/tlog-proof@v1\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex \n\n",
                                      "c2sp.org/tlog-proof@v1\nindex  5\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex 05\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex -5\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex 5 \n\n",
                                      "c2sp.org/tlog-proof@v1\nIndex 5\n\n",
                                      "c2sp.org/tlog-proof@v1\nindex 9007199254740992\n\n",
                                      "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 5\n\n",
                                      HEAD "extra AAAA\n\n",
                                      HEAD "x\n\n",
                                      HEAD "AAAA\n\n",
                                      HEAD HASH "AAAA\n\n",
                                      HEAD HASH " \n\n",
                                      HEAD " \n\n",
                                      HEAD HASH "\n",
                                      HEAD HASH "\r\n\n",
                                      HEAD "\n\t",
                                      HEAD "\n\xff",
                                      HEAD "\n\x7f\xc0\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse(slice_of_string(bad[i]), ERR_INPUT);
    }
    refuse(slice_make(HEAD "\n\0", sizeof HEAD + 1), ERR_INPUT);
}

TEST(takes_63_hashes_and_no_more)
{
    struct release_proof p;
    static char all[8192];
    for (size_t n = 62; n <= 65; n++) {
        size_t at = (size_t)snprintf(all, sizeof all, HEAD);
        for (size_t i = 0; i < n; i++) {
            at += (size_t)snprintf(all + at, sizeof all - at, HASH "\n");
        }
        at += (size_t)snprintf(all + at, sizeof all - at, "\n");
        if (n <= RELEASE_PROOF_HASHES_MAX) {
            CHECK_ERR(release_proof_parse(&p, slice_make(all, at)), OK);
            CHECK(p.n == n);
        } else {
            refuse(slice_make(all, at), ERR_LIMIT);
        }
    }
}

TEST(bounded_in_bytes)
{
    static char all[RELEASE_PROOF_BYTES_MAX + 1];
    struct release_proof p;
    memset(all, 'c', sizeof all);
    memcpy(all, HEAD "\n", sizeof HEAD);
    CHECK_ERR(release_proof_parse(&p, slice_make(all, RELEASE_PROOF_BYTES_MAX)), OK);
    CHECK(p.checkpoint.n == RELEASE_PROOF_BYTES_MAX - sizeof HEAD);
    refuse(SLICE_ARRAY(all), ERR_LIMIT);
}

TEST_MAIN(TEST_ROW(index_hashes_and_checkpoint_are_read),
          TEST_ROW(every_truncation_before_the_checkpoint_is_refused),
          TEST_ROW(anything_else_is_refused), TEST_ROW(takes_63_hashes_and_no_more),
          TEST_ROW(bounded_in_bytes))
