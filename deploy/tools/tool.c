#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/host.h"
#include "crypto/rand.h"

static const char *program_name = "tool";

void tool_begin(const char *program)
{
    program_name = program;
    if (crypto_init() != OK) {
        host_panic("crypto_init");
    }
}

void tool_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

struct slice tool_bytes_slice(const struct tool_bytes *b)
{
    return slice_make(b->p, b->n);
}

void tool_bytes_wipe(struct tool_bytes *b)
{
    if (b->p != NULL) {
        wipe(b->p, b->n);
    }
    free(b->p);
    *b = (struct tool_bytes){NULL, 0};
}

/* Exactly n bytes, or a failure; a file that shrinks meanwhile is one. */
static bool read_all(int fd, uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

enum err tool_read(struct tool_bytes *out, const char *path, size_t max)
{
    struct stat st;
    enum err e = ERR_HOST;
    *out = (struct tool_bytes){NULL, 0};
    /* O_NONBLOCK: a pipe in the file's place must not make us wait. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        e = errno == ENOENT ? ERR_GONE : ERR_HOST;
        tool_say("%s: %s", path, strerror(errno));
        return e;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        tool_say("%s: not a regular file", path);
        goto out;
    }
    if ((uintmax_t)st.st_size > max) {
        tool_say("%s: longer than %zu bytes", path, max);
        e = ERR_LIMIT;
        goto out;
    }
    out->n = (size_t)st.st_size;
    out->p = malloc(out->n + 1);
    if (out->p == NULL || !read_all(fd, out->p, out->n)) {
        tool_say("%s: cannot be read", path);
        goto out;
    }
    out->p[out->n] = 0;
    e = OK;
out:
    (void)close(fd);
    if (e != OK) {
        out->n = out->p == NULL ? 0 : out->n;
        tool_bytes_wipe(out);
    }
    return e;
}

static bool write_all(int fd, struct slice bytes)
{
    while (bytes.n > 0) {
        ssize_t wrote = write(fd, bytes.p, bytes.n);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        bytes.p += wrote;
        bytes.n -= (size_t)wrote;
    }
    return true;
}

/* The name is durable only when its folder is. */
static bool sync_folder(const char *path)
{
    char folder[TOOL_PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (n == 0) {
        folder[n++] = '.';
    } else {
        memcpy(folder, path, n);
    }
    folder[n] = 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return fine;
}

/* A new file beside `path` that holds the bytes; its name in `beside`. */
static enum err write_beside(char beside[TOOL_PATH_MAX], const char *path, struct slice bytes,
                             unsigned mode)
{
    int n = snprintf(beside, TOOL_PATH_MAX, "%s.XXXXXX", path);
    if (n < 0 || n >= TOOL_PATH_MAX) {
        tool_say("%s: the path is too long", path);
        return ERR_HOST;
    }
    int fd = mkstemp(beside); /* mode 0600 until the bytes are there */
    if (fd < 0) {
        tool_say("%s: %s", beside, strerror(errno));
        return ERR_HOST;
    }
    bool fine = write_all(fd, bytes) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    int why = errno;
    fine = close(fd) == 0 && fine;
    if (!fine) {
        (void)unlink(beside);
        tool_say("%s: %s", beside, strerror(why));
    }
    return fine ? OK : ERR_HOST;
}

enum err tool_replace(const char *path, struct slice bytes, unsigned mode)
{
    char beside[TOOL_PATH_MAX];
    TRY(write_beside(beside, path, bytes, mode));
    if (rename(beside, path) != 0 || !sync_folder(path)) {
        tool_say("%s: %s", path, strerror(errno));
        (void)unlink(beside);
        return ERR_HOST;
    }
    return OK;
}

enum err tool_create(const char *path, struct slice bytes, unsigned mode)
{
    char beside[TOOL_PATH_MAX];
    TRY(write_beside(beside, path, bytes, mode));
    /* link, unlike rename, refuses a name that is taken. */
    bool taken = false;
    bool fine = link(beside, path) == 0;
    if (!fine) {
        taken = errno == EEXIST;
        tool_say("%s: %s", path, strerror(errno));
    }
    (void)unlink(beside);
    if (fine && !sync_folder(path)) {
        tool_say("%s: %s", path, strerror(errno));
        fine = false;
    }
    return fine ? OK : taken ? ERR_STATE : ERR_HOST;
}
