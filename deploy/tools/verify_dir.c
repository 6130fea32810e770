#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verify_bytes.h"
#include "verify_dir.h"
#include "verify_expect.h"
#include "verify_head.h"
#include "verify_release.h"
#include "verify_report.h"
#include "release/line.h"

#define DEPTH_MAX 6
#define ENTRIES_MAX 20000 /* of the whole tree: notes are kept for ever */

static const char sotto_folder[] = ".well-known/sotto/";
/* What `gzip -n -9` and zlib write; any other header could carry bytes that are not of the file. */
static const uint8_t gzip_head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3};

struct walk {
    struct verify *v;
    const char *dir, *kind; /* kind: NULL means a release directory with note and proofs */
    size_t entries;
    bool file[RELEASE_FILES_MAX]; /* listed ones that were found */
    bool loader, headers;
};

static void differs(struct walk *w, const char *kind, const char *shown, const char *why)
{
    verify_differs(w->v, w->kind != NULL ? w->kind : kind, shown, "%s", why);
}

static bool path_join(char out[TOOL_PATH_MAX], const char *dir, const char *name)
{
    int n = snprintf(out, TOOL_PATH_MAX, "%s/%s", dir, name);
    return n > 0 && n < TOOL_PATH_MAX;
}

/* OK, ERR_GONE, or unreachable and said. */
static enum err read_in(struct walk *w, struct tool_bytes *out, const char *name, size_t max)
{
    char path[TOOL_PATH_MAX];
    struct stat st;
    *out = (struct tool_bytes){NULL, 0};
    if (!path_join(path, w->dir, name)) {
        return ERR_HOST;
    }
    if (lstat(path, &st) != 0) {
        return ERR_GONE;
    }
    enum err e = tool_read(out, path, max);
    if (e == ERR_LIMIT) {
        verify_differs(w->v, "file", name, "is longer than %zu bytes", max);
    } else if (e != OK) {
        verify_unreachable(w->v, name, "cannot be read");
    }
    return e;
}

/* ---- files ---------------------------------------------------------------------------------- */

static void mark(struct walk *w, const char *path)
{
    const struct release_text *t = &w->v->result.text;
    const struct release_file *f = release_text_file(t, slice_of_string(path));
    if (f != NULL) {
        w->file[f - t->file] = true;
    }
    w->loader = w->loader || strcmp(path, "/sw.js") == 0;
}

/* The path that a file of the folder is served at. */
static void served_path(char out[VERIFY_PATH_MAX], const char *name, size_t n)
{
    bool is_index = n == 10 && strncmp(name, "index.html", n) == 0;
    snprintf(out, VERIFY_PATH_MAX, "/%.*s", is_index ? 0 : (int)n, name);
}

static void plain_file(struct walk *w, const char *name, const char *shown, struct slice bytes)
{
    char path[VERIFY_PATH_MAX], why[VERIFY_WHY_MAX];
    served_path(path, name, strlen(name));
    mark(w, path);
    if (verify_content(w->v, path, bytes, why)) {
        verify_ok(w->v, "file", shown);
    } else {
        differs(w, "file", shown, why);
    }
}

/* A copy that decodes to what belongs at the path. */
static void compressed_file(struct walk *w, const char *name, const char *shown, struct slice bytes,
                            bool is_gzip)
{
    char path[VERIFY_PATH_MAX], why[VERIFY_WHY_MAX];
    struct tool_bytes decoded = {NULL, 0};
    served_path(path, name, strlen(name) - 3);
    if (is_gzip && (bytes.n < sizeof gzip_head ||
                    !slice_equal(slice_make(bytes.p, sizeof gzip_head), SLICE_ARRAY(gzip_head)))) {
        differs(w, "copy", shown, "has a gzip header of its own (want that of gzip -n -9)");
    } else if (!(is_gzip ? verify_bytes_gunzip(&decoded, bytes, VERIFY_BODY_BYTES_MAX)
                         : verify_bytes_unbrotli(&decoded, bytes, VERIFY_BODY_BYTES_MAX))) {
        differs(w, "copy", shown, is_gzip ? "is not gzip" : "is not brotli");
    } else if (!verify_content(w->v, path, tool_bytes_slice(&decoded), why)) {
        char said[VERIFY_WHY_MAX + 32];
        snprintf(said, sizeof said, "decoded, it %s", why);
        differs(w, "copy", shown, said);
    } else {
        verify_ok(w->v, "copy", shown);
    }
    tool_bytes_wipe(&decoded);
}

static bool ends(const char *name, const char *end)
{
    size_t n = strlen(name), k = strlen(end);
    return n > k && strcmp(name + n - k, end) == 0;
}

/* headers.txt byte for byte; WAICT's line may follow, and then names a list that is there. */
static void headers_file(struct walk *w, struct slice bytes)
{
    static const char before[] = "Integrity-Policy-WAICT-v1: max-age=90, mode=report, manifest=\"";
    char text[8192], name[VERIFY_PATH_MAX], hash[44];
    struct buf b = buf_fixed(text, sizeof text);
    w->headers = true;
    verify_expect_headers(&b, &w->v->result.text);
    if (bytes.n > b.n) {
        char *made = malloc(VERIFY_EXPECT_BYTES_MAX);
        struct buf list = buf_fixed(made, made == NULL ? 0 : VERIFY_EXPECT_BYTES_MAX);
        verify_expect_waict(&list, &w->v->result.text);
        verify_bytes_hash(hash, buf_view(&list));
        hash[22] = 0;
        free(made);
        snprintf(name, sizeof name, "/.well-known/waict/manifests/m_%s", hash);
        buf_slice(&b, slice_of_string(before));
        buf_slice(&b, slice_of_string(name));
        buf_slice(&b, SLICE_LITERAL("\"\n"));
    }
    struct slice want = buf_view(&b);
    size_t line = 1, i = 0;
    for (; i < want.n && i < bytes.n && want.p[i] == bytes.p[i]; i++) {
        line += want.p[i] == '\n';
    }
    if (slice_equal(want, bytes)) {
        verify_ok(w->v, "file", "/headers.txt");
    } else {
        snprintf(name, sizeof name, "line %zu is not the header that the note wants", line);
        differs(w, "headers", "/headers.txt", name);
        verify_attach(w->v, "body", bytes);
    }
}

/* ---- notes and proofs ------------------------------------------------------------------------ */

/* An older (or the latest) release by its number: signed, of the line, logged, and the one before
 * the next. */
static void numbered_note(struct walk *w, const char *shown, uint64_t seq, struct slice note)
{
    char other[128], why[VERIFY_WHY_MAX] = "";
    struct tool_bytes proof = {NULL, 0}, next = {NULL, 0};
    struct release_result r, after;
    snprintf(other, sizeof other, "%sproof/%llu", sotto_folder, (unsigned long long)seq);
    enum err e = read_in(w, &proof, other, RELEASE_PROOF_BYTES_MAX);
    struct release_evidence evidence = {note, tool_bytes_slice(&proof), SLICE_EMPTY};
    enum release_verdict verdict = release_accept_check(&r, &w->v->trust, &evidence);
    if (e == ERR_GONE) {
        snprintf(why, sizeof why, "has no proof (%s)", other);
    } else if (verdict != RELEASE_OK) {
        snprintf(why, sizeof why, "%s", release_verdict_name(verdict));
    } else if (r.text.seq != seq) {
        snprintf(why, sizeof why, "is release %llu", (unsigned long long)r.text.seq);
    } else if (seq > w->v->result.text.seq) {
        snprintf(why, sizeof why, "is newer than the latest");
    } else if (seq == w->v->result.text.seq) {
        if (!slice_equal(note, tool_bytes_slice(&w->v->note))) {
            snprintf(why, sizeof why, "has other bytes than latest");
        }
    } else {
        snprintf(other, sizeof other, "%srelease/%llu", sotto_folder, (unsigned long long)seq + 1);
        e = read_in(w, &next, other, RELEASE_NOTE_BYTES_MAX);
        evidence = (struct release_evidence){tool_bytes_slice(&next), SLICE_EMPTY, SLICE_EMPTY};
        verdict = release_accept_check(&after, &w->v->trust, &evidence);
        if (e == ERR_GONE) {
            snprintf(why, sizeof why, "is not followed by %s", other);
        } else if (verdict == RELEASE_BAD_PROOF && /* a bad one is reported on its own */
                   !(after.text.has_previous && verify_hash_equal(&after.text.previous, &r.hash))) {
            snprintf(why, sizeof why, "is not what %s names as its previous", other);
        }
    }
    if (why[0] == 0) {
        verify_ok(w->v, "note", shown);
    } else {
        verify_differs(w->v, "note", shown, "%s", why);
    }
    tool_bytes_wipe(&proof);
    tool_bytes_wipe(&next);
}

static void numbered_proof(struct walk *w, const char *shown, uint64_t seq, struct slice proof)
{
    char other[128];
    struct tool_bytes note = {NULL, 0};
    struct release_result r;
    snprintf(other, sizeof other, "%srelease/%llu", sotto_folder, (unsigned long long)seq);
    enum err e = read_in(w, &note, other, RELEASE_NOTE_BYTES_MAX);
    struct release_evidence evidence = {tool_bytes_slice(&note), proof, SLICE_EMPTY};
    enum release_verdict verdict = release_accept_check(&r, &w->v->trust, &evidence);
    if (e == ERR_GONE) {
        verify_differs(w->v, "proof", shown, "is of a release that is not here (%s)", other);
    } else if (verdict != RELEASE_OK) {
        verify_differs(w->v, "proof", shown, "%s", release_verdict_name(verdict));
    } else {
        verify_ok(w->v, "proof", shown);
    }
    tool_bytes_wipe(&note);
}

/* release/latest, release/N, proof/N, first/N. False: something else. */
static bool sotto_file(struct walk *w, const char *name, const char *shown, struct slice bytes)
{
    const char *rest = name + sizeof sotto_folder - 1;
    const char *slash = strchr(rest, '/');
    uint64_t seq;
    if (strcmp(rest, "release/latest") == 0) {
        return true; /* judged before everything else */
    }
    if (slash == NULL || release_line_decimal_get(&seq, slice_of_string(slash + 1)) != OK) {
        return false;
    }
    struct slice folder = slice_make(rest, (size_t)(slash - rest));
    if (slice_equal(folder, SLICE_LITERAL("release"))) {
        numbered_note(w, shown, seq, bytes);
        return true;
    }
    if (slice_equal(folder, SLICE_LITERAL("proof")) ||
        slice_equal(folder, SLICE_LITERAL("first"))) {
        numbered_proof(w, shown, seq, bytes);
        return true;
    }
    return false;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static void one_file(struct walk *w, const char *name)
{
    char shown[VERIFY_PATH_MAX + 1], path[VERIFY_PATH_MAX];
    struct tool_bytes bytes;
    snprintf(shown, sizeof shown, "/%s", name);
    if (read_in(w, &bytes, name, VERIFY_BODY_BYTES_MAX) != OK) {
        return;
    }
    struct slice s = tool_bytes_slice(&bytes);
    bool is_gzip = ends(name, ".gz");
    served_path(path, name, strlen(name));
    if (strcmp(name, "headers.txt") == 0) {
        headers_file(w, s);
    } else if (w->kind == NULL && strncmp(name, sotto_folder, sizeof sotto_folder - 1) == 0) {
        if (!sotto_file(w, name, shown, s)) {
            differs(w, "file", shown, "is not listed in the note");
        }
    } else if (!verify_is_listed(w->v, path) && (is_gzip || ends(name, ".br"))) {
        compressed_file(w, name, shown, s, is_gzip);
    } else {
        plain_file(w, name, shown, s);
    }
    tool_bytes_wipe(&bytes);
}

static int not_dots(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static void look(struct walk *w, const char *name, unsigned depth)
{
    char path[TOOL_PATH_MAX], below[VERIFY_PATH_MAX];
    struct dirent **list = NULL;
    struct stat st;
    int n = path_join(path, w->dir, name) ? scandir(path, &list, not_dots, alphasort) : -1;
    if (n < 0) {
        verify_unreachable(w->v, name[0] != 0 ? name : w->dir, "the folder cannot be read");
        return;
    }
    for (int i = 0; i < n; i++) {
        int k =
            snprintf(below, sizeof below, "%s%s%s", name, name[0] != 0 ? "/" : "", list[i]->d_name);
        bool fits = k > 0 && (size_t)k < sizeof below && path_join(path, w->dir, below) &&
                    ++w->entries <= ENTRIES_MAX && lstat(path, &st) == 0;
        if (fits && S_ISREG(st.st_mode)) {
            one_file(w, below);
        } else if (fits && S_ISDIR(st.st_mode) && depth < DEPTH_MAX) {
            look(w, below, depth + 1);
        } else {
            differs(w, "file", below, "is not a plain file of a release");
        }
        free(list[i]);
    }
    free(list);
}

static void missing(struct walk *w)
{
    char path[VERIFY_PATH_MAX];
    const struct release_text *t = &w->v->result.text;
    for (size_t i = 0; i < t->file_n; i++) {
        if (!w->file[i]) {
            verify_text(path, sizeof path, t->file[i].path);
            differs(w, "file", path, "is missing");
        }
    }
    if (!w->loader) {
        differs(w, "file", "/sw.js", "is missing");
    }
    if (!w->headers) {
        differs(w, "headers", "/headers.txt", "is missing");
    }
}

/* Note and proofs where the gateway serves them from. */
static bool read_release(struct walk *w)
{
    char name[VERIFY_PATH_MAX];
    struct verify *v = w->v;
    struct release_note note;
    struct release_text text;
    if (v->note.n > 0) {
        return true; /* given by the caller, with its proofs */
    }
    enum err e = read_in(w, &v->note, &VERIFY_LATEST[1], RELEASE_NOTE_BYTES_MAX);
    if (e == ERR_GONE) {
        verify_differs(v, "release", VERIFY_LATEST, "is missing");
    }
    if (e != OK) {
        return false;
    }
    if (release_note_split(&note, tool_bytes_slice(&v->note)) != OK ||
        release_text_parse(&text, note.text) != OK) {
        return true; /* said by verify_release */
    }
    static const char *const folders[] = {"proof", "first", "release"};
    for (size_t i = 0; i < 3; i++) {
        struct tool_bytes got;
        snprintf(name, sizeof name, "/%s%s/%llu", sotto_folder, folders[i],
                 (unsigned long long)text.seq);
        e = read_in(w, &got, name + 1, RELEASE_NOTE_BYTES_MAX);
        if (e == ERR_GONE) {
            verify_differs(v, "release", name, "is missing");
        }
        if (i == 0) {
            v->recent = got;
        } else if (i == 1) {
            v->first = got;
        } else {
            tool_bytes_wipe(&got);
        }
    }
    return true;
}

void verify_dir(struct verify *v, const char *dir)
{
    struct walk w = {.v = v, .dir = dir};
    struct stat st;
    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        verify_unreachable(v, dir, "is not a folder that can be read");
        return;
    }
    if (read_release(&w) && verify_release_served(v)) {
        look(&w, "", 0);
        missing(&w);
    }
}

unsigned verify_dir_rebuilt(struct verify *v, const char *dir, const char *kind)
{
    struct walk w = {.v = v, .dir = dir, .kind = kind};
    unsigned before = v->differ_n;
    look(&w, "", 0);
    missing(&w);
    return v->differ_n - before;
}

void verify_portable(struct verify *v, const char *file)
{
    struct tool_bytes bytes;
    char path[VERIFY_PATH_MAX], got[44];
    enum err e = tool_read(&bytes, file, VERIFY_BODY_BYTES_MAX);
    if (e != OK) {
        verify_unreachable(v, file, "cannot be read");
        return;
    }
    const struct release_text *t = &v->result.text;
    verify_bytes_hash(got, tool_bytes_slice(&bytes));
    for (size_t i = 0; i < t->file_n; i++) {
        if (release_text_file_check(&t->file[i], tool_bytes_slice(&bytes)) == RELEASE_OK) {
            verify_text(path, sizeof path, t->file[i].path);
            verify_ok(v, "file", path);
            tool_bytes_wipe(&bytes);
            return;
        }
    }
    verify_differs(v, "file", file, "has SHA-256 %s, which no file line of the note has", got);
    tool_bytes_wipe(&bytes);
}
