#include "release/proof.h"
#include "release/line.h"

#include <string.h>

static const char proof_begin[] = "c2sp.org/tlog-proof@v1";
static const char index_begin[] = "index ";

/* The first two lines. */
static enum err get_head(uint64_t *index, struct slice *rest)
{
    struct slice line, begin;
    if (!release_line_next(rest, &line) || !slice_equal(line, slice_of_string(proof_begin)) ||
        !release_line_next(rest, &line) ||
        slice_take(&line, sizeof index_begin - 1, &begin) != OK ||
        !slice_equal(begin, slice_of_string(index_begin))) {
        return ERR_INPUT;
    }
    return release_line_decimal_get(index, line);
}

static enum err get_proof(struct release_proof *out, struct slice rest)
{
    struct slice line;
    TRY(get_head(&out->index, &rest));
    while (release_line_next(&rest, &line)) {
        if (line.n == 0) {
            out->checkpoint = rest;
            return OK;
        }
        if (out->n == RELEASE_PROOF_HASHES_MAX) {
            return ERR_LIMIT;
        }
        TRY(release_checkpoint_hash_get(&out->hashes[out->n], line));
        out->n++;
    }
    return ERR_INPUT;
}

enum err release_proof_parse(struct release_proof *out, struct slice in)
{
    memset(out, 0, sizeof *out);
    enum err e = in.n > RELEASE_PROOF_BYTES_MAX ? ERR_LIMIT
                 : release_note_is_plain(in)    ? get_proof(out, in)
                                                : ERR_INPUT;
    if (e != OK) {
        memset(out, 0, sizeof *out);
    }
    return e;
}

void release_proof_put(struct buf *b, uint64_t index, const struct release_hash *hashes, size_t n,
                       struct slice checkpoint)
{
    buf_slice(b, slice_of_string(proof_begin));
    buf_u8(b, '\n');
    buf_slice(b, slice_of_string(index_begin));
    release_line_decimal_put(b, index);
    buf_u8(b, '\n');
    for (size_t i = 0; i < n; i++) {
        release_line_base64_put(b, SLICE_ARRAY(hashes[i].b));
        buf_u8(b, '\n');
    }
    buf_u8(b, '\n');
    buf_slice(b, checkpoint);
}
