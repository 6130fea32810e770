/* Who has got and read what: words of a leaf (order.h), by counter. Receipts we owe are marked in
 * the row of their chat. */
#ifndef SOTTO_STORE_RECEIPT_H
#define SOTTO_STORE_RECEIPT_H
#include "store/sql.h"

/* ---- saying --------------------------------------------------------------------------------- */

struct store_receipt_due {
    int64_t chat;
    bool got, read;
};
MUST_CHECK enum err store_receipt_due(struct store *s, struct store_receipt_due *out, size_t max,
                                      size_t *n);
/* It has been sent, or need not be. */
MUST_CHECK enum err store_receipt_said(struct store *s, int64_t chat);
/* The place up to which the chat was last read. ERR_GONE: never, or what stood there is gone. */
MUST_CHECK enum err store_receipt_read_place(struct store *s, int64_t chat, int64_t *place);

struct store_receipt_leaf {
    int64_t id, run, first, last; /* counters of the first and last word that are here */
    uint8_t device[32];
};
/* Other people's leaves with a word at or before `place`; the latest to come, at most `max`. last:
 * among these words. */
MUST_CHECK enum err store_receipt_leaves(struct store *s, int64_t chat, int64_t place,
                                         struct store_receipt_leaf *out, size_t max, size_t *n);

/* ---- hearing -------------------------------------------------------------------------------- */

enum store_receipt_kind { STORE_RECEIPT_GOT, STORE_RECEIPT_READ };
struct store_receipt {
    int64_t from, upto; /* counters */
    struct slice but;   /* except these: 8 bytes each, little endian; empty: none */
};
/* Takes what this person says about this leaf in place of what they said before, unless that went
 * further. */
MUST_CHECK enum err store_receipt_put(struct store *s, enum store_receipt_kind kind, int64_t leaf,
                                      int64_t person, const struct store_receipt *r);

struct store_receipt_member {
    bool said;     /* anything about this leaf */
    int64_t since; /* the epoch since which they are in, if we saw them come; else 0 */
    struct store_receipt got, read;
};
/* What each of the others in a chat said about this leaf, in the arena. Those who came after us
 * have only what was said from then on. ERR_LIMIT: more than `max`. */
MUST_CHECK enum err store_receipt_members(struct store *s, struct arena *a, int64_t chat,
                                          int64_t leaf, struct store_receipt_member *out,
                                          size_t max, size_t *n);

struct store_receipt_word {
    int64_t message, counter, epoch; /* epoch: in which it was last sealed */
    int state;                       /* enum store_message_state */
};
/* Words of my leaf that were sent or delivered but not read, the latest first. */
MUST_CHECK enum err store_receipt_words(struct store *s, int64_t leaf,
                                        struct store_receipt_word *out, size_t max, size_t *n);

#endif
