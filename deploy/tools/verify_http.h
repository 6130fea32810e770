/* Requests as a browser makes them. */
#ifndef SOTTO_TOOLS_VERIFY_HTTP_H
#define SOTTO_TOOLS_VERIFY_HTTP_H
#include "verify.h"

struct verify_http {
    void *curl;
    uint64_t deadline_ms; /* of all requests together */
    char why[VERIFY_WHY_MAX];
};
struct verify_answer {
    unsigned status;
    unsigned interim;       /* status of an answer before the answer (103); 0 */
    bool is_long;           /* body or head were longer than the bound        */
    bool is_odd;            /* no well-formed answer of HTTP                 */
    struct tool_bytes head; /* lines of the final answer, trailers too       */
    struct tool_bytes body; /* as sent: still encoded                        */
};
#define VERIFY_ETAG_MAX 128
struct verify_request {
    const char *url, *method;
    const char *as;       /* Sec-Fetch-Dest of a browser's request; NULL: a plain one */
    const char *encoding; /* Accept-Encoding */
    const char *etag;     /* If-None-Match; NULL */
    size_t body_max;
};
MUST_CHECK bool verify_http_open(struct verify_http *h, unsigned seconds);
void verify_http_close(struct verify_http *h);
/* No redirect is followed. False: unreachable, h->why. The answer is freed by the caller, also
 * after false. */
MUST_CHECK bool verify_http_get(struct verify_http *h, struct verify_answer *out,
                                const struct verify_request *r);
void verify_answer_free(struct verify_answer *a);
/* The body without its Content-Encoding. False: why. */
MUST_CHECK bool verify_answer_decode(struct tool_bytes *out, const struct verify_answer *a,
                                     size_t max, char why[VERIFY_WHY_MAX]);
/* A plain GET that wants 200; `unreachable` or `differs KIND` is said otherwise. */
bool verify_http_text(struct verify *v, struct verify_http *h, struct tool_bytes *out,
                      const char *kind, const char *url, size_t max);
#endif
