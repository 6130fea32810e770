/* Which frame is taken on which kind of connection, and what becomes of the others. */
#include "gateway/own/dispatch.h"

#include <string.h>

#include "lib/check.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gateway_line l;
static struct own_world_account me;

enum { ANON = 1, STRANGER = 2, DEVICE = 4, RECOVERY = 8, ALL = 15, ANY_BODY = 16 };
/* Of wire.cddl and frame.h: who may send what; ANY_BODY: it is not looked at. */
static const struct {
    uint8_t type, by;
} frames[] = {
    {FRAME_PING, ALL | ANY_BODY},
    {FRAME_CHAIN_PUT, ALL},
    {FRAME_CHAIN_GET, ALL},
    {FRAME_REGISTER, STRANGER | DEVICE},
    {FRAME_KP_PUT, DEVICE},
    {FRAME_KP_COUNT, DEVICE | ANY_BODY},
    {FRAME_TOKEN_SET, DEVICE},
    {FRAME_TOKEN_DROP, DEVICE},
    {FRAME_PUSH_SET, DEVICE},
    {FRAME_QUOTA_GET, DEVICE | ANY_BODY},
    {FRAME_RECORD_PUT, DEVICE},
    {FRAME_ACK, DEVICE},
    {FRAME_RECORD_GET, RECOVERY},
    {FRAME_KP_TAKE, ANON},
    {FRAME_INBOX_POST, ANON},
    {FRAME_BOX_NEW, ANON},
    {FRAME_OPEN, ANON},
    {FRAME_CLOSE, ANON},
    {FRAME_WRITE, ANON},
    {FRAME_COMMIT, ANON},
    {FRAME_INFO_GET, ANON},
    {FRAME_BLOB_NEW, ANON},
    {FRAME_BLOB_STAT, ANON},
    {FRAME_BLOB_DROP, ANON},
    {FRAME_POST, ANON},
    {FRAME_EPHEMERAL, ANON},
    {FRAME_BLOB_PUT, ANON},
    {FRAME_BLOB_GET, ANON},
    {FRAME_HELLO, 0}, /* once */
    {FRAME_AUTH, 0},
};

static bool begin(void)
{
    if (!gateway_line_gateway(&w)) {
        return false;
    }
    gateway_world_account(&me, 1, 2);
    gateway_world_register(&w, &me, 1, 5);
    return true;
}

static void connect_as(unsigned who)
{
    if (who == ANON) {
        gateway_line_anon(&w, &l);
    } else {
        gateway_line_login(&w, &l,
                           who == DEVICE     ? 1
                           : who == RECOVERY ? 2
                                             : 7,
                           who == RECOVERY ? WIRE_MODE_RECOVERY : WIRE_MODE_DEVICE);
    }
    gateway_line_forget(&l);
}

TEST(each_frame_is_of_its_kind_of_connection)
{
    static const unsigned kinds[] = {ANON, STRANGER, DEVICE, RECOVERY};
    for (size_t k = 0; k < 4; k++) {
        REQUIRE(begin());
        connect_as(kinds[k]);
        for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
            if (l.ended) { /* its body did not decode, so it was taken */
                gateway_line_end(&l);
                connect_as(kinds[k]);
            }
            gateway_line_say(&l, (enum frame_type)frames[i].type, 40, SLICE_LITERAL("\x60"));
            unsigned code = gateway_line_failure(&l, 40);
            bool refused = code == WIRE_CODE_MODE;
            unsigned taken = (frames[i].by & ANY_BODY) != 0 ? 0 : (unsigned)WIRE_CODE_MALFORMED;
            if (refused != ((frames[i].by & kinds[k]) == 0) || (!refused && code != taken)) {
                check_printf("  frame %d, kind %u\n", frames[i].type, kinds[k]);
                CHECK(false);
            }
            CHECK(!refused || !l.ended);
            gateway_line_forget(&l);
        }
        gateway_line_end(&l);
        gateway_line_gateway_end(&w);
    }
}

TEST(before_hello_is_accepted_any_other_frame_ends_it)
{
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        if (frames[i].type == FRAME_HELLO) {
            continue;
        }
        REQUIRE(begin());
        gateway_line_begin(&w, &l);
        gateway_line_say(&l, (enum frame_type)frames[i].type, 40, SLICE_LITERAL("\x80"));
        CHECK(gateway_line_failure(&l, 40) == WIRE_CODE_MODE && l.ended);
        CHECK(l.close_code == GW_WS_CODE_POLICY);
        gateway_line_end(&l);
        gateway_line_gateway_end(&w);
    }
}

TEST(a_frame_of_an_unknown_type_is_skipped)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    REQUIRE(begin());
    connect_as(ANON);
    frame_put(&b, (enum frame_type)200, 41, SLICE_LITERAL("of a newer client"));
    frame_put(&b, FRAME_PING, 42, SLICE_LITERAL("\x80"));
    gw_socket_ref(&l.p->peer.socket);
    l.p->peer.socket.events->message(&l.p->peer.socket, buf_view(&b));
    gateway_line_settle(&w, &l);
    CHECK(l.heard_n == 1 && gateway_line_answer(&l, 42).type == FRAME_DONE && !l.ended);
    gw_socket_unref(&l.p->peer.socket);
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

TEST(a_message_that_is_cut_short_ends_it_and_what_came_before_counts)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    REQUIRE(begin());
    frame_put(&b, FRAME_PING, 42, SLICE_LITERAL("\x80"));
    frame_put(&b, FRAME_PING, 43, SLICE_LITERAL("\x80"));
    struct slice all = buf_view(&b);
    for (size_t cut = 1; cut <= FRAME_HEADER_SIZE; cut++) {
        connect_as(ANON);
        gw_socket_ref(&l.p->peer.socket);
        l.p->peer.socket.events->message(&l.p->peer.socket, slice_make(all.p, all.n - cut));
        gateway_line_settle(&w, &l);
        CHECK(gateway_line_answer(&l, 42).type == FRAME_DONE); /* and is answered once */
        CHECK(gateway_line_failure(&l, 43) ==
              (cut == 1 ? (unsigned)WIRE_CODE_MALFORMED : UINT32_MAX));
        CHECK(l.ended && l.close_code == GW_WS_CODE_PROTOCOL);
        CHECK(gw_log_get(&w.gw.log, GW_LOG_CLOSES_BAD) == (int64_t)cut);
        gw_socket_unref(&l.p->peer.socket);
        gateway_line_end(&l);
    }
    gateway_line_gateway_end(&w);
}

TEST(things_to_make_are_braked_and_the_rest_goes_on)
{
    static const uint8_t id[32] = {1};
    struct slice body;
    REQUIRE(begin());
    connect_as(ANON);
    l.p->peer.new_left = 1;
    wire_blob_new_put(
        gateway_world_body(&w),
        &(struct wire_blob_new){
            .blob = slice_make(id, 16), .bytes = 1, .chunk = 1, .drop_hash = slice_make(id, 32)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gateway_line_say(&l, FRAME_BLOB_NEW, 50, body);
    gateway_line_say(&l, FRAME_BLOB_NEW, 51, body);
    CHECK(gateway_line_answer(&l, 50).type == FRAME_BLOB_STATE);
    CHECK(gateway_line_failure(&l, 51) == WIRE_CODE_RATE && !l.ended);
    wire_blob_stat_put(gateway_world_body(&w), &(struct wire_blob_stat){slice_make(id, 16)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gateway_line_say(&l, FRAME_BLOB_STAT, 52, body);
    CHECK(gateway_line_answer(&l, 52).type == FRAME_BLOB_STATE);
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

TEST(a_stranger_that_registers_is_a_device_from_then_on)
{
    static struct own_world_account other;
    static const uint8_t inbox[FRAME_INBOX_SIZE] = {9};
    struct slice body;
    REQUIRE(begin());
    gateway_world_account(&other, 7, 8);
    connect_as(STRANGER);
    wire_register_put(gateway_world_body(&w), &(struct wire_register){.entry = other.bytes[0],
                                                                      .hpke = gateway_world_hpke(),
                                                                      .inbox = SLICE_ARRAY(inbox)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gateway_line_say(&l, FRAME_REGISTER, 60, body);
    CHECK(gateway_line_answer(&l, 60).type == FRAME_DONE);
    CHECK(l.p->state == GW_OWN_PEER_DEVICE && l.p->account != 0 && l.p->account != w.account);
    CHECK(l.p->readers.inbox != NULL && l.p->peer.socket.hold == 0);
    gateway_line_end(&l);
    /* and one that does not stays a stranger, who is read again */
    gateway_line_login(&w, &l, 9, WIRE_MODE_DEVICE);
    gateway_line_say(&l, FRAME_REGISTER, 61, body);
    CHECK(gateway_line_failure(&l, 61) == WIRE_CODE_CHAIN);
    CHECK(l.p->state == GW_OWN_PEER_STRANGER && l.p->account == 0 && l.p->peer.socket.hold == 0);
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

TEST(who_is_there_when_the_gateway_stops_is_told_when_to_come_back)
{
    struct slice last;
    struct wire_bye bye = {0};
    REQUIRE(begin());
    connect_as(ANON);
    gw_peer_stop_all(&w.loop);
    gateway_line_settle(&w, &l);
    REQUIRE(gateway_line_count(&l, FRAME_BYE, &last) == 1);
    CHECK_ERR(wire_bye_decode(&l.arena, last, &bye), OK);
    CHECK(bye.code == WIRE_CODE_BUSY && bye.after_ms < 30000);
    CHECK(l.ended && l.close_code == GW_WS_CODE_RESTART);
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

TEST_MAIN(TEST_ROW(each_frame_is_of_its_kind_of_connection),
          TEST_ROW(before_hello_is_accepted_any_other_frame_ends_it),
          TEST_ROW(a_frame_of_an_unknown_type_is_skipped),
          TEST_ROW(a_message_that_is_cut_short_ends_it_and_what_came_before_counts),
          TEST_ROW(things_to_make_are_braked_and_the_rest_goes_on),
          TEST_ROW(a_stranger_that_registers_is_a_device_from_then_on),
          TEST_ROW(who_is_there_when_the_gateway_stops_is_told_when_to_come_back))
