/* What is unread in a chat, kept in its row: how many, the first one, whether we were mentioned.
 * Counts what others said: words, files, and what could not be read. */
#ifndef SOTTO_STORE_UNREAD_H
#define SOTTO_STORE_UNREAD_H
#include "store/sql.h"

/* A message from somebody else came. Lists the chat again, takes it out of the archive unless it is
 * muted at now_ms, and marks a receipt as due. */
MUST_CHECK enum err store_unread_add(struct store *s, int64_t chat, int64_t message,
                                     bool mentions_me, int64_t now_ms);
/* Read up to this message, which stands at `place`. say: a receipt for it is due. */
MUST_CHECK enum err store_unread_read(struct store *s, int64_t chat, int64_t place, int64_t message,
                                      const uint8_t mid[32], bool say);
/* The same, but read on another device of mine, which sends the receipt. */
MUST_CHECK enum err store_unread_read_there(struct store *s, int64_t chat, int64_t place,
                                            int64_t message);
/* The person marks it as unread although it was read; or as read, without a receipt. */
MUST_CHECK enum err store_unread_mark(struct store *s, int64_t chat, bool on);

#endif
