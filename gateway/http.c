#include "gateway/http.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/address.h"
#include "gateway/backend.h"
#include "gateway/db.h"
#include "gateway/gateway.h"
#include "gateway/metrics.h"
#include "gateway/peer.h"
#include "gateway/static.h"
#include "gateway/tls.h"

#define RECEIVE_BYTES (128 << 10) /* of a socket: the loop reads until it is empty */
#define BACKLOG 4096
#define ACCEPTS_AT_ONCE 64

enum place { APP, GW, METRICS, PLACES };

struct gw_http {
    struct gw_gateway *gw;
    h2o_globalconf_t conf;
    h2o_hostconf_t *hosts[PLACES][2]; /* each list ends with NULL */
    struct gw_address *addresses;
    pthread_mutex_t mutex; /* guards headers, tls */
    struct gw_static_headers headers;
    SSL_CTX *tls;
    _Atomic unsigned tls_n; /* how often it was replaced */
    char config_json[GW_CONFIG_TEXT_MAX + 64];
    char app_origin[3][GW_CONFIG_TEXT_MAX]; /* allowed values of Origin */
    char gw_host[3][GW_CONFIG_TEXT_MAX];    /* allowed values of Host   */
};

struct handler {
    h2o_handler_t super;
    struct gw_http *http;
    enum place place;
};
struct filter {
    h2o_filter_t super;
    struct gw_http *http;
    enum place place;
};
struct listener {
    struct gw_loop *loop;
    enum place place;
};

static struct gw_loop *loop_of(h2o_context_t *ctx)
{
    return H2O_STRUCT_FROM_MEMBER(struct gw_loop, http, ctx);
}

/* ---- headers of every answer --------------------------------------------------------------- */

static void add(h2o_req_t *req, const char *name, const char *value)
{
    if (h2o_find_header_by_str(&req->res.headers, name, strlen(name), -1) < 0) {
        h2o_add_header_by_str(&req->pool, &req->res.headers, name, strlen(name), 0, NULL, value,
                              strlen(value));
    }
}

static void on_setup(h2o_filter_t *self, h2o_req_t *req, h2o_ostream_t **slot)
{
    struct filter *f = H2O_STRUCT_FROM_MEMBER(struct filter, super, self);
    gw_log_add(&f->http->gw->log, GW_LOG_HTTP, 1);
    if (f->place == APP) {
        pthread_mutex_lock(&f->http->mutex);
        gw_static_headers_add(&f->http->headers, req);
        pthread_mutex_unlock(&f->http->mutex);
        add(req, "cache-control", "no-cache, no-transform"); /* errors of h2o itself */
    } else {
        add(req, "x-content-type-options", "nosniff");
        add(req, "referrer-policy", "no-referrer");
        add(req, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
        add(req, "cache-control", "no-store");
        if (f->place == GW && f->http->gw->config.tls_cert[0] != 0) {
            add(req, "strict-transport-security", GW_STATIC_HSTS);
        }
    }
    h2o_setup_next_ostream(req, slot);
}

/* ---- the upgrade --------------------------------------------------------------------------- */

static h2o_iovec_t header(const h2o_req_t *req, const char *name)
{
    ssize_t at = h2o_find_header_by_str(&req->headers, name, strlen(name), -1);
    return at < 0 ? (h2o_iovec_t){NULL, 0} : req->headers.entries[at].value;
}

static bool is(h2o_iovec_t v, const char *text)
{
    return v.base != NULL && h2o_memis(v.base, v.len, text, strlen(text));
}

static bool one_of(h2o_iovec_t v, char list[3][GW_CONFIG_TEXT_MAX])
{
    for (size_t i = 0; i < 3; i++) {
        if (list[i][0] != 0 && v.base != NULL &&
            h2o_lcstris(v.base, v.len, list[i], strlen(list[i]))) {
            return true;
        }
    }
    return false;
}

static const struct gw_backend *backend_named(const struct gw_gateway *gw, const char *name,
                                              size_t n)
{
    for (const struct gw_backend *const *b = gw->backends; *b != NULL; b++) {
        if (h2o_memis(name, n, (*b)->protocol, strlen((*b)->protocol))) {
            return *b;
        }
    }
    return NULL;
}

/* The first of the client's list of sub-protocols that is spoken here; NULL: none. */
static const struct gw_backend *choose(const struct gw_gateway *gw, h2o_iovec_t list)
{
    const struct gw_backend *found = NULL;
    const char *p = list.base, *end = p == NULL ? p : p + list.len;
    while (p != end && found == NULL) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma != NULL ? comma : end;
        while (p < stop && (*p == ' ' || *p == '\t')) {
            p++;
        }
        const char *last = stop;
        while (last > p && (last[-1] == ' ' || last[-1] == '\t')) {
            last--;
        }
        found = backend_named(gw, p, (size_t)(last - p));
        p = comma != NULL ? comma + 1 : end;
    }
    return found;
}

static void upgraded(void *arg, h2o_socket_t *sock, size_t request_bytes)
{
    gw_peer_upgraded(arg, sock, request_bytes);
}

static void accept_key(char out[29], const char *key)
{
    uint8_t hash[20];
    char text[61];
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    SHA1((const unsigned char *)text, 60, hash);
    EVP_EncodeBlock((unsigned char *)out, hash, sizeof hash);
}

static int refuse(h2o_req_t *req, int status, const char *reason)
{
    req->http1_is_persistent = 0;
    gw_static_text(req, status, reason, "text/plain; charset=utf-8", reason);
    return 0;
}

static int upgrade(struct gw_http *http, h2o_req_t *req)
{
    char accept[32];
    h2o_iovec_t key = header(req, "sec-websocket-key"), origin = header(req, "origin");
    if (req->version >= 0x200 || req->upgrade.base == NULL ||
        !h2o_lcstris(req->upgrade.base, req->upgrade.len, H2O_STRLIT("websocket")) ||
        key.len != 24) {
        add(req, "upgrade", "websocket");
        return refuse(req, 426, "Upgrade Required");
    }
    if (!is(header(req, "sec-websocket-version"), "13")) {
        add(req, "sec-websocket-version", "13");
        return refuse(req, 426, "Upgrade Required");
    }
    const struct gw_backend *backend = choose(http->gw, header(req, "sec-websocket-protocol"));
    if (backend == NULL) {
        const char *first = http->gw->backends[0]->protocol;
        h2o_iovec_t text =
            h2o_concat(&req->pool, h2o_iovec_init(H2O_STRLIT("Sub-protocol ")),
                       h2o_iovec_init(first, strlen(first)), h2o_iovec_init(H2O_STRLIT(" wanted")));
        return refuse(req, 400, text.base);
    }
    if (origin.base != NULL && !is(origin, "null") && !one_of(origin, http->app_origin)) {
        return refuse(req, 403, "Foreign origin");
    }
    if (!one_of(req->input.authority, http->gw_host) || req->input.authority.len > 255) {
        return refuse(req, 421, "Misdirected Request");
    }
    struct gw_peer *peer = backend->accept(
        loop_of(req->conn->ctx), slice_make(req->input.authority.base, req->input.authority.len));
    if (peer == NULL) {
        return refuse(req, 503, "Service Unavailable");
    }
    accept_key(accept, key.base);
    h2o_iovec_t value = h2o_strdup(&req->pool, accept, 28);
    req->res.status = 101;
    req->res.reason = "Switching Protocols";
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_UPGRADE, NULL, H2O_STRLIT("websocket"));
    h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("sec-websocket-accept"), 0,
                          NULL, value.base, value.len);
    h2o_add_header_by_str(&req->pool, &req->res.headers, H2O_STRLIT("sec-websocket-protocol"), 0,
                          NULL, backend->protocol, strlen(backend->protocol));
    h2o_http1_upgrade(req, NULL, 0, upgraded, peer);
    return 0;
}

/* ---- requests ------------------------------------------------------------------------------ */

static int on_gw(struct gw_http *http, h2o_req_t *req)
{
    h2o_iovec_t path = req->path_normalized;
    if (!is(req->method, "GET") && !is(req->method, "HEAD")) {
        add(req, "allow", "GET, HEAD");
        return refuse(req, 405, "Method Not Allowed");
    }
    if (is(path, "/sotto")) {
        return upgrade(http, req);
    }
    size_t log_n = strlen(GW_STATIC_LOG);
    if (http->gw->config.log_dir[0] != 0 && path.len > log_n &&
        slice_equal(slice_make(path.base, log_n), SLICE_LITERAL(GW_STATIC_LOG))) {
        return gw_static_log(req, http->gw->config.log_dir);
    }
    if (is(path, "/healthz")) {
        gw_static_text(req, 200, "OK", "text/plain; charset=utf-8", "ok\n");
        return 0;
    }
    if (is(path, "/readyz")) {
        bool ready = !atomic_load(&http->gw->stopping) && gw_db_ready(http->gw->db) &&
                     gw_http_cert_days(http) >= 0;
        gw_static_text(req, ready ? 200 : 503, ready ? "OK" : "Service Unavailable",
                       "text/plain; charset=utf-8", ready ? "ready\n" : "not ready\n");
        return 0;
    }
    gw_static_text(req, 404, "Not Found", "text/plain; charset=utf-8", "not found\n");
    return 0;
}

static int on_metrics(struct gw_http *http, h2o_req_t *req)
{
    char *text = h2o_mem_alloc_pool(&req->pool, GW_METRICS_BYTES);
    if (is(req->path_normalized, "/metrics")) {
        gw_metrics_write(http->gw, gw_http_cert_days(http), text, GW_METRICS_BYTES);
        gw_static_text(req, 200, "OK", "text/plain; version=0.0.4; charset=utf-8", text);
        return 0;
    }
    gw_static_text(req, 404, "Not Found", "text/plain; charset=utf-8", "not found\n");
    return 0;
}

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    struct handler *h = H2O_STRUCT_FROM_MEMBER(struct handler, super, self);
    switch (h->place) {
    case APP:
        return gw_static_serve(req, h->http->gw->config.app_dir, h->http->config_json);
    case GW:
        return on_gw(h->http, req);
    default:
        return on_metrics(h->http, req);
    }
}

/* ---- accepting ----------------------------------------------------------------------------- */

/* What a connection holds until it is closed. h2o makes its SSL from `tls` when the first bytes
 * arrive and takes no reference: a reload in between would free it. */
struct held {
    struct gw_address_entry *entry; /* NULL: its address does not count */
    SSL_CTX *tls;                   /* NULL: without TLS */
};

static void on_gone(void *data)
{
    struct held *held = data;
    if (held->entry != NULL) {
        gw_address_leave(held->entry);
    }
    SSL_CTX_free(held->tls);
    free(held);
}

/* Takes over `entry`, also when out of memory. */
static bool hold(h2o_socket_t *client, struct gw_address_entry *entry, SSL_CTX *tls)
{
    struct held *held = malloc(sizeof *held);
    if (held == NULL) {
        if (entry != NULL) {
            gw_address_leave(entry);
        }
        return false;
    }
    *held = (struct held){entry, tls};
    if (tls != NULL) {
        SSL_CTX_up_ref(tls);
    }
    client->on_close.cb = on_gone;
    client->on_close.data = held;
    return true;
}

/* The newest certificate, for the connections that are accepted from now on. */
static void renew(struct gw_http *h, struct gw_loop *loop)
{
    if (atomic_load(&h->tls_n) == loop->tls_n) {
        return;
    }
    SSL_CTX *old = loop->accept[APP].ssl_ctx;
    pthread_mutex_lock(&h->mutex);
    loop->tls_n = atomic_load(&h->tls_n);
    loop->accept[APP].ssl_ctx = loop->accept[GW].ssl_ctx = h->tls;
    SSL_CTX_up_ref(h->tls);
    pthread_mutex_unlock(&h->mutex);
    SSL_CTX_free(old); /* connections that use it have references */
}

static void on_accept(h2o_socket_t *sock, const char *err)
{
    struct listener *l = sock->data;
    struct gw_loop *loop = l->loop;
    struct gw_http *http = loop->gw->http;
    h2o_socket_t *client;
    int one = 1;
    if (err != NULL) {
        return;
    }
    renew(http, loop);
    for (int i = 0; i < ACCEPTS_AT_ONCE && (client = h2o_evloop_socket_accept(sock)) != NULL; i++) {
        struct sockaddr_storage from;
        struct gw_address_entry *entry = NULL;
        gw_log_add(loop->log, GW_LOG_ACCEPTS, 1);
        memset(&from, 0, sizeof from);
        if ((l->place != METRICS &&
             (h2o_socket_getpeername(client, (struct sockaddr *)&from) == 0 ||
              !gw_address_enter(http->addresses, (struct sockaddr *)&from, gw_clock_steady_ms(),
                                &entry))) ||
            !hold(client, entry, loop->accept[l->place].ssl_ctx)) {
            gw_log_add(loop->log, GW_LOG_ACCEPTS_REFUSED, 1);
            h2o_socket_close(client);
            continue;
        }
        setsockopt(h2o_socket_get_fd(client), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        h2o_accept(&loop->accept[l->place], client);
    }
}

static int open_socket(const struct addrinfo *a, bool share)
{
    int one = 1, bytes = RECEIVE_BYTES;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    if (a->ai_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    }
    if ((share && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) != 0) ||
        bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int e = errno;
        close(fd);
        errno = e;
        return -1;
    }
    return fd;
}

static bool listen_on(struct gw_loop *loop, enum place place, const char *host, uint64_t port,
                      bool may_fail, char *why, size_t n)
{
    char service[16];
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *a = NULL;
    bool share = loop->gw->loop_n > 1 && place != METRICS;
    snprintf(service, sizeof service, "%" PRIu64, port);
    if (getaddrinfo(host, service, &hints, &a) != 0) {
        snprintf(why, n, "listen: '%s' is not an address", host);
        return false;
    }
    int fd = -1;
    if (share && loop->index == 0) { /* REUSEPORT would hide that the port is taken */
        fd = open_socket(a, false);
        if (fd >= 0) {
            close(fd);
        }
    }
    fd = share && loop->index == 0 && fd < 0 ? -1 : open_socket(a, share);
    int e = errno;
    freeaddrinfo(a);
    if (fd < 0) {
        snprintf(why, n, "cannot listen on %s port %" PRIu64 ": %s", host, port, strerror(e));
        return may_fail && e != EADDRINUSE;
    }
    struct listener *l = malloc(sizeof *l);
    if (l == NULL) {
        close(fd);
        return false;
    }
    *l = (struct listener){loop, place};
    h2o_socket_t *sock = h2o_evloop_socket_create(loop->http.loop, fd, H2O_SOCKET_FLAG_DONT_READ);
    sock->data = l;
    loop->listeners[loop->listener_n++] = sock;
    h2o_socket_read_start(sock, on_accept);
    return true;
}

bool gw_http_listen(struct gw_http *h, struct gw_loop *loop, char *why, size_t n)
{
    const struct gw_config *c = &h->gw->config;
    bool both = strcmp(c->listen, "localhost") == 0;
    h2o_context_init(&loop->http, h2o_evloop_create(), &h->conf);
    for (size_t i = 0; i < PLACES; i++) {
        loop->accept[i].ctx = &loop->http;
        loop->accept[i].hosts = h->hosts[i];
        loop->accept[i].ssl_ctx = i == METRICS ? NULL : h->tls;
    }
    loop->tls_n = atomic_load(&h->tls_n);
    if (h->tls != NULL) {
        SSL_CTX_up_ref(h->tls); /* the loop's own reference */
    }
    const char *host = both ? "127.0.0.1" : c->listen;
    bool fine = listen_on(loop, APP, host, c->app_port, false, why, n) &&
                listen_on(loop, GW, host, c->gw_port, false, why, n);
    if (fine && both) {
        fine = listen_on(loop, APP, "::1", c->app_port, true, why, n) &&
               listen_on(loop, GW, "::1", c->gw_port, true, why, n);
    }
    if (fine && loop->index == 0 && c->metrics_port != 0) {
        fine = listen_on(loop, METRICS, c->metrics_listen, c->metrics_port, false, why, n);
    }
    return fine;
}

void gw_http_stop_listening(struct gw_loop *loop)
{
    for (unsigned i = 0; i < loop->listener_n; i++) {
        struct listener *l = loop->listeners[i]->data;
        h2o_socket_close(loop->listeners[i]);
        free(l);
    }
    loop->listener_n = 0;
    h2o_context_request_shutdown(&loop->http);
}

/* ---- certificates -------------------------------------------------------------------------- */

bool gw_http_reload(struct gw_http *h, char *why, size_t n)
{
    struct gw_static_headers headers;
    const struct gw_config *c = &h->gw->config;
    if (!gw_static_headers_read(&headers, c, why, n)) {
        return false;
    }
    SSL_CTX *tls = c->tls_cert[0] != 0 ? gw_tls_create(c, why, n) : NULL;
    if (c->tls_cert[0] != 0 && tls == NULL) {
        return false;
    }
    pthread_mutex_lock(&h->mutex);
    h->headers = headers;
    if (tls != NULL) {
        SSL_CTX_free(h->tls);
        h->tls = tls;
        atomic_fetch_add(&h->tls_n, 1); /* each loop takes it with the next connection: renew */
    }
    pthread_mutex_unlock(&h->mutex);
    return true;
}

int64_t gw_http_cert_days(struct gw_http *h)
{
    pthread_mutex_lock(&h->mutex);
    int64_t days = h->tls != NULL ? gw_tls_days(h->tls) : INT64_MAX;
    pthread_mutex_unlock(&h->mutex);
    return days;
}

/* ---- life ---------------------------------------------------------------------------------- */

static void make_place(struct gw_http *h, enum place place, const char *name)
{
    h2o_hostconf_t *host =
        h2o_config_register_host(&h->conf, h2o_iovec_init(name, strlen(name)), 65535);
    h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
    struct handler *handler = (struct handler *)(void *)h2o_create_handler(path, sizeof *handler);
    handler->super.on_req = on_request;
    handler->http = h;
    handler->place = place;
    /* h2o's own refusals go by the fall-back path. */
    h2o_pathconf_t *paths[2] = {&host->paths.entries[0], &host->fallback_path};
    for (size_t i = 0; i < 2; i++) {
        struct filter *f = (struct filter *)(void *)h2o_create_filter(paths[i], sizeof *f);
        f->super.on_setup_ostream = on_setup;
        f->http = h;
        f->place = place;
    }
    h->hosts[place][0] = host;
}

/* host[:port] of an origin; the default port is left out, as clients do. */
static const char *host_of(const char *origin)
{
    const char *at = strstr(origin, "://");
    return at == NULL ? origin : at + 3;
}

static void set_names(struct gw_http *h)
{
    const struct gw_config *c = &h->gw->config;
    const char *scheme = c->tls_cert[0] != 0 ? "https" : "http";
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < 3; i++) {
        if (c->public_app[0] == 0) {
            snprintf(h->app_origin[i], GW_CONFIG_TEXT_MAX, "%s://%s:%" PRIu64, scheme, names[i],
                     c->app_port);
        }
        if (c->public_gateway[0] == 0) {
            snprintf(h->gw_host[i], GW_CONFIG_TEXT_MAX, "%s:%" PRIu64, names[i], c->gw_port);
        }
    }
    if (c->public_app[0] != 0) {
        snprintf(h->app_origin[0], GW_CONFIG_TEXT_MAX, "%s", c->public_app);
    }
    if (c->public_gateway[0] != 0) {
        snprintf(h->gw_host[0], GW_CONFIG_TEXT_MAX, "%s", host_of(c->public_gateway));
        snprintf(h->config_json, sizeof h->config_json, "{\"gateway\":\"%s\"}\n",
                 c->public_gateway);
    } else {
        snprintf(h->config_json, sizeof h->config_json,
                 "{\"gateway\":\"%s://localhost:%" PRIu64 "\"}\n", scheme, c->gw_port);
    }
}

struct gw_http *gw_http_create(struct gw_gateway *gw, char *why, size_t n)
{
    const struct gw_config *c = &gw->config;
    struct gw_http *h = calloc(1, sizeof *h);
    if (h == NULL) {
        snprintf(why, n, "out of memory");
        return NULL;
    }
    h->gw = gw;
    pthread_mutex_init(&h->mutex, NULL);
    set_names(h);
    h->addresses =
        gw_address_create(c->address_connections, c->address_handshakes, c->limit_loopback);
    bool fine = h->addresses != NULL && gw_static_headers_read(&h->headers, c, why, n);
    if (fine && c->tls_cert[0] != 0) {
        h->tls = gw_tls_create(c, why, n);
        fine = h->tls != NULL;
    }
    if (!fine) {
        gw_address_destroy(h->addresses);
        free(h);
        return NULL;
    }
    h2o_config_init(&h->conf);
    h->conf.server_name = h2o_iovec_init(H2O_STRLIT("sotto"));
    h->conf.http1.upgrade_to_http2 = 0; /* nor h2 by ALPN: CVE-2023-44487, CVE-2025-8671 */
    h->conf.http1.req_timeout = 10000;
    h->conf.handshake_timeout = 10000;
    h->conf.max_request_entity_size = 1024;
    make_place(h, APP, "app");
    make_place(h, GW, "gw");
    make_place(h, METRICS, "metrics");
    return h;
}

void gw_http_destroy(struct gw_http *h)
{
    if (h == NULL) {
        return;
    }
    h2o_config_dispose(&h->conf);
    SSL_CTX_free(h->tls);
    gw_address_destroy(h->addresses);
    pthread_mutex_destroy(&h->mutex);
    free(h);
}
