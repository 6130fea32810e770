#include "engine/own/alive.h"

#include <string.h>

#include "base/rule.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/identity.h"
#include "engine/own/wish.h"
#include "engine/timeline.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/own_wish.h"
#include "store/people.h"

#define HEARD_AT_ONCE 64    /* kept messages that become "sent" in one go */
#define QUIET_AT_ONCE 16    /* chats handled in one step */
#define AGAIN_MAX 16        /* devices added again per tap */
#define READD_SIZE (8 + 32) /* person, device */

/* ---- kept words ----------------------------------------------------------------------------- */

/* Words are heard, or will be: what was kept becomes "sent" and is dropped. */
static enum err done(struct step *s, const struct store_chat *c)
{
    int64_t messages[HEARD_AT_ONCE];
    size_t n = 0;
    do {
        TRY(store_outbox_heard(s->store, c->id, messages, HEARD_AT_ONCE, &n));
        for (size_t i = 0; i < n; i++) {
            TRY(timeline_sent(s, messages[i]));
        }
    } while (n == HEARD_AT_ONCE);
    s->out->state = true;
    s->durable = true;
    return store_quiet_put(s->store, c->id, false);
}

/* Somebody came in who cannot open what was posted before: it goes out again as the same words,
 * which those who have them ignore. */
static enum err release(struct own *o, struct step *s, const struct store_chat *c)
{
    int64_t n = 0;
    TRY(store_outbox_release(s->store, c->id, &n));
    struct own_box *box = own_box(o, c->id, false);
    if (n > 0 && box != NULL) {
        box->last_out = 0;
    }
    if (n > 0) {
        s->durable = true;
        own_due_chat(o, c->id);
    }
    return OK;
}

enum err own_alive_posted(struct step *s, int64_t out, bool *kept)
{
    return store_outbox_keep(s->store, out, (int64_t)s->now_ms, kept);
}

/* ---- signs ---------------------------------------------------------------------------------- */

/* fresh: its entry may come with the sign itself and is not known yet. */
static enum err heard(struct step *s, const struct store_chat *c, const struct mls_leaf_view *leaf,
                      int64_t person, bool fresh)
{
    enum own_identity_key stands = OWN_IDENTITY_FOREIGN;
    bool first = false;
    TRY(own_identity_leaf_key(s, leaf, &stands));
    bool gives = stands == OWN_IDENTITY_THEIRS || (stands == OWN_IDENTITY_FOREIGN && fresh);
    if (!gives && RULE(DROPPED_GIVES_NO_SIGN)) {
        return OK;
    }
    TRY(store_sign_put(s->store, c->id, leaf->signature_key, &first));
    if (!first) {
        return OK;
    }
    effects_chat(s->out, c->alias_of != 0 ? c->alias_of : c->id);
    return c->type == STORE_CHAT_PAIR && person != STORE_PERSON_ME ? done(s, c) : OK;
}

enum err own_alive_heard(struct step *s, const struct store_chat *c,
                         const struct mls_leaf_view *leaf, int64_t person)
{
    return heard(s, c, leaf, person, false);
}

static enum err sits(struct own *o, struct step *s, const struct store_chat *c,
                     const struct mls_leaf_view *leaf, bool *other)
{
    int64_t person = 0;
    bool first = false;
    TRY(own_identity_person(s, leaf, &person));
    TRY(store_sign_sit(s->store, c->id, leaf->signature_key, person));
    *other = *other || person != STORE_PERSON_ME;
    return slice_equal(leaf->signature_key, SLICE_ARRAY(o->device)) || !RULE(SILENT_UNTIL_A_SIGN)
               ? store_sign_put(s->store, c->id, leaf->signature_key, &first)
               : OK;
}

enum err own_alive_commit(struct own *o, struct step *s, const struct store_chat *c,
                          const struct mls_commit_view *v)
{
    int64_t person = 0;
    bool other = false;
    for (size_t i = 0; i < v->proposal_count; i++) {
        const struct mls_proposal_view *p = &v->proposals[i];
        if (p->type == MLS_PROPOSAL_REMOVE) {
            TRY(store_sign_drop(s->store, c->id, p->removed_leaf.signature_key));
        }
    }
    for (size_t i = 0; i < v->proposal_count; i++) {
        const struct mls_proposal_view *p = &v->proposals[i];
        if (p->type == MLS_PROPOSAL_ADD) {
            TRY(sits(o, s, c, &p->leaf, &other));
        }
    }
    if (v->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        TRY(sits(o, s, c, &v->committer_leaf, &other));
    }
    if (other && c->type == STORE_CHAT_PAIR) {
        TRY(release(o, s, c));
    }
    TRY(own_identity_person(s, &v->committer_leaf, &person));
    return heard(s, c, &v->committer_leaf, person, v->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT);
}

enum err own_alive_sync(struct own *o, struct step *s, const struct store_chat *c,
                        const struct mls_group *g, bool keep)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    bool first = false;
    TRY(keep ? OK : store_sign_clear(s->store, c->id));
    TRY(store_sign_begin(s->store, c->id));
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(own_identity_person(s, &leaf, &person));
        TRY(store_sign_stay(s->store, c->id, leaf.signature_key, person));
    }
    TRY(store_sign_end(s->store, c->id));
    TRY(RULE(SILENT_UNTIL_A_SIGN) ? OK : store_sign_all(s->store, c->id));
    return store_sign_put(s->store, c->id, SLICE_ARRAY(o->device), &first);
}

enum err own_alive_welcomed(struct step *s, const struct store_chat *c, const uint8_t device[32],
                            bool mine)
{
    bool first = false;
    TRY(store_sign_put(s->store, c->id, slice_make(device, 32), &first));
    if (!mine) {
        return OK;
    }
    return c->type == STORE_CHAT_PAIR && c->state == STORE_CHAT_OPEN
               ? store_sign_all(s->store, c->id)
               : store_sign_history(s->store, c->id, c->alias_of != 0 ? c->alias_of : c->id);
}

/* ---- nobody answers ------------------------------------------------------------------------- */

enum err own_alive_due(struct step *s)
{
    int64_t chats[QUIET_AT_ONCE];
    size_t n = 0;
    TRY(store_quiet_find(s->store, (int64_t)s->now_ms - OWN_ALIVE_QUIET_MS, chats, QUIET_AT_ONCE,
                         &n));
    for (size_t i = 0; i < n && RULE(QUIET_IS_SAID); i++) {
        struct store_chat c;
        TRY(store_quiet_put(s->store, chats[i], true));
        TRY(store_chat_get(s->store, s->arena, chats[i], &c));
        effects_chat(s->out, c.alias_of != 0 ? c.alias_of : c.id);
        s->durable = true;
    }
    return OK;
}

static enum err wish_again(struct own *o, struct step *s, int64_t chat, struct slice device,
                           int64_t person)
{
    uint8_t data[READD_SIZE];
    bool wished = false;
    if (device.n != sizeof data - sizeof person) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(data, &person, sizeof person);
    memcpy(data + sizeof person, device.p, device.n);
    TRY(store_own_wish_has_data(s->store, chat, OWN_WISH_READD, SLICE_ARRAY(data), &wished));
    return wished ? OK : own_wish(o, s, chat, OWN_WISH_READD, SLICE_ARRAY(data));
}

/* Of one room. */
static enum err again_in(struct own *o, struct step *s, int64_t chat)
{
    struct slice device = SLICE_EMPTY;
    int64_t person = 0;
    for (size_t i = 0; i < AGAIN_MAX; i++) {
        enum err e = store_sign_silent(s->store, s->arena, chat, device, &device, &person);
        if (e == ERR_GONE) {
            break;
        }
        TRY(e);
        TRY(wish_again(o, s, chat, device, person));
    }
    /* our clock alone: at worst the question comes too early or too late. It is asked again if this
     * brings nobody in either. */
    TRY(store_outbox_keep_on(s->store, chat, (int64_t)s->now_ms));
    TRY(store_quiet_put(s->store, chat, false));
    s->durable = true;
    own_due_chat(o, chat);
    return OK;
}

enum err own_alive_again(struct own *o, struct step *s, int64_t chat)
{
    struct store_chat c;
    int64_t room = 0;
    TRY(store_chat_get(s->store, s->arena, chat, &c));
    enum err e = store_quiet_room(s->store, chat, &room);
    if (e == ERR_GONE || (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING)) {
        return ERR_STATE;
    }
    while (e == OK) {
        TRY(again_in(o, s, room));
        e = store_quiet_room(s->store, chat, &room);
    }
    effects_chat(s->out, chat);
    return e == ERR_GONE ? OK : e;
}

bool own_alive_takes_us_again(const struct own *o, const struct mls_commit_view *v)
{
    for (size_t i = 0; v->removes_us && i < v->proposal_count; i++) {
        if (v->proposals[i].type == MLS_PROPOSAL_ADD &&
            slice_equal(v->proposals[i].leaf.signature_key, SLICE_ARRAY(o->device))) {
            return true;
        }
    }
    return false;
}
