#include "witness_http.h"

/* OpenSSL has a type of that name. */
#define ERR_STATE openssl_ERR_STATE
#include <h2o.h>
#include <h2o/http1.h>
#undef ERR_STATE

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 128
#define CONNECTIONS_MAX 256
#define REQUEST_MS 10000
#define STOP_S 2 /* for answers that are on their way */

struct server {
    struct witness *witness;
    h2o_globalconf_t conf;
    h2o_context_t context;
    h2o_accept_ctx_t accept;
    h2o_socket_t *listener, *signals;
    unsigned connection_n;
    bool stopping;
};
struct handler {
    h2o_handler_t super;
    struct server *server;
};

/* ---- answers ------------------------------------------------------------------------------- */

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {{200, "OK"},
                   {400, "Bad Request"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {409, "Conflict"},
                   {422, "Unprocessable Entity"}};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return "Internal Server Error";
}

static void add(h2o_req_t *req, const char *name, const char *value)
{
    h2o_add_header_by_str(&req->pool, &req->res.headers, name, strlen(name), 0, NULL, value,
                          strlen(value));
}

static int answer(h2o_req_t *req, const struct witness_answer *a)
{
    h2o_generator_t *none = h2o_mem_alloc_pool(&req->pool, sizeof *none);
    struct slice body = buf_view(&a->body);
    *none = (h2o_generator_t){NULL, NULL};
    req->res.status = a->status;
    req->res.reason = reason_of(a->status);
    req->res.content_length = body.n;
    add(req, "content-type", a->is_size ? "text/x.tlog.size" : "text/plain; charset=utf-8");
    add(req, "cache-control", "no-store");
    add(req, "x-content-type-options", "nosniff");
    h2o_iovec_t v = h2o_strdup(&req->pool, (const char *)body.p, body.n);
    h2o_start_response(req, none);
    h2o_send(req, &v, body.n == 0 ? 0 : 1, H2O_SEND_STATE_FINAL);
    return 0;
}

static int refuse(h2o_req_t *req, int status, const char *why)
{
    char text[64];
    struct witness_answer a = {status, false, buf_fixed(text, sizeof text)};
    buf_slice(&a.body, slice_of_string(why));
    return answer(req, &a);
}

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    struct server *s = H2O_STRUCT_FROM_MEMBER(struct handler, super, self)->server;
    struct witness *w = s->witness;
    uint8_t bytes[WITNESS_ANSWER_BYTES_MAX];
    struct witness_answer a = {0, false, buf_fixed(bytes, sizeof bytes)};
    struct slice path = slice_make(req->path.base, req->path.len), hex;
    bool is_get = h2o_memis(req->method.base, req->method.len, H2O_STRLIT("GET"));
    bool is_post = h2o_memis(req->method.base, req->method.len, H2O_STRLIT("POST"));
    if (s->stopping) {
        req->http1_is_persistent = 0;
    }
    if (slice_equal(path, SLICE_LITERAL("/add-checkpoint"))) {
        if (!is_post) {
            add(req, "allow", "POST");
            return refuse(req, 405, "method not allowed\n");
        }
        witness_state_submit(w, &a, slice_make(req->entity.base, req->entity.len));
        return answer(req, &a);
    }
    if (is_get) {
        /* Any page may ask what was signed: it is how a loader learns that it is held back. */
        add(req, "access-control-allow-origin", "*");
    }
    if (!witness_request_origin(&hex, path)) {
        return refuse(req, 404, "not found\n");
    }
    if (!is_get) {
        add(req, "allow", "GET");
        return refuse(req, 405, "method not allowed\n");
    }
    witness_state_latest(w, &a, hex);
    return answer(req, &a);
}

/* ---- connections --------------------------------------------------------------------------- */

static void on_gone(void *user)
{
    struct server *s = user;
    s->connection_n--;
}

static void on_accept(h2o_socket_t *listener, const char *err)
{
    struct server *s = listener->data;
    h2o_socket_t *client;
    int one = 1;
    while (err == NULL && (client = h2o_evloop_socket_accept(listener)) != NULL) {
        if (s->connection_n == CONNECTIONS_MAX) {
            h2o_socket_close(client);
            continue;
        }
        s->connection_n++;
        client->on_close.cb = on_gone;
        client->on_close.data = s;
        (void)setsockopt(h2o_socket_get_fd(client), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        h2o_accept(&s->accept, client);
    }
}

static int listen_on(uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(*port),
                             .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof at;
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, BACKLOG) == 0 &&
        getsockname(fd, (struct sockaddr *)&at, &n) == 0) {
        *port = ntohs(at.sin_port);
        return fd;
    }
    tool_say("127.0.0.1:%u: %s", (unsigned)*port, strerror(errno));
    if (fd >= 0) {
        (void)close(fd);
    }
    return -1;
}

static void on_signal(h2o_socket_t *signals, const char *err)
{
    struct server *s = signals->data;
    (void)err;
    if (!s->stopping) {
        s->stopping = true;
        h2o_socket_close(s->listener);
    }
    h2o_buffer_consume(&signals->input, signals->input->size);
}

/* SIGTERM and SIGINT as something to read; -1. Blocked from here on. */
static int catch_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void set_up(struct server *s, int listener, int signals)
{
    h2o_config_init(&s->conf);
    s->conf.server_name = h2o_iovec_init(H2O_STRLIT("sotto-witness"));
    s->conf.http1.upgrade_to_http2 = 0;
    s->conf.http1.req_timeout = REQUEST_MS;
    s->conf.max_request_entity_size = WITNESS_REQUEST_BYTES_MAX;
    h2o_hostconf_t *host =
        h2o_config_register_host(&s->conf, h2o_iovec_init(H2O_STRLIT("witness")), 65535);
    h2o_pathconf_t *path = h2o_config_register_path(host, "/", 0);
    struct handler *handler = (struct handler *)(void *)h2o_create_handler(path, sizeof *handler);
    handler->super.on_req = on_request;
    handler->server = s;
    h2o_context_init(&s->context, h2o_evloop_create(), &s->conf);
    s->accept.ctx = &s->context;
    s->accept.hosts = s->conf.hosts;
    s->listener = h2o_evloop_socket_create(s->context.loop, listener, H2O_SOCKET_FLAG_DONT_READ);
    s->listener->data = s;
    h2o_socket_read_start(s->listener, on_accept);
    s->signals = h2o_evloop_socket_create(s->context.loop, signals, 0);
    s->signals->data = s;
    h2o_socket_read_start(s->signals, on_signal);
}

/* One turn of the loop. A process that was stopped and goes on sees EINTR. */
static bool turn(struct server *s, int32_t wait_ms)
{
    return h2o_evloop_run(s->context.loop, wait_ms) == 0 || errno == EINTR;
}

enum err witness_http_run(struct witness *w, uint16_t port)
{
    struct server s;
    memset(&s, 0, sizeof s);
    s.witness = w;
    int signals = catch_signals();
    int listener = signals < 0 ? -1 : listen_on(&port);
    if (listener < 0) {
        return ERR_HOST;
    }
    set_up(&s, listener, signals);
    printf("listening on 127.0.0.1:%u\n", (unsigned)port);
    (void)fflush(stdout);
    while (!s.stopping && turn(&s, 60000)) {
    }
    /* Connections that only idle are not waited for longer than this. */
    time_t end = time(NULL) + STOP_S;
    while (s.connection_n > 0 && time(NULL) < end && turn(&s, 100)) {
    }
    if (s.connection_n == 0) { /* all but one queue, which h2o itself leaks */
        h2o_loop_t *loop = s.context.loop;
        h2o_socket_close(s.signals);
        h2o_context_dispose(&s.context);
        h2o_config_dispose(&s.conf);
        (void)h2o_evloop_run(loop, 0);
        h2o_evloop_destroy(loop);
    }
    return OK;
}
