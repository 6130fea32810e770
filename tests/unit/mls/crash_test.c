/* Failures at every point: the nth row write, the nth allocation. Whatever fails, the rows after
 * rollback load into the state before, and the call then works. */
#include <string.h>

#include "base/arena.h"
#include "lib/check.h"
#include "lib/mls_world.h"

#define N 4
static struct mls_world_member m[N];
static struct mls_world_member guest;
static struct slice input; /* of the operation under test */
static struct slice input_tree;
#define ACTOR (&m[0])

static bool begin(bool encrypt)
{
    mem_tight(true); /* else most allocations would be of a block that is there */
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    for (size_t i = 0; i < N; i++) {
        m[i].encrypt = encrypt;
    }
    mls_world_init(&guest, "guest", suite);
    return mls_world_warm_group(m, N, suite) == OK && mls_world_package(&guest) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    mls_world_end(&guest);
    mem_tight(false);
}

/* ---- operations of the actor ------------------------------------------------------------------
 */

static enum err run_take(void)
{
    return mls_world_take(ACTOR, input, NULL);
}

static enum err run_say(void)
{
    struct slice message;
    return mls_world_say(ACTOR, "text", &message);
}

static enum err run_stage(void)
{
    struct mls_proposal list[2] = {mls_world_add(&guest), mls_world_remove(2)};
    struct mls_commit out;
    return mls_world_stage(ACTOR, list, 2, true, &out);
}

static enum err run_merge(void)
{
    return mls_world_merge(ACTOR);
}

static enum err run_discard(void)
{
    return mls_group_discard(ACTOR->g);
}

static enum err run_propose(void)
{
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    return mls_group_propose(ACTOR->g, &ACTOR->arena, &params, &update, NULL, &message);
}

static enum err run_join(void)
{
    return mls_world_join(&guest, input, input_tree);
}

static enum err run_create(void)
{
    return mls_world_create(&guest, "another");
}

static enum err run_external(void)
{
    struct slice commit;
    struct mls_storage storage = mls_world_storage(&guest.store);
    struct mls_external_params params = {
        .group_info = input, .ratchet_tree = input_tree, .identity = guest.id};
    return mls_group_join_external(&guest.g, &storage, &params, &guest.arena, &commit);
}

/* ---- the harness -------------------------------------------------------------------------------
 */

static void forget(struct mls_world_member *who)
{
    mls_group_destroy(who->g);
    who->g = NULL;
}

/* After a failure: the rows go back, the object is loaded anew (or there is none) and equals the
 * state before. */
static bool recovers(struct mls_world_member *who, bool had_group, const uint8_t before[64],
                     enum mls_state state)
{
    struct mls_world_store rows = {0};
    mls_world_store_copy(&rows, &who->saved);
    forget(who);
    enum err e = mls_world_rollback(who);
    bool good = mls_world_store_equal(&rows, &who->store);
    mls_world_store_wipe(&rows);
    if (!had_group) {
        return good && e == ERR_GONE && who->g == NULL;
    }
    return good && e == OK && mls_group_state(who->g) == state &&
           slice_equal(mls_group_epoch_authenticator(who->g), slice_make(before, 32));
}

static void fail_everywhere(struct mls_world_member *who, enum err (*run)(void), bool memory)
{
    bool had_group = who->g != NULL;
    uint8_t before[64] = {0};
    enum mls_state state = had_group ? mls_group_state(who->g) : MLS_IDLE;
    uint64_t nth = 1;
    enum err e = ERR_STORE;
    if (had_group) {
        memcpy(before, mls_group_epoch_authenticator(who->g).p, 32);
        CHECK_ERR(mls_world_reload(who), OK);
    }
    for (; e != OK && nth < 10000; nth++) {
        mls_world_begin(who);
        if (memory) {
            mem_fail_at(nth);
        } else {
            who->store.fail_at = nth;
        }
        e = run();
        mem_fail_at(0);
        who->store.fail_at = 0;
        if (e != OK) {
            CHECK(e == (memory ? ERR_HOST_MEMORY : ERR_STORE));
            if (!recovers(who, had_group, before, state)) {
                check_printf("  after failure %llu\n", (unsigned long long)nth);
                check_fail(__FILE__, __LINE__, "recovers");
                return;
            }
        } else {
            mls_world_commit(who);
        }
    }
    CHECK(e == OK && (memory || nth > 1));
}

static void both_kinds(struct mls_world_member *who, enum err (*run)(void), bool repeat)
{
    struct mls_world_store start = {0};
    mls_world_store_copy(&start, &who->store);
    bool had_group = who->g != NULL;
    fail_everywhere(who, run, false);
    if (repeat) {
        forget(who);
        mls_world_store_copy(&who->store, &start);
        if (had_group) {
            CHECK_ERR(mls_world_reload(who), OK);
        }
        fail_everywhere(who, run, true);
    }
    mls_world_store_wipe(&start);
    CHECK_ERR(mls_world_reload(who), OK);
}

TEST(sending_and_proposing_survive_any_failure)
{
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        REQUIRE(begin(encrypt == 1));
        both_kinds(ACTOR, run_say, true);
        both_kinds(ACTOR, run_propose, true);
        CHECK(mls_group_proposal_count(ACTOR->g) == 1);
        end();
    }
}

TEST(committing_survives_any_failure)
{
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        REQUIRE(begin(encrypt == 1));
        both_kinds(ACTOR, run_stage, true);
        CHECK(mls_group_state(ACTOR->g) == MLS_PENDING);
        both_kinds(ACTOR, run_merge, true);
        CHECK(mls_group_state(ACTOR->g) == MLS_IDLE && mls_group_member_count(ACTOR->g) == N);
        both_kinds(ACTOR, run_stage, false);
        end();
    }
    REQUIRE(begin(false));
    struct mls_commit out;
    CHECK_ERR(mls_world_stage(ACTOR, NULL, 0, true, &out), OK);
    both_kinds(ACTOR, run_discard, false);
    CHECK(mls_group_state(ACTOR->g) == MLS_IDLE);
    end();
}

TEST(receiving_survives_any_failure)
{
    struct slice message;
    struct mls_commit out;
    struct mls_process_params params = {0};
    struct mls_proposal remove = mls_world_remove(3);
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        REQUIRE(begin(encrypt == 1));
        for (int i = 0; i < 20; i++) {
            CHECK_ERR(mls_world_say(&m[1], "text", &input), OK);
        }
        both_kinds(ACTOR, run_take, true); /* 19 keys are skipped */
        CHECK_ERR(mls_group_propose(m[2].g, &m[2].arena, &params, &remove, NULL, &message), OK);
        input = message;
        both_kinds(ACTOR, run_take, true);
        CHECK_ERR(mls_world_take(&m[1], message, NULL), OK);
        CHECK_ERR(mls_world_stage(&m[1], NULL, 0, true, &out), OK);
        input = out.commit;
        both_kinds(ACTOR, run_take, true);
        CHECK_ERR(mls_world_merge(&m[1]), OK);
        CHECK(mls_world_agree(m, 2));
        /* And a commit that removes us. */
        struct mls_proposal us = mls_world_remove(0);
        CHECK_ERR(mls_world_stage(&m[1], &us, 1, true, &out), OK);
        input = out.commit;
        both_kinds(ACTOR, run_take, true);
        CHECK(mls_group_state(ACTOR->g) == MLS_REMOVED);
        end();
    }
}

TEST(beginning_survives_any_failure)
{
    struct mls_commit out;
    REQUIRE(begin(false));
    struct mls_proposal add = mls_world_add(&guest);
    CHECK_ERR(mls_world_stage(ACTOR, &add, 1, true, &out), OK);
    CHECK_ERR(mls_world_merge(ACTOR), OK);
    input = out.welcome;
    input_tree = out.ratchet_tree;
    both_kinds(&guest, run_join, true);
    CHECK(slice_equal(mls_group_epoch_authenticator(guest.g),
                      mls_group_epoch_authenticator(ACTOR->g)));
    end();
    REQUIRE(begin(false));
    both_kinds(&guest, run_create, true);
    end();
    REQUIRE(begin(false));
    CHECK_ERR(mls_group_info(m[1].g, &m[1].arena, false, true, (struct mls_extensions){NULL, 0},
                             &input, &input_tree),
              OK);
    both_kinds(&guest, run_external, true);
    CHECK(mls_group_state(guest.g) == MLS_PENDING);
    end();
}

TEST(loading_survives_failing_memory)
{
    struct mls_commit out;
    REQUIRE(begin(false));
    CHECK_ERR(mls_world_stage(ACTOR, NULL, 0, true, &out), OK);
    enum err e = ERR_HOST_MEMORY;
    for (uint64_t nth = 1; e != OK && nth < 1000; nth++) {
        mem_fail_at(nth);
        e = mls_world_reload(ACTOR);
        mem_fail_at(0);
        CHECK(e == OK || (e == ERR_HOST_MEMORY && ACTOR->g == NULL));
    }
    CHECK(mls_group_state(ACTOR->g) == MLS_PENDING);
    end();
}

TEST(a_message_read_before_a_crash_is_not_read_again)
{
    struct slice first, second;
    REQUIRE(begin(false));
    CHECK_ERR(mls_world_say(&m[1], "first", &first), OK);
    CHECK_ERR(mls_world_say(&m[1], "second", &second), OK);
    CHECK_ERR(mls_world_take(ACTOR, second, NULL), OK);
    CHECK_ERR(mls_world_reload(ACTOR), OK);
    CHECK_ERR(mls_world_take(ACTOR, second, NULL), ERR_STATE_REPLAY);
    CHECK_ERR(mls_world_take(ACTOR, first, NULL), OK);
    CHECK_ERR(mls_world_reload(ACTOR), OK);
    CHECK_ERR(mls_world_take(ACTOR, first, NULL), ERR_STATE_REPLAY);
    /* Not committed: it may be read again. */
    struct slice third;
    CHECK_ERR(mls_world_say(&m[1], "third", &third), OK);
    mls_world_begin(ACTOR);
    CHECK_ERR(mls_world_take(ACTOR, third, NULL), OK);
    CHECK_ERR(mls_world_rollback(ACTOR), OK);
    CHECK_ERR(mls_world_take(ACTOR, third, NULL), OK);
    end();
}

TEST(damaged_rows_are_found_on_loading)
{
    REQUIRE(begin(false));
    struct mls_commit out;
    CHECK_ERR(mls_world_stage(ACTOR, NULL, 0, true, &out), OK);
    struct mls_storage storage = mls_world_storage(&ACTOR->store);
    for (size_t i = 0; i < ACTOR->store.n; i++) {
        struct mls_world_row *row = &ACTOR->store.rows[i];
        uint8_t kind = row->key.p[0];
        struct mls_group *g = NULL;
        if (kind == 'T' || kind == 'R' || kind == 'S' || kind == 'M' || kind == 'L' ||
            row->value.n == 0) {
            continue; /* read when needed */
        }
        struct slice whole = row->value;
        row->value.n--;
        enum err e = mls_group_load(&g, &storage);
        if (kind != 'P' && e == OK) {
            check_printf("  row %c\n", kind);
        }
        CHECK(e != OK && g == NULL);
        row->value = whole;
    }
    CHECK_ERR(mls_world_reload(ACTOR), OK);
    end();
}

TEST_MAIN(TEST_ROW(sending_and_proposing_survive_any_failure),
          TEST_ROW(committing_survives_any_failure), TEST_ROW(receiving_survives_any_failure),
          TEST_ROW(beginning_survives_any_failure), TEST_ROW(loading_survives_failing_memory),
          TEST_ROW(a_message_read_before_a_crash_is_not_read_again),
          TEST_ROW(damaged_rows_are_found_on_loading))
