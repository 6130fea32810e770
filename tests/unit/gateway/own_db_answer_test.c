/* The answers of jobs, as frames (own/db_answer.h). */
#include "gateway/own/db_answer.h"

#include <string.h>

#include "gateway/db_core.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"
#include "schema/frame.h"

static struct gateway_world w;
static size_t body_n;

static unsigned answers(struct gw_db *db, struct gw_db_job *job)
{
    struct buf b = gw_own_db_answer_begin(db);
    for (size_t i = 0; i < body_n; i++) {
        buf_u8(&b, (uint8_t)i);
    }
    return gw_own_db_answer_end(db, job, FRAME_POSTED, &b);
}

static unsigned says_done(struct gw_db *db, struct gw_db_job *job)
{
    return gw_own_db_answer_done(db, job);
}

/* The one frame that the last job answers with. */
static struct slice frame_of(uint8_t *type, uint32_t *request)
{
    struct slice in = slice_make(w.job->answer->p, w.job->answer->n), body;
    CHECK_ERR(frame_next(&in, type, request, &body), OK);
    CHECK(in.n == 0);
    return body;
}

TEST(an_answer_is_one_frame_of_its_request)
{
    uint8_t type = 0;
    uint32_t request = 0;
    if (!gateway_world_begin(&w)) {
        return;
    }
    for (body_n = 0; body_n <= FRAME_BODY_MAX; body_n += FRAME_BODY_MAX) {
        (void)gateway_world_body(&w);
        CHECK(gateway_world_do(&w, answers) == 0);
        struct slice body = frame_of(&type, &request);
        CHECK(type == FRAME_POSTED && request == GATEWAY_WORLD_REQUEST && body.n == body_n);
        CHECK(body_n == 0 || (body.p[0] == 0 && body.p[255] == 255));
    }
    gateway_world_end(&w);
}

TEST(what_is_too_long_for_a_frame_is_no_answer)
{
    if (!gateway_world_begin(&w)) {
        return;
    }
    body_n = FRAME_BODY_MAX + 1;
    (void)gateway_world_body(&w);
    CHECK(gateway_world_do(&w, answers) == WIRE_CODE_LIMIT);
    CHECK(w.job->answer == NULL);
    gateway_world_end(&w);
}

TEST(done_says_nothing_more)
{
    uint8_t type = 0;
    uint32_t request = 0;
    struct wire_done v;
    if (!gateway_world_begin(&w)) {
        return;
    }
    (void)gateway_world_body(&w);
    CHECK(gateway_world_do(&w, says_done) == 0);
    struct slice body = frame_of(&type, &request);
    CHECK(type == FRAME_DONE && request == GATEWAY_WORLD_REQUEST);
    CHECK_ERR(wire_done_decode(&w.arena, body, &v), OK);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(an_answer_is_one_frame_of_its_request),
          TEST_ROW(what_is_too_long_for_a_frame_is_no_answer), TEST_ROW(done_says_nothing_more))
