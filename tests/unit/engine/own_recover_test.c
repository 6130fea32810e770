/* Recovery (own/recover.h): what a device writes, and how the code alone brings the account back:
 * the chain, the record, then one entry. */
#include "engine/own/recover.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/rand.h"
#include "engine/own/account.h"
#include "engine/own/ask.h"
#include "engine/own/people.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/people.h"

#define DAY_MS (24 * 3600ull * 1000)
#define PART_BYTES_MAX 8192

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t code_to_be[RECOVERY_CODE_BYTES] = {4, 5, 6};
static const uint8_t code_of_another[RECOVERY_CODE_BYTES] = {7};

static struct own_world w;
static struct own_world_account bela;
static struct recovery_code now, to_be, another;

/* What the gateway has of the account, by its old device. */
static struct {
    uint8_t account[CHAIN_HASH_SIZE], inbox[16], device[CHAIN_KEY_SIZE], head[CHAIN_HASH_SIZE];
    uint8_t entry[CHAIN_ENTRY_BYTES_MAX], part[PART_BYTES_MAX];
    size_t entry_n, part_n;
    uint64_t number;
} there;

/* ---- writing -------------------------------------------------------------------------------- */

/* The device that the account had: it knows Bela. */
static void old_device(void)
{
    int64_t chat = 0;
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    CHECK_ERR(recovery_code_derive(code_of_now, &now), OK);
    CHECK_ERR(recovery_code_derive(code_to_be, &to_be), OK);
    CHECK_ERR(recovery_code_derive(code_of_another, &another), OK);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_add(w.o, &w.s, own_world_link(&w, &bela, SLICE_EMPTY), &chat), OK);
    (void)own_world_know(&w, &bela, 1);
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 1), OK);
}

/* The part that this device puts up now. */
static struct wire_record_put part(void)
{
    struct wire_record_put p;
    struct slice body;
    memset(&p, 0, sizeof p);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    if (!own_world_sent(&w, OWN_CONN_DEVICE, FRAME_RECORD_PUT, &body)) {
        check_fail(__FILE__, __LINE__, "a part was put up");
        return p;
    }
    CHECK_ERR(wire_record_put_decode(&w.arena, body, &p), OK);
    return p;
}

static enum err answered(uint64_t failure)
{
    struct own_ask q = own_world_asked(&w, FRAME_RECORD_PUT);
    return own_recover_answer(w.o, &w.s, &q, failure == 0 ? FRAME_ACK : FRAME_FAILURE, SLICE_EMPTY,
                              failure);
}

static void end(void)
{
    own_world_end(&w);
}

TEST(a_part_is_put_up_when_something_changed_and_once)
{
    struct slice plain;
    old_device();
    struct wire_record_put p = part();
    CHECK(own_world_setting(&w, "record-due") == 2 && p.number >= w.s.now_ms);
    CHECK_ERR(recovery_code_open(&w.arena, &now, RECOVERY_CODE_RECORD, p.body, &plain), OK);
    CHECK_ERR(recovery_code_open(&w.arena, &another, RECOVERY_CODE_RECORD, p.body, &plain),
              ERR_AUTH);
    CHECK_ERR(own_recover_work(w.o, &w.s), OK); /* under way */
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 1);
    CHECK_ERR(answered(0), OK);
    CHECK(own_world_setting(&w, "record-due") == 0);
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 0);
    end();
}

TEST(what_changes_while_it_is_under_way_is_put_up_again_by_a_higher_number)
{
    old_device();
    uint64_t first = part().number;
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 1), OK);
    CHECK_ERR(answered(0), OK);
    CHECK(own_world_setting(&w, "record-due") == 1);
    w.s.now_ms -= DAY_MS; /* whatever the clock says */
    CHECK(part().number > first);
    end();
}

TEST(who_may_not_write_puts_nothing_up)
{
    old_device();
    w.o->base.ready = false;
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    w.o->base.ready = true;
    w.o->dropped = true;
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    w.o->dropped = false;
    w.o->conn[OWN_CONN_DEVICE].line = OWN_DIALLING;
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 0), OK);
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    CHECK_ERR(store_own_setting_put_int(w.store, "registered", 1), OK);
    own_world_sql(&w, "DELETE FROM setting WHERE key='recovery-hpke'"); /* to whom? */
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 0);
    end();
}

TEST(a_part_that_was_refused_waits)
{
    old_device();
    (void)part();
    CHECK_ERR(answered(WIRE_CODE_RATE), OK);
    CHECK(own_world_setting(&w, "record-due") != 0 && w.o->record_at_ms > w.s.now_ms);
    CHECK_ERR(own_recover_work(w.o, &w.s), OK);
    CHECK(own_world_asks(&w, FRAME_RECORD_PUT) == 0);
    w.s.now_ms = w.o->record_at_ms;
    (void)part();
    end();
}

/* A higher number stands there: it is found in strides, each twice the one before. */
TEST(a_number_that_is_too_low_is_raised_in_strides)
{
    uint64_t last = 0, stride = 0;
    old_device();
    for (int tries = 0; tries < 4; tries++) {
        uint64_t number = part().number;
        CHECK(number > last && (tries < 2 || number - last > stride));
        stride = tries == 0 ? 0 : number - last;
        CHECK(tries == 0 || stride >= DAY_MS);
        last = number;
        CHECK_ERR(answered(WIRE_CODE_STALE), OK);
        w.s.now_ms = w.o->record_at_ms;
    }
    (void)part();
    CHECK_ERR(answered(0), OK);
    CHECK(own_world_setting(&w, "record-step") == 0);
    end();
}

/* ---- coming back ---------------------------------------------------------------------------- */

/* The old device is lost; what the gateway has is in `there`. */
static void lose_device(void)
{
    struct slice entry = SLICE_EMPTY;
    size_t n = 0;
    old_device();
    struct wire_record_put p = part();
    CHECK_ERR(store_chain_entries(w.store, &w.arena, STORE_PERSON_ME, 0, 0, &entry, 1, &n), OK);
    CHECK(n == 1 && p.body.n <= sizeof there.part && p.head.n == sizeof there.head);
    memset(&there, 0, sizeof there);
    memcpy(there.account, w.o->account, sizeof there.account);
    memcpy(there.inbox, w.o->inbox, sizeof there.inbox);
    memcpy(there.device, w.o->device, sizeof there.device);
    memcpy(there.head, p.head.p, sizeof there.head);
    memcpy(there.entry, entry.p, entry.n);
    memcpy(there.part, p.body.p, p.body.n);
    there.entry_n = entry.n;
    there.part_n = p.body.n;
    there.number = p.number;
    end();
}

/* A new device, with the code. */
static void begin(const struct recovery_code *code)
{
    uint8_t luck[32];
    lose_device();
    own_world_begin(&w);
    crypto_rand(luck, sizeof luck); /* each world draws the same: not the key of the old device */
    w.o->suite = CRYPTO_SUITE_X25519_CHACHA;
    CHECK_ERR(
        own_recover_begin(w.o, &w.s, code, SLICE_LITERAL("http://gw.test"), SLICE_LITERAL("phone")),
        OK);
    CHECK_ERR(own_account_load(w.o, &w.s), OK); /* as opening does, behind it */
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
}

/* The last that the screen was told of how it goes; 0 nothing. */
static uint64_t phase(void)
{
    uint64_t last = 0;
    for (size_t i = 0; i < w.out.n; i++) {
        const struct abi_effect *e = &w.out.v[i];
        if (e->kind == ABI_PATCH && e->patch.change.kind == ABI_LINK_PROGRESS) {
            last = e->patch.change.link_progress.phase;
        }
    }
    effects_init(&w.out, &w.arena);
    return last;
}

static struct wire_ready ready_of(void)
{
    struct wire_ready r;
    memset(&r, 0, sizeof r);
    r.known = r.has_account = r.has_inbox = true;
    r.account = SLICE_ARRAY(there.account);
    r.inbox = SLICE_ARRAY(there.inbox);
    return r;
}

static void ready(void)
{
    struct wire_ready r = ready_of();
    CHECK_ERR(own_recover_ready(w.o, &w.s, &r), OK);
}

static enum err tell_chain(const struct slice *entries, size_t n)
{
    struct wire_chain c = {SLICE_ARRAY(there.account), entries, n, false, SLICE_EMPTY};
    struct buf b = buf_arena(&w.arena, 8192);
    (void)own_world_asked(&w, FRAME_CHAIN_GET);
    wire_chain_put(&b, &c);
    return own_recover_chain(w.o, &w.s, buf_view(&b), 0);
}

static void tell_whole_chain(void)
{
    struct slice entry = slice_make(there.entry, there.entry_n);
    CHECK_ERR(tell_chain(&entry, 1), OK);
}

static struct wire_record part_there(void)
{
    return (struct wire_record){SLICE_ARRAY(there.device), there.number, SLICE_ARRAY(there.head),
                                slice_make(there.part, there.part_n), 0};
}

static enum err tell_part(const struct wire_record *r)
{
    struct buf b = buf_arena(&w.arena, r->body.n + 256);
    struct own_ask q = own_world_asked(&w, FRAME_RECORD_GET);
    wire_record_put(&b, r);
    return own_recover_answer(w.o, &w.s, &q, FRAME_RECORD, buf_view(&b), 0);
}

/* Up to where the person chooses. */
static void choose(void)
{
    struct wire_record r = part_there();
    ready();
    tell_whole_chain();
    CHECK_ERR(tell_part(&r), OK);
    CHECK(phase() == ABI_LINK_PHASE_CHOOSE &&
          own_world_setting(&w, "recovering") == OWN_RECOVER_CHOOSE);
}

static enum err finish(const struct slice *keep, size_t keep_n, const struct slice *take,
                       size_t take_n)
{
    return own_recover_finish(w.o, &w.s, &to_be, keep, keep_n, take, take_n);
}

TEST(a_recovery_begins_within_its_bounds)
{
    static char many[256];
    lose_device();
    own_world_begin(&w);
    memset(many, 'x', sizeof many);
    struct slice gateway = SLICE_LITERAL("http://gw.test"), name = SLICE_LITERAL("phone");
    CHECK_ERR(own_recover_begin(w.o, &w.s, &now, slice_make(many, sizeof w.o->gateway), name),
              ERR_INPUT);
    CHECK_ERR(own_recover_begin(w.o, &w.s, &now, gateway, slice_make(many, LIMIT_NAME_BYTES + 1)),
              ERR_INPUT);
    CHECK_ERR(own_recover_again(w.o, &w.s, &now), ERR_STATE); /* none is under way */
    CHECK(!w.o->recovering);
    CHECK_ERR(own_recover_begin(w.o, &w.s, &now, gateway, name), OK);
    CHECK(w.o->recovering && w.o->codes.has_old &&
          own_world_setting(&w, "recovering") == OWN_RECOVER_ASKING);
    CHECK_ERR(own_recover_again(w.o, &w.s, &now), OK); /* after a restart */
    end();
}

TEST(a_code_of_nobody_fails_and_begins_nothing)
{
    begin(&now);
    struct wire_ready r = ready_of();
    r.known = false;
    CHECK_ERR(own_recover_ready(w.o, &w.s, &r), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    r = ready_of();
    r.account.n--;
    CHECK_ERR(own_recover_ready(w.o, &w.s, &r), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    r = ready_of();
    r.has_inbox = false;
    CHECK_ERR(own_recover_ready(w.o, &w.s, &r), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM person") == 0);
    end();
}

TEST(the_code_has_to_be_that_of_the_newest_entry)
{
    begin(&another);
    ready();
    CHECK(phase() == ABI_LINK_PHASE_MOVING);
    tell_whole_chain();
    CHECK(phase() == ABI_LINK_PHASE_FAILED && own_world_asks(&w, FRAME_RECORD_GET) == 0);
    end();
}

TEST(a_chain_that_is_none_of_this_account_fails)
{
    begin(&now);
    ready();
    CHECK_ERR(tell_chain(bela.bytes, 1), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    ready();
    CHECK_ERR(tell_chain(NULL, 0), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED && own_world_asks(&w, FRAME_RECORD_GET) == 0);
    ready();
    (void)own_world_asked(&w, FRAME_CHAIN_GET);
    CHECK_ERR(own_recover_chain(w.o, &w.s, SLICE_EMPTY, WIRE_CODE_UNKNOWN), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    CHECK(own_world_setting(&w, "recovering") == OWN_RECOVER_ASKING);
    end();
}

TEST(without_a_part_the_person_chooses_all_the_same)
{
    begin(&now);
    ready();
    tell_whole_chain();
    struct own_ask q = own_world_asked(&w, FRAME_RECORD_GET);
    CHECK_ERR(own_recover_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_BUSY), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    CHECK_ERR(own_recover_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_UNKNOWN), OK);
    CHECK(phase() == ABI_LINK_PHASE_CHOOSE);
    /* what comes later is not asked for any more */
    CHECK_ERR(own_recover_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_BUSY), OK);
    CHECK(phase() == 0 && own_world_setting(&w, "recovering") == OWN_RECOVER_CHOOSE);
    end();
}

TEST(a_part_that_cannot_be_read_is_said_and_stops_nothing)
{
    begin(&now);
    ready();
    tell_whole_chain();
    struct wire_record r = part_there();
    there.part[there.part_n - 1] ^= 1;
    r.left = 1; /* there is one more */
    CHECK_ERR(tell_part(&r), OK);
    CHECK(phase() != ABI_LINK_PHASE_FAILED && own_world_asks(&w, FRAME_RECORD_GET) == 1);
    there.part[there.part_n - 1] ^= 1;
    r.left = 0;
    uint8_t foreign[CHAIN_KEY_SIZE];
    memcpy(foreign, own_world_key(50), sizeof foreign);
    r.device = SLICE_ARRAY(foreign); /* in the name of a device that did not sign it */
    CHECK_ERR(tell_part(&r), OK);
    CHECK(phase() == ABI_LINK_PHASE_CHOOSE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM recover_part WHERE state=2") == 2);
    end();
}

TEST(a_part_of_another_form_is_refused)
{
    begin(&now);
    ready();
    tell_whole_chain();
    struct wire_record r = part_there();
    r.device.n--;
    CHECK_ERR(tell_part(&r), ERR_INPUT);
    CHECK(own_world_setting(&w, "recovering") == OWN_RECOVER_ASKING);
    end();
}

TEST(the_person_chooses_among_what_there_is)
{
    begin(&now);
    struct slice old = SLICE_ARRAY(there.device);
    struct slice foreign = slice_make(own_world_key(50), CHAIN_KEY_SIZE);
    struct slice cut = slice_make(there.device, CHAIN_KEY_SIZE - 1);
    CHECK_ERR(finish(&old, 1, &old, 1), ERR_STATE); /* not so far yet */
    choose();
    CHECK_ERR(finish(&foreign, 1, NULL, 0), ERR_INPUT);
    CHECK_ERR(finish(&cut, 1, NULL, 0), ERR_INPUT);
    CHECK(own_world_setting(&w, "recovering") == OWN_RECOVER_CHOOSE);
    CHECK_ERR(finish(&old, 1, &old, 1), OK);
    CHECK(own_world_setting(&w, "recovering") == OWN_RECOVER_ENTRY &&
          own_world_asks(&w, FRAME_CHAIN_PUT) == 1);
    CHECK_ERR(finish(&old, 1, &old, 1), ERR_STATE); /* once */
    end();
}

/* From there to the end. */
static void done(const struct slice *keep, size_t keep_n, const struct slice *take, size_t take_n)
{
    CHECK_ERR(finish(keep, keep_n, take, take_n), OK);
    struct own_ask q = own_world_asked(&w, FRAME_CHAIN_PUT);
    CHECK_ERR(own_chain_answer(w.o, &w.s, &q, FRAME_ACK, SLICE_EMPTY, 0), OK);
    CHECK(w.o->recovered);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_recover_done(w.o, &w.s), OK);
    CHECK(w.o->base.ready && !w.o->recovering && !w.o->codes.has_old && !w.o->recovered);
    CHECK(own_world_setting(&w, "recovering") == OWN_RECOVER_NONE &&
          phase() == ABI_LINK_PHASE_DONE);
}

TEST(the_account_is_back_with_its_people)
{
    struct store_own_person_door door;
    struct chain_entry head;
    struct store_person p;
    begin(&now);
    struct slice old = SLICE_ARRAY(there.device);
    choose();
    done(NULL, 0, &old, 1);
    CHECK_ERR(store_chain_head(w.store, STORE_PERSON_ME, &head), OK);
    CHECK(head.n == 1 && head.device_n == 1 && chain_has_device(&head, w.o->device));
    CHECK_BYTES(SLICE_ARRAY(head.recovery), SLICE_ARRAY(to_be.sign.b));
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &p), OK);
    CHECK_BYTES(p.name, SLICE_LITERAL("Ana"));
    CHECK_ERR(store_own_person_door(w.store, STORE_PERSON_ME, &door), OK);
    CHECK_BYTES(SLICE_ARRAY(door.inbox), SLICE_ARRAY(there.inbox));
    CHECK_ERR(store_person_find(w.store, &w.arena, bela.id, &p), OK);
    CHECK_ERR(store_own_person_door(w.store, p.id, &door), OK);
    CHECK(p.contact == 1 && door.has_inbox && door.inbox[0] == bela.id[0]);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE name='phone'") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE type=0") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE notice=17") == 0);
    end();
}

TEST(a_device_that_stays_is_kept_and_a_part_that_was_not_chosen_is_not_read)
{
    struct chain_entry head;
    struct store_person p;
    begin(&now);
    struct slice old = SLICE_ARRAY(there.device);
    choose();
    done(&old, 1, NULL, 0);
    CHECK_ERR(store_chain_head(w.store, STORE_PERSON_ME, &head), OK);
    CHECK(head.device_n == 2 && chain_has_device(&head, there.device));
    CHECK_ERR(store_person_find(w.store, &w.arena, bela.id, &p), ERR_GONE);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE type=0") == 1); /* notes, anew */
    end();
}

TEST(what_could_not_be_read_is_said_at_the_end)
{
    begin(&now);
    ready();
    tell_whole_chain();
    struct wire_record r = part_there();
    there.part[0] ^= 1;
    CHECK_ERR(tell_part(&r), OK);
    CHECK(phase() == ABI_LINK_PHASE_CHOOSE);
    done(NULL, 0, NULL, 0);
    CHECK(own_world_setting(&w, "recover-skipped") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE notice=17") == 1);
    end();
}

/* Put, and the answer was lost: the same entry again, and nothing else. */
TEST(an_entry_on_its_way_is_put_again)
{
    begin(&now);
    choose();
    CHECK_ERR(finish(NULL, 0, NULL, 0), OK);
    (void)own_world_asked(&w, FRAME_CHAIN_PUT);
    ready();
    CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 1 && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    end();
}

/* The gateway names another account than before, when the person has chosen already. */
TEST(another_account_in_between_is_refused)
{
    begin(&now);
    choose();
    struct wire_ready r = ready_of();
    r.account = SLICE_ARRAY(bela.id);
    CHECK_ERR(own_recover_ready(w.o, &w.s, &r), OK);
    CHECK(phase() == ABI_LINK_PHASE_FAILED);
    CHECK_BYTES(SLICE_ARRAY(w.o->account), SLICE_ARRAY(there.account));
    end();
}

TEST_MAIN(TEST_ROW(a_part_is_put_up_when_something_changed_and_once),
          TEST_ROW(what_changes_while_it_is_under_way_is_put_up_again_by_a_higher_number),
          TEST_ROW(who_may_not_write_puts_nothing_up), TEST_ROW(a_part_that_was_refused_waits),
          TEST_ROW(a_number_that_is_too_low_is_raised_in_strides),
          TEST_ROW(a_recovery_begins_within_its_bounds),
          TEST_ROW(a_code_of_nobody_fails_and_begins_nothing),
          TEST_ROW(the_code_has_to_be_that_of_the_newest_entry),
          TEST_ROW(a_chain_that_is_none_of_this_account_fails),
          TEST_ROW(without_a_part_the_person_chooses_all_the_same),
          TEST_ROW(a_part_that_cannot_be_read_is_said_and_stops_nothing),
          TEST_ROW(a_part_of_another_form_is_refused),
          TEST_ROW(the_person_chooses_among_what_there_is),
          TEST_ROW(the_account_is_back_with_its_people),
          TEST_ROW(a_device_that_stays_is_kept_and_a_part_that_was_not_chosen_is_not_read),
          TEST_ROW(what_could_not_be_read_is_said_at_the_end),
          TEST_ROW(an_entry_on_its_way_is_put_again),
          TEST_ROW(another_account_in_between_is_refused))
