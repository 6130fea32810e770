/* What the gate over rooms keeps (engine/own/admit.h): entries of chains by their hash, floors of
 * epochs, Welcomes and packages that were used. */
#ifndef SOTTO_STORE_ADMIT_H
#define SOTTO_STORE_ADMIT_H
#include "store/sql.h"

/* An entry of a chain, already checked against the one before it. Putting it twice is OK. */
MUST_CHECK enum err store_entry_put(struct store *s, const uint8_t hash[32],
                                    const uint8_t account[32], uint64_t n, struct slice entry);
/* ERR_GONE: not known. The bytes are in the arena. */
MUST_CHECK enum err store_entry_get(struct store *s, struct arena *a, const uint8_t hash[32],
                                    struct slice *entry);

/* The highest epoch of a group we were ever in. ERR_GONE: in none. */
MUST_CHECK enum err store_floor_get(struct store *s, struct slice group_id, uint64_t *epoch);
/* Never lowers it. */
MUST_CHECK enum err store_floor_raise(struct store *s, struct slice group_id, uint64_t epoch);

/* Was this Welcome taken before? */
MUST_CHECK enum err store_welcome_taken(struct store *s, const uint8_t hash[32], bool *taken);
/* *again: this Welcome to a package of last resort was taken before. Otherwise it is kept. */
MUST_CHECK enum err store_welcome_take(struct store *s, const uint8_t hash[32], struct slice ref,
                                       bool *again);
/* Forgets those whose package is gone. */
MUST_CHECK enum err store_welcome_sweep(struct store *s);

/* Packages of others, by their ref. Those that have expired are forgotten. */
MUST_CHECK enum err store_package_used(struct store *s, struct slice ref, bool *used);
MUST_CHECK enum err store_package_use(struct store *s, struct slice ref, uint64_t expires_s,
                                      uint64_t now_s);
/* It was not used after all: the commit that named it is no part of the log. */
MUST_CHECK enum err store_package_unuse(struct store *s, struct slice ref);

/* Was the chat, in its newest epoch, found to hold nobody but those who belong there? */
MUST_CHECK enum err store_clear_get(struct store *s, int64_t chat, bool *clear);
MUST_CHECK enum err store_clear_put(struct store *s, int64_t chat, uint64_t epoch);
/* Nothing is known of any chat this person is a member of; their ids, in the arena. */
MUST_CHECK enum err store_clear_drop(struct store *s, struct arena *a, int64_t person,
                                     int64_t **chats, size_t *n);

/* Why nothing is sent in a chat. */
enum store_hold {
    STORE_HOLD_NOT,
    STORE_HOLD_ALONE,    /* a chat of two: no device of theirs is in yet                  */
    STORE_HOLD_REMOVAL,  /* a device that was dropped is taken out first                  */
    STORE_HOLD_FORK,     /* somebody's chain has a fork: the owner of this device looks   */
    STORE_HOLD_STOPPED,  /* a commit won that may not be followed                         */
    STORE_HOLD_CHECKING, /* chains of those who sit are not all here                     */
    STORE_HOLD_ELSEWHERE /* it goes by a branch of somebody's chain that is none of ours */
};
/* Does it stay so until the person makes a new room (or, of a branch, an entry joins it)? */
bool store_hold_is_over(enum store_hold hold);
MUST_CHECK enum err store_hold_get(struct store *s, int64_t chat, enum store_hold *out);
/* *changed: it was another before. */
MUST_CHECK enum err store_hold_put(struct store *s, int64_t chat, enum store_hold hold,
                                   bool *changed);

/* A room that is kept beside a chat until the person says what becomes of it. */
struct store_aside {
    int64_t chat;   /* 0: there is none. Not listed, not read                                */
    int64_t by;     /* who brought it; a person                                              */
    bool successor; /* made to take the place of this one, by who may; else it bore its name */
};
MUST_CHECK enum err store_aside_get(struct store *s, int64_t chat, struct store_aside *out);
/* Of the chat itself nothing is changed. */
MUST_CHECK enum err store_aside_put(struct store *s, int64_t chat, const struct store_aside *a);

/* Who sits in a chat, device by device, and which of them gave a sign of life since they came in.
 */

/* It came in, and has said nothing yet. */
MUST_CHECK enum err store_sign_sit(struct store *s, int64_t chat, struct slice device,
                                   int64_t person);
/* It gave a sign. *first: since it came in. Of a device that does not sit there: nothing. */
MUST_CHECK enum err store_sign_put(struct store *s, int64_t chat, struct slice device, bool *first);
/* Has it given one? ERR_GONE: it does not sit there. */
MUST_CHECK enum err store_sign_get(struct store *s, int64_t chat, struct slice device, bool *heard);
MUST_CHECK enum err store_sign_drop(struct store *s, int64_t chat, struct slice device);
/* The list is read anew: begin, stay for each that sits (what it gave is kept), end. */
MUST_CHECK enum err store_sign_begin(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_stay(struct store *s, int64_t chat, struct slice device,
                                    int64_t person);
MUST_CHECK enum err store_sign_end(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_clear(struct store *s, int64_t chat);
/* All count as heard; those of people whose words stand in the chat `shown`. */
MUST_CHECK enum err store_sign_all(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_history(struct store *s, int64_t chat, int64_t shown);
/* All who sit there, by device, in the arena. */
struct store_sign {
    uint8_t device[32];
    int64_t person;
};
MUST_CHECK enum err store_sign_list(struct store *s, struct arena *a, int64_t chat,
                                    struct store_sign **out, size_t *n);
/* Devices of a person there (0: of all but me), and those of them without a sign. */
MUST_CHECK enum err store_sign_count(struct store *s, int64_t chat, int64_t person,
                                     int64_t *devices, int64_t *silent);
/* The next device of others without a sign, behind `after` (empty: the first). ERR_GONE: none. */
MUST_CHECK enum err store_sign_silent(struct store *s, struct arena *a, int64_t chat,
                                      struct slice after, struct slice *device, int64_t *person);

/* A chat of two in which nobody answers what they would answer, a message or being added: those
 * whose first kept word was posted at or before `before_ms` and that are not marked so yet, at most
 * `max`. */
MUST_CHECK enum err store_quiet_find(struct store *s, int64_t before_ms, int64_t *chats, size_t max,
                                     size_t *n);
MUST_CHECK enum err store_quiet_put(struct store *s, int64_t chat, bool quiet);
/* A room shown in this chat, itself or another, in which nobody answers. ERR_GONE: none. */
MUST_CHECK enum err store_quiet_room(struct store *s, int64_t chat, int64_t *room);

#endif
