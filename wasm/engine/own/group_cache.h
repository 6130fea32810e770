/* Open groups: a few stay loaded, the others are loaded from their rows when needed. */
#ifndef SOTTO_ENGINE_OWN_GROUP_CACHE_H
#define SOTTO_ENGINE_OWN_GROUP_CACHE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"

/* The group of a chat, loaded if it is not. *out belongs to the cache and is valid until
 * OWN_GROUPS_CACHED others have been requested. ERR_GONE: the chat has none. */
MUST_CHECK enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out);
/* Is it in the cache? */
bool own_group_is_open(const struct own *o, int64_t chat);
/* Unloads one or all; the next use loads it again. */
void own_group_close(struct own *o, int64_t chat);
void own_groups_close(struct own *o);
/* The slot for this chat's group, emptied, and the storage to make or load it on. */
struct mls_group **own_group_cache_slot(struct own *o, struct step *s, int64_t chat,
                                        struct mls_storage *storage);
/* Rows of a group whose chat is not known yet are stored under this number. */
#define OWN_GROUP_NO_CHAT (-1)
/* Rows of a chat as mls/group.h wants them; rows must outlive the storage. */
void own_group_storage(struct mls_storage *out, struct own_rows *rows);

#endif
