/* How long MLS operations take, with their storage: one JSON line an operation.
 *
 *   bench_mls [SUITE [N [FOLDER]]]
 *
 * is a CMake target and works on files of the disk; tests/bench/mls/ours.mjs runs the same program
 * as WebAssembly, with files in memory.
 *
 * Rows of the timed members lie in the sealed store, as in the engine: every operation is one
 * transaction that is committed as durable inside the timed run. A commit takes two (kept as
 * pending, then merged), and of 200 messages each takes its own. What is missing against the
 * engine: its own tables (messages, outbox, search) and the outer layer.
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
#include "mls/key_package.h"
#include "store/protocol.h"
#include "store/store.h"

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

/* Rows of one member in the store. */
struct rows {
    int64_t group;
    uint64_t puts, put_bytes;
};

/* The run in progress; one process, one run. */
static struct {
    struct store *store;
    struct rows first_rows, last_rows, extra_rows;
    const struct crypto_suite *suite;
    uint32_t n;
    struct mls_world_member first, last; /* creator and the member that follows it */
    struct mls_world_member extra;       /* throw-away                             */
    struct mls_key_package *packages;
    struct arena arena;
    struct mls_proposal *adds;
    struct mls_commit commit;
    struct slice messages[MESSAGES];
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

/* ---- rows in the store --------------------------------------------------------------------- */

static enum err row_get(void *user, struct slice key, struct arena *arena, struct slice *value)
{
    const struct rows *r = user;
    return store_protocol_get(b.store, r->group, key, arena, value);
}

static enum err row_put(void *user, struct slice key, struct slice value)
{
    struct rows *r = user;
    r->puts++;
    r->put_bytes += key.n + value.n;
    return store_protocol_put(b.store, r->group, key, value);
}

static enum err row_del(void *user, struct slice key)
{
    const struct rows *r = user;
    return store_protocol_del(b.store, r->group, key);
}

static enum err row_del_prefix(void *user, struct slice prefix)
{
    const struct rows *r = user;
    return store_protocol_del_prefix(b.store, r->group, prefix);
}

static struct mls_storage storage_of(struct rows *r)
{
    return (struct mls_storage){r, row_get, row_put, row_del, row_del_prefix};
}

static enum err commit_rows(enum err e)
{
    if (e != OK) {
        store_rollback(b.store);
        return e;
    }
    return store_commit(b.store, true);
}

/* ---- what members do ----------------------------------------------------------------------- */

/* A member without a past. */
static enum err anew(struct mls_world_member *m, struct rows *r, const char *name)
{
    mls_world_end(m);
    mls_world_init(m, name, b.suite);
    return store_protocol_del_prefix(b.store, r->group, SLICE_EMPTY);
}

static enum err create(const char *group)
{
    struct mls_storage storage = storage_of(&b.first_rows);
    struct mls_group_params params = {
        .suite = b.suite, .group_id = slice_of_string(group), .identity = b.first.id};
    return mls_group_create(&b.first.g, &storage, &params);
}

static enum err join_last(void)
{
    struct mls_storage storage = storage_of(&b.last_rows);
    struct mls_join_params params = {.welcome = b.commit.welcome,
                                     .ratchet_tree = b.commit.ratchet_tree,
                                     .key_package = b.last.package.message,
                                     .key_package_secret = b.last.package.secret,
                                     .identity = b.last.id};
    return mls_group_join(&b.last.g, &storage, &params);
}

static enum err load_first(void)
{
    struct mls_storage storage = storage_of(&b.first_rows);
    mls_group_destroy(b.first.g);
    b.first.g = NULL;
    return mls_group_load(&b.first.g, &storage);
}

static enum err merge_first(void)
{
    return mls_group_merge(b.first.g, &b.first.arena, NULL);
}

/* Two transactions, as in the engine: the commit is kept before it is sent, and merged when it was
 * accepted. */
static enum err commit_first(const struct mls_proposal *proposals, size_t n, bool path)
{
    TRY(store_begin(b.store));
    TRY(commit_rows(mls_world_stage(&b.first, proposals, n, path, &b.commit)));
    TRY(store_begin(b.store));
    return commit_rows(merge_first());
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
        TRY(row_put(&b.extra_rows, b.packages[i].ref, b.packages[i].secret));
        b.adds[i] =
            (struct mls_proposal){.type = MLS_PROPOSAL_ADD, .key_package = b.packages[i].message};
    }
    b.last.package = b.packages[b.n - 2];
    b.last.id.credential = SLICE_LITERAL("last");
    return OK;
}

static enum err external_join(struct mls_world_member *m, struct rows *r)
{
    struct slice info, tree, commit;
    struct mls_storage storage = storage_of(r);
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
    TRY(anew(&b.first, &b.first_rows, "first"));
    TRY(anew(&b.last, &b.last_rows, "last"));
    TRY(create("warm"));
    for (uint32_t i = 1; i < b.n; i++) {
        struct mls_world_member *m = i + 1 < b.n ? &b.extra : &b.last;
        struct rows *r = i + 1 < b.n ? &b.extra_rows : &b.last_rows;
        TRY(anew(m, r, i + 1 < b.n ? "extra" : "last"));
        TRY(external_join(m, r));
        TRY(mls_world_take(&b.first, b.commit.commit, NULL));
        TRY(mls_group_merge(m->g, &m->arena, NULL));
        arena_reset(&b.first.arena);
    }
    return anew(&b.extra, &b.extra_rows, "stranger");
}

static enum err prepare(enum op op)
{
    if (op != OP_JOIN && op != OP_APPLY_UNMERGED && op != OP_APPLY_WARM) {
        arena_reset(&b.first.arena); /* but for those that take what it made */
    }
    arena_reset(&b.last.arena);
    switch (op) {
    case OP_EXTERNAL:
        TRY(store_begin(b.store));
        TRY(commit_rows(warm_up()));
        break;
    case OP_PATH_WARM:
        mls_world_end(&b.extra);
        break;
    default:
        break;
    }
    return store_idle(b.store);
}

static enum err say_all(void)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        TRY(store_begin(b.store));
        TRY(commit_rows(mls_world_say(&b.first, TEXT, &b.messages[i])));
        TRY(arena_copy(&b.extra.arena, b.messages[i], &b.messages[i]));
        arena_reset(&b.first.arena);
    }
    return OK;
}

static enum err take_all(void)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        TRY(store_begin(b.store));
        TRY(commit_rows(mls_world_take(&b.last, b.messages[i], NULL)));
        arena_reset(&b.last.arena);
    }
    return OK;
}

static enum err run(enum op op)
{
    struct rows *all[] = {&b.first_rows, &b.last_rows, &b.extra_rows};
    for (size_t i = 0; i < 3; i++) {
        all[i]->puts = all[i]->put_bytes = 0;
    }
    switch (op) {
    case OP_ADD_ALL:
        return commit_first(b.adds, b.n - 1, false);
    case OP_PATH_UNMERGED:
    case OP_PATH_WARM:
        return commit_first(NULL, 0, true);
    case OP_ENCRYPT:
        return say_all();
    case OP_DECRYPT:
        return take_all();
    default:
        break;
    }
    TRY(store_begin(b.store));
    switch (op) {
    case OP_PACKAGE:
        return commit_rows(make_packages());
    case OP_CREATE:
        return commit_rows(create("group"));
    case OP_JOIN:
        return commit_rows(join_last());
    case OP_APPLY_UNMERGED:
    case OP_APPLY_WARM:
        return commit_rows(mls_world_take(&b.last, b.commit.commit, NULL));
    case OP_RELOAD:
        return commit_rows(load_first());
    case OP_EXTERNAL:
        return commit_rows(external_join(&b.extra, &b.extra_rows));
    default:
        return commit_rows(ERR_BUG);
    }
}

static enum err wipe_rows(void)
{
    TRY(store_protocol_del_prefix(b.store, 1, SLICE_EMPTY));
    TRY(store_protocol_del_prefix(b.store, 2, SLICE_EMPTY));
    return store_protocol_del_prefix(b.store, 3, SLICE_EMPTY);
}

/* The store is made once a process; lives of groups follow each other in it. */
static enum err open_store(void)
{
    static const uint8_t key[STORE_KEY_SIZE] = {1, 2, 3};
    if (b.store == NULL) {
        TRY(store_erase("main"));
        TRY(store_open(&b.store, key, "main", 1790000000000u));
    }
    TRY(store_begin(b.store));
    return commit_rows(wipe_rows());
}

/* What the last run of this operation wrote, all repetitions together. */
static const struct rows *written(enum op op)
{
    bool by_last =
        op == OP_JOIN || op == OP_DECRYPT || op == OP_APPLY_UNMERGED || op == OP_APPLY_WARM;
    return by_last                                 ? &b.last_rows
           : op == OP_EXTERNAL || op == OP_PACKAGE ? &b.extra_rows
                                                   : &b.first_rows;
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
    struct store *store = b.store;
    memset(&b, 0, sizeof b);
    b.store = store;
    b.first_rows.group = 1;
    b.last_rows.group = 2;
    b.extra_rows.group = 3;
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
    return b.packages == NULL || b.adds == NULL || failed(open_store(), "store");
}

#ifdef __wasm__
#define EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
EXPORT("bench_begin") int bench_begin(unsigned suite, unsigned n);
EXPORT("bench_ops") unsigned bench_ops(void);
EXPORT("bench_prepare") int bench_prepare(unsigned op);
EXPORT("bench_run") int bench_run(unsigned op);
EXPORT("bench_name") const char *bench_name(unsigned op);
EXPORT("bench_repetitions") unsigned bench_repetitions(unsigned op);
EXPORT("bench_rows") double bench_rows(unsigned op);
EXPORT("bench_bytes") double bench_bytes(unsigned op);
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
const char *bench_name(unsigned op)
{
    return op_names[op];
}
unsigned bench_repetitions(unsigned op)
{
    return repetitions((enum op)op);
}
double bench_rows(unsigned op)
{
    return (double)written((enum op)op)->puts;
}
double bench_bytes(unsigned op)
{
    return (double)written((enum op)op)->put_bytes;
}
int test_main(void)
{
    return 0;
}
#else
#include <sys/stat.h>
#include <time.h>

#include "base/host.h"

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void line(enum op op, double ms)
{
    unsigned n = repetitions(op);
    printf("{\"op\":\"%s\",\"suite\":%u,\"n\":%u,\"ms\":%.4f,\"rows\":%.1f,\"bytes\":%.0f}\n",
           op_names[op], b.suite->code, b.n, ms / n, (double)written(op)->puts / n,
           (double)written(op)->put_bytes / n);
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
    const char *folder = argc > 3 ? argv[3] : "build/bench/mls";
    int bad = 0;
    (void)mkdir(folder, 0700);
    host_native_dir(folder);
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
    store_close(b.store);
    return bad;
}
#endif
