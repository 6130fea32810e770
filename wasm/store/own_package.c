#include "store/own_package.h"

#include <string.h>

/* published: 0 no, 1 yes, 2 on its way */

enum err store_own_package_add(struct store *s, const struct store_own_package *p)
{
    return store_sql_run(s,
                         "INSERT INTO key_package(ref,suite,package,secret,expires_s,last_resort) "
                         "VALUES(?,?,?,?,?,?)",
                         "bibbii", p->ref, p->suite, p->package, p->secret, p->expires_s,
                         (int64_t)p->last_resort);
}

enum err store_own_package_get(struct store *s, struct arena *a, struct slice ref,
                               struct store_own_package *out)
{
    int64_t last_resort = 0;
    void *outs[] = {&out->package, &out->secret, &out->suite, &out->expires_s, &last_resort};
    memset(out, 0, sizeof *out);
    TRY(store_sql_get(s, a,
                      "SELECT package,secret,suite,expires_s,last_resort FROM key_package WHERE "
                      "ref=?",
                      "bbiii", outs, "b", ref));
    out->ref = ref;
    out->last_resort = last_resort != 0;
    return OK;
}

enum err store_own_package_refs(struct store *s, struct arena *a, struct slice **out, size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t count = 0;
    *n = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM key_package", ""));
    struct slice *list = arena_array(a, (size_t)count + 1, sizeof *list);
    *out = list;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r, "SELECT ref FROM key_package", ""));
    enum err e = OK;
    while (*n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        e = store_rows_copy(&r, 0, a, &list[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_package_drop(struct store *s, struct slice ref)
{
    return store_sql_run(s, "DELETE FROM key_package WHERE ref=?", "b", ref);
}

enum err store_own_package_count(struct store *s, int64_t *all, int64_t *unpublished)
{
    TRY(store_sql_get_int(s, unpublished, "SELECT count(*) FROM key_package WHERE published<>1",
                          ""));
    return store_sql_get_int(s, all, "SELECT count(*) FROM key_package", "");
}

enum err store_own_package_list(struct store *s, struct arena *a, struct store_own_package *out,
                                size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT ref,suite,expires_s,last_resort,package FROM key_package WHERE "
                        "published=0 LIMIT ?",
                        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_own_package *p = &out[(*n)++];
        memset(p, 0, sizeof *p);
        e = store_rows_copy(&r, 0, a, &p->ref);
        e = e != OK ? e : store_rows_copy(&r, 4, a, &p->package);
        p->suite = store_rows_int(&r, 1);
        p->expires_s = store_rows_int(&r, 2);
        p->last_resort = store_rows_int(&r, 3) != 0;
        if (e != OK) {
            break;
        }
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_package_going(struct store *s, struct slice ref)
{
    return store_sql_run(s, "UPDATE key_package SET published=2 WHERE ref=?", "b", ref);
}

enum err store_own_package_gone_out(struct store *s, bool published)
{
    return store_sql_run(s, "UPDATE key_package SET published=? WHERE published=2", "i",
                         (int64_t)published);
}

enum err store_own_package_anew(struct store *s)
{
    return store_sql_run(s, "UPDATE key_package SET published=0 WHERE retired_ms=0", "");
}

enum err store_own_package_retire(struct store *s, int64_t now_ms)
{
    return store_sql_run(s,
                         "UPDATE key_package SET retired_ms=? WHERE last_resort=1 AND retired_ms=0 "
                         "AND published=1",
                         "i", now_ms);
}

enum err store_own_package_sweep(struct store *s, int64_t expired_s, int64_t retired_ms)
{
    return store_sql_run(
        s, "DELETE FROM key_package WHERE expires_s<? OR (retired_ms>0 AND retired_ms<?)", "ii",
        expired_s, retired_ms);
}

enum err store_own_package_drop_late(struct store *s, int64_t after_s)
{
    return store_sql_run(s, "DELETE FROM key_package WHERE published=0 AND expires_s>?", "i",
                         after_s);
}
