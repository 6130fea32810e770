#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify_bytes.h"
#include "verify_http.h"
#include "verify_log.h"
#include "verify_report.h"
#include "verify_tile.h"

#define ENTRIES_BYTES_MAX (VERIFY_TILE_WIDTH * (2 + RELEASE_NOTE_BYTES_MAX))

void verify_log_close(struct verify_log *l)
{
    tool_bytes_wipe(&l->checkpoint);
    free(l->leaves);
    l->leaves = NULL;
}

bool verify_log_read(struct verify *v, struct tool_bytes *text, struct release_checkpoint *out,
                     const char *where)
{
    uint64_t time;
    if (release_checkpoint_parse(out, tool_bytes_slice(text)) != OK) {
        verify_differs(v, "checkpoint", where, "is not a checkpoint");
    } else if (!slice_equal(out->origin, v->trust.log.name)) {
        verify_differs(v, "checkpoint", where, "is of another log");
    } else if (release_note_verify(&out->note, &v->trust.log, &time) != OK) {
        verify_differs(v, "checkpoint", where, "is not signed by the log");
    } else {
        return true;
    }
    verify_attach(v, "checkpoint", tool_bytes_slice(text));
    return false;
}

bool verify_log_open(struct verify *v, struct verify_http *h, struct verify_log *l)
{
    char url[VERIFY_PATH_MAX * 2];
    struct release_checkpoint c;
    snprintf(url, sizeof url, "%s/checkpoint", l->url);
    if (!verify_http_text(v, h, &l->checkpoint, "checkpoint", url, RELEASE_CHECKPOINT_BYTES_MAX) ||
        !verify_log_read(v, &l->checkpoint, &c, url)) {
        return false;
    }
    l->size = c.size;
    l->root = c.root;
    if (l->size > VERIFY_LOG_SIZE_MAX) {
        verify_differs(v, "checkpoint", url, "is of a log with too many entries");
        return false;
    }
    return true;
}

static unsigned width_of(uint64_t size, uint64_t n)
{
    uint64_t left = size - n * VERIFY_TILE_WIDTH;
    return left < VERIFY_TILE_WIDTH ? (unsigned)left : VERIFY_TILE_WIDTH;
}

/* One tile of hashes, exactly as wide as it must be. */
static bool get_hashes(struct verify *v, struct verify_http *h, const struct verify_log *l,
                       unsigned level, uint64_t n, unsigned width, struct release_hash *out)
{
    char path[VERIFY_TILE_PATH_MAX], url[VERIFY_PATH_MAX * 2], kind[8];
    struct tool_bytes bytes = {NULL, 0};
    snprintf(kind, sizeof kind, "%u", level);
    verify_tile_path(path, kind, n, width);
    snprintf(url, sizeof url, "%s%s", l->url, path);
    if (!verify_http_text(v, h, &bytes, "hidden-leaf", url, VERIFY_TILE_WIDTH * sizeof *out)) {
        return false;
    }
    bool fine = bytes.n == width * sizeof *out;
    if (fine) {
        memcpy(out, bytes.p, bytes.n);
    } else {
        verify_differs(v, "hidden-leaf", url, "has %zu bytes, not %zu", bytes.n,
                       width * sizeof *out);
    }
    tool_bytes_wipe(&bytes);
    return fine;
}

/* Levels above the leaves: the roots of full tiles. */
static bool check_levels(struct verify *v, struct verify_http *h, const struct verify_log *l)
{
    struct release_hash tile[VERIFY_TILE_WIDTH], want;
    uint64_t span = VERIFY_TILE_WIDTH; /* leaves below one hash of this level */
    for (unsigned level = 1; l->size / span > 0; level++, span *= VERIFY_TILE_WIDTH) {
        uint64_t hashes = l->size / span;
        for (uint64_t n = 0; n * VERIFY_TILE_WIDTH < hashes; n++) {
            unsigned width = width_of(hashes, n);
            if (!get_hashes(v, h, l, level, n, width, tile)) {
                return false;
            }
            for (unsigned i = 0; i < width; i++) {
                uint64_t at = (n * VERIFY_TILE_WIDTH + i) * span;
                verify_tile_root(&want, l->leaves + at, (size_t)span);
                if (!verify_hash_equal(&want, &tile[i])) {
                    verify_differs(v, "hidden-leaf", l->url,
                                   "hash %u of tile %llu on level %u is not the root of what is "
                                   "below",
                                   i, (unsigned long long)n, level);
                    return false;
                }
            }
        }
    }
    return true;
}

bool verify_log_leaves(struct verify *v, struct verify_http *h, struct verify_log *l)
{
    struct release_hash root;
    l->leaves = calloc((size_t)l->size + 1, sizeof *l->leaves);
    if (l->leaves == NULL) {
        verify_unreachable(v, l->url, "out of memory");
        return false;
    }
    for (uint64_t n = 0; n * VERIFY_TILE_WIDTH < l->size; n++) {
        if (!get_hashes(v, h, l, 0, n, width_of(l->size, n), l->leaves + n * VERIFY_TILE_WIDTH)) {
            return false;
        }
    }
    verify_tile_root(&root, l->leaves, (size_t)l->size);
    if (!verify_hash_equal(&root, &l->root)) {
        verify_differs(v, "hidden-leaf", l->url,
                       "the tiles lead to another root than the checkpoint of %llu entries",
                       (unsigned long long)l->size);
        verify_attach(v, "checkpoint", tool_bytes_slice(&l->checkpoint));
        return false;
    }
    return check_levels(v, h, l);
}

bool verify_log_entries(struct verify *v, struct verify_http *h, const struct verify_log *l,
                        uint64_t n, struct tool_bytes *out)
{
    char path[VERIFY_TILE_PATH_MAX], url[VERIFY_PATH_MAX * 2];
    unsigned width = width_of(l->size, n), count = 0;
    struct slice entry;
    struct release_hash leaf;
    enum err e;
    verify_tile_path(path, "entries", n, width);
    snprintf(url, sizeof url, "%s%s", l->url, path);
    if (!verify_http_text(v, h, out, "hidden-leaf", url, ENTRIES_BYTES_MAX)) {
        return false;
    }
    struct slice rest = tool_bytes_slice(out);
    while ((e = verify_tile_entry(&rest, &entry)) == OK && count < width) {
        release_tree_leaf(&leaf, entry);
        if (!verify_hash_equal(&leaf, &l->leaves[n * VERIFY_TILE_WIDTH + count])) {
            verify_differs(v, "hidden-leaf", url, "entry %llu is not what its leaf is of",
                           (unsigned long long)n * VERIFY_TILE_WIDTH + count);
            verify_attach(v, "entry", entry);
            return false;
        }
        count++;
    }
    if (e != ERR_GONE || count != width) {
        verify_differs(v, "hidden-leaf", url, "does not hold exactly %u entries", width);
        return false;
    }
    return true;
}

bool verify_log_agrees(struct verify *v, const struct verify_log *l,
                       const struct release_checkpoint *c, struct slice text, const char *where)
{
    struct release_hash root;
    if (c->size > l->size) {
        verify_differs(v, "withheld", where, "shows a log of %llu entries, %s one of %llu",
                       (unsigned long long)c->size, l->url, (unsigned long long)l->size);
    } else {
        verify_tile_root(&root, l->leaves, (size_t)c->size);
        if (verify_hash_equal(&root, &c->root)) {
            return true;
        }
        verify_differs(v, "fork", where, "has another history of %llu entries than %s",
                       (unsigned long long)c->size, l->url);
    }
    verify_attach(v, "checkpoint", tool_bytes_slice(&l->checkpoint));
    verify_attach(v, "other_checkpoint", text);
    return false;
}
