#include "store/own_record.h"

#include <string.h>

/* ---- what moves, in order ------------------------------------------------------------------- */

enum err store_own_record_next(struct store *s, enum store_own_record_of what, int64_t after,
                               int64_t *ids, size_t max, size_t *n)
{
    static const char *const all[] = {
        [STORE_OWN_RECORD_PEOPLE] = "SELECT id FROM person WHERE id>? ORDER BY id LIMIT ?",
        [STORE_OWN_RECORD_CHATS] =
            ("SELECT id FROM chat WHERE id>? AND state NOT IN (5,6) AND (state<>7 OR hidden=0) AND "
             "alias_of IS NULL ORDER BY id LIMIT ?"),
        [STORE_OWN_RECORD_MESSAGES] = "SELECT id FROM message WHERE id>? ORDER BY id LIMIT ?",
    };
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, all[what], "ii", after, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_record_last_message(struct store *s, int64_t *id)
{
    return store_sql_get_int(s, id, "SELECT max(id) FROM message", "");
}

#define CHUNKS                                                                                     \
    "file_chunk k JOIN file f ON f.message=k.message AND f.state=2 JOIN message m ON "             \
    "m.id=k.message JOIN chat c ON c.id=m.chat"

enum err store_own_record_chunk_from(struct store *s, int64_t bytes, int64_t *row)
{
    return store_sql_get_int(
        s, row,
        "SELECT min(r)-1 FROM (SELECT k.rowid AS r,sum(length(k.b)) OVER (ORDER BY k.rowid DESC) "
        "AS t FROM " CHUNKS ") WHERE t<=?",
        "i", bytes);
}

enum err store_own_record_chunk_next(struct store *s, struct arena *a, int64_t row,
                                     struct store_own_record_chunk *out)
{
    void *outs[] = {&out->row, &out->n, &out->bytes, &out->room, &out->mid};
    return store_sql_get(s, a,
                         "SELECT k.rowid,k.n,k.b,c.room,m.mid FROM " CHUNKS
                         " WHERE k.rowid>? ORDER BY k.rowid LIMIT 1",
                         "iibbb", outs, "i", row);
}

enum err store_own_record_chunk_last(struct store *s, int64_t *row)
{
    return store_sql_get_int(s, row, "SELECT max(rowid) FROM file_chunk", "");
}

enum err store_own_record_chunk_for(struct store *s, struct slice room, struct slice mid,
                                    int64_t *message)
{
    return store_sql_get_int(s, message,
                             "SELECT f.message FROM file f JOIN message m ON m.id=f.message JOIN "
                             "chat c ON c.id=m.chat WHERE c.room=? AND m.mid=? AND f.state IN "
                             "(0,3)",
                             "bb", room, mid);
}

/* ---- reactions ------------------------------------------------------------------------------ */

enum err store_own_record_reactions(struct store *s, struct arena *a, int64_t chat,
                                    const uint8_t mid[32], struct store_own_record_reaction **out,
                                    size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t count = 0;
    *n = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM reaction WHERE chat=? AND mid=?", "ib",
                          chat, slice_make(mid, 32)));
    struct store_own_record_reaction *list = arena_array(a, (size_t)count + 1, sizeof *list);
    *out = list;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r,
                        "SELECT p.address,x.emoji,x.own_mid,x.place FROM reaction x JOIN person p "
                        "ON p.id=x.person WHERE x.chat=? AND x.mid=?",
                        "ib", chat, slice_make(mid, 32)));
    enum err e = OK;
    while (*n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_own_record_reaction *x = &list[*n];
        e = store_rows_copy(&r, 0, a, &x->account);
        e = e != OK ? e : store_rows_copy(&r, 1, a, &x->emoji);
        e = e != OK ? e : store_rows_copy(&r, 2, a, &x->own_mid);
        if (e != OK) {
            break;
        }
        x->place = store_rows_int(&r, 3);
        (*n)++;
    }
    store_rows_close(&r);
    return e != OK ? e : *n == (size_t)count ? OK : ERR_STORE_CORRUPT;
}
