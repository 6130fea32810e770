/* A loop: work from other threads, timers, its life. Each runs on h2o's event loop in a thread of
 * its own; none is taken apart (loop.h). */
#include "gateway/loop.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/gateway.h"
#include "lib/check.h"

#define LOOPS 8

static struct gw_gateway gw;
static struct gw_loop loops[LOOPS]; /* one a test */
static unsigned loop_n, begun, flushed, ticks;
static bool may_begin;
static char said[256];
static sem_t some;

static bool on_begin(struct gw_loop *l)
{
    begun++;
    CHECK(l->gw == &gw && l->log == &gw.log && l->slots[0].next == &l->slots[0]);
    return may_begin;
}

static void on_tick(struct gw_loop *l)
{
    (void)l;
    ticks++;
    (void)sem_post(&some);
}

static void on_flush(struct gw_loop *l)
{
    (void)l;
    flushed++;
}

static const struct gw_loop_hooks hooks = {on_begin, on_tick, on_flush};

static struct gw_loop *make(void)
{
    struct gw_loop *l = &loops[loop_n++];
    memset(&gw, 0, sizeof gw);
    memset(said, 0, sizeof said);
    begun = flushed = ticks = 0;
    may_begin = true;
    CHECK(sem_init(&some, 0, 0) == 0);
    CHECK(gw_loop_init(l, &gw, loop_n, &hooks));
    l->http.loop = h2o_evloop_create(); /* by gw_http_listen, otherwise */
    return l;
}

static void say(char what)
{
    size_t n = strlen(said);
    if (n < sizeof said - 1) {
        said[n] = what;
    }
}

struct word {
    struct gw_loop_item item;
    struct gw_loop *loop;
    char what;
};

static void on_word(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct word *w = H2O_STRUCT_FROM_MEMBER(struct word, item, item);
    CHECK(loop == w->loop);
    say(w->what);
    free(w); /* it is ours from here on */
    (void)sem_post(&some);
}

static struct gw_loop_item *word(struct gw_loop *l, char what)
{
    struct word *w = calloc(1, sizeof *w);
    if (w == NULL) {
        abort();
    }
    w->loop = l;
    w->what = what;
    w->item.run = on_word;
    return &w->item;
}

static void wait_for(unsigned n)
{
    while (n-- > 0) {
        CHECK(sem_wait(&some) == 0);
    }
}

static void on_end(struct gw_loop *loop, struct gw_loop_item *item)
{
    CHECK(pthread_equal(pthread_self(), loop->thread)); /* never on the thread that posted */
    loop->done = true;
    free(item);
}

static void end(struct gw_loop *l)
{
    struct gw_loop_item *item = calloc(1, sizeof *item);
    if (item == NULL) {
        abort();
    }
    item->run = on_end;
    gw_loop_post(l, item, item);
    gw_loop_join(l);
}

/* ---- life ------------------------------------------------------------------------------------ */

TEST(the_layers_above_begin_once_and_may_fail)
{
    struct gw_loop *l = make();
    CHECK(begun == 1 && l->index == loop_n && l->hooks == &hooks && !l->done && !l->stopping);
    uint32_t now = (uint32_t)(gw_clock_steady_ms() / 1000);
    CHECK(now - l->now_s <= 60 && l->head == NULL && l->peers == NULL);
    may_begin = false;
    CHECK(!gw_loop_init(&loops[loop_n++], &gw, 0, &hooks) && begun == 2);
}

/* ---- the mailbox ----------------------------------------------------------------------------- */

TEST(what_is_posted_runs_on_the_loops_thread_in_order)
{
    struct gw_loop *l = make();
    struct gw_loop_item *first = word(l, 'b'), *second = word(l, 'c');
    REQUIRE(gw_loop_start(l));
    struct gw_loop_item *a = word(l, 'a');
    gw_loop_post(l, a, a);
    first->next = second;  /* a chain */
    second->next = second; /* what stood there does not count */
    gw_loop_post(l, first, second);
    wait_for(3);
    end(l);
    CHECK(strcmp(said, "abc") == 0 && flushed >= 1 && l->head == NULL);
}

#define POSTERS 4
#define WORDS 2000

static struct gw_loop *crowd;
static _Atomic unsigned crowd_n;
static int last_of[POSTERS];

struct numbered {
    struct gw_loop_item item;
    int poster, number;
};

static void on_numbered(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct numbered *n = H2O_STRUCT_FROM_MEMBER(struct numbered, item, item);
    (void)loop;
    CHECK(n->number == last_of[n->poster] + 1);
    last_of[n->poster] = n->number;
    crowd_n++;
    if (crowd_n == POSTERS * WORDS) {
        (void)sem_post(&some);
    }
    free(n);
}

static void *post_many(void *arg)
{
    int poster = *(int *)arg;
    for (int i = 1; i <= WORDS; i++) {
        struct numbered *n = calloc(1, sizeof *n);
        if (n == NULL) {
            abort();
        }
        n->item.run = on_numbered;
        n->poster = poster;
        n->number = i;
        gw_loop_post(crowd, &n->item, &n->item);
    }
    return NULL;
}

TEST(nothing_is_lost_among_many_threads)
{
    pthread_t threads[POSTERS];
    static int names[POSTERS] = {0, 1, 2, 3};
    crowd = make();
    crowd_n = 0;
    memset(last_of, 0, sizeof last_of);
    REQUIRE(gw_loop_start(crowd));
    for (int i = 0; i < POSTERS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, post_many, &names[i]) == 0);
    }
    for (int i = 0; i < POSTERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    while (crowd_n < POSTERS * WORDS) { /* ticks wake us, too */
        wait_for(1);
    }
    end(crowd);
    CHECK(crowd_n == POSTERS * WORDS);
}

/* Answers that nobody waits for any more are taken by who has joined it. */
TEST(what_comes_after_the_end_is_run_by_who_takes_it)
{
    struct gw_loop *l = make();
    REQUIRE(gw_loop_start(l));
    end(l);
    struct gw_loop_item *a = word(l, 'x');
    gw_loop_post(l, a, a);
    CHECK(said[0] == 0);
    gw_loop_take_mail(l);
    CHECK(strcmp(said, "x") == 0 && l->head == NULL);
    gw_loop_take_mail(l);
    CHECK(strcmp(said, "x") == 0);
}

/* ---- timers ---------------------------------------------------------------------------------- */

struct bell {
    struct gw_loop_timer timer;
    char what;
    uint32_t again; /* it sets itself again */
};

static void on_bell(struct gw_loop *loop, struct gw_loop_timer *t)
{
    struct bell *b = H2O_STRUCT_FROM_MEMBER(struct bell, timer, t);
    CHECK(t->next == NULL && t->due_s == loop->now_s); /* not set any more, and on time */
    say(b->what);
    if (b->again > 0) {
        gw_loop_timer_set(loop, t, b->again);
    }
}

static struct bell bell(char what, uint32_t again)
{
    return (struct bell){.timer = {.fire = on_bell}, .what = what, .again = again};
}

/* The clock of the loop is put back, so that its first tick makes up for many seconds. */
TEST(timers_fire_at_their_second_each_once_and_again_when_they_are_set_again)
{
    struct bell one = bell('1', 0), five = bell('5', 0), same = bell('s', 0), off = bell('x', 0),
                moved = bell('m', 0), last = bell('l', 0), far = bell('f', 0), every = bell('.', 9);
    struct gw_loop *l = make();
    l->now_s -= 40;
    gw_loop_timer_set(l, &five.timer, 5);
    gw_loop_timer_set(l, &one.timer, 1);
    gw_loop_timer_set(l, &same.timer, 5); /* behind the other of that second */
    gw_loop_timer_set(l, &off.timer, 3);
    gw_loop_timer_clear(&off.timer);
    gw_loop_timer_clear(&off.timer); /* it is not set */
    gw_loop_timer_set(l, &moved.timer, 2);
    gw_loop_timer_set(l, &moved.timer, 20);
    gw_loop_timer_set(l, &last.timer, 39);
    gw_loop_timer_set(l, &far.timer, GW_LOOP_SLOTS - 1);
    gw_loop_timer_set(l, &every.timer, 9);
    CHECK(one.timer.due_s == l->now_s + 1 && one.timer.next != NULL && off.timer.next == NULL);
    REQUIRE(gw_loop_start(l));
    while (ticks == 0) {
        wait_for(1);
    }
    end(l);
    CHECK(strcmp(said, "15s..m..l") == 0);
    CHECK(far.timer.next != NULL && every.timer.next != NULL);
    CHECK(every.timer.due_s - l->now_s <= 9);
    CHECK(ticks >= 1 && flushed >= 2);
    uint32_t now = (uint32_t)(gw_clock_steady_ms() / 1000);
    CHECK(now - l->now_s <= 60 && atomic_load(&l->beat_s) == l->now_s);
    gw_loop_timer_clear(&far.timer);
    gw_loop_timer_clear(&every.timer);
    CHECK(far.timer.next == NULL);
}

TEST_MAIN(TEST_ROW(the_layers_above_begin_once_and_may_fail),
          TEST_ROW(what_is_posted_runs_on_the_loops_thread_in_order),
          TEST_ROW(nothing_is_lost_among_many_threads),
          TEST_ROW(what_comes_after_the_end_is_run_by_who_takes_it),
          TEST_ROW(timers_fire_at_their_second_each_once_and_again_when_they_are_set_again))
