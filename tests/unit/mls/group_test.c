/* Groups from creation to removal, on every suite: what members do together and agree on. */
#include <stdio.h>
#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

#define MEMBERS_MAX 12

static struct mls_world_member m[MEMBERS_MAX];

static void end(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mls_world_end(&m[i]);
    }
}

/* Everyone says something that everyone else reads. */
static void talk(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct slice message;
        if (m[i].g == NULL || mls_group_state(m[i].g) != MLS_IDLE) {
            continue;
        }
        CHECK_ERR(mls_world_say(&m[i], m[i].name, &message), OK);
        for (size_t k = 0; k < n; k++) {
            struct mls_event event;
            if (k == i || m[k].g == NULL || mls_group_state(m[k].g) == MLS_REMOVED) {
                continue;
            }
            CHECK_ERR(mls_world_take(&m[k], message, &event), OK);
            CHECK(event.kind == MLS_EVENT_APPLICATION);
            CHECK_BYTES(event.data, slice_of_string(m[i].name));
            CHECK_BYTES(event.sender_leaf.credential, slice_of_string(m[i].name));
        }
    }
}

static void live(const struct crypto_suite *suite, bool encrypt)
{
    struct mls_commit commit;
    uint8_t a[32];
    uint8_t b[32];
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        m[i].encrypt = encrypt;
    }
    CHECK_ERR(mls_world_group(m, 5, suite), OK);
    CHECK(mls_world_agree(m, 5));
    CHECK(mls_group_member_count(m[4].g) == 5);
    talk(5);
    for (size_t i = 0; i < 5; i++) {
        CHECK_ERR(mls_world_round(m, 5, i, NULL, 0, true, NULL), OK);
        CHECK(mls_world_agree(m, 5));
    }
    talk(5);
    for (size_t i = 0; i < 5; i++) {
        CHECK_ERR(mls_world_reload(&m[i]), OK);
    }
    talk(5);
    struct mls_proposal remove = mls_world_remove(2);
    CHECK_ERR(mls_world_round(m, 5, 4, &remove, 1, false, NULL), OK);
    CHECK(mls_group_state(m[2].g) == MLS_REMOVED);
    CHECK(mls_world_agree(m, 5));
    talk(5);
    mls_world_init(&m[5], "newcomer", suite);
    CHECK_ERR(mls_world_package(&m[5]), OK);
    struct mls_proposal add = mls_world_add(&m[5]);
    CHECK_ERR(mls_world_round(m, 5, 0, &add, 1, true, &commit), OK);
    CHECK_ERR(mls_world_join(&m[5], commit.welcome, commit.ratchet_tree), OK);
    CHECK(mls_world_agree(m, 6));
    CHECK(mls_group_own_leaf(m[5].g) == 2);
    talk(6);
    CHECK_ERR(mls_world_round(m, 6, 5, NULL, 0, true, NULL), OK);
    CHECK(mls_world_agree(m, 6));
    CHECK_ERR(mls_group_export(m[0].g, SLICE_LITERAL("l"), SLICE_LITERAL("c"), a, 32), OK);
    CHECK_ERR(mls_group_export(m[5].g, SLICE_LITERAL("l"), SLICE_LITERAL("c"), b, 32), OK);
    CHECK(memcmp(a, b, 32) == 0);
    end(6);
}

TEST(members_of_every_suite_follow_each_other)
{
    size_t n = 0;
    const struct crypto_suite *suites = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        live(&suites[i], i % 2 == 0);
        live(&suites[i], i % 2 != 0);
    }
}

TEST(a_newcomer_joins_by_external_commit)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    struct slice group_info;
    struct slice tree;
    struct slice commit;
    memset(m, 0, sizeof m);
    REQUIRE(mls_world_warm_group(m, 4, suite) == OK);
    CHECK_ERR(mls_group_info(m[1].g, &m[1].arena, true, true, (struct mls_extensions){NULL, 0},
                             &group_info, &tree),
              OK);
    mls_world_init(&m[4], "stranger", suite);
    struct mls_storage storage = mls_world_storage(&m[4].store);
    struct mls_external_params params = {.group_info = group_info, .identity = m[4].id};
    CHECK_ERR(mls_group_join_external(&m[4].g, &storage, &params, &m[4].arena, &commit), OK);
    CHECK(mls_group_state(m[4].g) == MLS_PENDING);
    CHECK_ERR(mls_world_reload(&m[4]), OK);
    CHECK(mls_group_state(m[4].g) == MLS_PENDING);
    CHECK(mls_group_is_pending(m[4].g, commit));
    for (size_t i = 0; i < 4; i++) {
        CHECK_ERR(mls_world_take(&m[i], commit, NULL), OK);
    }
    CHECK_ERR(mls_world_merge(&m[4]), OK);
    CHECK(mls_world_agree(m, 5));
    talk(5);
    end(5);
}

TEST(a_pending_commit_survives_a_restart)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    struct mls_commit commit;
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        memset(m, 0, sizeof m);
        m[1].encrypt = encrypt == 1;
        REQUIRE(mls_world_warm_group(m, 3, suite) == OK);
        CHECK_ERR(mls_world_stage(&m[1], NULL, 0, true, &commit), OK);
        CHECK_ERR(mls_world_reload(&m[1]), OK);
        CHECK(mls_group_state(m[1].g) == MLS_PENDING);
        CHECK_ERR(mls_world_merge(&m[1]), OK);
        CHECK_ERR(mls_world_take(&m[0], commit.commit, NULL), OK);
        CHECK_ERR(mls_world_take(&m[2], commit.commit, NULL), OK);
        CHECK(mls_world_agree(m, 3));
        talk(3);
        CHECK_ERR(mls_world_round(m, 3, 0, NULL, 0, true, NULL), OK);
        CHECK(mls_world_agree(m, 3));
        end(3);
    }
}

TEST(a_message_says_whether_it_is_a_handshake)
{
    static struct mls_world_member two[2];
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    struct mls_commit commit;
    struct slice text, proposal, broken;
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        memset(two, 0, sizeof two);
        two[0].encrypt = encrypt == 1;
        REQUIRE(mls_world_group(two, 2, suite) == OK);
        CHECK_ERR(mls_world_say(&two[0], "text", &text), OK);
        CHECK(!mls_group_message_is_handshake(text));
        CHECK_ERR(mls_group_propose(two[0].g, &two[0].arena, &params, &update, NULL, &proposal),
                  OK);
        CHECK(mls_group_message_is_handshake(proposal));
        CHECK(proposal.p[3] == (encrypt == 1 ? 2 : 1));
        CHECK_ERR(mls_group_clear_proposals(two[0].g), OK);
        CHECK_ERR(mls_world_package(&two[1]), OK);
        CHECK_ERR(mls_world_stage(&two[0], NULL, 0, true, &commit), OK);
        CHECK(mls_group_message_is_handshake(commit.commit));
        CHECK(!mls_group_message_is_handshake(commit.group_info));
        CHECK(!mls_group_message_is_handshake(two[1].package.message));
        broken = slice_make(commit.commit.p, commit.commit.n - 1);
        CHECK(!mls_group_message_is_handshake(broken));
        CHECK(!mls_group_message_is_handshake(SLICE_EMPTY));
        mls_world_end(&two[0]);
        mls_world_end(&two[1]);
    }
    /* Application data in the open, as nobody should send it. */
    memset(two, 0, sizeof two);
    REQUIRE(mls_world_group(two, 2, suite) == OK);
    struct mls_forge_message f =
        mls_forge_message_of(&two[0], MLS_CONTENT_APPLICATION, SLICE_LITERAL("text"));
    CHECK(!mls_group_message_is_handshake(mls_forge_put_message(&two[0], &f)));
    mls_world_end(&two[0]);
    mls_world_end(&two[1]);
}

TEST_MAIN(TEST_ROW(members_of_every_suite_follow_each_other),
          TEST_ROW(a_newcomer_joins_by_external_commit),
          TEST_ROW(a_pending_commit_survives_a_restart),
          TEST_ROW(a_message_says_whether_it_is_a_handshake))
