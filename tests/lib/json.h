/* A small JSON reader for test vectors (RFC 8259), bounded in depth and by its arena. Test code:
 * the core's own JSON comes with yyjson. Control characters in strings, bad UTF-8 and anything
 * after the value are ERR_INPUT; numbers are read as integers only.
 *
 * Life: json_parse into an arena -> json_get / json_at -> the arena is wiped. Absent members are
 * NULL, and every reader accepts NULL, so that lookups chain: json_get(json_get(a, "b"), "c"). */
#ifndef SOTTO_TESTS_JSON_H
#define SOTTO_TESTS_JSON_H
#include "base/arena.h"

#define JSON_DEPTH_MAX 32

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    struct slice key;   /* of a member                                        */
    struct slice text;  /* of a string; digits of a number                    */
    bool yes;           /* of a bool                                          */
    size_t count;       /* of an array or object                              */
    struct json *first; /* first child                                        */
    struct json *next;  /* next sibling: for (c = j->first; c; c = c->next)   */
};

MUST_CHECK enum err json_parse(struct arena *arena, struct slice text, struct json **out);
/* Member of an object by name; NULL when absent. */
const struct json *json_get(const struct json *object, const char *key);
/* Element of an array; NULL past its end. */
const struct json *json_at(const struct json *array, size_t index);
bool json_is(const struct json *j, enum json_kind kind);
/* String content, or empty. */
struct slice json_text(const struct json *j);
/* True when the string equals the literal. */
bool json_text_is(const struct json *j, const char *want);
/* ERR_INPUT when it is not a number in range. */
MUST_CHECK enum err json_uint(const struct json *j, uint64_t *out);
MUST_CHECK enum err json_int(const struct json *j, int64_t *out);
/* False unless it is true. */
bool json_bool(const struct json *j);
#endif
