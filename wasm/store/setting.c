#include "store/setting.h"

#include <string.h>

#include "store/account.h"

enum err store_setting_of_get(struct store *s, struct arena *a, int64_t account, const char *key,
                              struct slice *out)
{
    struct store_rows r;
    bool has = false;
    *out = SLICE_EMPTY;
    TRY(store_rows_open(s, &r, "SELECT value FROM setting WHERE account=? AND key=?", "it", account,
                        slice_of_string(key)));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        e = store_rows_copy(&r, 0, a, out);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_setting_of_put(struct store *s, int64_t account, const char *key, struct slice value)
{
    if (value.p == NULL) {
        value = SLICE_LITERAL("");
    }
    return store_sql_run(s,
                         "INSERT INTO setting(account,key,value) VALUES(?,?,?) "
                         "ON CONFLICT(account,key) DO UPDATE SET value=excluded.value",
                         "itb", account, slice_of_string(key), value);
}

enum err store_setting_of_drop(struct store *s, int64_t account, const char *key)
{
    return store_sql_run(s, "DELETE FROM setting WHERE account=? AND key=?", "it", account,
                         slice_of_string(key));
}

enum err store_setting_of_int(struct store *s, int64_t account, const char *key, int64_t fallback,
                              int64_t *out)
{
    struct store_rows r;
    bool has = false;
    *out = fallback;
    TRY(store_rows_open(s, &r, "SELECT value FROM setting WHERE account=? AND key=?", "it", account,
                        slice_of_string(key)));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice v = store_rows_bytes(&r, 0);
        if (v.n == sizeof *out) {
            memcpy(out, v.p, sizeof *out);
        } else {
            e = ERR_STORE_CORRUPT;
        }
    }
    store_rows_close(&r);
    return e;
}

enum err store_setting_get(struct store *s, struct arena *a, const char *key, struct slice *out)
{
    return store_setting_of_get(s, a, STORE_ACCOUNT_ALL, key, out);
}

enum err store_setting_put(struct store *s, const char *key, struct slice value)
{
    return store_setting_of_put(s, STORE_ACCOUNT_ALL, key, value);
}

enum err store_setting_drop(struct store *s, const char *key)
{
    return store_setting_of_drop(s, STORE_ACCOUNT_ALL, key);
}

enum err store_setting_int(struct store *s, const char *key, int64_t fallback, int64_t *out)
{
    return store_setting_of_int(s, STORE_ACCOUNT_ALL, key, fallback, out);
}

enum err store_setting_put_int(struct store *s, const char *key, int64_t value)
{
    return store_setting_put(s, key, slice_make(&value, sizeof value));
}

enum err store_setting_choices(struct store *s, struct arena *a, struct store_setting_choice *out,
                               size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT substr(key,3),value FROM setting WHERE account=0 AND key GLOB "
                        "'" STORE_SETTING_CHOICE "*' LIMIT ?",
                        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        e = store_rows_copy(&r, 0, a, &out[*n].key);
        e = e != OK ? e : store_rows_copy(&r, 1, a, &out[*n].value);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}
