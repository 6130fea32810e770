#include "fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"

#define FILES_MAX 8
#define NAME_BYTES 64
#define SECTOR 512

struct image {
    uint8_t *p;
    size_t n, cap;
};
struct change {
    struct change *next;
    bool is_truncate;
    uint64_t offset; /* or the new size */
    size_t n;
    uint8_t bytes[];
};
struct file {
    char name[NAME_BYTES];
    struct image live, medium;
    struct change *first, *last; /* since the last flush, oldest first */
};
struct fault_disk {
    struct file files[FILES_MAX + 1]; /* the last stays unused */
    size_t file_count;
    uint64_t random, chance;
    uint64_t changes, calls;
    uint64_t cut_at, fail_at; /* in changes, in calls; 0: never */
    bool cut, failed, fail_stays;
    uint64_t room;
};

static struct fault_disk *in_use; /* the host is the process's, so is its disk */

uint64_t fault_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* ---- images ---- */

static void image_resize(struct image *i, size_t n)
{
    if (n > i->cap) {
        size_t cap = n * 2;
        i->p = realloc(i->p, cap);
        if (i->p == NULL) {
            host_panic("fault: memory");
        }
        i->cap = cap;
    }
    if (n > i->n) {
        memset(i->p + i->n, 0, n - i->n);
    }
    i->n = n;
}

static void image_put(struct image *i, const uint8_t *p, size_t n, uint64_t offset)
{
    if (n == 0) {
        return;
    }
    if (offset + n > i->n) {
        image_resize(i, (size_t)offset + n);
    }
    memcpy(i->p + offset, p, n);
}

static void apply(struct image *to, const struct change *c)
{
    if (c->is_truncate) {
        image_resize(to, (size_t)c->offset);
    } else {
        image_put(to, c->bytes, c->n, c->offset);
    }
}

/* Each sector of the write arrives or not. */
static void apply_torn(struct image *to, const struct change *c, uint64_t *chance)
{
    for (size_t done = 0; done < c->n;) {
        size_t part = SECTOR - (size_t)((c->offset + done) % SECTOR);
        part = part > c->n - done ? c->n - done : part;
        if (fault_next(chance) % 2 == 0) {
            image_put(to, c->bytes + done, part, c->offset + done);
        }
        done += part;
    }
}

static void forget_changes(struct file *f)
{
    while (f->first != NULL) {
        struct change *c = f->first;
        f->first = c->next;
        free(c);
    }
    f->last = NULL;
}

static void remember(struct file *f, bool is_truncate, const void *p, size_t n, uint64_t offset)
{
    struct change *c = malloc(sizeof *c + n);
    if (c == NULL) {
        host_panic("fault: memory");
    }
    *c = (struct change){.is_truncate = is_truncate, .offset = offset, .n = n};
    if (n > 0) {
        memcpy(c->bytes, p, n);
    }
    apply(&f->live, c);
    if (f->last != NULL) {
        f->last->next = c;
    } else {
        f->first = c;
    }
    f->last = c;
}

/* ---- the calls of the host ---- */

/* Counts; true when the call must fail. */
static bool fails(struct fault_disk *d, bool is_change)
{
    d->calls++;
    d->changes += is_change;
    if (d->cut_at != 0 && is_change && d->changes >= d->cut_at) {
        d->cut = true;
    }
    if (d->fail_at != 0 && d->calls >= d->fail_at && (d->fail_stays || !d->failed)) {
        d->failed = true;
        return true;
    }
    return d->cut;
}

/* Its number, or file_count. */
static size_t find(const struct fault_disk *d, const char *name)
{
    size_t i = 0;
    while (i < d->file_count && strcmp(d->files[i].name, name) != 0) {
        i++;
    }
    return i;
}

static struct file *make(struct fault_disk *d, const char *name)
{
    struct file *f = &d->files[find(d, name)];
    if (f == &d->files[d->file_count]) {
        if (d->file_count == FILES_MAX || strlen(name) >= NAME_BYTES) {
            host_panic("fault: too many files");
        }
        d->file_count++;
        memcpy(f->name, name, strlen(name) + 1);
    }
    return f;
}

static void do_random(void *user, void *p, size_t n)
{
    struct fault_disk *d = user;
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)p)[i] = (uint8_t)(fault_next(&d->random) >> 24);
    }
}

static int do_open(void *user, const char *name)
{
    struct fault_disk *d = user;
    if (fails(d, false)) {
        return -1;
    }
    return (int)(make(d, name) - d->files);
}

static int do_read(void *user, int file, void *p, size_t n, uint64_t offset)
{
    struct fault_disk *d = user;
    const struct file *f = &d->files[file];
    if (fails(d, false)) {
        return -1;
    }
    if (offset >= f->live.n) {
        return 0;
    }
    size_t got = f->live.n - (size_t)offset < n ? f->live.n - (size_t)offset : n;
    memcpy(p, f->live.p + offset, got);
    return (int)got;
}

uint64_t fault_disk_used(const struct fault_disk *d)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < d->file_count; i++) {
        sum += d->files[i].live.n;
    }
    return sum;
}

static int do_write(void *user, int file, const void *p, size_t n, uint64_t offset)
{
    struct fault_disk *d = user;
    struct file *f = &d->files[file];
    if (fails(d, true)) {
        if (d->cut && d->changes == d->cut_at) {
            remember(f, false, p, n, offset); /* the power goes while it is written */
        }
        return -1;
    }
    uint64_t grows = offset + n > f->live.n ? offset + n - f->live.n : 0;
    if (grows > 0 && fault_disk_used(d) + grows > d->room) {
        return -2;
    }
    remember(f, false, p, n, offset);
    return 0;
}

static int do_truncate(void *user, int file, uint64_t size)
{
    struct fault_disk *d = user;
    if (fails(d, true)) {
        if (d->cut && d->changes == d->cut_at) {
            remember(&d->files[file], true, NULL, 0, size);
        }
        return -1;
    }
    remember(&d->files[file], true, NULL, 0, size);
    return 0;
}

static int do_flush(void *user, int file)
{
    struct fault_disk *d = user;
    struct file *f = &d->files[file];
    if (fails(d, true)) {
        return -1;
    }
    for (const struct change *c = f->first; c != NULL; c = c->next) {
        apply(&f->medium, c);
    }
    forget_changes(f);
    return 0;
}

static int64_t do_size(void *user, int file)
{
    struct fault_disk *d = user;
    return fails(d, false) ? -1 : (int64_t)d->files[file].live.n;
}

/* ---- the disk ---- */

struct fault_disk *fault_disk_create(uint64_t seed)
{
    struct fault_disk *d = calloc(1, sizeof *d);
    if (d == NULL) {
        host_panic("fault: memory");
    }
    d->random = seed ^ 0x5eed;
    d->chance = seed;
    d->room = UINT64_MAX;
    return d;
}

struct fault_disk *fault_disk_copy(const struct fault_disk *d, uint64_t seed)
{
    struct fault_disk *to = fault_disk_create(seed);
    for (size_t i = 0; i < d->file_count; i++) {
        fault_disk_set_file(to, d->files[i].name,
                            slice_make(d->files[i].medium.p, d->files[i].medium.n));
    }
    return to;
}

void fault_disk_use(struct fault_disk *d)
{
    const struct host_native host = {
        .user = d,
        .random = do_random,
        .open = do_open,
        .read = do_read,
        .write = do_write,
        .truncate = do_truncate,
        .flush = do_flush,
        .size = do_size,
    };
    host_native_set(&host);
    in_use = d;
}

void fault_disk_destroy(struct fault_disk *d)
{
    if (d == NULL) {
        return;
    }
    if (in_use == d) {
        host_native_set(NULL);
        in_use = NULL;
    }
    for (size_t i = 0; i < d->file_count; i++) {
        forget_changes(&d->files[i]);
        free(d->files[i].live.p);
        free(d->files[i].medium.p);
    }
    free(d);
}

uint64_t fault_disk_changes(const struct fault_disk *d)
{
    return d->changes;
}

uint64_t fault_disk_calls(const struct fault_disk *d)
{
    return d->calls;
}

void fault_disk_cut_at(struct fault_disk *d, uint64_t nth)
{
    d->cut_at = nth == 0 ? 0 : d->changes + nth;
}

bool fault_disk_is_cut(const struct fault_disk *d)
{
    return d->cut;
}

void fault_disk_power_on(struct fault_disk *d)
{
    for (size_t i = 0; i < d->file_count; i++) {
        struct file *f = &d->files[i];
        for (const struct change *c = f->first; c != NULL; c = c->next) {
            uint64_t chance = fault_next(&d->chance) % 10;
            if (chance < 4) {
                apply(&f->medium, c);
            } else if (chance < 7 && !c->is_truncate) {
                apply_torn(&f->medium, c, &d->chance);
            }
        }
        forget_changes(f);
        image_resize(&f->live, 0);
        image_put(&f->live, f->medium.p, f->medium.n, 0);
    }
    d->cut = false;
    d->cut_at = 0;
}

void fault_disk_fail_at(struct fault_disk *d, uint64_t nth, bool stays)
{
    d->fail_at = nth == 0 ? 0 : d->calls + nth;
    d->fail_stays = stays;
    d->failed = false;
}

bool fault_disk_has_failed(const struct fault_disk *d)
{
    return d->failed;
}

void fault_disk_room(struct fault_disk *d, uint64_t bytes)
{
    d->room = bytes;
}

struct slice fault_disk_file(const struct fault_disk *d, const char *name)
{
    size_t i = find(d, name);
    return i == d->file_count ? SLICE_EMPTY : slice_make(d->files[i].live.p, d->files[i].live.n);
}

void fault_disk_set_file(struct fault_disk *d, const char *name, struct slice bytes)
{
    struct file *f = make(d, name);
    forget_changes(f);
    image_resize(&f->live, 0);
    image_resize(&f->medium, 0);
    image_put(&f->live, bytes.p, bytes.n, 0);
    image_put(&f->medium, bytes.p, bytes.n, 0);
}
