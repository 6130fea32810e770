#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/rand.h"
#include "verify_head.h"
#include "verify_http.h"
#include "verify_origin.h"
#include "verify_release.h"
#include "verify_report.h"
#include "verify_served.h"

#define ALL_REQUESTS_S 900
#define BROWSER_ENCODINGS "gzip, deflate, br, zstd"

struct visit {
    struct verify *v;
    struct verify_http http;
    const char *origin;         /* without a slash at its end */
    char etag[VERIFY_ETAG_MAX]; /* of `/` */
    struct tool_bytes waiting;  /* the newest note while it may not run yet, or empty */
};

/* What one request asks and wants. */
struct ask {
    struct verify_served want;
    const char *as, *encoding, *method, *etag;
    struct tool_bytes *out; /* takes the decoded body; NULL */
};

static void url_of(char out[VERIFY_PATH_MAX * 2], const struct visit *t, const char *path)
{
    snprintf(out, (size_t)VERIFY_PATH_MAX * 2, "%s%s", t->origin, path);
}

static bool check_answer(struct visit *t, const struct ask *q, const struct verify_answer *a,
                         struct tool_bytes *body, char why[VERIFY_WHY_MAX])
{
    if (a->interim != 0) {
        snprintf(why, VERIFY_WHY_MAX, "is preceded by an answer of status %u", a->interim);
        return false;
    }
    if (a->is_long || a->is_odd) {
        snprintf(why, VERIFY_WHY_MAX, "%s",
                 a->is_odd ? "is no well-formed answer" : "is longer than what the note lists");
        return false;
    }
    return verify_answer_decode(body, a, verify_served_max(t->v, &q->want), why) &&
           verify_served_check(t->v, &q->want, a->status, tool_bytes_slice(&a->head),
                               tool_bytes_slice(body), why);
}

/* One request as a browser makes it. False: unreachable or different, and reported. */
static bool ask(struct visit *t, const struct ask *q)
{
    char url[VERIFY_PATH_MAX * 2], why[VERIFY_WHY_MAX] = "", shown[VERIFY_PATH_MAX + 64];
    const char *method = q->method != NULL ? q->method : "GET";
    struct verify_answer a = {0};
    struct tool_bytes body = {NULL, 0};
    bool fine = false;
    url_of(url, t, q->want.path);
    struct verify_request r = {.url = url,
                               .method = q->method,
                               .as = q->as,
                               .encoding = q->encoding,
                               .etag = q->etag,
                               .body_max = verify_served_max(t->v, &q->want)};
    if (!verify_http_get(&t->http, &a, &r)) {
        verify_unreachable(t->v, q->want.path, t->http.why);
    } else if (!check_answer(t, q, &a, &body, why)) {
        verify_differs(t->v, strcmp(q->want.path, "/sw.js") == 0 ? "loader" : "served",
                       q->want.path, "%s as %s (%s) %s", method, q->as, q->encoding, why);
        verify_attach(t->v, "head", tool_bytes_slice(&a.head));
        verify_attach(t->v, "body", tool_bytes_slice(body.n > 0 ? &body : &a.body));
    } else {
        snprintf(shown, sizeof shown, "%s %s as %s (%s)", q->want.path, method, q->as, q->encoding);
        verify_ok(t->v, "served", shown);
        fine = true;
        struct slice etag;
        if (strcmp(q->want.path, "/") == 0 &&
            verify_head_find(tool_bytes_slice(&a.head), "etag", &etag)) {
            verify_text(t->etag, sizeof t->etag, etag);
        }
    }
    if (fine && q->out != NULL) {
        *q->out = body;
        body = (struct tool_bytes){NULL, 0};
    }
    tool_bytes_wipe(&body);
    verify_answer_free(&a);
    return fine;
}

/* How a browser asks for a file of this type. */
static const char *natural(const struct release_file *f)
{
    static const struct {
        const char *type, *as;
    } rows[] = {{"text/html", "document"},     {"text/css", "style"},
                {"text/javascript", "script"}, {"application/manifest+json", "manifest"},
                {"image/png", "image"},        {"image/svg+xml", "image"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (slice_equal(f->type, slice_of_string(rows[i].type))) {
            return rows[i].as;
        }
    }
    return "empty";
}

/* As the page would, as the loader does, and without any encoding. */
static void ask_file(struct visit *t, const struct release_file *f)
{
    char path[VERIFY_PATH_MAX];
    verify_text(path, sizeof path, f->path);
    const char *as = natural(f);
    struct ask q = {.as = as, .encoding = BROWSER_ENCODINGS};
    verify_served_of(&q.want, t->v, path);
    (void)ask(t, &q);
    if (strcmp(as, "script") == 0) {
        q.as = "worker";
        (void)ask(t, &q);
    }
    q.as = "empty";
    q.encoding = "gzip";
    (void)ask(t, &q);
    q.encoding = "identity";
    (void)ask(t, &q);
}

/* The loader, as a browser installs it and as a page fetches it (tests/attacks, A06). */
static void ask_loader(struct visit *t)
{
    static const char *const as[] = {"serviceworker", "script", "empty"};
    struct ask q = {.as = NULL};
    verify_served_of(&q.want, t->v, "/sw.js");
    for (size_t i = 0; i < 3; i++) {
        q.as = as[i];
        q.encoding = BROWSER_ENCODINGS;
        (void)ask(t, &q);
    }
    q.as = "serviceworker";
    q.encoding = "identity";
    (void)ask(t, &q);
}

/* An answer for what is not there carries the same headers, and so does one that no release
 * lists. */
static void ask_others(struct visit *t)
{
    uint8_t some[8];
    char path[64];
    struct buf b = buf_fixed(path, sizeof path - 1);
    crypto_rand(some, sizeof some);
    buf_slice(&b, SLICE_LITERAL("/sotto-verify-"));
    text_put_hex(&b, SLICE_ARRAY(some));
    path[b.n] = 0;
    struct ask q = {.as = "document", .encoding = BROWSER_ENCODINGS};
    q.want = (struct verify_served){.path = path, .status = 404, .any_body = true};
    (void)ask(t, &q);
    q.as = "script";
    (void)ask(t, &q);
    q.as = "serviceworker";
    (void)ask(t, &q);
    q.as = "empty";
    q.want = (struct verify_served){.path = "/config.json", .any_body = true};
    (void)ask(t, &q);
    q.want.path = "/";
    if (t->etag[0] != 0) { /* 304, or the whole page again */
        q.etag = t->etag;
        (void)ask(t, &q);
        q.etag = NULL;
    }
    q.method = "POST";
    (void)ask(t, &q);
}

/* A release by its own paths: fetched plainly first, since only a verified note says which headers
 * its answer should have had; those are compared afterwards. name: "latest", or a number. */
static bool fetch_note(struct visit *t, const char *name, struct release_text *text, bool *is_note)
{
    char url[VERIFY_PATH_MAX * 2], path[VERIFY_PATH_MAX];
    struct release_note note;
    snprintf(path, sizeof path, "/.well-known/sotto/release/%s", name);
    url_of(url, t, path);
    tool_bytes_wipe(&t->v->note);
    if (!verify_http_text(t->v, &t->http, &t->v->note, "release", url, RELEASE_NOTE_BYTES_MAX)) {
        return false;
    }
    *is_note = release_note_split(&note, tool_bytes_slice(&t->v->note)) == OK &&
               release_text_parse(text, note.text) == OK;
    return true;
}

static bool fetch_proofs(struct visit *t, uint64_t seq)
{
    char url[VERIFY_PATH_MAX * 2], path[VERIFY_PATH_MAX];
    static const char *const folders[] = {"proof", "first"};
    for (size_t i = 0; i < 2; i++) {
        struct tool_bytes *out = i == 0 ? &t->v->recent : &t->v->first;
        snprintf(path, sizeof path, "/.well-known/sotto/%s/%llu", folders[i],
                 (unsigned long long)seq);
        url_of(url, t, path);
        tool_bytes_wipe(out);
        if (!verify_http_text(t->v, &t->http, out, "release", url, RELEASE_PROOF_BYTES_MAX)) {
            return false;
        }
    }
    return true;
}

/* Signed, logged, the newest there is, and not yet a day old. */
static bool is_waiting(const struct verify *v, struct release_result *r)
{
    struct release_state nothing;
    struct release_evidence e = {tool_bytes_slice(&v->note), tool_bytes_slice(&v->recent),
                                 tool_bytes_slice(&v->first)};
    memset(&nothing, 0, sizeof nothing);
    return release_accept(r, &v->trust, &nothing, &e, v->now) == RELEASE_COOLING;
}

/* Is the page that is served the one of this note? It may be put in place before its day. */
static bool is_in_place(struct visit *t, const struct release_text *text)
{
    char url[VERIFY_PATH_MAX * 2];
    const struct release_file *f = release_text_file(text, SLICE_LITERAL("/"));
    struct verify_answer a = {0};
    url_of(url, t, "/");
    struct verify_request r = {.url = url, .body_max = RELEASE_NOTE_BYTES_MAX};
    bool is = f != NULL && verify_http_get(&t->http, &a, &r) &&
              release_text_file_check(f, tool_bytes_slice(&a.body)) == RELEASE_OK;
    verify_answer_free(&a);
    return is;
}

/* The newest is offered from its first minute on, so that nobody holds it back; until it may run,
 * what is served is the one before, by its hash. */
static bool fetch_release(struct visit *t)
{
    char name[24];
    struct release_text text;
    struct release_result newest;
    struct verify *v = t->v;
    bool is_note = false;
    if (!fetch_note(t, "latest", &text, &is_note)) {
        return false;
    }
    if (!is_note) {
        return verify_release_served(v); /* says what is wrong */
    }
    if (!fetch_proofs(t, text.seq)) {
        return false;
    }
    if (text.seq == 1 || !is_waiting(v, &newest) || is_in_place(t, &newest.text)) {
        return verify_release_served(v);
    }
    struct release_hash before = newest.text.previous;
    uint64_t seq = newest.text.seq - 1;
    t->waiting = v->note;
    v->note = (struct tool_bytes){NULL, 0};
    printf("waiting: release %llu was logged less than a day ago\n", (unsigned long long)seq + 1);
    snprintf(name, sizeof name, "%llu", (unsigned long long)seq);
    if (!fetch_note(t, name, &text, &is_note) || !fetch_proofs(t, seq) ||
        !verify_release_served(v)) {
        return false;
    }
    if (!slice_equal(SLICE_ARRAY(v->result.hash.b), SLICE_ARRAY(before.b))) {
        verify_differs(v, "release", VERIFY_LATEST, "names another release before it than %s",
                       name);
        return false;
    }
    return true;
}

/* A proof may have been renewed since the first request, so it is judged by itself. The first one a
 * release ever got may be of a smaller tree. */
static void check_proof(struct visit *t, const char *path, struct slice proof, bool is_first)
{
    struct release_result r;
    struct release_evidence e = {tool_bytes_slice(&t->v->note), proof, SLICE_EMPTY};
    enum release_verdict verdict = release_accept_check(&r, &t->v->trust, &e);
    if (verdict == RELEASE_OK && !is_first && r.index + 1 != r.tree_size) {
        verdict = RELEASE_NOT_NEWEST;
    }
    if (verdict != RELEASE_OK) {
        verify_differs(t->v, "release", path, "for a browser: %s", release_verdict_name(verdict));
    }
}

/* The same paths as the loader asks for them: the same bytes, and the headers. */
static void ask_release(struct visit *t)
{
    char path[VERIFY_PATH_MAX];
    static const char *const folders[] = {"release/latest", "release/", "proof/", "first/"};
    for (size_t i = 0; i < 4; i++) {
        struct tool_bytes got = {NULL, 0};
        int n = snprintf(path, sizeof path, "/.well-known/sotto/%s", folders[i]);
        if (i > 0) {
            snprintf(path + n, sizeof path - (size_t)n, "%llu",
                     (unsigned long long)t->v->result.text.seq);
        }
        struct ask q = {.as = "empty", .encoding = BROWSER_ENCODINGS, .out = &got};
        verify_served_of(&q.want, t->v, path);
        if (!ask(t, &q)) {
            continue;
        }
        if (i >= 2) {
            check_proof(t, path, tool_bytes_slice(&got), i == 3);
        } else if (!slice_equal(tool_bytes_slice(&got), i == 0 && t->waiting.n > 0
                                                            ? tool_bytes_slice(&t->waiting)
                                                            : tool_bytes_slice(&t->v->note))) {
            verify_differs(t->v, "release", path, "is another note for a browser");
        }
        tool_bytes_wipe(&got);
    }
}

void verify_origin(struct verify *v, const char *origin)
{
    struct visit t = {.v = v, .origin = origin};
    v->origin = origin;
    if (!verify_http_open(&t.http, ALL_REQUESTS_S)) {
        verify_unreachable(v, origin, "libcurl does not start");
        return;
    }
    if (fetch_release(&t)) {
        ask_release(&t);
        ask_loader(&t);
        for (size_t i = 0; i < v->result.text.file_n; i++) {
            ask_file(&t, &v->result.text.file[i]);
        }
        ask_others(&t);
    }
    tool_bytes_wipe(&t.waiting);
    verify_http_close(&t.http);
}
