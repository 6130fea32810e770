/* Getting back into a group we can no longer follow (PROTOCOL.md 16): by an external commit with
 * the join bundle; if that does not open, others take us in again, or a new room is made. */
#include "engine/own/repair.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/admit.h"
#include "engine/own/ask.h"
#include "engine/own/chains.h"
#include "engine/own/checking.h"
#include "engine/own/commit.h"
#include "engine/own/content.h"
#include "engine/own/content_types.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity.h"
#include "engine/own/join.h"
#include "engine/own/leaf.h"
#include "engine/own/make.h"
#include "engine/own/parcel.h"
#include "engine/own/part.h"
#include "engine/own/record_due.h"
#include "engine/own/room.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "mls/group.h"
#include "schema/frame.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/outbox.h"
#include "store/own_device.h"
#include "store/own_stuck.h"
#include "store/own_succeed.h"
#include "store/own_wish.h"
#include "store/people.h"
#include "store/protocol.h"
#include "engine/own/order.h"
#include "engine/own/room_wish.h"
#include "engine/own/succeed.h"
#include "engine/own/wish.h"

#define TRIES OWN_STUCK_TRIES       /* with the bundle, before others are asked */
#define TRY_AFTER_MS 4000           /* between two tries that count */
#define WAIT_MAX_MS (3600ll * 1000) /* between two tries, after many failures */
#define ASK_EVERY                                                                                  \
    4 /* tries between two questions to others, while they are closer together than WAIT_MAX_MS */
#define ASK_PEOPLE_MAX 3

/* ---- external commits ----------------------------------------------------------------------- */

enum err own_group_rejoin(struct own *o, struct step *s, const struct store_chat *c)
{
    struct wire_info_get w = {SLICE_ARRAY(c->mailbox), SLICE_ARRAY(c->read_tag)};
    struct buf b = buf_arena(s->arena, 64);
    struct slice body;
    wire_info_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_INFO_GET, c->id, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_INFO_GET, ask->request, body);
}

struct bundle {
    struct slice group_info, tree_ref, outer_key, write_seed, branch, chains;
    uint64_t epoch;
};

static enum err open_bundle(struct step *s, const struct store_chat *c, struct slice info,
                            struct bundle *out)
{
    uint8_t key[32];
    struct slice in;
    size_t n = 0;
    crypto_hmac(CRYPTO_SHA256, key, SLICE_ARRAY(c->join_secret), SLICE_LITERAL("sotto bundle"));
    enum err e = own_outer_open(s->arena, key, c->mailbox, 0, 2, NULL, info, &in);
    wipe(key, sizeof key);
    TRY(e);
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_bytes(&in, &out->group_info));
    TRY(cbor_get_bytes(&in, &out->tree_ref));
    TRY(cbor_get_bytes(&in, &out->outer_key));
    TRY(cbor_get_bytes(&in, &out->write_seed));
    TRY(cbor_get_bytes(&in, &out->branch));
    TRY(cbor_get_uint(&in, &out->epoch));
    TRY(cbor_get_bytes(&in, &out->chains));
    return n == 7 && out->outer_key.n == 32 && out->write_seed.n == 32 && out->branch.n == 8
               ? OK
               : ERR_INPUT;
}

/* Brings those of our entries that the room does not know. */
static enum err bring_mine(const struct own *o, struct step *s, const struct own_entries *chains,
                           struct own_entries_group *mine, struct own_entries *out)
{
    const struct own_entries_group *g = own_entries_of(chains, o->account);
    struct own_identity_name head;
    memset(out, 0, sizeof *out);
    memset(mine, 0, sizeof *mine);
    TRY(own_identity_head(s, o->account, &head));
    if (g == NULL || g->n > head.n) {
        return OK; /* all is known, or we have no place here, as the judge will say */
    }
    struct chain_entry last;
    struct own_identity_name name;
    uint64_t from = g->n;
    TRY(chain_read(g->entries[g->n - 1], &last));
    name.n = last.n;
    memcpy(name.hash, last.hash, sizeof name.hash);
    enum err e = own_identity_common(s, o->account, &name, &from);
    TRY(e == ERR_GONE ? OK : e);
    from = e == OK ? from + 1 : g->n;
    size_t cap = (size_t)(head.n + 1 - from);
    memcpy(mine->account, o->account, 32);
    mine->entries = arena_array(s->arena, cap, sizeof *mine->entries);
    if (mine->entries == NULL) {
        return ERR_HOST_MEMORY;
    }
    out->v = mine;
    out->n = 1;
    return own_identity_entries(s, o->account, from, head.n, mine->entries, cap, &mine->n);
}

/* Enters the room by ourselves if the gate allows it: the tree is judged before anything in it is
 * used, like that of a Welcome. */
static enum err enter(struct own *o, struct step *s, const struct store_chat *c,
                      const struct bundle *b, struct mls_external_params *p,
                      const struct own_entries *chains, struct own_admit_tree *missing)
{
    struct mls_group *g = NULL;
    struct slice commit;
    struct own_admit admit;
    struct own_admit_tree t;
    struct own_entries_group mine;
    uint32_t signer = 0;
    bool yes = false;
    memset(&admit, 0, sizeof admit);
    for (size_t i = 0; i < chains->n; i++) {
        struct own_entries_line line = {false, {0, {0}}};
        TRY(own_entries_extend(s, chains->v[i].account, &line, chains->v[i].entries,
                               chains->v[i].n));
    }
    TRY(bring_mine(o, s, chains, &mine, &admit.brought));
    p->group_info = b->group_info;
    p->resync_key = true;
    TRY(own_leaf_identity(o, s, &p->identity));
    p->policy = own_admit_policy(s, &admit);
    p->encrypt_handshake = true;
    p->padding_block = 1;
    TRY(own_order_commit(o, s, c->id, &p->authenticated_data));
    struct own_rows rows = {s->store, OWN_GROUP_NO_CHAT};
    struct mls_storage storage;
    own_group_storage(&storage, &rows);
    TRY(store_protocol_drop(s->store, OWN_GROUP_NO_CHAT));
    struct mls_external_params how = *p;
    how.signer = &signer;
    TRY(mls_group_join_external(&g, &storage, &how, s->arena, &commit));
    enum err e = own_admit_enter(s, g, signer, o->account, chains, &t);
    e = e != OK      ? e
        : t.complete ? own_join_continues(o, s, c, g, mls_group_epoch(g) + 1, &t, &yes)
                     : ERR_STATE_FUTURE;
    e = e == OK && (!yes || mls_group_epoch(g) != b->epoch) ? ERR_AUTH_POLICY : e;
    mls_group_destroy(g);
    missing->missing_n = e == ERR_STATE_FUTURE ? t.missing_n : 0;
    memcpy(missing->missing, t.missing, sizeof t.missing);
    TRY(e);
    own_group_close(o, c->id);
    TRY(store_protocol_drop(s->store, c->id));
    TRY(store_protocol_move(s->store, OWN_GROUP_NO_CHAT, c->id));
    TRY(own_group(o, s, c->id, &g));
    s->durable = true;
    int64_t signer_is = 0;
    TRY(roster_person(s, t.signer, &signer_is));
    TRY(store_own_stuck_brought_by(s->store, c->id, signer_is));
    return own_group_external_frame(o, s, c, g, commit, b->epoch, b->outer_key.p, b->write_seed.p,
                                    b->branch, &admit.brought);
}

enum err own_group_rejoin_info(struct own *o, struct step *s, int64_t chat, struct slice info)
{
    struct store_chat c;
    struct bundle b;
    struct mls_external_params p;
    struct own_entries chains;
    struct slice both;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (!store_chat_reenters(&c)) {
        return OK;
    }
    if (open_bundle(s, &c, info, &b) != OK) {
        return own_repair_failed(o, s, chat); /* forged, or sealed for the members */
    }
    memset(&p, 0, sizeof p);
    memset(&chains, 0, sizeof chains);
    if (b.tree_ref.n == 0 && own_entries_read(s->arena, b.chains, &chains) != OK) {
        return own_repair_failed(o, s, chat);
    }
    if (b.tree_ref.n > 0) {
        bool here = false;
        enum err e = own_parcel_get(o, s, chat, OWN_PARCEL_BUNDLE, b.tree_ref, &here, &both);
        if (e != OK) { /* gone: the next commit may bring another bundle */
            return own_grave(e) ? e : own_repair_failed(o, s, chat);
        }
        if (!here) {
            return OK;
        }
        TRY(own_parcel_done(s, b.tree_ref));
        if (own_join_parcel(s->arena, both, &p.ratchet_tree, &chains) != OK) {
            return own_repair_failed(o, s, chat);
        }
    }
    TRY(own_chains_heard(o, s, &chains)); /* even when the bundle leads nowhere */
    struct own_part part;
    TRY(own_part_begin(o, s, &part));
    struct own_admit_tree missing;
    memset(&missing, 0, sizeof missing);
    enum err e = enter(o, s, &c, &b, &p, &chains, &missing);
    e = own_part_end(o, s, &part, e);
    if (own_grave(e)) {
        return e;
    }
    if (missing.missing_n > 0) { /* chains that should have come along did not: ask by id */
        int64_t awaited[OWN_ADMIT_MISSING];
        size_t n = 0;
        TRY(own_checking_ask(o, s, &missing, awaited, &n));
    }
    if (e == OK) {
        own_due_chat(o, chat);
        return OK;
    }
    return own_repair_failed(o, s, chat);
}

/* ---- when the bundle does not open ---------------------------------------------------------- */

/* [1, room, device]: take this device of mine in again. */
static enum err ask_in(struct own *o, struct step *s, const struct store_chat *c, int64_t through)
{
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, SLICE_ARRAY(c->room));
    cbor_put_bytes(&b, SLICE_ARRAY(o->device));
    TRY(buf_finish(&b, &body));
    return own_send_private(o, s, through, OWN_TYPE_READD, body);
}

/* Asks my other devices, and in a group the admins who know me. In a chat of two the other side
 * could add devices of mine too, but is not asked: only my own account may remove one of them. */
static enum err ask_others(struct own *o, struct step *s, const struct store_chat *c)
{
    int64_t chats[ASK_PEOPLE_MAX + 1], devices = 0;
    size_t n = 0;
    TRY(store_own_device_count(s->store, &devices));
    enum err e =
        store_own_stuck_ask(s->store, c->id, devices, chats, sizeof chats / sizeof chats[0], &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = ask_in(o, s, c, chats[i]);
    }
    return e;
}

/* A chat of two, or with myself: a new room replaces this one. */
static enum err new_room(struct own *o, struct step *s, const struct store_chat *old, int64_t *made)
{
    struct store_chat c;
    TRY(own_chat_make(o, s, old->type, SLICE_EMPTY, old->person, old->room, &c));
    TRY(chats_state(s, c.id, STORE_CHAT_OPEN));
    *made = c.id;
    TRY(store_own_succeed_set(s->store, c.id, old->id));
    TRY(own_chat_succeed(o, s, old, &c));
    TRY(store_own_wish_clear(s->store, old->id));
    TRY(store_pending_drop(s->store, old->id));
    TRY(store_own_stuck_left(s->store, old->id));
    own_record_due(s);
    TRY(own_notice(s, c.id, ABI_NOTICE_MISSED, 0, SLICE_EMPTY, 0));
    if (old->type == STORE_CHAT_PAIR) {
        TRY(own_wish(o, s, c.id, OWN_WISH_ADD_PERSON,
                     slice_make(&old->person, sizeof old->person)));
        TRY(own_content_profile(o, s, c.id));
    }
    own_due_chat(o, c.id);
    return old->timer_s > 0 ? own_room_change(o, s, c.id, NULL, (uint64_t)old->timer_s) : OK;
}

/* Adds those who were in a group, except the one whose commit stopped it. */
static enum err ask_all(struct own *o, struct step *s, const struct store_chat *old, int64_t to)
{
    struct store_member *list = NULL;
    int64_t by = 0;
    size_t n = 0;
    TRY(store_own_stuck_stopped_by(s->store, old->id, &by));
    TRY(store_member_list(s->store, s->arena, old->id, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].person != STORE_PERSON_ME && list[i].person != by) {
            TRY(own_wish(o, s, to, OWN_WISH_ADD_PERSON,
                         slice_make(&list[i].person, sizeof list[i].person)));
        }
    }
    own_due_chat(o, to);
    return OK;
}

enum err own_repair_room(struct own *o, struct step *s, int64_t chat, int64_t *made)
{
    struct store_chat c, fresh;
    enum store_hold hold = STORE_HOLD_NOT;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_hold_get(s->store, chat, &hold));
    bool lost = store_chat_reenters(&c) && c.stuck >= OWN_STUCK_TRIES;
    bool dead = store_hold_is_over(hold) || lost;
    if (!dead || c.alias_of != 0) {
        return ERR_STATE;
    }
    if (c.type != STORE_CHAT_GROUP) {
        TRY(new_room(o, s, &c, made));
        return OK;
    }
    if (c.role != ABI_ROLE_ADMIN) {
        return ERR_AUTH_POLICY;
    }
    TRY(own_chat_make(o, s, STORE_CHAT_GROUP, c.title, 0, c.room, &fresh));
    TRY(store_own_succeed_set(s->store, fresh.id, c.id));
    TRY(own_chat_succeed(o, s, &c, &fresh));
    TRY(store_own_wish_clear(s->store, c.id));
    TRY(store_pending_drop(s->store, c.id));
    TRY(chats_state(s, c.id, STORE_CHAT_LEFT));
    own_record_due(s);
    *made = fresh.id;
    return ask_all(o, s, &c, fresh.id);
}

int64_t own_repair_wait(const struct store_chat *c)
{
    enum { DOUBLED_MAX = 20 };
    int64_t doubled = c->stuck - 1 < DOUBLED_MAX ? c->stuck - 1 : DOUBLED_MAX;
    int64_t wait = c->stuck <= 0 ? 0 : (int64_t)OWN_STUCK_WAIT_MS << doubled;
    return wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS;
}

/* What we could not follow was a commit that nobody can read. Its author cannot be identified: all
 * members have the key, and whoever carries the log may have changed it. */
static enum err tell_unread(struct step *s, const struct store_chat *c)
{
    bool unread = false;
    TRY(store_own_stuck_unread(s->store, c->id, &unread));
    return unread ? own_notice(s, c->id, ABI_NOTICE_UNREAD_COMMIT, 0, SLICE_EMPTY, 0) : OK;
}

enum err own_repair_failed(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    int64_t since = (int64_t)s->now_ms - c.stuck_ms;
    if (!store_chat_reenters(&c) || (since >= 0 && since < TRY_AFTER_MS)) {
        return OK;
    }
    s->durable = true;
    TRY(store_own_stuck_again(s->store, chat, (int64_t)s->now_ms));
    if (c.stuck + 1 < TRIES) {
        return OK;
    }
    if (c.stuck + 1 == TRIES) {
        TRY(tell_unread(s, &c));
    }
    if (c.alias_of != 0) { /* another room succeeded it: nothing is lost here */
        return store_own_stuck_left(s->store, chat);
    }
    effects_chat(s->out, chat);
    /* others may take us into a group again; a new room is made only if the person asks for it */
    bool ask = (c.stuck + 1 - TRIES) % ASK_EVERY == 0 || own_repair_wait(&c) == WAIT_MAX_MS;
    return c.type != STORE_CHAT_SELF && ask ? ask_others(o, s, &c) : OK;
}

enum err own_repair_lost(struct own *o, struct step *s, int64_t chat, uint64_t epoch)
{
    int64_t last = -1;
    TRY(store_own_stuck_epoch(s->store, chat, (int64_t)epoch, &last));
    return last == (int64_t)epoch ? own_repair_failed(o, s, chat) : OK;
}

/* ---- being asked ---------------------------------------------------------------------------- */

enum err own_readd_take(struct own *o, struct step *s, int64_t from, struct slice in)
{
    struct slice room, device;
    struct store_chat c;
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    uint64_t v = 0;
    uint32_t next = 0;
    size_t n = 0;
    uint8_t data[8 + 32];
    bool wished = false;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &v));
    TRY(cbor_get_bytes(&in, &room));
    TRY(cbor_get_bytes(&in, &device));
    if (v != 1 || n != 3 || room.n != 16 || device.n != 32) {
        return ERR_INPUT;
    }
    if (store_chat_find(s->store, s->arena, room.p, &c) != OK || c.type == STORE_CHAT_SELF ||
        c.state != STORE_CHAT_OPEN || c.note != ABI_CHAT_NOTE_NONE ||
        ((from != STORE_PERSON_ME || !RULE(READD_OF_MINE)) && c.role != ABI_ROLE_ADMIN) ||
        slice_equal(device, SLICE_ARRAY(o->device))) {
        return OK; /* not ours to do */
    }
    TRY(own_group(o, s, c.id, &g));
    while (mls_group_next_member(g, &next, &leaf)) {
        int64_t person = 0;
        TRY(own_identity_person(s, &leaf, &person));
        if (person != from) {
            continue;
        }
        memcpy(data, &from, 8);
        memcpy(data + 8, device.p, 32);
        TRY(store_own_wish_has_data(s->store, c.id, OWN_WISH_READD, SLICE_ARRAY(data), &wished));
        if (wished) {
            return OK;
        }
        TRY(own_wish(o, s, c.id, OWN_WISH_READD, SLICE_ARRAY(data)));
        own_due_chat(o, c.id);
        return OK;
    }
    return OK; /* whoever asks is not a member */
}
