/* What is served of the page's folder and of a release log, with which headers. Requests go through
 * h2o's own HTTP/1 on a socket pair, in this thread. */
#include "gateway/static.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/check.h"
#include "lib/gateway_house_native.h"

#define ORIGIN_JSON "{\"gateway\":\"https://gw.example\"}\n"

static char dir[GATEWAY_HOUSE_PATH], why[300];
static struct gw_config c;
static struct gw_static_headers headers;
static char answer[1 << 20];
static size_t answer_n;

/* ---- headers.txt ----------------------------------------------------------------------------- */

static bool begin(void)
{
    gw_config_default(&c);
    why[0] = 0;
    if (!gateway_house_folder(dir)) {
        return false;
    }
    (void)snprintf(c.app_dir, sizeof c.app_dir, "%s/app", dir);
    gateway_house_put(dir, "app/index.html", "<!doctype html>");
    return true;
}

static bool read_headers(const char *text)
{
    gateway_house_put(dir, "app/headers.txt", text);
    memset(&headers, 0xee, sizeof headers);
    return gw_static_headers_read(&headers, &c, why, sizeof why);
}

static const char *value_of(const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < headers.n; i++) {
        if (strcmp(headers.list[i].name, name) == 0) {
            CHECK(found == NULL);
            found = headers.list[i].value;
        }
    }
    return found == NULL ? "none" : found;
}

TEST(without_a_build_the_defaults_hold)
{
    REQUIRE(begin());
    for (int i = 0; i < 3; i++) { /* no file; no folder; no setting */
        memset(&headers, 0xee, sizeof headers);
        CHECK(gw_static_headers_read(&headers, &c, why, sizeof why));
        CHECK(headers.n == 6);
        CHECK(strstr(value_of("content-security-policy"), "default-src 'none'") != NULL);
        CHECK(strcmp(value_of("integrity-policy"), "blocked-destinations=(script)") == 0);
        CHECK(strcmp(value_of("cross-origin-opener-policy"), "same-origin") == 0);
        CHECK(strcmp(value_of("cross-origin-resource-policy"), "same-origin") == 0);
        CHECK(strcmp(value_of("x-content-type-options"), "nosniff") == 0);
        CHECK(strcmp(value_of("referrer-policy"), "no-referrer") == 0);
        (void)snprintf(c.app_dir, sizeof c.app_dir, "%s%s", i == 0 ? dir : "",
                       i == 0 ? "/none" : "");
    }
    (void)snprintf(c.tls_cert, sizeof c.tls_cert, "some.pem");
    CHECK(gw_static_headers_read(&headers, &c, why, sizeof why) && headers.n == 7);
    CHECK(strcmp(value_of("strict-transport-security"), GW_STATIC_HSTS) == 0);
    gateway_house_folder_end(dir);
}

TEST(the_file_stands_over_the_defaults)
{
    REQUIRE(begin());
    CHECK(read_headers("# of this build\r\n\nCONTENT-Security-Policy:  default-src 'self'; x: y\r\n"
                       "Permissions-Policy: camera=(self)\nX-Empty:\n"));
    CHECK(headers.n == 8);
    CHECK(strcmp(value_of("content-security-policy"), "default-src 'self'; x: y") == 0);
    CHECK(strcmp(value_of("permissions-policy"), "camera=(self)") == 0);
    CHECK(value_of("x-empty")[0] == 0);
    CHECK(strcmp(value_of("referrer-policy"), "no-referrer") == 0); /* the others stay */
    CHECK(read_headers("no end of line: is fine") == false);        /* a name has no blanks */
    CHECK(read_headers("x: no end of line is fine"));
    CHECK(strcmp(value_of("x"), "no end of line is fine") == 0);
    gateway_house_folder_end(dir);
}

TEST(a_bad_file_is_told_in_a_sentence)
{
    static char large[2 * 2048];
    static const char *const bad[] = {"no colon\n", ": no name\n",         "a b: c\n",
                                      "a_b: c\n",   "fine: x\nnot fine\n", " x: y\n"};
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why[0] = 0;
        CHECK(!read_headers(bad[i]) && strstr(why, "headers.txt") != NULL);
    }
    /* as long as there is room for, and one more */
    memset(large, 'v', sizeof large);
    memcpy(large, "n: ", 3);
    large[3 + sizeof headers.list[0].value - 1] = 0;
    CHECK(read_headers(large) && strlen(value_of("n")) == sizeof headers.list[0].value - 1);
    large[3 + sizeof headers.list[0].value - 1] = 'v';
    large[3 + sizeof headers.list[0].value] = 0;
    CHECK(!read_headers(large));
    memset(large, 'n', sizeof large);
    (void)strcpy(large + sizeof headers.list[0].name - 1, ": v\n");
    CHECK(read_headers(large) && headers.n == 7);
    (void)strcpy(large + sizeof headers.list[0].name, ": v\n");
    large[sizeof headers.list[0].name - 1] = 'n';
    CHECK(!read_headers(large));
    /* 24 of them */
    char *p = large;
    for (int i = 0; i < GW_STATIC_HEADERS_MAX - 6; i++) {
        p += snprintf(p, 16, "x-%d: y\n", i);
    }
    CHECK(read_headers(large) && headers.n == GW_STATIC_HEADERS_MAX);
    (void)strcpy(p, "x-more: y\n");
    CHECK(!read_headers(large));
    gateway_house_folder_end(dir);
}

/* A policy that could not be read must not be taken for none. */
TEST(a_file_that_cannot_be_read_is_bad)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    REQUIRE(begin());
    (void)snprintf(path, sizeof path, "%s/app/headers.txt", dir);
    CHECK(symlink("headers.txt", path) == 0); /* of itself */
    CHECK(!gw_static_headers_read(&headers, &c, why, sizeof why));
    CHECK(strstr(why, "headers.txt") != NULL);
    CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
    why[0] = 0;
    CHECK(!gw_static_headers_read(&headers, &c, why, sizeof why));
    CHECK(strstr(why, "headers.txt") != NULL);
    gateway_house_folder_end(dir);
}

/* ---- a server -------------------------------------------------------------------------------- */

/* Never taken apart, like a loop. */
static struct {
    h2o_globalconf_t conf;
    h2o_context_t context;
    h2o_hostconf_t *hosts[2];
    h2o_accept_ctx_t accept;
    bool runs;
} web;
static char log_dir[GATEWAY_HOUSE_PATH + 8];

static bool has(h2o_req_t *req, const char *name)
{
    return h2o_find_header_by_str(&req->headers, name, strlen(name), -1) >= 0;
}

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    (void)self;
    if (has(req, "x-text")) {
        gw_static_text(req, 418, "Teapot", "text/x-tea", has(req, "x-empty") ? "" : "short\n");
        return 0;
    }
    if (has(req, "x-add")) {
        h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("referrer-policy"), 0, NULL,
                              H2O_STRLIT("origin"));
        gw_static_headers_add(&headers, req);
        memset(&headers, 'Z', sizeof headers); /* they were copied */
        gw_static_text(req, 200, "OK", "text/plain", "added\n");
        return 0;
    }
    return has(req, "x-log") ? gw_static_log(req, log_dir)
                             : gw_static_serve(req, c.app_dir, ORIGIN_JSON);
}

static void serve(void)
{
    if (!web.runs) {
        h2o_config_init(&web.conf);
        h2o_hostconf_t *host =
            h2o_config_register_host(&web.conf, h2o_iovec_init(H2O_STRLIT("x")), 65535);
        h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
        h2o_create_handler(path, sizeof(h2o_handler_t))->on_req = on_request;
        h2o_context_init(&web.context, h2o_evloop_create(), &web.conf);
        web.hosts[0] = host;
        web.accept.ctx = &web.context;
        web.accept.hosts = web.hosts;
        web.runs = true;
    }
}

static void run(void)
{
    CHECK(h2o_evloop_run(web.context.loop, 0) == 0);
}

/* The whole answer to one request of this method, with further header lines; its status. The other
 * side has closed by then. */
static int ask(const char *method, const char *path, const char *lines)
{
    static char request[8192];
    int pair[2];
    serve();
    answer_n = 0;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    h2o_accept(&web.accept, h2o_evloop_socket_create(web.context.loop, pair[0], 0));
    run();
    (void)snprintf(request, sizeof request,
                   "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", method, path, lines);
    CHECK(send(pair[1], request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request));
    for (int i = 0; i < 100000; i++) {
        run();
        ssize_t n = read(pair[1], answer + answer_n, sizeof answer - 1 - answer_n);
        if (n == 0) {
            break;
        }
        answer_n += n > 0 ? (size_t)n : 0;
    }
    answer[answer_n] = 0;
    (void)close(pair[1]);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

static int get(const char *path)
{
    return ask("GET", path, "");
}

static bool header_is(const char *name, const char *value)
{
    return gateway_house_header_n(answer, name) == 1 &&
           strcmp(gateway_house_header(answer, name), value) == 0;
}

static bool body_is(const char *text)
{
    return strcmp(gateway_house_content(answer), text) == 0;
}

/* ---- answers --------------------------------------------------------------------------------- */

TEST(headers_are_added_once_and_copied)
{
    REQUIRE(begin());
    CHECK(read_headers("Permissions-Policy: camera=(self)\n"));
    CHECK(ask("GET", "/", "X-Add: 1\r\n") == 200 && body_is("added\n"));
    CHECK(header_is("permissions-policy", "camera=(self)"));
    CHECK(header_is("referrer-policy", "origin")); /* was there */
    CHECK(header_is("cross-origin-opener-policy", "same-origin"));
    gateway_house_folder_end(dir);
}

TEST(a_short_text_is_an_answer)
{
    REQUIRE(begin());
    CHECK(ask("GET", "/", "X-Text: 1\r\n") == 418 && body_is("short\n"));
    CHECK(strncmp(answer, "HTTP/1.1 418 Teapot\r\n", 21) == 0);
    CHECK(header_is("content-type", "text/x-tea") && header_is("content-length", "6"));
    CHECK(header_is("cache-control", "no-cache, no-transform"));
    CHECK(ask("HEAD", "/", "X-Text: 1\r\n") == 418 && body_is("") &&
          header_is("content-length", "6"));
    CHECK(ask("GET", "/", "X-Text: 1\r\nX-Empty: 1\r\n") == 418 && body_is("") &&
          header_is("content-length", "0"));
    gateway_house_folder_end(dir);
}

TEST(files_of_the_folder_are_served_with_their_type)
{
    static const struct {
        const char *name, *type;
    } files[] = {{"/a.html", "text/html; charset=utf-8"},
                 {"/a.js", "text/javascript; charset=utf-8"},
                 {"/a.css", "text/css; charset=utf-8"},
                 {"/deep/er/a.wasm", "application/wasm"},
                 {"/a.json", "application/json"},
                 {"/a.webmanifest", "application/manifest+json"},
                 {"/a.svg", "image/svg+xml"},
                 {"/a.png", "image/png"},
                 {"/a.woff2", "font/woff2"},
                 {"/a.txt", "text/plain; charset=utf-8"},
                 {"/a", "application/octet-stream"},
                 {"/js", "application/octet-stream"},
                 {"/.well-known/other", "application/json"},
                 {"/.well-known/sotto/proof/31", "text/plain; charset=utf-8"}};
    char name[64];
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(name, sizeof name, "app%s", files[i].name);
        gateway_house_put(dir, name, files[i].name);
        CHECK(get(files[i].name) == 200 && body_is(files[i].name));
        CHECK(header_is("content-type", files[i].type));
        CHECK(ask("HEAD", files[i].name, "") == 200 && body_is(""));
        (void)snprintf(name, sizeof name, "%d", (int)strlen(files[i].name));
        CHECK(header_is("content-length", name));
    }
    CHECK(get("/") == 200 && body_is("<!doctype html>"));
    CHECK(header_is("content-type", "text/html; charset=utf-8"));
    CHECK(get("/config.json") == 200 && body_is(ORIGIN_JSON));
    CHECK(header_is("content-type", "application/json"));
    gateway_house_put(dir, "app/config.json", "not this one");
    CHECK(get("/config.json") == 200 && body_is(ORIGIN_JSON));
    gateway_house_put(dir, "app/empty.txt", "");
    CHECK(get("/empty.txt") == 200 && body_is("") && header_is("content-length", "0"));
    gateway_house_folder_end(dir);
}

TEST(nothing_else_is_served)
{
    static const char *const paths[] = {"/none",
                                        "/headers.txt",
                                        "/.hidden",
                                        "/deep/.hidden",
                                        "/deep/.well-known/x",
                                        "/deep",
                                        "/deep/",
                                        "/../outside",
                                        "/%2e%2e/outside",
                                        "/..%2foutside",
                                        "/deep/..%2f..%2foutside",
                                        "/.well-known/../../outside",
                                        "/.well-known/.hidden",
                                        "//index.html",
                                        "/index.html/",
                                        "/link",
                                        "/a%20b",
                                        "/index.html%00",
                                        "/index.html%00.js",
                                        "/a*",
                                        "/fifo"};
    char path[GATEWAY_HOUSE_PATH * 2];
    static char longest[4096];
    REQUIRE(begin());
    gateway_house_put(dir, "outside", "secret");
    gateway_house_put(dir, "app/headers.txt", "X: y\n");
    gateway_house_put(dir, "app/.hidden", "secret");
    gateway_house_put(dir, "app/deep/.hidden", "secret");
    gateway_house_put(dir, "app/deep/.well-known/x", "secret");
    gateway_house_put(dir, "app/.well-known/.hidden", "secret");
    gateway_house_put(dir, "app/a b", "secret");
    gateway_house_put(dir, "app/a*", "secret");
    (void)snprintf(path, sizeof path, "%s/app/fifo", dir);
    CHECK(mkfifo(path, 0600) == 0); /* is not waited for */
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        int status = get(paths[i]);
        if (status != 404 && status != 400) {
            check_printf("  %s: %d\n", paths[i], status);
            CHECK(false);
        }
        CHECK(strstr(answer, "secret") == NULL);
    }
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    for (size_t n = 230; n < 280; n++) {
        longest[n] = 0;
        CHECK(get(longest) == 404);
        longest[n] = 'x';
    }
    longest[sizeof longest - 1] = 0;
    CHECK(get(longest) == 404);
    c.app_dir[0] = 0; /* there is no page */
    CHECK(get("/") == 404 && get("/config.json") == 200);
    CHECK(header_is("cache-control", "no-cache, no-transform"));
    gateway_house_folder_end(dir);
}

TEST(reading_is_all_that_is_allowed)
{
    static const char *const methods[] = {"POST",  "PUT",   "DELETE", "OPTIONS",
                                          "PATCH", "TRACE", "get"};
    REQUIRE(begin());
    (void)snprintf(log_dir, sizeof log_dir, "%s/log", dir);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        CHECK(ask(methods[i], "/index.html", "") == 405 && header_is("allow", "GET, HEAD"));
        CHECK(ask(methods[i], "/config.json", "") == 405);
        CHECK(ask(methods[i], "/log/checkpoint", "X-Log: 1\r\n") == 405);
    }
    gateway_house_folder_end(dir);
}

TEST(what_has_its_hash_in_its_name_never_changes)
{
    static const struct {
        const char *name;
        bool never;
    } files[] = {{"/app.01234567.js", true},
                 {"/app.0123456.js", false},
                 {"/app.js", false},
                 {"/core.aZ09_-aZ09_-.wasm", true},
                 {"/app.abcdefgh.ijklm.js", false},
                 {"/sw.js", true},
                 {"/deep/sw.js", false},
                 {"/deep.01234567/x.js", false},
                 {"/0123456789", false},
                 {"/.well-known/x.01234567.json", true}};
    char name[64];
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(name, sizeof name, "app%s", files[i].name);
        gateway_house_put(dir, name, "x");
        CHECK(get(files[i].name) == 200);
        if (!header_is("cache-control", files[i].never
                                            ? "public, max-age=31536000, immutable, no-transform"
                                            : "no-cache, no-transform")) {
            check_printf("  %s\n", files[i].name);
            CHECK(false);
        }
    }
    CHECK(get("/") == 200 && header_is("cache-control", "no-cache, no-transform"));
    gateway_house_folder_end(dir);
}

TEST(a_compressed_sibling_goes_to_who_takes_it)
{
    static const struct {
        const char *accept, *coding, *body;
    } cases[] = {{"", "", "of nobody"},
                 {"Accept-Encoding: br\r\n", "br", "of brotli"},
                 {"Accept-Encoding: gzip, deflate, br\r\n", "br", "of brotli"},
                 {"Accept-Encoding: gzip\r\n", "gzip", "of gzip.."},
                 {"Accept-Encoding: br;q=0, gzip;q=0.5\r\n", "gzip", "of gzip.."},
                 {"Accept-Encoding: br;q=0.000\r\n", "", "of nobody"},
                 {"Accept-Encoding: BR\r\n", "br", "of brotli"},
                 {"Accept-Encoding: brotli, xgzip, deflate\r\n", "", "of nobody"},
                 {"Accept-Encoding: identity, ,br ;q=1\r\n", "br", "of brotli"},
                 {"Accept-Encoding: \r\n", "", "of nobody"}};
    char tags[3][64];
    REQUIRE(begin());
    gateway_house_put(dir, "app/x.js", "of nobody");
    gateway_house_put(dir, "app/x.js.br", "of brotli");
    gateway_house_put(dir, "app/x.js.gz", "of gzip..");
    gateway_house_put(dir, "app/y.js", "alone");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(ask("GET", "/x.js", cases[i].accept) == 200 && body_is(cases[i].body));
        CHECK(strcmp(gateway_house_header(answer, "content-encoding"), cases[i].coding) == 0);
        CHECK(header_is("vary", "accept-encoding"));
        CHECK(header_is("content-type", "text/javascript; charset=utf-8"));
        size_t kind = cases[i].coding[0] == 0 ? 0 : cases[i].coding[0] == 'b' ? 1 : 2;
        (void)snprintf(tags[kind], sizeof tags[kind], "%s", gateway_house_header(answer, "etag"));
    }
    CHECK(strcmp(tags[0], tags[1]) != 0 && strcmp(tags[1], tags[2]) != 0 && tags[0][0] == '"');
    CHECK(ask("GET", "/y.js", "Accept-Encoding: br\r\n") == 200 && body_is("alone"));
    CHECK(gateway_house_header_n(answer, "content-encoding") == 0);
    gateway_house_folder_end(dir);
}

TEST(who_has_it_already_is_told_so)
{
    char line[128];
    REQUIRE(begin());
    CHECK(get("/") == 200);
    (void)snprintf(line, sizeof line, "If-None-Match: %s\r\n",
                   gateway_house_header(answer, "etag"));
    CHECK(ask("GET", "/", line) == 304 && body_is(""));
    CHECK(gateway_house_header_n(answer, "etag") == 1);
    gateway_house_put(dir, "app/index.html", "<!doctype html> of tomorrow");
    CHECK(ask("GET", "/", line) == 200 && body_is("<!doctype html> of tomorrow"));
    gateway_house_folder_end(dir);
}

TEST(large_files_come_whole)
{
    static char large[300001];
    REQUIRE(begin());
    for (size_t i = 0; i < sizeof large - 1; i++) {
        large[i] = (char)('a' + i % 23);
    }
    gateway_house_put(dir, "app/large.bin", large);
    CHECK(get("/large.bin") == 200 && body_is(large) && header_is("content-length", "300000"));
    gateway_house_folder_end(dir);
}

/* ---- the log --------------------------------------------------------------------------------- */

TEST(a_log_is_read_from_any_origin)
{
    static const struct {
        const char *path, *type;
        bool never;
    } files[] = {{"checkpoint", "text/plain; charset=utf-8", false},
                 {"tile/0/000", "application/octet-stream", true},
                 {"tile/entries/x001/067", "application/octet-stream", true},
                 {"tile/0/001.p/7", "application/octet-stream", false}};
    static const char *const none[] = {"/log/",        "/log/nothing",      "/log/tile",
                                       "/log/.hidden", "/log/..%2foutside", "/log/headers.txt"};
    char name[64];
    REQUIRE(begin());
    (void)snprintf(log_dir, sizeof log_dir, "%s/log", dir);
    gateway_house_put(dir, "outside", "secret");
    gateway_house_put(dir, "log/.hidden", "secret");
    gateway_house_put(dir, "log/headers.txt", "secret");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(name, sizeof name, "log/%s", files[i].path);
        gateway_house_put(dir, name, files[i].path);
        (void)snprintf(name, sizeof name, "/log/%s", files[i].path);
        CHECK(ask("GET", name, "X-Log: 1\r\n") == 200 && body_is(files[i].path));
        CHECK(header_is("access-control-allow-origin", "*"));
        CHECK(header_is("cross-origin-resource-policy", "cross-origin"));
        CHECK(header_is("content-type", files[i].type));
        CHECK(header_is("cache-control", files[i].never
                                             ? "public, max-age=31536000, immutable, no-transform"
                                             : "no-cache, no-transform"));
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK(ask("GET", none[i], "X-Log: 1\r\n") == 404);
    }
    gateway_house_folder_end(dir);
}

TEST_MAIN(TEST_ROW(without_a_build_the_defaults_hold), TEST_ROW(the_file_stands_over_the_defaults),
          TEST_ROW(a_bad_file_is_told_in_a_sentence), TEST_ROW(a_file_that_cannot_be_read_is_bad),
          TEST_ROW(headers_are_added_once_and_copied), TEST_ROW(a_short_text_is_an_answer),
          TEST_ROW(files_of_the_folder_are_served_with_their_type),
          TEST_ROW(nothing_else_is_served), TEST_ROW(reading_is_all_that_is_allowed),
          TEST_ROW(what_has_its_hash_in_its_name_never_changes),
          TEST_ROW(a_compressed_sibling_goes_to_who_takes_it),
          TEST_ROW(who_has_it_already_is_told_so), TEST_ROW(large_files_come_whole),
          TEST_ROW(a_log_is_read_from_any_origin))
