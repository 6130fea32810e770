#include <stdio.h>
#include <string.h>

#include "verify_head.h"
#include "verify_release.h"
#include "verify_served.h"

/* What gateway/static.c sends. */
#define IMMUTABLE "public, max-age=31536000, immutable, no-transform"
#define REVALIDATE "no-cache, no-transform"

static const char sotto_folder[] = "/.well-known/sotto/";

/* The header, when it is there once: two of them are joined by some readers, and not by others. */
static bool only(struct slice head, const char *lower, char said[VERIFY_WHY_MAX / 2])
{
    struct slice name, value, found = SLICE_EMPTY;
    enum err e;
    size_t n = 0;
    while ((e = verify_head_next(&head, &name, &value)) != ERR_GONE) {
        if (e == OK && verify_head_is(name, lower)) {
            found = value;
            n++;
        }
    }
    verify_text(said, VERIFY_WHY_MAX / 2, found);
    return n == 1;
}

static bool check_cache(struct slice head, const char *cache, char why[VERIFY_WHY_MAX])
{
    char said[VERIFY_WHY_MAX / 2];
    bool fine = only(head, "cache-control", said) &&
                (cache != NULL ? strcmp(said, cache) == 0 : strstr(said, "no-transform") != NULL);
    if (!fine) {
        snprintf(why, VERIFY_WHY_MAX, "has Cache-Control `%s`, not `%s`", said,
                 cache != NULL ? cache : "no-transform");
    }
    return fine;
}

/* text/html and text/html; charset=utf-8 are the same to a browser that gets UTF-8. */
static bool check_type(struct slice head, struct slice want, char why[VERIFY_WHY_MAX])
{
    char said[VERIFY_WHY_MAX / 2], listed[128], with[160];
    bool is_one = only(head, "content-type", said);
    verify_text(listed, sizeof listed, want);
    snprintf(with, sizeof with, "%s; charset=utf-8", listed);
    if (want.n == 0 || (is_one && (strcmp(said, listed) == 0 || strcmp(said, with) == 0))) {
        return true;
    }
    snprintf(why, VERIFY_WHY_MAX, "has the type `%s`, not `%s`", said, listed);
    return false;
}

bool verify_served_check(struct verify *v, const struct verify_served *want, unsigned status,
                         struct slice head, struct slice body, char why[VERIFY_WHY_MAX])
{
    if (!verify_head_check(head, v->result.text.csp, why)) {
        return false;
    }
    if (want->status != 0 && status != want->status) {
        snprintf(why, VERIFY_WHY_MAX, "is answered with status %u, not %u", status, want->status);
        return false;
    }
    if (!check_cache(head, want->cache, why)) {
        return false;
    }
    return want->any_body || (check_type(head, verify_type(v, want->path), why) &&
                              verify_content(v, want->path, body, why));
}

void verify_served_of(struct verify_served *out, const struct verify *v, const char *path)
{
    *out = (struct verify_served){.path = path, .status = 200};
    if (strcmp(path, "/sw.js") == 0) {
        out->cache = IMMUTABLE;
    } else if (strcmp(path, "/") == 0) {
        out->cache = REVALIDATE;
    } else if (strncmp(path, sotto_folder, sizeof sotto_folder - 1) == 0) {
        /* Notes and proofs are judged by their signatures. */
        out->cache = REVALIDATE;
        out->any_body = true;
    } else if (strcmp(path, "/config.json") == 0) {
        out->status = 0;
        out->any_body = true;
    } else if (!verify_is_listed(v, path)) {
        out->status = 404;
        out->any_body = true;
    }
}

size_t verify_served_max(const struct verify *v, const struct verify_served *want)
{
    const struct release_file *f = release_text_file(&v->result.text, slice_of_string(want->path));
    return VERIFY_OTHER_BYTES_MAX + (f == NULL || want->any_body ? 0 : (size_t)f->size);
}
