#include "scratch.h"

#include "base/host.h"

void scratch_begin(void)
{
    static const char *const names[] = {"main", "main-wal", "vault"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        int file = host_open(names[i]);
        if (file < 0 || host_truncate(file, 0) != 0) {
            host_panic("scratch: cannot empty a file");
        }
    }
}

void scratch_begin_made(void (*make)(void))
{
    scratch_begin();
    make();
}

void scratch_end(void)
{
}
