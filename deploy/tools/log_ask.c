#include <curl/curl.h>
#include <stdio.h>

#include "release/line.h"
#include "log_ask.h"
#include "log_http.h"
#include "log_quorum.h"

#define BODY_MAX (RELEASE_CHECKPOINT_BYTES_MAX + 64 * 46)
#define ANSWER_MAX 8192
#define TRIES 3 /* another process may ask for us at the same time */

void log_ask_body(struct buf *b, uint64_t old_size, const struct release_hash *proof, size_t n,
                  struct slice checkpoint)
{
    buf_slice(b, SLICE_LITERAL("old "));
    release_line_decimal_put(b, old_size);
    buf_u8(b, '\n');
    for (size_t i = 0; i < n; i++) {
        release_line_base64_put(b, SLICE_ARRAY(proof[i].b));
        buf_u8(b, '\n');
    }
    buf_u8(b, '\n');
    buf_slice(b, checkpoint);
}

/* The newest of the witness's lines, all of which must verify. */
static enum err newest_line(struct slice *out, uint64_t *time, const struct release_note *note,
                            const struct release_key *key)
{
    struct release_signature s;
    struct slice rest = note->signatures;
    uint64_t when;
    enum err e = ERR_GONE;
    *time = 0;
    for (struct slice before = rest; release_note_next(&rest, &s); before = rest) {
        if (!release_signature_is_of(&s, key)) {
            continue;
        }
        TRY(release_signature_verify(&s, key, note->text, &when));
        if (e == ERR_GONE || when >= *time) {
            *out = slice_make(before.p, (size_t)(rest.p - before.p));
            *time = when;
        }
        e = OK;
    }
    return e;
}

/* Stores the witness's line of an answer, if it is one for this checkpoint. */
static enum err take_lines(struct log_db *db, const struct release_witness *w, struct slice lines,
                           const struct release_checkpoint *c)
{
    uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX + ANSWER_MAX];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct release_note note;
    struct slice line;
    uint64_t time;
    buf_slice(&b, c->note.text);
    buf_u8(&b, '\n');
    buf_slice(&b, lines);
    if (release_note_split(&note, buf_view(&b)) != OK ||
        newest_line(&line, &time, &note, &w->key) != OK) {
        printf("%.*s: its answer does not verify\n", (int)w->name.n, (const char *)w->name.p);
        return ERR_AUTH;
    }
    TRY(log_db_cosig_put(db, c->size, &w->key, time, line));
    printf("%.*s: signed size %llu at %llu\n", (int)w->name.n, (const char *)w->name.p,
           (unsigned long long)c->size, (unsigned long long)time);
    return OK;
}

static enum err post(struct log_http_answer *a, struct log_db *db, const struct release_witness *w,
                     uint64_t old_size, struct slice checkpoint, uint64_t size)
{
    struct release_hash proof[RELEASE_PROOF_HASHES_MAX];
    uint8_t bytes[BODY_MAX];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct log_tree_reader r = log_db_reader(db);
    size_t n;
    TRY(log_tree_consistency(proof, &n, &r, old_size, size));
    log_ask_body(&b, old_size, proof, n, checkpoint);
    TRY(b.err);
    return log_http_post(a, w->url, buf_view(&b));
}

static void print_refusal(const struct release_witness *w, const struct log_http_answer *a,
                          uint64_t size)
{
    printf("%.*s: refused with %ld", (int)w->name.n, (const char *)w->name.p, a->status);
    if (a->has_size && a->size > size) {
        printf(", it has seen size %llu: is this log an old copy?", (unsigned long long)a->size);
    }
    printf("\n");
}

/* One witness. Its failure is not an error, since others can make the quorum; trouble of our own
 * is. */
static enum err ask_one(struct log_db *db, const struct release_witness *w,
                        const struct release_checkpoint *c, struct slice checkpoint)
{
    uint8_t bytes[ANSWER_MAX];
    struct log_http_answer a = {.body = buf_fixed(bytes, sizeof bytes)};
    uint64_t old_size;
    TRY(log_db_cosig_size(db, &old_size, &w->key));
    for (int i = 0; i < TRIES; i++) {
        enum err e = post(&a, db, w, old_size, checkpoint, c->size);
        if (e == ERR_HOST) {
            printf("%.*s: no answer\n", (int)w->name.n, (const char *)w->name.p);
            return OK;
        }
        TRY(e);
        if (a.status == 200) {
            e = take_lines(db, w, buf_view(&a.body), c);
            return e == ERR_AUTH ? OK : e;
        }
        if (a.status != 409 || !a.has_size || a.size > c->size) {
            break;
        }
        old_size = a.size;
    }
    print_refusal(w, &a, c->size);
    return OK;
}

enum err log_ask_all(struct log_db *db, const struct release_trust *trust)
{
    struct release_checkpoint c;
    struct tool_bytes note;
    uint64_t size;
    TRY(log_quorum_log(db, trust));
    TRY(log_db_latest(db, &size, UINT64_C(1) << 53));
    TRY(log_db_checkpoint(db, &note, &c, size));
    enum err e = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : ERR_HOST;
    for (size_t i = 0; e == OK && i < trust->witness_n; i++) {
        if (trust->witness[i].url.n > 0) {
            e = ask_one(db, &trust->witness[i], &c, tool_bytes_slice(&note));
        }
    }
    curl_global_cleanup();
    tool_bytes_wipe(&note);
    if (e != OK) {
        return e;
    }
    e = log_quorum_check(db, trust, size);
    if (release_trust_has_quorum(trust)) {
        printf("size %llu: the quorum %s\n", (unsigned long long)size,
               e == OK ? "holds" : "does not hold");
    }
    return e == ERR_AUTH ? OK : e;
}

enum err log_ask_run(const char *path, const char *trust_path)
{
    struct tool_trust trust;
    struct log_db db;
    uint64_t size;
    TRY(log_db_open(&db, path));
    enum err e = tool_trust_read(&trust, trust_path);
    if (e == OK) {
        e = log_ask_all(&db, &trust.trust);
    }
    if (e == OK) {
        e = log_db_latest(&db, &size, UINT64_C(1) << 53);
    }
    if (e == OK) {
        e = log_quorum_check(&db, &trust.trust, size);
    }
    tool_trust_wipe(&trust);
    log_db_close(&db);
    return e;
}
