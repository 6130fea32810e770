/* Scratch memory of one step: allocated in blocks, freed and wiped whole.
 *
 * Life: arena_init -> arena_alloc ... -> arena_reset (wipes, keeps the first block) -> ... ->
 * arena_wipe (wipes and frees). Nothing that outlives the step may point into it. Only this file
 * calls malloc in the core (core/kdf_wasm.c is a module of its own), through mem_alloc below, so
 * that tests can make the nth call fail. */
#ifndef SOTTO_BASE_ARENA_H
#define SOTTO_BASE_ARENA_H

#include "base/base.h"
#include "base/slice.h"

struct arena_block;
struct arena {
    struct arena_block *head; /* newest block                              */
    size_t used_bytes;        /* handed out since the last reset           */
    size_t limit_bytes;       /* arena_alloc fails above this (0: default) */
};

void arena_init(struct arena *a, size_t limit_bytes);
/* Zeroed memory, aligned for any type; NULL when memory or the limit is exhausted. */
void *arena_alloc(struct arena *a, size_t n);
/* count * size with overflow check; zeroed; NULL on failure. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy of the bytes; ERR_HOST_MEMORY. */
MUST_CHECK enum err arena_copy(struct arena *a, struct slice in, struct slice *out);
/* NUL-terminated copy; NULL on failure. */
char *arena_string(struct arena *a, struct slice in);
void arena_reset(struct arena *a);
/* Accepts NULL and the zero state. */
void arena_wipe(struct arena *a);

/* malloc and free of the core; the caller wipes before mem_free. `mem_fail_at` is for tests: the
 * nth call from now fails (0: never). */
void *mem_alloc(size_t n);
void mem_free(void *p);
void mem_fail_at(uint64_t nth);
/* For tests: blocks that are made now hold what they are made for and no more, so that each
 * allocation of an arena is a call of mem_alloc. */
void mem_tight(bool on);
uint64_t mem_calls(void);

#endif
