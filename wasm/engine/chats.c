#include "engine/chats.h"

#include "engine/timeline.h"
#include "store/unread.h"

/* ---- coming and going ----------------------------------------------------------------------- */

enum err chats_make(struct step *s, struct store_chat *c)
{
    return store_chat_add(s->store, c);
}

enum err chats_drop(struct step *s, int64_t chat)
{
    return store_chat_drop(s->store, chat);
}

enum err chats_empty(struct step *s, int64_t chat, int64_t place)
{
    effects_chat(s->out, chat);
    return store_chat_empty(s->store, chat, place);
}

enum err chats_move(struct step *s, int64_t from, int64_t to)
{
    effects_chat(s->out, from);
    TRY(store_chat_move(s->store, s->arena, from, to));
    return timeline_moved(s, to);
}

enum err chats_succeed(struct step *s, int64_t from, int64_t to)
{
    TRY(store_chat_look_as(s->store, from, to));
    TRY(chats_move(s, from, to));
    return store_chat_show_in(s->store, from, to);
}

enum err chats_alias(struct step *s, int64_t chat, int64_t shown)
{
    return store_chat_set_alias(s->store, chat, shown);
}

enum err chats_brought(struct step *s, int64_t chat, const struct store_chat_looks *l, bool draft)
{
    effects_chat(s->out, chat);
    return store_chat_bring(s->store, chat, l, draft);
}

/* ---- what it is ----------------------------------------------------------------------------- */

enum err chats_state(struct step *s, int64_t chat, enum store_chat_state state)
{
    effects_chat(s->out, chat);
    return store_chat_set_state(s->store, chat, state);
}

enum err chats_note(struct step *s, int64_t chat, enum abi_chat_note note)
{
    effects_chat(s->out, chat);
    return store_chat_set_note(s->store, chat, (int)note);
}

enum err chats_rename(struct step *s, int64_t chat, struct slice title)
{
    effects_chat(s->out, chat);
    return store_chat_set_title(s->store, chat, title);
}

enum err chats_picture(struct step *s, int64_t chat, struct slice picture)
{
    effects_chat(s->out, chat);
    return store_chat_set_picture(s->store, chat, picture);
}

enum err chats_timer(struct step *s, int64_t chat, int64_t timer_s)
{
    effects_chat(s->out, chat);
    return store_chat_set_timer(s->store, chat, timer_s);
}

enum err chats_person(struct step *s, int64_t chat, int64_t person)
{
    effects_chat(s->out, chat);
    return store_chat_set_person(s->store, chat, person);
}

enum err chats_role(struct step *s, int64_t chat, bool admin)
{
    effects_chat(s->out, chat);
    return store_chat_set_role(s->store, chat, admin);
}

/* ---- what I decide -------------------------------------------------------------------------- */

enum err chats_choose(struct step *s, int64_t chat, enum store_chat_choice choice, int64_t value)
{
    effects_chat(s->out, chat);
    return store_chat_choose(s->store, chat, choice, value);
}

enum err chats_hide(struct step *s, int64_t chat, bool hidden)
{
    return chats_choose(s, chat, STORE_CHAT_HIDDEN, hidden);
}

enum err chats_unread(struct step *s, int64_t chat, bool on)
{
    effects_chat(s->out, chat);
    return store_unread_mark(s->store, chat, on);
}

enum err chats_draft(struct step *s, int64_t chat, struct slice text, int64_t reply_to)
{
    effects_chat(s->out, chat);
    return store_chat_set_draft(s->store, chat, text, reply_to);
}

enum err chats_said(struct step *s, int64_t chat)
{
    effects_chat(s->out, chat);
    return store_chat_said(s->store, chat);
}
