#include "engine/own/identity_take.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "engine/own/identity.h"
#include "engine/roster.h"
#include "engine/verify.h"
#include "store/chain.h"
#include "store/people.h"

/* Who was listed below entry n, on our branch or another. */
struct past {
    struct step *s;
    int64_t person;
    uint64_t n;
};

static enum err was_listed(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    const struct past *p = user;
    return store_chain_listed(p->s->store, p->person, p->n, key, out);
}

static enum err check(struct step *s, int64_t person, const struct chain_entry *last,
                      const struct chain_entry *next)
{
    struct past p = {s, person, next->n};
    const struct chain_history history = {&p, was_listed};
    return chain_check(last, next, &history);
}

static enum err end_fork(struct step *s, int64_t person, struct own_identity_change *out)
{
    out->ended = true;
    return verify_fork(s, person, false);
}

/* The next entry of our branch. */
static enum err grow(struct step *s, int64_t person, const struct chain_entry *last,
                     const struct chain_entry *next, struct slice bytes,
                     struct own_identity_change *out)
{
    struct chain_entry other;
    uint8_t first[CHAIN_KEY_SIZE];
    TRY(check(s, person, last, next));
    TRY(store_chain_add(s->store, person, bytes, next));
    out->news = OWN_IDENTITY_GREW;
    if (last == NULL) {
        return OK;
    }
    for (size_t i = 0; i < last->device_n; i++) {
        out->dropped = out->dropped || !chain_has_device(next, last->devices[i].key);
    }
    for (size_t i = 0; i < next->device_n; i++) {
        out->devices = out->devices || next->devices[i].added == next->n;
    }
    out->devices = out->devices || out->dropped;
    if (chain_recovers(last, next) && RULE(RECOVERY_ENDS_VERIFIED)) {
        out->recovered = true;
        TRY(verify_again(s, person));
    }
    if (!next->has_other) {
        return OK;
    }
    enum err e = store_chain_fork_get(s->store, person, next->other, &other, first);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    return chain_ends_fork(last, next, &other) ? end_fork(s, person, out) : OK;
}

/* Does an entry of the branch that ends with `next` count as a recovery? We assume so if only the
 * hash is known of one of our entries needed to judge it. */
static enum err branch_recovers(struct step *s, int64_t person, const struct chain_entry *next,
                                bool *out)
{
    struct chain_entry at = *next, last;
    uint8_t first[CHAIN_KEY_SIZE];
    bool begins = false;
    *out = false;
    while (!begins && !*out && at.n > 0) {
        enum err e = store_chain_fork_get(s->store, person, at.previous, &last, first);
        begins = e == ERR_GONE;
        e = begins ? store_chain_at(s->store, person, at.n - 1, &last) : e;
        TRY(e == ERR_GONE ? OK : e);
        *out = e == ERR_GONE || chain_recovers(&last, &at);
        at = last;
    }
    return OK;
}

/* A validly signed entry that is not on our branch. first: who signed the entry where it left
 * ours. */
static enum err branch_off(struct step *s, int64_t person, const struct chain_entry *last,
                           const struct chain_entry *next, struct slice bytes,
                           const uint8_t first[CHAIN_KEY_SIZE], bool begins,
                           struct own_identity_change *out)
{
    struct chain_entry head;
    bool again = false, over = false, recovers = false;
    enum err e = store_chain_fork_add(s->store, person, bytes, next, first);
    if (e != OK) {
        return e == ERR_LIMIT ? OK : e;
    }
    TRY(own_identity_given_up(s, person, next, &over));
    if (over) {
        return begins ? OK : end_fork(s, person, out);
    }
    if (begins) {
        memcpy(out->other, next->hash, sizeof out->other);
        TRY(store_chain_forker(s->store, person, first, &again));
        if (again && RULE(FORK_RAISED_ONCE)) {
            out->told = true;
            return OK;
        }
        out->news = OWN_IDENTITY_FORK;
        if (person == STORE_PERSON_ME) {
            return OK; /* I go by my own list; a device of mine ends it (chain.c) */
        }
        TRY(verify_again(s, person));
        return verify_fork(s, person, true);
    }
    TRY(store_chain_head(s->store, person, &head));
    if (chain_ends_fork(last, next, &head) ||
        (next->has_other && !RULE(FORK_ENDED_BY_BOTH))) { /* theirs continues, ours is abandoned */
        TRY(branch_recovers(s, person, next, &recovers));
        TRY(store_chain_switch(s->store, s->arena, person, next->hash));
        if (recovers && RULE(RECOVERY_ENDS_VERIFIED)) {
            out->recovered = true;
            TRY(verify_again(s, person));
        }
        out->news = OWN_IDENTITY_GREW;
        out->devices = out->dropped = true;
        return end_fork(s, person, out);
    }
    return OK;
}

enum err own_identity_choose(struct step *s, int64_t person, const uint8_t hash[CHAIN_HASH_SIZE],
                             struct own_identity_change *out)
{
    struct chain_entry e;
    uint8_t first[CHAIN_KEY_SIZE];
    memset(out, 0, sizeof *out);
    if (person == STORE_PERSON_ME) {
        return ERR_INPUT; /* a device of mine ends such a fork */
    }
    TRY(store_chain_fork_get(s->store, person, hash, &e, first));
    TRY(store_chain_switch(s->store, s->arena, person, hash));
    out->news = OWN_IDENTITY_GREW;
    out->devices = out->dropped = true;
    effects_person(s->out, person);
    s->durable = true;
    TRY(verify_again(s, person));
    return end_fork(s, person, out);
}

/* An entry that does not follow our head: already known, of another branch, or neither. */
static enum err beside(struct step *s, int64_t person, const struct chain_entry *next,
                       struct slice bytes, struct own_identity_change *out)
{
    struct chain_entry last;
    uint8_t first[CHAIN_KEY_SIZE], ours[CHAIN_HASH_SIZE];
    enum err e = store_chain_hash(s->store, person, next->n, ours);
    if (e == OK && slice_equal(SLICE_ARRAY(ours), SLICE_ARRAY(next->hash))) {
        return store_chain_fill(s->store, s->arena, person, bytes, next);
    }
    bool taken = e == OK;
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    e = store_chain_fork_get(s->store, person, next->hash, &last, first);
    if (e != ERR_GONE) {
        return e;
    }
    e = store_chain_fork_get(s->store, person, next->previous, &last, first);
    if (e == OK) {
        TRY(check(s, person, &last, next));
        return branch_off(s, person, &last, next, bytes, first, false, out);
    }
    if (e != ERR_GONE) {
        return e;
    }
    if (!taken) {
        return ERR_STATE_FUTURE; /* the ones in between are missing */
    }
    e = next->n == 0 ? ERR_AUTH : store_chain_at(s->store, person, next->n - 1, &last);
    TRY(e == ERR_GONE ? ERR_STATE_FUTURE : e); /* only its hash is here: it must be filled first */
    TRY(check(s, person, &last, next));
    return branch_off(s, person, &last, next, bytes, chain_signer(&last, next, 0), true, out);
}

/* *head: our newest entry, read only if `*known` does not say it is at hand. */
static enum err take_one(struct step *s, int64_t person, const uint8_t account[32],
                         struct slice bytes, struct chain_entry *head, bool *known,
                         struct own_identity_change *out)
{
    struct chain_entry next;
    bool first = false;
    TRY(chain_read(bytes, &next));
    if (!slice_equal(SLICE_ARRAY(next.id), slice_make(account, CHAIN_HASH_SIZE)) &&
        RULE(ENTRY_OF_ACCOUNT)) {
        return ERR_AUTH;
    }
    if (!*known) {
        enum err e = store_chain_head(s->store, person, head);
        first = e == ERR_GONE;
        TRY(first ? OK : e);
    }
    *known = false;
    if (first && next.n != 0) {
        return ERR_STATE_FUTURE;
    }
    if (first || (next.n == head->n + 1 &&
                  slice_equal(SLICE_ARRAY(next.previous), SLICE_ARRAY(head->hash)))) {
        TRY(grow(s, person, first ? NULL : head, &next, bytes, out));
        *head = next;
        *known = true;
        return OK;
    }
    return beside(s, person, &next, bytes, out);
}

/* Errors that concern the entry, not our own machine. */
static bool of_the_world(enum err e)
{
    return e == ERR_AUTH || e == ERR_INPUT || e == ERR_INPUT_VERSION || e == ERR_LIMIT ||
           e == ERR_STATE_FUTURE;
}

enum err own_identity_take(struct step *s, const uint8_t account[32], const struct slice *entries,
                           size_t n, struct own_identity_change *out)
{
    struct chain_entry head;
    bool known = false;
    int64_t person = 0;
    memset(out, 0, sizeof *out);
    if (n == 0) {
        return OK;
    }
    TRY(roster_person(s, account, &person));
    for (size_t i = 0; i < n; i++) {
        enum err e = take_one(s, person, account, entries[i], &head, &known, out);
        if (e != OK && !of_the_world(e)) {
            return e;
        }
        if (e != OK) {
            bool grew = out->news == OWN_IDENTITY_GREW || out->news == OWN_IDENTITY_FORK;
            out->news = grew                    ? out->news
                        : e == ERR_STATE_FUTURE ? OWN_IDENTITY_GAP
                                                : OWN_IDENTITY_INVALID;
            break;
        }
    }
    if (out->news != OWN_IDENTITY_NOTHING || out->told) {
        effects_person(s->out, person);
    }
    return OK;
}
