#include "base/rule.h"
#include "engine/own/clock.h"

#include "store/own_clock.h"
#include "store/own_setting.h"

#define TRUST_MS (24 * 3600ull * 1000)  /* how long our clock continues the gateway's last word */
#define ASK_MS (12 * 3600ull * 1000)    /* after this we ask again (a line may stay for days) */
#define WAIT_MAX_MS (2 * 3600ll * 1000) /* nothing is put off for longer */
#define BACK_MS 60000                   /* our clock was set back, not merely corrected */

/* A clock went back. What began while it was ahead would never end, so nothing may begin later than
 * now, and no message may have more time left than it was given. */
static enum err mend_begun(const struct own *o, struct step *s)
{
    return RULE(CLOCK_BACK_MENDS) ? store_own_clock_begun(s->store, (int64_t)own_clock_late(o, s))
                                  : OK;
}

enum err own_clock_heard(struct own *o, struct step *s, uint64_t server_ms)
{
    bool back = server_ms + BACK_MS < own_clock_now(o, s) && o->clock.server_ms != 0;
    o->clock.server_ms = server_ms < OWN_TIME_MAX_MS ? server_ms : OWN_TIME_MAX_MS;
    o->clock.heard_ms = s->now_ms;
    o->clock.ahead_ms = (int64_t)s->now_ms - (int64_t)o->clock.server_ms;
    s->out->state = true;
    s->dirty = true;
    TRY(back ? mend_begun(o, s) : OK);
    TRY(store_own_setting_put_int(s->store, "gateway-ms", (int64_t)o->clock.server_ms));
    return store_own_setting_put_int(s->store, "gateway-at-ms", (int64_t)s->now_ms);
}

enum err own_clock_load(struct own *o, struct step *s)
{
    int64_t server = 0, heard = 0;
    TRY(store_own_setting_int(s->store, "gateway-ms", 0, &server));
    TRY(store_own_setting_int(s->store, "gateway-at-ms", 0, &heard));
    o->clock.server_ms = (uint64_t)server;
    o->clock.heard_ms = (uint64_t)heard;
    return own_clock_mend(o, s);
}

uint64_t own_clock_now(const struct own *o, const struct step *s)
{
    uint64_t since = s->now_ms > o->clock.heard_ms ? s->now_ms - o->clock.heard_ms : 0;
    if (o->clock.server_ms == 0) {
        return s->now_ms;
    }
    return o->clock.server_ms + (since < TRUST_MS ? since : TRUST_MS);
}

uint64_t own_clock_both(const struct own *o, const struct step *s)
{
    uint64_t theirs = own_clock_now(o, s);
    return theirs < s->now_ms && RULE(ENDS_BY_BOTH_CLOCKS) ? theirs : s->now_ms;
}

uint64_t own_clock_begins(const struct own *o, const struct step *s)
{
    return RULE(KEYS_AGE_BY_THE_EARLIER) ? own_clock_both(o, s) : own_clock_now(o, s);
}

uint64_t own_clock_late(const struct own *o, const struct step *s)
{
    uint64_t theirs = own_clock_now(o, s);
    return theirs > s->now_ms || !RULE(KEPT_BY_BOTH_CLOCKS) ? theirs : s->now_ms;
}

uint64_t own_clock_bound(const struct own *o, const struct step *s, uint64_t server_ms)
{
    uint64_t both = own_clock_both(o, s), theirs = own_clock_now(o, s);
    uint64_t last = own_clock_late(o, s) + TRUST_MS;
    bool outside = server_ms > last || server_ms + (uint64_t)OWN_CLOCK_KEPT_MS < both;
    return outside && RULE(TIMES_BOUNDED) ? theirs : server_ms;
}

void own_clock_ask(struct own *o, const struct step *s)
{
    bool old = s->now_ms < o->clock.heard_ms || s->now_ms - o->clock.heard_ms >= ASK_MS;
    if (o->base.ready && o->clock.server_ms != 0 && old) {
        o->time_wanted = true;
    }
}

void own_clock_next(const struct own *o, uint64_t *at_ms)
{
    uint64_t t = o->clock.heard_ms + ASK_MS;
    if (o->clock.server_ms != 0 && !o->time_wanted && (*at_ms == 0 || t < *at_ms)) {
        *at_ms = t;
    }
}

int64_t own_clock_ahead(const struct own *o)
{
    return o->clock.ahead_ms;
}

enum err own_clock_mend(struct own *o, struct step *s)
{
    int64_t now = (int64_t)s->now_ms;
    bool back = s->now_ms + BACK_MS < o->clock.last_ms || o->clock.last_ms == 0;
    bool was_back = back && o->clock.last_ms != 0; /* not just the first look */
    o->clock.last_ms = s->now_ms;
    if (!back) {
        return OK;
    }
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        struct own_conn *n = &o->conn[c];
        n->retry_at_ms = n->retry_at_ms < s->now_ms ? n->retry_at_ms : s->now_ms;
        n->heard_ms = n->heard_ms < s->now_ms ? n->heard_ms : s->now_ms;
        n->asked_ms = n->asked_ms < s->now_ms ? n->asked_ms : s->now_ms;
    }
    TRY(was_back || s->now_ms + BACK_MS < o->clock.heard_ms ? mend_begun(o, s) : OK);
    o->status_at_ms = o->status_at_ms == 0 ? 0 : s->now_ms;
    o->later_ms = o->later_ms == 0 ? 0 : s->now_ms;
    o->hello_at_ms = o->hello_at_ms == 0 ? 0 : s->now_ms;
    o->missing_at_ms = s->now_ms;
    return store_own_clock_due(s->store, now, WAIT_MAX_MS);
}
