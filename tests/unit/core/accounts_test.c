/* The account that the core runs (core/accounts.h). */
#include "core/accounts.h"

#include <string.h>

#include "core/lock.h"
#include "engine/own/network.h"
#include "lib/check.h"
#include "lib/core_world.h"

static bool is_new(const union core_account *a)
{
    static const uint8_t zeros[32];
    return a->base.network == &own_network && a->base.slot == 0 && !a->base.ready &&
           !a->base.slot_due && a->own.box_n == 0 &&
           a->own.conn[OWN_CONN_ANON].line == OWN_CLOSED &&
           memcmp(a->own.account, zeros, sizeof zeros) == 0 &&
           memcmp(a->own.device_secret.seed, zeros, sizeof zeros) == 0;
}

TEST(an_account_begins_in_the_zero_state_of_its_network)
{
    static union core_account a;
    memset(&a, 0xa5, sizeof a); /* whatever was there */
    core_account_init(&a);
    CHECK(is_new(&a));
    a.base.network->wipe(&a.base); /* safe, and as new afterwards */
    CHECK(is_new(&a));
    a.base.network->wipe(&a.base);
    CHECK(is_new(&a));
}

/* Core calls a network by the account, and the network finds its own by it. */
TEST(the_account_is_the_first_member_of_what_its_network_keeps)
{
    static union core_account a;
    core_account_init(&a);
    CHECK((void *)&a.base == (void *)&a.own && (void *)&a.own.base == (void *)&a.base);
    a.base.ready = true;
    CHECK(a.own.base.ready);
}

TEST(a_core_that_is_made_has_one)
{
    struct core_world w;
    core_world_begin(&w);
    CHECK(is_new(&w.core->account));
    core_world_create(&w);
    CHECK(!is_new(&w.core->account) && w.core->account.base.ready);
    core_lock(w.core); /* what it holds goes before it begins anew */
    core_account_init(&w.core->account);
    CHECK(is_new(&w.core->account));
    core_world_end(&w);
}

TEST_MAIN(TEST_ROW(an_account_begins_in_the_zero_state_of_its_network),
          TEST_ROW(the_account_is_the_first_member_of_what_its_network_keeps),
          TEST_ROW(a_core_that_is_made_has_one))
