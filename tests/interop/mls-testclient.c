/* A client for interop tests: one JSON object a line in, one out.
 *
 * The calls and fields are those of the gRPC service mls_client.MLSClient of
 * mlswg/mls-implementations, bytes as hex: {"call":"CreateGroup", ...}. States
 * are numbered and never change: taking a commit gives a new number. Every new state is loaded
 * from a copy of the rows of the old one. Errors are {"error":"auth","call":"HandleCommit"}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/rand.h"
#include "lib/json.h"
#include "lib/mls_world.h"
#include "mls/epoch.h"
#include "mls/framing.h"
#include "mls/key_package.h"
#include "mls/proposal.h"
#include "mls/welcome.h"

#define THINGS_MAX 4096
#define PSKS_MAX 256
#define LIST_MAX 256
#define LINE_BYTES_MAX ((size_t)32 << 20)

/* What a number stands for: a group state, a client about to join, a signer. */
struct thing {
    bool used;
    struct mls_world_member m; /* g set: a state; package set: a joiner */
    uint32_t reinit_old;       /* of a joiner: the suspended state      */
};
struct psk {
    struct slice id, secret; /* malloc'ed */
};

static const uint16_t accepted[] = {MLS_CREDENTIAL_X509};
static struct thing *things[THINGS_MAX];
static struct psk psks[PSKS_MAX];
static size_t psk_n;
static struct arena arena; /* of one call */
static const struct json *request;
static struct buf reply;

/* ---- JSON --------------------------------------------------------------------------------------
 */

static struct slice hex_of(const struct json *j)
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&arena, json_text(j).n / 2 + 1);
    if (text_get_hex(&b, json_text(j)) == OK) {
        out = buf_view(&b);
    }
    return out;
}

static struct slice hex(const char *key)
{
    return hex_of(json_get(request, key));
}

static uint64_t number_of(const struct json *j)
{
    uint64_t v = 0;
    return json_uint(j, &v) == OK ? v : 0;
}

static uint64_t number(const char *key)
{
    return number_of(json_get(request, key));
}

static void text(const char *s)
{
    buf_put(&reply, s, strlen(s));
}

static void put_key(const char *key)
{
    text(reply.n > 1 ? ",\"" : "\"");
    text(key);
    text("\":");
}

static void put_hex(const char *key, struct slice s)
{
    put_key(key);
    text("\"");
    text_put_hex(&reply, s);
    text("\"");
}

static void put_number(const char *key, uint64_t v)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
    put_key(key);
    text(digits);
}

/* ---- things ------------------------------------------------------------------------------------
 */

static struct thing *get(const char *key)
{
    uint64_t n = number(key);
    return n < THINGS_MAX && things[n] != NULL && things[n]->used ? things[n] : NULL;
}

static struct thing *new_thing(uint32_t *n)
{
    for (*n = 1; *n < THINGS_MAX; (*n)++) {
        if (things[*n] == NULL) {
            things[*n] = calloc(1, sizeof **things);
            if (things[*n] != NULL) {
                things[*n]->used = true;
            }
            return things[*n];
        }
    }
    return NULL;
}

static enum err find_psk(void *user, struct slice psk_id, struct arena *a, struct slice *secret)
{
    struct mls_psk_id id;
    (void)user;
    TRY(mls_proposal_read_psk(&psk_id, &id, false));
    for (size_t i = psk_n; i-- > 0;) {
        if (id.type == MLS_PSK_EXTERNAL && slice_equal(psks[i].id, id.external_id)) {
            return arena_copy(a, psks[i].secret, secret);
        }
    }
    return ERR_GONE;
}

static enum err store_psk(struct slice id, struct slice secret)
{
    struct slice *to[2];
    const struct slice from[2] = {id, secret};
    if (psk_n == PSKS_MAX) {
        return ERR_LIMIT;
    }
    to[0] = &psks[psk_n].id;
    to[1] = &psks[psk_n].secret;
    for (int i = 0; i < 2; i++) {
        uint8_t *p = malloc(from[i].n + 1);
        if (p == NULL) {
            return ERR_HOST_MEMORY;
        }
        memcpy(p, from[i].p, from[i].n);
        *to[i] = slice_make(p, from[i].n);
    }
    psk_n++;
    return OK;
}

static const struct crypto_suite *suite_of(uint64_t code)
{
    return code <= UINT16_MAX ? crypto_suite_find((uint16_t)code) : NULL;
}

static enum err init_member(struct thing *t, const struct crypto_suite *suite, struct slice name)
{
    struct slice kept;
    if (suite == NULL) {
        return ERR_INPUT_SUITE;
    }
    mls_world_init(&t->m, "client", suite);
    TRY(arena_copy(&t->m.arena, name, &kept));
    t->m.id.credential = kept;
    t->m.id.credential_types = accepted; /* CoreCrypto's groups require it of everybody */
    t->m.id.credential_type_n = 1;
    t->m.psk.find = find_psk;
    t->m.encrypt = json_bool(json_get(request, "encrypt_handshake"));
    return OK;
}

/* A new state with a copy of the rows. */
static enum err copy_state(const struct thing *from, struct thing **out, uint32_t *n)
{
    struct slice kept;
    struct thing *t = new_thing(n);
    if (t == NULL) {
        return ERR_LIMIT;
    }
    mls_world_init(&t->m, from->m.name, from->m.suite);
    TRY(arena_copy(&t->m.arena, from->m.id.credential, &kept));
    t->m.id.credential = kept;
    t->m.id.signature = from->m.id.signature;
    t->m.psk = from->m.psk;
    t->m.encrypt = from->m.encrypt;
    mls_world_store_copy(&t->m.store, &from->m.store);
    *out = t;
    return mls_world_reload(&t->m);
}

static void put_authenticator(const struct mls_group *g)
{
    put_hex("epoch_authenticator", mls_group_epoch_authenticator(g));
}

/* Our own proposals come back to us: they are stored already. */
static enum err take(struct thing *t, struct slice message)
{
    enum err e = mls_world_take(&t->m, message, NULL);
    return e == ERR_STATE_OWN || e == ERR_STATE_REPLAY ? OK : e;
}

static enum err take_list(struct thing *t, const char *key)
{
    const struct json *list = json_get(request, key);
    for (const struct json *p = list == NULL ? NULL : list->first; p != NULL; p = p->next) {
        TRY(take(t, hex_of(p)));
    }
    return OK;
}

static struct mls_extensions extensions_of(const struct json *list)
{
    size_t n = 0;
    struct mls_extension *v = arena_array(&arena, LIST_MAX, sizeof *v);
    for (const struct json *e = list == NULL || v == NULL ? NULL : list->first;
         e != NULL && n < LIST_MAX; e = e->next) {
        v[n].type = (uint16_t)number_of(json_get(e, "extension_type"));
        v[n++].data = hex_of(json_get(e, "extension_data"));
    }
    return (struct mls_extensions){v, n};
}

static struct slice external_id(struct slice id)
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&arena, id.n + 8);
    buf_u8(&b, MLS_PSK_EXTERNAL);
    mls_codec_put_vector(&b, id);
    out = buf_view(&b);
    return out;
}

static struct slice resumption_id(const struct thing *t, uint64_t epoch)
{
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&arena, 300);
    mls_proposal_put_resumption(&b, MLS_PSK_APPLICATION, mls_group_id(t->m.g), epoch);
    out = buf_view(&b);
    return out;
}

static enum err find_member(const struct mls_group *g, struct slice name, uint32_t *leaf)
{
    struct mls_leaf_view view;
    uint32_t next = 0;
    while (mls_group_next_member(g, &next, &view)) {
        if (slice_equal(view.credential, name)) {
            *leaf = view.index;
            return OK;
        }
    }
    return ERR_GONE;
}

/* ---- beginnings --------------------------------------------------------------------------------
 */

static enum err call_create_group(void)
{
    uint32_t n = 0;
    struct thing *t = new_thing(&n);
    if (t == NULL) {
        return ERR_LIMIT;
    }
    TRY(init_member(t, suite_of(number("cipher_suite")), hex("identity")));
    struct mls_storage storage = mls_world_storage(&t->m.store);
    struct mls_group_params params = {
        .suite = t->m.suite,
        .group_id = hex("group_id"),
        .identity = t->m.id,
        .extensions = extensions_of(json_get(request, "extensions")),
        .encrypt_handshake = t->m.encrypt,
        .padding_block = 1,
    };
    TRY(mls_group_create(&t->m.g, &storage, &params));
    put_number("state_id", n);
    return OK;
}

static void put_private(const struct thing *t)
{
    struct mls_package_secret secret;
    if (mls_key_package_get_secret(t->m.package.secret, &secret) == OK) {
        put_hex("init_priv", SLICE_ARRAY(secret.init.b));
        put_hex("encryption_priv", SLICE_ARRAY(secret.leaf.b));
    }
    put_hex("signature_priv", SLICE_ARRAY(t->m.id.signature.seed));
}

static enum err make_package(struct thing *t)
{
    uint64_t now = number("now_s");
    return mls_key_package_create(&t->m.arena, &t->m.package, t->m.suite, &t->m.id,
                                  now == 0 ? 0 : now - 3600,
                                  now == 0 ? UINT64_MAX : now + 28ull * 86400, false);
}

static enum err call_create_key_package(void)
{
    uint32_t n = 0;
    struct thing *t = new_thing(&n);
    if (t == NULL) {
        return ERR_LIMIT;
    }
    TRY(init_member(t, suite_of(number("cipher_suite")), hex("identity")));
    TRY(make_package(t));
    put_number("transaction_id", n);
    put_hex("key_package", t->m.package.message);
    put_private(t);
    return OK;
}

static enum err join(struct thing *t, const struct mls_group *predecessor)
{
    struct mls_storage storage = mls_world_storage(&t->m.store);
    struct mls_join_params params = {
        .welcome = hex("welcome"),
        .ratchet_tree = hex("ratchet_tree"),
        .key_package = t->m.package.message,
        .key_package_secret = t->m.package.secret,
        .identity = t->m.id,
        .psk = &t->m.psk,
        .predecessor = predecessor,
        .encrypt_handshake = t->m.encrypt,
        .padding_block = 1,
    };
    return mls_group_join(&t->m.g, &storage, &params);
}

static enum err call_join_group(void)
{
    struct thing *t = get("transaction_id");
    if (t == NULL || t->m.g != NULL) {
        return ERR_GONE;
    }
    t->m.encrypt = json_bool(json_get(request, "encrypt_handshake"));
    TRY(join(t, NULL));
    put_number("state_id", number("transaction_id"));
    put_authenticator(t->m.g);
    return OK;
}

static enum err call_external_join(void)
{
    uint32_t n = 0;
    struct slice body, commit;
    struct mls_group_info info;
    struct thing *t = new_thing(&n);
    const struct json *list = json_get(request, "psks");
    struct slice group_info = hex("group_info");
    if (t == NULL) {
        return ERR_LIMIT;
    }
    TRY(mls_framing_unwrap(group_info, MLS_WIRE_GROUP_INFO, &body));
    TRY(mls_welcome_get_info(body, &info));
    TRY(init_member(t, suite_of(info.suite), hex("identity")));
    for (const struct json *p = list == NULL ? NULL : list->first; p != NULL; p = p->next) {
        TRY(store_psk(hex_of(json_get(p, "psk_id")), hex_of(json_get(p, "psk_secret"))));
    }
    struct mls_storage storage = mls_world_storage(&t->m.store);
    struct mls_external_params params = {
        .group_info = group_info,
        .ratchet_tree = hex("ratchet_tree"),
        .identity = t->m.id,
        .resync = json_bool(json_get(request, "remove_prior")),
        .resync_leaf = UINT32_MAX,
        .psk_id = list != NULL && list->count > 0
                      ? external_id(hex_of(json_get(json_at(list, 0), "psk_id")))
                      : SLICE_EMPTY,
        .psk = &t->m.psk,
        .encrypt_handshake = t->m.encrypt,
        .padding_block = 1,
    };
    TRY(mls_group_join_external(&t->m.g, &storage, &params, &t->m.arena, &commit));
    TRY(mls_world_reload(&t->m)); /* as after a restart */
    TRY(mls_world_merge(&t->m));
    put_number("state_id", n);
    put_hex("commit", commit);
    put_authenticator(t->m.g);
    return OK;
}

/* ---- reading a state
 * ----------------------------------------------------------------------------- */

static enum err call_group_info(void)
{
    struct thing *t = get("state_id");
    struct slice info, tree;
    bool outside = json_bool(json_get(request, "external_tree"));
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(mls_group_info(t->m.g, &t->m.arena, !outside, true, (struct mls_extensions){NULL, 0}, &info,
                       &tree));
    put_hex("group_info", info);
    put_hex("ratchet_tree", outside ? tree : SLICE_EMPTY);
    return OK;
}

static enum err call_state_auth(void)
{
    struct thing *t = get("state_id");
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    put_hex("state_auth_secret", mls_group_epoch_authenticator(t->m.g));
    put_number("epoch", mls_group_epoch(t->m.g));
    put_number("members", mls_group_member_count(t->m.g));
    put_number("leaf", mls_group_own_leaf(t->m.g));
    return OK;
}

static enum err call_export(void)
{
    uint8_t out[256];
    struct thing *t = get("state_id");
    uint64_t n = number("key_length");
    if (t == NULL || t->m.g == NULL || n > sizeof out) {
        return ERR_GONE;
    }
    TRY(mls_group_export(t->m.g, json_text(json_get(request, "label")), hex("context"), out,
                         (size_t)n));
    put_hex("exported_secret", slice_make(out, (size_t)n));
    return OK;
}

static enum err call_protect(void)
{
    struct thing *t = get("state_id");
    struct slice message;
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(mls_group_protect(t->m.g, &arena, hex("authenticated_data"), hex("plaintext"), &message));
    put_hex("ciphertext", message);
    return OK;
}

static enum err call_unprotect(void)
{
    struct thing *t = get("state_id");
    struct mls_event event;
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(mls_world_take(&t->m, hex("ciphertext"), &event));
    put_hex("authenticated_data", event.authenticated_data);
    put_hex("plaintext", event.data);
    put_hex("sender", event.sender_leaf.credential);
    return event.kind == MLS_EVENT_APPLICATION ? OK : ERR_INPUT;
}

static enum err call_store_psk(void)
{
    return store_psk(hex("psk_id"), hex("psk_secret"));
}

/* ---- proposals
 * ------------------------------------------------------------------------------------ */

static enum err propose(const struct mls_proposal *p)
{
    struct thing *t = get("state_id");
    struct mls_process_params params = {0};
    struct slice message;
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(mls_group_propose(t->m.g, &arena, &params, p, NULL, &message));
    put_hex("proposal", message);
    return OK;
}

static enum err call_add_proposal(void)
{
    struct mls_proposal p = {.type = MLS_PROPOSAL_ADD, .key_package = hex("key_package")};
    return propose(&p);
}

static enum err call_update_proposal(void)
{
    struct mls_proposal p = {.type = MLS_PROPOSAL_UPDATE};
    return propose(&p);
}

static enum err call_remove_proposal(void)
{
    struct thing *t = get("state_id");
    struct mls_proposal p = {.type = MLS_PROPOSAL_REMOVE};
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(find_member(t->m.g, hex("removed_id"), &p.removed));
    return propose(&p);
}

static enum err call_external_psk_proposal(void)
{
    struct mls_proposal p = {.type = MLS_PROPOSAL_PSK, .psk_id = external_id(hex("psk_id"))};
    return propose(&p);
}

static enum err call_resumption_psk_proposal(void)
{
    struct thing *t = get("state_id");
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    struct mls_proposal p = {.type = MLS_PROPOSAL_PSK,
                             .psk_id = resumption_id(t, number("epoch_id"))};
    return propose(&p);
}

static enum err call_context_proposal(void)
{
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                             .extensions = extensions_of(json_get(request, "extensions"))};
    return propose(&p);
}

static enum err call_reinit_proposal(void)
{
    struct mls_proposal p = {
        .type = MLS_PROPOSAL_REINIT,
        .reinit_group_id = hex("group_id"),
        .reinit_suite = (uint16_t)number("cipher_suite"),
        .extensions = extensions_of(json_get(request, "extensions")),
    };
    return propose(&p);
}

/* ---- commits
 * -------------------------------------------------------------------------------------- */

static enum err read_value(const struct thing *t, const struct json *j, struct mls_proposal *p)
{
    const struct json *type = json_get(j, "proposal_type");
    *p = (struct mls_proposal){.type = MLS_PROPOSAL_ADD};
    if (json_text_is(type, "add")) {
        p->key_package = hex_of(json_get(j, "key_package"));
    } else if (json_text_is(type, "remove")) {
        p->type = MLS_PROPOSAL_REMOVE;
        return find_member(t->m.g, hex_of(json_get(j, "removed_id")), &p->removed);
    } else if (json_text_is(type, "externalPSK")) {
        p->type = MLS_PROPOSAL_PSK;
        p->psk_id = external_id(hex_of(json_get(j, "psk_id")));
    } else if (json_text_is(type, "resumptionPSK")) {
        p->type = MLS_PROPOSAL_PSK;
        p->psk_id = resumption_id(t, number_of(json_get(j, "epoch_id")));
    } else if (json_text_is(type, "groupContextExtensions")) {
        p->type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
        p->extensions = extensions_of(json_get(j, "extensions"));
    } else if (json_text_is(type, "reinit")) {
        p->type = MLS_PROPOSAL_REINIT;
        p->reinit_group_id = hex_of(json_get(j, "group_id"));
        p->reinit_suite = (uint16_t)number_of(json_get(j, "cipher_suite"));
        p->extensions = extensions_of(json_get(j, "extensions"));
    } else {
        return ERR_INPUT;
    }
    return OK;
}

static enum err call_commit(void)
{
    struct thing *t = get("state_id");
    const struct json *list = json_get(request, "by_value");
    struct mls_proposal *values = arena_array(&arena, LIST_MAX, sizeof *values);
    struct mls_commit out;
    size_t n = 0;
    bool outside = json_bool(json_get(request, "external_tree"));
    if (t == NULL || t->m.g == NULL || values == NULL) {
        return ERR_GONE;
    }
    TRY(take_list(t, "by_reference"));
    for (const struct json *p = list == NULL ? NULL : list->first; p != NULL && n < LIST_MAX;
         p = p->next) {
        TRY(read_value(t, p, &values[n++]));
    }
    struct mls_commit_params params = {
        .proposals = values,
        .proposal_count = n,
        .force_path = json_bool(json_get(request, "force_path")),
        .tree_in_welcome = !outside,
        .external_pub = true,
        .psk = &t->m.psk,
    };
    TRY(mls_group_commit(t->m.g, &arena, &params, &out));
    put_hex("commit", out.commit);
    put_hex("welcome", out.welcome);
    put_hex("ratchet_tree", outside ? out.ratchet_tree : SLICE_EMPTY);
    put_hex("group_info", out.group_info);
    put_hex("pending_epoch_authenticator", out.epoch_authenticator);
    return OK;
}

static enum err handle_pending(struct thing **out, uint32_t *n)
{
    struct thing *t = get("state_id");
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(copy_state(t, out, n));
    return mls_world_merge(&(*out)->m);
}

static enum err handle_commit(struct thing **out, uint32_t *n)
{
    struct thing *t = get("state_id");
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    TRY(copy_state(t, out, n));
    TRY(take_list(*out, "proposal"));
    return mls_world_take(&(*out)->m, hex("commit"), NULL);
}

static enum err call_handle_pending_commit(void)
{
    struct thing *t = NULL;
    uint32_t n = 0;
    TRY(handle_pending(&t, &n));
    put_number("state_id", n);
    put_authenticator(t->m.g);
    return OK;
}

static enum err call_handle_commit(void)
{
    struct thing *t = NULL;
    uint32_t n = 0;
    TRY(handle_commit(&t, &n));
    put_number("state_id", n);
    put_key("removed");
    text(mls_group_state(t->m.g) == MLS_REMOVED ? "true" : "false");
    put_authenticator(t->m.g);
    return OK;
}

/* A proposal alone: stored in place. */
static enum err call_handle_proposal(void)
{
    struct thing *t = get("state_id");
    return t == NULL || t->m.g == NULL ? ERR_GONE : take(t, hex("proposal"));
}

/* ---- reinit and branch
 * ------------------------------------------------------------------------------ */

/* After the commit of a ReInit: a joiner with a package for the announced suite. */
static enum err put_reinit(struct thing *old, uint32_t old_n)
{
    uint32_t n = 0;
    struct slice raw;
    struct mls_proposal_body body;
    struct thing *t = new_thing(&n);
    if (t == NULL || mls_group_state(old->m.g) != MLS_SUSPENDED) {
        return ERR_STATE;
    }
    TRY(mls_group_committed_reinit(old->m.g, &raw));
    TRY(mls_proposal_read(&raw, &body));
    TRY(init_member(t, suite_of(body.suite), old->m.id.credential));
    t->m.encrypt = old->m.encrypt;
    t->reinit_old = old_n;
    TRY(make_package(t));
    put_number("reinit_id", n);
    put_hex("key_package", t->m.package.message);
    put_authenticator(old->m.g);
    return OK;
}

static enum err call_handle_pending_reinit(void)
{
    struct thing *t = NULL;
    uint32_t n = 0;
    TRY(handle_pending(&t, &n));
    return put_reinit(t, n);
}

static enum err call_handle_reinit(void)
{
    struct thing *t = NULL;
    uint32_t n = 0;
    TRY(handle_commit(&t, &n));
    return put_reinit(t, n);
}

static enum err successor(struct thing *t, struct mls_group *old, bool reinit,
                          const struct mls_group_params *params, const char *packages_key)
{
    const struct json *list = json_get(request, packages_key);
    struct slice packages[LIST_MAX];
    struct mls_commit out;
    size_t n = 0;
    bool outside = json_bool(json_get(request, "external_tree"));
    struct mls_storage storage = mls_world_storage(&t->m.store);
    struct mls_commit_params commit = {
        .force_path = json_bool(json_get(request, "force_path")),
        .tree_in_welcome = !outside,
        .psk = &t->m.psk,
    };
    for (const struct json *p = list == NULL ? NULL : list->first; p != NULL && n < LIST_MAX;
         p = p->next) {
        packages[n++] = hex_of(p);
    }
    TRY(mls_group_successor(&t->m.g, &storage, old, reinit, params, packages, n, &commit, &arena,
                            &out));
    put_hex("welcome", out.welcome);
    put_hex("ratchet_tree", outside ? out.ratchet_tree : SLICE_EMPTY);
    put_authenticator(t->m.g);
    return OK;
}

static enum err call_reinit_welcome(void)
{
    struct thing *t = get("reinit_id");
    struct thing *old = t == NULL ? NULL : things[t->reinit_old];
    struct slice raw;
    struct mls_proposal_body body;
    if (old == NULL) {
        return ERR_GONE;
    }
    TRY(mls_group_committed_reinit(old->m.g, &raw));
    TRY(mls_proposal_read(&raw, &body));
    struct mls_group_params params = {
        .suite = t->m.suite,
        .group_id = body.group_id,
        .identity = t->m.id,
        .encrypt_handshake = t->m.encrypt,
        .padding_block = 1,
    };
    TRY(mls_codec_extensions(&arena, body.extensions, &params.extensions));
    TRY(successor(t, old->m.g, true, &params, "key_package"));
    put_number("state_id", number("reinit_id"));
    return OK;
}

static enum err call_handle_reinit_welcome(void)
{
    struct thing *t = get("reinit_id");
    struct thing *old = t == NULL ? NULL : things[t->reinit_old];
    if (old == NULL) {
        return ERR_GONE;
    }
    TRY(join(t, old->m.g));
    put_number("state_id", number("reinit_id"));
    put_authenticator(t->m.g);
    return OK;
}

static enum err call_create_branch(void)
{
    uint32_t n = 0;
    struct thing *old = get("state_id");
    struct thing *t = new_thing(&n);
    if (old == NULL || old->m.g == NULL || t == NULL) {
        return ERR_GONE;
    }
    TRY(init_member(t, old->m.suite, old->m.id.credential));
    t->m.encrypt = old->m.encrypt;
    struct mls_group_params params = {
        .suite = t->m.suite,
        .group_id = hex("group_id"),
        .identity = t->m.id,
        .extensions = extensions_of(json_get(request, "extensions")),
        .encrypt_handshake = t->m.encrypt,
        .padding_block = 1,
    };
    TRY(successor(t, old->m.g, false, &params, "key_packages"));
    put_number("state_id", n);
    return OK;
}

static enum err call_handle_branch(void)
{
    struct thing *old = get("state_id");
    struct thing *t = get("transaction_id");
    if (old == NULL || old->m.g == NULL || t == NULL) {
        return ERR_GONE;
    }
    t->m.encrypt = old->m.encrypt;
    TRY(join(t, old->m.g));
    put_number("state_id", number("transaction_id"));
    put_authenticator(t->m.g);
    return OK;
}

/* ---- proposals from outside
 * ---------------------------------------------------------------------- */

static enum err outside(struct thing *t, uint32_t sender, bool new_member,
                        const struct mls_proposal *p)
{
    struct slice body, message;
    struct mls_group_info info;
    TRY(mls_framing_unwrap(hex("group_info"), MLS_WIRE_GROUP_INFO, &body));
    TRY(mls_welcome_get_info(body, &info));
    struct mls_external_proposal params = {
        .suite = suite_of(info.suite),
        .group_id = info.context.group_id,
        .epoch = info.context.epoch,
        .new_member = new_member,
        .sender = sender,
        .signature = t->m.id.signature,
        .proposal = *p,
    };
    TRY(mls_group_external_propose(&arena, &params, &message));
    put_hex("proposal", message);
    return OK;
}

static enum err call_new_member_add(void)
{
    uint32_t n = 0;
    struct slice body;
    struct mls_group_info info;
    struct thing *t = new_thing(&n);
    if (t == NULL) {
        return ERR_LIMIT;
    }
    TRY(mls_framing_unwrap(hex("group_info"), MLS_WIRE_GROUP_INFO, &body));
    TRY(mls_welcome_get_info(body, &info));
    TRY(init_member(t, suite_of(info.suite), hex("identity")));
    TRY(make_package(t));
    struct mls_proposal p = {.type = MLS_PROPOSAL_ADD, .key_package = t->m.package.message};
    put_number("transaction_id", n);
    put_private(t);
    return outside(t, 0, true, &p);
}

static enum err call_create_external_signer(void)
{
    uint32_t n = 0;
    struct slice sender;
    struct crypto_sign_public key;
    struct thing *t = new_thing(&n);
    if (t == NULL) {
        return ERR_LIMIT;
    }
    TRY(init_member(t, suite_of(number("cipher_suite")), hex("identity")));
    crypto_sign_public_of(&key, &t->m.id.signature);
    struct buf b = buf_arena(&arena, 256);
    mls_codec_put_vector(&b, SLICE_ARRAY(key.b));
    buf_u16(&b, 1);
    mls_codec_put_vector(&b, t->m.id.credential);
    TRY(buf_finish(&b, &sender));
    put_number("signer_id", n);
    put_hex("external_sender", sender);
    return OK;
}

static enum err call_add_external_signer(void)
{
    struct thing *t = get("state_id");
    struct mls_extension *list;
    size_t n = 0;
    if (t == NULL || t->m.g == NULL) {
        return ERR_GONE;
    }
    struct mls_extensions now = mls_group_extensions(t->m.g);
    list = arena_array(&arena, now.n + 1, sizeof *list);
    struct buf b = buf_arena(&arena, 512);
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < now.n && list != NULL; i++) {
        if (now.v[i].type == MLS_EXTENSION_EXTERNAL_SENDERS) {
            struct slice data = now.v[i].data;
            struct slice content;
            TRY(mls_codec_vector(&data, &content));
            buf_slice(&b, content);
        } else {
            list[n++] = now.v[i];
        }
    }
    buf_slice(&b, hex("external_sender"));
    mls_codec_close(&b, mark);
    list[n].type = MLS_EXTENSION_EXTERNAL_SENDERS;
    TRY(buf_finish(&b, &list[n++].data));
    struct mls_proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                             .extensions = {list, n}};
    return propose(&p);
}

static enum err call_external_signer_proposal(void)
{
    struct thing *t = get("signer_id");
    struct slice body, tree;
    struct mls_group_info info;
    struct mls_proposal p = {.type = MLS_PROPOSAL_ADD};
    const struct json *d = json_get(request, "description");
    if (t == NULL) {
        return ERR_GONE;
    }
    p.key_package = hex_of(json_get(d, "key_package"));
    if (json_text_is(json_get(d, "proposal_type"), "remove")) {
        struct mls_tree decoded;
        TRY(mls_framing_unwrap(hex("group_info"), MLS_WIRE_GROUP_INFO, &body));
        TRY(mls_welcome_get_info(body, &info));
        tree = hex("ratchet_tree");
        if (tree.n == 0 &&
            !mls_codec_extension_find(info.extension_list, MLS_EXTENSION_RATCHET_TREE, &tree)) {
            return ERR_GONE;
        }
        TRY(mls_tree_decode(&decoded, suite_of(info.suite), &arena, tree));
        p.type = MLS_PROPOSAL_REMOVE;
        p.removed = UINT32_MAX;
        for (uint32_t i = 0; i < decoded.width; i++) {
            const struct mls_leaf *leaf = mls_tree_leaf(&decoded, i);
            if (leaf != NULL && slice_equal(leaf->credential, hex_of(json_get(d, "removed_id")))) {
                p.removed = i;
            }
        }
    }
    return outside(t, (uint32_t)number("signer_index"), false, &p);
}

/* ---- the service
 * ---------------------------------------------------------------------------------- */

static enum err call_name(void)
{
    put_key("name");
    text("\"sotto\"");
    return OK;
}

static enum err call_suites(void)
{
    size_t n = 0;
    char digits[16];
    const struct crypto_suite *suites = crypto_suite_list(&n);
    put_key("ciphersuites");
    text("[");
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(digits, sizeof digits, "%s%u", i == 0 ? "" : ",", suites[i].code);
        text(digits);
    }
    text("]");
    return OK;
}

static enum err call_free(void)
{
    uint64_t n = number("state_id");
    if (n >= THINGS_MAX || things[n] == NULL) {
        return ERR_GONE;
    }
    mls_world_end(&things[n]->m);
    free(things[n]);
    things[n] = NULL;
    return OK;
}

static const struct {
    const char *name;
    enum err (*run)(void);
} calls[] = {
    {"Name", call_name},
    {"SupportedCiphersuites", call_suites},
    {"CreateGroup", call_create_group},
    {"CreateKeyPackage", call_create_key_package},
    {"JoinGroup", call_join_group},
    {"ExternalJoin", call_external_join},
    {"GroupInfo", call_group_info},
    {"StateAuth", call_state_auth},
    {"Export", call_export},
    {"Protect", call_protect},
    {"Unprotect", call_unprotect},
    {"StorePSK", call_store_psk},
    {"AddProposal", call_add_proposal},
    {"UpdateProposal", call_update_proposal},
    {"RemoveProposal", call_remove_proposal},
    {"ExternalPSKProposal", call_external_psk_proposal},
    {"ResumptionPSKProposal", call_resumption_psk_proposal},
    {"GroupContextExtensionsProposal", call_context_proposal},
    {"Commit", call_commit},
    {"HandleCommit", call_handle_commit},
    {"HandlePendingCommit", call_handle_pending_commit},
    {"HandleProposal", call_handle_proposal},
    {"ReInitProposal", call_reinit_proposal},
    {"ReInitCommit", call_commit},
    {"HandlePendingReInitCommit", call_handle_pending_reinit},
    {"HandleReInitCommit", call_handle_reinit},
    {"ReInitWelcome", call_reinit_welcome},
    {"HandleReInitWelcome", call_handle_reinit_welcome},
    {"CreateBranch", call_create_branch},
    {"HandleBranch", call_handle_branch},
    {"NewMemberAddProposal", call_new_member_add},
    {"CreateExternalSigner", call_create_external_signer},
    {"AddExternalSigner", call_add_external_signer},
    {"ExternalSignerProposal", call_external_signer_proposal},
    {"Free", call_free},
};

static enum err dispatch(struct slice line)
{
    struct json *root = NULL;
    TRY(json_parse(&arena, line, &root));
    request = root;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (json_text_is(json_get(request, "call"), calls[i].name)) {
            return calls[i].run();
        }
    }
    return ERR_INPUT;
}

static void answer(struct slice line)
{
    struct slice out;
    reply = buf_arena(&arena, 4096);
    text("{");
    enum err e = dispatch(line);
    if (e != OK) {
        reply = buf_arena(&arena, 256);
        text("{");
        put_key("error");
        text("\"");
        text(err_name(e));
        text("\"");
    }
    text("}\n");
    if (buf_finish(&reply, &out) == OK) {
        (void)fwrite(out.p, 1, out.n, stdout);
        (void)fflush(stdout);
    }
}

int main(void)
{
    char *line = malloc(LINE_BYTES_MAX);
    if (line == NULL || crypto_init() != OK) {
        return 1;
    }
    while (fgets(line, (int)LINE_BYTES_MAX, stdin) != NULL) {
        arena_init(&arena, 0);
        answer(slice_make(line, strlen(line)));
        arena_wipe(&arena);
    }
    for (size_t i = 0; i < THINGS_MAX; i++) {
        if (things[i] != NULL) {
            mls_world_end(&things[i]->m);
            free(things[i]);
        }
    }
    free(line);
    return 0;
}
