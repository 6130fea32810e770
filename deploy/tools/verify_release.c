#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify_bytes.h"
#include "verify_expect.h"
#include "verify_head.h"
#include "verify_release.h"
#include "verify_report.h"

static const char waict_folder[] = "/.well-known/waict/manifests/m_";

bool verify_trust(struct verify *v, const char *path)
{
    if (tool_read(&v->trust_text, path, RELEASE_TRUST_BYTES_MAX) != OK) {
        return false;
    }
    enum err e = release_trust_parse(&v->trust, tool_bytes_slice(&v->trust_text));
    if (e != OK) {
        tool_say("%s: not a trust file (%s)", path, err_name(e));
    }
    return e == OK;
}

static void say_release(const struct verify *v)
{
    char version[80];
    const struct release_result *r = &v->result;
    verify_text(version, sizeof version, r->text.version);
    printf("release %llu version %s: %zu of %zu keys, threshold %zu",
           (unsigned long long)r->text.seq, version, r->signed_n, v->trust.release_n,
           v->trust.threshold);
    if (r->tree_size > 0) {
        printf("; entry %llu of a log of %llu; %zu of %zu witnesses", (unsigned long long)r->index,
               (unsigned long long)r->tree_size, r->witness_n, v->trust.witness_n);
    }
    if (r->recent_time > 0) {
        printf(", witnessed since %llu, last at %llu", (unsigned long long)r->first_time,
               (unsigned long long)r->recent_time);
    }
    printf("\n");
}

bool verify_signatures(struct verify *v, const char *name)
{
    struct release_evidence e = {tool_bytes_slice(&v->note), SLICE_EMPTY, SLICE_EMPTY};
    enum release_verdict verdict = release_accept_check(&v->result, &v->trust, &e);
    /* Without a proof the check ends at the log: checks 1 to 3 have passed. */
    if (verdict != RELEASE_BAD_PROOF) {
        verify_differs(v, "note", name, "%s", release_verdict_name(verdict));
        return false;
    }
    say_release(v);
    verify_ok(v, "note", name);
    return true;
}

/* The verdict, and which of the three it is about. The first proof is judged even where rule 9 does
 * not ask for it: a wrong one is wrong all the same. */
static enum release_verdict judge(struct verify *v, const struct verify_names *names,
                                  const char **about)
{
    struct release_evidence e = {tool_bytes_slice(&v->note), SLICE_EMPTY, SLICE_EMPTY};
    struct release_state nothing;
    struct release_result logged;
    memset(&nothing, 0, sizeof nothing);
    *about = names->note;
    enum release_verdict verdict = release_accept_check(&v->result, &v->trust, &e);
    if (verdict != RELEASE_BAD_PROOF) { /* checks 1 to 3 end there without a proof */
        return verdict;
    }
    *about = names->recent;
    e.recent = tool_bytes_slice(&v->recent);
    RELEASE_TRY(release_accept_check(&logged, &v->trust, &e));
    if (v->first.n > 0) {
        struct release_evidence early = {e.note, tool_bytes_slice(&v->first), SLICE_EMPTY};
        uint64_t index = logged.index;
        *about = names->first;
        RELEASE_TRY(release_accept_check(&logged, &v->trust, &early));
        if (logged.index != index) {
            return RELEASE_NOT_INCLUDED;
        }
        e.first = early.recent;
    }
    verdict = release_accept(&v->result, &v->trust, &nothing, &e, v->now);
    if (verdict == RELEASE_STALE || verdict == RELEASE_FUTURE || verdict == RELEASE_NOT_NEWEST) {
        *about = names->recent;
    } else if (verdict == RELEASE_COOLING || verdict == RELEASE_OK) {
        *about = names->note;
    }
    return verdict;
}

bool verify_release(struct verify *v, const struct verify_names *names)
{
    const char *about;
    enum release_verdict verdict = judge(v, names, &about);
    if (verdict != RELEASE_OK && !(verdict == RELEASE_COOLING && v->allow_cooling)) {
        verify_differs(v, "release", about, "%s", release_verdict_name(verdict));
        return false;
    }
    say_release(v);
    if (verdict == RELEASE_COOLING) {
        printf("cooling: logged for less than a day, no client runs it yet\n");
    }
    verify_ok(v, "release", about);
    return true;
}

bool verify_release_served(struct verify *v)
{
    char recent[80] = "", first[80] = "";
    struct release_note note;
    struct release_text text;
    if (release_note_split(&note, tool_bytes_slice(&v->note)) == OK &&
        release_text_parse(&text, note.text) == OK) {
        unsigned long long seq = text.seq;
        snprintf(recent, sizeof recent, "/.well-known/sotto/proof/%llu", seq);
        snprintf(first, sizeof first, "/.well-known/sotto/first/%llu", seq);
    }
    struct verify_names names = {VERIFY_LATEST, recent, first};
    return verify_release(v, &names);
}

/* A manifest of WAICT is named by 22 letters of its hash. */
static bool is_waict(const char *path)
{
    return strncmp(path, waict_folder, sizeof waict_folder - 1) == 0 &&
           strlen(path) == sizeof waict_folder - 1 + 22;
}

bool verify_is_listed(const struct verify *v, const char *path)
{
    return strcmp(path, "/sw.js") == 0 || strcmp(path, "/.well-known/webcat/manifest.json") == 0 ||
           is_waict(path) || release_text_file(&v->result.text, slice_of_string(path)) != NULL;
}

struct slice verify_type(const struct verify *v, const char *path)
{
    const struct release_file *f = release_text_file(&v->result.text, slice_of_string(path));
    return f != NULL                     ? f->type
           : strcmp(path, "/sw.js") == 0 ? SLICE_LITERAL("text/javascript")
                                         : SLICE_EMPTY;
}

/* A list that web/build.js makes of the same files. */
static bool check_made(const struct verify *v, const char *path, struct slice bytes,
                       char why[VERIFY_WHY_MAX])
{
    char hash[44];
    bool waict = is_waict(path);
    char *room = malloc(VERIFY_EXPECT_BYTES_MAX);
    struct buf b = buf_fixed(room, room == NULL ? 0 : VERIFY_EXPECT_BYTES_MAX);
    if (waict) {
        verify_expect_waict(&b, &v->result.text);
    } else {
        verify_expect_webcat(&b, &v->result.text);
    }
    bool fine = slice_equal(buf_view(&b), bytes);
    verify_bytes_hash(hash, bytes);
    hash[22] = 0;
    if (!fine) {
        snprintf(why, VERIFY_WHY_MAX, "is not the list of this release's files");
    } else if (waict && strcmp(path + sizeof waict_folder - 1, hash) != 0) {
        snprintf(why, VERIFY_WHY_MAX, "is not named by its hash");
        fine = false;
    }
    free(room);
    return fine;
}

bool verify_content(struct verify *v, const char *path, struct slice bytes,
                    char why[VERIFY_WHY_MAX])
{
    char want[44], got[44];
    const struct release_file *f = release_text_file(&v->result.text, slice_of_string(path));
    bool is_loader = strcmp(path, "/sw.js") == 0;
    why[0] = 0;
    if (f == NULL && !is_loader) {
        if (verify_is_listed(v, path)) {
            return check_made(v, path, bytes, why);
        }
        snprintf(why, VERIFY_WHY_MAX, "is not listed in the note");
        return false;
    }
    verify_bytes_hash(got, bytes);
    verify_hash_text(want, is_loader ? &v->result.text.loader : &f->hash);
    if (strcmp(want, got) != 0) {
        snprintf(why, VERIFY_WHY_MAX, "has SHA-256 %s and %zu bytes; the note says %s%s", got,
                 bytes.n, want, is_loader ? " (loader)" : "");
    } else if (f != NULL && release_text_file_check(f, bytes) != RELEASE_OK) {
        snprintf(why, VERIFY_WHY_MAX, "is not as its file line says (%zu bytes)", bytes.n);
    }
    if (why[0] != 0) {
        verify_keep(v, path, want, got);
    }
    return why[0] == 0;
}
