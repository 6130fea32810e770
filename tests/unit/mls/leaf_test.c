/* Leaves that must not stand in a group, wherever they come from: V30-V43. */
#include "mls/leaf.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"
#include "mls/key_package.h"

#define N 4
static struct mls_world_member m[N];
static struct mls_world_member guest; /* who would be added */
#define VICTIM (&m[0])
#define FORGER (&m[1])

static bool begin(void)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    mls_world_init(&guest, "guest", suite);
    return mls_world_warm_group(m, N, suite) == OK;
}

static void end(void)
{
    VICTIM->use_policy = false;
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    mls_world_end(&guest);
}

/* An Add of this package is refused as a proposal and inside a commit. */
static bool refuses_package(const struct mls_forge_package *p, enum err expected)
{
    struct slice add = mls_forge_add(FORGER, mls_forge_put_package(&guest, p));
    struct mls_forge_message f = mls_forge_message_of(FORGER, MLS_CONTENT_PROPOSAL, add);
    struct mls_forge_item item = {.proposal = add, .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, false);
    return mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), expected) &&
           mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), expected);
}

/* An Update of the forger to this leaf is refused. */
static bool refuses_update(const struct mls_forge_leaf *leaf, enum err expected)
{
    struct mls_forge_message f = mls_forge_message_of(
        FORGER, MLS_CONTENT_PROPOSAL, mls_forge_update(FORGER, mls_forge_put_leaf(FORGER, leaf)));
    return mls_world_refuses(VICTIM, mls_forge_put_message(FORGER, &f), expected);
}

static struct mls_forge_leaf update_leaf(void)
{
    struct mls_forge_leaf leaf = mls_forge_leaf_of(FORGER);
    leaf.source = MLS_LEAF_UPDATE;
    return leaf;
}

static enum err refuse_guest(void *user, const struct mls_leaf_view *leaf)
{
    (void)user;
    return slice_equal(leaf->credential, SLICE_LITERAL("guest")) ? ERR_AUTH_POLICY : OK;
}

TEST(forged_packages_and_updates_pass_until_they_are_spoiled)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    struct mls_forge_leaf leaf = update_leaf();
    struct mls_forge_message f = mls_forge_message_of(
        FORGER, MLS_CONTENT_PROPOSAL, mls_forge_update(FORGER, mls_forge_put_leaf(FORGER, &leaf)));
    CHECK_ERR(mls_world_take(&m[2], mls_forge_put_message(FORGER, &f), NULL), OK);
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_commit(FORGER, &c), NULL), OK);
    CHECK(mls_group_member_count(VICTIM->g) == N + 1);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
    mls_world_end(&guest);
}

TEST(v30_the_policy_has_the_last_word_on_a_credential)
{
    REQUIRE(begin());
    VICTIM->use_policy = true;
    VICTIM->policy.leaf = refuse_guest;
    struct mls_forge_package p = mls_forge_package_of(&guest);
    CHECK(refuses_package(&p, ERR_AUTH_POLICY));
    struct mls_forge_leaf leaf = update_leaf();
    leaf.credential = SLICE_LITERAL("guest");
    CHECK(refuses_update(&leaf, ERR_AUTH_POLICY));
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.new_identity = true;
    c.identity = FORGER->id;
    c.identity.credential = SLICE_LITERAL("guest");
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    end();
}

TEST(v30_certificates_are_not_accepted_unbound_to_the_signature_key)
{
    static const uint8_t types[] = {0, 1, 0, 2};
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.credential_type = MLS_CREDENTIAL_X509;
    p.leaf.credential = mls_forge_vector(&guest, SLICE_LITERAL("certificate"));
    p.leaf.credential_types = SLICE_ARRAY(types);
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    /* We never say that we support type 2, so nobody with it can be a member. */
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    end();
}

TEST(v31_a_leaf_is_signed_by_its_own_key)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.bad_signature = true;
    CHECK(refuses_package(&p, ERR_AUTH));
    p.leaf.bad_signature = false;
    p.leaf.signer = FORGER->id.signature;
    CHECK(refuses_package(&p, ERR_AUTH));
    struct mls_forge_leaf leaf = update_leaf();
    leaf.bad_signature = true;
    CHECK(refuses_update(&leaf, ERR_AUTH));
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.bad_leaf_signature = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH));
    end();
}

TEST(v31_an_updated_leaf_is_bound_to_its_group_and_place)
{
    REQUIRE(begin());
    struct mls_forge_leaf leaf = update_leaf();
    leaf.group_id = SLICE_LITERAL("other");
    CHECK(refuses_update(&leaf, ERR_AUTH));
    leaf = update_leaf();
    leaf.index = 2;
    CHECK(refuses_update(&leaf, ERR_AUTH));
    end();
}

TEST(v32_a_leaf_offers_our_version_and_suite)
{
    static const uint8_t other[] = {0x0a, 0x0a};
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.versions = SLICE_ARRAY(other);
    CHECK(refuses_package(&p, ERR_INPUT_VERSION));
    p = mls_forge_package_of(&guest);
    p.leaf.suites = SLICE_ARRAY(other);
    CHECK(refuses_package(&p, ERR_INPUT_SUITE));
    struct mls_forge_leaf leaf = update_leaf();
    leaf.suites = SLICE_ARRAY(other);
    CHECK(refuses_update(&leaf, ERR_INPUT_SUITE));
    end();
}

/* Puts required_capabilities with one extension, proposal or credential type into the group. */
static void require_type(unsigned list, uint16_t type)
{
    struct slice data;
    struct buf b = buf_arena(&m[0].arena, 32);
    for (unsigned i = 0; i < 3; i++) {
        buf_u8(&b, i == list ? 2 : 0);
        if (i == list) {
            buf_u16(&b, type);
        }
    }
    CHECK_ERR(buf_finish(&b, &data), OK);
    struct mls_extension e = {MLS_EXTENSION_REQUIRED_CAPABILITIES, data};
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {&e, 1}};
    CHECK_ERR(mls_world_round(m, N, 0, &p, 1, true, NULL), OK);
}

static bool refuses_guest(void)
{
    struct mls_forge_package p = mls_forge_package_of(&guest);
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    return mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY);
}

TEST(v33_required_capabilities_are_met_by_every_leaf)
{
    REQUIRE(begin());
    require_type(0, MLS_EXTENSION_LAST_RESORT); /* which our own leaves list */
    CHECK(refuses_guest());                     /* and forged ones do not    */
    end();
    REQUIRE(begin());
    require_type(0, MLS_EXTENSION_APPLICATION_ID); /* a default type needs no listing */
    require_type(2, MLS_CREDENTIAL_BASIC);
    struct mls_forge_package p = mls_forge_package_of(&guest);
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK_ERR(mls_world_take(&m[2], mls_forge_put_commit(FORGER, &c), NULL), OK);
    mls_world_end(&m[2]);
    end();
}

TEST(v33_required_capabilities_nobody_has_cannot_be_set)
{
    struct mls_commit out;
    REQUIRE(begin());
    struct mls_extension e = {MLS_EXTENSION_REQUIRED_CAPABILITIES, check_hex("02f0f00000")};
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {&e, 1}};
    CHECK_ERR(mls_world_stage(FORGER, &p, 1, true, &out), ERR_AUTH_POLICY);
    struct mls_forge_item item = {
        .proposal = mls_forge_context(FORGER, mls_forge_extension(FORGER, e.type, e.data)),
        .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    end();
}

TEST(v34_credential_types_are_supported_all_round)
{
    static const uint8_t other[] = {0xf0, 0x01};
    REQUIRE(begin());
    /* Its own type is not in its list. */
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.credential_types = SLICE_ARRAY(other);
    CHECK(refuses_package(&p, ERR_INPUT));
    /* Its type is, but it does not support ours, nor we its. */
    p.leaf.credential_type = 0xf001;
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_AUTH_POLICY));
    end();
}

TEST(v35_leaf_extensions_are_among_the_capabilities)
{
    static const uint8_t types[] = {0xf0, 0x11};
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.extensions = mls_forge_extension(&guest, 0xf011, SLICE_LITERAL("x"));
    CHECK(refuses_package(&p, ERR_INPUT));
    struct mls_forge_leaf leaf = update_leaf();
    leaf.extensions = p.leaf.extensions;
    CHECK(refuses_update(&leaf, ERR_INPUT));
    leaf.extension_types = SLICE_ARRAY(types);
    struct mls_forge_message f = mls_forge_message_of(
        FORGER, MLS_CONTENT_PROPOSAL, mls_forge_update(FORGER, mls_forge_put_leaf(FORGER, &leaf)));
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &f), NULL), OK);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

TEST(v36_lifetimes_are_current_and_bounded_when_asked)
{
    const uint64_t now = 1800000000;
    REQUIRE(begin());
    VICTIM->use_policy = true;
    VICTIM->policy.check_lifetime = true;
    VICTIM->policy.now_s = now;
    struct mls_forge_package p = mls_forge_package_of(&guest);
    CHECK(refuses_package(&p, ERR_AUTH_POLICY)); /* for ever */
    p.leaf.not_before_s = now - 10;
    p.leaf.not_after_s = now - 1;
    CHECK(refuses_package(&p, ERR_AUTH_POLICY)); /* over */
    p.leaf.not_before_s = now + 1;
    p.leaf.not_after_s = now + 100;
    CHECK(refuses_package(&p, ERR_AUTH_POLICY)); /* not begun */
    p.leaf.not_before_s = now - 10;
    p.leaf.not_after_s = now - 10 + LIMIT_MLS_LIFETIME_S + 1;
    CHECK(refuses_package(&p, ERR_AUTH_POLICY)); /* too long */
    p.leaf.not_after_s--;
    struct mls_forge_message f = mls_forge_message_of(
        FORGER, MLS_CONTENT_PROPOSAL, mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)));
    CHECK_ERR(mls_world_take(VICTIM, mls_forge_put_message(FORGER, &f), NULL), OK);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    end();
}

TEST(v37_the_source_of_a_leaf_matches_its_place)
{
    REQUIRE(begin());
    for (uint8_t source = MLS_LEAF_UPDATE; source <= MLS_LEAF_COMMIT; source++) {
        struct mls_forge_package p = mls_forge_package_of(&guest);
        p.leaf.source = source;
        CHECK(refuses_package(&p, ERR_INPUT));
        struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
        c.leaf_source = source == MLS_LEAF_COMMIT ? MLS_LEAF_KEY_PACKAGE : MLS_LEAF_UPDATE;
        CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    }
    struct mls_forge_leaf leaf = update_leaf();
    leaf.source = MLS_LEAF_KEY_PACKAGE;
    CHECK(refuses_update(&leaf, ERR_INPUT));
    leaf.source = MLS_LEAF_COMMIT;
    CHECK(refuses_update(&leaf, ERR_INPUT));
    end();
}

TEST(v38_an_update_or_path_brings_a_new_encryption_key)
{
    REQUIRE(begin());
    struct mls_leaf_view own;
    CHECK_ERR(mls_group_member(FORGER->g, 1, &own), OK);
    struct mls_forge_leaf leaf = update_leaf();
    leaf.encryption_key = own.encryption_key;
    CHECK(refuses_update(&leaf, ERR_INPUT));
    struct mls_forge_commit c = mls_forge_commit_of(NULL, 0, true);
    c.keep_encryption_key = true;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    end();
}

TEST(v39_keys_are_unique_in_the_group)
{
    struct mls_leaf_view other;
    REQUIRE(begin());
    CHECK_ERR(mls_group_member(FORGER->g, 2, &other), OK);
    /* An encryption key of another leaf. */
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.leaf.encryption_key = other.encryption_key;
    struct mls_forge_item item = {
        .proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p)), .sender = 1};
    struct mls_forge_commit c = mls_forge_commit_of(&item, 1, true);
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    /* A signature key of another leaf: the forger knows member 2's. */
    guest.id.signature = m[2].id.signature;
    p = mls_forge_package_of(&guest);
    item.proposal = mls_forge_add(FORGER, mls_forge_put_package(&guest, &p));
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &c), ERR_INPUT));
    struct mls_forge_commit path = mls_forge_commit_of(NULL, 0, true);
    path.new_identity = true;
    path.identity = FORGER->id;
    path.identity.signature = m[2].id.signature;
    CHECK(mls_world_refuses(VICTIM, mls_forge_put_commit(FORGER, &path), ERR_INPUT));
    end();
}

TEST(v40_a_package_has_the_version_and_suite_of_the_group)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.version = 2;
    CHECK(refuses_package(&p, ERR_INPUT_VERSION));
    p = mls_forge_package_of(&guest);
    p.suite = CRYPTO_SUITE_X25519_AES128;
    CHECK(refuses_package(&p, ERR_INPUT_SUITE));
    end();
}

TEST(v41_keys_of_a_package_are_well_formed)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.init_key = slice_make(p.init_key.p, p.init_key.n - 1);
    CHECK(refuses_package(&p, ERR_INPUT));
    p = mls_forge_package_of(&guest);
    p.leaf.encryption_key = SLICE_EMPTY;
    CHECK(refuses_package(&p, ERR_INPUT));
    p = mls_forge_package_of(&guest);
    p.leaf.signature_key = slice_make(p.leaf.signature_key.p, 31);
    CHECK(refuses_package(&p, ERR_INPUT));
    /* Of small order: nobody could seal to it, and so nobody could make a commit with a path. */
    static const uint8_t zeros[32];
    p = mls_forge_package_of(&guest);
    p.init_key = SLICE_ARRAY(zeros);
    CHECK(refuses_package(&p, ERR_INPUT));
    p = mls_forge_package_of(&guest);
    p.leaf.encryption_key = SLICE_ARRAY(zeros);
    CHECK(refuses_package(&p, ERR_INPUT));
    struct mls_forge_leaf leaf = update_leaf();
    leaf.encryption_key = SLICE_ARRAY(zeros);
    CHECK(refuses_update(&leaf, ERR_INPUT));
    end();
}

TEST(v42_a_package_is_signed_by_the_key_of_its_leaf)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.bad_signature = true;
    CHECK(refuses_package(&p, ERR_AUTH));
    end();
}

TEST(v43_the_init_key_is_not_the_leaf_key)
{
    REQUIRE(begin());
    struct mls_forge_package p = mls_forge_package_of(&guest);
    p.init_key = p.leaf.encryption_key;
    CHECK(refuses_package(&p, ERR_INPUT));
    end();
}

/* Counts the leaves of these calls that show the extension every test leaf below has. */
struct seen {
    unsigned leaf, replace;
};

static bool shows(const struct mls_leaf_view *leaf)
{
    for (size_t i = 0; i < leaf->extensions.n; i++) {
        if (leaf->extensions.v[i].type == 0xf022) {
            return slice_equal(leaf->extensions.v[i].data, SLICE_LITERAL("chain"));
        }
    }
    return false;
}

static enum err see_leaf(void *user, const struct mls_leaf_view *leaf)
{
    struct seen *seen = user;
    seen->leaf += shows(leaf);
    return OK;
}

static enum err see_replace(void *user, const struct mls_leaf_view *before,
                            const struct mls_leaf_view *after)
{
    struct seen *seen = user;
    (void)before;
    seen->replace += shows(after);
    return OK;
}

TEST(v30_the_policy_sees_the_extensions_of_every_new_leaf)
{
    struct mls_extension chain = {0xf022, SLICE_LITERAL("chain")};
    struct seen seen = {0, 0};
    struct mls_commit out;
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    REQUIRE(begin());
    VICTIM->use_policy = true;
    VICTIM->policy = (struct mls_policy){.user = &seen, .leaf = see_leaf, .replace = see_replace};
    struct mls_identity id = FORGER->id;
    id.leaf_extensions = (struct mls_extensions){&chain, 1};
    /* Update */
    CHECK_ERR(mls_group_propose(FORGER->g, &FORGER->arena, &params, &update, &id, &message), OK);
    CHECK_ERR(mls_world_take(VICTIM, message, NULL), OK);
    CHECK(seen.leaf == 1 && seen.replace == 1);
    CHECK_ERR(mls_group_clear_proposals(VICTIM->g), OK);
    CHECK_ERR(mls_group_clear_proposals(FORGER->g), OK);
    /* path and Add */
    guest.id.leaf_extensions = id.leaf_extensions;
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    struct mls_commit_params commit = {.proposals = &add, .proposal_count = 1, .identity = &id};
    CHECK_ERR(mls_group_commit(FORGER->g, &FORGER->arena, &commit, &out), OK);
    CHECK_ERR(mls_world_merge(FORGER), OK);
    CHECK_ERR(mls_world_take(VICTIM, out.commit, NULL), OK);
    CHECK(seen.leaf == 3 && seen.replace == 2);
    /* joining */
    guest.use_policy = true;
    guest.policy = VICTIM->policy;
    CHECK_ERR(mls_world_join(&guest, out.welcome, out.ratchet_tree), OK);
    CHECK(seen.leaf == 5);
    CHECK_ERR(mls_world_take(&m[2], out.commit, NULL), OK);
    CHECK_ERR(mls_world_take(&m[3], out.commit, NULL), OK);
    end();
}

TEST(our_own_packages_hold_grease_and_are_read_back)
{
    struct arena arena;
    struct mls_key_package_view view;
    struct mls_policy policy = {.check_lifetime = true, .now_s = 1000};
    size_t n = 0;
    const struct crypto_suite *suites = crypto_suite_list(&n);
    arena_init(&arena, 0);
    for (size_t i = 0; i < n; i++) {
        struct mls_world_member w;
        struct mls_key_package p;
        size_t grease = 0;
        mls_world_init(&w, "w", &suites[i]);
        CHECK_ERR(mls_key_package_create(&arena, &p, &suites[i], &w.id, 900, 1100, i % 2 == 0), OK);
        CHECK_ERR(mls_key_package_read(&arena, &view, p.message, &policy), OK);
        CHECK_BYTES(view.ref, p.ref);
        CHECK(view.last_resort == (i % 2 == 0) && view.suite == suites[i].code);
        CHECK(view.not_before_s == 900 && view.not_after_s == 1100);
        for (size_t k = 0; k < view.leaf.extensions.n; k++) {
            grease += mls_codec_is_grease(view.leaf.extensions.v[k].type);
        }
        CHECK(grease == 1);
        /* Without the header, too. */
        CHECK_ERR(mls_key_package_read(&arena, &view, slice_make(p.message.p + 4, p.message.n - 4),
                                       &policy),
                  OK);
        policy.now_s = 1101;
        CHECK_ERR(mls_key_package_read(&arena, &view, p.message, &policy), ERR_AUTH_POLICY);
        policy.now_s = 1000;
        mls_world_end(&w);
    }
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(forged_packages_and_updates_pass_until_they_are_spoiled),
          TEST_ROW(v30_the_policy_has_the_last_word_on_a_credential),
          TEST_ROW(v30_certificates_are_not_accepted_unbound_to_the_signature_key),
          TEST_ROW(v31_a_leaf_is_signed_by_its_own_key),
          TEST_ROW(v31_an_updated_leaf_is_bound_to_its_group_and_place),
          TEST_ROW(v32_a_leaf_offers_our_version_and_suite),
          TEST_ROW(v33_required_capabilities_are_met_by_every_leaf),
          TEST_ROW(v33_required_capabilities_nobody_has_cannot_be_set),
          TEST_ROW(v34_credential_types_are_supported_all_round),
          TEST_ROW(v35_leaf_extensions_are_among_the_capabilities),
          TEST_ROW(v36_lifetimes_are_current_and_bounded_when_asked),
          TEST_ROW(v37_the_source_of_a_leaf_matches_its_place),
          TEST_ROW(v38_an_update_or_path_brings_a_new_encryption_key),
          TEST_ROW(v39_keys_are_unique_in_the_group),
          TEST_ROW(v40_a_package_has_the_version_and_suite_of_the_group),
          TEST_ROW(v41_keys_of_a_package_are_well_formed),
          TEST_ROW(v42_a_package_is_signed_by_the_key_of_its_leaf),
          TEST_ROW(v43_the_init_key_is_not_the_leaf_key),
          TEST_ROW(v30_the_policy_sees_the_extensions_of_every_new_leaf),
          TEST_ROW(our_own_packages_hold_grease_and_are_read_back))
