#include "vectors_run/vector.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "base/text.h"
#include "lib/check.h"

void vector_begin(struct vector_result *r, const char *format, ...)
{
    va_list args;
    vector_end(r);
    arena_reset(&r->arena);
    r->checks = 0;
    r->entry_failed = false;
    r->entry_skipped = false;
    r->open = true;
    va_start(args, format);
    (void)vsnprintf(r->entry, sizeof r->entry, format, args);
    va_end(args);
}

void vector_end(struct vector_result *r)
{
    if (!r->open) {
        return;
    }
    if (!r->entry_skipped && r->checks == 0) {
        vector_fail(r, "nothing was checked");
    }
    r->open = false;
    if (r->entry_failed) {
        r->run++;
        r->failed++;
    } else if (r->entry_skipped) {
        r->skipped++;
    } else {
        r->run++;
        r->passed++;
    }
}

void vector_fail(struct vector_result *r, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!r->open) {
        /* Outside any entry: the file itself is wrong. */
        r->run++;
        r->failed++;
        check_printf("  %s: %s\n", r->file, text);
        return;
    }
    if (!r->entry_failed && r->failed < VECTOR_FAILURES_SHOWN) {
        check_printf("  %s, %s: %s\n", r->file, r->entry, text);
    }
    r->entry_failed = true;
}

void vector_skip(struct vector_result *r, const char *format, ...)
{
    char text[sizeof r->reasons[0].text];
    va_list args;
    if (r->entry_skipped) {
        return;
    }
    r->entry_skipped = true;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < r->reasons_n; i++) {
        if (strcmp(r->reasons[i].text, text) == 0) {
            r->reasons[i].count++;
            return;
        }
    }
    if (r->reasons_n == VECTOR_REASONS_MAX) {
        r->reasons[VECTOR_REASONS_MAX - 1].count++;
        memcpy(r->reasons[VECTOR_REASONS_MAX - 1].text, "other reasons", sizeof "other reasons");
        return;
    }
    memcpy(r->reasons[r->reasons_n].text, text, sizeof text);
    r->reasons[r->reasons_n++].count = 1;
}

bool vector_check(struct vector_result *r, bool good, const char *file, int line, const char *what)
{
    r->checks++;
    if (!good) {
        vector_fail(r, "%s:%d: %s", file, line, what);
    }
    return good;
}

bool vector_bytes(struct vector_result *r, struct slice got, struct slice want, const char *file,
                  int line, const char *what)
{
    char text[2][33] = {"", ""};
    struct slice both[2] = {got, want};
    r->checks++;
    if (slice_equal(got, want)) {
        return true;
    }
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < 16 && i < both[k].n; i++) {
            (void)snprintf(text[k] + 2 * i, 3, "%02x", both[k].p[i]);
        }
    }
    vector_fail(r, "%s:%d: %s: got %s.. (%lu), want %s.. (%lu)", file, line, what, text[0],
                (unsigned long)got.n, text[1], (unsigned long)want.n);
    return false;
}

void *vector_alloc(struct vector_result *r, size_t n)
{
    void *p = arena_alloc(&r->arena, n);
    if (p == NULL) {
        host_panic("vectors: out of memory");
    }
    return p;
}

struct slice vector_hex_of(struct vector_result *r, const struct json *j)
{
    struct slice text = json_text(j);
    struct slice out;
    struct buf b = buf_fixed(vector_alloc(r, text.n / 2), text.n / 2);
    if (!json_is(j, JSON_STRING) || text_get_hex(&b, text) != OK || buf_finish(&b, &out) != OK) {
        vector_fail(r, "a field that should be hex is not");
        return SLICE_EMPTY;
    }
    return out;
}

struct slice vector_hex(struct vector_result *r, const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);
    if (!json_is(j, JSON_STRING)) {
        vector_fail(r, "no hex field %s", key);
        return SLICE_EMPTY;
    }
    return vector_hex_of(r, j);
}

struct slice vector_text(struct vector_result *r, const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);
    if (!json_is(j, JSON_STRING)) {
        vector_fail(r, "no text field %s", key);
    }
    return json_text(j);
}

uint64_t vector_uint(struct vector_result *r, const struct json *object, const char *key)
{
    uint64_t v;
    if (json_uint(json_get(object, key), &v) != OK) {
        vector_fail(r, "no number %s", key);
    }
    return v;
}

bool vector_bool(struct vector_result *r, const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);
    if (!json_is(j, JSON_BOOL)) {
        vector_fail(r, "no bool %s", key);
    }
    return json_bool(j);
}
