#include "core/lock.h"

#include "base/ct.h"
#include "store/store.h"

void core_lock(struct core *c)
{
    c->account.base.network->wipe(&c->account.base);
    store_close(c->store);
    c->store = NULL;
    wipe(c->vault_key, sizeof c->vault_key);
    c->confirmed = 0;
    c->code_slot = CORE_SLOT_UNKNOWN;
    wipe(c->fresh_code, sizeof c->fresh_code);
    c->has_fresh_code = false;
}
