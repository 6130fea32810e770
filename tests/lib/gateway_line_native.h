/* Connections of the own network to a gateway in one thread: a socket pair each, h2o's event loop
 * without waiting, the writer and the reader when it is their turn. One test has one gateway. */
#ifndef SOTTO_TESTS_GATEWAY_LINE_NATIVE_H
#define SOTTO_TESTS_GATEWAY_LINE_NATIVE_H
#include "gateway/own/peer.h"
#include "lib/gateway_world_native.h"

#define GATEWAY_LINE_HOST "gateway.example:8443"

struct gateway_line {
    struct gateway_world *w;
    struct gw_own_peer *p; /* kept until gateway_line_end */
    struct arena arena;    /* of what was heard */
    uint8_t nonce[FRAME_NONCE_SIZE];
    uint8_t *in; /* bytes off the socket that are no whole message yet */
    size_t in_n, in_cap;
    struct gateway_line_frame {
        bool came; /* else there is none */
        uint8_t type;
        uint32_t request;
        struct slice body;
    } * heard; /* in order */
    size_t heard_n, heard_cap;
    int fd;
    bool ended; /* a close frame came, with this code */
    unsigned close_code;
};

/* gateway_world_begin, and a loop whose connections are lines. */
bool gateway_line_gateway(struct gateway_world *w);
void gateway_line_gateway_end(struct gateway_world *w);
/* A new connection that has said nothing. */
void gateway_line_begin(struct gateway_world *w, struct gateway_line *l);
void gateway_line_end(struct gateway_line *l);
/* One frame; all that follows from it is done, at the writer and the reader too. */
void gateway_line_say(struct gateway_line *l, enum frame_type type, uint32_t request,
                      struct slice body);
/* What waits anywhere is done; `l` (may be NULL) has heard what was sent to it. */
void gateway_line_settle(struct gateway_world *w, struct gateway_line *l);
/* Takes off l what came on it. */
void gateway_line_listen(struct gateway_line *l);
/* The answer to this request, the last of them. */
struct gateway_line_frame gateway_line_answer(struct gateway_line *l, uint32_t request);
/* The code of the FAILURE that answered; 0: another answer, UINT32_MAX: none. */
unsigned gateway_line_failure(struct gateway_line *l, uint32_t request);
/* How many frames of this type came; *last: the newest (may be NULL). */
size_t gateway_line_count(const struct gateway_line *l, uint8_t type, struct slice *last);
/* What came is forgotten. */
void gateway_line_forget(struct gateway_line *l);
/* A line that has said HELLO, of anon: the nonce that it was given. */
void gateway_line_anon(struct gateway_world *w, struct gateway_line *l);
/* HELLO and AUTH by the key of this number; wire_mode. READY has come unless it failed. */
void gateway_line_login(struct gateway_world *w, struct gateway_line *l, uint8_t key,
                        enum wire_mode mode);

#endif
