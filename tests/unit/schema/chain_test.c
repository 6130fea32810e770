/* Chains of accounts: every rule of schema/chain.h with a chain that keeps all others. */
#include "check.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "schema/chain.h"

/* Keys by number: seeds of one repeated byte. */
static struct crypto_sign_secret secret(uint8_t k)
{
    struct crypto_sign_secret s;
    memset(s.seed, k, sizeof s.seed);
    return s;
}

static const uint8_t *key(uint8_t k)
{
    static uint8_t out[256][32];
    struct crypto_sign_secret s = secret(k);
    struct crypto_sign_public pub;
    crypto_sign_public_of(&pub, &s);
    memcpy(out[k], pub.b, 32);
    return out[k];
}

enum { PHONE = 1, LAPTOP, TABLET, WATCH, CODE = 100, CODE_2, CODE_3 };

/* Signs with all of these, encodes, reads back. */
static void finish(const struct chain_entry *last, struct chain_entry *e, const uint8_t *keys)
{
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    struct slice bytes;
    struct chain_entry back;
    for (; *keys != 0; keys++) {
        struct crypto_sign_secret s = secret(*keys);
        CHECK_ERR(chain_sign(last, e, &s), OK);
    }
    CHECK_ERR(chain_encode(&b, e), OK);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    CHECK_ERR(chain_read(bytes, &back), OK);
    CHECK(memcmp(&back, e, sizeof back) == 0);
}

#define SIGNED_BY(...)                                                                             \
    (const uint8_t[])                                                                              \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }

static struct chain_entry first(void)
{
    struct chain_entry e;
    chain_begin(&e, NULL);
    CHECK_ERR(chain_add(&e, key(PHONE)), OK);
    memcpy(e.recovery, key(CODE), 32);
    memset(e.recovery_hpke, 7, 32);
    CHECK_ERR(chain_plan(NULL, &e, key(PHONE), false), OK);
    finish(NULL, &e, SIGNED_BY(PHONE, CODE));
    return e;
}

/* last with one device more, by `author`. */
static struct chain_entry added(const struct chain_entry *last, uint8_t device, uint8_t author)
{
    struct chain_entry e;
    chain_begin(&e, last);
    e.why = CHAIN_WHY_ADDED;
    CHECK_ERR(chain_add(&e, key(device)), OK);
    CHECK_ERR(chain_plan(last, &e, key(author), false), OK);
    finish(last, &e, SIGNED_BY(device, author));
    return e;
}

static struct chain_entry dropped(const struct chain_entry *last, uint8_t device, uint8_t author)
{
    struct chain_entry e;
    chain_begin(&e, last);
    e.why = CHAIN_WHY_DROPPED;
    CHECK_ERR(chain_drop(&e, key(device)), OK);
    CHECK_ERR(chain_plan(last, &e, key(author), false), OK);
    finish(last, &e, SIGNED_BY(author));
    return e;
}

static const uint8_t (*history_keys)[32];
static size_t history_n;
static enum err was_listed(void *user, const uint8_t k[32], bool *out)
{
    (void)user;
    *out = false;
    for (size_t i = 0; i < history_n; i++) {
        *out = *out || memcmp(history_keys[i], k, 32) == 0;
    }
    return OK;
}
static const struct chain_history history = {NULL, was_listed};

static enum err check(const struct chain_entry *last, const struct chain_entry *e)
{
    history_n = 0;
    return chain_check(last, e, &history);
}

/* Encodes again after the test has changed something, so that only the rule in question fails. */
static void resign(const struct chain_entry *last, struct chain_entry *e, const uint8_t *keys)
{
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    for (; *keys != 0; keys++) {
        struct crypto_sign_secret s = secret(*keys);
        CHECK_ERR(chain_sign(last, e, &s), OK);
    }
    CHECK_ERR(chain_encode(&b, e), OK);
}

TEST(a_chain_grows_by_its_devices)
{
    struct chain_entry e0 = first();
    CHECK_ERR(check(NULL, &e0), OK);
    struct chain_entry e1 = added(&e0, LAPTOP, PHONE);
    CHECK_ERR(check(&e0, &e1), OK);
    CHECK(memcmp(e1.id, e0.hash, 32) == 0);
    CHECK(e1.devices[0].added == 0 && e1.devices[1].added == 1);
    CHECK(!chain_recovers(&e0, &e1));
    struct chain_entry e2 = dropped(&e1, PHONE, LAPTOP);
    CHECK_ERR(check(&e1, &e2), OK);
    CHECK(!chain_has_device(&e2, key(PHONE)) && chain_has_device(&e2, key(LAPTOP)));
    struct chain_entry e3 = dropped(&e1, PHONE, PHONE); /* itself */
    CHECK_ERR(check(&e1, &e3), OK);
}

TEST(entry_0_is_signed_by_its_device_and_the_recovery_key)
{
    struct chain_entry e = first();
    e.signatures[0][0] ^= 1;
    CHECK_ERR(check(NULL, &e), ERR_AUTH);
    e = first();
    e.signatures[1][0] ^= 1;
    CHECK_ERR(check(NULL, &e), ERR_AUTH);
    e = first();
    e.signer_n = 1; /* without the recovery key */
    resign(NULL, &e, SIGNED_BY(PHONE));
    CHECK_ERR(check(NULL, &e), ERR_AUTH);
}

TEST(entry_0_lists_one_device)
{
    struct chain_entry e = first();
    CHECK_ERR(chain_add(&e, key(LAPTOP)), OK);
    CHECK_ERR(chain_plan(NULL, &e, key(PHONE), false), OK);
    resign(NULL, &e, SIGNED_BY(PHONE, LAPTOP, CODE));
    CHECK_ERR(check(NULL, &e), ERR_AUTH);
}

TEST(an_entry_continues_the_one_before)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    struct chain_entry bad = e1;
    CHECK_ERR(check(NULL, &e1), ERR_AUTH);
    bad.n = 2;
    bad.devices[1].added = 2;
    resign(&e0, &bad, SIGNED_BY(PHONE, LAPTOP));
    CHECK_ERR(check(&e0, &bad), ERR_AUTH);
    bad = e1;
    bad.previous[0] ^= 1;
    resign(&e0, &bad, SIGNED_BY(PHONE, LAPTOP));
    CHECK_ERR(check(&e0, &bad), ERR_AUTH);
    bad = e1;
    bad.id[0] ^= 1;
    resign(&e0, &bad, SIGNED_BY(PHONE, LAPTOP));
    CHECK_ERR(check(&e0, &bad), ERR_AUTH);
}

TEST(the_author_is_a_device_or_the_recovery_key_of_the_entry_before)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    struct chain_entry e2 = dropped(&e1, LAPTOP, PHONE), e3;
    chain_begin(&e3, &e2);
    CHECK_ERR(chain_plan(&e2, &e3, key(LAPTOP), false), ERR_AUTH); /* dropped */
    CHECK_ERR(chain_plan(&e2, &e3, key(WATCH), false), ERR_AUTH);  /* nobody  */
    CHECK_ERR(chain_add(&e3, key(WATCH)), OK);
    e3.signers[0] = 1; /* the new device alone, as if it were the author */
    e3.signer_n = 1;
    resign(&e2, &e3, SIGNED_BY(WATCH));
    CHECK_ERR(check(&e2, &e3), ERR_AUTH);
    e3.signers[0] = CHAIN_SIGNER_BEFORE + 1; /* a place that the list does not have */
    e3.signers[1] = 1;
    e3.signer_n = 2;
    resign(&e2, &e3, SIGNED_BY(WATCH));
    CHECK_ERR(check(&e2, &e3), ERR_AUTH);
    e3.signers[0] = CHAIN_SIGNER_RECOVERY; /* its own recovery key, not that of the one before */
    memcpy(e3.recovery, key(CODE_2), 32);
    resign(&e2, &e3, SIGNED_BY(WATCH, CODE_2));
    CHECK_ERR(check(&e2, &e3), ERR_AUTH);
}

TEST(every_new_device_signs)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    e1.signatures[1][5] ^= 1;
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
    e1.signer_n = 1;
    resign(&e0, &e1, SIGNED_BY(PHONE));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
}

TEST(a_new_recovery_key_signs)
{
    struct chain_entry e0 = first(), e1;
    chain_begin(&e1, &e0);
    memcpy(e1.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(PHONE), false), OK);
    finish(&e0, &e1, SIGNED_BY(PHONE, CODE_2));
    CHECK_ERR(check(&e0, &e1), OK);
    CHECK(chain_recovers(&e0, &e1)); /* not signed by the old one */
    e1.signer_n = 1;                 /* a key that somebody else has */
    resign(&e0, &e1, SIGNED_BY(PHONE));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
}

TEST(a_new_code_that_the_old_one_signs_is_no_recovery)
{
    struct chain_entry e0 = first(), e1;
    chain_begin(&e1, &e0);
    memcpy(e1.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(PHONE), true), OK);
    finish(&e0, &e1, SIGNED_BY(PHONE, CODE_2, CODE));
    CHECK_ERR(check(&e0, &e1), OK);
    CHECK(!chain_recovers(&e0, &e1));
    struct chain_entry bad = e1; /* said to have signed, has not */
    memset(bad.signatures[2], 0, 64);
    CHECK_ERR(check(&e0, &bad), ERR_AUTH);
}

TEST(no_signature_can_be_taken_away)
{
    struct chain_entry e0 = first(), e1;
    chain_begin(&e1, &e0);
    memcpy(e1.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(PHONE), true), OK);
    finish(&e0, &e1, SIGNED_BY(PHONE, CODE_2, CODE));
    e1.signer_n = 2; /* the old key's, so that it looks like a recovery */
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
}

TEST(nobody_signs_who_has_no_part)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    e1.signers[2] = CHAIN_SIGNER_RECOVERY_BEFORE; /* the code stays: it has nothing to say */
    e1.signer_n = 3;
    resign(&e0, &e1, SIGNED_BY(PHONE, LAPTOP, CODE));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
    e1.signers[1] = CHAIN_SIGNER_BEFORE; /* the author twice, in the place of the new one */
    e1.signer_n = 2;
    resign(&e0, &e1, SIGNED_BY(PHONE));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
}

TEST(the_recovery_key_recovers)
{
    struct chain_entry e0 = first(), e1;
    chain_begin(&e1, &e0);
    e1.why = CHAIN_WHY_RECOVERED;
    CHECK_ERR(chain_drop(&e1, key(PHONE)), OK);
    CHECK_ERR(chain_add(&e1, key(LAPTOP)), OK);
    memcpy(e1.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(CODE), false), OK);
    finish(&e0, &e1, SIGNED_BY(CODE, LAPTOP, CODE_2));
    CHECK_ERR(check(&e0, &e1), OK);
    CHECK(chain_recovers(&e0, &e1));
    struct chain_entry e2; /* the old code is over */
    chain_begin(&e2, &e1);
    CHECK_ERR(chain_plan(&e1, &e2, key(CODE), false), ERR_AUTH);
}

TEST(the_hpke_half_changes_with_the_recovery_key_only)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    e1.recovery_hpke[0] ^= 1;
    resign(&e0, &e1, SIGNED_BY(PHONE, LAPTOP));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
}

TEST(a_device_keeps_the_number_it_came_with)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    struct chain_entry e2 = added(&e1, TABLET, LAPTOP);
    CHECK_ERR(check(&e1, &e2), OK);
    e2.devices[1].added = 2;
    resign(&e1, &e2, SIGNED_BY(LAPTOP, TABLET));
    CHECK_ERR(check(&e1, &e2), ERR_AUTH);
    e2 = added(&e1, TABLET, LAPTOP);
    e2.devices[2].added = 0;
    resign(&e1, &e2, SIGNED_BY(LAPTOP, TABLET));
    CHECK_ERR(check(&e1, &e2), ERR_AUTH);
}

TEST(a_dropped_key_is_never_listed_again)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    struct chain_entry e2 = dropped(&e1, LAPTOP, PHONE);
    struct chain_entry e3 = added(&e2, LAPTOP, PHONE);
    uint8_t old[3][32];
    memcpy(old[0], key(PHONE), 32);
    memcpy(old[1], key(LAPTOP), 32);
    memcpy(old[2], key(CODE), 32);
    CHECK_ERR(check(&e2, &e3), OK); /* but for the memory of the caller */
    history_keys = (const uint8_t(*)[32])old;
    history_n = 3;
    CHECK_ERR(chain_check(&e2, &e3, &history), ERR_AUTH);
    struct chain_entry e4;
    chain_begin(&e4, &e2);
    memcpy(e4.recovery, key(LAPTOP), 32); /* nor as a recovery key */
    CHECK_ERR(chain_plan(&e2, &e4, key(PHONE), true), OK);
    resign(&e2, &e4, SIGNED_BY(PHONE, LAPTOP, CODE));
    CHECK_ERR(chain_check(&e2, &e4, &history), ERR_AUTH);
    CHECK_ERR(chain_check(&e2, &e4, NULL), ERR_BUG);
}

TEST(a_key_is_a_device_or_a_recovery_key_never_both)
{
    struct chain_entry e0 = first(), e1;
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    struct slice bytes;
    chain_begin(&e1, &e0); /* the old code as a device, in its last moment */
    CHECK_ERR(chain_add(&e1, key(CODE)), OK);
    memcpy(e1.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(PHONE), false), OK);
    resign(&e0, &e1, SIGNED_BY(PHONE, CODE, CODE_2));
    CHECK_ERR(check(&e0, &e1), ERR_AUTH);
    chain_begin(&e1, &e0); /* a device that goes as the new code */
    struct chain_entry more = added(&e0, LAPTOP, PHONE);
    chain_begin(&e1, &more);
    CHECK_ERR(chain_drop(&e1, key(LAPTOP)), OK);
    memcpy(e1.recovery, key(LAPTOP), 32);
    CHECK_ERR(chain_plan(&more, &e1, key(PHONE), false), OK);
    resign(&more, &e1, SIGNED_BY(PHONE, LAPTOP));
    CHECK_ERR(check(&more, &e1), ERR_AUTH);
    chain_begin(&e1, &e0); /* in one entry: not even read */
    memcpy(e1.recovery, key(PHONE), 32);
    CHECK_ERR(chain_plan(&e0, &e1, key(PHONE), false), OK);
    CHECK_ERR(chain_sign(&e0, &e1, &(struct crypto_sign_secret){{0}}), OK);
    CHECK_ERR(chain_encode(&b, &e1), OK);
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    CHECK_ERR(chain_read(bytes, &e1), ERR_INPUT);
}

TEST(the_last_numbers_are_the_recovery_keys)
{
    struct chain_entry e0 = first(), last = added(&e0, LAPTOP, PHONE), e;
    last.n = CHAIN_DEVICE_ENTRIES - 2;
    e = added(&last, TABLET, PHONE);
    CHECK_ERR(check(&last, &e), OK);
    last.n = CHAIN_DEVICE_ENTRIES - 1;
    e = added(&last, TABLET, PHONE);
    CHECK_ERR(check(&last, &e), ERR_AUTH);
    chain_begin(&e, &last);
    CHECK_ERR(chain_add(&e, key(TABLET)), OK);
    CHECK_ERR(chain_plan(&last, &e, key(CODE), false), OK);
    finish(&last, &e, SIGNED_BY(CODE, TABLET));
    CHECK_ERR(check(&last, &e), OK);
}

TEST(four_new_devices_an_entry_and_sixteen_in_all)
{
    struct chain_entry e0 = first(), e;
    chain_begin(&e, &e0);
    for (uint8_t i = 0; i < 5; i++) {
        CHECK_ERR(chain_add(&e, key((uint8_t)(LAPTOP + i))), OK);
    }
    CHECK_ERR(chain_plan(&e0, &e, key(PHONE), false), ERR_LIMIT);
    struct chain_entry last = e0;
    for (uint8_t i = 1; i < CHAIN_DEVICES_MAX; i++) {
        e = added(&last, (uint8_t)(PHONE + i), PHONE);
        CHECK_ERR(check(&last, &e), OK);
        last = e;
    }
    chain_begin(&e, &last);
    CHECK_ERR(chain_add(&e, key(WATCH + 60)), ERR_LIMIT);
    CHECK_ERR(chain_add(&e, key(PHONE)), ERR_STATE);
    CHECK_ERR(chain_drop(&e, key(PHONE)), OK); /* the largest honest entry: a new code as well */
    memcpy(e.recovery, key(CODE_2), 32);
    CHECK_ERR(chain_add(&e, key(WATCH + 60)), OK);
    CHECK_ERR(chain_plan(&last, &e, key(LAPTOP), true), OK);
    finish(&last, &e, SIGNED_BY(LAPTOP, WATCH + 60, CODE, CODE_2));
    CHECK_ERR(check(&last, &e), OK);
}

TEST(an_entry_that_ends_a_fork_speaks_for_both_branches)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE);
    struct chain_entry left = added(&e1, TABLET, PHONE), right = dropped(&e1, LAPTOP, PHONE), e;
    chain_begin(&e, &left);
    e.why = CHAIN_WHY_FORK;
    e.has_other = true;
    memcpy(e.other, right.hash, 32);
    CHECK_ERR(chain_plan(&left, &e, key(PHONE), false), OK);
    finish(&left, &e, SIGNED_BY(PHONE));
    CHECK_ERR(check(&left, &e), OK);
    CHECK(chain_ends_fork(&left, &e, &right));
    CHECK(!chain_ends_fork(&left, &e, &e1)); /* names another */
    CHECK_ERR(chain_plan(&left, &e, key(LAPTOP), false), OK);
    finish(&left, &e, SIGNED_BY(LAPTOP)); /* a key of one branch only */
    CHECK_ERR(check(&left, &e), OK);
    CHECK(!chain_ends_fork(&left, &e, &right));
    CHECK_ERR(chain_plan(&left, &e, key(CODE), false), OK);
    finish(&left, &e, SIGNED_BY(CODE));
    CHECK(chain_ends_fork(&left, &e, &right));
    right.recovery[0] ^= 1; /* the other branch has another code */
    CHECK(!chain_ends_fork(&left, &e, &right));
}

TEST(a_signature_made_elsewhere_must_be_right)
{
    struct chain_entry e0 = first(), e;
    uint8_t room[CHAIN_TBS_BYTES_MAX], sig[64];
    struct slice tbs;
    struct crypto_sign_secret s = secret(LAPTOP);
    chain_begin(&e, &e0);
    CHECK_ERR(chain_add(&e, key(LAPTOP)), OK);
    CHECK_ERR(chain_plan(&e0, &e, key(PHONE), false), OK);
    CHECK_ERR(chain_tbs(&e, room, &tbs), OK);
    crypto_sign(sig, &s, tbs);
    CHECK_ERR(chain_signed(&e0, &e, key(TABLET), sig), ERR_AUTH);
    sig[3] ^= 1;
    CHECK_ERR(chain_signed(&e0, &e, key(LAPTOP), sig), ERR_AUTH);
    sig[3] ^= 1;
    CHECK_ERR(chain_signed(&e0, &e, key(LAPTOP), sig), OK);
    s = secret(PHONE);
    CHECK_ERR(chain_sign(&e0, &e, &s), OK);
    CHECK_ERR(check(&e0, &e), OK);
}

/* ---- form ----------------------------------------------------------------------------------- */

static struct slice encoded(struct chain_entry *e)
{
    static uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf b = buf_fixed(room, sizeof room);
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(chain_encode(&b, e), OK);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(reads_one_form_only)
{
    struct chain_entry e = first(), back;
    struct slice s = encoded(&e);
    uint8_t room[CHAIN_ENTRY_BYTES_MAX + 1];
    for (size_t n = 0; n < s.n; n++) {
        CHECK(chain_read(slice_make(s.p, n), &back) != OK);
    }
    memcpy(room, s.p, s.n);
    room[s.n] = 0;
    CHECK_ERR(chain_read(slice_make(room, s.n + 1), &back), ERR_INPUT);
    room[1] = 3; /* version */
    CHECK_ERR(chain_read(slice_make(room, s.n), &back), ERR_INPUT_VERSION);
    memset(room, 0, sizeof room);
    CHECK_ERR(chain_read(SLICE_ARRAY(room), &back), ERR_LIMIT);
}

TEST(reads_no_list_that_is_none)
{
    struct chain_entry e = first(), back;
    e.device_n = 0;
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
    e = first();
    e.device_n = 2; /* the same twice */
    e.devices[1] = e.devices[0];
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
    e = first();
    e.devices[0].added = 1; /* later than the entry itself */
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
    e = first();
    e.why = CHAIN_WHY_LAST + 1;
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
    e = first();
    e.signers[1] = CHAIN_SIGNER_RECOVERY_BEFORE + 1;
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
    e = first();
    e.n = CHAIN_ENTRIES_MAX;
    CHECK_ERR(chain_read(encoded(&e), &back), ERR_INPUT);
}

TEST(home_names_inbox_and_origin)
{
    uint8_t inbox[16] = {1}, a[32], b[32];
    chain_home(a, SLICE_ARRAY(inbox), SLICE_LITERAL("https://a.example"));
    chain_home(b, SLICE_ARRAY(inbox), SLICE_LITERAL("https://b.example"));
    CHECK(memcmp(a, b, 32) != 0);
    inbox[0] = 2;
    chain_home(b, SLICE_ARRAY(inbox), SLICE_LITERAL("https://a.example"));
    CHECK(memcmp(a, b, 32) != 0);
}

/* Known answers: fixed seeds give these ids, on every build. */
TEST(known_answers)
{
    struct chain_entry e0 = first(), e1 = added(&e0, LAPTOP, PHONE),
                       e2 = dropped(&e1, PHONE, LAPTOP);
    CHECK_BYTES(SLICE_ARRAY(e0.id),
                check_hex("58ce9734d38fb9330718a2220b10ad2bcbc82890f1505970aeb1960abf5f6404"));
    CHECK_BYTES(SLICE_ARRAY(e1.hash),
                check_hex("bec90f3405b3b76a4834e607f2dd489985b2f1be1e8a603e769a6ce19055c532"));
    CHECK_BYTES(SLICE_ARRAY(e2.hash),
                check_hex("0f7fcdc28a16180ccecdfacb74c8dbae2cacba3f172703b0b46ce39574cba0d5"));
}

TEST_MAIN(TEST_ROW(a_chain_grows_by_its_devices),
          TEST_ROW(entry_0_is_signed_by_its_device_and_the_recovery_key),
          TEST_ROW(entry_0_lists_one_device), TEST_ROW(an_entry_continues_the_one_before),
          TEST_ROW(the_author_is_a_device_or_the_recovery_key_of_the_entry_before),
          TEST_ROW(every_new_device_signs), TEST_ROW(a_new_recovery_key_signs),
          TEST_ROW(a_new_code_that_the_old_one_signs_is_no_recovery),
          TEST_ROW(no_signature_can_be_taken_away), TEST_ROW(nobody_signs_who_has_no_part),
          TEST_ROW(the_recovery_key_recovers),
          TEST_ROW(the_hpke_half_changes_with_the_recovery_key_only),
          TEST_ROW(a_device_keeps_the_number_it_came_with),
          TEST_ROW(a_dropped_key_is_never_listed_again),
          TEST_ROW(a_key_is_a_device_or_a_recovery_key_never_both),
          TEST_ROW(the_last_numbers_are_the_recovery_keys),
          TEST_ROW(four_new_devices_an_entry_and_sixteen_in_all),
          TEST_ROW(an_entry_that_ends_a_fork_speaks_for_both_branches),
          TEST_ROW(a_signature_made_elsewhere_must_be_right), TEST_ROW(reads_one_form_only),
          TEST_ROW(reads_no_list_that_is_none), TEST_ROW(home_names_inbox_and_origin),
          TEST_ROW(known_answers))
