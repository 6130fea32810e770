/* A log that stands still: the gateway has more of it, and leaves out what comes next. It is read
 * again; when that does not help the chat says so, and the person may go on without it. What is
 * missing then is known by the numbers of words (missing.h), and asked for at those who have it; a
 * commit that is missing is made good by coming in again (repair.h). Nothing of this is done
 * unasked: whoever carries the log could otherwise choose what is passed over. */
#ifndef SOTTO_ENGINE_OWN_STILL_H
#define SOTTO_ENGINE_OWN_STILL_H
#include "engine/engine.h"
#include "engine/own/restore.h"
#include "engine/own/state.h"
#include "schema/gen/wire.h"
#include "store/chat.h"

#define OWN_STILL_MS 30000 /* without the next entry, before it is read again                */
#define OWN_STILL_TOLD 3   /* so often found standing still, then the chat says so            */
#define OWN_STILL_AWAY_MS                                                                          \
    (OWN_RESTORE_DAYS * 24 * 3600ll * 1000) /* so long nothing of a log was with us: it went   */

/* May this entry be taken where the chat's log stands? False: what stands before it is missing. */
bool own_still_follows(const struct store_chat *c, const struct frame_deliver *d);
/* It was found standing still once more, on whichever connection. */
MUST_CHECK enum err own_still_count(struct step *s, const struct store_chat *c);
/* An entry is about to be taken after the person said so: what may have been passed over is noted,
 * and whether we must come in again (c->note). */
MUST_CHECK enum err own_still_passed(struct own *o, struct step *s, struct store_chat *c,
                                     const struct frame_deliver *d);
/* Without asking the log: nothing is taken before our own commit has brought us in again. */
MUST_CHECK enum err own_still_come_in(struct own *o, struct step *s, struct store_chat *c);
/* The gateway says where the log begins. Does it say that what comes next for us is gone, so that
 * nothing is to be done about it but wait (*stands)? Believed when the person has said so, or when
 * we know ourselves, by both clocks, that we were away for longer than logs are kept: then we come
 * in again. The bare word of a gateway starts no commit: it could have every device make one at
 * each connection, and choose which words none of them can open. */
MUST_CHECK enum err own_still_opened(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct wire_opened *w, bool *stands);
/* It says that it does not know our read tag: the same. */
MUST_CHECK enum err own_still_refused(struct own *o, struct step *s, struct store_chat *c);
/* With an alarm: the logs that stand still. */
MUST_CHECK enum err own_still_check(struct own *o, struct step *s);
/* When that is to be asked next: *at_ms, if it is earlier (0 never). */
void own_still_next(const struct own *o, uint64_t *at_ms);
/* The person goes on without what is left out. ERR_STATE: nothing is. */
MUST_CHECK enum err own_still_go_on(struct own *o, struct step *s, int64_t chat);

#endif
