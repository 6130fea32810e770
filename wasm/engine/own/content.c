/* What is inside messages: text, edits, deletes, reactions, profiles, statuses, sync. */
#include "engine/own/content.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/clock.h"
#include "engine/own/content_types.h"
#include "engine/own/file.h"
#include "engine/own/send.h"
#include "engine/chats.h"
#include "engine/timeline.h"
#include "schema/content.h"
#include "store/message.h"
#include "store/people.h"
#include "store/reaction.h"
#include "engine/own/order.h"
#include "engine/own/token.h"

bool own_type_is(struct slice type, const char *name)
{
    return slice_equal(type, slice_of_string(name));
}

/* ---- sending -------------------------------------------------------------------------------- */

/* Encodes, computes the id and queues something silent. about: as own_send. */
static enum err queue(struct own *o, struct step *s, const struct store_chat *c, int64_t about,
                      const struct content *content)
{
    struct slice bytes;
    uint8_t mid[32];
    TRY(content_encode(s->arena, content, &bytes));
    TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c->room), bytes));
    return own_send(o, s, c->id, 0, about, bytes, mid);
}

static enum err open_chat(struct step *s, int64_t chat, struct store_chat *c)
{
    TRY(store_chat_get(s->store, s->arena, chat, c));
    if (c->state != STORE_CHAT_OPEN && c->state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    return OK;
}

/* Mentions: private extension -1: [* account]. */
static enum err mention_extension(struct step *s, const uint64_t *mentions, size_t n,
                                  struct slice *out)
{
    struct buf b = buf_arena(s->arena, 64);
    struct store_person who;
    *out = SLICE_EMPTY;
    if (n == 0) {
        return OK;
    }
    if (n > 64) {
        return ERR_LIMIT;
    }
    cbor_put_map(&b, 1);
    cbor_put_int(&b, -1);
    cbor_put_array(&b, n);
    for (size_t i = 0; i < n; i++) {
        TRY(store_person_get(s->store, s->arena, (int64_t)mentions[i], &who));
        uint8_t *account = arena_alloc(s->arena, 32);
        if (account == NULL) {
            return ERR_HOST_MEMORY;
        }
        memcpy(account, who.account, 32);
        cbor_put_bytes(&b, slice_make(account, 32));
    }
    return buf_finish(&b, out);
}

enum err own_content_text(struct own *o, struct step *s, int64_t chat, struct slice text,
                          int64_t reply_to, const uint64_t *mentions, size_t mention_n,
                          int64_t *message)
{
    struct store_chat c;
    struct store_message m;
    struct content content;
    struct slice bytes;
    if (text.n == 0 || text.n > LIMIT_TEXT_BYTES) {
        return text.n == 0 ? ERR_INPUT : ERR_LIMIT;
    }
    TRY(open_chat(s, chat, &c));
    content_init(&content);
    memset(&m, 0, sizeof m);
    m.chat = chat;
    TRY(timeline_answers(s, &m, reply_to));
    if (m.has_reply) {
        content_set_in_reply_to(&content, m.reply);
    }
    TRY(mention_extension(s, mentions, mention_n, &content.extensions));
    if (c.timer_s > 0) {
        content.has_expires = content.expires_relative = true;
        content.expires_s = (uint32_t)c.timer_s;
        m.timer_s = c.timer_s;
        m.expires_ms = (int64_t)own_clock_now(o, s) + c.timer_s * 1000;
    }
    content.part = content_text(text);
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(content_message_id(m.mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
    m.text = text;
    TRY(timeline_say(s, &m));
    if (c.draft.n > 0 || c.draft_reply != 0 || c.hidden) {
        TRY(chats_said(s, chat));
    }
    *message = m.id;
    return own_send(o, s, chat, m.id, m.id, bytes, m.mid);
}

static enum err own_message(struct step *s, int64_t id, struct store_message *m,
                            struct store_chat *c)
{
    TRY(store_message_get(s->store, s->arena, id, m));
    return open_chat(s, m->chat, c);
}

/* Private extension OWN_EXT_EDIT: the number of this edit. */
static enum err edit_extension(struct step *s, int64_t n, struct slice *out)
{
    struct buf b = buf_arena(s->arena, 16);
    cbor_put_map(&b, 1);
    cbor_put_int(&b, OWN_EXT_EDIT);
    cbor_put_uint(&b, (uint64_t)n);
    return buf_finish(&b, out);
}

enum err own_content_edit(struct own *o, struct step *s, int64_t message, struct slice text)
{
    struct store_message m;
    struct store_chat c;
    struct content content;
    struct slice bytes;
    uint8_t mid[32];
    TRY(own_message(s, message, &m, &c));
    if (!m.mine || m.type != STORE_MESSAGE_TEXT || text.n == 0) {
        return ERR_STATE;
    }
    if (text.n > LIMIT_TEXT_BYTES) {
        return ERR_LIMIT;
    }
    content_init(&content);
    content_set_replaces(&content, m.mid);
    content.part = content_text(text);
    TRY(edit_extension(s, m.edit_n + 1, &content.extensions));
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
    const struct timeline_edit edit = {text, (int64_t)s->now_ms, m.edit_n + 1, mid, m.removed};
    TRY(timeline_edit(s, &m, &edit));
    return own_send(o, s, c.id, 0, message, bytes, mid);
}

enum err own_content_delete(struct own *o, struct step *s, int64_t message, bool everyone)
{
    struct store_message m;
    struct store_chat c;
    struct content content;
    TRY(store_message_get(s->store, s->arena, message, &m));
    s->durable = true;
    if (!everyone) {
        return timeline_drop(s, m.chat, message);
    }
    TRY(open_chat(s, m.chat, &c));
    if (!m.mine || m.type == STORE_MESSAGE_NOTICE || m.type == STORE_MESSAGE_DELETED) {
        return ERR_STATE;
    }
    content_init(&content);
    content_set_replaces(&content, m.mid);
    content.part = content_null(CONTENT_RENDER);
    TRY(own_file_cancel(o, s, message));
    TRY(timeline_delete(s, &m, m.removed));
    return queue(o, s, &c, message, &content);
}

enum err own_content_react(struct own *o, struct step *s, int64_t message, struct slice emoji)
{
    struct store_message m;
    struct store_chat c;
    struct content content;
    struct slice bytes, old;
    uint8_t mid[32];
    if (emoji.n > 64) {
        return ERR_INPUT;
    }
    TRY(own_message(s, message, &m, &c));
    content_init(&content);
    if (emoji.n == 0) {
        enum err e = store_reaction_of(s->store, s->arena, m.chat, m.mid, STORE_PERSON_ME, &old);
        if (e != OK || old.n != 32) {
            return e == ERR_GONE ? OK : e;
        }
        content_set_in_reply_to(&content, m.mid);
        content_set_replaces(&content, old.p);
        content.part = content_null(CONTENT_REACTION);
        TRY(timeline_unreact(s, &m));
    } else {
        content_set_in_reply_to(&content, m.mid);
        content.part = content_reaction(emoji);
    }
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
    if (emoji.n > 0) {
        struct store_reaction r;
        memset(&r, 0, sizeof r);
        r.chat = m.chat;
        r.person = STORE_PERSON_ME;
        r.place = STORE_PLACE_PENDING;
        memcpy(r.mid, m.mid, sizeof r.mid);
        memcpy(r.own, mid, sizeof r.own);
        r.emoji = emoji;
        TRY(timeline_react(s, &r, &message));
    }
    return own_send(o, s, c.id, 0, message, bytes, mid);
}

enum err own_send_private(struct own *o, struct step *s, int64_t chat, const char *type,
                          struct slice body)
{
    struct store_chat c;
    struct content content;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    content_init(&content);
    content.part = content_single(CONTENT_PROFILE, slice_of_string(type), body);
    return queue(o, s, &c, 0, &content);
}

/* [1, ms, name, picture / null, inbox / null, token / null]: the door only in pairs. */
enum err own_content_profile(struct own *o, struct step *s, int64_t chat)
{
    struct store_person me;
    struct store_chat c;
    uint8_t token[16];
    struct slice body;
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.type == STORE_CHAT_SELF) {
        return OK;
    }
    bool door = c.type == STORE_CHAT_PAIR && c.person != 0;
    if (door) {
        TRY(own_token_for(o, s, c.person, token));
    }
    struct buf b = buf_arena(s->arena, me.picture.n + 256);
    cbor_put_array(&b, 6);
    cbor_put_uint(&b, 1);
    cbor_put_uint(&b, (uint64_t)me.profile_ms);
    cbor_put_text(&b, me.name);
    if (me.picture.n > 0) {
        cbor_put_bytes(&b, me.picture);
    } else {
        cbor_put_null(&b);
    }
    if (door) {
        cbor_put_bytes(&b, SLICE_ARRAY(o->inbox));
        cbor_put_bytes(&b, SLICE_ARRAY(token));
    } else {
        cbor_put_null(&b);
        cbor_put_null(&b);
    }
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, chat, OWN_TYPE_PROFILE, body);
}

enum err own_content_picture(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    struct slice body;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    struct buf b = buf_arena(s->arena, c.picture.n + 16);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, c.picture);
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, chat, OWN_TYPE_PICTURE, body);
}

enum err own_content_hello(struct own *o, struct step *s, int64_t chat, bool picture)
{
    TRY(own_content_profile(o, s, chat));
    return picture ? own_content_picture(o, s, chat) : OK;
}
