/* The state of an epoch in rows: what is kept, and damage of each kind of row. */
#include "mls/epoch.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 4
static struct mls_world_member m[N];
#define READER (&m[0])
#define WRITER (&m[1])

static bool begin(void)
{
    memset(m, 0, sizeof m);
    return mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static size_t row_count(char kind)
{
    size_t n = 0;
    for (size_t i = 0; i < READER->store.n; i++) {
        n += READER->store.rows[i].key.p[0] == (uint8_t)kind;
    }
    return n;
}

/* Row i of this kind, in order; NULL: there are fewer. */
static struct mls_world_row *row_of(char kind, size_t i)
{
    for (size_t k = 0; k < READER->store.n; k++) {
        struct mls_world_row *row = &READER->store.rows[k];
        if (row->key.p[0] == (uint8_t)kind && i-- == 0) {
            return row;
        }
    }
    return NULL;
}

/* What loading says while this row has these bytes instead. */
static enum err load_with(struct mls_world_row *row, struct slice bytes)
{
    struct mls_storage storage = mls_world_storage(&READER->store);
    struct mls_group *g = NULL;
    struct slice was = row->value;
    row->value = check_copy(bytes);
    enum err e = mls_group_load(&g, &storage);
    CHECK((e == OK) == (g != NULL));
    mls_group_destroy(g);
    check_release(row->value);
    row->value = was;
    return e;
}

static struct slice longer(struct slice s)
{
    return mls_forge_join(READER, s, slice_make("", 1));
}

static struct slice with_byte(struct slice s, size_t at, uint8_t v)
{
    struct slice head = slice_make(s.p, at);
    struct slice tail = slice_make(s.p + at + 1, s.n - at - 1);
    return mls_forge_join(READER, mls_forge_join(READER, head, slice_make(&v, 1)), tail);
}

TEST(everything_an_epoch_needs_comes_back)
{
    REQUIRE(begin());
    for (size_t i = 0; i < N; i++) {
        struct mls_epoch *before = NULL;
        struct mls_epoch *e = m[i].g->epoch;
        CHECK_ERR(mls_epoch_clone(&before, e), OK);
        struct mls_epoch_secrets secrets = e->secrets;
        struct mls_secret interim = e->interim;
        struct mls_secret tag = e->confirmation_tag;
        struct slice context;
        CHECK_ERR(arena_copy(&before->arena, e->context, &context), OK);
        CHECK_ERR(mls_world_reload(&m[i]), OK);
        e = m[i].g->epoch;
        CHECK(e->member && e->suite == before->suite && e->epoch == before->epoch);
        CHECK(e->epoch == N + 1 && e->priv.leaf == i && e->tree.width == N);
        CHECK_BYTES(e->group_id, before->group_id);
        CHECK_BYTES(e->context, context);
        CHECK_BYTES(SLICE_ARRAY(e->secrets.sender_data.b), SLICE_ARRAY(secrets.sender_data.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.exporter.b), SLICE_ARRAY(secrets.exporter.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.external.b), SLICE_ARRAY(secrets.external.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.confirmation.b), SLICE_ARRAY(secrets.confirmation.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.membership.b), SLICE_ARRAY(secrets.membership.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.resumption.b), SLICE_ARRAY(secrets.resumption.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.authenticator.b), SLICE_ARRAY(secrets.authenticator.b));
        CHECK_BYTES(SLICE_ARRAY(e->secrets.init.b), SLICE_ARRAY(secrets.init.b));
        CHECK_BYTES(SLICE_ARRAY(e->confirmed.b), SLICE_ARRAY(before->confirmed.b));
        CHECK_BYTES(slice_make(e->interim.b, 32), slice_make(interim.b, 32));
        CHECK_BYTES(slice_make(e->confirmation_tag.b, 32), slice_make(tag.b, 32));
        CHECK(e->confirmed_n == 32 && before->confirmed_n == 32);
        for (size_t level = 0; level < MLS_TREE_MATH_LEVELS; level++) {
            CHECK(e->priv.have[level] == before->priv.have[level]);
            CHECK_BYTES(SLICE_ARRAY(e->priv.key[level].b), SLICE_ARRAY(before->priv.key[level].b));
        }
        CHECK(memcmp(&e->signature, &before->signature, sizeof e->signature) == 0);
        CHECK(e->cache != NULL); /* so that ratchets are read once */
        CHECK(mls_epoch_own_leaf(e) == mls_tree_leaf(&e->tree, (uint32_t)i));
        mls_epoch_destroy(before);
    }
    end();
}

TEST(a_clone_has_no_secrets_of_the_epoch)
{
    static const struct mls_epoch_secrets none;
    struct mls_epoch *next = NULL;
    REQUIRE(begin());
    const struct mls_epoch *e = READER->g->epoch;
    CHECK_ERR(mls_epoch_clone(&next, e), OK);
    CHECK(memcmp(&next->secrets, &none, sizeof none) == 0);
    CHECK(next->cache == NULL && next->context.n == 0 && next->member);
    CHECK(next->group_id.p != e->group_id.p && next->tree.nodes != e->tree.nodes);
    /* A context has room for extensions of any length. */
    uint8_t data[1000] = {0};
    struct slice list = mls_forge_extension(READER, 0xf0a1, SLICE_ARRAY(data));
    CHECK_ERR(mls_epoch_set_extensions(next, list), OK);
    CHECK_ERR(mls_epoch_encode_context(next), OK);
    CHECK(next->context.n > list.n && next->extensions.n == 1);
    mls_epoch_destroy(next);
    mls_epoch_destroy(NULL);
    end();
}

TEST(a_damaged_group_row_is_corrupt_and_nothing_else)
{
    REQUIRE(begin());
    struct mls_world_row *row = row_of('G', 0);
    REQUIRE(row != NULL);
    CHECK_ERR(load_with(row, row->value), OK);
    /* The part of the epoch begins with the suite, and ends with the context. */
    struct slice part;
    struct buf b = buf_arena(&READER->arena, 0);
    mls_epoch_put(READER->g->epoch, &b);
    CHECK_ERR(buf_finish(&b, &part), OK);
    size_t at = row->value.n - part.n;
    CHECK_BYTES(slice_make(row->value.p + at, part.n), part);
    for (size_t n = 0; n < row->value.n; n++) {
        CHECK_ERR(load_with(row, slice_make(row->value.p, n)), ERR_STORE_CORRUPT);
    }
    CHECK_ERR(load_with(row, with_byte(row->value, at, 0xff)), ERR_STORE_CORRUPT);
    CHECK_ERR(load_with(row, with_byte(row->value, at + 2, 0xff)), ERR_STORE_CORRUPT);
    CHECK_ERR(load_with(row, with_byte(row->value, row->value.n - 1, 1)), ERR_STORE_CORRUPT);
    /* A width that is not the tree's. */
    CHECK(part.p[11] == N);
    CHECK_ERR(load_with(row, with_byte(row->value, at + 11, 2)), ERR_STORE_CORRUPT);
    end();
}

TEST(damaged_nodes_are_found_by_their_form_or_by_the_hash_of_the_tree)
{
    REQUIRE(begin());
    CHECK(row_count('N') == 7);
    for (size_t i = 0; i < 7; i++) {
        struct mls_world_row *row = row_of('N', i);
        struct mls_world_row *other = row_of('N', i < 5 ? i + 2 : i - 2);
        REQUIRE(row != NULL && other != NULL);
        CHECK_ERR(load_with(row, row->value), OK);
        CHECK_ERR(load_with(row, SLICE_EMPTY), ERR_STORE_CORRUPT);
        CHECK_ERR(load_with(row, slice_make(row->value.p, row->value.n - 1)), ERR_STORE_CORRUPT);
        CHECK_ERR(load_with(row, longer(row->value)), ERR_STORE_CORRUPT);
        CHECK_ERR(load_with(row, other->value), ERR_STORE_CORRUPT); /* well formed */
        CHECK_ERR(load_with(row, with_byte(row->value, 5, (uint8_t)(row->value.p[5] ^ 1))),
                  ERR_STORE_CORRUPT);
    }
    for (size_t i = 0; i < 7; i++) {
        struct mls_storage storage = mls_world_storage(&READER->store);
        struct mls_world_row *row = row_of('N', i);
        struct slice key, value;
        CHECK_ERR(arena_copy(&READER->arena, row->key, &key), OK);
        CHECK_ERR(arena_copy(&READER->arena, row->value, &value), OK);
        struct mls_group *g = NULL;
        CHECK_ERR(storage.del(storage.user, key), OK);
        CHECK_ERR(mls_group_load(&g, &storage), ERR_STORE_CORRUPT);
        CHECK_ERR(storage.put(storage.user, key, value), OK);
    }
    CHECK_ERR(mls_world_reload(READER), OK);
    end();
}

TEST(private_keys_have_a_level_of_the_largest_tree)
{
    REQUIRE(begin());
    struct mls_world_row *row = row_of('P', 0);
    REQUIRE(row != NULL);
    const size_t one = 1 + CRYPTO_HPKE_SECRET_SIZE;
    CHECK(row->value.n == 3 * one); /* leaf, and two parents */
    CHECK(row->value.p[0] == 0 && row->value.p[one] == 1 && row->value.p[2 * one] == 2);
    for (size_t n = 1; n < row->value.n; n++) {
        CHECK_ERR(load_with(row, slice_make(row->value.p, n)),
                  n % one == 0 ? OK : ERR_STORE_CORRUPT);
    }
    CHECK_ERR(load_with(row, with_byte(row->value, 2 * one, MLS_TREE_MATH_LEVELS - 1)), OK);
    CHECK_ERR(load_with(row, with_byte(row->value, 2 * one, MLS_TREE_MATH_LEVELS)),
              ERR_STORE_CORRUPT);
    CHECK_ERR(load_with(row, with_byte(row->value, 2 * one, 0xff)), ERR_STORE_CORRUPT);
    struct mls_storage storage = mls_world_storage(&READER->store);
    CHECK_ERR(storage.del(storage.user, SLICE_LITERAL("P")), OK);
    CHECK_ERR(mls_world_reload(READER), ERR_STORE_CORRUPT);
    end();
}

/* Takes a message while each row of a kind is cut by a byte, longer by one, or empty. */
static void take_damaged(char kind, struct slice message, bool end_matters)
{
    struct mls_world_store whole = {0};
    mls_world_store_copy(&whole, &READER->store);
    REQUIRE(row_count(kind) > 0);
    for (int how = 0; how < (end_matters ? 3 : 2); how++) {
        for (size_t i = 0; row_of(kind, i) != NULL; i++) {
            struct mls_world_row *row = row_of(kind, i);
            struct slice was = row->value;
            row->value = check_copy(how == 0   ? slice_make(was.p, was.n - 1)
                                    : how == 1 ? SLICE_EMPTY
                                               : longer(was));
            check_release(was);
        }
        CHECK_ERR(mls_world_reload(READER), OK);
        CHECK(mls_world_refuses(READER, message, ERR_STORE_CORRUPT));
        mls_world_store_copy(&READER->store, &whole);
    }
    mls_world_store_wipe(&whole);
    CHECK_ERR(mls_world_reload(READER), OK);
}

static struct slice text_of(uint32_t generation)
{
    struct mls_forge_message f =
        mls_forge_message_of(WRITER, MLS_CONTENT_APPLICATION, SLICE_LITERAL("text"));
    f.is_private = true;
    f.generation = generation;
    return mls_forge_put_message(WRITER, &f);
}

TEST(damaged_keys_of_messages_are_found_when_they_are_needed)
{
    REQUIRE(begin());
    take_damaged('T', text_of(0), true);
    CHECK_ERR(mls_world_take(READER, text_of(3), NULL), OK);
    take_damaged('R', text_of(4), true);
    take_damaged('S', text_of(1), true);
    CHECK_ERR(mls_world_take(READER, text_of(1), NULL), OK);
    end();
}

TEST(damaged_rows_of_a_past_epoch_are_found_by_its_messages)
{
    struct slice late;
    REQUIRE(begin());
    CHECK_ERR(mls_world_say(WRITER, "late", &late), OK);
    CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
    take_damaged('L', late, false);
    take_damaged('M', late, false);
    CHECK_ERR(mls_world_take(READER, late, NULL), OK);
    end();
}

TEST(the_queue_of_skipped_keys_is_read_whole)
{
    REQUIRE(begin());
    CHECK_ERR(mls_world_take(READER, text_of(3), NULL), OK);
    struct mls_world_row *row = row_of('Q', 0);
    REQUIRE(row != NULL && row->value.n == 20);
    CHECK_ERR(load_with(row, row->value), OK);
    for (size_t n = 0; n < 20; n++) {
        CHECK_ERR(load_with(row, slice_make(row->value.p, n)), ERR_STORE_CORRUPT);
    }
    row = row_of('q', 0);
    REQUIRE(row != NULL);
    for (size_t n = 0; n < row->value.n; n++) {
        struct slice was = row->value;
        row->value.n = n;
        CHECK_ERR(mls_group_expire(READER->g, &READER->arena, 2 * LIMIT_MLS_SKIPPED_AGE_MS),
                  ERR_STORE_CORRUPT);
        row->value = was;
    }
    CHECK_ERR(mls_group_expire(READER->g, &READER->arena, 2 * LIMIT_MLS_SKIPPED_AGE_MS), OK);
    CHECK(row_count('S') == 0 && row_count('q') == 0);
    end();
}

/* After each change the rows N are the nodes that are not blank, byte for byte. */
static void check_rows_are_the_tree(void)
{
    const struct mls_tree *tree = &READER->g->epoch->tree;
    size_t nodes = 0;
    for (uint32_t i = 0; i < mls_tree_math_nodes(tree->width); i++) {
        struct slice bytes;
        if (tree->nodes[i].kind == MLS_TREE_BLANK) {
            continue;
        }
        struct buf b = buf_arena(&READER->arena, 0);
        mls_tree_encode_node(&tree->nodes[i], &b);
        CHECK_ERR(buf_finish(&b, &bytes), OK);
        const struct mls_world_row *row = row_of('N', nodes++);
        REQUIRE(row != NULL);
        CHECK(row->key.n == 5 && row->key.p[3] == 0 && row->key.p[4] == i);
        CHECK_BYTES(row->value, bytes);
    }
    CHECK(row_count('N') == nodes);
}

TEST(the_rows_follow_the_tree_as_it_grows_and_shrinks)
{
    struct mls_world_member guest;
    REQUIRE(begin());
    check_rows_are_the_tree();
    mls_world_init(&guest, "guest", READER->suite);
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    CHECK_ERR(mls_world_round(m, N, 1, &add, 1, false, NULL), OK);
    CHECK(READER->g->epoch->tree.width == 8);
    check_rows_are_the_tree();
    CHECK_ERR(mls_world_round(m, N, 2, NULL, 0, true, NULL), OK);
    check_rows_are_the_tree();
    for (uint32_t leaf = 4; leaf > 0; leaf--) {
        struct mls_proposal remove = mls_world_remove(leaf);
        CHECK_ERR(mls_world_round(m, N, 0, &remove, 1, true, NULL), OK);
        check_rows_are_the_tree();
        CHECK_ERR(mls_world_reload(READER), OK);
    }
    CHECK(READER->g->epoch->tree.width == 1 && row_count('N') == 1);
    mls_world_end(&guest);
    end();
}

TEST_MAIN(TEST_ROW(everything_an_epoch_needs_comes_back),
          TEST_ROW(a_clone_has_no_secrets_of_the_epoch),
          TEST_ROW(a_damaged_group_row_is_corrupt_and_nothing_else),
          TEST_ROW(damaged_nodes_are_found_by_their_form_or_by_the_hash_of_the_tree),
          TEST_ROW(private_keys_have_a_level_of_the_largest_tree),
          TEST_ROW(damaged_keys_of_messages_are_found_when_they_are_needed),
          TEST_ROW(damaged_rows_of_a_past_epoch_are_found_by_its_messages),
          TEST_ROW(the_queue_of_skipped_keys_is_read_whole),
          TEST_ROW(the_rows_follow_the_tree_as_it_grows_and_shrinks))
