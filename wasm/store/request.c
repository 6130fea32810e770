#include "store/request.h"

#include <string.h>

#include "store/account.h"

enum err store_request_add(struct store *s, const struct store_request *r, struct slice label,
                           int64_t at_ms)
{
    return store_sql_run(
        s, "INSERT INTO request(account,at_ms,address,label,room) VALUES(?,?,?,?,?)", "iibtb",
        STORE_ACCOUNT_OWN, at_ms, SLICE_ARRAY(r->account), label, SLICE_ARRAY(r->room));
}

enum err store_request_get(struct store *s, struct arena *a, int64_t id, struct store_request *out)
{
    struct slice account, room;
    void *outs[] = {&account, &room};
    memset(out, 0, sizeof *out);
    TRY(store_sql_get(s, a, "SELECT address,room FROM request WHERE id=?", "bb", outs, "i", id));
    if (account.n != sizeof out->account || room.n != sizeof out->room) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out->account, account.p, sizeof out->account);
    memcpy(out->room, room.p, sizeof out->room);
    return OK;
}

enum err store_request_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM request WHERE id=?", "i", id);
}

enum err store_request_drop_room(struct store *s, const uint8_t room[STORE_REQUEST_ROOM])
{
    return store_sql_run(s, "DELETE FROM request WHERE room=?", "b",
                         slice_make(room, STORE_REQUEST_ROOM));
}

enum err store_request_has(struct store *s, const struct store_request *r, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM request WHERE room=? AND address=?", "bb",
                          SLICE_ARRAY(r->room), SLICE_ARRAY(r->account)));
    *yes = n > 0;
    return OK;
}

enum err store_request_of(struct store *s, int64_t person,
                          const uint8_t account[STORE_REQUEST_ACCOUNT], int64_t *chat)
{
    return store_sql_get_int(
        s, chat,
        "SELECT id FROM chat WHERE type=1 AND ((state=5 AND room IN (SELECT room FROM request "
        "WHERE address=?)) OR (state=6 AND person=?)) ORDER BY id DESC LIMIT 1",
        "bi", slice_make(account, STORE_REQUEST_ACCOUNT), person);
}

enum err store_request_count(struct store *s, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM request", "");
}

enum err store_request_find(struct store *s, const uint8_t room[STORE_REQUEST_ROOM], int64_t *id)
{
    return store_sql_get_int(s, id, "SELECT id FROM request WHERE room=?", "b",
                             slice_make(room, STORE_REQUEST_ROOM));
}

enum err store_request_list(struct store *s, struct arena *a, struct store_request_row *out,
                            size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id,at_ms,address,label FROM request ORDER BY id DESC LIMIT ?", "i",
                        (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_request_row *row = &out[*n];
        struct slice account = store_rows_bytes(&r, 2);
        if (account.n != sizeof row->account) {
            e = ERR_STORE_CORRUPT;
            break;
        }
        row->id = store_rows_int(&r, 0);
        row->at_ms = store_rows_int(&r, 1);
        memcpy(row->account, account.p, sizeof row->account);
        e = store_rows_copy(&r, 3, a, &row->label);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}
