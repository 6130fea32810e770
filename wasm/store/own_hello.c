#include "store/own_hello.h"

enum err store_own_hello_owe(struct store *s, int64_t chat, int64_t what)
{
    return store_sql_run(s, "UPDATE chat SET hello=max(hello,?) WHERE id=?", "ii", what, chat);
}

enum err store_own_hello_said(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE chat SET hello=0 WHERE id=?", "i", chat);
}

enum err store_own_hello_any(struct store *s, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM chat WHERE hello>0 AND state=0", ""));
    *yes = n > 0;
    return OK;
}

enum err store_own_hello_list(struct store *s, struct store_own_hello *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id,hello FROM chat WHERE hello>0 AND state=0 ORDER BY id LIMIT ?",
                        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        out[*n].chat = store_rows_int(&r, 0);
        out[(*n)++].what = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    return e;
}
