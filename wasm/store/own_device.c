#include "store/own_device.h"

#include <string.h>

enum err store_own_device_add(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                              struct slice name, int64_t now_ms)
{
    return store_sql_run(s, "INSERT INTO device(id,name,added_ms,seen_ms) VALUES(?,?,?,?)", "btii",
                         slice_make(key, STORE_OWN_DEVICE_KEY), name, now_ms, now_ms);
}

enum err store_own_device_ensure(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                 struct slice name, int64_t now_ms, int64_t seen_ms)
{
    return store_sql_run(s,
                         "INSERT INTO device(id,name,added_ms,seen_ms) VALUES(?,?,?,?) ON CONFLICT "
                         "DO NOTHING",
                         "btii", slice_make(key, STORE_OWN_DEVICE_KEY), name, now_ms, seen_ms);
}

enum err store_own_device_called(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                 struct slice name, int64_t now_ms, bool gone)
{
    return store_sql_run(s,
                         "INSERT INTO device(id,name,added_ms,seen_ms,gone) VALUES(?,?,?,?,?) ON "
                         "CONFLICT(id) DO UPDATE SET name=excluded.name",
                         "btiii", slice_make(key, STORE_OWN_DEVICE_KEY), name, now_ms, now_ms,
                         (int64_t)gone);
}

enum err store_own_device_told(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                               struct slice name, int64_t now_ms)
{
    return store_sql_run(s,
                         "INSERT INTO device(id,name,added_ms,seen_ms,gone) VALUES(?,?,?3,?3,1) ON "
                         "CONFLICT(id) DO UPDATE SET name=excluded.name,seen_ms=excluded.seen_ms",
                         "bti", slice_make(key, STORE_OWN_DEVICE_KEY), name, now_ms);
}

enum err store_own_device_set_name(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                   struct slice name)
{
    return store_sql_run(s, "UPDATE device SET name=? WHERE id=?", "tb", name,
                         slice_make(key, STORE_OWN_DEVICE_KEY));
}

enum err store_own_device_seen(struct store *s, struct slice key, int64_t at_ms, int64_t before_ms)
{
    return store_sql_run(s, "UPDATE device SET seen_ms=? WHERE id=? AND seen_ms<?", "ibi", at_ms,
                         key, before_ms);
}

enum err store_own_device_listed(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                 int64_t now_ms)
{
    return store_sql_run(
        s, "INSERT INTO device(id,added_ms) VALUES(?,?) ON CONFLICT(id) DO UPDATE SET gone=0", "bi",
        slice_make(key, STORE_OWN_DEVICE_KEY), now_ms);
}

enum err store_own_device_gone(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY])
{
    return store_sql_run(s, "UPDATE device SET gone=1 WHERE id=?", "b",
                         slice_make(key, STORE_OWN_DEVICE_KEY));
}

enum err store_own_device_name_once(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                    struct slice name)
{
    return store_sql_run(s, "UPDATE device SET name=? WHERE id=? AND name=''", "tb", name,
                         slice_make(key, STORE_OWN_DEVICE_KEY));
}

enum err store_own_device_name(struct store *s, struct arena *a,
                               const uint8_t key[STORE_OWN_DEVICE_KEY], struct slice *name)
{
    void *outs[] = {name};
    return store_sql_get(s, a, "SELECT name FROM device WHERE id=?", "t", outs, "b",
                         slice_make(key, STORE_OWN_DEVICE_KEY));
}

enum err store_own_device_count(struct store *s, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM device WHERE gone=0", "");
}

enum err store_own_device_list(struct store *s, struct arena *a, struct store_own_device **out,
                               size_t *n)
{
    struct store_rows r;
    int64_t count = 0;
    bool has = false;
    *n = 0;
    TRY(store_own_device_count(s, &count));
    struct store_own_device *list = arena_array(a, (size_t)count + 1, sizeof *list);
    *out = list;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r, "SELECT id,name FROM device WHERE gone=0", ""));
    enum err e = OK;
    while (*n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        struct slice key = store_rows_bytes(&r, 0);
        if (key.n != sizeof list->key) {
            continue;
        }
        memcpy(list[*n].key, key.p, sizeof list->key);
        e = store_rows_copy(&r, 1, a, &list[*n].name);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_device_times(struct store *s, struct arena *a,
                                struct store_own_device_times *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(
        s, &r, "SELECT id,name,added_ms,seen_ms FROM device WHERE gone=0 ORDER BY added_ms", ""));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        e = store_rows_copy(&r, 0, a, &out[*n].key);
        e = e != OK ? e : store_rows_copy(&r, 1, a, &out[*n].name);
        if (e != OK) {
            break;
        }
        out[*n].added_ms = store_rows_int(&r, 2);
        out[(*n)++].seen_ms = store_rows_int(&r, 3);
    }
    store_rows_close(&r);
    return e;
}
