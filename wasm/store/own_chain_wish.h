/* What I want the next entries of my chain to say (engine/own/chain_wish.h), in order. */
#ifndef SOTTO_STORE_OWN_CHAIN_WISH_H
#define SOTTO_STORE_OWN_CHAIN_WISH_H
#include "store/sql.h"

#define STORE_OWN_CHAIN_WISH_ADD 1 /* a device: no entry until that device has signed */

struct store_own_chain_wish {
    int64_t kind;       /* the engine's; only STORE_OWN_CHAIN_WISH_ADD means something here */
    struct slice data;  /* as the kind defines it */
    struct slice entry; /* as it was signed and sent; SLICE_EMPTY until then */
    struct slice hpke;  /* the new recovery key that goes with it; SLICE_EMPTY: none */
};
MUST_CHECK enum err store_own_chain_wish_add(struct store *s, int64_t kind, struct slice data,
                                             int64_t *id);
/* In the arena. ERR_GONE. */
MUST_CHECK enum err store_own_chain_wish_get(struct store *s, struct arena *a, int64_t id,
                                             struct store_own_chain_wish *out);
/* The first of this kind with this data. ERR_GONE: none. */
MUST_CHECK enum err store_own_chain_wish_find(struct store *s, int64_t kind, struct slice data,
                                              int64_t *id);
/* The first whose entry can be made or exists already. ERR_GONE: none. */
MUST_CHECK enum err store_own_chain_wish_next(struct store *s, int64_t *id);
/* Is there one of this kind; one with this data; is that one signed? */
MUST_CHECK enum err store_own_chain_wish_has(struct store *s, int64_t kind, bool *yes);
MUST_CHECK enum err store_own_chain_wish_has_data(struct store *s, int64_t kind, struct slice data,
                                                  bool *yes);
MUST_CHECK enum err store_own_chain_wish_is_signed(struct store *s, int64_t kind, struct slice data,
                                                   bool *yes);
/* entry SLICE_EMPTY: it must be made again; so must hpke. */
MUST_CHECK enum err store_own_chain_wish_set(struct store *s, int64_t id, struct slice entry,
                                             struct slice hpke);
/* The entry must be made again, with the same recovery key. */
MUST_CHECK enum err store_own_chain_wish_unmake(struct store *s, int64_t id);
MUST_CHECK enum err store_own_chain_wish_drop(struct store *s, int64_t id);
/* Drops all of this kind. */
MUST_CHECK enum err store_own_chain_wish_drop_kind(struct store *s, int64_t kind);

#endif
