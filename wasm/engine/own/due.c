/* What needs work. */
#include "engine/own/due.h"

#include <string.h>

void own_due_chat(struct own *o, int64_t chat)
{
    struct own_due *d = &o->due;
    size_t at = 0;
    while (at < d->n && d->chats[at] < chat) {
        at++;
    }
    if (d->all || (at < d->n && d->chats[at] == chat)) {
        return;
    }
    if (d->n == OWN_DUE_MAX) {
        d->all = true; /* more than fit: check all of them */
        return;
    }
    memmove(&d->chats[at + 1], &d->chats[at], (d->n - at) * sizeof d->chats[0]);
    d->chats[at] = chat;
    d->n++;
}

void own_due_rest(struct own *o)
{
    o->due.rest = true;
}

void own_due_all(struct own *o)
{
    o->due.all = o->due.rest = true;
}

bool own_due_any(const struct own *o)
{
    return o->due.all || o->due.rest || o->due.n > 0;
}

void own_due_take(struct own *o, struct own_due *out)
{
    *out = o->due;
    memset(&o->due, 0, sizeof o->due);
}
