/* A gateway that was put back to an old copy, or gave us other entries than it gives to others. Its
 * log is read again from the front, and what of ours it lost goes up again, unchanged: own words
 * and commits of the last days, and what it keeps of the account. Known entries are known by their
 * hash: nothing is shown twice, and each word stands where the log has it now. */
#ifndef SOTTO_ENGINE_OWN_RESTORE_H
#define SOTTO_ENGINE_OWN_RESTORE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"
#include "store/chat.h"
#include "store/outbox.h"

#define OWN_RESTORE_DAYS 30 /* so long own words and commits are kept, as logs are */
#define OWN_RESTORE_OTHERS_MS                                                                      \
    (10 * 60 * 1000ll) /* so long a commit that the log has lost is left to whose it is */

/* Is it another log than the one we were given up to our cursor? */
bool own_restore_is(const struct store_chat *c, const struct wire_opened *w);
/* Is this, at our cursor, another entry than the one we took there? */
bool own_restore_differs(const struct store_chat *c, const struct frame_deliver *d);
/* It is the same, or we begin to read: where, and the sum of what lies before. */
MUST_CHECK enum err own_restore_opened(struct step *s, const struct store_chat *c,
                                       const struct wire_opened *w);
/* This is what stands there, hash: SHA-256 of its body; the cursor is there now. c: as it was
 * before. A mailbox that was opened by a read tag of before is opened anew with a commit. */
MUST_CHECK enum err own_restore_add(struct own *o, struct step *s, const struct store_chat *c,
                                    const struct frame_deliver *d, const uint8_t hash[32]);
/* This entry is from before we came: the log begins behind it for us. */
MUST_CHECK enum err own_restore_before(struct step *s, const struct store_chat *c, uint64_t seq);
/* A commit that we do not follow, for we come in again behind it: when the log is read once more it
 * is one that was taken. */
MUST_CHECK enum err own_restore_passed(struct own *o, struct step *s, const struct store_chat *c,
                                       const uint8_t hash[32]);
/* The log has this there (its hash). Were we given something else before, that could not be opened:
 * the row that says so goes. */
MUST_CHECK enum err own_restore_in_place(struct step *s, const struct store_chat *c,
                                         const struct frame_deliver *d, const uint8_t hash[32]);
/* Begins to read again from the front. */
MUST_CHECK enum err own_restore_begin(struct own *o, struct step *s, int64_t chat);
/* The log was read to its end: puts up what it lost. *busy: a commit waits for its answer. */
MUST_CHECK enum err own_restore_work(struct own *o, struct step *s, const struct store_chat *c,
                                     struct own_box *box, bool *busy);
/* A commit that cannot go up now waits for the next alarm, delivery or connection. */
MUST_CHECK enum err own_restore_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       struct slice body, uint64_t failure);
/* Questions of this file: own_ask.b of a FRAME_COMMIT. */
bool own_restore_asked(const struct own_ask *ask);
/* What the gateway keeps of the account goes up again. */
MUST_CHECK enum err own_restore_account(struct step *s);
/* A word or commit of ours is with the gateway: kept as it went out. */
MUST_CHECK enum err own_restore_keep_word(struct own *o, struct step *s, int64_t outbox);
MUST_CHECK enum err own_restore_keep_commit(struct own *o, struct step *s,
                                            const struct store_chat *c,
                                            const struct store_pending *p);
/* A commit of somebody else was followed: should a log lose it that he does not come back to, any
 * member puts it up again, without its Welcomes. c: as it was before. */
MUST_CHECK enum err own_restore_keep_other(struct own *o, struct step *s,
                                           const struct store_chat *c,
                                           const struct frame_deliver *d);

#endif
