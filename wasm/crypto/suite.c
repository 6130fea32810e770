#include "crypto/suite.h"

#define X25519(code_, name_, aead_, nk_)                                                           \
    {                                                                                              \
        .code = (code_), .name = (name_), .kem = CRYPTO_KEM_X25519, .derive = CRYPTO_DERIVE_DHKEM, \
        .hash = CRYPTO_SHA256, .kdf_id = 1, .aead = (aead_), .nh = 32, .nk = (nk_), .nn = 12,      \
        .npk = 32, .nenc = 32, .nsk = 32                                                           \
    }
#define XWING(code_, name_, derive_, hash_, aead_, nh_, nk_)                                       \
    {                                                                                              \
        .code = (code_), .name = (name_), .kem = CRYPTO_KEM_XWING, .derive = (derive_),            \
        .hash = (hash_), .kdf_id = (hash_), .aead = (aead_), .nh = (nh_), .nk = (nk_), .nn = 12,   \
        .npk = 1216, .nenc = 1120, .nsk = 32                                                       \
    }
#define XWING_AES128(derive_)                                                                      \
    XWING(CRYPTO_SUITE_XWING_AES128, "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519", derive_,   \
          CRYPTO_SHA256, CRYPTO_AES128_GCM, 32, 16)
#define XWING_AES256(derive_)                                                                      \
    XWING(CRYPTO_SUITE_XWING_AES256, "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519", derive_,   \
          CRYPTO_SHA384, CRYPTO_AES256_GCM, 48, 32)
#define XWING_CHACHA(derive_)                                                                      \
    XWING(CRYPTO_SUITE_XWING_CHACHA, "MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519", derive_,     \
          CRYPTO_SHA256, CRYPTO_CHACHA20_POLY1305, 32, 32)

#define OFFERED 5 /* the first rows; the others are flavours for peers and tests */

static const struct crypto_suite suites[] = {
    XWING_AES128(CRYPTO_DERIVE_HPKE_PQ),
    XWING_AES256(CRYPTO_DERIVE_HPKE_PQ),
    XWING_CHACHA(CRYPTO_DERIVE_CONNOLLY),
    X25519(CRYPTO_SUITE_X25519_AES128, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
           CRYPTO_AES128_GCM, 16),
    X25519(CRYPTO_SUITE_X25519_CHACHA, "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
           CRYPTO_CHACHA20_POLY1305, 32),
    XWING_AES128(CRYPTO_DERIVE_CONNOLLY),
    XWING_AES256(CRYPTO_DERIVE_CONNOLLY),
    XWING_CHACHA(CRYPTO_DERIVE_HPKE_PQ),
};
#define ROWS (sizeof suites / sizeof suites[0])

const struct crypto_suite *crypto_suite_find(uint16_t code)
{
    for (size_t i = 0; i < OFFERED; i++) {
        if (suites[i].code == code) {
            return &suites[i];
        }
    }
    return NULL;
}

const struct crypto_suite *crypto_suite_find_derive(uint16_t code, enum crypto_derive derive)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (suites[i].code == code && suites[i].derive == derive) {
            return &suites[i];
        }
    }
    return NULL;
}

const struct crypto_suite *crypto_suite_list(size_t *n)
{
    *n = OFFERED;
    return suites;
}
