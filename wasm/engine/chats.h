/* The rows of chats as people see them: listed or not, how they look, what the person decided.
 * Networks keep what they need of a chat in tables of their own, and change nothing here but by
 * these calls, which tell the page unless they say otherwise.
 *
 * chat: the id of a row. Slices stay the caller's. A chat that is not there is no error. */
#ifndef SOTTO_ENGINE_CHATS_H
#define SOTTO_ENGINE_CHATS_H
#include "engine/engine.h"
#include "store/chat.h"

/* ---- coming and going ------------------------------------------------------------------------ */

/* Makes the row as store_chat_add does and fills its id. Nobody is told: it may be one that is
 * never listed. */
MUST_CHECK enum err chats_make(struct step *s, struct store_chat *c);
/* The chat goes with everything in it, what its network keeps included. Nobody is told: a chat that
 * was listed is marked by the caller (effects_chat). */
MUST_CHECK enum err chats_drop(struct step *s, int64_t chat);
/* Deletes what stands up to this place and is still to be sent of it, as store_chat_empty does. */
MUST_CHECK enum err chats_empty(struct step *s, int64_t chat, int64_t place);
/* What was said in `from` stands in `to` from now on, among what was said there. */
MUST_CHECK enum err chats_move(struct step *s, int64_t from, int64_t to);
/* `to` takes the place of `from`: it looks like it, shows what was said there and what was shown
 * there, and its person is reached in it. */
MUST_CHECK enum err chats_succeed(struct step *s, int64_t from, int64_t to);
/* Shown in another chat from now on, 0: by itself. Nobody is told. */
MUST_CHECK enum err chats_alias(struct step *s, int64_t chat, int64_t shown);
/* It came from another device of mine, and looks as it did there; draft: with what I was about to
 * say. */
MUST_CHECK enum err chats_brought(struct step *s, int64_t chat, const struct store_chat_looks *l,
                                  bool draft);

/* ---- what it is ------------------------------------------------------------------------------ */

MUST_CHECK enum err chats_state(struct step *s, int64_t chat, enum store_chat_state state);
/* Why nothing is said there now (enum abi_chat_note); NONE: nothing is in the way. */
MUST_CHECK enum err chats_note(struct step *s, int64_t chat, enum abi_chat_note note);
MUST_CHECK enum err chats_rename(struct step *s, int64_t chat, struct slice title);
MUST_CHECK enum err chats_picture(struct step *s, int64_t chat, struct slice picture);
/* Seconds after which what is said vanishes, 0 never. */
MUST_CHECK enum err chats_timer(struct step *s, int64_t chat, int64_t timer_s);
/* The other one in a chat of two. */
MUST_CHECK enum err chats_person(struct step *s, int64_t chat, int64_t person);
/* May I run it? */
MUST_CHECK enum err chats_role(struct step *s, int64_t chat, bool admin);

/* ---- what I decide --------------------------------------------------------------------------- */

MUST_CHECK enum err chats_choose(struct step *s, int64_t chat, enum store_chat_choice choice,
                                 int64_t value);
/* Not listed until somebody says something; false: listed. */
MUST_CHECK enum err chats_hide(struct step *s, int64_t chat, bool hidden);
/* Marked as unread, though it was read; false: all of it counts as read, and nobody else is told.
 */
MUST_CHECK enum err chats_unread(struct step *s, int64_t chat, bool on);
/* What I am about to say, and the message it answers (0: none). */
MUST_CHECK enum err chats_draft(struct step *s, int64_t chat, struct slice text, int64_t reply_to);
/* I said it: there is no draft any more, and the chat is listed. */
MUST_CHECK enum err chats_said(struct step *s, int64_t chat);

#endif
