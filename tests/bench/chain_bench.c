/* What a chain of entries costs (schema/chain.h): checking 1,024 of them once, each against the one
 * before, and asking again; and how many bytes the chains of a room add to a Welcome. One JSON line
 * a figure.
 *
 *   bench_chain                       natively (CMake target)
 *   node tests/bench/mls/chain.mjs    the same program as WebAssembly, files in memory
 *
 * Checking is own_identity_take, as the engine takes a chain that somebody brought: read, judged,
 * signatures verified, every entry and key kept in the sealed store, one durable transaction.
 * Beside it, in the same process: as many signatures verified by crypto_sign_verify alone, over
 * messages as long as the entries. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "engine/effect.h"
#include "engine/own/entries.h"
#include "engine/own/identity.h"
#include "engine/own/identity_take.h"
#include "lib/check.h"
#include "schema/chain.h"
#include "store/store.h"

#define NOW_MS 1790000000000u
#define ASKS 1000 /* times the question is asked in one timed run */

enum op {
    OP_BARE,  /* the signatures alone                      */
    OP_CHECK, /* the whole chain, never seen before        */
    OP_ASK,   /* is the key theirs: with the chain kept    */
    OP_AGAIN, /* the whole chain brought once more         */
    OP_COUNT
};
static const char *const op_names[OP_COUNT] = {"chain_bare_verify", "chain_check", "chain_ask",
                                               "chain_again"};

/* Every device and recovery key of the chain is one of these, by number. */
#define KEYS (CHAIN_ENTRIES_MAX + 2)
static struct {
    struct store *store;
    struct arena arena; /* of the chain */
    struct slice entries[CHAIN_ENTRIES_MAX];
    struct chain_entry read[CHAIN_ENTRIES_MAX];
    struct crypto_sign_secret secrets[KEYS];
    struct crypto_sign_public keys[KEYS];
    size_t signatures;
    struct own_identity_name head;
} b;

static int failed(enum err e, const char *where)
{
    if (e != OK) {
        check_printf("{\"error\":\"%s\",\"at\":\"%s\"}\n", err_name(e), where);
    }
    return e == OK ? 0 : 1;
}

/* ---- a chain that somebody lived ------------------------------------------------------------- */

#define CODE (KEYS - 1) /* key of the recovery code: it never changes here */

static enum err sign_all(const struct chain_entry *last, struct chain_entry *e, size_t fresh,
                         size_t author)
{
    TRY(chain_plan(last, e, b.keys[author].b, false));
    TRY(chain_sign(last, e, &b.secrets[author]));
    if (fresh != author) {
        TRY(chain_sign(last, e, &b.secrets[fresh]));
    }
    return e->n == 0 ? chain_sign(last, e, &b.secrets[CODE]) : OK;
}

static enum err keep(struct chain_entry *e)
{
    uint8_t room[CHAIN_ENTRY_BYTES_MAX];
    struct buf out = buf_fixed(room, sizeof room);
    struct slice bytes;
    TRY(chain_encode(&out, e));
    TRY(buf_finish(&out, &bytes));
    TRY(arena_copy(&b.arena, bytes, &b.entries[e->n]));
    b.read[e->n] = *e;
    b.signatures += e->signer_n;
    return OK;
}

/* A phone that links a device in every other entry and drops it in the next: two signatures, then
 * one. The last 64 numbers are the recovery key's. */
static enum err live(size_t entries)
{
    struct chain_entry e;
    b.signatures = 0;
    chain_begin(&e, NULL);
    TRY(chain_add(&e, b.keys[0].b));
    memcpy(e.recovery, b.keys[CODE].b, sizeof e.recovery);
    TRY(sign_all(NULL, &e, 0, 0));
    TRY(keep(&e));
    for (size_t n = 1; n < entries; n++) {
        struct chain_entry next;
        size_t author = n < CHAIN_DEVICE_ENTRIES ? 0 : CODE, device = (n + 1) / 2;
        bool adds = n % 2 == 1;
        chain_begin(&next, &e);
        next.why = adds ? CHAIN_WHY_ADDED : CHAIN_WHY_DROPPED;
        TRY(adds ? chain_add(&next, b.keys[device].b) : chain_drop(&next, b.keys[device].b));
        TRY(sign_all(&e, &next, adds ? device : author, author));
        TRY(keep(&next));
        e = next;
    }
    b.head.n = e.n;
    memcpy(b.head.hash, e.hash, sizeof b.head.hash);
    return OK;
}

/* ---- checking ------------------------------------------------------------------------------- */

static enum err take(struct arena *a, enum own_identity_news want)
{
    struct effects out;
    struct own_identity_change change;
    effects_init(&out, a);
    struct step s = {.arena = a, .store = b.store, .out = &out, .now_ms = NOW_MS};
    TRY(own_identity_take(&s, b.read[0].hash, b.entries, (size_t)b.head.n + 1, &change));
    return change.news == want ? OK : ERR_BUG;
}

/* As of a leaf: is the key in the newest entry, does the entry it names stand on the chain and list
 * it? */
static enum err ask(struct arena *a)
{
    enum own_identity_key stands = OWN_IDENTITY_FOREIGN;
    enum own_identity_place place = OWN_IDENTITY_BEYOND;
    bool lists = false;
    struct step s = {.arena = a, .store = b.store, .now_ms = NOW_MS};
    for (unsigned i = 0; i < ASKS; i++) {
        TRY(own_identity_key(&s, b.read[0].hash, b.keys[0].b, &stands));
        TRY(own_identity_place(&s, b.read[0].hash, &b.head, &place));
        TRY(own_identity_lists(&s, b.read[0].hash, b.head.n, b.keys[0].b, &lists));
        if (stands != OWN_IDENTITY_THEIRS || place != OWN_IDENTITY_ON || !lists) {
            return ERR_BUG;
        }
    }
    return OK;
}

static enum err bare(void)
{
    for (size_t n = 0; n <= b.head.n; n++) {
        uint8_t room[CHAIN_TBS_BYTES_MAX];
        struct slice tbs;
        const struct chain_entry *e = &b.read[n], *last = n > 0 ? &b.read[n - 1] : NULL;
        TRY(chain_tbs(e, room, &tbs));
        for (size_t i = 0; i < e->signer_n; i++) {
            struct crypto_sign_public pub;
            memcpy(pub.b, chain_signer(last, e, i), sizeof pub.b);
            TRY(crypto_sign_verify(SLICE_ARRAY(e->signatures[i]), tbs, &pub));
        }
    }
    return OK;
}

static enum err run(enum op op)
{
    struct arena a;
    enum err e;
    if (op == OP_BARE) {
        return bare();
    }
    arena_init(&a, 0);
    e = store_begin(b.store);
    if (e == OK) {
        e = op == OP_ASK ? ask(&a)
                         : take(&a, op == OP_CHECK ? OWN_IDENTITY_GREW : OWN_IDENTITY_NOTHING);
        if (e == OK) {
            e = store_commit(b.store, true);
        } else {
            store_rollback(b.store);
        }
    }
    arena_wipe(&a);
    return e;
}

/* A new store, so that nothing of the chain is known. */
static int begin(unsigned entries)
{
    static const uint8_t key[STORE_KEY_SIZE] = {1, 2, 3};
    enum err e = crypto_init();
    if (b.store != NULL) {
        store_close(b.store);
        b.store = NULL;
    }
    if (e == OK && b.keys[0].b[0] == 0) {
        for (size_t i = 0; i < KEYS; i++) {
            crypto_sign_generate(&b.secrets[i], &b.keys[i]);
        }
    }
    arena_wipe(&b.arena);
    arena_init(&b.arena, 0);
    e = e != OK ? e : live(entries);
    e = e != OK ? e : store_erase("chain");
    e = e != OK ? e : store_open(&b.store, key, "chain", NOW_MS);
    return failed(e, "begin");
}

/* ---- what a Welcome carries ------------------------------------------------------------------ */

/* Bytes of the chains of a room of `members` accounts, each with a chain of `entries`:
 * own_entries_put. All chains are this one, since only their length counts. */
static size_t welcome_bytes(size_t members, size_t entries)
{
    struct own_entries brought = {calloc(members, sizeof *brought.v), members};
    struct arena a;
    struct slice bytes;
    size_t n = 0;
    arena_init(&a, 0);
    struct buf out = buf_arena(&a, 0);
    for (size_t i = 0; brought.v != NULL && i < members; i++) {
        brought.v[i].entries = b.entries;
        brought.v[i].n = entries;
    }
    own_entries_put(&out, &brought);
    if (brought.v != NULL && buf_finish(&out, &bytes) == OK) {
        n = bytes.n;
    }
    arena_wipe(&a);
    free(brought.v);
    return n;
}

#ifdef __wasm__
#define EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
EXPORT("bench_begin") int bench_begin(unsigned entries);
EXPORT("bench_ops") unsigned bench_ops(void);
EXPORT("bench_run") int bench_run(unsigned op);
EXPORT("bench_name") const char *bench_name(unsigned op);
EXPORT("bench_repetitions") unsigned bench_repetitions(unsigned op);
EXPORT("bench_signatures") unsigned bench_signatures(void);
EXPORT("bench_welcome") double bench_welcome(unsigned members, unsigned entries);
EXPORT("test_main") int test_main(void);

int bench_begin(unsigned entries)
{
    return begin(entries);
}
unsigned bench_ops(void)
{
    return OP_COUNT;
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
    return op == OP_ASK ? ASKS : 1;
}
unsigned bench_signatures(void)
{
    return (unsigned)b.signatures;
}
double bench_welcome(unsigned members, unsigned entries)
{
    return (double)welcome_bytes(members, entries);
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

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "build/bench/chain";
    (void)mkdir(folder, 0700);
    host_native_dir(folder);
    int bad = begin(CHAIN_ENTRIES_MAX);
    for (unsigned op = 0; op < OP_COUNT && bad == 0; op++) {
        double start = now_ms();
        bad = failed(run((enum op)op), op_names[op]);
        printf("{\"op\":\"%s\",\"ms\":%.4f,\"signatures\":%zu,\"welcome_100\":%zu}\n", op_names[op],
               (now_ms() - start) / (op == OP_ASK ? ASKS : 1), b.signatures, welcome_bytes(100, 3));
    }
    store_close(b.store);
    arena_wipe(&b.arena);
    return bad;
}
#endif
