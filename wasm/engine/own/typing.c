/* Other people's typing notices. */
#include "engine/own/typing.h"

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "engine/own/box.h"
#include "engine/own/notice.h"
#include "engine/own/room.h"
#include "engine/timeline.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/people.h"
#include "store/protocol.h"

enum err own_ephemeral(struct own *o, struct step *s, const struct frame_ephemeral *f)
{
    struct own_box *box = own_box_of_handle(o, f->handle);
    struct store_chat c;
    struct store_epoch e, later;
    struct store_person who;
    struct slice in, account;
    size_t n = 0;
    bool sits = false, on = false;
    if (box == NULL || store_chat_get(s->store, s->arena, box->chat, &c) != OK ||
        store_epoch_get(s->store, c.id, f->epoch, &e) != OK) {
        return OK;
    }
    bool over = store_epoch_get(s->store, c.id, f->epoch + 1, &later) == OK;
    wipe(&later, sizeof later);
    if (over && RULE(REMOVED_SAYS_NOTHING)) { /* whoever was removed since has its key too */
        wipe(&e, sizeof e);
        return OK;
    }
    enum err err =
        own_outer_open(s->arena, e.typing_key, c.mailbox, f->epoch, 3, e.branch, f->body, &in);
    wipe(&e, sizeof e);
    if (err != OK || cbor_get_array(&in, &n) != OK || n != 2 ||
        cbor_get_bytes(&in, &account) != OK || account.n != 32 || cbor_get_bool(&in, &on) != OK ||
        store_person_find(s->store, s->arena, account.p, &who) != OK || who.blocked != 0 ||
        who.id == STORE_PERSON_ME || store_member_has(s->store, c.id, who.id, &sits) != OK ||
        (!sits && RULE(TYPES_WHO_SITS))) {
        return OK;
    }
    timeline_typing(s, own_shown_in(&c), who.name, on);
    return OK;
}
