/* The nth allocation fails, the nth host call fails, the disk is full: for every n up to the end
 * of a scripted run. Each call must fail with the right code or not at all; what was committed
 * before stays, and the store works again at once. */
#include "check.h"
#include "fault.h"
#include "workload.h"

#include "base/arena.h"
#include "store/db.h"
#include "store/search.h"
#include "store/vault.h"

#define NOW_MS 1790000000000u
#define BEFORE 10 /* transactions on the disk each round starts with */
#define LAST 12
static const uint8_t key[32] = {1, 2, 3};

/* A disk with BEFORE transactions, part of them still in the log. */
static struct fault_disk *prepare(struct workload *w)
{
    struct store *s = NULL;
    struct fault_disk *d = fault_disk_create(1);
    fault_disk_use(d);
    *w = (struct workload){.flush = WORKLOAD_DURABLE};
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    CHECK_ERR(workload_run(w, s, BEFORE), OK);
    s->stuck = true; /* leaves the log as a killed process does */
    store_close(s);
    return d;
}

static struct store *open_again(void)
{
    struct store *s = NULL;
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    return s;
}

/* A commit that failed may be there after all, as when the machine dies during it. */
static void check_after(struct workload *w)
{
    struct store *s = open_again();
    REQUIRE(s != NULL);
    workload_check(w, s);
    CHECK_ERR(workload_run(w, s, LAST + 2), OK);
    workload_check(w, s);
    store_close(s);
}

TEST(any_allocation_may_fail_while_opening)
{
    struct workload start;
    struct fault_disk *original = prepare(&start);
    uint64_t at = 0;
    for (bool failed = true; failed;) {
        struct workload w = start;
        struct store *s = NULL;
        struct fault_disk *d = fault_disk_copy(original, 1);
        fault_disk_use(d);
        uint64_t before = mem_calls();
        mem_fail_at(++at);
        enum err e = store_open(&s, key, "main", NOW_MS);
        failed = mem_calls() - before >= at;
        mem_fail_at(0);
        CHECK(e == OK || (e == ERR_HOST_MEMORY && failed && s == NULL));
        if (e == OK) {
            workload_check(&w, s);
            store_close(s);
        } else if (at % 8 == 0) {
            check_after(&w);
        }
        fault_disk_destroy(d);
    }
    fault_disk_destroy(original);
    check_printf("  %u allocations\n", (unsigned)at);
}

/* Fails allocation after allocation of one action, in the same open store as long as it fails. */
static void fail_allocations(const char *what,
                             enum err (*action)(struct workload *, struct store *))
{
    struct workload start;
    struct fault_disk *original = prepare(&start);
    struct fault_disk *d = NULL;
    struct store *s = NULL;
    struct workload w = start;
    uint64_t at = 1;
    for (bool failed = true; failed; at++) {
        if (s == NULL) {
            fault_disk_destroy(d);
            d = fault_disk_copy(original, 1);
            fault_disk_use(d);
            w = start;
            s = open_again();
            REQUIRE(s != NULL);
        }
        uint64_t before = mem_calls();
        mem_fail_at(at);
        enum err e = action(&w, s);
        failed = mem_calls() - before >= at;
        mem_fail_at(0);
        CHECK(!store_in_transaction(s));
        if (e != OK && (e != ERR_HOST_MEMORY || !failed)) {
            check_printf("  %s, allocation %u: %s\n", what, (unsigned)at, err_name(e));
            CHECK(false);
        }
        if (e == OK || at % 64 == 0) {
            workload_check(&w, s);
            store_close(s);
            s = NULL;
            if (at % 4 == 0) {
                check_after(&w);
            }
        }
    }
    store_close(s);
    fault_disk_destroy(d);
    fault_disk_destroy(original);
    check_printf("  %s: %u allocations\n", what, (unsigned)at);
}

/* Transaction BEFORE + 1 adds, takes away and writes something large. */
static enum err act_step(struct workload *w, struct store *s)
{
    return workload_step(w, s);
}

static enum err act_idle(struct workload *w, struct store *s)
{
    (void)w;
    return store_idle(s);
}

static enum err act_search(struct workload *w, struct store *s)
{
    struct arena a;
    struct store_search_page page;
    (void)w;
    arena_init(&a, 0);
    enum err e = store_search_find(s, &a, SLICE_LITERAL("lantern kettle"), 0, 0, 20, &page);
    CHECK(e == OK ? page.count > 3 : page.count == 0 && page.next == 0);
    arena_wipe(&a);
    return e;
}

TEST(any_allocation_may_fail_while_working)
{
    fail_allocations("step", act_step);
    fail_allocations("search", act_search);
    fail_allocations("idle", act_idle);
}

/* One call fails, or all from then on. */
static void fail_calls(bool stays)
{
    struct workload start;
    struct fault_disk *original = prepare(&start);
    uint64_t at = 0;
    for (bool failed = true; failed;) {
        struct workload w = start;
        struct store *s = NULL;
        struct fault_disk *d = fault_disk_copy(original, 1);
        fault_disk_use(d);
        fault_disk_fail_at(d, ++at, stays);
        enum err e = store_open(&s, key, "main", NOW_MS);
        CHECK((e == OK) == (s != NULL));
        if (e == OK) {
            enum err first = workload_run(&w, s, LAST);
            CHECK(first == OK || first == ERR_HOST);
            if (!stays && first != OK) {
                CHECK_ERR(workload_run(&w, s, LAST), OK);
            }
            e = first;
        }
        failed = fault_disk_has_failed(d);
        CHECK(e == OK || (e == ERR_HOST && failed));
        store_close(s);
        fault_disk_fail_at(d, 0, false);
        check_after(&w);
        fault_disk_destroy(d);
    }
    fault_disk_destroy(original);
    check_printf("  %u calls\n", (unsigned)at);
}

TEST(any_host_call_may_fail_once)
{
    fail_calls(false);
}

TEST(any_host_call_may_fail_and_all_after_it)
{
    fail_calls(true);
}

/* The disk fills up at every size between what is there and what the run needs. */
TEST(a_full_disk_loses_nothing_and_works_again_with_room)
{
    struct workload start;
    struct fault_disk *original = prepare(&start);
    bool full = true;
    unsigned rounds = 0;
    for (uint64_t room = 0; full; room += 1501, rounds++) {
        struct workload w = start;
        struct fault_disk *d = fault_disk_copy(original, 1);
        fault_disk_use(d);
        struct store *s = open_again();
        REQUIRE(s != NULL);
        fault_disk_room(d, fault_disk_used(d) + room);
        enum err e = workload_run(&w, s, LAST);
        full = e != OK;
        CHECK(e == OK || e == ERR_STORE_FULL);
        CHECK(!store_in_transaction(s));
        int64_t done = w.done;
        workload_check(&w, s);
        CHECK(w.done == done);
        fault_disk_room(d, UINT64_MAX);
        CHECK_ERR(workload_run(&w, s, LAST), OK);
        store_close(s);
        check_after(&w);
        fault_disk_destroy(d);
    }
    fault_disk_destroy(original);
    check_printf("  %u sizes\n", rounds);
    CHECK(rounds > 20);
}

TEST(a_full_disk_while_making_the_store_leaves_it_unmade)
{
    enum err e = ERR_STORE_FULL;
    for (uint64_t room = 0; e != OK; room += 997) {
        struct store *s = NULL;
        struct workload w = {.flush = WORKLOAD_DURABLE};
        struct fault_disk *d = fault_disk_create(room);
        fault_disk_use(d);
        fault_disk_room(d, room);
        e = store_open(&s, key, "main", NOW_MS);
        CHECK(e == OK || e == ERR_STORE_FULL);
        store_close(s);
        fault_disk_room(d, UINT64_MAX);
        check_after(&w);
        fault_disk_destroy(d);
    }
}

TEST(a_full_disk_while_making_the_vault_leaves_it_unmade)
{
    static const struct store_vault_params params;
    enum err e = ERR_STORE_FULL;
    for (uint64_t room = 0; e != OK; room += 4096) {
        bool exists = true;
        uint8_t made[32];
        struct fault_disk *d = fault_disk_create(room);
        fault_disk_use(d);
        fault_disk_room(d, room);
        CHECK_ERR(store_vault_create(made), OK);
        e = store_vault_put(STORE_VAULT_PASSPHRASE, key, &params, made);
        CHECK(e == OK || e == ERR_STORE_FULL);
        CHECK_ERR(store_vault_exists(&exists), OK);
        CHECK(exists == (room >= 8192)); /* the first copy is there: whole, if not acknowledged */
        fault_disk_room(d, UINT64_MAX);
        CHECK_ERR(store_vault_put(STORE_VAULT_PASSPHRASE, key, &params, made), OK);
        /* From now on it needs no more room. */
        fault_disk_room(d, 0);
        CHECK_ERR(store_vault_put(STORE_VAULT_RECOVERY, key, &params, made), OK);
        CHECK_ERR(store_vault_open(STORE_VAULT_RECOVERY, key, made), OK);
        fault_disk_destroy(d);
    }
}

TEST_MAIN(TEST_ROW(any_allocation_may_fail_while_opening),
          TEST_ROW(any_allocation_may_fail_while_working), TEST_ROW(any_host_call_may_fail_once),
          TEST_ROW(any_host_call_may_fail_and_all_after_it),
          TEST_ROW(a_full_disk_loses_nothing_and_works_again_with_room),
          TEST_ROW(a_full_disk_while_making_the_store_leaves_it_unmade),
          TEST_ROW(a_full_disk_while_making_the_vault_leaves_it_unmade))
