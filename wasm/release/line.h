/* Lines of text, and the numbers and bytes in them, that notes, checkpoints and proofs share. */
#ifndef SOTTO_RELEASE_LINE_H
#define SOTTO_RELEASE_LINE_H
#include "base/buf.h"

/* Standard base64 with padding, strictly one form. */
void release_line_base64_put(struct buf *b, struct slice in);
MUST_CHECK enum err release_line_base64_get(struct buf *out, struct slice in);
/* Decimal without leading zeros, at most 2^53 - 1 (JavaScript holds it). ERR_INPUT. */
MUST_CHECK enum err release_line_decimal_get(uint64_t *out, struct slice in);
void release_line_decimal_put(struct buf *b, uint64_t v);
/* The next line without its LF; false when there is none that ends with LF. */
bool release_line_next(struct slice *rest, struct slice *line);
#endif
