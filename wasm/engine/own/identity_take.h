/* Taking entries of chains: each is checked against the previous one, so whoever brings them can
 * only delay them. Inside the step's transaction, like engine/own/identity.h; mistakes of the
 * outside world are outcomes, not errors. */
#ifndef SOTTO_ENGINE_OWN_IDENTITY_TAKE_H
#define SOTTO_ENGINE_OWN_IDENTITY_TAKE_H
#include "engine/engine.h"
#include "schema/chain.h"

enum own_identity_news {
    OWN_IDENTITY_NOTHING, /* all known already (a shorter chain than ours is no news) */
    OWN_IDENTITY_GREW,    /* entries were added */
    OWN_IDENTITY_FORK,    /* another validly signed entry with a number we have: kept as a branch */
    OWN_IDENTITY_GAP,     /* they begin after what we know: those in between are missing */
    OWN_IDENTITY_INVALID  /* not a chain of this account. Valid entries before it are kept and
                             reported instead */
};
struct own_identity_change {
    enum own_identity_news news;
    bool devices;      /* a device came or went */
    bool dropped;      /* a device went */
    bool recovered;    /* the recovery key signed, or was replaced without its own signature:
                          "verified" has ended, and the louder notice is due */
    bool ended;        /* an entry that names both heads ended a fork */
    bool told;         /* a fork by a key that raised one before: only to be reported */
    uint8_t other[32]; /* FORK, told: hash of the entry where the other branch begins */
};
/* Adds entries in order, whoever brought them, from any number on. Makes the person's row if there
 * is none. Marks the person changed (effects), and ends "verified" where a recovery or a fork
 * does. */
MUST_CHECK enum err own_identity_take(struct step *s, const uint8_t account[32],
                                      const struct slice *entries, size_t n,
                                      struct own_identity_change *out);
/* The owner of this device has seen, by the other person's code, that their chain ends with this
 * entry of another branch: that branch replaces ours. Not for my own chain. ERR_GONE: no such entry
 * is kept. *out as above; the fork is over. */
MUST_CHECK enum err own_identity_choose(struct step *s, int64_t person,
                                        const uint8_t hash[CHAIN_HASH_SIZE],
                                        struct own_identity_change *out);

#endif
