/* A live group takes anything. First byte: 0 the bytes as a message; 1 as a proposal and 2 as a
 * commit that a member signs and tags; 3 as the same commit in a PrivateMessage; 4 as an external
 * commit of a newcomer; 5 as a proposal of a newcomer. A refusal changes nothing. */
#include <string.h>

#include "crypto/rand.h"
#include "fuzz/fuzz.h"
#include "lib/mls_forge.h"

#define N 3
static struct mls_world_member m[N];
static struct mls_world_store start;

static void begin(void)
{
    FUZZ_CHECK(crypto_init() == OK);
    FUZZ_CHECK(mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK);
    mls_world_store_copy(&start, &m[0].store);
}

/* Framing of the body needs it to be delimited: what does not parse would not even be sent. */
static bool parses(enum mls_content_type type, struct slice body)
{
    struct mls_proposal_body proposal;
    struct mls_commit_body commit;
    enum err e = type == MLS_CONTENT_PROPOSAL ? mls_proposal_read(&body, &proposal)
                                              : mls_commit_read(&body, &commit);
    return e == OK && body.n == 0;
}

static struct slice message_of(uint8_t mode, struct slice input)
{
    enum mls_content_type type = mode == 1 || mode == 5 ? MLS_CONTENT_PROPOSAL : MLS_CONTENT_COMMIT;
    if (mode == 0) {
        return input;
    }
    if (!parses(type, input)) {
        return SLICE_EMPTY;
    }
    struct mls_forge_message f = mls_forge_message_of(&m[1], type, input);
    f.tag = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    f.is_private = mode == 3;
    if (mode >= 4) {
        f.content.sender_type =
            mode == 4 ? MLS_SENDER_NEW_MEMBER_COMMIT : MLS_SENDER_NEW_MEMBER_PROPOSAL;
    }
    return mls_forge_put_message(&m[1], &f);
}

FUZZ(input)
{
    uint8_t mode = 0;
    if (m[0].g == NULL) {
        begin();
    }
    if (slice_u8(&input, &mode) != OK) {
        return;
    }
    struct slice message = message_of(mode % 6, input);
    enum err e = mls_world_take(&m[0], message, NULL);
    if (e == OK) {
        mls_world_store_copy(&m[0].store, &start);
        FUZZ_CHECK(mls_world_reload(&m[0]) == OK);
    } else {
        FUZZ_CHECK(mls_world_store_equal(&m[0].store, &start));
        FUZZ_CHECK(mls_group_state(m[0].g) == MLS_IDLE);
        FUZZ_CHECK(mls_group_proposal_count(m[0].g) == 0);
    }
    arena_reset(&m[0].arena);
    arena_reset(&m[1].arena);
}
