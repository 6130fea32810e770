#include "lib/gateway_world_native.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/rand.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/db_out.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_tables.h"
#include "lib/check.h"

static void on_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    (void)loop;
    (void)n;
}

bool gateway_world_begin(struct gateway_world *w)
{
    char why[200] = "";
    memset(w, 0, sizeof *w);
    CHECK_ERR(crypto_init(), OK);
    arena_init(&w->arena, 0);
    gw_config_default(&w->gw.config);
    (void)strcpy(w->gw.config.dir, GW_DB_MEMORY);
    w->gw.config.registration = WIRE_REGISTRATION_OPEN;
    w->gw.loops = &w->loop;
    w->gw.loop_n = 1;
    w->loop.gw = &w->gw;
    w->loop.log = &w->gw.log;
    w->db = gw_db_open(&w->gw, &gw_own_db_tables, on_notice, why, sizeof why);
    CHECK(w->db != NULL);
    if (w->db != NULL) {
        w->db->now_ms = GATEWAY_WORLD_NOW_MS;
        w->db->tables->begin(w->db);
    }
    return w->db != NULL;
}

void gateway_world_sent(struct gateway_world *w)
{
    gw_db_out_drop(w->db, 0);
}

static void forget_job(struct gateway_world *w)
{
    if (w->job != NULL) {
        gw_db_job_free(w->job);
        w->job = NULL;
    }
}

void gateway_world_end(struct gateway_world *w)
{
    forget_job(w);
    gateway_world_sent(w);
    CHECK(w->db->failed == 0);
    gw_db_close(w->db);
    arena_wipe(&w->arena);
}

struct buf *gateway_world_body(struct gateway_world *w)
{
    forget_job(w);
    w->body = buf_arena(&w->arena, 64);
    return &w->body;
}

struct gw_db_job *gateway_world_job(struct gateway_world *w)
{
    struct slice body = SLICE_EMPTY;
    forget_job(w);
    if (w->body.p != NULL) {
        CHECK_ERR(buf_finish(&w->body, &body), OK);
    }
    struct gw_db_job *job = gw_db_job_new(body);
    if (job == NULL) {
        abort();
    }
    job->loop = &w->loop;
    job->request = GATEWAY_WORLD_REQUEST;
    job->whole = w->whole;
    job->account = w->account;
    job->box = w->box;
    job->known = w->known;
    job->recovery = w->recovery;
    memcpy(job->device, w->device, sizeof job->device);
    w->job = job;
    return job;
}

unsigned gateway_world_do(struct gateway_world *w, gateway_world_run run)
{
    struct gw_db *db = w->db;
    struct gw_db_job *job = w->job == NULL ? gateway_world_job(w) : w->job;
    size_t mark = db->out_n;
    arena_reset(&db->arena);
    CHECK(db->failed == 0);
    if (job->whole) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE, ""));
    }
    int64_t before = sqlite3_total_changes64(db->sql);
    job->code = run(db, job);
    if (job->code != 0 && !job->whole) {
        CHECK(sqlite3_total_changes64(db->sql) == before && db->out_n == mark);
    }
    if (job->whole && job->code != 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE_BACK, ""));
        gw_db_out_drop(db, mark);
    }
    if (job->whole) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE_END, ""));
    }
    CHECK(db->failed == 0);
    w->body = (struct buf){0};
    return job->code;
}

struct slice gateway_world_answer(struct gateway_world *w, enum frame_type type)
{
    struct slice in = SLICE_EMPTY, body = SLICE_EMPTY;
    uint32_t request = 0;
    uint8_t got = 0;
    CHECK(w->job != NULL && w->job->answer != NULL);
    if (w->job != NULL && w->job->answer != NULL) {
        in = gw_bytes_slice(w->job->answer);
        CHECK_ERR(frame_next(&in, &got, &request, &body), OK);
        CHECK(got == type && request == GATEWAY_WORLD_REQUEST && in.n == 0);
    }
    return body;
}

size_t gateway_world_notices(const struct gateway_world *w, enum gw_db_notice_kind kind,
                             const struct gw_db_notice **last)
{
    size_t n = 0;
    for (size_t i = 0; i < w->db->out_n; i++) {
        const struct gw_db_notice *v =
            H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, w->db->out[i]);
        if (v->kind == kind) {
            n++;
            *last = v;
        }
    }
    return n;
}

int64_t gateway_world_int(struct gateway_world *w, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    CHECK(sqlite3_prepare_v2(w->db->sql, sql, -1, &s, NULL) == SQLITE_OK);
    if (sqlite3_step(s) == SQLITE_ROW) {
        n = sqlite3_column_int64(s, 0);
    }
    sqlite3_finalize(s);
    return n;
}

void gateway_world_sql(struct gateway_world *w, const char *sql)
{
    CHECK(sqlite3_exec(w->db->sql, sql, NULL, NULL, NULL) == SQLITE_OK);
}

struct slice gateway_world_hpke(void)
{
    static const uint8_t key[1216] = {7};
    return SLICE_ARRAY(key);
}

void gateway_world_account(struct own_world_account *a, uint8_t device, uint8_t code)
{
    struct chain_entry e;
    struct buf b;
    CHECK_ERR(crypto_init(), OK);
    memset(a, 0, sizeof *a);
    chain_begin(&e, NULL);
    CHECK_ERR(chain_add(&e, own_world_key(device)), OK);
    memcpy(e.recovery, own_world_key(code), sizeof e.recovery);
    crypto_sha256(e.recovery_hpke, gateway_world_hpke());
    CHECK_ERR(chain_plan(NULL, &e, own_world_key(device), false), OK);
    for (int i = 0; i < 2; i++) {
        struct crypto_sign_secret s = own_world_secret(i == 0 ? device : code);
        CHECK_ERR(chain_sign(NULL, &e, &s), OK);
    }
    b = buf_fixed(a->room[0], sizeof a->room[0]);
    CHECK_ERR(chain_encode(&b, &e), OK);
    CHECK_ERR(buf_finish(&b, &a->bytes[0]), OK);
    a->e[0] = e;
    memcpy(a->id, e.id, sizeof a->id);
    a->n = 1;
}

void gateway_world_register(struct gateway_world *w, const struct own_world_account *a,
                            uint8_t device, uint8_t inbox)
{
    uint8_t address[FRAME_INBOX_SIZE];
    bool whole = w->whole;
    memset(address, inbox, sizeof address);
    memcpy(w->device, own_world_key(device), sizeof w->device);
    w->known = w->recovery = false;
    w->whole = true;
    wire_register_put(gateway_world_body(w),
                      &(struct wire_register){.entry = a->bytes[0],
                                              .hpke = gateway_world_hpke(),
                                              .inbox = SLICE_ARRAY(address)});
    CHECK(gateway_world_do(w, gw_own_db_account_register) == 0);
    w->whole = whole;
    w->account = w->job->account;
    w->box = w->job->box;
    w->known = true;
}
