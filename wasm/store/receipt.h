/* Who has got and read what: words of a leaf (order.h), by their counters. Notices that are to be
 * said are marked in the row of their chat. */
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
/* It is said, or need not be. */
MUST_CHECK enum err store_receipt_said(struct store *s, int64_t chat);
/* The place up to which the chat was read last. ERR_GONE: not yet, or what stood there is gone. */
MUST_CHECK enum err store_receipt_read_place(struct store *s, int64_t chat, int64_t *place);

struct store_receipt_leaf {
    int64_t id, run, first, last; /* counters of the first and the last word that are here */
    uint8_t device[32];
};
/* Leaves of others in a chat that have said something which stands at or before `place`; those that
 * came last, at most `max`. last: among these words. */
MUST_CHECK enum err store_receipt_leaves(struct store *s, int64_t chat, int64_t place,
                                         struct store_receipt_leaf *out, size_t max, size_t *n);

/* ---- hearing -------------------------------------------------------------------------------- */

enum store_receipt_kind { STORE_RECEIPT_GOT, STORE_RECEIPT_READ };
struct store_receipt {
    int64_t from, upto; /* counters                                       */
    struct slice but;   /* but for these: 8 bytes each, little endian; 0 bytes: none */
};
/* What this person says of this leaf, in place of what they said, unless that went further. */
MUST_CHECK enum err store_receipt_put(struct store *s, enum store_receipt_kind kind, int64_t leaf,
                                      int64_t person, const struct store_receipt *r);

struct store_receipt_member {
    bool said;     /* anything at all                                                     */
    int64_t since; /* the epoch from which they sit there, as far as we saw it; else 0    */
    struct store_receipt got, read;
};
/* What each of the others in a chat said of this leaf, in the arena. Who came later than we did has
 * what was said from then on. ERR_LIMIT: there are more than `max`. */
MUST_CHECK enum err store_receipt_members(struct store *s, struct arena *a, int64_t chat,
                                          int64_t leaf, struct store_receipt_member *out,
                                          size_t max, size_t *n);

struct store_receipt_word {
    int64_t message, counter, epoch; /* epoch: it was sealed in last */
    int state;                       /* enum store_message_state     */
};
/* Words of this leaf of mine that were sent or delivered and not read, the last first. */
MUST_CHECK enum err store_receipt_words(struct store *s, int64_t leaf,
                                        struct store_receipt_word *out, size_t max, size_t *n);

#endif
