/* Who is on the line: what HELLO takes, what AUTH must sign, who is who then. */
#include "gateway/own/auth.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/own/db_account.h"
#include "lib/check.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gateway_line l;
static struct own_world_account a;

static bool begin(void)
{
    bool fine = gateway_line_gateway(&w);
    gateway_world_account(&a, 1, 2);
    if (fine) {
        gateway_world_register(&w, &a, 1, 5);
        gateway_line_begin(&w, &l);
    }
    return fine;
}

static void end(void)
{
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

static void hello(uint64_t version, uint64_t mode, const uint8_t *key, size_t n)
{
    struct slice body;
    wire_hello_put(gateway_world_body(&w),
                   &(struct wire_hello){version, mode, key != NULL, slice_make(key, n)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gateway_line_say(&l, FRAME_HELLO, 1, body);
}

/* HELLO of the key, and AUTH over what is said here. */
static void auth(uint8_t key, uint8_t signer, struct slice host, const uint8_t *nonce)
{
    uint8_t signature[CRYPTO_SIGN_SIZE], room[512];
    struct crypto_sign_secret secret = own_world_secret(signer);
    struct wire_challenge c = {SLICE_EMPTY};
    struct buf tbs = buf_fixed(room, sizeof room);
    struct slice body;
    hello(FRAME_VERSION, WIRE_MODE_DEVICE, own_world_key(key), 32);
    CHECK_ERR(wire_challenge_decode(&l.arena, gateway_line_answer(&l, 1).body, &c), OK);
    frame_auth_tbs(&tbs, host, slice_make(own_world_key(key), 32),
                   nonce == NULL ? c.nonce : slice_make(nonce, FRAME_NONCE_SIZE));
    crypto_sign(signature, &secret, buf_view(&tbs));
    wire_auth_put(gateway_world_body(&w), &(struct wire_auth){SLICE_ARRAY(signature)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gateway_line_say(&l, FRAME_AUTH, 2, body);
}

static struct wire_ready ready(const struct gateway_line_frame *f)
{
    struct wire_ready r = {0};
    CHECK(f->type == FRAME_READY);
    CHECK_ERR(wire_ready_decode(&l.arena, f->body, &r), OK);
    return r;
}

TEST(every_connection_has_a_nonce_of_its_own)
{
    struct gw_own_auth *one = gw_own_auth_new(SLICE_LITERAL("a.example"));
    struct gw_own_auth *two = gw_own_auth_new(SLICE_EMPTY);
    REQUIRE(one != NULL && two != NULL);
    CHECK(memcmp(one->nonce, two->nonce, sizeof one->nonce) != 0);
    CHECK_BYTES(slice_make(one->host, one->host_n), SLICE_LITERAL("a.example"));
    CHECK(two->host_n == 0);
    free(one);
    free(two);
}

TEST(an_anon_connection_says_nothing_and_is_told_its_nonce)
{
    REQUIRE(begin());
    hello(FRAME_VERSION, WIRE_MODE_ANON, NULL, 0);
    struct gateway_line_frame f = gateway_line_answer(&l, 1);
    struct wire_ready r = ready(&f);
    CHECK(r.has_nonce && !r.known && !r.has_account && !r.has_inbox && !r.has_queue_hash);
    CHECK_BYTES(r.nonce, SLICE_ARRAY(l.p->auth->nonce));
    CHECK(r.frame_bytes == FRAME_BODY_MAX && r.blob_bytes == w.gw.config.blob_bytes);
    CHECK(l.p->state == GW_OWN_PEER_ANON && l.p->peer.socket.ready && !l.ended);
    end();
}

TEST(a_hello_that_does_not_fit_ends_the_connection)
{
    static const struct {
        uint64_t version, mode;
        int key; /* bytes, -1 none */
        unsigned code;
    } cases[] = {
        {FRAME_VERSION + 1, WIRE_MODE_ANON, -1, WIRE_CODE_VERSION},
        {FRAME_VERSION - 1, WIRE_MODE_ANON, -1, WIRE_CODE_VERSION},
        {FRAME_VERSION, WIRE_MODE_ANON, 32, WIRE_CODE_MALFORMED}, /* anon has no name */
        {FRAME_VERSION, WIRE_MODE_DEVICE, -1, WIRE_CODE_MALFORMED},
        {FRAME_VERSION, WIRE_MODE_DEVICE, 31, WIRE_CODE_MALFORMED},
        {FRAME_VERSION, WIRE_MODE_DEVICE, 33, WIRE_CODE_MALFORMED},
        {FRAME_VERSION, WIRE_MODE_RECOVERY + 1, 32, WIRE_CODE_MALFORMED},
    };
    static const uint8_t key[33] = {1};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        REQUIRE(begin());
        hello(cases[i].version, cases[i].mode, cases[i].key < 0 ? NULL : key,
              cases[i].key < 0 ? 0 : (size_t)cases[i].key);
        CHECK(gateway_line_failure(&l, 1) == cases[i].code);
        CHECK(l.ended && l.p->state == GW_OWN_PEER_HELLO && !l.p->peer.socket.ready);
        end();
    }
}

TEST(a_device_that_signs_the_nonce_and_the_host_is_let_in)
{
    REQUIRE(begin());
    auth(1, 1, SLICE_LITERAL(GATEWAY_LINE_HOST), NULL);
    struct gateway_line_frame f = gateway_line_answer(&l, 2);
    struct wire_ready r = ready(&f);
    CHECK(r.known && !r.has_nonce && l.p->state == GW_OWN_PEER_DEVICE);
    CHECK(l.p->account == w.account && l.p->box == w.box && l.p->readers.inbox != NULL);
    CHECK(l.p->auth == NULL && l.p->peer.socket.hold == 0 && l.p->peer.socket.ready);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_DEVICES) == 1);
    gateway_line_end(&l);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_DEVICES) == 0);
    gateway_line_gateway_end(&w);
}

TEST(a_signature_for_another_host_nonce_or_key_is_none)
{
    static const uint8_t nonce[FRAME_NONCE_SIZE] = {1};
    for (int i = 0; i < 4; i++) {
        REQUIRE(begin());
        auth(1, i == 2 ? 3 : 1,
             i == 0   ? SLICE_LITERAL("evil.example:8443")
             : i == 3 ? SLICE_LITERAL("gateway.example")
                      : SLICE_LITERAL(GATEWAY_LINE_HOST),
             i == 1 ? nonce : NULL);
        CHECK(gateway_line_failure(&l, 2) == WIRE_CODE_AUTH && l.ended);
        CHECK(l.p->state == GW_OWN_PEER_AUTH && !l.p->peer.socket.ready);
        CHECK(l.p->account == 0 && l.p->readers.inbox == NULL);
        end();
    }
}

TEST(a_key_of_no_account_is_a_stranger_and_one_that_was_dropped_is_told)
{
    REQUIRE(begin());
    auth(7, 7, SLICE_LITERAL(GATEWAY_LINE_HOST), NULL);
    struct gateway_line_frame f = gateway_line_answer(&l, 2);
    CHECK(!ready(&f).known && l.p->state == GW_OWN_PEER_STRANGER && l.p->account == 0);
    CHECK(l.p->readers.inbox == NULL && !l.ended);
    gateway_line_end(&l);
    own_world_added(&a, 3, 1);
    own_world_dropped(&a, 1, 3);
    w.whole = true;
    for (size_t i = 1; i <= 2; i++) {
        wire_chain_put_put(
            gateway_world_body(&w),
            &(struct wire_chain_put){.account = SLICE_ARRAY(a.id), .entry = a.bytes[i]});
        CHECK(gateway_world_do(&w, gw_own_db_account_chain_put) == 0);
    }
    gateway_line_begin(&w, &l);
    auth(1, 1, SLICE_LITERAL(GATEWAY_LINE_HOST), NULL);
    CHECK(gateway_line_failure(&l, 2) == WIRE_CODE_REVOKED && l.ended);
    CHECK(l.p->account == 0 && gw_log_get(&w.gw.log, GW_LOG_DEVICES) == 0);
    end();
}

TEST(a_recovery_key_is_no_device)
{
    REQUIRE(begin());
    gateway_line_end(&l);
    gateway_line_login(&w, &l, 2, WIRE_MODE_RECOVERY);
    struct gateway_line_frame f = gateway_line_answer(&l, 2);
    CHECK(ready(&f).known && l.p->state == GW_OWN_PEER_RECOVERY);
    CHECK(l.p->account == w.account && l.p->box == 0 && l.p->readers.inbox == NULL);
    gateway_line_end(&l);
    gateway_line_login(&w, &l, 1, WIRE_MODE_RECOVERY); /* a device's key */
    f = gateway_line_answer(&l, 2);
    CHECK(!ready(&f).known && l.p->state == GW_OWN_PEER_RECOVERY && l.p->account == 0);
    end();
}

TEST(nothing_is_read_while_it_is_looked_up_who_this_is)
{
    REQUIRE(begin());
    hello(FRAME_VERSION, WIRE_MODE_DEVICE, own_world_key(1), 32);
    uint8_t signature[CRYPTO_SIGN_SIZE], room[512];
    struct crypto_sign_secret secret = own_world_secret(1);
    struct buf tbs = buf_fixed(room, sizeof room);
    struct slice body;
    frame_auth_tbs(&tbs, SLICE_LITERAL(GATEWAY_LINE_HOST), slice_make(own_world_key(1), 32),
                   SLICE_ARRAY(l.p->auth->nonce));
    crypto_sign(signature, &secret, buf_view(&tbs));
    wire_auth_put(gateway_world_body(&w), &(struct wire_auth){SLICE_ARRAY(signature)});
    CHECK_ERR(buf_finish(&w.body, &body), OK);
    gw_own_auth_auth(l.p, 2, body);
    CHECK(l.p->state == GW_OWN_PEER_CHECKING && (l.p->peer.socket.hold & GW_SOCKET_HOLD_CHECK));
    gateway_line_settle(&w, &l);
    CHECK(l.p->state == GW_OWN_PEER_DEVICE && l.p->peer.socket.hold == 0);
    /* known once is known: another account's numbers change nothing */
    gw_own_auth_known(l.p, 99, 98, 1, 1);
    CHECK(l.p->account == w.account && l.p->box == w.box);
    end();
}

TEST(a_hello_that_does_not_decode_ends_the_connection)
{
    REQUIRE(begin());
    gw_own_auth_hello(l.p, 3, SLICE_LITERAL("\x60"));
    gateway_line_settle(&w, &l);
    CHECK(gateway_line_failure(&l, 3) == WIRE_CODE_MALFORMED && l.ended);
    CHECK(l.p->state == GW_OWN_PEER_HELLO);
    end();
}

TEST_MAIN(TEST_ROW(every_connection_has_a_nonce_of_its_own),
          TEST_ROW(an_anon_connection_says_nothing_and_is_told_its_nonce),
          TEST_ROW(a_hello_that_does_not_fit_ends_the_connection),
          TEST_ROW(a_device_that_signs_the_nonce_and_the_host_is_let_in),
          TEST_ROW(a_signature_for_another_host_nonce_or_key_is_none),
          TEST_ROW(a_key_of_no_account_is_a_stranger_and_one_that_was_dropped_is_told),
          TEST_ROW(a_recovery_key_is_no_device),
          TEST_ROW(nothing_is_read_while_it_is_looked_up_who_this_is),
          TEST_ROW(a_hello_that_does_not_decode_ends_the_connection))
