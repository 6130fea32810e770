#include "gateway/run.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "crypto/rand.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/own/dispatch.h"
#include "gateway/peer.h"
#include "gateway/own/fetch.h"
#include "gateway/own/db_tables.h"

/* To systemd, when it started us: https://www.freedesktop.org/software/systemd/man/sd_notify.html
 */
static void notify(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof a.sun_path) {
        return;
    }
    size_t n = strlen(path);
    memcpy(a.sun_path, path, n);
    if (a.sun_path[0] == '@') {
        a.sun_path[0] = 0;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&a,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
        close(fd);
    }
}

/* As many descriptors as we may have; the number is worth a line. */
static void raise_limits(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &r) == 0) {
            gw_log_info("limits", "descriptors=%llu", (unsigned long long)r.rlim_cur);
        }
    }
}

/* Threads keep up to 1 MiB of freed memory each. With the default of 128 KiB every batch of
 * messages gives memory back and faults it in again: a fifth of the CPU time of a durable message
 * to an inbox. */
static void keep_freed_memory(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

struct stop {
    struct gw_loop_item item;
};

static void stop_arrives(struct gw_loop *loop, struct gw_loop_item *item)
{
    gw_http_stop_listening(loop);
    gw_peer_stop_all(loop);
    free(H2O_STRUCT_FROM_MEMBER(struct stop, item, item));
}

static void stop_loops(struct gw_gateway *gw)
{
    atomic_store(&gw->stopping, true);
    for (unsigned i = 0; i < gw->loop_n; i++) {
        struct stop *s = calloc(1, sizeof *s);
        if (s != NULL) {
            s->item.run = stop_arrives;
            gw_loop_post(&gw->loops[i], &s->item, &s->item);
        }
    }
    for (unsigned i = 0; i < gw->loop_n; i++) {
        gw_loop_join(&gw->loops[i]);
    }
}

static void reload(struct gw_gateway *gw)
{
    char why[300] = "", ready[80];
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    snprintf(ready, sizeof ready, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
    notify(ready);
    if (gw_http_reload(gw->http, why, sizeof why)) {
        gw_log_info("reload", "ok=1");
    } else {
        gw_log_error("reload", "ok=0 why=\"%s\"", why);
    }
    notify("READY=1");
}

/* All loops have ticked lately. */
static bool is_lively(struct gw_gateway *gw)
{
    uint32_t now = (uint32_t)(gw_clock_steady_ms() / 1000);
    for (unsigned i = 0; i < gw->loop_n; i++) {
        if (now - atomic_load(&gw->loops[i].beat_s) > 10) {
            return false;
        }
    }
    return true;
}

/* Until a signal says stop. */
static void wait_for_signals(struct gw_gateway *gw, const sigset_t *set)
{
    const char *usec = getenv("WATCHDOG_USEC");
    long long every = usec != NULL ? strtoll(usec, NULL, 10) / 2 : 0;
    every = every >= 1000000 ? every : 10000000;
    const struct timespec wait = {(time_t)(every / 1000000), (long)(every % 1000000) * 1000};
    for (;;) {
        int sig = sigtimedwait(set, NULL, &wait);
        if (sig == SIGHUP) {
            reload(gw);
        } else if (sig == SIGTERM || sig == SIGINT) {
            return;
        } else if (sig < 0 && errno == EAGAIN && usec != NULL && is_lively(gw)) {
            notify("WATCHDOG=1");
        }
    }
}

const struct gw_backend *const gw_run_backends[] = {&gw_own_dispatch, NULL};

static bool begin(struct gw_loop *loop)
{
    bool fine = true;
    for (const struct gw_backend *const *b = loop->gw->backends; *b != NULL && fine; b++) {
        fine = (*b)->start(loop);
    }
    return fine;
}

void gw_run_notice(struct gw_loop *loop, const struct gw_db_notice *n)
{
    for (const struct gw_backend *const *b = loop->gw->backends; *b != NULL; b++) {
        (*b)->notice(loop, n);
    }
}

const struct gw_loop_hooks gw_run_hooks = {begin, gw_peer_tick, gw_socket_flush_all};

static bool start_all(struct gw_gateway *gw, char *why, size_t n)
{
    const struct gw_config *c = &gw->config;
    gw->db = gw_db_open(gw, &gw_own_db_tables, gw_run_notice, why, n);
    gw->fetch = gw->db != NULL ? gw_own_fetch_open(gw, why, n) : NULL;
    gw->http = gw->fetch != NULL ? gw_http_create(gw, why, n) : NULL;
    gw->loops = gw->http != NULL ? calloc(c->loops, sizeof *gw->loops) : NULL;
    if (gw->loops == NULL) {
        return false;
    }
    gw->loop_n = (unsigned)c->loops;
    for (unsigned i = 0; i < gw->loop_n; i++) {
        if (!gw_loop_init(&gw->loops[i], gw, i, &gw_run_hooks) ||
            !gw_http_listen(gw->http, &gw->loops[i], why, n)) {
            return false;
        }
    }
    snprintf(why, n, "cannot start a thread");
    if (!gw_db_start(gw->db) || !gw_own_fetch_start(gw->fetch)) {
        return false;
    }
    for (unsigned i = 0; i < gw->loop_n; i++) {
        if (!gw_loop_start(&gw->loops[i])) {
            return false;
        }
    }
    return true;
}

static void announce(const struct gw_gateway *gw, void (*say)(const char *line))
{
    char line[GW_CONFIG_TEXT_MAX + 64];
    const struct gw_config *c = &gw->config;
    if (c->public_app[0] != 0) {
        snprintf(line, sizeof line, "Sotto is running: %s", c->public_app);
    } else {
        snprintf(line, sizeof line, "Sotto is running: %s://localhost:%" PRIu64,
                 c->tls_cert[0] != 0 ? "https" : "http", c->app_port);
    }
    say(line);
    gw_log_info("start", "version=%s loops=%u tls=%d", GW_GATEWAY_VERSION, gw->loop_n,
                c->tls_cert[0] != 0 ? 1 : 0);
}

int gw_run_forever(const struct gw_config *config, void (*say)(const char *line),
                   void (*leave)(int code))
{
    char why[600] = "";
    sigset_t set;
    struct gw_gateway *gw = calloc(1, sizeof *gw);
    if (gw == NULL || crypto_init() != OK) {
        free(gw);
        return 1;
    }
    gw->config = *config;
    gw->backends = gw_run_backends;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* all threads inherit it */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file limit is a full disk, not the end */
    raise_limits();
    keep_freed_memory();
    if (!start_all(gw, why, sizeof why)) {
        gw_log_error("start", "why=\"%s\"", why);
        say(why);
        return 1; /* the process ends; nothing has been promised to anybody */
    }
    announce(gw, say);
    notify("READY=1");
    wait_for_signals(gw, &set);
    notify("STOPPING=1");
    gw_log_info("stop", "connections=%lld", (long long)gw_log_get(&gw->log, GW_LOG_CONNECTIONS));
    stop_loops(gw);
    gw_own_fetch_close(gw->fetch);
    gw_db_close(gw->db);
    for (unsigned i = 0; i < gw->loop_n; i++) {
        gw_loop_take_mail(&gw->loops[i]); /* answers that nobody waits for any more */
    }
    gw_log_info("stopped", "posts=%lld", (long long)gw_log_get(&gw->log, GW_LOG_POSTS));
    leave(0); /* with everything still in reach, so that a leak checker reports only leaks */
    return 0;
}

bool gw_run_init(const struct gw_config *config, char *why, size_t n)
{
    struct gw_gateway *gw = calloc(1, sizeof *gw);
    if (gw == NULL || crypto_init() != OK) {
        snprintf(why, n, "cannot start");
        free(gw);
        return false;
    }
    gw->config = *config;
    gw->backends = gw_run_backends;
    gw->db = gw_db_open(gw, &gw_own_db_tables, gw_run_notice, why, n);
    gw->fetch = gw->db != NULL ? gw_own_fetch_open(gw, why, n) : NULL;
    bool fine = gw->fetch != NULL;
    gw_own_fetch_close(gw->fetch);
    gw_db_close(gw->db);
    free(gw);
    return fine;
}
