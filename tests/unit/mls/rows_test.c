/* Names of rows, byte by byte, and which of them go together. */
#include "mls/rows.h"

#include "lib/check.h"
#include "lib/mls_world.h"

#define E 0x0102030405060708u

static bool is(struct mls_rows_key key, char kind, const char *hex)
{
    struct slice rest = check_hex(hex);
    CHECK_BYTES(slice_make(key.b + 1, key.n - 1), rest);
    return key.n == rest.n + 1 && key.b[0] == (uint8_t)kind;
}

TEST(names_are_a_letter_and_numbers_from_the_highest_byte)
{
    CHECK(is(mls_rows_group(), 'G', ""));
    CHECK(is(mls_rows_node(0x0a0b0c0d), 'N', "0a0b0c0d"));
    CHECK(is(mls_rows_private(), 'P', ""));
    CHECK(is(mls_rows_secret_node(E, 0x0a0b0c0d), 'T', "01020304050607080a0b0c0d"));
    CHECK(is(mls_rows_ratchet(E, 0xee, 0x0a0b0c0d), 'R', "0102030405060708ee0a0b0c0d"));
    CHECK(is(mls_rows_skipped(E, 0xee, 0x0a0b0c0d, 0x11121314), 'S',
             "0102030405060708ee0a0b0c0d11121314"));
    CHECK(is(mls_rows_queue(), 'Q', ""));
    CHECK(is(mls_rows_queue_entry(0x0a0b0c0d), 'q', "0a0b0c0d"));
    CHECK(is(mls_rows_past(E), 'M', "0102030405060708"));
    CHECK(is(mls_rows_old_leaf(E, 0x0a0b0c0d), 'L', "01020304050607080a0b0c0d"));
    CHECK(is(mls_rows_proposal(0x0a0b0c0d), 'O', "0a0b0c0d"));
    CHECK(is(mls_rows_pending(), 'C', ""));
    CHECK(is(mls_rows_resumption(), 'U', ""));
}

static struct mls_world_store store;
static struct mls_storage storage;
static struct arena arena;

static void put(struct mls_rows_key key)
{
    CHECK_ERR(mls_rows_put(&storage, key, SLICE_LITERAL("x")), OK);
}

static bool there(struct mls_rows_key key)
{
    struct slice value;
    enum err e = mls_rows_get(&storage, key, &arena, &value);
    CHECK(e == OK || e == ERR_GONE);
    return e == OK;
}

/* One row of each kind, of this epoch where it has one. */
static void fill(uint64_t epoch)
{
    put(mls_rows_group());
    put(mls_rows_node(1));
    put(mls_rows_private());
    put(mls_rows_secret_node(epoch, 1));
    put(mls_rows_ratchet(epoch, 0, 2));
    put(mls_rows_ratchet(epoch, 1, 2));
    put(mls_rows_skipped(epoch, 1, 2, 3));
    put(mls_rows_queue());
    put(mls_rows_queue_entry(0));
    put(mls_rows_past(epoch));
    put(mls_rows_old_leaf(epoch, 2));
    put(mls_rows_proposal(0));
    put(mls_rows_proposal(UINT32_MAX));
    put(mls_rows_pending());
    put(mls_rows_resumption());
}

static void begin(void)
{
    store = (struct mls_world_store){0};
    storage = mls_world_storage(&store);
    arena_init(&arena, 0);
}

static void end(void)
{
    mls_world_store_wipe(&store);
    arena_wipe(&arena);
}

TEST(an_epoch_goes_with_all_that_is_of_it_and_nothing_else)
{
    begin();
    fill(E);
    fill(E + 1);
    CHECK(store.n == 9 + 2 * 6);
    CHECK_ERR(mls_rows_del_epoch(&storage, E), OK);
    CHECK(store.n == 9 + 6);
    CHECK(!there(mls_rows_secret_node(E, 1)) && !there(mls_rows_ratchet(E, 0, 2)));
    CHECK(!there(mls_rows_ratchet(E, 1, 2)) && !there(mls_rows_skipped(E, 1, 2, 3)));
    CHECK(!there(mls_rows_past(E)) && !there(mls_rows_old_leaf(E, 2)));
    end();
}

TEST(ratchets_of_a_type_go_and_the_others_stay)
{
    begin();
    fill(E);
    fill(E + 1);
    CHECK_ERR(mls_rows_del_ratchets(&storage, E, 1), OK);
    CHECK(store.n == 9 + 2 * 6 - 1 && !there(mls_rows_ratchet(E, 1, 2)));
    CHECK(there(mls_rows_ratchet(E, 0, 2)) && there(mls_rows_skipped(E, 1, 2, 3)));
    end();
}

TEST(proposals_go_together)
{
    begin();
    fill(E);
    CHECK_ERR(mls_rows_del_proposals(&storage), OK);
    CHECK(store.n == 7 + 6 && !there(mls_rows_proposal(0)));
    CHECK(!there(mls_rows_proposal(UINT32_MAX)) && there(mls_rows_pending()));
    CHECK_ERR(mls_rows_del(&storage, mls_rows_pending()), OK);
    CHECK(store.n == 6 + 6 && !there(mls_rows_pending()));
    CHECK_ERR(mls_rows_del_all(&storage), OK);
    CHECK(store.n == 0);
    end();
}

TEST(what_could_not_be_built_is_not_put)
{
    uint8_t bytes[2];
    begin();
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_u16(&b, 7);
    CHECK_ERR(mls_rows_put_buf(&storage, mls_rows_private(), &b), OK);
    buf_u8(&b, 1);
    CHECK(mls_rows_put_buf(&storage, mls_rows_group(), &b) == b.err && b.err != OK);
    CHECK(store.n == 1 && there(mls_rows_private()));
    end();
}

TEST_MAIN(TEST_ROW(names_are_a_letter_and_numbers_from_the_highest_byte),
          TEST_ROW(an_epoch_goes_with_all_that_is_of_it_and_nothing_else),
          TEST_ROW(ratchets_of_a_type_go_and_the_others_stay), TEST_ROW(proposals_go_together),
          TEST_ROW(what_could_not_be_built_is_not_put))
