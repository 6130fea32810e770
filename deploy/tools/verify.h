/* sotto-verify: is what lies here, or what an origin serves, the release that was signed, logged
 * and witnessed? One session holds the trust, the verified release and what was found; every
 * finding is a line on stdout and an entry of the evidence file. Source: verified-delivery.md 3.8.
 */
#ifndef SOTTO_TOOLS_VERIFY_H
#define SOTTO_TOOLS_VERIFY_H
#include <jansson.h>

#include "release/accept.h"

#define VERIFY_FILE_BYTES_MAX (64u << 20)
#define VERIFY_PATH_MAX 1024

/* Exit codes. */
enum verify_exit {
    VERIFY_EXIT_OK = 0,
    VERIFY_EXIT_DIFFERS = 1, /* refused, changed, or an alert */
    VERIFY_EXIT_USAGE = 2,
    VERIFY_EXIT_UNREACHABLE = 3 /* a file or an address cannot be read */
};

/* Bytes of our own; freed by verify_bytes_free, which accepts the zero state. */
struct verify_bytes {
    uint8_t *p;
    size_t n;
};
void verify_bytes_free(struct verify_bytes *b);
struct slice verify_bytes_slice(const struct verify_bytes *b);
/* Adds n bytes; false when memory or `max` is exhausted. */
bool verify_bytes_add(struct verify_bytes *b, const void *p, size_t n, size_t max);

struct verify {
    const char *trust_path, *evidence_path;
    uint64_t now; /* seconds since 1970 */
    struct verify_bytes trust_text, note, recent, first;
    struct release_trust trust;
    struct release_result result;
    json_t *findings; /* array of {kind, path, detail} */
    unsigned differ_n, unreachable_n, checked_n;
};

/* ---- verify_report.c ------------------------------------------------------------------------ */

/* Prints `ok KIND PATH`. */
void verify_ok(struct verify *v, const char *kind, const char *path);
/* Prints `differs KIND PATH: DETAIL` and keeps it as evidence. path may be "". */
void verify_differs(struct verify *v, const char *kind, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Prints `unreachable PATH: DETAIL`. */
void verify_unreachable(struct verify *v, const char *path, const char *detail);
/* Writes the evidence file when one was asked for and something was found; the exit code. */
enum verify_exit verify_end(struct verify *v);

/* ---- verify_file.c -------------------------------------------------------------------------- */

/* The whole file, at most VERIFY_FILE_BYTES_MAX; false when it cannot be read. */
bool verify_file_read(struct verify_bytes *out, const char *path);
/* Replaces the file by these bytes, durably. */
bool verify_file_write(const char *path, struct slice bytes);
bool verify_inflate(struct verify_bytes *out, struct slice gzip);
bool verify_unbrotli(struct verify_bytes *out, struct slice brotli);

/* ---- verify_release.c ----------------------------------------------------------------------- */

/* Reads and parses the trust file; false and a line on stderr. */
bool verify_trust(struct verify *v);
/* Judges v->note with v->recent and v->first (empty: only the signatures, when signatures_only). A
 * line either way. */
bool verify_release(struct verify *v, const char *name, bool signatures_only);
/* Compares bytes with what the note lists for this path. */
void verify_listed(struct verify *v, const char *kind, const char *path, struct slice bytes);
/* The text that a field holds, NUL-terminated in `out`; cut when it is longer. */
void verify_text(char *out, size_t n, struct slice s);
/* SHA-256 in base64url. */
void verify_hash(char out[44], struct slice bytes);
/* The headers that every answer must carry, "Name: value"; the policy is the note's. Count. */
size_t verify_headers(const char *const **names, const char *const **values);

/* ---- verify_dir.c, verify_origin.c, verify_browser.c, verify_monitor.c, verify_log.c
 * ------------------------ */

void verify_dir(struct verify *v, const char *dir);
void verify_portable(struct verify *v, const char *file);
void verify_origin(struct verify *v, const char *origin);
/* The same bodies as a browser receives them; needs chromium (or the program named by `program`).
 */
void verify_browser(struct verify *v, const char *origin, const char *program);

struct verify_monitor {
    const char *origin, *log_url, *state_dir, *rebuild;
};
/* One round: origin, log, witnesses, every new leaf. */
void verify_monitor_round(struct verify *v, const struct verify_monitor *m);
#endif
