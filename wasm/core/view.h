/* What the page may see, built from the store: views of chats, messages and people. */
#ifndef SOTTO_CORE_VIEW_H
#define SOTTO_CORE_VIEW_H
#include "core/state.h"

MUST_CHECK enum err core_view_chat(struct core *c, struct step *s, int64_t id,
                                   struct abi_chat_view *out);
MUST_CHECK enum err core_view_message(struct step *s, int64_t id, struct abi_message_view *out);
MUST_CHECK enum err core_view_person(struct step *s, int64_t id, struct abi_person_view *out);
/* Turns the marks of the step into patches, each once; notifications for fresh messages. */
MUST_CHECK enum err core_view_patches(struct core *c, struct step *s);

#endif
