/* What is said over a device link until the history moves; link.c says when. */
#ifndef SOTTO_ENGINE_OWN_LINK_SAY_H
#define SOTTO_ENGINE_OWN_LINK_SAY_H
#include "engine/own/link_state.h"

/* [role, number, what, ...]: the caller has put the rest into `b`, `items` of them. Numbers go on
 * over what is under way; when one fails the line is cut, and all behind it are said again. */
MUST_CHECK enum err own_link_say(struct own *o, struct step *s, struct own_link *l, uint64_t what,
                                 struct slice rest, size_t items);
/* What was said and is not answered is said again as it was. */
MUST_CHECK enum err own_link_say_pairing(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_no(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_hello(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_draft(struct own *o, struct step *s, struct own_link *l);
MUST_CHECK enum err own_link_say_signed(struct own *o, struct step *s, struct own_link *l);
/* The account, when the entry is acknowledged. An entry that lost its number needs another
 * signature. */
MUST_CHECK enum err own_link_say_entry(struct own *o, struct step *s, struct own_link *l);

#endif
