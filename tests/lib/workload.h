/* A scripted run over a store, and what must be there afterwards: transaction n adds three texts
 * to the tables and to the search index, now and then takes an older transaction's away again or
 * writes something large, and leaves its number. What a store holds after n transactions follows
 * from n alone. */
#ifndef SOTTO_TESTS_WORKLOAD_H
#define SOTTO_TESTS_WORKLOAD_H

#include "store/store.h"

enum workload_flush { WORKLOAD_DURABLE, WORKLOAD_SOFT, WORKLOAD_MIXED };

struct workload {
    enum workload_flush flush;
    int64_t tried;   /* last transaction begun                                  */
    int64_t done;    /* last one whose commit returned OK                       */
    int64_t durable; /* last one that must survive a power cut                  */
};

/* Does transaction `done + 1`; on failure it is rolled back. */
MUST_CHECK enum err workload_step(struct workload *w, struct store *s);
/* Steps until `last` is done, with store_idle after every fifth. Stops at the first failure. */
MUST_CHECK enum err workload_run(struct workload *w, struct store *s, int64_t last);
/* Is the store whole and does it hold exactly the first n transactions, for an n from `durable` to
 * `tried`? Fails the test otherwise. Sets everything to that n. */
void workload_check(struct workload *w, struct store *s);

#endif
