/* What follows from a new epoch: its keys, the members, the notices about it. */
#ifndef SOTTO_ENGINE_OWN_GROUP_H
#define SOTTO_ENGINE_OWN_GROUP_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

/* A tag of an epoch by which members can compare it without opening each other's posts (PROTOCOL.md
 * 6.6). */
void own_branch_tag(uint8_t out[8], struct slice authenticator);
/* After any epoch change: keys of the epoch, members, room, notices. */
MUST_CHECK enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                                      const struct mls_commit_view *view);
/* Was this account in the chat in our last epoch (admin: and an admin)? */
MUST_CHECK enum err own_was_member(struct step *s, int64_t chat, const uint8_t account[32],
                                   bool admin, bool *out);
/* Does any current leaf have this device's key, under this account (SLICE_EMPTY: under any)? */
bool own_group_seats(const struct mls_group *g, struct slice account, struct slice device);

#endif
