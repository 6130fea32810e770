/* A log that stands still: the gateway has more of it, but leaves out what comes next. We read it
 * again; if that does not help the chat says so, and the person may go on without the gap. Missing
 * words are then recognised by their numbers (missing.h) and requested from those who have them; a
 * missing commit is made up for by coming in again (repair.h). None of this happens unasked:
 * otherwise whoever carries the log could choose what is passed over. */
#ifndef SOTTO_ENGINE_OWN_STILL_H
#define SOTTO_ENGINE_OWN_STILL_H
#include "engine/engine.h"
#include "engine/own/restore.h"
#include "engine/own/state.h"
#include "schema/gen/wire.h"
#include "store/chat.h"

#define OWN_STILL_MS 30000 /* without the next entry, before it is read again */
#define OWN_STILL_TOLD 3   /* found standing still this often, the chat says so */
#define OWN_STILL_AWAY_MS                                                                          \
    (OWN_RESTORE_DAYS * 24 * 3600ll * 1000) /* nothing of a log came for this long: it expired */

/* May this entry be taken at the chat's cursor? False: something before it is missing. */
bool own_still_follows(const struct store_chat *c, const struct frame_deliver *d);
/* Counts that it was found standing still once more, on whichever connection. */
MUST_CHECK enum err own_still_count(struct step *s, const struct store_chat *c);
/* An entry is about to be taken because the person went on: notes what may have been passed over,
 * and whether we must come in again (c->note). */
MUST_CHECK enum err own_still_passed(struct own *o, struct step *s, struct store_chat *c,
                                     const struct frame_deliver *d);
/* Comes in again without asking the log: nothing is taken before our own commit brings us back. */
MUST_CHECK enum err own_still_come_in(struct own *o, struct step *s, struct store_chat *c);
/* The gateway says where the log begins. If it claims that what comes next for us is gone, we can
 * only wait (*stands), unless the person has gone on or both clocks tell us that we were away for
 * longer than logs are kept: then we come in again. The gateway's bare word starts no commit: it
 * could make every device commit at each connection, and choose which words none of them can
 * open. */
MUST_CHECK enum err own_still_opened(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct wire_opened *w, bool *stands);
/* The same when it claims not to know our read tag. */
MUST_CHECK enum err own_still_refused(struct own *o, struct step *s, struct store_chat *c);
/* At an alarm: checks the logs that stand still. */
MUST_CHECK enum err own_still_check(struct own *o, struct step *s);
/* Lowers *at_ms (0 never) to when that is due next. */
void own_still_next(const struct own *o, uint64_t *at_ms);
/* The person goes on without what is left out. ERR_STATE: nothing is. */
MUST_CHECK enum err own_still_go_on(struct own *o, struct step *s, int64_t chat);

#endif
