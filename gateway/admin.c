#include "gateway/admin.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/hash.h"
#include "crypto/rand.h"
#include "gateway/clock.h"

/* The database beside a running gateway, or NULL with the reason on stderr. */
static sqlite3 *open_beside(const struct gw_config *c, bool write)
{
    char path[GW_CONFIG_TEXT_MAX + 32];
    sqlite3 *sql = NULL;
    snprintf(path, sizeof path, "%s/sotto.db", c->dir);
    int rc = sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(sql, 10000);
        rc = sqlite3_exec(sql,
                          write ? "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0"
                                : "PRAGMA query_only = ON",
                          NULL, NULL, NULL);
    }
    if (rc != SQLITE_OK) {
        fprintf(stderr, "sotto-gateway: cannot open %s: %s\n", path, sqlite3_errmsg(sql));
        sqlite3_close(sql);
        return NULL;
    }
    return sql;
}

/* ---- invite -------------------------------------------------------------------------------- */

int gw_admin_invite(const struct gw_config *c, const struct gw_admin_options *o)
{
    /* No letters that look alike; 20 of these 32 make 100 bits. The text is what the client
     * sends. */
    static const char letters[] = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
    uint8_t random[20], hash[32];
    char code[sizeof random + 1] = "";
    sqlite3_stmt *s = NULL;
    if (crypto_init() != OK) {
        return 1;
    }
    sqlite3 *sql = open_beside(c, true);
    if (sql == NULL) {
        return 1;
    }
    crypto_rand(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        code[i] = letters[random[i] & 31];
    }
    crypto_sha256(hash, slice_of_string(code));
    int64_t expires = (int64_t)(gw_clock_wall_ms() / 1000) + (int64_t)o->days * 86400;
    bool fine = sqlite3_prepare_v2(sql, "INSERT INTO invite VALUES (?1, ?2, ?3)", -1, &s, NULL) ==
                    SQLITE_OK &&
                sqlite3_bind_blob(s, 1, hash, sizeof hash, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_int64(s, 2, o->uses) == SQLITE_OK &&
                sqlite3_bind_int64(s, 3, expires) == SQLITE_OK && sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    if (!fine) {
        fprintf(stderr, "sotto-gateway: %s\n", sqlite3_errmsg(sql));
    } else if (o->json) {
        fprintf(o->out, "{\"invitation\":\"%s\",\"uses\":%ld,\"expires_s\":%" PRId64 "}\n", code,
                o->uses, expires);
    } else {
        fprintf(o->out,
                "Invitation: %s\nGood for %ld account%s, %ld day%s. It is typed in when the "
                "page asks for it.\n",
                code, o->uses, o->uses == 1 ? "" : "s", o->days, o->days == 1 ? "" : "s");
        if (c->registration == WIRE_REGISTRATION_OPEN) {
            fputs("Registration is open here, so nobody needs it yet.\n", o->out);
        }
    }
    sqlite3_close(sql);
    return fine ? 0 : 1;
}

/* ---- backup -------------------------------------------------------------------------------- */

int gw_admin_backup(const struct gw_config *c, const struct gw_admin_options *o)
{
    sqlite3_stmt *s = NULL;
    struct stat st;
    if (o->file == NULL) {
        fputs("sotto-gateway: say into which file\n", stderr);
        return 2;
    }
    if (stat(o->file, &st) == 0) {
        fprintf(stderr, "sotto-gateway: %s exists already\n", o->file);
        return 1;
    }
    sqlite3 *sql = open_beside(c, true);
    if (sql == NULL) {
        return 1;
    }
    mode_t old = umask(077);
    bool fine = sqlite3_prepare_v2(sql, "VACUUM INTO ?1", -1, &s, NULL) == SQLITE_OK &&
                sqlite3_bind_text(s, 1, o->file, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_DONE;
    umask(old);
    sqlite3_finalize(s);
    if (fine) {
        char text[160];
        snprintf(text, sizeof text,
                 "INSERT INTO meta VALUES ('backup_ms', %" PRIu64 ") ON CONFLICT (name) "
                 "DO UPDATE SET value = excluded.value",
                 gw_clock_wall_ms());
        fine = sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK && stat(o->file, &st) == 0;
    }
    if (!fine) {
        fprintf(stderr, "sotto-gateway: %s\n", sqlite3_errmsg(sql));
    } else if (o->json) {
        fprintf(o->out, "{\"bytes\":%lld}\n", (long long)st.st_size);
    } else {
        fprintf(o->out,
                "%s: %lld bytes. To restore: put it in place of sotto.db while the gateway "
                "is stopped, and copy the folder blobs/ if attachments matter.\n",
                o->file, (long long)st.st_size);
    }
    sqlite3_close(sql);
    return fine ? 0 : 1;
}

/* ---- stats --------------------------------------------------------------------------------- */

int gw_admin_stats(const struct gw_config *c, const struct gw_admin_options *o)
{
    static const struct {
        const char *name, *text;
    } counts[] = {
        {"accounts", "SELECT count(*) FROM account"},
        {"devices", "SELECT count(*) FROM box"},
        {"devices_revoked",
         "SELECT count(*) FROM listed WHERE key NOT IN (SELECT device FROM box) AND key NOT IN "
         "(SELECT recovery FROM account)"},
        {"messages_waiting", "SELECT count(*) FROM q"},
        {"mailboxes", "SELECT count(*) FROM grp"},
        {"mailbox_entries", "SELECT count(*) FROM glog"},
        {"mailbox_bytes", "SELECT coalesce(sum(bytes), 0) FROM grp"},
        {"key_packages", "SELECT count(*) FROM kp"},
        {"attachments", "SELECT count(*) FROM blob"},
        {"attachment_bytes", "SELECT coalesce(sum(bytes), 0) FROM blob"},
        {"records", "SELECT count(*) FROM record"},
        {"invitations", "SELECT count(*) FROM invite"},
        {"push_subscriptions", "SELECT count(*) FROM push"},
        {"database_pages", "PRAGMA page_count"},
    };
    sqlite3 *sql = open_beside(c, false);
    if (sql == NULL) {
        return 1;
    }
    int64_t values[sizeof counts / sizeof counts[0]];
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        sqlite3_stmt *s = NULL;
        bool fine = sqlite3_prepare_v2(sql, counts[i].text, -1, &s, NULL) == SQLITE_OK &&
                    sqlite3_step(s) == SQLITE_ROW;
        values[i] = fine ? sqlite3_column_int64(s, 0) : 0;
        sqlite3_finalize(s);
        if (!fine) {
            fprintf(stderr, "sotto-gateway: %s\n", sqlite3_errmsg(sql));
            sqlite3_close(sql);
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (o->json) {
            fprintf(o->out, "%s\"%s\":%" PRId64, i == 0 ? "{" : ",", counts[i].name, values[i]);
        } else {
            fprintf(o->out, "%-20s %" PRId64 "\n", counts[i].name, values[i]);
        }
    }
    fputs(o->json ? "}\n" : "", o->out);
    sqlite3_close(sql);
    return 0;
}
