/* A room succeeds another, with all that was said and all that waits to be sent. */
#include "engine/own/succeed.h"

#include <string.h>

#include "engine/own/admit.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/part.h"
#include "engine/own/room.h"
#include "engine/chats.h"
#include "engine/outbox.h"
#include "engine/timeline.h"
#include "schema/content.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/own_succeed.h"
#include "store/people.h"

/* A word that moves gets another id, since ids name the room. Whatever refers to it and waits with
 * it, an edit, a deletion, a reaction or a reply, must name the new id, or nobody there could find
 * what it is about. `from`: where it waits; `shown`: where its message is. */
static enum err renamed(struct step *s, int64_t from, int64_t shown, const uint8_t old[32],
                        const uint8_t mid[32])
{
    struct slice in, out;
    struct content content;
    int64_t last = 0;
    enum err e = OK;
    while ((e = store_outbox_next_with(s->store, s->arena, from, last, slice_make(old, 32), &last,
                                       &in)) == OK) {
        e = content_decode(s->arena, in, &content);
        if (own_grave(e)) {
            return e;
        }
        bool changes = e == OK && content.has_replaces &&
                       slice_equal(SLICE_ARRAY(content.replaces), slice_make(old, 32));
        bool answers = e == OK && content.has_in_reply_to &&
                       slice_equal(SLICE_ARRAY(content.in_reply_to), slice_make(old, 32));
        if (changes) {
            content_set_replaces(&content, mid);
        }
        if (answers) {
            content_set_in_reply_to(&content, mid);
        }
        if (changes || answers) {
            TRY(content_encode(s->arena, &content, &out));
            TRY(store_outbox_set_content(s->store, last, out));
        }
    }
    return e == ERR_GONE ? timeline_renamed(s, shown, old, mid) : e;
}

/* A word that was uploaded again because the gateway had lost it, after everybody had received it:
 * in another room it would be another word, and everybody would see it twice. */
static enum err has_arrived(struct step *s, const struct store_chat *from,
                            const struct store_chat *to, const uint8_t mid[32], bool *yes)
{
    return store_own_succeed_arrived(s->store, from->id, to->id, mid, yes);
}

/* Sends in the new room what waits in the old one. */
static enum err move_outbox(struct own *o, struct step *s, const struct store_chat *from,
                            const struct store_chat *to)
{
    enum store_hold hold = STORE_HOLD_NOT;
    TRY(store_hold_get(s->store, from->id, &hold));
    /* what has a number there and can still go out there, does so */
    bool alive = from->note == ABI_CHAT_NOTE_NONE && from->state == STORE_CHAT_OPEN &&
                 !store_hold_is_over(hold);
    struct store_out *list = NULL;
    size_t n = 0;
    int64_t last = 0, kept = 0;
    TRY(store_outbox_release(s->store, from->id, &kept)); /* kept, as nobody gave a sign there */
    struct own_box *box = own_box(o, from->id, false);
    if (kept > 0 && box != NULL) {
        box->last_out = 0;
        own_due_chat(o, from->id);
    }
    for (;;) { /* one by one: later entries may have changed meanwhile */
        uint8_t mid[32];
        TRY(outbox_next(s, from->id, last, 1, &list, &n));
        if (n == 0) {
            break;
        }
        last = list->id;
        if (alive && (list->is_sealed || list->counter >= 0)) {
            continue;
        }
        bool arrived = false;
        TRY(has_arrived(s, from, to, list->mid, &arrived));
        if (list->content.n <= 1 || arrived) {
            TRY(outbox_drop(s, last));
            continue;
        }
        TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(to->room), list->content));
        TRY(store_own_succeed_move_word(s->store, last, list->message, to->id, mid));
        TRY(renamed(s, from->id, to->id, list->mid, mid));
    }
    return store_own_succeed_move_rest(s->store, from->id, to->id, alive);
}

enum err own_chat_succeed(struct own *o, struct step *s, const struct store_chat *old,
                          const struct store_chat *c)
{
    own_group_close(o, old->id);
    s->dirty = true;
    s->durable = true;
    TRY(chats_succeed(s, old->id, c->id));
    TRY(move_outbox(o, s, old, c));
    struct own_box *box = own_box(o, c->id, false);
    if (box != NULL) {
        box->last_out = 0; /* what moved here is older than what went out here */
    }
    return OK;
}
