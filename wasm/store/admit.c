#include "store/admit.h"

#include <string.h>

#include "store/chat.h"
#include "store/people.h"

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

bool store_hold_is_over(enum store_hold hold)
{
    return hold == STORE_HOLD_STOPPED || hold == STORE_HOLD_ELSEWHERE;
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

#define SIGN_LOOKED_FOR 2 /* added to `heard` while the list is being reread */

enum err store_sign_sit(struct store *s, int64_t chat, struct slice device, int64_t person)
{
    return store_sql_run(s,
                         "INSERT INTO sign(chat,device,person) VALUES(?,?,?) ON "
                         "CONFLICT(chat,device) DO UPDATE SET person=excluded.person,heard=0",
                         "ibi", chat, device, person);
}

enum err store_sign_put(struct store *s, int64_t chat, struct slice device, bool *first)
{
    int64_t n = 0;
    TRY(store_sql_run(s, "UPDATE sign SET heard=1 WHERE chat=? AND device=? AND heard=0", "ib",
                      chat, device));
    TRY(store_sql_changes(s, &n));
    *first = n > 0;
    return OK;
}

enum err store_sign_get(struct store *s, int64_t chat, struct slice device, bool *heard)
{
    int64_t v = 0;
    TRY(store_sql_get_int(s, &v, "SELECT heard FROM sign WHERE chat=? AND device=?", "ib", chat,
                          device));
    *heard = v != 0;
    return OK;
}

enum err store_sign_drop(struct store *s, int64_t chat, struct slice device)
{
    return store_sql_run(s, "DELETE FROM sign WHERE chat=? AND device=?", "ib", chat, device);
}

enum err store_sign_begin(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE sign SET heard=heard+? WHERE chat=?", "ii",
                         (int64_t)SIGN_LOOKED_FOR, chat);
}

enum err store_sign_stay(struct store *s, int64_t chat, struct slice device, int64_t person)
{
    return store_sql_run(s,
                         "INSERT INTO sign(chat,device,person) VALUES(?1,?2,?3) ON "
                         "CONFLICT(chat,device) DO UPDATE SET person=?3,heard=heard-?4 WHERE "
                         "heard>=?4",
                         "ibii", chat, device, person, (int64_t)SIGN_LOOKED_FOR);
}

enum err store_sign_end(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM sign WHERE chat=? AND heard>=?", "ii", chat,
                         (int64_t)SIGN_LOOKED_FOR);
}

enum err store_sign_clear(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM sign WHERE chat=?", "i", chat);
}

enum err store_sign_all(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE sign SET heard=1 WHERE chat=?", "i", chat);
}

enum err store_sign_history(struct store *s, int64_t chat, int64_t shown)
{
    return store_sql_run(s,
                         "UPDATE sign SET heard=1 WHERE chat=?1 AND person IN (SELECT sender FROM "
                         "message WHERE chat=?2 AND type IN (0,1,4))",
                         "ii", chat, shown);
}

enum err store_sign_count(struct store *s, int64_t chat, int64_t person, int64_t *devices,
                          int64_t *silent)
{
    void *outs[] = {devices, silent};
    return store_sql_get(s, NULL,
                         "SELECT count(*),count(*)-coalesce(sum(heard),0) FROM sign WHERE chat=?1 "
                         "AND (person=?2 OR (?2=0 AND person<>?3))",
                         "ii", outs, "iii", chat, person, (int64_t)STORE_PERSON_ME);
}

enum err store_sign_list(struct store *s, struct arena *a, int64_t chat, struct store_sign **out,
                         size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t count = 0;
    *n = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM sign WHERE chat=?", "i", chat));
    *out = arena_array(a, (size_t)count + 1, sizeof **out);
    if (*out == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r, "SELECT device,person FROM sign WHERE chat=? ORDER BY device", "i",
                        chat));
    enum err e = OK;
    while (*n < (size_t)count && (e = store_rows_next(&r, &has)) == OK && has) {
        struct slice device = store_rows_bytes(&r, 0);
        if (device.n != sizeof(*out)->device) {
            e = ERR_STORE_CORRUPT;
            break;
        }
        memcpy((*out)[*n].device, device.p, device.n);
        (*out)[(*n)++].person = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    return e;
}

enum err store_sign_silent(struct store *s, struct arena *a, int64_t chat, struct slice after,
                           struct slice *device, int64_t *person)
{
    void *outs[] = {device, person};
    return store_sql_get(s, a,
                         "SELECT device,person FROM sign WHERE chat=? AND device>? AND person<>? "
                         "AND heard=0 ORDER BY device LIMIT 1",
                         "bi", outs, "ibi", chat, after.n == 0 ? SLICE_LITERAL("") : after,
                         (int64_t)STORE_PERSON_ME);
}

enum err store_quiet_find(struct store *s, int64_t before_ms, int64_t *chats, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT DISTINCT o.chat FROM outbox o JOIN chat c ON c.id=o.chat WHERE "
                        "o.kept>0 AND o.kept<=? AND c.quiet=0 AND (o.message IS NOT NULL OR "
                        "c.state=?) LIMIT ?",
                        "iii", before_ms, (int64_t)STORE_CHAT_WAITING, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        chats[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_quiet_put(struct store *s, int64_t chat, bool quiet)
{
    return store_sql_run(s, "UPDATE chat SET quiet=? WHERE id=?", "ii", (int64_t)quiet, chat);
}

enum err store_quiet_room(struct store *s, int64_t chat, int64_t *room)
{
    return store_sql_get_int(
        s, room, "SELECT id FROM chat WHERE (id=?1 OR alias_of=?1) AND quiet=1 LIMIT 1", "i", chat);
}
