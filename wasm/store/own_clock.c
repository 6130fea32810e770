#include "store/own_clock.h"

/* Each statement takes one value, the time. */
static enum err run_all(struct store *s, const char *const *all, size_t n, int64_t now_ms)
{
    for (size_t i = 0; i < n; i++) {
        TRY(store_sql_run(s, all[i], "i", now_ms));
    }
    return OK;
}

enum err store_own_clock_begun(struct store *s, int64_t now_ms)
{
    static const char *const all[] = {
        ("UPDATE message SET expires_ms=?1+timer_s*1000 WHERE expires_ms>0 AND timer_s>0 AND "
         "expires_ms>?1+timer_s*1000"),
        "UPDATE sent SET at_ms=?1 WHERE at_ms>?1",
        "UPDATE seen SET at_ms=?1 WHERE at_ms>?1",
        "UPDATE key_package SET retired_ms=?1 WHERE retired_ms>?1",
        "UPDATE chat SET read_ms=?1 WHERE read_ms>?1",
    };
    return run_all(s, all, sizeof all / sizeof all[0], now_ms);
}

enum err store_own_clock_due(struct store *s, int64_t now_ms, int64_t wait_max_ms)
{
    static const char *const all[] = {
        ("UPDATE own_person SET chain_ask_ms=min(chain_ask_ms,?1),chain_ms=min(chain_ms,?1) WHERE "
         "chain_ask_ms>?1 OR chain_ms>?1"),
        "UPDATE hole SET at_ms=?1 WHERE at_ms>?1",
        "UPDATE outbox SET sealed_ms=?1 WHERE sealed_ms>?1",
        "UPDATE outbox SET kept=?1 WHERE kept>?1",
        ("UPDATE chat SET heal_ms=min(heal_ms,?1),stuck_ms=min(stuck_ms,?1) WHERE heal_ms>?1 OR "
         "stuck_ms>?1"),
    };
    TRY(store_sql_run(s, "UPDATE wish SET not_before=?1 WHERE not_before>?1+?2", "ii", now_ms,
                      wait_max_ms));
    return run_all(s, all, sizeof all / sizeof all[0], now_ms);
}
