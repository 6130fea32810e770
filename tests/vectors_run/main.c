/* vectors_run [DIR]: runs every file below DIR (default tests/vectors) and prints a line for each:
 *   ok hpke/x.json: 2 run, 2 passed, 0 failed, 0 not applicable
 * A file that no handler knows is reported as unknown and fails. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/rand.h"
#include "lib/check.h"
#include "vectors_run/files.h"
#include "vectors_run/vector.h"

#define PARSED_BYTES_MAX ((size_t)256 << 20)

static const struct vector_kind *const tables[] = {
    vector_kinds_absent,  vector_kinds_hpke,  vector_kinds_mimi,       vector_kinds_mls,
    vector_kinds_release, vector_kinds_voprf, vector_kinds_wycheproof,
};
#define TABLES (sizeof tables / sizeof tables[0])

/* '*' stands for any bytes, also none. */
static bool matches(const char *pattern, const char *name)
{
    const char *star = NULL;
    const char *retry = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

/* The part of `path` below its folder `dir`; NULL when it has no such folder. */
static const char *below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    for (const char *at = path; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, dir, n) == 0 && at[n] == '/') {
            return at + n + 1;
        }
    }
    return NULL;
}

static const struct vector_kind *kind_of(const char *path, const struct json *root)
{
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct vector_kind *k = tables[i]; k->dir != NULL; k++) {
            const char *name = below(path, k->dir);
            if (name != NULL && matches(k->file_pattern, name)) {
                return k;
            }
        }
    }
    /* Wycheproof says itself what it is, whatever the folder; others by a name of their own. */
    if (json_get(root, "testGroups") != NULL && json_get(root, "algorithm") != NULL) {
        return vector_kinds_wycheproof;
    }
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct vector_kind *k = tables[i]; k->dir != NULL; k++) {
            if (strcmp(k->file_pattern, "*.json") != 0 &&
                matches(k->file_pattern, slash == NULL ? path : slash + 1)) {
                return k;
            }
        }
    }
    return NULL;
}

static void print_result(const struct vector_result *r, bool good)
{
    check_printf("%s %s: %u run, %u passed, %u failed, %u not applicable", good ? "ok" : "not ok",
                 r->file, r->run, r->passed, r->failed, r->skipped);
    for (size_t i = 0; i < r->reasons_n; i++) {
        check_printf("%s%s: %u", i == 0 ? " (" : ", ", r->reasons[i].text, r->reasons[i].count);
    }
    check_out(r->reasons_n > 0 ? ")\n" : "\n");
}

/* Adds the file's counts to `total`; true when it is known and nothing failed. */
static bool run_file(const char *name, struct vector_result *total)
{
    static struct vector_result r; /* large; one file at a time */
    struct arena arena;
    struct slice text;
    struct json *root = NULL;
    r = (struct vector_result){.file = name};
    arena_init(&arena, PARSED_BYTES_MAX);
    arena_init(&r.arena, LIMIT_ARENA_BYTES);
    enum err e = vector_file(&arena, name, &text);
    if (e == OK) {
        e = json_parse(&arena, text, &root);
    }
    const struct vector_kind *kind = kind_of(name, root);
    if (e != OK) {
        check_printf("not ok %s: %s: cannot be read (%s)\n", name,
                     kind == NULL ? "unknown file" : "known file", err_name(e));
        total->failed++;
    } else if (kind == NULL) {
        check_printf("not ok %s: unknown file\n", name);
        total->failed++;
    } else {
        kind->run(root, &r);
        vector_end(&r);
        if (r.unknown) {
            check_printf("not ok %s: unknown file (in a folder we know)\n", name);
            total->failed++;
        } else if (r.run + r.skipped == 0) {
            check_printf("not ok %s: no entries\n", name);
            total->failed++;
        } else {
            print_result(&r, r.failed == 0);
        }
        total->run += r.run;
        total->passed += r.passed;
        total->failed += r.failed;
        total->skipped += r.skipped;
    }
    bool good = e == OK && kind != NULL && !r.unknown && r.failed == 0 && r.run + r.skipped > 0;
    arena_wipe(&r.arena);
    arena_wipe(&arena);
    return good;
}

static int run_all(void)
{
    static struct vector_result total;
    struct arena arena;
    struct slice list;
    unsigned files = 0;
    unsigned bad = 0;
    arena_init(&arena, LIMIT_ARENA_BYTES);
    enum err e = crypto_init();
    if (e == OK) {
        e = files_list(&arena, &list);
    }
    if (e != OK) {
        check_printf("not ok vectors: no list of files (%s)\n", err_name(e));
        return 1;
    }
    while (list.n > 0) {
        struct slice line = list;
        const uint8_t *end = memchr(list.p, '\n', list.n);
        line.n = end == NULL ? list.n : (size_t)(end - list.p);
        if (slice_take(&list, line.n + (end != NULL), &(struct slice){NULL, 0}) != OK) {
            break;
        }
        const char *name = arena_string(&arena, line);
        if (name == NULL) {
            check_out("not ok vectors: out of memory\n");
            bad++;
            break;
        }
        files++;
        bad += !run_file(name, &total);
    }
    if (files == 0) {
        check_out("not ok vectors: no files\n");
        bad++;
    }
    check_printf("%u files, %u bad; entries: %u run, %u passed, %u failed, %u not applicable\n",
                 files, bad, total.run, total.passed, total.failed, total.skipped);
    arena_wipe(&arena);
    return bad == 0 ? 0 : 1;
}

#ifdef __wasm__
__attribute__((used, visibility("default"), export_name("test_main"))) int test_main(void)
{
    return run_all();
}
#else
int main(int argc, char **argv)
{
    if (argc > 2) {
        (void)fprintf(stderr, "usage: vectors_run [DIR]\n");
        return 2;
    }
    files_dir(argc == 2 ? argv[1] : SOTTO_VECTORS_DIR);
    return run_all();
}
#endif
