/* Power cuts at every write, truncation and flush of a scripted run, from the making of the store
 * to its closing; then it is opened again (wasm/store/README.md "Rules", 1).
 * SOTTO_POWER_SEEDS=n repeats each cut with n different fates of what was not flushed. */
#include "check.h"
#include "fault.h"
#include "workload.h"

#include <stdlib.h>

#include <string.h>

#include "store/db.h"
#include "store/vault.h"

#define FATES                                                                                      \
    4 /* of each cut: one write holds many units, and each of its sectors may be there             \
       */
#define NOW_MS 1790000000000u
static const uint8_t key[32] = {1, 2, 3};

struct plan {
    enum workload_flush flush;
    int64_t last;      /* transactions of the run                                        */
    int write_back_at; /* frames after which the log is written back; 0: as in the product */
    const char *setup; /* or NULL */
    bool from_nothing; /* the store is made within the run; else it is there, and empty     */
};

static enum err run(const struct plan *p, struct workload *w)
{
    struct store *s = NULL;
    TRY(store_open(&s, key, "main", NOW_MS));
    enum err e = OK;
    if (p->setup != NULL) {
        e = store_db_exec(s, p->setup);
    }
    while (e == OK && w->done < p->last) {
        s->log_frames_next = p->write_back_at > 0 ? p->write_back_at : s->log_frames_next;
        e = workload_run(w, s, w->done + 1);
    }
    store_close(s);
    return e;
}

/* After the cut: whole, nothing durable missing, and usable, also through a second cut. */
static bool look(struct fault_disk *d, struct workload *w)
{
    struct store *s = NULL;
    for (int round = 0; round < 2; round++) {
        fault_disk_power_on(d);
        enum err e = store_open(&s, key, "main", NOW_MS);
        if (e != OK) {
            check_printf("  does not open again: %s\n", err_name(e));
            return false;
        }
        workload_check(w, s);
        if (round == 0) {
            fault_disk_cut_at(d, 1 + (uint64_t)w->done * 7 % 23);
            enum err cut = workload_run(w, s, w->done + 3);
            CHECK(cut == OK || fault_disk_is_cut(d));
        }
        store_close(s);
    }
    s = NULL;
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    CHECK_ERR(workload_run(w, s, w->done + 2), OK);
    workload_check(w, s);
    store_close(s);
    return true;
}

static struct fault_disk *disk_with_store(void)
{
    struct store *s = NULL;
    struct fault_disk *d = fault_disk_create(1);
    fault_disk_use(d);
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    store_close(s);
    return d;
}

static void cut_everywhere(const struct plan *p)
{
    const char *env = getenv("SOTTO_POWER_SEEDS");
    uint64_t seeds = env == NULL ? FATES : strtoull(env, NULL, 10);
    uint64_t cuts = 0;
    struct fault_disk *made = p->from_nothing ? NULL : disk_with_store();
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        bool cut = true;
        for (uint64_t at = 1; cut; at++) {
            struct workload w = {.flush = p->flush};
            const uint64_t fate = seed * 1000003 + at;
            struct fault_disk *d =
                made == NULL ? fault_disk_create(fate) : fault_disk_copy(made, fate);
            fault_disk_use(d);
            fault_disk_cut_at(d, at);
            enum err e = run(p, &w);
            cut = fault_disk_is_cut(d);
            CHECK(e == OK || cut);
            if (!look(d, &w)) {
                check_printf("  seed %u, cut at change %u\n", (unsigned)seed, (unsigned)at);
                CHECK(false);
            }
            fault_disk_destroy(d);
            cuts++;
        }
    }
    fault_disk_destroy(made);
    check_printf("  %u cuts\n", (unsigned)cuts);
}

TEST(a_store_is_made_whole_or_not_at_all)
{
    const struct plan p = {.flush = WORKLOAD_DURABLE, .last = 2, .from_nothing = true};
    cut_everywhere(&p);
}

TEST(durable_commits_survive_a_cut_anywhere)
{
    const struct plan p = {.flush = WORKLOAD_DURABLE, .last = 13};
    cut_everywhere(&p);
}

TEST(soft_commits_are_whole_and_in_order_after_a_cut_anywhere)
{
    const struct plan p = {.flush = WORKLOAD_SOFT, .last = 13};
    cut_everywhere(&p);
}

TEST(durable_among_soft_commits_survive_with_all_before_them)
{
    const struct plan p = {.flush = WORKLOAD_MIXED, .last = 13, .write_back_at = 30};
    cut_everywhere(&p);
}

/* A cache of ten pages spills into the log before the commit: frames are rewritten in place. */
TEST(spilled_transactions_survive_a_cut_anywhere)
{
    const struct plan p = {.flush = WORKLOAD_MIXED,
                           .last = 12,
                           .write_back_at = 60,
                           .setup = "PRAGMA cache_size=10; PRAGMA cache_spill=1"};
    cut_everywhere(&p);
}

/* ---- the vault ---- */

static const uint8_t old_secret[32] = {1};
static const uint8_t new_secret[32] = {2};
static const uint8_t code[32] = {3};

enum vault_stage { NOTHING, MADE, CODE_GIVEN, CHANGED, CODE_DROPPED };

/* Sets *done to the last stage that was acknowledged. */
static enum err vault_run(enum vault_stage *done, uint8_t store_key[32])
{
    static const struct store_vault_params p;
    uint8_t got[32];
    TRY(store_vault_create(store_key));
    TRY(store_vault_put(STORE_VAULT_PASSPHRASE, old_secret, &p, store_key));
    *done = MADE;
    TRY(store_vault_put(STORE_VAULT_RECOVERY, code, &p, store_key));
    *done = CODE_GIVEN;
    enum err e = store_vault_open(STORE_VAULT_PASSPHRASE, new_secret, got);
    if (e != ERR_AUTH_PASSPHRASE) {
        return e;
    }
    TRY(store_vault_open(STORE_VAULT_PASSPHRASE, old_secret, got));
    TRY(store_vault_put(STORE_VAULT_PASSPHRASE, new_secret, &p, store_key));
    *done = CHANGED;
    TRY(store_vault_drop(STORE_VAULT_RECOVERY, SLICE_EMPTY));
    *done = CODE_DROPPED;
    return OK;
}

/* The stage after `done` may have happened or not; nothing else. */
static void vault_look(enum vault_stage done, const uint8_t store_key[32])
{
    uint8_t got[32];
    bool exists = false;
    CHECK_ERR(store_vault_exists(&exists), OK);
    CHECK(exists || done == NOTHING);
    if (!exists) {
        return;
    }
    bool is_old = store_vault_open(STORE_VAULT_PASSPHRASE, old_secret, got) == OK;
    CHECK(!is_old || memcmp(got, store_key, sizeof got) == 0);
    bool is_new = store_vault_open(STORE_VAULT_PASSPHRASE, new_secret, got) == OK;
    CHECK(!is_new || memcmp(got, store_key, sizeof got) == 0);
    CHECK(is_old != is_new);
    CHECK(is_old ? done <= CODE_GIVEN : done >= CODE_GIVEN);
    enum err e = store_vault_open(STORE_VAULT_RECOVERY, code, got);
    CHECK(e == OK ? done >= MADE && done <= CHANGED
                  : e == ERR_GONE && (done <= MADE || done >= CHANGED));
    /* And it can be changed further. */
    static const struct store_vault_params p;
    CHECK_ERR(store_vault_put(STORE_VAULT_PASSPHRASE, code, &p, store_key), OK);
    CHECK_ERR(store_vault_open(STORE_VAULT_PASSPHRASE, code, got), OK);
}

TEST(the_vault_survives_a_cut_anywhere)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        bool cut = true;
        for (uint64_t at = 1; cut; at++) {
            uint8_t store_key[32] = {0};
            enum vault_stage done = NOTHING;
            struct fault_disk *d = fault_disk_create(seed * 1000003 + at);
            fault_disk_use(d);
            fault_disk_cut_at(d, at);
            enum err e = vault_run(&done, store_key);
            cut = fault_disk_is_cut(d);
            CHECK(e == OK || cut);
            fault_disk_power_on(d);
            vault_look(done, store_key);
            fault_disk_destroy(d);
        }
    }
}

TEST(the_vault_survives_any_failing_call)
{
    bool failed = true;
    for (uint64_t at = 1; failed; at++) {
        uint8_t store_key[32] = {0};
        enum vault_stage done = NOTHING;
        struct fault_disk *d = fault_disk_create(at);
        fault_disk_use(d);
        fault_disk_fail_at(d, at, at % 2 == 0);
        enum err e = vault_run(&done, store_key);
        failed = fault_disk_has_failed(d);
        CHECK(e == OK || (e == ERR_HOST && failed));
        fault_disk_fail_at(d, 0, false);
        vault_look(done, store_key);
        fault_disk_destroy(d);
    }
}

TEST_MAIN(TEST_ROW(a_store_is_made_whole_or_not_at_all),
          TEST_ROW(durable_commits_survive_a_cut_anywhere),
          TEST_ROW(soft_commits_are_whole_and_in_order_after_a_cut_anywhere),
          TEST_ROW(durable_among_soft_commits_survive_with_all_before_them),
          TEST_ROW(spilled_transactions_survive_a_cut_anywhere),
          TEST_ROW(the_vault_survives_a_cut_anywhere),
          TEST_ROW(the_vault_survives_any_failing_call))
