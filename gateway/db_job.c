#include "gateway/db_job.h"

#include <stdlib.h>
#include <string.h>

struct gw_db_job *gw_db_job_new(struct slice body)
{
    struct gw_db_job *job = malloc(sizeof *job + body.n);
    if (job == NULL) {
        return NULL;
    }
    memset(job, 0, sizeof *job);
    if (body.n > 0) {
        memcpy(job->memory, body.p, body.n);
    }
    job->body = slice_make(job->memory, body.n);
    return job;
}

void gw_db_job_free(struct gw_db_job *job)
{
    gw_bytes_unref(job->answer);
    gw_bytes_unref(job->shared);
    free(job);
}
