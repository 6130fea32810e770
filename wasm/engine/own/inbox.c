#include "engine/own/inbox.h"

#include <string.h>

#include "base/cbor.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/clock.h"
#include "engine/own/frame.h"
#include "engine/own/grave.h"
#include "engine/own/join.h"
#include "engine/own/notice.h"
#include "engine/own/part.h"
#include "engine/own/restore.h"
#include "store/chat.h"
#include "store/order.h"
#include "store/own_setting.h"
#include "store/people.h"
static enum err inbox_item(struct own *o, struct step *s, const struct frame_deliver *d)
{
    struct slice in = d->body, bytes, token = SLICE_EMPTY;
    uint64_t version = 0, type = 0;
    size_t n = 0;
    TRY(cbor_check(in));
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    TRY(cbor_get_uint(&in, &type));
    TRY(cbor_get_bytes(&in, &bytes));
    if (n > 3) {
        TRY(cbor_get_bytes(&in, &token));
    }
    if (version != 1 || type != 1) {
        return OK; /* from a newer version */
    }
    return own_group_welcome(o, s, bytes, token, d->server_ms);
}

/* Somebody with the recovery code was given the record: reported in my notes and in the
 * settings. */
static enum err record_given(struct step *s, uint64_t server_ms)
{
    int64_t self = 0;
    uint64_t at = server_ms <= INT64_MAX ? server_ms : s->now_ms;
    s->out->state = true;
    TRY(store_own_setting_put_int(s->store, "record-read-ms", (int64_t)at));
    enum err e = store_chat_self(s->store, &self);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    effects_chat(s->out, self);
    return own_notice(s, self, ABI_NOTICE_RECORD, STORE_PERSON_ME, SLICE_EMPTY, at);
}

/* The cursor of the inbox: number and hash of what was taken last. hash empty: unknown, as after a
 * gap. */
static enum err put_cursor(struct step *s, uint64_t seq, struct slice hash)
{
    TRY(store_own_setting_put(s->store, "inbox-hash", hash));
    return store_own_setting_put_int(s->store, "inbox-seq", (int64_t)seq);
}

enum err own_inbox_ready(struct step *s, const struct wire_ready *r)
{
    int64_t last = 0;
    struct slice hash = SLICE_EMPTY;
    TRY(store_own_setting_int(s->store, "inbox-seq", 0, &last));
    enum err e = store_own_setting_get(s->store, s->arena, "inbox-hash", &hash);
    if (e != OK && e != ERR_GONE) {
        return e;
    }
    bool shorter = r->queue_last < (uint64_t)last;
    bool other = r->queue_last == (uint64_t)last && r->has_queue_hash && hash.n > 0 &&
                 !slice_equal(r->queue_hash, hash);
    if ((!shorter && !other) || !RULE(INBOX_HEAD_IS_COMPARED)) {
        return OK;
    }
    s->durable = true;
    TRY(own_restore_account(s));
    return put_cursor(s, r->queue_last, r->has_queue_hash ? r->queue_hash : SLICE_EMPTY);
}

enum err own_inbox_take(struct own *o, struct step *s, const struct frame_deliver *d)
{
    int64_t last = 0;
    struct slice body;
    struct buf b = buf_arena(s->arena, 16);
    TRY(store_own_setting_int(s->store, "inbox-seq", 0, &last));
    uint8_t hash[32];
    struct store_seen mark;
    crypto_sha256(hash, d->body);
    enum err known =
        d->kind == WIRE_KIND_APPLICATION ? store_seen_get(s->store, 0, hash, &mark) : OK;
    known = known == OK && d->kind == WIRE_KIND_APPLICATION && !RULE(INBOX_ITEM_ONCE) ? ERR_GONE
                                                                                      : known;
    if (known != OK && known != ERR_GONE) {
        return known;
    }
    if ((int64_t)d->seq <= last && known == ERR_GONE &&
        RULE(INBOX_CURSOR_HAS_HASH)) { /* not the one we had there */
        TRY(own_restore_account(s));
        last = (int64_t)d->seq - 1;
    }
    if ((int64_t)d->seq > last) {
        memset(&mark, 0, sizeof mark);
        TRY(store_seen_put(s->store, 0, hash, &mark, (int64_t)own_clock_late(o, s)));
        if (known == ERR_GONE && d->kind == WIRE_KIND_APPLICATION) {
            struct own_part part;
            TRY(own_part_begin(o, s, &part));
            enum err e = own_part_end(o, s, &part, inbox_item(o, s, d));
            if (own_grave(e)) {
                return e;
            }
        }
        if (d->kind == WIRE_KIND_RECORD) {
            TRY(record_given(s, d->server_ms));
        }
        TRY(put_cursor(s, d->seq, d->kind == WIRE_KIND_GAP ? SLICE_EMPTY : SLICE_ARRAY(hash)));
        s->durable = true;
    }
    frame_seq_put(&b, 0, d->seq);
    TRY(buf_finish(&b, &body));
    return own_frame(o, s, OWN_CONN_DEVICE, FRAME_ACK, 0, body);
}
