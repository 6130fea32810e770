/* Files of attachments: chunk after chunk, none twice, none past the end, whatever the disk does.
 */
#include "gateway/own/blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/check.h"

static char dir[] = "/tmp/sotto-blob-XXXXXX";
static struct gw_own_blob_uploads u;
static struct gw_own_blob_row row = {.bytes = 10, .chunk = 4};
static const uint8_t bytes[] = "abcdefghij";

static void begin(void)
{
    char path[64];
    (void)strcpy(dir + sizeof dir - 7, "XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof path, "%s/blobs", dir);
    CHECK(mkdir(path, 0700) == 0);
    gw_own_blob_uploads_init(&u);
    row.have = 0;
}

static struct frame_blob chunk(uint8_t id, uint32_t index, size_t n)
{
    struct frame_blob v = {.index = index, .bytes = slice_make(bytes + 4 * index % 8, n)};
    memset(v.blob, id, sizeof v.blob);
    return v;
}

static unsigned put(uint8_t id, uint32_t index, size_t n, uint64_t *have)
{
    struct frame_blob v = chunk(id, index, n);
    return gw_own_blob_write(&u, dir, &row, &v, have);
}

static void end(void)
{
    char path[80];
    gw_own_blob_uploads_wipe(&u);
    for (unsigned id = 1; id < 128; id++) {
        uint8_t name[FRAME_BLOB_SIZE];
        memset(name, (int)id, sizeof name);
        gw_own_blob_unlink(dir, SLICE_ARRAY(name));
        (void)snprintf(path, sizeof path, "%s/blobs/%02x", dir, id);
        (void)rmdir(path);
    }
    (void)snprintf(path, sizeof path, "%s/blobs", dir);
    CHECK(rmdir(path) == 0 && rmdir(dir) == 0); /* nothing else was left */
}

static unsigned get(uint8_t id, uint32_t index, uint8_t *out, size_t *n)
{
    uint8_t name[FRAME_BLOB_SIZE];
    memset(name, id, sizeof name);
    return gw_own_blob_load(dir, SLICE_ARRAY(name), &row, index, out, n);
}

TEST(chunks_are_written_in_turn_and_read_back)
{
    uint64_t have = 9;
    uint8_t out[4];
    size_t n = 0;
    begin();
    CHECK(put(1, 1, 4, &have) == 0 && have == 0); /* too early: nothing is changed */
    CHECK(put(1, 0, 4, &have) == 0 && have == 1);
    CHECK(put(1, 0, 4, &have) == 0 && have == 1); /* again */
    CHECK(put(1, 1, 4, &have) == 0 && have == 2);
    CHECK(put(1, 2, 2, &have) == 0 && have == 3);
    CHECK(gw_own_blob_sync(&u));
    CHECK(get(1, 0, out, &n) == WIRE_CODE_UNKNOWN); /* not counted yet */
    row.have = 3;
    CHECK(get(1, 0, out, &n) == 0 && n == 4 && memcmp(out, "abcd", 4) == 0);
    CHECK(get(1, 1, out, &n) == 0 && n == 4 && memcmp(out, "efgh", 4) == 0);
    CHECK(get(1, 2, out, &n) == 0 && n == 2 && memcmp(out, "ab", 2) == 0);
    CHECK(get(1, 3, out, &n) == WIRE_CODE_UNKNOWN);
    CHECK(get(2, 0, out, &n) == WIRE_CODE_UNKNOWN);
    end();
}

TEST(a_chunk_of_the_wrong_size_is_refused)
{
    uint64_t have = 0;
    begin();
    CHECK(put(1, 0, 3, &have) == WIRE_CODE_LIMIT);
    CHECK(put(1, 0, 5, &have) == WIRE_CODE_LIMIT);
    CHECK(put(1, 0, 0, &have) == WIRE_CODE_LIMIT);
    CHECK(put(1, 2, 4, &have) == WIRE_CODE_LIMIT); /* the last one has two */
    CHECK(put(1, 3, 4, &have) == WIRE_CODE_LIMIT);
    CHECK(put(1, UINT32_MAX, 4, &have) == WIRE_CODE_LIMIT);
    end();
}

TEST(what_is_on_disk_already_is_not_written_again_after_a_start)
{
    uint64_t have = 0;
    uint8_t out[4];
    size_t n = 0;
    begin();
    CHECK(put(1, 0, 4, &have) == 0 && gw_own_blob_sync(&u));
    gw_own_blob_uploads_wipe(&u);
    gw_own_blob_uploads_init(&u);
    row.have = 1; /* of the database */
    struct frame_blob other = chunk(1, 0, 4);
    other.bytes = SLICE_LITERAL("EVIL");
    CHECK(gw_own_blob_write(&u, dir, &row, &other, &have) == 0 && have == 1);
    CHECK(put(1, 1, 4, &have) == 0 && have == 2 && gw_own_blob_sync(&u));
    CHECK(get(1, 0, out, &n) == 0 && memcmp(out, "abcd", 4) == 0);
    end();
}

TEST(more_uploads_than_are_kept_open_go_on_all_the_same)
{
    uint64_t have = 0;
    begin();
    for (unsigned i = 1; i <= GW_OWN_BLOB_UPLOADS; i++) {
        CHECK(put((uint8_t)i, 0, 4, &have) == 0 && have == 1);
    }
    /* none of them is on disk, so none may be let go */
    CHECK(put(100, 0, 4, &have) != 0);
    CHECK(gw_own_blob_sync(&u));
    CHECK(put(100, 0, 4, &have) == 0 && have == 1);
    row.have = 1;
    for (unsigned i = 1; i <= GW_OWN_BLOB_UPLOADS; i++) {
        CHECK(gw_own_blob_sync(&u));
        CHECK(put((uint8_t)i, 1, 4, &have) == 0 && have == 2);
    }
    end();
}

TEST(a_file_that_is_shorter_than_is_known_is_an_error_and_a_dropped_one_unknown)
{
    uint64_t have = 0;
    uint8_t out[4], name[FRAME_BLOB_SIZE];
    size_t n = 0;
    begin();
    CHECK(put(1, 0, 4, &have) == 0 && gw_own_blob_sync(&u));
    row.have = 2;
    CHECK(get(1, 1, out, &n) == WIRE_CODE_INTERNAL);
    memset(name, 1, sizeof name);
    gw_own_blob_unlink(dir, SLICE_ARRAY(name));
    CHECK(get(1, 0, out, &n) == WIRE_CODE_UNKNOWN);
    gw_own_blob_unlink(dir, SLICE_ARRAY(name));
    end();
}

TEST(what_did_not_reach_the_disk_does_not_count_and_is_written_again)
{
    uint64_t have = 0;
    uint8_t out[4];
    size_t n = 0;
    int fd[2];
    begin();
    CHECK(put(1, 0, 4, &have) == 0 && have == 1);
    CHECK(pipe(fd) == 0); /* no file: it cannot be brought to disk */
    close(u.slots[0].fd);
    u.slots[0].fd = fd[1];
    CHECK(!gw_own_blob_sync(&u));
    CHECK(put(1, 1, 4, &have) == 0 && have == 0); /* begins again from what the database has */
    CHECK(put(1, 0, 4, &have) == 0 && have == 1 && gw_own_blob_sync(&u));
    row.have = 1;
    CHECK(get(1, 0, out, &n) == 0 && memcmp(out, "abcd", 4) == 0);
    close(fd[0]);
    end();
}

TEST_MAIN(TEST_ROW(chunks_are_written_in_turn_and_read_back),
          TEST_ROW(a_chunk_of_the_wrong_size_is_refused),
          TEST_ROW(what_is_on_disk_already_is_not_written_again_after_a_start),
          TEST_ROW(more_uploads_than_are_kept_open_go_on_all_the_same),
          TEST_ROW(what_did_not_reach_the_disk_does_not_count_and_is_written_again),
          TEST_ROW(a_file_that_is_shorter_than_is_known_is_an_error_and_a_dropped_one_unknown))
