/* A client's connection: TLS, upgrade, masked messages out, messages in. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/rand.h"
#include "load.h"

static uint64_t mids;

/* ---- bytes out ----------------------------------------------------------------------------- */

static void want(struct conn *c, bool write)
{
    if (c->want_write != write) {
        struct epoll_event e = {.events = EPOLLIN | (write ? EPOLLOUT : 0u), .data.ptr = c};
        epoll_ctl(load.epoll, EPOLL_CTL_MOD, c->fd, &e);
        c->want_write = write;
    }
}

void kill_conn(struct conn *c, const char *why)
{
    if (c->state != DEAD) {
        if (load.dead++ < 3) {
            fprintf(stderr, "connection %u: %s (%s)\n", c->id, why, strerror(errno));
        }
        c->state = DEAD;
        close(c->fd);
    }
}

void flush(struct conn *c)
{
    while (c->state != DEAD && c->out_at < c->out_n) {
        ssize_t n;
        if (c->ssl != NULL) {
            n = SSL_write(c->ssl, c->out + c->out_at, (int)(c->out_n - c->out_at));
        } else {
            n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL);
        }
        if (n <= 0) {
            bool later = c->ssl != NULL ? SSL_get_error(c->ssl, (int)n) == SSL_ERROR_WANT_WRITE
                                        : errno == EAGAIN;
            if (later) {
                want(c, true);
            } else {
                kill_conn(c, "send");
            }
            return;
        }
        c->out_at += (size_t)n;
    }
    c->out_n = c->out_at = 0;
    want(c, false);
    if (load.mode == IDLE) {
        free(c->out);
        c->out = NULL;
        c->out_cap = 0;
    }
}

static void put(struct conn *c, const void *p, size_t n)
{
    if (c->out_n + n > c->out_cap) {
        c->out_cap = (c->out_n + n) * 2;
        c->out = realloc(c->out, c->out_cap);
    }
    memcpy(c->out + c->out_n, p, n);
    c->out_n += n;
}

/* A masked message; the mask is zero, which costs the server the same work. */
static size_t ws_head(uint8_t h[14], int opcode, size_t n)
{
    size_t k = 2;
    memset(h, 0, 14);
    h[0] = (uint8_t)(0x80 | opcode);
    if (n < 126) {
        h[1] = (uint8_t)(0x80 | n);
    } else {
        h[1] = 0xfe;
        h[2] = (uint8_t)(n >> 8);
        h[3] = (uint8_t)n;
        k = 4;
    }
    return k + 4;
}

void put_message(struct conn *c, int opcode, struct slice s)
{
    uint8_t h[14];
    put(c, h, ws_head(h, opcode, s.n));
    put(c, s.p, s.n);
}

void put_text(struct conn *c, const char *text)
{
    put_message(c, 1, slice_of_string(text));
}

void keep_message(struct conn *c, int opcode, struct slice s, size_t mid_at)
{
    uint8_t h[14];
    size_t k = ws_head(h, opcode, s.n);
    size_t at = c->message_n;
    c->message = realloc(c->message, at + k + s.n);
    c->message_n = at + k + s.n;
    c->mid_at = mid_at == 0 ? 0 : mid_at + k;
    memcpy(c->message + at, h, k);
    memcpy(c->message + at + k, s.p, s.n);
}

void send_one(struct conn *c, uint64_t due)
{
    if (c->mid_at != 0) { /* each its own, or it is taken for a repeat */
        if (mids++ == 0) {
            crypto_rand(&mids, sizeof mids);
        }
        memcpy(c->message + c->mid_at, &mids, sizeof mids);
    }
    c->sent_at[c->head++ % WINDOW_MAX] = due;
    put(c, c->message, c->message_n);
}

void set_ready(struct conn *c)
{
    c->state = READY;
    load.ready++;
    if (load.mode == IDLE) {
        free(c->in);
        c->in = NULL;
        c->in_cap = 0;
    }
}

void answered(struct conn *c)
{
    uint64_t t = now_ns();
    if (c->head == c->tail) {
        return;
    }
    if (load.running) {
        latency_note(t - c->sent_at[c->tail % WINDOW_MAX]);
        load.received++;
    }
    c->tail++;
    if (load.running && load.rate == 0) {
        send_one(c, t);
    }
}

/* ---- bytes in ------------------------------------------------------------------------------ */

static bool is_xmpp(void)
{
    return load.mode == XMPP || load.mode == XMPP_STORE;
}

static void message(struct conn *c, int opcode, uint8_t *p, size_t n)
{
    if (opcode == 9) {
        put_message(c, 10, slice_make(p, n));
    } else if (opcode == 8) {
        kill_conn(c, "closed by the server");
    } else if (is_xmpp()) {
        xmpp_text(c, (char *)p, n);
    } else if (load.mode == ECHO) {
        answered(c);
    } else {
        sotto_message(c, slice_make(p, n));
    }
}

static void say_hello(struct conn *c)
{
    if (is_xmpp()) {
        xmpp_open(c);
    } else if (load.mode == ECHO) {
        keep_message(c, 2, body_of(load.size), 0);
        set_ready(c);
    } else if (!load.hello) {
        set_ready(c);
    } else {
        sotto_hello(c);
    }
}

static void feed(struct conn *c)
{
    size_t at = 0;
    if (c->state == UPGRADE) {
        c->in[c->in_n] = 0;
        char *end = strstr((char *)c->in, "\r\n\r\n");
        if (end == NULL) {
            return;
        }
        if (strstr((char *)c->in, " 101 ") == NULL) {
            fprintf(stderr, "%.60s\n", (char *)c->in);
            kill_conn(c, "no upgrade");
            return;
        }
        at = (size_t)(end + 4 - (char *)c->in);
        c->state = SETUP;
        say_hello(c);
    }
    while (c->in != NULL && c->state != DEAD && c->in_n - at >= 2) {
        uint8_t *p = c->in + at;
        size_t n = p[1] & 127u, h = 2;
        if (n == 126) {
            if (c->in_n - at < 4) {
                break;
            }
            n = (size_t)p[2] << 8 | p[3];
            h = 4;
        }
        if (c->in_n - at < h + n) {
            break;
        }
        at += h + n;
        message(c, p[0] & 15, p + h, n);
    }
    if (c->in != NULL) {
        memmove(c->in, c->in + at, c->in_n - at);
        c->in_n -= at;
    } else {
        c->in_n = 0;
    }
}

static void upgrade(struct conn *c)
{
    char text[600];
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: "
                     "Upgrade\r\nSec-WebSocket-Key: "
                     "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
                     "13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
                     load.path, load.host, load.port,
                     load.protocol != NULL ? load.protocol
                     : is_xmpp()           ? "xmpp"
                                           : "sotto.2");
    c->state = UPGRADE;
    put(c, text, (size_t)n);
    flush(c);
}

static void handshake(struct conn *c)
{
    int r = SSL_do_handshake(c->ssl), e = SSL_get_error(c->ssl, r);
    if (r == 1) {
        want(c, false);
        upgrade(c);
    } else if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) {
        want(c, e == SSL_ERROR_WANT_WRITE);
    } else {
        kill_conn(c, "TLS");
    }
}

void on_event(struct conn *c, uint32_t events)
{
    if (c->state == CONNECTING && (events & EPOLLOUT) != 0) {
        want(c, false);
        if (!load.tls) {
            upgrade(c);
            return;
        }
        c->ssl = SSL_new(load.tls_ctx);
        SSL_set_fd(c->ssl, c->fd);
        SSL_set_connect_state(c->ssl);
        c->state = TLS;
    }
    if (c->state == TLS) {
        handshake(c);
        return;
    }
    if ((events & EPOLLOUT) != 0) {
        flush(c);
    }
    while (c->state != DEAD && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        if (c->in_n + 2048 > c->in_cap) {
            c->in_cap = c->in_cap == 0 ? 4096 : c->in_cap * 2;
            c->in = realloc(c->in, c->in_cap + 1);
        }
        size_t space = c->in_cap - c->in_n;
        ssize_t n = c->ssl != NULL ? SSL_read(c->ssl, c->in + c->in_n, (int)space)
                                   : recv(c->fd, c->in + c->in_n, space, 0);
        if (n <= 0) {
            bool later = c->ssl != NULL ? SSL_get_error(c->ssl, (int)n) == SSL_ERROR_WANT_READ
                                        : n < 0 && errno == EAGAIN;
            if (!later) {
                kill_conn(c, "end");
            }
            break;
        }
        c->in_n += (size_t)n;
        feed(c);
        if (c->ssl == NULL && (size_t)n < space) {
            break;
        }
    }
    if (c->out_n > 0 && c->state != DEAD) {
        flush(c);
    }
}
