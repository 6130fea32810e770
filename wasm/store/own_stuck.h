/* Rooms that cannot be followed, coming into them again, and whom to ask for help (columns of chats
 * that only the own network has; the rest is in own_chat.h). Ids are rows; times in milliseconds. A
 * missing chat is no error unless something is read. */
#ifndef SOTTO_STORE_OWN_STUCK_H
#define SOTTO_STORE_OWN_STUCK_H
#include "store/sql.h"

/* A try to come in again failed. */
MUST_CHECK enum err store_own_stuck_again(struct store *s, int64_t chat, int64_t now_ms);
/* The epoch in which the last such try lost, -1 none; replaced by `epoch`. ERR_GONE: no such
 * chat. */
MUST_CHECK enum err store_own_stuck_epoch(struct store *s, int64_t chat, int64_t epoch,
                                          int64_t *before);
/* Is what we could not follow a commit that cannot be read? ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_unread(struct store *s, int64_t chat, bool *yes);
/* The person whose commit stopped it, 0 nobody. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_stopped_by(struct store *s, int64_t chat, int64_t *person);
/* It is over: the chat is left, without a note. */
MUST_CHECK enum err store_own_stuck_left(struct store *s, int64_t chat);
/* Whom to ask to take us in again, by the chats with them, at most `max`: my notes if I have more
 * than one device, then contacts who administer the chat. */
MUST_CHECK enum err store_own_stuck_ask(struct store *s, int64_t chat, int64_t devices,
                                        int64_t *chats, size_t max, size_t *n);

/* ---- in again ------------------------------------------------------------------------------- */

/* Who brought us in. */
MUST_CHECK enum err store_own_stuck_brought_by(struct store *s, int64_t chat, int64_t person);
/* Our own commit brought us in: it won. */
MUST_CHECK enum err store_own_stuck_over(struct store *s, int64_t chat);
/* A Welcome brought us in, in this epoch: its log is unread, and nothing is in the way. */
MUST_CHECK enum err store_own_stuck_welcomed(struct store *s, int64_t chat, uint64_t epoch);
MUST_CHECK enum err store_own_stuck_first_epoch(struct store *s, int64_t chat, uint64_t epoch);
/* Our commit with new keys has won. */
MUST_CHECK enum err store_own_stuck_healed(struct store *s, int64_t chat, int64_t now_ms);
/* Where its log is kept: 16, 32 and 32 bytes. */
MUST_CHECK enum err store_own_stuck_mailbox(struct store *s, int64_t chat,
                                            const uint8_t mailbox[16], const uint8_t read_tag[32],
                                            const uint8_t join_secret[32]);
MUST_CHECK enum err store_own_stuck_set_made(struct store *s, int64_t chat, bool made);
/* The secret that proves we hold the link of the group we asked to join, in the arena; SLICE_EMPTY:
 * none. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_door(struct store *s, struct arena *a, int64_t chat,
                                         struct slice *secret);
/* Chats to check now and then, after row `after`, at most `max`. */
MUST_CHECK enum err store_own_stuck_sweep(struct store *s, int64_t after, int64_t *ids, size_t max,
                                          size_t *n);

#endif
