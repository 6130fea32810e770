/* Adding people by link, comparing, the link of a group, revoking devices. */
#ifndef SOTTO_ENGINE_OWN_PEOPLE_H
#define SOTTO_ENGINE_OWN_PEOPLE_H
#include "engine/engine.h"
#include "engine/recovery_code.h"
#include "engine/own/state.h"
#include "store/chat.h"

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
/* One entry drops the device and takes the new code (fresh NULL: "not now"); then it goes out of
 * every room. old: the code that is replaced, if the person has it. ERR_GONE: none of mine. */
MUST_CHECK enum err own_device_revoke(struct own *o, struct step *s, struct slice device,
                                      const struct recovery_code *fresh,
                                      const struct recovery_code *old);
MUST_CHECK enum err own_devices_everywhere(struct own *o, struct step *s);

#endif
