/* kdf.wasm: Argon2id alone, for a worker that is thrown away after use, because WebAssembly
 * memory never shrinks. Not part of core.wasm. JavaScript places the passphrase and the salt in
 * memory from sotto_kdf_alloc, calls sotto_kdf_run, takes the key and ends the worker. */
#include "base/ct.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "crypto/argon2.h"

#include <stdlib.h>

#define EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
#define PASSPHRASE_BYTES_MAX 4096u /* longer is a mistake of the caller */

/* Memory for n bytes, or 0. Freed with the worker. */
EXPORT("sotto_kdf_alloc") void *sotto_kdf_alloc(uint32_t n);
/* Argon2id, one lane.
 *   out          32 bytes, the key; zeroed on failure
 *   passphrase   passphrase_n bytes up to PASSPHRASE_BYTES_MAX, wiped before return
 *   salt         CRYPTO_ARGON2_SALT_SIZE bytes
 *   ops          passes; memory_kib: KiB of memory
 * Returns enum err: OK, ERR_INPUT, ERR_HOST_MEMORY, ERR_BUG (the known answer is wrong). */
EXPORT("sotto_kdf_run")
int sotto_kdf_run(uint8_t *out, uint8_t *passphrase, uint32_t passphrase_n, const uint8_t *salt,
                  uint32_t ops, uint32_t memory_kib);

void *sotto_kdf_alloc(uint32_t n)
{
    return malloc(n);
}

int sotto_kdf_run(uint8_t *out, uint8_t *passphrase, uint32_t passphrase_n, const uint8_t *salt,
                  uint32_t ops, uint32_t memory_kib)
{
    if (out == NULL || passphrase == NULL || salt == NULL || passphrase_n > PASSPHRASE_BYTES_MAX) {
        return ERR_INPUT;
    }
    wipe(out, 32);
    enum err err = crypto_init();
    if (err == OK) {
        err = crypto_argon2id_self_test();
    }
    if (err == OK) {
        err = crypto_argon2id(out, slice_make(passphrase, passphrase_n), salt, ops,
                              (uint64_t)memory_kib * 1024);
    }
    wipe(passphrase, passphrase_n);
    return (int)err;
}
