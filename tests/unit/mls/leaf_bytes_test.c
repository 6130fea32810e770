/* A leaf by itself: its bytes, the rules it keeps alone, and the leaves we make. */
#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/mls_forge.h"
#include "mls/leaf.h"

static struct mls_world_member who;
static struct mls_forge_leaf form;

static void begin(void)
{
    mls_world_init(&who, "who", crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
    form = mls_forge_leaf_of(&who);
}

static void end(void)
{
    mls_world_end(&who);
}

static struct mls_leaf leaf_of(void)
{
    struct mls_leaf leaf;
    struct slice raw = mls_forge_put_leaf(&who, &form);
    CHECK_ERR(mls_leaf_read(&raw, &leaf), OK);
    CHECK(raw.n == 0);
    return leaf;
}

static enum err read_form(void)
{
    struct mls_leaf leaf;
    struct slice raw = mls_forge_put_leaf(&who, &form);
    return mls_leaf_read(&raw, &leaf);
}

TEST(a_leaf_is_read_field_by_field)
{
    struct mls_leaf kept, leaf;
    begin();
    form.versions = check_hex("0001");
    form.suites = check_hex("00030a0a");
    form.extension_types = check_hex("f0a1");
    form.proposal_types = check_hex("f0b1f0b2");
    form.credential_types = check_hex("00010005");
    form.extensions = check_hex("f0a101ee");
    form.not_before_s = 5;
    form.not_after_s = 7;
    leaf = leaf_of();
    CHECK(leaf.source == MLS_LEAF_KEY_PACKAGE && leaf.not_before_s == 5 && leaf.not_after_s == 7);
    CHECK_BYTES(leaf.suites, form.suites);
    CHECK_BYTES(leaf.extension_types, form.extension_types);
    CHECK_BYTES(leaf.proposal_types, form.proposal_types);
    CHECK_BYTES(leaf.credential_types, form.credential_types);
    CHECK(leaf.capabilities.n == 5 + 2 + 4 + 2 + 4 + 4);
    CHECK(leaf.tbs.p == leaf.raw.p && leaf.raw.n == leaf.tbs.n + 2 + 64 && leaf.signature.n == 64);
    CHECK(leaf.extensions.n == 0 && leaf.extension_list.n == 4);
    CHECK_ERR(mls_leaf_keep(&who.arena, &kept, &leaf), OK);
    CHECK(kept.raw.p != leaf.raw.p && kept.extensions.n == 1 &&
          kept.extensions.v[0].type == 0xf0a1);
    struct mls_leaf_view view = mls_leaf_view(&kept, 3);
    CHECK(view.index == 3 && view.credential_type == 1 && view.extensions.n == 1);
    CHECK(slice_equal(view.credential, form.credential) &&
          slice_equal(view.signature_key, form.signature_key) &&
          slice_equal(view.encryption_key, form.encryption_key));
    CHECK_ERR(mls_leaf_view_in(&who.arena, &view, &leaf, 4), OK);
    CHECK(view.index == 4 && view.extensions.n == 1);
    form.source = MLS_LEAF_COMMIT;
    form.parent_hash = check_hex("aabb");
    leaf = leaf_of();
    CHECK_BYTES(leaf.parent_hash, check_hex("aabb"));
    end();
}

TEST(a_leaf_cut_anywhere_is_none)
{
    begin();
    form.extensions = check_hex("f0a101ee");
    for (form.source = MLS_LEAF_KEY_PACKAGE; form.source <= MLS_LEAF_COMMIT; form.source++) {
        struct slice raw = mls_forge_put_leaf(&who, &form);
        for (size_t n = 0; n < raw.n; n++) {
            struct mls_leaf leaf;
            struct slice cut = check_copy(slice_make(raw.p, n));
            struct slice s = cut;
            CHECK_ERR(mls_leaf_read(&s, &leaf), ERR_INPUT);
            check_release(cut);
        }
        CHECK_ERR(read_form(), OK);
    }
    CHECK_ERR(read_form(), ERR_INPUT); /* there are three sources */
    form.source = 0;
    CHECK_ERR(read_form(), ERR_INPUT);
    end();
}

TEST(certificates_are_whole_vectors)
{
    begin();
    form.credential_type = MLS_CREDENTIAL_X509;
    form.credential = check_hex("01aa02bbcc");
    CHECK_ERR(read_form(), OK);
    form.credential = check_hex("01aa02bb");
    CHECK_ERR(read_form(), ERR_INPUT);
    form.credential = check_hex("");
    CHECK_ERR(read_form(), OK);
    form.credential_type = MLS_CREDENTIAL_BASIC;
    form.credential = check_hex("01aa02bb");
    CHECK_ERR(read_form(), OK);
    end();
}

static enum err checked(uint8_t source)
{
    struct mls_leaf leaf = leaf_of();
    return mls_leaf_check(&leaf, who.suite, source);
}

TEST(a_leaf_keeps_its_own_rules)
{
    begin();
    struct mls_forge_leaf good = form;
    CHECK_ERR(checked(0), OK);
    CHECK_ERR(checked(MLS_LEAF_KEY_PACKAGE), OK);
    CHECK_ERR(checked(MLS_LEAF_UPDATE), ERR_INPUT);
    CHECK_ERR(checked(MLS_LEAF_COMMIT), ERR_INPUT);
    form.versions = check_hex("0a0a0001");
    CHECK_ERR(checked(0), OK);
    form.versions = check_hex("00020100");
    CHECK_ERR(checked(0), ERR_INPUT_VERSION);
    form = good;
    form.suites = SLICE_EMPTY;
    CHECK_ERR(checked(0), ERR_INPUT_SUITE);
    form = good;
    form.credential_types = check_hex("0002");
    CHECK_ERR(checked(0), ERR_INPUT);
    form = good;
    form.signature_key = slice_make(good.signature_key.p, 31);
    CHECK_ERR(checked(0), ERR_INPUT);
    form.signature_key = mls_forge_join(&who, good.signature_key, check_hex("00"));
    CHECK_ERR(checked(0), ERR_INPUT);
    form = good;
    form.encryption_key = slice_make(good.encryption_key.p, 31);
    CHECK_ERR(checked(0), ERR_INPUT);
    end();
}

TEST(extensions_are_listed_unless_they_are_default)
{
    begin();
    for (uint16_t type = 0; type <= 7; type++) {
        bool is_default = type >= 1 && type <= 5;
        CHECK(mls_leaf_is_default_extension(type) == is_default);
        form.extensions = mls_forge_extension(&who, type, SLICE_EMPTY);
        form.extension_types = SLICE_EMPTY;
        CHECK_ERR(checked(0), is_default ? OK : ERR_INPUT);
    }
    /* The second of two. */
    form.extensions = check_hex("f0a100f0a200");
    form.extension_types = check_hex("f0a1");
    CHECK_ERR(checked(0), ERR_INPUT);
    form.extension_types = check_hex("f0a2");
    CHECK_ERR(checked(0), ERR_INPUT);
    form.extension_types = check_hex("f0a1f0a2");
    CHECK_ERR(checked(0), OK);
    end();
}

TEST(a_lifetime_holds_to_its_last_second)
{
    struct mls_leaf leaf = {.source = MLS_LEAF_KEY_PACKAGE, .not_before_s = 10, .not_after_s = 20};
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 9), ERR_AUTH_POLICY);
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 10), OK);
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 20), OK);
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 21), ERR_AUTH_POLICY);
    leaf.not_after_s = 10 + LIMIT_MLS_LIFETIME_S;
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 15), OK);
    leaf.not_after_s++;
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 15), ERR_AUTH_POLICY);
    leaf.source = MLS_LEAF_COMMIT;
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 15), OK);
    leaf.source = MLS_LEAF_UPDATE;
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 0), OK);
}

static enum err supports(const char *hex)
{
    struct mls_leaf leaf = leaf_of();
    return mls_leaf_supports(&leaf, check_hex(hex));
}

TEST(required_capabilities_are_of_three_kinds)
{
    static const uint8_t extensions[] = {0xf0, 0xa1};
    static const uint8_t proposals[] = {0xf0, 0xb1};
    static const uint8_t credentials[] = {0, 1, 0, 5};
    begin();
    form.extension_types = SLICE_ARRAY(extensions);
    form.proposal_types = SLICE_ARRAY(proposals);
    form.credential_types = SLICE_ARRAY(credentials);
    CHECK_ERR(supports(""), OK);
    CHECK_ERR(supports("f0a100"), OK);
    CHECK_ERR(supports("f0a200"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("000100000500"), OK);
    CHECK_ERR(supports("000303000000"), OK);
    CHECK_ERR(supports("00030902f0a102f0b1020005"), OK);
    CHECK_ERR(supports("00030902f0a202f0b1020005"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("00030902f0a102f0b2020005"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("00030902f0a102f0b1020006"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("00030704f0a1f0a20000"), ERR_AUTH_POLICY); /* the second of a list */
    CHECK_ERR(supports("00030704f0a2f0a10000"), ERR_AUTH_POLICY);
    /* Proposals 1 to 7 and extensions 1 to 5 need no listing; credentials do. */
    CHECK_ERR(supports("00030700040001000700"), OK);
    CHECK_ERR(supports("0003050002000000"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("0003050002000800"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("00030704000100050000"), OK);
    CHECK_ERR(supports("0003050200000000"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("0003050200060000"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("0003050000020002"), ERR_AUTH_POLICY);
    CHECK_ERR(supports("0003050000020001"), OK);
    CHECK_ERR(supports("0003020000"), ERR_INPUT);
    CHECK_ERR(supports("00030400000000"), ERR_INPUT);
    end();
}

static unsigned asked;

static enum err ask_leaf(void *user, const struct mls_leaf_view *leaf)
{
    (void)user;
    asked += leaf->extensions.n == 1 && leaf->index == 7;
    return ERR_AUTH_POLICY;
}

static enum err ask_replace(void *user, const struct mls_leaf_view *a,
                            const struct mls_leaf_view *b)
{
    (void)user;
    asked += a->credential_type == 1 && b->credential_type == 5 && a->index == 7 && b->index == 7 &&
             a->extensions.n == 1 && b->extensions.n == 1;
    return ERR_AUTH_POLICY;
}

TEST(a_policy_is_asked_when_there_is_one)
{
    struct mls_policy policy = {0};
    begin();
    form.extensions = check_hex("f0a100");
    struct mls_leaf before = leaf_of();
    form.credential_type = 5;
    struct mls_leaf after = leaf_of();
    asked = 0;
    CHECK_ERR(mls_leaf_allowed(&who.arena, NULL, &after, 7), OK);
    CHECK_ERR(mls_leaf_allowed(&who.arena, &policy, &after, 7), OK);
    CHECK_ERR(mls_leaf_may_replace(&who.arena, NULL, &before, &after, 7), OK);
    CHECK_ERR(mls_leaf_may_replace(&who.arena, &policy, &before, &after, 7), OK);
    policy.leaf = ask_leaf;
    policy.replace = ask_replace;
    CHECK_ERR(mls_leaf_allowed(&who.arena, &policy, &after, 7), ERR_AUTH_POLICY);
    CHECK_ERR(mls_leaf_may_replace(&who.arena, &policy, &before, &after, 7), ERR_AUTH_POLICY);
    CHECK(asked == 2);
    end();
}

/* ---- leaves of ours ----------------------------------------------------------------------------
 */

static size_t times(struct slice list, uint16_t type)
{
    size_t n = 0;
    uint16_t v = 0;
    while (list.n > 0 && slice_u16(&list, &v) == OK) {
        n += v == type;
    }
    return n;
}

TEST(a_leaf_of_ours_lists_what_we_can_each_once)
{
    static const uint16_t types[] = {0xf0a1, 0xf0a2, 0xf0a1, MLS_EXTENSION_APPLICATION_ID,
                                     MLS_EXTENSION_LAST_RESORT};
    static const uint16_t credentials[] = {5};
    const struct mls_extension own[] = {{0xf0a3, SLICE_LITERAL("x")}, {0xf0a5, SLICE_EMPTY}};
    const struct mls_extension context[] = {{0xf0a2, SLICE_EMPTY}, {0xf0a4, SLICE_EMPTY}};
    struct crypto_sign_pair pair;
    struct mls_leaf leaf, like;
    begin();
    struct mls_identity id = who.id;
    crypto_sign_pair_of(&pair, &id.signature);
    id.extension_types = types;
    id.extension_type_n = 5;
    id.leaf_extensions = (struct mls_extensions){own, 2};
    id.credential_types = credentials;
    id.credential_type_n = 1;
    struct mls_leaf_new in = {.suite = who.suite,
                              .identity = &id,
                              .key = &pair,
                              .context_extensions = {context, 2},
                              .encryption_key = form.encryption_key,
                              .source = MLS_LEAF_UPDATE,
                              .group_id = SLICE_LITERAL("group"),
                              .index = 3};
    CHECK_ERR(mls_leaf_create(&who.arena, &leaf, &in), OK);
    CHECK_ERR(mls_leaf_check(&leaf, who.suite, MLS_LEAF_UPDATE), OK);
    CHECK_ERR(mls_leaf_verify(&who.arena, &leaf, SLICE_LITERAL("group"), 3), OK);
    CHECK_ERR(mls_leaf_verify(&who.arena, &leaf, SLICE_LITERAL("group"), 4), ERR_AUTH);
    CHECK_ERR(mls_leaf_verify(&who.arena, &leaf, SLICE_LITERAL("other"), 3), ERR_AUTH);
    CHECK(times(leaf.extension_types, 0xf0a1) == 1 && times(leaf.extension_types, 0xf0a2) == 1);
    CHECK(times(leaf.extension_types, 0xf0a3) == 1 && times(leaf.extension_types, 0xf0a4) == 1);
    CHECK(times(leaf.extension_types, MLS_EXTENSION_LAST_RESORT) == 1);
    CHECK(times(leaf.extension_types, MLS_EXTENSION_APPLICATION_ID) == 0);
    CHECK(leaf.extension_types.n == 2 * 7 && mls_codec_grease_in(leaf.extension_types) != 0);
    CHECK(mls_codec_grease_in(leaf.suites) != 0 && mls_codec_grease_in(leaf.proposal_types) != 0);
    CHECK(mls_codec_grease_in(leaf.credential_types) != 0 && leaf.credential_types.n == 6);
    CHECK(times(leaf.credential_types, 1) == 1 && times(leaf.credential_types, 5) == 1);
    CHECK(leaf.proposal_types.n == 2 && leaf.versions.n == 2);
    size_t suites = 0;
    (void)crypto_suite_list(&suites);
    CHECK(leaf.suites.n == 2 * (suites + 1));
    CHECK(times(leaf.extension_types, 0xf0a5) == 1);
    CHECK(leaf.extensions.n == 3 && leaf.extensions.v[0].type == 0xf0a3 &&
          leaf.extensions.v[1].type == 0xf0a5);
    CHECK(mls_codec_is_grease(leaf.extensions.v[2].type) &&
          times(leaf.extension_types, leaf.extensions.v[2].type) == 1);
    /* The next one is like it but for the keys, its source and place. */
    CHECK_ERR(mls_leaf_keep(&who.arena, &like, &leaf), OK);
    in.identity = NULL;
    in.like = &like;
    in.source = MLS_LEAF_COMMIT;
    in.parent_hash = check_hex("aabb");
    CHECK_ERR(mls_leaf_create(&who.arena, &leaf, &in), OK);
    CHECK(slice_equal(leaf.capabilities, like.capabilities));
    CHECK(slice_equal(leaf.extension_list, like.extension_list) && leaf.extensions.n == 3);
    CHECK(slice_equal(leaf.credential, like.credential) && leaf.credential_type == 1);
    CHECK_BYTES(leaf.parent_hash, check_hex("aabb"));
    CHECK_ERR(mls_leaf_verify(&who.arena, &leaf, SLICE_LITERAL("group"), 3), OK);
    end();
}

TEST(capabilities_have_room_for_sixty_four_extension_types)
{
    uint16_t types[63];
    struct crypto_sign_pair pair;
    struct mls_leaf leaf;
    begin();
    struct mls_identity id = who.id;
    crypto_sign_pair_of(&pair, &id.signature);
    for (uint16_t i = 0; i < 63; i++) {
        types[i] = (uint16_t)(0xf100 + i);
    }
    id.extension_types = types;
    struct mls_leaf_new in = {.suite = who.suite,
                              .identity = &id,
                              .key = &pair,
                              .encryption_key = form.encryption_key,
                              .source = MLS_LEAF_KEY_PACKAGE,
                              .not_before_s = 0x0102030405060708,
                              .not_after_s = UINT64_MAX};
    id.extension_type_n = 62; /* with last_resort and one at random */
    CHECK_ERR(mls_leaf_create(&who.arena, &leaf, &in), OK);
    CHECK(leaf.extension_types.n == 2 * 64 && leaf.not_before_s == 0x0102030405060708);
    CHECK(leaf.not_after_s == UINT64_MAX);
    CHECK_ERR(mls_leaf_verify(&who.arena, &leaf, SLICE_EMPTY, 0), OK);
    id.extension_type_n = 63;
    CHECK_ERR(mls_leaf_create(&who.arena, &leaf, &in), ERR_LIMIT);
    end();
}

TEST_MAIN(TEST_ROW(a_leaf_is_read_field_by_field), TEST_ROW(a_leaf_cut_anywhere_is_none),
          TEST_ROW(certificates_are_whole_vectors), TEST_ROW(a_leaf_keeps_its_own_rules),
          TEST_ROW(extensions_are_listed_unless_they_are_default),
          TEST_ROW(a_lifetime_holds_to_its_last_second),
          TEST_ROW(required_capabilities_are_of_three_kinds),
          TEST_ROW(a_policy_is_asked_when_there_is_one),
          TEST_ROW(a_leaf_of_ours_lists_what_we_can_each_once),
          TEST_ROW(capabilities_have_room_for_sixty_four_extension_types))
