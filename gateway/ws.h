/* WebSocket framing without sockets (a part of RFC 6455, 5): binary messages, masked by the client,
 * no fragments, no reserved bits, no text, at most GW_WS_MESSAGE_MAX bytes. Pure functions over
 * memory; the fuzz target gw_socket feeds them. */
#ifndef SOTTO_GATEWAY_WS_H
#define SOTTO_GATEWAY_WS_H
#include "base/base.h"

#define GW_WS_MESSAGE_MAX (64u << 10)
#define GW_WS_HEADER_MAX 10 /* of a frame to the client */

enum gw_ws_opcode { GW_WS_BINARY = 2, GW_WS_CLOSE = 8, GW_WS_PING = 9, GW_WS_PONG = 10 };
enum gw_ws_result { GW_WS_MORE, GW_WS_FRAME, GW_WS_BAD };

enum gw_ws_code {
    GW_WS_CODE_NORMAL = 1000,
    GW_WS_CODE_PROTOCOL = 1002,
    GW_WS_CODE_UNSUPPORTED = 1003,
    GW_WS_CODE_POLICY = 1008,
    GW_WS_CODE_TOO_BIG = 1009,
    GW_WS_CODE_RESTART = 1012
};

struct gw_ws_frame {
    uint8_t opcode;
    uint8_t *p; /* unmasked in place */
    size_t n;
    size_t taken;      /* bytes of the input that the frame filled      */
    uint16_t bad_code; /* with GW_WS_BAD: what to close with            */
};

/* Looks at the n bytes at p. GW_WS_MORE: wait, nothing was changed. GW_WS_FRAME: one whole frame,
 * unmasked where it lies. GW_WS_BAD: outside the profile; refused before its payload is awaited. */
enum gw_ws_result gw_ws_parse(uint8_t *p, size_t n, struct gw_ws_frame *out);
/* The header of an unmasked frame with n bytes of payload; returns its 2, 4 or 10 bytes. */
size_t gw_ws_header(uint8_t out[GW_WS_HEADER_MAX], enum gw_ws_opcode opcode, size_t n);

#endif
