#include "engine/own/chain_news.h"

#include <string.h>

#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/line.h"
#include "engine/own/wish.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/people.h"
#include "store/setting.h"
#include "store/sql.h"

enum err own_chain_hpke(struct step *s, struct slice *out)
{
    struct chain_entry head;
    uint8_t hash[CHAIN_HASH_SIZE];
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    TRY(store_setting_get(s->store, s->arena, "recovery-hpke", out));
    crypto_sha256(hash, *out);
    return slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(head.recovery_hpke)) ? OK : ERR_GONE;
}

static enum err put_devices(struct step *s, const struct chain_entry *head)
{
    for (size_t i = 0; i < head->device_n; i++) {
        TRY(store_sql_run(s->store,
                          "INSERT INTO device(id,added_ms) VALUES(?,?) ON CONFLICT(id) DO UPDATE "
                          "SET gone=0",
                          "bi", SLICE_ARRAY(head->devices[i].key), (int64_t)s->now_ms));
    }
    return OK;
}

enum err own_chain_devices(struct step *s)
{
    struct chain_entry head;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    return put_devices(s, &head);
}

/* The rows of my devices as the newest entry has them. */
static enum err sync_devices(struct own *o, struct step *s, const struct chain_entry *head)
{
    struct store_rows r;
    uint8_t gone[CHAIN_DEVICES_MAX * 4][CHAIN_KEY_SIZE];
    int64_t *ids = NULL;
    size_t n = 0, chat_n = 0;
    bool has = false;
    TRY(put_devices(s, head));
    TRY(store_rows_open(s->store, &r, "SELECT id FROM device WHERE gone=0", ""));
    enum err e = OK;
    while (n < sizeof gone / sizeof gone[0] && (e = store_rows_next(&r, &has)) == OK && has) {
        struct slice id = store_rows_bytes(&r, 0);
        if (id.n == CHAIN_KEY_SIZE && !chain_has_device(head, id.p)) {
            memcpy(gone[n++], id.p, CHAIN_KEY_SIZE);
        }
    }
    store_rows_close(&r);
    TRY(e);
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &chat_n));
    for (size_t i = 0; i < n; i++) {
        TRY(store_sql_run(s->store, "UPDATE device SET gone=1 WHERE id=?", "b",
                          SLICE_ARRAY(gone[i])));
        TRY(store_sql_run(s->store, /* it may have been stolen: what it compared is not */
                          RULE(STOLEN_COMPARED_NOTHING)
                              ? "UPDATE person SET verified=0 WHERE verified=1 AND verified_by=?"
                              : "UPDATE person SET verified=verified WHERE verified_by=?",
                          "b", SLICE_ARRAY(gone[i])));
        for (size_t k = 0; k < chat_n; k++) { /* out of every room: new path, secrets, keys */
            if (RULE(REVOKED_LEAVES_ROOMS)) {
                TRY(own_wish(o, s, ids[k], OWN_WISH_REMOVE_DEVICE, SLICE_ARRAY(gone[i])));
            }
        }
    }
    s->out->devices = true;
    return OK;
}

/* My chain has grown, by whomever. */
static enum err changed(struct own *o, struct step *s, const struct own_identity_change *c)
{
    struct chain_entry head;
    struct slice hpke;
    if (c->news != OWN_IDENTITY_GREW) {
        return OK;
    }
    s->durable = true;
    s->dirty = true;
    s->out->state = true;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    bool listed = chain_has_device(&head, o->device);
    if (o->loaded && listed) {
        TRY(sync_devices(o, s, &head));
        TRY(store_setting_put_int(s->store, "record-due", 1));
    }
    if (o->loaded && !listed) { /* signed by somebody of mine: this device keeps what it has */
        o->dropped = true;
        own_line_hang_up(s, OWN_CONN_DEVICE);
        own_line_lost(o, s, OWN_CONN_DEVICE);
    }
    enum err e = own_chain_hpke(s, &hpke);
    o->slot_due = o->slot_due || e == OK; /* the store's own slot is sealed anew */
    return e == ERR_GONE ? OK : e;
}

enum err own_chain_take_own(struct own *o, struct step *s, const struct slice *entries, size_t n,
                            struct own_identity_change *out)
{
    TRY(own_identity_take(s, o->account, entries, n, out));
    return changed(o, s, out);
}
