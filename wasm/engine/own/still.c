#include "engine/own/still.h"

#include "base/rule.h"
#include "engine/own/box.h"
#include "engine/own/clock.h"
#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/notice.h"
#include "mls/group.h"
#include "store/own_chat.h"
#define READ_EVERY_MS (3600ll * 1000) /* openings are not written down more often */

bool own_still_follows(const struct store_chat *c, const struct frame_deliver *d)
{
    bool repairing = store_chat_reenters(c);
    /* before our own commit has brought us in again nothing is taken, nor ever what came before
     * it */
    return c->cursor < 0 || (int64_t)d->seq <= c->cursor + 1 || c->go_on || repairing ||
           d->epoch < c->first_epoch;
}

enum err own_still_come_in(struct own *o, struct step *s, struct store_chat *c)
{
    s->durable = true;
    c->note = ABI_CHAT_NOTE_FORKED;
    TRY(store_own_chat_come_in(s->store, c->id));
    effects_chat(s->out, own_shown_in(c));
    own_due_chat(o, c->id);
    return OK;
}

enum err own_still_passed(struct own *o, struct step *s, struct store_chat *c,
                          const struct frame_deliver *d)
{
    struct mls_group *g = NULL;
    TRY(own_group(o, s, c->id, &g));
    uint64_t epoch = mls_group_epoch(g);
    if ((int64_t)d->seq > c->cursor + 1 && RULE(LEFT_OUT_ACCUSES_NOBODY)) {
        /* it may have been what a commit refers to: no fault of its author */
        TRY(store_own_chat_set_unread_epoch(s->store, c->id, (int64_t)epoch));
    }
    if (d->epoch > epoch) { /* a commit was among what is missing */
        return own_still_come_in(o, s, c);
    }
    return store_own_chat_set_go_on(s->store, c->id, false);
}

enum err own_still_count(struct step *s, const struct store_chat *c)
{
    if (c->still >= OWN_STILL_TOLD || !RULE(STANDING_STILL_IS_SAID)) {
        return OK;
    }
    s->durable = true;
    effects_chat(s->out, own_shown_in(c));
    return store_own_chat_set_still(s->store, c->id, c->still + 1);
}

/* We know it ourselves: whatever was not yet there when the log last reached us is kept that long,
 * so an honest gateway can only have lost it if we were away for longer. */
static bool was_away(const struct own *o, const struct step *s, const struct store_chat *c)
{
    bool away = c->read_ms > 0 && (int64_t)own_clock_both(o, s) - c->read_ms >= OWN_STILL_AWAY_MS;
    return away || !RULE(LATE_BEGINNING_STARTS_NOTHING);
}

/* What comes next is there, or nothing comes next. */
static enum err with_us(struct own *o, struct step *s, const struct store_chat *c,
                        const struct wire_opened *w)
{
    int64_t now = (int64_t)own_clock_late(o, s);
    bool to_the_end = c->cursor >= 0 && (uint64_t)c->cursor >= w->head;
    if (to_the_end && (c->still > 0 || c->go_on)) { /* nothing is left out any more */
        s->durable = true;
        effects_chat(s->out, own_shown_in(c));
        TRY(store_own_chat_caught_up(s->store, c->id));
    }
    return now - c->read_ms < READ_EVERY_MS ? OK : store_own_chat_set_read_ms(s->store, c->id, now);
}

enum err own_still_opened(struct own *o, struct step *s, const struct store_chat *c,
                          const struct wire_opened *w, bool *stands)
{
    bool anew = c->restored && c->cursor == 0; /* being read again from the front */
    int64_t at = anew && c->log_read > 0 ? c->log_read : c->cursor;
    bool gone = c->cursor >= 0 && w->first > (uint64_t)at + 1;
    *stands = false;
    if (!gone) {
        return with_us(o, s, c, w);
    }
    if (c->go_on || store_chat_reenters(c)) {
        return OK; /* what is there will be taken */
    }
    *stands = !was_away(o, s, c);
    if (*stands) {
        return OK; /* shown once it has stood still for a while, as for any log */
    }
    s->durable = true;
    TRY(own_notice(s, c->id, ABI_NOTICE_MISSED, 0, SLICE_EMPTY, 0));
    effects_chat(s->out, own_shown_in(c));
    return store_own_chat_lost(s->store, c->id, (int64_t)w->first - 1);
}

enum err own_still_refused(struct own *o, struct step *s, struct store_chat *c)
{
    if (c->go_on || was_away(o, s, c)) {
        return own_still_come_in(o, s, c);
    }
    if (c->state == STORE_CHAT_JOINING || c->still >= OWN_STILL_TOLD) {
        return OK;
    }
    s->durable = true; /* nothing could be read again, so the chat says so at once */
    effects_chat(s->out, own_shown_in(c));
    return store_own_chat_set_still(s->store, c->id, OWN_STILL_TOLD);
}

/* It has not moved for a while. */
static enum err stands(struct own *o, struct step *s, struct own_box *box)
{
    struct store_chat c;
    enum err e = store_chat_get(s->store, s->arena, box->chat, &c);
    bool reads = e == OK && c.note != ABI_CHAT_NOTE_FORKED && c.cursor >= 0 &&
                 (c.state == STORE_CHAT_OPEN || c.state == STORE_CHAT_WAITING ||
                  c.state == STORE_CHAT_LEAVING);
    box->moved_ms = s->now_ms;
    if (!reads) {
        return e == ERR_GONE ? OK : e;
    }
    if (c.go_on) { /* nothing after it could be taken */
        return own_still_come_in(o, s, &c);
    }
    TRY(own_still_count(s, &c));
    return box->stalled && !box->again ? OK /* for a parcel */ : own_box_again(o, s, box);
}

enum err own_still_check(struct own *o, struct step *s)
{
    for (size_t i = 0; i < o->box_n; i++) {
        struct own_box *box = &o->boxes[i];
        bool set_back = box->moved_ms > s->now_ms;
        box->moved_ms = set_back ? s->now_ms : box->moved_ms;
        if (box->opened && box->at < box->head && s->now_ms - box->moved_ms >= OWN_STILL_MS) {
            TRY(stands(o, s, box));
        }
    }
    return OK;
}

void own_still_next(const struct own *o, uint64_t *at_ms)
{
    for (size_t i = 0; i < o->box_n; i++) {
        const struct own_box *box = &o->boxes[i];
        uint64_t t = box->moved_ms + OWN_STILL_MS;
        if (box->opened && box->at < box->head && (*at_ms == 0 || t < *at_ms)) {
            *at_ms = t;
        }
    }
}

enum err own_still_go_on(struct own *o, struct step *s, int64_t chat)
{
    int64_t room = 0;
    enum err e = store_chat_still_room(s->store, chat, OWN_STILL_TOLD, &room);
    if (e == ERR_GONE) {
        return ERR_STATE;
    }
    while (e == OK) {
        struct own_box *box = own_box(o, room, false);
        TRY(store_own_chat_go_on(s->store, room));
        own_due_chat(o, room);
        if (box != NULL && box->opened) {
            box->moved_ms = s->now_ms;
            TRY(own_box_reopen(o, s, box));
        }
        e = store_chat_still_room(s->store, chat, OWN_STILL_TOLD, &room);
    }
    s->durable = true;
    effects_chat(s->out, chat);
    return e == ERR_GONE ? OK : e;
}
