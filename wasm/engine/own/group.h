/* Open groups, and what follows from a new epoch. */
#ifndef SOTTO_ENGINE_OWN_GROUP_H
#define SOTTO_ENGINE_OWN_GROUP_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "engine/own/wish.h"
#include "mls/group.h"
#include "store/chat.h"

MUST_CHECK enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out);
/* Is it in the cache? */
bool own_group_is_open(const struct own *o, int64_t chat);
void own_group_close(struct own *o, int64_t chat);
void own_groups_close(struct own *o);
MUST_CHECK enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name,
                                  int64_t person, const uint8_t *replaces, struct store_chat *out);
/* Tag of an epoch that members can compare without opening each other's posts (e2ee-core.md 9.2).
 */
void own_branch_tag(uint8_t out[8], struct slice authenticator);
/* After any epoch change: keys of the epoch, members, room, notices. */
MUST_CHECK enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                                      const struct mls_commit_view *view);
/* Was somebody of this account in the chat in our last epoch (admin: and ran it)? */
MUST_CHECK enum err own_was_member(struct step *s, int64_t chat, const uint8_t account[32],
                                   bool admin, bool *out);
/* Rows of a group before its chat is known lie under this number. */
#define OWN_GROUP_NO_CHAT (-1)
/* Rows of a chat as mls/group.h wants them; rows lives as long as the storage. */
void own_group_storage(struct mls_storage *out, struct own_rows *rows);
/* Does a leaf of now have this device's key, under this account (SLICE_EMPTY: under any)? */
bool own_group_seats(const struct mls_group *g, struct slice account, struct slice device);

#endif
