/* A whole gateway in this process: a state folder of its own, the threads of its loops, its writer
 * and its reader, listeners on loopback. What unit tests of the gateway's outer rooms need; those
 * of its rules have gateway_line_native.h. */
#ifndef SOTTO_TESTS_GATEWAY_HOUSE_NATIVE_H
#define SOTTO_TESTS_GATEWAY_HOUSE_NATIVE_H
#include "gateway/gateway.h"

#define GATEWAY_HOUSE_PATH 128
#define GATEWAY_HOUSE_ANSWER 16384

/* ---- a folder -------------------------------------------------------------------------------- */

/* An empty one below /tmp. */
bool gateway_house_folder(char dir[GATEWAY_HOUSE_PATH]);
/* It goes, with all that lies in it. */
void gateway_house_folder_end(const char *dir);
/* DIR/NAME, which may lie deeper, with this text. */
void gateway_house_put(const char *dir, const char *name, const char *text);
/* DIR/NAME.pem and DIR/NAME.key: a certificate of localhost, signed by itself, that ends in this
 * many seconds (below zero: has ended). */
void gateway_house_certificate(const char *dir, const char *name, long seconds);

/* ---- the gateway ----------------------------------------------------------------------------- */

struct gateway_house {
    struct gw_gateway gw;
    char dir[GATEWAY_HOUSE_PATH], app[GATEWAY_HOUSE_PATH];
    bool runs;
};

/* A folder with a page, and ports of 127.0.0.1 that were free: gw.config, which the test may
 * change. Owned by this file; it stays in reach, since loops are not taken apart. */
struct gateway_house *gateway_house_begin(void);
/* All of run.c but the signals; false and a sentence. */
bool gateway_house_run(struct gateway_house *h, char *why, size_t n);
/* Stops what runs; the folder goes. */
void gateway_house_end(struct gateway_house *h);
/* A port of 127.0.0.1 that nobody listens on. */
uint64_t gateway_house_port(void);
/* A connection to this port of 127.0.0.1, -1: refused. It gives up waiting after some seconds. */
int gateway_house_connect(uint64_t port);
/* Sends the request and reads until the other side ends, or all that Content-Length says is there,
 * or a 101 was given. The answer's status; 0: none. */
int gateway_house_ask(uint64_t port, const char *request, char answer[GATEWAY_HOUSE_ANSWER]);
/* GET of this path, with further header lines (each with its line end) or "". */
int gateway_house_get(uint64_t port, const char *path, const char *lines,
                      char answer[GATEWAY_HOUSE_ANSWER]);
/* The value of this header in an answer (name in small letters), empty when it is not there; how
 * often it is there. Valid until the next call. */
const char *gateway_house_header(const char *answer, const char *name);
size_t gateway_house_header_n(const char *answer, const char *name);
/* Behind the empty line. */
const char *gateway_house_content(const char *answer);

#endif
