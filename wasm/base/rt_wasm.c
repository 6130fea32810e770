/* What the C library leaves to its surroundings in WebAssembly. Defining these here keeps
 * Emscripten's standalone run-time out of the link, and with it every import but our own. */
#include "base/host.h"

#define PAGE_BYTES ((size_t)65536)
#define GROWTH_BYTES_MAX ((size_t)16 << 20) /* growing in larger steps wastes memory on phones */
#define HEAP_BYTES_MAX ((size_t)1 << 30)    /* the linker's --max-memory may be lower */

void abort(void) NORETURN;
void __assert_fail(const char *claim, const char *file, int line, const char *function) NORETURN;
size_t emscripten_get_heap_max(void);
int emscripten_resize_heap(size_t size);
void *emscripten_memcpy_big(void *restrict to, const void *restrict from, size_t n);

void abort(void)
{
    host_panic("abort");
}

void __assert_fail(const char *claim, const char *file, int line, const char *function)
{
    (void)file;
    (void)line;
    (void)function;
    host_panic(claim);
}

size_t emscripten_get_heap_max(void)
{
    return HEAP_BYTES_MAX;
}

static bool grow(size_t bytes)
{
    return __builtin_wasm_memory_grow(0, (bytes + PAGE_BYTES - 1) / PAGE_BYTES) != SIZE_MAX;
}

/* Called by sbrk; 1 when at least `size` bytes are there. Asks for a quarter more, then for just
 * enough. JavaScript must read memory.buffer again after every call into the module. */
int emscripten_resize_heap(size_t size)
{
    size_t old = __builtin_wasm_memory_size(0) * PAGE_BYTES;
    size_t step = old / 4 > GROWTH_BYTES_MAX ? GROWTH_BYTES_MAX : old / 4;
    if (size <= old) {
        return 1;
    }
    if (size > HEAP_BYTES_MAX) {
        return 0;
    }
    if (old + step > size && old + step <= HEAP_BYTES_MAX && grow(step)) {
        return 1;
    }
    return grow(size - old) ? 1 : 0;
}

/* memcpy of the C library for large n. Written as the instruction, because the compiler may turn a
 * loop into a call of memcpy. */
void *emscripten_memcpy_big(void *restrict to, const void *restrict from, size_t n)
{
    __asm__ volatile("local.get %0\n local.get %1\n local.get %2\n memory.copy 0, 0"
                     :
                     : "r"(to), "r"(from), "r"(n)
                     : "memory");
    return to;
}
