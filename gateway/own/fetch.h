/* The reader thread does what would hold up the writer: it fetches what a reader has missed, and
 * does all file work of attachments. Its own, read-only connection sees what is committed (a
 * database in memory has only the writer's). */
#ifndef SOTTO_GATEWAY_OWN_FETCH_H
#define SOTTO_GATEWAY_OWN_FETCH_H
#include "gateway/db_job.h"

struct gw_own_fetch;

#define GW_OWN_FETCH_ITEMS 256

struct gw_own_fetch *gw_own_fetch_open(struct gw_gateway *gw, char *why, size_t n);
MUST_CHECK bool gw_own_fetch_start(struct gw_own_fetch *r);
/* Instead of gw_own_fetch_start, for a process of one thread: does what waits. False when nothing
 * waited. */
bool gw_own_fetch_turn(struct gw_own_fetch *r);
/* Accepts NULL. */
void gw_own_fetch_close(struct gw_own_fetch *r);
/* From a loop. Takes the job; job->type says what:
 *   FRAME_BLOB_PUT   job->body the frame's; goes on to the writer when the bytes are on disk
 *   FRAME_BLOB_GET   likewise; answer BLOB_DATA
 *   FRAME_DELIVER    fetch: group.id, or box when handle is 0; after seq `number`, up to
 *                    fetch.bytes; `answer` gets DELIVER frames for handle `handle` */
void gw_own_fetch_ask(struct gw_own_fetch *r, struct gw_db_job *job);

#endif
