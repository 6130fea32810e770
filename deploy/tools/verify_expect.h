/* The lists that are made from a release. */
#ifndef SOTTO_TOOLS_VERIFY_EXPECT_H
#define SOTTO_TOOLS_VERIFY_EXPECT_H
#include "verify.h"

#define VERIFY_EXPECT_BYTES_MAX (256u << 10)
/* The texts that web/note.js makes from the same list: headers.txt (without a WAICT line), WEBCAT's
 * manifest, WAICT's manifest. */
void verify_expect_headers(struct buf *b, const struct release_text *t);
void verify_expect_webcat(struct buf *b, const struct release_text *t);
void verify_expect_waict(struct buf *b, const struct release_text *t);
#endif
