#include "engine/own/order.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/clock.h"
#include "engine/own/identity.h"
#include "engine/timeline.h"
#include "schema/chain.h"
#include "store/hole.h"
#include "store/message.h"
#include "store/own_chat.h"
#include "store/people.h"
#include "store/reaction.h"

#define WORD_VERSION 3
#define WORD_LABEL "sotto word 1"
#define WORD_HEAD 121 /* bytes around the content, at most */

/* ---- the form ------------------------------------------------------------------------------- */

uint64_t own_order_time(const struct own_word *w)
{
    return w->ms < w->server_ms || !RULE(TIME_AT_MOST_THE_GATEWAYS) ? w->ms : w->server_ms;
}

static enum err get_hash(struct slice *in, bool *has, uint8_t out[32])
{
    *has = !cbor_take_null(in);
    return *has ? cbor_get_fixed(in, out, 32) : OK;
}

static enum err read_head(struct slice *in, struct own_word *w, size_t fields)
{
    uint64_t version = 0;
    size_t n = 0;
    memset(w, 0, sizeof *w);
    TRY(cbor_get_array(in, &n));
    TRY(cbor_get_uint(in, &version));
    if (version != WORD_VERSION) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_uint(in, &w->run));
    TRY(cbor_get_uint(in, &w->counter));
    return n == fields && w->run <= INT64_MAX && w->counter < (uint64_t)STORE_COUNTER_MAX
               ? OK
               : ERR_INPUT;
}

enum err own_order_read(struct slice in, struct own_word *w)
{
    bool has_hash = false;
    TRY(read_head(&in, w, 8));
    TRY(get_hash(&in, &w->has_prev, w->prev));
    TRY(cbor_get_uint(&in, &w->prev_epoch));
    TRY(cbor_get_uint(&in, &w->ms));
    w->ms = w->ms < OWN_TIME_MAX_MS ? w->ms : OWN_TIME_MAX_MS;
    w->empty = cbor_take_null(&in);
    if (!w->empty) {
        TRY(cbor_get_bytes(&in, &w->content));
        crypto_sha256(w->content_hash, w->content);
        return cbor_take_null(&in) && in.n == 0 && w->has_prev == (w->counter > 0) ? OK : ERR_INPUT;
    }
    TRY(get_hash(&in, &has_hash, w->content_hash));
    return has_hash && in.n == 0 && w->has_prev == (w->counter > 0) ? OK : ERR_INPUT;
}

static void put_u64(uint8_t out[8], uint64_t v)
{
    for (size_t i = 0; i < 8; i++) {
        out[i] = (uint8_t)(v >> (56 - 8 * i));
    }
}

void own_order_hash(struct own_word *w, const uint8_t device[32])
{
    uint8_t run[8], counter[8], ms[8], none[32] = {0};
    put_u64(run, w->run);
    put_u64(counter, w->counter);
    put_u64(ms, w->ms);
    struct slice parts[] = {SLICE_LITERAL(WORD_LABEL),
                            slice_make(device, 32),
                            SLICE_ARRAY(run),
                            SLICE_ARRAY(counter),
                            w->has_prev ? SLICE_ARRAY(w->prev) : SLICE_ARRAY(none),
                            SLICE_ARRAY(ms),
                            SLICE_ARRAY(w->content_hash)};
    crypto_hash_parts(CRYPTO_SHA256, w->hash, parts, sizeof parts / sizeof parts[0]);
}

static enum err put_word(struct arena *a, const struct own_word *w, struct slice *out)
{
    struct buf b = buf_arena(a, w->content.n + WORD_HEAD);
    cbor_put_array(&b, 8);
    cbor_put_uint(&b, WORD_VERSION);
    cbor_put_uint(&b, w->run);
    cbor_put_uint(&b, w->counter);
    if (w->has_prev) {
        cbor_put_bytes(&b, SLICE_ARRAY(w->prev));
    } else {
        cbor_put_null(&b);
    }
    cbor_put_uint(&b, w->prev_epoch);
    cbor_put_uint(&b, w->ms);
    if (w->empty) {
        cbor_put_null(&b);
        cbor_put_bytes(&b, SLICE_ARRAY(w->content_hash));
    } else {
        cbor_put_bytes(&b, w->content);
        cbor_put_null(&b);
    }
    return buf_finish(&b, out);
}

/* ---- sending -------------------------------------------------------------------------------- */

/* The epoch in which the previous word was last sealed. */
static enum err epoch_before(struct step *s, int64_t leaf, int64_t counter, uint64_t *out)
{
    struct store_word before;
    enum err e = store_word_get(s->store, s->arena, leaf, counter - 1, &before);
    *out = e == OK ? before.epoch : 0;
    return e == ERR_GONE ? OK : e;
}

static enum err number(struct step *s, const struct store_own_chat_leaf *me,
                       const struct store_leaf *leaf, struct store_out *out)
{
    struct store_said said = {out->said_ms, out->about, out->content};
    out->counter = me->next;
    out->has_prev = me->hash.n == sizeof out->prev && me->next > 0;
    if (out->has_prev) {
        memcpy(out->prev, me->hash.p, sizeof out->prev);
    }
    crypto_sha256(out->hash, out->content);
    TRY(store_outbox_number(s->store, out));
    if (out->about != 0) {
        TRY(store_said_put(s->store, leaf->id, out->counter, &said, (int64_t)s->now_ms));
    }
    if (out->message != 0) {
        TRY(store_message_set_word(s->store, out->message, leaf->id, out->counter));
    }
    return store_leaf_set_next(s->store, leaf->id, out->counter + 1);
}

enum err own_order_seal(struct own *o, struct step *s, int64_t chat, struct store_out *out,
                        uint64_t epoch, struct slice *plain, int64_t *leaf_id)
{
    struct store_own_chat_leaf me;
    struct store_leaf leaf;
    struct own_word w;
    struct store_word row;
    TRY(store_own_chat_leaf(s->store, s->arena, chat, &me));
    if (me.run < 0) {
        return ERR_STATE;
    }
    TRY(store_leaf_ensure(s->store, chat, o->device, me.run, STORE_PERSON_ME, &leaf));
    *leaf_id = leaf.id;
    bool fresh = out->counter < 0;
    if (fresh) {
        TRY(number(s, &me, &leaf, out));
    }
    memset(&w, 0, sizeof w);
    w.run = (uint64_t)me.run;
    w.counter = (uint64_t)out->counter;
    w.ms = (uint64_t)out->said_ms;
    w.has_prev = out->has_prev;
    memcpy(w.prev, out->prev, sizeof w.prev);
    TRY(epoch_before(s, leaf.id, out->counter, &w.prev_epoch));
    w.empty = out->content.n == 0;
    w.content = out->content;
    memcpy(w.content_hash, out->hash, sizeof w.content_hash);
    if (fresh) {
        own_order_hash(&w, o->device);
        memset(&row, 0, sizeof row);
        row.leaf = leaf.id;
        row.counter = out->counter;
        row.has_hash = true;
        memcpy(row.hash, w.hash, sizeof row.hash);
        row.has_prev = w.has_prev;
        memcpy(row.prev, w.prev, sizeof row.prev);
        row.place = STORE_PLACE_PENDING;
        row.reading = me.reading;
        row.message = out->message;
        row.epoch = epoch;
        TRY(store_word_put(s->store, &row));
        TRY(store_own_chat_leaf_said(s->store, chat, out->counter + 1, w.hash));
    } else {
        TRY(store_word_set_epoch(s->store, leaf.id, out->counter, epoch));
    }
    return put_word(s->arena, &w, plain);
}

enum err own_order_commit(struct own *o, struct step *s, int64_t chat, struct slice *out)
{
    struct store_own_chat_leaf me;
    struct store_leaf leaf;
    uint64_t epoch = 0;
    struct buf b = buf_arena(s->arena, 40);
    *out = SLICE_EMPTY;
    TRY(store_own_chat_leaf(s->store, s->arena, chat, &me));
    if (me.run < 0) {
        return OK;
    }
    TRY(store_leaf_ensure(s->store, chat, o->device, me.run, STORE_PERSON_ME, &leaf));
    TRY(epoch_before(s, leaf.id, me.next, &epoch));
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, WORD_VERSION);
    cbor_put_uint(&b, (uint64_t)me.run);
    cbor_put_uint(&b, (uint64_t)me.next);
    cbor_put_uint(&b, epoch);
    return buf_finish(&b, out);
}

enum err own_order_entered(struct step *s, int64_t chat, uint64_t epoch)
{
    return store_own_chat_leaf_came(s->store, chat, epoch);
}

static int64_t shown_in(const struct store_chat *c)
{
    return c->alias_of != 0 ? c->alias_of : c->id;
}

static enum err move(struct step *s, const struct store_word *w)
{
    if (w->message != 0) {
        effects_message(s->out, w->message, false);
    }
    return store_word_move(s->store, w);
}

/* Moves the words before one whose place is settled now. One that the log no longer has as it
 * claimed will come again after this one, if at all; until then its place is that of a word that
 * never was in the log. */
static enum err draw_along(struct step *s, const struct store_chat *c,
                           const struct store_word *from)
{
    struct store_word next = *from, w;
    int64_t begin = store_place_of(c->place_base, (uint64_t)c->log_first);
    enum err e = OK;
    while ((e = store_word_below(s->store, s->arena, next.leaf, next.counter, &w)) == OK) {
        bool old = w.here != 0 && w.reading < c->reading;
        if (old && w.here < begin) {
            return OK; /* from before the present log */
        }
        int64_t place = store_place_before(next.place, next.counter, w.counter);
        w.here = old ? 0 : w.here;
        place = w.here != 0 && w.here < place ? w.here : place;
        if (place == w.place && w.reading == c->reading) {
            return OK;
        }
        w.place = place;
        w.reading = c->reading;
        TRY(move(s, &w));
        next = w;
    }
    return e == ERR_GONE ? OK : e;
}

/* This word is in the log at `here`. If it is there several times, the first counts. */
static enum err stand(struct step *s, const struct store_chat *c, struct store_word *w,
                      int64_t here)
{
    if (w->reading == c->reading && w->here != 0 && w->here <= here) {
        return OK;
    }
    TRY(store_word_place(s->store, w->leaf, w->counter, c->reading, here, &w->place));
    w->here = here;
    w->reading = c->reading;
    TRY(move(s, w));
    return draw_along(s, c, w);
}

/* Our words before this one that the log lacks although the gateway confirmed them. They get the
 * place everybody would give them, should they come up again. */
static enum err place_swallowed(struct step *s, const struct store_chat *c, int64_t leaf,
                                int64_t counter, int64_t place)
{
    struct store_word w;
    int64_t counters[STORE_WORDS_BEFORE];
    size_t n = 0;
    enum err e = store_word_swallowed(s->store, c->id, leaf, counter, counters, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        TRY(store_word_get(s->store, s->arena, leaf, counters[i], &w));
        w.place = store_place_before(place, counter, counters[i]);
        w.here = 0;
        w.reading = c->reading;
        e = move(s, &w);
    }
    return e;
}

enum err own_order_echo(struct step *s, const struct store_chat *c, const struct store_echo *echo,
                        const struct frame_deliver *d)
{
    struct store_word w;
    if (echo->leaf == 0) {
        return OK;
    }
    enum err e = store_word_get(s->store, s->arena, echo->leaf, echo->counter, &w);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(stand(s, c, &w, store_place_of(c->place_base, d->seq)));
    TRY(store_message_logged(s->store, echo->leaf, echo->counter, (int64_t)d->server_ms));
    TRY(store_reaction_move(s->store, echo->mid, w.place));
    TRY(place_swallowed(s, c, echo->leaf, echo->counter, w.place));
    if (w.message != 0) {
        return timeline_moved(s, shown_in(c));
    }
    return OK;
}

/* ---- taking --------------------------------------------------------------------------------- */

static enum err mark_twice(struct step *s, int64_t message)
{
    if (message == 0) {
        return OK;
    }
    effects_message(s->out, message, false);
    return store_message_set_twice(s->store, message);
}

/* Were we here when this leaf came in? Then all its words are for us. */
static int64_t first_counter(const struct store_chat *c, const struct store_leaf *leaf,
                             int64_t counter)
{
    return (int64_t)c->first_epoch <= leaf->run ? 0 : counter;
}

/* Something is missing now: look again when it should have come. */
static void look_again(struct own *o, const struct step *s)
{
    if (o->missing_at_ms == 0) {
        o->missing_at_ms = s->now_ms + OWN_MISSING_MS;
    }
}

/* Everything up to `counter` should be here; the caller stores leaf->next. */
static enum err expect(struct own *o, struct step *s, const struct store_chat *c,
                       struct store_leaf *leaf, int64_t counter, int64_t place)
{
    struct store_hole hole;
    if (leaf->next < 0) {
        leaf->next = first_counter(c, leaf, counter);
    }
    if (counter <= leaf->next) {
        return OK;
    }
    memset(&hole, 0, sizeof hole);
    hole.leaf = leaf->id;
    hole.first = leaf->next;
    hole.last = counter - 1;
    hole.place = store_place_before(place, counter, hole.first);
    hole.at_ms = (int64_t)s->now_ms;
    TRY(store_hole_add(s->store, c->id, &hole));
    look_again(o, s);
    leaf->next = counter;
    return OK;
}

enum err own_order_before(struct own *o, struct step *s, const struct store_chat *c,
                          const struct store_leaf *leaf, const struct own_word *w)
{
    struct store_word known;
    struct store_hole hole;
    int64_t counter = (int64_t)w->counter - 1;
    /* if they came in after us there was no word before, and our first_epoch is that of our last
     * entry */
    if (counter < 0 || leaf->run >= (int64_t)c->first_epoch || w->prev_epoch < c->first_epoch ||
        !RULE(FIRST_WORDS_MISSED)) {
        return OK;
    }
    enum err e = store_word_get(s->store, s->arena, leaf->id, counter, &known);
    e = e == ERR_GONE ? store_hole_of(s->store, s->arena, leaf->id, counter, &hole) : e;
    if (e != ERR_GONE) {
        return e;
    }
    memset(&hole, 0, sizeof hole);
    hole.leaf = leaf->id;
    hole.first = hole.last = counter;
    hole.place = store_place_before(w->place, counter + 1, counter);
    hole.at_ms = (int64_t)s->now_ms;
    look_again(o, s);
    return store_hole_add(s->store, c->id, &hole);
}

enum err own_order_stands(struct step *s, struct own_word *w, struct slice account,
                          struct slice device)
{
    enum own_identity_key stands = OWN_IDENTITY_FOREIGN;
    if (account.n != CHAIN_HASH_SIZE || device.n != CHAIN_KEY_SIZE) {
        return ERR_INPUT;
    }
    TRY(own_identity_key(s, account.p, device.p, &stands));
    w->removed = stands == OWN_IDENTITY_DROPPED;
    w->foreign = stands == OWN_IDENTITY_FOREIGN;
    return OK;
}

enum err own_order_compare(struct step *s, struct own_word *w)
{
    struct store_word other;
    enum err e = store_word_get(s->store, s->arena, w->leaf, (int64_t)w->counter + 1, &other);
    if (e == OK && other.has_prev && !slice_equal(SLICE_ARRAY(other.prev), SLICE_ARRAY(w->hash))) {
        w->twice = true;
    }
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    if (!w->has_prev) {
        return OK;
    }
    e = store_word_get(s->store, s->arena, w->leaf, (int64_t)w->counter - 1, &other);
    if (e == OK && other.has_hash && !slice_equal(SLICE_ARRAY(other.hash), SLICE_ARRAY(w->prev))) {
        return mark_twice(s, other.message);
    }
    return e == ERR_GONE ? OK : e;
}

static enum err known_word(struct step *s, const struct store_chat *c, struct own_word *w,
                           struct store_word *row, int64_t here)
{
    if (!row->has_hash) { /* it came with the history, perhaps before it was in the log */
        row->has_hash = true;
        memcpy(row->hash, w->hash, sizeof row->hash);
        TRY(store_word_put(s->store, row));
    }
    if (slice_equal(SLICE_ARRAY(row->hash), SLICE_ARRAY(w->hash))) {
        w->known = true; /* resealed after the log was lost, or sent because we asked */
        TRY(stand(s, c, row, here));
        w->place = row->place;
        return OK;
    }
    w->twice = RULE(TWO_CONTENTS_MARKED);
    w->place = here;
    return w->twice ? mark_twice(s, row->message) : OK;
}

enum err own_order_fill(struct step *s, const struct store_leaf *leaf, int64_t counter)
{
    struct store_hole h;
    struct store_message m;
    bool gone = false;
    enum err e = store_hole_of(s->store, s->arena, leaf->id, counter, &h);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_hole_fill(s->store, &h, counter, &gone));
    if (h.message <= 0 || store_message_get(s->store, s->arena, h.message, &m) != OK) {
        return OK;
    }
    if (gone) {
        return timeline_drop(s, m.chat, m.id);
    }
    effects_message(s->out, m.id, false);
    return store_hole_tell(s->store, h.id, m.id);
}

enum err own_order_take(struct own *o, struct step *s, const struct store_chat *c, uint64_t seq,
                        const struct mls_leaf_view *view, int64_t person, struct own_word *w)
{
    struct store_leaf leaf;
    struct store_word row;
    int64_t counter = (int64_t)w->counter, here = store_place_of(c->place_base, seq);
    if (view->signature_key.n != 32 || w->run > w->epoch) {
        return ERR_INPUT;
    }
    own_order_hash(w, view->signature_key.p);
    TRY(store_leaf_ensure(s->store, c->id, view->signature_key.p, (int64_t)w->run, person, &leaf));
    w->leaf = leaf.id;
    enum err e = store_word_get(s->store, s->arena, leaf.id, counter, &row);
    if (e == OK) {
        return known_word(s, c, w, &row, here);
    }
    TRY(e == ERR_GONE ? OK : e);
    TRY(store_word_place(s->store, leaf.id, counter, c->reading, here, &w->place));
    w->place = RULE(PLACE_BY_COUNTER) ? w->place : here;
    if (leaf.next >= 0 && counter < leaf.next) {
        TRY(own_order_fill(s, &leaf, counter));
    } else {
        TRY(expect(o, s, c, &leaf, counter, w->place));
        TRY(store_leaf_set_next(s->store, leaf.id, counter + 1));
    }
    memset(&row, 0, sizeof row);
    row.leaf = leaf.id;
    row.counter = counter;
    row.has_hash = true;
    memcpy(row.hash, w->hash, sizeof row.hash);
    row.has_prev = w->has_prev;
    memcpy(row.prev, w->prev, sizeof row.prev);
    row.place = w->place;
    row.here = here;
    row.reading = c->reading;
    row.epoch = w->epoch;
    TRY(store_word_put(s->store, &row));
    TRY(RULE(PLACE_BY_COUNTER) ? draw_along(s, c, &row) : OK);
    TRY(own_order_before(o, s, c, &leaf, w));
    return own_order_compare(s, w);
}

enum err own_order_commit_take(struct own *o, struct step *s, const struct store_chat *c,
                               const struct frame_deliver *d, const struct mls_leaf_view *view,
                               int64_t person, struct slice data)
{
    struct own_word w;
    struct store_leaf leaf;
    /* Whoever comes in with this commit says nothing. Whatever it says, the commit is followed. */
    if (data.n == 0 || read_head(&data, &w, 4) != OK || cbor_get_uint(&data, &w.prev_epoch) != OK ||
        data.n != 0 || view->credential.n != 32 || view->signature_key.n != 32 ||
        w.run > d->epoch) {
        return OK;
    }
    TRY(own_order_stands(s, &w, view->credential, view->signature_key));
    if (w.foreign && RULE(FOREIGN_SAYS_NOTHING)) {
        return OK; /* none of its words counts as missing */
    }
    TRY(store_leaf_ensure(s->store, c->id, view->signature_key.p, (int64_t)w.run, person, &leaf));
    w.place = store_place_of(c->place_base, d->seq);
    TRY(expect(o, s, c, &leaf, (int64_t)w.counter, w.place));
    TRY(store_leaf_set_next(s->store, leaf.id, leaf.next));
    return own_order_before(o, s, c, &leaf, &w);
}

enum err own_order_met(struct step *s, const struct store_chat *c, const struct store_seen *seen,
                       const uint8_t hash[32], uint64_t seq)
{
    struct store_seen now = *seen;
    struct store_word w;
    if (seen->reading >= c->reading) {
        return OK; /* twice in one log */
    }
    now.reading = c->reading;
    TRY(store_seen_put(s->store, c->id, hash, &now, (int64_t)s->now_ms));
    TRY(store_sent_met(s->store, c->id, hash, c->reading));
    if (seen->leaf == 0) {
        return OK;
    }
    enum err e = store_word_get(s->store, s->arena, seen->leaf, seen->counter, &w);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    return stand(s, c, &w, store_place_of(c->place_base, seq));
}
