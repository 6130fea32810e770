#include "engine/own/hello.h"

#include "crypto/rand.h"
#include "store/member.h"
#include "store/own_hello.h"

#define HELLO_QUIET_MS 8000    /* in a larger one: once nobody has come in for this long, then */
#define HELLO_EACH_MS 50       /* spread over this much per member: 12 s in a group of 250 */
#define HELLO_LATEST_MS 300000 /* but no later than this after it was first owed */

enum err own_hello_owe(struct own *o, struct step *s, const struct store_chat *c, bool picture,
                       bool *at_once)
{
    int64_t members = 0;
    TRY(store_member_count(s->store, c->id, &members));
    *at_once = members <= OWN_GROUP_SMALL;
    if (*at_once) {
        return OK;
    }
    TRY(store_own_hello_owe(s->store, c->id, picture ? OWN_HELLO_PICTURE : OWN_HELLO_NAME));
    uint64_t at = s->now_ms + HELLO_QUIET_MS + crypto_rand_below((uint32_t)members * HELLO_EACH_MS);
    o->hello_owed_ms = o->hello_at_ms == 0 ? s->now_ms : o->hello_owed_ms;
    o->hello_at_ms =
        at < o->hello_owed_ms + HELLO_LATEST_MS ? at : o->hello_owed_ms + HELLO_LATEST_MS;
    return OK;
}

enum err own_hello_load(struct own *o, struct step *s)
{
    bool owed = false;
    TRY(store_own_hello_any(s->store, &owed));
    o->hello_owed_ms = s->now_ms;
    o->hello_at_ms = owed ? s->now_ms + 1 : 0;
    return OK;
}
