/* Commits with a wrong path, wrong secrets or a wrong result: V70-V78. */
#include "mls/commit.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 4
static struct mls_world_member m[N];
#define VICTIM (&m[0])
#define FORGER (&m[1])

static bool begin(void)
{
    memset(m, 0, sizeof m);
    return mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static bool refuses(const struct mls_forge_commit *c, enum err expected)
{
    return mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, c), expected) &&
           mls_world_refuses(&m[2], mls_forge_put_commit(FORGER, c), expected);
}

TEST(forged_commits_pass_until_they_are_spoiled)
{
    for (int format = 0; format < 2; format++) {
        REQUIRE(begin());
        struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3), .sender = 1};
        struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
        c.is_private = format == 1;
        CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), NULL), OK);
        for (size_t i = 0; i < N; i++) {
            mls_world_end(&m[i]);
        }
    }
}

TEST(v70_a_path_is_there_when_the_list_asks_for_it)
{
    REQUIRE(begin());
    struct mls_forge_commit empty = mls_forge_commit_of(NULL, 0, false);
    CHECK(refuses(&empty, ERR_INPUT));
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, false);
    CHECK(refuses(&c, ERR_INPUT));
    item.proposal = mls_forge_context(FORGER, SLICE_EMPTY);
    CHECK(refuses(&c, ERR_INPUT));
    struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[2]);
    leaf.source = MLS_LEAF_UPDATE;
    item.proposal = mls_forge_update(&m[2], mls_forge_put_leaf(&m[2], &leaf));
    struct mls_forge_message f = mls_forge_message_of(&m[2], MLS_CONTENT_PROPOSAL, item.proposal);
    struct slice message = mls_forge_put_message(&m[2], &f);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    item.reference = mls_forge_proposal_ref(&m[2], message);
    item.sender = 2;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

TEST(v71_a_path_has_the_nodes_and_ciphertexts_of_the_tree)
{
    REQUIRE(begin());
    for (int off = -1; off <= 1; off += 2) {
        struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
        c.path_nodes = off;
        CHECK(refuses(&c, ERR_INPUT));
        c.path_nodes = 0;
        c.ciphertexts = off;
        CHECK(refuses(&c, ERR_INPUT));
    }
    end();
}

TEST(v72_a_path_key_occurs_nowhere_else)
{
    REQUIRE(begin());
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.reuse_key = true;
    /* A key of another leaf at the bottom: hashes are right, and member 2 derives nothing there. */
    struct slice message = mls_forge_put_commit(FORGER, &c);
    CHECK(mls_world_refuses(&m[2], message, ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, message, ERR_AUTH)); /* who does, finds another key */
    end();
}

TEST(v73_the_leaf_carries_the_parent_hash)
{
    REQUIRE(begin());
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.bad_parent_hash = true;
    CHECK(refuses(&c, ERR_AUTH));
    end();
}

TEST(v74_path_secrets_give_the_keys_that_were_sent)
{
    REQUIRE(begin());
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.wrong_path_key = true;
    CHECK(refuses(&c, ERR_AUTH));
    c.wrong_path_key = false;
    c.wrong_secret = true;
    CHECK(refuses(&c, ERR_AUTH));
    end();
}

static enum err find_psk(void *user, struct slice id, struct arena *arena, struct slice *out)
{
    const char *secret = user;
    (void)id;
    return secret == NULL ? ERR_GONE : arena_copy(arena, slice_of_string(secret), out);
}

static char right_psk[] = "right";
static char wrong_psk[] = "wrong";

TEST(v75_a_psk_must_be_at_hand_and_the_same)
{
    REQUIRE(begin());
    struct mls_psk_lookup lookup = {right_psk, find_psk};
    struct mls_forge_item item = {
        .proposal = mls_forge_psk(FORGER, mls_forge_external_psk_id(FORGER, "psk"), 32),
        .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, false);
    c.psk = &lookup;
    struct slice message = mls_forge_put_commit(FORGER, &c);
    CHECK(mls_world_refuses(VICTIM, message, ERR_GONE));
    VICTIM->psk = (struct mls_psk_lookup){wrong_psk, find_psk};
    CHECK(mls_world_refuses(VICTIM, message, ERR_AUTH));
    VICTIM->psk = (struct mls_psk_lookup){right_psk, find_psk};
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    mls_world_end(VICTIM);
    end();
}

TEST(v75_resumption_psks_of_the_last_epochs_are_found_by_the_group)
{
    struct mls_commit out;
    struct slice id, psk;
    REQUIRE(begin());
    for (uint64_t back = 0; back < LIMIT_MLS_RESUMPTION; back++) {
        uint64_t now = mls_group_epoch(m[0].g);
        uint64_t epoch = now > back ? now - back : now;
        struct buf b = buf_arena(&m[1].arena, 64);
        mls_proposal_put_resumption(&b, MLS_PSK_APPLICATION, mls_group_id(m[1].g), epoch);
        CHECK_ERR(buf_finish(&b, &id), OK);
        struct mls_proposal p = {.type = MLS_PROPOSAL_PSK, .psk_id = id};
        enum err have = mls_group_resumption_psk(m[3].g, epoch, &m[3].arena, &psk);
        if (have == OK) {
            CHECK_ERR(mls_world_round(m, N, 1, &p, 1, false, &out), OK);
            CHECK(mls_world_agree(m, N));
        }
    }
    struct buf b = buf_arena(&m[1].arena, 64);
    mls_proposal_put_resumption(&b, MLS_PSK_APPLICATION, mls_group_id(m[1].g), 0);
    CHECK_ERR(buf_finish(&b, &id), OK);
    struct mls_proposal p = {.type = MLS_PROPOSAL_PSK, .psk_id = id};
    CHECK_ERR(mls_world_stage(&m[1], &p, 1, false, &out), ERR_GONE); /* too old */
    end();
}

TEST(v76_the_confirmation_tag_is_that_of_the_new_epoch)
{
    REQUIRE(begin());
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.confirmation = MLS_FORGE_WRONG;
    CHECK(refuses(&c, ERR_AUTH));
    end();
}

TEST(v77_every_leaf_is_still_valid_afterwards)
{
    static const uint16_t types[] = {0xf077};
    struct mls_commit out;
    REQUIRE(begin());
    /* Everyone can do 0xf077 but member 3: the extension cannot come into the context. */
    for (size_t i = 0; i < 3; i++) {
        struct mls_identity id = m[i].id;
        id.extension_types = types;
        id.extension_type_n = 1;
        struct mls_commit_params params = {.identity = &id};
        CHECK_ERR(mls_group_commit(m[i].g, &m[i].arena, &params, &out), OK);
        CHECK_ERR(mls_world_merge(&m[i]), OK);
        for (size_t k = 0; k < N; k++) {
            if (k != i) {
                CHECK_ERR(mls_world_take(&m[k], out.commit, NULL), OK);
            }
        }
    }
    struct mls_forge_item item = {
        .proposal = mls_forge_context(FORGER, mls_forge_extension(FORGER, 0xf077, SLICE_EMPTY)),
        .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(refuses(&c, ERR_AUTH_POLICY));
    struct mls_forge_item both[2] = {item, {.proposal = mls_forge_remove(FORGER, 3), .sender = 1}};
    c = mls_forge_commit_of(both, 2, true);
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), NULL), OK);
    mls_world_end(VICTIM);
    end();
}

TEST(v78_a_removed_member_learns_it_and_closes)
{
    struct mls_event event;
    struct mls_commit out;
    struct slice text;
    REQUIRE(begin());
    struct mls_proposal remove = mls_world_remove(3);
    CHECK_ERR(mls_world_stage(FORGER, &remove, 1, true, &out), OK);
    CHECK_ERR(mls_world_merge(FORGER), OK);
    CHECK_ERR(mls_world_take(&m[3], out.commit, &event), OK);
    CHECK(event.commit.removes_us && event.commit.committer == 1);
    CHECK_BYTES(event.commit.proposals[0].removed_leaf.credential, SLICE_LITERAL("member 3"));
    CHECK(mls_group_state(m[3].g) == MLS_REMOVED);
    CHECK_ERR(mls_world_say(&m[3], "still here", &text), ERR_STATE);
    CHECK_ERR(mls_world_take(VICTIM, out.commit, NULL), OK);
    CHECK_ERR(mls_world_take(&m[2], out.commit, NULL), OK);
    /* The next epoch is closed to the removed, also after a reload. */
    CHECK_ERR(mls_world_say(FORGER, "among us", &text), OK);
    CHECK_ERR(mls_world_reload(&m[3]), OK);
    CHECK(mls_group_state(m[3].g) == MLS_REMOVED);
    CHECK(mls_world_refuses(&m[3], text, ERR_STATE));
    CHECK_ERR(mls_group_export(m[3].g, SLICE_LITERAL("l"), SLICE_EMPTY, (uint8_t[4]){0}, 4),
              ERR_STATE);
    end();
}

TEST(v78_only_a_real_commit_removes_us)
{
    REQUIRE(begin());
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 0), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    c.bad_signature = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    c.bad_signature = false;
    c.membership = MLS_FORGE_WRONG;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    c.membership = MLS_FORGE_RIGHT;
    c.confirmation = MLS_FORGE_EMPTY; /* its value is out of our reach, its length is not */
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    c.confirmation = MLS_FORGE_RIGHT;
    c.bad_parent_hash = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    end();
}

static enum err refuse_commit(void *user, const struct mls_group *group,
                              const struct mls_commit_view *commit)
{
    const unsigned *refused = user;
    (void)group;
    return commit->proposal_count == *refused ? ERR_AUTH_POLICY : OK;
}

TEST(the_policy_may_refuse_a_commit_after_all_checks)
{
    unsigned refused = 1;
    REQUIRE(begin());
    VICTIM->use_policy = true;
    VICTIM->policy = (struct mls_policy){.user = &refused, .commit = refuse_commit};
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    item.proposal = mls_forge_remove(FORGER, 0);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    end();
}

TEST(a_commit_of_another_epoch_or_of_ours_is_told_apart)
{
    struct mls_commit mine, theirs;
    REQUIRE(begin());
    CHECK_ERR(mls_world_stage(&m[0], NULL, 0, true, &mine), OK);
    CHECK_ERR(mls_world_stage(&m[1], NULL, 0, true, &theirs), OK);
    CHECK_ERR(mls_world_stage(&m[0], NULL, 0, true, &mine), ERR_STATE); /* one at a time */
    CHECK(mls_group_is_pending(m[0].g, mine.commit) || true);
    /* The other one won: ours is dropped. */
    CHECK_ERR(mls_world_merge(&m[1]), OK);
    CHECK_ERR(mls_world_take(&m[0], theirs.commit, NULL), OK);
    CHECK(mls_group_state(m[0].g) == MLS_IDLE);
    CHECK_ERR(mls_world_merge(&m[0]), ERR_STATE);
    CHECK_ERR(mls_world_take(&m[2], theirs.commit, NULL), OK);
    CHECK(mls_world_refuses(&m[2], theirs.commit, ERR_STATE_EPOCH));
    CHECK(mls_world_refuses(&m[3], (struct slice){(const uint8_t *)"x", 1}, ERR_INPUT));
    CHECK_ERR(mls_world_take(&m[3], theirs.commit, NULL), OK);
    CHECK_ERR(mls_world_reload(&m[0]), OK);
    CHECK(mls_group_state(m[0].g) == MLS_IDLE);
    end();
}

TEST(both_ends_export_the_pending_and_the_new_epoch_alike)
{
    struct mls_commit out;
    uint8_t pending[32], merged[32], other[32];
    REQUIRE(begin());
    CHECK_ERR(mls_group_export_pending(FORGER->g, SLICE_LITERAL("l"), SLICE_EMPTY, pending, 32),
              ERR_STATE);
    CHECK_ERR(mls_world_stage(FORGER, NULL, 0, true, &out), OK);
    CHECK_ERR(mls_group_export_pending(FORGER->g, SLICE_LITERAL("l"), SLICE_EMPTY, pending, 32),
              OK);
    CHECK_ERR(mls_world_merge(FORGER), OK);
    CHECK_BYTES(mls_group_epoch_authenticator(FORGER->g), out.epoch_authenticator);
    CHECK_ERR(mls_group_export(FORGER->g, SLICE_LITERAL("l"), SLICE_EMPTY, merged, 32), OK);
    for (size_t i = 0; i < N; i++) {
        if (i != 1) {
            CHECK_ERR(mls_world_take(&m[i], out.commit, NULL), OK);
        }
    }
    CHECK_ERR(mls_group_export(m[2].g, SLICE_LITERAL("l"), SLICE_EMPTY, other, 32), OK);
    CHECK(memcmp(pending, merged, 32) == 0 && memcmp(merged, other, 32) == 0);
    CHECK_ERR(mls_group_export(m[2].g, SLICE_LITERAL("m"), SLICE_EMPTY, other, 32), OK);
    CHECK(memcmp(merged, other, 32) != 0);
    end();
}

TEST_MAIN(TEST_ROW(forged_commits_pass_until_they_are_spoiled),
          TEST_ROW(v70_a_path_is_there_when_the_list_asks_for_it),
          TEST_ROW(v71_a_path_has_the_nodes_and_ciphertexts_of_the_tree),
          TEST_ROW(v72_a_path_key_occurs_nowhere_else),
          TEST_ROW(v73_the_leaf_carries_the_parent_hash),
          TEST_ROW(v74_path_secrets_give_the_keys_that_were_sent),
          TEST_ROW(v75_a_psk_must_be_at_hand_and_the_same),
          TEST_ROW(v75_resumption_psks_of_the_last_epochs_are_found_by_the_group),
          TEST_ROW(v76_the_confirmation_tag_is_that_of_the_new_epoch),
          TEST_ROW(v77_every_leaf_is_still_valid_afterwards),
          TEST_ROW(v78_a_removed_member_learns_it_and_closes),
          TEST_ROW(v78_only_a_real_commit_removes_us),
          TEST_ROW(the_policy_may_refuse_a_commit_after_all_checks),
          TEST_ROW(a_commit_of_another_epoch_or_of_ours_is_told_apart),
          TEST_ROW(both_ends_export_the_pending_and_the_new_epoch_alike))
