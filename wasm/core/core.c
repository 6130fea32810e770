#include "core/core.h"

#include <string.h>

#include "base/ct.h"
#include "base/limits.h"
#include "core/lock.h"
#include "core/ops.h"
#include "core/query.h"
#include "core/vault.h"
#include "core/view.h"
#include "crypto/rand.h"

enum err core_create(struct core **out)
{
    *out = NULL;
    TRY(crypto_init());
    struct core *c = mem_alloc(sizeof *c);
    if (c == NULL) {
        return ERR_HOST_MEMORY;
    }
    memset(c, 0, sizeof *c);
    arena_init(&c->arena, LIMIT_ARENA_BYTES);
    core_account_init(&c->account);
    *out = c;
    return OK;
}

void core_destroy(struct core *c)
{
    if (c == NULL) {
        return;
    }
    core_lock(c);
    arena_wipe(&c->arena);
    wipe(c, sizeof *c);
    mem_free(c);
}

/* ---- one event ------------------------------------------------------------------------------ */

/* Passes an event on to the account's network. */
static enum err input(struct core *c, struct step *s, const struct abi_event *ev)
{
    struct account *a = &c->account.base;
    struct network_input in;
    uint64_t conn = 0;
    bool line = true;
    if (s->store == NULL) {
        return OK;
    }
    memset(&in, 0, sizeof in);
    switch (ev->kind) {
    case ABI_ALARM:
        in.kind = NETWORK_ALARM;
        line = false;
        break;
    case ABI_LIFE:
        in.kind = NETWORK_LIFE;
        line = false;
        in.life = ev->life.state;
        break;
    case ABI_NET_OPEN:
        in.kind = NETWORK_OPEN;
        conn = ev->net_open.conn;
        break;
    case ABI_NET_MESSAGE:
        in.kind = NETWORK_MESSAGE;
        conn = ev->net_message.conn;
        in.data = ev->net_message.data;
        break;
    default:
        in.kind = NETWORK_CLOSE;
        conn = ev->net_close.conn;
        break;
    }
    if (line && conn / EFFECTS_CONNS != a->slot) {
        return OK; /* a connection of no account here */
    }
    in.k = (unsigned)(conn % EFFECTS_CONNS);
    return a->network->input(a, s, &in);
}

static enum err dispatch(struct core *c, struct step *s, const struct abi_event *ev,
                         struct abi_result *result, uint64_t *detail)
{
    switch (ev->kind) {
    case ABI_COMMAND:
        return core_op(c, s, &ev->command.op, result, detail);
    case ABI_ALARM:
        c->alarm_ms = 0;
        return input(c, s, ev);
    default:
        return input(c, s, ev);
    }
}

static enum err tell_state(struct core *c, struct step *s)
{
    struct abi_change ch;
    if (!s->out->state || s->store == NULL) {
        return OK;
    }
    memset(&ch, 0, sizeof ch);
    ch.kind = ABI_STATE_CHANGED;
    TRY(core_state_view(c, s, &ch.state_changed.state));
    effects_change(s->out, &ch);
    return OK;
}

static enum err set_alarm(struct core *c, struct step *s)
{
    struct account *a = &c->account.base;
    struct abi_effect e;
    uint64_t at = 0;
    if (s->store != NULL) {
        TRY(a->network->next_alarm(a, s, &at));
    }
    if (at == c->alarm_ms) {
        return OK;
    }
    c->alarm_ms = at;
    memset(&e, 0, sizeof e);
    e.kind = ABI_ALARM_SET;
    e.alarm_set.at_ms = at;
    effects_put(s->out, &e);
    return OK;
}

/* Handler, patches, commit: all or nothing. */
static enum err run(struct core *c, struct step *s, const struct abi_event *ev)
{
    struct account *a = &c->account.base;
    struct abi_result result;
    uint64_t detail = 0;
    memset(&result, 0, sizeof result);
    result.kind = ABI_OK;
    if (s->store != NULL) {
        TRY(store_begin(s->store));
    }
    enum err e = dispatch(c, s, ev, &result, &detail);
    if (s->store != c->store) {
        s->store = c->store; /* the event may have unlocked, made or locked it */
    }
    if (e == OK && s->store != NULL && store_in_transaction(s->store)) {
        e = a->network->work(a, s);
    }
    if (e == OK && s->store != NULL && a->slot_due && a->ready) {
        e = core_recovery_slot(c, s);
    }
    if (e == OK && s->store != NULL) {
        e = core_view_patches(c, s);
        e = e != OK ? e : tell_state(c, s);
    }
    e = e != OK ? e : s->out->err;
    if (e == OK && s->store != NULL && store_in_transaction(s->store)) {
        e = store_commit(s->store, s->durable);
    }
    if (e != OK && s->store != NULL) {
        store_rollback(s->store);
        effects_init(s->out, s->arena);
        s->out->slot = a->slot;
        if (s->dirty) {
            a->network->reset(a, s);
        }
    }
    if (ev->kind == ABI_COMMAND) {
        effects_reply(s->out, ev->command.request, e, detail, e == OK ? &result : NULL);
        e = OK;
    }
    return e;
}

enum err core_step(struct core *c, struct slice input)
{
    struct abi_input in;
    struct effects out;
    struct step s;
    arena_reset(&c->arena);
    c->output = SLICE_EMPTY;
    TRY(abi_input_decode(&c->arena, input, &in));
    effects_init(&out, &c->arena);
    out.slot = c->account.base.slot;
    memset(&s, 0, sizeof s);
    s.arena = &c->arena;
    s.store = c->store;
    s.out = &out;
    s.now_ms = in.now_ms;
    enum err e = run(c, &s, &in.event);
    if (e != OK && e != ERR_BUG) {
        e = OK; /* failed network input has changed nothing, and nobody waits for a reply */
    }
    if (e == OK) {
        e = set_alarm(c, &s);
    }
    if (e == OK && in.event.kind == ABI_LIFE && in.event.life.state != ABI_LIFE_STATE_VISIBLE &&
        c->store != NULL) {
        e = store_idle(c->store);
    }
    if (e != OK || out.err != OK) {
        return e != OK ? e : out.err;
    }
    struct abi_effects all = {out.v, out.n};
    struct buf b = buf_arena(&c->arena, 4096);
    abi_effects_put(&b, &all);
    return buf_finish(&b, &c->output);
}
