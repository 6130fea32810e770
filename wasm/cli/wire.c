/* OpenSSL, behind libwebsockets, has a type of the name of one of our errors. */
#define ERR_STATE openssl_err_state
#include <libwebsockets.h>
#undef ERR_STATE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/wire.h"

#define CONNS 4
#define MESSAGE_MAX (80u << 10)

struct out {
    struct out *next;
    size_t n;
    unsigned char p[]; /* LWS_PRE bytes, then the message */
};
struct conn {
    struct lws *wsi;
    bool open, closing;
    struct out *first, *last;
    uint8_t *in;
    size_t in_n;
};
struct wire {
    struct lws_context *context;
    struct wire_events events;
    struct conn conn[CONNS];
    uint64_t alarm_ms;
};

uint64_t wire_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void drop_out(struct conn *c)
{
    while (c->first != NULL) {
        struct out *o = c->first;
        c->first = o->next;
        free(o);
    }
    c->last = NULL;
}

static void gone(struct wire *w, uint64_t id, bool tell)
{
    struct conn *c = &w->conn[id];
    drop_out(c);
    free(c->in);
    memset(c, 0, sizeof *c);
    if (tell) {
        w->events.closed(w->events.user, id);
    }
}

/* Pieces of one message are joined; a message of the gateway is at most 64 KiB. */
static int receive(struct wire *w, uint64_t id, struct lws *wsi, const void *p, size_t n)
{
    struct conn *c = &w->conn[id];
    if (c->in == NULL) {
        c->in = malloc(MESSAGE_MAX);
    }
    if (c->in == NULL || c->in_n + n > MESSAGE_MAX) {
        return -1;
    }
    memcpy(c->in + c->in_n, p, n);
    c->in_n += n;
    if (lws_is_final_fragment(wsi) != 0 && lws_remaining_packet_payload(wsi) == 0) {
        size_t all = c->in_n;
        c->in_n = 0;
        w->events.message(w->events.user, id, slice_make(c->in, all));
    }
    return 0;
}

static int write_next(struct conn *c, struct lws *wsi)
{
    struct out *o = c->first;
    if (c->closing) {
        return -1;
    }
    if (o == NULL) {
        return 0;
    }
    if (lws_write(wsi, o->p + LWS_PRE, o->n, LWS_WRITE_BINARY) < (int)o->n) {
        return -1;
    }
    c->first = o->next;
    if (c->first == NULL) {
        c->last = NULL;
    } else {
        lws_callback_on_writable(wsi);
    }
    free(o);
    return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t n)
{
    struct lws_context *context = lws_get_context(wsi);
    struct wire *w = context == NULL ? NULL : lws_context_user(context);
    uint64_t id = (uint64_t)(uintptr_t)user;
    if (w == NULL || id == 0 || id >= CONNS || w->conn[id].wsi != wsi) {
        return reason == LWS_CALLBACK_CLIENT_RECEIVE ? -1 : 0;
    }
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        w->conn[id].open = true;
        w->events.opened(w->events.user, id);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        return receive(w, id, wsi, in, n);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return write_next(&w->conn[id], wsi);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
        gone(w, id, !w->conn[id].closing);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {"core", callback, 0, 65536, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

struct wire *wire_create(const struct wire_events *events)
{
    struct lws_context_creation_info info;
    struct wire *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return NULL;
    }
    memset(&info, 0, sizeof info);
    lws_set_log_level(0, NULL);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.fd_limit_per_thread = 64;
    info.user = w;
    w->events = *events;
    w->context = lws_create_context(&info);
    if (w->context == NULL) {
        free(w);
        return NULL;
    }
    return w;
}

void wire_destroy(struct wire *w)
{
    if (w == NULL) {
        return;
    }
    for (uint64_t i = 1; i < CONNS; i++) {
        w->conn[i].closing = true;
    }
    lws_context_destroy(w->context);
    for (uint64_t i = 1; i < CONNS; i++) {
        gone(w, i, false);
    }
    free(w);
}

void wire_dial(struct wire *w, uint64_t conn, const char *url, const char *protocol)
{
    struct lws_client_connect_info i;
    char copy[512], path[256], host[300];
    const char *scheme = NULL, *address = NULL, *rest = NULL;
    int port = 0;
    if (conn == 0 || conn >= CONNS) {
        return;
    }
    wire_hang_up(w, conn);
    snprintf(copy, sizeof copy, "%s", url);
    if (lws_parse_uri(copy, &scheme, &address, &port, &rest) != 0) {
        w->events.closed(w->events.user, conn);
        return;
    }
    bool tls = strcmp(scheme, "wss") == 0 || strcmp(scheme, "https") == 0;
    snprintf(path, sizeof path, "/%s", rest);
    if (port == (tls ? 443 : 80)) {
        snprintf(host, sizeof host, "%s", address);
    } else {
        snprintf(host, sizeof host, "%s:%d", address, port);
    }
    memset(&i, 0, sizeof i);
    i.context = w->context;
    i.address = address;
    i.port = port;
    i.path = path;
    i.host = host;
    i.protocol = protocol;
    i.local_protocol_name = protocols[0].name;
    i.ssl_connection = tls ? LCCSCF_USE_SSL : 0;
    i.userdata = (void *)(uintptr_t)conn;
    i.pwsi = &w->conn[conn].wsi;
    if (lws_client_connect_via_info(&i) == NULL && w->conn[conn].wsi == NULL) {
        gone(w, conn, true);
    }
}

void wire_send(struct wire *w, uint64_t conn, struct slice data)
{
    if (conn == 0 || conn >= CONNS || !w->conn[conn].open) {
        return;
    }
    struct conn *c = &w->conn[conn];
    struct out *o = malloc(sizeof *o + LWS_PRE + data.n);
    if (o == NULL) {
        return;
    }
    o->next = NULL;
    o->n = data.n;
    memcpy(o->p + LWS_PRE, data.p, data.n);
    if (c->last == NULL) {
        c->first = o;
    } else {
        c->last->next = o;
    }
    c->last = o;
    lws_callback_on_writable(c->wsi);
}

void wire_hang_up(struct wire *w, uint64_t conn)
{
    if (conn == 0 || conn >= CONNS || w->conn[conn].wsi == NULL) {
        return;
    }
    struct lws *wsi = w->conn[conn].wsi;
    gone(w, conn, false); /* its last callbacks find nobody */
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

void wire_alarm(struct wire *w, uint64_t at_ms)
{
    w->alarm_ms = at_ms;
}

static void tick(lws_sorted_usec_list_t *sul)
{
    (void)sul; /* only ends the wait */
}

void wire_run(struct wire *w, uint64_t ms)
{
    uint64_t end = wire_now_ms() + ms;
    while (wire_now_ms() < end) {
        lws_sorted_usec_list_t sul;
        uint64_t now = wire_now_ms(), until = end;
        if (w->alarm_ms != 0 && w->alarm_ms < until) {
            until = w->alarm_ms < now ? now : w->alarm_ms;
        }
        if (until - now > 100) {
            until = now + 100;
        }
        memset(&sul, 0, sizeof sul);
        lws_sul_schedule(w->context, 0, &sul, tick, (lws_usec_t)((until - now) * 1000 + 1));
        lws_service(w->context, 0);
        lws_sul_schedule(w->context, 0, &sul, tick, LWS_SET_TIMER_USEC_CANCEL);
        if (w->alarm_ms != 0 && wire_now_ms() >= w->alarm_ms) {
            w->alarm_ms = 0;
            w->events.alarm(w->events.user);
        }
    }
}
