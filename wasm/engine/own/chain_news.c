#include "engine/own/chain_news.h"

#include <string.h>

#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/admit.h"
#include "engine/own/chain_wish.h"
#include "engine/own/identity_take.h"
#include "engine/own/line.h"
#include "engine/own/notice.h"
#include "engine/own/wish.h"
#include "engine/verify.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/own_device.h"
#include "store/own_setting.h"
#include "store/people.h"

enum err own_chain_hpke(struct step *s, struct slice *out)
{
    struct chain_entry head;
    uint8_t hash[CHAIN_HASH_SIZE];
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    TRY(store_own_setting_get(s->store, s->arena, "recovery-hpke", out));
    crypto_sha256(hash, *out);
    return slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(head.recovery_hpke)) ? OK : ERR_GONE;
}

static enum err put_devices(struct step *s, const struct chain_entry *head)
{
    for (size_t i = 0; i < head->device_n; i++) {
        TRY(store_own_device_listed(s->store, head->devices[i].key, (int64_t)s->now_ms));
    }
    return OK;
}

enum err own_chain_devices(struct step *s)
{
    struct chain_entry head;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    return put_devices(s, &head);
}

/* Who wrote the newest entry; by_code: the recovery key. NULL: the previous entry is not here. */
static enum err author(struct step *s, const struct chain_entry *head, uint8_t key[CHAIN_KEY_SIZE],
                       bool *by_code, bool *known)
{
    struct chain_entry last;
    *known = *by_code = false;
    enum err e =
        head->n == 0 ? ERR_GONE : store_chain_at(s->store, STORE_PERSON_ME, head->n - 1, &last);
    const uint8_t *who = e == OK ? chain_signer(&last, head, 0) : NULL;
    if (who != NULL) {
        *known = true;
        *by_code = head->signers[0] == CHAIN_SIGNER_RECOVERY_BEFORE;
        memcpy(key, who, CHAIN_KEY_SIZE);
    }
    return e == ERR_GONE ? OK : e;
}

static enum err device_name(struct step *s, const uint8_t key[CHAIN_KEY_SIZE], struct slice *out)
{
    enum err e = store_own_device_name(s->store, s->arena, key, out);
    return e == ERR_GONE ? OK : e;
}

/* A line in my notes about this device and the one that did it (none: the recovery code). */
static enum err note(struct step *s, enum abi_notice notice, const uint8_t device[CHAIN_KEY_SIZE],
                     const uint8_t *by)
{
    struct slice which = SLICE_EMPTY, who = SLICE_EMPTY, text;
    struct buf b = buf_arena(s->arena, 512);
    int64_t self = 0;
    TRY(device_name(s, device, &which));
    TRY(by != NULL ? device_name(s, by, &who) : OK);
    buf_slice(&b, which);
    buf_slice(&b, SLICE_LITERAL("\n"));
    buf_slice(&b, who);
    TRY(buf_finish(&b, &text));
    enum err e = store_chat_self(s->store, &self);
    return e == OK ? own_notice(s, self, notice, STORE_PERSON_ME, text, 0) : e == ERR_GONE ? OK : e;
}

/* Keeps who dropped this device, for its screen. */
static enum err keep_by(struct step *s, const struct chain_entry *head)
{
    uint8_t by[CHAIN_KEY_SIZE];
    bool by_code = false, known = false;
    struct slice name = SLICE_LITERAL("");
    TRY(author(s, head, by, &by_code, &known));
    TRY(known && !by_code ? device_name(s, by, &name) : OK);
    return store_own_setting_put(s->store, "dropped-by", name);
}

/* Each device of mine reports what another one did to my list. */
static enum err tell_devices(struct own *o, struct step *s, const struct chain_entry *head)
{
    uint8_t by[CHAIN_KEY_SIZE];
    bool by_code = false, known = false;
    struct chain_entry last;
    TRY(author(s, head, by, &by_code, &known));
    if (!known || slice_equal(SLICE_ARRAY(by), SLICE_ARRAY(o->device)) || !RULE(DEVICES_ARE_SAID)) {
        return OK;
    }
    TRY(store_chain_at(s->store, STORE_PERSON_ME, head->n - 1, &last));
    for (size_t i = 0; i < head->device_n; i++) {
        if (!chain_has_device(&last, head->devices[i].key)) {
            TRY(note(s, ABI_NOTICE_MY_DEVICE, head->devices[i].key, by_code ? NULL : by));
        }
    }
    for (size_t i = 0; i < last.device_n; i++) {
        if (!chain_has_device(head, last.devices[i].key)) {
            TRY(note(s, ABI_NOTICE_MY_DEVICE_GONE, last.devices[i].key, by_code ? NULL : by));
        }
    }
    return OK;
}

/* The rows of my devices as the newest entry has them. */
static enum err sync_devices(struct own *o, struct step *s, const struct chain_entry *head)
{
    struct store_own_device *devices = NULL;
    int64_t *ids = NULL;
    size_t n = 0, chat_n = 0;
    TRY(put_devices(s, head));
    TRY(store_own_device_list(s->store, s->arena, &devices, &n));
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &chat_n));
    for (size_t i = 0; i < n; i++) {
        if (chain_has_device(head, devices[i].key)) {
            continue;
        }
        TRY(store_own_device_gone(s->store, devices[i].key));
        if (RULE(STOLEN_COMPARED_NOTHING)) { /* it may be stolen: its comparisons no longer count */
            TRY(verify_device_gone(s, SLICE_ARRAY(devices[i].key)));
        }
        for (size_t k = 0; k < chat_n; k++) { /* out of every room: new path, secrets, keys */
            if (RULE(REVOKED_LEAVES_ROOMS)) {
                TRY(own_wish(o, s, ids[k], OWN_WISH_REMOVE_DEVICE, SLICE_ARRAY(devices[i].key)));
            }
        }
    }
    s->out->devices = true;
    return OK;
}

/* Another branch of my chain: reported, and ended by a device that is on both. One made by a key
 * that my list has dropped is only reported, as everybody else does. */
static enum err branched(struct own *o, struct step *s, const struct own_identity_change *c)
{
    struct own_chain_wished w = {0, OWN_CHAIN_FORK, SLICE_ARRAY(c->other), SLICE_EMPTY,
                                 SLICE_EMPTY};
    bool there = slice_equal(SLICE_ARRAY(o->chain_there), SLICE_ARRAY(c->other));
    TRY(note(s, c->told ? ABI_NOTICE_FORGED : ABI_NOTICE_FORK, o->device, NULL));
    s->durable = true;
    if (c->told && !there) {
        return OK;
    }
    if (!RULE(FORK_IS_ENDED)) {
        return OK;
    }
    TRY(own_chain_wish_add(s, OWN_CHAIN_FORK, w.data, &w.id));
    enum err e = own_chain_wish_make(o, s, &w, NULL, NULL);
    if (e == ERR_AUTH || e == ERR_GONE || e == ERR_LIMIT) { /* not for this device to end */
        return own_chain_wish_drop(s, w.id);
    }
    return e == ERR_LIMIT_RATE ? OK : e;
}

/* My chain has grown, whoever did it. */
static enum err changed(struct own *o, struct step *s, const struct own_identity_change *c)
{
    struct chain_entry head;
    if (c->news == OWN_IDENTITY_FORK || c->told) {
        return o->base.ready && !o->dropped ? branched(o, s, c) : OK;
    }
    if (c->news != OWN_IDENTITY_GREW) {
        return OK;
    }
    s->durable = true;
    s->dirty = true;
    s->out->state = true;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    bool listed = chain_has_device(&head, o->device);
    if (o->base.ready && !o->dropped) {
        TRY(tell_devices(o, s, &head));
    }
    if (o->base.ready && listed) {
        TRY(sync_devices(o, s, &head));
        TRY(own_admit_grown(o, s, o->account));
        TRY(store_own_setting_put_int(s->store, "record-due", 1));
    }
    if (o->base.ready && !listed) { /* signed by one of mine: this device keeps what it has */
        TRY(o->dropped ? OK : keep_by(s, &head));
        o->dropped = true;
        own_line_hang_up(s, OWN_CONN_DEVICE);
        own_line_lost(o, s, OWN_CONN_DEVICE);
    }
    o->base.slot_due = true; /* the store's own slot is resealed, or dropped until it can be */
    return OK;
}

/* A code made on an abandoned branch is not valid. */
static enum err tell_code(struct step *s, const struct chain_entry *before)
{
    struct chain_entry head;
    struct store_chain_key k;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    enum err e = store_chain_key(s->store, STORE_PERSON_ME, before->recovery, &k);
    if (e != ERR_GONE) {
        return e;
    }
    s->out->state = true;
    return store_own_setting_put_int(s->store, "chain-undone", 1);
}

/* One by one, so that each is reported separately. */
enum err own_chain_take_own(struct own *o, struct step *s, const struct slice *entries, size_t n,
                            struct own_identity_change *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        struct own_identity_change c;
        struct chain_entry before;
        enum err e = store_chain_head(s->store, STORE_PERSON_ME, &before);
        TRY(e == ERR_GONE ? OK : e);
        TRY(own_identity_take(s, o->account, &entries[i], 1, &c));
        TRY(changed(o, s, &c));
        TRY(c.ended && e == OK ? tell_code(s, &before) : OK);
        out->news = c.news != OWN_IDENTITY_NOTHING ? c.news : out->news;
        out->devices = out->devices || c.devices;
        out->dropped = out->dropped || c.dropped;
        out->recovered = out->recovered || c.recovered;
        out->ended = out->ended || c.ended;
        if (c.news == OWN_IDENTITY_INVALID || c.news == OWN_IDENTITY_GAP) {
            break;
        }
    }
    return OK;
}
