/* The timeline: messages, reactions, receipts. Search text is kept in step (store/search.h). */
#ifndef SOTTO_STORE_MESSAGE_H
#define SOTTO_STORE_MESSAGE_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

/* What is shown is kept under the number the schema gives it. */
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
    bool mine;                       /* said by this account, on this device or another of it   */
    int type, notice, state, reason; /* notice: enum abi_notice */
    struct slice text;
    bool has_reply;
    uint8_t reply[32];
    int64_t edited_ms, expires_ms, timer_s;
    bool starred, mentions_me;
    int64_t place;         /* where it stands (order.h); 0: at the end of what is in the log   */
    int64_t said_ms;       /* the sender's time; 0 none                                        */
    int64_t server_ms;     /* the gateway's time; 0 none                                       */
    int64_t leaf, counter; /* the word it is; 0 none                                           */
    int64_t edit_n;        /* number of the edit that is shown, 0 none; edit_mid: its id       */
    uint8_t edit_mid[32];
    bool twice;             /* its leaf used the counter for something else too             */
    bool removed;           /* its account had taken the device out before this was read    */
    int64_t by;             /* a person, by_how says how; 0 none                            */
    enum abi_by_how by_how; /* a line about a room */
};
/* Adds a row and its search text; ERR_STATE_REPLAY when (chat, mid) is known. id is filled. */
MUST_CHECK enum err store_message_add(struct store *s, struct store_message *m);
MUST_CHECK enum err store_message_get(struct store *s, struct arena *a, int64_t id,
                                      struct store_message *out);
MUST_CHECK enum err store_message_find(struct store *s, struct arena *a, int64_t chat,
                                       const uint8_t mid[32], struct store_message *out);
/* The edit that is shown from now on: its number and id. */
MUST_CHECK enum err store_message_set_text(struct store *s, int64_t id, struct slice text,
                                           int64_t edited_ms, int64_t edit_n,
                                           const uint8_t edit_mid[32]);
/* What we said has another id: so has what names it here, a reply, a reaction, the edit shown. */
MUST_CHECK enum err store_message_renamed(struct store *s, int64_t chat, const uint8_t old[32],
                                          const uint8_t mid[32]);
/* Takes text, file and reactions away; the row stays as "deleted". */
MUST_CHECK enum err store_message_empty(struct store *s, int64_t id);
/* What it shows, or who took it back, is of a device that was taken out before that was read. */
MUST_CHECK enum err store_message_set_removed(struct store *s, int64_t id, bool removed);
/* Takes the row away altogether. */
MUST_CHECK enum err store_message_drop(struct store *s, int64_t id);
MUST_CHECK enum err store_message_set_state(struct store *s, int64_t id, int state, int reason);
MUST_CHECK enum err store_message_set_starred(struct store *s, int64_t id, bool on);
/* The gateway has it; what is not waiting stays as it is. */
MUST_CHECK enum err store_message_sent(struct store *s, int64_t id);
/* All of a chat that still wait for that: refused, and why. */
MUST_CHECK enum err store_message_refused(struct store *s, int64_t chat, enum err why);
/* Which word it is. */
MUST_CHECK enum err store_message_set_word(struct store *s, int64_t id, int64_t leaf,
                                           int64_t counter);
/* Its leaf used the counter for something else too. */
MUST_CHECK enum err store_message_set_twice(struct store *s, int64_t id);
/* It came from another device of mine while it was not in the log; now it is: place, leaf, counter
 * and server_ms of m. One that stands already stays. */
MUST_CHECK enum err store_message_placed(struct store *s, const struct store_message *m);
/* The message of this word is in the log since then. */
MUST_CHECK enum err store_message_logged(struct store *s, int64_t leaf, int64_t counter,
                                         int64_t server_ms);

/* ---- expiry --------------------------------------------------------------------------------- */

/* m was read: the time of what stands up to it runs from now on. */
MUST_CHECK enum err store_message_start_timers(struct store *s, const struct store_message *m,
                                               int64_t now_ms);
struct store_message_place {
    int64_t id, chat;
};
/* When the time of the next one is over; 0: of none. */
MUST_CHECK enum err store_message_next_expiry(struct store *s, int64_t *at_ms);
/* Those whose time is over, at most `max`. */
MUST_CHECK enum err store_message_expired(struct store *s, int64_t now_ms,
                                          struct store_message_place *out, size_t max, size_t *n);

/* ---- looking -------------------------------------------------------------------------------- */

/* Where the timeline begins. ERR_GONE: it is empty. */
MUST_CHECK enum err store_message_first(struct store *s, int64_t chat, int64_t *id);
/* The newest that says something, not what happened. ERR_GONE: none. */
MUST_CHECK enum err store_message_last_said(struct store *s, int64_t chat, int64_t *id);
/* The notice that came last; 0: something else did. ERR_GONE: nothing. */
MUST_CHECK enum err store_message_last_notice(struct store *s, int64_t chat, int64_t *notice);
/* The highest place in the log; 0: nothing. */
MUST_CHECK enum err store_message_end(struct store *s, int64_t chat, int64_t *place);
/* It has this id from now on: 32 bytes. */
MUST_CHECK enum err store_message_set_mid(struct store *s, int64_t message, const uint8_t mid[32]);
/* When that was said which stands at this place, or next behind it. ERR_GONE: nothing does;
 * then it is 0. */
MUST_CHECK enum err store_message_time_at(struct store *s, int64_t chat, int64_t place,
                                          int64_t *at_ms);
/* Ids with a star below `before` (0: all), the newest first, at most `max`. */
MUST_CHECK enum err store_message_starred(struct store *s, int64_t before, int64_t *ids, size_t max,
                                          size_t *n);
/* How many of mine, in all chats, the gateway does not have. */
MUST_CHECK enum err store_message_waiting(struct store *s, int64_t *n);
/* Ids of a page of a chat, oldest first. before/after/around: ids, 0 none. */
MUST_CHECK enum err store_message_page(struct store *s, struct arena *a, int64_t chat,
                                       int64_t before, int64_t after, int64_t around, size_t limit,
                                       int64_t **out, size_t *n, bool *more_before,
                                       bool *more_after);
/* Newest shown message of the chat goes into chat.last_message and last_ms. */
MUST_CHECK enum err store_message_touch_chat(struct store *s, int64_t chat);

#endif
