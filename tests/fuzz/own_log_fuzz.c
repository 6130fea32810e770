/* Entries of a chat's log whose outer layer opens, by a member or by who has its keys: commits with
 * what they bring, application messages, typing; and the bundle for those who come in again. The
 * first byte chooses. An error or a change, no more; what was said before stays. */
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "engine/own/box.h"
#include "engine/own/group_cache.h"
#include "engine/own/receive.h"
#include "engine/own/typing.h"
#include "engine/own/repair.h"
#include "engine/own/room.h"
#include "fuzz/fuzz.h"
#include "lib/sim.h"
#include "store/protocol.h"

static struct sim *world;
static struct sim_device *ana, *ben;
static uint64_t ab, ba;
static struct slice commit, group_info; /* of Ben's device, into the next epoch; of this one */

static struct slice keep(struct slice s)
{
    uint8_t *p = malloc(s.n + 1);
    FUZZ_CHECK(p != NULL);
    memcpy(p, s.p, s.n);
    return slice_make(p, s.n);
}

static enum err make(struct own *o, struct step *s, void *user)
{
    struct mls_group *g = NULL;
    struct mls_commit c;
    struct slice info, tree;
    struct mls_commit_params params = {.force_path = true};
    (void)user;
    TRY(own_group(o, s, (int64_t)ba, &g));
    TRY(mls_group_info(g, s->arena, true, true, (struct mls_extensions){NULL, 0}, &info, &tree));
    group_info = keep(info);
    TRY(mls_group_commit(g, s->arena, &params, &c));
    commit = keep(c.commit);
    return OK;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    world = sim_create(9);
    world->cheap = true;
    ana = sim_device(world, "ana");
    ben = sim_device(world, "ben");
    FUZZ_CHECK(sim_make(ana, "Ana") == OK && sim_make(ben, "Ben") == OK);
    sim_run(world, 3000);
    FUZZ_CHECK(sim_meet(ana, ben, &ab, &ba));
    FUZZ_CHECK(sim_send(ana, ab, "said before", NULL) == OK);
    sim_run(world, 20000);
    FUZZ_CHECK(sim_try(ben, make, NULL) == OK);
    return 0;
}

/* The plaintext of what = 0 and 1: all of it, or beside a commit that is well made. */
static enum err commit_of(struct step *s, bool whole, struct slice in, struct slice *out)
{
    struct buf b = buf_arena(s->arena, in.n + commit.n + 16);
    if (whole) {
        *out = in;
        return OK;
    }
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 2);
    cbor_put_bytes(&b, commit);
    buf_slice(&b, in);
    return buf_finish(&b, out);
}

static enum err bundle_of(struct step *s, bool whole, const struct store_epoch *e, struct slice in,
                          struct slice *out)
{
    struct buf b = buf_arena(s->arena, in.n + group_info.n + 256);
    if (whole) {
        *out = in;
        return OK;
    }
    cbor_put_array(&b, 7);
    cbor_put_bytes(&b, group_info);
    cbor_put_bytes(&b, SLICE_LITERAL(""));
    cbor_put_bytes(&b, SLICE_ARRAY(e->outer_key));
    cbor_put_bytes(&b, SLICE_ARRAY(e->write_seed));
    cbor_put_bytes(&b, SLICE_ARRAY(e->branch));
    cbor_put_uint(&b, e->n);
    cbor_put_bytes(&b, in);
    return buf_finish(&b, out);
}

static enum err bundle(struct own *o, struct step *s, struct store_chat *c,
                       const struct store_epoch *e, bool whole, struct slice in)
{
    uint8_t key[32];
    struct slice plain, sealed;
    FUZZ_CHECK(bundle_of(s, whole, e, in, &plain) == OK);
    crypto_hmac(CRYPTO_SHA256, key, SLICE_ARRAY(c->join_secret), SLICE_LITERAL("sotto bundle"));
    FUZZ_CHECK(own_outer_seal(s->arena, key, c->mailbox, 0, 2, NULL, plain, &sealed) == OK);
    TRY(store_chat_set_note(s->store, c->id, 1));
    return own_group_rejoin_info(o, s, c->id, sealed);
}

static enum err take(struct own *o, struct step *s, void *user)
{
    struct slice in = *(struct slice *)user, plain = in;
    struct store_chat c;
    struct store_epoch e;
    struct mls_group *g = NULL;
    struct frame_deliver d;
    uint8_t what = 0;
    TRY(slice_u8(&in, &what));
    TRY(store_chat_get(s->store, s->arena, (int64_t)ab, &c));
    TRY(own_group(o, s, c.id, &g));
    TRY(store_epoch_get(s->store, c.id, mls_group_epoch(g), &e));
    const struct own_box *box = own_box(o, c.id, false);
    FUZZ_CHECK(box != NULL && box->opened);
    memset(&d, 0, sizeof d);
    d.handle = box->handle;
    d.seq = (uint64_t)c.cursor + 1;
    d.server_ms = s->now_ms;
    d.epoch = e.n;
    memcpy(d.branch, e.branch, sizeof d.branch);
    switch (what % 6) {
    case 0:
    case 1:
        d.kind = WIRE_KIND_COMMIT;
        FUZZ_CHECK(commit_of(s, what % 6 == 0, in, &plain) == OK);
        break;
    case 2:
        d.kind = WIRE_KIND_APPLICATION;
        plain = in;
        break;
    case 3: {
        struct frame_ephemeral f = {box->handle, e.n, SLICE_EMPTY};
        FUZZ_CHECK(
            own_outer_seal(s->arena, e.typing_key, c.mailbox, e.n, 3, e.branch, in, &f.body) == OK);
        return own_ephemeral(o, s, &f);
    }
    default:
        return bundle(o, s, &c, &e, what % 6 == 4, in);
    }
    FUZZ_CHECK(own_outer_seal(s->arena, e.outer_key, c.mailbox, e.n, d.kind, d.branch, plain,
                              &d.body) == OK);
    return own_deliver(o, s, &d);
}

FUZZ(input)
{
    enum err e = sim_try(ana, take, &input);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_HOST_MEMORY);
    FUZZ_CHECK(sim_count(ana, "SELECT count(*) FROM message WHERE text=?", "said before") == 1);
}
