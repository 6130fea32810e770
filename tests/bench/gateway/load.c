/* A load generator for loopback. One thread, epoll; closed loop with a window per connection, or
 * open loop at a rate.
 *
 *   load -m MODE -p PORT [-c CONNS] [-s BYTES] [-d SECONDS] [-w WINDOW] [-r RATE] [-P SERVER_PID]
 *        [-S SOURCES] [-u PATH] [-b SUBPROTOCOL] [-h HOST] [-t] [-H]
 *
 * MODE
 *   idle        open, say HELLO (with -H nothing), hold for SECONDS
 *   echo        binary messages that the server sends back
 *   eph         sotto.2: pairs that read one mailbox; each EPHEMERAL goes to the other, who answers
 *               with one
 *   post        sotto.2: POST to a mailbox of one's own, answered when durable, and delivered back
 *   inbox       sotto.2: INBOX_POST to an account whose device acknowledges, answered when durable
 *   xmpp        messages to oneself through an XMPP server's WebSocket, anonymous login
 *   xmpp-store  messages to somebody who is away, each with a ping of the server as its answer
 *
 * Prints one JSON line: messages; the server's CPU a message (all threads of SERVER_PID, from
 * /proc/PID/task/N/schedstat); memory a connection (smaps_rollup); latency, which means something
 * in an open loop only. -t: TLS. Signatures are made once a connection and sent again and again, so
 * that the generator does not pay for them; the gateway checks each. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/rand.h"
#include "load.h"

struct load load = {.mode = ECHO,
                    .name = "echo",
                    .path = "/sotto",
                    .host = "localhost",
                    .conns = 64,
                    .seconds = 3,
                    .window = 1,
                    .sources = 1,
                    .size = 200,
                    .hello = true};

static void turn(int ms)
{
    struct epoll_event got[512];
    int n = epoll_wait(load.epoll, got, 512, ms);
    for (int i = 0; i < n; i++) {
        on_event(got[i].data.ptr, got[i].events);
    }
}

static void dial(struct conn *c, unsigned id)
{
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load.port)},
                       from = {.sin_family = AF_INET};
    c->id = id;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    c->sent_at = load.mode == IDLE ? NULL : calloc(WINDOW_MAX, sizeof *c->sent_at);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (load.sources > 1) {
        unsigned k = id % load.sources;
        from.sin_addr.s_addr = htonl(0x7f000000u | (1 + k / 250) << 8 | (1 + k % 250));
        setsockopt(c->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
        if (bind(c->fd, (struct sockaddr *)&from, sizeof from) != 0) {
            kill_conn(c, "bind");
            return;
        }
    }
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    c->want_write = true;
    epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &e);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        kill_conn(c, "connect");
    }
}

static void until_ready(unsigned n)
{
    uint64_t end = now_ns() + 60000000000u;
    while (load.ready + load.dead < n && now_ns() < end) {
        turn(50);
    }
}

static void connect_up_to(unsigned n)
{
    for (unsigned i = load.ready + load.dead; i < n; i++) {
        dial(&load.all[i], i);
        if (load.mode == INBOX && i == 0) {
            until_ready(1); /* the account must be there */
        } else if (i % 128 == 127) {
            until_ready(i + 1 > 200 ? i - 200 : 0);
        }
    }
    until_ready(n);
}

static void fill_windows(void)
{
    for (unsigned i = 0; i < load.conns && load.rate == 0; i++) {
        for (unsigned w = 0; w < load.window && load.all[i].message != NULL; w++) {
            send_one(&load.all[i], now_ns());
        }
        flush(&load.all[i]);
    }
}

static void run_for(double seconds)
{
    uint64_t start = now_ns(), end = start + (uint64_t)(seconds * 1e9), k = 0;
    unsigned next = 0;
    while (now_ns() < end && load.dead < load.conns) {
        uint64_t due = load.rate == 0 ? 0 : start + (uint64_t)((double)k / load.rate * 1e9);
        while (load.rate > 0 && due <= now_ns()) {
            struct conn *c = &load.all[next++ % load.conns];
            if (c->message != NULL && c->head - c->tail < WINDOW_MAX) {
                send_one(c, due);
                flush(c);
            }
            due = start + (uint64_t)((double)++k / load.rate * 1e9);
        }
        turn(load.rate > 0 ? (due > now_ns() + 1000000 ? 1 : 0) : 50);
    }
}

static void options(int argc, char **argv)
{
    static const char *const names[] = {"idle",  "echo", "eph",       "post",
                                        "inbox", "xmpp", "xmpp-store"};
    int k;
    while ((k = getopt(argc, argv, "m:p:c:s:d:w:r:P:S:u:b:h:tH")) != -1) {
        switch (k) {
        case 'm':
            load.name = optarg;
            for (unsigned i = 0; i < 7; i++) {
                load.mode = strcmp(names[i], optarg) == 0 ? (enum load_mode)i : load.mode;
            }
            break;
        case 'p':
            load.port = (int)strtol(optarg, NULL, 10);
            break;
        case 'c':
            load.conns = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 's':
            load.size = strtoul(optarg, NULL, 10);
            break;
        case 'd':
            load.seconds = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'w':
            load.window = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'r':
            load.rate = strtod(optarg, NULL);
            break;
        case 'P':
            load.pid = (int)strtol(optarg, NULL, 10);
            break;
        case 'S':
            load.sources = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'u':
            load.path = optarg;
            break;
        case 'b':
            load.protocol = optarg;
            break;
        case 'h':
            load.host = optarg;
            break;
        case 't':
            load.tls = true;
            break;
        default:
            load.hello = false;
            break;
        }
    }
}

/* A slope between a fifth of the connections and all, so that what a server sets up once does not
 * count. */
static void idle(void)
{
    unsigned some = load.conns / 5;
    uint64_t rss0 = rss_bytes(load.pid);
    connect_up_to(some);
    run_for(1);
    uint64_t rss1 = rss_bytes(load.pid);
    uint64_t cpu1 = cpu_ns(load.pid);
    connect_up_to(load.conns);
    uint64_t cpu2 = cpu_ns(load.pid);
    run_for(1);
    uint64_t rss2 = rss_bytes(load.pid);
    printf("{\"ready\":%u,\"before_mib\":%.1f,\"after_mib\":%.1f,\"bytes_a_connection\":%.0f,"
           "\"accept_us\":%.1f}\n",
           load.ready, (double)rss0 / 1048576, (double)rss2 / 1048576,
           ((double)rss2 - (double)rss1) / (load.conns - some),
           (double)(cpu2 - cpu1) / 1e3 / (load.conns - some));
    (void)fflush(stdout);
    run_for(load.seconds);
    printf("{\"lost\":%u}\n", load.dead);
}

static void busy(void)
{
    connect_up_to(load.conns);
    load.running = true;
    fill_windows();
    run_for(0.3);
    load.received = 0;
    latency_reset();
    uint64_t start = now_ns();
    uint64_t cpu = cpu_ns(load.pid);
    run_for(load.seconds);
    cpu = cpu_ns(load.pid) - cpu;
    double seconds = (double)(now_ns() - start) / 1e9;
    double n = load.received > 0 ? (double)load.received : 1;
    printf("{\"mode\":\"%s\",\"ready\":%u,\"lost\":%u,\"messages\":%llu,\"per_s\":%.0f,"
           "\"cpu_us\":%.2f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"rss_mib\":%.1f}\n",
           load.name, load.ready, load.dead, (unsigned long long)load.received, n / seconds,
           (double)cpu / 1e3 / n, latency_us(0.5), latency_us(0.99),
           (double)rss_bytes(load.pid) / 1048576);
}

int main(int argc, char **argv)
{
    struct rlimit r;
    options(argc, argv);
    if (crypto_init() != OK || load.port == 0 || load.window > WINDOW_MAX / 2 ||
        load.size > BODY_MAX) {
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    if (load.tls) {
        load.tls_ctx = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(load.tls_ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                           SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
    load.epoll = epoll_create1(0);
    load.all = calloc(load.conns, sizeof *load.all);
    if (load.mode == IDLE) {
        idle();
        return load.dead != 0;
    }
    busy();
    return load.received == 0;
}
