#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "verify_browser.h"
#include "verify_bytes.h"
#include "verify_head.h"
#include "verify_http.h"
#include "verify_log.h"
#include "verify_monitor.h"
#include "verify_origin.h"
#include "verify_pipe.h"
#include "verify_rebuild.h"
#include "verify_report.h"
#include "verify_tile.h"
#include "release/line.h"

#define LOG_REQUESTS_S 600

/* What the last round without a finding left: a checkpoint, and the newest release of the log. */
struct past {
    struct tool_bytes checkpoint, note;
    bool any;
    uint64_t size; /* entries that were looked at */
    struct release_hash root;
};
struct round {
    struct verify *v;
    const struct verify_monitor *m;
    struct verify_http http;
    struct verify_log log;
    struct past past;
    struct tool_bytes seen[RELEASE_WITNESSES_MAX]; /* checkpoints that witnesses show */
    /* The newest release in the log. */
    struct tool_bytes newest;
    uint64_t newest_seq;
    struct release_hash newest_hash;
};

/* ---- state ------------------------------------------------------------------------------------
 */

static bool state_path(char out[TOOL_PATH_MAX], const struct round *r, const char *name)
{
    int n = snprintf(out, TOOL_PATH_MAX, "%s/%s", r->m->state, name);
    return n > 0 && n < TOOL_PATH_MAX;
}

/* False: there is something, but it cannot be used. */
static bool read_state(struct round *r)
{
    char path[TOOL_PATH_MAX];
    struct stat st;
    struct release_checkpoint c;
    struct release_result result;
    if (r->m->state == NULL) {
        return true;
    }
    if (mkdir(r->m->state, 0755) != 0 && errno != EEXIST) {
        verify_unreachable(r->v, r->m->state, strerror(errno));
        return false;
    }
    if (!state_path(path, r, "checkpoint") || (stat(path, &st) != 0 && errno == ENOENT)) {
        return true;
    }
    if (tool_read(&r->past.checkpoint, path, RELEASE_CHECKPOINT_BYTES_MAX) != OK ||
        release_checkpoint_parse(&c, tool_bytes_slice(&r->past.checkpoint)) != OK) {
        verify_unreachable(r->v, path, "is no checkpoint");
        return false;
    }
    r->past.any = true;
    r->past.size = c.size;
    r->past.root = c.root;
    if (state_path(path, r, "note") && stat(path, &st) == 0 &&
        tool_read(&r->past.note, path, RELEASE_NOTE_BYTES_MAX) == OK) {
        struct release_evidence e = {tool_bytes_slice(&r->past.note), SLICE_EMPTY, SLICE_EMPTY};
        if (release_accept_check(&result, &r->v->trust, &e) == RELEASE_BAD_PROOF) {
            r->newest_seq = result.text.seq;
            r->newest_hash = result.hash;
        }
    }
    return true;
}

static void write_state(struct round *r)
{
    char path[TOOL_PATH_MAX];
    if (r->m->state == NULL || r->v->differ_n > 0 || r->v->unreachable_n > 0) {
        return;
    }
    /* The note first: with an older checkpoint its entry is only looked at again, and
     * recognised. */
    bool fine = r->newest.n == 0 || (state_path(path, r, "note") &&
                                     tool_replace(path, tool_bytes_slice(&r->newest), 0644) == OK);
    fine = fine && state_path(path, r, "checkpoint") &&
           tool_replace(path, tool_bytes_slice(&r->log.checkpoint), 0644) == OK;
    if (!fine) {
        verify_unreachable(r->v, r->m->state, "the state cannot be written");
    }
}

/* ---- the log -----------------------------------------------------------------------------------
 */

/* The log may have grown, and nothing else may have happened to it. */
static bool check_growth(struct round *r)
{
    struct release_checkpoint c;
    const struct past *p = &r->past;
    if (!p->any) {
        return true;
    }
    if (release_checkpoint_parse(&c, tool_bytes_slice(&p->checkpoint)) != OK) {
        return false;
    }
    if (p->size > r->log.size) {
        verify_differs(r->v, "withheld", r->log.url, "had %llu entries and has %llu now",
                       (unsigned long long)p->size, (unsigned long long)r->log.size);
        verify_attach(r->v, "checkpoint", tool_bytes_slice(&r->log.checkpoint));
        verify_attach(r->v, "other_checkpoint", tool_bytes_slice(&p->checkpoint));
        return false;
    }
    return true;
}

/* Before the tiles: two roots of one size need no more than the two signatures. */
static bool check_same_size(struct round *r)
{
    const struct past *p = &r->past;
    if (p->any && p->size == r->log.size && !verify_hash_equal(&p->root, &r->log.root)) {
        verify_differs(r->v, "fork", r->log.url, "the log signed two histories of %llu entries",
                       (unsigned long long)p->size);
        verify_attach(r->v, "checkpoint", tool_bytes_slice(&r->log.checkpoint));
        verify_attach(r->v, "other_checkpoint", tool_bytes_slice(&p->checkpoint));
        return false;
    }
    return true;
}

static void check_past(struct round *r)
{
    struct release_checkpoint c;
    if (r->past.any && release_checkpoint_parse(&c, tool_bytes_slice(&r->past.checkpoint)) == OK) {
        (void)verify_log_agrees(r->v, &r->log, &c, tool_bytes_slice(&r->past.checkpoint),
                                "the last round");
    }
}

/* Who signed the checkpoint, and since when the quorum holds. */
static void check_witnesses(struct round *r)
{
    struct release_checkpoint c;
    const struct release_trust *t = &r->v->trust;
    uint64_t time[RELEASE_WITNESSES_MAX] = {0}, newest = 0;
    uint32_t signed_by = 0;
    char name[128];
    if (release_checkpoint_parse(&c, tool_bytes_slice(&r->log.checkpoint)) != OK) {
        return;
    }
    for (size_t i = 0; i < t->witness_n; i++) {
        enum err e = release_note_verify(&c.note, &t->witness[i].key, &time[i]);
        verify_text(name, sizeof name, t->witness[i].name);
        signed_by |= e == OK ? (uint32_t)1 << i : 0;
        if (e == OK) {
            verify_ok(r->v, "witness", name);
        } else {
            verify_differs(r->v, "witness", name, "%s the checkpoint of %llu entries",
                           e == ERR_GONE ? "has not signed" : "has a wrong signature on",
                           (unsigned long long)c.size);
            verify_attach(r->v, "checkpoint", tool_bytes_slice(&r->log.checkpoint));
        }
    }
    for (size_t i = 0; i < t->witness_n; i++) {
        uint32_t since = 0;
        for (size_t k = 0; k < t->witness_n; k++) {
            since |= time[k] >= time[i] ? (uint32_t)1 << k : 0;
        }
        if (time[i] > newest && release_trust_quorum(t, since & signed_by)) {
            newest = time[i];
        }
    }
    if (!release_trust_quorum(t, signed_by)) {
        verify_differs(r->v, "quorum", r->log.url, "too few witnesses have signed");
    } else if (release_trust_has_quorum(t) && newest + r->m->stale_s < r->v->now) {
        verify_differs(r->v, "stale", r->log.url, "was last witnessed at %llu, %llu seconds ago",
                       (unsigned long long)newest, (unsigned long long)(r->v->now - newest));
    } else if (newest > r->v->now + RELEASE_FUTURE_S) {
        verify_differs(r->v, "stale", r->log.url, "is witnessed in the future, at %llu",
                       (unsigned long long)newest);
    }
}

/* What the witnesses themselves show of the log, asked before the log is: it may grow. */
static void ask_witnesses(struct round *r)
{
    uint8_t hash[32];
    char url[VERIFY_PATH_MAX * 2], base[VERIFY_PATH_MAX], hex[65];
    struct buf b = buf_fixed(hex, 64);
    crypto_sha256(hash, r->v->trust.log.name);
    text_put_hex(&b, SLICE_ARRAY(hash));
    hex[64] = 0;
    for (size_t i = 0; i < r->v->trust.witness_n; i++) {
        verify_text(base, sizeof base, r->v->trust.witness[i].url);
        size_t n = strlen(base);
        if (n > 0) {
            snprintf(url, sizeof url, "%s%s%s/checkpoint", base, base[n - 1] == '/' ? "" : "/",
                     hex);
            (void)verify_http_text(r->v, &r->http, &r->seen[i], "witness", url,
                                   RELEASE_CHECKPOINT_BYTES_MAX);
        }
    }
}

/* The size that a witness shows; 0 when it shows nothing that the log signed. */
static uint64_t size_seen(const struct round *r, size_t i)
{
    struct release_checkpoint c;
    uint64_t time;
    return r->seen[i].n > 0 && release_checkpoint_parse(&c, tool_bytes_slice(&r->seen[i])) == OK &&
                   release_note_verify(&c.note, &r->v->trust.log, &time) == OK
               ? c.size
               : 0;
}

/* A log that has just grown gets a moment to show it. */
static bool open_log(struct round *r)
{
    uint64_t longest = r->v->result.tree_size;
    for (size_t i = 0; i < r->v->trust.witness_n; i++) {
        uint64_t size = size_seen(r, i);
        longest = size > longest ? size : longest;
    }
    if (!verify_log_open(r->v, &r->http, &r->log)) {
        return false;
    }
    if (longest > r->log.size && r->m->patience_s > 0) {
        (void)verify_wait((unsigned)r->m->patience_s);
        tool_bytes_wipe(&r->log.checkpoint);
        return verify_log_open(r->v, &r->http, &r->log);
    }
    return true;
}

static void check_seen(struct round *r)
{
    struct release_checkpoint c;
    uint64_t time;
    char where[VERIFY_PATH_MAX];
    for (size_t i = 0; i < r->v->trust.witness_n; i++) {
        const struct release_witness *w = &r->v->trust.witness[i];
        char name[128];
        verify_text(name, sizeof name, w->name);
        snprintf(where, sizeof where, "%s by itself", name);
        if (r->seen[i].n == 0 || !verify_log_read(r->v, &r->seen[i], &c, where)) {
            continue;
        }
        if (release_note_verify(&c.note, &w->key, &time) == ERR_AUTH) {
            verify_differs(r->v, "witness", where, "carries a wrong signature of its own");
        } else if (verify_log_agrees(r->v, &r->log, &c, tool_bytes_slice(&r->seen[i]), where)) {
            verify_ok(r->v, "witness", where);
        }
    }
}

/* ---- leaves ------------------------------------------------------------------------------------
 */

static bool follows(const struct round *r, const struct release_result *e)
{
    if (r->newest_seq == 0) {
        return e->text.seq == 1;
    }
    if (e->text.seq == r->newest_seq) { /* with more signatures */
        return verify_hash_equal(&e->hash, &r->newest_hash);
    }
    return e->text.seq == r->newest_seq + 1 && e->text.has_previous &&
           verify_hash_equal(&e->text.previous, &r->newest_hash);
}

/* A new entry: a note of the line, by enough keys, the successor of the one before, rebuilt. */
static void check_entry(struct round *r, uint64_t index, struct slice entry)
{
    char where[VERIFY_PATH_MAX * 2];
    struct release_result result, served;
    struct release_evidence e = {entry, SLICE_EMPTY, SLICE_EMPTY};
    snprintf(where, sizeof where, "%s entry %llu", r->log.url, (unsigned long long)index);
    enum release_verdict verdict = release_accept_check(&result, &r->v->trust, &e);
    if (verdict != RELEASE_BAD_PROOF) {
        verify_differs(r->v, "unknown-leaf", where, "%s", release_verdict_name(verdict));
        verify_attach(r->v, "entry", entry);
        return;
    }
    if (!follows(r, &result)) {
        verify_differs(r->v, "unknown-leaf", where, "release %llu does not follow release %llu",
                       (unsigned long long)result.text.seq, (unsigned long long)r->newest_seq);
        verify_attach(r->v, "entry", entry);
    } else {
        verify_ok(r->v, "leaf", where);
    }
    if (result.text.seq >= r->newest_seq) {
        r->newest_seq = result.text.seq;
        r->newest_hash = result.hash;
        tool_bytes_wipe(&r->newest);
        if (!verify_bytes_add(&r->newest, entry.p, entry.n, RELEASE_NOTE_BYTES_MAX)) {
            verify_unreachable(r->v, where, "out of memory");
        }
    }
    if (r->m->rebuild != NULL) {
        served = r->v->result;
        r->v->result = result;
        verify_rebuild(r->v, r->m->rebuild);
        r->v->result = served;
    }
}

static void check_entries(struct round *r)
{
    for (uint64_t n = r->past.size / VERIFY_TILE_WIDTH; n * VERIFY_TILE_WIDTH < r->log.size; n++) {
        struct tool_bytes bundle = {NULL, 0};
        struct slice entry;
        uint64_t index = n * VERIFY_TILE_WIDTH;
        if (r->past.size < r->log.size && verify_log_entries(r->v, &r->http, &r->log, n, &bundle)) {
            struct slice rest = tool_bytes_slice(&bundle);
            for (; verify_tile_entry(&rest, &entry) == OK; index++) {
                if (index >= r->past.size) {
                    check_entry(r, index, entry);
                }
            }
        }
        tool_bytes_wipe(&bundle);
    }
}

/* ---- the origin and the log ---------------------------------------------------------------------
 */

/* The checkpoint inside a proof that the origin serves is of this log too. */
static void check_served_proof(struct round *r, const struct tool_bytes *proof, const char *name)
{
    struct release_proof p;
    struct release_checkpoint c;
    if (release_proof_parse(&p, tool_bytes_slice(proof)) == OK &&
        release_checkpoint_parse(&c, p.checkpoint) == OK) {
        (void)verify_log_agrees(r->v, &r->log, &c, p.checkpoint, name);
    }
}

/* Is the newest release of the log still young enough not to be served? How long it has been there
 * is this monitor's own memory, kept whatever else a round finds. */
static bool may_wait(struct round *r)
{
    char path[TOOL_PATH_MAX], text[64];
    struct tool_bytes kept = {NULL, 0};
    struct buf b = buf_fixed(text, sizeof text);
    struct slice rest, line;
    uint64_t seq = 0, since = r->v->now;
    if (r->m->lag_s == 0 || r->m->state == NULL || !state_path(path, r, "waits")) {
        return r->m->lag_s > 0;
    }
    if (access(path, F_OK) == 0 && tool_read(&kept, path, sizeof text) == OK) {
        rest = tool_bytes_slice(&kept);
        if (!release_line_next(&rest, &line) || release_line_decimal_get(&seq, line) != OK ||
            !release_line_next(&rest, &line) || release_line_decimal_get(&since, line) != OK) {
            seq = 0;
        }
    }
    tool_bytes_wipe(&kept);
    if (seq != r->newest_seq) {
        since = r->v->now;
        release_line_decimal_put(&b, r->newest_seq);
        buf_u8(&b, '\n');
        release_line_decimal_put(&b, since);
        buf_u8(&b, '\n');
        if (tool_replace(path, buf_view(&b), 0644) != OK) {
            verify_unreachable(r->v, r->m->state, "the state cannot be written");
        }
    }
    return since <= r->v->now && r->v->now - since <= r->m->lag_s;
}

static void check_newest(struct round *r, uint64_t served)
{
    unsigned long long mine = served, newest = r->newest_seq;
    if (served >= r->newest_seq) {
        return;
    }
    if (may_wait(r)) {
        printf("waits %s: release %llu is served, release %llu is in the log\n", VERIFY_LATEST,
               mine, newest);
        return;
    }
    verify_differs(r->v, "withheld", VERIFY_LATEST, "is release %llu; the log has release %llu",
                   mine, newest);
}

static void check_served(struct round *r)
{
    struct release_hash leaf;
    const struct release_result *result = &r->v->result;
    if (r->v->note.n == 0 || result->tree_size == 0) {
        return; /* said by verify_origin */
    }
    release_tree_leaf(&leaf, tool_bytes_slice(&r->v->note));
    if (result->index < r->log.size && verify_hash_equal(&leaf, &r->log.leaves[result->index])) {
        verify_ok(r->v, "logged", VERIFY_LATEST);
    } else {
        verify_differs(r->v, "unlogged", VERIFY_LATEST, "is not entry %llu of %s",
                       (unsigned long long)result->index, r->log.url);
    }
    check_served_proof(r, &r->v->recent, "the proof that the origin serves");
    check_served_proof(r, &r->v->first, "the first proof that the origin serves");
    check_newest(r, result->text.seq);
}

static void check_log(struct round *r)
{
    ask_witnesses(r);
    if (!open_log(r)) {
        return;
    }
    check_witnesses(r);
    if (!check_same_size(r) || !check_growth(r) || !verify_log_leaves(r->v, &r->http, &r->log)) {
        return;
    }
    verify_ok(r->v, "checkpoint", r->log.url);
    check_past(r);
    check_seen(r);
    check_entries(r);
    check_served(r);
}

void verify_monitor_round(struct verify *v, const struct verify_monitor *m)
{
    char url[VERIFY_PATH_MAX];
    struct round *r = calloc(1, sizeof *r);
    if (r == NULL) {
        verify_unreachable(v, "", "out of memory");
        return;
    }
    r->v = v;
    r->m = m;
    verify_text(url, sizeof url,
                m->log_url != NULL ? slice_of_string(m->log_url) : v->trust.log_url);
    size_t n = strlen(url);
    if (n > 0 && url[n - 1] == '/') {
        url[n - 1] = 0;
    }
    r->log.url = url;
    if (read_state(r)) {
        verify_origin(v, m->origin);
        if (m->browser != NULL && v->result.text.file_n > 0) {
            verify_browser(v, m->origin, m->browser);
        }
        if (verify_http_open(&r->http, LOG_REQUESTS_S)) {
            check_log(r);
            verify_http_close(&r->http);
        }
        write_state(r);
    }
    verify_log_close(&r->log);
    tool_bytes_wipe(&r->past.checkpoint);
    tool_bytes_wipe(&r->past.note);
    tool_bytes_wipe(&r->newest);
    for (size_t i = 0; i < RELEASE_WITNESSES_MAX; i++) {
        tool_bytes_wipe(&r->seen[i]);
    }
    free(r);
}
