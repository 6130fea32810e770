#include "engine/own/notice.h"

#include <string.h>

#include "crypto/rand.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/people.h"

int64_t own_shown_in(const struct store_chat *c)
{
    return c->alias_of != 0 ? c->alias_of : c->id;
}

static enum err add(struct step *s, int64_t chat, struct store_message *m)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    m->chat = own_shown_in(&c);
    crypto_rand(m->mid, sizeof m->mid);
    m->at_ms = m->at_ms != 0 ? m->at_ms : (int64_t)s->now_ms;
    m->type = STORE_MESSAGE_NOTICE;
    m->state = STORE_STATE_SENT;
    TRY(store_message_add(s->store, m));
    TRY(store_message_touch_chat(s->store, m->chat));
    effects_message(s->out, m->id, true);
    effects_chat(s->out, m->chat);
    return OK;
}

enum err own_notice(struct step *s, int64_t chat, enum abi_notice notice, int64_t person,
                    struct slice text, uint64_t at_ms)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.sender = person;
    m.mine = person == STORE_PERSON_ME;
    m.at_ms = (int64_t)at_ms;
    m.notice = (int)notice;
    m.text = text;
    return add(s, chat, &m);
}

enum err own_notice_by(struct step *s, int64_t chat, enum abi_notice notice, int64_t person,
                       struct slice text, const struct own_by *by)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.sender = person;
    m.mine = person == STORE_PERSON_ME;
    m.notice = (int)notice;
    m.text = text;
    m.removed = by->removed;
    bool itself = by->person == person && by->how == ABI_BY_HOW_DID && !by->removed;
    m.by = itself ? 0 : by->person;
    m.by_how = m.by == 0 ? ABI_BY_HOW_UNSAID : by->how;
    return add(s, chat, &m);
}
