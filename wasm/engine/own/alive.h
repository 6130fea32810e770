/* Signs of life. A device that was brought into a room by a key package may never come to know of
 * it: the package was used before, or the Welcome is withheld. So it is "not here yet" until
 * something of it has come that opens: a word, a proposal, a commit, or the GroupInfo that brought
 * us in. In a chat of two, words that were posted are kept until a device of theirs gave a sign;
 * after days without one the person may take them in by other packages. */
#ifndef SOTTO_ENGINE_OWN_ALIVE_H
#define SOTTO_ENGINE_OWN_ALIVE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

#define OWN_ALIVE_QUIET_MS (3 * 86400000ll) /* without a sign: another package is offered       */

/* Something of this leaf came, and it sits there. One whose device its account has dropped gives no
 * sign: nothing that it heard has reached them. */
MUST_CHECK enum err own_alive_heard(struct step *s, const struct store_chat *c,
                                    const struct mls_leaf_view *leaf, int64_t person);
/* A commit was followed: who came has given no sign, but whoever made it. */
MUST_CHECK enum err own_alive_commit(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct mls_commit_view *v);
/* Who sits is read from the tree. keep: what devices gave before counts; otherwise any of them may
 * have come in anew. */
MUST_CHECK enum err own_alive_sync(struct own *o, struct step *s, const struct store_chat *c,
                                   const struct mls_group *g, bool keep);
/* A Welcome brought us in: its signer has given a sign by that. A device of mine that signed it
 * knows the others: who accepted, and whose words came with its history, is here. */
MUST_CHECK enum err own_alive_welcomed(struct step *s, const struct store_chat *c,
                                       const uint8_t device[32], bool mine);
/* The gateway has an entry of the outbox. *kept: it stays there until somebody gave a sign; its
 * message is not "sent" before. */
MUST_CHECK enum err own_alive_posted(struct step *s, int64_t out, bool *kept);
/* Chats whose words have been kept for too long. */
MUST_CHECK enum err own_alive_due(struct step *s);
/* The person takes the other one in again. ERR_STATE: nobody is missing. */
MUST_CHECK enum err own_alive_again(struct own *o, struct step *s, int64_t chat);
/* Does this commit take us out and in again? */
bool own_alive_takes_us_again(const struct own *o, const struct mls_commit_view *v);

#endif
