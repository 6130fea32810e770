/* Making a room: its group, with only this device in it, and the extension that tells everybody
 * what it is. */
#include "engine/own/make.h"

#include <string.h>

#include "crypto/rand.h"
#include "crypto/suite.h"
#include "engine/own/admit.h"
#include "engine/own/entries.h"
#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "engine/own/leaf.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "mls/codec.h"
#include "store/account.h"
#include "store/people.h"

static enum err suite_of(const struct own *o, const struct crypto_suite **suite)
{
    *suite = crypto_suite_find(o->suite != 0 ? o->suite : CRYPTO_SUITE_DEFAULT);
    return *suite == NULL ? ERR_INPUT_SUITE : OK;
}

/* The two accounts of a chat of two, the lower first: no third one can ever join. */
static enum err name_pair(struct own *o, struct step *s, int64_t person, struct own_room *room)
{
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    bool first = slice_compare(SLICE_ARRAY(o->account), SLICE_ARRAY(who.account)) < 0;
    room->has_pair = true;
    memcpy(room->pair[first ? 0 : 1], o->account, sizeof room->pair[0]);
    memcpy(room->pair[first ? 1 : 0], who.account, sizeof room->pair[0]);
    return OK;
}

enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name, int64_t person,
                       const uint8_t *replaces, struct store_chat *c)
{
    struct mls_group_params p;
    struct mls_storage storage;
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct own_entries_line line;
    struct own_room room;
    uint8_t gid[16];
    memset(&room, 0, sizeof room);
    memset(&p, 0, sizeof p);
    memset(c, 0, sizeof *c);
    crypto_rand(room.room, 16);
    crypto_rand(room.mailbox, 16);
    crypto_rand(room.read_tag, 32);
    crypto_rand(room.join_secret, 32);
    crypto_rand(gid, 16);
    room.has_replaces = replaces != NULL;
    if (replaces != NULL) {
        memcpy(room.replaces, replaces, 16);
    }
    room.type = type;
    room.name = name;
    if (type == STORE_CHAT_PAIR && person != 0) {
        TRY(name_pair(o, s, person, &room));
    }
    room.admins = (const uint8_t(*)[32])o->account;
    room.admin_n = type == STORE_CHAT_GROUP;
    c->account = STORE_ACCOUNT_OWN;
    memcpy(c->room, room.room, 16);
    memcpy(c->mailbox, room.mailbox, 16);
    memcpy(c->read_tag, room.read_tag, 32);
    memcpy(c->join_secret, room.join_secret, 32);
    c->has_mailbox = true;
    c->type = type;
    c->state = type == STORE_CHAT_PAIR ? STORE_CHAT_WAITING : STORE_CHAT_OPEN;
    c->title = name;
    c->person = person;
    c->role = type == STORE_CHAT_GROUP;
    c->last_ms = (int64_t)s->now_ms;
    TRY(chats_make(s, c));
    TRY(own_room_encode(s->arena, &room, &ext.data));
    TRY(suite_of(o, &p.suite));
    p.group_id = SLICE_ARRAY(gid);
    TRY(own_leaf_identity(o, s, &p.identity));
    p.extensions.v = &ext;
    p.extensions.n = 1;
    p.encrypt_handshake = true;
    p.padding_block = 1;
    TRY(own_entries_pinned(s, o->account, &line));
    TRY(mls_group_create(own_group_cache_slot(o, s, c->id, &storage), &storage, &p));
    TRY(own_group_entered(o, s, c->id, NULL));
    TRY(own_wish(o, s, c->id, OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    effects_chat(s->out, c->id);
    return OK;
}
