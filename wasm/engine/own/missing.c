/* Words that never came: after a while a row says so, and its one action asks the sender's devices
 * again. Question and answer travel in the room; the answer is sealed to the key in the question,
 * since others may have come since. Only those who were in the room when the word was sent get it,
 * and nobody after it was deleted or has expired.
 *
 *   question = [ 1, device, run, first, last, suite, key ]
 *   answer   = [ 2, device, run, counter, suite, enc, sealed ]
 *   sealed   = [ kind, prev / null, prev_epoch, epoch, ms, content / null ]    kind: enum answer
 *
 * epoch: it was sealed in; prev_epoch as in a word (order.h). */
#include "engine/own/missing.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "engine/own/box.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/group_cache.h"
#include "engine/own/sync.h"
#include "engine/own/take.h"
#include "engine/timeline.h"
#include "store/hole.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"

#define SHOW_MAX 64          /* rows made in one step */
#define ANSWERS_MAX 64       /* words answered per question */
#define ANSWERS_WAIT_MAX 256 /* with more words waiting in a room, nothing is answered there */
#define PEOPLE_AGAIN_MAX 128 /* people described again to a device of mine that missed a word */
#define LABEL "sotto answer 2"
#define ANSWER_VERSION 2

enum answer { ANSWER_HERE = 0, ANSWER_GONE = 1, ANSWER_NOTHING = 2 };

/* ---- rows ----------------------------------------------------------------------------------- */

static void row_id(uint8_t out[32], const struct store_leaf *leaf, int64_t first)
{
    uint8_t number[16];
    for (size_t i = 0; i < 8; i++) {
        number[i] = (uint8_t)((uint64_t)leaf->run >> (56 - 8 * i));
        number[8 + i] = (uint8_t)((uint64_t)first >> (56 - 8 * i));
    }
    struct slice parts[] = {SLICE_LITERAL("sotto missing"), SLICE_ARRAY(leaf->device),
                            SLICE_ARRAY(number)};
    crypto_hash_parts(CRYPTO_SHA256, out, parts, 3);
}

/* It gets the time of what follows it: nothing else is known. */
static enum err time_at(struct step *s, const struct store_message *m, int64_t *out)
{
    enum err e = store_message_time_at(s->store, m->chat, m->place, out);
    return e == ERR_GONE ? OK : e;
}

static enum err show_hole(struct step *s, const struct store_chat *c, const struct store_leaf *leaf,
                          const struct store_hole *h)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = own_shown_in(c);
    row_id(m.mid, leaf, h->first);
    m.sender = leaf->person;
    m.mine = leaf->person == STORE_PERSON_ME;
    m.place = h->place;
    m.at_ms = h->at_ms;
    TRY(time_at(s, &m, &m.at_ms));
    m.type = STORE_MESSAGE_MISSING;
    m.reason = (int)(h->last - h->first < INT32_MAX ? h->last - h->first + 1 : INT32_MAX);
    m.text = SLICE_LITERAL("");
    enum err e = timeline_gap(s, &m);
    if (e == ERR_STATE_REPLAY) { /* shown before, and removed by the person */
        return store_hole_set_message(s->store, h->id, STORE_HOLE_HIDDEN);
    }
    TRY(e);
    return store_hole_set_message(s->store, h->id, m.id);
}

/* Is all of the log here? What is still under way may fill the hole. */
static bool caught_up(struct own *o, const struct store_chat *c)
{
    const struct own_box *box = own_box(o, c->id, false);
    return box != NULL && box->opened && !box->stalled && c->cursor >= 0 &&
           (uint64_t)c->cursor >= box->head && c->note == ABI_CHAT_NOTE_NONE && !c->restored;
}

static enum err show_due(struct step *s, const struct store_chat *c, int64_t id)
{
    struct store_hole h;
    struct store_leaf leaf;
    TRY(store_hole_get(s->store, s->arena, id, &h));
    TRY(store_leaf_get(s->store, s->arena, h.leaf, &leaf));
    return RULE(MISSING_IS_SAID) ? show_hole(s, c, &leaf, &h) : OK;
}

/* Shows the holes of one room. While more of its log is promised they may still fill, but whoever
 * carries it could promise for ever. */
static enum err show_room(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    int64_t ids[SHOW_MAX];
    size_t n = 0;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    bool all = caught_up(o, &c);
    if (!all && !RULE(MISSING_IN_THE_END)) {
        return OK;
    }
    uint64_t wait = all ? OWN_MISSING_MS : OWN_MISSING_LATE_MS;
    enum err e = store_hole_due(s->store, chat, (int64_t)(s->now_ms - wait), ids, SHOW_MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = show_due(s, &c, ids[i]);
    }
    return e;
}

enum err own_missing_show(struct own *o, struct step *s, uint64_t *next_ms)
{
    int64_t chat = 0, at = 0;
    enum err e = OK;
    *next_ms = 0;
    /* room by room: one that fails must not hold up another */
    while ((e = store_hole_due_chat(s->store, (int64_t)(s->now_ms - OWN_MISSING_MS), &chat)) ==
           OK) {
        TRY(show_room(o, s, chat));
    }
    TRY(e == ERR_GONE ? OK : e);
    e = store_hole_next(s->store, (int64_t)(s->now_ms - OWN_MISSING_MS), &at);
    if (e == OK && at > 0) {
        *next_ms = (uint64_t)at + OWN_MISSING_MS;
    }
    return e == ERR_GONE ? OK : e;
}

/* ---- asking --------------------------------------------------------------------------------- */

static enum err put_question(struct step *s, const struct crypto_suite *suite,
                             const struct store_leaf *leaf, const struct store_hole *h,
                             const struct crypto_hpke_public *key, struct slice *out)
{
    struct buf b = buf_arena(s->arena, CRYPTO_HPKE_PUBLIC_SIZE_MAX + 96);
    cbor_put_array(&b, 7);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, SLICE_ARRAY(leaf->device));
    cbor_put_uint(&b, (uint64_t)leaf->run);
    cbor_put_uint(&b, (uint64_t)h->first);
    cbor_put_uint(&b, (uint64_t)h->last);
    cbor_put_uint(&b, suite->code);
    cbor_put_bytes(&b, slice_make(key->b, suite->npk));
    return buf_finish(&b, out);
}

enum err own_missing_ask(struct own *o, struct step *s, int64_t message)
{
    struct store_hole h;
    struct store_leaf leaf;
    struct store_chat c;
    struct mls_group *g = NULL;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    struct slice body;
    TRY(store_hole_of_message(s->store, s->arena, message, &h));
    TRY(store_leaf_get(s->store, s->arena, h.leaf, &leaf));
    TRY(store_chat_get(s->store, s->arena, leaf.chat, &c));
    if (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    TRY(own_group(o, s, c.id, &g));
    const struct crypto_suite *suite = mls_group_suite(g);
    if (h.secret.n == sizeof secret.b) { /* asked before: same key, either answer opens */
        memcpy(secret.b, h.secret.p, sizeof secret.b);
        TRY(crypto_hpke_public_of(suite, &key, &secret));
    } else {
        TRY(crypto_hpke_generate(suite, &secret, &key));
    }
    enum err e = store_hole_ask(s->store, h.id, SLICE_ARRAY(secret.b), (int64_t)s->now_ms);
    wipe(&secret, sizeof secret);
    TRY(e);
    s->durable = true;
    TRY(put_question(s, suite, &leaf, &h, &key, &body));
    effects_message(s->out, message, false);
    return own_send_private(o, s, c.id, OWN_TYPE_AGAIN, body);
}

/* ---- answering ------------------------------------------------------------------------------ */

struct question {
    struct slice device, key;
    const struct crypto_suite *suite;
    int64_t run, first, last;
};

static enum err read_question(struct slice in, struct question *q)
{
    uint64_t version = 0, run = 0, first = 0, last = 0, suite = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    TRY(cbor_get_bytes(&in, &q->device));
    TRY(cbor_get_uint(&in, &run));
    TRY(cbor_get_uint(&in, &first));
    TRY(cbor_get_uint(&in, &last));
    TRY(cbor_get_uint(&in, &suite));
    TRY(cbor_get_bytes(&in, &q->key));
    q->suite = suite <= UINT16_MAX ? crypto_suite_find((uint16_t)suite) : NULL;
    if (version != 1 || n != 7 || q->device.n != 32 || q->suite == NULL || run > INT64_MAX ||
        first > last || last >= (uint64_t)STORE_COUNTER_MAX) {
        return ERR_INPUT;
    }
    q->run = (int64_t)run;
    q->first = (int64_t)first;
    q->last = (int64_t)last;
    return crypto_hpke_public_check(q->suite, q->key);
}

static enum err associated(struct arena *a, struct slice device, int64_t run, int64_t counter,
                           struct slice *out)
{
    struct buf b = buf_arena(a, 64);
    buf_slice(&b, device);
    buf_u64(&b, (uint64_t)run);
    buf_u64(&b, (uint64_t)counter);
    return buf_finish(&b, out);
}

static enum err put_plain(struct step *s, const struct store_word *w, const struct store_said *said,
                          enum answer kind, struct slice *out)
{
    struct store_word before;
    struct buf b = buf_arena(s->arena, said->content.n + 128);
    enum err e = store_word_get(s->store, s->arena, w->leaf, w->counter - 1, &before);
    TRY(e == ERR_GONE ? OK : e);
    cbor_put_array(&b, 6);
    cbor_put_uint(&b, kind);
    if (w->has_prev) {
        cbor_put_bytes(&b, SLICE_ARRAY(w->prev));
    } else {
        cbor_put_null(&b);
    }
    cbor_put_uint(&b, e == OK ? before.epoch : 0);
    cbor_put_uint(&b, w->epoch);
    cbor_put_uint(&b, (uint64_t)said->ms);
    if (kind == ANSWER_HERE) {
        cbor_put_bytes(&b, said->content);
    } else {
        cbor_put_null(&b);
    }
    return buf_finish(&b, out);
}

static enum err answer_one(struct own *o, struct step *s, const struct store_chat *c,
                           const struct question *q, const struct store_word *w, bool *nothing)
{
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    struct store_said said;
    struct slice plain, ad, body;
    enum answer kind = ANSWER_HERE;
    enum err e = store_said_get(s->store, s->arena, w->leaf, w->counter, &said);
    if (e == ERR_GONE) { /* deleted, expired, or never shown */
        memset(&said, 0, sizeof said);
        kind = w->message != 0 ? ANSWER_GONE : ANSWER_NOTHING;
        *nothing = *nothing || kind == ANSWER_NOTHING;
    } else {
        TRY(e);
    }
    TRY(put_plain(s, w, &said, kind, &plain));
    TRY(associated(s->arena, q->device, q->run, w->counter, &ad));
    uint8_t *sealed = arena_alloc(s->arena, plain.n + 16);
    if (sealed == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_hpke_seal(q->suite, enc, sealed, q->key, SLICE_LITERAL(LABEL), ad, plain));
    struct buf b = buf_arena(s->arena, plain.n + CRYPTO_HPKE_ENC_SIZE_MAX + 128);
    cbor_put_array(&b, 7);
    cbor_put_uint(&b, ANSWER_VERSION);
    cbor_put_bytes(&b, q->device);
    cbor_put_uint(&b, (uint64_t)q->run);
    cbor_put_uint(&b, (uint64_t)w->counter);
    cbor_put_uint(&b, q->suite->code);
    cbor_put_bytes(&b, slice_make(enc, q->suite->nenc));
    cbor_put_bytes(&b, slice_make(sealed, plain.n + 16));
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, c->id, OWN_TYPE_ANSWER, body);
}

/* What my devices tell each other about people, as it is now: the missed word may be older than
 * what came since. */
static enum err say_people(struct own *o, struct step *s)
{
    int64_t ids[PEOPLE_AGAIN_MAX];
    size_t n = 0;
    enum err e = store_person_newest(s->store, ids, PEOPLE_AGAIN_MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = own_sync_person(o, s, ids[i]);
    }
    return e != OK ? e : own_sync_profile(o, s);
}

static enum err asked(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                      struct slice in)
{
    struct question q;
    struct store_word w;
    struct store_leaf leaf;
    int64_t waiting = 0;
    bool nothing = false;
    TRY(read_question(in, &q));
    TRY(store_outbox_waiting(s->store, c->id, &waiting));
    if (waiting > ANSWERS_WAIT_MAX) {
        return OK; /* somebody asks faster than we can answer */
    }
    enum err e = store_leaf_find(s->store, c->id, q.device.p, q.run, STORE_PERSON_ME, &leaf);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* somebody else's */
    }
    for (int64_t i = q.first; i <= q.last && i - q.first < ANSWERS_MAX; i++) {
        bool sat = false;
        e = store_word_get(s->store, s->arena, leaf.id, i, &w);
        if (e == OK) {
            e = store_seat_had(s->store, c->id, from, w.epoch, &sat);
        }
        if (e == OK && (sat || !RULE(AGAIN_TO_THOSE_WHO_SAT))) {
            e = answer_one(o, s, c, &q, &w, &nothing);
        }
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    if (!nothing || !RULE(PROFILE_SAID_AGAIN)) {
        return OK;
    }
    /* unshown words are not kept; it may have been our profile and how to reach us */
    bool ours = slice_equal(q.device, SLICE_ARRAY(o->device));
    return c->type != STORE_CHAT_SELF ? own_content_profile(o, s, c->id)
           : ours                     ? say_people(o, s)
                                      : OK;
}

/* ---- being answered ------------------------------------------------------------------------- */

struct answered {
    struct slice device, enc, sealed;
    const struct crypto_suite *suite;
    int64_t run, counter;
};

static enum err read_answer(struct slice in, struct answered *v)
{
    uint64_t version = 0, run = 0, counter = 0, suite = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    TRY(cbor_get_bytes(&in, &v->device));
    TRY(cbor_get_uint(&in, &run));
    TRY(cbor_get_uint(&in, &counter));
    TRY(cbor_get_uint(&in, &suite));
    TRY(cbor_get_bytes(&in, &v->enc));
    TRY(cbor_get_bytes(&in, &v->sealed));
    v->suite = suite <= UINT16_MAX ? crypto_suite_find((uint16_t)suite) : NULL;
    if (version != ANSWER_VERSION || n != 7 || v->device.n != 32 || v->suite == NULL ||
        run > INT64_MAX || counter >= (uint64_t)STORE_COUNTER_MAX || v->enc.n != v->suite->nenc ||
        v->sealed.n < 16) {
        return ERR_INPUT;
    }
    v->run = (int64_t)run;
    v->counter = (int64_t)counter;
    return OK;
}

static enum err read_plain(struct slice in, struct own_word *w, uint64_t *kind)
{
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, kind));
    w->has_prev = !cbor_take_null(&in);
    if (w->has_prev) {
        TRY(cbor_get_fixed(&in, w->prev, sizeof w->prev));
    }
    TRY(cbor_get_uint(&in, &w->prev_epoch));
    TRY(cbor_get_uint(&in, &w->epoch));
    TRY(cbor_get_uint(&in, &w->ms));
    w->ms = w->ms < OWN_TIME_MAX_MS ? w->ms : OWN_TIME_MAX_MS;
    w->empty = cbor_take_null(&in);
    if (!w->empty) {
        TRY(cbor_get_bytes(&in, &w->content));
    }
    crypto_sha256(w->content_hash, w->content);
    return n == 6 && w->epoch <= INT64_MAX && *kind <= ANSWER_NOTHING &&
                   w->empty == (*kind != ANSWER_HERE)
               ? OK
               : ERR_INPUT;
}

static enum err open_answer(struct step *s, const struct answered *v, struct slice seed,
                            struct own_word *w, uint64_t *kind)
{
    struct crypto_hpke_secret secret;
    struct slice ad;
    uint8_t *plain = arena_alloc(s->arena, v->sealed.n);
    if (plain == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (seed.n != sizeof secret.b) {
        return ERR_GONE; /* not asked by us */
    }
    TRY(associated(s->arena, v->device, v->run, v->counter, &ad));
    memcpy(secret.b, seed.p, sizeof secret.b);
    enum err e =
        crypto_hpke_open(v->suite, plain, &secret, v->enc, SLICE_LITERAL(LABEL), ad, v->sealed);
    wipe(&secret, sizeof secret);
    TRY(e);
    return read_plain(slice_make(plain, v->sealed.n - 16), w, kind);
}

/* Shows that a word was there which has been deleted or has expired. */
static enum err show_gone(struct step *s, const struct store_chat *c, const struct store_leaf *leaf,
                          const struct own_word *w)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = own_shown_in(c);
    row_id(m.mid, leaf, -1 - (int64_t)w->counter);
    m.sender = leaf->person;
    m.mine = leaf->person == STORE_PERSON_ME;
    m.place = w->place;
    TRY(time_at(s, &m, &m.at_ms));
    m.type = STORE_MESSAGE_DELETED;
    m.text = SLICE_LITERAL("");
    enum err e = timeline_gap(s, &m);
    return e == ERR_STATE_REPLAY ? OK : e;
}

/* Is it what the next word says it is? */
static enum err is_named(struct step *s, const struct own_word *w, bool *yes)
{
    struct store_word next;
    enum err e = store_word_get(s->store, s->arena, w->leaf, (int64_t)w->counter + 1, &next);
    *yes = e == ERR_GONE || (e == OK && (!next.has_prev || ct_equal(next.prev, w->hash, 32)));
    return e == ERR_GONE ? OK : e;
}

static enum err answered(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                         const struct own_word *by)
{
    struct answered v;
    struct store_leaf leaf;
    struct store_hole h;
    struct own_word w;
    struct store_word row;
    struct store_person who;
    uint64_t kind = 0;
    bool named = false;
    TRY(read_answer(by->answer, &v));
    enum err e = store_leaf_find(s->store, c->id, v.device.p, v.run, from, &leaf);
    e = e != OK ? e : store_hole_of(s->store, s->arena, leaf.id, v.counter, &h);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* not missing, or not theirs to answer */
    }
    memset(&w, 0, sizeof w);
    e = open_answer(s, &v, h.secret, &w, &kind);
    if (e != OK) {
        return e == ERR_HOST_MEMORY ? e : OK; /* for somebody else */
    }
    w.run = (uint64_t)v.run;
    w.counter = (uint64_t)v.counter;
    w.leaf = leaf.id;
    w.server_ms = by->server_ms;
    memcpy(w.by, by->by, sizeof w.by);
    w.place = store_place_after(h.place, v.counter - h.first);
    TRY(store_word_place(s->store, leaf.id, v.counter, c->reading, 0, &w.place));
    own_order_hash(&w, leaf.device);
    TRY(store_person_get(s->store, s->arena, from, &who));
    TRY(own_order_stands(s, &w, SLICE_ARRAY(who.account), SLICE_ARRAY(leaf.device)));
    if (w.foreign && RULE(FOREIGN_SAYS_NOTHING)) {
        return OK;
    }
    TRY(is_named(s, &w, &named));
    if (kind == ANSWER_HERE && !named && RULE(ANSWER_AS_NAMED)) {
        return OK; /* not the word that was sent */
    }
    TRY(own_order_fill(s, &leaf, v.counter));
    memset(&row, 0, sizeof row);
    row.leaf = leaf.id;
    row.counter = v.counter;
    row.has_hash = kind == ANSWER_HERE;
    memcpy(row.hash, w.hash, sizeof row.hash);
    row.has_prev = w.has_prev;
    memcpy(row.prev, w.prev, sizeof row.prev);
    row.place = w.place;
    row.reading = c->reading;
    row.epoch = w.epoch;
    TRY(store_word_put(s->store, &row));
    TRY(own_order_before(o, s, c, &leaf, &w));
    TRY(own_order_compare(s, &w));
    s->durable = true;
    if (kind == ANSWER_GONE) {
        return show_gone(s, c, &leaf, &w);
    }
    return kind == ANSWER_HERE ? own_content_take(o, s, c, from, &w) : OK;
}

enum err own_missing_take(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                          const struct own_word *w)
{
    if (w->question.n > 0) {
        enum err e = asked(o, s, c, from, w->question);
        return e == ERR_INPUT ? OK : e;
    }
    enum err e = w->answer.n > 0 ? answered(o, s, c, from, w) : OK;
    return e == ERR_INPUT ? OK : e;
}
