#include "engine/timeline.h"

#include "store/chat.h"
#include "store/order.h"
#include "store/people.h"
#include "store/unread.h"

/* ---- new rows ------------------------------------------------------------------------------- */

enum err timeline_moved(struct step *s, int64_t chat)
{
    effects_chat(s->out, chat);
    return store_message_touch_chat(s->store, chat);
}

enum err timeline_put(struct step *s, struct store_message *m)
{
    TRY(store_message_add(s->store, m));
    effects_message(s->out, m->id, true);
    return timeline_moved(s, m->chat);
}

enum err timeline_add(struct step *s, struct store_message *m)
{
    enum err e = timeline_put(s, m);
    if (e != OK) {
        return e == ERR_STATE_REPLAY ? store_message_placed(s->store, m) : e;
    }
    return m->sender == STORE_PERSON_ME
               ? store_chat_set_hidden(s->store, m->chat, false)
               : store_unread_add(s->store, m->chat, m->id, m->mentions_me, (int64_t)s->now_ms);
}

enum err timeline_say(struct step *s, struct store_message *m)
{
    m->sender = STORE_PERSON_ME;
    m->at_ms = m->said_ms = (int64_t)s->now_ms;
    m->place = STORE_PLACE_PENDING;
    m->state = STORE_STATE_QUEUED;
    return timeline_put(s, m);
}

enum err timeline_gap(struct step *s, struct store_message *m)
{
    m->state = STORE_STATE_SENT;
    TRY(store_message_add(s->store, m));
    effects_message(s->out, m->id, true);
    effects_chat(s->out, m->chat);
    return OK;
}

enum err timeline_bring(struct step *s, struct store_message *m)
{
    return store_message_add(s->store, m);
}

/* ---- rows that go --------------------------------------------------------------------------- */

enum err timeline_drop(struct step *s, int64_t chat, int64_t message)
{
    TRY(store_message_drop(s->store, message));
    effects_message_gone(s->out, chat, message);
    return timeline_moved(s, chat);
}
