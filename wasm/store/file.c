#include "store/file.h"

#include <string.h>

#include "crypto/hash.h"

/* ---- rows ----------------------------------------------------------------------------------- */

enum err store_file_add(struct store *s, const struct store_file *f)
{
    return store_sql_run(s,
                         "INSERT INTO file(message,name,type,bytes,width,height,preview,state) "
                         "VALUES(?,?,?,?,?,?,?,?)",
                         "ittiiibi", f->message, f->name, f->type, f->bytes, f->width, f->height,
                         f->preview.p == NULL ? SLICE_LITERAL("") : f->preview, f->state);
}

enum err store_file_get(struct store *s, struct arena *a, int64_t message, struct store_file *f)
{
    void *outs[] = {&f->chat,   &f->bytes, &f->width, &f->height, &f->state,  &f->done,
                    &f->sealed, &f->sent,  &f->name,  &f->type,   &f->preview};
    memset(f, 0, sizeof *f);
    f->message = message;
    return store_sql_get(s, a,
                         "SELECT m.chat,f.bytes,f.width,f.height,f.state,f.done,f.sealed,f.sent,"
                         "f.name,f.type,f.preview FROM file f JOIN message m ON m.id=f.message "
                         "WHERE f.message=?",
                         "iiiiiiiittb", outs, "i", message);
}

enum err store_file_has(struct store *s, int64_t message, bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM file WHERE message=?", "i", message));
    *has = n > 0;
    return OK;
}

enum err store_file_name(struct store *s, struct arena *a, int64_t message, struct slice *name)
{
    void *outs[] = {name};
    return store_sql_get(s, a, "SELECT name FROM file WHERE message=?", "t", outs, "i", message);
}

enum err store_file_due(struct store *s, int64_t *messages, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT message FROM file WHERE state IN (1,4) ORDER BY message LIMIT ?",
                        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        messages[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_file_took(struct store *s, int64_t message, int64_t bytes)
{
    return store_sql_run(s, "UPDATE file SET done=done+?,sealed=sealed+1 WHERE message=?", "ii",
                         bytes, message);
}

enum err store_file_set_state(struct store *s, int64_t message, enum store_file_state state)
{
    return store_sql_run(s, "UPDATE file SET state=? WHERE message=?", "ii", (int64_t)state,
                         message);
}

enum err store_file_set_done(struct store *s, int64_t message, int64_t done, int64_t sealed)
{
    return store_sql_run(s, "UPDATE file SET done=?,sealed=? WHERE message=?", "iii", done, sealed,
                         message);
}

enum err store_file_settle(struct store *s, int64_t message, enum store_file_state state,
                           int64_t done, int64_t sealed)
{
    return store_sql_run(s, "UPDATE file SET state=?,done=?,sealed=? WHERE message=?", "iiii",
                         (int64_t)state, done, sealed, message);
}

enum err store_file_fail(struct store *s, int64_t message)
{
    return store_sql_run(s, "UPDATE file SET state=3 WHERE message=? AND state IN (1,4)", "i",
                         message);
}

enum err store_file_announced(struct store *s, int64_t message)
{
    return store_sql_run(s, "UPDATE file SET sent=0 WHERE message=? AND sent<0", "i", message);
}

enum err store_file_raise_sent(struct store *s, int64_t message, int64_t sent)
{
    return store_sql_run(s, "UPDATE file SET sent=max(sent,?) WHERE message=? AND state=4", "ii",
                         sent, message);
}

/* ---- chunks --------------------------------------------------------------------------------- */

enum err store_file_chunk_put(struct store *s, int64_t message, int64_t n, struct slice bytes)
{
    return store_sql_run(s, "INSERT INTO file_chunk(message,n,b) VALUES(?,?,?)", "iib", message, n,
                         bytes);
}

enum err store_file_chunk_take(struct store *s, int64_t message, int64_t n, struct slice bytes,
                               int64_t *here)
{
    TRY(store_sql_run(s, "INSERT OR IGNORE INTO file_chunk(message,n,b) VALUES(?,?,?)", "iib",
                      message, n, bytes));
    return store_sql_get_int(s, here, "SELECT count(*) FROM file_chunk WHERE message=?", "i",
                             message);
}

enum err store_file_chunk_get(struct store *s, struct arena *a, int64_t message, int64_t n,
                              struct slice *out)
{
    void *outs[] = {out};
    return store_sql_get(s, a, "SELECT b FROM file_chunk WHERE message=? AND n=?", "b", outs, "ii",
                         message, n);
}

enum err store_file_chunk_here(struct store *s, int64_t message, int64_t n, bool *here)
{
    int64_t count = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM file_chunk WHERE message=? AND n=?",
                          "ii", message, n));
    *here = count > 0;
    return OK;
}

enum err store_file_chunks_hash(struct store *s, int64_t message, uint8_t hash[STORE_FILE_HASH])
{
    struct crypto_sha256 h;
    struct store_rows r;
    bool has = false;
    crypto_sha256_init(&h);
    TRY(store_rows_open(s, &r, "SELECT b FROM file_chunk WHERE message=? ORDER BY n", "i",
                        message));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        crypto_sha256_update(&h, store_rows_bytes(&r, 0));
    }
    store_rows_close(&r);
    TRY(e);
    crypto_sha256_final(&h, hash);
    return OK;
}

enum err store_file_chunks_drop(struct store *s, int64_t message)
{
    return store_sql_run(s, "DELETE FROM file_chunk WHERE message=?", "i", message);
}
