#include "engine/own/hello_due.h"

#include "engine/own/content.h"
#include "engine/own/hello.h"
#include "store/own_hello.h"

#define HELLO_CHATS 16 /* chats handled in one step */

enum err own_hello_due(struct own *o, struct step *s)
{
    struct store_own_hello list[HELLO_CHATS];
    size_t n = 0;
    enum err e = store_own_hello_list(s->store, list, HELLO_CHATS, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_own_hello_said(s->store, list[i].chat);
        e = e != OK ? e : own_content_hello(o, s, list[i].chat, list[i].what == OWN_HELLO_PICTURE);
        s->durable = true;
    }
    o->hello_at_ms = n == HELLO_CHATS ? s->now_ms + 1 : 0;
    return e;
}
