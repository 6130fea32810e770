/* People, and who is in which chat, whatever network they came by. Networks keep keys, addresses
 * and what was compared in their own tables; what is shown of a person they write here, and these
 * calls tell the page unless stated otherwise.
 *
 * person, chat: ids of rows; STORE_PERSON_ME is the person whose device this is. Slices stay the
 * caller's. A missing person is no error. */
#ifndef SOTTO_ENGINE_ROSTER_H
#define SOTTO_ENGINE_ROSTER_H
#include "engine/engine.h"
#include "store/request.h"

/* ---- people ---------------------------------------------------------------------------------- */

/* The row of whoever has this address on their network, 32 bytes; made if there is none. Does not
 * tell the page: most people are never listed. */
MUST_CHECK enum err roster_person(struct step *s, const uint8_t address[32], int64_t *person);
/* Name and picture, as of ms since 1970; the network has already compared which are newer. */
MUST_CHECK enum err roster_profile(struct step *s, int64_t person, struct slice name,
                                   struct slice picture, int64_t ms);
/* Lists them among those I know. The caller tells the page. */
MUST_CHECK enum err roster_contact(struct step *s, int64_t person);
/* Ignores what they say, or no longer does. Also tells the page about their chat, if they have one.
 * ERR_GONE: no such person. */
MUST_CHECK enum err roster_block(struct step *s, int64_t person, bool on);
/* Takes what another device of mine says: a contact stays one, and an existing name stays. For this
 * and the next the caller tells the page. */
MUST_CHECK enum err roster_told(struct step *s, int64_t person, bool contact, bool blocked,
                                struct slice name);
/* As another device of mine had them. */
MUST_CHECK enum err roster_brought(struct step *s, int64_t person, bool contact, bool blocked);
/* The chat of two in which they are reached. Does not tell the page. */
MUST_CHECK enum err roster_chat(struct step *s, int64_t person, int64_t chat);

/* ---- requests -----------------------------------------------------------------------------------
 * These calls tell the page that requests changed; it asks for them. */

/* Somebody asks whether they may write to me, or have me in a room of theirs. id is not read. */
MUST_CHECK enum err roster_request(struct step *s, const struct store_request *r);
/* It is answered. One that is gone is no error. */
MUST_CHECK enum err roster_answered(struct step *s, int64_t request);

/* ---- who sits in a chat -------------------------------------------------------------------------
 * The caller tells the page about the chat: the list is rewritten with each change. */

/* Begin, one call per member, end: whoever was not named has gone. */
MUST_CHECK enum err roster_begin(struct step *s, int64_t chat);
MUST_CHECK enum err roster_end(struct step *s, int64_t chat);
/* Is in it, as an admin or not. Outside begin and end the others stay as they are. */
MUST_CHECK enum err roster_member(struct step *s, int64_t chat, int64_t person, bool admin);

#endif
