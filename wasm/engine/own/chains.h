/* The chains of other people: asked for when they are due, taken whoever brings them, told of. */
#ifndef SOTTO_ENGINE_OWN_CHAINS_H
#define SOTTO_ENGINE_OWN_CHAINS_H
#include "engine/engine.h"
#include "engine/own/entries.h"
#include "engine/own/identity_take.h"
#include "engine/own/state.h"
#include "store/chat.h"
#include "store/people.h"

#define OWN_ASK_CHAIN (-3)     /* own_ask.b of a question for the chain of another person       */
#define OWN_ASK_CHAIN_LOW (-9) /* the same from far below: a branch may begin there             */

/* Asks the gateway for the chains of others that are due: never seen, or their devices changed; by
 * their ids, on a line of its own that ends with the answers. */
MUST_CHECK enum err own_chains_work(struct own *o, struct step *s);
/* Something is said in this chat: of those who sit in it, each chain is due once a day. */
MUST_CHECK enum err own_chains_daily(struct own *o, struct step *s, const struct store_chat *c);
/* Entries of a person, whoever brought them, and what is said of it in our chat. */
MUST_CHECK enum err own_chains_take(struct own *o, struct step *s, const struct store_person *who,
                                    const struct slice *entries, size_t n,
                                    struct own_identity_change *out);
/* Entries that came in a room: we know them from now on. */
MUST_CHECK enum err own_chains_heard(struct own *o, struct step *s,
                                     const struct own_entries *brought);
/* The answer to a question for the chain of person ask->a; failure: the gateway's code, 0 none. */
MUST_CHECK enum err own_chains_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                      struct slice body, uint64_t failure);
/* The answer to an entry of somebody else that a gateway had lost: ask->a the person, ask->b its
 * number. */
MUST_CHECK enum err own_chains_given(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint64_t failure);

#endif
