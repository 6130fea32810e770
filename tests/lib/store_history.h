/* Stores as earlier versions left them: of the layout of any number, with rows in every table that
 * stood in it, and what must be found in them once this version has brought them up.
 * A new layout adds its rows, and the columns that moved in it, to the lists in store_history.c. */
#ifndef SOTTO_TESTS_STORE_HISTORY_H
#define SOTTO_TESTS_STORE_HISTORY_H

#include "store/store.h"

#define STORE_HISTORY_COLUMNS_MAX 640

/* Is there a layout of this number? Answered by a store of that layout. */
bool store_history_is(struct store *s, unsigned layout);
/* Rows for every table of this layout; fails the test when one stays empty. */
void store_history_fill(struct store *s, unsigned layout);

/* What a store holds, in sums: equal sums, equal contents. */
struct store_history {
    struct store_history_column {
        char name[48]; /* TABLE.COLUMN, "sequence.TABLE" for the next row number of one */
        uint64_t sum;  /* of the values, in any order */
    } columns[STORE_HISTORY_COLUMNS_MAX];
    size_t n;
    uint64_t whole; /* of the layout and of all rows, each as one */
};
void store_history_read(struct store_history *out, struct store *s);
/* Is every value of a store of layout `from` there in the newest, in the same column or in the one
 * it moved to? Fails the test otherwise. */
void store_history_compare(const struct store_history *old, unsigned from,
                           const struct store_history *now);
/* What store_history_fill wrote is found by the calls of this version: chats, messages, people and
 * the rest; a message is written and found. Fails the test otherwise. */
void store_history_use(struct store *s);

#endif
