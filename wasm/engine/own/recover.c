/* A device's part of the record, sealed to the public half of the recovery code:
 *   [ 2, payload bstr, signature bstr64 ]   Ed25519 by the device, frame.h frame_record_tbs
 *   payload = [ device bstr32, number, head bstr32, name tstr, time_ms, [* record] ]
 * The signature proves who wrote it, whatever the gateway claims. */
#include "engine/own/recover.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/rule.h"
#include "crypto/sign.h"
#include "engine/own/account.h"
#include "engine/own/ask.h"
#include "engine/own/chain.h"
#include "engine/own/content.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/identity.h"
#include "engine/own/identity_take.h"
#include "engine/own/line.h"
#include "engine/own/link.h"
#include "engine/own/make.h"
#include "engine/own/part.h"
#include "engine/own/record.h"
#include "engine/own/record_due.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/own_device.h"
#include "store/own_person.h"
#include "store/own_recover.h"
#include "store/own_setting.h"
#include "store/people.h"

#define RECORD_MAX (44u << 10) /* with what sealing adds, below the gateway's 48 kB */
#define RECORD_VERSION 2
#define RECORDS_MAX 512                          /* people considered, and chats */
#define RECORD_PARTS_MAX (CHAIN_DEVICES_MAX * 4) /* dropped devices may have left some */
#define REFUSED_MS (10 * 60 * 1000ull)           /* until the record is uploaded again */
#define NUMBER_MAX (INT64_MAX / 2)               /* the highest number we give a part */
#define STEP_FIRST (24 * 3600 * 1000ll)          /* the first stride when it was too low */

/* ---- writing -------------------------------------------------------------------------------- */

static enum err put_ids(struct step *s, const int64_t *ids, size_t n, bool chats, struct buf *b,
                        size_t *count)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        size_t before = b->n;
        e = chats ? own_record_chat(s, b, ids[i], true) : own_record_person(s, b, ids[i], false);
        if (e == OK && b->n > RECORD_MAX) {
            b->n = before; /* the newest come first; what does not fit is left out */
            continue;
        }
        *count += e == OK;
    }
    return e;
}

static enum err payload(struct own *o, struct step *s, uint64_t number,
                        const struct own_identity_name *head, struct slice *out)
{
    struct buf list = buf_arena(s->arena, 8192), b = buf_arena(s->arena, 8192);
    struct slice records, name = SLICE_EMPTY;
    const int64_t me = STORE_PERSON_ME;
    int64_t ids[RECORDS_MAX];
    size_t count = 0, n = 0;
    TRY(put_ids(s, &me, 1, false, &list, &count));
    TRY(store_own_recover_people(s->store, ids, RECORDS_MAX, &n));
    TRY(put_ids(s, ids, n, false, &list, &count));
    TRY(store_own_recover_chats(s->store, ids, RECORDS_MAX, &n));
    TRY(put_ids(s, ids, n, true, &list, &count));
    TRY(buf_finish(&list, &records));
    enum err e = store_own_device_name(s->store, s->arena, o->device, &name);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    cbor_put_array(&b, 6);
    cbor_put_bytes(&b, SLICE_ARRAY(o->device));
    cbor_put_uint(&b, number);
    cbor_put_bytes(&b, SLICE_ARRAY(head->hash));
    cbor_put_text(&b, name.n > 0 ? name : SLICE_LITERAL(""));
    cbor_put_uint(&b, s->now_ms);
    cbor_put_array(&b, count);
    buf_slice(&b, records);
    return buf_finish(&b, out);
}

static enum err build(struct own *o, struct step *s, struct slice hpke, uint64_t number,
                      const struct own_identity_name *head, struct slice *out)
{
    struct slice inner, tbs, plain;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    TRY(payload(o, s, number, head, &inner));
    struct buf t = buf_arena(s->arena, 192), b = buf_arena(s->arena, inner.n + 96);
    frame_record_tbs(&t, SLICE_ARRAY(o->account), SLICE_ARRAY(o->device), number,
                     SLICE_ARRAY(head->hash), inner);
    TRY(buf_finish(&t, &tbs));
    crypto_sign(sig, &o->device_secret, tbs);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, RECORD_VERSION);
    cbor_put_bytes(&b, inner);
    cbor_put_bytes(&b, SLICE_ARRAY(sig));
    TRY(buf_finish(&b, &plain));
    enum err e = recovery_code_seal(s->arena, hpke, RECOVERY_CODE_RECORD, plain, out);
    wipe((void *)(uintptr_t)plain.p, plain.n);
    wipe((void *)(uintptr_t)inner.p, inner.n);
    return e;
}

enum err own_recover_work(struct own *o, struct step *s)
{
    struct own_identity_name head;
    struct wire_record_put w;
    struct slice hpke, body;
    int64_t due = 0, number = 0, step = 0, linking = 0, registered = 0;
    TRY(store_own_setting_int(s->store, "record-due", 1, &due));
    TRY(store_own_setting_int(s->store, "registered", 0, &registered));
    /* A device being linked knows less than the others. */
    TRY(store_own_setting_int(s->store, "link-role", ROLE_NONE, &linking));
    if (due == 0 || o->record_at_ms > s->now_ms || linking == ROLE_NEW || registered == 0 ||
        !o->base.ready || o->dropped || !own_ready(o, OWN_CONN_DEVICE) ||
        own_asked(o, FRAME_RECORD_PUT, 0)) {
        return OK;
    }
    enum err e = own_chain_hpke(s, &hpke);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* requested already */
    }
    TRY(store_own_setting_int(s->store, "record-version", 0, &number));
    TRY(store_own_setting_int(s->store, "record-step", 0, &step));
    number = number < (int64_t)s->now_ms ? (int64_t)s->now_ms : number + 1;
    number += number < NUMBER_MAX - step ? step : 0;
    TRY(own_identity_head(s, o->account, &head));
    memset(&w, 0, sizeof w);
    TRY(build(o, s, hpke, (uint64_t)number, &head, &w.body));
    w.number = (uint64_t)number;
    w.head = SLICE_ARRAY(head.hash);
    struct buf b = buf_arena(s->arena, w.body.n + 96);
    wire_record_put_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_RECORD_PUT, 0, number);
    if (ask == NULL) {
        return OK;
    }
    TRY(store_own_setting_put_int(s->store, "record-due", 2)); /* under way */
    TRY(store_own_setting_put_int(s->store, "record-version", number));
    return own_frame(o, s, OWN_CONN_DEVICE, FRAME_RECORD_PUT, ask->request, body);
}

/* ---- coming back ---------------------------------------------------------------------------- */

enum err own_recover_begin(struct own *o, struct step *s, const struct recovery_code *code,
                           struct slice gateway, struct slice device_name)
{
    struct crypto_sign_public pub;
    if (gateway.n >= sizeof o->gateway || device_name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    crypto_sign_generate(&o->device_secret, &pub);
    TRY(store_own_setting_put(s->store, "device-secret", SLICE_ARRAY(o->device_secret.seed)));
    TRY(store_own_setting_put(s->store, "gateway", gateway));
    TRY(store_own_setting_put(s->store, "link-name", device_name));
    TRY(store_own_setting_put_int(s->store, "record-due", 0));
    TRY(store_own_setting_put_int(s->store, "recovering", OWN_RECOVER_ASKING));
    return own_recover_again(o, s, code);
}

enum err own_recover_again(struct own *o, struct step *s, const struct recovery_code *code)
{
    int64_t stage = 0;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    if (stage == OWN_RECOVER_NONE) {
        return ERR_STATE;
    }
    s->dirty = true;
    s->out->state = true;
    o->recovering = true;
    o->codes.old = *code;
    o->codes.has_old = true;
    o->conn[OWN_CONN_DEVICE].retry_at_ms = s->now_ms;
    return own_line_dial(o, s);
}

static void tell(struct step *s, uint64_t phase)
{
    struct abi_change c;
    memset(&c, 0, sizeof c);
    c.kind = ABI_LINK_PROGRESS;
    c.link_progress.phase = phase;
    c.link_progress.words = SLICE_LITERAL("");
    effects_change(s->out, &c);
}

static enum err ask_chain(struct own *o, struct step *s, uint64_t from)
{
    struct wire_chain_get w = {SLICE_ARRAY(o->account), from, false};
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_CHAIN_GET, STORE_PERSON_ME, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_DEVICE, FRAME_CHAIN_GET, ask->request, body);
}

static enum err ask_part(struct own *o, struct step *s, uint64_t from)
{
    struct wire_record_get w = {from};
    struct slice body;
    struct buf b = buf_arena(s->arena, 16);
    wire_record_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_DEVICE, FRAME_RECORD_GET, 0, (int64_t)from);
    return ask == NULL ? OK
                       : own_frame(o, s, OWN_CONN_DEVICE, FRAME_RECORD_GET, ask->request, body);
}

/* Takes the account the code belongs to. An earlier answer that did not lead to the code's own key
 * is forgotten. */
static enum err begin_anew(struct step *s, const struct wire_ready *r)
{
    TRY(store_chain_forget(s->store, STORE_PERSON_ME));
    TRY(store_own_recover_clear(s->store));
    return store_own_person_recover_me(s->store, r->account, r->inbox);
}

enum err own_recover_ready(struct own *o, struct step *s, const struct wire_ready *r)
{
    struct store_person me;
    int64_t stage = 0;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    if (stage == OWN_RECOVER_ENTRY) { /* sent again: the answer may have been lost */
        return own_chain_work(o, s);
    }
    if (!r->known || !r->has_account || r->account.n != CHAIN_HASH_SIZE || !r->has_inbox ||
        r->inbox.n != FRAME_INBOX_SIZE) {
        tell(s, 5); /* no such account: wrong code, or another gateway */
        return OK;
    }
    enum err e = store_person_get(s->store, s->arena, STORE_PERSON_ME, &me);
    if (e == ERR_GONE || (stage == OWN_RECOVER_ASKING && RULE(RECOVERY_BEGINS_ANEW))) {
        e = begin_anew(s, r);
    } else if (e == OK && !slice_equal(SLICE_ARRAY(me.account), r->account)) {
        tell(s, 5);
        return OK;
    }
    TRY(e);
    s->dirty = true;
    memcpy(o->account, r->account.p, sizeof o->account);
    memcpy(o->inbox, r->inbox.p, sizeof o->inbox);
    TRY(store_own_setting_put_int(s->store, "registered", 1));
    tell(s, 3);
    return stage == OWN_RECOVER_ASKING ? ask_chain(o, s, 0) : OK;
}

enum err own_recover_chain(struct own *o, struct step *s, struct slice body, uint64_t failure)
{
    struct own_identity_change c;
    struct chain_entry head;
    struct wire_chain w;
    int64_t stage = 0;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    if (stage != OWN_RECOVER_ASKING || !o->codes.has_old) {
        return OK;
    }
    if (failure != 0) {
        tell(s, 5);
        return OK;
    }
    TRY(wire_chain_decode(s->arena, body, &w));
    TRY(own_identity_take(s, o->account, w.entries, w.entries_n, &c));
    enum err e = store_chain_head(s->store, STORE_PERSON_ME, &head);
    if (e != OK || c.news == OWN_IDENTITY_INVALID || c.news == OWN_IDENTITY_GAP) {
        tell(s, 5);
        return e == ERR_GONE ? OK : e;
    }
    if (c.news == OWN_IDENTITY_GREW && w.entries_n > 1 && body.n > RECORD_MAX / 2) {
        return ask_chain(o, s, head.n + 1);
    }
    /* The code's own key is in the newest entry, and signed it when it came. */
    if (!slice_equal(SLICE_ARRAY(head.recovery), SLICE_ARRAY(o->codes.old.sign.b)) &&
        RULE(CODE_OF_NEWEST_ENTRY)) {
        tell(s, 5);
        return OK;
    }
    s->durable = true;
    return ask_part(o, s, 0);
}

struct part {
    struct slice device, head, name, records;
    uint64_t number, ms;
};

static enum err read_payload(struct slice in, struct part *p)
{
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_bytes(&in, &p->device));
    TRY(cbor_get_uint(&in, &p->number));
    TRY(cbor_get_bytes(&in, &p->head));
    TRY(cbor_get_text(&in, &p->name));
    TRY(cbor_get_uint(&in, &p->ms));
    p->records = in;
    return n == 6 && p->device.n == CHAIN_KEY_SIZE && p->head.n == CHAIN_HASH_SIZE &&
                   p->name.n <= LIMIT_NAME_BYTES && p->ms <= INT64_MAX
               ? OK
               : ERR_INPUT;
}

/* Opens a part and checks that its author is or was listed by the chain. */
static enum err open_part(struct own *o, struct step *s, const struct wire_record *r,
                          struct slice *inner, struct part *p)
{
    struct crypto_sign_public pub;
    struct slice plain, sig, tbs;
    enum own_identity_key stands;
    uint64_t version = 0;
    size_t n = 0;
    TRY(recovery_code_open(s->arena, &o->codes.old, RECOVERY_CODE_RECORD, r->body, &plain));
    TRY(cbor_get_array(&plain, &n));
    TRY(cbor_get_uint(&plain, &version));
    if (version != RECORD_VERSION || n != 3) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_bytes(&plain, inner));
    TRY(cbor_get_bytes(&plain, &sig));
    TRY(read_payload(*inner, p));
    if (!slice_equal(p->device, r->device) && RULE(PART_SIGNED)) {
        return ERR_AUTH;
    }
    TRY(own_identity_key(s, o->account, p->device.p, &stands));
    struct buf t = buf_arena(s->arena, 192);
    frame_record_tbs(&t, SLICE_ARRAY(o->account), p->device, p->number, p->head, *inner);
    TRY(buf_finish(&t, &tbs));
    memcpy(pub.b, p->device.p, sizeof pub.b);
    enum err e = crypto_sign_verify(sig, tbs, &pub);
    TRY(e == ERR_AUTH && !RULE(PART_SIGNED) ? OK : e);
    return stands == OWN_IDENTITY_FOREIGN && RULE(PART_BY_LISTED) ? ERR_AUTH : OK;
}

static enum err choose(struct own *o, struct step *s)
{
    (void)o;
    TRY(store_own_setting_put_int(s->store, "recovering", OWN_RECOVER_CHOOSE));
    s->durable = true;
    s->out->state = true;
    tell(s, 6);
    return OK;
}

static enum err on_part(struct own *o, struct step *s, uint64_t from, struct slice body,
                        uint64_t failure)
{
    struct wire_record r;
    struct part p;
    struct slice inner = SLICE_EMPTY;
    int64_t stage = 0;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    if (stage != OWN_RECOVER_ASKING || !o->codes.has_old) {
        return OK;
    }
    if (failure == WIRE_CODE_UNKNOWN) { /* none, or no more */
        return choose(o, s);
    }
    if (failure != 0) {
        tell(s, 5);
        return OK;
    }
    TRY(wire_record_decode(s->arena, body, &r));
    if (r.device.n != CHAIN_KEY_SIZE) {
        return ERR_INPUT;
    }
    enum err e = open_part(o, s, &r, &inner, &p);
    if (own_grave(e)) {
        return e;
    }
    if (e == OK) { /* given twice: the later one counts */
        const struct store_own_recover part = {p.device, p.name, (int64_t)p.ms, inner};
        TRY(store_own_recover_put(s->store, &part));
    } else { /* skipped and reported, never a failure */
        TRY(store_own_recover_unreadable(s->store, r.device));
    }
    return r.left > 0 && from + 1 < RECORD_PARTS_MAX ? ask_part(o, s, from + 1) : choose(o, s);
}

enum err own_recover_finish(struct own *o, struct step *s, const struct recovery_code *fresh,
                            const struct slice *keep, size_t keep_n, const struct slice *take,
                            size_t take_n)
{
    struct buf stays = buf_arena(s->arena, 512);
    struct slice keys;
    int64_t stage = 0;
    TRY(store_own_setting_int(s->store, "recovering", OWN_RECOVER_NONE, &stage));
    if (stage != OWN_RECOVER_CHOOSE || !o->codes.has_old) {
        return ERR_STATE;
    }
    for (size_t i = 0; i < keep_n; i++) {
        enum own_identity_key stands;
        if (keep[i].n != CHAIN_KEY_SIZE) {
            return ERR_INPUT;
        }
        TRY(own_identity_key(s, o->account, keep[i].p, &stands));
        if (stands != OWN_IDENTITY_THEIRS) {
            return ERR_INPUT;
        }
        buf_slice(&stays, keep[i]);
    }
    TRY(buf_finish(&stays, &keys));
    TRY(store_own_recover_choose_none(s->store));
    for (size_t i = 0; i < take_n; i++) {
        TRY(store_own_recover_choose(s->store, take[i]));
    }
    TRY(store_own_setting_put_int(s->store, "recovering", OWN_RECOVER_ENTRY));
    const struct recovery_code old = o->codes.old;
    return own_chain_recover(o, s, keys, fresh, &old);
}

static enum err take_part(struct own *o, struct step *s, struct slice inner)
{
    struct part p;
    struct slice record;
    size_t n = 0;
    TRY(read_payload(inner, &p));
    TRY(cbor_get_array(&p.records, &n));
    for (size_t i = 0; i < n; i++) {
        struct own_part part;
        TRY(cbor_skip(&p.records, &record));
        TRY(own_part_begin(o, s, &part));
        enum err e = own_part_end(o, s, &part, own_record_take(o, s, record, true));
        if (own_grave(e)) {
            return e;
        }
        if (e != OK) { /* the person is told that not all came back */
            TRY(store_own_setting_put_int(s->store, "recover-skipped", 1));
        }
    }
    return OK;
}

static enum err take_parts(struct own *o, struct step *s)
{
    struct slice parts[RECORD_PARTS_MAX];
    size_t n = 0;
    enum err e = store_own_recover_list(s->store, s->arena, RULE(PART_AS_CHOSEN), parts,
                                        RECORD_PARTS_MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = take_part(o, s, parts[i]); /* the newest last: it wins where two differ */
    }
    return e;
}

enum err own_recover_done(struct own *o, struct step *s)
{
    struct chain_entry head;
    struct store_chat self;
    struct slice name;
    bool has_self = false;
    int64_t unread = 0, skipped = 0, notes = 0;
    TRY(take_parts(o, s));
    TRY(store_own_recover_count_unreadable(s->store, &unread));
    TRY(store_own_setting_int(s->store, "recover-skipped", 0, &skipped));
    TRY(store_own_recover_clear(s->store));
    TRY(store_own_setting_put_int(s->store, "recovering", OWN_RECOVER_NONE));
    o->recovering = o->recovered = false;
    wipe(&o->codes, sizeof o->codes);
    TRY(own_account_load(o, s));
    TRY(store_own_setting_get(s->store, s->arena, "link-name", &name));
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    for (size_t i = 0; i < head.device_n; i++) {
        bool me = slice_equal(SLICE_ARRAY(head.devices[i].key), SLICE_ARRAY(o->device));
        TRY(store_own_device_ensure(s->store, head.devices[i].key, me ? name : SLICE_LITERAL(""),
                                    (int64_t)s->now_ms, me ? (int64_t)s->now_ms : 0));
    }
    TRY(store_chat_has_self(s->store, &has_self));
    if (!has_self) {
        TRY(own_chat_make(o, s, STORE_CHAT_SELF, SLICE_EMPTY, 0, NULL, &self));
    }
    if (unread > 0 || skipped > 0) {
        TRY(store_own_setting_put_int(s->store, "recover-skipped",
                                      1)); /* and shown in the settings */
        TRY(store_chat_self(s->store, &notes));
        TRY(own_notice(s, notes, ABI_NOTICE_SKIPPED, STORE_PERSON_ME, SLICE_EMPTY, 0));
    }
    s->durable = true;
    s->out->state = s->out->devices = true;
    own_record_due(s);
    own_line_hang_up(s, OWN_CONN_DEVICE); /* to sign in again, as the device we are now */
    own_line_lost(o, s, OWN_CONN_DEVICE);
    o->conn[OWN_CONN_DEVICE].retry_at_ms = s->now_ms;
    o->conn[OWN_CONN_DEVICE].failures = 0;
    tell(s, 4);
    own_due_all(o);
    return OK;
}

enum err own_recover_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                            struct slice body, uint64_t failure)
{
    int64_t due = 0, step = 0;
    (void)type;
    if (ask->type == FRAME_RECORD_GET) {
        return on_part(o, s, (uint64_t)ask->b, body, failure);
    }
    TRY(store_own_setting_int(s->store, "record-due", 0, &due));
    o->record_at_ms = failure == 0 ? 0 : s->now_ms + REFUSED_MS;
    s->dirty = true;
    if (failure == 0) {
        TRY(store_own_setting_drop(s->store, "record-step"));
        return due == 2 ? store_own_setting_put_int(s->store, "record-due", 0) : OK;
    }
    if (failure != WIRE_CODE_STALE) {
        return OK;
    }
    /* The gateway has a higher number, from a clock that was far ahead or because this store was
     * rolled back. It does not say which, so we find it in strides. */
    TRY(store_own_setting_int(s->store, "record-step", 0, &step));
    step = !RULE(RECORD_IN_STRIDES) ? 0
           : step < STEP_FIRST      ? STEP_FIRST
           : step < NUMBER_MAX / 2  ? step * 2
                                    : step;
    return store_own_setting_put_int(s->store, "record-step", step);
}
