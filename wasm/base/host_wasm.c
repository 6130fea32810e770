/* The host in WebAssembly: the imports of module "sotto", listed in wasm/imports.txt.
 * Offsets and sizes cross as double, exact up to 2^53, so that JavaScript needs no BigInt. */
#include "base/host.h"

#include <string.h>

#define IMPORT(name) __attribute__((import_module("sotto"), import_name(name)))
#define RANDOM_BYTES_MAX 65536u              /* the limit of crypto.getRandomValues */
#define OFFSET_MAX ((uint64_t)1 << 53)       /* beyond it a double is not exact     */
#define TRANSFER_BYTES_MAX ((size_t)1 << 30) /* a count must fit into int        */

IMPORT("random") void import_random(void *p, uint32_t n);
IMPORT("panic") void import_panic(const char *p, uint32_t n);
IMPORT("file_open") int import_file_open(const char *p, uint32_t n);
IMPORT("file_read") int import_file_read(int file, void *p, uint32_t n, double offset);
IMPORT("file_write") int import_file_write(int file, const void *p, uint32_t n, double offset);
IMPORT("file_truncate") int import_file_truncate(int file, double size);
IMPORT("file_flush") int import_file_flush(int file);
IMPORT("file_size") double import_file_size(int file);

void host_random(void *p, size_t n)
{
    uint8_t *to = p;
    while (n > 0) {
        uint32_t part = n > RANDOM_BYTES_MAX ? RANDOM_BYTES_MAX : (uint32_t)n;
        import_random(to, part);
        to += part;
        n -= part;
    }
}

int host_open(const char *name)
{
    return import_file_open(name, (uint32_t)strlen(name));
}

int host_read(int file, void *p, size_t n, uint64_t offset)
{
    if (n > TRANSFER_BYTES_MAX || offset > OFFSET_MAX) {
        return -1;
    }
    int got = import_file_read(file, p, (uint32_t)n, (double)offset);
    return got >= 0 && (size_t)got > n ? -1 : got;
}

int host_write(int file, const void *p, size_t n, uint64_t offset)
{
    if (n > TRANSFER_BYTES_MAX || offset > OFFSET_MAX) {
        return -1;
    }
    return import_file_write(file, p, (uint32_t)n, (double)offset);
}

int host_truncate(int file, uint64_t size)
{
    return size > OFFSET_MAX ? -1 : import_file_truncate(file, (double)size);
}

int host_flush(int file)
{
    return import_file_flush(file);
}

int64_t host_size(int file)
{
    double size = import_file_size(file);
    return size >= 0 && size <= (double)OFFSET_MAX ? (int64_t)size : -1;
}

void host_panic(const char *where)
{
    import_panic(where, (uint32_t)strlen(where));
    __builtin_trap(); /* the import throws; if it returns, nothing of ours goes on */
}
