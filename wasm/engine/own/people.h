/* Adding people by link, their chains, changing rooms, revoking devices. */
#ifndef SOTTO_ENGINE_OWN_PEOPLE_H
#define SOTTO_ENGINE_OWN_PEOPLE_H
#include "engine/engine.h"
#include "engine/own/code.h"
#include "engine/own/entries.h"
#include "engine/own/identity.h"
#include "engine/own/state.h"
#include "store/chat.h"
#include "store/people.h"

#define OWN_ASK_CHAIN (-3)     /* own_ask.b of a question for the chain of another person       */
#define OWN_ASK_CHAIN_LOW (-9) /* the same from far below: a branch may begin there             */

/* The link of a group (only admins): on makes it or shows it again, off ends it. */
MUST_CHECK enum err own_group_link(struct own *o, struct step *s, int64_t chat, bool on,
                                   struct slice *out);
/* Somebody who knows us came by the link of a group. */
MUST_CHECK enum err own_join_take(struct own *o, struct step *s, const struct store_chat *c,
                                  int64_t from, struct slice in);
/* Adds the person of a link: a pair chat that waits for their answer. ERR_STATE_OWN: my own. */
MUST_CHECK enum err own_add(struct own *o, struct step *s, struct slice link, int64_t *chat);
/* Compared, or not any more; also settles a fork. */
MUST_CHECK enum err own_person_verify(struct own *o, struct step *s, int64_t person, bool on);
/* A fork was looked at: what we have is kept, and is "compare again" as before. */
MUST_CHECK enum err own_person_keep_ours(struct step *s, int64_t person);
/* name NULL and timer_s UINT64_MAX keep. ERR_AUTH_POLICY when only admins may. */
MUST_CHECK enum err own_room_change(struct own *o, struct step *s, int64_t chat,
                                    const struct slice *name, uint64_t timer_s);
MUST_CHECK enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person,
                                  bool admin);
/* One entry drops the device and takes the new code (fresh NULL: "not now"); then it goes out of
 * every room. old: the code that is replaced, if the person has it. ERR_GONE: none of mine. */
MUST_CHECK enum err own_device_revoke(struct own *o, struct step *s, struct slice device,
                                      const struct own_code *fresh, const struct own_code *old);
MUST_CHECK enum err own_devices_everywhere(struct own *o, struct step *s);
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
MUST_CHECK enum err own_chains_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                      struct slice body, uint64_t failure);
/* The answer to an entry of somebody else that a gateway had lost: ask->a the person, ask->b its
 * number. */
MUST_CHECK enum err own_chains_given(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint64_t failure);

#endif
