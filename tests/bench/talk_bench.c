/* What a message costs the two devices of a chat, each a whole core over files in memory: the step
 * that says it, and the steps up to its being shown on the other side. One JSON line each,
 * processor time.
 *
 *   bench_talk [MESSAGES]
 *
 * It uses only what the simulated world had from its beginning, so that tests/bench/talk.sh can
 * build it in an older tree too and let both take turns. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/sim.h"

#define WAIT_MS 60000 /* for one message, of the world's clock */

/* Both by the linker: every step of every core goes through here (-Wl,--wrap=core_step). */
enum err __real_core_step(struct core *c, struct slice input);
enum err __wrap_core_step(struct core *c, struct slice input);

enum phase { PHASE_REST, PHASE_SAY, PHASE_TAKE };
static struct {
    enum phase phase;
    const struct core *speaker, *hearer;
    double speaker_us, hearer_us;
} spent;

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Functions of their own, by whose names callgrind counts (--toggle-collect): not made one, for
 * they are alike. */
#ifdef __clang__
#define ALONE __attribute__((noinline))
#else
#define ALONE __attribute__((noipa))
#endif

ALONE static enum err step_say(struct core *c, struct slice input)
{
    enum err e = __real_core_step(c, input);
    __asm__ volatile("" ::: "memory"); /* no tail call: the count ends with the step */
    return e;
}

ALONE static enum err step_take(struct core *c, struct slice input)
{
    enum err e = __real_core_step(c, input);
    __asm__ volatile("" ::: "memory");
    return e;
}

enum err __wrap_core_step(struct core *c, struct slice input)
{
    double start = now_us();
    enum err e = spent.phase == PHASE_SAY && c == spent.speaker   ? step_say(c, input)
                 : spent.phase == PHASE_TAKE && c == spent.hearer ? step_take(c, input)
                                                                  : __real_core_step(c, input);
    double took = now_us() - start;
    spent.speaker_us += c == spent.speaker ? took : 0;
    spent.hearer_us += c == spent.hearer ? took : 0;
    return e;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, ascending);
    return v[n / 2];
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
    double *say = calloc(n, sizeof *say), *take = calloc(n, sizeof *take);
    struct sim *s = sim_create(7);
    struct sim_device *a = sim_device(s, "ana"), *b = sim_device(s, "ben");
    uint64_t ab = 0, ba = 0, message = 0;
    char text[64];
    int bad = say == NULL || take == NULL || n == 0 || sim_make(a, "Ana") != OK ||
              sim_make(b, "Ben") != OK || !sim_meet(a, b, &ab, &ba);
    sim_run(s, WAIT_MS);
    spent.speaker = a->core;
    spent.hearer = b->core;
    for (size_t i = 0; i < n && !bad; i++) {
        size_t fresh = b->fresh;
        (void)snprintf(text, sizeof text, "message %zu, of some length, as people write them", i);
        spent.speaker_us = spent.hearer_us = 0;
        spent.phase = PHASE_SAY;
        bad = sim_send(a, ab, text, &message) != OK;
        say[i] = spent.speaker_us;
        spent.phase = PHASE_TAKE;
        for (uint64_t ms = 0; b->fresh == fresh && ms < WAIT_MS; ms++) {
            sim_tick(s, 1);
        }
        spent.phase = PHASE_REST;
        take[i] = spent.hearer_us;
        bad = bad || b->fresh == fresh;
        sim_run(s, WAIT_MS); /* receipts, and what else follows: not counted */
    }
    if (!bad) {
        printf("{\"op\":\"say\",\"us\":%.1f,\"messages\":%zu}\n", median(say, n), n);
        printf("{\"op\":\"take\",\"us\":%.1f,\"messages\":%zu}\n", median(take, n), n);
    }
    sim_destroy(s);
    free(say);
    free(take);
    return bad;
}
