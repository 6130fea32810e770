/* Delivery: in order and without a hole, as far as a reader may see; queues and their window; what
 * ends with a handle and with a connection. */
#include "gateway/own/reader.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "gateway/own/db_group.h"
#include "gateway/own/db_inbox.h"
#include "gateway/socket.h"
#include "lib/check.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gateway_line a, b;
static struct own_world_account me;
static const uint8_t tag[FRAME_READ_TAG_SIZE] = "the read tag of those who sit..";

static struct slice finished(void)
{
    struct slice body;
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    return body;
}

static struct slice mailbox(uint8_t i)
{
    static uint8_t names[256][FRAME_MAILBOX_SIZE];
    memset(names[i], i, sizeof names[i]);
    return SLICE_ARRAY(names[i]);
}

static void make_box(uint8_t i)
{
    uint8_t hash[32];
    crypto_sha256(hash, SLICE_ARRAY(tag));
    wire_box_new_put(gateway_world_body(&w),
                     &(struct wire_box_new){.mailbox = mailbox(i),
                                            .read_hash = SLICE_ARRAY(hash),
                                            .write_key = slice_make(own_world_key(10), 32),
                                            .epoch = 10});
    CHECK(gateway_world_do(&w, gw_own_db_group_box_new) == 0);
}

static bool begin(void)
{
    if (!gateway_line_gateway(&w)) {
        return false;
    }
    gateway_world_account(&me, 1, 2);
    gateway_world_register(&w, &me, 1, 5);
    make_box(1);
    make_box(2);
    return true;
}

static uint64_t open_from(struct gateway_line *l, uint8_t box, bool has_cursor, uint64_t cursor)
{
    struct wire_opened o = {0};
    wire_open_put(gateway_world_body(&w),
                  &(struct wire_open){mailbox(box), SLICE_ARRAY(tag), has_cursor, cursor, 0});
    gateway_line_say(l, FRAME_OPEN, 30, finished());
    struct gateway_line_frame f = gateway_line_answer(l, 30);
    CHECK(f.type == FRAME_OPENED);
    CHECK_ERR(wire_opened_decode(&l->arena, f.body, &o), OK);
    return o.handle;
}

/* An entry of mailbox `id` in the log, and the notice of it. */
static void append(int64_t id, struct slice body)
{
    (void)gateway_world_body(&w);
    struct gw_db_job *job = gateway_world_job(&w);
    job->group.id = id;
    job->shared = gw_bytes_copy(body);
    memcpy(job->used_key, own_world_key(10), sizeof job->used_key);
    job->post = (struct frame_post){.epoch = 10};
    CHECK(gateway_world_do(&w, gw_own_db_group_post) == 0);
}

/* What was appended leaves, as after a commit. */
static void commit(struct gateway_line *l)
{
    struct gw_db_notice n[8];
    size_t k = w.db->out_n;
    REQUIRE(k <= 8);
    for (size_t i = 0; i < k; i++) {
        n[i] = *H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, w.db->out[i]);
        if (n[i].body != NULL) {
            (void)gw_bytes_ref(n[i].body);
        }
    }
    gateway_world_sent(&w);
    for (size_t i = 0; i < k; i++) {
        gw_own_reader_notice(&w.loop, &n[i]);
        gw_bytes_unref(n[i].body);
    }
    gateway_line_settle(&w, l);
}

/* The deliveries that came for a handle are from..to, one by one; their number. */
static size_t delivered(struct gateway_line *l, uint32_t handle, uint64_t from)
{
    size_t n = 0;
    for (size_t i = 0; i < l->heard_n; i++) {
        struct frame_deliver d;
        if (l->heard[i].type == FRAME_DELIVER) {
            CHECK_ERR(frame_deliver_get(l->heard[i].body, &d), OK);
            if (d.handle == handle) {
                CHECK(d.seq == from + n);
                n++;
            }
        }
    }
    return n;
}

TEST(what_lies_behind_the_cursor_comes_then_what_is_new)
{
    REQUIRE(begin());
    for (int i = 0; i < 5; i++) {
        append(1, SLICE_LITERAL("before"));
    }
    gateway_world_sent(&w);
    gateway_line_anon(&w, &a);
    uint32_t h = (uint32_t)open_from(&a, 1, true, 2);
    CHECK(h == 1 && delivered(&a, h, 3) == 3);
    append(1, SLICE_LITERAL("new"));
    append(2, SLICE_LITERAL("of another box"));
    commit(&a);
    CHECK(delivered(&a, h, 3) == 4 && gateway_line_count(&a, FRAME_DELIVER, NULL) == 4);
    /* a notice that comes late says nothing new */
    struct gw_db_notice again = {.kind = GW_DB_NOTICE_ENTRY, .id = 1, .seq = 6};
    gw_own_reader_notice(&w.loop, &again);
    gateway_line_settle(&w, &a);
    CHECK(delivered(&a, h, 3) == 4);
    /* one that was not told of is fetched with the next */
    append(1, SLICE_LITERAL("untold"));
    gateway_world_sent(&w);
    append(1, SLICE_LITERAL("told"));
    commit(&a);
    CHECK(delivered(&a, h, 3) == 6);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(a_slow_reader_lags_and_lacks_nothing_in_the_end)
{
    static uint8_t large[60u << 10];
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    uint32_t h = (uint32_t)open_from(&a, 1, false, 0);
    for (int i = 0; i < 40; i++) { /* 2.4 MB, which nobody reads meanwhile */
        append(1, SLICE_ARRAY(large));
        commit(NULL);
    }
    CHECK(gw_socket_backlog(&a.p->peer.socket) <= GW_SOCKET_HIGH);
    CHECK(a.p->readers.lag_head != NULL || a.p->readers.fetching);
    gateway_line_settle(&w, &a);
    CHECK(delivered(&a, h, 1) == 40);
    CHECK(gw_socket_backlog(&a.p->peer.socket) == 0);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(a_hole_is_told_as_a_gap)
{
    struct slice first;
    struct frame_deliver d;
    REQUIRE(begin());
    gateway_world_sql(&w, "UPDATE box SET next = 9, gap = 7");
    gateway_world_sql(&w, "INSERT INTO body VALUES (1, unixepoch() * 1000, x'61')");
    gateway_world_sql(&w, "INSERT INTO q VALUES (1, 8, 1)");
    gateway_line_login(&w, &a, 1, WIRE_MODE_DEVICE);
    REQUIRE(gateway_line_count(&a, FRAME_DELIVER, &first) == 2);
    CHECK_ERR(frame_deliver_get(a.heard[a.heard_n - 2].body, &d), OK);
    CHECK(d.handle == 0 && d.seq == 7 && d.kind == WIRE_KIND_GAP && d.body.n == 0);
    CHECK_ERR(frame_deliver_get(first, &d), OK);
    CHECK(d.seq == 8 && d.kind == WIRE_KIND_APPLICATION && d.body.n == 1);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

static void ack(struct gateway_line *l, uint32_t handle, uint64_t seq)
{
    frame_seq_put(gateway_world_body(&w), handle, seq);
    gateway_line_say(l, FRAME_ACK, 0, finished());
}

TEST(a_queue_has_a_window_that_acknowledging_opens)
{
    REQUIRE(begin());
    for (int i = 0; i < GW_OWN_READER_WINDOW + 10; i++) {
        CHECK(gw_own_db_inbox_put(w.db, w.account, SLICE_LITERAL("x")) == 0);
    }
    gateway_world_sent(&w);
    gateway_line_login(&w, &a, 1, WIRE_MODE_DEVICE);
    CHECK(delivered(&a, 0, 1) == GW_OWN_READER_WINDOW);
    ack(&a, 0, 4);
    CHECK(delivered(&a, 0, 1) == GW_OWN_READER_WINDOW + 4);
    CHECK(gateway_world_int(&w, "SELECT min(seq) FROM q") == 5);
    ack(&a, 0, 3); /* never back */
    CHECK(a.p->readers.inbox->acked == 4);
    /* of what was not delivered nothing is acknowledged */
    ack(&a, 0, 1000000);
    CHECK(delivered(&a, 0, 1) == GW_OWN_READER_WINDOW + 10);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM q") == 6);
    ack(&a, 1, 5); /* of a mailbox there is none */
    CHECK(a.ended);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(whose_tag_ends_reads_up_to_that_entry_and_no_further)
{
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    uint32_t h = (uint32_t)open_from(&a, 1, false, 0);
    struct gw_bytes *body = gw_bytes_copy(SLICE_LITERAL("out"));
    struct gw_db_notice n = {
        .kind = GW_DB_NOTICE_ENTRY, .id = 1, .seq = 1, .ends_tag = true, .body = body};
    n.has_key = true;
    n.key.epoch = 11;
    gw_own_reader_notice(&w.loop, &n);
    n.seq = 2;
    n.ends_tag = n.has_key = false;
    gw_own_reader_notice(&w.loop, &n);
    gw_own_reader_spread(&w.loop, 1, NULL, 0, 11, SLICE_LITERAL("typing"));
    gateway_line_settle(&w, &a);
    CHECK(delivered(&a, h, 1) == 1 && gateway_line_count(&a, FRAME_EPHEMERAL, NULL) == 0);
    /* and the keys of before have ended with it */
    const struct gw_db_group *g = gw_own_reader_group(a.p, h);
    REQUIRE(g != NULL);
    CHECK(g->epoch == 11 && g->key_n == 1 && g->keys[0].epoch == 11);
    gw_bytes_unref(body);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(keys_are_learnt_forwards_and_six_are_kept)
{
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    uint32_t h = (uint32_t)open_from(&a, 1, false, 0);
    struct gw_db_notice n = {.kind = GW_DB_NOTICE_ENTRY, .id = 1, .has_key = true};
    for (uint64_t i = 1; i <= 8; i++) {
        n.key.epoch = 10 + i;
        gw_own_reader_notice(&w.loop, &n);
    }
    const struct gw_db_group *g = gw_own_reader_group(a.p, h);
    REQUIRE(g != NULL);
    CHECK(g->epoch == 18 && g->key_n == GW_DB_KEYS);
    for (size_t i = 0; i < GW_DB_KEYS; i++) {
        CHECK(g->keys[i].epoch == 18 - i);
    }
    n.key.epoch = 17;
    memset(n.key.key, 1, sizeof n.key.key);
    gw_own_reader_notice(&w.loop, &n);
    CHECK(g->epoch == 18 && g->keys[1].key[0] == 0);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(a_revoked_device_is_told_and_shut_out)
{
    struct slice last;
    struct wire_bye bye = {0};
    REQUIRE(begin());
    gateway_line_login(&w, &a, 1, WIRE_MODE_DEVICE);
    struct gw_db_notice n = {.kind = GW_DB_NOTICE_GONE, .id = w.box + 1};
    gw_own_reader_notice(&w.loop, &n);
    gateway_line_settle(&w, &a);
    CHECK(!a.ended);
    n.id = w.box;
    gw_own_reader_notice(&w.loop, &n);
    gateway_line_settle(&w, &a);
    REQUIRE(gateway_line_count(&a, FRAME_BYE, &last) == 1);
    CHECK_ERR(wire_bye_decode(&a.arena, last, &bye), OK);
    CHECK(bye.code == WIRE_CODE_REVOKED && a.ended && a.close_code == GW_WS_CODE_POLICY);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(a_right_ends_with_its_handle)
{
    struct gw_db_key key = {10, {1}};
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    uint64_t h = open_from(&a, 1, false, 0), h2 = open_from(&a, 2, false, 0);
    CHECK(h == 1 && h2 == 2 && gw_own_reader_group(a.p, h2)->id == 2);
    CHECK(gw_own_reader_group(a.p, 0) == NULL && gw_own_reader_group(a.p, 3) == NULL);
    CHECK(gw_own_reader_group(a.p, UINT64_MAX) == NULL);
    CHECK(gw_own_reader_right(a.p, h) == NULL);
    gw_own_reader_give_right(a.p, h, &key);
    gw_own_reader_give_right(a.p, 3, &key);
    REQUIRE(gw_own_reader_right(a.p, h) != NULL);
    CHECK(gw_own_reader_right(a.p, h)->epoch == 10 && gw_own_reader_right(a.p, h2) == NULL);
    for (int i = 0; i < 2; i++) {
        wire_close_put(gateway_world_body(&w), &(struct wire_close){h});
        gateway_line_say(&a, FRAME_CLOSE, 31u + (uint32_t)i, finished());
    }
    CHECK(gateway_line_answer(&a, 31).type == FRAME_DONE);
    CHECK(gateway_line_failure(&a, 32) == WIRE_CODE_UNKNOWN);
    CHECK(gw_own_reader_right(a.p, h) == NULL && gw_own_reader_group(a.p, h) == NULL);
    CHECK(open_from(&a, 1, false, 0) == h); /* the number again, and no right with it */
    CHECK(gw_own_reader_right(a.p, h) == NULL && gw_own_reader_group(a.p, h) != NULL);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(a_connection_has_4096_handles_and_leaves_none_behind)
{
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    gateway_line_anon(&w, &b);
    (void)open_from(&b, 1, false, 0);
    a.p->peer.new_left = 10000;
    for (uint32_t i = 0; i < GW_OWN_READER_HANDLES_MAX; i++) {
        if (i % 512 == 0) { /* its rate is not what is looked at here */
            a.p->peer.frames_left = a.p->peer.bytes_left = 1 << 30;
        }
        wire_open_put(gateway_world_body(&w),
                      &(struct wire_open){mailbox(1), SLICE_ARRAY(tag), true, 0, 0});
        gw_own_reader_open(a.p, i, finished());
        if (i % 64 == 0) {
            gateway_line_settle(&w, &a);
        }
    }
    gateway_line_settle(&w, &a);
    CHECK(a.p->readers.handle_n == GW_OWN_READER_HANDLES_MAX);
    CHECK(gateway_line_count(&a, FRAME_FAILURE, NULL) == 0);
    wire_open_put(gateway_world_body(&w),
                  &(struct wire_open){mailbox(1), SLICE_ARRAY(tag), true, 0, 0});
    gateway_line_say(&a, FRAME_OPEN, 99999, finished());
    CHECK(gateway_line_failure(&a, 99999) == WIRE_CODE_LIMIT);
    gw_own_reader_leave(a.p);
    CHECK(a.p->readers.handle_n == 0 && a.p->readers.handles == NULL);
    append(1, SLICE_LITERAL("x"));
    commit(&b);
    CHECK(delivered(&b, 1, 1) == 1);
    gateway_line_end(&a);
    gateway_line_end(&b);
    gateway_line_gateway_end(&w);
}

TEST(a_new_connection_reads_nothing_and_a_loop_knows_nobody)
{
    struct gw_own_readers r;
    REQUIRE(begin());
    memset(&r, 0xee, sizeof r);
    gw_own_reader_init(&r);
    CHECK(r.handles == NULL && r.inbox == NULL && r.handle_n == 0 && r.handle_cap == 0);
    CHECK(r.lag_head == NULL && r.lag_tail == &r.lag_head && !r.fetching && r.fetched == NULL);
    struct gw_own *own = w.loop.own;
    w.loop.own = gw_own_reader_create(&w.loop);
    REQUIRE(w.loop.own != NULL);
    struct gw_db_notice n = {.kind = GW_DB_NOTICE_ENTRY, .id = 1, .seq = 1};
    gw_own_reader_notice(&w.loop, &n); /* concerns nobody */
    gw_own_reader_spread(&w.loop, 1, NULL, 0, 10, SLICE_LITERAL("typing"));
    free(w.loop.own);
    w.loop.own = own;
    gateway_line_gateway_end(&w);
}

TEST(a_queue_begins_once_where_it_is_said)
{
    REQUIRE(begin());
    for (int i = 0; i < 5; i++) {
        CHECK(gw_own_db_inbox_put(w.db, w.account, SLICE_LITERAL("x")) == 0);
    }
    gateway_world_sent(&w);
    gateway_line_anon(&w, &a);
    gw_own_reader_ack(a.p, 0, SLICE_LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0")); /* there is none */
    CHECK(a.p->readers.inbox == NULL && !a.ended);
    gw_own_reader_start_inbox(a.p, w.box, 3, 6);
    REQUIRE(a.p->readers.inbox != NULL);
    CHECK(a.p->readers.inbox->acked == 2 && a.p->readers.inbox->number == 0);
    gw_own_reader_start_inbox(a.p, w.box, 1, 6); /* it reads already */
    gateway_line_settle(&w, &a);
    CHECK(delivered(&a, 0, 3) == 3);
    gw_own_reader_drained(a.p); /* and lacks nothing */
    gateway_line_settle(&w, &a);
    CHECK(delivered(&a, 0, 3) == 3);
    gw_own_reader_ack(a.p, 0, SLICE_LITERAL("\0\0\0")); /* cut short */
    gateway_line_settle(&w, &a);
    CHECK(a.ended);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST(closing_what_does_not_decode_ends_it)
{
    REQUIRE(begin());
    gateway_line_anon(&w, &a);
    gw_own_reader_close(a.p, 50, SLICE_LITERAL("\x60"));
    gateway_line_settle(&w, &a);
    CHECK(gateway_line_failure(&a, 50) == WIRE_CODE_MALFORMED && a.ended);
    gateway_line_end(&a);
    gateway_line_gateway_end(&w);
}

TEST_MAIN(TEST_ROW(what_lies_behind_the_cursor_comes_then_what_is_new),
          TEST_ROW(a_slow_reader_lags_and_lacks_nothing_in_the_end),
          TEST_ROW(a_hole_is_told_as_a_gap),
          TEST_ROW(a_queue_has_a_window_that_acknowledging_opens),
          TEST_ROW(whose_tag_ends_reads_up_to_that_entry_and_no_further),
          TEST_ROW(keys_are_learnt_forwards_and_six_are_kept),
          TEST_ROW(a_revoked_device_is_told_and_shut_out), TEST_ROW(a_right_ends_with_its_handle),
          TEST_ROW(a_connection_has_4096_handles_and_leaves_none_behind),
          TEST_ROW(a_new_connection_reads_nothing_and_a_loop_knows_nobody),
          TEST_ROW(a_queue_begins_once_where_it_is_said),
          TEST_ROW(closing_what_does_not_decode_ends_it))
