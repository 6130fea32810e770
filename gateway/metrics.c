#include "gateway/metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

struct text {
    char *p;
    size_t n, cap;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above */
    int k = vsnprintf(t->p + t->n, t->cap - t->n, format, args);
    va_end(args);
    t->n += k > 0 && (size_t)k < t->cap - t->n ? (size_t)k : 0; /* what does not fit is left out */
    t->p[t->n] = 0;
}

static void put_metric(struct text *t, const char *name, const char *kind, const char *help,
                       int64_t value)
{
    put(t, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, kind, name, value);
}

void gw_metrics_write(struct gw_gateway *gw, int64_t cert_days, char *out, size_t n)
{
    struct text t = {out, 0, n};
    struct statvfs v;
    out[0] = 0;
    for (unsigned i = 0; i < GW_LOG_COUNTER_COUNT; i++) {
        enum gw_log_counter c = (enum gw_log_counter)i;
        put_metric(&t, gw_log_metric(c), gw_log_kind(c), gw_log_help(c), gw_log_get(&gw->log, c));
    }
    put(&t,
        "# HELP sotto_build_info version\n# TYPE sotto_build_info gauge\n"
        "sotto_build_info{version=\"%s\"} 1\n",
        GW_GATEWAY_VERSION);
    if (statvfs(gw->config.dir, &v) == 0) {
        put_metric(&t, "sotto_disk_free_bytes", "gauge", "free space of the state folder",
                   (int64_t)((uint64_t)v.f_bavail * v.f_frsize));
    }
    if (cert_days != INT64_MAX) {
        put_metric(&t, "sotto_certificate_days", "gauge", "days until the certificate ends",
                   cert_days);
    }
}
