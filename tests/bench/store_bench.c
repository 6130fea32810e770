/* The store with many messages: how fast they go in, and how fast they are found. One JSON line a
 * figure.
 *
 *   store_bench [N [FOLDER]]                     natively, over files of the disk
 *   node tests/bench/store_bench.mjs [N]         the same program as WebAssembly, files in memory
 *   node tests/bench/store-browser/run.mjs [N]   in Chromium over OPFS, beside IndexedDB
 *
 * Messages are made from a vocabulary of 20,000 words, common ones first (Zipf), about 105 bytes
 * each, two in a hundred in Chinese. The clock belongs to whoever drives: main here, the scripts
 * there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/host.h"
#include "lib/check.h"
#include "store/search.h"
#include "store/sql.h"
#include "store/store.h"

#define VOCABULARY 20000
#define CHATS 50
#define TEXT_BYTES_MAX 400
#define PAGE 50

enum query {
    QUERY_RARE,   /* a word of a few messages              */
    QUERY_MIDDLE, /* of some hundred                       */
    QUERY_COMMON, /* of every second message               */
    QUERY_PART,   /* five characters inside words          */
    QUERY_THREE,  /* three characters: the shortest part   */
    QUERY_START,  /* two characters at the start of words  */
    QUERY_TWO,    /* two middling words                    */
    QUERY_CHAT,   /* a common word, in one chat            */
    QUERY_HAN,    /* two Chinese characters                */
    QUERY_ABSENT, /* nothing, from frequent threes         */
    QUERY_COUNT
};
static const char *const query_names[QUERY_COUNT] = {
    "rare word", "middling word", "common word",      "part of a word", "three characters",
    "two chars", "two words",     "word in one chat", "two Han chars",  "not there"};

/* The run in progress; one process, one run. */
static struct {
    struct store *store;
    struct arena arena;
    char text[TEXT_BYTES_MAX];
} b;

static enum err failed(enum err e, const char *where)
{
    if (e != OK) {
        check_printf("{\"error\":\"%s\",\"at\":\"%s\"}\n", err_name(e), where);
    }
    return e;
}

static uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

/* Word k of the vocabulary: two to four syllables, the first 400 shorter. */
static size_t word(char *out, uint32_t k)
{
    static const char consonants[] = "bcdfghjklmnprstvwz";
    static const char vowels[] = "aeiou";
    uint32_t r = mix(k + 1);
    size_t syllables = k < 400 ? 1 + k % 2 : 2 + r % 3;
    size_t n = 0;
    for (size_t i = 0; i < syllables; i++) {
        r = mix(r + (uint32_t)i);
        out[n++] = consonants[r % 18];
        out[n++] = vowels[(r >> 8) % 5];
        if ((r >> 16) % 3 == 0) {
            out[n++] = consonants[(r >> 20) % 18];
        }
    }
    return n;
}

/* Zipf by a table-free trick: a uniform bit length, then uniform inside it. */
static uint32_t pick(uint32_t r)
{
    uint32_t bits = r % 15;
    uint32_t k = mix(r) & ((1u << bits) - 1);
    return ((1u << bits) - 1 + k) % VOCABULARY;
}

static size_t han(char *out, uint32_t r)
{
    uint32_t c = 0x4e00 + (pick(r) % 3000);
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* Message i: 2 to 32 words, or 5 to 60 characters. */
static struct slice text_of(uint32_t i)
{
    uint32_t r = mix(i * 2 + 1);
    size_t n = 0;
    bool chinese = i % 50 == 7;
    uint32_t count = chinese ? 5 + r % 56 : 2 + r % 31;
    for (uint32_t k = 0; k < count && n + 20 < TEXT_BYTES_MAX; k++) {
        r = mix(r + k);
        if (chinese) {
            n += han(b.text + n, r);
        } else {
            n += word(b.text + n, pick(r));
            b.text[n++] = k + 1 == count ? '.' : ' ';
        }
    }
    return slice_make(b.text, n);
}

static struct slice query_of(enum query q, uint32_t i, char out[64])
{
    size_t n = 0;
    uint32_t r = mix(i + 77);
    switch (q) {
    case QUERY_RARE:
        n = word(out, 16000 + r % 4000);
        break;
    case QUERY_MIDDLE:
        n = word(out, 500 + r % 1500);
        break;
    case QUERY_COMMON:
    case QUERY_CHAT:
        n = word(out, r % 8);
        while (n < 3) {
            n = word(out, ++r % 8);
        }
        break;
    case QUERY_PART:
    case QUERY_THREE:
        for (n = word(out, 2000 + r % 8000); n < 7; n = word(out, 2000 + r % 8000)) {
            r = mix(r);
        }
        n = q == QUERY_PART ? 5 : 3;
        memmove(out, out + 1, n);
        break;
    case QUERY_START:
        (void)word(out, 2000 + r % 8000);
        n = 2;
        break;
    case QUERY_TWO:
        n = word(out, 100 + r % 400);
        out[n++] = ' ';
        n += word(out + n, 500 + r / 400 % 1000);
        break;
    case QUERY_HAN:
        n = han(out, r);
        n += han(out + n, mix(r));
        break;
    case QUERY_ABSENT:
        n = word(out, r % 30);
        n += word(out + n, 30 + r / 30 % 30);
        n += word(out + n, 60 + r / 900 % 30);
        n += word(out + n, 90 + r / 27000 % 30);
        break;
    case QUERY_COUNT:
        break;
    }
    return slice_make(out, n);
}

static enum err begin(void)
{
    static const uint8_t key[32] = {1, 2, 3};
    if (b.store == NULL) {
        arena_init(&b.arena, 0);
        TRY(store_erase("main"));
    }
    store_close(b.store);
    return store_open(&b.store, key, "main", 1790000000000u);
}

/* History arrives chat by chat, a hundred messages at a time. */
static int64_t chat_of(uint32_t i)
{
    return (int64_t)(mix(i / 100) % CHATS + 1);
}

static enum err put(uint32_t i)
{
    uint8_t mid[32];
    struct slice text = text_of(i);
    for (uint32_t k = 0; k < 8; k++) {
        uint32_t r = mix(i * 8 + k);
        memcpy(mid + 4 * k, &r, 4);
    }
    TRY(store_sql_run(b.store,
                      "INSERT INTO message(id, chat, mid, sender, at_ms, type, text, state)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 1)",
                      "iibiit", (int64_t)i + 1, chat_of(i), SLICE_ARRAY(mid),
                      (int64_t)(mix(i + 5) % 9), (int64_t)(1700000000000 + (int64_t)i * 1000),
                      text));
    return store_search_put(b.store, (int64_t)i + 1, chat_of(i), text);
}

static enum err insert(uint32_t from, uint32_t count, bool durable)
{
    TRY(store_begin(b.store));
    for (uint32_t i = from; i < from + count; i++) {
        enum err e = put(i);
        if (e != OK) {
            store_rollback(b.store);
            return e;
        }
    }
    return store_commit(b.store, durable);
}

static enum err drop_one(uint32_t i)
{
    TRY(store_sql_run(b.store, "DELETE FROM message WHERE id=?1", "i", (int64_t)i + 1));
    return store_search_drop(b.store, (int64_t)i + 1);
}

/* Every 97th from `from`, in one transaction. */
static enum err drop(uint32_t from, uint32_t count)
{
    enum err e = OK;
    TRY(store_begin(b.store));
    for (uint32_t i = 0; i < count && e == OK; i++) {
        e = drop_one(from + i * 97);
    }
    if (e == OK) {
        return store_commit(b.store, true);
    }
    store_rollback(b.store);
    return e;
}

static enum err ask(enum query q, uint32_t i, uint32_t *hits)
{
    char text[64];
    struct store_search_page page;
    struct slice query = query_of(q, i, text);
    enum err e = store_search_find(b.store, &b.arena, query, q == QUERY_CHAT ? 1 + i % CHATS : 0, 0,
                                   PAGE, &page);
    *hits = (uint32_t)page.count;
    arena_reset(&b.arena);
    return e;
}

static enum err newest(uint32_t i)
{
    struct store_rows rows;
    bool more = false;
    enum err e = store_rows_open(b.store, &rows,
                                 "SELECT id, text FROM message WHERE chat=?1"
                                 " ORDER BY at_ms DESC, id DESC LIMIT 50",
                                 "i", (int64_t)(i % CHATS + 1));
    while (e == OK && (e = store_rows_next(&rows, &more)) == OK && more) {
        (void)store_rows_bytes(&rows, 1);
    }
    store_rows_close(&rows);
    return e;
}

static double file_bytes(const char *name)
{
    int64_t n = host_size(host_open(name));
    return n < 0 ? 0 : (double)n;
}

#ifdef __wasm__
#define EXPORT(name) __attribute__((used, visibility("default"), export_name(name)))
EXPORT("bench_begin") int bench_begin(void);
EXPORT("bench_insert") int bench_insert(unsigned from, unsigned count, int durable);
EXPORT("bench_drop") int bench_drop(unsigned from, unsigned count);
EXPORT("bench_idle") int bench_idle(void);
EXPORT("bench_queries") unsigned bench_queries(void);
EXPORT("bench_query_name") const char *bench_query_name(unsigned q);
EXPORT("bench_ask") int bench_ask(unsigned q, unsigned i);
EXPORT("bench_query_text") unsigned bench_query_text(unsigned q, unsigned i, char *out);
EXPORT("bench_newest") int bench_newest(unsigned i);
EXPORT("bench_bytes") double bench_bytes(void);
EXPORT("bench_text") const char *bench_text(unsigned i);
EXPORT("bench_text_size") unsigned bench_text_size(unsigned i);
EXPORT("bench_room") char *bench_room(void);
EXPORT("test_main") int test_main(void);

int bench_begin(void)
{
    return (int)failed(begin(), "open");
}
int bench_insert(unsigned from, unsigned count, int durable)
{
    return (int)failed(insert(from, count, durable != 0), "insert");
}
int bench_drop(unsigned from, unsigned count)
{
    return (int)failed(drop(from, count), "drop");
}
int bench_idle(void)
{
    return (int)failed(store_idle(b.store), "idle");
}
unsigned bench_queries(void)
{
    return QUERY_COUNT;
}
const char *bench_query_name(unsigned q)
{
    return query_names[q];
}
/* Hits, or -1. */
int bench_ask(unsigned q, unsigned i)
{
    uint32_t hits = 0;
    return failed(ask((enum query)q, i, &hits), "ask") == OK ? (int)hits : -1;
}
unsigned bench_query_text(unsigned q, unsigned i, char *out)
{
    return (unsigned)query_of((enum query)q, i, out).n;
}
int bench_newest(unsigned i)
{
    return (int)failed(newest(i), "newest");
}
double bench_bytes(void)
{
    return file_bytes("main") + file_bytes("main-wal");
}
const char *bench_text(unsigned i)
{
    return (const char *)text_of(i).p;
}
unsigned bench_text_size(unsigned i)
{
    return (unsigned)text_of(i).n;
}
/* 64 bytes for bench_query_text. */
char *bench_room(void)
{
    static char room[64];
    return room;
}
int test_main(void)
{
    return 0;
}
#else
#include <sys/stat.h>
#include <time.h>

#define TIMES_MAX 2000

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double times[TIMES_MAX];
static size_t time_count;

static int ascending(const void *a, const void *c)
{
    double x = *(const double *)a;
    double y = *(const double *)c;
    return (x > y) - (x < y);
}

static void line(const char *name, double extra, const char *unit)
{
    qsort(times, time_count, sizeof *times, ascending);
    printf("{\"name\":\"%s\",\"median_ms\":%.3f,\"p95_ms\":%.3f,\"worst_ms\":%.3f,\"%s\":%.1f}\n",
           name, times[time_count / 2], times[time_count * 95 / 100], times[time_count - 1], unit,
           extra);
    time_count = 0;
}

static enum err search_all(void)
{
    for (int q = 0; q < QUERY_COUNT; q++) {
        uint64_t sum = 0;
        for (uint32_t i = 0; i < 200; i++) {
            uint32_t hits = 0;
            double start = now_ms();
            TRY(ask((enum query)q, i, &hits));
            times[time_count++] = now_ms() - start;
            sum += hits;
        }
        line(query_names[q], (double)sum / 200, "hits");
    }
    return OK;
}

static enum err all(uint32_t n)
{
    TRY(begin());
    double start = now_ms();
    for (uint32_t i = 0; i < n; i += 1000) {
        TRY(insert(i, n - i < 1000 ? n - i : 1000, false));
    }
    TRY(store_idle(b.store));
    double took = now_ms() - start;
    printf("{\"name\":\"insert, 1,000 a transaction\",\"per_s\":%.0f,\"bytes\":%.0f}\n",
           (double)n / took * 1e3, file_bytes("main"));
    for (int durable = 0; durable < 2; durable++) {
        for (uint32_t i = 0; i < 500; i++) {
            start = now_ms();
            TRY(insert(n + (uint32_t)durable * 500 + i, 1, durable != 0));
            times[time_count++] = now_ms() - start;
        }
        line(durable ? "insert one, durable" : "insert one, soft", 1, "messages");
    }
    start = now_ms();
    TRY(begin());
    printf("{\"name\":\"close and open\",\"ms\":%.2f}\n", now_ms() - start);
    TRY(search_all());
    for (uint32_t i = 0; i < 200; i++) {
        start = now_ms();
        TRY(newest(i));
        times[time_count++] = now_ms() - start;
    }
    line("50 newest of a chat", 50, "rows");
    for (uint32_t i = 0; i < 200; i++) {
        start = now_ms();
        TRY(drop(i * 97, 1));
        times[time_count++] = now_ms() - start;
    }
    line("delete one, durable", 1, "messages");
    for (uint32_t i = 0; i < 5; i++) {
        start = now_ms();
        TRY(drop(1 + i, 100));
        times[time_count++] = now_ms() - start;
    }
    line("delete 100 at once, durable", 100, "messages");
    store_close(b.store);
    return OK;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 2 ? argv[2] : "build/bench-store";
    (void)mkdir(folder, 0700);
    host_native_dir(folder);
    return failed(all(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000), "bench") != OK;
}
#endif
