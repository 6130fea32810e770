/* SQLite's memory: from mem_alloc, so that tests can fail the nth call, and wiped when freed, since
 * decrypted pages and rows lie in it. */
#ifndef SOTTO_STORE_HEAP_H
#define SOTTO_STORE_HEAP_H

#include "base/base.h"

/* Call before anything else of SQLite; safe to repeat. */
void store_heap_install(void);

#endif
