/* Commits: their frame, winning and losing an epoch. */
#ifndef SOTTO_ENGINE_OWN_COMMIT_H
#define SOTTO_ENGINE_OWN_COMMIT_H
#include "engine/engine.h"
#include "engine/own/entries.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"
#include "store/outbox.h"

#define OWN_INLINE_BYTES (40u << 10) /* larger commits go as parcels (own/parcel.h) */
#define OWN_TREE_INLINE 4            /* leaves; larger trees go as parcels */
#define OWN_CHAINS_INLINE_BYTES                                                                    \
    4096                     /* chains of all members; more go as parcels, with the tree           \
                              */
#define OWN_COMMIT_VERSION 2 /* of the body in the log: [2, commit, entries it brings] */
#define OWN_BUILDS_MAX 8     /* failed builds before a wish is dropped, or reported */

/* Makes the first ready wish the pending commit. *built: there is one now. */
MUST_CHECK enum err own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct store_wish *wishes, size_t n, bool *built);
MUST_CHECK enum err own_commit_send(struct own *o, struct step *s, int64_t chat,
                                    const struct store_pending *p, const struct own_box *box);
/* Our commit won. */
MUST_CHECK enum err own_group_won(struct own *o, struct step *s, int64_t chat);
MUST_CHECK enum err own_group_lost(struct own *o, struct step *s, int64_t chat);
/* The frame that carries an external commit. */
MUST_CHECK enum err own_group_external_frame(struct own *o, struct step *s,
                                             const struct store_chat *c, struct mls_group *g,
                                             struct slice commit, uint64_t epoch,
                                             const uint8_t outer_key[32],
                                             const uint8_t write_seed[32], struct slice branch,
                                             const struct own_entries *brought);

#endif
