#include "base/text.h"
#include "crypto/hash.h"
#include "verify_expect.h"
#include "verify_head.h"

static void put(struct buf *b, const char *text)
{
    buf_slice(b, slice_of_string(text));
}

void verify_expect_headers(struct buf *b, const struct release_text *t)
{
    put(b, "Content-Security-Policy: ");
    buf_slice(b, t->csp);
    put(b, "\n");
    for (size_t i = 0; i < VERIFY_FIXED_N; i++) {
        put(b, verify_head_fixed[i].name);
        put(b, ": ");
        put(b, verify_head_fixed[i].value);
        put(b, "\n");
    }
}

/* A JSON string; what a note holds is printable, so only two characters need a backslash. */
static void put_string(struct buf *b, struct slice s)
{
    buf_u8(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\') {
            buf_u8(b, '\\');
        }
        buf_u8(b, s.p[i]);
    }
    buf_u8(b, '"');
}

static void put_hash(struct buf *b, const struct release_hash *h)
{
    buf_u8(b, '"');
    text_put_base64url(b, SLICE_ARRAY(h->b));
    buf_u8(b, '"');
}

/* The list is in the order of the notes: sorted already. */
static void put_wasm(struct buf *b, const struct release_text *t)
{
    buf_u8(b, '[');
    for (size_t i = 0; i < t->wasm_n; i++) {
        put(b, i > 0 ? "," : "");
        put_hash(b, &t->wasm[i]);
    }
    buf_u8(b, ']');
}

static bool ends(struct slice s, const char *end)
{
    struct slice e = slice_of_string(end);
    return s.n >= e.n && slice_equal(slice_make(s.p + s.n - e.n, e.n), e);
}

static bool begins(struct slice s, const char *begin)
{
    struct slice e = slice_of_string(begin);
    return s.n >= e.n && slice_equal(slice_make(s.p, e.n), e);
}

struct entry {
    struct slice path;
    const struct release_hash *hash;
};

/* Puts an entry where its path belongs. */
static void insert(struct entry *list, size_t *n, struct slice path,
                   const struct release_hash *hash)
{
    size_t i = *n;
    for (; i > 0 && slice_compare(list[i - 1].path, path) > 0; i--) {
        list[i] = list[i - 1];
    }
    list[i] = (struct entry){path, hash};
    (*n)++;
}

static void put_entries(struct buf *b, const struct entry *list, size_t n)
{
    buf_u8(b, '{');
    for (size_t i = 0; i < n; i++) {
        put(b, i > 0 ? "," : "");
        put_string(b, list[i].path);
        buf_u8(b, ':');
        put_hash(b, list[i].hash);
    }
    buf_u8(b, '}');
}

void verify_expect_webcat(struct buf *b, const struct release_text *t)
{
    struct entry list[RELEASE_FILES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < t->file_n; i++) {
        struct slice p = t->file[i].path;
        if (ends(p, ".wasm") || ends(p, ".zip") || ends(p, ".gz") ||
            (begins(p, "/sotto-") && ends(p, ".html"))) {
            continue;
        }
        insert(list, &n, p.n == 1 ? SLICE_LITERAL("/index.html") : p, &t->file[i].hash);
    }
    put(b, "{\"app\":");
    put_string(b, t->line);
    put(b, ",\"default_csp\":");
    put_string(b, t->csp);
    put(b, ",\"default_fallback\":\"/index.html\",\"default_index\":\"index.html\","
           "\"extra_csp\":{},\"files\":");
    put_entries(b, list, n);
    put(b, ",\"version\":");
    put_string(b, t->version);
    put(b, ",\"wasm\":");
    put_wasm(b, t);
    put(b, "}");
}

void verify_expect_waict(struct buf *b, const struct release_text *t)
{
    struct entry list[RELEASE_FILES_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < t->file_n; i++) {
        insert(list, &n, t->file[i].path, &t->file[i].hash);
    }
    insert(list, &n, SLICE_LITERAL("/sw.js"), &t->loader);
    put(b, "{\"hashes\":");
    put_entries(b, list, n);
    put(b, ",\"wasm_hashes\":");
    put_wasm(b, t);
    put(b, "}\n");
}
