/* Constant time of wasm/mls: the secrets of an epoch are marked at both ends, then one makes and
 * the other checks commits, proposals, messages and exports. What is sent is public from then on;
 * what a plaintext holds decides how it is read, so opening stops at crypto/ (crypto.c). */
#include "base/ct.h"
#include "crypto/rand.h"
#include "lib/check.h"
#include "lib/mls_world.h"
#include "mls/group_state.h"

static struct mls_world_member m[2];

static void mark(void)
{
    for (size_t i = 0; i < 2; i++) {
        CT_SECRET(&m[i].g->epoch->secrets, sizeof m[i].g->epoch->secrets);
    }
}

/* As a network would carry it. */
static struct slice sent(struct slice message)
{
    CT_PUBLIC(message.p, message.n);
    return message;
}

static void flip_last(struct slice message)
{
    ((uint8_t *)(uintptr_t)message.p)[message.n - 1] ^= 1;
}

static void start(uint16_t code)
{
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(mls_world_group(m, 2, crypto_suite_find(code)), OK);
    mark();
}

static void end(void)
{
    mls_world_end(&m[0]);
    mls_world_end(&m[1]);
}

static void commits(uint16_t code)
{
    struct mls_commit commit;
    start(code);
    CHECK_ERR(mls_world_stage(&m[0], NULL, 0, true, &commit), OK);
    struct slice message = sent(commit.commit);
    /* The membership tag stands last: a wrong one is refused, and seen only as a refusal. */
    flip_last(message);
    CHECK_ERR(mls_world_take(&m[1], message, NULL), ERR_AUTH);
    flip_last(message);
    /* The new epoch comes from a marked init secret: so do its tags. */
    CHECK_ERR(mls_world_take(&m[1], message, NULL), OK);
    CHECK_ERR(mls_world_merge(&m[0]), OK);
    CHECK(mls_group_epoch(m[0].g) == mls_group_epoch(m[1].g));
    end();
}

TEST(commits_of_a_classical_group)
{
    commits(CRYPTO_SUITE_X25519_AES128);
}

TEST(commits_of_a_hybrid_group)
{
    commits(CRYPTO_SUITE_XWING_AES128);
}

TEST(seals_and_exports)
{
    struct slice message;
    uint8_t out[32];
    struct mls_commit commit;
    start(CRYPTO_SUITE_X25519_CHACHA);
    CHECK_ERR(mls_world_stage(&m[0], NULL, 0, true, &commit), OK);
    CHECK_ERR(mls_world_take(&m[1], sent(commit.commit), NULL), OK);
    CHECK_ERR(mls_world_merge(&m[0]), OK);
    for (size_t i = 0; i < 2; i++) {
        CHECK_ERR(mls_world_say(&m[i], "a message", &message), OK);
        CHECK_ERR(mls_group_export(m[i].g, SLICE_LITERAL("label"), SLICE_EMPTY, out, 32), OK);
    }
    end();
}

TEST_MAIN(TEST_ROW(commits_of_a_classical_group), TEST_ROW(commits_of_a_hybrid_group),
          TEST_ROW(seals_and_exports))
