#include "lib/sim_gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/db_core.h"
#include "gateway/own/dispatch.h"
#include "gateway/own/fetch.h"
#include "lib/sim_hostile.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/own/db_tables.h"

#define HOST "gw.test"

/* ---- life ---------------------------------------------------------------------------------- */

static void open_store(struct sim_gateway *g)
{
    char why[600];
    g->gw.db = gw_db_open(&g->gw, &gw_own_db_tables, gw_own_dispatch.notice, why, sizeof why);
    g->gw.fetch = g->gw.db == NULL ? NULL : gw_own_fetch_open(&g->gw, why, sizeof why);
    if (g->gw.fetch == NULL) {
        fprintf(stderr, "sim: gateway: %s\n", why);
        abort();
    }
}

struct sim_gateway *sim_gateway_create(struct sim *s)
{
    struct sim_gateway *g = calloc(1, sizeof *g);
    g->sim = g->process.sim = s;
    g->process.rng = s->seed;
    sim_process_enter(&g->process);
    gw_config_default(&g->gw.config);
    snprintf(g->gw.config.dir, sizeof g->gw.config.dir, "%s", GW_DB_MEMORY);
    g->gw.config.registration = WIRE_REGISTRATION_OPEN;
    g->gw.config.retention_days = 400; /* schedules sleep for weeks, some more than once; what
                                          expires is tested in tests/gateway */
    g->gw.loops = &g->loop;
    g->gw.loop_n = 1;
    g->loop.gw = &g->gw;
    g->loop.log = &g->gw.log;
    g->loop.tail = &g->loop.head;
    g->loop.now_s = (uint32_t)(s->now_ms / 1000);
    arena_init(&g->loop.arena, 0);
    if (!gw_own_dispatch.start(&g->loop)) {
        abort();
    }
    open_store(g);
    return g;
}

void sim_gateway_destroy(struct sim_gateway *g)
{
    sim_process_enter(&g->process);
    for (size_t i = 0; i < g->sim->dev_n; i++) {
        for (int c = 1; c < SIM_CONNS; c++) {
            sim_gateway_disconnect(g, g->sim->dev[i], c);
        }
    }
    gw_own_fetch_close(g->gw.fetch);
    gw_db_close(g->gw.db);
    sqlite3_close(g->backup);
    free(g->loop.own); /* without readers it holds nothing */
    arena_wipe(&g->loop.arena);
    sim_process_wipe(&g->process);
    free(g);
}

/* ---- its connections ----------------------------------------------------------------------- */

static void trace(const struct sim_gateway *g, const struct sim_line *line, const char *way,
                  uint8_t type, uint32_t request, struct slice body)
{
    if (!g->sim->trace) {
        return;
    }
    fprintf(stderr, "%llu %s %s%d type %u request %u, %zu bytes",
            (unsigned long long)(g->sim->now_ms % 10000000), line->device->name, way, line->conn,
            type, request, body.n);
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

static struct gw_peer *peer_of(const struct sim_device *d, int conn)
{
    return d->conn[conn].peer;
}

void sim_gateway_connect(struct sim_gateway *g, struct sim_device *d, int conn)
{
    sim_process_enter(&g->process);
    struct gw_peer *p = gw_own_dispatch.accept(&g->loop, SLICE_LITERAL(HOST));
    if (p == NULL) {
        abort();
    }
    d->line[conn] = (struct sim_line){d, conn};
    d->conn[conn].peer = p;
    gw_socket_ref(&p->socket); /* ours, until sim_gateway_disconnect */
    gw_peer_upgraded(p, (h2o_socket_t *)(void *)&d->line[conn], 0);
    sim_gateway_settle(g);
}

void sim_gateway_disconnect(struct sim_gateway *g, struct sim_device *d, int conn)
{
    struct gw_peer *p = peer_of(d, conn);
    if (p != NULL) {
        sim_process_enter(&g->process);
        d->conn[conn].peer = NULL;
        gw_socket_finish(&p->socket);
        gw_socket_unref(&p->socket);
        gw_peer_tick(&g->loop); /* those held for their rate let go of it */
    }
}

bool sim_gateway_reads(const struct sim_gateway *g, const struct sim_device *d, int conn)
{
    const struct gw_peer *p = peer_of(d, conn);
    (void)g;
    return p == NULL || p->socket.hold == 0;
}

/* Does the network double this delivery? */
static bool twice(const struct sim_line *line, struct slice body)
{
    const struct sim_device *d = line->device;
    struct frame_deliver v;
    return d->sim->dup_percent > 0 && frame_deliver_get(body, &v) == OK &&
           sim_weather(d, line->conn, v.seq << 8, 1000) < d->sim->dup_percent;
}

static void count(struct sim *s, uint8_t type, struct slice body)
{
    struct wire_failure f;
    struct arena a;
    s->delivered += type == FRAME_DELIVER;
    if (type == FRAME_FAILURE) {
        arena_init(&a, 0);
        s->later += wire_failure_decode(&a, body, &f) == OK && f.code == WIRE_CODE_RATE;
        arena_wipe(&a);
    }
}

void sim_gateway_sent(struct sim_line *line, struct slice frames)
{
    struct sim_gateway *g = line->device->sim->gw;
    while (frames.n > 0) {
        struct slice from = frames, body;
        uint32_t request = 0;
        uint8_t type = 0;
        if (frame_next(&frames, &type, &request, &body) != OK) {
            abort();
        }
        trace(g, line, "<", type, request, body);
        count(g->sim, type, body);
        if (!sim_hostile_down(g, line, type, request, body)) {
            sim_to_device(line->device, line->conn, slice_make(from.p, from.n - frames.n));
        }
        if (type == FRAME_DELIVER && twice(line, body)) {
            sim_to_device(line->device, line->conn, slice_make(from.p, from.n - frames.n));
        }
    }
}

void sim_gateway_ended(struct sim_line *line)
{
    sim_to_device(line->device, line->conn, SLICE_EMPTY); /* the end */
}

void sim_gateway_settle(struct sim_gateway *g)
{
    bool some = true;
    sim_process_enter(&g->process);
    while (some) {
        bool wrote = gw_db_turn(g->gw.db), read = gw_own_fetch_turn(g->gw.fetch);
        some = wrote || read || g->loop.head != NULL;
        gw_loop_take_mail(&g->loop);
        some = some || g->loop.dirty != NULL;
        gw_socket_flush_all(&g->loop);
    }
}

void sim_gateway_take(struct sim_gateway *g, struct sim_device *d, int conn, struct slice data)
{
    struct gw_peer *p = peer_of(d, conn);
    sim_gateway_tick(g);
    if (p == NULL || p->socket.state != GW_SOCKET_OPEN) {
        return;
    }
    gw_socket_ref(&p->socket);
    while (data.n > 0 && p->socket.state == GW_SOCKET_OPEN) {
        struct slice from = data, body;
        uint32_t request = 0;
        uint8_t type = 0;
        if (frame_next(&data, &type, &request, &body) != OK) {
            data = SLICE_EMPTY; /* the gateway says what it thinks of it */
        }
        trace(g, &d->line[conn], ">", type, request, body);
        if (!sim_hostile_up(g, &d->line[conn], type, request, body)) {
            p->socket.events->message(&p->socket, slice_make(from.p, from.n - data.n));
        }
        sim_gateway_settle(g);
    }
    gw_socket_unref(&p->socket);
}

/* ---- time ---------------------------------------------------------------------------------- */

void sim_gateway_tick(struct sim_gateway *g)
{
    uint32_t now = (uint32_t)(g->sim->now_ms / 1000);
    sim_process_enter(&g->process);
    if (now != g->loop.now_s) {
        g->loop.now_s = now;
        gw_peer_tick(&g->loop);
        sim_gateway_settle(g);
    }
}

uint64_t sim_gateway_due_ms(const struct sim_gateway *g)
{
    return g->loop.held == NULL ? 0 : ((uint64_t)g->loop.now_s + 1) * 1000;
}

/* ---- backup -------------------------------------------------------------------------------- */

static void copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL || sqlite3_backup_step(b, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(b) != SQLITE_OK) {
        fprintf(stderr, "sim: backup: %s\n", sqlite3_errmsg(to));
        abort();
    }
}

void sim_gateway_backup(struct sim *s)
{
    struct sim_gateway *g = s->gw;
    sim_process_enter(&g->process);
    sqlite3_close(g->backup);
    if (sqlite3_open(GW_DB_MEMORY, &g->backup) != SQLITE_OK) {
        abort();
    }
    copy(g->backup, g->gw.db->sql);
}

bool sim_gateway_restore(struct sim *s)
{
    struct sim_gateway *g = s->gw;
    if (g->backup == NULL) {
        return false;
    }
    for (size_t i = 0; i < s->dev_n; i++) {
        for (int c = 1; c < SIM_CONNS; c++) {
            if (s->dev[i]->conn[c].open) {
                sim_hang_up(s->dev[i], c);
            }
        }
    }
    sim_process_enter(&g->process);
    gw_own_fetch_close(g->gw.fetch);
    gw_db_close(g->gw.db);
    open_store(g); /* its caches know nothing of what was */
    gw_own_fetch_close(g->gw.fetch);
    copy(g->gw.db->sql, g->backup);
    char why[600];
    g->gw.fetch = gw_own_fetch_open(&g->gw, why, sizeof why);
    return g->gw.fetch != NULL;
}

/* ---- looking inside ------------------------------------------------------------------------ */

size_t sim_gateway_blobs(const struct sim *s)
{
    sqlite3_stmt *st = NULL;
    size_t n = 0;
    if (sqlite3_prepare_v2(s->gw->gw.db->sql, "SELECT count(*) FROM blob", -1, &st, NULL) ==
            SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW) {
        n = (size_t)sqlite3_column_int64(st, 0);
    }
    sqlite3_finalize(st);
    return n;
}

/* In every column of every table: what the gateway keeps, whatever it is called. */
size_t sim_gateway_bytes(const struct sim *s, struct slice pattern)
{
    sqlite3 *sql = s->gw->gw.db->sql;
    sqlite3_stmt *tables = NULL, *rows = NULL;
    size_t hits = 0;
    if (sqlite3_prepare_v2(sql, "SELECT name FROM sqlite_schema WHERE type='table'", -1, &tables,
                           NULL) != SQLITE_OK) {
        abort();
    }
    while (sqlite3_step(tables) == SQLITE_ROW) {
        char text[128];
        snprintf(text, sizeof text, "SELECT * FROM %s", sqlite3_column_text(tables, 0));
        if (sqlite3_prepare_v2(sql, text, -1, &rows, NULL) != SQLITE_OK) {
            abort();
        }
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(rows); i++) {
                const uint8_t *p = sqlite3_column_blob(rows, i);
                size_t n = (size_t)sqlite3_column_bytes(rows, i);
                for (size_t o = 0; o + pattern.n <= n; o++) {
                    hits += memcmp(p + o, pattern.p, pattern.n) == 0;
                }
            }
        }
        sqlite3_finalize(rows);
    }
    sqlite3_finalize(tables);
    return hits;
}
