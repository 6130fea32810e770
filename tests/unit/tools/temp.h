/* A folder of its own for a test of a tool, and the files in it. */
#ifndef SOTTO_TESTS_UNIT_TOOLS_TEMP_H
#define SOTTO_TESTS_UNIT_TOOLS_TEMP_H
#include <sys/types.h>
#include <sys/stat.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "lib/check.h"

#define TEMP_PATH_MAX 512

struct temp {
    char dir[TEMP_PATH_MAX];
    char path[8][TEMP_PATH_MAX]; /* the last eight that were asked for */
    unsigned at;
};

static inline void temp_begin(struct temp *t)
{
    const char *base = getenv("TMPDIR");
    t->at = 0;
    (void)snprintf(t->dir, sizeof t->dir, "%.400s/sotto-unit-XXXXXX", base == NULL ? "/tmp" : base);
    CHECK(mkdtemp(t->dir) != NULL);
}

/* DIR/name; good for eight calls. */
static inline char *temp_path(struct temp *t, const char *name)
{
    char *p = t->path[t->at++ % 8];
    struct buf b = buf_fixed(p, TEMP_PATH_MAX);
    buf_slice(&b, slice_of_string(t->dir));
    buf_u8(&b, '/');
    buf_slice(&b, slice_of_string(name));
    buf_u8(&b, 0);
    CHECK(b.err == OK);
    return p;
}

/* Writes a file and returns its path. */
static inline char *temp_file(struct temp *t, const char *name, struct slice bytes)
{
    char *path = temp_path(t, name);
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (f != NULL) {
        CHECK(bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
        CHECK(fclose(f) == 0);
    }
    return path;
}

static inline void temp_end(struct temp *t)
{
    char *paths[2] = {t->dir, NULL};
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    CHECK(walk != NULL);
    for (FTSENT *e = fts_read(walk); e != NULL; e = fts_read(walk)) {
        CHECK(e->fts_info == FTS_D || remove(e->fts_path) == 0);
    }
    CHECK(fts_close(walk) == 0);
}
#endif
