#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "fuzz/fuzz.h"
#include "gateway/db.h"
#include "gateway/db_open.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/own/fetch.h"
#include "gateway/run.h"
#include "gateway/own/db_tables.h"
#include "schema/frame.h"

/* A whole gateway in this process, spoken to over loopback. The first byte says what the rest is:
 *   0, 1   a raw request to the page's or the gateway's port
 *   2      raw bytes behind an upgrade
 *   3      frames of an anonymous connection that has a mailbox open as handle 1, for writing, too:
 *          type, u16 size, body; a POST has its head made (first byte of its body: epoch)
 *   4      frames of an authenticated device */

/* Memory is taken and given back by other threads at other times than a run's, which libFuzzer
 * takes for leaks; tests/gateway looks for those. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

static struct gw_gateway *gw;
static struct sockaddr_in app_at, gw_at;
static struct crypto_sign_secret device_secret = {{7}}, write_secret = {{9}};
static struct crypto_sign_public device, write_key;
static const uint8_t mailbox[16] = {1}, tag[32] = {2};

static void port_of(struct sockaddr_in *out, h2o_socket_t *listener)
{
    socklen_t n = sizeof *out;
    FUZZ_CHECK(getsockname(h2o_socket_get_fd(listener), (struct sockaddr *)out, &n) == 0);
}

static void start(void)
{
    char why[600], dir[] = "/tmp/sotto-fuzz-XXXXXX";
    signal(SIGPIPE, SIG_IGN); /* as run.c does */
    gw = calloc(1, sizeof *gw);
    FUZZ_CHECK(gw != NULL && crypto_init() == OK && mkdtemp(dir) != NULL);
    struct gw_config *c = &gw->config;
    gw_config_default(c);
    FUZZ_CHECK(gw_config_set(c, "dir", dir, why, sizeof why));
    FUZZ_CHECK(gw_config_set(c, "app-dir", dir, why, sizeof why));
    FUZZ_CHECK(gw_config_check(c, why, sizeof why));
    (void)memcpy(c->listen, "127.0.0.1", 10);
    c->app_port = c->gw_port = c->metrics_port = 0;
    c->loops = 1;
    gw->backends = gw_run_backends;
    gw->db = gw_db_open(gw, &gw_own_db_tables, gw_run_notice, why, sizeof why);
    gw->fetch = gw_own_fetch_open(gw, why, sizeof why);
    gw->http = gw_http_create(gw, why, sizeof why);
    gw->loops = calloc(1, sizeof *gw->loops);
    gw->loop_n = 1;
    FUZZ_CHECK(gw->db != NULL && gw->fetch != NULL && gw->http != NULL && gw->loops != NULL);
    FUZZ_CHECK(gw_loop_init(&gw->loops[0], gw, 0, &gw_run_hooks));
    FUZZ_CHECK(gw_http_listen(gw->http, &gw->loops[0], why, sizeof why));
    port_of(&app_at, gw->loops[0].listeners[0]);
    port_of(&gw_at, gw->loops[0].listeners[1]);
    FUZZ_CHECK(gw_db_start(gw->db) && gw_own_fetch_start(gw->fetch) &&
               gw_loop_start(&gw->loops[0]));
    crypto_sign_public_of(&device, &device_secret);
    crypto_sign_public_of(&write_key, &write_secret);
}

/* -1 when it was not to be: the fuzzer's alarm interrupts, a full backlog lets us wait. */
static int try_dial(const struct sockaddr_in *at)
{
    struct timeval wait = {2, 0};
    struct linger now = {1, 0}; /* no TIME_WAIT: there are many of these */
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    FUZZ_CHECK(fd >= 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) == 0) {
        return fd;
    }
    close(fd);
    return -1;
}

/* A gateway that takes nobody for two seconds has failed. */
static int dial(const struct sockaddr_in *at)
{
    struct timespec pause = {0, 20000000};
    int fd = -1;
    for (int i = 0; fd < 0 && i < 100; i++) {
        fd = try_dial(at);
        if (fd < 0) {
            nanosleep(&pause, NULL);
        }
    }
    FUZZ_CHECK(fd >= 0);
    return fd;
}

static void put(int fd, struct slice s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) {
            return; /* the gateway has closed: its right */
        }
        s.p += n;
        s.n -= (size_t)n;
    }
}

/* Reads the rest, so that all of the input has been looked at. */
static void finish(int fd)
{
    uint8_t room[65536];
    shutdown(fd, SHUT_WR);
    while (recv(fd, room, sizeof room, 0) > 0) {
    }
    close(fd);
}

static void upgrade(int fd)
{
    static const char request[] =
        "GET /sotto HTTP/1.1\r\nHost: localhost:0\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sotto.2\r\n\r\n";
    uint8_t room[2048];
    size_t n = 0;
    put(fd, SLICE_LITERAL(request));
    while (n < sizeof room - 1 &&
           (n < 4 || slice_compare(slice_make(room + n - 4, 4), SLICE_LITERAL("\r\n\r\n")) != 0)) {
        if (recv(fd, room + n, 1, 0) != 1) {
            return;
        }
        n++;
    }
}

/* One message, masked with zeros. */
static void put_message(int fd, struct slice frames)
{
    uint8_t head[8] = {0x82, 0xfe, (uint8_t)(frames.n >> 8), (uint8_t)frames.n, 0, 0, 0, 0};
    if (frames.n < 126) {
        uint8_t small[6] = {0x82, (uint8_t)(0x80 | frames.n), 0, 0, 0, 0};
        put(fd, SLICE_ARRAY(small));
    } else if (frames.n < 65536) {
        put(fd, SLICE_ARRAY(head));
    } else {
        return;
    }
    put(fd, frames);
}

#define SAY(fd, TYPE, name, value)                                                                 \
    do {                                                                                           \
        uint8_t say_room[512];                                                                     \
        struct buf say_b = buf_fixed(say_room, sizeof say_room);                                   \
        size_t say_mark = frame_begin(&say_b, (TYPE), 1);                                          \
        wire_##name##_put(&say_b, &(value));                                                       \
        frame_end(&say_b, say_mark);                                                               \
        put_message((fd), buf_view(&say_b));                                                       \
    } while (0)

/* HELLO, CHALLENGE, AUTH with a fixed device. */
static bool login(int fd)
{
    uint8_t in[2 + FRAME_HEADER_SIZE + 3 + 32], room[128], sig[64];
    struct wire_hello hello = {2, 1, true, SLICE_ARRAY(device.b)};
    SAY(fd, FRAME_HELLO, hello, hello);
    if (recv(fd, in, sizeof in, MSG_WAITALL) != (ssize_t)sizeof in) {
        return false;
    }
    struct buf b = buf_fixed(room, sizeof room);
    frame_auth_tbs(&b, SLICE_LITERAL("localhost:0"), SLICE_ARRAY(device.b),
                   slice_make(in + sizeof in - 32, 32));
    crypto_sign(sig, &device_secret, buf_view(&b));
    struct wire_auth auth = {SLICE_ARRAY(sig)};
    SAY(fd, FRAME_AUTH, auth, auth);
    return true;
}

/* READY comes alone. */
static bool take_nonce(int fd, uint8_t out[FRAME_NONCE_SIZE])
{
    uint8_t in[256];
    ssize_t n = recv(fd, in, sizeof in, 0); /* so the order of what follows is kept */
    if (n < 2 + FRAME_HEADER_SIZE + FRAME_NONCE_SIZE) {
        return false;
    }
    size_t head = 2 + FRAME_HEADER_SIZE, all = 2u + in[1]; /* a short message */
    struct arena a;
    struct wire_ready ready;
    arena_init(&a, 0);
    bool fine = in[1] <= 125 && all <= (size_t)n &&
                wire_ready_decode(&a, slice_make(in + head, all - head), &ready) == OK &&
                ready.nonce.n == FRAME_NONCE_SIZE;
    if (fine) {
        memcpy(out, ready.nonce.p, FRAME_NONCE_SIZE);
    }
    arena_wipe(&a);
    return fine;
}

static void open_mailbox(int fd)
{
    uint8_t hash[32], nonce[FRAME_NONCE_SIZE], room[128], sig[CRYPTO_SIGN_SIZE];
    struct wire_hello hello = {2, 0, false, SLICE_EMPTY};
    crypto_sha256(hash, SLICE_ARRAY(tag));
    struct wire_box_new box = {.mailbox = SLICE_ARRAY(mailbox),
                               .read_hash = SLICE_ARRAY(hash),
                               .write_key = SLICE_ARRAY(write_key.b),
                               .epoch = 0};
    struct wire_open open = {SLICE_ARRAY(mailbox), SLICE_ARRAY(tag), false, 0, 1u << 30};
    SAY(fd, FRAME_HELLO, hello, hello);
    if (!take_nonce(fd, nonce)) {
        return;
    }
    SAY(fd, FRAME_BOX_NEW, box_new, box);
    SAY(fd, FRAME_OPEN, open, open);
    uint8_t in[256];
    for (size_t got = 0; got < 2;) { /* a handle can be written to when it has been opened */
        ssize_t n = recv(fd, in, sizeof in, 0);
        if (n <= 0) {
            return;
        }
        got += (size_t)n > 24 ? 2 : 1;
    }
    struct buf b = buf_fixed(room, sizeof room);
    frame_write_tbs(&b, SLICE_LITERAL("localhost:0"), SLICE_ARRAY(nonce), SLICE_ARRAY(mailbox), 0);
    crypto_sign(sig, &write_secret, buf_view(&b));
    struct wire_write write = {1, 0, SLICE_ARRAY(sig)};
    SAY(fd, FRAME_WRITE, write, write);
}

static void put_post(struct buf *b, struct slice body)
{
    struct frame_post p = {.handle = 1, .epoch = body.n > 0 ? body.p[0] : 0, .body = body};
    frame_post_put(b, &p);
}

/* type, u16 size, body; again. */
static void put_frames(int fd, struct slice s)
{
    static uint8_t room[65536];
    struct buf b = buf_fixed(room, sizeof room);
    uint32_t request = 2;
    uint8_t type = 0;
    uint16_t n = 0;
    while (slice_u8(&s, &type) == OK && slice_u16(&s, &n) == OK && request < 200) {
        struct slice body = slice_make(s.p, n < s.n ? n : s.n);
        s = slice_make(s.p + body.n, s.n - body.n);
        size_t mark = frame_begin(&b, (enum frame_type)type, request++);
        if (type == FRAME_POST && (request & 3) != 0) {
            put_post(&b, body);
        } else {
            buf_slice(&b, body);
        }
        frame_end(&b, mark);
        if (b.err != OK) {
            return;
        }
    }
    put_message(fd, buf_view(&b));
}

FUZZ(input)
{
    uint8_t mode = 0;
    if (gw == NULL) {
        start();
    }
    if (slice_u8(&input, &mode) != OK) {
        return;
    }
    mode %= 5;
    int fd = dial(mode == 0 ? &app_at : &gw_at);
    if (mode >= 2) {
        upgrade(fd);
    }
    if (mode < 3) {
        put(fd, input);
    } else if (mode == 3) {
        open_mailbox(fd);
        put_frames(fd, input);
    } else if (login(fd)) {
        put_frames(fd, input);
    }
    finish(fd);
}
