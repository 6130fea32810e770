/* Text forms of bytes. All encoders are strict on reading: no white space, one form only.
 * base64url is RFC 4648 section 5 without padding; base32 is Crockford's alphabet in upper case
 * (reading also accepts lower case, O as 0, I and L as 1, and skips '-' and ' '). */
#ifndef SOTTO_BASE_TEXT_H
#define SOTTO_BASE_TEXT_H

#include "base/buf.h"

bool text_is_utf8(struct slice s);
/* Characters (code points) of valid UTF-8. */
size_t text_length(struct slice s);
void text_put_hex(struct buf *b, struct slice in);
void text_put_base64url(struct buf *b, struct slice in);
void text_put_base32(struct buf *b, struct slice in);
MUST_CHECK enum err text_get_hex(struct buf *out, struct slice in);
MUST_CHECK enum err text_get_base64url(struct buf *out, struct slice in);
/* Exactly n bytes. ERR_INPUT for a wrong length, letter or non-zero padding bits. */
MUST_CHECK enum err text_get_base32(uint8_t *out, size_t n, struct slice in);

#endif
