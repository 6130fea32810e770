#include "engine/own/record_word.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/clock.h"
#include "engine/own/order.h"
#include "engine/roster.h"
#include "schema/chain.h"
#include "store/people.h"

static enum err get_optional(struct slice *in, struct slice *out)
{
    *out = SLICE_EMPTY;
    return cbor_take_null(in) ? OK : cbor_get_bytes(in, out);
}

enum err own_record_word_put(struct step *s, struct buf *b, const struct store_message *m)
{
    struct store_leaf leaf;
    struct store_person by;
    enum err known = m->by != 0 ? store_person_get(s->store, s->arena, m->by, &by) : ERR_GONE;
    TRY(known == ERR_GONE ? OK : known);
    if (known == OK) {
        cbor_put_bytes(b, SLICE_ARRAY(by.account));
    } else {
        cbor_put_null(b);
    }
    cbor_put_uint(b, (uint64_t)m->by_how);
    cbor_put_bool(b, m->removed);
    cbor_put_uint(b, (uint64_t)m->place);
    cbor_put_uint(b, (uint64_t)m->said_ms);
    cbor_put_uint(b, (uint64_t)m->server_ms);
    cbor_put_uint(b, (uint64_t)m->edit_n);
    if (m->edit_n > 0) {
        cbor_put_bytes(b, SLICE_ARRAY(m->edit_mid));
    } else {
        cbor_put_null(b);
    }
    enum err e = m->leaf != 0 ? store_leaf_get(s->store, s->arena, m->leaf, &leaf) : ERR_GONE;
    if (e != OK) {
        cbor_put_null(b);
        cbor_put_uint(b, 0);
        cbor_put_uint(b, 0);
        return e == ERR_GONE ? OK : e;
    }
    cbor_put_bytes(b, SLICE_ARRAY(leaf.device));
    cbor_put_uint(b, (uint64_t)leaf.run);
    cbor_put_uint(b, (uint64_t)m->counter);
    return OK;
}

enum err own_record_word_read(struct slice *in, struct own_record_word *w)
{
    TRY(get_optional(in, &w->by));
    TRY(cbor_get_uint(in, &w->by_how));
    TRY(cbor_get_bool(in, &w->removed));
    TRY(cbor_get_uint(in, &w->place));
    TRY(cbor_get_uint(in, &w->said_ms));
    TRY(cbor_get_uint(in, &w->server_ms));
    TRY(cbor_get_uint(in, &w->edit_n));
    TRY(get_optional(in, &w->edit_mid));
    TRY(get_optional(in, &w->device));
    TRY(cbor_get_uint(in, &w->run));
    TRY(cbor_get_uint(in, &w->counter));
    return w->place <= (uint64_t)STORE_PLACE_PENDING && w->server_ms <= OWN_TIME_MAX_MS &&
                   w->said_ms <= OWN_TIME_MAX_MS && w->edit_n < (uint64_t)STORE_COUNTER_MAX &&
                   w->by_how <= ABI_BY_HOW_FOREIGN && w->run <= INT64_MAX &&
                   w->counter < (uint64_t)STORE_COUNTER_MAX
               ? OK
               : ERR_INPUT;
}

enum err own_record_word_know(struct step *s, const struct store_chat *c,
                              const struct own_record_word *r, struct store_message *m)
{
    struct store_leaf leaf;
    struct store_word w;
    if (r->by.n == CHAIN_HASH_SIZE) {
        TRY(roster_person(s, r->by.p, &m->by));
        m->by_how = (enum abi_by_how)r->by_how;
    }
    m->removed = r->removed;
    m->place = (int64_t)r->place;
    m->said_ms = (int64_t)r->said_ms;
    m->server_ms = (int64_t)r->server_ms;
    if (r->edit_mid.n == sizeof m->edit_mid) {
        m->edit_n = (int64_t)r->edit_n;
        memcpy(m->edit_mid, r->edit_mid.p, sizeof m->edit_mid);
    }
    if (r->device.n != sizeof leaf.device || m->sender == 0) {
        return OK;
    }
    TRY(store_leaf_ensure(s->store, c->id, r->device.p, (int64_t)r->run, m->sender, &leaf));
    m->leaf = leaf.id;
    m->counter = (int64_t)r->counter;
    enum err e = store_word_get(s->store, s->arena, leaf.id, m->counter, &w);
    if (e != ERR_GONE) {
        return e;
    }
    memset(&w, 0, sizeof w);
    w.leaf = leaf.id;
    w.counter = m->counter;
    w.place = m->place;
    w.here = m->place < STORE_PLACE_PENDING ? m->place : 0;
    w.reading = c->reading;
    return store_word_put(s->store, &w);
}
