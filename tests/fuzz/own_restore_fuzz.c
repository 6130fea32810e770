/* What a gateway that was put back says: the answer to OPEN, answers to commits that go up again.
 * The first byte chooses, the second is a code of failure. */
#include <string.h>

#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/restore.h"
#include "fuzz/fuzz.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "store/order.h"

static struct own_world world;
static struct own_world_account ana;
static int64_t chat;

static struct slice commit_frame(uint64_t epoch)
{
    static const uint8_t zeros[64];
    struct wire_commit v;
    struct slice out;
    struct buf b = buf_arena(&world.arena, 512);
    memset(&v, 0, sizeof v);
    v.mid = slice_make(zeros, FRAME_MID_SIZE);
    v.epoch = epoch;
    v.branch = slice_make(zeros, FRAME_BRANCH_SIZE);
    v.body = SLICE_LITERAL("commit");
    v.next_key = slice_make(zeros, 32);
    v.signature = slice_make(zeros, 64);
    wire_commit_put(&b, &v);
    FUZZ_CHECK(buf_finish(&b, &out) == OK);
    return out;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct store_chat c;
    struct store_pending p;
    (void)argc;
    (void)argv;
    own_world_begin(&world);
    own_world_account(&ana, 1, 101);
    own_world_be(&world, &ana, 1);
    chat = own_world_chat(&world, STORE_CHAT_GROUP, 0);
    own_world_sql(&world, "UPDATE chat SET cursor=500,log_sum=zeroblob(32)");
    FUZZ_CHECK(store_chat_get(world.store, &world.arena, chat, &c) == OK);
    memset(&p, 0, sizeof p);
    p.epoch = 7;
    p.frame = commit_frame(7);
    FUZZ_CHECK(own_restore_keep_commit(world.o, &world.s, &c, &p) == OK);
    struct own_box *box = own_box(world.o, chat, true);
    FUZZ_CHECK(box != NULL);
    box->opened = true;
    box->handle = 3;
    own_world_sql(&world, "UPDATE chat SET restored=1,reading=1");
    return 0;
}

static enum err opened(struct own_world *w, struct slice in)
{
    struct wire_opened v;
    struct store_chat c;
    TRY(wire_opened_decode(&w->arena, in, &v));
    TRY(store_chat_get(w->store, &w->arena, chat, &c));
    bool lower = v.head < 500, other = v.has_at && !slice_equal(v.at, SLICE_ARRAY(c.log_sum));
    FUZZ_CHECK(own_restore_is(&c, &v) == (lower || other));
    return own_restore_is(&c, &v) ? own_restore_begin(w->o, &w->s, chat) : OK;
}

static enum err take(struct own_world *w, void *user)
{
    struct slice in = *(struct slice *)user;
    struct store_chat c;
    struct own_ask asked;
    uint8_t what = 0, failure = 0;
    bool busy = false;
    TRY(slice_u8(&in, &what));
    TRY(slice_u8(&in, &failure));
    struct own_box *box = own_box(w->o, chat, false);
    box->opened = true;
    box->handle = 3;
    if (what % 2 == 0) {
        return opened(w, in);
    }
    TRY(store_chat_get(w->store, &w->arena, chat, &c));
    TRY(own_restore_work(w->o, &w->s, &c, box, &busy));
    FUZZ_CHECK(busy);
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (own_restore_asked(&w->o->asks[i])) {
            asked = w->o->asks[i];
            memset(&w->o->asks[i], 0, sizeof w->o->asks[i]);
        }
    }
    FUZZ_CHECK(asked.request != 0);
    FUZZ_CHECK(own_restore_answer(w->o, &w->s, &asked, in, failure) == OK);
    /* done with it, or it waits without being due */
    FUZZ_CHECK(own_restore_work(w->o, &w->s, &c, box, &busy) == OK);
    return OK;
}

FUZZ(input)
{
    enum err e = own_world_try(&world, take, &input);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_LIMIT || e == ERR_HOST_MEMORY);
}
