/* What I want the next entry of my chain to say (own/chain_wish.h). */
#include "engine/own/chain_wish.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/own_setting.h"
#include "store/people.h"

#define DAY_MS (24 * 3600ull * 1000)

/* Ana's phone (1, this device), laptop (2), tablet (3). */
struct table {
    struct own_world w;
    struct own_world_account ana;
    struct recovery_code fresh, old;
    struct chain_entry head;
};
static struct table t;

static void begin(void)
{
    static const uint8_t first[RECOVERY_CODE_BYTES] = {1}, second[RECOVERY_CODE_BYTES] = {2};
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_added(&t.ana, 2, 1);
    own_world_added(&t.ana, 3, 1);
    own_world_be(&t.w, &t.ana, 1);
    CHECK_ERR(recovery_code_derive(first, &t.fresh), OK);
    CHECK_ERR(recovery_code_derive(second, &t.old), OK);
    CHECK_ERR(store_chain_head(t.w.store, STORE_PERSON_ME, &t.head), OK);
    /* The chain's recovery key is 101; the code of the person is that. */
    t.old.secret = own_world_secret(101);
    memcpy(t.old.sign.b, own_world_key(101), sizeof t.old.sign.b);
}

static void end(void)
{
    own_world_end(&t.w);
}

static enum err no_history(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    (void)user;
    (void)key;
    *out = false;
    return OK;
}

/* A wish, made; the entry that it became, checked as everybody will. */
static enum err make(enum own_chain_wish kind, struct slice data, const struct recovery_code *fresh,
                     const struct recovery_code *old, struct chain_entry *out)
{
    static const struct chain_history history = {NULL, no_history};
    struct own_chain_wished w;
    int64_t id = 0;
    TRY(own_chain_wish_add(&t.w.s, kind, data, &id));
    TRY(own_chain_wish_get(&t.w.s, id, &w));
    CHECK(w.id == id && w.kind == (int64_t)kind && w.entry.n == 0 && w.hpke.n == 0);
    CHECK_BYTES(w.data, data);
    TRY(own_chain_wish_make(t.w.o, &t.w.s, &w, fresh, old));
    TRY(own_chain_wish_get(&t.w.s, id, &w));
    CHECK(w.hpke.n == (fresh == NULL ? 0 : recovery_code_hpke(fresh).n));
    TRY(chain_read(w.entry, out));
    return chain_check(&t.head, out, &history);
}

TEST(a_wish_is_kept_until_it_is_dropped)
{
    struct own_chain_wished w;
    int64_t a = 0, b = 0;
    begin();
    t.w.s.durable = false;
    CHECK_ERR(own_chain_wish_add(&t.w.s, OWN_CHAIN_CODE, SLICE_EMPTY, &a), OK);
    CHECK(t.w.s.durable);
    CHECK_ERR(own_chain_wish_add(&t.w.s, OWN_CHAIN_DROP, slice_make(own_world_key(2), 32), &b), OK);
    CHECK(a != b);
    t.w.s.durable = false;
    CHECK_ERR(own_chain_wish_entry(&t.w.s, b, SLICE_LITERAL("entry"), SLICE_LITERAL("key")), OK);
    CHECK(t.w.s.durable);
    CHECK_ERR(own_chain_wish_get(&t.w.s, b, &w), OK);
    CHECK_BYTES(w.entry, SLICE_LITERAL("entry"));
    CHECK_BYTES(w.hpke, SLICE_LITERAL("key"));
    CHECK_ERR(own_chain_wish_drop(&t.w.s, b), OK);
    CHECK_ERR(own_chain_wish_get(&t.w.s, b, &w), ERR_GONE);
    CHECK_ERR(own_chain_wish_get(&t.w.s, a, &w), OK);
    end();
}

TEST(a_device_writes_twenty_a_day_below_960)
{
    struct chain_entry head;
    begin();
    head = t.head;
    for (int i = 0; i < CHAIN_DEVICE_ENTRIES_A_DAY; i++) {
        CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), OK);
        CHECK_ERR(own_chain_wish_count(&t.w.s), OK);
    }
    CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), ERR_LIMIT_RATE);
    t.w.s.now_ms += DAY_MS;
    CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), OK);
    CHECK_ERR(own_chain_wish_count(&t.w.s), OK); /* counts from one again */
    int64_t n = 0;
    CHECK(store_own_setting_int(t.w.store, "chain-count", 0, &n) == OK && n == 1);
    head.n = CHAIN_DEVICE_ENTRIES - 2; /* the next is the last that a device may write */
    CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), OK);
    head.n++;
    CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), ERR_LIMIT);
    head.n = UINT64_MAX - 1;
    CHECK_ERR(own_chain_wish_allowed(&t.w.s, &head), ERR_LIMIT);
    end();
}

TEST(dropping_takes_the_devices_out_and_the_new_code_along)
{
    struct chain_entry e;
    begin();
    uint8_t two[64];
    memcpy(two, own_world_key(2), 32);
    memcpy(two + 32, own_world_key(3), 32);
    CHECK_ERR(make(OWN_CHAIN_DROP, SLICE_ARRAY(two), NULL, NULL, &e), OK);
    CHECK(e.n == 3 && e.why == CHAIN_WHY_DROPPED && e.device_n == 1);
    CHECK(chain_has_device(&e, own_world_key(1)));
    CHECK(memcmp(e.recovery, t.head.recovery, 32) == 0 && !chain_recovers(&t.head, &e));
    CHECK_ERR(make(OWN_CHAIN_DROP, slice_make(own_world_key(2), 32), &t.fresh, &t.old, &e), OK);
    CHECK(e.device_n == 2 && memcmp(e.recovery, t.fresh.sign.b, 32) == 0);
    CHECK(memcmp(e.recovery_hpke, t.fresh.hpke_hash, 32) == 0);
    CHECK(!chain_recovers(&t.head, &e)); /* the old key signed too */
    end();
}

TEST(a_new_code_without_the_old_one_counts_as_a_recovery)
{
    struct chain_entry e;
    begin();
    CHECK_ERR(make(OWN_CHAIN_CODE, SLICE_EMPTY, &t.fresh, &t.old, &e), OK);
    CHECK(e.why == CHAIN_WHY_CODE && e.device_n == 3 && !chain_recovers(&t.head, &e));
    CHECK_ERR(make(OWN_CHAIN_CODE, SLICE_EMPTY, &t.fresh, NULL, &e), OK);
    CHECK(chain_recovers(&t.head, &e));
    end();
}

TEST(what_is_said_already_is_not_said_again)
{
    struct chain_entry e;
    begin();
    CHECK_ERR(make(OWN_CHAIN_DROP, slice_make(own_world_key(9), 32), NULL, NULL, &e), ERR_GONE);
    CHECK_ERR(make(OWN_CHAIN_CODE, SLICE_EMPTY, NULL, NULL, &e), ERR_GONE);
    CHECK_ERR(make(OWN_CHAIN_DROP, slice_make(own_world_key(2), 31), NULL, NULL, &e), ERR_GONE);
    end();
}

TEST(recovering_keeps_the_devices_that_the_person_keeps)
{
    struct chain_entry e;
    begin();
    memcpy(t.w.o->device, own_world_key(9), 32); /* the new device */
    t.w.o->device_secret = own_world_secret(9);
    CHECK_ERR(make(OWN_CHAIN_RECOVER, slice_make(own_world_key(3), 32), &t.fresh, &t.old, &e), OK);
    CHECK(e.why == CHAIN_WHY_RECOVERED && e.device_n == 2 && chain_recovers(&t.head, &e));
    CHECK(chain_has_device(&e, own_world_key(3)) && chain_has_device(&e, own_world_key(9)));
    CHECK(memcmp(chain_signer(&t.head, &e, 0), own_world_key(101), 32) == 0);
    CHECK_ERR(make(OWN_CHAIN_RECOVER, SLICE_EMPTY, &t.fresh, &t.old, &e), OK);
    CHECK(e.device_n == 1);
    end();
}

/* A stolen device cannot keep its owner from recovering by writing until nothing may be written. */
TEST(recovering_is_not_bound_by_what_devices_wrote_today)
{
    struct chain_entry e;
    begin();
    for (int i = 0; i < CHAIN_DEVICE_ENTRIES_A_DAY; i++) {
        CHECK_ERR(own_chain_wish_count(&t.w.s), OK);
    }
    CHECK_ERR(make(OWN_CHAIN_CODE, SLICE_EMPTY, &t.fresh, NULL, &e), ERR_LIMIT_RATE);
    /* nor a device of hers that is given the code */
    CHECK_ERR(make(OWN_CHAIN_CODE, SLICE_EMPTY, &t.fresh, &t.old, &e), OK);
    CHECK(e.signers[0] == CHAIN_SIGNER_RECOVERY_BEFORE);
    memcpy(t.w.o->device, own_world_key(9), 32);
    t.w.o->device_secret = own_world_secret(9);
    CHECK_ERR(make(OWN_CHAIN_RECOVER, SLICE_EMPTY, &t.fresh, &t.old, &e), OK);
    end();
}

TEST(the_end_of_a_fork_names_the_other_head)
{
    struct chain_entry e;
    static struct own_world_account beside;
    begin();
    own_world_branch(&beside, &t.ana, 2);
    own_world_added(&beside, 4, 1);
    struct slice other = SLICE_ARRAY(beside.e[2].hash);
    CHECK_ERR(make(OWN_CHAIN_FORK, other, NULL, NULL, &e), ERR_GONE); /* no such branch */
    CHECK_ERR(store_chain_fork_add(t.w.store, STORE_PERSON_ME,
                                   own_world_bring(&beside, 2, 2).entries[0], &beside.e[2],
                                   own_world_key(1)),
              OK);
    CHECK_ERR(make(OWN_CHAIN_FORK, other, NULL, NULL, &e), OK);
    CHECK(e.why == CHAIN_WHY_FORK && e.has_other);
    CHECK(chain_ends_fork(&t.head, &e, &beside.e[2]));
    /* the gateway is on that branch: it is ours that is given up */
    struct chain_entry ours = t.head;
    memcpy(t.w.o->chain_there, beside.e[2].hash, sizeof t.w.o->chain_there);
    t.head = beside.e[2];
    CHECK_ERR(make(OWN_CHAIN_FORK, other, NULL, NULL, &e), OK);
    CHECK(chain_ends_fork(&beside.e[2], &e, &ours));
    /* what only one of the two has dropped is off the list, what only ours added has not signed */
    CHECK(chain_has_device(&e, own_world_key(4)) && !chain_has_device(&e, own_world_key(3)));
    CHECK_ERR(make(OWN_CHAIN_FORK, SLICE_LITERAL("short"), NULL, NULL, &e), ERR_STORE_CORRUPT);
    end();
}

TEST(whether_a_wish_of_a_kind_waits)
{
    int64_t id = 0;
    bool yes = true;
    begin();
    CHECK_ERR(own_chain_wish_waits(&t.w.s, OWN_CHAIN_ADD, &yes), OK);
    CHECK(!yes);
    CHECK_ERR(own_chain_wish_add(&t.w.s, OWN_CHAIN_ADD,
                                 slice_make(own_world_key(9), CHAIN_KEY_SIZE), &id),
              OK);
    CHECK_ERR(own_chain_wish_waits(&t.w.s, OWN_CHAIN_ADD, &yes), OK);
    CHECK(yes);
    CHECK_ERR(own_chain_wish_waits(&t.w.s, OWN_CHAIN_FORK, &yes), OK);
    CHECK(!yes); /* another kind */
    CHECK_ERR(own_chain_wish_drop(&t.w.s, id), OK);
    CHECK_ERR(own_chain_wish_waits(&t.w.s, OWN_CHAIN_ADD, &yes), OK);
    CHECK(!yes);
    end();
}

TEST_MAIN(TEST_ROW(a_wish_is_kept_until_it_is_dropped),
          TEST_ROW(a_device_writes_twenty_a_day_below_960),
          TEST_ROW(dropping_takes_the_devices_out_and_the_new_code_along),
          TEST_ROW(a_new_code_without_the_old_one_counts_as_a_recovery),
          TEST_ROW(what_is_said_already_is_not_said_again),
          TEST_ROW(recovering_keeps_the_devices_that_the_person_keeps),
          TEST_ROW(recovering_is_not_bound_by_what_devices_wrote_today),
          TEST_ROW(the_end_of_a_fork_names_the_other_head),
          TEST_ROW(whether_a_wish_of_a_kind_waits))
