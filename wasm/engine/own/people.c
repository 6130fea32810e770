/* Adding people by link, changing rooms, revoking devices. */
#include "engine/own/people.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/account.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/join.h"
#include "engine/own/line.h"
#include "engine/own/recover.h"
#include "engine/own/room.h"
#include "engine/own/sync.h"
#include "mls/group.h"
#include "schema/chain.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/sql.h"

/* Until the gateway names the key behind a fingerprint, the row carries fingerprint || zeros. */
void own_account_guess(uint8_t out[32], const uint8_t fingerprint[20])
{
    memcpy(out, fingerprint, 20);
    memset(out + 20, 0, 12);
}

/* Someone I know with this fingerprint; 0 none. */
static enum err known_person(struct step *s, const struct own_link_parts *p, int64_t *person)
{
    struct store_rows r;
    bool has = false;
    uint8_t guess[32], fp[20];
    *person = 0;
    own_account_guess(guess, p->fingerprint);
    TRY(store_rows_open(s->store, &r, "SELECT id,account FROM person", ""));
    enum err e = OK;
    while (*person == 0 && (e = store_rows_next(&r, &has)) == OK && has) {
        struct slice account = store_rows_bytes(&r, 1);
        if (account.n != 32) {
            continue;
        }
        own_fingerprint(fp, account.p);
        if (slice_equal(SLICE_ARRAY(fp), SLICE_ARRAY(p->fingerprint)) ||
            slice_equal(account, SLICE_ARRAY(guess))) {
            *person = store_rows_int(&r, 0);
        }
    }
    store_rows_close(&r);
    return e;
}

/* [1, token of the link of a group]: let me in. */
static enum err ask_in(struct own *o, struct step *s, int64_t chat, const uint8_t token[16])
{
    struct slice body;
    struct buf b = buf_arena(s->arena, 32);
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, slice_make(token, 16));
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, chat, OWN_TYPE_JOIN, body);
}

enum err own_join_take(struct own *o, struct step *s, int64_t from, struct slice in)
{
    struct slice token;
    uint64_t v = 0;
    size_t n = 0;
    int64_t group = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_bytes(&in, &token));
    if (v != 1 || n != 2 || token.n != 16) {
        return ERR_INPUT;
    }
    enum err e = store_sql_get_int(
        s->store, &group,
        "SELECT l.chat FROM link l JOIN chat c ON c.id=l.chat WHERE l.token=? AND l.kind=2 AND "
        "l.gone=0 AND c.state=0 AND c.role=1 AND NOT EXISTS (SELECT 1 FROM member m WHERE "
        "m.chat=c.id AND m.person=? AND m.gone=0)",
        "bi", token, from);
    if (e != OK || from == STORE_PERSON_ME) {
        return e == ERR_GONE ? OK : e; /* turned off, or in it already */
    }
    TRY(own_wish(o, s, group, OWN_WISH_ADD_PERSON, slice_make(&from, sizeof from)));
    own_due_chat(o, group);
    return OK;
}

enum err own_add(struct own *o, struct step *s, struct slice link, int64_t *chat)
{
    struct own_link_parts p;
    struct store_person who;
    struct store_chat c;
    uint8_t guess[32];
    int64_t person = 0;
    TRY(own_link_parse(s->arena, link, &p));
    if (p.what > 1) {
        return ERR_INPUT;
    }
    if (!slice_equal(p.gateway, slice_of_string(o->gateway))) {
        return ERR_INPUT_VERSION; /* another gateway: links between gateways come later */
    }
    TRY(known_person(s, &p, &person));
    if (person == STORE_PERSON_ME) {
        return ERR_STATE_OWN;
    }
    if (person == 0) {
        own_account_guess(guess, p.fingerprint);
        TRY(store_person_ensure(s->store, guess, &person));
    }
    TRY(store_person_get(s->store, s->arena, person, &who));
    if (p.what != 1 || !who.has_token) { /* the link of a group may be turned off */
        TRY(store_person_set_door(s->store, person, p.inbox, SLICE_ARRAY(p.token)));
    }
    TRY(store_person_set(s->store, person, "UPDATE person SET contact=? WHERE id=?", 1));
    TRY(store_person_set(s->store, person, "UPDATE person SET blocked=? WHERE id=?", 0));
    effects_person(s->out, person);
    s->durable = true;
    if (who.chat != 0 && store_chat_get(s->store, s->arena, who.chat, &c) == OK &&
        c.state != STORE_CHAT_LEFT) {
        *chat = who.chat;
        effects_chat(s->out, who.chat);
        if (p.what == 1) { /* who made the group knows us: asked in our chat */
            TRY(ask_in(o, s, who.chat, p.token));
        }
        return store_chat_set(s->store, "UPDATE chat SET hidden=? WHERE id=?", 0, who.chat);
    }
    TRY(own_request_wanted(o, s, person, chat));
    if (*chat != 0) { /* they asked first */
        TRY(store_chat_get(s->store, s->arena, *chat, &c));
        return own_sync_request(o, s, SLICE_ARRAY(c.room), 1);
    }
    TRY(own_chat_make(o, s, STORE_CHAT_PAIR, SLICE_EMPTY, person, NULL, &c));
    TRY(store_person_set(s->store, person, "UPDATE person SET chat=? WHERE id=?", c.id));
    TRY(own_wish(o, s, c.id, OWN_WISH_ADD_PERSON, slice_make(&person, sizeof person)));
    *chat = c.id;
    return own_content_profile(o, s, c.id);
}

/* The account behind a fingerprint became known. If that person has a row already (from a group),
 * everything moves there. *person: the row to go on with. */
enum err own_account_known(struct own *o, struct step *s, int64_t *person,
                           const uint8_t account[32])
{
    struct store_person who, same;
    uint8_t guess[32], fp[20];
    (void)o;
    TRY(store_person_get(s->store, s->arena, *person, &who));
    if (slice_equal(SLICE_ARRAY(who.account), slice_make(account, 32))) {
        return OK;
    }
    own_fingerprint(fp, account);
    own_account_guess(guess, fp);
    if (!slice_equal(SLICE_ARRAY(who.account), SLICE_ARRAY(guess))) {
        return ERR_AUTH;
    }
    enum err e = store_person_find(s->store, s->arena, account, &same);
    if (e == ERR_GONE) {
        return store_sql_run(s->store, "UPDATE person SET account=? WHERE id=?", "bi",
                             slice_make(account, 32), *person);
    }
    TRY(e);
    TRY(store_person_set_door(s->store, same.id, who.inbox, SLICE_ARRAY(who.token)));
    TRY(store_sql_run(s->store, "UPDATE person SET contact=1,chat=? WHERE id=?", "ii", who.chat,
                      same.id));
    TRY(store_sql_run(s->store, "UPDATE chat SET person=? WHERE person=?", "ii", same.id, who.id));
    TRY(store_sql_run(s->store, "UPDATE OR IGNORE link SET person=? WHERE person=?", "ii", same.id,
                      who.id));
    TRY(store_sql_run(s->store, "UPDATE wish SET data=? WHERE kind=? AND data=?", "bib",
                      slice_make(&same.id, 8), (int64_t)OWN_WISH_ADD_PERSON,
                      slice_make(&who.id, 8)));
    TRY(store_sql_run(s->store, "DELETE FROM person WHERE id=?", "i", who.id));
    effects_person(s->out, same.id);
    *person = same.id;
    return OK;
}

/* ---- rooms ---------------------------------------------------------------------------------- */

/* What the room will be once all wishes are granted. */
static enum err future_room(struct own *o, struct step *s, int64_t chat, struct own_room *room)
{
    struct store_wish *wishes = NULL;
    struct mls_group *g = NULL;
    size_t n = 0;
    TRY(own_group(o, s, chat, &g));
    TRY(own_room_of(s->arena, g, room));
    TRY(store_wish_list(s->store, s->arena, chat, &wishes, &n));
    for (size_t i = 0; i < n; i++) {
        if (wishes[i].kind == OWN_WISH_ROOM) {
            TRY(own_room_decode(s->arena, wishes[i].data, room));
        }
    }
    return OK;
}

static enum err wish_room(struct own *o, struct step *s, int64_t chat, const struct own_room *room)
{
    struct slice data;
    TRY(own_room_encode(s->arena, room, &data));
    TRY(own_wish(o, s, chat, OWN_WISH_ROOM, data));
    own_due_chat(o, chat);
    return OK;
}

static enum err may_change(struct step *s, int64_t chat)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    return c.type == STORE_CHAT_GROUP && c.role < 1 ? ERR_AUTH_POLICY : OK;
}

enum err own_room_change(struct own *o, struct step *s, int64_t chat, const struct slice *name,
                         uint64_t timer_s)
{
    struct own_room room;
    TRY(may_change(s, chat));
    TRY(future_room(o, s, chat, &room));
    if (name != NULL) {
        room.name = *name;
    }
    if (timer_s != UINT64_MAX) {
        if (timer_s > 365ull * 86400) {
            return ERR_INPUT;
        }
        room.timer_s = timer_s;
    }
    return wish_room(o, s, chat, &room);
}

enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person, bool admin)
{
    struct own_room room;
    struct store_person who;
    size_t n = 0;
    TRY(may_change(s, chat));
    TRY(future_room(o, s, chat, &room));
    TRY(store_person_get(s->store, s->arena, person, &who));
    uint8_t(*admins)[32] = arena_array(s->arena, room.admin_n + 1, 32);
    if (admins == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < room.admin_n; i++) {
        if (!slice_equal(slice_make(room.admins[i], 32), SLICE_ARRAY(who.account))) {
            memcpy(admins[n++], room.admins[i], 32);
        }
    }
    if (admin) {
        if (n >= OWN_ADMINS_MAX) {
            return ERR_LIMIT;
        }
        memcpy(admins[n++], who.account, 32);
    }
    if (n == 0) {
        return ERR_STATE; /* a group keeps at least one admin */
    }
    room.admins = (const uint8_t(*)[32])admins;
    room.admin_n = n;
    return wish_room(o, s, chat, &room);
}

enum err own_group_link(struct own *o, struct step *s, int64_t chat, bool on, struct slice *out)
{
    struct store_chat c;
    struct slice token;
    int64_t id = 0;
    void *outs[] = {&token};
    *out = SLICE_LITERAL("");
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.type != STORE_CHAT_GROUP || c.state != STORE_CHAT_OPEN) {
        return ERR_STATE;
    }
    if (c.role < 1) {
        return ERR_AUTH_POLICY;
    }
    if (!on) {
        TRY(store_sql_run(s->store, "UPDATE link SET gone=1,synced=0 WHERE kind=2 AND chat=?", "i",
                          chat));
        s->durable = true;
        return own_account_sync_links(o, s);
    }
    enum err e = store_sql_get(s->store, s->arena,
                               "SELECT token FROM link WHERE kind=2 AND chat=? AND gone=0 LIMIT 1",
                               "b", outs, "i", chat);
    if (e == ERR_GONE) {
        TRY(own_link_make(o, s, c.title, 0, 0, 0, &id));
        TRY(store_sql_run(s->store, "UPDATE link SET kind=2,chat=? WHERE id=?", "ii", chat, id));
        e = store_sql_get(s->store, s->arena, "SELECT token FROM link WHERE id=?", "b", outs, "i",
                          id);
    }
    TRY(e);
    return token.n == 16 ? own_link_text(o, s, token.p, 1, out) : ERR_STORE_CORRUPT;
}

/* ---- devices -------------------------------------------------------------------------------- */

/* Every chat takes my other devices in. */
enum err own_devices_everywhere(struct own *o, struct step *s)
{
    int64_t *ids = NULL;
    size_t n = 0;
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(own_wish(o, s, ids[i], OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    }
    own_due_all(o);
    return OK;
}

enum err own_device_revoke(struct own *o, struct step *s, struct slice device)
{
    struct chain_entry head;
    uint8_t left[CHAIN_DEVICES_MAX][32];
    int64_t *ids = NULL;
    size_t n = 0, k = 0;
    if (device.n != 32 || slice_equal(device, SLICE_ARRAY(o->device))) {
        return ERR_INPUT;
    }
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    for (size_t i = 0; i < head.device_n; i++) {
        if (!slice_equal(SLICE_ARRAY(head.devices[i]), device)) {
            memcpy(left[k++], head.devices[i], 32);
        }
    }
    if (k == head.device_n) {
        return ERR_GONE;
    }
    TRY(own_chain_extend(o, s, (const uint8_t(*)[32])left, k, false));
    TRY(store_sql_run(s->store, "UPDATE device SET gone=1 WHERE id=?", "b", device));
    TRY(own_chain_publish(o, s));
    TRY(store_chat_ids(s->store, s->arena, true, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(own_wish(o, s, ids[i], OWN_WISH_REMOVE_DEVICE, device));
    }
    s->out->devices = true;
    s->durable = true;
    own_recover_touch(s);
    own_due_all(o);
    return OK;
}

/* ---- chains of others ----------------------------------------------------------------------- */

#define CHAINS_A_STEP 4

static enum err ask_chain(struct own *o, struct step *s, int64_t person)
{
    struct store_person who;
    struct chain_entry head;
    struct wire_chain_get w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 32);
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = store_chain_head(s->store, person, &head);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    w.inbox = SLICE_ARRAY(who.inbox);
    w.from = e == OK ? head.version + 1 : 0;
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_CHAIN_GET, person, OWN_ASK_CHAIN);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_CHAIN_GET, ask->request, body);
}

enum err own_chains_work(struct own *o, struct step *s)
{
    struct store_rows r;
    int64_t ids[CHAINS_A_STEP];
    size_t n = 0;
    bool has = false;
    if (!own_ready(o, OWN_CONN_ANON) || !o->loaded) {
        return OK;
    }
    /* not of somebody of whom only the fingerprint of a link is known */
    TRY(store_rows_open(s->store, &r,
                        "SELECT id FROM person WHERE chain_due=1 AND id<>1 AND inbox IS NOT NULL "
                        "AND substr(account,21)<>zeroblob(12) ORDER BY id LIMIT 4",
                        ""));
    enum err e = OK;
    while (n < CHAINS_A_STEP && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        if (!own_asked(o, FRAME_CHAIN_GET, ids[i])) {
            e = ask_chain(o, s, ids[i]);
        }
    }
    return e;
}

enum err own_chains_answer(struct own *o, struct step *s, int64_t person, struct slice body,
                           uint64_t failure)
{
    struct store_person who;
    struct wire_chain w;
    bool changed = false;
    if (failure == FRAME_CODE_RATE || failure == FRAME_CODE_BUSY) {
        return OK; /* asked again with the next alarm */
    }
    enum err e = store_person_get(s->store, s->arena, person, &who);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_person_set(s->store, person, "UPDATE person SET chain_due=? WHERE id=?", 0));
    if (failure != 0) {
        return OK;
    }
    TRY(wire_chain_decode(s->arena, body, &w));
    e = slice_equal(w.account, SLICE_ARRAY(who.account))
            ? own_chain_take(o, s, person, w.entries, w.entries_n, &changed)
            : ERR_AUTH;
    if (e == ERR_AUTH || e == ERR_INPUT) { /* another chain than the one we pinned */
        TRY(store_person_set(s->store, person, "UPDATE person SET verified=2 WHERE id=?", 0));
        e = OK;
    }
    effects_person(s->out, person);
    own_due_rest(o);
    return e;
}
