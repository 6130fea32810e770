/* Contact tokens: made here, registered with the gateway, given to people in links and profiles. */
#include "engine/own/token.h"

#include "base/limits.h"
#include "crypto/rand.h"
#include "engine/own/ask.h"
#include "engine/own/clock.h"
#include "engine/own/frame.h"
#include "engine/own/room.h"
#include "schema/frame.h"
#include "store/own_token.h"

enum err own_token_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                        uint64_t days, int64_t person, int64_t *id)
{
    uint8_t token[16];
    if (label.n > LIMIT_NAME_BYTES || uses > 10000 || days > 3650) {
        return ERR_INPUT;
    }
    crypto_rand(token, sizeof token);
    TRY(store_own_token_add(s->store, token, label, person, (int64_t)uses,
                            days == 0 ? 0 : (int64_t)(own_clock_now(o, s) / 1000 + days * 86400),
                            (int64_t)s->now_ms, id));
    s->durable = true;
    return own_token_sync(o, s);
}

enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16])
{
    int64_t id = 0;
    enum err e = store_own_token_of(s->store, person, out);
    if (e != ERR_GONE) {
        return e;
    }
    TRY(own_token_make(o, s, SLICE_EMPTY, 0, 0, person, &id));
    return own_token_for(o, s, person, out);
}

enum err own_token_sync(struct own *o, struct step *s)
{
    struct store_own_token t;
    struct slice body;
    if (!own_ready(o, OWN_CONN_DEVICE) || own_asked(o, FRAME_TOKEN_SET, 0) ||
        own_asked(o, FRAME_TOKEN_DROP, 0)) {
        return OK;
    }
    enum err e = store_own_token_unsynced(s->store, &t);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    enum frame_type type = t.gone ? FRAME_TOKEN_DROP : FRAME_TOKEN_SET;
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, type, 0, t.id);
    struct buf b = buf_arena(s->arena, 64);
    if (ask == NULL) {
        return OK;
    }
    if (t.gone) {
        struct wire_token_drop w = {SLICE_ARRAY(t.hash)};
        wire_token_drop_put(&b, &w);
    } else {
        struct wire_token_set w = {SLICE_ARRAY(t.hash), (uint64_t)t.uses, (uint64_t)t.expires_s};
        wire_token_set_put(&b, &w);
    }
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_DEVICE, type, ask->request, body);
}
