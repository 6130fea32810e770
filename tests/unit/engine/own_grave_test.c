/* Which errors end a step as a whole (own/grave.h). */
#include "engine/own/grave.h"

#include "lib/check.h"

/* Whoever sends bytes must not be able to end a step with all else that is in it: of all errors
 * these alone do, so a new one has to be decided about. */
static bool is_ours(enum err e)
{
    static const enum err ours[] = {ERR_STORE, ERR_STORE_CORRUPT, ERR_STORE_FULL,
                                    ERR_HOST,  ERR_HOST_MEMORY,   ERR_BUG};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (ours[i] == e) {
            return true;
        }
    }
    return false;
}

TEST(what_our_own_machine_fails_at_is_grave_and_nothing_else)
{
    for (unsigned i = 0; i < ERR_COUNT; i++) {
        CHECK(own_grave((enum err)i) == is_ours((enum err)i));
    }
}

TEST_MAIN(TEST_ROW(what_our_own_machine_fails_at_is_grave_and_nothing_else))
