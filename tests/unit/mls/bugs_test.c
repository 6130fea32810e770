/* What others shipped and had to take back, each once, by its advisory, release or issue. Tests of
 * the same subject in other files: tags of wrong length (framing v16, v17), length headers (codec;
 * OpenMLS 0.9.0), crash after decrypting (crash; OpenMLS 0.7), late message after a change of
 * credential (framing v18; OpenMLS 0.7), parent hashes over blank ancestors (random; mls-rs PR
 * 352), changed group context with a path (proposal_list v57; ts-mls issue 497). */
#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"
#include "lib/mls_forge.h"
#include "mls/welcome.h"
#include "mls/key_package.h"

#define N 4
static struct mls_world_member m[N];
#define VICTIM (&m[0])
#define FORGER (&m[1])

static bool begin(const struct crypto_suite *suite)
{
    memset(m, 0, sizeof m);
    return mls_world_warm_group(m, N, suite) == OK;
}

static const struct crypto_suite *classical(void)
{
    return crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
}

static void end(void)
{
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

/* OpenMLS GHSA-8x3w-qj7j-gqhf. */
TEST(tags_of_another_length_are_refused)
{
    REQUIRE(begin(classical()));
    for (enum mls_forge_tag t = MLS_FORGE_EMPTY; t <= MLS_FORGE_LONG; t++) {
        struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
        c.membership = t;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
        c.membership = MLS_FORGE_RIGHT;
        c.confirmation = t;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    }
    end();
}

static uint8_t *exact(struct slice s, size_t n)
{
    uint8_t *p = malloc(n == 0 ? 1 : n);
    if (p == NULL) {
        abort();
    }
    memcpy(p, s.p, n);
    return p;
}

/* OpenMLS GHSA-rrmv-c79f-cf5r. */
TEST(no_decoder_reads_past_a_truncated_input)
{
    struct arena arena;
    struct mls_commit out;
    struct slice info, tree;
    REQUIRE(begin(classical()));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", VICTIM->suite);
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    CHECK_ERR(mls_world_stage(FORGER, &add, 1, true, &out), OK);
    CHECK_ERR(mls_group_info(VICTIM->g, &VICTIM->arena, true, true,
                             (struct mls_extensions){NULL, 0}, &info, &tree),
              OK);
    arena_init(&arena, 0);
    struct slice inputs[] = {out.commit, guest.package.message, info, tree, out.welcome};
    for (size_t k = 0; k < sizeof inputs / sizeof inputs[0]; k++) {
        for (size_t n = 0; n<inputs[k].n; n += inputs[k].n> 2000 ? 7 : 1) {
            uint8_t *p = exact(inputs[k], n);
            struct slice s = slice_make(p, n);
            struct mls_message message;
            struct mls_key_package_view view;
            struct mls_group_info parsed;
            struct mls_tree decoded;
            size_t index = 0;
            CHECK(k != 0 || mls_framing_read(s, &message) != OK);
            CHECK(k != 1 || mls_key_package_read(&arena, &view, s, NULL) != OK);
            CHECK(k != 2 || n < 4 || mls_welcome_get_info(slice_make(p + 4, n - 4), &parsed) != OK);
            CHECK(k != 3 || mls_tree_decode(&decoded, VICTIM->suite, &arena, s) != OK);
            CHECK(k != 4 || mls_welcome_find(s, &guest.package.ref, 1, &index) != OK);
            CHECK(k != 4 || mls_world_join(&guest, s, tree) != OK);
            free(p);
            arena_reset(&arena);
        }
    }
    arena_wipe(&arena);
    CHECK_ERR(mls_group_discard(FORGER->g), OK);
    mls_world_end(&guest);
    end();
}

/* OpenMLS GHSA-gc79-23g3-8g52. */
TEST(nested_vectors_and_extensions_do_not_recurse)
{
    struct slice bomb = SLICE_EMPTY;
    REQUIRE(begin(classical()));
    for (int i = 0; i < 5000; i++) {
        bomb = i % 2 == 0 ? mls_forge_vector(FORGER, bomb)
                          : mls_forge_extension(FORGER, MLS_EXTENSION_REQUIRED_CAPABILITIES, bomb);
        if (i % 500 == 0) {
            bomb = mls_forge_join(FORGER, bomb, SLICE_EMPTY);
        }
    }
    struct mls_forge_item item = {
        .proposal = mls_forge_context(
            FORGER, mls_forge_extension(FORGER, MLS_EXTENSION_EXTERNAL_SENDERS, bomb)),
        .sender = 1};
    struct mls_forge_message f = mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, item.proposal);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    uint8_t zeros[20000] = {0};
    f.content.body = mls_forge_context(FORGER, SLICE_ARRAY(zeros)); /* 6,666 empty extensions */
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", VICTIM->suite);
    struct mls_forge_package p = mls_forge_package_of(&guest);
    static const uint8_t types[] = {0xf0, 0x01};
    p.leaf.extension_types = SLICE_ARRAY(types);
    p.leaf.extensions = mls_forge_extension(FORGER, 0xf001, bomb);
    f.content.body = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p));
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &f), NULL), OK); /* just bytes */
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    mls_world_end(&guest);
    end();
}

/* OpenMLS GHSA-94v4-rg25-x625. */
TEST(a_member_removed_by_an_external_commit_is_out)
{
    struct slice info, tree, commit, text;
    REQUIRE(begin(classical()));
    struct mls_world_member back;
    mls_world_init(&back, "member 2", VICTIM->suite);
    CHECK_ERR(mls_group_info(VICTIM->g, &VICTIM->arena, true, true,
                             (struct mls_extensions){NULL, 0}, &info, &tree),
              OK);
    struct mls_storage storage = mls_world_storage(&back.store);
    struct mls_external_params params = {
        .group_info = info, .identity = back.id, .resync = true, .resync_leaf = 2};
    CHECK_ERR(mls_group_join_external(&back.g, &storage, &params, &back.arena, &commit), OK);
    CHECK_ERR(mls_world_merge(&back), OK);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], commit, NULL), OK);
    }
    CHECK(mls_group_state(m[2].g) == MLS_REMOVED);
    CHECK(mls_group_member_count(VICTIM->g) == N);
    struct mls_leaf_view leaf;
    CHECK_ERR(mls_group_member(VICTIM->g, 2, &leaf), OK);
    struct crypto_sign_public key;
    crypto_sign_public_of(&key, &back.id.signature);
    CHECK_BYTES(leaf.signature_key, SLICE_ARRAY(key.b));
    CHECK_ERR(mls_world_say(VICTIM, "without you", &text), OK);
    CHECK_ERR(mls_world_take(&m[2], text, NULL), ERR_STATE);
    CHECK_ERR(mls_world_take(&back, text, NULL), OK);
    mls_world_end(&m[2]);
    CHECK_ERR(mls_world_move(&m[2], &back), OK);
    end();
}

/* BouncyCastle CVE-2026-71890. */
TEST(an_external_commit_removes_nobody_else)
{
    REQUIRE(begin(classical()));
    struct mls_world_member stranger;
    mls_world_init(&stranger, "stranger", VICTIM->suite);
    for (uint32_t leaf = 0; leaf < N; leaf++) {
        struct mls_forge_item item = {.proposal = mls_forge_remove(FORGER, leaf),
                                      .sender_type = MLS_SENDER_NEW_MEMBER_COMMIT};
        struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
        c.external = true;
        c.identity = stranger.id;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    }
    mls_world_end(&stranger);
    end();
}

/* BouncyCastle CVE-2026-17507. */
TEST(huge_leaf_indices_end_at_once)
{
    static const uint32_t bad[] = {0x7fffffff, 0x80000000, 0xffffffff};
    REQUIRE(begin(classical()));
    for (size_t i = 0; i < 3; i++) {
        struct mls_forge_message f =
            mls_forge_message_of(FORGER, MLS_CONTENT_APPLICATION, SLICE_LITERAL("x"));
        f.is_private = true;
        f.leaf = bad[i];
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
        f = mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, bad[i]));
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    }
    end();
}

/* BouncyCastle CVE-2026-71885. */
TEST(certificates_bound_to_nothing_are_refused)
{
    static const uint8_t types[] = {0, 1, 0, 2};
    REQUIRE(begin(classical()));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", VICTIM->suite);
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.credential_type = 2;
    p.leaf.credential_types = SLICE_ARRAY(types);
    p.leaf.credential = mls_forge_vector(&guest, SLICE_LITERAL("somebody else's certificate"));
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    mls_world_end(&guest);
    end();
}

/* libcrux RUSTSEC-2026-0331. */
TEST(malformed_xwing_keys_are_refused)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_XWING_AES128);
    uint8_t key[CRYPTO_HPKE_PUBLIC_SIZE_MAX];
    REQUIRE(begin(suite));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", suite);
    for (int i = 0; i < 20; i++) {
        struct mls_forge_package p = mls_forge_package_of(&guest);
        memcpy(key, p.init_key.p, sizeof key);
        if (i < 10) {
            crypto_rand(key, sizeof key); /* coefficients above q almost surely */
        } else {
            key[3 * i] = 0xff;
            key[3 * i + 1] |= 0x0f; /* one coefficient 4095 */
        }
        bool init = i % 2 == 0;
        *(init ? &p.init_key : &p.leaf.encryption_key) = slice_make(key, suite->npk);
        struct mls_forge_message f = mls_forge_message_of(
            FORGER, MLS_CONTENT_PROPOSAL, mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)));
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), ERR_INPUT));
    }
    mls_world_end(&guest);
    end();
}

/* OpenMLS 0.9.0: rotation of the signature key inside a commit that adds; a new signer without a
 * path. */
TEST(a_commit_that_rotates_and_adds_signs_its_welcome_with_the_new_key)
{
    struct mls_commit out;
    struct crypto_sign_public ignored;
    REQUIRE(begin(classical()));
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", VICTIM->suite);
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    struct mls_identity id = FORGER->id;
    crypto_sign_generate(&id.signature, &ignored);
    struct mls_commit_params params = {
        .proposals = &add, .proposal_count = 1, .identity = &id}; /* no force_path */
    CHECK_ERR(mls_group_commit(FORGER->g, &FORGER->arena, &params, &out), OK);
    CHECK_ERR(mls_world_reload(FORGER), OK);
    CHECK_ERR(mls_world_merge(FORGER), OK);
    FORGER->id.signature = id.signature;
    for (size_t i = 0; i < N; i++) {
        struct mls_event event;
        if (i != 1) {
            CHECK_ERR(mls_world_take(&m[i], out.commit, &event), OK);
            CHECK(event.commit.has_path);
        }
    }
    CHECK_ERR(mls_world_join(&guest, out.welcome, out.ratchet_tree), OK);
    struct slice text;
    CHECK_ERR(mls_world_say(FORGER, "with the new key", &text), OK);
    CHECK_ERR(mls_world_take(&guest, text, NULL), OK);
    mls_world_end(&guest);
    /* The guest is a silent member now. */
    end();
}

/* OpenMLS 0.7.x: mixed lists, trimming and the leaf of an external committer. */
TEST(removing_the_right_half_and_adding_in_one_commit_agrees)
{
    struct mls_world_member w[6];
    struct mls_commit out;
    struct slice info, tree, commit;
    memset(w, 0, sizeof w);
    REQUIRE(mls_world_warm_group(w, 5, classical()) == OK);
    mls_world_init(&w[5], "new", classical());
    CHECK_ERR(mls_world_package(&w[5]), OK);
    struct mls_proposal list[2] = {mls_world_remove(4), mls_world_add(&w[5])};
    CHECK_ERR(mls_world_round(w, 5, 1, list, 2, true, &out), OK);
    CHECK_ERR(mls_world_join(&w[5], out.welcome, out.ratchet_tree), OK);
    CHECK(mls_group_own_leaf(w[5].g) == 4 && mls_world_agree(w, 6));
    struct mls_proposal remove = mls_world_remove(4);
    CHECK_ERR(mls_world_round(w, 6, 1, &remove, 1, true, NULL), OK);
    CHECK(mls_group_state(w[5].g) == MLS_REMOVED);
    /* The tree was halved: a resync of leaf 3 lands at 3 again, in four leaves. */
    mls_world_end(&w[4]);
    mls_world_init(&w[4], "member 3", classical());
    CHECK_ERR(mls_group_info(w[0].g, &w[0].arena, true, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    struct mls_storage storage = mls_world_storage(&w[4].store);
    struct mls_external_params params = {
        .group_info = info, .identity = w[4].id, .resync = true, .resync_leaf = UINT32_MAX};
    CHECK_ERR(mls_group_join_external(&w[4].g, &storage, &params, &w[4].arena, &commit), OK);
    CHECK_ERR(mls_world_merge(&w[4]), OK);
    CHECK(mls_group_own_leaf(w[4].g) == 3);
    for (size_t i = 0; i < 4; i++) {
        CHECK_ERR(mls_world_take(&w[i], commit, NULL), OK);
    }
    CHECK(mls_group_state(w[3].g) == MLS_REMOVED && mls_world_agree(w, 6));
    for (size_t i = 0; i < 6; i++) {
        mls_world_end(&w[i]);
    }
}

/* ts-mls issue 646. */
TEST(an_update_by_reference_from_leaf_zero_is_taken)
{
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    REQUIRE(begin(classical()));
    CHECK_ERR(mls_group_propose(m[0].g, &m[0].arena, &params, &update, NULL, &message), OK);
    for (size_t i = 1; i < N; i++) {
        CHECK_ERR(mls_world_take(&m[i], message, NULL), OK);
    }
    CHECK_ERR(mls_world_round(m, N, 2, NULL, 0, false, NULL), OK);
    CHECK(mls_world_agree(m, N));
    end();
}

/* ts-mls 1.6.4, found here. */
TEST(external_pub_and_external_senders_have_their_length_headers)
{
    struct slice info, tree, key, senders, list, part, body;
    struct mls_group_info parsed;
    struct crypto_sign_public keys[2];
    struct crypto_sign_secret secret;
    REQUIRE(begin(classical()));
    CHECK_ERR(mls_group_info(VICTIM->g, &VICTIM->arena, false, true,
                             (struct mls_extensions){NULL, 0}, &info, &tree),
              OK);
    CHECK_ERR(mls_framing_unwrap(info, MLS_WIRE_GROUP_INFO, &body), OK);
    CHECK_ERR(mls_welcome_get_info(body, &parsed), OK);
    CHECK(mls_codec_extension_find(parsed.extension_list, MLS_EXTENSION_EXTERNAL_PUB, &key));
    CHECK(key.n == 33 && key.p[0] == 32);
    struct buf b = buf_arena(&m[0].arena, 256);
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < 2; i++) {
        crypto_sign_generate(&secret, &keys[i]);
        mls_codec_put_vector(&b, SLICE_ARRAY(keys[i].b));
        buf_u16(&b, 1);
        mls_codec_put_vector(&b, SLICE_LITERAL("server"));
    }
    mls_codec_close(&b, mark);
    CHECK_ERR(buf_finish(&b, &senders), OK);
    struct mls_extension e = {MLS_EXTENSION_EXTERNAL_SENDERS, senders};
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {&e, 1}};
    CHECK_ERR(mls_world_round(m, N, 0, &p, 1, true, NULL), OK);
    struct slice all = senders;
    CHECK_ERR(mls_codec_vector(&all, &list), OK);
    CHECK_ERR(mls_codec_vector(&list, &part), OK);
    CHECK_BYTES(part, SLICE_ARRAY(keys[0].b));
    /* The second of the two signs: index 1 is found. */
    struct mls_forge_message f =
        mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, mls_forge_remove(FORGER, 3));
    f.content.sender_type = MLS_SENDER_EXTERNAL;
    f.content.sender = 1;
    f.signer = secret;
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &f), NULL), OK);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

/* libxmtp 1873: a merge that changes nothing would be a fork in waiting. */
TEST(every_merge_changes_the_authenticator)
{
    uint8_t before[64];
    REQUIRE(begin(classical()));
    for (int i = 0; i < 4; i++) {
        memcpy(before, mls_group_epoch_authenticator(VICTIM->g).p, 32);
        CHECK_ERR(mls_world_round(m, N, (size_t)i % N, NULL, 0, true, NULL), OK);
        CHECK(memcmp(before, mls_group_epoch_authenticator(VICTIM->g).p, 32) != 0);
    }
    end();
}

TEST_MAIN(TEST_ROW(tags_of_another_length_are_refused),
          TEST_ROW(no_decoder_reads_past_a_truncated_input),
          TEST_ROW(nested_vectors_and_extensions_do_not_recurse),
          TEST_ROW(a_member_removed_by_an_external_commit_is_out),
          TEST_ROW(an_external_commit_removes_nobody_else), TEST_ROW(huge_leaf_indices_end_at_once),
          TEST_ROW(certificates_bound_to_nothing_are_refused),
          TEST_ROW(malformed_xwing_keys_are_refused),
          TEST_ROW(a_commit_that_rotates_and_adds_signs_its_welcome_with_the_new_key),
          TEST_ROW(removing_the_right_half_and_adding_in_one_commit_agrees),
          TEST_ROW(an_update_by_reference_from_leaf_zero_is_taken),
          TEST_ROW(external_pub_and_external_senders_have_their_length_headers),
          TEST_ROW(every_merge_changes_the_authenticator))
