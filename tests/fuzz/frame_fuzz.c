/* Frames of the gateway protocol: the header, the packed bodies and every CBOR body. */
#include <stdlib.h>
#include <string.h>

#include "schema/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void body(struct arena *a, uint8_t type, struct slice s)
{
    union {
        struct frame_post post;
        struct frame_deliver deliver;
        struct frame_ephemeral ephemeral;
        struct frame_blob blob;
        struct wire_hello hello;
        struct wire_ready ready;
        struct wire_register reg;
        struct wire_kp_put kp_put;
        struct wire_kp_taken kp_taken;
        struct wire_open open;
        struct wire_opened opened;
        struct wire_commit commit;
        struct wire_info info;
        struct wire_record_put record_put;
        struct wire_blob_new blob_new;
        struct wire_failure failure;
        struct wire_chain chain;
        struct wire_write write;
    } v;
    enum err e[18];
    size_t n = 0;
    (void)type;
    e[n++] = frame_post_get(s, &v.post);
    e[n++] = frame_deliver_get(s, &v.deliver);
    e[n++] = frame_ephemeral_get(s, &v.ephemeral);
    e[n++] = frame_blob_get(s, &v.blob);
    e[n++] = wire_hello_decode(a, s, &v.hello);
    e[n++] = wire_ready_decode(a, s, &v.ready);
    e[n++] = wire_register_decode(a, s, &v.reg);
    e[n++] = wire_kp_put_decode(a, s, &v.kp_put);
    e[n++] = wire_kp_taken_decode(a, s, &v.kp_taken);
    e[n++] = wire_open_decode(a, s, &v.open);
    e[n++] = wire_opened_decode(a, s, &v.opened);
    e[n++] = wire_commit_decode(a, s, &v.commit);
    e[n++] = wire_info_decode(a, s, &v.info);
    e[n++] = wire_record_put_decode(a, s, &v.record_put);
    e[n++] = wire_blob_new_decode(a, s, &v.blob_new);
    e[n++] = wire_failure_decode(a, s, &v.failure);
    e[n++] = wire_chain_decode(a, s, &v.chain);
    e[n++] = wire_write_decode(a, s, &v.write);
    for (size_t i = 0; i < n; i++) {
        if (e[i] != OK && e[i] != ERR_INPUT && e[i] != ERR_HOST_MEMORY && e[i] != ERR_LIMIT) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice message = slice_make(data, size), one;
    struct arena a;
    uint8_t type = 0;
    uint32_t request = 0;
    arena_init(&a, 1u << 24);
    body(&a, 0, message);
    while (frame_next(&message, &type, &request, &one) == OK) {
        body(&a, type, one);
    }
    arena_wipe(&a);
    return 0;
}
