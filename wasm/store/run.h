/* Writes that follow each other in one file, given to the host as one. In a browser each call to
 * the host costs as much as writing some twenty kilobytes, and a transaction is dozens of frames
 * in a row. Whoever reads, measures, cuts or flushes that file ends the run first. */
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

/* Both give what host_write gives: 0, -1 on failure, -2 when the disk is full. What failed is
 * dropped, and may have been written before this call: the transaction has failed. */

/* n <= STORE_RUN_BYTES_MAX bytes, copied. */
MUST_CHECK int store_run_put(struct store_run *r, int file, const void *p, size_t n, uint64_t at);
/* Gives the host what waits for this file, if any. */
MUST_CHECK int store_run_end(struct store_run *r, int file);

#endif
