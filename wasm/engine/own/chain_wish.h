/* What I want the next entry of my chain to say: rows of the table chain_wish, and the entry made
 * and signed from one. */
#ifndef SOTTO_ENGINE_OWN_CHAIN_WISH_H
#define SOTTO_ENGINE_OWN_CHAIN_WISH_H
#include "engine/engine.h"
#include "engine/recovery_code.h"
#include "engine/own/state.h"
#include "schema/chain.h"

enum own_chain_wish {
    OWN_CHAIN_ADD = 1, /* data: device key; waits for that device's signature */
    OWN_CHAIN_DROP,    /* data: device keys */
    OWN_CHAIN_CODE,    /* a new recovery key */
    OWN_CHAIN_RECOVER, /* data: device keys to keep; signed by the recovery key */
    OWN_CHAIN_FORK     /* data: hash of the entry where another branch of mine begins */
};

/* One wish. entry: as signed and sent, empty until then. */
struct own_chain_wished {
    int64_t id, kind;
    struct slice data, entry, hpke;
};

/* The writer limits itself; the gateway has the same bound. ERR_LIMIT, ERR_LIMIT_RATE. */
MUST_CHECK enum err own_chain_wish_allowed(struct step *s, const struct chain_entry *head);
/* Counts one more acknowledged today. */
MUST_CHECK enum err own_chain_wish_count(struct step *s);

MUST_CHECK enum err own_chain_wish_add(struct step *s, enum own_chain_wish kind, struct slice data,
                                       int64_t *id);
/* Is there one of this kind? */
MUST_CHECK enum err own_chain_wish_waits(struct step *s, enum own_chain_wish kind, bool *yes);
/* ERR_GONE. */
MUST_CHECK enum err own_chain_wish_get(struct step *s, int64_t id, struct own_chain_wished *w);
MUST_CHECK enum err own_chain_wish_entry(struct step *s, int64_t id, struct slice entry,
                                         struct slice hpke);
MUST_CHECK enum err own_chain_wish_drop(struct step *s, int64_t id);
/* Makes and signs the entry of a wish, to follow the newest one I know. */
MUST_CHECK enum err own_chain_wish_make(struct own *o, struct step *s,
                                        const struct own_chain_wished *w,
                                        const struct recovery_code *fresh,
                                        const struct recovery_code *old);

#endif
