/* What of a chat has not been read, in its row: how many, the first of them, were we meant. Counted
 * is what others said: words, files, and what could not be read. */
#ifndef SOTTO_STORE_UNREAD_H
#define SOTTO_STORE_UNREAD_H
#include "store/sql.h"

/* A message of somebody else came. The chat is listed again and, unless it is muted at now_ms, no
 * longer archived; that we have it is to be said. */
MUST_CHECK enum err store_unread_add(struct store *s, int64_t chat, int64_t message,
                                     bool mentions_me, int64_t now_ms);
/* Read up to this message, which stands at `place`. say: that is to be said. */
MUST_CHECK enum err store_unread_read(struct store *s, int64_t chat, int64_t place, int64_t message,
                                      const uint8_t mid[32], bool say);
/* The same, on another device of mine: it is said from there. */
MUST_CHECK enum err store_unread_read_there(struct store *s, int64_t chat, int64_t place,
                                            int64_t message);
/* The person marks it as unread, though it was read; or as read, which is not said. */
MUST_CHECK enum err store_unread_mark(struct store *s, int64_t chat, bool on);

#endif
