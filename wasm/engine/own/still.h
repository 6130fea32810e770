/* A log that stands still: the gateway has more of it, and leaves out what comes next. It is read
 * again; when that does not help the chat says so, and the person may go on without it. What is
 * missing then is known by the numbers of words (missing.h), and asked for at those who have it; a
 * commit that is missing is made good by coming in again (repair.h). Nothing of this is done
 * unasked: whoever carries the log could otherwise choose what is passed over. */
#ifndef SOTTO_ENGINE_OWN_STILL_H
#define SOTTO_ENGINE_OWN_STILL_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

#define OWN_STILL_MS 30000 /* without the next entry, before it is read again                */
#define OWN_STILL_TOLD 3   /* so often found standing still, then the chat says so            */

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
/* With an alarm: the logs that stand still. */
MUST_CHECK enum err own_still_check(struct own *o, struct step *s);
/* When that is to be asked next: *at_ms, if it is earlier (0 never). */
void own_still_next(const struct own *o, uint64_t *at_ms);
/* The person goes on without what is left out. ERR_STATE: nothing is. */
MUST_CHECK enum err own_still_go_on(struct own *o, struct step *s, int64_t chat);

#endif
