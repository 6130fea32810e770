#include "lib/sim_gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "schema/chain.h"
#include "schema/frame.h"

#define ORIGIN "gw.test"

struct bytes {
    uint8_t *p;
    size_t n;
};
struct entry { /* of a log or an inbox */
    uint64_t at_ms, epoch;
    uint8_t kind, mid[8], branch[8];
    struct bytes body;
};
struct box {
    uint8_t id[16], read_hash[32];
    struct {
        uint8_t hash[32];
        uint64_t until;
    } old_tags[128];
    size_t old_tag_n;
    uint64_t epoch;
    struct key {
        uint64_t epoch;
        uint8_t k[32];
    } keys[64];
    size_t key_n;
    struct entry *log;
    size_t n;
    struct bytes info;
};
struct kp {
    uint8_t device[32];
    uint64_t suite;
    bool last_resort, taken;
    struct bytes package;
};
struct account {
    uint8_t key[32], inbox[16];
    struct bytes chain[64];
    size_t chain_n;
    struct chain_entry head;
    struct kp *kps;
    size_t kp_n;
    struct token {
        uint8_t hash[32];
        uint64_t uses, used;
        bool gone;
    } tokens[256];
    size_t token_n;
};
struct queue { /* inbox of one device */
    uint8_t device[32];
    int account;
    struct entry *v;
    size_t n;
    uint64_t acked;
};
struct blob {
    uint8_t drop_hash[32];
    bool gone;
    uint8_t id[16];
    uint64_t bytes, chunk, have;
    struct bytes *chunks;
};
struct record {
    uint8_t address[16];
    uint64_t version;
    struct bytes body;
};
struct sim_gateway {
    struct sim *sim;
    struct box *boxes;
    size_t box_n;
    struct account *accounts;
    size_t account_n;
    struct queue *queues;
    size_t queue_n;
    struct blob *blobs;
    size_t blob_n;
    struct record *records;
    size_t record_n;
    struct arena arena;
};

static struct bytes keep(struct slice s)
{
    struct bytes b = {malloc(s.n + 1), s.n};
    if (s.n > 0) {
        memcpy(b.p, s.p, s.n);
    }
    return b;
}

static struct slice of(struct bytes b)
{
    return slice_make(b.p, b.n);
}

#define PUSH(list, n) ((list) = realloc((list), ((n) + 1) * sizeof *(list)), &(list)[(n)++])

struct sim_gateway *sim_gateway_create(struct sim *s)
{
    struct sim_gateway *g = calloc(1, sizeof *g);
    g->sim = s;
    arena_init(&g->arena, 0);
    return g;
}

static void free_entries(struct entry *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(v[i].body.p);
    }
    free(v);
}

void sim_gateway_destroy(struct sim_gateway *g)
{
    for (size_t i = 0; i < g->box_n; i++) {
        free_entries(g->boxes[i].log, g->boxes[i].n);
        free(g->boxes[i].info.p);
    }
    for (size_t i = 0; i < g->account_n; i++) {
        for (size_t k = 0; k < g->accounts[i].chain_n; k++) {
            free(g->accounts[i].chain[k].p);
        }
        for (size_t k = 0; k < g->accounts[i].kp_n; k++) {
            free(g->accounts[i].kps[k].package.p);
        }
        free(g->accounts[i].kps);
    }
    for (size_t i = 0; i < g->queue_n; i++) {
        free_entries(g->queues[i].v, g->queues[i].n);
    }
    for (size_t i = 0; i < g->blob_n; i++) {
        for (uint64_t k = 0; k < g->blobs[i].have; k++) {
            free(g->blobs[i].chunks[k].p);
        }
        free(g->blobs[i].chunks);
    }
    for (size_t i = 0; i < g->record_n; i++) {
        free(g->records[i].body.p);
    }
    free(g->boxes);
    free(g->accounts);
    free(g->queues);
    free(g->blobs);
    free(g->records);
    arena_wipe(&g->arena);
    free(g);
}

/* ---- answering ------------------------------------------------------------------------------ */

struct talk {
    struct sim_gateway *g;
    struct sim_device *d;
    int conn;
    uint32_t request;
};

static void trace(const struct talk *t, const char *way, unsigned type, struct slice body)
{
    if (t->g->sim->trace) {
        fprintf(stderr, "%llu %s %s%d type %u request %u, %zu bytes",
                (unsigned long long)(t->g->sim->now_ms % 10000000), t->d->name, way, t->conn, type,
                t->request, body.n);
        if (type == FRAME_FAILURE) {
            struct wire_failure f;
            struct arena a;
            arena_init(&a, 0);
            if (wire_failure_decode(&a, body, &f) == OK) {
                fprintf(stderr, " FAILURE %llu", (unsigned long long)f.code);
            }
            arena_wipe(&a);
        }
        fprintf(stderr, "\n");
    }
}

static void answer(struct talk *t, enum frame_type type, struct slice body)
{
    trace(t, "<", type, body);
    struct buf b = buf_arena(&t->g->arena, body.n + 16);
    struct slice out;
    frame_put(&b, type, t->request, body);
    if (buf_finish(&b, &out) != OK) {
        abort();
    }
    sim_to_device(t->d, t->conn, out);
}

#define ANSWER(t, TYPE, name, value)                                                               \
    do {                                                                                           \
        struct buf b_ = buf_arena(&(t)->g->arena, 256);                                            \
        struct slice s_;                                                                           \
        wire_##name##_put(&b_, &(value));                                                          \
        if (buf_finish(&b_, &s_) != OK) {                                                          \
            abort();                                                                               \
        }                                                                                          \
        answer((t), TYPE, s_);                                                                     \
    } while (0)

static void fail(struct talk *t, uint64_t code)
{
    struct wire_failure f;
    memset(&f, 0, sizeof f);
    f.code = code;
    if (t->request != 0) {
        ANSWER(t, FRAME_FAILURE, failure, f);
    }
}

static void done(struct talk *t)
{
    struct wire_done w = {0};
    ANSWER(t, FRAME_DONE, done, w);
}

static void deliver(struct sim_gateway *g, struct sim_device *d, int conn, uint32_t handle,
                    uint64_t seq, const struct entry *e)
{
    struct talk t = {g, d, conn, 0};
    struct frame_deliver f;
    struct buf b = buf_arena(&g->arena, e->body.n + 128);
    struct slice s;
    memset(&f, 0, sizeof f);
    f.handle = handle;
    f.seq = seq;
    f.server_ms = e->at_ms;
    f.kind = e->kind;
    f.epoch = e->epoch;
    memcpy(f.mid, e->mid, 8);
    memcpy(f.branch, e->branch, 8);
    f.body = of(e->body);
    frame_deliver_put(&b, &f);
    if (buf_finish(&b, &s) != OK) {
        abort();
    }
    answer(&t, FRAME_DELIVER, s);
    if (g->sim->dup_percent > 0 && sim_weather(d, conn, seq << 8, 1000) < g->sim->dup_percent) {
        answer(&t, FRAME_DELIVER, s);
    }
}

static void fan_out(struct sim_gateway *g, uint32_t box)
{
    for (size_t i = 0; i < g->sim->dev_n; i++) {
        struct sim_device *d = g->sim->dev[i];
        struct sim_conn *c = &d->conn[2];
        for (uint32_t h = 0; c->open && h < c->handle_n; h++) {
            if (c->handles[h].box != box) {
                continue;
            }
            while (c->handles[h].sent < g->boxes[box].n &&
                   c->handles[h].sent < c->handles[h].until) {
                uint64_t seq = ++c->handles[h].sent;
                deliver(g, d, 2, h + 1, seq, &g->boxes[box].log[seq - 1]);
            }
        }
    }
}

static struct queue *queue_of(struct sim_gateway *g, const uint8_t device[32])
{
    for (size_t i = 0; i < g->queue_n; i++) {
        if (memcmp(g->queues[i].device, device, 32) == 0) {
            return &g->queues[i];
        }
    }
    return NULL;
}

static void pour_inbox(struct sim_gateway *g, struct sim_device *d)
{
    struct queue *q = queue_of(g, d->device);
    if (q == NULL || !d->known || !d->conn[1].ready) {
        return;
    }
    if (d->inbox_sent < q->acked) {
        d->inbox_sent = q->acked;
    }
    while (d->inbox_sent < q->n) {
        uint64_t seq = ++d->inbox_sent;
        deliver(g, d, 1, 0, seq, &q->v[seq - 1]);
    }
}

/* ---- accounts ------------------------------------------------------------------------------- */

static struct account *by_inbox(struct sim_gateway *g, struct slice inbox)
{
    for (size_t i = 0; i < g->account_n; i++) {
        if (slice_equal(inbox, SLICE_ARRAY(g->accounts[i].inbox))) {
            return &g->accounts[i];
        }
    }
    return NULL;
}

static struct account *by_device(struct sim_gateway *g, const uint8_t device[32])
{
    for (size_t i = 0; i < g->account_n; i++) {
        if (chain_has_device(&g->accounts[i].head, device)) {
            return &g->accounts[i];
        }
    }
    return NULL;
}

static void ensure_queues(struct sim_gateway *g, struct account *a)
{
    for (size_t i = 0; i < a->head.device_n; i++) {
        if (queue_of(g, a->head.devices[i]) == NULL) {
            struct queue *q = PUSH(g->queues, g->queue_n);
            memset(q, 0, sizeof *q);
            memcpy(q->device, a->head.devices[i], 32);
        }
    }
}

static struct token *token_of(struct account *a, struct slice token)
{
    uint8_t h[32];
    crypto_sha256(h, token);
    for (size_t i = 0; i < a->token_n; i++) {
        struct token *t = &a->tokens[i];
        if (!t->gone && memcmp(t->hash, h, 32) == 0 && (t->uses == 0 || t->used < t->uses)) {
            return t;
        }
    }
    return NULL;
}

static void inbox_put(struct sim_gateway *g, struct account *a, struct slice body)
{
    for (size_t i = 0; i < a->head.device_n; i++) {
        struct queue *q = queue_of(g, a->head.devices[i]);
        struct entry *e = PUSH(q->v, q->n);
        memset(e, 0, sizeof *e);
        e->at_ms = g->sim->now_ms;
        e->body = keep(body);
    }
    for (size_t i = 0; i < g->sim->dev_n; i++) {
        pour_inbox(g, g->sim->dev[i]);
    }
}

static void on_register(struct talk *t, struct slice body)
{
    struct wire_register w;
    struct chain_entry e;
    if (wire_register_decode(&t->g->arena, body, &w) != OK || chain_read(w.entry, &e) != OK ||
        chain_continues(NULL, &e) != OK || !chain_has_device(&e, t->d->device)) {
        fail(t, FRAME_CODE_CHAIN);
        return;
    }
    struct account *a = by_inbox(t->g, w.inbox);
    if (a == NULL) {
        a = PUSH(t->g->accounts, t->g->account_n);
        memset(a, 0, sizeof *a);
        memcpy(a->key, e.account, 32);
        memcpy(a->inbox, e.inbox, 16);
        a->chain[a->chain_n++] = keep(w.entry);
        a->head = e;
        ensure_queues(t->g, a);
    }
    t->d->known = true;
    done(t);
    pour_inbox(t->g, t->d);
}

static void on_chain_put(struct talk *t, struct slice body)
{
    struct wire_chain_put w;
    struct chain_entry e;
    if (wire_chain_put_decode(&t->g->arena, body, &w) != OK || chain_read(w.entry, &e) != OK) {
        fail(t, FRAME_CODE_CHAIN);
        return;
    }
    struct account *a = by_inbox(t->g, SLICE_ARRAY(e.inbox));
    if (a == NULL || memcmp(a->key, e.account, 32) != 0) {
        fail(t, FRAME_CODE_CHAIN);
        return;
    }
    if (e.version < a->chain_n) {
        bool same = slice_equal(of(a->chain[e.version]), w.entry);
        if (!same) {
            fail(t, FRAME_CODE_CHAIN);
            return;
        }
    } else if (chain_continues(&a->head, &e) != OK) {
        fail(t, FRAME_CODE_CHAIN);
        return;
    } else {
        a->chain[a->chain_n++] = keep(w.entry);
        a->head = e;
        ensure_queues(t->g, a);
    }
    t->d->known = chain_has_device(&a->head, t->d->device);
    done(t);
    pour_inbox(t->g, t->d);
}

static void on_kp_put(struct talk *t, struct slice body)
{
    struct wire_kp_put w;
    struct account *a = by_device(t->g, t->d->device);
    if (a == NULL || wire_kp_put_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    for (size_t i = 0; i < w.packages_n; i++) {
        struct kp *k = PUSH(a->kps, a->kp_n);
        memset(k, 0, sizeof *k);
        memcpy(k->device, t->d->device, 32);
        k->suite = w.packages[i].suite;
        k->last_resort = w.packages[i].last_resort;
        k->package = keep(w.packages[i].package);
    }
    done(t);
}

static void on_kp_count(struct talk *t)
{
    struct account *a = by_device(t->g, t->d->device);
    struct wire_kp_level level[8];
    struct wire_kp_counts w = {level, 0};
    for (size_t i = 0; a != NULL && i < a->kp_n; i++) {
        struct kp *k = &a->kps[i];
        size_t j = 0;
        if (memcmp(k->device, t->d->device, 32) != 0 || k->taken) {
            continue;
        }
        while (j < w.items_n && level[j].suite != k->suite) {
            j++;
        }
        if (j == w.items_n) {
            w.items_n++;
            level[j] = (struct wire_kp_level){k->suite, 0, 0};
        }
        if (k->last_resort) {
            level[j].last_resort_s = t->g->sim->now_ms / 1000 + 89ull * 86400;
        } else {
            level[j].left++;
        }
    }
    ANSWER(t, FRAME_KP_COUNTS, kp_counts, w);
}

static void on_kp_take(struct talk *t, struct slice body)
{
    struct wire_kp_take w;
    struct wire_kp_of list[16];
    struct wire_kp_taken out;
    struct slice chain[64];
    if (wire_kp_take_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct account *a = by_inbox(t->g, w.inbox);
    if (a == NULL || token_of(a, w.token) == NULL) {
        fail(t, FRAME_CODE_TOKEN);
        return;
    }
    memset(&out, 0, sizeof out);
    for (size_t d = 0; d < a->head.device_n; d++) {
        struct kp *best = NULL;
        for (size_t i = 0; i < a->kp_n; i++) {
            struct kp *k = &a->kps[i];
            if (!k->taken && memcmp(k->device, a->head.devices[d], 32) == 0 && w.suites_n > 0 &&
                k->suite == w.suites[0] &&
                (best == NULL || (best->last_resort && !k->last_resort))) {
                best = k;
            }
        }
        if (best != NULL) {
            best->taken = !best->last_resort;
            list[out.packages_n].device = SLICE_ARRAY(best->device);
            list[out.packages_n].suite = best->suite;
            list[out.packages_n++].package = of(best->package);
        }
    }
    if (out.packages_n == 0) {
        fail(t, FRAME_CODE_EMPTY);
        return;
    }
    for (size_t i = 0; i < a->chain_n; i++) {
        chain[i] = of(a->chain[i]);
    }
    out.account = SLICE_ARRAY(a->key);
    out.chain = chain;
    out.chain_n = a->chain_n;
    out.packages = list;
    ANSWER(t, FRAME_KP_TAKEN, kp_taken, out);
}

static void on_token(struct talk *t, struct slice body, bool drop)
{
    struct account *a = by_device(t->g, t->d->device);
    struct wire_token_set w;
    struct wire_token_drop x;
    memset(&w, 0, sizeof w);
    if (a == NULL || (drop ? wire_token_drop_decode(&t->g->arena, body, &x)
                           : wire_token_set_decode(&t->g->arena, body, &w)) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct slice hash = drop ? x.hash : w.hash;
    for (size_t i = 0; i < a->token_n; i++) {
        if (slice_equal(SLICE_ARRAY(a->tokens[i].hash), hash)) {
            a->tokens[i].gone = drop;
            done(t);
            return;
        }
    }
    if (!drop && a->token_n < 256) {
        struct token *k = &a->tokens[a->token_n++];
        memset(k, 0, sizeof *k);
        memcpy(k->hash, hash.p, 32);
        k->uses = w.uses;
    }
    done(t);
}

static void on_chain_get(struct talk *t, struct slice body)
{
    struct wire_chain_get w;
    struct wire_chain out;
    struct slice chain[64];
    if (wire_chain_get_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct account *a = by_inbox(t->g, w.inbox);
    if (a == NULL) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    memset(&out, 0, sizeof out);
    for (size_t i = (size_t)w.from; i < a->chain_n; i++) {
        chain[out.entries_n++] = of(a->chain[i]);
    }
    out.account = SLICE_ARRAY(a->key);
    out.entries = chain;
    ANSWER(t, FRAME_CHAIN, chain, out);
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static int box_of(struct sim_gateway *g, struct slice id)
{
    for (size_t i = 0; i < g->box_n; i++) {
        if (slice_equal(id, SLICE_ARRAY(g->boxes[i].id))) {
            return (int)i;
        }
    }
    return -1;
}

static const uint8_t *write_key(const struct box *b, uint64_t epoch)
{
    for (size_t i = 0; i < b->key_n; i++) {
        if (b->keys[i].epoch == epoch && epoch + 5 >= b->epoch) {
            return b->keys[i].k;
        }
    }
    return NULL;
}

static void add_key(struct box *b, uint64_t epoch, struct slice key)
{
    if (b->key_n == 64) {
        memmove(b->keys, b->keys + 32, 32 * sizeof b->keys[0]);
        b->key_n = 32;
    }
    b->keys[b->key_n].epoch = epoch;
    memcpy(b->keys[b->key_n++].k, key.p, 32);
}

static void on_box_new(struct talk *t, struct slice body)
{
    struct wire_box_new w;
    if (wire_box_new_decode(&t->g->arena, body, &w) != OK || w.mailbox.n != 16 ||
        w.read_hash.n != 32 || w.write_key.n != 32) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    if (box_of(t->g, w.mailbox) >= 0) {
        fail(t, FRAME_CODE_EXISTS);
        return;
    }
    struct box *b = PUSH(t->g->boxes, t->g->box_n);
    memset(b, 0, sizeof *b);
    memcpy(b->id, w.mailbox.p, 16);
    memcpy(b->read_hash, w.read_hash.p, 32);
    b->epoch = w.epoch;
    add_key(b, w.epoch, w.write_key);
    done(t);
}

static bool may_read(const struct box *b, struct slice tag, uint64_t *until)
{
    uint8_t h[32];
    crypto_sha256(h, tag);
    *until = UINT64_MAX;
    for (size_t i = 0; i < b->old_tag_n; i++) {
        if (memcmp(h, b->old_tags[i].hash, 32) == 0) {
            *until = b->old_tags[i].until;
            return true;
        }
    }
    return memcmp(h, b->read_hash, 32) == 0;
}

/* Who reads by the old tag reads no further than seq. */
static void new_tag(struct sim_gateway *g, struct box *b, struct slice hash, uint64_t seq)
{
    if (b->old_tag_n < sizeof b->old_tags / sizeof b->old_tags[0]) {
        memcpy(b->old_tags[b->old_tag_n].hash, b->read_hash, 32);
        b->old_tags[b->old_tag_n++].until = seq;
    }
    memcpy(b->read_hash, hash.p, 32);
    for (size_t i = 0; i < g->sim->dev_n; i++) {
        struct sim_conn *c = &g->sim->dev[i]->conn[2];
        for (uint32_t h = 0; h < c->handle_n; h++) {
            if (c->handles[h].box == (uint32_t)(b - g->boxes) &&
                c->handles[h].until == UINT64_MAX) {
                c->handles[h].until = seq;
            }
        }
    }
}

static void on_open(struct talk *t, struct slice body)
{
    struct wire_open w;
    struct wire_opened out;
    if (wire_open_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    int i = box_of(t->g, w.mailbox);
    struct sim_conn *c = &t->d->conn[2];
    uint64_t until = 0;
    if (i < 0 || !may_read(&t->g->boxes[i], w.read_tag, &until) ||
        c->handle_n == sizeof c->handles / sizeof c->handles[0]) {
        fail(t, i < 0 ? FRAME_CODE_UNKNOWN : FRAME_CODE_AUTH);
        return;
    }
    struct box *b = &t->g->boxes[i];
    uint64_t from = w.cursor;
    if (!w.has_cursor) {
        from = 0;
        for (size_t k = 0; k < b->n; k++) {
            if (b->log[k].kind == FRAME_KIND_COMMIT && b->log[k].epoch + 1 <= w.epoch) {
                from = k + 1;
            }
        }
    }
    c->handles[c->handle_n].until = until;
    c->handles[c->handle_n].box = (uint32_t)i;
    c->handles[c->handle_n++].sent = from;
    out.handle = c->handle_n;
    out.head = b->n < until ? b->n : until;
    out.epoch = b->epoch;
    out.first = from + 1;
    ANSWER(t, FRAME_OPENED, opened, out);
    fan_out(t->g, (uint32_t)i);
}

static struct box *box_of_handle(struct talk *t, uint64_t handle)
{
    struct sim_conn *c = &t->d->conn[2];
    return handle == 0 || handle > c->handle_n || c->handles[handle - 1].box == UINT32_MAX
               ? NULL
               : &t->g->boxes[c->handles[handle - 1].box];
}

static bool verify(struct sim_gateway *g, const uint8_t key[32], const uint8_t *sig,
                   void (*put)(struct buf *, const void *, const struct box *), const void *v,
                   const struct box *box)
{
    struct buf b = buf_arena(&g->arena, 512);
    struct crypto_sign_public pub;
    struct slice tbs;
    put(&b, v, box);
    memcpy(pub.b, key, 32);
    return buf_finish(&b, &tbs) == OK && crypto_sign_verify(slice_make(sig, 64), tbs, &pub) == OK;
}

static void put_post(struct buf *b, const void *v, const struct box *box)
{
    const struct frame_post *p = v;
    frame_post_tbs(b, SLICE_ARRAY(box->id), p->epoch, SLICE_ARRAY(p->mid), SLICE_ARRAY(p->branch),
                   p->body);
}

static void put_commit(struct buf *b, const void *v, const struct box *box)
{
    frame_commit_tbs(b, SLICE_ARRAY(box->id), v);
}

static void posted(struct talk *t, uint64_t seq)
{
    struct buf b = buf_arena(&t->g->arena, 16);
    struct slice s;
    buf_le64(&b, seq);
    if (buf_finish(&b, &s) == OK) {
        answer(t, FRAME_POSTED, s);
    }
}

static bool find_mid(const struct box *b, const uint8_t *mid, uint64_t *seq)
{
    for (size_t i = 0; i < b->n; i++) {
        if (memcmp(b->log[i].mid, mid, 8) == 0) {
            *seq = i + 1;
            return true;
        }
    }
    return false;
}

static uint64_t add(struct sim_gateway *g, struct box *b, uint8_t kind, uint64_t epoch,
                    const uint8_t *mid, const uint8_t *branch, struct slice body)
{
    struct entry *e = PUSH(b->log, b->n);
    memset(e, 0, sizeof *e);
    e->at_ms = g->sim->now_ms;
    e->kind = kind;
    e->epoch = epoch;
    memcpy(e->mid, mid, 8);
    memcpy(e->branch, branch, 8);
    e->body = keep(body);
    return b->n;
}

static void on_post(struct talk *t, struct slice body)
{
    struct frame_post p;
    uint64_t seq = 0;
    if (frame_post_get(body, &p) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct box *b = box_of_handle(t, p.handle);
    if (b == NULL) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    if ((p.flags & FRAME_FLAG_RETRY) != 0 && find_mid(b, p.mid, &seq)) {
        posted(t, seq);
        return;
    }
    const uint8_t *key = write_key(b, p.epoch);
    if (key == NULL) {
        fail(t, p.epoch > b->epoch ? FRAME_CODE_EPOCH : FRAME_CODE_STALE);
        return;
    }
    if (!verify(t->g, key, p.signature, put_post, &p, b)) {
        fail(t, FRAME_CODE_AUTH);
        return;
    }
    posted(t, add(t->g, b, FRAME_KIND_APPLICATION, p.epoch, p.mid, p.branch, p.body));
    fan_out(t->g, (uint32_t)(b - t->g->boxes));
}

static void on_commit(struct talk *t, struct slice body)
{
    struct wire_commit w;
    uint64_t seq = 0;
    if (wire_commit_decode(&t->g->arena, body, &w) != OK || w.mid.n != 8 || w.branch.n != 8 ||
        w.next_key.n != 32 || w.signature.n != 64) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct box *b = box_of_handle(t, w.handle);
    if (b == NULL) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    if (find_mid(b, w.mid.p, &seq)) {
        posted(t, seq);
        return;
    }
    if (w.epoch != b->epoch) {
        fail(t, FRAME_CODE_EPOCH);
        return;
    }
    const uint8_t *key = write_key(b, w.epoch);
    if (key == NULL || !verify(t->g, key, w.signature.p, put_commit, &w, b)) {
        fail(t, FRAME_CODE_AUTH);
        return;
    }
    for (size_t i = 0; i < w.welcomes_n; i++) {
        struct account *a = by_inbox(t->g, w.welcomes[i].inbox);
        if (a == NULL || token_of(a, w.welcomes[i].token) == NULL) {
            fail(t, FRAME_CODE_TOKEN);
            return;
        }
    }
    seq = add(t->g, b, FRAME_KIND_COMMIT, w.epoch, w.mid.p, w.branch.p, w.body);
    b->epoch++;
    add_key(b, b->epoch, w.next_key);
    if (w.has_info) {
        free(b->info.p);
        b->info = keep(w.info);
    }
    uint32_t index = (uint32_t)(b - t->g->boxes);
    if (w.has_read_hash) {
        new_tag(t->g, b, w.read_hash, seq);
    }
    posted(t, seq);
    fan_out(t->g, index);
    for (size_t i = 0; i < w.welcomes_n; i++) {
        struct account *a = by_inbox(t->g, w.welcomes[i].inbox);
        token_of(a, w.welcomes[i].token)->used++;
        inbox_put(t->g, a, w.welcomes[i].body);
    }
}

static void on_info_get(struct talk *t, struct slice body)
{
    struct wire_info_get w;
    struct wire_info out;
    if (wire_info_get_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    int i = box_of(t->g, w.mailbox);
    uint64_t until = 0;
    if (i < 0 || !may_read(&t->g->boxes[i], w.read_tag, &until) || until != UINT64_MAX) {
        fail(t, i < 0 ? FRAME_CODE_UNKNOWN : FRAME_CODE_AUTH);
        return;
    }
    out.has_info = t->g->boxes[i].info.p != NULL;
    out.info = of(t->g->boxes[i].info);
    out.epoch = t->g->boxes[i].epoch;
    out.head = t->g->boxes[i].n;
    ANSWER(t, FRAME_INFO, info, out);
}

static void on_ephemeral(struct talk *t, struct slice body)
{
    struct frame_ephemeral e;
    struct box *b;
    if (frame_ephemeral_get(body, &e, true) != OK || (b = box_of_handle(t, e.handle)) == NULL) {
        return;
    }
    for (size_t i = 0; i < t->g->sim->dev_n; i++) {
        struct sim_device *d = t->g->sim->dev[i];
        struct sim_conn *c = &d->conn[2];
        for (uint32_t h = 0; d != t->d && c->open && h < c->handle_n; h++) {
            if (c->handles[h].box != UINT32_MAX && &t->g->boxes[c->handles[h].box] == b) {
                struct talk other = {t->g, d, 2, 0};
                struct buf o = buf_arena(&t->g->arena, e.body.n + 32);
                struct slice s;
                e.handle = h + 1;
                frame_ephemeral_put(&o, &e, false);
                if (buf_finish(&o, &s) == OK) {
                    answer(&other, FRAME_EPHEMERAL, s);
                }
            }
        }
    }
}

/* ---- blobs, records ------------------------------------------------------------------------- */

static struct blob *blob_of(struct sim_gateway *g, const uint8_t *id)
{
    for (size_t i = 0; i < g->blob_n; i++) {
        if (!g->blobs[i].gone && memcmp(g->blobs[i].id, id, 16) == 0) {
            return &g->blobs[i];
        }
    }
    return NULL;
}

static void blob_state(struct talk *t, const struct blob *b)
{
    struct wire_blob_state w = {b->bytes, b->chunk, b->have, 0};
    ANSWER(t, FRAME_BLOB_STATE, blob_state, w);
}

static void on_blob_new(struct talk *t, struct slice body)
{
    struct wire_blob_new w;
    if (wire_blob_new_decode(&t->g->arena, body, &w) != OK || w.blob.n != 16) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct blob *b = blob_of(t->g, w.blob.p);
    if (b == NULL) {
        b = PUSH(t->g->blobs, t->g->blob_n);
        memset(b, 0, sizeof *b);
        memcpy(b->id, w.blob.p, 16);
        if (w.drop_hash.n == 32) {
            memcpy(b->drop_hash, w.drop_hash.p, 32);
        }
        b->bytes = w.bytes;
        b->chunk = w.chunk;
    }
    blob_state(t, b);
}

static void on_blob_stat(struct talk *t, struct slice body)
{
    struct wire_blob_stat w;
    struct blob *b = NULL;
    if (wire_blob_stat_decode(&t->g->arena, body, &w) == OK && w.blob.n == 16) {
        b = blob_of(t->g, w.blob.p);
    }
    if (b == NULL) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    blob_state(t, b);
}

static void on_blob_drop(struct talk *t, struct slice body)
{
    struct wire_blob_drop w;
    uint8_t hash[32];
    struct blob *b = NULL;
    if (wire_blob_drop_decode(&t->g->arena, body, &w) == OK && w.blob.n == 16 && w.secret.n == 16) {
        b = blob_of(t->g, w.blob.p);
        crypto_sha256(hash, w.secret);
    }
    if (b == NULL || memcmp(hash, b->drop_hash, 32) != 0) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    b->gone = true;
    done(t);
}

static void on_close(struct talk *t, struct slice body)
{
    struct wire_close w;
    struct sim_conn *c = &t->d->conn[t->conn];
    if (wire_close_decode(&t->g->arena, body, &w) == OK && w.handle > 0 &&
        w.handle <= c->handle_n) {
        c->handles[w.handle - 1].box = UINT32_MAX;
    }
}

static void on_blob_put(struct talk *t, struct slice body)
{
    struct frame_blob f;
    struct blob *b;
    if (frame_blob_get(body, &f) != OK || (b = blob_of(t->g, f.blob)) == NULL) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    if (f.index == b->have) {
        b->chunks = realloc(b->chunks, (b->have + 1) * sizeof *b->chunks);
        b->chunks[b->have++] = keep(f.bytes);
    }
    blob_state(t, b);
}

static void on_blob_get(struct talk *t, struct slice body)
{
    struct frame_blob f;
    struct blob *b;
    struct slice s;
    if (frame_blob_get(body, &f) != OK || (b = blob_of(t->g, f.blob)) == NULL ||
        f.index >= b->have) {
        fail(t, FRAME_CODE_UNKNOWN);
        return;
    }
    f.bytes = of(b->chunks[f.index]);
    struct buf o = buf_arena(&t->g->arena, f.bytes.n + 32);
    frame_blob_put(&o, &f);
    if (buf_finish(&o, &s) == OK) {
        answer(t, FRAME_BLOB_DATA, s);
    }
}

static void on_record_put(struct talk *t, struct slice body)
{
    struct wire_record_put w;
    if (wire_record_put_decode(&t->g->arena, body, &w) != OK || w.address.n != 16) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    struct record *r = NULL;
    for (size_t i = 0; i < t->g->record_n; i++) {
        if (slice_equal(SLICE_ARRAY(t->g->records[i].address), w.address)) {
            r = &t->g->records[i];
        }
    }
    if (r == NULL) {
        r = PUSH(t->g->records, t->g->record_n);
        memset(r, 0, sizeof *r);
        memcpy(r->address, w.address.p, 16);
    } else if (w.version <= r->version) {
        fail(t, FRAME_CODE_STALE);
        return;
    }
    free(r->body.p);
    r->body = keep(w.body);
    r->version = w.version;
    done(t);
}

static void on_record_get(struct talk *t, struct slice body)
{
    struct wire_record_get w;
    if (wire_record_get_decode(&t->g->arena, body, &w) != OK) {
        fail(t, FRAME_CODE_MALFORMED);
        return;
    }
    for (size_t i = 0; i < t->g->record_n; i++) {
        if (slice_equal(SLICE_ARRAY(t->g->records[i].address), w.address)) {
            struct wire_record out = {t->g->records[i].version, of(t->g->records[i].body)};
            ANSWER(t, FRAME_RECORD, record, out);
            return;
        }
    }
    fail(t, FRAME_CODE_UNKNOWN);
}

/* ---- greeting ------------------------------------------------------------------------------- */

static void ready(struct talk *t)
{
    struct wire_ready w;
    memset(&w, 0, sizeof w);
    w.server_ms = t->g->sim->now_ms;
    w.known = t->d->known && t->conn == 1;
    w.registration = 2;
    w.frame_bytes = FRAME_BODY_MAX;
    w.blob_bytes = 100u << 20;
    t->d->conn[t->conn].ready = true;
    ANSWER(t, FRAME_READY, ready, w);
    if (t->conn == 1) {
        t->d->inbox_sent = 0;
        pour_inbox(t->g, t->d);
    }
}

static void on_hello(struct talk *t, struct slice body)
{
    struct wire_hello w;
    struct wire_challenge c;
    struct sim_conn *n = &t->d->conn[t->conn];
    if (wire_hello_decode(&t->g->arena, body, &w) != OK) {
        return;
    }
    n->greeted = true;
    if (w.mode == 0) {
        ready(t);
        return;
    }
    memcpy(t->d->device, w.device.p, 32);
    for (size_t i = 0; i < 32; i++) {
        n->nonce[i] = (uint8_t)sim_rand(t->g->sim, 256);
    }
    c.nonce = SLICE_ARRAY(n->nonce);
    ANSWER(t, FRAME_CHALLENGE, challenge, c);
}

static void on_auth(struct talk *t, struct slice body)
{
    struct wire_auth w;
    struct crypto_sign_public pub;
    struct slice tbs;
    struct buf b = buf_arena(&t->g->arena, 128);
    if (wire_auth_decode(&t->g->arena, body, &w) != OK) {
        return;
    }
    frame_auth_tbs(&b, SLICE_LITERAL(ORIGIN), SLICE_ARRAY(t->d->device),
                   SLICE_ARRAY(t->d->conn[t->conn].nonce));
    memcpy(pub.b, t->d->device, 32);
    if (buf_finish(&b, &tbs) != OK || crypto_sign_verify(w.signature, tbs, &pub) != OK) {
        fail(t, FRAME_CODE_AUTH);
        return;
    }
    t->d->known = by_device(t->g, t->d->device) != NULL;
    ready(t);
}

static void on_frame(struct talk *t, uint8_t type, struct slice body)
{
    uint32_t handle = 0;
    uint64_t seq = 0;
    struct queue *q;
    switch (type) {
    case FRAME_HELLO:
        on_hello(t, body);
        break;
    case FRAME_AUTH:
        on_auth(t, body);
        break;
    case FRAME_REGISTER:
        on_register(t, body);
        break;
    case FRAME_CHAIN_PUT:
        on_chain_put(t, body);
        break;
    case FRAME_KP_PUT:
        on_kp_put(t, body);
        break;
    case FRAME_KP_COUNT:
        on_kp_count(t);
        break;
    case FRAME_TOKEN_SET:
    case FRAME_TOKEN_DROP:
        on_token(t, body, type == FRAME_TOKEN_DROP);
        break;
    case FRAME_KP_TAKE:
        on_kp_take(t, body);
        break;
    case FRAME_CHAIN_GET:
        on_chain_get(t, body);
        break;
    case FRAME_BOX_NEW:
        on_box_new(t, body);
        break;
    case FRAME_OPEN:
        on_open(t, body);
        break;
    case FRAME_POST:
        on_post(t, body);
        break;
    case FRAME_COMMIT:
        on_commit(t, body);
        break;
    case FRAME_INFO_GET:
        on_info_get(t, body);
        break;
    case FRAME_EPHEMERAL:
        on_ephemeral(t, body);
        break;
    case FRAME_PING:
        done(t);
        break;
    case FRAME_ACK:
        q = queue_of(t->g, t->d->device);
        if (frame_seq_get(body, &handle, &seq) == OK && q != NULL && seq > q->acked) {
            q->acked = seq;
        }
        break;
    case FRAME_BLOB_NEW:
        on_blob_new(t, body);
        break;
    case FRAME_BLOB_PUT:
        on_blob_put(t, body);
        break;
    case FRAME_BLOB_DROP:
        on_blob_drop(t, body);
        break;
    case FRAME_BLOB_STAT:
        on_blob_stat(t, body);
        break;
    case FRAME_CLOSE:
        on_close(t, body);
        break;
    case FRAME_BLOB_GET:
        on_blob_get(t, body);
        break;
    case FRAME_RECORD_PUT:
        on_record_put(t, body);
        break;
    case FRAME_RECORD_GET:
        on_record_get(t, body);
        break;
    default:
        break;
    }
}

void sim_gateway_take(struct sim_gateway *g, struct sim_device *d, int conn, struct slice data)
{
    while (data.n > 0) {
        struct talk t = {g, d, conn, 0};
        struct slice body;
        uint8_t type = 0;
        if (frame_next(&data, &type, &t.request, &body) != OK) {
            return;
        }
        trace(&t, ">", type, body);
        on_frame(&t, type, body);
    }
    arena_reset(&g->arena);
}

size_t sim_gateway_blobs(const struct sim *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->gw->blob_n; i++) {
        n += !s->gw->blobs[i].gone;
    }
    return n;
}

size_t sim_gateway_bytes(const struct sim *s, struct slice pattern)
{
    size_t hits = 0;
    for (size_t i = 0; i < s->gw->box_n; i++) {
        for (size_t k = 0; k < s->gw->boxes[i].n; k++) {
            struct slice body = of(s->gw->boxes[i].log[k].body);
            for (size_t o = 0; o + pattern.n <= body.n; o++) {
                hits += memcmp(body.p + o, pattern.p, pattern.n) == 0;
            }
        }
    }
    return hits;
}
