#include "witness_state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "release/line.h"
#include "tool_key.h"

#define WITNESS_ID 0x536f5769 /* "SoWi" */

/* ---- life ---------------------------------------------------------------------------------- */

enum err witness_state_open(struct witness *out, const char *db, const char *key_file)
{
    memset(out, 0, sizeof *out);
    TRY(tool_key_read(&out->key, key_file));
    enum err e = ERR_INPUT;
    if (out->key.key.kind != RELEASE_KEY_COSIGNATURE) {
        tool_say("%s: not a witness's key (sotto-release keygen NAME FILE --witness)", key_file);
    } else {
        e = tool_sql_open(&out->sql, db, WITNESS_ID, true);
    }
    if (e == OK) {
        e = tool_sql_run(&out->sql,
                         "CREATE TABLE IF NOT EXISTS seen(origin TEXT PRIMARY KEY,"
                         " size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT",
                         "");
    }
    if (e != OK) {
        witness_state_close(out);
    }
    return e;
}

void witness_state_close(struct witness *w)
{
    for (size_t i = 0; i < w->log_n; i++) {
        tool_trust_wipe(w->log[i].trust);
        free(w->log[i].trust);
    }
    tool_sql_close(&w->sql);
    tool_key_wipe(&w->key);
    memset(w, 0, sizeof *w);
}

static enum err add_key(struct witness *w, const struct release_key *key, struct tool_trust *trust)
{
    uint8_t hash[CRYPTO_SHA256_SIZE];
    if (key->kind != RELEASE_KEY_ED25519) {
        tool_say("%.*s: not the key of a log", (int)key->name.n, (const char *)key->name.p);
        return ERR_INPUT;
    }
    for (size_t i = 0; i < w->log_n; i++) {
        if (slice_equal(w->log[i].key.name, key->name)) {
            tool_say("%.*s: named twice", (int)key->name.n, (const char *)key->name.p);
            return ERR_STATE;
        }
    }
    if (w->log_n == WITNESS_LOGS_MAX) {
        tool_say("more than %d logs", WITNESS_LOGS_MAX);
        return ERR_LIMIT;
    }
    struct witness_log *log = &w->log[w->log_n++];
    struct buf b = buf_fixed(log->hex, sizeof log->hex);
    log->key = *key;
    log->trust = trust;
    crypto_sha256(hash, key->name);
    text_put_hex(&b, SLICE_ARRAY(hash));
    return OK;
}

enum err witness_state_add_log(struct witness *w, struct slice vkey)
{
    struct release_key key;
    enum err e = release_key_parse(&key, vkey);
    if (e != OK) {
        tool_say("%.*s: not a key (%s)", (int)vkey.n, (const char *)vkey.p, err_name(e));
        return e;
    }
    return add_key(w, &key, NULL);
}

enum err witness_state_add_trust(struct witness *w, const char *path)
{
    struct tool_trust *trust = calloc(1, sizeof *trust);
    if (trust == NULL) {
        tool_say("out of memory");
        return ERR_HOST;
    }
    enum err e = tool_trust_read(trust, path);
    if (e == OK) {
        e = add_key(w, &trust->trust.log, trust);
    }
    if (e != OK) {
        tool_trust_wipe(trust);
        free(trust);
    }
    return e;
}

/* ---- judging ------------------------------------------------------------------------------- */

static void refuse(struct witness_answer *out, int status, const char *why)
{
    out->status = status;
    out->is_size = false;
    out->body.n = 0;
    out->body.err = OK;
    buf_slice(&out->body, slice_of_string(why));
    buf_u8(&out->body, '\n');
}

static const struct witness_log *find_log(const struct witness *w, struct slice origin)
{
    for (size_t i = 0; i < w->log_n; i++) {
        if (slice_equal(w->log[i].key.name, origin)) {
            return &w->log[i];
        }
    }
    return NULL;
}

struct seen {
    uint64_t size;
    struct release_hash root;
};

/* What was signed last; before that, the empty tree. */
static enum err get_seen(struct witness *w, struct seen *out, struct slice origin)
{
    sqlite3_stmt *s;
    out->size = 0;
    release_tree_empty(&out->root);
    TRY(tool_sql_prepare(&w->sql, &s, "SELECT size, root FROM seen WHERE origin = ?", "t", origin));
    enum err e = tool_sql_row(&w->sql, s);
    if (e == OK) {
        struct slice root = tool_sql_slice(s, 1);
        out->size = (uint64_t)sqlite3_column_int64(s, 0);
        e = slice_copy(&root, out->root.b, sizeof out->root.b);
    }
    sqlite3_finalize(s);
    return e == ERR_GONE ? OK : e;
}

/* Does the checkpoint go on from what was seen? */
static bool goes_on(const struct witness_request *r, const struct seen *seen)
{
    const struct release_checkpoint *c = &r->checkpoint;
    /* Equal sizes, the empty tree among them: nothing to prove, and the same root. */
    return release_tree_extends(&c->root, c->size, &seen->root, seen->size, r->hashes, r->n) &&
           (c->size != seen->size ||
            slice_equal(SLICE_ARRAY(c->root.b), SLICE_ARRAY(seen->root.b)));
}

/* The log's own line, so that what is shown carries it; the others are from nobody we know. */
static void put_log_line(struct buf *b, const struct release_note *note,
                         const struct release_key *key)
{
    struct release_signature s;
    struct slice rest = note->signatures;
    for (struct slice before = rest; release_note_next(&rest, &s); before = rest) {
        if (release_signature_is_of(&s, key)) {
            buf_put(b, before.p, (size_t)(rest.p - before.p));
            return;
        }
    }
}

/* Signs and stores, in the transaction that is open. */
static enum err sign(struct witness *w, struct witness_answer *out,
                     const struct release_checkpoint *c, const struct witness_log *log)
{
    uint8_t bytes[WITNESS_ANSWER_BYTES_MAX];
    struct buf note = buf_fixed(bytes, sizeof bytes);
    uint64_t now = w->has_now ? w->now : (uint64_t)time(NULL);
    release_signature_sign(&out->body, c->note.text, &w->key.key, &w->key.secret, now);
    buf_slice(&note, c->note.text);
    buf_u8(&note, '\n');
    put_log_line(&note, &c->note, &log->key);
    buf_slice(&note, buf_view(&out->body));
    TRY(out->body.err);
    TRY(note.err);
    return tool_sql_run(&w->sql,
                        "INSERT INTO seen(origin, size, root, note) VALUES (?, ?, ?, ?)"
                        " ON CONFLICT(origin) DO UPDATE SET size = excluded.size,"
                        " root = excluded.root, note = excluded.note",
                        "tibt", c->origin, (int64_t)c->size, SLICE_ARRAY(c->root.b),
                        buf_view(&note));
}

/* Compare and store. OK: out holds the answer, whatever it is. */
static enum err compare(struct witness *w, struct witness_answer *out,
                        const struct witness_request *r, const struct witness_log *log)
{
    struct seen seen;
    TRY(tool_sql_run(&w->sql, "BEGIN IMMEDIATE", ""));
    TRY(get_seen(w, &seen, log->key.name));
    if (r->old_size != seen.size) {
        out->status = 409;
        out->is_size = true;
        release_line_decimal_put(&out->body, seen.size);
        buf_u8(&out->body, '\n');
        return OK;
    }
    if (!goes_on(r, &seen)) {
        bool fork = r->checkpoint.size == seen.size && r->n == 0;
        tool_say("%.*s: refused %s of size %llu", (int)log->key.name.n,
                 (const char *)log->key.name.p,
                 fork ? "a second signed root" : "a checkpoint that does not go on from ours",
                 (unsigned long long)r->checkpoint.size);
        refuse(out, 422, "the checkpoint does not go on from the one that was signed last");
        return OK;
    }
    TRY(sign(w, out, &r->checkpoint, log));
    TRY(tool_sql_run(&w->sql, "COMMIT", ""));
    out->status = 200;
    return OK;
}

void witness_state_submit(struct witness *w, struct witness_answer *out, struct slice body)
{
    struct witness_request r;
    uint64_t time;
    if (witness_request_parse(&r, body) != OK) {
        refuse(out, 400, "not a request as add-checkpoint wants it");
        return;
    }
    const struct witness_log *log = find_log(w, r.checkpoint.origin);
    if (log == NULL) {
        refuse(out, 404, "not a log that this witness signs for");
        return;
    }
    if (release_note_verify(&r.checkpoint.note, &log->key, &time) != OK) {
        refuse(out, 403, "the log's signature is missing or wrong");
        return;
    }
    if (r.old_size > r.checkpoint.size) {
        refuse(out, 400, "the old size is greater than the checkpoint's");
        return;
    }
    out->status = 0;
    out->is_size = false;
    out->body.n = 0;
    out->body.err = OK;
    /* Nothing leaves before it is stored: an answer made on the way is thrown away. */
    if (compare(w, out, &r, log) != OK) {
        refuse(out, 500, "the witness cannot store");
    }
    tool_sql_rollback(&w->sql);
}

void witness_state_latest(struct witness *w, struct witness_answer *out, struct slice hex)
{
    sqlite3_stmt *s;
    refuse(out, 404, "not a log that this witness has signed for");
    for (size_t i = 0; i < w->log_n; i++) {
        if (!slice_equal(SLICE_ARRAY(w->log[i].hex), hex)) {
            continue;
        }
        if (tool_sql_prepare(&w->sql, &s, "SELECT note FROM seen WHERE origin = ?", "t",
                             w->log[i].key.name) != OK) {
            refuse(out, 500, "the witness cannot read");
            return;
        }
        enum err e = tool_sql_row(&w->sql, s);
        if (e == OK) {
            out->status = 200;
            out->body.n = 0;
            buf_slice(&out->body, tool_sql_slice(s, 0));
        }
        sqlite3_finalize(s);
        if ((e != OK && e != ERR_GONE) || out->body.err != OK) {
            refuse(out, 500, "the witness cannot read");
        }
        return;
    }
}
