/* The operator's commands, on a true state folder, beside a writer that has it open. */
#include "gateway/admin.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "gateway/clock.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/own/db_tables.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"
#include "lib/json.h"

#define DAY_S 86400

static char dir[GATEWAY_HOUSE_PATH];
static struct gw_gateway gw;
static struct gw_admin_options o;
static char text[4096];  /* what the last command wrote on its output */
static char wrong[1000]; /* and on stderr */

static void on_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    (void)loop;
    (void)n;
}

/* A folder that has been set up, and its writer, which runs. */
static bool begin(void)
{
    char why[200] = "";
    memset(&gw, 0, sizeof gw);
    o = (struct gw_admin_options){.uses = 1, .days = 7};
    gw_config_default(&gw.config);
    if (!gateway_house_folder(dir)) {
        return false;
    }
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "%s/state", dir);
    gw.config.registration = WIRE_REGISTRATION_INVITATION;
    gw.db = gw_db_open(&gw, &gw_own_db_tables, on_notice, why, sizeof why);
    CHECK(gw.db != NULL && gw_db_start(gw.db));
    return gw.db != NULL;
}

static void end(void)
{
    gw_db_close(gw.db);
    gateway_house_folder_end(dir);
}

static int run(int (*command)(const struct gw_config *, const struct gw_admin_options *))
{
    FILE *out = tmpfile(), *err = tmpfile();
    int was = dup(STDERR_FILENO), code = -1;
    memset(text, 0, sizeof text);
    memset(wrong, 0, sizeof wrong);
    CHECK(out != NULL && err != NULL && was >= 0);
    if (out != NULL && err != NULL && was >= 0) {
        (void)fflush(stderr);
        CHECK(dup2(fileno(err), STDERR_FILENO) >= 0);
        o.out = out;
        code = command(&gw.config, &o);
        (void)fflush(stderr);
        CHECK(dup2(was, STDERR_FILENO) >= 0);
        (void)close(was);
        rewind(out);
        rewind(err);
        text[fread(text, 1, sizeof text - 1, out)] = 0;
        wrong[fread(wrong, 1, sizeof wrong - 1, err)] = 0;
        (void)fclose(out);
        (void)fclose(err);
    }
    return code;
}

static sqlite3 *look(const char *path)
{
    sqlite3 *sql = NULL;
    CHECK(sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    sqlite3_busy_timeout(sql, 10000);
    return sql;
}

static int64_t number_in(const char *path, const char *query)
{
    sqlite3 *sql = look(path);
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    CHECK(sqlite3_prepare_v2(sql, query, -1, &s, NULL) == SQLITE_OK);
    if (sqlite3_step(s) == SQLITE_ROW) {
        n = sqlite3_column_int64(s, 0);
    }
    sqlite3_finalize(s);
    sqlite3_close(sql);
    return n;
}

static const char *database(void)
{
    static char path[GATEWAY_HOUSE_PATH * 2];
    (void)snprintf(path, sizeof path, "%s/state/sotto.db", dir);
    return path;
}

static int64_t number(const char *query)
{
    return number_in(database(), query);
}

static void change(const char *statement)
{
    sqlite3 *sql = look(database());
    CHECK(sqlite3_exec(sql, statement, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(sql);
}

/* ---- invite ---------------------------------------------------------------------------------- */

/* The row of a code, which is stored as its hash. */
static int64_t of_code(const char *code, const char *column)
{
    uint8_t hash[32];
    char query[200], *p = query;
    crypto_sha256(hash, slice_make(code, 20));
    p += snprintf(p, 100, "SELECT %s FROM invite WHERE hash = x'", column);
    for (size_t i = 0; i < sizeof hash; i++) {
        p += snprintf(p, 3, "%02x", hash[i]);
    }
    (void)snprintf(p, 2, "'");
    return number(query);
}

/* 20 letters none of which looks like another, each by chance of its own: of that many there are
 * more than four kinds. */
static bool is_code(const char *code)
{
    unsigned kinds = 0;
    for (const char *p = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; *p != 0; p++) {
        kinds += memchr(code, *p, 20) != NULL ? 1 : 0;
    }
    return strspn(code, "ABCDEFGHJKMNPQRSTVWXYZ0123456789") == 20 && kinds > 4;
}

TEST(an_invitation_is_shown_once_and_kept_as_its_hash)
{
    char first[21];
    REQUIRE(begin());
    o.uses = 3;
    o.days = 2;
    int64_t now_s = (int64_t)(gw_clock_wall_ms() / 1000);
    CHECK(run(gw_admin_invite) == 0 && wrong[0] == 0);
    const char *code = strstr(text, "Invitation: ");
    REQUIRE(code != NULL && is_code(code + 12));
    memcpy(first, code + 12, sizeof first - 1);
    CHECK(strstr(text, "3 accounts, 2 days") != NULL && strstr(text, "open") == NULL);
    CHECK(of_code(first, "uses") == 3);
    int64_t left = of_code(first, "expires") - now_s;
    CHECK(left >= 2 * DAY_S && left < 2 * DAY_S + 60);
    CHECK(number("SELECT count(*) FROM invite WHERE length(hash) = 32") == 1);
    /* each is another; one use and one day are no plural */
    o.uses = o.days = 1;
    CHECK(run(gw_admin_invite) == 0);
    CHECK(strstr(text, "1 account, 1 day.") != NULL);
    code = strstr(text, "Invitation: ");
    REQUIRE(code != NULL && is_code(code + 12));
    CHECK(memcmp(first, code + 12, 20) != 0 && of_code(code + 12, "uses") == 1);
    CHECK(number("SELECT count(*) FROM invite") == 2);
    /* where nobody needs one it says so */
    gw.config.registration = WIRE_REGISTRATION_OPEN;
    CHECK(run(gw_admin_invite) == 0 && strstr(text, "nobody needs it yet") != NULL);
    end();
}

static struct json *parsed(struct arena *arena)
{
    struct json *j = NULL;
    CHECK_ERR(json_parse(arena, slice_of_string(text), &j), OK);
    return j;
}

TEST(an_invitation_for_programs_is_json)
{
    struct arena arena;
    uint64_t uses = 0, expires = 0;
    REQUIRE(begin());
    arena_init(&arena, 0);
    o.json = true;
    o.uses = 100000;
    o.days = 100000;
    CHECK(run(gw_admin_invite) == 0);
    struct json *j = parsed(&arena);
    struct slice code = json_text(json_get(j, "invitation"));
    CHECK_ERR(json_uint(json_get(j, "uses"), &uses), OK);
    CHECK_ERR(json_uint(json_get(j, "expires_s"), &expires), OK);
    REQUIRE(code.n == 20);
    CHECK(uses == 100000 && of_code((const char *)code.p, "uses") == 100000);
    CHECK((int64_t)expires == of_code((const char *)code.p, "expires"));
    CHECK(expires > gw_clock_wall_ms() / 1000 + 99999ull * DAY_S);
    arena_wipe(&arena);
    end();
}

/* ---- backup ---------------------------------------------------------------------------------- */

TEST(a_backup_is_a_whole_database_that_only_its_owner_reads)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    struct stat st;
    REQUIRE(begin());
    (void)snprintf(path, sizeof path, "%s/copy's.db", dir); /* any name */
    change("INSERT INTO invite VALUES (x'01', 5, 6)");
    o.file = path;
    uint64_t now_ms = gw_clock_wall_ms();
    CHECK(run(gw_admin_backup) == 0 && wrong[0] == 0);
    REQUIRE(stat(path, &st) == 0);
    CHECK((st.st_mode & 0777) == 0600);
    CHECK(strstr(text, path) != NULL && strstr(text, "restore") != NULL);
    CHECK(number_in(path, "SELECT uses FROM invite") == 5);
    CHECK(number_in(path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = "
                          "'ok'") == 1);
    CHECK(number_in(path, "PRAGMA user_version") == number("PRAGMA user_version"));
    int64_t when = number("SELECT value FROM meta WHERE name = 'backup_ms'");
    CHECK(when >= (int64_t)now_ms && when < (int64_t)now_ms + 60000);
    /* it does not write over anything */
    CHECK(run(gw_admin_backup) == 1 && strstr(wrong, "exists") != NULL && text[0] == 0);
    gateway_house_put(dir, "empty.db", "");
    (void)snprintf(path, sizeof path, "%s/empty.db", dir);
    CHECK(run(gw_admin_backup) == 1 && stat(path, &st) == 0 && st.st_size == 0);
    end();
}

TEST(a_backup_says_how_large_it_is_and_when_it_was_made_last)
{
    struct arena arena;
    char path[GATEWAY_HOUSE_PATH * 2];
    struct stat st;
    uint64_t bytes = 0;
    REQUIRE(begin());
    arena_init(&arena, 0);
    change("INSERT INTO meta VALUES ('backup_ms', 1)");
    (void)snprintf(path, sizeof path, "%s/copy.db", dir);
    o.file = path;
    o.json = true;
    CHECK(run(gw_admin_backup) == 0);
    CHECK_ERR(json_uint(json_get(parsed(&arena), "bytes"), &bytes), OK);
    CHECK(stat(path, &st) == 0 && bytes == (uint64_t)st.st_size && bytes >= 4096);
    CHECK(number("SELECT value FROM meta WHERE name = 'backup_ms'") > 1);
    arena_wipe(&arena);
    end();
}

TEST(a_backup_into_nothing_is_wrong_usage_and_one_that_fails_has_failed)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    REQUIRE(begin());
    CHECK(run(gw_admin_backup) == 2 && wrong[0] != 0 && text[0] == 0);
    (void)snprintf(path, sizeof path, "%s/no such folder/copy.db", dir);
    o.file = path;
    CHECK(run(gw_admin_backup) == 1 && wrong[0] != 0 && text[0] == 0);
    CHECK(number("SELECT count(*) FROM meta WHERE name = 'backup_ms'") == 0);
    end();
}

/* ---- stats ----------------------------------------------------------------------------------- */

TEST(stats_are_counts_and_nothing_else)
{
    static const struct {
        const char *name;
        int64_t count;
    } want[] = {{"accounts", 1},          {"devices", 2},      {"devices_revoked", 1},
                {"messages_waiting", 3},  {"mailboxes", 2},    {"mailbox_entries", 1},
                {"mailbox_bytes", 30},    {"key_packages", 1}, {"attachments", 2},
                {"attachment_bytes", 9},  {"records", 1},      {"invitations", 1},
                {"push_subscriptions", 1}};
    struct arena arena;
    char line[64];
    REQUIRE(begin());
    arena_init(&arena, 0);
    change("INSERT INTO account (id, hash, inbox, head, recovery, day) "
           "VALUES (1, x'01', x'02', 0, x'05', 1);"
           "INSERT INTO box (account, device, next, day) VALUES (1, x'03', 1, 1), (1, x'04', 1, 1);"
           "INSERT INTO listed VALUES (x'03', 1), (x'04', 1), (x'05', 1), (x'06', 1);"
           "INSERT INTO q VALUES (1, 1, 1), (1, 2, 1), (2, 1, 1);"
           "INSERT INTO grp (mailbox, read_hash, epoch, next, bytes, day) "
           "VALUES (x'01', x'01', 1, 1, 10, 1), (x'02', x'01', 1, 1, 20, 1);"
           "INSERT INTO glog (grp, seq, body, ms, kind, epoch, mid, branch) "
           "VALUES (1, 1, 1, 1, 0, 1, 1, 1);"
           "INSERT INTO kp VALUES (1, 1, x'01', 1, 1, 0, x'01');"
           "INSERT INTO blob VALUES (x'01', 4, 1, 0, 1, x'01', NULL), (x'02', 5, 1, 0, 1, x'01', "
           "NULL);"
           "INSERT INTO record VALUES (1, 1, x'03', 1, x'01', x'01', 1);"
           "INSERT INTO invite VALUES (x'01', 1, 1);"
           "INSERT INTO push VALUES (1, 'x', x'01', x'01')");
    CHECK(run(gw_admin_stats) == 0 && wrong[0] == 0);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        (void)snprintf(line, sizeof line, "%-20s %lld\n", want[i].name, (long long)want[i].count);
        CHECK(strstr(text, line) != NULL);
    }
    o.json = true;
    CHECK(run(gw_admin_stats) == 0);
    struct json *j = parsed(&arena);
    REQUIRE(json_is(j, JSON_OBJECT));
    CHECK(j->count == sizeof want / sizeof want[0] + 1);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        int64_t n = -1;
        CHECK_ERR(json_int(json_get(j, want[i].name), &n), OK);
        CHECK(n == want[i].count);
    }
    int64_t pages = 0;
    CHECK_ERR(json_int(json_get(j, "database_pages"), &pages), OK);
    CHECK(pages == number("PRAGMA page_count"));
    arena_wipe(&arena);
    end();
}

/* ---- what is not there ----------------------------------------------------------------------- */

TEST(without_a_database_each_fails_and_makes_none)
{
    static int (*const commands[])(const struct gw_config *, const struct gw_admin_options *) = {
        gw_admin_invite, gw_admin_backup, gw_admin_stats};
    char path[GATEWAY_HOUSE_PATH * 2], copy[GATEWAY_HOUSE_PATH * 2];
    struct stat st;
    REQUIRE(begin());
    (void)snprintf(gw.config.dir, sizeof gw.config.dir, "%s/other", dir);
    (void)snprintf(path, sizeof path, "%s/other/sotto.db", dir);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", dir);
    o.file = copy;
    for (int made = 0; made < 2; made++) { /* no folder; a folder without one */
        for (size_t i = 0; i < 3; i++) {
            CHECK(run(commands[i]) == 1 && strstr(wrong, path) != NULL && text[0] == 0);
            CHECK(stat(path, &st) != 0 && stat(copy, &st) != 0);
        }
        gateway_house_put(dir, "other/x", "");
    }
    /* what is there is no database */
    gateway_house_put(dir, "other/sotto.db",
                      "this is a text, and longer than a header of SQLite is, "
                      "which has a hundred bytes; so it is read and refused");
    for (size_t i = 0; i < 3; i++) {
        CHECK(run(commands[i]) == 1 && wrong[0] != 0);
        CHECK(stat(copy, &st) != 0);
    }
    end();
}

TEST_MAIN(TEST_ROW(an_invitation_is_shown_once_and_kept_as_its_hash),
          TEST_ROW(an_invitation_for_programs_is_json),
          TEST_ROW(a_backup_is_a_whole_database_that_only_its_owner_reads),
          TEST_ROW(a_backup_says_how_large_it_is_and_when_it_was_made_last),
          TEST_ROW(a_backup_into_nothing_is_wrong_usage_and_one_that_fails_has_failed),
          TEST_ROW(stats_are_counts_and_nothing_else),
          TEST_ROW(without_a_database_each_fails_and_makes_none))
