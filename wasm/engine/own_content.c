/* What is inside messages: text, edits, deletes, reactions, profiles, statuses, sync. */
#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own.h"

#define STATUS_MEMBERS_MAX 16 /* larger groups get no delivery and read notices */

static bool type_is(struct slice type, const char *name)
{
    return slice_equal(type, slice_of_string(name));
}

static int64_t shown_in(const struct store_chat *c)
{
    return c->alias_of != 0 ? c->alias_of : c->id;
}

enum err own_mid(struct step *s, const uint8_t account[32], const uint8_t room[16],
                 struct slice content, uint8_t out[32])
{
    (void)s;
    return content_message_id(out, slice_make(account, 32), slice_make(room, 16), content);
}

enum err own_notice(struct step *s, int64_t chat, int notice, int64_t person, struct slice text,
                    uint64_t at_ms)
{
    struct store_message m;
    struct store_chat c;
    memset(&m, 0, sizeof m);
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    m.chat = shown_in(&c);
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

/* ---- sending ------------------------------------------------------------------------------------ */

/* Encodes, computes the id and queues. message 0: silent. */
static enum err queue(struct own *o, struct step *s, const struct store_chat *c, int64_t message,
                      const struct content *content)
{
    struct slice bytes;
    uint8_t mid[32];
    TRY(content_encode(s->arena, content, &bytes));
    TRY(own_mid(s, o->account, c->room, bytes, mid));
    return own_send(o, s, c->id, message, bytes, mid, false);
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
    struct store_message m, answered;
    struct content content;
    struct slice bytes;
    if (text.n == 0 || text.n > LIMIT_TEXT_BYTES) {
        return text.n == 0 ? ERR_INPUT : ERR_LIMIT;
    }
    TRY(open_chat(s, chat, &c));
    content_init(&content);
    memset(&m, 0, sizeof m);
    if (reply_to != 0) {
        TRY(store_message_get(s->store, s->arena, reply_to, &answered));
        content_set_in_reply_to(&content, answered.mid);
        m.has_reply = true;
        memcpy(m.reply, answered.mid, 32);
    }
    TRY(mention_extension(s, mentions, mention_n, &content.extensions));
    if (c.timer_s > 0) {
        content.has_expires = content.expires_relative = true;
        content.expires_s = (uint32_t)c.timer_s;
        m.timer_s = c.timer_s;
        m.expires_ms = (int64_t)s->now_ms + c.timer_s * 1000;
    }
    content.part = content_text(text);
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(own_mid(s, o->account, c.room, bytes, m.mid));
    m.chat = chat;
    m.sender = STORE_PERSON_ME;
    m.at_ms = (int64_t)s->now_ms;
    m.text = text;
    TRY(store_message_add(s->store, &m));
    TRY(store_message_touch_chat(s->store, chat));
    TRY(store_sql_run(s->store, "UPDATE chat SET draft='',draft_reply=0 WHERE id=?", "i", chat));
    *message = m.id;
    effects_message(s->out, m.id, true);
    effects_chat(s->out, chat);
    return own_send(o, s, chat, m.id, bytes, m.mid, false);
}

static enum err own_message(struct step *s, int64_t id, struct store_message *m,
                            struct store_chat *c)
{
    TRY(store_message_get(s->store, s->arena, id, m));
    return open_chat(s, m->chat, c);
}

enum err own_content_edit(struct own *o, struct step *s, int64_t message, struct slice text)
{
    struct store_message m;
    struct store_chat c;
    struct content content;
    TRY(own_message(s, message, &m, &c));
    if (m.sender != STORE_PERSON_ME || m.type != STORE_MESSAGE_TEXT || text.n == 0) {
        return ERR_STATE;
    }
    if (text.n > LIMIT_TEXT_BYTES) {
        return ERR_LIMIT;
    }
    content_init(&content);
    content_set_replaces(&content, m.mid);
    content.part = content_text(text);
    TRY(store_message_set_text(s->store, message, text, (int64_t)s->now_ms));
    effects_message(s->out, message, false);
    effects_chat(s->out, m.chat);
    return queue(o, s, &c, 0, &content);
}

enum err own_content_delete(struct own *o, struct step *s, int64_t message, bool everyone)
{
    struct store_message m;
    struct store_chat c;
    struct content content;
    TRY(store_message_get(s->store, s->arena, message, &m));
    s->durable = true;
    if (!everyone) {
        TRY(store_message_drop(s->store, message));
        TRY(store_message_touch_chat(s->store, m.chat));
        effects_message_gone(s->out, m.chat, message);
        effects_chat(s->out, m.chat);
        return OK;
    }
    TRY(open_chat(s, m.chat, &c));
    if (m.sender != STORE_PERSON_ME || m.type == STORE_MESSAGE_NOTICE ||
        m.type == STORE_MESSAGE_DELETED) {
        return ERR_STATE;
    }
    content_init(&content);
    content_set_replaces(&content, m.mid);
    content.part = content_null(CONTENT_RENDER);
    TRY(own_file_cancel(o, s, message));
    TRY(store_message_empty(s->store, message));
    effects_message(s->out, message, false);
    effects_chat(s->out, m.chat);
    return queue(o, s, &c, 0, &content);
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
        void *outs[] = {&old};
        enum err e = store_sql_get(s->store, s->arena,
                                   "SELECT own_mid FROM reaction WHERE chat=? AND mid=? AND "
                                   "person=1",
                                   "b", outs, "ib", m.chat, SLICE_ARRAY(m.mid));
        if (e != OK || old.n != 32) {
            return e == ERR_GONE ? OK : e;
        }
        content_set_in_reply_to(&content, m.mid);
        content_set_replaces(&content, old.p);
        content.part = content_null(CONTENT_REACTION);
        TRY(store_sql_run(s->store, "DELETE FROM reaction WHERE chat=? AND mid=? AND person=1",
                          "ib", m.chat, SLICE_ARRAY(m.mid)));
    } else {
        content_set_in_reply_to(&content, m.mid);
        content.part = content_reaction(emoji);
    }
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(own_mid(s, o->account, c.room, bytes, mid));
    if (emoji.n > 0) {
        TRY(store_sql_run(s->store,
                          "INSERT OR REPLACE INTO reaction(chat,mid,person,emoji,own_mid,at_ms) "
                          "VALUES(?,?,1,?,?,?)",
                          "ibtbi", m.chat, SLICE_ARRAY(m.mid), emoji, SLICE_ARRAY(mid),
                          (int64_t)s->now_ms));
    }
    effects_message(s->out, message, false);
    return own_send(o, s, c.id, 0, bytes, mid, false);
}

static enum err send_private(struct own *o, struct step *s, int64_t chat, const char *type,
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
    return send_private(o, s, chat, OWN_TYPE_PROFILE, body);
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
    return send_private(o, s, chat, OWN_TYPE_PICTURE, body);
}

/* ---- reading, statuses ----------------------------------------------------------------------------- */

static void statuses_soon(struct own *o, struct step *s)
{
    if (o->status_at_ms == 0) {
        o->status_at_ms = s->now_ms + 1000 + crypto_rand_below(4000);
    }
}

enum err own_content_read(struct own *o, struct step *s, int64_t chat, int64_t message)
{
    struct store_message m;
    int64_t left = 0, notices = 1;
    TRY(store_message_get(s->store, s->arena, message, &m));
    if (m.chat != chat) {
        return ERR_INPUT;
    }
    TRY(store_sql_get_int(s->store, &left,
                          "SELECT count(*) FROM message WHERE chat=? AND (at_ms,id)>(?,?) AND "
                          "sender<>1 AND type IN (0,1,3)",
                          "iii", chat, m.at_ms, m.id));
    TRY(store_setting_int(s->store, "read-on", 1, &notices));
    TRY(store_sql_run(s->store,
                      "UPDATE chat SET unread=min(unread,?),mentioned=CASE WHEN ?=0 THEN 0 ELSE "
                      "mentioned END,first_unread=CASE WHEN ?=0 THEN 0 ELSE first_unread END,"
                      "read_mid=?,read_due=? WHERE id=?",
                      "iiibii", left, left, left, SLICE_ARRAY(m.mid), notices, chat));
    TRY(store_sql_run(s->store,
                      "UPDATE message SET expires_ms=?+timer_s*1000 WHERE chat=? AND timer_s>0 AND "
                      "expires_ms=0 AND (at_ms,id)<=(?,?)",
                      "iiii", (int64_t)s->now_ms, chat, m.at_ms, m.id));
    effects_chat(s->out, chat);
    statuses_soon(o, s);
    return OK;
}

static enum err send_status(struct own *o, struct step *s, int64_t chat, uint64_t kind,
                            struct slice mid)
{
    struct slice body;
    struct buf b = buf_arena(s->arena, 48);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, kind);
    cbor_put_bytes(&b, mid);
    TRY(buf_finish(&b, &body));
    return send_private(o, s, chat, OWN_TYPE_STATUS, body);
}

static enum err chat_status(struct own *o, struct step *s, int64_t chat, bool got, bool read)
{
    struct slice mid;
    int64_t members = 0;
    struct store_chat c;
    void *outs[] = {&mid};
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_sql_get_int(s->store, &members,
                          "SELECT count(*) FROM member WHERE chat=? AND gone=0", "i", chat));
    if (c.type == STORE_CHAT_SELF || c.state != STORE_CHAT_OPEN || members > STATUS_MEMBERS_MAX) {
        return OK;
    }
    if (read) {
        enum err e = store_sql_get(s->store, s->arena, "SELECT read_mid FROM chat WHERE id=?", "b",
                                   outs, "i", chat);
        if (e != OK || mid.n != 32) {
            return e;
        }
        return send_status(o, s, chat, 2, mid);
    }
    if (!got) {
        return OK;
    }
    enum err e = store_sql_get(s->store, s->arena,
                               "SELECT mid FROM message WHERE chat=? AND sender<>1 AND type IN "
                               "(0,1) ORDER BY at_ms DESC,id DESC LIMIT 1",
                               "b", outs, "i", chat);
    return e == OK ? send_status(o, s, chat, 1, mid) : e == ERR_GONE ? OK : e;
}

enum err own_content_statuses(struct own *o, struct step *s)
{
    enum { MAX = 64 };
    struct store_rows r;
    int64_t ids[MAX], got[MAX], read[MAX];
    size_t n = 0;
    bool has = false;
    o->status_at_ms = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,got_due,read_due FROM chat WHERE got_due=1 OR read_due=1 LIMIT "
                        "64",
                        ""));
    enum err e = OK;
    while (n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        got[n] = store_rows_int(&r, 1);
        read[n++] = store_rows_int(&r, 2);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_sql_run(s->store, "UPDATE chat SET got_due=0,read_due=0 WHERE id=?", "i", ids[i]);
        e = e != OK ? e : chat_status(o, s, ids[i], got[i] != 0, read[i] != 0);
    }
    return e;
}

/* State of my messages from what the others confirmed: the least of all members. */
static enum err apply_receipts(struct step *s, int64_t chat)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(
        s->store, &r,
        "WITH low AS (SELECT min(coalesce(x.got_ms,0)) AS got,min(coalesce(x.read_ms,0)) AS "
        "red FROM member m LEFT JOIN receipt x ON x.chat=m.chat AND x.person=m.person WHERE "
        "m.chat=?1 AND m.gone=0 AND m.person<>1) "
        "SELECT id,CASE WHEN at_ms<=(SELECT red FROM low) THEN 3 ELSE 2 END FROM message WHERE "
        "chat=?1 AND sender=1 AND state IN (1,2) AND at_ms<=(SELECT max(got,red) FROM low) AND "
        "state<CASE WHEN at_ms<=(SELECT red FROM low) THEN 3 ELSE 2 END LIMIT 256",
        "i", chat));
    enum err e = OK;
    int64_t ids[256], to[256];
    size_t n = 0;
    while (n < 256 && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        to[n++] = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_message_set_state(s->store, ids[i], (int)to[i], 0);
        effects_message(s->out, ids[i], false);
    }
    if (n > 0) {
        effects_chat(s->out, chat);
    }
    return e;
}

static enum err take_status(struct step *s, int64_t chat, int64_t from, struct slice in)
{
    struct store_message m;
    struct slice mid;
    uint64_t kind = 0;
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &kind));
    TRY(cbor_get_bytes(&in, &mid));
    if (mid.n != 32 || (kind != 1 && kind != 2)) {
        return ERR_INPUT;
    }
    enum err e = store_message_find(s->store, s->arena, chat, mid.p, &m);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_sql_run(s->store,
                      "INSERT INTO receipt(chat,person,got_ms,read_ms) VALUES(?,?,?,?) ON "
                      "CONFLICT(chat,person) DO UPDATE SET got_ms=max(got_ms,excluded.got_ms),"
                      "read_ms=max(read_ms,excluded.read_ms)",
                      "iiii", chat, from, m.at_ms, kind == 2 ? m.at_ms : (int64_t)0));
    return apply_receipts(s, chat);
}

/* ---- taking ------------------------------------------------------------------------------------------- */

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
    if (v != 1 || n != 6 || name.n > LIMIT_NAME_BYTES || picture.n > 32768) {
        return ERR_INPUT;
    }
    TRY(store_person_get(s->store, s->arena, from, &who));
    if ((int64_t)ms >= who.profile_ms) {
        TRY(store_person_set_profile(s->store, from, name, picture, (int64_t)ms));
    }
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &inbox));
        TRY(cbor_get_bytes(&in, &token));
        if (inbox.n != 16 || token.n != 16) {
            return ERR_INPUT;
        }
        TRY(store_person_set_door(s->store, from, inbox.p, token));
    }
    effects_person(s->out, from);
    effects_chat(s->out, shown_in(c));
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

static enum err show(struct own *o, struct step *s, const struct store_chat *c,
                     struct store_message *m, const struct content_part *file)
{
    enum err e = store_message_add(s->store, m);
    if (e == ERR_STATE_REPLAY) {
        return OK;
    }
    TRY(e);
    if (file != NULL) {
        TRY(own_file_take(o, s, m->id, file));
    }
    if (m->sender != STORE_PERSON_ME) {
        TRY(store_sql_run(s->store,
                          "UPDATE chat SET unread=unread+1,mentioned=mentioned|?,got_due=1,"
                          "first_unread=CASE first_unread WHEN 0 THEN ? ELSE first_unread END,"
                          "archived=CASE WHEN muted_until>? THEN archived ELSE 0 END WHERE id=?",
                          "iiii", (int64_t)m->mentions_me, m->id, (int64_t)s->now_ms, m->chat));
        statuses_soon(o, s);
    }
    if (c->state == STORE_CHAT_WAITING && m->sender != STORE_PERSON_ME) {
        TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", 0, c->id));
    }
    TRY(store_message_touch_chat(s->store, m->chat));
    effects_message(s->out, m->id, true);
    effects_chat(s->out, m->chat);
    return OK;
}

static enum err take_message(struct own *o, struct step *s, const struct store_chat *c,
                             int64_t from, uint64_t server_ms, const struct content *content,
                             const uint8_t mid[32], struct slice text,
                             const struct content_part *file)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = shown_in(c);
    memcpy(m.mid, mid, 32);
    m.sender = from;
    m.at_ms = (int64_t)server_ms;
    m.type = file != NULL ? STORE_MESSAGE_FILE : STORE_MESSAGE_TEXT;
    m.state = STORE_STATE_SENT;
    m.text = text;
    m.has_reply = content->has_in_reply_to;
    memcpy(m.reply, content->in_reply_to, 32);
    m.mentions_me = from != STORE_PERSON_ME && mentions_me(o, content);
    if (content->has_expires && content->expires_relative && content->expires_s > 0) {
        m.timer_s = content->expires_s;
        m.expires_ms =
            from == STORE_PERSON_ME ? (int64_t)server_ms + m.timer_s * 1000 : (int64_t)0;
    }
    return show(o, s, c, &m, file);
}

static enum err take_replacement(struct own *o, struct step *s, const struct store_chat *c,
                                 int64_t from, uint64_t server_ms, const struct content *content)
{
    struct store_message m;
    int64_t chat = shown_in(c);
    if (content->part.kind == CONTENT_NULL && content->part.disposition == CONTENT_REACTION) {
        TRY(store_sql_run(s->store,
                          "DELETE FROM reaction WHERE chat=? AND person=? AND own_mid=?", "iib",
                          chat, from, SLICE_ARRAY(content->replaces)));
        if (content->has_in_reply_to &&
            store_message_find(s->store, s->arena, chat, content->in_reply_to, &m) == OK) {
            effects_message(s->out, m.id, false);
        }
        return OK;
    }
    enum err e = store_message_find(s->store, s->arena, chat, content->replaces, &m);
    if (e != OK || m.sender != from || m.type == STORE_MESSAGE_DELETED) {
        return e == ERR_GONE || e == OK ? OK : e;
    }
    (void)o;
    effects_message(s->out, m.id, false);
    effects_chat(s->out, chat);
    if (content->part.kind == CONTENT_NULL) {
        return store_message_empty(s->store, m.id);
    }
    if (content->part.kind == CONTENT_SINGLE && content->part.body.n <= LIMIT_TEXT_BYTES &&
        text_is_utf8(content->part.body)) {
        return store_message_set_text(s->store, m.id, content->part.body, (int64_t)server_ms);
    }
    return OK;
}

static enum err take_reaction(struct step *s, int64_t chat, int64_t from, uint64_t server_ms,
                              const struct content *content, const uint8_t mid[32])
{
    struct store_message m;
    struct slice emoji = content->part.body;
    if (!content->has_in_reply_to || emoji.n == 0 || emoji.n > 64 || !text_is_utf8(emoji)) {
        return ERR_INPUT;
    }
    TRY(store_sql_run(s->store,
                      "INSERT INTO reaction(chat,mid,person,emoji,own_mid,at_ms) "
                      "VALUES(?,?,?,?,?,?) ON CONFLICT(chat,mid,person) DO UPDATE SET "
                      "emoji=excluded.emoji,own_mid=excluded.own_mid,at_ms=excluded.at_ms WHERE "
                      "excluded.at_ms>=reaction.at_ms",
                      "ibitbi", chat, SLICE_ARRAY(content->in_reply_to), from, emoji,
                      slice_make(mid, 32), (int64_t)server_ms));
    if (store_message_find(s->store, s->arena, chat, content->in_reply_to, &m) == OK) {
        effects_message(s->out, m.id, false);
    }
    return OK;
}

static enum err take_picture(struct step *s, const struct store_chat *c, int64_t from,
                             struct slice in)
{
    int64_t role = 0;
    uint64_t v = 0;
    size_t n = 0;
    struct slice picture;
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_bytes(&in, &picture));
    TRY(store_sql_get_int(s->store, &role, "SELECT role FROM member WHERE chat=? AND person=?",
                          "ii", c->id, from));
    if (v != 1 || picture.n > 32768 || role != 1) {
        return ERR_AUTH_POLICY;
    }
    effects_chat(s->out, c->id);
    return store_sql_run(s->store, "UPDATE chat SET picture=? WHERE id=?", "bi", picture, c->id);
}

static enum err take_single(struct own *o, struct step *s, const struct store_chat *c,
                            int64_t from, uint64_t server_ms, const struct content *content,
                            const uint8_t mid[32])
{
    const struct content_part *p = &content->part;
    if (type_is(p->type, OWN_TYPE_PROFILE)) {
        enum err e = from == STORE_PERSON_ME ? OK : take_profile(s, c, from, p->body);
        if (e == OK && c->state == STORE_CHAT_WAITING && from != STORE_PERSON_ME) {
            TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", 0, c->id));
            TRY(own_notice(s, c->id, 11, from, SLICE_EMPTY, server_ms));
        }
        return e;
    }
    if (type_is(p->type, OWN_TYPE_STATUS)) {
        return from == STORE_PERSON_ME ? OK : take_status(s, shown_in(c), from, p->body);
    }
    if (type_is(p->type, OWN_TYPE_SYNC)) {
        return from == STORE_PERSON_ME && c->type == STORE_CHAT_SELF
                   ? own_content_sync(o, s, p->body)
                   : OK;
    }
    if (type_is(p->type, OWN_TYPE_PICTURE)) {
        return take_picture(s, c, from, p->body);
    }
    if (p->disposition == CONTENT_REACTION) {
        return take_reaction(s, shown_in(c), from, server_ms, content, mid);
    }
    bool text = p->type.n >= 5 && memcmp(p->type.p, "text/", 5) == 0;
    if (!text || p->body.n > LIMIT_TEXT_BYTES || !text_is_utf8(p->body)) {
        return ERR_INPUT_VERSION;
    }
    return take_message(o, s, c, from, server_ms, content, mid, p->body, NULL);
}

static enum err take_any(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                         uint64_t server_ms, const struct content *content, const uint8_t mid[32])
{
    const struct content_part *p = &content->part;
    if (content->has_replaces) {
        return take_replacement(o, s, c, from, server_ms, content);
    }
    switch (p->kind) {
    case CONTENT_SINGLE:
        return take_single(o, s, c, from, server_ms, content, mid);
    case CONTENT_EXTERNAL:
        return take_message(o, s, c, from, server_ms, content, mid, SLICE_EMPTY, p);
    case CONTENT_MULTI:
        if (p->parts_n == 2 && p->parts[0].kind == CONTENT_SINGLE &&
            p->parts[1].kind == CONTENT_EXTERNAL && text_is_utf8(p->parts[0].body) &&
            p->parts[0].body.n <= LIMIT_TEXT_BYTES) {
            return take_message(o, s, c, from, server_ms, content, mid, p->parts[0].body,
                                &p->parts[1]);
        }
        return ERR_INPUT_VERSION;
    default:
        return ERR_INPUT_VERSION;
    }
}

enum err own_content_take(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                          uint64_t server_ms, struct slice data)
{
    struct content content;
    struct store_person who;
    struct store_message m;
    uint8_t mid[32];
    TRY(store_person_get(s->store, s->arena, from, &who));
    if (who.blocked != 0) {
        return OK;
    }
    enum err e = content_decode(s->arena, data, &content);
    if (e == OK) {
        e = own_mid(s, who.account, c->room, data, mid);
    } else {
        crypto_sha256(mid, data);
    }
    if (e == OK) {
        struct own_part part;
        TRY(own_part_begin(s, &part));
        e = take_any(o, s, c, from, server_ms, &content, mid);
        if (e != OK && !own_grave(e)) { /* the ratchet has moved: only the content is taken back */
            TRY(store_sql_run(s->store, "ROLLBACK TO part", ""));
            s->out->n = part.effects;
        }
        if (!own_grave(e)) {
            TRY(store_sql_run(s->store, "RELEASE part", ""));
        }
    }
    if (e != ERR_INPUT && e != ERR_INPUT_VERSION && e != ERR_LIMIT && e != ERR_AUTH_POLICY) {
        return e;
    }
    memset(&m, 0, sizeof m); /* something we do not understand: say so, lose nothing */
    m.chat = shown_in(c);
    memcpy(m.mid, mid, 32);
    m.sender = from;
    m.at_ms = (int64_t)server_ms;
    m.type = STORE_MESSAGE_UNREADABLE;
    m.state = STORE_STATE_SENT;
    m.reason = (int)e;
    return show(o, s, c, &m, NULL);
}

/* ---- expiry --------------------------------------------------------------------------------------------- */

enum err own_content_expire(struct own *o, struct step *s, uint64_t *next_ms)
{
    enum { MAX = 64 };
    struct store_rows r;
    int64_t ids[MAX], chats[MAX];
    size_t n = 0;
    bool has = false;
    (void)o;
    *next_ms = 0;
    TRY(store_rows_open(s->store, &r,
                        "SELECT id,chat FROM message WHERE expires_ms>0 AND expires_ms<=? LIMIT 64",
                        "i", (int64_t)s->now_ms));
    enum err e = OK;
    while (n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n] = store_rows_int(&r, 0);
        chats[n++] = store_rows_int(&r, 1);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = store_message_drop(s->store, ids[i]);
        e = e != OK ? e : store_message_touch_chat(s->store, chats[i]);
        effects_message_gone(s->out, chats[i], ids[i]);
        effects_chat(s->out, chats[i]);
        s->durable = true;
    }
    return e;
}
