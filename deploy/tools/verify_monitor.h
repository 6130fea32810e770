/* One round of watching an origin and a log. */
#ifndef SOTTO_TOOLS_VERIFY_MONITOR_H
#define SOTTO_TOOLS_VERIFY_MONITOR_H
#include "verify.h"

struct verify_monitor {
    const char *origin, *log_url, *state, *rebuild, *browser; /* NULL: none */
    uint64_t stale_s;    /* older cosignatures are an alert                           */
    uint64_t patience_s; /* for a log that has just grown to reach all of its readers */
    uint64_t lag_s;      /* for a release that was logged to be served: it has to wait a day  */
};
/* One round: the origin, the log, the witnesses, every new leaf. The state is written when the
 * round found nothing. */
void verify_monitor_round(struct verify *v, const struct verify_monitor *m);
#endif
