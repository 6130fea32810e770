/* What is inside messages: text, edits, deletions, reactions, profiles; lines of the timeline. */
#ifndef SOTTO_ENGINE_OWN_CONTENT_H
#define SOTTO_ENGINE_OWN_CONTENT_H
#include "engine/engine.h"
#include "engine/own/notice.h"
#include "engine/own/state.h"
#include "store/chat.h"

bool own_type_is(struct slice type, const char *name);
/* Silent content of one of our types. */
MUST_CHECK enum err own_send_private(struct own *o, struct step *s, int64_t chat, const char *type,
                                     struct slice body);
MUST_CHECK enum err own_content_text(struct own *o, struct step *s, int64_t chat, struct slice text,
                                     int64_t reply_to, const uint64_t *mentions, size_t mention_n,
                                     int64_t *message);
MUST_CHECK enum err own_content_edit(struct own *o, struct step *s, int64_t message,
                                     struct slice text);
MUST_CHECK enum err own_content_delete(struct own *o, struct step *s, int64_t message,
                                       bool everyone);
MUST_CHECK enum err own_content_react(struct own *o, struct step *s, int64_t message,
                                      struct slice emoji);
MUST_CHECK enum err own_content_profile(struct own *o, struct step *s, int64_t chat);
MUST_CHECK enum err own_content_picture(struct own *o, struct step *s, int64_t chat);
/* To those who came into a group: our name, and the picture of the group if asked for (hello.h). */
MUST_CHECK enum err own_content_hello(struct own *o, struct step *s, int64_t chat, bool picture);

#endif
