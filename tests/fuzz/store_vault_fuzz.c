#include <string.h>

#include "fuzz/fuzz.h"
#include "crypto/hash.h"
#include "store/vault_format.h"

/* One copy of the vault. The first byte says whether the hash is made right, so that the decoder
 * behind it is reached. What is accepted goes out again as the same bytes. */
FUZZ(input)
{
    static uint8_t raw[STORE_VAULT_COPY_SIZE];
    static uint8_t again[STORE_VAULT_COPY_SIZE];
    static struct store_vault v;
    if (input.n < 1 || input.n - 1 > sizeof raw) {
        return;
    }
    memset(raw, 0, sizeof raw);
    memcpy(raw, input.p + 1, input.n - 1);
    if ((input.p[0] & 1) == 0) {
        crypto_sha256(raw + sizeof raw - 32, slice_make(raw, sizeof raw - 32));
    }
    enum err e = store_vault_format_decode(&v, raw);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_INPUT_VERSION);
    if (e != OK) {
        FUZZ_CHECK(v.count == 0 || e == ERR_INPUT || e == ERR_INPUT_VERSION);
        return;
    }
    FUZZ_CHECK(v.count <= STORE_VAULT_SLOTS_MAX);
    for (size_t i = 0; i < v.count; i++) {
        FUZZ_CHECK(v.slots[i].slot.params.label_n <= STORE_VAULT_LABEL_BYTES_MAX);
    }
    FUZZ_CHECK(store_vault_format_encode(again, &v) == OK);
    static struct store_vault back;
    FUZZ_CHECK(store_vault_format_decode(&back, again) == OK);
    FUZZ_CHECK(memcmp(&back, &v, sizeof v) == 0);
}
