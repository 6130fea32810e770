/* How search sees text: one folded character after another, each with the bytes it came from.
 * Folding removes case, accents (of Latin, Greek, Cyrillic, Hebrew and Arabic), width, ligatures
 * and joiners; rules and source in gen_fold.py. Bytes that are not UTF-8 are skipped. */
#ifndef SOTTO_STORE_FOLD_H
#define SOTTO_STORE_FOLD_H

#include "base/slice.h"

/* SPACE separates words. A short query does not match inside a run of WORD characters; it does
 * match before and after a FREE one (signs, emoji, scripts without spaces). */
enum store_fold_kind { STORE_FOLD_SPACE, STORE_FOLD_WORD, STORE_FOLD_FREE };

struct store_fold_char {
    uint32_t c; /* folded code point */
    enum store_fold_kind kind;
    uint32_t from; /* first byte it came from */
    uint32_t to;   /* one past the last, without the marks that belong to it */
};
struct store_fold {
    struct slice in; /* borrowed, below 4 GiB */
    size_t at;
    uint16_t more[2]; /* the rest of a character that folds to several */
    uint32_t more_from;
};

struct store_fold store_fold_begin(struct slice in);
/* False at the end. */
bool store_fold_next(struct store_fold *f, struct store_fold_char *out);
/* UTF-8 of one code point: 1 to 4 bytes. */
size_t store_fold_utf8(uint8_t out[4], uint32_t c);

#endif
