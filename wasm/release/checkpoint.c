#include "release/checkpoint.h"

#include <string.h>

#include "base/text.h"

static const char proof_begin[] = "c2sp.org/tlog-proof@v1";
static const char index_begin[] = "index ";

static enum err get_hash(struct release_hash *out, struct slice in)
{
    struct buf b = buf_fixed(out->b, sizeof out->b);
    TRY(release_base64_get(&b, in));
    return b.n == sizeof out->b ? OK : ERR_INPUT;
}

static enum err get_text(struct release_checkpoint *out, struct slice text)
{
    struct slice size, root;
    if (!release_line_next(&text, &out->origin) || !release_line_next(&text, &size) ||
        !release_line_next(&text, &root) || text.n != 0 || out->origin.n == 0) {
        return ERR_INPUT;
    }
    TRY(release_decimal_get(&out->size, size));
    return get_hash(&out->root, root);
}

enum err release_checkpoint_parse(struct release_checkpoint *out, struct slice in)
{
    struct release_checkpoint c;
    memset(out, 0, sizeof *out);
    memset(&c, 0, sizeof c);
    if (in.n > RELEASE_CHECKPOINT_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(release_note_split(&c.note, in));
    TRY(get_text(&c, c.note.text));
    *out = c;
    return OK;
}

void release_checkpoint_put(struct buf *b, struct slice origin, uint64_t size,
                            const struct release_hash *root)
{
    buf_slice(b, origin);
    buf_u8(b, '\n');
    release_decimal_put(b, size);
    buf_u8(b, '\n');
    release_base64_put(b, SLICE_ARRAY(root->b));
    buf_u8(b, '\n');
}

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
    return release_decimal_get(index, line);
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
        TRY(get_hash(&out->hashes[out->n], line));
        out->n++;
    }
    return ERR_INPUT;
}

enum err release_proof_parse(struct release_proof *out, struct slice in)
{
    memset(out, 0, sizeof *out);
    enum err e = in.n > RELEASE_PROOF_BYTES_MAX ? ERR_LIMIT : get_proof(out, in);
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
    release_decimal_put(b, index);
    buf_u8(b, '\n');
    for (size_t i = 0; i < n; i++) {
        release_base64_put(b, SLICE_ARRAY(hashes[i].b));
        buf_u8(b, '\n');
    }
    buf_u8(b, '\n');
    buf_slice(b, checkpoint);
}
