#include "engine/own/identity.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "engine/roster.h"
#include "store/chain.h"
#include "store/own_person.h"
#include "store/people.h"

/* The row of an account; *person 0: none. */
static enum err find(struct step *s, const uint8_t account[32], int64_t *person)
{
    enum err e = store_own_person_id(s->store, account, person);
    if (e == ERR_GONE) {
        *person = 0;
        return OK;
    }
    return e;
}

/* ---- questions ------------------------------------------------------------------------------ */

enum err own_identity_name_of(const struct mls_leaf_view *leaf, struct own_identity_name *out)
{
    const struct mls_extension *found = NULL;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < leaf->extensions.n; i++) {
        if (leaf->extensions.v[i].type == OWN_EXT_ENTRY) {
            if (found != NULL) {
                return ERR_INPUT;
            }
            found = &leaf->extensions.v[i];
        }
    }
    if (found == NULL || found->data.n != OWN_IDENTITY_NAME_SIZE) {
        return ERR_INPUT;
    }
    struct slice in = found->data;
    TRY(slice_u64(&in, &out->n));
    TRY(slice_copy(&in, out->hash, sizeof out->hash));
    return out->n < CHAIN_ENTRIES_MAX ? OK : ERR_INPUT;
}

void own_identity_name_put(uint8_t out[OWN_IDENTITY_NAME_SIZE], const struct own_identity_name *n)
{
    struct buf b = buf_fixed(out, OWN_IDENTITY_NAME_SIZE);
    buf_u64(&b, n->n);
    buf_put(&b, n->hash, sizeof n->hash);
}

static enum err stands(struct step *s, int64_t person, const uint8_t *key,
                       enum own_identity_key *out)
{
    struct store_chain_key k;
    *out = OWN_IDENTITY_FOREIGN;
    enum err e = person == 0 ? ERR_GONE : store_chain_key(s->store, person, key, &k);
    if (e == OK && k.device) {
        *out = k.dropped ? OWN_IDENTITY_DROPPED : OWN_IDENTITY_THEIRS;
    }
    return e == ERR_GONE ? OK : e;
}

enum err own_identity_key(struct step *s, const uint8_t account[32], const uint8_t key[32],
                          enum own_identity_key *out)
{
    int64_t person = 0;
    TRY(find(s, account, &person));
    return stands(s, person, key, out);
}

enum err own_identity_lists_now(struct step *s, const uint8_t account[32], const uint8_t key[32],
                                bool *out)
{
    enum own_identity_key stands = OWN_IDENTITY_FOREIGN;
    TRY(own_identity_key(s, account, key, &stands));
    *out = stands == OWN_IDENTITY_THEIRS;
    return OK;
}

enum err own_identity_given_up(struct step *s, int64_t person, const struct chain_entry *e,
                               bool *out)
{
    struct chain_entry head, at, last;
    *out = false;
    TRY(store_chain_head(s->store, person, &head));
    for (uint64_t n = e->n; n <= head.n && n > 0 && !*out; n++) {
        enum err err = store_chain_at(s->store, person, n, &at);
        if (err == OK && at.has_other) {
            err = store_chain_at(s->store, person, n - 1, &last);
            *out = err == OK && chain_ends_fork(&last, &at, e);
        }
        TRY(err == ERR_GONE ? OK : err); /* only its hash is here */
    }
    return OK;
}

/* The entry with number n at or before e on another branch. ERR_GONE: that branch begins after
 * it. */
static enum err before(struct step *s, int64_t person, uint64_t n, struct chain_entry *e)
{
    uint8_t first[CHAIN_KEY_SIZE];
    enum err err = e->n < n ? ERR_GONE : OK;
    while (err == OK && e->n > n) {
        struct chain_entry last = *e;
        err = store_chain_fork_get(s->store, person, last.previous, e, first);
    }
    return err;
}

/* An entry that names both heads has both branches before it, up to that head, whatever somebody
 * adds after that head later. end: that head, if *out. */
static enum err joined(struct step *s, int64_t person, const struct own_identity_name *name,
                       struct chain_entry *end, bool *out)
{
    struct chain_entry head, at, e;
    uint8_t first[CHAIN_KEY_SIZE];
    *out = false;
    enum err err = store_chain_fork_get(s->store, person, name->hash, &e, first);
    if (err != OK) {
        return err == ERR_GONE ? OK : err;
    }
    TRY(store_chain_head(s->store, person, &head));
    for (uint64_t n = name->n; n <= head.n && n > 0 && !*out; n++) {
        bool over = false;
        err = store_chain_at(s->store, person, n, &at);
        err = err == OK && !at.has_other ? ERR_GONE : err;
        err = err == OK ? store_chain_fork_get(s->store, person, at.other, &e, first) : err;
        if (err == OK) {
            TRY(own_identity_given_up(s, person, &e, &over));
            *end = e;
            err = over ? before(s, person, name->n, &e) : ERR_GONE;
        }
        TRY(err == ERR_GONE ? OK : err);
        *out = err == OK && slice_equal(SLICE_ARRAY(e.hash), SLICE_ARRAY(name->hash));
    }
    return OK;
}

static enum err place(struct step *s, int64_t person, const struct own_identity_name *name,
                      enum own_identity_place *out)
{
    uint8_t hash[CHAIN_HASH_SIZE];
    enum err e = person == 0 ? ERR_GONE : store_chain_hash(s->store, person, name->n, hash);
    if (e == ERR_GONE) {
        *out = OWN_IDENTITY_BEYOND;
        return OK;
    }
    TRY(e);
    bool on = slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(name->hash));
    struct chain_entry end;
    TRY(on || !RULE(JOINED_BRANCH_COUNTS) ? OK : joined(s, person, name, &end, &on));
    *out = on ? OWN_IDENTITY_ON : OWN_IDENTITY_ELSEWHERE;
    return OK;
}

enum err own_identity_place(struct step *s, const uint8_t account[32],
                            const struct own_identity_name *name, enum own_identity_place *out)
{
    int64_t person = 0;
    TRY(find(s, account, &person));
    return place(s, person, name, out);
}

enum err own_identity_common(struct step *s, const uint8_t account[32],
                             const struct own_identity_name *name, uint64_t *n)
{
    enum own_identity_place where = OWN_IDENTITY_BEYOND;
    struct chain_entry head;
    uint64_t from = 0;
    int64_t person = 0;
    TRY(find(s, account, &person));
    TRY(place(s, person, name, &where));
    if (where != OWN_IDENTITY_ON) {
        return ERR_GONE;
    }
    enum err e = store_chain_fork_head(s->store, s->arena, person, name->hash, &head, &from);
    *n = e == OK && from > 0 ? from - 1 : name->n;
    return e == ERR_GONE ? OK : e;
}

enum err own_identity_rest(struct step *s, const uint8_t account[32],
                           const struct own_identity_name *name, struct slice *out, size_t cap,
                           size_t *n)
{
    struct chain_entry e;
    bool on = false;
    int64_t person = 0;
    *n = 0;
    TRY(find(s, account, &person));
    TRY(person == 0 ? OK : joined(s, person, name, &e, &on));
    if (!on || e.n - name->n > cap) {
        return on ? ERR_LIMIT : OK;
    }
    *n = (size_t)(e.n - name->n);
    for (size_t i = *n; i-- > 0;) {
        struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
        TRY(chain_encode(&b, &e));
        TRY(buf_finish(&b, &out[i]));
        TRY(before(s, person, e.n - 1, &e));
    }
    return OK;
}

/* A key is listed by the entries from `added` to the one before `dropped`. */
static enum err lists(struct step *s, int64_t person, uint64_t n, const uint8_t *key, bool *out)
{
    uint8_t hash[CHAIN_HASH_SIZE];
    struct store_chain_key k;
    *out = false;
    enum err e = person == 0 ? ERR_GONE : store_chain_hash(s->store, person, n, hash);
    e = e != OK ? e : store_chain_key(s->store, person, key, &k);
    if (e == OK) {
        *out = k.device && k.added <= n && (!k.dropped || n < k.dropped_n);
    }
    return e == ERR_GONE ? OK : e;
}

enum err own_identity_lists(struct step *s, const uint8_t account[32], uint64_t n,
                            const uint8_t key[32], bool *out)
{
    int64_t person = 0;
    TRY(find(s, account, &person));
    return lists(s, person, n, key, out);
}

static bool well_formed(const struct mls_leaf_view *leaf, struct own_identity_name *name)
{
    return leaf->credential_type == OWN_IDENTITY_CREDENTIAL &&
           leaf->credential.n == CHAIN_HASH_SIZE && leaf->signature_key.n == CHAIN_KEY_SIZE &&
           own_identity_name_of(leaf, name) == OK;
}

enum err own_identity_leaf(struct step *s, const struct mls_leaf_view *leaf,
                           struct own_identity_leaf *out)
{
    struct chain_entry head;
    int64_t person = 0;
    memset(out, 0, sizeof *out);
    out->place = OWN_IDENTITY_BEYOND;
    if (!well_formed(leaf, &out->name)) {
        return OK;
    }
    out->well_formed = true;
    memcpy(out->account, leaf->credential.p, sizeof out->account);
    memcpy(out->key, leaf->signature_key.p, sizeof out->key);
    TRY(find(s, out->account, &person));
    TRY(stands(s, person, out->key, &out->stands));
    TRY(place(s, person, &out->name, &out->place));
    if (out->place == OWN_IDENTITY_ON) {
        TRY(lists(s, person, out->name.n, out->key, &out->listed));
    }
    enum err e = person == 0 ? ERR_GONE : store_chain_head(s->store, person, &head);
    out->known = e == OK;
    return e == ERR_GONE ? OK : e;
}

enum err own_identity_leaf_key(struct step *s, const struct mls_leaf_view *leaf,
                               enum own_identity_key *out)
{
    struct own_identity_name name;
    *out = OWN_IDENTITY_FOREIGN;
    return well_formed(leaf, &name)
               ? own_identity_key(s, leaf->credential.p, leaf->signature_key.p, out)
               : OK;
}

enum err own_identity_person(struct step *s, const struct mls_leaf_view *leaf, int64_t *person)
{
    return leaf->credential.n == CHAIN_HASH_SIZE ? roster_person(s, leaf->credential.p, person)
                                                 : ERR_INPUT;
}

bool own_identity_is_theirs(const struct own_identity_leaf *l)
{
    return l->well_formed && l->stands == OWN_IDENTITY_THEIRS && l->listed;
}

enum err own_identity_head(struct step *s, const uint8_t account[32], struct own_identity_name *out)
{
    struct chain_entry head;
    int64_t person = 0;
    TRY(find(s, account, &person));
    TRY(person == 0 ? ERR_GONE : store_chain_head(s->store, person, &head));
    out->n = head.n;
    memcpy(out->hash, head.hash, sizeof out->hash);
    return OK;
}

enum err own_identity_entries(struct step *s, const uint8_t account[32], uint64_t from, uint64_t to,
                              struct slice *out, size_t cap, size_t *n)
{
    int64_t person = 0;
    *n = 0;
    TRY(find(s, account, &person));
    return person == 0 ? OK
                       : store_chain_entries(s->store, s->arena, person, from, to, out, cap, n);
}

enum err own_identity_forked(struct step *s, const uint8_t account[32], bool *out)
{
    enum err e = store_own_person_forked(s->store, account, out);
    return e == ERR_GONE ? OK : e;
}
