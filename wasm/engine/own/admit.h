/* The one gate: who sits in a room. Nothing else decides it, whatever the way in: own adds and the
 * key packages for them, Welcomes, commits of others, external commits, bundles, re-adds, repair,
 * and when a chain grows. Signed bytes decide, never what the gateway says.
 *
 * Two questions, or members part ways.
 *   May this commit be FOLLOWED? A pure function of the epoch: the tree, the room extension (roles
 *     and seats), and the entries of chains that the tree names or the commit brings (entries.h).
 *     Alike for all members, whatever else one of them knows. Asked through the policy.
 *   May I SPEAK here, whose word is this? By the newest entries I know (identity.h).
 *
 * A leaf names its account (credential), and the entry (number, hash) that lists its key. What the
 * room's leaves and seats name of one account lies on one line of entries; the highest is what the
 * room knows. A commit brings the entries that its leaves name and the tree did not, no more. */
#ifndef SOTTO_ENGINE_OWN_ADMIT_H
#define SOTTO_ENGINE_OWN_ADMIT_H
#include "engine/engine.h"
#include "engine/own/entries.h"
#include "engine/own/room.h"
#include "mls/group.h"

/* ---- following ------------------------------------------------------------------------------ */

/* What a commit brings, and who made one that was refused. Lives as long as the policy. */
struct own_admit {
    struct step *s;
    struct own_entries brought;
    bool rekeyed;           /* a leaf would be replaced by one with another key          */
    bool building;          /* ours is being built: nothing of a leaf that I know to be dropped */
    bool refused;           /* a commit was well made and may not be followed */
    bool named;             /* it is known whose it was: the room lists the key that signed it */
    uint8_t refused_by[32]; /* account of its signer                */
};
/* The policy of a group for one commit, proposal, key package or tree; `a` is kept by it. NULL: no
 * memory. */
const struct mls_policy *own_admit_policy(struct step *s, struct own_admit *a);

/* What a commit of ours will do, before it is built. */
struct own_admit_plan {
    const struct mls_proposal_view *proposals; /* ours and those of others that ride along */
    size_t proposal_n;
    const struct mls_leaf_view *path; /* our leaf as it will be; NULL: no path             */
    const uint8_t (*out)[32];         /* accounts that are put out, not only their devices */
    size_t out_n;
};
/* The seats of the room when that commit has won. *changes: others than now, so that the commit
 * must bring the room. In the arena. */
MUST_CHECK enum err own_admit_seats(struct step *s, const struct mls_group *g,
                                    const struct own_entries *brought,
                                    const struct own_admit_plan *plan,
                                    const struct own_room_seat **seats, size_t *n, bool *changes);
/* What the room knows of an account. */
MUST_CHECK enum err own_admit_line(struct step *s, const struct mls_group *g,
                                   const uint8_t account[32], struct own_entries_line *out);
/* The whole lines of all who sit: what a Welcome and a bundle bring. `brought`: what the commit
 * that leads there brings. */
MUST_CHECK enum err own_admit_lines(struct step *s, const struct mls_group *g,
                                    const struct own_entries *brought,
                                    const struct own_admit_plan *plan, struct own_entries *out);

/* ---- key packages --------------------------------------------------------------------------- */

/* May this leaf of a key package be brought in by us: is it theirs, of this account (NULL: any)? */
MUST_CHECK enum err own_admit_package(struct step *s, const struct mls_leaf_view *leaf,
                                      const uint8_t *account, bool *yes);

/* ---- entering ------------------------------------------------------------------------------- */

#define OWN_ADMIT_MISSING 8
struct own_admit_tree {
    bool complete; /* the chains of all who sit are here                      */
    uint8_t missing[OWN_ADMIT_MISSING][32]; /* some accounts whose chains are not       */
    size_t missing_n;
    struct own_room room;
    uint8_t signer[32]; /* account of who signed the GroupInfo                     */
    uint8_t signer_device[32];
    bool signer_admin;   /* it runs the group, by the room                          */
    bool signer_dropped; /* its device is one no more: it vouches for nobody        */
    bool other_known;    /* a chat of two: somebody else sits in it or is to        */
    uint8_t other[32];
};
/* A tree we were brought into or may enter by ourselves: are all leaves what they say, is the
 * signer's leaf theirs (or was: who recovered may find nothing but what the lost device left), is a
 * chat of two one? The chains that came were taken before (own_chains_heard). `me`: our account.
 * ERR_AUTH_POLICY: not to be entered, ever. */
MUST_CHECK enum err own_admit_enter(struct step *s, const struct mls_group *g, uint32_t signer,
                                    const uint8_t me[32], const struct own_entries *brought,
                                    struct own_admit_tree *out);

/* An epoch we were in, or one before it, is never entered again: ERR_STATE_REPLAY. */
MUST_CHECK enum err own_admit_above_floor(struct step *s, struct slice group_id, uint64_t epoch);

/* ---- speaking ------------------------------------------------------------------------------- */

struct own_admit_hall {
    bool clear;          /* every leaf is theirs: what we say reaches nobody else           */
    bool empty;          /* an account keeps its seat and none of its devices is in: any member  */
    uint8_t account[32]; /* takes in those that its newest entry lists                          */
    bool alone;          /* nobody but our own devices                                      */
    bool forked;         /* somebody's chain has an open fork: the owner is to look         */
    bool elsewhere;      /* no fork is open, and the room goes by a branch of somebody's    */
                         /* chain that ours is not on: nothing that I know is news there    */
    uint32_t dropped;    /* a leaf to be taken out first, UINT32_MAX none                   */
    uint8_t device[32];  /* its key                                                         */
};
/* Does the newest entry I know of its account not list this leaf (any more)? */
MUST_CHECK enum err own_admit_dropped(struct step *s, const struct mls_leaf_view *leaf,
                                      bool *dropped);
MUST_CHECK enum err own_admit_hall(struct step *s, const struct mls_group *g,
                                   struct own_admit_hall *out);
/* The chain of this account has grown: every room it sits in is looked at again. */
MUST_CHECK enum err own_admit_grown(struct own *o, struct step *s, const uint8_t account[32]);

#endif
