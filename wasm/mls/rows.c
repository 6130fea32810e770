#include "mls/rows.h"

static struct mls_rows_key start(char kind)
{
    return (struct mls_rows_key){.b = {(uint8_t)kind}, .n = 1};
}

static void add(struct mls_rows_key *key, uint64_t v, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        key->b[key->n++] = (uint8_t)(v >> (8 * i) & 0xff);
    }
}

struct mls_rows_key mls_rows_group(void)
{
    return start('G');
}

struct mls_rows_key mls_rows_node(uint32_t node)
{
    struct mls_rows_key key = start('N');
    add(&key, node, 4);
    return key;
}

struct mls_rows_key mls_rows_private(void)
{
    return start('P');
}

struct mls_rows_key mls_rows_secret_node(uint64_t epoch, uint32_t node)
{
    struct mls_rows_key key = start('T');
    add(&key, epoch, 8);
    add(&key, node, 4);
    return key;
}

struct mls_rows_key mls_rows_ratchet(uint64_t epoch, uint8_t type, uint32_t leaf)
{
    struct mls_rows_key key = start('R');
    add(&key, epoch, 8);
    add(&key, type, 1);
    add(&key, leaf, 4);
    return key;
}

struct mls_rows_key mls_rows_skipped(uint64_t epoch, uint8_t type, uint32_t leaf, uint32_t gen)
{
    struct mls_rows_key key = start('S');
    add(&key, epoch, 8);
    add(&key, type, 1);
    add(&key, leaf, 4);
    add(&key, gen, 4);
    return key;
}

struct mls_rows_key mls_rows_queue(void)
{
    return start('Q');
}

struct mls_rows_key mls_rows_queue_entry(uint32_t n)
{
    struct mls_rows_key key = start('q');
    add(&key, n, 4);
    return key;
}

struct mls_rows_key mls_rows_past(uint64_t epoch)
{
    struct mls_rows_key key = start('M');
    add(&key, epoch, 8);
    return key;
}

struct mls_rows_key mls_rows_old_leaf(uint64_t epoch, uint32_t leaf)
{
    struct mls_rows_key key = start('L');
    add(&key, epoch, 8);
    add(&key, leaf, 4);
    return key;
}

struct mls_rows_key mls_rows_proposal(uint32_t n)
{
    struct mls_rows_key key = start('O');
    add(&key, n, 4);
    return key;
}

struct mls_rows_key mls_rows_pending(void)
{
    return start('C');
}

struct mls_rows_key mls_rows_resumption(void)
{
    return start('U');
}

enum err mls_rows_get(const struct mls_storage *s, struct mls_rows_key key, struct arena *arena,
                      struct slice *value)
{
    *value = SLICE_EMPTY;
    return s->get(s->user, slice_make(key.b, key.n), arena, value);
}

enum err mls_rows_put(const struct mls_storage *s, struct mls_rows_key key, struct slice value)
{
    return s->put(s->user, slice_make(key.b, key.n), value);
}

enum err mls_rows_put_buf(const struct mls_storage *s, struct mls_rows_key key, const struct buf *b)
{
    struct slice value;
    TRY(buf_finish(b, &value));
    return mls_rows_put(s, key, value);
}

enum err mls_rows_del(const struct mls_storage *s, struct mls_rows_key key)
{
    return s->del(s->user, slice_make(key.b, key.n));
}

static enum err del_prefix(const struct mls_storage *s, const struct mls_rows_key *key)
{
    return s->del_prefix(s->user, slice_make(key->b, key->n));
}

enum err mls_rows_del_proposals(const struct mls_storage *s)
{
    struct mls_rows_key key = start('O');
    return del_prefix(s, &key);
}

enum err mls_rows_del_epoch(const struct mls_storage *s, uint64_t epoch)
{
    static const char kinds[] = {'T', 'R', 'S', 'M', 'L'};
    for (size_t i = 0; i < sizeof kinds; i++) {
        struct mls_rows_key key = start(kinds[i]);
        add(&key, epoch, 8);
        TRY(del_prefix(s, &key));
    }
    return OK;
}

enum err mls_rows_del_ratchets(const struct mls_storage *s, uint64_t epoch, uint8_t type)
{
    struct mls_rows_key key = start('R');
    add(&key, epoch, 8);
    add(&key, type, 1);
    return del_prefix(s, &key);
}

enum err mls_rows_del_all(const struct mls_storage *s)
{
    return s->del_prefix(s->user, SLICE_EMPTY);
}
