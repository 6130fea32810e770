/* How a key or an account is shown to people, where its whole hash would be too long to read. */
#ifndef SOTTO_ENGINE_FINGERPRINT_H
#define SOTTO_ENGINE_FINGERPRINT_H
#include "base/arena.h"

/* Hex of the first bytes of the hash of `key`, in groups of four. */
MUST_CHECK enum err fingerprint_text(struct arena *arena, const uint8_t key[32], struct slice *out);

#endif
