#include "store/outbox.h"

#include <string.h>

#include "store/chat.h"
#include "store/people.h"

enum err store_outbox_put(struct store *s, int64_t chat, int64_t message, struct slice content,
                          const uint8_t mid[32], bool hold, int64_t about, int64_t said_ms,
                          int64_t *id)
{
    TRY(store_sql_run(s,
                      "INSERT INTO outbox(chat,message,content,mid,hold,about,said_ms) "
                      "VALUES(?,?,?,?,?,?,?)",
                      "iibbiii", chat, message, content, slice_make(mid, 32), (int64_t)hold, about,
                      said_ms));
    *id = store_sql_last_id(s);
    return OK;
}

enum err store_outbox_seal(struct store *s, int64_t id, uint64_t epoch, struct slice sealed,
                           const uint8_t branch[8], int64_t now_ms)
{
    return store_sql_run(s, "UPDATE outbox SET epoch=?,sealed=?,branch=?,sealed_ms=? WHERE id=?",
                         "ibbii", (int64_t)epoch, sealed, slice_make(branch, 8), now_ms, id);
}

enum err store_outbox_unseal(struct store *s, int64_t id)
{
    return store_sql_run(
        s, "UPDATE outbox SET epoch=NULL,sealed=NULL,branch=NULL,tries=tries+1 WHERE id=?", "i",
        id);
}

enum err store_outbox_number(struct store *s, const struct store_out *o)
{
    return store_sql_run(s, "UPDATE outbox SET counter=?,prev=?,hash=? WHERE id=?", "ibbi",
                         o->counter, o->has_prev ? SLICE_ARRAY(o->prev) : SLICE_EMPTY,
                         SLICE_ARRAY(o->hash), o->id);
}

enum err store_outbox_empty(struct store *s, int64_t id)
{
    TRY(store_sql_run(s, "DELETE FROM outbox WHERE id=? AND counter IS NULL", "i", id));
    return store_sql_run(s,
                         "UPDATE outbox SET content=zeroblob(0),sealed=NULL,epoch=NULL,"
                         "branch=NULL,message=NULL,tries=0 WHERE id=?",
                         "i", id);
}

enum err store_outbox_anew(struct store *s, int64_t chat)
{
    TRY(store_sql_run(s, "DELETE FROM outbox WHERE chat=? AND length(content)<2 AND hold=0", "i",
                      chat));
    return store_sql_run(s,
                         "UPDATE outbox SET epoch=NULL,sealed=NULL,branch=NULL,counter=NULL,"
                         "prev=NULL,hash=NULL,kept=0 WHERE chat=?",
                         "i", chat);
}

static enum err read_out(struct store_rows *r, struct arena *a, struct store_out *o)
{
    struct slice v;
    o->id = store_rows_int(r, 0);
    o->chat = store_rows_int(r, 1);
    o->message = store_rows_int(r, 2);
    TRY(store_rows_copy(r, 3, a, &o->content));
    v = store_rows_bytes(r, 4);
    if (v.n != 32) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(o->mid, v.p, 32);
    o->is_sealed = !store_rows_is_null(r, 6);
    o->epoch = (uint64_t)store_rows_int(r, 5);
    TRY(store_rows_copy(r, 6, a, &o->sealed));
    v = store_rows_bytes(r, 7);
    if (o->is_sealed) {
        if (v.n != 8) {
            return ERR_STORE_CORRUPT;
        }
        memcpy(o->branch, v.p, 8);
    }
    o->tries = store_rows_int(r, 8);
    o->sealed_ms = store_rows_int(r, 9);
    o->said_ms = store_rows_int(r, 10);
    o->counter = store_rows_is_null(r, 11) ? -1 : store_rows_int(r, 11);
    v = store_rows_bytes(r, 12);
    o->has_prev = v.n == sizeof o->prev;
    if (o->has_prev) {
        memcpy(o->prev, v.p, sizeof o->prev);
    }
    v = store_rows_bytes(r, 13);
    if (v.n == sizeof o->hash) {
        memcpy(o->hash, v.p, sizeof o->hash);
    }
    o->about = store_rows_int(r, 14);
    return OK;
}

enum err store_outbox_list(struct store *s, struct arena *a, int64_t chat, int64_t after_id,
                           size_t limit, struct store_out **out, size_t *n)
{
    struct store_rows r;
    bool has = false;
    struct store_out *list = arena_array(a, limit, sizeof *list);
    *out = list;
    *n = 0;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(
        s, &r,
        "SELECT "
        "id,chat,message,content,mid,epoch,sealed,branch,tries,sealed_ms,said_ms,counter,prev,"
        "hash,about FROM outbox WHERE chat=? AND id>? AND hold=0 AND kept=0 ORDER BY id LIMIT ?",
        "iii", chat, after_id, (int64_t)limit));
    enum err e = OK;
    while (*n < limit && (e = store_rows_next(&r, &has)) == OK && has) {
        e = read_out(&r, a, &list[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_outbox_next_with(struct store *s, struct arena *a, int64_t chat, int64_t after_id,
                                struct slice bytes, int64_t *id, struct slice *content)
{
    void *outs[] = {id, content};
    return store_sql_get(s, a,
                         "SELECT id,content FROM outbox WHERE chat=? AND id>? AND "
                         "instr(content,?)>0 ORDER BY id LIMIT 1",
                         "ib", outs, "iib", chat, after_id, bytes);
}

enum err store_outbox_set_content(struct store *s, int64_t id, struct slice content)
{
    return store_sql_run(s, "UPDATE outbox SET content=? WHERE id=?", "bi", content, id);
}

enum err store_outbox_done(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM outbox WHERE id=?", "i", id);
}

enum err store_outbox_keep(struct store *s, int64_t id, int64_t now_ms, bool *kept)
{
    int64_t n = 0;
    TRY(store_sql_run(s,
                      "UPDATE outbox SET kept=?1 WHERE id=?2 AND length(content)>1 AND EXISTS "
                      "(SELECT 1 FROM chat c WHERE c.id=outbox.chat AND c.type=?3) AND NOT EXISTS "
                      "(SELECT 1 FROM sign g WHERE g.chat=outbox.chat AND g.person<>?4 AND "
                      "g.heard=1)",
                      "iiii", now_ms, id, (int64_t)STORE_CHAT_PAIR, (int64_t)STORE_PERSON_ME));
    TRY(store_sql_changes(s, &n));
    *kept = n > 0;
    return OK;
}

enum err store_outbox_release(struct store *s, int64_t chat, int64_t *n)
{
    TRY(store_sql_run(s,
                      "UPDATE outbox SET kept=0,epoch=NULL,sealed=NULL,branch=NULL,tries=0 WHERE "
                      "chat=? AND kept>0",
                      "i", chat));
    return store_sql_changes(s, n);
}

enum err store_outbox_heard(struct store *s, int64_t chat, int64_t *messages, size_t max, size_t *n)
{
    struct store_rows r;
    int64_t last = 0;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id,coalesce(message,0) FROM outbox WHERE chat=? AND kept>0 ORDER "
                        "BY id LIMIT ?",
                        "ii", chat, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        last = store_rows_int(&r, 0);
        messages[(*n)++] = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    TRY(e);
    return store_sql_run(s, "DELETE FROM outbox WHERE chat=? AND kept>0 AND id<=?", "ii", chat,
                         last);
}

enum err store_outbox_keep_on(struct store *s, int64_t chat, int64_t now_ms)
{
    return store_sql_run(s, "UPDATE outbox SET kept=? WHERE chat=? AND kept>0", "ii", now_ms, chat);
}

enum err store_outbox_sealed_as(struct store *s, int64_t chat, struct slice sealed, int64_t *id,
                                int64_t *message)
{
    void *outs[] = {id, message};
    return store_sql_get(s, NULL,
                         "SELECT id,coalesce(message,0) FROM outbox WHERE chat=? AND sealed=?",
                         "ii", outs, "ib", chat, sealed);
}

enum err store_outbox_message(struct store *s, int64_t id, int64_t *message)
{
    return store_sql_get_int(s, message, "SELECT message FROM outbox WHERE id=?", "i", id);
}

enum err store_outbox_clear(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM outbox WHERE chat=?", "i", chat);
}

enum err store_outbox_contents(struct store *s, int64_t chat, int64_t *n)
{
    return store_sql_get_int(
        s, n, "SELECT count(*) FROM outbox WHERE chat=? AND hold=0 AND length(content)<>1", "i",
        chat);
}

enum err store_outbox_waiting(struct store *s, int64_t chat, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM outbox WHERE chat=? AND hold=0 AND kept=0",
                             "i", chat);
}

enum err store_outbox_waiting_words(struct store *s, int64_t chat, int64_t *n)
{
    return store_sql_get_int(
        s, n, "SELECT count(*) FROM outbox WHERE chat=? AND hold=0 AND kept=0 AND about<>0", "i",
        chat);
}

enum err store_outbox_idle(struct store *s, bool *idle)
{
    int64_t n = 0;
    TRY(store_sql_get_int(
        s, &n,
        "SELECT (SELECT count(*) FROM outbox WHERE hold=0 AND kept=0)+(SELECT count(*) "
        "FROM pending)+(SELECT count(*) FROM wish)+(SELECT count(*) FROM file "
        "WHERE state IN (1,4))+(SELECT count(*) FROM "
        "chain_wish)+(SELECT count(*)=0 FROM setting WHERE account=1 AND key='registered')"
        "+(SELECT count(*) FROM key_package WHERE published<>1)"
        "+(SELECT count(*) FROM link WHERE synced=0)",
        ""));
    *idle = n == 0;
    return OK;
}

enum err store_wish_add(struct store *s, int64_t chat, int kind, struct slice data, int64_t *id)
{
    TRY(store_sql_run(s, "INSERT INTO wish(chat,kind,data) VALUES(?,?,?)", "iib", chat,
                      (int64_t)kind, data.p == NULL ? SLICE_LITERAL("") : data));
    if (id != NULL) {
        *id = store_sql_last_id(s);
    }
    return OK;
}

enum err store_wish_list(struct store *s, struct arena *a, int64_t chat, struct store_wish **out,
                         size_t *n)
{
    enum { MAX = 64 };
    struct store_rows r;
    bool has = false;
    struct store_wish *list = arena_array(a, MAX, sizeof *list);
    *out = list;
    *n = 0;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_rows_open(s, &r,
                        "SELECT id,chat,kind,data,stage,extra,tries,not_before FROM wish WHERE "
                        "chat=? ORDER BY id LIMIT 64",
                        "i", chat));
    enum err e = OK;
    while (*n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_wish *w = &list[*n];
        w->id = store_rows_int(&r, 0);
        w->chat = store_rows_int(&r, 1);
        w->kind = (int)store_rows_int(&r, 2);
        w->stage = (int)store_rows_int(&r, 4);
        w->tries = store_rows_int(&r, 6);
        w->not_before = store_rows_int(&r, 7);
        e = store_rows_copy(&r, 3, a, &w->data);
        e = e != OK ? e : store_rows_copy(&r, 5, a, &w->extra);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_wish_set(struct store *s, int64_t id, int stage, struct slice extra)
{
    return store_sql_run(s, "UPDATE wish SET stage=?,extra=? WHERE id=?", "ibi", (int64_t)stage,
                         extra, id);
}

enum err store_wish_delay(struct store *s, int64_t id, int64_t tries, int64_t not_before)
{
    return store_sql_run(s, "UPDATE wish SET tries=?,not_before=? WHERE id=?", "iii", tries,
                         not_before, id);
}

enum err store_wish_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM wish WHERE id=?", "i", id);
}

enum err store_pending_put(struct store *s, int64_t chat, const struct store_pending *p)
{
    return store_sql_run(s,
                         "INSERT INTO pending(chat,epoch,frame,body_hash,wishes) VALUES(?,?,?,?,?)",
                         "iibbb", chat, (int64_t)p->epoch, p->frame, SLICE_ARRAY(p->body_hash),
                         p->wishes.p == NULL ? SLICE_LITERAL("") : p->wishes);
}

enum err store_pending_get(struct store *s, struct arena *a, int64_t chat,
                           struct store_pending *out)
{
    struct store_rows r;
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r, "SELECT epoch,frame,body_hash,wishes FROM pending WHERE chat=?", "i",
                        chat));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice h = store_rows_bytes(&r, 2);
        out->epoch = (uint64_t)store_rows_int(&r, 0);
        if (h.n == 32) {
            memcpy(out->body_hash, h.p, 32);
        }
        e = store_rows_copy(&r, 1, a, &out->frame);
        e = e != OK ? e : store_rows_copy(&r, 3, a, &out->wishes);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_pending_drop(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM pending WHERE chat=?", "i", chat);
}

enum err store_echo_put(struct store *s, int64_t chat, const uint8_t hash[32],
                        const struct store_echo *e)
{
    return store_sql_run(
        s, "INSERT INTO echo(chat,hash,leaf,counter,mid) VALUES(?,?,?,?,?) ON CONFLICT DO NOTHING",
        "ibiib", chat, slice_make(hash, 32), e == NULL ? (int64_t)0 : e->leaf,
        e == NULL ? (int64_t)0 : e->counter, e == NULL ? SLICE_EMPTY : SLICE_ARRAY(e->mid));
}

enum err store_echo_take(struct store *s, int64_t chat, const uint8_t hash[32],
                         struct store_echo *out)
{
    struct store_rows r;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r, "SELECT leaf,counter,mid FROM echo WHERE chat=? AND hash=?", "ib",
                        chat, slice_make(hash, 32)));
    enum err e = store_rows_next(&r, &out->known);
    if (e == OK && out->known) {
        out->leaf = store_rows_int(&r, 0);
        out->counter = store_rows_int(&r, 1);
        struct slice mid = store_rows_bytes(&r, 2);
        if (mid.n == sizeof out->mid) {
            memcpy(out->mid, mid.p, sizeof out->mid);
        }
    }
    store_rows_close(&r);
    if (e != OK || !out->known) {
        return e;
    }
    return store_sql_run(s, "DELETE FROM echo WHERE chat=? AND hash=?", "ib", chat,
                         slice_make(hash, 32));
}
