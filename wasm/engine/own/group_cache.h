/* Open groups: a few are kept loaded, the others are loaded from their rows when they are needed.
 */
#ifndef SOTTO_ENGINE_OWN_GROUP_CACHE_H
#define SOTTO_ENGINE_OWN_GROUP_CACHE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"

/* The group of a chat, loaded if it is not; *out is the cache's, and good until another one is
 * asked for often enough (OWN_GROUPS_CACHED). ERR_GONE: the chat has none. */
MUST_CHECK enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out);
/* Is it in the cache? */
bool own_group_is_open(const struct own *o, int64_t chat);
/* What is loaded of one or of all is given up: the next use loads it anew. */
void own_group_close(struct own *o, int64_t chat);
void own_groups_close(struct own *o);
/* The place for the group of this chat, emptied, and the rows that it is to be made or loaded on.
 */
struct mls_group **own_group_cache_slot(struct own *o, struct step *s, int64_t chat,
                                        struct mls_storage *storage);
/* Rows of a group before its chat is known lie under this number. */
#define OWN_GROUP_NO_CHAT (-1)
/* Rows of a chat as mls/group.h wants them; rows lives as long as the storage. */
void own_group_storage(struct mls_storage *out, struct own_rows *rows);

#endif
