/* Coming into rooms: who holds the link of a group, and what a parcel beside a Welcome may be. */
#include "engine/own/join.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/contact_link.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_token.h"

static struct own_world w;
static struct own_world_account me, ben;
static const uint8_t token[16] = "a token of mine";
static const uint8_t secret[OWN_LINK_SECRET_SIZE] = "what it holds..";
static struct slice about = {(const uint8_t *)"the room", 8};

static void begin(void)
{
    int64_t id = 0;
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
        own_world_added(&ben, 3, 2);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    CHECK_ERR(store_own_token_add(w.store, token, SLICE_LITERAL("label"), 0, 0, 0, 1, &id), OK);
    CHECK_ERR(store_own_token_set_group(w.store, id, own_world_chat(&w, STORE_CHAT_GROUP, 0),
                                        SLICE_ARRAY(secret)),
              OK);
}

static void end(void)
{
    own_world_end(&w);
}

static bool proven(struct slice t, struct slice mac, struct slice of, const uint8_t *account)
{
    bool yes = true;
    CHECK_ERR(own_join_proven(&w.s, t, mac, of, account, &yes), OK);
    return yes;
}

TEST(a_proof_is_of_the_secret_the_room_and_the_account)
{
    uint8_t mac[32], other[OWN_LINK_SECRET_SIZE] = {1};
    begin();
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(secret), about, ben.id, mac), OK);
    CHECK(proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, me.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), SLICE_LITERAL("the rooM"), ben.id));
    CHECK(!proven(SLICE_ARRAY(token), slice_make(mac, 31), about, ben.id));
    CHECK(!proven(SLICE_ARRAY(token), SLICE_EMPTY, about, ben.id));
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(other), about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    end();
}

TEST(a_token_alone_which_the_gateway_knows_too_proves_nothing)
{
    static const uint8_t plain[16] = "of a person....";
    uint8_t mac[32];
    int64_t id = 0;
    begin();
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(token), about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    /* of a link that is of no group there is no secret: not the empty one either */
    CHECK_ERR(store_own_token_add(w.store, plain, SLICE_LITERAL(""), 0, 0, 0, 1, &id), OK);
    CHECK_ERR(own_link_proof(&w.arena, SLICE_EMPTY, about, ben.id, mac), OK);
    CHECK(!proven(SLICE_ARRAY(plain), SLICE_ARRAY(mac), about, ben.id));
    CHECK_ERR(store_own_token_set_group(w.store, id, 1, SLICE_EMPTY), OK);
    CHECK(!proven(SLICE_ARRAY(plain), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_LITERAL("nobody's token.."), SLICE_ARRAY(mac), about, ben.id));
    CHECK(!proven(SLICE_EMPTY, SLICE_ARRAY(mac), about, ben.id));
    /* nor of one that was ended */
    CHECK_ERR(own_link_proof(&w.arena, SLICE_ARRAY(secret), about, ben.id, mac), OK);
    own_world_sql(&w, "UPDATE link SET gone=1");
    CHECK(!proven(SLICE_ARRAY(token), SLICE_ARRAY(mac), about, ben.id));
    end();
}

static struct slice parcel(size_t items, struct slice tree, bool chains)
{
    struct buf b = buf_arena(&w.arena, 0), list = buf_arena(&w.arena, 0);
    struct own_entries_group g = own_world_bring(&ben, 0, 1);
    struct slice out;
    own_entries_put(&list, &(struct own_entries){&g, 1});
    cbor_put_array(&b, items);
    cbor_put_bytes(&b, tree);
    if (chains) {
        cbor_put_bytes(&b, buf_view(&list));
    }
    for (size_t i = 2; i < items; i++) {
        cbor_put_uint(&b, 1);
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(a_parcel_is_a_tree_and_the_chains_of_all_who_sit)
{
    struct slice tree;
    struct own_entries brought;
    begin();
    struct slice in = parcel(2, SLICE_LITERAL("tree"), true);
    CHECK_ERR(own_join_parcel(&w.arena, in, &tree, &brought), OK);
    CHECK_BYTES(tree, SLICE_LITERAL("tree"));
    REQUIRE(brought.n == 1 && brought.v[0].n == 2);
    CHECK_BYTES(SLICE_ARRAY(brought.v[0].account), SLICE_ARRAY(ben.id));
    CHECK_BYTES(brought.v[0].entries[1], ben.bytes[1]);
    for (size_t n = 0; n < in.n; n++) {
        struct slice cut = check_copy(slice_make(in.p, n));
        CHECK(own_join_parcel(&w.arena, cut, &tree, &brought) != OK);
        check_release(cut);
    }
    CHECK_ERR(own_join_parcel(&w.arena, parcel(3, SLICE_LITERAL("tree"), true), &tree, &brought),
              ERR_INPUT);
    CHECK_ERR(own_join_parcel(&w.arena, parcel(1, SLICE_LITERAL("tree"), false), &tree, &brought),
              ERR_INPUT);
    end();
}

TEST_MAIN(TEST_ROW(a_proof_is_of_the_secret_the_room_and_the_account),
          TEST_ROW(a_token_alone_which_the_gateway_knows_too_proves_nothing),
          TEST_ROW(a_parcel_is_a_tree_and_the_chains_of_all_who_sit))
