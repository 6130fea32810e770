/* The rows of chats as people see them: listed or not, how they look, what the person decided.
 * Networks keep what they need of a chat in their own tables, and change these rows only through
 * these calls, which tell the page unless stated otherwise.
 *
 * chat: the id of a row. Slices stay the caller's. A missing chat is no error. */
#ifndef SOTTO_ENGINE_CHATS_H
#define SOTTO_ENGINE_CHATS_H
#include "engine/engine.h"
#include "store/chat.h"

/* ---- coming and going ------------------------------------------------------------------------ */

/* Makes the row as store_chat_add does and fills its id. Does not tell the page: it may never be
 * listed. */
MUST_CHECK enum err chats_make(struct step *s, struct store_chat *c);
/* Drops the chat with everything in it, including what its network keeps. Does not tell the page:
 * the caller marks a chat that was listed (effects_chat). */
MUST_CHECK enum err chats_drop(struct step *s, int64_t chat);
/* Deletes everything up to this place, and its entries still to be sent, as store_chat_empty
 * does. */
MUST_CHECK enum err chats_empty(struct step *s, int64_t chat, int64_t place);
/* Moves what was said in `from` into `to`, in between what was said there. */
MUST_CHECK enum err chats_move(struct step *s, int64_t from, int64_t to);
/* `to` succeeds `from`: it looks the same, shows what was said and shown there, and its person is
 * reached in it. */
MUST_CHECK enum err chats_succeed(struct step *s, int64_t from, int64_t to);
/* Shown in another chat from now on, 0: on its own. Does not tell the page. */
MUST_CHECK enum err chats_alias(struct step *s, int64_t chat, int64_t shown);
/* It came from another device of mine, and looks as it did there; draft: with my draft too. */
MUST_CHECK enum err chats_brought(struct step *s, int64_t chat, const struct store_chat_looks *l,
                                  bool draft);

/* ---- what it is ------------------------------------------------------------------------------ */

MUST_CHECK enum err chats_state(struct step *s, int64_t chat, enum store_chat_state state);
/* Why nothing can be said there now (enum abi_chat_note); NONE: nothing is in the way. */
MUST_CHECK enum err chats_note(struct step *s, int64_t chat, enum abi_chat_note note);
MUST_CHECK enum err chats_rename(struct step *s, int64_t chat, struct slice title);
MUST_CHECK enum err chats_picture(struct step *s, int64_t chat, struct slice picture);
/* Seconds after which what is said there vanishes, 0 never. */
MUST_CHECK enum err chats_timer(struct step *s, int64_t chat, int64_t timer_s);
/* The other person in a chat of two. */
MUST_CHECK enum err chats_person(struct step *s, int64_t chat, int64_t person);
/* Am I an admin of it? */
MUST_CHECK enum err chats_role(struct step *s, int64_t chat, bool admin);

/* ---- what I decide --------------------------------------------------------------------------- */

MUST_CHECK enum err chats_choose(struct step *s, int64_t chat, enum store_chat_choice choice,
                                 int64_t value);
/* Not listed until somebody says something; false: listed. */
MUST_CHECK enum err chats_hide(struct step *s, int64_t chat, bool hidden);
/* Marked as unread although it was read; false: all of it counts as read, without a receipt. */
MUST_CHECK enum err chats_unread(struct step *s, int64_t chat, bool on);
/* The text I am about to send, and the message it answers (0: none). */
MUST_CHECK enum err chats_draft(struct step *s, int64_t chat, struct slice text, int64_t reply_to);
/* I sent it: clears the draft and lists the chat. */
MUST_CHECK enum err chats_said(struct step *s, int64_t chat);

#endif
