/* For a gateway that was rolled back to an old copy, or gave us other entries than it gives others.
 * Its log is read again from the front, and what it lost of ours is uploaded again unchanged: our
 * words and commits of the last days, and what it keeps of the account. Known entries are
 * recognised by their hash: nothing is shown twice, and each word stands where the log has it
 * now. */
#ifndef SOTTO_ENGINE_OWN_RESTORE_H
#define SOTTO_ENGINE_OWN_RESTORE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"
#include "store/chat.h"
#include "store/outbox.h"

#define OWN_RESTORE_DAYS 30 /* how long our words and commits are kept, as logs are */
#define OWN_RESTORE_OTHERS_MS                                                                      \
    (10 * 60 * 1000ll) /* how long a lost commit is left to its author                             \
                        */

/* Is this a different log from the one we were given up to our cursor? */
bool own_restore_is(const struct store_chat *c, const struct wire_opened *w);
/* Is this entry, at our cursor, different from the one we took there? */
bool own_restore_differs(const struct store_chat *c, const struct frame_deliver *d);
/* It is the same log, or we begin to read: notes where, and the sum of what comes before. */
MUST_CHECK enum err own_restore_opened(struct step *s, const struct store_chat *c,
                                       const struct wire_opened *w);
/* This entry stands there (hash: SHA-256 of its body) and the cursor moves to it. c: as it was
 * before. A mailbox opened with an older read tag is opened again after a commit. */
MUST_CHECK enum err own_restore_add(struct own *o, struct step *s, const struct store_chat *c,
                                    const struct frame_deliver *d, const uint8_t hash[32]);
/* This entry is from before we came: for us the log begins after it. */
MUST_CHECK enum err own_restore_before(struct step *s, const struct store_chat *c, uint64_t seq);
/* A commit we do not follow because we come in again after it: when the log is reread it counts as
 * taken. */
MUST_CHECK enum err own_restore_passed(struct own *o, struct step *s, const struct store_chat *c,
                                       const uint8_t hash[32]);
/* The log has this entry there. If we were given something else before that could not be opened,
 * the row saying so goes. */
MUST_CHECK enum err own_restore_in_place(struct step *s, const struct store_chat *c,
                                         const struct frame_deliver *d, const uint8_t hash[32]);
/* Begins reading again from the front. */
MUST_CHECK enum err own_restore_begin(struct own *o, struct step *s, int64_t chat);
/* The log was read to its end: uploads what it lost. *busy: a commit waits for its answer. */
MUST_CHECK enum err own_restore_work(struct own *o, struct step *s, const struct store_chat *c,
                                     struct own_box *box, bool *busy);
/* A commit that cannot be uploaded now waits for the next alarm, delivery or connection. */
MUST_CHECK enum err own_restore_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       struct slice body, uint64_t failure);
/* Did this file ask it? Tells by own_ask.b of a FRAME_COMMIT. */
bool own_restore_asked(const struct own_ask *ask);
/* Uploads again what the gateway keeps of the account. */
MUST_CHECK enum err own_restore_account(struct step *s);
/* The gateway has our word or commit: keeps it as it went out. */
MUST_CHECK enum err own_restore_keep_word(struct own *o, struct step *s, int64_t outbox);
MUST_CHECK enum err own_restore_keep_commit(struct own *o, struct step *s,
                                            const struct store_chat *c,
                                            const struct store_pending *p);
/* We followed somebody else's commit: if a log loses it and its author does not return to it, any
 * member uploads it again, without its Welcomes. c: as it was before. */
MUST_CHECK enum err own_restore_keep_other(struct own *o, struct step *s,
                                           const struct store_chat *c,
                                           const struct frame_deliver *d);

#endif
