#include "core/view.h"

#include <string.h>

#include "engine/fingerprint.h"
#include "schema/chain.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/hole.h"
#include "store/member.h"
#include "store/message.h"
#include "store/admit.h"
#include "store/file.h"
#include "store/request.h"
#include "store/people.h"
#include "store/reaction.h"

#define NAME_UNKNOWN SLICE_LITERAL("")

static enum err name_of(struct step *s, const struct store_person *p, struct slice *name)
{
    *name = p->name;
    return p->name.n > 0 ? OK : fingerprint_text(s->arena, p->account, name);
}

static enum err person_name(struct step *s, int64_t person, struct slice *name)
{
    struct store_person p;
    *name = NAME_UNKNOWN;
    if (person == 0) {
        return OK;
    }
    enum err e = store_person_get(s->store, s->arena, person, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    return name_of(s, &p, name);
}

enum err core_view_person(struct step *s, int64_t id, struct abi_person_view *out)
{
    struct store_person p;
    struct chain_entry head;
    memset(out, 0, sizeof *out);
    TRY(store_person_get(s->store, s->arena, id, &p));
    out->id = (uint64_t)p.id;
    TRY(name_of(s, &p, &out->name));
    out->has_picture = p.picture.n > 0;
    out->picture = p.picture;
    TRY(fingerprint_text(s->arena, p.account, &out->fingerprint));
    out->verified = (uint64_t)p.verified;
    out->verified_ms = (uint64_t)p.verified_ms;
    out->fork = p.fork;
    out->blocked = p.blocked != 0;
    out->chat = (uint64_t)p.chat;
    enum err e = store_chain_head(s->store, id, &head);
    out->devices = e == OK ? head.device_n : 0;
    return e == ERR_GONE ? OK : e;
}

/* other: who the chat is with, if that is one person, else NULL. */
static enum err last_line(struct step *s, const struct store_chat *c,
                          const struct store_person *other, struct abi_chat_view *out)
{
    struct store_message m;
    int64_t last = 0;
    if (c->last_message == 0) {
        return OK;
    }
    enum err e = store_message_get(s->store, s->arena, c->last_message, &m);
    if (e == ERR_GONE || (e == OK && m.type == STORE_MESSAGE_NOTICE)) {
        e = store_message_last_said(s->store, c->id, &last); /* what was said, not what happened */
        e = e != OK ? e : store_message_get(s->store, s->arena, last, &m);
    }
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    out->last_mine = m.mine;
    out->last_state = (uint64_t)m.state;
    out->last_text = m.text;
    if (m.type == STORE_MESSAGE_FILE && m.text.n == 0) {
        e = store_file_name(s->store, s->arena, m.id, &out->last_text);
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    return other != NULL && other->id == m.sender ? name_of(s, other, &out->last_sender)
                                                  : person_name(s, m.sender, &out->last_sender);
}

static enum err view_chat(struct core *core, struct step *s, const struct store_chat *c,
                          struct abi_chat_view *out)
{
    struct account *a = &core->account.base;
    struct store_person p;
    int64_t members = 0;
    bool pair = c->type == STORE_CHAT_PAIR && c->person != 0;
    memset(out, 0, sizeof *out);
    TRY(store_member_count(s->store, c->id, &members));
    out->id = (uint64_t)c->id;
    out->type = (uint64_t)c->type;
    out->title = c->title;
    out->has_picture = c->picture.n > 0;
    out->picture = c->picture;
    out->person = (uint64_t)c->person;
    out->members = (uint64_t)members;
    out->state = (uint64_t)(c->state == STORE_CHAT_LEAVING ? STORE_CHAT_LEFT : c->state);
    out->role = c->role == ABI_ROLE_ADMIN ? ABI_ROLE_ADMIN : ABI_ROLE_MEMBER;
    out->last_ms = (uint64_t)c->last_ms;
    out->unread = (uint64_t)c->unread;
    out->mentioned = c->mentioned != 0;
    out->pinned = c->pinned != 0;
    out->archived = c->archived != 0;
    out->muted_until_ms = (uint64_t)c->muted_until;
    out->draft = c->draft;
    out->draft_reply = (uint64_t)c->draft_reply;
    out->timer_s = (uint64_t)c->timer_s;
    out->first_unread = (uint64_t)c->first_unread;
    TRY(a->network->note(a, s, c, &out->note));
    TRY(pair ? store_person_get(s->store, s->arena, c->person, &p) : OK);
    TRY(last_line(s, c, pair ? &p : NULL, out));
    if (c->type == STORE_CHAT_PAIR) {
        int64_t devices = 0, silent = 0;
        TRY(store_sign_count(s->store, c->id, 0, &devices, &silent));
        out->devices = (uint64_t)devices;
        out->silent = (uint64_t)silent;
    }
    if (pair) {
        TRY(name_of(s, &p, &out->title));
        out->has_picture = p.picture.n > 0;
        out->picture = p.picture;
        out->verified = (uint64_t)p.verified;
        if (p.blocked != 0) {
            out->state = STORE_CHAT_BLOCKED;
        }
        if (p.verified == ABI_VERIFIED_CHANGED || p.fork) {
            out->note = p.fork ? ABI_CHAT_NOTE_FORK : ABI_CHAT_NOTE_KEY_CHANGED;
        }
    }
    return OK;
}

enum err core_view_chat(struct core *c, struct step *s, int64_t id, struct abi_chat_view *out)
{
    struct store_chat row;
    TRY(store_chat_get(s->store, s->arena, id, &row));
    return view_chat(c, s, &row, out);
}

/* ---- messages ------------------------------------------------------------------------------- */

static enum err view_reply(struct step *s, const struct store_message *m,
                           struct abi_message_view *out)
{
    struct store_message r;
    if (!m->has_reply) {
        return OK;
    }
    enum err e = store_message_find(s->store, s->arena, m->chat, m->reply, &r);
    out->has_reply = e == OK || e == ERR_GONE;
    out->reply.sender_name = out->reply.text = SLICE_LITERAL("");
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    out->reply.id = (uint64_t)r.id;
    out->reply.text = r.text;
    if (r.type == STORE_MESSAGE_FILE && r.text.n == 0) {
        e = store_file_name(s->store, s->arena, r.id, &out->reply.text);
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    return person_name(s, r.sender, &out->reply.sender_name);
}

static enum err view_reactions(struct step *s, const struct store_message *m,
                               struct abi_message_view *out)
{
    struct store_reaction_kind *kinds = NULL;
    size_t n = 0;
    TRY(store_reaction_list(s->store, s->arena, m->chat, m->mid, &kinds, &n));
    if (n == 0) {
        return OK;
    }
    struct abi_reaction_view *list = arena_array(s->arena, n, sizeof *list);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        list[i].emoji = kinds[i].emoji;
        list[i].count = (uint64_t)kinds[i].count;
        list[i].mine = kinds[i].mine;
        list[i].removed = kinds[i].removed;
        TRY(person_name(s, kinds[i].who, &list[i].who));
    }
    out->reactions = list;
    out->reactions_n = n;
    return OK;
}

static enum err view_file(struct step *s, const struct store_message *m,
                          struct abi_message_view *out)
{
    struct store_file f;
    if (m->type != STORE_MESSAGE_FILE) {
        return OK;
    }
    enum err e = store_file_get(s->store, s->arena, m->id, &f);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    out->has_file = true;
    out->file.name = f.name;
    out->file.type = f.type;
    out->file.preview = f.preview;
    out->file.bytes = (uint64_t)f.bytes;
    out->file.width = (uint64_t)f.width;
    out->file.height = (uint64_t)f.height;
    out->file.state = (uint64_t)f.state;
    out->file.done = (uint64_t)(f.done < 0 ? 0 : f.done);
    return OK;
}

enum err core_view_message(struct step *s, int64_t id, struct abi_message_view *out)
{
    struct store_message m;
    memset(out, 0, sizeof *out);
    TRY(store_message_get(s->store, s->arena, id, &m));
    out->id = (uint64_t)m.id;
    out->chat = (uint64_t)m.chat;
    out->sender = (uint64_t)m.sender;
    out->mine = m.mine;
    out->at_ms = (uint64_t)m.at_ms;
    out->type = (uint64_t)m.type;
    out->text = m.text;
    out->edited = m.edited_ms != 0;
    out->state = (uint64_t)m.state;
    out->notice = (uint64_t)m.notice;
    out->starred = m.starred;
    out->mentions_me = m.mentions_me;
    out->expires_ms = (uint64_t)m.expires_ms;
    out->reason = (uint64_t)m.reason;
    out->place = (uint64_t)m.place;
    out->said_ms = (uint64_t)m.said_ms;
    out->server_ms = (uint64_t)m.server_ms;
    out->twice = m.twice;
    out->removed = m.removed;
    out->by = (uint64_t)m.by;
    out->by_how = (uint64_t)m.by_how;
    TRY(person_name(s, m.by, &out->by_name));
    if (m.type == STORE_MESSAGE_MISSING) {
        TRY(store_hole_is_asked(s->store, m.id, &out->asked));
    }
    TRY(person_name(s, m.sender, &out->sender_name));
    TRY(view_reply(s, &m, out));
    TRY(view_reactions(s, &m, out));
    return view_file(s, &m, out);
}

/* ---- patches -------------------------------------------------------------------------------- */

static enum err notify(struct step *s, const struct abi_message_view *m)
{
    struct abi_effect e;
    struct store_chat c;
    if (m->mine || (m->type != STORE_MESSAGE_TEXT && m->type != STORE_MESSAGE_FILE)) {
        return OK;
    }
    TRY(store_chat_get(s->store, s->arena, (int64_t)m->chat, &c));
    if (c.muted_until > (int64_t)s->now_ms && !m->mentions_me) {
        return OK;
    }
    memset(&e, 0, sizeof e);
    e.kind = ABI_NOTIFY;
    e.notify.chat = m->chat;
    e.notify.title = c.title;
    if (c.type == STORE_CHAT_PAIR && c.person != 0) {
        e.notify.title = m->sender_name;
        TRY(m->sender == (uint64_t)c.person ? OK : person_name(s, c.person, &e.notify.title));
    }
    e.notify.body = m->text.n > 0 ? m->text : m->has_file ? m->file.name : m->text;
    effects_put(s->out, &e);
    return OK;
}

static enum err patch_message(struct step *s, const struct effect_mark *mark)
{
    struct abi_change c;
    memset(&c, 0, sizeof c);
    enum err e = mark->gone ? ERR_GONE : core_view_message(s, mark->id, &c.message_changed.message);
    if (e == ERR_GONE) {
        memset(&c, 0, sizeof c);
        c.kind = ABI_MESSAGE_GONE;
        c.message_gone.chat = (uint64_t)mark->chat;
        c.message_gone.message = (uint64_t)mark->id;
        effects_change(s->out, &c);
        return OK;
    }
    TRY(e);
    c.kind = ABI_MESSAGE_CHANGED;
    c.message_changed.fresh = mark->fresh;
    effects_change(s->out, &c);
    return mark->fresh ? notify(s, &c.message_changed.message) : OK;
}

static enum err patch_chat(struct core *core, struct step *s, const struct effect_mark *mark)
{
    struct abi_change c;
    struct store_chat row;
    memset(&c, 0, sizeof c);
    enum err e = mark->gone ? ERR_GONE : store_chat_get(s->store, s->arena, mark->id, &row);
    if (e == OK && (row.state == STORE_CHAT_REQUEST || row.state == STORE_CHAT_DECLINED)) {
        return OK; /* nothing of a stranger is shown */
    }
    if (e == OK && (row.alias_of != 0 || row.hidden)) {
        e = ERR_GONE;
    }
    if (e == ERR_GONE) {
        c.kind = ABI_CHAT_GONE;
        c.chat_gone.chat = (uint64_t)mark->id;
    } else {
        TRY(e);
        c.kind = ABI_CHAT_CHANGED;
        TRY(view_chat(core, s, &row, &c.chat_changed.chat));
    }
    effects_change(s->out, &c);
    return OK;
}

enum err core_view_patches(struct core *core, struct step *s)
{
    struct abi_change c;
    int64_t n = 0;
    for (size_t i = 0; i < s->out->people.n; i++) {
        memset(&c, 0, sizeof c);
        c.kind = ABI_PERSON_CHANGED;
        enum err e = core_view_person(s, s->out->people.v[i].id, &c.person_changed.person);
        if (e == OK) {
            effects_change(s->out, &c);
        } else if (e != ERR_GONE) {
            return e;
        }
    }
    for (size_t i = 0; i < s->out->chats.n; i++) {
        TRY(patch_chat(core, s, &s->out->chats.v[i]));
    }
    for (size_t i = 0; i < s->out->messages.n; i++) {
        TRY(patch_message(s, &s->out->messages.v[i]));
    }
    if (s->out->requests) {
        memset(&c, 0, sizeof c);
        c.kind = ABI_REQUEST_CHANGED;
        TRY(store_request_count(s->store, &n));
        c.request_changed.count = (uint64_t)n;
        effects_change(s->out, &c);
    }
    if (s->out->devices) {
        memset(&c, 0, sizeof c);
        c.kind = ABI_DEVICES_CHANGED;
        effects_change(s->out, &c);
    }
    return OK;
}
