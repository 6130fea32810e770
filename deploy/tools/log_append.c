#include <stdio.h>
#include <stdlib.h>

#include "release/accept.h"
#include "tool_key.h"
#include "log_append.h"
#include "log_ask.h"
#include "log_quorum.h"

/* A note that clients would not run does not belong in the log: it could never be taken out
 * again. */
static enum err judge(const struct release_trust *trust, const char *path, struct slice note)
{
    struct release_result r;
    struct release_evidence e = {note, SLICE_EMPTY, SLICE_EMPTY};
    enum release_verdict v = release_accept_check(&r, trust, &e);
    /* There is no proof yet. When that is the only complaint, checks 1 to 3 hold. */
    if (v == RELEASE_BAD_PROOF) {
        return OK;
    }
    tool_say("%s: refused (%s)", path, release_verdict_name(v));
    return ERR_AUTH;
}

static enum err add_note(struct log_db *db, struct log_tree_edge *edge, uint64_t *index,
                         const struct release_trust *trust, const char *path)
{
    struct log_tree_keeper keeper = {db, log_db_tile_put};
    struct tool_bytes note;
    struct release_hash leaf;
    TRY(tool_read(&note, path, RELEASE_NOTE_BYTES_MAX));
    enum err e = trust == NULL ? OK : judge(trust, path, tool_bytes_slice(&note));
    if (e != OK) {
        goto out;
    }
    release_tree_leaf(&leaf, tool_bytes_slice(&note));
    e = log_db_find(db, index, &leaf);
    if (e == OK) {
        tool_say("%s: these bytes are entry %llu already", path, (unsigned long long)*index);
        goto out;
    }
    if (e != ERR_GONE) {
        goto out;
    }
    *index = edge->size;
    e = log_db_entry_put(db, *index, tool_bytes_slice(&note), &leaf);
    if (e == OK) {
        e = log_tree_add(edge, &leaf, &keeper);
    }
out:
    tool_bytes_wipe(&note);
    return e;
}

/* All or nothing: entries, tiles and checkpoint are one transaction. */
static enum err add_all(struct log_db *db, const struct tool_key *key, uint64_t *indices,
                        uint64_t *size, const struct release_trust *trust,
                        const struct log_append *a)
{
    struct log_tree_edge edge;
    struct release_hash root;
    TRY(log_db_begin(db, true));
    TRY(log_db_edge_get(db, &edge));
    for (size_t i = 0; i < a->n; i++) {
        TRY(add_note(db, &edge, &indices[i], trust, a->notes[i]));
    }
    TRY(log_db_edge_put(db, &edge));
    log_tree_edge_root(&root, &edge);
    TRY(log_db_sign(db, key, edge.size, &root));
    *size = edge.size;
    return log_db_commit(db);
}

/* Is the file the key that this log was made with? */
static enum err check_key(const struct log_db *db, const struct tool_key *key, const char *path)
{
    if (key->key.kind == db->key.kind && slice_equal(key->key.name, db->key.name) &&
        slice_equal(SLICE_ARRAY(key->key.public_key.b), SLICE_ARRAY(db->key.public_key.b))) {
        return OK;
    }
    tool_say("%s: not the key of this log", path);
    return ERR_AUTH;
}

static enum err append(struct log_db *db, const struct tool_key *key,
                       const struct release_trust *trust, const struct log_append *a)
{
    uint64_t size;
    TRY(check_key(db, key, a->key));
    if (trust != NULL) {
        TRY(log_quorum_log(db, trust));
    }
    uint64_t *indices = calloc(a->n, sizeof *indices);
    if (indices == NULL) {
        tool_say("out of memory");
        return ERR_HOST;
    }
    enum err e = add_all(db, key, indices, &size, trust, a);
    for (size_t i = 0; e == OK && i < a->n; i++) {
        printf("%llu %llu\n", (unsigned long long)indices[i], (unsigned long long)size);
    }
    (void)fflush(stdout);
    free(indices);
    return e;
}

enum err log_append_run(const struct log_append *a)
{
    struct tool_trust trust = {.text = {NULL, 0}};
    struct tool_key key;
    struct log_db db;
    const struct release_trust *t = a->trust == NULL ? NULL : &trust.trust;
    TRY(tool_key_read(&key, a->key));
    enum err e = log_db_open(&db, a->db);
    if (e == OK && t != NULL) {
        e = tool_trust_read(&trust, a->trust);
    }
    if (e == OK) {
        e = append(&db, &key, t, a);
    }
    /* What was appended stays, whatever the witnesses say. */
    if (e == OK && t != NULL) {
        e = log_ask_all(&db, t);
    }
    log_db_close(&db);
    tool_trust_wipe(&trust);
    tool_key_wipe(&key);
    return e;
}
