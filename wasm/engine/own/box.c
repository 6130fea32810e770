/* The mailboxes of chats that are open on the anonymous line. */
#include "engine/own/box.h"

#include <string.h>

#include "engine/own/line.h"
#include "schema/frame.h"

void own_boxes_forget(struct own *o)
{
    arena_reset(&o->box_arena);
    o->boxes = NULL;
    o->box_n = o->box_cap = 0;
}

struct own_box *own_box(struct own *o, int64_t chat, bool make)
{
    for (size_t i = 0; i < o->box_n; i++) {
        if (o->boxes[i].chat == chat) {
            return &o->boxes[i];
        }
    }
    if (!make) {
        return NULL;
    }
    if (o->box_n == o->box_cap) {
        size_t cap = o->box_cap == 0 ? 64 : o->box_cap * 2;
        struct own_box *p = arena_array(&o->box_arena, cap, sizeof *p);
        if (p == NULL) {
            return NULL;
        }
        if (o->box_n > 0) {
            memcpy(p, o->boxes, o->box_n * sizeof *p);
        }
        o->boxes = p;
        o->box_cap = cap;
    }
    struct own_box *box = &o->boxes[o->box_n++];
    memset(box, 0, sizeof *box);
    box->chat = chat;
    return box;
}

struct own_box *own_box_of_handle(struct own *o, uint32_t handle)
{
    for (size_t i = 0; i < o->box_n; i++) {
        if (o->boxes[i].opened && o->boxes[i].handle == handle) {
            return &o->boxes[i];
        }
    }
    return NULL;
}

enum err own_box_reopen(struct own *o, struct step *s, struct own_box *box)
{
    struct wire_close w = {box->handle};
    struct slice body;
    struct buf b = buf_arena(s->arena, 16);
    box->opened = box->stalled = false;
    s->dirty = true;
    wire_close_put(&b, &w);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_ANON, FRAME_CLOSE, 0, body);
}
