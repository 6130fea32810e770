/* Tiles of a log (C2SP tlog-tiles), the reading side: hostile input. Pure. */
#ifndef SOTTO_TOOLS_VERIFY_TILE_H
#define SOTTO_TOOLS_VERIFY_TILE_H
#include "release/tree.h"

#define VERIFY_TILE_WIDTH 256u
#define VERIFY_TILE_PATH_MAX 80
/* "/tile/KIND/N" or "/tile/KIND/N.p/WIDTH"; kind: a level or "entries". */
void verify_tile_path(char out[VERIFY_TILE_PATH_MAX], const char *kind, uint64_t n, unsigned width);
/* The next entry of a bundle. ERR_GONE at its end, ERR_INPUT when it is cut off. */
MUST_CHECK enum err verify_tile_entry(struct slice *rest, struct slice *entry);
/* The root of a tree with these leaves. */
void verify_tile_root(struct release_hash *out, const struct release_hash *leaves, size_t n);
#endif
