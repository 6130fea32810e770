/* One case of tests/vectors/sotto/release/cases.json, judged by wasm/release as the loader would. A
 * text is a string, { "base64": ... }, or a number that counts in the file's list of texts. */
#ifndef SOTTO_TESTS_RELEASE_CASE_H
#define SOTTO_TESTS_RELEASE_CASE_H
#include "lib/json.h"
#include "release/accept.h"

/* What became of it: the result borrows from the case and the arena. texts may be NULL. ERR_INPUT
 * for a case that is not well formed. Checks 1 to 10, and 11 where the case has a file. */
MUST_CHECK enum err release_case_judge(struct release_result *out, struct arena *arena,
                                       const struct json *texts, const struct json *c);
/* Every field of the result in one line without LF: what sw/verify must find out, too. */
void release_case_put(struct buf *b, const struct release_result *r);
/* The first field of `expect` that is another; NULL when all are as expected. `got` is room for
 * what it is. */
const struct json *release_case_differs(const struct release_result *r, const struct json *expect,
                                        struct buf *got);
#endif
