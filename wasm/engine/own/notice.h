/* Lines in the timeline about what happened. */
#ifndef SOTTO_ENGINE_OWN_NOTICE_H
#define SOTTO_ENGINE_OWN_NOTICE_H
#include "engine/engine.h"
#include "engine/timeline.h"
#include "store/chat.h"

/* The chat whose timeline shows what arrives in c. */
int64_t own_shown_in(const struct store_chat *c);
/* Adds a line about what happened. text: who or what; may be empty. */
MUST_CHECK enum err own_notice_by(struct step *s, int64_t chat, enum abi_notice notice,
                                  int64_t person, struct slice text, const struct timeline_by *by);
MUST_CHECK enum err own_notice(struct step *s, int64_t chat, enum abi_notice notice, int64_t person,
                               struct slice text, uint64_t at_ms);

#endif
