/* Words as a member seals them, what commits say of words, questions for missing words and answers
 * to them. The first byte chooses. Places stay in front of the entry they came with. */
#include <string.h>

#include "engine/own/missing.h"
#include "engine/own/order.h"
#include "engine/own/take.h"
#include "fuzz/fuzz.h"
#include "lib/own_world.h"
#include "store/order.h"

#define SEQ 50

static struct own_world world;
static struct own_world_account ana, ben;
static int64_t chat, person;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    own_world_begin(&world);
    own_world_account(&ana, 1, 101);
    own_world_account(&ben, 11, 111);
    own_world_be(&world, &ana, 1);
    person = own_world_know(&world, &ben, 1);
    chat = own_world_chat(&world, STORE_CHAT_PAIR, person);
    own_world_group(&world, chat);
    /* Ben's words 0 and 9 are here and one of mine, that he sat there for; I have asked for his */
    own_world_sql(&world,
                  "INSERT INTO leaf(id,chat,device,run,person,next) SELECT 1,c.id,x'',0,1,1 "
                  "FROM chat c");
    FUZZ_CHECK(store_sql_run(world.store, "UPDATE leaf SET device=?", "b",
                             slice_make(own_world_key(1), 32)) == OK);
    FUZZ_CHECK(
        store_sql_run(world.store,
                      "INSERT INTO leaf(id,chat,device,run,person,next) VALUES(2,?,?,0,?,10)",
                      "ibi", chat, slice_make(own_world_key(11), 32), person) == OK);
    own_world_sql(&world, "INSERT INTO word(leaf,counter,place,reading,message,epoch) "
                          "VALUES(1,0,100,0,1,0),(2,0,101,0,0,0),(2,9,200000,0,0,0)");
    own_world_sql(&world, "INSERT INTO said(leaf,counter,ms,content,message,at_ms) "
                          "VALUES(1,0,5,x'80',1,0)");
    own_world_sql(&world, "INSERT INTO hole(leaf,first,last,place,at_ms,secret) "
                          "VALUES(2,1,8,199992,0,x'"
                          "0101010101010101010101010101010101010101010101010101010101010101')");
    FUZZ_CHECK(store_sql_run(world.store, "INSERT INTO seat(chat,person,first) VALUES(?,?,0)", "ii",
                             chat, person) == OK);
    return 0;
}

static enum err word(struct own_world *w, struct store_chat *c, const struct mls_leaf_view *leaf,
                     struct slice in)
{
    struct own_word v;
    TRY(own_order_read(in, &v));
    FUZZ_CHECK(v.empty == (v.content.n == 0 && v.content.p == NULL));
    v.server_ms = w->s.now_ms;
    v.epoch = 5;
    enum err e = own_order_take(w->o, &w->s, c, SEQ, leaf, person, &v);
    if (e == OK && !v.known) {
        FUZZ_CHECK(v.place <= store_place_of(0, SEQ));
        e = v.empty ? OK : own_content_take(w->o, &w->s, c, person, &v);
    }
    return e;
}

static enum err take(struct own_world *w, void *user)
{
    struct slice in = *(struct slice *)user;
    struct store_chat c;
    struct mls_leaf_view leaf;
    struct frame_deliver d;
    struct own_word v;
    uint8_t what = 0;
    TRY(slice_u8(&in, &what));
    TRY(store_chat_get(w->store, &w->arena, chat, &c));
    memset(&leaf, 0, sizeof leaf);
    leaf.signature_key = slice_make(own_world_key(11), 32);
    memset(&d, 0, sizeof d);
    d.seq = SEQ;
    d.epoch = 5;
    memset(&v, 0, sizeof v);
    v.server_ms = w->s.now_ms;
    switch (what % 4) {
    case 0:
        return word(w, &c, &leaf, in);
    case 1: /* it is followed, whatever it says */
        FUZZ_CHECK(own_order_commit_take(w->o, &w->s, &c, &d, &leaf, person, in) == OK);
        break;
    case 2:
        v.question = in;
        FUZZ_CHECK(own_missing_take(w->o, &w->s, &c, person, &v) == OK);
        FUZZ_CHECK(own_world_int(w, "SELECT count(*) FROM outbox") <= 65); /* and who we are */
        break;
    default:
        v.answer = in;
        FUZZ_CHECK(own_missing_take(w->o, &w->s, &c, person, &v) == OK);
        break;
    }
    FUZZ_CHECK(own_world_int(w, "SELECT max(place) FROM hole") <= store_place_of(0, SEQ));
    return OK;
}

FUZZ(input)
{
    enum err e = own_world_try(&world, take, &input);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_INPUT_VERSION || e == ERR_LIMIT ||
               e == ERR_AUTH_POLICY || e == ERR_HOST_MEMORY);
}
