/* The room extension of a group: what is read is written back the same, and keeps its bounds. */
#include "base/limits.h"
#include "engine/own/room.h"
#include "fuzz/fuzz.h"
#include "store/chat.h"

FUZZ(input)
{
    struct arena a;
    struct own_room r;
    struct slice again;
    arena_init(&a, 0);
    enum err e = own_room_decode(&a, input, &r);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_INPUT_VERSION || e == ERR_LIMIT ||
               e == ERR_HOST_MEMORY);
    if (e == OK) {
        FUZZ_CHECK(r.admin_n <= OWN_ADMINS_MAX && r.seat_n <= LIMIT_MEMBERS);
        FUZZ_CHECK(r.name.n <= LIMIT_NAME_BYTES && r.type >= STORE_CHAT_SELF &&
                   r.type <= STORE_CHAT_GROUP);
        FUZZ_CHECK(!r.has_pair || r.type == STORE_CHAT_PAIR);
        FUZZ_CHECK(own_room_encode(&a, &r, &again) == OK && slice_equal(again, input));
        for (size_t i = 0; i < r.admin_n; i++) {
            FUZZ_CHECK(own_room_is_admin(&r, r.admins[i]));
        }
    }
    arena_wipe(&a);
}
