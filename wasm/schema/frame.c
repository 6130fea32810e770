#include "schema/frame.h"

#include "crypto/hash.h"

size_t frame_begin(struct buf *b, enum frame_type type, uint32_t request)
{
    size_t mark = b->n;
    buf_le24(b, 0);
    buf_u8(b, (uint8_t)type);
    buf_le32(b, request);
    return mark;
}

void frame_end(struct buf *b, size_t mark)
{
    if (b->err != OK) {
        return;
    }
    size_t n = b->n - mark - FRAME_HEADER_SIZE;
    if (n > FRAME_BODY_MAX) {
        buf_fail(b, ERR_LIMIT);
        return;
    }
    b->p[mark] = (uint8_t)n;
    b->p[mark + 1] = (uint8_t)(n >> 8);
    b->p[mark + 2] = (uint8_t)(n >> 16);
}

void frame_put(struct buf *b, enum frame_type type, uint32_t request, struct slice body)
{
    size_t mark = frame_begin(b, type, request);
    buf_slice(b, body);
    frame_end(b, mark);
}

enum err frame_next(struct slice *message, uint8_t *type, uint32_t *request, struct slice *body)
{
    struct slice s = *message;
    uint32_t n = 0;
    TRY(slice_le24(&s, &n));
    TRY(slice_u8(&s, type));
    TRY(slice_le32(&s, request));
    if (n > FRAME_BODY_MAX) {
        return ERR_INPUT;
    }
    TRY(slice_take(&s, n, body));
    *message = s;
    return OK;
}

void frame_post_put(struct buf *b, const struct frame_post *v)
{
    buf_le32(b, v->handle);
    buf_put(b, v->mid, sizeof v->mid);
    buf_u8(b, v->flags);
    buf_le64(b, v->epoch);
    buf_put(b, v->branch, sizeof v->branch);
    buf_slice(b, v->body);
}

enum err frame_post_get(struct slice body, struct frame_post *v)
{
    TRY(slice_le32(&body, &v->handle));
    TRY(slice_copy(&body, v->mid, sizeof v->mid));
    TRY(slice_u8(&body, &v->flags));
    if ((v->flags & ~FRAME_FLAG_RETRY) != 0) {
        return ERR_INPUT;
    }
    TRY(slice_le64(&body, &v->epoch));
    TRY(slice_copy(&body, v->branch, sizeof v->branch));
    v->body = body;
    return OK;
}

void frame_deliver_put(struct buf *b, const struct frame_deliver *v)
{
    buf_le32(b, v->handle);
    buf_le64(b, v->seq);
    buf_le64(b, v->server_ms);
    buf_u8(b, v->kind);
    buf_le64(b, v->epoch);
    buf_put(b, v->mid, sizeof v->mid);
    buf_put(b, v->branch, sizeof v->branch);
    buf_slice(b, v->body);
}

enum err frame_deliver_get(struct slice body, struct frame_deliver *v)
{
    TRY(slice_le32(&body, &v->handle));
    TRY(slice_le64(&body, &v->seq));
    TRY(slice_le64(&body, &v->server_ms));
    TRY(slice_u8(&body, &v->kind));
    TRY(slice_le64(&body, &v->epoch));
    TRY(slice_copy(&body, v->mid, sizeof v->mid));
    TRY(slice_copy(&body, v->branch, sizeof v->branch));
    v->body = body;
    return OK;
}

void frame_ephemeral_put(struct buf *b, const struct frame_ephemeral *v)
{
    buf_le32(b, v->handle);
    buf_le64(b, v->epoch);
    buf_slice(b, v->body);
}

enum err frame_ephemeral_get(struct slice body, struct frame_ephemeral *v)
{
    TRY(slice_le32(&body, &v->handle));
    TRY(slice_le64(&body, &v->epoch));
    v->body = body;
    return OK;
}

void frame_seq_put(struct buf *b, uint32_t handle, uint64_t seq)
{
    buf_le32(b, handle);
    buf_le64(b, seq);
}

enum err frame_seq_get(struct slice body, uint32_t *handle, uint64_t *seq)
{
    TRY(slice_le32(&body, handle));
    TRY(slice_le64(&body, seq));
    return slice_end(body);
}

void frame_blob_put(struct buf *b, const struct frame_blob *v)
{
    buf_put(b, v->blob, sizeof v->blob);
    buf_le32(b, v->index);
    buf_slice(b, v->bytes);
}

enum err frame_blob_get(struct slice body, struct frame_blob *v)
{
    TRY(slice_copy(&body, v->blob, sizeof v->blob));
    TRY(slice_le32(&body, &v->index));
    v->bytes = body;
    return OK;
}

static void put_hash(struct buf *b, struct slice in)
{
    uint8_t h[32];
    crypto_sha256(h, in);
    buf_put(b, h, sizeof h);
}

void frame_write_tbs(struct buf *b, struct slice origin, struct slice nonce, struct slice mailbox,
                     uint64_t epoch)
{
    if (origin.n > FRAME_ORIGIN_MAX) {
        buf_fail(b, ERR_LIMIT);
        return;
    }
    buf_slice(b, SLICE_LITERAL("sotto write 1"));
    buf_u8(b, (uint8_t)origin.n);
    buf_slice(b, origin);
    buf_slice(b, nonce);
    buf_slice(b, mailbox);
    buf_u64(b, epoch);
}

void frame_commit_tbs(struct buf *b, struct slice mailbox, const struct wire_commit *v)
{
    buf_slice(b, SLICE_LITERAL("sotto commit 2"));
    buf_slice(b, mailbox);
    buf_u64(b, v->epoch);
    buf_slice(b, v->mid);
    buf_slice(b, v->branch);
    put_hash(b, v->body);
    buf_slice(b, v->next_key);
    buf_u8(b, v->has_read_hash);
    buf_slice(b, v->has_read_hash ? v->read_hash : SLICE_EMPTY);
    buf_u8(b, v->has_info);
    put_hash(b, v->has_info ? v->info : SLICE_EMPTY);
    buf_u64(b, v->welcomes_n);
    for (size_t i = 0; i < v->welcomes_n; i++) {
        put_hash(b, v->welcomes[i].inbox);
        put_hash(b, v->welcomes[i].token);
        put_hash(b, v->welcomes[i].body);
    }
}

void frame_auth_tbs(struct buf *b, struct slice origin, struct slice key, struct slice nonce)
{
    buf_slice(b, SLICE_LITERAL("sotto auth 1"));
    buf_u8(b, (uint8_t)origin.n);
    buf_slice(b, origin);
    buf_slice(b, key);
    buf_slice(b, nonce);
}

void frame_record_tbs(struct buf *b, struct slice account, struct slice device, uint64_t number,
                      struct slice head, struct slice body)
{
    buf_slice(b, SLICE_LITERAL("sotto record 2"));
    buf_slice(b, account);
    buf_slice(b, device);
    buf_u64(b, number);
    buf_slice(b, head);
    put_hash(b, body);
}
