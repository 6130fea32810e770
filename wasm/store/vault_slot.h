/* One way to unlock the vault: its kind, and the parameters its secret is derived with. */
#ifndef SOTTO_STORE_VAULT_SLOT_H
#define SOTTO_STORE_VAULT_SLOT_H

#include "base/slice.h"
#include "schema/gen/abi_enum.h"

enum store_vault_kind {
    STORE_VAULT_PASSPHRASE = ABI_SLOT_KIND_PASSPHRASE,
    STORE_VAULT_PASSKEY = ABI_SLOT_KIND_PASSKEY,
    STORE_VAULT_RECOVERY = ABI_SLOT_KIND_CODE
};

#define STORE_VAULT_SECRET_SIZE 32
#define STORE_VAULT_KEY_SIZE 32
#define STORE_VAULT_SALT_SIZE 16
#define STORE_VAULT_LABEL_BYTES_MAX                                                                \
    1200                        /* a credential id may have 1,023 bytes (WebAuthn); the            \
                                   recovery slot has 1,168 sealed ones              */
#define STORE_VAULT_SLOTS_MAX 6 /* passphrase, recovery code and four passkeys */

struct store_vault_params {
    uint8_t salt[STORE_VAULT_SALT_SIZE];
    uint32_t ops; /* 0 where Argon2id is not used */
    uint64_t memory_bytes;
    uint8_t label[STORE_VAULT_LABEL_BYTES_MAX]; /* name or credential id; public */
    size_t label_n;
};
struct store_vault_slot {
    enum store_vault_kind kind;
    struct store_vault_params params;
};

#endif
