/* Who reads a mailbox at the gateway, where what a fetch brings comes late: the handle it was for
 * is closed, and its number belongs to another. Only here can a fetch be held back. */
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "gateway/db.h"
#include "gateway/db_core.h"
#include "gateway/own/dispatch.h"
#include "gateway/own/fetch.h"
#include "gateway/own/peer.h"
#include "gateway/own/reader.h"
#include "lib/check.h"
#include "lib/sim.h"
#include "lib/sim_gateway.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

#define ENTRIES (GW_OWN_FETCH_ITEMS + 40) /* more than one fetch brings */
#define CONN 2
#define TURNS_MAX 100 /* of reader and writer; a handful is needed */

static const uint8_t mailbox[FRAME_MAILBOX_SIZE] = {7}, tag[FRAME_READ_TAG_SIZE] = {8};

/* A mailbox with a log, and a connection that has said HELLO. */
static struct gw_own_peer *begin(struct sim **s)
{
    struct buf b;
    uint8_t room[64], hash[32];
    char text[600], hex[65];
    *s = sim_create(81);
    struct sim_device *d = sim_device(*s, "reader");
    struct sim_gateway *g = (*s)->gw;
    crypto_sha256(hash, SLICE_ARRAY(tag));
    for (size_t i = 0; i < sizeof hash; i++) {
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
    /* Of today, or it would be swept. */
    unsigned long long now_ms = (*s)->now_ms;
    snprintf(text, sizeof text,
             "INSERT INTO grp(id,mailbox,read_hash,epoch,next,bytes,day) "
             "VALUES(1,x'07%030d',x'%s',1,%d,0,%llu)",
             0, hex, ENTRIES + 1, now_ms / 86400000);
    CHECK(sqlite3_exec(g->gw.db->sql, text, NULL, NULL, NULL) == SQLITE_OK);
    snprintf(text, sizeof text,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d) INSERT INTO "
             "gbody(id,grp,seq,ms,b) SELECT i,1,i,%llu,x'00' FROM n;"
             "INSERT INTO glog(grp,seq,body,ms,kind,epoch,mid,branch) SELECT 1,id,id,ms,%d,1,id,0 "
             "FROM gbody",
             ENTRIES, now_ms, WIRE_KIND_APPLICATION);
    CHECK(sqlite3_exec(g->gw.db->sql, text, NULL, NULL, NULL) == SQLITE_OK);
    sim_gateway_connect(g, d, CONN);
    b = buf_fixed(room, sizeof room);
    size_t mark = frame_begin(&b, FRAME_HELLO, 1);
    struct wire_hello hello = {.version = FRAME_VERSION};
    wire_hello_put(&b, &hello);
    frame_end(&b, mark);
    sim_gateway_take(g, d, CONN, buf_view(&b));
    return gw_own_peer_of(d->conn[CONN].peer);
}

static void say(struct gw_own_peer *p, struct buf *b)
{
    p->peer.socket.events->message(&p->peer.socket, buf_view(b));
}

/* The writer's part of OPEN, and none of the reader's. */
static void open_mailbox(struct sim *s, struct gw_own_peer *p, uint32_t request)
{
    uint8_t room[128];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_open v = {.mailbox = SLICE_ARRAY(mailbox),
                          .read_tag = SLICE_ARRAY(tag),
                          .has_cursor = true,
                          .cursor = 0};
    size_t mark = frame_begin(&b, FRAME_OPEN, request);
    wire_open_put(&b, &v);
    frame_end(&b, mark);
    say(p, &b);
    while (gw_db_turn(s->gw->gw.db)) {
    }
    gw_loop_take_mail(&s->gw->loop);
    gw_socket_flush_all(&s->gw->loop);
}

static void close_handle(struct gw_own_peer *p, uint32_t request, uint64_t handle)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_close v = {.handle = handle};
    size_t mark = frame_begin(&b, FRAME_CLOSE, request);
    wire_close_put(&b, &v);
    frame_end(&b, mark);
    say(p, &b);
}

/* How often the reader works until nothing waits. */
static int settle(struct sim *s)
{
    int turns = 0;
    while (turns < TURNS_MAX && gw_own_fetch_turn(s->gw->gw.fetch)) {
        gw_loop_take_mail(&s->gw->loop);
        gw_socket_flush_all(&s->gw->loop);
        turns++;
    }
    return turns;
}

TEST(a_log_is_fetched_in_portions)
{
    struct sim *s;
    struct gw_own_peer *p = begin(&s);
    open_mailbox(s, p, 2);
    CHECK(p->readers.fetching && p->readers.handle_n == 1);
    CHECK(settle(s) == 2);
    CHECK(s->delivered == ENTRIES && !p->readers.fetching && p->readers.lag_head == NULL);
    sim_destroy(s);
}

TEST(a_fetch_for_a_handle_that_was_closed_goes_to_nobody)
{
    struct sim *s;
    struct gw_own_peer *p = begin(&s);
    open_mailbox(s, p, 2);
    close_handle(p, 3, 1);
    CHECK(p->readers.fetching && p->readers.handle_n == 0);
    CHECK(settle(s) == 1);
    CHECK(s->delivered == 0 && !p->readers.fetching && p->readers.lag_head == NULL);
    sim_destroy(s);
}

/* The same mailbox, the same number, the same cursor: it is another handle all the same. */
TEST(a_fetch_of_before_is_not_for_who_has_the_number_now)
{
    struct sim *s;
    struct gw_own_peer *p = begin(&s);
    open_mailbox(s, p, 2);
    close_handle(p, 3, 1);
    open_mailbox(s, p, 4);
    CHECK(p->readers.fetching && p->readers.handle_n == 1);
    CHECK(settle(s) == 3); /* the one of before, and two for this one */
    CHECK(s->delivered == ENTRIES && !p->readers.fetching && p->readers.lag_head == NULL);
    sim_destroy(s);
}

TEST_MAIN(TEST_ROW(a_log_is_fetched_in_portions),
          TEST_ROW(a_fetch_for_a_handle_that_was_closed_goes_to_nobody),
          TEST_ROW(a_fetch_of_before_is_not_for_who_has_the_number_now))
