#define _GNU_SOURCE /* nftw */
#include "lib/gateway_house_native.h"

#include "gateway/foreign.h" /* before any header of OpenSSL */

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "crypto/rand.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/http.h"
#include "gateway/own/db_tables.h"
#include "gateway/own/fetch.h"
#include "gateway/peer.h"
#include "gateway/run.h"
#include "lib/check.h"

#define WAIT_S 5

/* h2o keeps spare pool blocks per thread and never gives them back when a thread ends. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the sanitizer's name */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:h2o_mem_alloc_recycle\n";
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* ---- a folder -------------------------------------------------------------------------------- */

bool gateway_house_folder(char dir[GATEWAY_HOUSE_PATH])
{
    (void)snprintf(dir, GATEWAY_HOUSE_PATH, "/tmp/sotto-house-XXXXXX");
    bool fine = mkdtemp(dir) != NULL;
    CHECK(fine);
    return fine;
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st;
    (void)flag;
    (void)at;
    return remove(path);
}

void gateway_house_folder_end(const char *dir)
{
    CHECK(nftw(dir, drop, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void gateway_house_put(const char *dir, const char *name, const char *text)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    CHECK(n > 0 && (size_t)n < sizeof path);
    for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = 0;
        (void)mkdir(path, 0700);
        *p = '/';
    }
    FILE *f = fopen(path, "we");
    CHECK(f != NULL);
    if (f != NULL) {
        CHECK(fputs(text, f) >= 0);
        CHECK(fclose(f) == 0);
    }
}

void gateway_house_certificate(const char *dir, const char *name, long seconds)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_NAME *who = X509_NAME_new();
    CHECK(key != NULL && cert != NULL && who != NULL);
    X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_NAME_add_entry_by_txt(who, "O", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -30L * 86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), seconds);
    X509_set_subject_name(cert, who);
    X509_set_issuer_name(cert, who);
    CHECK(X509_set_pubkey(cert, key) == 1 && X509_sign(cert, key, EVP_sha256()) > 0);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s.%s", dir, name, i == 0 ? "pem" : "key");
        FILE *f = fopen(path, "we");
        CHECK(f != NULL);
        if (f != NULL) {
            CHECK((i == 0 ? PEM_write_X509(f, cert)
                          : PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL)) == 1);
            CHECK(fclose(f) == 0);
        }
    }
    X509_NAME_free(who);
    X509_free(cert);
    EVP_PKEY_free(key);
}

/* ---- the gateway ----------------------------------------------------------------------------- */

struct kept {
    struct gateway_house house; /* first */
    struct kept *next;
};
static struct kept *all; /* so that a leak checker reports only leaks */

static int loopback(uint64_t port, struct sockaddr_in *a)
{
    *a = (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr = {htonl(INADDR_LOOPBACK)}};
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

uint64_t gateway_house_port(void)
{
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    int fd = loopback(0, &a);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&a, n) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
    (void)close(fd);
    return ntohs(a.sin_port);
}

struct gateway_house *gateway_house_begin(void)
{
    struct kept *k = calloc(1, sizeof *k);
    if (k == NULL || !gateway_house_folder(k->house.dir)) {
        abort();
    }
    k->next = all;
    all = k;
    struct gateway_house *h = &k->house;
    struct gw_config *c = &h->gw.config;
    CHECK_ERR(crypto_init(), OK);
    (void)snprintf(h->app, sizeof h->app, "%.64s/app", h->dir);
    gateway_house_put(h->dir, "app/index.html", "<!doctype html><title>Sotto</title>");
    gw_config_default(c);
    (void)snprintf(c->dir, sizeof c->dir, "%s/state", h->dir);
    (void)snprintf(c->app_dir, sizeof c->app_dir, "%s", h->app);
    (void)snprintf(c->listen, sizeof c->listen, "127.0.0.1");
    c->registration = WIRE_REGISTRATION_OPEN;
    c->app_port = gateway_house_port();
    c->gw_port = gateway_house_port();
    c->metrics_port = gateway_house_port();
    c->reserve_bytes = 0;
    return h;
}

static void stop_arrives(struct gw_loop *loop, struct gw_loop_item *item)
{
    gw_http_stop_listening(loop);
    gw_peer_stop_all(loop);
    while (loop->peers != NULL) {
        gw_socket_finish(&loop->peers->socket);
    }
    loop->done = true; /* without waiting for the next tick */
    free(item);
}

static bool run(struct gw_gateway *gw, char *why, size_t n)
{
    gw->backends = gw_run_backends;
    gw->db = gw_db_open(gw, &gw_own_db_tables, gw_run_notice, why, n);
    gw->fetch = gw->db == NULL ? NULL : gw_own_fetch_open(gw, why, n);
    gw->http = gw->fetch == NULL ? NULL : gw_http_create(gw, why, n);
    gw->loops = gw->http == NULL ? NULL : calloc(gw->config.loops, sizeof *gw->loops);
    if (gw->loops == NULL) {
        return false;
    }
    gw->loop_n = (unsigned)gw->config.loops;
    for (unsigned i = 0; i < gw->loop_n; i++) {
        if (!gw_loop_init(&gw->loops[i], gw, i, &gw_run_hooks) ||
            !gw_http_listen(gw->http, &gw->loops[i], why, n)) {
            return false;
        }
    }
    bool fine = gw_db_start(gw->db) && gw_own_fetch_start(gw->fetch);
    for (unsigned i = 0; fine && i < gw->loop_n; i++) {
        fine = gw_loop_start(&gw->loops[i]);
    }
    CHECK(fine);
    return fine;
}

bool gateway_house_run(struct gateway_house *h, char *why, size_t n)
{
    (void)signal(SIGPIPE, SIG_IGN);
    h->runs = run(&h->gw, why, n);
    return h->runs;
}

void gateway_house_end(struct gateway_house *h)
{
    struct gw_gateway *gw = &h->gw;
    atomic_store(&gw->stopping, true);
    for (unsigned i = 0; h->runs && i < gw->loop_n; i++) {
        struct gw_loop_item *item = calloc(1, sizeof *item);
        if (item == NULL) {
            abort();
        }
        item->run = stop_arrives;
        gw_loop_post(&gw->loops[i], item, item);
        gw_loop_join(&gw->loops[i]);
    }
    gw_own_fetch_close(gw->fetch);
    gw_db_close(gw->db);
    for (unsigned i = 0; h->runs && i < gw->loop_n; i++) {
        gw_loop_take_mail(&gw->loops[i]);
    }
    gw->fetch = NULL;
    gw->db = NULL;
    h->runs = false;
    gateway_house_folder_end(h->dir);
}

/* ---- asking ---------------------------------------------------------------------------------- */

int gateway_house_connect(uint64_t port)
{
    const struct timeval wait = {WAIT_S, 0};
    struct sockaddr_in a;
    int fd = loopback(port, &a);
    CHECK(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static bool is_whole(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    if (end == NULL) {
        return false;
    }
    const char *n = gateway_house_header(answer, "content-length");
    return strncmp(answer, "HTTP/1.1 101", 12) == 0 ||
           (n[0] != 0 && strlen(end + 4) >= strtoul(n, NULL, 10));
}

int gateway_house_ask(uint64_t port, const char *request, char answer[GATEWAY_HOUSE_ANSWER])
{
    size_t n = 0;
    ssize_t k = 1;
    answer[0] = 0;
    int fd = gateway_house_connect(port);
    if (fd < 0) {
        return 0;
    }
    CHECK(send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request));
    while (k > 0 && n + 1 < GATEWAY_HOUSE_ANSWER && !is_whole(answer)) {
        k = read(fd, answer + n, GATEWAY_HOUSE_ANSWER - 1 - n);
        n += k > 0 ? (size_t)k : 0;
        answer[n] = 0;
    }
    (void)close(fd);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

int gateway_house_get(uint64_t port, const char *path, const char *lines,
                      char answer[GATEWAY_HOUSE_ANSWER])
{
    static char request[8192];
    (void)snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n%s\r\n", path,
                   (int)port, lines);
    return gateway_house_ask(port, request, answer);
}

/* The line of the i-th header of this name, behind its colon; NULL: there is none. */
static const char *line_of(const char *answer, const char *name, size_t i)
{
    const char *end = strstr(answer, "\r\n\r\n"), *p = answer;
    size_t n = strlen(name);
    while ((p = strstr(p, "\r\n")) != NULL && p != end) {
        p += 2;
        if (strncasecmp(p, name, n) == 0 && p[n] == ':' && i-- == 0) {
            return p + n + 1;
        }
    }
    return NULL;
}

const char *gateway_house_header(const char *answer, const char *name)
{
    static char value[4096];
    const char *p = line_of(answer, name, 0);
    value[0] = 0;
    if (p != NULL) {
        p += strspn(p, " ");
        (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(p, "\r"), p);
    }
    return value;
}

size_t gateway_house_header_n(const char *answer, const char *name)
{
    size_t n = 0;
    while (line_of(answer, name, n) != NULL) {
        n++;
    }
    return n;
}

const char *gateway_house_content(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}
