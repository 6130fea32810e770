/* The timeline of a chat. Networks write no message and no reaction themselves: they fill the row,
 * find it again by its key (mid, 32 bytes, of their choice), and report here what became of it;
 * these calls tell the page.
 *
 * chat, message, person: ids of rows; chat is the one that shows it. Times are milliseconds since
 * 1970. Slices stay the caller's: the store keeps copies. ERR_STORE and the like fail the step;
 * other errors are named where they can occur. */
#ifndef SOTTO_ENGINE_TIMELINE_H
#define SOTTO_ENGINE_TIMELINE_H
#include "engine/engine.h"
#include "store/message.h"
#include "store/reaction.h"

/* ---- new rows ---------------------------------------------------------------------------------
 * Each reads chat, mid, sender, times, type, state, text and so on from m and fills its id.
 * ERR_STATE_REPLAY: the chat has a row with this key, and nothing changes. */

/* Any row that may be the newest. */
MUST_CHECK enum err timeline_put(struct step *s, struct store_message *m);
/* Said by somebody else, so the chat becomes unread, or by me on another device. No
 * ERR_STATE_REPLAY: a row that came with the history, ahead of its log, gets its place from m, and
 * id stays 0. */
MUST_CHECK enum err timeline_add(struct step *s, struct store_message *m);
/* Said here and now: fills sender, times and place too. It waits to be sent. */
MUST_CHECK enum err timeline_say(struct step *s, struct store_message *m);
/* m answers this message, 0: none. ERR_GONE: it is not in m's chat. */
MUST_CHECK enum err timeline_answers(struct step *s, struct store_message *m, int64_t message);
/* A placeholder for what should be there, among existing rows: never the newest. Fills its state
 * too. */
MUST_CHECK enum err timeline_gap(struct step *s, struct store_message *m);
/* History from another device, in any order: the page is not told before timeline_moved. */
MUST_CHECK enum err timeline_bring(struct step *s, struct store_message *m);
/* Rows were brought or moved: looks for the chat's newest again. */
MUST_CHECK enum err timeline_moved(struct step *s, int64_t chat);

/* Who did something, and how that is known. */
struct timeline_by {
    int64_t person; /* 0: unknown */
    enum abi_by_how how;
    bool removed; /* by a device its account had dropped */
};
/* A line about what happened. */
struct timeline_notice {
    enum abi_notice notice;
    int64_t person;    /* whom it is about; 0: nobody */
    struct slice text; /* who or what; may be empty */
    int64_t at_ms;     /* 0: now */
    struct timeline_by by;
};
MUST_CHECK enum err timeline_notice(struct step *s, int64_t chat, const struct timeline_notice *n);

/* ---- rows that go ---------------------------------------------------------------------------- */

/* Removes the row without a trace. */
MUST_CHECK enum err timeline_drop(struct step *s, int64_t chat, int64_t message);
/* Removes expired rows by this clock, at most 64 in one go. */
MUST_CHECK enum err timeline_expire(struct step *s, uint64_t now_ms);

/* ---- rows that change --------------------------------------------------------------------------
 * m: as the store has it. An edit or deletion that comes before its message is kept by the
 * network. */

struct timeline_edit {
    struct slice text;
    int64_t at_ms;
    int64_t n;          /* from 1: the author's highest is shown; of two with that number the one */
    const uint8_t *key; /* whose key is larger (32 bytes) */
    bool removed;       /* said by a device its account had dropped */
};
/* A deleted message stays deleted. */
MUST_CHECK enum err timeline_edit(struct step *s, const struct store_message *m,
                                  const struct timeline_edit *e);
/* Removes text, file and reactions; the row says that there was something. removed: as above. */
MUST_CHECK enum err timeline_delete(struct step *s, const struct store_message *m, bool removed);
MUST_CHECK enum err timeline_star(struct step *s, int64_t message, bool on);
/* It is sent, delivered, read, or has failed: then why is an enum err, else 0. message 0: no
 * effect. */
MUST_CHECK enum err timeline_state(struct step *s, int64_t message, enum store_message_state state,
                                   enum err why);
/* The server has it. No effect on a row that is not waiting for that. message 0: no effect. */
MUST_CHECK enum err timeline_sent(struct step *s, int64_t message);

/* The server gave it another key than this device did. */
MUST_CHECK enum err timeline_rekey(struct step *s, int64_t message, const uint8_t key[32]);
/* One of mine is sent again under another key: updates the replies, reactions and edits that name
 * it. */
MUST_CHECK enum err timeline_renamed(struct step *s, int64_t chat, const uint8_t old[32],
                                     const uint8_t key[32]);

/* ---- reactions ------------------------------------------------------------------------------- */

/* Replaces what the person gave before. place STORE_PLACE_PENDING: given here and now; otherwise an
 * earlier reaction with a later place stays. *message: the message it is on, 0: not here yet. */
MUST_CHECK enum err timeline_react(struct step *s, const struct store_reaction *r,
                                   int64_t *message);
/* History from another device: a reaction the person gave here stays. The page is told at
 * timeline_moved. */
MUST_CHECK enum err timeline_bring_reaction(struct step *s, const struct store_reaction *r);
/* Takes mine back. */
MUST_CHECK enum err timeline_unreact(struct step *s, const struct store_message *m);
/* Somebody takes back the reaction with this key. *had: it was here. */
MUST_CHECK enum err timeline_take_back(struct step *s, int64_t chat, int64_t person,
                                       const uint8_t key[32], bool *had);

/* ---- reading and typing ---------------------------------------------------------------------- */

/* Read here up to m: starts the timers of vanishing messages by this clock. say: others are told
 * when the network next does so. */
MUST_CHECK enum err timeline_read(struct step *s, const struct store_message *m, bool say,
                                  uint64_t now_ms);
/* Read on another device of mine, which tells the others. */
MUST_CHECK enum err timeline_read_there(struct step *s, const struct store_message *m);
/* Somebody types, or has stopped. Not stored. */
void timeline_typing(struct step *s, int64_t chat, struct slice name, bool on);

#endif
