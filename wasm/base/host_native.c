#define _DEFAULT_SOURCE 1
#include "base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 16 /* the store uses three; tests a few more */
#define NAME_MAX_BYTES 64
#define PATH_MAX_BYTES 4096

/* The host is the process, so this is the one place where global state is allowed. */
static char directory[PATH_MAX_BYTES] = ".";
static struct file {
    int fd; /* -1 or unused slot when name is empty */
    char name[NAME_MAX_BYTES];
} files[FILES_MAX];
static struct host_native replaced;

static void default_random(void *p, size_t n)
{
    uint8_t *to = p;
    while (n > 0) {
        ssize_t got = getrandom(to, n > 256 ? 256 : n, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            host_panic("no randomness");
        }
        to += got;
        n -= (size_t)got;
    }
}

static bool name_is_plain(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < NAME_MAX_BYTES && name[0] != '.' && strchr(name, '/') == NULL;
}

/* A name that was just created must survive a power cut too. */
static int flush_directory(int dir)
{
    int r;
    do {
        r = fsync(dir);
    } while (r != 0 && errno == EINTR);
    return r;
}

static int default_open(const char *name)
{
    int slot = -1;
    if (!name_is_plain(name)) {
        return -1;
    }
    for (int i = 0; i < FILES_MAX; i++) {
        if (strcmp(files[i].name, name) == 0) {
            return i;
        }
        if (files[i].name[0] == '\0' && slot < 0) {
            slot = i;
        }
    }
    if (slot < 0) {
        return -1;
    }
    int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        return -1;
    }
    int fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
                    (st.st_size == 0 && flush_directory(dir) != 0))) {
        (void)close(fd);
        fd = -1;
    }
    (void)close(dir);
    if (fd < 0) {
        return -1;
    }
    files[slot].fd = fd;
    memcpy(files[slot].name, name, strlen(name) + 1);
    return slot;
}

static int fd_of(int file)
{
    return file >= 0 && file < FILES_MAX && files[file].name[0] != '\0' ? files[file].fd : -1;
}

static int failure(void)
{
    return errno == ENOSPC || errno == EDQUOT ? -2 : -1;
}

static int default_read(int fd, void *p, size_t n, uint64_t offset)
{
    uint8_t *to = p;
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(fd, to + done, n - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (int)done;
}

static int default_write(int fd, const void *p, size_t n, uint64_t offset)
{
    const uint8_t *from = p;
    size_t done = 0;
    while (done < n) {
        ssize_t put = pwrite(fd, from + done, n - done, (off_t)(offset + done));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return put == 0 ? -1 : failure();
        }
        done += (size_t)put;
    }
    return 0;
}

void host_random(void *p, size_t n)
{
    if (replaced.random != NULL) {
        replaced.random(replaced.user, p, n);
    } else {
        default_random(p, n);
    }
}

int host_open(const char *name)
{
    return replaced.open != NULL ? replaced.open(replaced.user, name) : default_open(name);
}

int host_read(int file, void *p, size_t n, uint64_t offset)
{
    if (n > INT32_MAX || offset > (uint64_t)INT64_MAX - n) {
        return -1;
    }
    return replaced.read != NULL ? replaced.read(replaced.user, file, p, n, offset)
                                 : default_read(fd_of(file), p, n, offset);
}

int host_write(int file, const void *p, size_t n, uint64_t offset)
{
    if (n > INT32_MAX || offset > (uint64_t)INT64_MAX - n) {
        return -1;
    }
    return replaced.write != NULL ? replaced.write(replaced.user, file, p, n, offset)
                                  : default_write(fd_of(file), p, n, offset);
}

int host_truncate(int file, uint64_t size)
{
    if (replaced.truncate != NULL) {
        return replaced.truncate(replaced.user, file, size);
    }
    int r;
    do {
        r = size > (uint64_t)INT64_MAX ? -1 : ftruncate(fd_of(file), (off_t)size);
    } while (r != 0 && errno == EINTR);
    return r == 0 ? 0 : failure();
}

int host_flush(int file)
{
    if (replaced.flush != NULL) {
        return replaced.flush(replaced.user, file);
    }
    int r;
    do {
        r = fdatasync(fd_of(file));
    } while (r != 0 && errno == EINTR);
    return r == 0 ? 0 : failure();
}

int64_t host_size(int file)
{
    struct stat st;
    if (replaced.size != NULL) {
        return replaced.size(replaced.user, file);
    }
    return fstat(fd_of(file), &st) == 0 ? (int64_t)st.st_size : -1;
}

void host_panic(const char *where)
{
    (void)fprintf(stderr, "sotto: panic: %s\n", where);
    abort();
}

void host_native_dir(const char *dir)
{
    size_t n = strlen(dir);
    if (n == 0 || n >= sizeof directory) {
        host_panic("host_native_dir: bad length");
    }
    memcpy(directory, dir, n + 1);
}

void host_native_set(const struct host_native *h)
{
    replaced = h == NULL ? (struct host_native){.user = NULL} : *h;
}

void host_native_close(void)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (files[i].name[0] != '\0') {
            (void)close(files[i].fd);
        }
        files[i] = (struct file){.fd = -1};
    }
}
