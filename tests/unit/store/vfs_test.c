/* The file layer on its own, called as SQLite calls it. The rules are numbered in vfs.h. */
#include "check.h"
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "store/heap.h"
#include "store/vfs.h"

static const uint8_t key[32] = {4};

struct opened {
    struct store_vfs vfs;
    sqlite3_file *file;
};

static void begin(struct opened *o, const char *name, int flags)
{
    store_heap_install();
    CHECK(sqlite3_initialize() == SQLITE_OK);
    CHECK_ERR(store_vfs_init(&o->vfs, key, "main", 5, STORE_PAGE_SIZE), OK);
    o->file = calloc(1, (size_t)o->vfs.base.szOsFile);
    CHECK(o->vfs.base.xOpen(&o->vfs.base, name, o->file, flags | SQLITE_OPEN_READWRITE, NULL) ==
          SQLITE_OK);
}

static void begin_file(struct opened *o)
{
    scratch_begin();
    begin(o, "main", SQLITE_OPEN_MAIN_DB);
}

static void begin_log(struct opened *o)
{
    scratch_begin();
    begin(o, "main-wal", SQLITE_OPEN_WAL);
}

static void end(struct opened *o)
{
    CHECK(o->file->pMethods->xClose(o->file) == SQLITE_OK);
    free(o->file);
    store_vfs_wipe(&o->vfs);
}

static int rd(struct opened *o, void *p, int n, int64_t offset)
{
    return o->file->pMethods->xRead(o->file, p, n, offset);
}

static int wr(struct opened *o, const void *p, int n, int64_t offset)
{
    return o->file->pMethods->xWrite(o->file, p, n, offset);
}

static int64_t size(struct opened *o)
{
    sqlite3_int64 n = -1;
    CHECK(o->file->pMethods->xFileSize(o->file, &n) == SQLITE_OK);
    return n;
}

/* What was written is with the host. */
static void sync(struct opened *o)
{
    CHECK(o->file->pMethods->xSync(o->file, SQLITE_SYNC_NORMAL) == SQLITE_OK);
}

static void page_of(uint8_t page[STORE_PAGE_SIZE], uint8_t fill)
{
    memset(page, fill, STORE_PAGE_SIZE);
    memset(page + STORE_PAGE_SIZE - STORE_SEAL_BYTES, 0, STORE_SEAL_BYTES);
}

static void flip(const char *name, uint64_t offset)
{
    uint8_t b = 0;
    CHECK(host_read(host_open(name), &b, 1, offset) == 1);
    b ^= 1;
    CHECK(host_write(host_open(name), &b, 1, offset) == 0);
}

TEST(a_page_comes_back_and_parts_of_it)
{
    struct opened o;
    uint8_t page[STORE_PAGE_SIZE];
    uint8_t got[STORE_PAGE_SIZE];
    begin_file(&o);
    page_of(page, 7);
    page[100] = 9;
    CHECK(wr(&o, page, sizeof page, 0) == SQLITE_OK);
    CHECK(size(&o) == STORE_PAGE_SIZE);
    CHECK(rd(&o, got, sizeof got, 0) == SQLITE_OK);
    CHECK_BYTES(SLICE_ARRAY(got), SLICE_ARRAY(page));
    CHECK(rd(&o, got, 16, 90) == SQLITE_OK);
    CHECK_BYTES(slice_make(got, 16), slice_make(page + 90, 16));
    CHECK(rd(&o, got, 100, STORE_PAGE_SIZE) == SQLITE_IOERR_SHORT_READ);
    CHECK(got[0] == 0 && got[99] == 0);
    CHECK(wr(&o, page, 100, 0) == SQLITE_IOERR_WRITE);
    CHECK(wr(&o, page, sizeof page, 5) == SQLITE_IOERR_WRITE);
    CHECK(rd(&o, got, sizeof got, 5) == SQLITE_IOERR_DATA);
    end(&o);
    scratch_end();
}

TEST(rule_1_there_are_no_holes)
{
    struct opened o;
    uint8_t page[STORE_PAGE_SIZE];
    uint8_t got[STORE_PAGE_SIZE];
    static const uint8_t zero[STORE_PAGE_SIZE];
    begin_file(&o);
    page_of(page, 7);
    CHECK(wr(&o, page, sizeof page, 5 * STORE_PAGE_SIZE) == SQLITE_OK);
    CHECK(o.file->pMethods->xTruncate(o.file, 9 * STORE_PAGE_SIZE) == SQLITE_OK);
    CHECK(size(&o) == 9 * STORE_PAGE_SIZE);
    sync(&o);
    for (int64_t i = 0; i < 9; i++) {
        int host = host_open("main");
        CHECK(host_read(host, got, sizeof got, (uint64_t)i * STORE_PAGE_SIZE) == sizeof got);
        CHECK(memcmp(got, zero, sizeof got) != 0);
        CHECK(rd(&o, got, sizeof got, i * STORE_PAGE_SIZE) == SQLITE_OK);
        CHECK_BYTES(SLICE_ARRAY(got), i == 5 ? SLICE_ARRAY(page) : SLICE_ARRAY(zero));
        /* A blank page put in its place is told. */
        CHECK(host_write(host, zero, sizeof zero, (uint64_t)i * STORE_PAGE_SIZE) == 0);
        CHECK(rd(&o, got, sizeof got, i * STORE_PAGE_SIZE) == SQLITE_IOERR_DATA);
    }
    CHECK(o.file->pMethods->xTruncate(o.file, 2 * STORE_PAGE_SIZE) == SQLITE_OK);
    CHECK(size(&o) == 2 * STORE_PAGE_SIZE);
    CHECK(o.file->pMethods->xTruncate(o.file, 100) == SQLITE_IOERR_TRUNCATE);
    end(&o);
    scratch_end();
}

TEST(the_same_page_is_sealed_differently_each_time)
{
    struct opened o;
    uint8_t page[STORE_PAGE_SIZE];
    uint8_t first[STORE_PAGE_SIZE];
    uint8_t second[STORE_PAGE_SIZE];
    begin_file(&o);
    page_of(page, 0);
    CHECK(wr(&o, page, sizeof page, 0) == SQLITE_OK);
    sync(&o);
    CHECK(host_read(host_open("main"), first, sizeof first, 0) == sizeof first);
    CHECK(wr(&o, page, sizeof page, 0) == SQLITE_OK);
    sync(&o);
    CHECK(host_read(host_open("main"), second, sizeof second, 0) == sizeof second);
    unsigned same = 0;
    for (size_t i = 0; i < sizeof first; i++) {
        same += first[i] == second[i];
    }
    CHECK(same < 60); /* by chance 16 */
    end(&o);
    scratch_end();
}

TEST(rule_3_only_the_first_look_is_lenient)
{
    struct opened o;
    uint8_t page[STORE_PAGE_SIZE];
    uint8_t got[STORE_PAGE_SIZE];
    begin_file(&o);
    page_of(page, 7);
    CHECK(wr(&o, page, sizeof page, 0) == SQLITE_OK);
    CHECK(wr(&o, page, sizeof page, STORE_PAGE_SIZE) == SQLITE_OK);
    sync(&o);
    flip("main", 50);
    flip("main", STORE_PAGE_SIZE + 50);
    memset(got, 1, sizeof got);
    CHECK(rd(&o, got, 100, 0) == SQLITE_IOERR_SHORT_READ);
    CHECK(got[0] == 0 && got[99] == 0 && got[100] == 1);
    CHECK(rd(&o, got, 16, 24) == SQLITE_IOERR_DATA);
    CHECK(rd(&o, got, sizeof got, 0) == SQLITE_IOERR_DATA);
    CHECK(rd(&o, got, 100, STORE_PAGE_SIZE) == SQLITE_IOERR_DATA);
    end(&o);
    scratch_end();
}

/* Frame n with its header, as SQLite writes it. */
static void put_frame(struct opened *o, int64_t n, uint8_t fill)
{
    uint8_t header[STORE_FRAME_HEADER_SIZE];
    uint8_t page[STORE_PAGE_SIZE];
    int64_t at = STORE_LOG_HEADER_SIZE + n * STORE_FRAME_SIZE;
    memset(header, fill, sizeof header);
    page_of(page, fill);
    CHECK(wr(o, header, sizeof header, at) == SQLITE_OK);
    CHECK(wr(o, page, sizeof page, at + STORE_FRAME_HEADER_SIZE) == SQLITE_OK);
}

TEST(rule_6_a_frame_is_sealed_as_one_and_its_header_may_come_alone)
{
    struct opened o;
    uint8_t log_header[STORE_LOG_HEADER_SIZE] = {1};
    uint8_t got[STORE_FRAME_SIZE];
    uint8_t header[STORE_FRAME_HEADER_SIZE];
    uint8_t page[STORE_PAGE_SIZE];
    const int64_t second = STORE_LOG_HEADER_SIZE + STORE_FRAME_SIZE;
    begin_log(&o);
    CHECK(wr(&o, log_header, sizeof log_header, 0) == SQLITE_OK);
    put_frame(&o, 0, 1);
    put_frame(&o, 1, 2);
    /* Header alone: goes to the page that is there, by the next read or flush. */
    memset(header, 5, sizeof header);
    CHECK(wr(&o, header, sizeof header, second) == SQLITE_OK);
    CHECK(rd(&o, got, sizeof got, second) == SQLITE_OK);
    CHECK(got[0] == 5 && got[STORE_FRAME_HEADER_SIZE] == 2);
    /* Page alone: the header stays. */
    page_of(page, 9);
    CHECK(wr(&o, page, sizeof page, second + STORE_FRAME_HEADER_SIZE) == SQLITE_OK);
    CHECK(rd(&o, got, sizeof got, second) == SQLITE_OK);
    CHECK(got[0] == 5 && got[STORE_FRAME_HEADER_SIZE] == 9);
    CHECK(rd(&o, got, 8, second + 16) == SQLITE_OK);
    CHECK(got[0] == 5);
    /* Alone where there is no frame: refused. */
    CHECK(wr(&o, page, sizeof page, second + STORE_FRAME_SIZE + STORE_FRAME_HEADER_SIZE) ==
          SQLITE_IOERR_WRITE);
    CHECK(rd(&o, got, sizeof got, second + STORE_FRAME_SIZE) == SQLITE_IOERR_SHORT_READ);
    /* Two headers in a row, the first for a frame that is there. */
    CHECK(wr(&o, header, sizeof header, STORE_LOG_HEADER_SIZE) == SQLITE_OK);
    put_frame(&o, 2, 3);
    CHECK(rd(&o, got, sizeof got, STORE_LOG_HEADER_SIZE) == SQLITE_OK);
    CHECK(got[0] == 5 && got[STORE_FRAME_HEADER_SIZE] == 1);
    end(&o);
    scratch_end();
}

TEST(rule_5_reserved_bytes_are_zero_both_ways)
{
    struct opened o;
    uint8_t page[STORE_PAGE_SIZE];
    uint8_t header[STORE_FRAME_HEADER_SIZE] = {0};
    uint8_t got[STORE_FRAME_SIZE];
    begin_log(&o);
    put_frame(&o, 0, 1);
    CHECK(rd(&o, got, sizeof got, STORE_LOG_HEADER_SIZE) == SQLITE_OK);
    for (size_t i = STORE_FRAME_SIZE - STORE_SEAL_BYTES; i < STORE_FRAME_SIZE; i++) {
        CHECK(got[i] == 0);
    }
    page_of(page, 1);
    page[STORE_PAGE_SIZE - 1] = 1;
    CHECK(wr(&o, header, sizeof header, STORE_LOG_HEADER_SIZE) == SQLITE_OK);
    CHECK(wr(&o, page, sizeof page, STORE_LOG_HEADER_SIZE + STORE_FRAME_HEADER_SIZE) ==
          SQLITE_IOERR_WRITE);
    end(&o);
    scratch_end();
}

TEST(rule_4_a_bad_frame_ends_recovery_and_is_an_error_later)
{
    struct opened o;
    uint8_t got[STORE_FRAME_SIZE];
    begin_log(&o);
    put_frame(&o, 0, 1);
    put_frame(&o, 1, 2);
    sync(&o);
    flip("main-wal", 100);
    CHECK(rd(&o, got, sizeof got, STORE_LOG_HEADER_SIZE) == SQLITE_IOERR_DATA);
    end(&o);
    begin(&o, "main-wal", SQLITE_OPEN_WAL);
    CHECK(rd(&o, got, sizeof got, STORE_LOG_HEADER_SIZE) == SQLITE_OK);
    CHECK(got[0] == 0 && got[STORE_FRAME_SIZE - 1] == 0);
    CHECK(rd(&o, got, STORE_PAGE_SIZE, STORE_LOG_HEADER_SIZE + STORE_FRAME_HEADER_SIZE) ==
          SQLITE_IOERR_DATA);
    put_frame(&o, 1, 3);
    CHECK(rd(&o, got, sizeof got, STORE_LOG_HEADER_SIZE) == SQLITE_IOERR_DATA);
    end(&o);
    scratch_end();
}

/* Bytes of the host's file. */
static int64_t with_host(const char *name)
{
    return host_size(host_open(name));
}

TEST(rule_7_what_follows_goes_as_one_write_and_waits_for_no_longer_than_its_flush)
{
    struct opened o;
    uint8_t log_header[STORE_LOG_HEADER_SIZE] = {1};
    uint8_t got[STORE_FRAME_SIZE];
    const int64_t two = STORE_LOG_HEADER_SIZE + 2 * (int64_t)STORE_FRAME_SIZE;
    begin_log(&o);
    CHECK(wr(&o, log_header, sizeof log_header, 0) == SQLITE_OK);
    put_frame(&o, 0, 1);
    put_frame(&o, 1, 2);
    CHECK(with_host("main-wal") == 0);
    sync(&o);
    CHECK(with_host("main-wal") == two);
    o.vfs.soft = true; /* not flushed, but with the host */
    put_frame(&o, 2, 3);
    CHECK(with_host("main-wal") == two);
    sync(&o);
    CHECK(with_host("main-wal") == two + STORE_FRAME_SIZE);
    /* What is asked for is there first. */
    put_frame(&o, 3, 4);
    CHECK(rd(&o, got, sizeof got, two + STORE_FRAME_SIZE) == SQLITE_OK);
    CHECK(got[STORE_FRAME_HEADER_SIZE] == 4);
    put_frame(&o, 4, 5);
    CHECK(size(&o) == two + 3 * (int64_t)STORE_FRAME_SIZE);
    put_frame(&o, 5, 6);
    CHECK(o.file->pMethods->xTruncate(o.file, two) == SQLITE_OK);
    CHECK(with_host("main-wal") == two);
    put_frame(&o, 2, 7);
    CHECK(o.vfs.base.xDelete(&o.vfs.base, "main-wal", 0) == SQLITE_OK);
    CHECK(size(&o) == 0);
    put_frame(&o, 0, 8);
    end(&o);
    CHECK(with_host("main-wal") == STORE_LOG_HEADER_SIZE + STORE_FRAME_SIZE);
    scratch_end();
}

TEST(a_frame_does_not_open_as_a_page_nor_elsewhere)
{
    struct store_seal seal;
    struct store_seal other;
    uint8_t unit[STORE_PAGE_SIZE];
    uint8_t copy[STORE_PAGE_SIZE];
    CHECK_ERR(store_seal_init(&seal, key, SLICE_LITERAL("main")), OK);
    CHECK_ERR(store_seal_init(&other, key, SLICE_LITERAL("other")), OK);
    page_of(unit, 1);
    store_seal_close(&seal, unit, sizeof unit, STORE_SEAL_PAGE, 3);
    memcpy(copy, unit, sizeof copy);
    CHECK_ERR(store_seal_open(&seal, copy, sizeof copy, STORE_SEAL_FRAME, 3), ERR_AUTH);
    for (size_t i = 0; i < sizeof copy; i++) {
        CHECK(copy[i] == 0);
    }
    memcpy(copy, unit, sizeof copy);
    CHECK_ERR(store_seal_open(&seal, copy, sizeof copy, STORE_SEAL_PAGE, 4), ERR_AUTH);
    memcpy(copy, unit, sizeof copy);
    CHECK_ERR(store_seal_open(&other, copy, sizeof copy, STORE_SEAL_PAGE, 3), ERR_AUTH);
    memcpy(copy, unit, sizeof copy);
    CHECK_ERR(store_seal_open(&seal, copy + 1, sizeof copy - 1, STORE_SEAL_PAGE, 3), ERR_AUTH);
    memcpy(copy, unit, sizeof copy);
    CHECK_ERR(store_seal_open(&seal, copy, sizeof copy, STORE_SEAL_PAGE, 3), OK);
    CHECK(copy[0] == 1 && copy[STORE_PAGE_SIZE - 1] == 0);
}

TEST(opens_nothing_but_its_two_files)
{
    struct opened o;
    sqlite3_file *other = NULL;
    int is_there = 1;
    begin_file(&o);
    other = calloc(1, (size_t)o.vfs.base.szOsFile);
    CHECK(o.vfs.base.xOpen(&o.vfs.base, "main-journal", other, SQLITE_OPEN_MAIN_JOURNAL, NULL) ==
          SQLITE_CANTOPEN);
    CHECK(o.vfs.base.xOpen(&o.vfs.base, NULL, other, SQLITE_OPEN_TEMP_DB, NULL) == SQLITE_CANTOPEN);
    CHECK(o.vfs.base.xOpen(&o.vfs.base, "vault", other, SQLITE_OPEN_MAIN_DB, NULL) ==
          SQLITE_CANTOPEN);
    CHECK(other->pMethods == NULL);
    CHECK(o.vfs.base.xAccess(&o.vfs.base, "main-journal", 0, &is_there) == SQLITE_OK && !is_there);
    free(other);
    end(&o);
    scratch_end();
}

TEST_MAIN(TEST_ROW(a_page_comes_back_and_parts_of_it), TEST_ROW(rule_1_there_are_no_holes),
          TEST_ROW(the_same_page_is_sealed_differently_each_time),
          TEST_ROW(rule_3_only_the_first_look_is_lenient),
          TEST_ROW(rule_6_a_frame_is_sealed_as_one_and_its_header_may_come_alone),
          TEST_ROW(rule_5_reserved_bytes_are_zero_both_ways),
          TEST_ROW(rule_4_a_bad_frame_ends_recovery_and_is_an_error_later),
          TEST_ROW(rule_7_what_follows_goes_as_one_write_and_waits_for_no_longer_than_its_flush),
          TEST_ROW(a_frame_does_not_open_as_a_page_nor_elsewhere),
          TEST_ROW(opens_nothing_but_its_two_files))
