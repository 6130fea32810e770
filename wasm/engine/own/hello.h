/* Names for newcomers to a group: every member says theirs. In a large group this happens once for
 * all who came within a while, since otherwise a town that gathers by commits adding a few people
 * each would hear everybody's name after every one of them. */
#ifndef SOTTO_ENGINE_OWN_HELLO_H
#define SOTTO_ENGINE_OWN_HELLO_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* What is owed in a chat (chat.hello). */
enum own_hello { OWN_HELLO_NOT = 0, OWN_HELLO_NAME = 1, OWN_HELLO_PICTURE = 2 };

/* Notes that our name, and the group's picture, is owed to somebody in this group. *at_once: it is
 * small, and the caller says it (own_content_hello); otherwise it is said some seconds after the
 * last of them came in, at most five minutes. */
MUST_CHECK enum err own_hello_owe(struct own *o, struct step *s, const struct store_chat *c,
                                  bool picture, bool *at_once);
/* After a start: what is owed goes out at the next alarm. */
MUST_CHECK enum err own_hello_load(struct own *o, struct step *s);

#endif
