/* Mailboxes that are open, and the right to write in them (own/box.h). */
#include "engine/own/box.h"

#include <stdio.h>
#include <string.h>

#include "crypto/sign.h"
#include "engine/own/line.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"
#include "engine/own/due.h"

#define AGAIN_MS 10000 /* at once, but not more often */

static const uint8_t mailbox[16] = {1, 2, 3};
static const uint8_t seed[32] = {4, 5, 6};

static void begin(struct own_world *w)
{
    own_world_begin(w);
    w->o->conn[OWN_CONN_ANON].line = OWN_READY;
    memset(w->o->conn[OWN_CONN_ANON].nonce, 0x77, FRAME_NONCE_SIZE);
    (void)snprintf(w->o->gateway, sizeof w->o->gateway, "https://chat.example");
}

TEST(a_box_is_made_once_and_forgotten_with_the_line)
{
    struct own_world w;
    begin(&w);
    CHECK(own_box(w.o, 5, false) == NULL);
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    CHECK(box->chat == 5 && !box->opened && !box->may_write);
    CHECK(own_box(w.o, 5, true) == box && own_box(w.o, 5, false) == box);
    own_boxes_forget(w.o);
    CHECK(own_box(w.o, 5, false) == NULL && w.o->box_n == 0);
    own_world_end(&w);
}

TEST(many_boxes_keep_what_they_know)
{
    struct own_world w;
    begin(&w);
    for (int64_t i = 1; i <= 200; i++) {
        struct own_box *box = own_box(w.o, i, true);
        REQUIRE(box != NULL);
        box->opened = i % 2 == 0;
        box->handle = (uint32_t)(1000 + i);
    }
    for (int64_t i = 1; i <= 200; i++) {
        const struct own_box *box = own_box(w.o, i, false);
        REQUIRE(box != NULL);
        CHECK(box->handle == (uint32_t)(1000 + i));
        /* one that is not open has no handle */
        CHECK((own_box_of_handle(w.o, (uint32_t)(1000 + i)) == box) == (i % 2 == 0));
    }
    CHECK(own_box_of_handle(w.o, 0) == NULL);
    own_world_end(&w);
}

TEST(who_may_write_has_signed_for_this_place_this_connection_and_this_epoch)
{
    struct own_world w;
    struct slice body, tbs;
    struct wire_write v;
    begin(&w);
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    box->opened = true;
    box->handle = 12;
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 3, seed), OK);
    CHECK(box->may_write && box->right_epoch == 3);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_WRITE, &body));
    CHECK_ERR(wire_write_decode(&w.arena, body, &v), OK);
    CHECK(v.handle == 12 && v.epoch == 3);
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub;
    memcpy(secret.seed, seed, sizeof secret.seed);
    crypto_sign_public_of(&pub, &secret);
    struct {
        const char *origin;
        uint8_t nonce, box;
        uint64_t epoch;
        bool good;
    } rows[] = {{"chat.example", 0x77, 1, 3, true},
                {"chat.example:443", 0x77, 1, 3, false},
                {"chat.example", 0x78, 1, 3, false},
                {"chat.example", 0x77, 2, 3, false},
                {"chat.example", 0x77, 1, 4, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t nonce[FRAME_NONCE_SIZE], at[16];
        memset(nonce, rows[i].nonce, sizeof nonce);
        memcpy(at, mailbox, sizeof at);
        at[0] = rows[i].box;
        struct buf b = buf_arena(&w.arena, 256);
        frame_write_tbs(&b, slice_of_string(rows[i].origin), SLICE_ARRAY(nonce), SLICE_ARRAY(at),
                        rows[i].epoch);
        CHECK_ERR(buf_finish(&b, &tbs), OK);
        CHECK((crypto_sign_verify(v.signature, tbs, &pub) == OK) == rows[i].good);
    }
    own_world_end(&w);
}

TEST(it_is_signed_once_an_epoch_and_anew_after_opening_again)
{
    struct own_world w;
    struct slice body;
    struct wire_close v;
    begin(&w);
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    box->opened = box->stalled = true;
    box->handle = 12;
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 3, seed), OK);
    size_t n = w.out.n;
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 3, seed), OK);
    CHECK(w.out.n == n);
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 4, seed), OK);
    CHECK(w.out.n == n + 1 && box->right_epoch == 4);
    CHECK_ERR(own_box_reopen(w.o, &w.s, box), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_CLOSE, &body));
    CHECK(wire_close_decode(&w.arena, body, &v) == OK && v.handle == 12);
    CHECK(!box->opened && !box->stalled && !box->may_write && w.s.dirty);
    CHECK(own_box_of_handle(w.o, 12) == NULL);
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 4, seed), OK);
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_WRITE, &body));
    own_world_end(&w);
}

TEST(without_a_line_there_is_no_right)
{
    struct own_world w;
    begin(&w);
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    CHECK_ERR(own_box_may_write(w.o, &w.s, box, mailbox, 3, seed), ERR_STATE);
    CHECK(!box->may_write && w.out.n == 0);
    own_world_end(&w);
}

TEST(where_a_log_was_read_to_and_since_when_it_has_stood_there)
{
    struct own_world w;
    begin(&w);
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    own_box_at(box, &w.s, -1); /* nothing was read */
    CHECK(box->at == 0 && box->moved_ms == w.s.now_ms);
    uint64_t first = w.s.now_ms;
    w.s.now_ms += 5;
    own_box_at(box, &w.s, 0);
    CHECK(box->at == 0 && box->moved_ms == first);
    own_box_at(box, &w.s, 7);
    CHECK(box->at == 7 && box->moved_ms == w.s.now_ms);
    own_world_end(&w);
}

/* What came does not follow what we have. */
TEST(a_log_is_read_again_at_once_but_not_again_and_again)
{
    struct own_world w;
    struct own_due due;
    struct slice body;
    begin(&w);
    struct own_box *box = own_box(w.o, 5, true);
    REQUIRE(box != NULL);
    box->opened = true;
    CHECK_ERR(own_box_again(w.o, &w.s, box), OK);
    CHECK(!box->opened && !box->again && own_world_sent(&w, OWN_CONN_ANON, FRAME_CLOSE, &body));
    own_due_take(w.o, &due);
    CHECK(due.n == 1 && due.chats[0] == 5);
    box->opened = true;
    size_t n = w.out.n;
    w.s.now_ms += AGAIN_MS;
    CHECK_ERR(own_box_again(w.o, &w.s, box), OK);
    CHECK(box->opened && box->again && box->stalled &&
          w.out.n == n); /* nothing is taken till then */
    CHECK_ERR(own_boxes_again(w.o, &w.s), OK);
    CHECK(box->opened && box->again && w.out.n == n);
    w.s.now_ms++;
    CHECK_ERR(own_boxes_again(w.o, &w.s), OK);
    CHECK(!box->opened && !box->again && w.out.n == n + 1 && own_due_any(w.o));
    CHECK_ERR(own_boxes_again(w.o, &w.s), OK); /* once */
    CHECK(w.out.n == n + 1);
    own_world_end(&w);
}

TEST(a_mailbox_that_is_no_chats_is_signed_for_alike)
{
    struct own_world w;
    struct slice body;
    struct wire_write v;
    begin(&w);
    CHECK_ERR(own_write(w.o, &w.s, 44, mailbox, 0, seed), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_WRITE, &body));
    CHECK_ERR(wire_write_decode(&w.arena, body, &v), OK);
    CHECK(v.handle == 44 && v.epoch == 0 && v.signature.n == CRYPTO_SIGN_SIZE && w.o->box_n == 0);
    w.o->conn[OWN_CONN_ANON].line = OWN_CLOSED;
    CHECK_ERR(own_write(w.o, &w.s, 44, mailbox, 0, seed), ERR_STATE);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(a_box_is_made_once_and_forgotten_with_the_line),
          TEST_ROW(many_boxes_keep_what_they_know),
          TEST_ROW(who_may_write_has_signed_for_this_place_this_connection_and_this_epoch),
          TEST_ROW(it_is_signed_once_an_epoch_and_anew_after_opening_again),
          TEST_ROW(without_a_line_there_is_no_right),
          TEST_ROW(where_a_log_was_read_to_and_since_when_it_has_stood_there),
          TEST_ROW(a_log_is_read_again_at_once_but_not_again_and_again),
          TEST_ROW(a_mailbox_that_is_no_chats_is_signed_for_alike))
