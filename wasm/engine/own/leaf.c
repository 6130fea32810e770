/* What a leaf of mine is made of, and whether an account has one. */
#include "engine/own/leaf.h"

#include <string.h>

#include "engine/own/identity.h"
#include "engine/own/room.h"
#include "mls/codec.h"

enum err own_leaf_identity(struct own *o, struct step *s, struct mls_identity *out)
{
    static const uint16_t types[] = {OWN_EXT_ROOM};
    struct own_identity_name head;
    struct mls_extension *ext = arena_array(s->arena, 1, sizeof *ext);
    uint8_t *name = arena_alloc(s->arena, OWN_IDENTITY_NAME_SIZE);
    if (ext == NULL || name == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(own_identity_head(s, o->account, &head));
    own_identity_name_put(name, &head);
    ext->type = OWN_EXT_ENTRY;
    ext->data = slice_make(name, OWN_IDENTITY_NAME_SIZE);
    memset(out, 0, sizeof *out);
    out->credential = SLICE_ARRAY(o->account);
    out->signature = o->device_secret;
    out->leaf_extensions.v = ext;
    out->leaf_extensions.n = 1;
    out->extension_types = types;
    out->extension_type_n = 1;
    return OK;
}

bool own_leaf_sits(const struct mls_group *g, struct slice account)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            return true;
        }
    }
    return false;
}
