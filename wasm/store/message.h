/* The timeline: messages, reactions, receipts. The search index is kept in step
 * (store/search.h). */
#ifndef SOTTO_STORE_MESSAGE_H
#define SOTTO_STORE_MESSAGE_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

/* What the page shows is stored under its number in the schema. */
enum store_message_type {
    STORE_MESSAGE_TEXT = ABI_MESSAGE_TYPE_TEXT,
    STORE_MESSAGE_FILE = ABI_MESSAGE_TYPE_FILE,
    STORE_MESSAGE_NOTICE = ABI_MESSAGE_TYPE_NOTICE,
    STORE_MESSAGE_UNREADABLE = ABI_MESSAGE_TYPE_UNREADABLE,
    STORE_MESSAGE_DELETED = ABI_MESSAGE_TYPE_DELETED,
    STORE_MESSAGE_MISSING = ABI_MESSAGE_TYPE_MISSING /* words that never came; reason: how many */
};
enum store_message_state {
    STORE_STATE_QUEUED = ABI_MESSAGE_STATE_QUEUED,
    STORE_STATE_SENT = ABI_MESSAGE_STATE_SENT,
    STORE_STATE_DELIVERED = ABI_MESSAGE_STATE_DELIVERED,
    STORE_STATE_READ = ABI_MESSAGE_STATE_READ,
    STORE_STATE_FAILED = ABI_MESSAGE_STATE_FAILED
};
struct store_message {
    int64_t id, chat;
    uint8_t mid[32];
    int64_t sender, at_ms;
    bool mine;                       /* said by this account, on any of its devices */
    int type, notice, state, reason; /* notice: enum abi_notice */
    struct slice text;
    bool has_reply;
    uint8_t reply[32];
    int64_t edited_ms, expires_ms, timer_s;
    bool starred, mentions_me;
    int64_t place;         /* where it stands (order.h); 0: at the end of the log so far */
    int64_t said_ms;       /* the sender's time; 0 none */
    int64_t server_ms;     /* the gateway's time; 0 none */
    int64_t leaf, counter; /* its word (order.h); 0 none */
    int64_t edit_n;        /* number of the edit shown, 0 none; edit_mid: its id */
    uint8_t edit_mid[32];
    bool twice;             /* its leaf used the counter for something else as well */
    bool removed;           /* its account had removed the device before we read this */
    int64_t by;             /* a person, in the role by_how; 0 none */
    enum abi_by_how by_how; /* for a notice about a room */
};
/* Adds a row and its search text, and fills id. ERR_STATE_REPLAY: (chat, mid) is known. */
MUST_CHECK enum err store_message_add(struct store *s, struct store_message *m);
MUST_CHECK enum err store_message_get(struct store *s, struct arena *a, int64_t id,
                                      struct store_message *out);
MUST_CHECK enum err store_message_find(struct store *s, struct arena *a, int64_t chat,
                                       const uint8_t mid[32], struct store_message *out);
/* Shows this edit from now on, with its number and id. */
MUST_CHECK enum err store_message_set_text(struct store *s, int64_t id, struct slice text,
                                           int64_t edited_ms, int64_t edit_n,
                                           const uint8_t edit_mid[32]);
/* Something we said got another id: updates whatever names it here, a reply, a reaction, the edit
 * shown. */
MUST_CHECK enum err store_message_renamed(struct store *s, int64_t chat, const uint8_t old[32],
                                          const uint8_t mid[32]);
/* Removes text, file and reactions; the row stays as "deleted". */
MUST_CHECK enum err store_message_empty(struct store *s, int64_t id);
/* What it shows, or its deletion, came from a device that was removed before we read that. */
MUST_CHECK enum err store_message_set_removed(struct store *s, int64_t id, bool removed);
/* Removes the row altogether. */
MUST_CHECK enum err store_message_drop(struct store *s, int64_t id);
MUST_CHECK enum err store_message_set_state(struct store *s, int64_t id, int state, int reason);
MUST_CHECK enum err store_message_set_starred(struct store *s, int64_t id, bool on);
/* The gateway has it. No effect on a message that is not waiting. */
MUST_CHECK enum err store_message_sent(struct store *s, int64_t id);
/* Marks all of a chat that are still in the outbox as refused, and why. */
MUST_CHECK enum err store_message_refused(struct store *s, int64_t chat, enum err why);
/* Sets the word it is. */
MUST_CHECK enum err store_message_set_word(struct store *s, int64_t id, int64_t leaf,
                                           int64_t counter);
/* Its leaf used the counter for something else as well. */
MUST_CHECK enum err store_message_set_twice(struct store *s, int64_t id);
/* It came from another device of mine before it was in the log; now it is: takes place, leaf,
 * counter and server_ms of m. No effect if it has its place already. */
MUST_CHECK enum err store_message_placed(struct store *s, const struct store_message *m);
/* The message of this word has been in the log since server_ms. */
MUST_CHECK enum err store_message_logged(struct store *s, int64_t leaf, int64_t counter,
                                         int64_t server_ms);

/* ---- expiry --------------------------------------------------------------------------------- */

/* m was read: starts the timers of all messages up to it. */
MUST_CHECK enum err store_message_start_timers(struct store *s, const struct store_message *m,
                                               int64_t now_ms);
struct store_message_place {
    int64_t id, chat;
};
/* When the next message expires; 0: none does. */
MUST_CHECK enum err store_message_next_expiry(struct store *s, int64_t *at_ms);
/* Expired messages, at most `max`. */
MUST_CHECK enum err store_message_expired(struct store *s, int64_t now_ms,
                                          struct store_message_place *out, size_t max, size_t *n);

/* ---- looking -------------------------------------------------------------------------------- */

/* The first message of the timeline. ERR_GONE: it is empty. */
MUST_CHECK enum err store_message_first(struct store *s, int64_t chat, int64_t *id);
/* The newest that is not a notice. ERR_GONE: none. */
MUST_CHECK enum err store_message_last_said(struct store *s, int64_t chat, int64_t *id);
/* The kind of notice added last; 0: the last row is no notice. ERR_GONE: no rows. */
MUST_CHECK enum err store_message_last_notice(struct store *s, int64_t chat, int64_t *notice);
/* The highest place in the log; 0: none. */
MUST_CHECK enum err store_message_end(struct store *s, int64_t chat, int64_t *place);
/* Gives it this id, 32 bytes. */
MUST_CHECK enum err store_message_set_mid(struct store *s, int64_t message, const uint8_t mid[32]);
/* When the message at this place, or the next after it, was said. ERR_GONE: there is none; *at_ms
 * is 0. */
MUST_CHECK enum err store_message_time_at(struct store *s, int64_t chat, int64_t place,
                                          int64_t *at_ms);
/* Starred ids below `before` (0: all), the newest first, at most `max`. */
MUST_CHECK enum err store_message_starred(struct store *s, int64_t before, int64_t *ids, size_t max,
                                          size_t *n);
/* How many of my messages, in all chats, the gateway does not have. */
MUST_CHECK enum err store_message_waiting(struct store *s, int64_t *n);
/* Ids of a page of a chat, oldest first. before/after/around: ids, 0 none. */
MUST_CHECK enum err store_message_page(struct store *s, struct arena *a, int64_t chat,
                                       int64_t before, int64_t after, int64_t around, size_t limit,
                                       int64_t **out, size_t *n, bool *more_before,
                                       bool *more_after);
/* Puts the chat's newest message into chat.last_message and last_ms. */
MUST_CHECK enum err store_message_touch_chat(struct store *s, int64_t chat);

#endif
