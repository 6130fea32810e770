#include "engine/own/still.h"

#include "base/rule.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/group.h"
#include "engine/own/notice.h"
#include "mls/group.h"

bool own_still_follows(const struct store_chat *c, const struct frame_deliver *d)
{
    bool repairing = c->note == 1 || c->state == STORE_CHAT_JOINING;
    /* nothing is taken before our own commit has brought us in again, nor what was before it */
    return c->cursor < 0 || (int64_t)d->seq <= c->cursor + 1 || c->go_on || repairing ||
           d->epoch < c->first_epoch;
}

enum err own_still_come_in(struct own *o, struct step *s, struct store_chat *c)
{
    s->durable = true;
    c->note = 1;
    TRY(store_chat_set(s->store, "UPDATE chat SET note=1,go_on=0,still=? WHERE id=?", 0, c->id));
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
        /* it may have been what a commit takes along: that is no fault of whoever made it */
        TRY(store_chat_set(s->store, "UPDATE chat SET unread_epoch=? WHERE id=?", (int64_t)epoch,
                           c->id));
    }
    if (d->epoch > epoch) { /* a commit was among it */
        return own_still_come_in(o, s, c);
    }
    return store_chat_set(s->store, "UPDATE chat SET go_on=? WHERE id=?", 0, c->id);
}

enum err own_still_count(struct step *s, const struct store_chat *c)
{
    if (c->still >= OWN_STILL_TOLD || !RULE(STANDING_STILL_IS_SAID)) {
        return OK;
    }
    s->durable = true;
    effects_chat(s->out, own_shown_in(c));
    return store_chat_set(s->store, "UPDATE chat SET still=? WHERE id=?", c->still + 1, c->id);
}

/* It has not moved for a while. */
static enum err stands(struct own *o, struct step *s, struct own_box *box)
{
    struct store_chat c;
    enum err e = store_chat_get(s->store, s->arena, box->chat, &c);
    bool reads = e == OK && c.note != 1 && c.cursor >= 0 &&
                 (c.state == STORE_CHAT_OPEN || c.state == STORE_CHAT_WAITING ||
                  c.state == STORE_CHAT_LEAVING);
    box->moved_ms = s->now_ms;
    if (!reads) {
        return e == ERR_GONE ? OK : e;
    }
    if (c.go_on) { /* there is nothing behind it that could be taken */
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
        TRY(store_chat_set(s->store, "UPDATE chat SET go_on=?,still=0 WHERE id=?", 1, room));
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
