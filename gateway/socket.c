#include "gateway/socket.h"

#include <stdlib.h>
#include <string.h>

#define NONE_OPEN UINT32_MAX

static void on_read(h2o_socket_t *sock, const char *err);
static void on_written(h2o_socket_t *sock, const char *err);

void gw_socket_ref(struct gw_socket *s)
{
    s->refs++;
}

void gw_socket_unref(struct gw_socket *s)
{
    if (--s->refs == 0) {
        s->events->free(s);
    }
}

size_t gw_socket_backlog(const struct gw_socket *s)
{
    return (size_t)s->pending_n + s->flying_n;
}

/* ---- timers -------------------------------------------------------------------------------- */

static void set_timer(struct gw_socket *s)
{
    uint32_t now = s->loop->now_s;
    uint32_t due = s->heard_s + (s->ready ? GW_SOCKET_PING_S : GW_SOCKET_HELLO_S);
    if (s->ready && s->pinged) {
        due += GW_SOCKET_SILENCE_S;
    }
    if (s->flying_n > 0 && s->flying_s + GW_SOCKET_STUCK_S < due) {
        due = s->flying_s + GW_SOCKET_STUCK_S;
    }
    uint32_t wait = due > now ? due - now : 1;
    gw_loop_timer_set(s->loop, &s->timer, wait < GW_LOOP_SLOTS - 1 ? wait : GW_LOOP_SLOTS - 1);
}

static void append_control(struct gw_socket *s, enum gw_ws_opcode op, const uint8_t *p, size_t n);

static void on_timer(struct gw_loop *loop, struct gw_loop_timer *t)
{
    struct gw_socket *s = H2O_STRUCT_FROM_MEMBER(struct gw_socket, timer, t);
    uint32_t now = loop->now_s;
    if (s->state != GW_SOCKET_OPEN) {
        gw_socket_finish(s);
        return;
    }
    if (s->flying_n > 0 && now - s->flying_s >= GW_SOCKET_STUCK_S) {
        gw_log_add(loop->log, GW_LOG_CLOSES_STUCK, 1);
        gw_socket_finish(s);
        return;
    }
    uint32_t silence = now - s->heard_s;
    /* While we do not read, silence says nothing about the peer. */
    if (s->ready && s->hold != 0) {
        s->heard_s = now;
    } else if (!s->ready && silence >= GW_SOCKET_HELLO_S) {
        gw_log_add(loop->log, GW_LOG_CLOSES_IDLE, 1);
        gw_socket_close(s, GW_WS_CODE_POLICY);
        return;
    } else if (s->ready && s->pinged && silence >= GW_SOCKET_PING_S + GW_SOCKET_SILENCE_S) {
        gw_log_add(loop->log, GW_LOG_CLOSES_IDLE, 1);
        gw_socket_finish(s);
        return;
    } else if (s->ready && !s->pinged && silence >= GW_SOCKET_PING_S) {
        s->pinged = true;
        append_control(s, GW_WS_PING, NULL, 0);
    }
    set_timer(s);
}

/* ---- writing ------------------------------------------------------------------------------- */

static void mark(struct gw_socket *s)
{
    if (!s->dirty) {
        s->dirty = true;
        s->dirty_next = s->loop->dirty;
        s->loop->dirty = s;
        gw_socket_ref(s);
    }
}

/* Room at the end of pending. */
static uint8_t *room(struct gw_socket *s, size_t n)
{
    size_t want = s->pending_n + n;
    if (want > s->pending_cap) {
        size_t cap = (size_t)s->pending_cap * 2;
        cap = cap > want + 128 ? cap : want + 128;
        uint8_t *p = cap > UINT32_MAX / 2 ? NULL : realloc(s->pending, cap);
        if (p == NULL) {
            return NULL;
        }
        s->pending = p;
        s->pending_cap = (uint32_t)cap;
    }
    return s->pending + s->pending_n;
}

/* Ends the open message: its header goes in front, in the shortest form. */
static void seal(struct gw_socket *s)
{
    uint8_t head[GW_WS_HEADER_MAX];
    if (s->message_at == NONE_OPEN) {
        return;
    }
    uint8_t *at = s->pending + s->message_at;
    size_t n = s->pending_n - s->message_at - s->message_head;
    size_t h = gw_ws_header(head, GW_WS_BINARY, n);
    if (h < s->message_head) { /* only for messages below 126 bytes, or a lone large frame */
        memmove(at + h, at + s->message_head, n);
        s->pending_n -= (uint32_t)(s->message_head - h);
    }
    memcpy(at, head, h);
    s->message_at = NONE_OPEN;
}

uint8_t *gw_socket_reserve(struct gw_socket *s, size_t n)
{
    if (s->state != GW_SOCKET_OPEN || n > GW_WS_MESSAGE_MAX) {
        return NULL;
    }
    if (s->message_at != NONE_OPEN &&
        s->pending_n - s->message_at - s->message_head + n > UINT16_MAX) {
        seal(s);
    }
    if (s->message_at == NONE_OPEN) {
        uint8_t head = n > UINT16_MAX ? GW_WS_HEADER_MAX : 4;
        if (room(s, head + n) == NULL) {
            return NULL;
        }
        s->message_at = s->pending_n;
        s->message_head = head;
        s->pending_n += head;
    }
    uint8_t *p = room(s, n);
    if (p != NULL) {
        s->pending_n += (uint32_t)n;
        mark(s);
    }
    return p;
}

static void append_control(struct gw_socket *s, enum gw_ws_opcode op, const uint8_t *p, size_t n)
{
    uint8_t head[GW_WS_HEADER_MAX];
    seal(s);
    size_t h = gw_ws_header(head, op, n);
    uint8_t *at = room(s, h + n);
    if (at == NULL) {
        return;
    }
    memcpy(at, head, h);
    if (n > 0) {
        memcpy(at + h, p, n);
    }
    s->pending_n += (uint32_t)(h + n);
    mark(s);
}

static void flush(struct gw_socket *s)
{
    if (s->sock == NULL || s->flying_n > 0 || s->pending_n == 0) {
        return;
    }
    seal(s);
    uint8_t *spare = s->flying;
    uint32_t cap = s->flying_cap;
    s->flying = s->pending;
    s->flying_n = s->pending_n;
    s->flying_cap = s->pending_cap;
    s->pending = spare;
    s->pending_cap = cap;
    s->pending_n = 0;
    s->flying_s = s->loop->now_s;
    h2o_iovec_t v = {(char *)s->flying, s->flying_n};
    h2o_socket_write(s->sock, &v, 1, on_written);
    if (s->state == GW_SOCKET_OPEN && s->timer.due_s > s->flying_s + GW_SOCKET_STUCK_S) {
        set_timer(s);
    }
}

void gw_socket_flush_all(struct gw_loop *loop)
{
    while (loop->dirty != NULL) {
        struct gw_socket *s = loop->dirty;
        loop->dirty = s->dirty_next;
        s->dirty = false;
        flush(s);
        if (s->state == GW_SOCKET_OPEN && gw_socket_backlog(s) > GW_SOCKET_HIGH) {
            gw_socket_stop_reading(s, GW_SOCKET_HOLD_BACKLOG);
        }
        gw_socket_unref(s);
    }
}

static void on_written(h2o_socket_t *sock, const char *err)
{
    struct gw_socket *s = sock->data;
    struct gw_loop *loop = s->loop;
    if (err != NULL) {
        gw_socket_finish(s);
        return;
    }
    s->flying_n = 0;
    if (s->pending_n > 0) {
        flush(s);
    } else {
        free(s->flying); /* an idle connection keeps no buffer */
        free(s->pending);
        s->flying = s->pending = NULL;
        s->flying_cap = s->pending_cap = 0;
        if (s->answered_close) {
            gw_socket_finish(s);
            return;
        }
    }
    if (s->state == GW_SOCKET_OPEN && gw_socket_backlog(s) < GW_SOCKET_LOW) {
        gw_socket_ref(s);
        gw_socket_go_on_reading(s, GW_SOCKET_HOLD_BACKLOG);
        if (s->state == GW_SOCKET_OPEN) {
            s->events->drained(s);
        }
        gw_socket_unref(s);
    }
    gw_socket_flush_all(loop);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void take(struct gw_socket *s, const struct gw_ws_frame *f)
{
    switch ((enum gw_ws_opcode)f->opcode) {
    case GW_WS_BINARY:
        s->events->message(s, slice_make(f->p, f->n));
        break;
    case GW_WS_PING:
        append_control(s, GW_WS_PONG, f->p, f->n);
        break;
    case GW_WS_PONG:
        break;
    case GW_WS_CLOSE:
        gw_socket_close(s, GW_WS_CODE_NORMAL);
        s->answered_close = true;
        break;
    }
}

/* All whole frames that lie in the input. */
static void parse(struct gw_socket *s)
{
    size_t at = 0;
    if (s->parsing) {
        return;
    }
    s->parsing = true;
    gw_socket_ref(s);
    while (s->state == GW_SOCKET_OPEN && s->hold == 0) {
        struct gw_ws_frame f;
        h2o_buffer_t *in = s->sock->input;
        if (in->size == at) {
            break; /* bytes may be NULL */
        }
        enum gw_ws_result r = gw_ws_parse((uint8_t *)in->bytes + at, in->size - at, &f);
        if (r == GW_WS_MORE) {
            break;
        }
        if (r == GW_WS_BAD) {
            gw_log_add(s->loop->log, GW_LOG_CLOSES_BAD, 1);
            gw_socket_close(s, f.bad_code);
            break;
        }
        at += f.taken;
        take(s, &f);
        if (gw_socket_backlog(s) > GW_SOCKET_HIGH) {
            gw_socket_stop_reading(s, GW_SOCKET_HOLD_BACKLOG);
        }
    }
    if (s->sock != NULL) {
        size_t all = s->sock->input->size;
        h2o_buffer_consume(&s->sock->input, s->state == GW_SOCKET_OPEN ? at : all);
    }
    s->parsing = false;
    gw_socket_unref(s);
}

static void on_read(h2o_socket_t *sock, const char *err)
{
    struct gw_socket *s = sock->data;
    struct gw_loop *loop = s->loop;
    if (err != NULL) {
        gw_socket_finish(s);
        return;
    }
    if (s->ready) {
        s->heard_s = loop->now_s;
        s->pinged = false;
    }
    parse(s);
    gw_socket_flush_all(loop);
}

void gw_socket_stop_reading(struct gw_socket *s, enum gw_socket_hold why)
{
    if (s->hold == 0 && s->state == GW_SOCKET_OPEN) {
        h2o_socket_read_stop(s->sock);
    }
    s->hold = (uint8_t)(s->hold | (unsigned)why);
}

void gw_socket_go_on_reading(struct gw_socket *s, enum gw_socket_hold why)
{
    if ((s->hold & (unsigned)why) == 0) {
        return;
    }
    s->hold = (uint8_t)(s->hold & ~(unsigned)why);
    if (s->hold == 0 && s->state == GW_SOCKET_OPEN) {
        s->heard_s = s->loop->now_s;
        h2o_socket_read_start(s->sock, on_read);
        parse(s); /* what came before we stopped */
    }
}

/* ---- life ---------------------------------------------------------------------------------- */

void gw_socket_init(struct gw_socket *s, struct gw_loop *loop, const struct gw_socket_events *ev)
{
    memset(s, 0, sizeof *s);
    s->loop = loop;
    s->events = ev;
    s->refs = 1;
    s->message_at = NONE_OPEN;
    s->timer.fire = on_timer;
}

void gw_socket_attach(struct gw_socket *s, h2o_socket_t *sock, size_t request_bytes)
{
    s->sock = sock;
    sock->data = s;
    s->heard_s = s->loop->now_s;
    set_timer(s);
    h2o_buffer_consume(&sock->input, request_bytes);
    h2o_socket_read_start(sock, on_read);
    parse(s); /* frames may have come with the request */
}

void gw_socket_close(struct gw_socket *s, enum gw_ws_code code)
{
    uint8_t reason[2] = {(uint8_t)((unsigned)code >> 8), (uint8_t)code};
    if (s->state != GW_SOCKET_OPEN) {
        return;
    }
    append_control(s, GW_WS_CLOSE, reason, sizeof reason);
    s->state = GW_SOCKET_CLOSING;
    if (s->hold != 0) { /* what still comes is dropped, but the end is noticed */
        h2o_socket_read_start(s->sock, on_read);
    }
    gw_loop_timer_set(s->loop, &s->timer, GW_SOCKET_CLOSE_S);
}

void gw_socket_finish(struct gw_socket *s)
{
    if (s->state == GW_SOCKET_DONE) {
        return;
    }
    s->state = GW_SOCKET_DONE;
    gw_loop_timer_clear(&s->timer);
    if (s->sock != NULL) {
        h2o_socket_close(s->sock);
        s->sock = NULL;
    }
    free(s->pending);
    free(s->flying);
    s->pending = s->flying = NULL;
    s->pending_n = s->pending_cap = s->flying_n = s->flying_cap = 0;
    s->message_at = NONE_OPEN;
    s->events->closed(s);
    gw_socket_unref(s);
}
