#include <stdio.h>
#include <string.h>

#include "verify_bytes.h"
#include "verify_evidence.h"
#include "verify_head.h"
#include "verify_log.h"
#include "verify_report.h"

#define EVIDENCE_BYTES_MAX (32u << 20)

static struct slice text_at(const json_t *object, const char *key)
{
    const json_t *text = json_object_get(object, key);
    return slice_make(json_string_value(text), json_string_length(text));
}

static bool take(struct tool_bytes *out, const json_t *object, const char *key, size_t max)
{
    struct slice s = text_at(object, key);
    return verify_bytes_add(out, s.p, s.n, max);
}

/* Note and proofs at the time that the file gives for them: no clock, no history. */
static bool check_held(struct verify *v, const json_t *held, const char *name)
{
    struct release_result first;
    tool_bytes_wipe(&v->note);
    tool_bytes_wipe(&v->recent);
    tool_bytes_wipe(&v->first);
    if (!take(&v->note, held, "note", RELEASE_NOTE_BYTES_MAX) ||
        !take(&v->recent, held, "recent", RELEASE_PROOF_BYTES_MAX) ||
        !take(&v->first, held, "first", RELEASE_PROOF_BYTES_MAX)) {
        verify_differs(v, "evidence", name, "is too long");
        return false;
    }
    struct release_evidence e = {tool_bytes_slice(&v->note), tool_bytes_slice(&v->recent),
                                 SLICE_EMPTY};
    enum release_verdict verdict = release_accept_check(&v->result, &v->trust, &e);
    if (verdict == RELEASE_OK && v->first.n > 0) {
        e.recent = tool_bytes_slice(&v->first);
        verdict = release_accept_check(&first, &v->trust, &e);
    }
    if (verdict != RELEASE_OK) {
        verify_differs(v, "release", name, "%s", release_verdict_name(verdict));
        return false;
    }
    verify_ok(v, "release", name);
    printf(
        "proves: release %llu was signed by %zu keys of the trust and stands in the log as entry "
        "%llu, seen by %zu witnesses\n",
        (unsigned long long)v->result.text.seq, v->result.signed_n,
        (unsigned long long)v->result.index, v->result.witness_n);
    return true;
}

/* What the writer says it found; only what is listed can be proven from the note. */
static void check_files(struct verify *v, const json_t *files)
{
    size_t i;
    json_t *row;
    char path[VERIFY_PATH_MAX], want[44];
    json_array_foreach(files, i, row)
    {
        struct slice listed = text_at(row, "listed"), found = text_at(row, "found");
        verify_text(path, sizeof path, text_at(row, "path"));
        const struct release_file *f = release_text_file(&v->result.text, slice_of_string(path));
        bool is_loader = strcmp(path, "/sw.js") == 0;
        if (f == NULL && !is_loader) {
            verify_differs(v, "evidence", path, "is not listed in the note of this file");
            continue;
        }
        verify_hash_text(want, is_loader ? &v->result.text.loader : &f->hash);
        if (!slice_equal(listed, slice_of_string(want))) {
            verify_differs(v, "evidence", path, "is listed with another hash, %s", want);
        } else if (found.n == 0) {
            printf("absent %s: was not kept there\n", path); /* downloads are not */
        } else if (!slice_equal(found, listed)) {
            char shown[64];
            verify_text(shown, sizeof shown, found);
            verify_differs(v, "file", path,
                           "was found with SHA-256 %s, as the writer of this file says", shown);
        } else {
            verify_ok(v, "file", path);
        }
    }
}

/* Two checkpoints that the log signed and that cannot both be true: that proves itself. */
static bool check_fork(struct verify *v, const json_t *finding)
{
    struct release_checkpoint a, b;
    struct tool_bytes one = {NULL, 0}, two = {NULL, 0};
    bool proven = false;
    if (take(&one, finding, "checkpoint", RELEASE_CHECKPOINT_BYTES_MAX) &&
        take(&two, finding, "other_checkpoint", RELEASE_CHECKPOINT_BYTES_MAX) && one.n > 0 &&
        two.n > 0 && verify_log_read(v, &one, &a, "checkpoint") &&
        verify_log_read(v, &two, &b, "other_checkpoint")) {
        proven = a.size == b.size && !verify_hash_equal(&a.root, &b.root);
        if (proven) {
            verify_differs(v, "fork", "", "proven: the log signed two roots for %llu entries",
                           (unsigned long long)a.size);
        } else {
            verify_differs(v, "fork", "",
                           "two checkpoints of %llu and %llu entries; to prove it, "
                           "compare them with the log",
                           (unsigned long long)a.size, (unsigned long long)b.size);
        }
    }
    tool_bytes_wipe(&one);
    tool_bytes_wipe(&two);
    return proven;
}

static void check_findings(struct verify *v, const json_t *findings)
{
    size_t i;
    json_t *one;
    char kind[64], path[VERIFY_PATH_MAX], hash[44];
    json_array_foreach(findings, i, one)
    {
        struct slice body = text_at(one, "body");
        verify_text(kind, sizeof kind, text_at(one, "kind"));
        verify_text(path, sizeof path, text_at(one, "path"));
        if (strcmp(kind, "fork") == 0) {
            (void)check_fork(v, one);
            continue;
        }
        char detail[VERIFY_WHY_MAX];
        verify_text(detail, sizeof detail, text_at(one, "detail"));
        verify_differs(v, kind, path, "as the writer of this file says: %s", detail);
        if (body.n > 0) {
            verify_bytes_hash(hash, body);
            printf("  the body is kept: %zu bytes, SHA-256 %s\n", body.n, hash);
        }
    }
}

void verify_evidence(struct verify *v, const char *file)
{
    struct tool_bytes bytes = {NULL, 0};
    if (tool_read(&bytes, file, EVIDENCE_BYTES_MAX) != OK) {
        verify_unreachable(v, file, "cannot be read");
        return;
    }
    json_t *all = json_loadb((const char *)bytes.p, bytes.n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *active = json_object_get(all, "active");
    if (!slice_equal(text_at(all, "format"), SLICE_LITERAL("sotto-evidence/v1"))) {
        verify_differs(v, "evidence", file, "is not in the form sotto-evidence/v1");
    } else {
        /* The page does not say whom it trusts: that is in its loader. */
        if (json_is_string(json_object_get(all, "trust")) &&
            !slice_equal(text_at(all, "trust"), tool_bytes_slice(&v->trust_text))) {
            verify_differs(v, "trust", file, "names another trust than the one given here");
        }
        if (json_is_object(json_object_get(all, "staged"))) {
            (void)check_held(v, json_object_get(all, "staged"), "staged");
        }
        if (json_is_object(active) && json_is_string(json_object_get(active, "note")) &&
            check_held(v, active, "active")) {
            check_files(v, json_object_get(all, "files"));
        }
        check_findings(v, json_object_get(all, "findings"));
    }
    json_decref(all);
    tool_bytes_wipe(&bytes);
}
