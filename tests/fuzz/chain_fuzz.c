/* Entries of an account's chain: what is read is written back the same, and is judged against a
 * chain that is honest without reading past anything. */
#include <stdlib.h>
#include <string.h>

#include "schema/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err never(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    (void)user;
    (void)key;
    *out = false;
    return OK;
}

static const struct chain_entry *first(void)
{
    static struct chain_entry e;
    static bool made;
    struct crypto_sign_secret device = {{1}}, code = {{2}};
    struct crypto_sign_public pub;
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    if (made) {
        return &e;
    }
    chain_begin(&e, NULL);
    crypto_sign_public_of(&pub, &code);
    memcpy(e.recovery, pub.b, sizeof e.recovery);
    crypto_sign_public_of(&pub, &device);
    if (chain_add(&e, pub.b) != OK || chain_plan(NULL, &e, pub.b, false) != OK ||
        chain_sign(NULL, &e, &device) != OK || chain_sign(NULL, &e, &code) != OK ||
        chain_encode(&b, &e) != OK || chain_check(NULL, &e, NULL) != OK) {
        abort();
    }
    made = true;
    return &e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct chain_history history = {NULL, never};
    struct chain_entry e;
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    struct slice again;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    if (chain_read(slice_make(copy, size), &e) == OK) {
        if (e.device_n == 0 || e.device_n > CHAIN_DEVICES_MAX || e.signer_n > CHAIN_SIGNERS_MAX ||
            chain_encode(&b, &e) != OK || buf_finish(&b, &again) != OK ||
            !slice_equal(again, slice_make(copy, size))) {
            abort();
        }
        (void)chain_check(first(), &e, &history);
        (void)chain_check(NULL, &e, NULL);
        (void)chain_recovers(first(), &e);
        (void)chain_ends_fork(first(), &e, first());
        for (size_t i = 0; i <= e.signer_n; i++) {
            (void)chain_signer(first(), &e, i);
        }
    }
    free(copy);
    return 0;
}
