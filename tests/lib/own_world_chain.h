/* Accounts with chains, for tests of the engine and of the gateway: needs no store. Keys go by
 * number, 1 to 255: the seed is that byte, repeated. */
#ifndef SOTTO_TESTS_OWN_WORLD_CHAIN_H
#define SOTTO_TESTS_OWN_WORLD_CHAIN_H
#include "schema/chain.h"

#define OWN_WORLD_ENTRIES 12

struct crypto_sign_secret own_world_secret(uint8_t k);
const uint8_t *own_world_key(uint8_t k);

/* ---- chains --------------------------------------------------------------------------------- */

struct own_world_account {
    uint8_t id[CHAIN_HASH_SIZE];
    struct chain_entry e[OWN_WORLD_ENTRIES];
    uint8_t room[OWN_WORLD_ENTRIES][CHAIN_ENTRY_BYTES_MAX];
    struct slice bytes[OWN_WORLD_ENTRIES]; /* of room: an account is not copied but branched */
    size_t n;
};
/* Entry 0: one device, one recovery key. */
void own_world_account(struct own_world_account *a, uint8_t device, uint8_t code);
/* Each writes the next entry, validly signed by `author` (a device of the entry before). */
void own_world_added(struct own_world_account *a, uint8_t device, uint8_t author);
void own_world_dropped(struct own_world_account *a, uint8_t device, uint8_t author);
/* A new device and a new recovery key, all others dropped; the old recovery key writes it. */
void own_world_recovered(struct own_world_account *a, uint8_t device, uint8_t old, uint8_t code);
/* The first n entries of another. */
void own_world_branch(struct own_world_account *to, const struct own_world_account *from, size_t n);

#endif
