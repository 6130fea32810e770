/* What the own network keeps of a chat: how far its log is read, our leaf, what stands in the way.
 * Columns of the table of chats, each set as its name says. A chat that is not there is no error.
 * seq, epoch: as in the log (schema/wire.cddl); times in milliseconds. */
#ifndef SOTTO_STORE_OWN_CHAT_H
#define SOTTO_STORE_OWN_CHAT_H
#include "store/sql.h"

/* ---- the log -------------------------------------------------------------------------------- */

/* All up to here counts as read; nothing is known of what was said there. */
MUST_CHECK enum err store_own_chat_skip(struct store *s, int64_t id, int64_t seq);
/* The same, since it was lost: the room is to be entered again. */
MUST_CHECK enum err store_own_chat_lost(struct store *s, int64_t id, int64_t seq);
/* The entry at the cursor is not held against what comes any more. */
MUST_CHECK enum err store_own_chat_forget_cursor(struct store *s, int64_t id);
/* How often the log was found to stand still. */
MUST_CHECK enum err store_own_chat_set_still(struct store *s, int64_t id, int64_t still);
/* Does the person go on without what is left out? */
MUST_CHECK enum err store_own_chat_set_go_on(struct store *s, int64_t id, bool on);
/* The person goes on; from here on it is counted anew. */
MUST_CHECK enum err store_own_chat_go_on(struct store *s, int64_t id);
/* It is read to its end: it stands still no more, and nothing is left out. */
MUST_CHECK enum err store_own_chat_caught_up(struct store *s, int64_t id);
/* It was with us. */
MUST_CHECK enum err store_own_chat_set_read_ms(struct store *s, int64_t id, int64_t now_ms);

/* ---- what could not be followed ---------------------------------------------------------------
 */

/* The room is to be entered again; what was left out of its log does not matter any more. */
MUST_CHECK enum err store_own_chat_come_in(struct store *s, int64_t id);
/* Somebody took us out and in again: the Welcome is waited for, since now. */
MUST_CHECK enum err store_own_chat_taken_again(struct store *s, int64_t id, int64_t now_ms);
MUST_CHECK enum err store_own_chat_set_unread_commit(struct store *s, int64_t id, bool unread);
/* The last epoch in which something could not be opened; -1 none. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_unread_epoch(struct store *s, int64_t id, int64_t *epoch);
MUST_CHECK enum err store_own_chat_set_unread_epoch(struct store *s, int64_t id, int64_t epoch);
/* Whose commit may not be followed: a person, 0 not known. */
MUST_CHECK enum err store_own_chat_set_stopped_by(struct store *s, int64_t id, int64_t person);

/* ---- our leaf ------------------------------------------------------------------------------- */

struct store_own_chat_leaf {
    int64_t run;       /* epoch it came in; -1 not in it yet      */
    int64_t next;      /* counter of its next word                */
    int64_t reading;   /* as in store_chat                        */
    struct slice hash; /* of its last word, in the arena; 0 bytes: none */
};
/* ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_leaf(struct store *s, struct arena *a, int64_t id,
                                        struct store_own_chat_leaf *out);
/* It came in with this epoch, if it was not in. */
MUST_CHECK enum err store_own_chat_leaf_came(struct store *s, int64_t id, uint64_t epoch);
/* It says nothing more; we come in as another. */
MUST_CHECK enum err store_own_chat_leaf_over(struct store *s, int64_t id);
/* It has said a word. */
MUST_CHECK enum err store_own_chat_leaf_said(struct store *s, int64_t id, int64_t next,
                                             const uint8_t hash[32]);
/* One message more since its last commit. */
MUST_CHECK enum err store_own_chat_leaf_sent(struct store *s, int64_t id);

/* ---- coming in ------------------------------------------------------------------------------ */

/* What opens the mailbox to who reads, and to who comes in by a commit of their own. */
MUST_CHECK enum err store_own_chat_set_secrets(struct store *s, int64_t id,
                                               const uint8_t join_secret[32],
                                               const uint8_t read_tag[32]);
/* Who brought us in; a person, 0 nobody. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_brought_by(struct store *s, int64_t id, int64_t *person);
/* We are here for the link of a group: its token, and the secret that proves that we hold it. */
MUST_CHECK enum err store_own_chat_set_door(struct store *s, int64_t id, struct slice token,
                                            struct slice secret);

#endif
