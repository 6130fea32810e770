#include "mls/message_keys.h"

#include <string.h>

#include "base/ct.h"

#define WINDOW_BITS LIMIT_MLS_SKIPPED_SENDER

enum err mls_message_keys_start(const struct mls_message_keys *keys,
                                const struct mls_secret *encryption_secret)
{
    return mls_rows_put(keys->storage,
                        mls_rows_secret_node(keys->epoch, mls_tree_math_root(keys->width)),
                        slice_make(encryption_secret->b, keys->suite->nh));
}

/* ---- the ratchet of a leaf -------------------------------------------------------------- */

static struct mls_ratchet **cache_place(const struct mls_message_keys *keys, uint32_t leaf,
                                        enum mls_ratchet_type type)
{
    return keys->cache == NULL ? NULL : &keys->cache[2 * leaf + (uint32_t)type];
}

static enum err decode_ratchet(const struct crypto_suite *suite, struct slice row,
                               struct mls_ratchet *out)
{
    *out = (struct mls_ratchet){.generation = 0};
    if (slice_u32(&row, &out->generation) != OK ||
        slice_copy(&row, out->secret.b, suite->nh) != OK ||
        slice_copy(&row, out->window, sizeof out->window) != OK || slice_end(row) != OK) {
        return ERR_STORE_CORRUPT;
    }
    return OK;
}

static enum err put_ratchet(const struct mls_message_keys *keys, uint32_t leaf,
                            enum mls_ratchet_type type, const struct mls_ratchet *ratchet)
{
    uint8_t bytes[sizeof *ratchet + 4];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_u32(&b, ratchet->generation);
    buf_put(&b, ratchet->secret.b, keys->suite->nh);
    buf_put(&b, ratchet->window, sizeof ratchet->window);
    enum err e =
        mls_rows_put_buf(keys->storage, mls_rows_ratchet(keys->epoch, (uint8_t)type, leaf), &b);
    wipe(bytes, sizeof bytes);
    if (e != OK || keys->cache == NULL) {
        return e;
    }
    struct mls_ratchet **place = cache_place(keys, leaf, type);
    if (*place == NULL) {
        *place = arena_alloc(keys->cache_arena, sizeof **place);
        if (*place == NULL) {
            return ERR_HOST_MEMORY;
        }
    }
    **place = *ratchet;
    return OK;
}

/* Derives from the lowest ancestor that still has a row down to the leaf, keeping the other
 * children. */
static enum err derive_leaf(const struct mls_message_keys *keys,
                            struct mls_message_keys_lease *lease, struct arena *scratch)
{
    const struct crypto_suite *suite = keys->suite;
    uint32_t root = mls_tree_math_root(keys->width);
    uint32_t node = 2 * lease->leaf;
    struct slice row;
    struct mls_secret secret = {{0}};
    enum err e = OK;
    while ((e = mls_rows_get(keys->storage, mls_rows_secret_node(keys->epoch, node), scratch,
                             &row)) == ERR_GONE &&
           node != root) {
        node = mls_tree_math_parent(node);
    }
    TRY(e);
    if (row.n != suite->nh) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(secret.b, row.p, row.n);
    lease->frontier = node;
    lease->copath_n = 0;
    while (e == OK && mls_tree_math_level(node) > 0) {
        struct mls_secret left = {{0}};
        struct mls_secret right = {{0}};
        bool go_left = 2 * lease->leaf < node;
        e = mls_secret_tree_children(suite, &left, &right, &secret);
        secret = go_left ? left : right;
        lease->copath[lease->copath_n] =
            go_left ? mls_tree_math_right(node) : mls_tree_math_left(node);
        lease->copath_secret[lease->copath_n++] = go_left ? right : left;
        node = go_left ? mls_tree_math_left(node) : mls_tree_math_right(node);
        wipe(&left, sizeof left);
        wipe(&right, sizeof right);
    }
    if (e == OK) {
        bool handshake = lease->type == MLS_RATCHET_HANDSHAKE;
        e = mls_secret_tree_leaf(suite, handshake ? &lease->before : &lease->other,
                                 handshake ? &lease->other : &lease->before, &secret);
        lease->derived = true;
    }
    wipe(&secret, sizeof secret);
    return e;
}

static enum err load_ratchet(const struct mls_message_keys *keys,
                             struct mls_message_keys_lease *lease, uint32_t leaf,
                             enum mls_ratchet_type type, struct arena *scratch)
{
    struct slice row;
    *lease = (struct mls_message_keys_lease){.leaf = leaf, .type = type};
    if (leaf >= keys->width) {
        return ERR_INPUT;
    }
    struct mls_ratchet **place = cache_place(keys, leaf, type);
    if (place != NULL && *place != NULL) {
        lease->before = **place;
        return OK;
    }
    enum err e = mls_rows_get(keys->storage, mls_rows_ratchet(keys->epoch, (uint8_t)type, leaf),
                              scratch, &row);
    if (e == ERR_GONE) {
        return derive_leaf(keys, lease, scratch);
    }
    TRY(e);
    return decode_ratchet(keys->suite, row, &lease->before);
}

/* ---- the window ---------------------------------------------------------------------------- */

static bool window_get(const struct mls_ratchet *r, uint32_t bit)
{
    return bit < WINDOW_BITS && (r->window[bit / 8] >> (bit % 8) & 1) != 0;
}

static void window_set(struct mls_ratchet *r, uint32_t bit, bool on)
{
    uint8_t mask = (uint8_t)(1u << (bit % 8));
    r->window[bit / 8] =
        (uint8_t)(on ? r->window[bit / 8] | mask : r->window[bit / 8] & ~(unsigned)mask);
}

/* Makes room for n new generations at the newest end. */
static void window_shift(struct mls_ratchet *r, uint32_t n)
{
    struct mls_ratchet old = *r;
    memset(r->window, 0, sizeof r->window);
    for (uint32_t bit = 0; n < WINDOW_BITS && bit < WINDOW_BITS - n; bit++) {
        window_set(r, bit + n, window_get(&old, bit));
    }
    wipe(&old, sizeof old);
}

/* ---- taking keys ---------------------------------------------------------------------------- */

/* Steps to the generation, keeping the keys of skipped ones that fit the window. */
static enum err step_to(const struct mls_message_keys *keys, struct mls_message_keys_lease *lease,
                        uint32_t generation, struct arena *scratch)
{
    struct mls_ratchet *r = &lease->after;
    uint32_t jump = generation - r->generation;
    uint32_t kept = jump < WINDOW_BITS ? jump : WINDOW_BITS - 1;
    if (jump > LIMIT_MLS_FORWARD) {
        return ERR_LIMIT;
    }
    if (kept > 0) {
        lease->skipped = arena_array(scratch, kept, sizeof *lease->skipped);
        if (lease->skipped == NULL) {
            return ERR_HOST_MEMORY;
        }
    }
    lease->skipped_first = generation - kept;
    lease->skipped_n = kept;
    while (r->generation < generation) {
        bool keep = r->generation >= lease->skipped_first;
        TRY(mls_secret_tree_step(
            keys->suite, r, keep ? &lease->skipped[r->generation - lease->skipped_first] : NULL));
    }
    TRY(mls_secret_tree_step(keys->suite, r, &lease->key));
    window_shift(r, jump + 1);
    for (uint32_t i = 1; i <= kept; i++) {
        window_set(r, i, true);
    }
    return OK;
}

static enum err take_skipped(const struct mls_message_keys *keys,
                             struct mls_message_keys_lease *lease, struct arena *scratch)
{
    struct slice row;
    uint32_t bit = lease->before.generation - 1 - lease->generation;
    if (!window_get(&lease->before, bit)) {
        return ERR_STATE_REPLAY;
    }
    enum err e = mls_rows_get(
        keys->storage,
        mls_rows_skipped(keys->epoch, (uint8_t)lease->type, lease->leaf, lease->generation),
        scratch, &row);
    if (e == ERR_GONE) {
        return ERR_STATE_REPLAY; /* expired */
    }
    TRY(e);
    if (row.n != (size_t)keys->suite->nk + keys->suite->nn) {
        return ERR_STORE_CORRUPT;
    }
    lease->key.key.alg = keys->suite->aead;
    memcpy(lease->key.key.k, row.p, keys->suite->nk);
    memcpy(lease->key.nonce, row.p + keys->suite->nk, keys->suite->nn);
    lease->was_skipped = true;
    window_set(&lease->after, bit, false);
    return OK;
}

enum err mls_message_keys_next(const struct mls_message_keys *keys,
                               struct mls_message_keys_lease *lease, uint32_t leaf,
                               enum mls_ratchet_type type, struct arena *scratch)
{
    TRY(load_ratchet(keys, lease, leaf, type, scratch));
    lease->generation = lease->before.generation;
    lease->after = lease->before;
    return mls_secret_tree_step(keys->suite, &lease->after, &lease->key);
}

enum err mls_message_keys_take(const struct mls_message_keys *keys,
                               struct mls_message_keys_lease *lease, uint32_t leaf,
                               enum mls_ratchet_type type, uint32_t generation,
                               struct arena *scratch)
{
    TRY(load_ratchet(keys, lease, leaf, type, scratch));
    lease->generation = generation;
    lease->after = lease->before;
    if (generation < lease->before.generation) {
        return take_skipped(keys, lease, scratch);
    }
    return step_to(keys, lease, generation, scratch);
}

/* ---- writing ------------------------------------------------------------------------------- */

static enum err put_queue(const struct mls_storage *storage,
                          const struct mls_message_keys_queue *queue)
{
    uint8_t bytes[20];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_u32(&b, queue->head);
    buf_u32(&b, queue->tail);
    buf_u32(&b, queue->total);
    buf_u64(&b, queue->oldest_ms);
    return mls_rows_put_buf(storage, mls_rows_queue(), &b);
}

enum err mls_message_keys_load_queue(const struct mls_storage *storage,
                                     struct mls_message_keys_queue *queue, struct arena *scratch)
{
    struct slice row;
    *queue = (struct mls_message_keys_queue){0};
    enum err e = mls_rows_get(storage, mls_rows_queue(), scratch, &row);
    if (e == ERR_GONE) {
        return OK;
    }
    TRY(e);
    if (slice_u32(&row, &queue->head) != OK || slice_u32(&row, &queue->tail) != OK ||
        slice_u32(&row, &queue->total) != OK || slice_u64(&row, &queue->oldest_ms) != OK) {
        return ERR_STORE_CORRUPT;
    }
    return OK;
}

/* One jump: where its keys are and when it was made. */
struct entry {
    uint64_t epoch;
    uint8_t type;
    uint32_t leaf, first, n;
    uint64_t time_ms;
};

static enum err get_entry(const struct mls_storage *storage, uint32_t n, struct entry *out,
                          struct arena *scratch)
{
    struct slice row;
    TRY(mls_rows_get(storage, mls_rows_queue_entry(n), scratch, &row));
    if (slice_u64(&row, &out->epoch) != OK || slice_u8(&row, &out->type) != OK ||
        slice_u32(&row, &out->leaf) != OK || slice_u32(&row, &out->first) != OK ||
        slice_u32(&row, &out->n) != OK || slice_u64(&row, &out->time_ms) != OK) {
        return ERR_STORE_CORRUPT;
    }
    return OK;
}

static enum err pop_entry(const struct mls_storage *storage, struct mls_message_keys_queue *queue,
                          struct arena *scratch)
{
    struct entry entry;
    struct entry next;
    TRY(get_entry(storage, queue->head, &entry, scratch));
    for (uint32_t i = 0; i < entry.n; i++) {
        TRY(mls_rows_del(storage,
                         mls_rows_skipped(entry.epoch, entry.type, entry.leaf, entry.first + i)));
    }
    TRY(mls_rows_del(storage, mls_rows_queue_entry(queue->head)));
    queue->head++;
    queue->total -= entry.n < queue->total ? entry.n : queue->total;
    queue->oldest_ms = 0;
    if (queue->head != queue->tail) {
        TRY(get_entry(storage, queue->head, &next, scratch));
        queue->oldest_ms = next.time_ms;
    }
    return OK;
}

enum err mls_message_keys_expire(const struct mls_storage *storage,
                                 struct mls_message_keys_queue *queue, uint64_t now_ms,
                                 struct arena *scratch)
{
    bool changed = false;
    while (queue->head != queue->tail && (queue->total > LIMIT_MLS_SKIPPED_GROUP ||
                                          (now_ms > LIMIT_MLS_SKIPPED_AGE_MS &&
                                           queue->oldest_ms < now_ms - LIMIT_MLS_SKIPPED_AGE_MS))) {
        TRY(pop_entry(storage, queue, scratch));
        changed = true;
    }
    return changed ? put_queue(storage, queue) : OK;
}

static enum err push_entry(const struct mls_message_keys *keys,
                           struct mls_message_keys_queue *queue,
                           const struct mls_message_keys_lease *lease, uint64_t now_ms)
{
    uint8_t bytes[32];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_u64(&b, keys->epoch);
    buf_u8(&b, (uint8_t)lease->type);
    buf_u32(&b, lease->leaf);
    buf_u32(&b, lease->skipped_first);
    buf_u32(&b, (uint32_t)lease->skipped_n);
    buf_u64(&b, now_ms);
    TRY(mls_rows_put_buf(keys->storage, mls_rows_queue_entry(queue->tail), &b));
    if (queue->head == queue->tail) {
        queue->oldest_ms = now_ms;
    }
    queue->tail++;
    queue->total += (uint32_t)lease->skipped_n;
    return put_queue(keys->storage, queue);
}

static enum err put_skipped(const struct mls_message_keys *keys,
                            const struct mls_message_keys_lease *lease)
{
    enum err e = OK;
    for (size_t i = 0; i < lease->skipped_n && e == OK; i++) {
        uint8_t bytes[CRYPTO_AEAD_KEY_SIZE_MAX + 12];
        struct buf b = buf_fixed(bytes, sizeof bytes);
        buf_put(&b, lease->skipped[i].key.k, keys->suite->nk);
        buf_put(&b, lease->skipped[i].nonce, keys->suite->nn);
        e = mls_rows_put_buf(keys->storage,
                             mls_rows_skipped(keys->epoch, (uint8_t)lease->type, lease->leaf,
                                              lease->skipped_first + (uint32_t)i),
                             &b);
        wipe(bytes, sizeof bytes);
    }
    return e;
}

/* Skipped keys that left the window with this step. */
static enum err del_fallen(const struct mls_message_keys *keys,
                           const struct mls_message_keys_lease *lease)
{
    uint32_t shift = lease->after.generation - lease->before.generation;
    for (uint32_t bit = shift >= WINDOW_BITS ? 0 : WINDOW_BITS - shift; bit < WINDOW_BITS; bit++) {
        if (window_get(&lease->before, bit)) {
            TRY(mls_rows_del(keys->storage,
                             mls_rows_skipped(keys->epoch, (uint8_t)lease->type, lease->leaf,
                                              lease->before.generation - 1 - bit)));
        }
    }
    return OK;
}

static enum err put_derived(const struct mls_message_keys *keys,
                            const struct mls_message_keys_lease *lease)
{
    TRY(mls_rows_del(keys->storage, mls_rows_secret_node(keys->epoch, lease->frontier)));
    for (size_t i = 0; i < lease->copath_n; i++) {
        TRY(mls_rows_put(keys->storage, mls_rows_secret_node(keys->epoch, lease->copath[i]),
                         slice_make(lease->copath_secret[i].b, keys->suite->nh)));
    }
    return put_ratchet(keys, lease->leaf,
                       lease->type == MLS_RATCHET_HANDSHAKE ? MLS_RATCHET_APPLICATION
                                                            : MLS_RATCHET_HANDSHAKE,
                       &lease->other);
}

enum err mls_message_keys_commit(const struct mls_message_keys *keys,
                                 struct mls_message_keys_queue *queue,
                                 const struct mls_message_keys_lease *lease, uint64_t now_ms,
                                 struct arena *scratch)
{
    if (lease->derived) {
        TRY(put_derived(keys, lease));
    }
    if (lease->was_skipped) {
        TRY(mls_rows_del(keys->storage, mls_rows_skipped(keys->epoch, (uint8_t)lease->type,
                                                         lease->leaf, lease->generation)));
    } else {
        TRY(del_fallen(keys, lease));
    }
    if (lease->skipped_n > 0) {
        TRY(put_skipped(keys, lease));
        TRY(push_entry(keys, queue, lease, now_ms));
        TRY(mls_message_keys_expire(keys->storage, queue, 0, scratch)); /* by count */
    }
    return put_ratchet(keys, lease->leaf, lease->type, &lease->after);
}
