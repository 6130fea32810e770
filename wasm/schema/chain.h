/* The chain of an account (key transparency, stage 1): an append-only list of signed entries that
 * names its devices. Contacts pin it and refuse forks; the gateway checks that each entry
 * continues the chain. Source: e2ee-core.md 16.
 *
 * entry = CBOR [ 1, version uint, previous bstr32 (SHA-256 of the entry before; empty for 0),
 *                time_ms uint, [* device bstr32], flags uint (1 recovery), inbox bstr16,
 *                by bstr32 / null (the device that countersigns), account_key bstr32,
 *                account_signature bstr64, device_signature bstr64 / null ]
 * account_signature: Ed25519 by the account key over "sotto chain 1" || the array without the two
 * signatures (same items, an array of 9). device_signature: by the device `by` over the same; `by`
 * must be in the previous entry's list. Entry 0 and recovery entries have none. */
#ifndef SOTTO_SCHEMA_CHAIN_H
#define SOTTO_SCHEMA_CHAIN_H
#include "base/buf.h"
#include "crypto/sign.h"

#define CHAIN_DEVICES_MAX 16
#define CHAIN_ENTRIES_MAX 1024
#define CHAIN_ENTRY_BYTES_MAX 1024
#define CHAIN_FLAG_RECOVERY 1u

struct chain_entry {
    uint64_t version;
    uint8_t previous[32];
    uint64_t time_ms;
    uint8_t devices[CHAIN_DEVICES_MAX][32];
    size_t device_n;
    uint64_t flags;
    uint8_t inbox[16];
    bool has_by;
    uint8_t by[32];
    uint8_t account[32];
    uint8_t hash[32]; /* SHA-256 of the encoded entry; the head when it is the last */
};

/* Encodes and signs. `by_secret` NULL for entry 0 and recovery; e->hash is filled. */
MUST_CHECK enum err chain_make(struct buf *out, struct chain_entry *e,
                               const struct crypto_sign_secret *account_secret,
                               const struct crypto_sign_secret *by_secret);
/* Reads one entry and verifies its own signatures (not its place). ERR_INPUT, ERR_AUTH. */
MUST_CHECK enum err chain_read(struct slice in, struct chain_entry *out);
/* Does `next` continue `last` (NULL: next must be entry 0)? ERR_AUTH when not. */
MUST_CHECK enum err chain_continues(const struct chain_entry *last, const struct chain_entry *next);
bool chain_has_device(const struct chain_entry *e, const uint8_t device[32]);

#endif
