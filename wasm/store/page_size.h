/* The size of a store's pages. SQLite writes it into page 1, which is sealed as a whole: so it has
 * to be known before anything opens. */
#ifndef SOTTO_STORE_PAGE_SIZE_H
#define SOTTO_STORE_PAGE_SIZE_H

#include "store/seal.h"

/* Of a new store. Most transactions change a few bytes on each of some twenty pages, and each page
 * is sealed and written whole. */
#define STORE_PAGE_SIZE 1024
/* Of the stores that were made first; they keep it. */
#define STORE_PAGE_SIZE_FIRST 4096
#define STORE_LOG_HEADER_SIZE 32 /* SQLite's, in clear */

/* Of what lies in the host files `file` and `log`: what the log's header says, since page 1 may be
 * torn while there is a log, else whether page 1 opens as one of the first size. Of an empty file:
 * `of_new`. Whoever writes to the disk can only make the wrong one of the two be taken; then
 * nothing opens. ERR_HOST. */
MUST_CHECK enum err store_page_size_find(uint32_t *out, const struct store_seal *seal, int file,
                                         int log, uint32_t of_new);

#endif
