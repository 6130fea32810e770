/* The passphrase: the first line of the file named by SOTTO_PASSPHRASE_FILE, or of the standard
 * input, and what it becomes. */
#ifndef SOTTO_CLI_PASSPHRASE_H
#define SOTTO_CLI_PASSPHRASE_H
#include "core/core.h"

/* The secret of a slot. ERR_INPUT: no passphrase, or no salt of ours. Wipe it afterwards. */
MUST_CHECK enum err passphrase_derive(const struct abi_slot *slot, uint8_t out[32]);
/* A new slot with its secret; salt: 16 bytes that the slot borrows. */
MUST_CHECK enum err passphrase_slot(struct abi_slot *slot, uint8_t salt[16], uint8_t secret[32]);

#endif
