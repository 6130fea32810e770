/* What the gate over rooms keeps (engine/own/admit.h): chain entries by their hash, the highest
 * epoch we were in per group, and Welcomes and packages that were used. */
#ifndef SOTTO_STORE_ADMIT_H
#define SOTTO_STORE_ADMIT_H
#include "store/sql.h"

/* A chain entry, already checked against the one before it. Putting it twice is OK. */
MUST_CHECK enum err store_entry_put(struct store *s, const uint8_t hash[32],
                                    const uint8_t account[32], uint64_t n, struct slice entry);
/* ERR_GONE: not known. The bytes are in the arena. */
MUST_CHECK enum err store_entry_get(struct store *s, struct arena *a, const uint8_t hash[32],
                                    struct slice *entry);

/* The highest epoch we were ever in. ERR_GONE: we were never in this group. */
MUST_CHECK enum err store_floor_get(struct store *s, struct slice group_id, uint64_t *epoch);
/* Never lowers it. */
MUST_CHECK enum err store_floor_raise(struct store *s, struct slice group_id, uint64_t epoch);

/* Was this Welcome taken before? */
MUST_CHECK enum err store_welcome_taken(struct store *s, const uint8_t hash[32], bool *taken);
/* Notes that this Welcome to a package of last resort is taken. *again: it had been before. */
MUST_CHECK enum err store_welcome_take(struct store *s, const uint8_t hash[32], struct slice ref,
                                       bool *again);
/* Forgets the Welcomes whose package is gone. */
MUST_CHECK enum err store_welcome_sweep(struct store *s);

/* Packages of others, by their ref. Expired ones are forgotten when another is used. */
MUST_CHECK enum err store_package_used(struct store *s, struct slice ref, bool *used);
MUST_CHECK enum err store_package_use(struct store *s, struct slice ref, uint64_t expires_s,
                                      uint64_t now_s);
/* It was not used after all: the commit that named it is not in the log. */
MUST_CHECK enum err store_package_unuse(struct store *s, struct slice ref);

/* In its newest epoch, was the chat found to hold only those who belong there? */
MUST_CHECK enum err store_clear_get(struct store *s, int64_t chat, bool *clear);
MUST_CHECK enum err store_clear_put(struct store *s, int64_t chat, uint64_t epoch);
/* Forgets that finding for every chat this person is a member of; the chats' ids are in the
 * arena. */
MUST_CHECK enum err store_clear_drop(struct store *s, struct arena *a, int64_t person,
                                     int64_t **chats, size_t *n);

/* Why nothing is sent in a chat. */
enum store_hold {
    STORE_HOLD_NOT,
    STORE_HOLD_ALONE,    /* a chat of two: none of their devices is in yet */
    STORE_HOLD_REMOVAL,  /* a dropped device must be taken out first */
    STORE_HOLD_FORK,     /* somebody's chain has forked: this device's owner must look */
    STORE_HOLD_STOPPED,  /* a commit won that must not be followed */
    STORE_HOLD_CHECKING, /* some members' chains are not here yet */
    STORE_HOLD_ELSEWHERE /* the room follows a branch of somebody's chain that we do not have */
};
/* Does it last until the person makes a new room (or, for a branch, until an entry joins the
 * two)? */
bool store_hold_is_over(enum store_hold hold);
MUST_CHECK enum err store_hold_get(struct store *s, int64_t chat, enum store_hold *out);
/* *changed: it was a different one before. */
MUST_CHECK enum err store_hold_put(struct store *s, int64_t chat, enum store_hold hold,
                                   bool *changed);

/* A room set aside next to a chat until the person decides what becomes of it. */
struct store_aside {
    int64_t chat;   /* 0: none. Neither listed nor read */
    int64_t by;     /* the person who brought it */
    bool successor; /* made to succeed this one, by somebody who may; else it bore its name */
};
MUST_CHECK enum err store_aside_get(struct store *s, int64_t chat, struct store_aside *out);
/* Changes nothing in the chat itself. */
MUST_CHECK enum err store_aside_put(struct store *s, int64_t chat, const struct store_aside *a);

/* Who sits in a chat, device by device, and which devices have given a sign of life since coming
 * in. */

/* It came in and has said nothing yet. */
MUST_CHECK enum err store_sign_sit(struct store *s, int64_t chat, struct slice device,
                                   int64_t person);
/* It gave a sign. *first: its first since it came in. Does nothing for a device that is not in
 * there. */
MUST_CHECK enum err store_sign_put(struct store *s, int64_t chat, struct slice device, bool *first);
/* Has it given one? ERR_GONE: it is not in there. */
MUST_CHECK enum err store_sign_get(struct store *s, int64_t chat, struct slice device, bool *heard);
MUST_CHECK enum err store_sign_drop(struct store *s, int64_t chat, struct slice device);
/* Reads the list again: begin, then stay for each device still in (its sign is kept), then end. */
MUST_CHECK enum err store_sign_begin(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_stay(struct store *s, int64_t chat, struct slice device,
                                    int64_t person);
MUST_CHECK enum err store_sign_end(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_clear(struct store *s, int64_t chat);
/* Counts all as heard; or only the devices of people with messages in the chat `shown`. */
MUST_CHECK enum err store_sign_all(struct store *s, int64_t chat);
MUST_CHECK enum err store_sign_history(struct store *s, int64_t chat, int64_t shown);
/* All devices in there, ordered by key, in the arena. */
struct store_sign {
    uint8_t device[32];
    int64_t person;
};
MUST_CHECK enum err store_sign_list(struct store *s, struct arena *a, int64_t chat,
                                    struct store_sign **out, size_t *n);
/* How many devices a person has in there (0: all people but me), and how many of them gave no
 * sign. */
MUST_CHECK enum err store_sign_count(struct store *s, int64_t chat, int64_t person,
                                     int64_t *devices, int64_t *silent);
/* The next device of somebody else without a sign, after `after` (empty: the first). ERR_GONE:
 * none. */
MUST_CHECK enum err store_sign_silent(struct store *s, struct arena *a, int64_t chat,
                                      struct slice after, struct slice *device, int64_t *person);

/* Chats of two in which the other side owes a reply, to a message or to being added, and is silent:
 * the first kept word was posted at or before `before_ms`. Leaves out those marked quiet already;
 * at most `max`. */
MUST_CHECK enum err store_quiet_find(struct store *s, int64_t before_ms, int64_t *chats, size_t max,
                                     size_t *n);
MUST_CHECK enum err store_quiet_put(struct store *s, int64_t chat, bool quiet);
/* A room shown in this chat, its own or another, that is marked quiet. ERR_GONE: none. */
MUST_CHECK enum err store_quiet_room(struct store *s, int64_t chat, int64_t *room);

#endif
