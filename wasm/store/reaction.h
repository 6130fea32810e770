/* Reactions to messages. The table could hold several of one person on a message, each with its
 * emoji; the own network keeps only the last. mid: id of the message, own: id of the reaction, 32
 * bytes. */
#ifndef SOTTO_STORE_REACTION_H
#define SOTTO_STORE_REACTION_H
#include "store/sql.h"

#define STORE_REACTIONS_MAX 32 /* kinds listed per message */

struct store_reaction {
    int64_t chat, person, place; /* as of a message (order.h) */
    uint8_t mid[32], own[32];
    struct slice emoji;
    bool removed; /* from a device that was removed before we read this */
};
/* Replaces what they had there. */
MUST_CHECK enum err store_reaction_set(struct store *s, const struct store_reaction *r);
/* The same, unless what they had stands later. */
MUST_CHECK enum err store_reaction_take(struct store *s, const struct store_reaction *r);
/* Takes one from another device of mine; an existing one stays. removed is not read. */
MUST_CHECK enum err store_reaction_bring(struct store *s, const struct store_reaction *r);
/* The one a person gave. ERR_GONE: none. own: in the arena. */
MUST_CHECK enum err store_reaction_of(struct store *s, struct arena *a, int64_t chat,
                                      const uint8_t mid[32], int64_t person, struct slice *own);
MUST_CHECK enum err store_reaction_drop(struct store *s, int64_t chat, const uint8_t mid[32],
                                        int64_t person);
/* By its own id. *had: there was one. */
MUST_CHECK enum err store_reaction_take_back(struct store *s, int64_t chat, int64_t person,
                                             const uint8_t own[32], bool *had);
/* It is in the log at this place now. */
MUST_CHECK enum err store_reaction_move(struct store *s, const uint8_t own[32], int64_t place);

struct store_reaction_kind {
    struct slice emoji; /* in the arena */
    int64_t count;
    bool mine;
    int64_t who;  /* one of the others who gave it; 0: only me */
    bool removed; /* one of them is from a removed device */
};
/* The kinds on a message, the earliest first; *out is NULL when there are none. */
MUST_CHECK enum err store_reaction_list(struct store *s, struct arena *a, int64_t chat,
                                        const uint8_t mid[32], struct store_reaction_kind **out,
                                        size_t *n);

#endif
