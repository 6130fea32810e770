/* The entries of chains that rooms name, and the lines they form.
 *
 * A leaf and a seat name an entry by (number, hash). All that one room names of an account is on
 * one line back to entry 0, the room's line, which every member holds complete: so everybody can
 * check from signed bytes that a key belongs to an account, without asking anybody. Entries are
 * found by their hash and kept only after being checked against the previous one; so a room may
 * hold another branch than the one we pinned (identity.h), and all members still judge alike.
 *
 * brought = CBOR [* [account bstr32, [* entry bstr]]]: what a commit, a Welcome or a bundle brings,
 * the entries of each account oldest first, no account twice. */
#ifndef SOTTO_ENGINE_OWN_ENTRIES_H
#define SOTTO_ENGINE_OWN_ENTRIES_H
#include "engine/engine.h"
#include "engine/own/identity.h"

struct own_entries_group {
    uint8_t account[32];
    struct slice *entries; /* oldest first */
    size_t n;
};
struct own_entries {
    struct own_entries_group *v;
    size_t n;
};

/* Slices borrow from in; the arrays are in the arena. ERR_INPUT, ERR_LIMIT. */
MUST_CHECK enum err own_entries_read(struct arena *a, struct slice in, struct own_entries *out);
void own_entries_put(struct buf *b, const struct own_entries *brought);
/* What is brought of an account; NULL: nothing. */
const struct own_entries_group *own_entries_of(const struct own_entries *brought,
                                               const uint8_t account[32]);

/* The room's line of one account. */
struct own_entries_line {
    bool known; /* else the room names none of its entries yet */
    struct own_identity_name name;
};
/* Takes the entries after the line: each must continue the previous one, the first the line (or be
 * entry 0). Or they are of another branch, from where it left the line, and one of them ends the
 * fork by naming both heads: the line continues there. ERR_AUTH_POLICY: none of it; the line is
 * then unchanged. */
MUST_CHECK enum err own_entries_extend(struct step *s, const uint8_t account[32],
                                       struct own_entries_line *line, const struct slice *entries,
                                       size_t n);
/* The complete chain we pinned, as the line of a room that we make. ERR_GONE: none. */
MUST_CHECK enum err own_entries_pinned(struct step *s, const uint8_t account[32],
                                       struct own_entries_line *line);
/* Is this entry on the line? */
MUST_CHECK enum err own_entries_on(struct step *s, const struct own_entries_line *line,
                                   const struct own_identity_name *name, bool *out);
/* Does the entry list this device key? ERR_GONE: the entry is not here. */
MUST_CHECK enum err own_entries_lists(struct step *s, const struct own_identity_name *name,
                                      const uint8_t key[32], bool *out);
/* The entries of the line after number `after` (-1: all), oldest first, in the arena. */
MUST_CHECK enum err own_entries_behind(struct step *s, const struct own_entries_line *line,
                                       int64_t after, struct slice **out, size_t *n);

#endif
