/* Passive clients: join from a Welcome, follow proposals and commits, compare authenticators. */
#include <string.h>

#include "lib/mls_world.h"
#include "mls/key_package.h"
#include "mls/proposal.h"
#include "vectors_run/mls.h"

/* The PSKs of one entry; external ids only. */
struct psk_table {
    struct vector_result *r;
    const struct json *list;
};

static enum err find_psk(void *user, struct slice psk_id, struct arena *arena, struct slice *secret)
{
    const struct psk_table *t = user;
    struct mls_psk_id id;
    TRY(mls_proposal_read_psk(&psk_id, &id, false));
    for (const struct json *p = t->list == NULL ? NULL : t->list->first; p != NULL; p = p->next) {
        if (id.type == MLS_PSK_EXTERNAL &&
            slice_equal(id.external_id, vector_hex(t->r, p, "psk_id"))) {
            return arena_copy(arena, vector_hex(t->r, p, "psk"), secret);
        }
    }
    return ERR_GONE;
}

static bool same_epoch(struct vector_result *r, const struct mls_world_member *m,
                       const struct json *v, const char *key)
{
    return VECTOR_BYTES(r, mls_group_epoch_authenticator(m->g), vector_hex(r, v, key));
}

static bool take_key(struct vector_result *r, const struct json *v, const char *key,
                     uint8_t out[32])
{
    struct slice bytes = vector_hex(r, v, key);
    if (!VECTOR_CHECK(r, bytes.n == 32)) {
        return false;
    }
    memcpy(out, bytes.p, 32);
    return true;
}

static bool join(struct vector_result *r, const struct json *v, const struct crypto_suite *suite,
                 struct mls_world_member *m)
{
    struct mls_package_secret secret = {.suite = suite};
    struct crypto_hpke_public public_key;
    struct mls_package package;
    const struct json *tree = json_get(v, "ratchet_tree");
    if (!take_key(r, v, "init_priv", secret.init.b) ||
        !take_key(r, v, "encryption_priv", secret.leaf.b) ||
        !take_key(r, v, "signature_priv", m->id.signature.seed)) {
        return false;
    }
    m->package.message = vector_hex(r, v, "key_package");
    VECTOR_CHECK(r, mls_key_package_unwrap(m->package.message, &package) == OK);
    VECTOR_CHECK(r, mls_key_package_verify(&r->arena, &package, suite, NULL) == OK);
    VECTOR_CHECK(r, crypto_hpke_public_of(suite, &public_key, &secret.init) == OK);
    VECTOR_BYTES(r, slice_make(public_key.b, suite->npk), package.init_key);
    VECTOR_CHECK(r, mls_key_package_put_secret(&r->arena, &m->package.secret, &secret) == OK);
    enum err e =
        mls_world_join(m, vector_hex(r, v, "welcome"),
                       json_is(tree, JSON_STRING) ? vector_hex(r, v, "ratchet_tree") : SLICE_EMPTY);
    if (!VECTOR_CHECK(r, e == OK)) {
        vector_fail(r, "join: %s", err_name(e));
        return false;
    }
    return same_epoch(r, m, v, "initial_epoch_authenticator");
}

/* Every second epoch the group is dropped and loaded from its rows before and after. */
static bool follow(struct vector_result *r, const struct json *epoch, struct mls_world_member *m,
                   bool reload)
{
    const struct json *proposals = json_get(epoch, "proposals");
    for (const struct json *p = proposals == NULL ? NULL : proposals->first; p != NULL;
         p = p->next) {
        enum err e = mls_world_take(m, vector_hex_of(r, p), NULL);
        if (!VECTOR_CHECK(r, e == OK)) {
            vector_fail(r, "proposal: %s", err_name(e));
            return false;
        }
    }
    if (reload && !VECTOR_CHECK(r, mls_world_reload(m) == OK)) {
        return false;
    }
    enum err e = mls_world_take(m, vector_hex(r, epoch, "commit"), NULL);
    if (!VECTOR_CHECK(r, e == OK)) {
        vector_fail(r, "commit: %s", err_name(e));
        return false;
    }
    if (reload && !VECTOR_CHECK(r, mls_world_reload(m) == OK)) {
        return false;
    }
    return same_epoch(r, m, epoch, "epoch_authenticator");
}

void mls_passive_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        const struct json *epochs = json_get(v, "epochs");
        struct psk_table psks = {r, json_get(v, "external_psks")};
        struct mls_world_member m;
        unsigned n = 0;
        if (suite == NULL || !VECTOR_CHECK(r, json_is(epochs, JSON_ARRAY))) {
            vector_end(r);
            continue;
        }
        mls_world_init(&m, "passive", suite);
        m.psk = (struct mls_psk_lookup){&psks, find_psk};
        if (join(r, v, suite, &m)) {
            for (const struct json *e = epochs->first; e != NULL; e = e->next) {
                if (!follow(r, e, &m, n++ % 2 == 1)) {
                    break;
                }
            }
        }
        mls_world_end(&m);
        vector_end(r);
    }
}
