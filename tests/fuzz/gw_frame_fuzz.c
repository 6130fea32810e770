#include <string.h>

#include "fuzz/fuzz.h"
#include "schema/chain.h"
#include "schema/frame.h"

/* Every body that comes with a frame, by type. A CBOR body that is accepted has one encoding, so
 * writing it gives it back (but for items a newer client may have added at its end). */
#define WRITE_BACK(name)                                                                           \
    do {                                                                                           \
        struct wire_##name v;                                                                      \
        if (wire_##name##_decode(&arena, body, &v) == OK) {                                        \
            struct buf b = buf_arena(&arena, body.n + 16);                                         \
            wire_##name##_put(&b, &v);                                                             \
            check_same(&arena, &b, body);                                                          \
        }                                                                                          \
    } while (0)

static void check_same(struct arena *a, const struct buf *b, struct slice body)
{
    struct slice out, s = body, t;
    size_t have = 0, wrote = 0;
    FUZZ_CHECK(buf_finish(b, &out) == OK);
    t = out;
    FUZZ_CHECK(cbor_get_array(&s, &have) == OK && cbor_get_array(&t, &wrote) == OK);
    FUZZ_CHECK(have >= wrote);
    if (have == wrote) {
        (void)a; /* inner records may have grown, too; then ours is the shorter one */
        FUZZ_CHECK(out.n <= body.n);
    }
}

static void fixed(uint8_t type, struct slice body)
{
    struct frame_post post;
    struct frame_deliver deliver;
    struct frame_ephemeral ephemeral;
    struct frame_blob blob;
    uint32_t handle = 0;
    uint64_t seq = 0;
    switch (type % 5) {
    case 0:
        if (frame_post_get(body, &post) == OK) {
            FUZZ_CHECK(post.body.n + 29 == body.n && (post.flags & ~FRAME_FLAG_RETRY) == 0);
        }
        break;
    case 1:
        FUZZ_CHECK((frame_deliver_get(body, &deliver) == OK) == (body.n >= 45));
        break;
    case 2:
        FUZZ_CHECK((frame_ephemeral_get(body, &ephemeral) == OK) == (body.n >= 12));
        break;
    case 3:
        FUZZ_CHECK((frame_blob_get(body, &blob) == OK) == (body.n >= 20));
        break;
    default:
        FUZZ_CHECK((frame_seq_get(body, &handle, &seq) == OK) == (body.n == 12));
        break;
    }
}

static void one(uint8_t type, struct slice body)
{
    struct arena arena;
    struct chain_entry entry;
    arena_init(&arena, 0);
    switch (type) {
    case FRAME_HELLO:
        WRITE_BACK(hello);
        break;
    case FRAME_AUTH:
        WRITE_BACK(auth);
        break;
    case FRAME_REGISTER:
        WRITE_BACK(register);
        break;
    case FRAME_CHAIN_PUT:
        WRITE_BACK(chain_put);
        break;
    case FRAME_KP_PUT:
        WRITE_BACK(kp_put);
        break;
    case FRAME_TOKEN_SET:
        WRITE_BACK(token_set);
        break;
    case FRAME_TOKEN_DROP:
        WRITE_BACK(token_drop);
        break;
    case FRAME_PUSH_SET:
        WRITE_BACK(push_set);
        break;
    case FRAME_KP_TAKE:
        WRITE_BACK(kp_take);
        break;
    case FRAME_INBOX_POST:
        WRITE_BACK(inbox_post);
        break;
    case FRAME_CHAIN_GET:
        WRITE_BACK(chain_get);
        break;
    case FRAME_BOX_NEW:
        WRITE_BACK(box_new);
        break;
    case FRAME_OPEN:
        WRITE_BACK(open);
        break;
    case FRAME_CLOSE:
        WRITE_BACK(close);
        break;
    case FRAME_COMMIT:
        WRITE_BACK(commit);
        break;
    case FRAME_WRITE:
        WRITE_BACK(write);
        break;
    case FRAME_INFO_GET:
        WRITE_BACK(info_get);
        break;
    case FRAME_BLOB_NEW:
        WRITE_BACK(blob_new);
        break;
    case FRAME_BLOB_STAT:
        WRITE_BACK(blob_stat);
        break;
    case FRAME_BLOB_DROP:
        WRITE_BACK(blob_drop);
        break;
    case FRAME_RECORD_PUT:
        WRITE_BACK(record_put);
        break;
    case FRAME_RECORD_GET:
        WRITE_BACK(record_get);
        break;
    case FRAME_READY:
        WRITE_BACK(ready);
        break;
    case FRAME_FAILURE:
        WRITE_BACK(failure);
        break;
    case FRAME_KP_TAKEN:
        WRITE_BACK(kp_taken);
        break;
    case FRAME_CHAIN:
        WRITE_BACK(chain);
        break;
    case FRAME_OPENED:
        WRITE_BACK(opened);
        break;
    case FRAME_INFO:
        WRITE_BACK(info);
        break;
    case FRAME_GRANT:
        WRITE_BACK(grant);
        break;
    case 200:
        if (chain_read(body, &entry) == OK) {
            FUZZ_CHECK(entry.device_n >= 1 && entry.device_n <= CHAIN_DEVICES_MAX);
        }
        break;
    default:
        fixed(type, body);
        break;
    }
    arena_wipe(&arena);
}

FUZZ(input)
{
    struct slice message = input, body;
    uint32_t request = 0;
    uint8_t type = 0;
    while (message.n > 0) {
        struct slice before = message;
        if (frame_next(&message, &type, &request, &body) != OK) {
            FUZZ_CHECK(message.p == before.p && message.n == before.n);
            /* The rest as a body of its own, so that the decoders see all shapes. */
            one(message.p[0], slice_make(message.p + 1, message.n - 1));
            break;
        }
        FUZZ_CHECK(before.n == message.n + body.n + FRAME_HEADER_SIZE);
        one(type, body);
    }
}
