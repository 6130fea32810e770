#include "lib/gateway_line_native.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/backend.h"
#include "gateway/db.h"
#include "gateway/own/dispatch.h"
#include "gateway/own/fetch.h"
#include "gateway/own/reader.h"
#include "lib/check.h"

static h2o_evloop_t *events;
static struct gw_loop_item waiting; /* so that the loop counts as woken already */
static const struct gw_backend *const backends[] = {&gw_own_dispatch, NULL};

static void nothing(struct gw_loop *loop, struct gw_loop_item *item)
{
    (void)loop;
    (void)item;
}

static void wait_for_mail(struct gw_loop *loop)
{
    waiting = (struct gw_loop_item){NULL, nothing};
    loop->head = &waiting;
    loop->tail = &waiting.next;
}

static void on_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    gw_own_reader_notice(loop, n);
}

bool gateway_line_gateway(struct gateway_world *w)
{
    char why[200] = "";
    if (!gateway_world_begin(w)) {
        return false;
    }
    w->db->on_notice = on_notice;
    w->db->now_ms = gw_clock_wall_ms(); /* gw_db_turn asks the clock */
    w->gw.db = w->db;
    w->gw.backends = backends;
    w->gw.fetch = gw_own_fetch_open(&w->gw, why, sizeof why);
    arena_init(&w->loop.arena, 0);
    for (size_t i = 0; i < GW_LOOP_SLOTS; i++) {
        w->loop.slots[i].prev = w->loop.slots[i].next = &w->loop.slots[i];
    }
    pthread_mutex_init(&w->loop.mutex, NULL);
    wait_for_mail(&w->loop);
    events = events == NULL ? h2o_evloop_create() : events; /* it has no end */
    CHECK(w->gw.fetch != NULL && gw_own_dispatch.start(&w->loop));
    return w->gw.fetch != NULL;
}

void gateway_line_gateway_end(struct gateway_world *w)
{
    gw_own_fetch_close(w->gw.fetch);
    free(w->loop.own);
    arena_wipe(&w->loop.arena);
    gateway_world_end(w);
}

static void read_frames(struct gateway_line *l, struct slice message)
{
    while (message.n > 0) {
        struct gateway_line_frame f = {.came = true};
        struct slice body;
        if (l->heard_n == l->heard_cap) {
            l->heard_cap = l->heard_cap * 2 + 16;
            l->heard = realloc(l->heard, l->heard_cap * sizeof *l->heard);
        }
        CHECK_ERR(frame_next(&message, &f.type, &f.request, &body), OK);
        CHECK_ERR(arena_copy(&l->arena, body, &f.body), OK);
        l->heard[l->heard_n++] = f;
    }
}

/* The messages that lie whole in the input; a gateway's are not masked. */
static void read_messages(struct gateway_line *l)
{
    size_t at = 0;
    for (;;) {
        const uint8_t *p = l->in + at;
        size_t left = l->in_n - at, head = 2, n;
        if (left < 2) {
            break;
        }
        n = p[1];
        head = n == 126 ? 4 : n == 127 ? 10 : 2;
        if (left < head) {
            break;
        }
        for (size_t i = 2, first = 1; i < head; i++, first = 0) {
            n = (first ? 0 : n << 8) | p[i];
        }
        if (left < head + n) {
            break;
        }
        if ((p[0] & 15) == GW_WS_CLOSE) {
            l->ended = true;
            l->close_code = n >= 2 ? (unsigned)(p[head] << 8 | p[head + 1]) : 0;
        } else {
            read_frames(l, slice_make(p + head, n));
        }
        at += head + n;
    }
    memmove(l->in, l->in + at, l->in_n - at);
    l->in_n -= at;
}

void gateway_line_listen(struct gateway_line *l)
{
    ssize_t n = 1;
    while (n > 0) {
        if (l->in_cap - l->in_n < (64u << 10)) {
            l->in_cap += 256u << 10;
            l->in = realloc(l->in, l->in_cap);
        }
        n = read(l->fd, l->in + l->in_n, l->in_cap - l->in_n);
        l->in_n += n > 0 ? (size_t)n : 0;
    }
    read_messages(l);
}

void gateway_line_settle(struct gateway_world *w, struct gateway_line *l)
{
    bool some = true;
    while (some) {
        some = gw_db_turn(w->db);
        some = gw_own_fetch_turn(w->gw.fetch) || some;
        some = w->loop.head != &waiting || waiting.next != NULL || w->loop.dirty != NULL || some;
        gw_loop_take_mail(&w->loop);
        wait_for_mail(&w->loop);
        gw_socket_flush_all(&w->loop);
        if (l != NULL) {
            size_t before = l->in_n + l->heard_n;
            gateway_line_listen(l);
            some = some || l->in_n + l->heard_n != before;
        }
        CHECK(h2o_evloop_run(events, 0) == 0);
    }
}

void gateway_line_begin(struct gateway_world *w, struct gateway_line *l)
{
    int fd[2];
    memset(l, 0, sizeof *l);
    arena_init(&l->arena, 0);
    l->w = w;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) == 0);
    l->fd = fd[1];
    struct gw_peer *p = gw_own_dispatch.accept(&w->loop, SLICE_LITERAL(GATEWAY_LINE_HOST));
    if (p == NULL) {
        abort();
    }
    l->p = gw_own_peer_of(p);
    gw_socket_ref(&p->socket); /* ours */
    gw_peer_upgraded(p, h2o_evloop_socket_create(events, fd[0], 0), 0);
}

void gateway_line_end(struct gateway_line *l)
{
    struct gateway_world *w = l->w;
    gw_socket_finish(&l->p->peer.socket);
    gateway_line_settle(w, NULL); /* jobs on their way have references, too */
    gw_peer_tick(&w->loop);
    gw_socket_unref(&l->p->peer.socket);
    close(l->fd);
    free(l->in);
    free(l->heard);
    arena_wipe(&l->arena);
}

void gateway_line_say(struct gateway_line *l, enum frame_type type, uint32_t request,
                      struct slice body)
{
    struct gw_socket *s = &l->p->peer.socket;
    struct buf b = buf_arena(&l->w->arena, body.n + FRAME_HEADER_SIZE);
    struct slice message;
    frame_put(&b, type, request, body);
    CHECK_ERR(buf_finish(&b, &message), OK);
    gw_socket_ref(s);
    s->events->message(s, message);
    gateway_line_settle(l->w, l);
    gw_socket_unref(s);
}

struct gateway_line_frame gateway_line_answer(struct gateway_line *l, uint32_t request)
{
    struct gateway_line_frame none = {0};
    for (size_t i = l->heard_n; i-- > 0;) {
        if (l->heard[i].request == request) {
            return l->heard[i];
        }
    }
    return none;
}

unsigned gateway_line_failure(struct gateway_line *l, uint32_t request)
{
    struct gateway_line_frame f = gateway_line_answer(l, request);
    struct wire_failure v = {0};
    if (f.type == FRAME_FAILURE) {
        CHECK_ERR(wire_failure_decode(&l->arena, f.body, &v), OK);
        return (unsigned)v.code;
    }
    return f.came ? 0 : UINT32_MAX;
}

size_t gateway_line_count(const struct gateway_line *l, uint8_t type, struct slice *last)
{
    size_t n = 0;
    for (size_t i = 0; i < l->heard_n; i++) {
        if (l->heard[i].type == type) {
            n++;
            if (last != NULL) {
                *last = l->heard[i].body;
            }
        }
    }
    return n;
}

void gateway_line_forget(struct gateway_line *l)
{
    l->heard_n = 0;
}

static void hello(struct gateway_line *l, enum wire_mode mode, const uint8_t *key)
{
    struct gateway_world *w = l->w;
    struct slice body;
    wire_hello_put(gateway_world_body(w),
                   &(struct wire_hello){.version = FRAME_VERSION,
                                        .mode = mode,
                                        .has_key = key != NULL,
                                        .key = slice_make(key, key == NULL ? 0 : CHAIN_KEY_SIZE)});
    CHECK_ERR(buf_finish(&w->body, &body), OK);
    gateway_line_say(l, FRAME_HELLO, 1, body);
}

void gateway_line_anon(struct gateway_world *w, struct gateway_line *l)
{
    struct wire_ready r = {0};
    gateway_line_begin(w, l);
    hello(l, WIRE_MODE_ANON, NULL);
    struct gateway_line_frame f = gateway_line_answer(l, 1);
    CHECK(f.type == FRAME_READY);
    CHECK_ERR(wire_ready_decode(&l->arena, f.body, &r), OK);
    CHECK(r.has_nonce && r.nonce.n == sizeof l->nonce);
    memcpy(l->nonce, r.nonce.p, sizeof l->nonce);
    gateway_line_forget(l);
}

void gateway_line_login(struct gateway_world *w, struct gateway_line *l, uint8_t key,
                        enum wire_mode mode)
{
    uint8_t signature[CRYPTO_SIGN_SIZE], room[512];
    struct crypto_sign_secret secret = own_world_secret(key);
    struct wire_challenge c = {SLICE_EMPTY};
    struct buf tbs = buf_fixed(room, sizeof room);
    struct slice body;
    gateway_line_begin(w, l);
    hello(l, mode, own_world_key(key));
    CHECK_ERR(wire_challenge_decode(&l->arena, gateway_line_answer(l, 1).body, &c), OK);
    CHECK(c.nonce.n == sizeof l->nonce);
    memcpy(l->nonce, c.nonce.p, sizeof l->nonce);
    frame_auth_tbs(&tbs, SLICE_LITERAL(GATEWAY_LINE_HOST),
                   slice_make(own_world_key(key), CHAIN_KEY_SIZE), c.nonce);
    crypto_sign(signature, &secret, buf_view(&tbs));
    wire_auth_put(gateway_world_body(w), &(struct wire_auth){SLICE_ARRAY(signature)});
    CHECK_ERR(buf_finish(&w->body, &body), OK);
    gateway_line_say(l, FRAME_AUTH, 2, body);
}
