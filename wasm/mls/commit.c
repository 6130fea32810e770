#include "mls/commit.h"

#include "base/limits.h"

enum { BY_VALUE = 1, BY_REFERENCE = 2 };

enum err mls_commit_next(struct slice *proposals, bool *by_reference, struct slice *reference,
                         struct mls_proposal_body *proposal)
{
    uint8_t kind = 0;
    *reference = SLICE_EMPTY;
    TRY(slice_u8(proposals, &kind));
    *by_reference = kind == BY_REFERENCE;
    switch (kind) {
    case BY_VALUE:
        return mls_proposal_read(proposals, proposal);
    case BY_REFERENCE:
        return mls_codec_vector(proposals, reference);
    default:
        return ERR_INPUT;
    }
}

enum err mls_commit_read(struct slice *s, struct mls_commit_body *out)
{
    const uint8_t *start = s->p;
    *out = (struct mls_commit_body){0};
    TRY(mls_codec_vector(s, &out->proposals));
    struct slice rest = out->proposals;
    while (rest.n > 0) {
        bool by_reference = false;
        struct slice reference;
        struct mls_proposal_body proposal;
        if (out->count == MLS_COMMIT_PROPOSALS_MAX) {
            return ERR_LIMIT;
        }
        TRY(mls_commit_next(&rest, &by_reference, &reference, &proposal));
        out->count++;
    }
    TRY(mls_codec_optional(s, &out->has_path));
    if (out->has_path) {
        TRY(mls_treekem_read(s, &out->path));
    }
    out->raw = slice_make(start, (size_t)(s->p - start));
    return OK;
}

void mls_commit_put_value(struct buf *b, struct slice proposal)
{
    buf_u8(b, BY_VALUE);
    buf_slice(b, proposal);
}

void mls_commit_put_reference(struct buf *b, struct slice reference)
{
    buf_u8(b, BY_REFERENCE);
    mls_codec_put_vector(b, reference);
}
