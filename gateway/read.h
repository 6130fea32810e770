/* The reader thread: what would hold up the writer. Fetches what a reader has missed, and all file
 * work of attachments. Its own, read-only connection sees what is committed (a database in memory
 * has only the writer's). */
#ifndef SOTTO_GATEWAY_READ_H
#define SOTTO_GATEWAY_READ_H
#include "gateway/db_job.h"

struct gw_read;

#define GW_READ_FETCH_ITEMS 256

struct gw_read *gw_read_open(struct gw_gateway *gw, char *why, size_t n);
MUST_CHECK bool gw_read_start(struct gw_read *r);
/* Instead of gw_read_start, for a process of one thread: does what waits. False when nothing did.
 */
bool gw_read_turn(struct gw_read *r);
/* Accepts NULL. */
void gw_read_close(struct gw_read *r);
/* From a loop. Takes the job; job->type says what:
 *   FRAME_BLOB_PUT   job->body the frame's; goes on to the writer when the bytes are on disk
 *   FRAME_BLOB_GET   likewise; answer BLOB_DATA
 *   FRAME_DELIVER    fetch: group.id, or box when handle is 0; behind seq `number`, up to
 *                    fetch.bytes; `answer` gets DELIVER frames for handle `handle` */
void gw_read_ask(struct gw_read *r, struct gw_db_job *job);

#endif
