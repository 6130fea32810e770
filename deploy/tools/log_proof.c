#include <stdio.h>

#include "release/line.h"
#include "log_proof.h"
#include "log_quorum.h"

/* The latest checkpoint, or with a trust the latest whose quorum holds. */
static enum err find_size(struct log_db *db, uint64_t *size, const struct release_trust *trust)
{
    TRY(log_db_latest(db, size, UINT64_C(1) << 53));
    if (trust == NULL) {
        return OK;
    }
    TRY(log_quorum_log(db, trust));
    for (;;) {
        enum err e = log_quorum_check(db, trust, *size);
        if (e != ERR_AUTH) {
            return e;
        }
        TRY(log_db_latest(db, size, *size));
    }
}

static enum err print_one(struct log_db *db, uint64_t index, uint64_t size, struct slice checkpoint)
{
    struct release_hash hashes[RELEASE_PROOF_HASHES_MAX];
    uint8_t bytes[RELEASE_PROOF_BYTES_MAX];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct log_tree_reader r = log_db_reader(db);
    size_t n;
    if (index >= size) {
        tool_say("no entry %llu in size %llu", (unsigned long long)index, (unsigned long long)size);
        return ERR_GONE;
    }
    TRY(log_tree_inclusion(hashes, &n, &r, index, size));
    release_proof_put(&b, index, hashes, n, checkpoint);
    TRY(b.err);
    return fwrite(bytes, 1, b.n, stdout) == b.n ? OK : ERR_HOST;
}

static enum err print_all(struct log_db *db, const struct log_proof *p,
                          const struct release_trust *trust)
{
    uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX];
    struct buf checkpoint = buf_fixed(bytes, sizeof bytes);
    uint64_t size = p->size == NULL ? 0 : *p->size, index;
    TRY(log_db_begin(db, false));
    if (p->size == NULL) {
        TRY(find_size(db, &size, trust));
    }
    enum err e = log_db_cosigned(db, &checkpoint, size);
    if (e == ERR_GONE) {
        tool_say("no checkpoint of size %llu", (unsigned long long)size);
    }
    TRY(e);
    for (size_t i = 0; i < p->n; i++) {
        TRY(release_line_decimal_get(&index, slice_of_string(p->indices[i])));
        if (p->size == NULL && index + 1 < size) {
            tool_say(
                "entry %llu is not the newest of %llu: clients refuse such a proof as a recent "
                "one (--size N makes one all the same)",
                (unsigned long long)index, (unsigned long long)size);
            return ERR_STATE;
        }
        TRY(print_one(db, index, size, buf_view(&checkpoint)));
    }
    return log_db_commit(db);
}

enum err log_proof_run(const struct log_proof *p)
{
    struct tool_trust trust = {.text = {NULL, 0}};
    struct log_db db;
    TRY(log_db_open(&db, p->db));
    enum err e = p->trust == NULL ? OK : tool_trust_read(&trust, p->trust);
    if (e == OK) {
        e = print_all(&db, p, p->trust == NULL ? NULL : &trust.trust);
    }
    tool_trust_wipe(&trust);
    log_db_close(&db);
    return e;
}

static enum err print_consistency(struct log_db *db, uint64_t old_size, uint64_t size)
{
    struct release_hash hashes[RELEASE_PROOF_HASHES_MAX];
    char line[64];
    struct log_tree_reader r = log_db_reader(db);
    uint64_t have;
    size_t n;
    TRY(log_db_begin(db, false));
    TRY(log_db_size(db, &have));
    if (old_size > size || size > have) {
        tool_say("no proof from %llu to %llu: there are %llu entries", (unsigned long long)old_size,
                 (unsigned long long)size, (unsigned long long)have);
        return ERR_GONE;
    }
    TRY(log_tree_consistency(hashes, &n, &r, old_size, size));
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_fixed(line, sizeof line);
        release_line_base64_put(&b, SLICE_ARRAY(hashes[i].b));
        printf("%.*s\n", (int)b.n, line);
    }
    return log_db_commit(db);
}

enum err log_proof_consistency(const char *path, uint64_t old_size, uint64_t size)
{
    struct log_db db;
    TRY(log_db_open(&db, path));
    enum err e = print_consistency(&db, old_size, size);
    log_db_close(&db);
    return e;
}
