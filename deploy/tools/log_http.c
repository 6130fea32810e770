#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "release/line.h"
#include "log_http.h"

#define URL_MAX 1024
#define CONNECT_S 5L
#define WHOLE_S 20L

static size_t on_bytes(char *p, size_t one, size_t n, void *user)
{
    struct buf *b = user;
    (void)one; /* always 1 */
    buf_put(b, p, n);
    return b->err == OK ? n : 0; /* fewer: curl gives up */
}

/* `409` tells the size that the witness has: a decimal and LF. */
static void read_size(struct log_http_answer *a, const char *type)
{
    struct slice line, rest = buf_view(&a->body);
    static const char want[] = "text/x.tlog.size";
    if (type != NULL && slice_equal(slice_of_string(type), slice_of_string(want)) &&
        release_line_next(&rest, &line) && rest.n == 0) {
        a->has_size = release_line_decimal_get(&a->size, line) == OK;
    }
}

static bool set_up(CURL *curl, const char *url, struct slice body, struct buf *out,
                   struct curl_slist *headers)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, out) == CURLE_OK;
}

enum err log_http_post(struct log_http_answer *out, struct slice url, struct slice body)
{
    char text[URL_MAX];
    const char *type = NULL;
    CURLcode rc = CURLE_FAILED_INIT;
    out->status = 0;
    out->has_size = false;
    out->body.n = 0;
    out->body.err = OK;
    if (url.n >= sizeof text - 32) {
        tool_say("%.*s: the url is too long", (int)url.n, (const char *)url.p);
        return ERR_HOST;
    }
    /* A prefix may be written with or without its last slash. */
    bool slash = url.n > 0 && url.p[url.n - 1] == '/';
    (void)snprintf(text, sizeof text, "%.*s%sadd-checkpoint", (int)url.n, (const char *)url.p,
                   slash ? "" : "/");
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    if (curl != NULL && headers != NULL && set_up(curl, text, body, &out->body, headers)) {
        rc = curl_easy_perform(curl);
    }
    if (rc == CURLE_OK) {
        (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &out->status);
        (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
        read_size(out, type);
    } else {
        tool_say("%s: %s", text, curl_easy_strerror(rc));
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return rc == CURLE_OK ? OK : ERR_HOST;
}
