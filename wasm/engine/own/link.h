/* A second device: the saying half (link.c), and what it shares with the hearing one
 * (link_hear.c). */
#ifndef SOTTO_ENGINE_OWN_LINK_H
#define SOTTO_ENGINE_OWN_LINK_H
#include "engine/engine.h"
#include "engine/own/state.h"

enum own_link_role { ROLE_NONE = 0, ROLE_NEW = 1, ROLE_OLD = 2 };
enum own_link_say {
    SAY_HELLO = 1,
    SAY_ACCOUNT,
    SAY_RECORDS,
    SAY_READY_ASK,
    SAY_READY,
    SAY_END,
    SAY_DRAFT,  /* old: the entry that adds the new device */
    SAY_SIGNED, /* new: its signature                     */
    SAY_IN      /* new: it has found itself in the chain   */
};
enum own_link_phase {
    PHASE_HELLO = 1, /* new: to say hello; old: to hear it             */
    PHASE_ACCOUNT,   /* old: to send the account; new: to get it       */
    PHASE_PEOPLE,    /* old: sending people                            */
    PHASE_READY,     /* old: waiting for key packages; new: to say so  */
    PHASE_ADDING,    /* old: adding the device to all chats            */
    PHASE_CHATS,     /* old: sending chats                             */
    PHASE_MESSAGES,  /* old: sending messages                          */
    PHASE_FILES,     /* old: sending the bodies of files it has        */
    PHASE_END,
    PHASE_DONE,
    PHASE_DRAFT,  /* old: to send the entry that adds the new device      */
    PHASE_SIGNED, /* old: waiting for its signature; new: to send it      */
    PHASE_CHAIN,  /* new: waiting for the chain that lists it             */
    PHASE_IN      /* new: to say that it does; old: to hear it            */
};

struct own_link {
    int64_t role, phase, sent, heard, position, cursor, made;
    uint8_t mailbox[16], read_tag[32], write_seed[32], key[32];
};

/* Where the link stands; role ROLE_NONE when none is under way. Wipe it afterwards. */
MUST_CHECK enum err own_link_load(struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_set(struct step *s, const char *key, int64_t *field, int64_t value);
MUST_CHECK enum err own_link_clear(struct own *o, struct step *s);
void own_link_progress(struct step *s, uint64_t phase, uint64_t done, uint64_t total);

/* New device: makes keys and the code to show. */
MUST_CHECK enum err own_link_begin(struct own *o, struct step *s, struct slice gateway,
                                   struct slice device_name, struct slice *code);
/* Old device: the code was scanned or typed. */
MUST_CHECK enum err own_link_accept(struct own *o, struct step *s, struct slice code);
void own_link_cancel(struct own *o, struct step *s);
MUST_CHECK enum err own_link_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
MUST_CHECK enum err own_link_work(struct own *o, struct step *s);
#define OWN_ASK_CHAIN_LINK (-7) /* own_ask.b of the question for the chain of the account */

#endif
