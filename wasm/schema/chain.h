/* The chain of an account: numbered entries, each signed by a device or the recovery key of the
 * previous one. Nobody holds an account secret: the account's name is its id, SHA-256 of entry 0.
 * The same code judges entries on devices and at the gateway; it neither allocates nor asks
 * anybody.
 *
 * entry = CBOR [ 2, id bstr32 (empty in 0), n uint, previous bstr32 (SHA-256 of entry n-1, empty in
 *                0), [* [device bstr32, added uint]], recovery bstr32, recovery_hpke bstr32,
 *                home bstr32, why uint, other bstr32 / null, [* signer uint],
 *                [* signature bstr64] ]
 * Each signature is Ed25519 over "sotto chain 2" || the array without the signatures (the first 11
 * items), so that none can be removed or added. A signer is
 *     0..15   the device at this place of the entry's own list
 *     16..31  the device at place - 16 of the list of entry n-1
 *     32      the entry's own recovery key
 *     33      the recovery key of entry n-1
 * in the order: author, new devices by place, new recovery key, old recovery key. Author of entry 0
 * is device 0; of any other a device of n-1 or the recovery key of n-1.
 *
 * Rules (chain_check), beyond form: id, number and previous continue entry n-1; a device that stays
 * keeps its `added`, a new one has n; every new device and a new recovery key sign; nobody else may
 * but the recovery key being replaced; no key listed by an earlier entry comes back; numbers from
 * CHAIN_DEVICE_ENTRIES on are for the recovery key only. */
#ifndef SOTTO_SCHEMA_CHAIN_H
#define SOTTO_SCHEMA_CHAIN_H
#include "base/buf.h"
#include "crypto/sign.h"

#define CHAIN_VERSION 2
#define CHAIN_HASH_SIZE 32
#define CHAIN_KEY_SIZE 32
#define CHAIN_DEVICES_MAX 16
#define CHAIN_NEW_DEVICES_MAX 4  /* per entry */
#define CHAIN_SIGNERS_MAX 7      /* author, new devices, recovery keys */
#define CHAIN_ENTRIES_MAX 1024   /* numbers 0 to 1,023 */
#define CHAIN_DEVICE_ENTRIES 960 /* numbers from here on: by the recovery key only */
#define CHAIN_DEVICE_ENTRIES_A_DAY 20
#define CHAIN_ENTRY_BYTES_MAX 1024

enum chain_signer {
    CHAIN_SIGNER_DEVICE = 0,
    CHAIN_SIGNER_BEFORE = 16,
    CHAIN_SIGNER_RECOVERY = 32,
    CHAIN_SIGNER_RECOVERY_BEFORE = 33
};

/* What the entry is for, only for display; no rule depends on it. */
enum chain_why {
    CHAIN_WHY_FIRST = 0,
    CHAIN_WHY_ADDED = 1,
    CHAIN_WHY_DROPPED = 2,
    CHAIN_WHY_RECOVERED = 3,
    CHAIN_WHY_CODE = 4,
    CHAIN_WHY_HOME = 5,
    CHAIN_WHY_FORK = 6 /* ends a fork: `other` is the head of the abandoned branch */
};
#define CHAIN_WHY_LAST CHAIN_WHY_FORK

struct chain_device {
    uint8_t key[CHAIN_KEY_SIZE];
    uint64_t added; /* number of the entry that first listed it */
};
struct chain_entry {
    uint64_t n;
    uint8_t id[CHAIN_HASH_SIZE]; /* in entry 0: its own hash */
    uint8_t previous[CHAIN_HASH_SIZE];
    struct chain_device devices[CHAIN_DEVICES_MAX];
    size_t device_n;
    uint8_t recovery[CHAIN_KEY_SIZE];       /* Ed25519 key of the recovery code */
    uint8_t recovery_hpke[CHAIN_HASH_SIZE]; /* SHA-256 of its HPKE public key */
    uint8_t home[CHAIN_HASH_SIZE];          /* chain_home, or zeros */
    uint64_t why;                           /* enum chain_why */
    bool has_other;
    uint8_t other[CHAIN_HASH_SIZE];
    uint8_t signers[CHAIN_SIGNERS_MAX];
    size_t signer_n;
    uint8_t signatures[CHAIN_SIGNERS_MAX][CRYPTO_SIGN_SIZE];
    uint8_t hash[CHAIN_HASH_SIZE]; /* SHA-256 of the encoded entry */
};

/* ---- reading and judging -------------------------------------------------------------------- */

/* Reads one entry, checking only its form, not its signatures or place. ERR_INPUT,
 * ERR_INPUT_VERSION, ERR_LIMIT (too long). */
MUST_CHECK enum err chain_read(struct slice in, struct chain_entry *out);

/* Was this key (device or recovery) listed by any entry before the one being checked? Entry n-1 may
 * be omitted: chain_check looks at that one itself. */
struct chain_history {
    void *user;
    enum err (*listed)(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out);
};
/* Does `next` continue `last`, validly signed? last NULL: next must be a whole entry 0. history may
 * be NULL for entry 0 and 1 only. ERR_AUTH: it does not. Errors of `listed` pass through. */
MUST_CHECK enum err chain_check(const struct chain_entry *last, const struct chain_entry *next,
                                const struct chain_history *history);

const struct chain_device *chain_device(const struct chain_entry *e,
                                        const uint8_t key[CHAIN_KEY_SIZE]);
bool chain_has_device(const struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE]);
/* The key of signer i; NULL: nobody. last: entry n-1, NULL for entry 0. */
const uint8_t *chain_signer(const struct chain_entry *last, const struct chain_entry *e, size_t i);
/* Does `next` count as a recovery: written by the recovery key, or with another recovery key that
 * the old one did not sign? Both must have passed chain_check. */
bool chain_recovers(const struct chain_entry *last, const struct chain_entry *next);
/* Does `next`, the successor of `last`, also end a fork for `given_up`: does it name that entry's
 * hash, and is its author a key of both? All must be validly signed. */
bool chain_ends_fork(const struct chain_entry *last, const struct chain_entry *next,
                     const struct chain_entry *given_up);

/* ---- making --------------------------------------------------------------------------------- */

/* Makes an entry that says what `last` says, with the next number; NULL: an empty entry 0. The
 * caller changes devices (chain_add, chain_drop), recovery, home, why, then plans, signs and
 * encodes. */
void chain_begin(struct chain_entry *out, const struct chain_entry *last);
/* ERR_LIMIT: the list is full. ERR_STATE: listed already. */
MUST_CHECK enum err chain_add(struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE]);
/* ERR_GONE: not listed. */
MUST_CHECK enum err chain_drop(struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE]);
/* Plans who must sign, the author first. old_recovery: the recovery key being replaced signs too.
 * ERR_AUTH: the author may not sign. ERR_LIMIT: too many new devices. */
MUST_CHECK enum err chain_plan(const struct chain_entry *last, struct chain_entry *e,
                               const uint8_t author[CHAIN_KEY_SIZE], bool old_recovery);
#define CHAIN_TBS_BYTES_MAX (CHAIN_ENTRY_BYTES_MAX + 32)
/* The signed bytes, written into the caller's CHAIN_TBS_BYTES_MAX bytes. */
MUST_CHECK enum err chain_tbs(const struct chain_entry *e, uint8_t *room, struct slice *out);
/* Signs every place of the plan that belongs to this key. */
MUST_CHECK enum err chain_sign(const struct chain_entry *last, struct chain_entry *e,
                               const struct crypto_sign_secret *secret);
/* Adds a signature made elsewhere. ERR_AUTH: the key is not in the plan, or did not sign this. */
MUST_CHECK enum err chain_signed(const struct chain_entry *last, struct chain_entry *e,
                                 const uint8_t key[CHAIN_KEY_SIZE],
                                 const uint8_t signature[CRYPTO_SIGN_SIZE]);
/* Appends the entry; fills e->hash (and e->id of entry 0). ERR_LIMIT: too long. */
MUST_CHECK enum err chain_encode(struct buf *out, struct chain_entry *e);
/* SHA-256("sotto home 1" || inbox 16 || origin): where the account lives, without naming the
 * place. */
void chain_home(uint8_t out[CHAIN_HASH_SIZE], struct slice inbox, struct slice origin);

#endif
