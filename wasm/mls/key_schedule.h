/* The key schedule of an epoch, the PSK chain, the transcript hashes and the exporter.
 *
 * init[n-1] + commit_secret -> joiner -> (+ psk_secret) -> welcome, epoch -> the named secrets.
 * All functions are pure; secrets are nh bytes at the start of 64-byte fields.
 * Source: RFC 9420, 8, 8.1, 8.2, 8.4, 8.5, 8.7; figures 22 and 23. */
#ifndef SOTTO_MLS_KEY_SCHEDULE_H
#define SOTTO_MLS_KEY_SCHEDULE_H
#include "mls/label.h"

#define MLS_SECRET_SIZE_MAX CRYPTO_HASH_SIZE_MAX

/* A value of hash size: a secret or a hash. The first suite->nh bytes count. */
struct mls_secret {
    uint8_t b[MLS_SECRET_SIZE_MAX];
};

/* Everything derived from epoch_secret, in the order of RFC 9420 table 4. Wipe as one. */
struct mls_epoch_secrets {
    struct mls_secret sender_data;
    struct mls_secret encryption;
    struct mls_secret exporter;
    struct mls_secret external;
    struct mls_secret confirmation;
    struct mls_secret membership;
    struct mls_secret resumption;
    struct mls_secret authenticator;
    struct mls_secret init;
};

/* The fields of GroupContext that vary; hashes are nh bytes. */
struct mls_group_context {
    const struct crypto_suite *suite;
    struct slice group_id;
    uint64_t epoch;
    struct slice tree_hash;
    struct slice confirmed_transcript_hash;
    struct slice extensions; /* content of the vector */
};

void mls_key_schedule_put_context(struct buf *b, const struct mls_group_context *context);
/* suite: NULL if unknown; *code: the code point. ERR_INPUT_VERSION. */
MUST_CHECK enum err mls_key_schedule_get_context(struct slice *s, struct mls_group_context *out,
                                                 uint16_t *code);

/* joiner = ExpandWithLabel(Extract(init, commit), "joiner", context, nh). */
MUST_CHECK enum err mls_key_schedule_joiner(const struct crypto_suite *suite,
                                            struct mls_secret *joiner,
                                            const struct mls_secret *init,
                                            const struct mls_secret *commit, struct slice context);
/* welcome_secret, from joiner and psk_secret (Nh zeros without PSKs). */
MUST_CHECK enum err mls_key_schedule_welcome(const struct crypto_suite *suite,
                                             struct mls_secret *welcome,
                                             const struct mls_secret *joiner,
                                             const struct mls_secret *psk);
/* All secrets of the epoch. */
MUST_CHECK enum err mls_key_schedule_epoch(const struct crypto_suite *suite,
                                           struct mls_epoch_secrets *out,
                                           const struct mls_secret *joiner,
                                           const struct mls_secret *psk, struct slice context);
/* The same from epoch_secret itself (a new group draws it at random). */
MUST_CHECK enum err mls_key_schedule_from_epoch(const struct crypto_suite *suite,
                                                struct mls_epoch_secrets *out,
                                                const struct mls_secret *epoch_secret);
/* One step of the PSK chain: psk_secret (zeros at first) is replaced. id is the encoded
 * PreSharedKeyID with its nonce. */
MUST_CHECK enum err mls_key_schedule_psk(const struct crypto_suite *suite,
                                         struct mls_secret *psk_secret, struct slice id,
                                         struct slice psk, uint16_t index, uint16_t count);
/* ERR_LIMIT for a length above 255 hash sizes. */
MUST_CHECK enum err mls_key_schedule_export(const struct crypto_suite *suite,
                                            const struct mls_secret *exporter, struct slice label,
                                            struct slice context, uint8_t *out, size_t n);
/* Key and nonce of a Welcome's GroupInfo. */
MUST_CHECK enum err mls_key_schedule_welcome_key(const struct crypto_suite *suite,
                                                 struct crypto_aead_key *key, uint8_t nonce[12],
                                                 const struct mls_secret *welcome);
/* The HPKE key pair external joiners seal to. */
MUST_CHECK enum err mls_key_schedule_external(const struct crypto_suite *suite,
                                              struct crypto_hpke_secret *secret,
                                              struct crypto_hpke_public *public_key,
                                              const struct mls_secret *external);

/* confirmed = Hash(interim || u16 wire_format || FramedContent || v(signature)). interim is
 * empty before the first commit. */
void mls_key_schedule_confirmed(const struct crypto_suite *suite, struct mls_secret *confirmed,
                                struct slice interim, uint16_t wire_format, struct slice content,
                                struct slice signature);
/* interim = Hash(confirmed || v(tag)). confirmed is empty in epoch 0. */
void mls_key_schedule_interim(const struct crypto_suite *suite, struct mls_secret *interim,
                              struct slice confirmed, struct slice tag);
/* confirmation_tag = MAC(confirmation_key, confirmed). */
void mls_key_schedule_tag(const struct crypto_suite *suite, struct mls_secret *tag,
                          const struct mls_secret *confirmation, struct slice confirmed);

#endif
