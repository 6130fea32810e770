/* What stands in the timeline of a chat. Networks write no message and no reaction themselves: they
 * fill the row, find it again by its key (mid, 32 bytes, of their own making), and say here what
 * became of it; the page is told along with it.
 *
 * chat, message, person: ids of rows; chat is the one that shows it. Times are milliseconds since
 * 1970. Slices stay the caller's: what is kept is copied into the store. ERR_STORE and the like end
 * the step; other errors are named where they can occur. */
#ifndef SOTTO_ENGINE_TIMELINE_H
#define SOTTO_ENGINE_TIMELINE_H
#include "engine/engine.h"
#include "store/message.h"
#include "store/reaction.h"

/* ---- new rows ---------------------------------------------------------------------------------
 * Each reads chat, mid, sender, times, type, state, text and so on of m and fills its id.
 * ERR_STATE_REPLAY: the chat has a row of this key, and nothing changes. */

/* Anything that may be the newest. */
MUST_CHECK enum err timeline_put(struct step *s, struct store_message *m);
/* Said by somebody else, who makes the chat unread, or by me on another device. No
 * ERR_STATE_REPLAY: a row that came with the history, ahead of its log, gets its place from m, and
 * id stays 0. */
MUST_CHECK enum err timeline_add(struct step *s, struct store_message *m);
/* Said here, now: sender, times and place are filled, too. It waits to be sent. */
MUST_CHECK enum err timeline_say(struct step *s, struct store_message *m);
/* m answers this message, 0: none. ERR_GONE: it is not in the chat of m. */
MUST_CHECK enum err timeline_answers(struct step *s, struct store_message *m, int64_t message);
/* Stands in for what should be there, among rows that are: never the newest. Its state is filled,
 * too. */
MUST_CHECK enum err timeline_gap(struct step *s, struct store_message *m);
/* History from another device, in any order: nobody is told before timeline_moved. */
MUST_CHECK enum err timeline_bring(struct step *s, struct store_message *m);
/* Rows were brought, or have another place: the chat's newest is looked for anew. */
MUST_CHECK enum err timeline_moved(struct step *s, int64_t chat);

/* Who did something, and how that is known. */
struct timeline_by {
    int64_t person; /* 0: not known */
    enum abi_by_how how;
    bool removed; /* by a device that its account had dropped */
};
/* A line about what happened. */
struct timeline_notice {
    enum abi_notice notice;
    int64_t person;    /* whom it is about; 0: nobody    */
    struct slice text; /* who or what; may be empty      */
    int64_t at_ms;     /* 0: now                         */
    struct timeline_by by;
};
MUST_CHECK enum err timeline_notice(struct step *s, int64_t chat, const struct timeline_notice *n);

/* ---- rows that go ---------------------------------------------------------------------------- */

/* Without a trace. */
MUST_CHECK enum err timeline_drop(struct step *s, int64_t chat, int64_t message);
/* Those whose time is over by this clock, at most 64 in one go. */
MUST_CHECK enum err timeline_expire(struct step *s, uint64_t now_ms);

/* ---- rows that change --------------------------------------------------------------------------
 * m: as the store has it. What is here in part only, an edit or deletion before its message, is
 * kept by the network. */

struct timeline_edit {
    struct slice text;
    int64_t at_ms;
    int64_t n;          /* from 1: the author's highest is shown, of two of that number the one   */
    const uint8_t *key; /* whose key is larger (32 bytes)                                         */
    bool removed;       /* said by a device that its account had dropped                          */
};
/* A deleted message stays deleted. */
MUST_CHECK enum err timeline_edit(struct step *s, const struct store_message *m,
                                  const struct timeline_edit *e);
/* Text, file and reactions go, the row says that there was something. removed: as above. */
MUST_CHECK enum err timeline_delete(struct step *s, const struct store_message *m, bool removed);
MUST_CHECK enum err timeline_star(struct step *s, int64_t message, bool on);
/* It is sent, delivered, read, or has failed: why is an enum err then, else 0. message 0: nothing.
 */
MUST_CHECK enum err timeline_state(struct step *s, int64_t message, enum store_message_state state,
                                   enum err why);
/* The server has it. What is not waiting for that stays as it is. message 0: nothing. */
MUST_CHECK enum err timeline_sent(struct step *s, int64_t message);

/* The server calls it otherwise than this device did: its key. */
MUST_CHECK enum err timeline_rekey(struct step *s, int64_t message, const uint8_t key[32]);
/* One of mine is said anew, under another key: so have the replies, reactions and edits of it. */
MUST_CHECK enum err timeline_renamed(struct step *s, int64_t chat, const uint8_t old[32],
                                     const uint8_t key[32]);

/* ---- reactions ------------------------------------------------------------------------------- */

/* In place of what the person gave before; place STORE_PLACE_PENDING: given here, now, else one
 * that stands behind it stays. *message: what it is on, 0: not here yet. */
MUST_CHECK enum err timeline_react(struct step *s, const struct store_reaction *r,
                                   int64_t *message);
/* History from another device: what the person gave there stays. Told with timeline_moved. */
MUST_CHECK enum err timeline_bring_reaction(struct step *s, const struct store_reaction *r);
/* Mine is taken back. */
MUST_CHECK enum err timeline_unreact(struct step *s, const struct store_message *m);
/* Somebody takes back the one that has this key itself. *had: it was here. */
MUST_CHECK enum err timeline_take_back(struct step *s, int64_t chat, int64_t person,
                                       const uint8_t key[32], bool *had);

/* ---- reading and typing ---------------------------------------------------------------------- */

/* Read here, up to m: what vanishes after it was read begins to by this clock. say: others are to
 * be told, when the network next does. */
MUST_CHECK enum err timeline_read(struct step *s, const struct store_message *m, bool say,
                                  uint64_t now_ms);
/* Read on another device of mine, which tells the others. */
MUST_CHECK enum err timeline_read_there(struct step *s, const struct store_message *m);
/* Somebody types, or has stopped. Nothing is kept. */
void timeline_typing(struct step *s, int64_t chat, struct slice name, bool on);

#endif
