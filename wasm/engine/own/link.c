/* A second device. The new one shows a code (24 letters or a QR), which the person gives to the old
 * one. Both derive from it the address and keys of a mailbox on the gateway that carries the five
 * messages of own/pairing.h and nothing else. These give both sides three words and a key; the key
 * yields the address and keys of another mailbox, through which the account and the complete
 * history move. Nothing of the account leaves, and nothing is added to its chain, before the words
 * have been compared and confirmed on both devices: on the old one for the new device, on the new
 * one for the account.
 *
 *   new  -> old   hello    device key, name
 *                          the person at the old device is asked
 *   old  -> new   draft    the chain entry that adds it; account id, its name
 *                          the person at the new device is asked
 *   new  -> old   signed   its signature; a new draft when another entry took the number
 *   old  -> new   account  account id, inbox, newest entry     (the gateway has the entry by now)
 *   new  -> old   in       it has read the chain from the gateway and found itself in it
 *   old  -> new   records  all people
 *   old  -> new   ready?   asks for the next
 *   new  -> old   ready    its key packages are published
 *                          old adds the new device to every chat and waits until that is done
 *   old  -> new   records  chats, then messages from the first to the last
 *   old  -> new   end
 *
 * Every message carries its number, and any but the next number is dropped, so replays and resends
 * change nothing. Each side's position is in the store: after a cut line or a closed laptop it
 * resumes. The pairing is in memory: a restart ends it, and so do ten minutes without both
 * answers. */
#include "engine/own/link.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/identity.h"
#include "engine/own/line.h"
#include "engine/own/link_say.h"
#include "engine/own/record.h"
#include "engine/own/record_device.h"
#include "engine/own/wish.h"
#include "schema/frame.h"
#include "store/own_package.h"
#include "store/own_record.h"
#include "store/own_setting.h"
#include "store/own_wish.h"
#include "store/people.h"

#define BATCH_BYTES (40u << 10)

/* ---- the history ---------------------------------------------------------------------------- */

/* Records of one table after `position`, as many as fit. *last: where to continue; *count:
 * records. */
static enum err collect(struct step *s, int64_t position, int64_t phase, struct slice *out,
                        size_t *count, int64_t *last)
{
    enum { MAX = 256 };
    struct buf b = buf_arena(s->arena, BATCH_BYTES + 4096);
    int64_t ids[MAX];
    size_t n = 0;
    enum err e = store_own_record_next(s->store,
                                       phase == PHASE_PEOPLE  ? STORE_OWN_RECORD_PEOPLE
                                       : phase == PHASE_CHATS ? STORE_OWN_RECORD_CHATS
                                                              : STORE_OWN_RECORD_MESSAGES,
                                       position, ids, MAX, &n);
    *count = 0;
    *last = position;
    if (e == OK && phase == PHASE_PEOPLE &&
        position == 0) { /* with the first: the names of my devices */
        e = own_record_devices(s, &b, count);
    }
    for (size_t i = 0; e == OK && i < n && b.n < BATCH_BYTES; i++) {
        size_t before = b.n;
        e = phase == PHASE_PEOPLE  ? own_record_person(s, &b, ids[i], true)
            : phase == PHASE_CHATS ? own_record_chat(s, &b, ids[i], false)
                                   : own_record_message(s, &b, ids[i]);
        if (e == OK && b.n > BATCH_BYTES + 16384 && *count > 0) {
            b.n = before; /* a large one goes alone in the next batch */
            break;
        }
        if (e == OK) {
            (*count)++;
            *last = ids[i];
        }
    }
    return e != OK ? e : buf_finish(&b, out);
}

/* Where to continue: after what is under way. */
static int64_t behind(const struct own *o, const struct own_link *l)
{
    return o->link.flying > 0 ? o->link.position[o->link.flying - 1] : l->position;
}

static enum err say_records(struct own *o, struct step *s, struct own_link *l)
{
    struct slice records, rest;
    size_t count = 0;
    int64_t last = 0, total = 0;
    TRY(collect(s, behind(o, l), l->phase, &records, &count, &last));
    if (count == 0 && o->link.flying > 0) {
        return OK; /* continue when they have arrived */
    }
    if (count == 0) {
        TRY(own_link_set(s, "link-position", &l->position, 0));
        TRY(own_link_set(s, "link-phase", &l->phase, l->phase + 1));
        own_due_rest(o);
        return OK;
    }
    struct buf b = buf_arena(s->arena, records.n + 16);
    cbor_put_array(&b, count);
    buf_slice(&b, records);
    TRY(buf_finish(&b, &rest));
    o->link.position[o->link.flying] = last;
    TRY(store_own_record_last_message(s->store, &total));
    own_link_progress(s, ABI_LINK_PHASE_MOVING, l->phase == PHASE_MESSAGES ? (uint64_t)last : 0,
                      (uint64_t)total);
    return own_link_say(o, s, l, SAY_RECORDS, rest, 1);
}

/* File bodies, only the newest up to this size: a mailbox has a quota. */
#define LINK_FILE_BYTES (128 << 20)

static enum err say_chunk(struct own *o, struct step *s, struct own_link *l)
{
    struct store_own_record_chunk k;
    struct slice record, rest;
    int64_t total = 0;
    int64_t from = behind(o, l);
    if (from == 0) {
        enum err e = store_own_record_chunk_from(s->store, LINK_FILE_BYTES, &from);
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    enum err e = store_own_record_chunk_next(s->store, s->arena, from, &k);
    if (e == ERR_GONE && o->link.flying > 0) {
        return OK;
    }
    if (e == ERR_GONE) {
        TRY(own_link_set(s, "link-position", &l->position, 0));
        TRY(own_link_set(s, "link-phase", &l->phase, PHASE_END));
        own_due_rest(o);
        return OK;
    }
    TRY(e);
    TRY(store_own_record_chunk_last(s->store, &total));
    own_link_progress(s, ABI_LINK_PHASE_MOVING, (uint64_t)k.row, (uint64_t)total);
    TRY(own_record_chunk(s, k.room, k.mid, (uint64_t)k.n, k.bytes, &record));
    struct buf b = buf_arena(s->arena, record.n + 16);
    cbor_put_array(&b, 1);
    buf_slice(&b, record);
    TRY(buf_finish(&b, &rest));
    o->link.position[o->link.flying] = k.row;
    return own_link_say(o, s, l, SAY_RECORDS, rest, 1);
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* The new side: its chain, by the id the old side named. */
static enum err ask_chain(struct own *o, struct step *s)
{
    struct slice account;
    struct own_identity_name head;
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    if (own_asked(o, FRAME_CHAIN_GET, STORE_PERSON_ME)) {
        return OK;
    }
    if (!own_ready(o, OWN_CONN_CHAINS)) { /* not on the line that has the link's mailbox */
        o->chains_wanted = true;
        return own_line_dial(o, s);
    }
    TRY(store_own_setting_get(s->store, s->arena, "link-account", &account));
    enum err e = own_identity_head(s, account.p, &head);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    struct wire_chain_get w = {account, e == OK ? head.n + 1 : 0, true};
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask =
        own_ask(o, OWN_CONN_CHAINS, FRAME_CHAIN_GET, STORE_PERSON_ME, OWN_ASK_CHAIN_LINK);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_CHAIN_GET, ask->request, body);
}

static enum err old_next(struct own *o, struct step *s, struct own_link *l)
{
    bool waiting = false;
    switch (l->phase) {
    case PHASE_PAIRING:
        return own_link_say_pairing(o, s, l);
    case PHASE_NO:
        return own_link_say_no(o, s, l);
    case PHASE_DRAFT:
        return own_link_say_draft(o, s, l);
    case PHASE_ACCOUNT:
        return own_link_say_entry(o, s, l);
    case PHASE_PEOPLE:
    case PHASE_CHATS:
    case PHASE_MESSAGES:
        return say_records(o, s, l);
    case PHASE_FILES:
        return say_chunk(o, s, l);
    case PHASE_READY:
        return l->position == 0 ? own_link_say(o, s, l, SAY_READY_ASK, SLICE_EMPTY, 0) : OK;
    case PHASE_ADDING:
        TRY(store_own_wish_any(s->store, OWN_WISH_ADD_DEVICES, &waiting));
        if (waiting) {
            return OK;
        }
        TRY(own_link_set(s, "link-phase", &l->phase, PHASE_CHATS));
        own_due_rest(o);
        return OK;
    case PHASE_END:
        return own_link_say(o, s, l, SAY_END, SLICE_EMPTY, 0);
    default:
        return OK;
    }
}

static enum err new_next(struct own *o, struct step *s, struct own_link *l)
{
    int64_t unpublished = 0, kept = 0;
    if (l->phase == PHASE_HELLO) {
        return own_link_say_hello(o, s, l);
    }
    if (l->phase == PHASE_PAIRING) {
        return own_link_say_pairing(o, s, l);
    }
    if (l->phase == PHASE_NO) {
        return own_link_say_no(o, s, l);
    }
    if (l->phase == PHASE_SIGNED) {
        return own_link_say_signed(o, s, l);
    }
    if (l->phase == PHASE_CHAIN) {
        return ask_chain(o, s);
    }
    if (l->phase == PHASE_IN) {
        return own_link_say(o, s, l, SAY_IN, SLICE_EMPTY, 0);
    }
    if (l->phase != PHASE_READY || !own_ready(o, OWN_CONN_DEVICE)) {
        return OK;
    }
    TRY(store_own_package_count(s->store, &kept, &unpublished));
    return unpublished == 0 && kept > 0 ? own_link_say(o, s, l, SAY_READY, SLICE_EMPTY, 0) : OK;
}

static enum err ask_mailbox(struct own *o, struct step *s, struct own_link *l)
{
    struct slice body;
    struct buf b = buf_arena(s->arena, 256);
    enum frame_type type = l->made ? FRAME_OPEN : FRAME_BOX_NEW;
    if (l->made) {
        struct wire_open w;
        memset(&w, 0, sizeof w);
        w.mailbox = SLICE_ARRAY(l->mailbox);
        w.read_tag = SLICE_ARRAY(l->read_tag);
        w.has_cursor = true;
        w.cursor = (uint64_t)l->cursor;
        wire_open_put(&b, &w);
    } else {
        struct wire_box_new w;
        struct crypto_sign_secret secret;
        struct crypto_sign_public pub;
        uint8_t hash[32];
        memset(&w, 0, sizeof w);
        memcpy(secret.seed, l->write_seed, 32);
        crypto_sign_public_of(&pub, &secret);
        wipe(&secret, sizeof secret);
        crypto_sha256(hash, SLICE_ARRAY(l->read_tag));
        w.mailbox = SLICE_ARRAY(l->mailbox);
        w.read_hash = SLICE_ARRAY(hash);
        w.write_key = SLICE_ARRAY(pub.b);
        wire_box_new_put(&b, &w);
    }
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, type, 0, -1);
    if (ask == NULL) {
        return OK;
    }
    o->link.asking = true;
    s->dirty = true;
    return own_frame(o, s, OWN_CONN_ANON, type, ask->request, body);
}

/* Which account it is must not be said on the line where the link's mailbox is open. */
static enum err chain_apart(struct own *o, struct step *s)
{
    if (!o->link.opened) {
        return ask_chain(o, s);
    }
    own_line_hang_up(s, OWN_CONN_ANON);
    own_line_lost(o, s, OWN_CONN_ANON);
    return OK;
}

static bool says_records(int64_t phase)
{
    return phase == PHASE_PEOPLE || phase == PHASE_CHATS || phase == PHASE_MESSAGES ||
           phase == PHASE_FILES;
}

enum err own_link_work(struct own *o, struct step *s)
{
    struct own_link l;
    if (!own_ready(o, OWN_CONN_ANON)) {
        memset(&o->link, 0, sizeof o->link);
        return OK;
    }
    TRY(own_link_load(s, &l));
    if (l.role == ROLE_NONE || o->link.asking) {
        return OK;
    }
    int64_t phase = l.role == ROLE_OLD && says_records(l.phase) ? l.phase : -1;
    enum err e = OK;
    if (l.role == ROLE_NEW && l.phase == PHASE_CHAIN) {
        wipe(&l, sizeof l);
        return chain_apart(o, s);
    }
    if (!o->link.opened) {
        e = ask_mailbox(o, s, &l);
    } else if (o->link.flying == 0) {
        e = l.role == ROLE_OLD ? old_next(o, s, &l) : new_next(o, s, &l);
    }
    /* more of the same phase, as many as may be in flight */
    for (uint32_t before = 0; e == OK && l.phase == phase && o->link.flying > before &&
                              o->link.flying < OWN_LINK_WINDOW;) {
        before = o->link.flying;
        e = old_next(o, s, &l);
    }
    wipe(&l, sizeof l);
    return e;
}

/* The answer to what we sent may come before the gateway confirms that it has it. */
static enum err on_from(struct step *s, struct own_link *l, int64_t from, int64_t to)
{
    return l->phase == from ? own_link_set(s, "link-phase", &l->phase, to) : OK;
}

/* The gateway has what we sent: one step on. */
static enum err said(struct own *o, struct step *s, struct own_link *l, int64_t what)
{
    TRY(own_link_set(s, "link-sent", &l->sent, l->sent + 1));
    switch (what) {
    case SAY_PAIRING:
        o->pair.said_n = 0;
        return o->pair.p.state == OWN_PAIRING_DONE ? own_link_enter(o, s, l) : OK;
    case SAY_NO:
        return own_link_clear(o, s);
    case SAY_HELLO:
        return on_from(s, l, PHASE_HELLO, PHASE_ASK);
    case SAY_DRAFT:
        return on_from(s, l, PHASE_DRAFT, PHASE_SIGNED);
    case SAY_SIGNED:
        return on_from(s, l, PHASE_SIGNED, PHASE_ACCOUNT);
    case SAY_ACCOUNT:
        return on_from(s, l, PHASE_ACCOUNT, PHASE_IN);
    case SAY_IN:
        return on_from(s, l, PHASE_IN, PHASE_PEOPLE);
    case SAY_RECORDS:
        return own_link_set(s, "link-position", &l->position, o->link.position[0]);
    case SAY_READY_ASK:
        return own_link_set(s, "link-position", &l->position, 1);
    case SAY_READY:
        return own_link_set(s, "link-phase", &l->phase, PHASE_CHATS);
    case SAY_END:
        own_link_progress(s, ABI_LINK_PHASE_DONE, 0, 0);
        return own_link_clear(o, s);
    default:
        return OK;
    }
}

enum err own_link_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                         struct slice body, uint64_t failure)
{
    struct own_link l;
    struct wire_opened w;
    enum err e = OK;
    TRY(own_link_load(s, &l));
    if (l.role == ROLE_NONE) {
        return OK;
    }
    if (ask->type == FRAME_POST && (ask->a == SAY_PAIRING) != (l.phase == PHASE_PAIRING)) {
        wipe(&l, sizeof l); /* to the previous mailbox */
        return OK;
    }
    if (ask->type == FRAME_POST && failure != 0) {
        wipe(&l, sizeof l);
        own_line_hang_up(s, OWN_CONN_ANON); /* the next answer must not be taken for this one */
        own_line_lost(o, s, OWN_CONN_ANON);
        return OK;
    }
    if (ask->type == FRAME_POST) {
        e = said(o, s, &l, ask->a);
        o->link.flying -= o->link.flying > 0;
        memmove(o->link.position, o->link.position + 1,
                sizeof o->link.position - sizeof o->link.position[0]);
    } else if (ask->type == FRAME_BOX_NEW) {
        o->link.asking = false;
        e = failure == 0 || failure == WIRE_CODE_EXISTS ? own_link_set(s, "link-made", &l.made, 1)
                                                        : OK;
    } else {
        o->link.asking = false;
        if (failure == 0 && type == FRAME_OPENED) {
            e = wire_opened_decode(s->arena, body, &w);
            o->link.handle = (uint32_t)w.handle;
            o->link.opened = e == OK;
        }
    }
    wipe(&l, sizeof l);
    own_due_rest(o);
    return e;
}
