/* Settings. Each has a default; a file of `name = value` lines, the environment (SOTTO_NAME) and
 * the command line (--name) override it in that order. Strict: an unknown name or a value out of
 * range is an error that names the nearest known one. */
#ifndef SOTTO_GATEWAY_CONFIG_H
#define SOTTO_GATEWAY_CONFIG_H
#include "base/base.h"
#include "schema/gen/wire_enum.h"

#define GW_CONFIG_TEXT_MAX 512

struct gw_config {
    char dir[GW_CONFIG_TEXT_MAX];     /* state                                            */
    char app_dir[GW_CONFIG_TEXT_MAX]; /* the built page                                   */
    char log_dir[GW_CONFIG_TEXT_MAX]; /* a transparency log's published files; empty: none */
    char listen[GW_CONFIG_TEXT_MAX];  /* "localhost": both loopback addresses             */
    char metrics_listen[GW_CONFIG_TEXT_MAX];
    char public_app[GW_CONFIG_TEXT_MAX];     /* origin of the page; empty: loopback addresses    */
    char public_gateway[GW_CONFIG_TEXT_MAX]; /* origin of the gateway; empty: likewise           */
    char tls_cert[GW_CONFIG_TEXT_MAX];
    char tls_key[GW_CONFIG_TEXT_MAX];
    char registration_text[GW_CONFIG_TEXT_MAX];
    uint64_t app_port, gw_port, metrics_port; /* 0: none                                         */
    uint64_t loops;
    uint64_t retention_days, blob_days, mailbox_days;
    uint64_t blob_bytes;       /* one attachment                                                 */
    uint64_t blob_total_bytes; /* all of them                                                    */
    uint64_t mailbox_bytes;    /* one mailbox's log                                              */
    uint64_t inbox_items;      /* messages waiting for one device                                */
    uint64_t store_bytes;      /* the database file; 0: no bound but the disk                    */
    uint64_t reserve_bytes;    /* posts are refused when the disk has less                       */
    uint64_t rate_frames, rate_bytes, rate_new; /* a second, per connection                      */
    uint64_t address_connections, address_handshakes; /* per address; a minute                   */
    bool limit_loopback; /* the two above for loopback addresses too                       */
    bool require_grants; /* mailboxes and blobs only with a grant                          */
    uint64_t drain_seconds;
    enum wire_registration registration;
};

void gw_config_default(struct gw_config *c);
/* One setting by name; false with one sentence in `why`. Text is taken as it is; numbers may have a
 * suffix k, m or g. */
bool gw_config_set(struct gw_config *c, const char *name, const char *value, char *why, size_t n);
/* A file of settings. */
bool gw_config_file(struct gw_config *c, const char *path, char *why, size_t n);
/* SOTTO_* variables of the process. */
bool gw_config_environment(struct gw_config *c, char *why, size_t n);
/* Checks the settings against each other; fills in registration. */
bool gw_config_check(struct gw_config *c, char *why, size_t n);
/* The i-th setting: its name (NULL past the end), its value as text, its help. */
const char *gw_config_name(size_t i);
void gw_config_show(const struct gw_config *c, size_t i, char *out, size_t n);
const char *gw_config_help(size_t i);
bool gw_config_is_flag(const char *name);

#endif
