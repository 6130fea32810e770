#include "store/run.h"

#include <string.h>

#include "base/host.h"

int store_run_end(struct store_run *r, int file)
{
    size_t n = r->file == file ? r->n : 0;
    if (n == 0) {
        return 0;
    }
    r->n = 0;
    return host_write(file, r->bytes, n, r->at);
}

int store_run_put(struct store_run *r, int file, const void *p, size_t n, uint64_t at)
{
    bool follows = r->file == file && at == r->at + r->n && n <= sizeof r->bytes - r->n;
    if (!follows) {
        int e = store_run_end(r, r->file);
        if (e != 0) {
            return e;
        }
        r->file = file;
        r->at = at;
    }
    memcpy(r->bytes + r->n, p, n);
    r->n += n;
    return 0;
}
