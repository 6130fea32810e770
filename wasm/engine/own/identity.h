/* Who an account is, as far as we know: the chains of entries (schema/chain.h) that we pinned, mine
 * and other people's. An account's name is its id, the hash of its entry 0; whoever brings the
 * entries can only delay them, since each is checked against the previous one.
 *
 * Everything here reads or writes the store inside the step's transaction; nothing asks the
 * gateway. Store errors pass through (own_grave); mistakes of the outside world are outcomes, not
 * errors. */
#ifndef SOTTO_ENGINE_OWN_IDENTITY_H
#define SOTTO_ENGINE_OWN_IDENTITY_H
#include "engine/engine.h"
#include "mls/group.h"
#include "schema/chain.h"

/* A leaf names the entry that lists its signature key (leaf extension OWN_EXT_ENTRY, 0xF0A0):
 * u64be number || 32 bytes SHA-256 of that entry. */
#define OWN_EXT_ENTRY 0xF0A0
#define OWN_IDENTITY_NAME_SIZE 40
#define OWN_IDENTITY_CREDENTIAL 1 /* basic (RFC 9420 5.3): the account id */
struct own_identity_name {
    uint64_t n;
    uint8_t hash[32];
};
/* The entry a leaf names. ERR_INPUT: the extension is not there exactly once, or is no name. */
MUST_CHECK enum err own_identity_name_of(const struct mls_leaf_view *leaf,
                                         struct own_identity_name *out);
void own_identity_name_put(uint8_t out[OWN_IDENTITY_NAME_SIZE],
                           const struct own_identity_name *name);

/* Where a device key stands in the chain of an account. */
enum own_identity_key {
    OWN_IDENTITY_FOREIGN, /* in no entry we know (or we know none) */
    OWN_IDENTITY_DROPPED, /* only in older entries: it never comes back */
    OWN_IDENTITY_THEIRS   /* in the newest entry we know */
};
MUST_CHECK enum err own_identity_key(struct step *s, const uint8_t account[32],
                                     const uint8_t key[32], enum own_identity_key *out);

/* Is this (number, hash) on the chain we know? */
enum own_identity_place {
    OWN_IDENTITY_ON,       /* yes */
    OWN_IDENTITY_BEYOND,   /* we know less: no entry of that number yet, or no chain */
    OWN_IDENTITY_ELSEWHERE /* we have another entry of that number: a reason to ask */
};
MUST_CHECK enum err own_identity_place(struct step *s, const uint8_t account[32],
                                       const struct own_identity_name *name,
                                       enum own_identity_place *out);
/* The highest number that our chain and the one ending at that entry have in common: the entry's
 * own number if it is on ours, or the one before its branch if an entry of ours has joined that
 * branch. ERR_GONE: neither. */
MUST_CHECK enum err own_identity_common(struct step *s, const uint8_t account[32],
                                        const struct own_identity_name *name, uint64_t *n);
/* For a name on a branch that an entry of ours has joined: the bytes of the entries after it up to
 * the abandoned head, oldest first, in the arena. *n is 0 if there are none, and for any other
 * name. ERR_LIMIT: more than `cap`. */
MUST_CHECK enum err own_identity_rest(struct step *s, const uint8_t account[32],
                                      const struct own_identity_name *name, struct slice *out,
                                      size_t cap, size_t *n);
/* Does entry `n` of the chain we know list this device key? False if there is no such entry. The
 * answer is the same for all who have that entry, whatever came after it. */
MUST_CHECK enum err own_identity_lists(struct step *s, const uint8_t account[32], uint64_t n,
                                       const uint8_t key[32], bool *out);

/* Is the key in the newest entry we know? */
MUST_CHECK enum err own_identity_lists_now(struct step *s, const uint8_t account[32],
                                           const uint8_t key[32], bool *out);

/* All of it for one leaf: credential, key, and the entry it names. */
struct own_identity_leaf {
    bool well_formed; /* basic credential of 32 bytes, key of 32, a name */
    uint8_t account[32];
    uint8_t key[32];
    struct own_identity_name name;
    enum own_identity_key stands;
    enum own_identity_place place;
    bool listed; /* place ON, and the named entry lists the key */
    bool known;  /* we have a chain of this account */
};
MUST_CHECK enum err own_identity_leaf(struct step *s, const struct mls_leaf_view *leaf,
                                      struct own_identity_leaf *out);
/* Only where the leaf's key stands; FOREIGN if the leaf is not well formed. */
MUST_CHECK enum err own_identity_leaf_key(struct step *s, const struct mls_leaf_view *leaf,
                                          enum own_identity_key *out);
/* The person whose account the leaf names. ERR_INPUT: it names none. */
MUST_CHECK enum err own_identity_person(struct step *s, const struct mls_leaf_view *leaf,
                                        int64_t *person);
/* Theirs = key in the newest entry, and the named entry on that chain. */
bool own_identity_is_theirs(const struct own_identity_leaf *l);

/* Newest entry we know. ERR_GONE: none. */
MUST_CHECK enum err own_identity_head(struct step *s, const uint8_t account[32],
                                      struct own_identity_name *out);
/* The bytes of entries from..to (inclusive) that we know, oldest first, in the arena: what goes
 * along in a commit, a Welcome or a bundle. ERR_LIMIT: more than `cap`. */
MUST_CHECK enum err own_identity_entries(struct step *s, const uint8_t account[32], uint64_t from,
                                         uint64_t to, struct slice *out, size_t cap, size_t *n);
/* Does our branch name this entry as an abandoned head? */
MUST_CHECK enum err own_identity_given_up(struct step *s, int64_t person,
                                          const struct chain_entry *e, bool *out);
/* An open fork: nothing is sent to this person until the owner of this device has looked. */
MUST_CHECK enum err own_identity_forked(struct step *s, const uint8_t account[32], bool *out);

#endif
