/* What my devices are called, as it goes along with a device link (own/record_device.h). */
#include "engine/own/record_device.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_device.h"

#define MANY 20

static struct own_world w;

/* Device k, known by this name, which may be none. */
static void device(uint8_t k, const char *name)
{
    CHECK_ERR(store_own_device_add(w.store, own_world_key(k), slice_of_string(name),
                                   (int64_t)OWN_WORLD_NOW_MS),
              OK);
}

static bool is_called(uint8_t k, const char *name)
{
    struct slice got;
    CHECK_ERR(store_own_device_name(w.store, &w.arena, own_world_key(k), &got), OK);
    return slice_equal(got, slice_of_string(name));
}

static struct slice written(size_t *count)
{
    struct slice out;
    struct buf b = buf_arena(&w.arena, 256);
    CHECK_ERR(own_record_devices(&w.s, &b, count), OK);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

/* The next record of `in`, behind its kind. */
static struct slice next(struct slice *in)
{
    struct slice item, rest;
    size_t n = 0;
    uint64_t kind = 0;
    CHECK_ERR(cbor_skip(in, &item), OK);
    rest = item;
    CHECK_ERR(cbor_get_array(&rest, &n), OK);
    CHECK_ERR(cbor_get_uint(&rest, &kind), OK);
    CHECK(n == 3 && kind == OWN_RECORD_DEVICE);
    return rest;
}

static struct slice record(struct slice key, struct slice name)
{
    struct slice out;
    struct buf b = buf_arena(&w.arena, 256);
    cbor_put_bytes(&b, key);
    cbor_put_text(&b, name);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static struct slice key_of(uint8_t k)
{
    return slice_make(own_world_key(k), CHAIN_KEY_SIZE);
}

TEST(each_that_has_a_name_goes_along)
{
    size_t count = 3;
    own_world_begin(&w);
    device(1, "laptop");
    device(2, "");
    device(3, "phone");
    device(4, "lost");
    CHECK_ERR(store_own_device_gone(w.store, own_world_key(4)), OK);
    struct slice in = written(&count);
    CHECK(count == 5); /* of those before: two more */
    (void)next(&in);
    (void)next(&in);
    CHECK(in.n == 0);
    own_world_end(&w);
}

TEST(nobody_has_a_name_and_nothing_is_written)
{
    size_t count = 0;
    own_world_begin(&w);
    CHECK(written(&count).n == 0 && count == 0);
    device(1, "");
    CHECK(written(&count).n == 0 && count == 0);
    own_world_end(&w);
}

TEST(what_was_written_is_taken_on_the_other_device)
{
    uint8_t bytes[4096];
    size_t count = 0;
    own_world_begin(&w);
    for (uint8_t k = 1; k <= MANY; k++) {
        device(k, k % 2 == 0 ? "even" : "odd");
    }
    struct slice in = written(&count);
    REQUIRE(count == MANY && in.n <= sizeof bytes);
    memcpy(bytes, in.p, in.n);
    in.p = bytes;
    own_world_end(&w);
    own_world_begin(&w);
    for (uint8_t k = 1; k <= MANY; k++) {
        device(k, k == 1 ? "mine" : "");
    }
    for (size_t i = 0; i < count; i++) {
        w.out.devices = false;
        CHECK_ERR(own_record_device_take(&w.s, next(&in)), OK);
        CHECK(w.out.devices); /* the page is told */
    }
    CHECK(is_called(1, "mine")); /* one that has a name keeps it */
    for (uint8_t k = 2; k <= MANY; k++) {
        CHECK(is_called(k, k % 2 == 0 ? "even" : "odd"));
    }
    own_world_end(&w);
}

/* Which devices there are is said by the chain. */
TEST(a_device_that_is_not_known_is_not_made)
{
    int64_t n = 0;
    own_world_begin(&w);
    CHECK_ERR(own_record_device_take(&w.s, record(key_of(7), SLICE_LITERAL("mine too"))), OK);
    CHECK_ERR(store_own_device_count(w.store, &n), OK);
    CHECK(n == 0);
    own_world_end(&w);
}

TEST(what_is_no_record_is_refused)
{
    static const uint8_t long_name[LIMIT_NAME_BYTES + 1];
    own_world_begin(&w);
    device(1, "");
    struct slice key = key_of(1), good = record(key, SLICE_LITERAL("laptop"));
    CHECK_ERR(own_record_device_take(&w.s, SLICE_EMPTY), ERR_INPUT);
    for (size_t n = 1; n < good.n; n++) {
        struct slice cut = check_copy(slice_make(good.p, n));
        CHECK_ERR(own_record_device_take(&w.s, cut), ERR_INPUT);
        check_release(cut);
    }
    CHECK_ERR(
        own_record_device_take(&w.s, record(slice_make(key.p, key.n - 1), SLICE_LITERAL("laptop"))),
        ERR_INPUT);
    CHECK_ERR(own_record_device_take(&w.s, record(key, SLICE_ARRAY(long_name))), ERR_INPUT);
    CHECK(is_called(1, "") && !w.out.devices);
    CHECK_ERR(own_record_device_take(&w.s, record(key, slice_make(long_name, LIMIT_NAME_BYTES))),
              OK);
    CHECK(!is_called(1, ""));
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(each_that_has_a_name_goes_along),
          TEST_ROW(nobody_has_a_name_and_nothing_is_written),
          TEST_ROW(what_was_written_is_taken_on_the_other_device),
          TEST_ROW(a_device_that_is_not_known_is_not_made), TEST_ROW(what_is_no_record_is_refused))
