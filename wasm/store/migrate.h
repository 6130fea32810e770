/* Brings the tables of a store to a given layout. */
#ifndef SOTTO_STORE_MIGRATE_H
#define SOTTO_STORE_MIGRATE_H

#include "base/base.h"

struct store;

/* Before this layout accounts were keys, so older data means something else. ERR_STORE_OLDER. */
#define STORE_MIGRATE_OLDEST 10
/* Applies what is missing up to layout `last`. ERR_STORE_NEWER. */
MUST_CHECK enum err store_migrate(struct store *s, unsigned last);
/* The newest layout this version knows. */
unsigned store_migrate_last(void);

#endif
