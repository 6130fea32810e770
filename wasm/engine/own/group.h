/* Open groups, what we want of them, and what follows from a new epoch. */
#ifndef SOTTO_ENGINE_OWN_GROUP_H
#define SOTTO_ENGINE_OWN_GROUP_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

#define OWN_SWEEP_MS (24 * 3600ll * 1000) /* old keys of silent groups are looked for        */
#define OWN_SWEEP_CHATS 8                 /* in one step                                      */
#define OWN_HEAL_JITTER_MS (60u * 1000)
#define OWN_HEAL_AWAY_MS (7 * 24 * 3600ll * 1000)

enum own_wish {
    OWN_WISH_ADD_PERSON = 1, /* data: i64 person; stage 0 needs key packages, 1 has (extra)    */
    OWN_WISH_ADD_DEVICES,    /* own devices that are not in yet; same stages                   */
    OWN_WISH_REMOVE_PERSON,  /* data: i64 person                                               */
    OWN_WISH_REMOVE_DEVICE,  /* data: device key 32                                            */
    OWN_WISH_ROOM,           /* data: encoded struct own_room                                  */
    OWN_WISH_HEAL,           /* a path                                                         */
    OWN_WISH_CLEANUP,        /* commit proposals of others (leaves)                            */
    OWN_WISH_LEAVE,          /* propose our removal; stage: the epoch it was said in, plus 1   */
    OWN_WISH_READD           /* data: i64 person, device key 32: out and in again; stages as ADD */
};

MUST_CHECK enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out);
/* Is it in the cache? */
bool own_group_is_open(const struct own *o, int64_t chat);
void own_group_close(struct own *o, int64_t chat);
void own_groups_close(struct own *o);
MUST_CHECK enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name,
                                  int64_t person, const uint8_t *replaces, struct store_chat *out);
MUST_CHECK enum err own_wish(struct own *o, struct step *s, int64_t chat, enum own_wish kind,
                             struct slice data);
/* Tag of an epoch that members can compare without opening each other's posts (e2ee-core.md 9.2).
 */
void own_branch_tag(uint8_t out[8], struct slice authenticator);
/* After any epoch change: keys of the epoch, members, room, notices. */
MUST_CHECK enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                                      const struct mls_commit_view *view);
/* Was somebody of this account in the chat in our last epoch (admin: and ran it)? */
MUST_CHECK enum err own_was_member(struct step *s, int64_t chat, const uint8_t account[32],
                                   bool admin, bool *out);
/* A few groups a step, once a day each: what mls/group.h keeps of past epochs too long goes, not
 * before a chat has read all that waits for it; after a week without us, a new path for all
 * (e2ee-core.md 1). */
MUST_CHECK enum err own_group_sweep(struct own *o, struct step *s);
/* Rows of a group before its chat is known lie under this number. */
#define OWN_GROUP_NO_CHAT (-1)
/* Rows of a chat as mls/group.h wants them; rows lives as long as the storage. */
void own_group_storage(struct mls_storage *out, struct own_rows *rows);
/* Does a leaf of now have this device's key? */
bool own_group_seats(const struct mls_group *g, struct slice device);
/* Account of a leaf (its credential). */
MUST_CHECK enum err own_leaf_person(struct own *o, struct step *s, const struct mls_leaf_view *leaf,
                                    int64_t *person);

#endif
