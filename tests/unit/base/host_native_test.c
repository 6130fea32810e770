#define _DEFAULT_SOURCE 1
#include "base/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/check.h"

static char folder[] = "/tmp/sotto-host-XXXXXX";

static void remove_file(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
}

TEST(reads_back_what_it_wrote)
{
    uint8_t out[16];
    int f = host_open("main");
    REQUIRE(f >= 0);
    CHECK(host_open("main") == f);
    CHECK(host_size(f) == 0);
    CHECK(host_write(f, "0123456789", 10, 0) == 0);
    CHECK(host_write(f, "ab", 2, 12) == 0);
    CHECK(host_size(f) == 14);
    CHECK(host_read(f, out, 16, 0) == 14);
    CHECK_BYTES(slice_make(out, 14), check_hex("30313233343536373839 0000 6162"));
    CHECK(host_read(f, out, 4, 12) == 2);
    CHECK(host_read(f, out, 4, 14) == 0);
    CHECK(host_read(f, out, 4, 1000) == 0);
    CHECK(host_truncate(f, 3) == 0 && host_size(f) == 3);
    CHECK(host_flush(f) == 0);
    host_native_close();
    f = host_open("main");
    CHECK(host_read(f, out, 16, 0) == 3);
    host_native_close();
    remove_file("main");
}

TEST(opens_private_plain_files_only)
{
    struct stat st;
    char path[128];
    static const char *const bad[] = {"", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(host_open(bad[i]) == -1);
    }
    (void)snprintf(path, sizeof path, "%s/link", folder);
    CHECK(symlink("/etc/passwd", path) == 0);
    CHECK(host_open("link") == -1);
    int f = host_open("main-wal");
    REQUIRE(f >= 0);
    (void)snprintf(path, sizeof path, "%s/main-wal", folder);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    host_native_close();
    remove_file("main-wal");
    remove_file("link");
}

TEST(refuses_numbers_it_did_not_give)
{
    uint8_t b = 0;
    CHECK(host_read(0, &b, 1, 0) == -1 && host_read(-1, &b, 1, 0) == -1);
    CHECK(host_write(3, &b, 1, 0) == -1 && host_write(1000, &b, 1, 0) == -1);
    CHECK(host_truncate(5, 0) == -1 && host_flush(5) == -1 && host_size(5) == -1);
    int f = host_open("main");
    CHECK(host_write(f, &b, 1, UINT64_MAX) == -1);
    CHECK(host_read(f, &b, 1, UINT64_MAX) == -1);
    CHECK(host_truncate(f, UINT64_MAX) == -1);
    host_native_close();
    remove_file("main");
}

TEST(says_that_the_disk_is_full)
{
    struct stat want;
    char path[128];
    int f = host_open("main");
    int full = open("/dev/full", O_RDWR | O_CLOEXEC);
    (void)snprintf(path, sizeof path, "%s/main", folder);
    REQUIRE(f >= 0 && full >= 0 && stat(path, &want) == 0);
    /* The open file's descriptor, found by its inode, becomes the full device. */
    for (int fd = 3; fd < 64; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && st.st_ino == want.st_ino && st.st_dev == want.st_dev) {
            CHECK(dup2(full, fd) == fd);
        }
    }
    CHECK(host_write(f, "x", 1, 0) == -2);
    (void)close(full);
    host_native_close();
    remove_file("main");
}

TEST(runs_out_of_slots)
{
    char name[16];
    int good = 0;
    for (int i = 0; i < 20; i++) {
        (void)snprintf(name, sizeof name, "f%d", i);
        good += host_open(name) >= 0;
    }
    CHECK(good == 16);
    host_native_close();
    for (int i = 0; i < 20; i++) {
        (void)snprintf(name, sizeof name, "f%d", i);
        remove_file(name);
    }
}

static void fake_random(void *user, void *p, size_t n)
{
    memset(p, *(const char *)user, n);
}

static int fake_write(void *user, int file, const void *p, size_t n, uint64_t offset)
{
    (void)user;
    (void)file;
    (void)p;
    (void)n;
    (void)offset;
    return -2;
}

TEST(calls_can_be_replaced_one_by_one)
{
    char seven = 7;
    uint8_t out[300];
    struct host_native h = {.user = &seven, .random = fake_random, .write = fake_write};
    host_native_set(&h);
    host_random(out, sizeof out);
    CHECK(out[0] == 7 && out[299] == 7);
    int f = host_open("main");
    CHECK(f >= 0 && host_write(f, "x", 1, 0) == -2 && host_size(f) == 0);
    host_native_set(NULL);
    CHECK(host_write(f, "x", 1, 0) == 0 && host_size(f) == 1);
    host_random(out, sizeof out);
    unsigned sevens = 0;
    for (size_t i = 0; i < sizeof out; i++) {
        sevens += out[i] == 7;
    }
    CHECK(sevens < 20);
    host_native_close();
    remove_file("main");
}

TEST(the_folder_goes_away)
{
    CHECK(rmdir(folder) == 0); /* nothing was left behind */
    CHECK(host_open("main") == -1);
}

TEST(starts_in_a_folder_of_its_own)
{
    REQUIRE(mkdtemp(folder) != NULL);
    host_native_dir(folder);
}

TEST_MAIN(TEST_ROW(starts_in_a_folder_of_its_own), TEST_ROW(reads_back_what_it_wrote),
          TEST_ROW(opens_private_plain_files_only), TEST_ROW(refuses_numbers_it_did_not_give),
          TEST_ROW(says_that_the_disk_is_full), TEST_ROW(runs_out_of_slots),
          TEST_ROW(calls_can_be_replaced_one_by_one), TEST_ROW(the_folder_goes_away))
