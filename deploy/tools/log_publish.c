#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log_publish.h"
#include "log_quorum.h"

#define ENTRIES_BYTES_MAX (LOG_TREE_WIDTH * (2u + RELEASE_NOTE_BYTES_MAX))

/* A folder whose name is durable in the one above it. */
static bool make_folder(char *path)
{
    if (mkdir(path, 0755) != 0) {
        return errno == EEXIST;
    }
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        *slash = 0;
    }
    const char *above = slash == NULL ? "." : slash == path ? "/" : path;
    int fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (slash != NULL) {
        *slash = '/';
    }
    bool fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return fine;
}

/* All folders above a file. */
static enum err make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        bool fine = make_folder(path);
        if (!fine) {
            tool_say("%s: %s", path, strerror(errno));
        }
        *slash = '/';
        if (!fine) {
            return ERR_HOST;
        }
    }
    return OK;
}

static bool is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

/* Writes a file of the log, unless it has these bytes already: what was published stays
 * untouched. */
static enum err put_file(const char *dir, const char *name, struct slice bytes)
{
    char path[TOOL_PATH_MAX];
    struct tool_bytes old = {NULL, 0};
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || n >= (int)sizeof path) {
        tool_say("%s: the path is too long", dir);
        return ERR_HOST;
    }
    if (is_there(path)) {
        enum err e = tool_read(&old, path, ENTRIES_BYTES_MAX);
        bool same = e == OK && slice_equal(tool_bytes_slice(&old), bytes);
        tool_bytes_wipe(&old);
        if (same) {
            return OK;
        }
    }
    TRY(make_folders(path));
    return tool_replace(path, bytes, 0644);
}

static enum err put_tiles(struct log_db *db, const char *dir)
{
    char name[LOG_TREE_PATH_MAX];
    sqlite3_stmt *s;
    enum err e;
    TRY(tool_sql_prepare(&db->sql, &s,
                         "SELECT level, n, width, data FROM tile ORDER BY level, n, width", ""));
    while ((e = tool_sql_row(&db->sql, s)) == OK) {
        log_tree_path(name, (size_t)sqlite3_column_int64(s, 0),
                      (uint64_t)sqlite3_column_int64(s, 1), (size_t)sqlite3_column_int64(s, 2));
        e = put_file(dir, name, tool_sql_slice(s, 3));
        if (e != OK) {
            break;
        }
    }
    sqlite3_finalize(s);
    return e == ERR_GONE ? OK : e;
}

/* Entries from n * 256 on, each preceded by its length; how many in *width. */
static enum err get_bundle(struct log_db *db, struct buf *out, size_t *width, uint64_t n)
{
    sqlite3_stmt *s;
    enum err e;
    *width = 0;
    out->n = 0;
    TRY(tool_sql_prepare(&db->sql, &s,
                         "SELECT note FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", "ii",
                         (int64_t)(n * LOG_TREE_WIDTH), (int64_t)((n + 1) * LOG_TREE_WIDTH)));
    while ((e = tool_sql_row(&db->sql, s)) == OK) {
        struct slice note = tool_sql_slice(s, 0);
        buf_u16(out, (uint16_t)note.n);
        buf_slice(out, note);
        (*width)++;
    }
    sqlite3_finalize(s);
    return e == ERR_GONE ? out->err : e;
}

static enum err put_entries(struct log_db *db, const char *dir, uint64_t size)
{
    char name[LOG_TREE_PATH_MAX];
    enum err e = OK;
    uint8_t *room = malloc(ENTRIES_BYTES_MAX);
    if (room == NULL) {
        tool_say("out of memory");
        return ERR_HOST;
    }
    struct buf b = buf_fixed(room, ENTRIES_BYTES_MAX);
    for (uint64_t n = 0; e == OK && n * LOG_TREE_WIDTH < size; n++) {
        size_t width;
        e = get_bundle(db, &b, &width, n);
        if (e == OK) {
            log_tree_path(name, LOG_TREE_ENTRIES, n, width);
            e = put_file(dir, name, buf_view(&b));
        }
    }
    free(room);
    return e;
}

/* What is there must be a beginning of this log: a log that was restored from an old copy, or that
 * signed twice, must not take its place. */
static enum err check_beginning(struct log_db *db, const struct release_checkpoint *old,
                                uint64_t size)
{
    struct log_tree_reader r = log_db_reader(db);
    struct release_hash root;
    uint64_t time;
    if (!slice_equal(old->origin, db->key.name) ||
        release_note_verify(&old->note, &db->key, &time) != OK || old->size > size) {
        return ERR_STATE;
    }
    TRY(log_tree_root(&root, &r, old->size));
    return slice_equal(SLICE_ARRAY(root.b), SLICE_ARRAY(old->root.b)) ? OK : ERR_STATE;
}

static enum err check_published(struct log_db *db, const char *dir, uint64_t size)
{
    char path[TOOL_PATH_MAX];
    struct release_checkpoint old;
    struct tool_bytes bytes;
    int n = snprintf(path, sizeof path, "%s/checkpoint", dir);
    if (n < 0 || n >= (int)sizeof path || !is_there(path)) {
        return OK; /* writing it will say that it is too long */
    }
    TRY(tool_read(&bytes, path, RELEASE_CHECKPOINT_BYTES_MAX));
    enum err e = release_checkpoint_parse(&old, tool_bytes_slice(&bytes)) == OK
                     ? check_beginning(db, &old, size)
                     : ERR_STATE;
    if (e == ERR_STATE) {
        tool_say("%s: not a checkpoint that this log goes on from; nothing was changed", path);
    }
    tool_bytes_wipe(&bytes);
    return e;
}

static enum err publish(struct log_db *db, const char *dir, const struct release_trust *trust)
{
    uint8_t bytes[RELEASE_CHECKPOINT_BYTES_MAX];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    uint64_t size;
    TRY(log_db_begin(db, false));
    TRY(log_db_latest(db, &size, UINT64_C(1) << 53));
    if (trust != NULL) {
        TRY(log_quorum_log(db, trust));
        enum err e = log_quorum_check(db, trust, size);
        if (e == ERR_AUTH) {
            tool_say("%s: the quorum does not hold for size %llu; nothing was changed", dir,
                     (unsigned long long)size);
        }
        TRY(e);
    }
    TRY(check_published(db, dir, size));
    TRY(log_db_cosigned(db, &b, size));
    TRY(put_tiles(db, dir));
    TRY(put_entries(db, dir, size));
    /* Last: whoever reads it finds everything it refers to. */
    TRY(put_file(dir, "checkpoint", buf_view(&b)));
    printf("%llu\n", (unsigned long long)size);
    return log_db_commit(db);
}

enum err log_publish_run(const char *path, const char *dir, const char *trust_path)
{
    struct tool_trust trust = {.text = {NULL, 0}};
    struct log_db db;
    TRY(log_db_open(&db, path));
    enum err e = trust_path == NULL ? OK : tool_trust_read(&trust, trust_path);
    if (e == OK) {
        e = publish(&db, dir, trust_path == NULL ? NULL : &trust.trust);
    }
    tool_trust_wipe(&trust);
    log_db_close(&db);
    return e;
}
