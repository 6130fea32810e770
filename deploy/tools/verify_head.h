/* The headers of an answer: hostile input, read as strictly as the least forgiving browser would,
 * and compared with what a release has. Pure. Source: web/README.md "What is served". */
#ifndef SOTTO_TOOLS_VERIFY_HEAD_H
#define SOTTO_TOOLS_VERIFY_HEAD_H
#include "base/slice.h"

#define VERIFY_WHY_MAX 512
#define VERIFY_FIXED_N 5
struct verify_fixed {
    const char *name, *value;
};
/* The headers of every answer beside the policy, which is the note's. */
extern const struct verify_fixed verify_head_fixed[VERIFY_FIXED_N];

/* Only characters that are safe on a terminal; cut to n - 1. */
void verify_text(char *out, size_t n, struct slice s);

#define VERIFY_HEAD_BYTES_MAX (64u << 10)
/* The next line of a block as `name: value`, both trimmed and borrowed. OK, ERR_GONE at the end,
 * ERR_INPUT for anything that two readers could read differently. */
MUST_CHECK enum err verify_head_next(struct slice *rest, struct slice *name, struct slice *value);
bool verify_head_is(struct slice name, const char *lower);
/* The first header of this name; false when there is none. */
bool verify_head_find(struct slice head, const char *lower, struct slice *value);
/* Exactly the headers of a release: the policy once and byte for byte, the fixed ones once, none
 * that acts in a browser, none that we do not know. False: why. */
MUST_CHECK bool verify_head_check(struct slice head, struct slice csp, char why[VERIFY_WHY_MAX]);
#endif
