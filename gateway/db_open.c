#include "gateway/db_open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "gateway/db.h"
#include "gateway/db_core.h"
#include "gateway/db_sweep.h"
#include "gateway/db_wal.h"
#include "migrations.h"

/* Long statements are put together from lines; no comma is missing.
 * NOLINTBEGIN(bugprone-suspicious-missing-comma) */
static const char *const sql_texts[] = {
#define TEXT_ROW(name, text) text,
    GW_DB_SQL_LIST(TEXT_ROW)
#undef TEXT_ROW
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static int pragma(sqlite3 *sql, const char *text)
{
    return sqlite3_exec(sql, text, NULL, NULL, NULL);
}

static int schema_version(sqlite3 *sql)
{
    sqlite3_stmt *s = NULL;
    int v = -1;
    if (sqlite3_prepare_v2(sql, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        v = sqlite3_column_int(s, 0);
    }
    sqlite3_finalize(s);
    return v;
}

/* Before a migration of a database that holds something: a copy beside it. */
static bool keep_copy(sqlite3 *sql, const char *dir, int version)
{
    char text[GW_CONFIG_TEXT_MAX + 100];
    snprintf(text, sizeof text, "VACUUM INTO '%s/before-%d.db'", dir, version);
    return strchr(dir, '\'') == NULL && pragma(sql, text) == SQLITE_OK;
}

/* Older layouts mean something else: their accounts were keys. */
#define OLDEST 10

static bool migrate(sqlite3 *sql, const char *dir, char *why, size_t n)
{
    int have = schema_version(sql);
    bool empty = have <= 0;
    if (have > 0 && have < OLDEST) {
        snprintf(why, n,
                 "the database is of an older layout (%d) that this version does not read: start "
                 "with an empty directory",
                 have);
        return false;
    }
    for (size_t i = 0; i < GW_MIGRATION_COUNT; i++) {
        int number = (int)gw_migrations[i].number;
        if (number <= have) {
            continue;
        }
        char done[64];
        if (!empty && !keep_copy(sql, dir, have)) {
            snprintf(why, n, "no copy of the database could be made before changing its layout");
            return false;
        }
        snprintf(done, sizeof done, "PRAGMA user_version = %d; COMMIT", number);
        if (pragma(sql, "BEGIN IMMEDIATE") != SQLITE_OK ||
            pragma(sql, gw_migrations[i].sql) != SQLITE_OK || pragma(sql, done) != SQLITE_OK) {
            snprintf(why, n, "migration %d: %s", number, sqlite3_errmsg(sql));
            return false;
        }
        have = number;
    }
    if (have > (int)gw_migrations[GW_MIGRATION_COUNT - 1].number) {
        snprintf(why, n, "the database was written by a newer version (layout %d)", have);
        return false;
    }
    return true;
}

static bool open_file(struct gw_db *db, const char *dir, char *why, size_t n)
{
    char path[GW_CONFIG_TEXT_MAX + 32];
    db->in_memory = strcmp(dir, GW_DB_MEMORY) == 0;
    snprintf(path, sizeof path, "%s%s", dir, db->in_memory ? "" : "/sotto.db");
    if (!db->in_memory && mkdir(dir, 0700) != 0 && errno != EEXIST) {
        snprintf(why, n, "cannot create %s: %s", dir, strerror(errno));
        return false;
    }
    if (sqlite3_open_v2(path, &db->sql,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        db->in_memory ? NULL : gw_db_wal_vfs()) != SQLITE_OK) {
        snprintf(why, n, "cannot open %s: %s", path, sqlite3_errmsg(db->sql));
        return false;
    }
    if (!db->in_memory) {
        (void)chmod(path, 0600);
    }
    sqlite3_busy_timeout(db->sql, 10000);
    /* Plans must not depend on bound values: otherwise every LIMIT ? is compiled again each
     * time. */
    (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    /* The page size must be set before the log exists; FULL, because what is acknowledged must be
     * on disk. */
    if (pragma(db->sql,
               "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
               "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
               "PRAGMA cache_size = -65536; PRAGMA secure_delete = FAST;"
               "PRAGMA foreign_keys = OFF; PRAGMA journal_size_limit = 67108864") != SQLITE_OK) {
        snprintf(why, n, "%s: %s", path, sqlite3_errmsg(db->sql));
        return false;
    }
    return migrate(db->sql, dir, why, n);
}

static bool prepare_all(struct gw_db *db, char *why, size_t n)
{
    for (size_t i = 0; i < GW_DB_SQL_COUNT; i++) {
        if (sqlite3_prepare_v3(db->sql, sql_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[i], NULL) != SQLITE_OK) {
            snprintf(why, n, "statement %zu: %s", i, sqlite3_errmsg(db->sql));
            return false;
        }
    }
    return true;
}

struct gw_db *gw_db_open(struct gw_gateway *gw, const struct gw_db_tables *tables,
                         gw_db_on_notice on_notice, char *why, size_t n)
{
    pthread_condattr_t steady;
    struct gw_db *db = calloc(1, sizeof *db);
    snprintf(why, n, "out of memory");
    if (db == NULL) {
        return NULL;
    }
    db->gw = gw;
    db->on_notice = on_notice;
    db->tables = tables;
    db->log = &gw->log;
    db->tail = &db->head;
    arena_init(&db->arena, 0);
    db->scratch = malloc(GW_DB_SCRATCH);
    pthread_mutex_init(&db->mutex, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&db->wake, &steady);
    pthread_condattr_destroy(&steady);
    if (db->scratch == NULL || !open_file(db, gw->config.dir, why, n) || !prepare_all(db, why, n) ||
        !db->tables->open(db)) {
        gw_db_close(db);
        return NULL;
    }
    db->clock_ms = (uint64_t)gw_db_number(
        db, gw_db_bind(db, GW_DB_SQL_META_GET, "t", SLICE_LITERAL("clock_ms")), 0);
    gw_db_sweep_clock(db);
    return db;
}
