#include "witness_request.h"
#include "release/line.h"

#include <string.h>

#define HEX_DIGITS 64

static enum err get_old(uint64_t *out, struct slice *rest)
{
    struct slice line, word;
    if (!release_line_next(rest, &line) || slice_take(&line, 4, &word) != OK ||
        !slice_equal(word, SLICE_LITERAL("old "))) {
        return ERR_INPUT;
    }
    return release_line_decimal_get(out, line);
}

static enum err get_all(struct witness_request *out, struct slice rest)
{
    struct slice line;
    TRY(get_old(&out->old_size, &rest));
    while (release_line_next(&rest, &line)) {
        if (line.n == 0) {
            return release_checkpoint_parse(&out->checkpoint, rest);
        }
        if (out->n == RELEASE_PROOF_HASHES_MAX) {
            return ERR_LIMIT;
        }
        TRY(release_checkpoint_hash_get(&out->hashes[out->n], line));
        out->n++;
    }
    return ERR_INPUT;
}

enum err witness_request_parse(struct witness_request *out, struct slice body)
{
    memset(out, 0, sizeof *out);
    enum err e = body.n > WITNESS_REQUEST_BYTES_MAX ? ERR_LIMIT : get_all(out, body);
    if (e != OK) {
        memset(out, 0, sizeof *out);
    }
    return e;
}

bool witness_request_origin(struct slice *hex, struct slice path)
{
    struct slice begin, digits, rest = path;
    *hex = SLICE_EMPTY;
    if (slice_take(&rest, 1, &begin) != OK || begin.p[0] != '/' ||
        slice_take(&rest, HEX_DIGITS, &digits) != OK ||
        !slice_equal(rest, SLICE_LITERAL("/checkpoint"))) {
        return false;
    }
    for (size_t i = 0; i < digits.n; i++) {
        uint8_t c = digits.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    *hex = digits;
    return true;
}
