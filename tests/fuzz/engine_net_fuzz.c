/* A hostile gateway: frames of its own making, as answers to what was asked and out of the blue, to
 * a core with an account, a contact and something to send. Nothing that is on disk may go, and the
 * core goes on. Input: [u8 line and question, u8 type, u16 length, body]... */
#include <string.h>

#include "engine/own/state.h"
#include "fuzz/fuzz.h"
#include "lib/sim.h"

#define RUNS_A_WORLD 200

static struct sim *world;
static struct sim_device *ana, *ben;
static uint64_t chat;
static unsigned runs;

static void build(void)
{
    uint64_t ba = 0;
    if (world != NULL) {
        sim_destroy(world);
    }
    world = sim_create(11);
    world->cheap = true;
    ana = sim_device(world, "ana");
    ben = sim_device(world, "ben");
    FUZZ_CHECK(sim_make(ana, "Ana") == OK && sim_make(ben, "Ben") == OK);
    sim_run(world, 3000);
    FUZZ_CHECK(sim_meet(ana, ben, &chat, &ba));
    FUZZ_CHECK(sim_send(ana, chat, "said before", NULL) == OK);
    sim_run(world, 5000);
}

/* The number of a question that waits, so that the frame is taken for its answer. */
static uint32_t question(uint8_t choice)
{
    const struct own *o = &ana->core->account.own;
    uint32_t found = choice;
    for (size_t i = 0, n = 0; i < OWN_ASKS_MAX && n <= choice % 16u; i++) {
        if (o->asks[i].request != 0) {
            found = o->asks[i].request;
            n++;
        }
    }
    return found;
}

FUZZ(input)
{
    if (world == NULL || runs++ % RUNS_A_WORLD == 0) {
        build();
    }
    for (int frames = 0; input.n >= 4 && frames < 8; frames++) {
        uint8_t head[4];
        uint8_t frame[8 + 65536];
        memcpy(head, input.p, 4);
        input = slice_make(input.p + 4, input.n - 4);
        size_t n = (size_t)head[2] | (size_t)head[3] << 8;
        n = n < input.n ? n : input.n;
        uint32_t request = head[0] & 2 ? 0 : question(head[0] >> 2);
        uint8_t packed[8] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), head[1]};
        for (int k = 0; k < 4; k++) {
            packed[4 + k] = (uint8_t)(request >> 8 * k);
        }
        memcpy(frame, packed, 8);
        if (n > 0) {
            memcpy(frame + 8, input.p, n);
        }
        input = slice_make(input.p + n, input.n - n);
        (void)sim_send(ana, chat, "more", NULL);
        sim_to_device(ana, 1 + (head[0] & 1), slice_make(frame, 8 + n));
        sim_run(world, 60);
    }
    FUZZ_CHECK(sim_count(ana, "SELECT count(*) FROM message WHERE text=?", "said before") == 1 &&
               sim_count(ana, "SELECT count(*) FROM message WHERE text='more' AND state=4", NULL) ==
                   0);
}
