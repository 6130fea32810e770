/* Adding people by link, changing rooms, revoking devices. */
#include "engine/own/people.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/ask.h"
#include "engine/own/chain.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity.h"
#include "engine/own/join.h"
#include "engine/own/make.h"
#include "engine/own/request.h"
#include "engine/own/line.h"
#include "engine/own/room.h"
#include "engine/own/sync.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/checking.h"
#include "store/chat.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/sql.h"

/* [2, token of the link of a group, proof that we hold it]: let me in. */
static enum err ask_in(struct own *o, struct step *s, int64_t chat, const struct own_link_parts *p)
{
    struct store_chat c;
    uint8_t proof[32];
    struct slice body;
    struct buf b = buf_arena(s->arena, 80);
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_link_proof(s->arena, SLICE_ARRAY(p->secret), SLICE_ARRAY(c.room), o->account, proof));
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 2);
    cbor_put_bytes(&b, SLICE_ARRAY(p->token));
    cbor_put_bytes(&b, SLICE_ARRAY(proof));
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, chat, OWN_TYPE_JOIN, body);
}

enum err own_join_take(struct own *o, struct step *s, const struct store_chat *c, int64_t from,
                       struct slice in)
{
    struct store_person who;
    bool proven = false;
    struct slice token, proof;
    uint64_t v = 0;
    size_t n = 0;
    int64_t group = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_bytes(&in, &token));
    TRY(cbor_get_bytes(&in, &proof));
    if (v != 2 || n != 3 || token.n != 16) {
        return ERR_INPUT;
    }
    TRY(store_person_get(s->store, s->arena, from, &who));
    TRY(own_join_proven(s, token, proof, SLICE_ARRAY(c->room), who.account, &proven));
    if (!proven) {
        return OK;
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
    int64_t person = 0;
    TRY(own_link_parse(s->arena, link, &p));
    if (p.what > 1) {
        return ERR_INPUT;
    }
    if (!slice_equal(p.gateway, slice_of_string(o->gateway))) {
        return ERR_INPUT_VERSION; /* another gateway: links between gateways come later */
    }
    TRY(store_person_ensure(s->store, p.account, &person));
    if (person == STORE_PERSON_ME) {
        return ERR_STATE_OWN;
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
            TRY(ask_in(o, s, who.chat, &p));
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
    if (p.what == 1) {
        TRY(store_sql_run(s->store, "UPDATE chat SET door_token=?,door_secret=? WHERE id=?", "bbi",
                          SLICE_ARRAY(p.token), SLICE_ARRAY(p.secret), c.id));
    }
    *chat = c.id;
    return own_content_profile(o, s, c.id);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Said of the id, of the newest entry, and by this device: it ends with any of them. */
enum err own_person_verify(struct own *o, struct step *s, int64_t person, bool on)
{
    struct chain_entry head;
    if (!on) {
        TRY(store_person_set(s->store, person, "UPDATE person SET verified=? WHERE id=?", 0));
    } else {
        TRY(store_chain_head(s->store, person, &head));
        TRY(store_sql_run(s->store,
                          "UPDATE person SET verified=1,verified_head=?,verified_by=?,"
                          "verified_ms=?,fork=0 WHERE id=?",
                          "bbii", SLICE_ARRAY(head.hash), SLICE_ARRAY(o->device),
                          (int64_t)s->now_ms, person));
    }
    effects_person(s->out, person);
    s->durable = true;
    return OK;
}

enum err own_person_keep_ours(struct step *s, int64_t person)
{
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(store_person_set(s->store, person, "UPDATE person SET fork=? WHERE id=?", 0));
    effects_person(s->out, person);
    if (who.chat != 0) {
        effects_chat(s->out, who.chat);
    }
    s->durable = true;
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
    struct slice token, secret;
    uint8_t fresh[OWN_LINK_SECRET_SIZE];
    int64_t id = 0;
    void *outs[] = {&token, &secret};
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
        return own_token_sync(o, s);
    }
    enum err e = store_sql_get(s->store, s->arena,
                               "SELECT token,secret FROM link WHERE kind=2 AND chat=? AND gone=0 "
                               "LIMIT 1",
                               "bb", outs, "i", chat);
    if (e == ERR_GONE) {
        TRY(own_token_make(o, s, c.title, 0, 0, 0, &id));
        crypto_rand(fresh, sizeof fresh);
        TRY(store_sql_run(s->store, "UPDATE link SET kind=2,chat=?,secret=? WHERE id=?", "ibi",
                          chat, SLICE_ARRAY(fresh), id));
        wipe(fresh, sizeof fresh);
        e = store_sql_get(s->store, s->arena, "SELECT token,secret FROM link WHERE id=?", "bb",
                          outs, "i", id);
    }
    TRY(e);
    return token.n == 16 ? own_link_text(o, s, token.p, secret, out) : ERR_STORE_CORRUPT;
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

enum err own_device_revoke(struct own *o, struct step *s, struct slice device,
                           const struct own_code *fresh, const struct own_code *old)
{
    enum own_identity_key stands;
    if (device.n != CHAIN_KEY_SIZE || slice_equal(device, SLICE_ARRAY(o->device))) {
        return ERR_INPUT;
    }
    TRY(own_identity_key(s, o->account, device.p, &stands));
    return stands == OWN_IDENTITY_THEIRS ? own_chain_drop(o, s, device, fresh, old) : ERR_GONE;
}

/* ---- chains of others ----------------------------------------------------------------------- */

#define CHAINS_A_STEP 4
#define CHAIN_PAGE_BYTES (24u << 10)
#define CHAIN_BRANCH 16ull /* a branch that can be followed began so far below at most        */
#define CHAINS_DAY_MS (24 * 3600ll * 1000) /* between two questions for one chain */
#define CHAINS_AWAITED_MS (3600 * 1000)    /* for one that a room waits for                      */
#define CHAINS_LATER_MS (60 * 1000)        /* after the gateway said "later"                     */
#define CHAINS_SPREAD_MS (2 * 3600 * 1000) /* members of a group are not asked for all at once */

/* From the newest entry that is here: when nothing comes, the gateway has lost it. low: from far
 * below, where another branch may have begun. */
static enum err ask_chain(struct own *o, struct step *s, int64_t person, bool low)
{
    struct store_person who;
    struct chain_entry head;
    struct wire_chain_get w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    TRY(store_person_get(s->store, s->arena, person, &who));
    enum err e = store_chain_head(s->store, person, &head);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    w.account = SLICE_ARRAY(who.account);
    w.from = e == OK ? head.n : 0;
    w.from = low ? (w.from > CHAIN_BRANCH ? w.from - CHAIN_BRANCH : 0) : w.from;
    uint64_t unfilled = 0;
    e = store_chain_unfilled(s->store, person, &unfilled);
    if (e == OK) {
        w.from = unfilled < w.from ? unfilled : w.from;
    } else if (e != ERR_GONE) {
        return e;
    }
    w.key = false;
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_CHAINS, FRAME_CHAIN_GET, person,
                                  low ? OWN_ASK_CHAIN_LOW : OWN_ASK_CHAIN);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_CHAIN_GET, ask->request, body);
}

/* Whose chains are to be asked for now, those that wait longest first: their ids would say who
 * knows whom. */
static enum err chains_due(struct step *s, int64_t ids[CHAINS_A_STEP], size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t any = 0;
    *n = 0;
    /* As a rule nobody: then nothing needs to be sorted. */
    enum err e = store_sql_get_int(s->store, &any,
                                   "SELECT 1 FROM person WHERE chain_due=1 AND id<>1 AND "
                                   "chain_ask_ms<=? LIMIT 1",
                                   "i", (int64_t)s->now_ms);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_rows_open(s->store, &r,
                        "SELECT id FROM person WHERE chain_due=1 AND id<>1 AND chain_ask_ms<=? "
                        "ORDER BY chain_ask_ms,id LIMIT 4",
                        "i", (int64_t)s->now_ms));
    while (*n < CHAINS_A_STEP && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

static bool chains_asked(const struct own *o)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].conn == OWN_CONN_CHAINS) {
            return true;
        }
    }
    return false;
}

/* Nothing is left to ask: the next questions go another way, and say nothing of these. */
static void chains_over(struct own *o, struct step *s)
{
    o->chains_wanted = false;
    if (o->conn[OWN_CONN_CHAINS].line != OWN_CLOSED) {
        own_line_hang_up(s, OWN_CONN_CHAINS);
        own_line_lost(o, s, OWN_CONN_CHAINS);
        o->conn[OWN_CONN_CHAINS].failures = 0;
    }
}

enum err own_chains_work(struct own *o, struct step *s)
{
    int64_t ids[CHAINS_A_STEP];
    size_t n = 0;
    if (!o->loaded) {
        return OK;
    }
    TRY(chains_due(s, ids, &n));
    if (n == 0 && !o->doubt && !o->packages_wanted && !o->time_wanted && !chains_asked(o)) {
        chains_over(o, s);
        return OK;
    }
    if (!own_ready(o, OWN_CONN_CHAINS)) {
        o->chains_wanted = true;
        s->dirty = true;
        return own_line_dial(o, s);
    }
    for (size_t i = 0; i < n; i++) {
        if (!own_asked(o, FRAME_CHAIN_GET, ids[i])) {
            TRY(ask_chain(o, s, ids[i], false));
        }
    }
    return OK;
}

enum err own_chains_daily(struct own *o, struct step *s, const struct store_chat *c)
{
    int64_t n = 0;
    /* Asked with every word, and true once a day: an UPDATE that finds nothing costs much more. */
    enum err e = store_sql_get_int(
        s->store, &n,
        "SELECT 1 FROM member m JOIN person p ON p.id=m.person WHERE m.chat=? AND m.gone=0 AND "
        "p.id<>1 AND p.chain_due=0 AND p.chain_ms<=? LIMIT 1",
        "ii", c->id, (int64_t)s->now_ms - CHAINS_DAY_MS);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_sql_run(s->store,
                      "UPDATE person SET chain_due=1,chain_ask_ms=?1+CASE ?2 WHEN 0 THEN 0 ELSE "
                      "(id*?3)%?2 END WHERE id<>1 AND chain_due=0 AND chain_ms<=?1-?4 AND id IN "
                      "(SELECT person FROM member WHERE chat=?5 AND gone=0)",
                      "iiiii", (int64_t)s->now_ms,
                      (int64_t)(c->type == STORE_CHAT_GROUP ? CHAINS_SPREAD_MS : 0),
                      (int64_t)crypto_rand_below(CHAINS_SPREAD_MS), (int64_t)CHAINS_DAY_MS, c->id));
    TRY(store_sql_changes(s->store, &n));
    if (n > 0) {
        own_due_rest(o);
    }
    return OK;
}

/* What is said of it in our chat: whose code or keys are new, and that it must be looked at. */
static enum err tell(struct step *s, const struct store_person *who,
                     const struct own_identity_change *c)
{
    if (who->chat == 0) {
        return OK;
    }
    effects_chat(s->out, who->chat);
    if (c->recovered) {
        TRY(own_notice(s, who->chat, OWN_NOTICE_RECOVERED, who->id, SLICE_EMPTY, 0));
    }
    if (c->news == OWN_IDENTITY_FORK) {
        TRY(own_notice(s, who->chat, OWN_NOTICE_FORK, who->id, SLICE_EMPTY, 0));
    }
    if (c->told) {
        TRY(own_notice(s, who->chat, OWN_NOTICE_FORGED, who->id, SLICE_EMPTY, 0));
    }
    return OK;
}

enum err own_chains_take(struct own *o, struct step *s, const struct store_person *who,
                         const struct slice *entries, size_t n, struct own_identity_change *out)
{
    bool awaited = false;
    if (who->id == STORE_PERSON_ME) {
        return own_chain_take_own(o, s, entries, n, out);
    }
    TRY(own_identity_take(s, who->account, entries, n, out));
    if (out->news == OWN_IDENTITY_GREW || out->news == OWN_IDENTITY_FORK) {
        TRY(own_admit_grown(o, s, who->account));
        TRY(store_checking_awaits(s->store, who->id, &awaited));
        o->checking_due = o->checking_due || awaited;
        own_due_rest(o);
    }
    return tell(s, who, out);
}

/* What a restored gateway has lost of somebody else's chain: it judges each entry as at the first
 * time, and takes back from us what it can follow. */
static enum err give_back(struct own *o, struct step *s, int64_t person, uint64_t n)
{
    struct store_person who;
    struct slice entry, body;
    struct wire_chain_put w;
    struct buf b = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX + 64);
    size_t count = 0;
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(store_chain_entries(s->store, s->arena, person, n, n, &entry, 1, &count));
    if (count == 0) {
        return OK; /* that was all; or only its hash is here */
    }
    memset(&w, 0, sizeof w);
    w.account = SLICE_ARRAY(who.account);
    w.entry = entry;
    wire_chain_put_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_CHAINS, FRAME_CHAIN_PUT, person, (int64_t)n);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_CHAINS, FRAME_CHAIN_PUT, ask->request, body);
}

enum err own_chains_given(struct own *o, struct step *s, const struct own_ask *ask,
                          uint64_t failure)
{
    uint64_t n = (uint64_t)ask->b;
    own_due_rest(o);
    if (failure == 0) {
        return give_back(o, s, ask->a, n + 1);
    }
    return failure == FRAME_CODE_CHAIN && n > 0 ? give_back(o, s, ask->a, n - 1) : OK;
}

enum err own_chains_answer(struct own *o, struct step *s, const struct own_ask *ask,
                           struct slice body, uint64_t failure)
{
    const int64_t person = ask->a;
    struct chain_entry head;
    struct own_identity_change change;
    struct store_person who;
    struct wire_chain w;
    bool awaited = false;
    if (failure == FRAME_CODE_RATE || failure == FRAME_CODE_BUSY) {
        own_due_rest(o);
        return store_person_set(s->store, person, "UPDATE person SET chain_ask_ms=? WHERE id=?",
                                (int64_t)s->now_ms + CHAINS_LATER_MS);
    }
    enum err e = store_person_get(s->store, s->arena, person, &who);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_checking_awaits(s->store, person, &awaited)); /* the gateway may have more later */
    TRY(store_sql_run(
        s->store, "UPDATE person SET chain_due=?,chain_ask_ms=?,chain_ms=? WHERE id=?", "iiii",
        (int64_t)awaited, (int64_t)s->now_ms + CHAINS_AWAITED_MS, (int64_t)s->now_ms, person));
    own_due_rest(o);
    if (failure != 0) {
        return OK;
    }
    TRY(wire_chain_decode(s->arena, body, &w));
    TRY(own_chains_take(o, s, &who, w.entries, w.entries_n, &change));
    if (change.news == OWN_IDENTITY_GREW && body.n > CHAIN_PAGE_BYTES) { /* there is more */
        return store_sql_run(s->store, "UPDATE person SET chain_due=1,chain_ask_ms=0 WHERE id=?",
                             "i", person);
    }
    if (ask->b == OWN_ASK_CHAIN &&
        (change.news == OWN_IDENTITY_GAP || change.news == OWN_IDENTITY_INVALID)) {
        return ask_chain(o, s, person, true);
    }
    e = w.entries_n == 0 ? store_chain_head(s->store, person, &head) : ERR_GONE;
    return e == OK && RULE(ANYBODY_BRINGS_ENTRIES) ? give_back(o, s, person, head.n)
           : e == ERR_GONE                         ? OK
                                                   : e;
}

enum err own_chains_heard(struct own *o, struct step *s, const struct own_entries *brought)
{
    for (size_t i = 0; i < brought->n; i++) {
        const struct own_entries_group *g = &brought->v[i];
        struct own_identity_change change;
        struct store_person who;
        int64_t person = 0;
        TRY(store_person_ensure(s->store, g->account, &person));
        TRY(store_person_get(s->store, s->arena, person, &who));
        TRY(own_chains_take(o, s, &who, g->entries, g->n, &change));
    }
    return OK;
}
