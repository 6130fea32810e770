/* Leaves as we make them, and what each rule about one leaf reads. */
#include <string.h>

#include "lib/check.h"
#include "mls/leaf.h"

static struct arena arena;
static struct crypto_sign_pair key;
static struct mls_identity id;
static uint8_t encryption[32];

static struct mls_leaf_new begin(void)
{
    struct crypto_sign_public ignored;
    arena_init(&arena, 0);
    id = (struct mls_identity){.credential = SLICE_LITERAL("somebody")};
    crypto_sign_generate(&id.signature, &ignored);
    crypto_sign_pair_of(&key, &id.signature);
    encryption[0] = 9;
    return (struct mls_leaf_new){.suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA),
                                 .identity = &id,
                                 .key = &key,
                                 .encryption_key = SLICE_ARRAY(encryption),
                                 .source = MLS_LEAF_UPDATE,
                                 .group_id = SLICE_LITERAL("group"),
                                 .index = 3};
}

/* How often is v in the list? */
static size_t times(struct slice list, uint16_t v)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < list.n; i += 2) {
        n += list.p[i] == v >> 8 && list.p[i + 1] == (v & 0xff);
    }
    return n;
}

static size_t greases(struct slice list)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < list.n; i += 2) {
        n += mls_codec_is_grease((uint16_t)(list.p[i] << 8 | list.p[i + 1]));
    }
    return n;
}

TEST(capabilities_list_each_type_once)
{
    static const uint16_t types[] = {0xf0a1, 0xf0a2, 0xf0a1, MLS_EXTENSION_EXTERNAL_SENDERS};
    static const uint16_t credentials[] = {0xf001, 0xf002};
    static const struct mls_extension own[] = {{0xf0a3, {(const uint8_t *)"own", 3}},
                                               {0xf0a2, {NULL, 0}},
                                               {MLS_EXTENSION_APPLICATION_ID, {NULL, 0}}};
    static const struct mls_extension context[] = {{0xf0a4, {NULL, 0}}, {0xf0a5, {NULL, 0}}};
    struct mls_leaf leaf;
    struct mls_leaf_new in = begin();
    id.extension_types = types;
    id.extension_type_n = 4;
    id.credential_types = credentials;
    id.credential_type_n = 2;
    id.leaf_extensions = (struct mls_extensions){own, 3};
    in.context_extensions = (struct mls_extensions){context, 2};
    CHECK_ERR(mls_leaf_create(&arena, &leaf, &in), OK);
    for (uint16_t v = 0xf0a1; v <= 0xf0a5; v++) {
        CHECK(times(leaf.extension_types, v) == 1);
    }
    CHECK(times(leaf.extension_types, MLS_EXTENSION_LAST_RESORT) == 1);
    CHECK(greases(leaf.extension_types) == 1 && leaf.extension_types.n == 2 * 7);
    CHECK(leaf.credential_types.n == 2 * 4 && greases(leaf.credential_types) == 1);
    CHECK(times(leaf.credential_types, MLS_CREDENTIAL_BASIC) == 1);
    CHECK(times(leaf.credential_types, 0xf001) == 1 && times(leaf.credential_types, 0xf002) == 1);
    size_t suites = 0;
    (void)crypto_suite_list(&suites);
    CHECK(leaf.suites.n == 2 * (suites + 1) && greases(leaf.suites) == 1);
    CHECK(times(leaf.suites, CRYPTO_SUITE_X25519_CHACHA) > 0);
    CHECK(leaf.proposal_types.n == 2 && greases(leaf.proposal_types) == 1);
    CHECK_BYTES(leaf.versions, check_hex("0001"));
    CHECK(leaf.extensions.n == 4 && leaf.extensions.v[0].type == 0xf0a3);
    CHECK_BYTES(leaf.extensions.v[0].data, SLICE_LITERAL("own"));
    CHECK(leaf.credential_type == MLS_CREDENTIAL_BASIC && leaf.source == MLS_LEAF_UPDATE);
    CHECK_BYTES(leaf.credential, SLICE_LITERAL("somebody"));
    CHECK_BYTES(leaf.encryption_key, SLICE_ARRAY(encryption));
    CHECK_ERR(mls_leaf_check(&leaf, in.suite, MLS_LEAF_UPDATE), OK);
    CHECK_ERR(mls_leaf_verify(&arena, &leaf, in.group_id, 3), OK);
    CHECK_ERR(mls_leaf_verify(&arena, &leaf, in.group_id, 2), ERR_AUTH);
    /* The next leaf is like it, but for its keys and source. */
    struct mls_leaf next;
    uint8_t hash[32] = {7};
    in.like = &leaf;
    in.identity = NULL;
    in.source = MLS_LEAF_COMMIT;
    in.parent_hash = SLICE_ARRAY(hash);
    CHECK_ERR(mls_leaf_create(&arena, &next, &in), OK);
    CHECK_BYTES(next.capabilities, leaf.capabilities);
    CHECK_BYTES(next.extension_list, leaf.extension_list);
    CHECK_BYTES(next.credential, leaf.credential);
    CHECK_BYTES(next.parent_hash, SLICE_ARRAY(hash));
    CHECK(next.source == MLS_LEAF_COMMIT && next.extensions.n == 4);
    arena_wipe(&arena);
}

TEST(more_types_than_a_leaf_lists_are_a_limit)
{
    uint16_t types[200];
    struct mls_leaf leaf;
    struct mls_leaf_new in = begin();
    size_t most = 0;
    for (uint16_t i = 0; i < 200; i++) {
        types[i] = (uint16_t)(0xf000 + i);
    }
    id.extension_types = types;
    while (most < 200) {
        id.extension_type_n = most + 1;
        enum err e = mls_leaf_create(&arena, &leaf, &in);
        CHECK(e == OK || e == ERR_LIMIT);
        if (e != OK) {
            break;
        }
        most++;
        CHECK(leaf.extension_types.n == 2 * (most + 2)); /* last resort and grease with them */
    }
    CHECK(most > 10 && most < 200);
    types[most] = types[0]; /* one that is there already needs no place */
    CHECK_ERR(mls_leaf_create(&arena, &leaf, &in), OK);
    arena_wipe(&arena);
}

TEST(a_group_id_of_any_length_is_signed)
{
    static const uint8_t name[2000] = {1};
    struct mls_leaf leaf;
    struct mls_leaf_new in = begin();
    in.group_id = SLICE_ARRAY(name);
    CHECK_ERR(mls_leaf_create(&arena, &leaf, &in), OK);
    CHECK_ERR(mls_leaf_verify(&arena, &leaf, in.group_id, 3), OK);
    CHECK_ERR(mls_leaf_verify(&arena, &leaf, slice_make(name, 1999), 3), ERR_AUTH);
    /* One of a key package names neither group nor place. */
    in.source = MLS_LEAF_KEY_PACKAGE;
    in.not_before_s = 5;
    in.not_after_s = 6;
    CHECK_ERR(mls_leaf_create(&arena, &leaf, &in), OK);
    CHECK(leaf.not_before_s == 5 && leaf.not_after_s == 6);
    CHECK_ERR(mls_leaf_verify(&arena, &leaf, SLICE_EMPTY, 0), OK);
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 6), OK);
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 7), ERR_AUTH_POLICY);
    leaf.source = MLS_LEAF_UPDATE; /* the others have no lifetime */
    CHECK_ERR(mls_leaf_check_lifetime(&leaf, 7), OK);
    arena_wipe(&arena);
}

TEST(five_extensions_are_everybody_s)
{
    for (unsigned type = 0; type < 0x10000; type++) {
        CHECK(mls_leaf_is_default_extension((uint16_t)type) == (type >= 1 && type <= 5));
    }
}

TEST(a_leaf_keeps_its_own_rules)
{
    struct mls_leaf leaf, bad;
    struct mls_leaf_new in = begin();
    CHECK_ERR(mls_leaf_create(&arena, &leaf, &in), OK);
    CHECK_ERR(mls_leaf_check(&leaf, in.suite, 0), OK);
    CHECK_ERR(mls_leaf_check(&leaf, in.suite, MLS_LEAF_COMMIT), ERR_INPUT);
    bad = leaf;
    bad.versions = check_hex("0002");
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT_VERSION);
    bad = leaf;
    bad.suites = check_hex("7777");
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT_SUITE);
    bad = leaf;
    bad.credential_type = 0xf001;
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT);
    bad = leaf;
    for (size_t n = 31; n <= 33; n += 2) {
        bad.signature_key = slice_make(encryption, n == 31 ? 31 : 0);
        CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT);
    }
    bad = leaf;
    bad.encryption_key = slice_make(encryption, 31);
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT);
    bad = leaf;
    bad.extension_list = check_hex("000100f0a900"); /* a default one, and one not listed */
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), ERR_INPUT);
    bad.extension_list = check_hex("000100000500");
    CHECK_ERR(mls_leaf_check(&bad, in.suite, 0), OK);
    arena_wipe(&arena);
}

static enum err supports(const char *required)
{
    struct mls_leaf leaf = {.extension_types = SLICE_LITERAL("\xf0\xa1"),
                            .proposal_types = SLICE_LITERAL("\xf0\xb1"),
                            .credential_types = SLICE_LITERAL("\x00\x01\xf0\xc1")};
    struct slice list;
    struct buf b = buf_arena(&arena, 64);
    mls_codec_put_extension(&b, MLS_EXTENSION_EXTERNAL_SENDERS, SLICE_EMPTY); /* a default one */
    mls_codec_put_extension(&b, MLS_EXTENSION_REQUIRED_CAPABILITIES, check_hex(required));
    CHECK_ERR(buf_finish(&b, &list), OK);
    return mls_leaf_supports(&leaf, list);
}

TEST(each_list_of_required_capabilities_counts)
{
    static const struct {
        const char *required;
        enum err expected;
    } rows[] = {
        {"000000", OK},
        {"02f0a102f0b102f0c1", OK},
        {"02f0a20000", ERR_AUTH_POLICY},
        {"0002f0b200", ERR_AUTH_POLICY},
        {"000002f0c2", ERR_AUTH_POLICY},
        {"04f0a1f0a20000", ERR_AUTH_POLICY}, /* the second of two */
        {"020001020001020001", OK},
        {"020005020007020001", OK},
        {"0200060000", ERR_AUTH_POLICY},
        {"0200000000", ERR_AUTH_POLICY},
        {"0002000800", ERR_AUTH_POLICY},
        {"0002000000", ERR_AUTH_POLICY},
        {"0000020002", ERR_AUTH_POLICY}, /* no credential is everybody's */
        {"0000", ERR_INPUT},
        {"00000000", ERR_INPUT},
        {"01f00000", ERR_INPUT},
    };
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ERR(supports(rows[i].required), rows[i].expected);
    }
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(capabilities_list_each_type_once),
          TEST_ROW(more_types_than_a_leaf_lists_are_a_limit),
          TEST_ROW(a_group_id_of_any_length_is_signed), TEST_ROW(five_extensions_are_everybody_s),
          TEST_ROW(a_leaf_keeps_its_own_rules), TEST_ROW(each_list_of_required_capabilities_counts))
