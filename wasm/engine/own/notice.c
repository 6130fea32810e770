#include "engine/own/notice.h"

#include <string.h>

#include "crypto/rand.h"
#include "store/chat.h"
#include "store/message.h"

int64_t own_shown_in(const struct store_chat *c)
{
    return c->alias_of != 0 ? c->alias_of : c->id;
}

enum err own_notice(struct step *s, int64_t chat, int notice, int64_t person, struct slice text,
                    uint64_t at_ms)
{
    struct store_message m;
    struct store_chat c;
    memset(&m, 0, sizeof m);
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    m.chat = own_shown_in(&c);
    crypto_rand(m.mid, sizeof m.mid);
    m.sender = person;
    m.at_ms = (int64_t)(at_ms != 0 ? at_ms : s->now_ms);
    m.type = STORE_MESSAGE_NOTICE;
    m.notice = notice;
    m.state = STORE_STATE_SENT;
    m.text = text;
    TRY(store_message_add(s->store, &m));
    TRY(store_message_touch_chat(s->store, m.chat));
    effects_message(s->out, m.id, true);
    effects_chat(s->out, m.chat);
    return OK;
}
