/* How far a device link has come: shared by link.c and link_hear.c. */
#ifndef SOTTO_ENGINE_OWN_LINK_STATE_H
#define SOTTO_ENGINE_OWN_LINK_STATE_H
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
    SAY_DRAFT,   /* old: the entry that adds the new device */
    SAY_SIGNED,  /* new: its signature */
    SAY_IN,      /* new: it found itself in the chain */
    SAY_PAIRING, /* the next message of own/pairing.h */
    SAY_NO       /* over: the person said no, or it took too long */
};
enum own_link_phase {
    PHASE_HELLO = 1, /* new: to send hello; old: to receive it */
    PHASE_ACCOUNT,   /* old: to send the account; new: to receive it */
    PHASE_PEOPLE,    /* old: sending people */
    PHASE_READY,     /* old: waiting for key packages; new: to say so */
    PHASE_ADDING,    /* old: adding the device to all chats */
    PHASE_CHATS,     /* old: sending chats */
    PHASE_MESSAGES,  /* old: sending messages */
    PHASE_FILES,     /* old: sending the bodies of files it has */
    PHASE_END,
    PHASE_DONE,
    PHASE_DRAFT,   /* old: to send the entry that adds the new device */
    PHASE_SIGNED,  /* old: waiting for its signature; new: to send it */
    PHASE_CHAIN,   /* new: waiting for the chain that lists it */
    PHASE_IN,      /* new: to confirm that it does; old: to hear that */
    PHASE_PAIRING, /* agreeing on a key */
    PHASE_ASK,     /* new: waiting for the account it is asked to enter */
    PHASE_CONFIRM, /* the person on this side is asked */
    PHASE_NO       /* to send the refusal */
};

struct own_link {
    int64_t role, phase, sent, heard, position, cursor, made, until;
    uint8_t mailbox[16], read_tag[32], write_seed[32], key[32];
};

/* Loads the link's state; role is ROLE_NONE when none is under way. Wipe it afterwards. */
MUST_CHECK enum err own_link_load(struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_set(struct step *s, const char *key, int64_t *field, int64_t value);
MUST_CHECK enum err own_link_clear(struct own *o, struct step *s);
void own_link_progress(struct step *s, enum abi_link_phase phase, uint64_t done, uint64_t total);
/* Shows the words, and what the person is asked now. */
MUST_CHECK enum err own_link_show(struct step *s, const struct own_link *l);
/* Lifts the time limit: both persons have agreed, as far as this side needs to know. */
MUST_CHECK enum err own_link_settled(struct own *o, struct step *s, struct own_link *l);
/* The key is agreed on: switches to the mailbox and keys derived from it. */
MUST_CHECK enum err own_link_enter(struct own *o, struct step *s, struct own_link *l);
/* Ends it here, and tells the other side if a key is agreed on. */
MUST_CHECK enum err own_link_end(struct own *o, struct step *s, struct own_link *l,
                                 enum abi_link_phase why);
/* After unlocking: resumes what was under way; a pairing, which was only in memory, is over. */
MUST_CHECK enum err own_link_start(struct own *o, struct step *s);
/* At an alarm: has it taken too long? */
MUST_CHECK enum err own_link_late(struct own *o, struct step *s);

/* New device: makes keys and the code to show. */
MUST_CHECK enum err own_link_begin(struct own *o, struct step *s, struct slice gateway,
                                   struct slice device_name, struct slice *code);
/* Old device: the code was scanned or typed. */
MUST_CHECK enum err own_link_accept(struct own *o, struct step *s, struct slice code);
/* The person's answer. ERR_STATE: nothing was asked. */
MUST_CHECK enum err own_link_confirm(struct own *o, struct step *s, bool yes);
void own_link_cancel(struct own *o, struct step *s);

#endif
