#include "engine/outbox.h"

#include "engine/timeline.h"

enum err outbox_put(struct step *s, int64_t chat, const struct outbox_word *w, int64_t *out)
{
    s->durable = true;
    return store_outbox_put(s->store, chat, w->message, w->content, w->key, false, w->about,
                            (int64_t)s->now_ms, out);
}

enum err outbox_next(struct step *s, int64_t chat, int64_t after, size_t limit,
                     struct store_out **list, size_t *n)
{
    return store_outbox_list(s->store, s->arena, chat, after, limit, list, n);
}

enum err outbox_drop(struct step *s, int64_t out)
{
    return store_outbox_done(s->store, out);
}

enum err outbox_sent(struct step *s, int64_t out, int64_t message)
{
    s->out->state = true; /* it includes how many wait */
    TRY(outbox_drop(s, out));
    return timeline_sent(s, message);
}

enum err outbox_refused(struct step *s, const struct store_out *out, enum err why, bool empty)
{
    s->out->state = true;
    TRY(timeline_state(s, out->message, STORE_STATE_FAILED, why));
    return empty ? store_outbox_empty(s->store, out->id) : outbox_drop(s, out->id);
}

enum err outbox_retry(struct step *s, int64_t out)
{
    return store_outbox_unseal(s->store, out);
}

enum err outbox_close(struct step *s, int64_t chat, enum err why)
{
    TRY(store_message_refused(s->store, chat, why));
    return store_outbox_clear(s->store, chat);
}
