/* Proposals, PSK ids and the extensions of a context in bytes: V2-V4. */
#include "mls/proposal.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

static struct mls_world_member m[1];

static void begin(void)
{
    mls_world_init(m, "somebody", crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
}

TEST(a_psk_id_has_a_known_type_and_usage)
{
    struct mls_psk_id id;
    struct slice s = check_hex("0103aabbcc02ddee77"); /* external, nonce, and a byte behind */
    const uint8_t *start = s.p;
    CHECK_ERR(mls_proposal_read_psk(&s, &id, true), OK);
    CHECK(s.n == 1 && id.type == MLS_PSK_EXTERNAL && id.raw.p == start && id.raw.n == 8);
    CHECK(id.id.p == start && id.id.n == 5);
    CHECK_BYTES(id.external_id, check_hex("aabbcc"));
    CHECK_BYTES(id.nonce, check_hex("ddee"));
    s = slice_make(start, 8);
    CHECK_ERR(mls_proposal_read_psk(&s, &id, false), OK);
    CHECK(s.n == 3 && id.nonce.n == 0 && id.raw.n == 5 && id.id.n == 5);
    for (unsigned v = 0; v < 256; v++) {
        uint8_t type[] = {(uint8_t)v, 1, 0xaa, 0};
        uint8_t usage[] = {MLS_PSK_RESUMPTION, (uint8_t)v, 1, 0xaa, 1, 2, 3, 4, 5, 6, 7, 8, 0};
        s = SLICE_ARRAY(type);
        if (v != MLS_PSK_RESUMPTION) {
            CHECK_ERR(mls_proposal_read_psk(&s, &id, true), v == MLS_PSK_EXTERNAL ? OK : ERR_INPUT);
        }
        s = SLICE_ARRAY(usage);
        bool known = v >= MLS_PSK_APPLICATION && v <= MLS_PSK_BRANCH;
        CHECK_ERR(mls_proposal_read_psk(&s, &id, true), known ? OK : ERR_INPUT);
        CHECK(!known || (id.usage == v && id.epoch == 0x0102030405060708 && id.id.n == 12));
    }
}

TEST(a_resumption_id_is_read_as_it_was_put)
{
    struct mls_psk_id id;
    struct slice bytes, s;
    begin();
    for (int usage = MLS_PSK_APPLICATION; usage <= MLS_PSK_BRANCH; usage++) {
        struct buf b = buf_arena(&m->arena, 64);
        mls_proposal_put_resumption(&b, (enum mls_psk_usage)usage, SLICE_LITERAL("group"),
                                    0x1122334455667788);
        CHECK_ERR(buf_finish(&b, &bytes), OK);
        s = bytes;
        CHECK_ERR(mls_proposal_read_psk(&s, &id, false), OK);
        CHECK(s.n == 0 && id.type == MLS_PSK_RESUMPTION && id.usage == usage);
        CHECK(id.epoch == 0x1122334455667788 && id.raw.n == bytes.n);
        CHECK_BYTES(id.group_id, SLICE_LITERAL("group"));
        for (size_t n = 0; n < bytes.n; n++) {
            s = slice_make(bytes.p, n);
            CHECK_ERR(mls_proposal_read_psk(&s, &id, false), ERR_INPUT);
        }
        s = bytes;
        CHECK_ERR(mls_proposal_read_psk(&s, &id, true), ERR_INPUT); /* no nonce */
    }
    mls_world_end(m);
}

TEST(each_proposal_is_read_whole_and_no_further)
{
    struct mls_proposal_body body;
    begin();
    struct mls_forge_package package = mls_forge_package_of(m);
    struct mls_forge_leaf leaf = mls_forge_leaf_of(m);
    leaf.source = MLS_LEAF_UPDATE;
    const struct slice all[] = {
        mls_forge_add(m, mls_forge_put_package(m, &package)),
        mls_forge_update(m, mls_forge_put_leaf(m, &leaf)),
        mls_forge_remove(m, 0x01020304),
        mls_forge_psk(m, mls_forge_external_psk_id(m, "psk"), 32),
        mls_forge_reinit(m, 1, CRYPTO_SUITE_X25519_CHACHA),
        mls_forge_join(m, check_hex("0006"), mls_forge_vector(m, SLICE_LITERAL("kem output"))),
        mls_forge_context(m, mls_forge_extension(m, 0xf0a1, SLICE_LITERAL("x"))),
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct slice s = mls_forge_join(m, all[i], slice_make("\x77", 1));
        CHECK_ERR(mls_proposal_read(&s, &body), OK);
        CHECK(s.n == 1 && body.type == i + 1);
        CHECK_BYTES(body.raw, all[i]);
        for (size_t n = 0; n < all[i].n; n++) {
            struct slice cut = check_copy(slice_make(all[i].p, n));
            s = cut;
            CHECK_ERR(mls_proposal_read(&s, &body), ERR_INPUT);
            check_release(cut);
        }
        switch (i + 1) {
        case MLS_PROPOSAL_REMOVE:
            s = all[i];
            CHECK_ERR(mls_proposal_read(&s, &body), OK);
            CHECK(body.removed == 0x01020304);
            break;
        case MLS_PROPOSAL_REINIT:
            s = all[i];
            CHECK_ERR(mls_proposal_read(&s, &body), OK);
            CHECK(body.version == 1 && body.suite == CRYPTO_SUITE_X25519_CHACHA);
            break;
        case MLS_PROPOSAL_EXTERNAL_INIT:
            s = all[i];
            CHECK_ERR(mls_proposal_read(&s, &body), OK);
            CHECK_BYTES(body.kem_output, SLICE_LITERAL("kem output"));
            break;
        default:
            break;
        }
    }
    static const uint8_t unknown[][8] = {{0, 0}, {0, 8}, {0x0a, 0x0a}, {1, 3}, {0xff, 0xff}};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct slice s = SLICE_ARRAY(unknown[i]);
        CHECK_ERR(mls_proposal_read(&s, &body), ERR_INPUT);
    }
    mls_world_end(m);
}

TEST(an_external_sender_is_found_by_its_index)
{
    struct slice key, credential;
    uint16_t type = 0;
    begin();
    struct slice list = mls_forge_vector(m, check_hex("01a1000101c101a2000201c201a3000301c3"));
    struct slice context =
        mls_forge_join(m, mls_forge_extension(m, 0xf0a1, SLICE_LITERAL("x")),
                       mls_forge_extension(m, MLS_EXTENSION_EXTERNAL_SENDERS, list));
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_ERR(mls_proposal_external_sender(context, i, &key, &type, &credential), OK);
        CHECK(key.n == 1 && key.p[0] == 0xa1 + i && type == 1 + i);
        CHECK(credential.n == 1 && credential.p[0] == 0xc1 + i);
    }
    CHECK_ERR(mls_proposal_external_sender(context, 3, &key, &type, &credential), ERR_GONE);
    CHECK_ERR(mls_proposal_external_sender(context, UINT32_MAX, &key, &type, &credential),
              ERR_GONE);
    CHECK_ERR(mls_proposal_external_sender(SLICE_EMPTY, 0, &key, &type, &credential), ERR_GONE);
    CHECK(key.n == 0 && type == 0 && credential.n == 0);
    context = mls_forge_extension(m, MLS_EXTENSION_EXTERNAL_SENDERS, check_hex("00"));
    CHECK_ERR(mls_proposal_external_sender(context, 0, &key, &type, &credential), ERR_GONE);
    context = mls_forge_extension(m, MLS_EXTENSION_EXTERNAL_SENDERS, check_hex("0100"));
    CHECK_ERR(mls_proposal_external_sender(context, 0, &key, &type, &credential), ERR_INPUT);
    mls_world_end(m);
}

static enum err context_with(uint16_t type, const char *data)
{
    /* With one that nobody knows before it and behind it. */
    struct slice e = mls_forge_join(m, mls_forge_extension(m, 0xf0a1, SLICE_LITERAL("x")),
                                    mls_forge_extension(m, type, check_hex(data)));
    return mls_proposal_check_context_extensions(
        mls_forge_join(m, e, mls_forge_extension(m, 0xf0a2, SLICE_EMPTY)));
}

TEST(extensions_of_a_context_are_well_formed)
{
    static const struct {
        uint16_t type;
        const char *data;
        enum err expected;
    } rows[] = {
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "000000", OK},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "02f0a1020008020001", OK},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "00", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "0000", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "00000000", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "01f00000", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "0001f000", ERR_INPUT},
        {MLS_EXTENSION_REQUIRED_CAPABILITIES, "000001f0", ERR_INPUT},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "00", OK},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "0601a1000101c1", OK},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "", ERR_INPUT},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "0000", ERR_INPUT},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "0501a1000101", ERR_INPUT},
        {MLS_EXTENSION_EXTERNAL_SENDERS, "0701a1000101c1aa", ERR_INPUT},
        {MLS_EXTENSION_RATCHET_TREE, "", ERR_INPUT},
        {MLS_EXTENSION_EXTERNAL_PUB, "", ERR_INPUT},
        {MLS_EXTENSION_APPLICATION_ID, "", ERR_INPUT},
        {MLS_EXTENSION_LAST_RESORT, "", ERR_INPUT},
        {0xf0a3, "", OK},
        {0x0a0a, "0102", OK},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ERR(context_with(rows[i].type, rows[i].data), rows[i].expected);
    }
    CHECK_ERR(mls_proposal_check_context_extensions(SLICE_EMPTY), OK);
    CHECK_ERR(mls_proposal_check_context_extensions(check_hex("f0a101")), ERR_INPUT);
    CHECK_ERR(mls_proposal_check_context_extensions(check_hex("f0")), ERR_INPUT);
    mls_world_end(m);
}

TEST_MAIN(TEST_ROW(a_psk_id_has_a_known_type_and_usage),
          TEST_ROW(a_resumption_id_is_read_as_it_was_put),
          TEST_ROW(each_proposal_is_read_whole_and_no_further),
          TEST_ROW(an_external_sender_is_found_by_its_index),
          TEST_ROW(extensions_of_a_context_are_well_formed))
