/* What is sent over a device link before the history moves; link.c decides when. */
#ifndef SOTTO_ENGINE_OWN_LINK_SAY_H
#define SOTTO_ENGINE_OWN_LINK_SAY_H
#include "engine/own/link_state.h"

/* Sends [role, number, what, ...]; the caller has encoded the rest, `items` of them. Numbers run on
 * past messages under way; when one fails the line is cut, and it and all after it are sent
 * again. */
MUST_CHECK enum err own_link_say(struct own *o, struct step *s, struct own_link *l, uint64_t what,
                                 struct slice rest, size_t items);
/* A message without an answer is sent again unchanged. */
MUST_CHECK enum err own_link_say_pairing(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_no(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_hello(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_draft(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_signed(struct own *o, struct step *s, struct own_link *l);
/* Sends the account once the entry is acknowledged. An entry that lost its number needs another
 * signature. */
MUST_CHECK enum err own_link_say_entry(struct own *o, struct step *s, struct own_link *l);

#endif
