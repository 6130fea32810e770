/* Taking what is inside an opened message. */
#include "engine/own/take.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "engine/own/clock.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/early.h"
#include "engine/own/file.h"
#include "engine/own/part.h"
#include "engine/own/people.h"
#include "engine/own/record_due.h"
#include "engine/own/repair.h"
#include "engine/own/status.h"
#include "engine/own/sync.h"
#include "engine/chats.h"
#include "engine/file.h"
#include "engine/roster.h"
#include "engine/timeline.h"
#include "schema/content.h"
#include "store/member.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/own_person.h"
#include "store/people.h"
#include "store/reaction.h"
#include "store/transaction.h"
#include "engine/own/order.h"

/* ---- taking --------------------------------------------------------------------------------- */

static enum err take_profile(struct step *s, const struct store_chat *c, int64_t from,
                             struct slice in)
{
    struct store_person who;
    struct slice name, picture = SLICE_EMPTY, inbox, token;
    uint64_t v = 0, ms = 0;
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_uint(&in, &ms));
    TRY(cbor_get_text(&in, &name));
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &picture));
    }
    if (v != 1 || n != 6 || name.n > LIMIT_NAME_BYTES || picture.n > 32768 ||
        ms > OWN_TIME_MAX_MS) {
        return ERR_INPUT;
    }
    TRY(store_person_get(s->store, s->arena, from, &who));
    if ((int64_t)ms >= who.profile_ms) {
        TRY(roster_profile(s, from, name, picture, (int64_t)ms));
    }
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &inbox));
        TRY(cbor_get_bytes(&in, &token));
        if (inbox.n != 16 || token.n != 16) {
            return ERR_INPUT;
        }
        struct store_own_person_door door;
        TRY(store_own_person_door(s->store, from, &door));
        if (!door.has_token || !ct_slice_equal(SLICE_ARRAY(door.token), token)) {
            own_record_due(s); /* how to reach them belongs in the recovery record */
        }
        TRY(store_own_person_set_door(s->store, from, inbox.p, token));
    }
    effects_person(s->out, from);
    effects_chat(s->out, own_shown_in(c));
    return OK;
}

static bool mentions_me(struct own *o, const struct content *content)
{
    struct slice v, account;
    size_t n = 0;
    if (content_extension(content->extensions, -1, &v) != OK || cbor_get_array(&v, &n) != OK) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (cbor_get_bytes(&v, &account) != OK) {
            return false;
        }
        if (slice_equal(account, SLICE_ARRAY(o->account))) {
            return true;
        }
    }
    return false;
}

/* The external part of a message: where the file is, and what opens it. */
static enum err take_file(struct step *s, int64_t message, const struct content_part *part)
{
    struct slice url = part->external.url, raw = SLICE_EMPTY, preview = SLICE_LITERAL("");
    struct slice prefix = SLICE_LITERAL("sotto-blob:"), blob;
    uint64_t bytes = 0, width = 0, height = 0;
    size_t n = 0;
    struct buf b = buf_arena(s->arena, 32), d = buf_arena(s->arena, 256);
    if (part->external.enc_alg != CONTENT_ENC_SOTTO_STREAM || part->external.key.n != 32 ||
        part->external.nonce.n != CRYPTO_STREAM_HEADER_SIZE || part->external.hash.n != 32 ||
        url.n < prefix.n || !slice_equal(slice_make(url.p, prefix.n), prefix)) {
        return ERR_INPUT_VERSION;
    }
    TRY(text_get_base64url(&b, slice_make(url.p + prefix.n, url.n - prefix.n)));
    TRY(buf_finish(&b, &blob));
    TRY(text_get_base64url(&d, part->external.description));
    TRY(buf_finish(&d, &raw));
    TRY(cbor_check(raw));
    TRY(cbor_get_array(&raw, &n));
    TRY(cbor_get_uint(&raw, &bytes));
    TRY(cbor_get_uint(&raw, &width));
    TRY(cbor_get_uint(&raw, &height));
    TRY(cbor_get_bytes(&raw, &preview));
    if (blob.n != 16 || bytes > FILE_BYTES_MAX || preview.n > FILE_PREVIEW_MAX ||
        crypto_stream_sealed_size(bytes) - CRYPTO_STREAM_HEADER_SIZE != part->external.size_bytes ||
        part->external.filename.n > FILE_NAME_MAX || width > 65535 || height > 65535) {
        return ERR_INPUT;
    }
    struct store_own_file f;
    bool fresh = false;
    memset(&f, 0, sizeof f);
    f.file.message = message;
    f.file.name = part->external.filename;
    f.file.type = part->type;
    f.file.bytes = (int64_t)bytes;
    f.file.width = (int64_t)width;
    f.file.height = (int64_t)height;
    f.file.preview = preview;
    f.blob = blob;
    f.key = part->external.key;
    f.header = part->external.nonce;
    f.hash = part->external.hash;
    TRY(file_known(s, &f.file, &fresh));
    return fresh ? store_own_file_put(s->store, &f) : OK;
}

/* Is it marked as coming from a device that was removed before we read this? Applies to what is
 * shown, who deleted it, who reacted. */
static bool is_marked(const struct own_word *w)
{
    return w->removed && RULE(DROPPED_IS_MARKED);
}

/* Where it stands, and when it was said. */
static void stand(struct store_message *m, const struct own_word *w)
{
    m->at_ms = (int64_t)own_order_time(w);
    m->said_ms = (int64_t)w->ms;
    m->server_ms = (int64_t)w->server_ms;
    m->place = RULE(PLACE_IS_NO_TIME) ? w->place : (int64_t)own_order_time(w);
    m->leaf = w->leaf;
    m->counter = (int64_t)w->counter;
    m->twice = w->twice;
    m->removed = is_marked(w);
}

static enum err show(struct own *o, struct step *s, const struct store_chat *c,
                     struct store_message *m, const struct content_part *file, struct own_word *w)
{
    stand(m, w);
    TRY(timeline_add(s, m));
    if (m->id == 0) {
        return OK;
    }
    w->about = m->id;
    if (!w->twice) {
        TRY(store_word_set_message(s->store, w->leaf, (int64_t)w->counter, m->id));
    }
    TRY(own_early_apply(s, m));
    if (file != NULL) {
        TRY(take_file(s, m->id, file));
    }
    if (m->mine) {
        return OK; /* sent from another device of mine */
    }
    own_statuses_soon(o, s);
    return c->state == STORE_CHAT_WAITING && !w->removed ? chats_state(s, c->id, STORE_CHAT_OPEN)
                                                         : OK;
}

static enum err take_message(struct own *o, struct step *s, const struct store_chat *c,
                             int64_t from, struct own_word *w, const struct content *content,
                             const uint8_t mid[32], struct slice text,
                             const struct content_part *file)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = own_shown_in(c);
    memcpy(m.mid, mid, 32);
    m.sender = from;
    m.mine = from == STORE_PERSON_ME;
    m.type = file != NULL ? STORE_MESSAGE_FILE : STORE_MESSAGE_TEXT;
    m.state = STORE_STATE_SENT;
    m.text = text;
    m.has_reply = content->has_in_reply_to;
    memcpy(m.reply, content->in_reply_to, 32);
    m.mentions_me = !m.mine && mentions_me(o, content);
    if (content->has_expires && content->expires_relative && content->expires_s > 0) {
        m.timer_s = content->expires_s;
        m.expires_ms = m.mine ? (int64_t)w->server_ms + m.timer_s * 1000 : (int64_t)0;
    }
    return show(o, s, c, &m, file, w);
}

/* The number of an edit, extension OWN_EXT_EDIT; 1 if it has none. */
static int64_t edit_number(const struct content *content)
{
    struct slice v;
    uint64_t n = 0;
    bool good = content_extension(content->extensions, OWN_EXT_EDIT, &v) == OK &&
                cbor_get_uint(&v, &n) == OK && n > 0 && n < (uint64_t)STORE_COUNTER_MAX;
    return good ? (int64_t)n : 1;
}

/* Keeps an edit or deletion until its message is here. */
static enum err keep_early(struct step *s, int64_t chat, int64_t from, const struct own_word *w,
                           const struct content *content, const uint8_t mid[32])
{
    struct store_early v;
    memset(&v, 0, sizeof v);
    v.chat = chat;
    v.person = from;
    v.kind = content->part.kind == CONTENT_NULL ? STORE_EARLY_DELETE : STORE_EARLY_EDIT;
    v.n = edit_number(content);
    v.at_ms = (int64_t)own_order_time(w);
    v.removed = is_marked(w);
    memcpy(v.mid, content->replaces, sizeof v.mid);
    memcpy(v.edit_mid, mid, sizeof v.edit_mid);
    v.text = content->part.kind == CONTENT_NULL ? SLICE_LITERAL("") : content->part.body;
    return store_early_put(s->store, s->arena, &v);
}

static bool is_text(const struct content_part *p)
{
    return p->kind == CONTENT_SINGLE && p->body.n <= LIMIT_TEXT_BYTES && text_is_utf8(p->body);
}

static enum err take_replacement(struct step *s, const struct store_chat *c, int64_t from,
                                 struct own_word *w, const struct content *content,
                                 const uint8_t mid[32])
{
    struct store_message m;
    int64_t chat = own_shown_in(c);
    if (content->part.kind == CONTENT_NULL && content->part.disposition == CONTENT_REACTION) {
        bool had = false;
        TRY(timeline_take_back(s, chat, from, content->replaces, &had));
        if (!had) {
            TRY(keep_early(s, chat, from, w, content, mid));
        }
        if (content->has_in_reply_to &&
            store_message_find(s->store, s->arena, chat, content->in_reply_to, &m) == OK) {
            effects_message(s->out, m.id, false);
            w->about = m.id;
        }
        return OK;
    }
    if (content->part.kind != CONTENT_NULL && !is_text(&content->part)) {
        return ERR_INPUT_VERSION;
    }
    enum err e = store_message_find(s->store, s->arena, chat, content->replaces, &m);
    if (e == ERR_GONE && RULE(EARLY_DELETION_KEPT)) {
        return keep_early(s, chat, from, w, content, mid);
    }
    TRY(e);
    if ((m.sender != from && RULE(CHANGED_BY_ITS_AUTHOR)) || m.type == STORE_MESSAGE_DELETED) {
        return OK;
    }
    w->about = m.id;
    const struct timeline_edit edit = {content->part.body, (int64_t)own_order_time(w),
                                       edit_number(content), mid, is_marked(w)};
    return content->part.kind != CONTENT_NULL ? timeline_edit(s, &m, &edit)
                                              : timeline_delete(s, &m, edit.removed);
}

static enum err take_reaction(struct step *s, int64_t chat, int64_t from, struct own_word *w,
                              const struct content *content, const uint8_t mid[32])
{
    struct slice emoji = content->part.body;
    struct store_reaction r;
    struct store_early gone;
    if (!content->has_in_reply_to || emoji.n == 0 || emoji.n > 64 || !text_is_utf8(emoji)) {
        return ERR_INPUT;
    }
    enum err e = store_early_take(s->store, s->arena, chat, mid, from, STORE_EARLY_DELETE, &gone);
    if (e != ERR_GONE) {
        return e; /* taken back before it arrived */
    }
    memset(&r, 0, sizeof r);
    r.chat = chat;
    r.person = from;
    r.place = w->place;
    memcpy(r.mid, content->in_reply_to, sizeof r.mid);
    memcpy(r.own, mid, sizeof r.own);
    r.emoji = emoji;
    r.removed = is_marked(w);
    int64_t about = 0;
    TRY(timeline_react(s, &r, &about));
    w->about = about != 0 ? about : w->about;
    return OK;
}

static enum err take_picture(struct step *s, const struct store_chat *c, int64_t from,
                             struct slice in)
{
    int role = 0;
    uint64_t v = 0;
    size_t n = 0;
    struct slice picture;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_bytes(&in, &picture));
    TRY(store_member_last_role(s->store, c->id, from, &role));
    if (v != 1 || picture.n > 32768 || role != ABI_ROLE_ADMIN) {
        return ERR_AUTH_POLICY;
    }
    return chats_picture(s, c->id, picture);
}

static enum err take_single(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                            struct own_word *w, const struct content *content,
                            const uint8_t mid[32])
{
    const struct content_part *p = &content->part;
    bool text = p->type.n >= 5 && slice_equal(slice_make(p->type.p, 5), SLICE_LITERAL("text/"));
    if (w->removed && !text && RULE(DROPPED_ONLY_TALKS)) {
        /* Words, edits and reactions stand where the log has them, alike on all screens, no matter
         * who heard of the entry when; what would change an account or the membership is not
         * taken. */
        return OK;
    }
    if (own_type_is(p->type, OWN_TYPE_PROFILE)) {
        enum err e = from == STORE_PERSON_ME ? OK : take_profile(s, c, from, p->body);
        if (e == OK && c->state == STORE_CHAT_WAITING && from != STORE_PERSON_ME) {
            TRY(chats_state(s, c->id, STORE_CHAT_OPEN));
            TRY(own_notice(s, c->id, ABI_NOTICE_ACCEPTED, from, SLICE_EMPTY, w->server_ms));
        }
        return e;
    }
    if (own_type_is(p->type, OWN_TYPE_STATUS)) {
        return from == STORE_PERSON_ME ? OK : own_status_take(s, c, from, p->body);
    }
    if (own_type_is(p->type, OWN_TYPE_SYNC)) {
        return from == STORE_PERSON_ME && c->type == STORE_CHAT_SELF
                   ? own_content_sync(o, s, w->by, p->body)
                   : OK;
    }
    if (own_type_is(p->type, OWN_TYPE_AGAIN)) {
        w->question = p->body;
        return OK;
    }
    if (own_type_is(p->type, OWN_TYPE_ANSWER)) {
        w->answer = p->body;
        return OK;
    }
    if (own_type_is(p->type, OWN_TYPE_JOIN)) {
        return own_join_take(o, s, c, from, p->body);
    }
    if (own_type_is(p->type, OWN_TYPE_READD)) {
        return own_readd_take(o, s, from, p->body);
    }
    if (own_type_is(p->type, OWN_TYPE_PICTURE)) {
        return take_picture(s, c, from, p->body);
    }
    if (p->disposition == CONTENT_REACTION) {
        return take_reaction(s, own_shown_in(c), from, w, content, mid);
    }
    if (!text || p->body.n > LIMIT_TEXT_BYTES || !text_is_utf8(p->body)) {
        return ERR_INPUT_VERSION;
    }
    return take_message(o, s, c, from, w, content, mid, p->body, NULL);
}

static enum err take_any(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                         struct own_word *w, const struct content *content, const uint8_t mid[32])
{
    const struct content_part *p = &content->part;
    if (content->has_replaces) {
        return take_replacement(s, c, from, w, content, mid);
    }
    switch (p->kind) {
    case CONTENT_SINGLE:
        return take_single(o, s, c, from, w, content, mid);
    case CONTENT_EXTERNAL:
        return take_message(o, s, c, from, w, content, mid, SLICE_EMPTY, p);
    case CONTENT_MULTI:
        if (p->parts_n == 2 && p->parts[0].kind == CONTENT_SINGLE &&
            p->parts[1].kind == CONTENT_EXTERNAL && text_is_utf8(p->parts[0].body) &&
            p->parts[0].body.n <= LIMIT_TEXT_BYTES) {
            return take_message(o, s, c, from, w, content, mid, p->parts[0].body, &p->parts[1]);
        }
        return ERR_INPUT_VERSION;
    default:
        return ERR_INPUT_VERSION;
    }
}

enum err own_content_take(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                          struct own_word *w)
{
    struct slice data = w->content;
    struct content content;
    struct store_person who;
    struct store_message m;
    uint8_t mid[32];
    TRY(store_person_get(s->store, s->arena, from, &who));
    if (who.blocked != 0 || c->state == STORE_CHAT_LEAVING) {
        return OK;
    }
    enum err e = content_decode(s->arena, data, &content);
    if (e == OK) {
        e = content_message_id(mid, SLICE_ARRAY(who.account), SLICE_ARRAY(c->room), data);
    } else {
        crypto_sha256(mid, data);
    }
    if (e == OK) {
        struct own_part part;
        TRY(own_part_begin(o, s, &part));
        e = take_any(o, s, c, from, w, &content, mid);
        if (e != OK && !own_grave(e)) { /* the ratchet has moved: undo only the content */
            TRY(store_part_undo(s->store));
            s->out->n = part.effects;
        }
        if (!own_grave(e)) {
            TRY(store_part_end(s->store));
        }
    }
    if (e == OK && from == STORE_PERSON_ME && w->about != 0) { /* others may miss it */
        struct store_said said = {(int64_t)w->ms, w->about, w->content};
        return store_said_put(s->store, w->leaf, (int64_t)w->counter, &said,
                              (int64_t)own_clock_now(o, s));
    }
    if (e != ERR_INPUT && e != ERR_INPUT_VERSION && e != ERR_LIMIT && e != ERR_AUTH_POLICY) {
        return e;
    }
    memset(&m, 0, sizeof m); /* something we do not understand: say so, lose nothing */
    m.chat = own_shown_in(c);
    memcpy(m.mid, mid, 32);
    m.sender = from;
    m.mine = from == STORE_PERSON_ME;
    m.type = STORE_MESSAGE_UNREADABLE;
    m.state = STORE_STATE_SENT;
    m.reason = (int)e;
    return show(o, s, c, &m, NULL, w);
}
