#include "lib/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/host.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/group_cache.h"
#include "lib/sim_evil.h"
#include "lib/sim_gateway.h"
#include "lib/sim_hostile.h"
#include "store/vault.h"
#include "store/sql.h"
#include "core/ops.h"

#define GATEWAY "http://gw.test"
#define EVIL_DIAL_MS 2000

uint32_t sim_rand(struct sim *s, uint32_t below)
{
    s->rng = s->rng * 6364136223846793005ull + 1442695040888963407ull;
    return below == 0 ? 0 : (uint32_t)((s->rng >> 33) % below);
}

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

uint32_t sim_weather(const struct sim_device *d, int conn, uint64_t salt, uint32_t below)
{
    uint64_t x = mix(d->sim->seed ^ mix(d->sim->now_ms));
    x = mix(x ^ mix((uint64_t)(d->index * 4 + conn)) ^ mix(salt));
    return below == 0 ? 0 : (uint32_t)((x >> 33) % below);
}

enum { WEATHER_UP = 1, WEATHER_DOWN, WEATHER_OPEN, WEATHER_LOSS };

/* ---- host ----------------------------------------------------------------------------------- */

/* Whose core runs. */
static struct sim_device *running;

struct sim_device *sim_running(void)
{
    return running;
}

static void host_rand(void *user, void *p, size_t n)
{
    struct sim_device *d = user;
    uint8_t *b = p;
    if (d->evil != NULL && sim_evil_random(d, b, n)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        b[i] = (uint8_t)mix(d->rng++);
    }
}

static int f_open(void *user, const char *name)
{
    struct sim_device *d = user;
    for (int i = 0; i < SIM_FILES; i++) {
        if (d->files[i].name[0] == 0) {
            snprintf(d->files[i].name, sizeof d->files[i].name, "%s", name);
        }
        if (strcmp(d->files[i].name, name) == 0) {
            return d->index * SIM_FILES + i;
        }
    }
    return -1;
}

static int f_read(void *user, int f, void *p, size_t n, uint64_t off)
{
    struct sim_file *file = &((struct sim_device *)user)->files[f % SIM_FILES];
    file->reads++;
    if (off >= file->n) {
        return 0;
    }
    size_t k = file->n - off < n ? file->n - (size_t)off : n;
    memcpy(p, file->p + off, k);
    return (int)k;
}

static void f_grow(struct sim_file *f, size_t n)
{
    if (n > f->cap) {
        size_t cap = f->cap == 0 ? 65536 : f->cap;
        while (cap < n) {
            cap *= 2;
        }
        f->p = realloc(f->p, cap);
        memset(f->p + f->cap, 0, cap - f->cap);
        f->cap = cap;
    }
}

static int f_write(void *user, int f, const void *p, size_t n, uint64_t off)
{
    struct sim_file *file = &((struct sim_device *)user)->files[f % SIM_FILES];
    f_grow(file, (size_t)off + n);
    if (off > file->n) {
        memset(file->p + file->n, 0, (size_t)off - file->n);
    }
    memcpy(file->p + off, p, n);
    if (off + n > file->n) {
        file->n = (size_t)off + n;
    }
    return 0;
}

static int f_truncate(void *user, int f, uint64_t n)
{
    struct sim_file *file = &((struct sim_device *)user)->files[f % SIM_FILES];
    f_grow(file, (size_t)n);
    if (n > file->n) {
        memset(file->p + file->n, 0, (size_t)n - file->n);
    }
    file->n = (size_t)n;
    return 0;
}

static int f_flush(void *user, int f)
{
    (void)user;
    (void)f;
    return 0;
}

static int64_t f_size(void *user, int f)
{
    return (int64_t)((struct sim_device *)user)->files[f % SIM_FILES].n;
}

static void use(struct sim_device *d)
{
    struct host_native h = {d, host_rand, f_open, f_read, f_write, f_truncate, f_flush, f_size};
    host_native_set(&h);
    running = d;
}

/* ---- devices -------------------------------------------------------------------------------- */

struct sim *sim_create(uint64_t seed)
{
    struct sim *s = calloc(1, sizeof *s);
    s->seed = s->rng = seed;
    s->now_ms = 1700000000000ull;
    s->delay_ms = 20;
    s->trace = getenv("SIM_TRACE") != NULL;
    /* A seed replays alone: what libraries draw once in a process is not drawn from a device. */
    if (crypto_init() != OK) {
        abort();
    }
    sqlite3_randomness(0, NULL); /* seeded anew in each world */
    s->gw = sim_gateway_create(s);
    for (int i = 0; i < 8; i++) {
        sim_rand(s, 2);
    }
    return s;
}

static void drop_packets(struct sim_packet **list)
{
    while (*list != NULL) {
        struct sim_packet *p = *list;
        *list = p->next;
        free(p);
    }
}

void sim_destroy(struct sim *s)
{
    sim_gateway_destroy(s->gw);
    sim_hostile_destroy(s->hostile);
    for (size_t i = 0; i < s->dev_n; i++) {
        struct sim_device *d = s->dev[i];
        use(d);
        core_destroy(d->core);
        for (int c = 0; c < SIM_CONNS; c++) {
            drop_packets(&d->conn[c].first);
            drop_packets(&d->conn[c].up);
        }
        for (int f = 0; f < SIM_FILES; f++) {
            free(d->files[f].p);
        }
        arena_wipe(&d->arena);
        free(d->chunks);
        free(d->evil);
        free(d);
    }
    host_native_set(NULL);
    running = NULL;
    free(s);
}

static void cheap(struct sim_device *d)
{
    if (d->sim->cheap) {
        d->core->account.own.suite = CRYPTO_SUITE_X25519_CHACHA;
        d->core->account.own.kp_full = 3;
    }
    d->core->account.own.tree_inline = d->sim->tree_inline;
}

struct sim_device *sim_device(struct sim *s, const char *name)
{
    struct sim_device *d = calloc(1, sizeof *d);
    snprintf(d->name, sizeof d->name, "%s", name);
    d->sim = s;
    d->index = (int)s->dev_n;
    d->rng = mix(s->seed ^ mix((uint64_t)d->index));
    d->next_request = 1;
    arena_init(&d->arena, 0);
    s->dev[s->dev_n++] = d;
    use(d);
    if (core_create(&d->core) != OK) {
        abort();
    }
    cheap(d);
    return d;
}

void sim_cut(struct sim_device *d, int conn)
{
    sim_gateway_disconnect(d->sim->gw, d, conn);
    drop_packets(&d->conn[conn].first);
    drop_packets(&d->conn[conn].up);
    memset(&d->conn[conn], 0, sizeof d->conn[conn]);
}

static void copy_files(struct sim_file *to, const struct sim_file *from)
{
    for (int f = 0; f < SIM_FILES; f++) {
        to[f] = from[f];
        to[f].p = malloc(from[f].cap + 1);
        if (from[f].p != NULL) {
            memcpy(to[f].p, from[f].p, from[f].cap);
        }
    }
}

struct sim_file *sim_files_copy(const struct sim_device *d)
{
    struct sim_file *copy = calloc(SIM_FILES, sizeof *copy);
    copy_files(copy, d->files);
    return copy;
}

void sim_files_free(struct sim_file *copy)
{
    for (int f = 0; f < SIM_FILES; f++) {
        free(copy[f].p);
    }
    free(copy);
}

void sim_files_back(struct sim_device *d, const struct sim_file *copy)
{
    use(d);
    core_destroy(d->core); /* what it writes now is not kept */
    for (int f = 0; f < SIM_FILES; f++) {
        free(d->files[f].p);
    }
    copy_files(d->files, copy);
    for (int c = 0; c < SIM_CONNS; c++) {
        sim_cut(d, c);
    }
    d->alarm_at_ms = 0;
    use(d);
    if (core_create(&d->core) != OK) {
        abort();
    }
    cheap(d);
}

void sim_crash(struct sim_device *d)
{
    /* nothing runs any more: memory is lost, files stay */
    struct sim_file *copy = sim_files_copy(d);
    sim_files_back(d, copy);
    sim_files_free(copy);
}

/* ---- effects -------------------------------------------------------------------------------- */

static struct sim_packet *packet(const struct sim_device *d, int conn, uint64_t way,
                                 struct slice data)
{
    struct sim_packet *p = malloc(sizeof *p + data.n);
    p->next = NULL;
    p->at_ms = d->sim->now_ms + 1 + sim_weather(d, conn, way, d->sim->delay_ms + 1);
    p->n = data.n;
    if (data.n > 0) {
        memcpy(p->p, data.p, data.n);
    }
    return p;
}

/* A stream keeps its order: a packet arrives no earlier than the one before. */
static void append(struct sim_packet **list, struct sim_packet *p)
{
    uint64_t at = 0;
    while (*list != NULL) {
        at = (*list)->at_ms;
        list = &(*list)->next;
    }
    if (p->at_ms < at) {
        p->at_ms = at;
    }
    *list = p;
}

void sim_to_device(struct sim_device *d, int conn, struct slice data)
{
    if (d->conn[conn].open) {
        append(&d->conn[conn].first, packet(d, conn, WEATHER_DOWN, data));
    }
}

void sim_from_device(struct sim_device *d, int conn, struct slice data)
{
    if (d->conn[conn].open) {
        append(&d->conn[conn].up, packet(d, conn, WEATHER_UP, data));
    }
}

static void on_chunk(struct sim_device *d, const struct abi_chunk *c)
{
    d->chunks = realloc(d->chunks, d->chunk_n + c->data.n + 1);
    memcpy(d->chunks + d->chunk_n, c->data.p, c->data.n);
    d->chunk_n += c->data.n;
}

/* A moment by the device's clock, by that of the world; at least 1. */
static uint64_t world_ms(const struct sim_device *d, uint64_t ms)
{
    int64_t at = (int64_t)ms - d->clock_ms;
    return at < 1 ? 1 : (uint64_t)at;
}

static uint64_t device_ms(const struct sim_device *d)
{
    return (uint64_t)((int64_t)d->sim->now_ms + d->clock_ms);
}

static void keep_text(char *out, size_t size, struct slice text)
{
    size_t n = text.n < size ? text.n : size - 1;
    memcpy(out, text.p, n);
    out[n] = 0;
}

static void on_link(struct sim_device *d, const struct abi_link_progress *p)
{
    d->link_phase = p->phase;
    d->link_asks = p->asks;
    if (p->words.n > 0) {
        keep_text(d->link_words, sizeof d->link_words, p->words);
    }
    keep_text(d->link_name, sizeof d->link_name, p->name);
}

static void on_effect(struct sim_device *d, const struct abi_effect *e)
{
    struct sim_conn *c;
    switch (e->kind) {
    case ABI_REPLY: /* in the step of its command */
        d->reply = e->reply;
        break;
    case ABI_DIAL:
        c = &d->conn[e->dial.conn];
        sim_cut(d, (int)e->dial.conn);
        c->dialled = true;
        c->open_at_ms = d->sim->now_ms + 1 + sim_weather(d, (int)e->dial.conn, WEATHER_OPEN, 30);
        if (d->evil != NULL) { /* one that broke its own state may dial without end */
            c->open_at_ms += EVIL_DIAL_MS;
        }
        break;
    case ABI_SEND:
        c = &d->conn[e->send.conn];
        if (c->open) {
            append(&c->up, packet(d, (int)e->send.conn, WEATHER_UP, e->send.data));
        }
        break;
    case ABI_HANG_UP:
        sim_cut(d, (int)e->hang_up.conn);
        break;
    case ABI_ALARM_SET:
        d->alarm_at_ms = e->alarm_set.at_ms == 0 ? 0 : world_ms(d, e->alarm_set.at_ms);
        break;
    case ABI_NOTIFY:
        d->notifications++;
        break;
    case ABI_CHUNK:
        on_chunk(d, &e->chunk);
        break;
    case ABI_PATCH:
        if (e->patch.change.kind == ABI_MESSAGE_CHANGED && e->patch.change.message_changed.fresh) {
            d->fresh++;
        }
        if (e->patch.change.kind == ABI_LINK_PROGRESS) {
            on_link(d, &e->patch.change.link_progress);
        }
        break;
    }
}

static void step(struct sim_device *d, const struct abi_event *ev)
{
    struct abi_input in;
    struct abi_effects out;
    struct slice bytes;
    struct arena scratch;
    arena_init(&scratch, 0);
    struct buf b = buf_arena(&scratch, 1024);
    in.now_ms = device_ms(d);
    in.event = *ev;
    abi_input_put(&b, &in);
    if (buf_finish(&b, &bytes) != OK) {
        abort();
    }
    use(d);
    enum err e = core_step(d->core, bytes);
    arena_wipe(&scratch);
    if (e != OK && d->evil != NULL) {
        return; /* it broke its own state; what it did before was on its way */
    }
    if (e != OK) {
        fprintf(stderr, "sim: step of %s failed: %s\n", d->name, err_name(e));
        abort();
    }
    /* a reply is kept until the next one; what else is said, for this step only */
    struct arena brief, *keep = ev->kind == ABI_COMMAND ? &d->arena : &brief;
    arena_init(&brief, 0);
    if (ev->kind == ABI_COMMAND) {
        arena_reset(&d->arena);
    }
    struct slice copy;
    if (arena_copy(keep, d->core->output, &copy) != OK ||
        abi_effects_decode(keep, copy, &out) != OK) {
        abort();
    }
    for (size_t i = 0; i < out.list_n; i++) {
        on_effect(d, &out.list[i]);
    }
    arena_wipe(&brief);
}

static const uint8_t sim_secret[32] = {7, 7, 7};

enum err sim_op_bare(struct sim_device *d, const struct abi_op *op)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = ABI_COMMAND;
    ev.command.request = d->next_request++;
    ev.command.op = *op;
    d->reply.error = ERR_BUG;
    step(d, &ev);
    if (d->reply.request != ev.command.request) {
        return ERR_BUG;
    }
    return (enum err)d->reply.error;
}

enum err sim_confirm(struct sim_device *d, uint64_t what, bool right)
{
    static const uint8_t wrong[32] = {1};
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CONFIRM;
    op.op_confirm.what = what;
    op.op_confirm.kind = STORE_VAULT_PASSPHRASE;
    op.op_confirm.secret = right ? SLICE_ARRAY(sim_secret) : SLICE_ARRAY(wrong);
    return sim_op_bare(d, &op);
}

enum err sim_op(struct sim_device *d, const struct abi_op *op)
{
    if (core_hands_over(op->kind) && d->core->store != NULL) {
        TRY(sim_confirm(d, op->kind, true));
    }
    return sim_op_bare(d, op);
}

static void net(struct sim_device *d, int conn, int kind, struct slice data)
{
    struct abi_event ev;
    memset(&ev, 0, sizeof ev);
    ev.kind = (enum abi_event_kind)kind;
    if (kind == ABI_NET_OPEN) {
        ev.net_open.conn = (uint64_t)conn;
    } else if (kind == ABI_NET_MESSAGE) {
        ev.net_message.conn = (uint64_t)conn;
        ev.net_message.data = data;
    } else {
        ev.net_close.conn = (uint64_t)conn;
    }
    step(d, &ev);
}

void sim_hang_up(struct sim_device *d, int conn)
{
    sim_cut(d, conn);
    net(d, conn, ABI_NET_CLOSE, SLICE_EMPTY);
}

void sim_offline(struct sim_device *d, bool offline)
{
    struct abi_event ev;
    d->offline = offline;
    for (int c = 1; c < SIM_CONNS; c++) {
        if (offline && (d->conn[c].open || d->conn[c].dialled)) {
            sim_hang_up(d, c);
        }
    }
    memset(&ev, 0, sizeof ev);
    ev.kind = ABI_LIFE;
    ev.life.state = offline ? 4 : 3;
    step(d, &ev);
}

/* ---- time ----------------------------------------------------------------------------------- */

static struct sim_packet *due(struct sim_packet **list, uint64_t now)
{
    struct sim_packet *p = *list;
    if (p == NULL || p->at_ms > now) {
        return NULL;
    }
    *list = p->next;
    return p;
}

static void device_tick(struct sim_device *d)
{
    struct sim *s = d->sim;
    for (int c = 1; c < SIM_CONNS; c++) {
        struct sim_conn *n = &d->conn[c];
        struct sim_packet *p;
        if (n->dialled && !n->open && n->open_at_ms <= s->now_ms) {
            n->dialled = false;
            if (d->offline) {
                net(d, c, ABI_NET_CLOSE, SLICE_EMPTY);
            } else {
                n->open = true;
                sim_gateway_connect(s->gw, d, c);
                net(d, c, ABI_NET_OPEN, SLICE_EMPTY);
            }
        }
        while (n->open && sim_gateway_reads(s->gw, d, c) && (p = due(&n->up, s->now_ms)) != NULL) {
            sim_gateway_take(s->gw, d, c, slice_make(p->p, p->n));
            free(p);
        }
        while (n->open && (p = due(&n->first, s->now_ms)) != NULL) {
            if (s->loss_percent > 0 && sim_weather(d, c, WEATHER_LOSS, 1000) < s->loss_percent) {
                free(p); /* a lost packet of a stream is a cut stream */
                sim_hang_up(d, c);
                break;
            }
            if (p->n == 0) {
                free(p);
                sim_hang_up(d, c);
                break;
            }
            net(d, c, ABI_NET_MESSAGE, slice_make(p->p, p->n));
            free(p);
        }
    }
    if (d->alarm_at_ms != 0 && d->alarm_at_ms <= s->now_ms) {
        struct abi_event ev;
        memset(&ev, 0, sizeof ev);
        ev.kind = ABI_ALARM;
        d->alarm_at_ms = 0;
        step(d, &ev);
    }
}

void sim_tick(struct sim *s, uint64_t ms)
{
    s->now_ms += ms;
    sim_gateway_tick(s->gw);
    for (size_t i = 0; i < s->dev_n; i++) {
        device_tick(s->dev[i]);
    }
}

/* The next moment something happens; 0 never. */
static uint64_t next_time(const struct sim *s)
{
    uint64_t at = 0;
#define EARLIER(t)                                                                                 \
    do {                                                                                           \
        uint64_t t_ = (t);                                                                         \
        if (t_ != 0 && (at == 0 || t_ < at)) {                                                     \
            at = t_;                                                                               \
        }                                                                                          \
    } while (0)
    EARLIER(sim_gateway_due_ms(s->gw));
    for (size_t i = 0; i < s->dev_n; i++) {
        const struct sim_device *d = s->dev[i];
        EARLIER(d->alarm_at_ms);
        for (int c = 1; c < SIM_CONNS; c++) {
            if (d->conn[c].dialled) {
                EARLIER(d->conn[c].open_at_ms);
            }
            if (d->conn[c].first != NULL) {
                EARLIER(d->conn[c].first->at_ms);
            }
            if (d->conn[c].up != NULL && sim_gateway_reads(s->gw, d, c)) {
                EARLIER(d->conn[c].up->at_ms);
            }
        }
    }
    return at;
}

void sim_run(struct sim *s, uint64_t max_ms)
{
    uint64_t end = s->now_ms + max_ms;
    while (s->now_ms < end) {
        uint64_t at = next_time(s);
        if (at == 0 || at > end) {
            s->now_ms = end;
            return;
        }
        sim_tick(s, at > s->now_ms ? at - s->now_ms : 0);
    }
}

/* ---- shorthands ----------------------------------------------------------------------------- */

static const uint8_t sim_salt[16] = {1};

static void slot(struct abi_slot *s)
{
    memset(s, 0, sizeof *s);
    s->slot_kind = STORE_VAULT_PASSPHRASE;
    s->salt = SLICE_ARRAY(sim_salt);
    s->ops = 1;
    s->memory = 8192;
    s->label = SLICE_LITERAL("");
}

static enum err keep_code(const struct sim_device *d, char out[64])
{
    struct slice v = d->reply.result.recovery.code;
    if (d->reply.result.kind != ABI_RECOVERY || v.n >= 64) {
        return ERR_BUG;
    }
    memset(out, 0, 64);
    memcpy(out, v.p, v.n);
    return OK;
}

enum err sim_make(struct sim_device *d, const char *name)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CREATE;
    op.op_create.name = slice_of_string(name);
    op.op_create.gateway = SLICE_LITERAL(GATEWAY);
    slot(&op.op_create.slot);
    op.op_create.secret = SLICE_ARRAY(sim_secret);
    op.op_create.device = slice_of_string(d->name);
    op.op_create.invitation = SLICE_LITERAL("");
    TRY(sim_op(d, &op));
    return keep_code(d, d->code);
}

enum err sim_unlock(struct sim_device *d)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_UNLOCK;
    op.op_unlock.kind = STORE_VAULT_PASSPHRASE;
    op.op_unlock.secret = SLICE_ARRAY(sim_secret);
    return sim_op(d, &op);
}

enum err sim_link_device(struct sim_device *d, struct slice *code)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_DEVICE;
    op.op_link_device.gateway = SLICE_LITERAL(GATEWAY);
    slot(&op.op_link_device.slot);
    op.op_link_device.secret = SLICE_ARRAY(sim_secret);
    op.op_link_device.device = slice_of_string(d->name);
    enum err e = sim_op(d, &op);
    *code = d->reply.result.text.value;
    return e;
}

enum err sim_recover(struct sim_device *d, const char *code)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVER;
    op.op_recover.code = slice_of_string(code);
    op.op_recover.gateway = SLICE_LITERAL(GATEWAY);
    slot(&op.op_recover.slot);
    op.op_recover.secret = SLICE_ARRAY(sim_secret);
    op.op_recover.device = slice_of_string(d->name);
    return sim_op(d, &op);
}

enum err sim_new_code(struct sim_device *d, char out[64])
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_RECOVERY_NEW;
    TRY(sim_op(d, &op));
    return keep_code(d, out);
}

enum err sim_recover_choose(struct sim_device *d, bool keep)
{
    struct abi_op op, finish;
    uint8_t keys[32][32];
    struct slice stay[32], take[32];
    char code[64];
    TRY(sim_new_code(d, code));
    memset(&op, 0, sizeof op);
    memset(&finish, 0, sizeof finish);
    op.kind = ABI_OP_RECOVERY_CHOICES;
    TRY(sim_op(d, &op));
    const struct abi_choices *l = &d->reply.result.choices;
    finish.kind = ABI_OP_RECOVERY_FINISH;
    finish.op_recovery_finish.code = slice_of_string(code);
    finish.op_recovery_finish.keep = stay;
    finish.op_recovery_finish.take = take;
    for (size_t i = 0; i < l->list_n && i < 32; i++) {
        memcpy(keys[i], l->list[i].device.p, 32);
        if (keep && l->list[i].listed) {
            stay[finish.op_recovery_finish.keep_n++] = SLICE_ARRAY(keys[i]);
        }
        if (l->list[i].part == ABI_PART_READABLE) {
            take[finish.op_recovery_finish.take_n++] = SLICE_ARRAY(keys[i]);
        }
    }
    enum err e = sim_op(d, &finish);
    if (e == OK) {
        memcpy(d->code, code, sizeof code);
    }
    return e;
}

enum err sim_link(struct sim_device *d, struct slice *link)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_MAKE;
    op.op_link_make.label = SLICE_LITERAL("test");
    enum err e = sim_op(d, &op);
    *link = d->reply.result.text.value;
    return e;
}

enum err sim_add(struct sim_device *d, struct slice link, uint64_t *chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_ADD;
    op.op_add.link = link;
    enum err e = sim_op(d, &op);
    *chat = d->reply.result.made.id;
    return e;
}

enum err sim_send(struct sim_device *d, uint64_t chat, const char *text, uint64_t *message)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_SEND;
    op.op_send.chat = chat;
    op.op_send.text = slice_of_string(text);
    enum err e = sim_op(d, &op);
    if (message != NULL) {
        *message = d->reply.result.made.id;
    }
    return e;
}

const struct abi_messages *sim_messages(struct sim_device *d, uint64_t chat)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_MESSAGES;
    op.op_messages.chat = chat;
    op.op_messages.limit = 200;
    return sim_op(d, &op) == OK ? &d->reply.result.messages : NULL;
}

const struct abi_chats *sim_chats(struct sim_device *d)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_CHATS;
    return sim_op(d, &op) == OK ? &d->reply.result.chats : NULL;
}

bool sim_has_text(struct sim_device *d, uint64_t chat, const char *text)
{
    const struct abi_messages *m = sim_messages(d, chat);
    for (size_t i = 0; m != NULL && i < m->list_n; i++) {
        if (slice_equal(m->list[i].text, slice_of_string(text))) {
            return true;
        }
    }
    return false;
}

uint64_t sim_accept_first(struct sim_device *d)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REQUESTS;
    if (sim_op(d, &op) != OK || d->reply.result.requests.list_n == 0) {
        return 0;
    }
    uint64_t id = d->reply.result.requests.list[0].id;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_REQUEST_ANSWER;
    op.op_request_answer.id = id;
    op.op_request_answer.answer = ABI_REQUEST_ANSWER_ACCEPT;
    return sim_op(d, &op) == OK ? d->reply.result.made.id : 0;
}

/* The chat with an account, 0 none. */
static uint64_t chat_of(struct sim_device *d, const uint8_t account[32])
{
    char sql[160] = "SELECT max(chat) FROM person WHERE address=x'";
    size_t n = strlen(sql);
    for (size_t i = 0; i < 32; i++) {
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%02x", account[i]);
    }
    (void)snprintf(sql + n, sizeof sql - n, "'");
    int64_t chat = sim_count(d, sql, "");
    return chat > 0 ? (uint64_t)chat : 0;
}

bool sim_meet(struct sim_device *a, struct sim_device *b, uint64_t *ab, uint64_t *ba)
{
    struct slice link;
    char text[600];
    if (sim_link(b, &link) != OK || link.n >= sizeof text) {
        return false;
    }
    memcpy(text, link.p, link.n);
    sim_run(a->sim, 3000);
    if (sim_add(a, slice_make(text, link.n), ab) != OK) {
        return false;
    }
    sim_run(a->sim, 5000);
    *ba = sim_accept_first(b);
    if (*ba == 0) { /* where nobody is asked (base/rule.h) */
        *ba = chat_of(b, a->core->account.own.account);
    }
    sim_run(a->sim, 8000);
    return *ba != 0;
}

enum err sim_link_accept(struct sim_device *d, const char *code)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_ACCEPT;
    op.op_link_accept.code = slice_of_string(code);
    return sim_op(d, &op);
}

enum err sim_link_answer(struct sim_device *d, bool yes)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = ABI_OP_LINK_CONFIRM;
    op.op_link_confirm.yes = yes;
    return sim_op(d, &op);
}

enum err sim_link_pair(struct sim_device *first, struct sim_device *second)
{
    struct slice code;
    char text[64];
    TRY(sim_link_device(second, &code));
    keep_text(text, sizeof text, code);
    sim_run(first->sim, 1000);
    return sim_link_accept(first, text);
}

bool sim_link_run(struct sim_device *first, struct sim_device *second)
{
    struct sim_device *both[2] = {first, second};
    for (int i = 0; i < 80 && second->link_phase != ABI_LINK_PHASE_DONE; i++) {
        sim_run(first->sim, 2000);
        for (int k = 0; k < 2; k++) {
            if (both[k]->link_asks != ABI_LINK_ASKS_NOTHING &&
                (strcmp(first->link_words, second->link_words) != 0 ||
                 sim_link_answer(both[k], true) != OK)) {
                return false;
            }
        }
    }
    return second->link_phase == ABI_LINK_PHASE_DONE;
}

bool sim_second_device(struct sim_device *first, struct sim_device *second)
{
    return sim_link_pair(first, second) == OK && sim_link_run(first, second);
}

int64_t sim_count(struct sim_device *d, const char *sql, const char *text)
{
    int64_t n = -1;
    use(d);
    if (d->core->store == NULL) {
        return -1;
    }
    enum err e = text == NULL
                     ? store_sql_get_int(d->core->store, &n, sql, "")
                     : store_sql_get_int(d->core->store, &n, sql, "t", slice_of_string(text));
    return e == OK ? n : -1;
}

static enum err run(struct sim_device *d, enum err (*f)(struct own *o, struct step *s, void *user),
                    void *user, bool keep)
{
    struct arena arena;
    struct effects out;
    struct step s;
    use(d);
    arena_init(&arena, 0);
    effects_init(&out, &arena);
    memset(&s, 0, sizeof s);
    s.arena = &arena;
    s.store = d->core->store;
    s.out = &out;
    s.now_ms = device_ms(d);
    enum err e = store_begin(s.store);
    e = e != OK ? e : f(&d->core->account.own, &s, user);
    if (e == OK && keep) {
        e = store_commit(s.store, true);
    } else {
        store_rollback(s.store);
    }
    own_groups_close(&d->core->account.own);
    arena_wipe(&arena);
    return e;
}

enum err sim_try(struct sim_device *d, enum err (*f)(struct own *o, struct step *s, void *user),
                 void *user)
{
    return run(d, f, user, false);
}

enum err sim_keep(struct sim_device *d, enum err (*f)(struct own *o, struct step *s, void *user),
                  void *user)
{
    return run(d, f, user, true);
}

enum err sim_lose_group(struct sim_device *d, uint64_t chat)
{
    use(d);
    TRY(store_begin(d->core->store));
    TRY(store_sql_run(d->core->store, "UPDATE chat SET note=1 WHERE id=?", "i", (int64_t)chat));
    TRY(store_commit(d->core->store, true));
    sim_cut(d, 2);
    return OK;
}

uint64_t sim_chat_of_type(struct sim_device *d, uint64_t type)
{
    const struct abi_chats *l = sim_chats(d);
    for (size_t i = 0; l != NULL && i < l->list_n; i++) {
        if (l->list[i].type == type) {
            return l->list[i].id;
        }
    }
    return 0;
}
