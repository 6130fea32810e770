#include "engine/own/notice.h"

#include "store/chat.h"

int64_t own_shown_in(const struct store_chat *c)
{
    return c->alias_of != 0 ? c->alias_of : c->id;
}

static enum err add(struct step *s, int64_t chat, const struct timeline_notice *n)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    return timeline_notice(s, own_shown_in(&c), n);
}

enum err own_notice(struct step *s, int64_t chat, enum abi_notice notice, int64_t person,
                    struct slice text, uint64_t at_ms)
{
    const struct timeline_notice n = {
        .notice = notice, .person = person, .text = text, .at_ms = (int64_t)at_ms};
    return add(s, chat, &n);
}

enum err own_notice_by(struct step *s, int64_t chat, enum abi_notice notice, int64_t person,
                       struct slice text, const struct timeline_by *by)
{
    struct timeline_notice n = {.notice = notice, .person = person, .text = text, .by = *by};
    if (by->person == person && by->how == ABI_BY_HOW_DID && !by->removed) {
        n.by.person = 0; /* they did it themselves */
    }
    return add(s, chat, &n);
}
