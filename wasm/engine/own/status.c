/* Read marks, delivery and read notices: batched, switchable, inside the ciphertext. */
#include "engine/own/status.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/rand.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/setting.h"
#include "store/sql.h"

#define STATUS_MEMBERS_MAX 16 /* larger groups get no delivery and read notices */

/* ---- reading, statuses ---------------------------------------------------------------------- */

void own_statuses_soon(struct own *o, struct step *s)
{
    if (o->status_at_ms == 0) {
        o->status_at_ms = s->now_ms + 1000 + crypto_rand_below(4000);
    }
}

enum err own_content_read(struct own *o, struct step *s, int64_t chat, int64_t message)
{
    struct store_message m;
    int64_t left = 0, notices = 1;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.chat != chat) {
        return ERR_INPUT;
    }
    TRY(store_sql_get_int(s->store, &left,
                          "SELECT count(*) FROM message WHERE chat=? AND (at_ms,id)>(?,?) AND "
                          "sender<>1 AND type IN (0,1,3)",
                          "iii", chat, m.at_ms, m.id));
    TRY(store_setting_int(s->store, "read-on", 1, &notices));
    TRY(store_sql_run(s->store,
                      "UPDATE chat SET unread=min(unread,?),mentioned=CASE WHEN ?=0 THEN 0 ELSE "
                      "mentioned END,first_unread=CASE WHEN ?=0 THEN 0 ELSE first_unread END,"
                      "read_mid=?,read_due=? WHERE id=?",
                      "iiibii", left, left, left, SLICE_ARRAY(m.mid), notices, chat));
    TRY(store_sql_run(s->store,
                      "UPDATE message SET expires_ms=?+timer_s*1000 WHERE chat=? AND timer_s>0 AND "
                      "expires_ms=0 AND (at_ms,id)<=(?,?)",
                      "iiii", (int64_t)s->now_ms, chat, m.at_ms, m.id));
    effects_chat(s->out, chat);
    own_statuses_soon(o, s);
    return OK;
}

static enum err send_status(struct own *o, struct step *s, int64_t chat, uint64_t kind,
                            struct slice mid)
{
    struct slice body;
    struct buf b = buf_arena(s->arena, 48);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, kind);
    cbor_put_bytes(&b, mid);
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, chat, OWN_TYPE_STATUS, body);
}

static enum err chat_status(struct own *o, struct step *s, int64_t chat, bool got, bool read)
{
    struct slice mid;
    int64_t members = 0;
    struct store_chat c;
    void *outs[] = {&mid};
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_sql_get_int(s->store, &members, "SELECT count(*) FROM member WHERE chat=? AND gone=0",
                          "i", chat));
    if (c.type == STORE_CHAT_SELF || c.state != STORE_CHAT_OPEN || members > STATUS_MEMBERS_MAX) {
        return OK;
    }
    if (read) {
        enum err e = store_sql_get(s->store, s->arena, "SELECT read_mid FROM chat WHERE id=?", "b",
                                   outs, "i", chat);
        if (e != OK || mid.n != 32) {
            return e;
        }
        return send_status(o, s, chat, 2, mid);
    }
    if (!got) {
        return OK;
    }
    enum err e = store_sql_get(s->store, s->arena,
                               "SELECT mid FROM message WHERE chat=? AND sender<>1 AND type IN "
                               "(0,1) ORDER BY at_ms DESC,id DESC LIMIT 1",
                               "b", outs, "i", chat);
    return e == OK ? send_status(o, s, chat, 1, mid) : e == ERR_GONE ? OK : e;
}

enum err own_content_statuses(struct own *o, struct step *s)
{
    enum { MAX = 64 };
    struct store_rows r;
    int64_t ids[MAX], got[MAX], read[MAX];
    size_t n = 0;
    bool has = false;
    o->status_at_ms = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,got_due,read_due FROM chat WHERE got_due=1 OR read_due=1 LIMIT "
                        "64",
                        ""));
    enum err e = OK;
    while (n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        got[n] = store_rows_int(&r, 1);
        read[n++] = store_rows_int(&r, 2);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_sql_run(s->store, "UPDATE chat SET got_due=0,read_due=0 WHERE id=?", "i", ids[i]);
        e = e != OK ? e : chat_status(o, s, ids[i], got[i] != 0, read[i] != 0);
    }
    return e;
}

/* State of my messages from what the others confirmed: the least of all members. */
static enum err apply_receipts(struct step *s, int64_t chat)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(
        s->store, &r,
        "WITH low AS (SELECT min(coalesce(x.got_ms,0)) AS got,min(coalesce(x.read_ms,0)) AS "
        "red FROM member m LEFT JOIN receipt x ON x.chat=m.chat AND x.person=m.person WHERE "
        "m.chat=?1 AND m.gone=0 AND m.person<>1) "
        "SELECT id,CASE WHEN at_ms<=(SELECT red FROM low) THEN 3 ELSE 2 END FROM message WHERE "
        "chat=?1 AND sender=1 AND state IN (1,2) AND at_ms<=(SELECT max(got,red) FROM low) AND "
        "state<CASE WHEN at_ms<=(SELECT red FROM low) THEN 3 ELSE 2 END LIMIT 256",
        "i", chat));
    enum err e = OK;
    int64_t ids[256], to[256];
    size_t n = 0;
    while (n < 256 && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        to[n++] = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_message_set_state(s->store, ids[i], (int)to[i], 0);
        effects_message(s->out, ids[i], false);
    }
    if (n > 0) {
        effects_chat(s->out, chat);
    }
    return e;
}

enum err own_status_take(struct step *s, int64_t chat, int64_t from, struct slice in)
{
    struct store_message m;
    struct slice mid;
    uint64_t kind = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &kind));
    TRY(cbor_get_bytes(&in, &mid));
    if (mid.n != 32 || (kind != 1 && kind != 2)) {
        return ERR_INPUT;
    }
    enum err e = store_message_find(s->store, s->arena, chat, mid.p, &m);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_sql_run(s->store,
                      "INSERT INTO receipt(chat,person,got_ms,read_ms) VALUES(?,?,?,?) ON "
                      "CONFLICT(chat,person) DO UPDATE SET got_ms=max(got_ms,excluded.got_ms),"
                      "read_ms=max(read_ms,excluded.read_ms)",
                      "iiii", chat, from, m.at_ms, kind == 2 ? m.at_ms : (int64_t)0));
    return apply_receipts(s, chat);
}
