#include "store/request.h"

#include <string.h>

#define REQUEST_COLUMNS "SELECT id,account,at_ms,address,room,label FROM request "

/* list: only what is shown, which leaves out the room. */
static enum err read_request(struct store_rows *r, struct arena *a, bool list,
                             struct store_request *out)
{
    struct slice address = store_rows_bytes(r, 3), room = store_rows_bytes(r, 4);
    memset(out, 0, sizeof *out);
    if (address.n != sizeof out->address || (room.n != sizeof out->room && !list)) {
        return ERR_STORE_CORRUPT;
    }
    out->id = store_rows_int(r, 0);
    out->account = store_rows_int(r, 1);
    out->at_ms = store_rows_int(r, 2);
    memcpy(out->address, address.p, sizeof out->address);
    if (room.n == sizeof out->room) {
        memcpy(out->room, room.p, sizeof out->room);
    }
    return store_rows_copy(r, 5, a, &out->label);
}

enum err store_request_add(struct store *s, const struct store_request *r)
{
    return store_sql_run(
        s, "INSERT INTO request(account,at_ms,address,label,room) VALUES(?,?,?,?,?)", "iibtb",
        r->account, r->at_ms, SLICE_ARRAY(r->address), r->label, SLICE_ARRAY(r->room));
}

enum err store_request_get(struct store *s, struct arena *a, int64_t id, struct store_request *out)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, REQUEST_COLUMNS "WHERE id=?", "i", id));
    enum err e = store_rows_next(&r, &has);
    e = e != OK ? e : has ? read_request(&r, a, false, out) : ERR_GONE;
    store_rows_close(&r);
    return e;
}

enum err store_request_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM request WHERE id=?", "i", id);
}

enum err store_request_has(struct store *s, const struct store_request *r, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM request WHERE room=? AND address=?", "bb",
                          SLICE_ARRAY(r->room), SLICE_ARRAY(r->address)));
    *yes = n > 0;
    return OK;
}

enum err store_request_of(struct store *s, int64_t person,
                          const uint8_t address[STORE_REQUEST_ADDRESS], int64_t *chat)
{
    return store_sql_get_int(
        s, chat,
        "SELECT id FROM chat WHERE type=1 AND ((state=5 AND room IN (SELECT room FROM request "
        "WHERE address=?)) OR (state=6 AND person=?)) ORDER BY id DESC LIMIT 1",
        "bi", slice_make(address, STORE_REQUEST_ADDRESS), person);
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

enum err store_request_list(struct store *s, struct arena *a, struct store_request *out, size_t max,
                            size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, REQUEST_COLUMNS "ORDER BY id DESC LIMIT ?", "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        e = read_request(&r, a, true, &out[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}
