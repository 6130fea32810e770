#include "engine/timeline.h"

#include <string.h>

#include "base/rule.h"
#include "crypto/rand.h"
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
    m->mine = true;
    m->at_ms = m->said_ms = (int64_t)s->now_ms;
    m->place = STORE_PLACE_PENDING;
    m->state = STORE_STATE_QUEUED;
    return timeline_put(s, m);
}

enum err timeline_answers(struct step *s, struct store_message *m, int64_t message)
{
    struct store_message answered;
    if (message == 0) {
        return OK;
    }
    TRY(store_message_get(s->store, s->arena, message, &answered));
    if (answered.chat != m->chat) {
        return ERR_GONE;
    }
    m->has_reply = true;
    memcpy(m->reply, answered.mid, sizeof m->reply);
    return OK;
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

enum err timeline_notice(struct step *s, int64_t chat, const struct timeline_notice *n)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = chat;
    crypto_rand(m.mid, sizeof m.mid);
    m.sender = n->person;
    m.mine = n->person == STORE_PERSON_ME;
    m.at_ms = n->at_ms != 0 ? n->at_ms : (int64_t)s->now_ms;
    m.type = STORE_MESSAGE_NOTICE;
    m.notice = (int)n->notice;
    m.state = STORE_STATE_SENT;
    m.text = n->text;
    m.removed = n->by.removed;
    m.by = n->by.person;
    m.by_how = m.by == 0 ? ABI_BY_HOW_UNSAID : n->by.how;
    return timeline_put(s, &m);
}

/* ---- rows that go --------------------------------------------------------------------------- */

enum err timeline_drop(struct step *s, int64_t chat, int64_t message)
{
    TRY(store_message_drop(s->store, message));
    effects_message_gone(s->out, chat, message);
    return timeline_moved(s, chat);
}

enum err timeline_expire(struct step *s, uint64_t now_ms)
{
    enum { MAX = 64 };
    struct store_message_place over[MAX];
    size_t n = 0;
    enum err e = store_message_expired(s->store, (int64_t)now_ms, over, MAX, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = timeline_drop(s, over[i].chat, over[i].id);
        s->durable = true;
    }
    return e;
}

/* ---- rows that change ----------------------------------------------------------------------- */

static void changed(struct step *s, const struct store_message *m)
{
    effects_message(s->out, m->id, false);
    effects_chat(s->out, m->chat);
}

enum err timeline_edit(struct step *s, const struct store_message *m, const struct timeline_edit *e)
{
    changed(s, m);
    bool higher =
        e->n > m->edit_n ||
        (e->n == m->edit_n && slice_compare(slice_make(e->key, 32), SLICE_ARRAY(m->edit_mid)) > 0);
    if (m->type == STORE_MESSAGE_DELETED || (!higher && RULE(HIGHEST_EDIT_WINS))) {
        return OK;
    }
    TRY(store_message_set_text(s->store, m->id, e->text, e->at_ms, e->n, e->key));
    return store_message_set_removed(s->store, m->id, e->removed);
}

enum err timeline_delete(struct step *s, const struct store_message *m, bool removed)
{
    changed(s, m);
    TRY(store_message_empty(s->store, m->id));
    return store_message_set_removed(s->store, m->id, removed);
}

enum err timeline_star(struct step *s, int64_t message, bool on)
{
    effects_message(s->out, message, false);
    return store_message_set_starred(s->store, message, on);
}

enum err timeline_state(struct step *s, int64_t message, enum store_message_state state,
                        enum err why)
{
    if (message == 0) {
        return OK;
    }
    effects_message(s->out, message, false);
    return store_message_set_state(s->store, message, (int)state, (int)why);
}

enum err timeline_sent(struct step *s, int64_t message)
{
    if (message == 0) {
        return OK;
    }
    effects_message(s->out, message, false);
    return store_message_sent(s->store, message);
}

enum err timeline_rekey(struct step *s, int64_t message, const uint8_t key[32])
{
    effects_message(s->out, message, false);
    return store_message_set_mid(s->store, message, key);
}

enum err timeline_renamed(struct step *s, int64_t chat, const uint8_t old[32],
                          const uint8_t key[32])
{
    return store_message_renamed(s->store, chat, old, key);
}

/* ---- reactions ------------------------------------------------------------------------------ */

enum err timeline_react(struct step *s, const struct store_reaction *r, int64_t *message)
{
    struct store_message m;
    *message = 0;
    TRY(r->place == STORE_PLACE_PENDING ? store_reaction_set(s->store, r)
                                        : store_reaction_take(s->store, r));
    enum err e = store_message_find(s->store, s->arena, r->chat, r->mid, &m);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    *message = m.id;
    effects_message(s->out, m.id, false);
    return OK;
}

enum err timeline_bring_reaction(struct step *s, const struct store_reaction *r)
{
    return store_reaction_bring(s->store, r);
}

enum err timeline_unreact(struct step *s, const struct store_message *m)
{
    effects_message(s->out, m->id, false);
    return store_reaction_drop(s->store, m->chat, m->mid, STORE_PERSON_ME);
}

enum err timeline_take_back(struct step *s, int64_t chat, int64_t person, const uint8_t key[32],
                            bool *had)
{
    return store_reaction_take_back(s->store, chat, person, key, had);
}

/* ---- reading and typing --------------------------------------------------------------------- */

enum err timeline_read(struct step *s, const struct store_message *m, bool say, uint64_t now_ms)
{
    effects_chat(s->out, m->chat);
    TRY(store_unread_read(s->store, m->chat, m->place, m->id, m->mid, say));
    return store_message_start_timers(s->store, m, (int64_t)now_ms);
}

enum err timeline_read_there(struct step *s, const struct store_message *m)
{
    effects_chat(s->out, m->chat);
    return store_unread_read_there(s->store, m->chat, m->place, m->id);
}

void timeline_typing(struct step *s, int64_t chat, struct slice name, bool on)
{
    struct abi_change change;
    memset(&change, 0, sizeof change);
    change.kind = ABI_TYPING_CHANGED;
    change.typing_changed.chat = (uint64_t)chat;
    change.typing_changed.name = name;
    change.typing_changed.on = on;
    effects_change(s->out, &change);
}
