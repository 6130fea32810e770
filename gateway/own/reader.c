#include "gateway/own/reader.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/gateway.h"
#include "gateway/own/peer.h"
#include "gateway/own/fetch.h"
#include "gateway/own/db_group.h"
#include "gateway/own/db_inbox.h"
#include "gateway/db_job.h"
#include "gateway/db.h"

#define SLOTS 8192 /* of the tables of boxes that are read on a loop */
#define FETCH_LEAST 4096

/* A mailbox (group set) or a device's queue (NULL) that somebody on this loop reads. */
struct gw_own_box {
    struct gw_own_box *next;
    struct gw_own_handle *readers; /* head of the list */
    struct gw_db_group *group;
    int64_t id;
};

struct gw_own {
    struct gw_loop *loop;
    struct gw_own_box *groups[SLOTS], *queues[SLOTS];
};

struct gw_own *gw_own_reader_create(struct gw_loop *loop)
{
    struct gw_own *own = calloc(1, sizeof *own);
    if (own != NULL) {
        own->loop = loop;
    }
    return own;
}

void gw_own_reader_init(struct gw_own_readers *r)
{
    memset(r, 0, sizeof *r);
    r->lag_tail = &r->lag_head;
}

/* ---- boxes and readers --------------------------------------------------------------------- */

static struct gw_own_box **slot_of(struct gw_own *own, int64_t id, bool queue)
{
    struct gw_own_box **at = queue ? own->queues : own->groups;
    at += (uint64_t)id % SLOTS;
    while (*at != NULL && (*at)->id != id) {
        at = &(*at)->next;
    }
    return at;
}

static struct gw_own_box *box_get(struct gw_own *own, int64_t id, const struct gw_db_group *group)
{
    struct gw_own_box **at = slot_of(own, id, group == NULL);
    if (*at != NULL) {
        return *at;
    }
    struct gw_own_box *b = calloc(1, sizeof *b);
    if (b != NULL && group != NULL) {
        b->group = malloc(sizeof *b->group);
        if (b->group == NULL) {
            free(b);
            return NULL;
        }
        *b->group = *group;
    }
    if (b != NULL) {
        b->id = id;
        *at = b;
    }
    return b;
}

static void join(struct gw_own_box *b, struct gw_own_handle *h)
{
    h->box = b;
    h->prev = NULL;
    h->next = b->readers;
    if (h->next != NULL) {
        h->next->prev = h;
    }
    b->readers = h;
}

static void leave_box(struct gw_own *own, struct gw_own_handle *h)
{
    struct gw_own_box *b = h->box;
    if (b == NULL) {
        return;
    }
    *(h->prev != NULL ? &h->prev->next : &b->readers) = h->next;
    if (h->next != NULL) {
        h->next->prev = h->prev;
    }
    h->box = NULL;
    if (b->readers == NULL) {
        struct gw_own_box **at = slot_of(own, b->id, b->group == NULL);
        *at = b->next;
        free(b->group);
        free(b);
    }
}

static struct gw_own_handle *handle_new(struct gw_own_peer *p)
{
    struct gw_own_readers *r = &p->readers;
    uint32_t i = 0;
    if (r->handle_n >= GW_OWN_READER_HANDLES_MAX) {
        return NULL;
    }
    while (i < r->handle_cap && r->handles[i] != NULL) {
        i++;
    }
    if (i == r->handle_cap) {
        uint32_t cap = r->handle_cap == 0 ? 4 : r->handle_cap * 2;
        struct gw_own_handle **grown = realloc(r->handles, cap * sizeof(struct gw_own_handle *));
        if (grown == NULL) {
            return NULL;
        }
        memset(grown + r->handle_cap, 0, (cap - r->handle_cap) * sizeof(struct gw_own_handle *));
        r->handles = grown;
        r->handle_cap = cap;
    }
    struct gw_own_handle *h = calloc(1, sizeof *h);
    if (h != NULL) {
        h->peer = p;
        h->number = i + 1;
        r->handles[i] = h;
        r->handle_n++;
    }
    return h;
}

static struct gw_own_handle *handle_find(struct gw_own_peer *p, uint64_t number)
{
    struct gw_own_readers *r = &p->readers;
    if (number == 0) {
        return r->inbox;
    }
    return number <= r->handle_cap ? r->handles[number - 1] : NULL;
}

/* An opened mailbox of the peer, or NULL. */
static struct gw_own_handle *mailbox_find(struct gw_own_peer *p, uint64_t number)
{
    struct gw_own_handle *h = number == 0 ? NULL : handle_find(p, number);
    return h != NULL && h->box != NULL ? h : NULL;
}

static void unlag(struct gw_own_readers *r, struct gw_own_handle *h)
{
    struct gw_own_handle **at = &r->lag_head;
    while (*at != NULL && *at != h) {
        at = &(*at)->lag_next;
    }
    if (*at == h) {
        *at = h->lag_next;
        if (r->lag_tail == &h->lag_next) {
            r->lag_tail = at;
        }
    }
}

static void handle_free(struct gw_own_peer *p, struct gw_own_handle *h)
{
    struct gw_own_readers *r = &p->readers;
    unlag(r, h);
    if (r->fetched == h) {
        r->fetched = NULL; /* its number may be another's by the end of the fetch */
    }
    leave_box(p->peer.socket.loop->own, h);
    if (h->number == 0) {
        r->inbox = NULL;
    } else {
        r->handles[h->number - 1] = NULL;
        r->handle_n--;
    }
    free(h);
}

void gw_own_reader_leave(struct gw_own_peer *p)
{
    struct gw_own_readers *r = &p->readers;
    for (uint32_t i = 0; i < r->handle_cap; i++) {
        if (r->handles[i] != NULL) {
            handle_free(p, r->handles[i]);
        }
    }
    if (r->inbox != NULL) {
        handle_free(p, r->inbox);
    }
    free(r->handles);
    gw_own_reader_init(r);
}

/* ---- delivering ---------------------------------------------------------------------------- */

static bool window_open(const struct gw_own_handle *h)
{
    return h->number != 0 || h->cursor - h->acked < GW_OWN_READER_WINDOW;
}

static void lag(struct gw_own_handle *h)
{
    struct gw_own_readers *r = &h->peer->readers;
    if (!h->lagging && window_open(h)) {
        h->lagging = true;
        h->lag_next = NULL;
        *r->lag_tail = h;
        r->lag_tail = &h->lag_next;
    }
}

static void fetched(struct gw_loop *loop, struct gw_db_job *job);

/* Starts the next fetch, if one is due and none is under way. */
static void pump(struct gw_own_peer *p)
{
    struct gw_own_readers *r = &p->readers;
    size_t backlog = gw_socket_backlog(&p->peer.socket);
    if (r->fetching || r->lag_head == NULL || p->peer.socket.state != GW_SOCKET_OPEN ||
        backlog >= GW_SOCKET_LOW) {
        return;
    }
    struct gw_own_handle *h = r->lag_head;
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_DELIVER, 0, SLICE_EMPTY);
    if (job == NULL) {
        return;
    }
    r->lag_head = h->lag_next;
    if (r->lag_head == NULL) {
        r->lag_tail = &r->lag_head;
    }
    r->fetching = true;
    r->fetched = h;
    job->handle = h->number;
    job->number = h->cursor;
    job->group.id = job->box = h->box->id;
    job->fetch.bytes = GW_SOCKET_HIGH - backlog;
    job->fetch.head = h->head;
    job->done = fetched;
    gw_own_fetch_ask(p->peer.socket.loop->gw->fetch, job);
}

void gw_own_reader_drained(struct gw_own_peer *p)
{
    pump(p);
}

/* Hands on what fits; the rest will be fetched again. */
static void take_fetched(struct gw_own_handle *h, struct slice frames)
{
    struct gw_own_peer *p = h->peer;
    struct slice s = frames, body;
    uint32_t request;
    uint8_t type;
    while (s.n > 0 && window_open(h) && gw_socket_backlog(&p->peer.socket) < GW_SOCKET_HIGH) {
        struct slice from = s;
        struct frame_deliver d;
        if (frame_next(&s, &type, &request, &body) != OK || frame_deliver_get(body, &d) != OK) {
            break;
        }
        if (d.seq > h->until) {
            h->cursor = h->head;
            break;
        }
        gw_peer_answer(&p->peer, slice_make(from.p, from.n - s.n));
        if (p->peer.socket.state != GW_SOCKET_OPEN) {
            return;
        }
        gw_log_add(p->peer.socket.loop->log, GW_LOG_DELIVERIES, 1);
        h->cursor = d.seq;
    }
}

static void fetched(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_own_peer *p = gw_own_peer_of(job->peer);
    struct gw_own_handle *h = p->readers.fetched;
    gw_socket_ref(&p->peer.socket);
    p->readers.fetching = false;
    p->readers.fetched = NULL;
    if (p->peer.socket.state == GW_SOCKET_OPEN && job->code != 0) {
        gw_own_peer_bye(p, WIRE_CODE_BUSY, 5000, GW_WS_CODE_RESTART);
    } else if (p->peer.socket.state == GW_SOCKET_OPEN && h != NULL) {
        take_fetched(h, gw_bytes_slice(job->answer));
    }
    gw_bytes_unref(job->answer);
    job->answer = NULL;
    job->code = 0;
    if (p->peer.socket.state == GW_SOCKET_OPEN) {
        if (h != NULL) {
            h->lagging = false;
            if (h->cursor < h->head) {
                lag(h);
            }
        }
        pump(p);
    }
    gw_own_peer_job_done(loop, job);
    gw_socket_unref(&p->peer.socket);
}

/* One entry, straight from the writer, for one reader. */
static void deliver(struct gw_own_handle *h, const struct gw_db_notice *n)
{
    struct gw_own_peer *p = h->peer;
    if (n->seq <= h->cursor || n->seq > h->until) {
        return;
    }
    h->head = n->seq > h->head ? n->seq : h->head;
    size_t size = FRAME_HEADER_SIZE + FRAME_DELIVER_HEAD + (n->body != NULL ? n->body->n : 0);
    if (h->lagging || n->body == NULL || n->seq != h->cursor + 1 || !window_open(h) ||
        gw_socket_backlog(&p->peer.socket) + size > GW_SOCKET_HIGH) {
        lag(h);
        pump(p);
        return;
    }
    uint8_t *at = gw_socket_reserve(&p->peer.socket, size);
    if (at == NULL) {
        return; /* closing */
    }
    struct frame_deliver d = {.handle = h->number,
                              .seq = n->seq,
                              .server_ms = n->ms,
                              .kind = n->entry_kind,
                              .epoch = n->epoch,
                              .body = gw_bytes_slice(n->body)};
    memcpy(d.mid, n->mid, sizeof d.mid);
    memcpy(d.branch, n->branch, sizeof d.branch);
    struct buf b = buf_fixed(at, size);
    size_t mark = frame_begin(&b, FRAME_DELIVER, 0);
    frame_deliver_put(&b, &d);
    frame_end(&b, mark);
    h->cursor = n->seq;
    gw_log_add(p->peer.socket.loop->log, GW_LOG_DELIVERIES, 1);
    gw_log_add(p->peer.socket.loop->log, GW_LOG_FRAMES_OUT, 1);
    gw_log_add(p->peer.socket.loop->log, GW_LOG_BYTES_OUT, (int64_t)size);
}

static void learn_key(struct gw_db_group *g, const struct gw_db_key *key, bool ends_others)
{
    if (key->epoch <= g->epoch) {
        return;
    }
    size_t keep = ends_others ? 0 : g->key_n < GW_DB_KEYS ? g->key_n : GW_DB_KEYS - 1;
    memmove(&g->keys[1], &g->keys[0], keep * sizeof g->keys[0]);
    g->keys[0] = *key;
    g->key_n = keep + 1;
    g->epoch = key->epoch;
}

void gw_own_reader_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    struct gw_own_box *b = *slot_of(loop->own, n->id, n->kind != GW_DB_NOTICE_ENTRY);
    if (b == NULL) {
        return;
    }
    if (b->group != NULL && n->has_key) {
        learn_key(b->group, &n->key, n->ends_tag);
    }
    struct gw_own_handle *next;
    for (struct gw_own_handle *h = b->readers; h != NULL; h = next) {
        next = h->next;
        if (n->kind == GW_DB_NOTICE_GONE) {
            gw_own_peer_bye(h->peer, WIRE_CODE_REVOKED, 0, GW_WS_CODE_POLICY);
        } else {
            deliver(h, n);
            if (n->ends_tag && h->until == GW_DB_NO_END) {
                h->until = n->seq;
            }
        }
    }
}

void gw_own_reader_start_inbox(struct gw_own_peer *p, int64_t box, uint64_t first, uint64_t next)
{
    struct gw_own_handle *h;
    if (p->peer.socket.state != GW_SOCKET_OPEN || p->readers.inbox != NULL) {
        return;
    }
    h = calloc(1, sizeof *h);
    struct gw_own_box *b = h == NULL ? NULL : box_get(p->peer.socket.loop->own, box, NULL);
    if (b == NULL) {
        free(h);
        gw_own_peer_bye(p, WIRE_CODE_BUSY, 5000, GW_WS_CODE_RESTART);
        return;
    }
    h->peer = p;
    h->cursor = h->acked = first - 1;
    h->head = next - 1;
    h->until = GW_DB_NO_END;
    join(b, h);
    p->readers.inbox = h;
    if (h->cursor < h->head) {
        lag(h);
        pump(p);
    }
}

/* ---- frames -------------------------------------------------------------------------------- */

static void opened(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_own_peer *p = gw_own_peer_of(job->peer);
    struct gw_own_handle *h = handle_find(p, job->handle);
    struct gw_own_box *b = NULL;
    gw_socket_ref(&p->peer.socket);
    if (job->code == 0 && h != NULL && p->peer.socket.state == GW_SOCKET_OPEN) {
        b = box_get(loop->own, job->group.id, &job->group);
        if (b == NULL) {
            job->code = WIRE_CODE_BUSY;
            job->retry_ms = 5000;
        }
    }
    if (b != NULL) {
        h->cursor = job->number;
        h->until = job->until;
        h->head = job->group.next - 1 < h->until ? job->group.next - 1 : h->until;
        join(b, h);
    } else if (h != NULL) {
        handle_free(p, h);
        h = NULL;
    }
    gw_own_peer_job_done(loop, job); /* OPENED, then the deliveries */
    if (h != NULL && p->peer.socket.state == GW_SOCKET_OPEN && h->cursor < h->head) {
        lag(h);
        pump(p);
    }
    gw_socket_unref(&p->peer.socket);
}

void gw_own_reader_open(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct gw_own_handle *h = handle_new(p);
    if (h == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_LIMIT, 0, NULL);
        return;
    }
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_OPEN, request, body);
    if (job == NULL) {
        handle_free(p, h);
        return;
    }
    job->handle = h->number;
    job->run = gw_own_db_group_open;
    job->done = opened;
    gw_db_ask(p->peer.socket.loop->gw->db, job);
}

void gw_own_reader_close(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct wire_close v;
    if (wire_close_decode(&p->peer.socket.loop->arena, body, &v) != OK) {
        gw_own_peer_malformed(p, request);
        return;
    }
    struct gw_own_handle *h = mailbox_find(p, v.handle);
    if (h == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_UNKNOWN, 0, NULL);
        return;
    }
    handle_free(p, h);
    gw_own_peer_done(p, request);
}

void gw_own_reader_ack(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    uint32_t handle = 0;
    uint64_t seq = 0;
    if (frame_seq_get(body, &handle, &seq) != OK || handle != 0) {
        gw_own_peer_malformed(p, request);
        return;
    }
    struct gw_own_handle *h = p->readers.inbox;
    if (h == NULL) {
        return;
    }
    seq = seq < h->cursor ? seq : h->cursor;
    if (seq <= h->acked) {
        return;
    }
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_ACK, 0, SLICE_EMPTY);
    if (job == NULL) {
        return;
    }
    h->acked = seq;
    job->ack = seq;
    job->run = gw_own_db_inbox_ack;
    gw_db_ask(p->peer.socket.loop->gw->db, job);
    if (h->cursor < h->head) {
        lag(h);
        pump(p);
    }
}

/* ---- ephemeral ----------------------------------------------------------------------------- */

void gw_own_reader_spread(struct gw_loop *loop, int64_t id, const struct gw_own_peer *but,
                          uint32_t number, uint64_t epoch, struct slice body)
{
    struct gw_own_box *b = *slot_of(loop->own, id, false);
    size_t size = FRAME_HEADER_SIZE + 12 + body.n;
    for (struct gw_own_handle *h = b == NULL ? NULL : b->readers; h != NULL; h = h->next) {
        if ((h->peer == but && h->number == number) || h->until != GW_DB_NO_END ||
            gw_socket_backlog(&h->peer->peer.socket) + size > GW_SOCKET_LOW) {
            continue;
        }
        uint8_t *at = gw_socket_reserve(&h->peer->peer.socket, size);
        if (at == NULL) {
            continue;
        }
        struct frame_ephemeral v = {.handle = h->number, .epoch = epoch, .body = body};
        struct buf o = buf_fixed(at, size);
        size_t mark = frame_begin(&o, FRAME_EPHEMERAL, 0);
        frame_ephemeral_put(&o, &v);
        frame_end(&o, mark);
    }
}

const struct gw_db_group *gw_own_reader_group(struct gw_own_peer *p, uint64_t number)
{
    struct gw_own_handle *h = mailbox_find(p, number);
    return h != NULL ? h->box->group : NULL;
}

const struct gw_db_key *gw_own_reader_right(struct gw_own_peer *p, uint64_t number)
{
    struct gw_own_handle *h = mailbox_find(p, number);
    return h != NULL && h->may_write ? &h->right : NULL;
}

void gw_own_reader_give_right(struct gw_own_peer *p, uint64_t number, const struct gw_db_key *key)
{
    struct gw_own_handle *h = mailbox_find(p, number);
    if (h != NULL) {
        h->right = *key;
        h->may_write = true;
    }
}
