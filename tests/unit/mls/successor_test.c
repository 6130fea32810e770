/* Groups that follow groups: ReInit and branch (RFC 9420, 11.2, 11.3; V91). */
#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 3
static struct mls_world_member m[N];    /* the old group   */
static struct mls_world_member next[N]; /* the new one     */

static bool begin(void)
{
    memset(m, 0, sizeof m);
    memset(next, 0, sizeof next);
    return mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
        mls_world_end(&next[i]);
    }
}

/* The same people on the new suite, with packages for the new group. */
static void prepare(const struct crypto_suite *suite)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_init(&next[i], m[i].name, suite);
        CHECK_ERR(mls_world_package(&next[i]), OK);
    }
}

static enum err make(bool reinit, const char *id, struct mls_commit *out)
{
    struct mls_storage storage = mls_world_storage(&next[0].store);
    struct slice packages[N - 1];
    struct mls_commit_params commit = {0};
    struct mls_group_params params = {
        .suite = next[0].suite, .group_id = slice_of_string(id), .identity = next[0].id};
    for (size_t i = 1; i < N; i++) {
        packages[i - 1] = next[i].package.message;
    }
    return mls_group_successor(&next[0].g, &storage, m[0].g, reinit, &params, packages, N - 1,
                               &commit, &next[0].arena, out);
}

static enum err join(size_t i, const struct mls_group *predecessor, const struct mls_commit *out)
{
    struct mls_storage storage = mls_world_storage(&next[i].store);
    struct mls_join_params params = {
        .welcome = out->welcome,
        .ratchet_tree = out->ratchet_tree,
        .key_package = next[i].package.message,
        .key_package_secret = next[i].package.secret,
        .identity = next[i].id,
        .predecessor = predecessor,
    };
    return mls_group_join(&next[i].g, &storage, &params);
}

static bool all_join(const struct mls_commit *out)
{
    for (size_t i = 1; i < N; i++) {
        CHECK_ERR(join(i, NULL, out), ERR_GONE); /* without the predecessor the PSK is missing */
        CHECK_ERR(join(i, m[i].g, out), OK);
    }
    return mls_world_agree(next, N) && mls_group_epoch(next[0].g) == 1;
}

TEST(a_branch_is_joined_by_members_of_the_old_group)
{
    struct mls_commit out;
    REQUIRE(begin());
    prepare(m[0].suite);
    CHECK_ERR(make(false, "branch", &out), OK);
    CHECK(all_join(&out));
    CHECK(mls_world_well(next, N, 1));
    CHECK(mls_world_well(m, N, 1)); /* the old group lives on */
    end();
}

TEST(a_branch_has_the_suite_and_the_people_of_the_old_group)
{
    struct mls_commit out;
    REQUIRE(begin());
    prepare(crypto_suite_find(CRYPTO_SUITE_X25519_AES128));
    CHECK_ERR(make(false, "branch", &out), ERR_INPUT);
    end();
    REQUIRE(begin());
    prepare(m[0].suite);
    next[2].id.credential = SLICE_LITERAL("a stranger");
    CHECK_ERR(mls_world_package(&next[2]), OK);
    CHECK_ERR(make(false, "branch", &out), OK);
    CHECK_ERR(join(1, m[1].g, &out), ERR_AUTH_POLICY);
    CHECK(next[1].store.n == 0);
    end();
}

static void reinit(const struct crypto_suite *suite)
{
    struct mls_commit out;
    struct slice text;
    struct mls_proposal p = {.type = MLS_PROPOSAL_REINIT,
                             .reinit_group_id = SLICE_LITERAL("again"),
                             .reinit_suite = suite->code};
    struct mls_commit more;
    prepare(suite);
    CHECK_ERR(make(true, "again", &out), ERR_STATE); /* nothing committed yet */
    CHECK_ERR(mls_world_round(m, N, 1, &p, 1, false, NULL), OK);
    for (size_t i = 0; i < N; i++) {
        CHECK(mls_group_state(m[i].g) == MLS_SUSPENDED);
        CHECK_ERR(mls_world_say(&m[i], "x", &text), ERR_STATE);
        CHECK_ERR(mls_world_stage(&m[i], NULL, 0, true, &more), ERR_STATE);
        CHECK_ERR(mls_world_reload(&m[i]), OK);
        CHECK(mls_group_state(m[i].g) == MLS_SUSPENDED);
    }
    CHECK_ERR(make(true, "another", &out), ERR_INPUT);
    CHECK_ERR(make(true, "again", &out), OK);
    CHECK(all_join(&out));
    CHECK(mls_world_well(next, N, 2));
}

TEST(a_reinit_moves_the_group_to_another_suite)
{
    REQUIRE(begin());
    reinit(crypto_suite_find(CRYPTO_SUITE_XWING_AES128));
    end();
    REQUIRE(begin());
    reinit(crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
    end();
}

TEST(a_successor_that_was_not_announced_is_refused)
{
    struct mls_commit out;
    REQUIRE(begin());
    struct mls_proposal p = {.type = MLS_PROPOSAL_REINIT,
                             .reinit_group_id = SLICE_LITERAL("again"),
                             .reinit_suite = m[0].suite->code};
    CHECK_ERR(mls_world_round(m, N, 1, &p, 1, false, NULL), OK);
    prepare(m[0].suite);
    CHECK_ERR(make(true, "again", &out), OK);
    CHECK_ERR(join(1, m[1].g, &out), OK);
    mls_world_end(&next[1]);
    mls_world_init(&next[1], m[1].name, m[0].suite);
    /* A branch out of the suspended group under the announced name is not the ReInit. */
    mls_world_end(&next[0]);
    mls_world_init(&next[0], m[0].name, m[0].suite);
    CHECK_ERR(mls_world_package(&next[1]), OK);
    CHECK_ERR(mls_world_package(&next[2]), OK);
    CHECK_ERR(make(false, "other", &out), OK);
    CHECK_ERR(join(2, m[1].g, &out), OK); /* as a branch it is fine */
    end();
}

TEST_MAIN(TEST_ROW(a_branch_is_joined_by_members_of_the_old_group),
          TEST_ROW(a_branch_has_the_suite_and_the_people_of_the_old_group),
          TEST_ROW(a_reinit_moves_the_group_to_another_suite),
          TEST_ROW(a_successor_that_was_not_announced_is_refused))
