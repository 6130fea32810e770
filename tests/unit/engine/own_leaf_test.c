/* What a leaf of mine is made of, and whether an account has one (own/leaf.h). */
#include "engine/own/leaf.h"

#include <string.h>

#include "engine/own/identity.h"
#include "engine/own/room.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"

static struct own_world w;
static struct own_world_account ana, ben;
static struct own_world_member a1, b1;

static void begin(void)
{
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_added(&ana, 2, 1);
    own_world_account(&ben, 11, 111);
}

TEST(a_leaf_of_mine_names_the_newest_entry_of_my_chain)
{
    struct mls_identity id;
    begin();
    own_world_be(&w, &ana, 1);
    CHECK_ERR(own_leaf_identity(w.o, &w.s, &id), OK);
    CHECK_BYTES(id.credential, SLICE_ARRAY(ana.id));
    CHECK(memcmp(id.signature.seed, w.o->device_secret.seed, sizeof id.signature.seed) == 0);
    REQUIRE(id.leaf_extensions.n == 1 && id.leaf_extensions.v[0].type == OWN_EXT_ENTRY);
    struct own_identity_name head;
    uint8_t name[OWN_IDENTITY_NAME_SIZE];
    CHECK_ERR(own_identity_head(&w.s, ana.id, &head), OK);
    own_identity_name_put(name, &head);
    CHECK_BYTES(id.leaf_extensions.v[0].data, SLICE_ARRAY(name));
    /* what others must be able to read to sit with it */
    CHECK(id.extension_type_n == 1 && id.extension_types[0] == OWN_EXT_ROOM);
    own_world_end(&w);
}

TEST(without_a_chain_there_is_no_leaf)
{
    struct mls_identity id;
    begin();
    CHECK_ERR(own_leaf_identity(w.o, &w.s, &id), ERR_GONE);
    own_world_end(&w);
}

TEST(an_account_sits_while_a_device_of_it_has_a_leaf)
{
    struct own_world_room room;
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    memset(&room, 0, sizeof room);
    begin();
    own_world_sit(&a1, &ana, 1, 0);
    own_world_sit(&b1, &ben, 11, 0);
    own_world_open(&room, &a1, &context);
    CHECK(own_leaf_sits(a1.m.g, SLICE_ARRAY(ana.id)));
    CHECK(!own_leaf_sits(a1.m.g, SLICE_ARRAY(ben.id)));
    own_world_take_in(&room, &a1, &b1);
    CHECK(own_leaf_sits(a1.m.g, SLICE_ARRAY(ben.id)));
    CHECK(own_leaf_sits(b1.m.g, SLICE_ARRAY(ana.id)));
    CHECK(!own_leaf_sits(a1.m.g, SLICE_EMPTY));
    mls_world_end(&a1.m);
    mls_world_end(&b1.m);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(a_leaf_of_mine_names_the_newest_entry_of_my_chain),
          TEST_ROW(without_a_chain_there_is_no_leaf),
          TEST_ROW(an_account_sits_while_a_device_of_it_has_a_leaf))
