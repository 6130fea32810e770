/* Between my own devices: small records in the self chat, so that what I decide on one holds on
 * all. Nobody else sees them.
 *
 * record = [ kind, ... ]   1 read [room, mid]   2 person [account, inbox / null, token / null,
 * name, contact, blocked, verified, head / null, by / null, ms]   3 chat [room, column, value]   4
 * request [room, answer] 5 profile [ms, name, picture / null]   6 device [key, name] */
#include "engine/own/sync.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "base/rule.h"
#include "engine/own/clock.h"
#include "engine/own/content_types.h"
#include "engine/own/identity.h"
#include "engine/own/record_due.h"
#include "engine/own/request.h"
#include "engine/own/leave.h"
#include "engine/own/send.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "engine/timeline.h"
#include "engine/verify.h"
#include "schema/content.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_device.h"
#include "store/own_person.h"
#include "store/request.h"
#include "store/people.h"

enum { SYNC_READ = 1, SYNC_PERSON, SYNC_CHAT, SYNC_REQUEST, SYNC_PROFILE, SYNC_DEVICE };

static enum err send_record(struct own *o, struct step *s, struct buf *b)
{
    struct content content;
    struct store_chat c;
    struct slice record, bytes;
    uint8_t mid[32];
    int64_t devices = 0, chat = 0;
    TRY(buf_finish(b, &record));
    TRY(store_own_device_count(s->store, &devices));
    if (devices < 2) {
        return OK;
    }
    enum err e = store_chat_self(s->store, &chat);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    content_init(&content);
    content.part = content_single(CONTENT_PROFILE, slice_of_string(OWN_TYPE_SYNC), record);
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
    return own_send(o, s, chat, 0, 0, bytes, mid);
}

enum err own_sync_read(struct own *o, struct step *s, const uint8_t room[16], const uint8_t mid[32])
{
    struct buf b = buf_arena(s->arena, 64);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, SYNC_READ);
    cbor_put_bytes(&b, slice_make(room, 16));
    cbor_put_bytes(&b, slice_make(mid, 32));
    return send_record(o, s, &b);
}

static void put_optional(struct buf *b, bool has, struct slice v)
{
    if (has) {
        cbor_put_bytes(b, v);
    } else {
        cbor_put_null(b);
    }
}

enum err own_sync_person(struct own *o, struct step *s, int64_t person)
{
    struct store_person p;
    struct store_own_person_door door;
    TRY(store_person_get(s->store, s->arena, person, &p));
    TRY(store_own_person_door(s->store, person, &door));
    struct slice head, by;
    TRY(store_person_compared(s->store, s->arena, person, &head, &by));
    struct buf b = buf_arena(s->arena, 384);
    cbor_put_array(&b, 11);
    cbor_put_uint(&b, SYNC_PERSON);
    cbor_put_bytes(&b, SLICE_ARRAY(p.account));
    put_optional(&b, door.has_inbox, SLICE_ARRAY(door.inbox));
    put_optional(&b, door.has_token, SLICE_ARRAY(door.token));
    cbor_put_text(&b, p.name);
    cbor_put_uint(&b, (uint64_t)p.contact);
    cbor_put_uint(&b, (uint64_t)p.blocked);
    cbor_put_uint(&b, (uint64_t)p.verified);
    put_optional(&b, head.n == CHAIN_HASH_SIZE, head);
    put_optional(&b, by.n == CHAIN_KEY_SIZE, by);
    cbor_put_uint(&b, (uint64_t)p.verified_ms);
    own_record_due(s);
    return send_record(o, s, &b);
}

enum err own_sync_chat(struct own *o, struct step *s, int64_t chat, struct slice column,
                       uint64_t value)
{
    struct store_chat c;
    struct buf b = buf_arena(s->arena, 96);
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, SYNC_CHAT);
    cbor_put_bytes(&b, SLICE_ARRAY(c.room));
    cbor_put_text(&b, column);
    cbor_put_uint(&b, value);
    return send_record(o, s, &b);
}

enum err own_sync_request(struct own *o, struct step *s, struct slice room, uint64_t answer)
{
    struct buf b = buf_arena(s->arena, 64);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, SYNC_REQUEST);
    cbor_put_bytes(&b, room);
    cbor_put_uint(&b, answer);
    return send_record(o, s, &b);
}

enum err own_sync_profile(struct own *o, struct step *s)
{
    struct store_person me;
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    struct buf b = buf_arena(s->arena, me.picture.n + 256);
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, SYNC_PROFILE);
    cbor_put_uint(&b, (uint64_t)me.profile_ms);
    cbor_put_text(&b, me.name);
    put_optional(&b, me.picture.n > 0, me.picture);
    return send_record(o, s, &b);
}

enum err own_sync_device(struct own *o, struct step *s, struct slice key, struct slice name)
{
    struct buf b = buf_arena(s->arena, 256);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, SYNC_DEVICE);
    cbor_put_bytes(&b, key);
    cbor_put_text(&b, name);
    return send_record(o, s, &b);
}

/* ---- taking --------------------------------------------------------------------------------- */

static enum err take_read(struct step *s, struct slice in)
{
    struct slice room, mid;
    struct store_chat c;
    struct store_message m;
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_bytes(&in, &mid));
    if (room.n != 16 || mid.n != 32 || store_chat_find(s->store, s->arena, room.p, &c) != OK ||
        store_message_find(s->store, s->arena, c.id, mid.p, &m) != OK) {
        return OK;
    }
    return timeline_read_there(s, &m);
}

/* What another device of mine says about "verified". It clears no alarm and no fork, and must
 * concern the newest entry that I know and come from the device that compared: a claim passed on by
 * another device would survive when that one turns out to be stolen. */
static enum err take_verified(struct step *s, int64_t id, uint64_t verified, struct slice head,
                              struct slice by, const uint8_t sender[32], uint64_t ms)
{
    struct chain_entry known;
    if (verified != ABI_VERIFIED_NOW) {
        return verified == ABI_VERIFIED_KNOWN ? verify_undo_there(s, id) : OK;
    }
    if (head.n != CHAIN_HASH_SIZE || by.n != CHAIN_KEY_SIZE || ms > INT64_MAX) {
        return OK;
    }
    bool mine = slice_equal(by, slice_make(sender, CHAIN_KEY_SIZE)) || !RULE(COMPARED_BY_LISTED);
    enum err e = store_chain_head(s->store, id, &known);
    if (e != OK || !mine || !slice_equal(head, SLICE_ARRAY(known.hash))) {
        return e == ERR_GONE ? OK : e;
    }
    const struct verify_word w = {head, by, (int64_t)ms};
    return RULE(SYNC_CLEARS_NO_ALARM) ? verify_done_there(s, id, &w) : verify_done(s, id, &w);
}

static enum err take_person(struct step *s, const uint8_t sender[32], struct slice in)
{
    struct slice account, inbox = SLICE_EMPTY, token = SLICE_EMPTY, name;
    struct slice head = SLICE_EMPTY, by = SLICE_EMPTY;
    uint64_t contact = 0, blocked = 0, verified = 0, ms = 0;
    int64_t id = 0;
    TRY(cbor_get_bytes(&in, &account));
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &inbox));
    }
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &token));
    }
    TRY(cbor_get_text(&in, &name));
    TRY(cbor_get_uint(&in, &contact));
    TRY(cbor_get_uint(&in, &blocked));
    TRY(cbor_get_uint(&in, &verified));
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &head));
    }
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &by));
    }
    TRY(cbor_get_uint(&in, &ms));
    if (account.n != CHAIN_HASH_SIZE || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    TRY(roster_person(s, account.p, &id));
    if (inbox.n == 16) {
        TRY(store_own_person_set_door(s->store, id, inbox.p, token));
    }
    effects_person(s->out, id);
    own_record_due(s); /* this device's part says so too */
    TRY(take_verified(s, id, verified, head, by, sender, ms));
    return roster_told(s, id, contact != 0, blocked != 0, name);
}

/* Another device of mine deleted it, and leaves if it is a group. */
static enum err delete_here(struct own *o, struct step *s, const struct store_chat *c, int64_t upto)
{
    if (c->type == STORE_CHAT_GROUP && c->state == STORE_CHAT_OPEN) {
        TRY(chats_state(s, c->id, STORE_CHAT_LEAVING));
    }
    return c->type == STORE_CHAT_SELF ? OK : own_chat_delete(o, s, c->id, upto);
}

static enum err take_chat(struct own *o, struct step *s, struct slice in)
{
    struct slice room, column;
    struct store_chat c;
    uint64_t value = 0;
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_text(&in, &column));
    TRY(cbor_get_uint(&in, &value));
    enum store_chat_choice choice = STORE_CHAT_PINNED;
    bool known = store_chat_choice_named(column, &choice);
    if (room.n != 16 || store_chat_find(s->store, s->arena, room.p, &c) != OK) {
        return OK;
    }
    if (slice_equal(column, SLICE_LITERAL("deleted")) && value <= INT64_MAX) {
        return delete_here(o, s, &c, (int64_t)value);
    }
    if (!known) {
        return OK;
    }
    return chats_choose(s, c.id, choice, (int64_t)value);
}

static enum err take_request(struct own *o, struct step *s, struct slice in)
{
    struct slice room;
    uint64_t answer = 0;
    int64_t id = 0, chat = 0;
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_uint(&in, &answer));
    if (room.n != 16 || answer > ABI_REQUEST_ANSWER_BLOCK) {
        return ERR_INPUT;
    }
    struct store_chat c;
    enum err e = store_request_find(s->store, room.p, &id);
    if (e != ERR_GONE) {
        return e == OK ? own_request_answer(o, s, id, answer, &chat) : e;
    }
    e = store_chat_find(s->store, s->arena, room.p, &c);
    if (e != OK || answer != ABI_REQUEST_ANSWER_ACCEPT || c.state != STORE_CHAT_DECLINED ||
        c.person == 0) {
        return e == ERR_GONE ? OK : e;
    }
    return own_request_wanted(o, s, c.person, &chat);
}

static enum err take_profile(struct step *s, struct slice in)
{
    struct store_person me;
    struct slice name, picture = SLICE_EMPTY;
    uint64_t ms = 0;
    TRY(cbor_get_uint(&in, &ms));
    TRY(cbor_get_text(&in, &name));
    if (!cbor_take_null(&in)) {
        TRY(cbor_get_bytes(&in, &picture));
    }
    TRY(store_person_get(s->store, s->arena, STORE_PERSON_ME, &me));
    if (ms > OWN_TIME_MAX_MS || (int64_t)ms <= me.profile_ms || name.n > LIMIT_NAME_BYTES ||
        picture.n > 32768) {
        return OK;
    }
    return roster_profile(s, STORE_PERSON_ME, name, picture, (int64_t)ms);
}

static enum err take_device(struct step *s, struct slice in)
{
    struct slice key, name;
    TRY(cbor_get_bytes(&in, &key));
    TRY(cbor_get_text(&in, &name));
    if (key.n != 32 || name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    s->out->devices = true;
    /* Its name may arrive before the entry that lists it. */
    return store_own_device_told(s->store, key.p, name, (int64_t)s->now_ms);
}

enum err own_content_sync(struct own *o, struct step *s, const uint8_t by[32], struct slice body)
{
    uint64_t kind = 0;
    size_t n = 0;
    bool mine = false;
    TRY(own_identity_lists_now(s, o->account, by, &mine));
    if (!mine && RULE(COMPARED_BY_LISTED)) {
        return OK; /* dropped meanwhile: it no longer decides anything for me */
    }
    TRY(cbor_check(body));
    TRY(cbor_get_array(&body, &n));
    TRY(cbor_get_uint(&body, &kind));
    switch (kind) {
    case SYNC_READ:
        return take_read(s, body);
    case SYNC_PERSON:
        return take_person(s, by, body);
    case SYNC_CHAT:
        return take_chat(o, s, body);
    case SYNC_REQUEST:
        return take_request(o, s, body);
    case SYNC_PROFILE:
        return take_profile(s, body);
    case SYNC_DEVICE:
        return take_device(s, body);
    default:
        return OK; /* from a newer version of mine */
    }
}
