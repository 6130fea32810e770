#include "engine/own/chain.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/grave.h"
#include "engine/own/identity_take.h"
#include "engine/own/line.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/own_chain_wish.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/people.h"

#define PAGE_BYTES (24u << 10) /* a larger answer may be incomplete: ask for the rest */
#define BRANCH_ENTRIES 16      /* a branch that can be followed began at most this far below */

/* ---- entry 0 -------------------------------------------------------------------------------- */

enum err own_chain_first(struct own *o, struct step *s, const struct recovery_code *code,
                         struct slice name)
{
    struct chain_entry e;
    struct slice bytes;
    struct buf b = buf_arena(s->arena, 512);
    chain_begin(&e, NULL);
    TRY(chain_add(&e, o->device));
    memcpy(e.recovery, code->sign.b, sizeof e.recovery);
    memcpy(e.recovery_hpke, code->hpke_hash, sizeof e.recovery_hpke);
    chain_home(e.home, SLICE_ARRAY(o->inbox), slice_of_string(o->gateway));
    TRY(chain_plan(NULL, &e, o->device, false));
    TRY(chain_sign(NULL, &e, &o->device_secret));
    TRY(chain_sign(NULL, &e, &code->secret));
    TRY(chain_encode(&b, &e));
    TRY(buf_finish(&b, &bytes));
    memcpy(o->account, e.id, sizeof o->account);
    TRY(store_own_person_add_me(s->store, SLICE_ARRAY(o->account), name, SLICE_ARRAY(o->inbox),
                                (int64_t)s->now_ms));
    TRY(store_chain_add(s->store, STORE_PERSON_ME, bytes, &e));
    return store_own_setting_put(s->store, "recovery-hpke", recovery_code_hpke(code));
}

enum err own_chain_lists_me(struct own *o, struct step *s, bool *out)
{
    struct chain_entry head;
    enum err e = store_chain_head(s->store, STORE_PERSON_ME, &head);
    *out = e == OK && chain_has_device(&head, o->device);
    return e == ERR_GONE ? OK : e;
}

/* ---- asking for it -------------------------------------------------------------------------- */

static enum err ask_own(struct own *o, struct step *s, int conn, uint64_t from)
{
    struct wire_chain_get w = {SLICE_ARRAY(o->account), from, true};
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, conn, FRAME_CHAIN_GET, STORE_PERSON_ME, OWN_ASK_CHAIN_OWN);
    return ask == NULL ? OK : own_frame(o, s, conn, FRAME_CHAIN_GET, ask->request, body);
}

enum err own_chain_doubt(struct own *o, struct step *s)
{
    struct own_identity_name head;
    if (!o->base.ready || o->dropped) {
        return OK;
    }
    if (!own_ready(o, OWN_CONN_CHAINS)) {
        o->doubt = o->chains_wanted = true; /* asked once that line is there */
        return own_line_dial(o, s);
    }
    o->doubt = false;
    TRY(own_identity_head(s, o->account, &head));
    return ask_own(o, s, OWN_CONN_CHAINS, head.n);
}

static enum err put(struct own *o, struct step *s, struct slice entry, struct slice hpke, int64_t a,
                    int64_t b_value)
{
    struct wire_chain_put w = {SLICE_ARRAY(o->account), entry, hpke.n > 0, hpke};
    struct slice body;
    struct buf b = buf_arena(s->arena, entry.n + hpke.n + 64);
    wire_chain_put_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_CHAIN_PUT, a, b_value);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_DEVICE, FRAME_CHAIN_PUT, ask->request, body);
}

/* Gives back what a restored gateway has lost; it judges each entry as it did the first time. */
static enum err bring(struct own *o, struct step *s, uint64_t n)
{
    struct slice entry, hpke;
    size_t count = 0;
    TRY(store_chain_entries(s->store, s->arena, STORE_PERSON_ME, n, n, &entry, 1, &count));
    if (count == 0) {
        return OK;
    }
    enum err e = own_chain_hpke(s, &hpke);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    struct chain_entry at, head;
    TRY(chain_read(entry, &at));
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    bool fits =
        e == OK && slice_equal(SLICE_ARRAY(at.recovery_hpke), SLICE_ARRAY(head.recovery_hpke));
    return put(o, s, entry, fits ? hpke : SLICE_EMPTY, OWN_ASK_CHAIN_BRING, (int64_t)n);
}

enum err own_chain_ready(struct own *o, struct step *s, const struct wire_ready *r)
{
    struct chain_entry head;
    struct slice hpke;
    o->chain_stuck = o->chain_low = false;
    if (r->has_head_hash && r->head_hash.n == sizeof o->chain_there) {
        memcpy(o->chain_there, r->head_hash.p, sizeof o->chain_there);
    }
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    if (!r->known) {
        return bring(o, s, head.n); /* walks back to where the gateway can follow */
    }
    if (r->head < head.n) {
        return bring(o, s, r->head + 1);
    }
    enum err e = own_chain_hpke(s, &hpke);
    bool same =
        r->head == head.n && r->has_head_hash && slice_equal(r->head_hash, SLICE_ARRAY(head.hash));
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    return same && e == OK ? OK : ask_own(o, s, OWN_CONN_DEVICE, head.n);
}

/* ---- making --------------------------------------------------------------------------------- */

/* A wish whose entry is signed at once; the codes stay in memory until it is acknowledged, in case
 * its number is lost. */
static enum err want(struct own *o, struct step *s, enum own_chain_wish kind, struct slice data,
                     const struct recovery_code *fresh, const struct recovery_code *old)
{
    struct own_chain_wished w = {0, kind, data, SLICE_EMPTY, SLICE_EMPTY};
    TRY(own_chain_wish_add(s, kind, data, &w.id));
    TRY(own_chain_wish_make(o, s, &w, fresh, old));
    s->dirty = true;
    o->codes.wish = w.id;
    o->codes.has_fresh = fresh != NULL;
    o->codes.has_old = old != NULL;
    if (fresh != NULL) {
        o->codes.fresh = *fresh;
    }
    if (old != NULL) {
        o->codes.old = *old;
    }
    return own_chain_work(o, s);
}

enum err own_chain_drop(struct own *o, struct step *s, struct slice devices,
                        const struct recovery_code *fresh, const struct recovery_code *old)
{
    return want(o, s, OWN_CHAIN_DROP, devices, fresh, old);
}

enum err own_chain_code(struct own *o, struct step *s, const struct recovery_code *fresh,
                        const struct recovery_code *old)
{
    return want(o, s, OWN_CHAIN_CODE, SLICE_EMPTY, fresh, old);
}

enum err own_chain_recover(struct own *o, struct step *s, struct slice keep,
                           const struct recovery_code *fresh, const struct recovery_code *old)
{
    return want(o, s, OWN_CHAIN_RECOVER, keep, fresh, old);
}

/* ---- a new device --------------------------------------------------------------------------- */

enum err own_chain_draft(struct own *o, struct step *s, const uint8_t device[32],
                         struct slice *draft)
{
    struct chain_entry head, e;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
    bool waits = false;
    int64_t id = 0;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    TRY(own_chain_wish_allowed(s, &head));
    TRY(own_chain_adding(s, device, &waits));
    if (!waits) {
        TRY(own_chain_wish_add(s, OWN_CHAIN_ADD, slice_make(device, CHAIN_KEY_SIZE), &id));
    }
    chain_begin(&e, &head);
    e.why = CHAIN_WHY_ADDED;
    TRY(chain_add(&e, device));
    TRY(chain_plan(&head, &e, o->device, false));
    TRY(chain_encode(&b, &e));
    return buf_finish(&b, draft);
}

enum err own_chain_draft_sign(struct own *o, struct slice draft, uint8_t signature[64])
{
    struct chain_entry e;
    uint8_t room[CHAIN_TBS_BYTES_MAX];
    struct slice tbs;
    TRY(chain_read(draft, &e));
    const struct chain_device *d = chain_device(&e, o->device);
    if (d == NULL || d->added != e.n) {
        return ERR_AUTH;
    }
    TRY(chain_tbs(&e, room, &tbs));
    crypto_sign(signature, &o->device_secret, tbs);
    return OK;
}

enum err own_chain_draft_signed(struct own *o, struct step *s, struct slice draft,
                                const uint8_t device[32], const uint8_t signature[64], bool *stale)
{
    struct chain_entry head, e;
    struct slice bytes;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
    int64_t id = 0;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    TRY(chain_read(draft, &e));
    *stale = !slice_equal(SLICE_ARRAY(e.previous), SLICE_ARRAY(head.hash));
    if (*stale) {
        return OK;
    }
    TRY(chain_signed(&head, &e, device, signature));
    TRY(chain_sign(&head, &e, &o->device_secret));
    TRY(chain_encode(&b, &e));
    TRY(buf_finish(&b, &bytes));
    TRY(store_own_chain_wish_find(s->store, OWN_CHAIN_ADD, slice_make(device, CHAIN_KEY_SIZE),
                                  &id));
    TRY(own_chain_wish_entry(s, id, bytes, SLICE_EMPTY));
    return own_chain_work(o, s);
}

enum err own_chain_adding(struct step *s, const uint8_t device[32], bool *out)
{
    return store_own_chain_wish_has_data(s->store, OWN_CHAIN_ADD,
                                         slice_make(device, CHAIN_KEY_SIZE), out);
}

/* ---- putting -------------------------------------------------------------------------------- */

/* The code used for a recovery stays until that is done. */
static void forget_codes(struct own *o)
{
    o->codes.wish = 0;
    o->codes.has_fresh = false;
    wipe(&o->codes.fresh, sizeof o->codes.fresh);
    if (!o->recovering) {
        wipe(&o->codes, sizeof o->codes);
    }
}

/* From the start, with the chain as it is now: the person chooses again. */
static enum err recover_again(struct own *o, struct step *s)
{
    TRY(store_own_chain_wish_drop_kind(s->store, OWN_CHAIN_RECOVER));
    TRY(store_own_setting_put_int(s->store, "chain-undone", 1));
    TRY(store_own_setting_put_int(s->store, "recovering", OWN_CHAIN_RECOVERING_AGAIN));
    forget_codes(o);
    s->durable = true;
    s->out->state = true;
    own_line_hang_up(s, OWN_CONN_DEVICE);
    own_line_lost(o, s, OWN_CONN_DEVICE);
    return OK;
}

/* Makes the entry again after the winner. A wish whose codes are gone cannot be signed: the person
 * is told. */
static enum err make_anew(struct own *o, struct step *s, const struct own_chain_wished *w)
{
    bool here = o->codes.wish == w->id;
    const struct recovery_code *fresh = here && o->codes.has_fresh ? &o->codes.fresh : NULL;
    const struct recovery_code *old = here && o->codes.has_old ? &o->codes.old : NULL;
    bool needs = w->kind == OWN_CHAIN_CODE || w->kind == OWN_CHAIN_RECOVER;
    if (w->kind == OWN_CHAIN_ADD) {
        return OK; /* own/link.c asks the new device for another signature */
    }
    enum err e = needs && fresh == NULL ? ERR_GONE : own_chain_wish_make(o, s, w, fresh, old);
    if (e == OK || own_grave(e)) {
        return e;
    }
    if (e == ERR_LIMIT_RATE) {
        return OK; /* tomorrow */
    }
    if (w->kind == OWN_CHAIN_RECOVER) {
        return recover_again(o, s);
    }
    if (fresh != NULL || needs) {
        TRY(store_own_setting_put_int(s->store, "chain-undone", 1));
        s->out->state = true;
    }
    forget_codes(o);
    return own_chain_wish_drop(s, w->id); /* already in the chain, or impossible */
}

enum err own_chain_work(struct own *o, struct step *s)
{
    struct own_chain_wished w = {0};
    int64_t registered = 0;
    if (o->doubt) {
        TRY(own_chain_doubt(o, s));
    }
    TRY(store_own_setting_int(s->store, "registered", 0, &registered));
    if (!own_ready(o, OWN_CONN_DEVICE) || registered == 0 || o->dropped || o->chain_stuck ||
        own_asked(o, FRAME_CHAIN_PUT, OWN_ASK_CHAIN_WISH) ||
        own_asked(o, FRAME_CHAIN_PUT, OWN_ASK_CHAIN_BRING) ||
        own_asked(o, FRAME_CHAIN_GET, STORE_PERSON_ME)) {
        return OK;
    }
    enum err e = store_own_chain_wish_next(s->store, &w.id);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(own_chain_wish_get(s, w.id, &w));
    if (w.entry.n == 0) {
        TRY(make_anew(o, s, &w));
        e = own_chain_wish_get(s, w.id, &w);
        if (e != OK) {
            return e == ERR_GONE ? own_chain_work(o, s) : e;
        }
        if (w.entry.n == 0) {
            return OK;
        }
    }
    if (!RULE(ENTRY_AFTER_GATEWAY)) {
        struct own_identity_change c;
        TRY(own_chain_take_own(o, s, &w.entry, 1, &c));
    }
    return put(o, s, w.entry, w.hpke, OWN_ASK_CHAIN_WISH, w.id);
}

/* Acknowledged: from now on it is used. */
static enum err acknowledged(struct own *o, struct step *s, const struct own_chain_wished *w)
{
    struct own_identity_change c;
    struct chain_entry e;
    TRY(chain_read(w->entry, &e));
    memcpy(o->chain_there, e.hash, sizeof o->chain_there);
    TRY(own_chain_wish_drop(s, w->id));
    TRY(own_chain_wish_count(s));
    if (w->hpke.n > 0) {
        TRY(store_own_setting_put(s->store, "recovery-hpke", w->hpke));
        TRY(store_own_setting_put_int(s->store, "recovery-checked", 1)); /* confirmed before */
        TRY(store_own_setting_drop(s->store, "chain-undone"));
    }
    TRY(own_chain_take_own(o, s, &w->entry, 1, &c));
    o->recovered = w->kind == OWN_CHAIN_RECOVER; /* own.c continues */
    if (o->codes.wish == w->id) {
        forget_codes(o);
    }
    return OK;
}

static enum err on_wish(struct own *o, struct step *s, int64_t id, uint64_t failure)
{
    struct own_chain_wished w;
    struct chain_entry put_one;
    enum err e = own_chain_wish_get(s, id, &w);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (failure == 0) {
        TRY(acknowledged(o, s, &w));
        TRY(own_chain_work(o, s));
        own_due_all(o); /* rooms wait for it */
        return OK;
    }
    if (w.entry.n == 0) {
        return OK;
    }
    if (failure == WIRE_CODE_CHAIN && w.kind == OWN_CHAIN_RECOVER && RULE(RECOVERY_BEGINS_ANEW)) {
        return recover_again(o, s); /* it does not continue the chain there: that was another */
    }
    o->chain_stuck = true; /* until there is news: do not ask in circles */
    bool lost = failure == WIRE_CODE_EXISTS || failure == WIRE_CODE_CHAIN;
    bool spent =
        failure == WIRE_CODE_RATE && o->codes.wish == id && o->codes.has_old && !o->codes.by_code;
    if (lost || spent) {
        TRY(chain_read(w.entry, &put_one));
        TRY(store_own_chain_wish_unmake(s->store, id));
        s->durable = true;
    }
    if (spent) { /* by devices, for today: the code that was given again may */
        o->codes.by_code = true;
        o->chain_stuck = false;
        return own_chain_work(o, s);
    }
    return lost ? ask_own(o, s, OWN_CONN_DEVICE, put_one.n) : OK; /* at the next connection */
}

static enum err on_bring(struct own *o, struct step *s, uint64_t n, uint64_t failure)
{
    if (failure == 0) {
        return bring(o, s, n + 1);
    }
    if (failure == WIRE_CODE_CHAIN && n > 0) {
        return bring(o, s, n - 1);
    }
    o->chain_stuck = true;
    return failure == WIRE_CODE_EXISTS ? ask_own(o, s, OWN_CONN_DEVICE, n) : OK;
}

enum err own_chain_take_hpke(struct own *o, struct step *s, const struct wire_chain *w)
{
    struct chain_entry head;
    uint8_t hash[CHAIN_HASH_SIZE];
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    crypto_sha256(hash, w->hpke);
    if (!w->has_hpke || !slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(head.recovery_hpke))) {
        return OK;
    }
    o->base.slot_due = true;
    s->dirty = true;
    TRY(store_own_setting_put_int(s->store, "record-due", 1));
    return store_own_setting_put(s->store, "recovery-hpke", w->hpke);
}

static enum err on_chain(struct own *o, struct step *s, int conn, struct slice body)
{
    struct own_identity_change c;
    struct own_identity_name before, after;
    struct chain_entry last;
    struct wire_chain w;
    TRY(wire_chain_decode(s->arena, body, &w));
    TRY(own_identity_head(s, o->account, &before));
    if (conn == OWN_CONN_DEVICE && w.entries_n > 0 &&
        chain_read(w.entries[w.entries_n - 1], &last) == OK) {
        memcpy(o->chain_there, last.hash, sizeof o->chain_there);
    }
    TRY(own_chain_take_own(o, s, w.entries, w.entries_n, &c));
    TRY(own_identity_head(s, o->account, &after));
    TRY(own_chain_take_hpke(o, s, &w));
    if (o->recovering && c.news == OWN_IDENTITY_FORK && RULE(RECOVERY_BEGINS_ANEW)) {
        return recover_again(o, s);
    }
    if (c.news == OWN_IDENTITY_GREW || c.news == OWN_IDENTITY_FORK) {
        o->chain_stuck = false;
    }
    if ((c.news == OWN_IDENTITY_GAP || c.news == OWN_IDENTITY_INVALID) && !o->chain_low) {
        o->chain_low = true; /* a branch that began below what was asked for */
        return ask_own(o, s, conn, after.n > BRANCH_ENTRIES ? after.n - BRANCH_ENTRIES : 0);
    }
    if (after.n > before.n && body.n > PAGE_BYTES) {
        return ask_own(o, s, conn, after.n + 1);
    }
    if (after.n > before.n) {
        own_due_all(o);
    }
    return own_chain_work(o, s);
}

enum err own_chain_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                          struct slice body, uint64_t failure)
{
    if (ask->type == FRAME_CHAIN_GET) {
        return failure == 0 && type == FRAME_CHAIN ? on_chain(o, s, ask->conn, body) : OK;
    }
    return ask->a == OWN_ASK_CHAIN_BRING ? on_bring(o, s, (uint64_t)ask->b, failure)
                                         : on_wish(o, s, ask->b, failure);
}
