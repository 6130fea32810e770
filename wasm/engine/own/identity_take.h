/* Entries of chains are taken: each is checked against the one before it, so whoever brings them
 * can only delay. Inside the step's transaction, as engine/own/identity.h; what the world got wrong
 * is an outcome, not an error. */
#ifndef SOTTO_ENGINE_OWN_IDENTITY_TAKE_H
#define SOTTO_ENGINE_OWN_IDENTITY_TAKE_H
#include "engine/engine.h"
#include "schema/chain.h"

enum own_identity_news {
    OWN_IDENTITY_NOTHING, /* all known already (a shorter chain than ours is no news)      */
    OWN_IDENTITY_GREW,    /* entries were added                                            */
    OWN_IDENTITY_FORK,    /* another validly signed entry of a number we have: kept beside */
    OWN_IDENTITY_GAP,     /* they begin behind what we know: the ones between are missing  */
    OWN_IDENTITY_INVALID  /* not a chain of this account. What is good before such an entry
                             is kept, and told instead                                     */
};
struct own_identity_change {
    enum own_identity_news news;
    bool devices;      /* a device came or went                                             */
    bool dropped;      /* a device went                                                     */
    bool recovered;    /* the recovery key signed, or it was replaced without itself:
                          "verified" has ended, the louder line is due                      */
    bool ended;        /* a fork is over by an entry that names both heads                  */
    bool told;         /* a fork by a key that raised one before: only to be told            */
    uint8_t other[32]; /* FORK, told: hash of the entry where the other branch begins      */
};
/* Adds entries in order, whoever brought them, from any number on. The person row is made when
 * there is none. Marks the person changed (effects), ends "verified" where a recovery or a fork
 * does. */
MUST_CHECK enum err own_identity_take(struct step *s, const uint8_t account[32],
                                      const struct slice *entries, size_t n,
                                      struct own_identity_change *out);
/* The owner of this device has seen, by their code, that the head of their chain is this entry of a
 * branch that is kept beside ours: that branch takes the place of ours. For other people than me.
 * ERR_GONE: no such entry is kept. *out as above; the fork is over. */
MUST_CHECK enum err own_identity_choose(struct step *s, int64_t person,
                                        const uint8_t hash[CHAIN_HASH_SIZE],
                                        struct own_identity_change *out);

#endif
