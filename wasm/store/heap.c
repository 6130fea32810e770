#include "store/heap.h"

#include <sqlite3.h>
#include <string.h>

#include "base/arena.h"
#include "base/ct.h"

/* The size is stored before the memory handed out, which stays aligned for any type. */
#define HEAD _Alignof(max_align_t)

static int heap_size(void *p)
{
    int n;
    memcpy(&n, (uint8_t *)p - HEAD, sizeof n);
    return n;
}

static void *heap_take(int n)
{
    uint8_t *p = n < 0 ? NULL : mem_alloc(HEAD + (size_t)n);
    if (p == NULL) {
        return NULL;
    }
    memcpy(p, &n, sizeof n);
    return p + HEAD;
}

static void heap_give(void *p)
{
    if (p != NULL) {
        wipe(p, (size_t)heap_size(p));
        mem_free((uint8_t *)p - HEAD);
    }
}

static void *heap_resize(void *p, int n)
{
    int old = heap_size(p);
    if (n == old) {
        return p;
    }
    void *to = heap_take(n);
    if (to != NULL) {
        memcpy(to, p, (size_t)(n < old ? n : old));
        heap_give(p);
    }
    return to;
}

static int heap_round(int n)
{
    return (n + 7) & ~7;
}

static int heap_init(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}

static void heap_shutdown(void *unused)
{
    (void)unused;
}

void store_heap_install(void)
{
    static const sqlite3_mem_methods methods = {
        .xMalloc = heap_take,
        .xFree = heap_give,
        .xRealloc = heap_resize,
        .xSize = heap_size,
        .xRoundup = heap_round,
        .xInit = heap_init,
        .xShutdown = heap_shutdown,
    };
    /* SQLite refuses this once it runs, but then it is installed already. */
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}
