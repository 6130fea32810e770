/* The inbox of this device: each item once, in order, also when the gateway was put back. */
#include "engine/own/inbox.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "engine/own/receive.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/own_setting.h"

static struct own_world w;
static struct own_world_account me;

static void begin(void)
{
    own_world_account(&me, 1, 101);
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
}

static void end(void)
{
    own_world_end(&w);
}

static struct frame_deliver item(uint64_t seq, struct slice body)
{
    return (struct frame_deliver){.seq = seq, .server_ms = OWN_WORLD_NOW_MS, .body = body};
}

static int64_t setting(const char *name)
{
    int64_t v = 0;
    CHECK_ERR(store_own_setting_int(w.store, name, -7, &v), OK);
    return v;
}

/* Takes it; the number that was acknowledged. */
static uint64_t acked(const struct frame_deliver *d)
{
    struct slice body = SLICE_EMPTY;
    uint32_t handle = 9;
    uint64_t seq = 0;
    CHECK_ERR(own_inbox_take(w.o, &w.s, d), OK);
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_ACK, &body));
    CHECK_ERR(frame_seq_get(body, &handle, &seq), OK);
    CHECK(handle == 0);
    return seq;
}

/* Of a version that we do not know: taken and passed over. */
static struct slice unknown(uint8_t n)
{
    struct buf b = buf_arena(&w.arena, 16);
    struct slice out;
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 2);
    cbor_put_uint(&b, n);
    cbor_put_bytes(&b, SLICE_EMPTY);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(an_item_is_taken_and_acknowledged_and_the_cursor_has_its_hash)
{
    uint8_t hash[32];
    struct slice kept;
    begin();
    struct frame_deliver d = item(1, unknown(1));
    w.s.durable = false;
    CHECK(acked(&d) == 1 && setting("inbox-seq") == 1 && w.s.durable);
    crypto_sha256(hash, d.body);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "inbox-hash", &kept), OK);
    CHECK_BYTES(kept, SLICE_ARRAY(hash));
    d = item(5,
             SLICE_LITERAL("no CBOR at all")); /* the sender's fault is no reason to stand still */
    CHECK(acked(&d) == 5 && setting("inbox-seq") == 5);
    end();
}

TEST(one_that_was_taken_before_is_acknowledged_only)
{
    begin();
    struct frame_deliver one = item(1, unknown(1)), two = item(2, unknown(2));
    CHECK(acked(&one) == 1 && acked(&two) == 2);
    w.s.durable = false;
    CHECK(acked(&one) == 1 && setting("inbox-seq") == 2 && !w.s.durable);
    CHECK(setting("record-due") == -7);
    end();
}

TEST(another_item_in_the_place_of_one_means_that_the_gateway_was_put_back)
{
    begin();
    struct frame_deliver one = item(1, unknown(1)), two = item(2, unknown(2));
    struct frame_deliver other = item(1, unknown(3));
    CHECK(acked(&one) == 1 && acked(&two) == 2);
    CHECK(acked(&other) == 1 && setting("inbox-seq") == 1);
    CHECK(setting("record-due") == 1 && setting("packages-anew") == 1);
    end();
}

TEST(ready_tells_a_gateway_that_was_put_back)
{
    static const uint8_t other[32] = {1};
    uint8_t hash[32];
    struct wire_ready r = {.has_queue_hash = true};
    begin();
    struct frame_deliver d = item(4, unknown(1));
    CHECK(acked(&d) == 4);
    crypto_sha256(hash, d.body);
    r.queue_hash = SLICE_ARRAY(hash);
    r.queue_last = 4;
    CHECK_ERR(own_inbox_ready(&w.s, &r), OK); /* the same */
    r.queue_last = 9;
    r.queue_hash = SLICE_ARRAY(other);
    CHECK_ERR(own_inbox_ready(&w.s, &r), OK); /* more waits */
    r.queue_last = 4;
    r.has_queue_hash = false;
    CHECK_ERR(own_inbox_ready(&w.s, &r), OK); /* not known */
    CHECK(setting("record-due") == -7 && setting("inbox-seq") == 4);
    r.has_queue_hash = true;
    CHECK_ERR(own_inbox_ready(&w.s, &r), OK); /* another one there */
    CHECK(setting("record-due") == 1 && setting("inbox-seq") == 4);
    own_world_sql(&w, "DELETE FROM setting WHERE key='record-due'");
    r.queue_last = 3;
    r.has_queue_hash = false;
    w.s.durable = false;
    CHECK_ERR(own_inbox_ready(&w.s, &r), OK); /* less */
    CHECK(setting("record-due") == 1 && setting("inbox-seq") == 3 && w.s.durable);
    end();
}

TEST(behind_a_gap_the_hash_is_not_known)
{
    struct slice kept;
    begin();
    struct frame_deliver d = item(7, SLICE_EMPTY);
    d.kind = WIRE_KIND_GAP;
    CHECK(acked(&d) == 7 && setting("inbox-seq") == 7);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "inbox-hash", &kept), OK);
    CHECK(kept.n == 0);
    end();
}

TEST(that_the_record_was_read_is_said_in_my_notes)
{
    begin();
    int64_t self = own_world_chat(&w, STORE_CHAT_SELF, 0);
    struct frame_deliver d = item(1, SLICE_EMPTY);
    d.kind = WIRE_KIND_RECORD;
    CHECK(acked(&d) == 1);
    CHECK(setting("record-read-ms") == (int64_t)OWN_WORLD_NOW_MS);
    CHECK(own_world_int(&w, "SELECT chat FROM message WHERE type=2") == self);
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_RECORD);
    CHECK(acked(&d) == 1 && own_world_int(&w, "SELECT count(*) FROM message") == 1);
    d.seq = 2; /* once more is said once more */
    d.server_ms = UINT64_MAX;
    CHECK(acked(&d) == 2 && own_world_int(&w, "SELECT count(*) FROM message") == 2);
    CHECK(setting("record-read-ms") == (int64_t)OWN_WORLD_NOW_MS);
    end();
}

/* No log has so many: what the gateway says then is no number of an entry. */
TEST(a_number_that_is_none_is_refused)
{
    begin();
    struct frame_deliver d = item((uint64_t)INT64_MAX + 1, unknown(1));
    CHECK_ERR(own_deliver(w.o, &w.s, &d), ERR_INPUT);
    d.seq = UINT64_MAX;
    CHECK_ERR(own_deliver(w.o, &w.s, &d), ERR_INPUT);
    d.kind = WIRE_KIND_GAP;
    CHECK_ERR(own_deliver(w.o, &w.s, &d), ERR_INPUT);
    CHECK(setting("inbox-seq") == -7);
    d = item(1, unknown(1));
    CHECK_ERR(own_deliver(w.o, &w.s, &d), OK);
    CHECK(setting("inbox-seq") == 1);
    end();
}

TEST_MAIN(TEST_ROW(an_item_is_taken_and_acknowledged_and_the_cursor_has_its_hash),
          TEST_ROW(one_that_was_taken_before_is_acknowledged_only),
          TEST_ROW(another_item_in_the_place_of_one_means_that_the_gateway_was_put_back),
          TEST_ROW(ready_tells_a_gateway_that_was_put_back),
          TEST_ROW(behind_a_gap_the_hash_is_not_known),
          TEST_ROW(that_the_record_was_read_is_said_in_my_notes),
          TEST_ROW(a_number_that_is_none_is_refused))
