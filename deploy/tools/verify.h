/* sotto-verify: is what lies here, or what an origin serves, the release that was signed, logged
 * and witnessed? One session holds the trust, the verified release and what was found; every
 * finding is a line on stdout and an entry of the evidence file. Nothing that was read is believed
 * before it was compared with the note. Source: verified-delivery.md 3.2, 3.7, 3.8. */
#ifndef SOTTO_TOOLS_VERIFY_H
#define SOTTO_TOOLS_VERIFY_H
#include <jansson.h>

#include "release/accept.h"
#include "tool.h"
#include "verify_head.h"
#include "verify_tile.h"

#define VERIFY_PATH_MAX 1024
#define VERIFY_BODY_BYTES_MAX RELEASE_FILE_BYTES_MAX
#define VERIFY_LATEST "/.well-known/sotto/release/latest"

struct verify {
    const char *evidence_path; /* NULL: none */
    const char *origin;        /* what is looked at; NULL: a file or folder */
    uint64_t now;              /* seconds since 1970 */
    bool allow_cooling;        /* a release that may not run yet is no difference */
    struct tool_bytes trust_text, note, recent, first;
    struct release_trust trust;
    struct release_result result; /* borrows from note */
    json_t *findings;             /* {kind, path, detail, ...} */
    json_t *files;                /* {path, listed, found}     */
    size_t attached_n;            /* bytes of what the other side said, in findings */
    unsigned differ_n, unreachable_n, checked_n;
};

/* ---- verify_report.c ------------------------------------------------------------------------ */

/* Starts lists and counts; verify_close frees all of the session. */
MUST_CHECK bool verify_open(struct verify *v);
void verify_close(struct verify *v);
/* Prints `ok KIND PATH`. */
void verify_ok(struct verify *v, const char *kind, const char *path);
/* Prints `differs KIND PATH: DETAIL` and keeps it as evidence, with printable letters only: part of
 * it may come from the other side. path may be "". */
void verify_differs(struct verify *v, const char *kind, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds a text to the last finding: what the other side said, as it was. */
void verify_attach(struct verify *v, const char *name, struct slice bytes);
/* Prints `unreachable PATH: DETAIL`. */
void verify_unreachable(struct verify *v, const char *path, const char *detail);
/* What a file was and should have been, for the evidence. found: NULL when there was none. */
void verify_keep(struct verify *v, const char *path, const char *listed, const char *found);
/* Prints the sum, writes the evidence file when one was asked for and something differs; the exit
 * code. */
enum tool_exit verify_end(struct verify *v);

/* ---- verify_bytes.c ------------------------------------------------------------------------- */

/* Adds n bytes to what was empty or made by this function; false when memory or `max` is exhausted.
 * Keeps a NUL behind them. */
MUST_CHECK bool verify_bytes_add(struct tool_bytes *b, const void *p, size_t n, size_t max);
MUST_CHECK bool verify_bytes_gunzip(struct tool_bytes *out, struct slice gzip, size_t max);
MUST_CHECK bool verify_bytes_unbrotli(struct tool_bytes *out, struct slice brotli, size_t max);
/* SHA-256 in base64url, with a NUL. */
void verify_bytes_hash(char out[44], struct slice bytes);
void verify_hash_text(char out[44], const struct release_hash *h);
bool verify_hash_equal(const struct release_hash *a, const struct release_hash *b);

/* ---- verify_release.c ----------------------------------------------------------------------- */

/* Reads and parses the trust file; false and a line on stderr. */
MUST_CHECK bool verify_trust(struct verify *v, const char *path);
/* Judges v->note by its signatures alone, or with v->recent and v->first. A line either way. */
bool verify_signatures(struct verify *v, const char *name);
struct verify_names {
    const char *note, *recent, *first; /* for the lines; what is not there has no name */
};
bool verify_release(struct verify *v, const struct verify_names *names);
/* The same, by the paths that a gateway serves them at; the note is in v. */
bool verify_release_served(struct verify *v);
/* Are these bytes what belongs at this path ("/", "/sw.js", "/app.js", a generated list under
 * /.well-known)? `why` says what is wrong. */
MUST_CHECK bool verify_content(struct verify *v, const char *path, struct slice bytes,
                               char why[VERIFY_WHY_MAX]);
/* Does the note say something about this path? */
bool verify_is_listed(const struct verify *v, const char *path);
/* The media type that the note gives a path; empty when it gives none. */
struct slice verify_type(const struct verify *v, const char *path);

/* ---- verify_expect.c ------------------------------------------------------------------------ */

#define VERIFY_EXPECT_BYTES_MAX (256u << 10)
/* The texts that web/note.js makes of the same list: headers.txt (without a WAICT line), WEBCAT's
 * manifest, WAICT's manifest. */
void verify_expect_headers(struct buf *b, const struct release_text *t);
void verify_expect_webcat(struct buf *b, const struct release_text *t);
void verify_expect_waict(struct buf *b, const struct release_text *t);

/* ---- verify_http.c -------------------------------------------------------------------------- */

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

/* ---- verify_served.c: one answer of the origin, however it was fetched ------------------------
 */

#define VERIFY_OTHER_BYTES_MAX (256u << 10) /* of what no release pins */
struct verify_served {
    const char *path;
    const char *cache; /* the whole Cache-Control; NULL: any with no-transform */
    unsigned status;   /* 0: any */
    bool any_body;     /* data that no release pins */
};
/* Status, headers, type and (decoded) body. False: why. */
MUST_CHECK bool verify_served_check(struct verify *v, const struct verify_served *want,
                                    unsigned status, struct slice head, struct slice body,
                                    char why[VERIFY_WHY_MAX]);
/* What is wanted of a path when a browser asks for it. */
void verify_served_of(struct verify_served *out, const struct verify *v, const char *path);
/* No more than this is taken in. */
size_t verify_served_max(const struct verify *v, const struct verify_served *want);

/* ---- verify_pipe.c: a browser at the other end of two pipes -----------------------------------
 */

struct verify_pipe {
    int pid, to, from; /* -1: none */
    int last_id;
    char profile[VERIFY_PATH_MAX];
    struct tool_bytes in; /* bytes of messages that are not whole yet */
    size_t looked_at;     /* of them: no end of a message so far      */
};
/* Starts the program with a profile of its own; agent: its User-Agent, NULL: as it likes. False:
 * *why. */
MUST_CHECK bool verify_pipe_open(struct verify_pipe *p, const char *program, const char *agent,
                                 const char **why);
/* Ends it, whatever it does, and removes the profile. */
void verify_pipe_close(struct verify_pipe *p);
/* Sends a command; takes params (NULL: none). The id, or 0 when the browser is gone. */
int verify_pipe_send(struct verify_pipe *p, const char *session, const char *method,
                     json_t *params);
/* The next message within this time; NULL: none, *gone says whether there will be more. */
json_t *verify_pipe_next(struct verify_pipe *p, unsigned wait_ms, bool *gone);
/* Milliseconds of a clock that never goes back. */
uint64_t verify_now_ms(void);
void verify_nap(unsigned ms);
/* A folder and what is in it. */
void verify_remove(const char *path);
/* Has a signal asked the program to end? They are held back while a browser runs. */
bool verify_stop_asked(void);
/* Sleeps; true when a signal has asked to end. */
bool verify_wait(unsigned seconds);

/* ---- verify_log.c: a log as it is served. Each function says what it finds ----------------------
 */

#define VERIFY_LOG_SIZE_MAX (1u << 20) /* entries: 32 MiB of leaves */
struct verify_log {
    const char *url; /* without a slash at its end */
    struct tool_bytes checkpoint;
    uint64_t size;
    struct release_hash root;
    struct release_hash *leaves;
};
/* Fetches the checkpoint: well formed, of the trusted log, signed by it. */
MUST_CHECK bool verify_log_open(struct verify *v, struct verify_http *h, struct verify_log *l);
void verify_log_close(struct verify_log *l);
/* The same for a text; *out borrows from it. */
MUST_CHECK bool verify_log_read(struct verify *v, struct tool_bytes *text,
                                struct release_checkpoint *out, const char *where);
/* Fetches every tile; all of them must lead to the checkpoint's root. */
MUST_CHECK bool verify_log_leaves(struct verify *v, struct verify_http *h, struct verify_log *l);
/* Fetches the n-th bundle of entries; each must be what its leaf is the hash of. */
MUST_CHECK bool verify_log_entries(struct verify *v, struct verify_http *h,
                                   const struct verify_log *l, uint64_t n, struct tool_bytes *out);
/* Is another checkpoint of the same log a beginning of this one? `withheld` when it is longer,
 * `fork` when it tells another history. */
bool verify_log_agrees(struct verify *v, const struct verify_log *l,
                       const struct release_checkpoint *c, struct slice text, const char *where);

/* ---- the commands --------------------------------------------------------------------------- */

/* A release directory. v->note is read from it unless the caller has read one. */
void verify_dir(struct verify *v, const char *dir);
/* A directory that was rebuilt: the same files, without note and proofs. Differences are of this
 * kind; their number. */
unsigned verify_dir_rebuilt(struct verify *v, const char *dir, const char *kind);
void verify_portable(struct verify *v, const char *file);
void verify_origin(struct verify *v, const char *origin);
/* The same bodies as a browser receives them. */
void verify_browser(struct verify *v, const char *origin, const char *program);
struct verify_monitor {
    const char *origin, *log_url, *state, *rebuild, *browser; /* NULL: none */
    uint64_t stale_s;    /* older cosignatures are an alert                           */
    uint64_t patience_s; /* for a log that has just grown to reach all of its readers */
    uint64_t lag_s;      /* for a release that was logged to be served: it has to wait a day  */
};
/* One round: the origin, the log, the witnesses, every new leaf. The state is written when the
 * round found nothing. */
void verify_monitor_round(struct verify *v, const struct verify_monitor *m);
/* Runs PROGRAM COMMIT DIR and compares what is in DIR then with this release (verify->result). */
void verify_rebuild(struct verify *v, const char *program);
/* Checks an evidence file, of ours or of the page. */
void verify_evidence(struct verify *v, const char *file);
#endif
