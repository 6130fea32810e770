#include "lib/mls_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/check.h"
#include "mls/key_package.h"

/* ---- rows ---------------------------------------------------------------------------------- */

static struct slice duplicate(struct slice s)
{
    uint8_t *p = malloc(s.n == 0 ? 1 : s.n);
    if (p == NULL) {
        abort();
    }
    if (s.n > 0) {
        memcpy(p, s.p, s.n);
    }
    return slice_make(p, s.n);
}

static void release(struct slice s)
{
    union {
        const uint8_t *in;
        void *out;
    } p = {s.p};
    free(p.out);
}

void mls_world_store_wipe(struct mls_world_store *s)
{
    for (size_t i = 0; i < s->n; i++) {
        release(s->rows[i].key);
        release(s->rows[i].value);
    }
    free(s->rows);
    *s = (struct mls_world_store){0};
}

void mls_world_store_copy(struct mls_world_store *to, const struct mls_world_store *from)
{
    mls_world_store_wipe(to);
    *to = *from;
    to->room = from->n + 1;
    to->rows = calloc(to->room, sizeof *to->rows);
    if (to->rows == NULL) {
        abort();
    }
    for (size_t i = 0; i < from->n; i++) {
        to->rows[i].key = duplicate(from->rows[i].key);
        to->rows[i].value = duplicate(from->rows[i].value);
    }
}

bool mls_world_store_equal(const struct mls_world_store *a, const struct mls_world_store *b)
{
    if (a->n != b->n) {
        return false;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (!slice_equal(a->rows[i].key, b->rows[i].key) ||
            !slice_equal(a->rows[i].value, b->rows[i].value)) {
            return false;
        }
    }
    return true;
}

void mls_world_count(struct mls_world_store *s)
{
    s->puts = 0;
    s->put_bytes = 0;
    s->gets = 0;
    s->dels = 0;
}

static size_t place(const struct mls_world_store *s, struct slice key)
{
    size_t low = 0;
    size_t high = s->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (slice_compare(s->rows[mid].key, key) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

static bool fails(struct mls_world_store *s)
{
    return s->fail_at != 0 && --s->fail_at == 0;
}

static enum err store_get(void *user, struct slice key, struct arena *arena, struct slice *value)
{
    struct mls_world_store *s = user;
    size_t i = place(s, key);
    s->gets++;
    *value = SLICE_EMPTY;
    if (i == s->n || !slice_equal(s->rows[i].key, key)) {
        return ERR_GONE;
    }
    return arena_copy(arena, s->rows[i].value, value);
}

static enum err store_put(void *user, struct slice key, struct slice value)
{
    struct mls_world_store *s = user;
    size_t i = place(s, key);
    s->puts++;
    s->put_bytes += key.n + value.n;
    if (fails(s)) {
        return ERR_STORE;
    }
    if (i < s->n && slice_equal(s->rows[i].key, key)) {
        release(s->rows[i].value);
        s->rows[i].value = duplicate(value);
        return OK;
    }
    if (s->n == s->room) {
        s->room = s->room == 0 ? 64 : 2 * s->room;
        s->rows = realloc(s->rows, s->room * sizeof *s->rows);
        if (s->rows == NULL) {
            abort();
        }
    }
    memmove(&s->rows[i + 1], &s->rows[i], (s->n - i) * sizeof *s->rows);
    s->rows[i] = (struct mls_world_row){duplicate(key), duplicate(value)};
    s->n++;
    return OK;
}

static enum err remove_rows(struct mls_world_store *s, size_t from, size_t to)
{
    if (fails(s)) {
        return ERR_STORE;
    }
    for (size_t i = from; i < to; i++) {
        release(s->rows[i].key);
        release(s->rows[i].value);
    }
    if (to > from) {
        memmove(&s->rows[from], &s->rows[to], (s->n - to) * sizeof *s->rows);
        s->n -= to - from;
    }
    return OK;
}

static enum err store_del(void *user, struct slice key)
{
    struct mls_world_store *s = user;
    size_t i = place(s, key);
    s->dels++;
    return remove_rows(s, i, i < s->n && slice_equal(s->rows[i].key, key) ? i + 1 : i);
}

static enum err store_del_prefix(void *user, struct slice prefix)
{
    struct mls_world_store *s = user;
    size_t from = place(s, prefix);
    size_t to = from;
    s->dels++;
    while (to < s->n && s->rows[to].key.n >= prefix.n &&
           slice_equal(slice_make(s->rows[to].key.p, prefix.n), prefix)) {
        to++;
    }
    return remove_rows(s, from, to);
}

struct mls_storage mls_world_storage(struct mls_world_store *s)
{
    return (struct mls_storage){s, store_get, store_put, store_del, store_del_prefix};
}

/* ---- members ------------------------------------------------------------------------------- */

void mls_world_init(struct mls_world_member *m, const char *name, const struct crypto_suite *suite)
{
    struct crypto_sign_public public_key;
    memset(m, 0, sizeof *m);
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    m->suite = suite;
    m->id.credential = slice_of_string(m->name);
    crypto_sign_generate(&m->id.signature, &public_key);
    arena_init(&m->arena, 0);
}

void mls_world_end(struct mls_world_member *m)
{
    mls_group_destroy(m->g);
    mls_world_store_wipe(&m->store);
    mls_world_store_wipe(&m->saved);
    arena_wipe(&m->arena);
    memset(m, 0, sizeof *m);
}

enum err mls_world_move(struct mls_world_member *to, struct mls_world_member *from)
{
    mls_group_destroy(from->g);
    from->g = NULL;
    *to = *from;
    memset(from, 0, sizeof *from);
    to->id.credential = slice_of_string(to->name);
    return mls_world_reload(to);
}

void mls_world_tidy(struct mls_world_member *m)
{
    arena_reset(&m->arena);
    m->package = (struct mls_key_package){SLICE_EMPTY, SLICE_EMPTY, SLICE_EMPTY};
}

void mls_world_begin(struct mls_world_member *m)
{
    mls_world_store_copy(&m->saved, &m->store);
}

void mls_world_commit(struct mls_world_member *m)
{
    mls_world_store_wipe(&m->saved);
}

enum err mls_world_rollback(struct mls_world_member *m)
{
    mls_world_store_copy(&m->store, &m->saved);
    m->store.fail_at = 0;
    mls_world_store_wipe(&m->saved);
    return mls_world_reload(m);
}

enum err mls_world_reload(struct mls_world_member *m)
{
    struct mls_storage storage = mls_world_storage(&m->store);
    mls_group_destroy(m->g);
    m->g = NULL;
    return mls_group_load(&m->g, &storage);
}

enum err mls_world_create(struct mls_world_member *m, const char *group_id)
{
    struct mls_storage storage = mls_world_storage(&m->store);
    struct mls_group_params params = {
        .suite = m->suite,
        .group_id = slice_of_string(group_id),
        .identity = m->id,
        .encrypt_handshake = m->encrypt,
    };
    return mls_group_create(&m->g, &storage, &params);
}

enum err mls_world_package(struct mls_world_member *m)
{
    return mls_key_package_create(&m->arena, &m->package, m->suite, &m->id, 0, UINT64_MAX, false);
}

enum err mls_world_join(struct mls_world_member *m, struct slice welcome, struct slice tree)
{
    struct mls_storage storage = mls_world_storage(&m->store);
    struct mls_join_params params = {
        .welcome = welcome,
        .ratchet_tree = tree,
        .key_package = m->package.message,
        .key_package_secret = m->package.secret,
        .identity = m->id,
        .psk = m->psk.find == NULL ? NULL : &m->psk,
        .policy = m->use_policy ? &m->policy : NULL,
        .encrypt_handshake = m->encrypt,
    };
    return mls_group_join(&m->g, &storage, &params);
}

enum err mls_world_stage(struct mls_world_member *m, const struct mls_proposal *proposals, size_t n,
                         bool path, struct mls_commit *out)
{
    struct mls_commit_params params = {
        .proposals = proposals,
        .proposal_count = n,
        .force_path = path,
        .external_pub = true,
        .psk = m->psk.find == NULL ? NULL : &m->psk,
        .policy = m->use_policy ? &m->policy : NULL,
        .now_ms = m->now_ms,
    };
    return mls_group_commit(m->g, &m->arena, &params, out);
}

enum err mls_world_merge(struct mls_world_member *m)
{
    return mls_group_merge(m->g, &m->arena, NULL);
}

enum err mls_world_take(struct mls_world_member *m, struct slice message, struct mls_event *event)
{
    struct mls_event ignored;
    struct mls_process_params params = {
        .psk = m->psk.find == NULL ? NULL : &m->psk,
        .policy = m->use_policy ? &m->policy : NULL,
        .now_ms = m->now_ms,
        .expire_ms = m->expire_ms,
    };
    return mls_group_process(m->g, &m->arena, &params, message, event != NULL ? event : &ignored);
}

enum err mls_world_say(struct mls_world_member *m, const char *text, struct slice *message)
{
    return mls_group_protect(m->g, &m->arena, SLICE_EMPTY, slice_of_string(text), message);
}

struct mls_proposal mls_world_add(const struct mls_world_member *m)
{
    return (struct mls_proposal){.type = MLS_PROPOSAL_ADD, .key_package = m->package.message};
}

struct mls_proposal mls_world_remove(uint32_t leaf)
{
    return (struct mls_proposal){.type = MLS_PROPOSAL_REMOVE, .removed = leaf};
}

/* ---- groups -------------------------------------------------------------------------------- */

enum err mls_world_group(struct mls_world_member *m, size_t n, const struct crypto_suite *suite)
{
    struct mls_commit commit;
    struct mls_proposal *adds = calloc(n, sizeof *adds);
    enum err e = adds == NULL ? ERR_HOST_MEMORY : OK;
    for (size_t i = 0; i < n && e == OK; i++) {
        char name[32];
        bool encrypt = m[i].encrypt;
        (void)snprintf(name, sizeof name, "member %zu", i);
        mls_world_init(&m[i], name, suite);
        m[i].encrypt = encrypt;
        if (i > 0) {
            e = mls_world_package(&m[i]);
            adds[i - 1] = mls_world_add(&m[i]);
        }
    }
    if (e == OK) {
        e = mls_world_create(&m[0], "group");
    }
    if (e == OK && n > 1) {
        e = mls_world_stage(&m[0], adds, n - 1, false, &commit);
        if (e == OK) {
            e = mls_world_merge(&m[0]);
        }
        for (size_t i = 1; i < n && e == OK; i++) {
            e = mls_world_join(&m[i], commit.welcome, commit.ratchet_tree);
        }
    }
    free(adds);
    return e;
}

enum err mls_world_round(struct mls_world_member *m, size_t n, size_t by,
                         const struct mls_proposal *proposals, size_t proposal_n, bool path,
                         struct mls_commit *out)
{
    struct mls_commit commit;
    TRY(mls_world_stage(&m[by], proposals, proposal_n, path, &commit));
    TRY(mls_world_merge(&m[by]));
    for (size_t i = 0; i < n; i++) {
        if (i != by && m[i].g != NULL && mls_group_state(m[i].g) != MLS_REMOVED) {
            enum err e = mls_world_take(&m[i], commit.commit, NULL);
            if (e != OK) {
                return e;
            }
        }
    }
    if (out != NULL) {
        *out = commit;
    }
    return OK;
}

enum err mls_world_warm_group(struct mls_world_member *m, size_t n,
                              const struct crypto_suite *suite)
{
    TRY(mls_world_group(m, n, suite));
    for (size_t i = 0; i < n; i++) {
        TRY(mls_world_round(m, n, i, NULL, 0, true, NULL));
    }
    return OK;
}

bool mls_world_agree(const struct mls_world_member *m, size_t n)
{
    const struct mls_group *first = NULL;
    for (size_t i = 0; i < n; i++) {
        if (m[i].g == NULL || mls_group_state(m[i].g) == MLS_REMOVED) {
            continue;
        }
        if (first == NULL) {
            first = m[i].g;
        } else if (mls_group_epoch(first) != mls_group_epoch(m[i].g) ||
                   !slice_equal(mls_group_epoch_authenticator(first),
                                mls_group_epoch_authenticator(m[i].g))) {
            return false;
        }
    }
    return true;
}

bool mls_world_refuses(struct mls_world_member *m, struct slice message, enum err expected)
{
    struct mls_world_store before = {0};
    uint8_t authenticator[64];
    uint64_t epoch = mls_group_epoch(m->g);
    enum mls_state state = mls_group_state(m->g);
    size_t proposals = mls_group_proposal_count(m->g);
    struct slice now = mls_group_epoch_authenticator(m->g);
    memcpy(authenticator, now.p, now.n);
    mls_world_store_copy(&before, &m->store);
    enum err e = mls_world_take(m, message, NULL);
    bool same = mls_world_store_equal(&before, &m->store) && epoch == mls_group_epoch(m->g) &&
                state == mls_group_state(m->g) && proposals == mls_group_proposal_count(m->g) &&
                slice_equal(mls_group_epoch_authenticator(m->g), slice_make(authenticator, now.n));
    if (e != expected || !same) {
        check_printf("  got %s, expected %s%s\n", err_name(e), err_name(expected),
                     same ? "" : "; the group changed");
    }
    mls_world_store_wipe(&before);
    return e == expected && same;
}

bool mls_world_well(struct mls_world_member *m, size_t n, size_t by)
{
    enum err e = mls_world_round(m, n, by, NULL, 0, true, NULL);
    if (e != OK) {
        check_printf("  commit of %s: %s\n", m[by].name, err_name(e));
    }
    return e == OK && mls_world_agree(m, n);
}
