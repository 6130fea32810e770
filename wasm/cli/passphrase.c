#include "cli/passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "store/vault.h"
#include "crypto/argon2.h"

#define ARGON2_OPS 3
#define ARGON2_MEMORY (256ull << 20)

static bool read_passphrase(char *out, size_t n)
{
    const char *path = getenv("SOTTO_PASSPHRASE_FILE");
    FILE *f = path == NULL ? stdin : fopen(path, "r");
    bool ok = f != NULL && fgets(out, (int)n, f) != NULL;
    if (f != NULL && f != stdin) {
        fclose(f);
    }
    out[ok ? strcspn(out, "\r\n") : 0] = 0;
    return ok && out[0] != 0;
}

enum err passphrase_derive(const struct abi_slot *slot, uint8_t out[32])
{
    char passphrase[1024];
    if (!read_passphrase(passphrase, sizeof passphrase) || slot->salt.n != 16) {
        return ERR_INPUT;
    }
    enum err e = crypto_argon2id(out, slice_of_string(passphrase), slot->salt.p,
                                 (uint32_t)slot->ops, slot->memory);
    wipe(passphrase, sizeof passphrase);
    return e;
}

enum err passphrase_slot(struct abi_slot *slot, uint8_t salt[16], uint8_t secret[32])
{
    crypto_rand(salt, 16);
    memset(slot, 0, sizeof *slot);
    slot->slot_kind = STORE_VAULT_PASSPHRASE;
    slot->salt = slice_make(salt, 16);
    slot->ops = ARGON2_OPS;
    slot->memory = ARGON2_MEMORY;
    slot->label = SLICE_LITERAL("");
    return passphrase_derive(slot, secret);
}
