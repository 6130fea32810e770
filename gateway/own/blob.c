#include "gateway/own/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/config.h"

#define PATH_BYTES (GW_CONFIG_TEXT_MAX + 64)

static void path_of(char out[PATH_BYTES], const char *dir, struct slice id, bool folder)
{
    static const char hex[] = "0123456789abcdef";
    int n = snprintf(out, PATH_BYTES, "%s/blobs/%c%c", dir, hex[id.p[0] >> 4], hex[id.p[0] & 15]);
    if (folder || n < 0) {
        return;
    }
    char *at = out + n;
    *at++ = '/';
    for (size_t i = 0; i < id.n; i++) {
        *at++ = hex[id.p[i] >> 4];
        *at++ = hex[id.p[i] & 15];
    }
    *at = 0;
}

void gw_own_blob_unlink(const char *dir, struct slice id)
{
    char path[PATH_BYTES];
    path_of(path, dir, id, false);
    (void)unlink(path);
}

void gw_own_blob_uploads_init(struct gw_own_blob_uploads *u)
{
    memset(u, 0, sizeof *u);
    for (size_t i = 0; i < GW_OWN_BLOB_UPLOADS; i++) {
        u->slots[i].fd = -1;
    }
}

void gw_own_blob_uploads_wipe(struct gw_own_blob_uploads *u)
{
    for (size_t i = 0; i < GW_OWN_BLOB_UPLOADS; i++) {
        if (u->slots[i].fd >= 0) {
            close(u->slots[i].fd);
            u->slots[i].fd = -1;
        }
    }
}

/* The entry of a new file must survive a power cut too. */
static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool fine = fsync(fd) == 0;
    close(fd);
    return fine;
}

static int open_file(const char *dir, struct slice id)
{
    char path[PATH_BYTES], folder[PATH_BYTES];
    path_of(path, dir, id, false);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT) {
        return fd;
    }
    path_of(folder, dir, id, true);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && !sync_folder(folder)) {
        close(fd);
        return -1;
    }
    return fd;
}

static struct gw_own_blob_upload *find(struct gw_own_blob_uploads *u, const char *dir,
                                       const uint8_t *id, uint64_t have)
{
    struct gw_own_blob_upload *oldest = NULL;
    u->clock++;
    for (size_t i = 0; i < GW_OWN_BLOB_UPLOADS; i++) {
        struct gw_own_blob_upload *s = &u->slots[i];
        if (s->fd >= 0 && slice_equal(SLICE_ARRAY(s->id), slice_make(id, sizeof s->id))) {
            s->used = u->clock;
            return s;
        }
        if (!s->dirty && (oldest == NULL || s->used < oldest->used)) {
            oldest = s;
        }
    }
    if (oldest == NULL) {
        return NULL;
    }
    if (oldest->fd >= 0) {
        close(oldest->fd);
    }
    oldest->fd = open_file(dir, slice_make(id, FRAME_BLOB_SIZE));
    memcpy(oldest->id, id, sizeof oldest->id);
    oldest->have = have;
    oldest->used = u->clock;
    return oldest->fd >= 0 ? oldest : NULL;
}

static uint64_t size_of(const struct gw_own_blob_row *r, uint64_t index)
{
    uint64_t from = index * r->chunk;
    return from >= r->bytes ? 0 : r->bytes - from < r->chunk ? r->bytes - from : r->chunk;
}

static unsigned code_of(int e)
{
    return e == ENOSPC || e == EFBIG || e == EDQUOT ? WIRE_CODE_FULL : WIRE_CODE_INTERNAL;
}

static bool write_all(int fd, struct slice s, uint64_t at)
{
    while (s.n > 0) {
        ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        s.p += n;
        s.n -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}

unsigned gw_own_blob_write(struct gw_own_blob_uploads *u, const char *dir,
                           const struct gw_own_blob_row *r, const struct frame_blob *v,
                           uint64_t *have)
{
    if (v->bytes.n == 0 || v->bytes.n != size_of(r, v->index)) {
        return WIRE_CODE_LIMIT;
    }
    struct gw_own_blob_upload *s = find(u, dir, v->blob, r->have);
    if (s == NULL) {
        return code_of(errno);
    }
    if (s->have < r->have) {
        s->have = r->have;
    }
    if (v->index == s->have) {
        if (!write_all(s->fd, v->bytes, v->index * r->chunk)) {
            return code_of(errno);
        }
        s->have++;
        s->dirty = true;
    }
    *have = s->have;
    return 0;
}

bool gw_own_blob_sync(struct gw_own_blob_uploads *u)
{
    bool fine = true;
    for (size_t i = 0; i < GW_OWN_BLOB_UPLOADS; i++) {
        struct gw_own_blob_upload *s = &u->slots[i];
        if (s->dirty && fdatasync(s->fd) != 0) {
            /* What the disk holds is unknown now: forget, and begin again from the database. */
            close(s->fd);
            s->fd = -1;
            fine = false;
        }
        s->dirty = false;
    }
    return fine;
}

unsigned gw_own_blob_load(const char *dir, struct slice id, const struct gw_own_blob_row *r,
                          uint32_t index, uint8_t *out, size_t *n)
{
    char path[PATH_BYTES];
    size_t got = 0;
    *n = (size_t)size_of(r, index);
    if (index >= r->have || *n == 0) {
        return WIRE_CODE_UNKNOWN;
    }
    path_of(path, dir, id, false);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? WIRE_CODE_UNKNOWN : WIRE_CODE_INTERNAL;
    }
    while (got < *n) {
        ssize_t k = pread(fd, out + got, *n - got, (off_t)(index * r->chunk + got));
        if (k <= 0) {
            break;
        }
        got += (size_t)k;
    }
    close(fd);
    return got == *n ? 0 : WIRE_CODE_INTERNAL;
}
