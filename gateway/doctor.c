#include "gateway/doctor.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/foreign.h"
#include "gateway/static.h"
#include "gateway/tls.h"
#include "schema/frame.h"

#define BUILT_MS 1767225600000u /* 2026-01-01: a clock before this is wrong */
#define ANSWER_BYTES 8192

struct report {
    const struct gw_admin_options *o;
    size_t checked, found;
};

static void say(struct report *r, const char *what, bool fine, const char *wrong, const char *todo)
{
    r->checked++;
    r->found += fine ? 0 : 1;
    if (r->o->json) {
        fprintf(r->o->out, "%s{\"check\":\"%s\",\"ok\":%s,\"why\":\"%s\",\"do\":\"%s\"}",
                r->checked == 1 ? "[" : ",\n", what, fine ? "true" : "false", fine ? "" : wrong,
                fine ? "" : todo);
    } else if (fine) {
        fprintf(r->o->out, "ok     %s\n", what);
    } else {
        fprintf(r->o->out, "WRONG  %s: %s\n       %s\n", what, wrong, todo);
    }
}

/* ---- things on this machine ---------------------------------------------------------------- */

static void look_at_folder(struct report *r, const struct gw_config *c)
{
    struct stat st;
    struct statvfs v;
    bool there = stat(c->dir, &st) == 0 && S_ISDIR(st.st_mode);
    say(r, "state folder", there, "there is no such folder", "sotto-gateway init --dir DIR");
    if (!there) {
        return;
    }
    say(r, "state folder is private", (st.st_mode & 077) == 0,
        "others on this machine can look into it", "chmod 700 DIR");
    say(r, "state folder can be written", access(c->dir, W_OK) == 0,
        "this user may not write there", "run doctor as the user of the gateway, or chown DIR");
    bool room =
        statvfs(c->dir, &v) == 0 && (uint64_t)v.f_bavail * v.f_frsize >= c->reserve_bytes * 2;
    say(r, "disk has room", room, "less is free than twice reserve-bytes",
        "free some space, or move DIR to a larger disk");
    char path[GW_CONFIG_TEXT_MAX + 16];
    snprintf(path, sizeof path, "%s/index.html", c->app_dir);
    say(r, "page", c->app_dir[0] != 0 && access(path, R_OK) == 0, "app-dir has no index.html",
        "set app-dir to the folder of the built page");
}

static int64_t number(sqlite3 *sql, const char *text)
{
    sqlite3_stmt *s = NULL;
    int64_t v = 0;
    if (sqlite3_prepare_v2(sql, text, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
        v = sqlite3_column_int64(s, 0);
    }
    sqlite3_finalize(s);
    return v;
}

static bool is_sound(sqlite3 *sql)
{
    sqlite3_stmt *s = NULL;
    bool fine = sqlite3_prepare_v2(sql, "PRAGMA quick_check(1)", -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    return fine;
}

static void look_at_database(struct report *r, const struct gw_config *c)
{
    char path[GW_CONFIG_TEXT_MAX + 32];
    sqlite3 *sql = NULL;
    uint64_t now = gw_clock_wall_ms();
    snprintf(path, sizeof path, "%s/sotto.db", c->dir);
    bool open = sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                sqlite3_exec(sql, "PRAGMA query_only = ON", NULL, NULL, NULL) == SQLITE_OK;
    say(r, "database opens", open, "it is missing or cannot be read",
        "sotto-gateway init --dir DIR");
    if (open) {
        sqlite3_busy_timeout(sql, 10000);
        say(r, "database is sound", is_sound(sql), "SQLite finds damage",
            "stop the gateway and put the last backup in place of sotto.db");
        uint64_t last = (uint64_t)number(sql, "SELECT value FROM meta WHERE name = 'clock_ms'");
        say(r, "clock", now > BUILT_MS && now + 300000 >= last,
            "it is behind the time this gateway has seen before", "timedatectl set-ntp true");
        uint64_t backup = (uint64_t)number(sql, "SELECT value FROM meta WHERE name = 'backup_ms'");
        bool used = number(sql, "SELECT count(*) FROM account") > 0;
        say(r, "backup", !used || now - backup < 7u * GW_CLOCK_DAY_MS,
            "the last one is older than a week", "sotto-gateway backup --dir DIR FILE");
    }
    sqlite3_close(sql);
}

/* ---- things on the net --------------------------------------------------------------------- */

/* Sends a request to one of our listeners and reads the start of the answer; false without one. */
static bool probe(const struct gw_config *c, uint64_t port, const char *request,
                  char answer[ANSWER_BYTES])
{
    char target[GW_CONFIG_TEXT_MAX + 16];
    const char *host = strcmp(c->listen, "localhost") == 0 || strcmp(c->listen, "0.0.0.0") == 0 ||
                               strcmp(c->listen, "::") == 0
                           ? "127.0.0.1"
                           : c->listen;
    SSL_CTX *ctx = c->tls_cert[0] != 0 ? SSL_CTX_new(TLS_client_method()) : NULL;
    BIO *bio = ctx != NULL ? BIO_new_ssl_connect(ctx) : BIO_new(BIO_s_connect());
    size_t n = 0;
    answer[0] = 0;
    snprintf(target, sizeof target, "%s:%" PRIu64, host, port);
    if (bio != NULL) {
        BIO_set_conn_hostname(bio, target);
        if (BIO_do_connect(bio) > 0 && BIO_write(bio, request, (int)strlen(request)) > 0) {
            int k;
            while (n + 1 < ANSWER_BYTES && strstr(answer, "\r\n\r\n") == NULL &&
                   (k = BIO_read(bio, answer + n, (int)(ANSWER_BYTES - 1 - n))) > 0) {
                n += (size_t)k;
                answer[n] = 0;
            }
        }
        BIO_free_all(bio);
    }
    SSL_CTX_free(ctx);
    return n > 0;
}

static const char *host_of(const char *origin, const char *fallback)
{
    const char *at = strstr(origin, "://");
    return at == NULL ? fallback : at + 3;
}

static void look_at_page(struct report *r, const struct gw_config *c)
{
    char request[GW_CONFIG_TEXT_MAX + 128], answer[ANSWER_BYTES], why[200];
    struct gw_static_headers *h = malloc(sizeof *h);
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
             host_of(c->public_app, "localhost"));
    bool up = probe(c, c->app_port, request, answer);
    say(r, "page answers", up, "nobody answers on app-port", "sotto-gateway run --dir DIR");
    if (up && h != NULL && gw_static_headers_read(h, c, why, sizeof why)) {
        for (size_t i = 0; i < h->n; i++) {
            char line[sizeof h->list[i].name + sizeof h->list[i].value + 8];
            snprintf(line, sizeof line, "%s: %s\r\n", h->list[i].name, h->list[i].value);
            say(r, h->list[i].name, strstr(answer, line) != NULL, "the header is not as it must be",
                "reload the gateway; look for a proxy that changes headers");
        }
    }
    free(h);
}

static void look_at_socket(struct report *r, const struct gw_config *c)
{
    char request[GW_CONFIG_TEXT_MAX + 300], answer[ANSWER_BYTES], local[64];
    snprintf(local, sizeof local, "localhost:%" PRIu64, c->gw_port);
    snprintf(request, sizeof request,
             "GET /sotto HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: " FRAME_PROTOCOL "\r\n\r\n",
             host_of(c->public_gateway, local));
    bool up = probe(c, c->gw_port, request, answer);
    say(r, "WebSocket", up && strncmp(answer, "HTTP/1.1 101 ", 13) == 0,
        "the gateway does not take a WebSocket", "sotto-gateway run --dir DIR");
    snprintf(request, sizeof request,
             "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    up = probe(c, c->gw_port, request, answer);
    say(r, "ready", up && strncmp(answer, "HTTP/1.1 200 ", 13) == 0,
        "it does not call itself ready", "look at its log for event=disk, event=db, event=clock");
}

static void look_at_certificate(struct report *r, const struct gw_config *c)
{
    char why[700];
    if (c->tls_cert[0] == 0) {
        return;
    }
    SSL_CTX *ctx = gw_tls_create(c, why, sizeof why);
    say(r, "certificate", ctx != NULL, "certificate and key cannot be used together",
        "check tls-cert and tls-key");
    if (ctx != NULL) {
        say(r, "certificate is young enough", gw_tls_days(ctx) >= 10, "it ends within ten days",
            "renew it, then send SIGHUP to the gateway");
        SSL_CTX_free(ctx);
    }
}

int gw_doctor_run(const struct gw_config *c, const struct gw_admin_options *o)
{
    struct report r = {o, 0, 0};
    look_at_folder(&r, c);
    look_at_database(&r, c);
    look_at_page(&r, c);
    look_at_socket(&r, c);
    look_at_certificate(&r, c);
    if (o->json) {
        fputs("]\n", o->out);
    } else {
        fprintf(o->out, "%zu checked, %zu wrong\n", r.checked, r.found);
    }
    return r.found == 0 ? 0 : 3;
}
