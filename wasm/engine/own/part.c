/* Parts of a step that may fail alone. */
#include "engine/own/part.h"

#include "engine/own/ask.h"
#include "engine/own/group_cache.h"
#include "store/transaction.h"

enum err own_part_begin(const struct own *o, struct step *s, struct own_part *part)
{
    part->first = o->next_request;
    part->effects = s->out->n;
    return store_part_begin(s->store);
}

enum err own_part_end(struct own *o, struct step *s, const struct own_part *part, enum err e)
{
    if (own_grave(e)) {
        return e;
    }
    if (e != OK) {
        TRY(store_part_undo(s->store));
        own_groups_close(o);
        own_ask_forget(o, part->first); /* they never left */
        s->out->n = part->effects;
    }
    TRY(store_part_end(s->store));
    return e;
}
