/* Records of people, chats and messages: what moves to a new device, and (people and chats only)
 * what the recovery record holds. Each is one CBOR array that starts with its kind. */
#include "engine/own/record.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "base/rule.h"
#include "engine/own/account.h"
#include "engine/own/clock.h"
#include "engine/own/early.h"
#include "engine/own/content.h"
#include "engine/own/file.h"
#include "engine/own/request.h"
#include "engine/chats.h"
#include "engine/file.h"
#include "engine/roster.h"
#include "engine/timeline.h"
#include "engine/verify.h"
#include "store/account.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/own_person.h"
#include "store/own_record.h"
#include "store/people.h"
#include "engine/own/order.h"
#include "engine/own/record_device.h"
#include "engine/own/record_word.h"

enum {
    RECORD_PERSON = 1,
    RECORD_CHAT = 2,
    RECORD_MESSAGE = 3,
    RECORD_DEVICE = OWN_RECORD_DEVICE,
    RECORD_CHUNK = 5
};

static void put_optional(struct buf *b, bool has, struct slice v)
{
    if (has) {
        cbor_put_bytes(b, v);
    } else {
        cbor_put_null(b);
    }
}

static enum err get_optional(struct slice *in, struct slice *out)
{
    *out = SLICE_EMPTY;
    return cbor_take_null(in) ? OK : cbor_get_bytes(in, out);
}

/* ---- people --------------------------------------------------------------------------------- */

/* From the chain: the newest entry, and the hashes of all before it. */
static enum err put_chain(struct step *s, struct buf *b, int64_t id)
{
    struct chain_entry head;
    struct slice links = SLICE_LITERAL(""), entry = SLICE_EMPTY;
    size_t n = 0;
    enum err e = store_chain_head(s->store, id, &head);
    if (e == OK) {
        TRY(store_chain_entries(s->store, s->arena, id, head.n, head.n, &entry, 1, &n));
        TRY(store_chain_links(s->store, s->arena, id, &links));
    }
    put_optional(b, n > 0, entry);
    cbor_put_bytes(b, links);
    return e == ERR_GONE ? OK : e;
}

enum err own_record_person(struct step *s, struct buf *b, int64_t id, bool with_picture)
{
    struct store_person p;
    struct store_own_person_door door;
    struct slice head, by;
    TRY(store_person_get(s->store, s->arena, id, &p));
    TRY(store_own_person_door(s->store, id, &door));
    TRY(store_person_compared(s->store, s->arena, id, &head, &by));
    cbor_put_array(b, 16);
    cbor_put_uint(b, RECORD_PERSON);
    cbor_put_bytes(b, SLICE_ARRAY(p.account));
    cbor_put_text(b, p.name);
    put_optional(b, with_picture && p.picture.n > 0, p.picture);
    put_optional(b, door.has_inbox, SLICE_ARRAY(door.inbox));
    put_optional(b, door.has_token, SLICE_ARRAY(door.token));
    cbor_put_uint(b, (uint64_t)p.verified);
    put_optional(b, head.n == CHAIN_HASH_SIZE, head);
    put_optional(b, by.n == CHAIN_KEY_SIZE, by);
    cbor_put_uint(b, (uint64_t)p.verified_ms);
    cbor_put_uint(b, (uint64_t)p.blocked);
    cbor_put_uint(b, (uint64_t)p.contact);
    cbor_put_uint(b, (uint64_t)p.profile_ms);
    cbor_put_bool(b, id == STORE_PERSON_ME);
    return put_chain(s, b, id);
}

struct person_record {
    struct slice account, name, picture, inbox, token, head, by, entry, links;
    uint64_t verified, verified_ms, blocked, contact, profile_ms;
    bool me;
};

static enum err read_person(struct slice *in, struct person_record *r)
{
    TRY(cbor_get_bytes(in, &r->account));
    TRY(cbor_get_text(in, &r->name));
    TRY(get_optional(in, &r->picture));
    TRY(get_optional(in, &r->inbox));
    TRY(get_optional(in, &r->token));
    TRY(cbor_get_uint(in, &r->verified));
    TRY(get_optional(in, &r->head));
    TRY(get_optional(in, &r->by));
    TRY(cbor_get_uint(in, &r->verified_ms));
    TRY(cbor_get_uint(in, &r->blocked));
    TRY(cbor_get_uint(in, &r->contact));
    TRY(cbor_get_uint(in, &r->profile_ms));
    TRY(cbor_get_bool(in, &r->me));
    TRY(get_optional(in, &r->entry));
    TRY(cbor_get_bytes(in, &r->links));
    return r->account.n == CHAIN_HASH_SIZE && r->name.n <= LIMIT_NAME_BYTES &&
                   r->verified <= ABI_VERIFIED_ONCE && r->verified_ms <= OWN_TIME_MAX_MS &&
                   r->profile_ms <= OWN_TIME_MAX_MS
               ? OK
               : ERR_INPUT;
}

/* A chain another device of mine has checked. If we have one already, ours stays; we ask for what
 * theirs knows beyond it. */
static enum err take_chain(struct step *s, int64_t id, const struct person_record *r)
{
    struct chain_entry e, ours;
    enum err err = store_chain_head(s->store, id, &ours);
    if (err != ERR_GONE || r->entry.n == 0) {
        return err == ERR_GONE ? OK : err;
    }
    TRY(chain_read(r->entry, &e));
    if (!slice_equal(SLICE_ARRAY(e.id), r->account)) {
        return ERR_INPUT;
    }
    return store_chain_pin(s->store, id, r->links, r->entry, &e);
}

/* compared: it is a recovery record; what was verified comes back as "compared on DATE". */
static enum err take_person(struct own *o, struct step *s, struct slice in, bool compared)
{
    struct person_record r;
    int64_t id = 0;
    TRY(read_person(&in, &r));
    if (r.me != slice_equal(r.account, SLICE_ARRAY(o->account))) {
        return ERR_AUTH;
    }
    if (compared && r.verified == ABI_VERIFIED_NOW && RULE(COMPARED_ON_DATE)) {
        r.verified = ABI_VERIFIED_ONCE;
    }
    TRY(roster_person(s, r.account.p, &id));
    if (!r.me) {
        TRY(take_chain(s, id, &r));
    }
    if (r.inbox.n == 16 && !r.me) {
        TRY(store_own_person_set_door(s->store, id, r.inbox.p, r.token));
    }
    TRY(roster_profile(s, id, r.name, r.picture, (int64_t)r.profile_ms));
    const struct verify_word w = {r.head, r.by, (int64_t)r.verified_ms};
    TRY(verify_brought(s, id, (enum abi_verified)r.verified, &w));
    TRY(roster_brought(s, id, r.contact != 0, r.blocked != 0));
    return store_own_person_set_chain_due(s->store, id, true);
}

/* ---- chats ---------------------------------------------------------------------------------- */

/* keys: with what an external joiner needs (recovery); a linked device gets a Welcome instead.
 * Members and admins go along: whoever comes back judges by them. */
enum err own_record_chat(struct step *s, struct buf *b, int64_t id, bool keys)
{
    struct store_chat c;
    struct store_person p;
    struct store_member *members = NULL;
    size_t n = 0;
    TRY(store_chat_get(s->store, s->arena, id, &c));
    memset(&p, 0, sizeof p);
    if (c.person != 0) {
        TRY(store_person_get(s->store, s->arena, c.person, &p));
    }
    TRY(store_member_list(s->store, s->arena, id, &members, &n));
    cbor_put_array(b, 19);
    cbor_put_uint(b, RECORD_CHAT);
    cbor_put_bytes(b, SLICE_ARRAY(c.room));
    cbor_put_uint(b, (uint64_t)c.type);
    cbor_put_uint(b, (uint64_t)(c.state == STORE_CHAT_LEAVING ? STORE_CHAT_LEFT : c.state));
    cbor_put_text(b, c.title);
    put_optional(b, !keys && c.picture.n > 0, c.picture);
    put_optional(b, c.person != 0, SLICE_ARRAY(p.account));
    put_optional(b, keys && c.has_mailbox, SLICE_ARRAY(c.mailbox));
    put_optional(b, keys && c.has_mailbox, SLICE_ARRAY(c.read_tag));
    put_optional(b, keys && c.has_mailbox, SLICE_ARRAY(c.join_secret));
    cbor_put_uint(b, (uint64_t)c.last_ms);
    cbor_put_uint(b, (uint64_t)c.pinned);
    cbor_put_uint(b, (uint64_t)c.archived);
    cbor_put_uint(b, (uint64_t)c.muted_until);
    cbor_put_uint(b, (uint64_t)c.timer_s);
    cbor_put_text(b, c.draft);
    cbor_put_bool(b, c.hidden);
    cbor_put_uint(b, (uint64_t)c.place_base);
    cbor_put_array(b, n);
    for (size_t i = 0; i < n; i++) {
        TRY(store_person_get(s->store, s->arena, members[i].person, &p));
        cbor_put_array(b, 2);
        cbor_put_bytes(b, SLICE_ARRAY(p.account));
        cbor_put_uint(b, (uint64_t)members[i].role);
    }
    return OK;
}

struct chat_record {
    struct slice room, title, picture, person, mailbox, read_tag, join_secret, draft;
    uint64_t type, state, last_ms, pinned, archived, muted, timer, place_base;
    bool hidden;
};

static enum err read_chat(struct slice *in, struct chat_record *c)
{
    TRY(cbor_get_bytes(in, &c->room));
    TRY(cbor_get_uint(in, &c->type));
    TRY(cbor_get_uint(in, &c->state));
    TRY(cbor_get_text(in, &c->title));
    TRY(get_optional(in, &c->picture));
    TRY(get_optional(in, &c->person));
    TRY(get_optional(in, &c->mailbox));
    TRY(get_optional(in, &c->read_tag));
    TRY(get_optional(in, &c->join_secret));
    TRY(cbor_get_uint(in, &c->last_ms));
    TRY(cbor_get_uint(in, &c->pinned));
    TRY(cbor_get_uint(in, &c->archived));
    TRY(cbor_get_uint(in, &c->muted));
    TRY(cbor_get_uint(in, &c->timer));
    TRY(cbor_get_text(in, &c->draft));
    TRY(cbor_get_bool(in, &c->hidden));
    TRY(cbor_get_uint(in, &c->place_base));
    bool keys = c->mailbox.n == 16 && c->read_tag.n == 32 && c->join_secret.n == 32;
    return c->room.n == 16 && c->type <= ABI_CHAT_TYPE_GROUP &&
                   c->place_base < (uint64_t)STORE_PLACE_PENDING && c->timer <= UINT32_MAX &&
                   c->state <= STORE_CHAT_REQUEST && (keys || c->mailbox.n == 0)
               ? OK
               : ERR_INPUT;
}

static enum err take_members(struct step *s, int64_t chat, struct slice *in)
{
    struct slice account;
    uint64_t role = 0;
    int64_t person = 0;
    size_t n = 0, two = 0;
    TRY(cbor_get_array(in, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_get_array(in, &two));
        TRY(cbor_get_bytes(in, &account));
        TRY(cbor_get_uint(in, &role));
        if (two != 2 || account.n != 32) {
            return ERR_INPUT;
        }
        TRY(roster_person(s, account.p, &person));
        TRY(roster_member(s, chat, person, role == ABI_ROLE_ADMIN));
    }
    return OK;
}

static enum err take_chat(struct own *o, struct step *s, struct slice in)
{
    struct chat_record r;
    struct store_chat c, old;
    int64_t person = 0;
    TRY(read_chat(&in, &r));
    struct store_chat_looks looks = {(int64_t)r.pinned, (int64_t)r.archived, (int64_t)r.muted,
                                     r.hidden,          r.picture,           r.draft};
    if (store_chat_find(s->store, s->arena, r.room.p, &old) == OK) {
        /* the Welcome was faster: take only what it cannot know */
        looks.hidden = r.hidden && old.last_message == 0;
        TRY(chats_brought(s, old.id, &looks, false));
        TRY(store_order_base(s->store, old.id, (int64_t)r.place_base));
        return take_members(s, old.id, &in);
    }
    memset(&c, 0, sizeof c);
    if (r.person.n == 32) {
        TRY(roster_person(s, r.person.p, &person));
    }
    memcpy(c.room, r.room.p, 16);
    c.account = STORE_ACCOUNT_OWN;
    c.type = (int)r.type;
    c.state = (int)r.state;
    c.title = r.title;
    c.person = person;
    c.has_mailbox = r.mailbox.n == 16;
    if (c.has_mailbox) {
        memcpy(c.mailbox, r.mailbox.p, 16);
        memcpy(c.read_tag, r.read_tag.p, 32);
        memcpy(c.join_secret, r.join_secret.p, 32);
        c.state = r.state == STORE_CHAT_LEFT ? STORE_CHAT_LEFT : STORE_CHAT_JOINING;
    }
    c.made = true;
    c.cursor = -1;
    c.last_ms = (int64_t)(r.last_ms < OWN_TIME_MAX_MS ? r.last_ms : OWN_TIME_MAX_MS);
    c.timer_s = (int64_t)r.timer;
    TRY(chats_make(s, &c));
    TRY(chats_brought(s, c.id, &looks, true));
    if (person != 0 && r.type == STORE_CHAT_PAIR) {
        TRY(own_pair_settle(o, s, &c, person));
    }
    TRY(store_order_base(s->store, c.id, (int64_t)r.place_base));
    return take_members(s, c.id, &in);
}

/* ---- messages ------------------------------------------------------------------------------- */

static enum err put_file(struct step *s, struct buf *b, int64_t message)
{
    struct store_own_file f;
    enum err e = store_own_file_get(s->store, s->arena, message, &f);
    if (e == ERR_GONE || (e == OK && f.hash.n == 0)) { /* or it is still being sealed here */
        cbor_put_null(b);
        return OK;
    }
    TRY(e);
    cbor_put_array(b, 10);
    cbor_put_text(b, f.file.name);
    cbor_put_text(b, f.file.type);
    cbor_put_bytes(b, f.file.preview);
    cbor_put_bytes(b, f.blob);
    cbor_put_bytes(b, f.key);
    cbor_put_bytes(b, f.header);
    cbor_put_bytes(b, f.hash);
    cbor_put_uint(b, (uint64_t)f.file.bytes);
    cbor_put_uint(b, (uint64_t)f.file.width);
    cbor_put_uint(b, (uint64_t)f.file.height);
    return OK;
}

static enum err put_reactions(struct step *s, struct buf *b, const struct store_message *m)
{
    struct store_own_record_reaction *list = NULL;
    size_t n = 0;
    TRY(store_own_record_reactions(s->store, s->arena, m->chat, m->mid, &list, &n));
    cbor_put_array(b, n);
    for (size_t i = 0; i < n; i++) {
        cbor_put_array(b, 4);
        cbor_put_bytes(b, list[i].account);
        cbor_put_text(b, list[i].emoji);
        cbor_put_bytes(b, list[i].own_mid);
        cbor_put_uint(b, (uint64_t)list[i].place);
    }
    return OK;
}

enum err own_record_message(struct step *s, struct buf *b, int64_t id)
{
    struct store_message m;
    struct store_chat c;
    struct store_person p;
    TRY(store_message_get(s->store, s->arena, id, &m));
    TRY(store_chat_get(s->store, s->arena, m.chat, &c));
    memset(&p, 0, sizeof p);
    if (m.sender != 0) {
        enum err e = store_person_get(s->store, s->arena, m.sender, &p);
        if (e != OK && e != ERR_GONE) {
            return e;
        }
    }
    cbor_put_array(b, 17 + OWN_RECORD_WORD_ITEMS);
    cbor_put_uint(b, RECORD_MESSAGE);
    cbor_put_bytes(b, SLICE_ARRAY(c.room));
    cbor_put_bytes(b, SLICE_ARRAY(m.mid));
    put_optional(b, p.id != 0, SLICE_ARRAY(p.account));
    cbor_put_uint(b, (uint64_t)m.at_ms);
    cbor_put_uint(b, (uint64_t)m.type);
    cbor_put_uint(b, (uint64_t)m.notice);
    cbor_put_uint(b, (uint64_t)m.state);
    cbor_put_text(b, m.text);
    put_optional(b, m.has_reply, SLICE_ARRAY(m.reply));
    cbor_put_uint(b, (uint64_t)m.edited_ms);
    cbor_put_uint(b, (uint64_t)m.expires_ms);
    cbor_put_uint(b, (uint64_t)m.timer_s);
    cbor_put_bool(b, m.starred);
    cbor_put_uint(b, (uint64_t)m.reason);
    TRY(own_record_word_put(s, b, &m));
    TRY(put_file(s, b, id));
    return put_reactions(s, b, &m);
}

static enum err take_file(struct step *s, int64_t message, struct slice *in)
{
    struct store_own_file f;
    uint64_t bytes = 0, width = 0, height = 0;
    size_t n = 0;
    bool fresh = false;
    if (cbor_take_null(in)) {
        return OK;
    }
    TRY(cbor_get_array(in, &n));
    memset(&f, 0, sizeof f);
    TRY(cbor_get_text(in, &f.file.name));
    TRY(cbor_get_text(in, &f.file.type));
    TRY(cbor_get_bytes(in, &f.file.preview));
    TRY(cbor_get_bytes(in, &f.blob));
    TRY(cbor_get_bytes(in, &f.key));
    TRY(cbor_get_bytes(in, &f.header));
    TRY(cbor_get_bytes(in, &f.hash));
    TRY(cbor_get_uint(in, &bytes));
    TRY(cbor_get_uint(in, &width));
    TRY(cbor_get_uint(in, &height));
    if (n != 10 || f.blob.n != 16 || f.key.n != 32 || f.header.n != 24 || f.hash.n != 32 ||
        message == 0) {
        return message == 0 ? OK : ERR_INPUT;
    }
    f.file.message = message;
    f.file.bytes = (int64_t)bytes;
    f.file.width = (int64_t)width;
    f.file.height = (int64_t)height;
    TRY(file_known(s, &f.file, &fresh));
    return fresh ? store_own_file_put(s->store, &f) : OK;
}

static enum err take_reactions(struct step *s, const struct store_message *m, struct slice *in)
{
    struct store_own_record_reaction r;
    uint64_t at = 0;
    int64_t person = 0;
    size_t n = 0, four = 0;
    TRY(cbor_get_array(in, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_get_array(in, &four));
        TRY(cbor_get_bytes(in, &r.account));
        TRY(cbor_get_text(in, &r.emoji));
        TRY(cbor_get_bytes(in, &r.own_mid));
        TRY(cbor_get_uint(in, &at));
        if (four != 4 || r.account.n != 32 || r.own_mid.n != 32 || r.emoji.n > 64 ||
            at > (uint64_t)STORE_PLACE_PENDING) {
            return ERR_INPUT;
        }
        TRY(roster_person(s, r.account.p, &person));
        struct store_early gone;
        enum err e = store_early_take(s->store, s->arena, m->chat, r.own_mid.p, person,
                                      STORE_EARLY_DELETE, &gone);
        if (e != ERR_GONE) {
            TRY(e);
            continue; /* deleted meanwhile */
        }
        struct store_reaction given = {
            .chat = m->chat, .person = person, .place = (int64_t)at, .emoji = r.emoji};
        memcpy(given.mid, m->mid, sizeof given.mid);
        memcpy(given.own, r.own_mid.p, sizeof given.own);
        TRY(timeline_bring_reaction(s, &given));
    }
    return OK;
}

static enum err take_message(struct step *s, struct slice in)
{
    struct own_record_word word;
    struct store_message m;
    struct store_chat c;
    struct slice room, mid, account, reply;
    uint64_t at = 0, type = 0, notice = 0, state = 0, edited = 0, expires = 0, timer = 0, why = 0;
    memset(&m, 0, sizeof m);
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_bytes(&in, &mid));
    TRY(get_optional(&in, &account));
    TRY(cbor_get_uint(&in, &at));
    TRY(cbor_get_uint(&in, &type));
    TRY(cbor_get_uint(&in, &notice));
    TRY(cbor_get_uint(&in, &state));
    TRY(cbor_get_text(&in, &m.text));
    TRY(get_optional(&in, &reply));
    TRY(cbor_get_uint(&in, &edited));
    TRY(cbor_get_uint(&in, &expires));
    TRY(cbor_get_uint(&in, &timer));
    TRY(cbor_get_bool(&in, &m.starred));
    TRY(cbor_get_uint(&in, &why));
    TRY(own_record_word_read(&in, &word));
    if (room.n != 16 || mid.n != 32 || type > ABI_MESSAGE_TYPE_MISSING ||
        state > ABI_MESSAGE_STATE_FAILED || notice > 64 || at > OWN_TIME_MAX_MS ||
        edited > OWN_TIME_MAX_MS || expires > OWN_TIME_MAX_MS || timer > UINT32_MAX) {
        return ERR_INPUT;
    }
    TRY(store_chat_find(s->store, s->arena, room.p, &c));
    if (account.n == 32) {
        TRY(roster_person(s, account.p, &m.sender));
    }
    m.mine = m.sender == STORE_PERSON_ME;
    m.chat = c.id;
    memcpy(m.mid, mid.p, 32);
    m.at_ms = (int64_t)at;
    m.type = (int)type;
    m.notice = (int)notice;
    m.state = state == STORE_STATE_QUEUED ? STORE_STATE_SENT : (int)state;
    m.reason = (int)why;
    m.has_reply = reply.n == 32;
    if (m.has_reply) {
        memcpy(m.reply, reply.p, 32);
    }
    m.edited_ms = (int64_t)edited;
    m.expires_ms = (int64_t)expires;
    m.timer_s = (int64_t)timer;
    if (m.type == STORE_MESSAGE_MISSING) {
        return OK; /* this device finds out by itself what it can ask for */
    }
    TRY(own_record_word_know(s, &c, &word, &m));
    enum err e = timeline_bring(s, &m);
    if (e == ERR_STATE_REPLAY) {
        return OK;
    }
    TRY(e);
    if (m.leaf != 0) {
        TRY(store_word_set_message(s->store, m.leaf, m.counter, m.id));
    }
    TRY(take_file(s, m.id, &in));
    TRY(take_reactions(s, &m, &in));
    return RULE(EARLY_WITH_HISTORY) ? own_early_apply(s, &m) : OK;
}

/* ---- bodies of files ------------------------------------------------------------------------ */

enum err own_record_chunk(struct step *s, struct slice room, struct slice mid, uint64_t n,
                          struct slice bytes, struct slice *out)
{
    struct buf b = buf_arena(s->arena, bytes.n + 96);
    cbor_put_array(&b, 5);
    cbor_put_uint(&b, RECORD_CHUNK);
    cbor_put_bytes(&b, room);
    cbor_put_bytes(&b, mid);
    cbor_put_uint(&b, n);
    cbor_put_bytes(&b, bytes);
    return buf_finish(&b, out);
}

static enum err take_chunk(struct step *s, struct slice in)
{
    struct slice room, mid, bytes;
    uint64_t n = 0;
    int64_t message = 0;
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_bytes(&in, &mid));
    TRY(cbor_get_uint(&in, &n));
    TRY(cbor_get_bytes(&in, &bytes));
    if (n > INT32_MAX) {
        return ERR_INPUT;
    }
    enum err e = store_own_record_chunk_for(s->store, room, mid, &message);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* here already, or its message did not move */
    }
    return own_file_give(s, message, (int64_t)n, bytes);
}

/* ---- one record ----------------------------------------------------------------------------- */

enum err own_record_take(struct own *o, struct step *s, struct slice record, bool compared)
{
    uint64_t kind = 0;
    size_t n = 0;
    TRY(cbor_get_array(&record, &n));
    TRY(cbor_get_uint(&record, &kind));
    switch (kind) {
    case RECORD_PERSON:
        return take_person(o, s, record, compared);
    case RECORD_CHAT:
        return take_chat(o, s, record);
    case RECORD_CHUNK:
        return take_chunk(s, record);
    case RECORD_DEVICE:
        return own_record_device_take(s, record);
    case RECORD_MESSAGE: {
        enum err e = take_message(s, record);
        return e == ERR_GONE ? OK : e; /* its chat did not move */
    }
    default:
        return OK;
    }
}
