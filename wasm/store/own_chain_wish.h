/* What I want the next entry of my chain to say (engine/own/chain_wish.h), in order. */
#ifndef SOTTO_STORE_OWN_CHAIN_WISH_H
#define SOTTO_STORE_OWN_CHAIN_WISH_H
#include "store/sql.h"

#define STORE_OWN_CHAIN_WISH_ADD 1 /* a device: not made before that device has signed */

struct store_own_chain_wish {
    int64_t kind;       /* the engine's; STORE_OWN_CHAIN_WISH_ADD has a meaning here */
    struct slice data;  /* what the kind says */
    struct slice entry; /* as it was signed and put; SLICE_EMPTY until then */
    struct slice hpke;  /* a new recovery key, with it; SLICE_EMPTY: none */
};
MUST_CHECK enum err store_own_chain_wish_add(struct store *s, int64_t kind, struct slice data,
                                             int64_t *id);
/* In the arena. ERR_GONE. */
MUST_CHECK enum err store_own_chain_wish_get(struct store *s, struct arena *a, int64_t id,
                                             struct store_own_chain_wish *out);
/* The first of this kind with this data. ERR_GONE: none. */
MUST_CHECK enum err store_own_chain_wish_find(struct store *s, int64_t kind, struct slice data,
                                              int64_t *id);
/* The first that can be made, or is. ERR_GONE: none. */
MUST_CHECK enum err store_own_chain_wish_next(struct store *s, int64_t *id);
/* Is there one of this kind; with this data; and is that one signed? */
MUST_CHECK enum err store_own_chain_wish_has(struct store *s, int64_t kind, bool *yes);
MUST_CHECK enum err store_own_chain_wish_has_data(struct store *s, int64_t kind, struct slice data,
                                                  bool *yes);
MUST_CHECK enum err store_own_chain_wish_is_signed(struct store *s, int64_t kind, struct slice data,
                                                   bool *yes);
/* entry SLICE_EMPTY: it is to be made anew; hpke goes with it. */
MUST_CHECK enum err store_own_chain_wish_set(struct store *s, int64_t id, struct slice entry,
                                             struct slice hpke);
/* It is to be made anew, with the same recovery key. */
MUST_CHECK enum err store_own_chain_wish_unmake(struct store *s, int64_t id);
MUST_CHECK enum err store_own_chain_wish_drop(struct store *s, int64_t id);
/* All of this kind. */
MUST_CHECK enum err store_own_chain_wish_drop_kind(struct store *s, int64_t kind);

#endif
