/* Runs upstream test vectors. A handler gets one parsed file and reports each entry:
 *
 *   static void run(const struct json *root, struct vector_result *r)
 *   {
 *       for (const struct json *v = root->first; v != NULL; v = v->next) {
 *           vector_begin(r, "suite %u", ...);
 *           if (crypto_suite_find(...) == NULL) {
 *               vector_skip(r, "suite %u", ...);
 *           } else {
 *               struct slice key = vector_hex(r, v, "key");
 *               VECTOR_CHECK(r, decode(...) == OK);
 *               VECTOR_BYTES(r, got, vector_hex(r, v, "out"));
 *           }
 *           vector_end(r);
 *       }
 *   }
 *
 * A missing or malformed field fails its entry, and an entry without a single check fails, too:
 * a file of another layout can never pass by accident. Which handler a file gets is decided by
 * folder and name (table of kinds), for Wycheproof by what the file says about itself. The same
 * program runs natively and as WebAssembly. */
#ifndef SOTTO_TESTS_VECTOR_H
#define SOTTO_TESTS_VECTOR_H
#include "base/buf.h"
#include "lib/json.h"

#define VECTOR_FILE_BYTES_MAX (64u << 20) /* the largest known file has 2 MB */
#define VECTOR_REASONS_MAX 16
#define VECTOR_FAILURES_SHOWN 5 /* of one file; all are counted */

struct vector_result {
    struct arena arena; /* scratch of the entry: reset by vector_begin            */
    const char *file;   /* path below the vectors' folder                         */
    unsigned run, passed, failed, skipped;
    char entry[160]; /* what vector_begin said                                 */
    unsigned checks; /* of this entry                                          */
    bool entry_failed, entry_skipped, open;
    struct {
        char text[96];
        unsigned count;
    } reasons[VECTOR_REASONS_MAX]; /* why entries were not applicable              */
    size_t reasons_n;
    bool unknown; /* set by a handler that does not know this kind of file  */
};

struct vector_kind {
    const char *dir;          /* "mls"                                                  */
    const char *file_pattern; /* below dir; '*' stands for any bytes: "treekem*.json"   */
    void (*run)(const struct json *root, struct vector_result *r);
};
/* Each table ends with a row of NULLs. */
extern const struct vector_kind vector_kinds_absent[];
extern const struct vector_kind vector_kinds_hpke[];
extern const struct vector_kind vector_kinds_mimi[];
extern const struct vector_kind vector_kinds_mls[]; /* mls_kinds.c, with the handlers in mls_*.c */
extern const struct vector_kind vector_kinds_release[];
extern const struct vector_kind vector_kinds_voprf[];
extern const struct vector_kind vector_kinds_wycheproof[];

/* The whole file of that name below the vectors' folder, in the arena. ERR_GONE, ERR_LIMIT. */
MUST_CHECK enum err vector_file(struct arena *arena, const char *name, struct slice *out);

/* Begins an entry; ends the one before if that is still open. */
void vector_begin(struct vector_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void vector_end(struct vector_result *r);
/* Marks the entry as failed, with a text. */
void vector_fail(struct vector_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Marks the entry as not applicable ("suite 2"); wins only when nothing failed. */
void vector_skip(struct vector_result *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Counts a check; returns `good`. */
bool vector_check(struct vector_result *r, bool good, const char *file, int line, const char *what);
bool vector_bytes(struct vector_result *r, struct slice got, struct slice want, const char *file,
                  int line, const char *what);
#define VECTOR_CHECK(r, cond) vector_check((r), (cond), __FILE__, __LINE__, #cond)
#define VECTOR_BYTES(r, got, want) vector_bytes((r), (got), (want), __FILE__, __LINE__, #got)

/* Members of an entry. Missing or of another type: the entry fails and the value is empty or 0. */
struct slice vector_hex(struct vector_result *r, const struct json *object, const char *key);
struct slice vector_text(struct vector_result *r, const struct json *object, const char *key);
uint64_t vector_uint(struct vector_result *r, const struct json *object, const char *key);
bool vector_bool(struct vector_result *r, const struct json *object, const char *key);
/* The hex string itself as bytes (array elements). */
struct slice vector_hex_of(struct vector_result *r, const struct json *j);
/* Scratch of the entry; ends the program when memory runs out. */
void *vector_alloc(struct vector_result *r, size_t n);
#endif
