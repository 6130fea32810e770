/* What a GroupInfo may say of an epoch, and where the tree comes from. */
#include "mls/join.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

static struct mls_world_member m[3];

static bool begin(void)
{
    memset(m, 0, sizeof m);
    return mls_world_warm_group(m, 2, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < 3; i++) {
        mls_world_end(&m[i]);
    }
}

TEST(hashes_of_a_group_info_are_whole)
{
    static const uint8_t bytes[33] = {1, 2, 3};
    static const struct {
        size_t tag_n, confirmed_n;
        uint64_t epoch;
        enum err expected;
    } rows[] = {
        {32, 32, 0, OK},        {32, 32, 1, OK},        {32, 0, 0, OK},
        {32, 0, 1, ERR_INPUT},  {32, 31, 0, ERR_INPUT}, {32, 1, 0, ERR_INPUT},
        {32, 33, 1, ERR_INPUT}, {31, 32, 1, ERR_INPUT}, {33, 32, 1, ERR_INPUT},
        {0, 32, 1, ERR_INPUT},  {0, 0, 0, ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mls_epoch *e = mls_epoch_create(crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
        struct mls_group_info info = {
            .context_raw = SLICE_LITERAL("context"),
            .context = {.group_id = SLICE_LITERAL("group"),
                        .epoch = rows[i].epoch,
                        .confirmed_transcript_hash = slice_make(bytes, rows[i].confirmed_n),
                        .extensions = check_hex("f0a100")},
            .confirmation_tag = slice_make(bytes, rows[i].tag_n)};
        REQUIRE(e != NULL);
        CHECK_ERR(mls_join_context(e, &info), rows[i].expected);
        if (rows[i].expected == OK) {
            CHECK(e->epoch == rows[i].epoch && e->confirmed_n == rows[i].confirmed_n);
            CHECK_BYTES(slice_make(e->confirmed.b, e->confirmed_n),
                        slice_make(bytes, rows[i].confirmed_n));
            CHECK_BYTES(e->group_id, SLICE_LITERAL("group"));
            CHECK_BYTES(e->context, SLICE_LITERAL("context"));
            CHECK(e->extensions.n == 1 && e->extensions.v[0].type == 0xf0a1);
        }
        info.context.extensions = check_hex("000400"); /* external_pub: not of a context */
        CHECK_ERR(mls_join_context(e, &info), ERR_INPUT);
        mls_epoch_destroy(e);
    }
}

TEST(the_tree_is_inside_or_given_or_missing)
{
    struct mls_commit out;
    REQUIRE(begin());
    for (int inside = 0; inside < 2; inside++) {
        mls_world_init(&m[2], "joiner", m[0].suite);
        CHECK_ERR(mls_world_package(&m[2]), OK);
        struct mls_proposal add = mls_world_add(&m[2]);
        struct mls_commit_params params = {
            .proposals = &add, .proposal_count = 1, .tree_in_welcome = inside == 1};
        CHECK_ERR(mls_group_commit(m[0].g, &m[0].arena, &params, &out), OK);
        CHECK_ERR(mls_world_join(&m[2], out.welcome, SLICE_EMPTY), inside == 1 ? OK : ERR_GONE);
        if (inside == 0) {
            CHECK(m[2].g == NULL && m[2].store.n == 0);
            CHECK_ERR(mls_world_join(&m[2], out.welcome, out.ratchet_tree), OK);
        }
        CHECK_ERR(mls_world_reload(&m[2]), OK);
        CHECK_ERR(mls_group_discard(m[0].g), OK);
        mls_world_end(&m[2]);
    }
    end();
}

TEST(a_joiner_signs_with_the_key_of_its_package_and_learns_who_signed)
{
    struct mls_commit out;
    struct crypto_sign_public ignored;
    uint32_t signer = 77;
    REQUIRE(begin());
    mls_world_init(&m[2], "joiner", m[0].suite);
    CHECK_ERR(mls_world_package(&m[2]), OK);
    struct mls_proposal add = mls_world_add(&m[2]);
    CHECK_ERR(mls_world_round(m, 2, 1, &add, 1, true, &out), OK);
    struct mls_storage storage = mls_world_storage(&m[2].store);
    struct mls_join_params params = {
        .welcome = out.welcome,
        .ratchet_tree = out.ratchet_tree,
        .key_package = m[2].package.message,
        .key_package_secret = m[2].package.secret,
        .identity = m[2].id,
        .signer = &signer,
    };
    crypto_sign_generate(&params.identity.signature, &ignored);
    CHECK_ERR(mls_group_join(&m[2].g, &storage, &params), ERR_INPUT);
    CHECK(m[2].g == NULL && m[2].store.n == 0 && signer == 77);
    params.identity = m[2].id;
    CHECK_ERR(mls_group_join(&m[2].g, &storage, &params), OK);
    CHECK(signer == 1 && mls_world_agree(m, 3));
    end();
}

TEST(rows_of_a_group_are_in_the_way_of_another)
{
    struct arena arena;
    struct mls_world_store none = {0};
    REQUIRE(begin());
    arena_init(&arena, 0);
    struct mls_storage storage = mls_world_storage(&m[0].store);
    CHECK_ERR(mls_join_check_unused(&storage, &arena), ERR_STATE);
    storage = mls_world_storage(&none);
    CHECK_ERR(mls_join_check_unused(&storage, &arena), OK);
    arena_wipe(&arena);
    end();
}

TEST_MAIN(TEST_ROW(hashes_of_a_group_info_are_whole),
          TEST_ROW(the_tree_is_inside_or_given_or_missing),
          TEST_ROW(a_joiner_signs_with_the_key_of_its_package_and_learns_who_signed),
          TEST_ROW(rows_of_a_group_are_in_the_way_of_another))
