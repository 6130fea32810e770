/* Parcels: what is too large for a frame travels as a sealed blob, and a 52-byte reference replaces
 * it inside the ciphertext (PROTOCOL.md 8.3). Used for the tree of a Welcome, the tree of a join
 * bundle, and commits of large groups. The key is random and used once; the blob's address is
 * authenticated. A parcel is uploaded completely before the commit that refers to it. */
#ifndef SOTTO_ENGINE_OWN_PARCEL_H
#define SOTTO_ENGINE_OWN_PARCEL_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_EXT_TREE 0xF0A2    /* GroupInfo: parcel of [tree, chains of all members] */
#define OWN_EXT_DOOR 0xF0A4    /* GroupInfo: proof that we hold a group's link */
#define OWN_EXT_CHAINS 0xF0A3  /* GroupInfo: the chains, when the tree is inside */
#define OWN_PARCEL_REF_SIZE 52 /* CBOR [blob: bstr .size 16, key: bstr .size 32] */

enum own_parcel_why {
    OWN_PARCEL_COMMIT = 1, /* the log of the chat waits for it */
    OWN_PARCEL_WELCOME,    /* the Welcome is kept with it */
    OWN_PARCEL_BUNDLE      /* the join bundle is asked for again once it is here */
};

/* Makes a random address and key. Secret: it opens the parcel. */
MUST_CHECK enum err own_parcel_ref(struct arena *a, struct slice *ref);
bool own_parcel_is_ref(struct slice bytes);
/* Seals and keeps it; own_parcel_work uploads it. OWN_PARCEL_BUNDLE: only for external joins, and
 * useless once our next one is there. ERR_LIMIT above LIMIT_MLS_MESSAGE_BYTES. */
MUST_CHECK enum err own_parcel_put(struct step *s, int64_t chat, enum own_parcel_why why,
                                   struct slice ref, struct slice plain);
/* Our commit won: drops our earlier bundles from the gateway. */
MUST_CHECK enum err own_parcel_superseded(struct own *o, struct step *s, int64_t chat);
/* Is a parcel of this chat still going out? */
MUST_CHECK enum err own_parcel_going(struct step *s, int64_t chat, bool *yes);
/* Forgets what is going out: its commit lost. */
MUST_CHECK enum err own_parcel_drop(struct step *s, int64_t chat);
/* *here: it is here, plain is in the arena. Otherwise it is requested, and whatever waits for it is
 * tried again when it has come. ERR_GONE: the gateway no longer has it, or it does not open. */
MUST_CHECK enum err own_parcel_get(struct own *o, struct step *s, int64_t chat,
                                   enum own_parcel_why why, struct slice ref, bool *here,
                                   struct slice *plain);
/* Keeps the Welcome with the parcel it waits for (after own_parcel_get found it missing). */
MUST_CHECK enum err own_parcel_keep_welcome(struct step *s, struct slice ref, struct slice welcome,
                                            struct slice token, uint64_t server_ms);
/* The parcel's content was used. */
MUST_CHECK enum err own_parcel_done(struct step *s, struct slice ref);
MUST_CHECK enum err own_parcel_work(struct own *o, struct step *s);
/* What an answer leads to; the caller acts on it. Slices are in the step's arena. */
struct own_parcel_event {
    enum {
        OWN_PARCEL_NOTHING,
        OWN_PARCEL_CAME,   /* it is here, or lost (own_parcel_get tells): resume what waited */
        OWN_PARCEL_REFUSED /* the gateway refuses it: its commit loses */
    } what;
    int64_t id, chat; /* chat: 0 if not known yet */
    enum own_parcel_why why;
    struct slice welcome, token; /* OWN_PARCEL_WELCOME: as kept; then call own_parcel_forget */
    uint64_t server_ms;
};
/* Answers to BLOB frames whose ask->a is negative: minus the parcel's row. */
MUST_CHECK enum err own_parcel_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                      uint8_t type, struct slice body, uint64_t failure,
                                      struct own_parcel_event *came);
/* Whatever waited for it has been done, or cannot be. */
MUST_CHECK enum err own_parcel_forget(struct step *s, int64_t id);

#endif
