/* The engine of our network as a whole (own/own.h): its life, its three connections as the gateway
 * sees them, alarms, and that work is done once. */
#include "engine/own/own.h"

#include <string.h>

#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/make.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/own_setting.h"

#define AGAIN_MS 500u
#define SOON_MS 70u

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t nonce[FRAME_NONCE_SIZE] = {5, 6, 7};

static struct own_world w;

/* An account whose lines are closed. */
static void begin(void)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        w.o->conn[c].line = OWN_CLOSED;
    }
}

static void end(void)
{
    own_world_end(&w);
}

static size_t count(enum abi_effect_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < w.out.n; i++) {
        n += w.out.v[i].kind == kind;
    }
    return n;
}

static enum err input(enum network_event kind, unsigned k, struct slice data)
{
    struct network_input in = {.kind = kind, .k = k, .data = data};
    effects_init(&w.out, &w.arena);
    return own_net(w.o, &w.s, &in);
}

static struct slice framed(enum frame_type type, uint32_t request, struct slice body)
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, 256);
    frame_put(&b, type, request, body);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static void hear(unsigned k, enum frame_type type, uint32_t request, struct slice body)
{
    CHECK_ERR(input(NETWORK_MESSAGE, k, framed(type, request, body)), OK);
}

static struct slice ready(void)
{
    struct wire_ready r;
    struct buf b = buf_arena(&w.arena, 256);
    memset(&r, 0, sizeof r);
    r.server_ms = OWN_WORLD_NOW_MS;
    r.has_nonce = true;
    r.nonce = SLICE_ARRAY(nonce);
    wire_ready_put(&b, &r);
    return buf_view(&b);
}

static struct slice code(enum wire_code c)
{
    struct wire_failure f = {.code = c, .detail = SLICE_LITERAL("")};
    struct buf b = buf_arena(&w.arena, 64);
    wire_failure_put(&b, &f);
    return buf_view(&b);
}

static enum own_line line(int conn)
{
    return w.o->conn[conn].line;
}

/* ---- life ------------------------------------------------------------------------------------ */

TEST(the_zero_state_is_wiped_without_harm)
{
    static struct own o;
    memset(&o, 0, sizeof o);
    own_wipe(&o);
    CHECK(o.next_request == 1 && o.box_n == 0);
    own_wipe(&o);
    own_init(&o);
    CHECK(o.next_request == 1);
    own_wipe(&o);
}

TEST(a_wipe_leaves_no_secret_and_what_tests_chose)
{
    static const uint8_t zeros[64];
    int64_t chats = 0;
    begin();
    w.o->suite = 7;
    w.o->kp_full = 8;
    w.o->tree_inline = 9;
    CHECK(own_box(w.o, 5, true) != NULL);
    w.o->codes.has_old = true;
    CHECK(memcmp(w.o->device_secret.seed, zeros, sizeof w.o->device_secret.seed) != 0);
    own_wipe(w.o);
    CHECK(memcmp(w.o->device_secret.seed, zeros, sizeof w.o->device_secret.seed) == 0);
    CHECK(memcmp(w.o->account, zeros, sizeof w.o->account) == 0 && w.o->gateway[0] == 0);
    CHECK(!w.o->base.ready && !w.o->codes.has_old && w.o->box_n == 0);
    CHECK(w.o->suite == 7 && w.o->kp_full == 8 && w.o->tree_inline == 9);
    CHECK_ERR(store_chat_self(w.store, &chats), OK); /* the store is untouched */
    end();
}

TEST(after_a_failed_step_all_that_can_be_made_anew_is_forgotten)
{
    begin();
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    CHECK(own_ask(w.o, OWN_CONN_ANON, FRAME_OPEN, 5, 0) != NULL && own_box(w.o, 5, true) != NULL);
    own_due_all(w.o);
    w.o->link.opened = w.o->chains_wanted = w.o->packages_wanted = w.o->time_wanted = true;
    own_reset(w.o, &w.s);
    CHECK(count(ABI_HANG_UP) == 2); /* the third was closed */
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        CHECK(line(c) == OWN_CLOSED && w.o->conn[c].retry_at_ms == w.s.now_ms + AGAIN_MS);
    }
    CHECK(own_world_asks(&w, FRAME_OPEN) == 0 && own_box(w.o, 5, false) == NULL);
    CHECK(!own_due_any(w.o) && !w.o->link.opened && !w.o->chains_wanted && !w.o->packages_wanted &&
          !w.o->time_wanted);
    CHECK(w.o->base.ready); /* who we are stays */
    end();
}

TEST(a_start_loads_the_identity_and_dials)
{
    uint8_t account[32];
    begin();
    memcpy(account, w.o->account, sizeof account);
    own_wipe(w.o);
    CHECK_ERR(own_start(w.o, &w.s), OK);
    CHECK(w.o->base.ready && !w.o->recovering && w.o->checking_due);
    CHECK(memcmp(account, w.o->account, sizeof account) == 0);
    CHECK(strcmp(w.o->gateway, "http://gw.test") == 0);
    CHECK(count(ABI_DIAL) == 2 && line(OWN_CONN_DEVICE) == OWN_DIALLING &&
          line(OWN_CONN_ANON) == OWN_DIALLING && line(OWN_CONN_CHAINS) == OWN_CLOSED);
    end();
}

TEST(a_start_without_an_account_dials_nobody)
{
    own_world_begin(&w);
    CHECK_ERR(own_start(w.o, &w.s), OK);
    CHECK(!w.o->base.ready && w.out.n == 0);
    end();
}

/* An answer that never came is no reason to write nothing any more. */
TEST(a_record_that_was_under_way_is_due_after_a_start)
{
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 2), OK);
    CHECK_ERR(own_start(w.o, &w.s), OK);
    CHECK(own_world_setting(&w, "record-due") == 1);
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 0), OK);
    CHECK_ERR(own_start(w.o, &w.s), OK);
    CHECK(own_world_setting(&w, "record-due") == 0);
    end();
}

TEST(a_start_goes_on_with_a_recovery)
{
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "recovering", 1), OK);
    own_wipe(w.o);
    CHECK_ERR(own_start(w.o, &w.s), OK);
    CHECK(w.o->recovering && !w.o->base.ready);
    end();
}

/* ---- connections ----------------------------------------------------------------------------- */

TEST(only_what_is_of_a_connection_of_ours_is_taken)
{
    begin();
    CHECK_ERR(input(NETWORK_OPEN, 0, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(input(NETWORK_OPEN, OWN_CONN_LAST + 1, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(input(NETWORK_MESSAGE, EFFECTS_CONNS - 1, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(input(NETWORK_ALARM, OWN_CONN_ANON, SLICE_EMPTY), ERR_INPUT);
    CHECK_ERR(input(NETWORK_LIFE, OWN_CONN_ANON, SLICE_EMPTY), ERR_INPUT);
    end();
}

/* DEVICE says who it is; the others name nobody. */
TEST(a_line_that_was_dialled_greets)
{
    struct wire_hello h;
    struct slice body;
    begin();
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        CHECK_ERR(input(NETWORK_OPEN, (unsigned)c, SLICE_EMPTY), OK); /* nobody dialled */
        CHECK(w.out.n == 0 && line(c) == OWN_CLOSED);
        w.o->conn[c].line = OWN_DIALLING;
        CHECK_ERR(input(NETWORK_OPEN, (unsigned)c, SLICE_EMPTY), OK);
        CHECK(line(c) == OWN_GREETING && own_world_sent(&w, c, FRAME_HELLO, &body));
        CHECK_ERR(wire_hello_decode(&w.arena, body, &h), OK);
        bool device = c == OWN_CONN_DEVICE;
        CHECK(h.version == FRAME_VERSION && h.has_key == device);
        CHECK(h.mode == (device ? WIRE_MODE_DEVICE : WIRE_MODE_ANON));
        CHECK(!device || slice_equal(h.key, SLICE_ARRAY(w.o->device)));
    }
    end();
}

TEST(a_challenge_is_signed_for_this_gateway_on_the_device_line_alone)
{
    static const uint8_t challenge[32] = {9};
    const struct wire_challenge c = {SLICE_ARRAY(challenge)};
    struct wire_auth a;
    struct crypto_sign_public pub;
    struct slice body, tbs;
    begin();
    struct buf b = buf_arena(&w.arena, 64), t = buf_arena(&w.arena, 128);
    wire_challenge_put(&b, &c);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_GREETING;
    hear(OWN_CONN_DEVICE, FRAME_CHALLENGE, 0, buf_view(&b));
    REQUIRE(own_world_sent(&w, OWN_CONN_DEVICE, FRAME_AUTH, &body));
    CHECK_ERR(wire_auth_decode(&w.arena, body, &a), OK);
    frame_auth_tbs(&t, SLICE_LITERAL("gw.test"), SLICE_ARRAY(w.o->device), c.nonce);
    CHECK_ERR(buf_finish(&t, &tbs), OK);
    memcpy(pub.b, w.o->device, sizeof pub.b);
    CHECK_ERR(crypto_sign_verify(a.signature, tbs, &pub), OK);
    w.o->conn[OWN_CONN_ANON].line = OWN_GREETING; /* there it would say who we are */
    hear(OWN_CONN_ANON, FRAME_CHALLENGE, 0, buf_view(&b));
    CHECK(line(OWN_CONN_ANON) == OWN_CLOSED && count(ABI_SEND) == 0 && count(ABI_HANG_UP) == 1);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY; /* nor a second time */
    hear(OWN_CONN_DEVICE, FRAME_CHALLENGE, 0, buf_view(&b));
    CHECK(line(OWN_CONN_DEVICE) == OWN_CLOSED && count(ABI_SEND) == 0);
    end();
}

TEST(a_line_that_greeted_becomes_ready)
{
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_GREETING;
    w.o->conn[OWN_CONN_ANON].failures = 3;
    hear(OWN_CONN_ANON, FRAME_READY, 0, ready());
    CHECK(line(OWN_CONN_ANON) == OWN_READY && w.o->conn[OWN_CONN_ANON].failures == 0);
    CHECK(memcmp(w.o->conn[OWN_CONN_ANON].nonce, nonce, sizeof nonce) == 0);
    CHECK(w.o->clock.server_ms == OWN_WORLD_NOW_MS && w.out.state && w.o->due.all);
    hear(OWN_CONN_ANON, FRAME_READY, 0, ready()); /* it is already */
    CHECK(line(OWN_CONN_ANON) == OWN_CLOSED);
    end();
}

TEST(without_a_nonce_nothing_could_be_signed_on_the_anonymous_line)
{
    struct wire_ready r;
    struct buf b;
    begin();
    memset(&r, 0, sizeof r);
    r.server_ms = OWN_WORLD_NOW_MS;
    b = buf_arena(&w.arena, 64);
    wire_ready_put(&b, &r);
    w.o->conn[OWN_CONN_ANON].line = OWN_GREETING;
    hear(OWN_CONN_ANON, FRAME_READY, 0, buf_view(&b));
    CHECK(line(OWN_CONN_ANON) == OWN_CLOSED && count(ABI_HANG_UP) == 1);
    end();
}

/* The line for chains lives for a few questions: those who wait are told. */
TEST(the_line_for_chains_wakes_who_waits_for_packages)
{
    struct own_due due;
    begin();
    w.o->conn[OWN_CONN_CHAINS].line = OWN_GREETING;
    w.o->packages_wanted = true;
    hear(OWN_CONN_CHAINS, FRAME_READY, 0, ready());
    own_due_take(w.o, &due);
    CHECK(line(OWN_CONN_CHAINS) == OWN_READY && due.all && due.rest && !w.o->packages_wanted);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_GREETING;
    hear(OWN_CONN_CHAINS, FRAME_READY, 0, ready());
    own_due_take(w.o, &due);
    CHECK(!due.all && due.rest);
    end();
}

/* The gateway is hostile by assumption: it may be wrong, not stop us. */
TEST(what_is_wrong_costs_the_line_and_no_more)
{
    static const uint8_t cut[] = {0x01, 0x02};
    begin();
    for (int i = 0; i < 4; i++) {
        int conn = i == 2 ? OWN_CONN_DEVICE : i == 3 ? OWN_CONN_CHAINS : OWN_CONN_ANON;
        struct frame_deliver d = {.handle = i == 1 ? 0 : 3, .body = SLICE_LITERAL("x")};
        struct buf b = buf_arena(&w.arena, 64);
        w.o->conn[conn].line = OWN_READY;
        frame_deliver_put(&b, &d);
        /* a frame that is cut; what is of the inbox elsewhere; what is of a mailbox elsewhere */
        struct slice m = i == 0 ? SLICE_ARRAY(cut) : framed(FRAME_DELIVER, 0, buf_view(&b));
        CHECK_ERR(input(NETWORK_MESSAGE, (unsigned)conn, m), OK);
        CHECK(line(conn) == OWN_CLOSED && count(ABI_HANG_UP) == 1);
    }
    end();
}

/* What came before in the same message stays; what comes behind is not read. */
TEST(the_frames_before_a_wrong_one_count)
{
    struct slice whole;
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_GREETING;
    struct buf b = buf_arena(&w.arena, 256);
    frame_put(&b, FRAME_READY, 0, ready());
    buf_put(&b, "x", 1);
    CHECK_ERR(buf_finish(&b, &whole), OK);
    CHECK_ERR(input(NETWORK_MESSAGE, OWN_CONN_ANON, whole), OK);
    CHECK(line(OWN_CONN_ANON) == OWN_CLOSED && w.o->clock.server_ms == OWN_WORLD_NOW_MS);
    end();
}

TEST(what_nobody_asked_and_nobody_knows_is_passed_over)
{
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    hear(OWN_CONN_ANON, FRAME_DONE, 77, SLICE_EMPTY);
    hear(OWN_CONN_ANON, (enum frame_type)250, 0, SLICE_LITERAL("later"));
    CHECK(line(OWN_CONN_ANON) == OWN_READY && count(ABI_HANG_UP) == 0);
    hear(OWN_CONN_CHAINS, FRAME_READY, 0, ready()); /* a line that is not there */
    CHECK(line(OWN_CONN_CHAINS) == OWN_CLOSED && w.out.n == 0);
    end();
}

TEST(an_answer_is_to_the_question_on_its_own_line)
{
    struct own_ask *ask;
    begin();
    w.o->conn[OWN_CONN_ANON].line = w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    ask = own_ask(w.o, OWN_CONN_ANON, FRAME_BOX_NEW, 5, 0);
    REQUIRE(ask != NULL);
    uint32_t request = ask->request;
    hear(OWN_CONN_DEVICE, FRAME_DONE, request, SLICE_EMPTY);
    CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 1);
    hear(OWN_CONN_ANON, FRAME_DONE, request, SLICE_EMPTY);
    CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 0);
    end();
}

TEST(every_message_is_a_sign_that_the_line_lives)
{
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    w.o->conn[OWN_CONN_ANON].asked_ms = 5;
    w.s.now_ms += SOON_MS;
    hear(OWN_CONN_ANON, FRAME_DONE, UINT32_MAX, SLICE_EMPTY);
    CHECK(w.o->conn[OWN_CONN_ANON].heard_ms == w.s.now_ms &&
          w.o->conn[OWN_CONN_ANON].asked_ms == 0);
    end();
}

TEST(a_line_that_is_cut_is_lost_once)
{
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    CHECK_ERR(input(NETWORK_CLOSE, OWN_CONN_ANON, SLICE_EMPTY), OK);
    CHECK(line(OWN_CONN_ANON) == OWN_CLOSED && w.o->conn[OWN_CONN_ANON].failures == 1);
    CHECK_ERR(input(NETWORK_CLOSE, OWN_CONN_ANON, SLICE_EMPTY), OK);
    CHECK(w.o->conn[OWN_CONN_ANON].failures == 1);
    end();
}

/* "This device was revoked": only an entry of my chain can say so. */
TEST(a_gateway_that_calls_us_revoked_is_doubted)
{
    begin();
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    hear(OWN_CONN_DEVICE, FRAME_FAILURE, 0, code(WIRE_CODE_BUSY));
    CHECK(!w.o->doubt);
    hear(OWN_CONN_DEVICE, FRAME_FAILURE, 0, code(WIRE_CODE_REVOKED));
    CHECK(w.o->doubt && !w.o->dropped);
    end();
}

/* ---- life of the page ------------------------------------------------------------------------ */

TEST(online_dials_at_once_and_offline_nobody)
{
    begin();
    w.o->conn[OWN_CONN_ANON].retry_at_ms = w.o->conn[OWN_CONN_DEVICE].retry_at_ms =
        w.s.now_ms + SOON_MS;
    w.o->conn[OWN_CONN_ANON].failures = 5;
    CHECK_ERR(own_life(w.o, &w.s, ABI_LIFE_STATE_OFFLINE), OK);
    CHECK(w.o->offline && w.out.state && count(ABI_DIAL) == 0);
    w.s.now_ms += SOON_MS;
    CHECK_ERR(own_alarm(w.o, &w.s), OK);
    CHECK(count(ABI_DIAL) == 0);
    w.s.now_ms -= SOON_MS;
    CHECK_ERR(own_life(w.o, &w.s, ABI_LIFE_STATE_ONLINE), OK);
    CHECK(!w.o->offline && count(ABI_DIAL) == 2 && w.o->conn[OWN_CONN_ANON].failures == 0);
    CHECK_ERR(own_life(w.o, &w.s, ABI_LIFE_STATE_VISIBLE), OK);
    CHECK(!w.o->offline && count(ABI_DIAL) == 2);
    end();
}

TEST(an_alarm_marks_all_that_an_account_has)
{
    begin();
    CHECK_ERR(own_alarm(w.o, &w.s), OK);
    CHECK(w.o->due.all && w.o->due.rest);
    end();
    own_world_begin(&w); /* nobody there yet */
    CHECK_ERR(own_alarm(w.o, &w.s), OK);
    CHECK(!own_due_any(w.o));
    end();
}

/* ---- when ------------------------------------------------------------------------------------ */

static uint64_t next(void)
{
    uint64_t at = 77;
    CHECK_ERR(own_next_alarm(w.o, &w.s, &at), OK);
    return at;
}

/* An account that wants nothing: no line, no chain, no link. */
static void rest(void)
{
    struct own_due due;
    own_due_take(w.o, &due);
    w.o->offline = true;
    w.o->clock.server_ms = 0;
    own_world_sql(&w, "DELETE FROM wish");
    own_world_sql(&w, "UPDATE own_person SET chain_due=0");
}

TEST(who_wants_nothing_is_never_woken)
{
    begin();
    rest();
    CHECK(next() == 0);
    end();
}

TEST(the_earliest_of_all_wakes)
{
    begin();
    rest();
    w.o->status_at_ms = w.s.now_ms + 9;
    CHECK(next() == w.s.now_ms + 9);
    w.o->hello_at_ms = w.s.now_ms + 8;
    CHECK(next() == w.s.now_ms + 8);
    w.o->missing_at_ms = w.s.now_ms + 7;
    CHECK(next() == w.s.now_ms + 7);
    w.o->record_at_ms = w.s.now_ms + 6;
    CHECK(next() == w.s.now_ms + 6);
    w.o->pair.until_ms = w.s.now_ms + 5;
    CHECK(next() == w.s.now_ms + 5);
    own_due_chat(w.o, 5); /* what is due is due now */
    CHECK(next() == w.s.now_ms);
    end();
    begin();
    rest();
    w.o->record_at_ms = w.s.now_ms; /* it has come */
    CHECK(next() == 0);
    w.o->base.ready = false; /* without an account: only the link */
    w.o->status_at_ms = w.s.now_ms + 9;
    CHECK(next() == 0);
    w.o->pair.until_ms = w.s.now_ms + 5;
    CHECK(next() == w.s.now_ms + 5);
    end();
}

/* Time is over when both clocks say so. */
TEST(what_vanishes_wakes_by_the_later_clock)
{
    begin();
    rest();
    CHECK_ERR(store_sql_run(w.store,
                            "INSERT INTO message(chat,mid,sender,at_ms,mine,type,state,text,"
                            "expires_ms) VALUES(1,zeroblob(32),1,1,1,0,1,'x',?)",
                            "i", (int64_t)w.s.now_ms + 100),
              OK);
    CHECK(next() == w.s.now_ms + 100);
    w.o->clock.server_ms = w.s.now_ms - 50;
    w.o->clock.heard_ms = w.s.now_ms;
    w.o->time_wanted = true;
    CHECK(next() == w.s.now_ms + 150);
    end();
}

/* ---- work ------------------------------------------------------------------------------------ */

static int64_t group(void)
{
    struct store_chat c;
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    return c.id;
}

TEST(what_is_due_is_done_once)
{
    begin();
    int64_t chat = group();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    effects_init(&w.out, &w.arena);
    own_due_chat(w.o, chat);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 1 && !own_due_any(w.o));
    size_t n = w.out.n;
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(w.out.n == n);
    own_due_chat(w.o, chat); /* a mark too many does no harm */
    own_due_chat(w.o, 999);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(w.out.n == n && own_world_asks(&w, FRAME_BOX_NEW) == 1);
    end();
}

TEST(nothing_is_done_before_the_mailboxes_can_be_reached)
{
    begin();
    int64_t chat = group();
    effects_init(&w.out, &w.arena);
    own_due_chat(w.o, chat);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(w.out.n == 0 && !own_due_any(w.o)); /* all is due with the line */
    end();
}

TEST(chats_that_are_over_want_nothing)
{
    static const enum store_chat_state over[] = {STORE_CHAT_LEFT, STORE_CHAT_REQUEST,
                                                 STORE_CHAT_DECLINED};
    begin();
    int64_t chat = group();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++) {
        CHECK_ERR(store_chat_set_state(w.store, chat, over[i]), OK);
        own_due_chat(w.o, chat);
        CHECK_ERR(own_work(w.o, &w.s), OK);
        CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 0);
    }
    end();
}

/* One chat whose work fails does not hold the others, and is as if it had not been tried. */
TEST(a_chat_that_fails_fails_alone)
{
    begin();
    int64_t bad = group(), good = group();
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    CHECK_ERR(store_sql_run(w.store, "DELETE FROM protocol WHERE grp=?", "i", bad), OK);
    own_reset(w.o, &w.s); /* the group is loaded anew, and is not there */
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    effects_init(&w.out, &w.arena);
    own_due_chat(w.o, bad);
    own_due_chat(w.o, good);
    CHECK_ERR(own_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 1);
    CHECK(own_world_asked(&w, FRAME_BOX_NEW).a == good);
    end();
}

TEST_MAIN(TEST_ROW(the_zero_state_is_wiped_without_harm),
          TEST_ROW(a_wipe_leaves_no_secret_and_what_tests_chose),
          TEST_ROW(after_a_failed_step_all_that_can_be_made_anew_is_forgotten),
          TEST_ROW(a_start_loads_the_identity_and_dials),
          TEST_ROW(a_start_without_an_account_dials_nobody),
          TEST_ROW(a_record_that_was_under_way_is_due_after_a_start),
          TEST_ROW(a_start_goes_on_with_a_recovery),
          TEST_ROW(only_what_is_of_a_connection_of_ours_is_taken),
          TEST_ROW(a_line_that_was_dialled_greets),
          TEST_ROW(a_challenge_is_signed_for_this_gateway_on_the_device_line_alone),
          TEST_ROW(a_line_that_greeted_becomes_ready),
          TEST_ROW(without_a_nonce_nothing_could_be_signed_on_the_anonymous_line),
          TEST_ROW(the_line_for_chains_wakes_who_waits_for_packages),
          TEST_ROW(what_is_wrong_costs_the_line_and_no_more),
          TEST_ROW(the_frames_before_a_wrong_one_count),
          TEST_ROW(what_nobody_asked_and_nobody_knows_is_passed_over),
          TEST_ROW(an_answer_is_to_the_question_on_its_own_line),
          TEST_ROW(every_message_is_a_sign_that_the_line_lives),
          TEST_ROW(a_line_that_is_cut_is_lost_once),
          TEST_ROW(a_gateway_that_calls_us_revoked_is_doubted),
          TEST_ROW(online_dials_at_once_and_offline_nobody),
          TEST_ROW(an_alarm_marks_all_that_an_account_has),
          TEST_ROW(who_wants_nothing_is_never_woken), TEST_ROW(the_earliest_of_all_wakes),
          TEST_ROW(what_vanishes_wakes_by_the_later_clock), TEST_ROW(what_is_due_is_done_once),
          TEST_ROW(nothing_is_done_before_the_mailboxes_can_be_reached),
          TEST_ROW(chats_that_are_over_want_nothing), TEST_ROW(a_chat_that_fails_fails_alone))
