/* Parcels: what is too large for a frame travels as a sealed blob, and a reference of 52 bytes
 * takes its place inside the ciphertext (PROTOCOL.md 8.3). The tree of a Welcome, the tree of a
 * join bundle, and commits of large groups. The key is random and used once; the blob's address
 * is part of what is authenticated. A parcel is sent whole before the commit that speaks of it. */
#ifndef SOTTO_ENGINE_OWN_PARCEL_H
#define SOTTO_ENGINE_OWN_PARCEL_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_EXT_TREE 0xF0A2    /* GroupInfo: parcel of [tree, chains of all who sit]       */
#define OWN_EXT_DOOR 0xF0A4    /* GroupInfo: proof that we hold the link of a group        */
#define OWN_EXT_CHAINS 0xF0A3  /* GroupInfo: the chains, when the tree is inside           */
#define OWN_PARCEL_REF_SIZE 52 /* CBOR [blob: bstr .size 16, key: bstr .size 32] */

enum own_parcel_why {
    OWN_PARCEL_COMMIT = 1, /* the log of the chat waits for it */
    OWN_PARCEL_WELCOME,    /* the Welcome is kept with it      */
    OWN_PARCEL_BUNDLE      /* the join bundle is asked for again when it is here */
};

/* A fresh address and key. Secret: it opens the parcel. */
MUST_CHECK enum err own_parcel_ref(struct arena *a, struct slice *ref);
bool own_parcel_is_ref(struct slice bytes);
/* Seals and keeps it; own_parcel_work sends it. OWN_PARCEL_BUNDLE: only for external joins, of no
 * use when our next one is there. ERR_LIMIT above LIMIT_MLS_MESSAGE_BYTES. */
MUST_CHECK enum err own_parcel_put(struct step *s, int64_t chat, enum own_parcel_why why,
                                   struct slice ref, struct slice plain);
/* A commit of ours won: bundles of our earlier ones are dropped from the gateway. */
MUST_CHECK enum err own_parcel_superseded(struct own *o, struct step *s, int64_t chat);
/* Is something of this chat still going out? */
MUST_CHECK enum err own_parcel_going(struct step *s, int64_t chat, bool *yes);
/* Forgets what is going out: the commit it belongs to lost. */
MUST_CHECK enum err own_parcel_drop(struct step *s, int64_t chat);
/* *here: plain is it, in the arena. Else it is asked for, and what waits is done again when it
 * came. ERR_GONE when the gateway has it no more or it does not open. */
MUST_CHECK enum err own_parcel_get(struct own *o, struct step *s, int64_t chat,
                                   enum own_parcel_why why, struct slice ref, bool *here,
                                   struct slice *plain);
/* Keeps the Welcome with the parcel it waits for (own_parcel_get said it is not here). */
MUST_CHECK enum err own_parcel_keep_welcome(struct step *s, struct slice ref, struct slice welcome,
                                            struct slice token, uint64_t server_ms);
/* What came was used. */
MUST_CHECK enum err own_parcel_done(struct step *s, struct slice ref);
MUST_CHECK enum err own_parcel_work(struct own *o, struct step *s);
/* What an answer leads to; the caller acts on it. Slices live in the arena of the step. */
struct own_parcel_event {
    enum {
        OWN_PARCEL_NOTHING,
        OWN_PARCEL_CAME, /* it is here, or lost (own_parcel_get says which): what waited goes on */
        OWN_PARCEL_REFUSED /* the gateway does not take it: the commit it belongs to loses */
    } what;
    int64_t id, chat; /* chat: 0 when not known yet */
    enum own_parcel_why why;
    struct slice welcome, token; /* OWN_PARCEL_WELCOME: as they were kept; then own_parcel_forget */
    uint64_t server_ms;
};
/* Answers to BLOB frames whose ask->a is negative: minus the parcel's row. */
MUST_CHECK enum err own_parcel_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                      uint8_t type, struct slice body, uint64_t failure,
                                      struct own_parcel_event *came);
/* What waited has been done, or cannot be. */
MUST_CHECK enum err own_parcel_forget(struct step *s, int64_t id);

#endif
