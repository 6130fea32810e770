/* What the core asks of its host, and nothing else: randomness, six file calls, panic.
 * In WebAssembly these are the imports of module "sotto" (host_wasm.c); natively they are
 * implemented over ordinary files (host_native.c) and can be replaced by tests through
 * host_native_set. All calls are synchronous. Offsets are exact up to 2^53.
 *
 * A file is named by a small name ("main", "main-wal"); opening gives a number >= 0. In the
 * browser every file is opened before the core starts. A file exists when its size is above 0. */
#ifndef SOTTO_BASE_HOST_H
#define SOTTO_BASE_HOST_H

#include "base/base.h"

/* Fills n bytes (any n) from the system's generator; panics when that fails. */
void host_random(void *p, size_t n);
/* Number of the file, or -1. */
int host_open(const char *name);
/* Bytes read (fewer at the end of the file), or -1. */
int host_read(int file, void *p, size_t n, uint64_t offset);
/* 0 when all n bytes were taken, -1 on failure, -2 when the disk is full. */
int host_write(int file, const void *p, size_t n, uint64_t offset);
int host_truncate(int file, uint64_t size);
/* Returns when everything written is on disk. */
int host_flush(int file);
/* Size in bytes, or -1. */
int64_t host_size(int file);
/* Ends the core in a state that must not occur. `where` is a literal without secrets. */
NORETURN void host_panic(const char *where);

#ifndef __wasm__
/* Native host: directory for the files; call before host_open. */
void host_native_dir(const char *dir);
/* Replaceable calls for tests (simulated power cuts, scripted randomness). NULL members keep the
 * default. Not thread safe. */
struct host_native {
    void *user;
    void (*random)(void *user, void *p, size_t n);
    int (*open)(void *user, const char *name);
    int (*read)(void *user, int file, void *p, size_t n, uint64_t offset);
    int (*write)(void *user, int file, const void *p, size_t n, uint64_t offset);
    int (*truncate)(void *user, int file, uint64_t size);
    int (*flush)(void *user, int file);
    int64_t (*size)(void *user, int file);
};
/* NULL restores the default. */
void host_native_set(const struct host_native *h);
/* Closes every open file of the default native host. */
void host_native_close(void);
#endif

#endif
