/* The lines to the gateway: dialling them, losing them, and noticing a dead one. */
#include "engine/own/line.h"

#include <string.h>

#include "crypto/rand.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"

void own_line_hang_up(struct step *s, int conn)
{
    effects_hang_up(s->out, (unsigned)conn);
}

/* ---- dialling ------------------------------------------------------------------------------- */

/* "http://x" -> "ws://x/sotto", "https://x" -> "wss://x/sotto". */
static enum err socket_url(struct own *o, struct step *s, struct slice *out)
{
    struct buf b = buf_arena(s->arena, 256);
    struct slice g = slice_of_string(o->gateway);
    struct slice http = SLICE_LITERAL("http");
    if (g.n < 8 || !slice_equal(slice_make(g.p, 4), http)) {
        return ERR_INPUT;
    }
    buf_slice(&b, SLICE_LITERAL("ws"));
    buf_put(&b, g.p + 4, g.n - 4);
    buf_slice(&b, SLICE_LITERAL("/sotto"));
    return buf_finish(&b, out);
}

static enum err dial(struct own *o, struct step *s, int conn)
{
    struct slice url;
    TRY(socket_url(o, s, &url));
    effects_dial(s->out, (unsigned)conn, url, SLICE_LITERAL(FRAME_PROTOCOL));
    o->conn[conn].line = OWN_DIALLING;
    o->conn[conn].retry_at_ms = s->now_ms + 20000; /* we give up then */
    s->dirty = true;
    s->out->state = true;
    return OK;
}

bool own_line_wanted(const struct own *o, int conn)
{
    if (conn == OWN_CONN_CHAINS) {
        return o->chains_wanted || o->packages_wanted || o->time_wanted;
    }
    return conn == OWN_CONN_ANON ||
           (o->recovering ? o->codes.has_old : o->base.ready && !o->dropped);
}

enum err own_line_dial(struct own *o, struct step *s)
{
    if (o->gateway[0] == 0 || o->offline) {
        return OK;
    }
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        if (o->conn[c].retry_at_ms > s->now_ms || o->conn[c].line == OWN_READY) {
            continue;
        }
        if (!own_line_wanted(o, c)) {
            continue;
        }
        if (o->conn[c].line != OWN_CLOSED) {
            own_line_hang_up(s, c);
            o->conn[c].line = OWN_CLOSED;
        }
        TRY(dial(o, s, c));
    }
    return OK;
}

void own_line_lost(struct own *o, struct step *s, int conn)
{
    struct own_conn *c = &o->conn[conn];
    uint64_t wait = 500ull << (c->failures < 7 ? c->failures : 7);
    c->line = OWN_CLOSED;
    c->heard_ms = c->asked_ms = 0;
    c->failures++;
    c->retry_at_ms = s->now_ms + wait / 2 + crypto_rand_below((uint32_t)wait);
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].conn == conn) {
            if (o->asks[i].type == FRAME_KP_TAKE) {
                own_due_chat(o, o->asks[i].a);
            }
            memset(&o->asks[i], 0, sizeof o->asks[i]);
        }
    }
    if (conn == OWN_CONN_ANON) {
        own_boxes_forget(o);
        memset(&o->link, 0, sizeof o->link);
        o->blob_window = 0;
        o->later_ms = 0; /* the gateway counts afresh on the next line */
    }
    s->dirty = true;
    s->out->state = true;
}

/* Browsers answer pings below the page, so a dead path must be noticed here. */
enum err own_line_check(struct own *o, struct step *s)
{
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        struct own_conn *n = &o->conn[c];
        struct wire_ping w = {0};
        struct buf b = buf_arena(s->arena, 8);
        struct slice body;
        if (n->line != OWN_READY || s->now_ms < n->heard_ms + OWN_PING_AFTER_MS) {
            continue;
        }
        if (n->asked_ms == 0) {
            wire_ping_put(&b, &w);
            TRY(buf_finish(&b, &body));
            n->asked_ms = s->now_ms;
            TRY(own_frame(o, s, c, FRAME_PING, 0xffffffffu, body));
        } else if (s->now_ms >= n->asked_ms + OWN_PING_WAIT_MS) {
            own_line_hang_up(s, c);
            own_line_lost(o, s, c);
        }
    }
    return OK;
}

static void earlier(uint64_t *at, uint64_t t)
{
    if (t != 0 && (*at == 0 || t < *at)) {
        *at = t;
    }
}

void own_line_next(const struct own *o, const struct step *s, uint64_t *at_ms)
{
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        const struct own_conn *n = &o->conn[c];
        if (n->line == OWN_READY) {
            earlier(at_ms, n->asked_ms != 0 ? n->asked_ms + OWN_PING_WAIT_MS
                                            : n->heard_ms + OWN_PING_AFTER_MS);
        } else if (!o->offline && o->gateway[0] != 0 && own_line_wanted(o, c)) {
            earlier(at_ms, n->retry_at_ms == 0 ? s->now_ms : n->retry_at_ms);
        }
    }
    earlier(at_ms, o->base.ready ? o->later_ms : 0);
}

enum abi_line own_line_state(const struct own *o)
{
    if (o->conn[OWN_CONN_DEVICE].line == OWN_READY && o->conn[OWN_CONN_ANON].line == OWN_READY) {
        return ABI_LINE_ONLINE;
    }
    return o->offline || o->conn[OWN_CONN_ANON].failures > 1 ? ABI_LINE_OFFLINE
                                                             : ABI_LINE_CONNECTING;
}

/* ---- questions ------------------------------------------------------------------------------ */
