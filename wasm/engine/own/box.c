/* The chats' mailboxes that are open on the anonymous line. */
#include "engine/own/box.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/sign.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "schema/frame.h"

void own_boxes_forget(struct own *o)
{
    arena_reset(&o->box_arena);
    o->boxes = NULL;
    o->box_n = o->box_cap = 0;
}

struct own_box *own_box(struct own *o, int64_t chat, bool make)
{
    for (size_t i = 0; i < o->box_n; i++) {
        if (o->boxes[i].chat == chat) {
            return &o->boxes[i];
        }
    }
    if (!make) {
        return NULL;
    }
    if (o->box_n == o->box_cap) {
        size_t cap = o->box_cap == 0 ? 64 : o->box_cap * 2;
        struct own_box *p = arena_array(&o->box_arena, cap, sizeof *p);
        if (p == NULL) {
            return NULL;
        }
        if (o->box_n > 0) {
            memcpy(p, o->boxes, o->box_n * sizeof *p);
        }
        o->boxes = p;
        o->box_cap = cap;
    }
    struct own_box *box = &o->boxes[o->box_n++];
    memset(box, 0, sizeof *box);
    box->chat = chat;
    return box;
}

struct own_box *own_box_of_handle(struct own *o, uint32_t handle)
{
    for (size_t i = 0; i < o->box_n; i++) {
        if (o->boxes[i].opened && o->boxes[i].handle == handle) {
            return &o->boxes[i];
        }
    }
    return NULL;
}

enum err own_box_reopen(struct own *o, struct step *s, struct own_box *box)
{
    struct wire_close w = {box->handle};
    struct slice body;
    struct buf b = buf_arena(s->arena, 16);
    box->opened = box->stalled = box->may_write = false;
    s->dirty = true;
    wire_close_put(&b, &w);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_ANON, FRAME_CLOSE, 0, body);
}

void own_box_at(struct own_box *box, const struct step *s, int64_t cursor)
{
    uint64_t at = cursor > 0 ? (uint64_t)cursor : 0;
    if (at != box->at || box->moved_ms == 0) {
        box->at = at;
        box->moved_ms = s->now_ms;
    }
}

#define AGAIN_MS 10000 /* at once, but not more often; else at the next alarm */

enum err own_box_again(struct own *o, struct step *s, struct own_box *box)
{
    bool soon = box->again_ms == 0 || s->now_ms - box->again_ms > AGAIN_MS;
    box->stalled = true;
    box->again = !soon;
    s->dirty = true;
    if (!soon || !box->opened) {
        return OK;
    }
    box->again_ms = s->now_ms;
    own_due_chat(o, box->chat);
    return own_box_reopen(o, s, box);
}

enum err own_boxes_again(struct own *o, struct step *s)
{
    for (size_t i = 0; i < o->box_n; i++) {
        struct own_box *box = &o->boxes[i];
        if (box->again && s->now_ms - box->again_ms > AGAIN_MS) {
            TRY(own_box_again(o, s, box));
        }
    }
    return OK;
}

enum err own_write(struct own *o, struct step *s, uint32_t handle, const uint8_t mailbox[16],
                   uint64_t epoch, const uint8_t write_seed[32])
{
    struct crypto_sign_secret secret;
    struct wire_write w;
    struct slice tbs, body;
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf t = buf_arena(s->arena, 128), b = buf_arena(s->arena, 96);
    frame_write_tbs(&t, own_frame_origin(o), SLICE_ARRAY(o->conn[OWN_CONN_ANON].nonce),
                    slice_make(mailbox, FRAME_MAILBOX_SIZE), epoch);
    TRY(buf_finish(&t, &tbs));
    memcpy(secret.seed, write_seed, sizeof secret.seed);
    crypto_sign(signature, &secret, tbs);
    wipe(&secret, sizeof secret);
    w.handle = handle;
    w.epoch = epoch;
    w.signature = SLICE_ARRAY(signature);
    wire_write_put(&b, &w);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_ANON, FRAME_WRITE, 0, body);
}

enum err own_box_may_write(struct own *o, struct step *s, struct own_box *box,
                           const uint8_t mailbox[16], uint64_t epoch, const uint8_t write_seed[32])
{
    if (box->may_write && box->right_epoch == epoch) {
        return OK;
    }
    TRY(own_write(o, s, box->handle, mailbox, epoch, write_seed));
    box->may_write = true;
    box->right_epoch = epoch;
    return OK;
}
