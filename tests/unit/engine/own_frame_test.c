/* Frames on a line to the gateway (own/frame.h). */
#include "engine/own/frame.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"

static bool origin_is(struct own *o, const char *gateway, const char *origin)
{
    (void)snprintf(o->gateway, sizeof o->gateway, "%s", gateway);
    return slice_equal(own_frame_origin(o), slice_of_string(origin));
}

TEST(the_origin_is_the_address_without_its_scheme)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK(origin_is(w.o, "https://chat.example", "chat.example"));
    CHECK(origin_is(w.o, "http://chat.example:8080", "chat.example:8080"));
    CHECK(origin_is(w.o, "chat.example", "chat.example"));
    CHECK(origin_is(w.o, "", ""));
    own_world_end(&w);
}

TEST(nothing_goes_out_before_the_greeting)
{
    static const struct {
        enum own_line line;
        bool goes, ready;
    } rows[] = {{OWN_CLOSED, false, false},
                {OWN_DIALLING, false, false},
                {OWN_GREETING, true, false},
                {OWN_READY, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct own_world w;
        struct slice body = SLICE_EMPTY;
        own_world_begin(&w);
        w.o->conn[OWN_CONN_ANON].line = rows[i].line;
        CHECK(own_ready(w.o, OWN_CONN_ANON) == rows[i].ready);
        CHECK(own_frame(w.o, &w.s, OWN_CONN_ANON, FRAME_CLOSE, 7, SLICE_LITERAL("body")) ==
              (rows[i].goes ? OK : ERR_STATE));
        CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_CLOSE, &body) == rows[i].goes);
        CHECK(!rows[i].goes || slice_equal(body, SLICE_LITERAL("body")));
        CHECK(w.s.dirty == rows[i].goes);
        own_world_end(&w);
    }
}

TEST(each_line_is_for_itself)
{
    struct own_world w;
    struct slice body = SLICE_EMPTY;
    own_world_begin(&w);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    w.o->conn[OWN_CONN_ANON].line = OWN_CLOSED;
    CHECK(own_ready(w.o, OWN_CONN_DEVICE) && !own_ready(w.o, OWN_CONN_ANON));
    CHECK(own_frame(w.o, &w.s, OWN_CONN_ANON, FRAME_CLOSE, 0, SLICE_EMPTY) == ERR_STATE);
    CHECK(own_frame(w.o, &w.s, OWN_CONN_DEVICE, FRAME_CLOSE, 0, SLICE_EMPTY) == OK);
    CHECK(!own_world_sent(&w, OWN_CONN_ANON, FRAME_CLOSE, &body));
    CHECK(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_CLOSE, &body) && body.n == 0);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(the_origin_is_the_address_without_its_scheme),
          TEST_ROW(nothing_goes_out_before_the_greeting), TEST_ROW(each_line_is_for_itself))
