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

static enum err known_psk(void *user, struct slice id, struct arena *a, struct slice *out)
{
    const struct mls_group *old = user;
    struct mls_psk_id read;
    TRY(mls_proposal_read_psk(&id, &read, false));
    return mls_group_resumption_psk(old, read.epoch, a, out);
}

TEST(who_knows_the_secret_joins_without_the_old_group)
{
    struct mls_commit out;
    REQUIRE(begin());
    prepare(m[0].suite);
    CHECK_ERR(make(false, "branch", &out), OK);
    next[1].psk = (struct mls_psk_lookup){m[1].g, known_psk};
    CHECK_ERR(mls_world_join(&next[1], out.welcome, out.ratchet_tree), OK);
    CHECK(mls_group_epoch(next[1].g) == 1);
    end();
}

/* A group of two, made by hand, that says what it follows. */
struct claim {
    const struct crypto_suite *suite;
    const char *group_id;
    enum mls_psk_usage usage;
    const char *old_id;
    uint64_t old_epoch;
    struct slice extensions;
    const char *stranger; /* another name of who made it; NULL: a member's */
};

static void change_extensions(void *user, struct mls_epoch *e)
{
    const struct claim *c = user;
    CHECK_ERR(mls_epoch_set_extensions(e, c->extensions), OK);
}

static enum err join_claimed(struct claim *c)
{
    struct mls_commit out;
    struct slice psks, tree;
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&next[i]);
    }
    prepare(c->suite);
    if (c->stranger != NULL) {
        next[0].id.credential = slice_of_string(c->stranger);
    }
    CHECK_ERR(mls_world_create(&next[0], c->group_id), OK);
    struct mls_proposal add = mls_world_add(&next[1]);
    CHECK_ERR(mls_world_stage(&next[0], &add, 1, true, &out), OK);
    CHECK_ERR(mls_world_merge(&next[0]), OK);
    struct buf b = buf_arena(&next[0].arena, 256);
    mls_proposal_put_resumption(&b, c->usage, slice_of_string(c->old_id), c->old_epoch);
    mls_codec_put_vector(&b, SLICE_LITERAL("0123456789abcdef0123456789abcdef"));
    CHECK_ERR(buf_finish(&b, &psks), OK);
    struct mls_psk_lookup lookup = {m[1].g, known_psk};
    struct mls_forge_welcome w = mls_forge_welcome_of(&next[0], &next[1]);
    w.psk = &lookup;
    w.psks = psks;
    w.change = change_extensions;
    w.user = c;
    struct slice welcome = mls_forge_put_welcome(&next[0], &w, &tree);
    struct mls_storage storage = mls_world_storage(&next[1].store);
    struct mls_join_params params = {
        .welcome = welcome,
        .ratchet_tree = tree,
        .key_package = next[1].package.message,
        .key_package_secret = next[1].package.secret,
        .identity = next[1].id,
        .psk = &lookup,
        .predecessor = m[1].g,
    };
    enum err e = mls_group_join(&next[1].g, &storage, &params);
    CHECK((e == OK) == (next[1].g != NULL) && (e == OK) == (next[1].store.n > 0));
    return e;
}

TEST(a_branch_made_by_hand_is_judged_by_its_suite_and_group)
{
    REQUIRE(begin());
    uint64_t now = mls_group_epoch(m[1].g);
    struct claim good = {m[0].suite, "branch", MLS_PSK_BRANCH, "group", now, SLICE_EMPTY, NULL};
    struct claim c = good;
    CHECK_ERR(join_claimed(&c), OK);
    c.old_epoch--; /* any epoch will do */
    CHECK_ERR(join_claimed(&c), OK);
    c = good;
    c.suite = crypto_suite_find(CRYPTO_SUITE_X25519_AES128);
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.old_id = "other";
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.stranger = "a stranger";
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c.stranger = m[N - 1].name;
    CHECK_ERR(join_claimed(&c), OK);
    c = good;
    c.usage = MLS_PSK_APPLICATION; /* no tie at all, but an old group was named */
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.usage = MLS_PSK_REINIT; /* which nobody has proposed */
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    end();
}

TEST(a_reinit_made_by_hand_is_what_was_announced)
{
    REQUIRE(begin());
    struct mls_proposal p = {.type = MLS_PROPOSAL_REINIT,
                             .reinit_group_id = SLICE_LITERAL("again"),
                             .reinit_suite = m[0].suite->code};
    CHECK_ERR(mls_world_round(m, N, 1, &p, 1, false, NULL), OK);
    uint64_t now = mls_group_epoch(m[1].g);
    struct claim good = {m[0].suite, "again", MLS_PSK_REINIT, "group", now, SLICE_EMPTY, NULL};
    struct claim c = good;
    CHECK_ERR(join_claimed(&c), OK);
    c.suite = crypto_suite_find(CRYPTO_SUITE_X25519_AES128);
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.group_id = "again and again";
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.old_epoch = now - 1;
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.old_id = "other";
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    c = good;
    c.extensions =
        mls_forge_extension(&m[0], MLS_EXTENSION_REQUIRED_CAPABILITIES, check_hex("000000"));
    CHECK_ERR(join_claimed(&c), ERR_AUTH_POLICY);
    end();
}

TEST_MAIN(TEST_ROW(a_branch_is_joined_by_members_of_the_old_group),
          TEST_ROW(a_branch_has_the_suite_and_the_people_of_the_old_group),
          TEST_ROW(a_reinit_moves_the_group_to_another_suite),
          TEST_ROW(a_successor_that_was_not_announced_is_refused),
          TEST_ROW(who_knows_the_secret_joins_without_the_old_group),
          TEST_ROW(a_branch_made_by_hand_is_judged_by_its_suite_and_group),
          TEST_ROW(a_reinit_made_by_hand_is_what_was_announced))
