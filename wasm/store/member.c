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
    TRY(store_member_count(s, chat, &count));
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

enum err store_member_count(struct store *s, int64_t chat, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM member WHERE chat=? AND gone=0", "i",
                             chat);
}

enum err store_member_has(struct store *s, int64_t chat, int64_t person, bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM member WHERE chat=? AND person=? AND gone=0",
                          "ii", chat, person));
    *has = n > 0;
    return OK;
}

enum err store_member_has_account(struct store *s, int64_t chat, const uint8_t account[32],
                                  int role, bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM member m JOIN person p ON p.id=m.person WHERE "
                          "m.chat=? AND p.address=? AND m.gone=0 AND m.role>=?",
                          "ibi", chat, slice_make(account, 32), (int64_t)role));
    *has = n > 0;
    return OK;
}

static enum err get_role(struct store *s, const char *sql, int64_t chat, int64_t person, int *role)
{
    int64_t n = 0;
    enum err e = store_sql_get_int(s, &n, sql, "ii", chat, person);
    *role = (int)n;
    return e;
}

enum err store_member_role(struct store *s, int64_t chat, int64_t person, int *role)
{
    return get_role(s, "SELECT role FROM member WHERE chat=? AND person=? AND gone=0", chat, person,
                    role);
}

enum err store_member_last_role(struct store *s, int64_t chat, int64_t person, int *role)
{
    return get_role(s, "SELECT role FROM member WHERE chat=? AND person=?", chat, person, role);
}

enum err store_member_has_fork(struct store *s, int64_t chat, bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM member m JOIN person p ON p.id=m.person WHERE "
                          "m.chat=? AND m.gone=0 AND p.fork=1",
                          "i", chat));
    *has = n > 0;
    return OK;
}

enum err store_member_begin(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE member SET gone=2 WHERE chat=? AND gone=0", "i", chat);
}

enum err store_member_end(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE member SET gone=1 WHERE chat=? AND gone=2", "i", chat);
}
