/* What the files of the load generator share. One process, one thread, one run: its state is one
 * struct. */
#ifndef SOTTO_TESTS_BENCH_LOAD_H
#define SOTTO_TESTS_BENCH_LOAD_H
#include "base/slice.h"
#include "crypto/sign.h"
#include "gateway/foreign.h"

enum load_mode { IDLE, ECHO, EPH, POST, INBOX, XMPP, XMPP_STORE };
enum load_state { CONNECTING, TLS, UPGRADE, SETUP, READY, DEAD };
enum { WINDOW_MAX = 256, BODY_MAX = 60000 };

struct conn {
    int fd;
    enum load_state state;
    unsigned id, step;
    unsigned head, tail; /* sent and answered */
    bool device;         /* of INBOX: the one that receives */
    bool want_write;
    SSL *ssl;
    uint8_t *in, *out;
    uint8_t *message; /* sent again and again; framed and masked */
    size_t in_n, in_cap, out_n, out_at, out_cap, message_n;
    size_t mid_at; /* where the message id lies in it; 0: none */
    uint64_t *sent_at;
    uint32_t handle;
    struct crypto_sign_secret key;
    uint8_t device_key[32], nonce[32];
};

struct load {
    enum load_mode mode;
    const char *name, *path, *protocol, *host;
    int port, pid, epoll;
    unsigned conns, seconds, window, sources;
    size_t size;
    double rate;
    bool tls, hello;
    SSL_CTX *tls_ctx;
    struct conn *all;
    unsigned ready, dead;
    uint64_t received;
    bool running;
};
extern struct load load;

/* measure.c */
uint64_t now_ns(void);
uint64_t cpu_ns(int pid);
uint64_t rss_bytes(int pid);
void latency_reset(void);
void latency_note(uint64_t ns);
double latency_us(double quantile);

/* conn.c */
void kill_conn(struct conn *c, const char *why);
void flush(struct conn *c);
void put_message(struct conn *c, int opcode, struct slice s);
void put_text(struct conn *c, const char *text);
/* The message to be sent; of several all go out together. mid_at: offset in s of 8 bytes that each
 * copy gets anew, or 0. */
void keep_message(struct conn *c, int opcode, struct slice s, size_t mid_at);
void send_one(struct conn *c, uint64_t due_ns);
/* The oldest message without an answer has got one. */
void answered(struct conn *c);
void set_ready(struct conn *c);
void on_event(struct conn *c, uint32_t events);

/* sotto.c and xmpp.c: what a connection says first, and what it does with a message. */
struct slice body_of(size_t n);
void sotto_hello(struct conn *c);
void sotto_message(struct conn *c, struct slice s);
void xmpp_open(struct conn *c);
void xmpp_text(struct conn *c, char *p, size_t n);
#endif
