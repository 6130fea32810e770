/* Sealed attachments: one file each, DIR/blobs/XX/ID, appended in whole chunks that are on disk
 * before they are counted. All file work is done by the reader thread (fetch.h) in pieces of one
 * chunk; what is known of them is in the database (db_blob.c). */
#ifndef SOTTO_GATEWAY_OWN_BLOB_H
#define SOTTO_GATEWAY_OWN_BLOB_H
#include "base/buf.h"
#include "schema/frame.h"

struct gw_own_blob_row {
    uint64_t bytes, chunk, have;
    int64_t day;
    uint8_t drop_hash[32];
};

#define GW_OWN_BLOB_UPLOADS 64 /* files kept open */

/* One file that is being filled. */
struct gw_own_blob_upload {
    uint8_t id[FRAME_BLOB_SIZE];
    int fd; /* -1: unused */
    uint64_t have, used;
    bool dirty;
};
struct gw_own_blob_uploads {
    struct gw_own_blob_upload slots[GW_OWN_BLOB_UPLOADS];
    uint64_t clock;
};

void gw_own_blob_unlink(const char *dir, struct slice id);
void gw_own_blob_uploads_init(struct gw_own_blob_uploads *u);
void gw_own_blob_uploads_wipe(struct gw_own_blob_uploads *u);
/* Writes one chunk; *have gets the number of chunks written so far (not yet on disk). 0 or a
 * wire_code. A chunk that is there already, or comes too early, changes nothing. */
unsigned gw_own_blob_write(struct gw_own_blob_uploads *u, const char *dir,
                           const struct gw_own_blob_row *r, const struct frame_blob *v,
                           uint64_t *have);
/* Brings all that was written to disk; false when that failed (nothing counts then). */
bool gw_own_blob_sync(struct gw_own_blob_uploads *u);
/* Reads one chunk into out (r->chunk bytes of room); *n its size. 0 or a wire_code. */
unsigned gw_own_blob_load(const char *dir, struct slice id, const struct gw_own_blob_row *r,
                          uint32_t index, uint8_t *out, size_t *n);

#endif
