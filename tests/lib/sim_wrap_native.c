/* Functions of the engine and of MLS as a device that obeys nobody calls them. The linker puts each
 * __wrap_X before X (SOTTO_EVIL in tests/CMakeLists.txt) and calls X itself __real_X; honest
 * devices, in the same process, get the real one. */
#include "lib/sim_evil.h"

#include <string.h>

#include "base/cbor.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/admit.h"
#include "engine/own/box.h"
#include "engine/own/commit.h"
#include "engine/own/contact_link.h"
#include "engine/own/content.h"
#include "engine/own/group.h"
#include "engine/own/group_cache.h"
#include "engine/own/leaf.h"
#include "engine/own/make.h"
#include "engine/own/record_due.h"
#include "engine/own/recover.h"
#include "engine/own/identity.h"
#include "engine/own/identity_take.h"
#include "engine/own/room.h"
#include "engine/own/wish.h"
#include "lib/sim_hostile.h"
#include "mls/group_state.h"
#include "mls/send.h"
#include "schema/chain.h"
#include "schema/frame.h"
#include "store/chain.h"
#include "store/own_person.h"
#include "store/own_setting.h"
#include "store/people.h"
#include "store/protocol.h"
#include "store/sql.h"
#include "mls/key_package.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker's names */
enum err __real_mls_group_commit(struct mls_group *g, struct arena *arena,
                                 const struct mls_commit_params *params, struct mls_commit *out);
enum err __wrap_mls_group_commit(struct mls_group *g, struct arena *arena,
                                 const struct mls_commit_params *params, struct mls_commit *out);
enum err __real_mls_group_process(struct mls_group *g, struct arena *arena,
                                  const struct mls_process_params *params, struct slice message,
                                  struct mls_event *ev);
enum err __wrap_mls_group_process(struct mls_group *g, struct arena *arena,
                                  const struct mls_process_params *params, struct slice message,
                                  struct mls_event *ev);
enum err __real_own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                                 const struct store_wish *wishes, size_t n, bool *built);
enum err __wrap_own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                                 const struct store_wish *wishes, size_t n, bool *built);

enum err __real_own_room_encode(struct arena *a, const struct own_room *r, struct slice *out);
enum err __wrap_own_room_encode(struct arena *a, const struct own_room *r, struct slice *out);
enum err __real_mls_group_protect(struct mls_group *g, struct arena *arena,
                                  struct slice authenticated_data, struct slice data,
                                  struct slice *message);
enum err __wrap_mls_group_protect(struct mls_group *g, struct arena *arena,
                                  struct slice authenticated_data, struct slice data,
                                  struct slice *message);
enum err __real_mls_group_join_external(struct mls_group **out, const struct mls_storage *storage,
                                        const struct mls_external_params *params,
                                        struct arena *arena, struct slice *commit);
enum err __wrap_mls_group_join_external(struct mls_group **out, const struct mls_storage *storage,
                                        const struct mls_external_params *params,
                                        struct arena *arena, struct slice *commit);
enum err __real_own_leaf_identity(struct own *o, struct step *s, struct mls_identity *out);
enum err __wrap_own_leaf_identity(struct own *o, struct step *s, struct mls_identity *out);
enum err __real_own_admit_package(struct step *s, const struct mls_leaf_view *leaf,
                                  const uint8_t *account, bool *yes);
enum err __wrap_own_admit_package(struct step *s, const struct mls_leaf_view *leaf,
                                  const uint8_t *account, bool *yes);
enum err __real_own_admit_hall(struct step *s, const struct mls_group *g,
                               struct own_admit_hall *out);
enum err __wrap_own_admit_hall(struct step *s, const struct mls_group *g,
                               struct own_admit_hall *out);

void __real_own_identity_name_put(uint8_t out[OWN_IDENTITY_NAME_SIZE],
                                  const struct own_identity_name *name);
void __wrap_own_identity_name_put(uint8_t out[OWN_IDENTITY_NAME_SIZE],
                                  const struct own_identity_name *name);

void __real_own_entries_put(struct buf *b, const struct own_entries *brought);
void __wrap_own_entries_put(struct buf *b, const struct own_entries *brought);
enum err __real_own_admit_lines(struct step *s, const struct mls_group *g,
                                const struct own_entries *brought,
                                const struct own_admit_plan *plan, struct own_entries *out);
enum err __wrap_own_admit_lines(struct step *s, const struct mls_group *g,
                                const struct own_entries *brought,
                                const struct own_admit_plan *plan, struct own_entries *out);

static struct sim_evil *who(void)
{
    struct sim_device *d = sim_running();
    return d == NULL ? NULL : d->evil;
}

enum err __wrap_mls_group_commit(struct mls_group *g, struct arena *arena,
                                 const struct mls_commit_params *params, struct mls_commit *out)
{
    const struct sim_evil *e = who();
    struct mls_commit_params p = *params;
    struct mls_identity id;
    if (e != NULL && e->lawless) {
        p.policy = NULL;
    }
    struct mls_extension odd = {OWN_EXT_ENTRY, SLICE_EMPTY};
    uint8_t name[OWN_IDENTITY_NAME_SIZE];
    if (e != NULL && e->bad_entry && p.force_path) {
        struct step s = {.arena = arena, .store = sim_running()->core->store};
        struct own_identity_name there_is_not = {.n = 999};
        TRY(own_leaf_identity(&sim_running()->core->account.own, &s, &id));
        own_identity_name_put(name, &there_is_not);
        odd.data = SLICE_ARRAY(name);
        id.leaf_extensions.v = &odd;
        id.leaf_extensions.n = 1;
        p.identity = &id;
    }
    if (e != NULL && e->path_key && p.force_path) {
        struct step s = {.arena = arena, .store = sim_running()->core->store};
        TRY(own_leaf_identity(&sim_running()->core->account.own, &s, &id));
        p.identity = &id;
    }
    return __real_mls_group_commit(g, arena, &p, out);
}

enum err __wrap_mls_group_process(struct mls_group *g, struct arena *arena,
                                  const struct mls_process_params *params, struct slice message,
                                  struct mls_event *ev)
{
    const struct sim_evil *e = who();
    struct mls_process_params p = *params;
    if (e != NULL && e->lawless) {
        p.policy = NULL;
    }
    return __real_mls_group_process(g, arena, &p, message, ev);
}

enum err __wrap_own_room_encode(struct arena *a, const struct own_room *r, struct slice *out)
{
    const struct sim_evil *e = who();
    struct own_room room = *r;
    if (e != NULL && e->has_admin) {
        room.admins = &e->admin;
        room.admin_n = 1;
    }
    if (e != NULL && e->replaces) {
        room.has_replaces = true;
        memcpy(room.replaces, e->replaced, sizeof room.replaces);
    }
    return __real_own_room_encode(a, &room, out);
}

void __wrap_own_identity_name_put(uint8_t out[OWN_IDENTITY_NAME_SIZE],
                                  const struct own_identity_name *name)
{
    struct sim_evil *e = who();
    struct own_identity_name said = *name;
    if (e != NULL && e->false_name) {
        said.hash[0] ^= 1;
        e->false_names++;
    }
    __real_own_identity_name_put(out, &said);
}

void __wrap_own_entries_put(struct buf *b, const struct own_entries *brought)
{
    enum { ACCOUNTS = 64, ENTRIES = 64 };
    const struct sim_evil *e = who();
    struct own_entries_group groups[ACCOUNTS];
    struct own_entries all = {groups, brought->n};
    struct slice entries[ENTRIES];
    size_t at = 0;
    if (e == NULL || e->brings == NULL || brought->n == ACCOUNTS) {
        __real_own_entries_put(b, brought);
        return;
    }
    for (size_t i = 0; i < brought->n; i++) {
        groups[i] = brought->v[i];
    }
    while (at < all.n &&
           !slice_equal(SLICE_ARRAY(groups[at].account), SLICE_ARRAY(e->brings->e.id))) {
        at++;
    }
    if (at == all.n) { /* nothing else of that account */
        memcpy(groups[at].account, e->brings->e.id, sizeof groups[at].account);
        groups[at].n = 0;
        all.n++;
    }
    if (groups[at].n < ENTRIES) {
        for (size_t i = 0; i < groups[at].n; i++) {
            entries[i] = groups[at].entries[i];
        }
        entries[groups[at].n++] = slice_make(e->brings->p, e->brings->n);
        groups[at].entries = entries;
    }
    __real_own_entries_put(b, &all);
}

void (*sim_evil_sealed)(struct sim_device *d, const struct mls_group *g, struct slice plain);
bool sim_evil_gate_open;

/* Every member has the secret that hides who sealed a word. */
static enum err seal_as(struct mls_group *g, struct arena *arena, const struct sim_evil *evil,
                        struct slice data, struct slice *message)
{
    struct mls_epoch *e = g->epoch;
    struct mls_message_keys keys = mls_epoch_keys(e, &g->storage);
    struct mls_message_keys_lease lease;
    struct mls_content_auth auth;
    struct mls_leaf_view leaf;
    struct slice raw, tbs;
    uint32_t next = 0;
    struct mls_content content = {.group_id = e->group_id,
                                  .epoch = e->epoch,
                                  .sender_type = MLS_SENDER_MEMBER,
                                  .sender = e->priv.leaf,
                                  .type = MLS_CONTENT_APPLICATION,
                                  .body = data};
    while (mls_group_next_member(g, &next, &leaf) &&
           !slice_equal(leaf.signature_key, SLICE_ARRAY(evil->says_as->core->account.own.device))) {
    }
    TRY(mls_send_sign(arena, &auth, &raw, &tbs, &content, MLS_WIRE_PRIVATE, e->context,
                      &e->signature));
    TRY(mls_message_keys_next(&keys, &lease, e->priv.leaf, MLS_RATCHET_APPLICATION, arena));
    struct mls_framing_seal seal = {.suite = e->suite,
                                    .sender_data_secret = &e->secrets.sender_data,
                                    .key = &lease.key,
                                    .leaf = leaf.index,
                                    .generation = evil->says_at,
                                    .pad = true};
    return mls_framing_seal_private(arena, message, &seal, &content, &auth);
}

enum err __wrap_mls_group_protect(struct mls_group *g, struct arena *arena,
                                  struct slice authenticated_data, struct slice data,
                                  struct slice *message)
{
    const struct sim_evil *evil = who();
    if (evil != NULL && evil->says_as != NULL) {
        return seal_as(g, arena, evil, data, message);
    }
    TRY(__real_mls_group_protect(g, arena, authenticated_data, data, message));
    if (sim_evil_sealed != NULL && sim_running() != NULL) {
        sim_evil_sealed(sim_running(), g, data);
    }
    return OK;
}

enum err __wrap_own_commit_build(struct own *o, struct step *s, const struct store_chat *c,
                                 const struct store_wish *wishes, size_t n, bool *built)
{
    const struct sim_evil *e = who();
    for (size_t i = 0; sim_evil_gate_open && i < n; i++) {
        if (wishes[i].kind == OWN_WISH_REMOVE_DEVICE) {
            *built = false;
            return OK;
        }
    }
    for (size_t i = 0; e != NULL && e->together && i < n; i++) {
        if (wishes[i].kind == OWN_WISH_ADD_PERSON && wishes[i].stage != 1) {
            *built = false;
            return OK;
        }
    }
    return __real_own_commit_build(o, s, c, wishes, n, built);
}

enum err __wrap_own_admit_lines(struct step *s, const struct mls_group *g,
                                const struct own_entries *brought,
                                const struct own_admit_plan *plan, struct own_entries *out)
{
    const struct sim_evil *e = who();
    TRY(__real_own_admit_lines(s, g, brought, plan, out));
    for (size_t i = 0; e != NULL && e->few_chains && i < out->n; i++) {
        if (slice_equal(SLICE_ARRAY(out->v[i].account),
                        SLICE_ARRAY(sim_running()->core->account.own.account))) {
            out->v = &out->v[i];
            out->n = 1;
        }
    }
    return OK;
}
enum err __wrap_mls_group_join_external(struct mls_group **out, const struct mls_storage *storage,
                                        const struct mls_external_params *params,
                                        struct arena *arena, struct slice *commit)
{
    const struct sim_evil *e = who();
    struct mls_external_params p = *params;
    if (e != NULL && e->lawless) {
        p.policy = NULL;
    }
    return __real_mls_group_join_external(out, storage, &p, arena, commit);
}

enum err __wrap_own_leaf_identity(struct own *o, struct step *s, struct mls_identity *out)
{
    const struct sim_evil *e = who();
    TRY(__real_own_leaf_identity(o, s, out));
    if (e != NULL && e->claims) {
        uint8_t *name = arena_alloc(s->arena, OWN_IDENTITY_NAME_SIZE);
        struct mls_extension *ext = arena_array(s->arena, 1, sizeof *ext);
        if (name == NULL || ext == NULL) {
            return ERR_HOST_MEMORY;
        }
        own_identity_name_put(name, &e->entry);
        ext->type = OWN_EXT_ENTRY;
        ext->data = slice_make(name, OWN_IDENTITY_NAME_SIZE);
        out->leaf_extensions.v = ext;
        out->credential = SLICE_ARRAY(e->account);
    }
    return OK;
}

enum err __wrap_own_admit_package(struct step *s, const struct mls_leaf_view *leaf,
                                  const uint8_t *account, bool *yes)
{
    const struct sim_evil *e = who();
    if (e != NULL && e->lawless) {
        *yes = true;
        return OK;
    }
    return __real_own_admit_package(s, leaf, account, yes);
}

enum err __wrap_own_admit_hall(struct step *s, const struct mls_group *g,
                               struct own_admit_hall *out)
{
    const struct sim_evil *e = who();
    enum err err = __real_own_admit_hall(s, g, out);
    if (err == OK && e != NULL && e->lawless) {
        out->clear = true; /* it speaks to whomever */
        out->alone = out->forked = out->empty = false;
        out->dropped = UINT32_MAX;
    }
    if (err == OK && sim_evil_gate_open) {
        out->clear = true;
        out->dropped = UINT32_MAX;
    }
    return err;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* ---- acts ---------------------------------------------------------------------------------- */

static enum err new_key(struct own *o, struct step *s, void *user)
{
    struct crypto_sign_public pub;
    (void)user;
    crypto_sign_generate(&o->device_secret, &pub);
    memcpy(o->device, pub.b, 32);
    return store_own_setting_put(s->store, "device-secret", SLICE_ARRAY(o->device_secret.seed));
}

enum err sim_evil_new_key(struct sim_device *d)
{
    return sim_keep(d, new_key, NULL);
}

static enum err heal(struct own *o, struct step *s, void *user)
{
    (void)o;
    (void)user;
    return store_sql_run(s->store,
                         "INSERT INTO wish(chat,kind,data,extra,stage,tries,not_before) "
                         "SELECT id,?,'','',0,0,0 FROM chat",
                         "i", (int64_t)OWN_WISH_HEAL);
}

enum err sim_evil_heal(struct sim_device *d)
{
    enum err e = sim_keep(d, heal, NULL);
    sim_cut(d, 2);
    return e;
}

struct claim {
    const uint8_t *account;
    uint64_t n;
    struct own_identity_name *out;
};

static enum err claim(struct own *o, struct step *s, void *user)
{
    struct claim *u = user;
    struct store_person who;
    (void)o;
    TRY(store_person_find(s->store, s->arena, u->account, &who));
    if (u->n == UINT64_MAX) {
        return own_identity_head(s, u->account, u->out);
    }
    u->out->n = u->n;
    return store_chain_hash(s->store, who.id, u->n, u->out->hash);
}

enum err sim_evil_claim(struct sim_device *d, const uint8_t account[32], uint64_t n)
{
    struct sim_evil *e = sim_evil(d);
    struct claim u = {account, n, &e->entry};
    TRY(sim_try(d, claim, &u));
    e->claims = true;
    memcpy(e->account, account, sizeof e->account);
    return OK;
}

#define PACKAGE_DAYS 30

static enum err package(struct own *o, struct step *s, void *user)
{
    struct mls_identity id;
    struct mls_key_package kp;
    const struct crypto_suite *suite = crypto_suite_find(o->suite);
    (void)user;
    uint64_t now = s->now_ms / 1000, until = now + PACKAGE_DAYS * 86400ull;
    TRY(own_leaf_identity(o, s, &id));
    TRY(mls_key_package_create(s->arena, &kp, suite, &id, now - 86400, until, false));
    TRY(store_sql_run(s->store,
                      "INSERT INTO key_package(ref,suite,package,secret,expires_s,last_resort,"
                      "published) VALUES(?,?,?,?,?,0,1)",
                      "bibbi", kp.ref, (int64_t)suite->code, kp.message, kp.secret,
                      (int64_t)until));
    sim_hostile_offer(sim_running(), kp.message);
    return OK;
}

enum err sim_evil_package(struct sim_device *d)
{
    return sim_keep(d, package, NULL);
}

struct said {
    int64_t chat;
    const char *type;
    struct slice body;
};

static enum err say(struct own *o, struct step *s, void *user)
{
    const struct said *u = user;
    return own_send_private(o, s, u->chat, u->type, u->body);
}

enum err sim_evil_say(struct sim_device *d, uint64_t chat, const char *type, struct slice body)
{
    struct said u = {(int64_t)chat, type, body};
    enum err e = sim_keep(d, say, &u);
    sim_cut(d, 2);
    return e;
}

struct room {
    const char *title;
    int64_t one, two, chat;
    int type;
    const uint8_t *id;
};

static enum err make_room(struct own *o, struct step *s, void *user)
{
    struct room *r = user;
    struct store_chat c;
    if (r->id != NULL) {
        TRY(store_sql_run(s->store, "UPDATE chat SET room=randomblob(16),state=2 WHERE room=?", "b",
                          slice_make(r->id, 16)));
        sim_running()->evil->has_room = true;
        memcpy(sim_running()->evil->room, r->id, 16);
    }
    TRY(own_chat_make(o, s, r->type, slice_of_string(r->title),
                      r->type == STORE_CHAT_PAIR ? r->one : 0, NULL, &c));
    TRY(store_chat_set_state(s->store, c.id, STORE_CHAT_OPEN));
    r->chat = c.id;
    if (r->one != 0) {
        TRY(own_wish(o, s, c.id, OWN_WISH_ADD_PERSON, slice_make(&r->one, sizeof r->one)));
    }
    return r->two == 0
               ? OK
               : own_wish(o, s, c.id, OWN_WISH_ADD_PERSON, slice_make(&r->two, sizeof r->two));
}

uint64_t sim_evil_make_room(struct sim_device *d, int type, const char *title, int64_t one,
                            int64_t two, const uint8_t *room)
{
    struct room r = {title, one, two, 0, type, room};
    (void)sim_evil(d);
    enum err e = sim_keep(d, make_room, &r);
    sim_cut(d, 2); /* dials again, and then does what is to be done */
    return e == OK ? (uint64_t)r.chat : 0;
}

static enum err add(struct own *o, struct step *s, void *user)
{
    const struct room *r = user;
    return own_wish(o, s, r->chat, OWN_WISH_ADD_PERSON, slice_make(&r->one, sizeof r->one));
}

enum err sim_evil_add(struct sim_device *d, uint64_t chat, int64_t person)
{
    struct room r = {.one = person, .chat = (int64_t)chat};
    enum err e = sim_keep(d, add, &r);
    sim_cut(d, 2);
    return e;
}

struct stranger {
    const char *link, *name;
    int64_t person;
};

static enum err from_link(struct own *o, struct step *s, void *user)
{
    struct stranger *l = user;
    struct own_link_parts p;
    (void)o;
    TRY(own_link_parse(s->arena, slice_of_string(l->link), &p));
    TRY(store_person_ensure(s->store, p.account, &l->person));
    TRY(store_own_person_set_door(s->store, l->person, p.inbox, SLICE_ARRAY(p.token)));
    return store_sql_run(s->store, "UPDATE person SET name=?,contact=1 WHERE id=?", "ti",
                         slice_of_string(l->name), l->person);
}

int64_t sim_evil_person(struct sim_device *d, const char *link, const char *name)
{
    struct stranger l = {link, name, 0};
    return sim_keep(d, from_link, &l) == OK ? l.person : 0;
}

struct removal {
    int64_t chat;
    const uint8_t *account;
};

static enum err propose_removal(struct own *o, struct step *s, void *user)
{
    const struct removal *u = user;
    struct mls_group *g = NULL;
    struct mls_leaf_view leaf;
    struct store_epoch e;
    struct store_chat c;
    struct mls_process_params pp = {.now_ms = s->now_ms};
    uint32_t next = 0;
    TRY(store_chat_get(s->store, s->arena, u->chat, &c));
    TRY(own_group(o, s, u->chat, &g));
    TRY(store_epoch_get(s->store, u->chat, mls_group_epoch(g), &e));
    while (mls_group_next_member(g, &next, &leaf)) {
        struct mls_proposal p = {.type = MLS_PROPOSAL_REMOVE, .removed = leaf.index};
        struct slice message, sealed;
        uint8_t hash[32];
        int64_t out = 0;
        if (!slice_equal(leaf.credential, slice_make(u->account, 32))) {
            continue;
        }
        TRY(mls_group_propose(g, s->arena, &pp, &p, NULL, &message));
        TRY(own_outer_seal(s->arena, e.outer_key, c.mailbox, e.n, WIRE_KIND_APPLICATION, e.branch,
                           message, &sealed));
        crypto_sha256(hash, sealed);
        TRY(store_outbox_put(s->store, u->chat, 0, SLICE_LITERAL("-"), hash, false, 0,
                             (int64_t)s->now_ms, &out));
        TRY(store_outbox_seal(s->store, out, e.n, sealed, e.branch, (int64_t)s->now_ms));
    }
    return OK;
}

enum err sim_evil_propose_removal(struct sim_device *d, uint64_t chat, const uint8_t account[32])
{
    struct removal u = {(int64_t)chat, account};
    return sim_keep(d, propose_removal, &u);
}

struct garbage {
    int64_t chat;
    uint8_t frame[2048];
    size_t n;
};

static enum err garbage(struct own *o, struct step *s, void *user)
{
    struct garbage *u = user;
    struct own_box *box = own_box(o, u->chat, false);
    struct store_epoch e;
    struct store_chat c;
    struct wire_commit w;
    struct crypto_sign_secret secret, nobody;
    struct crypto_sign_public next;
    struct slice tbs;
    struct mls_group *g = NULL;
    uint8_t body[200], mid[8], signature[CRYPTO_SIGN_SIZE];
    struct buf t = buf_arena(s->arena, 512), f = buf_fixed(u->frame, sizeof u->frame);
    if (box == NULL || !box->opened) {
        return ERR_STATE;
    }
    TRY(store_chat_get(s->store, s->arena, u->chat, &c));
    TRY(own_group(o, s, c.id, &g));
    TRY(store_epoch_get(s->store, c.id, mls_group_epoch(g), &e));
    crypto_sign_generate(&nobody, &next);
    crypto_rand(body, sizeof body);
    crypto_rand(mid, sizeof mid);
    memset(&w, 0, sizeof w);
    w.handle = box->handle;
    w.mid = SLICE_ARRAY(mid);
    w.epoch = e.n;
    w.branch = SLICE_ARRAY(e.branch);
    w.body = SLICE_ARRAY(body);
    w.next_key = SLICE_ARRAY(next.b);
    frame_commit_tbs(&t, SLICE_ARRAY(c.mailbox), &w);
    TRY(buf_finish(&t, &tbs));
    memcpy(secret.seed, e.write_seed, sizeof secret.seed);
    crypto_sign(signature, &secret, tbs);
    w.signature = SLICE_ARRAY(signature);
    size_t mark = frame_begin(&f, FRAME_COMMIT, 0);
    wire_commit_put(&f, &w);
    frame_end(&f, mark);
    u->n = f.n;
    return f.err;
}

enum err sim_evil_garbage(struct sim_device *d, uint64_t chat)
{
    struct garbage u = {.chat = (int64_t)chat};
    enum err e = sim_try(d, garbage, &u);
    if (e == OK) {
        sim_from_device(d, 2, slice_make(u.frame, u.n));
    }
    return e;
}

#define LINK_CODE_BYTES 15

static enum err link_code(struct own *o, struct step *s, void *user)
{
    uint8_t secret[LINK_CODE_BYTES];
    (void)o;
    TRY(text_get_base32(secret, sizeof secret, slice_of_string(user)));
    return store_own_setting_put(s->store, "link-secret", SLICE_ARRAY(secret));
}

enum err sim_evil_link_code(struct sim_device *d, const char *code)
{
    char text[64];
    size_t n = 0;
    while (code[n] != 0 && n + 1 < sizeof text) {
        text[n] = code[n];
        n++;
    }
    text[n] = 0;
    enum err e = sim_keep(d, link_code, text);
    sim_cut(d, 2);
    return e;
}

static enum err sql(struct own *o, struct step *s, void *user)
{
    (void)o;
    return store_sql_run(s->store, user, "");
}

enum err sim_evil_sql(struct sim_device *d, const char *text)
{
    return sim_keep(d, sql, (void *)(uintptr_t)text);
}

struct chain {
    const struct own *of;
    int64_t person;
    int n;
};

static enum err long_chain(struct own *o, struct step *s, void *user)
{
    struct chain *u = user;
    (void)o;
    TRY(store_sql_get_int(s->store, &u->person, "SELECT id FROM person WHERE address=?", "b",
                          SLICE_ARRAY(u->of->account)));
    for (int i = 0; i < u->n; i++) {
        struct chain_entry last, next;
        struct own_identity_change change;
        struct slice bytes;
        struct buf out = buf_arena(s->arena, CHAIN_ENTRY_BYTES_MAX);
        TRY(store_chain_head(s->store, u->person, &last));
        chain_begin(&next, &last);
        next.why = CHAIN_WHY_HOME;
        next.home[0]++;
        TRY(chain_plan(&last, &next, u->of->device, false));
        TRY(chain_sign(&last, &next, &u->of->device_secret));
        TRY(chain_encode(&out, &next));
        TRY(buf_finish(&out, &bytes));
        TRY(own_identity_take(s, u->of->account, &bytes, 1, &change));
        if (change.news != OWN_IDENTITY_GREW) {
            return ERR_BUG;
        }
    }
    own_record_due(s);
    return OK;
}

enum err sim_evil_long_chain(struct sim_device *d, const struct sim_device *of, int n)
{
    struct chain u = {&of->core->account.own, 0, n};
    enum err e = sim_keep(d, long_chain, &u);
    sim_cut(d, 2);
    return e;
}

#define BESIDE (-77) /* rows of the group beside lie under this number */

static enum err bundle_seal(struct step *s, const struct store_chat *c, struct store_epoch *e,
                            struct slice group_info, struct slice chains,
                            struct sim_evil_bundle *out)
{
    struct slice plain, sealed;
    uint8_t key[32];
    struct buf b = buf_arena(s->arena, group_info.n + 256);
    cbor_put_array(&b, 7);
    cbor_put_bytes(&b, group_info);
    cbor_put_bytes(&b, SLICE_LITERAL(""));
    cbor_put_bytes(&b, SLICE_ARRAY(e->outer_key));
    cbor_put_bytes(&b, SLICE_ARRAY(e->write_seed));
    cbor_put_bytes(&b, SLICE_ARRAY(e->branch));
    cbor_put_uint(&b, out->epoch);
    cbor_put_bytes(&b, chains);
    TRY(buf_finish(&b, &plain));
    crypto_hmac(CRYPTO_SHA256, key, SLICE_ARRAY(c->join_secret), SLICE_LITERAL("sotto bundle"));
    TRY(own_outer_seal(s->arena, key, c->mailbox, 0, 2, NULL, plain, &sealed));
    if (sealed.n > sizeof out->info) {
        return ERR_LIMIT;
    }
    memcpy(out->info, sealed.p, sealed.n);
    out->info_n = sealed.n;
    return OK;
}

/* A key package of the running device. */
struct one_package {
    uint8_t p[4096];
    size_t n;
};

static enum err give_package(struct own *o, struct step *s, void *user)
{
    struct one_package *out = user;
    struct slice package;
    void *outs[] = {&package};
    (void)o;
    TRY(store_sql_get(s->store, s->arena, "SELECT package FROM key_package ORDER BY last_resort",
                      "b", outs, ""));
    if (package.n > sizeof out->p) {
        return ERR_LIMIT;
    }
    memcpy(out->p, package.p, package.n);
    out->n = package.n;
    return OK;
}

struct bundle {
    struct sim_evil_bundle *b;
    struct one_package package; /* of who sits in it, none */
};

static void name_pair(struct own_room *room, const uint8_t one[32], const uint8_t two[32])
{
    bool first = slice_compare(slice_make(one, 32), slice_make(two, 32)) < 0;
    room->has_pair = true;
    memcpy(room->pair[0], first ? one : two, sizeof room->pair[0]);
    memcpy(room->pair[1], first ? two : one, sizeof room->pair[1]);
    room->seat_n = 0;
}

static enum err bundle_make(struct own *o, struct step *s, void *user)
{
    struct bundle *bundle = user;
    struct sim_evil_bundle *u = bundle->b;
    struct mls_group *g = NULL, *beside = NULL;
    struct own_rows rows = {s->store, BESIDE};
    struct mls_storage storage;
    struct mls_group_params p;
    struct mls_commit_view view;
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct mls_extensions none = {NULL, 0};
    struct own_room room;
    struct store_chat c;
    struct store_epoch e;
    struct slice info, tree, chains;
    struct own_entries nothing = {NULL, 0}, all;
    struct own_admit_plan plan;
    uint8_t gid[16], junk[64], hash[32], branch[8];
    int64_t out = 0;
    TRY(store_chat_get(s->store, s->arena, (int64_t)u->chat, &c));
    TRY(own_group(o, s, c.id, &g));
    u->epoch = mls_group_epoch(g);
    TRY(own_room_of(s->arena, g, &room));
    TRY(store_epoch_get(s->store, c.id, u->epoch, &e));
    memcpy(u->mailbox, c.mailbox, sizeof u->mailbox);
    memcpy(u->outer, e.outer_key, sizeof u->outer);
    if (!u->same_admins) {
        room.admins = (const uint8_t(*)[32])o->account; /* it is ours now */
        room.admin_n = 1;
    }
    if (u->with != NULL) {
        name_pair(&room, o->account, u->with->core->account.own.account);
    }
    if (u->unnamed) {
        room.has_pair = false;
        room.seat_n = 0;
    }
    memset(&p, 0, sizeof p);
    memset(gid, 7, sizeof gid);
    TRY(own_room_encode(s->arena, &room, &ext.data));
    p.suite = mls_group_suite(g);
    p.group_id = u->same_id ? mls_group_id(g) : SLICE_ARRAY(gid);
    TRY(own_leaf_identity(o, s, &p.identity));
    p.extensions.v = &ext;
    p.extensions.n = 1;
    p.encrypt_handshake = true;
    p.padding_block = 1;
    own_group_storage(&storage, &rows);
    TRY(mls_group_create(&beside, &storage, &p));
    while (mls_group_epoch(beside) < u->epoch) {
        struct mls_proposal add = {
            .type = MLS_PROPOSAL_ADD,
            .key_package = slice_make(bundle->package.p, bundle->package.n),
        };
        struct mls_commit_params cp = {.force_path = true, .now_ms = s->now_ms};
        cp.proposals = &add;
        cp.proposal_count = bundle->package.n > 0 && mls_group_epoch(beside) == 0;
        struct mls_commit m;
        TRY(mls_group_commit(beside, s->arena, &cp, &m));
        TRY(mls_group_merge(beside, s->arena, &view));
    }
    TRY(mls_group_info(beside, s->arena, true, true, none, &info, &tree));
    memset(&plan, 0, sizeof plan);
    TRY(own_admit_lines(s, beside, &nothing, &plan, &all));
    struct buf lines = buf_arena(s->arena, 4096);
    own_entries_put(&lines, &all);
    TRY(buf_finish(&lines, &chains));
    TRY(bundle_seal(s, &c, &e, info, chains, u));
    mls_group_destroy(beside);
    crypto_rand(junk, sizeof junk);
    crypto_rand(branch, sizeof branch);
    crypto_sha256(hash, SLICE_ARRAY(junk));
    TRY(store_outbox_put(s->store, c.id, 0, SLICE_LITERAL("-"), hash, false, 0, (int64_t)s->now_ms,
                         &out));
    return store_outbox_seal(s->store, out, u->epoch, SLICE_ARRAY(junk), branch,
                             (int64_t)s->now_ms);
}

enum err sim_evil_bundle_make(struct sim_device *d, struct sim_evil_bundle *b)
{
    struct bundle bundle = {.b = b};
    TRY(b->with == NULL ? OK : sim_try(b->with, give_package, &bundle.package));
    enum err e = sim_keep(d, bundle_make, &bundle);
    if (e == OK) { /* as with any commit of its own that won */
        sim_hostile_put_info(d->sim, b->mailbox, slice_make(b->info, b->info_n));
    }
    sim_cut(d, 2);
    return e;
}

struct listener {
    struct sim *sim;
    const struct sim_evil_bundle *bundle;
    size_t heard;
};

/* What a commit is, without the entries that come beside it (receive.c). */
static enum err commit_alone(struct slice in, struct slice *message)
{
    uint64_t version = 0;
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    return cbor_get_bytes(&in, message);
}

static enum err bundle_read(struct own *o, struct step *s, void *user)
{
    struct listener *u = user;
    const struct sim_evil_bundle *b = u->bundle;
    struct mls_group *g = NULL;
    struct own_rows rows = {s->store, BESIDE};
    struct mls_storage storage;
    struct slice message;
    struct frame_deliver d;
    uint8_t outer[32];
    (void)o;
    own_group_storage(&storage, &rows);
    TRY(mls_group_load(&g, &storage));
    memcpy(outer, b->outer, sizeof outer);
    for (size_t k = 0; sim_hostile_log(u->sim, s->arena, b->mailbox, k, &d); k++) {
        struct mls_process_params pp = {.now_ms = s->now_ms};
        struct mls_event ev;
        if (d.epoch < b->epoch ||
            own_outer_open(s->arena, outer, b->mailbox, d.epoch, d.kind, d.branch, d.body,
                           &message) != OK ||
            (d.kind == WIRE_KIND_COMMIT && commit_alone(message, &message) != OK) ||
            mls_group_process(g, s->arena, &pp, message, &ev) != OK) {
            continue;
        }
        if (ev.kind == MLS_EVENT_COMMIT) {
            TRY(mls_group_export(g, SLICE_LITERAL("sotto outer"), slice_make(b->mailbox, 16), outer,
                                 sizeof outer));
        } else if (ev.kind == MLS_EVENT_APPLICATION) {
            u->heard++;
        }
    }
    mls_group_destroy(g);
    return OK;
}

size_t sim_evil_bundle_read(struct sim_device *d, const struct sim_evil_bundle *b)
{
    struct listener u = {d->sim, b, 0};
    return sim_try(d, bundle_read, &u) == OK ? u.heard : SIZE_MAX;
}
