/* What moves from one device of mine to another (engine/own/record.h, link.h): where to continue,
 * and rows as they move. Ids are rows; slices returned are in the arena. */
#ifndef SOTTO_STORE_OWN_RECORD_H
#define SOTTO_STORE_OWN_RECORD_H
#include "store/sql.h"

/* ---- what moves, in order ------------------------------------------------------------------- */

enum store_own_record_of {
    STORE_OWN_RECORD_PEOPLE,
    STORE_OWN_RECORD_CHATS, /* those the person sees, by the room that counts */
    STORE_OWN_RECORD_MESSAGES
};
/* The next after `after` (0: from the start), at most `max`. */
MUST_CHECK enum err store_own_record_next(struct store *s, enum store_own_record_of what,
                                          int64_t after, int64_t *ids, size_t max, size_t *n);
/* 0: none. */
MUST_CHECK enum err store_own_record_last_message(struct store *s, int64_t *id);

/* A chunk of a file that is completely here. row: its position among all chunks. */
struct store_own_record_chunk {
    int64_t row, n;
    struct slice bytes, room, mid;
};
/* After which chunk to begin so that at most `bytes` of the newest ones move. ERR_GONE or 0:
 * none. */
MUST_CHECK enum err store_own_record_chunk_from(struct store *s, int64_t bytes, int64_t *row);
/* ERR_GONE: none after that. */
MUST_CHECK enum err store_own_record_chunk_next(struct store *s, struct arena *a, int64_t row,
                                                struct store_own_record_chunk *out);
MUST_CHECK enum err store_own_record_chunk_last(struct store *s, int64_t *row);
/* The message of the file a chunk belongs to, if that is neither here nor on its way. ERR_GONE. */
MUST_CHECK enum err store_own_record_chunk_for(struct store *s, struct slice room, struct slice mid,
                                               int64_t *message);

/* ---- reactions ------------------------------------------------------------------------------ */

struct store_own_record_reaction {
    struct slice account, emoji, own_mid; /* account: whose; own_mid: id of the reaction itself */
    int64_t place;
};
/* ERR_STORE_CORRUPT: one is from somebody without a row. */
MUST_CHECK enum err store_own_record_reactions(struct store *s, struct arena *a, int64_t chat,
                                               const uint8_t mid[32],
                                               struct store_own_record_reaction **out, size_t *n);

#endif
