/* My own chain (own/chain.h): an entry is made, put, acknowledged, and only then used; and what
 * becomes of it when another device was faster, or the gateway refuses. */
#include "engine/own/chain.h"

#include <string.h>

#include "crypto/hash.h"
#include "engine/own/ask.h"
#include "engine/own/recover.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/people.h"
#include "store/own_setting.h"
#include "store/chat.h"

#define PHONE 3 /* another device of mine, by its number */

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t code_to_be[RECOVERY_CODE_BYTES] = {4, 5, 6};

static struct own_world w;
static struct recovery_code now, to_be;

static void begin(void)
{
    own_world_begin(&w);
    CHECK_ERR(recovery_code_derive(code_of_now, &now), OK);
    CHECK_ERR(recovery_code_derive(code_to_be, &to_be), OK);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static struct chain_entry head(void)
{
    struct chain_entry e;
    CHECK_ERR(store_chain_head(w.store, STORE_PERSON_ME, &e), OK);
    return e;
}

static int64_t wishes(void)
{
    return own_world_int(&w, "SELECT count(*) FROM chain_wish");
}

/* ---- questions and answers ------------------------------------------------------------------ */

/* The entry that was put, and its answer: the gateway's code, 0 when it stands there. */
static struct wire_chain_put put_and(uint64_t failure)
{
    struct wire_chain_put p;
    struct slice body;
    memset(&p, 0, sizeof p);
    if (!own_world_sent(&w, OWN_CONN_DEVICE, FRAME_CHAIN_PUT, &body)) {
        check_fail(__FILE__, __LINE__, "an entry was put");
        return p;
    }
    CHECK_ERR(wire_chain_put_decode(&w.arena, body, &p), OK);
    struct own_ask q = own_world_asked(&w, FRAME_CHAIN_PUT);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_chain_answer(w.o, &w.s, &q, failure == 0 ? FRAME_ACK : FRAME_FAILURE, SLICE_EMPTY,
                               failure),
              OK);
    return p;
}

static enum err tell_chain(struct own_ask q, const struct slice *entries, size_t n,
                           struct slice hpke)
{
    struct wire_chain c = {SLICE_ARRAY(w.o->account), entries, n, hpke.n > 0, hpke};
    struct buf b = buf_arena(&w.arena, 8192);
    wire_chain_put(&b, &c);
    return own_chain_answer(w.o, &w.s, &q, FRAME_CHAIN, buf_view(&b), 0);
}

/* The number that the question for my chain begins at. */
static uint64_t asked_from(int conn)
{
    struct wire_chain_get g;
    struct slice body;
    if (!own_world_sent(&w, conn, FRAME_CHAIN_GET, &body)) {
        check_fail(__FILE__, __LINE__, "my chain was asked for");
        return UINT64_MAX;
    }
    CHECK_ERR(wire_chain_get_decode(&w.arena, body, &g), OK);
    CHECK_BYTES(g.account, SLICE_ARRAY(w.o->account));
    return g.from;
}

static struct wire_ready ready_of(const struct chain_entry *e, bool known)
{
    struct wire_ready r;
    memset(&r, 0, sizeof r);
    r.known = known;
    r.head = e->n;
    r.has_head_hash = true;
    r.head_hash = SLICE_ARRAY(e->hash);
    return r;
}

/* The phone comes in, as linking does it. */
static void add_phone(void)
{
    struct slice draft;
    uint8_t signature[64];
    bool stale = true;
    struct own *phone = w.o;
    struct crypto_sign_secret mine = phone->device_secret;
    uint8_t key[32];
    memcpy(key, phone->device, sizeof key);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), OK);
    phone->device_secret = own_world_secret(PHONE);
    memcpy(phone->device, own_world_key(PHONE), sizeof phone->device);
    CHECK_ERR(own_chain_draft_sign(phone, draft, signature), OK);
    phone->device_secret = mine;
    memcpy(phone->device, key, sizeof phone->device);
    CHECK_ERR(own_chain_draft_signed(w.o, &w.s, draft, own_world_key(PHONE), signature, &stale),
              OK);
    CHECK(!stale);
    (void)put_and(0);
    struct chain_entry e = head();
    CHECK(chain_has_device(&e, own_world_key(PHONE)));
}

/* An entry behind the head that the phone wrote: it takes the recovery key `code`. */
static struct slice phones_entry(struct chain_entry *e, const struct recovery_code *code)
{
    struct chain_entry last = head();
    struct crypto_sign_secret phone = own_world_secret(PHONE);
    struct slice bytes = SLICE_EMPTY;
    struct buf b = buf_arena(&w.arena, CHAIN_ENTRY_BYTES_MAX);
    chain_begin(e, &last);
    e->why = CHAIN_WHY_CODE;
    memcpy(e->recovery, code->sign.b, sizeof e->recovery);
    memcpy(e->recovery_hpke, code->hpke_hash, sizeof e->recovery_hpke);
    CHECK_ERR(chain_plan(&last, e, own_world_key(PHONE), false), OK);
    CHECK_ERR(chain_sign(&last, e, &phone), OK);
    CHECK_ERR(chain_sign(&last, e, &code->secret), OK);
    CHECK_ERR(chain_encode(&b, e), OK);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    return bytes;
}

/* ---- the first entry, and where it stands -----------------------------------------------------
 */

TEST(the_first_entry_lists_this_device_and_names_the_code)
{
    struct slice hpke;
    bool listed = false;
    begin();
    struct chain_entry e = head();
    CHECK(e.n == 0 && e.device_n == 1 && chain_has_device(&e, w.o->device));
    CHECK_BYTES(SLICE_ARRAY(e.id), SLICE_ARRAY(w.o->account));
    CHECK_BYTES(SLICE_ARRAY(e.recovery), SLICE_ARRAY(now.sign.b));
    CHECK_BYTES(SLICE_ARRAY(e.recovery_hpke), SLICE_ARRAY(now.hpke_hash));
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), OK);
    CHECK_BYTES(hpke, recovery_code_hpke(&now));
    CHECK_ERR(own_chain_lists_me(w.o, &w.s, &listed), OK);
    CHECK(listed);
    memset(w.o->device, 9, sizeof w.o->device);
    CHECK_ERR(own_chain_lists_me(w.o, &w.s, &listed), OK);
    CHECK(!listed);
    own_world_sql(&w, "DELETE FROM chain"); /* who is being linked has none */
    CHECK_ERR(own_chain_lists_me(w.o, &w.s, &listed), OK);
    CHECK(!listed);
    end();
}

TEST(a_gateway_that_has_it_all_is_asked_nothing)
{
    begin();
    struct chain_entry e = head();
    struct wire_ready r = ready_of(&e, true);
    w.o->chain_stuck = w.o->chain_low = true;
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0 && own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    CHECK(!w.o->chain_stuck && !w.o->chain_low);
    CHECK_BYTES(SLICE_ARRAY(w.o->chain_there), SLICE_ARRAY(e.hash));
    end();
}

TEST(a_gateway_that_has_another_head_is_asked_for_it)
{
    begin();
    struct chain_entry e = head();
    e.hash[0] ^= 1;
    struct wire_ready r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK(asked_from(OWN_CONN_DEVICE) == 0);
    (void)own_world_asked(&w, FRAME_CHAIN_GET);
    e.n = 5; /* or more of it */
    r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK(asked_from(OWN_CONN_DEVICE) == 0);
    (void)own_world_asked(&w, FRAME_CHAIN_GET);
    e = head(); /* the same, but the key of the code is not here */
    own_world_sql(&w, "DELETE FROM setting WHERE key='recovery-hpke'");
    r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 1);
    end();
}

/* Put back to a copy: it gets what it lost, each judged as at the first time. */
TEST(a_gateway_that_lost_entries_gets_them_again)
{
    begin();
    struct chain_entry first = head();
    add_phone();
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    (void)put_and(0);
    struct chain_entry last = head();
    CHECK(last.n == 2);
    struct wire_ready r = ready_of(&first, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    struct wire_chain_put p = put_and(0); /* and the next one follows */
    struct chain_entry e;
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK(e.n == 1 && !p.has_hpke); /* that key is no longer here */
    p = put_and(0);
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK(e.n == 2 && p.has_hpke);
    CHECK_BYTES(p.hpke, recovery_code_hpke(&to_be));
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);

    r = ready_of(&last, false); /* it does not know us at all: back to where it can follow */
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    (void)put_and(WIRE_CODE_CHAIN);
    (void)put_and(WIRE_CODE_CHAIN);
    p = put_and(WIRE_CODE_CHAIN);
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK(e.n == 0 && own_world_asks(&w, FRAME_CHAIN_PUT) == 0 && w.o->chain_stuck);

    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    (void)put_and(WIRE_CODE_EXISTS); /* another stands there */
    CHECK(w.o->chain_stuck && asked_from(OWN_CONN_DEVICE) == 2);
    end();
}

/* ---- making an entry ------------------------------------------------------------------------- */

TEST(a_new_code_is_used_when_the_gateway_has_acknowledged_it)
{
    struct slice hpke;
    begin();
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    CHECK(head().n == 0 && w.s.durable && wishes() == 1);
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    struct wire_chain_put p = put_and(0); /* put once */
    CHECK_BYTES(p.hpke, recovery_code_hpke(&to_be));
    struct chain_entry e = head();
    CHECK(e.n == 1 && e.why == CHAIN_WHY_CODE && wishes() == 0);
    CHECK_BYTES(SLICE_ARRAY(e.recovery), SLICE_ARRAY(to_be.sign.b));
    CHECK_BYTES(SLICE_ARRAY(w.o->chain_there), SLICE_ARRAY(e.hash));
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), OK);
    CHECK_BYTES(hpke, recovery_code_hpke(&to_be));
    CHECK(own_world_setting(&w, "recovery-checked") == 1); /* it was written down before */
    CHECK(!w.o->codes.has_fresh && w.o->codes.wish == 0);
    end();
}

TEST(nothing_is_put_before_it_can_be)
{
    begin();
    w.o->conn[OWN_CONN_DEVICE].line = OWN_DIALLING;
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 0), OK);
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 1), OK);
    w.o->dropped = true;
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    w.o->dropped = false;
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 1);
    end();
}

TEST(dropped_devices_are_off_the_list)
{
    begin();
    add_phone();
    struct slice phone = slice_make(own_world_key(PHONE), CHAIN_KEY_SIZE);
    CHECK_ERR(own_chain_drop(w.o, &w.s, phone, NULL, NULL), OK);
    CHECK(!put_and(0).has_hpke);
    struct chain_entry e = head();
    CHECK(e.why == CHAIN_WHY_DROPPED && e.device_n == 1 && !chain_has_device(&e, phone.p));
    CHECK_ERR(own_chain_drop(w.o, &w.s, phone, NULL, NULL), ERR_GONE); /* it is */
    end();
}

/* ---- a new device ---------------------------------------------------------------------------- */

TEST(a_draft_is_signed_by_the_device_that_it_adds)
{
    struct slice draft;
    uint8_t signature[64];
    bool adding = true, stale = true;
    begin();
    CHECK_ERR(own_chain_adding(&w.s, own_world_key(PHONE), &adding), OK);
    CHECK(!adding);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), OK);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), OK); /* asked twice */
    CHECK(wishes() == 1);
    CHECK_ERR(own_chain_adding(&w.s, own_world_key(PHONE), &adding), OK);
    CHECK(adding && own_world_asks(&w, FRAME_CHAIN_PUT) == 0);        /* until it has signed */
    CHECK_ERR(own_chain_draft_sign(w.o, draft, signature), ERR_AUTH); /* I am none of the new */
    CHECK(own_chain_draft_sign(w.o, SLICE_LITERAL("no draft"), signature) != OK);
    memset(signature, 1, sizeof signature);
    CHECK_ERR(own_chain_draft_signed(w.o, &w.s, draft, own_world_key(PHONE), signature, &stale),
              ERR_AUTH);
    CHECK(!stale && own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    own_world_sql(&w, "DELETE FROM chain_wish");
    add_phone();
    CHECK(head().n == 1 && wishes() == 0);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), ERR_STATE); /* listed */
    end();
}

TEST(a_draft_is_stale_when_the_chain_has_grown)
{
    struct slice draft;
    static const uint8_t signature[64];
    bool stale = false;
    begin();
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), OK);
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    own_world_sql(&w, "DELETE FROM chain_wish WHERE kind=1");
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    (void)put_and(0);
    CHECK_ERR(own_chain_draft_signed(w.o, &w.s, draft, own_world_key(PHONE), signature, &stale),
              OK);
    CHECK(stale);
    end();
}

TEST(devices_write_so_many_entries_a_day_and_the_code_may_write_more)
{
    struct slice draft;
    begin();
    CHECK_ERR(store_own_setting_put_int(w.store, "chain-day", (int64_t)(w.s.now_ms / 86400000)),
              OK);
    CHECK_ERR(store_own_setting_put_int(w.store, "chain-count", CHAIN_DEVICE_ENTRIES_A_DAY), OK);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(PHONE), &draft), ERR_LIMIT_RATE);
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), ERR_LIMIT_RATE);
    own_world_sql(&w, "DELETE FROM chain_wish"); /* as the step is taken back */
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, &now), OK);
    struct wire_chain_put p = put_and(0);
    struct chain_entry e, first;
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK_ERR(store_chain_at(w.store, STORE_PERSON_ME, 0, &first), OK);
    CHECK_BYTES(slice_make(chain_signer(&first, &e, 0), CHAIN_KEY_SIZE), SLICE_ARRAY(now.sign.b));
    CHECK(head().n == 1);
    end();
}

/* ---- what the gateway answers ---------------------------------------------------------------- */

TEST(an_entry_whose_number_is_taken_is_made_anew_behind_the_winner)
{
    struct chain_entry theirs;
    static const uint8_t other_code[RECOVERY_CODE_BYTES] = {7};
    struct recovery_code other;
    begin();
    CHECK_ERR(recovery_code_derive(other_code, &other), OK);
    add_phone();
    struct slice winner = phones_entry(&theirs, &other);
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    (void)put_and(WIRE_CODE_EXISTS);
    CHECK(w.o->chain_stuck && asked_from(OWN_CONN_DEVICE) == 2 && wishes() == 1);
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0); /* until there is news */
    CHECK_ERR(
        tell_chain(own_world_asked(&w, FRAME_CHAIN_GET), &winner, 1, recovery_code_hpke(&other)),
        OK);
    CHECK(!w.o->chain_stuck);
    struct wire_chain_put p = put_and(0);
    struct chain_entry e;
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK(e.n == 3);
    CHECK_BYTES(SLICE_ARRAY(e.previous), SLICE_ARRAY(theirs.hash));
    CHECK_BYTES(SLICE_ARRAY(head().recovery), SLICE_ARRAY(to_be.sign.b));
    CHECK(own_world_setting(&w, "chain-undone") == 0);
    end();
}

/* The codes are in memory only: after a restart such a wish cannot be signed any more. */
TEST(a_code_that_is_no_longer_here_is_said_to_be_undone)
{
    struct chain_entry theirs;
    static const uint8_t other_code[RECOVERY_CODE_BYTES] = {7};
    struct recovery_code other;
    begin();
    CHECK_ERR(recovery_code_derive(other_code, &other), OK);
    add_phone();
    struct slice winner = phones_entry(&theirs, &other);
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    memset(&w.o->codes, 0, sizeof w.o->codes);
    (void)put_and(WIRE_CODE_EXISTS);
    w.out.state = false;
    CHECK_ERR(
        tell_chain(own_world_asked(&w, FRAME_CHAIN_GET), &winner, 1, recovery_code_hpke(&other)),
        OK);
    CHECK(wishes() == 0 && own_world_setting(&w, "chain-undone") == 1 && w.out.state);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    CHECK_BYTES(SLICE_ARRAY(head().recovery), SLICE_ARRAY(other.sign.b));
    end();
}

/* What the winner said already need not be said. */
TEST(a_wish_that_came_true_is_forgotten)
{
    struct chain_entry e, last;
    begin();
    add_phone();
    struct slice phone = slice_make(own_world_key(PHONE), CHAIN_KEY_SIZE), bytes;
    CHECK_ERR(own_chain_drop(w.o, &w.s, phone, NULL, NULL), OK);
    last = head();
    struct crypto_sign_secret secret = own_world_secret(PHONE);
    struct buf b = buf_arena(&w.arena, CHAIN_ENTRY_BYTES_MAX);
    chain_begin(&e, &last);
    e.why = CHAIN_WHY_DROPPED;
    CHECK_ERR(chain_drop(&e, phone.p), OK);
    CHECK_ERR(chain_plan(&last, &e, phone.p, false), OK);
    CHECK_ERR(chain_sign(&last, &e, &secret), OK);
    CHECK_ERR(chain_encode(&b, &e), OK);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    (void)put_and(WIRE_CODE_EXISTS);
    CHECK_ERR(tell_chain(own_world_asked(&w, FRAME_CHAIN_GET), &bytes, 1, SLICE_EMPTY), OK);
    CHECK(wishes() == 0 && own_world_setting(&w, "chain-undone") == 0 &&
          own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    end();
}

TEST(an_entry_that_was_refused_waits_for_the_next_connection)
{
    begin();
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    (void)put_and(WIRE_CODE_RATE);
    CHECK(w.o->chain_stuck && wishes() == 1 && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    struct chain_entry e = head();
    struct wire_ready r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    (void)put_and(0);
    CHECK(head().n == 1);
    end();
}

/* The gateway says that devices have written enough today: who has the old code writes by it. */
TEST(the_old_code_writes_where_devices_may_not)
{
    struct chain_entry e, first;
    begin();
    first = head();
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, &now), OK);
    struct wire_chain_put p = put_and(WIRE_CODE_RATE);
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK_BYTES(slice_make(chain_signer(&first, &e, 0), CHAIN_KEY_SIZE), SLICE_ARRAY(w.o->device));
    CHECK(!w.o->chain_stuck);
    p = put_and(WIRE_CODE_RATE);
    CHECK_ERR(chain_read(p.entry, &e), OK);
    CHECK_BYTES(slice_make(chain_signer(&first, &e, 0), CHAIN_KEY_SIZE), SLICE_ARRAY(now.sign.b));
    CHECK(w.o->chain_stuck && own_world_asks(&w, FRAME_CHAIN_PUT) == 0); /* once */
    end();
}

TEST(an_answer_to_a_wish_that_is_gone_changes_nothing)
{
    begin();
    CHECK_ERR(own_chain_code(w.o, &w.s, &to_be, NULL), OK);
    own_world_sql(&w, "DELETE FROM chain_wish");
    (void)put_and(0);
    CHECK(head().n == 0);
    end();
}

/* ---- what the gateway tells ------------------------------------------------------------------ */

TEST(the_key_of_the_code_is_taken_when_it_is_the_one_that_is_named)
{
    struct slice hpke;
    begin();
    own_world_sql(&w, "DELETE FROM setting WHERE key='recovery-hpke'");
    w.o->base.slot_due = false;
    struct wire_chain c = {SLICE_ARRAY(w.o->account), NULL, 0, true, recovery_code_hpke(&to_be)};
    CHECK_ERR(own_chain_take_hpke(w.o, &w.s, &c), OK);
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), ERR_GONE);
    c.hpke = recovery_code_hpke(&now);
    c.has_hpke = false;
    CHECK_ERR(own_chain_take_hpke(w.o, &w.s, &c), OK);
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), ERR_GONE);
    CHECK(!w.o->base.slot_due);
    c.has_hpke = true;
    CHECK_ERR(own_chain_take_hpke(w.o, &w.s, &c), OK);
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), OK);
    CHECK_BYTES(hpke, recovery_code_hpke(&now));
    CHECK(w.o->base.slot_due && own_world_setting(&w, "record-due") == 1);
    end();
}

/* A branch may have begun below what was asked for: it is asked for from there, once. */
TEST(what_does_not_follow_is_asked_for_from_below_once)
{
    struct chain_entry theirs;
    begin();
    add_phone();
    struct slice next = phones_entry(&theirs, &to_be);
    own_world_sql(&w, "DELETE FROM chain WHERE n=1 AND person=1");
    struct chain_entry e = head();
    CHECK(e.n == 0);
    e.n = 9;
    e.hash[0] ^= 1;
    struct wire_ready r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    CHECK_ERR(tell_chain(own_world_asked(&w, FRAME_CHAIN_GET), &next, 1, SLICE_EMPTY), OK);
    CHECK(w.o->chain_low && asked_from(OWN_CONN_DEVICE) == 0);
    CHECK_BYTES(SLICE_ARRAY(w.o->chain_there), SLICE_ARRAY(theirs.hash));
    CHECK_ERR(tell_chain(own_world_asked(&w, FRAME_CHAIN_GET), &next, 1, SLICE_EMPTY), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    end();
}

TEST(a_chain_that_is_refused_or_of_another_form_changes_nothing)
{
    begin();
    struct chain_entry e = head();
    e.n = 9;
    struct wire_ready r = ready_of(&e, true);
    CHECK_ERR(own_chain_ready(w.o, &w.s, &r), OK);
    struct own_ask q = own_world_asked(&w, FRAME_CHAIN_GET);
    CHECK_ERR(own_chain_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_UNKNOWN), OK);
    CHECK_ERR(own_chain_answer(w.o, &w.s, &q, FRAME_ACK, SLICE_EMPTY, 0), OK);
    CHECK(own_chain_answer(w.o, &w.s, &q, FRAME_CHAIN, SLICE_LITERAL("x"), 0) != OK);
    CHECK(head().n == 0);
    end();
}

TEST(a_bare_word_that_this_device_is_none_asks_for_an_entry)
{
    begin();
    w.o->conn[OWN_CONN_CHAINS].line = OWN_CLOSED;
    CHECK_ERR(own_chain_doubt(w.o, &w.s), OK);
    CHECK(w.o->doubt && w.o->chains_wanted && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    bool dialled = false;
    for (size_t i = 0; i < w.out.n; i++) {
        dialled |= w.out.v[i].kind == ABI_DIAL && w.out.v[i].dial.conn == OWN_CONN_CHAINS;
    }
    CHECK(dialled);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    CHECK_ERR(own_chain_work(w.o, &w.s), OK);
    CHECK(!w.o->doubt && asked_from(OWN_CONN_CHAINS) == 0);
    CHECK(!w.o->dropped && head().n == 0); /* nothing is believed but an entry */
    (void)own_world_asked(&w, FRAME_CHAIN_GET);
    w.o->dropped = true; /* it is known */
    CHECK_ERR(own_chain_doubt(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    end();
}

/* ---- recovery -------------------------------------------------------------------------------- */

/* As a new device that has the code: not listed, and the person has chosen. */
static void recovering(void)
{
    struct crypto_sign_public pub;
    crypto_sign_generate(&w.o->device_secret, &pub);
    memcpy(w.o->device, pub.b, sizeof w.o->device);
    CHECK_ERR(store_own_setting_put_int(w.store, "recovering", OWN_RECOVER_ENTRY), OK);
    w.o->base.ready = false;
    w.o->recovering = true;
    w.o->codes.old = now;
    w.o->codes.has_old = true;
}

TEST(a_recovery_writes_one_entry_by_the_code)
{
    begin();
    struct chain_entry first = head();
    recovering();
    CHECK_ERR(own_chain_recover(w.o, &w.s, SLICE_EMPTY, &to_be, &now), OK);
    (void)put_and(0);
    struct chain_entry e = head();
    CHECK(e.n == 1 && e.why == CHAIN_WHY_RECOVERED && e.device_n == 1 && w.o->recovered);
    CHECK(chain_has_device(&e, w.o->device) && !chain_has_device(&e, first.devices[0].key));
    CHECK_BYTES(SLICE_ARRAY(e.recovery), SLICE_ARRAY(to_be.sign.b));
    end();
}

/* It does not continue what stands there: that was another chain than the gateway has. */
TEST(a_recovery_that_does_not_fit_begins_anew)
{
    begin();
    recovering();
    CHECK_ERR(own_chain_recover(w.o, &w.s, SLICE_EMPTY, &to_be, &now), OK);
    (void)put_and(WIRE_CODE_CHAIN);
    CHECK(wishes() == 0 && own_world_setting(&w, "recovering") == OWN_RECOVER_ASKING);
    CHECK(own_world_setting(&w, "chain-undone") == 1 && w.out.state && head().n == 0);
    CHECK(w.o->codes.has_old && !w.o->codes.has_fresh); /* the code stays, until it is done */
    CHECK(w.o->conn[OWN_CONN_DEVICE].line == OWN_CLOSED);
    end();
}

TEST(an_account_begins_with_an_entry_of_its_own)
{
    struct own_world_account a;
    struct store_person me;
    struct slice hpke;
    own_world_begin(&w);
    CHECK_ERR(recovery_code_derive(code_of_now, &now), OK);
    memcpy(w.o->device, own_world_key(7), sizeof w.o->device);
    w.o->device_secret = own_world_secret(7);
    w.o->inbox[0] = 9;
    memcpy(w.o->gateway, "http://gw.test", 15);
    CHECK_ERR(own_chain_first(w.o, &w.s, &now, SLICE_LITERAL("Ana")), OK);
    struct chain_entry e = head();
    CHECK(e.n == 0 && e.device_n == 1 && chain_has_device(&e, own_world_key(7)));
    CHECK_BYTES(SLICE_ARRAY(e.id), SLICE_ARRAY(w.o->account));
    CHECK_BYTES(SLICE_ARRAY(e.recovery), SLICE_ARRAY(now.sign.b));
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &me), OK);
    CHECK_BYTES(SLICE_ARRAY(me.account), SLICE_ARRAY(w.o->account));
    CHECK_BYTES(me.name, SLICE_LITERAL("Ana"));
    CHECK_ERR(own_chain_hpke(&w.s, &hpke), OK);
    CHECK_BYTES(hpke, recovery_code_hpke(&now));
    CHECK_ERR(own_chain_first(w.o, &w.s, &now, SLICE_LITERAL("Ana")), ERR_STATE); /* there is one */
    own_world_account(&a, 7, 101); /* another code, another account */
    CHECK(memcmp(a.id, w.o->account, sizeof a.id) != 0);
    own_world_end(&w);
}

TEST(the_devices_of_the_newest_entry_are_known)
{
    struct own_world_account a;
    own_world_begin(&w);
    own_world_account(&a, 7, 101);
    own_world_added(&a, 8, 7);
    own_world_be(&w, &a, 7);
    own_world_sql(&w, "DELETE FROM device");
    CHECK_ERR(own_chain_devices(&w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE gone=0") == 2);
    own_world_sql(&w, "UPDATE device SET gone=1,name='kept'");
    CHECK_ERR(own_chain_devices(&w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE gone=0 AND name='kept'") == 2);
    own_world_end(&w);
}

/* One after the other, by whomever. */
TEST(what_others_did_to_my_list_is_taken_and_said)
{
    struct own_world_account a;
    struct own_identity_change c;
    own_world_begin(&w);
    own_world_account(&a, 7, 101);
    own_world_added(&a, 8, 7);
    own_world_be(&w, &a, 7);
    (void)own_world_chat(&w, STORE_CHAT_SELF, 0);
    own_world_added(&a, 9, 8);
    own_world_dropped(&a, 8, 9);
    CHECK_ERR(own_chain_take_own(w.o, &w.s, &a.bytes[2], 2, &c), OK);
    CHECK(c.news == OWN_IDENTITY_GREW && c.devices && c.dropped && head().n == 3);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 2); /* in, and out */
    CHECK(!w.o->dropped && w.o->base.slot_due && w.s.durable);
    own_world_dropped(&a, 7, 9);
    CHECK_ERR(own_chain_take_own(w.o, &w.s, &a.bytes[4], 1, &c), OK);
    CHECK(w.o->dropped && w.o->conn[OWN_CONN_DEVICE].line == OWN_CLOSED);
    CHECK_ERR(own_chain_take_own(w.o, &w.s, &a.bytes[4], 1, &c), OK);
    CHECK(c.news == OWN_IDENTITY_NOTHING);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(the_first_entry_lists_this_device_and_names_the_code),
          TEST_ROW(a_gateway_that_has_it_all_is_asked_nothing),
          TEST_ROW(a_gateway_that_has_another_head_is_asked_for_it),
          TEST_ROW(a_gateway_that_lost_entries_gets_them_again),
          TEST_ROW(a_new_code_is_used_when_the_gateway_has_acknowledged_it),
          TEST_ROW(nothing_is_put_before_it_can_be), TEST_ROW(dropped_devices_are_off_the_list),
          TEST_ROW(a_draft_is_signed_by_the_device_that_it_adds),
          TEST_ROW(a_draft_is_stale_when_the_chain_has_grown),
          TEST_ROW(devices_write_so_many_entries_a_day_and_the_code_may_write_more),
          TEST_ROW(an_entry_whose_number_is_taken_is_made_anew_behind_the_winner),
          TEST_ROW(a_code_that_is_no_longer_here_is_said_to_be_undone),
          TEST_ROW(a_wish_that_came_true_is_forgotten),
          TEST_ROW(an_entry_that_was_refused_waits_for_the_next_connection),
          TEST_ROW(the_old_code_writes_where_devices_may_not),
          TEST_ROW(an_answer_to_a_wish_that_is_gone_changes_nothing),
          TEST_ROW(the_key_of_the_code_is_taken_when_it_is_the_one_that_is_named),
          TEST_ROW(what_does_not_follow_is_asked_for_from_below_once),
          TEST_ROW(a_chain_that_is_refused_or_of_another_form_changes_nothing),
          TEST_ROW(a_bare_word_that_this_device_is_none_asks_for_an_entry),
          TEST_ROW(a_recovery_writes_one_entry_by_the_code),
          TEST_ROW(a_recovery_that_does_not_fit_begins_anew),
          TEST_ROW(an_account_begins_with_an_entry_of_its_own),
          TEST_ROW(the_devices_of_the_newest_entry_are_known),
          TEST_ROW(what_others_did_to_my_list_is_taken_and_said))
