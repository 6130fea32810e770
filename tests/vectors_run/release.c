/* Our own cases of signed and logged releases: tests/vectors/sotto/release/make.mjs. */
#include "lib/release_case.h"
#include "vectors_run/vector.h"

static void run_case(struct vector_result *r, const struct json *texts, const struct json *c)
{
    static struct release_result result; /* large */
    char text[256];
    struct buf got = buf_fixed(text, sizeof text);
    struct slice name = vector_text(r, c, "name");
    const struct json *expect = json_get(c, "expect");
    if (!VECTOR_CHECK(r, json_is(json_get(expect, "verdict"), JSON_STRING)) ||
        !VECTOR_CHECK(r, release_case_judge(&result, &r->arena, texts, c) == OK)) {
        return;
    }
    const struct json *other = release_case_differs(&result, expect, &got);
    if (other != NULL) {
        vector_fail(r, "%.*s: %.*s is %.*s, not %.*s", (int)name.n, (const char *)name.p,
                    (int)other->key.n, (const char *)other->key.p, (int)got.n, text,
                    (int)other->text.n, (const char *)other->text.p);
    }
}

static void run(const struct json *root, struct vector_result *r)
{
    const struct json *cases = json_get(root, "cases");
    const struct json *texts = json_get(root, "texts");
    if (cases == NULL || texts == NULL) {
        r->unknown = true;
        return;
    }
    unsigned n = 0;
    for (const struct json *c = cases->first; c != NULL; c = c->next) {
        vector_begin(r, "case %u", n++);
        run_case(r, texts, c);
        vector_end(r);
    }
}

const struct vector_kind vector_kinds_release[] = {{"release", "cases.json", run},
                                                   {NULL, NULL, NULL}};
