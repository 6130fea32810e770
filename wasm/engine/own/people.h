/* Adding people by link, comparing, group links, revoking devices. */
#ifndef SOTTO_ENGINE_OWN_PEOPLE_H
#define SOTTO_ENGINE_OWN_PEOPLE_H
#include "engine/engine.h"
#include "engine/recovery_code.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* The link of a group (admins only): on makes it or returns it again, off closes it. */
MUST_CHECK enum err own_group_link(struct own *o, struct step *s, int64_t chat, bool on,
                                   struct slice *out);
/* Somebody we already know used a group's link. */
MUST_CHECK enum err own_join_take(struct own *o, struct step *s, const struct store_chat *c,
                                  int64_t from, struct slice in);
/* Adds the person behind a link: a chat of two that waits for their answer. ERR_STATE_OWN: it is
 * mine. */
MUST_CHECK enum err own_add(struct own *o, struct step *s, struct slice link, int64_t *chat);
/* Marks as compared, or no longer; also settles a fork. */
MUST_CHECK enum err own_person_verify(struct own *o, struct step *s, int64_t person, bool on);
/* The person looked at a fork: we keep our branch, and the contact stays at "compare again". */
MUST_CHECK enum err own_person_keep_ours(struct step *s, int64_t person);
/* One entry drops the device and names the new code (fresh NULL: "not now"); then the device leaves
 * every room. old: the code being replaced, if the person has it. ERR_GONE: not a device of
 * mine. */
MUST_CHECK enum err own_device_revoke(struct own *o, struct step *s, struct slice device,
                                      const struct recovery_code *fresh,
                                      const struct recovery_code *old);
MUST_CHECK enum err own_devices_everywhere(struct own *o, struct step *s);

#endif
