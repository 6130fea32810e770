#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

#define DETAIL_BYTES 1024

void verify_ok(struct verify *v, const char *kind, const char *path)
{
    v->checked_n++;
    printf("ok %s %s\n", kind, path);
}

void verify_differs(struct verify *v, const char *kind, const char *path, const char *format, ...)
{
    char detail[DETAIL_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    v->checked_n++;
    v->differ_n++;
    printf("differs %s %s: %s\n", kind, path, detail);
    fflush(stdout);
    json_t *finding = json_pack("{s:s, s:s, s:s}", "kind", kind, "path", path, "detail", detail);
    if (finding != NULL) {
        json_array_append_new(v->findings, finding);
    }
}

void verify_unreachable(struct verify *v, const char *path, const char *detail)
{
    v->unreachable_n++;
    printf("unreachable %s: %s\n", path, detail);
}

/* Text of a note or proof, as it was read; nothing when it is not text. */
static json_t *text_of(const struct verify_bytes *b)
{
    json_t *text = b->n == 0 ? NULL : json_stringn((const char *)b->p, b->n);
    return text != NULL ? text : json_null();
}

static bool write_evidence(const struct verify *v)
{
    json_t *all = json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:O}", "format", "sotto-evidence/v1",
                            "at", (json_int_t)v->now, "trust", text_of(&v->trust_text), "note",
                            text_of(&v->note), "recent", text_of(&v->recent), "first",
                            text_of(&v->first), "findings", v->findings);
    char *text = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2) | JSON_SORT_KEYS);
    bool fine = text != NULL && verify_file_write(v->evidence_path, slice_make(text, strlen(text)));
    free(text);
    json_decref(all);
    return fine;
}

enum verify_exit verify_end(struct verify *v)
{
    if (v->differ_n > 0 && v->evidence_path != NULL && !write_evidence(v)) {
        fprintf(stderr, "sotto-verify: the evidence could not be written to %s\n",
                v->evidence_path);
    }
    printf("%u checked, %u differ, %u unreachable\n", v->checked_n, v->differ_n, v->unreachable_n);
    fflush(stdout);
    return v->differ_n > 0        ? VERIFY_EXIT_DIFFERS
           : v->unreachable_n > 0 ? VERIFY_EXIT_UNREACHABLE
                                  : VERIFY_EXIT_OK;
}
