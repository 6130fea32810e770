/* Messages that are not what they should be: V1-V3, V6, V10-V21. */
#include "mls/framing.h"

#include <stdlib.h>
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

static struct mls_forge_message remove_message(void)
{
    return mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, 3));
}

static struct mls_forge_message text_message(uint32_t generation)
{
    struct mls_forge_message f =
        mls_forge_message_of(FORGER, MLS_CONTENT_APPLICATION, SLICE_LITERAL("text"));
    f.is_private = true;
    f.generation = generation;
    return f;
}

static struct slice changed(struct slice message, size_t at, uint8_t value)
{
    struct slice out;
    union {
        const uint8_t *in;
        uint8_t *out;
    } p;
    CHECK_ERR(arena_copy(&FORGER->arena, message, &out), OK);
    p.in = out.p;
    p.out[at] = value;
    return out;
}

static struct slice longer(struct slice message)
{
    return mls_forge_join(FORGER, message, slice_make("", 1));
}

TEST(v1_refuses_other_versions_and_formats)
{
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    struct slice good = mls_forge_put_message(FORGER, &f);
    CHECK(mls_world_refuses(VICTIM, changed(good, 1, 0), ERR_INPUT_VERSION));
    CHECK(mls_world_refuses(VICTIM, changed(good, 1, 2), ERR_INPUT_VERSION));
    CHECK(mls_world_refuses(VICTIM, changed(good, 0, 1), ERR_INPUT_VERSION));
    CHECK(mls_world_refuses(VICTIM, changed(good, 3, 0), ERR_INPUT_VERSION));
    CHECK(mls_world_refuses(VICTIM, changed(good, 3, 6), ERR_INPUT_VERSION));
    CHECK(mls_world_refuses(VICTIM, changed(changed(good, 2, 0x0a), 3, 0x0a), ERR_INPUT_VERSION));
    /* Formats that are no messages of a group. */
    CHECK(mls_world_refuses(VICTIM, changed(good, 3, MLS_WIRE_WELCOME), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, 3, MLS_WIRE_KEY_PACKAGE), ERR_INPUT));
    end();
}

TEST(v2_refuses_bytes_behind_a_message)
{
    struct slice text;
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    CHECK(mls_world_refuses(VICTIM, longer(mls_forge_put_message(FORGER, &f)), ERR_INPUT));
    f = text_message(0);
    text = mls_forge_put_message(FORGER, &f);
    CHECK(mls_world_refuses(VICTIM, longer(text), ERR_INPUT));
    CHECK_ERR(mls_world_take(VICTIM, text, NULL), OK);
    end();
}

TEST(v2_refuses_every_truncation_without_reading_past_the_end)
{
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    struct slice messages[2] = {mls_forge_put_message(FORGER, &f), SLICE_EMPTY};
    f = text_message(0);
    messages[1] = mls_forge_put_message(FORGER, &f);
    for (size_t k = 0; k < 2; k++) {
        for (size_t n = 0; n < messages[k].n; n++) {
            uint8_t *exact = malloc(n == 0 ? 1 : n);
            REQUIRE(exact != NULL);
            memcpy(exact, messages[k].p, n);
            CHECK(mls_world_take(VICTIM, slice_make(exact, n), NULL) != OK);
            free(exact);
        }
    }
    end();
}

TEST(v3_refuses_unknown_senders_contents_and_proposals)
{
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    struct slice good = mls_forge_put_message(FORGER, &f);
    size_t sender = 4 + 1 + 5 + 8; /* header, group id, epoch */
    size_t content = sender + 1 + 4 + 1;
    CHECK(good.p[sender] == MLS_SENDER_MEMBER && good.p[content] == MLS_CONTENT_PROPOSAL);
    CHECK(mls_world_refuses(VICTIM, changed(good, sender, 0), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, sender, 5), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, content, 0), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, content, 4), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, content + 2, 0), ERR_INPUT));
    CHECK(mls_world_refuses(VICTIM, changed(good, content + 2, 10), ERR_INPUT));
    end();
}

TEST(v6_compares_leaf_indices_unsigned)
{
    static const uint32_t bad[] = {4, 5, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct mls_forge_message f =
            mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, bad[i]));
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
        f = remove_message();
        f.content.sender = bad[i];
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
        f = text_message(0);
        f.leaf = bad[i];
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    }
    end();
}

TEST(v7_counts_and_sizes_are_bounded)
{
    struct slice list;
    REQUIRE(begin());
    struct buf b = buf_arena(&FORGER->arena, 0);
    for (size_t i = 0; i <= MLS_COMMIT_PROPOSALS_MAX; i++) {
        mls_commit_put_value(&b, mls_forge_remove(FORGER, 3));
    }
    CHECK_ERR(buf_finish(&b, &list), OK);
    struct slice body = mls_forge_join(FORGER, mls_forge_vector(FORGER, list), slice_make("", 1));
    struct mls_forge_message f = mls_forge_message_of(FORGER, MLS_CONTENT_COMMIT, body);
    f.tag = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_LIMIT));
    uint8_t *huge = calloc(1, LIMIT_MLS_MESSAGE_BYTES + 1);
    REQUIRE(huge != NULL);
    CHECK(mls_world_refuses(VICTIM, slice_make(huge, LIMIT_MLS_MESSAGE_BYTES + 1), ERR_LIMIT));
    free(huge);
    /* A tree of more leaves than we handle: 2,048 blanks and a leaf. */
    struct mls_tree tree;
    b = buf_arena(&FORGER->arena, 0);
    buf_zero(&b, 2 * LIMIT_MEMBERS);
    CHECK_ERR(buf_finish(&b, &list), OK);
    CHECK_ERR(mls_tree_decode(&tree, VICTIM->suite, &FORGER->arena, mls_forge_vector(FORGER, list)),
              ERR_LIMIT);
    end();
}

TEST(v10_refuses_other_groups_and_epochs)
{
    REQUIRE(begin());
    for (int format = 0; format < 2; format++) {
        struct mls_forge_message f = remove_message();
        f.is_private = format == 1;
        f.content.group_id = SLICE_LITERAL("other");
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
        f.content.group_id = mls_group_id(FORGER->g);
        f.content.epoch++;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_STATE_FUTURE));
        f.content.epoch -= 2;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_STATE_EPOCH));
    }
    end();
}

TEST(v11_refuses_application_data_in_the_open)
{
    REQUIRE(begin());
    struct mls_forge_message f = text_message(0);
    f.is_private = false;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    end();
}

TEST(v12_refuses_a_sender_at_a_blank_leaf)
{
    REQUIRE(begin());
    struct mls_proposal remove = mls_world_remove(2);
    CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
    struct mls_forge_message f = remove_message();
    f.content.sender = 2;
    f.signer = m[2].id.signature;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    end();
}

/* The group gets one external sender whose key the forger has. */
static void add_external_sender(struct crypto_sign_secret *secret)
{
    struct crypto_sign_public public_key;
    struct buf b = buf_arena(&m[0].arena, 128);
    struct slice data;
    crypto_sign_generate(secret, &public_key);
    size_t mark = mls_codec_open(&b);
    mls_codec_put_vector(&b, SLICE_ARRAY(public_key.b));
    buf_u16(&b, 1);
    mls_codec_put_vector(&b, SLICE_LITERAL("server"));
    mls_codec_close(&b, mark);
    CHECK_ERR(buf_finish(&b, &data), OK);
    struct mls_extension e = {MLS_EXTENSION_EXTERNAL_SENDERS, data};
    struct mls_proposal context = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                                   .extensions = {&e, 1}};
    CHECK_ERR(mls_world_round(m, N, 0, &context, 1, true, NULL), OK);
}

TEST(v13_external_senders_are_listed_and_propose_only_what_they_may)
{
    struct crypto_sign_secret server;
    struct mls_event event;
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    f.content.sender_type = MLS_SENDER_EXTERNAL;
    f.content.sender = 0;
    f.signer = FORGER->id.signature;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    add_external_sender(&server);
    f.content.epoch = mls_group_epoch(FORGER->g);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    f.signer = server;
    f.content.sender = 1;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    f.content.sender = 0x80000000;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    f.content.sender = 0;
    /* Update and external_init are not theirs to propose; commits neither. */
    struct mls_forge_leaf leaf = mls_forge_leaf_of(FORGER);
    leaf.source = MLS_LEAF_UPDATE;
    f.content.body = mls_forge_update(FORGER, mls_forge_put_leaf(FORGER, &leaf));
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    f.content.type = MLS_CONTENT_COMMIT;
    f.content.body = check_hex("0000");
    f.tag = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    /* A Remove is. */
    f = remove_message();
    f.content.sender_type = MLS_SENDER_EXTERNAL;
    f.content.sender = 0;
    f.signer = server;
    struct slice good = mls_forge_put_message(FORGER, &f);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], good, &event), OK);
        CHECK(event.sender_type == MLS_SENDER_EXTERNAL && event.proposal.removed == 3);
    }
    end();
    CHECK(m[3].g == NULL);
}

TEST(v14_newcomers_send_their_own_kind_of_content)
{
    struct mls_world_member stranger;
    REQUIRE(begin());
    mls_world_init(&stranger, "stranger", VICTIM->suite);
    struct mls_forge_message f = remove_message();
    f.content.sender_type = MLS_SENDER_NEW_MEMBER_PROPOSAL;
    f.signer = stranger.id.signature;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    f.content.sender_type = MLS_SENDER_NEW_MEMBER_COMMIT;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    struct mls_forge_package p = mls_forge_package_of(&stranger);
    f.content.body = mls_forge_add(FORGER, mls_forge_put_package(&stranger, &p));
    f.content.sender_type = MLS_SENDER_NEW_MEMBER_PROPOSAL;
    f.signer = FORGER->id.signature; /* not the key of the package */
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    f.signer = stranger.id.signature;
    struct slice good = mls_forge_put_message(FORGER, &f);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], good, NULL), OK);
    }
    mls_world_end(&stranger);
    end();
}

TEST(v15_v16_membership_tags_belong_to_members_alone)
{
    struct mls_world_member stranger;
    REQUIRE(begin());
    mls_world_init(&stranger, "stranger", VICTIM->suite);
    struct mls_forge_message f = remove_message();
    struct mls_forge_package p = mls_forge_package_of(&stranger);
    f.content.body = mls_forge_add(FORGER, mls_forge_put_package(&stranger, &p));
    f.content.sender_type = MLS_SENDER_NEW_MEMBER_PROPOSAL;
    f.signer = stranger.id.signature;
    struct slice without = mls_forge_put_message(FORGER, &f);
    struct slice with =
        mls_forge_join(FORGER, without,
                       mls_forge_vector(FORGER, SLICE_LITERAL("0123456789abcdef0123456789abcdef")));
    CHECK(mls_world_refuses(VICTIM, with, ERR_INPUT));
    f = remove_message();
    struct slice good = mls_forge_put_message(FORGER, &f);
    CHECK(mls_world_refuses(VICTIM, slice_make(good.p, good.n - 33), ERR_INPUT)); /* no tag */
    static const enum mls_forge_tag ways[] = {MLS_FORGE_EMPTY, MLS_FORGE_SHORT, MLS_FORGE_LONG,
                                              MLS_FORGE_WRONG};
    for (size_t i = 0; i < 4; i++) {
        f.membership = ways[i];
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    }
    mls_world_end(&stranger);
    end();
}

TEST(v17_a_commit_has_its_whole_confirmation_tag)
{
    static const enum mls_forge_tag ways[] = {MLS_FORGE_EMPTY, MLS_FORGE_SHORT, MLS_FORGE_LONG,
                                              MLS_FORGE_WRONG};
    REQUIRE(begin());
    for (size_t i = 0; i < 4; i++) {
        for (int format = 0; format < 2; format++) {
            struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
            c.is_private = format == 1;
            c.confirmation = ways[i];
            CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
        }
    }
    end();
}

TEST(v18_signatures_are_checked_over_the_right_context)
{
    REQUIRE(begin());
    for (int format = 0; format < 2; format++) {
        struct mls_forge_message f = remove_message();
        f.is_private = format == 1;
        f.bad_signature = true;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
        f.bad_signature = false;
        f.other_context = true;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
        f.other_context = false;
        f.signer = m[2].id.signature;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_AUTH));
    }
    struct mls_forge_message t = text_message(0);
    t.bad_signature = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &t), ERR_AUTH));
    t.bad_signature = false; /* the key was not used up by the bad one */
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &t), NULL), OK);
    end();
}

TEST(v18_a_late_message_is_judged_by_the_roster_of_its_epoch)
{
    struct mls_event event;
    struct mls_commit commit;
    struct slice late, forged;
    struct crypto_sign_public ignored;
    REQUIRE(begin());
    CHECK_ERR(mls_world_say(FORGER, "late", &late), OK);
    /* Its sender changes name and signature key; the message was signed with the old one. */
    struct mls_identity id = FORGER->id;
    struct mls_forge_message f = text_message(1);
    crypto_sign_generate(&id.signature, &ignored);
    f.signer = id.signature;
    forged = mls_forge_put_message(FORGER, &f); /* new key in the old epoch */
    id.credential = SLICE_LITERAL("another name");
    struct mls_commit_params params = {.identity = &id};
    CHECK_ERR(mls_group_commit(FORGER->g, &FORGER->arena, &params, &commit), OK);
    CHECK_ERR(mls_world_merge(FORGER), OK);
    FORGER->id.signature = id.signature;
    for (size_t i = 0; i < N; i++) {
        if (i != 1) {
            CHECK_ERR(mls_world_take(&m[i], commit.commit, NULL), OK);
        }
    }
    CHECK_ERR(mls_world_reload(VICTIM), OK);
    CHECK(mls_world_refuses(VICTIM, forged, ERR_AUTH));
    CHECK_ERR(mls_world_take(VICTIM, late, &event), OK);
    CHECK_BYTES(event.sender_leaf.credential, SLICE_LITERAL("member 1"));
    CHECK(mls_world_refuses(VICTIM, late, ERR_STATE_REPLAY));
    end();
}

TEST(v19_padding_is_zero)
{
    REQUIRE(begin());
    struct mls_forge_message f = text_message(0);
    f.dirty_padding = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    end();
}

TEST(v20_sender_data_names_a_member_and_a_near_generation)
{
    REQUIRE(begin());
    struct mls_proposal remove = mls_world_remove(2);
    CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
    struct mls_forge_message f = text_message(0);
    f.leaf = 2;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    f = text_message(LIMIT_MLS_FORWARD + 1);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_LIMIT));
    f = text_message(5);
    struct slice ahead = mls_forge_put_message(FORGER, &f);
    CHECK_ERR(mls_world_take(VICTIM, ahead, NULL), OK);
    CHECK(mls_world_refuses(VICTIM, ahead, ERR_STATE_REPLAY));
    CHECK_ERR(mls_world_reload(VICTIM), OK);
    CHECK(mls_world_refuses(VICTIM, ahead, ERR_STATE_REPLAY));
    f = text_message(3);
    struct slice skipped = mls_forge_put_message(FORGER, &f);
    CHECK_ERR(mls_world_take(VICTIM, skipped, NULL), OK);
    CHECK(mls_world_refuses(VICTIM, skipped, ERR_STATE_REPLAY));
    /* The same key for another message: refused, too. */
    f.content.body = SLICE_LITERAL("other text");
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_STATE_REPLAY));
    end();
}

/* Who reads that secret can write any leaf there: only what is signed by us is ours. */
TEST(v20_sender_data_does_not_make_a_message_ours)
{
    struct slice mine;
    struct mls_event event;
    struct mls_process_params params = {0};
    REQUIRE(begin());
    struct mls_forge_message f = text_message(0);
    f.leaf = 0;
    /* our first key is still to come, so its signature is looked at */
    struct slice forged = mls_forge_put_message(FORGER, &f);
    CHECK(mls_world_refuses(VICTIM, forged, ERR_AUTH));
    CHECK_ERR(mls_world_say(VICTIM, "mine", &mine), OK);
    /* now it is gone: it may be ours, and nothing says so */
    CHECK_ERR(mls_group_process(VICTIM->g, &VICTIM->arena, &params, forged, &event), ERR_STATE_OWN);
    CHECK(!event.own_signed);
    CHECK_ERR(mls_group_process(VICTIM->g, &VICTIM->arena, &params, mine, &event), ERR_STATE_OWN);
    CHECK(!event.own_signed);
    CHECK_ERR(mls_world_take(FORGER, mine, NULL), OK);
    end();
}

TEST(v21_own_messages_are_recognised)
{
    struct slice text, proposal;
    struct mls_commit commit;
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    struct mls_process_params params = {0};
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        REQUIRE(begin());
        mls_world_end(&m[3]);
        mls_world_init(&m[3], "again", VICTIM->suite);
        m[3].encrypt = encrypt == 1;
        CHECK_ERR(mls_world_package(&m[3]), OK);
        struct mls_proposal list[2] = {mls_world_remove(3), mls_world_add(&m[3])};
        CHECK_ERR(mls_world_stage(&m[0], list, 2, true, &commit), OK);
        CHECK_ERR(mls_world_merge(&m[0]), OK);
        CHECK_ERR(mls_world_take(&m[1], commit.commit, NULL), OK);
        CHECK_ERR(mls_world_take(&m[2], commit.commit, NULL), OK);
        CHECK_ERR(mls_world_join(&m[3], commit.welcome, commit.ratchet_tree), OK);
        CHECK_ERR(mls_world_say(&m[3], "mine", &text), OK);
        CHECK(mls_world_refuses(&m[3], text, ERR_STATE_OWN));
        CHECK_ERR(mls_group_propose(m[3].g, &m[3].arena, &params, &update, NULL, &proposal), OK);
        CHECK(mls_world_refuses(&m[3], proposal, ERR_STATE_OWN));
        CHECK_ERR(mls_group_clear_proposals(m[3].g), OK);
        CHECK_ERR(mls_world_stage(&m[3], NULL, 0, true, &commit), OK);
        CHECK(mls_world_refuses(&m[3], commit.commit, ERR_STATE_OWN));
        CHECK(mls_group_is_pending(m[3].g, commit.commit));
        CHECK_ERR(mls_group_discard(m[3].g), OK);
        CHECK(!mls_group_is_pending(m[3].g, commit.commit));
        end();
    }
}

TEST(v18_a_late_message_of_a_removed_member_is_opened_by_its_old_leaf)
{
    for (uint32_t gone = 1; gone < N; gone++) {
        struct slice late[N];
        struct mls_event event;
        REQUIRE(begin());
        struct mls_proposal remove = mls_world_remove(gone);
        for (size_t i = 1; i < N; i++) {
            CHECK_ERR(mls_world_say(&m[i], "late", &late[i]), OK);
        }
        CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
        CHECK_ERR(mls_world_reload(VICTIM), OK);
        for (uint32_t i = 1; i < N; i++) {
            CHECK_ERR(mls_world_take(VICTIM, late[i], &event), OK);
            CHECK(event.sender == i && event.sender_leaf.index == i);
            CHECK_BYTES(event.sender_leaf.credential, slice_of_string(m[i].name));
            CHECK(mls_world_refuses(VICTIM, late[i], ERR_STATE_REPLAY));
        }
        CHECK(mls_world_well(m, N, 0));
        for (size_t i = 0; i < N; i++) {
            mls_world_end(&m[i]);
        }
    }
}

TEST(v20_the_key_of_an_encrypted_proposal_is_used_once)
{
    REQUIRE(begin());
    struct mls_forge_message f = remove_message();
    f.is_private = true;
    struct slice message = mls_forge_put_message(FORGER, &f);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    CHECK(mls_group_proposal_count(VICTIM->g) == 1);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    CHECK(mls_world_refuses(VICTIM, message, ERR_STATE_REPLAY));
    CHECK_ERR(mls_world_reload(VICTIM), OK);
    CHECK(mls_world_refuses(VICTIM, message, ERR_STATE_REPLAY));
    f = remove_message(); /* in the open there is no key to use up */
    message = mls_forge_put_message(FORGER, &f);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    CHECK(mls_world_refuses(VICTIM, message, ERR_STATE_REPLAY));
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

TEST(v7_the_largest_message_is_read)
{
    uint8_t *bytes = calloc(1, LIMIT_MLS_MESSAGE_BYTES + 1);
    struct mls_message read;
    REQUIRE(bytes != NULL);
    bytes[1] = 1;
    bytes[3] = MLS_WIRE_WELCOME;
    CHECK_ERR(mls_framing_read(slice_make(bytes, LIMIT_MLS_MESSAGE_BYTES), &read), OK);
    CHECK(read.wire_format == MLS_WIRE_WELCOME && read.body.n == LIMIT_MLS_MESSAGE_BYTES - 4);
    CHECK_ERR(mls_framing_read(slice_make(bytes, LIMIT_MLS_MESSAGE_BYTES + 1), &read), ERR_LIMIT);
    free(bytes);
}

TEST_MAIN(TEST_ROW(v1_refuses_other_versions_and_formats),
          TEST_ROW(v2_refuses_bytes_behind_a_message),
          TEST_ROW(v2_refuses_every_truncation_without_reading_past_the_end),
          TEST_ROW(v3_refuses_unknown_senders_contents_and_proposals),
          TEST_ROW(v6_compares_leaf_indices_unsigned), TEST_ROW(v7_counts_and_sizes_are_bounded),
          TEST_ROW(v10_refuses_other_groups_and_epochs),
          TEST_ROW(v11_refuses_application_data_in_the_open),
          TEST_ROW(v12_refuses_a_sender_at_a_blank_leaf),
          TEST_ROW(v13_external_senders_are_listed_and_propose_only_what_they_may),
          TEST_ROW(v14_newcomers_send_their_own_kind_of_content),
          TEST_ROW(v15_v16_membership_tags_belong_to_members_alone),
          TEST_ROW(v17_a_commit_has_its_whole_confirmation_tag),
          TEST_ROW(v18_signatures_are_checked_over_the_right_context),
          TEST_ROW(v18_a_late_message_is_judged_by_the_roster_of_its_epoch),
          TEST_ROW(v19_padding_is_zero),
          TEST_ROW(v20_sender_data_names_a_member_and_a_near_generation),
          TEST_ROW(v20_sender_data_does_not_make_a_message_ours),
          TEST_ROW(v21_own_messages_are_recognised),
          TEST_ROW(v18_a_late_message_of_a_removed_member_is_opened_by_its_old_leaf),
          TEST_ROW(v20_the_key_of_an_encrypted_proposal_is_used_once),
          TEST_ROW(v7_the_largest_message_is_read))
