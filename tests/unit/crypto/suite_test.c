#include "crypto/suite.h"

#include <string.h>

#include "lib/check.h"

TEST(finds_every_suite_by_its_number)
{
    static const uint16_t codes[] = {CRYPTO_SUITE_X25519_AES128, CRYPTO_SUITE_X25519_CHACHA,
                                     CRYPTO_SUITE_XWING_CHACHA, CRYPTO_SUITE_XWING_AES256,
                                     CRYPTO_SUITE_XWING_AES128};
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    REQUIRE(n == 5);
    CHECK(list[0].code == CRYPTO_SUITE_DEFAULT);
    for (size_t i = 0; i < n; i++) {
        const struct crypto_suite *s = crypto_suite_find(codes[i]);
        REQUIRE(s != NULL);
        CHECK(s->code == codes[i]);
        CHECK(crypto_suite_find_derive(codes[i], s->derive) == s);
        CHECK(crypto_suite_find(list[i].code) == &list[i]);
    }
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        bool known = code == 1 || code == 3 || (code >= 0x4d && code <= 0x4f);
        CHECK((crypto_suite_find((uint16_t)code) != NULL) == known);
    }
}

TEST(sizes_fit_the_algorithms)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        const struct crypto_suite *s = &list[i];
        CHECK(s->nh == crypto_hash_size(s->hash));
        CHECK(s->nk == crypto_aead_key_size(s->aead));
        CHECK(s->nn == crypto_aead_nonce_size(s->aead));
        CHECK(s->kdf_id == (uint16_t)s->hash);
        CHECK(s->npk == (s->kem == CRYPTO_KEM_XWING ? 1216 : 32));
        CHECK(s->nenc == (s->kem == CRYPTO_KEM_XWING ? 1120 : 32) && s->nsk == 32);
        CHECK((s->kem == CRYPTO_KEM_X25519) == (s->derive == CRYPTO_DERIVE_DHKEM));
        CHECK(strlen(s->name) > 10);
    }
}

TEST(offers_the_other_flavour_on_request)
{
    for (uint16_t code = 0x4d; code <= 0x4f; code++) {
        const struct crypto_suite *a = crypto_suite_find_derive(code, CRYPTO_DERIVE_CONNOLLY);
        const struct crypto_suite *b = crypto_suite_find_derive(code, CRYPTO_DERIVE_HPKE_PQ);
        REQUIRE(a != NULL && b != NULL && a != b);
        CHECK(a->derive == CRYPTO_DERIVE_CONNOLLY && b->derive == CRYPTO_DERIVE_HPKE_PQ);
        CHECK(crypto_suite_find_derive(code, CRYPTO_DERIVE_DHKEM) == NULL);
    }
    CHECK(crypto_suite_find(0x4d)->derive == CRYPTO_DERIVE_CONNOLLY);
    CHECK(crypto_suite_find(0x4e)->derive == CRYPTO_DERIVE_HPKE_PQ);
    CHECK(crypto_suite_find(0x4f)->derive == CRYPTO_DERIVE_HPKE_PQ);
    CHECK(crypto_suite_find_derive(1, CRYPTO_DERIVE_HPKE_PQ) == NULL);
}

TEST_MAIN(TEST_ROW(finds_every_suite_by_its_number), TEST_ROW(sizes_fit_the_algorithms),
          TEST_ROW(offers_the_other_flavour_on_request))
