#include "lib/json.h"

#include <string.h>

#include "base/text.h"

struct reader {
    struct arena *arena;
    const uint8_t *p;
    const uint8_t *end;
};

static void skip_space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r')) {
        r->p++;
    }
}

static bool take_byte(struct reader *r, char c)
{
    if (r->p < r->end && *r->p == (uint8_t)c) {
        r->p++;
        return true;
    }
    return false;
}

static enum err read_hex4(struct reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        if (r->p == r->end) {
            return ERR_INPUT;
        }
        uint8_t c = *r->p++;
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = c - (uint32_t)'0';
        } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
            digit = (c | 32u) - 'a' + 10;
        } else {
            return ERR_INPUT;
        }
        *out = *out << 4 | digit;
    }
    return OK;
}

static size_t put_utf8(uint8_t *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (uint8_t)(0xc0 | c >> 6);
        to[1] = (uint8_t)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (uint8_t)(0xe0 | c >> 12);
        to[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        to[2] = (uint8_t)(0x80 | (c & 63));
        return 3;
    }
    to[0] = (uint8_t)(0xf0 | c >> 18);
    to[1] = (uint8_t)(0x80 | (c >> 12 & 63));
    to[2] = (uint8_t)(0x80 | (c >> 6 & 63));
    to[3] = (uint8_t)(0x80 | (c & 63));
    return 4;
}

/* What follows the backslash; at most four bytes to `to`. */
static enum err read_escape(struct reader *r, uint8_t *to, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    uint32_t c;
    uint32_t low;
    *n = 0;
    if (r->p == r->end) {
        return ERR_INPUT;
    }
    uint8_t letter = *r->p++;
    if (letter != 'u') {
        const char *at = letter == 0 ? NULL : strchr(letters, letter);
        if (at == NULL) {
            return ERR_INPUT;
        }
        to[0] = (uint8_t)values[at - letters];
        *n = 1;
        return OK;
    }
    TRY(read_hex4(r, &c));
    if (c >= 0xdc00 && c < 0xe000) {
        return ERR_INPUT;
    }
    if (c >= 0xd800 && c < 0xdc00) {
        if (!take_byte(r, '\\') || !take_byte(r, 'u')) {
            return ERR_INPUT;
        }
        TRY(read_hex4(r, &low));
        if (low < 0xdc00 || low >= 0xe000) {
            return ERR_INPUT;
        }
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    *n = put_utf8(to, c);
    return OK;
}

/* A string without escapes is borrowed from the file, another is copied. */
static enum err read_string(struct reader *r, struct slice *out)
{
    const uint8_t *start;
    size_t n = 0;
    bool escaped = false;
    *out = SLICE_EMPTY;
    if (!take_byte(r, '"')) {
        return ERR_INPUT;
    }
    start = r->p;
    const uint8_t *at = r->p;
    while (at < r->end && *at != '"') {
        if (*at < 0x20) {
            return ERR_INPUT;
        }
        if (*at == '\\') {
            escaped = true;
            at++;
        }
        if (at < r->end) {
            at++;
        }
    }
    if (at >= r->end) {
        return ERR_INPUT;
    }
    if (!escaped) {
        *out = slice_make(start, (size_t)(at - start));
        r->p = at + 1;
        return text_is_utf8(*out) ? OK : ERR_INPUT;
    }
    uint8_t *copy = arena_alloc(r->arena, (size_t)(at - start));
    if (copy == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (r->p < at) {
        size_t more = 1;
        if (*r->p == '\\') {
            r->p++;
            TRY(read_escape(r, copy + n, &more)); /* never longer than its source */
        } else {
            copy[n] = *r->p++;
        }
        n += more;
    }
    if (r->p != at) {
        return ERR_INPUT;
    }
    r->p = at + 1;
    *out = slice_make(copy, n);
    return text_is_utf8(*out) ? OK : ERR_INPUT;
}

static enum err read_number(struct reader *r, struct json *j)
{
    const uint8_t *start = r->p;
    (void)take_byte(r, '-');
    const uint8_t *digits = r->p;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9') {
        r->p++;
    }
    size_t n = (size_t)(r->p - digits);
    if (n == 0 || (n > 1 && digits[0] == '0')) {
        return ERR_INPUT;
    }
    /* Fractions and exponents are taken, but no reader below returns them. */
    while (r->p < r->end && (*r->p == '.' || (*r->p | 32) == 'e' || *r->p == '+' || *r->p == '-' ||
                             (*r->p >= '0' && *r->p <= '9'))) {
        r->p++;
    }
    j->kind = JSON_NUMBER;
    j->text = slice_make(start, (size_t)(r->p - start));
    return OK;
}

static enum err read_word(struct reader *r, struct json *j)
{
    static const struct {
        const char *word;
        enum json_kind kind;
        bool yes;
    } words[] = {
        {"null", JSON_NULL, false}, {"true", JSON_BOOL, true}, {"false", JSON_BOOL, false}};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i].word);
        if ((size_t)(r->end - r->p) >= n && memcmp(r->p, words[i].word, n) == 0) {
            r->p += n;
            j->kind = words[i].kind;
            j->yes = words[i].yes;
            return OK;
        }
    }
    return ERR_INPUT;
}

/* A value without its children; *open when it is an array or object with children to come. */
static enum err read_value(struct reader *r, struct json *j, bool *open)
{
    *open = false;
    skip_space(r);
    if (r->p == r->end) {
        return ERR_INPUT;
    }
    switch (*r->p) {
    case '"':
        j->kind = JSON_STRING;
        return read_string(r, &j->text);
    case '{':
    case '[':
        j->kind = *r->p == '{' ? JSON_OBJECT : JSON_ARRAY;
        r->p++;
        skip_space(r);
        *open = !take_byte(r, j->kind == JSON_OBJECT ? '}' : ']');
        return OK;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(r, j);
    default:
        return read_word(r, j);
    }
}

/* A new last child of `parent`, its name read when the parent is an object. */
static enum err add_child(struct reader *r, struct json *parent, struct json **last,
                          struct json **out)
{
    struct json *child = arena_alloc(r->arena, sizeof *child);
    if (child == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (parent->kind == JSON_OBJECT) {
        skip_space(r);
        TRY(read_string(r, &child->key));
        skip_space(r);
        if (!take_byte(r, ':')) {
            return ERR_INPUT;
        }
    }
    if (*last == NULL) {
        parent->first = child;
    } else {
        (*last)->next = child;
    }
    *last = child;
    parent->count++;
    *out = child;
    return OK;
}

enum err json_parse(struct arena *arena, struct slice text, struct json **out)
{
    struct reader r = {arena, text.p, text.p + text.n};
    struct json *parents[JSON_DEPTH_MAX];
    struct json *lasts[JSON_DEPTH_MAX];
    size_t depth = 0;
    bool open;
    struct json *root = arena_alloc(arena, sizeof *root);
    *out = NULL;
    if (root == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(read_value(&r, root, &open));
    struct json *j = root;
    for (;;) {
        if (open) {
            if (depth == JSON_DEPTH_MAX) {
                return ERR_LIMIT;
            }
            parents[depth] = j;
            lasts[depth++] = NULL;
        } else {
            /* j is whole: close what it completes, until a comma. */
            for (skip_space(&r); depth > 0 && !take_byte(&r, ','); skip_space(&r)) {
                if (!take_byte(&r, parents[depth - 1]->kind == JSON_OBJECT ? '}' : ']')) {
                    return ERR_INPUT;
                }
                depth--;
            }
            if (depth == 0) {
                break;
            }
        }
        TRY(add_child(&r, parents[depth - 1], &lasts[depth - 1], &j));
        TRY(read_value(&r, j, &open));
    }
    if (r.p != r.end) {
        return ERR_INPUT;
    }
    *out = root;
    return OK;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!json_is(object, JSON_OBJECT)) {
        return NULL;
    }
    for (const struct json *c = object->first; c != NULL; c = c->next) {
        if (slice_equal(c->key, slice_of_string(key))) {
            return c;
        }
    }
    return NULL;
}

const struct json *json_at(const struct json *array, size_t index)
{
    if (!json_is(array, JSON_ARRAY)) {
        return NULL;
    }
    const struct json *c = array->first;
    for (; c != NULL && index > 0; index--) {
        c = c->next;
    }
    return c;
}

bool json_is(const struct json *j, enum json_kind kind)
{
    return j != NULL && j->kind == kind;
}

struct slice json_text(const struct json *j)
{
    return json_is(j, JSON_STRING) ? j->text : SLICE_EMPTY;
}

bool json_text_is(const struct json *j, const char *want)
{
    return json_is(j, JSON_STRING) && slice_equal(j->text, slice_of_string(want));
}

enum err json_uint(const struct json *j, uint64_t *out)
{
    *out = 0;
    if (!json_is(j, JSON_NUMBER) || j->text.p[0] == '-') {
        return ERR_INPUT;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < j->text.n; i++) {
        uint64_t digit = j->text.p[i] - (uint64_t)'0';
        if (digit > 9 || v > (UINT64_MAX - digit) / 10) {
            return ERR_INPUT;
        }
        v = v * 10 + digit;
    }
    *out = v;
    return OK;
}

enum err json_int(const struct json *j, int64_t *out)
{
    *out = 0;
    if (!json_is(j, JSON_NUMBER)) {
        return ERR_INPUT;
    }
    struct json positive = *j;
    bool negative = j->text.p[0] == '-';
    uint64_t v;
    if (negative) {
        positive.text = slice_make(j->text.p + 1, j->text.n - 1);
    }
    TRY(json_uint(&positive, &v));
    if (v > (uint64_t)INT64_MAX) {
        return ERR_INPUT;
    }
    *out = negative ? -(int64_t)v : (int64_t)v;
    return OK;
}

bool json_bool(const struct json *j)
{
    return json_is(j, JSON_BOOL) && j->yes;
}
