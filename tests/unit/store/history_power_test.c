/* Power cuts at every write, truncation and flush while a store of an earlier layout is brought up:
 * it is then of one of the layouts on the way, whole and with all that was in it, and the next
 * opening brings it up as if nothing had happened. */
#include "check.h"
#include "fault.h"
#include "store_history.h"

#include "store/migrate.h"
#include "store/page_size.h"

#define NOW_MS 1790000000000u
#define LAYOUTS_MAX 64
#define GOES_ON_EVERY 12 /* cuts: what is equal to a store never cut off goes on like it */
#define CUTS_AFTER 4     /* of what is written when a layout is there: the write-back */
static const uint8_t key[32] = {7, 2};

/* What a store made as `from` is at each layout on its way. */
struct way {
    unsigned layouts[LAYOUTS_MAX];
    uint64_t whole[LAYOUTS_MAX];
    size_t n;
    uint64_t newest; /* as whole: of the newest layout */
    struct fault_disk *disk;
};

/* The disk holds it as `from`; of the way the first `max` layouts. n is 0: there is no such layout.
 */
static void prepare(struct way *w, unsigned from, size_t max)
{
    static struct store_history h;
    struct store *s = NULL;
    w->n = 0;
    w->disk = fault_disk_create(from);
    fault_disk_use(w->disk);
    CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, from, STORE_PAGE_SIZE), OK);
    if (s == NULL || !store_history_is(s, from)) {
        store_close(s);
        return;
    }
    store_history_fill(s, from);
    store_close(s);
    struct fault_disk *d = fault_disk_copy(w->disk, 1);
    fault_disk_use(d);
    for (unsigned at = from; at <= store_migrate_last() && w->n < max; at++) {
        CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, at, STORE_PAGE_SIZE), OK);
        if (s != NULL && store_history_is(s, at)) {
            store_history_read(&h, s);
            w->layouts[w->n] = at;
            w->whole[w->n++] = h.whole;
        }
        store_close(s);
    }
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    if (s != NULL) {
        store_history_read(&h, s);
        w->newest = h.whole;
    }
    store_close(s);
    fault_disk_destroy(d);
}

static bool is_whole(struct store *s, uint64_t whole)
{
    static struct store_history h;
    store_history_read(&h, s);
    return h.whole == whole;
}

/* Which layout on the way it has, `from` or later; w->n: none, or not as it should be. */
static size_t place_on(const struct way *w, size_t from)
{
    for (size_t i = from; i < w->n; i++) {
        struct store *s = NULL;
        enum err e = store_open_at(&s, key, "main", NOW_MS, w->layouts[i], STORE_PAGE_SIZE);
        if (e != ERR_STORE_NEWER) { /* else nothing was written, and it is of a later one */
            bool good = e == OK && store_history_is(s, w->layouts[i]) && is_whole(s, w->whole[i]);
            store_close(s);
            return good ? i : w->n;
        }
    }
    return w->n;
}

/* With the power cut at change `at`. *place: of the cut before, of this one. False: it was not cut,
 * all is done. */
static bool cut_at(const struct way *w, uint64_t at, size_t *place)
{
    struct store *s = NULL;
    struct fault_disk *d = fault_disk_copy(w->disk, at * 1000003 + w->layouts[0]);
    fault_disk_use(d);
    fault_disk_cut_at(d, at);
    enum err e = store_open_at(&s, key, "main", NOW_MS, w->layouts[w->n - 1], STORE_PAGE_SIZE);
    store_close(s);
    s = NULL;
    bool cut = fault_disk_is_cut(d);
    CHECK(e == OK || cut);
    fault_disk_power_on(d);
    /* What was there one change earlier is there, but for a commit that chance had kept. */
    *place = place_on(w, *place > 0 ? *place - 1 : 0);
    if (*place == w->n) {
        check_printf("  from %u, cut at change %u\n", w->layouts[0], (unsigned)at);
        CHECK(*place < w->n);
    }
    if (at % GOES_ON_EVERY == 0) {
        CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    }
    if (s != NULL) {
        CHECK(is_whole(s, w->newest));
        store_close(s);
    }
    fault_disk_destroy(d);
    return cut;
}

struct cuts {
    unsigned all, before; /* before the last layout of the way was there */
};

/* At each change until the last layout of the way is there for good. Returns the second
 * one of the way. */
static unsigned cut_all_the_way(unsigned from, size_t layouts, struct cuts *n)
{
    static struct way w;
    unsigned there = 0;
    size_t place = 0;
    prepare(&w, from, layouts);
    for (uint64_t at = 1; w.n > 0 && there < CUTS_AFTER && cut_at(&w, at, &place); at++) {
        there = place == w.n - 1 ? there + 1 : 0;
        n->all++;
        n->before += there == 0;
    }
    CHECK(w.n > 1 && there == CUTS_AFTER);
    fault_disk_destroy(w.disk);
    return w.n > 1 ? w.layouts[1] : store_migrate_last();
}

/* It then is of that layout, or as it was; so is what came there from further back. */
TEST(a_step_that_is_cut_off_anywhere_is_whole_or_not_done)
{
    struct cuts n = {0, 0};
    unsigned from = STORE_MIGRATE_OLDEST;
    while (from < store_migrate_last()) {
        from = cut_all_the_way(from, 2, &n);
    }
    CHECK(n.before > 0 && n.before < n.all);
    check_printf("  %u cuts, %u of them before the step was done\n", n.all, n.before);
}

TEST(the_way_of_the_oldest_goes_on_where_it_was_cut_off)
{
    struct cuts n = {0, 0};
    (void)cut_all_the_way(STORE_MIGRATE_OLDEST, LAYOUTS_MAX, &n);
    CHECK(n.before > 0 && n.before < n.all);
    check_printf("  %u cuts, %u of them on the way\n", n.all, n.before);
}

TEST_MAIN(TEST_ROW(a_step_that_is_cut_off_anywhere_is_whole_or_not_done),
          TEST_ROW(the_way_of_the_oldest_goes_on_where_it_was_cut_off))
