#include "engine/own/chain_wish.h"

#include <string.h>

#include "store/chain.h"
#include "store/own_chain_wish.h"
#include "store/own_setting.h"
#include "store/people.h"

#define DAY_MS (24 * 3600ull * 1000)

_Static_assert((int)OWN_CHAIN_ADD == STORE_OWN_CHAIN_WISH_ADD, "the store knows this one");

enum err own_chain_wish_allowed(struct step *s, const struct chain_entry *head)
{
    int64_t day = 0, n = 0, today = (int64_t)(s->now_ms / DAY_MS);
    if (head->n + 1 >= CHAIN_DEVICE_ENTRIES) {
        return ERR_LIMIT;
    }
    TRY(store_own_setting_int(s->store, "chain-day", 0, &day));
    TRY(store_own_setting_int(s->store, "chain-count", 0, &n));
    return day == today && n >= CHAIN_DEVICE_ENTRIES_A_DAY ? ERR_LIMIT_RATE : OK;
}

enum err own_chain_wish_count(struct step *s)
{
    int64_t day = 0, n = 0, today = (int64_t)(s->now_ms / DAY_MS);
    TRY(store_own_setting_int(s->store, "chain-day", 0, &day));
    TRY(store_own_setting_int(s->store, "chain-count", 0, &n));
    TRY(store_own_setting_put_int(s->store, "chain-day", today));
    return store_own_setting_put_int(s->store, "chain-count", day == today ? n + 1 : 1);
}

enum err own_chain_wish_add(struct step *s, enum own_chain_wish kind, struct slice data,
                            int64_t *id)
{
    TRY(store_own_chain_wish_add(s->store, (int64_t)kind, data, id));
    s->durable = true;
    return OK;
}

enum err own_chain_wish_waits(struct step *s, enum own_chain_wish kind, bool *yes)
{
    return store_own_chain_wish_has(s->store, (int64_t)kind, yes);
}

enum err own_chain_wish_get(struct step *s, int64_t id, struct own_chain_wished *w)
{
    struct store_own_chain_wish row;
    enum err e = store_own_chain_wish_get(s->store, s->arena, id, &row);
    w->id = id;
    w->kind = row.kind;
    w->data = row.data;
    w->entry = row.entry;
    w->hpke = row.hpke;
    return e;
}

enum err own_chain_wish_entry(struct step *s, int64_t id, struct slice entry, struct slice hpke)
{
    s->durable = true;
    return store_own_chain_wish_set(s->store, id, entry, hpke);
}

enum err own_chain_wish_drop(struct step *s, int64_t id)
{
    return store_own_chain_wish_drop(s->store, id);
}

static void take_code(struct chain_entry *e, const struct recovery_code *fresh)
{
    memcpy(e->recovery, fresh->sign.b, sizeof e->recovery);
    memcpy(e->recovery_hpke, fresh->hpke_hash, sizeof e->recovery_hpke);
}

/* Does an entry of our chain from number `from` on name this one as abandoned? */
static enum err over(struct step *s, uint64_t from, const struct chain_entry *head,
                     const uint8_t other[CHAIN_HASH_SIZE], bool *out)
{
    struct chain_entry e;
    *out = false;
    for (uint64_t n = from; n <= head->n && !*out; n++) {
        TRY(store_chain_at(s->store, STORE_PERSON_ME, n, &e));
        *out = e.has_other && slice_equal(SLICE_ARRAY(e.other), slice_make(other, CHAIN_HASH_SIZE));
    }
    return OK;
}

/* Two branches of my chain: it continues on the gateway's, since nobody else can be asked to
 * follow, and the other one is abandoned. ERR_GONE: that is so already; ERR_AUTH: this device is on
 * only one of them, and its signature would end nothing. */
static enum err meet(struct own *o, struct step *s, struct slice other,
                     const struct chain_entry *head, struct chain_entry *base,
                     struct chain_entry *given_up, uint64_t *from)
{
    bool done = false;
    if (other.n != CHAIN_HASH_SIZE) {
        return ERR_STORE_CORRUPT;
    }
    TRY(store_chain_fork_head(s->store, s->arena, STORE_PERSON_ME, other.p, given_up, from));
    TRY(over(s, *from, head, given_up->hash, &done));
    if (done) {
        return ERR_GONE;
    }
    *base = *head;
    if (slice_equal(SLICE_ARRAY(o->chain_there), SLICE_ARRAY(given_up->hash))) {
        *base = *given_up;
        *given_up = *head;
    }
    return chain_has_device(base, o->device) && chain_has_device(given_up, o->device) ? OK
                                                                                      : ERR_AUTH;
}

/* What either branch dropped stays dropped. What only the other one added has no signature for this
 * one: those devices must be linked again. */
static enum err say_meeting(const struct chain_entry *base, const struct chain_entry *given_up,
                            uint64_t from, struct chain_entry *e)
{
    e->why = CHAIN_WHY_FORK;
    e->has_other = true;
    memcpy(e->other, given_up->hash, sizeof e->other);
    for (size_t i = 0; i < base->device_n; i++) {
        const struct chain_device *d = &base->devices[i];
        if (d->added < from && !chain_has_device(given_up, d->key)) {
            TRY(chain_drop(e, d->key));
        }
    }
    return OK;
}

/* Makes the entry after `head` say what the wish wants. ERR_GONE: it says so already. */
static enum err say(struct own *o, const struct own_chain_wished *w,
                    const struct recovery_code *fresh, const struct chain_entry *head,
                    struct chain_entry *e)
{
    bool changes = fresh != NULL;
    chain_begin(e, head);
    switch (w->kind) {
    case OWN_CHAIN_DROP:
        e->why = CHAIN_WHY_DROPPED;
        for (size_t i = 0; i + CHAIN_KEY_SIZE <= w->data.n; i += CHAIN_KEY_SIZE) {
            changes = chain_drop(e, w->data.p + i) == OK || changes;
        }
        break;
    case OWN_CHAIN_RECOVER:
        e->why = CHAIN_WHY_RECOVERED;
        for (size_t i = head->device_n; i-- > 0;) {
            bool stays = false;
            for (size_t k = 0; k + CHAIN_KEY_SIZE <= w->data.n; k += CHAIN_KEY_SIZE) {
                stays = stays || slice_equal(SLICE_ARRAY(head->devices[i].key),
                                             slice_make(w->data.p + k, CHAIN_KEY_SIZE));
            }
            if (!stays) {
                TRY(chain_drop(e, head->devices[i].key));
            }
        }
        TRY(chain_add(e, o->device));
        changes = true;
        break;
    default:
        e->why = CHAIN_WHY_CODE;
        break;
    }
    if (fresh != NULL) {
        take_code(e, fresh);
    }
    return changes ? OK : ERR_GONE;
}

enum err own_chain_wish_make(struct own *o, struct step *s, const struct own_chain_wished *w,
                             const struct recovery_code *fresh, const struct recovery_code *old)
{
    struct chain_entry head, e, given_up;
    struct slice bytes;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
    uint64_t from = 0;
    bool by_code = w->kind == OWN_CHAIN_RECOVER || (old != NULL && o->codes.by_code);
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    if (w->kind == OWN_CHAIN_FORK) {
        struct chain_entry ours = head;
        TRY(meet(o, s, w->data, &ours, &head, &given_up, &from));
    }
    if (!by_code) {
        enum err err = own_chain_wish_allowed(s, &head);
        by_code = old != NULL && (err == ERR_LIMIT || err == ERR_LIMIT_RATE);
        TRY(by_code ? OK : err);
    }
    if (w->kind == OWN_CHAIN_FORK) {
        chain_begin(&e, &head);
        TRY(say_meeting(&head, &given_up, from, &e));
    } else {
        TRY(say(o, w, fresh, &head, &e));
    }
    TRY(chain_plan(&head, &e, by_code ? old->sign.b : o->device, old != NULL));
    TRY(chain_sign(&head, &e, &o->device_secret));
    if (fresh != NULL) {
        TRY(chain_sign(&head, &e, &fresh->secret));
    }
    if (old != NULL) {
        TRY(chain_sign(&head, &e, &old->secret));
    }
    TRY(chain_encode(&b, &e));
    TRY(buf_finish(&b, &bytes));
    return own_chain_wish_entry(s, w->id, bytes,
                                fresh != NULL ? recovery_code_hpke(fresh) : SLICE_EMPTY);
}
