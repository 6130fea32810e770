/* Tree arithmetic, length headers, labelled primitives, key schedule, PSK chain, secret tree,
 * transcript hashes. */
#include <string.h>

#include "mls/codec.h"
#include "mls/framing.h"
#include "mls/proposal.h"
#include "mls/label.h"
#include "mls/secret_tree.h"
#include "mls/tree_math.h"
#include "vectors_run/mls.h"

static void check_node(struct vector_result *r, const struct json *list, uint32_t i, bool there,
                       uint32_t got)
{
    const struct json *want = json_at(list, i);
    uint64_t value = 0;
    if (json_is(want, JSON_NULL)) {
        VECTOR_CHECK(r, !there);
    } else {
        VECTOR_CHECK(r, there && json_uint(want, &value) == OK && value == got);
    }
}

void mls_tree_math_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        uint64_t n = 0;
        vector_begin(r, "tree");
        n = vector_uint(r, v, "n_leaves");
        uint32_t width = mls_tree_math_width((uint32_t)n);
        uint32_t top = mls_tree_math_root(width);
        VECTOR_CHECK(r, width == n);
        VECTOR_CHECK(r, mls_tree_math_nodes(width) == vector_uint(r, v, "n_nodes"));
        VECTOR_CHECK(r, top == vector_uint(r, v, "root"));
        for (uint32_t i = 0; i < mls_tree_math_nodes(width); i++) {
            bool parent = mls_tree_math_level(i) > 0;
            check_node(r, json_get(v, "left"), i, parent, parent ? mls_tree_math_left(i) : 0);
            check_node(r, json_get(v, "right"), i, parent, parent ? mls_tree_math_right(i) : 0);
            check_node(r, json_get(v, "parent"), i, i != top,
                       i != top ? mls_tree_math_parent(i) : 0);
            check_node(r, json_get(v, "sibling"), i, i != top,
                       i != top ? mls_tree_math_sibling(i) : 0);
            if (i != top) {
                uint32_t up = mls_tree_math_parent(i);
                VECTOR_CHECK(r, mls_tree_math_ancestor(i, mls_tree_math_level(up)) == up);
                VECTOR_CHECK(r, mls_tree_math_below(i, up) && !mls_tree_math_below(up, i));
                VECTOR_CHECK(r, mls_tree_math_common(i, mls_tree_math_sibling(i)) == up);
            }
        }
        vector_end(r);
    }
}

void mls_deserialization_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        uint8_t header[4];
        size_t n = 0;
        vector_begin(r, "header");
        struct slice bytes = vector_hex(r, v, "vlbytes_header");
        struct slice rest = bytes;
        VECTOR_CHECK(r, mls_codec_length(&rest, &n) == OK && rest.n == 0);
        VECTOR_CHECK(r, n == vector_uint(r, v, "length"));
        VECTOR_BYTES(r, slice_make(header, mls_codec_header(header, n)), bytes);
        vector_end(r);
    }
}

static void check_sign(struct vector_result *r, const struct json *v)
{
    struct crypto_sign_secret secret;
    struct crypto_sign_pair key;
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct slice private_key = vector_hex(r, v, "priv");
    struct slice content = vector_hex(r, v, "content");
    struct slice public_key = vector_hex(r, v, "pub");
    struct slice label = vector_text(r, v, "label");
    const char *name = arena_string(&r->arena, label);
    if (!VECTOR_CHECK(r, private_key.n == sizeof secret.seed && name != NULL)) {
        return;
    }
    memcpy(secret.seed, private_key.p, sizeof secret.seed);
    crypto_sign_pair_of(&key, &secret);
    VECTOR_CHECK(r, mls_label_verify(&r->arena, public_key, name, content,
                                     vector_hex(r, v, "signature")) == OK);
    VECTOR_CHECK(r, mls_label_sign(&r->arena, signature, &key, name, content) == OK);
    VECTOR_CHECK(
        r, mls_label_verify(&r->arena, public_key, name, content, SLICE_ARRAY(signature)) == OK);
    signature[5] ^= 1;
    VECTOR_CHECK(r, mls_label_verify(&r->arena, public_key, name, content,
                                     SLICE_ARRAY(signature)) == ERR_AUTH);
}

static void check_encrypt(struct vector_result *r, const struct json *v,
                          const struct crypto_suite *suite)
{
    struct crypto_hpke_secret secret;
    struct slice private_key = vector_hex(r, v, "priv");
    struct slice info, opened, kem_output, ciphertext;
    struct slice plaintext = vector_hex(r, v, "plaintext");
    if (!VECTOR_CHECK(r, private_key.n == sizeof secret.b)) {
        return;
    }
    memcpy(secret.b, private_key.p, sizeof secret.b);
    VECTOR_CHECK(r, mls_label_info(&r->arena, &info, vector_text(r, v, "label"),
                                   vector_hex(r, v, "context")) == OK);
    VECTOR_CHECK(r, mls_label_open(suite, &r->arena, &opened, &secret, info,
                                   vector_hex(r, v, "kem_output"),
                                   vector_hex(r, v, "ciphertext")) == OK);
    VECTOR_BYTES(r, opened, plaintext);
    VECTOR_CHECK(r, mls_label_seal(suite, &r->arena, &kem_output, &ciphertext,
                                   vector_hex(r, v, "pub"), info, plaintext) == OK);
    VECTOR_CHECK(
        r, mls_label_open(suite, &r->arena, &opened, &secret, info, kem_output, ciphertext) == OK);
    VECTOR_BYTES(r, opened, plaintext);
}

void mls_crypto_basics_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        uint8_t out[256];
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        if (suite == NULL) {
            vector_end(r);
            continue;
        }
        const struct json *c = json_get(v, "ref_hash");
        mls_label_ref(suite, out, vector_text(r, c, "label"), vector_hex(r, c, "value"));
        VECTOR_BYTES(r, slice_make(out, suite->nh), vector_hex(r, c, "out"));
        c = json_get(v, "expand_with_label");
        size_t n = (size_t)vector_uint(r, c, "length");
        VECTOR_CHECK(r,
                     n <= sizeof out && mls_label_expand(suite, out, n, vector_hex(r, c, "secret"),
                                                         vector_text(r, c, "label"),
                                                         vector_hex(r, c, "context")) == OK);
        VECTOR_BYTES(r, slice_make(out, n), vector_hex(r, c, "out"));
        c = json_get(v, "derive_secret");
        const char *label = arena_string(&r->arena, vector_text(r, c, "label"));
        VECTOR_CHECK(r, label != NULL &&
                            mls_label_derive(suite, out, vector_hex(r, c, "secret"), label) == OK);
        VECTOR_BYTES(r, slice_make(out, suite->nh), vector_hex(r, c, "out"));
        c = json_get(v, "derive_tree_secret");
        n = (size_t)vector_uint(r, c, "length");
        VECTOR_CHECK(r, n <= sizeof out &&
                            mls_label_derive_tree(suite, out, n, vector_hex(r, c, "secret"),
                                                  vector_text(r, c, "label"),
                                                  (uint32_t)vector_uint(r, c, "generation")) == OK);
        VECTOR_BYTES(r, slice_make(out, n), vector_hex(r, c, "out"));
        check_sign(r, json_get(v, "sign_with_label"));
        check_encrypt(r, json_get(v, "encrypt_with_label"), suite);
        vector_end(r);
    }
}

static void check_epoch(struct vector_result *r, const struct json *e, struct slice group_id,
                        uint64_t number, const struct crypto_suite *suite, struct mls_secret *init)
{
    struct mls_epoch_secrets secrets = {0};
    struct mls_secret joiner, welcome;
    struct mls_secret commit = mls_vector_secret(r, e, "commit_secret");
    struct mls_secret psk = mls_vector_secret(r, e, "psk_secret");
    struct crypto_hpke_secret external;
    struct crypto_hpke_public external_pub;
    struct slice encoded;
    uint8_t exported[256];
    struct mls_group_context context = {
        .suite = suite,
        .group_id = group_id,
        .epoch = number,
        .tree_hash = vector_hex(r, e, "tree_hash"),
        .confirmed_transcript_hash = vector_hex(r, e, "confirmed_transcript_hash"),
    };
    struct buf b = buf_arena(&r->arena, 256);
    mls_key_schedule_put_context(&b, &context);
    VECTOR_CHECK(r, buf_finish(&b, &encoded) == OK);
    VECTOR_BYTES(r, encoded, vector_hex(r, e, "group_context"));
    VECTOR_CHECK(r, mls_key_schedule_joiner(suite, &joiner, init, &commit, encoded) == OK);
    VECTOR_CHECK(r, mls_key_schedule_welcome(suite, &welcome, &joiner, &psk) == OK);
    VECTOR_CHECK(r, mls_key_schedule_epoch(suite, &secrets, &joiner, &psk, encoded) == OK);
    mls_vector_same(r, suite, &joiner, e, "joiner_secret");
    mls_vector_same(r, suite, &welcome, e, "welcome_secret");
    mls_vector_same(r, suite, &secrets.init, e, "init_secret");
    mls_vector_same(r, suite, &secrets.sender_data, e, "sender_data_secret");
    mls_vector_same(r, suite, &secrets.encryption, e, "encryption_secret");
    mls_vector_same(r, suite, &secrets.exporter, e, "exporter_secret");
    mls_vector_same(r, suite, &secrets.authenticator, e, "epoch_authenticator");
    mls_vector_same(r, suite, &secrets.external, e, "external_secret");
    mls_vector_same(r, suite, &secrets.confirmation, e, "confirmation_key");
    mls_vector_same(r, suite, &secrets.membership, e, "membership_key");
    mls_vector_same(r, suite, &secrets.resumption, e, "resumption_psk");
    VECTOR_CHECK(r, mls_key_schedule_external(suite, &external, &external_pub, &secrets.external) ==
                        OK);
    VECTOR_BYTES(r, slice_make(external_pub.b, suite->npk), vector_hex(r, e, "external_pub"));
    const struct json *x = json_get(e, "exporter");
    size_t n = (size_t)vector_uint(r, x, "length");
    VECTOR_CHECK(r,
                 n <= sizeof exported &&
                     mls_key_schedule_export(suite, &secrets.exporter, vector_text(r, x, "label"),
                                             vector_hex(r, x, "context"), exported, n) == OK);
    VECTOR_BYTES(r, slice_make(exported, n), vector_hex(r, x, "secret"));
    *init = secrets.init;
}

void mls_key_schedule_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        if (suite != NULL) {
            struct mls_secret init = mls_vector_secret(r, v, "initial_init_secret");
            uint64_t number = 0;
            struct slice group_id = vector_hex(r, v, "group_id");
            const struct json *epochs = json_get(v, "epochs");
            for (const struct json *e = epochs == NULL ? NULL : epochs->first; e != NULL;
                 e = e->next) {
                check_epoch(r, e, group_id, number++, suite, &init);
            }
        }
        vector_end(r);
    }
}

void mls_psk_secret_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        const struct json *psks = json_get(v, "psks");
        struct mls_secret secret = {{0}};
        uint16_t i = 0;
        if (suite == NULL || !VECTOR_CHECK(r, json_is(psks, JSON_ARRAY))) {
            vector_end(r);
            continue;
        }
        for (const struct json *p = psks->first; p != NULL; p = p->next) {
            struct slice id;
            struct buf b = buf_arena(&r->arena, 256);
            buf_u8(&b, MLS_PSK_EXTERNAL);
            mls_codec_put_vector(&b, vector_hex(r, p, "psk_id"));
            mls_codec_put_vector(&b, vector_hex(r, p, "psk_nonce"));
            VECTOR_CHECK(r, buf_finish(&b, &id) == OK);
            VECTOR_CHECK(r, mls_key_schedule_psk(suite, &secret, id, vector_hex(r, p, "psk"), i++,
                                                 (uint16_t)psks->count) == OK);
        }
        mls_vector_same(r, suite, &secret, v, "psk_secret");
        vector_end(r);
    }
}

static void check_key(struct vector_result *r, const struct crypto_suite *suite,
                      struct mls_ratchet ratchet, const struct json *g, const char *key_field,
                      const char *nonce_field)
{
    struct mls_message_key key;
    uint32_t generation = (uint32_t)vector_uint(r, g, "generation");
    while (ratchet.generation <= generation) {
        VECTOR_CHECK(r, mls_secret_tree_step(suite, &ratchet, &key) == OK);
    }
    VECTOR_BYTES(r, slice_make(key.key.k, suite->nk), vector_hex(r, g, key_field));
    VECTOR_BYTES(r, slice_make(key.nonce, suite->nn), vector_hex(r, g, nonce_field));
}

/* The secret of one leaf, by hand from the root. */
static struct mls_secret leaf_secret(struct vector_result *r, const struct crypto_suite *suite,
                                     struct mls_secret node, uint32_t width, uint32_t leaf)
{
    uint32_t at = mls_tree_math_root(width);
    while (mls_tree_math_level(at) > 0) {
        struct mls_secret left, right;
        VECTOR_CHECK(r, mls_secret_tree_children(suite, &left, &right, &node) == OK);
        node = 2 * leaf < at ? left : right;
        at = 2 * leaf < at ? mls_tree_math_left(at) : mls_tree_math_right(at);
    }
    return node;
}

void mls_secret_tree_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        const struct json *leaves = json_get(v, "leaves");
        struct mls_message_key key;
        if (suite == NULL || !VECTOR_CHECK(r, json_is(leaves, JSON_ARRAY))) {
            vector_end(r);
            continue;
        }
        const struct json *s = json_get(v, "sender_data");
        struct mls_secret secret = mls_vector_secret(r, s, "sender_data_secret");
        VECTOR_CHECK(r, mls_secret_tree_sender_data(suite, &key, &secret,
                                                    vector_hex(r, s, "ciphertext")) == OK);
        VECTOR_BYTES(r, slice_make(key.key.k, suite->nk), vector_hex(r, s, "key"));
        VECTOR_BYTES(r, slice_make(key.nonce, suite->nn), vector_hex(r, s, "nonce"));
        secret = mls_vector_secret(r, v, "encryption_secret");
        for (uint32_t i = 0; i < leaves->count; i++) {
            struct mls_ratchet handshake, application;
            struct mls_secret leaf =
                leaf_secret(r, suite, secret, mls_tree_math_width((uint32_t)leaves->count), i);
            VECTOR_CHECK(r, mls_secret_tree_leaf(suite, &handshake, &application, &leaf) == OK);
            for (const struct json *g = json_at(leaves, i)->first; g != NULL; g = g->next) {
                check_key(r, suite, handshake, g, "handshake_key", "handshake_nonce");
                check_key(r, suite, application, g, "application_key", "application_nonce");
            }
        }
        vector_end(r);
    }
}

void mls_transcript_hash_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        const struct crypto_suite *suite = mls_vector_suite(r, v);
        struct mls_public_message m = {0};
        struct mls_message whole;
        struct mls_secret confirmed, interim, tag;
        struct mls_secret key = mls_vector_secret(r, v, "confirmation_key");
        struct slice bytes;
        if (suite == NULL) {
            vector_end(r);
            continue;
        }
        /* An AuthenticatedContent is a PublicMessage without header and membership tag. */
        struct slice authenticated = vector_hex(r, v, "authenticated_content");
        struct buf b = buf_arena(&r->arena, authenticated.n + 64);
        buf_u16(&b, 1);
        buf_slice(&b, authenticated);
        mls_codec_put_vector(&b, SLICE_LITERAL("tag"));
        VECTOR_CHECK(r, buf_finish(&b, &bytes) == OK);
        VECTOR_CHECK(r, mls_framing_read(bytes, &whole) == OK);
        m = whole.public_message;
        mls_key_schedule_confirmed(suite, &confirmed,
                                   vector_hex(r, v, "interim_transcript_hash_before"),
                                   MLS_WIRE_PUBLIC, m.content_raw, m.auth.signature);
        mls_vector_same(r, suite, &confirmed, v, "confirmed_transcript_hash_after");
        mls_key_schedule_tag(suite, &tag, &key, slice_make(confirmed.b, suite->nh));
        VECTOR_BYTES(r, slice_make(tag.b, suite->nh), m.auth.confirmation_tag);
        mls_key_schedule_interim(suite, &interim, slice_make(confirmed.b, suite->nh),
                                 m.auth.confirmation_tag);
        mls_vector_same(r, suite, &interim, v, "interim_transcript_hash_after");
        vector_end(r);
    }
}
