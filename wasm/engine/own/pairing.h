/* Two devices of one person agree on a key, over a carrier that is hostile. The new device shows a
 * code of 120 bits, which is the hash of its ephemeral key; the old one is given it.
 *
 *   1  new -> old  KEY      the new device's KEM key; its hash begins with the code
 *   2  old -> new  COMMIT   hash of what the old device will reveal
 *   3  new -> old  NONCE    shown only now
 *   4  old -> new  REVEAL   the old device's KEM key, a secret sealed to the new one, its nonce
 *   5  new -> old  SECRET   a secret sealed to the old device
 *
 * Three words are the hash of 1 to 4. Whoever stands between has two transcripts and fixes its part
 * of each before it knows the other side's nonce, so that equal words are luck of one in 2^33:
 * there is nothing to try out. The key comes from both sealed secrets. It needs one of the two
 * ephemeral keys, not the code: a code that leaks later opens nothing.
 *
 * Everything is in memory: a side that goes away begins anew. Pure: no store, no network, no clock.
 * KEM: HPKE's (RFC 9180 5.1.1) with the export interface (5.3), of CRYPTO_SUITE_DEFAULT. */
#ifndef SOTTO_ENGINE_OWN_PAIRING_H
#define SOTTO_ENGINE_OWN_PAIRING_H
#include "base/buf.h"
#include "crypto/hpke.h"

#define OWN_PAIRING_CODE_SIZE 15
#define OWN_PAIRING_KEY_SIZE 32
#define OWN_PAIRING_NONCE_SIZE 32
#define OWN_PAIRING_WORDS 3
#define OWN_PAIRING_WORD_BITS 11
/* Largest message: REVEAL. */
#define OWN_PAIRING_MESSAGE_MAX                                                                    \
    (CRYPTO_HPKE_PUBLIC_SIZE_MAX + CRYPTO_HPKE_ENC_SIZE_MAX + OWN_PAIRING_NONCE_SIZE)

enum own_pairing_state {
    OWN_PAIRING_NONE, /* not begun, or over: nothing secret is left                          */
    OWN_PAIRING_KEY,  /* this message is the next one                                        */
    OWN_PAIRING_COMMIT,
    OWN_PAIRING_NONCE,
    OWN_PAIRING_REVEAL,
    OWN_PAIRING_SECRET,
    OWN_PAIRING_DONE
};
struct own_pairing {
    enum own_pairing_state state;
    bool is_new; /* this side shows the code */
    uint8_t code[OWN_PAIRING_CODE_SIZE];
    struct crypto_hpke_secret secret; /* this side's ephemeral key */
    struct crypto_hpke_public new_key, old_key;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX]; /* of message 4 */
    uint8_t commit[CRYPTO_SHA256_SIZE];
    uint8_t new_nonce[OWN_PAIRING_NONCE_SIZE], old_nonce[OWN_PAIRING_NONCE_SIZE];
    uint8_t first[OWN_PAIRING_KEY_SIZE]; /* the secret sealed to the new device */
    uint8_t shown[CRYPTO_SHA256_SIZE];   /* hash of messages 1 to 4             */
    uint8_t key[OWN_PAIRING_KEY_SIZE];   /* the outcome                         */
};

/* The side that shows the code: makes its key and the code. */
MUST_CHECK enum err own_pairing_show(struct own_pairing *p, uint8_t code[OWN_PAIRING_CODE_SIZE]);
/* The side that was given it. */
MUST_CHECK enum err own_pairing_given(struct own_pairing *p,
                                      const uint8_t code[OWN_PAIRING_CODE_SIZE]);
/* Is the next message this side's? */
bool own_pairing_speaks(const struct own_pairing *p);
/* Appends it. ERR_STATE: it is the other side's turn. */
MUST_CHECK enum err own_pairing_say(struct own_pairing *p, struct buf *out);
/* Takes the other side's next message. ERR_STATE: it is not their turn. ERR_INPUT: not of this
 * form. ERR_AUTH: not the key of the code, or not what was committed to. After ERR_INPUT and
 * ERR_AUTH the pairing is over, and wiped. */
MUST_CHECK enum err own_pairing_hear(struct own_pairing *p, struct slice message);
/* Numbers below 2^OWN_PAIRING_WORD_BITS, one a word. ERR_STATE: before message 4. */
MUST_CHECK enum err own_pairing_words(const struct own_pairing *p, uint16_t out[OWN_PAIRING_WORDS]);
/* ERR_STATE: before DONE. The pairing is over and wiped then. */
MUST_CHECK enum err own_pairing_finish(struct own_pairing *p, uint8_t key[OWN_PAIRING_KEY_SIZE]);
/* Wipes; accepts every state. */
void own_pairing_wipe(struct own_pairing *p);

#endif
