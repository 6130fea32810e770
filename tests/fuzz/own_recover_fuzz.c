/* Coming back by the recovery code: parts of the record (as a device of the account signed them, or
 * as the gateway hands them out), their records, the chain. The first byte chooses. */
#include <string.h>

#include "base/cbor.h"
#include "engine/own/ask.h"
#include "engine/own/record.h"
#include "engine/own/recover.h"
#include "fuzz/fuzz.h"
#include "lib/own_world.h"
#include "schema/frame.h"
#include "store/own_setting.h"

static struct own_world world;
static struct own_world_account ana;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const uint8_t code[RECOVERY_CODE_BYTES] = {1};
    (void)argc;
    (void)argv;
    own_world_begin(&world);
    own_world_account(&ana, 1, 101);
    own_world_be(&world, &ana, 1);
    FUZZ_CHECK(recovery_code_derive(code, &world.o->codes.old) == OK);
    world.o->codes.has_old = true;
    FUZZ_CHECK(store_own_setting_put_int(world.store, "recovering", OWN_RECOVER_ASKING) == OK);
    return 0;
}

/* inner, signed by Ana's device and sealed to her code. */
static struct slice part(struct own_world *w, struct slice inner)
{
    struct crypto_sign_secret secret = own_world_secret(1);
    struct slice tbs, plain, out, in = inner, device, head;
    struct wire_record r;
    uint64_t number = 0;
    size_t n = 0;
    uint8_t sig[CRYPTO_SIGN_SIZE];
    struct buf t = buf_arena(&w->arena, 192), b = buf_arena(&w->arena, inner.n + 128),
               f = buf_arena(&w->arena, inner.n + 2048);
    if (cbor_get_array(&in, &n) != OK || cbor_get_bytes(&in, &device) != OK ||
        cbor_get_uint(&in, &number) != OK || cbor_get_bytes(&in, &head) != OK) {
        head = SLICE_EMPTY;
    }
    frame_record_tbs(&t, SLICE_ARRAY(ana.id), slice_make(own_world_key(1), 32), number, head,
                     inner);
    FUZZ_CHECK(buf_finish(&t, &tbs) == OK);
    crypto_sign(sig, &secret, tbs);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 2);
    cbor_put_bytes(&b, inner);
    cbor_put_bytes(&b, SLICE_ARRAY(sig));
    FUZZ_CHECK(buf_finish(&b, &plain) == OK);
    memset(&r, 0, sizeof r);
    r.device = slice_make(own_world_key(1), 32);
    FUZZ_CHECK(recovery_code_seal(&w->arena, recovery_code_hpke(&w->o->codes.old),
                                  RECOVERY_CODE_RECORD, plain, &r.body) == OK);
    wire_record_put(&f, &r);
    FUZZ_CHECK(buf_finish(&f, &out) == OK);
    return out;
}

static enum err take(struct own_world *w, void *user)
{
    struct slice in = *(struct slice *)user;
    struct own_ask ask;
    uint8_t what = 0;
    memset(&ask, 0, sizeof ask);
    ask.type = FRAME_RECORD_GET;
    TRY(slice_u8(&in, &what));
    switch (what % 4) {
    case 0:
        return own_recover_answer(w->o, &w->s, &ask, FRAME_RECORD, part(w, in), 0);
    case 1:
        return own_recover_answer(w->o, &w->s, &ask, FRAME_RECORD, in, 0);
    case 2:
        return own_record_take(w->o, &w->s, in, true);
    default:
        return own_recover_chain(w->o, &w->s, in, 0);
    }
}

FUZZ(input)
{
    enum err e = own_world_try(&world, take, &input);
    FUZZ_CHECK(e != ERR_BUG && e != ERR_STORE && e != ERR_STORE_CORRUPT);
}
