/* The command `doctor`: all is well beside a gateway that runs, and each thing that is wrong is
 * found, with one sentence and one thing to do. */
#include "gateway/doctor.h"

#include "gateway/foreign.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway/run.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"
#include "lib/json.h"

#define DAY_S 86400L

static struct gateway_house *h;
static struct gw_admin_options o;
static struct arena arena;
static char text[16384], why[700];
static struct json *report;

static void begin(void)
{
    h = gateway_house_begin();
    memset(&o, 0, sizeof o);
    arena_init(&arena, 0);
}

static void end(void)
{
    gateway_house_end(h);
    arena_wipe(&arena);
}

/* Looks; of the JSON each element is whole. */
static int look(bool json)
{
    memset(text, 0, sizeof text);
    o.out = tmpfile();
    o.json = json;
    CHECK(o.out != NULL);
    int code = gw_doctor_run(&h->gw.config, &o);
    rewind(o.out);
    text[fread(text, 1, sizeof text - 1, o.out)] = 0;
    (void)fclose(o.out);
    report = NULL;
    if (json) {
        CHECK_ERR(json_parse(&arena, slice_of_string(text), &report), OK);
        size_t wrong = 0;
        for (size_t i = 0; json_at(report, i) != NULL; i++) {
            const struct json *one = json_at(report, i);
            bool fine = json_bool(json_get(one, "ok"));
            wrong += fine ? 0 : 1;
            CHECK(json_text(json_get(one, "check")).n > 0);
            CHECK((json_text(json_get(one, "why")).n == 0) == fine);
            CHECK((json_text(json_get(one, "do")).n == 0) == fine);
        }
        CHECK(code == (wrong > 0 ? 3 : 0));
    }
    return code;
}

/* 1: fine, 0: wrong, -1: was not looked at. */
static int found(const char *check)
{
    for (size_t i = 0; json_at(report, i) != NULL; i++) {
        const struct json *one = json_at(report, i);
        if (json_text_is(json_get(one, "check"), check)) {
            return json_bool(json_get(one, "ok")) ? 1 : 0;
        }
    }
    return -1;
}

TEST(beside_a_gateway_that_runs_nothing_is_wrong)
{
    begin();
    REQUIRE(gateway_house_run(h, why, sizeof why));
    CHECK(look(true) == 0);
    CHECK(found("state folder") == 1 && found("state folder is private") == 1);
    CHECK(found("disk has room") == 1 && found("page") == 1 && found("database is sound") == 1);
    CHECK(found("clock") == 1 && found("backup") == 1 && found("page answers") == 1);
    CHECK(found("content-security-policy") == 1 && found("WebSocket") == 1 && found("ready") == 1);
    CHECK(found("certificate") == -1); /* there is none */
    CHECK(look(false) == 0 && strstr(text, " 0 wrong\n") != NULL && strstr(text, "WRONG") == NULL);
    /* what people and programs see of the same finding */
    CHECK(chmod(h->gw.config.dir, 0755) == 0);
    CHECK(look(true) == 3 && found("state folder is private") == 0);
    CHECK(look(false) == 3 && strstr(text, " 1 wrong\n") != NULL);
    CHECK(strstr(text, "WRONG  state folder is private: others on this machine can look into it\n"
                       "       chmod 700 DIR\n") != NULL);
    end();
}

static void change(const char *statement)
{
    char path[GATEWAY_HOUSE_PATH * 2];
    sqlite3 *sql = NULL;
    (void)snprintf(path, sizeof path, "%s/state/sotto.db", h->dir);
    CHECK(sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    sqlite3_busy_timeout(sql, 10000);
    CHECK(sqlite3_exec(sql, statement, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(sql);
}

TEST(what_is_wrong_in_the_state_is_found)
{
    begin();
    REQUIRE(gateway_house_run(h, why, sizeof why));
    uint64_t reserve = h->gw.config.reserve_bytes;
    h->gw.config.reserve_bytes = UINT64_MAX / 4;
    CHECK(look(true) == 3 && found("disk has room") == 0);
    h->gw.config.reserve_bytes = reserve;
    /* somebody uses it, and nobody has made a copy for a week */
    change("INSERT INTO account (hash, inbox, head, recovery, day) "
           "VALUES (x'01', x'02', 0, x'03', 1)");
    CHECK(look(true) == 3 && found("backup") == 0);
    change("INSERT INTO meta VALUES ('backup_ms', unixepoch() * 1000 - 8 * 86400000)");
    CHECK(look(true) == 3 && found("backup") == 0);
    change("UPDATE meta SET value = unixepoch() * 1000 - 6 * 86400000 WHERE name = 'backup_ms'");
    CHECK(look(true) == 0 && found("backup") == 1);
    /* other headers than the page must have, as behind a proxy that changes them */
    gateway_house_put(h->app, "headers.txt", "Referrer-Policy: origin\n");
    CHECK(look(true) == 3 && found("referrer-policy") == 0 && found("page answers") == 1);
    h->gw.config.app_dir[0] = 0;
    CHECK(look(true) == 3 && found("page") == 0);
    end();
}

TEST(a_clock_behind_the_last_run_is_found)
{
    begin();
    REQUIRE(gw_run_init(&h->gw.config, why, sizeof why));
    change("INSERT OR REPLACE INTO meta VALUES ('clock_ms', unixepoch() * 1000 + 3600000)");
    CHECK(look(true) == 3 && found("clock") == 0 && found("database is sound") == 1);
    change("UPDATE meta SET value = unixepoch() * 1000 WHERE name = 'clock_ms'");
    CHECK(look(true) == 3 && found("clock") == 1); /* nobody answers */
    end();
}

TEST(where_nothing_is_that_is_said)
{
    begin();
    CHECK(look(true) == 3 && found("state folder") == 0 && found("database opens") == 0);
    CHECK(found("page answers") == 0 && found("WebSocket") == 0 && found("ready") == 0);
    gateway_house_put(h->dir, "state/sotto.db",
                      "no database, although it is longer than the header "
                      "of one, which has a hundred bytes: damage");
    CHECK(look(true) == 3 && found("state folder") == 1 && found("database is sound") == 0);
    end();
}

TEST(a_certificate_is_looked_at)
{
    struct gw_config *c;
    begin();
    c = &h->gw.config;
    gateway_house_certificate(h->dir, "old", 9 * DAY_S);
    gateway_house_certificate(h->dir, "young", 11 * DAY_S);
    for (int i = 0; i < 3; i++) {
        (void)snprintf(c->tls_cert, sizeof c->tls_cert, "%s/%s.pem", h->dir,
                       i == 0 ? "old" : "young");
        (void)snprintf(c->tls_key, sizeof c->tls_key, "%s/%s.key", h->dir,
                       i == 1 ? "young" : "old");
        CHECK(look(true) == 3 && found("certificate") == (i < 2));
        CHECK(found("certificate is young enough") == i - (i == 2 ? 3 : 0));
    }
    ERR_clear_error();
    end();
}

TEST_MAIN(TEST_ROW(beside_a_gateway_that_runs_nothing_is_wrong),
          TEST_ROW(what_is_wrong_in_the_state_is_found),
          TEST_ROW(a_clock_behind_the_last_run_is_found), TEST_ROW(where_nothing_is_that_is_said),
          TEST_ROW(a_certificate_is_looked_at))
