#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "verify_bytes.h"
#include "verify_head.h"
#include "verify_http.h"
#include "verify_pipe.h"
#include "verify_report.h"

#define REQUEST_S 60
#define CONNECT_S 15

/* What Chromium sends with each kind of request. A server that tells a checker from a browser must
 * do it by something else: hence --browser. */
static const char agent[] =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Safari/537.36";
static const char accept_document[] =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,"
    "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
static const char language[] = "Accept-Language: en-US,en;q=0.9";
static const char *const hints[] = {
    "sec-ch-ua: \"Not:A-Brand\";v=\"8\", \"Chromium\";v=\"156\"",
    "sec-ch-ua-mobile: ?0",
    "sec-ch-ua-platform: \"Linux\"",
};
struct dress {
    const char *as;
    bool has_hints, has_origin;
    const char *lines[6];
};
static const struct dress wardrobe[] = {
    {"document",
     true,
     false,
     {accept_document, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1",
      "Upgrade-Insecure-Requests: 1", NULL}},
    {"script",
     true,
     true,
     {"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", NULL}},
    {"style",
     true,
     true,
     {"Accept: text/css,*/*;q=0.1", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", NULL}},
    {"worker",
     false,
     false,
     {"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: same-origin", NULL}},
    {"serviceworker",
     false,
     false,
     {"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: same-origin",
      "Service-Worker: script", "Cache-Control: max-age=0", NULL}},
    {"image",
     true,
     false,
     {"Accept: image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
      "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: no-cors", NULL}},
    {"manifest",
     true,
     false,
     {"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", NULL}},
    {"empty",
     true,
     false,
     {"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", NULL}},
};

bool verify_http_open(struct verify_http *h, unsigned seconds)
{
    h->why[0] = 0;
    h->deadline_ms = verify_now_ms() + (uint64_t)seconds * 1000;
    h->curl = curl_easy_init();
    return h->curl != NULL;
}

void verify_http_close(struct verify_http *h)
{
    if (h->curl != NULL) {
        curl_easy_cleanup(h->curl);
    }
    h->curl = NULL;
}

void verify_answer_free(struct verify_answer *a)
{
    tool_bytes_wipe(&a->head);
    tool_bytes_wipe(&a->body);
}

/* One answer as it comes in. */
struct taking {
    struct verify_answer *a;
    size_t body_max;
    bool ended; /* the empty line after the headers was seen */
};

static void begin_answer(struct taking *t, const char *line, size_t n)
{
    struct verify_answer *a = t->a;
    if (a->status >= 100 && a->status < 200) {
        a->interim = a->status;
    }
    const char *space = memchr(line, ' ', n);
    size_t at = space == NULL ? n : (size_t)(space - line) + 1;
    a->status = 0;
    for (size_t i = 0; i < 3 && at + i < n && line[at + i] >= '0' && line[at + i] <= '9'; i++) {
        a->status = a->status * 10 + (unsigned)(line[at + i] - '0');
    }
    a->head.n = 0;
    t->ended = false;
}

/* libcurl gives whole lines, those of interim answers and trailers too. A line that looks like a
 * status within the headers stays one of them, and is refused there. */
static size_t on_head(char *line, size_t one, size_t n, void *arg)
{
    struct taking *t = arg;
    n *= one;
    bool first = t->a->status == 0 && t->a->head.n == 0;
    if ((t->ended || first) && n >= 5 && strncmp(line, "HTTP/", 5) == 0) {
        begin_answer(t, line, n);
        return n;
    }
    if (n == 2 && line[0] == '\r' && line[1] == '\n') {
        t->ended = true;
        return n;
    }
    if (!verify_bytes_add(&t->a->head, line, n, VERIFY_HEAD_BYTES_MAX)) {
        t->a->is_long = true;
        return 0;
    }
    return n;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *arg)
{
    struct taking *t = arg;
    n *= one;
    if (!verify_bytes_add(&t->a->body, bytes, n, t->body_max)) {
        t->a->is_long = true;
        return 0;
    }
    return n;
}

/* A signal to end must not wait for an origin. */
static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)arg;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return verify_stop_asked() ? 1 : 0;
}

static struct curl_slist *put_on(struct curl_slist *list, const struct dress *d, const char *url)
{
    char line[VERIFY_PATH_MAX + 16];
    for (size_t i = 0; d->has_hints && i < sizeof hints / sizeof hints[0]; i++) {
        list = curl_slist_append(list, hints[i]);
    }
    if (d->has_origin) {
        const char *host = strstr(url, "://");
        size_t n = host == NULL ? 0 : (size_t)(host - url) + 3;
        snprintf(line, sizeof line, "Origin: %.*s", (int)(n + strcspn(url + n, "/")), url);
        list = curl_slist_append(list, line);
    }
    for (const char *const *p = d->lines; *p != NULL; p++) {
        list = curl_slist_append(list, *p);
    }
    snprintf(line, sizeof line, "Sec-Fetch-Dest: %s", d->as);
    list = curl_slist_append(list, line);
    return curl_slist_append(list, language);
}

static struct curl_slist *dress_as(const struct verify_request *r)
{
    char line[VERIFY_ETAG_MAX + 32];
    struct curl_slist *list = NULL;
    for (size_t i = 0; r->as != NULL && i < sizeof wardrobe / sizeof wardrobe[0]; i++) {
        if (strcmp(wardrobe[i].as, r->as) == 0) {
            list = put_on(list, &wardrobe[i], r->url);
        }
    }
    if (r->etag != NULL) {
        snprintf(line, sizeof line, "If-None-Match: %s", r->etag);
        list = curl_slist_append(list, line);
    }
    snprintf(line, sizeof line, "Accept-Encoding: %s",
             r->encoding != NULL ? r->encoding : "identity");
    return curl_slist_append(list, line);
}

static void set(CURL *c, const struct verify_request *r, struct curl_slist *list, struct taking *t,
                char *why, long left_ms)
{
    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, r->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
                     left_ms < REQUEST_S * 1000L ? left_ms : REQUEST_S * 1000L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    if (r->method != NULL) {
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
    }
}

bool verify_http_get(struct verify_http *h, struct verify_answer *out,
                     const struct verify_request *r)
{
    char why[CURL_ERROR_SIZE] = "";
    struct taking t = {out, r->body_max, false};
    uint64_t now = verify_now_ms();
    memset(out, 0, sizeof *out);
    if (now >= h->deadline_ms) {
        snprintf(h->why, sizeof h->why, "the time for all requests is over");
        return false;
    }
    struct curl_slist *list = dress_as(r);
    if (list == NULL) {
        snprintf(h->why, sizeof h->why, "out of memory");
        return false;
    }
    set(h->curl, r, list, &t, why, (long)(h->deadline_ms - now));
    CURLcode code = curl_easy_perform(h->curl);
    curl_slist_free_all(list);
    /* Something answered, but a browser may read it in its own way. */
    out->is_odd = code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL;
    if (code != CURLE_OK && !out->is_long && !out->is_odd) {
        snprintf(h->why, sizeof h->why, "%s", why[0] != 0 ? why : curl_easy_strerror(code));
        return false;
    }
    return true;
}

bool verify_answer_decode(struct tool_bytes *out, const struct verify_answer *a, size_t max,
                          char why[VERIFY_WHY_MAX])
{
    struct slice head = tool_bytes_slice(&a->head), body = tool_bytes_slice(&a->body);
    struct slice name, value, coding = SLICE_EMPTY;
    enum err e;
    size_t n = 0;
    while ((e = verify_head_next(&head, &name, &value)) != ERR_GONE) {
        if (e == OK && verify_head_is(name, "content-encoding")) {
            coding = value;
            n++;
        }
    }
    bool fine = false;
    why[0] = 0;
    if (n > 1) {
        snprintf(why, VERIFY_WHY_MAX, "carries Content-Encoding twice");
    } else if (n == 0 || verify_head_is(coding, "identity")) {
        fine = verify_bytes_add(out, body.p, body.n, max);
    } else if (verify_head_is(coding, "br")) {
        fine = verify_bytes_unbrotli(out, body, max);
    } else if (verify_head_is(coding, "gzip")) {
        fine = verify_bytes_gunzip(out, body, max);
    } else {
        snprintf(why, VERIFY_WHY_MAX, "has an encoding that no release has");
    }
    if (!fine && why[0] == 0) {
        snprintf(why, VERIFY_WHY_MAX, "cannot be decoded");
    }
    return fine;
}

bool verify_http_text(struct verify *v, struct verify_http *h, struct tool_bytes *out,
                      const char *kind, const char *url, size_t max)
{
    struct verify_answer a = {0};
    struct verify_request r = {.url = url, .body_max = max};
    bool fine = false;
    if (!verify_http_get(h, &a, &r)) {
        verify_unreachable(v, url, h->why);
    } else if (a.status != 200 && !a.is_odd && !a.is_long) {
        verify_differs(v, kind, url, "is answered with status %u", a.status);
    } else if (a.is_long || a.is_odd) {
        verify_differs(v, kind, url, a.is_odd ? "is no well-formed answer" : "is too long");
    } else {
        *out = a.body;
        a.body = (struct tool_bytes){NULL, 0};
        fine = true;
    }
    verify_answer_free(&a);
    return fine;
}
