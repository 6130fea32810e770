/* Other people's chains: asking when they are due, taking them whoever brings them, reporting
 * changes. */
#include "engine/own/chains.h"

#include <string.h>

#include "base/rule.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/ask.h"
#include "engine/own/chain.h"
#include "engine/own/notice.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/identity_take.h"
#include "engine/own/line.h"
#include "engine/roster.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/checking.h"
#include "store/own_person.h"
#include "store/people.h"

#define CHAINS_A_STEP 4
#define CHAIN_PAGE_BYTES (24u << 10)
#define CHAIN_BRANCH 16ull /* a branch that can be followed began at most this far below */
#define CHAINS_DAY_MS (24 * 3600ll * 1000) /* between two questions for one chain */
#define CHAINS_AWAITED_MS (3600 * 1000)    /* for one that a room awaits */
#define CHAINS_LATER_MS (60 * 1000)        /* after the gateway said "later" */
#define CHAINS_SPREAD_MS (2 * 3600 * 1000) /* members of a group are not asked for all at once */

/* Asks from our newest entry on: if nothing comes back, the gateway has lost it. low: from far
 * below, where another branch may have begun. */
static enum err ask_chain(struct own *o, struct step *s, int64_t person, bool low)
{
    struct store_person who;
    struct chain_entry head;
    struct wire_chain_get w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = store_chain_head(s->store, person, &head);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    w.account = SLICE_ARRAY(who.account);
    w.from = e == OK ? head.n : 0;
    w.from = low ? (w.from > CHAIN_BRANCH ? w.from - CHAIN_BRANCH : 0) : w.from;
    uint64_t unfilled = 0;
    e = store_chain_unfilled(s->store, person, &unfilled);
    if (e == OK) {
        w.from = unfilled < w.from ? unfilled : w.from;
    } else if (e != ERR_GONE) {
        return e;
    }
    w.key = false;
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_CHAINS, FRAME_CHAIN_GET, person,
                                  low ? OWN_ASK_CHAIN_LOW : OWN_ASK_CHAIN);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_CHAIN_GET, ask->request, body);
}

/* Whose chains to ask for now, those that wait longest first: the order of ids would show who knows
 * whom. */
static enum err chains_due(struct step *s, int64_t ids[CHAINS_A_STEP], size_t *n)
{
    return store_own_person_chain_due(s->store, (int64_t)s->now_ms, ids, CHAINS_A_STEP, n);
}

static bool chains_asked(const struct own *o)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].conn == OWN_CONN_CHAINS) {
            return true;
        }
    }
    return false;
}

/* Nothing is left to ask: the next questions go over another line, unconnected with these. */
static void chains_over(struct own *o, struct step *s)
{
    o->chains_wanted = false;
    if (o->conn[OWN_CONN_CHAINS].line != OWN_CLOSED) {
        own_line_hang_up(s, OWN_CONN_CHAINS);
        own_line_lost(o, s, OWN_CONN_CHAINS);
        o->conn[OWN_CONN_CHAINS].failures = 0;
    }
}

enum err own_chains_work(struct own *o, struct step *s)
{
    int64_t ids[CHAINS_A_STEP];
    size_t n = 0;
    if (!o->base.ready) {
        return OK;
    }
    TRY(chains_due(s, ids, &n));
    if (n == 0 && !o->doubt && !o->packages_wanted && !o->time_wanted && !chains_asked(o)) {
        chains_over(o, s);
        return OK;
    }
    if (!own_ready(o, OWN_CONN_CHAINS)) {
        o->chains_wanted = true;
        s->dirty = true;
        return own_line_dial(o, s);
    }
    for (size_t i = 0; i < n; i++) {
        if (!own_asked(o, FRAME_CHAIN_GET, ids[i])) {
            TRY(ask_chain(o, s, ids[i], false));
        }
    }
    return OK;
}

enum err own_chains_daily(struct own *o, struct step *s, const struct store_chat *c)
{
    const int64_t now = (int64_t)s->now_ms, day_ago = now - CHAINS_DAY_MS;
    bool old = false;
    int64_t n = 0;
    /* Checked with every word, but true once a day: an UPDATE that finds nothing costs much
     * more. */
    TRY(store_own_person_chain_old(s->store, c->id, day_ago, &old));
    if (!old) {
        return OK;
    }
    TRY(store_own_person_chain_renew(s->store, c->id, day_ago, now,
                                     c->type == STORE_CHAT_GROUP ? CHAINS_SPREAD_MS : 0,
                                     (int64_t)crypto_rand_below(CHAINS_SPREAD_MS), &n));
    if (n > 0) {
        own_due_rest(o);
    }
    return OK;
}

/* Reports it in our chat: whose code or keys are new, and that the person must look. */
static enum err tell(struct step *s, const struct store_person *who,
                     const struct own_identity_change *c)
{
    if (who->chat == 0) {
        return OK;
    }
    effects_chat(s->out, who->chat);
    if (c->recovered) {
        TRY(own_notice(s, who->chat, ABI_NOTICE_RECOVERED, who->id, SLICE_EMPTY, 0));
    }
    if (c->news == OWN_IDENTITY_FORK) {
        TRY(own_notice(s, who->chat, ABI_NOTICE_FORK, who->id, SLICE_EMPTY, 0));
    }
    if (c->told) {
        TRY(own_notice(s, who->chat, ABI_NOTICE_FORGED, who->id, SLICE_EMPTY, 0));
    }
    return OK;
}

enum err own_chains_take(struct own *o, struct step *s, const struct store_person *who,
                         const struct slice *entries, size_t n, struct own_identity_change *out)
{
    bool awaited = false;
    if (who->id == STORE_PERSON_ME) {
        return own_chain_take_own(o, s, entries, n, out);
    }
    TRY(own_identity_take(s, who->account, entries, n, out));
    if (out->news == OWN_IDENTITY_GREW || out->news == OWN_IDENTITY_FORK) {
        TRY(own_admit_grown(o, s, who->account));
        TRY(store_checking_awaits(s->store, who->id, &awaited));
        o->checking_due = o->checking_due || awaited;
        own_due_rest(o);
    }
    return tell(s, who, out);
}

/* Gives back what a restored gateway has lost of somebody else's chain: it judges each entry as it
 * did the first time, and takes from us what it can follow. */
static enum err give_back(struct own *o, struct step *s, int64_t person, uint64_t n)
{
    struct store_person who;
    struct slice entry, body;
    struct wire_chain_put w;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX + 64);
    size_t count = 0;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(store_chain_entries(s->store, s->arena, person, n, n, &entry, 1, &count));
    if (count == 0) {
        return OK; /* that was all; or only its hash is here */
    }
    memset(&w, 0, sizeof w);
    w.account = SLICE_ARRAY(who.account);
    w.entry = entry;
    wire_chain_put_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_CHAINS, FRAME_CHAIN_PUT, person, (int64_t)n);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_CHAIN_PUT, ask->request, body);
}

enum err own_chains_given(struct own *o, struct step *s, const struct own_ask *ask,
                          uint64_t failure)
{
    uint64_t n = (uint64_t)ask->b;
    own_due_rest(o);
    if (failure == 0) {
        return give_back(o, s, ask->a, n + 1);
    }
    return failure == WIRE_CODE_CHAIN && n > 0 ? give_back(o, s, ask->a, n - 1) : OK;
}

enum err own_chains_answer(struct own *o, struct step *s, const struct own_ask *ask,
                           struct slice body, uint64_t failure)
{
    const int64_t person = ask->a;
    struct chain_entry head;
    struct own_identity_change change;
    struct store_person who;
    struct wire_chain w;
    bool awaited = false;
    if (failure == WIRE_CODE_RATE || failure == WIRE_CODE_BUSY) {
        own_due_rest(o);
        return store_own_person_set_chain_ask(s->store, person,
                                              (int64_t)s->now_ms + CHAINS_LATER_MS);
    }
    enum err e = store_person_get(s->store, s->arena, person, &who);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_checking_awaits(s->store, person, &awaited)); /* the gateway may have more later */
    TRY(store_own_person_chain_given(s->store, person, awaited,
                                     (int64_t)s->now_ms + CHAINS_AWAITED_MS, (int64_t)s->now_ms));
    own_due_rest(o);
    if (failure != 0) {
        return OK;
    }
    TRY(wire_chain_decode(s->arena, body, &w));
    TRY(own_chains_take(o, s, &who, w.entries, w.entries_n, &change));
    if (change.news == OWN_IDENTITY_GREW && body.n > CHAIN_PAGE_BYTES) { /* there is more */
        return store_own_person_chain_more(s->store, person);
    }
    if (ask->b == OWN_ASK_CHAIN &&
        (change.news == OWN_IDENTITY_GAP || change.news == OWN_IDENTITY_INVALID)) {
        return ask_chain(o, s, person, true);
    }
    e = w.entries_n == 0 ? store_chain_head(s->store, person, &head) : ERR_GONE;
    return e == OK && RULE(ANYBODY_BRINGS_ENTRIES) ? give_back(o, s, person, head.n)
           : e == ERR_GONE                         ? OK
                                                   : e;
}

enum err own_chains_heard(struct own *o, struct step *s, const struct own_entries *brought)
{
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        struct own_identity_change change;
        struct store_person who;
        int64_t person = 0;
        TRY(roster_person(s, g->account, &person));
        TRY(store_person_get(s->store, s->arena, person, &who));
        TRY(own_chains_take(o, s, &who, g->entries, g->n, &change));
    }
    return OK;
}
