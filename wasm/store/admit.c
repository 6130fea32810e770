#include "store/admit.h"

#include <string.h>

enum err store_entry_put(struct store *s, const uint8_t hash[32], const uint8_t account[32],
                         uint64_t n, struct slice entry)
{
    return store_sql_run(s,
                         "INSERT INTO room_entry(hash,account,n,entry) VALUES(?,?,?,?) ON CONFLICT "
                         "DO NOTHING",
                         "bbib", slice_make(hash, 32), slice_make(account, 32), (int64_t)n, entry);
}

enum err store_entry_get(struct store *s, struct arena *a, const uint8_t hash[32],
                         struct slice *entry)
{
    void *outs[] = {entry};
    return store_sql_get(s, a, "SELECT entry FROM room_entry WHERE hash=?", "b", outs, "b",
                         slice_make(hash, 32));
}

enum err store_floor_get(struct store *s, struct slice group_id, uint64_t *epoch)
{
    int64_t v = 0;
    TRY(store_sql_get_int(s, &v, "SELECT epoch FROM floor WHERE group_id=?", "b", group_id));
    *epoch = (uint64_t)v;
    return OK;
}

enum err store_floor_raise(struct store *s, struct slice group_id, uint64_t epoch)
{
    if (epoch > INT64_MAX) {
        return ERR_LIMIT;
    }
    return store_sql_run(s,
                         "INSERT INTO floor(group_id,epoch) VALUES(?,?) ON CONFLICT(group_id) DO "
                         "UPDATE SET epoch=max(epoch,excluded.epoch)",
                         "bi", group_id, (int64_t)epoch);
}

enum err store_welcome_taken(struct store *s, const uint8_t hash[32], bool *taken)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM welcome_taken WHERE hash=?", "b",
                          slice_make(hash, 32)));
    *taken = n > 0;
    return OK;
}

enum err store_welcome_take(struct store *s, const uint8_t hash[32], struct slice ref, bool *again)
{
    int64_t n = 0;
    TRY(store_sql_run(s, "INSERT INTO welcome_taken(hash,ref) VALUES(?,?) ON CONFLICT DO NOTHING",
                      "bb", slice_make(hash, 32), ref));
    TRY(store_sql_changes(s, &n));
    *again = n == 0;
    return OK;
}

enum err store_welcome_sweep(struct store *s)
{
    return store_sql_run(
        s, "DELETE FROM welcome_taken WHERE ref NOT IN (SELECT ref FROM key_package)", "");
}

enum err store_package_used(struct store *s, struct slice ref, bool *used)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM package_used WHERE ref=?", "b", ref));
    *used = n > 0;
    return OK;
}

enum err store_package_use(struct store *s, struct slice ref, uint64_t expires_s, uint64_t now_s)
{
    int64_t until = expires_s > INT64_MAX ? INT64_MAX : (int64_t)expires_s;
    TRY(store_sql_run(s, "DELETE FROM package_used WHERE expires_s<?", "i", (int64_t)now_s));
    return store_sql_run(s,
                         "INSERT INTO package_used(ref,expires_s) VALUES(?,?) ON CONFLICT DO "
                         "NOTHING",
                         "bi", ref, until);
}

enum err store_package_unuse(struct store *s, struct slice ref)
{
    return store_sql_run(s, "DELETE FROM package_used WHERE ref=?", "b", ref);
}

enum err store_clear_get(struct store *s, int64_t chat, bool *clear)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM chat c WHERE id=? AND clear_epoch=(SELECT max(n) "
                          "FROM epoch WHERE chat=c.id)",
                          "i", chat));
    *clear = n > 0;
    return OK;
}

enum err store_clear_put(struct store *s, int64_t chat, uint64_t epoch)
{
    return store_sql_run(s, "UPDATE chat SET clear_epoch=? WHERE id=?", "ii", (int64_t)epoch, chat);
}

enum err store_clear_drop(struct store *s, struct arena *a, int64_t person, int64_t **chats,
                          size_t *n)
{
    struct store_rows r;
    int64_t count = 0;
    bool has = false;
    *n = 0;
    TRY(store_sql_run(s,
                      "UPDATE chat SET clear_epoch=-1 WHERE id IN (SELECT chat FROM member WHERE "
                      "person=?)",
                      "i", person));
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM member WHERE person=?", "i", person));
    *chats = arena_array(a, (size_t)count + 1, sizeof **chats);
    if (*chats == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r, "SELECT chat FROM member WHERE person=?", "i", person));
    enum err e = OK;
    while (*n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        (*chats)[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_hold_get(struct store *s, int64_t chat, enum store_hold *out)
{
    int64_t v = 0;
    TRY(store_sql_get_int(s, &v, "SELECT hold FROM chat WHERE id=?", "i", chat));
    *out = (enum store_hold)v;
    return OK;
}

enum err store_hold_put(struct store *s, int64_t chat, enum store_hold hold, bool *changed)
{
    int64_t n = 0;
    TRY(store_sql_run(s, "UPDATE chat SET hold=? WHERE id=? AND hold<>?", "iii", (int64_t)hold,
                      chat, (int64_t)hold));
    TRY(store_sql_changes(s, &n));
    *changed = n > 0;
    return OK;
}

enum err store_aside_get(struct store *s, int64_t chat, struct store_aside *out)
{
    int64_t successor = 0;
    void *outs[] = {&out->chat, &out->by, &successor};
    memset(out, 0, sizeof *out);
    TRY(store_sql_get(s, NULL,
                      "SELECT c.aside,c.aside_by,coalesce(a.succeeds,0) FROM chat c LEFT JOIN chat "
                      "a ON a.id=c.aside WHERE c.id=?",
                      "iii", outs, "i", chat));
    out->successor = out->chat != 0 && successor == chat;
    return OK;
}

enum err store_aside_put(struct store *s, int64_t chat, const struct store_aside *a)
{
    TRY(store_sql_run(s, "UPDATE chat SET succeeds=? WHERE id=?", "ii",
                      a->successor ? chat : (int64_t)0, a->chat));
    return store_sql_run(s, "UPDATE chat SET aside=?,aside_by=? WHERE id=?", "iii", a->chat, a->by,
                         chat);
}

enum err store_sign_put(struct store *s, int64_t chat, struct slice device, bool *first)
{
    int64_t n = 0;
    TRY(store_sql_run(s, "INSERT INTO sign(chat,device) VALUES(?,?) ON CONFLICT DO NOTHING", "ib",
                      chat, device));
    TRY(store_sql_changes(s, &n));
    *first = n > 0;
    return OK;
}

enum err store_sign_get(struct store *s, int64_t chat, struct slice device, bool *out)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM sign WHERE chat=? AND device=?", "ib", chat,
                          device));
    *out = n > 0;
    return OK;
}

enum err store_sign_drop(struct store *s, int64_t chat, struct slice device)
{
    return store_sql_run(s, "DELETE FROM sign WHERE chat=? AND device=?", "ib", chat, device);
}
