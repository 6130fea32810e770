/* A leak planted on purpose: a table looked up by a secret. tests/parts/ct.sh fails when valgrind
 * does not catch it. */
#include "base/ct.h"
#include "lib/check.h"

TEST(leaks_by_an_index)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t nibble = 11;
    CT_SECRET(&nibble, 1);
    volatile char letter = digits[nibble & 15];
    char copy = letter;
    CT_PUBLIC(&copy, 1);
    CHECK(copy == 'b');
}

TEST_MAIN(TEST_ROW(leaks_by_an_index))
