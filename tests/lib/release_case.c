#include "lib/release_case.h"

#include <string.h>

#include "base/text.h"
#include "lib/check.h"
#include "release/line.h"

static enum err get_text(struct slice *out, struct arena *arena, const struct json *texts,
                         const struct json *j)
{
    uint64_t at;
    *out = SLICE_EMPTY;
    if (json_uint(j, &at) == OK) {
        j = json_at(texts, (size_t)at);
    }
    if (json_is(j, JSON_STRING)) {
        *out = j->text;
        return OK;
    }
    const struct json *base64 = json_get(j, "base64");
    if (!json_is(base64, JSON_STRING)) {
        return ERR_INPUT;
    }
    struct buf b = buf_arena(arena, base64->text.n);
    TRY(release_line_base64_get(&b, base64->text));
    return buf_finish(&b, out);
}

static enum err get_hash(struct release_hash *out, const struct json *j)
{
    struct buf b = buf_fixed(out->b, sizeof out->b);
    TRY(text_get_base64url(&b, json_text(j)));
    return b.n == sizeof out->b ? OK : ERR_INPUT;
}

static enum err get_state(struct release_state *out, const struct json *j)
{
    memset(out, 0, sizeof *out);
    if (json_is(j, JSON_NULL)) {
        return OK;
    }
    out->any = true;
    TRY(json_uint(json_get(j, "seq"), &out->seq));
    TRY(get_hash(&out->hash, json_get(j, "hash")));
    return get_hash(&out->loader, json_get(j, "loader"));
}

/* Check 11 of a case that has a file. */
static enum err judge_file(struct release_result *r, struct arena *arena, const struct json *file)
{
    struct slice bytes;
    if (file == NULL || r->verdict != RELEASE_OK) {
        return OK;
    }
    TRY(get_text(&bytes, arena, NULL, file));
    const struct release_file *f = release_text_file(&r->text, json_text(json_get(file, "path")));
    struct slice copy = check_copy(bytes);
    r->verdict = f == NULL ? RELEASE_FILE : release_text_file_check(f, copy);
    check_release(copy);
    return OK;
}

enum err release_case_judge(struct release_result *out, struct arena *arena,
                            const struct json *texts, const struct json *c)
{
    static const char *const names[] = {"trust", "note", "recent", "first"};
    struct slice text[4];
    struct release_state before;
    struct release_trust trust;
    uint64_t now;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < 4; i++) {
        TRY(get_text(&text[i], arena, texts, json_get(c, names[i])));
    }
    TRY(get_state(&before, json_get(c, "before")));
    TRY(json_uint(json_get(c, "now"), &now));
    out->verdict = RELEASE_BAD_TRUST;
    if (release_trust_parse(&trust, text[0]) == OK) {
        struct release_evidence e = {text[1], text[2], text[3]};
        (void)release_accept(out, &trust, &before, &e, now);
    }
    return judge_file(out, arena, json_get(c, "file"));
}

static void put_field(struct buf *b, const struct release_result *r, struct slice name)
{
    static const struct release_hash none;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"seq", r->text.seq},        {"signed", r->signed_n},
                   {"index", r->index},         {"size", r->tree_size},
                   {"witnesses", r->witness_n}, {"recentTime", r->recent_time},
                   {"firstTime", r->first_time}};
    if (slice_equal(name, SLICE_LITERAL("verdict"))) {
        buf_slice(b, slice_of_string(release_verdict_name(r->verdict)));
    } else if (slice_equal(name, SLICE_LITERAL("version"))) {
        buf_slice(b, r->text.version);
    } else if (slice_equal(name, SLICE_LITERAL("hash"))) {
        if (!slice_equal(SLICE_ARRAY(r->hash.b), SLICE_ARRAY(none.b))) {
            text_put_base64url(b, SLICE_ARRAY(r->hash.b));
        }
    } else {
        bool known = false;
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            if (slice_equal(name, slice_of_string(numbers[i].name))) {
                release_line_decimal_put(b, numbers[i].value);
                known = true;
            }
        }
        if (!known) {
            buf_slice(b, SLICE_LITERAL("(no such field)"));
        }
    }
}

void release_case_put(struct buf *b, const struct release_result *r)
{
    static const char *const names[] = {"verdict", "seq",  "version",   "hash",       "signed",
                                        "index",   "size", "witnesses", "recentTime", "firstTime"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (i > 0) {
            buf_u8(b, ' ');
        }
        put_field(b, r, slice_of_string(names[i]));
    }
}

const struct json *release_case_differs(const struct release_result *r, const struct json *expect,
                                        struct buf *got)
{
    for (const struct json *j = expect == NULL ? NULL : expect->first; j != NULL; j = j->next) {
        got->n = 0;
        put_field(got, r, j->key);
        if (!slice_equal(buf_view(got), j->text)) {
            return j;
        }
    }
    return NULL;
}
