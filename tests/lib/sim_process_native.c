#include "lib/sim_process.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "gateway/own/blob.h"
#include "gateway/clock.h"

/* The gateway's code asks for the time and its files without saying who asks. */
static struct sim_process *running;

static void host_rand(void *user, void *p, size_t n)
{
    struct sim_process *process = user;
    uint8_t *b = p;
    for (size_t i = 0; i < n; i++) { /* SplitMix64, a stream of its own */
        uint64_t x = process->rng += 0x9e3779b97f4a7c15ull;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
        b[i] = (uint8_t)(x >> 32);
    }
}

void sim_process_enter(struct sim_process *p)
{
    struct host_native h = {.user = p, .random = host_rand};
    host_native_set(&h);
    running = p;
}

/* ---- clock.h ------------------------------------------------------------------------------- */

uint64_t gw_clock_wall_ms(void)
{
    return running->sim->now_ms;
}

uint64_t gw_clock_steady_ms(void)
{
    return running->sim->now_ms;
}

/* ---- loop.h -------------------------------------------------------------------------------- */

void gw_loop_post(struct gw_loop *l, struct gw_loop_item *first, struct gw_loop_item *last)
{
    last->next = NULL;
    *l->tail = first;
    l->tail = &last->next;
}

void gw_loop_take_mail(struct gw_loop *l)
{
    struct gw_loop_item *item = l->head;
    l->head = NULL;
    l->tail = &l->head;
    while (item != NULL) {
        struct gw_loop_item *next = item->next;
        item->run(l, item);
        item = next;
    }
}

/* ---- socket.h: bytes go whole and at once -------------------------------------------------- */

void gw_socket_init(struct gw_socket *s, struct gw_loop *loop, const struct gw_socket_events *ev)
{
    memset(s, 0, sizeof *s);
    s->loop = loop;
    s->events = ev;
    s->refs = 1;
}

void gw_socket_attach(struct gw_socket *s, h2o_socket_t *sock, size_t request_bytes)
{
    (void)request_bytes;
    s->sock = sock;
}

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

static void mark(struct gw_socket *s)
{
    if (!s->dirty) {
        s->dirty = true;
        s->dirty_next = s->loop->dirty;
        s->loop->dirty = s;
        gw_socket_ref(s);
    }
}

uint8_t *gw_socket_reserve(struct gw_socket *s, size_t n)
{
    if (s->state != GW_SOCKET_OPEN || n > GW_WS_MESSAGE_MAX) {
        return NULL;
    }
    size_t want = s->pending_n + n;
    if (want > s->pending_cap) {
        s->pending_cap = (uint32_t)(want * 2);
        s->pending = realloc(s->pending, s->pending_cap);
    }
    uint8_t *p = s->pending + s->pending_n;
    s->pending_n += (uint32_t)n;
    mark(s);
    return p;
}

size_t gw_socket_backlog(const struct gw_socket *s)
{
    return s->pending_n;
}

static void flush(struct gw_socket *s)
{
    struct sim_line *line = (struct sim_line *)(void *)s->sock;
    if (s->state == GW_SOCKET_DONE) {
        return;
    }
    struct slice all = slice_make(s->pending, s->pending_n);
    s->pending = NULL;
    s->pending_n = s->pending_cap = 0;
    if (all.n > 0) {
        sim_gateway_sent(line, all);
    }
    free((void *)(uintptr_t)all.p);
    if (s->state == GW_SOCKET_CLOSING) {
        sim_gateway_ended(line);
        gw_socket_finish(s);
    } else {
        gw_socket_go_on_reading(s, GW_SOCKET_HOLD_BACKLOG);
        s->events->drained(s);
    }
}

void gw_socket_flush_all(struct gw_loop *loop)
{
    while (loop->dirty != NULL) {
        struct gw_socket *s = loop->dirty;
        loop->dirty = s->dirty_next;
        s->dirty = false;
        flush(s);
        gw_socket_unref(s);
    }
}

void gw_socket_stop_reading(struct gw_socket *s, enum gw_socket_hold why)
{
    s->hold = (uint8_t)(s->hold | (unsigned)why);
}

void gw_socket_go_on_reading(struct gw_socket *s, enum gw_socket_hold why)
{
    s->hold = (uint8_t)(s->hold & ~(unsigned)why); /* what came meanwhile waits in sim_conn.up */
}

void gw_socket_close(struct gw_socket *s, enum gw_ws_code code)
{
    (void)code;
    if (s->state == GW_SOCKET_OPEN) {
        mark(s);
        s->state = GW_SOCKET_CLOSING;
    }
}

void gw_socket_finish(struct gw_socket *s)
{
    if (s->state == GW_SOCKET_DONE) {
        return;
    }
    s->state = GW_SOCKET_DONE;
    s->sock = NULL;
    free(s->pending);
    s->pending = NULL;
    s->pending_n = s->pending_cap = 0;
    s->events->closed(s);
    gw_socket_unref(s);
}

/* ---- blob.h: files in memory --------------------------------------------------------------- */

struct sim_blob_file {
    struct sim_blob_file *next;
    uint8_t id[FRAME_BLOB_SIZE];
    uint64_t have;
    size_t n;
    uint8_t *p;
};

static struct sim_blob_file **file_at(const uint8_t *id)
{
    struct sim_blob_file **at = &running->blobs;
    while (*at != NULL && memcmp((*at)->id, id, FRAME_BLOB_SIZE) != 0) {
        at = &(*at)->next;
    }
    return at;
}

static void file_drop(struct sim_blob_file **at)
{
    struct sim_blob_file *f = *at;
    *at = f->next;
    free(f->p);
    free(f);
}

void sim_process_wipe(struct sim_process *p)
{
    while (p->blobs != NULL) {
        file_drop(&p->blobs);
    }
    running = NULL;
}

void gw_own_blob_uploads_init(struct gw_own_blob_uploads *u)
{
    memset(u, 0, sizeof *u);
}

void gw_own_blob_uploads_wipe(struct gw_own_blob_uploads *u)
{
    (void)u;
}

void gw_own_blob_unlink(const char *dir, struct slice id)
{
    struct sim_blob_file **at = file_at(id.p);
    (void)dir;
    if (*at != NULL) {
        file_drop(at);
    }
}

static uint64_t size_of(const struct gw_own_blob_row *r, uint64_t index)
{
    uint64_t from = index * r->chunk;
    return from >= r->bytes ? 0 : r->bytes - from < r->chunk ? r->bytes - from : r->chunk;
}

unsigned gw_own_blob_write(struct gw_own_blob_uploads *u, const char *dir,
                           const struct gw_own_blob_row *r, const struct frame_blob *v,
                           uint64_t *have)
{
    (void)u;
    (void)dir;
    if (v->bytes.n == 0 || v->bytes.n != size_of(r, v->index)) {
        return WIRE_CODE_LIMIT;
    }
    struct sim_blob_file **at = file_at(v->blob);
    if (*at == NULL) {
        *at = calloc(1, sizeof **at);
        memcpy((*at)->id, v->blob, FRAME_BLOB_SIZE);
    }
    struct sim_blob_file *f = *at;
    if (v->index == f->have) {
        f->p = realloc(f->p, f->n + v->bytes.n);
        memcpy(f->p + f->n, v->bytes.p, v->bytes.n);
        f->n += v->bytes.n;
        f->have++;
    }
    *have = f->have;
    return 0;
}

bool gw_own_blob_sync(struct gw_own_blob_uploads *u)
{
    (void)u;
    return true;
}

unsigned gw_own_blob_load(const char *dir, struct slice id, const struct gw_own_blob_row *r,
                          uint32_t index, uint8_t *out, size_t *n)
{
    const struct sim_blob_file *f = *file_at(id.p);
    (void)dir;
    *n = (size_t)size_of(r, index);
    size_t from = (size_t)(index * r->chunk);
    if (f == NULL || index >= r->have || *n == 0 || from + *n > f->n) {
        return WIRE_CODE_UNKNOWN;
    }
    memcpy(out, f->p + from, *n);
    return 0;
}
