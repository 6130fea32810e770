/* Adding people by link, comparing, group links, revoking devices. */
#include "engine/own/people.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/chain.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/identity.h"
#include "engine/own/join.h"
#include "engine/own/make.h"
#include "engine/own/request.h"
#include "engine/own/room.h"
#include "engine/own/sync.h"
#include "engine/own/token.h"
#include "engine/own/wish.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "engine/verify.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/own_chat.h"
#include "store/own_person.h"
#include "store/own_token.h"
#include "store/people.h"

/* [2, token of a group's link, proof that we hold it]: let me in. */
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
    enum err e = store_own_token_lets_in(s->store, token, from, &group);
    if (e != OK || from == STORE_PERSON_ME) {
        return e == ERR_GONE ? OK : e; /* closed, or they are in already */
    }
    TRY(own_wish(o, s, group, OWN_WISH_ADD_PERSON, slice_make(&from, sizeof from)));
    own_due_chat(o, group);
    return OK;
}

enum err own_add(struct own *o, struct step *s, struct slice link, int64_t *chat)
{
    struct own_link_parts p;
    struct store_person who;
    struct store_own_person_door door;
    struct store_chat c;
    int64_t person = 0;
    TRY(own_link_parse(s->arena, link, &p));
    if (p.what > ABI_LINK_WHAT_GROUP) {
        return ERR_INPUT;
    }
    if (!slice_equal(p.gateway, slice_of_string(o->gateway))) {
        return ERR_INPUT_VERSION; /* another gateway: links between gateways come later */
    }
    TRY(roster_person(s, p.account, &person));
    if (person == STORE_PERSON_ME) {
        return ERR_STATE_OWN;
    }
    TRY(store_person_get(s->store, s->arena, person, &who));
    TRY(store_own_person_door(s->store, person, &door));
    if (p.what != ABI_LINK_WHAT_GROUP ||
        !door.has_token) { /* the group's link may be turned off some day */
        TRY(store_own_person_set_door(s->store, person, p.inbox, SLICE_ARRAY(p.token)));
    }
    TRY(roster_contact(s, person));
    TRY(roster_block(s, person, false));
    s->durable = true;
    if (who.chat != 0 && store_chat_get(s->store, s->arena, who.chat, &c) == OK &&
        c.state != STORE_CHAT_LEFT) {
        *chat = who.chat;
        if (p.what == ABI_LINK_WHAT_GROUP) { /* its maker knows us: asked in our chat */
            TRY(ask_in(o, s, who.chat, &p));
        }
        return chats_hide(s, who.chat, false);
    }
    TRY(own_request_wanted(o, s, person, chat));
    if (*chat != 0) { /* they asked first */
        TRY(store_chat_get(s->store, s->arena, *chat, &c));
        return own_sync_request(o, s, SLICE_ARRAY(c.room), 1);
    }
    TRY(own_chat_make(o, s, STORE_CHAT_PAIR, SLICE_EMPTY, person, NULL, &c));
    TRY(roster_chat(s, person, c.id));
    TRY(own_wish(o, s, c.id, OWN_WISH_ADD_PERSON, slice_make(&person, sizeof person)));
    if (p.what == ABI_LINK_WHAT_GROUP) {
        TRY(store_own_chat_set_door(s->store, c.id, SLICE_ARRAY(p.token), SLICE_ARRAY(p.secret)));
    }
    *chat = c.id;
    return own_content_profile(o, s, c.id);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* It covers the id and the newest entry and is made by this device: it ends when any of these
 * changes. */
enum err own_person_verify(struct own *o, struct step *s, int64_t person, bool on)
{
    struct chain_entry head;
    s->durable = true;
    if (!on) {
        return verify_undo(s, person);
    }
    TRY(store_chain_head(s->store, person, &head));
    const struct verify_word w = {SLICE_ARRAY(head.hash), SLICE_ARRAY(o->device),
                                  (int64_t)s->now_ms};
    return verify_done(s, person, &w);
}

enum err own_person_keep_ours(struct step *s, int64_t person)
{
    struct store_person who;
    TRY(store_person_get(s->store, s->arena, person, &who));
    s->durable = true;
    return verify_fork(s, person, false);
}

/* ---- links of groups ------------------------------------------------------------------------- */

enum err own_group_link(struct own *o, struct step *s, int64_t chat, bool on, struct slice *out)
{
    struct store_chat c;
    struct slice token, secret;
    uint8_t fresh[OWN_LINK_SECRET_SIZE];
    int64_t id = 0;
    *out = SLICE_LITERAL("");
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (c.type != STORE_CHAT_GROUP || c.state != STORE_CHAT_OPEN) {
        return ERR_STATE;
    }
    if (c.role != ABI_ROLE_ADMIN) {
        return ERR_AUTH_POLICY;
    }
    if (!on) {
        TRY(store_own_token_close_group(s->store, chat));
        s->durable = true;
        return own_token_sync(o, s);
    }
    enum err e = store_own_token_group(s->store, s->arena, chat, &token, &secret);
    if (e == ERR_GONE) {
        TRY(own_token_make(o, s, c.title, 0, 0, 0, &id));
        crypto_rand(fresh, sizeof fresh);
        TRY(store_own_token_set_group(s->store, id, chat, SLICE_ARRAY(fresh)));
        wipe(fresh, sizeof fresh);
        e = store_own_token_get(s->store, s->arena, id, &token, &secret);
    }
    TRY(e);
    return token.n == 16 ? own_link_text(o, s, token.p, secret, out) : ERR_STORE_CORRUPT;
}

/* ---- devices -------------------------------------------------------------------------------- */

/* Makes every chat take in my other devices. */
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
                           const struct recovery_code *fresh, const struct recovery_code *old)
{
    enum own_identity_key stands;
    if (device.n != CHAIN_KEY_SIZE || slice_equal(device, SLICE_ARRAY(o->device))) {
        return ERR_INPUT;
    }
    TRY(own_identity_key(s, o->account, device.p, &stands));
    return stands == OWN_IDENTITY_THEIRS ? own_chain_drop(o, s, device, fresh, old) : ERR_GONE;
}
