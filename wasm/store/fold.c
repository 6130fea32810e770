#include "store/fold.h"

#include "store/fold_table.h"

#define NONE UINT32_MAX

/* One code point, or NONE for a stray byte (skipped). RFC 3629. */
static uint32_t decode(struct slice in, size_t *at)
{
    const uint8_t *p = in.p + *at;
    size_t left = in.n - *at;
    uint8_t first = p[0];
    size_t n = first < 0x80   ? 1
               : first < 0xc2 ? 0
               : first < 0xe0 ? 2
               : first < 0xf0 ? 3
               : first < 0xf5 ? 4
                              : 0;
    uint32_t c = n == 1 ? first : n == 2 ? first & 0x1fu : n == 3 ? first & 0x0fu : first & 0x07u;
    *at += 1;
    if (n == 0 || n > left) {
        return NONE;
    }
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return NONE;
        }
        c = c << 6 | (p[i] & 0x3fu);
    }
    if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) ||
        (c >= 0xd800 && c < 0xe000)) {
        return NONE;
    }
    *at += n - 1;
    return c;
}

size_t store_fold_utf8(uint8_t out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

static bool is_mark(uint32_t c)
{
    size_t low = 0;
    size_t high = FOLD_MARKS;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (c > fold_marks[mid][1]) {
            low = mid + 1;
        } else if (c < fold_marks[mid][0]) {
            high = mid;
        } else {
            return true;
        }
    }
    return false;
}

static uint32_t fold_single(uint32_t c)
{
    size_t low = c > 0xffff ? FOLD_RUNS - FOLD_RUNS_HIGH : 0;
    size_t high = c > 0xffff ? FOLD_RUNS : FOLD_RUNS - FOLD_RUNS_HIGH;
    size_t end = low;
    uint32_t short_c = c & 0xffff;
    if (c > 0x1ffff) {
        return c;
    }
    /* The last run that starts at or before c. */
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (fold_runs[mid][0] <= short_c) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    if (low == end) {
        return c;
    }
    const uint16_t *run = fold_runs[low - 1];
    uint32_t count = run[1] >> 2;
    uint32_t kind = run[1] & 3;
    uint32_t i = short_c - run[0];
    if (kind >= 2) {
        if (i % 2 != 0) {
            return c;
        }
        return i / 2 >= count ? c : kind == 2 ? run[2] : run[2] + i;
    }
    return i >= count ? c : kind == 0 ? run[2] : run[2] + i;
}

/* The characters c folds to, or NULL when it is a single one. */
static const uint16_t *fold_several(uint32_t c)
{
    size_t low = 0;
    size_t high = FOLD_MANY;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (fold_many[mid][0] < c) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low < FOLD_MANY && fold_many[low][0] == c ? &fold_many[low][1] : NULL;
}

/* Ranges of FREE and SPACE above ASCII, after folding; the rest is WORD. */
static enum store_fold_kind kind_of(uint32_t c)
{
    static const uint32_t free_ranges[][2] = {
        {0xa1, 0xa9},       {0xab, 0xb4},       {0xb6, 0xb9},       {0xbb, 0xbf},
        {0xd7, 0xd7},       {0xf7, 0xf7},       {0x589, 0x58f},     {0x5be, 0x5be},
        {0x60c, 0x60d},     {0x61b, 0x61f},     {0x66a, 0x66d},     {0x6d4, 0x6d4},
        {0x964, 0x965},     {0xe01, 0x109f},    {0x1100, 0x11ff},   {0x1780, 0x17ff},
        {0x1980, 0x19ff},   {0x1a20, 0x1aaf},   {0x2010, 0x206f},   {0x20a0, 0x20cf},
        {0x2190, 0x2bff},   {0x2e00, 0x2fff},   {0x3001, 0x9fff},   {0xa960, 0xa97f},
        {0xa9e0, 0xa9ff},   {0xaa60, 0xaa7f},   {0xac00, 0xd7ff},   {0xf900, 0xfaff},
        {0xfe10, 0xfe6f},   {0xff00, 0xffef},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff},
        {0x1f000, 0x1fbff}, {0x20000, 0x3ffff},
    };
    if (c < 0x80) {
        if (c <= ' ' || c == 0x7f) {
            return STORE_FOLD_SPACE;
        }
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? STORE_FOLD_WORD : STORE_FOLD_FREE;
    }
    if (c <= 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
        c == 0x202f || c == 0x205f || c == 0x3000) {
        return STORE_FOLD_SPACE;
    }
    for (size_t i = 0; i < sizeof free_ranges / sizeof *free_ranges && c >= free_ranges[i][0];
         i++) {
        if (c <= free_ranges[i][1]) {
            return STORE_FOLD_FREE;
        }
    }
    return STORE_FOLD_WORD;
}

struct store_fold store_fold_begin(struct slice in)
{
    return (struct store_fold){.in = in};
}

bool store_fold_next(struct store_fold *f, struct store_fold_char *out)
{
    if (f->more[0] != 0) {
        *out = (struct store_fold_char){f->more[0], kind_of(f->more[0]), f->more_from,
                                        (uint32_t)f->at};
        f->more[0] = f->more[1];
        f->more[1] = 0;
        return true;
    }
    while (f->at < f->in.n) {
        size_t from = f->at;
        uint32_t c = decode(f->in, &f->at);
        if (c < 0x80) {
            c = c >= 'A' && c <= 'Z' ? c + 32 : c;
        } else if (c == NONE || is_mark(c)) {
            continue;
        } else {
            const uint16_t *several = fold_several(c);
            if (several != NULL) {
                f->more[0] = several[1];
                f->more[1] = several[2];
                f->more_from = (uint32_t)from;
            }
            c = several != NULL ? several[0] : fold_single(c);
        }
        *out = (struct store_fold_char){c, kind_of(c), (uint32_t)from, (uint32_t)f->at};
        return true;
    }
    return false;
}
