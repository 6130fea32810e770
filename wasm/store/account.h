/* Accounts, one on each network that is used. People and chats belong to one each. */
#ifndef SOTTO_STORE_ACCOUNT_H
#define SOTTO_STORE_ACCOUNT_H
#include "schema/gen/abi_enum.h"
#include "store/sql.h"

/* The own network's. A store has it once it has an identity; statements write it as 1. */
#define STORE_ACCOUNT_OWN INT64_C(1)
#define STORE_ACCOUNT_ALL INT64_C(0) /* where something is of no single one */

struct store_account {
    int64_t id;
    enum abi_network network;
    struct slice address; /* what others find it by; own: the id of its chain */
    int64_t me;           /* its row among the people                         */
};
/* Makes the row, or gives the one that is there this address. */
MUST_CHECK enum err store_account_put(struct store *s, const struct store_account *a);

#endif
