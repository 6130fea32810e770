#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/limits.h"

#define BLOCK_BYTES ((size_t)64 << 10)    /* most steps need one block        */
#define BLOCK_BYTES_MAX ((size_t)4 << 20) /* later blocks double up to this   */
#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
    struct arena_block *next; /* older block                            */
    size_t cap;               /* bytes after this header                */
    size_t used;              /* of cap; everything above is still zero */
    max_align_t start;        /* where the bytes begin                  */
};
#define HEADER offsetof(struct arena_block, start)

/* Allocation failure is a property of the process under test, not of one object. */
static uint64_t calls;
static uint64_t calls_fail_at;
static bool tight;

void *mem_alloc(size_t n)
{
    calls++;
    if (calls_fail_at != 0 && --calls_fail_at == 0) {
        return NULL;
    }
    return malloc(n == 0 ? 1 : n);
}

void mem_free(void *p)
{
    free(p);
}

void mem_fail_at(uint64_t nth)
{
    calls_fail_at = nth;
}

uint64_t mem_calls(void)
{
    return calls;
}

void mem_tight(bool on)
{
    tight = on;
}

static uint8_t *block_bytes(struct arena_block *b)
{
    return (uint8_t *)&b->start;
}

void arena_init(struct arena *a, size_t limit_bytes)
{
    a->head = NULL;
    a->used_bytes = 0;
    a->limit_bytes = limit_bytes == 0 ? LIMIT_ARENA_BYTES : limit_bytes;
}

/* Puts a zeroed block of at least n bytes in front. */
static bool grow(struct arena *a, size_t n)
{
    size_t cap = a->head == NULL ? BLOCK_BYTES : a->head->cap * 2;
    if (cap > BLOCK_BYTES_MAX) {
        cap = BLOCK_BYTES_MAX;
    }
    if (cap < n || tight) {
        cap = n;
    }
    if (cap > SIZE_MAX - sizeof(struct arena_block)) {
        return false;
    }
    struct arena_block *b = mem_alloc(sizeof *b + cap);
    if (b == NULL) {
        return false;
    }
    memset(b, 0, sizeof *b + cap);
    b->cap = cap;
    b->next = a->head;
    a->head = b;
    return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t limit = a->limit_bytes == 0 ? LIMIT_ARENA_BYTES : a->limit_bytes;
    if (n > SIZE_MAX - ALIGNMENT) {
        return NULL;
    }
    size_t need = (n == 0 ? 1 : n) + ALIGNMENT - 1;
    need -= need % ALIGNMENT;
    if (a->used_bytes > limit || need > limit - a->used_bytes) {
        return NULL;
    }
    if ((a->head == NULL || need > a->head->cap - a->head->used) && !grow(a, need)) {
        return NULL;
    }
    void *p = block_bytes(a->head) + a->head->used;
    a->head->used += need;
    a->used_bytes += need;
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return arena_alloc(a, count * size);
}

enum err arena_copy(struct arena *a, struct slice in, struct slice *out)
{
    uint8_t *p = arena_alloc(a, in.n);
    *out = SLICE_EMPTY;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (in.n > 0) {
        memcpy(p, in.p, in.n);
    }
    *out = slice_make(p, in.n);
    return OK;
}

char *arena_string(struct arena *a, struct slice in)
{
    if (in.n == SIZE_MAX) {
        return NULL;
    }
    char *p = arena_alloc(a, in.n + 1);
    if (p != NULL && in.n > 0) {
        memcpy(p, in.p, in.n);
    }
    return p;
}

/* Wipes and frees every block in front of `keep`. */
static void drop_blocks(struct arena *a, const struct arena_block *keep)
{
    while (a->head != keep) {
        struct arena_block *b = a->head;
        a->head = b->next;
        wipe(b, HEADER + b->used);
        mem_free(b);
    }
}

void arena_reset(struct arena *a)
{
    struct arena_block *first = a->head;
    while (first != NULL && first->next != NULL) {
        first = first->next;
    }
    drop_blocks(a, first);
    if (first != NULL) {
        wipe(block_bytes(first), first->used);
        first->used = 0;
    }
    a->used_bytes = 0;
}

void arena_wipe(struct arena *a)
{
    if (a == NULL) {
        return;
    }
    drop_blocks(a, NULL);
    a->used_bytes = 0;
}
