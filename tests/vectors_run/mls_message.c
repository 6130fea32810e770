/* Framing, byte-exact syntax of every structure, Welcome. */
#include "mls/framing.h"

#include <string.h>

#include "mls/commit.h"
#include "mls/tree.h"
#include "mls/welcome.h"
#include "vectors_run/mls.h"
#include "mls/key_package.h"

/* ---- message-protection ------------------------------------------------------------------------
 */

/* Two members; leaf 1 speaks. */
struct speaker {
    struct vector_result *r;
    const struct json *v;
    const struct crypto_suite *suite;
    struct slice context, signature_pub;
    struct crypto_sign_secret signature;
    struct mls_secret sender_data, membership, tag;
    struct mls_ratchet ratchet[2];
};

static bool begin(struct speaker *s)
{
    struct vector_result *r = s->r;
    struct mls_secret left, right;
    struct mls_secret encryption = mls_vector_secret(r, s->v, "encryption_secret");
    struct slice seed = vector_hex(r, s->v, "signature_priv");
    struct mls_group_context context = {
        .suite = s->suite,
        .group_id = vector_hex(r, s->v, "group_id"),
        .epoch = vector_uint(r, s->v, "epoch"),
        .tree_hash = vector_hex(r, s->v, "tree_hash"),
        .confirmed_transcript_hash = vector_hex(r, s->v, "confirmed_transcript_hash"),
    };
    struct buf b = buf_arena(&r->arena, 256);
    mls_key_schedule_put_context(&b, &context);
    s->signature_pub = vector_hex(r, s->v, "signature_pub");
    s->sender_data = mls_vector_secret(r, s->v, "sender_data_secret");
    s->membership = mls_vector_secret(r, s->v, "membership_key");
    if (!VECTOR_CHECK(r, seed.n == sizeof s->signature.seed)) {
        return false;
    }
    memcpy(s->signature.seed, seed.p, seed.n);
    return VECTOR_CHECK(r, buf_finish(&b, &s->context) == OK) &&
           VECTOR_CHECK(r, mls_secret_tree_children(s->suite, &left, &right, &encryption) == OK) &&
           VECTOR_CHECK(r, mls_secret_tree_leaf(s->suite, &s->ratchet[0], &s->ratchet[1], &right) ==
                               OK);
}

static void check_signature(struct speaker *s, enum mls_wire_format format,
                            const struct mls_content *content, const struct mls_content_auth *auth,
                            struct slice *tbs)
{
    struct slice raw;
    struct buf b = buf_arena(&s->r->arena, 256);
    mls_framing_put_content(&b, content);
    VECTOR_CHECK(s->r, buf_finish(&b, &raw) == OK);
    VECTOR_CHECK(
        s->r, mls_framing_tbs(&s->r->arena, tbs, format, raw, MLS_SENDER_MEMBER, s->context) == OK);
    VECTOR_CHECK(s->r, mls_label_verify(&s->r->arena, s->signature_pub, "FramedContentTBS", *tbs,
                                        auth->signature) == OK);
}

static void open_public(struct speaker *s, struct slice message, struct slice want)
{
    struct vector_result *r = s->r;
    struct mls_message m;
    struct slice tbs;
    struct mls_secret tag;
    if (!VECTOR_CHECK(r, mls_framing_read(message, &m) == OK && m.wire_format == MLS_WIRE_PUBLIC)) {
        return;
    }
    const struct mls_public_message *p = &m.public_message;
    VECTOR_CHECK(r, p->content.sender_type == MLS_SENDER_MEMBER && p->content.sender == 1);
    VECTOR_BYTES(r, p->content.body, want);
    check_signature(s, MLS_WIRE_PUBLIC, &p->content, &p->auth, &tbs);
    mls_framing_membership_tag(s->suite, &tag, &s->membership, tbs, p->auth_raw);
    VECTOR_BYTES(r, slice_make(tag.b, s->suite->nh), p->membership_tag);
}

/* Opens with a fresh copy of the ratchets, stepping to the message's generation. */
static void open_private(struct speaker *s, struct slice message, struct slice want)
{
    struct vector_result *r = s->r;
    struct mls_message m;
    struct mls_sender_data sender;
    struct mls_message_key key;
    struct mls_content content;
    struct mls_content_auth auth;
    struct slice tbs;
    if (!VECTOR_CHECK(r,
                      mls_framing_read(message, &m) == OK && m.wire_format == MLS_WIRE_PRIVATE)) {
        return;
    }
    const struct mls_private_message *p = &m.private_message;
    struct mls_ratchet ratchet = s->ratchet[p->type == MLS_CONTENT_APPLICATION ? 1 : 0];
    VECTOR_CHECK(r, mls_framing_open_sender(s->suite, &s->sender_data, p, &sender) == OK);
    VECTOR_CHECK(r, sender.leaf == 1 && sender.generation < 100);
    while (ratchet.generation <= sender.generation && ratchet.generation < 100) {
        VECTOR_CHECK(r, mls_secret_tree_step(s->suite, &ratchet, &key) == OK);
    }
    if (VECTOR_CHECK(r, mls_framing_open_content(&key, p, &sender, &r->arena, &content, &auth) ==
                            OK)) {
        VECTOR_BYTES(r, content.body, want);
        check_signature(s, MLS_WIRE_PRIVATE, &content, &auth, &tbs);
    }
}

/* Protects the content ourselves, both ways, and opens it again. */
static void protect(struct speaker *s, enum mls_content_type type, struct slice body)
{
    struct vector_result *r = s->r;
    struct mls_message_key key;
    struct mls_content_auth auth = {SLICE_EMPTY, slice_make(s->tag.b, s->suite->nh)};
    struct mls_ratchet ratchet = s->ratchet[type == MLS_CONTENT_APPLICATION ? 1 : 0];
    struct slice raw, tbs, message;
    struct mls_content content = {
        .group_id = vector_hex(r, s->v, "group_id"),
        .epoch = vector_uint(r, s->v, "epoch"),
        .sender_type = MLS_SENDER_MEMBER,
        .sender = 1,
        .type = type,
        .body = body,
    };
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct crypto_sign_pair signer;
    struct buf b = buf_arena(&r->arena, 256);
    mls_framing_put_content(&b, &content);
    VECTOR_CHECK(r, buf_finish(&b, &raw) == OK);
    crypto_sign_pair_of(&signer, &s->signature);
    for (int format = MLS_WIRE_PUBLIC; format <= MLS_WIRE_PRIVATE; format++) {
        VECTOR_CHECK(r, mls_framing_tbs(&r->arena, &tbs, (enum mls_wire_format)format, raw,
                                        MLS_SENDER_MEMBER, s->context) == OK);
        VECTOR_CHECK(r,
                     mls_label_sign(&r->arena, signature, &signer, "FramedContentTBS", tbs) == OK);
        auth.signature = SLICE_ARRAY(signature);
        if (format == MLS_WIRE_PRIVATE) {
            VECTOR_CHECK(r, mls_secret_tree_step(s->suite, &ratchet, &key) == OK);
            struct mls_framing_seal seal = {
                .suite = s->suite,
                .sender_data_secret = &s->sender_data,
                .key = &key,
                .leaf = 1,
                .pad = true,
            };
            VECTOR_CHECK(r, mls_framing_seal_private(&r->arena, &message, &seal, &content, &auth) ==
                                OK);
            open_private(s, message, body);
        } else if (type != MLS_CONTENT_APPLICATION) {
            struct mls_secret tag;
            struct slice auth_raw;
            struct buf a = buf_arena(&r->arena, 256);
            mls_framing_put_auth(&a, type, &auth);
            VECTOR_CHECK(r, buf_finish(&a, &auth_raw) == OK);
            mls_framing_membership_tag(s->suite, &tag, &s->membership, tbs, auth_raw);
            VECTOR_CHECK(r, mls_framing_public(&r->arena, &message, raw, auth_raw,
                                               slice_make(tag.b, s->suite->nh)) == OK);
            open_public(s, message, body);
        }
    }
}

void mls_message_protection_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        struct speaker s = {.r = r, .v = v, .suite = mls_vector_suite(r, v)};
        if (s.suite == NULL || !begin(&s)) {
            vector_end(r);
            continue;
        }
        open_public(&s, vector_hex(r, v, "proposal_pub"), vector_hex(r, v, "proposal"));
        open_public(&s, vector_hex(r, v, "commit_pub"), vector_hex(r, v, "commit"));
        open_private(&s, vector_hex(r, v, "proposal_priv"), vector_hex(r, v, "proposal"));
        open_private(&s, vector_hex(r, v, "commit_priv"), vector_hex(r, v, "commit"));
        open_private(&s, vector_hex(r, v, "application_priv"), vector_hex(r, v, "application"));
        protect(&s, MLS_CONTENT_PROPOSAL, vector_hex(r, v, "proposal"));
        protect(&s, MLS_CONTENT_COMMIT, vector_hex(r, v, "commit"));
        protect(&s, MLS_CONTENT_APPLICATION, vector_hex(r, v, "application"));
        vector_end(r);
    }
}

/* ---- messages
 * ------------------------------------------------------------------------------------ */

static void put_leaf(struct buf *b, const struct mls_leaf *l)
{
    mls_codec_put_vector(b, l->encryption_key);
    mls_codec_put_vector(b, l->signature_key);
    buf_u16(b, l->credential_type);
    mls_codec_put_vector(b, l->credential);
    mls_codec_put_vector(b, l->versions);
    mls_codec_put_vector(b, l->suites);
    mls_codec_put_vector(b, l->extension_types);
    mls_codec_put_vector(b, l->proposal_types);
    mls_codec_put_vector(b, l->credential_types);
    buf_u8(b, l->source);
    if (l->source == MLS_LEAF_KEY_PACKAGE) {
        buf_u64(b, l->not_before_s);
        buf_u64(b, l->not_after_s);
    } else if (l->source == MLS_LEAF_COMMIT) {
        mls_codec_put_vector(b, l->parent_hash);
    }
    mls_codec_put_vector(b, l->extension_list);
    mls_codec_put_vector(b, l->signature);
}

static void put_package(struct buf *b, const struct mls_package *p)
{
    buf_u16(b, p->version);
    buf_u16(b, p->suite);
    mls_codec_put_vector(b, p->init_key);
    put_leaf(b, &p->leaf);
    mls_codec_put_vector(b, p->extension_list);
    mls_codec_put_vector(b, p->signature);
}

static void put_psk_id(struct buf *b, const struct mls_psk_id *id)
{
    buf_u8(b, id->type);
    if (id->type == MLS_PSK_EXTERNAL) {
        mls_codec_put_vector(b, id->external_id);
    } else {
        buf_u8(b, id->usage);
        mls_codec_put_vector(b, id->group_id);
        buf_u64(b, id->epoch);
    }
    mls_codec_put_vector(b, id->nonce);
}

static void put_proposal(struct buf *b, const struct mls_proposal_body *p)
{
    buf_u16(b, p->type);
    switch (p->type) {
    case MLS_PROPOSAL_ADD:
        put_package(b, &p->package);
        break;
    case MLS_PROPOSAL_UPDATE:
        put_leaf(b, &p->package.leaf);
        break;
    case MLS_PROPOSAL_REMOVE:
        buf_u32(b, p->removed);
        break;
    case MLS_PROPOSAL_PSK:
        put_psk_id(b, &p->psk);
        break;
    case MLS_PROPOSAL_REINIT:
        mls_codec_put_vector(b, p->group_id);
        buf_u16(b, p->version);
        buf_u16(b, p->suite);
        mls_codec_put_vector(b, p->extensions);
        break;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        mls_codec_put_vector(b, p->kem_output);
        break;
    default:
        mls_codec_put_vector(b, p->extensions);
    }
}

static void put_path(struct vector_result *r, struct buf *b, const struct mls_update_path *path)
{
    struct slice rest = path->nodes;
    put_leaf(b, &path->leaf);
    size_t mark = mls_codec_open(b);
    while (rest.n > 0) {
        struct slice key, list, part;
        VECTOR_CHECK(r, mls_codec_vector(&rest, &key) == OK);
        VECTOR_CHECK(r, mls_codec_vector(&rest, &list) == OK);
        mls_codec_put_vector(b, key);
        size_t inner = mls_codec_open(b);
        while (list.n > 0 && VECTOR_CHECK(r, mls_codec_vector(&list, &part) == OK)) {
            mls_codec_put_vector(b, part);
        }
        mls_codec_close(b, inner);
    }
    mls_codec_close(b, mark);
}

static void put_commit(struct vector_result *r, struct buf *b, struct slice raw)
{
    struct mls_commit_body c;
    if (!VECTOR_CHECK(r, mls_commit_read(&raw, &c) == OK && raw.n == 0)) {
        return;
    }
    struct slice rest = c.proposals;
    size_t mark = mls_codec_open(b);
    while (rest.n > 0) {
        bool by_reference = false;
        struct slice reference;
        struct mls_proposal_body p;
        if (!VECTOR_CHECK(r, mls_commit_next(&rest, &by_reference, &reference, &p) == OK)) {
            return;
        }
        if (by_reference) {
            mls_commit_put_reference(b, reference);
        } else {
            buf_u8(b, 1);
            put_proposal(b, &p);
        }
    }
    mls_codec_close(b, mark);
    buf_u8(b, c.has_path);
    if (c.has_path) {
        put_path(r, b, &c.path);
    }
}

static void same(struct vector_result *r, const struct buf *b, struct slice want, const char *what)
{
    struct slice got = buf_view(b);
    vector_bytes(r, got, want, __FILE__, __LINE__, what);
}

/* A proposal without its type, as these files have it. */
static void check_proposal(struct vector_result *r, const struct json *v, const char *key,
                           enum mls_proposal_type type)
{
    struct slice want, rest;
    struct mls_proposal_body p;
    struct buf in = buf_arena(&r->arena, 256);
    struct buf out = buf_arena(&r->arena, 256);
    buf_u16(&in, (uint16_t)type);
    buf_slice(&in, vector_hex(r, v, key));
    VECTOR_CHECK(r, buf_finish(&in, &want) == OK);
    rest = want;
    if (VECTOR_CHECK(r, mls_proposal_read(&rest, &p) == OK && rest.n == 0)) {
        put_proposal(&out, &p);
        same(r, &out, want, key);
        VECTOR_BYTES(r, p.raw, want);
    }
}

static void check_public(struct vector_result *r, const struct json *v, const char *key)
{
    struct mls_message m;
    struct slice want = vector_hex(r, v, key);
    struct buf out = buf_arena(&r->arena, want.n);
    if (!VECTOR_CHECK(r, mls_framing_read(want, &m) == OK && m.wire_format == MLS_WIRE_PUBLIC)) {
        return;
    }
    struct mls_public_message *p = &m.public_message;
    if (p->content.type == MLS_CONTENT_COMMIT) {
        struct buf body = buf_arena(&r->arena, want.n);
        put_commit(r, &body, p->content.body);
        same(r, &body, p->content.body, "body");
        p->content.body = buf_view(&body);
    }
    mls_framing_put_header(&out, MLS_WIRE_PUBLIC);
    mls_framing_put_content(&out, &p->content);
    mls_framing_put_auth(&out, p->content.type, &p->auth);
    if (p->content.sender_type == MLS_SENDER_MEMBER) {
        mls_codec_put_vector(&out, p->membership_tag);
    }
    same(r, &out, want, key);
}

static void check_private(struct vector_result *r, const struct json *v)
{
    struct mls_message m;
    struct slice want = vector_hex(r, v, "private_message");
    struct buf out = buf_arena(&r->arena, want.n);
    if (VECTOR_CHECK(r, mls_framing_read(want, &m) == OK && m.wire_format == MLS_WIRE_PRIVATE)) {
        const struct mls_private_message *p = &m.private_message;
        mls_framing_put_header(&out, MLS_WIRE_PRIVATE);
        mls_codec_put_vector(&out, p->group_id);
        buf_u64(&out, p->epoch);
        buf_u8(&out, (uint8_t)p->type);
        mls_codec_put_vector(&out, p->authenticated_data);
        mls_codec_put_vector(&out, p->encrypted_sender_data);
        mls_codec_put_vector(&out, p->ciphertext);
        same(r, &out, want, "private_message");
    }
}

static void check_group_info(struct vector_result *r, const struct json *v)
{
    struct slice want = vector_hex(r, v, "mls_group_info");
    struct slice body;
    struct mls_group_info info;
    struct crypto_suite any = *crypto_suite_find(CRYPTO_SUITE_X25519_AES128);
    struct buf out = buf_arena(&r->arena, want.n);
    VECTOR_CHECK(r, mls_framing_unwrap(want, MLS_WIRE_GROUP_INFO, &body) == OK);
    if (VECTOR_CHECK(r, mls_welcome_get_info(body, &info) == OK)) {
        any.code = info.suite;
        info.context.suite = &any;
        mls_framing_put_header(&out, MLS_WIRE_GROUP_INFO);
        mls_key_schedule_put_context(&out, &info.context);
        mls_codec_put_vector(&out, info.extension_list);
        mls_codec_put_vector(&out, info.confirmation_tag);
        buf_u32(&out, info.signer);
        mls_codec_put_vector(&out, info.signature);
        same(r, &out, want, "mls_group_info");
    }
}

static void check_welcome(struct vector_result *r, const struct json *v)
{
    struct slice want = vector_hex(r, v, "mls_welcome");
    struct slice body, list, part, again;
    struct slice refs[64];
    size_t n = 0;
    VECTOR_CHECK(r, mls_framing_unwrap(want, MLS_WIRE_WELCOME, &body) == OK);
    VECTOR_CHECK(r, slice_take(&body, 2, &part) == OK && mls_codec_vector(&body, &list) == OK);
    while (list.n > 0 && n < 64 && VECTOR_CHECK(r, mls_codec_vector(&list, &refs[n]) == OK)) {
        VECTOR_CHECK(r, mls_codec_vector(&list, &part) == OK);
        VECTOR_CHECK(r, mls_codec_vector(&list, &part) == OK);
        n++;
    }
    VECTOR_CHECK(r, mls_welcome_split(&r->arena, want, refs, n, &again) == OK);
    VECTOR_BYTES(r, again, want);
}

static void check_key_package(struct vector_result *r, const struct json *v)
{
    struct slice want = vector_hex(r, v, "mls_key_package");
    struct mls_package p;
    struct buf out = buf_arena(&r->arena, want.n);
    if (VECTOR_CHECK(r, mls_key_package_unwrap(want, &p) == OK)) {
        mls_framing_put_header(&out, MLS_WIRE_KEY_PACKAGE);
        put_package(&out, &p);
        same(r, &out, want, "mls_key_package");
    }
}

static void check_tree(struct vector_result *r, const struct json *v)
{
    struct slice want = vector_hex(r, v, "ratchet_tree");
    struct mls_tree tree;
    struct buf out = buf_arena(&r->arena, want.n);
    if (VECTOR_CHECK(r, mls_tree_decode(&tree, crypto_suite_find(CRYPTO_SUITE_X25519_AES128),
                                        &r->arena, want) == OK)) {
        mls_tree_encode(&tree, &out);
        same(r, &out, want, "ratchet_tree");
    }
}

static void check_group_secrets(struct vector_result *r, const struct json *v)
{
    struct slice want = vector_hex(r, v, "group_secrets");
    struct slice rest = want;
    struct slice bytes = SLICE_EMPTY;
    bool present = false;
    struct buf out = buf_arena(&r->arena, want.n);
    VECTOR_CHECK(r, mls_codec_vector(&rest, &bytes) == OK);
    mls_codec_put_vector(&out, bytes);
    VECTOR_CHECK(r, mls_codec_optional(&rest, &present) == OK);
    buf_u8(&out, present);
    if (present && VECTOR_CHECK(r, mls_codec_vector(&rest, &bytes) == OK)) {
        mls_codec_put_vector(&out, bytes);
    }
    VECTOR_CHECK(r, mls_codec_vector(&rest, &bytes) == OK && rest.n == 0);
    size_t mark = mls_codec_open(&out);
    while (bytes.n > 0) {
        struct mls_psk_id id;
        if (!VECTOR_CHECK(r, mls_proposal_read_psk(&bytes, &id, true) == OK)) {
            break;
        }
        put_psk_id(&out, &id);
    }
    mls_codec_close(&out, mark);
    same(r, &out, want, "group_secrets");
}

void mls_message_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        vector_begin(r, "messages %u", r->run);
        check_welcome(r, v);
        check_group_info(r, v);
        check_key_package(r, v);
        check_tree(r, v);
        check_group_secrets(r, v);
        check_proposal(r, v, "add_proposal", MLS_PROPOSAL_ADD);
        check_proposal(r, v, "update_proposal", MLS_PROPOSAL_UPDATE);
        check_proposal(r, v, "remove_proposal", MLS_PROPOSAL_REMOVE);
        check_proposal(r, v, "pre_shared_key_proposal", MLS_PROPOSAL_PSK);
        check_proposal(r, v, "re_init_proposal", MLS_PROPOSAL_REINIT);
        check_proposal(r, v, "external_init_proposal", MLS_PROPOSAL_EXTERNAL_INIT);
        check_proposal(r, v, "group_context_extensions_proposal",
                       MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS);
        struct slice commit = vector_hex(r, v, "commit");
        struct buf b = buf_arena(&r->arena, commit.n);
        put_commit(r, &b, commit);
        same(r, &b, commit, "commit");
        check_public(r, v, "public_message_application");
        check_public(r, v, "public_message_proposal");
        check_public(r, v, "public_message_commit");
        check_private(r, v);
        vector_end(r);
    }
}

/* ---- welcome ----------------------------------------------------------------------------------
 */

void mls_welcome_vectors(const struct json *root, struct vector_result *r)
{
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        struct mls_package_secret secret = {.suite = mls_vector_suite(r, v)};
        struct mls_join_params params = {0};
        struct mls_welcome_opened w;
        struct mls_epoch_secrets secrets = {0};
        struct mls_secret tag = {{0}};
        if (secret.suite == NULL) {
            vector_end(r);
            continue;
        }
        struct slice init = vector_hex(r, v, "init_priv");
        VECTOR_CHECK(r, init.n == sizeof secret.init.b);
        memcpy(secret.init.b, init.p, init.n < sizeof secret.init.b ? init.n : 32);
        params.welcome = vector_hex(r, v, "welcome");
        params.key_package = vector_hex(r, v, "key_package");
        VECTOR_CHECK(
            r, mls_key_package_put_secret(&r->arena, &params.key_package_secret, &secret) == OK);
        if (VECTOR_CHECK(r, mls_welcome_open(&r->arena, &w, &params) == OK)) {
            VECTOR_CHECK(r, mls_label_verify(&r->arena, vector_hex(r, v, "signer_pub"),
                                             "GroupInfoTBS", w.info.tbs, w.info.signature) == OK);
            VECTOR_CHECK(r, mls_key_schedule_epoch(w.suite, &secrets, &w.joiner, &w.psk_secret,
                                                   w.info.context_raw) == OK);
            mls_key_schedule_tag(w.suite, &tag, &secrets.confirmation,
                                 w.info.context.confirmed_transcript_hash);
            VECTOR_BYTES(r, slice_make(tag.b, w.suite->nh), w.info.confirmation_tag);
        }
        vector_end(r);
    }
}
