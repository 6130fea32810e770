/* What the own network keeps of a chat: how far its log is read, our leaf, what is in the way. All
 * are columns of the table of chats, set as their names say. A missing chat is no error. seq,
 * epoch: as in the log (schema/wire.cddl); times in milliseconds. */
#ifndef SOTTO_STORE_OWN_CHAT_H
#define SOTTO_STORE_OWN_CHAT_H
#include "store/sql.h"

/* ---- the log -------------------------------------------------------------------------------- */

/* Everything up to here counts as read, though we do not know what was said there. */
MUST_CHECK enum err store_own_chat_skip(struct store *s, int64_t id, int64_t seq);
/* The same, because it was lost: we must enter the room again. */
MUST_CHECK enum err store_own_chat_lost(struct store *s, int64_t id, int64_t seq);
/* Stops comparing what comes with the entry at the cursor. */
MUST_CHECK enum err store_own_chat_forget_cursor(struct store *s, int64_t id);
/* How often we found that the log had not moved. */
MUST_CHECK enum err store_own_chat_set_still(struct store *s, int64_t id, int64_t still);
/* Does the person go on without what the log leaves out? */
MUST_CHECK enum err store_own_chat_set_go_on(struct store *s, int64_t id, bool on);
/* The person goes on; counting starts again. */
MUST_CHECK enum err store_own_chat_go_on(struct store *s, int64_t id);
/* The log is read to its end: it moves again, and nothing is left out. */
MUST_CHECK enum err store_own_chat_caught_up(struct store *s, int64_t id);
/* When the log was last delivered to us. */
MUST_CHECK enum err store_own_chat_set_read_ms(struct store *s, int64_t id, int64_t now_ms);

/* ---- what could not be followed ---------------------------------------------------------------
 */

/* We must enter the room again; what its log left out no longer matters. */
MUST_CHECK enum err store_own_chat_come_in(struct store *s, int64_t id);
/* Somebody took us out and in again: we have waited for the Welcome since now_ms. */
MUST_CHECK enum err store_own_chat_taken_again(struct store *s, int64_t id, int64_t now_ms);
MUST_CHECK enum err store_own_chat_set_unread_commit(struct store *s, int64_t id, bool unread);
/* The last epoch in which something could not be opened; -1 none. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_unread_epoch(struct store *s, int64_t id, int64_t *epoch);
MUST_CHECK enum err store_own_chat_set_unread_epoch(struct store *s, int64_t id, int64_t epoch);
/* Whose commit must not be followed: a person, 0 unknown. */
MUST_CHECK enum err store_own_chat_set_stopped_by(struct store *s, int64_t id, int64_t person);

/* ---- our leaf ------------------------------------------------------------------------------- */

struct store_own_chat_leaf {
    int64_t run;       /* epoch it came in; -1 not in it yet */
    int64_t next;      /* counter of its next word */
    int64_t reading;   /* as in store_chat */
    struct slice hash; /* of its last word, in the arena; empty: none */
};
/* ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_leaf(struct store *s, struct arena *a, int64_t id,
                                        struct store_own_chat_leaf *out);
/* It came in with this epoch, unless it was in already. */
MUST_CHECK enum err store_own_chat_leaf_came(struct store *s, int64_t id, uint64_t epoch);
/* It is finished; we come in as another leaf. */
MUST_CHECK enum err store_own_chat_leaf_over(struct store *s, int64_t id);
/* It has sent a word. */
MUST_CHECK enum err store_own_chat_leaf_said(struct store *s, int64_t id, int64_t next,
                                             const uint8_t hash[32]);
/* Counts one more message since its last commit. */
MUST_CHECK enum err store_own_chat_leaf_sent(struct store *s, int64_t id);

/* ---- coming in ------------------------------------------------------------------------------ */

/* What gives access to the mailbox: for reading, and for coming in by an external commit. */
MUST_CHECK enum err store_own_chat_set_secrets(struct store *s, int64_t id,
                                               const uint8_t join_secret[32],
                                               const uint8_t read_tag[32]);
/* The person who brought us in, 0 nobody. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_chat_brought_by(struct store *s, int64_t id, int64_t *person);
/* We came by a group's link: its token, and the secret that proves we hold it. */
MUST_CHECK enum err store_own_chat_set_door(struct store *s, int64_t id, struct slice token,
                                            struct slice secret);

#endif
