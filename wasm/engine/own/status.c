/* Read marks, delivery and read receipts: batched, switchable, inside the ciphertext. */
#include "engine/own/status.h"

#include <string.h>

#include "base/cbor.h"
#include "base/rule.h"
#include "crypto/rand.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/group.h"
#include "engine/timeline.h"
#include "store/chat.h"
#include "store/hole.h"
#include "store/member.h"
#include "store/message.h"
#include "store/people.h"
#include "store/receipt.h"
#include "store/setting.h"
#include "engine/own/order.h"

#define STATUS_MEMBERS_MAX OWN_GROUP_SMALL /* larger ones get no receipts: "sent" is all */
#define STATUS_LEAVES_MAX 32               /* leaves in one receipt: those that came last */
#define STATUS_BUT_MAX 64                  /* missing words it names per leaf */
#define STATUS_APPLY_MAX 256               /* messages that change in one step */

/* A receipt: [ kind, [ * [ device, run, from, upto, [ * missing ] ] ] ]. kind 1 got, 2 read. It
 * never claims what did not come: it begins with the first word that is here, names the holes, and
 * if there are too many of them, upto stops before the rest. */
enum status { STATUS_GOT = 1, STATUS_READ = 2 };

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
    int64_t notices = 1;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.chat != chat) {
        return ERR_INPUT;
    }
    TRY(store_setting_int(s->store, "read-on", 1, &notices));
    TRY(timeline_read(s, &m, notices != 0, own_clock_now(o, s)));
    own_statuses_soon(o, s);
    return OK;
}

/* ---- saying --------------------------------------------------------------------------------- */

/* [ device, run, from, upto, [ * missing ] ] */
static enum err put_heard(struct step *s, struct buf *b, const struct store_receipt_leaf *h)
{
    struct store_hole *holes = arena_array(s->arena, STATUS_BUT_MAX + 1, sizeof *holes);
    int64_t but[STATUS_BUT_MAX], upto = h->last;
    size_t n = 0, k = 0;
    if (holes == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_hole_list(s->store, s->arena, h->id, upto, holes, STATUS_BUT_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        for (int64_t c = holes[i].first; c <= holes[i].last && c <= upto && RULE(READ_OF_WHAT_CAME);
             c++) {
            if (k == STATUS_BUT_MAX) {
                upto = c - 1;
                break;
            }
            but[k++] = c;
        }
    }
    cbor_put_array(b, 5);
    cbor_put_bytes(b, SLICE_ARRAY(h->device));
    cbor_put_uint(b, (uint64_t)h->run);
    cbor_put_uint(b, RULE(READ_FROM_THE_FIRST) ? (uint64_t)h->first : 0);
    cbor_put_uint(b, (uint64_t)upto);
    cbor_put_array(b, k);
    for (size_t i = 0; i < k; i++) {
        cbor_put_uint(b, (uint64_t)but[i]);
    }
    return b->err;
}

static enum err send_status(struct own *o, struct step *s, int64_t room, enum status kind,
                            int64_t place)
{
    struct store_receipt_leaf *list = arena_array(s->arena, STATUS_LEAVES_MAX, sizeof *list);
    struct slice body;
    size_t n = 0;
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(store_receipt_leaves(s->store, room, place, list, STATUS_LEAVES_MAX, &n));
    if (n == 0) {
        return OK;
    }
    struct buf b = buf_arena(s->arena, n * 64 + 16);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, kind);
    cbor_put_array(&b, n);
    for (size_t i = 0; i < n; i++) {
        TRY(put_heard(s, &b, &list[i]));
    }
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, room, OWN_TYPE_STATUS, body);
}

static enum err chat_status(struct own *o, struct step *s, int64_t chat, bool got, bool read)
{
    int64_t members = 0, place = STORE_PLACE_PENDING - 1;
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_member_count(s->store, chat, &members));
    if (c.type == STORE_CHAT_SELF || c.state != STORE_CHAT_OPEN ||
        (members > STATUS_MEMBERS_MAX && RULE(RECEIPTS_UP_TO_SIXTEEN))) {
        return OK;
    }
    if (!read) {
        return got ? send_status(o, s, chat, STATUS_GOT, place) : OK;
    }
    enum err e = store_receipt_read_place(s->store, chat, &place);
    return e == OK ? send_status(o, s, chat, STATUS_READ, place) : e == ERR_GONE ? OK : e;
}

enum err own_content_statuses(struct own *o, struct step *s)
{
    enum { MAX = 64 };
    struct store_receipt_due due[MAX];
    size_t n = 0;
    o->status_at_ms = 0;
    enum err e = store_receipt_due(s->store, due, MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_receipt_said(s->store, due[i].chat);
        e = e != OK ? e : chat_status(o, s, due[i].chat, due[i].got, due[i].read);
    }
    return e;
}

/* ---- hearing -------------------------------------------------------------------------------- */

static bool confirms(const struct store_receipt *v, int64_t counter)
{
    struct slice but = v->but;
    uint64_t missing = 0;
    while (slice_le64(&but, &missing) == OK) {
        if ((int64_t)missing == counter) {
            return false;
        }
    }
    return counter >= v->from && counter <= v->upto;
}

struct receipts {
    struct store_receipt_member of[STATUS_MEMBERS_MAX];
    size_t n;
};

/* The least that everybody this word was for (it was sealed in this epoch) has confirmed. */
static int state_of(const struct receipts *list, int64_t counter, int64_t epoch)
{
    int state = STORE_STATE_READ;
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct store_receipt_member *m = &list->of[i];
        if (m->since > epoch) {
            continue;
        }
        n++;
        bool red = confirms(&m->read, counter);
        if (!m->said || (!red && !confirms(&m->got, counter))) {
            return STORE_STATE_SENT;
        }
        state = red ? state : STORE_STATE_DELIVERED;
    }
    return n > 0 ? state : STORE_STATE_SENT;
}

static enum err apply_receipts(struct step *s, const struct store_leaf *leaf, int64_t chat)
{
    struct receipts *list = arena_array(s->arena, 1, sizeof *list);
    struct store_receipt_word *words = arena_array(s->arena, STATUS_APPLY_MAX, sizeof *words);
    size_t n = 0;
    bool changed = false;
    if (list == NULL || words == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err e = store_receipt_members(s->store, s->arena, leaf->chat, leaf->id, list->of,
                                       STATUS_MEMBERS_MAX, &list->n);
    list->n = e == ERR_LIMIT ? 0 : list->n; /* too many members to know it of all */
    TRY(e == ERR_LIMIT ? OK : e);
    e = store_receipt_words(s->store, leaf->id, words, STATUS_APPLY_MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        int to = state_of(list, words[i].counter, words[i].epoch);
        if (to > words[i].state) {
            e = timeline_state(s, words[i].message, (enum store_message_state)to, OK);
            changed = true;
        }
    }
    if (changed) {
        effects_chat(s->out, chat);
    }
    return e;
}

/* Takes one leaf of a receipt, if it is one of mine. */
static enum err take_heard(struct step *s, const struct store_chat *c, enum status kind,
                           int64_t from, struct slice *in)
{
    struct slice device, but;
    struct store_leaf leaf;
    uint64_t run = 0, first = 0, upto = 0, missing = 0;
    size_t n = 0, k = 0;
    TRY(cbor_get_array(in, &n));
    TRY(cbor_get_bytes(in, &device));
    TRY(cbor_get_uint(in, &run));
    TRY(cbor_get_uint(in, &first));
    TRY(cbor_get_uint(in, &upto));
    TRY(cbor_get_array(in, &k));
    if (n != 5 || device.n != 32 || run > INT64_MAX || upto >= (uint64_t)STORE_COUNTER_MAX ||
        first > upto || k > STATUS_BUT_MAX) {
        return ERR_INPUT;
    }
    struct buf b = buf_arena(s->arena, k * 8 + 8);
    for (size_t i = 0; i < k; i++) {
        TRY(cbor_get_uint(in, &missing));
        buf_le64(&b, missing);
    }
    TRY(buf_finish(&b, &but));
    enum err e = store_leaf_find(s->store, c->id, device.p, (int64_t)run, STORE_PERSON_ME, &leaf);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    struct store_receipt v = {(int64_t)first, (int64_t)upto, but.n == 0 ? SLICE_EMPTY : but};
    TRY(store_receipt_put(s->store, kind == STATUS_GOT ? STORE_RECEIPT_GOT : STORE_RECEIPT_READ,
                          leaf.id, from, &v));
    return apply_receipts(s, &leaf, own_shown_in(c));
}

enum err own_status_take(struct step *s, const struct store_chat *c, int64_t from, struct slice in)
{
    uint64_t kind = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &kind));
    TRY(cbor_get_array(&in, &n));
    if ((kind != STATUS_GOT && kind != STATUS_READ) || n > STATUS_LEAVES_MAX) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(take_heard(s, c, (enum status)kind, from, &in));
    }
    return OK;
}
