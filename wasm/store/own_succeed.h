/* Rooms that take the place of others, and rooms beside a chat (engine/own/succeed.h, request.h).
 * Ids are rows; a room's name is 16 bytes. A chat that is not there is no error where nothing is
 * read. */
#ifndef SOTTO_STORE_OWN_SUCCEED_H
#define SOTTO_STORE_OWN_SUCCEED_H
#include "store/sql.h"

/* The chat whose place it takes. */
MUST_CHECK enum err store_own_succeed_set(struct store *s, int64_t chat, int64_t old);
/* Rooms made to take the place of this chat: how many, and one of these that the person has not
 * followed yet (ERR_GONE: none). */
MUST_CHECK enum err store_own_succeed_count(struct store *s, int64_t chat, int64_t *n);
MUST_CHECK enum err store_own_succeed_waiting(struct store *s, int64_t chat, int64_t *room);

/* ---- what waits to be sent ------------------------------------------------------------------ */

/* Did all receive this word of mine, in one of the two rooms? */
MUST_CHECK enum err store_own_succeed_arrived(struct store *s, int64_t from, int64_t to,
                                              const uint8_t mid[32], bool *yes);
/* A word that waits goes to `to`, unsealed and without a number, by another id; message: the one
 * it shows. */
MUST_CHECK enum err store_own_succeed_move_word(struct store *s, int64_t outbox, int64_t message,
                                                int64_t to, const uint8_t mid[32]);
/* What waits for a file goes there as it is; and all, if the old room is not alive. */
MUST_CHECK enum err store_own_succeed_move_rest(struct store *s, int64_t from, int64_t to,
                                                bool alive);

/* ---- rooms of two --------------------------------------------------------------------------- */

/* Rooms with this person that we are in and that no other one takes the place of, by their names,
 * at most `max`. */
MUST_CHECK enum err store_own_succeed_pairs(struct store *s, int64_t person, int64_t *ids,
                                            size_t max, size_t *n);
/* Has the person another one than `chat`, that we are in? */
MUST_CHECK enum err store_own_succeed_has_other(struct store *s, int64_t person, int64_t chat,
                                                bool *yes);
/* Have both said a word there? */
MUST_CHECK enum err store_own_succeed_both_said(struct store *s, int64_t chat, int64_t person,
                                                bool *yes);
/* Of the two rooms, those that wait for the other side are open. */
MUST_CHECK enum err store_own_succeed_open(struct store *s, int64_t one, int64_t two);
/* The one with this person that we declined, but `chat`. ERR_GONE: none. */
MUST_CHECK enum err store_own_succeed_declined(struct store *s, int64_t person, int64_t chat,
                                               int64_t *room);

/* ---- names of rooms ------------------------------------------------------------------------- */

/* The chat gives its name away: it has one that nobody knows. */
MUST_CHECK enum err store_own_succeed_unname(struct store *s, int64_t chat);
/* The same, and it is left; nothing is beside it. */
MUST_CHECK enum err store_own_succeed_retire(struct store *s, int64_t chat);
/* It has this name. ERR_STATE: another has. */
MUST_CHECK enum err store_own_succeed_name(struct store *s, int64_t chat, const uint8_t room[16]);
/* We are in it, since this epoch; nothing of its log was taken yet. */
MUST_CHECK enum err store_own_succeed_enter(struct store *s, int64_t chat, uint64_t epoch);

/* Did the chat say this of the person after that time? */
MUST_CHECK enum err store_own_succeed_told(struct store *s, int64_t chat, int notice,
                                           int64_t person, int64_t after_ms, bool *yes);

#endif
