#include "engine/own/early.h"

#include "store/order.h"

enum err own_early_apply(struct step *s, struct store_message *m)
{
    struct store_early v;
    bool any = false;
    TRY(store_early_has(s->store, m->chat, m->mid, &any));
    if (!any) {
        return OK; /* as nearly always */
    }
    enum err e =
        store_early_take(s->store, s->arena, m->chat, m->mid, m->sender, STORE_EARLY_DELETE, &v);
    if (e == OK) {
        TRY(store_message_empty(s->store, m->id));
        TRY(store_message_set_removed(s->store, m->id, v.removed));
    }
    TRY(e == ERR_GONE ? OK : e);
    e = store_early_take(s->store, s->arena, m->chat, m->mid, m->sender, STORE_EARLY_EDIT, &v);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_message_get(s->store, s->arena, m->id, m));
    /* with the history a higher one may have come */
    bool higher =
        v.n > m->edit_n ||
        (v.n == m->edit_n && slice_compare(SLICE_ARRAY(v.edit_mid), SLICE_ARRAY(m->edit_mid)) > 0);
    if (!higher || m->type == STORE_MESSAGE_DELETED) {
        return OK;
    }
    TRY(store_message_set_text(s->store, m->id, v.text, v.at_ms, v.n, v.edit_mid));
    return store_message_set_removed(s->store, m->id, v.removed);
}
