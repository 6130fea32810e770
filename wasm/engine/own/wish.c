/* What we want of a group. */
#include "engine/own/wish.h"

#include "store/outbox.h"

enum err own_wish(struct own *o, struct step *s, int64_t chat, enum own_wish kind,
                  struct slice data)
{
    (void)o;
    s->durable = true;
    return store_wish_add(s->store, chat, (int)kind, data, NULL);
}
