#include "store/os.h"

#include <string.h>

#include "base/arena.h"
#include "crypto/rand.h"
#include "store/size.h"

int store_os_full_name(sqlite3_vfs *base, const char *name, int n, char *out)
{
    (void)base;
    size_t length = strlen(name);
    if (n < 0 || length >= (size_t)n) {
        return SQLITE_CANTOPEN;
    }
    memcpy(out, name, length + 1);
    return SQLITE_OK;
}

int store_os_random(sqlite3_vfs *base, int n, char *out)
{
    (void)base;
    crypto_rand(out, n < 0 ? 0 : (size_t)n);
    return n;
}

int store_os_sleep(sqlite3_vfs *base, int us)
{
    (void)base;
    return us;
}

int store_os_error(sqlite3_vfs *base, int n, char *out)
{
    (void)base;
    if (n > 0) {
        out[0] = '\0';
    }
    return 0;
}

/* SQLITE_OS_OTHER: SQLite calls these two. It wants a process-wide file layer before any store
 * registers its own; this one opens nothing. Its memory is SQLite's to keep. */
#define BASE_NAME "sotto"

static int base_open(sqlite3_vfs *base, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)base;
    (void)name;
    (void)flags;
    (void)out_flags;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static const sqlite3_vfs *base_methods(void)
{
    static const sqlite3_vfs methods = {
        .iVersion = 1,
        .szOsFile = (int)sizeof(sqlite3_file),
        .mxPathname = STORE_NAME_BYTES_MAX + 16,
        .zName = BASE_NAME,
        .xOpen = base_open,
        .xFullPathname = store_os_full_name,
        .xRandomness = store_os_random,
        .xSleep = store_os_sleep,
        .xGetLastError = store_os_error,
    };
    return &methods;
}

int sqlite3_os_init(void)
{
    sqlite3_vfs *base = mem_alloc(sizeof *base);
    if (base == NULL) {
        return SQLITE_NOMEM;
    }
    *base = *base_methods();
    return sqlite3_vfs_register(base, 1);
}

int sqlite3_os_end(void)
{
    sqlite3_vfs *base = sqlite3_vfs_find(BASE_NAME);
    (void)sqlite3_vfs_unregister(base);
    mem_free(base);
    return SQLITE_OK;
}
