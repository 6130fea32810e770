/* Rooms that succeed others, and rooms set aside next to a chat (engine/own/succeed.h, request.h).
 * Ids are rows; a room's name is 16 bytes. A missing chat is no error unless something is read. */
#ifndef SOTTO_STORE_OWN_SUCCEED_H
#define SOTTO_STORE_OWN_SUCCEED_H
#include "store/sql.h"

/* Sets the chat it succeeds. */
MUST_CHECK enum err store_own_succeed_set(struct store *s, int64_t chat, int64_t old);
/* Rooms made to succeed this chat: how many, and one that the person has not followed yet
 * (ERR_GONE: none). */
MUST_CHECK enum err store_own_succeed_count(struct store *s, int64_t chat, int64_t *n);
MUST_CHECK enum err store_own_succeed_waiting(struct store *s, int64_t chat, int64_t *room);

/* ---- what waits to be sent ------------------------------------------------------------------ */

/* Did everybody receive this word of mine, in either room? */
MUST_CHECK enum err store_own_succeed_arrived(struct store *s, int64_t from, int64_t to,
                                              const uint8_t mid[32], bool *yes);
/* Moves a waiting word to `to`, unsealed, without a number and under a new id. message: the one it
 * shows. */
MUST_CHECK enum err store_own_succeed_move_word(struct store *s, int64_t outbox, int64_t message,
                                                int64_t to, const uint8_t mid[32]);
/* Moves what waits for a file as it is, and everything else too if the old room is dead. */
MUST_CHECK enum err store_own_succeed_move_rest(struct store *s, int64_t from, int64_t to,
                                                bool alive);

/* ---- rooms of two --------------------------------------------------------------------------- */

/* Rooms with this person that we are in and that no other one succeeds, ordered by name, at most
 * `max`. */
MUST_CHECK enum err store_own_succeed_pairs(struct store *s, int64_t person, int64_t *ids,
                                            size_t max, size_t *n);
/* Is there another such room, besides `chat`? */
MUST_CHECK enum err store_own_succeed_has_other(struct store *s, int64_t person, int64_t chat,
                                                bool *yes);
/* Have both sent a word there? */
MUST_CHECK enum err store_own_succeed_both_said(struct store *s, int64_t chat, int64_t person,
                                                bool *yes);
/* Opens those of the two rooms that wait for the other side. */
MUST_CHECK enum err store_own_succeed_open(struct store *s, int64_t one, int64_t two);
/* A room with this person that we declined, other than `chat`. ERR_GONE: none. */
MUST_CHECK enum err store_own_succeed_declined(struct store *s, int64_t person, int64_t chat,
                                               int64_t *room);

/* ---- names of rooms ------------------------------------------------------------------------- */

/* Frees the chat's name: it gets one that nobody knows. */
MUST_CHECK enum err store_own_succeed_unname(struct store *s, int64_t chat);
/* The same, and the chat is left, with nothing set aside. */
MUST_CHECK enum err store_own_succeed_retire(struct store *s, int64_t chat);
/* Gives it this name. ERR_STATE: another chat has it. */
MUST_CHECK enum err store_own_succeed_name(struct store *s, int64_t chat, const uint8_t room[16]);
/* We are in it since this epoch; its log is unread. */
MUST_CHECK enum err store_own_succeed_enter(struct store *s, int64_t chat, uint64_t epoch);

/* Did the chat show this notice about the person after that time? */
MUST_CHECK enum err store_own_succeed_told(struct store *s, int64_t chat, int notice,
                                           int64_t person, int64_t after_ms, bool *yes);

#endif
