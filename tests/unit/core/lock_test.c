/* What leaves the memory when the core locks (core/lock.h). */
#include "core/lock.h"

#include <string.h>

#include "lib/check.h"
#include "lib/core_world.h"

static bool zero(const void *p, size_t n)
{
    const uint8_t *b = p;
    for (size_t i = 0; i < n; i++) {
        if (b[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Nothing of the vault, the account or the store is there. */
static bool is_locked(const struct core *c)
{
    return c->store == NULL && zero(c->vault_key, sizeof c->vault_key) &&
           zero(c->fresh_code, sizeof c->fresh_code) && !c->has_fresh_code && c->confirmed == 0 &&
           c->code_slot == CORE_SLOT_UNKNOWN && !c->account.base.ready;
}

TEST(keys_and_store_leave_the_memory)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    CHECK_ERR(core_world_ask(&w, ABI_OP_RECOVERY_NEW), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK); /* reads what the slot is */
    CHECK_ERR(core_world_confirm(&w, ABI_OP_EXPORT), OK);
    struct core *c = w.core;
    REQUIRE(c->store != NULL && c->has_fresh_code && c->confirmed == ABI_OP_EXPORT &&
            c->code_slot != CORE_SLOT_UNKNOWN && c->account.base.ready);
    CHECK(!zero(c->vault_key, sizeof c->vault_key));
    CHECK(!zero(&c->account.own.device_secret, sizeof c->account.own.device_secret));
    core_lock(c);
    CHECK(is_locked(c));
    CHECK(zero(&c->account.own.device_secret, sizeof c->account.own.device_secret));
    CHECK(zero(c->account.own.account, sizeof c->account.own.account));
    core_world_end(&w);
}

TEST(what_is_locked_stays_as_it_is)
{
    struct core_world w;
    core_world_begin(&w);
    core_lock(w.core); /* there never was a vault */
    CHECK(is_locked(w.core));
    core_world_create(&w);
    core_lock(w.core);
    core_lock(w.core);
    CHECK(is_locked(w.core));
    core_world_end(&w);
}

/* The store is closed, so that it can be opened again, and what was written is there. */
TEST(the_secret_opens_it_again)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    core_lock(w.core);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), ERR_STATE_LOCKED);
    CHECK_ERR(core_world_unlock(&w, ABI_SLOT_KIND_PASSPHRASE, core_world_secret(1)), OK);
    CHECK_ERR(core_world_ask(&w, ABI_OP_STATE), OK);
    CHECK_BYTES(w.reply.result.state.name, SLICE_LITERAL("Ana"));
    core_world_end(&w);
}

/* Who tried wrong secrets before does not begin anew by locking. */
TEST(wrong_secrets_stay_counted)
{
    struct core_world w;
    core_world_begin(&w);
    core_world_create(&w);
    w.core->wrong_count = 4;
    w.core->wrong_at_ms = w.now_ms;
    core_lock(w.core);
    CHECK(w.core->wrong_count == 4 && w.core->wrong_at_ms == w.now_ms);
    core_world_end(&w);
}

TEST_MAIN(TEST_ROW(keys_and_store_leave_the_memory), TEST_ROW(what_is_locked_stays_as_it_is),
          TEST_ROW(the_secret_opens_it_again), TEST_ROW(wrong_secrets_stay_counted))
