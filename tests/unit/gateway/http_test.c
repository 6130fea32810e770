/* The listeners of a whole gateway on loopback: the upgrade, the gateway's own paths, the metrics,
 * certificates and their reload, what cannot be listened on. */
#include "gateway/http.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/gateway.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"
#include "schema/frame.h"

#define DAY_S 86400L
#define KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455, 1.3 */

static struct gateway_house *h;
static char why[700], answer[GATEWAY_HOUSE_ANSWER];

static bool begin(void (*change)(struct gw_config *c))
{
    h = gateway_house_begin();
    why[0] = 0;
    if (change != NULL) {
        change(&h->gw.config);
    }
    bool fine = gateway_house_run(h, why, sizeof why);
    if (!fine) {
        check_printf("  %s\n", why);
    }
    CHECK(fine);
    return fine;
}

/* GET of /sotto with these lines and this Host; the status. */
static int knock(const char *host, const char *lines)
{
    char request[2048];
    (void)snprintf(request, sizeof request, "GET /sotto HTTP/1.1\r\nHost: %s\r\n%s\r\n", host,
                   lines);
    return gateway_house_ask(h->gw.config.gw_port, request, answer);
}

#define UPGRADE "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: " KEY "\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define PROTOCOL "Sec-WebSocket-Protocol: " FRAME_PROTOCOL "\r\n"
#define ALL UPGRADE VERSION PROTOCOL

TEST(an_upgrade_has_its_version_its_protocol_its_host_and_its_origin)
{
    char host[64], lines[512];
    REQUIRE(begin(NULL));
    (void)snprintf(host, sizeof host, "localhost:%d", (int)h->gw.config.gw_port);
    CHECK(knock(host, ALL) == 101);
    CHECK(strcmp(gateway_house_header(answer, "sec-websocket-accept"),
                 "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == 0);
    CHECK(strcmp(gateway_house_header(answer, "sec-websocket-protocol"), FRAME_PROTOCOL) == 0);
    CHECK(knock(host, UPGRADE VERSION "Sec-WebSocket-Protocol: other.9 ,\t" FRAME_PROTOCOL
                                      "\r\n") == 101);
    CHECK(knock(host, "") == 426 && knock(host, VERSION PROTOCOL) == 426);
    CHECK(knock(host, UPGRADE PROTOCOL "Sec-WebSocket-Version: 8\r\n") == 426);
    CHECK(strcmp(gateway_house_header(answer, "sec-websocket-version"), "13") == 0);
    CHECK(knock(host,
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\n" VERSION
                    PROTOCOL) == 426);
    CHECK(knock(host, UPGRADE VERSION) == 400);
    CHECK(knock(host, UPGRADE VERSION "Sec-WebSocket-Protocol: x" FRAME_PROTOCOL "\r\n") == 400);
    /* of another host nothing is answered for */
    CHECK(knock("evil.example", ALL) == 421 && knock("localhost:1", ALL) == 421);
    /* the page's origin, the portable file's, none; no other */
    (void)snprintf(lines, sizeof lines, ALL "Origin: http://localhost:%d\r\n",
                   (int)h->gw.config.app_port);
    CHECK(knock(host, lines) == 101 && knock(host, ALL "Origin: null\r\n") == 101);
    CHECK(knock(host, ALL "Origin: http://evil.example\r\n") == 403);
    (void)snprintf(lines, sizeof lines, ALL "Origin: https://localhost:%d\r\n",
                   (int)h->gw.config.app_port);
    CHECK(knock(host, lines) == 403);
    gateway_house_end(h);
}

static void public_names(struct gw_config *c)
{
    (void)snprintf(c->public_app, sizeof c->public_app, "https://chat.example");
    (void)snprintf(c->public_gateway, sizeof c->public_gateway, "https://gw.example");
}

TEST(public_names_are_the_only_ones)
{
    char host[64];
    REQUIRE(begin(public_names));
    (void)snprintf(host, sizeof host, "localhost:%d", (int)h->gw.config.gw_port);
    CHECK(knock(host, ALL) == 421 && knock("gw.example", ALL) == 101);
    CHECK(knock("gw.example", ALL "Origin: https://chat.example\r\n") == 101);
    CHECK(knock("gw.example", ALL "Origin: https://chat.example:8480\r\n") == 403);
    CHECK(gateway_house_get(h->gw.config.app_port, "/config.json", "", answer) == 200);
    CHECK(strcmp(gateway_house_content(answer), "{\"gateway\":\"https://gw.example\"}\n") == 0);
    gateway_house_end(h);
}

TEST(each_port_has_its_paths_and_its_headers)
{
    REQUIRE(begin(NULL));
    uint64_t app = h->gw.config.app_port, gw = h->gw.config.gw_port;
    CHECK(gateway_house_get(gw, "/healthz", "", answer) == 200);
    CHECK(strcmp(gateway_house_header(answer, "cache-control"), "no-cache, no-transform") == 0);
    CHECK(strcmp(gateway_house_header(answer, "content-security-policy"),
                 "default-src 'none'; frame-ancestors 'none'") == 0);
    CHECK(gateway_house_get(gw, "/readyz", "", answer) == 200);
    CHECK(gateway_house_get(gw, "/metrics", "", answer) == 404);
    CHECK(gateway_house_get(gw, "/", "", answer) == 404);
    CHECK(gateway_house_get(gw, "/log/checkpoint", "", answer) == 404);
    CHECK(gateway_house_ask(gw, "POST /healthz HTTP/1.1\r\nHost: x\r\n\r\n", answer) == 405);
    CHECK(gateway_house_get(app, "/", "", answer) == 200);
    CHECK(strcmp(gateway_house_header(answer, "cross-origin-opener-policy"), "same-origin") == 0);
    CHECK(gateway_house_get(app, "/healthz", "", answer) == 404);
    CHECK(strcmp(gateway_house_header(answer, "cross-origin-opener-policy"), "same-origin") == 0);
    CHECK(gateway_house_get(h->gw.config.metrics_port, "/metrics", "", answer) == 200);
    CHECK(strstr(answer, "\nsotto_http_requests_total ") != NULL);
    CHECK(strstr(answer, "certificate") == NULL && gw_http_cert_days(h->gw.http) == INT64_MAX);
    CHECK(gateway_house_get(h->gw.config.metrics_port, "/", "", answer) == 404);
    atomic_store(&h->gw.stopping, true);
    CHECK(gateway_house_get(gw, "/readyz", "", answer) == 503);
    CHECK(gateway_house_get(gw, "/healthz", "", answer) == 200);
    gateway_house_end(h);
}

TEST(who_stops_listening_is_not_there)
{
    REQUIRE(begin(NULL));
    uint64_t ports[3] = {h->gw.config.app_port, h->gw.config.gw_port, h->gw.config.metrics_port};
    gateway_house_end(h); /* by gw_http_stop_listening, on the loop's thread */
    CHECK(h->gw.loops[0].listener_n == 0);
    for (int i = 0; i < 3; i++) {
        CHECK(gateway_house_connect(ports[i]) < 0);
    }
}

static uint64_t taken;

static void same_port(struct gw_config *c)
{
    c->gw_port = taken;
}
static void no_address(struct gw_config *c)
{
    (void)snprintf(c->listen, sizeof c->listen, "not an address");
}
static void bad_certificate(struct gw_config *c)
{
    (void)snprintf(c->tls_cert, sizeof c->tls_cert, "/no such.pem");
    (void)snprintf(c->tls_key, sizeof c->tls_key, "/no such.key");
}

TEST(what_cannot_be_listened_on_is_told_in_a_sentence)
{
    static void (*const changes[])(struct gw_config *) = {same_port, no_address, bad_certificate};
    static const char *const words[] = {"cannot listen on", "not an address", "/no such.pem"};
    REQUIRE(begin(NULL));
    struct gateway_house *first = h;
    taken = h->gw.config.gw_port;
    for (size_t i = 0; i < 3; i++) {
        h = gateway_house_begin();
        changes[i](&h->gw.config);
        why[0] = 0;
        CHECK(!gateway_house_run(h, why, sizeof why) && strstr(why, words[i]) != NULL);
        gateway_house_end(h);
    }
    ERR_clear_error();
    gateway_house_end(first);
}

static bool no_begin(struct gw_loop *loop)
{
    (void)loop;
    return true;
}

/* By hand, without the threads of a gateway. */
TEST(listeners_come_and_go_with_their_loop)
{
    static const struct gw_loop_hooks none = {.begin = no_begin};
    static struct gw_loop loops[3];
    h = gateway_house_begin();
    struct gw_gateway *gw = &h->gw;
    struct gw_http *unused = gw_http_create(gw, why, sizeof why);
    CHECK(unused != NULL && gw_http_cert_days(unused) == INT64_MAX);
    gw_http_destroy(unused);
    gw_http_destroy(NULL);
    gw->http = gw_http_create(gw, why, sizeof why);
    REQUIRE(gw->http != NULL);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(gw_loop_init(&loops[i], gw, i, &none));
    }
    gw->loop_n = 1;
    REQUIRE(gw_http_listen(gw->http, &loops[0], why, sizeof why));
    CHECK(loops[0].listener_n == 3); /* page, gateway, metrics */
    CHECK(!gw_http_listen(gw->http, &loops[1], why, sizeof why));
    CHECK(strstr(why, "cannot listen on 127.0.0.1 port ") != NULL && loops[1].listener_n == 0);
    int fd = gateway_house_connect(gw->config.gw_port);
    CHECK(fd >= 0 && close(fd) == 0);
    gw_http_stop_listening(&loops[0]);
    CHECK(loops[0].listener_n == 0 && gateway_house_connect(gw->config.gw_port) < 0);
    CHECK(gw_http_listen(gw->http, &loops[2], why, sizeof why)); /* the ports are free again */
    CHECK(loops[2].listener_n == 2); /* metrics are the first loop's alone */
    gw_http_stop_listening(&loops[2]);
    gw->loop_n = 0;
    gateway_house_put(h->dir, "x", "");
    gateway_house_end(h);
}

static void with_tls(struct gw_config *c)
{
    gateway_house_certificate(h->dir, "one", 20 * DAY_S + 3600);
    gateway_house_certificate(h->dir, "two", 10 * DAY_S + 3600);
    (void)snprintf(c->tls_cert, sizeof c->tls_cert, "%s/one.pem", h->dir);
    (void)snprintf(c->tls_key, sizeof c->tls_key, "%s/one.key", h->dir);
}

/* Whose certificate a new connection to the page is shown; GET of it answers. */
static bool shown_is(const char *organisation)
{
    char target[64], name[64] = "";
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    BIO *bio = BIO_new_ssl_connect(ctx);
    SSL *ssl = NULL;
    (void)snprintf(target, sizeof target, "127.0.0.1:%d", (int)h->gw.config.app_port);
    BIO_set_conn_hostname(bio, target);
    answer[0] = 0;
    if (BIO_do_connect(bio) > 0 && BIO_get_ssl(bio, &ssl) > 0) {
        X509 *cert = SSL_get0_peer_certificate(ssl);
        X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_organizationName, name,
                                  sizeof name);
        CHECK(BIO_puts(bio, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") > 0);
        int n = BIO_read(bio, answer, sizeof answer - 1);
        answer[n > 0 ? n : 0] = 0;
    }
    BIO_free_all(bio);
    SSL_CTX_free(ctx);
    return strcmp(name, organisation) == 0;
}

/* The loops have heard of it by the time that a request on each was answered; there is one. */
TEST(a_new_certificate_and_new_headers_are_taken_or_the_old_ones_stay)
{
    struct gw_config *c;
    REQUIRE(begin(with_tls));
    c = &h->gw.config;
    CHECK(gw_http_cert_days(h->gw.http) == 20 && shown_is("one"));
    CHECK(strcmp(gateway_house_header(answer, "strict-transport-security"),
                 "max-age=63072000; includeSubDomains; preload") == 0);
    /* a bad certificate, bad headers */
    (void)snprintf(c->tls_key, sizeof c->tls_key, "%s/two.key", h->dir);
    gateway_house_put(h->app, "headers.txt", "X-New: yes\n");
    CHECK(!gw_http_reload(h->gw.http, why, sizeof why) && strstr(why, "two.key") != NULL);
    CHECK(gw_http_cert_days(h->gw.http) == 20 && shown_is("one"));
    CHECK(gateway_house_header_n(answer, "x-new") == 0);
    (void)snprintf(c->tls_cert, sizeof c->tls_cert, "%s/two.pem", h->dir);
    gateway_house_put(h->app, "headers.txt", "nothing\n");
    CHECK(!gw_http_reload(h->gw.http, why, sizeof why) && strstr(why, "headers.txt") != NULL);
    CHECK(gw_http_cert_days(h->gw.http) == 20 && shown_is("one"));
    /* and good ones */
    gateway_house_put(h->app, "headers.txt", "X-New: yes\n");
    CHECK(gw_http_reload(h->gw.http, why, sizeof why) && gw_http_cert_days(h->gw.http) == 10);
    for (int i = 0; i < 1000 && !shown_is("two"); i++) {
    }
    CHECK(shown_is("two") && strcmp(gateway_house_header(answer, "x-new"), "yes") == 0);
    ERR_clear_error();
    gateway_house_end(h);
}

/* h2o makes a connection's SSL when its first bytes arrive, from the certificate that it was
 * accepted with: that one lives as long as the connection, or a reload would let strangers read
 * freed memory.
 */
TEST(who_was_accepted_before_a_reload_and_speaks_after_it_is_answered)
{
    REQUIRE(begin(with_tls));
    struct gw_config *c = &h->gw.config;
    int early = gateway_house_connect(c->app_port), silent = gateway_house_connect(c->app_port);
    REQUIRE(early >= 0 && silent >= 0 && shown_is("one")); /* those before it were accepted too */
    (void)snprintf(c->tls_cert, sizeof c->tls_cert, "%s/two.pem", h->dir);
    (void)snprintf(c->tls_key, sizeof c->tls_key, "%s/two.key", h->dir);
    CHECK(gw_http_reload(h->gw.http, why, sizeof why));
    for (int i = 0; i < 1000 && !shown_is("two"); i++) {
    }
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(ctx);
    CHECK(SSL_set_fd(ssl, early) == 1 && SSL_connect(ssl) == 1);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    ERR_clear_error();
    CHECK(close(early) == 0 && close(silent) == 0);
    CHECK(shown_is("two"));
    gateway_house_end(h);
}

TEST_MAIN(TEST_ROW(an_upgrade_has_its_version_its_protocol_its_host_and_its_origin),
          TEST_ROW(public_names_are_the_only_ones),
          TEST_ROW(each_port_has_its_paths_and_its_headers),
          TEST_ROW(who_stops_listening_is_not_there),
          TEST_ROW(what_cannot_be_listened_on_is_told_in_a_sentence),
          TEST_ROW(listeners_come_and_go_with_their_loop),
          TEST_ROW(a_new_certificate_and_new_headers_are_taken_or_the_old_ones_stay),
          TEST_ROW(who_was_accepted_before_a_reload_and_speaks_after_it_is_answered))
