/* Welcomes into groups that are not what they claim: V80-V91. */
#include "mls/welcome.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 5
static struct mls_world_member m[N]; /* the last one is to join */
static struct slice true_welcome, true_tree;
#define ADDER (&m[0])
#define JOINER (&m[N - 1])

static bool begin(void)
{
    struct mls_commit out;
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    if (mls_world_warm_group(m, N - 1, suite) != OK) {
        return false;
    }
    mls_world_init(JOINER, "joiner", suite);
    if (mls_world_package(JOINER) != OK) {
        return false;
    }
    struct mls_proposal add = mls_world_add(JOINER);
    if (mls_world_round(m, N - 1, 0, &add, 1, true, &out) != OK) {
        return false;
    }
    true_welcome = out.welcome;
    true_tree = out.ratchet_tree;
    return true;
}

/* After all refusals the true Welcome still works. */
static void end(void)
{
    CHECK(JOINER->store.n == 0);
    CHECK_ERR(mls_world_join(JOINER, true_welcome, true_tree), OK);
    CHECK(mls_world_agree(m, N));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static bool refuses(const struct mls_forge_welcome *w, enum err expected)
{
    struct slice tree;
    struct slice welcome = mls_forge_put_welcome(ADDER, w, &tree);
    enum err e = mls_world_join(JOINER, welcome, tree);
    if (e != expected || JOINER->g != NULL || JOINER->store.n != 0) {
        check_printf("  got %s, expected %s\n", err_name(e), err_name(expected));
        return false;
    }
    return true;
}

static struct mls_forge_welcome forged(void (*change)(void *, struct mls_epoch *))
{
    struct mls_forge_welcome w = mls_forge_welcome_of(ADDER, JOINER);
    w.change = change;
    return w;
}

TEST(forged_welcomes_pass_until_they_are_spoiled)
{
    struct slice tree;
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    struct slice welcome = mls_forge_put_welcome(ADDER, &w, &tree);
    CHECK_ERR(mls_world_join(JOINER, welcome, tree), OK);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

TEST(v2_nothing_follows_in_any_part)
{
    struct slice tree;
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    w.info_trailing = true;
    CHECK(refuses(&w, ERR_INPUT));
    w = forged(NULL);
    w.secrets_trailing = true;
    CHECK(refuses(&w, ERR_INPUT));
    w = forged(NULL);
    struct slice welcome = mls_forge_put_welcome(ADDER, &w, &tree);
    CHECK_ERR(mls_world_join(JOINER, mls_forge_join(ADDER, welcome, check_hex("00")), tree),
              ERR_INPUT);
    CHECK_ERR(mls_world_join(JOINER, welcome, mls_forge_join(ADDER, tree, check_hex("00"))),
              ERR_INPUT);
    w.joiner_secret_short = true;
    CHECK(refuses(&w, ERR_INPUT));
    end();
}

TEST(v4_group_info_extensions_occur_once)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    struct slice one = mls_forge_extension(ADDER, 0xf001, SLICE_EMPTY);
    w.info_extensions = mls_forge_join(ADDER, one, one);
    CHECK(refuses(&w, ERR_INPUT));
    end();
}

TEST(v5_a_tree_does_not_end_in_a_blank)
{
    struct slice tree, content, longer;
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    struct slice welcome = mls_forge_put_welcome(ADDER, &w, &tree);
    CHECK_ERR(mls_codec_vector(&tree, &content), OK);
    longer = mls_forge_vector(ADDER, mls_forge_join(ADDER, content, check_hex("0000")));
    CHECK_ERR(mls_world_join(JOINER, welcome, longer), ERR_INPUT);
    CHECK_ERR(mls_world_join(JOINER, welcome, check_hex("00")), ERR_INPUT);
    end();
}

TEST(v80_a_welcome_names_us_and_our_suite)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    w.other_ref = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    CHECK(refuses(&w, ERR_GONE));
    w = forged(NULL);
    w.suite = CRYPTO_SUITE_X25519_AES128;
    CHECK(refuses(&w, ERR_INPUT_SUITE));
    w = forged(NULL);
    w.info_suite = CRYPTO_SUITE_X25519_AES128;
    CHECK(refuses(&w, ERR_INPUT_SUITE));
    size_t index = 7;
    struct slice refs[2] = {SLICE_LITERAL("x"), JOINER->package.ref};
    CHECK_ERR(mls_welcome_find(true_welcome, refs, 2, &index), OK);
    CHECK(index == 1);
    CHECK_ERR(mls_welcome_find(true_welcome, refs, 1, &index), ERR_GONE);
    end();
}

static void drop_signer(void *user, struct mls_epoch *e)
{
    (void)user;
    mls_tree_remove(&e->tree, 3);
}

TEST(v81_the_signer_is_a_member_and_its_signature_holds)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(NULL);
    w.bad_signature = true;
    CHECK(refuses(&w, ERR_AUTH));
    w = forged(NULL);
    w.signature = m[1].id.signature; /* another member's key */
    CHECK(refuses(&w, ERR_AUTH));
    w = forged(drop_signer);
    w.signer = 3;
    w.signature = m[3].id.signature;
    CHECK(refuses(&w, ERR_INPUT));
    w = forged(NULL);
    w.signer = 0x80000000;
    CHECK(refuses(&w, ERR_INPUT));
    end();
}

TEST(v82_a_group_is_not_joined_over_another)
{
    struct mls_world_store before = {0};
    REQUIRE(begin());
    CHECK_ERR(mls_world_join(JOINER, true_welcome, true_tree), OK);
    mls_world_store_copy(&before, &JOINER->store);
    struct mls_group *kept = JOINER->g;
    CHECK_ERR(mls_world_join(JOINER, true_welcome, true_tree), ERR_STATE);
    CHECK(mls_world_store_equal(&before, &JOINER->store));
    mls_world_store_wipe(&before);
    mls_group_destroy(kept);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

TEST(v83_the_tree_has_the_hash_of_the_context)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(drop_signer);
    w.keep_tree_hash = true;
    CHECK(refuses(&w, ERR_AUTH));
    end();
}

static void other_parent_key(void *user, struct mls_epoch *e)
{
    const uint32_t *node = user;
    struct slice parent_hash = e->tree.nodes[*node].parent_hash;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    CHECK(e->tree.nodes[*node].kind == MLS_TREE_PARENT);
    CHECK_ERR(crypto_hpke_generate(e->suite, &secret, &key), OK);
    CHECK_ERR(mls_tree_set_parent(&e->tree, *node, slice_make(key.b, e->suite->npk)), OK);
    CHECK_ERR(mls_tree_set_parent_hash(&e->tree, *node, parent_hash), OK);
}

static void other_parent_hash(void *user, struct mls_epoch *e)
{
    const uint32_t *node = user;
    CHECK_ERR(mls_tree_set_parent_hash(&e->tree, *node,
                                       SLICE_LITERAL("0123456789abcdef0123456789abcdef")),
              OK);
}

TEST(v84_every_parent_is_parent_hash_valid)
{
    REQUIRE(begin());
    for (uint32_t node = 1; node <= 7; node += 2) {
        if (m[0].g->epoch->tree.nodes[node].kind != MLS_TREE_PARENT) {
            continue;
        }
        struct mls_forge_welcome w = forged(other_parent_key);
        w.user = &node;
        CHECK(refuses(&w, ERR_AUTH));
        w.change = other_parent_hash;
        CHECK(refuses(&w, ERR_AUTH));
    }
    end();
}

static void foreign_unmerged(void *user, struct mls_epoch *e)
{
    const uint32_t *leaf = user;
    struct mls_tree_node *root = &e->tree.nodes[mls_tree_math_root(e->tree.width)];
    uint8_t *list = arena_alloc(&e->arena, 4);
    CHECK(root->kind == MLS_TREE_PARENT && list != NULL);
    list[3] = (uint8_t)*leaf;
    root->unmerged = list;
    root->unmerged_n = 1;
    root->unmerged_cap = 1;
    root->hashed = false;
}

TEST(v85_unmerged_leaves_are_members_below_and_listed_all_the_way)
{
    REQUIRE(begin());
    uint32_t leaf = 7; /* blank */
    struct mls_forge_welcome w = forged(foreign_unmerged);
    w.user = &leaf;
    CHECK(refuses(&w, ERR_INPUT));
    leaf = 1; /* a member, but the parent between does not list it */
    CHECK(refuses(&w, ERR_INPUT));
    end();
}

/* Changes a leaf in place: `user` says how. */
enum leaf_change {
    BAD_SIGNATURE,
    OTHER_GROUP,
    TWICE_SIGNATURE_KEY,
    TWICE_ENCRYPTION_KEY,
    NO_SUITE
};

static void change_leaf(void *user, struct mls_epoch *e)
{
    const enum leaf_change *how = user;
    struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[3]);
    struct mls_leaf read;
    switch (*how) {
    case BAD_SIGNATURE:
        leaf.bad_signature = true;
        break;
    case OTHER_GROUP:
        leaf.source = MLS_LEAF_UPDATE;
        leaf.group_id = SLICE_LITERAL("other");
        break;
    case TWICE_SIGNATURE_KEY:
        leaf.signature_key = mls_tree_leaf(&e->tree, 1)->signature_key;
        leaf.signer = m[1].id.signature;
        break;
    case TWICE_ENCRYPTION_KEY:
        leaf.encryption_key = mls_tree_leaf(&e->tree, 1)->encryption_key;
        break;
    case NO_SUITE:
        leaf.suites = SLICE_EMPTY;
        break;
    }
    struct slice bytes = mls_forge_put_leaf(&m[3], &leaf);
    CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
    CHECK_ERR(mls_tree_update(&e->tree, 3, &read), OK);
}

TEST(v86_every_leaf_is_valid_and_every_key_unique)
{
    static const enum err expected[] = {ERR_AUTH, ERR_AUTH, ERR_INPUT, ERR_INPUT, ERR_INPUT_SUITE};
    REQUIRE(begin());
    for (int how = BAD_SIGNATURE; how <= NO_SUITE; how++) {
        enum leaf_change change = (enum leaf_change)how;
        struct mls_forge_welcome w = forged(change_leaf);
        w.user = &change;
        CHECK(refuses(&w, expected[how]));
    }
    end();
}

static void own_leaf_gone(void *user, struct mls_epoch *e)
{
    (void)user;
    mls_tree_remove(&e->tree, 4);
}

static void own_leaf_changed(void *user, struct mls_epoch *e)
{
    struct mls_forge_leaf leaf = mls_forge_leaf_of(JOINER);
    struct mls_leaf read;
    (void)user;
    leaf.encryption_key = mls_tree_leaf(&e->tree, 4)->encryption_key;
    struct slice bytes = mls_forge_put_leaf(JOINER, &leaf);
    CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
    CHECK_ERR(mls_tree_update(&e->tree, 4, &read), OK);
}

TEST(v87_our_leaf_is_the_one_of_our_package)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(own_leaf_gone);
    CHECK(refuses(&w, ERR_AUTH));
    w = forged(own_leaf_changed); /* same keys, other bytes */
    CHECK(refuses(&w, ERR_AUTH));
    end();
}

TEST(v88_a_path_secret_gives_the_keys_above_us)
{
    uint8_t secret[32];
    REQUIRE(begin());
    crypto_rand(secret, sizeof secret);
    struct mls_forge_welcome w = forged(NULL);
    w.path_secret = SLICE_ARRAY(secret);
    CHECK(refuses(&w, ERR_AUTH));
    w.path_secret = slice_make(secret, 31);
    CHECK(refuses(&w, ERR_INPUT));
    w.path_secret = SLICE_ARRAY(secret);
    w.signer = 4; /* ourselves */
    w.signature = JOINER->id.signature;
    CHECK(refuses(&w, ERR_AUTH));
    end();
}

TEST(v89_the_confirmation_tag_is_whole_and_right)
{
    static const enum mls_forge_tag ways[] = {MLS_FORGE_EMPTY, MLS_FORGE_SHORT, MLS_FORGE_LONG,
                                              MLS_FORGE_WRONG};
    REQUIRE(begin());
    for (size_t i = 0; i < 4; i++) {
        struct mls_forge_welcome w = forged(NULL);
        w.confirmation = ways[i];
        CHECK(refuses(&w, ways[i] == MLS_FORGE_WRONG ? ERR_AUTH : ERR_INPUT));
    }
    end();
}

static void unknown_extension(void *user, struct mls_epoch *e)
{
    (void)user;
    CHECK_ERR(mls_epoch_set_extensions(e, mls_forge_extension(&m[0], 0xf0f0, SLICE_EMPTY)), OK);
}

TEST(v90_every_extension_of_the_context_is_supported)
{
    REQUIRE(begin());
    struct mls_forge_welcome w = forged(unknown_extension);
    CHECK(refuses(&w, ERR_AUTH_POLICY));
    end();
}

static enum err any_psk(void *user, struct slice id, struct arena *arena, struct slice *out)
{
    (void)user;
    (void)id;
    return arena_copy(arena, SLICE_LITERAL("psk"), out);
}

static void epoch_one(void *user, struct mls_epoch *e)
{
    (void)user;
    e->epoch = 1;
}

TEST(v91_one_tie_to_a_predecessor_and_only_at_the_start)
{
    struct slice tie, two;
    REQUIRE(begin());
    JOINER->psk = (struct mls_psk_lookup){NULL, any_psk};
    struct buf b = buf_arena(&ADDER->arena, 256);
    mls_proposal_put_resumption(&b, MLS_PSK_BRANCH, SLICE_LITERAL("old"), 3);
    mls_codec_put_vector(&b, SLICE_LITERAL("0123456789abcdef0123456789abcdef"));
    CHECK_ERR(buf_finish(&b, &tie), OK);
    b = buf_arena(&ADDER->arena, 256);
    mls_proposal_put_resumption(&b, MLS_PSK_REINIT, SLICE_LITERAL("old"), 3);
    mls_codec_put_vector(&b, SLICE_LITERAL("0123456789abcdef0123456789abcdef"));
    CHECK_ERR(buf_finish(&b, &two), OK);
    struct mls_forge_welcome w = forged(NULL);
    w.psk = &JOINER->psk;
    w.psks = tie;
    CHECK(refuses(&w, ERR_AUTH_POLICY)); /* not epoch 1 */
    w.change = epoch_one;
    w.psks = mls_forge_join(ADDER, tie, two);
    CHECK(refuses(&w, ERR_INPUT));
    w.psks = tie;
    w.psk = NULL; /* the wrong secret */
    CHECK(refuses(&w, ERR_AUTH));
    JOINER->psk.find = NULL;
    CHECK(refuses(&w, ERR_GONE)); /* V75 */
    end();
}

static enum err fetch_tree(void *user, struct mls_extensions list, struct slice *tree)
{
    const struct slice *from = user;
    bool marked = false;
    for (size_t i = 0; i < list.n; i++) {
        marked = marked || list.v[i].type == 0xf0aa;
    }
    *tree = *from;
    return marked ? OK : ERR_GONE;
}

TEST(the_tree_may_be_fetched_by_what_the_group_info_says)
{
    struct mls_commit out;
    struct mls_extensions seen;
    struct slice id;
    REQUIRE(begin());
    struct mls_world_member late;
    mls_world_init(&late, "late", ADDER->suite);
    CHECK_ERR(mls_world_package(&late), OK);
    struct mls_proposal add = mls_world_add(&late);
    struct mls_extension mark = {0xf0aa, SLICE_LITERAL("where")};
    struct mls_commit_params params = {.proposals = &add,
                                       .proposal_count = 1,
                                       .force_path = true,
                                       .group_info_extensions = {&mark, 1}};
    CHECK_ERR(mls_group_commit(ADDER->g, &ADDER->arena, &params, &out), OK);
    struct mls_storage storage = mls_world_storage(&late.store);
    struct mls_join_params join = {
        .welcome = out.welcome,
        .key_package = late.package.message,
        .key_package_secret = late.package.secret,
        .identity = late.id,
        .user = &out.ratchet_tree,
        .tree = fetch_tree,
    };
    CHECK_ERR(mls_welcome_peek(&late.arena, &join, &seen, &id), OK);
    CHECK_BYTES(id, SLICE_LITERAL("group"));
    CHECK(seen.n == 2); /* the mark and grease */
    CHECK_ERR(mls_group_join(&late.g, &storage, &join), OK);
    CHECK_ERR(mls_group_discard(ADDER->g), OK);
    mls_world_end(&late);
    end();
}

TEST(a_welcome_is_split_between_accounts)
{
    struct mls_world_member guest[3];
    struct mls_proposal adds[3];
    struct mls_commit out;
    struct slice part;
    REQUIRE(begin());
    for (size_t i = 0; i < 3; i++) {
        mls_world_init(&guest[i], "guest", ADDER->suite);
        CHECK_ERR(mls_world_package(&guest[i]), OK);
        adds[i] = mls_world_add(&guest[i]);
    }
    CHECK_ERR(mls_world_stage(ADDER, adds, 3, true, &out), OK);
    CHECK_ERR(mls_welcome_split(&ADDER->arena, out.welcome, &guest[1].package.ref, 1, &part), OK);
    CHECK(part.n < out.welcome.n);
    CHECK_ERR(mls_world_join(&guest[1], part, out.ratchet_tree), OK);
    CHECK_ERR(mls_world_join(&guest[0], part, out.ratchet_tree), ERR_GONE);
    CHECK_ERR(mls_world_join(&guest[0], out.welcome, out.ratchet_tree), OK);
    CHECK_ERR(mls_group_discard(ADDER->g), OK);
    for (size_t i = 0; i < 3; i++) {
        mls_world_end(&guest[i]);
    }
    end();
}

TEST_MAIN(TEST_ROW(forged_welcomes_pass_until_they_are_spoiled),
          TEST_ROW(v2_nothing_follows_in_any_part), TEST_ROW(v4_group_info_extensions_occur_once),
          TEST_ROW(v5_a_tree_does_not_end_in_a_blank),
          TEST_ROW(v80_a_welcome_names_us_and_our_suite),
          TEST_ROW(v81_the_signer_is_a_member_and_its_signature_holds),
          TEST_ROW(v82_a_group_is_not_joined_over_another),
          TEST_ROW(v83_the_tree_has_the_hash_of_the_context),
          TEST_ROW(v84_every_parent_is_parent_hash_valid),
          TEST_ROW(v85_unmerged_leaves_are_members_below_and_listed_all_the_way),
          TEST_ROW(v86_every_leaf_is_valid_and_every_key_unique),
          TEST_ROW(v87_our_leaf_is_the_one_of_our_package),
          TEST_ROW(v88_a_path_secret_gives_the_keys_above_us),
          TEST_ROW(v89_the_confirmation_tag_is_whole_and_right),
          TEST_ROW(v90_every_extension_of_the_context_is_supported),
          TEST_ROW(v91_one_tie_to_a_predecessor_and_only_at_the_start),
          TEST_ROW(the_tree_may_be_fetched_by_what_the_group_info_says),
          TEST_ROW(a_welcome_is_split_between_accounts))
