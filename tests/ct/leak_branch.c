/* A leak planted on purpose: a comparison that stops at the first difference. tests/parts/ct.sh
 * fails when valgrind does not catch it. */
#include "base/ct.h"
#include "lib/check.h"

#include <string.h>

static size_t same_bytes(const volatile uint8_t *a, const volatile uint8_t *b, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] == b[i]) {
        i++;
    }
    return i;
}

TEST(leaks_by_a_branch)
{
    uint8_t tag[16];
    uint8_t got[16];
    memset(tag, 1, sizeof tag);
    memset(got, 1, sizeof got);
    CT_SECRET(tag, sizeof tag);
    size_t n = same_bytes(tag, got, sizeof tag);
    CT_PUBLIC(&n, sizeof n);
    CHECK(n == sizeof tag);
}

TEST_MAIN(TEST_ROW(leaks_by_a_branch))
