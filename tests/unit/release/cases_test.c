/* Every case of tests/vectors/sotto/release. Natively, with the name of a file: each of its lines
 * is a case with its texts inside; what was found out is printed, one line each, for
 * tests/unit/release/differ.mjs to compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "lib/check.h"
#include "lib/release_case.h"
#include "release/line.h"

#define PARSED_BYTES_MAX ((size_t)256 << 20)
#define LINE_BYTES_MAX ((size_t)1 << 20)

#ifdef __wasm__
static struct slice read_all(struct arena *arena, const char *path)
{
    int file = host_open(path);
    int64_t size = file < 0 ? 0 : host_size(file);
    uint8_t *p = arena_alloc(arena, (size_t)size);
    bool good = p != NULL && host_read(file, p, (size_t)size, 0) == (int)size;
    return good ? slice_make(p, (size_t)size) : SLICE_EMPTY;
}
#else
static struct slice read_all(struct arena *arena, const char *path)
{
    FILE *f = fopen(path, "rbe");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        return SLICE_EMPTY;
    }
    long size = ftell(f);
    rewind(f);
    uint8_t *p = size < 0 ? NULL : arena_alloc(arena, (size_t)size);
    bool good = p != NULL && fread(p, 1, (size_t)size, f) == (size_t)size;
    (void)fclose(f);
    return good ? slice_make(p, (size_t)size) : SLICE_EMPTY;
}
#endif

static struct release_result result; /* large */

static void check_case(const struct json *texts, const struct json *c)
{
    char text[256];
    struct buf got = buf_fixed(text, sizeof text);
    struct arena arena;
    arena_init(&arena, LINE_BYTES_MAX);
    struct slice name = json_text(json_get(c, "name"));
    const struct json *expect = json_get(c, "expect");
    CHECK(json_is(json_get(expect, "verdict"), JSON_STRING));
    CHECK_ERR(release_case_judge(&result, &arena, texts, c), OK);
    const struct json *other = release_case_differs(&result, expect, &got);
    if (other != NULL) {
        check_printf("  %.*s: %.*s is %.*s, not %.*s\n", (int)name.n, (const char *)name.p,
                     (int)other->key.n, (const char *)other->key.p, (int)got.n, text,
                     (int)other->text.n, (const char *)other->text.p);
        check_fail(__FILE__, __LINE__, "another result");
    }
    arena_wipe(&arena);
}

TEST(every_case_is_judged_as_its_file_says)
{
    struct arena arena;
    struct json *root;
    bool seen[RELEASE_VERDICT_COUNT] = {false};
    size_t n = 0;
    arena_init(&arena, PARSED_BYTES_MAX);
    struct slice text = read_all(&arena, SOTTO_VECTORS_DIR "/sotto/release/cases.json");
    REQUIRE(text.n > 0);
    REQUIRE(json_parse(&arena, text, &root) == OK);
    const struct json *texts = json_get(root, "texts");
    const struct json *cases = json_get(root, "cases");
    for (const struct json *c = cases == NULL ? NULL : cases->first; c != NULL; c = c->next, n++) {
        check_case(texts, c);
        seen[result.verdict] = true;
    }
    CHECK(n > 100);
    for (int v = 0; v < RELEASE_VERDICT_COUNT; v++) {
        if (!seen[v]) {
            check_printf("  no case is refused as %s\n",
                         release_verdict_name((enum release_verdict)v));
            check_fail(__FILE__, __LINE__, "a verdict without a case");
        }
    }
    arena_wipe(&arena);
}

#ifdef __wasm__
TEST_MAIN(TEST_ROW(every_case_is_judged_as_its_file_says))
#else
static int judge_lines(const char *path)
{
    struct arena all, one;
    struct slice line;
    arena_init(&all, PARSED_BYTES_MAX);
    arena_init(&one, PARSED_BYTES_MAX);
    struct slice rest = read_all(&all, path);
    if (rest.n == 0) {
        return 1;
    }
    while (release_line_next(&rest, &line)) {
        char text[512];
        struct buf b = buf_fixed(text, sizeof text);
        struct json *c;
        if (json_parse(&one, line, &c) != OK || release_case_judge(&result, &one, NULL, c) != OK) {
            buf_slice(&b, SLICE_LITERAL("not a case"));
        } else {
            release_case_put(&b, &result);
        }
        printf("%.*s\n", (int)b.n, text);
        arena_reset(&one);
    }
    arena_wipe(&one);
    arena_wipe(&all);
    return rest.n == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const struct check_test tests[] = {TEST_ROW(every_case_is_judged_as_its_file_says)};
    return argc == 2 ? judge_lines(argv[1])
                     : check_run(__FILE__, tests, sizeof tests / sizeof tests[0]);
}
#endif
