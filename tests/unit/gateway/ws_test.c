#include "gateway/ws.h"

#include <string.h>

#include "check.h"

static const uint8_t mask[4] = {1, 2, 3, 4};

/* A client's frame with n bytes 'x' of payload, masked; its size. `room` has 14 bytes more than n.
 */
static size_t frame(uint8_t *room, uint8_t first, size_t n)
{
    size_t head = 2;
    room[0] = first;
    if (n < 126) {
        room[1] = (uint8_t)(0x80 | n);
    } else if (n < 65536) {
        room[1] = 0x80 | 126;
        room[2] = (uint8_t)(n >> 8);
        room[3] = (uint8_t)n;
        head = 4;
    } else {
        room[1] = 0x80 | 127;
        memset(room + 2, 0, 8);
        room[7] = (uint8_t)(n >> 16);
        room[8] = (uint8_t)(n >> 8);
        room[9] = (uint8_t)n;
        head = 10;
    }
    memcpy(room + head, mask, sizeof mask);
    for (size_t i = 0; i < n; i++) {
        room[head + 4 + i] = (uint8_t)('x' ^ mask[i & 3]);
    }
    return head + 4 + n;
}

static bool is_all_x(const struct gw_ws_frame *f)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->p[i] != 'x') {
            return false;
        }
    }
    return true;
}

TEST(a_frame_of_each_length_form_is_unmasked_where_it_lies)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 125, 126, 65535, GW_WS_MESSAGE_MAX};
    static uint8_t room[GW_WS_MESSAGE_MAX + 32];
    struct gw_ws_frame f;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = frame(room, 0x80 | GW_WS_BINARY, sizes[i]);
        room[n] = 0x55; /* the next frame is not touched */
        CHECK(gw_ws_parse(room, n + 1, &f) == GW_WS_FRAME);
        CHECK(f.opcode == GW_WS_BINARY && f.n == sizes[i] && f.taken == n && is_all_x(&f));
        CHECK(f.p + f.n == room + n && room[n] == 0x55);
    }
}

TEST(a_part_of_a_frame_waits_and_changes_nothing)
{
    uint8_t room[300], before[300];
    struct gw_ws_frame f;
    size_t n = frame(room, 0x80 | GW_WS_BINARY, 200);
    memcpy(before, room, n);
    for (size_t i = 0; i < n; i++) {
        CHECK(gw_ws_parse(room, i, &f) == GW_WS_MORE);
    }
    CHECK_BYTES(slice_make(room, n), slice_make(before, n));
    CHECK(gw_ws_parse(room, n, &f) == GW_WS_FRAME);
}

TEST(control_frames_are_told_apart)
{
    static const uint8_t codes[] = {GW_WS_CLOSE, GW_WS_PING, GW_WS_PONG};
    uint8_t room[160];
    struct gw_ws_frame f;
    for (size_t i = 0; i < sizeof codes; i++) {
        size_t n = frame(room, (uint8_t)(0x80 | codes[i]), 125);
        CHECK(gw_ws_parse(room, n, &f) == GW_WS_FRAME && f.opcode == codes[i] && f.n == 125);
    }
}

TEST(what_is_outside_the_profile_is_refused_before_its_payload)
{
    static const struct {
        uint8_t head[10];
        size_t n;
        uint16_t code;
    } bad[] = {
        {{0x82, 0x05}, 2, GW_WS_CODE_PROTOCOL},         /* not masked               */
        {{0xc2, 0x85}, 2, GW_WS_CODE_PROTOCOL},         /* a reserved bit           */
        {{0x92, 0x85}, 2, GW_WS_CODE_PROTOCOL},         /* another                  */
        {{0x02, 0x85}, 2, GW_WS_CODE_UNSUPPORTED},      /* a fragment begins        */
        {{0x80, 0x85}, 2, GW_WS_CODE_UNSUPPORTED},      /* and goes on              */
        {{0x81, 0x85}, 2, GW_WS_CODE_UNSUPPORTED},      /* text                     */
        {{0x83, 0x85}, 2, GW_WS_CODE_PROTOCOL},         /* an unknown kind          */
        {{0x8b, 0x85}, 2, GW_WS_CODE_PROTOCOL},         /* an unknown control frame */
        {{0x89, 0xfe}, 2, GW_WS_CODE_PROTOCOL},         /* a ping above 125 bytes   */
        {{0x82, 0xfe, 0, 125}, 4, GW_WS_CODE_PROTOCOL}, /* not the shortest length  */
        {{0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 10, GW_WS_CODE_PROTOCOL},
        {{0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1}, 10, GW_WS_CODE_TOO_BIG},
        {{0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0}, 10, GW_WS_CODE_TOO_BIG},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t room[10];
        struct gw_ws_frame f;
        memcpy(room, bad[i].head, sizeof room);
        CHECK(gw_ws_parse(room, bad[i].n, &f) == GW_WS_BAD);
        CHECK(f.bad_code == bad[i].code);
    }
}

TEST(a_header_has_the_shortest_length)
{
    uint8_t out[GW_WS_HEADER_MAX];
    CHECK(gw_ws_header(out, GW_WS_BINARY, 125) == 2);
    CHECK_BYTES(slice_make(out, 2), check_hex("827d"));
    CHECK(gw_ws_header(out, GW_WS_CLOSE, 126) == 4);
    CHECK_BYTES(slice_make(out, 4), check_hex("887e007e"));
    CHECK(gw_ws_header(out, GW_WS_BINARY, 65535) == 4);
    CHECK(gw_ws_header(out, GW_WS_BINARY, 65536) == 10);
    CHECK_BYTES(slice_make(out, 10), check_hex("827f0000000000010000"));
}

TEST_MAIN(TEST_ROW(a_frame_of_each_length_form_is_unmasked_where_it_lies),
          TEST_ROW(a_part_of_a_frame_waits_and_changes_nothing),
          TEST_ROW(control_frames_are_told_apart),
          TEST_ROW(what_is_outside_the_profile_is_refused_before_its_payload),
          TEST_ROW(a_header_has_the_shortest_length))
