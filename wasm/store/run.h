/* Consecutive writes to one file, given to the host as one. In a browser each call to the host
 * costs as much as writing some twenty kilobytes, and a transaction writes dozens of frames in a
 * row. Whoever reads, measures, cuts or flushes that file ends the run first. */
#ifndef SOTTO_STORE_RUN_H
#define SOTTO_STORE_RUN_H

#include "base/base.h"

#define STORE_RUN_BYTES_MAX 65536

/* The zero state is empty. */
struct store_run {
    uint8_t bytes[STORE_RUN_BYTES_MAX];
    size_t n;
    uint64_t at; /* of the first byte in the file */
    int file;
};

/* Both return what host_write returns: 0, -1 on failure, -2 when the disk is full. After a failure
 * the run is dropped; the failed write may be from before this call, so the transaction has
 * failed. */

/* Copies n <= STORE_RUN_BYTES_MAX bytes. */
MUST_CHECK int store_run_put(struct store_run *r, int file, const void *p, size_t n, uint64_t at);
/* Writes what waits for this file, if anything. */
MUST_CHECK int store_run_end(struct store_run *r, int file);

#endif
