/* The rules of a list of proposals by themselves: which fit together, and what a list does. */
#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"
#include "mls/proposal_list.h"

#define N 4
static struct mls_world_member m[N];
static struct mls_proposal_item items[4];
static struct mls_proposal_list list;

static bool begin(void)
{
    memset(m, 0, sizeof m);
    return mls_world_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static struct mls_proposal_item item_of(enum mls_proposal_type type, uint32_t about)
{
    return (struct mls_proposal_item){
        .body = {.type = (uint16_t)type, .removed = type == MLS_PROPOSAL_REMOVE ? about : 77},
        .sender_type = MLS_SENDER_MEMBER,
        .sender = type == MLS_PROPOSAL_UPDATE ? about : 0};
}

static struct mls_proposal_item add_of(const char *signature, const char *encryption,
                                       const char *init)
{
    struct mls_proposal_item item = item_of(MLS_PROPOSAL_ADD, 0);
    item.body.package.leaf.signature_key = slice_of_string(signature);
    item.body.package.leaf.encryption_key = slice_of_string(encryption);
    item.body.package.init_key = slice_of_string(init);
    return item;
}

static struct mls_proposal_item psk_of(const char *raw)
{
    struct mls_proposal_item item = item_of(MLS_PROPOSAL_PSK, 0);
    item.body.psk.raw = slice_of_string(raw);
    return item;
}

static enum err check(enum mls_sender_type committer_type, size_t n)
{
    list = (struct mls_proposal_list){.v = items, .n = n, .committer_type = committer_type};
    return mls_proposal_list_check(m[0].g->epoch, &list);
}

/* Two items in both orders, and with one between that is in nobody's way. */
static bool together(struct mls_proposal_item a, struct mls_proposal_item b, bool alone)
{
    size_t fit = 0;
    for (int swap = 0; swap < 2; swap++) {
        items[0] = swap == 0 ? a : b;
        items[1] = swap == 0 ? b : a;
        fit += check(MLS_SENDER_MEMBER, 2) == OK;
        if (!alone) {
            items[2] = items[1];
            items[1] = psk_of("between");
            fit += check(MLS_SENDER_MEMBER, 3) == OK;
        }
    }
    CHECK(fit == 0 || fit == (alone ? 2 : 4));
    return fit > 0;
}

TEST(two_proposals_fit_or_exclude_each_other)
{
    REQUIRE(begin());
    struct mls_proposal_item remove1 = item_of(MLS_PROPOSAL_REMOVE, 1);
    struct mls_proposal_item remove2 = item_of(MLS_PROPOSAL_REMOVE, 2);
    struct mls_proposal_item update1 = item_of(MLS_PROPOSAL_UPDATE, 1);
    struct mls_proposal_item update3 = item_of(MLS_PROPOSAL_UPDATE, 3);
    struct mls_proposal_item context = item_of(MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, 0);
    struct mls_proposal_item reinit = item_of(MLS_PROPOSAL_REINIT, 0);
    struct mls_proposal_item init = item_of(MLS_PROPOSAL_EXTERNAL_INIT, 0);
    struct mls_proposal_item add = add_of("a", "b", "c");
    CHECK(together(remove1, remove2, false) && !together(remove1, remove1, false));
    CHECK(together(update1, update3, false) && !together(update1, update1, false));
    CHECK(together(update1, remove2, false) && !together(update1, remove1, false));
    CHECK(together(add, add_of("d", "e", "f"), false));
    CHECK(!together(add, add_of("a", "e", "f"), false));
    CHECK(!together(add, add_of("d", "b", "f"), false));
    CHECK(!together(add, add_of("d", "e", "c"), false));
    CHECK(together(add, add_of("b", "c", "a"), false));
    CHECK(together(psk_of("x"), psk_of("y"), false) && !together(psk_of("x"), psk_of("x"), false));
    CHECK(together(context, add, false) && together(context, remove1, false));
    CHECK(!together(context, context, false));
    const struct mls_proposal_item others[] = {remove1, update3, add, psk_of("x"), context, reinit};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CHECK(!together(reinit, others[i], true));
        CHECK(!together(init, others[i], true));
        items[0] = others[i];
        CHECK_ERR(check(MLS_SENDER_MEMBER, 1), OK);
    }
    items[0] = init;
    CHECK_ERR(check(MLS_SENDER_MEMBER, 1), ERR_INPUT);
    CHECK_ERR(check(MLS_SENDER_MEMBER, 0), OK);
    /* The committer, which is leaf 0, is not its own subject. */
    items[0] = item_of(MLS_PROPOSAL_REMOVE, 0);
    CHECK_ERR(check(MLS_SENDER_MEMBER, 1), ERR_INPUT);
    items[0] = item_of(MLS_PROPOSAL_UPDATE, 0);
    CHECK_ERR(check(MLS_SENDER_MEMBER, 1), ERR_INPUT);
    items[0] = psk_of("x");
    items[1] = item_of(MLS_PROPOSAL_REMOVE, 0);
    CHECK_ERR(check(MLS_SENDER_MEMBER, 2), ERR_INPUT);
    list.committer = 3;
    CHECK_ERR(mls_proposal_list_check(m[0].g->epoch, &list), OK);
    end();
}

TEST(a_member_is_added_again_only_when_its_leaf_changes)
{
    REQUIRE(begin());
    for (uint32_t at = 1; at < N; at++) {
        struct slice key = mls_tree_leaf(&m[0].g->epoch->tree, at)->signature_key;
        struct mls_proposal_item again = add_of("x", "y", "z");
        again.body.package.leaf.signature_key = key;
        items[0] = again;
        items[1] = item_of(MLS_PROPOSAL_REMOVE, at); /* behind the list */
        CHECK_ERR(check(MLS_SENDER_MEMBER, 1), ERR_INPUT);
        for (uint32_t other = 1; other < N; other++) {
            CHECK(together(again, item_of(MLS_PROPOSAL_REMOVE, other), false) == (other == at));
            CHECK(together(again, item_of(MLS_PROPOSAL_UPDATE, other), false) == (other == at));
        }
    }
    items[0] = add_of("x", "y", "z");
    items[0].body.package.leaf.signature_key =
        mls_tree_leaf(&m[0].g->epoch->tree, 0)->signature_key;
    CHECK_ERR(check(MLS_SENDER_MEMBER, 1), ERR_INPUT);
    end();
}

TEST(a_newcomer_commits_its_init_one_remove_and_keys)
{
    static const struct mls_stored_proposal stored;
    struct mls_proposal_item init = item_of(MLS_PROPOSAL_EXTERNAL_INIT, 0);
    const enum mls_sender_type external = MLS_SENDER_NEW_MEMBER_COMMIT;
    REQUIRE(begin());
    CHECK_ERR(check(external, 0), ERR_INPUT);
    items[0] = init;
    CHECK_ERR(check(external, 1), OK);
    items[1] = item_of(MLS_PROPOSAL_REMOVE, 0); /* any leaf */
    CHECK_ERR(check(external, 2), OK);
    items[2] = psk_of("x");
    items[3] = psk_of("y");
    CHECK_ERR(check(external, 3), OK);
    CHECK_ERR(check(external, 4), OK);
    for (size_t i = 0; i < 4; i++) {
        items[i].stored = &stored; /* all by value */
        CHECK_ERR(check(external, 4), ERR_INPUT);
        items[i].stored = NULL;
    }
    items[3] = psk_of("x");
    CHECK_ERR(check(external, 4), ERR_INPUT);
    items[3] = init;
    CHECK_ERR(check(external, 4), ERR_INPUT);
    items[3] = item_of(MLS_PROPOSAL_REMOVE, 2);
    CHECK_ERR(check(external, 4), ERR_INPUT);
    items[0] = psk_of("z");
    CHECK_ERR(check(external, 3), ERR_INPUT); /* no init */
    static const enum mls_proposal_type never[] = {MLS_PROPOSAL_ADD, MLS_PROPOSAL_UPDATE,
                                                   MLS_PROPOSAL_REINIT,
                                                   MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS};
    for (size_t i = 0; i < 4; i++) {
        items[0] = init;
        items[1] = item_of(never[i], 1);
        CHECK_ERR(check(external, 2), ERR_INPUT);
    }
    end();
}

TEST(what_changes_the_tree_needs_a_path)
{
    static const bool needs[] = {false, false, true, true, false, false, true, true};
    REQUIRE(begin());
    list = (struct mls_proposal_list){.v = items, .n = 0};
    CHECK(mls_proposal_list_needs_path(&list));
    CHECK(mls_proposal_list_find(&list, MLS_PROPOSAL_ADD) == NULL);
    for (int type = MLS_PROPOSAL_ADD; type <= MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS; type++) {
        for (size_t at = 0; at < 3; at++) {
            items[0] = items[1] = items[2] = psk_of("x");
            items[at] = item_of((enum mls_proposal_type)type, 2);
            list.n = 3;
            CHECK(mls_proposal_list_needs_path(&list) == needs[type]);
            CHECK(mls_proposal_list_removes(&list, 2) == (type == MLS_PROPOSAL_REMOVE));
            CHECK(!mls_proposal_list_removes(&list, 1) && !mls_proposal_list_removes(&list, 77));
            CHECK(mls_proposal_list_find(&list, (enum mls_proposal_type)type) ==
                  (type == MLS_PROPOSAL_PSK ? &items[0] : &items[at]));
            list.n = at; /* it is not in the list yet */
            CHECK(!mls_proposal_list_removes(&list, 2));
            CHECK(at == 0 || !mls_proposal_list_needs_path(&list));
        }
    }
    end();
}

TEST(an_item_is_appended_when_it_fits_and_all_support_it)
{
    REQUIRE(begin());
    const struct mls_epoch *e = m[0].g->epoch;
    struct mls_proposal_item remove = item_of(MLS_PROPOSAL_REMOVE, 1);
    struct mls_proposal_item context = item_of(MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, 0);
    list = (struct mls_proposal_list){.v = items, .committer_type = MLS_SENDER_MEMBER};
    CHECK(mls_proposal_list_add(e, &list, &remove) && list.n == 1);
    CHECK(!mls_proposal_list_add(e, &list, &remove) && list.n == 1);
    CHECK(list.v[0].body.removed == 1);
    CHECK(mls_proposal_list_add(e, &list, &context) && list.n == 2);
    list.n = 1;
    context.body.extensions = check_hex("f0a100"); /* which nobody has */
    CHECK(!mls_proposal_list_add(e, &list, &context) && list.n == 1);
    /* An Add is judged by the extensions of the list. */
    struct mls_proposal_item add = add_of("x", "y", "z");
    CHECK(mls_proposal_list_add(e, &list, &add) && list.n == 2);
    items[0] = context;
    list.n = 1;
    CHECK(!mls_proposal_list_add(e, &list, &add) && list.n == 1);
    add.body.package.leaf.extension_types = SLICE_LITERAL("\xf0\xa1");
    CHECK(mls_proposal_list_add(e, &list, &add) && list.n == 2);
    end();
}

TEST(extensions_are_supported_by_every_leaf_that_stays)
{
    REQUIRE(begin());
    struct mls_epoch *e = NULL;
    struct mls_leaf leaves[N];
    struct mls_proposal_item context = item_of(MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, 0);
    context.body.extensions = check_hex("f0a100");
    CHECK_ERR(mls_epoch_clone(&e, m[0].g->epoch), OK);
    for (uint32_t without = 0; without <= N; without++) {
        for (uint32_t i = 0; i < N; i++) {
            leaves[i] = *mls_tree_leaf(&m[0].g->epoch->tree, i);
            leaves[i].extension_types =
                i == without ? SLICE_LITERAL("\xf0\xa2") : SLICE_LITERAL("\xf0\xa1");
            e->tree.nodes[2 * i].leaf = &leaves[i];
        }
        list = (struct mls_proposal_list){.v = items, .committer_type = MLS_SENDER_MEMBER};
        list.committer = without == 0 ? 1 : 0;
        CHECK(mls_proposal_list_add(e, &list, &context) == (without == N));
        list.n = 1;
        items[0] = item_of(MLS_PROPOSAL_REMOVE, without);
        CHECK(mls_proposal_list_add(e, &list, &context));
    }
    mls_epoch_destroy(e);
    end();
}

TEST(a_list_is_applied_kind_by_kind)
{
    REQUIRE(begin());
    struct mls_epoch *next = NULL;
    struct mls_proposal_item all[7];
    struct slice raw[2];
    bool *added = NULL;
    CHECK_ERR(mls_epoch_clone(&next, m[0].g->epoch), OK);
    struct mls_forge_package package = mls_forge_package_of(&m[1]);
    struct slice bytes = mls_forge_add(m, mls_forge_put_package(&m[1], &package));
    all[0] = item_of(MLS_PROPOSAL_ADD, 0);
    CHECK_ERR(mls_proposal_read(&bytes, &all[0].body), OK);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t at = i == 0 ? 1 : 3;
        struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[at]);
        leaf.source = MLS_LEAF_UPDATE;
        raw[i] = mls_forge_put_leaf(&m[at], &leaf);
        bytes = mls_forge_update(m, raw[i]);
        all[1 + i] = item_of(MLS_PROPOSAL_UPDATE, at);
        CHECK_ERR(mls_proposal_read(&bytes, &all[1 + i].body), OK);
    }
    all[3] = item_of(MLS_PROPOSAL_REMOVE, 2);
    all[4] = item_of(MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, 0);
    all[4].body.extensions = check_hex("f0a100");
    all[5] = all[0];
    all[6] = all[0]; /* behind the list */
    all[6].leaf = 1;
    list = (struct mls_proposal_list){.v = all, .n = 6, .committer_type = MLS_SENDER_MEMBER};
    CHECK_ERR(mls_proposal_list_apply(next, &list, &added, &m[0].arena), OK);
    /* The first Add takes the place of the removed one, the second doubles the tree. */
    CHECK(all[0].leaf == 2 && all[5].leaf == 4 && next->tree.width == 8);
    for (uint32_t i = 0; i < 8; i++) {
        CHECK(added[i] == (i == 2 || i == 4));
    }
    CHECK_BYTES(mls_tree_leaf(&next->tree, 1)->raw, raw[0]);
    CHECK_BYTES(mls_tree_leaf(&next->tree, 3)->raw, raw[1]);
    CHECK_BYTES(mls_tree_leaf(&next->tree, 2)->raw, all[0].body.package.leaf.raw);
    CHECK(next->extensions.n == 1 && next->extensions.v[0].type == 0xf0a1);
    mls_epoch_destroy(next);
    /* An Update of ours without its key leads nowhere. */
    CHECK_ERR(mls_epoch_clone(&next, m[1].g->epoch), OK);
    list.v = &all[1];
    list.n = 1;
    CHECK_ERR(mls_proposal_list_apply(next, &list, &added, &m[0].arena), ERR_GONE);
    mls_epoch_destroy(next);
    end();
}

TEST(each_sender_may_send_some_types)
{
    /* Bit t: type t. */
    static const unsigned may[] = {0, 0xbe, 0xba, 0x02, 0x58};
    REQUIRE(begin());
    struct mls_forge_package package = mls_forge_package_of(&m[1]);
    struct mls_forge_leaf leaf = mls_forge_leaf_of(&m[1]);
    leaf.source = MLS_LEAF_UPDATE;
    leaf.group_id = mls_group_id(m[0].g);
    leaf.index = 1;
    const struct slice all[] = {
        mls_forge_add(m, mls_forge_put_package(&m[1], &package)),
        mls_forge_update(m, mls_forge_put_leaf(&m[1], &leaf)),
        mls_forge_remove(m, 2),
        mls_forge_psk(m, mls_forge_external_psk_id(m, "psk"), 32),
        mls_forge_reinit(m, 1, CRYPTO_SUITE_X25519_CHACHA),
        mls_forge_join(m, check_hex("0006"), mls_forge_vector(m, SLICE_LITERAL("kem output"))),
        mls_forge_context(m, SLICE_EMPTY),
    };
    for (int sender = MLS_SENDER_MEMBER; sender <= MLS_SENDER_NEW_MEMBER_COMMIT; sender++) {
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            struct mls_proposal_body body;
            struct slice s = all[i];
            CHECK_ERR(mls_proposal_read(&s, &body), OK);
            CHECK_ERR(mls_proposal_list_verify(m[0].g->epoch, &body, (enum mls_sender_type)sender,
                                               1, NULL, &m[0].arena),
                      (may[sender] >> (i + 1) & 1) != 0 ? OK : ERR_INPUT);
        }
    }
    end();
}

TEST(a_tie_to_a_predecessor_is_made_in_the_first_epoch_alone)
{
    REQUIRE(begin());
    struct mls_epoch *next = NULL;
    struct mls_proposal_body body = {.type = MLS_PROPOSAL_PSK};
    body.psk.nonce = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    CHECK_ERR(mls_epoch_clone(&next, m[0].g->epoch), OK);
    for (int way = 0; way < 4; way++) {
        next->epoch = way % 2 == 0 ? 0 : 1;
        if (way == 2) { /* and now we are alone */
            for (uint32_t i = 1; i < N; i++) {
                mls_tree_remove(&next->tree, i);
            }
        }
        for (uint8_t usage = MLS_PSK_APPLICATION; usage <= MLS_PSK_BRANCH; usage++) {
            body.psk.type = MLS_PSK_RESUMPTION;
            body.psk.usage = usage;
            CHECK_ERR(
                mls_proposal_list_verify(next, &body, MLS_SENDER_MEMBER, 0, NULL, &m[0].arena),
                usage == MLS_PSK_APPLICATION || way == 2 ? OK : ERR_INPUT);
            body.psk.type = MLS_PSK_EXTERNAL;
            CHECK_ERR(
                mls_proposal_list_verify(next, &body, MLS_SENDER_MEMBER, 0, NULL, &m[0].arena), OK);
        }
    }
    mls_epoch_destroy(next);
    end();
}

TEST_MAIN(TEST_ROW(two_proposals_fit_or_exclude_each_other),
          TEST_ROW(a_member_is_added_again_only_when_its_leaf_changes),
          TEST_ROW(a_newcomer_commits_its_init_one_remove_and_keys),
          TEST_ROW(what_changes_the_tree_needs_a_path),
          TEST_ROW(an_item_is_appended_when_it_fits_and_all_support_it),
          TEST_ROW(extensions_are_supported_by_every_leaf_that_stays),
          TEST_ROW(a_list_is_applied_kind_by_kind), TEST_ROW(each_sender_may_send_some_types),
          TEST_ROW(a_tie_to_a_predecessor_is_made_in_the_first_epoch_alone))
