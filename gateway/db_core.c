#include "gateway/db_core.h"

#include <stdarg.h>

void gw_db_fail(struct gw_db *db, int code)
{
    if (db->failed == 0) {
        db->failed = code;
    }
}

sqlite3_stmt *gw_db_bind(struct gw_db *db, enum gw_db_sql which, const char *types, ...)
{
    sqlite3_stmt *s = db->statements[which];
    va_list args;
    int rc = SQLITE_OK;
    sqlite3_reset(s);
    va_start(args, types);
    for (int i = 0; types[i] != 0 && rc == SQLITE_OK; i++) {
        struct slice v;
        switch (types[i]) {
        case 'i':
            rc = sqlite3_bind_int64(s, i + 1, va_arg(args, int64_t));
            break;
        case 'u':
            rc = sqlite3_bind_int64(s, i + 1, (int64_t)va_arg(args, uint64_t));
            break;
        case 'b':
            v = va_arg(args, struct slice);
            rc =
                sqlite3_bind_blob64(s, i + 1, v.n > 0 ? (const void *)v.p : "", v.n, SQLITE_STATIC);
            break;
        case 't':
            v = va_arg(args, struct slice);
            rc = sqlite3_bind_text64(s, i + 1, v.n > 0 ? (const char *)v.p : "", v.n, SQLITE_STATIC,
                                     SQLITE_UTF8);
            break;
        default:
            rc = sqlite3_bind_null(s, i + 1);
            break;
        }
    }
    va_end(args);
    if (rc != SQLITE_OK) {
        gw_db_fail(db, rc);
    }
    return s;
}

bool gw_db_row(struct gw_db *db, sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        return true;
    }
    sqlite3_reset(s);
    if (rc != SQLITE_DONE) {
        gw_db_fail(db, rc);
    }
    return false;
}

void gw_db_exec(struct gw_db *db, sqlite3_stmt *s)
{
    while (gw_db_row(db, s)) {
    }
}

void gw_db_done(sqlite3_stmt *s)
{
    sqlite3_reset(s);
}

struct slice gw_db_blob(sqlite3_stmt *s, int column)
{
    const void *p = sqlite3_column_blob(s, column);
    return slice_make(p, (size_t)sqlite3_column_bytes(s, column));
}

uint64_t gw_db_u64(sqlite3_stmt *s, int column)
{
    return (uint64_t)sqlite3_column_int64(s, column);
}

int64_t gw_db_number(struct gw_db *db, sqlite3_stmt *s, int64_t otherwise)
{
    int64_t v = otherwise;
    if (gw_db_row(db, s)) {
        v = sqlite3_column_type(s, 0) == SQLITE_NULL ? otherwise : sqlite3_column_int64(s, 0);
        gw_db_done(s);
    }
    return v;
}

bool gw_db_is_full(struct gw_db *db)
{
    return atomic_load_explicit(&db->full, memory_order_relaxed);
}
