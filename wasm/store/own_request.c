#include "store/own_request.h"

#include <string.h>

enum err store_own_request_add(struct store *s, const struct store_own_request *r,
                               struct slice label, int64_t at_ms)
{
    return store_sql_run(s,
                         "INSERT INTO request(at_ms,account,welcome,ref,label,room) "
                         "VALUES(?,?,?,?,?,?)",
                         "ibbbtb", at_ms, SLICE_ARRAY(r->account), SLICE_LITERAL(""),
                         SLICE_LITERAL(""), label, SLICE_ARRAY(r->room));
}

enum err store_own_request_get(struct store *s, struct arena *a, int64_t id,
                               struct store_own_request *out)
{
    struct slice account, room;
    void *outs[] = {&account, &room};
    memset(out, 0, sizeof *out);
    TRY(store_sql_get(s, a, "SELECT account,room FROM request WHERE id=?", "bb", outs, "i", id));
    if (account.n != sizeof out->account || room.n != sizeof out->room) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out->account, account.p, sizeof out->account);
    memcpy(out->room, room.p, sizeof out->room);
    return OK;
}

enum err store_own_request_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM request WHERE id=?", "i", id);
}

enum err store_own_request_drop_room(struct store *s, const uint8_t room[STORE_OWN_REQUEST_ROOM])
{
    return store_sql_run(s, "DELETE FROM request WHERE room=?", "b",
                         slice_make(room, STORE_OWN_REQUEST_ROOM));
}

enum err store_own_request_has(struct store *s, const struct store_own_request *r, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM request WHERE room=? AND account=?", "bb",
                          SLICE_ARRAY(r->room), SLICE_ARRAY(r->account)));
    *yes = n > 0;
    return OK;
}

enum err store_own_request_of(struct store *s, int64_t person,
                              const uint8_t account[STORE_OWN_REQUEST_ACCOUNT], int64_t *chat)
{
    return store_sql_get_int(
        s, chat,
        "SELECT id FROM chat WHERE type=1 AND ((state=5 AND room IN (SELECT room FROM request "
        "WHERE account=?)) OR (state=6 AND person=?)) ORDER BY id DESC LIMIT 1",
        "bi", slice_make(account, STORE_OWN_REQUEST_ACCOUNT), person);
}
