#include "gateway/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, FLAG };

struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    uint64_t min, max;
    const char *standard; /* default, as text */
    const char *help;
};

#define AT(member) offsetof(struct gw_config, member)
static const struct setting settings[] = {
    {"dir", TEXT, AT(dir), 0, 0, "", "folder of the gateway's state"},
    {"app-dir", TEXT, AT(app_dir), 0, 0, "", "folder of the built page"},
    {"log-dir", TEXT, AT(log_dir), 0, 0, "",
     "published files of a release log, served by the gateway's origin below /log/"},
    {"listen", TEXT, AT(listen), 0, 0, "localhost", "address to listen on"},
    {"app-port", NUMBER, AT(app_port), 1, 65535, "8480", "port of the page"},
    {"gw-port", NUMBER, AT(gw_port), 1, 65535, "8481", "port of the WebSocket"},
    {"metrics-port", NUMBER, AT(metrics_port), 0, 65535, "8482", "port of the metrics; 0: none"},
    {"metrics-listen", TEXT, AT(metrics_listen), 0, 0, "127.0.0.1", "address of the metrics"},
    {"public-app", TEXT, AT(public_app), 0, 0, "", "origin of the page, e.g. https://chat.example"},
    {"public-gateway", TEXT, AT(public_gateway), 0, 0, "",
     "origin of the gateway, e.g. https://gw.chat.example"},
    {"tls-cert", TEXT, AT(tls_cert), 0, 0, "", "certificate chain (PEM); empty: no TLS"},
    {"tls-key", TEXT, AT(tls_key), 0, 0, "", "its key (PEM)"},
    {"registration", TEXT, AT(registration_text), 0, 0, "", "open, invitation or closed"},
    {"loops", NUMBER, AT(loops), 1, 64, "1", "threads that serve connections"},
    {"retention-days", NUMBER, AT(retention_days), 1, 3650, "30", "how long messages wait"},
    {"blob-days", NUMBER, AT(blob_days), 1, 3650, "30", "how long attachments stay"},
    {"mailbox-days", NUMBER, AT(mailbox_days), 30, 36500, "400",
     "how long an unused mailbox stays"},
    {"blob-bytes", NUMBER, AT(blob_bytes), 1 << 16, (uint64_t)1 << 40, "100m", "one attachment"},
    {"blob-total-bytes", NUMBER, AT(blob_total_bytes), 1 << 16, (uint64_t)1 << 50, "20g",
     "all attachments"},
    {"mailbox-bytes", NUMBER, AT(mailbox_bytes), 1 << 16, (uint64_t)1 << 40, "256m",
     "one mailbox's messages"},
    {"inbox-items", NUMBER, AT(inbox_items), 16, 1000000, "10000", "messages waiting for a device"},
    {"store-bytes", NUMBER, AT(store_bytes), 0, (uint64_t)1 << 50, "0",
     "size of the database; 0: the disk decides"},
    {"reserve-bytes", NUMBER, AT(reserve_bytes), 0, (uint64_t)1 << 40, "64m",
     "posts are refused when the disk has less"},
    {"rate-frames", NUMBER, AT(rate_frames), 1, 1u << 30, "1000", "frames a second and connection"},
    {"rate-bytes", NUMBER, AT(rate_bytes), 1024, 1u << 30, "8m", "bytes a second and connection"},
    {"rate-new", NUMBER, AT(rate_new), 1, 1u << 20, "2",
     "new mailboxes, blobs, records a second and connection"},
    {"address-connections", NUMBER, AT(address_connections), 0, 1u << 20, "256",
     "connections of one address; 0: no limit"},
    {"address-handshakes", NUMBER, AT(address_handshakes), 0, 1u << 20, "600",
     "connections a minute of one address; 0: no limit"},
    {"limit-loopback", FLAG, AT(limit_loopback), 0, 0, "no", "the two above for loopback too"},
    {"require-grants", FLAG, AT(require_grants), 0, 0, "no",
     "mailboxes and attachments only with a grant"},
    {"drain-seconds", NUMBER, AT(drain_seconds), 0, 600, "10", "how long a stop waits"},
};
#undef AT
#define SETTING_COUNT (sizeof settings / sizeof settings[0])

static const struct setting *find(const char *name)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].name, name) == 0) {
            return &settings[i];
        }
    }
    return NULL;
}

/* Edits between two short names. */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], n = strlen(b);
    if (n >= 63) {
        return 99;
    }
    for (size_t k = 0; k <= n; k++) {
        row[k] = k;
    }
    for (size_t i = 0; a[i] != 0; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < n; k++) {
            size_t best = diagonal + (a[i] == b[k] ? 0u : 1u);
            diagonal = row[k + 1];
            best = row[k] + 1 < best ? row[k] + 1 : best;
            row[k + 1] = row[k + 1] + 1 < best ? row[k + 1] + 1 : best;
        }
    }
    return row[n];
}

static const char *nearest(const char *name)
{
    const char *best = settings[0].name;
    size_t least = 999;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        size_t d = distance(name, settings[i].name);
        if (d < least) {
            least = d;
            best = settings[i].name;
        }
    }
    return best;
}

static bool parse_number(const char *text, uint64_t *out)
{
    char *end = NULL;
    uint64_t unit = 1;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    uint64_t v = strtoull(text, &end, 10);
    if (*end == 'k' || *end == 'm' || *end == 'g') {
        unit = *end == 'k' ? 1u << 10 : *end == 'm' ? 1u << 20 : 1u << 30;
        end++;
    }
    if (errno != 0 || *end != 0 || v > UINT64_MAX / unit) {
        return false;
    }
    *out = v * unit;
    return true;
}

static bool put_flag(bool *out, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0) {
        return false;
    }
    *out = yes;
    return true;
}

bool gw_config_set(struct gw_config *c, const char *name, const char *value, char *why, size_t n)
{
    const struct setting *s = find(name);
    if (s == NULL) {
        snprintf(why, n, "there is no setting '%s'; did you mean '%s'?", name, nearest(name));
        return false;
    }
    char *at = (char *)c + s->offset;
    uint64_t v = 0;
    switch (s->kind) {
    case TEXT:
        if (strlen(value) >= GW_CONFIG_TEXT_MAX) {
            snprintf(why, n, "%s: too long", name);
            return false;
        }
        snprintf(at, GW_CONFIG_TEXT_MAX, "%s", value);
        return true;
    case NUMBER:
        if (!parse_number(value, &v) || v < s->min || v > s->max) {
            snprintf(why, n, "%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, name, value,
                     s->min, s->max);
            return false;
        }
        memcpy(at, &v, sizeof v);
        return true;
    case FLAG:
        if (!put_flag((bool *)(void *)at, value)) {
            snprintf(why, n, "%s: say yes or no, not '%s'", name, value);
            return false;
        }
        return true;
    }
    return false;
}

void gw_config_default(struct gw_config *c)
{
    char why[200];
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        (void)gw_config_set(c, settings[i].name, settings[i].standard, why, sizeof why);
    }
}

/* Cuts white space at both ends; returns the start. */
static char *trim(char *s)
{
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL) {
        s[--n] = 0;
    }
    return s;
}

/* Was the whole line read? The rest of a longer one is skipped. */
static bool ends_here(FILE *f, const char *line)
{
    if (strchr(line, '\n') != NULL) {
        return true;
    }
    size_t more = 0;
    for (int c = fgetc(f); c != EOF && c != '\n'; c = fgetc(f)) {
        more++;
    }
    return more == 0;
}

bool gw_config_file(struct gw_config *c, const char *path, char *why, size_t n)
{
    char line[GW_CONFIG_TEXT_MAX + 128], text[300];
    size_t number = 0;
    bool fine = true;
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        snprintf(why, n, "cannot read %s: %s", path, strerror(errno));
        return false;
    }
    while (fine && fgets(line, sizeof line, f) != NULL) {
        number++;
        bool whole = ends_here(f, line);
        char *s = trim(line);
        if (*s == '#' || (*s == 0 && whole)) {
            continue;
        }
        if (!whole) {
            snprintf(why, n, "%s:%zu: the line is too long", path, number);
            fine = false;
            break;
        }
        char *eq = strchr(s, '=');
        if (eq == NULL) {
            snprintf(why, n, "%s:%zu: a line is 'name = value'", path, number);
            fine = false;
            break;
        }
        *eq = 0;
        fine = gw_config_set(c, trim(s), trim(eq + 1), text, sizeof text);
        if (!fine) {
            snprintf(why, n, "%s:%zu: %s", path, number, text);
        }
    }
    fclose(f);
    return fine;
}

bool gw_config_environment(struct gw_config *c, char *why, size_t n)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char name[80] = "SOTTO_";
        for (size_t k = 0; k < 60 && settings[i].name[k] != 0; k++) {
            static const char lower[] = "abcdefghijklmnopqrstuvwxyz-";
            static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
            const char *at = strchr(lower, settings[i].name[k]);
            name[6 + k] = (char)(at != NULL ? upper[at - lower] : '_');
        }
        const char *value = getenv(name);
        if (value != NULL && !gw_config_set(c, settings[i].name, value, why, n)) {
            return false;
        }
    }
    return true;
}

/* scheme://host[:port], nothing after it. */
static bool is_origin(const char *s)
{
    const char *host = strncmp(s, "https://", 8) == 0  ? s + 8
                       : strncmp(s, "http://", 7) == 0 ? s + 7
                                                       : NULL;
    return host != NULL && *host != 0 && strpbrk(host, "/?#@ \"\\") == NULL;
}

static bool is_loopback(const char *listen)
{
    return strcmp(listen, "localhost") == 0 || strncmp(listen, "127.", 4) == 0 ||
           strcmp(listen, "::1") == 0;
}

bool gw_config_check(struct gw_config *c, char *why, size_t n)
{
    const char *r = c->registration_text;
    if (*r == 0) {
        r = is_loopback(c->listen) ? "open" : "invitation";
    }
    if (strcmp(r, "open") == 0) {
        c->registration = WIRE_REGISTRATION_OPEN;
    } else if (strcmp(r, "invitation") == 0) {
        c->registration = WIRE_REGISTRATION_INVITATION;
    } else if (strcmp(r, "closed") == 0) {
        c->registration = WIRE_REGISTRATION_CLOSED;
    } else {
        snprintf(why, n, "registration: say open, invitation or closed, not '%s'", r);
        return false;
    }
    if ((c->tls_cert[0] == 0) != (c->tls_key[0] == 0)) {
        snprintf(why, n, "tls-cert and tls-key go together");
        return false;
    }
    if ((c->public_app[0] != 0 && !is_origin(c->public_app)) ||
        (c->public_gateway[0] != 0 && !is_origin(c->public_gateway))) {
        snprintf(why, n,
                 "public-app and public-gateway look like https://name or https://name:port");
        return false;
    }
    if (!is_loopback(c->listen) && (c->public_app[0] == 0 || c->public_gateway[0] == 0)) {
        snprintf(why, n,
                 "listening on %s: set public-app and public-gateway to the addresses that "
                 "people open",
                 c->listen);
        return false;
    }
    if (c->app_port == c->gw_port || c->metrics_port == c->app_port ||
        c->metrics_port == c->gw_port) {
        snprintf(why, n, "app-port, gw-port and metrics-port must differ");
        return false;
    }
    return true;
}

const char *gw_config_name(size_t i)
{
    return i < SETTING_COUNT ? settings[i].name : NULL;
}

const char *gw_config_help(size_t i)
{
    return i < SETTING_COUNT ? settings[i].help : "";
}

bool gw_config_is_flag(const char *name)
{
    const struct setting *s = find(name);
    return s != NULL && s->kind == FLAG;
}

void gw_config_show(const struct gw_config *c, size_t i, char *out, size_t n)
{
    const char *at = (const char *)c + settings[i].offset;
    uint64_t v = 0;
    switch (settings[i].kind) {
    case TEXT:
        snprintf(out, n, "%s", at);
        return;
    case NUMBER:
        memcpy(&v, at, sizeof v);
        snprintf(out, n, "%" PRIu64, v);
        return;
    case FLAG:
        snprintf(out, n, "%s", *(const bool *)(const void *)at ? "yes" : "no");
        return;
    }
}
