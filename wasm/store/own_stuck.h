/* Rooms that cannot be followed, coming into them again, and who is to help (columns of chats that
 * only the own network has; the rest is in own_chat.h). Ids are rows; times milliseconds. A chat
 * that is not there is no error where nothing is read. */
#ifndef SOTTO_STORE_OWN_STUCK_H
#define SOTTO_STORE_OWN_STUCK_H
#include "store/sql.h"

/* A try to come in again failed. */
MUST_CHECK enum err store_own_stuck_again(struct store *s, int64_t chat, int64_t now_ms);
/* The epoch with which the last such try lost, -1 none; it is replaced. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_epoch(struct store *s, int64_t chat, int64_t epoch,
                                          int64_t *before);
/* Is a commit that cannot be read what we could not follow? ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_unread(struct store *s, int64_t chat, bool *yes);
/* Whose commit stopped it: a person, 0 nobody. ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_stopped_by(struct store *s, int64_t chat, int64_t *person);
/* It is over: left, and nothing to be noted of it. */
MUST_CHECK enum err store_own_stuck_left(struct store *s, int64_t chat);
/* Whom to ask to take us in again, by the chats with them, at most `max`: my notes, when I have
 * more than one device, then contacts who run the chat. */
MUST_CHECK enum err store_own_stuck_ask(struct store *s, int64_t chat, int64_t devices,
                                        int64_t *chats, size_t max, size_t *n);

/* ---- in again ------------------------------------------------------------------------------- */

/* Who brought us in. */
MUST_CHECK enum err store_own_stuck_brought_by(struct store *s, int64_t chat, int64_t person);
/* By a commit of ours: it won. */
MUST_CHECK enum err store_own_stuck_over(struct store *s, int64_t chat);
/* By a Welcome, in this epoch: nothing of its log was taken yet, and nothing is in the way. */
MUST_CHECK enum err store_own_stuck_welcomed(struct store *s, int64_t chat, uint64_t epoch);
MUST_CHECK enum err store_own_stuck_first_epoch(struct store *s, int64_t chat, uint64_t epoch);
/* A commit of ours with new keys has won. */
MUST_CHECK enum err store_own_stuck_healed(struct store *s, int64_t chat, int64_t now_ms);
/* Where its log lies: 16, 32 and 32 bytes. */
MUST_CHECK enum err store_own_stuck_mailbox(struct store *s, int64_t chat,
                                            const uint8_t mailbox[16], const uint8_t read_tag[32],
                                            const uint8_t join_secret[32]);
MUST_CHECK enum err store_own_stuck_set_made(struct store *s, int64_t chat, bool made);
/* What proves that we hold the link of the group we asked for, in the arena; SLICE_EMPTY: none.
 * ERR_GONE: no such chat. */
MUST_CHECK enum err store_own_stuck_door(struct store *s, struct arena *a, int64_t chat,
                                         struct slice *secret);
/* Chats to be looked after once in a while, behind `after`, at most `max`. */
MUST_CHECK enum err store_own_stuck_sweep(struct store *s, int64_t after, int64_t *ids, size_t max,
                                          size_t *n);

#endif
