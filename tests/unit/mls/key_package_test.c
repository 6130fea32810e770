/* Key packages: both forms, both parts, and what they say of themselves. */
#include "mls/key_package.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

static struct mls_world_member m[1];

static void begin(void)
{
    mls_world_init(m, "somebody", crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
    CHECK_ERR(mls_key_package_create(&m->arena, &m->package, m->suite, &m->id, 100, 200, false),
              OK);
}

TEST(a_package_comes_with_and_without_its_header)
{
    struct mls_package with, without;
    begin();
    struct slice message = m->package.message;
    struct slice bare = slice_make(message.p + 4, message.n - 4);
    CHECK_ERR(mls_key_package_unwrap(message, &with), OK);
    CHECK_ERR(mls_key_package_unwrap(bare, &without), OK);
    CHECK_BYTES(with.raw, bare);
    CHECK_BYTES(without.raw, bare);
    CHECK(with.version == 1 && with.suite == CRYPTO_SUITE_X25519_CHACHA);
    CHECK(with.init_key.n == m->suite->npk && with.tbs.n < with.raw.n);
    CHECK_BYTES(slice_make(with.raw.p, with.tbs.n), with.tbs);
    CHECK(with.signature.n == CRYPTO_SIGN_SIZE);
    for (size_t n = 0; n < message.n; n++) {
        struct slice cut = check_copy(slice_make(message.p, n));
        CHECK(mls_key_package_unwrap(cut, &with) != OK);
        if (n >= 4) {
            CHECK(mls_key_package_unwrap(slice_make(cut.p + 4, n - 4), &with) != OK);
        }
        check_release(cut);
    }
    CHECK_ERR(mls_key_package_unwrap(mls_forge_join(m, message, slice_make("", 1)), &with),
              ERR_INPUT);
    CHECK_ERR(mls_key_package_unwrap(mls_forge_join(m, bare, slice_make("", 1)), &with), ERR_INPUT);
    CHECK_ERR(mls_key_package_unwrap(mls_forge_join(m, check_hex("00020005"), bare), &with),
              ERR_INPUT_VERSION);
    CHECK(mls_key_package_unwrap(mls_forge_join(m, check_hex("00010004"), bare), &with) != OK);
    mls_world_end(m);
}

TEST(a_message_above_the_limit_is_not_looked_at)
{
    struct mls_package package;
    uint8_t *huge = calloc(1, LIMIT_MLS_MESSAGE_BYTES + 1);
    REQUIRE(huge != NULL);
    CHECK_ERR(mls_key_package_unwrap(slice_make(huge, LIMIT_MLS_MESSAGE_BYTES + 1), &package),
              ERR_LIMIT);
    CHECK_ERR(mls_key_package_unwrap(slice_make(huge, LIMIT_MLS_MESSAGE_BYTES), &package),
              ERR_INPUT_VERSION);
    free(huge);
}

TEST(the_private_part_comes_back_whole)
{
    struct mls_package_secret secret, read;
    struct mls_package package;
    struct crypto_hpke_public public_key;
    struct slice again;
    begin();
    struct slice bytes = m->package.secret;
    CHECK(bytes.n == 3 + 2 * CRYPTO_HPKE_SECRET_SIZE);
    CHECK_ERR(mls_key_package_get_secret(bytes, &secret), OK);
    CHECK(secret.suite == m->suite);
    CHECK_ERR(mls_key_package_unwrap(m->package.message, &package), OK);
    CHECK_ERR(crypto_hpke_public_of(m->suite, &public_key, &secret.init), OK);
    CHECK_BYTES(package.init_key, slice_make(public_key.b, m->suite->npk));
    CHECK_ERR(crypto_hpke_public_of(m->suite, &public_key, &secret.leaf), OK);
    CHECK_BYTES(package.leaf.encryption_key, slice_make(public_key.b, m->suite->npk));
    CHECK_ERR(mls_key_package_put_secret(&m->arena, &again, &secret), OK);
    CHECK_BYTES(again, bytes);
    for (size_t n = 0; n < bytes.n; n++) {
        CHECK_ERR(mls_key_package_get_secret(slice_make(bytes.p, n), &read), ERR_INPUT);
    }
    CHECK_ERR(mls_key_package_get_secret(mls_forge_join(m, bytes, slice_make("", 1)), &read),
              ERR_INPUT);
    struct slice rest = slice_make(bytes.p + 3, bytes.n - 3);
    CHECK_ERR(mls_key_package_get_secret(mls_forge_join(m, check_hex("ffff00"), rest), &read),
              ERR_INPUT_SUITE);
    CHECK_ERR(mls_key_package_get_secret(mls_forge_join(m, check_hex("0003ff"), rest), &read),
              ERR_INPUT_SUITE);
    mls_world_end(m);
}

TEST(a_package_says_who_for_how_long_and_whether_it_is_the_last)
{
    struct mls_key_package_view view;
    struct mls_package package;
    uint8_t ref[CRYPTO_HASH_SIZE_MAX];
    begin();
    for (int last = 0; last < 2; last++) {
        struct mls_key_package made;
        CHECK_ERR(mls_key_package_create(&m->arena, &made, m->suite, &m->id, 100, 200, last == 1),
                  OK);
        CHECK_ERR(mls_key_package_read(&m->arena, &view, made.message, NULL), OK);
        CHECK(view.last_resort == (last == 1) && view.suite == m->suite->code);
        CHECK(view.not_before_s == 100 && view.not_after_s == 200);
        CHECK(view.leaf.index == UINT32_MAX); /* it has no place yet */
        CHECK_BYTES(view.leaf.credential, SLICE_LITERAL("somebody"));
        CHECK(view.leaf.credential_type == MLS_CREDENTIAL_BASIC);
        CHECK_BYTES(view.package, slice_make(made.message.p + 4, made.message.n - 4));
        CHECK_BYTES(view.ref, made.ref);
        mls_label_ref(m->suite, ref, MLS_LABEL_KEY_PACKAGE_REF, view.package);
        CHECK_BYTES(made.ref, slice_make(ref, m->suite->nh));
        CHECK_ERR(mls_key_package_unwrap(made.message, &package), OK);
        CHECK_ERR(mls_key_package_verify(&m->arena, &package, m->suite, NULL), OK);
        CHECK_ERR(mls_key_package_verify(&m->arena, &package,
                                         crypto_suite_find(CRYPTO_SUITE_X25519_AES128), NULL),
                  ERR_INPUT_SUITE);
    }
    /* A last resort has no data. */
    struct mls_forge_package p = mls_forge_package_of(m);
    p.extensions = mls_forge_extension(m, MLS_EXTENSION_LAST_RESORT, SLICE_LITERAL("x"));
    CHECK_ERR(mls_key_package_read(&m->arena, &view, mls_forge_put_package(m, &p), NULL),
              ERR_INPUT);
    p.extensions = mls_forge_extension(m, 0xf0a1, SLICE_LITERAL("x"));
    struct slice other = mls_forge_put_package(m, &p);
    CHECK_ERR(mls_key_package_unwrap(other, &package), OK);
    p = mls_forge_package_of(m);
    p.suite = 0x7777;
    CHECK_ERR(mls_key_package_read(&m->arena, &view, mls_forge_put_package(m, &p), NULL),
              ERR_INPUT_SUITE);
    CHECK(view.package.n == 0 && view.ref.n == 0);
    mls_world_end(m);
}

TEST(a_lifetime_is_looked_at_when_the_policy_says_so)
{
    static const struct {
        uint64_t now_s;
        enum err expected;
    } rows[] = {{99, ERR_AUTH_POLICY}, {100, OK}, {150, OK}, {200, OK}, {201, ERR_AUTH_POLICY}};
    struct mls_key_package_view view;
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mls_policy policy = {.check_lifetime = true, .now_s = rows[i].now_s};
        CHECK_ERR(mls_key_package_read(&m->arena, &view, m->package.message, &policy),
                  rows[i].expected);
        policy.check_lifetime = false;
        CHECK_ERR(mls_key_package_read(&m->arena, &view, m->package.message, &policy), OK);
    }
    for (uint64_t longer = 0; longer < 2; longer++) {
        struct mls_policy policy = {.check_lifetime = true, .now_s = 100};
        struct mls_key_package made;
        CHECK_ERR(mls_key_package_create(&m->arena, &made, m->suite, &m->id, 100,
                                         100 + LIMIT_MLS_LIFETIME_S + longer, false),
                  OK);
        CHECK_ERR(mls_key_package_read(&m->arena, &view, made.message, &policy),
                  longer == 0 ? OK : ERR_AUTH_POLICY);
    }
    mls_world_end(m);
}

TEST_MAIN(TEST_ROW(a_package_comes_with_and_without_its_header),
          TEST_ROW(a_message_above_the_limit_is_not_looked_at),
          TEST_ROW(the_private_part_comes_back_whole),
          TEST_ROW(a_package_says_who_for_how_long_and_whether_it_is_the_last),
          TEST_ROW(a_lifetime_is_looked_at_when_the_policy_says_so))
