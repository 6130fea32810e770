/* How long MLS operations take, rows in memory included: one JSON line an operation.
 *
 *   bench_mls [SUITE [N]]                            natively (CMake target bench_mls)
 *   node tests/bench/mls_bench.mjs [SUITE [N]]       the same program as WebAssembly
 *
 * Each operation has an untimed preparation and a timed run of several repetitions; the clock
 * belongs to whoever drives (main here, the script there). A warm tree is built by letting every
 * member but the first join by external commit, so that all parents are set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"
#include "lib/mls_world.h"

#define MESSAGES 200
#define TEXT                                                                                       \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "123456789"

enum op {
    OP_PACKAGE,
    OP_CREATE,
    OP_ADD_ALL,
    OP_JOIN,
    OP_ENCRYPT,
    OP_DECRYPT,
    OP_PATH_UNMERGED,
    OP_APPLY_UNMERGED,
    OP_RELOAD,
    OP_EXTERNAL,
    OP_PATH_WARM,
    OP_APPLY_WARM,
    OP_COUNT
};
static const char *const op_names[OP_COUNT] = {
    "key_package",   "create",         "add_all", "join",          "encrypt",   "decrypt",
    "path_unmerged", "apply_unmerged", "load",    "external_join", "path_warm", "apply_warm"};

/* The run in progress; one process, one run. */
static struct {
    const struct crypto_suite *suite;
    uint32_t n;
    struct mls_world_member first, last; /* creator and the member that follows it */
    struct mls_world_member extra;       /* throw-away                             */
    struct mls_key_package *packages;
    struct arena arena;
    struct mls_proposal *adds;
    struct mls_commit commit;
    struct slice messages[MESSAGES];
    uint64_t put_bytes, puts;
} b;

static int failed(enum err e, const char *where)
{
    if (e != OK) {
        check_printf("{\"error\":\"%s\",\"at\":\"%s\"}\n", err_name(e), where);
    }
    return e == OK ? 0 : 1;
}

static unsigned repetitions(enum op op)
{
    switch (op) {
    case OP_ENCRYPT:
    case OP_DECRYPT:
        return MESSAGES;
    case OP_PACKAGE:
        return b.n - 1;
    default:
        return 1;
    }
}

static enum err merge_first(void)
{
    return mls_group_merge(b.first.g, &b.first.arena, NULL);
}

static enum err make_packages(void)
{
    for (uint32_t i = 0; i + 1 < b.n; i++) {
        struct mls_identity id = b.last.id;
        char name[32];
        (void)snprintf(name, sizeof name, "member %u", i);
        id.credential = slice_of_string(arena_string(&b.arena, slice_of_string(name)));
        if (i + 2 < b.n) {
            struct crypto_sign_public ignored;
            crypto_sign_generate(&id.signature, &ignored);
        }
        TRY(mls_key_package_create(&b.arena, &b.packages[i], b.suite, &id, 0, UINT64_MAX, false));
        b.adds[i] =
            (struct mls_proposal){.type = MLS_PROPOSAL_ADD, .key_package = b.packages[i].message};
    }
    b.last.package = b.packages[b.n - 2];
    b.last.id.credential = SLICE_LITERAL("last");
    return OK;
}

static enum err external_join(struct mls_world_member *m)
{
    struct slice info, tree, commit;
    struct mls_storage storage = mls_world_storage(&m->store);
    TRY(mls_group_info(b.first.g, &b.first.arena, true, true, (struct mls_extensions){NULL, 0},
                       &info, &tree));
    struct mls_external_params params = {.group_info = info, .identity = m->id};
    TRY(mls_group_join_external(&m->g, &storage, &params, &m->arena, &commit));
    b.commit.commit = commit;
    return OK;
}

/* A new group in which everyone else has joined by external commit. */
static enum err warm_up(void)
{
    mls_world_end(&b.first);
    mls_world_end(&b.last);
    mls_world_init(&b.first, "first", b.suite);
    TRY(mls_world_create(&b.first, "warm"));
    for (uint32_t i = 1; i < b.n; i++) {
        struct mls_world_member *m = i + 1 < b.n ? &b.extra : &b.last;
        mls_world_end(m);
        mls_world_init(m, i + 1 < b.n ? "extra" : "last", b.suite);
        TRY(external_join(m));
        TRY(mls_world_take(&b.first, b.commit.commit, NULL));
        TRY(mls_group_merge(m->g, &m->arena, NULL));
        arena_reset(&b.first.arena);
    }
    return OK;
}

static enum err prepare(enum op op)
{
    if (op != OP_JOIN && op != OP_APPLY_UNMERGED && op != OP_APPLY_WARM) {
        arena_reset(&b.first.arena); /* but for those that take what it made */
    }
    arena_reset(&b.last.arena);
    switch (op) {
    case OP_EXTERNAL:
        return warm_up();
    case OP_PATH_WARM:
        mls_world_end(&b.extra);
        return OK;
    default:
        return OK;
    }
}

static enum err run(enum op op)
{
    mls_world_count(&b.first.store);
    switch (op) {
    case OP_PACKAGE:
        return make_packages();
    case OP_CREATE:
        return mls_world_create(&b.first, "group");
    case OP_ADD_ALL:
        TRY(mls_world_stage(&b.first, b.adds, b.n - 1, false, &b.commit));
        return merge_first();
    case OP_JOIN:
        return mls_world_join(&b.last, b.commit.welcome, b.commit.ratchet_tree);
    case OP_ENCRYPT:
        for (size_t i = 0; i < MESSAGES; i++) {
            TRY(mls_world_say(&b.first, TEXT, &b.messages[i]));
            TRY(arena_copy(&b.extra.arena, b.messages[i], &b.messages[i]));
            arena_reset(&b.first.arena);
        }
        return OK;
    case OP_DECRYPT:
        mls_world_count(&b.last.store);
        for (size_t i = 0; i < MESSAGES; i++) {
            TRY(mls_world_take(&b.last, b.messages[i], NULL));
            arena_reset(&b.last.arena);
        }
        b.puts = b.last.store.puts;
        b.put_bytes = b.last.store.put_bytes;
        return OK;
    case OP_PATH_UNMERGED:
    case OP_PATH_WARM:
        TRY(mls_world_stage(&b.first, NULL, 0, true, &b.commit));
        return merge_first();
    case OP_APPLY_UNMERGED:
    case OP_APPLY_WARM:
        return mls_world_take(&b.last, b.commit.commit, NULL);
    case OP_RELOAD:
        return mls_world_reload(&b.first);
    case OP_EXTERNAL:
        mls_world_end(&b.extra);
        mls_world_init(&b.extra, "stranger", b.suite);
        return external_join(&b.extra);
    case OP_COUNT:
        break;
    }
    return ERR_BUG;
}

static void line(enum op op, double ms)
{
    if (op != OP_DECRYPT) {
        b.puts = b.first.store.puts;
        b.put_bytes = b.first.store.put_bytes;
    }
    unsigned n = repetitions(op);
    check_printf("{\"op\":\"%s\",\"suite\":%u,\"n\":%u,\"ms\":%.4f,\"rows\":%.1f,\"bytes\":%.0f,"
                 "\"message\":%zu}\n",
                 op_names[op], b.suite->code, b.n, ms / n, (double)b.puts / n,
                 (double)b.put_bytes / n, op == OP_ENCRYPT ? b.messages[0].n : b.commit.commit.n);
}

static int begin(unsigned suite, unsigned n)
{
    enum err e = crypto_init();
    mls_world_end(&b.first);
    mls_world_end(&b.last);
    mls_world_end(&b.extra);
    arena_wipe(&b.arena);
    free(b.packages);
    free(b.adds);
    memset(&b, 0, sizeof b);
    b.suite = crypto_suite_find((uint16_t)suite);
    b.n = n;
    if (e != OK || b.suite == NULL || n < 2) {
        return failed(ERR_INPUT_SUITE, "begin");
    }
    arena_init(&b.arena, 0);
    b.packages = calloc(n, sizeof *b.packages);
    b.adds = calloc(n, sizeof *b.adds);
    mls_world_init(&b.first, "first", b.suite);
    mls_world_init(&b.last, "last", b.suite);
    mls_world_init(&b.extra, "extra", b.suite);
    return b.packages == NULL || b.adds == NULL;
}

#ifdef __wasm__
#define EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
EXPORT("bench_begin") int bench_begin(unsigned suite, unsigned n);
EXPORT("bench_ops") unsigned bench_ops(void);
EXPORT("bench_prepare") int bench_prepare(unsigned op);
EXPORT("bench_run") int bench_run(unsigned op);
EXPORT("bench_line") void bench_line(unsigned op, double ms);
EXPORT("test_main") int test_main(void);

int bench_begin(unsigned suite, unsigned n)
{
    return begin(suite, n);
}
unsigned bench_ops(void)
{
    return OP_COUNT;
}
int bench_prepare(unsigned op)
{
    return failed(prepare((enum op)op), op_names[op]);
}
int bench_run(unsigned op)
{
    return failed(run((enum op)op), op_names[op]);
}
void bench_line(unsigned op, double ms)
{
    line((enum op)op, ms);
}
int test_main(void)
{
    return 0;
}
#else
#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int all(unsigned suite, unsigned n)
{
    int bad = begin(suite, n);
    for (unsigned op = 0; op < OP_COUNT && bad == 0; op++) {
        bad = failed(prepare((enum op)op), op_names[op]);
        double start = now_ms();
        bad = bad != 0 ? bad : failed(run((enum op)op), op_names[op]);
        line((enum op)op, now_ms() - start);
    }
    return bad;
}

int main(int argc, char **argv)
{
    static const unsigned suites[] = {1, 3, 0x4f};
    static const unsigned sizes[] = {2, 32, 256};
    int bad = 0;
    for (size_t s = 0; s < 3; s++) {
        for (size_t i = 0; i < 3; i++) {
            if ((argc > 1 && strtoul(argv[1], NULL, 0) != suites[s]) ||
                (argc > 2 && strtoul(argv[2], NULL, 0) != sizes[i])) {
                continue;
            }
            bad |= all(suites[s], sizes[i]);
        }
    }
    (void)begin(3, 2);
    mls_world_end(&b.first);
    mls_world_end(&b.last);
    mls_world_end(&b.extra);
    return bad;
}
#endif
