/* The log of the writer's database, whose frames go out in one piece: whatever is on the files
 * after a commit is all of it, and a reader of another kind sees the same. */
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/db_wal.h"
#include "lib/check.h"

static char folder[64];

static bool run(sqlite3 *sql, const char *text)
{
    return sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK;
}

static sqlite3 *open_in(const char *dir, const char *vfs)
{
    char path[128];
    sqlite3 *sql = NULL;
    (void)snprintf(path, sizeof path, "%s/x.db", dir);
    return sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs) == SQLITE_OK
               ? sql
               : NULL;
}

static int64_t number(sqlite3 *sql, const char *text)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(sql, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
        n = sqlite3_column_int64(s, 0);
    }
    sqlite3_finalize(s);
    return n;
}

static void copy(const char *name)
{
    char from[128], to[128], room[8192];
    size_t n;
    (void)snprintf(from, sizeof from, "%s/%s", folder, name);
    (void)snprintf(to, sizeof to, "%s/copy/%s", folder, name);
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    CHECK(in != NULL && out != NULL);
    while (in != NULL && out != NULL && (n = fread(room, 1, sizeof room, in)) > 0) {
        CHECK(fwrite(room, 1, n, out) == n);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    if (out != NULL) {
        (void)fclose(out);
    }
}

/* What a process that is killed now leaves behind, as the system's own VFS reads it. */
static int64_t rows_after_a_kill(void)
{
    char dir[96];
    (void)snprintf(dir, sizeof dir, "%s/copy", folder);
    copy("x.db");
    copy("x.db-wal");
    sqlite3 *sql = open_in(dir, NULL);
    int64_t n = number(sql, "SELECT count(*) FROM t");
    CHECK(number(sql, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'") ==
          1);
    CHECK(number(sql, "SELECT count(*) FROM t WHERE sum<>length(b)") == 0);
    (void)sqlite3_close(sql);
    return n;
}

static bool open_both(sqlite3 **writer, sqlite3 **reader)
{
    char command[128];
    (void)snprintf(folder, sizeof folder, "/tmp/sotto-wal-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return false;
    }
    (void)snprintf(command, sizeof command, "%s/copy", folder);
    if (mkdir(command, 0700) != 0) {
        return false;
    }
    *writer = open_in(folder, gw_db_wal_vfs());
    *reader = open_in(folder, NULL);
    return *writer != NULL && *reader != NULL && gw_db_wal_vfs() != NULL &&
           run(*writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=16;"
                        "PRAGMA wal_autocheckpoint=0;"
                        "CREATE TABLE t(id INTEGER PRIMARY KEY, sum INT, b BLOB)");
}

static void close_both(sqlite3 *writer, sqlite3 *reader)
{
    char command[128];
    CHECK(sqlite3_close(writer) == SQLITE_OK && sqlite3_close(reader) == SQLITE_OK);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0); /* NOLINT(cert-env33-c,bugprone-command-processor): our folder */
}

static const char add[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d)"
                          "INSERT INTO t(sum,b) SELECT %d+i,randomblob(%d+i) FROM n";

/* Small commits, and some that are larger than the cache, so that frames leave before the end. */
TEST(a_commit_is_in_the_files_when_it_returns)
{
    sqlite3 *w = NULL, *r = NULL;
    int64_t rows = 0;
    REQUIRE(open_both(&w, &r));
    for (int i = 0; i < 40; i++) {
        char text[300];
        int n = i % 5 == 4 ? 400 : 1 + i % 7, size = i % 3 == 0 ? 9000 : 300;
        (void)snprintf(text, sizeof text, add, n, size, size);
        CHECK(run(w, "BEGIN") && run(w, text));
        if (i % 4 == 3) { /* taken back: what has left already counts for nothing */
            CHECK(run(w, "ROLLBACK"));
        } else {
            CHECK(number(r, "SELECT count(*) FROM t") == rows);
            CHECK(rows_after_a_kill() == rows);
            CHECK(run(w, "COMMIT"));
            rows += n;
        }
        CHECK(number(r, "SELECT count(*) FROM t") == rows);
        CHECK(number(r, "SELECT count(*) FROM t WHERE sum<>length(b)") == 0);
        CHECK(rows_after_a_kill() == rows);
        if (i % 6 ==
            5) { /* as the gateway does: the other connection copies, the writer begins anew */
            CHECK(run(r, "PRAGMA wal_checkpoint(PASSIVE)"));
            CHECK(run(w, "PRAGMA wal_checkpoint(RESTART)"));
        }
    }
    CHECK(number(w, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'") == 1);
    close_both(w, r);
}

/* Savepoints that are taken back, read again in the same transaction. */
TEST(what_has_not_left_yet_can_be_read)
{
    sqlite3 *w = NULL, *r = NULL;
    char text[300];
    REQUIRE(open_both(&w, &r));
    (void)snprintf(text, sizeof text, add, 200, 5000, 5000);
    CHECK(run(w, "BEGIN") && run(w, text) && run(w, "SAVEPOINT s"));
    CHECK(run(w, "UPDATE t SET b=randomblob(7000), sum=7000") && run(w, "ROLLBACK TO s"));
    CHECK(number(w, "SELECT count(*) FROM t WHERE sum<>length(b)") == 0);
    CHECK(number(w, "SELECT min(sum) FROM t") == 5001);
    CHECK(run(w, "RELEASE s") && run(w, "COMMIT"));
    CHECK(rows_after_a_kill() == 200);
    close_both(w, r);
}

TEST_MAIN(TEST_ROW(a_commit_is_in_the_files_when_it_returns),
          TEST_ROW(what_has_not_left_yet_can_be_read))
