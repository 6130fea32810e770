/* Two devices of one person agree on a key over a hostile carrier. The new device shows a 120-bit
 * code, the hash of its ephemeral key; the person gives it to the old one.
 *
 *   1  new -> old  KEY      the new device's KEM key; its hash begins with the code
 *   2  old -> new  COMMIT   hash of what the old device will reveal
 *   3  new -> old  NONCE    shown only now
 *   4  old -> new  REVEAL   the old device's KEM key, a secret sealed to the new one, its nonce
 *   5  new -> old  SECRET   a secret sealed to the old device
 *
 * The three words are the hash of 1 to 4. A man in the middle has two transcripts and must fix its
 * part of each before it knows the other side's nonce, so equal words are a matter of luck, one in
 * 2^33, with nothing to search. The key is derived from both sealed secrets. Recovering it takes
 * one of the two ephemeral keys, not the code: a code that leaks later opens nothing.
 *
 * Everything is in memory: a side that goes away starts over. Pure: no store, no network, no clock.
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
    OWN_PAIRING_NONE, /* not begun, or over: no secret is left */
    OWN_PAIRING_KEY,  /* this message is next, as in those below */
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
    uint8_t shown[CRYPTO_SHA256_SIZE];   /* hash of messages 1 to 4 */
    uint8_t key[OWN_PAIRING_KEY_SIZE];   /* the outcome */
};

/* The side that shows the code: makes its key and the code. */
MUST_CHECK enum err own_pairing_show(struct own_pairing *p, uint8_t code[OWN_PAIRING_CODE_SIZE]);
/* The side that is given the code. */
MUST_CHECK enum err own_pairing_given(struct own_pairing *p,
                                      const uint8_t code[OWN_PAIRING_CODE_SIZE]);
/* Is the next message this side's? */
bool own_pairing_speaks(const struct own_pairing *p);
/* Appends this side's next message. ERR_STATE: it is the other side's turn. */
MUST_CHECK enum err own_pairing_say(struct own_pairing *p, struct buf *out);
/* Takes the other side's next message. ERR_STATE: it is not their turn. ERR_INPUT: malformed.
 * ERR_AUTH: not the code's key, or not what was committed to. After ERR_INPUT and ERR_AUTH the
 * pairing is over and wiped. */
MUST_CHECK enum err own_pairing_hear(struct own_pairing *p, struct slice message);
/* One number below 2^OWN_PAIRING_WORD_BITS per word. ERR_STATE: before message 4. */
MUST_CHECK enum err own_pairing_words(const struct own_pairing *p, uint16_t out[OWN_PAIRING_WORDS]);
/* ERR_STATE: before DONE. Afterwards the pairing is over and wiped. */
MUST_CHECK enum err own_pairing_finish(struct own_pairing *p, uint8_t key[OWN_PAIRING_KEY_SIZE]);
/* Wipes; accepts every state. */
void own_pairing_wipe(struct own_pairing *p);

#endif
