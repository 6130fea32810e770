/* The MLS cipher suites as one table; nothing else switches on a code point.
 * Source: RFC 9420 17.1, draft-ietf-mls-pq-ciphersuites-06, wasm/schema/PROTOCOL.md 6.1. */
#ifndef SOTTO_CRYPTO_SUITE_H
#define SOTTO_CRYPTO_SUITE_H
#include "crypto/aead.h"
#include "crypto/hash.h"

enum crypto_kem { CRYPTO_KEM_X25519 = 0x0020, CRYPTO_KEM_XWING = 0x647a };
/* How DeriveKeyPair of the KEM hashes its input: RFC 9180 7.1.3, draft-ietf-hpke-pq-05,
 * draft-connolly-cfrg-xwing-kem-10 5.6. */
enum crypto_derive { CRYPTO_DERIVE_DHKEM, CRYPTO_DERIVE_HPKE_PQ, CRYPTO_DERIVE_CONNOLLY };

#define CRYPTO_SUITE_X25519_AES128 0x0001 /* MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 */
#define CRYPTO_SUITE_X25519_CHACHA 0x0003 /* ..._CHACHA20POLY1305_SHA256_Ed25519 */
#define CRYPTO_SUITE_XWING_CHACHA 0x004D  /* MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519       */
#define CRYPTO_SUITE_XWING_AES256 0x004E  /* MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519     */
#define CRYPTO_SUITE_XWING_AES128 0x004F  /* MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519     */
#define CRYPTO_SUITE_DEFAULT CRYPTO_SUITE_XWING_AES128

struct crypto_suite {
    uint16_t code; /* MLS code point                              */
    const char *name;
    enum crypto_kem kem;
    enum crypto_derive derive;
    enum crypto_hash hash; /* of KDF, MAC and Hash alike                  */
    uint16_t kdf_id;       /* HPKE: 1 SHA-256, 2 SHA-384, 3 SHA-512       */
    enum crypto_aead aead;
    uint8_t nh, nk, nn;      /* sizes: hash, AEAD key, AEAD nonce           */
    uint16_t npk, nenc, nsk; /* sizes: KEM public key, encapsulation, secret */
};

/* NULL when unknown. */
const struct crypto_suite *crypto_suite_find(uint16_t code);
/* The same suite with another DeriveKeyPair flavour (tests, peers); NULL if there is none. */
const struct crypto_suite *crypto_suite_find_derive(uint16_t code, enum crypto_derive derive);
/* All we support, best first. */
const struct crypto_suite *crypto_suite_list(size_t *n);
#endif
