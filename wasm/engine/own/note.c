#include "engine/own/note.h"

#include "engine/own/repair.h"
#include "engine/own/still.h"
#include "store/admit.h"

/* Nobody has answered for days. */
static enum err quiet(struct step *s, const struct store_chat *c, uint64_t *note)
{
    int64_t room = 0;
    enum err e = store_quiet_room(s->store, c->id, &room);
    *note = e == OK ? ABI_CHAT_NOTE_NO_LIFE : *note;
    return e == ERR_GONE ? OK : e;
}

/* Why nothing is sent, or what the person must decide. */
static enum err held(struct step *s, const struct store_chat *c, uint64_t *note)
{
    struct store_aside aside = {0};
    int64_t still = 0;
    if (c->aside != 0) {
        TRY(store_aside_get(s->store, c->id, &aside));
    }
    enum err e = store_chat_still_room(s->store, c->id, OWN_STILL_TOLD, &still);
    TRY(e == ERR_GONE ? OK : e);
    /* a group: only if others cannot take us in again either */
    bool mine = c->type != STORE_CHAT_GROUP || (c->unread_commit && c->role == ABI_ROLE_ADMIN);
    if (aside.successor) {
        *note = ABI_CHAT_NOTE_NEW_ROOM;
    } else if (store_chat_reenters(c) && mine && c->stuck >= OWN_STUCK_TRIES) {
        *note = ABI_CHAT_NOTE_LOST;
    } else if (*note == ABI_CHAT_NOTE_NONE) {
        *note = store_hold_is_over((enum store_hold)c->hold) ? ABI_CHAT_NOTE_STOPPED
                : still != 0                                 ? ABI_CHAT_NOTE_LEFT_OUT
                : aside.chat != 0                            ? ABI_CHAT_NOTE_OTHER_ROOM
                : c->hold == STORE_HOLD_REMOVAL              ? ABI_CHAT_NOTE_REMOVAL
                : c->hold == STORE_HOLD_ALONE                ? ABI_CHAT_NOTE_ALONE
                                                             : ABI_CHAT_NOTE_NONE;
    }
    return c->type == STORE_CHAT_PAIR && *note == ABI_CHAT_NOTE_NONE ? quiet(s, c, note) : OK;
}

enum err own_note_chat(struct step *s, const struct store_chat *c, uint64_t *note)
{
    bool asked =
        c->type == STORE_CHAT_GROUP && c->stuck >= OWN_STUCK_TRIES && store_chat_reenters(c);
    *note = asked ? ABI_CHAT_NOTE_READD_ASKED : (uint64_t)c->note;
    return held(s, c, note);
}
