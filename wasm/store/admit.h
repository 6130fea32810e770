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
    STORE_HOLD_ALONE,   /* a chat of two: no device of theirs is in yet                  */
    STORE_HOLD_REMOVAL, /* a device that was dropped is taken out first                  */
    STORE_HOLD_FORK,    /* somebody's chain has a fork: the owner of this device looks   */
    STORE_HOLD_STOPPED, /* a commit won that may not be followed                         */
    STORE_HOLD_CHECKING /* chains of those who sit are not all here                      */
};
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

/* A device gave a sign of life in a chat. *first: it was the first. */
MUST_CHECK enum err store_sign_put(struct store *s, int64_t chat, struct slice device, bool *first);
MUST_CHECK enum err store_sign_get(struct store *s, int64_t chat, struct slice device, bool *out);
MUST_CHECK enum err store_sign_drop(struct store *s, int64_t chat, struct slice device);

#endif
