#include "lib/json.h"

#include "lib/check.h"

static struct arena arena;

static enum err parse(const char *text, struct json **out)
{
    struct slice s = check_copy(slice_of_string(text));
    struct slice kept;
    arena_reset(&arena);
    enum err e = arena_copy(&arena, s, &kept);
    check_release(s);
    return e == OK ? json_parse(&arena, kept, out) : e;
}

TEST(reads_a_document)
{
    struct json *j = NULL;
    uint64_t u;
    int64_t v;
    CHECK_ERR(
        parse(" {\"a\": [1, -2, 18446744073709551615], \"b\": {\"c\": true, \"d\": null},"
              " \"e\": \"x\\n\\u00e4\\ud83d\\ude00\\/\", \"f\": [], \"g\": {}, \"h\": 1.5e3}\n",
              &j),
        OK);
    const struct json *a = json_get(j, "a");
    CHECK(json_is(a, JSON_ARRAY) && a->count == 3);
    CHECK(json_uint(json_at(a, 0), &u) == OK && u == 1);
    CHECK(json_uint(json_at(a, 1), &u) == ERR_INPUT && u == 0);
    CHECK(json_int(json_at(a, 1), &v) == OK && v == -2);
    CHECK(json_uint(json_at(a, 2), &u) == OK && u == UINT64_MAX);
    CHECK(json_int(json_at(a, 2), &v) == ERR_INPUT);
    CHECK(json_at(a, 3) == NULL);
    CHECK(json_bool(json_get(json_get(j, "b"), "c")));
    CHECK(json_is(json_get(json_get(j, "b"), "d"), JSON_NULL));
    CHECK_BYTES(json_text(json_get(j, "e")), SLICE_LITERAL("x\n\xc3\xa4\xf0\x9f\x98\x80/"));
    CHECK(json_get(j, "f")->count == 0 && json_get(j, "g")->count == 0);
    CHECK(json_uint(json_get(j, "h"), &u) == ERR_INPUT);
    CHECK(json_get(j, "missing") == NULL && json_get(NULL, "x") == NULL);
}

TEST(rejects_what_is_not_json)
{
    static const char *const bad[] = {"",
                                      " ",
                                      "{",
                                      "[",
                                      "]",
                                      "[1,]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "[1 2]",
                                      "\"",
                                      "\"\\",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\x01\"",
                                      "\"\xff\"",
                                      "01",
                                      "-",
                                      "tru",
                                      "nul",
                                      "1 1",
                                      "[1]]",
                                      "{\"a\":1,}",
                                      "'a'",
                                      "+1",
                                      "\"\\u0"};
    struct json *j;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (parse(bad[i], &j) != ERR_INPUT) {
            check_printf("  row %s\n", bad[i]);
        }
        CHECK_ERR(parse(bad[i], &j), ERR_INPUT);
        CHECK(j == NULL);
    }
}

TEST(bounds_its_depth)
{
    char deep[2 * JSON_DEPTH_MAX + 4];
    struct json *j;
    size_t n = 0;
    for (int i = 0; i < JSON_DEPTH_MAX; i++) {
        deep[n++] = '[';
    }
    deep[n++] = '1';
    for (int i = 0; i < JSON_DEPTH_MAX; i++) {
        deep[n++] = ']';
    }
    deep[n] = '\0';
    CHECK_ERR(parse(deep, &j), OK);
    deep[JSON_DEPTH_MAX] = '[';
    deep[JSON_DEPTH_MAX + 1] = '1';
    CHECK_ERR(parse(deep, &j), ERR_LIMIT);
}

TEST(rejects_every_truncation)
{
    static const char whole[] = "{\"a\":[1,true,null,\"x\\u00e4\"],\"b\":{\"c\":-5}}";
    struct json *j;
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        struct slice s = check_copy(slice_make(whole, n));
        arena_reset(&arena);
        CHECK_ERR(json_parse(&arena, s, &j), ERR_INPUT);
        check_release(s);
    }
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(reads_a_document), TEST_ROW(rejects_what_is_not_json),
          TEST_ROW(bounds_its_depth), TEST_ROW(rejects_every_truncation))
