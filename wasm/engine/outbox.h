/* What waits to be sent, chat by chat, in the order it was said. Content and its sealed form are
 * bytes only the network understands. An entry may show a message, whose state follows it; a silent
 * one (a reaction, a read receipt) shows none.
 *
 * out, chat, message: ids of rows; message 0: none. Slices stay the caller's. An entry that is gone
 * is no error. */
#ifndef SOTTO_ENGINE_OUTBOX_H
#define SOTTO_ENGINE_OUTBOX_H
#include "engine/engine.h"
#include "store/outbox.h"

struct outbox_word {
    int64_t message; /* the one it shows */
    int64_t about;   /* the one it shows or changes: kept for those who miss it; 0: not kept */
    struct slice content;
    const uint8_t *key; /* 32 bytes, like a message's */
};
/* Appends it to what waits in the chat; flushed before this step ends. */
MUST_CHECK enum err outbox_put(struct step *s, int64_t chat, const struct outbox_word *w,
                               int64_t *out);
/* The next after `after` (0: the first) that may be sent, at most `limit`, in the arena. */
MUST_CHECK enum err outbox_next(struct step *s, int64_t chat, int64_t after, size_t limit,
                                struct store_out **list, size_t *n);
/* The server has it. */
MUST_CHECK enum err outbox_sent(struct step *s, int64_t out, int64_t message);
/* Refused for good: its message has failed. empty: it still goes out, without content, since others
 * count what comes. */
MUST_CHECK enum err outbox_refused(struct step *s, const struct store_out *out, enum err why,
                                   bool empty);
/* It must be sealed again before it is sent. */
MUST_CHECK enum err outbox_retry(struct step *s, int64_t out);
/* It no longer needs to be sent. */
MUST_CHECK enum err outbox_drop(struct step *s, int64_t out);
/* Nothing more is sent there: what waits has failed. */
MUST_CHECK enum err outbox_close(struct step *s, int64_t chat, enum err why);

#endif
