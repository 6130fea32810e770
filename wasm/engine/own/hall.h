/* The accounts of a room before and after a commit: leaves, seats, and what the room knows of each.
 * Facts only; the judge decides what is allowed (judge.h). */
#ifndef SOTTO_ENGINE_OWN_HALL_H
#define SOTTO_ENGINE_OWN_HALL_H
#include "engine/engine.h"
#include "engine/own/entries.h"
#include "engine/own/identity.h"
#include "engine/own/room.h"
#include "mls/group.h"

/* One account, as the room has it before and after a commit. */
struct own_hall_seat {
    uint8_t account[32];
    bool leaf_before, seat_before;
    struct own_entries_line line; /* what the room knows, and what the commit brings once taken */
    size_t leaves;                /* after the commit */
    bool has_named;
    uint64_t named; /* highest number these leaves name */
    bool put_out;   /* a leaf went that is still listed, or we are told so */
};
struct own_hall {
    struct step *s;
    const struct mls_group *g;
    struct own_room room;
    struct own_hall_seat *v;
    size_t n, cap;
};

/* A commit as the judge sees it: somebody else's, or what we are about to do. */
struct own_hall_deed {
    const struct mls_proposal_view *proposals;
    size_t proposal_n;
    enum mls_sender_type sender_type;
    const struct mls_leaf_view *path; /* the committer's future leaf, NULL no path */
    uint32_t committer;               /* its leaf before; UINT32_MAX from outside */
};

/* The accounts of the epoch g is in, and what the room knows of each. more: accounts that a commit
 * may add. */
MUST_CHECK enum err own_hall_begin(struct own_hall *h, struct step *s, const struct mls_group *g,
                                   size_t more);
/* What a commit brings must continue what the room knows. */
MUST_CHECK enum err own_hall_bring(struct own_hall *h, const struct own_entries *brought);
/* Who is in the tree once it is done. */
MUST_CHECK enum err own_hall_after(struct own_hall *h, const struct own_hall_deed *d);
/* NULL: it has no place here. */
struct own_hall_seat *own_hall_find(struct own_hall *h, const uint8_t account[32]);
/* Finds the seat or makes it. */
MUST_CHECK enum err own_hall_seat(struct own_hall *h, const uint8_t account[32],
                                  struct own_hall_seat **out);
/* Checks the form of a leaf: an account, a key, an entry. */
MUST_CHECK enum err own_hall_leaf(const struct mls_leaf_view *leaf, struct own_identity_name *name);
/* Is the key in the newest entry the room knows? */
MUST_CHECK enum err own_hall_lists(struct own_hall *h, const struct own_hall_seat *seat,
                                   const uint8_t key[32], bool *out);
/* An account whose last leaf went because its device was dropped keeps its seat. */
bool own_hall_stays(const struct own_hall_seat *seat);
/* Must the room state what it knows of this account, since no leaf does? */
bool own_hall_is_said(const struct own_hall_seat *seat);
/* Are these the seats of the room after the commit? strict: exactly those, as whoever rewrites the
 * room must leave them. An admin may leave out an account without a leaf. */
bool own_hall_seats_right(struct own_hall *h, const struct own_room *after, bool strict,
                          bool admin);
/* How many leaves these proposals add. */
size_t own_hall_adds(const struct mls_proposal_view *v, size_t n);

#endif
