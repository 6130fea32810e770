/* Chats and their members. */
#ifndef SOTTO_STORE_CHAT_H
#define SOTTO_STORE_CHAT_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

/* What the page shows is stored under its number in the schema. */
enum store_chat_type {
    STORE_CHAT_SELF = ABI_CHAT_TYPE_SELF,
    STORE_CHAT_PAIR = ABI_CHAT_TYPE_PAIR,
    STORE_CHAT_GROUP = ABI_CHAT_TYPE_GROUP
};
enum store_chat_state {
    STORE_CHAT_OPEN = ABI_CHAT_STATE_OPEN,
    STORE_CHAT_WAITING = ABI_CHAT_STATE_WAITING, /* the other side has not answered yet */
    STORE_CHAT_LEFT = ABI_CHAT_STATE_LEFT,
    STORE_CHAT_BLOCKED = ABI_CHAT_STATE_BLOCKED,
    STORE_CHAT_JOINING = ABI_CHAT_STATE_JOINING, /* external commit under way */
    /* never shown as such: */
    STORE_CHAT_REQUEST = 5,  /* we have not accepted: never listed, never opened */
    STORE_CHAT_DECLINED = 6, /* we said no: like REQUEST, until we change our mind */
    STORE_CHAT_LEAVING = 7   /* shown as left, but the others have yet to take us out */
};
struct store_chat {
    int64_t id, account; /* account.h */
    uint8_t room[16];
    int type, state;
    int role; /* enum abi_role */
    int note; /* enum abi_chat_note: NONE, FORKED, ... */
    struct slice title, picture;
    int64_t person; /* pair: the other one; else 0 */
    bool has_mailbox, made;
    uint8_t mailbox[16], read_tag[32], join_secret[32];
    int64_t cursor; /* last seq taken, -1 none */
    uint64_t first_epoch;
    int64_t heal_ms, heal_sent;
    int64_t last_message, last_ms, unread, mentioned, first_unread;
    int64_t pinned, archived, muted_until, timer_s, draft_reply;
    struct slice draft;
    int64_t alias_of;        /* 0 none */
    bool hidden;             /* deleted by us, the group goes on */
    int64_t stuck, stuck_ms; /* failed tries to come in again; when the last one was */
    int64_t place_base;      /* added to the places of this room (order.h) */
    int64_t run;             /* epoch in which our leaf came in; -1 not in yet */
    int64_t reading;         /* how often the log was read from its start */
    bool restored;           /* the gateway lost some of it; we upload ours again */
    bool has_cursor_hash;
    uint8_t cursor_hash[32]; /* of the body at the cursor */
    int64_t still;           /* how often we looked at the log and it had not moved */
    bool go_on;              /* the person goes on without what the log leaves out */
    bool has_log_sum;
    uint8_t log_sum[32]; /* over all bodies up to the cursor, as they came (wire opened.at) */
    int64_t restored_ms; /* when reading from the start began */
    int64_t log_first, log_read; /* the log's first number when it was read from the start; how far
                                    it had been read before that, -1 none */
    int hold;                    /* why nothing is sent: enum store_hold (admit.h) */
    bool unread_commit;          /* what we could not follow is a commit that cannot be read */
    int64_t read_ms; /* when the log was last delivered to us, by the later clock; 0 never */
    int64_t aside;   /* another room under its name, set aside; 0 none */
};
MUST_CHECK enum err store_chat_get(struct store *s, struct arena *a, int64_t id,
                                   struct store_chat *out);
MUST_CHECK enum err store_chat_find(struct store *s, struct arena *a, const uint8_t room[16],
                                    struct store_chat *out);
/* Must we come in again, or are we on the way in, so that our copy of the group no longer
 * counts? */
bool store_chat_reenters(const struct store_chat *c);
/* Makes the row from account, room, type, state, title, person, mailbox, read_tag, join_secret,
 * made, cursor, first_epoch; id is filled. */
MUST_CHECK enum err store_chat_add(struct store *s, struct store_chat *c);
/* Each sets the column of that name in store_chat. A missing chat is no error. */
MUST_CHECK enum err store_chat_set_state(struct store *s, int64_t id, enum store_chat_state state);
MUST_CHECK enum err store_chat_set_title(struct store *s, int64_t id, struct slice title);
MUST_CHECK enum err store_chat_set_picture(struct store *s, int64_t id, struct slice picture);
MUST_CHECK enum err store_chat_set_role(struct store *s, int64_t id, bool admin);
MUST_CHECK enum err store_chat_set_note(struct store *s, int64_t id, int note);
MUST_CHECK enum err store_chat_set_timer(struct store *s, int64_t id, int64_t timer_s);
MUST_CHECK enum err store_chat_set_hidden(struct store *s, int64_t id, bool hidden);
MUST_CHECK enum err store_chat_set_draft(struct store *s, int64_t id, struct slice text,
                                         int64_t reply);
/* The other person in a chat of two. */
MUST_CHECK enum err store_chat_set_person(struct store *s, int64_t id, int64_t person);
/* Shown in another chat; 0: on its own. */
MUST_CHECK enum err store_chat_set_alias(struct store *s, int64_t id, int64_t shown);
/* Copies how the chat looks, and what is unread in it, from `from`. */
MUST_CHECK enum err store_chat_look_as(struct store *s, int64_t from, int64_t to);
/* Shows `from`, and all that was shown there, in `to`; its person is reached there too. */
MUST_CHECK enum err store_chat_show_in(struct store *s, int64_t from, int64_t to);
/* As it looked on another device of mine. */
struct store_chat_looks {
    int64_t pinned, archived, muted_until;
    bool hidden;
    struct slice picture, draft;
};
/* draft: takes that too. */
MUST_CHECK enum err store_chat_bring(struct store *s, int64_t id, const struct store_chat_looks *l,
                                     bool draft);
/* Something was said in it on this device: list it and clear the draft. */
MUST_CHECK enum err store_chat_said(struct store *s, int64_t id);
/* What the person decides about a chat, on any of their devices. */
enum store_chat_choice {
    STORE_CHAT_PINNED,
    STORE_CHAT_HIDDEN,
    STORE_CHAT_ARCHIVED,
    STORE_CHAT_MUTED_UNTIL /* milliseconds; the others: 0, 1 */
};
/* By the name the page and my other devices use. False: no such choice. */
bool store_chat_choice_named(struct slice name, enum store_chat_choice *out);
MUST_CHECK enum err store_chat_choose(struct store *s, int64_t id, enum store_chat_choice choice,
                                      int64_t value);
/* My notes, in the room that counts. ERR_GONE: none yet. */
MUST_CHECK enum err store_chat_self(struct store *s, int64_t *id);
/* Is there any room of my notes, counting or not? */
MUST_CHECK enum err store_chat_has_self(struct store *s, bool *yes);
/* A room shown in this chat, its own or another, whose log had not moved `times` times or more.
 * ERR_GONE: none. */
MUST_CHECK enum err store_chat_still_room(struct store *s, int64_t chat, int64_t times,
                                          int64_t *room);
/* Deletes the chat and everything in it, protocol state included. */
MUST_CHECK enum err store_chat_drop(struct store *s, int64_t id);
/* Deletes everything up to and including this place, and its entries still to be sent; words that
 * have a counter go out empty. The chat is unlisted once nothing is left. */
MUST_CHECK enum err store_chat_empty(struct store *s, int64_t id, int64_t place);
/* Moves what was said in `from` into `to`. */
MUST_CHECK enum err store_chat_move(struct store *s, struct arena *a, int64_t from, int64_t to);
/* Ids of chats whose mailbox we read (not left, requested or declined), or of all listed ones. */
MUST_CHECK enum err store_chat_ids(struct store *s, struct arena *a, bool with_mailbox,
                                   int64_t **out, size_t *n);

#endif
