/* Signs of life. A device brought into a room by a key package may never learn of it: the package
 * was used before, or the Welcome is withheld. So it is "not here yet" until something it made has
 * arrived and opened: a word, a proposal, a commit, or the GroupInfo that brought us in. In a chat
 * of two, posted words are kept until one of their devices gives a sign; after days without one the
 * person may add them with other packages. */
#ifndef SOTTO_ENGINE_OWN_ALIVE_H
#define SOTTO_ENGINE_OWN_ALIVE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

#define OWN_ALIVE_QUIET_MS (3 * 86400000ll) /* without a sign: offer another package */

/* Something from this leaf came, and it is in the room. If its account has dropped the device it
 * gives no sign: nothing it heard has reached them. */
MUST_CHECK enum err own_alive_heard(struct step *s, const struct store_chat *c,
                                    const struct mls_leaf_view *leaf, int64_t person);
/* A commit was followed: those it added have given no sign, except its author. */
MUST_CHECK enum err own_alive_commit(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct mls_commit_view *v);
/* Reads from the tree who is in. keep: earlier signs still count; otherwise any device may have
 * come in again. */
MUST_CHECK enum err own_alive_sync(struct own *o, struct step *s, const struct store_chat *c,
                                   const struct mls_group *g, bool keep);
/* A Welcome brought us in, which is a sign of its signer. If that is a device of mine it knows the
 * others: whoever accepted, and whoever has words in its history, is here. */
MUST_CHECK enum err own_alive_welcomed(struct step *s, const struct store_chat *c,
                                       const uint8_t device[32], bool mine);
/* The gateway has an outbox entry. *kept: it stays there until somebody gives a sign; its message
 * is not "sent" before. */
MUST_CHECK enum err own_alive_posted(struct step *s, int64_t out, bool *kept);
/* Chats whose words have been kept for too long. */
MUST_CHECK enum err own_alive_due(struct step *s);
/* The person adds the other one again. ERR_STATE: nobody is missing. */
MUST_CHECK enum err own_alive_again(struct own *o, struct step *s, int64_t chat);
/* Does this commit take us out and in again? */
bool own_alive_takes_us_again(const struct own *o, const struct mls_commit_view *v);

#endif
