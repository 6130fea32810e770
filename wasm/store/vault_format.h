/* The bytes of one copy of the vault, for the vault, its tests and its fuzz target. */
#ifndef SOTTO_STORE_VAULT_FORMAT_H
#define SOTTO_STORE_VAULT_FORMAT_H

#include "base/buf.h"
#include "crypto/aead.h"
#include "store/vault_slot.h"

#define STORE_VAULT_COPY_SIZE 8192 /* six slots with the longest labels need 7,900 bytes */
#define STORE_VAULT_CHECK_SIZE 16

struct store_vault_wrap {
    struct store_vault_slot slot;
    uint8_t nonce[24];
    uint8_t wrapped[STORE_VAULT_KEY_SIZE + CRYPTO_AEAD_TAG_SIZE];
};
struct store_vault {
    uint64_t counter; /* the copy with the larger one is newer */
    uint32_t attempts;
    uint8_t check[STORE_VAULT_CHECK_SIZE];
    struct store_vault_wrap slots[STORE_VAULT_SLOTS_MAX];
    size_t count;
};

/* The public part of a slot, as it stands in the copy; a wrap authenticates it. */
void store_vault_format_slot(struct buf *b, const struct store_vault_slot *slot);
/* ERR_LIMIT: does not fit. */
MUST_CHECK enum err store_vault_format_encode(uint8_t out[STORE_VAULT_COPY_SIZE],
                                              const struct store_vault *v);
/* ERR_INPUT: torn, damaged or nonsense. ERR_INPUT_VERSION: whole, but of a newer format. */
MUST_CHECK enum err store_vault_format_decode(struct store_vault *out,
                                              const uint8_t in[STORE_VAULT_COPY_SIZE]);

#endif
