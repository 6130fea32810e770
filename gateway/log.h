/* Counters and one line per event on stderr, logfmt with the journal's priority prefix. Neither
 * takes an address, a name or a key: a line is an event, a code and counts. */
#ifndef SOTTO_GATEWAY_LOG_H
#define SOTTO_GATEWAY_LOG_H
#include <stdatomic.h>

#include "base/base.h"

/* X(NAME, metric, kind, help): totals and levels of the whole process. */
#define GW_LOG_COUNTERS(X)                                                                         \
    X(CONNECTIONS, "sotto_connections", "gauge", "open WebSocket connections")                     \
    X(DEVICES, "sotto_devices", "gauge", "authenticated device connections")                       \
    X(ACCEPTS, "sotto_accepts_total", "counter", "accepted TCP connections")                       \
    X(ACCEPTS_REFUSED, "sotto_accepts_refused_total", "counter", "refused by a limit per address") \
    X(HTTP, "sotto_http_requests_total", "counter", "HTTP requests")                               \
    X(FRAMES_IN, "sotto_frames_in_total", "counter", "frames received")                            \
    X(FRAMES_OUT, "sotto_frames_out_total", "counter", "frames sent")                              \
    X(BYTES_IN, "sotto_bytes_in_total", "counter", "bytes received in frames")                     \
    X(BYTES_OUT, "sotto_bytes_out_total", "counter", "bytes sent in frames")                       \
    X(POSTS, "sotto_posts_total", "counter", "messages made durable")                              \
    X(COMMITS, "sotto_group_commits_total", "counter", "group commits accepted")                   \
    X(COMMITS_LOST, "sotto_group_commits_lost_total", "counter", "group commits that came second") \
    X(DELIVERIES, "sotto_deliveries_total", "counter", "messages delivered")                       \
    X(QUEUED, "sotto_queued_messages", "gauge", "messages waiting in inboxes")                     \
    X(FAILURES, "sotto_failures_total", "counter", "requests answered with a failure")             \
    X(CLOSES_BAD, "sotto_closes_bad_total", "counter", "connections closed for bad input")         \
    X(CLOSES_IDLE, "sotto_closes_idle_total", "counter", "connections closed for silence")         \
    X(CLOSES_STUCK, "sotto_closes_stuck_total", "counter", "connections that stopped reading")     \
    X(DB_BATCHES, "sotto_db_batches_total", "counter", "database transactions")                    \
    X(DB_JOBS, "sotto_db_jobs_total", "counter", "requests to the database")                       \
    X(DB_US, "sotto_db_busy_microseconds_total", "counter", "time in database transactions")       \
    X(DB_ERRORS, "sotto_db_errors_total", "counter", "failed database transactions")               \
    X(WAL_BYTES, "sotto_db_wal_bytes", "gauge", "size of the write-ahead log")                     \
    X(BLOB_BYTES, "sotto_blob_bytes", "gauge", "bytes promised to attachments")                    \
    X(DISK_FULL, "sotto_disk_full", "gauge", "1 while posts are refused for want of space")        \
    X(CLOCK_HELD, "sotto_clock_held", "gauge", "1 while nothing expires because of a clock jump")

#define GW_LOG_ROW(name, metric, kind, help) GW_LOG_##name,
enum gw_log_counter { GW_LOG_COUNTERS(GW_LOG_ROW) GW_LOG_COUNTER_COUNT };
#undef GW_LOG_ROW

struct gw_log {
    _Atomic int64_t counters[GW_LOG_COUNTER_COUNT];
};

static inline void gw_log_add(struct gw_log *l, enum gw_log_counter c, int64_t n)
{
    atomic_fetch_add_explicit(&l->counters[c], n, memory_order_relaxed);
}
static inline void gw_log_set(struct gw_log *l, enum gw_log_counter c, int64_t n)
{
    atomic_store_explicit(&l->counters[c], n, memory_order_relaxed);
}
int64_t gw_log_get(struct gw_log *l, enum gw_log_counter c);
const char *gw_log_metric(enum gw_log_counter c);
const char *gw_log_kind(enum gw_log_counter c);
const char *gw_log_help(enum gw_log_counter c);

/* `event` and the format are literals; arguments are counts, codes and file names of ours. */
void gw_log_info(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gw_log_warn(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gw_log_error(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
