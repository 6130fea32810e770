/* The page size of a store. SQLite writes it into page 1, but that is sealed as a whole, so we must
 * know it before anything opens. */
#ifndef SOTTO_STORE_PAGE_SIZE_H
#define SOTTO_STORE_PAGE_SIZE_H

#include "store/seal.h"

/* For new stores. Most transactions change a few bytes on each of some twenty pages, and each page
 * is sealed and written whole. */
#define STORE_PAGE_SIZE 1024
/* The first stores had this size and keep it. */
#define STORE_PAGE_SIZE_FIRST 4096
#define STORE_LOG_HEADER_SIZE 32 /* SQLite's, in clear */

/* The page size of the host files `file` and `log`. The log's header decides, since page 1 may be
 * torn while there is a log; without a log, whether page 1 opens with the first size. An empty file
 * has `of_new`. Whoever writes to the disk can at most make us take the wrong size; then nothing
 * opens. ERR_HOST. */
MUST_CHECK enum err store_page_size_find(uint32_t *out, const struct store_seal *seal, int file,
                                         int log, uint32_t of_new);

#endif
