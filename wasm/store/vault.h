/* The vault: the 32-byte store key, wrapped once for each way to unlock. It is in the host file
 * "vault", not in the database, since it is needed to open that.
 *
 * First run: store_vault_create -> store_vault_put (one way or more) -> store_open.
 * Unlock: store_vault_list (shows the ways and the parameters of Argon2id) -> the caller derives
 * the 32-byte secret -> store_vault_open -> store_open.
 *
 * The file holds two copies with a counter; a write replaces the older one and is flushed, so a
 * power cut at any moment leaves one whole copy. store_vault_put and store_vault_drop write both,
 * so that a replaced way does not survive in the older copy.
 *
 * A wrap is XChaCha20-Poly1305 under HKDF-SHA-256 of the secret with a random nonce; kind,
 * parameters and label are its associated data. Secrets are 32 bytes from Argon2id (passphrase,
 * recovery code) or the PRF extension (passkey); this file derives nothing slow.
 *
 * Errors of every call: ERR_STORE_CORRUPT (no whole copy), ERR_INPUT_VERSION (written by a newer
 * version), ERR_STORE_FULL, ERR_HOST. */
#ifndef SOTTO_STORE_VAULT_H
#define SOTTO_STORE_VAULT_H

#include "store/vault_slot.h"

struct store_vault_list {
    struct store_vault_slot slots[STORE_VAULT_SLOTS_MAX];
    size_t count;
    uint32_t attempts; /* wrong secrets since the last right one */
};

MUST_CHECK enum err store_vault_exists(bool *out);
/* Makes a random store key. Writes nothing. ERR_STATE: there is a vault. */
MUST_CHECK enum err store_vault_create(uint8_t key[STORE_VAULT_KEY_SIZE]);
/* Adds a way, or replaces it: the passphrase, the recovery code, or the passkey with this label.
 * ERR_STATE: the key is not the one this vault keeps. ERR_LIMIT: no slot left or label too long.
 * ERR_INPUT: unknown kind. After a failure the vault is as before, or has the new way already. */
MUST_CHECK enum err store_vault_put(enum store_vault_kind kind,
                                    const uint8_t secret[STORE_VAULT_SECRET_SIZE],
                                    const struct store_vault_params *params,
                                    const uint8_t key[STORE_VAULT_KEY_SIZE]);
/* Parameters of the first way of this kind. ERR_GONE: none. */
MUST_CHECK enum err store_vault_params(enum store_vault_kind kind, struct store_vault_params *out);
/* Everything but the keys. An absent vault gives none. */
MUST_CHECK enum err store_vault_list(struct store_vault_list *out);
/* Tries every way of this kind. The attempt is counted on disk before it is made, and the count is
 * cleared when it succeeds. ERR_AUTH_PASSPHRASE: none opens. ERR_GONE: no way of this kind. */
MUST_CHECK enum err store_vault_open(enum store_vault_kind kind,
                                     const uint8_t secret[STORE_VAULT_SECRET_SIZE],
                                     uint8_t key[STORE_VAULT_KEY_SIZE]);
/* Removes every way of this kind with this label (SLICE_EMPTY: with any). ERR_GONE: none.
 * ERR_STATE: it would be the last. */
MUST_CHECK enum err store_vault_drop(enum store_vault_kind kind, struct slice label);
/* Overwrites and empties the file: the store can never be opened again. */
MUST_CHECK enum err store_vault_erase(void);

#endif
