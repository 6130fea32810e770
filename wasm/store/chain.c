#include "store/chain.h"

#include <string.h>

#include "base/rule.h"
static struct slice key_slice(const uint8_t *key)
{
    return slice_make(key, CHAIN_KEY_SIZE);
}

/* Reads the entry in column 0 of the single row. */
static enum err read_row(struct store_rows *r, struct chain_entry *out)
{
    bool has = false;
    enum err e = store_rows_next(r, &has);
    if (e == OK) {
        e = has && !store_rows_is_null(r, 0) ? chain_read(store_rows_bytes(r, 0), out) : ERR_GONE;
    }
    store_rows_close(r);
    return e == ERR_INPUT || e == ERR_INPUT_VERSION || e == ERR_LIMIT ? ERR_STORE_CORRUPT : e;
}

enum err store_chain_head(struct store *s, int64_t person, struct chain_entry *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, "SELECT entry FROM chain WHERE person=? ORDER BY n DESC LIMIT 1",
                        "i", person));
    return read_row(&r, out);
}

enum err store_chain_at(struct store *s, int64_t person, uint64_t n, struct chain_entry *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, "SELECT entry FROM chain WHERE person=? AND n=?", "ii", person,
                        (int64_t)n));
    return read_row(&r, out);
}

enum err store_chain_entries(struct store *s, struct arena *a, int64_t person, uint64_t from,
                             uint64_t to, struct slice *out, size_t cap, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(
        s, &r,
        "SELECT entry FROM chain WHERE person=?1 AND n>=?2 AND n<=?3 AND NOT EXISTS (SELECT 1 FROM "
        "chain g WHERE g.person=?1 AND g.n>=?2 AND g.n<=chain.n AND g.entry IS NULL) ORDER BY n",
        "iii", person, (int64_t)from,
        to < CHAIN_ENTRIES_MAX ? (int64_t)to : (int64_t)CHAIN_ENTRIES_MAX));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        e = *n == cap ? ERR_LIMIT : store_rows_copy(&r, 0, a, &out[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_chain_hash(struct store *s, int64_t person, uint64_t n, uint8_t out[CHAIN_HASH_SIZE])
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, "SELECT hash FROM chain WHERE person=? AND n=?", "ii", person,
                        (int64_t)n));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice v = store_rows_bytes(&r, 0);
        e = v.n == CHAIN_HASH_SIZE ? OK : ERR_STORE_CORRUPT;
        if (e == OK) {
            memcpy(out, v.p, CHAIN_HASH_SIZE);
        }
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static enum err list_key(struct store *s, int64_t person, const uint8_t *key, bool device,
                         uint64_t n)
{
    return store_sql_run(s,
                         "INSERT INTO chain_key(person,key,kind,added) VALUES(?,?,?,?) ON "
                         "CONFLICT DO NOTHING",
                         "ibii", person, key_slice(key), (int64_t)!device, (int64_t)n);
}

/* Marks keys that were listed but are not in `e`, then lists the new ones. */
static enum err list_keys(struct store *s, int64_t person, const struct chain_entry *e)
{
    uint8_t gone[CHAIN_DEVICES_MAX + 1][CHAIN_KEY_SIZE];
    bool old[CHAIN_DEVICES_MAX] = {false}, old_recovery = false;
    struct store_rows r;
    size_t n = 0;
    bool has = false;
    /* the index of currently listed keys: the primary key's would read every key that ever was */
    TRY(store_rows_open(s, &r,
                        "SELECT key,kind FROM chain_key INDEXED BY chain_key_now WHERE person=? "
                        "AND dropped IS NULL",
                        "i", person));
    enum err err = OK;
    while ((err = store_rows_next(&r, &has)) == OK && has) {
        struct slice key = store_rows_bytes(&r, 0);
        bool device = store_rows_int(&r, 1) == 0;
        if (key.n != CHAIN_KEY_SIZE || n > CHAIN_DEVICES_MAX) {
            err = ERR_STORE_CORRUPT;
            break;
        }
        const struct chain_device *d = device ? chain_device(e, key.p) : NULL;
        if (d != NULL) {
            old[d - e->devices] = true;
        } else if (!device && slice_equal(key, SLICE_ARRAY(e->recovery))) {
            old_recovery = true;
        } else {
            memcpy(gone[n++], key.p, CHAIN_KEY_SIZE);
        }
    }
    store_rows_close(&r);
    TRY(err);
    for (size_t i = 0; i < n; i++) {
        TRY(store_sql_run(s, "UPDATE chain_key SET dropped=? WHERE person=? AND key=?", "iib",
                          (int64_t)e->n, person, SLICE_ARRAY(gone[i])));
    }
    for (size_t i = 0; i < e->device_n; i++) {
        if (!old[i]) {
            TRY(list_key(s, person, e->devices[i].key, true, e->devices[i].added));
        }
    }
    return old_recovery ? OK : list_key(s, person, e->recovery, false, e->n);
}

enum err store_chain_add(struct store *s, int64_t person, struct slice bytes,
                         const struct chain_entry *e)
{
    TRY(store_sql_run(s, "INSERT INTO chain(person,n,hash,entry) VALUES(?,?,?,?)", "iibb", person,
                      (int64_t)e->n, SLICE_ARRAY(e->hash), bytes));
    return list_keys(s, person, e);
}

enum err store_chain_key(struct store *s, int64_t person, const uint8_t key[CHAIN_KEY_SIZE],
                         struct store_chain_key *out)
{
    int64_t kind = 0, added = 0, dropped = 0;
    void *outs[] = {&kind, &added, &dropped};
    memset(out, 0, sizeof *out);
    TRY(store_sql_get(s, NULL,
                      "SELECT kind,added,coalesce(dropped,-1) FROM chain_key WHERE person=? AND "
                      "key=?",
                      "iii", outs, "ib", person, key_slice(key)));
    out->device = kind == 0;
    out->added = (uint64_t)added;
    out->dropped = dropped >= 0;
    out->dropped_n = out->dropped ? (uint64_t)dropped : 0;
    return OK;
}

enum err store_chain_listed(struct store *s, int64_t person, uint64_t n,
                            const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    struct store_chain_key k;
    enum err e = store_chain_key(s, person, key, &k);
    *out = e == OK && k.added < n;
    return e == ERR_GONE ? OK : e;
}

/* ---- other branches ------------------------------------------------------------------------- */

enum err store_chain_fork_get(struct store *s, int64_t person, const uint8_t hash[CHAIN_HASH_SIZE],
                              struct chain_entry *out, uint8_t first[CHAIN_KEY_SIZE])
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, "SELECT author FROM chain_fork WHERE person=? AND hash=?", "ib",
                        person, slice_make(hash, CHAIN_HASH_SIZE)));
    enum err e = store_rows_next(&r, &has);
    struct slice author = e == OK && has ? store_rows_bytes(&r, 0) : SLICE_EMPTY;
    if (author.n == CHAIN_KEY_SIZE) {
        memcpy(first, author.p, CHAIN_KEY_SIZE);
    }
    store_rows_close(&r);
    TRY(e);
    if (author.n != CHAIN_KEY_SIZE) {
        return has ? ERR_STORE_CORRUPT : ERR_GONE;
    }
    TRY(store_rows_open(s, &r, "SELECT entry FROM chain_fork WHERE person=? AND hash=?", "ib",
                        person, slice_make(hash, CHAIN_HASH_SIZE)));
    return read_row(&r, out);
}

enum err store_chain_fork_add(struct store *s, int64_t person, struct slice bytes,
                              const struct chain_entry *e, const uint8_t first[CHAIN_KEY_SIZE])
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          RULE(FORKS_KEPT_BY_SIGNER)
                              ? "SELECT count(*) FROM chain_fork WHERE person=? AND author=?"
                              : "SELECT count(*) FROM chain_fork WHERE person=? AND ?<>zeroblob(0)",
                          "ib", person, key_slice(first)));
    if (n >= STORE_CHAIN_FORK_ENTRIES_MAX) {
        return ERR_LIMIT;
    }
    return store_sql_run(s, "INSERT INTO chain_fork(person,hash,n,entry,author) VALUES(?,?,?,?,?)",
                         "ibibb", person, SLICE_ARRAY(e->hash), (int64_t)e->n, bytes,
                         key_slice(first));
}

enum err store_chain_forker(struct store *s, int64_t person, const uint8_t key[CHAIN_KEY_SIZE],
                            bool *again)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM chain_forker WHERE person=? AND key=?", "ib",
                          person, key_slice(key)));
    *again = n > 0;
    return *again ? OK
                  : store_sql_run(s, "INSERT INTO chain_forker(person,key) VALUES(?,?)", "ib",
                                  person, key_slice(key));
}

/* Entries of the branch from its first to `hash`, oldest first. */
static enum err branch(struct store *s, struct arena *a, int64_t person, const uint8_t *hash,
                       struct slice *out, size_t *n, uint64_t *from)
{
    struct slice newest_first[STORE_CHAIN_FORK_ENTRIES_MAX];
    uint8_t at[CHAIN_HASH_SIZE];
    size_t k = 0;
    memcpy(at, hash, sizeof at);
    for (;;) {
        struct chain_entry e;
        void *outs[] = {&newest_first[k]};
        enum err err = store_sql_get(s, a, "SELECT entry FROM chain_fork WHERE person=? AND hash=?",
                                     "b", outs, "ib", person, SLICE_ARRAY(at));
        if (err == ERR_GONE) {
            break;
        }
        TRY(err);
        TRY(chain_read(newest_first[k], &e));
        *from = e.n;
        memcpy(at, e.previous, sizeof at);
        if (++k == STORE_CHAIN_FORK_ENTRIES_MAX) {
            break;
        }
    }
    *n = k;
    for (size_t i = 0; i < k; i++) {
        out[i] = newest_first[k - 1 - i];
    }
    return k > 0 ? OK : ERR_GONE;
}

/* Rebuilds the table of keys from all entries. */
static enum err list_all(struct store *s, struct arena *a, int64_t person)
{
    struct slice *all = arena_array(a, CHAIN_ENTRIES_MAX, sizeof *all);
    size_t n = 0;
    if (all == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_sql_run(s, "DELETE FROM chain_key WHERE person=?", "i", person));
    TRY(store_chain_entries(s, a, person, 0, CHAIN_ENTRIES_MAX, all, CHAIN_ENTRIES_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        struct chain_entry e;
        TRY(chain_read(all[i], &e));
        TRY(list_keys(s, person, &e));
    }
    return OK;
}

/* Takes our entries from `from` on out of the chain and keeps them as a branch. */
static enum err give_up(struct store *s, int64_t person, uint64_t from)
{
    struct chain_entry last, first;
    TRY(store_chain_at(s, person, from - 1, &last));
    TRY(store_chain_at(s, person, from, &first));
    const uint8_t *author = chain_signer(&last, &first, 0);
    if (author == NULL) {
        return ERR_STORE_CORRUPT;
    }
    TRY(store_sql_run(s,
                      "INSERT OR IGNORE INTO chain_fork(person,hash,n,entry,author) SELECT "
                      "person,hash,n,entry,?3 FROM chain WHERE person=?1 AND n>=?2 AND entry IS "
                      "NOT NULL",
                      "iib", person, (int64_t)from, key_slice(author)));
    return store_sql_run(s, "DELETE FROM chain WHERE person=? AND n>=?", "ii", person,
                         (int64_t)from);
}

enum err store_chain_switch(struct store *s, struct arena *a, int64_t person,
                            const uint8_t hash[CHAIN_HASH_SIZE])
{
    struct slice theirs[STORE_CHAIN_FORK_ENTRIES_MAX];
    uint64_t from = 0;
    size_t n = 0;
    TRY(branch(s, a, person, hash, theirs, &n, &from));
    TRY(from > 0 ? give_up(s, person, from) : ERR_STORE_CORRUPT);
    for (size_t i = 0; i < n; i++) {
        struct chain_entry e;
        TRY(chain_read(theirs[i], &e));
        TRY(store_sql_run(s, "DELETE FROM chain_fork WHERE person=? AND hash=?", "ib", person,
                          SLICE_ARRAY(e.hash)));
        TRY(store_sql_run(s, "INSERT INTO chain(person,n,hash,entry) VALUES(?,?,?,?)", "iibb",
                          person, (int64_t)e.n, SLICE_ARRAY(e.hash), theirs[i]));
    }
    return list_all(s, a, person);
}

/* A branch's entry that directly follows this one. ERR_GONE. */
static enum err next_of(struct store *s, int64_t person, const struct chain_entry *e,
                        struct chain_entry *out)
{
    struct store_rows r;
    bool has = false, found = false;
    TRY(store_rows_open(s, &r, "SELECT entry FROM chain_fork WHERE person=? AND n=?", "ii", person,
                        (int64_t)e->n + 1));
    enum err err = OK;
    while (!found && (err = store_rows_next(&r, &has)) == OK && has) {
        err = chain_read(store_rows_bytes(&r, 0), out);
        if (err != OK) {
            break;
        }
        found = slice_equal(SLICE_ARRAY(out->previous), SLICE_ARRAY(e->hash));
    }
    store_rows_close(&r);
    return err != OK ? err : found ? OK : ERR_GONE;
}

enum err store_chain_fork_head(struct store *s, struct arena *a, int64_t person,
                               const uint8_t hash[CHAIN_HASH_SIZE], struct chain_entry *out,
                               uint64_t *from)
{
    struct slice all[STORE_CHAIN_FORK_ENTRIES_MAX];
    uint8_t first[CHAIN_KEY_SIZE];
    size_t n = 0;
    TRY(store_chain_fork_get(s, person, hash, out, first));
    for (size_t i = 0; i < STORE_CHAIN_FORK_ENTRIES_MAX; i++) {
        struct chain_entry next;
        enum err e = next_of(s, person, out, &next);
        if (e != OK) {
            TRY(e == ERR_GONE ? OK : e);
            break;
        }
        *out = next;
    }
    return branch(s, a, person, out->hash, all, &n, from);
}

/* ---- between my devices --------------------------------------------------------------------- */

enum err store_chain_links(struct store *s, struct arena *a, int64_t person, struct slice *out)
{
    struct chain_entry head;
    struct buf b = buf_arena(a, 256);
    uint8_t hash[CHAIN_HASH_SIZE];
    TRY(store_chain_head(s, person, &head));
    for (uint64_t n = 0; n < head.n; n++) {
        TRY(store_chain_hash(s, person, n, hash));
        buf_put(&b, hash, sizeof hash);
    }
    return buf_finish(&b, out);
}

enum err store_chain_pin(struct store *s, int64_t person, struct slice links, struct slice bytes,
                         const struct chain_entry *e)
{
    if (links.n != e->n * CHAIN_HASH_SIZE) {
        return ERR_INPUT;
    }
    if (links.n > 0) {
        struct slice first = slice_make(links.p, CHAIN_HASH_SIZE);
        struct slice last = slice_make(links.p + links.n - CHAIN_HASH_SIZE, CHAIN_HASH_SIZE);
        if (!slice_equal(first, SLICE_ARRAY(e->id)) ||
            !slice_equal(last, SLICE_ARRAY(e->previous))) {
            return ERR_INPUT;
        }
    }
    for (uint64_t n = 0; n < e->n; n++) {
        TRY(store_sql_run(s, "INSERT INTO chain(person,n,hash) VALUES(?,?,?)", "iib", person,
                          (int64_t)n, slice_make(links.p + n * CHAIN_HASH_SIZE, CHAIN_HASH_SIZE)));
    }
    return store_chain_add(s, person, bytes, e);
}

enum err store_chain_unfilled(struct store *s, int64_t person, uint64_t *n)
{
    int64_t v = 0;
    enum err e = store_sql_get_int(s, &v,
                                   "SELECT n FROM chain WHERE person=? AND entry IS NULL ORDER BY "
                                   "n LIMIT 1",
                                   "i", person);
    *n = (uint64_t)v;
    return e;
}

enum err store_chain_fill(struct store *s, struct arena *a, int64_t person, struct slice bytes,
                          const struct chain_entry *e)
{
    uint64_t left = 0;
    int64_t filled = 0;
    TRY(store_sql_run(
        s, "UPDATE chain SET entry=? WHERE person=? AND n=? AND hash=? AND entry IS NULL", "biib",
        bytes, person, (int64_t)e->n, SLICE_ARRAY(e->hash)));
    TRY(store_sql_changes(s, &filled));
    if (filled == 0) {
        return OK;
    }
    enum err err = store_chain_unfilled(s, person, &left);
    return err == ERR_GONE ? list_all(s, a, person) : err;
}

enum err store_chain_forget(struct store *s, int64_t person)
{
    TRY(store_sql_run(s, "DELETE FROM chain WHERE person=?", "i", person));
    TRY(store_sql_run(s, "DELETE FROM chain_key WHERE person=?", "i", person));
    TRY(store_sql_run(s, "DELETE FROM chain_fork WHERE person=?", "i", person));
    return store_sql_run(s, "DELETE FROM chain_forker WHERE person=?", "i", person);
}
