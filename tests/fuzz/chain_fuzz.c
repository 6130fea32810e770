/* Entries of an account's chain. */
#include <stdlib.h>
#include <string.h>

#include "schema/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct chain_entry e;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    enum err err = chain_read(slice_make(copy, size), &e);
    if (err == OK && e.device_n > CHAIN_DEVICES_MAX) {
        abort();
    }
    free(copy);
    return 0;
}
