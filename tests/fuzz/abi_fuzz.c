/* What the page says to the core and the core to the page: decoded, encoded, decoded the same. */
#include <stdlib.h>
#include <string.h>

#include "schema/gen/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct abi_input in;
    struct abi_effects out;
    struct slice again;
    arena_init(&a, 1u << 24);
    if (abi_input_decode(&a, slice_make(data, size), &in) == OK) {
        struct buf b = buf_arena(&a, size + 64);
        abi_input_put(&b, &in);
        if (buf_finish(&b, &again) == OK && abi_input_decode(&a, again, &in) != OK) {
            abort();
        }
    }
    if (abi_effects_decode(&a, slice_make(data, size), &out) == OK) {
        struct buf b = buf_arena(&a, size + 64);
        abi_effects_put(&b, &out);
        if (buf_finish(&b, &again) == OK && abi_effects_decode(&a, again, &out) != OK) {
            abort();
        }
    }
    arena_wipe(&a);
    return 0;
}
