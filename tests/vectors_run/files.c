#define _DEFAULT_SOURCE 1
#include "vectors_run/files.h"

#include <stdlib.h>
#include <string.h>

#include "vectors_run/vector.h"

#ifdef __wasm__
#include "base/host.h"

enum err vector_file(struct arena *arena, const char *name, struct slice *out)
{
    char path[512] = "vectors/";
    size_t n = strlen(path);
    *out = SLICE_EMPTY;
    if (strlen(name) >= sizeof path - n) {
        return ERR_LIMIT;
    }
    memcpy(path + n, name, strlen(name) + 1);
    int file = host_open(path);
    int64_t size = file < 0 ? -1 : host_size(file);
    if (size < 0) {
        return ERR_GONE;
    }
    if (size > (int64_t)VECTOR_FILE_BYTES_MAX) {
        return ERR_LIMIT;
    }
    uint8_t *p = arena_alloc(arena, (size_t)size);
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (host_read(file, p, (size_t)size, 0) != (int)size) {
        return ERR_HOST;
    }
    *out = slice_make(p, (size_t)size);
    return OK;
}

enum err files_list(struct arena *arena, struct slice *out)
{
    return vector_file(arena, "list", out);
}
#else
#include <fts.h>
#include <stdio.h>

static const char *folder = ".";

void files_dir(const char *dir)
{
    folder = dir;
}

static enum err read_all(struct arena *arena, FILE *f, struct slice *out)
{
    struct buf b = buf_arena(arena, 1u << 16);
    size_t got;
    do {
        uint8_t *to = buf_reserve(&b, 1u << 16);
        if (to == NULL) {
            return ERR_HOST_MEMORY;
        }
        got = fread(to, 1, 1u << 16, f);
        b.n -= (1u << 16) - got;
        if (b.n > VECTOR_FILE_BYTES_MAX) {
            return ERR_LIMIT;
        }
    } while (got > 0);
    return ferror(f) ? ERR_HOST : buf_finish(&b, out);
}

enum err vector_file(struct arena *arena, const char *name, struct slice *out)
{
    char path[4096];
    *out = SLICE_EMPTY;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        return ERR_LIMIT;
    }
    FILE *f = fopen(path, "rbe");
    if (f == NULL) {
        return ERR_GONE;
    }
    enum err e = read_all(arena, f, out);
    (void)fclose(f);
    return e;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_note(const char *name)
{
    size_t n = strlen(name);
    if (n > 4 && strcmp(name + n - 4, ".mjs") == 0) {
        return true; /* generators */
    }
    return name[0] == '.' || strncmp(name, "README", 6) == 0 || strcmp(name, "SOURCES") == 0 ||
           strncmp(name, "LICENSE", 7) == 0;
}

enum err files_list(struct arena *arena, struct slice *out)
{
    char *roots[] = {arena_string(arena, slice_of_string(folder)), NULL};
    struct buf b = buf_arena(arena, 4096);
    *out = SLICE_EMPTY;
    FTS *walk = roots[0] == NULL ? NULL : fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    if (walk == NULL) {
        return ERR_HOST;
    }
    size_t skip = strlen(folder);
    FTSENT *entry;
    while ((entry = fts_read(walk)) != NULL) {
        if (entry->fts_info == FTS_D && entry->fts_level > 0 && entry->fts_name[0] == '.') {
            (void)fts_set(walk, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_F && !is_note(entry->fts_name)) {
            const char *path = entry->fts_path + skip;
            path += strspn(path, "/");
            buf_slice(&b, slice_of_string(path));
            buf_u8(&b, '\n');
        }
    }
    (void)fts_close(walk);
    return buf_finish(&b, out);
}
#endif
