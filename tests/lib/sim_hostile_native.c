#include "lib/sim_hostile.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/rand.h"
#include "gateway/db.h"
#include "gateway/db_core.h"
#include "gateway/own/db_inbox.h"
#include "gateway/db_job.h"
#include "gateway/own/db_mailbox.h"
#include "gateway/own/peer.h"
#include "gateway/own/reader.h"
#include "lib/sim_gateway.h"

struct sim_hostile_kept {
    struct sim_hostile_kept *next;
    struct sim_device *device;
    size_t n;
    uint8_t p[];
};
struct sim_hostile_post {
    struct sim_device *device;
    size_t n;
    bool turned; /* changes numbers with the next one */
    uint8_t p[]; /* the frame */
};

struct sim_hostile *sim_hostile(struct sim *s)
{
    if (s->hostile == NULL) {
        s->hostile = calloc(1, sizeof *s->hostile);
    }
    return s->hostile;
}

static void free_kept(struct sim_hostile_kept *k)
{
    while (k != NULL) {
        struct sim_hostile_kept *next = k->next;
        free(k);
        k = next;
    }
}

void sim_hostile_destroy(struct sim_hostile *h)
{
    if (h != NULL) {
        free_kept(h->kept);
        free_kept(h->stolen);
        free(h->held);
        free(h->late_one);
    }
    free(h);
}

/* ---- the store ----------------------------------------------------------------------------- */

/* A statement with blobs (b) and numbers (i) bound; the caller finalizes. */
static sqlite3_stmt *ask(struct sim_gateway *g, const char *sql, const char *types, ...)
{
    sqlite3_stmt *s = NULL;
    va_list args;
    if (sqlite3_prepare_v2(g->gw.db->sql, sql, -1, &s, NULL) != SQLITE_OK) {
        abort();
    }
    va_start(args, types);
    for (int i = 0; types[i] != 0; i++) {
        if (types[i] == 'b') {
            struct slice v = va_arg(args, struct slice);
            sqlite3_bind_blob(s, i + 1, v.p, (int)v.n, SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_int64(s, i + 1, va_arg(args, int64_t));
        }
    }
    va_end(args);
    return s;
}

static int64_t number(sqlite3_stmt *s)
{
    int64_t v = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return v;
}

static struct slice key_of(const struct sim_device *d)
{
    return SLICE_ARRAY(d->core->account.own.device);
}

static int64_t account_of(struct sim_gateway *g, const struct sim_device *d)
{
    return number(ask(g, "SELECT account FROM box WHERE device=?", "b", key_of(d)));
}

static int64_t account_of_inbox(struct sim_gateway *g, struct slice inbox)
{
    return number(ask(g, "SELECT id FROM account WHERE inbox=?", "b", inbox));
}

static unsigned put_run(struct gw_db *db, struct gw_db_job *job)
{
    return gw_own_db_inbox_put(db, job->account, job->body);
}

static void put_done(struct gw_loop *loop, struct gw_db_job *job)
{
    (void)loop;
    gw_db_job_free(job);
}

static void put_inbox(struct sim_gateway *g, int64_t account, struct slice body)
{
    struct gw_db_job *job = gw_db_job_new(body);
    job->loop = &g->loop;
    job->account = account;
    job->run = put_run;
    job->done = put_done;
    gw_db_ask(g->gw.db, job);
}

/* ---- frames to the gateway ----------------------------------------------------------------- */

static void answer(struct sim_line *line, enum frame_type type, uint32_t request, struct slice body)
{
    struct arena a;
    struct slice out;
    arena_init(&a, 0);
    struct buf b = buf_arena(&a, body.n + 16);
    frame_put(&b, type, request, body);
    if (buf_finish(&b, &out) != OK) {
        abort();
    }
    sim_to_device(line->device, line->conn, out);
    arena_wipe(&a);
}

static void refuse(struct sim_line *line, uint32_t request, unsigned code)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_failure f = {.code = code};
    wire_failure_put(&b, &f);
    answer(line, FRAME_FAILURE, request, buf_view(&b));
}

static struct gw_own_peer *peer_of(struct sim_line *line)
{
    struct gw_peer *p = line->device->conn[line->conn].peer;
    return p == NULL ? NULL : gw_own_peer_of(p);
}

static uint64_t next_seq(struct sim_gateway *g, struct sim_line *line, uint32_t handle)
{
    const struct gw_db_group *box = gw_own_reader_group(peer_of(line), handle);
    const struct gw_own_db_mailbox *m =
        box == NULL ? NULL : gw_own_db_mailbox_by_id(g->gw.db, box->id); /* its row may be late */
    return m == NULL ? 0 : m->g.next;
}

static void say_posted(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                       uint32_t handle)
{
    uint8_t room[8];
    struct buf b = buf_fixed(room, sizeof room);
    buf_le64(&b, next_seq(g, line, handle));
    answer(line, FRAME_POSTED, request, buf_view(&b));
}

static void give(struct sim_gateway *g, struct sim_line *line, struct slice frame)
{
    struct gw_own_peer *p = peer_of(line);
    if (p != NULL && p->peer.socket.state == GW_SOCKET_OPEN) {
        p->peer.socket.events->message(&p->peer.socket, frame);
        sim_gateway_settle(g);
    }
}

static bool on_post(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                    struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    struct frame_post v;
    uint8_t room[FRAME_HEADER_SIZE + FRAME_BODY_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    if (frame_post_get(body, &v) != OK) {
        return false;
    }
    if (h->refuse_posts > 0) {
        h->refuse_posts--;
        refuse(line, request, WIRE_CODE_STALE);
        return true;
    }
    if (h->limit_posts > 0) {
        h->limit_posts--;
        refuse(line, request, WIRE_CODE_LIMIT);
        return true;
    }
    if (h->swallow_posts > 0) {
        h->swallow_posts--;
        say_posted(g, line, request, v.handle);
        return true;
    }
    if (h->hold_posts > 0 && h->held == NULL) {
        h->hold_posts--;
        frame_put(&b, FRAME_POST, 0, body);
        h->held = malloc(sizeof *h->held + b.n);
        h->held->device = line->device;
        h->held->n = b.n;
        memcpy(h->held->p, room, b.n);
        say_posted(g, line, request, v.handle);
        return true;
    }
    if (h->held != NULL && h->held->device == line->device) {
        struct sim_hostile_post *held = h->held;
        h->held = NULL;
        frame_put(&b, FRAME_POST, request, body);
        give(g, line, buf_view(&b));
        give(g, line, slice_make(held->p, held->n));
        free(held);
        return true;
    }
    return false;
}

static bool on_take(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                    struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    struct wire_kp_take v;
    struct arena a;
    if (h->refuse_takes > 0) {
        h->refuse_takes--;
        refuse(line, request, WIRE_CODE_RATE);
        return true;
    }
    if (h->last_resort_only) {
        arena_init(&a, 0);
        if (wire_kp_take_decode(&a, body, &v) == OK) {
            (void)number(ask(g,
                             "DELETE FROM kp WHERE last=0 AND box IN "
                             "(SELECT id FROM box WHERE account=?)",
                             "i", account_of_inbox(g, v.inbox)));
        }
        arena_wipe(&a);
    }
    return false;
}

static void withhold(struct sim_hostile *h, struct slice body)
{
    if (h->withheld_n < sizeof h->withheld / sizeof h->withheld[0]) {
        crypto_sha256(h->withheld[h->withheld_n++], body);
    }
}

/* The Welcome goes to whose package it was. */
static void on_commit(struct sim_gateway *g, struct sim_line *line, struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    struct wire_commit v;
    struct arena a;
    arena_init(&a, 0);
    if (wire_commit_decode(&a, body, &v) != OK) {
        v.welcomes_n = 0;
    }
    for (size_t i = 0; i < v.welcomes_n; i++) {
        int64_t account = account_of_inbox(g, v.welcomes[i].inbox);
        for (size_t k = 0; k < SIM_SWAPS; k++) {
            if (h->swap[k].of != NULL && account_of(g, h->swap[k].of) == account &&
                (h->swap[k].asked_by == NULL || h->swap[k].asked_by == line->device)) {
                withhold(h, v.welcomes[i].body);
                put_inbox(g, account_of(g, h->swap[k].by), v.welcomes[i].body);
                break;
            }
        }
    }
    arena_wipe(&a);
}

/* A connection on which a mailbox is open, or was. */
static bool beside_a_mailbox(struct sim_line *line)
{
    return peer_of(line) != NULL && peer_of(line)->readers.handle_cap > 0;
}

bool sim_hostile_up(struct sim_gateway *g, struct sim_line *line, uint8_t type, uint32_t request,
                    struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    if (h == NULL) {
        return false;
    }
    switch (type) {
    case FRAME_POST:
        return on_post(g, line, request, body);
    case FRAME_KP_TAKE:
        h->kp_takes++;
        h->kp_takes_beside += beside_a_mailbox(line);
        return on_take(g, line, request, body);
    case FRAME_COMMIT:
        if (h->no_commits == line->device) {
            refuse(line, request, WIRE_CODE_BUSY);
            return true;
        }
        on_commit(g, line, body);
        return false;
    case FRAME_CHAIN_GET:
        h->chain_gets++;
        h->chain_gets_beside += beside_a_mailbox(line);
        if (h->no_chains) {
            refuse(line, request, WIRE_CODE_UNKNOWN);
        }
        return h->no_chains;
    case FRAME_OPEN:
        if (h->no_tag == line->device) {
            refuse(line, request, WIRE_CODE_AUTH);
            return true;
        }
        return false;
    case FRAME_RECORD_PUT:
        h->record_puts++;
        return false;
    case FRAME_INFO_GET:
        h->info_gets++;
        if (h->no_info) {
            refuse(line, request, WIRE_CODE_UNKNOWN);
        }
        return h->no_info;
    default:
        return false;
    }
}

static void keep(struct sim_hostile_kept **list, struct sim_device *d, struct slice body)
{
    struct sim_hostile_kept *k = malloc(sizeof *k + body.n);
    k->next = *list;
    k->device = d;
    k->n = body.n;
    memcpy(k->p, body.p, body.n);
    *list = k;
}

/* A package of this device, in the arena. */
static bool take_package(struct sim_gateway *g, struct arena *a, const struct sim_device *d,
                         uint64_t suite, struct slice *out)
{
    bool found = false;
    for (struct sim_hostile_kept **at = &g->sim->hostile->stolen; *at != NULL; at = &(*at)->next) {
        struct sim_hostile_kept *k = *at;
        if (k->device == d) {
            found = arena_copy(a, slice_make(k->p, k->n), out) == OK;
            *at = k->next;
            free(k);
            return found;
        }
    }
    sqlite3_stmt *s = ask(g,
                          "DELETE FROM kp WHERE id=(SELECT k.id FROM kp k JOIN box b ON "
                          "b.id=k.box WHERE b.device=? AND k.suite=? AND k.last=0 "
                          "ORDER BY k.id LIMIT 1) RETURNING package",
                          "bi", key_of(d), (int64_t)suite);
    if (sqlite3_step(s) == SQLITE_ROW) {
        struct slice package =
            slice_make(sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0));
        found = arena_copy(a, package, out) == OK;
        (void)sqlite3_step(s);
    }
    sqlite3_finalize(s);
    return found;
}

void sim_hostile_steal(struct sim_device *d)
{
    struct sim_gateway *g = d->sim->gw;
    sqlite3_stmt *s = ask(g,
                          "SELECT package FROM kp JOIN box b ON b.id=kp.box WHERE b.device=? AND "
                          "last=0",
                          "b", key_of(d));
    while (sqlite3_step(s) == SQLITE_ROW) {
        keep(&sim_hostile(d->sim)->stolen, d,
             slice_make(sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0)));
    }
    sqlite3_finalize(s);
}

void sim_hostile_offer(struct sim_device *d, struct slice package)
{
    keep(&sim_hostile(d->sim)->stolen, d, package);
}

void sim_hostile_spend(struct sim_device *d)
{
    struct sim_hostile_kept **at = &sim_hostile(d->sim)->stolen;
    while (*at != NULL) {
        struct sim_hostile_kept *k = *at;
        if (number(ask(d->sim->gw, "SELECT count(*) FROM kp WHERE package=?", "b",
                       slice_make(k->p, k->n))) > 0) {
            *at = k->next;
            free(k);
        } else {
            at = &k->next;
        }
    }
}

/* ---- frames to a device -------------------------------------------------------------------- */

static bool taken_by(struct sim_gateway *g, struct sim_line *line, size_t k, struct slice account)
{
    const struct sim_hostile *h = g->sim->hostile;
    return h->swap[k].of != NULL &&
           (h->swap[k].asked_by == NULL || h->swap[k].asked_by == line->device) &&
           number(ask(g, "SELECT id FROM account WHERE hash=?", "b", account)) ==
               account_of(g, h->swap[k].of);
}

static bool on_taken(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                     struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    struct wire_kp_taken v;
    struct wire_kp_of one;
    struct arena a;
    size_t k = 0;
    bool mine = false;
    arena_init(&a, 0);
    if (wire_kp_taken_decode(&a, body, &v) == OK && v.packages_n > 0) {
        while (k < SIM_SWAPS && !taken_by(g, line, k, v.account)) {
            k++;
        }
        mine = k < SIM_SWAPS || (h->short_chains && v.chain_n > 1);
        v.chain_n = h->short_chains && v.chain_n > 1 ? 1 : v.chain_n;
    }
    if (mine && k < SIM_SWAPS) {
        one = v.packages[0];
        v.packages = &one;
        v.packages_n = take_package(g, &a, h->swap[k].by, one.suite, &one.package);
        h->swaps++;
    }
    if (mine) {
        struct slice out;
        struct buf b = buf_arena(&a, 1024);
        wire_kp_taken_put(&b, &v);
        if (buf_finish(&b, &out) != OK) {
            abort();
        }
        answer(line, FRAME_KP_TAKEN, request, out);
    }
    arena_wipe(&a);
    return mine;
}

static bool is_withheld(const struct sim_hostile *h, const struct sim_device *d, struct slice body)
{
    uint8_t hash[32];
    bool victim = false;
    for (size_t k = 0; k < SIM_SWAPS; k++) {
        victim = victim || h->swap[k].of == d;
    }
    if (!victim) {
        return false;
    }
    crypto_sha256(hash, body);
    for (size_t i = 0; i < h->withheld_n; i++) {
        if (memcmp(h->withheld[i], hash, sizeof hash) == 0) {
            return true;
        }
    }
    return false;
}

static void send_delivery(struct sim_line *line, const struct frame_deliver *v)
{
    uint8_t room[FRAME_BODY_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    frame_deliver_put(&b, v);
    answer(line, FRAME_DELIVER, 0, buf_view(&b));
}

/* Entries of a log on their way to one device. */
static bool meddle(struct sim_hostile *h, struct sim_line *line, struct slice body,
                   const struct frame_deliver *v)
{
    struct frame_deliver copy = *v;
    if (h->late_one != NULL && h->late_one->device == line->device) {
        struct sim_hostile_post *late = h->late_one;
        h->late_one = NULL;
        if (late->turned && frame_deliver_get(slice_make(late->p, late->n), &copy) == OK) {
            struct frame_deliver first = *v;
            first.seq = copy.seq;
            copy.seq = v->seq;
            send_delivery(line, &first);
            send_delivery(line, &copy);
        } else {
            answer(line, FRAME_DELIVER, 0, body);
            answer(line, FRAME_DELIVER, 0, slice_make(late->p, late->n));
        }
        free(late);
        return true;
    }
    if (h->meddle_for != line->device || v->kind == WIRE_KIND_GAP) {
        return false;
    }
    if (h->drop > 0) {
        h->drop--;
        return true;
    }
    if (h->late + h->turn > 0 && h->late_one == NULL) {
        bool turned = h->late == 0;
        h->late -= !turned;
        h->turn -= turned;
        h->late_one = malloc(sizeof *h->late_one + body.n);
        h->late_one->device = line->device;
        h->late_one->turned = turned;
        h->late_one->n = body.n;
        memcpy(h->late_one->p, body.p, body.n);
        return true;
    }
    bool more = h->twice > 0 || h->again > 0;
    if (more) {
        copy.seq += h->twice == 0;
        h->again -= h->twice == 0;
        h->twice -= h->twice > 0;
        send_delivery(line, v);
        send_delivery(line, &copy);
    }
    return more;
}

/* An entry that is never given to one device. */
static bool leaves_out(struct sim_hostile *h, struct sim_line *line, const struct frame_deliver *v)
{
    uint8_t hash[32];
    bool out = false;
    if (h->leave_out_for != line->device || v->kind == WIRE_KIND_GAP) {
        return false;
    }
    crypto_sha256(hash, v->body);
    for (size_t i = 0; !out && i < h->left_out_n; i++) {
        out = memcmp(h->left_out[i], hash, sizeof hash) == 0;
    }
    if (!out && h->leave_out > 0 && h->left_out_n < sizeof h->left_out / sizeof h->left_out[0]) {
        h->leave_out--;
        memcpy(h->left_out[h->left_out_n++], hash, sizeof hash);
        out = true;
    }
    if (out && h->gap_instead) {
        struct frame_deliver gap = {.handle = v->handle,
                                    .seq = v->seq,
                                    .server_ms = line->device->sim->now_ms,
                                    .kind = WIRE_KIND_GAP};
        send_delivery(line, &gap);
    }
    return out;
}

static bool on_deliver(struct sim_gateway *g, struct sim_line *line, struct slice body)
{
    struct sim_hostile *h = g->sim->hostile;
    struct frame_deliver v;
    if (frame_deliver_get(body, &v) != OK) {
        return false;
    }
    if (v.handle == 0) {
        if (is_withheld(h, line->device, v.body)) {
            return true;
        }
        if (h->no_box == line->device) {
            return true;
        }
        if (v.kind != WIRE_KIND_GAP) {
            keep(&h->kept, line->device, v.body);
        }
    } else if (h->mute == line->device || leaves_out(h, line, &v) || meddle(h, line, body, &v)) {
        return true;
    }
    uint8_t junk[64];
    bool changed = h->shift_ms != 0 || h->has_ms;
    v.server_ms = h->has_ms ? h->ms : v.server_ms + (uint64_t)h->shift_ms;
    if (v.handle != 0 && v.kind == WIRE_KIND_APPLICATION && h->garble > 0 &&
        h->garble_for == line->device) {
        h->garble--;
        crypto_rand(junk, sizeof junk);
        if (!h->garble_body) {
            crypto_rand(v.branch, sizeof v.branch);
        }
        v.body = SLICE_ARRAY(junk);
        changed = true;
    }
    if (!changed) {
        return false;
    }
    send_delivery(line, &v);
    return true;
}

/* Chains that end with their first entry, or come without the key of the code. */
static bool on_chain(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                     struct slice body)
{
    struct wire_chain v;
    struct arena a;
    struct slice out;
    bool is_short = g->sim->hostile->short_chains, no_hpke = g->sim->hostile->no_hpke;
    if (!is_short && !no_hpke) {
        return false;
    }
    arena_init(&a, 0);
    struct buf b = buf_arena(&a, 1024);
    bool mine = wire_chain_decode(&a, body, &v) == OK && (v.entries_n > 1 || no_hpke);
    if (mine) {
        v.entries_n = is_short && v.entries_n > 1 ? 1 : v.entries_n;
        v.has_hpke = v.has_hpke && !no_hpke;
        wire_chain_put(&b, &v);
        mine = buf_finish(&b, &out) == OK;
    }
    if (mine) {
        answer(line, FRAME_CHAIN, request, out);
    }
    arena_wipe(&a);
    return mine;
}

static bool on_ready(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                     struct slice body)
{
    struct arena a;
    struct wire_ready v;
    struct slice out;
    if (g->sim->hostile->ready_ms == 0) {
        return false;
    }
    arena_init(&a, 0);
    struct buf b = buf_arena(&a, body.n + 64);
    if (wire_ready_decode(&a, body, &v) != OK) {
        abort();
    }
    v.server_ms = g->sim->hostile->ready_ms;
    wire_ready_put(&b, &v);
    if (buf_finish(&b, &out) != OK) {
        abort();
    }
    answer(line, FRAME_READY, request, out);
    arena_wipe(&a);
    return true;
}

static bool on_opened(struct sim_gateway *g, struct sim_line *line, uint32_t request,
                      struct slice body)
{
    struct arena a;
    struct wire_opened v;
    struct slice out;
    uint64_t begins = g->sim->hostile->begins_for == line->device ? g->sim->hostile->begins : 0;
    if (g->sim->hostile->more == 0 && begins == 0) {
        return false;
    }
    arena_init(&a, 0);
    struct buf b = buf_arena(&a, body.n + 64);
    if (wire_opened_decode(&a, body, &v) != OK) {
        abort();
    }
    v.head += g->sim->hostile->more;
    v.first += begins;
    v.head = begins > 0 && v.head < v.first ? v.first : v.head;
    wire_opened_put(&b, &v);
    if (buf_finish(&b, &out) != OK) {
        abort();
    }
    answer(line, FRAME_OPENED, request, out);
    arena_wipe(&a);
    return true;
}

bool sim_hostile_down(struct sim_gateway *g, struct sim_line *line, uint8_t type, uint32_t request,
                      struct slice body)
{
    if (g->sim->hostile == NULL) {
        return false;
    }
    switch (type) {
    case FRAME_KP_TAKEN:
        return on_taken(g, line, request, body);
    case FRAME_CHAIN:
        return on_chain(g, line, request, body);
    case FRAME_READY:
        if (g->sim->hostile->say_revoked == line->device && line->conn == 1) {
            refuse(line, request, WIRE_CODE_REVOKED);
            sim_gateway_ended(line);
            return true;
        }
        return on_ready(g, line, request, body);
    case FRAME_OPENED:
        return on_opened(g, line, request, body);
    case FRAME_RECORD:
        g->sim->hostile->records_given++;
        return false;
    case FRAME_DELIVER:
        return on_deliver(g, line, body);
    default:
        return false;
    }
}

/* ---- single acts --------------------------------------------------------------------------- */

void sim_hostile_gap(struct sim_device *d)
{
    struct sim_gateway *g = d->sim->gw;
    struct gw_own_peer *p = d->conn[2].peer == NULL ? NULL : gw_own_peer_of(d->conn[2].peer);
    for (uint32_t i = 0; p != NULL && i < p->readers.handle_cap; i++) {
        const struct gw_db_group *box = gw_own_reader_group(p, i + 1);
        uint8_t room[128];
        struct buf b = buf_fixed(room, sizeof room);
        if (box == NULL) {
            continue;
        }
        struct frame_deliver v = {.handle = i + 1,
                                  .seq = next_seq(g, &d->line[2], i + 1),
                                  .server_ms = d->sim->now_ms,
                                  .kind = WIRE_KIND_GAP};
        frame_deliver_put(&b, &v);
        answer(&d->line[2], FRAME_DELIVER, 0, buf_view(&b));
    }
}

void sim_hostile_put_inbox(struct sim_device *d, struct slice body)
{
    struct sim_gateway *g = d->sim->gw;
    put_inbox(g, account_of(g, d), body);
    sim_gateway_settle(g);
}

void sim_hostile_replay_inbox(struct sim_device *d)
{
    struct sim_hostile *h = d->sim->hostile;
    for (struct sim_hostile_kept *k = h->kept, *last = NULL; k != last; k = k->next) {
        if (k->device == d) { /* newest first: the order is the attacker's, too */
            put_inbox(d->sim->gw, account_of(d->sim->gw, d), slice_make(k->p, k->n));
        }
    }
    sim_gateway_settle(d->sim->gw);
}

void sim_hostile_put_info(struct sim *s, const uint8_t mailbox[16], struct slice info)
{
    (void)number(ask(s->gw, "INSERT OR REPLACE INTO info SELECT id,?2 FROM grp WHERE mailbox=?1",
                     "bb", slice_make(mailbox, 16), info));
}

void sim_hostile_keep_infos(struct sim *s)
{
    (void)number(ask(s->gw, "DROP TABLE IF EXISTS temp.old_info", ""));
    (void)number(ask(s->gw, "CREATE TEMP TABLE old_info AS SELECT grp,info FROM main.info", ""));
}

void sim_hostile_old_infos(struct sim *s)
{
    (void)number(ask(s->gw, "CREATE TEMP TABLE IF NOT EXISTS old_info (grp,info)", ""));
    (void)number(ask(s->gw,
                     "INSERT OR REPLACE INTO main.info(grp,info) SELECT grp,info FROM old_info "
                     "WHERE grp IN (SELECT id FROM grp)",
                     ""));
}

static bool copy_out(sqlite3_stmt *s, int column, struct arena *a, struct slice *out)
{
    struct slice v =
        slice_make(sqlite3_column_blob(s, column), (size_t)sqlite3_column_bytes(s, column));
    return arena_copy(a, v, out) == OK;
}

bool sim_hostile_info(struct sim *s, struct arena *a, const uint8_t mailbox[16], struct slice *info)
{
    sqlite3_stmt *q = ask(s->gw, "SELECT info FROM info JOIN grp ON id=grp WHERE mailbox=?", "b",
                          slice_make(mailbox, 16));
    bool found = sqlite3_step(q) == SQLITE_ROW && copy_out(q, 0, a, info);
    sqlite3_finalize(q);
    return found;
}

bool sim_hostile_log(struct sim *s, struct arena *a, const uint8_t mailbox[16], size_t k,
                     struct frame_deliver *entry)
{
    sqlite3_stmt *q =
        ask(s->gw,
            "SELECT l.kind,l.epoch,b.b,l.branch FROM glog l JOIN gbody b ON b.id=l.body "
            "JOIN grp g ON g.id=l.grp WHERE g.mailbox=? ORDER BY l.seq LIMIT 1 OFFSET ?",
            "bi", slice_make(mailbox, 16), (int64_t)k);
    bool found = sqlite3_step(q) == SQLITE_ROW && copy_out(q, 2, a, &entry->body);
    if (found) {
        int64_t branch = sqlite3_column_int64(q, 3);
        entry->kind = (uint8_t)sqlite3_column_int(q, 0);
        entry->epoch = (uint64_t)sqlite3_column_int64(q, 1);
        memcpy(entry->branch, &branch, sizeof entry->branch);
    }
    sqlite3_finalize(q);
    return found;
}
