/* Between my own devices: small records in the self chat. */
#ifndef SOTTO_ENGINE_OWN_SYNC_H
#define SOTTO_ENGINE_OWN_SYNC_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

MUST_CHECK enum err own_content_sync(struct own *o, struct step *s, const uint8_t by[32],
                                     struct slice body);
MUST_CHECK enum err own_sync_read(struct own *o, struct step *s, const uint8_t room[16],
                                  const uint8_t mid[32]);
MUST_CHECK enum err own_sync_person(struct own *o, struct step *s, int64_t person);
MUST_CHECK enum err own_sync_chat(struct own *o, struct step *s, int64_t chat, struct slice column,
                                  uint64_t value);
MUST_CHECK enum err own_sync_request(struct own *o, struct step *s, struct slice room,
                                     uint64_t answer);
MUST_CHECK enum err own_sync_profile(struct own *o, struct step *s);
/* Tells the name of a device of mine, this one or another. */
MUST_CHECK enum err own_sync_device(struct own *o, struct step *s, struct slice key,
                                    struct slice name);

#endif
