#include "log_db.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tool_key.h"

#define LOG_ID 0x536f4c67 /* "SoLg" */
#define WITNESS_ID_MAX (RELEASE_NAME_BYTES_MAX + 1 + 8)

static const char *const tables[] = {
    "CREATE TABLE IF NOT EXISTS log(one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL)"
    " STRICT",
    "CREATE TABLE IF NOT EXISTS entry(idx INTEGER PRIMARY KEY, note BLOB NOT NULL,"
    " leaf BLOB NOT NULL UNIQUE) STRICT",
    "CREATE TABLE IF NOT EXISTS tile(level INTEGER NOT NULL, n INTEGER NOT NULL,"
    " width INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(level, n, width)) STRICT",
    "CREATE TABLE IF NOT EXISTS checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS cosig(size INTEGER NOT NULL, witness TEXT NOT NULL,"
    " time INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(size, witness)) STRICT"};

/* ---- life ---------------------------------------------------------------------------------- */

static enum err fill_new(struct log_db *db, const struct tool_key *key)
{
    uint8_t vkey[1024];
    struct buf b = buf_fixed(vkey, sizeof vkey);
    struct release_hash root;
    int64_t one;
    TRY(log_db_begin(db, true));
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        TRY(tool_sql_run(&db->sql, tables[i], ""));
    }
    enum err e = tool_sql_number(&db->sql, &one, "SELECT one FROM log", "");
    if (e != ERR_GONE) {
        if (e == OK) {
            tool_say("%s: there is a log in it already", db->sql.path);
        }
        return e == OK ? ERR_STATE : e;
    }
    release_key_put(&b, &key->key);
    release_tree_empty(&root);
    TRY(tool_sql_run(&db->sql, "INSERT INTO log(one, vkey) VALUES (1, ?)", "t", buf_view(&b)));
    db->key = key->key;
    TRY(log_db_sign(db, key, 0, &root));
    return log_db_commit(db);
}

enum err log_db_create(const char *path, const struct tool_key *key)
{
    struct log_db db;
    memset(&db, 0, sizeof db);
    if (key->key.kind != RELEASE_KEY_ED25519) {
        tool_say("a witness's key signs no log");
        return ERR_INPUT;
    }
    TRY(tool_sql_open(&db.sql, path, LOG_ID, true));
    enum err e = fill_new(&db, key);
    tool_sql_close(&db.sql);
    return e;
}

static enum err read_vkey(struct log_db *db)
{
    sqlite3_stmt *s;
    TRY(tool_sql_prepare(&db->sql, &s, "SELECT vkey FROM log", ""));
    enum err e = tool_sql_row(&db->sql, s);
    if (e == OK) {
        e = tool_sql_copy(&db->vkey, s, 0);
    }
    sqlite3_finalize(s);
    TRY(e);
    e = release_key_parse(&db->key, tool_bytes_slice(&db->vkey));
    if (e != OK) {
        tool_say("%s: the log's key is damaged", db->sql.path);
    }
    return e == OK ? OK : ERR_STORE_CORRUPT;
}

enum err log_db_open(struct log_db *out, const char *path)
{
    memset(out, 0, sizeof *out);
    TRY(tool_sql_open(&out->sql, path, LOG_ID, false));
    enum err e = read_vkey(out);
    if (e == ERR_GONE) {
        tool_say("%s: no log in it yet", path);
    }
    if (e != OK) {
        log_db_close(out);
    }
    return e;
}

void log_db_close(struct log_db *db)
{
    tool_sql_close(&db->sql);
    tool_bytes_wipe(&db->vkey);
}

enum err log_db_begin(struct log_db *db, bool change)
{
    return tool_sql_run(&db->sql, change ? "BEGIN IMMEDIATE" : "BEGIN", "");
}

enum err log_db_commit(struct log_db *db)
{
    return tool_sql_run(&db->sql, "COMMIT", "");
}

/* ---- entries ------------------------------------------------------------------------------- */

enum err log_db_size(struct log_db *db, uint64_t *out)
{
    int64_t last;
    enum err e = tool_sql_number(&db->sql, &last, "SELECT max(idx) FROM entry", "");
    *out = e == OK ? (uint64_t)last + 1 : 0;
    return e == ERR_GONE ? OK : e;
}

enum err log_db_find(struct log_db *db, uint64_t *index, const struct release_hash *leaf)
{
    int64_t found;
    enum err e = tool_sql_number(&db->sql, &found, "SELECT idx FROM entry WHERE leaf = ?", "b",
                                 SLICE_ARRAY(leaf->b));
    *index = (uint64_t)found;
    return e;
}

enum err log_db_entry_put(struct log_db *db, uint64_t index, struct slice note,
                          const struct release_hash *leaf)
{
    return tool_sql_run(&db->sql, "INSERT INTO entry(idx, note, leaf) VALUES (?, ?, ?)", "ibb",
                        (int64_t)index, note, SLICE_ARRAY(leaf->b));
}

/* ---- tiles --------------------------------------------------------------------------------- */

/* The widest tile of this number. ERR_GONE. */
static enum err tile_get(struct log_db *db, struct log_tree_tile *out, size_t level, uint64_t n)
{
    sqlite3_stmt *s;
    out->width = 0;
    TRY(tool_sql_prepare(&db->sql, &s,
                         "SELECT width, data FROM tile WHERE level = ? AND n = ?"
                         " ORDER BY width DESC LIMIT 1",
                         "ii", (int64_t)level, (int64_t)n));
    enum err e = tool_sql_row(&db->sql, s);
    if (e == OK) {
        struct slice data = tool_sql_slice(s, 1);
        int64_t width = sqlite3_column_int64(s, 0);
        if (width < 1 || width > (int64_t)LOG_TREE_WIDTH ||
            data.n != (size_t)width * sizeof(struct release_hash)) {
            tool_say("%s: a tile is damaged", db->sql.path);
            e = ERR_STORE_CORRUPT;
        } else {
            out->n = n;
            out->width = (size_t)width;
            memcpy(out->hashes, data.p, data.n);
        }
    }
    sqlite3_finalize(s);
    return e;
}

enum err log_db_tile_put(void *user, size_t level, const struct log_tree_tile *tile)
{
    struct log_db *db = user;
    db->tile[level].width = 0; /* the cached tile is stale */
    TRY(tool_sql_run(&db->sql, "DELETE FROM tile WHERE level = ? AND n = ?", "ii", (int64_t)level,
                     (int64_t)tile->n));
    return tool_sql_run(&db->sql, "INSERT INTO tile(level, n, width, data) VALUES (?, ?, ?, ?)",
                        "iiib", (int64_t)level, (int64_t)tile->n, (int64_t)tile->width,
                        slice_make(tile->hashes, tile->width * sizeof tile->hashes[0]));
}

enum err log_db_edge_put(struct log_db *db, const struct log_tree_edge *edge)
{
    for (size_t i = 0; i < LOG_TREE_LEVELS; i++) {
        if (edge->level[i].width > 0) {
            TRY(log_db_tile_put(db, i, &edge->level[i]));
        }
    }
    return OK;
}

static enum err check_edge(struct log_db *db, const struct log_tree_edge *edge)
{
    struct release_checkpoint c;
    struct release_hash root;
    struct tool_bytes note;
    enum err e = log_db_checkpoint(db, &note, &c, edge->size);
    log_tree_edge_root(&root, edge);
    if (e == OK && !slice_equal(SLICE_ARRAY(root.b), SLICE_ARRAY(c.root.b))) {
        e = ERR_STORE_CORRUPT;
    }
    tool_bytes_wipe(&note);
    return e;
}

enum err log_db_edge_get(struct log_db *db, struct log_tree_edge *out)
{
    memset(out, 0, sizeof *out);
    TRY(log_db_size(db, &out->size));
    enum err e = OK;
    for (size_t i = 0; e == OK && i < LOG_TREE_LEVELS; i++) {
        uint64_t n = log_tree_hashes(out->size, i);
        struct log_tree_tile *tile = &out->level[i];
        if (n % LOG_TREE_WIDTH > 0) {
            e = tile_get(db, tile, i, n / LOG_TREE_WIDTH);
        }
        if (e == OK && tile->width != n % LOG_TREE_WIDTH) {
            e = ERR_STORE_CORRUPT;
        }
        tile->n = n / LOG_TREE_WIDTH;
    }
    if (e == OK) {
        e = check_edge(db, out);
    }
    if (e == ERR_GONE || e == ERR_STORE_CORRUPT) {
        tool_say("%s: the tiles do not lead to the last checkpoint: nothing will be signed on them",
                 db->sql.path);
        e = ERR_STORE_CORRUPT;
    }
    return e;
}

static enum err get_hash(void *user, struct release_hash *out, size_t level, uint64_t index)
{
    struct log_db *db = user;
    struct log_tree_tile *tile = &db->tile[level];
    uint64_t n = index / LOG_TREE_WIDTH;
    size_t at = (size_t)(index % LOG_TREE_WIDTH);
    if (tile->width == 0 || tile->n != n) {
        enum err e = tile_get(db, tile, level, n);
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    if (at >= tile->width) {
        tool_say("%s: a tile is missing", db->sql.path);
        return ERR_STORE_CORRUPT;
    }
    *out = tile->hashes[at];
    return OK;
}

struct log_tree_reader log_db_reader(struct log_db *db)
{
    return (struct log_tree_reader){db, get_hash};
}

/* ---- checkpoints --------------------------------------------------------------------------- */

enum err log_db_checkpoint(struct log_db *db, struct tool_bytes *out, struct release_checkpoint *c,
                           uint64_t size)
{
    sqlite3_stmt *s;
    uint64_t time;
    *out = (struct tool_bytes){NULL, 0};
    TRY(tool_sql_prepare(&db->sql, &s, "SELECT note FROM checkpoint WHERE size = ?", "i",
                         (int64_t)size));
    enum err e = tool_sql_row(&db->sql, s);
    if (e == OK) {
        e = tool_sql_copy(out, s, 0);
    }
    sqlite3_finalize(s);
    TRY(e);
    if (release_checkpoint_parse(c, tool_bytes_slice(out)) != OK || c->size != size ||
        !slice_equal(c->origin, db->key.name) ||
        release_note_verify(&c->note, &db->key, &time) != OK) {
        tool_say("%s: the checkpoint of size %llu is not one of this log", db->sql.path,
                 (unsigned long long)size);
        tool_bytes_wipe(out);
        return ERR_STORE_CORRUPT;
    }
    return OK;
}

static enum err compare_signed(struct log_db *db, uint64_t size, const struct release_hash *root)
{
    struct release_checkpoint c;
    struct tool_bytes note;
    TRY(log_db_checkpoint(db, &note, &c, size));
    bool same = slice_equal(SLICE_ARRAY(c.root.b), SLICE_ARRAY(root->b));
    tool_bytes_wipe(&note);
    if (!same) {
        tool_say("%s: size %llu was signed with another root: refused", db->sql.path,
                 (unsigned long long)size);
    }
    return same ? OK : ERR_STATE;
}

enum err log_db_sign(struct log_db *db, const struct tool_key *key, uint64_t size,
                     const struct release_hash *root)
{
    uint8_t note[2048];
    struct buf b = buf_fixed(note, sizeof note);
    release_checkpoint_put(&b, key->key.name, size, root);
    size_t text_n = b.n;
    buf_u8(&b, '\n');
    /* Looked up before it is signed: a second signature must not even exist. */
    enum err e = compare_signed(db, size, root);
    if (e != ERR_GONE) {
        return e;
    }
    release_signature_sign(&b, slice_make(note, text_n), &key->key, &key->secret, 0);
    TRY(b.err);
    return tool_sql_run(&db->sql, "INSERT INTO checkpoint(size, note) VALUES (?, ?)", "it",
                        (int64_t)size, buf_view(&b));
}

enum err log_db_latest(struct log_db *db, uint64_t *size, uint64_t limit)
{
    int64_t found;
    enum err e = tool_sql_number(
        &db->sql, &found, "SELECT max(size) FROM checkpoint WHERE size < ?", "i", (int64_t)limit);
    *size = (uint64_t)found;
    return e;
}

/* ---- cosignatures -------------------------------------------------------------------------- */

/* name+id: two keys may have one name. */
static struct slice witness_id(uint8_t out[WITNESS_ID_MAX], const struct release_key *witness)
{
    struct buf b = buf_fixed(out, WITNESS_ID_MAX);
    buf_slice(&b, witness->name);
    buf_u8(&b, '+');
    text_put_hex(&b, SLICE_ARRAY(witness->id));
    return buf_view(&b);
}

enum err log_db_cosig_put(struct log_db *db, uint64_t size, const struct release_key *witness,
                          uint64_t time, struct slice line)
{
    uint8_t id[WITNESS_ID_MAX];
    return tool_sql_run(&db->sql,
                        "INSERT INTO cosig(size, witness, time, line) VALUES (?, ?, ?, ?)"
                        " ON CONFLICT(size, witness) DO UPDATE SET time = excluded.time,"
                        " line = excluded.line WHERE excluded.time >= cosig.time",
                        "itit", (int64_t)size, witness_id(id, witness), (int64_t)time, line);
}

enum err log_db_cosig_size(struct log_db *db, uint64_t *out, const struct release_key *witness)
{
    uint8_t id[WITNESS_ID_MAX];
    int64_t found;
    enum err e = tool_sql_number(&db->sql, &found, "SELECT max(size) FROM cosig WHERE witness = ?",
                                 "t", witness_id(id, witness));
    *out = (uint64_t)found;
    return e == ERR_GONE ? OK : e;
}

enum err log_db_cosigned(struct log_db *db, struct buf *out, uint64_t size)
{
    struct release_checkpoint c;
    struct tool_bytes note;
    sqlite3_stmt *s;
    TRY(log_db_checkpoint(db, &note, &c, size));
    buf_slice(out, tool_bytes_slice(&note));
    tool_bytes_wipe(&note);
    TRY(tool_sql_prepare(&db->sql, &s, "SELECT line FROM cosig WHERE size = ? ORDER BY witness",
                         "i", (int64_t)size));
    enum err e;
    while ((e = tool_sql_row(&db->sql, s)) == OK) {
        buf_slice(out, tool_sql_slice(s, 0));
    }
    sqlite3_finalize(s);
    return e == ERR_GONE ? out->err : e;
}
