#include "engine/own/entries.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "schema/chain.h"
#include "store/admit.h"

/* ---- what is brought ------------------------------------------------------------------------ */

static enum err read_group(struct arena *a, struct slice *in, struct own_entries_group *out)
{
    struct slice account;
    size_t n = 0;
    TRY(cbor_get_array(in, &n));
    if (n != 2) {
        return ERR_INPUT;
    }
    TRY(cbor_get_bytes(in, &account));
    TRY(cbor_get_array(in, &n));
    if (account.n != 32 || n == 0) {
        return ERR_INPUT;
    }
    if (n > CHAIN_ENTRIES_MAX) {
        return ERR_LIMIT;
    }
    memcpy(out->account, account.p, 32);
    out->entries = arena_array(a, n, sizeof *out->entries);
    if (out->entries == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (; out->n < n; out->n++) {
        TRY(cbor_get_bytes(in, &out->entries[out->n]));
        if (out->entries[out->n].n > CHAIN_ENTRY_BYTES_MAX) {
            return ERR_LIMIT;
        }
    }
    return OK;
}

enum err own_entries_read(struct arena *a, struct slice in, struct own_entries *out)
{
    size_t n = 0;
    memset(out, 0, sizeof *out);
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    if (n > 2 * (size_t)LIMIT_MEMBERS) {
        return ERR_LIMIT;
    }
    out->v = arena_array(a, n + 1, sizeof *out->v);
    if (out->v == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (; out->n < n; out->n++) {
        struct own_entries_group *g = &out->v[out->n];
        TRY(read_group(a, &in, g));
        if (own_entries_of(out, g->account) != NULL) {
            return ERR_INPUT; /* no account twice */
        }
    }
    return OK;
}

void own_entries_put(struct buf *b, const struct own_entries *brought)
{
    cbor_put_array(b, brought->n);
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        cbor_put_array(b, 2);
        cbor_put_bytes(b, SLICE_ARRAY(g->account));
        cbor_put_array(b, g->n);
        for (size_t k = 0; k < g->n; k++) {
            cbor_put_bytes(b, g->entries[k]);
        }
    }
}

const struct own_entries_group *own_entries_of(const struct own_entries *brought,
                                               const uint8_t account[32])
{
    for (size_t i = 0; i < brought->n; i++) {
        if (slice_equal(SLICE_ARRAY(brought->v[i].account), slice_make(account, 32))) {
            return &brought->v[i];
        }
    }
    return NULL;
}

#define JOINED_MAX 8 /* branches of one line that are searched */

/* ---- lines ---------------------------------------------------------------------------------- */

/* Loads a kept entry; those on the room's line all are. */
static enum err load(struct step *s, const uint8_t hash[32], struct chain_entry *out,
                     struct slice *bytes)
{
    TRY(store_entry_get(s->store, s->arena, hash, bytes));
    return chain_read(*bytes, out) == OK ? OK : ERR_STORE_CORRUPT;
}

/* It was checked before: it is on the chain we pinned. */
static enum err pinned(struct step *s, const uint8_t account[32], const struct chain_entry *e,
                       bool *out)
{
    struct own_identity_name name = {e->n, {0}};
    enum own_identity_place place = OWN_IDENTITY_BEYOND;
    memcpy(name.hash, e->hash, 32);
    TRY(own_identity_place(s, account, &name, &place));
    *out = place == OWN_IDENTITY_ON;
    return OK;
}

/* The entries before the one being judged, for chain_check. */
struct past {
    struct step *s;
    const struct chain_entry *last;
};

/* Was a key listed by any of them? Reads one after another, which happens only for a branch other
 * than the chain we pinned. */
static enum err listed(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    const struct past *p = user;
    uint8_t hash[CHAIN_HASH_SIZE];
    uint64_t n = p->last->n;
    memcpy(hash, p->last->previous, sizeof hash);
    *out = false;
    while (!*out && n > 0) {
        struct chain_entry e;
        struct slice bytes;
        enum err err = load(p->s, hash, &e, &bytes);
        TRY(err == ERR_GONE ? ERR_STORE_CORRUPT : err);
        *out = chain_has_device(&e, key) ||
               slice_equal(SLICE_ARRAY(e.recovery), slice_make(key, sizeof e.recovery));
        memcpy(hash, e.previous, sizeof hash);
        n = e.n;
    }
    return OK;
}

static enum err follows(struct step *s, const uint8_t account[32], const struct chain_entry *last,
                        const struct chain_entry *next)
{
    struct past past = {s, last};
    struct chain_history history = {&past, listed};
    bool known = false;
    if ((!slice_equal(SLICE_ARRAY(next->id), slice_make(account, 32)) ||
         next->n != (last == NULL ? 0 : last->n + 1) ||
         (last != NULL && !slice_equal(SLICE_ARRAY(next->previous), SLICE_ARRAY(last->hash)))) &&
        RULE(BROUGHT_CONTINUES_LINE)) {
        return ERR_AUTH_POLICY;
    }
    TRY(pinned(s, account, next, &known));
    if (known) {
        return OK;
    }
    enum err e = chain_check(last, next, last == NULL ? NULL : &history);
    bool bad = e == ERR_AUTH || e == ERR_INPUT || e == ERR_LIMIT;
    return bad ? (RULE(BROUGHT_IS_SIGNED) ? ERR_AUTH_POLICY : OK) : e;
}

/* The entry of this number before `last`. */
static enum err before(struct step *s, uint64_t n, struct chain_entry *last)
{
    while (last->n > n) {
        struct chain_entry e;
        struct slice bytes;
        enum err err = load(s, last->previous, &e, &bytes);
        TRY(err == ERR_GONE ? ERR_STORE_CORRUPT : err);
        *last = e;
    }
    return OK;
}

enum err own_entries_extend(struct step *s, const uint8_t account[32],
                            struct own_entries_line *line, const struct slice *entries, size_t n)
{
    struct own_entries_line at = *line;
    struct chain_entry last, next, given_up;
    struct slice bytes;
    bool joins = false; /* yet to come: the entry that ends the fork */
    if (n > 0 && at.known) {
        enum err e = load(s, at.name.hash, &last, &bytes);
        TRY(e == ERR_GONE ? ERR_STORE_CORRUPT : e);
    }
    for (size_t i = 0; i < n; i++) {
        if (chain_read(entries[i], &next) != OK) {
            return ERR_AUTH_POLICY;
        }
        if (at.known && !joins && next.n > 0 && next.n <= last.n) { /* the other branch begins */
            joins = true;
            given_up = last;
            TRY(before(s, next.n - 1, &last));
        }
        TRY(follows(s, account, at.known ? &last : NULL, &next));
        TRY(store_entry_put(s->store, next.hash, account, next.n, entries[i]));
        at.known = true;
        at.name.n = next.n;
        memcpy(at.name.hash, next.hash, 32);
        joins = joins && !chain_ends_fork(&last, &next, &given_up);
        last = next;
    }
    if (joins && RULE(BROUGHT_CONTINUES_LINE)) {
        return ERR_AUTH_POLICY;
    }
    *line = at;
    return OK;
}

enum err own_entries_pinned(struct step *s, const uint8_t account[32],
                            struct own_entries_line *line)
{
    struct own_identity_name head;
    size_t n = 0;
    memset(line, 0, sizeof *line);
    TRY(own_identity_head(s, account, &head));
    struct slice *entries = arena_array(s->arena, (size_t)head.n + 1, sizeof *entries);
    if (entries == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(own_identity_entries(s, account, 0, head.n, entries, (size_t)head.n + 1, &n));
    return own_entries_extend(s, account, line, entries, n);
}

enum err own_entries_on(struct step *s, const struct own_entries_line *line,
                        const struct own_identity_name *name, bool *out)
{
    struct own_identity_name at = line->name;
    uint8_t others[JOINED_MAX][32];
    size_t n = 0;
    *out = false;
    if (!line->known || name->n > at.n) {
        return OK;
    }
    while (at.n > name->n) {
        struct chain_entry e;
        struct slice bytes;
        enum err err = load(s, at.hash, &e, &bytes);
        TRY(err == ERR_GONE ? ERR_STORE_CORRUPT : err);
        if (e.has_other && n < JOINED_MAX) {
            memcpy(others[n++], e.other, 32);
        }
        memcpy(at.hash, e.previous, 32);
        at.n--;
    }
    *out = slice_equal(SLICE_ARRAY(at.hash), SLICE_ARRAY(name->hash));
    for (size_t i = 0; i < n && !*out; i++) { /* on a branch that was joined */
        struct chain_entry e;
        struct slice bytes;
        enum err err = load(s, others[i], &e, &bytes);
        if (err == OK && e.n >= name->n) {
            TRY(before(s, name->n, &e));
            *out = slice_equal(SLICE_ARRAY(e.hash), SLICE_ARRAY(name->hash));
        }
        TRY(err == ERR_GONE ? OK : err);
    }
    return OK;
}

enum err own_entries_lists(struct step *s, const struct own_identity_name *name,
                           const uint8_t key[32], bool *out)
{
    struct chain_entry e;
    struct slice bytes;
    *out = false;
    TRY(load(s, name->hash, &e, &bytes));
    *out = e.n == name->n && chain_has_device(&e, key);
    return OK;
}

enum err own_entries_behind(struct step *s, const struct own_entries_line *line, int64_t after,
                            struct slice **out, size_t *n)
{
    *n = 0;
    *out = NULL;
    if (!line->known || (int64_t)line->name.n <= after) {
        return OK;
    }
    size_t count = (size_t)((int64_t)line->name.n - after);
    uint8_t hash[32];
    memcpy(hash, line->name.hash, 32);
    *out = arena_array(s->arena, count, sizeof **out);
    if (*out == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = count; i-- > 0;) {
        struct chain_entry e;
        enum err err = load(s, hash, &e, &(*out)[i]);
        TRY(err == ERR_GONE ? ERR_STORE_CORRUPT : err);
        memcpy(hash, e.previous, 32);
    }
    *n = count;
    return OK;
}
