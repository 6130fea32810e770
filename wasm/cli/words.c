#include "cli/words.h"

#include <string.h>

#define WORDS 3
#define LIST 2048

static const char *const list[] = {
#include "words.inc"
};
_Static_assert(sizeof list / sizeof list[0] == LIST, "one for each number of 11 bits");

/* A number and the space behind it, if there is one. */
static enum err take(struct slice *in, size_t *out)
{
    size_t digits = 0;
    *out = 0;
    while (digits < in->n && in->p[digits] >= '0' && in->p[digits] <= '9' && *out < LIST) {
        *out = *out * 10 + (size_t)(in->p[digits++] - '0');
    }
    if (digits == 0 || *out >= LIST || (digits < in->n && in->p[digits] != ' ')) {
        return ERR_INPUT;
    }
    digits += digits < in->n;
    in->p += digits;
    in->n -= digits;
    return OK;
}

enum err cli_words(struct slice numbers, char *out, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < WORDS; i++) {
        size_t number = 0;
        TRY(take(&numbers, &number));
        size_t length = strlen(list[number]);
        if (at + length + 2 > n) {
            return ERR_LIMIT;
        }
        if (i > 0) {
            out[at++] = ' ';
        }
        memcpy(out + at, list[number], length);
        at += length;
    }
    out[at] = 0;
    return numbers.n == 0 ? OK : ERR_INPUT;
}
