/* The vault and the ways into it (core/vault.h; abi.cddl, op_status to op_recovery_new). */
#include "core/vault.h"

#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"
#include "store/vault_slot.h"
#include "store/sql.h"

#define MINUTE_MS 60000u
#define WAYS_AT_FIRST 2 /* the passphrase and the recovery code */

static struct abi_op op_of(enum abi_op_kind kind)
{
    struct abi_op op;
    memset(&op, 0, sizeof op);
    op.kind = kind;
    return op;
}

static struct abi_op slot_put(enum abi_slot_kind kind, struct slice secret)
{
    struct abi_op op = op_of(ABI_OP_SLOT_PUT);
    op.op_slot_put.slot = core_world_slot(kind, SLICE_LITERAL("credential"));
    op.op_slot_put.secret = secret;
    return op;
}

static struct abi_op slot_drop(enum abi_slot_kind kind)
{
    struct abi_op op = op_of(ABI_OP_SLOT_DROP);
    op.op_slot_drop.slot_kind = kind;
    return op;
}

static const struct abi_status *status(struct core_world *w)
{
    CHECK_ERR(core_world_ask(w, ABI_OP_STATUS), OK);
    CHECK(w->reply.result.kind == ABI_STATUS);
    return &w->reply.result.status;
}

static bool code_opens(struct core_world *w)
{
    CHECK_ERR(core_world_ask(w, ABI_OP_STATE), OK);
    return w->reply.result.kind == ABI_STATE && w->reply.result.state.code_opens;
}

static void lock(struct core_world *w)
{
    CHECK_ERR(core_world_ask(w, ABI_OP_LOCK), OK);
    CHECK(w->core->store == NULL);
}

/* ---- making --------------------------------------------------------------------------------- */

TEST(an_empty_disk_has_no_vault_and_no_way_in)
{
    struct core_world w;
    core_world_begin(&w);
    const struct abi_status *st = status(&w);
    CHECK(!st->exists && !st->unlocked && st->slots_n == 0 && st->wait_ms == 0);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), ERR_GONE);
    CHECK_ERR(core_world_ask(&w, ABI_OP_LOCK), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_WIPE), OK);
    core_world_end(&w);
}

TEST(a_new_vault_has_two_ways_in_and_says_nothing_of_the_codes)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    const struct abi_change *ch = core_world_change(&w, ABI_LOCKED_CHANGED);
    CHECK(ch != NULL && ch->locked_changed.unlocked);
    CHECK(core_world_effects(&w, ABI_DIAL) > 0);
    const struct abi_status *st = status(&w);
    CHECK(st->exists && st->unlocked && st->slots_n == WAYS_AT_FIRST);
    for (size_t i = 0; i < st->slots_n; i++) {
        const struct abi_slot *slot = &st->slots[i];
        struct abi_slot given = core_world_slot(ABI_SLOT_KIND_PASSPHRASE, SLICE_EMPTY);
        CHECK(slot->label.n == 0);
        if (slot->slot_kind == ABI_SLOT_KIND_PASSPHRASE) {
            CHECK_BYTES(slot->salt, given.salt);
            CHECK(slot->ops == given.ops && slot->memory == given.memory);
        } else {
            CHECK(slot->slot_kind == ABI_SLOT_KIND_CODE && slot->ops == 0);
        }
    }
    CHECK(code_opens(&w));
    core_world_end(&w);
}

TEST(a_second_account_is_refused_and_the_first_stays)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    struct abi_op op = core_world_create_op("Bela");
    CHECK_ERR(core_world_op(&w, &op), ERR_STATE); /* open */
    CHECK(w.core->store != NULL);
    lock(&w);
    CHECK_ERR(core_world_op(&w, &op), ERR_STATE); /* locked */
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK_BYTES(w.reply.result.state.name, SLICE_LITERAL("Ana"));
    core_world_end(&w);
}

/* Each makes an op wrong in one thing. */
static void of_the_code(struct abi_op *op)
{
    op->op_create.slot.slot_kind = ABI_SLOT_KIND_CODE;
}
static void of_no_kind(struct abi_op *op)
{
    op->op_create.slot.slot_kind = ABI_SLOT_KIND_CODE + 1;
}
static void secret_short(struct abi_op *op)
{
    op->op_create.secret.n--;
}
static void salt_short(struct abi_op *op)
{
    op->op_create.slot.salt.n--;
}
static void passes_many(struct abi_op *op)
{
    op->op_create.slot.ops = (uint64_t)UINT32_MAX + 1;
}
static void label_long(struct abi_op *op)
{
    static const char label[STORE_VAULT_LABEL_BYTES_MAX + 1] = {'x'};
    op->op_create.slot.label = SLICE_ARRAY(label);
}
/* These are found only when the store is there already. */
static void name_empty(struct abi_op *op)
{
    op->op_create.name = SLICE_EMPTY;
}
static void gateway_long(struct abi_op *op)
{
    static char url[4096];
    memset(url, 'a', sizeof url);
    op->op_create.gateway = SLICE_ARRAY(url);
}

TEST(what_cannot_be_made_leaves_nothing_behind)
{
    static void (*const spoil[])(struct abi_op *) = {of_the_code, of_no_kind,  secret_short,
                                                     salt_short,  passes_many, label_long,
                                                     name_empty,  gateway_long};
    struct core_world w;
    core_world_begin(&w);
    for (size_t i = 0; i < sizeof spoil / sizeof spoil[0]; i++) {
        bool is_there = true;
        struct abi_op op = core_world_create_op("Ana");
        spoil[i](&op);
        CHECK_ERR(core_world_op(&w, &op), ERR_INPUT);
        CHECK(w.core->store == NULL && !status(&w)->exists);
        CHECK_ERR(store_exists(&is_there, "main"), OK);
        CHECK(!is_there);
    }
    core_world_create(&w);
    CHECK(status(&w)->unlocked);
    core_world_end(&w);
}

TEST(linking_shows_a_code_once_and_keeps_it_nowhere)
{
    struct core_world w;
    core_world_begin(&w);
    struct abi_op op = op_of(ABI_OP_LINK_DEVICE);
    op.op_link_device.gateway = SLICE_LITERAL("http://gw.test");
    op.op_link_device.slot = core_world_slot(ABI_SLOT_KIND_PASSPHRASE, SLICE_EMPTY);
    op.op_link_device.secret = core_world_secret(1);
    op.op_link_device.device = SLICE_LITERAL("phone");
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK(w.reply.result.kind == ABI_TEXT && w.reply.result.text.value.n > 0);
    CHECK(core_world_int(&w, "SELECT count(*) FROM setting WHERE key='" NETWORK_LINK_CODE "'") ==
          0);
    CHECK(!code_opens(&w)); /* whose code is on paper is not known yet */
    const struct abi_status *st = status(&w);
    CHECK(st->slots_n == 1 && st->slots[0].slot_kind == ABI_SLOT_KIND_PASSPHRASE);
    core_world_end(&w);
}

TEST(a_recovery_begins_with_a_code_and_with_nothing_else)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_ask(&w, ABI_OP_WIPE), OK);
    struct abi_op op = op_of(ABI_OP_RECOVER);
    op.op_recover.gateway = SLICE_LITERAL("http://gw.test");
    op.op_recover.slot = core_world_slot(ABI_SLOT_KIND_PASSPHRASE, SLICE_EMPTY);
    op.op_recover.secret = core_world_secret(1);
    op.op_recover.device = SLICE_LITERAL("phone");
    op.op_recover.code = SLICE_LITERAL("no such thing");
    CHECK_ERR(core_world_op(&w, &op), ERR_INPUT);
    CHECK(!status(&w)->exists);
    op.op_recover.code = slice_of_string(w.code);
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK(w.reply.result.state.recovering == ABI_RECOVERING_UNDER_WAY);
    CHECK(w.reply.result.state.me == 0 && w.reply.result.state.name.n == 0);
    core_world_end(&w);
}

/* ---- opening -------------------------------------------------------------------------------- */

TEST(locking_closes_the_store_hangs_up_and_refuses_what_needs_it)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    lock(&w);
    const struct abi_change *ch = core_world_change(&w, ABI_LOCKED_CHANGED);
    CHECK(ch != NULL && !ch->locked_changed.unlocked);
    CHECK(core_world_effects(&w, ABI_HANG_UP) > 0);
    CHECK(!status(&w)->unlocked && status(&w)->exists);
    CHECK_ERR(core_world_ask(&w, ABI_OP_CHATS), ERR_STATE_LOCKED);
    static const uint8_t none[STORE_VAULT_KEY_SIZE];
    CHECK_BYTES(SLICE_ARRAY(w.core->vault_key), SLICE_ARRAY(none));
    CHECK_ERR(core_world_ask(&w, ABI_OP_LOCK), OK);
    CHECK(core_world_change(&w, ABI_LOCKED_CHANGED) == NULL);
    core_world_end(&w);
}

TEST(the_right_secret_opens_and_opens_once)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(2)),
              ERR_AUTH_PASSPHRASE);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, SLICE_LITERAL("short")), ERR_INPUT);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSKEY, core_world_secret(1)), ERR_GONE);
    CHECK(w.core->store == NULL);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK(core_world_change(&w, ABI_LOCKED_CHANGED) != NULL);
    /* open already: whatever is given */
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(2)), OK);
    CHECK(core_world_change(&w, ABI_LOCKED_CHANGED) == NULL);
    core_world_end(&w);
}

TEST(the_recovery_code_opens_and_no_other_does)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    char other[CORE_WORLD_CODE_SIZE];
    CHECK_ERR(core_world_ask(&w, ABI_OP_RECOVERY_NEW), OK);
    struct slice code = w.reply.result.recovery.code;
    REQUIRE(code.n == strlen(w.code));
    memcpy(other, code.p, code.n);
    other[code.n] = 0;
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_CODE, SLICE_LITERAL("ABCD")), ERR_INPUT);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_CODE, slice_of_string(other)),
              ERR_AUTH_PASSPHRASE);
    CHECK(w.core->wrong_count == 1);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_CODE, slice_of_string(w.code)), OK);
    CHECK(w.core->wrong_count == 0 && status(&w)->unlocked);
    core_world_end(&w);
}

TEST(wrong_secrets_are_answered_slower_and_a_restart_does_not_help)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    lock(&w);
    uint64_t before = 0;
    for (int tries = 1; tries <= 8; tries++) {
        CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(2)),
                  ERR_AUTH_PASSPHRASE);
        uint64_t wait = w.reply.detail;
        CHECK(tries < 3 ? wait == 0 : wait >= before && wait > 0 && wait <= MINUTE_MS);
        if (wait > 0) { /* not even the right one is looked at */
            CHECK(status(&w)->wait_ms == wait);
            w.now_ms += wait - 1;
            CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)),
                      ERR_LIMIT_RATE);
            CHECK(w.reply.detail == 1);
            w.now_ms++;
        }
        before = wait;
    }
    CHECK(before == MINUTE_MS);
    core_world_restart(&w);
    CHECK(status(&w)->wait_ms == MINUTE_MS);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)),
              ERR_LIMIT_RATE);
    w.now_ms += MINUTE_MS;
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK(status(&w)->wait_ms == 0);
    core_world_end(&w);
}

/* Nor does it help to try at once, before anybody has asked how things stand. */
TEST(what_was_tried_before_a_restart_counts_for_the_first_try_after_it)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    lock(&w);
    for (int tries = 1; tries <= 3; tries++) {
        core_world_restart(&w); /* between all of them */
        CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(2)),
                  ERR_AUTH_PASSPHRASE);
    }
    uint64_t wait = w.reply.detail;
    CHECK(wait > 0);
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)),
              ERR_LIMIT_RATE);
    CHECK(w.reply.detail == wait);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_CODE, slice_of_string(w.code)), ERR_LIMIT_RATE);
    w.now_ms += wait;
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    lock(&w); /* and the right one has cleared the count */
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(2)),
              ERR_AUTH_PASSPHRASE);
    CHECK(w.reply.detail == 0);
    core_world_end(&w);
}

TEST(a_store_that_does_not_open_leaves_the_core_locked)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_sql(&w, "UPDATE setting SET value=x'00' WHERE key='device-secret'");
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)),
              ERR_STORE_CORRUPT);
    CHECK(w.core->store == NULL && !status(&w)->unlocked && status(&w)->exists);
    static const uint8_t none[STORE_VAULT_KEY_SIZE];
    CHECK_BYTES(SLICE_ARRAY(w.core->vault_key), SLICE_ARRAY(none));
    core_world_end(&w);
}

TEST(wiping_ends_vault_and_store_for_good)
{
    for (int locked = 0; locked < 2; locked++) {
        struct core_world w;
        bool is_there = true;
        core_world_begin(&w);
        core_world_create(&w);
        if (locked) {
            lock(&w);
        }
        CHECK_ERR(core_world_ask(&w, ABI_OP_WIPE), OK);
        CHECK((core_world_change(&w, ABI_LOCKED_CHANGED) != NULL) == !locked);
        CHECK(!status(&w)->exists && !status(&w)->unlocked);
        CHECK_ERR(store_exists(&is_there, "main"), OK);
        CHECK(!is_there);
        CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), ERR_GONE);
        core_world_create(&w);
        core_world_end(&w);
    }
}

/* ---- the secret again ------------------------------------------------------------------------ */

TEST(the_secret_again_is_good_for_one_op_of_that_number)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);

    struct abi_op drop = slot_drop(ABI_SLOT_KIND_PASSKEY);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    CHECK_ERR(core_world_op(&w, &drop), ERR_AUTH);          /* of another */
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH); /* and it was used up */
    core_world_end(&w);
}

TEST(the_secret_again_is_good_for_two_minutes)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    w.now_ms += 2 * MINUTE_MS;
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), OK);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    w.now_ms += 2 * MINUTE_MS + 1;
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    w.now_ms--; /* a clock that went back */
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);
    core_world_end(&w);
}

TEST(a_wrong_secret_confirms_nothing_and_ends_what_was_confirmed)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    struct abi_op op = op_of(ABI_OP_CONFIRM);
    op.op_confirm.what = ABI_OP_EXPORT;
    op.op_confirm.kind = ABI_SLOT_KIND_PASSPHRASE;
    op.op_confirm.secret = core_world_secret(2);
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    CHECK_ERR(core_world_op(&w, &op), ERR_AUTH_PASSPHRASE);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);
    /* the code is a secret as good as any */
    op.op_confirm.kind = ABI_SLOT_KIND_CODE;
    op.op_confirm.secret = slice_of_string(w.code);
    CHECK_ERR(core_world_op(&w, &op), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), OK);
    /* locking ends it too */
    CHECK_ERR(core_world_op(&w, &op), OK);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_EXPORT), ERR_AUTH);
    core_world_end(&w);
}

/* ---- ways in while unlocked ------------------------------------------------------------------ */

TEST(a_passkey_comes_opens_and_goes)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    struct abi_op put = slot_put(ABI_SLOT_KIND_PASSKEY, core_world_secret(3));
    struct abi_op drop = slot_drop(ABI_SLOT_KIND_PASSKEY);
    CHECK_ERR(core_world_op_confirmed(&w, &put), OK);
    const struct abi_status *st = status(&w);
    bool shown = false;
    CHECK(st->slots_n == WAYS_AT_FIRST + 1);
    for (size_t i = 0; i < st->slots_n; i++) { /* the credential is public */
        shown |= st->slots[i].slot_kind == ABI_SLOT_KIND_PASSKEY &&
                 slice_equal(st->slots[i].label, SLICE_LITERAL("credential"));
    }
    CHECK(shown);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSKEY, core_world_secret(3)), OK);
    CHECK_ERR(core_world_op_confirmed(&w, &drop), OK);
    CHECK(status(&w)->slots_n == WAYS_AT_FIRST);
    CHECK_ERR(core_world_op_confirmed(&w, &drop), ERR_GONE);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSKEY, core_world_secret(3)), ERR_GONE);
    core_world_end(&w);
}

TEST(a_new_passphrase_takes_the_place_of_the_old_one)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    struct abi_op put = slot_put(ABI_SLOT_KIND_PASSPHRASE, core_world_secret(4));
    CHECK_ERR(core_world_op_confirmed(&w, &put), OK);
    CHECK(status(&w)->slots_n == WAYS_AT_FIRST);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)),
              ERR_AUTH_PASSPHRASE);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(4)), OK);
    core_world_end(&w);
}

/* The code's way in goes with the code; one of the others stays. */
TEST(neither_the_last_way_nor_that_of_the_code_is_dropped_or_put)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    struct abi_op last = slot_drop(ABI_SLOT_KIND_PASSPHRASE);
    struct abi_op code = slot_drop(ABI_SLOT_KIND_CODE);
    struct abi_op put = slot_put(ABI_SLOT_KIND_CODE, core_world_secret(5));
    struct abi_op too_short = slot_put(ABI_SLOT_KIND_PASSKEY, SLICE_LITERAL("short"));
    CHECK_ERR(core_world_op_confirmed(&w, &last), ERR_STATE);
    CHECK_ERR(core_world_op_confirmed(&w, &code), ERR_STATE);
    CHECK_ERR(core_world_op_confirmed(&w, &put), ERR_INPUT);
    CHECK_ERR(core_world_op_confirmed(&w, &too_short), ERR_INPUT);
    CHECK(status(&w)->slots_n == WAYS_AT_FIRST && code_opens(&w));
    core_world_end(&w);
}

/* ---- the recovery code ---------------------------------------------------------------------- */

TEST(only_the_code_that_was_shown_last_can_be_taken)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_code_was_shown(w.core, SLICE_LITERAL("none")), ERR_INPUT);
    CHECK_ERR(core_code_was_shown(w.core, slice_of_string(w.code)), ERR_AUTH);
    char shown[2][CORE_WORLD_CODE_SIZE] = {{0}};
    for (int i = 0; i < 2; i++) {
        CHECK_ERR(core_world_ask(&w, ABI_OP_RECOVERY_NEW), OK);
        struct slice code = w.reply.result.recovery.code;
        REQUIRE(w.reply.result.kind == ABI_RECOVERY && code.n < sizeof shown[i]);
        memcpy(shown[i], code.p, code.n);
    }
    CHECK(strcmp(shown[0], shown[1]) != 0);
    CHECK_ERR(core_code_was_shown(w.core, slice_of_string(shown[0])), ERR_AUTH);
    CHECK_ERR(core_code_was_shown(w.core, slice_of_string(shown[1])), OK);
    struct abi_op set = op_of(ABI_OP_RECOVERY_SET);
    set.op_recovery_set.code = slice_of_string(shown[0]);
    CHECK_ERR(core_world_op_confirmed(&w, &set), ERR_AUTH);
    lock(&w); /* gone with the rest */
    CHECK_ERR(core_code_was_shown(w.core, slice_of_string(shown[1])), ERR_AUTH);
    core_world_end(&w);
}

/* A crash between a new key and its way in. */
TEST(the_way_in_by_the_code_is_made_anew_when_it_is_of_another_key)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_sql(&w, "UPDATE setting SET value=zeroblob(32) WHERE key='slot-for'");
    CHECK(!code_opens(&w));
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK(code_opens(&w) && status(&w)->slots_n == WAYS_AT_FIRST);
    lock(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_CODE, slice_of_string(w.code)), OK);
    core_world_end(&w);
}

/* Not a moment longer than its code is the code. */
TEST(an_old_codes_way_in_goes_before_the_new_key_is_here)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_world_sql(&w, "UPDATE setting SET value=zeroblob(32) WHERE key='slot-for'");
    core_world_sql(&w, "DELETE FROM setting WHERE key='recovery-hpke'");
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    const struct abi_status *st = status(&w);
    CHECK(st->slots_n == 1 && st->slots[0].slot_kind == ABI_SLOT_KIND_PASSPHRASE);
    CHECK(!code_opens(&w));
    core_world_end(&w);
}

/* ---- the release that runs ------------------------------------------------------------------- */

static bool release_is_good(struct core_world *w, uint64_t seq, uint8_t k)
{
    struct abi_op op = op_of(ABI_OP_RELEASE);
    op.op_release.seq = seq;
    op.op_release.hash = core_world_secret(k);
    CHECK_ERR(core_world_op(w, &op), OK);
    CHECK(w->reply.result.kind == ABI_FLAG);
    return w->reply.result.flag.on;
}

TEST(an_older_release_and_a_second_one_of_a_number_are_noticed)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK(release_is_good(&w, 7, 1));
    CHECK(release_is_good(&w, 7, 1));
    CHECK(!release_is_good(&w, 7, 2));
    CHECK(!release_is_good(&w, 6, 1));
    CHECK(release_is_good(&w, 9, 3));
    core_world_restart(&w);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK(!release_is_good(&w, 8, 4) && release_is_good(&w, 9, 3) && !release_is_good(&w, 9, 1));
    struct abi_op op = op_of(ABI_OP_RELEASE);
    op.op_release.hash = core_world_secret(1);
    CHECK_ERR(core_world_op(&w, &op), ERR_INPUT); /* number 0 */
    op.op_release.seq = (uint64_t)INT64_MAX + 1;
    CHECK_ERR(core_world_op(&w, &op), ERR_INPUT);
    op.op_release.seq = 10;
    op.op_release.hash.n--;
    CHECK_ERR(core_world_op(&w, &op), ERR_INPUT);
    CHECK(release_is_good(&w, 9, 3)); /* nothing of these was kept */
    core_world_end(&w);
}

TEST(an_op_of_another_is_none_of_the_vault)
{
    struct core_world w;
    struct abi_op op = op_of(ABI_OP_SEND);
    struct abi_result r;
    uint64_t detail = 0;
    core_world_begin(&w);
    CHECK_ERR(core_vault(w.core, NULL, &op, &r, &detail), ERR_INPUT);
    core_world_end(&w);
}

/* ---- what other files ask -------------------------------------------------------------------- */

TEST(a_secret_given_again_is_good_for_one_op_of_that_number_and_for_two_minutes)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_take_confirmed(w.core, ABI_OP_EXPORT, w.now_ms), ERR_AUTH);
    for (int i = 0; i < 5; i++) {
        CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
        uint64_t at = w.now_ms;
        uint64_t op = i == 1 ? ABI_OP_SLOT_PUT : ABI_OP_EXPORT;
        uint64_t now = i == 2 ? at + 2 * MINUTE_MS : i == 3 ? at + 2 * MINUTE_MS + 1 : at;
        now = i == 4 ? at - 1 : now; /* the clock went back */
        CHECK_ERR(core_take_confirmed(w.core, op, now), i == 0 || i == 2 ? OK : ERR_AUTH);
        CHECK_ERR(core_take_confirmed(w.core, ABI_OP_EXPORT, at), ERR_AUTH); /* used up */
    }
    core_world_end(&w);
}

/* A step of the test's own, in a transaction that is taken back. */
static struct step step_of(struct core_world *w, struct effects *out)
{
    struct step s;
    memset(&s, 0, sizeof s);
    effects_init(out, &w->arena);
    s.arena = &w->arena;
    s.store = w->core->store;
    s.out = out;
    s.now_ms = w->now_ms;
    CHECK_ERR(store_begin(s.store), OK);
    return s;
}

TEST(the_slot_of_the_code_is_made_when_it_is_not_for_the_newest_entry)
{
    struct core_world w;
    struct effects out;
    bool opens = false;
    core_world_begin(&w);
    core_world_create(&w);
    struct step s = step_of(&w, &out);
    CHECK_ERR(core_code_opens(w.core, &s, &opens), OK);
    CHECK(opens);
    w.core->account.base.slot_due = true;
    CHECK_ERR(core_recovery_slot(w.core, &s), OK); /* it is right: nothing is written */
    CHECK(!w.core->account.base.slot_due && !out.state);
    CHECK_ERR(
        store_sql_run(s.store, "UPDATE setting SET value=zeroblob(32) WHERE key='slot-for'", ""),
        OK);
    CHECK_ERR(core_code_opens(w.core, &s, &opens), OK);
    CHECK(!opens); /* no other code ever does */
    CHECK_ERR(core_recovery_slot(w.core, &s), OK);
    CHECK(out.state);
    CHECK_ERR(core_code_opens(w.core, &s, &opens), OK);
    CHECK(opens);
    store_rollback(s.store);
    core_world_end(&w);
}

TEST_MAIN(TEST_ROW(an_empty_disk_has_no_vault_and_no_way_in),
          TEST_ROW(a_new_vault_has_two_ways_in_and_says_nothing_of_the_codes),
          TEST_ROW(a_second_account_is_refused_and_the_first_stays),
          TEST_ROW(what_cannot_be_made_leaves_nothing_behind),
          TEST_ROW(linking_shows_a_code_once_and_keeps_it_nowhere),
          TEST_ROW(a_recovery_begins_with_a_code_and_with_nothing_else),
          TEST_ROW(locking_closes_the_store_hangs_up_and_refuses_what_needs_it),
          TEST_ROW(the_right_secret_opens_and_opens_once),
          TEST_ROW(the_recovery_code_opens_and_no_other_does),
          TEST_ROW(wrong_secrets_are_answered_slower_and_a_restart_does_not_help),
          TEST_ROW(what_was_tried_before_a_restart_counts_for_the_first_try_after_it),
          TEST_ROW(a_store_that_does_not_open_leaves_the_core_locked),
          TEST_ROW(wiping_ends_vault_and_store_for_good),
          TEST_ROW(the_secret_again_is_good_for_one_op_of_that_number),
          TEST_ROW(the_secret_again_is_good_for_two_minutes),
          TEST_ROW(a_wrong_secret_confirms_nothing_and_ends_what_was_confirmed),
          TEST_ROW(a_passkey_comes_opens_and_goes),
          TEST_ROW(a_new_passphrase_takes_the_place_of_the_old_one),
          TEST_ROW(neither_the_last_way_nor_that_of_the_code_is_dropped_or_put),
          TEST_ROW(only_the_code_that_was_shown_last_can_be_taken),
          TEST_ROW(the_way_in_by_the_code_is_made_anew_when_it_is_of_another_key),
          TEST_ROW(an_old_codes_way_in_goes_before_the_new_key_is_here),
          TEST_ROW(an_older_release_and_a_second_one_of_a_number_are_noticed),
          TEST_ROW(an_op_of_another_is_none_of_the_vault),
          TEST_ROW(a_secret_given_again_is_good_for_one_op_of_that_number_and_for_two_minutes),
          TEST_ROW(the_slot_of_the_code_is_made_when_it_is_not_for_the_newest_entry))
