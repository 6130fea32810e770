/* What an event says of a message, and what it says of one that was refused. */
#include "mls/receive.h"

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

/* Is this what an event is that says nothing? */
static bool empty(const struct mls_event *e)
{
    return e->sender == 0 && e->epoch == 0 && e->data.n == 0 && e->authenticated_data.n == 0 &&
           e->proposal_ref.n == 0 && e->sender_leaf.credential.n == 0 && e->proposal.type == 0 &&
           e->commit.proposal_count == 0;
}

static enum err answer;
static size_t asked;
static uint32_t asked_sender;

static enum err ask(void *user, const struct mls_group *group, const struct mls_proposal_view *p)
{
    (void)user;
    CHECK(group == VICTIM->g && p->type == MLS_PROPOSAL_REMOVE && p->removed == 3);
    CHECK_BYTES(p->removed_leaf.credential, SLICE_LITERAL("member 3"));
    asked++;
    asked_sender = p->sender;
    return answer;
}

TEST(the_policy_is_asked_before_a_proposal_is_kept)
{
    struct mls_event event;
    for (int is_private = 0; is_private < 2; is_private++) {
        REQUIRE(begin());
        struct mls_forge_message f =
            mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, 3));
        f.is_private = is_private == 1;
        struct slice message = mls_forge_put_message(FORGER, &f);
        VICTIM->use_policy = true;
        VICTIM->policy = (struct mls_policy){.proposal = ask};
        asked = 0;
        answer = ERR_AUTH_POLICY;
        CHECK(mls_world_refuses(VICTIM, message, ERR_AUTH_POLICY));
        CHECK_ERR(mls_world_take(VICTIM, message, &event), ERR_AUTH_POLICY);
        CHECK(asked == 2 && asked_sender == 1 && empty(&event));
        answer = OK;
        CHECK_ERR(mls_world_take(VICTIM, message, &event), OK);
        CHECK(asked == 3 && event.kind == MLS_EVENT_PROPOSAL && event.sender == 1);
        CHECK(event.proposal.removed == 3 && event.epoch == mls_group_epoch(VICTIM->g));
        CHECK(event.proposal_ref.n == 32);
        if (!f.is_private) {
            CHECK_BYTES(event.proposal_ref, mls_forge_proposal_ref(FORGER, message));
        }
        CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
        VICTIM->policy.proposal = NULL; /* a policy need not care */
        f.generation = 1;
        CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &f), NULL), OK);
        CHECK(asked == 3);
        CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
        end();
    }
}

TEST(a_refused_commit_says_only_whether_a_reference_was_unknown)
{
    struct mls_event event;
    REQUIRE(begin());
    struct mls_proposal unknown = {.type = MLS_PROPOSAL_UPDATE};
    struct mls_process_params params = {0};
    struct slice proposal;
    struct mls_commit out;
    CHECK_ERR(mls_group_propose(m[2].g, &m[2].arena, &params, &unknown, NULL, &proposal), OK);
    CHECK_ERR(mls_world_take(FORGER, proposal, NULL), OK);
    CHECK_ERR(mls_world_stage(FORGER, NULL, 0, true, &out), OK);
    CHECK_ERR(mls_world_take(VICTIM, out.commit, &event), ERR_GONE);
    CHECK(event.unknown_reference && event.sender == 1 && !event.own_signed);
    event.sender = 0;
    CHECK(empty(&event));
    CHECK(mls_world_refuses(VICTIM, out.commit, ERR_GONE));
    /* Once it is here the commit is taken. */
    CHECK_ERR(mls_world_take(VICTIM, proposal, NULL), OK);
    CHECK_ERR(mls_world_take(VICTIM, out.commit, &event), OK);
    CHECK(!event.unknown_reference && event.kind == MLS_EVENT_COMMIT && event.sender == 1);
    CHECK(event.commit.proposal_count == 1 && event.commit.has_path && !event.commit.removes_us);
    CHECK(event.commit.proposals[0].sender == 2);
    CHECK_BYTES(event.sender_leaf.credential, SLICE_LITERAL("member 1"));
    CHECK_ERR(mls_world_merge(FORGER), OK);
    for (size_t i = 2; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], proposal, NULL), i == 2 ? ERR_STATE_OWN : OK);
        CHECK_ERR(mls_world_take(&m[i], out.commit, NULL), OK);
    }
    end();
}

static enum err find_psk(void *user, struct slice id, struct arena *arena, struct slice *out)
{
    (void)user;
    return arena_copy(arena, id, out);
}

TEST(a_commit_with_a_key_we_lack_names_no_reference)
{
    struct mls_event event;
    struct mls_commit out;
    REQUIRE(begin());
    FORGER->psk = (struct mls_psk_lookup){NULL, find_psk};
    struct mls_proposal p = {.type = MLS_PROPOSAL_PSK,
                             .psk_id = mls_forge_external_psk_id(FORGER, "psk")};
    CHECK_ERR(mls_world_stage(FORGER, &p, 1, true, &out), OK);
    CHECK_ERR(mls_world_take(VICTIM, out.commit, &event), ERR_GONE);
    CHECK(!event.unknown_reference && empty(&event));
    CHECK_ERR(mls_group_discard(FORGER->g), OK);
    end();
}

TEST(our_own_open_message_is_proven_by_its_signature)
{
    struct mls_event event;
    struct slice proposal;
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    struct mls_process_params params = {0};
    REQUIRE(begin());
    CHECK_ERR(mls_group_propose(VICTIM->g, &VICTIM->arena, &params, &update, NULL, &proposal), OK);
    CHECK_ERR(mls_world_take(VICTIM, proposal, &event), ERR_STATE_OWN);
    CHECK(event.own_signed && !event.unknown_reference && empty(&event));
    CHECK_ERR(mls_world_take(VICTIM, slice_make(proposal.p, proposal.n - 1), &event), ERR_INPUT);
    CHECK(!event.own_signed && empty(&event));
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

TEST_MAIN(TEST_ROW(the_policy_is_asked_before_a_proposal_is_kept),
          TEST_ROW(a_refused_commit_says_only_whether_a_reference_was_unknown),
          TEST_ROW(a_commit_with_a_key_we_lack_names_no_reference),
          TEST_ROW(our_own_open_message_is_proven_by_its_signature))
