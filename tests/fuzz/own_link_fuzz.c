/* What the other device says over a link, once its seal is open: in every phase, to either side.
 * Input: u8 side and phase, u8 what is said, u8 items, the rest of the message. A message out of
 * its phase ends the link or changes nothing; the account of a device that has one stays. */
#include <string.h>

#include "base/cbor.h"
#include "engine/own/chain.h"
#include "engine/own/link_hear.h"
#include "engine/own/link_state.h"
#include "engine/own/pairing.h"
#include "engine/own/room.h"
#include "fuzz/fuzz.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/own_setting.h"

#define HANDLE 9

static struct own_world world;
static struct own_world_account ana;

static void put_setting(const char *key, struct slice v)
{
    FUZZ_CHECK(store_own_setting_put(world.store, key, v) == OK);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const uint8_t secret[32] = {1};
    struct crypto_sign_secret device = own_world_secret(2);
    struct slice draft;
    (void)argc;
    (void)argv;
    own_world_begin(&world);
    own_world_account(&ana, 1, 101);
    own_world_be(&world, &ana, 1);
    (void)own_world_chat(&world, STORE_CHAT_SELF, 0);
    FUZZ_CHECK(own_chain_draft(world.o, &world.s, own_world_key(2), &draft) == OK);
    put_setting("link-secret", SLICE_ARRAY(secret));
    put_setting("link-device", slice_make(own_world_key(2), 32));
    put_setting("link-name", SLICE_LITERAL("laptop"));
    put_setting("link-draft", draft);
    put_setting("link-account", SLICE_ARRAY(ana.id));
    put_setting("link-owner", SLICE_LITERAL("Ana"));
    put_setting("device-secret", SLICE_ARRAY(device.seed));
    return 0;
}

static enum err side(struct own_world *w, uint8_t head)
{
    static const uint8_t code[OWN_PAIRING_CODE_SIZE] = {3};
    uint8_t shown[OWN_PAIRING_CODE_SIZE];
    const bool fresh = head % 2 == 0, records = (head & 0x80) != 0;
    const int64_t phase = 1 + (head >> 1) % 32 % PHASE_NO;
    TRY(store_own_setting_put_int(w->store, "link-role", fresh ? ROLE_NEW : ROLE_OLD));
    TRY(store_own_setting_put_int(w->store, "link-phase", phase));
    w->o->link.opened = true;
    w->o->link.handle = HANDLE;
    if (phase == PHASE_PAIRING) {
        TRY(fresh ? own_pairing_show(&w->o->pair.p, shown)
                  : own_pairing_given(&w->o->pair.p, code));
    }
    if (fresh && !records) { /* not in the account yet */
        w->o->base.ready = false;
        TRY(store_sql_run(w->store, "DELETE FROM person", ""));
        TRY(store_sql_run(w->store, "DELETE FROM own_person", ""));
    }
    return OK;
}

static enum err take(struct own_world *w, void *user)
{
    struct slice in = *(struct slice *)user, plain;
    struct own_link l;
    struct frame_deliver d;
    uint8_t head = 0, what = 0, items = 0;
    bool taken = false;
    TRY(slice_u8(&in, &head));
    TRY(slice_u8(&in, &what));
    TRY(slice_u8(&in, &items));
    FUZZ_CHECK(side(w, head) == OK && own_link_load(&w->s, &l) == OK);
    const uint64_t from = l.role == ROLE_NEW ? ROLE_OLD : ROLE_NEW;
    struct buf b = buf_arena(&w->arena, in.n + 32);
    cbor_put_array(&b, 3 + (size_t)items);
    cbor_put_uint(&b, from);
    cbor_put_uint(&b, 1);
    cbor_put_uint(&b, what);
    buf_slice(&b, in);
    FUZZ_CHECK(buf_finish(&b, &plain) == OK);
    memset(&d, 0, sizeof d);
    d.handle = HANDLE;
    d.seq = 1;
    d.server_ms = w->s.now_ms;
    FUZZ_CHECK(
        own_outer_seal(&w->arena, l.key, l.mailbox, 1, (uint8_t)from, NULL, plain, &d.body) == OK);
    enum err e = own_link_deliver(w->o, &w->s, &d, &taken);
    FUZZ_CHECK(taken);
    if (head % 2 == 1) { /* who has an account keeps it */
        FUZZ_CHECK(memcmp(w->o->account, ana.id, 32) == 0);
        FUZZ_CHECK(own_world_int(w, "SELECT count(*) FROM person WHERE id=1") == 1);
    }
    return e;
}

FUZZ(input)
{
    enum err e = own_world_try(&world, take, &input);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_HOST_MEMORY);
}
