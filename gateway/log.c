#include "gateway/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "gateway/clock.h"

#define NAME_ROW(name, metric, kind, help) metric,
#define KIND_ROW(name, metric, kind, help) kind,
#define HELP_ROW(name, metric, kind, help) help,
static const char *const metrics[] = {GW_LOG_COUNTERS(NAME_ROW)};
static const char *const kinds[] = {GW_LOG_COUNTERS(KIND_ROW)};
static const char *const helps[] = {GW_LOG_COUNTERS(HELP_ROW)};

int64_t gw_log_get(struct gw_log *l, enum gw_log_counter c)
{
    return atomic_load_explicit(&l->counters[c], memory_order_relaxed);
}

const char *gw_log_metric(enum gw_log_counter c)
{
    return metrics[c];
}

const char *gw_log_kind(enum gw_log_counter c)
{
    return kinds[c];
}

const char *gw_log_help(enum gw_log_counter c)
{
    return helps[c];
}

__attribute__((format(printf, 4, 0))) static void
line(int priority, const char *level, const char *event, const char *format, va_list args)
{
    char text[400];
    if (vsnprintf(text, sizeof text, format, args) < 0) {
        text[0] = 0;
    }
    fprintf(stderr, "<%d>level=%s event=%s%s%s\n", priority, level, event, text[0] ? " " : "",
            text);
}

void gw_log_info(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    line(6, "info", event, format, args);
    va_end(args);
}

void gw_log_warn(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    line(4, "warn", event, format, args);
    va_end(args);
}

void gw_log_error(const char *event, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    line(3, "error", event, format, args);
    va_end(args);
}
