/* Lists of proposals no commit may carry: V50-V59; what our own commits leave out. */
#include "mls/proposal_list.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 4
static struct mls_world_member m[N];
static struct mls_world_member guest[3];
#define VICTIM (&m[0])
#define FORGER (&m[1])

static bool begin(void)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    for (size_t i = 0; i < 3; i++) {
        mls_world_init(&guest[i], "guest", suite);
    }
    return mls_world_warm_group(m, N, suite) == OK;
}

static void end(void)
{
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        mls_world_end(&guest[i]);
    }
}

static bool refuses(struct mls_forge_item *items, size_t n, bool path, enum err expected)
{
    struct mls_forge_commit c = mls_forge_commit_of(items, n, path);
    for (size_t i = 0; i < n; i++) {
        if (items[i].reference.n == 0) {
            items[i].sender = 1;
        }
    }
    return mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), expected);
}

static struct slice guest_add(size_t i)
{
    struct mls_forge_package p = mls_forge_package_of(&guest[i]);
    return mls_forge_add(FORGER, mls_forge_put_package(&guest[i], &p));
}

/* A proposal sent by reference by a member and taken by everyone else. */
static struct mls_forge_item referred(size_t by, struct slice proposal)
{
    struct mls_forge_message f = mls_forge_message_of(&m[by], MLS_CONTENT_PROPOSAL, proposal);
    struct slice message = mls_forge_put_message(&m[by], &f);
    for (size_t i = 0; i < N; i++) {
        if (i != by) {
            CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
        }
    }
    return (struct mls_forge_item){
        .proposal = proposal,
        .reference = mls_forge_proposal_ref(&m[by], message),
        .sender_type = MLS_SENDER_MEMBER,
        .sender = (uint32_t)by,
    };
}

/* The same by an honest sender. */
static struct slice proposed(size_t by, struct mls_proposal p)
{
    struct mls_process_params params = {0};
    struct slice message = SLICE_EMPTY;
    CHECK_ERR(mls_group_propose(m[by].g, &m[by].arena, &params, &p, NULL, &message), OK);
    for (size_t i = 0; i < N; i++) {
        if (i != by) {
            CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
        }
    }
    return mls_forge_proposal_ref(&m[by], message);
}

static struct mls_forge_item update_of(size_t by)
{
    struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[by]);
    leaf.source = MLS_LEAF_UPDATE;
    return referred(by, mls_forge_update(&m[by], mls_forge_put_leaf(&m[by], &leaf)));
}

TEST(v50_a_remove_names_a_member)
{
    struct mls_proposal remove = mls_world_remove(3);
    REQUIRE(begin());
    CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
    struct mls_forge_message f =
        mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, 3));
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    end();
}

TEST(v50_a_psk_has_a_whole_nonce_and_the_usage_of_an_application)
{
    struct slice id;
    REQUIRE(begin());
    struct slice psk = mls_forge_external_psk_id(FORGER, "psk");
    struct mls_forge_item item = {.proposal = mls_forge_psk(FORGER, psk, 31)};
    CHECK(refuses(&item, 1, false, ERR_INPUT));
    item.proposal = mls_forge_psk(FORGER, psk, 33);
    CHECK(refuses(&item, 1, false, ERR_INPUT));
    item.proposal = mls_forge_psk(FORGER, psk, 0);
    CHECK(refuses(&item, 1, false, ERR_INPUT));
    for (int usage = MLS_PSK_REINIT; usage <= MLS_PSK_BRANCH; usage++) {
        struct buf b = buf_arena(&FORGER->arena, 64);
        mls_proposal_put_resumption(&b, (enum mls_psk_usage)usage, mls_group_id(FORGER->g),
                                    mls_group_epoch(FORGER->g));
        CHECK_ERR(buf_finish(&b, &id), OK);
        item.proposal = mls_forge_psk(FORGER, id, 32);
        CHECK(refuses(&item, 1, false, ERR_INPUT));
    }
    end();
}

TEST(v50_a_reinit_does_not_go_back_to_an_older_version)
{
    REQUIRE(begin());
    struct mls_forge_item item = {.proposal =
                                      mls_forge_reinit(FORGER, 0, CRYPTO_SUITE_X25519_CHACHA)};
    CHECK(refuses(&item, 1, false, ERR_INPUT_VERSION));
    end();
}

TEST(v50_context_extensions_are_well_formed_and_of_the_context)
{
    REQUIRE(begin());
    struct mls_forge_item item = {
        .proposal = mls_forge_context(
            FORGER, mls_forge_extension(FORGER, MLS_EXTENSION_REQUIRED_CAPABILITIES,
                                        check_hex("00000000")))};
    CHECK(refuses(&item, 1, true, ERR_INPUT)); /* a byte behind the three lists */
    item.proposal = mls_forge_context(
        FORGER, mls_forge_extension(FORGER, MLS_EXTENSION_EXTERNAL_SENDERS, check_hex("0000")));
    CHECK(refuses(&item, 1, true, ERR_INPUT));
    item.proposal = mls_forge_context(
        FORGER, mls_forge_extension(FORGER, MLS_EXTENSION_RATCHET_TREE, check_hex("00")));
    CHECK(refuses(&item, 1, true, ERR_INPUT));
    end();
}

TEST(v51_a_committer_neither_updates_nor_removes_itself)
{
    REQUIRE(begin());
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 1)};
    struct mls_forge_message f = mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, item.proposal);
    struct slice message = mls_forge_put_message(FORGER, &f);
    /* A Remove of oneself is a fine proposal (leaving), but not in one's own commit. */
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    item.sender = 1;
    c.new_identity = true;
    c.identity = FORGER->id;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    struct mls_forge_leaf leaf = mls_forge_leaf_of(FORGER);
    leaf.source = MLS_LEAF_UPDATE;
    item.proposal = mls_forge_update(FORGER, mls_forge_put_leaf(FORGER, &leaf));
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    end();
}

TEST(v52_one_update_or_remove_a_leaf)
{
    REQUIRE(begin());
    struct mls_forge_item items[2] = {update_of(2), {.proposal = mls_forge_remove(FORGER, 2)}};
    CHECK(refuses(items, 2, true, ERR_INPUT));
    items[1] = update_of(2);
    CHECK(refuses(items, 2, true, ERR_INPUT));
    struct mls_forge_item twice[2] = {{.proposal = mls_forge_remove(FORGER, 3)},
                                      {.proposal = mls_forge_remove(FORGER, 3)}};
    CHECK(refuses(twice, 2, true, ERR_INPUT));
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_group_clear_proposals(m[i].g), OK);
    }
    end();
}

TEST(v53_one_add_a_client_and_none_of_a_member)
{
    REQUIRE(begin());
    guest[1].id.signature = guest[0].id.signature;
    struct mls_forge_item items[2] = {{.proposal = guest_add(0)}, {.proposal = guest_add(1)}};
    CHECK(refuses(items, 2, true, ERR_INPUT));
    guest[2].id.signature = m[2].id.signature;
    items[0].proposal = guest_add(2);
    CHECK(refuses(items, 1, true, ERR_INPUT));
    end();
}

TEST(v53_a_client_removed_in_the_same_list_may_be_added)
{
    REQUIRE(begin());
    guest[2].id.signature = m[2].id.signature;
    struct mls_forge_item items[2] = {{.proposal = mls_forge_remove(FORGER, 2), .sender = 1},
                                      {.proposal = guest_add(2), .sender = 1}};
    struct mls_forge_commit c = mls_forge_commit_of(items, 2, true);
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), NULL), OK);
    mls_world_end(VICTIM);
    end();
}

TEST(v54_a_psk_is_named_once)
{
    REQUIRE(begin());
    struct slice psk = mls_forge_psk(FORGER, mls_forge_external_psk_id(FORGER, "psk"), 32);
    struct mls_forge_item items[2] = {{.proposal = psk}, {.proposal = psk}};
    CHECK(refuses(items, 2, false, ERR_INPUT));
    end();
}

TEST(v55_extensions_once_reinit_alone_no_external_init)
{
    REQUIRE(begin());
    struct mls_forge_item items[2] = {{.proposal = mls_forge_context(FORGER, SLICE_EMPTY)},
                                      {.proposal = mls_forge_context(FORGER, SLICE_EMPTY)}};
    CHECK(refuses(items, 2, true, ERR_INPUT));
    struct mls_forge_item reinit[2] = {
        {.proposal = mls_forge_reinit(FORGER, 1, CRYPTO_SUITE_X25519_CHACHA)},
        {.proposal = mls_forge_remove(FORGER, 3)}};
    CHECK(refuses(reinit, 2, true, ERR_INPUT));
    struct mls_forge_item init = {.proposal = check_hex("00060568656c6c6f")};
    CHECK(refuses(&init, 1, true, ERR_INPUT));
    struct mls_forge_message f = mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, init.proposal);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    end();
}

TEST(v56_proposal_types_we_do_not_know_are_refused)
{
    static const char *const types[] = {"000800", "000900", "000a00", "0a0a00", "f00000"};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct mls_forge_message f =
            mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, check_hex(types[i]));
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    }
    end();
}

TEST(v57_new_extensions_are_in_force_while_adds_are_judged)
{
    REQUIRE(begin());
    struct slice required =
        mls_forge_extension(FORGER, MLS_EXTENSION_REQUIRED_CAPABILITIES, check_hex("02000a0000"));
    struct mls_forge_item items[2] = {{.proposal = mls_forge_context(FORGER, required)},
                                      {.proposal = guest_add(0)}};
    CHECK(refuses(items, 2, true, ERR_AUTH_POLICY)); /* the guest does not list type 10 */
    /* With a path and changed data (ts-mls issue 497), everyone follows. */
    struct mls_extension e = {MLS_EXTENSION_REQUIRED_CAPABILITIES, check_hex("02000a0000")};
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {&e, 1}};
    CHECK_ERR(mls_world_round(m, N, 0, &p, 1, true, NULL), OK);
    e.data = check_hex("0000020001");
    CHECK_ERR(mls_world_round(m, N, 2, &p, 1, true, NULL), OK);
    CHECK(mls_world_agree(m, N));
    end();
}

TEST(v58_keys_are_unique_across_adds_updates_and_path)
{
    REQUIRE(begin());
    /* An Update of member 2 and an Add with the same encryption key. */
    struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[2]);
    leaf.source = MLS_LEAF_UPDATE;
    struct mls_forge_item items[2] = {
        referred(2, mls_forge_update(&m[2], mls_forge_put_leaf(&m[2], &leaf))), {.sender = 1}};
    struct mls_forge_package p = mls_forge_package_of(&guest[0]);
    p.leaf.encryption_key = leaf.encryption_key;
    items[1].proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest[0], &p));
    CHECK(refuses(items, 2, true, ERR_INPUT));
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_group_clear_proposals(m[i].g), OK);
    }
    end();
}

TEST(v59_references_are_to_proposals_of_this_epoch)
{
    REQUIRE(begin());
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3),
                                  .reference = SLICE_LITERAL("0123456789abcdef0123456789abcdef")};
    CHECK(refuses(&item, 1, true, ERR_GONE));
    item.reference = SLICE_LITERAL("short");
    CHECK(refuses(&item, 1, true, ERR_GONE));
    struct slice reference = proposed(2, mls_world_remove(3));
    CHECK_ERR(mls_world_round(m, N, 0, NULL, 0, true, NULL), OK);
    CHECK(mls_group_state(m[3].g) == MLS_REMOVED);
    struct mls_forge_item again = {.proposal = mls_forge_context(FORGER, SLICE_EMPTY),
                                   .reference = reference};
    CHECK(refuses(&again, 1, true, ERR_GONE));
    end();
}

TEST(a_commit_of_ours_leaves_out_what_does_not_fit)
{
    struct mls_commit out;
    struct mls_event event;
    REQUIRE(begin());
    /* Updates of 0 and 2, a Remove of 2, two Adds of one client, a psk twice: by reference. */
    (void)update_of(0);
    (void)update_of(2);
    (void)update_of(2);
    (void)proposed(3, mls_world_remove(2));
    guest[1].id.signature = guest[0].id.signature;
    for (size_t i = 0; i < 2; i++) {
        CHECK_ERR(mls_world_package(&guest[i]), OK);
        (void)proposed(3, mls_world_add(&guest[i]));
    }
    CHECK(mls_group_proposal_count(m[1].g) == 6);
    CHECK_ERR(mls_world_stage(&m[1], NULL, 0, false, &out), OK);
    CHECK_ERR(mls_world_merge(&m[1]), OK);
    CHECK_ERR(mls_world_take(&m[3], out.commit, &event), OK);
    CHECK(event.commit.proposal_count == 3); /* Update of 0, Remove of 2, one Add */
    CHECK(mls_group_member_count(m[3].g) == N);
    CHECK(mls_group_proposal_count(m[3].g) == 0);
    /* Members 0 and 2 forged their Updates, so their keys are lost to the objects. */
    CHECK(mls_world_refuses(&m[0], out.commit, ERR_GONE));
    CHECK_ERR(mls_world_take(&m[2], out.commit, &event), OK);
    CHECK(event.commit.removes_us && mls_group_state(m[2].g) == MLS_REMOVED);
    mls_world_end(&m[0]);
    mls_world_end(&m[2]);
    end();
}

TEST(updates_by_reference_work_from_every_leaf)
{
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    REQUIRE(begin());
    for (size_t by = 0; by < N; by++) {
        size_t committer = (by + 1) % N;
        CHECK_ERR(mls_group_propose(m[by].g, &m[by].arena, &params, &update, NULL, &message), OK);
        for (size_t i = 0; i < N; i++) {
            struct slice text;
            if (i != by) {
                CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
                CHECK(mls_world_refuses(&m[i], message, ERR_STATE_REPLAY));
                CHECK_ERR(mls_world_say(&m[i], "must commit first", &text), ERR_STATE);
            } else {
                CHECK_ERR(mls_world_say(&m[i], "its own may wait", &text), OK);
            }
        }
        CHECK_ERR(mls_world_reload(&m[committer]), OK);
        CHECK_ERR(mls_world_reload(&m[by]), OK);
        CHECK_ERR(mls_world_round(m, N, committer, NULL, 0, false, NULL), OK);
        CHECK(mls_world_agree(m, N));
    }
    end();
}

TEST_MAIN(TEST_ROW(v50_a_remove_names_a_member),
          TEST_ROW(v50_a_psk_has_a_whole_nonce_and_the_usage_of_an_application),
          TEST_ROW(v50_a_reinit_does_not_go_back_to_an_older_version),
          TEST_ROW(v50_context_extensions_are_well_formed_and_of_the_context),
          TEST_ROW(v51_a_committer_neither_updates_nor_removes_itself),
          TEST_ROW(v52_one_update_or_remove_a_leaf),
          TEST_ROW(v53_one_add_a_client_and_none_of_a_member),
          TEST_ROW(v53_a_client_removed_in_the_same_list_may_be_added),
          TEST_ROW(v54_a_psk_is_named_once),
          TEST_ROW(v55_extensions_once_reinit_alone_no_external_init),
          TEST_ROW(v56_proposal_types_we_do_not_know_are_refused),
          TEST_ROW(v57_new_extensions_are_in_force_while_adds_are_judged),
          TEST_ROW(v58_keys_are_unique_across_adds_updates_and_path),
          TEST_ROW(v59_references_are_to_proposals_of_this_epoch),
          TEST_ROW(a_commit_of_ours_leaves_out_what_does_not_fit),
          TEST_ROW(updates_by_reference_work_from_every_leaf))
