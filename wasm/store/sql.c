#include "store/sql.h"

#include <stdarg.h>
#include <string.h>

#include "store/db.h"

#define WAYS 8 /* slots tried for one literal */

/* ---- kept statements ---- */

static enum err compile(struct store *s, sqlite3_stmt **out, const char *sql, unsigned flags)
{
    int rc = sqlite3_prepare_v3(s->db, sql, -1, flags, out, NULL);
    if (rc == SQLITE_ERROR) {
        return ERR_BUG;
    }
    TRY(store_db_error(s, rc));
    return *out == NULL ? ERR_BUG : OK;
}

/* Finds or makes the statement of a literal; it is busy until give_back. */
static enum err take(struct store *s, sqlite3_stmt **out, uint32_t *slot_out, const char *sql)
{
    struct store_sql_cache *cache = &s->cache;
    size_t home = ((uintptr_t)sql >> 3) * 2654435761u;
    struct store_sql_slot *best = NULL;
    *out = NULL;
    *slot_out = STORE_SQL_UNKEPT;
    TRY(store_db_ready(s));
    cache->calls++;
    for (size_t i = 0; i < WAYS; i++) {
        struct store_sql_slot *slot = &cache->slots[(home + i) % STORE_SQL_KEPT];
        if (slot->busy) {
            continue;
        }
        /* The text decides; the address only finds it quickly. */
        if (slot->stmt != NULL && slot->literal == sql &&
            strcmp(sqlite3_sql(slot->stmt), sql) == 0) {
            best = slot;
            break;
        }
        if (best == NULL ||
            (best->stmt != NULL && (slot->stmt == NULL || slot->used < best->used))) {
            best = slot;
        }
    }
    if (best == NULL) {
        return compile(s, out, sql, 0);
    }
    if (best->stmt == NULL || best->literal != sql || strcmp(sqlite3_sql(best->stmt), sql) != 0) {
        (void)sqlite3_finalize(best->stmt);
        best->stmt = NULL;
        TRY(compile(s, &best->stmt, sql, SQLITE_PREPARE_PERSISTENT));
        best->literal = sql;
    }
    best->busy = true;
    best->used = cache->calls;
    *out = best->stmt;
    *slot_out = (uint32_t)(best - cache->slots);
    return OK;
}

static void give_back(struct store *s, sqlite3_stmt *stmt, uint32_t slot)
{
    if (slot == STORE_SQL_UNKEPT) {
        (void)sqlite3_finalize(stmt);
        return;
    }
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
    s->cache.slots[slot].busy = false;
}

void store_sql_forget(struct store *s)
{
    for (size_t i = 0; i < STORE_SQL_KEPT; i++) {
        (void)sqlite3_finalize(s->cache.slots[i].stmt);
        s->cache.slots[i] = (struct store_sql_slot){.literal = NULL};
    }
}

/* ---- arguments ---- */

static int bind_slice(sqlite3_stmt *stmt, int i, struct slice value, bool text,
                      sqlite3_destructor_type life)
{
    if (value.p == NULL) {
        if (value.n != 0) {
            return SQLITE_MISUSE;
        }
        return text ? sqlite3_bind_text64(stmt, i, "", 0, SQLITE_STATIC, SQLITE_UTF8)
                    : sqlite3_bind_null(stmt, i);
    }
    return text ? sqlite3_bind_text64(stmt, i, (const char *)value.p, value.n, life, SQLITE_UTF8)
                : sqlite3_bind_blob64(stmt, i, value.p, value.n, life);
}

static enum err bind_all(struct store *s, sqlite3_stmt *stmt, const char *types,
                         sqlite3_destructor_type life, va_list *args)
{
    int rc = SQLITE_OK;
    int i = 0;
    for (; types[i] != '\0' && rc == SQLITE_OK; i++) {
        switch (types[i]) {
        case 'i':
            rc = sqlite3_bind_int64(stmt, i + 1, va_arg(*args, int64_t));
            break;
        case 'b':
        case 't':
            rc = bind_slice(stmt, i + 1, va_arg(*args, struct slice), types[i] == 't', life);
            break;
        case 'n':
            rc = sqlite3_bind_null(stmt, i + 1);
            break;
        default:
            return ERR_BUG;
        }
    }
    if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) != i) {
        return ERR_BUG;
    }
    return store_db_error(s, rc);
}

/* ---- statements without rows ---- */

static enum err finish(struct store *s, sqlite3_stmt *stmt)
{
    int rc = SQLITE_ROW;
    while (rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
    }
    return store_db_error(s, rc);
}

enum err store_sql_run(struct store *s, const char *sql, const char *types, ...)
{
    sqlite3_stmt *stmt = NULL;
    uint32_t slot = 0;
    va_list args;
    TRY(take(s, &stmt, &slot, sql));
    va_start(args, types);
    enum err e = bind_all(s, stmt, types, SQLITE_STATIC, &args);
    va_end(args);
    if (e == OK) {
        e = finish(s, stmt);
    }
    give_back(s, stmt, slot);
    return e;
}

enum err store_sql_changes(struct store *s, int64_t *n)
{
    *n = sqlite3_changes64(s->db);
    return OK;
}

int64_t store_sql_last_id(struct store *s)
{
    return sqlite3_last_insert_rowid(s->db);
}

/* ---- rows ---- */

static enum err rows_open(struct store *s, struct store_rows *rows, const char *sql,
                          const char *types, va_list *args)
{
    *rows = (struct store_rows){.store = s};
    enum err e = take(s, &rows->stmt, &rows->slot, sql);
    if (e == OK) {
        e = bind_all(s, rows->stmt, types, SQLITE_TRANSIENT, args);
    }
    rows->err = e;
    return e;
}

enum err store_rows_open(struct store *s, struct store_rows *rows, const char *sql,
                         const char *types, ...)
{
    va_list args;
    va_start(args, types);
    enum err e = rows_open(s, rows, sql, types, &args);
    va_end(args);
    return e;
}

enum err store_rows_next(struct store_rows *rows, bool *has_row)
{
    *has_row = false;
    if (rows->err != OK || rows->stmt == NULL) {
        return rows->err != OK ? rows->err : ERR_STATE;
    }
    int rc = sqlite3_step(rows->stmt);
    *has_row = rc == SQLITE_ROW;
    rows->err = store_db_error(rows->store, rc);
    return rows->err;
}

int64_t store_rows_int(struct store_rows *rows, int column)
{
    return rows->stmt == NULL ? 0 : sqlite3_column_int64(rows->stmt, column);
}

bool store_rows_is_null(struct store_rows *rows, int column)
{
    return rows->stmt == NULL || sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

struct slice store_rows_bytes(struct store_rows *rows, int column)
{
    static const uint8_t empty[1];
    if (store_rows_is_null(rows, column)) {
        return SLICE_EMPTY;
    }
    const void *p = sqlite3_column_blob(rows->stmt, column);
    int n = sqlite3_column_bytes(rows->stmt, column);
    if (p == NULL && sqlite3_errcode(rows->store->db) == SQLITE_NOMEM) {
        rows->err = ERR_HOST_MEMORY;
        return SLICE_EMPTY;
    }
    return p == NULL || n <= 0 ? slice_make(empty, 0) : slice_make(p, (size_t)n);
}

enum err store_rows_copy(struct store_rows *rows, int column, struct arena *arena,
                         struct slice *out)
{
    struct slice in = store_rows_bytes(rows, column);
    *out = SLICE_EMPTY;
    if (rows->err != OK) {
        return rows->err;
    }
    return in.p == NULL ? OK : arena_copy(arena, in, out);
}

void store_rows_close(struct store_rows *rows)
{
    if (rows->stmt != NULL) {
        give_back(rows->store, rows->stmt, rows->slot);
    }
    *rows = (struct store_rows){.slot = STORE_SQL_UNKEPT};
}

/* ---- one row ---- */

static void outs_zero(const char *out_types, void *const *outs)
{
    for (size_t i = 0; out_types[i] != '\0'; i++) {
        if (out_types[i] == 'i') {
            *(int64_t *)outs[i] = 0;
        } else if (out_types[i] == 'b' || out_types[i] == 't') {
            *(struct slice *)outs[i] = SLICE_EMPTY;
        }
    }
}

static enum err outs_fill(struct store_rows *rows, struct arena *arena, const char *out_types,
                          void *const *outs)
{
    for (int i = 0; out_types[i] != '\0'; i++) {
        switch (out_types[i]) {
        case 'i':
            *(int64_t *)outs[i] = store_rows_int(rows, i);
            break;
        case 'b':
        case 't':
            TRY(store_rows_copy(rows, i, arena, outs[i]));
            break;
        case 'n':
            break;
        default:
            return ERR_BUG;
        }
    }
    return OK;
}

static enum err get(struct store *s, struct arena *arena, const char *sql, const char *out_types,
                    void *const *outs, const char *types, va_list *args)
{
    struct store_rows rows;
    bool has_row = false;
    outs_zero(out_types, outs);
    enum err e = rows_open(s, &rows, sql, types, args);
    if (e == OK) {
        e = store_rows_next(&rows, &has_row);
    }
    if (e == OK) {
        e = has_row ? outs_fill(&rows, arena, out_types, outs) : ERR_GONE;
    }
    store_rows_close(&rows);
    if (e != OK) {
        outs_zero(out_types, outs);
    }
    return e;
}

enum err store_sql_get(struct store *s, struct arena *arena, const char *sql, const char *out_types,
                       void *const *outs, const char *types, ...)
{
    va_list args;
    va_start(args, types);
    enum err e = get(s, arena, sql, out_types, outs, types, &args);
    va_end(args);
    return e;
}

enum err store_sql_get_int(struct store *s, int64_t *out, const char *sql, const char *types, ...)
{
    void *outs[1] = {out};
    va_list args;
    va_start(args, types);
    enum err e = get(s, NULL, sql, "i", outs, types, &args);
    va_end(args);
    return e;
}
