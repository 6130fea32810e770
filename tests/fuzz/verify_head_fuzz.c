#include "verify_head.h"

#include <string.h>

#include "fuzz/fuzz.h"

/* The headers of an answer. Lines stay within the input; a head that passes has the policy once. */
FUZZ(input)
{
    static const char csp[] = "default-src 'none'";
    char why[VERIFY_WHY_MAX] = "", shown[64];
    struct slice rest = input, name, value;
    size_t policies = 0, lines = 0;
    enum err e;
    while ((e = verify_head_next(&rest, &name, &value)) != ERR_GONE) {
        FUZZ_CHECK(++lines <= input.n);
        FUZZ_CHECK((e == OK) == (name.n > 0));
        if (e == OK) {
            FUZZ_CHECK(name.p >= input.p && value.p + value.n <= input.p + input.n);
            policies += verify_head_is(name, "content-security-policy");
            verify_text(shown, sizeof shown, value);
            FUZZ_CHECK(strlen(shown) <= value.n);
        }
    }
    if (verify_head_check(input, slice_of_string(csp), why)) {
        FUZZ_CHECK(policies == 1);
        FUZZ_CHECK(verify_head_find(input, "content-security-policy", &value));
        FUZZ_CHECK(slice_equal(value, slice_of_string(csp)));
    } else {
        FUZZ_CHECK(why[0] != 0);
    }
}
