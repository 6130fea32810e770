/* People, and who sits in which chat, whatever network they came by. Networks keep keys, addresses
 * and what was compared in tables of their own; what is shown of a person they write here, and the
 * page is told along with it unless it says otherwise.
 *
 * person, chat: ids of rows; STORE_PERSON_ME is the person whose device this is. Slices stay the
 * caller's. A person who is not there is no error. */
#ifndef SOTTO_ENGINE_ROSTER_H
#define SOTTO_ENGINE_ROSTER_H
#include "engine/engine.h"
#include "store/request.h"

/* ---- people ---------------------------------------------------------------------------------- */

/* The row of whoever has this address on their network, 32 bytes; made when there is none. Nobody
 * is told: most are never listed. */
MUST_CHECK enum err roster_person(struct step *s, const uint8_t address[32], int64_t *person);
/* Name and picture, as of ms since 1970; which of two is the newer the network has looked at. */
MUST_CHECK enum err roster_profile(struct step *s, int64_t person, struct slice name,
                                   struct slice picture, int64_t ms);
/* Listed among those I know. Told by whoever brought that about. */
MUST_CHECK enum err roster_contact(struct step *s, int64_t person);
/* What they say is not taken in, or is again. Their chat is told, too, if they have one. ERR_GONE:
 * no such person. */
MUST_CHECK enum err roster_block(struct step *s, int64_t person, bool on);
/* As another device of mine says: a contact stays one, and so does a name that is here. Told by
 * whoever brought that about, and so is the next. */
MUST_CHECK enum err roster_told(struct step *s, int64_t person, bool contact, bool blocked,
                                struct slice name);
/* As they stood with another device of mine. */
MUST_CHECK enum err roster_brought(struct step *s, int64_t person, bool contact, bool blocked);
/* The chat of two in which they are reached. Nobody is told. */
MUST_CHECK enum err roster_chat(struct step *s, int64_t person, int64_t chat);

/* ---- requests -----------------------------------------------------------------------------------
 * The page is told that there are others now; it asks for them. */

/* Somebody asks whether they may write to me, or have me in a room of theirs. id is not read. */
MUST_CHECK enum err roster_request(struct step *s, const struct store_request *r);
/* It is answered. One that is not there any more is no error. */
MUST_CHECK enum err roster_answered(struct step *s, int64_t request);

/* ---- who sits in a chat -------------------------------------------------------------------------
 * The chat is told by whoever brought that about: the list is made anew with each change. */

/* Begin, a member each, end: who was not named has gone. */
MUST_CHECK enum err roster_begin(struct step *s, int64_t chat);
MUST_CHECK enum err roster_end(struct step *s, int64_t chat);
/* Sits there, and may run it or not. Outside of begin and end the others stay as they are. */
MUST_CHECK enum err roster_member(struct step *s, int64_t chat, int64_t person, bool admin);

#endif
