/* One frame to the gateway: whether its line is ready, the gateway's name in signatures,
 * sending. */
#include "engine/own/frame.h"

#include <string.h>

/* The part of the gateway address that the signature of AUTH names: host[:port]. */
struct slice own_frame_origin(struct own *o)
{
    struct slice g = slice_of_string(o->gateway);
    const char *at = strstr(o->gateway, "://");
    size_t skip = at == NULL ? 0 : (size_t)(at - o->gateway) + 3;
    return slice_make(g.p + skip, g.n - skip);
}

bool own_ready(const struct own *o, int conn)
{
    return o->conn[conn].line == OWN_READY;
}

enum err own_frame(struct own *o, struct step *s, int conn, enum frame_type type, uint32_t request,
                   struct slice body)
{
    struct buf b = buf_arena(s->arena, body.n + FRAME_HEADER_SIZE);
    struct slice out;
    if (o->conn[conn].line == OWN_CLOSED || o->conn[conn].line == OWN_DIALLING) {
        return ERR_STATE;
    }
    frame_put(&b, type, request, body);
    TRY(buf_finish(&b, &out));
    effects_send(s->out, (unsigned)conn, out);
    s->dirty = true;
    return OK;
}
