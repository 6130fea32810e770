#include "gateway/static.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (64u << 10)
#define IMMUTABLE "public, max-age=31536000, immutable, no-transform"
#define REVALIDATE "no-cache, no-transform"

static const char default_csp[] =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "style-src 'self'; img-src 'self' blob: data:; media-src blob:; font-src 'self'; "
    "connect-src 'self' wss:; manifest-src 'self'; frame-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types sotto-url";

/* ---- headers ------------------------------------------------------------------------------- */

static bool set_header(struct gw_static_headers *h, const char *name, const char *value)
{
    size_t i = 0;
    while (i < h->n && strcasecmp(h->list[i].name, name) != 0) {
        i++;
    }
    if (i == GW_STATIC_HEADERS_MAX || strlen(name) >= sizeof h->list[i].name ||
        strlen(value) >= sizeof h->list[i].value) {
        return false;
    }
    snprintf(h->list[i].name, sizeof h->list[i].name, "%s", name);
    snprintf(h->list[i].value, sizeof h->list[i].value, "%s", value);
    for (char *p = h->list[i].name; *p != 0; p++) {
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    }
    h->n += i == h->n ? 1 : 0;
    return true;
}

static bool is_token(const char *s)
{
    for (; *s != 0; s++) {
        bool fine = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
                    (*s >= '0' && *s <= '9') || *s == '-';
        if (!fine) {
            return false;
        }
    }
    return true;
}

static bool read_file(struct gw_static_headers *h, const char *path, char *why, size_t n)
{
    char line[2200];
    bool fine = true;
    FILE *f = fopen(path, "re");
    if (f == NULL && (errno == ENOENT || errno == ENOTDIR)) {
        return true; /* no build yet: the defaults */
    }
    if (f == NULL) {
        snprintf(why, n, "%s: %s", path, strerror(errno));
        return false;
    }
    while (fine && fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == 0 || line[0] == '#') {
            continue;
        }
        char *colon = strchr(line, ':');
        fine = colon != NULL && colon != line;
        if (fine) {
            *colon = 0;
            char *value = colon + 1 + strspn(colon + 1, " \t");
            fine = is_token(line) && set_header(h, line, value);
        }
    }
    if (ferror(f)) {
        snprintf(why, n, "%s: %s", path, strerror(errno));
        fclose(f);
        return false;
    }
    fclose(f);
    if (!fine) {
        snprintf(why, n, "%s: a line is 'Name: value'", path);
    }
    return fine;
}

bool gw_static_headers_read(struct gw_static_headers *h, const struct gw_config *c, char *why,
                            size_t n)
{
    char path[GW_CONFIG_TEXT_MAX + 16];
    memset(h, 0, sizeof *h);
    snprintf(why, n, "the page's headers are too long");
    bool fine = set_header(h, "Content-Security-Policy", default_csp) &&
                set_header(h, "Integrity-Policy", "blocked-destinations=(script)") &&
                set_header(h, "Cross-Origin-Opener-Policy", "same-origin") &&
                set_header(h, "Cross-Origin-Resource-Policy", "same-origin") &&
                set_header(h, "X-Content-Type-Options", "nosniff") &&
                set_header(h, "Referrer-Policy", "no-referrer");
    if (fine && c->tls_cert[0] != 0) {
        fine = set_header(h, "Strict-Transport-Security", GW_STATIC_HSTS);
    }
    if (fine && c->app_dir[0] != 0) {
        snprintf(path, sizeof path, "%s/headers.txt", c->app_dir);
        fine = read_file(h, path, why, n);
    }
    return fine;
}

void gw_static_headers_add(const struct gw_static_headers *h, h2o_req_t *req)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct gw_static_header *e = &h->list[i];
        size_t n = strlen(e->name);
        if (h2o_find_header_by_str(&req->res.headers, e->name, n, -1) >= 0) {
            continue;
        }
        /* Copies: the list may be replaced while the answer is on its way. */
        h2o_iovec_t name = h2o_strdup(&req->pool, e->name, n);
        h2o_iovec_t value = h2o_strdup(&req->pool, e->value, SIZE_MAX);
        h2o_add_header_by_str(&req->pool, &req->res.headers, name.base, name.len, 0, NULL,
                              value.base, value.len);
    }
}

/* ---- answers ------------------------------------------------------------------------------- */

static void add(h2o_req_t *req, const char *name, const char *value)
{
    h2o_iovec_t v = h2o_strdup(&req->pool, value, SIZE_MAX);
    h2o_add_header_by_str(&req->pool, &req->res.headers, name, strlen(name), 0, NULL, v.base,
                          v.len);
}

static bool is_head(const h2o_req_t *req)
{
    return h2o_memis(req->method.base, req->method.len, H2O_STRLIT("HEAD"));
}

void gw_static_text(h2o_req_t *req, int status, const char *reason, const char *type,
                    const char *text)
{
    h2o_generator_t *none = h2o_mem_alloc_pool(&req->pool, sizeof *none);
    *none = (h2o_generator_t){NULL, NULL};
    size_t n = strlen(text);
    req->res.status = status;
    req->res.reason = reason;
    req->res.content_length = n;
    add(req, "content-type", type);
    add(req, "cache-control", REVALIDATE);
    h2o_iovec_t body = h2o_strdup(&req->pool, text, n);
    h2o_start_response(req, none);
    h2o_send(req, &body, is_head(req) || n == 0 ? 0 : 1, H2O_SEND_STATE_FINAL);
}

struct sender {
    h2o_generator_t super;
    int fd;
    off_t at;
    size_t left;
    char *piece;
};

static void sender_close(void *arg)
{
    struct sender *s = arg;
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
}

static void sender_proceed(h2o_generator_t *self, h2o_req_t *req)
{
    struct sender *s = H2O_STRUCT_FROM_MEMBER(struct sender, super, self);
    size_t want = s->left < PIECE ? s->left : PIECE;
    ssize_t n = pread(s->fd, s->piece, want, s->at);
    if (n <= 0) { /* the file shrank under us */
        h2o_send(req, NULL, 0, H2O_SEND_STATE_ERROR);
        return;
    }
    s->at += n;
    s->left -= (size_t)n;
    h2o_iovec_t v = {s->piece, (size_t)n};
    h2o_send(req, &v, 1, s->left == 0 ? H2O_SEND_STATE_FINAL : H2O_SEND_STATE_IN_PROGRESS);
}

static void sender_stop(h2o_generator_t *self, h2o_req_t *req)
{
    (void)req;
    sender_close(H2O_STRUCT_FROM_MEMBER(struct sender, super, self));
}

static void send_file(h2o_req_t *req, int fd, size_t size)
{
    struct sender *s = h2o_mem_alloc_shared(&req->pool, sizeof *s, sender_close);
    *s = (struct sender){{sender_proceed, sender_stop}, fd, 0, size, NULL};
    if (is_head(req) || size == 0) {
        h2o_start_response(req, &s->super);
        h2o_send(req, NULL, 0, H2O_SEND_STATE_FINAL);
        return;
    }
    s->piece = h2o_mem_alloc_pool(&req->pool, size < PIECE ? size : PIECE);
    h2o_start_response(req, &s->super);
    sender_proceed(&s->super, req);
}

/* ---- files --------------------------------------------------------------------------------- */

struct type {
    const char *end, *type;
};
static const struct type types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".ftl", "text/plain; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".zip", "application/zip"},
    {".gz", "application/gzip"},
};

static const char *type_of(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t k = strlen(types[i].end);
        if (n > k && strcmp(name + n - k, types[i].end) == 0) {
            return types[i].type;
        }
    }
    if (strstr(name, "/.well-known/sotto/") != NULL) {
        return "text/plain; charset=utf-8"; /* notes and proofs have names without an end */
    }
    return strstr(name, "/.well-known/") != NULL ? "application/json" : "application/octet-stream";
}

/* name.HASH.end with at least eight characters of hash, or the loader: these never change. */
static bool is_immutable(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    if (strcmp(path, "/sw.js") == 0) {
        return true;
    }
    const char *first = strchr(name, '.');
    const char *last = strrchr(name, '.');
    if (first == NULL || last - first < 9) {
        return false;
    }
    for (const char *p = first + 1; p < last; p++) {
        bool fine = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                    (*p >= 'A' && *p <= 'Z') || *p == '_' || *p == '-';
        if (!fine) {
            return false;
        }
    }
    return true;
}

/* Plain names only; nothing hidden but .well-known. */
static bool is_plain(const char *path)
{
    for (const char *p = path; *p != 0; p++) {
        bool fine = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                    (*p >= 'A' && *p <= 'Z') || strchr("._-/", *p) != NULL;
        if (!fine || (p[0] == '/' && (p[1] == '/' || p[1] == 0)) ||
            (p[0] == '/' && p[1] == '.' && strncmp(path, "/.well-known/", 13) != 0) ||
            (p != path && p[0] == '/' && p[1] == '.')) {
            return false;
        }
    }
    return path[0] == '/' && strcmp(path, "/headers.txt") != 0;
}

static int open_plain(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Is this coding in Accept-Encoding, and not with q=0? */
static bool accepts(h2o_req_t *req, const char *coding)
{
    static const char name[] = "accept-encoding";
    ssize_t at = h2o_find_header_by_str(&req->headers, name, sizeof name - 1, -1);
    if (at < 0) {
        return false;
    }
    h2o_iovec_t v = req->headers.entries[at].value;
    const char *p = v.base, *end = p + v.len;
    size_t n = strlen(coding);
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma != NULL ? comma : end;
        while (p < stop && *p == ' ') {
            p++;
        }
        if ((size_t)(stop - p) >= n && h2o_lcstris(p, n, coding, n) &&
            (p + n == stop || p[n] == ';' || p[n] == ' ')) {
            const char *q = memchr(p, '=', (size_t)(stop - p));
            return q == NULL || q + 1 >= stop || q[1] != '0' || (q + 3 < stop && q[3] != '0');
        }
        p = comma != NULL ? comma + 1 : end;
    }
    return false;
}

/* Opens the file, or a compressed sibling that the client takes; *suffix says which. */
static int open_best(h2o_req_t *req, const char *path, struct stat *st, const char **suffix)
{
    char sibling[GW_CONFIG_TEXT_MAX + 300];
    static const struct {
        const char *coding, *suffix;
    } kinds[] = {{"br", ".br"}, {"gzip", ".gz"}};
    for (size_t i = 0; i < 2; i++) {
        if (!accepts(req, kinds[i].coding)) {
            continue;
        }
        snprintf(sibling, sizeof sibling, "%s%s", path, kinds[i].suffix);
        int fd = open_plain(sibling, st);
        if (fd >= 0) {
            *suffix = kinds[i].suffix;
            return fd;
        }
    }
    *suffix = "";
    return open_plain(path, st);
}

static bool not_modified(h2o_req_t *req, const char *etag)
{
    ssize_t at = h2o_find_header(&req->headers, H2O_TOKEN_IF_NONE_MATCH, -1);
    if (at < 0) {
        return false;
    }
    h2o_iovec_t v = req->headers.entries[at].value;
    return h2o_memis(v.base, v.len, etag, strlen(etag));
}

/* False when it was answered with 405. */
static bool reads_only(h2o_req_t *req)
{
    if (is_head(req) || h2o_memis(req->method.base, req->method.len, H2O_STRLIT("GET"))) {
        return true;
    }
    add(req, "allow", "GET, HEAD");
    gw_static_text(req, 405, "Method Not Allowed", "text/plain; charset=utf-8",
                   "method not allowed\n");
    return false;
}

/* The file of a plain path below dir, or 404. */
static void send_path(h2o_req_t *req, const char *dir, const char *path, const char *type,
                      bool immutable)
{
    char file[GW_CONFIG_TEXT_MAX + 260], etag[80];
    const char *suffix = "";
    struct stat st;
    int fd = -1;
    if (dir[0] != 0 && is_plain(path)) {
        snprintf(file, sizeof file, "%s%s", dir, path);
        fd = open_best(req, file, &st, &suffix);
    }
    if (fd < 0) {
        gw_static_text(req, 404, "Not Found", "text/plain; charset=utf-8", "not found\n");
        return;
    }
    snprintf(etag, sizeof etag, "\"%llx-%llx%s\"", (unsigned long long)st.st_mtime,
             (unsigned long long)st.st_size, suffix[0] != 0 ? suffix + 1 : "");
    add(req, "cache-control", immutable ? IMMUTABLE : REVALIDATE);
    add(req, "vary", "accept-encoding");
    add(req, "etag", etag);
    if (not_modified(req, etag)) {
        close(fd);
        req->res.status = 304;
        req->res.reason = "Not Modified";
        h2o_send_inline(req, NULL, 0);
        return;
    }
    if (suffix[0] != 0) {
        add(req, "content-encoding", suffix[1] == 'b' ? "br" : "gzip");
    }
    req->res.status = 200;
    req->res.reason = "OK";
    req->res.content_length = (size_t)st.st_size;
    add(req, "content-type", type);
    send_file(req, fd, (size_t)st.st_size);
}

int gw_static_serve(h2o_req_t *req, const char *dir, const char *config_json)
{
    char path[256];
    if (!reads_only(req)) {
        return 0;
    }
    size_t n = req->path_normalized.len;
    if (n + 16 >= sizeof path || memchr(req->path_normalized.base, 0, n) != NULL) {
        n = 0;
    }
    snprintf(path, sizeof path, "%.*s", (int)n, req->path_normalized.base);
    if (strcmp(path, "/config.json") == 0) {
        gw_static_text(req, 200, "OK", "application/json", config_json);
        return 0;
    }
    if (strcmp(path, "/") == 0) {
        snprintf(path, sizeof path, "/index.html");
    }
    send_path(req, dir, path, type_of(path), n > 0 && is_immutable(path));
    return 0;
}

/* A full tile never changes; a partial one and the checkpoint are replaced. */
static bool is_full_tile(const char *path)
{
    return strncmp(path, "/tile/", 6) == 0 && strstr(path, ".p/") == NULL;
}

int gw_static_log(h2o_req_t *req, const char *dir)
{
    char path[256];
    if (!reads_only(req)) {
        return 0;
    }
    size_t skip = sizeof GW_STATIC_LOG - 1; /* gw_http has looked: the path begins with it */
    size_t n = req->path_normalized.len - skip;
    const char *base = req->path_normalized.base + skip;
    if (n + 2 >= sizeof path || memchr(base, 0, n) != NULL) {
        n = 0;
    }
    snprintf(path, sizeof path, "/%.*s", (int)n, base);
    /* Public data, read by pages and monitors of any origin. */
    add(req, "access-control-allow-origin", "*");
    add(req, "cross-origin-resource-policy", "cross-origin");
    send_path(req, dir, path,
              strcmp(path, "/checkpoint") == 0 ? "text/plain; charset=utf-8"
                                               : "application/octet-stream",
              is_full_tile(path));
    return 0;
}
