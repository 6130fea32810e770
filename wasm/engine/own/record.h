/* Records of people, chats and messages: what moves to a new device, and (people and chats only)
 * what the recovery record holds. */
#ifndef SOTTO_ENGINE_OWN_RECORD_H
#define SOTTO_ENGINE_OWN_RECORD_H
#include "engine/engine.h"
#include "engine/own/state.h"

MUST_CHECK enum err own_record_person(struct step *s, struct buf *b, int64_t id, bool with_picture);
MUST_CHECK enum err own_record_chat(struct step *s, struct buf *b, int64_t id, bool keys);
MUST_CHECK enum err own_record_message(struct step *s, struct buf *b, int64_t id);
/* A sealed file chunk of the message with this id in this room. */
MUST_CHECK enum err own_record_chunk(struct step *s, struct slice room, struct slice mid,
                                     uint64_t n, struct slice bytes, struct slice *out);
/* Imports one. Existing data stays. compared: from a recovery record, so "verified" comes back as
 * "compared on DATE". */
MUST_CHECK enum err own_record_take(struct own *o, struct step *s, struct slice record,
                                    bool compared);

#endif
