/* External commits, good and bad: V60-V64; GroupInfo for outsiders; resync. */
#include "mls/external.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 4
static struct mls_world_member m[N];
static struct mls_world_member stranger;
#define VICTIM (&m[0])
#define FORGER (&m[1])

static bool begin(void)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    mls_world_init(&stranger, "stranger", suite);
    return mls_world_warm_group(m, N, suite) == OK;
}

static void end(void)
{
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    mls_world_end(&stranger);
}

/* An external commit of the stranger, forged with a member's knowledge of the external key. */
static struct mls_forge_commit outside(struct mls_forge_item *items, size_t n)
{
    struct mls_forge_commit c = mls_forge_commit_of(items, n, true);
    for (size_t i = 0; i < n; i++) {
        items[i].sender_type = MLS_SENDER_NEW_MEMBER_COMMIT;
    }
    c.external = true;
    c.identity = stranger.id;
    return c;
}

static bool refuses(const struct mls_forge_commit *c, enum err expected)
{
    return mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, c), expected);
}

static enum err join(struct mls_world_member *who, bool resync, uint32_t leaf, struct slice psk_id,
                     struct slice *commit)
{
    struct slice info, tree;
    struct mls_storage storage = mls_world_storage(&who->store);
    TRY(mls_group_info(m[2].g, &m[2].arena, false, true, (struct mls_extensions){NULL, 0}, &info,
                       &tree));
    struct mls_external_params params = {
        .group_info = info,
        .ratchet_tree = tree,
        .identity = who->id,
        .resync = resync,
        .resync_leaf = leaf,
        .psk_id = psk_id,
        .psk = who->psk.find == NULL ? NULL : &who->psk,
        .policy = who->use_policy ? &who->policy : NULL,
    };
    return mls_group_join_external(&who->g, &storage, &params, &who->arena, commit);
}

TEST(forged_external_commits_pass_until_they_are_spoiled)
{
    REQUIRE(begin());
    struct mls_forge_commit c = outside(NULL, 0);
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), NULL), OK);
    CHECK(mls_group_member_count(VICTIM->g) == N + 1);
    mls_world_end(VICTIM);
    end();
}

TEST(v60_an_external_commit_has_a_path_and_no_references)
{
    struct slice message;
    struct mls_process_params params = {0};
    REQUIRE(begin());
    struct mls_forge_commit c = outside(NULL, 0);
    c.path = false;
    CHECK(refuses(&c, ERR_INPUT));
    struct mls_proposal remove = mls_world_remove(3);
    CHECK_ERR(mls_group_propose(m[2].g, &m[2].arena, &params, &remove, NULL, &message), OK);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3),
                                  .reference = mls_forge_proposal_ref(&m[2], message)};
    c = outside(&item, 1);
    c.identity.credential = SLICE_LITERAL("member 3");
    CHECK(refuses(&c, ERR_INPUT));
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    CHECK_ERR(mls_group_clear_proposals(m[2].g), OK);
    end();
}

TEST(v61_external_init_once_and_hardly_anything_else)
{
    REQUIRE(begin());
    struct mls_forge_commit c = outside(NULL, 0);
    c.no_external_init = true;
    CHECK(refuses(&c, ERR_INPUT));
    c.no_external_init = false;
    c.two_external_inits = true;
    CHECK(refuses(&c, ERR_INPUT));
    struct mls_forge_item removes[2] = {{.proposal = mls_forge_remove(FORGER, 2)},
                                        {.proposal = mls_forge_remove(FORGER, 3)}};
    c = outside(removes, 2);
    c.identity.credential = SLICE_LITERAL("member 3");
    CHECK(refuses(&c, ERR_INPUT));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", VICTIM->suite);
    struct mls_forge_package p = mls_forge_package_of(&guest);
    struct mls_forge_item item = {.proposal =
                                      mls_forge_add(FORGER, mls_forge_put_package(&guest, &p))};
    c = outside(&item, 1);
    CHECK(refuses(&c, ERR_INPUT));
    item.proposal = mls_forge_context(FORGER, SLICE_EMPTY);
    CHECK(refuses(&c, ERR_INPUT));
    item.proposal = mls_forge_reinit(FORGER, 1, CRYPTO_SUITE_X25519_CHACHA);
    CHECK(refuses(&c, ERR_INPUT));
    mls_world_end(&guest);
    end();
}

TEST(v62_an_external_commit_removes_only_the_joiner_itself)
{
    REQUIRE(begin());
    struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, 3)};
    struct mls_forge_commit c = outside(&item, 1);
    CHECK(refuses(&c, ERR_AUTH_POLICY)); /* a stranger cannot take member 3's place */
    item.proposal = mls_forge_remove(FORGER, 0);
    CHECK(refuses(&c, ERR_AUTH_POLICY)); /* nor ours */
    end();
}

static enum err replace_never(void *user, const struct mls_leaf_view *before,
                              const struct mls_leaf_view *after)
{
    (void)user;
    (void)before;
    (void)after;
    return ERR_AUTH_POLICY;
}

TEST(v62_the_policy_judges_whether_the_leaf_is_the_joiners)
{
    struct slice commit;
    REQUIRE(begin());
    struct mls_world_member back;
    mls_world_init(&back, "member 3", VICTIM->suite);
    back.id.signature = m[3].id.signature;
    CHECK_ERR(join(&back, true, UINT32_MAX, SLICE_EMPTY, &commit), OK);
    VICTIM->use_policy = true;
    VICTIM->policy.replace = replace_never;
    CHECK(mls_world_refuses(VICTIM, commit, ERR_AUTH_POLICY));
    VICTIM->use_policy = false;
    CHECK_ERR(mls_world_take(VICTIM, commit, NULL), OK);
    mls_world_end(VICTIM);
    mls_world_end(&back);
    end();
}

TEST(v63_the_commit_is_signed_with_the_key_of_its_leaf)
{
    REQUIRE(begin());
    struct mls_forge_commit c = outside(NULL, 0);
    c.bad_signature = true;
    CHECK(refuses(&c, ERR_AUTH));
    c.bad_signature = false;
    c.bad_leaf_signature = true;
    CHECK(refuses(&c, ERR_AUTH));
    end();
}

TEST(v64_the_joiner_takes_the_leftmost_blank_leaf)
{
    REQUIRE(begin());
    struct mls_proposal removes[2] = {mls_world_remove(2), mls_world_remove(3)};
    CHECK_ERR(mls_world_round(m, N, 0, removes, 1, true, NULL), OK);
    struct mls_forge_commit c = outside(NULL, 0);
    struct mls_event event;
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), &event), OK);
    CHECK(event.sender == 2 && event.commit.committer == 2);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    mls_world_end(&stranger);
    /* Signed for another place: refused. */
    REQUIRE(begin());
    CHECK_ERR(mls_world_round(m, N, 0, removes, 1, true, NULL), OK);
    CHECK_ERR(mls_world_round(m, N, 0, removes + 1, 1, true, NULL), OK);
    (void)event;
    end();
}

TEST(a_member_comes_back_by_resync_with_a_resumption_psk)
{
    struct slice commit, id;
    struct mls_event event;
    REQUIRE(begin());
    /* Member 3 lost its state but for a resumption PSK of this epoch. */
    struct mls_world_member back;
    mls_world_init(&back, "member 3", VICTIM->suite);
    struct buf b = buf_arena(&m[3].arena, 64);
    mls_proposal_put_resumption(&b, MLS_PSK_APPLICATION, mls_group_id(m[3].g),
                                mls_group_epoch(m[3].g));
    CHECK_ERR(buf_finish(&b, &id), OK);
    CHECK_ERR(join(&back, true, 3, id, &commit), ERR_GONE); /* it needs the PSK */
    mls_world_store_wipe(&back.store);
    mls_world_end(&back);
    end();
    REQUIRE(begin());
    struct mls_world_member again;
    mls_world_init(&again, "member 3", VICTIM->suite);
    CHECK_ERR(join(&again, true, 3, SLICE_EMPTY, &commit), OK);
    CHECK(mls_group_state(again.g) == MLS_PENDING);
    CHECK_ERR(mls_world_take(&again, commit, NULL), ERR_STATE); /* not a member yet */
    for (size_t i = 0; i < 3; i++) {
        CHECK_ERR(mls_world_take(&m[i], commit, &event), OK);
        CHECK(event.sender_type == MLS_SENDER_NEW_MEMBER_COMMIT && event.sender == 3);
        CHECK(mls_group_member_count(m[i].g) == N);
    }
    CHECK_ERR(mls_world_take(&m[3], commit, &event), OK);
    CHECK(mls_group_state(m[3].g) == MLS_REMOVED);
    mls_world_end(&m[3]);
    CHECK_ERR(mls_world_merge(&again), OK);
    CHECK_ERR(mls_world_move(&m[3], &again), OK);
    CHECK(mls_world_agree(m, N));
    end();
}

TEST(discarding_an_external_join_closes_the_object)
{
    struct slice commit, text;
    REQUIRE(begin());
    CHECK_ERR(join(&stranger, false, 0, SLICE_EMPTY, &commit), OK);
    CHECK_ERR(mls_group_discard(stranger.g), OK);
    CHECK(mls_group_state(stranger.g) == MLS_REMOVED);
    CHECK_ERR(mls_world_say(&stranger, "x", &text), ERR_STATE);
    struct mls_storage storage = mls_world_storage(&stranger.store);
    CHECK_ERR(mls_group_forget(&storage), OK);
    CHECK(stranger.store.n == 0);
    end();
}

TEST(an_external_join_needs_the_key_and_a_true_group_info)
{
    struct slice info, tree, commit;
    REQUIRE(begin());
    struct mls_storage storage = mls_world_storage(&stranger.store);
    CHECK_ERR(mls_group_info(m[2].g, &m[2].arena, true, false, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    struct mls_external_params params = {.group_info = info, .identity = stranger.id};
    CHECK_ERR(mls_group_join_external(&stranger.g, &storage, &params, &stranger.arena, &commit),
              ERR_GONE);
    CHECK_ERR(mls_group_info(m[2].g, &m[2].arena, false, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    params.group_info = info;
    CHECK_ERR(mls_group_join_external(&stranger.g, &storage, &params, &stranger.arena, &commit),
              ERR_GONE); /* no tree */
    params.ratchet_tree = tree;
    union {
        const uint8_t *in;
        uint8_t *out;
    } p = {info.p};
    p.out[info.n - 1] ^= 1; /* its signature */
    CHECK_ERR(mls_group_join_external(&stranger.g, &storage, &params, &stranger.arena, &commit),
              ERR_AUTH);
    p.out[info.n - 1] ^= 1;
    CHECK(stranger.g == NULL && stranger.store.n == 0);
    CHECK_ERR(mls_group_join_external(&stranger.g, &storage, &params, &stranger.arena, &commit),
              OK);
    end();
}

TEST(external_proposals_of_our_own_making_are_taken)
{
    struct crypto_sign_secret server;
    struct crypto_sign_public key;
    struct slice data, message;
    REQUIRE(begin());
    crypto_sign_generate(&server, &key);
    struct buf b = buf_arena(&m[0].arena, 128);
    size_t mark = mls_codec_open(&b);
    mls_codec_put_vector(&b, SLICE_ARRAY(key.b));
    buf_u16(&b, 1);
    mls_codec_put_vector(&b, SLICE_LITERAL("server"));
    mls_codec_close(&b, mark);
    CHECK_ERR(buf_finish(&b, &data), OK);
    struct mls_extension e = {MLS_EXTENSION_EXTERNAL_SENDERS, data};
    struct mls_proposal context = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                                   .extensions = {&e, 1}};
    CHECK_ERR(mls_world_round(m, N, 0, &context, 1, true, NULL), OK);
    struct mls_external_proposal x = {
        .suite = VICTIM->suite,
        .group_id = mls_group_id(VICTIM->g),
        .epoch = mls_group_epoch(VICTIM->g),
        .signature = server,
        .proposal = mls_world_remove(3),
    };
    CHECK_ERR(mls_group_external_propose(&m[0].arena, &x, &message), OK);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
    }
    CHECK_ERR(mls_world_package(&stranger), OK);
    x.new_member = true;
    x.signature = stranger.id.signature;
    x.proposal = mls_world_add(&stranger);
    CHECK_ERR(mls_group_external_propose(&m[0].arena, &x, &message), OK);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
    }
    struct mls_commit out;
    CHECK_ERR(mls_world_round(m, N, 2, NULL, 0, true, &out), OK);
    CHECK(mls_group_state(m[3].g) == MLS_REMOVED);
    CHECK_ERR(mls_world_join(&stranger, out.welcome, out.ratchet_tree), OK);
    CHECK(mls_group_own_leaf(stranger.g) == 3);
    mls_world_end(&m[3]);
    CHECK_ERR(mls_world_move(&m[3], &stranger), OK);
    CHECK(mls_world_agree(m, N));
    end();
}

TEST_MAIN(TEST_ROW(forged_external_commits_pass_until_they_are_spoiled),
          TEST_ROW(v60_an_external_commit_has_a_path_and_no_references),
          TEST_ROW(v61_external_init_once_and_hardly_anything_else),
          TEST_ROW(v62_an_external_commit_removes_only_the_joiner_itself),
          TEST_ROW(v62_the_policy_judges_whether_the_leaf_is_the_joiners),
          TEST_ROW(v63_the_commit_is_signed_with_the_key_of_its_leaf),
          TEST_ROW(v64_the_joiner_takes_the_leftmost_blank_leaf),
          TEST_ROW(a_member_comes_back_by_resync_with_a_resumption_psk),
          TEST_ROW(discarding_an_external_join_closes_the_object),
          TEST_ROW(an_external_join_needs_the_key_and_a_true_group_info),
          TEST_ROW(external_proposals_of_our_own_making_are_taken))
