/* Open groups: a few stay loaded, the others are loaded from their rows when needed. */
#include "engine/own/group_cache.h"

#include <string.h>

#include "store/protocol.h"

static enum err row_get(void *user, struct slice key, struct arena *arena, struct slice *value)
{
    struct own_rows *r = user;
    return store_protocol_get(r->store, r->chat, key, arena, value);
}

static enum err row_put(void *user, struct slice key, struct slice value)
{
    struct own_rows *r = user;
    return store_protocol_put(r->store, r->chat, key, value);
}

static enum err row_del(void *user, struct slice key)
{
    struct own_rows *r = user;
    return store_protocol_del(r->store, r->chat, key);
}

static enum err row_del_prefix(void *user, struct slice prefix)
{
    struct own_rows *r = user;
    return store_protocol_del_prefix(r->store, r->chat, prefix);
}

void own_group_storage(struct mls_storage *out, struct own_rows *rows)
{
    *out = (struct mls_storage){rows, row_get, row_put, row_del, row_del_prefix};
}

struct mls_group **own_group_cache_slot(struct own *o, struct step *s, int64_t chat,
                                        struct mls_storage *storage)
{
    size_t best = 0;
    own_group_close(o, chat);
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g == NULL) {
            best = i;
            break;
        }
        if (o->groups[i].used < o->groups[best].used) {
            best = i;
        }
    }
    mls_group_destroy(o->groups[best].g);
    o->groups[best] = (struct own_group_slot){chat, NULL, ++o->turn};
    o->rows[best] = (struct own_rows){s->store, chat};
    own_group_storage(storage, &o->rows[best]);
    s->dirty = true;
    return &o->groups[best].g;
}

bool own_group_is_open(const struct own *o, int64_t chat)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            return true;
        }
    }
    return false;
}

void own_group_close(struct own *o, int64_t chat)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            mls_group_destroy(o->groups[i].g);
            o->groups[i].g = NULL;
        }
    }
}

void own_groups_close(struct own *o)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        mls_group_destroy(o->groups[i].g);
        o->groups[i].g = NULL;
    }
}

enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out)
{
    struct mls_storage storage;
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            o->groups[i].used = ++o->turn;
            *out = o->groups[i].g;
            s->dirty = true;
            return OK;
        }
    }
    struct mls_group **slot = own_group_cache_slot(o, s, chat, &storage);
    TRY(mls_group_load(slot, &storage));
    *out = *slot;
    return OK;
}
