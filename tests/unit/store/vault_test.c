#include "check.h"
#include "scratch.h"

#include <string.h>

#include "base/host.h"
#include "crypto/hash.h"
#include "store/vault.h"
#include "store/vault_format.h"

static const uint8_t right[32] = {1};
static const uint8_t wrong[32] = {2};

static struct store_vault_params params(const char *label)
{
    struct store_vault_params p = {.salt = {5, 5}, .ops = 3, .memory_bytes = 256u << 20};
    p.label_n = strlen(label);
    memcpy(p.label, label, p.label_n);
    return p;
}

static enum err put(enum store_vault_kind kind, const uint8_t secret[32], const char *label,
                    const uint8_t key[32])
{
    struct store_vault_params p = params(label);
    return store_vault_put(kind, secret, &p, key);
}

/* A vault with a passphrase. */
static void make(uint8_t key[32])
{
    scratch_begin();
    CHECK_ERR(store_vault_create(key), OK);
    CHECK_ERR(put(STORE_VAULT_PASSPHRASE, right, "", key), OK);
}

static void flip(uint64_t offset)
{
    uint8_t b = 0;
    int file = host_open("vault");
    CHECK(host_read(file, &b, 1, offset) == 1);
    b ^= 0x40;
    CHECK(host_write(file, &b, 1, offset) == 0);
}

static bool opens(enum store_vault_kind kind, const uint8_t secret[32], const uint8_t key[32])
{
    uint8_t got[32];
    enum err e = store_vault_open(kind, secret, got);
    CHECK(e == OK || e == ERR_AUTH_PASSPHRASE);
    return e == OK && memcmp(got, key, 32) == 0;
}

TEST(gives_back_the_key_it_was_given)
{
    uint8_t key[32];
    uint8_t got[32];
    bool exists = true;
    scratch_begin();
    CHECK_ERR(store_vault_exists(&exists), OK);
    CHECK(!exists);
    CHECK_ERR(store_vault_open(STORE_VAULT_PASSPHRASE, right, got), ERR_GONE);
    make(key);
    CHECK_ERR(store_vault_exists(&exists), OK);
    CHECK(exists);
    CHECK(opens(STORE_VAULT_PASSPHRASE, right, key));
    CHECK_ERR(store_vault_open(STORE_VAULT_PASSPHRASE, wrong, got), ERR_AUTH_PASSPHRASE);
    CHECK_BYTES(SLICE_ARRAY(got), check_hex("00000000000000000000000000000000"
                                            "00000000000000000000000000000000"));
    CHECK_ERR(store_vault_open(STORE_VAULT_RECOVERY, right, got), ERR_GONE);
    CHECK_ERR(store_vault_create(got), ERR_STATE);
    scratch_end();
}

TEST(two_vaults_have_different_keys)
{
    uint8_t a[32];
    uint8_t b[32];
    scratch_begin();
    CHECK_ERR(store_vault_create(a), OK);
    CHECK_ERR(store_vault_create(b), OK);
    CHECK(memcmp(a, b, sizeof a) != 0);
    scratch_end();
}

TEST(keeps_one_passphrase_one_code_and_several_passkeys)
{
    static struct store_vault_list list;
    static struct store_vault_params p;
    uint8_t key[32];
    make(key);
    CHECK_ERR(put(STORE_VAULT_RECOVERY, right, "", key), OK);
    CHECK_ERR(put(STORE_VAULT_PASSKEY, right, "phone", key), OK);
    CHECK_ERR(put(STORE_VAULT_PASSKEY, wrong, "stick", key), OK);
    CHECK(opens(STORE_VAULT_PASSKEY, right, key) && opens(STORE_VAULT_PASSKEY, wrong, key));
    CHECK_ERR(put(STORE_VAULT_PASSPHRASE, wrong, "", key), OK); /* replaces */
    CHECK(!opens(STORE_VAULT_PASSPHRASE, right, key));
    CHECK(opens(STORE_VAULT_PASSPHRASE, wrong, key));
    CHECK_ERR(store_vault_list(&list), OK);
    CHECK(list.count == 4);
    CHECK(list.slots[0].kind == STORE_VAULT_PASSPHRASE &&
          list.slots[3].kind == STORE_VAULT_PASSKEY);
    CHECK_ERR(store_vault_params(STORE_VAULT_PASSKEY, &p), OK);
    CHECK_BYTES(slice_make(p.label, p.label_n), SLICE_LITERAL("phone"));
    CHECK(p.ops == 3 && p.memory_bytes == 256u << 20 && p.salt[1] == 5);
    CHECK_ERR(store_vault_drop(STORE_VAULT_PASSKEY, SLICE_LITERAL("phone")), OK);
    CHECK(!opens(STORE_VAULT_PASSKEY, right, key) && opens(STORE_VAULT_PASSKEY, wrong, key));
    CHECK_ERR(store_vault_drop(STORE_VAULT_PASSKEY, SLICE_LITERAL("phone")), ERR_GONE);
    CHECK_ERR(store_vault_drop(STORE_VAULT_PASSKEY, SLICE_EMPTY), OK);
    CHECK_ERR(store_vault_drop(STORE_VAULT_RECOVERY, SLICE_EMPTY), OK);
    CHECK_ERR(store_vault_drop(STORE_VAULT_PASSPHRASE, SLICE_EMPTY), ERR_STATE);
    CHECK(opens(STORE_VAULT_PASSPHRASE, wrong, key));
    CHECK_ERR(store_vault_params(STORE_VAULT_PASSKEY, &p), ERR_GONE);
    scratch_end();
}

TEST(refuses_what_does_not_fit)
{
    static struct store_vault_params p;
    uint8_t key[32];
    make(key);
    CHECK_ERR(put(STORE_VAULT_RECOVERY, right, "", wrong), ERR_STATE); /* another store's key */
    CHECK_ERR(put((enum store_vault_kind)4, right, "", key), ERR_INPUT);
    CHECK_ERR(put((enum store_vault_kind)0, right, "", key), ERR_INPUT);
    p.label_n = STORE_VAULT_LABEL_BYTES_MAX + 1;
    CHECK_ERR(store_vault_put(STORE_VAULT_PASSKEY, right, &p, key), ERR_LIMIT);
    memset(p.label, 'x', sizeof p.label);
    for (size_t i = 1; i < STORE_VAULT_SLOTS_MAX; i++) {
        p.label_n = STORE_VAULT_LABEL_BYTES_MAX - i; /* the longest there are */
        CHECK_ERR(store_vault_put(STORE_VAULT_PASSKEY, right, &p, key), OK);
    }
    p.label_n = 5;
    CHECK_ERR(store_vault_put(STORE_VAULT_PASSKEY, right, &p, key), ERR_LIMIT);
    CHECK(opens(STORE_VAULT_PASSKEY, right, key));
    scratch_end();
}

TEST(counts_wrong_secrets_until_a_right_one)
{
    static struct store_vault_list list;
    uint8_t key[32];
    make(key);
    for (uint32_t i = 1; i <= 3; i++) {
        CHECK(!opens(STORE_VAULT_PASSPHRASE, wrong, key));
        CHECK_ERR(store_vault_list(&list), OK);
        CHECK(list.attempts == i);
    }
    CHECK(opens(STORE_VAULT_PASSPHRASE, right, key));
    CHECK_ERR(store_vault_list(&list), OK);
    CHECK(list.attempts == 0);
    scratch_end();
}

TEST(a_replaced_secret_is_in_neither_copy)
{
    uint8_t key[32];
    make(key);
    CHECK_ERR(put(STORE_VAULT_PASSPHRASE, wrong, "", key), OK);
    for (uint64_t copy = 0; copy < 2; copy++) {
        flip((1 - copy) * STORE_VAULT_COPY_SIZE); /* leaves this copy alone whole */
        CHECK(!opens(STORE_VAULT_PASSPHRASE, right, key));
        CHECK(opens(STORE_VAULT_PASSPHRASE, wrong, key));
    }
    scratch_end();
}

TEST(damage_is_told_from_a_wrong_secret)
{
    uint8_t key[32];
    uint8_t got[32];
    bool exists = true;
    static struct store_vault_list list;
    make(key);
    for (uint64_t at = 0; at < STORE_VAULT_COPY_SIZE; at += 97) {
        flip(at);
        CHECK(opens(STORE_VAULT_PASSPHRASE, right, key)); /* the other copy; heals this one */
    }
    for (uint64_t at = 0; at < STORE_VAULT_COPY_SIZE; at += 97) {
        flip(at);
        flip(STORE_VAULT_COPY_SIZE + at);
        CHECK_ERR(store_vault_open(STORE_VAULT_PASSPHRASE, right, got), ERR_STORE_CORRUPT);
        CHECK_ERR(store_vault_exists(&exists), ERR_STORE_CORRUPT);
        CHECK_ERR(store_vault_list(&list), ERR_STORE_CORRUPT);
        CHECK(!exists && list.count == 0);
        flip(at);
        flip(STORE_VAULT_COPY_SIZE + at);
    }
    CHECK(opens(STORE_VAULT_PASSPHRASE, right, key));
    scratch_end();
}

/* Rebuilds both copies with a change and a right hash, as someone with the disk would. */
static void forge(void (*change)(struct store_vault *v))
{
    static struct store_vault v;
    uint8_t raw[STORE_VAULT_COPY_SIZE];
    int file = host_open("vault");
    CHECK(host_read(file, raw, sizeof raw, 0) == (int)sizeof raw);
    CHECK_ERR(store_vault_format_decode(&v, raw), OK);
    change(&v);
    CHECK_ERR(store_vault_format_encode(raw, &v), OK);
    CHECK(host_write(file, raw, sizeof raw, 0) == 0);
    CHECK(host_write(file, raw, sizeof raw, sizeof raw) == 0);
}

static void weaken(struct store_vault *v)
{
    v->slots[0].slot.params.ops = 1;
}

static void relabel(struct store_vault *v)
{
    v->slots[0].slot.params.label_n = 1;
}

static void rename_kind(struct store_vault *v)
{
    v->slots[0].slot.kind = STORE_VAULT_RECOVERY;
}

TEST(parameters_are_bound_to_the_wrapped_key)
{
    static void (*const changes[])(struct store_vault *) = {weaken, relabel, rename_kind};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint8_t key[32];
        uint8_t got[32];
        make(key);
        forge(changes[i]);
        enum store_vault_kind kind =
            changes[i] == rename_kind ? STORE_VAULT_RECOVERY : STORE_VAULT_PASSPHRASE;
        CHECK_ERR(store_vault_open(kind, right, got), ERR_AUTH_PASSPHRASE);
        scratch_end();
    }
}

TEST(a_newer_format_is_told)
{
    uint8_t key[32];
    uint8_t got[32];
    uint8_t raw[STORE_VAULT_COPY_SIZE];
    static struct store_vault v;
    make(key);
    int file = host_open("vault");
    CHECK(host_read(file, raw, sizeof raw, 0) == (int)sizeof raw);
    raw[9] = 2;
    CHECK_ERR(store_vault_format_decode(&v, raw), ERR_INPUT); /* the hash no longer fits */
    crypto_sha256(raw + sizeof raw - 32, slice_make(raw, sizeof raw - 32));
    CHECK_ERR(store_vault_format_decode(&v, raw), ERR_INPUT_VERSION);
    CHECK(host_write(file, raw, sizeof raw, 0) == 0);
    CHECK_ERR(store_vault_open(STORE_VAULT_PASSPHRASE, right, got), ERR_INPUT_VERSION);
    CHECK_ERR(put(STORE_VAULT_PASSPHRASE, right, "", key), ERR_INPUT_VERSION);
    scratch_end();
}

TEST(every_truncation_of_a_copy_is_refused)
{
    static struct store_vault v;
    uint8_t key[32];
    uint8_t raw[STORE_VAULT_COPY_SIZE];
    uint8_t cut[STORE_VAULT_COPY_SIZE];
    make(key);
    CHECK(host_read(host_open("vault"), raw, sizeof raw, 0) == (int)sizeof raw);
    for (size_t n = 0; n < sizeof raw; n += 111) {
        memset(cut, 0, sizeof cut);
        memcpy(cut, raw, n);
        CHECK_ERR(store_vault_format_decode(&v, cut), ERR_INPUT);
        CHECK(v.count == 0);
    }
    CHECK_ERR(store_vault_format_decode(&v, raw), OK);
    scratch_end();
}

TEST(the_key_is_not_in_the_file)
{
    uint8_t key[32];
    static uint8_t raw[2 * STORE_VAULT_COPY_SIZE];
    make(key);
    CHECK(host_read(host_open("vault"), raw, sizeof raw, 0) == (int)sizeof raw);
    for (size_t i = 0; i + 8 <= sizeof raw; i++) {
        CHECK(memcmp(raw + i, key, 8) != 0);
    }
    scratch_end();
}

TEST(erasing_leaves_nothing)
{
    uint8_t key[32];
    bool exists = true;
    make(key);
    CHECK_ERR(store_vault_erase(), OK);
    CHECK(host_size(host_open("vault")) == 0);
    CHECK_ERR(store_vault_exists(&exists), OK);
    CHECK(!exists);
    CHECK_ERR(store_vault_erase(), OK);
    scratch_end();
}

TEST_MAIN(TEST_ROW(gives_back_the_key_it_was_given), TEST_ROW(two_vaults_have_different_keys),
          TEST_ROW(keeps_one_passphrase_one_code_and_several_passkeys),
          TEST_ROW(refuses_what_does_not_fit), TEST_ROW(counts_wrong_secrets_until_a_right_one),
          TEST_ROW(a_replaced_secret_is_in_neither_copy),
          TEST_ROW(damage_is_told_from_a_wrong_secret),
          TEST_ROW(parameters_are_bound_to_the_wrapped_key), TEST_ROW(a_newer_format_is_told),
          TEST_ROW(every_truncation_of_a_copy_is_refused), TEST_ROW(the_key_is_not_in_the_file),
          TEST_ROW(erasing_leaves_nothing))
