#include <stdio.h>
#include <string.h>

#include "log_check.h"

/* One pass over the entries, beside the checkpoints in the order of their sizes. */
struct check {
    struct log_db *db;
    sqlite3_stmt *entries, *sizes;
    struct log_tree_edge edge; /* recomputed */
    uint64_t next;             /* size of the next checkpoint */
    bool any_left;             /* there is one */
    uint64_t checkpoint_n, tile_n;
};

static enum err wrong(const char *what, uint64_t n)
{
    tool_say("%s %llu: not what the entries say", what, (unsigned long long)n);
    return ERR_STORE_CORRUPT;
}

static enum err next_size(struct check *c)
{
    enum err e = tool_sql_row(&c->db->sql, c->sizes);
    c->any_left = e == OK;
    c->next = e == OK ? (uint64_t)sqlite3_column_int64(c->sizes, 0) : 0;
    return e == ERR_GONE ? OK : e;
}

/* The checkpoint of the size that was reached, if there is one. Not every size has one. */
static enum err check_size(struct check *c)
{
    struct release_checkpoint checkpoint;
    struct release_hash root;
    struct tool_bytes note;
    if (!c->any_left || c->next != c->edge.size) {
        return OK;
    }
    enum err e = log_db_checkpoint(c->db, &note, &checkpoint, c->next);
    if (e != OK) {
        return e == ERR_GONE ? wrong("checkpoint", c->next) : e;
    }
    log_tree_edge_root(&root, &c->edge);
    bool same = slice_equal(SLICE_ARRAY(root.b), SLICE_ARRAY(checkpoint.root.b));
    tool_bytes_wipe(&note);
    if (!same) {
        return wrong("checkpoint", c->next);
    }
    c->checkpoint_n++;
    return next_size(c);
}

/* Compares a recomputed tile with the stored one, of which there must be one width. */
static enum err check_tile(void *user, size_t level, const struct log_tree_tile *tile)
{
    struct check *c = user;
    sqlite3_stmt *s;
    TRY(tool_sql_prepare(&c->db->sql, &s, "SELECT data FROM tile WHERE level = ? AND n = ?", "ii",
                         (int64_t)level, (int64_t)tile->n));
    enum err e = tool_sql_row(&c->db->sql, s);
    struct slice want = slice_make(tile->hashes, tile->width * sizeof tile->hashes[0]);
    if (e == ERR_GONE || (e == OK && !slice_equal(tool_sql_slice(s, 0), want))) {
        tool_say("tile level %zu", level);
        e = wrong("tile", tile->n);
    }
    sqlite3_finalize(s);
    c->tile_n++;
    return e;
}

static enum err check_entries(struct check *c)
{
    struct log_tree_keeper keeper = {c, check_tile};
    struct release_hash leaf;
    enum err e;
    TRY(next_size(c));
    TRY(check_size(c));
    while ((e = tool_sql_row(&c->db->sql, c->entries)) == OK) {
        struct slice note = tool_sql_slice(c->entries, 1);
        release_tree_leaf(&leaf, note);
        if ((uint64_t)sqlite3_column_int64(c->entries, 0) != c->edge.size ||
            note.n > RELEASE_NOTE_BYTES_MAX ||
            !slice_equal(tool_sql_slice(c->entries, 2), SLICE_ARRAY(leaf.b))) {
            return wrong("entry", c->edge.size);
        }
        TRY(log_tree_add(&c->edge, &leaf, &keeper));
        TRY(check_size(c));
    }
    return e == ERR_GONE ? OK : e;
}

/* After the last entry: checks the edge, and that nothing lies beyond it. */
static enum err check_rest(struct check *c)
{
    uint64_t latest;
    int64_t tile_n, stray;
    for (size_t i = 0; i < LOG_TREE_LEVELS; i++) {
        if (c->edge.level[i].width > 0) {
            TRY(check_tile(c, i, &c->edge.level[i]));
        }
    }
    TRY(tool_sql_number(&c->db->sql, &tile_n, "SELECT count(*) FROM tile", ""));
    if ((uint64_t)tile_n != c->tile_n) {
        return wrong("number of tiles", (uint64_t)tile_n);
    }
    TRY(log_db_latest(c->db, &latest, UINT64_C(1) << 53));
    if (c->any_left || latest != c->edge.size) {
        return wrong("latest checkpoint", latest);
    }
    TRY(tool_sql_number(
        &c->db->sql, &stray,
        "SELECT count(*) FROM cosig WHERE size NOT IN (SELECT size FROM checkpoint)", ""));
    return stray == 0 ? OK : wrong("cosignatures without a checkpoint", (uint64_t)stray);
}

/* Every published form must be a checkpoint with well-formed lines. */
static enum err check_lines(struct check *c)
{
    uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX];
    struct release_checkpoint checkpoint;
    uint64_t size = UINT64_C(1) << 53;
    enum err e;
    while ((e = log_db_latest(c->db, &size, size)) == OK) {
        struct buf b = buf_fixed(bytes, sizeof bytes);
        TRY(log_db_cosigned(c->db, &b, size));
        if (release_checkpoint_parse(&checkpoint, buf_view(&b)) != OK) {
            return wrong("cosignatures of size", size);
        }
    }
    return e == ERR_GONE ? OK : e;
}

static enum err check(struct check *c)
{
    struct tool_sql *sql = &c->db->sql;
    TRY(log_db_begin(c->db, false));
    enum err e =
        tool_sql_prepare(sql, &c->entries, "SELECT idx, note, leaf FROM entry ORDER BY idx", "");
    if (e == OK) {
        e = tool_sql_prepare(sql, &c->sizes, "SELECT size FROM checkpoint ORDER BY size", "");
    }
    if (e == OK) {
        e = check_entries(c);
    }
    sqlite3_finalize(c->entries);
    sqlite3_finalize(c->sizes);
    if (e == OK) {
        e = check_rest(c);
    }
    return e == OK ? check_lines(c) : e;
}

enum err log_check_run(const char *path)
{
    struct log_db db;
    struct check c;
    memset(&c, 0, sizeof c);
    c.db = &db;
    TRY(log_db_open(&db, path));
    enum err e = check(&c);
    if (e == OK) {
        printf("%llu entries, %llu tiles, %llu checkpoints: as they should be\n",
               (unsigned long long)c.edge.size, (unsigned long long)c.tile_n,
               (unsigned long long)c.checkpoint_n);
    }
    log_db_close(&db);
    return e;
}
