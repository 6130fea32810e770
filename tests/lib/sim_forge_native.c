#include "lib/sim_forge.h"

#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "engine/own/chains.h"
#include "engine/recovery_code.h"
#include "engine/own/record.h"
#include "engine/own/record_due.h"
#include "gateway/db_core.h"
#include "lib/sim_gateway.h"
#include "schema/frame.h"
#include "store/chain.h"

#define RECORD_VERSION 2

/* ---- entries ------------------------------------------------------------------------------- */

struct at {
    const uint8_t *account;
    uint64_t n;
    struct chain_entry *out;
};

static enum err at(struct own *o, struct step *s, void *user)
{
    const struct at *u = user;
    int64_t person = 0;
    (void)o;
    TRY(store_sql_get_int(s->store, &person, "SELECT id FROM person WHERE address=?", "b",
                          slice_make(u->account, 32)));
    return store_chain_at(s->store, person, u->n, u->out);
}

bool sim_forge_at(struct sim_device *d, const uint8_t account[32], uint64_t n,
                  struct chain_entry *out)
{
    struct at u = {account, n, out};
    return sim_try(d, at, &u) == OK;
}

struct kept {
    const uint8_t *account;
    int64_t n; /* below 0: of another branch */
    struct sim_forge *out;
};

static enum err kept(struct own *o, struct step *s, void *user)
{
    const struct kept *u = user;
    struct slice entry;
    void *outs[] = {&entry};
    const char *sql = u->n < 0 ? "SELECT f.entry FROM chain_fork f JOIN person p ON p.id=f.person "
                                 "WHERE p.address=?1 AND f.n>?2 ORDER BY f.n LIMIT 1"
                               : "SELECT f.entry FROM chain f JOIN person p ON p.id=f.person "
                                 "WHERE p.address=?1 AND f.n=?2";
    (void)o;
    TRY(store_sql_get(s->store, s->arena, sql, "b", outs, "bi", slice_make(u->account, 32), u->n));
    if (entry.n > sizeof u->out->p) {
        return ERR_LIMIT;
    }
    memcpy(u->out->p, entry.p, entry.n);
    u->out->n = entry.n;
    return chain_read(entry, &u->out->e);
}

bool sim_forge_kept(struct sim_device *d, const uint8_t account[32], struct sim_forge *out)
{
    struct kept u = {account, -1, out};
    return sim_try(d, kept, &u) == OK;
}

bool sim_forge_copy(struct sim_device *d, const uint8_t account[32], uint64_t n,
                    struct sim_forge *out)
{
    struct kept u = {account, (int64_t)n, out};
    return sim_try(d, kept, &u) == OK;
}

bool sim_forge_sign(struct sim_forge *f, const struct chain_entry *last, const uint8_t author[32],
                    bool old_recovery, const struct crypto_sign_secret *one,
                    const struct crypto_sign_secret *two)
{
    struct buf b = buf_fixed(f->p, sizeof f->p);
    if (chain_plan(last, &f->e, author, old_recovery) != OK) {
        return false;
    }
    memset(f->e.signatures, 7, sizeof f->e.signatures);
    if ((one != NULL && chain_sign(last, &f->e, one) != OK) ||
        (two != NULL && chain_sign(last, &f->e, two) != OK) || chain_encode(&b, &f->e) != OK) {
        return false;
    }
    f->n = b.n;
    return true;
}

static enum err hear(struct own *o, struct step *s, void *user)
{
    const struct sim_forge *f = user;
    struct slice entry = slice_make(f->p, f->n);
    struct own_entries_group group = {.entries = &entry, .n = 1};
    struct own_entries brought = {&group, 1};
    memcpy(group.account, f->e.id, sizeof group.account);
    return own_chains_heard(o, s, &brought);
}

bool sim_forge_hear(struct sim_device *d, const struct sim_forge *f)
{
    return sim_keep(d, hear, (void *)(uintptr_t)f) == OK;
}

bool sim_forge_put(struct sim_device *d, const struct sim_forge *f)
{
    struct wire_chain_put v = {SLICE_ARRAY(f->e.id), slice_make(f->p, f->n), false, SLICE_EMPTY};
    uint8_t room[CHAIN_ENTRY_BYTES_MAX + 128];
    struct buf b = buf_fixed(room, sizeof room);
    size_t mark = frame_begin(&b, FRAME_CHAIN_PUT, 0);
    wire_chain_put_put(&b, &v);
    frame_end(&b, mark);
    sim_from_device(d, 1, buf_view(&b));
    sim_run(d->sim, 2000);
    return sim_forge_head(d->sim, f->e.id) == (int64_t)f->e.n;
}

/* ---- at the gateway ------------------------------------------------------------------------ */

/* A statement with blobs (b) and numbers (i); its first number, -1 none. */
static int64_t tell(struct sim *s, const char *sql, const char *types, ...)
{
    sqlite3_stmt *q = NULL;
    va_list args;
    if (sqlite3_prepare_v2(s->gw->gw.db->sql, sql, -1, &q, NULL) != SQLITE_OK) {
        abort();
    }
    va_start(args, types);
    for (int i = 0; types[i] != 0; i++) {
        if (types[i] == 'b') {
            struct slice v = va_arg(args, struct slice);
            sqlite3_bind_blob(q, i + 1, v.p, (int)v.n, SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_int64(q, i + 1, va_arg(args, int64_t));
        }
    }
    va_end(args);
    int64_t n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    sqlite3_finalize(q);
    return n;
}

int64_t sim_forge_head(struct sim *s, const uint8_t account[32])
{
    return tell(s, "SELECT head FROM account WHERE hash=?", "b", slice_make(account, 32));
}

void sim_forge_hide(struct sim *s, const uint8_t account[32])
{
    (void)tell(s, "UPDATE account SET recovery=randomblob(32) WHERE hash=?", "b",
               slice_make(account, 32));
}

void sim_forge_store(struct sim *s, const struct sim_forge *f, struct slice hpke)
{
    struct slice id = SLICE_ARRAY(f->e.id), recovery = SLICE_ARRAY(f->e.recovery);
    if (sim_forge_head(s, f->e.id) < 0) {
        (void)tell(s,
                   "INSERT INTO account(hash,inbox,head,recovery,hpke,day) "
                   "VALUES(?,randomblob(16),0,?,?,0)",
                   "bbb", id, recovery, hpke);
    }
    (void)tell(s, "INSERT OR REPLACE INTO chain SELECT id,?2,?3 FROM account WHERE hash=?1", "bib",
               id, (int64_t)f->e.n, slice_make(f->p, f->n));
    (void)tell(s,
               "DELETE FROM chain WHERE version>?2 AND account=(SELECT id FROM account WHERE "
               "hash=?1)",
               "bi", id, (int64_t)f->e.n);
    (void)tell(s, "UPDATE account SET head=?2,recovery=?3,hpke=?4 WHERE hash=?1", "bibb", id,
               (int64_t)f->e.n, recovery, hpke);
}

int64_t sim_forge_parts(struct sim *s, const uint8_t account[32])
{
    return tell(s,
                "SELECT count(*) FROM record WHERE account=(SELECT id FROM account WHERE hash=?)",
                "b", slice_make(account, 32));
}

void sim_forge_number(struct sim *s, const struct sim_forge_part *part, uint64_t number)
{
    (void)tell(s,
               "UPDATE record SET number=?3,body=x'00' WHERE device=?2 AND account=(SELECT id FROM "
               "account WHERE hash=?1)",
               "bbi", slice_make(part->account, 32), slice_make(part->device, 32), (int64_t)number);
}

/* ---- records ------------------------------------------------------------------------------- */

static enum err write_part(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    own_record_due(s);
    return s->out->err;
}

bool sim_forge_write(struct sim_device *d)
{
    return sim_keep(d, write_part, NULL) == OK;
}

struct record {
    const struct sim_forge_part *part;
    uint8_t p[20000];
    size_t n;
};

static enum err record(struct own *o, struct step *s, void *user)
{
    struct record *u = user;
    const struct sim_forge_part *part = u->part;
    static const uint8_t head[CHAIN_HASH_SIZE];
    struct slice device = slice_make(part->device, 32), inner, tbs, plain, sealed;
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(s->arena, 8192), t = buf_arena(s->arena, 192),
               out = buf_arena(s->arena, 8192);
    cbor_put_array(&b, 6);
    cbor_put_bytes(&b, device);
    cbor_put_uint(&b, part->number);
    cbor_put_bytes(&b, SLICE_ARRAY(head));
    cbor_put_text(&b, SLICE_LITERAL("phone"));
    cbor_put_uint(&b, s->now_ms);
    cbor_put_array(&b, 1);
    TRY(own_record_person(s, &b, part->person, false));
    TRY(buf_finish(&b, &inner));
    frame_record_tbs(&t, slice_make(part->account, 32), device, part->number, SLICE_ARRAY(head),
                     inner);
    TRY(buf_finish(&t, &tbs));
    crypto_sign(signature, &o->device_secret, tbs);
    cbor_put_array(&out, 3);
    cbor_put_uint(&out, RECORD_VERSION);
    cbor_put_bytes(&out, inner);
    cbor_put_bytes(&out, SLICE_ARRAY(signature));
    TRY(buf_finish(&out, &plain));
    TRY(recovery_code_seal(s->arena, part->hpke, RECOVERY_CODE_RECORD, plain, &sealed));
    if (sealed.n > sizeof u->p) {
        return ERR_LIMIT;
    }
    memcpy(u->p, sealed.p, sealed.n);
    u->n = sealed.n;
    return OK;
}

bool sim_forge_record(struct sim_device *by, const struct sim_forge_part *part)
{
    static struct record u;
    u.part = part;
    if (sim_try(by, record, &u) != OK) {
        return false;
    }
    (void)tell(by->sim,
               "INSERT OR REPLACE INTO record(account,device,number,head,body,day) "
               "SELECT id,?2,?3,zeroblob(32),?4,0 FROM account WHERE hash=?1",
               "bbib", slice_make(part->account, 32), slice_make(part->device, 32),
               (int64_t)part->number, slice_make(u.p, u.n));
    return true;
}
