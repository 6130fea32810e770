#include "gateway/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

void gw_metrics_write(struct gw_gateway *gw, int64_t cert_days, char *out, size_t n)
{
    struct statvfs v;
    size_t at = 0;
    out[0] = 0;
    for (unsigned i = 0; i < GW_LOG_COUNTER_COUNT && at < n; i++) {
        enum gw_log_counter c = (enum gw_log_counter)i;
        int k = snprintf(out + at, n - at, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n",
                         gw_log_metric(c), gw_log_help(c), gw_log_metric(c), gw_log_kind(c),
                         gw_log_metric(c), gw_log_get(&gw->log, c));
        at += k > 0 ? (size_t)k : 0;
    }
    if (at < n) {
        int k = snprintf(out + at, n - at,
                         "# HELP sotto_build_info version\n# TYPE sotto_build_info gauge\n"
                         "sotto_build_info{version=\"%s\"} 1\n",
                         GW_GATEWAY_VERSION);
        at += k > 0 ? (size_t)k : 0;
    }
    if (at < n && statvfs(gw->config.dir, &v) == 0) {
        int k = snprintf(out + at, n - at,
                         "# HELP sotto_disk_free_bytes free space of the state folder\n"
                         "# TYPE sotto_disk_free_bytes gauge\nsotto_disk_free_bytes %" PRIu64 "\n",
                         (uint64_t)v.f_bavail * v.f_frsize);
        at += k > 0 ? (size_t)k : 0;
    }
    if (at < n && cert_days != INT64_MAX) {
        int k =
            snprintf(out + at, n - at,
                     "# HELP sotto_certificate_days days until the certificate ends\n"
                     "# TYPE sotto_certificate_days gauge\nsotto_certificate_days %" PRId64 "\n",
                     cert_days);
        at += k > 0 ? (size_t)k : 0;
    }
}
