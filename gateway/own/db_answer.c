#include "gateway/own/db_answer.h"

#include "gateway/db_core.h"

struct buf gw_own_db_answer_begin(struct gw_db *db)
{
    struct buf b = buf_fixed(db->scratch, FRAME_HEADER_SIZE + FRAME_BODY_MAX);
    buf_zero(&b, FRAME_HEADER_SIZE);
    return b;
}

unsigned gw_own_db_answer_end(struct gw_db *db, struct gw_db_job *job, enum frame_type type,
                              const struct buf *b)
{
    struct slice all;
    if (buf_finish(b, &all) != OK) {
        return WIRE_CODE_LIMIT;
    }
    job->answer = gw_bytes_copy(all);
    if (job->answer == NULL) {
        db->failed = SQLITE_NOMEM;
        return WIRE_CODE_INTERNAL;
    }
    struct buf head = buf_fixed(job->answer->p, FRAME_HEADER_SIZE);
    buf_le24(&head, (uint32_t)(all.n - FRAME_HEADER_SIZE));
    buf_u8(&head, (uint8_t)type);
    buf_le32(&head, job->request);
    return 0;
}

unsigned gw_own_db_answer_done(struct gw_db *db, struct gw_db_job *job)
{
    struct buf b = gw_own_db_answer_begin(db);
    struct wire_done v = {0};
    wire_done_put(&b, &v);
    return gw_own_db_answer_end(db, job, FRAME_DONE, &b);
}
