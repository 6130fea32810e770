#include "engine/own/checking.h"

#include <string.h>

#include "crypto/hash.h"
#include "engine/own/due.h"
#include "engine/roster.h"
#include "store/own_person.h"
#include "store/people.h"

enum err own_checking_ask(struct own *o, struct step *s, const struct own_admit_tree *t,
                          int64_t *awaited, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < t->missing_n; i++) {
        int64_t person = 0;
        TRY(roster_person(s, t->missing[i], &person));
        TRY(store_own_person_set_chain_due(s->store, person, true));
        awaited[(*n)++] = person;
    }
    s->durable = true;
    own_due_rest(o);
    return OK;
}

enum err own_checking_put(struct own *o, struct step *s, struct store_checking *c,
                          const struct own_admit_tree *t)
{
    int64_t awaited[OWN_ADMIT_MISSING], count = 0, least = 0;
    struct store_person who;
    size_t n = 0;
    TRY(roster_person(s, t->signer, &c->signer));
    TRY(store_person_get(s->store, s->arena, c->signer, &who));
    crypto_sha256(c->hash, c->welcome);
    c->at_ms = (int64_t)s->now_ms;
    if (who.blocked != 0) {
        return store_checking_drop(s->store, c->hash);
    }
    TRY(own_checking_ask(o, s, t, awaited, &n));
    TRY(store_checking_put(s->store, c, awaited, n));
    TRY(store_checking_count(s->store, &count));
    if (count <= OWN_CHECKING_MAX) {
        return OK;
    }
    TRY(store_checking_least(s->store, &least));
    return store_checking_over(s->store, least);
}

enum err own_checking_done(struct step *s, struct slice welcome)
{
    uint8_t hash[32];
    bool has = false;
    crypto_sha256(hash, welcome);
    TRY(store_checking_has(s->store, hash, &has));
    return has ? store_checking_drop(s->store, hash) : OK;
}
