/* Wishes to change what everybody in a room shares: its name, its timer, its admins. */
#include "engine/own/room_wish.h"

#include <string.h>

#include "engine/own/admit.h"
#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/people.h"

/* What the room will be once all wishes are granted. */
static enum err future_room(struct own *o, struct step *s, int64_t chat, struct own_room *room)
{
    struct store_wish *wishes = NULL;
    struct mls_group *g = NULL;
    size_t n = 0;
    TRY(own_group(o, s, chat, &g));
    TRY(own_room_of(s->arena, g, room));
    TRY(store_wish_list(s->store, s->arena, chat, &wishes, &n));
    for (size_t i = 0; i < n; i++) {
        if (wishes[i].kind == OWN_WISH_ROOM) {
            TRY(own_room_decode(s->arena, wishes[i].data, room));
        }
    }
    return OK;
}

static enum err wish_room(struct own *o, struct step *s, int64_t chat, const struct own_room *room)
{
    struct slice data;
    TRY(own_room_encode(s->arena, room, &data));
    TRY(own_wish(o, s, chat, OWN_WISH_ROOM, data));
    own_due_chat(o, chat);
    return OK;
}

static enum err may_change(struct step *s, int64_t chat)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    return c.type == STORE_CHAT_GROUP && c.role != ABI_ROLE_ADMIN ? ERR_AUTH_POLICY : OK;
}

enum err own_room_change(struct own *o, struct step *s, int64_t chat, const struct slice *name,
                         uint64_t timer_s)
{
    struct own_room room;
    TRY(may_change(s, chat));
    TRY(future_room(o, s, chat, &room));
    if (name != NULL) {
        room.name = *name;
    }
    if (timer_s != UINT64_MAX) {
        if (timer_s > 365ull * 86400) {
            return ERR_INPUT;
        }
        room.timer_s = timer_s;
    }
    return wish_room(o, s, chat, &room);
}

enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person, bool admin)
{
    struct own_room room;
    struct store_person who;
    size_t n = 0;
    TRY(may_change(s, chat));
    TRY(future_room(o, s, chat, &room));
    TRY(store_person_get(s->store, s->arena, person, &who));
    uint8_t(*admins)[32] = arena_array(s->arena, room.admin_n + 1, 32);
    if (admins == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < room.admin_n; i++) {
        if (!slice_equal(slice_make(room.admins[i], 32), SLICE_ARRAY(who.account))) {
            memcpy(admins[n++], room.admins[i], 32);
        }
    }
    if (admin) {
        if (n >= OWN_ADMINS_MAX) {
            return ERR_LIMIT;
        }
        memcpy(admins[n++], who.account, 32);
    }
    if (n == 0) {
        return ERR_STATE; /* a group keeps at least one admin */
    }
    room.admins = (const uint8_t(*)[32])admins;
    room.admin_n = n;
    return wish_room(o, s, chat, &room);
}
