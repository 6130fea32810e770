/* The account that the core runs, whatever its network. The one header of core that knows which
 * networks there are. */
#ifndef SOTTO_CORE_ACCOUNTS_H
#define SOTTO_CORE_ACCOUNTS_H
#include "engine/network.h"
#include "engine/own/state.h"

/* Each network keeps a struct of its own, which begins with the account. */
union core_account {
    struct account base;
    struct own own;
};

/* An account of the own network, in the zero state. */
void core_account_init(union core_account *account);

#endif
