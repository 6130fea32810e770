#include "engine/effect.h"

#include <string.h>

/* Room for one more item of `size` bytes in a list that grows inside the arena. */
static void *grow(struct effects *e, void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return list;
    }
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *p = arena_array(e->arena, more, size);
    if (p == NULL) {
        e->err = ERR_HOST_MEMORY;
        return NULL;
    }
    if (n > 0) {
        memcpy(p, list, n * size);
    }
    *cap = more;
    return p;
}

void effects_init(struct effects *e, struct arena *arena)
{
    memset(e, 0, sizeof *e);
    e->arena = arena;
}

void effects_put(struct effects *e, const struct abi_effect *effect)
{
    struct abi_effect *list = grow(e, e->v, e->n, &e->cap, sizeof *e->v);
    if (list != NULL) {
        e->v = list;
        e->v[e->n++] = *effect;
    }
}

void effects_reply(struct effects *e, uint64_t request, enum err error, uint64_t detail,
                   const struct abi_result *result)
{
    struct abi_effect f;
    memset(&f, 0, sizeof f);
    f.kind = ABI_REPLY;
    f.reply.request = request;
    f.reply.error = (uint64_t)error;
    f.reply.detail = detail;
    if (result != NULL) {
        f.reply.result = *result;
    } else {
        f.reply.result.kind = ABI_OK;
    }
    effects_put(e, &f);
}

static uint64_t conn(const struct effects *e, unsigned k)
{
    return (uint64_t)e->slot * EFFECTS_CONNS + k;
}

void effects_dial(struct effects *e, unsigned k, struct slice url, struct slice protocol)
{
    struct abi_effect f;
    memset(&f, 0, sizeof f);
    f.kind = ABI_DIAL;
    f.dial.conn = conn(e, k);
    f.dial.url = url;
    f.dial.protocol = protocol;
    effects_put(e, &f);
}

void effects_send(struct effects *e, unsigned k, struct slice data)
{
    struct abi_effect f;
    memset(&f, 0, sizeof f);
    f.kind = ABI_SEND;
    f.send.conn = conn(e, k);
    f.send.data = data;
    effects_put(e, &f);
}

void effects_hang_up(struct effects *e, unsigned k)
{
    struct abi_effect f;
    memset(&f, 0, sizeof f);
    f.kind = ABI_HANG_UP;
    f.hang_up.conn = conn(e, k);
    effects_put(e, &f);
}

void effects_change(struct effects *e, const struct abi_change *change)
{
    struct abi_effect f;
    memset(&f, 0, sizeof f);
    f.kind = ABI_PATCH;
    f.patch.change = *change;
    effects_put(e, &f);
}

static void note(struct effects *e, struct effect_marks *m, int64_t id, bool fresh, bool gone,
                 int64_t chat)
{
    for (size_t i = m->n; i > 0; i--) {
        if (m->v[i - 1].id == id) {
            m->v[i - 1].fresh |= fresh;
            m->v[i - 1].gone |= gone;
            return;
        }
    }
    struct effect_mark *list = grow(e, m->v, m->n, &m->cap, sizeof *m->v);
    if (list != NULL) {
        m->v = list;
        m->v[m->n++] = (struct effect_mark){id, fresh, gone, chat};
    }
}

void effects_chat(struct effects *e, int64_t chat)
{
    note(e, &e->chats, chat, false, false, chat);
}

void effects_message(struct effects *e, int64_t message, bool fresh)
{
    note(e, &e->messages, message, fresh, false, 0);
}

void effects_message_gone(struct effects *e, int64_t chat, int64_t message)
{
    note(e, &e->messages, message, false, true, chat);
}

void effects_person(struct effects *e, int64_t person)
{
    note(e, &e->people, person, false, false, 0);
}
