#include "engine/own/early.h"

#include "engine/timeline.h"
#include "store/order.h"

enum err own_early_apply(struct step *s, struct store_message *m)
{
    struct store_early v;
    bool any = false;
    TRY(store_early_has(s->store, m->chat, m->mid, &any));
    if (!any) {
        return OK; /* the usual case */
    }
    enum err e =
        store_early_take(s->store, s->arena, m->chat, m->mid, m->sender, STORE_EARLY_DELETE, &v);
    if (e == OK) {
        TRY(timeline_delete(s, m, v.removed));
    }
    TRY(e == ERR_GONE ? OK : e);
    e = store_early_take(s->store, s->arena, m->chat, m->mid, m->sender, STORE_EARLY_EDIT, &v);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_message_get(s->store, s->arena, m->id, m));
    /* a higher one may have come with the history */
    const struct timeline_edit edit = {v.text, v.at_ms, v.n, v.edit_mid, v.removed};
    return timeline_edit(s, m, &edit);
}
