#include "engine/own/checking.h"

#include <string.h>

#include "crypto/hash.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "store/people.h"

#define SAID_AGAIN_MS (24 * 3600ll * 1000) /* what was dropped is said so often, in my notes */

/* A room was dropped: said in my notes. */
static enum err tell(struct step *s, int64_t signer)
{
    int64_t self = 0, said = 0;
    enum err e = store_sql_get_int(
        s->store, &self, "SELECT id FROM chat WHERE type=0 AND alias_of IS NULL LIMIT 1", "");
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_sql_get_int(s->store, &said,
                          "SELECT count(*) FROM message WHERE chat=? AND notice=? AND sender=? AND "
                          "at_ms>?",
                          "iiii", self, (int64_t)OWN_NOTICE_UNCHECKED, signer,
                          (int64_t)s->now_ms - SAID_AGAIN_MS));
    effects_chat(s->out, self);
    return said > 0 ? OK : own_notice(s, self, OWN_NOTICE_UNCHECKED, signer, SLICE_EMPTY, 0);
}

static enum err drop(struct step *s, int64_t id)
{
    struct arena a;
    struct store_checking c;
    arena_init(&a, 0);
    enum err e = store_checking_get(s->store, &a, id, &c);
    e = e != OK ? e : store_checking_drop(s->store, c.hash, true);
    e = e != OK ? e : tell(s, c.signer);
    arena_wipe(&a);
    s->durable = true;
    return e;
}

enum err own_checking_ask(struct own *o, struct step *s, const struct own_admit_tree *t,
                          int64_t *awaited, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < t->missing_n; i++) {
        int64_t person = 0;
        TRY(store_person_ensure(s->store, t->missing[i], &person));
        TRY(store_person_set(s->store, person, "UPDATE person SET chain_due=? WHERE id=?", 1));
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
    TRY(store_person_ensure(s->store, t->signer, &c->signer));
    TRY(store_person_get(s->store, s->arena, c->signer, &who));
    crypto_sha256(c->hash, c->welcome);
    c->at_ms = (int64_t)s->now_ms;
    if (who.blocked != 0) {
        return store_checking_drop(s->store, c->hash, true);
    }
    TRY(own_checking_ask(o, s, t, awaited, &n));
    TRY(store_checking_put(s->store, c, awaited, n));
    TRY(store_checking_count(s->store, &count));
    if (count <= OWN_CHECKING_MAX) {
        return OK;
    }
    TRY(store_checking_least(s->store, &least));
    return drop(s, least);
}

enum err own_checking_done(struct step *s, struct slice welcome)
{
    uint8_t hash[32];
    bool has = false;
    crypto_sha256(hash, welcome);
    TRY(store_checking_has(s->store, hash, &has));
    return has ? store_checking_drop(s->store, hash, false) : OK;
}

enum err own_checking_expire(struct own *o, struct step *s)
{
    int64_t ids[OWN_CHECKING_MAX];
    size_t n = 0;
    (void)o;
    TRY(store_checking_list(s->store, (int64_t)s->now_ms - OWN_CHECKING_MS, ids, OWN_CHECKING_MAX,
                            &n));
    for (size_t i = 0; i < n; i++) {
        TRY(drop(s, ids[i]));
    }
    return OK;
}
