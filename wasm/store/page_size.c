#include "store/page_size.h"

#include "base/ct.h"
#include "base/host.h"

#define LOG_MAGIC 0x377f0682U /* SQLite's file format, 4.1; last bit: byte order of checksums */

/* 0: no such header. */
static enum err size_in_log(uint32_t *size, int log)
{
    uint8_t header[STORE_LOG_HEADER_SIZE];
    uint32_t magic = 0;
    uint32_t version = 0;
    *size = 0;
    int got = host_read(log, header, sizeof header, 0);
    if (got != (int)sizeof header) {
        return got < 0 ? ERR_HOST : OK;
    }
    struct slice in = slice_make(header, sizeof header);
    TRY(slice_u32(&in, &magic));
    TRY(slice_u32(&in, &version));
    TRY(slice_u32(&in, size));
    if ((magic & ~1U) != LOG_MAGIC ||
        (*size != STORE_PAGE_SIZE && *size != STORE_PAGE_SIZE_FIRST)) {
        *size = 0;
    }
    return OK;
}

static enum err is_of_first_size(bool *out, const struct store_seal *seal, int file)
{
    uint8_t page[STORE_PAGE_SIZE_FIRST];
    int got = host_read(file, page, sizeof page, 0);
    *out = got == (int)sizeof page &&
           store_seal_open(seal, page, sizeof page, STORE_SEAL_PAGE, 0) == OK;
    wipe(page, sizeof page);
    return got < 0 ? ERR_HOST : OK;
}

enum err store_page_size_find(uint32_t *out, const struct store_seal *seal, int file, int log,
                              uint32_t of_new)
{
    bool is_first = false;
    TRY(size_in_log(out, log));
    if (*out != 0) {
        return OK;
    }
    TRY(is_of_first_size(&is_first, seal, file));
    int64_t size = host_size(file);
    *out = is_first ? STORE_PAGE_SIZE_FIRST : size > 0 ? STORE_PAGE_SIZE : of_new;
    return size < 0 ? ERR_HOST : OK;
}
