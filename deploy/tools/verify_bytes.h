/* Bytes that are unpacked, and hashes in their text form. */
#ifndef SOTTO_TOOLS_VERIFY_BYTES_H
#define SOTTO_TOOLS_VERIFY_BYTES_H
#include "verify.h"

/* Adds n bytes to what was empty or made by this function; false when memory or `max` is exhausted.
 * Keeps a NUL after them. */
MUST_CHECK bool verify_bytes_add(struct tool_bytes *b, const void *p, size_t n, size_t max);
MUST_CHECK bool verify_bytes_gunzip(struct tool_bytes *out, struct slice gzip, size_t max);
MUST_CHECK bool verify_bytes_unbrotli(struct tool_bytes *out, struct slice brotli, size_t max);
/* SHA-256 in base64url, with a NUL. */
void verify_bytes_hash(char out[44], struct slice bytes);
void verify_hash_text(char out[44], const struct release_hash *h);
bool verify_hash_equal(const struct release_hash *a, const struct release_hash *b);
#endif
