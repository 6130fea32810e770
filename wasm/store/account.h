/* Accounts, one on each network in use. Every person and every chat belongs to exactly one. */
#ifndef SOTTO_STORE_ACCOUNT_H
#define SOTTO_STORE_ACCOUNT_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

/* The own network's account. It exists once the store has an identity; SQL statements write it as
 * 1. */
#define STORE_ACCOUNT_OWN INT64_C(1)
#define STORE_ACCOUNT_ALL INT64_C(0) /* for what belongs to no single account */

struct store_account {
    int64_t id;
    enum abi_network network;
    struct slice address; /* how others find it; own network: the id of its chain */
    int64_t me;           /* my own row among the people */
};
/* Makes the row; if it is there already, only the address changes. */
MUST_CHECK enum err store_account_put(struct store *s, const struct store_account *a);

#endif
