/* Sending: the outbox of each chat, in order, each entry sealed once; typing notices. */
#include "engine/own/send.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "engine/own/alive.h"
#include "engine/own/ask.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "engine/own/restore.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/part.h"
#include "engine/own/room.h"
#include "engine/outbox.h"
#include "engine/timeline.h"
#include "mls/group.h"
#include "schema/frame.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/own_chat.h"
#include "store/protocol.h"
#include "store/setting.h"
#include "engine/own/order.h"

#define SHUT_MS 60000 /* refused: until an epoch begins, or for this long */

enum err own_send(struct own *o, struct step *s, int64_t chat, int64_t message, int64_t about,
                  struct slice content, const uint8_t mid[32])
{
    int64_t id = 0;
    const struct outbox_word w = {message, about, content, mid};
    TRY(outbox_put(s, chat, &w, &id));
    s->out->state = true;
    own_due_chat(o, chat);
    return OK;
}

/* Seals one entry for the current epoch and keeps the bytes. */
static enum err seal(struct own *o, struct step *s, const struct store_chat *c,
                     struct store_out *out)
{
    struct mls_group *g = NULL;
    struct store_epoch e;
    struct slice plain, message;
    struct store_echo echo;
    uint8_t hash[32];
    memset(&echo, 0, sizeof echo);
    TRY(own_group(o, s, c->id, &g));
    TRY(store_epoch_get(s->store, c->id, mls_group_epoch(g), &e));
    enum err err = own_order_seal(o, s, c->id, out, e.n, &plain, &echo.leaf);
    err = err != OK ? err : mls_group_protect(g, s->arena, SLICE_EMPTY, plain, &message);
    err = err != OK ? err
                    : own_outer_seal(s->arena, e.outer_key, c->mailbox, e.n, WIRE_KIND_APPLICATION,
                                     e.branch, message, &out->sealed);
    out->epoch = e.n;
    memcpy(out->branch, e.branch, 8);
    wipe(&e, sizeof e);
    TRY(err);
    s->durable = true;
    crypto_sha256(hash, out->sealed);
    echo.counter = out->counter;
    memcpy(echo.mid, out->mid, sizeof echo.mid);
    TRY(store_echo_put(s->store, c->id, hash, &echo));
    TRY(store_own_chat_leaf_sent(s->store, c->id));
    return store_outbox_seal(s->store, out->id, out->epoch, out->sealed, out->branch,
                             (int64_t)s->now_ms);
}

/* ERR_GONE: the epoch is too old, and its write key, which opens the mailbox, is gone. */
static enum err post(struct own *o, struct step *s, const struct store_chat *c, struct own_box *box,
                     const struct store_out *out, bool retry)
{
    struct store_epoch e;
    struct frame_post p;
    struct slice body;
    struct buf b = buf_arena(s->arena, out->sealed.n + 64);
    memset(&p, 0, sizeof p);
    bool right = box->may_write && box->right_epoch == out->epoch;
    TRY(right ? OK : store_epoch_get(s->store, c->id, out->epoch, &e));
    p.handle = box->handle;
    memcpy(p.mid, out->mid + 1, FRAME_MID_SIZE); /* first byte of a MIMI id is constant */
    p.flags = retry ? FRAME_FLAG_RETRY : 0;
    p.epoch = out->epoch;
    memcpy(p.branch, out->branch, 8);
    p.body = out->sealed;
    frame_post_put(&b, &p);
    enum err err = buf_finish(&b, &body);
    if (!right) {
        err = err != OK ? err : own_box_may_write(o, s, box, c->mailbox, e.n, e.write_seed);
        wipe(&e, sizeof e);
    }
    TRY(err);
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_POST, c->id, out->id);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_POST, ask->request, body);
}

/* Our proposals are a one-byte mark; an empty word is one that was given up. */
static bool is_word(const struct store_out *out)
{
    return out->content.n != 1;
}

/* It was sealed for a past epoch. A proposal means nothing in another: whoever wants it makes it
 * again. */
static enum err seal_anew(struct step *s, const struct store_out *out)
{
    return is_word(out) ? outbox_retry(s, out->id) : outbox_drop(s, out->id);
}

static enum err give_up(struct step *s, const struct store_out *out, enum err why)
{
    /* A word's number must not stay open, so it goes out empty. A proposal has none, and a word
     * that is empty already is dropped now. */
    return outbox_refused(s, out, why, out->content.n > 1 && RULE(GIVEN_UP_GOES_EMPTY));
}

/* The gateway takes nothing of the newest epoch we know: it knows of another, whose commit has not
 * reached us (or claims so). What waits is kept until it does, or until the next connection. */
static enum err is_shut(struct own *o, struct step *s, const struct store_chat *c,
                        struct own_box *box, bool *shut)
{
    struct mls_group *g = NULL;
    *shut = false;
    if (box->shut && s->now_ms - box->shut_ms > SHUT_MS) {
        box->shut = false; /* ask once more: a rolled-back gateway catches up */
    }
    if (!box->shut) {
        return OK;
    }
    enum err e = own_group(o, s, c->id, &g);
    if (e != OK) {
        *shut = true; /* closed: nothing to seal with either */
        return own_grave(e) ? e : OK;
    }
    *shut = box->shut = mls_group_epoch(g) <= box->shut_epoch;
    return OK;
}

/* Some member's chain has two branches, and the person has not looked yet. */
static enum err waits_for_a_look(struct step *s, int64_t chat, bool *out)
{
    bool fork = false;
    TRY(store_member_has_fork(s->store, chat, &fork));
    *out = fork && RULE(FORK_SILENCES);
    return OK;
}

enum err own_send_work(struct own *o, struct step *s, const struct store_chat *c,
                       struct own_box *box)
{
    struct store_out *list = NULL;
    size_t n = 0;
    bool shut = false;
    if (c->state == STORE_CHAT_BLOCKED || box->posts >= OWN_POSTS_IN_FLIGHT || o->dropped) {
        return OK;
    }
    TRY(waits_for_a_look(s, c->id, &shut));
    if (shut) {
        return OK;
    }
    TRY(is_shut(o, s, c, box, &shut));
    if (shut) {
        return OK;
    }
    TRY(outbox_next(s, c->id, box->last_out, OWN_POSTS_IN_FLIGHT - box->posts, &list, &n));
    for (size_t i = 0; i < n; i++) {
        /* The gateway may have it already: its id (mid) stays the same however often it is sealed,
         * so the gateway recognises a retry and stores nothing twice. */
        bool retry = list[i].is_sealed || list[i].tries > 0;
        if (list[i].is_sealed && is_word(&list[i]) &&
            list[i].sealed_ms + OWN_SEALED_AGE_MS < (int64_t)s->now_ms) {
            TRY(outbox_retry(s, list[i].id)); /* readers may have dropped its keys */
            list[i].is_sealed = false;
        }
        if (!list[i].is_sealed) {
            enum err e = seal(o, s, c, &list[i]);
            if (e == ERR_STATE || e == ERR_GONE) {
                return OK; /* other people's proposals must be committed first, or the group is
                              closed */
            }
            TRY(e);
        }
        enum err e = post(o, s, c, box, &list[i], retry);
        if (e == ERR_GONE) { /* sealed so long ago that its keys are gone: reseal */
            return seal_anew(s, &list[i]);
        }
        TRY(e);
        box->posts++;
        box->last_out = list[i].id;
        s->dirty = true;
    }
    return OK;
}

static enum err posted(struct own *o, struct step *s, const struct own_ask *ask)
{
    int64_t message = 0;
    enum err e = store_outbox_message(s->store, ask->b, &message);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* the echo was faster */
    }
    bool kept = false;
    TRY(own_restore_keep_word(o, s, ask->b));
    TRY(own_alive_posted(s, ask->b, &kept));
    s->out->state = true;
    if (kept) {
        return OK; /* not "sent" until somebody is there who can read it */
    }
    return outbox_sent(s, ask->b, message);
}

enum err own_send_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                         struct slice body, uint64_t failure)
{
    struct own_box *box = own_box(o, ask->a, false);
    struct store_out *list = NULL;
    size_t n = 0;
    (void)type;
    (void)body;
    if (box != NULL && box->posts > 0) {
        box->posts--;
    }
    if (failure == 0) {
        TRY(posted(o, s, ask));
        own_due_chat(o, ask->a);
        return OK;
    }
    TRY(outbox_next(s, ask->a, ask->b - 1, 1, &list, &n));
    if (n == 0 || list[0].id != ask->b) {
        return OK;
    }
    if (box != NULL && box->last_out >= ask->b) {
        box->last_out = ask->b - 1; /* keeps order: this one again before those after it */
    }
    if (failure == WIRE_CODE_STALE || failure == WIRE_CODE_EPOCH || failure == WIRE_CODE_AUTH) {
        /* Its epoch is over, or we had no right to write it. No word is given up because of an
         * epoch: it is sealed again in a newer one. */
        if (box != NULL) {
            box->may_write = box->may_write && failure != WIRE_CODE_AUTH;
            box->shut_epoch =
                box->shut && box->shut_epoch > list[0].epoch ? box->shut_epoch : list[0].epoch;
            box->shut = true;
            box->shut_ms = s->now_ms;
        }
        TRY(RULE(WORD_OUTLIVES_EPOCH) ? seal_anew(s, &list[0]) : give_up(s, &list[0], ERR_LIMIT));
        own_due_chat(o, ask->a);
        return OK;
    }
    if (failure == WIRE_CODE_LIMIT) {
        TRY(give_up(s, &list[0], ERR_LIMIT));
        own_due_chat(o, ask->a);
        return OK;
    }
    return OK; /* later: at the next connection or alarm */
}

/* ---- typing --------------------------------------------------------------------------------- */

enum err own_typing(struct own *o, struct step *s, int64_t chat, bool on)
{
    struct own_box *box = own_box(o, chat, false);
    struct store_chat c;
    struct mls_group *g = NULL;
    struct store_epoch e;
    struct frame_ephemeral f;
    struct slice plain, body;
    int64_t allowed = 1;
    bool clear = false;
    TRY(store_setting_int(s->store, "typing-on", 1, &allowed));
    if (allowed == 0 || box == NULL || !box->opened || !own_ready(o, OWN_CONN_ANON) ||
        (on && o->typing_chat == chat && s->now_ms < o->typing_sent_ms + 3000)) {
        return OK;
    }
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    TRY(store_clear_get(s->store, chat, &clear)); /* sealed for the same leaves as words */
    if (c.type == STORE_CHAT_SELF || c.state != STORE_CHAT_OPEN ||
        (!clear && RULE(SPEAK_TO_THEIRS))) {
        return OK;
    }
    TRY(own_group(o, s, chat, &g));
    TRY(store_epoch_get(s->store, chat, mls_group_epoch(g), &e));
    struct buf p = buf_arena(s->arena, 48), b = buf_arena(s->arena, 256);
    cbor_put_array(&p, 2);
    cbor_put_bytes(&p, SLICE_ARRAY(o->account));
    cbor_put_bool(&p, on);
    TRY(buf_finish(&p, &plain));
    memset(&f, 0, sizeof f);
    f.handle = box->handle;
    f.epoch = e.n;
    enum err err =
        own_outer_seal(s->arena, e.typing_key, c.mailbox, e.n, 3, e.branch, plain, &f.body);
    err = err != OK ? err : own_box_may_write(o, s, box, c.mailbox, e.n, e.write_seed);
    wipe(&e, sizeof e);
    TRY(err);
    frame_ephemeral_put(&b, &f);
    TRY(buf_finish(&b, &body));
    o->typing_chat = chat;
    o->typing_sent_ms = on ? s->now_ms : 0;
    return own_frame(o, s, OWN_CONN_ANON, FRAME_EPHEMERAL, 0, body);
}
