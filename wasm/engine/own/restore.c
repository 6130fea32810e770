#include "engine/own/restore.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/clock.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/notice.h"
#include "engine/timeline.h"
#include "schema/frame.h"
#include "store/message.h"
#include "store/order.h"
#include "store/own_restore.h"
#include "store/own_package.h"
#include "store/own_setting.h"
#include "store/own_token.h"
#include "store/protocol.h"

#define AT_ONCE 16       /* words uploaded again per step */
#define ASK_BASE (-1000) /* own_ask.b: ASK_BASE - id of the row in `sent` */

bool own_restore_is(const struct store_chat *c, const struct wire_opened *w)
{
    if (c->cursor <= 0 || c->note != ABI_CHAT_NOTE_NONE) {
        return false;
    }
    bool shorter = w->head < (uint64_t)c->cursor;
    bool other = w->has_at && c->has_log_sum && !slice_equal(w->at, SLICE_ARRAY(c->log_sum));
    return (shorter && RULE(CURSOR_HAS_NUMBER)) || (other && RULE(CURSOR_HAS_HASH));
}

enum err own_restore_account(struct step *s)
{
    if (!RULE(OWN_PACKAGES_UP_AGAIN)) {
        return OK;
    }
    TRY(store_own_token_sync_all(s->store));
    TRY(store_own_package_anew(s->store));
    TRY(RULE(USED_PACKAGES_GO) ? store_own_setting_put_int(s->store, "packages-anew", 1) : OK);
    return store_own_setting_put_int(s->store, "record-due", 1);
}

enum err own_restore_begin(struct own *o, struct step *s, int64_t chat)
{
    struct own_box *box = own_box(o, chat, false);
    s->durable = true;
    TRY(store_own_restore_begin(s->store, chat, (int64_t)s->now_ms));
    TRY(own_restore_account(s));
    return box != NULL && box->opened ? own_box_reopen(o, s, box) : OK;
}

bool own_restore_differs(const struct store_chat *c, const struct frame_deliver *d)
{
    uint8_t hash[32];
    if ((int64_t)d->seq != c->cursor || !c->has_cursor_hash) {
        return false;
    }
    crypto_sha256(hash, d->body);
    return !slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(c->cursor_hash));
}

/* The sum of a log of which nothing was read. */
static const uint8_t nothing[32];

enum err own_restore_opened(struct step *s, const struct store_chat *c, const struct wire_opened *w)
{
    bool front = c->cursor < 0 || (c->restored && c->cursor == 0);
    struct slice sum;
    if (front && w->first > 0) {
        sum = w->first == 1                ? SLICE_ARRAY(nothing)
              : c->cursor < 0 && w->has_at ? w->at
                                           : SLICE_EMPTY;
        return store_own_restore_front(s->store, c->id, w->first, sum);
    }
    if (c->has_log_sum) {
        return OK;
    }
    sum = c->cursor == 0 ? SLICE_ARRAY(nothing) : w->has_at ? w->at : SLICE_EMPTY;
    return store_own_restore_set_sum(s->store, c->id, sum);
}

enum err own_restore_add(struct own *o, struct step *s, const struct store_chat *c,
                         const struct frame_deliver *d, const uint8_t hash[32])
{
    uint8_t sum[32];
    struct slice parts[] = {SLICE_ARRAY(c->log_sum), d->body};
    bool known = c->has_log_sum && (int64_t)d->seq == c->cursor + 1;
    crypto_hash_parts(CRYPTO_SHA256, sum, parts, 2);
    TRY(store_own_restore_add(s->store, c->id, d->seq, hash, known ? SLICE_ARRAY(sum) : SLICE_EMPTY,
                              (int64_t)own_clock_late(o, s)));
    struct own_box *box = own_box(o, c->id, false);
    if (d->kind != WIRE_KIND_COMMIT || box == NULL || box->older == 0 || !box->opened) {
        return OK;
    }
    box->older = 0; /* this commit may end the old tag: from now on only the newest one opens */
    return own_box_reopen(o, s, box);
}

enum err own_restore_before(struct step *s, const struct store_chat *c, uint64_t seq)
{
    return c->restored ? store_own_restore_behind(s->store, c->id, seq) : OK;
}

enum err own_restore_passed(struct own *o, struct step *s, const struct store_chat *c,
                            const uint8_t hash[32])
{
    struct store_seen mark = {0, 0, c->reading};
    return store_seen_put(s->store, c->id, hash, &mark, (int64_t)own_clock_late(o, s));
}

enum err own_restore_in_place(struct step *s, const struct store_chat *c,
                              const struct frame_deliver *d, const uint8_t hash[32])
{
    int64_t row = 0, chat = own_shown_in(c);
    if ((int64_t)d->seq > c->log_read) {
        return OK;
    }
    int64_t place = store_place_of(c->place_base, d->seq);
    enum err e = store_own_restore_unreadable_at(s->store, chat, place, hash, &row);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    return timeline_drop(s, chat, row);
}

/* ---- keeping -------------------------------------------------------------------------------- */

enum err own_restore_keep_word(struct own *o, struct step *s, int64_t outbox)
{
    struct slice sealed = SLICE_EMPTY;
    uint8_t hash[32];
    enum err e = store_own_restore_sealed(s->store, s->arena, outbox, &sealed);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    crypto_sha256(hash, sealed);
    return store_own_restore_keep(s->store, outbox, hash, (int64_t)own_clock_late(o, s));
}

enum err own_restore_keep_commit(struct own *o, struct step *s, const struct store_chat *c,
                                 const struct store_pending *p)
{
    struct store_sent v;
    memset(&v, 0, sizeof v);
    v.chat = c->id;
    v.kind = WIRE_KIND_COMMIT;
    memcpy(v.hash, p->body_hash, sizeof v.hash);
    v.epoch = p->epoch;
    v.mid = v.branch = SLICE_LITERAL("");
    v.body = p->frame;
    v.counter = -1;
    v.reading = c->reading;
    return store_sent_put(s->store, &v, (int64_t)own_clock_late(o, s));
}

/* Any member can build it: all have the write key that signs it. */
static enum err other_frame(struct step *s, const struct store_chat *c,
                            const struct frame_deliver *d, struct slice *out)
{
    struct store_epoch now, next;
    struct store_chat after;
    struct crypto_sign_secret secret;
    struct crypto_sign_public key;
    struct wire_commit w;
    struct slice tbs;
    uint8_t hash[32], signature[CRYPTO_SIGN_SIZE];
    struct buf t = buf_arena(s->arena, 512), f = buf_arena(s->arena, d->body.n + 512);
    TRY(store_chat_get(s->store, s->arena, c->id, &after));
    enum err e = store_epoch_get(s->store, c->id, d->epoch, &now);
    e = e != OK ? e : store_epoch_get(s->store, c->id, d->epoch + 1, &next);
    if (e == OK) {
        memset(&w, 0, sizeof w);
        w.mid = SLICE_ARRAY(d->mid);
        w.epoch = d->epoch;
        w.branch = SLICE_ARRAY(d->branch);
        w.body = d->body;
        memcpy(secret.seed, next.write_seed, sizeof secret.seed);
        crypto_sign_public_of(&key, &secret);
        w.next_key = SLICE_ARRAY(key.b);
        w.has_read_hash = !ct_equal(after.read_tag, c->read_tag, sizeof after.read_tag);
        crypto_sha256(hash, SLICE_ARRAY(after.read_tag));
        w.read_hash = SLICE_ARRAY(hash);
        frame_commit_tbs(&t, SLICE_ARRAY(c->mailbox), &w);
        e = buf_finish(&t, &tbs);
    }
    if (e == OK) {
        memcpy(secret.seed, now.write_seed, sizeof secret.seed);
        crypto_sign(signature, &secret, tbs);
        w.signature = SLICE_ARRAY(signature);
        wire_commit_put(&f, &w);
        e = buf_finish(&f, out);
    }
    wipe(&secret, sizeof secret);
    wipe(&now, sizeof now);
    wipe(&next, sizeof next);
    wipe(&after, sizeof after);
    return e;
}

enum err own_restore_keep_other(struct own *o, struct step *s, const struct store_chat *c,
                                const struct frame_deliver *d)
{
    struct store_sent v;
    memset(&v, 0, sizeof v);
    enum err e = other_frame(s, c, d, &v.body);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* it removed us */
    }
    v.chat = c->id;
    v.kind = WIRE_KIND_COMMIT;
    crypto_sha256(v.hash, d->body);
    v.epoch = d->epoch;
    v.mid = SLICE_ARRAY(d->mid);
    v.branch = SLICE_LITERAL("");
    v.counter = -1;
    v.reading = c->reading;
    return store_sent_put(s->store, &v, (int64_t)own_clock_now(o, s));
}

/* ---- putting up again ----------------------------------------------------------------------- */

bool own_restore_asked(const struct own_ask *ask)
{
    return ask->type == FRAME_COMMIT && ask->b <= ASK_BASE;
}

static enum err put_commit(struct own *o, struct step *s, const struct own_box *box,
                           const struct store_sent *v)
{
    struct wire_commit w;
    struct slice body;
    struct buf b = buf_arena(s->arena, v->body.n + 16);
    TRY(wire_commit_decode(s->arena, v->body, &w));
    w.handle = box->handle;
    wire_commit_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_COMMIT, v->chat, ASK_BASE - v->id);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_COMMIT, ask->request, body);
}

/* Puts it into the outbox as it went out. If its epoch is over there, it is resealed as the same
 * word, or goes out empty if its content is gone. */
static enum err put_word(struct step *s, const struct store_sent *v)
{
    return store_own_restore_again(s->store, v->id, (int64_t)s->now_ms);
}

enum err own_restore_work(struct own *o, struct step *s, const struct store_chat *c,
                          struct own_box *box, bool *busy)
{
    struct store_sent list[AT_ONCE];
    size_t n = 0;
    int64_t last = 0, since = (int64_t)s->now_ms - c->restored_ms;
    bool others = since < 0 || since >= OWN_RESTORE_OTHERS_MS, left = false;
    *busy = own_asked(o, FRAME_COMMIT, c->id);
    if (*busy) {
        return OK;
    }
    do {
        TRY(store_sent_due(s->store, s->arena, c->id, c->reading, last, list, AT_ONCE, &n));
        for (size_t i = 0; i < n; i++) {
            last = list[i].id;
            if (list[i].mid.n > 0 && list[i].kind == WIRE_KIND_COMMIT && !others) {
                left = true; /* tried again at each alarm */
                continue;
            }
            if (list[i].kind == WIRE_KIND_COMMIT && !RULE(OWN_COMMITS_UP_AGAIN)) {
                TRY(store_sent_met(s->store, c->id, list[i].hash, c->reading));
                continue;
            }
            if (list[i].kind == WIRE_KIND_COMMIT) {
                *busy = true;
                return put_commit(o, s, box, &list[i]);
            }
            TRY(RULE(OWN_WORDS_UP_AGAIN) ? put_word(s, &list[i]) : OK);
            TRY(store_sent_met(s->store, c->id, list[i].hash, c->reading));
        }
    } while (n == AT_ONCE);
    *busy = left;
    if (left) {
        return OK;
    }
    s->durable = true;
    box->last_out = 0;
    return store_own_restore_over(s->store, c->id);
}

enum err own_restore_answer(struct own *o, struct step *s, const struct own_ask *ask,
                            struct slice body, uint64_t failure)
{
    struct store_sent v;
    struct store_chat c;
    struct wire_failure f;
    enum err e = store_sent_get(s->store, s->arena, ASK_BASE - ask->b, &v);
    e = e != OK ? e : store_chat_get(s->store, s->arena, ask->a, &c);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    bool wait = failure == WIRE_CODE_RATE || failure == WIRE_CODE_BUSY || failure == WIRE_CODE_FULL;
    if (failure == WIRE_CODE_EPOCH && wire_failure_decode(s->arena, body, &f) == OK &&
        f.has_detail && f.detail.n == 8) {
        uint64_t head = 0;
        for (size_t i = 0; i < 8; i++) {
            head = head << 8 | f.detail.p[i];
        }
        wait = head < v.epoch; /* whoever made the commits before ours uploads those too */
    }
    if (wait) {
        return OK; /* at the next alarm, delivery or connection: asking at once would loop */
    }
    own_due_chat(o, c.id);
    return store_sent_met(s->store, c.id, v.hash, c.reading);
}
