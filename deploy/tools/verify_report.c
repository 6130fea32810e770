#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify_head.h"
#include "verify_report.h"
#include "release/line.h"

#define DETAIL_BYTES 1024
#define FINDINGS_MAX 1000              /* in the evidence; the lines go on */
#define ATTACHED_BYTES (1u << 20)      /* of one body in the evidence      */
#define ALL_ATTACHED_BYTES (16u << 20) /* of all of them             */

bool verify_open(struct verify *v)
{
    v->findings = json_array();
    v->files = json_array();
    v->attached_n = 0;
    v->differ_n = v->unreachable_n = v->checked_n = 0;
    return v->findings != NULL && v->files != NULL;
}

void verify_close(struct verify *v)
{
    json_decref(v->findings);
    json_decref(v->files);
    tool_bytes_wipe(&v->trust_text);
    tool_bytes_wipe(&v->note);
    tool_bytes_wipe(&v->recent);
    tool_bytes_wipe(&v->first);
}

void verify_ok(struct verify *v, const char *kind, const char *path)
{
    char shown[VERIFY_PATH_MAX];
    verify_text(shown, sizeof shown, slice_of_string(path));
    v->checked_n++;
    printf("ok %s %s\n", kind, shown);
}

void verify_differs(struct verify *v, const char *kind, const char *path, const char *format, ...)
{
    char said[DETAIL_BYTES], detail[DETAIL_BYTES], shown[VERIFY_PATH_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
    verify_text(detail, sizeof detail, slice_of_string(said));
    verify_text(shown, sizeof shown, slice_of_string(path));
    v->checked_n++;
    v->differ_n++;
    printf("differs %s %s: %s\n", kind, shown, detail);
    fflush(stdout);
    json_t *finding = json_pack("{s:s, s:s, s:s}", "kind", kind, "path", shown, "detail", detail);
    if (finding != NULL && json_array_size(v->findings) < FINDINGS_MAX) {
        json_array_append_new(v->findings, finding);
    } else {
        json_decref(finding);
    }
}

/* Base64, since a body need not be text. */
static json_t *base64_of(struct slice bytes)
{
    size_t room = (bytes.n + 2) / 3 * 4;
    char *text = malloc(room + 1);
    if (text == NULL) {
        return json_null();
    }
    struct buf b = buf_fixed(text, room);
    release_line_base64_put(&b, bytes);
    json_t *out = json_stringn(text, b.n);
    free(text);
    return out != NULL ? out : json_null();
}

void verify_attach(struct verify *v, const char *name, struct slice bytes)
{
    size_t n = json_array_size(v->findings);
    if (n == 0 || bytes.n > ATTACHED_BYTES || v->attached_n + bytes.n > ALL_ATTACHED_BYTES) {
        return;
    }
    v->attached_n += bytes.n;
    json_t *text = json_stringn((const char *)bytes.p, bytes.n);
    json_t *finding = json_array_get(v->findings, n - 1);
    if (text != NULL) {
        json_object_set_new(finding, name, text);
    } else {
        char key[64];
        snprintf(key, sizeof key, "%s_base64", name);
        json_object_set_new(finding, key, base64_of(bytes));
    }
}

void verify_unreachable(struct verify *v, const char *path, const char *detail)
{
    char said[DETAIL_BYTES], shown[VERIFY_PATH_MAX];
    verify_text(said, sizeof said, slice_of_string(detail));
    verify_text(shown, sizeof shown, slice_of_string(path));
    v->unreachable_n++;
    printf("unreachable %s: %s\n", shown, said);
    fflush(stdout);
}

void verify_keep(struct verify *v, const char *path, const char *listed, const char *found)
{
    json_t *row = json_pack("{s:s, s:s?, s:s?}", "path", path, "listed", listed, "found", found);
    if (row != NULL && json_array_size(v->files) < FINDINGS_MAX) {
        json_array_append_new(v->files, row);
    } else {
        json_decref(row);
    }
}

/* Text of a note or proof, as it was read; null when it is not text. */
static json_t *text_of(const struct tool_bytes *b)
{
    json_t *text = b->n == 0 ? NULL : json_stringn((const char *)b->p, b->n);
    return text != NULL ? text : json_null();
}

static json_t *evidence_of(const struct verify *v)
{
    char at[32] = "";
    time_t now = (time_t)v->now;
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL) {
        strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    json_t *active = json_pack("{s:o, s:o, s:o}", "note", text_of(&v->note), "recent",
                               text_of(&v->recent), "first", text_of(&v->first));
    return json_pack("{s:s, s:s, s:s?, s:o, s:o, s:n, s:O, s:n, s:O}", "format",
                     "sotto-evidence/v1", "at", at, "origin", v->origin, "trust",
                     text_of(&v->trust_text), "active", active, "staged", "files", v->files,
                     "trouble", "findings", v->findings);
}

static bool write_evidence(const struct verify *v)
{
    json_t *all = evidence_of(v);
    char *text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(1));
    bool fine =
        text != NULL && tool_replace(v->evidence_path, slice_make(text, strlen(text)), 0644) == OK;
    free(text);
    json_decref(all);
    return fine;
}

enum tool_exit verify_end(struct verify *v)
{
    printf("%u checked, %u differ, %u unreachable\n", v->checked_n, v->differ_n, v->unreachable_n);
    fflush(stdout);
    if (v->differ_n > 0 && v->evidence_path != NULL && !write_evidence(v)) {
        tool_say("%s: the evidence could not be written", v->evidence_path);
    }
    return v->differ_n > 0 ? TOOL_EXIT_REFUSED : v->unreachable_n > 0 ? TOOL_EXIT_IO : TOOL_EXIT_OK;
}
