/* Reactions on messages. The table holds any number of a person on one, each with its emoji; of
 * what is set and taken here, which is the own network's, the last one stays. mid: the message,
 * own: the reaction itself, 32 bytes. */
#ifndef SOTTO_STORE_REACTION_H
#define SOTTO_STORE_REACTION_H
#include "store/sql.h"

#define STORE_REACTIONS_MAX 32 /* kinds listed of one message */

struct store_reaction {
    int64_t chat, person, place; /* as of a message (order.h) */
    uint8_t mid[32], own[32];
    struct slice emoji;
    bool removed; /* of a device that was taken out before this was read */
};
/* In the place of what they had there. */
MUST_CHECK enum err store_reaction_set(struct store *s, const struct store_reaction *r);
/* The same, unless what they had stands behind it. */
MUST_CHECK enum err store_reaction_take(struct store *s, const struct store_reaction *r);
/* From another device of mine: what they have there stays. removed is not read. */
MUST_CHECK enum err store_reaction_bring(struct store *s, const struct store_reaction *r);
/* The one that a person gave; ERR_GONE: none. own: in the arena. */
MUST_CHECK enum err store_reaction_of(struct store *s, struct arena *a, int64_t chat,
                                      const uint8_t mid[32], int64_t person, struct slice *own);
MUST_CHECK enum err store_reaction_drop(struct store *s, int64_t chat, const uint8_t mid[32],
                                        int64_t person);
/* By its own id. *had: there was one. */
MUST_CHECK enum err store_reaction_take_back(struct store *s, int64_t chat, int64_t person,
                                             const uint8_t own[32], bool *had);
/* It is in the log, there. */
MUST_CHECK enum err store_reaction_move(struct store *s, const uint8_t own[32], int64_t place);

struct store_reaction_kind {
    struct slice emoji; /* in the arena                                    */
    int64_t count;
    bool mine;
    int64_t who;  /* one of the others who gave it; 0: only I did    */
    bool removed; /* one of them is of a device that was taken out   */
};
/* Those of a message, the first first; *out is NULL when there is none. */
MUST_CHECK enum err store_reaction_list(struct store *s, struct arena *a, int64_t chat,
                                        const uint8_t mid[32], struct store_reaction_kind **out,
                                        size_t *n);

#endif
