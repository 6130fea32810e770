/* Words: the frame around every content inside the ciphertext, and what follows from it: where a
 * word stands, what is missing, and whether a leaf used one number for two things.
 *
 *   word = [ 3, run, counter, prev / null, prev_epoch, ms, content / null, hash / null ]
 *
 * run: the epoch in which the sender's leaf came in; counter: numbers its words in this room, from
 * 0; prev: hash of its previous word; prev_epoch: the epoch in which that one was sealed, which
 * tells somebody who came in later whether it was for them; ms: the sender's time; content: MIMI
 * content, or null with the SHA-256 of the former content if the word was given up, so that the
 * counters have no holes. Commits carry [ 3, run, counter, prev_epoch ] of the next word as
 * authenticated data.
 *
 * The hash of a word is SHA-256("sotto word 1" || device || u64be run || u64be counter || prev or
 * zeros || u64be ms || SHA-256(content)). */
#ifndef SOTTO_ENGINE_OWN_ORDER_H
#define SOTTO_ENGINE_OWN_ORDER_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/order.h"
#include "store/outbox.h"

/* A refused word comes later than those after it. */
#define OWN_MISSING_MS (60ull * 1000)
/* The wait while the gateway says that more of the log is to come. */
#define OWN_MISSING_LATE_MS (10 * OWN_MISSING_MS)

struct own_word {
    uint64_t run, counter, prev_epoch, ms;
    bool has_prev, empty;
    uint8_t prev[STORE_WORD_HASH], content_hash[32];
    struct slice content;
    /* where it came from: the log, or the answer that fills a hole */
    uint64_t server_ms, epoch;
    uint8_t by[32]; /* the device that signed it; for an answer, not the author's */
    /* from own_order_take on */
    uint8_t hash[STORE_WORD_HASH];
    int64_t leaf, place;
    bool known;                    /* it was taken before */
    bool twice;                    /* its leaf used the counter for something else as well */
    bool removed;                  /* from a device its account no longer lists */
    bool foreign;                  /* from a key that no entry we go by ever listed: nobody's */
    int64_t about;                 /* the message it shows or changes, once that is done */
    struct slice question, answer; /* what it is instead of content: missing.h */
};
/* Shown time: the sender's, at most the gateway's. */
uint64_t own_order_time(const struct own_word *w);
/* out borrows from in. ERR_INPUT; ERR_INPUT_VERSION: another version. */
MUST_CHECK enum err own_order_read(struct slice in, struct own_word *out);
void own_order_hash(struct own_word *w, const uint8_t device[32]);

/* ---- sending -------------------------------------------------------------------------------- */

/* Makes the plaintext of an outbox entry, which gets its counter the first time. leaf: ours. */
MUST_CHECK enum err own_order_seal(struct own *o, struct step *s, int64_t chat,
                                   struct store_out *out, uint64_t epoch, struct slice *plain,
                                   int64_t *leaf);
/* The authenticated data of our next commit. Empty before we are in. */
MUST_CHECK enum err own_order_commit(struct own *o, struct step *s, int64_t chat,
                                     struct slice *out);
/* Our word is in the log. */
MUST_CHECK enum err own_order_echo(struct step *s, const struct store_chat *c,
                                   const struct store_echo *e, const struct frame_deliver *d);
/* We have come in: as a new leaf, unless we were in already as one we know. */
MUST_CHECK enum err own_order_entered(struct step *s, int64_t chat, uint64_t epoch);

/* ---- taking --------------------------------------------------------------------------------- */

/* Numbers a word of the log and gives it a place; sets w->known and w->twice. */
MUST_CHECK enum err own_order_take(struct own *o, struct step *s, const struct store_chat *c,
                                   uint64_t seq, const struct mls_leaf_view *leaf, int64_t person,
                                   struct own_word *w);
/* Judges the sender by the newest entry we know. Sent before the account dropped the device but
 * read after: w->removed. A key that the chain we go by never listed, i.e. one of another branch:
 * w->foreign, shown as nobody's. */
MUST_CHECK enum err own_order_stands(struct step *s, struct own_word *w, struct slice account,
                                     struct slice device);
/* For the first words of a leaf that was there before us: if the previous word is for us too and
 * not here, it is missing. */
MUST_CHECK enum err own_order_before(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct store_leaf *leaf, const struct own_word *w);
/* A counter from a hole came: the row that shows the hole shrinks or goes. */
MUST_CHECK enum err own_order_fill(struct step *s, const struct store_leaf *leaf, int64_t counter);
/* Compares it with what its neighbours say. If they differ, it (w->twice) or the one before it is
 * marked. */
MUST_CHECK enum err own_order_compare(struct step *s, struct own_word *w);
/* Takes what a commit says about the words before it. data: its authenticated data. */
MUST_CHECK enum err own_order_commit_take(struct own *o, struct step *s, const struct store_chat *c,
                                          const struct frame_deliver *d,
                                          const struct mls_leaf_view *leaf, int64_t person,
                                          struct slice data);
/* An entry that was taken before now stands there, in a log that was lost and is back. */
MUST_CHECK enum err own_order_met(struct step *s, const struct store_chat *c,
                                  const struct store_seen *seen, const uint8_t hash[32],
                                  uint64_t seq);

#endif
