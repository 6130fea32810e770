/* Groups of the own network: making, committing, winning and losing an epoch, members. */

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own.h"

/* ---- open groups ----------------------------------------------------------------------------- */

static enum err row_get(void *user, struct slice key, struct arena *arena, struct slice *value)
{
    struct own_rows *r = user;
    return store_protocol_get(r->store, r->chat, key, arena, value);
}

static enum err row_put(void *user, struct slice key, struct slice value)
{
    struct own_rows *r = user;
    return store_protocol_put(r->store, r->chat, key, value);
}

static enum err row_del(void *user, struct slice key)
{
    struct own_rows *r = user;
    return store_protocol_del(r->store, r->chat, key);
}

static enum err row_del_prefix(void *user, struct slice prefix)
{
    struct own_rows *r = user;
    return store_protocol_del_prefix(r->store, r->chat, prefix);
}

void own_group_storage(struct mls_storage *out, struct own_rows *rows)
{
    *out = (struct mls_storage){rows, row_get, row_put, row_del, row_del_prefix};
}

/* A slot of the cache for this chat, emptied; its rows are bound. */
static size_t take_slot(struct own *o, struct step *s, int64_t chat, struct mls_storage *storage)
{
    size_t best = 0;
    own_group_close(o, chat);
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g == NULL) {
            best = i;
            break;
        }
        if (o->groups[i].used < o->groups[best].used) {
            best = i;
        }
    }
    mls_group_destroy(o->groups[best].g);
    o->groups[best] = (struct own_group_slot){chat, NULL, ++o->clock};
    o->rows[best] = (struct own_rows){s->store, chat};
    own_group_storage(storage, &o->rows[best]);
    s->dirty = true;
    return best;
}

void own_group_close(struct own *o, int64_t chat)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            mls_group_destroy(o->groups[i].g);
            o->groups[i].g = NULL;
        }
    }
}

void own_groups_close(struct own *o)
{
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        mls_group_destroy(o->groups[i].g);
        o->groups[i].g = NULL;
    }
}

enum err own_group(struct own *o, struct step *s, int64_t chat, struct mls_group **out)
{
    struct mls_storage storage;
    for (size_t i = 0; i < OWN_GROUPS_CACHED; i++) {
        if (o->groups[i].g != NULL && o->groups[i].chat == chat) {
            o->groups[i].used = ++o->clock;
            *out = o->groups[i].g;
            s->dirty = true;
            return OK;
        }
    }
    size_t i = take_slot(o, s, chat, &storage);
    TRY(mls_group_load(&o->groups[i].g, &storage));
    *out = o->groups[i].g;
    return OK;
}

/* ---- epochs ------------------------------------------------------------------------------------- */

static void branch_tag(uint8_t out[8], struct slice authenticator)
{
    uint8_t h[32];
    struct slice parts[2] = {SLICE_LITERAL("sotto branch"), authenticator};
    crypto_hash_parts(CRYPTO_SHA256, h, parts, 2);
    memcpy(out, h, 8);
}

static enum err epoch_keys(const struct mls_group *g, const uint8_t mailbox[16], uint64_t now_ms,
                           struct store_epoch *e)
{
    struct slice box = slice_make(mailbox, 16);
    memset(e, 0, sizeof *e);
    e->n = mls_group_epoch(g);
    e->at_ms = (int64_t)now_ms;
    branch_tag(e->branch, mls_group_epoch_authenticator(g));
    TRY(mls_group_export(g, SLICE_LITERAL("sotto outer"), box, e->outer_key, 32));
    TRY(mls_group_export(g, SLICE_LITERAL("sotto mailbox write"), box, e->write_seed, 32));
    return mls_group_export(g, SLICE_LITERAL("sotto typing"), box, e->typing_key, 32);
}

enum err own_leaf_person(struct own *o, struct step *s, const struct mls_leaf_view *leaf,
                         int64_t *person)
{
    (void)o;
    if (leaf->credential.n != 32) {
        return ERR_INPUT;
    }
    return store_person_ensure(s->store, leaf->credential.p, person);
}

/* Member rows as the tree has them. */
static enum err sync_members(struct own *o, struct step *s, int64_t chat, struct mls_group *g,
                             const struct own_room *room)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    TRY(store_sql_run(s->store, "UPDATE member SET gone=2 WHERE chat=? AND gone=0", "i", chat));
    while (mls_group_next_member(g, &next, &leaf)) {
        bool admin = leaf.credential.n == 32 && own_room_is_admin(room, leaf.credential.p);
        TRY(own_leaf_person(o, s, &leaf, &person));
        TRY(store_member_put(s->store, chat, person, admin));
        if (person == STORE_PERSON_ME) {
            TRY(store_chat_set(s->store, "UPDATE chat SET role=? WHERE id=?", admin, chat));
        }
    }
    return store_sql_run(s->store, "UPDATE member SET gone=1 WHERE chat=? AND gone=2", "i", chat);
}

static bool leaf_left(const struct mls_group *g, struct slice account)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.credential, account)) {
            return true;
        }
    }
    return false;
}

/* Was this person in the chat before this commit? (Member rows are of the old epoch still.) */
static enum err was_member(struct step *s, int64_t chat, int64_t person, bool *out)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n,
                      "SELECT count(*) FROM member WHERE chat=? AND person=? AND gone=0", "ii",
                      chat, person));
    *out = n > 0;
    return OK;
}

static enum err tell_add(struct own *o, struct step *s, const struct store_chat *c,
                         const struct mls_leaf_view *leaf, bool *newcomer)
{
    int64_t person = 0;
    bool was = false;
    TRY(own_leaf_person(o, s, leaf, &person));
    TRY(was_member(s, c->id, person, &was));
    if (!was) {
        *newcomer = true;
        return c->type == STORE_CHAT_GROUP ? own_notice(s, c->id, 2, person, SLICE_EMPTY, 0) : OK;
    }
    return c->type == STORE_CHAT_SELF ? OK : own_notice(s, c->id, 8, person, SLICE_EMPTY, 0);
}

static enum err tell_remove(struct own *o, struct step *s, const struct store_chat *c,
                            const struct mls_group *g, const struct mls_proposal_view *p)
{
    int64_t person = 0;
    struct mls_leaf_view by;
    TRY(own_leaf_person(o, s, &p->removed_leaf, &person));
    if (leaf_left(g, p->removed_leaf.credential)) {
        return c->type == STORE_CHAT_SELF ? OK : own_notice(s, c->id, 9, person, SLICE_EMPTY, 0);
    }
    bool self = p->sender_type == MLS_SENDER_MEMBER && mls_group_member(g, p->sender, &by) != OK;
    return own_notice(s, c->id, self ? 3 : 4, person, SLICE_EMPTY, 0);
}

static enum err tell_room(struct step *s, const struct store_chat *c, const struct own_room *room,
                          int64_t by)
{
    if (!slice_equal(c->title, room->name)) {
        TRY(store_sql_run(s->store, "UPDATE chat SET title=? WHERE id=?", "ti", room->name, c->id));
        if (c->type == STORE_CHAT_GROUP && c->title.n > 0) {
            TRY(own_notice(s, c->id, 5, by, room->name, 0));
        }
    }
    if (c->timer_s != (int64_t)room->timer_s) {
        TRY(store_chat_set(s->store, "UPDATE chat SET timer_s=? WHERE id=?",
                           (int64_t)room->timer_s, c->id));
        TRY(own_notice(s, c->id, 14, by, SLICE_EMPTY, 0));
    }
    return OK;
}

static enum err removed_from(struct own *o, struct step *s, int64_t chat)
{
    own_group_close(o, chat);
    TRY(store_sql_run(s->store, "DELETE FROM wish WHERE chat=?", "i", chat));
    TRY(store_sql_run(s->store, "DELETE FROM pending WHERE chat=?", "i", chat));
    TRY(store_sql_run(s->store, "UPDATE message SET state=4,reason=? WHERE id IN (SELECT message "
                                "FROM outbox WHERE chat=?)",
                      "ii", (int64_t)ERR_AUTH_POLICY, chat));
    TRY(store_sql_run(s->store, "DELETE FROM outbox WHERE chat=?", "i", chat));
    TRY(store_chat_set(s->store, "UPDATE chat SET state=? WHERE id=?", STORE_CHAT_LEFT, chat));
    effects_chat(s->out, chat);
    return own_notice(s, chat, 4, STORE_PERSON_ME, SLICE_EMPTY, 0);
}

enum err own_group_entered(struct own *o, struct step *s, int64_t chat,
                           const struct mls_commit_view *view)
{
    struct mls_group *g = NULL;
    struct store_epoch e;
    struct store_chat c;
    struct own_room room;
    bool newcomer = false;
    int64_t by = 0;
    if (view != NULL && view->removes_us) {
        return removed_from(o, s, chat);
    }
    TRY(own_group(o, s, chat, &g));
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_room_of(s->arena, g, &room));
    TRY(epoch_keys(g, room.mailbox, s->now_ms, &e));
    enum err err = store_epoch_put(s->store, chat, &e);
    wipe(&e, sizeof e);
    TRY(err);
    if (view != NULL) {
        TRY(own_leaf_person(o, s, &view->committer_leaf, &by));
        for (size_t i = 0; i < view->proposal_count; i++) {
            const struct mls_proposal_view *p = &view->proposals[i];
            if (p->type == MLS_PROPOSAL_ADD) {
                TRY(tell_add(o, s, &c, &p->leaf, &newcomer));
            } else if (p->type == MLS_PROPOSAL_REMOVE) {
                TRY(tell_remove(o, s, &c, g, p));
            }
        }
        if (view->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
            TRY(tell_add(o, s, &c, &view->committer_leaf, &newcomer));
        }
    }
    TRY(sync_members(o, s, chat, g, &room));
    TRY(tell_room(s, &c, &room, by));
    effects_chat(s->out, chat);
    s->durable = true;
    if (newcomer && c.type == STORE_CHAT_GROUP && c.state == STORE_CHAT_OPEN) {
        TRY(own_content_profile(o, s, chat));
        if (c.picture.n > 0 && c.role == 1 && by == STORE_PERSON_ME) {
            TRY(own_content_picture(o, s, chat));
        }
    }
    return OK;
}

/* ---- making ----------------------------------------------------------------------------------------- */

static enum err suite_of(const struct own *o, const struct crypto_suite **suite)
{
    *suite = crypto_suite_find(o->suite != 0 ? o->suite : CRYPTO_SUITE_DEFAULT);
    return *suite == NULL ? ERR_INPUT_SUITE : OK;
}

enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name, int64_t person,
                       struct store_chat *c)
{
    struct mls_group_params p;
    struct mls_storage storage;
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct own_room room;
    uint8_t gid[16];
    memset(&room, 0, sizeof room);
    memset(&p, 0, sizeof p);
    memset(c, 0, sizeof *c);
    crypto_rand(room.room, 16);
    crypto_rand(room.mailbox, 16);
    crypto_rand(room.read_tag, 32);
    crypto_rand(room.join_secret, 32);
    crypto_rand(gid, 16);
    room.type = type;
    room.name = name;
    room.admins = (const uint8_t(*)[32])o->account;
    room.admin_n = type == STORE_CHAT_GROUP;
    memcpy(c->room, room.room, 16);
    memcpy(c->mailbox, room.mailbox, 16);
    memcpy(c->read_tag, room.read_tag, 32);
    memcpy(c->join_secret, room.join_secret, 32);
    c->has_mailbox = true;
    c->type = type;
    c->state = type == STORE_CHAT_PAIR ? STORE_CHAT_WAITING : STORE_CHAT_OPEN;
    c->title = name;
    c->person = person;
    c->role = type == STORE_CHAT_GROUP;
    c->last_ms = (int64_t)s->now_ms;
    TRY(store_chat_add(s->store, c));
    TRY(own_room_encode(s->arena, &room, &ext.data));
    TRY(suite_of(o, &p.suite));
    p.group_id = SLICE_ARRAY(gid);
    TRY(own_identity(o, s, &p.identity));
    p.extensions.v = &ext;
    p.extensions.n = 1;
    p.encrypt_handshake = true;
    p.padding_block = 1;
    size_t i = take_slot(o, s, c->id, &storage);
    TRY(mls_group_create(&o->groups[i].g, &storage, &p));
    TRY(own_group_entered(o, s, c->id, NULL));
    TRY(own_wish(o, s, c->id, OWN_WISH_ADD_DEVICES, SLICE_EMPTY));
    effects_chat(s->out, c->id);
    return OK;
}

enum err own_wish(struct own *o, struct step *s, int64_t chat, enum own_wish kind,
                  struct slice data)
{
    (void)o;
    s->durable = true;
    return store_wish_add(s->store, chat, (int)kind, data, NULL);
}

/* ---- committing ---------------------------------------------------------------------------------------- */

struct plan {
    struct mls_proposal proposals[OWN_ADDS_PER_COMMIT + LIMIT_MEMBERS];
    size_t n;
    struct slice refs[OWN_ADDS_PER_COMMIT];
    int64_t persons[OWN_ADDS_PER_COMMIT];
    size_t add_n;
    struct mls_extension ext;
    bool path;
    struct buf wishes; /* ids it fulfils */
};

static int64_t wish_number(const struct store_wish *w)
{
    int64_t v = 0;
    if (w->data.n == sizeof v) {
        memcpy(&v, w->data.p, sizeof v);
    }
    return v;
}

static bool has_device(const struct mls_group *g, struct slice key)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        if (slice_equal(leaf.signature_key, key)) {
            return true;
        }
    }
    return false;
}

/* Key packages of a wish, as they were taken: [* bstr]. Bad ones are left out. */
static enum err plan_adds(struct own *o, struct step *s, struct mls_group *g, struct plan *p,
                          const struct store_wish *w, int64_t person, bool *fits)
{
    struct slice in = w->extra, package;
    size_t n = 0;
    *fits = true;
    TRY(cbor_get_array(&in, &n));
    if (p->add_n + n > OWN_ADDS_PER_COMMIT && p->add_n > 0) {
        *fits = false;
        return OK;
    }
    for (size_t i = 0; i < n && p->add_n < OWN_ADDS_PER_COMMIT; i++) {
        struct mls_key_package_view v;
        TRY(cbor_get_bytes(&in, &package));
        if (mls_key_package_read(s->arena, &v, package, own_policy(o, s)) != OK ||
            v.suite != mls_group_suite(g)->code || has_device(g, v.leaf.signature_key)) {
            continue;
        }
        p->refs[p->add_n] = v.ref;
        p->persons[p->add_n++] = person;
        p->proposals[p->n].type = MLS_PROPOSAL_ADD;
        p->proposals[p->n++].key_package = package;
    }
    return OK;
}

static enum err plan_remove(struct own *o, struct step *s, struct mls_group *g, struct plan *p,
                            const struct store_wish *w)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    while (mls_group_next_member(g, &next, &leaf) && p->n < LIMIT_MEMBERS) {
        TRY(own_leaf_person(o, s, &leaf, &person));
        bool hit = w->kind == OWN_WISH_REMOVE_PERSON ? person == wish_number(w)
                                                     : slice_equal(leaf.signature_key, w->data);
        if (hit && leaf.index != mls_group_own_leaf(g)) {
            p->proposals[p->n].type = MLS_PROPOSAL_REMOVE;
            p->proposals[p->n++].removed = leaf.index;
        }
    }
    p->path = true;
    return OK;
}

/* Chooses what the next commit does: the first wish that is ready, and adds behind adds. */
static enum err make_plan(struct own *o, struct step *s, struct mls_group *g, struct plan *p,
                          const struct store_wish *wishes, size_t n)
{
    bool adding = false, fits = true;
    for (size_t i = 0; i < n; i++) {
        const struct store_wish *w = &wishes[i];
        bool add = w->kind == OWN_WISH_ADD_PERSON || w->kind == OWN_WISH_ADD_DEVICES;
        if (w->not_before > (int64_t)s->now_ms || (add && w->stage != 1) || (adding && !add)) {
            continue;
        }
        if (add) {
            int64_t who = w->kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : wish_number(w);
            TRY(plan_adds(o, s, g, p, w, who, &fits));
            if (!fits) {
                break;
            }
            adding = true;
            buf_le64(&p->wishes, (uint64_t)w->id);
            continue;
        }
        buf_le64(&p->wishes, (uint64_t)w->id);
        if (w->kind == OWN_WISH_ROOM) {
            p->ext = (struct mls_extension){OWN_EXT_ROOM, w->data};
            p->proposals[p->n].type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
            p->proposals[p->n].extensions.v = &p->ext;
            p->proposals[p->n++].extensions.n = 1;
        } else if (w->kind == OWN_WISH_HEAL || w->kind == OWN_WISH_CLEANUP) {
            p->path = true;
        } else {
            TRY(plan_remove(o, s, g, p, w));
        }
        break;
    }
    return p->wishes.err;
}

/* Drops the wishes a commit fulfilled (or that had nothing to do). */
static enum err drop_wishes(struct step *s, struct slice ids)
{
    uint64_t id = 0;
    while (ids.n >= 8) {
        TRY(slice_le64(&ids, &id));
        TRY(store_wish_drop(s->store, (int64_t)id));
    }
    return OK;
}

static enum err welcome_body(struct step *s, struct slice welcome, struct slice *out)
{
    struct buf b = buf_arena(s->arena, welcome.n + 16);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 1);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, welcome);
    return buf_finish(&b, out);
}

/* One Welcome a person, with the secrets of their devices only. */
static enum err plan_welcomes(struct own *o, struct step *s, const struct plan *p,
                              struct slice welcome, struct wire_welcome *out, size_t *n)
{
    bool done[OWN_ADDS_PER_COMMIT] = {false};
    *n = 0;
    for (size_t i = 0; i < p->add_n; i++) {
        struct slice refs[OWN_ADDS_PER_COMMIT], one;
        struct store_person who;
        size_t k = 0;
        if (done[i]) {
            continue;
        }
        for (size_t j = i; j < p->add_n; j++) {
            if (p->persons[j] == p->persons[i]) {
                refs[k++] = p->refs[j];
                done[j] = true;
            }
        }
        struct wire_welcome *w = &out[*n];
        uint8_t *token = arena_alloc(s->arena, 32);
        if (token == NULL) {
            return ERR_HOST_MEMORY;
        }
        TRY(store_person_get(s->store, s->arena, p->persons[i], &who));
        if (p->persons[i] == STORE_PERSON_ME) {
            TRY(own_token_for(o, s, STORE_PERSON_ME, token));
        } else {
            memcpy(token, who.token, 16);
        }
        memcpy(token + 16, who.inbox, 16);
        TRY(mls_welcome_split(s->arena, welcome, refs, k, &one));
        TRY(welcome_body(s, one, &w->body));
        w->token = slice_make(token, 16);
        w->inbox = slice_make(token + 16, 16);
        (*n)++;
    }
    return OK;
}

static void bundle_key(uint8_t out[32], const uint8_t join_secret[32])
{
    crypto_hmac(CRYPTO_SHA256, out, slice_make(join_secret, 32), SLICE_LITERAL("sotto bundle"));
}

/* What an external joiner needs, sealed under the join secret: [group_info, tree, outer key,
 * write seed, branch, epoch] of the new epoch. */
static enum err make_info(struct step *s, const struct store_chat *c, struct mls_group *g,
                          const struct mls_commit *m, struct slice *out)
{
    uint8_t key[32], outer[32], seed[32], branch[8];
    struct slice box = SLICE_ARRAY(c->mailbox), plain;
    uint64_t epoch = mls_group_epoch(g) + 1;
    struct buf b = buf_arena(s->arena, m->group_info.n + m->ratchet_tree.n + 256);
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto outer"), box, outer, 32));
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), box, seed, 32));
    branch_tag(branch, m->epoch_authenticator);
    cbor_put_array(&b, 6);
    cbor_put_bytes(&b, m->group_info);
    cbor_put_bytes(&b, m->ratchet_tree);
    cbor_put_bytes(&b, SLICE_ARRAY(outer));
    cbor_put_bytes(&b, SLICE_ARRAY(seed));
    cbor_put_bytes(&b, SLICE_ARRAY(branch));
    cbor_put_uint(&b, epoch);
    TRY(buf_finish(&b, &plain));
    bundle_key(key, c->join_secret);
    enum err e = own_outer_seal(s->arena, key, c->mailbox, 0, 2, plain, out);
    wipe(key, sizeof key);
    wipe(outer, sizeof outer);
    wipe(seed, sizeof seed);
    return e;
}

/* Signs and stores the frame; it is sent from there. */
static enum err store_frame(struct step *s, const struct store_chat *c, struct wire_commit *w,
                            const uint8_t write_seed[32], struct slice wishes)
{
    struct crypto_sign_secret secret;
    struct store_pending p;
    struct slice tbs;
    uint8_t sig[64], mid[8];
    struct buf t = buf_arena(s->arena, 512), f = buf_arena(s->arena, 4096);
    crypto_rand(mid, sizeof mid);
    w->mid = SLICE_ARRAY(mid);
    frame_commit_tbs(&t, SLICE_ARRAY(c->mailbox), w);
    TRY(buf_finish(&t, &tbs));
    memcpy(secret.seed, write_seed, 32);
    crypto_sign(sig, &secret, tbs);
    wipe(&secret, sizeof secret);
    w->signature = SLICE_ARRAY(sig);
    wire_commit_put(&f, w);
    memset(&p, 0, sizeof p);
    TRY(buf_finish(&f, &p.frame));
    p.epoch = w->epoch;
    p.wishes = wishes;
    crypto_sha256(p.body_hash, w->body);
    TRY(store_pending_put(s->store, c->id, &p));
    return store_echo_put(s->store, c->id, p.body_hash);
}

static enum err commit_frame(struct own *o, struct step *s, const struct store_chat *c,
                             struct mls_group *g, const struct plan *p, const struct mls_commit *m,
                             struct slice wishes)
{
    struct store_epoch e;
    struct wire_commit w;
    struct wire_welcome welcomes[OWN_ADDS_PER_COMMIT];
    struct crypto_sign_secret next;
    struct crypto_sign_public next_key;
    memset(&w, 0, sizeof w);
    TRY(store_epoch_get(s->store, c->id, mls_group_epoch(g), &e));
    w.epoch = e.n;
    w.branch = SLICE_ARRAY(e.branch);
    TRY(own_outer_seal(s->arena, e.outer_key, c->mailbox, e.n, FRAME_KIND_COMMIT, m->commit,
                       &w.body));
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), SLICE_ARRAY(c->mailbox),
                                 next.seed, 32));
    crypto_sign_public_of(&next_key, &next);
    wipe(&next, sizeof next);
    w.next_key = SLICE_ARRAY(next_key.b);
    TRY(make_info(s, c, g, m, &w.info));
    w.has_info = w.info.n + w.body.n < OWN_INLINE_BYTES;
    w.welcomes = welcomes;
    if (p->add_n > 0) {
        TRY(plan_welcomes(o, s, p, m->welcome, welcomes, &w.welcomes_n));
    }
    enum err err = store_frame(s, c, &w, e.write_seed, wishes);
    wipe(&e, sizeof e);
    return err;
}

static enum err build_commit(struct own *o, struct step *s, const struct store_chat *c,
                             const struct store_wish *wishes, size_t n, bool *built)
{
    struct mls_group *g = NULL;
    struct mls_commit_params cp;
    struct mls_commit m;
    struct plan *p = arena_array(s->arena, 1, sizeof *p);
    struct slice ids;
    *built = false;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    p->wishes = buf_arena(s->arena, 64);
    TRY(own_group(o, s, c->id, &g));
    if (mls_group_state(g) != MLS_IDLE) {
        return OK;
    }
    TRY(make_plan(o, s, g, p, wishes, n));
    TRY(buf_finish(&p->wishes, &ids));
    if (ids.n == 0) {
        return OK;
    }
    if (p->n == 0 && !p->path && mls_group_proposal_count(g) == 0) {
        return drop_wishes(s, ids); /* nothing left to do */
    }
    memset(&cp, 0, sizeof cp);
    memset(&m, 0, sizeof m);
    cp.proposals = p->proposals;
    cp.proposal_count = p->n;
    cp.force_path = p->path || c->type == STORE_CHAT_PAIR;
    cp.tree_in_welcome = true;
    cp.external_pub = true;
    cp.policy = own_policy(o, s);
    cp.now_ms = s->now_ms;
    enum err e = mls_group_commit(g, s->arena, &cp, &m);
    if (e == ERR_HOST_MEMORY || e == ERR_BUG || e == ERR_STORE) {
        return e;
    }
    if (e != OK) { /* a wish that cannot be: forget it rather than try for ever */
        TRY(drop_wishes(s, ids));
        return OK;
    }
    s->durable = true;
    *built = true;
    return commit_frame(o, s, c, g, p, &m, ids);
}

/* Sends the stored frame with the handle of this connection. */
static enum err send_pending(struct own *o, struct step *s, int64_t chat,
                             const struct store_pending *p, const struct own_box *box)
{
    struct wire_commit w;
    struct slice body;
    struct buf b = buf_arena(s->arena, p->frame.n + 16);
    TRY(wire_commit_decode(s->arena, p->frame, &w));
    w.handle = box->handle;
    wire_commit_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_COMMIT, chat, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_COMMIT, ask->request, body);
}

enum err own_group_won(struct own *o, struct step *s, int64_t chat)
{
    struct mls_group *g = NULL;
    struct mls_commit_view view;
    struct store_pending p;
    struct store_chat c;
    enum err e = store_pending_get(s->store, s->arena, chat, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(own_group(o, s, chat, &g));
    TRY(mls_group_merge(g, s->arena, &view));
    TRY(drop_wishes(s, p.wishes));
    TRY(store_pending_drop(s->store, chat));
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    if (view.has_path) {
        TRY(store_sql_run(s->store, "UPDATE chat SET heal_ms=?,heal_sent=0 WHERE id=?", "ii",
                          (int64_t)s->now_ms, chat));
    }
    if (c.state == STORE_CHAT_JOINING || c.note == 1) {
        TRY(store_sql_run(s->store, "UPDATE chat SET state=CASE state WHEN 4 THEN 0 ELSE state END,"
                                    "note=0 WHERE id=?",
                          "i", chat));
    }
    TRY(own_group_entered(o, s, chat, &view));
    return own_pump_chat(o, s, chat);
}

enum err own_group_lost(struct own *o, struct step *s, int64_t chat)
{
    struct mls_group *g = NULL;
    struct store_pending p;
    struct store_chat c;
    uint64_t id = 0;
    bool known = false;
    enum err e = store_pending_get(s->store, s->arena, chat, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(own_group(o, s, chat, &g));
    if (c.state == STORE_CHAT_JOINING || c.note == 1) { /* an external commit: begin anew */
        own_group_close(o, chat);
        TRY(store_sql_run(s->store, "DELETE FROM protocol WHERE grp=?", "i", chat));
    } else if (mls_group_state(g) == MLS_PENDING) {
        TRY(mls_group_discard(g));
    }
    TRY(store_echo_take(s->store, chat, p.body_hash, &known));
    TRY(store_pending_drop(s->store, chat));
    struct slice ids = p.wishes;
    while (ids.n >= 8) {
        TRY(slice_le64(&ids, &id));
        TRY(store_sql_run(s->store, "UPDATE wish SET tries=tries+1,not_before=? WHERE id=?", "ii",
                          (int64_t)s->now_ms + 50 + crypto_rand_below(450), (int64_t)id));
    }
    s->durable = true;
    return OK;
}

/* ---- external commits ------------------------------------------------------------------------------ */

enum err own_group_external(struct own *o, struct step *s, int64_t chat,
                            struct mls_external_params *p, struct mls_group **out,
                            struct slice *commit)
{
    struct mls_storage storage;
    size_t i = take_slot(o, s, chat, &storage);
    TRY(mls_group_join_external(&o->groups[i].g, &storage, p, s->arena, commit));
    *out = o->groups[i].g;
    return OK;
}

enum err own_group_external_frame(struct own *o, struct step *s, const struct store_chat *c,
                                  struct mls_group *g, struct slice commit, uint64_t epoch,
                                  const uint8_t outer_key[32], const uint8_t write_seed[32],
                                  struct slice branch)
{
    struct wire_commit w;
    struct crypto_sign_secret next;
    struct crypto_sign_public next_key;
    (void)o;
    memset(&w, 0, sizeof w);
    w.epoch = epoch;
    w.branch = branch;
    TRY(own_outer_seal(s->arena, outer_key, c->mailbox, epoch, FRAME_KIND_COMMIT, commit, &w.body));
    TRY(mls_group_export_pending(g, SLICE_LITERAL("sotto mailbox write"), SLICE_ARRAY(c->mailbox),
                                 next.seed, 32));
    crypto_sign_public_of(&next_key, &next);
    wipe(&next, sizeof next);
    w.next_key = SLICE_ARRAY(next_key.b);
    TRY(store_sql_run(s->store, "UPDATE chat SET first_epoch=? WHERE id=?", "ii",
                      (int64_t)epoch + 1, c->id));
    return store_frame(s, c, &w, write_seed, SLICE_EMPTY);
}

/* ---- what a chat needs next -------------------------------------------------------------------------- */

static enum err ask_box_new(struct own *o, struct step *s, const struct store_chat *c)
{
    struct store_epoch e;
    struct crypto_sign_secret secret;
    struct crypto_sign_public key;
    struct wire_box_new w;
    uint8_t hash[32];
    struct slice body;
    struct buf b = buf_arena(s->arena, 256);
    memset(&w, 0, sizeof w);
    TRY(store_epoch_get(s->store, c->id, 0, &e));
    memcpy(secret.seed, e.write_seed, 32);
    crypto_sign_public_of(&key, &secret);
    wipe(&secret, sizeof secret);
    wipe(&e, sizeof e);
    crypto_sha256(hash, SLICE_ARRAY(c->read_tag));
    w.mailbox = SLICE_ARRAY(c->mailbox);
    w.read_hash = SLICE_ARRAY(hash);
    w.write_key = SLICE_ARRAY(key.b);
    wire_box_new_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_BOX_NEW, c->id, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_BOX_NEW, ask->request, body);
}

static enum err ask_open(struct own *o, struct step *s, const struct store_chat *c)
{
    struct wire_open w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 96);
    memset(&w, 0, sizeof w);
    w.mailbox = SLICE_ARRAY(c->mailbox);
    w.read_tag = SLICE_ARRAY(c->read_tag);
    w.has_cursor = c->cursor >= 0;
    w.cursor = c->cursor >= 0 ? (uint64_t)c->cursor : 0;
    w.epoch = c->first_epoch;
    wire_open_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_OPEN, c->id, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_OPEN, ask->request, body);
}

/* Key packages for an add. */
static enum err ask_packages(struct own *o, struct step *s, const struct store_chat *c,
                             const struct store_wish *w)
{
    struct store_person who;
    struct wire_kp_take t;
    struct slice body;
    struct mls_group *g = NULL;
    uint8_t token[16];
    uint64_t suite = 0;
    struct buf b = buf_arena(s->arena, 96);
    int64_t person = w->kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : wish_number(w);
    TRY(own_group(o, s, c->id, &g));
    enum err e = store_person_get(s->store, s->arena, person, &who);
    if (e != OK || !who.has_inbox) {
        return e == OK || e == ERR_GONE ? store_wish_drop(s->store, w->id) : e;
    }
    if (person == STORE_PERSON_ME) {
        struct chain_entry head;
        TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
        if (head.device_n < 2) {
            return store_wish_drop(s->store, w->id);
        }
        int64_t unsynced = 0;
        TRY(own_token_for(o, s, STORE_PERSON_ME, token));
        TRY(store_sql_get_int(s->store, &unsynced,
                              "SELECT count(*) FROM link WHERE person=1 AND gone=0 AND synced=0",
                              ""));
        if (unsynced > 0) {
            return OK; /* asked again when the gateway knows the token */
        }
    } else {
        memcpy(token, who.token, 16);
    }
    suite = mls_group_suite(g)->code;
    memset(&t, 0, sizeof t);
    t.inbox = SLICE_ARRAY(who.inbox);
    t.token = SLICE_ARRAY(token);
    t.suites = &suite;
    t.suites_n = 1;
    wire_kp_take_put(&b, &t);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_KP_TAKE, c->id, w->id);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_KP_TAKE, ask->request, body);
}

static bool asked_for(const struct own *o, enum frame_type type, int64_t a, int64_t b)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].type == (uint8_t)type && o->asks[i].a == a &&
            o->asks[i].b == b) {
            return true;
        }
    }
    return false;
}

/* Due by the healing policy (e2ee-core.md 1), judged when there is something to send. */
static enum err heal_due(struct step *s, const struct store_chat *c, bool *due)
{
    int64_t out = 0;
    bool pair = c->type != STORE_CHAT_GROUP;
    int64_t age = (int64_t)s->now_ms - c->heal_ms;
    *due = false;
    TRY(store_sql_get_int(s->store, &out, "SELECT count(*) FROM outbox WHERE chat=? AND hold=0", "i",
                      c->id));
    if (out == 0 || c->type == STORE_CHAT_SELF) {
        return OK;
    }
    *due = age > (pair ? OWN_HEAL_PAIR_MS : OWN_HEAL_GROUP_MS) ||
           c->heal_sent >= (pair ? OWN_HEAL_PAIR_MESSAGES : OWN_HEAL_GROUP_MESSAGES);
    return OK;
}

static enum err work_wishes(struct own *o, struct step *s, const struct store_chat *c, bool *built,
                            bool *busy)
{
    struct store_wish *wishes = NULL;
    struct mls_group *g = NULL;
    size_t n = 0;
    bool due = false, ready = false;
    TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    TRY(heal_due(s, c, &due));
    TRY(own_group(o, s, c->id, &g));
    if (n == 0 && (due || mls_group_proposal_count(g) > 0)) {
        TRY(own_wish(o, s, c->id, due ? OWN_WISH_HEAL : OWN_WISH_CLEANUP, SLICE_EMPTY));
        TRY(store_wish_list(s->store, s->arena, c->id, &wishes, &n));
    }
    for (size_t i = 0; i < n; i++) {
        bool add =
            wishes[i].kind == OWN_WISH_ADD_PERSON || wishes[i].kind == OWN_WISH_ADD_DEVICES;
        if (wishes[i].not_before > (int64_t)s->now_ms) {
            continue;
        }
        if (add && wishes[i].stage == 0) {
            if (!asked_for(o, FRAME_KP_TAKE, c->id, wishes[i].id)) {
                TRY(ask_packages(o, s, c, &wishes[i]));
            }
            /* who is about to come in must not miss what is said now */
            *busy = *busy || (wishes[i].kind == OWN_WISH_ADD_PERSON && wishes[i].tries < 3);
            continue;
        }
        ready = true;
    }
    return ready ? build_commit(o, s, c, wishes, n, built) : OK;
}

enum err own_group_work(struct own *o, struct step *s, const struct store_chat *c,
                        struct own_box *box, bool *busy)
{
    struct store_pending p;
    *busy = true;
    if (c->state == STORE_CHAT_JOINING || c->note == 1) {
        enum err e = store_pending_get(s->store, s->arena, c->id, &p);
        if (e == ERR_GONE) {
            return own_asked(o, FRAME_INFO_GET, c->id) ? OK : own_group_rejoin(o, s, c);
        }
        TRY(e);
    } else if (!c->made) {
        return own_asked(o, FRAME_BOX_NEW, c->id) ? OK : ask_box_new(o, s, c);
    }
    if (!box->opened) {
        return own_asked(o, FRAME_OPEN, c->id) ? OK : ask_open(o, s, c);
    }
    if (c->cursor >= 0 && (uint64_t)c->cursor < box->head && c->note != 1 &&
        c->state != STORE_CHAT_JOINING) {
        return OK; /* still catching up */
    }
    bool hold = false;
    for (int round = 0; round < 2; round++) {
        enum err e = store_pending_get(s->store, s->arena, c->id, &p);
        if (e == OK) {
            return own_asked(o, FRAME_COMMIT, c->id) ? OK : send_pending(o, s, c->id, &p, box);
        }
        if (e != ERR_GONE) {
            return e;
        }
        bool built = false;
        TRY(work_wishes(o, s, c, &built, &hold));
        if (!built) {
            break;
        }
    }
    *busy = hold;
    return OK;
}

/* ---- answers --------------------------------------------------------------------------------------------- */

static enum err on_packages(struct own *o, struct step *s, const struct own_ask *ask,
                            struct slice body, uint64_t failure)
{
    struct wire_kp_taken t;
    struct store_wish *wishes = NULL;
    size_t n = 0, i = 0;
    int64_t person = 0;
    bool changed = false;
    TRY(store_wish_list(s->store, s->arena, ask->a, &wishes, &n));
    while (i < n && wishes[i].id != ask->b) {
        i++;
    }
    if (i == n) {
        return OK;
    }
    if (failure != 0) {
        static const int64_t wait_s[] = {3, 15, 60, 300, 1800, 3600};
        size_t step = wishes[i].tries < 5 ? (size_t)wishes[i].tries : 5;
        return store_wish_delay(s->store, ask->b, wishes[i].tries + 1,
                                (int64_t)s->now_ms + wait_s[step] * 1000);
    }
    TRY(wire_kp_taken_decode(s->arena, body, &t));
    person = wishes[i].kind == OWN_WISH_ADD_DEVICES ? STORE_PERSON_ME : wish_number(&wishes[i]);
    enum err e = t.account.n == 32 ? own_account_known(o, s, &person, t.account.p) : ERR_AUTH;
    if (e == ERR_AUTH) {
        return store_wish_drop(s->store, ask->b); /* not who was asked for */
    }
    TRY(e);
    e = own_chain_take(o, s, person, t.chain, t.chain_n, &changed);
    if (e == ERR_AUTH || e == ERR_INPUT) {
        TRY(store_person_set(s->store, person, "UPDATE person SET verified=2 WHERE id=?", 0));
        return store_wish_drop(s->store, ask->b);
    }
    TRY(e);
    struct chain_entry head;
    TRY(store_chain_head(s->store, person, &head));
    struct buf b = buf_arena(s->arena, 4096);
    size_t good = 0;
    for (size_t k = 0; k < t.packages_n; k++) {
        good += t.packages[k].device.n == 32 && chain_has_device(&head, t.packages[k].device.p);
    }
    cbor_put_array(&b, good);
    for (size_t k = 0; k < t.packages_n; k++) {
        if (t.packages[k].device.n == 32 && chain_has_device(&head, t.packages[k].device.p)) {
            cbor_put_bytes(&b, t.packages[k].package);
        }
    }
    struct slice extra;
    TRY(buf_finish(&b, &extra));
    TRY(store_wish_set(s->store, ask->b, 1, extra));
    return own_pump_chat(o, s, ask->a);
}

static enum err on_opened(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                          struct slice body, uint64_t failure)
{
    struct wire_opened w;
    struct own_box *box = own_box(o, ask->a, true);
    struct store_chat c;
    if (box == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (failure != 0 || type != FRAME_OPENED) {
        return OK; /* tried again with the next connection */
    }
    TRY(wire_opened_decode(s->arena, body, &w));
    TRY(store_chat_get(s->store, s->arena, ask->a, &c));
    box->handle = (uint32_t)w.handle;
    box->opened = true;
    box->head = w.head;
    if (c.cursor < 0 && w.first > 0) {
        TRY(store_chat_set(s->store, "UPDATE chat SET cursor=? WHERE id=?", (int64_t)w.first - 1,
                           c.id));
    } else if (c.cursor >= 0 && w.first > (uint64_t)c.cursor + 1) {
        TRY(own_notice(s, c.id, 13, 0, SLICE_EMPTY, 0));
        TRY(store_sql_run(s->store, "UPDATE chat SET cursor=?,note=1 WHERE id=?", "ii",
                          (int64_t)w.first - 1, c.id));
    } else if (w.head < (uint64_t)(c.cursor < 0 ? 0 : c.cursor)) {
        box->head = (uint64_t)c.cursor; /* the gateway was restored from an old copy */
    }
    return own_pump_chat(o, s, ask->a);
}

enum err own_group_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                          struct slice body, uint64_t failure)
{
    struct wire_info info;
    switch (ask->type) {
    case FRAME_KP_TAKE:
        return on_packages(o, s, ask, body, failure);
    case FRAME_BOX_NEW:
        if (failure != 0 && failure != FRAME_CODE_EXISTS) {
            return OK;
        }
        TRY(store_chat_set(s->store, "UPDATE chat SET made=? WHERE id=?", 1, ask->a));
        return own_pump_chat(o, s, ask->a);
    case FRAME_OPEN:
        return on_opened(o, s, ask, type, body, failure);
    case FRAME_COMMIT:
        if (failure == 0) {
            return own_group_won(o, s, ask->a);
        }
        if (failure == FRAME_CODE_EPOCH || failure == FRAME_CODE_STALE ||
            failure == FRAME_CODE_AUTH || failure == FRAME_CODE_LIMIT ||
            failure == FRAME_CODE_TOKEN || failure == FRAME_CODE_UNKNOWN) {
            TRY(own_group_lost(o, s, ask->a));
            return own_pump_chat(o, s, ask->a);
        }
        return OK;
    case FRAME_INFO_GET:
        if (failure != 0 || type != FRAME_INFO) {
            return OK;
        }
        TRY(wire_info_decode(s->arena, body, &info));
        return info.has_info ? own_group_rejoin_info(o, s, ask->a, info.info) : OK;
    default:
        return OK;
    }
}
