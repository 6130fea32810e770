/* What a commit, a Welcome or a bundle brings: entries of chains, bare (first byte even) or in a
 * parcel beside a tree. What is read is written back the same; the lines that grow from it are
 * grown by checked entries only. */
#include <string.h>

#include "engine/own/entries.h"
#include "engine/own/join.h"
#include "fuzz/fuzz.h"
#include "lib/own_world.h"

static struct own_world world;
static struct own_world_account ana;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    own_world_begin(&world);
    own_world_account(&ana, 1, 101);
    own_world_added(&ana, 2, 1);
    own_world_dropped(&ana, 1, 2);
    own_world_know(&world, &ana, 2);
    return 0;
}

static enum err take(struct own_world *w, void *user)
{
    struct slice in = *(struct slice *)user, tree, again;
    struct own_entries brought;
    uint8_t what = 0;
    TRY(slice_u8(&in, &what));
    if (what % 2 == 1) {
        TRY(own_join_parcel(&w->arena, in, &tree, &brought));
        FUZZ_CHECK(tree.n <= in.n);
    } else {
        struct buf b = buf_arena(&w->arena, in.n + 16);
        TRY(own_entries_read(&w->arena, in, &brought));
        own_entries_put(&b, &brought);
        FUZZ_CHECK(buf_finish(&b, &again) == OK && slice_equal(again, in));
    }
    for (size_t i = 0; i < brought.n; i++) {
        const struct own_entries_group *g = &brought.v[i];
        struct own_entries_line line = {false, {0, {0}}};
        FUZZ_CHECK(own_entries_of(&brought, g->account) == g);
        enum err e = own_entries_extend(&w->s, g->account, &line, g->entries, g->n);
        FUZZ_CHECK(e == OK || e == ERR_AUTH_POLICY || e == ERR_HOST_MEMORY);
        FUZZ_CHECK((e == OK) == line.known && (!line.known || line.name.n + 1 == g->n));
    }
    return OK;
}

FUZZ(input)
{
    enum err e = own_world_try(&world, take, &input);
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_LIMIT || e == ERR_HOST_MEMORY);
}
