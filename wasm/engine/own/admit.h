/* The one gate that decides who is in a room, whatever the way in: our own adds and the key
 * packages for them, Welcomes, other members' commits, external commits, bundles, re-adds, repair,
 * and growing chains. Signed bytes decide, never what the gateway says.
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
    bool rekeyed;           /* a leaf would be replaced by one with another key */
    bool building;          /* ours is being built: no leaf that I know to be dropped */
    bool refused;           /* a commit was well-formed but may not be followed */
    bool named;             /* its author is known: the room lists the key that signed it */
    uint8_t refused_by[32]; /* account of its signer */
};
/* The policy of a group for one commit, proposal, key package or tree; it keeps `a`. NULL: out of
 * memory. */
const struct mls_policy *own_admit_policy(struct step *s, struct own_admit *a);

/* What our commit will do, before it is built. */
struct own_admit_plan {
    const struct mls_proposal_view *proposals; /* ours, and other people's that ride along */
    size_t proposal_n;
    const struct mls_leaf_view *path; /* our future leaf; NULL: no path */
    const uint8_t (*out)[32];         /* accounts being removed, not only their devices */
    size_t out_n;
};
/* The seats of the room once that commit has won. *changes: they differ from now, so the commit
 * must bring the room. In the arena. */
MUST_CHECK enum err own_admit_seats(struct step *s, const struct mls_group *g,
                                    const struct own_entries *brought,
                                    const struct own_admit_plan *plan,
                                    const struct own_room_seat **seats, size_t *n, bool *changes);
/* What the room knows of an account. */
MUST_CHECK enum err own_admit_line(struct step *s, const struct mls_group *g,
                                   const uint8_t account[32], struct own_entries_line *out);
/* The complete lines of all members: what a Welcome and a bundle bring. `brought`: what the commit
 * that leads there brings. */
MUST_CHECK enum err own_admit_lines(struct step *s, const struct mls_group *g,
                                    const struct own_entries *brought,
                                    const struct own_admit_plan *plan, struct own_entries *out);

/* ---- key packages --------------------------------------------------------------------------- */

/* May we bring in this key package's leaf: is it theirs, of this account (NULL: any)? */
MUST_CHECK enum err own_admit_package(struct step *s, const struct mls_leaf_view *leaf,
                                      const uint8_t *account, bool *yes);

/* ---- entering ------------------------------------------------------------------------------- */

#define OWN_ADMIT_MISSING 8
struct own_admit_tree {
    bool complete;                          /* all members' chains are here */
    uint8_t missing[OWN_ADMIT_MISSING][32]; /* some accounts whose chains are not */
    size_t missing_n;
    struct own_room room;
    uint8_t signer[32]; /* account of the GroupInfo's signer */
    uint8_t signer_device[32];
    bool signer_admin;   /* an admin of the group, by the room */
    bool signer_dropped; /* its device was dropped: it vouches for nobody */
    bool other_known;    /* a chat of two: somebody else is in it or will be */
    uint8_t other[32];
};
/* Judges a tree we were brought into or may enter by ourselves: are all leaves what they claim, is
 * the signer's leaf theirs (or was: after a recovery there may be nothing but what the lost device
 * left), is a chat of two really one? The chains that came have been taken already
 * (own_chains_heard). `me`: our account. ERR_AUTH_POLICY: never enter it. */
MUST_CHECK enum err own_admit_enter(struct step *s, const struct mls_group *g, uint32_t signer,
                                    const uint8_t me[32], const struct own_entries *brought,
                                    struct own_admit_tree *out);

/* An epoch we were in, or an earlier one, is never entered again: ERR_STATE_REPLAY. */
MUST_CHECK enum err own_admit_above_floor(struct step *s, struct slice group_id, uint64_t epoch);

/* ---- speaking ------------------------------------------------------------------------------- */

struct own_admit_hall {
    bool clear;          /* every leaf is theirs: what we say reaches nobody else */
    bool empty;          /* an account has a seat but no device in the room: any member */
    uint8_t account[32]; /* takes in those its newest entry lists */
    bool alone;          /* only our own devices are in it */
    bool forked;         /* somebody's chain has an open fork: this device's owner must look */
    bool elsewhere;      /* no fork is open, but the room follows a branch of somebody's */
                         /* chain that ours is not on: it knows all that I know */
    uint32_t dropped;    /* a leaf to be removed first, UINT32_MAX none */
    uint8_t device[32];  /* its key */
};
/* Does the newest entry I know of its account not list this leaf (any more)? */
MUST_CHECK enum err own_admit_dropped(struct step *s, const struct mls_leaf_view *leaf,
                                      bool *dropped);
MUST_CHECK enum err own_admit_hall(struct step *s, const struct mls_group *g,
                                   struct own_admit_hall *out);
/* The chain of this account has grown: checks every room it is in again. */
MUST_CHECK enum err own_admit_grown(struct own *o, struct step *s, const uint8_t account[32]);

#endif
