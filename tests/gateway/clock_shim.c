/* Preloaded under the gateway by the tests: moves the wall clock by the seconds that stand in the
 * file named by CLOCK_SHIM. The steady clocks stay as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    char text[32] = "";
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    int r = real(id, t);
    const char *path = getenv("CLOCK_SHIM");
    if (r == 0 && id == CLOCK_REALTIME && path != NULL) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            if (read(fd, text, sizeof text - 1) > 0) {
                t->tv_sec += strtol(text, NULL, 10);
            }
            close(fd);
        }
    }
    return r;
}
