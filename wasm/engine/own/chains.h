/* Other people's chains: asking when they are due, taking them whoever brings them, reporting
 * changes. */
#ifndef SOTTO_ENGINE_OWN_CHAINS_H
#define SOTTO_ENGINE_OWN_CHAINS_H
#include "engine/engine.h"
#include "engine/own/entries.h"
#include "engine/own/identity_take.h"
#include "engine/own/state.h"
#include "store/chat.h"
#include "store/people.h"

#define OWN_ASK_CHAIN (-3)     /* own_ask.b of a question for the chain of another person */
#define OWN_ASK_CHAIN_LOW (-9) /* the same from far below, where a branch may begin */

/* Asks the gateway for other people's chains that are due: never seen, or with changed devices.
 * Asks by id, on a separate line that ends with the answers. */
MUST_CHECK enum err own_chains_work(struct own *o, struct step *s);
/* Something is said in this chat: each member's chain becomes due once a day. */
MUST_CHECK enum err own_chains_daily(struct own *o, struct step *s, const struct store_chat *c);
/* Takes entries of a person, whoever brought them, and reports it in our chat. */
MUST_CHECK enum err own_chains_take(struct own *o, struct step *s, const struct store_person *who,
                                    const struct slice *entries, size_t n,
                                    struct own_identity_change *out);
/* Takes entries that came in a room. */
MUST_CHECK enum err own_chains_heard(struct own *o, struct step *s,
                                     const struct own_entries *brought);
/* The answer to a question for the chain of person ask->a; failure: the gateway's code, 0 none. */
MUST_CHECK enum err own_chains_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                      struct slice body, uint64_t failure);
/* The answer to giving back somebody else's entry that the gateway had lost: ask->a the person,
 * ask->b its number. */
MUST_CHECK enum err own_chains_given(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint64_t failure);

#endif
