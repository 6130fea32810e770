/* The receiving half of a device link: see link.c. */
#include "engine/own/link_hear.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/rule.h"
#include "crypto/sign.h"
#include "engine/own/account.h"
#include "engine/own/chain.h"
#include "engine/own/due.h"
#include "engine/own/identity.h"
#include "engine/own/identity_take.h"
#include "engine/own/line.h"
#include "engine/own/link.h"
#include "engine/own/part.h"
#include "engine/own/people.h"
#include "engine/own/record.h"
#include "engine/own/record_due.h"
#include "engine/own/room.h"
#include "engine/own/sync.h"
#include "engine/timeline.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_device.h"
#include "store/own_person.h"
#include "store/own_setting.h"

/* ---- hearing -------------------------------------------------------------------------------- */

static enum err hear_pairing(struct own *o, struct step *s, struct own_link *l, struct slice in)
{
    struct slice message;
    TRY(cbor_get_bytes(&in, &message));
    s->dirty = true;
    TRY(own_pairing_hear(&o->pair.p, message));
    return o->pair.p.state == OWN_PAIRING_DONE ? own_link_enter(o, s, l) : OK;
}

/* The other side has ended it, so this one does too, without replying. */
static enum err hear_no(struct own *o, struct step *s, struct slice in)
{
    uint64_t why = 0;
    TRY(cbor_get_uint(&in, &why));
    own_link_progress(s, why == ABI_LINK_PHASE_OVER ? ABI_LINK_PHASE_OVER : ABI_LINK_PHASE_NO, 0,
                      0);
    return own_link_clear(o, s);
}

static enum err hear_hello(struct own *o, struct step *s, struct own_link *l, struct slice in)
{
    struct slice device, name;
    (void)o;
    TRY(cbor_get_bytes(&in, &device));
    TRY(cbor_get_text(&in, &name));
    if (device.n != CHAIN_KEY_SIZE || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(store_own_setting_put(s->store, "link-device", device));
    TRY(store_own_setting_put(s->store, "link-name", name));
    TRY(own_link_set(s, "link-phase", &l->phase,
                     RULE(LINK_OLD_SIDE_ASKS) ? PHASE_CONFIRM : PHASE_DRAFT));
    return own_link_show(s, l);
}

static enum err hear_signed(struct own *o, struct step *s, struct own_link *l, struct slice in)
{
    struct slice sig, draft, device, name;
    bool stale = false;
    TRY(cbor_get_bytes(&in, &sig));
    TRY(store_own_setting_get(s->store, s->arena, "link-draft", &draft));
    TRY(store_own_setting_get(s->store, s->arena, "link-device", &device));
    TRY(store_own_setting_get(s->store, s->arena, "link-name", &name));
    if (sig.n != CRYPTO_SIGN_SIZE || device.n != CHAIN_KEY_SIZE) {
        return ERR_INPUT;
    }
    TRY(store_own_device_called(s->store, device.p, name, (int64_t)s->now_ms, true));
    TRY(own_link_settled(o, s, l));
    TRY(own_link_set(s, "link-phase", &l->phase, PHASE_ACCOUNT));
    TRY(own_chain_draft_signed(o, s, draft, device.p, sig.p, &stale));
    if (!stale) {
        return OK;
    }
    TRY(store_own_setting_drop(s->store, "link-draft"));
    return own_link_set(s, "link-phase", &l->phase, PHASE_DRAFT);
}

static enum err hear_draft(struct own *o, struct step *s, struct own_link *l, struct slice in)
{
    struct slice draft, account, name, confirmed;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    TRY(cbor_get_bytes(&in, &draft));
    TRY(cbor_get_bytes(&in, &account));
    TRY(cbor_get_text(&in, &name));
    if (account.n != CHAIN_HASH_SIZE || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(own_account_device(o, s));
    TRY(own_chain_draft_sign(o, draft, sig)); /* does it really add this device? */
    TRY(store_own_setting_put(s->store, "link-draft", draft));
    if (l->phase == PHASE_ACCOUNT) { /* the person has agreed, to this account */
        TRY(store_own_setting_get(s->store, s->arena, "link-account", &confirmed));
        return slice_equal(confirmed, account)
                   ? own_link_set(s, "link-phase", &l->phase, PHASE_SIGNED)
                   : ERR_AUTH;
    }
    TRY(store_own_setting_put(s->store, "link-account", account));
    TRY(store_own_setting_put(s->store, "link-owner", name));
    if (!RULE(LINK_NEW_SIDE_ASKS)) {
        TRY(own_link_settled(o, s, l));
        return own_link_set(s, "link-phase", &l->phase, PHASE_SIGNED);
    }
    TRY(own_link_set(s, "link-phase", &l->phase, PHASE_CONFIRM));
    return own_link_show(s, l);
}

static enum err hear_account(struct own *o, struct step *s, struct own_link *l, struct slice in)
{
    struct slice account, inbox, name, hash;
    uint64_t n = 0;
    (void)o;
    TRY(cbor_get_bytes(&in, &inbox));
    TRY(cbor_get_uint(&in, &n));
    TRY(cbor_get_bytes(&in, &hash));
    if (inbox.n != FRAME_INBOX_SIZE || hash.n != CHAIN_HASH_SIZE) {
        return ERR_INPUT;
    }
    TRY(store_own_setting_get(s->store, s->arena, "link-account", &account)); /* as confirmed */
    TRY(store_own_setting_get(s->store, s->arena, "link-owner", &name));
    TRY(store_own_person_add_me(s->store, account, name, inbox, 0));
    return own_link_set(s, "link-phase", &l->phase, PHASE_CHAIN);
}

/* It is in once the chain lists it. */
static enum err take_chain(struct own *o, struct step *s, struct own_link *l, struct slice body)
{
    struct own_identity_change c;
    struct slice account, name;
    struct wire_chain w;
    bool listed = false;
    TRY(wire_chain_decode(s->arena, body, &w));
    TRY(store_own_setting_get(s->store, s->arena, "link-account", &account));
    TRY(own_identity_take(s, account.p, w.entries, w.entries_n, &c));
    TRY(own_identity_lists_now(s, account.p, o->device, &listed));
    if (!listed) {
        if (c.news == OWN_IDENTITY_GREW) {
            own_due_rest(o);
        }
        return OK;
    }
    TRY(own_account_load(o, s));
    TRY(own_chain_take_hpke(o, s, &w));
    TRY(store_own_setting_get(s->store, s->arena, "link-name", &name));
    TRY(store_own_setting_put_int(s->store, "registered", 1));
    TRY(store_own_device_called(s->store, o->device, name, (int64_t)s->now_ms, false));
    TRY(own_chain_devices(s));
    o->conn[OWN_CONN_DEVICE].retry_at_ms = s->now_ms; /* the device line may open now */
    s->out->state = true;
    own_link_progress(s, ABI_LINK_PHASE_MOVING, 0, 0);
    own_line_hang_up(s, OWN_CONN_ANON); /* the mailbox needs another line than this */
    own_line_lost(o, s, OWN_CONN_ANON);
    return own_link_set(s, "link-phase", &l->phase, PHASE_IN);
}

enum err own_link_chain(struct own *o, struct step *s, struct slice body, uint64_t failure)
{
    struct own_link l;
    TRY(own_link_load(s, &l));
    /* otherwise asked again at the link's next step */
    bool waits = l.role == ROLE_NEW && l.phase == PHASE_CHAIN && failure == 0;
    enum err e = waits ? take_chain(o, s, &l, body) : OK;
    wipe(&l, sizeof l);
    return e;
}

static enum err hear_records(struct own *o, struct step *s, struct slice in)
{
    struct slice record;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_skip(&in, &record));
        TRY(own_record_take(o, s, record, false));
    }
    return slice_end(in);
}

static enum err hear_end(struct own *o, struct step *s)
{
    int64_t *ids = NULL;
    size_t n = 0;
    TRY(store_chat_ids(s->store, s->arena, false, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(timeline_moved(s, ids[i]));
    }
    own_link_progress(s, ABI_LINK_PHASE_DONE, 0, 0);
    own_record_due(s);
    TRY(own_link_clear(o, s));
    own_due_all(o);
    return OK;
}

/* Tells my other devices the new one's name. */
static enum err tell_name(struct own *o, struct step *s)
{
    struct slice device, name;
    TRY(store_own_setting_get(s->store, s->arena, "link-device", &device));
    TRY(store_own_setting_get(s->store, s->arena, "link-name", &name));
    return own_sync_device(o, s, device, name);
}

/* Only before the entry is on its way and this device is in the chain. */
static bool may_end(const struct own_link *l)
{
    switch (l->phase) {
    case PHASE_HELLO:
    case PHASE_ASK:
    case PHASE_CONFIRM:
    case PHASE_DRAFT:
    case PHASE_SIGNED:
    case PHASE_NO:
        return true;
    case PHASE_ACCOUNT:
        return l->role == ROLE_NEW;
    default:
        return false;
    }
}

static enum err hear(struct own *o, struct step *s, struct own_link *l, uint64_t what,
                     struct slice in)
{
    if (l->phase == PHASE_PAIRING || what == SAY_PAIRING) {
        return l->phase == PHASE_PAIRING && what == SAY_PAIRING ? hear_pairing(o, s, l, in)
                                                                : ERR_STATE;
    }
    if (what == SAY_NO) {
        return may_end(l) ? hear_no(o, s, in) : ERR_STATE;
    }
    if (l->phase == PHASE_NO) {
        return OK; /* too late for that */
    }
    if (l->role == ROLE_OLD) {
        if (what == SAY_HELLO && l->phase == PHASE_HELLO) {
            return hear_hello(o, s, l, in);
        }
        if (what == SAY_SIGNED && (l->phase == PHASE_SIGNED || l->phase == PHASE_DRAFT)) {
            return hear_signed(o, s, l, in);
        }
        if (what == SAY_IN && (l->phase == PHASE_IN || l->phase == PHASE_ACCOUNT)) {
            return own_link_set(s, "link-phase", &l->phase, PHASE_PEOPLE);
        }
        if (what == SAY_READY && l->phase == PHASE_READY) {
            TRY(own_link_set(s, "link-position", &l->position, 0));
            TRY(own_link_set(s, "link-phase", &l->phase, PHASE_ADDING));
            TRY(tell_name(o, s));
            return own_devices_everywhere(o, s);
        }
        return ERR_STATE;
    }
    switch (what) {
    case SAY_DRAFT: /* again: another entry took the number */
        return l->phase == PHASE_ACCOUNT || l->phase == PHASE_ASK || l->phase == PHASE_HELLO
                   ? hear_draft(o, s, l, in)
                   : ERR_STATE;
    case SAY_ACCOUNT:
        return l->phase == PHASE_ACCOUNT || l->phase == PHASE_SIGNED ? hear_account(o, s, l, in)
                                                                     : ERR_STATE;
    case SAY_RECORDS:
        return o->base.ready ? hear_records(o, s, in) : ERR_STATE;
    case SAY_READY_ASK:
        return o->base.ready ? own_link_set(s, "link-phase", &l->phase, PHASE_READY) : ERR_STATE;
    case SAY_END:
        return o->base.ready ? hear_end(o, s) : ERR_STATE;
    default:
        return ERR_INPUT;
    }
}

/* Opens the body as the other side's next message; ERR_AUTH: it is not. */
static enum err open_next(struct step *s, const struct own_link *l, const struct frame_deliver *d,
                          uint64_t *what, struct slice *rest)
{
    uint64_t from = l->role == ROLE_NEW ? ROLE_OLD : ROLE_NEW, role = 0, n = 0;
    struct slice in;
    size_t items = 0;
    TRY(own_outer_open(s->arena, l->key, l->mailbox, (uint64_t)l->heard + 1, (uint8_t)from, NULL,
                       d->body, &in));
    TRY(cbor_get_array(&in, &items));
    TRY(cbor_get_uint(&in, &role));
    TRY(cbor_get_uint(&in, &n));
    TRY(cbor_get_uint(&in, what));
    *rest = in;
    return role == from && n == (uint64_t)l->heard + 1 ? OK : ERR_AUTH;
}

/* Has somebody else answered the same code? Then the new device is not talking to this one. */
static bool used(const struct own *o, struct step *s, const struct own_link *l,
                 const struct frame_deliver *d)
{
    struct slice in, message;
    size_t items = 0;
    uint64_t role = 0, n = 0, what = 0;
    if (l->role != ROLE_OLD || l->phase != PHASE_PAIRING ||
        own_outer_open(s->arena, l->key, l->mailbox, 1, ROLE_OLD, NULL, d->body, &in) != OK ||
        cbor_get_array(&in, &items) != OK || cbor_get_uint(&in, &role) != OK ||
        cbor_get_uint(&in, &n) != OK || cbor_get_uint(&in, &what) != OK ||
        cbor_get_bytes(&in, &message) != OK) {
        return false;
    }
    return message.n != sizeof o->pair.p.commit ||
           !ct_equal(message.p, o->pair.p.commit, sizeof o->pair.p.commit);
}

static enum err take_next(struct own *o, struct step *s, struct own_link *l,
                          const struct frame_deliver *d)
{
    struct slice rest;
    uint64_t what = 0;
    if (l->role == ROLE_NONE || (int64_t)d->seq <= l->cursor) {
        return OK;
    }
    enum err e = open_next(s, l, d, &what, &rest);
    if (e == OK) {
        TRY(own_link_set(s, "link-heard", &l->heard, l->heard + 1));
        struct own_part part;
        TRY(own_part_begin(o, s, &part));
        e = own_part_end(o, s, &part, hear(o, s, l, what, rest));
        if (e != OK && !own_grave(e)) {
            own_link_progress(s, ABI_LINK_PHASE_FAILED, 0,
                              0); /* the person is told; a new code is needed */
            e = own_link_clear(o, s);
        }
        TRY(e);
    } else if (own_grave(e)) {
        return e;
    } else if (used(o, s, l, d) && RULE(LINK_CODE_ONCE)) {
        own_link_progress(s, ABI_LINK_PHASE_USED, 0, 0);
        TRY(own_link_clear(o, s));
    }
    TRY(store_own_setting_int(s->store, "link-role", ROLE_NONE, &l->role));
    if (l->role != ROLE_NONE && o->link.opened) { /* the link goes on, in this mailbox */
        TRY(own_link_set(s, "link-cursor", &l->cursor, (int64_t)d->seq));
    }
    own_due_rest(o);
    return OK;
}

enum err own_link_deliver(struct own *o, struct step *s, const struct frame_deliver *d, bool *taken)
{
    struct own_link l;
    *taken = o->link.opened && d->handle == o->link.handle;
    if (!*taken) {
        return OK;
    }
    TRY(own_link_load(s, &l));
    enum err e = take_next(o, s, &l, d);
    wipe(&l, sizeof l);
    return e;
}
