#include "core/accounts.h"

#include "engine/own/network.h"

void core_account_init(union core_account *account)
{
    own_network.init(&account->base);
}
