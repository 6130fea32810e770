/* What our next commit does: chosen from the wishes of a chat before it is built. */
#ifndef SOTTO_ENGINE_OWN_PLAN_H
#define SOTTO_ENGINE_OWN_PLAN_H
#include "base/limits.h"
#include "engine/engine.h"
#include "engine/own/admit.h"
#include "engine/own/entries.h"
#include "engine/own/identity.h"
#include "engine/own/room.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"
#include "store/outbox.h"

#define OWN_ADDS_PER_COMMIT 8 /* devices added by one commit: keeps the frame below 64 KiB */

#define OWN_HEADS_MAX 8         /* other accounts of which one commit says more than their leaves */
#define OWN_HEAD_ENTRIES_MAX 16 /* entries per such account */
#define OWN_ASKS_READD_MAX 100  /* requests for a package to take a device back in */

struct own_plan {
    struct mls_proposal proposals[OWN_ADDS_PER_COMMIT + LIMIT_MEMBERS + 1];
    size_t n;
    struct slice refs[OWN_ADDS_PER_COMMIT];
    int64_t persons[OWN_ADDS_PER_COMMIT];
    uint64_t until_s[OWN_ADDS_PER_COMMIT];
    size_t add_n;
    struct mls_proposal_view *views; /* what the proposals do, by the same index; then other
                                        people's proposals that ride along */
    size_t view_n;
    uint8_t out[1][32]; /* the account being removed */
    size_t out_n;
    struct mls_extension ext;
    bool path;
    bool refused;            /* there were packages, but none may be used */
    struct mls_leaf_view me; /* our future leaf, if it names a newer entry */
    struct mls_identity identity;
    bool renews;
    struct own_entries_group groups[OWN_ADDS_PER_COMMIT + 2 + OWN_HEADS_MAX];
    struct own_entries brought;
    struct slice chains;  /* of all future members */
    struct own_room room; /* the future room, if it changes */
    bool room_changes, new_tag;
    uint8_t read_hash[32];
    struct slice tree_ref; /* where the tree goes; empty: inside the GroupInfo */
    struct buf wishes;     /* ids of the wishes it fulfils */
};

/* The person a wish is about; 0: it is about something else. */
int64_t own_wish_person(const struct store_wish *w);
/* Milliseconds until we ask again for a wish's key packages. */
int64_t own_ask_after(const struct store_wish *w);
/* Prepares our commit completely, short of building it. riders: other people's proposals ride
 * along. *ids: the wishes it fulfils. *todo: it does something. */
MUST_CHECK enum err own_plan_prepare(struct own *o, struct step *s, const struct store_chat *c,
                                     struct mls_group *g, const struct store_wish *wishes, size_t n,
                                     bool riders, struct own_admit *admit, struct own_plan *p,
                                     struct slice *ids, bool *todo);

#endif
