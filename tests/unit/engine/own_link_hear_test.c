/* The hearing half of a device link (own/link_hear.h): what is the next message, what each may do
 * in which phase, and that anything else ends the link. */
#include "engine/own/link_hear.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/chain.h"
#include "engine/own/identity.h"
#include "engine/own/link_state.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/gen/wire.h"
#include "store/own_setting.h"
#include "store/people.h"

#define HANDLE 7
#define OF_NEW 9 /* the key of the device that is linked */

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};
static const uint8_t secret[OWN_PAIRING_KEY_SIZE] = {4, 5, 6};

static struct own_world w;
static struct own_world_account ana; /* whose account it is, on the new side */
static uint64_t seq;

static void put(const char *key, struct slice value)
{
    CHECK_ERR(store_own_setting_put(w.store, key, value), OK);
}

static void begin(enum own_link_role role, enum own_link_phase phase)
{
    own_world_begin(&w);
    if (role == ROLE_OLD) {
        own_world_found(&w, code_of_now);
    } else { /* a device that has a key and nothing else */
        struct crypto_sign_secret key = own_world_secret(OF_NEW);
        put("device-secret", SLICE_ARRAY(key.seed));
        put("gateway", SLICE_LITERAL("http://gw.test"));
        w.o->conn[OWN_CONN_ANON].line = OWN_READY;
        memcpy(w.o->device, own_world_key(OF_NEW), sizeof w.o->device);
        w.o->device_secret = key;
    }
    put("link-secret", SLICE_ARRAY(secret));
    put("link-words", SLICE_LITERAL("1 2 3"));
    put("link-name", SLICE_LITERAL("phone"));
    CHECK_ERR(store_own_setting_put_int(w.store, "link-role", role), OK);
    CHECK_ERR(store_own_setting_put_int(w.store, "link-phase", phase), OK);
    w.o->link.opened = true;
    w.o->link.handle = HANDLE;
    seq = 0;
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct own_link now(void)
{
    struct own_link l;
    CHECK_ERR(own_link_load(&w.s, &l), OK);
    return l;
}

static bool is_over(void)
{
    return now().role == ROLE_NONE;
}

static bool in_phase(enum own_link_phase phase)
{
    struct own_link l = now();
    return l.role != ROLE_NONE && l.phase == phase;
}

/* What the page was told last. */
static uint64_t told(void)
{
    for (size_t i = w.out.n; i-- > 0;) {
        if (w.out.v[i].kind == ABI_PATCH && w.out.v[i].patch.change.kind == ABI_LINK_PROGRESS) {
            return w.out.v[i].patch.change.link_progress.phase;
        }
    }
    return 0;
}

static struct buf b; /* of the message that is being made */
static struct buf *rest(void)
{
    b = buf_arena(&w.arena, 256);
    return &b;
}

static bool deliver(struct slice body)
{
    struct frame_deliver d = {.handle = HANDLE, .seq = ++seq, .body = body};
    bool taken = false;
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_link_deliver(w.o, &w.s, &d, &taken), OK);
    return taken;
}

/* [from, number, what, ...] */
static struct slice said(uint64_t from, uint64_t number, uint64_t what, size_t items,
                         struct slice tail)
{
    struct slice plain = SLICE_EMPTY;
    struct buf p = buf_arena(&w.arena, tail.n + 32);
    cbor_put_array(&p, items + 3);
    cbor_put_uint(&p, from);
    cbor_put_uint(&p, number);
    cbor_put_uint(&p, what);
    buf_slice(&p, tail);
    CHECK_ERR(buf_finish(&p, &plain), OK);
    return plain;
}

/* As that side seals its message of that number, whatever it says. */
static struct slice seal(uint64_t from, uint64_t number, struct slice plain)
{
    struct own_link l = now();
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(own_outer_seal(&w.arena, l.key, l.mailbox, number, (uint8_t)from, NULL, plain, &out),
              OK);
    return out;
}

static struct slice sealed(uint64_t from, uint64_t number, uint64_t what, size_t items,
                           struct slice tail)
{
    return seal(from, number, said(from, number, what, items, tail));
}

/* The other side's next message: what, and what was put into rest(). */
static void hear(uint64_t what, size_t items)
{
    struct own_link l = now();
    struct slice tail = items == 0 ? SLICE_EMPTY : buf_view(&b);
    uint64_t from = l.role == ROLE_NEW ? ROLE_OLD : ROLE_NEW;
    CHECK(deliver(sealed(from, (uint64_t)l.heard + 1, what, items, tail)));
}

static struct slice device(uint8_t k)
{
    return slice_make(own_world_key(k), CHAIN_KEY_SIZE);
}

/* ---- which message it is --------------------------------------------------------------------- */

TEST(what_lies_in_another_mailbox_is_not_of_the_link)
{
    struct frame_deliver d = {.handle = HANDLE + 1, .seq = 1, .body = SLICE_LITERAL("x")};
    bool taken = true;
    begin(ROLE_OLD, PHASE_HELLO);
    CHECK_ERR(own_link_deliver(w.o, &w.s, &d, &taken), OK);
    CHECK(!taken);
    d.handle = HANDLE;
    w.o->link.opened = false;
    CHECK_ERR(own_link_deliver(w.o, &w.s, &d, &taken), OK);
    CHECK(!taken);
    end();
}

TEST(only_the_next_message_counts)
{
    begin(ROLE_OLD, PHASE_HELLO);
    cbor_put_bytes(rest(), device(OF_NEW));
    cbor_put_text(&b, SLICE_LITERAL("phone"));
    struct slice hello = buf_view(&b);
    CHECK(deliver(SLICE_LITERAL("of nobody who knows the key")));
    CHECK(deliver(sealed(ROLE_NEW, 2, SAY_HELLO, 2, hello)));
    CHECK(deliver(sealed(ROLE_OLD, 1, SAY_HELLO, 2, hello))); /* what this side said */
    CHECK(deliver(seal(ROLE_NEW, 1, said(ROLE_OLD, 1, SAY_HELLO, 2, hello))));
    CHECK(deliver(seal(ROLE_NEW, 1, said(ROLE_NEW, 2, SAY_HELLO, 2, hello))));
    CHECK(in_phase(PHASE_HELLO) && now().heard == 0);
    CHECK(now().cursor == 5); /* read, and not asked for again */
    struct slice good = sealed(ROLE_NEW, 1, SAY_HELLO, 2, hello);
    CHECK(deliver(good));
    CHECK(in_phase(PHASE_CONFIRM) && now().heard == 1);
    CHECK(deliver(good)); /* again */
    CHECK(in_phase(PHASE_CONFIRM) && now().heard == 1);
    end();
}

TEST(what_was_read_before_is_not_read_again)
{
    begin(ROLE_OLD, PHASE_HELLO);
    CHECK_ERR(store_own_setting_put_int(w.store, "link-cursor", 5), OK);
    cbor_put_bytes(rest(), device(OF_NEW));
    cbor_put_text(&b, SLICE_LITERAL("phone"));
    seq = 4;
    hear(SAY_HELLO, 2);
    CHECK(in_phase(PHASE_HELLO) && now().heard == 0);
    hear(SAY_HELLO, 2);
    CHECK(in_phase(PHASE_CONFIRM) && now().cursor == 6);
    end();
}

/* ---- the old side ---------------------------------------------------------------------------- */

TEST(a_hello_asks_the_person_at_the_old_device)
{
    struct slice v;
    begin(ROLE_OLD, PHASE_HELLO);
    cbor_put_bytes(rest(), device(OF_NEW));
    cbor_put_text(&b, SLICE_LITERAL("tablet"));
    hear(SAY_HELLO, 2);
    CHECK(in_phase(PHASE_CONFIRM) && told() == ABI_LINK_PHASE_WORDS);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-device", &v), OK);
    CHECK_BYTES(v, device(OF_NEW));
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-name", &v), OK);
    CHECK_BYTES(v, SLICE_LITERAL("tablet"));
    end();
}

TEST(a_hello_that_is_none_ends_the_link)
{
    static char name[LIMIT_NAME_BYTES + 1];
    memset(name, 'x', sizeof name);
    for (int i = 0; i < 4; i++) {
        begin(ROLE_OLD, i == 3 ? PHASE_CONFIRM : PHASE_HELLO); /* not a second time, either */
        struct slice key = device(OF_NEW);
        key.n -= i == 0;
        cbor_put_bytes(rest(), key);
        cbor_put_text(&b, slice_make(name, i == 1 ? sizeof name : 5));
        b.n -= i == 2;
        hear(SAY_HELLO, 2);
        CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
        end();
    }
}

/* What each side may hear; from anything else it is not the other side that speaks. */
TEST(everything_has_its_phase)
{
    static const struct {
        enum own_link_role role;
        enum own_link_phase phase;
        enum own_link_say what;
    } rows[] = {
        {ROLE_OLD, PHASE_HELLO, SAY_SIGNED},
        {ROLE_OLD, PHASE_HELLO, SAY_IN},
        {ROLE_OLD, PHASE_HELLO, SAY_READY},
        {ROLE_OLD, PHASE_CONFIRM, SAY_SIGNED},
        {ROLE_OLD, PHASE_HELLO, SAY_DRAFT},
        {ROLE_OLD, PHASE_PEOPLE, SAY_READY},
        {ROLE_OLD, PHASE_HELLO, SAY_PAIRING},
        {ROLE_OLD, PHASE_PAIRING, SAY_HELLO},
        {ROLE_OLD, PHASE_PAIRING, SAY_NO},
        {ROLE_NEW, PHASE_CONFIRM, SAY_DRAFT},
        {ROLE_NEW, PHASE_ASK, SAY_ACCOUNT},
        {ROLE_NEW, PHASE_ASK, SAY_RECORDS},
        {ROLE_NEW, PHASE_ASK, SAY_END},
        {ROLE_NEW, PHASE_ASK, SAY_READY_ASK},
        {ROLE_NEW, PHASE_CHAIN, SAY_ACCOUNT},
        {ROLE_NEW, PHASE_ASK, SAY_HELLO},
        {ROLE_NEW, PHASE_ASK, (enum own_link_say)99},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(rows[i].role, rows[i].phase);
        hear(rows[i].what, 0);
        CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
        end();
    }
}

TEST(what_comes_after_a_no_is_too_late)
{
    begin(ROLE_OLD, PHASE_NO);
    hear(SAY_SIGNED, 0);
    CHECK(in_phase(PHASE_NO) && now().heard == 1);
    end();
}

/* A device that is linked has signed the draft: both signatures are put to the gateway. */
static struct slice draft_of(uint8_t k, uint8_t sig[CRYPTO_SIGN_SIZE])
{
    struct slice draft = SLICE_EMPTY;
    struct own fresh = {.device_secret = own_world_secret(k)};
    memcpy(fresh.device, own_world_key(k), sizeof fresh.device);
    CHECK_ERR(own_chain_draft(w.o, &w.s, own_world_key(k), &draft), OK);
    CHECK_ERR(own_chain_draft_sign(&fresh, draft, sig), OK);
    put("link-draft", draft);
    put("link-device", device(k));
    return draft;
}

TEST(a_signature_puts_the_entry)
{
    static const enum own_link_phase phases[] = {PHASE_SIGNED, PHASE_DRAFT};
    uint8_t sig[CRYPTO_SIGN_SIZE];
    for (size_t i = 0; i < 2; i++) { /* it may come before the answer to the draft */
        begin(ROLE_OLD, phases[i]);
        (void)draft_of(OF_NEW, sig);
        w.o->pair.until_ms = 5;
        cbor_put_bytes(rest(), SLICE_ARRAY(sig));
        hear(SAY_SIGNED, 1);
        CHECK(in_phase(PHASE_ACCOUNT) && w.o->pair.until_ms == 0);
        CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 1);
        end();
    }
}

TEST(a_signature_of_another_entry_needs_a_new_draft)
{
    struct slice kept;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    begin(ROLE_OLD, PHASE_SIGNED);
    struct slice draft = draft_of(OF_NEW, sig);
    struct chain_entry e;
    struct buf other = buf_arena(&w.arena, CHAIN_ENTRY_BYTES_MAX);
    CHECK_ERR(chain_read(draft, &e), OK);
    e.previous[0] ^= 1; /* my chain has grown since */
    CHECK_ERR(chain_encode(&other, &e), OK);
    put("link-draft", buf_view(&other));
    cbor_put_bytes(rest(), SLICE_ARRAY(sig));
    hear(SAY_SIGNED, 1);
    CHECK(in_phase(PHASE_DRAFT) && own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
    CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-draft", &kept), ERR_GONE);
    end();
}

TEST(a_wrong_signature_ends_the_link)
{
    uint8_t sig[CRYPTO_SIGN_SIZE];
    for (int i = 0; i < 2; i++) {
        begin(ROLE_OLD, PHASE_SIGNED);
        (void)draft_of(OF_NEW, sig);
        sig[3] ^= i == 0;
        cbor_put_bytes(rest(), slice_make(sig, sizeof sig - (i == 1)));
        hear(SAY_SIGNED, 1);
        CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
        CHECK(own_world_asks(&w, FRAME_CHAIN_PUT) == 0);
        end();
    }
}

TEST(a_new_device_that_is_in_gets_people_and_then_chats)
{
    static const enum own_link_phase phases[] = {PHASE_IN, PHASE_ACCOUNT};
    for (size_t i = 0; i < 2; i++) {
        begin(ROLE_OLD, phases[i]);
        hear(SAY_IN, 0);
        CHECK(in_phase(PHASE_PEOPLE));
        end();
    }
    begin(ROLE_OLD, PHASE_READY);
    put("link-device", device(OF_NEW));
    CHECK_ERR(store_own_setting_put_int(w.store, "link-position", 4), OK);
    hear(SAY_READY, 0);
    CHECK(in_phase(PHASE_ADDING) && now().position == 0);
    end();
}

/* ---- no -------------------------------------------------------------------------------------- */

TEST(the_other_side_may_end_it_before_the_entry_is_on_its_way)
{
    static const struct {
        enum own_link_role role;
        enum own_link_phase phase;
        bool may;
    } rows[] = {{ROLE_OLD, PHASE_HELLO, true},    {ROLE_OLD, PHASE_CONFIRM, true},
                {ROLE_OLD, PHASE_DRAFT, true},    {ROLE_OLD, PHASE_SIGNED, true},
                {ROLE_OLD, PHASE_ACCOUNT, false}, {ROLE_OLD, PHASE_PEOPLE, false},
                {ROLE_NEW, PHASE_ASK, true},      {ROLE_NEW, PHASE_ACCOUNT, true},
                {ROLE_NEW, PHASE_CHAIN, false},   {ROLE_NEW, PHASE_READY, false}};
    static const struct {
        uint64_t why, told;
    } why[] = {{ABI_LINK_PHASE_OVER, ABI_LINK_PHASE_OVER},
               {ABI_LINK_PHASE_NO, ABI_LINK_PHASE_NO},
               {99, ABI_LINK_PHASE_NO}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(rows[i].role, rows[i].phase);
        cbor_put_uint(rest(), why[i % 3].why);
        hear(SAY_NO, 1);
        CHECK(is_over());
        CHECK(told() == (rows[i].may ? why[i % 3].told : ABI_LINK_PHASE_FAILED));
        end();
    }
}

/* ---- pairing --------------------------------------------------------------------------------- */

TEST(a_pairing_that_is_wrong_is_over)
{
    static const uint8_t code[OWN_PAIRING_CODE_SIZE] = {1};
    begin(ROLE_OLD, PHASE_PAIRING);
    CHECK_ERR(own_pairing_given(&w.o->pair.p, code), OK);
    cbor_put_bytes(rest(), SLICE_LITERAL("not the key of the code"));
    hear(SAY_PAIRING, 1);
    CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
    end();
}

/* Only one device answers a code: if another one did, it is not this one that the new one hears. */
TEST(a_code_that_somebody_else_answered_is_used)
{
    uint8_t code[OWN_PAIRING_CODE_SIZE], room[OWN_PAIRING_MESSAGE_MAX];
    struct own_pairing fresh;
    for (int theirs = 0; theirs < 2; theirs++) {
        memset(&fresh, 0, sizeof fresh);
        begin(ROLE_OLD, PHASE_PAIRING);
        CHECK_ERR(own_pairing_show(&fresh, code), OK);
        CHECK_ERR(own_pairing_given(&w.o->pair.p, code), OK);
        struct buf m = buf_fixed(room, sizeof room);
        CHECK_ERR(own_pairing_say(&fresh, &m), OK);
        cbor_put_bytes(rest(), buf_view(&m));
        hear(SAY_PAIRING, 1);
        CHECK(in_phase(PHASE_PAIRING));
        m = buf_fixed(room, sizeof room);
        CHECK_ERR(own_pairing_say(&w.o->pair.p, &m), OK);
        room[0] ^= (uint8_t)theirs; /* else: what we said ourselves comes back */
        cbor_put_bytes(rest(), buf_view(&m));
        CHECK(deliver(sealed(ROLE_OLD, 1, SAY_PAIRING, 1, buf_view(&b))));
        CHECK(is_over() == (theirs == 1));
        CHECK(told() == (theirs == 1 ? ABI_LINK_PHASE_USED : 0));
        end();
    }
}

/* ---- the new side ---------------------------------------------------------------------------- */

/* The draft that ana's first device would make: entry 1 adds this device. */
static void account(void)
{
    memset(&ana, 0, sizeof ana);
    own_world_account(&ana, 1, 101);
    own_world_added(&ana, OF_NEW, 1);
}

static void draft(struct slice entry, struct slice id, const char *name)
{
    cbor_put_bytes(rest(), entry);
    cbor_put_bytes(&b, id);
    cbor_put_text(&b, slice_of_string(name));
    hear(SAY_DRAFT, 3);
}

TEST(a_draft_asks_the_person_at_the_new_device)
{
    static const enum own_link_phase phases[] = {PHASE_ASK, PHASE_HELLO};
    struct slice v;
    account();
    for (size_t i = 0; i < 2; i++) { /* it may come before the answer to the hello */
        begin(ROLE_NEW, phases[i]);
        draft(ana.bytes[1], SLICE_ARRAY(ana.id), "Ana");
        CHECK(in_phase(PHASE_CONFIRM) && told() == ABI_LINK_PHASE_WORDS);
        CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-account", &v), OK);
        CHECK_BYTES(v, SLICE_ARRAY(ana.id));
        CHECK_ERR(store_own_setting_get(w.store, &w.arena, "link-owner", &v), OK);
        CHECK_BYTES(v, SLICE_LITERAL("Ana"));
        end();
    }
}

TEST(a_draft_that_does_not_add_this_device_ends_the_link)
{
    account();
    for (int i = 0; i < 3; i++) {
        begin(ROLE_NEW, PHASE_ASK);
        draft(i == 0   ? ana.bytes[0]
              : i == 1 ? SLICE_LITERAL("no entry")
                       : ana.bytes[1],
              slice_make(ana.id, sizeof ana.id - (i == 2)), "Ana");
        CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
        end();
    }
}

/* Another entry took the number: the person is not asked again, if it is the same account. */
TEST(a_new_draft_is_signed_for_the_account_that_was_confirmed)
{
    account();
    begin(ROLE_NEW, PHASE_ACCOUNT);
    put("link-account", SLICE_ARRAY(ana.id));
    draft(ana.bytes[1], SLICE_ARRAY(ana.id), "Ana");
    CHECK(in_phase(PHASE_SIGNED));
    end();
    begin(ROLE_NEW, PHASE_ACCOUNT);
    put("link-account", device(3));
    draft(ana.bytes[1], SLICE_ARRAY(ana.id), "Ana");
    CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
    end();
}

static const uint8_t inbox[FRAME_INBOX_SIZE] = {8};

static void say_account(size_t inbox_n, size_t hash_n)
{
    cbor_put_bytes(rest(), slice_make(inbox, inbox_n));
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, slice_make(ana.e[1].hash, hash_n));
    hear(SAY_ACCOUNT, 3);
}

/* Up to here: it knows whose it is, and waits for the chain that lists it. */
static void wait_for_chain(void)
{
    account();
    begin(ROLE_NEW, PHASE_ACCOUNT);
    put("link-account", SLICE_ARRAY(ana.id));
    put("link-owner", SLICE_LITERAL("Ana"));
    say_account(sizeof inbox, CHAIN_HASH_SIZE);
}

TEST(the_account_is_the_one_that_was_confirmed)
{
    struct store_person me;
    wait_for_chain();
    CHECK(in_phase(PHASE_CHAIN) && !w.o->base.ready);
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &me), OK);
    CHECK_BYTES(SLICE_ARRAY(me.account), SLICE_ARRAY(ana.id));
    CHECK_BYTES(me.name, SLICE_LITERAL("Ana"));
    end();
    for (int i = 0; i < 2; i++) {
        begin(ROLE_NEW, PHASE_ACCOUNT);
        put("link-account", SLICE_ARRAY(ana.id));
        put("link-owner", SLICE_LITERAL("Ana"));
        say_account(sizeof inbox - (i == 0), CHAIN_HASH_SIZE - (i == 1));
        CHECK(is_over());
        CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &me), ERR_GONE);
        end();
    }
}

/* Entries from..to of ana's chain, as the gateway gives them. */
static enum err chain(size_t from, size_t to, uint64_t failure)
{
    struct wire_chain c = {
        .account = SLICE_ARRAY(ana.id), .entries = &ana.bytes[from], .entries_n = to - from + 1};
    struct buf out = buf_arena(&w.arena, 2048);
    wire_chain_put(&out, &c);
    effects_init(&w.out, &w.arena);
    return own_link_chain(w.o, &w.s, buf_view(&out), failure);
}

TEST(a_device_that_finds_itself_in_the_chain_is_in)
{
    wait_for_chain();
    w.o->conn[OWN_CONN_DEVICE].retry_at_ms = w.s.now_ms + 5000;
    CHECK_ERR(chain(0, 1, 0), OK);
    CHECK(in_phase(PHASE_IN) && w.o->base.ready && !w.o->dropped);
    CHECK(memcmp(w.o->account, ana.id, sizeof ana.id) == 0 && w.o->inbox[0] == 8);
    CHECK(own_world_setting(&w, "registered") == 1 && told() == ABI_LINK_PHASE_MOVING);
    CHECK(w.o->conn[OWN_CONN_DEVICE].retry_at_ms == w.s.now_ms); /* that line may open now */
    CHECK(w.o->conn[OWN_CONN_ANON].line == OWN_CLOSED && !w.o->link.opened);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE name='phone' AND gone=0") == 1);
    end();
}

TEST(until_then_it_waits)
{
    wait_for_chain();
    CHECK_ERR(chain(0, 1, WIRE_CODE_UNKNOWN), OK);
    CHECK(in_phase(PHASE_CHAIN));
    CHECK_ERR(chain(1, 1, 0), OK); /* of a chain whose beginning it does not know */
    CHECK(in_phase(PHASE_CHAIN) && !w.o->base.ready);
    CHECK_ERR(chain(0, 0, 0), OK); /* the entry is not there yet */
    CHECK(in_phase(PHASE_CHAIN) && !w.o->base.ready && w.o->due.rest);
    CHECK_ERR(chain(1, 1, 0), OK);
    CHECK(in_phase(PHASE_IN) && w.o->base.ready);
    end();
    account();
    begin(ROLE_OLD, PHASE_CHAIN); /* the old side is in it already */
    CHECK_ERR(chain(0, 1, 0), OK);
    CHECK(in_phase(PHASE_CHAIN) && memcmp(w.o->account, ana.id, sizeof ana.id) != 0);
    end();
    begin(ROLE_NEW, PHASE_ASK);
    CHECK_ERR(chain(0, 1, 0), OK);
    CHECK(in_phase(PHASE_ASK) && !w.o->base.ready);
    end();
}

TEST(what_is_no_chain_is_an_error_of_the_gateways)
{
    wait_for_chain();
    CHECK_ERR(own_link_chain(w.o, &w.s, SLICE_LITERAL("x"), 0), ERR_INPUT);
    CHECK(in_phase(PHASE_CHAIN));
    end();
}

/* ---- the history ----------------------------------------------------------------------------- */

static void be_in(void)
{
    wait_for_chain();
    CHECK_ERR(chain(0, 1, 0), OK);
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    w.o->link.opened = true;
    w.o->link.handle = HANDLE;
}

TEST(records_are_taken_by_a_device_that_is_in)
{
    be_in();
    cbor_put_array(rest(), 0);
    hear(SAY_RECORDS, 1);
    CHECK(in_phase(PHASE_IN));
    hear(SAY_READY_ASK, 0);
    CHECK(in_phase(PHASE_READY));
    cbor_put_array(rest(), 1);
    cbor_put_text(&b, SLICE_LITERAL("no record"));
    hear(SAY_RECORDS, 1);
    CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
    end();
}

TEST(behind_the_records_there_is_nothing)
{
    be_in();
    cbor_put_array(rest(), 0);
    cbor_put_uint(&b, 1);
    hear(SAY_RECORDS, 1);
    CHECK(is_over() && told() == ABI_LINK_PHASE_FAILED);
    end();
}

TEST(at_the_end_the_link_is_over_and_all_is_due)
{
    be_in();
    CHECK_ERR(store_own_setting_put_int(w.store, "record-due", 0), OK);
    hear(SAY_END, 0);
    CHECK(is_over() && told() == ABI_LINK_PHASE_DONE);
    CHECK(own_world_setting(&w, "record-due") == 1 && w.o->due.all && w.o->due.rest);
    end();
}

TEST_MAIN(TEST_ROW(what_lies_in_another_mailbox_is_not_of_the_link),
          TEST_ROW(only_the_next_message_counts), TEST_ROW(what_was_read_before_is_not_read_again),
          TEST_ROW(a_hello_asks_the_person_at_the_old_device),
          TEST_ROW(a_hello_that_is_none_ends_the_link), TEST_ROW(everything_has_its_phase),
          TEST_ROW(what_comes_after_a_no_is_too_late), TEST_ROW(a_signature_puts_the_entry),
          TEST_ROW(a_signature_of_another_entry_needs_a_new_draft),
          TEST_ROW(a_wrong_signature_ends_the_link),
          TEST_ROW(a_new_device_that_is_in_gets_people_and_then_chats),
          TEST_ROW(the_other_side_may_end_it_before_the_entry_is_on_its_way),
          TEST_ROW(a_pairing_that_is_wrong_is_over),
          TEST_ROW(a_code_that_somebody_else_answered_is_used),
          TEST_ROW(a_draft_asks_the_person_at_the_new_device),
          TEST_ROW(a_draft_that_does_not_add_this_device_ends_the_link),
          TEST_ROW(a_new_draft_is_signed_for_the_account_that_was_confirmed),
          TEST_ROW(the_account_is_the_one_that_was_confirmed),
          TEST_ROW(a_device_that_finds_itself_in_the_chain_is_in), TEST_ROW(until_then_it_waits),
          TEST_ROW(what_is_no_chain_is_an_error_of_the_gateways),
          TEST_ROW(records_are_taken_by_a_device_that_is_in),
          TEST_ROW(behind_the_records_there_is_nothing),
          TEST_ROW(at_the_end_the_link_is_over_and_all_is_due))
