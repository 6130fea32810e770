/* A foreign client: libwebsockets says HELLO three times over one socket (small, fragment-free
 * messages as it makes them), pings, and ends in order. Usage: lws_client PORT; prints "ok" when
 * all was answered. */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* HELLO [2, 0, null] as request 1, PING [] as requests 2 and 3 in one message. */
static const unsigned char hello[] = {4, 0, 0, 1, 1, 0, 0, 0, 0x83, 0x02, 0x00, 0xf6};
static const unsigned char pings[] = {1, 0, 0, 7, 2, 0, 0, 0, 0x80, 1, 0, 0, 7, 3, 0, 0, 0, 0x80};

struct state {
    int step, done, failed;
};

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
    struct state *s = lws_context_user(lws_get_context(wsi));
    unsigned char room[LWS_PRE + 64];
    const unsigned char *p = in;
    (void)user;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        lws_callback_on_writable(wsi);
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE: {
        const unsigned char *out = s->step == 0 ? hello : pings;
        size_t n = s->step == 0 ? sizeof hello : sizeof pings;
        if (s->step == 2) {
            lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
            return -1;
        }
        memcpy(room + LWS_PRE, out, n);
        if (lws_write(wsi, room + LWS_PRE, n, LWS_WRITE_BINARY) < (int)n) {
            s->failed = 1;
            return -1;
        }
        break;
    }
    case LWS_CALLBACK_CLIENT_RECEIVE:
        if (len < 8 || !lws_frame_is_binary(wsi) || (s->step == 0 && p[3] != 4) ||
            (s->step == 1 && p[3] != 6)) {
            s->failed = 1;
            return -1;
        }
        s->step++;
        lws_callback_on_writable(wsi);
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        s->done = 1;
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        fprintf(stderr, "%s\n", in != NULL ? (const char *)in : "connection error");
        s->failed = 1;
        break;
    default:
        break;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct lws_protocols protocols[] = {{"sotto.2", callback, 0, 65536, 0, NULL, 0},
                                                     {NULL, NULL, 0, 0, 0, NULL, 0}};
    struct state s = {0, 0, 0};
    struct lws_context_creation_info info;
    struct lws_client_connect_info c;
    char host[32];
    if (argc < 2) {
        return 2;
    }
    lws_set_log_level(0, NULL);
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
    info.user = &s;
    info.fd_limit_per_thread = 64;
    struct lws_context *context = lws_create_context(&info);
    snprintf(host, sizeof host, "localhost:%s", argv[1]);
    memset(&c, 0, sizeof c);
    c.context = context;
    c.address = "127.0.0.1";
    c.port = atoi(argv[1]);
    c.path = "/sotto";
    c.host = host;
    c.protocol = "sotto.2";
    c.local_protocol_name = "sotto.2";
    if (context == NULL || lws_client_connect_via_info(&c) == NULL) {
        return 1;
    }
    for (int i = 0; i < 500 && !s.done && !s.failed; i++) {
        lws_service(context, 20);
    }
    lws_context_destroy(context);
    if (s.failed || s.step != 2) {
        fprintf(stderr, "step %d\n", s.step);
        return 1;
    }
    puts("ok");
    return 0;
}
