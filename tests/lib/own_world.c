#include "lib/own_world.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "engine/own/account.h"
#include "engine/own/contact_link.h"
#include "engine/own/group_cache.h"
#include "engine/own/identity_take.h"
#include "engine/own/leaf.h"
#include "engine/own/own.h"
#include "lib/check.h"
#include "lib/scratch.h"
#include "schema/frame.h"
#include "store/account.h"
#include "store/chat.h"
#include "store/people.h"
#include "store/own_setting.h"

struct own_identity_name own_world_name(const struct own_world_account *a, size_t n)
{
    struct own_identity_name name = {a->e[n].n, {0}};
    memcpy(name.hash, a->e[n].hash, sizeof name.hash);
    return name;
}

struct own_entries_line own_world_line(const struct own_world_account *a, size_t n)
{
    return (struct own_entries_line){true, own_world_name(a, n)};
}

struct own_entries_group own_world_bring(const struct own_world_account *a, size_t from, size_t to)
{
    /* the engine reads them only */
    union {
        const struct slice *in;
        struct slice *out;
    } p = {&a->bytes[from]};
    struct own_entries_group g = {{0}, p.out, to - from + 1};
    memcpy(g.account, a->id, sizeof g.account);
    return g;
}

/* ---- the step ------------------------------------------------------------------------------- */

static const uint8_t store_key[STORE_KEY_SIZE] = {9};

static void make_store(void)
{
    struct store *s = NULL;
    CHECK_ERR(store_open(&s, store_key, "main", OWN_WORLD_NOW_MS), OK);
    store_close(s);
}

void own_world_begin(struct own_world *w)
{
    memset(w, 0, sizeof *w);
    CHECK_ERR(crypto_init(), OK);
    scratch_begin_made(make_store);
    arena_init(&w->arena, 0);
    effects_init(&w->out, &w->arena);
    CHECK_ERR(store_open(&w->store, store_key, "main", OWN_WORLD_NOW_MS), OK);
    CHECK_ERR(store_begin(w->store), OK);
    w->s = (struct step){&w->arena, w->store, &w->out, OWN_WORLD_NOW_MS, false, false};
    w->o = calloc(1, sizeof *w->o);
    if (w->o == NULL) {
        abort();
    }
    own_init(w->o);
}

void own_world_end(struct own_world *w)
{
    own_wipe(w->o);
    free(w->o);
    store_rollback(w->store);
    store_close(w->store);
    arena_wipe(&w->arena);
    scratch_end();
    memset(w, 0, sizeof *w);
}

enum err own_world_try(struct own_world *w, enum err (*f)(struct own_world *w, void *user),
                       void *user)
{
    struct own before = *w->o;
    struct arena own_arena = w->arena;
    arena_init(&w->arena, 0);
    effects_init(&w->out, &w->arena);
    CHECK_ERR(store_sql_run(w->store, "SAVEPOINT tried", ""), OK);
    enum err e = f(w, user);
    own_groups_close(w->o);
    CHECK_ERR(store_sql_run(w->store, "ROLLBACK TO tried", ""), OK);
    CHECK_ERR(store_sql_run(w->store, "RELEASE tried", ""), OK);
    /* the list of boxes only grows; what was in it is as it was */
    before.boxes = w->o->boxes;
    before.box_n = w->o->box_n;
    before.box_cap = w->o->box_cap;
    before.box_arena = w->o->box_arena;
    *w->o = before;
    arena_wipe(&w->arena);
    w->arena = own_arena;
    effects_init(&w->out, &w->arena);
    w->s.now_ms = OWN_WORLD_NOW_MS;
    w->s.durable = w->s.dirty = false;
    return e;
}

int64_t own_world_know(struct own_world *w, const struct own_world_account *a, size_t n)
{
    struct own_identity_change change;
    int64_t person = 0;
    CHECK_ERR(own_identity_take(&w->s, a->id, a->bytes, n, &change), OK);
    CHECK(change.news == OWN_IDENTITY_GREW);
    CHECK_ERR(store_person_ensure(w->store, a->id, &person), OK);
    return person;
}

void own_world_hold(struct own_world *w, const struct own_world_account *a, size_t n)
{
    struct own_entries_line line = {false, {0, {0}}};
    CHECK_ERR(own_entries_extend(&w->s, a->id, &line, a->bytes, n), OK);
}

void own_world_be(struct own_world *w, const struct own_world_account *a, uint8_t device)
{
    CHECK_ERR(store_sql_run(w->store,
                            "INSERT INTO person(id,account,address,contact) VALUES(1,1,?,1)", "b",
                            SLICE_ARRAY(a->id)),
              OK);
    CHECK_ERR(store_sql_run(w->store, "INSERT INTO own_person(person) VALUES(1)", ""), OK);
    CHECK(own_world_know(w, a, a->n) == STORE_PERSON_ME);
    memcpy(w->o->account, a->id, sizeof w->o->account);
    memcpy(w->o->device, own_world_key(device), sizeof w->o->device);
    w->o->device_secret = own_world_secret(device);
    w->o->base.ready = true;
    w->o->conn[OWN_CONN_DEVICE].line = w->o->conn[OWN_CONN_ANON].line = OWN_READY;
}

void own_world_found(struct own_world *w, const uint8_t code[RECOVERY_CODE_BYTES])
{
    struct recovery_code c;
    CHECK_ERR(recovery_code_derive(code, &c), OK);
    w->o->suite = CRYPTO_SUITE_X25519_CHACHA; /* the quick one */
    CHECK_ERR(own_account_create(w->o, &w->s, SLICE_LITERAL("Ana"), SLICE_LITERAL("http://gw.test"),
                                 SLICE_LITERAL("laptop"), SLICE_EMPTY, &c),
              OK);
    CHECK_ERR(store_own_setting_put_int(w->store, "registered", 1), OK);
    w->o->conn[OWN_CONN_DEVICE].line = w->o->conn[OWN_CONN_ANON].line = OWN_READY;
    effects_init(&w->out, &w->arena);
    w->s.durable = w->s.dirty = false;
}

struct slice own_world_link(struct own_world *w, const struct own_world_account *a,
                            struct slice secret)
{
    struct slice out = SLICE_EMPTY;
    struct own *theirs = calloc(1, sizeof *theirs);
    uint8_t token[16];
    if (theirs == NULL) {
        abort();
    }
    memcpy(theirs->gateway, w->o->gateway, sizeof theirs->gateway);
    memcpy(theirs->account, a->id, sizeof theirs->account);
    memset(theirs->inbox, a->id[0], sizeof theirs->inbox);
    memset(token, a->id[0], sizeof token);
    CHECK_ERR(own_link_text(theirs, &w->s, token, secret, &out), OK);
    free(theirs);
    return out;
}

int64_t own_world_chat(struct own_world *w, int type, int64_t person)
{
    struct store_chat c;
    struct own_room r = own_world_context(type);
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    memcpy(c.room, r.room, sizeof c.room);
    memcpy(c.mailbox, r.mailbox, sizeof c.mailbox);
    memcpy(c.read_tag, r.read_tag, sizeof c.read_tag);
    memcpy(c.join_secret, r.join_secret, sizeof c.join_secret);
    c.type = type;
    c.person = person;
    c.has_mailbox = c.made = true;
    c.title = r.name;
    c.cursor = -1;
    CHECK_ERR(store_chat_add(w->store, &c), OK);
    return c.id;
}

void own_world_group(struct own_world *w, int64_t chat)
{
    struct own_rows rows = {w->store, chat};
    struct mls_storage storage;
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct mls_group *g = NULL;
    struct own_room r = own_world_context(STORE_CHAT_PAIR);
    struct mls_group_params params = {
        .suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA),
        .group_id = SLICE_LITERAL("room"),
        .extensions = {&ext, 1},
    };
    CHECK_ERR(own_room_encode(&w->arena, &r, &ext.data), OK);
    CHECK_ERR(own_leaf_identity(w->o, &w->s, &params.identity), OK);
    own_group_storage(&storage, &rows);
    CHECK_ERR(mls_group_create(&g, &storage, &params), OK);
    mls_group_destroy(g);
}

struct store_chat own_world_row(struct own_world *w, int64_t chat)
{
    struct store_chat c;
    CHECK_ERR(store_chat_get(w->store, &w->arena, chat, &c), OK);
    return c;
}

struct abi_op_file_begin own_world_file(int64_t chat, uint64_t bytes)
{
    struct abi_op_file_begin op;
    memset(&op, 0, sizeof op);
    op.chat = (uint64_t)chat;
    op.name = SLICE_LITERAL("plan.png");
    op.type = SLICE_LITERAL("image/png");
    op.preview = SLICE_LITERAL("thumb");
    op.bytes = bytes;
    op.width = 30;
    op.height = 20;
    return op;
}

int64_t own_world_int(struct own_world *w, const char *sql)
{
    int64_t n = 0;
    enum err e = store_sql_get_int(w->store, &n, sql, "");
    CHECK(e == OK || e == ERR_GONE);
    return e == OK ? n : -1;
}

void own_world_sql(struct own_world *w, const char *sql)
{
    CHECK_ERR(store_sql_run(w->store, sql, ""), OK);
}

bool own_world_sent(struct own_world *w, int conn, uint8_t type, struct slice *body)
{
    for (size_t i = w->out.n; i-- > 0;) {
        const struct abi_effect *e = &w->out.v[i];
        struct slice in = e->send.data;
        uint32_t request = 0;
        uint8_t got = 0;
        if (e->kind == ABI_SEND && e->send.conn == (uint64_t)conn) {
            return frame_next(&in, &got, &request, body) == OK && got == type && in.n == 0;
        }
    }
    return false;
}

size_t own_world_asks(const struct own_world *w, enum frame_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        n += w->o->asks[i].request != 0 && w->o->asks[i].type == type;
    }
    return n;
}

struct own_ask own_world_asked(struct own_world *w, enum frame_type type)
{
    struct own_ask q = {0};
    CHECK(own_world_asks(w, type) == 1);
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (w->o->asks[i].request != 0 && w->o->asks[i].type == type) {
            q = w->o->asks[i];
            w->o->asks[i].request = 0;
        }
    }
    return q;
}

int64_t own_world_setting(struct own_world *w, const char *key)
{
    int64_t v = 0;
    CHECK_ERR(store_own_setting_int(w->store, key, 0, &v), OK);
    return v;
}

/* ---- rooms ---------------------------------------------------------------------------------- */

void own_world_renew(struct own_world_member *m, const struct own_world_account *a, size_t n)
{
    struct own_identity_name name = own_world_name(a, n);
    own_identity_name_put(m->name, &name);
}

void own_world_sit(struct own_world_member *m, const struct own_world_account *a, uint8_t device,
                   size_t n)
{
    static const uint16_t types[] = {OWN_EXT_ROOM};
    mls_world_init(&m->m, "device", crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
    own_world_renew(m, a, n);
    m->device = device;
    m->ext = (struct mls_extension){OWN_EXT_ENTRY, SLICE_ARRAY(m->name)};
    m->m.id.credential = SLICE_ARRAY(a->id);
    m->m.id.signature = own_world_secret(device);
    m->m.id.leaf_extensions = (struct mls_extensions){&m->ext, 1};
    m->m.id.extension_types = types;
    m->m.id.extension_type_n = 1;
}

struct mls_leaf_view own_world_leaf(const struct own_world_member *m)
{
    struct mls_leaf_view v = {
        .index = UINT32_MAX,
        .credential = m->m.id.credential,
        .credential_type = OWN_IDENTITY_CREDENTIAL,
        .signature_key = slice_make(own_world_key(m->device), CHAIN_KEY_SIZE),
        .extensions = {&m->ext, 1},
    };
    return v;
}

struct own_room own_world_context(int type)
{
    struct own_room r;
    memset(&r, 0, sizeof r);
    r.type = type;
    r.name = SLICE_LITERAL("room");
    memset(r.room, 0xa1, sizeof r.room);
    memset(r.mailbox, 0xa2, sizeof r.mailbox);
    memset(r.read_tag, 0xa3, sizeof r.read_tag);
    memset(r.join_secret, 0xa4, sizeof r.join_secret);
    return r;
}

void own_world_open(struct own_world_room *r, struct own_world_member *first,
                    const struct own_room *context)
{
    struct mls_storage storage = mls_world_storage(&first->m.store);
    struct mls_extension ext = {OWN_EXT_ROOM, SLICE_EMPTY};
    struct mls_group_params params = {
        .suite = first->m.suite,
        .group_id = SLICE_LITERAL("room"),
        .identity = first->m.id,
        .extensions = {&ext, 1},
    };
    CHECK_ERR(own_room_encode(&first->m.arena, context, &ext.data), OK);
    CHECK_ERR(mls_group_create(&first->m.g, &storage, &params), OK);
    memset(r, 0, sizeof *r);
    r->m[r->n++] = first;
}

struct mls_proposal own_world_add(struct own_world_member *m)
{
    CHECK_ERR(mls_world_package(&m->m), OK);
    return mls_world_add(&m->m);
}

struct mls_proposal own_world_rewrite(struct own_world *w, const struct own_room *context)
{
    struct mls_extension *ext = arena_array(&w->arena, 1, sizeof *ext);
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS};
    if (ext == NULL) {
        abort();
    }
    ext->type = OWN_EXT_ROOM;
    CHECK_ERR(own_room_encode(&w->arena, context, &ext->data), OK);
    p.extensions = (struct mls_extensions){ext, 1};
    return p;
}

struct mls_commit own_world_stage(struct own_world_member *by, const struct mls_proposal *v,
                                  size_t n, bool path)
{
    struct mls_commit c = {0};
    struct mls_commit_params params = {
        .proposals = v,
        .proposal_count = n,
        .force_path = path,
        .external_pub = true,
        .identity = path ? &by->m.id : NULL,
    };
    CHECK_ERR(mls_group_commit(by->m.g, &by->m.arena, &params, &c), OK);
    return c;
}

void own_world_won(struct own_world_room *r, struct own_world_member *by,
                   const struct mls_commit *c, struct own_world_member *fresh)
{
    CHECK_ERR(mls_world_merge(&by->m), OK);
    for (size_t i = 0; i < r->n; i++) {
        if (r->m[i] != by && mls_group_state(r->m[i]->m.g) != MLS_REMOVED) {
            CHECK_ERR(mls_world_take(&r->m[i]->m, c->commit, NULL), OK);
        }
    }
    if (fresh != NULL) {
        CHECK_ERR(mls_world_join(&fresh->m, c->welcome, c->ratchet_tree), OK);
        r->m[r->n++] = fresh;
    }
}

void own_world_commit(struct own_world_room *r, struct own_world_member *by,
                      const struct mls_proposal *v, size_t n, bool path,
                      struct own_world_member *fresh)
{
    struct mls_commit c = own_world_stage(by, v, n, path);
    own_world_won(r, by, &c, fresh);
}

void own_world_take_in(struct own_world_room *r, struct own_world_member *by,
                       struct own_world_member *m)
{
    struct mls_proposal add = own_world_add(m);
    own_world_commit(r, by, &add, 1, false, m);
}

enum err own_world_follow(struct own_world *w, struct own_world_member *m, struct slice message,
                          const struct own_entries_group *brought, size_t n,
                          struct own_admit *admit)
{
    union {
        const struct own_entries_group *in;
        struct own_entries_group *out;
    } p = {brought};
    memset(admit, 0, sizeof *admit);
    admit->brought = (struct own_entries){p.out, n};
    const struct mls_policy *policy = own_admit_policy(&w->s, admit);
    if (policy == NULL) {
        abort();
    }
    m->m.policy = *policy;
    m->m.use_policy = true;
    uint64_t epoch = mls_group_epoch(m->m.g);
    enum err e = mls_world_take(&m->m, message, NULL);
    m->m.use_policy = false;
    CHECK(e == OK || mls_group_epoch(m->m.g) == epoch);
    return e;
}

void own_world_close(struct own_world_room *r)
{
    for (size_t i = 0; i < r->n; i++) {
        mls_world_end(&r->m[i]->m);
    }
    memset(r, 0, sizeof *r);
}
