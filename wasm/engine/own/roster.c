#include "engine/own/roster.h"

#include "base/buf.h"
#include "base/rule.h"
#include "engine/own/identity.h"
#include "engine/own/leaf.h"
#include "engine/chats.h"
#include "engine/roster.h"
#include "schema/chain.h"
#include "store/admit.h"
#include "store/chain.h"
#include "store/member.h"
#include "store/own_person.h"
#include "store/people.h"

/* ---- a commit ------------------------------------------------------------------------------- */

enum err own_roster_by(struct step *s, const struct mls_leaf_view *leaf, bool fresh,
                       struct timeline_by *out)
{
    struct own_identity_leaf l;
    TRY(own_identity_person(s, leaf, &out->person));
    TRY(own_identity_leaf(s, leaf, &l));
    bool foreign = l.known && l.stands == OWN_IDENTITY_FOREIGN && !fresh;
    out->how = foreign && RULE(LINES_SAY_WHOSE) ? ABI_BY_HOW_FOREIGN : ABI_BY_HOW_DID;
    out->removed = l.stands == OWN_IDENTITY_DROPPED && RULE(LINES_SAY_WHOSE);
    return OK;
}

/* A device came or went: if that is not what its account's chain says, the chain becomes due. */
static enum err chain_due(struct step *s, int64_t person, struct slice device, bool came)
{
    struct chain_entry head;
    enum err e = person == STORE_PERSON_ME ? ERR_GONE : store_chain_head(s->store, person, &head);
    if (e != OK) {
        return e == ERR_GONE ? OK : e; /* due anyway */
    }
    return device.n == CHAIN_KEY_SIZE && chain_has_device(&head, device.p) == came
               ? OK
               : store_own_person_set_chain_due(s->store, person, true);
}

/* Each person is reported once, however many of their devices come or go. */
static bool told(const struct mls_commit_view *v, size_t i, struct slice credential)
{
    for (size_t k = 0; k < i; k++) {
        const struct mls_proposal_view *p = &v->proposals[k];
        const struct mls_leaf_view *leaf =
            p->type == MLS_PROPOSAL_ADD ? &p->leaf : &p->removed_leaf;
        if (p->type == v->proposals[i].type && slice_equal(leaf->credential, credential)) {
            return true;
        }
    }
    return false;
}

/* again: the person was reported already. */
static enum err tell_add(struct step *s, const struct store_chat *c,
                         const struct mls_leaf_view *leaf, bool again, const struct timeline_by *by,
                         bool *newcomer)
{
    int64_t person = 0;
    bool was = false;
    TRY(own_identity_person(s, leaf, &person));
    TRY(chain_due(s, person, leaf->signature_key, true));
    /* the member rows are still those of the old epoch */
    TRY(store_member_has(s->store, c->id, person, &was));
    if (!was) {
        *newcomer = true;
        return c->type == STORE_CHAT_GROUP && !again
                   ? own_notice_by(s, c->id, ABI_NOTICE_JOINED, person, SLICE_EMPTY, by)
                   : OK;
    }
    return c->type == STORE_CHAT_SELF
               ? OK
               : own_notice_by(s, c->id, ABI_NOTICE_DEVICE, person, SLICE_EMPTY, by);
}

static enum err tell_remove(struct step *s, const struct store_chat *c, const struct mls_group *g,
                            const struct mls_proposal_view *p, bool again,
                            const struct timeline_by *committer)
{
    int64_t person = 0;
    struct mls_leaf_view leaf;
    struct timeline_by by = *committer;
    TRY(own_identity_person(s, &p->removed_leaf, &person));
    TRY(chain_due(s, person, p->removed_leaf.signature_key, false));
    /* who proposed it, if that is not the committer */
    bool rode = p->sender_type == MLS_SENDER_MEMBER;
    bool self = rode && mls_group_member(g, p->sender, &leaf) != OK;
    if (rode && !self) {
        TRY(own_roster_by(s, &leaf, false, &by));
    }
    if (own_leaf_sits(g, p->removed_leaf.credential)) {
        return c->type == STORE_CHAT_SELF
                   ? OK
                   : own_notice_by(s, c->id, ABI_NOTICE_DEVICE_GONE, person, SLICE_EMPTY, &by);
    }
    if (again) {
        return OK;
    }
    return self ? own_notice(s, c->id, ABI_NOTICE_LEFT, person, SLICE_EMPTY, 0)
                : own_notice_by(s, c->id, ABI_NOTICE_REMOVED, person, SLICE_EMPTY, &by);
}

/* Reports new and former admins (the member rows are still those of the old epoch). */
static enum err tell_roles(struct step *s, const struct store_chat *c, const struct mls_group *g,
                           const struct own_room *room, const struct timeline_by *by, bool silent,
                           size_t *n)
{
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    int64_t person = 0;
    int role = 0;
    while (mls_group_next_member(g, &next, &leaf)) {
        TRY(own_identity_person(s, &leaf, &person));
        enum err e = store_member_role(s->store, c->id, person, &role);
        if (e == ERR_GONE) {
            continue; /* new here */
        }
        TRY(e);
        bool runs = own_room_is_admin(room, leaf.credential.p);
        if (runs != (role == ABI_ROLE_ADMIN)) {
            TRY(roster_member(s, c->id, person, runs)); /* reported once per person */
            (*n)++;
            TRY(silent ? OK
                       : own_notice_by(s, c->id, runs ? ABI_NOTICE_ADMIN : ABI_NOTICE_NO_ADMIN,
                                       person, SLICE_EMPTY, by));
        }
    }
    return OK;
}

/* A device that had lost track came back by an external commit: nobody is new. */
static bool came_back(const struct mls_commit_view *v)
{
    for (size_t i = 0; i < v->proposal_count; i++) {
        if (v->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT &&
            v->proposals[i].type == MLS_PROPOSAL_REMOVE &&
            slice_equal(v->proposals[i].removed_leaf.signature_key,
                        v->committer_leaf.signature_key)) {
            return true;
        }
    }
    return false;
}

/* Out and in again in one commit: no news either. */
static bool taken_in_again(const struct mls_commit_view *v, const struct mls_proposal_view *p)
{
    const struct mls_leaf_view *mine = p->type == MLS_PROPOSAL_ADD ? &p->leaf : &p->removed_leaf;
    for (size_t i = 0; i < v->proposal_count; i++) {
        const struct mls_proposal_view *q = &v->proposals[i];
        const struct mls_leaf_view *theirs =
            q->type == MLS_PROPOSAL_ADD ? &q->leaf : &q->removed_leaf;
        if (p->type != q->type && (p->type == MLS_PROPOSAL_ADD || p->type == MLS_PROPOSAL_REMOVE) &&
            (q->type == MLS_PROPOSAL_ADD || q->type == MLS_PROPOSAL_REMOVE) &&
            slice_equal(mine->signature_key, theirs->signature_key)) {
            return true;
        }
    }
    return false;
}

enum err own_roster_commit(struct step *s, const struct store_chat *c, const struct mls_group *g,
                           const struct own_room *room, const struct mls_commit_view *view,
                           const struct timeline_by *by, bool *newcomer)
{
    size_t n = 0;
    if (!came_back(view)) {
        for (size_t i = 0; i < view->proposal_count; i++) {
            const struct mls_proposal_view *p = &view->proposals[i];
            if (taken_in_again(view, p)) {
                continue;
            }
            if (p->type == MLS_PROPOSAL_ADD) {
                TRY(tell_add(s, c, &p->leaf, told(view, i, p->leaf.credential), by, newcomer));
            } else if (p->type == MLS_PROPOSAL_REMOVE) {
                TRY(tell_remove(s, c, g, p, told(view, i, p->removed_leaf.credential), by));
            }
        }
        if (view->sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
            TRY(tell_add(s, c, &view->committer_leaf, false, by, newcomer));
        }
    }
    bool may = c->type == STORE_CHAT_GROUP && view->sender_type == MLS_SENDER_MEMBER;
    return may ? tell_roles(s, c, g, room, by, false, &n) : OK;
}

/* ---- coming in again ------------------------------------------------------------------------ */

struct change {
    enum abi_notice notice;
    int64_t person;
};
struct changes {
    struct change *v;
    size_t n, came, went, devices_in, devices_out;
};

static struct store_member *member_of(struct store_member *v, size_t n, int64_t person)
{
    for (size_t i = 0; i < n; i++) {
        if (v[i].person == person) {
            return &v[i];
        }
    }
    return NULL;
}

static bool put(struct changes *d, enum abi_notice notice, int64_t person)
{
    bool again = false; /* a person is reported once, a device each time */
    for (size_t i = 0; !again && i < d->n; i++) {
        again = notice == ABI_NOTICE_JOINED && d->v[i].notice == notice && d->v[i].person == person;
    }
    if (!again) {
        d->v[d->n++] = (struct change){notice, person};
    }
    return !again;
}

/* Compares who is in now with who was. Of somebody without a device from before, it says only that
 * they are here. */
static enum err compare(struct own *o, struct step *s, const struct store_chat *c,
                        const struct mls_group *g, struct store_member *members, size_t member_n,
                        struct changes *d)
{
    struct store_sign *signs = NULL;
    struct mls_leaf_view leaf;
    uint32_t next = 0;
    size_t sign_n = 0;
    TRY(store_sign_list(s->store, s->arena, c->id, &signs, &sign_n));
    d->v = arena_array(s->arena, mls_group_member_count(g) + member_n + sign_n + 1, sizeof *d->v);
    bool *stays = arena_array(s->arena, member_n + 1, sizeof *stays);
    bool *sits = arena_array(s->arena, sign_n + 1, sizeof *sits);
    if (d->v == NULL || stays == NULL || sits == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (mls_group_next_member(g, &next, &leaf)) {
        int64_t person = 0;
        bool known = false, sat = slice_equal(leaf.signature_key, SLICE_ARRAY(o->device));
        TRY(own_identity_person(s, &leaf, &person));
        for (size_t i = 0; i < sign_n; i++) {
            bool same = slice_equal(leaf.signature_key, SLICE_ARRAY(signs[i].device));
            known = known || signs[i].person == person;
            sits[i] = sits[i] || same;
            sat = sat || same;
        }
        struct store_member *m = member_of(members, member_n, person);
        if (m == NULL) {
            d->came += put(d, ABI_NOTICE_JOINED, person);
        } else {
            stays[m - members] = true;
            d->devices_in += known && !sat && put(d, ABI_NOTICE_DEVICE, person);
        }
    }
    for (size_t i = 0; i < member_n; i++) {
        d->went += !stays[i] && put(d, ABI_NOTICE_GONE, members[i].person);
    }
    for (size_t i = 0; i < sign_n; i++) {
        struct store_member *m = member_of(members, member_n, signs[i].person);
        bool gone = !sits[i] && m != NULL && stays[m - members] &&
                    !slice_equal(SLICE_ARRAY(signs[i].device), SLICE_ARRAY(o->device));
        d->devices_out += gone && put(d, ABI_NOTICE_DEVICE_GONE, signs[i].person);
    }
    return OK;
}

static enum err tell_many(struct step *s, const struct store_chat *c, const struct changes *d,
                          size_t roles, const struct timeline_by *by)
{
    char text[5 * 21];
    const size_t counts[] = {d->came, d->went, d->devices_in, d->devices_out, roles};
    struct buf b = buf_fixed(text, sizeof text);
    struct slice said;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        buf_put(&b, " ", i == 0 ? 0 : 1);
        buf_decimal(&b, counts[i]);
    }
    TRY(buf_finish(&b, &said));
    return own_notice_by(s, c->id, ABI_NOTICE_ROSTER, 0, said, by);
}

enum err own_roster_again(struct own *o, struct step *s, const struct store_chat *c,
                          const struct mls_group *g, const struct own_room *room,
                          const struct timeline_by *by, bool *newcomer)
{
    struct store_member *members = NULL;
    struct changes d = {NULL, 0, 0, 0, 0, 0};
    size_t member_n = 0, roles = 0;
    TRY(store_member_list(s->store, s->arena, c->id, &members, &member_n));
    if (member_n == 0 || c->type == STORE_CHAT_SELF || !RULE(ROSTER_IS_COMPARED)) {
        return OK; /* we were never in it */
    }
    TRY(compare(o, s, c, g, members, member_n, &d));
    *newcomer = d.came > 0;
    for (size_t i = 0; d.n <= OWN_ROSTER_LINES && i < d.n; i++) {
        bool line = c->type == STORE_CHAT_GROUP || d.v[i].notice == ABI_NOTICE_DEVICE ||
                    d.v[i].notice == ABI_NOTICE_DEVICE_GONE;
        TRY(line ? own_notice_by(s, c->id, d.v[i].notice, d.v[i].person, SLICE_EMPTY, by) : OK);
    }
    bool many = d.n > OWN_ROSTER_LINES;
    if (c->type == STORE_CHAT_GROUP) {
        TRY(tell_roles(s, c, g, room, by, many, &roles));
    }
    return many ? tell_many(s, c, &d, roles, by) : OK;
}

/* ---- the room ------------------------------------------------------------------------------- */

enum err own_roster_room(struct step *s, const struct store_chat *c, const struct own_room *room,
                         const struct timeline_by *by)
{
    if (!slice_equal(c->title, room->name)) {
        TRY(chats_rename(s, c->id, room->name));
        if (c->type == STORE_CHAT_GROUP && c->title.n > 0) {
            TRY(own_notice_by(s, c->id, ABI_NOTICE_RENAMED, by->person, room->name, by));
        }
    }
    if (c->timer_s != (int64_t)room->timer_s) {
        TRY(chats_timer(s, c->id, (int64_t)room->timer_s));
        TRY(own_notice_by(s, c->id, ABI_NOTICE_TIMER, by->person, SLICE_EMPTY, by));
    }
    return OK;
}
