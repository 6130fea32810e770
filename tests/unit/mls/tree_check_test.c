/* Trees that honest members could not have built: the first node, one in the middle, the last. */
#include "mls/tree_check.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 7
static struct mls_world_member m[N];
static struct mls_tree tree; /* a copy of the group's, to be spoiled */
static struct arena arena;

/* Six members that have committed in turn, from `from` on; the seventh is unmerged in the root.
 * Parents are 1, 3, 5, 7, 9; blank are 11 and what is above leaves 6 and 7. */
static bool begin(size_t from)
{
    struct mls_commit out;
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(m, 0, sizeof m);
    arena_init(&arena, 0);
    if (mls_world_group(m, N - 1, suite) != OK) {
        return false;
    }
    for (size_t i = 0; i < N - 1; i++) {
        if (mls_world_round(m, N - 1, (from + i) % (N - 1), NULL, 0, true, NULL) != OK) {
            return false;
        }
    }
    mls_world_init(&m[N - 1], "the last", suite);
    if (mls_world_package(&m[N - 1]) != OK) {
        return false;
    }
    struct mls_proposal add = mls_world_add(&m[N - 1]);
    return mls_world_round(m, N - 1, 0, &add, 1, false, &out) == OK;
}

static void end(void)
{
    arena_wipe(&arena);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static void fresh(void)
{
    CHECK_ERR(mls_tree_clone(&tree, &arena, &m[0].g->epoch->tree), OK);
}

static enum err parents(void)
{
    (void)mls_tree_hash_root(&tree);
    return mls_tree_check_parents(&tree, &arena);
}

static void forget_hashes(void)
{
    for (size_t i = 0; i < mls_tree_math_nodes(tree.width); i++) {
        tree.nodes[i].hashed = false;
    }
}

static void list(uint32_t node, const char *leaves)
{
    struct slice bytes;
    CHECK_ERR(arena_copy(&arena, check_hex(leaves), &bytes), OK);
    struct mls_tree_node *p = &tree.nodes[node];
    p->unmerged = arena_alloc(&arena, bytes.n);
    p->unmerged_n = (uint32_t)(bytes.n / 4);
    p->unmerged_cap = p->unmerged_n;
    if (bytes.n > 0) {
        memcpy(p->unmerged, bytes.p, bytes.n);
    }
    forget_hashes();
}

TEST(every_parent_has_one_child_with_its_hash)
{
    static const uint32_t nodes[] = {1, 3, 5, 7, 9};
    uint8_t key[32];
    for (size_t from = 0; from < N - 1; from++) {
        REQUIRE(begin(from));
        fresh();
        CHECK(tree.nodes[7].unmerged_n == 1 && tree.nodes[11].kind == MLS_TREE_BLANK);
        CHECK_ERR(parents(), OK);
        for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
            fresh();
            CHECK(tree.nodes[nodes[i]].kind == MLS_TREE_PARENT);
            memcpy(key, tree.nodes[nodes[i]].encryption_key.p, sizeof key);
            key[31] ^= 1;
            tree.nodes[nodes[i]].encryption_key = SLICE_ARRAY(key);
            forget_hashes();
            CHECK_ERR(parents(), ERR_AUTH);
            /* A key that is none is found before any hash. */
            tree.nodes[nodes[i]].encryption_key = slice_make(key, 31);
            forget_hashes();
            /* In this order of commits all below it are valid still. */
            CHECK(from > 0 || parents() == ERR_INPUT);
            fresh();
            CHECK_ERR(mls_tree_set_parent_hash(&tree, nodes[i], slice_make(key, 32)), OK);
            CHECK_ERR(parents(), ERR_AUTH);
            fresh();
            /* Above the others: the hash is cut by one byte. */
            struct slice hash = tree.nodes[nodes[i]].parent_hash;
            CHECK(hash.n == (nodes[i] == 7 ? 0 : 32));
            if (hash.n > 0) {
                CHECK_ERR(mls_tree_set_parent_hash(&tree, nodes[i], slice_make(hash.p, 31)), OK);
                CHECK_ERR(parents(), ERR_AUTH);
            }
        }
        end();
    }
}

TEST(a_leaf_without_a_hash_makes_no_parent_valid)
{
    REQUIRE(begin(0));
    /* Leaf 5 committed last: node 9 is valid by it alone. */
    for (uint32_t index = 0; index < 6; index++) {
        struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[index]);
        struct mls_leaf read;
        struct slice bytes = mls_forge_put_leaf(&m[index], &leaf);
        CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
        CHECK(read.parent_hash.n == 0);
        fresh();
        CHECK_ERR(mls_tree_set_leaf(&tree, index, &read), OK);
        CHECK_ERR(parents(), ERR_AUTH);
    }
    end();
}

TEST(unmerged_leaves_are_there_and_listed_by_all_between)
{
    REQUIRE(begin(0));
    fresh();
    list(7, "00000007"); /* blank */
    CHECK_ERR(parents(), ERR_INPUT);
    list(7, "0000000600000007");
    CHECK_ERR(parents(), ERR_INPUT);
    list(7, "0000000100000006"); /* neither 1 nor 3 lists it */
    CHECK_ERR(parents(), ERR_INPUT);
    /* Two parents between, each of which has to list it; leaf 6 is below both. */
    fresh();
    CHECK_ERR(mls_tree_set_parent(&tree, 13, SLICE_LITERAL("13")), OK);
    CHECK_ERR(parents(), ERR_INPUT);
    list(13, "00000007");
    CHECK_ERR(parents(), ERR_INPUT);
    list(13, "00000006");
    CHECK_ERR(mls_tree_set_parent(&tree, 11, SLICE_LITERAL("11")), OK);
    CHECK_ERR(parents(), ERR_INPUT);
    /* Listed by all: then it is the hashes that do not hold. */
    list(11, "00000006");
    CHECK_ERR(parents(), ERR_AUTH);
    fresh();
    list(9, "00000004");
    CHECK_ERR(parents(), ERR_AUTH);
    end();
}

TEST(a_leaf_that_is_not_listed_makes_its_parent_invalid)
{
    for (size_t from = 0; from < N - 1; from++) {
        REQUIRE(begin(from));
        fresh();
        list(7, "");
        CHECK_ERR(parents(), ERR_AUTH);
        list(7, "00000006");
        CHECK_ERR(parents(), OK);
        end();
    }
}

static void add_to(size_t n, struct mls_world_member *guest, const char *name)
{
    mls_world_init(guest, name, m[0].suite);
    CHECK_ERR(mls_world_package(guest), OK);
    struct mls_proposal add = mls_world_add(guest);
    CHECK_ERR(mls_world_round(m, n, 0, &add, 1, false, NULL), OK);
}

TEST(several_unmerged_leaves_are_all_taken_away)
{
    struct mls_world_member guest;
    REQUIRE(begin(0));
    add_to(N - 1, &guest, "guest");
    fresh();
    CHECK(tree.nodes[7].unmerged_n == 2);
    CHECK_ERR(parents(), OK);
    list(7, "00000006");
    CHECK_ERR(parents(), ERR_AUTH);
    list(7, "00000007");
    CHECK_ERR(parents(), ERR_AUTH);
    mls_world_end(&guest);
    end();
    /* The unmerged one may stand left of the one that committed. */
    REQUIRE(begin(0));
    struct mls_proposal remove = mls_world_remove(4);
    CHECK_ERR(mls_world_round(m, N - 1, 0, &remove, 1, true, NULL), OK);
    CHECK_ERR(mls_world_round(m, N - 1, 5, NULL, 0, true, NULL), OK);
    add_to(N - 1, &guest, "guest");
    fresh();
    CHECK(mls_tree_is_unmerged(&tree.nodes[7], 4) && tree.nodes[9].kind == MLS_TREE_BLANK);
    CHECK_ERR(parents(), OK);
    mls_world_end(&guest);
    end();
}

/* What the policy was asked. */
static uint32_t asked[16];
static size_t asked_n;
static uint32_t refused;

static enum err ask(void *user, const struct mls_leaf_view *leaf)
{
    (void)user;
    if (asked_n < sizeof asked / sizeof asked[0]) {
        asked[asked_n++] = leaf->index;
    }
    return leaf->index == refused ? ERR_AUTH_POLICY : OK;
}

TEST(each_leaf_is_judged_by_itself)
{
    static const struct mls_policy policy = {.leaf = ask};
    REQUIRE(begin(0));
    struct slice id = mls_group_id(m[0].g);
    fresh();
    refused = UINT32_MAX;
    asked_n = 0;
    CHECK_ERR(mls_tree_check_leaves(&tree, id, &policy, &arena), OK);
    CHECK(asked_n == N);
    for (uint32_t i = 0; i < N; i++) {
        CHECK(asked[i] == i);
    }
    CHECK_ERR(mls_tree_check_leaves(&tree, id, NULL, &arena), OK);
    /* Leaves of commits are bound to the group. */
    CHECK_ERR(mls_tree_check_leaves(&tree, SLICE_LITERAL("other"), NULL, &arena), ERR_AUTH);
    for (uint32_t i = 0; i < N; i++) {
        struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[i]);
        struct mls_leaf read;
        refused = i;
        fresh();
        CHECK_ERR(mls_tree_check_leaves(&tree, id, &policy, &arena), ERR_AUTH_POLICY);
        leaf.bad_signature = true;
        struct slice bytes = mls_forge_put_leaf(&m[i], &leaf);
        CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
        CHECK_ERR(mls_tree_set_leaf(&tree, i, &read), OK);
        CHECK_ERR(mls_tree_check_leaves(&tree, id, NULL, &arena), ERR_AUTH);
        leaf.bad_signature = false;
        leaf.suites = SLICE_EMPTY;
        bytes = mls_forge_put_leaf(&m[i], &leaf);
        CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
        CHECK_ERR(mls_tree_set_leaf(&tree, i, &read), OK);
        CHECK_ERR(mls_tree_check_leaves(&tree, id, NULL, &arena), ERR_INPUT_SUITE);
        /* Any source is right here, and an update is bound to its place. */
        leaf = mls_forge_leaf_of(&m[i]);
        leaf.source = MLS_LEAF_UPDATE;
        leaf.group_id = id;
        for (leaf.index = i; leaf.index <= i + 1; leaf.index++) {
            bytes = mls_forge_put_leaf(&m[i], &leaf);
            CHECK_ERR(mls_leaf_read(&bytes, &read), OK);
            CHECK_ERR(mls_tree_set_leaf(&tree, i, &read), OK);
            CHECK_ERR(mls_tree_check_leaves(&tree, id, NULL, &arena),
                      leaf.index == i ? OK : ERR_AUTH);
        }
    }
    end();
}

static void set_signature_key(uint32_t index, struct slice key)
{
    struct mls_leaf *leaf = arena_alloc(&arena, sizeof *leaf);
    CHECK(leaf != NULL);
    *leaf = *mls_tree_leaf(&tree, index);
    leaf->signature_key = key;
    tree.nodes[2 * index].leaf = leaf;
}

TEST(no_two_nodes_share_a_key)
{
    REQUIRE(begin(0));
    fresh();
    CHECK_ERR(mls_tree_check_unique(&tree, &arena), OK);
    for (uint32_t a = 0; a < 15; a++) {
        for (uint32_t b = 0; b < 15; b++) {
            fresh();
            if (a == b || tree.nodes[a].kind == MLS_TREE_BLANK ||
                tree.nodes[b].kind == MLS_TREE_BLANK) {
                continue;
            }
            tree.nodes[b].encryption_key = tree.nodes[a].encryption_key;
            CHECK_ERR(mls_tree_check_unique(&tree, &arena), ERR_INPUT);
            if (a % 2 == 0 && b % 2 == 0) {
                fresh();
                set_signature_key(b / 2, mls_tree_leaf(&tree, a / 2)->signature_key);
                CHECK_ERR(mls_tree_check_unique(&tree, &arena), ERR_INPUT);
            }
        }
    }
    /* One key for two uses is not two keys of one kind. */
    fresh();
    set_signature_key(3, tree.nodes[0].encryption_key);
    CHECK_ERR(mls_tree_check_unique(&tree, &arena), OK);
    end();
}

/* Whatever order the keys come in, two that are equal are found. */
TEST(a_key_that_occurs_twice_is_found_in_any_order)
{
    static uint8_t keys[63][2];
    struct mls_leaf leaf = {.signature_key = SLICE_LITERAL("same")};
    arena_init(&arena, 0);
    for (uint32_t width = 1; width <= 32; width *= 2) {
        uint32_t n = mls_tree_math_nodes(width);
        for (uint32_t factor = 1; factor < 61; factor += 7) {
            CHECK_ERR(
                mls_tree_init(&tree, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA), &arena, width),
                OK);
            for (uint32_t i = 0; i < n; i++) {
                keys[i][0] = (uint8_t)((i * factor + factor) % 67);
                keys[i][1] = (uint8_t)i;
                tree.nodes[i].kind = MLS_TREE_PARENT;
                tree.nodes[i].encryption_key = SLICE_ARRAY(keys[i]);
            }
            CHECK_ERR(mls_tree_check_unique(&tree, &arena), OK);
            for (uint32_t i = 1; i < n; i++) {
                struct slice was = tree.nodes[i].encryption_key;
                tree.nodes[i].encryption_key = tree.nodes[(i * factor) % i].encryption_key;
                CHECK_ERR(mls_tree_check_unique(&tree, &arena), ERR_INPUT);
                tree.nodes[i].encryption_key = slice_make(was.p, 1); /* a prefix is another key */
                CHECK_ERR(mls_tree_check_unique(&tree, &arena), OK);
                tree.nodes[i].encryption_key = was;
            }
        }
    }
    /* One leaf is alone with its key. */
    CHECK_ERR(mls_tree_init(&tree, tree.suite, &arena, 2), OK);
    tree.nodes[0].kind = MLS_TREE_LEAF;
    tree.nodes[0].leaf = &leaf;
    CHECK_ERR(mls_tree_check_unique(&tree, &arena), OK);
    tree.nodes[2] = tree.nodes[0];
    tree.nodes[2].encryption_key = SLICE_LITERAL("x");
    CHECK_ERR(mls_tree_check_unique(&tree, &arena), ERR_INPUT); /* the same signature key */
    arena_wipe(&arena);
}

/* n leaves from `first` on, each with a credential type of its own that all support, and an
 * extension. */
static struct mls_leaf kinds[18];
static uint8_t kind_types[2 * 18];

static void many_kinds(uint32_t n, uint32_t first)
{
    for (uint32_t i = 0; i < n; i++) {
        kind_types[2 * i] = 0xf0;
        kind_types[2 * i + 1] = (uint8_t)i;
    }
    CHECK_ERR(mls_tree_init(&tree, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA), &arena, 32), OK);
    for (uint32_t i = 0; i < n; i++) {
        kinds[i] = (struct mls_leaf){.credential_type = (uint16_t)(0xf000 + i),
                                     .credential_types = slice_make(kind_types, 2 * (size_t)n),
                                     .extension_types = SLICE_LITERAL("\xf0\xa1")};
        tree.nodes[2 * (i + first)].kind = MLS_TREE_LEAF;
        tree.nodes[2 * (i + first)].leaf = &kinds[i];
    }
}

TEST(each_leaf_supports_what_the_others_are)
{
    arena_init(&arena, 0);
    many_kinds(3, 1);
    CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), OK);
    for (uint32_t k = 0; k < 9; k++) {
        uint32_t i = k % 3;
        many_kinds(3, k < 3 ? 0 : k < 6 ? 1 : 29); /* blank ones before or behind them */
        kinds[i].credential_types = slice_make(kind_types, 4); /* not the third */
        CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), ERR_AUTH_POLICY);
        kinds[i].credential_types = slice_make(kind_types + 2, 4); /* not the first */
        CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), ERR_AUTH_POLICY);
        kinds[i].credential_types = slice_make(kind_types, 6);
        /* The context's extension, and one that nobody has. */
        CHECK_ERR(mls_tree_check_support(&tree, check_hex("f0a100")), OK);
        CHECK_ERR(mls_tree_check_support(&tree, check_hex("f0a200")), ERR_AUTH_POLICY);
        kinds[i].extension_types = SLICE_LITERAL("\xf0\xa2");
        CHECK_ERR(mls_tree_check_support(&tree, check_hex("f0a100")), ERR_AUTH_POLICY);
    }
    /* A kind that is there twice counts once; sixteen are taken, seventeen are too many. */
    many_kinds(16, 0);
    CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), OK);
    many_kinds(17, 1);
    CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), ERR_LIMIT);
    kinds[16].credential_type = kinds[0].credential_type;
    CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), OK);
    kinds[16].credential_type = kinds[15].credential_type;
    CHECK_ERR(mls_tree_check_support(&tree, SLICE_EMPTY), OK);
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(every_parent_has_one_child_with_its_hash),
          TEST_ROW(a_leaf_without_a_hash_makes_no_parent_valid),
          TEST_ROW(unmerged_leaves_are_there_and_listed_by_all_between),
          TEST_ROW(a_leaf_that_is_not_listed_makes_its_parent_invalid),
          TEST_ROW(several_unmerged_leaves_are_all_taken_away),
          TEST_ROW(each_leaf_is_judged_by_itself), TEST_ROW(no_two_nodes_share_a_key),
          TEST_ROW(a_key_that_occurs_twice_is_found_in_any_order),
          TEST_ROW(each_leaf_supports_what_the_others_are))
