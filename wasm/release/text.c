#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "release/line.h"
#include "release/note.h"
#include "release/text.h"

#define HASH_LETTERS 43
#define VERSION_BYTES_MAX 64

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(uint8_t c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_version_letter(uint8_t c)
{
    return is_digit(c) || is_letter(c) || c == '.' || c == '+' || c == '-';
}

static bool is_path_letter(uint8_t c)
{
    return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
}

static bool is_hex_letter(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_type_letter(uint8_t c)
{
    return is_lower(c) || c == '+' || c == '.' || c == '-';
}

static bool is_subtype_letter(uint8_t c)
{
    return is_type_letter(c) || is_digit(c);
}

static bool is_name_letter(uint8_t c)
{
    return c > 0x20 && c < 0x7f;
}

static bool is_policy_letter(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != ',';
}

/* At least one byte, and every one of that kind. */
static bool is_made_of(struct slice s, bool (*is_one)(uint8_t c))
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_one(s.p[i])) {
            return false;
        }
    }
    return s.n > 0;
}

/* What comes before the next such byte, which is skipped; everything when there is none. */
static struct slice take_until(struct slice *rest, uint8_t c)
{
    struct slice all = *rest;
    for (size_t i = 0; i < all.n; i++) {
        if (all.p[i] == c) {
            *rest = slice_make(all.p + i + 1, all.n - i - 1);
            return slice_make(all.p, i);
        }
    }
    *rest = SLICE_EMPTY;
    return all;
}

/* Takes the next line if it begins with this word and a space; what follows in *value. */
static bool take_line(struct slice *text, const char *word, struct slice *value)
{
    struct slice after = *text;
    if (!release_line_next(&after, value) ||
        !slice_equal(take_until(value, ' '), slice_of_string(word))) {
        return false;
    }
    *text = after;
    return true;
}

static enum err get_hash(struct release_hash *out, struct slice in)
{
    struct buf b = buf_fixed(out->b, sizeof out->b);
    return in.n == HASH_LETTERS ? text_get_base64url(&b, in) : ERR_INPUT;
}

static enum err get_hex_hash(struct release_hash *out, struct slice in)
{
    struct buf b = buf_fixed(out->b, sizeof out->b);
    return in.n == 2 * sizeof out->b && is_made_of(in, is_hex_letter) ? text_get_hex(&b, in)
                                                                      : ERR_INPUT;
}

static bool is_path(struct slice s)
{
    if (s.n == 0 || s.p[0] != '/') {
        return false;
    }
    struct slice name = slice_make(s.p + 1, s.n - 1);
    return name.n == 0 ||
           ((is_digit(name.p[0]) || is_letter(name.p[0])) && is_made_of(name, is_path_letter));
}

static enum err get_type(struct slice *out, struct slice in)
{
    struct slice rest = in;
    struct slice type = take_until(&rest, '/');
    *out = in;
    return is_made_of(type, is_type_letter) && is_made_of(rest, is_subtype_letter) ? OK : ERR_INPUT;
}

static enum err get_file(struct release_file *f, struct slice value)
{
    f->path = take_until(&value, ' ');
    if (!is_path(f->path)) {
        return ERR_INPUT;
    }
    TRY(release_line_decimal_get(&f->size, take_until(&value, ' ')));
    if (f->size > RELEASE_FILE_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(get_hash(&f->hash, take_until(&value, ' ')));
    return get_type(&f->type, value);
}

static enum err get_files(struct release_text *t, struct slice *text)
{
    struct slice value;
    while (take_line(text, "file", &value)) {
        if (t->file_n == RELEASE_FILES_MAX) {
            return ERR_LIMIT;
        }
        struct release_file *f = &t->file[t->file_n];
        TRY(get_file(f, value));
        if (t->file_n > 0 && slice_compare(f[-1].path, f->path) >= 0) {
            return ERR_INPUT;
        }
        t->file_n++;
    }
    /* Without the page itself there is nothing to run. It sorts first. */
    return t->file_n > 0 && t->file[0].path.n == 1 ? OK : ERR_INPUT;
}

static enum err get_wasm(struct release_text *t, struct slice *text)
{
    struct slice value, before = SLICE_EMPTY;
    while (take_line(text, "wasm", &value)) {
        if (t->wasm_n == RELEASE_WASM_MAX) {
            return ERR_LIMIT;
        }
        TRY(get_hash(&t->wasm[t->wasm_n], value));
        if (slice_compare(before, value) >= 0) {
            return ERR_INPUT;
        }
        before = value;
        t->wasm_n++;
    }
    return OK;
}

/* Number and predecessor: `-` for the first release, a hash for all others. */
static enum err get_place(struct release_text *t, struct slice *text)
{
    struct slice value;
    if (!take_line(text, "seq", &value)) {
        return ERR_INPUT;
    }
    TRY(release_line_decimal_get(&t->seq, value));
    if (t->seq == 0 || !take_line(text, "prev", &value)) {
        return ERR_INPUT;
    }
    t->has_previous = t->seq > 1;
    if (!t->has_previous) {
        return slice_equal(value, SLICE_LITERAL("-")) ? OK : ERR_INPUT;
    }
    return get_hash(&t->previous, value);
}

/* What it was built from. */
static enum err get_origin(struct release_text *t, struct slice *text)
{
    struct slice value;
    if (!take_line(text, "commit", &t->commit) || (t->commit.n != 40 && t->commit.n != 64) ||
        !is_made_of(t->commit, is_hex_letter) || !take_line(text, "toolchain", &value)) {
        return ERR_INPUT;
    }
    TRY(get_hex_hash(&t->toolchain, value));
    if (!take_line(text, "loader", &value)) {
        return ERR_INPUT;
    }
    return get_hash(&t->loader, value);
}

/* Printable ASCII without a comma, which would end the policy in a header. */
static enum err get_policy(struct release_text *t, struct slice *text)
{
    static const char begin[] = "default-src 'none'; ";
    struct slice rest, got;
    if (!take_line(text, "csp", &t->csp)) {
        return ERR_INPUT;
    }
    rest = t->csp;
    TRY(slice_take(&rest, sizeof begin - 1, &got));
    if (!slice_equal(got, slice_of_string(begin)) || !is_made_of(rest, is_policy_letter) ||
        rest.p[rest.n - 1] == ' ') {
        return ERR_INPUT;
    }
    return OK;
}

static enum err get_text(struct release_text *t, struct slice text)
{
    struct slice line;
    if (!release_line_next(&text, &line) || !slice_equal(line, SLICE_LITERAL("sotto-release/v1")) ||
        !take_line(&text, "line", &t->line) || !is_made_of(t->line, is_name_letter) ||
        !take_line(&text, "version", &t->version) || !is_made_of(t->version, is_version_letter) ||
        t->version.n > VERSION_BYTES_MAX) {
        return ERR_INPUT;
    }
    TRY(get_place(t, &text));
    TRY(get_origin(t, &text));
    TRY(get_policy(t, &text));
    TRY(get_wasm(t, &text));
    TRY(get_files(t, &text));
    return slice_end(text);
}

enum err release_text_parse(struct release_text *out, struct slice text)
{
    memset(out, 0, sizeof *out);
    enum err e = text.n > RELEASE_NOTE_BYTES_MAX ? ERR_LIMIT : get_text(out, text);
    if (e != OK) {
        memset(out, 0, sizeof *out);
    }
    return e;
}

const struct release_file *release_text_file(const struct release_text *t, struct slice path)
{
    for (size_t i = 0; i < t->file_n; i++) {
        if (slice_equal(t->file[i].path, path)) {
            return &t->file[i];
        }
    }
    return NULL;
}

enum release_verdict release_text_file_check(const struct release_file *f, struct slice bytes)
{
    uint8_t hash[CRYPTO_SHA256_SIZE];
    if (bytes.n != f->size) {
        return RELEASE_FILE;
    }
    crypto_sha256(hash, bytes);
    return slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(f->hash.b)) ? RELEASE_OK : RELEASE_FILE;
}
