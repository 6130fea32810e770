#include "gateway/ws.h"

#include <string.h>

static void unmask(uint8_t *p, size_t n, const uint8_t key[4])
{
    uint64_t mask, v;
    memcpy(&mask, key, 4);
    memcpy((uint8_t *)&mask + 4, key, 4);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&v, p + i, 8);
        v ^= mask;
        memcpy(p + i, &v, 8);
    }
    for (; i < n; i++) {
        p[i] ^= key[i & 3];
    }
}

static enum gw_ws_result bad(struct gw_ws_frame *out, uint16_t code)
{
    out->bad_code = code;
    return GW_WS_BAD;
}

/* What the first two bytes allow; 0 when fine, else the code to close with. */
static uint16_t check_head(const uint8_t *p)
{
    uint8_t opcode = p[0] & 15;
    if ((p[0] & 0x70) != 0 || (p[1] & 0x80) == 0) {
        return GW_WS_CODE_PROTOCOL;
    }
    if ((p[0] & 0x80) == 0 || opcode == 0 || opcode == 1) {
        return GW_WS_CODE_UNSUPPORTED; /* a fragment, or text */
    }
    if (opcode != GW_WS_BINARY && opcode != GW_WS_CLOSE && opcode != GW_WS_PING &&
        opcode != GW_WS_PONG) {
        return GW_WS_CODE_PROTOCOL;
    }
    if (opcode != GW_WS_BINARY && (p[1] & 127) > 125) {
        return GW_WS_CODE_PROTOCOL;
    }
    return 0;
}

enum gw_ws_result gw_ws_parse(uint8_t *p, size_t n, struct gw_ws_frame *out)
{
    memset(out, 0, sizeof *out);
    if (n < 2) {
        return GW_WS_MORE;
    }
    uint16_t code = check_head(p);
    if (code != 0) {
        return bad(out, code);
    }
    uint64_t size = p[1] & 127;
    size_t head = 2;
    if (size == 126) {
        if (n < 4) {
            return GW_WS_MORE;
        }
        size = (uint64_t)p[2] << 8 | p[3];
        head = 4;
        if (size < 126) {
            return bad(out, GW_WS_CODE_PROTOCOL);
        }
    } else if (size == 127) {
        if (n < 10) {
            return GW_WS_MORE;
        }
        size = 0;
        for (size_t i = 0; i < 8; i++) {
            size = size << 8 | p[2 + i];
        }
        head = 10;
        if (size < 65536) {
            return bad(out, GW_WS_CODE_PROTOCOL);
        }
    }
    if (size > GW_WS_MESSAGE_MAX) {
        return bad(out, GW_WS_CODE_TOO_BIG);
    }
    if (n - head < 4 + size) {
        return GW_WS_MORE;
    }
    out->opcode = p[0] & 15;
    out->p = p + head + 4;
    out->n = (size_t)size;
    out->taken = head + 4 + (size_t)size;
    unmask(out->p, out->n, p + head);
    return GW_WS_FRAME;
}

size_t gw_ws_header(uint8_t out[GW_WS_HEADER_MAX], enum gw_ws_opcode opcode, size_t n)
{
    out[0] = (uint8_t)(0x80 | (unsigned)opcode);
    if (n < 126) {
        out[1] = (uint8_t)n;
        return 2;
    }
    if (n < 65536) {
        out[1] = 126;
        out[2] = (uint8_t)(n >> 8);
        out[3] = (uint8_t)n;
        return 4;
    }
    out[1] = 127;
    for (size_t i = 0; i < 8; i++) {
        out[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
    }
    return 10;
}
