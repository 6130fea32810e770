/* The floor: a bare epoll server that speaks just enough WebSocket to echo, with no HTTP parser, no
 * limits, no timers, no peers. What a gateway costs above this is what it does. Usage: floor PORT.
 * Loopback only. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 262144

struct conn {
    int fd;
    int upgraded;
    uint32_t n, cap;
    uint8_t *p;
};

static uint8_t in[ROOM], out[ROOM + 16384];

static void answer_upgrade(struct conn *c, const char *head)
{
    static const char name[] = "Sec-WebSocket-Key: ";
    const char *key = strstr(head, name);
    unsigned char hash[20], accept[32];
    char text[64], reply[256];
    if (key == NULL) {
        return;
    }
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + sizeof name - 1);
    SHA1((unsigned char *)text, 60, hash);
    EVP_EncodeBlock(accept, hash, 20);
    int n =
        snprintf(reply, sizeof reply,
                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: %s\r\n\r\n",
                 accept);
    if (write(c->fd, reply, (size_t)n) == n) {
        c->upgraded = 1;
    }
}

/* Echoes every whole frame in p; returns the bytes used. */
static size_t echo(struct conn *c, uint8_t *p, size_t n)
{
    size_t at = 0, w = 0;
    while (n - at >= 2) {
        uint8_t *f = p + at;
        size_t size = f[1] & 127u, head = 2;
        if (size == 126) {
            if (n - at < 4) {
                break;
            }
            size = (size_t)f[2] << 8 | f[3];
            head = 4;
        }
        if (n - at < head + 4 + size || w + size + 4 > sizeof out) {
            break;
        }
        out[w] = f[0];
        out[w + 1] = f[1] & 127;
        memcpy(out + w + 2, f + 2, head - 2);
        for (size_t i = 0; i < size; i++) {
            out[w + head + i] = f[head + 4 + i] ^ f[head + (i & 3)];
        }
        w += head + size;
        at += head + 4 + size;
    }
    if (w > 0 && write(c->fd, out, w) != (ssize_t)w) {
        fprintf(stderr, "short write\n");
    }
    return at;
}

static int serve(struct conn *c)
{
    size_t have = c->n;
    memcpy(in, c->p, have);
    ssize_t k = read(c->fd, in + have, sizeof in - have - 1);
    if (k <= 0) {
        return k < 0 && errno == EAGAIN ? 0 : -1;
    }
    size_t n = have + (size_t)k, used = 0;
    if (!c->upgraded) {
        in[n] = 0;
        char *end = strstr((char *)in, "\r\n\r\n");
        if (end != NULL) {
            answer_upgrade(c, (char *)in);
            used = (size_t)(end + 4 - (char *)in);
        }
    }
    if (c->upgraded) {
        used += echo(c, in + used, n - used);
    }
    c->n = (uint32_t)(n - used);
    if (c->n > c->cap) {
        c->cap = c->n;
        c->p = realloc(c->p, c->cap);
    } else if (c->n == 0) {
        free(c->p);
        c->p = NULL;
        c->cap = 0;
    }
    memcpy(c->p, in + used, c->n);
    return 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port =
                                htons((uint16_t)(argc > 1 ? strtol(argv[1], NULL, 10) : 9000))};
    struct rlimit r;
    int one = 1, ep = epoll_create1(0), l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(l, (struct sockaddr *)&a, sizeof a) != 0 || listen(l, 4096) != 0) {
        perror("listen");
        return 1;
    }
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = NULL}, got[256];
    epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev);
    for (;;) {
        int n = epoll_wait(ep, got, 256, -1);
        for (int i = 0; i < n; i++) {
            struct conn *c = got[i].data.ptr;
            if (c == NULL) {
                int fd;
                while ((fd = accept4(l, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    c = calloc(1, sizeof *c);
                    c->fd = fd;
                    ev.data.ptr = c;
                    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
                }
            } else if (serve(c) != 0) {
                close(c->fd);
                free(c->p);
                free(c);
            }
        }
    }
}
