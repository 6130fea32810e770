/* A fuzz target: FUZZ(input) { ... } gets an exact-size heap copy, so that any read past its end
 * is seen; a broken promise is FUZZ_CHECK, which ends the run with the input that broke it. */
#ifndef SOTTO_TESTS_FUZZ_H
#define SOTTO_TESTS_FUZZ_H
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"
#include "lib/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ(input)                                                                                \
    static void fuzz_one(struct slice input);                                                      \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                   \
    {                                                                                              \
        struct slice copy = check_copy(slice_make(data, size));                                    \
        fuzz_one(copy);                                                                            \
        check_release(copy);                                                                       \
        return 0;                                                                                  \
    }                                                                                              \
    static void fuzz_one(struct slice input)
#define FUZZ_CHECK(cond)                                                                           \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);                       \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#endif
