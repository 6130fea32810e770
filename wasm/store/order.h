/* Where words stand, who said which, and what is missing (migrations 0011, 0035).
 *
 * A word is identified by (leaf, counter). A leaf is a device in a room from the epoch in which it
 * came in ("run"). The place of a message follows from the number of its entry in the log: entry
 * `seq` has STORE_PLACE_STEPS places, and the message takes the last of them. If an earlier entry
 * holds a word of the same leaf with a higher counter, the place is instead as many steps before
 * that word as the counters differ; the same goes for a word that is not in the log at all. Places
 * are below 2^53. */
#ifndef SOTTO_STORE_ORDER_H
#define SOTTO_STORE_ORDER_H
#include "store/sql.h"

#define STORE_PLACE_STEPS 4096              /* places of one entry */
#define STORE_PLACE_SEQ_MAX (1ull << 32)    /* entries of a log; more are refused */
#define STORE_PLACE_ROOM ((int64_t)1 << 44) /* distance between rooms shown in one timeline */
#define STORE_PLACE_ROOMS 32
#define STORE_PLACE_PENDING ((int64_t)1 << 52) /* ours, not in the log yet: after everything */
#define STORE_WORD_HASH 32
#define STORE_EARLY_MAX 1000 /* edits and deletions kept of one author */
#define STORE_COUNTER_MAX ((int64_t)1 << 48)

int64_t store_place_of(int64_t base, uint64_t seq);
/* The place of a word with this counter, which belongs before one with counter `next` at
 * `place`. */
int64_t store_place_before(int64_t place, int64_t next, int64_t counter);
/* Moves forward by `steps`, but stays before the last place of the entry: a hole may be longer than
 * that. */
int64_t store_place_after(int64_t place, int64_t steps);

struct store_leaf {
    int64_t id, chat, run, person, next;
    uint8_t device[32];
};
/* Finds the leaf or makes it. */
MUST_CHECK enum err store_leaf_ensure(struct store *s, int64_t chat, const uint8_t device[32],
                                      int64_t run, int64_t person, struct store_leaf *out);
MUST_CHECK enum err store_leaf_get(struct store *s, struct arena *a, int64_t id,
                                   struct store_leaf *out);
/* ERR_GONE: there is none, or it belongs to somebody else. */
MUST_CHECK enum err store_leaf_find(struct store *s, int64_t chat, const uint8_t device[32],
                                    int64_t run, int64_t person, struct store_leaf *out);
MUST_CHECK enum err store_leaf_set_next(struct store *s, int64_t leaf, int64_t next);

struct store_word {
    int64_t leaf, counter, place, reading, message;
    int64_t here; /* the place the log gives it, in that reading; 0: it is not in the log */
    uint64_t epoch;
    bool has_hash, has_prev;
    uint8_t hash[STORE_WORD_HASH], prev[STORE_WORD_HASH];
};
/* ERR_GONE: not known. */
MUST_CHECK enum err store_word_get(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                                   struct store_word *out);
/* Replaces what was known of it. */
MUST_CHECK enum err store_word_put(struct store *s, const struct store_word *w);
MUST_CHECK enum err store_word_set_message(struct store *s, int64_t leaf, int64_t counter,
                                           int64_t message);
/* The epoch in which it was last sealed. */
MUST_CHECK enum err store_word_set_epoch(struct store *s, int64_t leaf, int64_t counter,
                                         uint64_t epoch);
/* Counters among the STORE_WORDS_BEFORE before `counter` whose words of our leaf went out and were
 * confirmed, but are not in the log. */
#define STORE_WORDS_BEFORE 32
MUST_CHECK enum err store_word_swallowed(struct store *s, int64_t chat, int64_t leaf,
                                         int64_t counter, int64_t out[STORE_WORDS_BEFORE],
                                         size_t *n);
/* Moves the word and its message. w: leaf, counter, place, here, reading. */
MUST_CHECK enum err store_word_move(struct store *s, const struct store_word *w);
/* The place of a word read at `here`: there, or before the next higher one of this reading if that
 * comes earlier. here 0: before that one; *place stays unchanged when there is none. */
MUST_CHECK enum err store_word_place(struct store *s, int64_t leaf, int64_t counter,
                                     int64_t reading, int64_t here, int64_t *place);
/* The leaf's next lower word that has a place. ERR_GONE: none. */
MUST_CHECK enum err store_word_below(struct store *s, struct arena *a, int64_t leaf,
                                     int64_t counter, struct store_word *out);

/* ---- what my devices said ------------------------------------------------------------------- */

struct store_said {
    int64_t ms, message;
    struct slice content;
};
MUST_CHECK enum err store_said_put(struct store *s, int64_t leaf, int64_t counter,
                                   const struct store_said *said, int64_t now_ms);
MUST_CHECK enum err store_said_get(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                                   struct store_said *out);

/* ---- entries that were taken ---------------------------------------------------------------- */

struct store_seen {
    int64_t leaf, counter, reading;
};
/* hash: 32 bytes. ERR_GONE: not taken yet. */
MUST_CHECK enum err store_seen_get(struct store *s, int64_t chat, const uint8_t hash[32],
                                   struct store_seen *out);
MUST_CHECK enum err store_seen_put(struct store *s, int64_t chat, const uint8_t hash[32],
                                   const struct store_seen *v, int64_t now_ms);

/* ---- edits and deletions -------------------------------------------------------------------- */

enum store_early_kind { STORE_EARLY_EDIT = 1, STORE_EARLY_DELETE = 2 };
struct store_early {
    int64_t chat, person, n, at_ms;
    int kind;
    uint8_t mid[32], edit_mid[32];
    struct slice text;
    bool removed; /* from a device that was removed before we read this */
};
/* Keeps the highest one per message (by n, then edit_mid), and per author the newest
 * STORE_EARLY_MAX. */
MUST_CHECK enum err store_early_put(struct store *s, struct arena *a, const struct store_early *v);
/* Is any kept for this message? */
MUST_CHECK enum err store_early_has(struct store *s, int64_t chat, const uint8_t mid[32],
                                    bool *has);
/* Takes it out. ERR_GONE: none. */
MUST_CHECK enum err store_early_take(struct store *s, struct arena *a, int64_t chat,
                                     const uint8_t mid[32], int64_t person, int kind,
                                     struct store_early *out);

/* ---- seats ---------------------------------------------------------------------------------- */

/* The current members sit there from this epoch on; nobody else does. */
MUST_CHECK enum err store_seat_sync(struct store *s, int64_t chat, uint64_t epoch);
MUST_CHECK enum err store_seat_had(struct store *s, int64_t chat, int64_t person, uint64_t epoch,
                                   bool *sat);

/* ---- what went out -------------------------------------------------------------------------- */

struct store_sent {
    int64_t id, chat;
    int kind;
    uint64_t epoch;
    uint8_t hash[32];
    struct slice mid, branch, body;
    int64_t counter, reading;
};
MUST_CHECK enum err store_sent_put(struct store *s, const struct store_sent *v, int64_t now_ms);
/* Those not met in this reading, in the order they went out. */
MUST_CHECK enum err store_sent_due(struct store *s, struct arena *a, int64_t chat, int64_t reading,
                                   int64_t after_id, struct store_sent *out, size_t max, size_t *n);
MUST_CHECK enum err store_sent_met(struct store *s, int64_t chat, const uint8_t hash[32],
                                   int64_t reading);
MUST_CHECK enum err store_sent_get(struct store *s, struct arena *a, int64_t id,
                                   struct store_sent *out);

/* Forgets older entries that were taken, and what went out. What my devices said stays as long as
 * its message: somebody who was away for a year may ask for it. */
MUST_CHECK enum err store_order_forget(struct store *s, int64_t seen_before_ms,
                                       int64_t sent_before_ms);
/* Drops all rows of a chat. */
MUST_CHECK enum err store_order_drop(struct store *s, int64_t chat);
/* Raises the places of this room to begin at `base`, if they begin lower. */
MUST_CHECK enum err store_order_base(struct store *s, int64_t chat, int64_t base);
/* Places everything said in `below` before everything in `chat`. */
MUST_CHECK enum err store_order_lift(struct store *s, int64_t chat, int64_t below);

/* ---- read tags of before -------------------------------------------------------------------- */

/* Keeps the current tag, which is about to be replaced. */
MUST_CHECK enum err store_old_tag_keep(struct store *s, int64_t chat, int64_t now_ms);
/* The tag replaced k (from 0) replacements ago. ERR_GONE: none. */
MUST_CHECK enum err store_old_tag_get(struct store *s, int64_t chat, int64_t k, uint8_t out[32]);

#endif
