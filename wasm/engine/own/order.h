/* Words: what stands inside the ciphertext around every content, and what follows from it: where a
 * word stands, what is missing, whether a leaf said two things under one number.
 *
 *   word = [ 3, run, counter, prev / null, prev_epoch, ms, content / null, hash / null ]
 *
 * run: the epoch in which the sender's leaf came in; counter: its words in this room, from 0; prev:
 * hash of its word before; prev_epoch: the epoch in which that one was sealed, by which somebody
 * who came in later knows whether it was for them; ms: the sender's time; content: MIMI content, or
 * null and the SHA-256 of what it was, when the word was given up: counters have no holes of their
 * own. Commits carry [ 3, run, counter, prev_epoch ] of the word to come as authenticated data.
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

/* A word that was refused comes later than those behind it. */
#define OWN_MISSING_MS (60ull * 1000)
/* So long, while the gateway says that more of the log is to come. */
#define OWN_MISSING_LATE_MS (10 * OWN_MISSING_MS)

struct own_word {
    uint64_t run, counter, prev_epoch, ms;
    bool has_prev, empty;
    uint8_t prev[STORE_WORD_HASH], content_hash[32];
    struct slice content;
    /* where it came from: of the log, or in place of a hole */
    uint64_t server_ms, epoch;
    uint8_t by[32]; /* the device whose signature it came with; of an answer, not its author's  */
    /* from own_order_take on */
    uint8_t hash[STORE_WORD_HASH];
    int64_t leaf, place;
    bool known;                    /* it was taken before                                        */
    bool twice;                    /* its leaf used the counter for something else too           */
    bool removed;                  /* of a device that its account lists no more                 */
    bool foreign;                  /* of one that no entry we go by has listed: nobody's         */
    int64_t about;                 /* the message it shows or changes, once that was done      */
    struct slice question, answer; /* what it is instead: missing.h             */
};
/* Shown time: the sender's, at most the gateway's. */
uint64_t own_order_time(const struct own_word *w);
/* out borrows from in. ERR_INPUT; ERR_INPUT_VERSION: of another version. */
MUST_CHECK enum err own_order_read(struct slice in, struct own_word *out);
void own_order_hash(struct own_word *w, const uint8_t device[32]);

/* ---- sending -------------------------------------------------------------------------------- */

/* The plaintext of an entry of the outbox; the first time it gets its counter. leaf: ours. */
MUST_CHECK enum err own_order_seal(struct own *o, struct step *s, int64_t chat,
                                   struct store_out *out, uint64_t epoch, struct slice *plain,
                                   int64_t *leaf);
/* Authenticated data of our next commit. Empty before we are in. */
MUST_CHECK enum err own_order_commit(struct own *o, struct step *s, int64_t chat,
                                     struct slice *out);
/* Our word stands in the log. */
MUST_CHECK enum err own_order_echo(struct step *s, const struct store_chat *c,
                                   const struct store_echo *e, const struct frame_deliver *d);
/* We have come in: as a new leaf, if we were not in it as one we know. */
MUST_CHECK enum err own_order_entered(struct step *s, int64_t chat, uint64_t epoch);

/* ---- taking --------------------------------------------------------------------------------- */

/* Numbers and places a word of the log; w->known and w->twice say what it is. */
MUST_CHECK enum err own_order_take(struct own *o, struct step *s, const struct store_chat *c,
                                   uint64_t seq, const struct mls_leaf_view *leaf, int64_t person,
                                   struct own_word *w);
/* Whose word is it, by the newest entry we know? Said before its account dropped the device, read
 * after: w->removed. A key that the chain we go by never listed, i.e. one of another branch:
 * w->foreign, and it is shown as nobody's. */
MUST_CHECK enum err own_order_stands(struct step *s, struct own_word *w, struct slice account,
                                     struct slice device);
/* The first words of a leaf that was there before us: is the one before this one for us, too, and
 * not here? Then it is missing. */
MUST_CHECK enum err own_order_before(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct store_leaf *leaf, const struct own_word *w);
/* A counter of a hole came: the row that says so shrinks or goes. */
MUST_CHECK enum err own_order_fill(struct step *s, const struct store_leaf *leaf, int64_t counter);
/* Does it agree with what its neighbours say? If not, it (w->twice) or the one before it is marked.
 */
MUST_CHECK enum err own_order_compare(struct step *s, struct own_word *w);
/* What a commit says of the words before it. data: its authenticated data. */
MUST_CHECK enum err own_order_commit_take(struct own *o, struct step *s, const struct store_chat *c,
                                          const struct frame_deliver *d,
                                          const struct mls_leaf_view *leaf, int64_t person,
                                          struct slice data);
/* An entry of the log that was taken before stands there now (a log that was lost and is there
 * again). */
MUST_CHECK enum err own_order_met(struct step *s, const struct store_chat *c,
                                  const struct store_seen *seen, const uint8_t hash[32],
                                  uint64_t seq);

#endif
