#include "store/member.h"

enum err store_member_put(struct store *s, int64_t chat, int64_t person, int role)
{
    return store_sql_run(s,
                         "INSERT INTO member(chat,person,role,gone) VALUES(?,?,?,0) "
                         "ON CONFLICT(chat,person) DO UPDATE SET role=excluded.role,gone=0",
                         "iii", chat, person, (int64_t)role);
}

enum err store_member_list(struct store *s, struct arena *a, int64_t chat,
                           struct store_member **out, size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t count = 0;
    *out = NULL;
    *n = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM member WHERE chat=? AND gone=0", "i",
                          chat));
    struct store_member *list = arena_array(a, (size_t)count + 1, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r,
                        "SELECT person,role FROM member WHERE chat=? AND gone=0 ORDER BY person",
                        "i", chat));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has && *n < (size_t)count) {
        list[*n].person = store_rows_int(&r, 0);
        list[(*n)++].role = (int)store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    *out = list;
    return e;
}
