/* Contact tokens: made here, told to the gateway, given to people in links and profiles. */
#include "engine/own/token.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/ask.h"
#include "engine/own/clock.h"
#include "engine/own/frame.h"
#include "engine/own/room.h"
#include "schema/frame.h"
#include "store/sql.h"

enum err own_token_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                        uint64_t days, int64_t person, int64_t *id)
{
    uint8_t token[16];
    if (label.n > LIMIT_NAME_BYTES || uses > 10000 || days > 3650) {
        return ERR_INPUT;
    }
    crypto_rand(token, sizeof token);
    TRY(store_sql_run(s->store,
                      "INSERT INTO link(token,kind,label,person,uses,expires_s,made_ms) "
                      "VALUES(?,?,?,?,?,?,?)",
                      "bitiiii", SLICE_ARRAY(token), (int64_t)(person != 0), label, person,
                      (int64_t)uses,
                      days == 0 ? (int64_t)0 : (int64_t)(own_clock_now(o, s) / 1000 + days * 86400),
                      (int64_t)s->now_ms));
    *id = store_sql_last_id(s->store);
    s->durable = true;
    return own_token_sync(o, s);
}

enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16])
{
    struct store_rows r;
    bool has = false;
    int64_t id = 0;
    TRY(store_rows_open(s->store, &r, "SELECT token FROM link WHERE person=? AND gone=0 LIMIT 1",
                        "i", person));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice v = store_rows_bytes(&r, 0);
        if (v.n == 16) {
            memcpy(out, v.p, 16);
        } else {
            e = ERR_STORE_CORRUPT;
        }
    }
    store_rows_close(&r);
    if (e != OK || has) {
        return e;
    }
    TRY(own_token_make(o, s, SLICE_EMPTY, 0, 0, person, &id));
    return own_token_for(o, s, person, out);
}

enum err own_token_sync(struct own *o, struct step *s)
{
    struct store_rows r;
    bool has = false;
    int64_t id = 0, uses = 0, expires = 0, gone = 0;
    uint8_t hash[32];
    struct slice body;
    if (!own_ready(o, OWN_CONN_DEVICE) || own_asked(o, FRAME_TOKEN_SET, 0) ||
        own_asked(o, FRAME_TOKEN_DROP, 0)) {
        return OK;
    }
    TRY(store_rows_open(
        s->store, &r, "SELECT id,token,uses,expires_s,gone FROM link WHERE synced=0 LIMIT 1", ""));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        id = store_rows_int(&r, 0);
        crypto_sha256(hash, store_rows_bytes(&r, 1));
        uses = store_rows_int(&r, 2);
        expires = store_rows_int(&r, 3);
        gone = store_rows_int(&r, 4);
    }
    store_rows_close(&r);
    if (e != OK || !has) {
        return e;
    }
    enum frame_type type = gone != 0 ? FRAME_TOKEN_DROP : FRAME_TOKEN_SET;
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, type, 0, id);
    struct buf b = buf_arena(s->arena, 64);
    if (ask == NULL) {
        return OK;
    }
    if (gone != 0) {
        struct wire_token_drop w = {SLICE_ARRAY(hash)};
        wire_token_drop_put(&b, &w);
    } else {
        struct wire_token_set w = {SLICE_ARRAY(hash), (uint64_t)uses, (uint64_t)expires};
        wire_token_set_put(&b, &w);
    }
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_DEVICE, type, ask->request, body);
}
